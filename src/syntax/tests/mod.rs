//! Every file of a small corpus, the tree of each construct, and hostile input.

mod messages;
mod property;

use super::*;
use crate::source::SourceMap;
use crate::source::sampling::one_of;

fn read(text: &str) -> (Parsed, String) {
    let mut sources = SourceMap::default();
    let file = sources.add("test.pipe".into(), text);
    let parsed = parse(file, text);
    let list = parsed.diagnostics.clone().into_sorted(&sources);
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
    insta::assert_snapshot!(faults(include_str!("../../../tests/syntax/bad/syntax.pipe")), @r#"
    E0001 3:23 "->" expected a name, found `->`
    E0002 7:3 "stgae" unknown statement `stgae` => "stage" for "stgae"
    E0005 12:20 "=" value missing after `=`
    E0001 15:28 "2 days" `2 days` is not a duration => "2d" for "2 days"
    "#);
}

/// Reads the fenced examples of every page of this family.
#[test]
fn explain_pages_show_what_they_say() {
    use crate::diagnostic::Code;
    for code in [Code::E0001, Code::E0002, Code::E0004, Code::E0005, Code::E0007] {
        let mut examples = 0;
        for fence in code.explain().split("```pipe").skip(1) {
            let (info, rest) = fence.split_once('\n').expect("a fence has lines");
            let text = rest.split("\n```").next().unwrap_or_default();
            let codes: Vec<Code> = read(text).0.diagnostics.iter().map(|found| found.code).collect();
            let wanted = if info.is_empty() { vec![] } else { vec![code] };
            assert_eq!(codes, wanted, "{code}: {info}");
            examples += 1;
        }
        assert_eq!(examples, 2, "{code}");
    }
}

#[test]
fn keywords_are_names() {
    assert_eq!(grammar::KEYWORDS.len(), 53);
    for word in grammar::KEYWORDS {
        let text =
            format!("project P {{ {word} = 1, x = {word}.{word} }}\nstage {word} {{ {word}s = 2, in{word} = 3 }}\n");
        let (parsed, found) = read(&text);
        assert_eq!(found, "");
        let ast::StmtKind::Resource(resource) = &parsed.ast.statements[0].kind else { panic!("{text}") };
        let ast::ResourceBody::Block(block) = &resource.body else { panic!("{text}") };
        let ast::StmtKind::Attribute(attribute) = &block.statements[0].kind else { panic!("{text}") };
        assert_eq!(attribute.key.as_str(), *word);
    }
}

fn only(text: &str) -> ast::StmtKind {
    let (parsed, found) = read(text);
    assert_eq!(found, "", "{text}");
    assert_eq!(parsed.ast.statements.len(), 1, "{text}");
    parsed.ast.statements.into_iter().next().expect("one statement").kind
}

fn value(text: &str) -> ast::Expr {
    let ast::StmtKind::Attribute(attribute) = only(&format!("x = {text}\n")) else { panic!("{text}") };
    attribute.value
}

fn text_of(parts: &[ast::StringPart]) -> String {
    let piece = |part: &ast::StringPart| match &part.kind {
        ast::StringPartKind::Text(text) => text.clone(),
        ast::StringPartKind::Interpolation(_) => "<>".to_owned(),
        ast::StringPartKind::Runtime(name) => format!("#{name}"),
    };
    parts.iter().map(piece).collect()
}

fn string(text: &str) -> String {
    let ast::ExprKind::String(parts) = value(text).kind else { panic!("{text}") };
    text_of(&parts)
}

#[test]
fn headers_need_no_blanks() {
    let ast::StmtKind::Action(action) = only("source codecommit Fetch->MyApp,B(\"x\"){a=1}") else { panic!() };
    assert_eq!(action.name.literal(), Some("Fetch"));
    let outputs: Vec<&str> = action.clauses.to.iter().map(|output| output.name.as_str()).collect();
    assert_eq!(outputs, ["MyApp", "B"]);
    let ast::StmtKind::StackAction(action) = only("deploy stack s\n  in e\n  from A::x/y-z.yaml->B\n") else {
        panic!()
    };
    let ast::ExprKind::ArtifactFile { path, .. } = &action.clauses.from[0].kind else { panic!() };
    assert_eq!(text_of(path), "x/y-z.yaml");
    assert_eq!(action.clauses.to.len(), 1);
}

#[test]
fn paths_end_where_something_else_begins() {
    let path = |text: &str| match value(text).kind {
        ast::ExprKind::ArtifactFile { path, .. } => text_of(&path),
        ast::ExprKind::Conditional { then, .. } => match then.kind {
            ast::ExprKind::ArtifactFile { path, .. } => text_of(&path),
            _ => panic!("{text}"),
        },
        ast::ExprKind::List(elements) => format!("{}", elements.len()),
        _ => panic!("{text}"),
    };
    assert_eq!(path("A::x.yaml//c"), "x.yaml");
    assert_eq!(path("A::x.yaml/* c */"), "x.yaml");
    assert_eq!(path("c ? A::x.yaml : B::y"), "x.yaml");
    assert_eq!(path("[A::x.yaml, A::y]"), "2");
}

#[test]
fn text_is_what_is_meant() {
    assert_eq!(string(r#""a\n\"\\\u{e9}$${x}$#""#), "a\n\"\\é${x}$#");
    assert_eq!(string(r#""a ${f("b ${c["}"]}", d = {e = "}"})} #{n.V}""#), "a <> #n.V");
    assert_eq!(string(r"'a\n${b}'"), r"a\n${b}");
    assert_eq!(string("\"\"\"\n    a\n      ${b}\n\n    c\n    \"\"\""), "a\n  <>\n\nc\n");
    assert_eq!(string("\"\"\"\n    a\n  \"\"\""), "  a\n");
    assert_eq!(string("\"\"\"\r\n  a\r\n  b\"\"\""), "a\nb");
    assert_eq!(string("'''\n\ta \"\"\" ${\n\t'''"), "a \"\"\" ${\n");
    assert_eq!(string("\"\""), "");
}

#[test]
fn operators_bind_as_in_other_languages() {
    let ast::ExprKind::Conditional { condition, otherwise, .. } = value("!a || b == 1 && c ? d : e ? f : g").kind
    else {
        panic!()
    };
    assert!(matches!(otherwise.kind, ast::ExprKind::Conditional { .. }));
    let ast::ExprKind::Or(either) = condition.kind else { panic!() };
    assert!(matches!(either[0].kind, ast::ExprKind::Not(_)));
    let ast::ExprKind::And(both) = &either[1].kind else { panic!() };
    assert!(matches!(both[0].kind, ast::ExprKind::Compare { .. }));
}

#[test]
fn spans_end_with_the_last_token() {
    let text = "stage A  {\n  x = a   // c\n  build codebuild B   \n}   \n";
    let (parsed, _) = read(text);
    let stage = &parsed.ast.statements[0];
    assert_eq!(&text[stage.span.range()], text.trim_end());
    let ast::StmtKind::Stage(named) = &stage.kind else { panic!() };
    let covered: Vec<&str> = named.block.statements.iter().map(|inner| &text[inner.span.range()]).collect();
    assert_eq!(covered, ["x = a", "build codebuild B"]);
}

#[test]
fn documentation_belongs_to_the_statement_below() {
    let text = "/// loose\n\n/// one\n///  two\nstage A {\n  // c\n  x = [\n    1, /* d */\n  ]\n  /// end\n}\n";
    let (parsed, found) = read(text);
    assert_eq!(found, "");
    assert_eq!(parsed.ast.statements[0].doc.as_ref().map(|doc| doc.node.as_str()), Some("one\n two"));
    let comments: Vec<(&str, CommentKind, bool)> =
        parsed.trivia.comments.iter().map(|c| (&text[c.span.range()], c.kind, c.own_line)).collect();
    let wanted = [
        ("/// loose", CommentKind::Doc, true),
        ("// c", CommentKind::Line, true),
        ("/* d */", CommentKind::Block, false),
        ("/// end", CommentKind::Doc, true),
    ];
    assert_eq!(comments, wanted);
    assert_eq!(parsed.trivia.blank_lines, [10]);
    assert_eq!(parsed.trivia.trailing_commas, [u32::try_from(text.find("1,").expect("there") + 1).expect("small")]);
}

#[test]
fn an_unreadable_statement_keeps_its_names() {
    let (parsed, _) = read("build codebuild -> Out, More {\n}\nstage A {}\n");
    let ast::StmtKind::Error(error) = &parsed.ast.statements[0].kind else { panic!() };
    assert_eq!(error.words, ["build", "codebuild", "Out"]);
    assert!(matches!(parsed.ast.statements.last().map(|last| &last.kind), Some(ast::StmtKind::Stage(_))));
}

#[test]
fn depth_ends_in_one_diagnostic() {
    let many = 100_000 / one_of();
    // These reach the parser, which is slow without optimization.
    let chain = 5_000 / one_of();
    let deep = |open: &str, middle: &str, close: &str| format!("{}{middle}{}", open.repeat(many), close.repeat(many));
    for (name, text) in [
        ("blocks", deep("stage A {\n", "", "}\n")),
        ("unclosed blocks", "stage A {\n".repeat(many)),
        ("braces", format!("x = {}", "{".repeat(many))),
        ("lists", format!("x = {}", deep("[", "1", "]"))),
        ("parentheses", format!("x = {}", deep("(", "1", ")"))),
        ("calls", format!("x = {}", deep("f(", "1", ")"))),
        ("indices", format!("x = {}", deep("a[", "1", "]"))),
        ("not", format!("x = {}a", "!".repeat(many))),
        ("else", format!("if a {{}} {}", "else if a {}\n".repeat(chain))),
        ("conditions to the right", format!("x = {}b", "a ? b : ".repeat(chain))),
        ("conditions to the left", format!("x = a{}", " ? a".repeat(many))),
        ("conditions in lists", format!("x = {}", format!("[1, a{} ? ", " ? a".repeat(100)).repeat(100))),
        ("conditions over lines", format!("x = a{}{}", " ?\n a".repeat(many), " :\n b".repeat(many))),
        ("types", format!("type X = {}", deep("a<", "b", ">"))),
        ("list types", format!("type X = {}", deep("[", "b", "]"))),
        ("comments", deep("/* ", "", " */")),
        ("strings", format!("x = {}", deep("\"${", "a", "}\""))),
        ("maps", format!("x = {}", deep("{a=", "1", "}"))),
    ] {
        let (_, found) = read(&text);
        assert!(found.starts_with("E0007"), "{name}: {}", &found[..found.len().min(300)]);
        assert_eq!(found.lines().count(), 1, "{name}: {}", &found[..found.len().min(300)]);
    }
    for (name, text) in [
        ("members", format!("x = a{}\n", ".b".repeat(chain))),
        ("or", format!("x = a{}\n", " || b".repeat(chain))),
        ("union", format!("type X = a{}\n", " | b".repeat(chain))),
        ("limit", format!("x = {}1{}\n", "[".repeat(128), "]".repeat(128))),
        ("limit of blocks", format!("{}{}\n", "stage A {\n".repeat(128), "}\n".repeat(128))),
        ("limit of calls", format!("x = {}1{}\n", "f(a = ".repeat(128), ")".repeat(128))),
        ("conditions of statements", "x = !a\ntype T = b?\n".repeat(chain)),
        ("conditions of entries", format!("x = {{\n{}}}\n", "  a = !b ? c : d\n".repeat(chain))),
        ("limit of strings", format!("x = {}a{}\n", "\"${".repeat(64), "}\"".repeat(64))),
    ] {
        assert_eq!(faults(&text), "", "{name}");
    }
}

/// Returns how many bytes were parsed twice, and the number of diagnostics.
fn work(text: &str) -> (usize, usize) {
    let mut sources = SourceMap::default();
    let file = sources.add("test.pipe".into(), text);
    let scan = scan::scan(text);
    let repaired = Repaired::new(text, &scan);
    let mut builder = Builder::new(file, &repaired, text, &[]);
    let pairs = PipeParser::parse(Rule::file, &repaired.text).expect("balanced text parses");
    builder.file(pairs);
    (builder.reparsed(), builder.finish().0.len())
}

#[test]
fn work_grows_with_the_file_and_not_faster() {
    let unit = "stage A {\n  approve X { timeout = 2d }\n  build codebuild -> Y\n}\n";
    let (reparsed, found) = work(&unit.repeat(1_000_000 / one_of() / unit.len()));
    assert_eq!(found, 50);
    assert!(reparsed < 50 * unit.len(), "{reparsed}");
    let nested = format!("{}{}", "stage A {\n".repeat(100), "} junk\n".repeat(100));
    let padded = format!("{nested}{}", "x = 1\n".repeat(10_000));
    let (reparsed, found) = work(&padded);
    assert!(reparsed <= 2 * padded.len() + 0x1_0000 && found == 50, "{reparsed} {found}");
}

/// What keeps the grammar from reading a block makes it try every way to read all enclosing blocks.
#[test]
fn text_that_nothing_ends_takes_no_time() {
    let nested = |inner: &str| "a { b [ c (\n".repeat(12) + inner;
    for inner in [
        "x = yaml(\"\"\"\n  ${NAME in text",
        "x = yaml(\"\"\"\n  ${a \"\"\" b",
        "x = \"\"\"\n  ${A::b { c }d-${e}-f\"\n  \"\"\"\n  y = [\n",
        "x = \"\"\"\n ${ a // }\n } \"\"\"",
    ] {
        let start = std::time::Instant::now();
        let text = nested(inner);
        assert!(!parse(SourceMap::default().add("x.pipe".into(), &*text), &text).diagnostics.is_empty(), "{inner}");
        assert!(start.elapsed().as_secs() < 20, "{inner}: {:?}", start.elapsed());
    }
}

/// Found by fuzzing: reading a text that no repair makes readable stops after a limited number of steps.
#[test]
fn reading_ends_whatever_the_text() {
    limit_work(0);
    let text = format!("{}x = \"\"\"\n ${{ \"a\" }}", "pipeline P {\n".repeat(40));
    let start = std::time::Instant::now();
    assert!(!parse(SourceMap::default().add("x.pipe".into(), &*text), &text).diagnostics.is_empty());
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// An incomplete statement affects no other statement.
#[test]
fn half_typed_statements_leave_the_others_whole() {
    let names = |text: &str| {
        let (parsed, _) = read(text);
        let ast::StmtKind::Pipeline(pipeline) = &parsed.ast.statements[0].kind else {
            return vec!["no pipeline".into()];
        };
        let stages = pipeline.block.statements.iter().filter_map(|stage| match &stage.kind {
            ast::StmtKind::Stage(stage) => Some(stage),
            _ => None,
        });
        let of_stage = |stage: &ast::Named| {
            let name = |statement: &ast::Stmt| match &statement.kind {
                ast::StmtKind::Action(action) => action.name.literal().map(str::to_owned),
                _ => None,
            };
            let actions: Vec<String> = stage.block.statements.iter().filter_map(name).collect();
            format!("{} {}", stage.name.literal().unwrap_or_default(), actions.join(" "))
        };
        stages.map(of_stage).collect::<Vec<_>>()
    };
    for typed in [
        "approve Look { message = \"Hello ${",
        "approve Look {\n      message = \"Hello ${\n    }",
        "approve Look {\n      message = \"Hello ${Fetch.\n    }",
        "build codebuild Pack from ",
        "build codebuild Pack from App, ",
        "build codebuild Pack -> ",
        "build codebuild Pack from App -> ",
        "build codebuild Pack from",
    ] {
        for tail in ["approve Behind", "build codebuild Behind from App { project = P }", "deploy s3 Behind from App"] {
            let text = format!(
                "pipeline App {{\n  stage Source {{\n    source codecommit Fetch -> App {{ branch = \"b\" }}\n  }}\n  \
                 stage B {{\n    {typed}\n    {tail}\n  }}\n}}\nproject P {{ image = \"x\" }}\n"
            );
            let found = names(&text);
            assert_eq!(found.len(), 2, "{found:?}\n{text}\n{}", faults(&text));
            assert_eq!(found[0], "Source Fetch", "{text}");
            assert!(found[1].ends_with(" Behind"), "{found:?}\n{text}\n{}", faults(&text));
            assert!(faults(&text).lines().count() <= 2, "{text}\n{}", faults(&text));
        }
    }
}

/// A header may continue on the next line.
#[test]
fn inputs_and_outputs_may_stand_on_the_next_line() {
    let text = "stage B {\n  build codebuild Pack\n    from\n      App,\n      Other\n    ->\n      Made\n}\n";
    assert_eq!(faults(&format!("pipeline A {{\n{text}}}\n")), "");
}
