//! Reads the index of Git for the files that it tracks, including those that `.gitignore` covers and a user has added
//! nevertheless. <https://git-scm.com/docs/index-format> (2026-11-29)

use std::fs::File;
use std::io::Read;

use camino::{Utf8Path, Utf8PathBuf};

use super::file_system::{EntryKind, Tracked};
use crate::collections::HashSet;
use crate::source::paths::{real_path, slashed};

/// The largest index that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// The size of the parts in which it is read, in bytes.
const PART: usize = 32 << 10;

/// The bytes of an entry before its flags: times, numbers, mode, size, and the object name.
const BEFORE_FLAGS: usize = 60;

/// The length of the header.
const HEADER: usize = 12;

/// The flag that announces extended flags.
const EXTENDED: u16 = 0x4000;

/// Adds the files below `root` that the index of its repository lists: ignored files that were added to Git with `--force` are
/// tracked, too. Returns the paths of those.
pub(super) fn add_to(files: &mut Tracked, root: &Utf8Path) -> HashSet<Utf8PathBuf> {
    let mut added = HashSet::default();
    for path in tracked(root) {
        if !files.contains_key(&path)
            && let Ok(metadata) = std::fs::symlink_metadata(root.join(&path))
            && !metadata.is_dir()
        {
            files.insert(path.clone(), if metadata.is_symlink() { EntryKind::Link } else { EntryKind::File });
            added.insert(path);
        }
    }
    added
}

/// Returns the paths, relative to `root`, of the files below it that are in the index of its repository. Empty without one.
fn tracked(root: &Utf8Path) -> Vec<Utf8PathBuf> {
    find(root).unwrap_or_default()
}

fn find(root: &Utf8Path) -> Option<Vec<Utf8PathBuf>> {
    let root = real_path(root).ok()?;
    let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
    let index = File::open(folder_of(top)?.join("index")).ok()?;
    let is_small = index.metadata().is_ok_and(|metadata| metadata.len() <= LARGEST);
    let below = slashed(root.strip_prefix(top).ok()?);
    let below = if below == "" { String::new() } else { format!("{below}/") };
    if is_small { entries(index, &below) } else { None }
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

/// Returns the rests of the paths that start with `below`, in an index of version 2, 3, or 4.
fn entries(index: impl Read, below: &str) -> Option<Vec<Utf8PathBuf>> {
    let mut index = Ahead { from: index, buffer: vec![0; PART], start: 0, end: 0 };
    let header = index.bytes(HEADER)?;
    let number = |at: usize| -> Option<u32> { Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?)) };
    let (version, count) = (number(4)?, number(8)?);
    if !header.starts_with(b"DIRC") || !(2..=4).contains(&version) {
        return None;
    }
    index.start += HEADER;
    let mut found = Vec::new();
    let mut name: Vec<u8> = Vec::new();
    for _ in 0..count {
        let flags = index.bytes(BEFORE_FLAGS + 2)?.get(BEFORE_FLAGS..BEFORE_FLAGS + 2)?;
        let is_extended = u16::from_be_bytes(flags.try_into().ok()?) & EXTENDED != 0;
        let before = BEFORE_FLAGS + if is_extended { 4 } else { 2 };
        let end = index.zero_after(before)?;
        let entry = index.bytes(end + 1)?;
        if version == 4 {
            let (removed, length) = varint(entry.get(before..)?)?;
            // The zero may have been part of that number.
            let end = index.zero_after(before + length)?;
            name.truncate(name.len().checked_sub(removed)?);
            name.extend_from_slice(index.bytes(end)?.get(before + length..end)?);
            index.start += end + 1;
        } else {
            name.clear();
            name.extend_from_slice(entry.get(before..end)?);
            // Entries are padded with zeros to a multiple of eight bytes.
            index.start += (end + 1).next_multiple_of(8);
        }
        match name.strip_prefix(below.as_bytes()) {
            Some(rest) => found.extend(std::str::from_utf8(rest).ok().map(Utf8PathBuf::from)),
            // The entries are in the order of their names.
            None if name.as_slice() > below.as_bytes() => break,
            None => {}
        }
    }
    Some(found)
}

/// The bytes of a file, which are read in parts: new memory for a whole index takes longer than to read it.
struct Ahead<R> {
    from: R,
    buffer: Vec<u8>,
    /// What has been read, and not used.
    start: usize,
    end: usize,
}

impl<R: Read> Ahead<R> {
    /// Returns at least this many bytes, or `None` if there are fewer.
    fn bytes(&mut self, count: usize) -> Option<&[u8]> {
        while self.end.checked_sub(self.start)? < count {
            self.read()?;
        }
        self.buffer.get(self.start..self.end)
    }

    /// Returns the position of the first zero from `offset` on.
    fn zero_after(&mut self, offset: usize) -> Option<usize> {
        loop {
            let rest = self.bytes(offset)?.get(offset..)?;
            if let Some(zero) = rest.iter().position(|byte| *byte == 0) {
                return Some(offset + zero);
            }
            self.read()?;
        }
    }

    /// Reads more, or returns `None` at the end of the file.
    fn read(&mut self) -> Option<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.buffer.len() {
            self.buffer.resize(2 * self.end, 0);
        }
        let count = self.from.read(self.buffer.get_mut(self.end..)?).ok()?;
        self.end += count;
        (count > 0).then_some(())
    }
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
        assert_eq!(entries(&*plain, "").unwrap(), ["a/b.yml", "a/long-name.yml"]);
        let short = index(4, &[entry(4, &[0], "a/b.yml"), entry(4, &[5], "c.yml")]);
        assert_eq!(entries(&*short, "").unwrap(), ["a/b.yml", "a/c.yml"]);
        assert_eq!(entries(&b"DIRC\0\0\0\x02\0\0\0\x09"[..], ""), None);
        assert_eq!(entries(&b""[..], ""), None);
        assert_eq!(varint(&[0x80, 0x00]), Some((128, 2)));
    }

    #[test]
    fn only_entries_below_the_folder_are_returned() {
        for version in [2, 4] {
            // Version 4 states how much of the name before is removed: here all of it, which is one byte shorter.
            let removed = |name: &str| if version == 4 { vec![u8::try_from(name.len() - 1).unwrap()] } else { vec![] };
            let whole = |name: &str| entry(version, &removed(name), name);
            let names = ["a", "b-", "b/1", "b/22", "b/333", "b0/333"];
            let found = index(version, &names.map(whole));
            assert_eq!(entries(&*found, "b/").unwrap(), ["1", "22", "333"], "{version}");
        }
    }

    #[test]
    fn an_index_larger_than_a_part_is_read() {
        let names: Vec<String> = (0..2000).map(|number| format!("folder/{number:0>40}")).collect();
        let many: Vec<_> = names.iter().map(|name| entry(2, &[], name)).collect();
        assert_eq!(entries(&*index(2, &many), "").unwrap(), names);
        let long = "x".repeat(3 * PART);
        assert_eq!(entries(&*index(2, &[entry(2, &[], &long)]), "").unwrap(), [long]);
    }
}
