//! E0460, W0460: properties that a resource type does not have. E0461: missing required properties. E0462, W0462:
//! values of another type, and misspelled values. E0463: attributes of resources that CloudFormation rejects.

use crate::catalog::nested_properties::{ObjectForm, object_forms};
use crate::catalog::numbers::number;
use crate::catalog::resource_properties::{NumberLimits, PropertyShape, ResourceProperty, resource_properties};
use crate::catalog::shapes::shape_of_type;
use crate::check::support::inside_templates::{InsideTemplate, with_merged};
use crate::check::support::lambda_runtimes::{FUNCTION, RUNTIME, unknown_runtime};
use crate::check::support::object_forms::{choices, each_object, is_written_out, meant};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Spanned;
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::CodeSource;
use crate::workspace::template::uses::is_tested;

pub(super) const RULE: Rule = Rule {
    name: "template-properties",
    codes: &[Code::E0460, Code::W0460, Code::E0461, Code::E0462, Code::W0462, Code::E0463, Code::W0463],
    run: check,
};

/// The attributes of a resource.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html> and
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy.html>
/// (2026-11-29)
const ATTRIBUTES: [&str; 11] = [
    "Type",
    "Properties",
    "Condition",
    "Connectors",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "IgnoreGlobals",
    "Metadata",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// The start of the types whose attributes the SAM transform copies one by one, so that it drops others.
/// <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/__init__.py> (2026-11-30)
const SAM: &str = "AWS::Serverless::";

/// Attributes in AWS's own templates that have no effect.
const UNUSED: [&str; 2] = ["Description", "Version"];

/// The property with the variables of functions.
const ENVIRONMENT: &str = "Environment";

/// The property with tags.
const TAGS: &str = "Tags";

/// A type that other rules check.
const PIPELINE: &str = "AWS::CodePipeline::Pipeline";

/// Types whose values are checked with the sources of pipelines.
const CONNECTIONS: [&str; 2] = ["AWS::CodeConnections::Connection", "AWS::CodeStarConnections::Connection"];

/// The values of the policies of a resource.
const POLICIES: [(&str, &[&str]); 2] = [
    ("DeletionPolicy", &["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"]),
    ("UpdateReplacePolicy", &["Delete", "Retain", "Snapshot"]),
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in with_merged(subject) {
        // A macro may change every resource.
        if !inside.template.declares_all_names() {
            continue;
        }
        let codes = inside.template.code_sources();
        for Entry { key, value } in inside.section("Resources") {
            let Some(kind) = value.get("Type").and_then(Node::spanned) else { continue };
            let called = format!("resource `{}`", key.node);
            let resource = OneResource { inside, id: key, called, kind: &kind, node: value, codes: &codes };
            resource.attributes(findings);
            if !kind.node.ends_with("::MODULE") && kind.node != PIPELINE {
                resource.properties(findings);
            }
        }
        for Entry { key, value } in inside.section("Globals").filter(|_| inside.template.is_sam()) {
            let kind = Spanned::new(format!("{SAM}{}", key.node), key.span);
            let called = format!("`Globals.{}`", key.node);
            OneResource { inside, id: key, called, kind: &kind, node: value, codes: &[] }.defaults(findings);
        }
    }
}

/// A resource of a template, or what all of a type share.
struct OneResource<'a> {
    inside: &'a InsideTemplate,
    id: &'a Spanned<String>,
    /// Its name in messages.
    called: String,
    kind: &'a Spanned<String>,
    node: &'a Node,
    /// The code of all resources.
    codes: &'a [CodeSource],
}

