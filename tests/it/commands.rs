//! The smaller commands: `providers`, `why`, `completions`, `man`, and `check --watch`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::program::{CLEAN, code, dotpipe, project, run, stderr, stdout};

#[test]
fn providers_are_listed_and_shown() {
    let folder = project(&[]);
    let list = run(&folder, &["providers"]);
    let rows: Vec<Vec<&str>> = stdout(&list)
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect())
        .collect();
    assert_eq!(rows.first(), Some(&vec!["NAME", "STATEMENTS", "TITLE"]));
    assert!(rows.contains(&vec!["codebuild", "build, test", "AWS CodeBuild"]), "{}", stdout(&list));
    let one = run(&folder, &["providers", "codecommit"]);
    insta::assert_snapshot!(stdout(&one), @"
    AWS CodeCommit

    A Git repository in AWS CodeCommit.
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html (verified 2026-11-23)

    source codecommit
      input artifacts 0, output artifacts 1, in the pipeline's Region only

      repository (RepositoryName): string, 1 to 100 characters, required
        Repository name.

      branch (BranchName): string, not empty, required
        Branch to fetch.

      clone (OutputArtifactFormat): keyword
        Content of the artifact: the files only (`zip`), or a reference for cloning the full history (`full`). Only CodeBuild actions can use a full clone.
        one of zip, full
        default: zip

      poll-for-source-changes (PollForSourceChanges): boolean
        Poll for changes. Not needed with an event rule, which also starts the pipeline sooner.
        default: true

      output variables:
        AuthorDate: Time the commit was authored.
        BranchName: Branch that is watched.
        CommitId: ID of the commit that started the execution.
        CommitMessage: Message of the commit.
        CommitterDate: Time the commit was committed.
        RepositoryName: Repository name.

    Example:

        pipeline Shop {
          stage Source {
            source codecommit Fetch -> Code {
              repository = \"shop\"
              branch     = \"main\"
            }
          }

          stage Build {
            build codebuild Package from Code { project = Builder }
          }
        }

        project Builder {
          image = \"aws/codebuild/standard:7.0\"
        }
    ");
    let near = run(&folder, &["providers", "codebuidl"]);
    let wanted = "error: no provider is named `codebuidl`; did you mean `codebuild`?\n";
    assert_eq!((code(&near), stderr(&near)), (Some(2), wanted));
    let all: serde_json::Value = serde_json::from_slice(&run(&folder, &["providers", "--json"]).stdout).expect("JSON");
    let words = rows.len();
    assert_eq!(all.as_array().map(Vec::len), Some(words - 1));
    let one: serde_json::Value =
        serde_json::from_slice(&run(&folder, &["providers", "s3", "--json"]).stdout).expect("JSON");
    assert_eq!(one.pointer("/actions/0/provider"), Some(&"S3".into()));
    assert!(one.pointer("/actions/0/attributes/0/description").is_some());
}

#[test]
fn providers_answer_to_the_names_of_aws() {
    let folder = project(&[]);
    let connections = run(&folder, &["providers", "CodeStarSourceConnection"]);
    let shown = stdout(&connections).lines().skip(1).filter_map(|line| line.split(' ').next());
    let wanted = ["bitbucket", "github", "github-enterprise", "gitlab", "gitlab-self-managed"];
    assert_eq!(shown.collect::<Vec<_>>(), wanted);
    for (name, word) in [("CloudFormationStackSet", "stackset"), ("Amazon EKS", "eks"), ("manual", "manual")] {
        assert_eq!(stdout(&run(&folder, &["providers", name])), stdout(&run(&folder, &["providers", word])), "{name}");
    }
    let jenkins = run(&folder, &["providers", "Jenkins"]);
    assert_eq!(code(&jenkins), Some(0));
    assert!(stdout(&jenkins).contains("kind       = jenkins\n"), "{}", stdout(&jenkins));
}

