//! Values in maps by keys in brackets: at compile time if the keys are known, and otherwise when CloudFormation deploys
//! the template.

use crate::catalog::{Phase, Words};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::{attributes, mappings, names, phases};
use crate::hir::{
    Mapping, MappingId, MappingLookup, ONLY_KEY, ParamId, PartKind, Text, Value, ValueKind, comparable_text,
    not_in_conditions,
};
use crate::slots::describe;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Access, Expr, ExprKind};

use super::evaluator::{Context, Evaluator};

/// The most keys of a mapping, and the most values by one of them.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html> (2026-11-29)
const KEYS: usize = 200;

/// The most mappings of a template.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html> (2026-11-29)
const MAPPINGS: usize = 200;

/// The entries of a map.
type Entries = [(Spanned<String>, Value)];

/// A lookup that is being evaluated.
struct Wanted<'s> {
    /// The map, as written.
    shown: &'s str,
    /// The lookup itself.
    span: Span,
}

impl<'a> Evaluator<'a> {
    /// Returns the value of a map by a key in brackets, and how many of the accesses after it are part of the lookup.
    pub(super) fn keyed(
        &mut self,
        entries: &Entries,
        shown: &str,
        index: &'a Expr,
        (after, span): (&'a [Access], Span),
        context: Context,
    ) -> (Value, usize) {
        let Some(key) = self.key(index, context) else { return (Value::poisoned(span), 0) };
        if let Some(literal) = key.as_literal() {
            if let Some((_, found)) = entries.iter().find(|(known, _)| known.node == literal) {
                return (found.clone(), 0);
            }
            let known: Vec<&str> = entries.iter().map(|(key, _)| key.node.as_str()).collect();
            self.diagnostics.push(match &index.kind {
                ExprKind::Number(_) => {
                    let parts = known.first().map_or(names::Parts::None, |key| names::Parts::Entry(key));
                    names::no_access(shown, "a map", "elements", &parts, index.span)
                }
                _ => mappings::unknown_key(shown, literal, index.span, &known),
            });
            return (Value::poisoned(span), 0);
        }
        let wanted = Wanted { shown, span };
        let is_nested = entries.iter().any(|(_, value)| matches!(value.kind, ValueKind::Map(_)));
        let second = match after.first() {
            _ if !is_nested => Some((Text::literal(ONLY_KEY, span), span)),
            Some(Access::Member(field)) => Some((Text::literal(field.node.as_str(), field.span), field.span)),
            Some(Access::Index(field)) => match self.key(field, context) {
                Some(text) => Some((text, field.span)),
                None => return (Value::poisoned(span), usize::from(is_nested)),
            },
            None => None,
        };
        let Some((second, field_span)) = second else {
            let first_field = entries.iter().find_map(|(_, row)| match &row.kind {
                ValueKind::Map(row) => row.first().map(|(key, _)| key.node.as_str()),
                _ => None,
            });
            let written = format!("{shown}[{}]", self.shown(index.span));
            self.diagnostics.push(mappings::no_value(&written, first_field.unwrap_or_default(), index.span));
            return (Value::poisoned(span), 0);
        };
        let places = [index.span, field_span];
        let value = self.late_lookup(&wanted, entries, is_nested, [key, second], places);
        (value.unwrap_or_else(|| Value::poisoned(span)), usize::from(is_nested))
    }

    /// Evaluates a key, which CloudFormation has to know before it creates resources.
    fn key(&mut self, index: &'a Expr, context: Context) -> Option<Text> {
        let value = self.evaluate(index, context, Words::Value);
        if value.is_poisoned() {
            return None;
        }
        let (phase, place) = value.phase();
        let text = match &value.kind {
            ValueKind::Bool(_) => None,
            _ => comparable_text(&value),
        };
        let Some(text) = text else {
            let found = describe(&value.kind);
            self.diagnostics.push(attributes::wrong_type("a key", "a string", found, value.span));
            return None;
        };
        if let Some(part) = not_in_conditions(&text) {
            let shown = self.shown(place);
            let needed = if part.kind.phase() == Phase::Run { Phase::Deploy } else { Phase::Compile };
            self.diagnostics.push(phases::too_late("a key", needed, phase, &shown, place, None));
            return None;
        }
        Some(text)
    }

    fn late_lookup(
        &mut self,
        wanted: &Wanted<'_>,
        entries: &Entries,
        is_nested: bool,
        keys: [Text; 2],
        places: [Span; 2],
    ) -> Option<Value> {
        let faults = unfit(wanted, entries, is_nested);
        if !faults.is_empty() {
            self.report_once(faults);
            return None;
        }
        let rows = self.chosen(wanted, entries, &keys[0], places[0])?;
        let mut found: Vec<&Value> = Vec::new();
        for (key, row) in rows {
            match &row.kind {
                ValueKind::Map(row) if is_nested => {
                    let chosen = self.chosen_fields(wanted, (&key.node, key.span), row, &keys[1], places[1])?;
                    found.extend(chosen.into_iter().map(|(_, value)| value));
                }
                _ => found.push(row),
            }
        }
        let lists = found.iter().filter(|value| matches!(value.kind, ValueKind::List(_))).count();
        if lists > 0 && lists < found.len() {
            let odd = found.iter().find(|value| !matches!(value.kind, ValueKind::List(_)))?;
            let fault = mappings::invalid_value(wanted.shown, "both lists and strings", odd.span, wanted.span);
            self.report_once(vec![fault]);
            return None;
        }
        let mapping = self.mapping(wanted.shown, wanted.span, entries, is_nested);
        let text = Text::of(PartKind::Lookup(Box::new(MappingLookup { mapping, keys })), wanted.span);
        Some(Value::new(if lists > 0 { ValueKind::LateList(text) } else { ValueKind::Text(text) }, wanted.span))
    }

    /// Returns the entries that a key may choose. If a value that the key can have has no entry, reports that.
    fn chosen<'e>(
        &mut self,
        wanted: &Wanted<'_>,
        entries: &'e Entries,
        key: &Text,
        place: Span,
    ) -> Option<Vec<&'e (Spanned<String>, Value)>> {
        let possible = self.possible_values(key);
        let known: Vec<&str> = entries.iter().map(|(key, _)| key.node.as_str()).collect();
        let mut faults = Vec::new();
        for (param, value) in &possible.values {
            if !known.contains(&value.node.as_str()) {
                let named = (param.as_str(), value.node.as_str());
                faults.push(mappings::no_entry(wanted.shown, named, place, value.span, &known));
            }
        }
        if !faults.is_empty() {
            self.report_once(faults);
            return None;
        }
        let is_possible = |(key, _): &&(Spanned<String>, Value)| {
            !possible.is_complete || possible.values.iter().any(|(_, value)| value.node == key.node)
        };
        Some(entries.iter().filter(is_possible).collect())
    }

    /// Returns the values of an entry that a second key may choose.
    fn chosen_fields<'e>(
        &mut self,
        wanted: &Wanted<'_>,
        (entry, entry_span): (&str, Span),
        row: &'e Entries,
        key: &Text,
        place: Span,
    ) -> Option<Vec<&'e (Spanned<String>, Value)>> {
        let Some(field) = key.as_literal() else {
            let shown = format!("{}.{entry}", wanted.shown);
            return self.chosen(&Wanted { shown: &shown, span: wanted.span }, row, key, place);
        };
        let found: Vec<_> = row.iter().filter(|(known, _)| known.node == field).collect();
        if found.is_empty() {
            let known: Vec<&str> = row.iter().map(|(key, _)| key.node.as_str()).collect();
            let fault = mappings::no_field(wanted.shown, field, entry, place, entry_span, &known);
            self.report_once(vec![fault]);
            return None;
        }
        Some(found)
    }

    /// Returns the values that a text can have at deployment, as far as parameters tell.
    fn possible_values(&self, text: &Text) -> PossibleValues {
        let unknown = PossibleValues { values: Vec::new(), is_complete: false };
        let [only] = text.parts.as_slice() else { return unknown };
        let PartKind::Param(id) = only.kind else { return unknown };
        self.param_values(id).unwrap_or(unknown)
    }

    fn param_values(&self, id: ParamId) -> Option<PossibleValues> {
        let param = self.params.get(id)?;
        let named = |value: Spanned<String>| (param.name.node.clone(), value);
        let allowed = param.allowed_values();
        if allowed.is_empty() {
            let default = param.default_value().cloned().into_iter().map(named).collect();
            return Some(PossibleValues { values: default, is_complete: false });
        }
        Some(PossibleValues { values: allowed.into_iter().map(named).collect(), is_complete: true })
    }

    /// Returns the map in the template.
    fn mapping(&mut self, shown: &str, span: Span, entries: &Entries, is_nested: bool) -> MappingId {
        let is_same = |known: &Mapping| {
            known.given.node == shown
                && known.entries.len() == entries.len()
                && known.entries.iter().zip(entries).all(|((a, left), (b, right))| a.node == b.node && left.same(right))
        };
        let known = self.mappings.entries().find(|(_, mapping)| is_same(mapping)).map(|(id, _)| id);
        if known.is_none() && self.mappings.len() == MAPPINGS {
            self.diagnostics.push(mappings::too_many(MAPPINGS, span));
        }
        known.unwrap_or_else(|| {
            let given = Spanned::new(shown.to_owned(), span);
            self.mappings.push(Mapping { given, name: String::new(), entries: entries.to_vec(), is_nested })
        })
    }

    /// Reports faults of a map, each once however often values are looked up in it.
    fn report_once(&mut self, faults: Vec<Diagnostic>) {
        for fault in faults {
            if !self.diagnostics.iter().any(|known| known.code == fault.code && known.message == fault.message) {
                self.diagnostics.push(fault);
            }
        }
    }
}

