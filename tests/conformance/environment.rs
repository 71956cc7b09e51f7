//! The Python environment with the clients: created once, and recreated if its inputs change.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../support/installed.rs"]
mod installed;

pub use installed::{Python, find_node, find_python};
use installed::{packages, run};

/// The installed packages: the clients with their dependencies, and packages installed without dependencies.
const REQUIREMENTS: [&str; 2] = ["requirements.txt", "requirements-alone.txt"];

/// Returns the folder of this test.
pub fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// Returns the environment's Python, after creating the environment if it is not up to date.
pub fn prepare(python: &Python) -> Result<PathBuf, String> {
    let folder = home().join(".venv");
    let own_python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = made_from(python)?;
    // Another test run may be creating it at the same time. The lock is released when its process exits.
    let lock = File::create(home().join(".venv.lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    let stamp = folder.join("made-from.txt");
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(own_python);
    }
    run(Command::new(&python.command).args(["-m", "venv", "--clear"]).arg(&folder))?;
    for file in REQUIREMENTS {
        run(Command::new(&own_python)
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r"])
            .arg(home().join(file)))?;
    }
    fs::write(&stamp, wanted).map_err(|error| error.to_string())?;
    Ok(own_python)
}

/// Returns the inputs of the environment: the version of Python and the requirements.
pub fn made_from(python: &Python) -> Result<String, String> {
    let mut made_from = python.version.clone();
    for file in REQUIREMENTS {
        made_from += &fs::read_to_string(home().join(file)).map_err(|error| error.to_string())?;
    }
    Ok(made_from)
}

/// Returns a program from a package with no other requirements.
pub fn program(python: &Python, requirements: &Path, name: &str) -> Result<PathBuf, String> {
    let folder = packages(python, requirements, name)?;
    Ok(folder.join("bin").join(name).with_extension(std::env::consts::EXE_EXTENSION))
}
