//! The command-line interface: arguments, streams, exit codes, and files.

use std::fs;

use crate::program::{BUILDSPEC, CLEAN, code, dotpipe, project, run, stderr, stdout};

/// A settings file with one error.
pub const FAULTY_SETTINGS: &str = "accont = \"111122223333\"\n";

#[test]
fn says_what_it_is() {
    let folder = project(&[]);
    let version = run(&folder, &["--version"]);
    assert_eq!(stdout(&version), format!("dotpipe {}\n", env!("CARGO_PKG_VERSION")));
    for command in ["check", "build", "explain", "expand", "graph", "providers", "why", "init", "completions", "man"] {
        let help = run(&folder, &[command, "--help"]);
        assert_eq!(code(&help), Some(0));
        assert!(stdout(&help).contains("Examples:\n  dotpipe "), "{command}");
    }
}

#[test]
fn wrong_usage_is_2() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    for arguments in [
        &[][..],
        &["chek"],
        &["check", "--format", "xml"],
        &["build", "--account", "12"],
        &["build", "--region", "Frankfurt"],
        &["build", "--set", "name"],
        &["build", "--target", "codepipeline", "--yaml"],
        &["explain", "E9999"],
    ] {
        let output = run(&folder, arguments);
        assert_eq!(code(&output), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_clean_file_is_silent() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    for arguments in [&["check"][..], &["check", "pipeline.pipe"], &["check", "."], &["check", "--format", "short"]] {
        let output = run(&folder, arguments);
        assert_eq!((code(&output), stdout(&output), stderr(&output)), (Some(0), "", ""), "{arguments:?}");
    }
}

#[test]
fn errors_are_1_in_every_format() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", FAULTY_SETTINGS)]);
    let human = run(&folder, &["check"]);
    assert_eq!((code(&human), stdout(&human)), (Some(1), ""));
    assert!(stderr(&human).starts_with("error[E0011]: unknown setting `accont`\n   ╭─[dotpipe.toml:1:1]\n"));
    assert!(stderr(&human).ends_with("\n\n1 error\n"), "{}", stderr(&human));
    let short = run(&folder, &["check", "--format", "short"]);
    assert_eq!(stderr(&short), "dotpipe.toml:1:1: error[E0011]: unknown setting `accont`\n");
    let json = run(&folder, &["check", "--format", "json"]);
    assert_eq!((code(&json), stderr(&json)), (Some(1), ""));
    let document: serde_json::Value = serde_json::from_slice(&json.stdout).expect("it is JSON");
    assert_eq!(document.pointer("/version"), Some(&1.into()));
    assert_eq!(document.pointer("/diagnostics/0/code"), Some(&"E0011".into()));
    assert_eq!(document.pointer("/diagnostics/0/edits/0/replacement"), Some(&"account".into()));
}

#[test]
fn formats_for_machines_are_printed_alone() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", FAULTY_SETTINGS)]);
    let github = run(&folder, &["check", "--format", "github"]);
    let wanted = "::error file=dotpipe.toml,line=1,endLine=1,col=1,endColumn=7,title=E0011::unknown setting \
                  `accont`%0Ahelp: did you mean `account`?\n";
    assert_eq!((code(&github), stdout(&github), stderr(&github)), (Some(1), wanted, ""));
    let sarif = run(&folder, &["check", "--format", "sarif"]);
    assert_eq!((code(&sarif), stderr(&sarif)), (Some(1), ""));
    let log: serde_json::Value = serde_json::from_slice(&sarif.stdout).expect("it is JSON");
    assert_eq!(log.pointer("/runs/0/results/0/ruleId"), Some(&"E0011".into()));
    let narrated = run(&folder, &["check", "--format", "narrated"]);
    let wanted = "Error E0011: unknown setting `accont`.\nPlace: dotpipe.toml, line 1, columns 1 to 6.\n\
                  Line 1: accont = \"111122223333\"\nHelp: did you mean `account`?\n\nIn all: 1 error.\n";
    assert_eq!((code(&narrated), stdout(&narrated), stderr(&narrated)), (Some(1), "", wanted));
}

