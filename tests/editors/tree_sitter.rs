//! The tree-sitter grammar: it accepts the same texts as the compiler.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::json;

use dotpipe::source::SourceMap;
use dotpipe::syntax;

use super::{python, root, run};

/// The queries of the grammar.
const QUERIES: [&str; 5] = ["highlights", "injections", "folds", "indents", "locals"];

fn home() -> PathBuf {
    root().join("editors/tree-sitter-pipe")
}

/// Returns the grammar as a library that editors can load.
pub fn library() -> PathBuf {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY
        .get_or_init(|| {
            let library = root().join("target/editors/pipe.so");
            fs::create_dir_all(library.parent().unwrap()).unwrap();
            let source = home().join("src");
            run(Command::new("cc")
                .args(["-shared", "-fPIC", "-O1", "-std=c11", "-Wall", "-Wextra", "-Wno-unused-parameter", "-I"])
                .arg(&source)
                .arg("-o")
                .arg(&library)
                .args([source.join("parser.c"), source.join("scanner.c")]));
            library
        })
        .clone()
}

/// Queries with the capture names of other editors.
const OF_OTHER_EDITORS: [(&str, &str); 4] = [
    ("helix indents", "helix/queries/indents.scm"),
    ("zed indents", "zed/languages/pipe/indents.scm"),
    ("zed brackets", "zed/languages/pipe/brackets.scm"),
    ("zed outline", "zed/languages/pipe/outline.scm"),
];

/// Copies the queries to the folder where an editor expects them.
pub fn copy_queries(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for name in QUERIES {
        fs::copy(home().join(format!("queries/{name}.scm")), folder.join(format!("{name}.scm"))).unwrap();
    }
}

/// The results of tree-sitter for texts.
#[derive(Deserialize)]
struct Answer {
    /// Whether each text has errors.
    errors: BTreeMap<String, bool>,
    /// The captures of each query: the name and the text.
    captures: BTreeMap<String, Vec<(String, String)>>,
    trees: BTreeMap<String, String>,
}

fn ask(question: &serde_json::Value) -> Answer {
    let (python, packages) = python();
    let mut child = Command::new(&python.command)
        .arg(root().join("tests/editors/grammar.py"))
        .arg(library())
        .env("PYTHONPATH", packages)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let question = question.to_string();
    let writer = std::thread::spawn(move || input.write_all(question.as_bytes()));
    let done = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(done.status.success(), "grammar.py failed");
    serde_json::from_slice(&done.stdout).unwrap()
}

/// Returns whether the compiler reads a text without syntax errors.
fn is_read(text: &str) -> bool {
    let mut sources = SourceMap::default();
    let file = sources.add("text.pipe".into(), text);
    !syntax::parse(file, text).diagnostics.has_errors()
}

/// Returns every pipeline of the repository by location: files, and blocks of the documentation.
fn texts() -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for folder in ["docs", "examples", "src", "tests", "README.md"] {
        for entry in ignore::Walk::new(root().join(folder)).map(Result::unwrap) {
            let path = entry.path();
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("pipe") => {
                    // Some cases test files that are not text.
                    if let Ok(text) = fs::read_to_string(path) {
                        texts.insert(name, text);
                    }
                }
                Some("md") => texts.extend(blocks(&fs::read_to_string(path).unwrap(), &name)),
                _ => {}
            }
        }
    }
    assert!(texts.len() > 900, "only {} texts were found", texts.len());
    texts
}

/// Returns the pipeline blocks of a page.
fn blocks(page: &str, name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let language = line.trim().strip_prefix("```").unwrap_or_default();
        let block = lines.by_ref().take_while(|(_, line)| line.trim() != "```");
        if language.split([',', ' ']).next() == Some("pipe") {
            found.push((format!("{name}:{}", number + 1), block.flat_map(|(_, line)| [line, "\n"]).collect()));
        } else if !language.is_empty() {
            block.for_each(drop);
        }
    }
    found
}

/// Returns the texts that only the grammar or only the compiler accepts.
fn differences(texts: &BTreeMap<String, String>) -> Vec<String> {
    let answer = ask(&json!({ "texts": texts, "queries": {}, "captured": [], "trees": {} }));
    assert_eq!(answer.errors.len(), texts.len());
    let differ = |(name, text): (&String, &String)| {
        let (compiler, grammar) = (is_read(text), !answer.errors[name]);
        (compiler != grammar).then(|| format!("{name}: compiler {compiler}, tree-sitter {grammar}"))
    };
    texts.iter().filter_map(differ).collect()
}

/// Texts that match the grammar but exceed limits of the compiler: too deeply nested, or with too large a number.
const BEYOND_LIMITS: [&str; 3] =
    ["src/diagnostic/explain/E0007.md:10", "tests/ui/syntax/number-too-large.pipe", "tests/ui/syntax/too-deep.pipe"];

#[test]
fn reads_what_the_compiler_reads() {
    let texts = texts();
    let broken = texts.values().filter(|text| !is_read(text)).count();
    assert!(broken > 60, "only {broken} texts have errors of syntax");
    let found = differences(&texts);
    let known = BEYOND_LIMITS.map(|name| format!("{name}: compiler false, tree-sitter true"));
    let new: Vec<_> = found.iter().filter(|difference| !known.contains(difference)).collect();
    assert!(new.is_empty(), "{} of {} texts are read by one only:\n{new:#?}", new.len(), texts.len());
    assert_eq!(found.len(), known.len(), "a limit is gone: {found:#?}");
}

