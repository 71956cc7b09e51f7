//! Checks that the files written by `dotpipe init` for each template and each source have no diagnostics and can be
//! built.

use std::fs;

use dotpipe::source::SourceMap;
use dotpipe::workspace::buildspec::Buildspec;
use dotpipe::workspace::document::DocumentOrigin;
use tempfile::TempDir;

use crate::cases;
use crate::program::{code, read, run, stderr, stdout};

const TEMPLATES: [&str; 12] = [
    "node",
    "python",
    "java",
    "go",
    "dotnet",
    "docker",
    "ecs",
    "ecs-blue-green",
    "sam",
    "cdk",
    "cloudformation",
    "plain",
];

/// The remote, the statement that reads it, and the connection.
const SOURCES: [(&str, &str, &str); 6] = [
    ("git@github.com:acme/shop-api.git", "source github", "provider = github\n"),
    ("https://gitlab.com/acme/shop-api.git", "source gitlab", "provider = gitlab\n"),
    ("git@bitbucket.org:acme/shop-api.git", "source bitbucket", "provider = bitbucket\n"),
    ("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop-api", "source codecommit", ""),
    ("git@github.example.com:acme/shop-api.git", "source github-enterprise", "provider = github-enterprise\n"),
    ("git@gitlab.example.com:acme/shop-api.git", "source gitlab-self-managed", "provider = gitlab-self-managed\n"),
];

const SAM: &str = "\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String }
  Size: { Type: String, Default: small }
Resources:
  Shop:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Handler: index.handler, CodeUri: src/ }
";

const TOPIC: &str = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n";

const TASK: &str = r#"{
  "family": "shop",
  "executionRoleArn": "arn:aws:iam::111122223333:role/run",
  "containerDefinitions": [{ "name": "log-router", "image": "fluent-bit" }, { "name": "web", "image": "<IMAGE1_NAME>", "portMappings": [{ "containerPort": 80 }] }]
}"#;

const APP_SPEC: &str = "\
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo: { ContainerName: web, ContainerPort: 80 }
";

/// Creates an empty repository with a remote.
fn repository(remote: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(&folder, ".git/HEAD", "ref: refs/heads/main\n");
    if !remote.is_empty() {
        write(&folder, ".git/config", &format!("[remote \"origin\"]\n\turl = {remote}\n"));
    }
    folder
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().expect("it is in the folder")).expect("folders are made");
    fs::write(path, text).expect("files are written");
}

/// Returns the codes and messages of errors and warnings.
fn faults(folder: &TempDir, file: &str) -> Vec<String> {
    let output = run(folder, &["check", "--format", "short", file]);
    let lines = stderr(&output).lines().filter(|line| line.contains(" error[") || line.contains(" warning["));
    lines.map(str::to_owned).collect()
}

/// Checks the written files: placeholders are the only errors, and the template and the buildspec are valid.
fn is_sound(folder: &TempDir, below: &str) -> Vec<String> {
    let file = format!("{below}pipeline.pipe");
    let text = read(folder, &file);
    assert!(!text.contains("{{") && !text.contains("}}") && !text.contains("\n\n\n"), "{text}");
    let found = faults(folder, &file);
    assert!(found.iter().all(|line| line.contains("W0191")), "{found:#?}\n{text}");
    let formatted = run(folder, &["fmt", "--check", &file]);
    assert_eq!(code(&formatted), Some(0), "{}\n{text}", stderr(&formatted));
    let built = run(folder, &["build", &file]);
    assert_eq!(code(&built), Some(0), "{}\n{text}", stderr(&built));
    if let Ok(spec) = fs::read_to_string(folder.path().join(format!("{below}buildspec.yml"))) {
        assert!(!spec.contains("{{") && !spec.contains("\n\n\n"), "{spec}");
        let mut sources = SourceMap::default();
        let parsed = Buildspec::parse(&spec, DocumentOrigin::File(sources.add("buildspec.yml".into(), spec.as_str())));
        assert!(parsed.error.is_none(), "{spec}");
    }
    found
}

