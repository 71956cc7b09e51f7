//! I0612: artifacts in a bucket whose policy is outside the template. E0806: artifacts that another account reads,
//! encrypted with a key that it cannot use. E0807: a Region that may need a bucket.

use crate::catalog::ExampleValue;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
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
                findings.push(home_unknown(&region.node, region.span));
            }
        }
        key(subject, pipeline, findings);
    }
}

fn key(subject: &Subject<'_>, pipeline: &Pipeline, findings: &mut Findings) {
    let Some(foreign) = pipeline.actions.iter().find(|action| is_foreign(subject.plan, action)) else { return };
    let (Some(environment), Some(used)) = (subject.hir.environment(foreign), &foreign.environment) else { return };
    let name = environment.declaration.symbol.node.as_str();
    if let Some((fault, place)) = fault(subject, pipeline) {
        findings.push(key_needed(fault, name, place, used.span));
        return;
    }
    if let Some(bucket) = &pipeline.store.bucket
        && let Some(declared) = subject.hir.buckets.get(bucket.node)
        && declared.ownership != Ownership::Owned
    {
        findings.push(existing_store("bucket", &declared.symbol.node, bucket.span, (name, used.span)));
    }
    if let Some(key) = &pipeline.store.key
        && let ValueKind::Entity(Entity::Key(id)) = &key.kind
        && let Some(declared) = subject.hir.keys.get(*id)
        && declared.ownership != Ownership::Owned
    {
        findings.push(existing_store("key", &declared.symbol.node, key.span, (name, used.span)));
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

/// The problem with the key of an artifact bucket that another account reads.
#[derive(Debug, Clone, Copy)]
enum KeyFault<'a> {
    /// `alias/aws/s3` and other keys managed by AWS.
    Managed(&'a str),
    /// An alias.
    Alias(&'a str),
    /// There is no key, and the bucket is an existing one.
    Missing(&'a str),
}

/// An artifact bucket that another account reads, without a key that can be shared with it.
fn key_needed(fault: KeyFault<'_>, environment: &str, place: Span, used: Span) -> Diagnostic {
    let (message, label) = match fault {
        KeyFault::Managed(key) => (
            format!("`{key}` cannot be shared with the account of `{environment}`"),
            "an AWS managed key works in one account only",
        ),
        KeyFault::Alias(key) => (
            format!("alias `{key}` cannot be used from the account of `{environment}`"),
            "an alias belongs to one account",
        ),
        KeyFault::Missing(bucket) => (
            format!("`{environment}` reads from bucket `{bucket}`, whose key is unknown"),
            "another account needs a customer managed key",
        ),
    };
    Diagnostic::new(Code::E0806, message, place, label).label(used, "another account").help(match fault {
        KeyFault::Missing(_) => "set `key` to the key of the bucket: a declared `key`, or its key ARN",
        _ => "set `key` to a declared `key` or to the key ARN of a customer managed key (`arn:...:key/...`), or remove it: dotpipe then generates a key",
    })
}

/// A Region that may or may not need an artifact bucket.
fn home_unknown(region: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0807,
        format!("Region `{region}` needs an artifact bucket unless it is the pipeline's Region"),
        place,
        "the pipeline's Region is unknown",
    )
    .help(phrase![
        "set the pipeline's Region: ",
        PipeCode::set("region", ExampleValue::text("...")),
        " in the pipeline, `--region`, or `region` in dotpipe.toml"
    ])
}

/// An existing artifact bucket or key whose policy must allow roles of another account.
fn existing_store(what: &str, name: &str, place: Span, (environment, used): (&str, Span)) -> Diagnostic {
    let message = format!("the policy of {what} `{name}` must allow roles of another account");
    Diagnostic::new(Code::I0612, message, place, format!("an existing {what}, whose policy dotpipe does not change"))
        .label(used, "another account")
        .help(format!(
            "for each role in the account of `{environment}`, `dotpipe explain role` shows what to add to the {what}'s policy"
        ))
}
