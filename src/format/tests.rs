//! Tests that printed text parses to the same tree and is printed the same again, and that formatted text is the same
//! program with the same comments at the same statements and does not change when formatted again.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::source::SourceMap;
use crate::source::sampling::one_of;
use crate::syntax::{self, ast};

use super::{format, print};

fn parse(text: &str) -> ast::File {
    let file = SourceMap::default().add("x.pipe".into(), text);
    syntax::parse(file, text).ast
}

/// Returns a tree without its spans.
fn shape(tree: &ast::File) -> String {
    let shown = format!("{tree:?}");
    let mut pieces = shown.split("Span {");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |whole, piece| whole + piece.split_once('}').map_or(piece, |(_, rest)| rest))
}

fn pipe_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(pipe_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "pipe") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Parses, prints, and parses again.
fn round_trip(text: &str, name: &str) {
    let file = SourceMap::default().add("x.pipe".into(), text);
    let parsed = syntax::parse(file, text);
    if parsed.diagnostics.has_errors() {
        print(&parsed.ast);
        return;
    }
    let printed = print(&parsed.ast);
    let again = parse(&printed);
    assert_eq!(shape(&parsed.ast), shape(&again), "{name}: another tree:\n{printed}");
    assert_eq!(printed, print(&again), "{name}: prints differently");
}

#[test]
fn every_file_of_the_tree_prints_as_itself() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<PathBuf> = ["examples", "tests"].iter().flat_map(|folder| pipe_files(&root.join(folder))).collect();
    assert!(files.len() > 100, "the files were not found");
    for path in files.into_iter().step_by(one_of()) {
        round_trip(&fs::read_to_string(&path).unwrap_or_default(), &path.display().to_string());
    }
}

#[test]
fn one_style() {
    let text = "pipe 1\nimport {A,B} from './a.pipe'\n/// Doc.\n///\n/// More.\nlet  x = a||b&&!(c==d) ? [1,2] : {}\n\
        pipeline P { mode=queued\n tags = {a=\"b\", \"c d\" = 'it\\'}\n stage S { build codebuild B from A,\nC::x.y -> D(\"f\") { project = X }\n\
        on failure retry failed\n if a { parallel {} } else if b { sequence { approve Q } } else { run R { commands = [\"\"\"\n  a\n   b ${c}\n  \"\"\"] } } } }\n\
        bucket Packages\nbucket \"a b\" { expire = 3d, versioned = true }\n";
    insta::assert_snapshot!(print(&parse(text)), @r#"
    pipe 1

    import { A, B } from "./a.pipe"

    /// Doc.
    ///
    /// More.
    let x = a || b && !(c == d) ? [1, 2] : {}

    pipeline P {
      mode = queued
      tags = { a = "b", "c d" = 'it\' }

      stage S {
        build codebuild B from A, C::x.y -> D("f") { project = X }
        on failure retry failed
        if a {
          parallel {}
        } else if b {
          sequence {
            approve Q
          }
        } else {
          run R {
            commands = [
              """
                a
                 b ${c}
                """
            ]
          }
        }
      }
    }

    bucket Packages

    bucket "a b" {
      expire    = 3d
      versioned = true
    }
    "#);
}

/// Returns the positions of a text's comments: the statements around them, and whether they come after one on its line.
fn places(text: &str) -> Vec<String> {
    let file = SourceMap::default().add("x.pipe".into(), text);
    let parsed = syntax::parse(file, text);
    let mut spans: Vec<_> = parsed.trivia.comments.iter().map(|comment| comment.span).collect();
    spans.extend(parsed.trivia.documentation.iter().copied());
    spans.sort();
    spans.into_iter().map(|span| place(text, &parsed.ast, span)).collect()
}

fn place(text: &str, tree: &ast::File, comment: crate::source::Span) -> String {
    let mut path = String::new();
    let mut statements = &tree.statements;
    loop {
        let before = statements.iter().filter(|it| it.span.start < comment.start).count();
        let around = before.checked_sub(1).map(|index| &statements[index]);
        let inside = around.filter(|it| comment.end <= it.span.end);
        let Some(inside) = inside else {
            let tail = around.is_some_and(|it| !text[it.span.range().end..comment.range().start].contains('\n'));
            return format!("{path}/{before}{}", if tail { " behind" } else { "" });
        };
        let holds = |block: &&ast::Block| block.span.start < comment.start && comment.end < block.span.end;
        let blocks = inside.blocks();
        let index = blocks.iter().position(holds);
        let _ = write!(path, "/{before}.{index:?}");
        match index {
            Some(index) => statements = &blocks[index].statements,
            None => return path,
        }
    }
}

/// Formats a text, and checks the invariants of every text.
fn formatted(text: &str, name: &str) -> super::Formatted {
    let formatted = format(text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let again = format(&formatted.text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    if formatted.is_whole {
        assert_eq!(formatted.text, again.text, "{name}: another result the second time");
        let text = text.replace("\r\n", "\n");
        assert_eq!(places(&text), places(&again.text.replace("\r\n", "\n")), "{name}: comments moved\n{}", again.text);
    }
    formatted
}

#[test]
fn every_file_of_the_tree_can_be_formatted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<PathBuf> = ["examples", "tests"].iter().flat_map(|folder| pipe_files(&root.join(folder))).collect();
    let mut partly = 0;
    for path in files.iter().step_by(one_of()) {
        let (text, name) = (fs::read_to_string(path).unwrap_or_default(), path.display().to_string());
        let file = SourceMap::default().add("x.pipe".into(), &*text);
        let formatted = formatted(&text, &name);
        let is_readable = !syntax::parse(file, &text).diagnostics.has_errors();
        assert_eq!(formatted.is_whole, is_readable, "{name}\n{}", formatted.text);
        partly += usize::from(!is_readable && formatted.text != text);
    }
    assert!(
        files.len() > 100 && (partly > 0 || one_of() > 1),
        "{partly} of {} files were formatted in part",
        files.len()
    );
}

#[test]
fn layout_in_a_line_does_not_matter() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seed = 1_u32;
    let mut random = |most: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % most
    };
    for path in pipe_files(&root.join("examples")) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let wanted = formatted(&text, &path.display().to_string()).text;
        for _ in 0..4 {
            let other = spread(&text, &mut random);
            assert_eq!(formatted(&other, &other).text, wanted, "{}\n{other}", path.display());
        }
    }
}

