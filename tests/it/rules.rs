//! The rules of `check`: their names and their diagnostics.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use dotpipe::compilation::Request;
use dotpipe::model::{Rule, rules};

use crate::cases::{beside, entries, entries_of};
use crate::support::compile;

/// Returns the codes that each rule reports in the UI cases, by rule name.
fn reported() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut found: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
    let documents = entries_of("tests/ui", "yaml").into_iter().filter(|path| path.ends_with("pipeline.yaml"));
    for entry in entries("tests/ui").into_iter().chain(documents) {
        let text = fs::read_to_string(&entry).expect("cases are text");
        let name = entry.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
        let files: Vec<(String, String)> = beside(&entry).into_iter().collect();
        let compilation = compile((name, &text), &files, &Request::default());
        for diagnostic in compilation.diagnostics() {
            if let Some(rule) = diagnostic.rule {
                found.entry(rule).or_default().insert(diagnostic.code.as_str());
            }
        }
    }
    found
}

#[test]
fn each_rule_reports_its_codes_and_no_others() {
    let reported = reported();
    let mut faults = Vec::new();
    for rule in rules() {
        let declared: BTreeSet<&str> = rule.codes.iter().map(|code| code.as_str()).collect();
        let shown = reported.get(rule.name).cloned().unwrap_or_default();
        faults.extend(declared.difference(&shown).map(|code| format!("{}: no case shows {code}", rule.name)));
        faults.extend(shown.difference(&declared).map(|code| format!("{}: {code} is not declared", rule.name)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_rule_has_the_name_of_its_file() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/check");
    let mut files = BTreeSet::new();
    for family in fs::read_dir(folder).expect("the folder is there").flatten().map(|entry| entry.path()) {
        if family.is_dir() && !family.ends_with("support") {
            let names = fs::read_dir(family).expect("the folder is there").flatten();
            let names = names.map(|entry| entry.path().file_stem().unwrap_or_default().to_string_lossy().into_owned());
            files.extend(names.filter(|name| name != "mod"));
        }
    }
    let names: Vec<String> = rules().map(|rule: &Rule| rule.name.replace('-', "_")).collect();
    assert_eq!(names.iter().cloned().collect::<BTreeSet<_>>(), files);
    assert_eq!(names.len(), files.len(), "two rules share a name");
}