#[test]
fn rules_are_listed_and_shown() {
    let folder = project(&[]);
    let list = run(&folder, &["providers", "--rules"]);
    assert!(
        stdout(&list).starts_with("NAME       STATEMENTS  TITLE\nalarm      rule        CloudWatchAlarm\n"),
        "{}",
        stdout(&list)
    );
    let one = run(&folder, &["providers", "--rules", "window"]);
    insta::assert_snapshot!(stdout(&one), @"
    DeploymentWindow

    Succeeds at the times given by a cron expression.
    https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html (verified 2026-11-23)

    rule window
      input artifacts 0, output artifacts 0, in pipelines of type V2 only

      cron (Cron): string, required
        Seconds, minutes, hours, day of month, month, day of week, and optionally year: `* * 9-17 ? * MON-FRI *`.

      zone (TimeZone): string, not empty
        Time zone: `Europe/Amsterdam`, `UTC+02:00`, or an abbreviation such as `PST`.
        default: UTC

      name (Name): string
        The rule's name in AWS. Default: the rule's provider, numbered.

      from (InputArtifacts): any value
        The artifact that the rule reads, or a list of artifacts.

      role (RoleArn): a role, or its ARN
        The role that the rule assumes. Default: the pipeline's role.

      region (Region): string
        The Region of the rule. Default: the pipeline's Region.
    ");
    let near = run(&folder, &["providers", "--rules", "alrm"]);
    let wanted = "error: no rule is named `alrm`; did you mean `alarm`?\n";
    assert_eq!((code(&near), stderr(&near)), (Some(2), wanted));
    let unknown = run(&folder, &["providers", "--rules", "codecommit"]);
    let wanted = "error: no rule is named `codecommit`; `dotpipe providers --rules` lists them\n";
    assert_eq!(stderr(&unknown), wanted);
}

#[test]
fn why_finds_the_fault_and_the_line() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let message = "An error occurred (InvalidActionDeclarationException) when calling the CreatePipeline operation: Action \
                   configuration for action 'Package' is missing required configuration 'ProjectName'";
    let output = run(&folder, &["why", message]);
    assert_eq!((code(&output), stderr(&output)), (Some(0), ""));
    insta::assert_snapshot!(stdout(&output), @"
    Action configuration for action 'Package' is missing required configuration 'ProjectName'
      (from CodePipeline, when the pipeline is created or updated)

      Meaning: The action lacks a configuration key that its provider requires.
      What to do: add the attribute; `dotpipe providers` lists the attributes of each provider.
      See also: `dotpipe explain E0105`.

    pipeline.pipe:6:21: action `Package` of stage `Build`
        build codebuild Package from App { project = Builder }
    ");
    // The path in the JSON also leads to the line: the second stage, its first action.
    let message = "1 validation error detected: Value at 'pipeline.stages.2.member.actions.1.member.configuration' failed to satisfy \
                   constraint: Map value must satisfy constraint: [Member must have length less than or equal to 1000, Member must \
                   have length greater than or equal to 1]";
    let piped =
        dotpipe(folder.path()).args(["why", "-", "pipeline.pipe"]).write_stdin(message).output().expect("it runs");
    assert!(stdout(&piped).contains("\npipeline.pipe:6:5: action `Package` of stage `Build`\n"), "{}", stdout(&piped));
}

#[test]
fn why_takes_no_word_of_a_message_for_a_name() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    // The pipeline has a stage named `Source`.
    let plain = run(&folder, &["why", "Source actions can only be included in the first stage of the pipeline"]);
    assert!(!stdout(&plain).contains("pipeline.pipe:"), "{}", stdout(&plain));
    let twice = run(&folder, &["why", "Stage name 'Source' is used more than once"]);
    assert!(stdout(&twice).contains(": stage `Source`\n"), "{}", stdout(&twice));
    // If the message has only the index of the stage, the stage is shown.
    let message = "1 validation error detected: Value 'a b' at 'pipeline.stages.2.member.name' failed to satisfy constraint: \
                   Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+";
    let numbered = run(&folder, &["why", message]);
    assert!(stdout(&numbered).contains(": stage `Build`\n"), "{}", stdout(&numbered));
}

#[test]
fn why_knows_the_words_of_other_tools() {
    let folder = project(&[]);
    for (message, code) in [
        ("E3701 'Z' is not previously defined as an 'OutputArtifact'", "E0201"),
        ("E3702 expected maximum item count: 0, found: 1 when using {'Category': 'Approval'}", "E0206"),
        ("Specifying a Role is not supported for actions with an owner different than 'AWS' - got 'Custom'", "E0830"),
        ("An error occurred (TooManyTagsException) when calling the CreatePipeline operation", "E0106"),
    ] {
        let output = run(&folder, &["why", message]);
        assert!(stdout(&output).contains(&format!("dotpipe explain {code}")), "{message}\n{}", stdout(&output));
    }
}

#[test]
fn why_says_when_it_does_not_know() {
    let folder = project(&[]);
    for text in ["the pipeline should start with a source", "lorem ipsum"] {
        let unknown = run(&folder, &["why", text]);
        let wanted = "error: this text contains no AWS error message that dotpipe recognizes\n";
        assert_eq!((code(&unknown), stdout(&unknown), stderr(&unknown)), (Some(2), "", wanted));
    }
    let missing = run(&folder, &["why", "lorem ipsum", "none.pipe"]);
    assert_eq!(stderr(&missing), "error: cannot read `none.pipe`: no such file\n");
}

#[test]
fn shells_and_man_get_their_files() {
    let folder = project(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&folder, &["completions", shell]);
        assert_eq!(code(&output), Some(0));
        assert!(stdout(&output).contains("providers"), "{shell}");
    }
    let page = run(&folder, &["man"]);
    assert!(
        stdout(&page).contains(".TH dotpipe 1") && stdout(&page).contains("dotpipe\\-check(1)"),
        "{}",
        stdout(&page)
    );
    let page = run(&folder, &["man", "check"]);
    assert!(
        stdout(&page).contains(".TH dotpipe-check 1") && stdout(&page).contains("\\-\\-watch"),
        "{}",
        stdout(&page)
    );
    let near = run(&folder, &["man", "chekc"]);
    assert_eq!((code(&near), stderr(&near)), (Some(2), "error: no command is named `chekc`; did you mean `check`?\n"));
}

