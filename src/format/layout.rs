//! How `key = value` lines stand below each other.

/// `key = value` lines: the signs of neighbours that take one line each stand below each other.
pub(super) fn aligned(entries: &[(String, String)]) -> Vec<String> {
    let is_single = |(_, value): &(String, String)| !value.contains('\n');
    let mut lines = Vec::with_capacity(entries.len());
    for group in entries.chunk_by(|a, b| is_single(a) && is_single(b)) {
        let width = group.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
        lines.extend(group.iter().map(|(key, value)| format!("{key:width$} = {value}")));
    }
    lines
}
