//! E0530: a pipeline whose `raw` sets the other of the two properties for artifact stores.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Value, ValueKind};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "given-stores", codes: &[Code::E0530], run: check };

/// One store, and a list of stores by Region: CodePipeline accepts either.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html> (2026-11-23)
const STORE: &str = "ArtifactStore";
const STORES: &str = "ArtifactStores";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        let Some(ValueKind::Map(entries)) = pipeline.raw.as_ref().map(|raw| &raw.kind) else { continue };
        let planned = &subject.plan.pipelines[id];
        let (made, other) = if planned.stores.len() > 1 { (STORES, STORE) } else { (STORE, STORES) };
        let is_kept = |value: &Value| matches!(value.kind, ValueKind::Map(_) | ValueKind::List(_));
        let kept = entries.iter().find(|(key, _)| key.node == made).is_none_or(|(_, value)| is_kept(value));
        // An intrinsic instead of the generated one may remove it: `AWS::NoValue`.
        if let Some((key, _)) =
            entries.iter().find(|(key, value)| key.node == other && kept && !matches!(value.kind, ValueKind::Null))
        {
            findings.push(second_store(key, made));
        }
    }
}

/// `raw` with the property for several artifact stores in addition to the one for a single one, or the reverse.
fn second_store(key: &Spanned<String>, made: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0530,
        format!("`raw` sets `{}`, but the pipeline already has `{made}`", key.node),
        key.span,
        "CodePipeline accepts only one of the two",
    )
    .help(format!("name your bucket with `artifacts {{ bucket = ... }}`, or set `{made}` instead"))
}
