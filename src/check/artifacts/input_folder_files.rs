//! E0207: files that the commands of a build read in the folder of an input that does not contain them.

use crate::check::support::artifact_files::{Wanted, missing};
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::artifacts::Named;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::workspace::packaging::FolderRead;

pub(super) const RULE: Rule = Rule { name: "input-folder-files", codes: &[Code::E0207], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let own = subject.behind.own_commands(place.pipeline_id, place.id);
        for build in subject.behind.builds(place.pipeline_id, place.id).chain(own) {
            if repository::is_sound(build) && seen.is_new(build) {
                findings.extend(build.commands.folder_reads.iter().filter_map(|read| one(subject, place, read)));
            }
        }
    }
}

fn one(subject: &Subject<'_>, place: Place<'_>, read: &FolderRead) -> Option<Diagnostic> {
    let named = |id| place.pipeline.artifacts.get(id).is_some_and(|artifact| artifact.name.node == read.input);
    let input = place.action.inputs.iter().find(|input| named(input.artifact))?;
    let wanted = Wanted { artifact: input.artifact, path: &read.path, span: read.span, named: Named::Path };
    let mut found = missing(subject, place.pipeline_id, &wanted)?;
    // The path is part of a command.
    found.edits.clear();
    found.intents.clear();
    let near = found.help.as_deref().and_then(|help| help.strip_prefix("did you mean `\"")?.strip_suffix("\"`?"));
    if let Some(near) = near.map(|near| format!("did you mean `$CODEBUILD_SRC_DIR_{}/{near}`?", read.input)) {
        found.help = Some(near);
    }
    Some(found)
}
