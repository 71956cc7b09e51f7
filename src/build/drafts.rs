//! Declarations that have a name but no values yet.

use std::rc::Rc;
use std::sync::Arc;

use crate::catalog::{ActionType, Category};
use crate::evaluate::{DeclaredName, NamedAction, PipelineNames, ScopeId};
use crate::expand::{Placed, Surroundings};
use crate::hir::{
    ArtifactId, ConditionId, EnvironmentId, Filter, LoopId, Origin, StackPair, Stage, Statement, UseId, Value,
    ValueKind,
};
use crate::resolve::DefinitionId;
use crate::slots::Attributes;
use crate::source::Spanned;
use crate::syntax::ast::{self, ActionHead, Clauses, StackVerb, Stmt};

/// A declaration that the second pass will fill in.
#[derive(Debug, Clone)]
pub(super) struct Declared<'a, T> {
    pub(super) statement: &'a Stmt,
    pub(super) node: &'a T,
    /// Its name as written.
    pub(super) written: String,
    /// Its name, with what loops and instances add.
    pub(super) symbol: Spanned<String>,
    pub(super) at: Surroundings,
}

/// A pipeline whose actions and artifacts have IDs but no values yet.
pub(super) struct PipelineDraft<'a> {
    pub(super) declared: Declared<'a, ast::Named>,
    pub(super) statements: Vec<Placed<'a>>,
    pub(super) at: Surroundings,
    pub(super) stages: Vec<Stage>,
    /// By stage: the statements of its conditions.
    pub(super) conditions: Vec<Vec<Placed<'a>>>,
    pub(super) actions: Vec<ActionDraft<'a>>,
    pub(super) incomplete: bool,
    /// The names that values can refer to, until the draft is complete: then the evaluator has them.
    pub(super) names: PipelineNames,
}

/// An action that has an ID but no values yet.
#[derive(Debug, Clone)]
pub(super) struct ActionDraft<'a> {
    pub(super) name: Spanned<String>,
    /// The name as written.
    pub(super) symbol: Spanned<String>,
    /// Its definition; none if the name is computed.
    pub(super) definition: Option<DefinitionId>,
    /// The full name: the symbol, with what loops and instances add.
    pub(super) called: String,
    pub(super) stage: usize,
    /// The scope of its values.
    pub(super) scope: ScopeId,
    /// Where its name is visible.
    pub(super) local: ScopeId,
    /// Where the names of its artifacts are visible.
    pub(super) body: ScopeId,
    /// What loops and instances add to the names of its artifacts.
    pub(super) suffix: Rc<str>,
    /// The `use` statements that led here.
    pub(super) trail: Rc<[UseId]>,
    /// The enclosing loops.
    pub(super) loops: Arc<[LoopId]>,
    pub(super) category: Category,
    pub(super) action_type: Arc<ActionType>,
    pub(super) form: Form<'a>,
    pub(super) statement: &'a Stmt,
    /// The explicit namespace, if it is known at compile time.
    pub(super) namespace: Option<String>,
    pub(super) outputs: Vec<ArtifactId>,
    /// The two actions of its statement, if it has two.
    pub(super) pair: Option<StackPair>,
    /// The condition of the `if` around it.
    pub(super) under: Option<Spanned<ConditionId>>,
    /// The environment it runs in.
    pub(super) environment: Option<Spanned<EnvironmentId>>,
    pub(super) incomplete: bool,
}

/// An action's block.
#[derive(Debug, Clone, Default)]
pub(super) struct ActionBody {
    /// Its attributes.
    pub(super) attributes: Attributes,
    /// What could not be read.
    pub(super) unread: Unread,
    /// `on push`, `on pull-request`
    pub(super) filters: Vec<Filter>,
    /// `allow`, `deny`
    pub(super) statements: Vec<Statement>,
}

/// Which parts of an action's block could not be read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unread {
    /// A statement.
    pub(super) statement: bool,
    /// An attribute that the action does not have, or has twice.
    pub(super) attribute: bool,
}

impl Unread {
    /// Returns whether anything was left out.
    pub(super) fn any(self) -> bool {
        self.statement || self.attribute
    }
}

