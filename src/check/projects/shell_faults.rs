//! E0226: commands that a shell would not run as intended.

use crate::check::support::build_shell::is_posix;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::packaging::ShellFault;

pub(super) const RULE: Rule = Rule { name: "shell-faults", codes: &[Code::E0226], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        let project = repository::project(subject.hir, place.action);
        let builds = subject.action_files.builds(place.pipeline_id, place.id);
        let builds = builds.filter(|build| project.is_some_and(|project| is_posix(build, project)));
        for build in builds.chain(own) {
            if seen.is_new(build) {
                findings.extend(faults(subject, &build.commands.faults));
                findings.extend(build.spec.negations.iter().map(|place| not_negated(*place)));
            }
        }
    }
}

/// Returns a diagnostic for each fault, and one for a block whose start and end are in separate commands.
fn faults(subject: &Subject<'_>, all: &[Spanned<ShellFault>]) -> Vec<Diagnostic> {
    let mut ends: Vec<Span> = Vec::new();
    let mut found = Vec::new();
    for (index, one) in all.iter().enumerate() {
        let closing = match one.node {
            ShellFault::OpenBlock { end, .. } => {
                let mut later = all.get(index + 1..).unwrap_or_default().iter();
                later.find(|it| it.node == ShellFault::NoBlock(end) && !ends.contains(&it.span))
            }
            _ => None,
        };
        match (&one.node, closing) {
            (ShellFault::OpenBlock { word, end }, Some(closing)) => {
                ends.push(closing.span);
                found.push(divided((word, one.span), (end, closing.span)));
            }
            _ if ends.contains(&one.span) => {}
            (ShellFault::OpenQuote, _) => {
                found.push(match comment(subject, one.span) {
                    Some(comment) => cut_off(one.span, comment),
                    None => fault(one),
                });
            }
            _ => found.push(fault(one)),
        }
    }
    found
}

/// Returns where YAML starts a comment in the string after a quotation mark, which is closed on the same line.
fn comment(subject: &Subject<'_>, quote: Span) -> Option<Span> {
    let text = subject.workspace.text(quote.file);
    let line = text.get(quote.range().start..)?.lines().next()?;
    let mark = line.chars().next()?;
    let inside = line.get(mark.len_utf8()..)?.split(mark).next()?;
    let at = inside.find(" #").filter(|_| inside.len() + 2 * mark.len_utf8() <= line.len())?;
    let start = quote.range().start + mark.len_utf8() + at + 1;
    Some(Span::new(quote.file, start, start + 1))
}

/// A string that a comment of YAML cuts off.
fn cut_off(quote: Span, comment: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0226,
        "quotation mark is never closed",
        quote,
        "the string continues to the end of the command",
    )
    .label(comment, "YAML reads the rest of the line as a comment")
    .help("put the whole command in quotes, or write it as a block after `|`")
}

/// `!` before a command without quotes.
fn not_negated(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0226, "`!` is not part of the command", place, "YAML reads it as a tag, and drops it")
        .help("put the whole command in quotes, or write it below `- |`")
}

/// A block whose start and end are in separate commands.
fn divided((word, start): (&str, Span), (end, place): (&str, Span)) -> Diagnostic {
    let message = format!("`{word}` and its `{end}` are in separate commands");
    Diagnostic::new(Code::E0226, message, start, "each command must be complete")
        .label(place, "starts another command")
        .help("write the whole script as one command: begin the list item with `- |`, and indent the script below it")
}

fn fault(fault: &Spanned<ShellFault>) -> Diagnostic {
    let (message, label, help) = match fault.node {
        ShellFault::OpenQuote => (
            "quotation mark is never closed".to_owned(),
            "the string continues to the end of the command",
            "add the closing quotation mark".to_owned(),
        ),
        ShellFault::OpenBlock { word, end } => (
            format!("`{word}` has no `{end}`"),
            "each command must be complete",
            format!("add `{end}`, or write the whole script as one command"),
        ),
        ShellFault::NoBlock(word) => (
            format!("`{word}` closes nothing"),
            "each command must be complete",
            format!("remove `{word}`, or write the whole script as one command"),
        ),
        ShellFault::NoBody { word, body } => (
            format!("`{word}` has no `{body}`"),
            "the shell reads the keyword as an argument",
            format!("write `;` before `{body}`"),
        ),
        ShellFault::BracketTogether => (
            "no space after `[`".to_owned(),
            "the shell looks for a program of this name",
            "put a space after `[`".to_owned(),
        ),
        ShellFault::NoBracket => {
            ("`[` has no `]`".to_owned(), "\"missing `]'\"", "end the test with a space and `]`".to_owned())
        }
        ShellFault::OpenSubstitution => (
            "`$(` is never closed".to_owned(),
            "the substitution continues to the end of the command",
            "add the closing `)`".to_owned(),
        ),
        ShellFault::OpenBacktick => (
            "backtick is never closed".to_owned(),
            "the substitution continues to the end of the command",
            "add the closing backtick".to_owned(),
        ),
        ShellFault::DoubleBrace => {
            ("`${{` is not an expansion of the shell".to_owned(), "\"bad substitution\"", "write `${NAME}`".to_owned())
        }
        ShellFault::NoCommand => (
            "operator without a command".to_owned(),
            "needs a command before it and after it",
            "remove the operator, or write the whole script as one command".to_owned(),
        ),
        ShellFault::Arrow => (
            "`=>` is not an operator of the shell".to_owned(),
            "`=` becomes an argument of the command",
            "write `>` instead of `=>`".to_owned(),
        ),
        ShellFault::JoinedCommands => (
            "two commands without a separator".to_owned(),
            "only an argument of the command before it",
            "write `&&` before it, or make it a separate command".to_owned(),
        ),
        ShellFault::SpacedAssignment
        | ShellFault::SpacedValue
        | ShellFault::BareCommand
        | ShellFault::DollarAssignment => assignment(fault.node),
    };
    let found = Diagnostic::new(Code::E0226, message, fault.span, label).help(help);
    match fault.node {
        ShellFault::Arrow => found.edit(fault.span, ""),
        ShellFault::JoinedCommands => {
            let start = fault.span.range().start;
            found.edit(Span::new(fault.span.file, start, start), "&& ")
        }
        _ => found,
    }
}

/// Returns the message, the label, and the help for a faulty assignment.
fn assignment(fault: ShellFault) -> (String, &'static str, String) {
    match fault {
        ShellFault::SpacedAssignment => (
            "spaces around `=` in an assignment".to_owned(),
            "the shell does not read this as an assignment",
            "remove the spaces around `=`".to_owned(),
        ),
        ShellFault::SpacedValue => (
            "space after the `=` of an assignment".to_owned(),
            "the shell runs the value as a command",
            "remove the space after `=`".to_owned(),
        ),
        ShellFault::BareCommand => (
            "command in an assignment without `$(...)`".to_owned(),
            "the shell assigns the first word, and runs the next one",
            "put the command in `$(` and `)`".to_owned(),
        ),
        _ => (
            "`$` before the name of a variable in an assignment".to_owned(),
            "the shell expands this, and runs the result as a command",
            "remove the `$`".to_owned(),
        ),
    }
}