#[test]
fn silenced_lints_are_not_denied() {
    let namespace = CLEAN.replace("branch = \"main\"", "branch = \"main\", namespace = \"SourceVariables\"");
    let lint = "invoke lambda Tell from App { function = \"f\", input = \"#{SourceVariables.CommitId}\" }\n  }";
    let with = |comment: &str| namespace.replace("Builder }\n  }", &format!("Builder }}\n    {comment}\n    {lint}"));
    let folder = project(&[("pipeline.pipe", &with(""))]);
    let denied = run(&folder, &["check", "--deny", "warnings", "--format", "short"]);
    assert_eq!(code(&denied), Some(1));
    assert!(stderr(&denied).contains(": error[W0706]: "), "{}", stderr(&denied));
    let folder = project(&[("pipeline.pipe", &with("// dotpipe: allow(W0706) shown like this in the console"))]);
    let silenced = run(&folder, &["check", "--deny", "warnings"]);
    assert_eq!((code(&silenced), stderr(&silenced)), (Some(0), ""));
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let unused = CLEAN.replace("stage Build", "// dotpipe: allow(W0706)\n  stage Build");
    fs::write(folder.path().join("pipeline.pipe"), unused).expect("a file is written");
    let output = run(&folder, &["check", "--deny", "warnings", "--format", "short"]);
    assert_eq!((code(&output), stderr(&output).contains("error[W0006]")), (Some(1), true), "{}", stderr(&output));
    // The fix removes the comment.
    assert_eq!(code(&run(&folder, &["check", "--fix", "--deny", "warnings"])), Some(0));
    assert_eq!(crate::program::read(&folder, "pipeline.pipe"), CLEAN);
}

