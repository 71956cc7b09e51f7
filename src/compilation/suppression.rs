//! `// dotpipe: allow(CODE, ...) reason`: comments that suppress diagnostics. In YAML, they start with `#`.

use std::cell::Cell;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::collections::HashMap;
use crate::diagnostic::families::suppression as family;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{FileId, LineIndex, SourceFile, SourceMap, Span};
use crate::syntax::ast::Stmt;
use crate::syntax::{Comment, CommentKind, Parsed, Trivia};
use crate::workspace::Workspace;
use crate::workspace::document::DocumentComment;

/// How comments start in `.pipe` files and in YAML.
const SLASHES: &str = "//";
const HASH: &str = "#";

/// The prefix of comments for dotpipe.
const PREFIX: &str = "dotpipe:";

/// A YAML file that may contain comments for dotpipe.
pub(super) struct CommentedDocument {
    file: FileId,
    comments: Vec<DocumentComment>,
}

/// Returns the YAML files that a compilation has read and whose comments can suppress diagnostics: templates and
/// buildspecs.
pub(super) fn documents(workspace: &Workspace, entry: FileId) -> Vec<CommentedDocument> {
    let is_yaml = |file: &SourceFile| matches!(file.path().extension(), Some("yaml" | "yml"));
    let is_wanted = |file: &SourceFile| {
        let is_other = file.path().extension() != Some("pipe");
        (is_yaml(file) || file.id() == entry && is_other) && file.text().contains(PREFIX)
    };
    let sources = workspace.sources();
    let files = sources.files().filter(|(_, file)| is_wanted(file));
    files.map(|(id, _)| CommentedDocument { file: id, comments: workspace.document_of(id).comments.clone() }).collect()
}

/// Removes the diagnostics that comments suppress, and adds the diagnostics of the comments.
///
/// Whether a comment is unnecessary is only known for a file without errors, because errors hide lints, and only for
/// the entry file, because an imported file may need it when another file imports it.
pub(super) fn apply(
    diagnostics: &mut Vec<Diagnostic>,
    sources: &SourceMap,
    files: &[Arc<Parsed>],
    documents: &[CommentedDocument],
    entry: FileId,
) {
    let mut suppressions = Vec::new();
    let mut found = Vec::new();
    for parsed in files {
        let id = parsed.ast.span.file;
        if parsed.trivia.comments.is_empty() {
            continue;
        }
        let file = Commented {
            file: sources.file(id),
            id,
            start: SLASHES,
            trivia: Some(&parsed.trivia),
            statements: whole_lines(&parsed.ast.statements, sources.file(id).lines()),
            run: Cell::new((0, 0)),
        };
        for comment in parsed.trivia.comments.iter().filter(|comment| comment.kind == CommentKind::Line) {
            file.read((comment.span, None), comment.own_line, &mut suppressions, &mut found);
        }
    }
    for document in documents {
        let (file, id) = (sources.file(document.file), document.file);
        let file = Commented { file, id, start: HASH, trivia: None, statements: Vec::new(), run: Cell::new((0, 0)) };
        for comment in &document.comments {
            file.read((comment.span, comment.block), comment.own_line, &mut suppressions, &mut found);
        }
    }
    let mut by_place: HashMap<(FileId, usize, Code), Vec<usize>> = HashMap::default();
    for (index, suppression) in suppressions.iter().enumerate() {
        for line in suppression.lines.clone() {
            by_place.entry((suppression.span.file, line, suppression.code)).or_default().push(index);
        }
    }
    diagnostics.retain(|diagnostic| {
        let span = diagnostic.primary.span;
        let matching = by_place.get(&(span.file, line_of(sources, span), diagnostic.code));
        // One diagnostic can be suppressed twice: both comments count as used.
        for index in matching.into_iter().flatten() {
            if let Some(suppression) = suppressions.get_mut(*index) {
                suppression.used = true;
            }
        }
        matching.is_none()
    });
    if !diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        let unused = suppressions.iter().filter(|suppression| !suppression.used && suppression.span.file == entry);
        found.extend(unused.map(|suppression| family::unused(suppression.span, suppression.code, suppression.removal)));
    }
    if !found.is_empty() {
        diagnostics.extend(found);
        diagnostics.sort_by_key(|diagnostic| (sources.reading_order(diagnostic.primary.span), diagnostic.code));
    }
}

