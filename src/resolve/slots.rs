//! Which attributes a block has, as far as its shape alone tells.

use crate::catalog::{self, Category, Header, Kind, Slot, Words};
use crate::syntax::ast::{self, ActionHead, Stmt, StmtKind, Type, TypeKind};

/// What a bare word means where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expect {
    /// A value by name.
    Value,
    /// A value by name, where text is wanted.
    Text,
    /// A value by name, where `true` or `false` is wanted.
    Flag,
    /// A word of the slot, else a value by name.
    Word(&'static Slot),
    /// A declared thing of this kind first, then a value by name.
    Target(Kind),
    /// A mode of the cache, else a bucket.
    Cache(&'static Slot),
    /// An artifact.
    Artifact,
    /// What the parameter takes that the argument is for: its number.
    Argument(u32),
    /// Only evaluation can tell.
    Open,
}

/// What a bare word means in a slot.
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

/// What a bare word means as a value of a type.
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

/// The attributes of a block.
#[derive(Debug, Clone, Copy, Default)]
pub struct Slots {
    /// Groups of slots; an earlier one wins.
    groups: [&'static [Slot]; 5],
}

impl Slots {
    /// Those of one entry of the catalog.
    pub(super) fn declared(word: &str) -> Self {
        Self::default().and(word)
    }

    /// With those of another entry of the catalog behind.
    fn and(self, word: &str) -> Self {
        self.with(catalog::declaration(word).map_or(&[], |entry| &entry.slot))
    }

    fn with(mut self, slots: &'static [Slot]) -> Self {
        if let Some(free) = self.groups.iter_mut().find(|group| group.is_empty()) {
            *free = slots;
        }
        self
    }

    /// Those that the statements of a component may set: it is used in a pipeline or a stage.
    pub(super) fn of_component() -> Self {
        Self::declared("stage").and("pipeline")
    }

    /// Those of an action, and whether it has no others. `declares`: whether the files declare a provider of a name.
    pub(super) fn of_action(action: &ast::Action, declares: impl Fn(&str) -> bool) -> (Self, bool) {
        let (category, provider) = match &action.head {
            ActionHead::Approve => (Category::Approval, "manual"),
            ActionHead::Run => (Category::Compute, "commands"),
            // Its names, which values give, say what else it takes.
            ActionHead::Generic => return (Self::declared("generic-action"), false),
            ActionHead::Typed { category, provider } => (category_of(&category.node), provider.node.as_str()),
        };
        if declares(provider) {
            return (Self::default(), false);
        }
        let given = |word: &str| gives(action.block.as_ref(), word);
        let Some(ty) = catalog::action_type_of(provider, category, &given) else { return (Self::default(), false) };
        let slots = Self::default().with(&ty.slot).and("action");
        let slots = if category == Category::Source { slots.and("source") } else { slots };
        if ty.provider == "CloudFormation" { (slots.and("stack"), false) } else { (slots, true) }
    }

    /// Those of a statement about a stack or a stack set.
    pub(super) fn of_stack_action(action: &ast::StackAction) -> Self {
        let word = match action.kind.node {
            ast::StackKind::Stack => "cloudformation",
            ast::StackKind::StackSet => "stackset",
            ast::StackKind::StackInstances => "stack-instances",
        };
        let ty = catalog::action_type_of(word, Category::Deploy, &|_| false);
        let slots = Self::default().with(ty.map_or(&[], |ty| &ty.slot)).and("action");
        if action.kind.node == ast::StackKind::Stack { slots.and("stack") } else { slots }
    }

    /// Those of the rule of a condition.
    pub fn of_rule(rule: &'static catalog::RuleType) -> Self {
        Self::default().with(&rule.slot).and("rule")
    }

    /// Those of the block of a statement, as far as the statement has them; those of a loop or a condition are those of what
    /// stands around. `declares`: whether the files declare a provider of a name.
    pub fn of_block(kind: &StmtKind, declares: impl Fn(&str) -> bool) -> Option<Self> {
        Some(match kind {
            StmtKind::Pipeline(_) => Self::declared("pipeline"),
            StmtKind::Stage(_) => Self::declared("stage"),
            StmtKind::Update(_) => Self::declared("update"),
            StmtKind::Component(_) => Self::of_component(),
            StmtKind::Property(_) => Self::declared("property"),
            StmtKind::Notify(_) => Self::declared("notify"),
            StmtKind::Parallel(_) | StmtKind::Sequence(_) => Self::default(),
            StmtKind::On(on) => Self::declared(&on.event.node),
            StmtKind::Settings(settings) => Self::declared(&settings.keyword.node),
            StmtKind::Resource(resource) => Self::declared(resource.kind.word()),
            StmtKind::Action(action) => Self::of_action(action, declares).0,
            StmtKind::StackAction(action) => Self::of_stack_action(action),
            _ => return None,
        })
    }

    /// Every slot that an attribute can fill, in order.
    pub fn all(&self) -> impl Iterator<Item = &'static Slot> {
        self.groups.into_iter().flatten().filter(|slot| slot.header != Some(Header::FromFile))
    }

    /// The slot of an attribute.
    pub fn find(&self, word: &str) -> Option<&'static Slot> {
        let is_it = |slot: &&'static Slot| slot.attribute == word && slot.header != Some(Header::FromFile);
        self.groups.iter().find_map(|group| group.iter().find(is_it))
    }
}

/// The category that the first word of an action means.
pub fn category_of(word: &str) -> Category {
    match word {
        "source" => Category::Source,
        "build" => Category::Build,
        "test" => Category::Test,
        "invoke" => Category::Invoke,
        _ => Category::Deploy,
    }
}

/// Whether a block gives an attribute, perhaps under a condition, in whatever case and with or without hyphens.
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
