//! Rules for the sources, checked by a test.
//!
//! The scanner recognizes comments, strings, and braces but does not parse Rust; this is sufficient for such simple
//! rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use dotpipe::diagnostic::Code;

use crate::explain_pages::examples;

/// The maximum length of a function, in lines.
const MAX_FUNCTION: usize = 80;

/// The modules that each module may use: the "may use" column of `docs/architecture.md`. `syntax::ast` is a separate
/// entry because some modules may use the tree but not the parser.
const MAY_USE: [(&str, &[&str]); 27] = [
    (EVERYWHERE, &[]),
    ("source", &[]),
    ("diagnostic", &["catalog", "source"]),
    ("render", &["diagnostic", "source"]),
    ("syntax", &["syntax::ast", "catalog", "source", "diagnostic"]),
    ("catalog", &[]),
    ("hir", &["catalog", "diagnostic", "source"]),
    ("slots", &["hir", "catalog", "diagnostic", "source"]),
    ("resolve", &["syntax::ast", "slots", "catalog", "diagnostic", "source"]),
    ("evaluate", &["syntax::ast", "resolve", "hir", "slots", "catalog", "diagnostic", "source"]),
    ("expand", &["syntax::ast", "resolve", "evaluate", "hir", "slots", "catalog", "diagnostic", "source"]),
    ("build", &["syntax::ast", "resolve", "evaluate", "expand", "hir", "slots", "catalog", "diagnostic", "source"]),
    ("workspace", &["catalog", "syntax", "source", "diagnostic"]),
    ("compare", &["catalog", "workspace", "diagnostic", "render", "source"]),
    ("decompile", &["syntax::ast", "catalog", "workspace", "diagnostic", "source"]),
    ("plan", &["hir", "slots", "catalog", "workspace", "diagnostic", "source"]),
    ("check", &["hir", "slots", "plan", "catalog", "workspace", "diagnostic", "source"]),
    ("emit", &["plan", "source"]),
    ("raise", &["hir", "plan", "catalog", "syntax::ast", "source"]),
    ("format", &["syntax", "syntax::ast", "diagnostic", "source"]),
    ("settings", &["catalog", "diagnostic", "source", "workspace"]),
    ("import", &["decompile", "compare", "format", "workspace", "syntax", "syntax::ast", "catalog", "source"]),
    ("compilation", ALL),
    ("ide", FRONT),
    (
        "cli",
        &[
            "catalog",
            "compare",
            "compilation",
            "format",
            "ide",
            "import",
            "lsp",
            "render",
            "settings",
            "workspace",
            "diagnostic",
            "source",
        ],
    ),
    ("lsp", &["ide", "compilation", "render", "diagnostic", "source"]),
    ("browser", &["ide", "compilation", "render", "diagnostic", "source"]),
];

/// The module that each of the others may use.
const EVERYWHERE: &str = "collections";

/// All modules except the front ends.
const ALL: &[&str] = &[
    "source",
    "diagnostic",
    "render",
    "syntax",
    "syntax::ast",
    "catalog",
    "hir",
    "slots",
    "resolve",
    "evaluate",
    "expand",
    "build",
    "workspace",
    "decompile",
    "plan",
    "check",
    "emit",
    "raise",
    "format",
    "settings",
];

/// All modules, and those that run them.
const FRONT: &[&str] = &[
    "compilation",
    "source",
    "diagnostic",
    "render",
    "syntax",
    "syntax::ast",
    "catalog",
    "hir",
    "slots",
    "resolve",
    "workspace",
    "plan",
    "emit",
    "format",
    "settings",
];

/// A source file in `src`.
struct Source {
    /// The path relative to `src`, with `/` as separator.
    path: String,
    /// The lines, with comments, the contents of strings, and `#[cfg(test)]` items replaced by spaces.
    code: Vec<String>,
    /// The complete text.
    text: String,
}