/// The form in which an action is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form<'a> {
    /// `build codebuild Name`, `approve Name`
    Written(&'a ast::Action),
    /// A stack statement, or one of its two actions.
    Stack(&'a ast::StackAction, Origin),
    /// `deploy stackset Name`, `deploy stack-instances Name`
    StackSet(&'a ast::StackAction),
}

impl Form<'_> {
    /// Returns the provider's word in the file; `None` if `action` names the type as AWS does.
    pub(super) fn word(self) -> Option<String> {
        let word = match self {
            Self::Written(action) => match &action.head {
                ActionHead::Approve => "manual",
                ActionHead::Run => "commands",
                ActionHead::Generic => return None,
                ActionHead::Typed { provider, .. } => &provider.node,
            },
            Self::Stack(..) => "cloudformation",
            Self::StackSet(action) if action.kind.node == ast::StackKind::StackInstances => "stack-instances",
            Self::StackSet(_) => "stackset",
        };
        Some(word.to_owned())
    }
}

impl<'a> ActionDraft<'a> {
    /// Creates an action from its header, with its name in the file.
    pub(super) fn new(
        placed: &Placed<'a>,
        name: DeclaredName,
        stage: usize,
        category: Category,
        action_type: Arc<ActionType>,
        form: Form<'a>,
    ) -> Self {
        Self {
            symbol: name.symbol,
            definition: None,
            called: name.full.node.clone(),
            name: name.full,
            stage,
            scope: placed.at.scope,
            local: name.local,
            body: placed.at.local,
            suffix: Rc::clone(&placed.at.suffix),
            trail: Rc::clone(&placed.at.trail),
            loops: Arc::clone(&placed.at.loops),
            category,
            action_type,
            form,
            statement: placed.statement,
            namespace: None,
            outputs: Vec::new(),
            pair: None,
            under: placed.at.under,
            environment: None,
            incomplete: false,
        }
    }

    /// Returns the action for references in values.
    pub(super) fn named(&self) -> NamedAction {
        NamedAction {
            definition: self.definition,
            symbol: self.symbol.node.clone(),
            place: self.name.span,
            stage: self.stage,
            local: self.local,
            targets_stack: self.targets_stack(),
            has_outputs: self.has_outputs(),
            is_of_component: !self.trail.is_empty(),
            environment: self.environment.as_ref().map(|environment| environment.node),
            namespace: self.namespace.clone(),
            action_type: Arc::clone(&self.action_type),
        }
    }

    pub(super) fn clauses(&self) -> &'a Clauses {
        match self.form {
            Form::Written(action) => &action.clauses,
            Form::Stack(action, _) | Form::StackSet(action) => &action.clauses,
        }
    }

    pub(super) fn block(&self) -> Option<&'a ast::Block> {
        match self.form {
            Form::Written(action) => action.block.as_ref(),
            Form::Stack(action, _) | Form::StackSet(action) => action.block.as_ref(),
        }
    }

    /// Returns the `->` clause, if this action produces its artifacts: in a pair, the second one does.
    pub(super) fn output_clauses(&self) -> &'a [ast::Output] {
        let pair = matches!(self.form, Form::Stack(action, _) if action.verb.node == StackVerb::Deploy);
        if pair && self.prepares() { &[] } else { &self.clauses().to }
    }

    pub(super) fn is_stack(&self) -> bool {
        matches!(self.form, Form::Stack(..))
    }

    /// Returns whether it works on a stack, whose outputs are then its variables.
    pub(super) fn targets_stack(&self) -> bool {
        self.is_stack() || self.action_type.deploys_stack()
    }

    /// Returns whether `Name.Variable` can refer to this action: a change set or a deleted stack has no outputs.
    pub(super) fn has_outputs(&self) -> bool {
        !self.prepares() && !matches!(self.form, Form::Stack(_, Origin::DeleteStack))
    }

    /// Returns whether it executes a change set that another statement prepares.
    pub(super) fn executes_only(&self) -> bool {
        matches!(self.form, Form::Stack(action, _) if action.verb.node == StackVerb::Execute)
    }

    /// Returns whether another statement has the same name, and both can define it.
    pub(super) fn is_named_like(&self, other: &Self) -> bool {
        let same = match (self.definition, other.definition) {
            (None, None) => self.symbol.node == other.symbol.node,
            (one, two) => one == two,
        };
        same && self.local == other.local
    }

    /// Returns whether it prepares a change set.
    pub(super) fn prepares(&self) -> bool {
        matches!(self.form, Form::Stack(_, Origin::PrepareStack))
    }
}

/// The names of a stack and its change set that a statement sets, for another statement that sets neither.
#[derive(Debug, Clone, Default)]
pub(super) struct SetNames {
    pub(super) stack: Option<Value>,
    pub(super) change_set: Option<Value>,
}

impl SetNames {
    pub(super) fn of(attributes: &Attributes) -> Self {
        let given = |word: &str, key: &str| {
            let configured = match attributes.get("configuration").map(|attribute| &attribute.value.kind) {
                Some(ValueKind::Map(entries)) => entries.iter().find(|(given, _)| given.node == key),
                _ => None,
            };
            let value = configured.map(|(_, value)| value);
            value.or_else(|| attributes.get(word).map(|attribute| &attribute.value)).cloned()
        };
        Self { stack: given("name", "StackName"), change_set: given("change-set", "ChangeSetName") }
    }
}
