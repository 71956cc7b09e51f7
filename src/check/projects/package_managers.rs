//! W0229: package managers of another operating system than that of the build's image.

use crate::catalog::images::{Image, image};
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::Project;
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::Build;

pub(super) const RULE: Rule = Rule { name: "package-managers", codes: &[Code::W0229], run: check };

/// Words of commands that handle a program that does not exist.
const HANDLED: [&str; 5] = ["command -v", "which ", "type ", "||", "if "];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(project) = repository::project(subject.hir, place.action) else { continue };
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            if seen.is_new(build) {
                findings.extend(lacking(build, project));
            }
        }
    }
}

fn lacking(build: &Build, project: &Project) -> Vec<Diagnostic> {
    let attribute = project.declaration.attributes.get("image");
    let name = attribute.and_then(|attribute| attribute.value.as_str());
    let Some(Image::Curated { lacks, platform, .. }) = name.map(image) else { return Vec::new() };
    if build.spec.batch.as_ref().is_some_and(|batch| !batch.images.is_empty()) {
        return Vec::new();
    }
    let is_handled = |place: Span| {
        let mut commands = build.spec.commands().filter(|command| command.span.covers(place));
        commands.any(|command| HANDLED.iter().any(|word| command.text.contains(word)))
    };
    let of_others = build.commands.programs.iter().filter_map(|(program, place)| {
        let own = lacks.get(program).filter(|_| !is_handled(*place))?;
        let message = format!("the image has no `{program}`: it is based on {platform}");
        let found = Diagnostic::new(Code::W0229, message, *place, "fails with \"command not found\"")
            .help(format!("use `{own}`, and the names that the packages have in {platform}"));
        Some(found.label(attribute?.value.span, platform))
    });
    of_others.collect()
}
