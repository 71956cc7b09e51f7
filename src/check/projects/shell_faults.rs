//! E0226, W0226: commands that a shell would not run as intended.

use crate::catalog::images::{Image, image};
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::Project;
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::packaging::{Bashism, ShellFault};

pub(super) const RULE: Rule = Rule { name: "shell-faults", codes: &[Code::E0226, Code::W0226], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        let project = repository::project(subject.hir, place.action);
        let builds = subject.action_files.builds(place.pipeline_id, place.id);
        let builds = builds.filter(|build| project.is_some_and(|project| is_posix(build, project)));
        for build in builds.chain(own) {
            if seen.is_new(build) {
                if project.is_some_and(|project| runs_without_bash(build, project)) {
                    findings.extend(needs_bash(&build.commands.bashisms));
                }
                findings.extend(faults(subject, &build.commands.faults));
                findings.extend(build.spec.negations.iter().map(|place| not_negated(*place)));
            }
        }
    }
}

/// Returns whether a shell like `sh` runs the commands.
fn is_posix(build: &Build, project: &Project) -> bool {
    let literal = |word: &str| project.declaration.attributes.get(word).map(|attribute| attribute.value.as_str());
    let on_linux = match literal("image").flatten().map(image) {
        Some(Image::Curated { environment, .. }) => !environment.contains("WINDOWS"),
        Some(Image::Foreign) => true,
        _ => false,
    };
    let batch = build.spec.batch.as_ref();
    let types = batch.is_none_or(|batch| batch.environment_types.is_empty());
    let shell = build.spec.env.shell.as_ref().map(|shell| shell.node.as_str());
    on_linux
        && types
        && matches!(literal("environment-type"), None | Some(Some("LINUX_CONTAINER" | "ARM_CONTAINER")))
        && project.declaration.raw().is_none()
        && shell.is_none_or(|shell| ["sh", "bash"].iter().any(|known| shell.ends_with(known)))
}

/// Returns whether the shell of the commands is not Bash, so that it rejects the syntax of Bash.
fn runs_without_bash(build: &Build, project: &Project) -> bool {
    let name = project.declaration.attributes.get("image").and_then(|attribute| attribute.value.as_str());
    let has_other = matches!(name.map(image), Some(Image::Curated { sh: Some(_), .. }));
    let batch = build.spec.batch.as_ref();
    let is_bash = build.spec.env.shell.as_ref().is_some_and(|shell| shell.node.ends_with("bash"));
    has_other && !is_bash && batch.is_none_or(|batch| batch.images.is_empty())
}

/// Returns a diagnostic for the first syntax that needs Bash: one line in the buildspec is the remedy for all of it.
fn needs_bash(all: &[Spanned<Bashism>]) -> Option<Diagnostic> {
    let (first, others) = all.split_first()?;
    let (syntax, result, instead) = match first.node {
        Bashism::DoubleBracket => ("`[[`", "fails with \"[[: not found\"", Some("`[`")),
        Bashism::DoubleEquals => ("`==` in a test", "never true: the shell knows only `=`", Some("`=`")),
        Bashism::Source => ("`source`", "fails with \"source: not found\"", Some("`.`")),
        Bashism::Function => ("`function`", "fails with a syntax error", Some("`name() {`")),
        Bashism::Expansion => ("this expansion", "fails with \"Bad substitution\"", None),
        Bashism::HereString => ("`<<<`", "fails with a syntax error", None),
    };
    let help = match instead {
        Some(instead) => format!("add `shell: bash` below `env` in the buildspec, or write {instead}"),
        None => "add `shell: bash` below `env` in the buildspec".to_owned(),
    };
    let message = format!("{syntax} needs Bash, but `sh` of this image is another shell");
    let found = Diagnostic::new(Code::W0226, message, first.span, result).help(help);
    Some(match others.len() {
        0 => found,
        1 => found.note("another place needs Bash, too"),
        more => found.note(format!("{} need Bash, too", wording::count(more, "other place"))),
    })
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
        ShellFault::SpacedAssignment => (
            "spaces around `=` in an assignment".to_owned(),
            "the shell does not read this as an assignment",
            "remove the spaces around `=`".to_owned(),
        ),
        ShellFault::DollarAssignment => (
            "`$` before the name of a variable in an assignment".to_owned(),
            "the shell expands this, and runs the result as a command",
            "remove the `$`".to_owned(),
        ),
        ShellFault::OpenSubstitution => (
            "`$(` is never closed".to_owned(),
            "the substitution continues to the end of the command",
            "add the closing `)`".to_owned(),
        ),
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
