//! W0304: declarations that are never used.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::check::support::extra::is_in_extra;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, Hir, PartKind, Provider, Value, ValueKind};
use crate::plan::{each_condition, each_mapping, references};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "unused", codes: &[Code::W0304], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let extra_unread = !subject.plan.extra.faults.is_empty();
    if subject.hir.incomplete || subject.hir.pipelines.is_empty() || extra_unread {
        return;
    }
    declarations(subject, findings);
    let (by_text, by_ref) = (variables_in_text(subject.hir), params_by_ref(subject.hir));
    let unused = subject.hir.unused.iter().filter(|value| !is_in_extra(subject, &value.name.node));
    let unused = unused.filter(|value| value.keyword != "variable" || !by_text.contains(&value.name.node));
    let named = names_in_extra(subject);
    let unused = unused.filter(|value| value.keyword != "let" || !named.contains(&value.name.node));
    let is_value = |keyword: &str| matches!(keyword, "param" | "let");
    let unused = unused.filter(|value| !is_value(value.keyword) || !by_ref.contains(&value.name.node));
    findings.extend(unused.map(|value| never_used(value.keyword, &value.name)));
}

/// Returns the conditions and mappings that files of resources refer to.
fn names_in_extra(subject: &Subject<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in &subject.plan.extra.entries {
        each_condition(&entry.json, &mut |name| found.extend([name.to_owned()]));
        each_mapping(&entry.json, &mut |name| found.extend([name.to_owned()]));
    }
    found
}

/// Returns the pipeline variables that CodePipeline's own `#{variables.Name}` refers to.
fn variables_in_text(hir: &Hir) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    hir.each_value(&mut |place| {
        place.value.each_part(&mut |part| match &part.kind {
            PartKind::Namespace(namespace, name) if namespace == "variables" => {
                found.insert(name.clone());
            }
            PartKind::Literal(text) => {
                let named = references(text).filter(|reference| reference.namespace == "variables");
                found.extend(named.map(|reference| reference.variable.to_owned()));
            }
            _ => {}
        });
    });
    found
}

/// Returns the parameters that `cfn.ref("Name")` or `{ Ref = "Name" }` in `raw` refers to.
fn params_by_ref(hir: &Hir) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    hir.each_value(&mut |place| {
        place.value.each_part(&mut |part| {
            if let PartKind::Ref(name) = &part.kind {
                found.insert(name.clone());
            }
        });
        add_refs(place.value, &mut found);
    });
    found
}

fn add_refs(value: &Value, found: &mut BTreeSet<String>) {
    match &value.kind {
        ValueKind::Map(entries) => {
            for (key, value) in entries {
                found.extend(value.as_str().filter(|_| key.node == "Ref").map(str::to_owned));
                found.extend(first_of_call(&key.node, value));
                found.extend(in_substitution(&key.node, value));
                add_refs(value, found);
            }
        }
        ValueKind::List(items) => items.iter().for_each(|item| add_refs(item, found)),
        ValueKind::Raw(inner) => add_refs(inner, found),
        ValueKind::Choice(choice) => choice.values().into_iter().for_each(|value| add_refs(value, found)),
        _ => {}
    }
}

/// Returns the names in the string of an `Fn::Sub`.
fn in_substitution(function: &str, argument: &Value) -> Vec<String> {
    let text = match &argument.kind {
        ValueKind::List(items) => items.first().and_then(Value::as_str),
        _ => argument.as_str(),
    };
    let references = text.filter(|_| function == "Fn::Sub").unwrap_or_default().split("${").skip(1);
    references.filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

/// Returns the condition of an `Fn::If`, or the mapping of an `Fn::FindInMap`.
fn first_of_call(function: &str, argument: &Value) -> Option<String> {
    let ValueKind::List(items) = &argument.kind else { return None };
    matches!(function, "Fn::If" | "Fn::FindInMap").then(|| items.first()?.as_str().map(str::to_owned))?
}

fn declarations(subject: &Subject<'_>, findings: &mut Findings) {
    let hir = subject.hir;
    let acted = providers_of_actions(hir);
    for (entity, declaration) in hir.declarations() {
        let symbol = &declaration.symbol;
        let identity = subject.plan.identity(entity);
        let in_extra = identity.is_some_and(|identity| is_in_extra(subject, &identity.logical_id));
        if hir.unnamed.contains(&entity) && !acted.contains(&entity) && !in_extra {
            findings.push(never_used(entity.word(), symbol));
        }
    }
}

/// Returns the providers of the types of actions: `action` names a type as AWS does.
fn providers_of_actions(hir: &Hir) -> BTreeSet<Entity> {
    let types = || hir.pipelines.iter().flat_map(|pipeline| &pipeline.actions).map(|action| &action.action_type);
    let is_used = |provider: &Provider| types().any(|of_action| Arc::ptr_eq(&provider.action_type, of_action));
    let providers = hir.providers.entries().filter(|(_, provider)| is_used(provider));
    providers.map(|(id, _)| Entity::Provider(id)).collect()
}

/// A declaration that is never used.
fn never_used(kind: &str, name: &Spanned<String>) -> Diagnostic {
    let kind = if kind == "let" { "value" } else { kind };
    Diagnostic::new(Code::W0304, format!("{kind} `{}` is never used", name.node), name.span, "")
        .help("use it, or remove it")
}
