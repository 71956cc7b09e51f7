//! `dotpipe build` and `dotpipe explain role`: the choice of the file, the pipeline, and the values.

use crate::program::{BUILDSPEC, CLEAN, code, project, run, stderr, stdout};

const ACCOUNT: [&str; 4] = ["--account", "111122223333", "--region", "eu-west-1"];

/// Two pipelines that share a project.
fn two() -> String {
    let (pipeline, _) = CLEAN.split_once("\nproject ").expect("a project stands below the pipeline");
    format!("{CLEAN}\n{}", pipeline.replace("pipeline App", "pipeline Nightly"))
}

#[test]
fn values_that_nothing_takes_are_wrong_usage() {
    let used = CLEAN.replace("project Builder {", "project Builder { env = { LEVEL = level, TAG = Tag }\n");
    assert_ne!(used, CLEAN);
    let text = format!("option level: string = \"a\"\nparam Tag: string = \"x\"\n{used}");
    let folder = project(&[("pipeline.pipe", &text), ("dotpipe.toml", "[options]\nother = \"for another file\"\n")]);
    for (arguments, wanted) in [
        (["--set", "levle=b"], "error: no `option` of `pipeline.pipe` is named `levle`; did you mean `level`?\n"),
        (
            ["--set", "Tag=b"],
            "error: no `option` of `pipeline.pipe` is named `Tag`; it is a `param`: set it with `--param`\n",
        ),
        (
            ["--param", "level=b"],
            "error: no `param` of `pipeline.pipe` is named `level`; it is an `option`: set it with `--set`\n",
        ),
        (["--param", "Other=b"], "error: no `param` of `pipeline.pipe` is named `Other`\n"),
        (
            ["--pipeline", "App"],
            "error: `--pipeline` requires `--target codepipeline`; a template contains all pipelines of the file\n",
        ),
    ] {
        let output = run(&folder, &[&["build"][..], &arguments].concat());
        assert_eq!((code(&output), stdout(&output), stderr(&output)), (Some(2), "", wanted));
    }
    let output = run(&folder, &["build", "--set", "level=b", "--param", "Tag=c"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
}

#[test]
fn given_values_of_parameters_meet_their_constraints() {
    let used = CLEAN.replace("project Builder {", "project Builder { env = { TAG = Tag, TOKEN = Token }\n");
    let text = format!("param Tag: string {{ max-length = 2 }}\nparam Token: secret {{ min-length = 9 }}\n{used}");
    let folder = project(&[("pipeline.pipe", &text)]);
    let output = run(&folder, &["build", "--param", "Tag=abc", "--param", "Token=hidden"]);
    assert_eq!(code(&output), Some(1), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(said.contains("error[E0123]: parameter `Tag` must have at most 2 characters"), "{said}");
    assert!(said.contains("`abc` is given with `--param`"), "{said}");
    assert!(said.contains("error[E0123]: parameter `Token` must have at least 9 characters"), "{said}");
    assert!(!said.contains("hidden"), "{said}");
    let output = run(&folder, &["build", "--param", "Tag=ab"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let long = text.replace("max-length = 2", &format!("description = \"{}\"", "x".repeat(4001)));
    let output = run(&project(&[("pipeline.pipe", &long)]), &["check", "--format", "short"]);
    assert!(stdout(&output).contains("E0122") || stderr(&output).contains("E0122"), "{}", stderr(&output));
}

#[test]
fn durations_are_options() {
    let used = CLEAN.replace("project Builder {", "project Builder { timeout = limit\n");
    let text = format!("option limit: duration = 30m\n{used}");
    let folder = project(&[("pipeline.pipe", &text), ("values.toml", "limit = \"2h\"\n")]);
    for (arguments, minutes) in [(&[][..], 30), (&["--set", "limit=45m"], 45), (&["--values", "values.toml"], 120)] {
        let output = run(&folder, &[&["build"][..], arguments].concat());
        assert!(stdout(&output).contains(&format!("\"TimeoutInMinutes\": {minutes}")), "{}", stderr(&output));
    }
    let output = run(&folder, &["build", "--set", "limit=soon"]);
    assert!(stderr(&output).contains("`limit` takes a duration such as `30m`, not a string"), "{}", stderr(&output));
}

#[test]
fn values_come_from_files_and_the_command_line_wins() {
    let used = CLEAN.replace("branch = \"main\"", "branch = \"${stage}-${level}-${zone}\"");
    assert_ne!(used, CLEAN);
    let text = format!("option stage: string\noption level: string\noption zone: string = \"none\"\n{used}");
    let files = [
        ("pipeline.pipe", text.as_str()),
        ("dotpipe.toml", "[options]\nstage = \"settings\"\nlevel = \"settings\"\nzone = \"settings\"\n"),
        ("a.json", "{ \"stage\": \"first\", \"level\": \"first\" }"),
        ("b.yml", "level: second\n"),
        ("wrong.toml", "levle = \"x\"\n"),
    ];
    let folder = project(&files);
    for (arguments, wanted) in [
        (&[][..], "settings-settings-settings"),
        (&["--values", "a.json"], "first-first-settings"),
        (&["--values", "a.json", "--values", "b.yml"], "first-second-settings"),
        (&["--values", "a.json", "--set", "stage=set", "--values", "b.yml"], "set-second-settings"),
    ] {
        let output = run(&folder, &[&["expand"][..], arguments].concat());
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        assert!(stdout(&output).contains(&format!("branch     = \"{wanted}\"")), "{}", stdout(&output));
        assert_eq!(code(&run(&folder, &[&["build"][..], arguments].concat())), Some(0));
    }
    let output = run(&folder, &["build", "--values", "wrong.toml"]);
    assert_eq!((code(&output), stdout(&output)), (Some(1), ""));
    assert!(stderr(&output).contains("no option named `levle`"), "{}", stderr(&output));
    assert!(stderr(&output).contains("[wrong.toml:1:1]"), "{}", stderr(&output));
    let output = run(&folder, &["build", "--values", "absent.toml"]);
    assert_eq!(code(&output), Some(2));
    assert!(stderr(&output).starts_with("error: cannot read `absent.toml`"), "{}", stderr(&output));
}

#[test]
fn expand_writes_a_file_and_refuses_faults() {
    let folder =
        project(&[("pipeline.pipe", CLEAN), ("faulty.pipe", &CLEAN.replace("project = Builder", "project = Bulder"))]);
    assert_eq!(code(&run(&folder, &["expand", "-o", "out.pipe"])), Some(0));
    let written = crate::program::read(&folder, "out.pipe");
    assert_eq!(written, stdout(&run(&folder, &["expand"])));
    assert_eq!(written, stdout(&run(&folder, &["expand", "out.pipe"])));
    let output = run(&folder, &["expand", "faulty.pipe"]);
    assert_eq!((code(&output), stdout(&output)), (Some(1), ""));
    assert_eq!(code(&run(&folder, &["expand", "-o", "pipeline.pipe"])), Some(2));
    assert_eq!(crate::program::read(&folder, "pipeline.pipe"), CLEAN);
}

#[test]
fn one_pipeline_of_several_is_chosen_by_name() {
    let folder = project(&[("pipeline.pipe", &two())]);
    let build = |more: &[&str]| run(&folder, &[&["build", "--target", "codepipeline"][..], &ACCOUNT, more].concat());
    let output = build(&[]);
    assert_eq!(code(&output), Some(2));
    let wanted = "error: `pipeline.pipe` has several pipelines; choose one with `--pipeline`: `App` or `Nightly`\n";
    assert_eq!((stdout(&output), stderr(&output)), ("", wanted));
    let output = build(&["--pipeline", "Nihgtly"]);
    let wanted = "error: no pipeline of `pipeline.pipe` is named `Nihgtly`; did you mean `Nightly`?\n";
    assert_eq!((code(&output), stderr(&output)), (Some(2), wanted));
    let output = build(&["--pipeline", "Nightly"]);
    assert_eq!(code(&output), Some(0));
    assert!(stdout(&output).contains("\"name\": \"Nightly\""), "{}", stdout(&output));
}

#[test]
fn the_definition_says_what_cloudformation_would_do_for_it() {
    let pipeline = CLEAN.replace(
        "source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }",
        "source github Fetch -> App {
      owner = \"me\", repository = \"app\", branch = \"main\"
      // dotpipe: allow(W0902) no connection yet
      token = secret(\"github\", key = \"token\")
    }",
    );
    let pipeline = format!("resources = file(\"queue.yaml\")\n{pipeline}");
    let queue = "Resources: { Jobs: { Type: AWS::SQS::Queue } }\n";
    let folder = project(&[("pipeline.pipe", &pipeline), ("queue.yaml", queue)]);
    let output = run(&folder, &[&["build", "--target", "codepipeline"][..], &ACCOUNT].concat());
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    insta::assert_snapshot!(stderr(&output), @r"
    the pipeline requires resources with these names:
      bucket        app-artifacts-111122223333-eu-west-1
      role          App-pipeline
      project       App-Builder
      resource      Jobs
    resources with these names refer to the pipeline:
      webhook       App-Fetch
    `dotpipe build pipeline.pipe --target support` writes a template that creates them; deploy it with CAPABILITY_NAMED_IAM, because it names roles
    the template creates webhooks if its parameter PipelineExists is true; set it after creating the pipeline
    CodePipeline does not resolve these references; replace them with their values:
      {{resolve:secretsmanager:github:SecretString:token}}
    ");
    let support = run(&folder, &["build", "--target", "support"]);
    assert!(stdout(&support).contains("AWS::SQS::Queue"), "{}", stdout(&support));
    let polling = pipeline.replace("owner = ", "poll-for-source-changes = true, owner = ");
    let queue = "Resources: { Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: !Ref PipelineApp } } }\n";
    let folder = project(&[("pipeline.pipe", &polling), ("queue.yaml", queue)]);
    let template = run(&folder, &["build"]);
    assert_eq!(code(&template), Some(0), "{}", stderr(&template));
    assert!(!stdout(&template).contains("Webhook"), "{}", stdout(&template));
    let support = run(&folder, &["build", "--target", "support"]);
    assert!(stderr(&support).contains("error[E0301]"), "the pipeline is not in it: {}", stderr(&support));
}

#[test]
fn the_definition_says_what_must_exist_beside_it() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let output = run(&folder, &[&["build", "--target", "codepipeline"][..], &ACCOUNT].concat());
    assert_eq!(code(&output), Some(0));
    insta::assert_snapshot!(stderr(&output), @"
    the pipeline requires resources with these names:
      bucket        app-artifacts-111122223333-eu-west-1
      role          App-pipeline
      project       App-Builder
    resources with these names refer to the pipeline:
      event rule    App-Fetch
    `dotpipe build pipeline.pipe --target support` writes a template that creates them; deploy it with CAPABILITY_NAMED_IAM, because it names roles
    ");
    let template = run(&folder, &["build", "--target", "support"]);
    assert_eq!((code(&template), stderr(&template)), (Some(0), ""));
}

#[test]
fn the_definition_says_what_it_cannot_hold() {
    let around = "
  restart-on-update = true
  on schedule \"rate(1 day)\"
  notify Ops on [failed]
  dashboard {}
  stage Build {
    disabled = \"closed for the holidays\"";
    let text = CLEAN.replacen("\n  stage Build {", around, 1) + "\ntopic Ops\n";
    let folder = project(&[("pipeline.pipe", &text)]);
    let output = run(&folder, &[&["build", "--target", "codepipeline"][..], &ACCOUNT].concat());
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    insta::assert_snapshot!(stderr(&output), @"
    the pipeline requires resources with these names:
      bucket        app-artifacts-111122223333-eu-west-1
      role          App-pipeline
      project       App-Builder
    resources with these names refer to the pipeline:
      event rule    App-Fetch
      event rule    App-schedule
      notification  App-Ops
      dashboard     App-dashboard
    `dotpipe build pipeline.pipe --target support` writes a template that creates them; deploy it with CAPABILITY_NAMED_IAM, because it names roles
    the template creates notifications if its parameter PipelineExists is true; set it after creating the pipeline
    a pipeline definition cannot disable transitions; after creating the pipeline, run:
      aws codepipeline disable-stage-transition --pipeline-name App --stage-name Build --transition-type Inbound --reason 'closed for the holidays'
    a pipeline definition cannot start an execution on update; after an update, run:
      aws codepipeline start-pipeline-execution --name App
    ");
    let template = stdout(&run(&folder, &["build"])).to_owned();
    assert!(template.contains("\"RestartExecutionOnUpdate\": true"));
    assert!(template.contains("\"DisableInboundStageTransitions\""));
}

#[test]
fn rules_are_granted_where_they_look_and_to_whom_they_work_under() {
    let conditions = "
    build codebuild Package from App { project = Builder }
    on success require {
      alarm(\"edge\", region = us-east-1)
      lambda(\"edge\", region = us-east-1)
      alarm(\"far\", role = Watcher, name = \"CloudWatchAlarm\")
    } else fail";
    let written = "\n    build codebuild Package from App { project = Builder }";
    let text = CLEAN.replacen(written, conditions, 1)
        + "\nrole Watcher for pipeline = \"arn:aws:iam::111122223333:role/watcher\"\n";
    let folder = project(&[("pipeline.pipe", &text)]);
    let output = run(&folder, &["explain", "role", "App.role"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let role = stdout(&output);
    let has = |text: &str| role.contains(text);
    assert!(has("arn:${AWS::Partition}:lambda:us-east-1:${AWS::AccountId}:function:edge\n"), "{role}");
    // The alarm can be a composite alarm.
    assert!(
        has("allow cloudwatch:DescribeAlarms\n  on *\n")
            && has("allow sts:AssumeRole\n  on arn:aws:iam::111122223333:role/watcher\n"),
        "{role}"
    );
    let output = run(&folder, &[&["build", "--target", "codepipeline"][..], &ACCOUNT].concat());
    let definition = stdout(&output);
    let has = |text: &str| definition.contains(text);
    // The requested name is not assigned to another rule.
    assert!(has("\"name\": \"CloudWatchAlarm\"") && has("\"name\": \"CloudWatchAlarm2\""), "{definition}");
    assert!(has("\"region\": \"us-east-1\"") && has("\"roleArn\": \"arn:aws:iam::111122223333:role/watcher\""));
}

#[test]
fn a_role_is_looked_for_below_the_folder() {
    let renamed = CLEAN.replace("Builder", "Other").replace("pipeline App", "pipeline Web");
    let files = [
        ("dotpipe.toml", ""),
        ("a/pipeline.pipe", CLEAN),
        ("a/buildspec.yml", BUILDSPEC),
        ("a/dotpipe.toml", ""),
        ("b/pipeline.pipe", &renamed),
        ("b/buildspec.yml", BUILDSPEC),
        ("b/dotpipe.toml", ""),
    ];
    let folder = project(&files);
    let output = run(&folder, &["explain", "role", "Other.role"]);
    assert_eq!((code(&output), stderr(&output)), (Some(0), ""));
    assert!(stdout(&output).starts_with("role Other.role (derived)\n  required by: b/pipeline.pipe:"));
    let output = run(&folder, &["explain", "role", "Ohter.role"]);
    let wanted = "error: no role is named `Ohter.role`; did you mean `Other.role`?\n";
    assert_eq!((code(&output), stderr(&output)), (Some(2), wanted));

    let folder = project(&[&files[..], &[("b/pipeline.pipe", CLEAN)]].concat());
    let output = run(&folder, &["explain", "role", "Builder.role"]);
    assert_eq!(code(&output), Some(2));
    let wanted = "error: several pipelines have a role `Builder.role`; specify the file: `a/pipeline.pipe` or `b/pipeline.pipe`\n";
    assert_eq!((stdout(&output), stderr(&output)), ("", wanted));
    let output = run(&folder, &["explain", "role", "Builder.role", "b/pipeline.pipe"]);
    assert_eq!(code(&output), Some(0));
}

#[test]
fn roles_are_listed_without_a_name() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let names = "Builder.role\nApp.events-role\nApp.role\n";
    for arguments in [&["explain", "role"][..], &["explain", "role", "pipeline.pipe"]] {
        let output = run(&folder, arguments);
        assert_eq!((code(&output), stdout(&output), stderr(&output)), (Some(0), names, ""), "{arguments:?}");
    }
    let below = project(&[("a/x.pipe", CLEAN), ("b/y.pipe", &CLEAN.replace("pipeline App", "pipeline Web"))]);
    let output = run(&below, &["explain", "role"]);
    assert!(stdout(&output).contains("a/x.pipe: App.role\n") && stdout(&output).contains("b/y.pipe: Web.role\n"));
    let faulty = project(&[("pipeline.pipe", &CLEAN.replace("stage Build", "stge Build"))]);
    let output = run(&faulty, &["explain", "role"]);
    assert_eq!(code(&output), Some(1));
    assert!(stderr(&output).starts_with("error[E0002]"), "{}", stderr(&output));
}

#[test]
fn a_role_is_not_found_where_nothing_or_faults_are() {
    let folder = project(&[]);
    let output = run(&folder, &["explain", "role", "X.role"]);
    let wanted = "error: no .pipe file below `.` has a pipeline; `dotpipe init` creates one\n";
    assert_eq!((code(&output), stderr(&output)), (Some(2), wanted));
    let folder = project(&[("a/x.pipe", &CLEAN.replace("stage Build", "stge Build"))]);
    let output = run(&folder, &["explain", "role", "X.role"]);
    let wanted = "error: no role is named `X.role`; `a/x.pipe` has errors, see `dotpipe check`\n";
    assert_eq!((code(&output), stderr(&output)), (Some(2), wanted));
}

#[test]
fn a_role_that_exists_is_told_what_it_must_allow() {
    let named = CLEAN.replace("{ image", "{ role = Builds, image");
    let text = format!("{named}\nrole Builds for codebuild = \"arn:aws:iam::111122223333:role/builds\"\n");
    let folder = project(&[("pipeline.pipe", &text)]);
    let output = run(&folder, &["explain", "role", "Builds"]);
    assert_eq!((code(&output), stderr(&output)), (Some(0), ""));
    let shown: Vec<&str> = stdout(&output).lines().take(9).collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    role Builds (imported)
      required by: pipeline.pipe:12
      trusts codebuild.amazonaws.com when aws:SourceAccount StringEquals ${AWS::AccountId}
      existing role: dotpipe does not check whether it has these permissions

    must allow logs:CreateLogStream, logs:PutLogEvents
      on arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codebuild/${AWS::StackName}-Builder:log-stream:*
      to write the build log
      required by: pipeline.pipe:10
    ");
}
