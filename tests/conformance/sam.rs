//! Checks dotpipe's knowledge of SAM with `aws-sam-translator`: the file used by a unit test must be the translator's
//! current output.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::environment::{self, Python};
use crate::passed::{Inputs, Record};

/// Returns the folder of the templates and the translator's outputs.
fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/workspace/template/sam/fixtures")
}

/// Returns an error if the file is not the translator's output; if `UPDATE` is set, writes it.
pub fn translated(python: &Result<Python, String>) -> Result<(), Failed> {
    let own_python = environment::prepare(python.as_ref().map_err(Clone::clone)?)?;
    let script = environment::home().join("sam_translator.py");
    let mut inputs = Inputs::of("sam");
    inputs.add(environment::made_from(python.as_ref().map_err(Clone::clone)?)?.as_bytes());
    inputs.add_files(&script, &fixtures())?;
    inputs.add_files(&fixtures(), &environment::home())?;
    let record = Record::new("sam-translator", &inputs);
    if record.result::<bool>().is_some() {
        return Ok(());
    }
    let done = Command::new(own_python).arg(script).arg(fixtures().join("templates.yaml")).output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
    }
    let printed = String::from_utf8(done.stdout)?;
    let file = fixtures().join("translated.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &printed)?;
    }
    if std::fs::read_to_string(&file)? == printed {
        record.keep(true);
        return Ok(());
    }
    Err(format!("{} is not what aws-sam-translator prints; UPDATE=1 writes it", file.display()).into())
}
