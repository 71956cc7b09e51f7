//! Checks that the output of `import` builds what the document defines, for templates and definitions of every example
//! and every valid case and for separate documents for each feature. Also tests documents that cannot be imported.

use dotpipe::compilation::{Compilation, Notation, Request, Target};
use dotpipe::diagnostic::{Code, Diagnostic, Severity};
use dotpipe::import::{BuiltError, BuiltImport, Import, ImportInput, ImportedFiles, RoleOutcome, import};
use dotpipe::source::SourceMap;
use dotpipe::workspace::document::{Document, DocumentOrigin};
use dotpipe::workspace::pipeline_document::DocumentKind;

use crate::cases;
use crate::expand::{Input, compiled, inputs, one_of_small, request, small_share};
use crate::program::{code, project, read, run, stderr, stdout};
use crate::support::compile;

/// The name of the file that contains the imported resources.
const RESOURCES: &str = "app.resources.yaml";

fn of_files(files: &ImportedFiles, kind: DocumentKind) -> Compilation {
    let target = match kind {
        DocumentKind::Template => Target::Cloudformation,
        DocumentKind::Definition => Target::Codepipeline,
    };
    let beside: Vec<(String, String)> =
        files.resources.iter().map(|text| (RESOURCES.to_owned(), text.clone())).collect();
    compile(("app.pipe", &files.pipeline), &beside, &Request { target, ..Request::default() })
}

/// Imports a document.
fn imported(text: &str) -> Option<(Import, DocumentKind)> {
    imported_with(text, false)
}

/// Imports a document, with or without its roles.
fn imported_with(text: &str, derive_roles: bool) -> Option<(Import, DocumentKind)> {
    let file = SourceMap::default().add("template".into(), text);
    let document = Document::parse(text, DocumentOrigin::File(file));
    let root = document.root.as_ref()?;
    let kind = DocumentKind::of(root)?;
    let build = |files: &ImportedFiles| {
        let built = of_files(files, kind);
        let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
        let error = |found: &Diagnostic| BuiltError {
            text: format!("{}: {}", found.code, found.message),
            positions: vec![found.primary.span.range().start],
        };
        let lacks = |found: &Diagnostic| matches!(found.code, Code::E0207 | Code::E0210);
        let errors = built.diagnostics().iter().filter(is_error).map(error).collect();
        Some(BuiltImport { json: built.draft()?, lacks_files: built.diagnostics().iter().any(lacks), errors })
    };
    Some((import(ImportInput { text, root, kind, file, derive_roles }, RESOURCES, &build), kind))
}

/// Checks that the outputs of a file are imported without a difference, and returns their number.
fn comes_back(input: &Input) -> Result<usize, String> {
    let template = compiled(input, &input.text, &request(Target::Cloudformation));
    if template.has_errors() {
        return Ok(0);
    }
    let both = [Notation::Json, Notation::Yaml];
    // Importing takes most of the time, so a sample has each template in one notation.
    let notations = if cases::one_of() == 1 { &both[..] } else { &both[input.text.len() % 2..][..1] };
    let mut texts: Vec<String> = notations.iter().filter_map(|notation| template.build(*notation)).collect();
    for pipeline in template.pipelines() {
        let request = Request { pipeline: Some(pipeline.to_owned()), ..request(Target::Codepipeline) };
        texts.extend(compiled(input, &input.text, &request).build(Notation::Json));
    }
    for text in &texts {
        let (import, _) = imported(text).ok_or_else(|| format!("{}: no document\n{text}", input.name))?;
        let pipeline = &import.files.pipeline;
        if dotpipe::format::format(pipeline).map(|formatted| formatted.text).as_ref() != Ok(pipeline) {
            return Err(format!("{}: the import is not formatted\n{pipeline}", input.name));
        }
        let differences = import.comparison.as_ref().map(|it| it.differences.as_slice());
        if let Some([first, ..]) = differences {
            return Err(format!("{}: {} {first:?}\n{pipeline}", input.name, first.path()));
        }
        if differences.is_none() {
            return Err(format!("{}: builds nothing\n{pipeline}", input.name));
        }
    }
    Ok(texts.len())
}

#[test]
fn outputs_come_back() {
    let inputs = small_share(inputs());
    let chunks = inputs.chunks(inputs.len().div_ceil(4));
    let results: Vec<Result<usize, String>> = std::thread::scope(|scope| {
        let runs: Vec<_> =
            chunks.map(|chunk| scope.spawn(|| chunk.iter().map(comes_back).collect::<Vec<_>>())).collect();
        runs.into_iter().flat_map(|run| run.join().expect("it ends")).collect()
    });
    let faults: Vec<&str> = results.iter().filter_map(|result| result.as_ref().err().map(String::as_str)).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    let all: usize = results.iter().flatten().sum();
    assert!(all * one_of_small() > 300, "only {all} documents were imported");
}

/// Returns the `.pipe` file for a document, after checking that it builds the same.
fn pipe(text: &str) -> String {
    let (import, kind) = imported(text).expect("a document");
    let built = of_files(&import.files, kind);
    let errors = dotpipe::render::short::render(&[built.report()]);
    let differences = import.comparison.map(|comparison| comparison.differences);
    assert_eq!(differences.as_deref(), Some(&[][..]), "{}", import.files.pipeline);
    assert!(!built.has_errors(), "{errors}\n{}", import.files.pipeline);
    import.files.pipeline
}