impl Source {
    /// Returns the module it belongs to: the name of the first folder or file.
    fn part(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the files in a folder. Hidden folders and folders of installed packages are not part of the project.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let installed = entry.file_name() == "node_modules" || entry.file_name().to_string_lossy().starts_with('.');
        if path.is_dir() {
            found.extend(if installed { Vec::new() } else { files(&path, extension) });
        } else if extension.is_empty() || path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Returns the source files. Each test reads them from here, since it takes a second to read them all.
fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(all_sources);
    &SOURCES
}

fn all_sources() -> Vec<Source> {
    let base = root().join("src");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("sources are text");
        let path =
            path.strip_prefix(&base).expect("it lies there").to_str().expect("names are UTF-8").replace('\\', "/");
        let code = without_tests(&blanked(&text));
        Source { path, code, text }
    };
    let all: Vec<Source> = files(&base, "rs").into_iter().map(read).collect();
    assert!(all.len() > 10, "the sources were not found");
    all
}

/// Returns the text with comments, character literals, and the contents of strings replaced by spaces. Line breaks, and
/// the quotation marks of strings, are kept.
fn blanked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => until(&chars, at, |rest| rest[0] == '\n', 0),
            ('/', Some('*')) => end_of_comment(&chars, at),
            ('"', _) => end_of_string(&chars, at + 1),
            ('r', Some('"' | '#')) if !is_word(&chars, at) && raw_hashes(&chars, at + 1).is_some() => {
                let hashes = raw_hashes(&chars, at + 1).unwrap_or(0);
                let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
                until(&chars, at + hashes + 2, |rest| rest.starts_with(&close), close.len())
            }
            ('\'', Some('\\')) => until(&chars, at + 3, |rest| rest[0] == '\'', 1),
            ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => at + 3,
            _ => {
                out.push(chars[at]);
                at += 1;
                continue;
            }
        };
        let is_string = chars[at] != '/' && chars[at] != '\'';
        out.extend(chars[at..end].iter().map(|c| match c {
            '\n' => '\n',
            '"' if is_string => '"',
            _ => ' ',
        }));
        at = end;
    }
    out
}

fn is_word(chars: &[char], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| chars[before].is_alphanumeric() || chars[before] == '_')
}

fn raw_hashes(chars: &[char], from: usize) -> Option<usize> {
    let hashes = chars[from..].iter().take_while(|c| **c == '#').count();
    (chars.get(from + hashes) == Some(&'"')).then_some(hashes)
}

/// Returns the first index from `from` at which `stop` holds, plus `skip`, or the end of the text if there is none.
fn until(chars: &[char], from: usize, stop: impl Fn(&[char]) -> bool, skip: usize) -> usize {
    (from..chars.len()).find(|index| stop(&chars[*index..])).map_or(chars.len(), |index| index + skip)
}

fn end_of_comment(chars: &[char], from: usize) -> usize {
    let mut depth = 0;
    let mut at = from;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => depth += 1,
            ('*', Some('/')) => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            break;
        }
    }
    at.min(chars.len())
}

fn end_of_string(chars: &[char], from: usize) -> usize {
    let mut at = from;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// Returns the lines, with items after `#[cfg(test)]` replaced by empty lines.
fn without_tests(code: &str) -> Vec<String> {
    let mut lines: Vec<String> = code.lines().map(str::to_owned).collect();
    let starts: Vec<usize> = (0..lines.len()).filter(|index| lines[*index].trim() == "#[cfg(test)]").collect();
    for start in starts {
        let end = end_of_item(&lines, start);
        lines[start..end].iter_mut().for_each(String::clear);
    }
    lines
}

/// Returns the line after an item: after its closing brace, or after its semicolon if no brace opens before it.
fn end_of_item(lines: &[String], start: usize) -> usize {
    let mut depth = 0_i32;
    for (index, line) in lines.iter().enumerate().skip(start) {
        for c in line.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ';' if depth == 0 => return index + 1,
                _ => {}
            }
            if c == '}' && depth == 0 {
                return index + 1;
            }
        }
    }
    lines.len()
}

fn fail(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Returns the modules that are referenced by `crate::module` or `dotpipe::module`, of which there can be several in
/// braces.
fn used_parts(code: &str) -> Vec<(usize, String)> {
    let mut used = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        let line = code[..start].matches('\n').count() + 1;
        let rest = &code[start + "crate::".len()..];
        let names: Vec<String> =
            if let Some(group) = rest.strip_prefix('{') { top_level_names(group) } else { vec![path_head(rest)] };
        used.extend(names.into_iter().map(|name| (line, name)));
    }
    used
}