impl OneResource<'_> {
    fn attributes(&self, findings: &mut Findings) {
        if let Some(list) = self.node.get(PROPERTIES).filter(|it| !it.items().is_empty() && it.tag.is_none()) {
            findings.push(self.shown(listed_properties(&self.id.node, list)));
        }
        for Entry { key, value } in self.node.entries() {
            if !ATTRIBUTES.contains(&key.as_str()) && !UNUSED.contains(&key.as_str()) {
                let whole = || key.node.starts_with("Propert").then_some(PROPERTIES);
                let near = similar(&key.node, ATTRIBUTES).or_else(whole);
                let property = resource_properties(&self.kind.node)
                    .is_some_and(|known| known.iter().any(|property| property.name == key.node));
                if near.is_some() || property {
                    let is_ignored = self.kind.node.starts_with(SAM);
                    findings.push(self.shown(if is_ignored {
                        ignored_attribute(&self.kind.node, key, near, property)
                    } else {
                        unknown_attribute(&self.id.node, key, near, property)
                    }));
                }
            }
            let known = POLICIES.iter().find(|(name, _)| *name == key.node).map(|(_, values)| *values);
            if let (Some(known), Some(text)) = (known, value.literal())
                && !known.contains(&text)
                && !text.starts_with("{{")
            {
                findings.push(self.shown(unknown_policy(key, text, value, known)));
            }
        }
    }

    fn properties(&self, findings: &mut Findings) {
        // Without the transform, another rule reports the type, and `Globals` do not apply.
        if self.kind.node.starts_with(SAM) && !self.inside.merged && !self.inside.template.is_sam() {
            return;
        }
        let Some(known) = resource_properties(&self.kind.node) else { return };
        let given = match self.node.get("Properties") {
            None => &[][..],
            Some(properties) if properties.intrinsic().is_some() || !properties.items().is_empty() => return,
            Some(properties) => properties.entries(),
        };
        // The additions of a function are not known.
        if given.iter().any(|entry| entry.key.node.starts_with("Fn::")) {
            return;
        }
        let has = |name: &str| given.iter().any(|entry| entry.key.node == name);
        let mut misspelled: Vec<&str> = Vec::new();
        for Entry { key, value } in given {
            match known.iter().find(|property| property.name == key.node) {
                // A path is replaced when the template is packaged.
                Some(_) if self.is_packaged(&key.node) => {}
                Some(property) => {
                    findings.extend(choices(value).into_iter().filter_map(|chosen| self.value(property, key, chosen)));
                    self.objects(property, value, findings);
                }
                None => {
                    let free = || known.iter().filter(|property| !has(property.name));
                    // A shortened name, such as that of the same property in another type.
                    let longer = |property: &&ResourceProperty| {
                        property.required && property.name.ends_with(&key.node)
                            || key.node.len() > SHORTEST_START && property.name.starts_with(&key.node)
                    };
                    let near = similar(&key.node, free().map(|property| property.name))
                        .or_else(|| free().find(longer).map(|property| property.name));
                    misspelled.extend(near);
                    let is_attribute = near.is_none() && ATTRIBUTES.contains(&key.as_str());
                    findings.push(self.shown(if is_attribute {
                        attribute_inside(self.kind, key)
                    } else {
                        unknown_property(self.kind, key, near)
                    }));
                }
            }
        }
        let missing = known.iter().filter(|property| {
            property.required && !has(property.name) && !self.inside.is_global(&self.kind.node, property.name)
        });
        let missing: Vec<&str> =
            missing.map(|property| property.name).filter(|name| !misspelled.contains(name)).collect();
        if !missing.is_empty() && !self.is_compared() {
            findings.push(self.shown(lacks_properties(&self.id.node, self.kind, &missing)));
        }
    }

    /// Checks the values that SAM adds to each resource of the type.
    fn defaults(&self, findings: &mut Findings) {
        let Some(known) = resource_properties(&self.kind.node) else { return };
        for Entry { key, value } in self.node.entries() {
            let property = known.iter().find(|property| property.name == key.node);
            findings.extend(property.and_then(|property| self.value(property, key, value)));
            // Its other objects may be completed by each resource.
            if let Some(property) = property.filter(|property| property.name == ENVIRONMENT) {
                self.objects(property, value, findings);
            }
        }
    }

    /// Checks the objects in a property.
    fn objects(&self, property: &ResourceProperty, value: &Node, findings: &mut Findings) {
        let Some(forms) = object_forms(&self.kind.node).filter(|_| !self.is_compared()) else { return };
        each_object(&forms, (property.name, property.shape), value, &mut |form, object| {
            self.object(form, object, findings);
        });
    }

    fn object(&self, form: &ObjectForm, object: &Node, findings: &mut Findings) {
        let is_missing = |property: &&ResourceProperty| object.get(property.name).is_none();
        let mut reported = false;
        // An object around everything else, such as `Variables`.
        if let [around] = form.properties.as_slice()
            && !form.open
            && around.shape == Some(PropertyShape::Object)
            && let Some(first) = object.entries().first().filter(|_| object.get(around.name).is_none())
            && meant(form, object, &first.key.node).is_none()
        {
            return findings.push(self.shown(not_around(form, around.name, &first.key)));
        }
        for Entry { key, value } in object.entries() {
            match form.properties.iter().find(|property| property.name == key.node) {
                Some(property) => {
                    findings.extend(choices(value).into_iter().filter_map(|chosen| self.value(property, key, chosen)));
                }
                None if form.open => {}
                None => {
                    let near = meant(form, object, &key.node);
                    reported |= near.is_some();
                    findings.push(self.shown(unknown_in_object(form, self.kind, key, near)));
                }
            }
        }
        let missing = form.properties.iter().filter(is_missing).find(|property| property.required);
        if let Some((property, first)) = missing.zip(object.entries().first()).filter(|_| !reported) {
            findings.push(self.shown(lacks_key(form, property.name, &first.key)));
        }
    }

    /// Returns the default of the parameter that a value refers to.
    fn default_of(&self, value: &Node) -> Option<&Node> {
        let id = value.referred().filter(|_| value.intrinsic().is_some_and(|call| call.name == "Ref"))?;
        let parameter = self.inside.section("Parameters").find(|entry| entry.key.node == id)?;
        // The default is not used if each deployment sets the parameter.
        parameter.value.get("Default").filter(|_| self.inside.own)
    }

    /// Returns whether a condition reads the parameter to which a value refers.
    fn is_tested(&self, value: &Node) -> bool {
        value.referred().zip(self.inside.root()).is_some_and(|(id, root)| is_tested(root, &id))
    }

    /// Returns whether the rules about documents check the resource, since it is declared around a pipeline.
    fn is_compared(&self) -> bool {
        self.inside.own && shape_of_type(&self.kind.node).is_some()
    }

    fn is_packaged(&self, property: &str) -> bool {
        self.codes.iter().any(|code| code.id == self.id.node && code.property == property)
    }

    fn value(&self, property: &ResourceProperty, key: &Spanned<String>, value: &Node) -> Option<Diagnostic> {
        if let (Some(limits), Some(default)) = (property.limits(), self.default_of(value)) {
            let refused = number(default.literal()?.trim()).filter(|number| !limits.allow(*number))?;
            if self.is_tested(value) {
                return None;
            }
            let found = out_of_range(&self.called, &key.node, refused, &limits, default);
            return Some(self.shown(found.label(value.span, "used here")));
        }
        if value.is_null() || value.tag.is_some() || value.intrinsic().is_some() {
            return None;
        }
        let text = value.literal();
        if text.is_some_and(is_resolved_later) {
            return None;
        }
        let is_list = !value.items().is_empty();
        let is_object = !value.entries().is_empty();
        let fits = match property.shape {
            _ if !is_list && !is_object && text.is_none() => true,
            Some(PropertyShape::List) => !is_object && text.is_none(),
            Some(PropertyShape::Object) => !is_list && text.is_none(),
            Some(PropertyShape::Number) => text.is_some_and(|text| number(text.trim()).is_some()),
            Some(PropertyShape::Boolean) => text.is_some_and(is_boolean),
            Some(PropertyShape::Text) => !is_list && (!is_object || !is_written_out(value)),
            None => true,
        };
        if let Some(shape) = property.shape.filter(|_| !fits) {
            return Some(self.shown(other_type(&self.called, &key.node, shape, value)));
        }
        if let (Some(limits), Some(number)) = (property.limits(), text.and_then(|text| number(text.trim()))) {
            let refused = (!limits.allow(number) && !self.is_compared())
                .then(|| out_of_range(&self.called, &key.node, number, &limits, value));
            return refused.map(|diagnostic| self.shown(diagnostic));
        }
        if self.kind.node == FUNCTION && property.name == RUNTIME {
            return unknown_runtime(value).map(|diagnostic| self.shown(diagnostic));
        }
        if self.inside.own && CONNECTIONS.contains(&self.kind.node.as_str()) {
            return None;
        }
        if self.is_compared() {
            return None;
        }
        let listed = value.one_or_more().iter().flat_map(choices).filter(|item| item.intrinsic().is_none());
        let mut unknown = listed.filter_map(|item| other_value(property, &key.node, item));
        unknown.next().map(|diagnostic| self.shown(diagnostic))
    }

    fn shown(&self, diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.labels(self.inside.deployed_here())
    }
}

