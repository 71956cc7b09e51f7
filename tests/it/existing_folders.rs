//! Templates and definitions in folders, `--as`, and what excludes them from reports.

use crate::program::{CLEAN, code, project, run, stderr, stdout};

const TEMPLATE: &str = include_str!("../faults/0-seed/template.yaml");

/// Returns a template of a pipeline with this name, whose event rule matches no event.
fn faulty(name: &str) -> String {
    TEMPLATE
        .replace("CodeCommit Repository State Change", "CodeCommit Repository Change")
        .replace("Name: MyAppPipeline", &format!("Name: {name}"))
}

/// Returns the files that have diagnostics, each with the codes.
fn found(folder: &tempfile::TempDir, arguments: &[&str]) -> Vec<String> {
    let output = run(folder, &[&["check", "--format", "short"], arguments].concat());
    let line = |line: &str| {
        let (file, rest) = line.split_once(':')?;
        Some(format!("{file} {}", rest.split_once('[')?.1.split_once(']')?.0))
    };
    stderr(&output).lines().filter_map(line).collect()
}

#[test]
fn templates_and_definitions_in_folders_are_checked() {
    let definition = include_str!("../faults/S02/pipeline.json");
    let folder = project(&[
        ("infra/a.yaml", &faulty("Other")),
        ("infra/b.json", definition),
        ("infra/c.template", &faulty("More")),
        ("infra/queue.yaml", "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"),
        ("infra/broken.yaml", "Resources: [\n"),
        ("infra/jinja.yaml", "{% if x %}\nA: { Type: AWS::CodePipeline::Pipeline }\n"),
        ("ignored/d.yaml", &faulty("Third")),
        (".gitignore", "ignored\n"),
        ("pipeline.pipe", CLEAN),
    ]);
    let wanted = ["infra/a.yaml W0617", "infra/b.json E0502", "infra/c.template W0617"];
    assert_eq!(found(&folder, &["infra"]), wanted);
    assert_eq!(found(&folder, &["."]), wanted);
    assert_eq!(found(&folder, &["infra/a.yaml", "."]), wanted);
    assert_eq!(found(&folder, &[]), Vec::<String>::new(), "`pipeline.pipe` is meant");
}

#[test]
fn a_template_that_cannot_be_read_is_reported() {
    let folder = project(&[("a.yaml", "Resources:\n  P: { Type: AWS::CodePipeline::Pipeline\n")]);
    assert_eq!(found(&folder, &["."]), ["a.yaml E0001"]);
}

#[test]
fn files_in_another_encoding_and_empty_definitions_are_not_skipped() {
    let empty =
        r#"{ "pipeline": { "name": "shop", "roleArn": "arn:aws:iam::111122223333:role/pipeline", "stages": [] } }"#;
    let folder = project(&[("empty.json", empty)]);
    let units: Vec<u8> = std::iter::once(0xfeff).chain(TEMPLATE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.path().join("wide.yaml"), units).expect("it is written");
    let output = run(&folder, &["check", "--format", "short", "."]);
    assert_eq!(code(&output), Some(2));
    assert!(stderr(&output).contains("wide.yaml"), "{}", stderr(&output));
    assert!(stderr(&output).contains("empty.json:"), "{}", stderr(&output));
}