#[test]
fn every_template_is_sound_for_every_source() {
    let all = TEMPLATES.into_iter().flat_map(|template| SOURCES.into_iter().map(move |source| (template, source)));
    for (template, (remote, statement, connection)) in cases::share(all.collect()) {
        let folder = repository(remote);
        if template == "sam" {
            write(&folder, "template.yaml", SAM);
            write(&folder, "src/index.js", "");
        } else if template == "cloudformation" {
            write(&folder, "template.yaml", TOPIC);
        } else if template == "ecs-blue-green" {
            write(&folder, "taskdef.json", TASK);
            write(&folder, "appspec.yaml", APP_SPEC);
        }
        let output = run(&folder, &["init", "--template", template]);
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        let text = read(&folder, "pipeline.pipe");
        assert!(text.contains(statement) && text.contains(connection), "{text}");
        let found = is_sound(&folder, "");
        // The host of a self-managed server is not known.
        let open = usize::from(statement.contains('-'))
            + [("ecs", 4), ("ecs-blue-green", 2)]
                .into_iter()
                .find_map(|(name, open)| (name == template).then_some(open))
                .unwrap_or(0);
        assert_eq!(found.len(), open, "{template}, {remote}: {found:#?}");
    }
}

#[test]
fn the_kind_of_project_is_found() {
    let of = |files: &[(&str, &str)]| {
        let folder = repository("git@github.com:acme/shop.git");
        for (path, text) in files {
            write(&folder, path, text);
        }
        let output = run(&folder, &["init"]);
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        is_sound(&folder, "");
        let first = stderr(&output).lines().next().unwrap_or_default().to_owned();
        (first, fs::read_to_string(folder.path().join("buildspec.yml")).unwrap_or_default())
    };
    let (said, spec) = of(&[("package.json", r#"{"scripts": {"test": "vitest"}}"#), ("package-lock.json", "{}")]);
    assert_eq!(said, "template node, for a Node.js project in GitHub repository acme/shop");
    insta::assert_snapshot!(spec, @"
    version: 0.2

    phases:
      install:
        runtime-versions:
          nodejs: 24
        commands:
          - npm ci
      build:
        commands:
          - npm run test
    ");
    let (said, spec) = of(&[("template.yaml", SAM), ("src/index.js", ""), ("package.json", "{}")]);
    assert_eq!(said, "template sam, for a SAM application in GitHub repository acme/shop");
    insta::assert_snapshot!(spec, @r#"
    version: 0.2

    phases:
      install:
        runtime-versions:
          nodejs: 22
        commands:
          - pip3 install --quiet --upgrade aws-sam-cli
          - npm install
      build:
        # One phase: if a command fails, nothing is packaged.
        commands:
          - sam build
          - sam package --s3-bucket "$PACKAGE_BUCKET" --output-template-file packaged.yaml

    artifacts:
      files:
        - packaged.yaml
    "#);
    let (said, _) = of(&[("Dockerfile", "FROM scratch\n")]);
    assert_eq!(said, "template docker, for a container image in GitHub repository acme/shop");
    let task =
        r#"{"containerDefinitions": [{"name": "web"}], "executionRoleArn": "arn:aws:iam::111122223333:role/run"}"#;
    let (said, _) = of(&[("Dockerfile", "FROM scratch\n"), ("taskdef.json", task)]);
    assert_eq!(said, "template ecs, for a service of Amazon ECS in GitHub repository acme/shop");
    let (said, spec) = of(&[("Dockerfile", "FROM scratch\n"), ("taskdef.json", TASK), ("appspec.yaml", APP_SPEC)]);
    assert_eq!(said, "template ecs-blue-green, for a service of Amazon ECS in GitHub repository acme/shop");
    assert!(spec.contains("> imageDetail.json"), "{spec}");
    let (_, spec) = of(&[("requirements.txt", ""), (".python-version", "3.10")]);
    assert!(spec.contains("python: \"3.10\"\n"), "not a number, which 3.1 is too: {spec}");
    let (said, spec) = of(&[("template.yml", TOPIC)]);
    assert_eq!(said, "template cloudformation, for a CloudFormation template in GitHub repository acme/shop");
    assert_eq!(spec, "");
}

#[test]
fn a_serverless_application_gets_a_pipeline_that_deploys_it() {
    let folder = repository("codecommit::eu-west-1://shop");
    write(&folder, "template.yaml", SAM);
    write(&folder, "src/index.js", "");
    write(&folder, "samconfig.toml", "[default.deploy.parameters]\nstack_name = \"shop-prod\"\n");
    let output = run(&folder, &["init"]);
    insta::assert_snapshot!(stderr(&output), @"
    template sam, for a SAM application in CodeCommit repository shop
    wrote pipeline.pipe
    wrote buildspec.yml

    next:
      dotpipe check    # after you have reviewed the files
      dotpipe build -o pipeline.yaml
      aws cloudformation deploy --region eu-west-1 --stack-name shop-pipeline --template-file pipeline.yaml --capabilities CAPABILITY_IAM --parameter-overrides 'Stage=<value>'
    ");
    insta::assert_snapshot!(read(&folder, "pipeline.pipe"), @r#"
    // Parameters of the application without a default: given when the pipeline is deployed.
    param Stage: string

    /// Builds the serverless application from each push to main, and deploys it.
    pipeline shop-pipeline {
      region = eu-west-1

      stage Source {
        source codecommit Checkout -> Code {
          repository = "shop"
          branch     = "main"
        }
      }

      stage Build {
        // The commands are in buildspec.yml.
        build codebuild Package from Code -> Bundle { project = Packager }
      }

      stage Deploy {
        deploy stack shop-prod from Bundle::packaged.yaml {
          capabilities = [CAPABILITY_IAM]
          parameters   = { Stage = Stage }
        }
      }
    }

    /// The code of the functions. It is kept, because a rollback needs it.
    bucket Packages

    project Packager {
      image = "aws/codebuild/standard:8.0"
      env   = { PACKAGE_BUCKET = Packages.name }

      allow write on Packages
    }
    "#);
    let built = run(&folder, &["build", "-o", "pipeline.yaml"]);
    assert_eq!(code(&built), Some(0), "{}", stderr(&built));
}

/// Connection names are unique within an account.
#[test]
fn the_connection_is_named_after_the_repository() {
    for (remote, name) in [
        ("git@github.com:acme/shop.git", "shop-GitHub"),
        ("git@github.com:acme/a-very-long-name-of-a-repository.git", "a-very-long-name-of-a-rep-GitHub"),
    ] {
        let folder = repository(remote);
        assert_eq!(code(&run(&folder, &["init"])), Some(0));
        let text = read(&folder, "pipeline.pipe");
        assert!(name.len() <= 32 && text.contains(&format!("name     = \"{name}\"\n")), "{text}");
    }
}

#[test]
fn tests_are_named_where_there_are_some() {
    for (package, does) in
        [("{}", "Builds each push"), (r#"{"scripts": {"test": "vitest"}}"#, "Builds and tests each push")]
    {
        let folder = repository("git@github.com:acme/shop.git");
        write(&folder, "package.json", package);
        assert_eq!(code(&run(&folder, &["init"])), Some(0));
        assert!(read(&folder, "pipeline.pipe").starts_with(&format!("/// {does} to main.")), "{package}");
    }
}

#[test]
fn without_git_the_source_is_a_placeholder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = run(&folder, &["init", "shop"]);
    insta::assert_snapshot!(stderr(&output), @r#"
    template plain, for any project; without a Git remote, the source is a placeholder for GitHub
    wrote shop/pipeline.pipe
    wrote shop/buildspec.yml

    next:
      dotpipe check shop/pipeline.pipe    # replace the placeholders that it reports
      dotpipe build shop/pipeline.pipe -o shop/pipeline.yaml
      aws cloudformation deploy --stack-name shop --template-file shop/pipeline.yaml --capabilities CAPABILITY_IAM
    after the first deployment, complete the connection: GitHub (sources that use it fail until then)
      open https://console.aws.amazon.com/codesuite/settings/connections and choose "Update pending connection"
    "#);
    assert_eq!(is_sound(&folder, "shop/").len(), 1);
    let strict = run(&folder, &["check", "--deny", "warnings", "shop/pipeline.pipe"]);
    assert_eq!(code(&strict), Some(1));
}

#[test]
fn a_project_in_a_folder_of_a_repository_is_built_there() {
    for template in TEMPLATES {
        let folder = repository("git@github.com:acme/shop.git");
        if matches!(template, "sam" | "cloudformation") {
            write(&folder, "services/my api/template.yaml", if template == "sam" { SAM } else { TOPIC });
            write(&folder, "services/my api/src/index.js", "");
        } else if template == "ecs-blue-green" {
            write(&folder, "services/my api/taskdef.json", TASK);
            write(&folder, "services/my api/appspec.yaml", APP_SPEC);
        }
        let output = run(&folder, &["init", "services/my api", "--template", template]);
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        is_sound(&folder, "services/my api/");
        let text = read(&folder, "services/my api/pipeline.pipe");
        assert!(text.contains("paths    = [\"services/my api/**\"]"), "{text}");
        if template != "cloudformation" {
            assert!(text.contains("= \"services/my api/buildspec.yml\""), "{text}");
            let spec = read(&folder, "services/my api/buildspec.yml");
            assert!(spec.contains("- cd 'services/my api'\n"), "{spec}");
        }
    }
}

#[test]
fn nothing_that_is_there_is_changed() {
    let folder = repository("git@github.com:acme/shop.git");
    write(&folder, "buildspec.yml", "version: 0.2\nphases: { build: { commands: [make] } }\n");
    let output = run(&folder, &["init"]);
    assert!(stderr(&output).contains("wrote pipeline.pipe\nkept buildspec.yml\n"), "{}", stderr(&output));
    assert_eq!(read(&folder, "buildspec.yml"), "version: 0.2\nphases: { build: { commands: [make] } }\n");
    let before = read(&folder, "pipeline.pipe");
    let again = run(&folder, &["init", "."]);
    let wanted = "error: `pipeline.pipe` already exists; it was not changed\n";
    assert_eq!((code(&again), stderr(&again)), (Some(2), wanted));
    assert_eq!(read(&folder, "pipeline.pipe"), before);
    let blocked = run(&folder, &["init", "buildspec.yml"]);
    assert_eq!(code(&blocked), Some(2));
    assert!(stderr(&blocked).starts_with("error: cannot create `buildspec.yml`: "), "{}", stderr(&blocked));
}

#[test]
fn the_default_branch_comes_before_the_one_checked_out() {
    let folder = repository("git@github.com:acme/shop.git");
    write(&folder, ".git/HEAD", "ref: refs/heads/feature/x\n");
    assert_eq!(code(&run(&folder, &["init", "a"])), Some(0));
    assert!(read(&folder, "a/pipeline.pipe").contains("branch     = \"feature/x\"\n"));
    write(&folder, ".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/trunk\n");
    assert_eq!(code(&run(&folder, &["init", "b"])), Some(0));
    assert!(read(&folder, "b/pipeline.pipe").contains("branch     = \"trunk\"\n"));
    // A worktree.
    write(&folder, "tree/.git", &format!("gitdir: {}\n", folder.path().join(".git/worktrees/tree").display()));
    write(&folder, ".git/worktrees/tree/HEAD", "ref: refs/heads/feature/y\n");
    write(&folder, ".git/worktrees/tree/commondir", "../..\n");
    assert_eq!(code(&run(&folder, &["init", "tree"])), Some(0));
    let text = read(&folder, "tree/pipeline.pipe");
    assert!(text.contains("\"acme/shop\"") && text.contains("\"trunk\""), "{text}");
}

#[test]
fn templates_are_listed_and_misspelled_ones_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = run(&folder, &["init", "--list"]);
    let names: Vec<_> = stdout(&list).lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, TEMPLATES);
    let near = run(&folder, &["init", "--template", "nod"]);
    let wanted = "error: no template is named `nod`; did you mean `node`?\n";
    assert_eq!((code(&near), stderr(&near)), (Some(2), wanted));
    let far = run(&folder, &["init", "--template", "rails"]);
    assert!(stderr(&far).contains("choose `node`, `python`,"), "{}", stderr(&far));
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0);
}
