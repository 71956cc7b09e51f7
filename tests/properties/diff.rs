//! `dotpipe diff`: its reports in each format, and its errors for files that it cannot compare.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use dotpipe::compare::{Pipelines, compare};
use dotpipe::compilation::{Notation, Request};
use dotpipe::source::SourceMap;
use dotpipe::workspace::document::{Document, DocumentOrigin};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::program::{CLEAN, code, dotpipe, project, read, run, stderr, stdout};
use crate::{cases, support};

const TEMPLATE: &str = include_str!("diff/template.yaml");

/// Returns the template after edits, each of which must apply.
fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(TEMPLATE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

/// Returns the exit code and the output of `diff` for the template and a changed template.
fn printed(after: &str, options: &[&str]) -> (Option<i32>, String) {
    let folder = project(&[("old.yaml", TEMPLATE), ("new.yaml", after)]);
    let output = run(&folder, &[&["diff", "old.yaml", "new.yaml"], options].concat());
    assert_eq!(stderr(&output), "");
    (code(&output), stdout(&output).to_owned())
}

/// Returns a template with most kinds of changes.
fn much_changed() -> String {
    edited(&[
        ("Name: app\n", "Name: shop\n"),
        ("dev", "prod"),
        ("Name: Release", "Name: Production"),
        ("{ProjectName: lint}", "{ProjectName: lint-all}\n              RunOrder: 2"),
        ("      ArtifactStore:", "      ExecutionMode: QUEUED\n      ArtifactStore:"),
        ("['s3:GetObject', 's3:PutObject']", "['s3:GetObject']"),
        ("'codebuild:*'", "['codebuild:StartBuild', 'codebuild:BatchGetBuilds']"),
        ("    DeletionPolicy: Retain\n", "    Properties: {BucketName: artifacts}\n"),
        ("Default: main", "Default: trunk"),
    ])
}

#[test]
fn changes_are_listed_by_stage_and_action() {
    let (code, text) = printed(&much_changed(), &[]);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(text, @r#"
      pipeline Pipeline
    ~   executionMode: SUPERSEDED -> QUEUED
    ~   name: app -> shop  [would be replaced]
        stage Build
    ~     action Package (Build CodeBuild)
    ~       configuration.EnvironmentVariables[STAGE].value: dev -> prod
    ~     action Lint (Test CodeBuild)
    ~       configuration.ProjectName: lint -> lint-all
    ~       runOrder: 1 -> 2
        stage Production
    ~     name: Release -> Production

      permissions of PipelineRole
    -   allow s3:PutObject on ${Artifacts.Arn}/*
    -   allow codebuild:* on *
    +   allow codebuild:BatchGetBuilds, codebuild:StartBuild on *

      resources
    ~   Artifacts (AWS::S3::Bucket)
    -     DeletionPolicy: Retain
    +     BucketName: artifacts  [would be replaced]

      parameters
    ~   Branch
    ~     Default: main -> trunk

    12 differences, 2 resources would be replaced
    "#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of changes")]
fn each_kind_of_change_is_reported_in_both_directions() {
    let stage = "        - Name: Release\n          Actions:\n            - Name: Approve\n              ActionTypeId: {Category: Approval, Owner: AWS, \
                 Provider: Manual, Version: '1'}\n";
    let lint = TEMPLATE.split_once("            - Name: Lint\n").expect("it is there").1;
    let lint = lint.split_once("        - Name: Release").expect("it is there").0;
    let lint = format!("            - Name: Lint\n{lint}");
    let without_lint = edited(&[(&lint, "")]);
    let moved = without_lint.replace(stage, &format!("{stage}{lint}"));
    let swapped = edited(&[(stage, ""), ("        - Name: Build", &format!("{stage}        - Name: Build"))]);
    for (after, forth, back) in [
        (
            edited(&[(stage, "")]),
            vec!["-   stage Release", "-     action Approve (Approval Manual)"],
            vec!["+   stage Release", "+     action Approve (Approval Manual)"],
        ),
        (without_lint, vec!["-     action Lint (Test CodeBuild)"], vec!["+     action Lint (Test CodeBuild)"]),
        (
            moved,
            vec!["~     action Lint (Test CodeBuild), moved: stage Build -> stage Release"],
            vec!["~     action Lint (Test CodeBuild), moved: stage Release -> stage Build"],
        ),
        (
            swapped,
            vec!["~   stage Build, moved: after Source -> after Release"],
            vec!["~   stage Release, moved: after Source -> after Build"],
        ),
        (
            edited(&[(
                "[{Name: App}]\n            - Name: Lint",
                "[{Name: App}, {Name: Tests}]\n            - Name: Lint",
            )]),
            vec!["+       input artifact Tests"],
            vec!["-       input artifact Tests"],
        ),
        (
            edited(&[("      Stages:", "      Variables: [{Name: Level}]\n      Stages:")]),
            vec!["+   variable Level"],
            vec!["-   variable Level"],
        ),
        (
            edited(&[(
                "      Stages:",
                "      Triggers: [{ProviderType: CodeStarSourceConnection, GitConfiguration: {SourceActionName: Fetch}}]\n      Stages:",
            )]),
            vec![
                "+   trigger Fetch: {gitConfiguration: {sourceActionName: Fetch}, providerType: CodeStarSourceConnection}",
            ],
            vec![
                "-   trigger Fetch: {gitConfiguration: {sourceActionName: Fetch}, providerType: CodeStarSourceConnection}",
            ],
        ),
        (
            edited(&[("Provider: Manual", "Provider: Other")]),
            vec!["~       actionTypeId.provider: Manual -> Other"],
            vec!["~       actionTypeId.provider: Other -> Manual"],
        ),
        (
            edited(&[("Location: !Ref Artifacts", "Location: other")]),
            vec!["~   artifactStore.location: ${Artifacts} -> other"],
            vec!["~   artifactStore.location: other -> ${Artifacts}"],
        ),
        (
            edited(&[("ProjectName: package\n", "ProjectName: !If [IsProd, a, b]\n")]),
            vec!["~       configuration.ProjectName: package -> If(IsProd, a, b)"],
            vec!["~       configuration.ProjectName: If(IsProd, a, b) -> package"],
        ),
        (
            edited(&[(
                "Statement:\n              -",
                "Statement:\n              - {Effect: Deny, Action: 's3:*', Resource: '*', Condition: {Bool: {'aws:SecureTransport': false}}}\n              -",
            )]),
            vec!["+   deny s3:* on * when {Bool: {aws:SecureTransport: false}}"],
            vec!["-   deny s3:* on * when {Bool: {aws:SecureTransport: false}}"],
        ),
        (
            edited(&[("  Artifacts:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n", "")]),
            vec!["-   Artifacts (AWS::S3::Bucket)  [would be retained, but no longer be in the stack]"],
            vec!["+   Artifacts (AWS::S3::Bucket)"],
        ),
        (
            edited(&[("  Pipeline:\n", "  Main:\n")]),
            vec!["~   logical ID: Pipeline -> Main  [would be replaced]"],
            vec!["~   logical ID: Main -> Pipeline  [would be replaced]"],
        ),
        (
            edited(&[("codepipeline.amazonaws", "codebuild.amazonaws")]),
            vec![
                "-   trust codepipeline.amazonaws.com (sts:AssumeRole)",
                "+   trust codebuild.amazonaws.com (sts:AssumeRole)",
            ],
            vec![
                "-   trust codebuild.amazonaws.com (sts:AssumeRole)",
                "+   trust codepipeline.amazonaws.com (sts:AssumeRole)",
            ],
        ),
    ] {
        let folder = project(&[("old.yaml", TEMPLATE), ("new.yaml", &after)]);
        for (files, wanted) in [(["old.yaml", "new.yaml"], forth), (["new.yaml", "old.yaml"], back)] {
            let output = run(&folder, &["diff", files[0], files[1]]);
            let signed: Vec<&str> = stdout(&output).lines().filter(|line| line.starts_with(['+', '-', '~'])).collect();
            // The line of the action that contains the value is not repeated here.
            let signed: Vec<&str> =
                signed.into_iter().filter(|line| !line.starts_with("~     action") || line.contains("moved")).collect();
            assert_eq!((code(&output), signed), (Some(1), wanted), "{}", stdout(&output));
        }
    }
}

#[test]
fn markdown_names_what_would_be_lost_first() {
    let (code, text) = printed(&much_changed(), &["--format", "markdown", "--exit-zero"]);
    assert_eq!(code, Some(0));
    let head: Vec<&str> = text.lines().take(6).collect();
    insta::assert_snapshot!(head.join("\n"), @r#"
    **Pipeline changes:** 12 differences, 2 resources would be replaced.

    - `Pipeline` (pipeline) would be replaced, because `name` differs.
    - `Artifacts` (AWS::S3::Bucket) would be replaced, because `BucketName` differs.

    ```diff
    "#);
    assert!(
        text.ends_with("```\n")
            && text.contains("\n!       configuration.EnvironmentVariables[STAGE].value: dev -> prod\n"),
        "{text}"
    );
    let (_, equal) = printed(TEMPLATE, &["--format", "markdown"]);
    assert_eq!(equal, "**Pipeline changes:** none.\n");
}

#[test]
fn a_listing_cannot_end_its_block() {
    let (_, text) = printed(&edited(&[("value\":\"dev", "value\":\"```` x")]), &["--format", "markdown"]);
    assert!(text.contains("\n`````diff\n") && text.ends_with("\n`````\n"), "{text}");
}

#[test]
fn json_has_values_lines_and_consequences() {
    let after = edited(&[("Name: app\n", "Name: shop\n"), ("ProjectName: package\n", "ProjectName: !Ref Branch\n")]);
    let (_, text) = printed(&after, &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    insta::assert_snapshot!(text, @r#"
    {
      "version": 1,
      "before": {
        "path": "old.yaml",
        "kind": "template"
      },
      "after": {
        "path": "new.yaml",
        "kind": "template"
      },
      "differences": [
        {
          "change": "changed",
          "parts": [
            {
              "kind": "pipeline",
              "name": "Pipeline",
              "type": null
            }
          ],
          "key": "name",
          "before": {
            "value": "app",
            "line": 24
          },
          "after": {
            "value": "shop",
            "line": 24
          },
          "consequence": "replaced"
        },
        {
          "change": "changed",
          "parts": [
            {
              "kind": "pipeline",
              "name": "Pipeline",
              "type": null
            },
            {
              "kind": "stage",
              "name": "Build",
              "type": null
            },
            {
              "kind": "action",
              "name": "Package",
              "type": "Build CodeBuild"
            }
          ],
          "key": "configuration.ProjectName",
          "before": {
            "value": "package",
            "line": 39
          },
          "after": {
            "value": {
              "Ref": "Branch"
            },
            "line": 39
          },
          "consequence": null
        }
      ],
      "not-compared": 0
    }
    "#);
    assert_eq!(json["differences"].as_array().map(Vec::len), Some(2));
    let (code, text) = printed(TEMPLATE, &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!((code, &json["differences"]), (Some(0), &serde_json::json!([])));
}

#[test]
fn the_order_of_actions_counts_only_within_a_run_order() {
    let actions = |listed: [(&str, u32); 2]| {
        let action = |(name, order): (&str, u32)| {
            format!(
                "{{Name: {name}, RunOrder: {order}, ActionTypeId: {{Category: Approval, Owner: AWS, Provider: Manual, Version: '1'}}}}"
            )
        };
        let stage = format!("{{Name: Check, Actions: [{}]}}", listed.map(action).join(", "));
        edited(&[("      Stages:\n", &format!("      Stages:\n        - {stage}\n"))])
    };
    let folder = project(&[("old.yaml", &actions([("A", 1), ("B", 2)])), ("new.yaml", &actions([("B", 2), ("A", 1)]))]);
    let output = run(&folder, &["diff", "old.yaml", "new.yaml"]);
    assert_eq!((code(&output), stdout(&output), stderr(&output)), (Some(0), "", ""));
}

#[test]
fn nothing_is_printed_if_nothing_differs() {
    assert_eq!(printed(TEMPLATE, &[]), (Some(0), String::new()));
    let folder = project(&[("old.yaml", TEMPLATE)]);
    let colored = dotpipe(folder.path()).args(["diff", "old.yaml", "old.yaml"]).env("CLICOLOR_FORCE", "1").output();
    assert_eq!(stdout(&colored.expect("it runs")), "no differences\n");
}

/// Returns the pipeline file's definition as printed by `get-pipeline`.
fn deployed(folder: &tempfile::TempDir) -> String {
    let arguments = ["build", "--target", "codepipeline", "--account", "111122223333", "--region", "eu-west-1"];
    let built = run(folder, &arguments);
    let mut json: serde_json::Value = serde_json::from_str(stdout(&built)).expect("it is JSON");
    json["pipeline"]["version"] = 4.into();
    json["metadata"] = serde_json::json!({ "pipelineArn": "arn:aws:codepipeline:eu-west-1:111122223333:App" });
    json.to_string()
}

#[test]
fn a_pipeline_file_is_compared_with_the_pipeline_in_aws() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let json = deployed(&folder);
    let diff = |input: &str, arguments: &[&str]| {
        let output = dotpipe(folder.path()).arg("diff").args(arguments).write_stdin(input.to_owned()).output();
        let output = output.expect("it runs");
        (code(&output), stdout(&output).to_owned() + stderr(&output))
    };
    // The account and the Region are taken from the ARN.
    assert_eq!(diff(&json, &["-", "pipeline.pipe"]), (Some(0), String::new()));
    let wanted = "  pipeline App\n    stage Source\n~     action Fetch (Source CodeCommit)\n~       configuration.BranchName: trunk -> main\n\n1 difference\n";
    let changed = json.replace("\"main\"", "\"trunk\"");
    assert_eq!(diff(&changed, &["-", "pipeline.pipe"]), (Some(1), wanted.to_owned()));
    let (status, text) = diff(&json, &["pipeline.pipe", "-", "--account", "444455556666"]);
    assert!(status == Some(1) && text.contains("444455556666"), "{text}");
    // A template contains less than the pipeline in AWS.
    fs::write(folder.path().join("t.yaml"), stdout(&run(&folder, &["build", "--yaml"]))).expect("it is written");
    let (status, text) = diff(&json, &["-", "t.yaml"]);
    assert_eq!(status, Some(0));
    assert!(text.ends_with(" values of the template are known only at deployment, and not compared\n"), "{text}");
    let (status, text) = diff(&changed, &["-", "t.yaml"]);
    assert!(status == Some(1) && text.contains("configuration.BranchName: trunk -> main"), "{text}");
}

#[test]
fn a_file_that_needs_the_deployment_is_compared_as_a_template() {
    let file = format!("param Branch: string\n\n{}", CLEAN.replace("\"main\"", "Branch"));
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    fs::write(folder.path().join("aws.json"), deployed(&folder)).expect("it is written");
    fs::write(folder.path().join("pipeline.pipe"), file).expect("it is written");
    let output = run(&folder, &["diff", "aws.json", "pipeline.pipe"]);
    assert_eq!((code(&output), stderr(&output)), (Some(0), ""));
    assert!(stdout(&output).contains("known only at deployment"), "{}", stdout(&output));
    let given = run(&folder, &["diff", "aws.json", "pipeline.pipe", "--param", "Branch=main"]);
    assert_eq!((code(&given), stdout(&given)), (Some(0), ""));
    let other = run(&folder, &["diff", "aws.json", "pipeline.pipe", "--param", "Branch=x"]);
    assert_eq!(code(&other), Some(1), "{}", stdout(&other));
    let unknown = run(&folder, &["diff", "aws.json", "pipeline.pipe", "--param", "Brunch=x"]);
    let wanted = "error: no `param` of `pipeline.pipe` is named `Brunch`; did you mean `Branch`?\n";
    assert_eq!((code(&unknown), stderr(&unknown)), (Some(2), wanted));
}

#[test]
fn a_pipeline_file_is_recognized_on_standard_input() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let before = CLEAN.replace("\"main\"", "\"trunk\"");
    let output = dotpipe(folder.path()).args(["diff", "-", "pipeline.pipe"]).write_stdin(before).output();
    let output = output.expect("it runs");
    assert_eq!((code(&output), stderr(&output)), (Some(1), ""));
    assert!(stdout(&output).contains("configuration.BranchName: trunk -> main"), "{}", stdout(&output));
}

#[test]
fn one_of_several_pipelines_is_chosen() {
    let two = CLEAN.to_owned()
        + &CLEAN.replace("App", "Web").replace("project Builder", "project Other").replace("= Builder", "= Other");
    let folder = project(&[("pipeline.pipe", CLEAN), ("two.pipe", &two)]);
    fs::write(folder.path().join("aws.json"), deployed(&folder)).expect("it is written");
    // The pipeline is identified by its name.
    let by_name = run(&folder, &["diff", "aws.json", "two.pipe"]);
    assert_eq!((code(&by_name), stdout(&by_name), stderr(&by_name)), (Some(0), "", ""));
    let unnamed = read(&folder, "aws.json").replace("\"name\":\"App\"", "\"name\":\"Gone\"");
    fs::write(folder.path().join("gone.json"), unnamed).expect("it is written");
    let gone = run(&folder, &["diff", "gone.json", "two.pipe"]);
    let wanted = "error: `two.pipe` has several pipelines; choose one with `--pipeline`: `App` or `Web`\n";
    assert_eq!((code(&gone), stderr(&gone)), (Some(2), wanted));
    let chosen = run(&folder, &["diff", "gone.json", "two.pipe", "--pipeline", "App"]);
    assert_eq!(code(&chosen), Some(1));
    assert!(stdout(&chosen).starts_with("  pipeline App\n~   name: Gone -> App\n"), "{}", stdout(&chosen));
    let none = run(&folder, &["diff", "pipeline.pipe", "two.pipe", "--pipeline", "Nope"]);
    assert_eq!((code(&none), stderr(&none)), (Some(2), "error: no pipeline of `pipeline.pipe` is named `Nope`\n"));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let deep = "[".repeat(100_000);
    let broken = CLEAN.replace("Builder {", "Bilder {");
    let folder = project(&[
        ("pipeline.pipe", CLEAN),
        ("faulty.pipe", &broken),
        ("empty.yaml", ""),
        ("text.yaml", "just text\n"),
        ("other.json", "{\"a\": 1}"),
        ("broken.json", "{\"stages\": [}"),
        ("broken.yaml", "Resources:\n  A: [\n"),
        ("deep.json", &deep),
        ("library.pipe", "component C() {}\n"),
    ]);
    fs::write(folder.path().join("binary.yaml"), [0xff, 0x00, 0xfe]).expect("it is written");
    for (name, wanted) in [
        ("missing.yaml", "cannot read `missing.yaml`: no such file"),
        (".", "cannot read `.`: is a folder"),
        ("binary.yaml", "cannot read `binary.yaml`: is not UTF-8 text"),
        ("empty.yaml", "`empty.yaml` is neither a pipeline file, nor a template, nor the JSON of a pipeline"),
        ("text.yaml", "`text.yaml` is neither"),
        ("other.json", "`other.json` is neither"),
        ("broken.json", "cannot read `broken.json`: "),
        ("broken.yaml", "cannot read `broken.yaml`: "),
        ("deep.json", "cannot read `deep.json`: "),
        ("library.pipe", "`library.pipe` has no pipeline"),
    ] {
        for files in [[name, "pipeline.pipe"], ["pipeline.pipe", name]] {
            let output = run(&folder, &["diff", files[0], files[1]]);
            assert_eq!((code(&output), stdout(&output)), (Some(2), ""), "{name}");
            assert!(stderr(&output).starts_with(&format!("error: {wanted}")), "{}", stderr(&output));
        }
    }
    let both = run(&folder, &["diff", "-", "-"]);
    assert_eq!((code(&both), stderr(&both)), (Some(2), "error: only one of the two files can be `-`\n"));
    let faults = run(&folder, &["diff", "pipeline.pipe", "faulty.pipe"]);
    assert_eq!((code(&faults), stdout(&faults)), (Some(2), ""));
    assert!(stderr(&faults).starts_with("error[E0301]: "), "{}", stderr(&faults));
}

#[test]
fn large_templates_are_compared() {
    let resource = |number: usize, value: &str| {
        format!("  R{number}: {{Type: 'AWS::SSM::Parameter', Properties: {{Type: String, Value: {value}}}}}\n")
    };
    let many = |value: &str| TEMPLATE.to_owned() + &(0..3000).map(|number| resource(number, value)).collect::<String>();
    let folder = project(&[("old.yaml", &many("a")), ("new.yaml", &many("b"))]);
    let output = run(&folder, &["diff", "old.yaml", "new.yaml"]);
    assert_eq!(code(&output), Some(1));
    assert!(stdout(&output).ends_with("\n3,000 differences\n"));
    let markdown = run(&folder, &["diff", "old.yaml", "new.yaml", "--format", "markdown"]);
    assert!(stdout(&markdown).len() < 65_536 && stdout(&markdown).ends_with("  ...\n```\n"));
}

/// Returns the pipelines defined in a text, or `None` if it is not a document.
fn defined(text: &str) -> Option<Pipelines> {
    let file = SourceMap::default().add("x".into(), text);
    Document::parse(text, DocumentOrigin::File(file)).root.as_ref().map(Pipelines::read)
}

#[test]
fn a_result_is_the_same_as_json_and_as_yaml() {
    let mut compared = 0;
    let all = [cases::entries("examples"), cases::share(cases::entries("tests/ui"))].concat();
    for entry in all {
        let text = fs::read_to_string(&entry).expect("cases are text");
        let files: Vec<(String, String)> = cases::beside(&entry).into_iter().collect();
        let path = entry.to_str().expect("paths are UTF-8");
        let compilation = support::compile((path, &text), &files, &Request::default());
        let built = [Notation::Json, Notation::Yaml].map(|notation| compilation.build(notation));
        if let [Some(json), Some(yaml)] = built {
            let (json, yaml) = (defined(&json).expect("JSON"), defined(&yaml).expect("YAML"));
            assert_eq!(compare(&json, &yaml).differences, [], "{path}");
            assert_eq!(json, yaml, "{path}");
            compared += 1;
        }
    }
    assert!(compared * cases::one_of() > 50, "{compared}");
}

#[test]
fn an_example_does_not_differ_from_what_is_built_of_it() {
    for entry in cases::entries("examples").into_iter().filter(|entry| entry.ends_with("pipeline.pipe")) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name).to_str().expect("paths are UTF-8").to_owned();
        let entry = entry.to_str().expect("paths are UTF-8");
        for output in [path("t.json"), path("t.yaml")] {
            let built = dotpipe(folder.path()).args(["build", entry, "-o", &output]).output().expect("it runs");
            assert_eq!(code(&built), Some(0), "{entry}");
            let compared = dotpipe(folder.path()).args(["diff", entry, &output]).output().expect("it runs");
            assert_eq!((code(&compared), stdout(&compared), stderr(&compared)), (Some(0), "", ""), "{entry}");
        }
    }
}

proptest! {
    /// Comparing a document with itself finds no differences, and comparing it with any other document ends.
    #[test]
    fn any_document_is_equal_to_itself(at in any::<Index>(), length in 0_usize..40, text in "[{}\\[\\]!:, \n$a'\"-]{0,6}") {
        let mut letters: Vec<char> = TEMPLATE.chars().collect();
        let start = at.index(letters.len());
        let end = (start + length).min(letters.len());
        letters.splice(start..end, text.chars());
        let changed: String = letters.into_iter().collect();
        if let (Some(changed), Some(template)) = (defined(&changed), defined(TEMPLATE)) {
            prop_assert_eq!(compare(&changed, &changed).differences, []);
            let (forth, back) = (compare(&template, &changed).differences, compare(&changed, &template).differences);
            prop_assert_eq!(forth.is_empty(), back.is_empty());
            prop_assert_eq!(forth.is_empty(), template == changed);
        }
    }
}

/// Each faulty template differs from the template it was derived from only in what its title states. `UPDATE=1` writes
/// the list.
#[test]
fn a_single_fault_is_a_small_difference() {
    let faults = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let mut folders: Vec<_> = fs::read_dir(&faults).expect("it is there").flatten().map(|it| it.path()).collect();
    folders.sort();
    let mut list = String::new();
    for folder in folders.into_iter().filter(|folder| folder.join("meta.json").exists()) {
        let meta = fs::read_to_string(folder.join("meta.json")).expect("it is text");
        let meta: serde_json::Value = serde_json::from_str(&meta).expect("it is JSON");
        let text = |key: &str| meta[key].as_str().unwrap_or_default();
        let output = |file: &str| {
            let control = format!("0-{}/{file}", text("base"));
            let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let output = dotpipe(&faults).args(["diff", &control, &format!("{name}/{file}")]).output();
            stdout(&output.expect("it runs")).to_owned()
        };
        let _ = writeln!(list, "# {}: {}\n{}", text("id"), text("title"), output("template.yaml"));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/properties/diff/faults.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &list).expect("it is written");
    }
    assert_eq!(list, fs::read_to_string(&path).unwrap_or_default());
}
