//! The rules of `check`: their names. `tests/ui.rs` checks their codes.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use dotpipe::model::{Rule, rules};

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
