//! Keeps statements that cannot be read as they are.

use std::ops::Range;

use crate::syntax::ast::{Stmt, StmtKind};

use super::doc::Doc;
use super::printer::{Body, Printer};

impl<'t> Printer<'t> {
    /// Splits statements into single ones; those with unreadable text between them stay together.
    pub(super) fn chunks(&self, statements: &'t [Stmt]) -> Vec<&'t [Stmt]> {
        if self.problems.is_empty() {
            return statements.chunks(1).collect();
        }
        statements.chunk_by(|one, next| !self.are_apart(one.span.range().end..next.span.range().start)).collect()
    }

    /// Returns whether a gap contains a line ending or a comma, and no unreadable text before it.
    fn are_apart(&self, gap: Range<usize>) -> bool {
        let Some(written) = &self.written else { return true };
        let next = written.next_token(gap.start);
        if next < gap.end {
            // Unreadable text that fills its line is kept as a line.
            let line = written.slice(next..gap.end);
            let alone = written.slice(gap.start..next).contains(['\n', ',']);
            return line.contains('\n') && alone;
        }
        written.slice(gap).contains(['\n', ','])
    }

    /// Returns a statement, or the unreadable text as it is.
    pub(super) fn chunk(&mut self, chunk: &'t [Stmt]) -> Body<'t> {
        let (Some(first), Some(last)) = (chunk.first(), chunk.last()) else { return Body::from(Doc::nothing()) };
        let range = first.span.range().start..last.span.range().end;
        let was_lost = self.written.as_mut().is_some_and(|written| std::mem::take(&mut written.lost));
        if chunk.len() == 1 && !self.is_broken(first) {
            let kept = self.kept;
            let body = self.statement(first);
            let is_whole = self.written.as_ref().is_none_or(|written| !written.lost && written.at == range.end);
            if let Some(written) = self.written.as_mut().filter(|_| is_whole) {
                written.lost = was_lost;
            }
            if is_whole {
                return body;
            }
            self.kept = kept;
        }
        self.kept += 1;
        Body::from(self.as_written(range, was_lost))
    }

    /// Returns the text of a range, with the indentation of its first line if nothing else is before it.
    fn as_written(&mut self, range: Range<usize>, was_lost: bool) -> Doc<'t> {
        let Some(written) = &mut self.written else { return Doc::nothing() };
        written.lost = was_lost;
        written.return_to(range.end);
        match written.line_start(range.start) {
            Some(start) => Doc::whole_lines(written.slice(start..range.end)),
            None => Doc::verbatim(written.slice(range)),
        }
    }

    /// Returns whether there is an error in a statement outside its blocks. An error in a block belongs to a statement
    /// there, or fills lines between them.
    fn is_broken(&self, statement: &Stmt) -> bool {
        let range = statement.span.range();
        let mut touching =
            self.problems.iter().filter(|problem| problem.start <= range.end && range.start <= problem.end).peekable();
        if matches!(statement.kind, StmtKind::Error(_)) {
            return true;
        }
        let Some(_) = touching.peek() else { return false };
        let blocks = statement.blocks();
        touching.any(|problem| {
            !blocks.iter().any(|block| {
                let inside = block.span.range();
                // The error for what is missing at the end of a block is at its bracket.
                let ends_in_error = matches!(block.statements.last(), Some(Stmt { kind: StmtKind::Error(_), .. }));
                let end = if ends_in_error { inside.end } else { inside.end.saturating_sub(1) };
                inside.start < problem.start && problem.end <= end
            })
        })
    }
}
