//! HIRs made by hand, as lowering would make them.

use indexmap::IndexMap;

use crate::catalog::{self, Category, PipelineType};
use crate::hir::*;
use crate::source::{FileId, SourceMap, Span, Spanned};
use crate::workspace::Workspace;
use crate::workspace::file_system::Memory;

/// The tutorial's pipeline.
pub const TUTORIAL: &str = r#"pipeline MyAppPipeline {
  stage Source {
    source codecommit Fetch -> MyApp {
      repository = "my-app"
      branch     = "master"
    }
  }
  stage Build {
    build codebuild Package from MyApp -> MyAppBuild {
      project = MyAppBuilder
    }
  }
  stage Deploy {
    deploy stack my-app-stack from MyAppBuild::output.yaml {
      capabilities = [CAPABILITY_IAM]
    }
  }
}

bucket Packages

project MyAppBuilder {
  image = "aws/codebuild/standard:7.0"
  env   = { PACKAGE_BUCKET = Packages.name }
  allow write on Packages
}
"#;

/// The tutorial's buildspec.
pub const BUILDSPEC: &str = "version: 0.2
phases:
  build:
    commands:
      - npm ci
      - >-
        aws cloudformation package --template-file template.yaml
        --s3-bucket $PACKAGE_BUCKET --output-template-file output.yaml
artifacts:
  files:
    - output.yaml
";

/// The tutorial's application.
pub const TEMPLATE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs22.x
      Events:
        Time:
          Type: Api
          Properties: { Path: /time, Method: get }
";

/// A HIR, the text it stands for and the repository around it.
#[derive(Debug)]
pub struct Sample {
    pub hir: Hir,
    pub sources: SourceMap,
    pub text: String,
    pub file: FileId,
}

impl Sample {
    pub fn new(text: &str) -> Self {
        let mut sources = SourceMap::default();
        let file = sources.add("pipeline.pipe".into(), text);
        Self { hir: Hir::default(), sources, text: text.to_owned(), file }
    }

    /// The first place of a text.
    pub fn at(&self, needle: &str) -> Span {
        let start = self.text.find(needle).unwrap_or_else(|| panic!("`{needle}` in the sample"));
        Span::new(self.file, start, start + needle.len())
    }

    pub fn name(&self, name: &str) -> Spanned<String> {
        Spanned::new(name.to_owned(), self.at(name))
    }

    pub fn text(&self, text: &str) -> Value {
        Value::text(text, self.at(text))
    }

    pub fn word(&self, word: &str) -> Value {
        Value::new(ValueKind::Word(word.to_owned()), self.at(word))
    }
}

pub fn setting(value: Value) -> Setting {
    Setting { attribute: value.span, value, raw: false }
}

/// An action of a provider word, without inputs, outputs and configuration.
pub fn action(sample: &Sample, stage: usize, category: Category, provider: &str, name: &str) -> Action {
    Action {
        name: sample.name(name),
        symbol: name.to_owned(),
        stage,
        category,
        action_type: catalog::action_type(provider, category).expect("a provider of the catalogue"),
        inputs: Vec::new(),
        outputs: Vec::new(),
        configuration: IndexMap::new(),
        namespace: None,
        role: None,
        region: None,
        timeout: None,
        run_order: None,
        origin: Origin::Written,
        template_origin: None,
        checkout: None,
        doc: None,
        span: sample.at(name),
        incomplete: false,
    }
}

pub fn stage(sample: &Sample, name: &str, steps: Vec<Step>) -> Stage {
    let span = sample.at(name);
    Stage { name: sample.name(name), doc: None, steps, span, incomplete: false }
}

pub fn pipeline(sample: &Sample, name: &str) -> Pipeline {
    Pipeline {
        symbol: sample.name(name),
        name: sample.name(name),
        doc: None,
        pipeline_type: PipelineType::V2,
        pipeline_type_span: None,
        mode: None,
        role: None,
        variables: Vec::new(),
        tags: Vec::new(),
        restart_on_update: false,
        store: ArtifactStore::default(),
        stages: Vec::new(),
        actions: Vec::new(),
        artifacts: Vec::new(),
        raw: None,
        logical_id: None,
        span: sample.at(name),
    }
}

