//! The Python environment with the clients: made once, made again when what it is made from changes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Python that the pinned versions run on.
const OLDEST: &str = "3.11";

/// What is installed: the clients with everything they need, and what is installed without its dependencies.
const REQUIREMENTS: [&str; 2] = ["requirements.txt", "requirements-alone.txt"];

/// A Python that can make environments.
#[derive(Clone, Debug)]
pub struct Python {
    command: String,
    version: String,
}

/// The folder of this test.
pub fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// The Python on the path (or the one that `PYTHON` names), or why there is none to use.
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

/// The versions of Node and npm, or why there are none to use.
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

/// The environment's own Python, after making the environment where it is not up to date.
pub fn prepare(python: &Python) -> Result<PathBuf, String> {
    let folder = home().join(".venv");
    let own_python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = made_from(python)?;
    // Another test run may be making it at this moment. The lock goes with the process that holds it.
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

/// What the environment is made from: the version of Python, and the requirements.
pub fn made_from(python: &Python) -> Result<String, String> {
    let mut made_from = python.version.clone();
    for file in REQUIREMENTS {
        made_from += &fs::read_to_string(home().join(file)).map_err(|error| error.to_string())?;
    }
    Ok(made_from)
}

/// A program of a package that needs nothing else, installed below `target` as long as its requirements are the same.
pub fn program(python: &Python, requirements: &Path, name: &str) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(name);
    let program = folder.join("bin").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    let wanted = fs::read_to_string(requirements).map_err(|error| error.to_string())?;
    let stamp = folder.join("made-from.txt");
    if program.is_file() && fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(program);
    }
    run(Command::new(&python.command)
        .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--upgrade"])
        .args(["--only-binary", ":all:", "--target"])
        .arg(&folder)
        .arg("-r")
        .arg(requirements))?;
    fs::write(&stamp, wanted).map_err(|error| error.to_string())?;
    Ok(program)
}

fn run(command: &mut Command) -> Result<(), String> {
    let done = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!(
        "the Python environment of the judges cannot be made (it comes from PyPI):\n{command:?}\n{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    ))
}
