//! HIRs that are built by hand in the form in which files produce them.

use std::sync::Arc;

use crate::catalog::{self, Category, PipelineType};
use crate::collections::IndexMap;
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

/// A HIR, its text, and the repository around it.
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

    /// Returns the first span of a text.
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

/// Creates an action of a provider keyword, without inputs, outputs, and configuration.
pub fn action(sample: &Sample, stage: usize, category: Category, provider: &str, name: &str) -> Action {
    Action {
        name: sample.name(name),
        symbol: name.to_owned(),
        declared: sample.name(name).span,
        word: Some(provider.to_owned()),
        stage,
        loops: Arc::from([]),
        used: None,
        category,
        action_type: catalog::action_type(provider, category).expect("a provider of the catalog"),
        inputs: Vec::new(),
        outputs: Vec::new(),
        configuration: IndexMap::default(),
        namespace: None,
        role: None,
        statements: Vec::new(),
        boundary: None,
        environment: None,
        region: None,
        timeout: None,
        run_order: None,
        cfn_condition: None,
        starts_under: None,
        raw: None,
        origin: Origin::Written,
        pair: None,
        template_origin: None,
        checkout: None,
        filters: Vec::new(),
        doc: None,
        span: sample.at(name),
        incomplete: false,
    }
}

pub fn stage(sample: &Sample, name: &str, steps: Vec<Step>) -> Stage {
    let span = sample.at(name);
    let name = sample.name(name);
    let (loops, conditions, disabled) = (Arc::from([]), Vec::new(), None);
    Stage {
        name,
        doc: None,
        steps,
        loops,
        on_failure: None,
        conditions,
        disabled,
        cfn_condition: None,
        raw: None,
        span,
        incomplete: false,
    }
}

pub fn pipeline(sample: &Sample, name: &str) -> Pipeline {
    Pipeline {
        symbol: sample.name(name),
        name: sample.name(name),
        deploy_name: None,
        doc: None,
        pipeline_type: PipelineType::V2,
        pipeline_type_span: None,
        mode: None,
        role: None,
        statements: Vec::new(),
        boundary: None,
        account: None,
        region: None,
        variables: Arena::default(),
        tags: Vec::new(),
        restart_on_update: false,
        store: ArtifactStore::default(),
        schedules: Vec::new(),
        events: Vec::new(),
        notifications: Vec::new(),
        dashboard: None,
        stages: Vec::new(),
        actions: Arena::default(),
        artifacts: Arena::default(),
        raw: None,
        resource_attributes: None,
        condition: None,
        generate: true,
        named: true,
        type_left_out: false,
        logical_id: None,
        span: sample.at(name),
        incomplete: false,
    }
}

pub fn artifact(sample: &Sample, name: &str, producer: usize) -> Artifact {
    Artifact { name: sample.name(name), producer: ActionId(producer), contents: Vec::new() }
}

pub fn owned(sample: &Sample, name: &str) -> Declaration {
    Declaration::new(sample.name(name), Ownership::Owned, sample.at(name))
}

pub fn project(sample: &Sample, name: &str, image: &str) -> Project {
    let image = sample.text(image);
    let image = Attribute { word: image.span, value: image };
    Project {
        declaration: Declaration {
            attributes: IndexMap::from_iter([("image".to_owned(), image)]),
            ..owned(sample, name)
        },
        statements: Vec::new(),
    }
}

/// Creates the half of a change-set pair that has this mode.
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

/// Returns the resolved tutorial.
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

    it.actions = vec![fetch, package, prepare, execute].into();
    it.artifacts = vec![artifact(&sample, "MyApp", 0), artifact(&sample, "MyAppBuild", 1)].into();
    let only = |id| vec![Step::Action(ActionId(id))];
    it.stages = vec![
        stage(&sample, "Source", only(0)),
        stage(&sample, "Build", only(1)),
        stage(&sample, "Deploy", vec![Step::Sequence(vec![Step::Action(ActionId(2)), Step::Action(ActionId(3))])]),
    ];
    sample.hir.pipelines.push(it);
    sample.hir.buckets.push(owned(&sample, "Packages"));

    let mut builder = project(&sample, "MyAppBuilder", "aws/codebuild/standard:7.0");
    builder.declaration.span = sample.at("project MyAppBuilder");
    let packages = Entity::Bucket(BucketId(0));
    let place = sample.at("Packages.name");
    let name = Value::new(ValueKind::Text(Text::of(PartKind::Member(packages, "name".into()), place)), place);
    let env = Value::new(ValueKind::Map(vec![(sample.name("PACKAGE_BUCKET"), name)]), place);
    builder.declaration.attributes.insert("env".into(), Attribute { word: place, value: env });
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

