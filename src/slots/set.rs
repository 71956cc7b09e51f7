//! Which attributes a block has.

use std::sync::OnceLock;

use crate::catalog::{ActionType, Category, Header, RuleType, Slot, action_type_of, declaration};
use crate::hir::BOUNDARY;

/// The modes with which `deploy stack` is one action instead of a pair.
const DIRECT_MODES: [&str; 2] = ["create-update", "replace-on-failure"];

/// What kind of block it is.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'c> {
    /// A block whose attributes the catalog lists under a word: a declaration, `stage`, `artifacts`, `event`, `push`,
    /// ...
    Listed(&'c str),
    /// An action.
    Action {
        /// Its type.
        action_type: &'c ActionType,
        /// The category of the action.
        category: Category,
        /// Whether the block itself sets the type, as AWS names it.
        generic: bool,
    },
    /// A statement about a stack.
    Stack {
        /// CloudFormation's type.
        action_type: &'c ActionType,
        /// The statement.
        statement: StackStatement,
    },
    /// A statement about a StackSet or its stack instances.
    StackSet(&'c ActionType),
    /// The arguments of a rule of a stage's condition.
    Rule(&'c RuleType),
    /// A component: used in a pipeline or a stage.
    Component,
}

/// The statements about stacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackStatement {
    /// `deploy stack`: prepares a change set and executes it.
    Pair,
    /// `deploy stack` with a mode.
    Direct,
    /// `prepare stack`
    Prepare,
    /// `execute stack`
    Execute,
    /// `delete stack`
    Delete,
}

impl StackStatement {
    /// Returns whether an attribute of CloudFormation's action has a meaning in the statement.
    fn has(self, word: &str) -> bool {
        match self {
            _ if word == "mode" => matches!(self, Self::Pair | Self::Direct),
            Self::Pair | Self::Prepare => true,
            Self::Direct => word != "change-set",
            Self::Execute => matches!(word, "change-set" | "output-file-name"),
            Self::Delete => word == "role",
        }
    }
}

/// The attributes that a block has.
#[derive(Debug, Clone, Default)]
pub struct SlotSet<'c> {
    naming: Vec<&'c Slot>,
    configured: Vec<&'c Slot>,
    common: Vec<&'c Slot>,
    hidden: Vec<&'c Slot>,
}

impl<'c> SlotSet<'c> {
    /// Returns all slots: those that set a type, those of the type, and those that all such blocks have.
    pub fn iter(&self) -> impl Iterator<Item = &'c Slot> {
        self.naming.iter().chain(&self.configured).chain(&self.common).copied()
    }

    /// Returns the slots of the type, each of which represents a key of the configuration.
    pub fn configured(&self) -> impl Iterator<Item = &'c Slot> {
        self.configured.iter().copied()
    }

    /// Returns the slots of the type that have no word here because a slot that sets the type has the same word: their
    /// keys are written in `configuration`.
    pub fn hidden(&self) -> impl Iterator<Item = &'c Slot> {
        self.hidden.iter().copied()
    }

    /// Returns the slot for an attribute.
    pub fn named(&self, word: &str) -> Option<&'c Slot> {
        self.writable().find(|slot| slot.attribute == word)
    }

    /// Returns the slot whose AWS key a word is, ignoring case and hyphens.
    pub fn called_in_aws(&self, word: &str) -> Option<&'c Slot> {
        self.writable().find(|slot| slot.is_called_in_aws(word))
    }

    /// Returns the words of all attributes, each once.
    pub fn words(&self) -> Vec<&'c str> {
        let mut words: Vec<&'c str> = Vec::new();
        for slot in self.writable() {
            if !words.contains(&slot.attribute.as_str()) {
                words.push(&slot.attribute);
            }
        }
        words
    }

    /// Removes one slot.
    #[must_use]
    pub fn without(mut self, word: &str) -> Self {
        self.naming.retain(|slot| slot.attribute != word);
        self.configured.retain(|slot| slot.attribute != word);
        self.common.retain(|slot| slot.attribute != word);
        self
    }

    /// Returns the slots that an attribute can fill: some are filled only by the header.
    pub fn writable(&self) -> impl Iterator<Item = &'c Slot> {
        self.iter().filter(|slot| slot.header != Some(Header::FromFile))
    }
}

