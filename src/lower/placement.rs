//! Which statement may stand where, and which CodePipeline has no action for.

use crate::diagnostic::families::statements;
use crate::source::Span;
use crate::syntax::ast::{self, ActionHead, Expr, ExprKind, Ident, On, OnClause, StackKind, StackVerb, Stmt, StmtKind};

use super::Lowerer;

/// The kinds of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The top of a file.
    File,
    /// `pipeline`
    Pipeline,
    /// `stage`
    Stage,
    /// `parallel`, `sequence`
    Steps,
    /// An action's block.
    Action,
    /// `project`
    Project,
    /// `role`
    Role,
    /// `environment`
    Environment,
    /// `provider`
    Provider,
    /// `bucket`, `topic`, `connection`, `key`, `artifacts`: attributes only.
    Plain,
}

impl Place {
    const ALL: [Self; 10] = [
        Self::File,
        Self::Pipeline,
        Self::Stage,
        Self::Steps,
        Self::Action,
        Self::Project,
        Self::Role,
        Self::Environment,
        Self::Provider,
        Self::Plain,
    ];

    /// The statements whose blocks these are, as far as they take a statement of this kind.
    fn words(self, kind: &StmtKind) -> &'static [&'static str] {
        match self {
            Self::File => &[""],
            Self::Pipeline => &["pipeline"],
            Self::Stage => &["stage"],
            Self::Steps => &["parallel", "sequence"],
            Self::Action if matches!(kind, StmtKind::Allow(_)) => &["deploy stack", "run"],
            Self::Action => &["source"],
            Self::Project => &["project"],
            Self::Role => &["role"],
            Self::Environment => &["environment"],
            Self::Provider => &["provider"],
            Self::Plain => &[],
        }
    }

    pub(super) fn allows(self, kind: &StmtKind) -> bool {
        match kind {
            StmtKind::Attribute(attribute) => self != Self::File || attribute.key.node == "resources",
            StmtKind::Param(param) => match param.kind {
                ast::ParamKind::Variable => self == Self::Pipeline,
                _ => self == Self::File,
            },
            StmtKind::If(_) | StmtKind::Error(_) => true,
            StmtKind::Let(_) | StmtKind::For(_) | StmtKind::Use(_) => {
                matches!(self, Self::File | Self::Pipeline | Self::Stage | Self::Steps)
            }
            StmtKind::Pipeline(_)
            | StmtKind::Import(_)
            | StmtKind::TypeDecl(_)
            | StmtKind::Component(_)
            | StmtKind::Resource(_) => self == Self::File,
            StmtKind::Stage(_) | StmtKind::Update(_) | StmtKind::Notify(_) | StmtKind::Settings(_) => {
                self == Self::Pipeline
            }
            StmtKind::Parallel(_) | StmtKind::Sequence(_) | StmtKind::Action(_) | StmtKind::StackAction(_) => {
                matches!(self, Self::Stage | Self::Steps)
            }
            StmtKind::Allow(_) => {
                matches!(self, Self::Pipeline | Self::Action | Self::Project | Self::Role | Self::Environment)
            }
            StmtKind::On(on) => match on.event.node.as_str() {
                "push" | "pull-request" => self == Self::Action,
                "schedule" | "event" => self == Self::Pipeline,
                "entry" | "success" | "failure" => self == Self::Stage,
                _ => false,
            },
            StmtKind::Property(_) => self == Self::Provider,
        }
    }
}

