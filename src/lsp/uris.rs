//! Conversion between `file:` URIs and paths. A document with another scheme has no path: it is identified by its URI,
//! without slashes.
//!
//! <https://www.rfc-editor.org/rfc/rfc8089> (2026-11-29)

use std::fmt::Write;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::paths::has_drive;

/// Returns the path of a URI.
pub(super) fn path_of(uri: &str) -> Utf8PathBuf {
    decoded(uri, cfg!(windows)).unwrap_or_else(|| uri.replace(['/', '\\'], "_").into())
}

fn decoded(uri: &str, windows: bool) -> Option<Utf8PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let start = rest.find('/')?;
    let path = percent_decoded(rest.get(start..)?)?;
    let path = path.get(1..).filter(|rest| windows && has_drive(rest)).unwrap_or(&path);
    // `.` and `..` would yield two paths of the same file.
    Some(Utf8Path::new(path).components().collect())
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = hex.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = tail.get(2..)?;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Returns the URI of an absolute path.
pub(super) fn uri_of(path: &Utf8Path) -> String {
    let mut uri = String::from("file://");
    if !path.as_str().starts_with('/') {
        uri.push('/');
    }
    for byte in path.as_str().bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive() {
        for path in ["/a/b c/ä%20.pipe", "/x+y/#1?.pipe"] {
            assert_eq!(path_of(&uri_of(path.into())), path);
        }
        assert_eq!(uri_of("/a b/ä.pipe".into()), "file:///a%20b/%C3%A4.pipe");
        assert_eq!(path_of("file://localhost/a/./b//c.pipe"), "/a/b/c.pipe");
        assert_eq!(path_of("untitled:Untitled-1"), "untitled:Untitled-1");
        assert_eq!(path_of("git:/a/b.pipe"), "git:_a_b.pipe");
    }

    #[test]
    fn drives_of_windows_have_no_slash_before_them() {
        assert_eq!(decoded("file:///c%3A/a/b.pipe", true).as_deref(), Some("c:/a/b.pipe".into()));
        assert_eq!(decoded("file:///C:/a.pipe", true).as_deref(), Some("C:/a.pipe".into()));
        assert_eq!(decoded("file:///c:/a.pipe", false).as_deref(), Some("/c:/a.pipe".into()));
    }
}
