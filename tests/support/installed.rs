//! Programs from registries that tests use. They are installed once, and again if their pinned versions change.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Python version that the pinned packages support.
const OLDEST: &str = "3.11";

/// A Python that can create virtual environments.
#[derive(Clone, Debug)]
pub struct Python {
    pub command: String,
    pub version: String,
}

/// Returns the Python on the path (or in the variable `PYTHON`), or the reason that none is usable.
pub fn find_python() -> Result<Python, String> {
    let probe = format!(
        "import sys, venv, ensurepip; assert sys.version_info >= ({}), 'old'; print(sys.version)",
        OLDEST.replace('.', ", ")
    );
    let command = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    match Command::new(&command).args(["-c", &probe]).output() {
        Ok(done) if done.status.success() => {
            Ok(Python { command, version: String::from_utf8_lossy(&done.stdout).into_owned() })
        }
        _ => Err(format!("no {command} of {OLDEST} or later with venv")),
    }
}

/// Returns the versions of Node and npm, or the reason that they are not usable.
pub fn find_node() -> Result<String, String> {
    let mut versions = String::new();
    for (program, oldest) in [("node", 20), ("npm", 9)] {
        let version = Command::new(program).arg("--version").output().map(|done| done.stdout).unwrap_or_default();
        let version = String::from_utf8_lossy(&version).into_owned();
        versions += &version;
        let major = version.trim().trim_start_matches('v').split('.').next().and_then(|part| part.parse::<u32>().ok());
        if major.is_none_or(|major| major < oldest) {
            return Err(format!("no {program} of {oldest} or later"));
        }
    }
    Ok(versions)
}

/// Returns a folder in `target` with the packages of a requirements file. The folder is reused until the file changes.
pub fn packages(python: &Python, requirements: &Path, name: &str) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(name);
    let text = fs::read_to_string(requirements).map_err(|error| error.to_string())?;
    let wanted = format!("{}{text}", python.version);
    let stamp = folder.join("made-from.txt");
    fs::create_dir_all(folder.parent().unwrap_or(&folder)).map_err(|error| error.to_string())?;
    // Another test may be creating the folder at the same time. The lock is released when its process exits.
    let lock = File::create(folder.with_extension("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(folder);
    }
    fs::remove_dir_all(&folder).or_else(|error| if folder.exists() { Err(error.to_string()) } else { Ok(()) })?;
    run(Command::new(&python.command)
        .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--require-hashes"])
        .args(["--only-binary", ":all:", "--target"])
        .arg(&folder)
        .arg("-r")
        .arg(requirements))?;
    fs::write(&stamp, wanted).map_err(|error| error.to_string())?;
    Ok(folder)
}

/// Runs a command that installs something.
pub fn run(command: &mut Command) -> Result<(), String> {
    let done = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!(
        "cannot be installed; it comes from a registry:\n{command:?}\n{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    ))
}
