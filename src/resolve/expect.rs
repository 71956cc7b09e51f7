//! What is expected of an identifier, if the enclosing block determines it.

use crate::catalog::{self, Category, Kind, Slot, Words};
use crate::slots::{Shape, SlotSet, StackStatement, slots_of};
use crate::syntax::ast::{self, ActionHead, ParamKind, StackKind, StackVerb, Stmt, StmtKind, Type, TypeKind};

/// What a bare word means in its position.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expect {
    /// A value by name.
    Value,
    /// A value by name, where a string is expected.
    Text,
    /// A value by name, where `true` or `false` is expected.
    Flag,
    /// A word of the slot, else a value by name.
    Word(&'static Slot),
    /// A declaration of this kind first, then a value by name.
    Target(Kind),
    /// A mode of the cache, else a bucket.
    Cache(&'static Slot),
    /// An artifact.
    Artifact,
    /// Whatever the argument's parameter takes, by the index of the argument.
    Argument(u32),
    /// Known only after evaluation.
    Open,
}

/// Returns what a bare word means in a slot.
pub(super) fn expect_of(slot: &'static Slot) -> Expect {
    match Words::of(slot) {
        Words::Value => Expect::Value,
        Words::Text => Expect::Text,
        Words::Flag => Expect::Flag,
        Words::Enumeration => Expect::Word(slot),
        Words::Target(kind) => Expect::Target(kind),
        Words::Cache => Expect::Cache(slot),
        Words::Artifact => Expect::Artifact,
    }
}

/// Returns what a bare word means as a value of a type.
pub(super) fn expect_of_type(ty: &Type) -> Expect {
    match &ty.kind {
        TypeKind::Named { name, .. } => match name.node.as_str() {
            "Project" => Expect::Target(Kind::Project),
            "Role" => Expect::Target(Kind::Role),
            "Bucket" => Expect::Target(Kind::Bucket),
            "Topic" => Expect::Target(Kind::Topic),
            "Connection" => Expect::Target(Kind::Connection),
            "Repository" => Expect::Target(Kind::Repository),
            "Key" => Expect::Target(Kind::Key),
            "Environment" => Expect::Target(Kind::Environment),
            "Artifact" => Expect::Artifact,
            _ => Expect::Value,
        },
        TypeKind::Optional(inner) => expect_of_type(inner),
        _ => Expect::Value,
    }
}

/// Returns the attributes that an action has according to its header, and whether it has no others. `declares`: whether
/// the files declare a provider with a name.
pub(super) fn slots_of_action(action: &ast::Action, declares: impl Fn(&str) -> bool) -> (SlotSet<'static>, bool) {
    let (category, provider) = match &action.head {
        ActionHead::Approve => (Category::Approval, "manual"),
        ActionHead::Run => (Category::Compute, "commands"),
        // Its names are values, and they determine what else it takes.
        ActionHead::Generic => return (slots_of(Shape::Listed("generic-action")), false),
        ActionHead::Typed { category, provider } => (category_of(&category.node), provider.node.as_str()),
    };
    if declares(provider) {
        return (SlotSet::default(), false);
    }
    let given = |word: &str| gives(action.block.as_ref(), word);
    match catalog::action_type_of(provider, category, &given) {
        Some(ty) => {
            let slots = slots_of(Shape::Action { action_type: ty, category, generic: false });
            (slots, !ty.deploys_stack())
        }
        None => (SlotSet::default(), false),
    }
}

/// Returns the attributes of a statement about a stack or a stack set.
pub(super) fn slots_of_stack_action(action: &ast::StackAction) -> SlotSet<'static> {
    let word = match action.kind.node {
        StackKind::Stack => "cloudformation",
        StackKind::StackSet => "stackset",
        StackKind::StackInstances => "stack-instances",
    };
    let Some(action_type) = catalog::action_type_of(word, Category::Deploy, &|_| false) else {
        return SlotSet::default();
    };
    if action.kind.node != StackKind::Stack {
        return slots_of(Shape::StackSet(action_type));
    }
    let statement = match action.verb.node {
        // With a mode it has fewer, but the mode is known only after evaluation.
        StackVerb::Deploy => StackStatement::Pair,
        StackVerb::Prepare => StackStatement::Prepare,
        StackVerb::Execute => StackStatement::Execute,
        StackVerb::Delete => StackStatement::Delete,
    };
    slots_of(Shape::Stack { action_type, statement })
}

/// Returns the attributes that the statement gives its block; `None` for loops and conditions, whose blocks have the
/// attributes of the enclosing block. `declares`: whether the files declare a provider with a name.
pub fn slots_of_block(kind: &StmtKind, declares: impl Fn(&str) -> bool) -> Option<SlotSet<'static>> {
    let listed = |word| slots_of(Shape::Listed(word));
    Some(match kind {
        StmtKind::Pipeline(_) => listed("pipeline"),
        StmtKind::Stage(_) => listed("stage"),
        StmtKind::Update(_) => listed("update"),
        StmtKind::Component(_) => slots_of(Shape::Component),
        StmtKind::Param(param) => slots_of_param(param.kind),
        StmtKind::Property(_) => listed("property"),
        StmtKind::Policy(_) => listed("policy"),
        StmtKind::Notify(_) => listed("notify"),
        StmtKind::Parallel(_) | StmtKind::Sequence(_) => SlotSet::default(),
        StmtKind::On(on) => slots_of_word(&on.event.node),
        StmtKind::Settings(settings) => slots_of_word(&settings.keyword.node),
        StmtKind::Resource(resource) => listed(resource.kind.word()),
        StmtKind::Action(action) => slots_of_action(action, declares).0,
        StmtKind::StackAction(action) => slots_of_stack_action(action),
        _ => return None,
    })
}

/// Returns the attributes of a parameter: only those of the template have any.
pub fn slots_of_param(kind: ParamKind) -> SlotSet<'static> {
    if kind == ParamKind::Param { slots_of(Shape::Listed("param")) } else { SlotSet::default() }
}

/// Returns the attributes that the catalog lists under a word of the file.
fn slots_of_word(word: &str) -> SlotSet<'static> {
    let known = catalog::declaration_words().find(|known| *known == word);
    known.map_or_else(SlotSet::default, |known| slots_of(Shape::Listed(known)))
}

/// Returns the category that the first word of an action means.
pub fn category_of(word: &str) -> Category {
    match word {
        "source" => Category::Source,
        "build" => Category::Build,
        "test" => Category::Test,
        "invoke" => Category::Invoke,
        _ => Category::Deploy,
    }
}

/// Returns whether a block sets an attribute, possibly under a condition, ignoring case and hyphens.
pub fn gives(block: Option<&ast::Block>, word: &str) -> bool {
    let letters = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
    let same = |one: &str, other: &str| one == other || letters(one) == letters(other);
    let statements: &[Stmt] = block.map_or(&[], |block| &block.statements);
    statements.iter().any(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) => same(&attribute.key.node, word),
        StmtKind::If(condition) => gives(Some(&condition.block), word),
        _ => false,
    })
}
