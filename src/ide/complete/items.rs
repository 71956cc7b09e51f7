//! The completion items, by kind.

use std::fmt::Write;

use crate::catalog::{self, Category, Slot, SlotType};
use crate::resolve::words::{FUNCTIONS, TYPES, types_of_templates};
use crate::resolve::{Definition, DefinitionKind};
use crate::syntax::ast::Formal;

use super::super::hover::slot_text;
use super::suppressible;

/// A completion item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The text that is shown and filtered by.
    pub label: String,
    /// Its kind.
    pub kind: ItemKind,
    /// A short description next to the label.
    pub detail: String,
    /// The documentation, in Markdown.
    pub doc: String,
    /// The inserted text, with placeholders: `${1:text}`.
    pub snippet: String,
    /// The sort order: smaller ones come first.
    pub rank: u8,
}

/// The kind of a completion item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// A keyword, or a statement that starts with it.
    Keyword,
    /// An attribute.
    Attribute,
    /// A word of an enumeration.
    Value,
    /// A provider.
    Provider,
    /// A name of the file.
    Definition(DefinitionKind),
    /// A function, or a rule.
    Function,
    /// A path.
    File,
    /// A member after a dot, or a key of a map.
    Member,
    /// A type.
    Type,
}

impl Item {
    /// Creates an item that inserts its label.
    pub(super) fn new(label: impl Into<String>, kind: ItemKind, detail: impl Into<String>) -> Self {
        let label = label.into();
        let snippet = escaped(&label);
        Self { label, kind, detail: detail.into(), doc: String::new(), snippet, rank: 50 }
    }

    pub(super) fn doc(self, doc: impl Into<String>) -> Self {
        Self { doc: doc.into(), ..self }
    }

    pub(super) fn snippet(self, snippet: impl Into<String>) -> Self {
        Self { snippet: snippet.into(), ..self }
    }

    pub(super) fn rank(self, rank: u8) -> Self {
        Self { rank, ..self }
    }
}

/// Escapes text for a snippet.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// Returns the codes that a comment can suppress.
pub(super) fn codes() -> Vec<Item> {
    suppressible().map(|code| Item::new(code.as_str(), ItemKind::Value, code.summary()).doc(code.explain())).collect()
}

/// Returns the services that a role can be for.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html> (2026-11-29)
pub(super) fn services() -> Vec<Item> {
    ["cloudformation", "codebuild", "codepipeline", "events", "pipeline"]
        .into_iter()
        .map(|word| Item::new(word, ItemKind::Value, "service that may assume the role"))
        .collect()
}

/// Returns the verbs of `allow`.
pub(super) fn verbs() -> Vec<Item> {
    catalog::verbs::words().into_iter().map(|word| Item::new(word, ItemKind::Value, "permissions by a verb")).collect()
}

/// Returns the types of the language.
pub(super) fn types() -> Vec<Item> {
    let own = TYPES.iter().map(|word| Item::new(*word, ItemKind::Type, "type"));
    let of_templates = types_of_templates().map(|word| Item::new(word, ItemKind::Type, "type of template parameters"));
    own.chain(of_templates).collect()
}

/// The types of templates that start with a path, without it.
pub(super) fn types_below(path: &str) -> Vec<Item> {
    let rest = types_of_templates().filter_map(|word| word.strip_prefix(path));
    rest.map(|rest| Item::new(rest, ItemKind::Type, "type of template parameters")).collect()
}

/// Returns the functions of the language.
pub(super) fn functions() -> Vec<Item> {
    let item = |(name, form): &(&str, &str)| {
        let doc = format!("```pipe\n{form}\n```");
        Item::new(*name, ItemKind::Function, *form).doc(doc).snippet(format!("{name}($0)")).rank(70)
    };
    FUNCTIONS.iter().map(item).collect()
}

/// Returns the item of a definition.
pub(super) fn definition(definition: &Definition) -> Item {
    Item::new(definition.name.as_str(), ItemKind::Definition(definition.kind), definition.kind.noun()).rank(20)
}

