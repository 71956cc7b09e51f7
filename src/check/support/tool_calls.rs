//! The calls of programs to AWS for files of the source (`docker build`, `terraform`, and package managers), for images,
//! and of operations of the AWS CLI that are named after their IAM action.

use std::sync::Arc;

use crate::catalog::commands;
use crate::hir::Entity;
use crate::source::Span;
use crate::workspace::packaging::{GivenValue, Invocation};
use crate::workspace::shell::WordPart;
use crate::workspace::terraform::S3Backend;

use super::build_calls::{CallTarget, Calls, ECR_PULL, ECR_PUSH, Need};

/// Settings of a backend with which Terraform uses another identity, or another service.
const OTHER_IDENTITY: [&str; 9] = [
    "access_key",
    "assume_role",
    "assume_role_with_web_identity",
    "endpoint",
    "endpoints",
    "profile",
    "role_arn",
    "shared_credentials_file",
    "shared_credentials_files",
];

/// The calls with which Terraform locks its state. <https://developer.hashicorp.com/terraform/language/backend/s3>
/// (2026-11-29)
const OF_LOCK: [&str; 3] = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"];

/// An image that a command pushes.
pub(in crate::check) struct PushedImage {
    /// The declared repository, if it is one.
    pub named: Option<Entity>,
    /// The name of the repository, a pattern if it is declared.
    pub name: String,
    /// The tag.
    pub tag: String,
}

/// Returns the image that a command of `docker`, or of a similar program, pushes.
pub(super) fn pushed(call: &Invocation) -> Option<GivenValue> {
    match (call.program.as_str(), call.operation(1).as_slice()) {
        ("docker" | "podman" | "buildah", ["push"]) => call.positional(1),
        ("docker" | "podman" | "buildah", ["buildx" | "build" | "bud" | "image"]) if call.has("--push") => {
            call.option("-t").or_else(|| call.option("--tag"))
        }
        _ => None,
    }
}