/// The attribute with the properties.
const PROPERTIES: &str = "Properties";

/// Returns whether YAML 1.1 or JSON reads a string as a boolean.
fn is_boolean(text: &str) -> bool {
    ["true", "false", "yes", "no", "on", "off"].contains(&text.trim().to_ascii_lowercase().as_str())
}

/// A property that a type does not have.
fn unknown_property(kind: &Spanned<String>, key: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("`{}` has no property `{}`", kind.node, key.node);
    let misspelled = near.is_some_and(|near| is_misspelling(&key.node, near) || near.ends_with(&key.node));
    let (code, label) = if misspelled {
        (Code::E0460, "\"Encountered unsupported property\"")
    } else {
        (Code::W0460, "dotpipe does not know this property; AWS may have added it recently")
    };
    Diagnostic::new(code, message, key.span, label).suggest(key.span, near)
}

/// A key that an object in a property does not have.
fn unknown_in_object(
    form: &ObjectForm,
    kind: &Spanned<String>,
    key: &Spanned<String>,
    near: Option<&str>,
) -> Diagnostic {
    let message = format!("`{}` of `{}` has no property `{}`", last_key(form), kind.node, key.node);
    let part = key.node.to_ascii_lowercase();
    let is_part =
        |near: &str| near.to_ascii_lowercase().starts_with(&part) || near.to_ascii_lowercase().ends_with(&part);
    let misspelled = near.is_some_and(|near| is_misspelling(&key.node, near) || is_part(near));
    let (code, label) = if misspelled {
        (Code::E0460, "\"Encountered unsupported property\"")
    } else {
        (Code::W0460, "dotpipe does not know this property; AWS may have added it recently")
    };
    Diagnostic::new(code, message, key.span, label).suggest(key.span, near)
}

