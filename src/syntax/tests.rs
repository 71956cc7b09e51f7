use super::*;
use crate::source::SourceMap;

fn read(text: &str) -> (Parsed, String) {
    let mut sources = SourceMap::default();
    let file = sources.add("test.pipe".into(), text);
    let parsed = parse(file, text);
    let list = parsed.diagnostics.clone().into_sorted();
    let lines: Vec<String> =
        list.iter()
            .map(|found| {
                let at = sources.start(found.primary.span);
                let edit = found.edits.first().map_or(String::new(), |edit| {
                    format!(" => {:?} for {:?}", edit.replacement, sources.slice(edit.span))
                });
                format!(
                    "{} {}:{} {:?} {}{edit}",
                    found.code,
                    at.line,
                    at.column,
                    sources.slice(found.primary.span),
                    found.message
                )
            })
            .collect();
    (parsed, lines.join("\n"))
}

fn faults(text: &str) -> String {
    read(text).1
}

#[test]
fn fixtures_parse_without_a_word() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax");
    let mut seen = 0;
    for folder in [root.clone(), root.join("lib")] {
        for entry in std::fs::read_dir(folder).expect("the fixtures are there") {
            let path = entry.expect("readable").path();
            if path.extension().is_some_and(|extension| extension == "pipe") {
                let text = std::fs::read_to_string(&path).expect("readable");
                assert_eq!(faults(&text), "", "{}", path.display());
                assert_eq!(faults(&text.replace('\n', "\r\n")), "", "{} with CRLF", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 9, "{seen}");
}

#[test]
fn the_bad_example() {
    insta::assert_snapshot!(faults(include_str!("../../tests/syntax/bad/syntax.pipe")), @"");
}
