//! Only the blocks around the cursor have to be parsed while somebody types: what stands beside them is blanked. All offsets stay.

use crate::syntax::ast::{Block, File, Stmt, StmtKind};

use super::common;

/// Statements that are shorter are left as they are.
const SHORT: u32 = 64;

/// A text without the statements beside those around an offset, as far as an earlier text, whose tree is known, has them too.
pub(super) fn on(text: &str, offset: usize, earlier: &str, tree: &File) -> String {
    let (before, behind) = common(earlier, text);
    let mut focused = Focused { bytes: text.as_bytes().to_vec(), offset, before, behind, earlier };
    focused.statements(&tree.statements);
    // Only whole characters were blanked.
    String::from_utf8(focused.bytes).unwrap_or_else(|_| text.to_owned())
}

/// An offset of a text, or the end of the innermost block before it that is never closed: what is typed behind it goes there.
pub(super) fn in_open_block(text: &str, offset: u32, file: &File) -> u32 {
    let mut inside = offset;
    let mut statements = file.statements.as_slice();
    while let Some(last) = statements.iter().rfind(|it| it.span.start < offset) {
        let Some(block) = last.blocks().into_iter().next_back().filter(|block| is_open(text, block)) else { break };
        if block.span.end <= offset {
            inside = block.span.end;
        }
        statements = &block.statements;
    }
    inside
}

/// Whether a block has no end.
fn is_open(text: &str, block: &Block) -> bool {
    text.get(block.span.range()).is_some_and(|written| !written.ends_with('}'))
}

struct Focused<'t> {
    bytes: Vec<u8>,
    offset: usize,
    /// The parts that both texts have.
    before: usize,
    behind: usize,
    earlier: &'t str,
}

impl Focused<'_> {
    fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            let (start, end) = (statement.span.start as usize, statement.span.end as usize);
            // Where it is now, if nothing of it has changed.
            let earlier = self.earlier.len();
            let now = if statement.blocks().into_iter().any(|block| is_open(self.earlier, block)) {
                None
            } else if end <= self.before {
                Some((start, end))
            } else if start >= earlier - self.behind {
                Some((start + self.bytes.len() - earlier, end + self.bytes.len() - earlier))
            } else {
                None
            };
            match now.filter(|(start, end)| self.offset < *start || *end < self.offset) {
                Some((start, end)) if can_be_blank(statement) => self.blank(start, end),
                Some(_) => {}
                None => statement.blocks().into_iter().for_each(|block| self.statements(&block.statements)),
            }
        }
    }

    fn blank(&mut self, start: usize, end: usize) {
        for byte in self.bytes.get_mut(start..end).into_iter().flatten() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
}

/// Whether nothing that is offered depends on a statement beside the cursor: attributes tell which are given, and what could not
/// be read may go on.
fn can_be_blank(statement: &Stmt) -> bool {
    let has_block = !matches!(&statement.kind, StmtKind::Attribute(_) | StmtKind::Error(_) | StmtKind::If(_));
    has_block && statement.span.end - statement.span.start >= SHORT
}

#[cfg(test)]
mod tests {
    use super::on;
    use crate::source::FileId;
    use crate::syntax::parse;

    #[test]
    fn what_stands_beside_the_cursor_is_blank() {
        let long = "y".repeat(80);
        let old = format!(
            "pipeline A {{\n  stage B {{\n    approve {long}\n  }}\n  stage C {{\n    approve X\n  }}\n}}\nbucket {long}\n"
        );
        let tree = parse(FileId::of_path("a.pipe".into()), &old).ast;
        let new = old.replace("approve X", "approve X {  }");
        let offset = new.find("{  }").expect("it is there") + 2;
        let focused = on(&new, offset, &old, &tree);
        assert_eq!(focused.len(), new.len());
        assert!(!focused.contains(&long) && focused.contains("stage C {\n    approve X {  }"), "{focused}");
        assert!(focused.starts_with("pipeline A {\n  "), "{focused}");
    }
}
