//! `dotpipe fmt`, and that everything the project shows is formatted.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use dotpipe::compilation::Request;
use dotpipe::format::format;

use crate::docs::{pages, root};
use crate::program::{code, dotpipe, run, stderr, stdout};
use crate::support;

/// The text in the one style.
fn formatted(text: &str, name: &str) -> String {
    format(text).unwrap_or_else(|fault| panic!("{name}: {fault}")).text
}

/// A part of a file with the indentation that it has there.
fn part_formatted(text: &str, name: &str) -> String {
    let lines = || text.split_inclusive('\n').filter(|line| !line.trim().is_empty());
    let indent = lines().map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or(0);
    let outdented: String = text.split_inclusive('\n').map(|line| line.get(indent..).unwrap_or("\n")).collect();
    let indented = |line: &str| if line == "\n" { line.to_owned() } else { " ".repeat(indent) + line };
    formatted(&outdented, name).split_inclusive('\n').map(indented).collect()
}

/// A page with its `pipe` blocks formatted. Blocks that show output keep it.
fn page_formatted(page: &str, name: &str) -> String {
    let mut out = String::new();
    let mut block: Option<String> = None;
    let mut marker = "";
    for line in page.split_inclusive('\n') {
        match &mut block {
            None => {
                let info = line.trim_end().strip_prefix("```");
                let is_output = marker.starts_with("<!-- expands to");
                let is_pipe = info.is_some_and(|info| info == "pipe" || info.starts_with("pipe,"));
                block = (is_pipe && !is_output).then(String::new);
                marker = if line.trim().is_empty() { marker } else { line };
                out.push_str(line);
            }
            Some(text) if line.trim_end() == "```" => {
                out.push_str(&part_formatted(text, name));
                out.push_str(line);
                block = None;
            }
            Some(text) => text.push_str(line),
        }
    }
    out
}

/// A provider's file with its example formatted.
fn provider_formatted(file: &str, name: &str) -> String {
    let (start, end) = ("\nexample = '''\n", "'''\n");
    let Some((before, rest)) = file.split_once(start) else { return file.to_owned() };
    let Some((example, behind)) = rest.split_once(end) else { return file.to_owned() };
    format!("{before}{start}{}{end}{behind}", formatted(example, name))
}

