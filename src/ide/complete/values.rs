//! Completion in values: names of a matching kind, words of enumerations, members, files, keys.

use std::collections::BTreeSet;

use camino::Utf8Path;

use crate::catalog::{self, Kind, Slot, SlotType, Words};
use crate::plan::DeployedTemplate;
use crate::resolve::DefinitionKind;
use crate::slots;
use crate::syntax::ast::{
    Access, Argument, Expr, ExprKind, Ident, Reference, StringPart, StringPartKind, Type, TypeKind,
};

use super::super::navigate::actions_in;
use super::items::{self, Item, ItemKind};
use super::members::ANY_KEY;
use super::{Cursor, MARK};

/// The most files that are listed.
const FILES: usize = 200;

/// The expected kind of value at a position.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    /// The value of an attribute.
    Slot(&'static Slot),
    /// A declaration of a kind.
    Target(Kind),
    /// An artifact, or a file of one.
    Artifact,
    /// A resource of a permission.
    Declaration,
    /// The rule of a condition.
    Rule,
    /// A file to import.
    ImportPath,
    /// `true` or `false`.
    Flag,
    /// Any value.
    Value,
}

/// Returns the expected kind of value for a type.
pub(super) fn wanted_by_type(ty: &Type) -> Wanted {
    match &ty.kind {
        TypeKind::Named { name, .. } => match (name.node.as_str(), Kind::of_type(&name.node)) {
            (_, Some(kind)) => Wanted::Target(kind),
            ("Artifact" | "File", _) => Wanted::Artifact,
            ("bool", _) => Wanted::Flag,
            _ => Wanted::Value,
        },
        TypeKind::Optional(inner) | TypeKind::List(inner) => wanted_by_type(inner),
        _ => Wanted::Value,
    }
}

/// The pseudo parameters of CloudFormation.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html> (2026-11-29)
pub(in crate::ide) const PSEUDO: [(&str, &str); 8] = [
    ("AccountId", "the account that the stack is in"),
    ("NotificationARNs", "the topics that the stack notifies"),
    ("NoValue", "removes the property"),
    ("Partition", "`aws`, or that of another group of Regions"),
    ("Region", "the Region that the stack is in"),
    ("StackId", "the stack's ARN"),
    ("StackName", "the stack's name"),
    ("URLSuffix", "the domain of the Region's endpoints"),
];

