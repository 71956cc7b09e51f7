//! The values of the environment variables of a build.

use crate::hir::{Action, Entity, Hir, Ownership, Part, PartKind, Project, Text, Value, ValueKind};
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::{Batch, Command};
use crate::workspace::packaging::Reference;

/// Variables that give the AWS CLI an identity other than the project's role.
const IDENTITY: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_CONFIG_FILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ENDPOINT_URL",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_SHARED_CREDENTIALS_FILE",
];

/// Substrings of commands that give the AWS CLI another identity.
const SWITCHES: &[&str] = &["--profile", ".aws/credentials", ".aws/config", "AWS_ACCESS_KEY_ID"];

/// The command that changes the configuration of the AWS CLI, and the starts of the settings that are not about its
/// identity. <https://docs.aws.amazon.com/cli/latest/topic/config-vars.html> (2026-11-29)
const CONFIGURE: &str = "aws configure";
const SETTINGS: [&str; 6] = ["cli_", "max_attempts", "output", "region", "retry_mode", "s3."];

/// The environment of one build of a project.
#[derive(Clone, Copy)]
pub(in crate::check) struct Environment<'a> {
    /// The variables of this build, from the action or the rule that starts it.
    pub own: Option<&'a Value>,
    /// The project; `None` for an action with its own commands.
    pub project: Option<&'a Project>,
    /// The buildspec.
    pub build: &'a Build,
    /// The batch that the build is part of.
    pub batch: Option<&'a Batch>,
}

/// A declared resource that a command names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) struct Named {
    /// The resource.
    pub entity: Entity,
    /// The span through which the build gets it; `None` if the command itself contains the name.
    pub entry: Option<Span>,
}

impl<'a> Environment<'a> {
    /// Creates the environment in which an action runs commands.
    pub fn of(action: &'a Action, project: Option<&'a Project>, build: &'a Build) -> Self {
        Self { own: action.value("EnvironmentVariables"), project, build, batch: build.spec.batch.as_ref() }
    }

    /// Returns the environment of a build that a batch starts.
    pub fn in_batch(self, batch: Option<&'a Batch>) -> Self {
        Self { batch: batch.or(self.batch), ..self }
    }
}

impl Environment<'_> {
    /// Returns whether the commands use the role of the project rather than another identity.
    pub fn keeps_role(&self) -> bool {
        let switches =
            |text: &str| SWITCHES.iter().any(|switch| text.contains(switch)) || settings(text).any(|it| it.is_none());
        let written = self.build.spec.commands().any(|command| switches(&command.text));
        !written && self.build.commands.opaque.is_none() && !IDENTITY.iter().any(|name| self.sets(name))
    }

    /// Returns the command with which the build assumes another role, if it still has the role of the project there.
    pub fn first_change(&self) -> Option<Span> {
        let first = self.build.commands.invocations.iter().find(|call| call.program == "aws")?;
        let given = IDENTITY.iter().any(|name| self.gives(name));
        let before = |place: Span| place.file == first.span.file && place.range().end <= first.span.range().start;
        let switches =
            |command: &Command| before(command.span) && SWITCHES.iter().any(|switch| command.text.contains(switch));
        let is_changed = given
            || first.has("--profile")
            || self.build.commands.opaque.is_some_and(before)
            || self.build.spec.commands().any(switches);
        (!is_changed && first.operation(2) == ["sts", "assume-role"]).then_some(first.span)
    }

    /// Returns whether a command sets the Region of the AWS CLI.
    pub fn configures_region(&self) -> bool {
        let sets = |text: &str| settings(text).flatten().any(|setting| setting.starts_with("region"));
        self.build.spec.commands().any(|command| sets(&command.text))
    }

    /// Returns whether anything sets a variable: the action, the project, the buildspec, or its commands.
    pub fn sets(&self, name: &str) -> bool {
        self.gives(name) || self.build.commands.assigns(name)
    }

    /// Returns whether a variable may be set when the build ends.
    pub fn keeps(&self, name: &str) -> bool {
        self.gives(name) || self.build.commands.keeps(name)
    }

    /// Returns whether a variable is set when the commands start.
    pub fn gives(&self, name: &str) -> bool {
        let spec = &self.build.spec.env;
        let mut of_spec = spec.variables.iter().chain(&spec.parameter_store).chain(&spec.secrets_manager);
        self.value(name).is_some()
            || self.batch.is_some_and(|batch| batch.sets(name))
            || of_spec.any(|variable| variable.name.node == name)
    }

    /// Returns the variables of the action, then those of the project.
    pub fn entries(&self) -> impl Iterator<Item = &(Spanned<String>, Value)> {
        let own = match self.own.map(|value| &value.kind) {
            Some(ValueKind::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        own.iter().chain(self.project.into_iter().flat_map(Project::env))
    }

    /// Returns the value of a variable in the `.pipe` file.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.entries().find(|(known, _)| known.node == name).map(|(_, value)| value)
    }

    /// Returns the declared resource that an argument of a command refers to.
    pub fn named(&self, hir: &Hir, reference: &Reference) -> Option<Named> {
        match reference {
            Reference::Literal(text) => Some(Named { entity: declared_as(hir, text)?, entry: None }),
            Reference::Computed(_) => None,
            Reference::Variable(name) if self.build.commands.assigns(name) => None,
            Reference::Variable(name) if self.batch.is_some_and(|batch| batch.sets(name)) => None,
            Reference::Variable(name) => {
                if let Some(value) = self.value(name) {
                    return Some(Named { entity: entity(hir, value)?, entry: Some(value.span) });
                }
                let variable = self.build.spec.env.variables.iter().find(|variable| variable.name.node == *name)?;
                Some(Named { entity: declared_as(hir, &variable.value.node)?, entry: Some(variable.value.span) })
            }
        }
    }
}

