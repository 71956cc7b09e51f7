//! Files of the source that the commands of a build copy with other values.

use camino::{Utf8Path, Utf8PathBuf};

use super::Build;
use super::packaging::{Replaced, WrittenFile};

/// The most commands that one file goes through.
const STEPS: usize = 6;

/// A file of the source, and what commands replace in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedFile {
    /// Its path, relative to the source's folder.
    pub source: Utf8PathBuf,
    /// The texts that are replaced.
    texts: Vec<String>,
    /// Whether variables are.
    variables: bool,
}

impl EditedFile {
    /// Returns whether a value may be another one in the copy.
    pub fn changes(&self, value: &str) -> bool {
        self.variables && value.contains('$') || self.texts.iter().any(|text| value.contains(text.as_str()))
    }

    /// Returns the same edits of a file with another path.
    #[must_use]
    pub fn at(self, source: Utf8PathBuf) -> Self {
        Self { source, ..self }
    }

    fn add(&mut self, replaced: &Replaced) -> Option<()> {
        match replaced {
            Replaced::Nothing => {}
            Replaced::Variables => self.variables = true,
            Replaced::Texts(texts) => self.texts.extend(texts.iter().cloned()),
            Replaced::Unknown => return None,
        }
        Some(())
    }
}

impl Build {
    /// Returns the file of the source that becomes the one at a path, if every command that names the latter copies it, or
    /// replaces known texts in it.
    pub fn edited(&self, path: &Utf8Path) -> Option<EditedFile> {
        let name = path.file_name()?;
        let mut found = EditedFile { source: path.to_owned(), texts: Vec::new(), variables: false };
        let mut chain: Vec<&WrittenFile> = Vec::new();
        let mut end = self.commands.writes.len();
        for _ in 0..STEPS {
            let mut writes = self.commands.writes.iter().enumerate();
            let Some((at, last)) = writes.rfind(|(at, it)| *at < end && it.path == found.source) else { break };
            let template = last.template.as_ref().filter(|_| last.whole && !last.appends)?;
            found.add(&last.replaced)?;
            chain.push(last);
            found.source.clone_from(template);
            end = at;
        }
        if chain.is_empty() {
            return None;
        }
        // Another command that names the file may change it, unless it only reads the file.
        let names = |it: &WrittenFile| {
            let other = it.template.as_ref().filter(|template| **template != it.path);
            1 + usize::from(other.is_some_and(|path| path.file_name() == Some(name)))
        };
        let written: usize = chain.iter().copied().map(names).sum();
        let examined = self.commands.examined.iter().filter(|examined| *examined == name).count();
        (self.count_word(name) <= written + examined.saturating_sub(chain.len())).then_some(found)
    }
}
