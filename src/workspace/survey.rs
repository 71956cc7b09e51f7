//! Lists the files of a tree in one walk, for a search in it.

use std::fs::FileType;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::file_system::{EntryKind, Tracked};
use super::git_index;
use crate::collections::{HashMap, HashSet};

/// The number of entries of the root that a thread takes at once.
const AT_ONCE: usize = 16;

/// The most threads that walk: the operating system finds entries of the same folder one after another.
const THREADS: usize = 4;

/// What one walk has found in a tree. It answers what the operating system would otherwise be asked for each file, so it is
/// for a single run of the program.
#[derive(Debug)]
pub struct Survey {
    /// The files that version control tracks or does not ignore.
    pub tracked: Arc<Tracked>,
    /// The files that a search finds, in order: those that are neither ignored nor hidden.
    pub found: Vec<Utf8PathBuf>,
    /// The folders, none of them a symbolic link, and whether each contains a marker.
    folders: HashMap<Utf8PathBuf, bool>,
    /// The tracked files that only the index of Git lists.
    only_in_index: HashSet<Utf8PathBuf>,
}

impl Survey {
    /// Walks through the tree in a canonical `root`. `markers` are names of files that distinguish folders; `.git` always does.
    /// Returns `None` for a tree that needs other rules than those of `.gitignore` and `info/exclude`, or cannot be read.
    pub fn of(root: &Utf8Path, markers: &[&str]) -> Option<Self> {
        // There, an attribute says which files are hidden.
        if cfg!(windows) {
            return None;
        }
        let walk = Walk { root, markers };
        let folder = walk.read(Utf8Path::new(""), None, true)?;
        let mut parts = vec![Part { folders: vec![(Utf8PathBuf::new(), folder.is_marked)], ..Part::default() }];
        parts.extend(walk.enter_all(&folder)?);
        let (mut tracked, mut found, mut folders) = (Vec::new(), Vec::new(), HashMap::default());
        for part in parts {
            tracked.extend(part.tracked);
            found.extend(part.found);
            folders.extend(part.folders);
        }
        let mut tracked: Tracked = tracked.into_iter().collect();
        let only_in_index = git_index::add_to(&mut tracked, root);
        Some(Self { tracked: Arc::new(tracked), found, folders, only_in_index })
    }

    /// Returns whether a normalized path is that of a regular file, and no symbolic link is on it.
    pub fn is_file(&self, path: &Utf8Path) -> bool {
        self.tracked.get(path) == Some(&EntryKind::File)
            && (self.only_in_index.is_empty() || !self.only_in_index.contains(path))
    }

    /// Returns whether a normalized path is that of a folder, and no symbolic link is on it.
    pub fn is_folder(&self, path: &Utf8Path) -> bool {
        self.folders.contains_key(path)
    }

    /// Returns whether a normalized path is that of a folder without a marker.
    pub fn is_unmarked(&self, path: &Utf8Path) -> bool {
        self.folders.get(path) == Some(&false)
    }
}

/// What is found in a part of the tree, in order.
#[derive(Default)]
struct Part {
    tracked: Vec<(Utf8PathBuf, EntryKind)>,
    found: Vec<Utf8PathBuf>,
    folders: Vec<(Utf8PathBuf, bool)>,
}

/// The patterns of a folder, and those of the folders above it.
struct Rules<'r> {
    above: Option<&'r Rules<'r>>,
    git_ignore: Gitignore,
    exclude: Gitignore,
}

impl Rules<'_> {
    /// Returns what the nearest pattern says about an absolute path: one of `.gitignore`, or otherwise of `info/exclude`.
    fn matched(&self, path: &Path, is_folder: bool) -> Match<()> {
        let nearest = |of: fn(&Self) -> &Gitignore| {
            let levels = std::iter::successors(Some(self), |rules| rules.above);
            levels.map(|rules| of(rules).matched(path, is_folder).map(|_| ())).find(|found| !found.is_none())
        };
        let found = nearest(|rules| &rules.git_ignore).or_else(|| nearest(|rules| &rules.exclude));
        found.unwrap_or(Match::None)
    }
}

/// A folder that has been read.
struct Folder<'r> {
    /// Its patterns, if it has any; otherwise those of the folders above it.
    own: Option<Rules<'r>>,
    above: Option<&'r Rules<'r>>,
    is_marked: bool,
    entries: Vec<Entry>,
}

struct Entry {
    path: Utf8PathBuf,
    kind: FileType,
    /// Whether a search finds it.
    is_found: bool,
}

