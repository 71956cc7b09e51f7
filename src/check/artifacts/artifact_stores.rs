//! I0612: artifacts whose policies are not made here.
//! E0806: artifacts that another account reads, encrypted with a key it cannot use. E0807: a region that may need a bucket.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::environments::{self, KeyFault};
use crate::hir::{Entity, Ownership, Pipeline, ValueKind};
use crate::plan::{is_foreign, other_region, rule_region};
use crate::source::Span;

pub(super) const RULE: Rule =
    Rule { name: "artifact-stores", codes: &[Code::I0612, Code::E0806, Code::E0807], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        if subject.plan.home.region.is_none() {
            let of_actions = pipeline.actions.iter().filter_map(|it| other_region(subject.hir, subject.plan, it));
            let reading = pipeline.rules().filter(|rule| !rule.inputs.is_empty());
            let of_rules = reading.filter_map(|rule| rule_region(subject.plan, rule));
            if let Some(region) = of_actions.chain(of_rules).next() {
                findings.push(environments::home_unknown(&region.node, region.span));
            }
        }
        key(subject, pipeline, findings);
    }
}

fn key(subject: &Subject<'_>, pipeline: &Pipeline, findings: &mut Findings) {
    let Some(foreign) = pipeline.actions.iter().find(|action| is_foreign(subject.plan, action)) else { return };
    let (Some(environment), Some(used)) = (subject.hir.environment(foreign), &foreign.environment) else { return };
    if let Some((fault, place)) = fault(subject, pipeline) {
        let name = &environment.declaration.symbol.node;
        findings.push(environments::key_needed(fault, name, place, used.span));
        return;
    }
    if let Some(bucket) = &pipeline.store.bucket
        && let Some(declared) = subject.hir.buckets.get(bucket.node)
        && declared.ownership != Ownership::Owned
    {
        findings.push(environments::existing_store("bucket", &declared.symbol.node, bucket.span, used.span));
    }
    if let Some(key) = &pipeline.store.key
        && let ValueKind::Entity(Entity::Key(id)) = &key.kind
        && let Some(declared) = subject.hir.keys.get(*id)
        && declared.ownership != Ownership::Owned
    {
        findings.push(environments::existing_store("key", &declared.symbol.node, key.span, used.span));
    }
}

fn fault<'a>(subject: &Subject<'a>, pipeline: &'a Pipeline) -> Option<(KeyFault<'a>, Span)> {
    let bucket = pipeline.store.bucket.as_ref();
    let declared = bucket.and_then(|bucket| subject.hir.buckets.get(bucket.node));
    let of_bucket = || declared.and_then(|declared| declared.attributes.get("key")).map(|key| &key.value);
    if let Some(key) = pipeline.store.key.as_ref().or_else(of_bucket) {
        let text = key.as_str()?;
        let name = text.splitn(6, ':').nth(5).unwrap_or(text);
        if name.starts_with("alias/aws/") {
            return Some((KeyFault::Managed(text), key.span));
        }
        return name.starts_with("alias/").then_some((KeyFault::Alias(text), key.span));
    }
    let (bucket, declared) = (bucket?, declared?);
    matches!(declared.ownership, Ownership::Imported(_))
        .then_some((KeyFault::Missing(&declared.symbol.node), bucket.span))
}