/// Returns `a` for `a::b::c`, but `syntax::ast` for paths into it.
fn path_head(path: &str) -> String {
    let mut words = path.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let head = words.next().unwrap_or_default();
    if head == "syntax" && path.starts_with("syntax::ast") { "syntax::ast".to_owned() } else { head.to_owned() }
}

fn top_level_names(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = vec![String::new()];
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(String::new()),
            _ => {}
        }
        if let Some(last) = names.last_mut()
            && (c != ',' || depth > 0)
        {
            last.push(c);
        }
    }
    names.iter().map(|name| path_head(name.trim())).filter(|name| !name.is_empty()).collect()
}

#[test]
fn parts_use_only_what_they_may() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        let part = source.part();
        if matches!(part, "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == part) else {
            faults.push(format!("src/{}: `{part}` has no line in MAY_USE", source.path));
            continue;
        };
        for (line, used) in used_parts(&source.code.join("\n")) {
            let is_own = used == part || part == "syntax" && used == "syntax::ast";
            if !is_own && used != EVERYWHERE && !allowed.contains(&used.as_str()) {
                faults.push(format!("src/{}:{line}: `{part}` may not use `{used}`", source.path));
            }
        }
    }
    fail(&faults);
}

/// The modules between the tree and the resolved pipeline, each of which uses only those before it.
const READING: [&str; 5] = ["slots", "resolve", "evaluate", "expand", "build"];

/// Returns the names that form a cycle of uses, or none if there is no cycle.
fn circle(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut rest = uses.clone();
    loop {
        let ends = |used: &BTreeSet<String>, rest: &BTreeMap<String, BTreeSet<String>>| {
            !used.iter().any(|name| rest.contains_key(name))
        };
        let free: Vec<String> =
            rest.iter().filter(|(_, used)| ends(used, &rest)).map(|(name, _)| name.clone()).collect();
        if free.is_empty() {
            return rest.into_keys().collect();
        }
        rest.retain(|name, _| !free.contains(name));
    }
}

#[test]
fn parts_do_not_use_each_other_in_circles() {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources().iter().filter(|source| !source.is_test() && !matches!(source.part(), "lib" | "main")) {
        let used = used_parts(&source.code.join("\n")).into_iter().map(|(_, used)| used);
        let used = used.map(|used| if used == "syntax::ast" { "syntax".to_owned() } else { used });
        let used = used.filter(|used| used != source.part());
        edges.entry(source.part().to_owned()).or_default().extend(used);
    }
    assert!(READING.iter().all(|part| edges.contains_key(*part)), "{edges:?}");
    assert_eq!(circle(&edges), Vec::<String>::new());
}

/// Returns the files of the same folder that a file uses, by `super::name` or by `crate::module::name`.
fn used_files(source: &Source, stems: &BTreeSet<String>) -> BTreeSet<String> {
    let own = format!("crate::{}::", source.part());
    // Re-exports of a folder's files are not uses.
    let lines = source.code.iter().filter(|line| !(line.contains("pub") && line.contains(" use ")));
    let mut used = BTreeSet::new();
    for line in lines {
        for start in ["super::", own.as_str()] {
            for (at, found) in line.match_indices(start) {
                let rest = &line[at + found.len()..];
                let names = rest.strip_prefix('{').map_or_else(|| vec![path_head(rest)], top_level_names);
                used.extend(names.into_iter().map(|name| if stems.contains(&name) { name } else { "mod".to_owned() }));
            }
        }
        if source.path.ends_with("/mod.rs") {
            let starts =
                |stem: &&String| line.trim_start().trim_start_matches("use ").starts_with(&format!("{stem}::"));
            used.extend(stems.iter().filter(starts).cloned());
        }
    }
    used
}

