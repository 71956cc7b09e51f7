//! Records of passed checks, with a hash of everything they read: a check is not repeated for the same inputs, except
//! with `CI=true`.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;
use serde::{Deserialize, Serialize};

/// Names of files and folders of installations and runs, which are not inputs. The code of this test is not an input
/// either.
const NOT_READ: [&str; 5] = [".node", ".venv", ".venv.lock", "__pycache__", "node_modules"];

/// All inputs of a check, as two hashes of 64 bits.
pub struct Inputs([DefaultHasher; 2]);

impl Inputs {
    /// Returns empty inputs for the check `reader`.
    pub fn of(reader: &str) -> Self {
        let mut inputs = Self([DefaultHasher::new(), DefaultHasher::new()]);
        inputs.0[1].write_u8(1);
        inputs.add(reader.as_bytes());
        inputs
    }

    /// Adds a text.
    pub fn add(&mut self, bytes: &[u8]) {
        for hasher in &mut self.0 {
            hasher.write_usize(bytes.len());
            hasher.write(bytes);
        }
    }

    /// Adds the paths and texts of the files at a path. `home` is removed from the texts because the name of that
    /// folder differs between runs.
    pub fn add_files(&mut self, path: &Path, home: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        if !path.is_dir() {
            let text = fs::read(path).map_err(failed)?;
            self.add(&without(&text, &home.to_string_lossy()));
            return Ok(());
        }
        let mut entries = BTreeMap::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            entries.insert(entry.file_name(), entry.path());
        }
        for (name, path) in entries {
            let name = name.to_string_lossy();
            if !NOT_READ.contains(&name.as_ref()) && !name.ends_with(".rs") {
                self.add(name.as_bytes());
                self.add_files(&path, home)?;
            }
        }
        self.add(b"/");
        Ok(())
    }

    fn digest(&self) -> String {
        let parts: Vec<String> = self.0.iter().map(|hasher| format!("{:016x}", hasher.finish())).collect();
        parts.concat()
    }
}

/// Returns a text with all occurrences of a name removed.
fn without(text: &[u8], name: &str) -> Vec<u8> {
    match std::str::from_utf8(text) {
        Ok(text) if !name.is_empty() => text.replace(name, "").into_bytes(),
        _ => text.to_vec(),
    }
}

/// Any change of the inputs leads to a different record; the same content in another folder does not.
pub fn notices_every_change() -> Result<(), Failed> {
    let digest = |text: &str, name: &str, home: &str| -> Result<String, Failed> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("source"))?;
        fs::write(folder.path().join("source").join(name), text.replace("HOME", home))?;
        fs::write(folder.path().join("test.rs"), home)?;
        let mut inputs = Inputs::of("judge");
        inputs.add_files(folder.path(), Path::new(home))?;
        Ok(inputs.digest())
    };
    let first = digest("in HOME: 1", "a.yaml", "/one")?;
    assert_eq!(first, digest("in HOME: 1", "a.yaml", "/two")?);
    assert_ne!(first, digest("in HOME: 2", "a.yaml", "/one")?);
    assert_ne!(first, digest("in HOME: 1", "b.yaml", "/one")?);
    assert_ne!(Inputs::of("judge").digest(), Inputs::of("judges").digest());
    Ok(())
}

/// The record of a passed check.
pub struct Record {
    path: PathBuf,
    inputs: String,
}

#[derive(Serialize, Deserialize)]
struct Content<T> {
    inputs: String,
    result: T,
}

impl Record {
    /// Returns the record of a check with these inputs.
    pub fn new(name: &str, inputs: &Inputs) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("passed");
        Self { path: folder.join(name).with_extension("json"), inputs: inputs.digest() }
    }

    /// Returns the recorded result for exactly these inputs, or `None` if everything is checked.
    pub fn result<T: for<'a> Deserialize<'a>>(&self) -> Option<T> {
        if crate::in_ci() {
            return None;
        }
        let content: Content<T> = serde_json::from_slice(&fs::read(&self.path).ok()?).ok()?;
        (content.inputs == self.inputs).then_some(content.result)
    }

    /// Records a result.
    pub fn keep<T: Serialize>(&self, result: T) {
        let content = Content { inputs: self.inputs.clone(), result };
        let folder = self.path.parent().unwrap_or(Path::new("."));
        // Without a record, the check is repeated.
        if let (Ok(text), Ok(())) = (serde_json::to_vec(&content), fs::create_dir_all(folder)) {
            let _ = fs::write(&self.path, text);
        }
    }
}
