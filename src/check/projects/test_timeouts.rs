//! W0930: a project whose builds can take longer than CodePipeline waits for a test.

use crate::catalog::{Category, limits::limit};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::ValueKind;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "test-timeouts", codes: &[Code::W0930], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(most) = limit("test-minutes").map(|limit| limit.value) else { return };
    let tests = subject.actions().filter(|place| place.action.category == Category::Test);
    for place in tests {
        let Some(project) = place.action.project().and_then(|id| subject.hir.projects.get(id)) else { continue };
        let Some(timeout) = project.declaration.attributes.get("timeout") else { continue };
        let ValueKind::Number(minutes) = &timeout.value.kind else { continue };
        if minutes.parse::<usize>().is_ok_and(|minutes| minutes > most) {
            let project = &project.declaration.symbol.node;
            findings.about(place, outlasts_test(&place.action.name, project, most / 60, timeout.value.span));
        }
    }
}

/// A test whose project has a longer timeout than CodePipeline allows.
fn outlasts_test(test: &Spanned<String>, project: &str, hours: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0930,
        format!("test `{}` times out after {}, before its build does", test.node, wording::count(hours, "hour")),
        place,
        format!("builds of project `{project}` can take longer"),
    )
    .label(test.span, "limited by CodePipeline")
    .help(format!("write `{hours}h` here, or use `build codebuild` instead of `test codebuild`"))
}
