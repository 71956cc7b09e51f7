//! Here-documents.

use super::HereDocument;
use super::parts::Parts;
use super::scanner::Scanner;

/// A here-document whose text follows the line.
pub(super) struct Heredoc {
    pub(super) delimiter: String,
    /// Whether variables are expanded.
    pub(super) plain: bool,
    /// The index of its command, once that is complete.
    pub(super) command: Option<usize>,
}

impl Scanner<'_, '_> {
    /// Reads the here-documents of the line before, and continues after them.
    pub(super) fn skip_heredocs(&mut self) {
        for Heredoc { delimiter, plain, command } in std::mem::take(&mut self.heredocs) {
            let start = self.at;
            while !self.rest().is_empty() {
                let line = self.rest().lines().next().unwrap_or_default();
                let ends = line.trim() == delimiter;
                let end = self.at + self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
                if plain && !ends {
                    self.variables_until(end);
                }
                if ends && let Some(command) = command.and_then(|index| self.script.commands.get_mut(index)) {
                    let range = self.start.base + start..self.start.base + self.at;
                    command.heredoc = Some(HereDocument { range, expands: plain });
                }
                self.at = end;
                if ends {
                    break;
                }
            }
        }
    }

    /// Reads the variables of a line of a here-document.
    fn variables_until(&mut self, end: usize) {
        while self.at < end {
            match self.peek() {
                Some('\\') => self.escape(&mut Parts::default()),
                Some('$' | '`') => self.expansion(&mut Parts::default()),
                Some(other) => self.at += other.len_utf8(),
                None => return,
            }
        }
    }
}
