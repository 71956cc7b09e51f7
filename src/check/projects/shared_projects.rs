//! W0878: a project that builds pull requests and is also used in another pipeline.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{FilterEvent, Ownership, Pipeline, ProjectId};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "shared-projects", codes: &[Code::W0878], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, project) in subject.hir.projects.entries() {
        if project.declaration.ownership != Ownership::Owned {
            continue;
        }
        let use_in = |pipeline: &Pipeline| used(pipeline, index);
        let find = |asked: bool| {
            let mut fitting = subject.hir.pipelines.iter().filter(|pipeline| takes_pull_requests(pipeline) == asked);
            fitting.find_map(|pipeline| Some((pipeline, use_in(pipeline)?)))
        };
        let (Some((_, asked)), Some((pipeline, trusted))) = (find(true), find(false)) else { continue };
        findings.push(shared_with_pull_requests(&SharedProject {
            project: &project.declaration.symbol.node,
            asked,
            pipeline: &pipeline.symbol.node,
            trusted,
        }));
    }
}

fn takes_pull_requests(pipeline: &Pipeline) -> bool {
    pipeline.actions.iter().flat_map(|action| &action.filters).any(|filter| filter.event == FilterEvent::PullRequest)
}

/// Returns the span where a pipeline runs a project.
fn used(pipeline: &Pipeline, project: ProjectId) -> Option<Span> {
    let value = |value: Option<&crate::hir::Value>| value.map(|value| value.span);
    let action = pipeline.actions.iter().find(|action| action.project() == Some(project));
    let rule = || pipeline.rules().find(|rule| rule.project() == Some(project));
    action.and_then(|action| value(action.value("ProjectName"))).or_else(|| value(rule()?.value("ProjectName")))
}

/// A project of two pipelines, one of which builds pull requests.
#[derive(Debug)]
struct SharedProject<'a> {
    /// The project.
    project: &'a str,
    /// The span where pull requests run it.
    asked: Span,
    /// The other pipeline.
    pipeline: &'a str,
    /// The span where the other pipeline runs it.
    trusted: Span,
}

/// A project that builds pull requests and is also used in another pipeline.
fn shared_with_pull_requests(shared: &SharedProject<'_>) -> Diagnostic {
    let message = format!(
        "project `{}` builds pull requests, but is also used in pipeline `{}`",
        shared.project, shared.pipeline
    );
    Diagnostic::new(Code::W0878, message, shared.asked, "code from pull requests runs with the project's role")
        .label(shared.trusted, "the same role reads and writes the artifacts here")
        .help("declare a separate project for pull requests")
}
