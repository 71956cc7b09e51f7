//! The objects in the properties of resources, and in the request that registers a task definition
//! (`data/nested-properties.txt`, which `data/rebuild.py` generates and describes).

use std::sync::Arc;

use super::kept::Kept;
use super::resource_properties::{ResourceProperty, property};
use super::table::{TypeTable, pieces, type_table};

static OBJECTS: TypeTable = type_table!("nested-properties");

/// The request that registers a task definition, among the types.
pub const TASK_DEFINITION: &str = "ecs:RegisterTaskDefinition";

/// The form of an object, or of the objects in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectForm {
    /// The keys that lead to it, joined by dots.
    pub path: &'static str,
    /// Its properties.
    pub properties: Vec<ResourceProperty>,
    /// Whether it accepts other properties.
    pub open: bool,
}

/// Returns the forms of the objects in the properties of a type; `None` if they are unknown.
pub fn object_forms(kind: &str) -> Option<Arc<[ObjectForm]>> {
    static KNOWN: Kept<[ObjectForm]> = Kept::new();
    KNOWN.get(kind, || {
        let mut forms: Vec<ObjectForm> = Vec::new();
        for word in pieces(OBJECTS.line(kind)?, b' ') {
            match (word.strip_prefix('@'), forms.last_mut()) {
                (Some(path), _) => forms.push(ObjectForm { path, properties: Vec::new(), open: false }),
                (None, Some(form)) if word == "*" => form.open = true,
                (None, Some(form)) => form.properties.push(property(word)),
                (None, None) => {}
            }
        }
        Some(forms.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_from_their_line() {
        let form = |kind: &str, path: &str| object_forms(kind)?.iter().find(|form| form.path == path).cloned();
        let keys = form("AWS::DynamoDB::Table", "AttributeDefinitions");
        assert!(keys.is_some_and(|form| !form.open && form.properties.iter().all(|property| property.required)));
        let launch = form(TASK_DEFINITION, "").and_then(|form| {
            form.properties.iter().find(|property| property.name == "requiresCompatibilities").copied()
        });
        assert!(launch.is_some_and(|it| it.values().any(|value| value == "FARGATE")));
        assert_eq!(form("AWS::SQS::Queue", "Nothing"), None);
        assert!(OBJECTS.heads().is_sorted());
    }
}