/// The folder of the repository is the one with the files that the document names; without a mark, it is the working folder.
#[test]
fn buildspecs_are_found_from_the_root_of_the_repository() {
    let document = |buildspec: &str| {
        include_str!("../ui/documents/cache-modes/pipeline.yaml")
            .replace("Cache: { Type: LOCAL, Modes: [LOCAL_DOCKER_CACHE] }", "Name: shop")
            .replace(
                "Source: { Type: CODEPIPELINE }",
                &format!("Source: {{ Type: CODEPIPELINE, BuildSpec: {buildspec} }}"),
            )
    };
    let spec = "version: 0.2\nphases:\n  build:\n    commands: [make]\n";
    let faulty = "version: 0.2\nphases:\n  build:\n    comands: [make]\n";
    for mark in ["dotpipe.toml", "other.txt"] {
        let beside =
            [("infra/a.yaml", &document("infra/buildspec.yml")[..]), ("infra/buildspec.yml", spec), (mark, "")];
        assert_eq!(found(&project(&beside), &["infra/a.yaml"]), Vec::<String>::new(), "{mark}");
        let broken =
            [("infra/a.yaml", &document("infra/buildspec.yml")[..]), ("infra/buildspec.yml", faulty), (mark, "")];
        assert!(found(&project(&broken), &["infra/a.yaml"])[0].starts_with("infra/buildspec.yml "), "{mark}");
        let above = [("infra/a.yaml", &document("buildspec.yml")[..]), ("buildspec.yml", spec), (mark, "")];
        assert_eq!(found(&project(&above), &["infra/a.yaml"]), Vec::<String>::new(), "{mark}");
        let both = [
            ("infra/a.yaml", &document("ci/b.yml")[..]),
            ("ci/b.yml", spec),
            ("infra/buildspec.yml", faulty),
            (mark, ""),
        ];
        assert_eq!(found(&project(&both), &["infra/a.yaml"]), Vec::<String>::new(), "{mark}");
    }
}

#[test]
fn a_folder_without_a_pipeline_is_an_error() {
    let folder = project(&[("queue.yaml", "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n")]);
    let output = run(&folder, &["check", "."]);
    assert_eq!(code(&output), Some(2));
    assert!(stderr(&output).contains("no file below `.` defines a pipeline"), "{}", stderr(&output));
}

#[test]
fn what_is_built_of_a_pipe_file_is_not_reported_again() {
    let text = CLEAN.replace("standard:7.0", "standard:3.0");
    let folder = project(&[("pipeline.pipe", &text)]);
    run(&folder, &["build", "pipeline.pipe", "-o", "out.yaml"]);
    let options = ["--target", "codepipeline", "--account", "111122223333", "--region", "eu-west-1"];
    run(&folder, &[&["build", "pipeline.pipe", "-o", "out.json"][..], &options].concat());
    assert_eq!(found(&folder, &["."]), ["pipeline.pipe W0905"]);
    let output = run(&folder, &["check", "."]);
    let first = stderr(&output).lines().next();
    assert_eq!(first, Some("not checked: `out.json` and `out.yaml`, since .pipe files define their pipelines"));
    assert_eq!(found(&folder, &["out.yaml"]), ["out.yaml W0905"], "it is named");
    // Without the `.pipe` file, the template is the source.
    std::fs::remove_file(folder.path().join("pipeline.pipe")).expect("it is removed");
    assert_eq!(found(&folder, &["."]), ["out.yaml W0905"]);
}

#[test]
fn settings_name_templates_too() {
    let settings = "entry = [\"infra/a.yaml\"]\n";
    let folder = project(&[
        ("dotpipe.toml", settings),
        ("infra/a.yaml", &faulty("App")),
        ("infra/b.yaml", &faulty("B")),
        ("app.pipe", CLEAN),
    ]);
    assert_eq!(found(&folder, &["."]), ["infra/a.yaml W0617"]);
    assert_eq!(found(&folder, &[]), ["infra/a.yaml W0617"]);
}