/// Everything below a folder whose names end so.
fn below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(below(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// `UPDATE=1` formats the examples and pages. What other tests generate is compared with its source there.
#[test]
fn examples_and_pages_are_formatted() {
    let update = env::var_os("UPDATE").is_some();
    let mut files = below(&root().join("examples"), "pipe");
    files.extend(pages());
    files.extend(below(&root().join("src/diagnostic/explain"), "md"));
    files.extend(below(&root().join("src/catalog/providers"), "toml"));
    files.retain(|path| !path.ends_with("docs/diagnostics.md"));
    let mut faults = Vec::new();
    for path in files {
        let (text, name) = (fs::read_to_string(&path).unwrap(), path.display().to_string());
        let wanted = match path.extension().and_then(|extension| extension.to_str()) {
            Some("md") => page_formatted(&text, &name),
            Some("toml") => provider_formatted(&text, &name),
            _ => formatted(&text, &name),
        };
        if wanted != text && update {
            fs::write(&path, wanted).unwrap();
        } else if wanted != text {
            faults.push(name);
        }
    }
    assert!(faults.is_empty(), "not formatted:\n{}\n(UPDATE=1 formats them)", faults.join("\n"));
}

#[test]
fn files_are_formatted_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pipeline.pipe");
    let write = |text: &str| fs::write(&file, text).unwrap();
    let read = || fs::read_to_string(&file).unwrap();
    let fmt = |arguments: &[&str]| run(&folder, &[&["fmt"], arguments].concat());

    write("import './lib.pipe'\npipeline  P {\n  stage  S { }\n}\n");
    fs::write(folder.path().join("lib.pipe"), "let  a=1\n").unwrap();
    fs::write(folder.path().join("other.pipe"), "let  b=1\n").unwrap();
    let listed = fmt(&["--check"]);
    assert_eq!((code(&listed), stdout(&listed)), (Some(1), "pipeline.pipe\nlib.pipe\n"));
    let diff = fmt(&["--diff", "lib.pipe"]);
    let wanted = "--- a/lib.pipe\n+++ b/lib.pipe\n@@ -1 +1 @@\n-let  a=1\n+let a = 1\n";
    assert_eq!((code(&diff), stdout(&diff)), (Some(1), wanted));
    assert!(read().starts_with("import './lib.pipe'\npipeline  P"), "`--check` and `--diff` change nothing");

    let done = fmt(&[]);
    assert_eq!((code(&done), stderr(&done)), (Some(0), "formatted pipeline.pipe\nformatted lib.pipe\n"));
    assert_eq!(read(), "import './lib.pipe'\npipeline P {\n  stage S {}\n}\n");
    let again = fmt(&["--check", "pipeline.pipe", "lib.pipe"]);
    assert_eq!((code(&again), stdout(&again), stderr(&again)), (Some(0), "", ""));
    let rest = fmt(&["."]);
    assert_eq!((code(&rest), stderr(&rest)), (Some(0), "formatted other.pipe\n"));
}

#[test]
fn what_cannot_be_read_stays_and_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.pipe");
    fs::write(&file, "let  a=1\nlet  b = \n\nlet  c=2\n").unwrap();
    let done = run(&folder, &["fmt", "a.pipe"]);
    assert_eq!(code(&done), Some(1));
    assert!(stderr(&done).contains("E0005") && stderr(&done).contains("a.pipe:2"), "{}", stderr(&done));
    assert_eq!(fs::read_to_string(&file).unwrap(), "let a = 1\nlet  b =\n\nlet c = 2\n");
    let failures: [(&[u8], &str); 3] = [
        (b"let a = \xff\n", "is not UTF-8 text (line 1, byte 8 of the file)"),
        (b"\xff\xfel\0e\0t\0", "is UTF-16 text; save it as UTF-8"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\xd8\xff", "is not UTF-8 text"),
    ];
    for (bytes, reason) in failures {
        fs::write(&file, bytes).unwrap();
        let done = run(&folder, &["fmt", "a.pipe"]);
        assert_eq!(code(&done), Some(2));
        assert!(stderr(&done).contains(reason), "{}", stderr(&done));
        assert_eq!(fs::read(&file).unwrap(), bytes);
    }
    let missing = run(&folder, &["fmt", "none.pipe", "a.pipe"]);
    assert_eq!(code(&missing), Some(2));
    assert!(stderr(&missing).contains("cannot read `none.pipe`: no such file"), "{}", stderr(&missing));
}

#[test]
fn standard_input_is_formatted_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let fmt = |arguments: &[&str], text: &'static str| {
        dotpipe(folder.path()).arg("fmt").args(arguments).write_stdin(text).output().unwrap()
    };
    let done = fmt(&["-"], "let  a=1\r\nlet b=2\r\n");
    assert_eq!((code(&done), stdout(&done)), (Some(0), "let a = 1\r\nlet b = 2\r\n"));
    let same = fmt(&["-"], "let a = 1\n");
    assert_eq!((code(&same), stdout(&same)), (Some(0), "let a = 1\n"));
    let listed = fmt(&["--check", "-"], "let  a=1");
    assert_eq!((code(&listed), stdout(&listed)), (Some(1), "<stdin>\n"));
}

/// Code, message, and the words under the label of each diagnostic.
fn diagnosed(text: &str, files: &[(String, String)]) -> Vec<(String, String, String)> {
    let compilation = support::compile(("pipeline.pipe", text), files, &Request::default());
    let shown = |found: &dotpipe::diagnostic::Diagnostic| {
        let under = compilation.sources().slice(found.primary.span);
        let words = under.chars().filter(|letter| !letter.is_whitespace() && *letter != ',').collect();
        (found.code.to_string(), found.message.clone(), words)
    };
    let mut all: Vec<_> = compilation.diagnostics().iter().map(shown).collect();
    all.sort();
    all
}

#[test]
fn formatting_changes_no_diagnostic() {
    let cases = crate::cases::entries("tests/ui").into_iter().filter(|entry| {
        let in_folder = entry.parent().is_some_and(|folder| folder.join("pipeline.pipe").is_file());
        !in_folder || entry.ends_with("pipeline.pipe")
    });
    let (mut changed, mut all) = (0, 0);
    for entry in crate::cases::share(cases.collect()) {
        let Ok(text) = fs::read_to_string(&entry) else { continue };
        let files: Vec<(String, String)> = crate::cases::beside(&entry).into_iter().collect();
        let formatted = formatted(&text, &entry.display().to_string());
        all += 1;
        changed += usize::from(formatted != text);
        assert_eq!(diagnosed(&formatted, &files), diagnosed(&text, &files), "{}\n{formatted}", entry.display());
    }
    println!("{all} cases, {changed} of them not in the style");
    assert!(changed * crate::cases::one_of() > 80, "{changed} of {all} cases change");
}
