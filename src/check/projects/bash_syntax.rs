//! W0226: commands with syntax of Bash, which another shell runs.

use crate::check::support::build_shell::{asks_for_bash, is_curated, is_powershell, runs_without_bash};
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::packaging::Bashism;

pub(super) const RULE: Rule = Rule { name: "bash-syntax", codes: &[Code::W0226], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(project) = repository::project(subject.hir, place.action) else { continue };
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            if is_powershell(build, project) {
                findings.extend(in_powershell(build).filter(|_| seen.is_new(build)));
                continue;
            }
            if !is_curated(build, project) || !seen.is_new(build) {
                continue;
            }
            if runs_without_bash(build, project) {
                findings.extend(needs_bash(build));
            } else if !asks_for_bash(build) {
                // Here, `sh` is Bash, but follows POSIX.
                let bare = build.commands.bashisms.iter().find(|it| is_bare_source(it.node));
                findings.extend(bare.map(|bare| not_in_path(bare.span)));
            }
        }
    }
}

/// Operators between commands that Windows PowerShell does not have.
/// <https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_pipeline_chain_operators>
/// (2026-11-30)
const CHAINS: [&str; 2] = [" && ", " || "];

/// Programs that run a command with another shell.
const OTHER_SHELLS: [&str; 4] = ["bash", "cmd", "pwsh", "sh "];

/// Returns a diagnostic for the first syntax of a Linux shell in commands of `PowerShell`.
fn in_powershell(build: &Build) -> Option<Diagnostic> {
    let others = |text: &str| OTHER_SHELLS.iter().any(|shell| text.contains(shell));
    build.spec.commands().filter(|command| !others(&command.text)).find_map(|command| {
        let inside = |place: Span| command.span.covers(place);
        let exports = build.commands.called.iter().find(|called| called.node == "export" && inside(called.span));
        if let Some(export) = exports {
            return Some(not_powershell(
                "`export` is not a command of PowerShell",
                export.span,
                "write `$env:NAME = 'value'`",
            ));
        }
        let written = format!("{}=", command.text.split('=').next().unwrap_or_default());
        let first =
            build.commands.assignments.iter().find(|set| inside(set.span) && written == format!("{}=", set.name));
        if let Some(set) = first {
            let message = format!("`{}=` is not an assignment of PowerShell", set.name);
            return Some(not_powershell(&message, set.span, &format!("write `${} = ...`", set.name)));
        }
        CHAINS.iter().find_map(|chain| {
            let at =
                command.text.find(chain).filter(|at| !is_in_quotes(command.text.get(..*at).unwrap_or_default()))?;
            let message = format!("Windows PowerShell has no operator `{}`", chain.trim());
            let place = command.map.span(at + 1..at + chain.len() - 1);
            Some(not_powershell(&message, place, "write two commands, or `;` if the second one can run in any case"))
        })
    })
}

/// Returns whether a quotation mark in a text is still open at its end.
fn is_in_quotes(before: &str) -> bool {
    ['"', '\''].iter().any(|mark| before.matches(*mark).count() % 2 == 1)
}

/// Syntax of a Linux shell in commands of `PowerShell`.
fn not_powershell(message: &str, place: Span, help: &str) -> Diagnostic {
    Diagnostic::new(Code::W0226, message, place, "the commands of this image run in `powershell.exe`").help(help)
}

fn is_bare_source(bashism: Bashism) -> bool {
    matches!(bashism, Bashism::BareSource | Bashism::Source { bare: true })
}

/// Returns a diagnostic for the first syntax that needs Bash: one line in the buildspec is the remedy for all of it.
fn needs_bash(build: &Build) -> Option<Diagnostic> {
    let is_set = |bashism: Bashism| matches!(bashism, Bashism::Variable(name) if build.commands.assigns(name));
    let all: Vec<&Spanned<Bashism>> = build.commands.bashisms.iter().filter(|it| !is_set(it.node)).collect();
    let (first, others) = all.split_first()?;
    if first.node == Bashism::BareSource {
        return Some(not_in_path(first.span));
    }
    let (syntax, result, instead) = described(first.node);
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

/// A file that `sh` looks for in the folders of programs only.
fn not_in_path(place: Span) -> Diagnostic {
    let message = "`sh` does not look for this file in the current folder";
    Diagnostic::new(Code::W0226, message, place, "looks for a name without a folder in `PATH` only")
        .help("write `./` before the name of the file")
}

/// Returns the syntax, what another shell does with it, and what to write instead.
fn described(bashism: Bashism) -> (String, String, Option<&'static str>) {
    let (syntax, result, instead) = match bashism {
        Bashism::DoubleBracket => ("`[[`", "fails with \"[[: not found\"", Some("`[`")),
        Bashism::DoubleEquals => ("`==` in a test", "never true: the shell knows only `=`", Some("`=`")),
        Bashism::Source { bare: false } | Bashism::BareSource => {
            ("`source`", "fails with \"source: not found\"", Some("`.`"))
        }
        Bashism::Source { bare: true } => {
            ("`source`", "fails with \"source: not found\"", Some("`.`, with `./` before the file"))
        }
        Bashism::Function => ("`function`", "fails with a syntax error", Some("`name() {`")),
        Bashism::Expansion => ("this expansion", "fails with \"Bad substitution\"", None),
        Bashism::HereString => ("`<<<`", "fails with a syntax error", None),
        Bashism::Array => ("an array", "fails with a syntax error", None),
        Bashism::Append => ("`+=`", "runs this as a program: \"not found\"", Some("`NAME=$NAME...`")),
        Bashism::AnsiQuote => ("`$'...'`", "the `$` is part of the text, and no escape is replaced", None),
        Bashism::Braces => ("a list in braces", "one word, braces included", Some("each word")),
        Bashism::Select => ("`select`", "fails with a syntax error", None),
        Bashism::EchoOption => ("`echo -e`", "`-e` is part of the output", Some("`printf`")),
        Bashism::Operator("&>" | ">&") => ("this redirection", "", Some("`> FILE 2>&1`")),
        Bashism::Operator("|&") => ("`|&`", "fails with a syntax error", Some("`2>&1 |`")),
        Bashism::Operator("((") => ("`((`", "reads this as a subshell", Some("`$((...))` or `[`")),
        Bashism::Operator(_) => ("this substitution", "fails with a syntax error", None),
        Bashism::Builtin(name) => return (wording::tick(name), format!("fails with \"{name}: not found\""), None),
        Bashism::Option(name) => {
            return (format!("this option of `{name}`"), "fails: the shell does not know it".to_owned(), None);
        }
        Bashism::Flag(flag) => return (wording::tick(flag), "fails: the shell does not know it".to_owned(), None),
        Bashism::Trap(signal) => {
            let result = format!("fails with \"trap: {signal}: bad trap\"");
            return (format!("`trap` for `{signal}`"), result, Some("`EXIT`").filter(|_| signal == "ERR"));
        }
        Bashism::Variable(name) => {
            return (format!("`${name}`"), "empty: the shell does not set it".to_owned(), None);
        }
    };
    let result = match bashism {
        Bashism::Operator("&>") => "runs the command in the background, and empties the file",
        Bashism::Operator(">&") => "fails with a syntax error",
        _ => result,
    };
    (syntax.to_owned(), result.to_owned(), instead)
}
