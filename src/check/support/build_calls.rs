//! The calls of a build's commands to AWS, and their resources.

use crate::catalog::build_variables::build_variables;
use crate::catalog::commands::{self, CommandCall};
use crate::catalog::permissions;
use crate::check::support::build_environment::{Environment, Named};
use crate::check::support::coverage;
use crate::check::support::source_folder::SourceFolder;
use crate::hir::{BucketId, Entity, Hir, Part, PartKind, Text, Value, ValueKind};
use crate::plan::{Piece, Plan};
use crate::source::Span;
use crate::workspace::packaging::{GivenValue, INPUT_FOLDER, Invocation, Reference};
use crate::workspace::shell::WordPart;

use super::known_values::{Known, bucket_of, formed, key_of};
use super::tool_calls::pushed;

/// Calls of a command on one resource.
#[derive(Debug, Clone)]
pub(in crate::check) struct Need {
    /// The IAM actions.
    pub actions: Vec<&'static str>,
    /// Their resource.
    pub target: CallTarget,
    /// The declared resource that it is, if any.
    pub named: Option<Named>,
    /// The argument that names the resource, or the command.
    pub place: Span,
    /// An action that is sufficient instead.
    pub instead: Option<&'static str>,
    /// The part of the resource that the command names: objects by their keys.
    pub part: Option<CallTarget>,
    /// Whether the command needs more permissions, which depend on what it deploys.
    pub is_partial: bool,
}

/// The resource of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) enum CallTarget {
    /// None: such actions cannot be limited to a resource.
    Account,
    /// A resource.
    Arn {
        /// Its ARN as an IAM pattern.
        glob: String,
        /// Its ARN as a file would contain it.
        shown: String,
    },
}

/// Options with which a command does not call AWS as usual.
const ELSEWHERE: [&str; 6] =
    ["--endpoint-url", "--no-sign-request", "--generate-cli-skeleton", "--dryrun", "--dry-run", "--help"];

/// Options that several resources can follow.
const LISTS: [&str; 3] = ["--clusters", "--names", "--services"];

/// The variables that give the AWS CLI a Region. Which of them version 1 and version 2 read differs.
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html> (2026-11-29)
const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// The permissions for pushing an image, without the token.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html> (2026-11-23)
pub(super) const ECR_PUSH: [&str; 5] = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];
pub(super) const ECR_PULL: [&str; 2] = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// The access control list that every bucket accepts.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html> (2026-11-28)
pub(in crate::check) const OWNER_ONLY: &str = "bucket-owner-full-control";

/// The calls of a build's commands.
pub(in crate::check) struct Calls<'a> {
    pub hir: &'a Hir,
    pub plan: &'a Plan,
    pub environment: Environment<'a>,
    /// The files that the build starts with, if they are known.
    pub source: Option<SourceFolder<'a>>,
}

/// The most steps through variables that are set from other variables.
const DEPTH: usize = 4;