/// Returns the lines of each statement without inner statements other than attributes.
fn whole_lines(statements: &[Stmt], lines: &LineIndex) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for statement in statements {
        if !statement.kind.holds_steps() {
            let last = statement.span.end.max(statement.span.start + 1) - 1;
            found.push((lines.line_of(statement.span.start as usize), lines.line_of(last as usize)));
        }
        for block in statement.blocks() {
            found.extend(whole_lines(&block.statements, lines));
        }
    }
    found
}

fn line_of(sources: &SourceMap, span: Span) -> usize {
    sources.file(span.file).lines().line_of(span.start as usize)
}

/// One code of one comment.
struct Suppression {
    code: Code,
    /// The span of the code.
    span: Span,
    /// The 0-based lines that it applies to.
    lines: RangeInclusive<usize>,
    /// The text to remove with the comment; `None` if it lists other codes too.
    removal: Option<Span>,
    used: bool,
}

/// A file and its comments.
struct Commented<'a> {
    file: &'a SourceFile,
    id: FileId,
    /// How its comments start.
    start: &'static str,
    /// What the syntax tree of a `.pipe` file does not contain.
    trivia: Option<&'a Trivia>,
    /// The first and last lines of each statement without inner statements, whose layout should not matter.
    statements: Vec<(usize, usize)>,
    /// The range of comment lines after the last comment that was looked up: its first line, and the line after it.
    run: Cell<(usize, usize)>,
}

impl Commented<'_> {
    /// Reads a comment, if it is for dotpipe. `block`: the literal block that contains it.
    fn read(
        &self,
        (comment, block): (Span, Option<Span>),
        own_line: bool,
        suppressions: &mut Vec<Suppression>,
        found: &mut Vec<Diagnostic>,
    ) {
        let text = self.file.text().get(comment.range()).unwrap_or_default();
        let Some(directive) = text.strip_prefix(self.start).and_then(|text| text.trim_start().strip_prefix(PREFIX))
        else {
            return;
        };
        let Some(codes) = allowed(directive) else {
            found.push(family::not_understood(comment, self.start));
            return;
        };
        let mut lines = self.lines(comment, own_line);
        if block.is_some_and(|block| !self.starts_in(*lines.start(), block)) {
            // The lines after the block are not part of the text that the comment belongs to.
            let own = self.file.lines().line_of(comment.start as usize);
            lines = own..=own;
        }
        let names: Vec<&str> = codes.split(',').collect();
        let removal = (names.len() == 1).then(|| self.removal(comment, own_line));
        for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
            let start = comment.start as usize + offset_in(text, name);
            let span = Span::new(self.id, start, start + name.len());
            match name.parse::<Code>() {
                Ok(code) if code.severity() == Severity::Error => found.push(family::not_a_lint(span, code)),
                Ok(code) => {
                    suppressions.push(Suppression { code, span, lines: lines.clone(), removal, used: false });
                }
                Err(()) => found.push(family::unknown_code(span, name)),
            }
        }
    }

    /// Returns whether a line starts in a part of the file.
    fn starts_in(&self, line: usize, part: Span) -> bool {
        let range = self.file.lines().line_range(self.file.text(), line);
        range.is_some_and(|range| range.start < part.range().end)
    }

    /// Returns the 0-based lines that a comment applies to: one, and the rest of the statement that begins there, or
    /// ends before the comment.
    fn lines(&self, comment: Span, own_line: bool) -> RangeInclusive<usize> {
        let line = self.target(comment, own_line);
        let is_around = |(first, last): &&(usize, usize)| if own_line { *first == line } else { *last == line };
        let around = self.statements.iter().filter(is_around);
        let largest = around.max_by_key(|(first, last)| last - first);
        largest.map_or(line..=line, |(first, last)| *first..=*last)
    }

    /// Returns the 0-based line that a comment is about: its own if something comes before it, else the next one with
    /// anything other than comments.
    fn target(&self, comment: Span, own_line: bool) -> usize {
        let line = self.file.lines().line_of(comment.start as usize);
        if !own_line {
            return line;
        }
        let (from, end) = self.run.get();
        if (from..end).contains(&line) {
            return end;
        }
        let lines = self.file.lines();
        let is_more = |line: &usize| {
            let text = lines.line_range(self.file.text(), *line).and_then(|range| self.file.text().get(range));
            let text = text.unwrap_or_default().trim_start();
            !text.is_empty() && !text.starts_with(self.start) && !self.in_block_comment(*line)
        };
        let Some(end) = (line + 1..lines.line_count()).find(is_more) else {
            // Nothing follows: record that, to search only once.
            self.run.set((line, lines.line_count()));
            return line;
        };
        self.run.set((line, end));
        end
    }

    fn in_block_comment(&self, line: usize) -> bool {
        let Some(trivia) = self.trivia else { return false };
        let Some(range) = self.file.lines().line_range(self.file.text(), line) else { return false };
        let blanks = self.file.text().get(range.clone()).map_or(0, |text| text.len() - text.trim_start().len());
        let first = range.start + blanks;
        let holds = |comment: &Comment| {
            let span = comment.span.range();
            span.start <= first && range.end <= span.end
        };
        let before = trivia.comments.partition_point(|comment| comment.span.start as usize <= first);
        before.checked_sub(1).and_then(|index| trivia.comments.get(index)).is_some_and(holds)
    }

    /// Returns the comment with what would be left of its line: the line ending, or the spaces before it.
    fn removal(&self, comment: Span, own_line: bool) -> Span {
        let text = self.file.text();
        let before = text.get(..comment.start as usize).unwrap_or_default();
        let start = before.trim_end_matches([' ', '\t']).len();
        let tail = text.get(comment.end as usize..).unwrap_or_default();
        let line_end = if tail.starts_with("\r\n") { 2 } else { usize::from(tail.starts_with('\n')) };
        let end = comment.end as usize + if own_line { line_end } else { 0 };
        Span::new(self.id, start, end)
    }
}