/// In the modules that read files, each file also uses only files before it.
#[test]
fn files_that_read_do_not_use_each_other_in_circles() {
    let sources = sources();
    let mut faults = Vec::new();
    for part in READING {
        let files = || sources.iter().filter(|source| source.part() == part && !source.is_test());
        let stem = |source: &Source| source.path.split('/').next_back().unwrap_or_default().replace(".rs", "");
        let stems: BTreeSet<String> = files().map(stem).collect();
        assert!(stems.len() > 3, "{part}: {stems:?}");
        let uses: BTreeMap<String, BTreeSet<String>> =
            files().map(|source| (stem(source), used_files(source, &stems))).collect();
        let found = circle(&uses);
        if !found.is_empty() {
            faults.push(format!("src/{part}: a circle in {}", found.join(", ")));
        }
    }
    fail(&faults);
}

#[test]
fn circles_are_found() {
    let uses = |pairs: &[(&str, &[&str])]| {
        let uses =
            pairs.iter().map(|(name, used)| ((*name).to_owned(), used.iter().map(|it| (*it).to_owned()).collect()));
        circle(&uses.collect())
    };
    assert_eq!(uses(&[("a", &["b", "std"]), ("b", &["c"]), ("c", &[])]), Vec::<String>::new());
    assert_eq!(uses(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"]), ("d", &[])]), ["a", "b", "c"]);
}

#[test]
fn only_the_fronts_panic_or_print() {
    let words = [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "unreachable!(",
        "todo!(",
        "unimplemented!(",
        "println!(",
        "print!(",
        "eprintln!(",
        "eprint!(",
        "dbg!(",
        "std::process::exit",
    ];
    let mut faults = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| !source.is_test() && !matches!(source.part(), "browser" | "cli" | "lsp" | "main"))
    {
        for (index, line) in source.code.iter().enumerate() {
            for word in words.iter().filter(|word| line.contains(**word)) {
                faults.push(format!("src/{}:{}: `{word}`", source.path, index + 1));
            }
        }
    }
    fail(&faults);
}

/// Exceptions: two rules compare spans to recognize iterations of the same loop, and two numbers mean "no limit", for a
/// library and for artifacts of a type that no file describes.
const COMPARED_ALL_THE_SAME: [(&str, &str); 4] = [
    ("check/stacks/deploy_races.rs", ".span =="),
    ("check/structure/action_names.rs", ".span =="),
    ("emit/yaml.rs", "usize::MAX"),
    ("catalog/schema.rs", "usize::MAX"),
];

/// Items created by different iterations of a loop have the same spans and can have the same names, so that they must
/// be looked up by ID. Items that are not yet created have no ID.
#[test]
fn things_are_found_by_their_ids() {
    let words = [".span ==", "message.contains(", "usize::MAX"];
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        if matches!(source.part(), "render" | "diagnostic") {
            continue;
        }
        for (index, line) in source.code.iter().enumerate() {
            for word in words.into_iter().filter(|word| line.contains(word)) {
                if !COMPARED_ALL_THE_SAME.contains(&(source.path.as_str(), word)) {
                    faults.push(format!("src/{}:{}: `{word}`", source.path, index + 1));
                }
            }
        }
    }
    fail(&faults);
}

/// What a diagnostic says is data, and read by people only. `ide/why` reads messages of AWS.
#[test]
fn nothing_searches_messages() {
    let texts = ["message", "help", "primary.text"];
    let searches = ["contains(", "starts_with(", "ends_with(", "strip_prefix(", "strip_suffix(", "split(", "rsplit("];
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test() && !source.path.starts_with("ide/why/")) {
        if matches!(source.part(), "render" | "diagnostic") {
            continue;
        }
        for (index, line) in source.code.iter().enumerate() {
            let is_search = |text: &str| searches.iter().any(|word| line.contains(&format!("{text}.{word}")));
            if let Some(text) = texts.into_iter().find(|text| is_search(text)) {
                faults.push(format!("src/{}:{}: a search in `{text}`", source.path, index + 1));
            }
        }
    }
    fail(&faults);
}

