//! Writing results to standard output, or to a file that is replaced atomically.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};

use camino::{Utf8Path, Utf8PathBuf};
use thiserror::Error;

use super::input::reason;
use super::{Outcome, terminal};
use crate::compilation::Compilation;
use crate::render::printable;
use crate::source::SourceFile;

/// The maximum number of symbolic links to follow, the same as Linux's.
const MAX_LINKS: usize = 40;

/// Why something could not be written, for people.
#[derive(Debug, Error)]
#[error("cannot write `{path}`: {reason}")]
struct OutputError {
    path: Utf8PathBuf,
    reason: String,
}

/// The start of the description of every template that dotpipe generates.
const MARK: &str = "Made by dotpipe: ";

/// Other names of standard output, which are links to it where they exist.
const STDOUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// Whether a result goes to a file.
pub(super) fn is_file(path: Option<&Utf8Path>) -> bool {
    path.is_some_and(|path| !STDOUT.contains(&path.as_str()))
}

/// Like [`deliver`], but refuses a symbolic link in the project that leads out of its root: the author of a repository could
/// otherwise choose which file on the machine to overwrite.
pub(super) fn deliver_from(text: &str, path: Option<&Utf8Path>, root: Option<&Utf8Path>) -> Outcome {
    match path.zip(root).filter(|(path, root)| leads_out(path, root)) {
        Some((path, root)) => {
            let reason = format!("a symbolic link leads out of the root `{root}`; choose another output file");
            terminal::error(&OutputError { path: path.to_owned(), reason });
            Outcome::Failed
        }
        None => deliver(text, path),
    }
}

/// Whether a path inside a folder resolves to one outside.
fn leads_out(path: &Utf8Path, root: &Utf8Path) -> bool {
    let whole = std::path::absolute(path).ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok());
    let Some(whole) = whole else { return false };
    let begins_inside =
        whole.ancestors().skip(1).any(|folder| folder.canonicalize_utf8().is_ok_and(|real| real == root));
    let Ok(target) = follow_links(&whole) else { return false };
    let folder = target.parent().and_then(|folder| folder.canonicalize_utf8().ok());
    begins_inside && folder.is_some_and(|folder| !folder.starts_with(root))
}

/// Writes a result to a file, or to standard output without a file or for `-`, and prints failures on standard error.
pub(super) fn deliver(text: &str, path: Option<&Utf8Path>) -> Outcome {
    let written = match path {
        Some(path) if is_file(Some(path)) => {
            write_file(path, text).map_err(|reason| OutputError { path: path.to_owned(), reason })
        }
        _ => write_stdout(text).map_err(|reason| OutputError { path: "standard output".into(), reason }),
    };
    match written {
        Ok(()) => Outcome::Clean,
        Err(error) => {
            terminal::error(&error);
            Outcome::Failed
        }
    }
}

/// Whether a result would overwrite its input.
pub(super) fn overwrites(input: &Utf8Path, output: Option<&Utf8Path>) -> bool {
    let real = |path: &Utf8Path| path.canonicalize_utf8().ok();
    output.and_then(real).is_some_and(|output| real(input) == Some(output))
}

/// The error for a result that would overwrite a file read for it: an import, a buildspec, or a template. A template that
/// dotpipe generated can be overwritten, even if the pipeline deploys it.
pub(super) fn overwritten_source(compilation: &Compilation, output: Option<&Utf8Path>) -> Option<String> {
    let file = source_at(compilation, output?)?;
    let shown = printable(file.path().as_str());
    (!is_own(file.text())).then(|| format!("`{shown}` is an input of the pipeline; choose another output file"))
}

/// The file at a path, if it was read for the pipeline.
pub(super) fn source_at<'a>(compilation: &'a Compilation, path: &Utf8Path) -> Option<&'a SourceFile> {
    let real = |path: &Utf8Path| {
        let folder = path.parent().filter(|folder| *folder != "").unwrap_or(".".into());
        path.canonicalize_utf8().ok().or_else(|| Some(folder.canonicalize_utf8().ok()?.join(path.file_name()?)))
    };
    let target = real(path)?;
    compilation.sources().files().map(|(_, file)| file).find(|file| real(file.path()).as_ref() == Some(&target))
}

/// Whether dotpipe generated a template.
pub(super) fn is_own(text: &str) -> bool {
    text.contains(MARK)
}

/// A closed pipe (`| head`) is not a failure.
fn write_stdout(text: &str) -> Result<(), String> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(reason(&error)),
        _ => Ok(()),
    }
}

fn write_file(path: &Utf8Path, text: &str) -> Result<(), String> {
    let existing = fs::metadata(path).ok();
    match &existing {
        Some(metadata) if metadata.is_dir() => return Err("is a folder; choose a file in it".into()),
        // A device or a pipe can only be written to, not replaced; its links can lead to no path at all.
        Some(metadata) if !metadata.is_file() => return write_through(path, text),
        // Renaming would bypass the write protection of the file.
        Some(_) => drop(OpenOptions::new().write(true).open(path).map_err(|error| reason(&error))?),
        None => {}
    }
    let target = follow_links(path)?;
    replace(&target, text, existing.map(|metadata| metadata.permissions()))
}

