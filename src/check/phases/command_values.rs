//! E0773: run-time values in commands that a shell would read as part of the command.

use crate::catalog::{Category, Content};
use crate::check::support::variable_contents::variables;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::attributes;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::plan::Misplacement;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "command-values", codes: &[Code::E0106, Code::E0773], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Compute) {
        let Some(planned) = subject.plan.action(place.pipeline_id, place.id) else { continue };
        for misplaced in &planned.fields.misplaced {
            findings.push(in_command(misplaced.why.into(), &expression(subject, misplaced.span), misplaced.span));
        }
        let slot = place.action.action_type.slot_of_key("EnvironmentVariables");
        let given = place.action.value("EnvironmentVariables").map(|value| value.span);
        let count = planned.fields.environment.len() as u64;
        if let Some(max) = slot.and_then(|slot| slot.max).filter(|max| count > *max)
            && planned.fields.made_variables > 0
        {
            let limits = format!("a map of 1 to {max} entries, including one for each run-time value in `commands`");
            let place = given.or(place.action.value("Commands").map(|value| value.span));
            findings.extend(place.map(|place| attributes::out_of_range("env", &limits, place)));
        }
    }
    // A rule has commands but no environment variables.
    for place in subject.rules() {
        let Some(value) = place.rule.value("Commands") else { continue };
        value.each_part(&mut |part| {
            if variables(place.pipeline, part).iter().any(|variable| variable.content != Content::Token) {
                findings.push(in_command(InCommand::OfRule, &expression(subject, part.span), part.span));
            }
        });
    }
}

/// Returns a run-time value in the form that `env` accepts.
fn expression(subject: &Subject<'_>, place: Span) -> String {
    let written = subject.written(place);
    let shown = written.shown();
    let is_reference = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if shown.chars().all(is_reference) {
        shown.to_owned()
    } else if shown.starts_with("#{") && shown.ends_with('}') {
        format!("\"{shown}\"")
    } else {
        "...".to_owned()
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

/// A position in a command where a run-time value cannot become an environment variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InCommand {
    /// In single quotes.
    SingleQuotes,
    /// In an expansion of the shell.
    Expansion,
    /// In an argument that a second interpreter reads as code.
    SecondShell,
    /// In a command for Windows.
    Windows,
    /// In a command of a rule.
    OfRule,
}

/// A run-time value that a shell would read as part of a command.
fn in_command(place: InCommand, value: &str, span: Span) -> Diagnostic {
    let pass = phrase!["pass the value in ", PipeCode::set("env", format!("{{ VALUE = {value} }}")), " and"];
    let (label, help) = match place {
        InCommand::SingleQuotes => (
            "a shell does not expand variables in single quotes",
            "use double quotes: the value becomes an environment variable".into(),
        ),
        InCommand::Expansion => ("inside a shell expansion", phrase![pass, " expand that variable here"]),
        InCommand::SecondShell => {
            ("a second shell would parse this as code", phrase![pass, " let the inner command expand `\"$VALUE\"`"])
        }
        InCommand::Windows => ("the Windows shell would parse this as code", phrase![pass, " use that variable here"]),
        InCommand::OfRule => (
            "a rule has no environment variables to pass it in",
            format!("run a project instead: `codebuild(Project, env = {{ VALUE = {value} }})`").into(),
        ),
    };
    Diagnostic::new(Code::E0773, "a shell would execute this run-time value as code", span, label)
        .note("anyone who writes a commit message, names a branch, or starts the pipeline could inject commands")
        .help(help)
}