/// The values that a key can have at deployment, each with its parameter.
struct PossibleValues {
    values: Vec<(String, Spanned<String>)>,
    /// Whether it can have no others.
    is_complete: bool,
}

/// Returns what CloudFormation does not accept in a mapping.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html> (2026-11-29), and
/// the schema of cfn-lint 1.51
fn unfit(wanted: &Wanted<'_>, entries: &Entries, is_nested: bool) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let outer = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    faults.extend(unfit_keys(wanted, entries, outer, "letters, digits, hyphens, and periods"));
    for (_, value) in entries {
        match &value.kind {
            ValueKind::Map(row) if is_nested => {
                faults.extend(unfit_keys(wanted, row, |c| c.is_ascii_alphanumeric(), "letters and digits"));
                faults.extend(row.iter().filter_map(|(_, value)| unfit_value(wanted, value)));
            }
            _ if is_nested => faults.push(mappings::invalid_value(
                wanted.shown,
                "both maps and other values",
                value.span,
                wanted.span,
            )),
            _ => faults.extend(unfit_value(wanted, value)),
        }
    }
    faults
}

fn unfit_keys(wanted: &Wanted<'_>, entries: &Entries, fits: fn(char) -> bool, allowed: &str) -> Vec<Diagnostic> {
    if entries.len() > KEYS {
        let what = format!("{} keys", entries.len());
        return vec![mappings::too_large(wanted.shown, &what, KEYS, wanted.span)];
    }
    let is_unfit = |key: &&Spanned<String>| key.node.is_empty() || !key.node.chars().all(fits);
    let keys = entries.iter().map(|(key, _)| key).filter(is_unfit);
    keys.map(|key| mappings::invalid_key(wanted.shown, &key.node, allowed, key.span, wanted.span)).collect()
}

fn unfit_value(wanted: &Wanted<'_>, value: &Value) -> Option<Diagnostic> {
    let is_plain = |value: &Value| match &value.kind {
        ValueKind::Text(text) => text.as_literal().is_some(),
        kind => matches!(kind, ValueKind::Word(_) | ValueKind::Number(_) | ValueKind::Bool(_)),
    };
    let fits = match &value.kind {
        ValueKind::List(items) => items.iter().all(is_plain),
        _ => is_plain(value),
    };
    if fits || value.is_poisoned() {
        return None;
    }
    let is_late = value.phase().0 > Phase::Compile;
    let found = if is_late { "a value that is known only at deployment" } else { describe(&value.kind) };
    Some(mappings::invalid_value(wanted.shown, found, value.span, wanted.span))
}
