//! The inputs of the judges: the outputs of `dotpipe build` for each example, and a hand-written fixture.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

use crate::environment;

/// The name of the folder of the hand-written outputs.
pub const FIXTURE: &str = "fixture";

/// One pipeline of `examples/`, or one of `tests/stacks/`, which tests the stacks that it deploys.
#[derive(Clone, Debug)]
pub struct Example {
    /// The name of its folder, with the pipeline's name appended if the file contains several.
    pub name: String,
    /// The outputs that are built, and their judges.
    pub judged: Judged,
    source: PathBuf,
    pipeline: String,
}

/// The outputs that are built for a pipeline, and their judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// All outputs, for all judges.
    Whole,
    /// The template, for the judges of roles and stacks: the case tests the stacks that it deploys.
    Stacks,
    /// The diagnostics, for the judge of reports.
    Findings,
}

impl Judged {
    /// Returns the judges.
    pub fn by(self) -> &'static [&'static str] {
        match self {
            Self::Whole => &crate::JUDGES,
            Self::Stacks => &crate::OF_STACKS,
            Self::Findings => &crate::OF_FINDINGS,
        }
    }
}

/// Returns every pipeline of every `examples/*/pipeline.pipe` and `tests/stacks/*/pipeline.pipe`, ordered by name, and
/// the cases of `tests/ui`.
pub fn examples() -> Vec<Example> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut examples = Vec::new();
    for (place, judged) in [("examples", Judged::Whole), ("tests/stacks", Judged::Stacks)] {
        let entries = fs::read_dir(root.join(place)).unwrap_or_else(|error| panic!("{place}: {error}"));
        let folders = entries.map(|entry| entry.unwrap_or_else(|error| panic!("{place}: {error}")).path());
        let found: Vec<Example> = folders.flat_map(|folder| of_folder(&folder, judged)).collect();
        // If a folder was moved, the suite must not pass without judging anything.
        assert!(!found.is_empty(), "{place} holds no pipeline.pipe");
        examples.extend(found);
    }
    let cases = root.join("tests/ui");
    examples.push(Example {
        name: "cases".to_owned(),
        judged: Judged::Findings,
        source: cases,
        pipeline: String::new(),
    });
    examples.sort_by(|one, other| one.name.cmp(&other.name));
    examples
}

fn of_folder(folder: &Path, judged: Judged) -> Vec<Example> {
    let source = folder.join("pipeline.pipe");
    let text = fs::read_to_string(&source).unwrap_or_default();
    let pipelines: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("pipeline ")?.split(' ').next()).collect();
    let example = folder.file_name().unwrap_or_default().to_string_lossy();
    let prefix = if judged == Judged::Stacks { "stacks." } else { "" };
    let name = |pipeline: &str| {
        if pipelines.len() == 1 { format!("{prefix}{example}") } else { format!("{prefix}{example}.{pipeline}") }
    };
    let one = |pipeline: &&str| Example {
        name: name(pipeline),
        judged,
        source: source.clone(),
        pipeline: (*pipeline).to_owned(),
    };
    pipelines.iter().map(one).collect()
}

/// Builds every output of the example in the folder.
pub fn build(example: &Example, folder: &Path) -> Result<(), String> {
    let json = [
        "--target",
        "codepipeline",
        "--account",
        "111122223333",
        "--region",
        "eu-west-1",
        "--pipeline",
        &example.pipeline,
    ];
    let targets: [(&str, &[&str]); 4] = [
        ("template.json", &[]),
        ("template.yaml", &[]),
        ("pipeline.json", &json),
        ("support.yaml", &["--target", "support"]),
    ];
    make_empty(folder)?;
    if example.judged == Judged::Findings {
        return write_findings(example, folder);
    }
    let stacks = example.judged == Judged::Stacks;
    let home = example.source.parent().unwrap_or(Path::new("."));
    copy(home, &folder.join("source"))?;
    let source = if stacks { folder.join("source/pipeline.pipe") } else { example.source.clone() };
    let mut failures = Vec::new();
    for (file, options) in targets.into_iter().take(if stacks { 1 } else { 4 }) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dotpipe"));
        command.arg("build").arg(&source).args(options).arg("-o").arg(folder.join(file));
        if stacks {
            // Their paths are relative to their folder, as in a repository.
            command.arg("--root").arg(folder.join("source"));
        }
        let done = command.output().map_err(|error| error.to_string())?;
        if !done.status.success() || !folder.join(file).exists() {
            let said = String::from_utf8_lossy(&done.stderr);
            failures.push(format!("{file} was not written ({}):\n{said}", done.status));
        }
    }
    if !stacks {
        failures.extend(
            [build_elsewhere(&source, folder), write_findings(example, folder)].into_iter().filter_map(Result::err),
        );
    }
    fs::copy(&example.source, folder.join("pipeline.pipe")).map_err(|error| error.to_string())?;
    for (number, template) in templates(home).iter().enumerate() {
        fs::copy(template, folder.join(format!("app-{number}.yaml"))).map_err(|error| error.to_string())?;
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// Builds the support templates of other accounts and Regions that, according to `dotpipe build`, must be deployed.
fn build_elsewhere(source: &Path, folder: &Path) -> Result<(), String> {
    let run = |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dotpipe"));
        command.arg("build").arg(source).args(options).output().map_err(|error| error.to_string())
    };
    let template = folder.join("template.json").to_string_lossy().into_owned();
    let order = String::from_utf8_lossy(&run(&["-o", &template])?.stderr).into_owned();
    fs::write(folder.join("order.txt"), &order).map_err(|error| error.to_string())?;
    for line in order.lines().filter_map(|line| line.trim().split_once(" --target support ")) {
        let words: Vec<&str> = line.1.split(' ').collect();
        let [option @ ("--env" | "--artifact-bucket"), place, ..] = words.as_slice() else { continue };
        let file = folder.join(format!("there-{place}.yaml"));
        let path = file.to_string_lossy().into_owned();
        let done = run(&["--target", "support", option, place, "-o", &path])?;
        if !done.status.success() {
            return Err(format!("{path} was not written:\n{}", String::from_utf8_lossy(&done.stderr)));
        }
    }
    Ok(())
}

/// Writes the diagnostics of the example in the format for code scanning.
fn write_findings(example: &Example, folder: &Path) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dotpipe"));
    let done = command.args(["check", "--format", "sarif"]).arg(&example.source).output();
    let done = done.map_err(|error| error.to_string())?;
    if done.stdout.is_empty() {
        return Err(format!("no findings were written ({}):\n{}", done.status, String::from_utf8_lossy(&done.stderr)));
    }
    fs::write(folder.join("findings.sarif"), done.stdout).map_err(|error| error.to_string())
}

/// Returns the templates that the example's pipeline deploys.
fn templates(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            found.extend(templates(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml")
            && fs::read_to_string(&path).is_ok_and(|text| text.starts_with("AWSTemplateFormatVersion"))
        {
            found.push(path);
        }
    }
    found
}

/// Copies the repository that the pipeline uses.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    for entry in fs::read_dir(from).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// Copies an example's outputs to the folder.
pub fn copy_built(from: &Path, folder: &Path) -> Result<(), String> {
    make_empty(folder)?;
    copy(from, folder)
}

/// Copies the hand-written outputs to the folder.
pub fn copy_fixture(folder: &Path) -> Result<(), String> {
    make_empty(folder)?;
    let fixture = environment::home().join("fixture");
    for entry in fs::read_dir(fixture).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        fs::copy(entry.path(), folder.join(entry.file_name())).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn make_empty(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}
