use proptest::prelude::*;

use super::*;
use crate::source::SourceMap;

fn parse(text: &str) -> (SourceMap, Document) {
    let mut sources = SourceMap::default();
    let file = sources.add("f.yml".into(), text);
    let document = Document::parse(text, DocumentOrigin::File(file));
    (sources, document)
}

fn slice_at<'a>(sources: &'a SourceMap, document: &Document, path: &[&str]) -> &'a str {
    let node = document.root.as_ref().and_then(|root| root.at(path)).expect("the path exists");
    sources.slice(node.span)
}

#[test]
fn flow_collections_end_with_their_brackets() {
    let (sources, document) = parse("a: { b: { c: [1, 2] }, d: [ {e: f} , 'g' ] }\n");
    for (path, wanted) in [
        (&["a"][..], "{ b: { c: [1, 2] }, d: [ {e: f} , 'g' ] }"),
        (&["a", "b"], "{ c: [1, 2] }"),
        (&["a", "b", "c"], "[1, 2]"),
        (&["a", "d"], "[ {e: f} , 'g' ]"),
    ] {
        assert_eq!(slice_at(&sources, &document, path), wanted);
    }
}

#[test]
fn spans_are_bytes() {
    let text = "é: 🦀x\nb: !Sub 'ö-${x}' # c\nc: [1, {d: 2}]\nd:\n  - x: 1\n    y: 2\n\ne:\n";
    let (sources, document) = parse(text);
    assert_eq!(slice_at(&sources, &document, &["é"]), "🦀x");
    assert_eq!(slice_at(&sources, &document, &["b"]), "!Sub 'ö-${x}'");
    assert_eq!(slice_at(&sources, &document, &["c"]), "[1, {d: 2}]");
    assert_eq!(slice_at(&sources, &document, &["d"]), "- x: 1\n    y: 2");
    let root = document.root.expect("a tree");
    assert!(root.get("e").is_some_and(Node::is_null));
    let sub = root.get("b").expect("b");
    let intrinsic = sub.intrinsic().expect("a function");
    assert_eq!((intrinsic.name.as_ref(), sources.slice(intrinsic.name_span)), ("Fn::Sub", "!Sub"));
    assert_eq!((sub.literal(), sub.text()), (None, Some("ö-${x}")));
    let inner = sub.scalar().expect("a scalar").map.span(3..7);
    assert_eq!(sources.slice(inner), "${x}");
}

#[test]
fn long_and_short_functions_are_alike() {
    let (sources, document) = parse("{\"a\": {\"Ref\": \"X\"}, \"b\": {\"Fn::GetAtt\": [\"X\", \"Arn\"]}}");
    let root = document.root.expect("a tree");
    let names: Vec<_> = root.entries().iter().filter_map(|entry| entry.value.intrinsic()).collect();
    assert_eq!(names.len(), 2);
    assert_eq!(names[1].name, "Fn::GetAtt");
    assert_eq!(sources.slice(names[1].argument.span), "[\"X\", \"Arn\"]");
    assert_eq!(sources.slice(names[1].name_span), "\"Fn::GetAtt\"");
}

/// Asserts that every word of the decoded text maps to the same word in the source.
fn assert_words_map(text: &str, path: &[&str]) {
    let (sources, document) = parse(text);
    let node = document.root.as_ref().and_then(|root| root.at(path)).expect("the path exists");
    let scalar = node.scalar().expect("a scalar");
    let mut found = 0;
    for (at, word) in
        scalar.text.split([' ', '\n']).map(|word| (word.as_ptr() as usize - scalar.text.as_ptr() as usize, word))
    {
        if !word.is_empty() {
            assert_eq!(sources.slice(scalar.map.span(at..at + word.len())), word, "in {:?}", scalar.text);
            found += 1;
        }
    }
    assert!(found > 1);
}

