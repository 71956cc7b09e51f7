//! Checks that `docs/security.md` is correct: each line of its lists is compared with the template that is built.
//!
//! [`CLAIMS`] contains a statement of the page and its condition. A line of the page's first list or table without a
//! claim is an error, and so is a claim whose text is not on the page.

use std::fs;

use dotpipe::compilation::{DeploymentPart, Notation, Request, Target};
use serde_json::{Map, Value};

use crate::support::compile;

/// A text of the page and the check of its condition.
type Claim = (&'static str, fn(&Shown));

const CLAIMS: &[Claim] = &[
    ("The role of the pipeline trusts only CodePipeline", |it| {
        trusts(&it.home, &it.pipeline(), "codepipeline.amazonaws.com");
    }),
    ("it can start the projects and functions that the file names", |it| it.pipeline_starts_what_the_file_names()),
    ("pass one role for each stack to CloudFormation only", |it| it.pipeline_passes_one_role()),
    ("The role of a project trusts only CodeBuild, for this account", |it| {
        for project in ["RoleBuilderBuild", "RoleTesterBuild"] {
            trusts(&it.home, project, "codebuild.amazonaws.com");
            let trust = it.home.resource(project)["Properties"]["AssumeRolePolicyDocument"].to_string();
            assert!(trust.contains("aws:SourceAccount"), "{trust}");
        }
    }),
    ("it can read artifacts, and write them only if an action that runs the project has output artifacts", |it| {
        let artifacts =
            |role: &str, action: &str| it.home.reach(role, action).iter().any(|on| on.contains("Artifacts"));
        assert!(artifacts("RoleTesterBuild", "s3:GetObject") && artifacts("RoleBuilderBuild", "s3:GetObject"));
        assert!(artifacts("RoleBuilderBuild", "s3:PutObject") && !artifacts("RoleTesterBuild", "s3:PutObject"));
    }),
    ("has its own role, which only the pipeline's role can assume", |it| {
        let trust = &it.home.resource(&it.lint())["Properties"]["AssumeRolePolicyDocument"];
        let statements = trust["Statement"].as_array().unwrap();
        assert_eq!(statements.len(), 1, "{trust:#}");
        assert!(statements[0]["Principal"]["AWS"].is_object(), "{trust:#}");
        let of = statements[0]["Condition"].to_string();
        assert!(of.contains("aws:PrincipalArn") && of.contains(&it.pipeline()), "{trust:#}");
    }),
    ("it cannot deploy anything", |it| it.deploys_nothing(&it.lint())),
    ("The role of a stack trusts only CloudFormation", |it| {
        trusts(&it.home, &it.stack(), "cloudformation.amazonaws.com");
    }),
    ("limited to the resource names in the template", |it| {
        let on = it.home.reach(&it.stack(), "sqs:SetQueueAttributes");
        assert!(!on.is_empty() && on.iter().all(|on| on.ends_with(":shop-orders")), "{on:?}");
        let on = it.home.reach(&it.stack(), "s3:DeleteBucket");
        assert!(!on.is_empty() && on.iter().all(|on| on.ends_with(":shop-uploads-*")), "{on:?}");
    }),
    ("The role of the event rule can start this pipeline and do nothing else", |it| {
        let events = it.home.role_trusting("events.amazonaws.com");
        let statements = it.home.statements(&events);
        assert_eq!(statements.len(), 1, "{statements:?}");
        assert_eq!(texts(&statements[0]["Action"]), ["codepipeline:StartPipelineExecution"]);
        assert!(statements[0]["Resource"].to_string().contains("Shop"), "{statements:?}");
    }),
    ("No derived role can use IAM, except", |it| {
        for (role, _) in it.home.roles() {
            let used = it.home.actions(role).into_iter().filter(|action| action.starts_with("iam:"));
            let used: Vec<String> =
                used.filter(|action| !action.starts_with("iam:Get") && !action.starts_with("iam:List")).collect();
            let passes = used.iter().all(|action| action == "iam:PassRole");
            assert!(used.is_empty() || passes && *role == it.pipeline(), "{role}: {used:?}");
        }
        let manages = it.with_role.actions(&it.with_role.role_trusting("cloudformation.amazonaws.com"));
        assert!(manages.contains(&"iam:PutRolePolicy".to_owned()), "{manages:?}");
    }),
    ("The artifact bucket denies all public access, and access without TLS", |it| {
        let bucket = it.home.resource("BucketShopArtifacts")["Properties"]["PublicAccessBlockConfiguration"].clone();
        assert!(
            bucket.as_object().is_some_and(|all| all.len() == 4 && all.values().all(|on| *on == Value::Bool(true)))
        );
        let policy = it.home.resource("BucketShopArtifactsPolicy").to_string();
        assert!(policy.contains(r#""Effect":"Deny""#) && policy.contains("aws:SecureTransport"), "{policy}");
    }),
    ("none of them can create, execute, or delete a change set", |it| {
        for role in [it.lint(), "RoleTesterBuild".to_owned(), "RoleBuilderBuild".to_owned()] {
            it.deploys_nothing(&role);
        }
    }),
    ("the permissions that `allow` adds to it are available to everyone who can push", |it| {
        assert!(it.home.reach("RoleBuilderBuild", "s3:PutObject").iter().any(|on| on.contains("Packages")));
        assert!(!it.home.reach("RoleTesterBuild", "s3:PutObject").iter().any(|on| on.contains("Packages")));
    }),
    ("the role of the stack, and the approval", |it| {
        let stage = it.stage("Production");
        let orders: Vec<u64> = stage.iter().map(|action| action["RunOrder"].as_u64().unwrap()).collect();
        assert_eq!(orders, [1, 2, 3], "the approval stands between the change set and its execution");
        assert_eq!(stage[1]["ActionTypeId"]["Category"], "Approval");
    }),
    ("dotpipe only writes a template", |it| it.nobody_may("codepipeline:UpdatePipeline")),
    ("nothing, unless the pipeline has `on pull-request`", |it| {
        assert!(it.home.text.find("pullRequest").is_none() && it.home.text.find("PullRequest").is_none());
    }),
    ("run-time values reach the commands of `run` as environment variables, not as shell text", |_| {
        let text = "
            pipeline Shop {
              variable Target: string = \"here\"
              stage Source { source codecommit Fetch -> App { repository = \"shop\", branch = \"main\" } }
              stage Check { run Lint from App { commands = [\"echo ${Target}\"] } }
            }";
        let built = Built::of(text, "Resources: {}").text;
        assert!(built.contains("#{variables.Target}") && !built.contains("echo #{"), "{built}");
    }),
    ("let the execution continue", |it| it.nobody_may("codepipeline:PutApprovalResult")),
    ("keep secrets in `secret(...)`: the pipeline then holds their names", |_| {
        let text = "
            pipeline Shop {
              stage Source { source codecommit Fetch -> App { repository = \"shop\", branch = \"main\" } }
              stage Check { test codebuild Unit from App { project = Tester, env = { TOKEN = secret(\"shop/token\") } } }
            }
            project Tester { image = \"aws/codebuild/standard:7.0\" }";
        let built = Built::of(text, "Resources: {}").text;
        assert!(built.contains("SECRETS_MANAGER") && built.contains("shop/token"), "{built}");
    }),
    ("only the roles in this template have it", |it| {
        let policy = it.home.resource("BucketShopArtifactsPolicy").to_string();
        assert!(!policy.contains(r#""Effect":"Allow""#), "{policy}");
    }),
    ("the role of the stack can create them, and anyone who can push the template can obtain any", |it| {
        assert!(it.with_role.codes.contains(&"I0860".to_owned()), "{:?}", it.with_role.codes);
        assert!(!it.home.codes.contains(&"I0860".to_owned()), "{:?}", it.home.codes);
        let manages = it.with_role.actions(&it.with_role.role_trusting("cloudformation.amazonaws.com"));
        assert!(manages.contains(&"iam:CreateRole".to_owned()), "{manages:?}");
    }),
    ("A `permissions-boundary` limits it", |_| {
        let text = SHOWN_STACK.replace("BLOCK", "permissions-boundary = \"arn:aws:iam::111122223333:policy/limit\"");
        let template = ROLE.replace(
            "Type: AWS::IAM::Role\n    Properties:",
            "Type: AWS::IAM::Role\n    Properties:\n      PermissionsBoundary: arn:aws:iam::111122223333:policy/limit",
        );
        let built = Built::of(&text, &template);
        let stack = built.role_trusting("cloudformation.amazonaws.com");
        for action in ["iam:CreateRole", "iam:PutRolePolicy"] {
            let allowing =
                built.statements(&stack).into_iter().filter(|it| texts(&it["Action"]).contains(&action.to_owned()));
            let bound: Vec<bool> =
                allowing.map(|it| it["Condition"].to_string().contains("iam:PermissionsBoundary")).collect();
            assert!(!bound.is_empty() && bound.iter().all(|bound| *bound), "{action}");
        }
    }),
    ("that role trusts only the pipeline's role", |_| {
        let text = "
            pipeline Shop {
              account = \"111111111111\"
              region  = eu-west-1
              stage Source { source codecommit Fetch -> App { repository = \"shop\", branch = \"main\" } }
              stage Deploy { deploy stack shop in prod from App::template.yaml }
            }
            environment prod { account = \"222222222222\" }";
        let request = Request {
            target: Target::Support,
            part: DeploymentPart::Environment("prod".to_owned()),
            ..Request::default()
        };
        let there = Built::with(text, TEMPLATE, &request);
        let assumed: Vec<&Value> = there
            .roles()
            .map(|(_, role)| &role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0])
            .filter(|it| it["Principal"]["AWS"].is_object() || it["Principal"]["AWS"].is_string())
            .collect();
        assert_eq!(assumed.len(), 1, "{assumed:?}");
        assert!(assumed[0]["Condition"].to_string().contains("aws:PrincipalArn"), "{assumed:?}");
    }),
    ("A `deny` always wins", |_| {
        let text = SHOWN_STACK.replace("BLOCK", "deny [\"sqs:DeleteQueue\"] on \"*\"");
        let built = Built::of(&text, TEMPLATE);
        let stack = built.role_trusting("cloudformation.amazonaws.com");
        let denied = built
            .statements(&stack)
            .into_iter()
            .any(|it| it["Effect"] == "Deny" && texts(&it["Action"]) == ["sqs:DeleteQueue"]);
        assert!(denied, "{}", built.text);
    }),
];

const TEMPLATE: &str = "
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: { QueueName: shop-orders }
";

const ROLE: &str = "
Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: \"2012-10-17\"
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
      Policies: [{ PolicyName: send, PolicyDocument: { Version: \"2012-10-17\", Statement: [{ Effect: Allow, Action: \"sqs:SendMessage\", Resource: \"*\" }] } }]
";

/// A stack with additional attributes.
const SHOWN_STACK: &str = "
pipeline Shop {
  stage Source { source codecommit Fetch -> App { repository = \"shop\", branch = \"main\" } }
  stage Deploy {
    deploy stack shop from App::template.yaml {
      capabilities = [CAPABILITY_IAM]
      BLOCK
    }
  }
}";

#[test]
fn every_statement_about_roles_holds() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/security.md")).unwrap();
    let shown = Shown::read(&page);
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for (claim, holds) in CLAIMS {
        assert!(words.contains(claim), "the page does not say {claim:?}");
        // Printed if the test fails.
        println!("{claim}");
        holds(&shown);
    }
    for line in page.lines().filter(|line| listed(line)) {
        assert!(CLAIMS.iter().any(|(claim, _)| line.contains(claim)), "nothing checks {line:?}");
    }
}

/// Returns whether a line belongs to the list of roles or to the table of permissions.
fn listed(line: &str) -> bool {
    let numbered = line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
    numbered || line.starts_with("| ") && line.matches('|').count() == 4 && !line.starts_with("| who ")
}

/// The page's file as built, and as built with a role in its template.
struct Shown {
    home: Built,
    with_role: Built,
}

impl Shown {
    fn read(page: &str) -> Self {
        let block = |opening: &str| page.split_once(opening).and_then(|(_, rest)| rest.split_once("```")).unwrap().0;
        let (file, template) = (block("```pipe\n"), block("```yaml,file(template.yaml)\n"));
        let with_role = SHOWN_STACK.replace("BLOCK", "");
        Self { home: Built::of(file, template), with_role: Built::of(&with_role, ROLE) }
    }

    fn stage(&self, name: &str) -> Vec<Value> {
        let pipeline = &self.home.resource("PipelineShop")["Properties"];
        let mut stages = pipeline["Stages"].as_array().unwrap().iter();
        stages.find(|stage| stage["Name"] == name).unwrap()["Actions"].as_array().unwrap().clone()
    }

    fn pipeline(&self) -> String {
        self.home.role_trusting("codepipeline.amazonaws.com")
    }

    fn stack(&self) -> String {
        self.home.role_trusting("cloudformation.amazonaws.com")
    }

    /// Returns the role of the action `Lint`.
    fn lint(&self) -> String {
        let actions = self.stage("Build");
        let lint = actions.iter().find(|action| action["Name"] == "Lint").unwrap();
        let role = lint["RoleArn"]["Fn::GetAtt"][0].as_str().or(lint["RoleArn"]["Fn::GetAtt"].as_str());
        role.unwrap_or_else(|| panic!("no role of its own: {lint:#}")).trim_end_matches(".Arn").to_owned()
    }

    /// Asserts that no role of the template allows the action, which is left to people.
    fn nobody_may(&self, action: &str) {
        for (role, _) in self.home.roles() {
            let service = action.split_once(':').unwrap().0;
            let used = self.home.actions(role);
            let wide = used
                .iter()
                .any(|used| used == action || used.contains('*') && (used == "*" || used.starts_with(service)));
            assert!(!wide, "{role}: {used:?}");
        }
    }

    fn deploys_nothing(&self, role: &str) {
        let services = ["cloudformation:", "iam:", "lambda:", "codepipeline:", "sts:"];
        let used: Vec<String> = self.home.actions(role);
        assert!(
            !used.is_empty() && used.iter().all(|used| services.iter().all(|it| !used.starts_with(it))),
            "{role}: {used:?}"
        );
        assert!(used.iter().all(|action| !action.contains('*')), "{role}: {used:?}");
    }

    fn pipeline_starts_what_the_file_names(&self) {
        let role = self.pipeline();
        let reaches = |action: &str, name: &str| {
            let on = self.home.reach(&role, action);
            assert!(!on.is_empty() && on.iter().all(|on| on.contains(name)), "{action}: {on:?}");
        };
        reaches("lambda:InvokeFunction", "function:tell");
        reaches("cloudformation:ExecuteChangeSet", "stack/shop/");
        reaches("codecommit:GetBranch", ":shop");
        let on = self.home.reach(&role, "codebuild:StartBuild");
        assert!(on.len() == 2 && on.iter().all(|on| on.contains("Builder") || on.contains("Tester")), "{on:?}");
        let on = self.home.reach(&role, "sts:AssumeRole");
        assert!(on.len() == 1 && on[0].contains(&self.lint()), "{on:?}");
    }

    fn pipeline_passes_one_role(&self) {
        let role = self.pipeline();
        let passing: Vec<Map<String, Value>> = self
            .home
            .statements(&role)
            .into_iter()
            .filter(|it| texts(&it["Action"]).contains(&"iam:PassRole".to_owned()))
            .collect();
        assert_eq!(passing.len(), 1, "{passing:?}");
        assert!(self.home.reach(&role, "iam:PassRole").iter().all(|on| on.contains(&self.stack())), "{passing:?}");
        assert_eq!(
            passing[0]["Condition"]["StringEqualsIfExists"]["iam:PassedToService"],
            "cloudformation.amazonaws.com"
        );
    }
}

/// Asserts that only one service can assume the role.
fn trusts(built: &Built, role: &str, service: &str) {
    let trust = &built.resource(role)["Properties"]["AssumeRolePolicyDocument"]["Statement"];
    assert_eq!(trust.as_array().map(Vec::len), Some(1), "{trust:#}");
    assert_eq!(trust[0]["Principal"], serde_json::json!({ "Service": service }), "{role}");
}

/// A built template and the codes of its diagnostics.
struct Built {
    text: String,
    resources: Map<String, Value>,
    codes: Vec<String>,
}

impl Built {
    fn of(file: &str, template: &str) -> Self {
        Self::with(file, template, &Request::default())
    }

    fn with(file: &str, template: &str, request: &Request) -> Self {
        let files = [("template.yaml".to_owned(), template.to_owned())];
        let compilation = compile(("pipeline.pipe", file), &files, request);
        let text = compilation.build(Notation::Json).unwrap_or_else(|| panic!("{:?}", compilation.diagnostics()));
        let built: Value = serde_json::from_str(&text).unwrap();
        let codes = compilation.diagnostics().iter().map(|it| it.code.as_str().to_owned()).collect();
        Self { text, resources: built["Resources"].as_object().unwrap().clone(), codes }
    }

    fn resource(&self, id: &str) -> &Value {
        self.resources.get(id).unwrap_or_else(|| panic!("no {id} in {:?}", self.resources.keys()))
    }

    fn roles(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.resources.iter().filter(|(_, it)| it["Type"] == "AWS::IAM::Role")
    }

    fn role_trusting(&self, service: &str) -> String {
        let trusting =
            |role: &&(&String, &Value)| role.1["Properties"]["AssumeRolePolicyDocument"].to_string().contains(service);
        let found: Vec<&String> = self.roles().collect::<Vec<_>>().iter().filter(trusting).map(|(id, _)| *id).collect();
        assert_eq!(found.len(), 1, "{service}: {found:?}");
        found[0].clone()
    }

    /// Returns the statements of a role from all of its policies.
    fn statements(&self, role: &str) -> Vec<Map<String, Value>> {
        let properties = &self.resource(role)["Properties"];
        let inline = properties["Policies"].as_array().into_iter().flatten().map(|it| &it["PolicyDocument"]);
        let managed =
            properties["ManagedPolicyArns"].as_array().into_iter().flatten().filter_map(|it| it["Ref"].as_str());
        let documents = inline.chain(managed.map(|id| &self.resource(id)["Properties"]["PolicyDocument"]));
        documents.flat_map(|it| it["Statement"].as_array().unwrap()).map(|it| it.as_object().unwrap().clone()).collect()
    }

    fn actions(&self, role: &str) -> Vec<String> {
        self.statements(role).iter().filter(|it| it["Effect"] == "Allow").flat_map(|it| texts(&it["Action"])).collect()
    }

    /// Returns the resources on which a role allows `action`: texts, or the logical IDs in an intrinsic function.
    fn reach(&self, role: &str, action: &str) -> Vec<String> {
        let allowing = self.statements(role).into_iter().filter(|it| it["Effect"] == "Allow");
        let allowing = allowing.filter(|it| texts(&it["Action"]).iter().any(|it| it == action));
        allowing.flat_map(|it| texts(&it["Resource"])).collect()
    }
}

/// Returns one or several texts; for an intrinsic function, its argument.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(several) => several.iter().flat_map(texts).collect(),
        Value::Object(function) => {
            let argument = function.values().next().cloned().unwrap_or_default();
            vec![argument.as_str().map_or_else(|| argument.to_string(), str::to_owned)]
        }
        _ => Vec::new(),
    }
}
