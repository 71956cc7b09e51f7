//! E0207, W0221: a file that its artifact does not contain, or that nothing writes.

use crate::check::support::artifact_files::{Wanted, missing_together};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::artifacts::Named;
use crate::hir::{ArtifactFile, Value, ValueKind};

pub(super) const RULE: Rule = Rule { name: "artifact-files", codes: &[Code::E0207, Code::W0221], run: check };

/// Checks every `Artifact::file` in the configuration of every action.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        let mut files = Vec::new();
        for setting in pipeline.actions.iter().flat_map(|action| action.configuration.values()) {
            each_file(&setting.value, &mut |file| files.extend(wanted(file)));
        }
        findings.extend(missing_together(subject, id, &files));
    }
}

/// Calls `visit` with every file of an artifact in a value.
fn each_file<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a ArtifactFile)) {
    match &value.kind {
        ValueKind::ArtifactFile(file) => visit(file),
        ValueKind::List(items) => items.iter().for_each(|item| each_file(item, visit)),
        ValueKind::Map(entries) => entries.iter().for_each(|(_, value)| each_file(value, visit)),
        _ => {}
    }
}

fn wanted(file: &ArtifactFile) -> Option<Wanted<'_>> {
    let (id, path) = (file.artifact?, file.path.as_literal()?);
    Some(Wanted { artifact: id, path, span: file.path_span, named: Named::AfterColons })
}
