//! Which statements a block allows, and which ones CodePipeline has no action for.

use crate::diagnostic::families::{phases, statements};
use crate::resolve::place::Place;
use crate::source::Span;
use crate::syntax::ast::{self, ActionHead, On, OnClause, StackKind, StackVerb, Stmt, StmtKind};

use super::expander::Expander;

/// Returns the word that a statement starts with, and its span.
pub(crate) fn keyword(statement: &Stmt) -> (&'static str, Span) {
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
        StmtKind::Policy(named) => ("policy", named.keyword),
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

/// The events that may follow `on`, including `on` itself.
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

/// Returns whether CloudFormation can leave a statement out, so that a condition at deployment can decide about it.
pub(super) fn can_be_conditional(kind: &StmtKind) -> bool {
    match kind {
        StmtKind::Resource(_)
        | StmtKind::Pipeline(_)
        | StmtKind::Stage(_)
        | StmtKind::Parallel(_)
        | StmtKind::Sequence(_)
        | StmtKind::Action(_)
        | StmtKind::StackAction(_)
        | StmtKind::Notify(_)
        // Names, and statements that contain others.
        | StmtKind::Let(_)
        | StmtKind::TypeDecl(_)
        | StmtKind::Component(_)
        | StmtKind::For(_)
        | StmtKind::If(_)
        | StmtKind::Use(_)
        | StmtKind::Error(_) => true,
        StmtKind::On(on) => matches!(on.event.node.as_str(), "schedule" | "event"),
        StmtKind::Settings(settings) => settings.keyword.node == "dashboard",
        _ => false,
    }
}

/// Returns the stack statement if CodePipeline has no action for it: it can only deploy StackSets and their instances.
pub(crate) fn impossible(statement: &Stmt) -> Option<&ast::StackAction> {
    match &statement.kind {
        StmtKind::StackAction(action) if action.kind.node != StackKind::Stack => {
            Some(action).filter(|action| action.verb.node != StackVerb::Deploy)
        }
        _ => None,
    }
}

impl<'a> Expander<'_, 'a> {
    /// Reports a statement that a condition at deployment cannot decide about. `under`: the condition.
    pub(super) fn undecided(&mut self, statement: &'a Stmt, word: &str, span: Span, under: Span) {
        self.values.give_up(statement.span);
        let condition = self.values.shown(under);
        let diagnostic = match &statement.kind {
            StmtKind::Attribute(attribute) => {
                phases::conditional_attribute(&attribute.key.node, span, (&condition, under))
            }
            _ => phases::conditional_statement(word, span, (&condition, under)),
        };
        self.values.diagnostics.push(diagnostic);
    }

    /// Reports a statement in a block that does not allow it.
    pub(crate) fn misplaced(&mut self, statement: &'a Stmt, word: &str, span: Span, inside: &str) {
        let mut allowed: Vec<&str> = Vec::new();
        for place in Place::ALL {
            if place.allows(&statement.kind) {
                allowed.extend(place.words(&statement.kind));
            }
        }
        self.values.give_up(statement.span);
        let diagnostic = match &statement.kind {
            StmtKind::Attribute(attribute) => statements::attribute_at_top(&attribute.key),
            StmtKind::On(on) if word == "on" => statements::unknown_event(&on.event, &EVENTS),
            _ => statements::misplaced(word, span, inside, &allowed),
        };
        self.values.diagnostics.push(diagnostic);
    }
}