/// Returns the end of the token at an offset, which is a word or a character.
fn token_end(text: &str, start: usize) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let first = text[start..].chars().next().unwrap();
    let end = text[start..].find(|c| !is_word(c)).map_or(text.len(), |length| start + length);
    if is_word(first) { end } else { start + first.len_utf8() }
}

#[test]
fn reads_what_the_compiler_reads_without_one_token() {
    let mut texts = BTreeMap::new();
    for example in ["serverless-app", "s3-source", "ecs-blue-green"] {
        let text = fs::read_to_string(root().join(format!("examples/{example}/pipeline.pipe"))).unwrap();
        let mut start = 0;
        while start < text.len() {
            let end = token_end(&text, start);
            if !text[start..end].trim().is_empty() {
                let line = text[..start].matches('\n').count() + 1;
                let name = format!("{example}:{line} at {start} without {:?}", &text[start..end]);
                texts.insert(name, format!("{}{}", &text[..start], &text[end..]));
            }
            start = end;
        }
    }
    assert!(texts.len() > 400, "only {} texts", texts.len());
    let found = differences(&texts);
    assert!(found.is_empty(), "{} of {} texts are read by one only:\n{found:#?}", found.len(), texts.len());
}

#[test]
fn trees_have_the_documented_form() {
    let statement = "build codebuild Pack from App, Lib::x/y.yaml -> Built(\"out/*\") { project = Builder }\n";
    let value = "source = [for n in 1..3 : \"z${n}\"]\n";
    let answer = ask(&json!({ "texts": {}, "queries": {}, "captured": [], "trees": { "1": statement, "2": value } }));
    assert_eq!(
        answer.trees["1"],
        "(source_file (action provider: (provider_name) name: (identifier) (from_clause (reference (identifier)) \
         (artifact_file artifact: (artifact_name) file: (path))) (to_clause (output name: (artifact_name) (contents \
         (text (string_content))))) body: (block (attribute key: (identifier) value: (reference (identifier))))))"
    );
    assert_eq!(
        answer.trees["2"],
        "(source_file (attribute key: (identifier) value: (list (list_for name: (identifier) of: (range) (text \
         (string_content) (interpolation (reference (identifier))))))))"
    );
}

#[test]
fn queries_capture_what_they_are_for() {
    let mut queries: BTreeMap<&str, String> = QUERIES
        .into_iter()
        .map(|name| (name, fs::read_to_string(home().join(format!("queries/{name}.scm"))).unwrap()))
        .collect();
    for (name, path) in OF_OTHER_EDITORS {
        queries.insert(name, fs::read_to_string(root().join("editors").join(path)).unwrap());
    }
    let text = "/// Doc\npipeline App {\n  stage Source {\n    source codecommit Fetch -> Code { branch = \"main ${x}\" }\n    \
                run Check from Code { commands = ['make \"$T\"', \"make ${x}\"] }\n  }\n}\nproject Builder {\n  \
                buildspec = yaml(\'\'\'\n    version: 0.2\n  \'\'\')\n  timeout = 30m // long\n}\nlet wait = upper(other)\n";
    let answer = ask(&json!({ "texts": { "it": text }, "queries": queries, "captured": [text], "trees": {} }));
    assert!(!answer.errors["it"]);
    let has = |query: &str, capture: &str, text: &str| {
        let captures = &answer.captures[query];
        assert!(captures.iter().any(|found| found == &(capture.to_owned(), text.to_owned())), "{query}: {captures:#?}");
    };
    for (capture, text) in [
        ("comment.documentation", "/// Doc"),
        ("keyword", "pipeline"),
        ("type", "App"),
        ("module", "Source"),
        ("keyword", "source"),
        ("type.builtin", "codecommit"),
        ("function", "Fetch"),
        ("constant", "Code"),
        ("property", "branch"),
        ("string", "main "),
        ("punctuation.special", "${"),
        ("function.call", "yaml"),
        ("number", "30m"),
        ("comment", "// long"),
    ] {
        has("highlights", capture, text);
    }
    has("injections", "injection.content", "    version: 0.2\n  ");
    has("injections", "injection.content", "make \"$T\"");
    has("injections", "injection.content", "make ");
    assert_eq!(answer.captures["injections"].iter().filter(|(name, _)| name == "injection.content").count(), 3);
    has("locals", "local.definition.var", "wait");
    has("locals", "local.reference", "other");
    assert!(answer.captures["folds"].len() >= 3 && answer.captures["indents"].len() >= 3);
    for (name, _) in OF_OTHER_EDITORS {
        assert!(answer.captures[name].len() >= 3, "{name}: {:#?}", answer.captures[name]);
    }
    has("helix indents", "outdent", "}");
    for name in ["App", "Source", "Fetch", "Check", "Builder"] {
        has("zed outline", "name", name);
    }
}

/// `parser.c` and the files next to it are the output of the pinned generator for the grammar.
#[test]
fn parser_is_up_to_date() {
    let target = root().join("target/editors/generator");
    let out = target.join("out");
    run(Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--manifest-path"])
        .arg(home().join("generator/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .arg("--")
        .arg(&out));
    for file in ["parser.c", "grammar.json", "node-types.json", "tree_sitter/parser.h"] {
        let same = fs::read(out.join(file)).unwrap() == fs::read(home().join("src").join(file)).unwrap();
        let command = "cargo run --manifest-path editors/tree-sitter-pipe/generator/Cargo.toml";
        assert!(same, "{file} is not what `{command}` writes");
    }
}