/// Returns the item of a component's parameter, as an argument.
pub(super) fn argument(formal: &Formal, ty: &str) -> Item {
    let required = if formal.default.is_none() { ", required" } else { "" };
    let name = &formal.name.node;
    let rank = if formal.default.is_none() { 10 } else { 30 };
    Item::new(name.as_str(), ItemKind::Attribute, format!("{ty}{required}")).snippet(format!("{name} = $0")).rank(rank)
}

/// Returns the item of an attribute. If `has_value` is set, only its name is missing.
pub(super) fn attribute(slot: &Slot, has_value: bool) -> Item {
    let detail = match (&slot.key, slot.required) {
        (Some(key), true) => format!("required, AWS: {key}"),
        (Some(key), false) => format!("AWS: {key}"),
        (None, true) => "required".to_owned(),
        (None, false) => String::new(),
    };
    let name = escaped(&slot.attribute);
    let snippet = if has_value { name } else { format!("{name} = {}", value(slot, 1)) };
    let rank = if slot.required { 5 } else { 20 };
    Item::new(slot.attribute.as_str(), ItemKind::Attribute, detail).doc(slot_text(slot)).snippet(snippet).rank(rank)
}

/// Returns a snippet placeholder for a value.
pub(super) fn value(slot: &Slot, number: usize) -> String {
    let words: Vec<&str> = slot.values.keys().map(String::as_str).collect();
    match slot.ty {
        SlotType::Bool => format!("${{{number}|true,false|}}"),
        SlotType::Enum if !words.is_empty() => format!("${{{number}|{}|}}", words.join(",")),
        SlotType::EnumList => format!("[${{{number}|{}|}}]", words.join(",")),
        SlotType::List => format!("[\"${number}\"]"),
        SlotType::Map | SlotType::Env | SlotType::Record | SlotType::Shorthand | SlotType::ArtifactMap => {
            format!("{{ ${number} }}")
        }
        SlotType::Integer
        | SlotType::Number
        | SlotType::Percent
        | SlotType::Range
        | SlotType::Minutes
        | SlotType::Days => {
            format!("${{{number}:{}}}", slot.example())
        }
        SlotType::Enum
        | SlotType::Artifact
        | SlotType::ArtifactFile
        | SlotType::Reference
        | SlotType::Cache
        | SlotType::Condition
        | SlotType::Any => {
            format!("${number}")
        }
        SlotType::String if slot.charset.as_deref() == Some("region") => format!("${number}"),
        SlotType::String | SlotType::Json | SlotType::Buildspec => format!("\"${number}\""),
    }
}

/// Returns the item of a provider of a category, with what it requires.
pub(super) fn provider(word: &str, category: Category) -> Option<Item> {
    let provider = catalog::provider(word)?;
    let ty = catalog::action_type(word, category)?;
    let mut snippet = format!("{word} ${{1:Name}}");
    let mut number = 2;
    if ty.inputs.min > 0 {
        snippet.push_str(" from ${2:Artifact}");
        number += 1;
    }
    if ty.outputs.min > 0 {
        let _ = write!(snippet, " -> ${{{number}:Artifact}}");
        number += 1;
    }
    let required: Vec<&Slot> =
        ty.slot.iter().filter(|slot| slot.required && slot.header.is_none() && !slot.derived).collect();
    let width = required.iter().map(|slot| slot.attribute.len()).max().unwrap_or(0);
    let line =
        |(index, slot): (usize, &&Slot)| format!("\t{:width$} = {}\n", slot.attribute, value(slot, number + index));
    let lines: Vec<String> = required.iter().enumerate().map(line).collect();
    if !lines.is_empty() {
        let _ = write!(snippet, " {{\n{}}}", lines.concat());
    }
    let doc = format!("{}\n\n[AWS documentation]({})", provider.doc, provider.link);
    let deprecated = ty.deprecated.is_some();
    let rank = if deprecated { 60 } else { 20 };
    Some(Item::new(word, ItemKind::Provider, provider.title.as_str()).doc(doc).snippet(snippet).rank(rank))
}

/// Returns the item of a word of an enumeration.
pub(super) fn word(word: &str, aws: &str, slot: &Slot) -> Item {
    let detail = if word == aws { String::new() } else { format!("AWS: {aws}") };
    Item::new(word, ItemKind::Value, detail).doc(slot_text(slot)).rank(5)
}
