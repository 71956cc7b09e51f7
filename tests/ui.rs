//! Each case in `tests/ui/<family>/` is checked as by `dotpipe check`, and the output must equal `<case>.stderr`.
//! `UPDATE=1 cargo test --test ui` rewrites those files.
//!
//! A case is a file `<case>.pipe`, or a folder `<case>` with a `pipeline.pipe` (or a template `pipeline.yaml`) and
//! other files. Cases are compiled in memory, each in a separate project, with the default files of `tests/support`.
//!
//! The expected diagnostics are also in the case, in comments that updates do not change. Every diagnostic must be
//! expected, and every expected diagnostic must occur:
//!
//! ```text
//! stge Build {}                    //~ E0002 "stge" unknown statement `stge`
//! //~^ W0204 "Other" ...           on the line above; one more for each further `^`
//! //~v E0004 "\"" ...              on the line below
//! //~ @buildspec.yml:4 E0207 "output.yaml" ...   in another file
//! ```
//!
//! The text in quotes is the text that the primary label underlines, written as a JSON string; the rest is the complete
//! message.
//!
//! A rule of `check` reports no code that it does not declare. If all cases ran, each declared code was reported by its
//! rule.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use dotpipe::compilation::{Compilation, Request};
use dotpipe::model::{Rule, rules};
use dotpipe::render::human::{self, Look};
use libtest_mimic::{Arguments, Failed, Trial};

mod support;

/// The codes that each rule has reported, by the name of the rule.
#[derive(Clone, Default)]
struct Reported(Arc<Mutex<BTreeMap<&'static str, BTreeSet<&'static str>>>>);

impl Reported {
    /// Notes what the rules report about a case. Returns an error if a rule does not declare a code.
    fn note(&self, compilation: &Compilation) -> Result<(), Failed> {
        let mut all = self.0.lock().map_err(|error| error.to_string())?;
        for diagnostic in compilation.diagnostics() {
            let Some(name) = diagnostic.rule else { continue };
            let declares = |rule: &Rule| rule.name == name && rule.codes.contains(&diagnostic.code);
            if !rules().any(declares) {
                return Err(format!("rule {name} does not declare {}", diagnostic.code).into());
            }
            all.entry(name).or_default().insert(diagnostic.code.as_str());
        }
        Ok(())
    }

    /// Returns the declared codes that no case shows.
    fn missing(&self) -> Vec<String> {
        let all = self.0.lock().map(|all| all.clone()).unwrap_or_default();
        let codes = rules().flat_map(|rule| rule.codes.iter().map(|code| (rule.name, code.as_str())));
        let shown = |rule: &str, code: &str| all.get(rule).is_some_and(|codes| codes.contains(code));
        codes.filter(|(rule, code)| !shown(rule, code)).map(|(rule, code)| format!("{rule} {code}")).collect()
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let reported = Reported::default();
    let mut trials = vec![Trial::test("directives::read_strictly", directives_are_read_strictly)];
    for case in cases(&root) {
        let name = case.with_extension("");
        let name = name.strip_prefix(&root).unwrap_or(&name).display().to_string();
        let reported = reported.clone();
        trials.push(Trial::test(name, move || run(&case, &reported)));
    }
    let families = root.clone();
    trials.push(Trial::test("families::hold_cases", move || every_family_holds_cases(&families)));
    trials.push(Trial::test("expectations::belong_to_cases", move || orphans(&root)));
    let conclusion = libtest_mimic::run(&arguments, trials);
    let ran_all = !arguments.list && !conclusion.has_failed() && conclusion.num_filtered_out == 0;
    let missing = if ran_all { reported.missing() } else { Vec::new() };
    if !missing.is_empty() {
        println!("no case shows these codes of these rules: {}", missing.join(", "));
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

/// Returns every case in order: `.pipe` files and folders with an entry file, two levels deep.
fn cases(root: &Path) -> Vec<PathBuf> {
    let is_case = |path: &PathBuf| path.extension().is_some_and(|e| e == "pipe") || entry(path).is_some();
    list(root).iter().filter(|path| path.is_dir()).flat_map(|family| list(family)).filter(is_case).collect()
}

/// Returns the entry file in the folder of a case.
fn entry(case: &Path) -> Option<&'static str> {
    ["pipeline.pipe", "pipeline.yaml"].into_iter().find(|name| case.join(name).is_file())
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    paths
}

/// If a folder was moved or emptied, the suite must not pass without checking anything.
fn every_family_holds_cases(root: &Path) -> Result<(), Failed> {
    let families: Vec<PathBuf> = list(root).into_iter().filter(|path| path.is_dir()).collect();
    let known: BTreeSet<PathBuf> = cases(root).iter().filter_map(|case| case.parent().map(Path::to_owned)).collect();
    let empty: Vec<String> =
        families.iter().filter(|family| !known.contains(*family)).map(|family| family.display().to_string()).collect();
    if families.is_empty() {
        return Err(format!("{} holds no cases", root.display()).into());
    }
    if empty.is_empty() { Ok(()) } else { Err(format!("no cases in {}", empty.join(", ")).into()) }
}

/// Without its case, an expected output would never be compared.
fn orphans(root: &Path) -> Result<(), Failed> {
    let known: BTreeSet<PathBuf> = cases(root).iter().map(|case| case.with_extension("stderr")).collect();
    let families = list(root).into_iter().filter(|path| path.is_dir());
    let all = families.flat_map(|family| list(&family)).filter(|path| path.extension().is_some_and(|e| e == "stderr"));
    let orphans: Vec<String> =
        all.filter(|path| !known.contains(path)).map(|path| path.display().to_string()).collect();
    if orphans.is_empty() { Ok(()) } else { Err(format!("no case for {}", orphans.join(", ")).into()) }
}

fn run(case: &Path, reported: &Reported) -> Result<(), Failed> {
    let (name, text, files) = load(case)?;
    let compilation = support::compile((&name, &text), &files, &Request::default());
    reported.note(&compilation)?;
    let expected = expected(&name, &text).map_err(Failed::from)?;
    let found = found(&compilation);
    let missing: Vec<&String> = subtract(&expected, &found);
    let surplus: Vec<&String> = subtract(&found, &expected);
    if !missing.is_empty() || !surplus.is_empty() {
        let announced = missing.iter().map(|line| format!("- {line}"));
        let lines: Vec<String> = announced.chain(surplus.iter().map(|line| format!("+ {line}"))).collect();
        let title = "diagnostics differ from the directives (- announced, + found)";
        return Err(format!("{title}\n{}", lines.join("\n")).into());
    }
    let printed = human::render(&[compilation.report()], Look::default());
    compare(&case.with_extension("stderr"), &printed)
}

/// The entry file's name and text, and the other files.
type Input = (String, String, Vec<(String, String)>);

fn load(case: &Path) -> Result<Input, Failed> {
    let read =
        |path: &Path| fs::read_to_string(path).map_err(|error| Failed::from(format!("{}: {error}", path.display())));
    if case.is_file() {
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Ok((name, read(case)?, Vec::new()));
    }
    let entry = entry(case).unwrap_or("pipeline.pipe");
    let mut files = Vec::new();
    let mut folders = vec![case.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in list(&folder) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(case).unwrap_or(&path).display().to_string();
            if name != entry {
                files.push((name, read(&path)?));
            }
        }
    }
    Ok((entry.to_owned(), read(&case.join(entry))?, files))
}

/// Compares a file with the output, or writes it if `UPDATE` is set.
fn compare(path: &Path, printed: &str) -> Result<(), Failed> {
    if std::env::var_os("UPDATE").is_some() {
        if printed.is_empty() {
            let _ = fs::remove_file(path);
        } else {
            fs::write(path, printed)?;
        }
        return Ok(());
    }
    let wanted = fs::read_to_string(path).unwrap_or_default();
    if wanted == printed {
        return Ok(());
    }
    Err(format!("{} differs; UPDATE=1 rewrites it. Printed now:\n{printed}", path.display()).into())
}

/// Returns the expected diagnostics, one line each: file, line, code, underlined text, and message.
fn expected(name: &str, text: &str) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mark = if name == "pipeline.yaml" { "#~" } else { "//~" };
        let Some((_, directive)) = line.split_once(mark) else { continue };
        all.push(
            parse(name, index + 1, directive).ok_or_else(|| format!("line {}: bad directive: {line}", index + 1))?,
        );
    }
    all.sort();
    Ok(all)
}

