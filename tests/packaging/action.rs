//! The steps of `action.yml`, run in the same way as by GitHub.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{BUILDSPEC, CLEAN, PROGRAM, commit, find_python, git, output, repository, root, run, write, yaml};

/// Returns a wheel of dotpipe whose program starts the program of this build.
fn wheel(folder: &Path) {
    let script = format!("#!/bin/sh\nexec {PROGRAM} \"$@\"\n");
    let code = r#"
import sys, zipfile
folder, version, script = sys.argv[1:]
info = f"dotpipe-{version}.dist-info"
files = {
    f"dotpipe-{version}.data/scripts/dotpipe": script,
    f"{info}/METADATA": f"Metadata-Version: 2.1\nName: dotpipe\nVersion: {version}\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-any\n",
}
record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(f"{folder}/dotpipe-{version}-py3-none-any.whl", "w") as wheel:
    for path, text in {**files, f"{info}/RECORD": record}.items():
        entry = zipfile.ZipInfo(path)
        entry.external_attr = 0o100755 << 16
        wheel.writestr(entry, text)
"#;
    let python = find_python().unwrap();
    run(Command::new(python.command).args(["-c", code]).arg(folder).args([env!("CARGO_PKG_VERSION"), &script]));
}

/// The results of the steps.
#[derive(Default)]
struct Done {
    /// The steps that were run, with their exit codes.
    steps: Vec<(String, i32)>,
    /// The output of the steps.
    log: String,
    summary: String,
    sarif: Option<Value>,
}

/// Runs the steps in a repository until one fails. Steps that use other actions are skipped.
fn act(repository: &TempDir, inputs: &[(&str, &str)], event: &str) -> Done {
    let action = yaml("action.yml");
    let temporary = TempDir::new().unwrap();
    wheel(temporary.path());
    let of_action = |name: &str| action["inputs"][name]["default"].as_str().map(str::to_owned);
    let value = |text: &str| {
        let name = text.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
        let Some(name) = name else { return text.to_owned() };
        let given = inputs.iter().find(|(input, _)| *input == name).map(|(_, value)| (*value).to_owned());
        given.or_else(|| of_action(name)).unwrap_or_else(|| panic!("no input is named {name}"))
    };
    let mut done = Done::default();
    for step in action["runs"]["steps"].as_array().unwrap() {
        let condition = step["if"].as_str().unwrap_or("'' == ''");
        let Some(script) = step["run"].as_str() else { continue };
        if !holds(condition, &value) {
            continue;
        }
        let mut shell = Command::new("bash");
        // <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax> (2026-11-29): `shell: bash`
        shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(repository);
        for (name, text) in step["env"].as_object().into_iter().flatten() {
            shell.env(name, value(text.as_str().unwrap()));
        }
        let file = |name: &str| temporary.path().join(name);
        shell.env("RUNNER_TEMP", temporary.path()).env("GITHUB_ACTION_PATH", root());
        shell.env("GITHUB_STEP_SUMMARY", file("summary")).env("GITHUB_OUTPUT", file("output"));
        shell.env("GITHUB_EVENT_NAME", event).env("GIT_CONFIG_GLOBAL", "/dev/null");
        shell.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", temporary.path());
        let (result, text) = output(&mut shell);
        done.log += &text;
        done.steps.push((step["name"].as_str().unwrap().to_owned(), result.status.code().unwrap()));
        if !result.status.success() {
            break;
        }
    }
    done.summary = fs::read_to_string(temporary.path().join("summary")).unwrap_or_default();
    let outputs = fs::read_to_string(temporary.path().join("output")).unwrap_or_default();
    let sarif = outputs.lines().find_map(|line| line.strip_prefix("file="));
    done.sarif = sarif.map(|path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap());
    done
}

