//! Reading input: files, folders, and standard input.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;
use thiserror::Error;

use crate::diagnostic::suggest::similar;
use crate::workspace::pipeline_document::DocumentKind;

/// The maximum file size, in bytes.
const LIMIT: u64 = 16 << 20;

/// The reason why the input cannot be used, for people.
#[derive(Debug, Error)]
pub(super) enum InputError {
    /// A file or folder cannot be read.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable { path: Utf8PathBuf, reason: String },
    /// A template or a definition where a pipeline file is required.
    #[error("`{0}` is not a .pipe file; `dotpipe import` converts it")]
    Document(Utf8PathBuf),
    /// No `.pipe` file in a folder has a pipeline.
    #[error("no .pipe file below `{0}` has a pipeline; `dotpipe init` creates one")]
    NoPipeFile(Utf8PathBuf),
    /// No file in a folder has a pipeline.
    #[error("no file below `{0}` defines a pipeline; `dotpipe init` creates one")]
    NoPipeline(Utf8PathBuf),
    /// The default file does not exist.
    #[error("`{0}` does not exist; specify a file, or create a pipeline with `dotpipe init`")]
    NoDefault(Utf8PathBuf),
}

impl InputError {
    /// Creates an error for a path that cannot be read.
    pub(super) fn new(path: &Utf8Path, reason: impl Into<String>) -> Self {
        Self::Unreadable { path: path.to_owned(), reason: reason.into() }
    }
}

/// The kind of a file that defines a pipeline in AWS's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DocumentForm {
    /// A CloudFormation or SAM template
    Template,
    /// The JSON of a pipeline, as `get-pipeline` prints it
    Definition,
}

impl From<DocumentForm> for DocumentKind {
    fn from(form: DocumentForm) -> Self {
        match form {
            DocumentForm::Template => Self::Template,
            DocumentForm::Definition => Self::Definition,
        }
    }
}

/// Returns the text of a file.
pub(super) fn read_file(path: &Utf8Path) -> Result<String, InputError> {
    if path == super::project::DEFAULT_ENTRY && !path.exists() {
        return Err(InputError::NoDefault(path.to_owned()));
    }
    let fail = |error: &std::io::Error| InputError::new(path, reason(error));
    // Checked before opening: opening a named pipe blocks until another process writes to it.
    let metadata = std::fs::metadata(path).map_err(|error| match similar_file(path) {
        Some(near) if error.kind() == ErrorKind::NotFound => {
            InputError::new(path, format!("no such file; did you mean `{near}`?"))
        }
        _ => fail(&error),
    })?;
    if metadata.is_dir() {
        return Err(InputError::new(path, "is a folder"));
    }
    if !metadata.is_file() && !is_device(path) {
        return Err(InputError::new(path, "is not a regular file; to read the output of a program, use `-`"));
    }
    read(path, File::open(path).map_err(|error| fail(&error))?)
}

/// Returns a file in the same folder that is probably meant.
fn similar_file(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let wanted = path.file_name()?;
    let folder = path.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or(".".into());
    let entries = folder.read_dir_utf8().ok()?.filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mut names: Vec<String> = files.map(|entry| entry.file_name().to_owned()).collect();
    names.sort_unstable();
    let without_extension = names.iter().find(|name| Utf8Path::new(name).file_stem() == Some(wanted));
    let near = without_extension.map(String::as_str).or_else(|| similar(wanted, names.iter().map(String::as_str)))?;
    Some(path.with_file_name(near))
}

/// Returns whether a path is a device such as `/dev/stdin`, or a shell's `<(command)`.
pub(super) fn is_device(path: &Utf8Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

/// Reads standard input.
pub(super) fn read_stdin() -> Result<String, InputError> {
    read("standard input".into(), std::io::stdin().lock())
}

fn read(path: &Utf8Path, from: impl Read) -> Result<String, InputError> {
    let mut bytes = Vec::new();
    from.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| InputError::new(path, reason(&error)))?;
    if bytes.len() as u64 > LIMIT {
        return Err(InputError::new(path, format!("larger than {} MiB", LIMIT >> 20)));
    }
    decode(bytes).map_err(|reason| InputError::new(path, reason))
}

/// Decodes UTF-8, or returns why the bytes are not UTF-8.
fn decode(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16 text; save it as UTF-8".into());
    }
    // Without a byte order mark, every second byte of ordinary text is still zero.
    let zeros = |from: usize| bytes.iter().take(64).skip(from).step_by(2).all(|byte| *byte == 0);
    if bytes.len() > 3 && (zeros(0) || zeros(1)) {
        return Err("is UTF-16 text; save it as UTF-8".into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..offset).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        format!("is not UTF-8 text (line {line}, byte {offset} of the file)")
    })
}

/// Returns the operating system's reason, without its error number.
pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::IsADirectory => "is a folder".into(),
        ErrorKind::StorageFull => "no space left on the device".into(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().map_or(text.clone(), str::to_lowercase)
        }
    }
}

/// Returns the `.pipe` files in a folder and its subfolders that version control does not ignore, sorted by path.
pub(super) fn pipe_files(folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, InputError> {
    files_below(folder, is_pipe_file)
}

/// Returns whether a file is a pipeline file, judging by its name.
pub(super) fn is_pipe_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "pipe")
}