impl Calls<'_> {
    /// Returns the needs for the images of Amazon ECR that an image is built from.
    pub(super) fn base_images(&self, call: &Invocation) -> Vec<Need> {
        let Some(source) = &self.source else { return Vec::new() };
        let images = &self.environment.build.commands.images;
        let image = images.iter().find(|image| image.span.covers(call.span));
        let Some(image) = image else { return Vec::new() };
        let Some(dockerfile) = source.dockerfile(image) else { return Vec::new() };
        // An argument of the command can replace the default in the file.
        let is_fixed = |text: &str| !image.with_arguments || !text.contains('$');
        let stages = dockerfile.stages.into_iter().filter(|stage| is_fixed(&stage.image.node));
        let pulled = stages.filter_map(|stage| Some((stage.resolved?, stage.image.span)));
        let mut needs: Vec<Need> = Vec::new();
        for (address, place) in pulled {
            let parts = [WordPart::Text(address)];
            for need in self.image_at(&parts, place, &ECR_PULL) {
                if !needs.iter().any(|other| other.target == need.target) {
                    needs.push(need);
                }
            }
        }
        needs
    }

    /// Returns the needs of `skopeo copy`.
    pub(super) fn copied_image(&self, call: &Invocation) -> Vec<Need> {
        let sides = [(call.positional(1), &ECR_PULL[..]), (call.positional(2), &ECR_PUSH[..])];
        let image = |(given, actions): (Option<GivenValue>, &[&'static str])| {
            let mut given = given?;
            let Some(WordPart::Text(first)) = given.parts.first_mut() else { return None };
            *first = first.strip_prefix("docker://")?.to_owned();
            given.parts.retain(|part| !matches!(part, WordPart::Text(text) if text.is_empty()));
            Some(self.image(Some(given), actions))
        };
        sides.into_iter().filter_map(image).flatten().collect()
    }

    /// Returns the needs of `helm push CHART oci://REGISTRY/FOLDER`: the repository has the name of the chart.
    pub(super) fn pushed_chart(&self, call: &Invocation) -> Vec<Need> {
        let Some(mut target) = call.positional(2) else { return Vec::new() };
        let Some(WordPart::Text(first)) = target.parts.first_mut() else { return Vec::new() };
        let Some(registry) = first.strip_prefix("oci://") else { return Vec::new() };
        *first = registry.to_owned();
        target.parts.retain(|part| !matches!(part, WordPart::Text(text) if text.is_empty()));
        let file = call.positional(1).map(|chart| self.pattern(&chart.parts)).unwrap_or_default();
        let file = file.rsplit('/').next().unwrap_or_default();
        // `gate-0.4.0.tgz`
        let end = file
            .match_indices('-')
            .find(|(at, _)| file.get(at + 1..).is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit())));
        let chart = end.and_then(|(at, _)| file.get(..at)).filter(|chart| !chart.contains('*')).unwrap_or("*");
        let is_folder = matches!(target.parts.last(), Some(WordPart::Text(text)) if text.ends_with('/'));
        target.parts.push(WordPart::Text(if is_folder { chart.to_owned() } else { format!("/{chart}") }));
        self.image_at(&target.parts, target.whole, &ECR_PUSH)
    }

    /// Returns the repository of Amazon ECR, in the account and Region of the pipeline, to which a command pushes an image,
    /// and the tag, if all of it is known.
    pub(in crate::check) fn pushed_image(&self, call: &Invocation) -> Option<PushedImage> {
        let given = pushed(call)?;
        let (registry, name, tag) = self.address(&given.parts)?;
        let named = self.image(Some(given), &ECR_PUSH).into_iter().next()?.named.map(|named| named.entity);
        let is_known = |text: &str| !text.contains(['*', '?', '@']);
        let is_here = registry == self.registry() && is_known(&tag) && (named.is_some() || is_known(&name));
        is_here.then_some(PushedImage { named, name, tag })
    }

    /// Returns the declared repository to which a command pushes an image, and the tag as a pattern, with its place.
    pub(in crate::check) fn pushed_tag(&self, call: &Invocation) -> Option<(Entity, String, Span)> {
        let given = pushed(call)?;
        let (_, _, tag) = self.address(&given.parts)?;
        let place = given.whole;
        let named = self.image(Some(given), &ECR_PUSH).into_iter().next()?.named?;
        Some((named.entity, tag, place))
    }

    /// Returns the need of an operation that calls the IAM action with the same name. The options that name its resource
    /// are not known, so a statement for any resource is sufficient.
    pub(super) fn by_name(call: &Invocation, words: &[&str]) -> Option<Need> {
        let ("aws", [service, operation, ..]) = (call.program.as_str(), words) else { return None };
        let action = commands::by_name(service, operation)?;
        let only = |patterns: &[&'static str]| if let [only] = patterns { Some(*only) } else { None };
        let target = match only(&action.required).or(only(&action.resources)) {
            Some(pattern) => CallTarget::Arn { glob: "*".to_owned(), shown: without_names(pattern) },
            None => CallTarget::Account,
        };
        let (actions, instead) = (vec![action.name], Some(action.name));
        Some(Need { actions, target, named: None, place: call.span, instead, part: None, is_partial: false })
    }

    /// Returns the needs of `terraform`, whose state is in a bucket.
    pub(super) fn terraform(&self, operation: &str, call: &Invocation) -> Vec<Need> {
        let Some(backend) = self.backend(call) else { return Vec::new() };
        let bucket = backend.get("bucket");
        let key = backend.get("key").filter(|_| !self.in_workspaces());
        let writes = matches!(operation, "apply" | "destroy" | "import" | "refresh" | "taint" | "untaint");
        let reads = matches!(operation, "plan" | "init" | "output" | "show" | "state") || writes;
        let mut needs = Vec::new();
        if !reads {
            return needs;
        }
        let arn = |place, actions: &[&'static str], glob: String| Need {
            actions: actions.to_vec(),
            target: CallTarget::Arn { shown: glob.replacen("arn:*:", "arn:${AWS::Partition}:", 1), glob },
            named: None,
            place,
            instead: None,
            part: None,
            is_partial: false,
        };
        if let Some(bucket) = bucket {
            let name = &bucket.node;
            needs.push(arn(bucket.span, &["s3:ListBucket"], format!("arn:*:s3:::{name}")));
            if let Some(key) = key {
                let actions: &[&'static str] =
                    if writes { &["s3:GetObject", "s3:PutObject"] } else { &["s3:GetObject"] };
                needs.push(arn(key.span, actions, format!("arn:*:s3:::{name}/{}", key.node)));
            }
        }
        let locks = (operation == "plan" || writes) && !unlocked(call);
        if let Some(table) = backend.get("dynamodb_table").filter(|_| locks) {
            let region = backend.get("region").map_or("*", |region| region.node.as_str());
            let account = self.plan.home.account.as_deref().unwrap_or("*");
            let place = table.span;
            let mut need = arn(place, &OF_LOCK, format!("arn:*:dynamodb:{region}:{account}:table/{}", table.node));
            if let CallTarget::Arn { shown, .. } = &mut need.target {
                let shown_account = if account == "*" { "${AWS::AccountId}" } else { account };
                *shown = format!("arn:${{AWS::Partition}}:dynamodb:{region}:{shown_account}:table/{}", table.node);
            }
            needs.push(need);
        }
        needs
    }

    /// Returns the backend of the configuration in the folder of a command.
    fn backend(&self, call: &Invocation) -> Option<S3Backend> {
        let source = self.source.as_ref()?;
        let terraform = || self.environment.build.commands.invocations.iter().filter(|it| it.program == "terraform");
        // Settings on the command line, and in files that it names.
        let elsewhere = terraform().any(|call| call.has("-backend-config") || call.has("-backend"));
        let changed = call.option("-chdir");
        let folder = match &changed {
            None => call.directory.clone()?,
            Some(given) => match given.parts.as_slice() {
                [WordPart::Text(path)] => call.directory.as_ref()?.join(path),
                _ => return None,
            },
        };
        if elsewhere {
            return None;
        }
        let files: Vec<_> = source.directly_in(&folder).filter(|file| file.extension() == Some("tf")).collect();
        let backend = files.into_iter().find_map(|file| {
            let (id, text): (_, Arc<str>) = source.read(file)?;
            S3Backend::parse(&text, id)
        })?;
        (!OTHER_IDENTITY.iter().any(|name| backend.has(name))).then_some(backend)
    }

    /// Returns whether the key of the state depends on a workspace.
    fn in_workspaces(&self) -> bool {
        let commands = &self.environment.build.commands;
        let workspace = |call: &Invocation| call.program == "terraform" && call.operation(1) == ["workspace"];
        self.environment.sets("TF_WORKSPACE") || commands.invocations.iter().any(workspace)
    }

    /// Returns the needs of a package manager that reads from or publishes to the repository of AWS `CodeArtifact` that
    /// it is logged in to.
    /// <https://docs.aws.amazon.com/codeartifact/latest/ug/auth-and-access-control-permissions-reference.html>
    /// (2026-11-29)
    pub(super) fn packages(&self, call: &Invocation) -> Vec<Need> {
        let (tool, action, resource): (_, &'static str, _) = match (call.program.as_str(), call.operation(1).as_slice())
        {
            ("npm" | "pnpm", ["publish"]) => ("npm", "codeartifact:PublishPackageVersion", "package"),
            ("twine", ["upload"]) => ("twine", "codeartifact:PublishPackageVersion", "package"),
            ("npm" | "pnpm", ["ci" | "install" | "i"]) => ("npm", "codeartifact:ReadFromRepository", "repository"),
            ("pip", ["install"]) => ("pip", "codeartifact:ReadFromRepository", "repository"),
            _ => return Vec::new(),
        };
        let logs_in = |login: &&Invocation| {
            let given = login.option("--tool").map(|given| given.parts);
            login.program == "aws"
                && login.operation(2) == ["codeartifact", "login"]
                && given.is_some_and(|parts| parts == [WordPart::Text(tool.to_owned())])
                && !login.has("--namespace")
                && login.certain
        };
        let login = self.environment.build.commands.invocations.iter().find(logs_in);
        let other = ["--registry", "--repository-url", "--index-url", "-i"].iter().any(|option| call.has(option));
        let Some(login) = login.filter(|_| !other && !self.publishes_elsewhere(call)) else { return Vec::new() };
        let suffix = if resource == "package" { "/*" } else { "" };
        let owner = login.option("--domain-owner");
        let target = self.package_arn(login, resource, suffix, owner.as_ref());
        vec![Need {
            actions: vec![action],
            target,
            named: None,
            place: call.span,
            instead: None,
            part: None,
            is_partial: false,
        }]
    }

    /// Returns whether `package.json` names another registry.
    fn publishes_elsewhere(&self, call: &Invocation) -> bool {
        let Some((source, folder)) = self.source.as_ref().zip(call.directory.as_ref()) else { return true };
        let text = source.read(&folder.join("package.json"));
        text.is_some_and(|(_, text)| text.contains("\"publishConfig\""))
    }
}

/// Returns whether a command does not lock the state.
fn unlocked(call: &Invocation) -> bool {
    call.option("-lock").is_some_and(|given| given.parts == [WordPart::Text("false".to_owned())])
}

/// Returns the ARN pattern of an IAM action with `*` for the names in it.
fn without_names(pattern: &str) -> String {
    let mut shown = String::new();
    let mut rest = pattern;
    while let Some((before, tail)) = rest.split_once("${") {
        let Some((name, after)) = tail.split_once('}') else { break };
        shown.push_str(before);
        shown.push_str(match name {
            "Partition" => "${AWS::Partition}",
            "Region" => "${AWS::Region}",
            "Account" => "${AWS::AccountId}",
            _ => "*",
        });
        rest = after;
    }
    shown + rest
}
