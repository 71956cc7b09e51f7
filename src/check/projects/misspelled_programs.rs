//! W0233: programs whose names are probably misspelled.

use crate::catalog::programs;
use crate::check::support::build_shell::is_curated;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::Spanned;
use crate::workspace::Build;

pub(super) const RULE: Rule = Rule { name: "misspelled-programs", codes: &[Code::W0233], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(project) = repository::project(subject.hir, place.action) else { continue };
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            // Other images may contain any program.
            if !is_curated(build, project) || build.commands.opaque.is_some() || !seen.is_new(build) {
                continue;
            }
            let mut said: Vec<&str> = Vec::new();
            for called in &build.commands.called {
                let name = called.node.as_str();
                if let Some(near) = meant(subject, build, name).filter(|_| !said.contains(&name)) {
                    said.push(name);
                    findings.push(not_found(called, near));
                }
            }
        }
    }
}

/// Returns the program that a name misspells, if nothing else can have this name.
fn meant(subject: &Subject<'_>, build: &Build, name: &str) -> Option<&'static str> {
    let near = programs::misspelled(name)?;
    let is_defined = build.commands.defined.iter().any(|own| own == name);
    let is_file = || subject.workspace.files().tracked().keys().any(|path| path.file_name() == Some(name));
    // Another command may install it, or asks for it.
    let is_mentioned = || build.count_word(name) > 0;
    (!is_defined && !is_mentioned() && !is_file()).then_some(near)
}

/// A program that probably does not exist.
fn not_found(called: &Spanned<String>, near: &str) -> Diagnostic {
    let message = format!("no known program is called `{}`", called.node);
    Diagnostic::new(Code::W0233, message, called.span, "\"not found\"").suggest(called.span, Some(near))
}