/// Returns the tutorial's repository.
pub fn repository() -> Workspace {
    Workspace::new(Memory::new([("buildspec.yml", BUILDSPEC), ("template.yaml", TEMPLATE)]), "")
}

/// Creates values with the same span.
#[derive(Clone, Copy)]
struct At(Span);

impl At {
    fn name(self, name: &str) -> Spanned<String> {
        Spanned::new(name.to_owned(), self.0)
    }

    fn text(self, text: &str) -> Value {
        Value::text(text, self.0)
    }

    fn value(self, kind: ValueKind) -> Value {
        Value::new(kind, self.0)
    }

    fn entity(self, entity: Entity) -> Value {
        self.value(ValueKind::Entity(entity))
    }

    fn list(self, items: &[&str]) -> Value {
        self.value(ValueKind::List(items.iter().map(|item| self.text(item)).collect()))
    }

    fn map(self, entries: Vec<(&str, Value)>) -> Value {
        self.value(ValueKind::Map(entries.into_iter().map(|(key, value)| (self.name(key), value)).collect()))
    }

    fn parts(self, kinds: Vec<PartKind>) -> Value {
        let parts = kinds.into_iter().map(|kind| Part { kind, span: self.0 }).collect();
        self.value(ValueKind::Text(Text { parts }))
    }

    fn literal(self, text: &str) -> Text {
        Text::literal(text, self.0)
    }
}

fn attributes(entries: Vec<(&str, Value)>) -> IndexMap<String, Attribute> {
    let attribute = |value: Value| Attribute { word: value.span, value };
    entries.into_iter().map(|(word, value)| (word.to_owned(), attribute(value))).collect()
}

/// Returns the tutorial with everything that can be declared: a topic and an approval, a second build in a VPC with a
/// custom image, parameters, imported resources, a declared role, tags, and raw properties.
pub fn wide() -> Sample {
    let mut sample = tutorial();
    let at = At(sample.at("project MyAppBuilder"));
    sample.hir.params.push(Param {
        name: at.name("AlertEmail"),
        ty: Spanned::new(ParamType::one(ParamItem::Text), at.name("AlertEmail").span),
        is_flag: false,
        secret: false,
        default: Some(at.name("ops@example.com")),
        allowed: Vec::new(),
        doc: Some("Who hears of releases.".into()),
        given: None,
        attributes: IndexMap::default(),
    });
    sample.hir.topics.push(releases(at));
    let mut cache = owned(&sample, "Packages");
    cache.symbol = at.name("cache");
    cache.ownership = Ownership::Imported(at.text("a-cache-of-ours"));
    sample.hir.buckets.push(cache);
    sample.hir.roles.push(auditor(at));
    let tester = tester(&sample, at);
    sample.hir.projects.push(tester);
    widen_pipeline(&mut sample, at);
    sample
}

fn releases(at: At) -> Declaration {
    let email = at.parts(vec![PartKind::Param(ParamId(0))]);
    Declaration {
        doc: Some("Release managers.".into()),
        attributes: attributes(vec![("email", at.value(ValueKind::List(vec![email])))]),
        ..Declaration::new(at.name("Releases"), Ownership::Owned, at.0)
    }
}

