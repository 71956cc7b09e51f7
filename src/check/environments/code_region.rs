//! E0818: packaged code that is deployed in a different Region from its bucket.

use crate::check::support::build_environment::Environment;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, Ownership, ValueKind};
use crate::plan::{DeployedTemplate, other_region, repository};
use crate::source::{Span, Spanned};
use crate::workspace::template::{CodeLocation, Template};

pub(super) const RULE: Rule = Rule { name: "code-region", codes: &[Code::E0818], run: check };

/// Types whose code Lambda reads from a bucket, which must be in the same Region.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html> (2026-11-23)
const OF_LAMBDA: [&str; 4] = [
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Serverless::Function",
    "AWS::Serverless::LayerVersion",
];

/// Checks every deploy action in a different Region from the pipeline's.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.plan.home.region.is_none() {
        return;
    }
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(region) = other_region(subject.hir, subject.plan, place.action) else { continue };
        let Some((bucket, command)) = code_bucket(subject, place) else { continue };
        let said = place.action.environment.as_ref().map_or(region.span, |environment| environment.span);
        let region = Spanned::new(region.node.as_str(), said);
        findings.about(place, code_in_other_region(&place.action.symbol, region, &bucket, command));
    }
}

/// Returns the bucket of this file to which the code of a deployed template is uploaded, and the argument that names
/// it.
fn code_bucket(subject: &Subject<'_>, place: Place<'_>) -> Option<(Spanned<String>, Span)> {
    let deployed = subject.action_files.template(place.pipeline_id, place.id);
    let DeployedTemplate::Found { template, packaging: Some(packaging), .. } = deployed else { return None };
    let (packaging, build) = &**packaging;
    if !has_code(template) {
        return None;
    }
    let ValueKind::ArtifactFile(file) = &place.action.value("TemplatePath")?.kind else { return None };
    let artifact = place.pipeline.artifacts.get(file.artifact?)?;
    let producer = &place.pipeline.actions[artifact.producer];
    let project = repository::project(subject.hir, producer)?;
    let environment = Environment::of(producer, Some(project), build);
    let argument = packaging.bucket.as_ref()?;
    let Entity::Bucket(id) = environment.named(subject.hir, &argument.reference())?.entity else { return None };
    let bucket = subject.hir.buckets.get(id).filter(|bucket| bucket.ownership == Ownership::Owned)?;
    Some((bucket.symbol.clone(), argument.whole))
}

/// Returns whether packaging uploads code of functions.
fn has_code(template: &Template) -> bool {
    let sources = template.code_sources();
    let mut local = sources.iter().filter(|code| matches!(code.location, CodeLocation::Local(_)));
    local.any(|code| OF_LAMBDA.contains(&code.kind.as_str()))
}

/// A stack in a different Region from the bucket with its code.
fn code_in_other_region(stack: &str, region: Spanned<&str>, bucket: &Spanned<String>, command: Span) -> Diagnostic {
    let message = format!("stack `{stack}` in `{}` cannot read its code from bucket `{}`", region.node, bucket.node);
    Diagnostic::new(Code::E0818, message, region.span, "not the Region of the bucket")
        .label(command, "packages the code into the bucket")
        .label(bucket.span, "created in the pipeline's Region")
        .note("Lambda reads code only from buckets in its own Region")
        .help(format!("declare an existing bucket in `{}`, and package the code into that bucket too", region.node))
}