impl Cursor<'_> {
    /// Returns the items for the cursor in a value.
    pub(super) fn in_value(&self, value: &Expr, wanted: Wanted) -> Vec<Item> {
        if !self.holds(value.span) {
            return Vec::new();
        }
        match &value.kind {
            ExprKind::Reference(reference) => self.in_reference(reference, wanted),
            ExprKind::ArtifactFile { artifact, path, path_span } => {
                if self.is_here(artifact) {
                    return self.of_wanted(wanted);
                }
                let before = self.text.get(path_span.start as usize..self.at as usize).unwrap_or_default();
                self.in_path(artifact, path, before.trim_start_matches(['"', '\'']))
            }
            ExprKind::String(parts) => self.in_text(value, parts, wanted),
            ExprKind::Call { callee, arguments } => self.in_call(callee, arguments, wanted),
            ExprKind::List(items) => items.iter().flat_map(|item| self.in_value(item, wanted)).collect(),
            ExprKind::Map(entries) => {
                let Some(entry) =
                    entries.iter().find(|entry| self.holds(entry.key.span) || self.holds(entry.value.span))
                else {
                    return Vec::new();
                };
                if self.holds(entry.key.span) {
                    let given: Vec<&str> = entries.iter().map(|entry| entry.key.node.as_str()).collect();
                    return self.keys(wanted, &given);
                }
                self.in_value(&entry.value, wanted_in_map(wanted, &entry.key.node))
            }
            ExprKind::ListFor { list, element, condition, .. } => {
                let mut found = self.in_value(list, Wanted::Value);
                found.extend(self.in_value(element, wanted));
                found.extend(condition.iter().flat_map(|condition| self.in_value(condition, Wanted::Flag)));
                found
            }
            ExprKind::Conditional { condition, then, otherwise } => {
                let mut found = self.in_value(condition, Wanted::Flag);
                found.extend([then, otherwise].into_iter().flat_map(|part| self.in_value(part, wanted)));
                found
            }
            ExprKind::Not(inner) => self.in_value(inner, Wanted::Flag),
            ExprKind::Compare { left, right, .. } => {
                [left, right].into_iter().flat_map(|part| self.in_value(part, Wanted::Value)).collect()
            }
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                parts.iter().flat_map(|part| self.in_value(part, Wanted::Flag)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn in_reference(&self, reference: &Reference, wanted: Wanted) -> Vec<Item> {
        if self.is_here(&reference.head) {
            return self.of_wanted(wanted);
        }
        let mut before: Vec<&str> = vec![&reference.head.node];
        for access in &reference.accesses {
            match access {
                Access::Member(member) if self.is_here(member) => return self.members(&before),
                Access::Member(member) => before.push(&member.node),
                Access::Index(index) if self.holds(index.span) => return self.in_index(index, &before),
                Access::Index(_) => before.push(ANY_KEY),
            }
        }
        Vec::new()
    }

    /// Returns the items for the cursor in brackets: the keys of the map before them, and values.
    fn in_index(&self, index: &Expr, before: &[&str]) -> Vec<Item> {
        let keys = self.members(before);
        if matches!(index.kind, ExprKind::String(_)) {
            let typed = self.text.get(index.span.start as usize + 1..self.at as usize).unwrap_or_default();
            return keys.iter().map(|key| self.path_item(typed, &key.label, "key of the map")).collect();
        }
        let quoted =
            keys.iter().map(|key| Item::new(format!("\"{}\"", key.label), ItemKind::Value, "key of the map").rank(5));
        quoted.chain(self.in_value(index, Wanted::Value)).collect()
    }

    fn in_call(&self, callee: &[Ident], arguments: &[Argument], wanted: Wanted) -> Vec<Item> {
        if callee.iter().any(|part| self.is_here(part)) {
            return self.of_wanted(wanted);
        }
        let rule = matches!(wanted, Wanted::Rule).then(|| catalog::rule_type(&callee.first()?.node)).flatten();
        let slots = rule.map(|rule| slots::slots_of(slots::Shape::Rule(rule))).unwrap_or_default();
        let mut found = Vec::new();
        for argument in arguments {
            let slot = |name: &Ident| slots.named(&name.node);
            let wanted = argument.name.as_ref().and_then(slot).map_or(Wanted::Value, Wanted::Slot);
            if argument.name.as_ref().is_none_or(|name| self.is_here(name)) {
                let offered = slots.writable().filter(|_| self.is_in_argument(argument));
                found.extend(offered.map(|slot| items::attribute(slot, self.has_value)));
            }
            found.extend(self.in_value(&argument.value, wanted));
        }
        found
    }

    fn is_in_argument(&self, argument: &Argument) -> bool {
        self.holds(argument.value.span) || argument.name.as_ref().is_some_and(|name| self.holds(name.span))
    }

    fn in_text(&self, value: &Expr, parts: &[StringPart], wanted: Wanted) -> Vec<Item> {
        for part in parts {
            if let StringPartKind::Interpolation(inner) = &part.kind
                && self.holds(part.span)
            {
                return self.in_value(inner, Wanted::Value);
            }
        }
        let before = self.text.get(value.span.start as usize + 1..self.at as usize).unwrap_or_default();
        match wanted {
            Wanted::ImportPath => self.import_paths(before),
            Wanted::Slot(slot) if slot.ty == SlotType::Buildspec => self.repository_paths(before, &["yml", "yaml"]),
            Wanted::Slot(slot) if slot.attribute == "image" => catalog::images::image_names()
                .map(|name| self.path_item(before, &name, "image of AWS CodeBuild"))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the names and words for an expected value.
    pub(super) fn of_wanted(&self, wanted: Wanted) -> Vec<Item> {
        match wanted {
            Wanted::Slot(slot) => self.of_slot(slot),
            Wanted::Target(kind) => self.of_kind(kind).into_iter().chain(self.values()).collect(),
            Wanted::Artifact => self.artifacts(),
            Wanted::Declaration => self.definitions(|kind| matches!(kind, DefinitionKind::Declaration(_))),
            Wanted::Rule => catalog::rule_words().filter_map(rule).collect(),
            Wanted::ImportPath => Vec::new(),
            Wanted::Flag => flags().into_iter().chain(self.values()).chain(items::functions()).collect(),
            Wanted::Value => self.any_value(),
        }
    }

    fn of_slot(&self, slot: &'static Slot) -> Vec<Item> {
        match Words::of(slot) {
            Words::Enumeration if slot.charset.as_deref() == Some("region") => {
                let regions = catalog::regions::codes().map(|code| Item::new(code, ItemKind::Value, "Region"));
                regions.chain(self.values()).collect()
            }
            Words::Enumeration => {
                let words = slot.values.iter().map(|(word, aws)| items::word(word, aws, slot));
                words.chain(self.values()).collect()
            }
            Words::Target(kind) => self.of_kind(kind).into_iter().chain(self.values()).collect(),
            Words::Cache => {
                let words = slot.values.iter().map(|(word, aws)| items::word(word, aws, slot));
                words.chain(self.of_kind(Kind::Bucket)).collect()
            }
            Words::Artifact => self.artifacts(),
            Words::Flag => flags().into_iter().chain(self.values()).collect(),
            Words::Value if slot.ty == SlotType::ArtifactFile => self.artifacts(),
            Words::Value | Words::Text => self.any_value(),
        }
    }

    fn any_value(&self) -> Vec<Item> {
        let declarations = self.definitions(|kind| {
            matches!(kind, DefinitionKind::Declaration(_) | DefinitionKind::Action { .. } | DefinitionKind::Instance)
        });
        let aws = Item::new("AWS", ItemKind::Function, "pseudo parameters of CloudFormation").snippet("AWS::").rank(75);
        self.values().into_iter().chain(declarations).chain(items::functions()).chain([aws]).collect()
    }

    /// Returns the names of values.
    fn values(&self) -> Vec<Item> {
        self.definitions(|kind| {
            matches!(
                kind,
                DefinitionKind::Option
                    | DefinitionKind::Param
                    | DefinitionKind::Let
                    | DefinitionKind::Loop
                    | DefinitionKind::Parameter
                    | DefinitionKind::Variable
            )
        })
    }

    /// Returns the declarations of a kind.
    pub(super) fn of_kind(&self, wanted: Kind) -> Vec<Item> {
        let found = self.definitions(|kind| kind == DefinitionKind::Declaration(wanted));
        found.into_iter().map(|item| item.rank(5)).collect()
    }

    /// Returns artifacts, and parameters that may represent one.
    pub(super) fn artifacts(&self) -> Vec<Item> {
        self.definitions(|kind| matches!(kind, DefinitionKind::Artifact | DefinitionKind::Parameter))
    }

    /// Returns the visible names of matching kinds.
    pub(super) fn definitions(&self, fits: impl Fn(DefinitionKind) -> bool) -> Vec<Item> {
        let fitting = self.visible().into_iter().filter(|definition| fits(definition.kind));
        fitting.filter(|definition| !definition.name.contains(MARK)).map(items::definition).collect()
    }

    /// Returns the files of an artifact that continue a path.
    fn in_path(&self, artifact: &Ident, path: &[StringPart], before: &str) -> Vec<Item> {
        if artifact.node == "AWS" {
            return PSEUDO
                .iter()
                .map(|(name, doc)| Item::new(*name, ItemKind::Member, "pseudo parameter").doc(*doc))
                .collect();
        }
        for part in path {
            if let StringPartKind::Interpolation(inner) = &part.kind
                && self.holds(part.span)
            {
                return self.in_value(inner, Wanted::Value);
            }
        }
        let Some(definition) = self.named(&artifact.node, |kind| kind == DefinitionKind::Artifact) else {
            return Vec::new();
        };
        let Some(snapshot) = self.snapshot else { return Vec::new() };
        let hir = snapshot.compilation().hir();
        let mut files = BTreeSet::new();
        snapshot.with_action_files(|action_files| {
            for (id, pipeline) in hir.pipelines.entries() {
                let here = pipeline.artifacts().filter(|(_, it)| definition.span.covers(it.name.span));
                for (artifact, _) in here {
                    files.extend(action_files.contents(id, artifact).files.known().into_iter().map(|known| known.path));
                }
            }
        });
        files.retain(|path| {
            !path.contains(['*', '?', '[', '$']) && path.starts_with(before.trim_end_matches(MARK)) || before.is_empty()
        });
        files.into_iter().take(FILES).map(|path| self.path_item(before, &path, "in the artifact")).collect()
    }

    /// Returns the item of a path. Only the part after the last typed word is inserted.
    fn path_item(&self, before: &str, path: &str, detail: &str) -> Item {
        // The word at the cursor is replaced. What precedes it is kept.
        let word = self.at as usize - self.word.start;
        let kept = before.len().saturating_sub(word);
        let rest = if path.get(..kept) == before.get(..kept) { path.get(kept..).unwrap_or(path) } else { path };
        Item::new(rest, ItemKind::File, detail).rank(5)
    }

    /// Files to import.
    fn import_paths(&self, before: &str) -> Vec<Item> {
        let Some(snapshot) = self.snapshot else { return Vec::new() };
        let Ok(here) = self.path.strip_prefix(snapshot.root()) else { return Vec::new() };
        let folder = here.parent().unwrap_or(Utf8Path::new(""));
        let tracked = snapshot.project().workspace().files().tracked();
        let others = tracked.keys().filter(|path| path.extension() == Some("pipe") && *path != here);
        let written = others.map(|path| match path.strip_prefix(folder) {
            Ok(inner) => format!("./{inner}"),
            Err(_) => format!("{}{path}", "../".repeat(folder.components().count())),
        });
        let fits = |path: &String| path.starts_with(before);
        written.filter(fits).take(FILES).map(|path| self.path_item(before, &path, "file")).collect()
    }

    /// Files of the repository with these extensions.
    fn repository_paths(&self, before: &str, extensions: &[&str]) -> Vec<Item> {
        let Some(snapshot) = self.snapshot else { return Vec::new() };
        let tracked = snapshot.project().workspace().files().tracked();
        let fits = |path: &&camino::Utf8PathBuf| {
            path.extension().is_some_and(|it| extensions.contains(&it)) && path.as_str().starts_with(before)
        };
        tracked.keys().filter(fits).take(FILES).map(|path| self.path_item(before, path.as_str(), "file")).collect()
    }

    /// Returns the keys of a map.
    fn keys(&self, wanted: Wanted, given: &[&str]) -> Vec<Item> {
        let Wanted::Slot(slot) = wanted else { return Vec::new() };
        let mut found: Vec<Item> = Vec::new();
        found.extend(slot.field.iter().map(|field| items::attribute(field, self.has_value)));
        if slot.attribute == "parameters" {
            found.extend(self.template_parameters());
        }
        found.retain(|item| !given.contains(&item.label.as_str()));
        found
    }

    /// Returns the parameters of the template that the statement at the cursor deploys.
    fn template_parameters(&self) -> Vec<Item> {
        let (Some(snapshot), Some((file, offset))) = (self.snapshot, self.known) else { return Vec::new() };
        let Some(tree) = snapshot.tree(file) else { return Vec::new() };
        let Some(statement) = super::super::statement_at(&tree.ast, offset) else { return Vec::new() };
        let mut found = Vec::new();
        snapshot.with_action_files(|action_files| {
            for (pipeline, action) in actions_in(snapshot, statement) {
                let DeployedTemplate::Found { template, .. } = action_files.template(pipeline, action) else {
                    continue;
                };
                found.extend(template.parameters.iter().map(|parameter| {
                    let kind = parameter.kind.as_ref().map_or("String", |kind| kind.node.as_str());
                    let default = parameter.default.as_ref().and_then(|node| node.text());
                    let detail = match default {
                        Some(default) => format!("{kind}, default: {default}"),
                        None if parameter.default.is_some() => kind.to_owned(),
                        None => format!("{kind}, required"),
                    };
                    let snippet = if self.has_value {
                        items::escaped(&parameter.name.node)
                    } else {
                        format!("{} = $0", items::escaped(&parameter.name.node))
                    };
                    let rank = if parameter.default.is_none() { 5 } else { 20 };
                    Item::new(parameter.name.node.as_str(), ItemKind::Attribute, detail).snippet(snippet).rank(rank)
                }));
            }
        });
        found
    }
}

fn wanted_in_map(wanted: Wanted, key: &str) -> Wanted {
    let Wanted::Slot(slot) = wanted else { return Wanted::Value };
    match slot.field.iter().find(|field| field.attribute == key) {
        Some(field) => Wanted::Slot(field),
        None if matches!(slot.ty, SlotType::ArtifactMap) => Wanted::Artifact,
        None => Wanted::Value,
    }
}

fn flags() -> Vec<Item> {
    ["true", "false"].into_iter().map(|word| Item::new(word, ItemKind::Value, "").rank(5)).collect()
}

fn rule(word: &'static str) -> Option<Item> {
    let rule = catalog::rule_type(word)?;
    let doc = format!("{}\n\n[AWS documentation]({})", rule.doc, rule.link);
    Some(Item::new(word, ItemKind::Function, rule.title.as_str()).doc(doc).snippet(format!("{word}($0)")))
}