#[test]
fn block_and_quoted_scalars_map_back() {
    assert_words_map("a:\n  b: |\n    one two\n      three\n\n    four é five\n\nc: 1\n", &["a", "b"]);
    assert_words_map("a: |-\n\n\n  one\n\n  two\n", &["a"]);
    assert_words_map("a: |2\n    one\n  two\n", &["a"]);
    assert_words_map("a: >\n  one two\n  three\n\n\n  four\n    five\n  six\n", &["a"]);
    assert_words_map("a: >-\r\n  one two\r\n  three\r\n", &["a"]);
    assert_words_map("a: 'its one\n\n   two'\n", &["a"]);
    assert_words_map("a: plain\n  words over\n  lines\n", &["a"]);
    assert_words_map("a: !Sub |\n  one ${two}\n  three\n", &["a"]);
    assert_words_map("a: &x !Sub >\n  one ${two}\n  three\n", &["a"]);
}

#[test]
fn escapes_map_as_units() {
    let (sources, document) = parse("a: \"x\\u00e9 \\\"y\\\" \\\n   z\"\n");
    let root = document.root.expect("a tree");
    let scalar = root.get("a").and_then(Node::scalar).expect("a scalar");
    assert_eq!(scalar.text, "xé \"y\" z");
    assert_eq!(sources.slice(scalar.map.span(1..3)), "\\u00e9");
    assert_eq!(sources.slice(scalar.map.span(4..7)), "\\\"y\\\"");
    assert_eq!(sources.slice(scalar.map.span(8..9)), "z");
}

#[test]
fn json_is_read_as_json() {
    let text =
        "\u{feff}{\n\t\"a\\/b\": \"\\ud83e\\udd80 x\",\n\t\"n\": [1, -2.5e3, true, null, {}],\r\n\t\"e\": []\n}\n";
    let (sources, document) = parse(text);
    assert_eq!(document.error, None);
    let root = document.root.as_ref().expect("a tree");
    let crab = root.get("a/b").and_then(Node::scalar).expect("a scalar");
    assert_eq!(crab.text, "🦀 x");
    assert_eq!(sources.slice(crab.map.span(5..6)), "x");
    assert_eq!(sources.slice(crab.map.span(0..4)), "\\ud83e\\udd80");
    assert_eq!(slice_at(&sources, &document, &["n"]), "[1, -2.5e3, true, null, {}]");
    assert_eq!(root.get("n").map(|n| n.items().len()), Some(5));
}

#[test]
fn syntax_errors_are_data() {
    for (text, at) in [("a: b: c\n", ":"), ("{\"a\" 1}", "1"), ("{\"a\": 1, \"b\"}}", "}"), ("{\"a\": \"x", "\"")] {
        let (sources, document) = parse(text);
        let error = document.error.expect("an error");
        assert_eq!(sources.slice(error.span), at, "{text}: {}", error.message);
        assert_eq!(document.root, None);
    }
    for flow in ["{a: 1, b: [x, y]}", "{\"a\": 1,}", "{\"a\": tru}"] {
        assert_eq!(parse(flow).1.error, None, "{flow}");
    }
}

#[test]
fn lines_in_brackets_need_no_indentation() {
    for text in [
        "a:\n  - b: c\n    d: [\n    x,\n  y\n    ]\n    e: f\n",
        "a: {\r\n  x: 1,\r\ny: 2\r\n}\r\nb: c\r\n",
        "a:\n  b: [{\n  x: 1\n}]\n",
    ] {
        let (sources, document) = parse(text);
        assert_eq!(document.error, None, "{text}");
        let root = document.root.as_ref().expect("a tree");
        let (value, end) = (root.at(&["a"]).expect("a"), root.entries().last().expect("an entry"));
        assert!(sources.slice(end.key.span) == end.key.node && !sources.slice(value.span).is_empty(), "{text}");
    }
    assert!(parse("a:\n  b: [ # x\n]\n  c: d: e\n").1.error.is_some());
}

#[test]
fn lines_of_quoted_strings_need_no_indentation() {
    let text = "P:\n  Default: \"a --b 'c'\n\"\n  Type: 'x\ny'\nQ: 1\n";
    let (sources, document) = parse(text);
    assert_eq!(document.error, None);
    let root = document.root.as_ref().expect("a tree");
    assert_eq!(root.at(&["P", "Default"]).and_then(Node::literal), Some("a --b 'c' "));
    assert_eq!(root.at(&["P", "Type"]).and_then(Node::literal), Some("x y"));
    assert_eq!(slice_at(&sources, &document, &["Q"]), "1");
    // A string without its closing quote stays an error where it begins.
    let (sources, document) = parse("P:\n  A: \"a\n  B: \"b\"\nC: \"c\"\n");
    assert!(document.error.is_some_and(|error| !sources.slice(error.span).is_empty()));
}