struct Walk<'a> {
    root: &'a Utf8Path,
    markers: &'a [&'a str],
}

impl Walk<'_> {
    /// Visits the entries of the root with several threads.
    fn enter_all(&self, root: &Folder<'_>) -> Option<Vec<Part>> {
        let shares: Vec<&[Entry]> = root.entries.chunks(AT_ONCE).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let indices = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
            let mine = indices.map_while(|index| Some((index, self.enter(shares.get(index)?, root))));
            mine.collect::<Vec<_>>()
        };
        let wanted = if shares.len() < 2 { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) };
        let mut parts = std::thread::scope(|scope| {
            let start = |_| std::thread::Builder::new().spawn_scoped(scope, work);
            let others: Vec<_> = (1..wanted.min(THREADS)).map_while(|index| start(index).ok()).collect();
            let mut parts = work();
            for other in others {
                parts.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            parts
        });
        parts.sort_by_key(|(index, _)| *index);
        parts.into_iter().map(|(_, part)| part).collect()
    }

    fn enter(&self, entries: &[Entry], folder: &Folder<'_>) -> Option<Part> {
        let mut part = Part::default();
        entries.iter().try_for_each(|entry| self.visit(entry, folder, &mut part))?;
        Some(part)
    }

    fn visit(&self, entry: &Entry, folder: &Folder<'_>, part: &mut Part) -> Option<()> {
        let Entry { path, kind, is_found } = entry;
        if kind.is_dir() {
            let inside = self.read(path, folder.own.as_ref().or(folder.above), *is_found)?;
            part.folders.push((path.clone(), inside.is_marked));
            return inside.entries.iter().try_for_each(|entry| self.visit(entry, &inside, part));
        }
        if kind.is_file() {
            part.tracked.push((path.clone(), EntryKind::File));
            if *is_found {
                part.found.push(path.clone());
            }
        } else if kind.is_symlink() {
            part.tracked.push((path.clone(), EntryKind::Link));
        }
        Some(())
    }

    /// Reads a folder, and returns its entries that are not ignored, in the order of their names.
    fn read<'r>(&self, path: &Utf8Path, above: Option<&'r Rules<'r>>, is_found: bool) -> Option<Folder<'r>> {
        let absolute = self.root.join(path);
        let mut names = Vec::new();
        let (mut is_marked, mut has_patterns, mut git) = (false, false, None);
        for entry in std::fs::read_dir(&absolute).ok()? {
            let entry = entry.ok()?;
            let (name, kind) = (entry.file_name().into_string().ok()?, entry.file_type().ok()?);
            match name.as_str() {
                ".ignore" => return None,
                ".gitignore" => has_patterns = true,
                ".git" => git = Some(kind),
                // Some systems do not distinguish case.
                _ if [".ignore", ".gitignore", ".git"].iter().any(|known| name.eq_ignore_ascii_case(known)) => {
                    return None;
                }
                _ => {}
            }
            is_marked |= name == ".git" || self.markers.iter().any(|marker| name.eq_ignore_ascii_case(marker));
            names.push((name, kind));
        }
        // In a work tree or a submodule, it names another folder.
        if git.is_some_and(|kind| !kind.is_dir()) {
            return None;
        }
        names.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let git_ignore = if has_patterns { patterns(&absolute, ".gitignore") } else { Gitignore::empty() };
        let exclude = if git.is_some() { patterns(&absolute, ".git/info/exclude") } else { Gitignore::empty() };
        let has_own = !git_ignore.is_empty() || !exclude.is_empty();
        let own = has_own.then_some(Rules { above, git_ignore, exclude });
        let rules = own.as_ref().or(above);
        let mut entries = Vec::with_capacity(names.len());
        for (name, kind) in names {
            let matched = rules.map_or(Match::None, |it| it.matched(absolute.join(&name).as_std_path(), kind.is_dir()));
            match name.as_str() {
                ".git" if matched.is_whitelist() => return None,
                ".git" => continue,
                _ if matched.is_ignore() => continue,
                _ => {}
            }
            let is_found = is_found && (matched.is_whitelist() || !name.starts_with('.'));
            let path = if path == "" { name.into() } else { path.join(name) };
            entries.push(Entry { path, kind, is_found });
        }
        Some(Folder { own, above, is_marked, entries })
    }
}

/// Returns the patterns of a file in a folder. Those that are invalid are left out.
fn patterns(folder: &Utf8Path, file: &str) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    let _ = builder.add(folder.join(file));
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
