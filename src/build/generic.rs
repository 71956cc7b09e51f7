//! `action N {}`: any action type, by its names in AWS.

use std::sync::Arc;

use crate::catalog::{self, ActionType, Category, Owner, Words};
use crate::diagnostic::families::configuration::{self, Missing};
use crate::diagnostic::families::providers::{self, Unlisted};
use crate::diagnostic::suggest;
use crate::expand::{Placed, Surroundings};
use crate::hir::ValueKind;
use crate::resolve::place::Place;
use crate::slots::{self, Attributes, Owner as OwnerOf, SlotSet, is_configured};
use crate::syntax::ast::{self, StmtKind};

use super::builder::Builder;

/// The type that an `action` statement refers to.
pub(super) struct Named {
    pub(super) category: Category,
    pub(super) action_type: Arc<ActionType>,
    /// Whether all of its names could be read.
    pub(super) complete: bool,
}

impl<'a> Builder<'a> {
    /// Reads the type of an `action` statement: the catalog's entry if there is one, else a type that accepts anything.
    /// Names that are missing or unreadable are reported when the attributes are read.
    pub(super) fn named_type(&mut self, action: &'a ast::Action, around: &Surroundings) -> Named {
        let [category, owner, provider, version] = self.quietly(|this| {
            let statements = match &action.block {
                Some(block) => {
                    let at = around.inside(this.values.scopes.child(around.scope));
                    this.expand(&block.statements, Place::Action, "an action", &at).statements
                }
                None => Vec::new(),
            };
            ["category", "owner", "provider", "version"].map(|word| this.name_in(&statements, word))
        });
        let category = category.and_then(|text| Category::from_aws(&text));
        let owner = owner.and_then(|text| Owner::from_aws(&text));
        let version = version.unwrap_or_else(|| "1".to_owned());
        let complete = category.is_some() && owner.is_some() && provider.is_some();
        let category = category.unwrap_or(Category::Build);
        let (owner, provider) = (owner.unwrap_or(Owner::Custom), provider.unwrap_or_default());
        let is_meant = |entry: &Arc<ActionType>| {
            entry.owner == owner && entry.provider == provider && entry.categories.contains(&category)
        };
        let mut declared = self.hir.providers.iter().map(|declared| &declared.action_type);
        let declared = declared.rfind(|entry| is_meant(entry) && entry.version == version).cloned();
        let known = declared.or_else(|| catalog::by_aws(owner, category, &provider).map(|(_, entry)| entry));
        let known = known.filter(|entry| entry.version == version);
        let action_type = known.unwrap_or_else(|| Arc::new(ActionType::unknown(category, owner, provider, version)));
        Named { category, action_type, complete }
    }

    /// Reports a type that CodePipeline does not have, if that is certain: custom types may have any name.
    pub(super) fn check_listed(&mut self, named: &ActionType, category: Category, read: &Attributes) {
        let declared: Vec<Arc<ActionType>> =
            self.hir.providers.iter().map(|provider| Arc::clone(&provider.action_type)).collect();
        let fault = fault_of(named, category, &declared);
        let Some((word, fault)) = fault else { return };
        let Some(place) = read.get(word).map(|attribute| attribute.value.span) else { return };
        let shown = match word {
            "version" => named.version.clone(),
            "owner" => owner_word(named.owner).to_owned(),
            _ => word_of(category),
        };
        let categories: Vec<String>;
        let words: Vec<&str>;
        let why = match &fault {
            Fault::Owner(owner) => Unlisted::Owner(owner_word(*owner)),
            Fault::Version(version) => Unlisted::Version(version),
            Fault::Name(near) => Unlisted::Name(near),
            Fault::Statement(word) => Unlisted::Statement(word),
            Fault::Nothing => Unlisted::Nothing,
            Fault::Category(can) => {
                categories = can.iter().map(|category| word_of(*category)).collect();
                words = categories.iter().map(String::as_str).collect();
                Unlisted::Category(&words)
            }
        };
        self.values.diagnostics.push(providers::unlisted(&named.provider, &shown, why, place));
    }

    /// Reports required keys that `action` has no word for and that `configuration` does not set.
    pub(super) fn require_configured(&mut self, read: &Attributes, slots: &SlotSet<'_>, owner: OwnerOf<'_>) {
        for slot in slots.hidden().filter(|slot| slot.required && !is_configured(read, slot)) {
            let Some(key) = &slot.key else { continue };
            let missing = Missing { owner: owner.shown.as_text(), word: key, place: owner.place };
            self.values.diagnostics.push(configuration::missing_raw_key(&missing, &slot.example()));
        }
    }

