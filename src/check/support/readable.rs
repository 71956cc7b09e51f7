//! Artifacts that an action could read.

use crate::check::{Place, Subject};

/// Returns the additional artifact that an action could read, if there is exactly one.
pub(in crate::check) fn only_readable<'a>(subject: &Subject<'_>, place: Place<'a>) -> Option<&'a str> {
    let mut readable = place.pipeline.artifacts().filter(|(id, artifact)| {
        subject.plan.ran_before(place.pipeline_id, artifact.producer, place.id)
            && !place.action.inputs.iter().any(|input| input.artifact == *id)
    });
    let (_, only) = readable.next()?;
    readable.next().is_none().then_some(only.name.as_str())
}
