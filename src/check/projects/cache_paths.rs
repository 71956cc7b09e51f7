//! I0255: paths in the `cache` of a project that its buildspec does not list.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ProjectId, ValueKind};
use crate::plan::repository;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "cache-paths", codes: &[Code::I0255], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, project) in subject.hir.projects.iter().enumerate() {
        let Some(ValueKind::List(items)) = project.declaration.attributes.get("cache").map(|it| &it.value.kind) else {
            continue;
        };
        for item in items.iter().filter(|item| matches!(item.kind, ValueKind::Text(_))) {
            let written = subject.written(item.span);
            let path = item.as_str().unwrap_or(written.unquoted());
            findings
                .extend(lacking(subject, ProjectId(index), path).map(|lists| path_of_cache(path, item.span, lists)));
        }
    }
}

/// Returns whether a buildspec that does not list the path lists others, or `None` if all buildspecs of the project
/// list it, or nothing runs the project.
fn lacking(subject: &Subject<'_>, project: ProjectId, path: &str) -> Option<bool> {
    let of_actions = subject
        .actions()
        .filter(|place| place.action.project() == Some(project))
        .map(|place| subject.action_files.build(place.pipeline_id, place.id).cloned());
    let of_rules = subject
        .rules()
        .filter(|place| place.rule.project() == Some(project))
        .map(|place| subject.action_files.build_of_rule(place.pipeline_id, place.rule));
    // What a buildspec that cannot be read lists is not known.
    of_actions.chain(of_rules).flatten().filter(|build| repository::is_sound(build)).find_map(|build| {
        let paths = &build.spec.cache_paths;
        (!paths.iter().any(|it| it.node == path)).then_some(!paths.is_empty())
    })
}

/// A path in `cache` that the buildspec does not list. `lists` is whether the buildspec lists other paths.
fn path_of_cache(path: &str, place: Span, lists: bool) -> Diagnostic {
    let message = format!("cache path {} has no effect: the buildspec does not list it", tick(path));
    Diagnostic::new(Code::I0255, message, place, "CodeBuild reads cache paths only from the buildspec").help(if lists {
        format!("add `\"{path}\"` to `cache.paths` in the buildspec")
    } else {
        format!("add `cache: {{ paths: [\"{path}\"] }}` to the buildspec")
    })
}
