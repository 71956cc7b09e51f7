//! The version and the repository in packages are those of `Cargo.toml`.

use std::fs;

use serde_json::Value;

use crate::docs::root;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the versions that follow a text.
fn versions_after<'t>(text: &'t str, start: &str) -> Vec<&'t str> {
    let rests = text.split(start).skip(1);
    rests.map(|rest| rest.split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap_or_default()).collect()
}

#[test]
fn every_package_has_the_version() {
    let extension: Value = serde_json::from_str(&read("editors/vscode/package.json")).unwrap();
    assert_eq!(extension["version"], VERSION);
    let mut number = 0;
    for (path, start) in [
        (
            "action.yml",
            "Version of dotpipe, or empty for a `dotpipe` that an earlier step has installed\n    default: \"",
        ),
        ("packaging/ci/gitlab-ci.yml", "dotpipe=="),
        ("packaging/ci/buildspec.yml", "dotpipe=="),
        ("packaging/ci/Jenkinsfile", "dotpipe=="),
        ("packaging/ci/pre-commit-pinned.yaml", "dotpipe=="),
        ("packaging/ci/pre-commit-config.yaml", "rev: v"),
        ("packaging/ci/github-workflow.yml", "dotpipe/dotpipe@v"),
        ("editors/zed/extension.toml", "version = \""),
        ("docs/ci.md", "dotpipe=="),
        ("docs/ci.md", "rev: v"),
        ("docs/ci.md", "dotpipe/dotpipe@v"),
    ] {
        let text = read(path);
        let found = versions_after(&text, start);
        assert!(!found.is_empty() && found.iter().all(|version| *version == VERSION), "{path}: {found:?}");
        number += found.len();
    }
    assert!(number >= 11);
    assert!(read("pyproject.toml").contains("dynamic = [\"version\"]"));
    assert!(read("CHANGELOG.md").contains("## Unreleased") || read("CHANGELOG.md").contains(&format!("## {VERSION}")));
}

#[test]
fn every_package_has_the_repository_and_the_description() {
    assert!(REPOSITORY.starts_with("https://"));
    let of_python = read("pyproject.toml");
    assert!(of_python.contains(&format!("Repository = \"{REPOSITORY}\"")), "{of_python}");
    assert!(of_python.contains(&format!("description = \"{}\"", env!("CARGO_PKG_DESCRIPTION"))), "{of_python}");
    assert!(read("packaging/ci/pre-commit-config.yaml").contains(&format!("repo: {REPOSITORY}\n")));
    let name = REPOSITORY.trim_start_matches("https://github.com/");
    assert!(read("packaging/ci/github-workflow.yml").contains(&format!("uses: {name}@v")));
}

/// The archive names of `cargo binstall` are those written by `packaging/archive`.
#[test]
fn binstall_finds_the_archives() {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let metadata = &manifest["package"]["metadata"]["binstall"];
    let python = read("packaging/manifest.py");
    let targets: Vec<&str> =
        python.split('"').filter(|text| text.matches('-').count() >= 2 && !text.contains([' ', '{'])).collect();
    assert!(targets.len() >= 5, "{targets:?}");
    for target in targets {
        let of_target = metadata.get("overrides").and_then(|overrides| overrides.get(target)).unwrap_or(metadata);
        let filled = |text: &str| {
            let values = [
                ("repo", REPOSITORY),
                ("version", VERSION),
                ("name", "dotpipe"),
                ("target", target),
                ("bin", "dotpipe"),
            ];
            let binary = text.replace("{ binary-ext }", if target.contains("windows") { ".exe" } else { "" });
            values.iter().fold(binary, |text, (name, value)| text.replace(&format!("{{ {name} }}"), value))
        };
        let url = filled(of_target["pkg-url"].as_str().unwrap());
        let extension = if target.contains("windows") { "zip" } else { "tar.gz" };
        assert_eq!(url, format!("{REPOSITORY}/releases/download/v{VERSION}/dotpipe-{VERSION}-{target}.{extension}"));
        let program = filled(metadata["bin-dir"].as_str().unwrap());
        assert!(program.starts_with(&format!("dotpipe-{VERSION}-{target}/dotpipe")), "{program}");
        let workflow = read(".github/workflows/release.yml");
        assert!(workflow.contains(&format!("target: {target}, ")), "the release does not build {target}");
    }
    assert!(python.contains("f\"dotpipe-{VERSION}-{target}\""), "the names of archives");
}

/// Packages contain the manual pages and completions of the program.
#[test]
fn packages_have_a_page_for_every_command() {
    let folder = crate::program::project(&[]);
    let help = crate::program::run(&folder, &["--help"]);
    let commands = crate::program::stdout(&help).split("Commands:\n").nth(1).unwrap();
    let commands =
        commands.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    // The pages of these commands add nothing to `--help`.
    let commands: Vec<&str> = commands.filter(|name| !["help", "completions", "man"].contains(name)).collect();
    let python = read("packaging/manifest.py");
    let listed = python.lines().find_map(|line| line.strip_prefix("COMMANDS = [")).unwrap();
    let listed: Vec<&str> = listed.split('"').skip(1).step_by(2).collect();
    assert_eq!(listed.iter().collect::<std::collections::BTreeSet<_>>(), commands.iter().collect());
}

/// The packages that need dotpipe have a lock file of their own: a dependency that is new here is missing there until it is updated.
#[test]
fn other_lock_files_have_all_dependencies() {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let tables = [&manifest["dependencies"], &manifest["build-dependencies"]];
    let wanted: Vec<&str> = tables
        .iter()
        .flat_map(|table| table.as_table().unwrap())
        .map(|(name, it)| it.get("package").and_then(toml::Value::as_str).unwrap_or(name))
        .collect();
    assert!(wanted.len() >= 20);
    for path in ["fuzz/Cargo.lock", "playground/wasm/Cargo.lock"] {
        let lock: toml::Table = toml::from_str(&read(path)).unwrap();
        let packages = lock["package"].as_array().unwrap();
        let own = packages.iter().find(|package| package["name"].as_str() == Some("dotpipe")).unwrap();
        let listed: Vec<&str> =
            own["dependencies"].as_array().unwrap().iter().filter_map(|it| it.as_str()?.split(' ').next()).collect();
        let missing: Vec<_> = wanted.iter().filter(|name| !listed.contains(name)).collect();
        assert!(missing.is_empty(), "{path} lacks {missing:?}: run `cargo update --workspace` in its folder");
    }
}