fn auditor(at: At) -> Role {
    let condition = at.map(vec![("StringEquals", at.map(vec![("aws:ResourceAccount", at.text("111122223333"))]))]);
    Role {
        declaration: Declaration {
            attributes: attributes(vec![
                ("managed", at.list(&["arn:aws:iam::aws:policy/ReadOnlyAccess"])),
                ("max-session", at.value(ValueKind::Number("120".into()))),
            ]),
            ..Declaration::new(at.name("Auditor"), Ownership::Owned, at.0)
        },
        service: Some(at.name("cloudformation")),
        statements: vec![Statement {
            deny: false,
            permission: Permission::Actions(vec![at.name("s3:getobject"), at.name("s3:ListBucket")]),
            resources: vec![at.entity(Entity::Bucket(BucketId(0)))],
            condition: Some(condition),
            span: at.0,
        }],
        policies: Vec::new(),
    }
}

fn tester(sample: &Sample, at: At) -> Project {
    let mut project = project(sample, "MyAppBuilder", "aws/codebuild/standard:7.0");
    project.declaration.symbol = at.name("Test-It");
    project.declaration.doc = Some("Tests in our network.".into());
    let registry = PartKind::Literal(".dkr.ecr.eu-west-1.amazonaws.com/team/image:1".into());
    let vpc = at.map(vec![
        ("id", at.text("vpc-0a1b2c3d")),
        ("subnets", at.list(&["subnet-0a1b2c3d", "subnet-1a1b2c3d"])),
        ("security-groups", at.list(&["sg-0a1b2c3d"])),
    ]);
    let secret = Secret { key: Some(at.literal("token")), ..Secret::whole(at.literal("ci/npm")) };
    let env = at.map(vec![
        ("NPM_TOKEN", at.value(ValueKind::Secret(secret))),
        ("REGISTRY", at.value(ValueKind::Parameter(at.literal("/ci/registry")))),
        ("AUTHOR", at.text("yes")),
    ]);
    project.declaration.attributes = attributes(vec![
        ("buildspec", at.value(ValueKind::InlineYaml(at.literal("version: 0.2\nphases: {}\n")))),
        ("env", env),
        ("image", at.parts(vec![PartKind::Pseudo("AccountId".into()), registry])),
        ("compute", at.value(ValueKind::Word("medium".into()))),
        ("privileged", at.value(ValueKind::Bool(true))),
        ("timeout", at.value(ValueKind::Number("20".into()))),
        ("cache", at.entity(Entity::Bucket(BucketId(1)))),
        ("vpc", vpc),
        ("concurrency", at.value(ValueKind::Number("2".into()))),
        ("reports", at.list(&["unit"])),
    ]);
    project
}

fn widen_pipeline(sample: &mut Sample, at: At) {
    let mut unit = action(sample, 2, Category::Test, "codebuild", "Package");
    unit.name = at.name("Unit");
    unit.inputs = vec![Input { artifact: ArtifactId(0), span: at.0 }];
    unit.configuration.insert("ProjectName".into(), setting(at.entity(Entity::Project(ProjectId(1)))));
    let mut approve = action(sample, 2, Category::Approval, "manual", "Package");
    approve.name = at.name("Release");
    approve.timeout = Some(Spanned::new(2880, at.0));
    approve.configuration.insert("NotificationArn".into(), setting(at.entity(Entity::Topic(TopicId(0)))));
    let message = at.parts(vec![
        PartKind::Literal("Release ".into()),
        PartKind::Output(ActionId(0), "CommitId".into()),
        PartKind::Literal(" in ".into()),
        PartKind::Pseudo("Region".into()),
    ]);
    approve.configuration.insert("CustomData".into(), setting(message));
    let pipeline = &mut sample.hir.pipelines[PipelineId(0)];
    pipeline.actions.push(unit);
    pipeline.actions.push(approve);
    pipeline.stages[2].steps = [4, 2, 5, 3].map(|id| Step::Action(ActionId(id))).into();
    pipeline.mode = Some(at.name("QUEUED"));
    pipeline.tags = vec![(at.name("team"), at.text("billing"))];
    pipeline.variables.push(Variable {
        name: at.name("Level"),
        default: Some(at.name("info")),
        allowed: Vec::new(),
        doc: Some("How much to log.".into()),
    });
    pipeline.raw = Some(at.map(vec![("RestartExecutionOnUpdate", at.value(ValueKind::Bool(true)))]));
}