pub fn artifact(sample: &Sample, name: &str, producer: usize) -> Artifact {
    Artifact { name: sample.name(name), producer: ActionId(producer), contents: Vec::new() }
}

pub fn bucket(sample: &Sample, name: &str) -> Bucket {
    Bucket {
        symbol: sample.name(name),
        ownership: Ownership::Owned,
        name: None,
        doc: None,
        attributes: IndexMap::new(),
        raw: None,
        logical_id: None,
        span: sample.at(name),
    }
}

pub fn project(sample: &Sample, name: &str, image: &str) -> Project {
    let image = sample.text(image);
    let image = Attribute { word: image.span, value: image };
    Project {
        symbol: sample.name(name),
        ownership: Ownership::Owned,
        name: None,
        doc: None,
        attributes: IndexMap::from([("image".to_owned(), image)]),
        env: Vec::new(),
        buildspec: Buildspec::Default,
        role: None,
        statements: Vec::new(),
        raw: None,
        logical_id: None,
        span: sample.at(name),
        incomplete: false,
    }
}

/// The half of a change-set pair that has this mode.
pub fn change_set(sample: &Sample, stage: usize, name: &str, mode: StackMode) -> Action {
    let stack = sample.at("my-app-stack");
    let mut half = action(sample, stage, Category::Deploy, "cloudformation", "my-app-stack");
    half.name.node = name.to_owned();
    half.origin = Origin::DeployStack;
    half.span = sample.at("deploy stack my-app-stack");
    let text = |text: &str| setting(Value::text(text, stack));
    half.configuration.insert("ActionMode".into(), text(mode.aws()));
    half.configuration.insert("StackName".into(), text("my-app-stack"));
    half.configuration.insert("ChangeSetName".into(), text("my-app-stack-changes"));
    half
}

/// The tutorial, resolved.
pub fn tutorial() -> Sample {
    let mut sample = Sample::new(TUTORIAL);
    let mut it = pipeline(&sample, "MyAppPipeline");
    it.span = sample.at("pipeline MyAppPipeline");

    let mut fetch = action(&sample, 0, Category::Source, "codecommit", "Fetch");
    fetch.span = sample.at("source codecommit Fetch -> MyApp");
    fetch.outputs = vec![ArtifactId(0)];
    fetch.checkout = Some(Spanned::new(String::new(), fetch.span));
    fetch.configuration.insert("RepositoryName".into(), setting(sample.text("my-app")));
    fetch.configuration.insert("BranchName".into(), setting(sample.text("master")));

    let mut package = action(&sample, 1, Category::Build, "codebuild", "Package");
    package.span = sample.at("build codebuild Package from MyApp -> MyAppBuild");
    package.inputs = vec![Input { artifact: ArtifactId(0), span: package.span }];
    package.outputs = vec![ArtifactId(1)];
    let builder = Value::new(ValueKind::Entity(Entity::Project(ProjectId(0))), sample.at("MyAppBuilder"));
    package.configuration.insert("ProjectName".into(), setting(builder));

    let mut prepare = change_set(&sample, 2, "my-app-stack.GenerateChangeSet", StackMode::ChangeSetReplace);
    let file = sample.at("MyAppBuild::output.yaml");
    prepare.inputs = vec![Input { artifact: ArtifactId(1), span: file }];
    let template = ArtifactFile {
        artifact: Some(ArtifactId(1)),
        artifact_span: file,
        path: Text::literal("output.yaml", file),
        path_span: file,
    };
    let template = Value::new(ValueKind::ArtifactFile(template), file);
    prepare.configuration.insert("TemplatePath".into(), setting(template));
    let capabilities = Value::new(ValueKind::List(vec![sample.word("CAPABILITY_IAM")]), sample.at("[CAPABILITY_IAM]"));
    prepare.configuration.insert("Capabilities".into(), setting(capabilities));
    let execute = change_set(&sample, 2, "my-app-stack.ExecuteChangeSet", StackMode::ChangeSetExecute);

    it.actions = vec![fetch, package, prepare, execute];
    it.artifacts = vec![artifact(&sample, "MyApp", 0), artifact(&sample, "MyAppBuild", 1)];
    let only = |id| vec![Step::Action(ActionId(id))];
    it.stages = vec![
        stage(&sample, "Source", only(0)),
        stage(&sample, "Build", only(1)),
        stage(&sample, "Deploy", vec![Step::Sequence(vec![Step::Action(ActionId(2)), Step::Action(ActionId(3))])]),
    ];
    sample.hir.pipelines.push(it);
    sample.hir.buckets.push(bucket(&sample, "Packages"));

    let mut builder = project(&sample, "MyAppBuilder", "aws/codebuild/standard:7.0");
    builder.span = sample.at("project MyAppBuilder");
    let packages = Entity::Bucket(BucketId(0));
    let place = sample.at("Packages.name");
    let name = Value::new(ValueKind::Text(Text::of(PartKind::Member(packages, "name".into()), place)), place);
    builder.env.push((sample.name("PACKAGE_BUCKET"), name));
    builder.statements.push(Statement {
        deny: false,
        permission: Permission::Verb(sample.name("write")),
        resources: vec![Value::new(ValueKind::Entity(packages), sample.at("Packages"))],
        condition: None,
        span: sample.at("allow write on Packages"),
    });
    sample.hir.projects.push(builder);
    sample
}

