//! W0222: package managers in a folder without the file that they need, if another folder has it.

use camino::Utf8Path;

use crate::check::support::source_folder::{SourceFolder, each_build_in_source};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::workspace::Build;
use crate::workspace::packaging::Invocation;

pub(super) const RULE: Rule = Rule { name: "absent-packages", codes: &[Code::W0222], run: check };

/// A package manager, its commands that need a file, the file, and the options that name it or its folder.
type Manager = (&'static str, &'static [&'static str], &'static str, &'static [&'static str]);

/// <https://docs.npmjs.com/cli/v11/commands/npm-ci>, <https://docs.npmjs.com/cli/v11/commands/npm-run>,
/// <https://pnpm.io/cli/run>, <https://maven.apache.org/ref/current/maven-embedder/cli.html> (2026-11-30)
const MANAGERS: [Manager; 4] = [
    ("mvn", &["clean", "compile", "deploy", "install", "package", "test", "verify"], "pom.xml", &["-f", "--file"]),
    ("npm", &["ci", "run", "test"], "package.json", &["--prefix", "-C", "-w", "--workspace", "-g", "--global"]),
    ("npm", &["run-script", "t"], "package.json", &["--prefix", "-C", "-w", "--workspace"]),
    ("pnpm", &["run", "test"], "package.json", &["-C", "--dir", "-F", "--filter", "-r", "--recursive"]),
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_build_in_source(subject, |build, source| {
        let mut calls = build.commands.invocations.iter().filter(|call| call.certain);
        findings.extend(calls.find_map(|call| of_call(call, build, source)));
    });
}

fn of_call(call: &Invocation, build: &Build, source: &SourceFolder<'_>) -> Option<Diagnostic> {
    let first = call.texts().next()?;
    let is_it = |manager: &&Manager| manager.0 == call.program && manager.1.contains(&first);
    let (program, _, file, options) = MANAGERS.iter().find(is_it)?;
    let folder = call.directory.as_ref().filter(|_| !options.iter().any(|option| call.has(option)))?;
    // npm looks in the folders above, too.
    if folder.ancestors().any(|folder| source.holds(&folder.join(file))) {
        return None;
    }
    // A command may write it, or bring it in.
    if [*file, "clone", "init", "unzip", "tar "].iter().any(|text| build.mentions(text)) {
        return None;
    }
    let mut others = source.folders_with(file);
    others.retain(|folder| !folder.components().any(|part| part.as_str() == "node_modules"));
    if others.is_empty() {
        return None;
    }
    let only = if let [only] = others.as_slice() { Some(only.as_path()) } else { None };
    Some(no_file(program, first, file, only, call))
}

/// A package manager without its file. `only`: the only folder that has one.
fn no_file(program: &str, first: &str, file: &str, only: Option<&Utf8Path>, call: &Invocation) -> Diagnostic {
    let message = format!("the folder of `{program} {first}` has no `{file}`");
    let found = Diagnostic::new(Code::W0222, message, call.span, "neither this folder nor one above it");
    match (only, program) {
        (Some(folder), "npm") => found.help(format!("write `npm --prefix {folder} {first}`")),
        (Some(folder), "mvn") => found.help(format!("write `mvn --file {folder}/{file} {first}`")),
        (Some(folder), _) => found.help(format!("write `cd {folder}` before it")),
        (None, _) => found.help(format!("change to a folder with a `{file}` before it")),
    }
}
