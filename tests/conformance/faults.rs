//! Faulty outputs, which prove that each judge can object.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::{environment, outputs};

/// A fault in one place of the fixture or of an example's outputs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The judge that must object.
    pub judge: String,
    /// The description of the fault.
    pub title: String,
    /// The example whose outputs are changed, or `None` for the fixture.
    #[serde(default)]
    of: Option<String>,
    /// The changed file.
    file: String,
    replace: String,
    with: String,
    /// The number of characters that replace the word `REPEATED` in `with`.
    #[serde(default)]
    repeat: usize,
    /// A part of one of the judge's objections.
    pub expected: String,
}

/// Returns the faults of `faults.toml`.
pub fn read() -> Vec<Fault> {
    #[derive(Deserialize)]
    struct File {
        fault: Vec<Fault>,
    }
    let path = environment::home().join("faults.toml");
    let text = fs::read_to_string(&path).expect("tests/conformance/faults.toml can be read");
    toml::from_str::<File>(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())).fault
}

/// Writes the fixture, or the outputs of the example in `built`, with the fault to the folder.
pub fn write(fault: &Fault, built: &Path, folder: &Path) -> Result<(), String> {
    match &fault.of {
        Some(example) => outputs::copy_built(&built.join(example), folder)?,
        None => outputs::copy_fixture(folder)?,
    }
    let path = folder.join(&fault.file);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    if !text.contains(&fault.replace) {
        return Err(format!("{} does not hold {:?}", fault.file, fault.replace));
    }
    let with = fault.with.replace("REPEATED", &"x".repeat(fault.repeat));
    fs::write(&path, text.replace(&fault.replace, &with)).map_err(|error| error.to_string())
}