/// Returns whether a condition of the form `inputs.x == 'y'` holds.
fn holds(condition: &str, value: &impl Fn(&str) -> String) -> bool {
    let side = |text: &str| match text.trim().strip_prefix('\'') {
        Some(text) => text.trim_end_matches('\'').to_owned(),
        None => value(&format!("${{{{ {} }}}}", text.trim())),
    };
    match (condition.split_once("!="), condition.split_once("==")) {
        (Some((left, right)), _) => side(left) != side(right),
        (None, Some((left, right))) => side(left) == side(right),
        (None, None) => panic!("{condition}"),
    }
}

fn names(done: &Done) -> Vec<&str> {
    done.steps.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn a_clean_repository_passes() {
    let done = act(&repository(), &[], "push");
    assert_eq!(names(&done), ["Install dotpipe", "Write the summary", "Check"], "{}", done.log);
    assert!(done.steps.iter().all(|(_, code)| *code == 0), "{}", done.log);
    assert!(done.summary.starts_with("## dotpipe\n\n1 pipeline file: 0 errors, 0 warnings, "), "{}", done.summary);
    assert!(done.summary.contains("\n### pipeline.pipe\n\n``````mermaid\n"), "{}", done.summary);
    assert!(!done.summary.contains("template"), "nothing is compared:\n{}", done.summary);
    assert!(done.sarif.is_none());
}

#[test]
fn an_error_is_an_annotation_and_a_result() {
    let folder = repository();
    write(&folder, "pipeline.pipe", &CLEAN.replace("from App {", "from Ap {"));
    let done = act(&folder, &[("sarif", "true")], "push");
    assert_eq!(done.steps.last(), Some(&("Check".to_owned(), 1)), "{}", done.log);
    assert!(
        done.log.contains("::error file=pipeline.pipe,line=9,endLine=9,col=34,endColumn=36,title=E0201::"),
        "{}",
        done.log
    );
    assert!(done.summary.contains("1 error, ") && done.summary.contains("The file has errors."), "{}", done.summary);
    let sarif = done.sarif.unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "E0201");
}

#[test]
fn arguments_reach_the_check() {
    let folder = repository();
    write(&folder, "buildspec.yml", &BUILDSPEC.replace("make", "make\n    comands: []"));
    let done = act(&folder, &[("args", "--deny warnings"), ("summary", "false"), ("path", "pipeline.pipe")], "push");
    assert_eq!(names(&done), ["Install dotpipe", "Check"]);
    assert_eq!(done.steps.last(), Some(&("Check".to_owned(), 1)), "{}", done.log);
    let ignored = act(&folder, &[("args", "--deny warnings --ignore W0213"), ("summary", "false")], "push");
    assert_eq!(ignored.steps.last(), Some(&("Check".to_owned(), 0)), "{}", ignored.log);
}

#[test]
fn a_pull_request_shows_what_it_changes() {
    let folder = repository();
    git(folder.path(), &["switch", "--quiet", "--create", "change"]);
    write(&folder, "pipeline.pipe", &CLEAN.replace("standard:7.0", "standard:6.0"));
    write(&folder, "second.pipe", &CLEAN.replace("pipeline App", "pipeline Second"));
    commit(&folder, "change");
    git(folder.path(), &["switch", "--quiet", "main"]);
    write(&folder, "README", "unrelated");
    commit(&folder, "unrelated");
    git(folder.path(), &["merge", "--quiet", "--no-ff", "--message", "merge", "change"]);
    let done = act(&folder, &[], "pull_request");
    assert!(done.steps.iter().all(|(_, code)| *code == 0), "{}", done.log);
    let (first, second) = done.summary.split_once("### second.pipe").unwrap();
    assert!(first.contains("<details><summary>Changes in the template: 2 lines</summary>"), "{first}");
    for line in ["\n-        Image: aws/codebuild/standard:7.0\n", "\n+        Image: aws/codebuild/standard:6.0\n"] {
        assert!(first.contains(line), "{first}");
    }
    assert!(second.contains("New pipeline file."), "{second}");
    // The other worktree has been removed.
    assert_eq!(git(folder.path(), &["worktree", "list"]).lines().count(), 1);
    let same = act(&folder, &[], "push");
    assert!(!same.summary.contains("Changes"), "{}", same.summary);
}
