//! W0462: values of parameters that a property of the template does not take.

use crate::catalog::nested_properties::object_forms;
use crate::catalog::numbers::number;
use crate::catalog::property_values::{ListedProperty, listed_properties};
use crate::catalog::resource_properties::{ResourceProperty, resource_properties};
use crate::check::support::deploys::{Deploy, deploys, stack_sets};
use crate::check::support::given_parameters::Given;
use crate::check::support::object_forms::{choices, each_object};
use crate::check::support::parameter_values::misfit;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::uses::is_tested;

pub(super) const RULE: Rule = Rule { name: "passed-values", codes: &[Code::W0462], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reported: Vec<Span> = Vec::new();
    for deploy in deploys(subject).into_iter().chain(stack_sets(subject)) {
        if !deploy.template.declares_all_names() {
            continue;
        }
        let Ok(document) = subject.workspace.document(deploy.path) else { continue };
        let Some(root) = &document.root else { continue };
        let resources = root.get("Resources").map_or(&[][..], Node::entries);
        let given = Given::of(subject, &deploy);
        let mut found = Vec::new();
        for Entry { value, .. } in resources {
            let kind = value.get("Type").and_then(Node::literal).unwrap_or_default();
            let Some((known, properties)) = resource_properties(kind).zip(value.get("Properties")) else { continue };
            let forms = object_forms(kind);
            found.extend(listed((&deploy, root), &given, kind, properties));
            for Entry { key, value } in properties.entries() {
                let Some(property) = known.iter().find(|property| property.name == key.node) else { continue };
                found.extend(refused((&deploy, root), &given, property, value));
                if let Some(forms) = &forms {
                    each_object(forms, (property.name, property.shape), value, &mut |form, object| {
                        let of_object = form.properties.iter().filter_map(|property| {
                            refused((&deploy, root), &given, property, object.get(property.name)?)
                        });
                        found.extend(of_object);
                    });
                }
            }
        }
        for (value, diagnostic) in found {
            if !reported.contains(&value.span) {
                reported.push(value.span);
                findings.about(
                    deploy.as_place(),
                    diagnostic.labels(
                        subject.origin(value.span, &value.node, |_| false).map(|origin| (origin.place, origin.label())),
                    ),
                );
            }
        }
    }
}

/// Reports the values that properties which no schema limits get through parameters.
fn listed(
    (deploy, root): (&Deploy<'_>, &Node),
    given: &Given,
    kind: &str,
    properties: &Node,
) -> Vec<(Spanned<String>, Diagnostic)> {
    let applies = |property: &&ListedProperty| {
        property.of == kind && property.unless.as_ref().is_none_or(|other| properties.get(other).is_none())
    };
    let mut found = Vec::new();
    for property in listed_properties().iter().filter(applies).filter(|property| property.most.is_some()) {
        let keys: Vec<&str> = property.path.iter().map(String::as_str).collect();
        let [.., name] = keys.as_slice() else { continue };
        for node in properties.at(&keys).into_iter().flat_map(choices) {
            let Some((value, place, parameter)) = of_parameter(deploy, given, node) else { continue };
            if !property.takes(&value.node) && !is_tested(root, parameter) {
                let words = property.most.map(|most| format!("at most {most}")).unwrap_or_default();
                found.push((value.clone(), other_value(name, &value, place, &words)));
            }
        }
    }
    found
}

/// Returns the value of the parameter to which a node refers, its place, and the name of the parameter.
fn of_parameter<'t>(deploy: &'t Deploy<'_>, given: &Given, node: &Node) -> Option<(Spanned<String>, Span, &'t str)> {
    let call = node.intrinsic().filter(|call| call.name == "Ref")?;
    let parameter = deploy.template.parameter(call.argument.text()?)?;
    let own = given.values.iter().find(|(name, _)| name.node == parameter.name.node);
    let value = match own {
        Some((_, value)) => value.clone()?,
        None => parameter.default.as_ref().filter(|_| given.all_known)?.spanned()?,
    };
    // A value that the parameter does not accept is reported as such.
    misfit(parameter, &value.node).is_none().then_some((value, node.span, parameter.name.as_str()))
}

/// Reports the value that a property gets through a parameter, if it does not take it, with the value.
fn refused(
    (deploy, root): (&Deploy<'_>, &Node),
    given: &Given,
    property: &ResourceProperty,
    value: &Node,
) -> Option<(Spanned<String>, Diagnostic)> {
    let limits = property.limits()?;
    let mut passed = choices(value).into_iter().filter_map(|node| of_parameter(deploy, given, node));
    passed.find_map(|(value, place, parameter)| {
        let number = number(value.node.trim()).filter(|number| !limits.allow(*number))?;
        if is_tested(root, parameter) {
            return None;
        }
        let found = other_value(property.name, &value, place, &limits.near(number));
        Some((value, found))
    })
}

/// A value that a property does not take.
fn other_value(property: &str, value: &Spanned<String>, place: Span, words: &str) -> Diagnostic {
    let message = format!("`{property}` cannot be {}, as far as dotpipe knows", value.node);
    Diagnostic::new(Code::W0462, message, value.span, "").label(place, "used here").help(format!("write {words}"))
}
