//! While a user types, only the blocks around the cursor have to be parsed: other statements are replaced with spaces.
//! All offsets stay.

use crate::syntax::ast::{Block, File, Stmt, StmtKind};

use super::common;

/// Shorter statements are kept.
const SHORT: u32 = 64;

/// Replaces the statements of a text that are not around an offset by spaces, provided that they are unchanged since an
/// earlier text, whose tree is known.
pub(super) fn on(text: &str, offset: usize, earlier: &str, tree: &File) -> String {
    let (before, after) = common(earlier, text);
    let mut focused = Focused { bytes: text.as_bytes().to_vec(), offset, before, after, earlier };
    focused.statements(&tree.statements);
    // Only complete characters were replaced.
    String::from_utf8(focused.bytes).unwrap_or_else(|_| text.to_owned())
}

/// Returns the offset, or the end of the innermost unclosed block before it: text that is typed after it belongs there.
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

/// Returns whether a block is unclosed.
fn is_open(text: &str, block: &Block) -> bool {
    text.get(block.span.range()).is_some_and(|written| !written.ends_with('}'))
}

struct Focused<'t> {
    bytes: Vec<u8>,
    offset: usize,
    /// The parts that both texts have in common.
    before: usize,
    after: usize,
    earlier: &'t str,
}

impl Focused<'_> {
    fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            let (start, end) = (statement.span.start as usize, statement.span.end as usize);
            // Its current span, if none of it has changed.
            let earlier = self.earlier.len();
            let now = if statement.blocks().into_iter().any(|block| is_open(self.earlier, block)) {
                None
            } else if end <= self.before {
                Some((start, end))
            } else if start >= earlier - self.after {
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

/// Returns whether no suggestion depends on a statement that is not around the cursor. Attributes show which ones are
/// set, and a statement that could not be read may continue.
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
