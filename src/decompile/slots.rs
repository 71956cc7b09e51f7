//! Converts values to attributes of the language: the inverse of how the plan writes an attribute.

use crate::catalog::shapes::shape;
use crate::catalog::{Phase, Slot, SlotType};
use crate::decompile::TreePurpose;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Entry as MapEntry, Expr, ExprKind, StringPart, StringPartKind, tree};
use crate::workspace::document::{Node, NodeKind};

use super::deployed::has_null;
use super::plain_values::plain;
use super::string_parts::literal;
use super::values::{Names, Reading};

/// The form in which AWS has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A string, as all values of an action's configuration are.
    Text,
    /// A property of a resource.
    Property,
}

impl Names<'_> {
    /// Returns a value in the form for a slot. `None` if no attribute can express it, and it has to stay in AWS's form.
    /// `inputs`: the artifacts that the action reads.
    pub(super) fn slot(&self, slot: &Slot, node: &Node, form: Form, inputs: &[&str]) -> Option<Expr> {
        let used = node;
        let node = self.resolved(used)?;
        let constant = self.constant(used, node);
        let node = constant.as_ref().unwrap_or(node);
        if slot.phase > Phase::Compile
            && !slot.counted
            && let Some(value) = self.choice(node, &|branch| self.branch(slot, branch, form, inputs))
        {
            return (can_be_chosen(slot.ty, &value) && (!slot.required || !has_null(&value))).then_some(value);
        }
        // The elements of a list that CloudFormation chooses or looks up are not known.
        if slot.counted && self.purpose == TreePurpose::Check && node.intrinsic().is_some() {
            return None;
        }
        let value = self.of_type(slot, node, form, inputs)?;
        (slot.phase > Phase::Compile || !is_late(&value)).then_some(value)
    }

    /// Returns the string that is looked up in a mapping, at the place of the lookup: what is wrong with it is reported
    /// there.
    pub(super) fn constant(&self, used: &Node, found: &Node) -> Option<Node> {
        let is_lookup = used.intrinsic().is_some_and(|call| call.name == "Fn::FindInMap");
        let text = found.literal().filter(|_| is_lookup && self.purpose == TreePurpose::Check)?;
        Some(Node::constant(text.to_owned(), used.span))
    }

    /// Returns one of the values between which CloudFormation chooses. It chooses between strings, not between resources.
    fn branch(&self, slot: &Slot, node: &Node, form: Form, inputs: &[&str]) -> Option<Expr> {
        let node = self.resolved(node)?;
        let is_choice = node.intrinsic().is_some_and(|call| call.name == "Fn::If");
        if slot.ty == SlotType::Reference && !is_choice {
            return Some(self.name_or_arn(node, reading(slot)));
        }
        self.slot(slot, node, form, inputs)
    }

    fn of_type(&self, slot: &Slot, node: &Node, form: Form, inputs: &[&str]) -> Option<Expr> {
        let span = node.text_span();
        let literal = node.literal();
        if slot.or_file
            && let Some(file) = artifact_file(node, inputs)
        {
            return Some(file);
        }
        match slot.ty {
            SlotType::String | SlotType::Any if node.scalar().is_some() || node.intrinsic().is_some() => {
                Some(self.text(node, reading(slot)))
            }
            SlotType::Any => Some(plain(node)),
            SlotType::Bool => Some(match node.as_bool() {
                // `yes`, `on`
                Some(on) if slot.switch.is_none() && node.plain().is_some() => tree::flag(on, span),
                _ => switch(slot, literal?, span),
            }),
            SlotType::Integer | SlotType::Number => Some(number(literal?, span)),
            SlotType::Minutes | SlotType::Days => {
                let unit = if slot.ty == SlotType::Days { 86_400 } else { 60 };
                let unit = if slot.in_seconds { 1 } else { unit };
                match literal?.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)) {
                    Some(seconds) if seconds > 0 => Some(tree::duration(seconds, span)),
                    _ => Some(number(literal?, span)),
                }
            }
            SlotType::Percent => {
                let percent = literal?.parse().ok()?;
                Some(tree::expr(ExprKind::Percent(percent), span))
            }
            SlotType::Enum => Some(word(slot, literal?, span)),
            SlotType::EnumList => self.list(node, form, Reading::Plain).map(|items| {
                let item = |item: Expr| match text_of(&item) {
                    Some(text) => word(slot, text.trim(), item.span),
                    None => item,
                };
                tree::list(items.into_iter().map(item).collect(), span)
            }),
            SlotType::List => match self.list(node, form, reading(slot)) {
                Some(items) => Some(tree::list(items, span)),
                None => self.late_list(node, form),
            },
            SlotType::Map | SlotType::Json => self.map(slot, node, form),
            SlotType::Env => self.environment(node, form, reading(slot)),
            SlotType::Artifact => {
                inputs.contains(&literal?).then(|| tree::reference(&[literal.unwrap_or_default()], span))
            }
            SlotType::ArtifactFile => artifact_file(node, inputs),
            SlotType::Reference => {
                Some(match slot.to.and_then(|kind| self.declared_resource(node, kind, slot.member.as_deref())) {
                    Some(name) => tree::reference(&[name], node.span),
                    None => self.name_or_arn(node, reading(slot)),
                })
            }
            SlotType::Shorthand => shorthand(node),
            SlotType::Record if form == Form::Property => self.record(slot, node),
            SlotType::Buildspec => Some(self.buildspec(node)),
            SlotType::Cache => self.cache(slot, node),
            _ => None,
        }
    }

    /// Returns the elements of a list; in a string, they are separated by commas.
    fn list(&self, node: &Node, form: Form, reading: Reading) -> Option<Vec<Expr>> {
        if form == Form::Property {
            let NodeKind::Sequence(items) = &node.kind else { return None };
            return node.tag.is_none().then(|| items.iter().map(|item| self.text(item, reading)).collect());
        }
        if let Some(text) = node.literal() {
            let place = |item: &str| {
                let at = item.as_ptr().addr() - text.as_ptr().addr();
                node.scalar().map_or(node.span, |scalar| scalar.map.span(at..at + item.len()))
            };
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            let text = |item: &str| {
                let within = |range: std::ops::Range<usize>| place(item.get(range).unwrap_or(item));
                tree::expr(ExprKind::String(literal(item, &within, reading)), place(item))
            };
            return Some(items.map(text).collect());
        }
        let call = node.intrinsic()?;
        match (call.name.as_ref(), call.argument.items()) {
            ("Fn::Join", [separator, list]) if separator.literal()?.trim() == "," => {
                let NodeKind::Sequence(items) = &list.kind else { return None };
                list.tag.is_none().then(|| items.iter().map(|item| self.text(item, Reading::Plain)).collect())
            }
            _ => None,
        }
    }

    /// Returns a list that is known at deployment.
    fn late_list(&self, node: &Node, form: Form) -> Option<Expr> {
        let call = node.intrinsic()?;
        if form == Form::Property {
            return Some(self.text(node, Reading::Plain));
        }
        match (call.name.as_ref(), call.argument.items()) {
            ("Fn::Join", [separator, list]) if separator.literal()?.trim() == "," => {
                Some(self.text(list, Reading::Plain))
            }
            _ => None,
        }
    }

    fn map(&self, slot: &Slot, node: &Node, form: Form) -> Option<Expr> {
        if form == Form::Property {
            return match &node.kind {
                NodeKind::Sequence(items) => self.tags(items, node.span),
                NodeKind::Mapping(_) if node.intrinsic().is_none() => Some(plain(node)),
                _ => None,
            };
        }
        let wanted = |value: &Expr| !slot.text_is_json || matches!(value.kind, ExprKind::Map(_));
        match self.json(node, reading(slot)).filter(wanted) {
            Some(value) => Some(value),
            // Invalid JSON is reported when the attribute is read.
            None => node.literal().map(|_| self.text(node, reading(slot))),
        }
    }

    /// Reads `[{ Key, Value }]`.
    fn tags(&self, items: &[Node], span: Span) -> Option<Expr> {
        let entry = |item: &Node| {
            let key = item.get("Key")?.spanned()?;
            Some(MapEntry { key, value: self.text(item.get("Value")?, Reading::Plain) })
        };
        items.iter().map(entry).collect::<Option<Vec<_>>>().map(|entries| tree::expr(ExprKind::Map(entries), span))
    }

    /// Reads environment variables: a list of names, values, and types.
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html> (2026-11-29)
    fn environment(&self, node: &Node, form: Form, reading: Reading) -> Option<Expr> {
        if form == Form::Text {
            let ExprKind::List(items) = self.json(node, reading)?.kind else { return None };
            let entries = items.into_iter().map(variable).collect::<Option<Vec<_>>>()?;
            return Some(tree::expr(ExprKind::Map(entries), node.span));
        }
        let NodeKind::Sequence(items) = &node.kind else { return None };
        let entry = |item: &Node| {
            let item = self.resolved(item)?;
            let text = |key: &str| self.get(item, key);
            let name = text("Name")?.spanned()?;
            let key = Spanned::new(name.node, text("Name").map_or(name.span, Node::text_span));
            let value = self.text(text("Value")?, reading);
            let kind = text("Type").map_or("PLAINTEXT", |ty| ty.literal().unwrap_or_default());
            // A type that does not exist is reported with the form of the document.
            let unread = || tree::expr(ExprKind::Error, item.span);
            Some(MapEntry { key, value: typed(kind, value).unwrap_or_else(unread) })
        };
        let entries = items.iter().map(entry).collect::<Option<Vec<_>>>()?;
        Some(tree::expr(ExprKind::Map(entries), node.span))
    }

    fn record(&self, slot: &Slot, node: &Node) -> Option<Expr> {
        if node.intrinsic().is_some() {
            return None;
        }
        let mut entries = Vec::new();
        for field in &slot.field {
            let Some(path) = field.key.as_deref() else { continue };
            let keys: Vec<&str> = path.split('.').collect();
            let Some(found) = entry_at(node, &keys) else { continue };
            let value = self.slot(field, &found.value, Form::Property, &[])?;
            entries.push(MapEntry { key: tree::ident(&field.attribute, found.key.span), value });
        }
        Some(tree::expr(ExprKind::Map(entries), node.span))
    }

    /// Returns a path, or the buildspec itself.
    fn buildspec(&self, node: &Node) -> Expr {
        let is_inline = |text: &str| text.contains('\n') || text.starts_with("version:");
        if let Some(text) = node.literal().filter(|text| !is_inline(text)) {
            return tree::text(text, node.text_span());
        }
        let parts = self.parts(node, Reading::Plain);
        let inline = parts.iter().any(|part| matches!(&part.kind, StringPartKind::Text(text) if is_inline(text)));
        let text = tree::expr(ExprKind::String(parts), node.text_span());
        if inline {
            return tree::call(&["yaml"], vec![(None, text)], node.span);
        }
        self.text(node, Reading::Plain)
    }

    fn cache(&self, slot: &Slot, node: &Node) -> Option<Expr> {
        match node.get("Type")?.literal()? {
            "LOCAL" => {
                let modes = self.resolved(node.get("Modes")?)?;
                let NodeKind::Sequence(items) = &modes.kind else { return None };
                let mode = |item: &Node| item.literal().map(|text| word(slot, text, item.text_span()));
                // An unknown mode is reported with the form of the document.
                let known = shape("ProjectCache").and_then(|shape| shape.values.get("Modes"));
                let is_known = |item: &&Node| {
                    self.purpose == TreePurpose::Import
                        || known.is_none_or(|known| known.iter().any(|mode| Some(mode.as_str()) == item.literal()))
                };
                let modes_read = items.iter().filter(is_known).map(mode).collect::<Option<Vec<_>>>()?;
                (!modes_read.is_empty()).then(|| tree::list(modes_read, modes.span))
            }
            "S3" => {
                let location = node.get("Location")?;
                Some(match self.declared_resource(location, crate::catalog::Kind::Bucket, None) {
                    Some(name) => tree::reference(&[name], location.span),
                    None => self.text(location, Reading::Plain),
                })
            }
            _ => None,
        }
    }
}

