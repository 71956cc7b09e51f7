//! The table in `docs/reference/defaults.md` of what a template contains without being requested by an attribute.
//!
//! `UPDATE=1 cargo test --test it defaults` writes the table.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dotpipe::catalog::decisions::{Decision, decisions};
use serde_json::Value as Json;

const PAGE: &str = "docs/reference/defaults.md";
const HEADER: &str = "| Resource | Property | Reason |\n|---|---|---|\n";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn all() -> &'static [Decision] {
    &decisions().expect("it parses").decision
}

#[test]
fn the_page_lists_every_decision_with_its_reason() {
    let mut table = HEADER.to_owned();
    for Decision { resource_type, property, reason, source, .. } in all() {
        writeln!(table, "| `{resource_type}` | `{property}` | {reason} ([source]({source})) |").expect("a text grows");
    }
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).expect("it can be read");
    let (before, tail) = page.split_once(HEADER).expect("it has the table");
    let rest = tail.find("\n\n").map_or("", |end| &tail[end + 1..]);
    let wanted = format!("{before}{table}{rest}");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).expect("it can be written");
        return;
    }
    assert_eq!(page, wanted, "UPDATE=1 writes the table");
}

/// Collects the type and the property of each resource in the templates of a folder.
fn properties(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).expect("it is there").filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            properties(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let Ok(document) = serde_json::from_str::<Json>(&text) else { continue };
        let resources = document.get("Resources").and_then(Json::as_object);
        for resource in resources.into_iter().flat_map(|resources| resources.values()) {
            let kind = resource["Type"].as_str().unwrap_or_default();
            let keys = resource["Properties"].as_object().into_iter().flat_map(|properties| properties.keys());
            found.extend(keys.map(|key| (kind.to_owned(), key.clone())));
        }
    }
}

#[test]
fn every_decision_is_about_a_property_of_a_template() {
    let mut found = BTreeSet::new();
    properties(&root().join("tests/baselines"), &mut found);
    let missing: Vec<_> = all()
        .iter()
        .filter(|it| !found.contains(&(it.resource_type.clone(), it.property.clone())))
        .map(|it| it.id)
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Resource types that are added by files of the baselines, one of them with a property set by `raw`.
const OTHERS: [&str; 3] = ["AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::SSM::Parameter"];
const BY_RAW: (&str, &str) = ("AWS::CodeBuild::Project", "BadgeEnabled");

#[test]
fn explain_answers_for_every_property_of_a_template() {
    let mut found = BTreeSet::new();
    properties(&root().join("tests/baselines"), &mut found);
    found.retain(|(kind, property)| !OTHERS.contains(&kind.as_str()) && (kind.as_str(), property.as_str()) != BY_RAW);
    assert!(found.len() > 80, "{found:?}");
    let mut unanswered = Vec::new();
    for (kind, property) in &found {
        let subject = format!("{kind}.{property}");
        let output = Command::new(assert_cmd::cargo::cargo_bin("dotpipe"))
            .args(["explain", &subject])
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() || text.lines().filter(|line| !line.is_empty()).count() < 2 {
            unanswered.push(subject);
        }
    }
    assert!(unanswered.is_empty(), "{unanswered:?}");
}

#[test]
fn explain_says_what_is_wrong_with_a_type_or_a_property() {
    let run = |subject: &str| {
        let output = Command::new(assert_cmd::cargo::cargo_bin("dotpipe")).args(["explain", subject]).output();
        let output = output.expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, message) = run("AWS::S3::Buckets");
    assert_eq!((code, message.contains("did you mean `AWS::S3::Bucket`?")), (Some(2), true), "{message}");
    let (code, message) = run("AWS::S3::Bucket.OwnershipControl");
    assert_eq!((code, message.contains("did you mean `OwnershipControls`?")), (Some(2), true), "{message}");
    let (code, message) = run("AWS::S3::Bucket.ObjectLockEnabled");
    assert_eq!((code, message.contains("`raw` can set it")), (Some(2), true), "{message}");
    assert_eq!(run("aws::s3::bucket.versioningconfiguration.status"), (Some(0), String::new()));
}
