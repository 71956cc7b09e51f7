//! `check --baseline`: diagnostics recorded in the baseline are not reported.

use std::fs;

use serde_json::Value;

use crate::program::{CLEAN, code, dotpipe, project, read, run, stderr, stdout};

/// A pipeline with two equal warnings and an error: two artifacts that nothing reads, and an undefined name.
const OLD: &str = "\
pipeline App {
  stage Source {
    source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }
  }
  stage Build {
    build codebuild Package from Ap { project = Builder }
    invoke lambda Tell { function = \"f\", input = \"#{SourceVariables.CommitId} #{SourceVariables.CommitId}\" }
  }
}

project Builder { image = \"aws/codebuild/standard:7.0\" }
";

#[test]
fn known_diagnostics_are_not_reported() {
    let folder = project(&[("sub/pipeline.pipe", OLD)]);
    let check = |arguments: &[&str]| run(&folder, &[&["check", ".", "--deny", "warnings"], arguments].concat());
    let before = check(&["--format", "short"]);
    assert_eq!(code(&before), Some(1));
    let found = stderr(&before).lines().count();
    assert!(found >= 2, "{}", stderr(&before));
    let missing = check(&["--baseline", "known.json"]);
    assert_eq!((code(&missing), stderr(&missing)), (Some(2), "error: cannot read `known.json`: no such file\n"));
    let written = check(&["--baseline", "known.json", "--write-baseline"]);
    assert_eq!(code(&written), Some(0));
    assert_eq!(stderr(&written), format!("{found} diagnostics written to `known.json`\n"));
    let after = check(&["--baseline", "known.json"]);
    let wanted = format!("not shown: {found} diagnostics in the baseline `known.json`\n");
    assert_eq!((code(&after), stderr(&after)), (Some(0), wanted.as_str()));
    assert_eq!(stderr(&check(&["--baseline", "known.json", "--format", "short"])), "");
    // Lines move, and the working directory is a different one.
    fs::write(folder.path().join("sub/pipeline.pipe"), format!("// new\n\n{OLD}")).expect("a file is written");
    let elsewhere = dotpipe(&folder.path().join("sub"))
        .args(["check", "--baseline", "../known.json", "--format", "short"])
        .output()
        .expect("it runs");
    assert_eq!((code(&elsewhere), stderr(&elsewhere)), (Some(0), ""));
    // Only new diagnostics are reported.
    let new = OLD.replace("project = Builder }", "project = Builder, timeut = 5m }");
    fs::write(folder.path().join("sub/pipeline.pipe"), new).expect("a file is written");
    let output = check(&["--baseline", "known.json", "--format", "short"]);
    assert_eq!(code(&output), Some(1));
    assert_eq!(stderr(&output).lines().count(), 1, "{}", stderr(&output));
    assert!(stderr(&output).contains("timeut"), "{}", stderr(&output));
    // Diagnostics that no longer occur can be removed from the baseline.
    fs::write(folder.path().join("sub/pipeline.pipe"), CLEAN).expect("a file is written");
    let gone = check(&["--baseline", "known.json"]);
    let wanted =
        format!("`known.json` lists {found} diagnostics that do not occur any more; `--write-baseline` updates it\n");
    assert_eq!((code(&gone), stderr(&gone)), (Some(0), wanted.as_str()));
}

#[test]
fn equal_diagnostics_are_counted() {
    let once = CLEAN.replace("project = Builder }", "project = Builder, timeut = 5m }");
    let again = "    build codebuild Again from App { project = Builder, timeut = 5m }\n  }\n}\n\nproject";
    let twice = once.replace("  }\n}\n\nproject", again);
    let folder = project(&[("pipeline.pipe", &once)]);
    let check = |arguments: &[&str]| run(&folder, &[&["check", "--baseline", "known.json"], arguments].concat());
    assert_eq!(code(&check(&["--write-baseline"])), Some(0));
    let document: Value = serde_json::from_str(&read(&folder, "known.json")).expect("it is JSON");
    assert_eq!(document["version"], 1);
    let error = document["diagnostics"].as_array().expect("a list").iter().find(|it| it["code"] == "E0104");
    let error = error.expect("the error is in it");
    assert_eq!((&error["file"], &error["text"]), (&"pipeline.pipe".into(), &"timeut".into()));
    fs::write(folder.path().join("pipeline.pipe"), twice).expect("a file is written");
    let output = check(&["--format", "json"]);
    assert_eq!(code(&output), Some(1));
    let report: Value = serde_json::from_str(stdout(&output)).expect("it is JSON");
    let errors: Vec<_> =
        report["diagnostics"].as_array().expect("a list").iter().filter(|it| it["code"] == "E0104").collect();
    assert_eq!(errors.len(), 1, "one of two is known");
    assert_eq!(errors[0]["start"]["line"], 7);
}

#[test]
fn a_baseline_that_cannot_be_read_is_an_error() {
    let folder =
        project(&[("pipeline.pipe", CLEAN), ("a.json", "[]"), ("b.json", "{\"version\":2,\"diagnostics\":[]}")]);
    for (file, wanted) in [("a.json", "is not a baseline: "), ("b.json", "is a baseline of version 2; ")] {
        let output = run(&folder, &["check", "--baseline", file]);
        assert_eq!(code(&output), Some(2));
        assert!(stderr(&output).starts_with(&format!("error: cannot read `{file}`: {wanted}")), "{}", stderr(&output));
    }
    assert_eq!(code(&run(&folder, &["check", "--write-baseline"])), Some(2));
}

/// Passwords are not copied to the baseline.
#[test]
fn a_baseline_contains_no_secrets() {
    let secret = "ghp_0123456789012345678901234567890123456789";
    let text = CLEAN.replace("project = Builder }", &format!("project = Builder, env = {{ KEY = \"{secret}\" }} }}"));
    let folder = project(&[("pipeline.pipe", &text)]);
    let before = run(&folder, &["check", "--format", "short"]);
    assert!(!stderr(&before).is_empty(), "the secret is reported");
    assert_eq!(code(&run(&folder, &["check", "--baseline", "known.json", "--write-baseline"])), Some(0));
    assert!(!read(&folder, "known.json").contains(secret), "{}", read(&folder, "known.json"));
    assert_eq!(stderr(&run(&folder, &["check", "--baseline", "known.json", "--format", "short"])), "");
}
