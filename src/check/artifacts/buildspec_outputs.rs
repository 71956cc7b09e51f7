//! E0208: the outputs of a build and the artifacts of its buildspec. An entry that no output takes does no harm.

use crate::check::{Rule, Subject};
use crate::diagnostic::families::artifacts as family;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostics};
use crate::hir::{Action, Artifact, ArtifactId, Pipeline};
use crate::plan::repository;
use crate::source::Spanned;
use crate::workspace::buildspec::{Artifacts, Buildspec};

pub(super) const RULE: Rule = Rule { name: "buildspec-outputs", codes: &[Code::E0208], run: check };

/// Compares both lists of every build.
fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for pipeline in &subject.hir.pipelines {
        for action in &pipeline.actions {
            let Some(build) = repository::build(subject.hir, subject.workspace, pipeline, action) else { continue };
            if repository::is_sound(&build) && !repository::is_batch(action) {
                compare(pipeline, action, &build.spec, diagnostics);
            }
        }
    }
}

fn compare(pipeline: &Pipeline, action: &Action, spec: &Buildspec, diagnostics: &mut Diagnostics) {
    let outputs: Vec<&Artifact> = action.outputs.iter().filter_map(|id| pipeline.artifacts.get(*id)).collect();
    let Some(first) = outputs.first() else { return };
    let name = &action.name.node;
    let Some(section) = &spec.artifacts else {
        let is_slip = |key: &str| similar(key, ["artifacts"]).is_some();
        let slip = spec.unknown_keys.iter().any(|unknown| unknown.section.is_empty() && is_slip(&unknown.key.node));
        // The build itself goes well then: an action that reads the artifact fails.
        let read = |id: &ArtifactId| pipeline.actions.iter().flat_map(|it| &it.inputs).any(|it| it.artifact == *id);
        let used = action.outputs.iter().find(|id| read(id)).and_then(|id| pipeline.artifacts.get(*id));
        if let Some(used) = used.filter(|_| !slip && !spec.phases.is_empty()) {
            diagnostics.push(family::build_without_artifacts(name, &used.name));
        }
        return;
    };
    if outputs.len() > 1 {
        several(&outputs, section, diagnostics);
    } else if section.files.is_empty() && !section.secondary.is_empty() {
        diagnostics.push(family::only_secondary(name, &first.name, section.key.span));
    }
}

fn several(outputs: &[&Artifact], section: &Artifacts, diagnostics: &mut Diagnostics) {
    let is_output = |identifier: &str| outputs.iter().any(|output| output.name.node == identifier);
    let mut free: Vec<&Spanned<String>> =
        section.secondary.iter().map(|secondary| &secondary.key).filter(|key| !is_output(&key.node)).collect();
    let is_secondary = |name: &str| section.secondary.iter().any(|secondary| secondary.key.node == name);
    for output in outputs.iter().filter(|output| !is_secondary(&output.name.node)) {
        let name = &output.name;
        if !name.node.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let mended: String = name.node.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            free.retain(|key| key.node != mended);
            diagnostics.push(family::not_an_identifier(name, &mended));
            continue;
        }
        let near = similar(&name.node, free.iter().map(|key| key.as_str())).map(str::to_owned);
        let near = near.and_then(|near| free.iter().copied().find(|key| key.node == near));
        free.retain(|key| Some(*key) != near);
        diagnostics.push(family::no_secondary(name, near, section.key.span));
    }
}