/// The maximum time to wait for the program to notice a change.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program that is ended when the test ends, even if the test panics.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn watching_checks_again_after_a_change() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let program = assert_cmd::cargo::cargo_bin("dotpipe");
    let mut command = std::process::Command::new(program);
    command.args(["check", "--watch", "--format", "short"]).current_dir(folder.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = Ended(command.spawn().expect("it starts"));
    let reader = BufReader::new(child.0.stderr.take().expect("it is piped"));
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || reader.lines().map_while(Result::ok).for_each(|line| drop(send.send(line))));
    let next = |wanted: &str| {
        let mut seen = Vec::new();
        while let Ok(line) = lines.recv_timeout(PATIENCE) {
            if line.contains(wanted) {
                return true;
            }
            seen.push(line);
        }
        panic!("waited for {wanted:?}, saw {seen:?}");
    };
    assert!(next("no problems found; waiting for changes"));
    std::fs::write(folder.path().join("pipeline.pipe"), CLEAN.replace("stage Build", "stge Build")).expect("written");
    assert!(next("error[E0002]") && next("waiting for changes"));
    std::fs::write(folder.path().join("pipeline.pipe"), CLEAN).expect("it is written");
    assert!(next("no problems found; waiting for changes"));
    assert!(child.0.try_wait().expect("it can be asked").is_none(), "it runs until it is ended");
    let refused = run(&folder, &["check", "--watch", "-"]);
    assert_eq!(
        (code(&refused), stderr(&refused)),
        (Some(2), "error: standard input cannot be watched; specify files or folders\n")
    );
}

/// A file that uses an option without a default is not valid until the option has a value.
#[test]
fn check_and_graph_take_values_of_options_as_build_does() {
    let text = CLEAN.replace("\"app\"", "\"app-${stage}\"");
    let text = format!("option stage: \"test\" | \"prod\"\n{text}");
    let values = "stage = \"prod\"\n";
    let folder = project(&[("pipeline.pipe", &text), ("prod.toml", values)]);
    for command in ["check", "graph"] {
        let without = run(&folder, &[command, "pipeline.pipe"]);
        assert!(stderr(&without).contains("option `stage` has no value"), "{}", stderr(&without));
        for given in [&["--set", "stage=test"][..], &["--values", "prod.toml"]] {
            let output = run(&folder, &[&[command, "pipeline.pipe"], given].concat());
            assert_eq!((code(&output), stderr(&output)), (Some(0), ""), "{command} {given:?}");
        }
        let wrong = run(&folder, &[command, "pipeline.pipe", "--set", "stage=prd"]);
        assert_eq!(code(&wrong), Some(1), "{}", stderr(&wrong));
        let unknown = run(&folder, &[command, "pipeline.pipe", "--set", "stage=test", "--set", "stag=prod"]);
        let wanted = "error: no `option` of `pipeline.pipe` is named `stag`; did you mean `stage`?\n";
        assert_eq!((code(&unknown), stderr(&unknown)), (Some(2), wanted));
    }
}

#[test]
fn of_several_files_one_may_take_an_option() {
    let text = CLEAN.replace("\"app\"", "\"app-${stage}\"");
    let taking = format!("option stage: string\n{text}");
    let folder = project(&[("a.pipe", &taking), ("b.pipe", &CLEAN.replace("pipeline App", "pipeline Other"))]);
    let output = run(&folder, &["check", ".", "--set", "stage=test"]);
    assert_eq!((code(&output), stderr(&output)), (Some(0), ""));
}

#[test]
fn a_value_of_the_command_line_is_named_where_it_does_not_fit() {
    let text = format!("option ready: bool = false\n{CLEAN}");
    let folder = project(&[("pipeline.pipe", &text)]);
    let output = run(&folder, &["check", "--set", "ready=maybe"]);
    assert_eq!(code(&output), Some(1));
    assert!(stderr(&output).contains("`ready` takes `true` or `false`, not a string"), "{}", stderr(&output));
    assert!(stderr(&output).contains("╰── `--set ready=maybe` gives it this value"), "{}", stderr(&output));
}

#[test]
fn warnings_are_selected_and_ignored_on_the_command_line() {
    let text = CLEAN.replace("from App {", "from App -> Built {") + "bucket Spare\n";
    let folder = project(&[("pipeline.pipe", &text)]);
    let codes = |options: &[&str]| {
        let output = run(&folder, &[&["check", "--format", "short"], options].concat());
        let codes = ["W0204", "W0304"].into_iter().filter(|code| stderr(&output).contains(code));
        codes.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(codes(&[]), "W0204 W0304");
    assert_eq!(codes(&["--select", "W02"]), "W0204");
    assert_eq!(codes(&["--ignore", "w0204,W0304"]), "");
    assert_eq!(codes(&["--select", "W", "--ignore", "W02"]), "W0304");
    let refused = run(&folder, &["check", "--ignore", "E0208"]);
    assert_eq!(code(&refused), Some(2));
    assert!(stderr(&refused).contains("errors are always reported"), "{}", stderr(&refused));
}