/// An attribute of a resource among its properties.
fn attribute_inside(kind: &Spanned<String>, key: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` has no property `{}`", kind.node, key.node);
    Diagnostic::new(Code::E0460, message, key.span, "an attribute of the resource")
        .help(format!("move `{}` beside `Properties`, indented less", key.node))
}

/// Keys without the only key that an object has, which is to contain them.
fn not_around(form: &ObjectForm, around: &str, first: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` has only `{around}`, not `{}`", last_key(form), first.node);
    Diagnostic::new(Code::E0460, message, first.span, "\"Encountered unsupported property\"")
        .help(format!("move `{}` under `{around}`, indented", first.node))
}

/// An object without a required key.
fn lacks_key(form: &ObjectForm, missing: &str, first: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::E0461, format!("`{}` needs `{missing}`", last_key(form)), first.span, "")
        .help(format!("add `{missing}`"))
}

fn last_key(form: &ObjectForm) -> &str {
    form.path.rsplit('.').next().unwrap_or_default()
}

/// Missing required properties.
fn lacks_properties(id: &str, kind: &Spanned<String>, missing: &[&str]) -> Diagnostic {
    let message = format!("resource `{id}` lacks {}", wording::and_list(missing.iter().copied()));
    Diagnostic::new(Code::E0461, message, kind.span, "required by this type")
        .help(format!("add {} to its `Properties`", wording::and_list(missing.iter().copied())))
}

/// A value of another type.
fn other_type(owner: &str, name: &str, shape: PropertyShape, value: &Node) -> Diagnostic {
    let first = value.entries().first().map(|entry| entry.key.span);
    let place = first.or_else(|| value.items().first().map(|item| item.span)).unwrap_or(value.span);
    let found = Diagnostic::new(Code::E0462, format!("`{name}` of {owner} takes {}", shape.words()), place, "");
    match (shape, value.literal()) {
        // Some types of resources accept one element without the list.
        (PropertyShape::List, None) if !value.entries().is_empty() => {
            let message = format!("`{name}` of {owner} takes a list, not one element");
            let found = Diagnostic::new(Code::W0462, message, place, "");
            match value.entries().first().filter(|first| name == TAGS && !matches!(first.key.as_str(), "Key" | "Value"))
            {
                Some(first) => found.help(format!("write `- {{ Key: {}, Value: ... }}` for each tag", first.key.node)),
                None => found.help("begin the element with `- `, or write it in `[ ]`"),
            }
        }
        // A tag inside of a string is text.
        (_, Some(text)) if text.starts_with('!') => found.help(format!("remove the quotation marks: `{text}`")),
        (PropertyShape::Text, _) => match value.items() {
            [_] => found.help("write the element without the list"),
            _ => found,
        },
        (PropertyShape::List, _) => found.help("begin each element with `- `, or write the elements in `[ ]`"),
        (PropertyShape::Boolean, Some(text)) => found.suggest(place, similar(text, ["true", "false"])),
        _ => found,
    }
}