/// Returns the matching files in a folder and its subfolders that version control does not ignore, sorted by path.
pub(super) fn files_below(
    folder: &Utf8Path,
    is_wanted: impl Fn(&Path) -> bool,
) -> Result<Vec<Utf8PathBuf>, InputError> {
    let mut files = Vec::new();
    // Sorting the names in each folder leaves little to do for the sort of all paths.
    let walk = ignore::WalkBuilder::new(folder).require_git(false).sort_by_file_name(OsStr::cmp).build();
    for entry in walk {
        let entry = entry.map_err(|error| InputError::new(folder, error.to_string()))?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if is_file && is_wanted(entry.path()) {
            match Utf8PathBuf::from_path_buf(entry.into_path()) {
                Ok(path) => files.push(path),
                Err(path) => {
                    let shown = path.to_string_lossy().into_owned();
                    return Err(InputError::new(shown.as_str().into(), "the path is not UTF-8"));
                }
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Returns whether the files that a search of a canonical folder finds depend only on what is in it: on no patterns of the
/// user or of a folder above.
pub(super) fn is_self_contained(folder: &Utf8Path) -> bool {
    let has_patterns = |above: &Utf8Path| {
        [".git", ".gitignore", ".ignore"].iter().any(|name| above.join(name).symlink_metadata().is_ok())
    };
    !folder.ancestors().skip(1).any(has_patterns) && ignore::gitignore::Gitignore::global().0.is_empty()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use camino::Utf8PathBuf;

    use super::{LIMIT, decode, files_below, is_self_contained, read};
    use crate::workspace::file_system::{Disk, FileSystem};

    const PATTERNS: &[(&str, &str)] = &[
        (".gitignore", "*.log\n/build\n!.shown\nnode_modules/\n"),
        (".git/HEAD", "ref: refs/heads/main"),
        (".git/info/exclude", "private*\n*.tmp\n"),
        (".github/ci.yml", ""),
        (".shown/a.yml", ""),
        (".shown/.hidden.yml", ""),
        ("a.log", ""),
        ("a.pipe", ""),
        ("b.tmp", ""),
        ("build/x.yml", ""),
        ("private.yml", ""),
        ("sub-x/e.pipe", ""),
        ("sub.pipe", ""),
        ("sub/.gitignore", "!keep.log\n!private.yml\n/inner/*.yml\n[\n"),
        ("sub/a.pipe", ""),
        ("sub/build/x.yml", ""),
        ("sub/inner/a.yml", ""),
        ("sub/inner/deep/a.yml", ""),
        ("sub/keep.log", ""),
        ("sub/other.log", ""),
        ("sub/private.yml", ""),
        ("sub/node_modules/.gitignore", "!a.yml"),
        ("sub/node_modules/a.yml", ""),
    ];

    fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("it is there");
        let root = Utf8PathBuf::from_path_buf(root).expect("a UTF-8 path");
        for (path, text) in files {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().expect("it is in a folder")).expect("folders are made");
            std::fs::write(file, text).expect("files are written");
        }
        (folder, root)
    }

    #[test]
    fn one_walk_finds_what_two_find() {
        let many: Vec<_> = (0..100).map(|number| format!("many{number}/src/a.pipe")).collect();
        let mut files = PATTERNS.to_vec();
        files.extend(many.iter().map(|path| (path.as_str(), "")));
        for files in [&files[..], &files[2..], &files[3..]] {
            let (_folder, root) = tree(files);
            #[cfg(unix)]
            {
                std::os::unix::fs::symlink("a.pipe", root.join("link.pipe")).expect("a link is made");
                std::os::unix::fs::symlink("sub", root.join("link")).expect("a link is made");
            }
            let survey = Disk::new(&root).survey(&["a.pipe"]);
            if cfg!(windows) {
                assert!(survey.is_none());
                continue;
            }
            let survey = survey.expect("the tree has no other rules");
            assert_eq!(survey.tracked, Disk::new(&root).tracked());
            if is_self_contained(&root) {
                let found = files_below(&root, |_| true).expect("all folders can be read");
                assert_eq!(survey.found.iter().map(|path| root.join(path)).collect::<Vec<_>>(), found);
            }
            let marked = |path: &str| (survey.is_folder(path.into()), survey.is_unmarked(path.into()));
            assert_eq!(
                ["sub", "sub-x", "link", "none"].map(marked),
                [(true, false), (true, true), (false, false), (false, false)]
            );
            assert!(survey.is_file("sub/a.pipe".into()) && !survey.is_file("link.pipe".into()));
        }
    }

    #[test]
    fn trees_with_other_rules_are_not_listed_in_one_walk() {
        let none = |files: &[(&str, &str)]| {
            let (_folder, root) = tree(files);
            Disk::new(&root).survey(&[]).is_none()
        };
        assert!(none(&[("sub/.ignore", ""), ("a.pipe", "")]));
        assert!(none(&[("sub/.git", "gitdir: elsewhere"), ("a.pipe", "")]));
        assert!(none(&[(".gitignore", "!.git"), (".git/HEAD", "")]));
        let (_folder, root) = tree(&[(".gitignore", "a"), ("sub/a.pipe", "")]);
        assert!(!is_self_contained(&root.join("sub")));
    }

    #[test]
    fn says_where_the_text_stops_being_utf8() {
        assert_eq!(decode(b"a\nb\xff".to_vec()), Err("is not UTF-8 text (line 2, byte 3 of the file)".into()));
        assert_eq!(decode(b"\xff\xfea\0".to_vec()), Err("is UTF-16 text; save it as UTF-8".into()));
        assert_eq!(decode(b"p\0i\0p\0e\0".to_vec()), Err("is UTF-16 text; save it as UTF-8".into()));
        assert_eq!(decode("é".into()), Ok("é".into()));
    }

    #[test]
    fn reads_up_to_the_limit() {
        assert!(read("x".into(), std::io::repeat(b' ').take(LIMIT)).is_ok());
        let error = read("x".into(), std::io::repeat(b' ')).expect_err("it never ends");
        assert_eq!(error.to_string(), "cannot read `x`: larger than 16 MiB");
    }
}
