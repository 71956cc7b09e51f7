//! E0773: run-time values in commands that a shell would read as part of the command.

use crate::catalog::{Category, Content};
use crate::check::support::variable_contents::variables;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::names;
use crate::diagnostic::families::phases::{self, InCommand};
use crate::plan::Misplacement;

pub(super) const RULE: Rule = Rule { name: "command-values", codes: &[Code::E0106, Code::E0773], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Compute) {
        let Some(planned) = subject.plan.action(place.pipeline_id, place.id) else { continue };
        for misplaced in &planned.fields.misplaced {
            findings.push(phases::in_command(misplaced.why.into(), misplaced.span));
        }
        let slot = place.action.action_type.slot_of_key("EnvironmentVariables");
        let given = place.action.value("EnvironmentVariables").map(|value| value.span);
        let count = planned.fields.environment.len() as u64;
        if let Some(max) = slot.and_then(|slot| slot.max).filter(|max| count > *max)
            && planned.fields.made_variables > 0
        {
            let limits = format!("a map of 1 to {max}, with one entry for each run-time value in `commands`");
            let place = given.or(place.action.value("Commands").map(|value| value.span));
            findings.extend(place.map(|place| names::out_of_range("env", &limits, place)));
        }
    }
    // A rule has commands and no environment variables.
    for place in subject.rules() {
        let Some(value) = place.rule.value("Commands") else { continue };
        value.each_part(&mut |part| {
            if variables(place.pipeline, part).iter().any(|variable| variable.content != Content::Token) {
                findings.push(phases::in_command(InCommand::OfRule, part.span));
            }
        });
    }
}

impl From<Misplacement> for InCommand {
    fn from(why: Misplacement) -> Self {
        match why {
            Misplacement::SingleQuotes => Self::SingleQuotes,
            Misplacement::Expansion => Self::Expansion,
            Misplacement::SecondShell => Self::SecondShell,
            Misplacement::Windows => Self::Windows,
        }
    }
}
