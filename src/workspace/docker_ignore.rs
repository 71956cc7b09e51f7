//! `.dockerignore`: files of the context that Docker does not see.
//!
//! Patterns are relative to the context; a leading `/` means nothing; `*` stays within a folder, `**` does not; `!` takes files back,
//! and the last line that matches decides (<https://docs.docker.com/build/concepts/context/#dockerignore-files>, 2026-11-29).

use camino::Utf8Path;

use super::glob::PathGlob;
use crate::source::{FileId, Span};

/// The lines of a `.dockerignore`.
#[derive(Debug, Default)]
pub struct DockerIgnore {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    matcher: PathGlob,
    text: String,
    takes_back: bool,
    span: Span,
}

impl DockerIgnore {
    /// Reads a file. A line that is no pattern matches nothing.
    pub fn parse(text: &str, file: FileId) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let written = line.trim();
            let at = start + (line.len() - line.trim_start().len());
            start += line.len();
            if written.is_empty() || written.starts_with('#') {
                continue;
            }
            let (takes_back, pattern) = match written.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, written),
            };
            let pattern = pattern.trim_start_matches("./").trim_matches('/');
            if let (Some(matcher), false) = (PathGlob::new(pattern), pattern.is_empty()) {
                let span = Span::new(file, at, at + written.len());
                lines.push(Line { matcher, text: pattern.to_owned(), takes_back, span });
            }
        }
        Self { lines }
    }

    /// The line that leaves out a file or a folder with all that is in it.
    pub fn leaves_out(&self, path: &Utf8Path) -> Option<Span> {
        let reaches =
            |line: &&Line| path.ancestors().any(|part| !part.as_str().is_empty() && line.matcher.is_match(part));
        let last = self.lines.iter().rev().find(reaches).filter(|line| !line.takes_back)?;
        // A file in the folder may come back.
        let comes_back = self.lines.iter().any(|line| line.takes_back && Utf8Path::new(&line.text).starts_with(path));
        let open = self.lines.iter().any(|line| line.takes_back && line.text.starts_with('*'));
        (!comes_back && !open).then_some(last.span)
    }
}

#[cfg(test)]
mod tests {
    use super::DockerIgnore;
    use crate::source::SourceMap;

    #[test]
    fn the_last_line_that_matches_decides() {
        let mut sources = SourceMap::default();
        let text = "# comment\nnode_modules\n/dist\n*.md\n!README.md\ndocs/*.txt\nsrc\n!src/keep.js\n";
        let file = sources.add(".dockerignore".into(), text);
        let ignored = DockerIgnore::parse(text, file);
        for path in ["node_modules", "node_modules/a/b.js", "dist/app.js", "a.md", "docs/a.txt", "src/a.js"] {
            assert!(ignored.leaves_out(path.into()).is_some(), "{path}");
        }
        for path in ["README.md", "app/node_modules", "docs/sub/a.txt", "docs", "src", "src/keep.js", "app.js"] {
            assert!(ignored.leaves_out(path.into()).is_none(), "{path}");
        }
    }
}
