//! W0610: two branches of one repository with a connection, of which only one starts the pipeline.

use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::Action;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "rival-sources", codes: &[Code::W0610], run: check };

/// The keys with the repository and the branch of a source with a connection.
const REPOSITORY: &str = "FullRepositoryId";
const BRANCH: &str = "BranchName";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        let mut seen: Vec<(&Action, &str, &str)> = Vec::new();
        for (source, action) in pipeline.actions() {
            let place = Place { pipeline_id: id, pipeline, id: source, action };
            let Some(detection) = &action.action_type.change_detection else { continue };
            let Some(planned) = subject.plan.action(id, source) else { continue };
            let is = |(key, text): (&String, &String)| {
                planned.configuration.get(key).is_some_and(|value| value.text.as_text() == Some(text))
            };
            let off = !detection.off.is_empty() && detection.off.iter().all(is);
            let (Some(repository), Some(branch)) = (action.literal(REPOSITORY), action.literal(BRANCH)) else {
                continue;
            };
            if off || detection.pattern.is_some() || !action.filters.is_empty() {
                continue;
            }
            match seen.iter().find(|(_, other, rival)| *other == repository && *rival != branch) {
                Some((first, _, rival)) => {
                    let found = only_one_branch(repository, (branch, *rival), &action.name, first.name.span);
                    findings.about(place, found);
                }
                None => seen.push((action, repository, branch)),
            }
        }
    }
}

/// A second source of the same repository. `branches` are its own and the other one's.
fn only_one_branch(
    repository: &str,
    (branch, other): (&str, &str),
    source: &Spanned<String>,
    first: Span,
) -> Diagnostic {
    Diagnostic::new(
        Code::W0610,
        format!("only one of two branches of `{repository}` starts the pipeline"),
        source.span,
        format!("uses branch `{branch}`"),
    )
    .label(first, format!("uses branch `{other}`"))
    .note("CodePipeline detects changes in only one of the branches")
    .help(phrase![
        "write ",
        PipeCode::on_with("push", "{ branches = [...] }"),
        " in the source that should start the pipeline, or use two pipelines"
    ])
}
