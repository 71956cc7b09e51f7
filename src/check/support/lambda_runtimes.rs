//! Runtimes of AWS Lambda.

use crate::catalog::resource_properties::resource_properties;
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic};
use crate::workspace::document::Node;

/// The type of functions.
pub(in crate::check) const FUNCTION: &str = "AWS::Lambda::Function";

/// The property with the runtime, also in SAM's types.
pub(in crate::check) const RUNTIME: &str = "Runtime";

/// W0462: a runtime that is misspelled, or that has a version that AWS Lambda did not have when its schema was read.
pub(in crate::check) fn unknown_runtime(value: &Node) -> Option<Diagnostic> {
    let text = value.literal().filter(|_| value.tag.is_none())?;
    let properties = resource_properties(FUNCTION)?;
    let property = properties.iter().find(|property| property.name == RUNTIME)?;
    let known: Vec<&str> = property.values().collect();
    if known.contains(&text) {
        return None;
    }
    let message = format!("AWS Lambda has no runtime `{text}`");
    if let Some(near) = similar(text, known.iter().copied().filter(|value| is_misspelling(text, value))) {
        return Some(Diagnostic::new(Code::W0462, message, value.span, "").suggest(value.span, Some(near)));
    }
    // A patch version.
    let minor = known.iter().copied().find(|value| text.strip_prefix(value).is_some_and(|rest| rest.starts_with('.')));
    if let Some(minor) = minor {
        return Some(Diagnostic::new(Code::W0462, message, value.span, "").suggest(value.span, Some(minor)));
    }
    let (newest, is_newer) = newest_of(text, &known)?;
    let label = if is_newer { format!("newer than `{newest}`, the newest that dotpipe knows") } else { String::new() };
    let message = if is_newer { format!("{message}, as far as dotpipe knows") } else { message };
    Some(Diagnostic::new(Code::W0462, message, value.span, label).suggest(value.span, Some(newest)))
}

/// Returns the newest runtime of the same language, and whether a runtime is newer.
fn newest_of<'k>(text: &str, known: &[&'k str]) -> Option<(&'k str, bool)> {
    let (language, version) = parts(text)?;
    let same = known.iter().filter_map(|name| Some((*name, parts(name)?)));
    let (newest, (_, latest)) =
        same.filter(|(_, (of, _))| *of == language).max_by(|(_, (_, one)), (_, (_, other))| one.cmp(other))?;
    Some((newest, version > latest))
}

/// Divides a runtime into its language and its version: `python` and 3.13.
fn parts(text: &str) -> Option<(&str, Vec<u32>)> {
    let (language, version) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
    let version = version.strip_suffix(".x").unwrap_or(version);
    let numbers: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
    Some((language, numbers?))
}

#[cfg(test)]
mod tests {
    use super::newest_of;

    #[test]
    fn versions_are_compared_as_numbers() {
        let known = ["python3.9", "python3.13", "nodejs8.10", "nodejs22.x", "provided.al2023"];
        assert_eq!(newest_of("python3.21", &known), Some(("python3.13", true)));
        assert_eq!(newest_of("python3.5", &known), Some(("python3.13", false)));
        assert_eq!(newest_of("nodejs23.x", &known), Some(("nodejs22.x", true)));
        assert_eq!(newest_of("go1.x", &known), None);
        assert_eq!(newest_of("provided.al3", &known), Some(("provided.al2023", false)));
    }
}
