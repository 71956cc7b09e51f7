//! The report formats for services, compared with what their readers accept.

use std::collections::BTreeSet;

use roxmltree::{Document, Node};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{CLEAN, code, project, run, stderr, stdout};

/// Text with characters that each format must escape.
const AWKWARD: &str = "no <b> & \"x\" `]]>`";

/// Returns a project with an error, a warning, and a file without diagnostics, and the output of `check` for it.
fn report(format: &str) -> (TempDir, String) {
    let faulty = CLEAN.replace("from App {", &format!("from Ap {{ env = {{ TEXT = '{AWKWARD}', TEXT = '1' }},"));
    let warned = "version: 0.2\nphases:\n  build:\n    commands: [make]\n    comands: []\n";
    let folder = project(&[
        ("a/pipeline.pipe", &faulty),
        ("b.pipe", &CLEAN.replace("standard:7.0\"", "standard:7.0\", buildspec = \"b.yml\"")),
        ("b.yml", warned),
        ("c.pipe", CLEAN),
    ]);
    let output = run(&folder, &["check", ".", "--format", format]);
    assert_eq!((code(&output), stderr(&output)), (Some(1), ""));
    let zero = run(&folder, &["check", ".", "--format", format, "--exit-zero"]);
    assert_eq!((code(&zero), stdout(&zero)), (Some(0), stdout(&output)));
    (folder, stdout(&output).to_owned())
}

/// Asserts that an element has the required attributes, and no others except optional ones.
fn has_attributes(node: Node<'_, '_>, required: &[&str], optional: &[&str]) {
    let names: BTreeSet<&str> = node.attributes().map(|attribute| attribute.name()).collect();
    let tag = node.tag_name().name();
    assert!(required.iter().all(|name| names.contains(name)), "<{tag}> lacks one of {required:?}: {names:?}");
    let known = |name: &&str| required.contains(name) || optional.contains(name);
    assert!(names.iter().all(known), "<{tag}>: {names:?}");
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    node.children().filter(Node::is_element).collect()
}

/// Source: `junit-10.xsd` of the Jenkins xUnit plugin; see `src/render/junit.rs`.
#[test]
fn junit_has_the_form_of_its_schema() {
    let (_folder, text) = report("junit");
    let document = Document::parse(&text).unwrap();
    let suites = document.root_element();
    assert!(suites.has_tag_name("testsuites"));
    has_attributes(suites, &[], &["name", "time", "tests", "failures", "errors"]);
    let (mut tests, mut failures) = (0, 0);
    let number = |node: Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<usize>().unwrap();
    for suite in elements(suites) {
        assert!(suite.has_tag_name("testsuite"));
        has_attributes(suite, &["name", "tests", "failures", "errors"], &["time", "skipped", "package", "id"]);
        let cases = elements(suite);
        let mut failed = 0;
        for case in &cases {
            assert!(case.has_tag_name("testcase"));
            has_attributes(*case, &["name"], &["time", "classname", "group"]);
            for result in elements(*case) {
                match result.tag_name().name() {
                    "failure" => has_attributes(result, &[], &["type", "message"]),
                    "system-out" => has_attributes(result, &[], &[]),
                    other => panic!("<{other}> in a test case"),
                }
                failed += usize::from(result.has_tag_name("failure"));
            }
        }
        assert_eq!((number(suite, "tests"), number(suite, "failures")), (cases.len(), failed));
        tests += cases.len();
        failures += failed;
    }
    assert_eq!((number(suites, "tests"), number(suites, "failures")), (tests, failures));
    let names = |tag: &str| {
        let nodes = document.descendants().filter(|node| node.has_tag_name(tag));
        nodes.map(|node| node.attribute("name").unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("testsuite"), ["a/pipeline.pipe", "b.pipe", "b.yml", "c.pipe"]);
    assert!(failures >= 1 && names("testcase").iter().filter(|name| *name == "no errors").count() == 3, "{text}");
    let warning = document.descendants().find(|node| node.has_tag_name("system-out")).unwrap();
    assert!(warning.text().unwrap().starts_with("warning: b.yml:5:5: "), "{text}");
}

/// Source: `checkstyle-report-1.0.0.xsd`, <https://checkstyle.org/result_reports.html> (2026-11-29)
#[test]
fn checkstyle_has_the_form_of_its_schema() {
    let (_folder, text) = report("checkstyle");
    let document = Document::parse(&text).unwrap();
    let root = document.root_element();
    assert!(root.has_tag_name("checkstyle"));
    has_attributes(root, &[], &["version"]);
    let files = elements(root);
    let names: Vec<_> = files.iter().map(|file| file.attribute("name").unwrap()).collect();
    assert_eq!(names, ["a/pipeline.pipe", "b.yml"]);
    for file in files {
        assert!(file.has_tag_name("file"));
        has_attributes(file, &["name"], &[]);
        for error in elements(file) {
            assert!(error.has_tag_name("error") && elements(error).is_empty());
            has_attributes(error, &[], &["line", "column", "severity", "message", "source"]);
            for number in ["line", "column"] {
                assert!(error.attribute(number).unwrap().parse::<usize>().unwrap() > 0);
            }
            assert!(["ignore", "info", "warning", "error"].contains(&error.attribute("severity").unwrap()));
            assert!(error.attribute("source").unwrap().starts_with("dotpipe."));
        }
    }
    let severities: Vec<_> = document.descendants().filter_map(|node| node.attribute("severity")).collect();
    assert!(severities.contains(&"error") && severities.contains(&"warning"), "{severities:?}");
}

/// Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format> (2026-11-29)
#[test]
fn gitlab_has_the_documented_fields() {
    let (_folder, text) = report("gitlab");
    assert!(text.starts_with('['), "no byte order mark");
    let violations: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(violations.len() >= 2, "{text}");
    let mut fingerprints = BTreeSet::new();
    for violation in &violations {
        let text = |name: &str| violation[name].as_str().unwrap().to_owned();
        assert!(!text("description").is_empty() && !text("description").contains('\n'));
        assert_eq!(text("check_name").len(), 5);
        assert!(fingerprints.insert(text("fingerprint")), "fingerprints are unique: {violations:?}");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&text("severity").as_str()));
        let location = &violation["location"];
        let path = location["path"].as_str().unwrap();
        assert!(!path.starts_with("./") && !path.starts_with('/'), "{path}");
        assert!(location["lines"]["begin"].as_u64().unwrap() >= 1);
    }
    assert!(violations.iter().any(|it| it["severity"] == "minor" && it["location"]["path"] == "b.yml"), "{text}");
}

#[test]
fn a_repository_without_problems_has_a_report() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let clean = |format: &str| {
        let output = run(&folder, &["check", "--format", format]);
        assert_eq!((code(&output), stderr(&output)), (Some(0), ""));
        stdout(&output).to_owned()
    };
    assert_eq!(clean("gitlab"), "[]\n");
    let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    assert_eq!(clean("checkstyle"), format!("{start}<checkstyle version=\"10.0\">\n</checkstyle>\n"));
    let wanted = format!(
        "{start}<testsuites name=\"dotpipe\" tests=\"1\" failures=\"0\" errors=\"0\">\n  \
         <testsuite name=\"pipeline.pipe\" tests=\"1\" failures=\"0\" errors=\"0\">\n    \
         <testcase name=\"no errors\" classname=\"pipeline.pipe\"/>\n  </testsuite>\n</testsuites>\n"
    );
    assert_eq!(clean("junit"), wanted);
}
