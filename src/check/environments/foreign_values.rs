//! E0708: values of CloudFormation in actions that run in another account or Region.

use crate::catalog::Kind;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Part, PartKind};
use crate::plan::{is_foreign, other_region};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "foreign-values", codes: &[Code::E0708], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let action = place.action;
        let elsewhere = is_foreign(subject.plan, action) || other_region(subject.hir, subject.plan, action).is_some();
        let said = action.environment.as_ref().map(|it| it.span).or_else(|| action.region.as_ref().map(|it| it.span));
        let Some(said) = said.filter(|_| elsewhere) else { continue };
        for (key, setting) in &action.configuration {
            // A role is available in all Regions of its account.
            let is_role = action.action_type.slot_of_key(key).is_some_and(|slot| slot.to == Some(Kind::Role));
            if is_role && !is_foreign(subject.plan, action) {
                continue;
            }
            setting.value.each_part(&mut |part| {
                if let Some(shown) = shown(part) {
                    findings.push(evaluated_at_home(&shown, &action.symbol, part.span, said));
                }
            });
        }
    }
}

/// Returns a value that CloudFormation looks up, as it is written.
fn shown(part: &Part) -> Option<String> {
    Some(match &part.kind {
        PartKind::Ref(id) => format!("cfn.ref(\"{id}\")"),
        PartKind::Att(id, attribute) => format!("cfn.att(\"{id}\", \"{attribute}\")"),
        PartKind::Import(export) => format!("cfn.import(\"{}\")", export.as_literal().unwrap_or("...")),
        _ => return None,
    })
}

/// A CloudFormation value in an action that runs in another account or Region.
fn evaluated_at_home(shown: &str, action: &str, place: Span, elsewhere: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0708,
        format!("`{shown}` is evaluated in the pipeline's account and Region, not where `{action}` runs"),
        place,
        "",
    )
    .label(elsewhere, "runs here")
    .help("write the value itself, or set it in the `settings` of the environment")
}
