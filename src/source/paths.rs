//! Paths as messages show them, and as two of them are compared: on Windows, one file has several.

use camino::{Utf8Path, Utf8PathBuf};

/// A path with `/` between its parts. Messages and reports are the same on every platform, and Windows accepts it, too.
pub fn slashed(path: &Utf8Path) -> Utf8PathBuf {
    if cfg!(windows) { with_slashes(path.as_str()).into() } else { path.to_owned() }
}

fn with_slashes(path: &str) -> String {
    path.replace('\\', "/")
}

/// The absolute path of what exists, without symbolic links.
///
/// # Errors
/// When nothing is there, or its path is not UTF-8.
pub fn real_path(path: &Utf8Path) -> std::io::Result<Utf8PathBuf> {
    let real = path.canonicalize_utf8()?;
    Ok(if cfg!(windows) { without_verbatim_prefix(real.as_str()).into() } else { real })
}

/// The longest path of a file that Windows accepts without the prefix.
/// <https://learn.microsoft.com/en-us/windows/win32/fileio/maximum-file-path-limitation> (2026-11-29)
const LONGEST: usize = 259;

/// `C:\a` for `\\?\C:\a`, the form in which Windows reports real paths, and which no user writes.
fn without_verbatim_prefix(path: &str) -> &str {
    let plain = path.strip_prefix(r"\\?\").filter(|rest| has_drive(rest) && rest.len() <= LONGEST);
    plain.unwrap_or(path)
}

/// Whether a path begins with the drive of Windows and a separator, as in `C:\a`.
pub fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_paths_of_windows_are_as_users_write_them() {
        assert_eq!(without_verbatim_prefix(r"\\?\C:\a\b.pipe"), r"C:\a\b.pipe");
        assert_eq!(without_verbatim_prefix(r"\\?\UNC\server\share\b.pipe"), r"\\?\UNC\server\share\b.pipe");
        assert_eq!(without_verbatim_prefix(r"C:\a"), r"C:\a");
        let long = format!(r"\\?\C:\{}", "a".repeat(LONGEST));
        assert_eq!(without_verbatim_prefix(&long), long);
    }

    #[test]
    fn separators_of_windows_become_slashes() {
        assert_eq!(with_slashes(r"..\a/b\c.pipe"), "../a/b/c.pipe");
    }

    #[test]
    fn a_name_with_a_backslash_stays_elsewhere() {
        assert_eq!(slashed(r"a\b.pipe".into()), if cfg!(windows) { "a/b.pipe" } else { r"a\b.pipe" });
    }

    #[test]
    fn drives_are_recognized() {
        assert!(has_drive(r"C:\a") && has_drive("z:/a"));
        assert!(!has_drive("C:a") && !has_drive("/a") && !has_drive("https://a") && !has_drive(""));
    }
}
