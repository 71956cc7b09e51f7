//! Actions: exactly one for each action of the emitted pipeline.

use std::sync::Arc;

use crate::catalog::{ActionType, Category, Slot};
use crate::collections::IndexMap;
use crate::source::{Span, Spanned};

use super::{
    ActionId, ArtifactId, Attribute, ConditionId, Entity, EnvironmentId, ExistenceCondition, LoopId, ProjectId, RoleId,
    Statement, Text, UseId, Value, ValueKind,
};

/// An action.
#[derive(Debug, Clone)]
pub struct Action {
    /// Its name in AWS; the span is that of the name in the file.
    pub name: Spanned<String>,
    /// Its name in the file, with what loops and instances add. The two actions for a change set share the stack's
    /// name. If its variables need a namespace, the namespace has this name.
    pub symbol: String,
    /// The span of the name in its statement, even if `name` sets another name in AWS.
    pub declared: Span,
    /// The provider's word in the file; `None` if `action` names the type as AWS does.
    pub word: Option<String>,
    /// Index of its stage.
    pub stage: usize,
    /// The enclosing loops, outermost first, including those around its stage.
    pub loops: Arc<[LoopId]>,
    /// The innermost enclosing `use`, if it comes from a component.
    pub used: Option<UseId>,
    /// Its category: one of the type's.
    pub category: Category,
    /// Its type.
    pub action_type: Arc<ActionType>,
    /// Input artifacts, each once: the header's first, in order, then those named in values.
    pub inputs: Vec<Input>,
    /// Output artifacts, in order.
    pub outputs: Vec<ArtifactId>,
    /// Its configuration by AWS key, in the catalog's order, then raw keys as written.
    pub configuration: IndexMap<String, Setting>,
    /// The namespace that the file sets; if absent, one is generated when a variable is used.
    pub namespace: Option<Spanned<String>>,
    /// The role it runs under (`action-role`).
    pub role: Option<Spanned<RoleId>>,
    /// `allow` and `deny`: they change the role derived for this action.
    pub statements: Vec<Statement>,
    /// For a stack: the permissions boundary that its roles and users must have.
    pub boundary: Option<Value>,
    /// The environment it runs in (`in`).
    pub environment: Option<Spanned<EnvironmentId>>,
    /// Its own Region, instead of the environment's or the pipeline's.
    pub region: Option<Spanned<String>>,
    /// Minutes (`timeout` of an approval).
    pub timeout: Option<Spanned<u32>>,
    /// An explicit run order (`run-order` of a generic action, or an imported pipeline).
    pub run_order: Option<Spanned<u32>>,
    /// The CloudFormation condition under which it exists.
    pub cfn_condition: Option<Spanned<ExistenceCondition>>,
    /// For a source: the condition under which it, its stage, and its pipeline exist.
    pub starts_under: Option<ConditionId>,
    /// Merged into what is emitted for it.
    pub raw: Option<Value>,
    /// The statement it came from.
    pub origin: Origin,
    /// If its statement expands to two actions, both of them, this one included.
    pub pair: Option<StackPair>,
    /// For a deploy: the template's path in the repository (`origin = "template.yaml"`).
    pub template_origin: Option<Spanned<String>>,
    /// For a source: the folder of the repository that it checks out; `None` if that is another repository.
    pub checkout: Option<Spanned<String>>,
    /// For a source: what starts the pipeline, instead of every commit to the branch.
    pub filters: Vec<Filter>,
    /// The documentation above it.
    pub doc: Option<String>,
    /// The header: from the first word to the last clause.
    pub span: Span,
    /// Whether an attribute could not be read: rules about missing attributes are then skipped.
    pub incomplete: bool,
}

/// `on push { ... }`, `on pull-request { ... }`
#[derive(Debug, Clone)]
pub struct Filter {
    /// The event that it filters.
    pub event: FilterEvent,
    /// Its attributes, by attribute word.
    pub attributes: IndexMap<String, Attribute>,
    /// From `on` to the event.
    pub span: Span,
    /// Whether a part of it could not be read.
    pub incomplete: bool,
}

impl Filter {
    /// Returns the readable patterns of an attribute with their spans, without the `!` that marks exclusions.
    /// `left_out`: whether to return the exclusions.
    pub fn patterns(&self, word: &str, left_out: bool) -> impl Iterator<Item = Spanned<&str>> {
        let items = match self.attributes.get(word).map(|attribute| &attribute.value.kind) {
            Some(ValueKind::List(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().filter_map(move |item| {
            let text = item.as_str()?;
            let pattern = if left_out { text.strip_prefix('!') } else { Some(text).filter(|it| !it.starts_with('!')) };
            pattern.map(|pattern| Spanned::new(pattern, item.span))
        })
    }
}

/// The event that a filter filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterEvent {
    /// `on push`
    Push,
    /// `on pull-request`
    PullRequest,
}

impl FilterEvent {
    /// Returns the word after `on`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::PullRequest => "pull-request",
        }
    }
}

/// An artifact that an action reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// The artifact.
    pub artifact: ArtifactId,
    /// Where the action refers to it.
    pub span: Span,
}

/// A configuration value, and the span of the word that sets it.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The value.
    pub value: Value,
    /// The span of the attribute's word, or that of the value if there is none.
    pub attribute: Span,
    /// Whether it is written in `configuration = { ... }` under its AWS key.
    pub raw: bool,
}