/// The word a statement starts with, and where it stands.
pub(super) fn keyword(statement: &Stmt) -> (&'static str, Span) {
    match &statement.kind {
        StmtKind::Attribute(attribute) => ("attribute", attribute.key.span),
        StmtKind::Import(import) => ("import", import.keyword),
        StmtKind::TypeDecl(declaration) => ("type", declaration.keyword),
        StmtKind::Param(param) => (
            match param.kind {
                ast::ParamKind::Option => "option",
                ast::ParamKind::Param => "param",
                ast::ParamKind::Variable => "variable",
            },
            param.keyword,
        ),
        StmtKind::Let(binding) => ("let", binding.keyword),
        StmtKind::Component(component) => ("component", component.keyword),
        StmtKind::Property(property) => ("property", property.keyword),
        StmtKind::Pipeline(named) => ("pipeline", named.keyword),
        StmtKind::Stage(named) => ("stage", named.keyword),
        StmtKind::Update(update) => ("update", update.keyword),
        StmtKind::Parallel(block) => ("parallel", block.keyword),
        StmtKind::Sequence(block) => ("sequence", block.keyword),
        StmtKind::For(statement) => ("for", statement.keyword),
        StmtKind::If(statement) => ("if", statement.keyword),
        StmtKind::Use(statement) => ("use", statement.keyword),
        StmtKind::Allow(allow) => (if allow.deny { "deny" } else { "allow" }, allow.keyword),
        StmtKind::On(on) => (on_words(on), on.keyword.to(on.event.span)),
        StmtKind::Notify(notify) => ("notify", notify.keyword),
        StmtKind::StackAction(action) => (stack_words(action.verb.node, action.kind.node), action.verb.span),
        StmtKind::Action(action) => (action_word(&action.head), action.keyword),
        StmtKind::Resource(resource) => (resource.kind.word(), resource.keyword),
        StmtKind::Settings(settings) => {
            (if settings.keyword.node == "dashboard" { "dashboard" } else { "artifacts" }, settings.keyword.span)
        }
        StmtKind::Error(_) => ("", statement.span),
    }
}

/// What may follow `on`, with it.
const EVENTS: [&str; 7] =
    ["on push", "on pull-request", "on schedule", "on event", "on entry", "on success", "on failure"];

fn on_words(on: &On) -> &'static str {
    if on.event.node == "failure" && matches!(on.clause, Some(OnClause::Require { .. })) {
        return "on failure require";
    }
    EVENTS.into_iter().find(|words| words.strip_prefix("on ") == Some(on.event.node.as_str())).unwrap_or("on")
}

fn stack_words(verb: StackVerb, kind: StackKind) -> &'static str {
    match (verb, kind) {
        (StackVerb::Deploy, StackKind::Stack) => "deploy stack",
        (StackVerb::Prepare, StackKind::Stack) => "prepare stack",
        (StackVerb::Execute, StackKind::Stack) => "execute stack",
        (StackVerb::Delete, StackKind::Stack) => "delete stack",
        (StackVerb::Deploy, StackKind::StackSet) => "deploy stackset",
        (StackVerb::Deploy, StackKind::StackInstances) => "deploy stack-instances",
        (_, StackKind::StackSet) => "stackset",
        (_, StackKind::StackInstances) => "stack-instances",
    }
}

fn action_word(head: &ActionHead) -> &'static str {
    match head {
        ActionHead::Approve => "approve",
        ActionHead::Run => "run",
        ActionHead::Generic => "action",
        ActionHead::Typed { category, .. } => match category.node.as_str() {
            "source" => "source",
            "build" => "build",
            "test" => "test",
            "invoke" => "invoke",
            _ => "deploy",
        },
    }
}

/// The stack statement that CodePipeline has no action for: it deploys StackSets and their instances, and nothing else.
pub(super) fn impossible(statement: &Stmt) -> Option<&ast::StackAction> {
    match &statement.kind {
        StmtKind::StackAction(action) if action.kind.node != StackKind::Stack => {
            Some(action).filter(|action| action.verb.node != StackVerb::Deploy)
        }
        _ => None,
    }
}

/// `resources = file("...")`
pub(super) fn is_resources_file(key: &Ident, value: &Expr) -> bool {
    key.node == "resources" && is_file_call(value)
}

/// `file("...")`
pub(super) fn is_file_call(value: &Expr) -> bool {
    matches!(&value.kind, ExprKind::Call { callee, .. } if matches!(callee.as_slice(), [only] if only.node == "file"))
}

impl<'a> Lowerer<'a> {
    /// Reports a statement that cannot stand where it does.
    pub(super) fn misplaced(&mut self, statement: &'a Stmt, word: &str, span: Span, inside: &str) {
        let mut allowed: Vec<&str> = Vec::new();
        for place in Place::ALL {
            if place.allows(&statement.kind) {
                allowed.extend(place.words(&statement.kind));
            }
        }
        self.give_up(statement);
        let diagnostic = match &statement.kind {
            StmtKind::Attribute(attribute) => statements::attribute_at_top(&attribute.key),
            StmtKind::On(on) if word == "on" => statements::unknown_event(&on.event, &EVENTS),
            _ => statements::misplaced(word, span, inside, &allowed),
        };
        self.diagnostics.push(diagnostic);
    }
}