/// The tutorial's repository.
pub fn repository() -> Workspace {
    Workspace::new(Memory::new([("buildspec.yml", BUILDSPEC), ("template.yaml", TEMPLATE)]), "")
}

fn attribute(value: Value) -> Attribute {
    Attribute { word: value.span, value }
}

/// The tutorial with everything around it that can be declared: a topic and an approval, a second build in a VPC with an image of one's own,
/// parameters, imported things, a declared role, tags and raw properties.
pub fn wide() -> Sample {
    let mut sample = tutorial();
    let span = sample.at("project MyAppBuilder");
    let text = |text: &str| Value::text(text, span);
    let list = |items: &[&str]| Value::new(ValueKind::List(items.iter().map(|item| text(item)).collect()), span);
    let map = |entries: Vec<(&str, Value)>| {
        let entries = entries.into_iter().map(|(key, value)| (Spanned::new(key.to_owned(), span), value)).collect();
        Value::new(ValueKind::Map(entries), span)
    };
    let named = |name: &str| Spanned::new(name.to_owned(), span);
    sample.hir.params.push(Param {
        name: named("AlertEmail"),
        ty: "String",
        default: Some(named("ops@example.com")),
        allowed: Vec::new(),
        doc: Some("Who hears of releases.".into()),
        given: None,
    });
    let email = Value::new(ValueKind::Text(Text::of(PartKind::Param(ParamId(0)), span)), span);
    sample.hir.topics.push(Topic {
        symbol: named("Releases"),
        ownership: Ownership::Owned,
        name: None,
        doc: Some("Release managers.".into()),
        attributes: IndexMap::from([("email".to_owned(), attribute(Value::new(ValueKind::List(vec![email]), span)))]),
        raw: None,
        logical_id: None,
        span,
    });
    let mut cache = bucket(&sample, "Packages");
    cache.symbol = named("cache");
    cache.ownership = Ownership::Imported(text("a-cache-of-ours"));
    sample.hir.buckets.push(cache);
    sample.hir.roles.push(Role {
        symbol: named("Auditor"),
        service: Some(named("cloudformation")),
        ownership: Ownership::Owned,
        name: None,
        doc: None,
        attributes: IndexMap::from([
            ("managed".to_owned(), attribute(list(&["arn:aws:iam::aws:policy/ReadOnlyAccess"]))),
            ("max-session".to_owned(), attribute(Value::new(ValueKind::Duration(7200), span))),
        ]),
        statements: vec![Statement {
            deny: false,
            permission: Permission::Actions(vec![named("s3:getobject"), named("s3:ListBucket")]),
            resources: vec![Value::new(ValueKind::Entity(Entity::Bucket(BucketId(0))), span)],
            condition: Some(map(vec![("StringEquals", map(vec![("aws:ResourceAccount", text("111122223333"))]))])),
            span,
        }],
        raw: None,
        logical_id: None,
        span,
    });
    let mut test = project(&sample, "MyAppBuilder", "aws/codebuild/standard:7.0");
    test.symbol = named("Test-It");
    test.doc = Some("Tests in our network.".into());
    test.buildspec = Buildspec::Inline(Spanned::new(Text::literal("version: 0.2\nphases: {}\n", span), span));
    let image = Text {
        parts: vec![
            Part { kind: PartKind::Pseudo("AccountId".into()), span },
            Part { kind: PartKind::Literal(".dkr.ecr.eu-west-1.amazonaws.com/team/image:1".into()), span },
        ],
    };
    let vpc = map(vec![
        ("id", text("vpc-0a1b2c3d")),
        ("subnets", list(&["subnet-0a1b2c3d", "subnet-1a1b2c3d"])),
        ("security-groups", list(&["sg-0a1b2c3d"])),
    ]);
    test.attributes = IndexMap::from([
        ("image".to_owned(), attribute(Value::new(ValueKind::Text(image), span))),
        ("compute".to_owned(), attribute(Value::new(ValueKind::Word("medium".into()), span))),
        ("privileged".to_owned(), attribute(Value::new(ValueKind::Bool(true), span))),
        ("timeout".to_owned(), attribute(Value::new(ValueKind::Duration(1200), span))),
        ("cache".to_owned(), attribute(Value::new(ValueKind::Entity(Entity::Bucket(BucketId(1))), span))),
        ("vpc".to_owned(), attribute(vpc)),
        ("concurrency".to_owned(), attribute(Value::new(ValueKind::Number("2".into()), span))),
        ("reports".to_owned(), attribute(list(&["unit"]))),
    ]);
    let secret = Secret { id: Text::literal("ci/npm", span), key: Some(Text::literal("token", span)) };
    test.env = vec![
        (named("NPM_TOKEN"), Value::new(ValueKind::Secret(secret), span)),
        (named("REGISTRY"), Value::new(ValueKind::Parameter(Text::literal("/ci/registry", span)), span)),
        (named("AUTHOR"), text("yes")),
    ];
    sample.hir.projects.push(test);
    let mut unit = action(&sample, 2, Category::Test, "codebuild", "Package");
    unit.name = named("Unit");
    unit.inputs = vec![Input { artifact: ArtifactId(0), span }];
    unit.configuration
        .insert("ProjectName".into(), setting(Value::new(ValueKind::Entity(Entity::Project(ProjectId(1))), span)));
    let mut approve = action(&sample, 2, Category::Approval, "manual", "Package");
    approve.name = named("Release");
    approve.timeout = Some(Spanned::new(2880, span));
    let topic = Value::new(ValueKind::Entity(Entity::Topic(TopicId(0))), span);
    approve.configuration.insert("NotificationArn".into(), setting(topic));
    let message = Text {
        parts: vec![
            Part { kind: PartKind::Literal("Release ".into()), span },
            Part { kind: PartKind::Output(ActionId(0), "CommitId".into()), span },
            Part { kind: PartKind::Literal(" in ".into()), span },
            Part { kind: PartKind::Pseudo("Region".into()), span },
        ],
    };
    approve.configuration.insert("CustomData".into(), setting(Value::new(ValueKind::Text(message), span)));
    let pipeline = &mut sample.hir.pipelines[0];
    pipeline.actions.extend([unit, approve]);
    let steps = [4, 2, 5, 3].map(|id| Step::Action(ActionId(id)));
    pipeline.stages[2].steps = steps.into();
    pipeline.mode = Some(named("QUEUED"));
    pipeline.tags = vec![(named("team"), text("billing"))];
    pipeline.variables.push(Variable {
        name: named("Level"),
        default: Some(named("info")),
        allowed: Vec::new(),
        doc: Some("How much to log.".into()),
    });
    let raw = map(vec![("RestartExecutionOnUpdate", Value::new(ValueKind::Bool(true), span))]);
    pipeline.raw = Some(raw);
    sample
}
