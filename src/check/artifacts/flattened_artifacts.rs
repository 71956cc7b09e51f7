//! W0962: `discard-paths` in an artifact whose reader needs its folders.

use crate::catalog::Category;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::buildspec::Artifacts;

pub(super) const RULE: Rule = Rule { name: "flattened-artifacts", codes: &[Code::W0962], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Deploy) {
        if place.action.action_type.folders.is_empty() || place.action.incomplete {
            continue;
        }
        for input in &place.action.inputs {
            let Some(artifact) = place.pipeline.artifacts.get(input.artifact) else { continue };
            let Some(producer) = place.pipeline.actions.get(artifact.producer) else { continue };
            let build = subject.action_files.build(place.pipeline_id, artifact.producer);
            let Some(build) = build.filter(|build| repository::is_sound(build) && !repository::is_batch(producer))
            else {
                continue;
            };
            let Some(primary) = &build.spec.artifacts else { continue };
            let section = if producer.outputs.len() > 1 {
                primary.secondary.iter().find(|section| section.key.node == artifact.name.node)
            } else {
                Some(primary)
            };
            if let Some(file) =
                section.filter(|section| section.discard_paths.is_some()).and_then(|section| lost(place, section))
            {
                findings.push(folder_lost(file, &artifact.name.node, input.span));
            }
        }
    }
}

/// Returns a pattern for files in a folder that the action reads.
fn lost<'a>(place: Place<'_>, section: &'a Artifacts) -> Option<&'a Spanned<String>> {
    let folders = &place.action.action_type.folders;
    section.files.iter().find(|file| {
        let path = file.node.trim_start_matches("./");
        folders.iter().any(|folder| match folder.as_str() {
            "**" => path.contains("**"),
            folder => path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) || path.starts_with("**/"),
        })
    })
}

/// Files that lose their folder.
fn folder_lost(file: &Spanned<String>, artifact: &str, used: Span) -> Diagnostic {
    let message = format!("`discard-paths` removes the folders in `{}`", file.node);
    Diagnostic::new(Code::W0962, message, file.span, format!("`{artifact}` has these files at its root"))
        .label(used, "needs the folders")
        .help("remove `discard-paths: yes` from this artifact")
}