/// Returns the setting that each `aws configure set` in a command changes; `None` for one that may change the identity.
fn settings(text: &str) -> impl Iterator<Item = Option<&str>> {
    text.split(CONFIGURE).skip(1).map(|rest| {
        let setting = rest.trim_start().strip_prefix("set ")?.trim_start();
        let setting = setting.strip_prefix("default.").unwrap_or(setting);
        SETTINGS.iter().any(|start| setting.starts_with(start)).then_some(setting)
    })
}

/// Returns the declared resource that a value is, or whose name or ARN it is.
fn entity(hir: &Hir, value: &Value) -> Option<Entity> {
    match &value.kind {
        ValueKind::Text(text) => match text.as_literal() {
            Some(literal) => declared_as(hir, literal),
            None => member(text),
        },
        _ => None,
    }
}

/// Returns the resource of `Packages.name`, possibly followed by a key: `"${Packages.name}/prefix"`.
fn member(text: &Text) -> Option<Entity> {
    let (Part { kind: PartKind::Member(entity, word), .. }, rest) = text.parts.split_first()? else { return None };
    let identifies = matches!(word.as_str(), "name" | "arn" | "uri");
    let only = match rest.first().map(|part| &part.kind) {
        None => true,
        Some(PartKind::Literal(text)) => text.starts_with('/') || word == "uri" && text.starts_with(':'),
        Some(_) => false,
    };
    (identifies && only).then_some(*entity)
}

/// Returns the declared resource with this name or ARN.
fn declared_as(hir: &Hir, text: &str) -> Option<Entity> {
    let bucket = text.split('/').next().unwrap_or(text);
    let buckets =
        hir.buckets.entries().map(|(index, it)| (Entity::Bucket(index), is_called(it.name(), &it.ownership, bucket)));
    let topics = hir
        .topics
        .entries()
        .map(|(index, it)| (Entity::Topic(index), text.starts_with("arn:") && is_called(None, &it.ownership, text)));
    buckets.chain(topics).find(|(_, is)| *is).map(|(entity, _)| entity)
}

/// Returns whether a resource has this literal name or ARN.
fn is_called(name: Option<Spanned<&Text>>, ownership: &Ownership, text: &str) -> bool {
    let name = name.and_then(|name| name.node.as_literal());
    let imported = match ownership {
        Ownership::Imported(value) => value.as_str(),
        Ownership::Owned => None,
    };
    let short = |text: &str| text.strip_prefix("arn:aws:s3:::").map(str::to_owned);
    let matches = |own: &str| own == text || short(own).as_deref() == Some(text) || short(text).as_deref() == Some(own);
    name.is_some_and(matches) || imported.is_some_and(matches)
}
