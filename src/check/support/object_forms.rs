//! The objects in the properties of a resource, or in another document, each with its form.

use crate::catalog::nested_properties::ObjectForm;
use crate::catalog::resource_properties::PropertyShape;
use crate::diagnostic::suggest::similar;
use crate::workspace::document::Node;

/// Calls `visit` with each object at or below a value whose form is known. `path` leads to the value, and `shape` is that
/// of its property.
pub(in crate::check) fn each_object<'n>(
    forms: &[ObjectForm],
    (path, shape): (&str, Option<PropertyShape>),
    value: &'n Node,
    visit: &mut dyn FnMut(&ObjectForm, &'n Node),
) {
    let Some(form) = forms.iter().find(|form| form.path == path) else { return };
    for node in choices(value).into_iter().filter(|node| node.intrinsic().is_none()) {
        let objects = match shape {
            Some(PropertyShape::List) => node.items(),
            _ => std::slice::from_ref(node),
        };
        for object in objects.iter().flat_map(choices).filter(|object| is_written_out(object)) {
            visit(form, object);
            for property in &form.properties {
                let Some(inner) = object.get(property.name) else { continue };
                let separator = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{separator}{}", property.name);
                each_object(forms, (&path, property.shape), inner, visit);
            }
        }
    }
}

/// Returns the property that an unknown key of an object probably means: one with a similar name, a required one of
/// whose name it is a part, such as `value` of `valueFrom`, or the only missing one, if no other key is unknown.
pub(in crate::check) fn meant(form: &ObjectForm, object: &Node, key: &str) -> Option<&'static str> {
    let free = || form.properties.iter().filter(|property| object.get(property.name).is_none());
    let is_part = |name: &str| {
        let (name, key) = (name.to_ascii_lowercase(), key.to_ascii_lowercase());
        key.len() >= SHORTEST_PART && (name.starts_with(&key) || name.ends_with(&key))
    };
    let longer = || free().find(|property| property.required && is_part(property.name));
    let is_unknown = |key: &str| form.properties.iter().all(|property| property.name != key);
    let only = || {
        let mut missing = free().filter(|property| property.required);
        let unknown = object.entries().iter().filter(|entry| is_unknown(&entry.key.node)).count();
        missing.next().filter(|_| unknown == 1 && missing.next().is_none())
    };
    let found = similar(key, free().map(|property| property.name));
    found.or_else(|| longer().or_else(only).map(|property| property.name))
}

/// The minimum length of a part of a name.
const SHORTEST_PART: usize = 4;

/// Returns whether a node is an object all of whose keys are known.
pub(in crate::check) fn is_written_out(node: &Node) -> bool {
    let entries = node.entries();
    !entries.is_empty()
        && node.intrinsic().is_none()
        && entries.iter().all(|entry| !entry.key.node.starts_with("Fn::") && entry.key.node != "<<")
}

/// Returns the values that conditions of a template choose between, or the value itself.
pub(in crate::check) fn choices(node: &Node) -> Vec<&Node> {
    match node.intrinsic() {
        Some(call) if call.name == "Fn::If" => call.argument.items().iter().skip(1).flat_map(choices).collect(),
        _ => vec![node],
    }
}