/// Returns whether the language can express a choice at deployment as the value of a slot: one between strings or lists.
fn can_be_chosen(ty: SlotType, value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Conditional { then, otherwise, .. } => can_be_chosen(ty, then) && can_be_chosen(ty, otherwise),
        ExprKind::ArtifactFile { artifact, .. } => artifact.node == "AWS",
        ExprKind::Call { .. } | ExprKind::List(_) if matches!(ty, SlotType::Buildspec | SlotType::Cache) => false,
        ExprKind::Map(_) => matches!(ty, SlotType::Any | SlotType::Json),
        _ => true,
    }
}

/// Returns the entry under several keys, from the outside in.
pub(super) fn entry_at<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n crate::workspace::document::Entry> {
    let (last, before) = keys.split_last()?;
    node.at(before)?.entry(last)
}

fn reading(slot: &Slot) -> Reading {
    if slot.phase == Phase::Run { Reading::Run } else { Reading::Plain }
}

fn switch(slot: &Slot, text: &str, span: Span) -> Expr {
    let lower = text.to_ascii_lowercase();
    match &slot.switch {
        Some([on, _]) if on == text => tree::flag(true, span),
        Some([_, off]) if off == text => tree::flag(false, span),
        // `VersioningConfiguration.Status` and similar properties.
        _ if lower == "true" || lower == "enabled" => tree::flag(true, span),
        _ if lower == "false" || lower == "suspended" || lower == "disabled" => tree::flag(false, span),
        _ => tree::text(text, span),
    }
}

