//! I0879: artifacts that instances fetch themselves. E0821: artifacts that a role of another account reads without
//! permission.

use crate::catalog::Reader;
use crate::check::support::places::unfit;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::Ownership;
use crate::plan::{PipelinePlan, is_foreign};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "artifact-readers", codes: &[Code::E0821, Code::I0879], run: check };

/// Returns the role that fetches the artifacts.
fn role_of(reader: Reader) -> &'static str {
    match reader {
        Reader::Project => "the project's service role",
        Reader::Instances => "the role of the instances",
    }
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        let fetched = |place: &Place<'_>| {
            place.pipeline_id == id
                && place.action.action_type.reader == Some(Reader::Instances)
                && !is_foreign(subject.plan, place.action)
        };
        let mut fetching = subject.actions().filter(fetched);
        if let Some(place) = fetching.next() {
            let bucket = pipeline.store.bucket.as_ref().and_then(|bucket| subject.hir.buckets.get(bucket.node));
            let bucket = bucket.map(|bucket| bucket.symbol.as_str());
            let others: Vec<Span> = fetching.map(|place| place.action.name.span).collect();
            let output = subject.plan.pipelines.get(id).map(PipelinePlan::artifacts_output);
            findings.about(place, instances_read(&place.action.name, bucket, output.as_deref(), &others));
        }
    }
    for place in subject.actions().filter(|place| is_foreign(subject.plan, place.action)) {
        let action = place.action;
        let reader = action.action_type.reader.map(role_of);
        let (Some(reader), Some(environment)) = (reader, &action.environment) else { continue };
        // Actions that cannot run there at all are reported separately. A policy outside the template may allow the
        // role.
        if unfit(subject, place).is_none() && !has_own_policy(subject, place) {
            findings.push(unreadable_artifacts(&action.symbol, reader, environment.span));
        }
    }
}

/// Returns whether the policy of the bucket is outside the template.
fn has_own_policy(subject: &Subject<'_>, place: Place<'_>) -> bool {
    let bucket = place.pipeline.store.bucket.as_ref().and_then(|bucket| subject.hir.buckets.get(bucket.node));
    bucket.is_some_and(|bucket| bucket.ownership != Ownership::Owned)
}

/// An action in another account whose service reads the artifacts with a role that the policies do not allow.
fn unreadable_artifacts(action: &str, reader: &str, place: Span) -> Diagnostic {
    let message = format!("action `{action}` cannot read its artifacts in another account");
    Diagnostic::new(Code::E0821, message, place, format!("reads them with {reader}"))
        .note(
            "the generated bucket and key policies allow only the action role; the action would fail with AccessDenied",
        )
        .help("use an existing bucket and key whose policies allow that role: `artifacts { bucket = ..., key = ... }`")
}

/// Instances that fetch artifacts themselves. `bucket` is the artifact bucket if the file declares it, `output` the
/// output of the stack that names it, and `others` further actions whose instances do so.
fn instances_read(action: &Spanned<String>, bucket: Option<&str>, output: Option<&str>, others: &[Span]) -> Diagnostic {
    let message = format!("the instances of action `{}` need to read the artifact bucket", action.node);
    let whose = match (bucket, output) {
        (Some(bucket), _) => format!("in bucket `{bucket}`"),
        (None, Some(output)) => format!("in the artifact bucket; output `{output}` of the stack contains its name"),
        (None, None) => "in the artifact bucket".to_owned(),
    };
    let label = "they fetch artifacts with a role that this file does not declare";
    let first = Diagnostic::new(Code::I0879, message, action.span, label);
    let all = others
        .iter()
        .fold(first, |diagnostic, place| diagnostic.label(*place, "this action's instances also fetch artifacts"));
    all.note("if artifacts are encrypted with a customer managed key, the role also needs `kms:Decrypt` on that key")
        .help(format!("in their role, allow `s3:GetObject` and `s3:GetObjectVersion` on all objects {whose}"))
}
