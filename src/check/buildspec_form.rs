//! E0214 and W0213: buildspecs that CodeBuild would refuse, and keys that it would pass over.

use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::repository as family;
use crate::diagnostic::suggest::similar;
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::Build;
use crate::workspace::buildspec::{Buildspec, Malformed};

use super::Subject;

/// Looks at every buildspec once.
pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut seen: Vec<Arc<Build>> = Vec::new();
    for pipeline in &subject.hir.pipelines {
        for action in &pipeline.actions {
            let Some(build) = repository::build(subject.hir, subject.workspace, pipeline, action) else { continue };
            if !seen.iter().any(|other| Arc::ptr_eq(other, &build)) {
                look(&build.spec, diagnostics);
                seen.push(build);
            }
        }
    }
}

fn look(spec: &Buildspec, diagnostics: &mut Diagnostics) {
    if spec.error.is_some() {
        return;
    }
    if spec.malformed.iter().any(|malformed| malformed.path.is_empty()) {
        // Not a mapping at all: everything else would follow from that.
        return;
    }
    for malformed in &spec.malformed {
        let Malformed { path, expected, span } = malformed;
        let colon = *expected == "text" && (path.ends_with(".commands") || path.ends_with(".finally"));
        diagnostics.push(family::malformed_buildspec(path, expected, *span, colon));
    }
    for unknown in &spec.unknown_keys {
        let near = similar(&unknown.key.node, unknown.known.iter().copied());
        // At the top, keys of one's own may hold YAML anchors.
        if near.is_some() || unknown.section == "phases" {
            diagnostics.push(family::unknown_buildspec_key(&unknown.section, &unknown.key, near, unknown.known));
        }
    }
    match &spec.version {
        Some(version) if !matches!(version.node.as_str(), "0.1" | "0.2") => {
            diagnostics.push(family::unknown_version(version));
        }
        Some(_) => {}
        None => missing(spec, "version", diagnostics),
    }
    if spec.phases.is_empty() {
        missing(spec, "phases", diagnostics);
    }
}

/// Reports an absent section, unless a slip in its name has been reported.
fn missing(spec: &Buildspec, section: &str, diagnostics: &mut Diagnostics) {
    let slip =
        spec.unknown_keys.iter().any(|key| key.section.is_empty() && similar(&key.key.node, [section]).is_some());
    let broken = spec.malformed.iter().any(|malformed| malformed.path == section);
    if let Some(place) = start(spec).filter(|_| !slip && !broken) {
        diagnostics.push(family::incomplete_buildspec(section, place));
    }
}

/// Some key of the buildspec, to point at.
fn start(spec: &Buildspec) -> Option<Span> {
    let version = spec.version.as_ref().map(|version| version.span);
    let phase = spec.phases.first().map(|phase| phase.name.span);
    let artifacts = spec.artifacts.as_ref().map(|artifacts| artifacts.key.span);
    version.or(phase).or(artifacts)
}
