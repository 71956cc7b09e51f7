//! What is printed reads back as the same tree, and prints the same.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::source::SourceMap;
use crate::syntax::{self, ast};

use super::print;

fn parse(text: &str) -> ast::File {
    let file = SourceMap::default().add("x.pipe".into(), text);
    syntax::parse(file, text).ast
}

/// A tree without its places.
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

/// Reads, prints and reads again.
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
    for path in files {
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