#[test]
fn settings_and_baselines_apply() {
    let folder = project(&[("a.yaml", &faulty("A"))]);
    let write = |text: &str| std::fs::write(folder.path().join("dotpipe.toml"), text).expect("it is written");
    let output = run(&folder, &["check", "a.yaml", "--baseline", "known.json", "--write-baseline"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert_eq!(found(&folder, &["a.yaml", "--baseline", "known.json"]), Vec::<String>::new());
    assert_eq!(found(&folder, &["a.yaml", "--ignore", "W0617"]), Vec::<String>::new());
    write("[lints]\nW0617 = \"allow\"\n");
    assert_eq!(found(&folder, &["a.yaml"]), Vec::<String>::new());
    write("[lints]\nW0617 = \"error\"\n");
    assert_eq!(code(&run(&folder, &["check", "a.yaml"])), Some(1));
}

#[test]
fn options_say_what_a_file_is() {
    // A loop creates the pipeline, so that no resource has its type.
    let loops = "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::P:\n    - A\n    - [B]\n    - P${A}: { Type: AWS::CodePipeline::Pipeline }\n";
    let definition = "{\"stages\": []}";
    let folder = project(&[("loop.yaml", loops), ("def.txt", definition)]);
    assert_eq!(code(&run(&folder, &["check", "loop.yaml"])), Some(1));
    assert_eq!(code(&run(&folder, &["check", "--as", "template", "loop.yaml"])), Some(0));
    let output = run(&folder, &["check", "--format", "short", "--as", "definition", "def.txt"]);
    assert!(stderr(&output).contains("E0502"), "{}", stderr(&output));
    let output = run(&folder, &["check", "--as", "template", "."]);
    assert_eq!(code(&output), Some(2));
    assert!(stderr(&output).contains("`--as` needs files, not folders"), "{}", stderr(&output));
    let graph = run(&folder, &["graph", "--as", "definition", "def.txt"]);
    assert_eq!(code(&graph), Some(1), "{}", stderr(&graph));
    let differences = run(&folder, &["diff", "--as", "definition", "def.txt", "def.txt"]);
    assert_eq!((code(&differences), stdout(&differences)), (Some(0), ""), "{}", stderr(&differences));
    let import = run(&folder, &["import", "--as", "template", "def.txt"]);
    assert!(!stderr(&import).contains("defines no pipeline"), "{}", stderr(&import));
}

#[test]
fn templates_are_fixed_in_their_own_notation() {
    let text = faulty("A").replace("BranchName: master", "BranchNam: master");
    let json = include_str!("../faults/0-seed/pipeline.json").replace("\"BranchName\"", "\"BranchNam\"");
    let folder = project(&[("a.yaml", &text), ("b.json", &json)]);
    let output = run(&folder, &["check", "--fix", "."]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).expect("it is there");
    assert!(read("a.yaml") == TEMPLATE.replace("Name: MyAppPipeline", "Name: A"), "{}", stderr(&output));
    assert!(read("b.json") == include_str!("../faults/0-seed/pipeline.json"), "{}", stderr(&output));
}

/// The value of an alias has a location, but is also used elsewhere.
#[test]
fn a_template_with_aliases_is_left_alone() {
    let anchor = TEMPLATE.replacen("- Name: MyAppBuild\n", "- Name: &artifact MyAppBuil\n", 1);
    let text = format!("{anchor}Metadata: {{ Copy: *artifact }}\n");
    assert_ne!(anchor, TEMPLATE);
    let folder = project(&[("a.yaml", &text)]);
    let output = run(&folder, &["check", "--fix", "a.yaml"]);
    assert_eq!(code(&output), Some(1), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(folder.path().join("a.yaml")).ok(), Some(text));
}

#[test]
fn a_key_is_added_or_removed_where_a_template_needs_it() {
    let role = "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties: { AssumeRolePolicyDocument: {} }\n";
    let queue = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n";
    let deploys = TEMPLATE.replace("MyAppBuild::output.yaml", "MyApp::stack.yaml").replace(
        "- Name: MyAppBuild\n          RunOrder: 1\n        - Name: Execute",
        "- Name: MyApp\n          RunOrder: 1\n        - Name: Execute",
    );
    let without = deploys.replace("            Capabilities: CAPABILITY_IAM\n", "");
    let folder = project(&[("a.yaml", &without), ("stack.yaml", role)]);
    let output = run(&folder, &["check", "--fix", "--ignore", "W", "a.yaml"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let added = std::fs::read_to_string(folder.path().join("a.yaml")).expect("it is there");
    assert!(
        added.contains("          Configuration:\n            Capabilities: CAPABILITY_IAM\n            ActionMode")
    );
    std::fs::write(folder.path().join("stack.yaml"), queue).expect("it is written");
    run(&folder, &["check", "--fix", "--ignore", "W", "a.yaml"]);
    let removed = std::fs::read_to_string(folder.path().join("a.yaml")).expect("it is there");
    assert!(removed == without);
}