#[test]
fn colors_are_sent_when_forced() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", FAULTY_SETTINGS)]);
    let forced = dotpipe(folder.path()).arg("check").env("CLICOLOR_FORCE", "1").output().expect("it runs");
    assert!(stderr(&forced).contains('\u{1b}'));
    let refused = dotpipe(folder.path()).arg("check").envs([("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).output();
    assert!(!stderr(&refused.expect("it runs")).contains('\u{1b}'));
}

#[test]
fn standard_input_is_a_file() {
    let folder = project(&[]);
    let clean = dotpipe(folder.path()).args(["check", "-"]).write_stdin(CLEAN).output().expect("it runs");
    assert_eq!((code(&clean), stderr(&clean)), (Some(0), ""));
    let binary =
        dotpipe(folder.path()).args(["check", "-"]).write_stdin(b"a\n\xff".to_vec()).output().expect("it runs");
    assert_eq!(code(&binary), Some(2));
    assert_eq!(
        stderr(&binary),
        "error: cannot read `standard input`: is not UTF-8 text (line 2, byte 2 of the file)\n"
    );
}

#[test]
fn one_unreadable_file_does_not_hide_the_others() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", FAULTY_SETTINGS)]);
    fs::write(folder.path().join("utf16.pipe"), b"\xff\xfep\0").expect("a file is written");
    let big = fs::File::create(folder.path().join("big.pipe")).expect("a file is made");
    big.set_len((16 << 20) + 1).expect("it grows");
    let output = run(&folder, &["check", "none.pipe", "utf16.pipe", "big.pipe", "pipeline.pipe"]);
    assert_eq!(code(&output), Some(2));
    let wanted = "\
error: cannot read `none.pipe`: no such file
error: cannot read `utf16.pipe`: is UTF-16 text; save it as UTF-8
error: cannot read `big.pipe`: larger than 16 MiB
error[E0011]: unknown setting `accont`
";
    assert!(stderr(&output).starts_with(wanted), "{}", stderr(&output));
}

#[test]
fn folders_give_their_entry_files_in_order() {
    let folder = project(&[
        ("b/dotpipe.toml", "wrong_b = 1\n"),
        ("b/x.pipe", CLEAN),
        ("b/buildspec.yml", BUILDSPEC),
        ("a/dotpipe.toml", "wrong_a = 1\n"),
        ("a/x.pipe", CLEAN),
        ("a/y.pipe", CLEAN),
        ("a/buildspec.yml", BUILDSPEC),
        ("c/dotpipe.toml", "wrong_c = 1\n"),
        ("c/library.pipe", "component C() {}\n"),
        ("d/dotpipe.toml", "wrong_d = 1\n"),
        ("d/x.pipe", CLEAN),
        (".gitignore", "d/\n"),
    ]);
    let output = run(&folder, &["check", "--format", "short", "."]);
    let wanted = "\
a/dotpipe.toml:1:1: error[E0011]: unknown setting `wrong_a`
b/dotpipe.toml:1:1: error[E0011]: unknown setting `wrong_b`
";
    assert_eq!((code(&output), stderr(&output)), (Some(1), wanted));
    let empty = run(&folder, &["check", "c"]);
    assert_eq!(code(&empty), Some(2));
    assert_eq!(stderr(&empty), "error: no file below `c` defines a pipeline; `dotpipe init` creates one\n");
}

#[test]
fn a_file_that_git_ignores_is_not_in_the_checkout() {
    let deploy = "  stage Deploy {\n    deploy stack app from App::generated.yaml\n  }\n}\n\nproject";
    let text = CLEAN.replace("}\n\nproject", deploy);
    let template = "Resources: { Topic: { Type: \"AWS::SNS::Topic\" } }\n";
    let files = [("pipeline.pipe", text.as_str()), (".gitignore", "generated.yaml\n"), ("generated.yaml", template)];
    let output = run(&project(&files), &["check"]);
    assert_eq!(code(&output), Some(1));
    for wanted in ["no file `generated.yaml`", "not under version control", "from `.gitignore`, and commit it"] {
        assert!(stderr(&output).contains(wanted), "{}", stderr(&output));
    }
    let absent = run(&project(&files[..1]), &["check"]);
    assert!(stderr(&absent).contains("not in the repository"), "{}", stderr(&absent));
}

#[test]
fn settings_may_name_the_entry_files() {
    let folder = project(&[("dotpipe.toml", "entry = [\"deploy/main.pipe\"]\n"), ("deploy/main.pipe", CLEAN)]);
    fs::write(folder.path().join("broken.pipe"), b"pipeline \xff").expect("a file is written");
    for arguments in [&["check"][..], &["check", "."]] {
        let output = run(&folder, arguments);
        assert_eq!((code(&output), stderr(&output)), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn files_outside_the_root_are_refused() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("sub/keep", "")]);
    let output = run(&folder, &["check", "--root", "sub", "pipeline.pipe"]);
    assert_eq!(code(&output), Some(2));
    assert_eq!(stderr(&output), "error: cannot read `pipeline.pipe`: is outside the root `sub`\n");
}

#[test]
fn explains_codes() {
    let folder = project(&[]);
    let page = run(&folder, &["explain", "e0001"]);
    assert_eq!(code(&page), Some(0));
    let markdown = stdout(&page);
    assert!(markdown.starts_with("# E0001: ") && markdown.contains("`pipeline.pipe`, reports E0001:\n\n```pipe\n"));
    assert!(!markdown.contains("```pipe,"), "{markdown}");
    let text = run(&folder, &["explain", "E0001", "--format", "text"]);
    assert!(stdout(&text).starts_with("E0001: ") && !stdout(&text).contains("```"), "{}", stdout(&text));
    assert!(stdout(&text).contains("  pipeline.pipe  ✗ reports E0001\n"), "{}", stdout(&text));
    let terminal =
        dotpipe(folder.path()).env("CLICOLOR_FORCE", "1").args(["explain", "E0001"]).output().expect("it runs");
    assert!(stdout(&terminal).starts_with("\u{1b}[1mE0001: "), "{}", stdout(&terminal));
    let list = run(&folder, &["explain"]);
    assert!(stdout(&list).contains("E0001  unexpected token\n"));
    let near = run(&folder, &["explain", "E00O1"]);
    assert_eq!(stderr(&near), "error: unknown diagnostic code `E00O1`; did you mean `E0001`?\n");
}