impl Setting {
    /// Returns the name of the setting in the file.
    pub fn word<'a>(&self, key: &'a str, slot: Option<&'a Slot>) -> &'a str {
        slot.filter(|_| !self.raw).map_or(key, |slot| slot.attribute.as_str())
    }
}

/// The two actions of a `deploy stack` statement, which share one stack, one change set, and one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StackPair {
    /// The action that prepares the change set.
    pub prepare: ActionId,
    /// The action that executes it.
    pub execute: ActionId,
}

/// The statement that an action comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A statement for exactly this action.
    Written,
    /// One of the two actions of `deploy stack`.
    DeployStack,
    /// `prepare stack`
    PrepareStack,
    /// `execute stack`
    ExecuteStack,
    /// `delete stack`
    DeleteStack,
}

/// Returns the CodeBuild project that a configuration refers to, if it is declared in the file.
pub(super) fn project_of(configuration: &IndexMap<String, Setting>) -> Option<ProjectId> {
    match configuration.get("ProjectName")?.value.kind {
        ValueKind::Entity(Entity::Project(id)) => Some(id),
        _ => None,
    }
}

impl Action {
    /// Returns the value of a configuration key.
    pub fn value(&self, key: &str) -> Option<&Value> {
        // There are few keys, and many rules ask: comparing takes less time than hashing.
        self.configuration.iter().find(|(known, _)| *known == key).map(|(_, setting)| &setting.value)
    }

    /// Returns the text of a configuration key, if all of it is known.
    pub fn literal(&self, key: &str) -> Option<&str> {
        self.value(key).and_then(Value::as_str)
    }

    /// Returns the CodeBuild project it runs, if that is declared in the file.
    pub fn project(&self) -> Option<ProjectId> {
        project_of(&self.configuration)
    }

    /// Returns whether it is a source that checks out a Git repository.
    pub fn is_git_source(&self) -> bool {
        self.action_type.git
    }

    /// Returns whether it changes what is deployed. An action that prepares a change set does not.
    pub fn changes_deployment(&self) -> bool {
        let prepares = self.stack_operation().is_some_and(|operation| operation.mode == StackMode::ChangeSetReplace);
        self.category == Category::Deploy && !prepares
    }

    /// Returns its name in messages about deployments: that of its stack, whose change set two actions prepare and execute.
    pub fn deployed_name(&self) -> Spanned<String> {
        let name = if self.stack_operation().is_some() { &self.symbol } else { &self.name.node };
        Spanned::new(name.clone(), self.name.span)
    }

    /// Returns what it does to a CloudFormation stack, if it is such an action with a readable mode.
    pub fn stack_operation(&self) -> Option<StackOperation<'_>> {
        if !self.action_type.deploys_stack() {
            return None;
        }
        let mode = StackMode::from_aws(self.literal("ActionMode")?)?;
        let ValueKind::Text(stack) = &self.value("StackName")?.kind else { return None };
        let change_set = self.value("ChangeSetName").and_then(|value| match &value.kind {
            ValueKind::Text(text) => Some(text),
            _ => None,
        });
        Some(StackOperation { mode, stack, change_set })
    }
}

/// What an action does to a stack.
#[derive(Debug, Clone, Copy)]
pub struct StackOperation<'a> {
    /// `ActionMode`
    pub mode: StackMode,
    /// `StackName`
    pub stack: &'a Text,
    /// `ChangeSetName`
    pub change_set: Option<&'a Text>,
}

/// `ActionMode` of the CloudFormation action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackMode {
    /// `CHANGE_SET_REPLACE`: prepares.
    ChangeSetReplace,
    /// `CHANGE_SET_EXECUTE`: executes.
    ChangeSetExecute,
    /// `CREATE_UPDATE`
    CreateUpdate,
    /// `REPLACE_ON_FAILURE`
    ReplaceOnFailure,
    /// `DELETE_ONLY`
    DeleteOnly,
}

impl StackMode {
    /// Parses AWS's spelling.
    pub fn from_aws(text: &str) -> Option<Self> {
        Some(match text {
            "CHANGE_SET_REPLACE" => Self::ChangeSetReplace,
            "CHANGE_SET_EXECUTE" => Self::ChangeSetExecute,
            "CREATE_UPDATE" => Self::CreateUpdate,
            "REPLACE_ON_FAILURE" => Self::ReplaceOnFailure,
            "DELETE_ONLY" => Self::DeleteOnly,
            _ => return None,
        })
    }

    /// Returns AWS's spelling.
    pub fn aws(self) -> &'static str {
        match self {
            Self::ChangeSetReplace => "CHANGE_SET_REPLACE",
            Self::ChangeSetExecute => "CHANGE_SET_EXECUTE",
            Self::CreateUpdate => "CREATE_UPDATE",
            Self::ReplaceOnFailure => "REPLACE_ON_FAILURE",
            Self::DeleteOnly => "DELETE_ONLY",
        }
    }

    /// Returns whether it reads a template.
    pub fn takes_template(self) -> bool {
        matches!(self, Self::ChangeSetReplace | Self::CreateUpdate | Self::ReplaceOnFailure)
    }

    /// Returns whether the stack is up to date after it, so that its outputs can be read.
    pub fn deploys(self) -> bool {
        matches!(self, Self::ChangeSetExecute | Self::CreateUpdate | Self::ReplaceOnFailure)
    }
}