/// Returns the codes of ` allow(W0204, W0304) reason`.
fn allowed(directive: &str) -> Option<&str> {
    let list = directive.trim_start().strip_prefix("allow")?.trim_start().strip_prefix('(')?;
    list.split_once(')').map(|(codes, _)| codes).filter(|codes| codes.contains(char::is_alphanumeric))
}

/// Returns the offset in `text` of its part `part`.
fn offset_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::document::{Document, DocumentOrigin};

    /// Returns the diagnostics that remain if W0706 is reported at each `bad`, and E0001 at the start if `error` is
    /// set.
    fn remaining(text: &str, error: bool) -> Vec<String> {
        let mut sources = SourceMap::default();
        let file = sources.add("x.pipe".into(), text);
        let parsed = Arc::new(crate::syntax::parse(file, text));
        let at = |code, (start, found): (usize, &str)| {
            Diagnostic::new(code, "found", Span::new(file, start, start + found.len()), "")
        };
        let mut diagnostics: Vec<Diagnostic> = text.match_indices("bad").map(|it| at(Code::W0706, it)).collect();
        if error {
            diagnostics.insert(0, at(Code::E0001, (0, "")));
        }
        apply(&mut diagnostics, &sources, &[parsed], &[], file);
        let line = |d: &Diagnostic| {
            let place = d.primary.span;
            format!("{} {}<{}> {}", sources.start(place).line, d.code, sources.slice(place), d.message)
        };
        diagnostics.iter().map(line).collect()
    }

    #[test]
    fn a_comment_suppresses_the_next_line_or_its_own() {
        assert!(remaining("// dotpipe: allow(W0706) why\na = bad\n", false).is_empty());
        assert!(remaining("a = bad // dotpipe:allow( w0706 )\n", false).is_empty());
        assert!(remaining("// dotpipe: allow(W0706)\n\n/// doc\n// more\n/* x\n y */\na = bad\n", false).is_empty());
        assert!(remaining("// dotpipe: allow(W0706)\r\n/* x */ a = [bad, bad]\r\n", false).is_empty());
        insta::assert_snapshot!(remaining("// dotpipe: allow(W0706)\na = 1\nb = bad\n", false).join("\n"), @"
        1 W0006<W0706> unused suppression: `W0706` is not reported here
        3 W0706<bad> found
        ");
    }

    #[test]
    fn a_comment_suppresses_in_a_whole_statement_whatever_its_layout() {
        assert!(remaining("// dotpipe: allow(W0706)\napprove A {\n  x = 1\n  y = bad\n}\n", false).is_empty());
        assert!(remaining("approve A {\n  x = bad\n  y = 1\n} // dotpipe: allow(W0706)\n", false).is_empty());
        assert_eq!(remaining("approve A {\n  x = 1 // dotpipe: allow(W0706)\n  y = bad\n}\n", false).len(), 2);
        // For a statement that contains others, only its first line counts.
        assert_eq!(remaining("// dotpipe: allow(W0706)\nstage A {\n  approve bad\n}\n", false).len(), 2);
    }

    #[test]
    fn comments_that_suppress_nothing_are_reported() {
        let text = "// dotpipe: allow(W0706, W07O6, E0201,)\n// dotpipe: alow(W0706)\n//dotpipe: allow()\na = 1\n// dotpipe\n\
                    /* dotpipe: allow(W0706) */\n/// dotpipe: allow(W0706)\nb = '// dotpipe: allow(W0706)'\n";
        insta::assert_snapshot!(remaining(text, false).join("\n"), @"
        1 W0006<W0706> unused suppression: `W0706` is not reported here
        1 W0006<W07O6> unknown diagnostic code `W07O6`
        1 W0006<E0201> `E0201` is an error and cannot be suppressed
        2 W0006<// dotpipe: alow(W0706)> unrecognized dotpipe comment
        3 W0006<//dotpipe: allow()> unrecognized dotpipe comment
        ");
    }

    #[test]
    fn errors_hide_whether_a_comment_is_needed() {
        assert_eq!(remaining("// dotpipe: allow(W0706)\na = 1\n", true), ["1 E0001<> found"]);
    }

    /// Does the same for a YAML file.
    fn remaining_in_yaml(text: &str) -> Vec<String> {
        let mut sources = SourceMap::default();
        let file = sources.add("x.yaml".into(), text);
        let comments = Document::parse(text, DocumentOrigin::File(file)).comments;
        let at = |(start, found): (usize, &str)| {
            Diagnostic::new(Code::W0706, "found", Span::new(file, start, start + found.len()), "")
        };
        let mut diagnostics: Vec<Diagnostic> = text.match_indices("bad").map(at).collect();
        apply(&mut diagnostics, &sources, &[], &[CommentedDocument { file, comments }], file);
        let line = |d: &Diagnostic| {
            let place = d.primary.span;
            format!("{} {}<{}> {}", sources.start(place).line, d.code, sources.slice(place), d.message)
        };
        diagnostics.iter().map(line).collect()
    }

    #[test]
    fn the_last_line_of_a_literal_block_suppresses_nothing_outside() {
        let inside = remaining_in_yaml("Spec: |\n  # dotpipe: allow(W0706) why\n  bad\nName: good\n");
        assert!(inside.is_empty(), "{inside:?}");
        let outside = remaining_in_yaml("Spec: |\n  make\n  # dotpipe: allow(W0706) why\nName: bad\n");
        assert!(outside.iter().any(|line| line == "4 W0706<bad> found"), "{outside:?}");
    }

    #[test]
    fn comments_of_yaml_suppress_alike() {
        for text in [
            "# dotpipe: allow(W0706) why\na: bad\n",
            "a: bad # dotpipe:allow( w0706 )\n",
            "a:\n  # dotpipe: allow(W0706)\n\n  # more\n  - bad\n",
            "a: ['x # y', bad] # dotpipe: allow(W0706)\n",
            "# dotpipe: allow(W0706)\r\na: \"bad\"\r\n",
            "BuildSpec: |\n  # dotpipe: allow(W0706)\n  a: bad\nb: 1\n",
            "a: !Sub 'bad' # dotpipe: allow(W0706)\n",
        ] {
            assert!(remaining_in_yaml(text).is_empty(), "{text}: {:?}", remaining_in_yaml(text));
        }
        let text = "a: 'bad # dotpipe: allow(W0706)'\nb: >\n  # dotpipe: allow(W0706)\n  bad\nc: bad#dotpipe:allow(W0706)\n\
                    d: |\n  bad # dotpipe: allow(W0706)\n# dotpipe: allow(W0706)\ne: 1\n# dotpipe: alow(W0706)\n";
        insta::assert_snapshot!(remaining_in_yaml(text).join("\n"), @"
        1 W0706<bad> found
        4 W0706<bad> found
        5 W0706<bad> found
        7 W0706<bad> found
        8 W0006<W0706> unused suppression: `W0706` is not reported here
        10 W0006<# dotpipe: alow(W0706)> unrecognized dotpipe comment
        ");
    }

    #[test]
    fn removing_a_comment_leaves_no_trace() {
        for (text, wanted) in [
            ("a = 1\n  // dotpipe: allow(W0706) x\nb = 2\n", "a = 1\nb = 2\n"),
            ("a = 1  // dotpipe: allow(W0706)\nb = 2\n", "a = 1\nb = 2\n"),
            ("// dotpipe: allow(W0706)", ""),
        ] {
            let mut sources = SourceMap::default();
            let file = sources.add("x.pipe".into(), text);
            let parsed = Arc::new(crate::syntax::parse(file, text));
            let mut diagnostics = Vec::new();
            apply(&mut diagnostics, &sources, &[parsed], &[], file);
            let removal = diagnostics[0].edits[0].span.range();
            let mut text = text.to_owned();
            text.replace_range(removal, "");
            assert_eq!(text, wanted);
        }
    }
}
