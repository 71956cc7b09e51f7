//! Fingerprints of diagnostics, by which services distinguish new ones from known ones.

use crate::collections::HashMap;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, fnv1a};

/// Fingerprints that do not change if lines move. They consist of code, file, message, the text of the line, and a
/// count that distinguishes equal diagnostics.
#[derive(Default)]
pub(super) struct Fingerprints {
    given: HashMap<u64, usize>,
}

impl Fingerprints {
    pub(super) fn of(&mut self, sources: &SourceMap, diagnostic: &Diagnostic) -> String {
        let span = diagnostic.primary.span;
        let file = sources.file(span.file);
        let line = file.lines().line_range(file.text(), file.lines().line_of(span.start as usize));
        let line = line.and_then(|range| file.text().get(range)).unwrap_or_default();
        let parts = [diagnostic.code.as_str(), file.path().as_str(), &diagnostic.message, line.trim()];
        let hash = fnv1a(parts.join("\0").as_bytes());
        let count = self.given.entry(hash).or_default();
        *count += 1;
        format!("{hash:016x}:{count}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;

    /// A test vector of the published definition.
    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn fingerprints_stay_when_lines_move_and_tell_findings_apart() {
        let prints = |text: &str| {
            let mut sources = SourceMap::default();
            let file = sources.add("x.pipe".into(), text);
            let mut prints = Fingerprints::default();
            let each = text.match_indices("bad").map(|(start, _)| {
                prints.of(&sources, &Diagnostic::new(Code::E0001, "m", Span::new(file, start, start + 3), ""))
            });
            each.collect::<Vec<_>>()
        };
        let before = prints("bad\nbad\nbad 2\n");
        assert_eq!(prints("\n\n  bad\nbad\nbad 2\n"), before);
        assert!(
            before[0] != before[1] && before[1] != before[2] && before[0].ends_with(":1") && before[1].ends_with(":2")
        );
    }
}
