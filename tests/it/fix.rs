//! `dotpipe check --fix`

use crate::program::{CLEAN, code, dotpipe, project, read, run, stderr, stdout};

/// Returns a file with two typos, each of which has a fix.
fn faulty() -> String {
    CLEAN.replace("stage Build", "stge Build").replace("project = Builder", "project = Bulider")
}

#[test]
fn mends_what_has_a_fix_and_shows_it() {
    let folder = project(&[("pipeline.pipe", &faulty())]);
    let output = run(&folder, &["check", "--fix"]);
    assert_eq!((code(&output), stdout(&output)), (Some(0), ""), "{}", stderr(&output));
    assert_eq!(read(&folder, "pipeline.pipe"), CLEAN);
    insta::assert_snapshot!(stderr(&output), @"
    fixed 2 problems in pipeline.pipe
    @@ -4,4 +4,4 @@
       }
    -  stge Build {
    -    build codebuild Package from App { project = Bulider }
    +  stage Build {
    +    build codebuild Package from App { project = Builder }
       }
    ");
    let again = run(&folder, &["check", "--fix"]);
    assert_eq!((code(&again), stderr(&again)), (Some(0), ""));
}

#[test]
fn shows_the_changes_and_makes_none() {
    let folder = project(&[("pipeline.pipe", &faulty())]);
    let output = run(&folder, &["check", "--fix", "--diff"]);
    assert_eq!((code(&output), stdout(&output)), (Some(1), ""), "{}", stderr(&output));
    assert!(
        stderr(&output).starts_with("would fix 2 problems in pipeline.pipe\n@@ -4,4 +4,4 @@\n"),
        "{}",
        stderr(&output)
    );
    assert_eq!(read(&folder, "pipeline.pipe"), faulty());
    let clean = project(&[("pipeline.pipe", CLEAN)]);
    let output = run(&clean, &["check", "--fix", "--diff"]);
    assert_eq!((code(&output), stderr(&output)), (Some(0), ""));
    assert_eq!(code(&run(&clean, &["check", "--diff"])), Some(2));
}

#[test]
fn reports_what_is_left_in_the_format_asked_for() {
    let text = faulty().replace("repository = \"app\"", "repository = [\"app\"]");
    let folder = project(&[("pipeline.pipe", &text)]);
    let output = run(&folder, &["check", "--fix", "--format", "json"]);
    assert_eq!(code(&output), Some(1), "{}", stderr(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(document.pointer("/summary/errors"), Some(&1.into()), "{document:#}");
    assert!(stderr(&output).starts_with("fixed 2 problems in pipeline.pipe\n"));
}

#[test]
fn renames_what_nothing_else_refers_to() {
    let text = CLEAN.replace("stage Build", "stage 'Build it'").replace("Fetch", "\"Fe tch\"");
    let folder = project(&[("pipeline.pipe", &text)]);
    let output = run(&folder, &["check", "--fix"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert_eq!(read(&folder, "pipeline.pipe"), text.replace("Build it", "Build-it").replace("Fe tch", "Fe-tch"));
    let used =
        CLEAN.replace("Fetch -> App", "\"Fe tch\" -> App").replace("{ image", "{ env = { X = \"Fe tch\" }, image");
    let folder = project(&[("pipeline.pipe", &used)]);
    run(&folder, &["check", "--fix"]);
    assert_eq!(read(&folder, "pipeline.pipe"), used);
}

#[test]
fn removes_an_output_that_nothing_reads() {
    let one = CLEAN.replace("Package from App {", "Package from App -> Built {");
    let several = CLEAN.replace("Package from App {", "Package from App -> A, B {").replace(
        "project = Builder }\n  }",
        "project = Builder }\n    test codebuild Look from A { project = Builder }\n  }",
    );
    let listed = CLEAN.replace("Package from App {", "Package from App -> Built(\"output.yaml\") {");
    let broken = CLEAN.replace("Package from App {", "Package from App\n      -> Built {");
    // If there are several outputs, or one with files, only the author knows which to keep.
    for (text, wanted) in [
        (one.as_str(), CLEAN),
        (broken.as_str(), CLEAN),
        (several.as_str(), several.as_str()),
        (listed.as_str(), listed.as_str()),
    ] {
        let folder = project(&[("pipeline.pipe", text)]);
        let output = run(&folder, &["check", "--fix"]);
        assert_eq!(read(&folder, "pipeline.pipe"), wanted, "{}", stderr(&output));
    }
}

#[test]
fn allows_what_a_build_does_where_its_role_is_declared() {
    let text = |block: &str| {
        let env = "project = Builder, env = { PACKAGE_BUCKET = Packages.name } }";
        let start = CLEAN.replace("project = Builder }", env);
        start.replace("project Builder { image = \"aws/codebuild/standard:7.0\" }", block) + "bucket Packages\n"
    };
    let image = "image = \"aws/codebuild/standard:7.0\"";
    for (block, wanted) in [
        (
            format!("project Builder {{ {image} }} // the only one"),
            format!("project Builder {{ {image}, allow write on Packages }} // the only one"),
        ),
        (
            format!("project Builder {{\n  {image} // the newest\n  // nothing else\n}}"),
            format!("project Builder {{\n  {image} // the newest\n  allow write on Packages\n  // nothing else\n}}"),
        ),
        (
            format!("project Builder {{\n\t{image}\n\tallow read on Packages\n}}"),
            format!("project Builder {{\n\t{image}\n\tallow read on Packages\n\tallow write on Packages\n}}"),
        ),
    ] {
        let folder = project(&[("pipeline.pipe", &text(&block))]);
        let output = run(&folder, &["check", "--fix"]);
        assert_eq!(read(&folder, "pipeline.pipe"), text(&wanted), "{}", stderr(&output));
    }
    // The statement is added to the role that the build uses, not to the project.
    let own =
        format!("project Builder {{ {image}, role = Own }}\nrole Own for codebuild {{\n  allow read on Packages\n}}");
    let folder = project(&[("pipeline.pipe", &text(&own))]);
    run(&folder, &["check", "--fix"]);
    let wanted = own.replace("  allow read on Packages", "  allow read on Packages\n  allow write on Packages");
    assert_eq!(read(&folder, "pipeline.pipe"), text(&wanted));
}

#[test]
fn leaves_a_buildspec_that_is_computed() {
    let inline = |buildspec: &str| {
        CLEAN.replace("standard:7.0\"", &format!("standard:7.0\", buildspec = yaml({buildspec})"))
            + "let step = \"make\"\n"
    };
    let wrong = "'{ version: 0.2, phases: { biuld: { commands: [make] } } }'";
    let suggestion = wrong.replace("biuld", "build");
    let computed = "\"{ version: 0.2, phases: { biuld: { commands: ['${step}'] } } }\"";
    for (buildspec, wanted) in [(wrong, suggestion.as_str()), (computed, computed)] {
        let folder = project(&[("pipeline.pipe", &inline(buildspec))]);
        let output = run(&folder, &["check", "--fix"]);
        assert!(
            stderr(&output).contains("`biuld`") || stderr(&output).contains("fixed 1 problem"),
            "{}",
            stderr(&output)
        );
        assert_eq!(read(&folder, "pipeline.pipe"), inline(wanted), "{}", stderr(&output));
    }
}

#[test]
fn invents_no_digits_of_an_account() {
    let short = "environment prod { account = \"22222222222\" }\n";
    let whole = "environment test { account = \"2222-2222-2222\" }\n";
    let folder = project(&[("pipeline.pipe", &format!("{CLEAN}{short}{whole}"))]);
    let output = run(&folder, &["check", "--fix"]);
    assert!(
        stderr(&output).contains("help: if a leading zero was dropped, write `\"022222222222\"`"),
        "{}",
        stderr(&output)
    );
    let text = read(&folder, "pipeline.pipe");
    assert!(text.contains(short) && text.contains("{ account = \"222222222222\" }"), "{text}");
}

#[test]
fn leaves_a_file_whose_fix_would_bring_another_error() {
    // The suggestion is `branch`, which is already set.
    let text = CLEAN.replace("source codecommit Fetch -> App {", "source codecommit Fetch -> App { branh = \"x\",");
    let folder = project(&[("pipeline.pipe", &text)]);
    let output = run(&folder, &["check", "--fix"]);
    assert_eq!(code(&output), Some(1));
    assert_eq!(read(&folder, "pipeline.pipe"), text);
    insta::assert_snapshot!(stderr(&output), @r#"
    not fixed, because the fix would cause another error:
      E0104: action `Fetch` has no attribute `branh`
      E0101: attribute `branch` is specified twice

    error[E0104]: action `Fetch` has no attribute `branh`
       ╭─[pipeline.pipe:3:38]
     3 │     source codecommit Fetch -> App { branh = "x", repository = "app", bra…
       ·                                      ─────
       ╰────
      help: did you mean `branch`?

    1 error
    "#);
}

#[test]
fn changes_nothing_but_pipe_files_below_the_root() {
    let settings = "accont = \"111122223333\"\n";
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", settings)]);
    let output = run(&folder, &["check", "--fix"]);
    assert_eq!(code(&output), Some(1));
    assert_eq!(read(&folder, "dotpipe.toml"), settings);
    let stdin = dotpipe(folder.path()).args(["check", "--fix", "-"]).write_stdin(faulty()).output().expect("it runs");
    assert_eq!(code(&stdin), Some(2));
    assert!(stderr(&stdin).starts_with("error: cannot read `standard input`: `--fix` needs a file\n"));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_root_are_not_followed() {
    let outside = project(&[("far.pipe", &faulty())]);
    let folder = project(&[]);
    std::os::unix::fs::symlink(outside.path().join("far.pipe"), folder.path().join("pipeline.pipe")).expect("a link");
    let output = run(&folder, &["check", "--fix"]);
    assert_eq!(code(&output), Some(2));
    assert!(stderr(&output).contains("is a symbolic link that leads out of the root"), "{}", stderr(&output));
    assert_eq!(read(&outside, "far.pipe"), faulty());
}

#[test]
fn imported_files_are_mended_where_they_are() {
    let shared = "component Package(code: Artifact) {\n  build codebuild Package from code { projct = Builder }\n}\n\n\
                  // dotpipe: allow(W0413) for those who import it\n\
                  project Builder { image = \"aws/codebuild/standard:7.0\" }\n";
    let entry = |name: &str| {
        format!(
            "import {{ Package }} from \"./lib/shared.pipe\"\n\npipeline {name} {{\n  stage Source {{\n    source codecommit \
             Fetch -> App {{ repository = \"app\", brnch = \"main\" }}\n  }}\n  stage Build {{ use Package(code = App) as P \
             }}\n}}\n"
        )
    };
    let folder = project(&[("a.pipe", &entry("A")), ("b.pipe", &entry("B")), ("lib/shared.pipe", shared)]);
    let output = run(&folder, &["check", "--fix", "."]);
    assert_eq!((code(&output), stdout(&output)), (Some(0), ""), "{}", stderr(&output));
    assert_eq!(read(&folder, "lib/shared.pipe"), shared.replace("projct", "project"));
    for (file, name) in [("a.pipe", "A"), ("b.pipe", "B")] {
        assert_eq!(read(&folder, file), entry(name).replace("brnch", "branch"));
    }
    insta::assert_snapshot!(stderr(&output), @r#"
    fixed 1 problem in a.pipe
    @@ -4,3 +4,3 @@
       stage Source {
    -    source codecommit Fetch -> App { repository = "app", brnch = "main" }
    +    source codecommit Fetch -> App { repository = "app", branch = "main" }
       }

    fixed 1 problem in lib/shared.pipe
    @@ -1,3 +1,3 @@
     component Package(code: Artifact) {
    -  build codebuild Package from code { projct = Builder }
    +  build codebuild Package from code { project = Builder }
     }

    fixed 1 problem in b.pipe
    @@ -4,3 +4,3 @@
       stage Source {
    -    source codecommit Fetch -> App { repository = "app", brnch = "main" }
    +    source codecommit Fetch -> App { repository = "app", branch = "main" }
       }
    "#);
}

#[test]
fn what_only_some_importers_need_stays() {
    let shared = "let image = \"aws/codebuild/standard:7.0\"\nlet old = \"aws/codebuild/standard:4.0\"\n\
                  project Spare { image = old }\n";
    let entry = CLEAN.replace("\"aws/codebuild/standard:7.0\"", "shared.image");
    let first = format!("import \"./lib/shared.pipe\" as shared\n{entry}");
    let second = first.replace("shared.image", "shared.old").replace("pipeline App", "pipeline Old");
    let folder = project(&[("a.pipe", &first), ("b.pipe", &second), ("lib/shared.pipe", shared)]);
    let output = run(&folder, &["check", "--fix", "."]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    for (file, text) in [("a.pipe", first.as_str()), ("b.pipe", &second), ("lib/shared.pipe", shared)] {
        assert_eq!(read(&folder, file), text);
    }
}

#[test]
fn gives_what_is_meant() {
    let open = CLEAN.replace("stage Build {", "stage Build {\n    disabled = false");
    let reason = CLEAN.replace("stage Build {", "stage Build {\n    disabled = true");
    let window = |fields: &str| {
        let condition = format!("stage Build {{\n    on entry require {{ window(\"{fields}\") }} else fail");
        CLEAN.replace("stage Build {", &condition)
    };
    let region = |code: &str| CLEAN.replace("pipeline App {", &format!("pipeline App {{\n  region = {code}"));
    let secret_value = |call: &str| {
        let image = "image = \"aws/codebuild/standard:7.0\"";
        CLEAN.replace(image, &format!("{image}, env = {{ KEY = {call} }}"))
    };
    // An open stage remains open, a window keeps its length, and quoted values remain quoted.
    for (text, wanted) in [
        (open.clone(), CLEAN.to_owned()),
        (
            open.replace("disabled", "// always\n    disabled"),
            CLEAN.replace("stage Build {", "stage Build {\n    // always"),
        ),
        (reason.clone(), reason),
        // Only the argument is replaced.
        (secret_value("ssm(\"app/key\")"), secret_value("ssm(\"/app/key\")")),
        // Which field of a Unix schedule the window means is not certain.
        (window("0-30 9 ? * MON-FRI"), window("0-30 9 ? * MON-FRI")),
        (window("* 0 9 ? * MON-FRI *"), window("* 0 9 ? * MON-FRI *")),
        (region("eu-wset-1"), region("eu-west-1")),
        (region("\"eu-wset-1\""), region("\"eu-west-1\"")),
        (region("'eu-wset-1'"), region("'eu-west-1'")),
    ] {
        let folder = project(&[("pipeline.pipe", &text)]);
        let output = run(&folder, &["check", "--fix"]);
        assert_eq!(read(&folder, "pipeline.pipe"), wanted, "{}", stderr(&output));
    }
}
