//! Reads the index of Git for the files that it tracks, including those that `.gitignore` covers and a user has added
//! nevertheless. <https://git-scm.com/docs/index-format> (2026-11-29)

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::paths::real_path;

/// The largest index that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// The bytes of an entry before its flags: times, numbers, mode, size, and the object name.
const BEFORE_FLAGS: usize = 60;

/// The length of the header.
const HEADER: usize = 12;

/// The flag that announces extended flags.
const EXTENDED: u16 = 0x4000;

/// Returns the paths, relative to `root`, of the files in the index of the repository that contains `root`. Empty
/// without one.
pub(super) fn tracked(root: &Utf8Path) -> Vec<Utf8PathBuf> {
    find(root).unwrap_or_default()
}

fn find(root: &Utf8Path) -> Option<Vec<Utf8PathBuf>> {
    let root = real_path(root).ok()?;
    let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
    let index = folder_of(top)?.join("index");
    let is_small = std::fs::metadata(&index).is_ok_and(|metadata| metadata.len() <= LARGEST);
    let bytes = std::fs::read(&index).ok().filter(|_| is_small)?;
    let below = root.strip_prefix(top).ok()?;
    let paths = entries(&bytes)?.into_iter();
    Some(paths.filter_map(|path| path.strip_prefix(below).ok().map(Utf8Path::to_owned)).collect())
}

/// Returns the folder with the index. In a work tree, `.git` is a file that names it.
fn folder_of(top: &Utf8Path) -> Option<Utf8PathBuf> {
    let git = top.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = std::fs::read_to_string(&git).ok()?;
    Some(top.join(text.strip_prefix("gitdir:")?.trim()))
}

/// Returns the paths in an index of version 2, 3, or 4.
fn entries(bytes: &[u8]) -> Option<Vec<Utf8PathBuf>> {
    let number = |at: usize| -> Option<u32> { Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)) };
    let (version, count) = (number(4)?, number(8)?);
    if bytes.get(..4)? != b"DIRC" || !(2..=4).contains(&version) {
        return None;
    }
    let mut paths = Vec::new();
    let mut before: Vec<u8> = Vec::new();
    let mut at = HEADER;
    for _ in 0..count {
        let start = at;
        let flags = u16::from_be_bytes(bytes.get(at + BEFORE_FLAGS..at + BEFORE_FLAGS + 2)?.try_into().ok()?);
        at += BEFORE_FLAGS + 2 + if flags & EXTENDED == 0 { 0 } else { 2 };
        if version == 4 {
            let (removed, length) = varint(bytes.get(at..)?)?;
            at += length;
            before.truncate(before.len().checked_sub(removed)?);
        } else {
            before.clear();
        }
        let length = bytes.get(at..)?.iter().position(|byte| *byte == 0)?;
        before.extend_from_slice(bytes.get(at..at + length)?);
        at += length + 1;
        if version != 4 {
            // Entries are padded with zeros to a multiple of eight bytes.
            at = start + (at - start).next_multiple_of(8);
        }
        if let Ok(path) = std::str::from_utf8(&before) {
            paths.push(Utf8PathBuf::from(path));
        }
    }
    Some(paths)
}

/// Returns a number in the encoding of offsets in packs, and its length.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value: usize = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        let part = usize::from(byte & 0x7f);
        value = if index == 0 { part } else { ((value + 1) << 7) | part };
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns an entry, with the bytes before its name.
    fn entry(version: u32, start: &[u8], name: &str) -> Vec<u8> {
        let mut bytes = vec![0; BEFORE_FLAGS];
        bytes.extend([0, 0]);
        bytes.extend(start);
        bytes.extend(name.as_bytes());
        bytes.push(0);
        if version != 4 {
            bytes.resize(bytes.len().next_multiple_of(8), 0);
        }
        bytes
    }

    fn index(version: u32, entries: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend(u32::try_from(entries.len()).unwrap().to_be_bytes());
        bytes.extend(entries.concat());
        bytes
    }

    #[test]
    fn indexes_of_each_version_are_read() {
        let plain = index(2, &[entry(2, &[], "a/b.yml"), entry(2, &[], "a/long-name.yml")]);
        assert_eq!(entries(&plain).unwrap(), ["a/b.yml", "a/long-name.yml"]);
        let short = index(4, &[entry(4, &[0], "a/b.yml"), entry(4, &[5], "c.yml")]);
        assert_eq!(entries(&short).unwrap(), ["a/b.yml", "a/c.yml"]);
        assert_eq!(entries(b"DIRC\0\0\0\x02\0\0\0\x09"), None);
        assert_eq!(entries(b""), None);
        assert_eq!(varint(&[0x80, 0x00]), Some((128, 2)));
    }
}