fn parse(name: &str, line: usize, directive: &str) -> Option<String> {
    let up = directive.chars().take_while(|c| *c == '^').count();
    let down = directive.chars().take_while(|c| *c == 'v').count();
    let mut rest = directive.get(up + down..)?.strip_prefix(' ')?;
    let mut place = format!("{name}:{}", (line + down).checked_sub(up)?);
    if let Some(other) = rest.strip_prefix('@') {
        let (file, after) = other.split_once(' ')?;
        file.rsplit_once(':')?.1.parse::<usize>().ok()?;
        file.clone_into(&mut place);
        rest = after;
    }
    let (code, rest) = rest.split_once(' ')?;
    let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    let underlined = stream.next()?.ok()?;
    let message = rest.get(stream.byte_offset()..)?.strip_prefix(' ')?.trim_end();
    (!message.is_empty()).then(|| describe(&place, code, &underlined, message))
}

fn describe(place: &str, code: &str, underlined: &str, message: &str) -> String {
    format!("{place} {code} {underlined:?} {message}")
}

fn found(compilation: &Compilation) -> Vec<String> {
    let sources = compilation.sources();
    let mut all: Vec<String> = compilation
        .diagnostics()
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.primary.span;
            let place = format!("{}:{}", sources.file(span.file).path(), sources.start(span).line);
            describe(&place, diagnostic.code.as_str(), sources.slice(span), &diagnostic.message)
        })
        .collect();
    all.sort();
    all
}

/// Returns the items of `all` that are not in `other`, counting repetitions.
fn subtract<'a>(all: &'a [String], other: &[String]) -> Vec<&'a String> {
    let mut left = other.to_vec();
    let mut rest = Vec::new();
    for line in all {
        match left.iter().position(|candidate| candidate == line) {
            Some(index) => drop(left.remove(index)),
            None => rest.push(line),
        }
    }
    rest
}

fn directives_are_read_strictly() -> Result<(), Failed> {
    let cases = [
        ("a //~ E0001 \"a\" wrong", Some("x.pipe:1 E0001 \"a\" wrong")),
        ("\n//~^ E0001 \"\\\"\\n\" wrong", Some("x.pipe:1 E0001 \"\\\"\\n\" wrong")),
        ("//~vv E0001 \"\" wrong ", Some("x.pipe:3 E0001 \"\" wrong")),
        ("//~ @a/b.yml:7 E0001 \"a\" wrong", Some("a/b.yml:7 E0001 \"a\" wrong")),
        ("//~ @a/b.yml E0001 \"a\" no line", None),
        ("//~ E0001 a not quoted", None),
        ("//~ E0001 \"no message\"", None),
        ("//~^^ E0001 \"a\" above the file", None),
    ];
    for (text, wanted) in cases {
        let read = expected("x.pipe", text).ok().and_then(|all| all.into_iter().next());
        if read.as_deref() != wanted {
            return Err(format!("{text:?} was read as {read:?}, not {wanted:?}").into());
        }
    }
    Ok(())
}