/// Attempts whose diagnostics are discarded use a separate sink. Reported diagnostics are never removed.
#[test]
fn no_diagnostics_are_thrown_away() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        let is_sink = source.path == "diagnostic/mod.rs";
        for (index, line) in source.code.iter().enumerate() {
            let cuts = line.contains("truncate(")
                && (matches!(source.part(), "evaluate" | "expand" | "build" | "slots") || is_sink);
            if cuts || line.contains("diagnostics.truncate(") {
                faults.push(format!("src/{}:{}: `truncate`", source.path, index + 1));
            }
        }
    }
    fail(&faults);
}

/// Rules do not depend on each other: code used by several is in `check/support`.
#[test]
fn rules_use_no_rules() {
    let known = ["support", "Findings", "Place", "Rule", "RulePlace", "Subject"];
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| is_rule(source)) {
        for (index, line) in source.code.iter().enumerate() {
            let paths = line.match_indices("crate::check::").map(|(at, path)| &line[at + path.len()..]);
            let names = paths.flat_map(|rest| match rest.strip_prefix('{') {
                Some(group) => top_level_names(group),
                None => vec![path_head(rest)],
            });
            let other = names.into_iter().find(|name| !known.contains(&name.as_str()));
            if let Some(name) = other.or_else(|| line.contains("super::").then(|| "super".to_owned())) {
                faults.push(format!("src/{}:{}: a rule may not use `{name}`", source.path, index + 1));
            }
        }
    }
    fail(&faults);
}

/// The notation is the concern of the front end: checks use `Subject::written` and do not read text.
#[test]
fn checks_read_no_text_of_sources() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.part() == "check" && !source.path.ends_with("/subject.rs")) {
        for (index, line) in source.code.iter().enumerate() {
            for word in [".sources()", ".slice(", ".file("].into_iter().filter(|word| line.contains(word)) {
                faults.push(format!("src/{}:{}: `{word}`", source.path, index + 1));
            }
        }
    }
    fail(&faults);
}

/// A planning step returns its changes, and only `Plan::then` applies them.
#[test]
fn steps_of_planning_change_nothing_in_place() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.part() == "plan" && !source.is_test()) {
        let mut owner = "";
        for (index, line) in source.code.iter().enumerate() {
            owner = if line.starts_with("impl ") { line } else { owner };
            let in_place = owner.starts_with("impl Plan ") && line.contains("&mut self");
            if line.contains("&mut Plan") || in_place && source.path != "plan/changes.rs" {
                faults.push(format!("src/{}:{}: changes the plan", source.path, index + 1));
            }
        }
    }
    fail(&faults);
}

/// The file in which `GitHub` is not the provider of an action: it is that of a connection.
const NO_PROVIDERS: [&str; 1] = ["check/providers/outdated_sources.rs"];

/// A special property of a provider is a named property in its file. Many providers have the name of a service, of a key,
/// or of a type of something else, so only lines that are about providers count.
#[test]
fn no_code_names_a_provider() {
    let mut providers = BTreeSet::new();
    for file in files(&root().join("src/catalog/providers"), "toml") {
        let text = fs::read_to_string(file).expect("it can be read");
        providers.extend(text.lines().filter_map(|line| Some(line.strip_prefix("provider = ")?.to_owned())));
    }
    assert!(providers.contains("\"CodeBuild\""), "{providers:?}");
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test() && !NO_PROVIDERS.contains(&source.path.as_str())) {
        for (index, (line, code)) in source.text.lines().zip(&source.code).enumerate() {
            let named = named_provider(line, code, &providers);
            faults.extend(named.map(|name| format!("src/{}:{}: provider {name}", source.path, index + 1)));
        }
    }
    fail(&faults);
    let planted = "if ty.provider == \"CodeBuild\" {";
    assert_eq!(named_provider(planted, &blanked(planted), &providers), Some("\"CodeBuild\""));
}

/// Returns the provider that a line names. `code` is the line without the contents of its strings.
fn named_provider<'p>(line: &str, code: &str, providers: &'p BTreeSet<String>) -> Option<&'p str> {
    let is_about_one = code.contains('"') && code.to_ascii_lowercase().contains("provider");
    providers.iter().map(String::as_str).find(|name| is_about_one && line.contains(name))
}

/// Types that exist in two forms: as data of the catalog, and in the resolved pipeline or the plan
/// (`catalog::Provider`, `hir::Provider`).
const FORMS: [&str; 4] = ["Declaration", "Grant", "Provider", "Variable"];

