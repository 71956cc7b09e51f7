//! Checks that the sources are formatted and free of lints, that the API documentation builds, and that the licenses of
//! dependencies are acceptable.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[test]
fn formatted() {
    component("fmt", &["--check"], &[]);
}

#[test]
fn free_of_lints() {
    component("clippy", &["--quiet", "--all-targets", "--", "-D", "warnings"], &[]);
}

#[test]
fn documentation_builds() {
    component("doc", &["--quiet", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")]);
}

/// Runs a cargo command that may not be installed. If `CI` is `true`, it must be installed.
fn component(name: &str, arguments: &[&str], variables: &[(&str, &str)]) {
    let cargo = || {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).arg(name);
        cargo
    };
    let installed = cargo().arg("--help").output().unwrap().status.success();
    if !installed && env::var("CI").is_ok_and(|value| value == "true") {
        panic!("`cargo {name}` is not installed");
    } else if !installed {
        println!("skipped: `cargo {name}` is not installed");
        return;
    }
    let done = cargo().args(arguments).envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "cargo {name} {}:\n{said}", arguments.join(" "));
}

/// Checks that every dependency has a license that `deny.toml` allows.
#[test]
fn licenses_are_allowed() {
    #[derive(Deserialize)]
    struct Deny {
        licenses: Licences,
    }
    #[derive(Deserialize)]
    struct Licences {
        allow: BTreeSet<String>,
    }
    let deny = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml")).unwrap();
    let allowed = toml::from_str::<Deny>(&deny).unwrap().licenses.allow;
    let refused: Vec<String> = packages()
        .into_iter()
        .filter(|package| !acceptable(package.license.as_deref().unwrap_or_default(), &allowed))
        .map(|package| format!("{}: {}", package.name, package.license.unwrap_or_default()))
        .collect();
    assert!(refused.is_empty(), "licenses that deny.toml does not allow:\n{}", refused.join("\n"));
}

#[derive(Deserialize)]
struct Package {
    name: String,
    license: Option<String>,
}

fn packages() -> Vec<Package> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["metadata", "--format-version", "1"]);
    let done = cargo.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice::<Metadata>(&done.stdout).unwrap().packages
}

/// Returns whether the allowed licenses satisfy an SPDX expression. A slash is the old form of `OR`.
fn acceptable(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.replace('/', " OR ");
    let mut words = expression.replace('(', "( ").replace(')', " )").split_whitespace().map(str::to_owned).collect();
    any_of(&mut words, allowed) && words.is_empty()
}

type Words = std::collections::VecDeque<String>;

fn any_of(words: &mut Words, allowed: &BTreeSet<String>) -> bool {
    let mut met = all_of(words, allowed);
    while words.front().is_some_and(|word| word == "OR") {
        words.pop_front();
        met |= all_of(words, allowed);
    }
    met
}

fn all_of(words: &mut Words, allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, allowed);
    while words.front().is_some_and(|word| word == "AND") {
        words.pop_front();
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words, allowed: &BTreeSet<String>) -> bool {
    let Some(mut license) = words.pop_front() else { return false };
    if license == "(" {
        let met = any_of(words, allowed);
        return words.pop_front().is_some_and(|word| word == ")") && met;
    }
    if words.front().is_some_and(|word| word == "WITH") {
        words.pop_front();
        license = format!("{license} WITH {}", words.pop_front().unwrap_or_default());
    }
    allowed.contains(&license)
}

#[test]
fn license_expressions_are_understood() {
    let allowed = ["MIT", "BSD-3-Clause", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
    for expression in
        ["MIT", "MIT/Apache-2.0", "(Zlib OR MIT) AND BSD-3-Clause", "Apache-2.0 WITH LLVM-exception OR Zlib"]
    {
        assert!(acceptable(expression, &allowed), "{expression}");
    }
    for expression in ["", "Zlib", "MIT AND Zlib", "(MIT OR Zlib) AND Zlib", "Apache-2.0", "MIT)"] {
        assert!(!acceptable(expression, &allowed), "{expression}");
    }
}