fn write_through(target: &Utf8Path, text: &str) -> Result<(), String> {
    let mut file = OpenOptions::new().write(true).open(target).map_err(|error| reason(&error))?;
    file.write_all(text.as_bytes()).map_err(|error| reason(&error))
}

/// Writes a temporary file in the same folder, then renames it. A failure leaves the target unchanged.
fn replace(target: &Utf8Path, text: &str, permissions: Option<fs::Permissions>) -> Result<(), String> {
    let folder = target.parent().filter(|folder| *folder != "").unwrap_or(".".into());
    if !folder.is_dir() {
        return Err(format!("folder `{folder}` does not exist"));
    }
    let mut temporary = new_file(folder).map_err(|error| format!("folder `{folder}`: {}", reason(&error)))?;
    let file = temporary.as_file_mut();
    file.write_all(text.as_bytes()).map_err(|error| reason(&error))?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions).map_err(|error| reason(&error))?;
    }
    file.sync_all().map_err(|error| reason(&error))?;
    temporary.persist(target).map_err(|error| reason(&error.error))?;
    Ok(())
}

/// A temporary file with the permissions of an ordinary new file, not of a private one.
fn new_file(folder: &Utf8Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dotpipe-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The target of symbolic links, which need not exist. The links are kept.
fn follow_links(path: &Utf8Path) -> Result<Utf8PathBuf, String> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match target.read_link_utf8() {
            Ok(next) => target = target.parent().unwrap_or("".into()).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err("too many symbolic links".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("a UTF-8 path");
        (folder, path)
    }

    fn names(folder: &Utf8Path) -> Vec<String> {
        let entries = folder.read_dir_utf8().expect("the folder is there").flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn creates_and_replaces_and_leaves_nothing_else() {
        let (_guard, folder) = folder();
        let file = folder.join("out.json");
        assert_eq!(write_file(&file, "one"), Ok(()));
        assert_eq!(write_file(&file, "two"), Ok(()));
        assert_eq!(fs::read_to_string(&file).expect("it was written"), "two");
        assert_eq!(names(&folder), ["out.json"]);
    }

    #[test]
    fn refuses_folders_and_missing_folders() {
        let (_guard, folder) = folder();
        assert_eq!(write_file(&folder, "x"), Err("is a folder; choose a file in it".into()));
        let missing = folder.join("none");
        assert_eq!(write_file(&missing.join("out"), "x"), Err(format!("folder `{missing}` does not exist")));
        assert!(names(&folder).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn keeps_permissions_and_links() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (_guard, folder) = folder();
        let file = folder.join("real");
        fs::write(&file, "old").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("permissions");
        symlink("real", folder.join("link")).expect("a link");
        assert_eq!(write_file(&folder.join("link"), "new"), Ok(()));
        assert_eq!(fs::read_to_string(&file).expect("it was written"), "new");
        assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o640);
        assert!(folder.join("link").is_symlink());
        symlink("fresh", folder.join("dangling")).expect("a link");
        assert_eq!(write_file(&folder.join("dangling"), "new"), Ok(()));
        assert_eq!(names(&folder), ["dangling", "fresh", "link", "real"]);
        symlink("circle", folder.join("circle")).expect("a link");
        assert_eq!(write_file(&folder.join("circle"), "x"), Err("too many symbolic links".into()));
    }

    #[cfg(unix)]
    #[test]
    fn links_of_a_project_that_lead_out_of_it_are_found() {
        use std::os::unix::fs::symlink;
        let (_guard, folder) = folder();
        let root = folder.join("root").as_std_path().to_owned();
        fs::create_dir_all(root.join("out")).expect("folders");
        let root = Utf8PathBuf::from_path_buf(root).expect("UTF-8").canonicalize_utf8().expect("it is there");
        symlink(folder.join("victim"), root.join("away")).expect("a link");
        symlink("out", root.join("inside")).expect("a link");
        symlink(&folder, root.join("up")).expect("a link");
        symlink("away", root.join("chain")).expect("a link");
        for out in ["away", "chain", "up/new", "out/../away"] {
            assert!(leads_out(&root.join(out), &root), "{out}");
        }
        for plain in ["new", "inside/new", "out/new", "missing/new"] {
            assert!(!leads_out(&root.join(plain), &root), "{plain}");
        }
        assert!(!leads_out(&folder.join("elsewhere"), &root) && !leads_out("/dev/null".into(), &root));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn reports_a_full_device() {
        assert_eq!(write_file("/dev/full".into(), "x"), Err("no space left on the device".into()));
        assert_eq!(write_file("/dev/null".into(), "x"), Ok(()));
    }
}