/// Types that still have the same name as a different type.
const AMBIGUOUS: [&str; 7] = ["Entry", "Finding", "Operator", "Owner", "Project", "ScopeId", "Target"];

/// The name of a public type is unique. The syntax tree is an exception: its types are the written form of what they
/// describe, and are always named by `ast::`.
#[test]
fn a_type_name_has_one_meaning() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources().iter().filter(|source| !source.is_test() && source.path != "syntax/ast.rs") {
        for line in &source.code {
            let public = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or_default();
            let named = ["struct ", "enum ", "trait ", "type "].iter().find_map(|word| public.strip_prefix(word));
            let name: String = named.unwrap_or_default().chars().take_while(|c| c.is_alphanumeric()).collect();
            if !name.is_empty() {
                places.entry(name).or_default().push(source.path.clone());
            }
        }
    }
    assert!(places.len() > 300, "{} types", places.len());
    let twice: Vec<&String> = places.iter().filter(|(_, places)| places.len() > 1).map(|(name, _)| name).collect();
    let known: Vec<&String> = twice
        .iter()
        .filter(|name| FORMS.iter().chain(&AMBIGUOUS).any(|known| *known == name.as_str()))
        .copied()
        .collect();
    assert_eq!(known.len(), FORMS.len() + AMBIGUOUS.len(), "the lists name types that have one place: {twice:?}");
    let new = twice.iter().filter(|name| !known.contains(name));
    fail(&new.map(|name| format!("`{name}` is a type of {}", places[*name].join(" and "))).collect::<Vec<_>>());
}

/// Returns whether a file contains a rule.
fn is_rule(source: &Source) -> bool {
    let folders: Vec<&str> = source.path.split('/').collect();
    matches!(folders.as_slice(), ["check", family, file] if *family != "support" && *file != "mod.rs")
}

/// The kinds of declarations: the variant, the keyword, and the list of declarations of that kind.
const KINDS: [(&str, &str, &str); 10] = [
    ("Project", "project", "projects"),
    ("Bucket", "bucket", "buckets"),
    ("Topic", "topic", "topics"),
    ("Role", "role", "roles"),
    ("Connection", "connection", "connections"),
    ("Key", "key", "keys"),
    ("Environment", "environment", "environments"),
    ("Repository", "repository", "repositories"),
    ("Provider", "provider", "providers"),
    ("Pipeline", "pipeline", "pipelines"),
];

/// The number of kinds from which a function counts as listing them.
const LISTED: usize = 6;

/// The maximum number of functions that list the kinds of declarations. To add a kind, add a row to `catalog::Kind` and
/// change at most this many functions.
const MAX_LISTS: usize = 8;

#[test]
fn few_functions_list_the_kinds() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        let text: Vec<&str> = source.text.lines().collect();
        for (index, line) in source.code.iter().enumerate() {
            if !(line.trim_start().starts_with("fn ") || line.contains(" fn ")) {
                continue;
            }
            let end = end_of_item(&source.code, index);
            let code = source.code[index..end].join("\n");
            let written = text[index..end.min(text.len())].join("\n");
            let names = |(variant, word, list): &(&str, &str, &str)| {
                let of = |kind: &str| has_word(&code, &format!("{kind}::{variant}"));
                of("Kind")
                    || of("Entity")
                    || written.contains(&format!("\"{word}\""))
                    || ["hir", "plan", "self"].iter().any(|owner| has_word(&code, &format!("{owner}.{list}")))
            };
            if KINDS.iter().filter(|kind| names(kind)).count() >= LISTED {
                found.push(format!("src/{}:{}: {}", source.path, index + 1, line.trim()));
            }
        }
    }
    assert!(found.len() <= MAX_LISTS, "{} functions list the kinds:\n{}", found.len(), found.join("\n"));
}

