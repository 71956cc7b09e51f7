//! The snippets for GitLab, CodeBuild, and Jenkins: their commands are run, and the files they write are read.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{BUILDSPEC, CLEAN, PROGRAM, output, path_with, programs, python, repository, root, run, write, yaml};

/// Runs commands until one fails, as these services do. Installation commands do nothing because the program already
/// exists.
fn succeeds(folder: &TempDir, commands: &[String]) -> bool {
    let bin = programs(&[("pip", "exit 0")]);
    commands.iter().all(|command| {
        let mut shell = Command::new("sh");
        shell.args(["-ec", command]).current_dir(folder).env("PATH", path_with(bin.path()));
        output(&mut shell).0.status.success()
    })
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Creates a repository with an error.
fn faulty() -> TempDir {
    let folder = repository();
    write(&folder, "pipeline.pipe", &CLEAN.replace("from App {", "from Ap {"));
    folder
}

#[test]
fn gitlab() {
    let job = &yaml("packaging/ci/gitlab-ci.yml")["dotpipe"];
    let commands = texts(&job["script"]);
    assert!(succeeds(&repository(), &commands));
    let folder = faulty();
    assert!(!succeeds(&folder, &commands));
    let report = job["artifacts"]["reports"]["codequality"].as_str().unwrap();
    let report: Value = serde_json::from_str(&fs::read_to_string(folder.path().join(report)).unwrap()).unwrap();
    assert_eq!(report[0]["location"]["path"], "pipeline.pipe");
    assert_eq!(report[0]["check_name"], "E0201");
}

#[test]
fn codebuild() {
    let buildspec = yaml("packaging/ci/buildspec.yml");
    let phases = &buildspec["phases"];
    let commands = [texts(&phases["install"]["commands"]), texts(&phases["build"]["commands"])].concat();
    assert!(succeeds(&repository(), &commands));
    let folder = faulty();
    assert!(!succeeds(&folder, &commands));
    let report = &buildspec["reports"]["dotpipe"];
    assert_eq!(report["file-format"], "JUNITXML");
    let report = folder.path().join(report["files"][0].as_str().unwrap());
    // Another reader of the format has the same counts.
    let (python, packages) = python();
    let code = "import sys, junitparser; suites = junitparser.JUnitXml.fromfile(sys.argv[1]); cases = [(case.name, \
                type(result).__name__) for suite in suites for case in suite for result in case.result]; \
                suites.update_statistics(); print(suites.tests, suites.failures, cases)";
    let printed = run(Command::new(python.command).args(["-c", code]).arg(report).env("PYTHONPATH", packages));
    assert!(printed.starts_with("1 1 [('9:34: E0201: "), "{printed}");
    assert!(printed.contains("'Failure'"), "{printed}");
    // dotpipe accepts the buildspec in a pipeline.
    let folder = repository();
    fs::copy(root().join("packaging/ci/buildspec.yml"), folder.path().join("buildspec.yml")).unwrap();
    run(Command::new(PROGRAM).args(["check", "--deny", "warnings"]).current_dir(&folder));
}

#[test]
fn jenkins() {
    let text = fs::read_to_string(root().join("packaging/ci/Jenkinsfile")).unwrap();
    let commands: Vec<String> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("sh '")?.strip_suffix('\'').map(str::to_owned))
        .collect();
    assert_eq!(commands.len(), 2, "{text}");
    let folder = faulty();
    let installed = folder.path().join(".dotpipe/bin");
    fs::create_dir_all(&installed).unwrap();
    std::os::unix::fs::symlink(PROGRAM, installed.join("dotpipe")).unwrap();
    assert!(succeeds(&folder, commands.get(1..).unwrap()), "the gate of the plug-in decides");
    let report = fs::read_to_string(folder.path().join("dotpipe.xml")).unwrap();
    let report = roxmltree::Document::parse(&report).unwrap();
    let error = report.descendants().find(|node| node.has_tag_name("error")).unwrap();
    assert_eq!((error.attribute("severity"), error.attribute("line")), (Some("error"), Some("9")));
    assert_eq!(error.parent_element().and_then(|file| file.attribute("name")), Some("pipeline.pipe"));
    assert!(text.contains("checkStyle(pattern: 'dotpipe.xml')"));
}

/// A repository with existing diagnostics uses a baseline.
#[test]
fn a_baseline_lets_the_snippets_pass() {
    let folder = repository();
    write(&folder, "buildspec.yml", &BUILDSPEC.replace("      - make", "      - make\n    comands: []"));
    let check = |arguments: &[&str]| {
        let mut check = Command::new(PROGRAM);
        check.arg("check").args(arguments).current_dir(&folder);
        output(&mut check)
    };
    assert_eq!(check(&[".", "--deny", "warnings"]).0.status.code(), Some(1));
    let (done, text) = check(&[".", "--baseline", "known.json", "--write-baseline"]);
    assert_eq!(done.status.code(), Some(0), "{text}");
    assert_eq!(check(&[".", "--deny", "warnings", "--baseline", "known.json"]).0.status.code(), Some(0));
    assert!(Path::new(&folder.path().join("known.json")).exists());
}
