//! I0879: artifacts that instances fetch by themselves. E0821: those that a role of another account reads, and that are
//! closed to it.

use crate::catalog::Reader;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::{environments, roles};
use crate::hir::{Action, Ownership};
use crate::plan::is_foreign;

use super::environment_places::unfit;
use super::{Place, Subject};

/// The role that fetches the artifacts.
fn role_of(reader: Reader) -> &'static str {
    match reader {
        Reader::Project => "the project's service role",
        Reader::Instances => "the role of the instances",
    }
}

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (_, pipeline) in subject.pipelines() {
        let fetched = |action: &&Action| {
            action.action_type.reader == Some(Reader::Instances) && !is_foreign(subject.plan, action)
        };
        if let Some(action) = pipeline.actions.iter().find(fetched) {
            let bucket = pipeline.store.bucket.as_ref().and_then(|bucket| subject.hir.buckets.get(bucket.node));
            let bucket = bucket.map(|bucket| bucket.symbol.as_str());
            diagnostics.push(roles::instances_read(&action.name, bucket));
        }
    }
    for place in subject.actions().filter(|place| is_foreign(subject.plan, place.action)) {
        let action = place.action;
        let reader = action.action_type.reader.map(role_of);
        let (Some(reader), Some(environment)) = (reader, &action.environment) else { continue };
        // What cannot run there at all has been reported; a policy that is written elsewhere may let the role in.
        if unfit(subject, place).is_none() && !has_own_policy(subject, place) {
            diagnostics.push(environments::unreadable_artifacts(&action.symbol, reader, environment.span));
        }
    }
}

/// Whether the policy of the bucket is not made here.
fn has_own_policy(subject: &Subject<'_>, place: Place<'_>) -> bool {
    let bucket = place.pipeline.store.bucket.as_ref().and_then(|bucket| subject.hir.buckets.get(bucket.node));
    bucket.is_some_and(|bucket| bucket.ownership != Ownership::Owned)
}