/// Returns a template with a pipeline with these stages after the source.
fn template(beside: &str, stages: &str) -> String {
    format!(
        "Parameters:
  Branch: {{ Type: String, Default: main }}
Conditions:
  IsProd: !Equals [!Ref Branch, main]
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
{beside}    Properties:
      RoleArn: arn:aws:iam::111122223333:role/pipeline
      ArtifactStore: {{ Type: S3, Location: artifacts-of-shop }}
      Stages:
        - Name: Source
          Actions:
            - Name: Fetch
              ActionTypeId: {{ Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1' }}
              Configuration: {{ RepositoryName: shop, BranchName: !Ref Branch }}
              OutputArtifacts: [{{ Name: App }}]
              Namespace: Git
{stages}"
    )
}

const APPROVAL: &str = "ActionTypeId: { Category: Approval, Owner: AWS, Provider: Manual, Version: '1' }";
const DEPLOYMENT: &str = "ActionTypeId: { Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: '1' }";

#[test]
fn templates_keep_what_is_beside_their_properties() {
    let beside = "    DependsOn: [Topic]\n    DeletionPolicy: Retain\n    Metadata: { Team: shop }\n";
    let topic = "  Topic: { Type: AWS::SNS::Topic } # kept\n";
    let stages = format!("        - Name: Review\n          Actions:\n            - {{ Name: Look, {APPROVAL} }}\n");
    let text = template(beside, &stages) + topic;
    insta::assert_snapshot!(pipe(&text), @r#"
    // Not declared here:
    // - Topic: no pipeline and no project refers to it
    resources = file("app.resources.yaml")

    param Branch: string = "main"

    pipeline Pipeline {
      logical-id = "Pipeline"

      resource-attributes = {
        DependsOn      = ["Topic"]
        DeletionPolicy = "Retain"
        Metadata       = { Team = "shop" }
      }

      named    = false
      generate = false
      type     = default
      role     = "arn:aws:iam::111122223333:role/pipeline"
      artifacts { bucket = "artifacts-of-shop" }

      stage Source {
        source codecommit Fetch -> App {
          repository    = "shop"
          branch        = Branch
          configuration = { PollForSourceChanges = null }
          namespace     = "Git"
        }
      }

      stage Review {
        approve Look
      }
    }
    "#);
    let (import, _) = imported(&text).expect("a document");
    insta::assert_snapshot!(import.files.resources.unwrap_or_default(), @r#"
    Conditions:
      IsProd: !Equals [!Ref Branch, main]
    Resources:
      Topic: { Type: AWS::SNS::Topic } # kept
    "#);
}

#[test]
fn change_sets_and_variables_are_written_in_words() {
    let stages = format!(
        "        - Name: Deploy
          Actions:
            - Name: Prepare
              {DEPLOYMENT}
              RunOrder: 1
              InputArtifacts: [{{ Name: App }}]
              Configuration:
                ActionMode: CHANGE_SET_REPLACE
                StackName: shop
                ChangeSetName: shop-changes
                TemplatePath: App::template.yaml
                RoleArn: arn:aws:iam::111122223333:role/deploy
                ParameterOverrides: '{{\"Tag\":\"#{{Git.CommitId}}\"}}'
            - Name: Execute
              {DEPLOYMENT}
              RunOrder: 2
              Configuration: {{ ActionMode: CHANGE_SET_EXECUTE, StackName: shop, ChangeSetName: shop-changes }}
            - Name: Look
              {APPROVAL}
              RunOrder: 9
              Configuration: {{ CustomData: 'Is #{{Git.CommitId}} in order?' }}
"
    );
    insta::assert_snapshot!(pipe(&template("", &stages)), @r#"
    resources = file("app.resources.yaml")

    param Branch: string = "main"

    pipeline Pipeline {
      logical-id = "Pipeline"
      named      = false
      generate   = false
      type       = default
      role       = "arn:aws:iam::111122223333:role/pipeline"
      artifacts { bucket = "artifacts-of-shop" }

      stage Source {
        source codecommit Fetch -> App {
          repository    = "shop"
          branch        = Branch
          configuration = { PollForSourceChanges = null }
          namespace     = "Git"
        }
      }

      stage Deploy {
        deploy stack shop from App::template.yaml {
          actions    = { prepare = "Prepare", execute = "Execute" }
          role       = "arn:aws:iam::111122223333:role/deploy"
          parameters = { Tag = Fetch.CommitId }
        }
        approve Look {
          message   = "Is ${Fetch.CommitId} in order?"
          run-order = 9
        }
      }
    }
    "#);
}

#[test]
fn names_and_stages_that_the_deployment_decides_are_kept() {
    let stages = format!(
        "        - Name: !Sub '${{AWS::StackName}}-review'
          Actions:
            - {{ Name: !Ref Branch, {APPROVAL} }}
        - !If
          - IsProd
          - Name: Sign
            Actions:
              - !If [IsProd, {{ Name: Read, {APPROVAL} }}, !Ref AWS::NoValue]
              - {{ Name: Sign, {APPROVAL} }}
          - !Ref AWS::NoValue
"
    );
    insta::assert_snapshot!(pipe(&template("", &stages)), @r#"
    param Branch: string = "main"

    let IsProd = Branch == "main"

    pipeline Pipeline {
      logical-id = "Pipeline"
      named      = false
      generate   = false
      type       = default
      role       = "arn:aws:iam::111122223333:role/pipeline"
      artifacts { bucket = "artifacts-of-shop" }

      stage Source {
        source codecommit Fetch -> App {
          repository    = "shop"
          branch        = Branch
          configuration = { PollForSourceChanges = null }
          namespace     = "Git"
        }
      }

      stage Stage2 {
        // No attribute sets Name.
        raw = { Name = "${AWS::StackName}-review" }
        approve Action1 {
          // No attribute sets Name.
          raw = { Name = Branch }
        }
      }

      if IsProd {
        stage Sign {
          parallel {
            if IsProd {
              approve Read
            }
            approve Sign
          }
        }
      }
    }
    "#);
}

#[test]
fn values_that_conditions_and_mappings_choose_are_expressions() {
    let text = format!(
        "Parameters:
  Stage: {{ Type: String, AllowedValues: [dev, prod], Default: dev }}
  Branch: {{ Type: String, Default: '' }}
Mappings:
  Unused: {{ a: {{ b: c }} }}
  Accounts:
    dev: {{ Id: '111122223333', Channels: [a, b] }}
    prod: {{ Id: '444455556666', Channels: [c] }}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  HasBranch: !Not [!Equals [!Ref Branch, '']]
  IsOwn: !And [!Condition HasBranch, !Not [!Condition IsProd], !Equals [!FindInMap [Accounts, !Ref Stage, Id], '111122223333']]
  IsOdd: !Equals [!Select [0, !Split ['-', !Ref Branch]], odd]
  OfTopic: !Equals [!Ref 'AWS::Region', eu-west-1]
Resources:
  Topic: {{ Type: AWS::SNS::Topic, Condition: OfTopic, Properties: {{ DisplayName: !If [IsProd, a, b] }} }}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/pipeline
      ArtifactStore: {{ Type: S3, Location: artifacts-of-shop }}
      Stages:
        - Name: Source
          Actions:
            - Name: Fetch
              ActionTypeId: {{ Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1' }}
              Configuration:
                RepositoryName: !If [IsOwn, !Sub 'shop-${{Branch}}', shop]
                BranchName: !If [IsOdd, odd, main]
              OutputArtifacts: [{{ Name: App }}]
        - !If
          - IsProd
          - Name: Review
            Actions:
              - Name: Look
                {APPROVAL}
                Configuration:
                  CustomData: !Sub ['Is it in ${{Account}}?', {{ Account: !FindInMap [Accounts, !Ref Stage, Id] }}]
                  ExternalEntityLink: !If [HasBranch, 'https://example.com', !Ref 'AWS::NoValue']
          - !Ref AWS::NoValue
        - Name: Sign
          Actions:
            - {{ Name: Sign, {APPROVAL} }}
            - !If [IsOdd, {{ Name: Odd, {APPROVAL} }}, !Ref 'AWS::NoValue']
"
    );
    let (import, _) = imported(&text).expect("a document");
    assert_eq!(import.comparison.map(|comparison| comparison.differences.len()), Some(0));
    insta::assert_snapshot!(import.files.resources.unwrap_or_default(), @r#"
    Mappings:
      Unused: { a: { b: c } }
    Conditions:
      IsOdd: !Equals [!Select [0, !Split ['-', !Ref Branch]], odd]
      OfTopic: !Equals [!Ref 'AWS::Region', eu-west-1]
    Resources:
      Topic: { Type: AWS::SNS::Topic, Condition: OfTopic, Properties: { DisplayName: !If [IsProd, a, b] } }
    "#);
    insta::assert_snapshot!(pipe(&text), @r#"
    // Not declared here:
    // - IsOdd: no condition of the language has Fn::Select
    // - Topic: no pipeline and no project refers to it
    resources = file("app.resources.yaml")

    param Stage: "dev" | "prod" = "dev"
    param Branch: string = ""

    let Accounts = {
      dev  = { Id = "111122223333", Channels = ["a", "b"] }
      prod = { Id = "444455556666", Channels = ["c"] }
    }

    let IsProd = Stage == "prod"
    let HasBranch = Branch != ""
    let IsOwn = HasBranch && !IsProd && Accounts[Stage].Id == "111122223333"

    pipeline Pipeline {
      logical-id = "Pipeline"
      named      = false
      generate   = false
      type       = default
      role       = "arn:aws:iam::111122223333:role/pipeline"
      artifacts { bucket = "artifacts-of-shop" }

      stage Source {
        source codecommit Fetch -> App {
          repository    = IsOwn ? "shop-${Branch}" : "shop"
          branch        = cfn.raw({ "Fn::If" = ["IsOdd", "odd", "main"] })
          configuration = { PollForSourceChanges = null }
        }
      }

      if IsProd {
        stage Review {
          approve Look {
            message = "Is it in ${Accounts[Stage].Id}?"
            link    = HasBranch ? "https://example.com" : null
          }
        }
      }

      stage Sign {
        parallel {
          approve Sign
          approve Odd { cfn-condition = "IsOdd" }
        }
      }
    }
    "#);
}

#[test]
fn rules_with_a_schedule_are_statements_of_the_pipeline() {
    let rule = "  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
      State: DISABLED
      Targets:
        - Id: App
          Arn: !Sub 'arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}'
          RoleArn: arn:aws:iam::111122223333:role/events
";
    let stages = format!("        - Name: Review\n          Actions:\n            - {{ Name: Look, {APPROVAL} }}\n");
    let read = pipe(&(template("", &stages) + rule));
    let statement = r#"
  on schedule "rate(1 day)" {
    logical-id = "Nightly"
    generate   = false
    state      = disabled
    target-id  = "App"
    role       = "arn:aws:iam::111122223333:role/events"
  }
"#;
    assert!(read.contains(statement), "{read}");
}

/// Resources of a template that the pipeline uses.
const BESIDE: &str = r#"  # Compiles the shop,
  # and tests it.
  Builder:
    Type: AWS::CodeBuild::Project
    DependsOn: Artifacts
    Properties:
      Name: !Sub '${AWS::StackName}-builder' # as in the console
      ServiceRole: !GetAtt BuildRole.Arn
      Artifacts: { Type: CODEPIPELINE }
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands: [make, "echo $IMAGES"] # not moved
      Environment:
        Type: LINUX_CONTAINER
        ComputeType: BUILD_GENERAL1_SMALL
        Image: aws/codebuild/standard:7.0
        EnvironmentVariables:
          - { Name: TARGET, Value: !Ref Artifacts }
          - { Name: IMAGES, Value: !GetAtt Images.RepositoryUri }
          - { Name: SIZE, Value: !Ref Size }
          - { Name: VERBOSITY, Value: !Ref Level }
          - { Name: TOKEN, Type: SECRETS_MANAGER, Value: 'shop/token:key' }
          - { Name: LEVEL, Type: PARAMETER_STORE, Value: /shop/level }
      TimeoutInMinutes: 30
      Cache: { Type: LOCAL, Modes: [LOCAL_SOURCE_CACHE] }
      VpcConfig: { VpcId: vpc-0a1b2c3d, Subnets: !Ref Subnets, SecurityGroupIds: [sg-0a1b2c3d] }
      LogsConfig: { CloudWatchLogs: { Status: ENABLED, GroupName: /shop/builds } }
      EncryptionKey: !GetAtt Key.Arn
  Docs:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: !GetAtt BuildRole.Arn
      Artifacts: { Type: NO_ARTIFACTS }
      Source: { Type: GITHUB, Location: https://github.com/example/docs }
      Environment: { Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: aws/codebuild/standard:7.0 }
  BuildRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: codebuild.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: build
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{ Effect: Allow, Action: 's3:*', Resource: !Sub '${Artifacts.Arn}/*' }]
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Metadata: { Team: shop }
    Properties:
      VersioningConfiguration: { Status: Enabled }
      Tags: [{ Key: team, Value: shop }]
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true }
  ArtifactsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Artifacts
      PolicyDocument: { Version: '2012-10-17', Statement: [] }
  Site: { Type: AWS::S3::Bucket }
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }, Action: 'kms:*', Resource: '*' }]
  Review:
    Type: AWS::SNS::Topic
    Properties: { Subscription: [{ Protocol: email, Endpoint: shop@example.com }] }
  Images: { Type: AWS::ECR::Repository, Properties: { ImageTagMutability: IMMUTABLE } }
  GitHub:
    Type: AWS::CodeConnections::Connection
    Properties: { ConnectionName: github, ProviderType: GitHub }
  OldGitHub:
    Type: AWS::CodeStarConnections::Connection
    Properties: { ConnectionName: old, ProviderType: GitHub }
"#;

/// Returns a template whose pipeline uses other resources of the template.
fn with_resources() -> String {
    let stages = format!(
        "        - Name: Build
          Actions:
            - Name: Compile
              ActionTypeId: {{ Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1' }}
              InputArtifacts: [{{ Name: App }}]
              Configuration: {{ ProjectName: !Ref Builder }}
            - Name: Fork
              ActionTypeId: {{ Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1' }}
              InputArtifacts: [{{ Name: App }}]
              Configuration:
                ProjectName: !Ref Builder
                EnvironmentVariables: !Sub '[{{\"name\":\"VIA\",\"value\":\"${{GitHub}}\"}}]'
            - {{ Name: Look, RunOrder: 2, {APPROVAL}, Configuration: {{ NotificationArn: !Ref Review }} }}
"
    );
    let text = template("", &stages) + BESIDE;
    text.replace("Location: artifacts-of-shop", "Location: !Ref Artifacts").replace(
        "Conditions:",
        "  Subnets: { Type: 'List<AWS::EC2::Subnet::Id>' }
  Size: { Type: String, AllowedValues: [small, large], Default: small }
  Level: { Type: String, AllowedPattern: '[a-z]+' }
Conditions:
  IsLarge: !Equals [!Ref Size, large]
  IsInfo: !Equals [!Ref Level, info]",
    )
}

/// Parameters with everything that a template can say of them.
const PARAMETERS: &str = "Parameters:
  Level:
    Type: String
    AllowedPattern: '^[a-z]{2,}\\d$'
    ConstraintDescription: two letters and a digit
    MinLength: '3'
    MaxLength: 8
    Default: ab1
  Count: { Type: Number, MinValue: 1.5, MaxValue: 10, Default: 2, AllowedValues: [2, 3], Description: How many. }
  Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /image }
  Pin: { Type: Number, NoEcho: true }
  Token: { Type: String, NoEcho: true, Default: '', Description: ' Padded. ' }
  Free: { Type: String }
";

#[test]
fn parameters_are_declared_with_all_that_they_accept() {
    let stages = format!(
        "        - Name: Check
          Actions:
            - Name: Smoke
              ActionTypeId: {{ Category: Invoke, Owner: AWS, Provider: Lambda, Version: '1' }}
              Configuration:
                FunctionName: !Sub '${{Level}}-${{Count}}-${{Image}}-${{Pin}}-${{Token}}'
                UserParameters: !Sub '{{\"free\":\"${{Free}}\"}}'
            - {{ Name: Look, RunOrder: 2, {APPROVAL} }}
"
    );
    let shown = "Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups:
      - { Label: { default: Machines }, Parameters: [Image, Count] }
      - { Label: { default: Others }, Parameters: [Level] }
    ParameterLabels: { Count: { default: Number of machines } }
";
    let text = format!("{shown}{}", template("", &stages).replace("Parameters:\n", PARAMETERS));
    let text = text.replace("Conditions:\n  IsProd: !Equals [!Ref Branch, main]\n", "");
    let imported = pipe(&text);
    let (params, _) = imported.split_once("pipeline Pipeline").expect("a pipeline");
    insta::assert_snapshot!(params, @r#"
    param Image: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id> = "/image" { group = "Machines" }

    /// How many.
    param Count: number = 2 {
      allowed-values = ["2", "3"]
      min-value      = 1.5
      max-value      = 10
      label          = "Number of machines"
      group          = "Machines"
    }

    param Level: string = "ab1" {
      allowed-pattern        = '^[a-z]{2,}\d$'
      min-length             = 3
      max-length             = 8
      constraint-description = "two letters and a digit"
      group                  = "Others"
    }

    param Pin: number { no-echo = true }
    param Token: secret = "" { description = " Padded. " }
    param Free: string { allowed-pattern = null }
    param Branch: string = "main"
    "#);
    // One parameter of a group that stays where it is, and the groups stay, too.
    let text = text.replace("  Free: {", "  Unused: { Type: String, Default: x }\n  Free: {");
    let text = text.replace("[Level] }", "[Level, Unused] }") + "Outputs: { Unused: { Value: !Ref Unused } }\n";
    let imported = pipe(&text);
    assert!(imported.contains("resources = file") && !imported.contains("group"), "{imported}");
}

#[test]
fn resources_are_declared() {
    insta::assert_snapshot!(pipe(&with_resources()), @r#"
    // Not declared here:
    // - Docs: its source is not a pipeline
    // - OldGitHub: CloudFormation would replace it: dotpipe creates AWS::CodeConnections::Connection instead
    // - Site: no pipeline and no project refers to it
    resources = file("app.resources.yaml")

    param Branch: string = "main"
    param Subnets: [AWS::EC2::Subnet::Id]
    param Size: "small" | "large" = "small"
    param Level: string { allowed-pattern = "[a-z]+" }

    pipeline Pipeline {
      logical-id = "Pipeline"
      named      = false
      generate   = false
      type       = default
      role       = "arn:aws:iam::111122223333:role/pipeline"
      artifacts { bucket = Artifacts }

      stage Source {
        source codecommit Fetch -> App {
          repository    = "shop"
          branch        = Branch
          configuration = { PollForSourceChanges = null }
          namespace     = "Git"
        }
      }

      stage Build {
        parallel {
          build codebuild Compile from App { project = Builder }
          build codebuild Fork from App {
            project = Builder
            configuration = {
              EnvironmentVariables = "[{\"name\":\"VIA\",\"value\":\"${GitHub.arn}\"}]"
            }
          }
        }
        approve Look { notify = Review }
      }
    }

    // Compiles the shop,
    // and tests it.
    // as in the console
    project Builder {
      logical-id          = "Builder"
      resource-attributes = { DependsOn = "Artifacts" }
      generate            = false
      name                = "${AWS::StackName}-builder"
      image               = "aws/codebuild/standard:7.0"
      environment-type    = linux
      compute             = small
      env = {
        TARGET    = Artifacts.name
        IMAGES    = cfn.att("Images", "RepositoryUri")
        SIZE      = Size
        VERBOSITY = Level
        TOKEN     = secret("shop/token", key = "key")
        LEVEL     = ssm("/shop/level")
      }
      buildspec = yaml('''
        version: 0.2
        phases:
          build:
            commands: [make, "echo $IMAGES"] # not moved
        ''')
      timeout = 30m
      cache   = [source]
      vpc = { id = "vpc-0a1b2c3d", subnets = Subnets, security-groups = ["sg-0a1b2c3d"] }
      logs = { cloudwatch = true, group = "/shop/builds" }
      role = BuildRole
      key  = Key
    }

    role BuildRole for codebuild {
      logical-id = "BuildRole"
      generate   = false
      policy build {
        allow ["s3:*"] on "${Artifacts.arn}/*"
      }
    }

    bucket Artifacts {
      logical-id          = "Artifacts"
      resource-attributes = { DeletionPolicy = "Retain", Metadata = { Team = "shop" } }
      generate            = false
      versioned           = true
      tags                = { team = "shop" }
      // No attribute sets PublicAccessBlockConfiguration.
      raw = { PublicAccessBlockConfiguration = { BlockPublicAcls = true, IgnorePublicAcls = true } }
    }

    key Key {
      logical-id = "Key"
      generate   = false
      // No attribute sets KeyPolicy.Statement.
      raw = {
        KeyPolicy = {
          Statement = [
            {
              Effect    = "Allow"
              Principal = { AWS = "arn:aws:iam::${AWS::AccountId}:root" }
              Action    = "kms:*"
              Resource  = "*"
            }
          ]
        }
      }
    }

    topic Review {
      logical-id = "Review"
      email      = ["shop@example.com"]
    }

    repository Images {
      logical-id = "Images"
      generate   = false
      immutable  = true
    }

    connection GitHub {
      logical-id = "GitHub"
      name       = "github"
      provider   = github
    }
    "#);
}

#[test]
fn the_rest_stays_as_it_is() {
    let text = with_resources();
    let (import, _) = imported(&text).expect("a document");
    insta::assert_snapshot!(import.files.resources.unwrap_or_default(), @r#"
    Conditions:
      IsLarge: !Equals [!Ref Size, large]
      IsInfo: !Equals [!Ref Level, info]
      IsProd: !Equals [!Ref Branch, main]
    Resources:
      Docs:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: { Type: NO_ARTIFACTS }
          Source: { Type: GITHUB, Location: https://github.com/example/docs }
          Environment: { Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: aws/codebuild/standard:7.0 }
      ArtifactsPolicy:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref Artifacts
          PolicyDocument: { Version: '2012-10-17', Statement: [] }
      Site: { Type: AWS::S3::Bucket }
      OldGitHub:
        Type: AWS::CodeStarConnections::Connection
        Properties: { ConnectionName: old, ProviderType: GitHub }
    "#);
}

#[test]
fn what_check_would_report_is_not_declared() {
    let secret = format!("ghp_{}", "16C7e42F292c6912E7710c838347Ae178B4a");
    let text = with_resources().replace("Value: !Ref Artifacts", &format!("Value: {secret}"));
    let pipeline = pipe(&text);
    let reason = "// - Builder: `dotpipe check` would report E0901: ";
    assert!(pipeline.contains(reason), "{pipeline}");
    assert!(pipeline.contains("project = cfn.ref(\"Builder\")"), "{pipeline}");
    let (import, _) = imported(&text).expect("a document");
    assert!(import.files.resources.is_some_and(|text| text.contains("  # Compiles the shop,\n")));
}

#[test]
fn names_of_actions_are_not_those_of_declarations() {
    let text = with_resources().replace("Name: Compile", "Name: Builder").replace("Name: Look", "Name: Size");
    let pipeline = pipe(&text);
    assert!(pipeline.contains("project BuilderProject {\n  logical-id"), "{pipeline}");
    assert!(pipeline.contains("// - Size: the name means something else in the pipeline\n"), "{pipeline}");
}

#[test]
fn json_templates_are_divided() {
    let file = SourceMap::default().add("template".into(), "");
    let yaml = with_resources();
    let root = Document::parse(&yaml, DocumentOrigin::File(file)).root.expect("a document");
    let json = serde_json::to_string_pretty(&dotpipe::workspace::document::long_form(&root)).expect("JSON");
    let pipeline = pipe(&json);
    assert!(pipeline.contains("project Builder {"), "{pipeline}");
    let (import, _) = imported(&json).expect("a document");
    let rest = import.files.resources.unwrap_or_default();
    assert!(serde_json::from_str::<serde_json::Value>(&rest).is_ok(), "{rest}");
    let kept = |name: &str| rest.contains(&format!("    \"{name}\": {{"));
    assert!(!kept("BuildRole") && kept("Docs") && !kept("Level") && !kept("Builder") && !kept("Size"), "{rest}");
}

/// Returns the template of a pipeline that has no declared role.
fn with_derived_roles() -> String {
    let text = "pipeline App {
  stage Source { source codecommit Fetch -> App { repository = \"app\", branch = \"main\" } }
  stage Build { build codebuild Make from App { project = Maker } }
}
project Maker { image = \"aws/codebuild/standard:7.0\", buildspec = yaml('{ version: 0.2, phases: { build: { commands: [make] } } }') }
";
    let request = Request { target: Target::Cloudformation, ..Request::default() };
    compile(("app.pipe", text), &[], &request).draft().expect("a template")
}

#[test]
fn roles_are_left_out_where_the_derived_ones_allow_as_much() {
    let template = with_derived_roles();
    let (import, _) = imported_with(&template, true).expect("a document");
    let differences = import.comparison.map(|comparison| comparison.differences);
    assert_eq!(differences.as_deref(), Some(&[][..]), "{}", import.files.pipeline);
    assert_eq!(import.roles.get("RoleApp"), Some(&RoleOutcome::Derived(Vec::new())));
    assert!(!import.files.pipeline.contains("role RoleApp "), "{}", import.files.pipeline);
    assert!(!import.files.pipeline.contains("RoleApp\n"), "{}", import.files.pipeline);
    let resources = import.files.resources.unwrap_or_default();
    assert!(!resources.contains("\"RoleApp\":") && !resources.contains("\"RoleMakerBuild\":"), "{resources}");
    assert!(import.files.pipeline.contains("role RoleMakerBuild for codebuild {"), "{}", import.files.pipeline);
    // Without the option, the role is kept.
    assert!(imported(&template).is_some_and(|(import, _)| import.roles.is_empty()));
    assert!(pipe(&template).contains("role       = RoleApp\n"));
}

#[test]
fn roles_of_actions_are_left_out_where_the_pipelines_role_allows_as_much() {
    let template = with_derived_roles();
    let fetcher = |resource: &str| {
        format!(
            r#""Resources":{{"Fetcher":{{"Type":"AWS::IAM::Role","Properties":{{"AssumeRolePolicyDocument":{{"Version":"2012-10-17",
            "Statement":[{{"Effect":"Allow","Principal":{{"AWS":{{"Fn::Sub":"arn:aws:iam::${{AWS::AccountId}}:root"}}}},"Action":"sts:AssumeRole"}}]}},
            "Policies":[{{"PolicyName":"fetch","PolicyDocument":{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",
            "Action":"codecommit:GetBranch","Resource":{{"Fn::Sub":"arn:${{AWS::Partition}}:codecommit:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"}}}}]}}}}]}}}},"#
        )
    };
    let with_role = template
        .replace("\"Name\":\"Fetch\",", "\"Name\":\"Fetch\",\"RoleArn\":{\"Fn::GetAtt\":[\"Fetcher\",\"Arn\"]},");
    assert_ne!(with_role, template);
    let (import, _) =
        imported_with(&with_role.replacen("\"Resources\":{", &fetcher("app"), 1), true).expect("a document");
    let differences = import.comparison.map(|comparison| comparison.differences);
    assert_eq!(differences.as_deref(), Some(&[][..]), "{}", import.files.pipeline);
    assert!(matches!(import.roles.get("Fetcher"), Some(RoleOutcome::Derived(_))), "{:?}", import.roles);
    assert!(!import.files.pipeline.contains("Fetcher"), "{}", import.files.pipeline);
    let other = with_role.replacen("\"Resources\":{", &fetcher("other"), 1);
    let (import, _) = imported_with(&other, true).expect("a document");
    let Some(RoleOutcome::Kept(reason)) = import.roles.get("Fetcher") else { panic!("{:?}", import.roles) };
    assert!(reason.starts_with("the derived role does not allow codecommit:GetBranch on "), "{reason}");
    assert!(import.files.pipeline.contains("action-role"), "{}", import.files.pipeline);
}

#[test]
fn roles_that_allow_more_stay_and_gains_are_listed() {
    let template = with_derived_roles();
    let more = template.replace("\"codecommit:GetBranch\"", "\"codecommit:DeleteBranch\"");
    let (import, _) = imported_with(&more, true).expect("a document");
    let Some(RoleOutcome::Kept(reason)) = import.roles.get("RoleApp") else { panic!("{:?}", import.roles) };
    assert!(reason.starts_with("the derived role does not allow codecommit:DeleteBranch on "), "{reason}");
    assert!(import.files.pipeline.contains("cfn.att(\"RoleApp\", \"Arn\")"));
    let less = template.replace("\"codecommit:GetBranch\",", "");
    assert_ne!(less, template);
    let (import, _) = imported_with(&less, true).expect("a document");
    let Some(RoleOutcome::Derived(differences)) = import.roles.get("RoleApp") else { panic!("{:?}", import.roles) };
    let [gained] = differences.as_slice() else { panic!("{differences:?}") };
    assert_eq!(gained.change.sign(), '+');
    assert!(gained.after.as_ref().is_some_and(|it| it.to_string().contains("codecommit:GetBranch")));
    assert_eq!(import.comparison.map(|comparison| comparison.differences.len()), Some(0));
    let used = template.replace("\"Outputs\":{", "\"Outputs\":{\"Role\":{\"Value\":{\"Ref\":\"RoleApp\"}},");
    assert_ne!(used, template);
    let (import, _) = imported_with(&used, true).expect("a document");
    assert_eq!(import.roles.get("RoleApp"), Some(&RoleOutcome::Kept("Role refers to it".to_owned())));
}

#[test]
fn what_becomes_of_roles_is_printed() {
    let folder = project(&[("template.json", &with_derived_roles())]);
    let output = run(&folder, &["import", "template.json", "-o", "app.pipe", "--derive-roles"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("role `RoleApp` is derived, with the same permissions\n"), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("role `RoleMakerBuild` stays: the derived role does not allow"),
        "{}",
        stderr(&output)
    );
}

/// A rule that starts a pipeline, with its role, whose policy is a resource.
const RULE: &str = "  Starter:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: [events.amazonaws.com] }, Action: 'sts:AssumeRole' }]
  # Starts it.
  StarterPolicy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: start
      Roles: [!Ref Starter]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: codepipeline:StartPipelineExecution
            Resource: !Sub 'arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}'
          - { Sid: Look, Effect: Allow, NotAction: 'iam:*', Resource: '*' }
  # For each commit.
  Commits:
    Type: AWS::Events::Rule
    Condition: IsProd
    Properties:
      State: DISABLED
      EventPattern:
        source: [aws.codecommit]
        detail: { referenceName: [!Ref Branch] }
      Targets:
        - Id: shop
          Arn: !Sub 'arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}'
          RoleArn: !GetAtt Starter.Arn
";

#[test]
fn event_rules_and_their_roles_are_declared() {
    let stages = format!("        - Name: Review\n          Actions:\n            - {{ Name: Look, {APPROVAL} }}\n");
    let pipeline = pipe(&(template("", &stages) + RULE));
    let expected = "  // For each commit.
  on event {
    logical-id          = \"Commits\"
    resource-attributes = { Condition = \"IsProd\" }
    generate            = false
    state               = disabled
    source              = [\"aws.codecommit\"]
    detail              = { referenceName = [Branch] }
    target-id           = \"shop\"
    role                = Starter
  }
";
    assert!(pipeline.contains(expected), "{pipeline}");
    let expected = "role Starter for events {
  logical-id = \"Starter\"
  generate   = false
  // Starts it.
  policy start {
    logical-id = \"StarterPolicy\"
    statements = [
";
    assert!(pipeline.contains(expected), "{pipeline}");
    assert!(pipeline.contains(":${Pipeline.name}\""), "{pipeline}");
}

#[test]
fn definitions_are_imported() {
    let text = r#"{
        "pipeline": {
            "name": "shop",
            "roleArn": "arn:aws:iam::111122223333:role/pipeline",
            "artifactStore": { "type": "S3", "location": "artifacts-of-shop" },
            "stages": [
                { "name": "Source", "actions": [{
                    "name": "Fetch", "runOrder": 1,
                    "actionTypeId": { "category": "Source", "owner": "AWS", "provider": "S3", "version": "1" },
                    "configuration": { "S3Bucket": "code", "S3ObjectKey": "shop.zip", "PollForSourceChanges": "false" },
                    "outputArtifacts": [{ "name": "App" }], "inputArtifacts": []
                }] },
                { "name": "Scan", "actions": [{
                    "name": "Scan", "runOrder": 1,
                    "actionTypeId": { "category": "Test", "owner": "Custom", "provider": "Acme", "version": "2" },
                    "configuration": { "Level": "high" },
                    "outputArtifacts": [], "inputArtifacts": [{ "name": "App" }]
                }] }
            ],
            "version": 3,
            "executionMode": "SUPERSEDED",
            "pipelineType": "V2"
        },
        "metadata": { "pipelineArn": "arn:aws:codepipeline:eu-west-1:111122223333:shop" }
    }"#;
    insta::assert_snapshot!(pipe(text), @r#"
    pipeline shop {
      generate = false
      type     = V2
      mode     = superseded
      role     = "arn:aws:iam::111122223333:role/pipeline"
      artifacts { bucket = "artifacts-of-shop" }

      stage Source {
        source s3 Fetch -> App {
          bucket                  = "code"
          key                     = "shop.zip"
          poll-for-source-changes = false
        }
      }

      stage Scan {
        // dotpipe has no statement for this action type.
        action Scan from App {
          category      = test
          owner         = custom
          provider      = "Acme"
          version       = "2"
          configuration = { Level = "high" }
        }
      }
    }
    "#);
}

/// Returns a template used by tests of the program.
fn shop() -> String {
    template("", &format!("        - Name: Review\n          Actions:\n            - {{ Name: Look, {APPROVAL} }}\n"))
}

#[test]
fn files_are_written_and_not_replaced() {
    let folder = project(&[("infra/template.yaml", &shop())]);
    let first = run(&folder, &["import", "infra/template.yaml", "-o", "infra/app.pipe"]);
    assert_eq!(code(&first), Some(0), "{}", stderr(&first));
    assert!(stderr(&first).ends_with("the result is equivalent to `infra/template.yaml`\n"), "{}", stderr(&first));
    assert!(read(&folder, "infra/app.pipe").starts_with("resources = file(\"infra/app.resources.yaml\")\n"));
    assert!(read(&folder, "infra/app.resources.yaml").contains("IsProd: !Equals [!Ref Branch, main]"));
    let built = run(&folder, &["build", "infra/app.pipe"]);
    assert_eq!(code(&built), Some(0), "{}", stderr(&built));
    let second = run(&folder, &["import", "infra/template.yaml", "-o", "infra/app.pipe"]);
    assert_eq!(code(&second), Some(2));
    assert!(stderr(&second).contains("`infra/app.pipe` exists"), "{}", stderr(&second));
    let third = run(&folder, &["import", "infra/template.yaml", "-o", "infra/app.pipe", "--force"]);
    assert_eq!(code(&third), Some(0), "{}", stderr(&third));
}

#[test]
fn a_pipeline_is_printed() {
    let folder = project(&[("template.yaml", &shop())]);
    let output = run(&folder, &["import", "template.yaml"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("pipeline Pipeline {"), "{}", stdout(&output));
    assert!(stderr(&output).contains("`imported.resources.yaml`"), "{}", stderr(&output));
    assert!(!folder.path().join("imported.resources.yaml").exists());
}

#[test]
fn what_is_no_pipeline_is_refused() {
    let folder = project(&[
        ("buckets.yaml", "Resources:\n  Site: { Type: AWS::S3::Bucket }\n"),
        ("broken.yaml", "Resources:\n  A: ]\n"),
        ("empty.json", ""),
        ("template.yaml", &shop()),
    ]);
    let refused = |arguments: &[&str], reason: &str| {
        let output = run(&folder, arguments);
        assert_eq!(code(&output), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(reason), "{arguments:?}: {}", stderr(&output));
    };
    refused(&["import", "buckets.yaml"], "`buckets.yaml` defines no pipeline");
    refused(&["import", "broken.yaml"], "`broken.yaml` cannot be read");
    refused(&["import", "empty.json"], "`empty.json` is empty");
    refused(&["import", "missing.yaml"], "cannot read `missing.yaml`: no such file");
    refused(&["import", "template.yaml", "-o", "app.txt"], "`app.txt` does not end in .pipe");
    refused(&["import", "template.yaml", "-o", "none/app.pipe"], "none");
}

#[test]
fn faulty_documents_do_not_stop_the_program() {
    let text = shop();
    for (index, _) in cases::share(text.char_indices().step_by(7).collect()) {
        let mut cut = text.clone();
        cut.truncate(index);
        let _ = imported(&cut);
        let mut without = text.clone();
        without.replace_range(index..text.len().min(index + 5), "");
        let _ = imported(&without);
    }
}
