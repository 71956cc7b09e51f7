//! For any text: no panic, and every span is inside the file.

use proptest::prelude::*;

use super::super::*;
use crate::source::SourceMap;
use crate::source::sampling::share_of;

fn check(text: &str) {
    let mut sources = SourceMap::default();
    let file = sources.add("test.pipe".into(), text);
    let parsed = parse(file, text);
    let inside = |span: Span| text.get(span.range()).is_some();
    for found in parsed.diagnostics.iter() {
        let others = found.secondary.iter().map(|label| label.span).chain(found.edits.iter().map(|edit| edit.span));
        assert!(others.chain([found.primary.span]).all(inside), "{found:?}");
    }
    assert!(parsed.trivia.comments.iter().all(|comment| inside(comment.span)));
    assert!(parsed.trivia.comments.is_sorted_by_key(|comment| comment.span.start));
    let tree = format!("{:?}", parsed.ast);
    for place in tree.split(&format!("Span {{ file: {file:?}, start: ")).skip(1) {
        let (start, rest) = place.split_once(", end: ").expect("as derived");
        let end = rest.split(' ').next().unwrap_or_default();
        let range = start.parse::<usize>().expect("a number")..end.parse::<usize>().expect("a number");
        assert!(text.get(range.clone()).is_some(), "{range:?}");
    }
}

const VALID: &str = concat!(
    include_str!("../../../tests/syntax/every-statement.pipe"),
    include_str!("../../../tests/syntax/4-multi-account-stacksets.pipe")
);

proptest! {
    #![proptest_config(ProptestConfig { cases: share_of(200), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_tokens(tokens in prop::collection::vec(prop::sample::select(vec![
        "stage ", "build ", "codebuild ", "A", "from ", "-> ", "{", "}", "[", "]", "(", ")", "\"", "'", "\"\"\"\n", "'''\n",
        "${", "#{", "$${", "\\", "\n", "\r\n", "  ", ",", ";", "=", "==", ":", "::", "?", "!", "||", "&&", "|", "<", ">", "//", "///",
        "/*", "*/", "#", "é", "1", "2 days", "10%", "0..5", "if ", "else ", "for ", "in ", "type ", "on ", "require ", ".", "-", "pipe 1\n", "\u{feff}", "\0",
    ]), 0..60)) {
        check(&tokens.concat());
    }

    #[test]
    fn damaged_files(
        at in 0..VALID.len(), length in 0..40_usize, piece in "[ -~\n]{0,6}", twice in 0..VALID.len()
    ) {
        let floor = |offset: usize| (0..=offset).rev().find(|offset| VALID.is_char_boundary(*offset)).unwrap_or(0);
        let start = floor(at);
        let end = floor((start + length).min(VALID.len())).max(start);
        let mut text = format!("{}{piece}{}", &VALID[..start], &VALID[end..]);
        let cut = (0..=twice.min(text.len())).rev().find(|offset| text.is_char_boundary(*offset)).unwrap_or(0);
        if twice % 3 == 0 {
            text.truncate(cut);
        } else if cut < text.len() {
            text.remove(cut);
        }
        check(&text);
    }
}