/// A number that a property does not take.
fn out_of_range(owner: &str, name: &str, number: f64, limits: &NumberLimits, value: &Node) -> Diagnostic {
    let message = format!("`{name}` of {owner} cannot be {number}, as far as dotpipe knows");
    Diagnostic::new(Code::W0462, message, value.span, "").help(format!("write {}", limits.near(number)))
}

/// Returns whether a string contains a dynamic reference, which CloudFormation replaces.
fn is_resolved_later(text: &str) -> bool {
    text.contains("{{resolve:")
}

/// The maximum number of values that a list has if AWS rarely adds one.
const FEW: usize = 8;

/// The minimum length of the start of a property's name, more than which is a shortened form of it.
const SHORTEST_START: usize = 6;

/// Reports a value that a property does not take.
fn other_value(property: &ResourceProperty, name: &str, value: &Node) -> Option<Diagnostic> {
    let known = || property.values();
    let text = value.literal().filter(|text| !is_resolved_later(text))?;
    if known().next().is_none() || known().any(|value| value == text) {
        return None;
    }
    let message = format!("`{text}` is not a value of `{name}`");
    let is_near = |value: &&str| is_misspelling(text, value) || text.eq_ignore_ascii_case(value);
    if let near @ Some(_) = similar(text, known().filter(is_near)) {
        return Some(Diagnostic::new(Code::W0462, message, value.span, "").suggest(value.span, near));
    }
    // Versions and sizes are added more often than words.
    let is_closed = known().count() <= FEW && known().all(|value| !value.contains(|c: char| c.is_ascii_digit()));
    let list = wording::or_list(known());
    let label = "as far as dotpipe knows";
    is_closed.then(|| Diagnostic::new(Code::W0462, message, value.span, label).help(format!("write {list}")))
}

/// Properties that are a list.
fn listed_properties(id: &str, list: &Node) -> Diagnostic {
    let message = format!("`{PROPERTIES}` of resource `{id}` must be a map");
    let first = list.items().first();
    let key = first.and_then(|first| first.entries().first()).map(|entry| entry.key.span);
    let place = key.or_else(|| first.map(|first| first.span)).unwrap_or(list.span);
    Diagnostic::new(Code::E0463, message, place, "a list").help("remove the `-` before each property")
}

/// An attribute that resources do not have. `property` is whether it belongs one level deeper.
fn unknown_attribute(id: &str, key: &Spanned<String>, near: Option<&str>, property: bool) -> Diagnostic {
    let message = format!("resource `{id}` has no attribute `{}`", key.node);
    let found = Diagnostic::new(Code::E0463, message, key.span, "\"Invalid template resource property\"");
    if property {
        return found.help(format!("move `{}` under `Properties`, indented", key.node));
    }
    found.suggest(key.span, near)
}

/// An attribute of a resource of SAM.
fn ignored_attribute(kind: &str, key: &Spanned<String>, near: Option<&str>, property: bool) -> Diagnostic {
    let message = format!("`{}` has no effect: `{kind}` has no such attribute", key.node);
    let found = Diagnostic::new(Code::W0463, message, key.span, "the SAM transform drops it");
    if property {
        return found.help(format!("move `{}` under `Properties`, indented", key.node));
    }
    found.suggest(key.span, near)
}

/// A policy that does not exist.
fn unknown_policy(key: &Spanned<String>, text: &str, value: &Node, known: &[&str]) -> Diagnostic {
    let message = format!("`{text}` is not a valid value for `{}`", key.node);
    let found = Diagnostic::new(Code::E0463, message, value.span, "");
    match similar(text, known.iter().copied()) {
        near @ Some(_) => found.suggest(value.span, near),
        None => found.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}