#[test]
fn anchors_aliases_merges_and_duplicates() {
    let text =
        "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\nuse: &s [*s]\n? [k]\n: v\nbare: {{resolve:ssm:/a/b:1}}\n";
    let (sources, document) = parse(text);
    let kinds: Vec<_> = document
        .findings
        .iter()
        .map(|finding| match finding {
            Finding::DuplicateKey { key, first } => format!("{} {}", key.node, sources.start(*first).line),
            Finding::Alias(span) | Finding::CircularAlias(span) | Finding::Merge(span) | Finding::KeyNotText(span) => {
                sources.slice(*span).to_owned()
            }
            Finding::BareReference(reference) => reference.node.clone(),
            Finding::SecondDocument(_) => "second".into(),
        })
        .collect();
    assert_eq!(kinds, ["*b", "<<", "*s", "use 2", "[k]", "resolve:ssm:/a/b:1"]);
    let root = document.root.expect("a tree");
    let merged = &root.entries()[1].value;
    assert_eq!(merged.get("x").and_then(Node::literal), Some("1"));
    assert_eq!(merged.get("y").and_then(Node::literal), Some("3"));
}

#[test]
fn bombs_and_depth_are_refused() {
    let level = |level: usize| format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1);
    let bomb = std::iter::once("a0: &a0 [x, x]\n".to_owned()).chain((1..40).map(level)).collect::<String>();
    assert!(parse(&bomb).1.error.is_some_and(|error| error.message.contains("aliases")));
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "- ".repeat(2_000), "{a: ".repeat(5_000)] {
        let error = parse(&text).1.error.expect("an error");
        assert!(error.message.contains("128") || error.message == "recursion limit exceeded", "{}", error.message);
    }
}

#[test]
fn inline_text_gets_the_spans_asked_for() {
    let mut sources = SourceMap::default();
    let text = "x = '''a: b'''";
    let file = sources.add("p.pipe".into(), text);
    let outer = Span::new(file, 7, 11);
    let inside = Document::parse("a: b", DocumentOrigin::Inside(outer)).root.expect("a tree");
    assert_eq!(sources.slice(inside.get("a").expect("a").span), "b");
    let fixed = Document::parse("a: b", DocumentOrigin::At(outer)).root.expect("a tree");
    assert_eq!(sources.slice(fixed.get("a").expect("a").span), "a: b");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn never_panics(text in "[ \\t\\r\\n\\-:{}\\[\\],&*!|>'\"#%@`?\\\\abu0-9é🦀<~.]{0,60}") {
        let (sources, document) = parse(&text);
        if let Some(root) = &document.root {
            check(&sources, root);
        }
    }

    #[test]
    fn never_panics_on_any_text(text in any::<String>()) {
        parse(&text);
    }
}

/// Asserts that all spans are on character boundaries of the text.
fn check(sources: &SourceMap, node: &Node) {
    let text = sources.file(node.span.file).text();
    assert!(text.get(node.span.range()).is_some());
    if let Some(scalar) = node.scalar() {
        for (at, c) in scalar.text.char_indices() {
            assert!(text.get(scalar.map.span(at..at + c.len_utf8()).range()).is_some());
        }
    }
    node.items().iter().for_each(|item| check(sources, item));
    node.entries().iter().for_each(|entry| check(sources, &entry.value));
}

#[test]
fn text_moved_to_the_right_is_the_same_document() {
    assert!(is_indented("a: b", "a: b"));
    assert!(is_indented("  a:\r\n\n    b: 1\n  ", "a:\n\n  b: 1\n"));
    for (written, text) in
        [("  a\n b", "a\nb"), ("a ${b}", "a b"), ("  a\n  b", "a\n"), ("  ---\n  a", "---\na"), ("xa", "a")]
    {
        assert!(!is_indented(written, text), "{written:?}");
    }
}
