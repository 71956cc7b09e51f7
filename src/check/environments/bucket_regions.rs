//! E0841: files deployed to a bucket in a different Region from the action's.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, Ownership, Part, PartKind, Value, ValueKind};
use crate::plan::other_region;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "bucket-regions", codes: &[Code::E0841], run: check };

/// Checks every deployment to a bucket of this file, which is created in the pipeline's Region.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html> (2026-11-23)
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // Without it, the pipeline may be in the Region that the action names.
    if subject.plan.home.region.is_none() {
        return;
    }
    for place in subject.actions() {
        let Some(slot) = place.action.action_type.slot.iter().find(|slot| slot.same_region) else { continue };
        let Some(region) = other_region(subject.hir, subject.plan, place.action) else { continue };
        let Some(value) = slot.key.as_deref().and_then(|key| place.action.value(key)) else { continue };
        let Some(Entity::Bucket(id)) = entity(value) else { continue };
        let Some(bucket) = subject.hir.buckets.get(id).filter(|it| it.ownership == Ownership::Owned) else {
            continue;
        };
        let said = place.action.environment.as_ref().map_or(region.span, |environment| environment.span);
        let region = Spanned::new(region.node.as_str(), said);
        let environment = subject.hir.environment(place.action).filter(|_| place.action.region.is_none());
        let clause = match environment {
            Some(environment) => format!("in {}", environment.declaration.symbol.node),
            None => format!("region = {}", region.node),
        };
        let (action, bucket) = (&place.action.symbol, &bucket.symbol.node);
        findings.about(place, bucket_in_other_region(action, region, &clause, bucket, value.span));
    }
}

/// Returns the declaration that a value is, or the one whose member it is.
fn entity(value: &Value) -> Option<Entity> {
    match &value.kind {
        ValueKind::Entity(entity) => Some(*entity),
        ValueKind::Text(text) => match text.parts.as_slice() {
            [Part { kind: PartKind::Member(entity, _), .. }] => Some(*entity),
            _ => None,
        },
        _ => None,
    }
}

/// Files that an action in another Region deploys to a bucket of this file. `clause` is what sets the Region.
fn bucket_in_other_region(action: &str, region: Spanned<&str>, clause: &str, bucket: &str, place: Span) -> Diagnostic {
    let message = format!("action `{action}` in `{}` cannot deploy to bucket `{bucket}`", region.node);
    Diagnostic::new(Code::E0841, message, place, "created in the pipeline's Region")
        .label(region.span, "a different Region")
        .note(format!(
            "the action would fail with \"The bucket named ... is not located in the {} AWS region\"",
            region.node
        ))
        .help(format!("remove `{clause}`, or write the name of an existing bucket in `{}` in quotes", region.node))
}
