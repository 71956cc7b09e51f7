//! Where a text is not JSON.

use camino::Utf8Path;

use crate::check::Subject;
use crate::source::{FileId, Span};

/// Returns why a file whose name promises JSON is not JSON, and where. YAML accepts more, such as comments.
pub(in crate::check) fn of_json_file(subject: &Subject<'_>, path: &Utf8Path) -> Option<(Span, serde_json::Error)> {
    let file = subject.workspace.load(path).ok().filter(|_| path.extension() == Some("json"))?;
    let text = subject.workspace.text(file);
    let json = Some(text.trim_start_matches('\u{feff}')).filter(|text| !text.trim().is_empty())?;
    let error = serde_json::from_str::<serde::de::IgnoredAny>(json).err()?;
    Some((at(file, &text, &error), error))
}

/// Returns the span of an error in JSON.
pub(in crate::check) fn at(file: FileId, text: &str, error: &serde_json::Error) -> Span {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let start = (before + error.column().saturating_sub(1)).min(text.len());
    let width = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::new(file, start.min(text.len()), start + width)
}

/// Returns what is wrong, without its place.
pub(in crate::check) fn reason(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return if (error.line(), error.column()) == (1, 0) { "the file is empty" } else { "the text ends too early" }
            .to_owned();
    }
    error.to_string().split(" at line ").next().unwrap_or_default().to_owned()
}
