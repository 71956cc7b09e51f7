//! The strings of a file that must have a certain form: attributes, IDs of secrets, names of parameters.

use crate::catalog::{Kind, Slot, SlotType, declaration};
use crate::check::Subject;
use crate::hir::{Part, PartKind, Text, Value, ValueKind, ValueOwner, ValuePlace};
use crate::source::Span;

/// Represents a part that is known later.
pub(in crate::check) const HOLE: char = '\u{1}';

/// A string with a form.
#[derive(Debug, Clone)]
pub(in crate::check) struct Formed<'a> {
    /// The ID of the form.
    pub form: &'a str,
    /// The string, with a hole for each part that is known later.
    pub text: String,
    /// Its span.
    pub span: Span,
    /// Whether a hole may contain separators.
    pub wide: bool,
    /// The span of the text between the quotation marks, if the value is that of a function.
    pub argument: Option<Span>,
    /// The spans of the known text at its start and its end, if other parts are known later.
    pub ends: (Option<Span>, Option<Span>),
}

/// The forms of IDs that are not attributes.
const SECRET: [&str; 2] = ["secret", "secret-arn"];
const PARAMETER: &str = "ssm-parameter";
const KEY: &str = "key";

/// Calls `visit` with every string that has a form. Placeholders and dynamic references are skipped.
pub(in crate::check) fn each_formed<'a>(subject: &Subject<'a>, visit: &mut dyn FnMut(Formed<'a>)) {
    let mut visit = |formed: Formed<'a>| {
        let text = &formed.text;
        let is_placeholder = text.contains('<') && text.contains('>');
        if !(text.is_empty() || is_placeholder || text.contains("{{resolve:")) {
            visit(formed);
        }
    };
    subject.hir.each_value(&mut |place: ValuePlace<'a>| {
        if matches!(place.owner, ValueOwner::Statement(..)) {
            return;
        }
        let mut walk = Walk { subject, visit: &mut visit };
        if place.is_import() {
            let ValueOwner::Declared(entity) = place.owner else { return };
            let form = declaration(entity.kind().word()).and_then(|entry| entry.existing_form.as_deref());
            // Another rule checks ARNs.
            let is_arn = place.value.as_str().is_some_and(|text| text.starts_with("arn:"));
            form.filter(|_| !is_arn).into_iter().for_each(|form| walk.text(form, place.value, false));
            return;
        }
        match place.slot {
            Some(slot) => walk.slot(slot, place.value),
            None if place.key == crate::hir::BOUNDARY => walk.text("policy-arn", place.value, false),
            None => walk.inside(place.value),
        }
    });
}

struct Walk<'a, 'v> {
    subject: &'v Subject<'a>,
    visit: &'v mut dyn FnMut(Formed<'a>),
}

impl<'a> Walk<'a, '_> {
    fn slot(&mut self, slot: &'a Slot, value: &'a Value) {
        if slot.ty == SlotType::Record
            && let ValueKind::Map(entries) = &value.kind
        {
            for (key, value) in entries {
                match slot.field.iter().find(|field| field.attribute == key.node) {
                    Some(field) => self.slot(field, value),
                    None => self.inside(value),
                }
            }
            return;
        }
        let form = slot.form.as_deref().or((slot.to == Some(Kind::Key)).then_some(KEY));
        match form {
            Some(form) => self.text(form, value, slot.ty == SlotType::List),
            None => self.inside(value),
        }
    }

    /// Visits a value with a form, or a list of them. `listed` is whether the slot takes a list.
    fn text(&mut self, form: &'a str, value: &'a Value, listed: bool) {
        let text = match &value.kind {
            ValueKind::List(items) => {
                for item in items {
                    self.text(form, item, false);
                }
                return;
            }
            ValueKind::Text(text) => {
                if let Some((default, span)) = self.default(text) {
                    return self.found(form, default.to_owned(), span);
                }
                if text.is_poisoned() {
                    return;
                }
                let (known, wide) = with_holes(text);
                // A list in AWS's form.
                if listed && known.contains(',') {
                    for item in known.split(',') {
                        let (text, wide) = (item.trim().to_owned(), wide && item.contains(HOLE));
                        (self.visit)(Formed { form, text, span: value.span, wide, argument: None, ends: (None, None) });
                    }
                    return;
                }
                let ends = (literal_span(text.parts.first()), literal_span(text.parts.last()));
                return (self.visit)(Formed { form, text: known, span: value.span, wide, argument: None, ends });
            }
            ValueKind::Number(number) => number.clone(),
            ValueKind::Percent(number) => format!("{number}%"),
            _ => {
                self.inside(value);
                return;
            }
        };
        self.found(form, text, value.span);
    }

    fn found(&mut self, form: &'a str, text: String, span: Span) {
        (self.visit)(Formed { form, text, span, wide: false, argument: None, ends: (None, None) });
    }

    /// Returns the default of a parameter that is the whole string.
    fn default(&self, text: &'a Text) -> Option<(&'a str, Span)> {
        let [Part { kind: PartKind::Param(id), .. }] = text.parts.as_slice() else { return None };
        let param = self.subject.hir.params.get(*id).filter(|param| !param.secret && param.given.is_none())?;
        param.default_value().map(|default| (default.node.as_str(), default.span))
    }

    /// Visits the IDs of secrets and the names of parameters in a value.
    fn inside(&mut self, value: &'a Value) {
        match &value.kind {
            ValueKind::Secret(secret) => self.secret(&secret.id, value.span),
            ValueKind::Parameter(name) => self.argument(PARAMETER, name, value.span, true),
            ValueKind::List(items) => items.iter().for_each(|item| self.inside(item)),
            ValueKind::Map(entries) => entries.iter().for_each(|(_, item)| self.inside(item)),
            ValueKind::Text(text) => {
                for part in &text.parts {
                    match &part.kind {
                        PartKind::Secret(secret) => self.secret(&secret.id, part.span),
                        PartKind::Parameter(name) => self.argument(PARAMETER, name, part.span, true),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn secret(&mut self, id: &'a Text, span: Span) {
        let (text, wide) = with_holes(id);
        self.argument(SECRET[usize::from(text.starts_with("arn:"))], id, span, wide);
    }

    /// Visits the argument of a function, whose span is that of the whole call.
    fn argument(&mut self, form: &'a str, text: &'a Text, span: Span, wide: bool) {
        let argument = match text.parts.as_slice() {
            [Part { kind: PartKind::Literal(_), span, .. }] => Some(*span),
            _ => None,
        };
        (self.visit)(Formed { form, text: with_holes(text).0, span, wide, argument, ends: (None, None) });
    }
}

/// Returns the span of a part that is known text.
fn literal_span(part: Option<&Part>) -> Option<Span> {
    part.filter(|part| matches!(part.kind, PartKind::Literal(_))).map(|part| part.span)
}

/// Returns a string with a hole for each part that is known later, and whether one of them can be anything.
fn with_holes(text: &Text) -> (String, bool) {
    let mut known = String::new();
    let mut wide = false;
    for part in &text.parts {
        match &part.kind {
            PartKind::Literal(literal) => known.push_str(literal),
            kind => {
                wide |= !matches!(kind, PartKind::Pseudo(_));
                known.push(HOLE);
            }
        }
    }
    (known, wide)
}
