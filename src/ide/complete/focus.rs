//! Only the blocks around the cursor have to be parsed while somebody types: what stands beside them is blanked. All offsets stay.

use crate::syntax::ast::{File, Stmt, StmtKind};

use super::common;

/// Statements that are shorter are left as they are.
const SHORT: u32 = 64;

/// A text without the statements beside those around an offset, as far as an earlier text, whose tree is known, has them too.
pub(super) fn on(text: &str, offset: usize, earlier: &str, tree: &File) -> String {
    let (before, behind) = common(earlier, text);
    let mut focused = Focused { bytes: text.as_bytes().to_vec(), offset, before, behind, earlier: earlier.len() };
    focused.statements(&tree.statements);
    // Only whole characters were blanked.
    String::from_utf8(focused.bytes).unwrap_or_else(|_| text.to_owned())
}

struct Focused {
    bytes: Vec<u8>,
    offset: usize,
    /// The parts that both texts have.
    before: usize,
    behind: usize,
    /// The length of the earlier text.
    earlier: usize,
}

impl Focused {
    fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            let (start, end) = (statement.span.start as usize, statement.span.end as usize);
            // Where it is now, if nothing of it has changed.
            let now = if end <= self.before {
                Some((start, end))
            } else if start >= self.earlier - self.behind {
                Some((start + self.bytes.len() - self.earlier, end + self.bytes.len() - self.earlier))
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