    /// Returns the text of one attribute, in AWS's spelling.
    fn name_in(&mut self, statements: &[Placed<'a>], word: &str) -> Option<String> {
        let slot = catalog::declaration("generic-action")?.slot_of_attribute(word)?;
        let (attribute, placed) = statements.iter().find_map(|placed| match &placed.statement.kind {
            StmtKind::Attribute(attribute) if attribute.key.node == word => Some((attribute, placed)),
            _ => None,
        })?;
        let context = self.values.context_in(placed.at.scope);
        let value = self.values.evaluate(&attribute.value, context, Words::of(slot));
        let value = slots::fit(slot, value, &mut self.values);
        match &value.kind {
            ValueKind::Number(text) => Some(text.clone()),
            _ => value.as_str().map(str::to_owned),
        }
    }
}

/// Why a name refers to no known action type.
enum Fault {
    Owner(Owner),
    Version(String),
    Category(Vec<Category>),
    Name(String),
    Statement(String),
    Nothing,
}

/// Returns the attribute of a type's name that is wrong, and why.
fn fault_of(named: &ActionType, category: Category, declared: &[Arc<ActionType>]) -> Option<(&'static str, Fault)> {
    let all: Vec<&Arc<ActionType>> =
        catalog::all_action_types().map(|ty| -> &Arc<ActionType> { ty }).chain(declared).collect();
    // Do not compare with types whose names others may have chosen.
    let is_settled = |ty: &&&Arc<ActionType>| {
        ty.owner == Owner::Aws || declared.iter().any(|own| Arc::ptr_eq(own, ty)) || ty.unconfirmed.is_none()
    };
    let alike: Vec<&&Arc<ActionType>> = all.iter().filter(|ty| ty.provider == named.provider).collect();
    let fits = |ty: &&&&Arc<ActionType>| ty.owner == named.owner && ty.categories.contains(&category);
    let mut fitting = alike.iter().filter(fits).peekable();
    if fitting.peek().is_some() {
        let settled: Vec<&&&Arc<ActionType>> = fitting.filter(|ty| is_settled(ty)).collect();
        let same = settled.is_empty() || settled.iter().any(|ty| ty.version == named.version);
        return settled.first().filter(|_| !same).map(|ty| ("version", Fault::Version(ty.version.clone())));
    }
    let same_owner = |ty: &&&&Arc<ActionType>| ty.owner == named.owner && is_settled(ty);
    if alike.iter().any(|ty| same_owner(&ty)) {
        let can = alike.iter().filter(same_owner).flat_map(|ty| ty.categories.iter().copied()).collect();
        return Some(("category", Fault::Category(can)));
    }
    if named.owner == Owner::Custom {
        let own = declared.iter().map(|ty| ty.provider.as_str());
        return suggest::slip(&named.provider, own).map(|near| ("provider", Fault::Name(near.to_owned())));
    }
    if let Some(other) = alike.iter().find(|ty| ty.categories.contains(&category) && is_settled(ty)) {
        return Some(("owner", Fault::Owner(other.owner)));
    }
    let rivals = || all.iter().filter(|ty| ty.owner == named.owner && ty.categories.contains(&category));
    // The service has had several names with this word.
    let of_connection = || rivals().find(|ty| ty.filters && named.provider.contains("Connection"));
    let near = suggest::similar(&named.provider, rivals().map(|ty| ty.provider.as_str()));
    match near.or_else(|| of_connection().map(|ty| ty.provider.as_str())) {
        Some(near) => Some(("provider", Fault::Name(near.to_owned()))),
        // Partners offer types of other categories; sources other than AWS's are listed.
        None if named.owner == Owner::ThirdParty && category == Category::Source => {
            let word = named.provider.to_ascii_lowercase();
            let has = catalog::words().any(|known| known == word);
            Some(("provider", if has { Fault::Statement(word) } else { Fault::Nothing }))
        }
        None => (named.owner == Owner::Aws).then_some(("provider", Fault::Nothing)),
    }
}

/// Returns the word of the attribute `owner`.
fn owner_word(owner: Owner) -> &'static str {
    match owner {
        Owner::Aws => "aws",
        Owner::ThirdParty => "third-party",
        Owner::Custom => "custom",
    }
}

/// Returns the word of the attribute `category`.
fn word_of(category: Category) -> String {
    category.aws().to_ascii_lowercase()
}