fn number(text: &str, span: Span) -> Expr {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { tree::number(text, span) } else { tree::text(text, span) }
}

/// Returns the word of an enumeration for AWS's name; other text is unchanged.
pub(super) fn word(slot: &Slot, text: &str, span: Span) -> Expr {
    // CloudFormation still accepts `linuxContainer`, a former spelling of `LINUX_CONTAINER`.
    let is_loose = slot.key.as_deref() == Some("Environment.Type");
    let fold = |text: &str| text.replace('_', "").to_ascii_lowercase();
    let known = slot.values.iter().find(|(_, aws)| *aws == text || is_loose && fold(aws) == fold(text));
    match known {
        Some((word, _)) => tree::word(word, span),
        None => tree::text(text, span),
    }
}

/// Reads `Artifact::file` of an artifact that the action reads.
fn artifact_file(node: &Node, inputs: &[&str]) -> Option<Expr> {
    let text = node.literal()?;
    let (artifact, path) = text.split_once("::")?;
    if !inputs.contains(&artifact) || path.is_empty() {
        return None;
    }
    let place = |range: std::ops::Range<usize>| node.scalar().map_or(node.span, |scalar| scalar.map.span(range));
    let artifact_span = place(0..artifact.len());
    let path_span = place(artifact.len() + 2..text.len());
    let path = tree::text_parts(path, path_span);
    Some(tree::expr(
        ExprKind::ArtifactFile { artifact: tree::ident(artifact, artifact_span), path, path_span },
        node.text_span(),
    ))
}