/// Returns the attributes that a block has.
pub fn slots_of(shape: Shape<'_>) -> SlotSet<'_> {
    match shape {
        Shape::Listed(word) => SlotSet { common: listed(word).collect(), ..SlotSet::default() },
        Shape::Action { action_type, category, generic } => of_action(action_type, category, generic),
        Shape::Stack { action_type, statement } => {
            let has = |slot: &&Slot| slot.header == Some(Header::StackName) || statement.has(&slot.attribute);
            let configured = action_type.slot.iter().filter(has).map(|slot| in_statement(action_type, slot)).collect();
            let common = unnamed("action").chain(listed("stack")).collect();
            SlotSet { configured, common, ..SlotSet::default() }
        }
        Shape::StackSet(action_type) => {
            let configured = action_type.slot.iter().map(|slot| in_statement(action_type, slot)).collect();
            SlotSet { configured, common: unnamed("action").collect(), ..SlotSet::default() }
        }
        Shape::Rule(rule_type) => {
            let configured = rule_type.slot.iter().collect();
            SlotSet { configured, common: listed("rule").collect(), ..SlotSet::default() }
        }
        Shape::Component => {
            SlotSet { common: listed("stage").chain(listed("pipeline")).collect(), ..SlotSet::default() }
        }
    }
}

fn of_action(action_type: &ActionType, category: Category, generic: bool) -> SlotSet<'_> {
    let naming: Vec<&Slot> = if generic { listed("generic-action").collect() } else { Vec::new() };
    let (hidden, of_type): (Vec<&Slot>, Vec<&Slot>) =
        action_type.slot.iter().partition(|slot| naming.iter().any(|own| own.attribute == slot.attribute));
    let mut common: Vec<&Slot> = listed("action").collect();
    if category == Category::Source {
        common.extend(listed("source"));
    }
    if action_type.deploys_stack() {
        common.extend(listed("stack").filter(|slot| slot.attribute == "origin" || slot.attribute == BOUNDARY));
    }
    SlotSet { naming, configured: of_type, common, hidden }
}

/// Returns the attributes that the catalog lists under a word.
fn listed(word: &str) -> impl Iterator<Item = &'static Slot> + use<> {
    declaration(word).into_iter().flat_map(|entry| &entry.slot)
}

/// Returns the same without `name`, which is the stack's name here, not the action's.
fn unnamed(word: &str) -> impl Iterator<Item = &'static Slot> + use<> {
    listed(word).filter(|slot| slot.attribute != "name")
}

/// Returns a slot of an action for stacks in the form for statements.
fn in_statement<'c>(action_type: &ActionType, slot: &'c Slot) -> &'c Slot {
    static CHANGED: OnceLock<Vec<(&'static str, Slot)>> = OnceLock::new();
    let all = CHANGED.get_or_init(|| {
        let types = ["cloudformation", "stackset", "stack-instances"].into_iter();
        let types = types.filter_map(|word| action_type_of(word, Category::Deploy, &|_| false));
        let changed = |ty: &'static ActionType| {
            ty.slot.iter().filter_map(|slot| Some((ty.provider.as_str(), changed(slot)?))).collect::<Vec<_>>()
        };
        types.flat_map(|ty| changed(ty)).collect()
    });
    let is_it = |(provider, changed): &&(&str, Slot)| *provider == action_type.provider && changed.key == slot.key;
    all.iter().find(is_it).map_or(slot, |(_, changed)| changed)
}

/// Returns the form of a slot that differs in statements: the header sets the stack's name, which `name` overrides, and
/// only some modes are allowed instead of a change set.
fn changed(slot: &Slot) -> Option<Slot> {
    if slot.header == Some(Header::StackName) {
        return Some(Slot { attribute: "name".to_owned(), ..slot.clone() });
    }
    if slot.attribute != "mode" {
        return None;
    }
    let mut restricted = slot.clone();
    restricted.values.retain(|word, _| DIRECT_MODES.contains(&word.as_str()));
    Some(restricted)
}

/// Returns whether a slot contains the reason why something is switched off, so that a boolean in it is the switch and
/// not the reason.
pub fn is_reason(slot: &Slot) -> bool {
    slot.charset.as_deref() == Some("disabled-reason")
}