/// Returns whether a text contains a word that is not the start of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(start, _)| !text[start + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn functions_are_short() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        for (index, line) in source.code.iter().enumerate() {
            let is_function = line.trim_start().strip_prefix("fn ").is_some() || line.contains(" fn ");
            if !is_function {
                continue;
            }
            let length = end_of_item(&source.code, index) - index;
            if length > MAX_FUNCTION {
                let name = line.split("fn ").nth(1).and_then(|rest| rest.split(['(', '<']).next()).unwrap_or_default();
                faults.push(format!("src/{}:{}: `{name}` has {length} lines", source.path, index + 1));
            }
        }
    }
    fail(&faults);
}

#[test]
fn exceptions_to_lints_give_a_reason() {
    let mut faults = Vec::new();
    for source in sources() {
        for (index, line) in source.text.lines().enumerate() {
            let line = line.trim_start();
            if line.starts_with("#[allow(") || line.starts_with("#![allow(") {
                faults.push(format!("src/{}:{}: use `#[expect(lint, reason = \"...\")]`", source.path, index + 1));
            }
        }
    }
    fail(&faults);
}

#[test]
fn every_code_is_explained() {
    let mut faults = Vec::new();
    for code in Code::ALL {
        let examples = examples(code.explain());
        if !code.explain().starts_with(&format!("# {code}: ")) {
            faults.push(format!("{code}: the page must start with `# {code}: `"));
        }
        if !examples.iter().any(|example| example.fails.as_deref() == Some(code.as_str())) {
            faults.push(format!("{code}: no block `pipe,fails({code})`"));
        }
        if !examples.iter().any(|example| example.fails.is_none()) {
            faults.push(format!("{code}: no block `pipe` that passes"));
        }
    }
    let known: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
    for page in files(&root().join("src/diagnostic/explain"), "md") {
        let name = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !known.contains(&name) {
            faults.push(format!("{name}: no such code"));
        }
    }
    fail(&faults);
}

#[test]
fn every_code_has_a_case() {
    let cases = ["pipe", "yaml"].into_iter().flat_map(|kind| files(&root().join("tests/ui"), kind));
    let announced: BTreeSet<String> = cases
        .flat_map(|path| {
            let text = fs::read_to_string(path).expect("cases are text");
            let directives = text.lines().filter_map(|line| line.split_once("//~").or(line.split_once("#~")));
            let codes = directives.flat_map(|(_, rest)| rest.split(' ').map(str::to_owned).collect::<Vec<_>>());
            codes.collect::<Vec<_>>()
        })
        .collect();
    let missing = Code::ALL.iter().filter(|code| !announced.contains(code.as_str()));
    fail(&missing.map(|code| format!("{code}: no case under tests/ui announces it")).collect::<Vec<_>>());
}

#[test]
fn codes_are_sorted() {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert!(codes.is_sorted_by_key(|code| (&code[1..], &code[..1])), "{codes:?}");
    assert!(codes.iter().all(|code| code.len() == 5));
}

#[test]
fn nothing_refers_to_where_it_was_written() {
    // Joined here, so that this file does not contain them.
    let words = [["/wo", "rk/"].concat(), ["shared", "/design"].concat(), ["shared", "/facts"].concat()];
    let mut faults = Vec::new();
    for folder in ["src", "tests", "docs", "examples", "grammar"] {
        for path in files(&root().join(folder), "") {
            let text = fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
            for word in words.iter().filter(|word| text.contains(word.as_str())) {
                faults.push(format!("{}: mentions `{word}`", path.display()));
            }
        }
    }
    fail(&faults);
}

#[test]
fn the_scanner_understands_strings_and_comments() {
    let text = "a(\"}\\\"{\"); // {\nb('{'); /* { /* } */ */ r#\"{\"#; 'x: loop {}\n";
    assert_eq!(blanked(text).replace(' ', ""), "a(\"\"\");\nb();\"\";'x:loop{}\n");
    let code = without_tests("fn a() {\n}\n#[cfg(test)]\nmod tests {\n  x\n}\nfn b() {}\n");
    assert_eq!(code, ["fn a() {", "}", "", "", "", "", "fn b() {}"]);
    let used: Vec<String> =
        used_parts("use crate::{a::{b, c}, syntax::ast::X};\ncrate::d::e").into_iter().map(|(_, name)| name).collect();
    assert_eq!(used, ["a", "syntax::ast", "d"]);
}