/// Reads `ParameterKey=name,ParameterValue=text`, separated by spaces.
fn shorthand(node: &Node) -> Option<Expr> {
    let text = node.literal()?;
    let place = |part: &str| {
        let start = part.as_ptr().addr() - text.as_ptr().addr();
        node.scalar().map_or(node.span, |scalar| scalar.map.span(start..start + part.len()))
    };
    let entry = |entry: &str| {
        let (name, value) = entry.strip_prefix("ParameterKey=")?.split_once(",ParameterValue=")?;
        Some(MapEntry { key: tree::ident(name, place(name)), value: tree::text(value, place(value)) })
    };
    let entries = text.split_whitespace().map(entry).collect::<Option<Vec<_>>>()?;
    (!entries.is_empty()).then(|| tree::expr(ExprKind::Map(entries), node.text_span()))
}

/// Reads an entry in the JSON of environment variables.
fn variable(item: Expr) -> Option<MapEntry> {
    let ExprKind::Map(entries) = item.kind else { return None };
    let field = |name: &str| entries.iter().find(|entry| entry.key.node == name).map(|entry| &entry.value);
    let name = field("name")?;
    let key = tree::ident(text_of(name)?, name.span);
    let kind = match field("type") {
        Some(ty) => text_of(ty)?,
        None => "PLAINTEXT",
    };
    // A value that is no string stays as it is: CodePipeline rejects it.
    let value = field("value").filter(|value| !matches!(value.kind, ExprKind::Number(_) | ExprKind::Bool(_)))?;
    Some(MapEntry { key, value: typed(kind, value.clone())? })
}