impl Calls<'_> {
    /// Returns the permissions that a command needs.
    pub(in crate::check) fn of(&self, call: &Invocation) -> Vec<Need> {
        if ELSEWHERE.iter().any(|option| call.has(option)) {
            return Vec::new();
        }
        let mut needs = self.of_program(call);
        // A resource that is named by a variable that nothing sets is a separate problem, which says nothing about the
        // role.
        needs.retain(|need| need.place == call.span || !call.variables_in(need.place).any(|name| self.is_unset(name)));
        needs
    }

    fn is_unset(&self, name: &str) -> bool {
        let may_have = build_variables().is_some_and(|known| known.may_have(name));
        !self.environment.sets(name) && !may_have && !name.starts_with(INPUT_FOLDER)
    }

    fn of_program(&self, call: &Invocation) -> Vec<Need> {
        match (call.program.as_str(), call.operation(2).as_slice()) {
            ("aws", ["s3", operation]) if *operation != "website" => self.s3(operation, call),
            ("docker" | "podman" | "buildah", ["push", ..]) => self.image(pushed(call), &ECR_PUSH),
            ("skopeo", ["copy", ..]) => self.copied_image(call),
            ("helm", ["push", ..]) => self.pushed_chart(call),
            ("crane", ["push" | "copy" | "cp", ..]) => self.image(call.positional(2), &ECR_PUSH),
            ("docker" | "podman" | "crane", ["pull", ..]) => self.image(call.positional(1), &ECR_PULL),
            ("docker" | "podman" | "buildah", ["buildx" | "build" | "bud" | "image", ..]) => {
                let mut needs = self.image(pushed(call), &ECR_PUSH);
                needs.extend(self.base_images(call));
                needs
            }
            ("terraform", [operation, ..]) => self.terraform(operation, call),
            ("npm" | "pnpm" | "pip" | "twine", _) => self.packages(call),
            _ => self.listed(call),
        }
    }

    /// Returns the needs of a command in the table.
    fn listed(&self, call: &Invocation) -> Vec<Need> {
        let words = call.operation(3);
        let command = |length: usize| {
            let operation = words.get(..length)?;
            Some(format!("{} {}", call.program, operation.join(" ")))
        };
        let found = [3, 2, 1].into_iter().filter_map(command).map(|name| commands::calls(&name).collect::<Vec<_>>());
        let calls = found.into_iter().find(|calls| !calls.is_empty()).unwrap_or_default();
        let is_known = !calls.is_empty();
        let made = calls.into_iter().filter(|known| {
            known.with.is_none_or(|option| call.has(option)) && known.without.is_none_or(|option| !call.has(option))
        });
        let mut needs: Vec<Need> = Vec::new();
        if !is_known {
            needs.extend(Self::by_name(call, &words));
        }
        // Several resources can follow one option: `--services one two`.
        let times = |known: &CommandCall| {
            let lists = LISTS.iter().filter(|option| known.resource.is_some_and(|it| it.contains(*option)));
            lists.map(|option| call.values_of(option).len()).max().unwrap_or(1).max(1)
        };
        let made = made.flat_map(|known| (0..times(&known)).map(move |index| (known, index)));
        for (known, index) in made {
            let need = self.need(call, known, index);
            match needs.iter_mut().find(|other| other.target == need.target && other.instead == need.instead) {
                Some(other) => other.actions.push(known.action),
                None => needs.push(need),
            }
        }
        needs
    }

    /// Returns the need of a call on the resource with an index among those that follow an option.
    fn need(&self, call: &Invocation, known: CommandCall, index: usize) -> Need {
        let Some(pattern) = known.resource else {
            return Need {
                actions: vec![known.action],
                target: CallTarget::Account,
                named: None,
                place: call.span,
                instead: known.instead,
                part: None,
                is_partial: known.is_partial,
            };
        };
        let mut target = Known::default();
        let mut last: Option<GivenValue> = None;
        let mut whole: Option<Known> = None;
        // An unknown value may be an ARN itself.
        let mut open = false;
        let mut rest = pattern;
        while let Some((before, tail)) = rest.split_once('{') {
            let Some((name, after)) = tail.split_once('}') else { break };
            target.push(&Known::text(before));
            let (option, form) = name.split_once(':').unwrap_or((name, ""));
            let given = match option.parse() {
                Ok(position) => call.positional(position),
                Err(_) if index > 0 && LISTS.contains(&option) => call.values_of(option).into_iter().nth(index),
                Err(_) => call.option(option),
            };
            let value = given.as_ref().map_or_else(Known::open, |given| self.value(&given.parts, DEPTH));
            let value = if form == "key" { key_of(&value) } else { value };
            open |= value.glob.starts_with('*') && form != "named";
            let is_arn = value.glob.starts_with("arn:") && !after.contains('{');
            let value = if is_arn { value } else { formed(&value, form) };
            whole = whole.or_else(|| is_arn.then(|| value.clone()));
            target.push(&if value.glob.is_empty() { Known::open() } else { value });
            last = given.or(last);
            rest = after;
        }
        target.push(&Known::text(rest));
        let named = last.as_ref().and_then(|given| self.named(known.action, &given.parts));
        Need {
            actions: vec![known.action],
            target: match whole {
                Some(arn) => CallTarget::Arn { glob: format!("{}*", arn.glob), shown: arn.shown },
                None => self.arn(known.action, &target, open, call),
            },
            named,
            place: last.map_or(call.span, |given| given.whole),
            instead: known.instead,
            part: None,
            is_partial: known.is_partial,
        }
    }

    /// Returns the ARN of an action's resource, by its last field.
    fn arn(&self, action: &str, last: &Known, open: bool, call: &Invocation) -> CallTarget {
        let known = permissions::iam_action(action);
        let patterns = known.as_ref().map(|known| known.resources.as_slice()).unwrap_or_default();
        // Objects are identified by their bucket more often than by an access point, which has a Region and an account.
        let of_bucket = patterns.iter().find(|pattern| pattern.contains(":s3:::"));
        let kind = last.shown.split_once('/').map(|(kind, _)| format!(":{kind}/"));
        let of_kind = patterns.iter().find(|pattern| kind.as_ref().is_some_and(|kind| pattern.contains(kind)));
        let pattern = of_kind.or(of_bucket).or(patterns.first()).copied().unwrap_or("arn:*:*:*:*:*");
        let head: Vec<&str> = pattern.split(':').take(5).collect();
        let mut arn = Known::default();
        for field in head {
            let value = match field {
                "${Partition}" => Known { glob: "*".to_owned(), shown: "${AWS::Partition}".to_owned() },
                "${Region}" => self.region_of(call),
                // Documents of AWS belong to no account of a user.
                // https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-rc-setting-up-cmdsec.html
                // (2026-11-30)
                "${Account}" if last.shown.starts_with("document/AWS-") => {
                    Known { glob: "*".to_owned(), shown: String::new() }
                }
                "${Account}" => self.account(),
                other => Known::text(other),
            };
            arn.push(&value);
            arn.push(&Known::text(":"));
        }
        arn.push(last);
        if open {
            // An ARN may be of another account, but the CLI calls its own Region.
            let is_regional = patterns.iter().all(|pattern| pattern.split(':').nth(3) == Some("${Region}"));
            let mut fields = arn.glob.split(':').skip(2);
            let service = fields.next().unwrap_or("*");
            let region = fields.next().filter(|_| is_regional).unwrap_or("*");
            return CallTarget::Arn { glob: format!("arn:*:{service}:{region}:*:*"), shown: arn.shown };
        }
        CallTarget::Arn { glob: arn.glob, shown: arn.shown }
    }

    /// Returns the Region that a command calls.
    fn region_of(&self, call: &Invocation) -> Known {
        if let Some(region) = call.option("--region") {
            return self.value(&region.parts, DEPTH);
        }
        if self.environment.configures_region() {
            return Known::open();
        }
        if !REGIONS.iter().any(|name| self.environment.sets(name)) {
            return self.region();
        }
        let [first, second] = REGIONS.map(|name| self.variable(name, DEPTH));
        if first.glob == second.glob { first } else { Known::open() }
    }

    fn region(&self) -> Known {
        let glob = self.plan.home.region.clone().unwrap_or_else(|| "*".to_owned());
        Known { glob, shown: "${AWS::Region}".to_owned() }
    }

    fn account(&self) -> Known {
        let glob = self.plan.home.account.clone().unwrap_or_else(|| "*".to_owned());
        Known { glob, shown: "${AWS::AccountId}".to_owned() }
    }

    /// Evaluates a word of a command.
    fn value(&self, parts: &[WordPart], depth: usize) -> Known {
        let mut value = Known::default();
        for part in parts {
            value.push(&match part {
                WordPart::Text(text) => Known::text(text),
                WordPart::Variable(name) => self.variable(name, depth),
                WordPart::Dynamic => Known::open(),
            });
        }
        value
    }

    fn variable(&self, name: &str, depth: usize) -> Known {
        let Some(depth) = depth.checked_sub(1) else { return Known::open() };
        let commands = &self.environment.build.commands;
        let mut set = commands.assignments.iter().filter(|assignment| assignment.name == name);
        if let Some(first) = set.next() {
            let only = first.certain && set.next().is_none() && commands.opaque.is_none();
            let value = first.value.as_ref().filter(|_| only);
            return value.map_or_else(Known::open, |value| self.value(value, depth));
        }
        if self.environment.batch.is_some_and(|batch| batch.sets(name)) {
            return Known::open();
        }
        if let Some(value) = self.environment.value(name) {
            return self.written(value);
        }
        let variables = &self.environment.build.spec.env.variables;
        match variables.iter().find(|variable| variable.name.node == name) {
            Some(variable) if variable.value.node.contains('$') => Known::open(),
            Some(variable) => Known::text(&variable.value.node),
            None if matches!(name, "AWS_REGION" | "AWS_DEFAULT_REGION") => self.region(),
            None => Known::open(),
        }
    }

    /// Evaluates a value of the `.pipe` file.
    fn written(&self, value: &Value) -> Known {
        match &value.kind {
            ValueKind::Text(text) => self.text(text),
            ValueKind::Number(number) => Known::text(number),
            _ => Known::open(),
        }
    }

    fn text(&self, text: &Text) -> Known {
        let mut known = Known::default();
        for part in &text.parts {
            known.push(&self.part(part));
        }
        known
    }

    fn part(&self, part: &Part) -> Known {
        match &part.kind {
            PartKind::Literal(text) => Known::text(text),
            PartKind::Pseudo(name) if name == "Region" => self.region(),
            PartKind::Pseudo(name) if name == "AccountId" => self.account(),
            PartKind::Member(entity, word) => {
                let glob = match word.as_str() {
                    "name" => coverage::name_pattern(self.plan, *entity),
                    "arn" => coverage::pattern(self.plan, &Piece::Arn(*entity).into()),
                    "uri" => format!("{}/{}", self.registry(), coverage::name_pattern(self.plan, *entity)),
                    _ => return Known::open(),
                };
                Known { glob, shown: format!("${{{}.{word}}}", self.hir.symbol(*entity).node) }
            }
            _ => Known::open(),
        }
    }

    /// Returns the declared resource that a word refers to, if an action applies to its kind.
    fn named(&self, action: &str, parts: &[WordPart]) -> Option<Named> {
        let named = self.environment.named(self.hir, &Reference::of(parts))?;
        let service = action.split(':').next()?;
        let fits = matches!(
            (service, named.entity),
            ("s3", Entity::Bucket(_)) | ("sns", Entity::Topic(_)) | ("codepipeline", Entity::Pipeline(_))
        );
        fits.then_some(named)
    }

    /// Returns the needs of `aws s3 cp|mv|sync|rm|ls`, which depend on which side is the bucket.
    fn s3(&self, operation: &str, call: &Invocation) -> Vec<Need> {
        let lists = operation == "sync" || call.has("--recursive");
        let (source, target): (&[&'static str], &[&'static str]) = match operation {
            "cp" if lists => (&["s3:GetObject", "s3:ListBucket"], &["s3:PutObject"]),
            "cp" => (&["s3:GetObject"], &["s3:PutObject"]),
            "mv" if lists => (&["s3:GetObject", "s3:DeleteObject", "s3:ListBucket"], &["s3:PutObject"]),
            "mv" => (&["s3:GetObject", "s3:DeleteObject"], &["s3:PutObject"]),
            "sync" if call.has("--delete") => {
                (&["s3:GetObject", "s3:ListBucket"], &["s3:PutObject", "s3:ListBucket", "s3:DeleteObject"])
            }
            "sync" => (&["s3:GetObject", "s3:ListBucket"], &["s3:PutObject", "s3:ListBucket"]),
            "rm" if lists => (&["s3:DeleteObject", "s3:ListBucket"], &[]),
            "rm" => (&["s3:DeleteObject"], &[]),
            "ls" => (&["s3:ListBucket"], &[]),
            "mb" => (&["s3:CreateBucket"], &[]),
            "rb" => (&["s3:DeleteBucket"], &[]),
            _ => return Vec::new(),
        };
        let mut target = target.to_vec();
        // https://docs.aws.amazon.com/cli/latest/reference/s3/cp.html (2026-11-30)
        let with_list = call.has("--acl") || call.has("--grants");
        if !target.is_empty() && with_list && self.refused_list(call).is_none() {
            target.push("s3:PutObjectAcl");
        }
        let sides = [(call.positional(2), source), (call.positional(3), target.as_slice())];
        sides.into_iter().flat_map(|(given, actions)| self.bucket(given.as_ref(), actions, lists)).collect()
    }

    /// Returns the access control list that a command sets on objects of a declared bucket without such lists, and the
    /// bucket.
    pub(in crate::check) fn refused_list(&self, call: &Invocation) -> Option<(GivenValue, BucketId)> {
        let ("aws", ["s3", "cp" | "mv" | "sync"]) = (call.program.as_str(), call.operation(2).as_slice()) else {
            return None;
        };
        let list = call.option("--acl").filter(|given| {
            let [WordPart::Text(list)] = given.parts.as_slice() else { return false };
            list != OWNER_ONLY
        })?;
        let (name, _) = bucket_of(&call.positional(3)?.parts)?;
        let Entity::Bucket(id) = self.environment.named(self.hir, &Reference::of(&name))?.entity else { return None };
        let planned = self.plan.buckets.get(id)?;
        (planned.identity.is_owned() && planned.generate && planned.raw.is_none()).then_some((list, id))
    }

    /// Returns calls on the bucket of `s3://bucket/key`, and on its objects: on all with that prefix, or on one.
    fn bucket(&self, given: Option<&GivenValue>, actions: &[&'static str], all: bool) -> Vec<Need> {
        let Some((given, (name, key))) = given.and_then(|given| Some((given, bucket_of(&given.parts)?))) else {
            return Vec::new();
        };
        let named = self.environment.named(self.hir, &Reference::of(&name));
        let named = named.filter(|named| matches!(named.entity, Entity::Bucket(_)));
        let bucket = self.value(&name, DEPTH);
        let key = self.value(&key, DEPTH);
        let objects = match key.glob.as_str() {
            "" => None,
            glob if all || glob.ends_with('/') => {
                Some((format!("{glob}*"), format!("{}/*", key.shown.trim_end_matches('/'))))
            }
            _ => Some((key.glob, key.shown)),
        };
        let part = objects.map(|(glob, shown)| CallTarget::Arn {
            glob: format!("arn:*:s3:::{}/{glob}", bucket.glob),
            shown: format!("arn:${{AWS::Partition}}:s3:::{}/{shown}", bucket.shown),
        });
        let need = |actions: Vec<&'static str>, suffix: &str| Need {
            target: CallTarget::Arn {
                glob: format!("arn:*:s3:::{}{suffix}", bucket.glob),
                shown: format!("arn:${{AWS::Partition}}:s3:::{}{suffix}", bucket.shown),
            },
            named,
            place: given.whole,
            instead: None,
            part: part.clone().filter(|_| !actions.iter().any(|action| action.ends_with("Bucket"))),
            is_partial: false,
            actions,
        };
        let (of_bucket, of_objects): (Vec<_>, Vec<_>) =
            actions.iter().copied().partition(|action| action.ends_with("Bucket"));
        let ends = if named.is_some() { ["", ""] } else { ["/*", ""] };
        let both = [of_objects, of_bucket].into_iter().zip(ends);
        both.filter(|(actions, _)| !actions.is_empty()).map(|(actions, end)| need(actions, end)).collect()
    }

    /// Returns the needs for an image of a repository of Amazon ECR, or an empty list if it may be in another registry.
    pub(super) fn image(&self, given: Option<GivenValue>, actions: &[&'static str]) -> Vec<Need> {
        given.map_or_else(Vec::new, |given| self.image_at(&given.parts, given.whole, actions))
    }

    /// Returns the registry, the repository, and the tag of an image by the parts of its URI, as patterns.
    pub(super) fn address(&self, parts: &[WordPart]) -> Option<(String, String, String)> {
        let address = self.value(parts, DEPTH).glob;
        let (registry, image) = address.split_once('/')?;
        let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
        Some((registry.to_owned(), name.to_owned(), tag.to_owned()))
    }

    /// Returns the registry in the account and Region of the pipeline, as a pattern.
    pub(super) fn registry(&self) -> String {
        format!("{}.dkr.ecr.{}.amazonaws.com", self.account().glob, self.region().glob)
    }

    /// Returns a word of a command as a pattern.
    pub(in crate::check) fn pattern(&self, parts: &[WordPart]) -> String {
        self.value(parts, DEPTH).glob
    }

    /// Returns the needs for an image by the parts of its URI.
    pub(super) fn image_at(&self, parts: &[WordPart], place: Span, actions: &[&'static str]) -> Vec<Need> {
        let address = self.value(parts, DEPTH);
        let Some((registry, image)) = address.glob.split_once('/') else { return Vec::new() };
        let mut fields = registry.split('.');
        let (Some(account), Some("dkr"), Some("ecr"), Some(region)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Vec::new();
        };
        let name = image.split([':', '@']).next().unwrap_or_default();
        let named = match parts {
            // The repository has a longer name than the one in the variable.
            [WordPart::Variable(_), WordPart::Text(rest), ..] if rest.starts_with('/') => None,
            [WordPart::Variable(variable), ..] => {
                self.environment.named(self.hir, &Reference::Variable(variable.clone()))
            }
            _ => self.repository(name, account, region),
        };
        let named = named.filter(|named| matches!(named.entity, Entity::Repository(_)));
        let shown = |field: &str, pseudo: &str| if field == "*" { pseudo.to_owned() } else { field.to_owned() };
        let target = CallTarget::Arn {
            glob: format!("arn:*:ecr:{region}:{account}:repository/{name}"),
            shown: format!(
                "arn:${{AWS::Partition}}:ecr:{}:{}:repository/{name}",
                shown(region, "${AWS::Region}"),
                shown(account, "${AWS::AccountId}")
            ),
        };
        vec![Need { actions: actions.to_vec(), target, named, place, instead: None, part: None, is_partial: false }]
    }

    /// Returns the declared repository with this name.
    fn repository(&self, name: &str, account: &str, region: &str) -> Option<Named> {
        let here = |own: Option<&String>, given: &str| own.is_some_and(|own| own == given);
        let home = &self.plan.home;
        if !here(home.account.as_ref(), account) || !here(home.region.as_ref(), region) {
            return None;
        }
        let entities = self.hir.repositories.entries().map(|(id, _)| Entity::Repository(id));
        let entity = entities.into_iter().find(|id| coverage::name_pattern(self.plan, *id) == name)?;
        Some(Named { entity, entry: None })
    }

    /// Returns the ARN of a package or repository of AWS `CodeArtifact`, by the options of the command that logs in to
    /// it.
    pub(super) fn package_arn(
        &self,
        login: &Invocation,
        resource: &str,
        suffix: &str,
        owner: Option<&GivenValue>,
    ) -> CallTarget {
        let option = |name: &str| login.option(name).map_or_else(Known::open, |given| self.value(&given.parts, DEPTH));
        let mut arn =
            Known { glob: "arn:*:codeartifact:".to_owned(), shown: "arn:${AWS::Partition}:codeartifact:".to_owned() };
        let region = self.region_of(login);
        let account = owner.map_or_else(|| self.account(), |given| self.value(&given.parts, DEPTH));
        let domain = option("--domain");
        let repository = option("--repository");
        for part in [
            region,
            Known::text(":"),
            account,
            Known::text(&format!(":{resource}/")),
            domain,
            Known::text("/"),
            repository,
            Known::text(suffix),
        ] {
            arn.push(&part);
        }
        CallTarget::Arn { glob: arn.glob, shown: arn.shown }
    }
}

/// Replaces the parts of an ARN that are known only at deployment with `*`.
pub(in crate::check) fn without_pseudo(arn: &str) -> String {
    let pseudo = ["${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}"];
    pseudo.iter().fold(arn.to_owned(), |text, pseudo| text.replace(pseudo, "*"))
}

/// Returns the last field of an ARN, if it names something.
pub(in crate::check) fn last_field(arn: &str) -> Option<String> {
    let arn = without_pseudo(arn);
    let last = arn.splitn(6, ':').nth(5)?;
    (!last.starts_with('*') && !last.contains("${")).then(|| last.to_owned())
}