/// Returns the same text with other spaces between its words and at the start and end of its lines, and more blank
/// lines.
fn spread(text: &str, random: &mut dyn FnMut(u32) -> u32) -> String {
    let bytes = text.as_bytes();
    let end_of =
        |from: usize, wanted: &str| text[from..].find(wanted).map_or(text.len(), |at| from + at + wanted.len());
    let mut out = String::new();
    let mut at = 0;
    let mut blanks = |out: &mut String, least: u32, most: u32| {
        out.extend(std::iter::repeat_n(' ', (least + random(most - least + 1)) as usize));
    };
    while at < bytes.len() {
        let rest = &text[at..];
        let end = match bytes[at] {
            b'/' if rest.starts_with("//") => at + rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => end_of(at, "*/"),
            b'\'' if rest.starts_with("'''") => end_of(at + 3, "'''"),
            b'\'' => end_of(at + 1, "'"),
            b'"' => {
                let mut end = at + 1;
                while bytes[end] != b'"' {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                end + 1
            }
            b'\n' => {
                blanks(&mut out, 0, 2);
                out.push_str(if rest.starts_with("\n\n") { "\n\n" } else { "\n" });
                blanks(&mut out, 0, 9);
                at += 1;
                at += text[at..].len() - text[at..].trim_start_matches(' ').len();
                continue;
            }
            b' ' => {
                let after = at + rest.len() - rest.trim_start_matches(' ').len();
                let next = bytes.get(after).copied().unwrap_or(b'\n');
                let is_sign = |byte: u8| b"{}[](),".contains(&byte);
                let least = u32::from(!is_sign(next) && !is_sign(bytes[at - 1]));
                blanks(&mut out, least, 3);
                at = after;
                continue;
            }
            _ => at + rest.chars().next().map_or(1, char::len_utf8),
        };
        out.push_str(&text[at..end]);
        at = end;
    }
    out
}

#[test]
fn awkward_texts_keep_their_meaning() {
    let texts = [
        r#""""#,
        r#""a\"b\\c\n\t\r\u{1}""#,
        r#""$${x} $$${y} \u{24}${z} $ # \u{23}{a}""#,
        r#"'raw "${x}" #{y} \n'"#,
        "'''\n  a\n    b\n\n  c'''",
        "'''\n  a\n    b\n'''",
        "\"\"\"\n  ${a}\n    b #{n.v}\n  \"\"\"",
        "\"\"\"\n  $${a}\n   'b'\n  \"\"\"",
        "'''\n  it''s \"quoted\"\n\n  '''",
        "\"a\\nb'''\\nc\"",
        "\" \\n a\"",
        "\"  lead\\n  both\"",
    ];
    for text in texts {
        round_trip(&format!("let x = {text}\nlet y = [f({text}), {{ k = {text} }}]\n"), text);
        round_trip(&format!("pipeline {text} {{}}\n"), text);
    }
}

proptest! {
    #[test]
    fn any_text_keeps_its_meaning(text in "[ a${}#'\"\\\\\n\t.-]{0,24}", tail in "[ a${}#'\"\\\\\n]{0,8}") {
        let part = |text: &str| ast::StringPart {
            kind: ast::StringPartKind::Text(text.to_owned()),
            span: parse("").span,
        };
        let mut tree = parse("let x = \"a ${b} c\"\nbucket \"n ${b} c\"\n");
        for statement in &mut tree.statements {
            let parts = match &mut statement.kind {
                ast::StmtKind::Let(ast::Let { value: ast::Expr { kind: ast::ExprKind::String(parts), .. }, .. }) => parts,
                ast::StmtKind::Resource(resource) => &mut resource.name.parts,
                _ => continue,
            };
            parts[0] = part(&text);
            parts[2] = part(&tail);
            parts.retain(|part| !matches!(&part.kind, ast::StringPartKind::Text(text) if text.is_empty()));
        }
        let printed = print(&tree);
        prop_assert_eq!(shape(&tree), shape(&parse(&printed)), "{}", printed);
    }
}

/// Returns the formatted text.
fn pretty(text: &str) -> String {
    let formatted = formatted(text, text);
    assert!(formatted.is_whole, "not all of it was formatted:\n{}", formatted.text);
    formatted.text
}

#[test]
fn comments_stay_where_they_are() {
    let text = "// first\n\n\n// second\n/* a */ pipe 1 // edition\n// import\nimport {A, /* b */ B} from './a.pipe' // path\n\
        // loose\n\n/// Doc.\npipeline P { // opens\n\n\n// lonely\n\nmode = /* m */ queued // mode\n/* k */ tags /* l */ = {a=1 /* n */, b=2} // tags\n\
        stage S {\nbuild codebuild B // name\n from A, // A\n  C -> /* out */ D { project = X } /* tail */\n\n// last\n\n} }\n\
        let x = [1, // one\n2 /* two */ , /* three */ 3\n// end\n]\nlet y = f(/* nothing */)\nlet z = a // a\n || b // b\n/*\n * star\n   * star\n */\n\
        let e = {\n// only\n}\n// the end";
    insta::assert_snapshot!(pretty(text), @r##"
    // first

    // second
    /* a */ pipe 1 // edition

    // import
    import { A, /* b */ B } from './a.pipe' // path
    // loose

    /// Doc.
    pipeline P { // opens
      // lonely

      mode = /* m */ queued // mode
      /* k */ tags /* l */ = { a = 1 /* n */, b = 2 } // tags
      stage S {
        build codebuild B // name
            from A, // A
            C
            -> /* out */ D { project = X } /* tail */

        // last
      }
    }
    let x = [
      1 // one
      2 /* two */
      /* three */ 3
      // end
    ]
    let y = f(
      /* nothing */
    )
    let z = a // a
      || b // b
    /*
     * star
     * star
     */
    let e = {
      // only
    }
    // the end
    "##);
}

#[test]
fn values_break_where_they_do_not_fit() {
    let text = "let a = [\"aaaaaaaaaaaaaaaaaaaaaaaa\", \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", \"cccccccccccccccccccccccccccccc\", \"d\"]\n\
        let b = [\n1,2]\nlet c = [1, 2,]\nlet d = f(a,{ b = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", c = \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"})\n\
        let e = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == bbbbbbbbbbbbbbbbbbbbbbbbbbbb && (ccccccccccccccccc || ddddddddddddd)\n\
        let f = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ? bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb : ccccccccccccccc ? dddddddddddddddd : eeeee\n\
        let g = [for x in xs:\nx if x != \"\"]\nlet h = yaml('''\n a\n  b\n\n ''')\nlet i = ['''\n    kept\n  ''']\nlet j = ((a)) || ( b&&c )\n\
        let k = \"${ f( a,b ) } $${ c }\"\ntype T = {\n/// Doc.\na:string?\n\nb : [ number ]|\"x\" }\n\
        stage S { deploy stack aaaaaaaaaaaaaaaaaaaaaaaaaaaaa in production from Templates::template.yaml, Parameters -> Outputs(\"x\") { a = 1 } }\n\
        if a { b = 1 } else { c = 2 }\nif a {\n b = 1 } else if d { c = 2 }\nallow ['a'] on 'b' when { c = { d = 'e' } }\n\
        m = {\nlong-name = 1\nb = 2 // two\n\nc = [\n3]\n\"d e\" = 4 // four\nf=5 // five\n}\n";
    insta::assert_snapshot!(pretty(text), @r##"
    let a = [
      "aaaaaaaaaaaaaaaaaaaaaaaa"
      "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
      "cccccccccccccccccccccccccccccc"
      "d"
    ]
    let b = [
      1
      2
    ]
    let c = [
      1
      2
    ]
    let d = f(
      a
      {
        b = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        c = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
      }
    )
    let e = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == bbbbbbbbbbbbbbbbbbbbbbbbbbbb
      && (ccccccccccccccccc || ddddddddddddd)
    let f = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      ? bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
      : ccccccccccccccc ? dddddddddddddddd : eeeee
    let g = [for x in xs : x if x != ""]
    let h = yaml('''
      a
       b

      ''')
    let i = [
      '''
        kept
      '''
    ]
    let j = (a) || (b && c)
    let k = "${f(a, b)} $${ c }"
    type T = {
      /// Doc.
      a: string?

      b: [number] | "x"
    }
    stage S {
      deploy stack aaaaaaaaaaaaaaaaaaaaaaaaaaaaa
          in production
          from Templates::template.yaml, Parameters
          -> Outputs("x") { a = 1 }
    }
    if a { b = 1 } else { c = 2 }
    if a {
      b = 1
    } else if d {
      c = 2
    }
    allow ['a'] on 'b' when { c = { d = 'e' } }
    m = {
      long-name = 1
      b         = 2 // two

      c = [
        3
      ]
      "d e" = 4 // four
      f     = 5 // five
    }
    "##);
}

#[test]
fn what_cannot_be_read_stays() {
    let text = "let  a=1\npipeline  P {\n   stage  S {\n     build  codebuild {\n        x=1\n     }\n  approve   A\n      branch:  \"main\"\n }\n\
        # comment\n\n\n  let  b=2 c\n  let  c=2; let  d=2\n}\nlet  c=3\n";
    let formatted = formatted(text, text);
    assert!(!formatted.is_whole);
    insta::assert_snapshot!(formatted.text, @r##"
    let a = 1
    pipeline P {
      stage S {
         build  codebuild {
            x=1
         }
        approve A
          branch:  "main"
      }
      # comment

      let  b=2 c
      let  c=2; let  d=2
    }
    let c = 3
    "##);
    let unclosed = "let  a=1\npipeline  P {\n   stage  S {\n}\nlet  b=1\n";
    assert_eq!(
        format(unclosed).map(|it| it.text).as_deref(),
        Ok("let a = 1\npipeline  P {\n   stage  S {\n}\nlet  b=1\n")
    );
    let unopened = "let  a=1\nlet  b=2 )\nlet  c=1\n";
    assert_eq!(format(unopened).map(|it| it.text).as_deref(), Ok("let a = 1\nlet  b=2 )\nlet  c=1\n"));
}

#[test]
fn line_ends_and_marks() {
    assert_eq!(
        pretty("\u{feff}let a=1\r\n\r\n\r\nlet b='''\r\n  x\r\n  '''"),
        "let a = 1\r\n\r\nlet b = '''\r\n  x\r\n  '''\r\n"
    );
    assert_eq!(pretty("let a=1\nlet b=2\r\n"), "let a = 1\nlet b = 2\n");
    assert_eq!(pretty(" \n\n"), "");
    assert_eq!(pretty("\n// a"), "// a\n");
}

#[test]
fn half_a_file_is_formatted_or_left_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in pipe_files(&root.join("examples")) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let ends = text.char_indices().map(|(at, _)| at).filter(|at| at % 211 == 7).step_by(one_of());
        for end in ends {
            assert!(format(&text[..end]).is_ok(), "{} up to {end}", path.display());
            let without: String = text[..end].chars().chain(text[end..].chars().skip(1)).collect();
            assert!(format(&without).is_ok(), "{} without {end}", path.display());
        }
    }
}

#[test]
fn deep_nesting_takes_little_time_and_stack() {
    let nested = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(110), close.repeat(110));
    let texts = [
        format!("let x = {}\n", nested("[", "1", "]")),
        format!("let x = {}\n", nested("{ a = ", "1", "}")),
        format!("let x = {}\n", nested("f(", "1", ")")),
        format!("let x = {}\n", nested("(a || ", "b", ")")),
        format!("{}\n", nested("parallel { ", "approve A", "}")),
        format!("let x = {}b\n", "a ? b : ".repeat(100)),
        format!("if a {{}}{}\n", " else if b { c = 1 }".repeat(100)),
    ];
    for text in texts {
        let start = std::time::Instant::now();
        let run = std::thread::Builder::new().stack_size(8 << 20).spawn(move || (pretty(&text), text));
        let (result, text) = run.expect("a thread").join().expect("no overflow");
        assert!(start.elapsed().as_secs() < 5 && result.len() >= text.len() / 2, "{text}");
    }
}