/// Returns the value of an environment variable: a string, or a reference to a parameter or secret.
fn typed(kind: &str, value: Expr) -> Option<Expr> {
    let span = value.span;
    match kind {
        "PLAINTEXT" => Some(value),
        "PARAMETER_STORE" => Some(tree::call(&["ssm"], vec![(None, value)], span)),
        "SECRETS_MANAGER" => {
            let ExprKind::String(parts) = &value.kind else {
                return Some(tree::call(&["secret"], vec![(None, value)], span));
            };
            let field = |parts: Vec<StringPart>| tree::expr(ExprKind::String(parts), span);
            let [id, key, stage, version] = secret_fields(parts);
            let mut arguments = vec![(None, field(id))];
            let given = [("key", key), ("stage", stage), ("version", version)];
            arguments
                .extend(given.into_iter().filter(|(_, it)| !it.is_empty()).map(|(word, it)| (Some(word), field(it))));
            Some(tree::call(&["secret"], arguments, span))
        }
        _ => None,
    }
}

/// Splits a text at colons: the name or ARN of a secret, which contains six colons, and the selected key, stage, and
/// version.
fn secret_fields(parts: &[StringPart]) -> [Vec<StringPart>; 4] {
    let is_arn = matches!(parts, [StringPart { kind: StringPartKind::Text(text), .. }, ..] if text.starts_with("arn:"));
    let mut colons_of_name = if is_arn { 6 } else { 0 };
    let mut fields: [Vec<StringPart>; 4] = Default::default();
    let mut field = 0;
    let last = fields.len() - 1;
    for part in parts {
        let StringPartKind::Text(text) = &part.kind else {
            fields[field].push(part.clone());
            continue;
        };
        let mut rest = text.as_str();
        let text_part = |text: &str| StringPart { kind: StringPartKind::Text(text.to_owned()), span: part.span };
        while field < last
            && let Some((at, _)) = rest.match_indices(':').nth(colons_of_name)
        {
            let (name, selectors) = (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default());
            fields[field].extend((!name.is_empty()).then(|| text_part(name)));
            (field, colons_of_name, rest) = (field + 1, 0, selectors);
        }
        colons_of_name = colons_of_name.saturating_sub(rest.matches(':').count());
        fields[field].extend((!rest.is_empty()).then(|| text_part(rest)));
    }
    fields
}

/// Returns the text of a literal expression.
pub(super) fn text_of(value: &Expr) -> Option<&str> {
    match &value.kind {
        ExprKind::String(parts) => match parts.as_slice() {
            [] => Some(""),
            [StringPart { kind: StringPartKind::Text(text), .. }] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Returns whether a value is known only at deployment or run time.
pub(super) fn is_late(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::String(parts) => parts.iter().any(|part| !matches!(part.kind, StringPartKind::Text(_))),
        ExprKind::List(items) => items.iter().any(is_late),
        ExprKind::Map(entries) => entries.iter().any(|entry| is_late(&entry.value)),
        ExprKind::Call { .. } | ExprKind::Conditional { .. } => true,
        ExprKind::Reference(reference) => !reference.accesses.is_empty(),
        ExprKind::ArtifactFile { artifact, .. } => artifact.node == "AWS",
        _ => false,
    }
}
