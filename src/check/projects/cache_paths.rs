//! W0255: paths in the `cache` of a project that its buildspec does not list.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ProjectId, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "cache-paths", codes: &[Code::W0255], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, project) in subject.hir.projects.iter().enumerate() {
        let Some(ValueKind::List(items)) = project.declaration.attributes.get("cache").map(|it| &it.value.kind) else {
            continue;
        };
        for item in items.iter().filter(|item| matches!(item.kind, ValueKind::Text(_))) {
            if !item.as_str().is_some_and(|path| is_listed(subject, ProjectId(index), path)) {
                let shown = subject.written(item.span);
                findings.push(path_of_cache(shown.shown(), item.span));
            }
        }
    }
}

/// Whether every buildspec that the project runs lists the path.
fn is_listed(subject: &Subject<'_>, project: ProjectId, path: &str) -> bool {
    let of_actions = subject
        .actions()
        .filter(|place| place.action.project() == Some(project))
        .map(|place| subject.behind.build(place.pipeline_id, place.id).cloned());
    let of_rules = subject
        .rules()
        .filter(|place| place.rule.project() == Some(project))
        .map(|place| subject.behind.build_of_rule(place.pipeline_id, place.rule));
    let mut builds = of_actions.chain(of_rules).peekable();
    builds.peek().is_some()
        && builds.all(|build| build.is_some_and(|build| build.spec.cache_paths.iter().any(|it| it.node == path)))
}

/// A path in `cache` that the buildspec does not list. `shown`: as written.
fn path_of_cache(shown: &str, place: Span) -> Diagnostic {
    let message = format!("cache path {} has no effect: the buildspec does not list it", tick(shown));
    Diagnostic::new(Code::W0255, message, place, "CodeBuild reads cache paths only from the buildspec")
        .help(format!("add `cache: {{ paths: [{shown}] }}` to the buildspec"))
}
