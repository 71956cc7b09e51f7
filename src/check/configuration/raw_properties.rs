//! W0140, E0156: properties that `raw` sets although the language has attributes for them. dotpipe does not check them.

use crate::catalog::{self, Phase, PropertyPath, Slot, SlotType};
use crate::check::support::raw::find;
use crate::check::{Findings, Rule, Subject};
use crate::collections::IndexMap;
use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase};
use crate::hir::{Attribute, PartKind, Value, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "raw-properties", codes: &[Code::W0140, Code::E0156], run: check };

/// Properties of a pipeline that statements generate.
const BY_STATEMENT: [&str; 3] = ["Stages", "Triggers", "Variables"];

/// Returns an example of the statement for a property.
fn statement_for(property: &str) -> Phrase {
    match property {
        "Stages" => "`stage Name { ... }`".into(),
        "Triggers" => PipeCode::on_with("push", "{ ... }").into(),
        _ => "`variable Name: string`".into(),
    }
}

/// The attribute for the name that other resources, policies, and event rules use.
const NAME: &str = "name";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let none = IndexMap::default();
    for pipeline in &subject.hir.pipelines {
        let Some(raw) = &pipeline.raw else { continue };
        of_thing(subject, raw, "pipeline", &none, findings);
        for property in BY_STATEMENT {
            if let Some((key, _)) = find(raw, PropertyPath::new(property)) {
                findings.push(raw_for_statement(property, key));
            }
        }
    }
    for (entity, declaration) in subject.hir.declarations() {
        if let Some(raw) = declaration.raw() {
            of_thing(subject, raw, entity.word(), &declaration.attributes, findings);
        }
    }
}

fn of_thing(
    subject: &Subject<'_>,
    raw: &Value,
    kind: &str,
    attributes: &IndexMap<String, Attribute>,
    findings: &mut Findings,
) {
    let slots = catalog::declaration(kind).map(|entry| entry.slot.as_slice()).unwrap_or_default();
    for slot in slots {
        let Some(property) = slot.key.as_deref() else { continue };
        let Some((key, value)) = find(raw, PropertyPath::new(property)) else { continue };
        let given = attributes.get(&slot.attribute).map(|attribute| attribute.word);
        if slot.attribute == NAME {
            let shown = as_attribute(slot, subject.written(value.span).shown());
            findings.push(raw_for_name(property, &shown, key.to(value.span), given));
            continue;
        }
        if !fits(slot, value) {
            continue;
        }
        findings.push(raw_for_attribute(&RawProperty {
            property,
            key,
            value: value.span,
            attribute: &slot.attribute,
            shown: as_attribute(slot, subject.written(value.span).shown()),
            given,
        }));
    }
}

/// Returns whether the attribute could express what `raw` sets. It could not express an intrinsic, a property with
/// nested properties, or a value that is known too late.
fn fits(slot: &Slot, value: &Value) -> bool {
    let (phase, _) = value.phase();
    let takes_text =
        matches!(slot.ty, SlotType::String | SlotType::Reference | SlotType::List | SlotType::Map | SlotType::Env);
    if phase > slot.phase || phase > Phase::Compile && !takes_text {
        return false;
    }
    let mut plain = true;
    value.each_part(&mut |part| plain &= !matches!(part.kind, PartKind::Raw(_)));
    plain
        && match &value.kind {
            ValueKind::Text(_) | ValueKind::Word(_) | ValueKind::Bool(_) | ValueKind::Number(_) => true,
            ValueKind::List(items) => {
                let whole = !items.iter().any(|item| matches!(item.kind, ValueKind::Raw(_)));
                whole && matches!(slot.ty, SlotType::Env | SlotType::List | SlotType::Map)
            }
            _ => false,
        }
}

/// Longer values are not repeated in the help.
const SHOWN: usize = 40;

/// Returns the contents of `raw` in the attribute's form, if that is clear and short.
fn as_attribute(slot: &Slot, written: &str) -> String {
    let number = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
    match slot.ty {
        SlotType::Minutes if number => format!("{written}m"),
        SlotType::Days if number => format!("{written}d"),
        SlotType::String | SlotType::Bool | SlotType::Integer | SlotType::Enum | SlotType::Reference
            if written.len() <= SHOWN && !written.contains('\n') =>
        {
            written.to_owned()
        }
        _ => "...".to_owned(),
    }
}

/// A property that `raw` sets instead of an attribute.
#[derive(Debug)]
struct RawProperty<'a> {
    /// The property, with its parents.
    property: &'a str,
    /// The span of its key.
    key: Span,
    /// The span of its value.
    value: Span,
    /// The attribute.
    attribute: &'a str,
    /// Its value in the attribute's form.
    shown: String,
    /// The span of the attribute, if it is set as well.
    given: Option<Span>,
}

/// `raw` sets what an attribute sets.
fn raw_for_attribute(raw: &RawProperty<'_>) -> Diagnostic {
    let RawProperty { property, key, value, attribute, given, .. } = *raw;
    let message = format!("`raw` sets `{property}` instead of attribute `{attribute}`");
    let diagnostic = Diagnostic::new(Code::W0140, message, key.to(value), "not checked by dotpipe");
    match given {
        Some(given) => diagnostic.label(given, "overridden by `raw`").help("keep only the attribute"),
        None => diagnostic.help(format!("write `{attribute} = {}` instead", raw.shown)),
    }
}

/// A name in `raw`, by which other references would not find the resource.
fn raw_for_name(property: &str, shown: &str, place: Span, given: Option<Span>) -> Diagnostic {
    let message = format!("`raw` sets `{property}`, the name that roles and other resources use");
    let diagnostic = Diagnostic::new(Code::E0156, message, place, "other resources would refer to a different name");
    match given {
        Some(given) => diagnostic.label(given, "named here").help(format!("remove `{property}` from `raw`")),
        None => diagnostic.help(format!("write `name = {shown}` instead")),
    }
}

/// `raw` sets what statements generate.
fn raw_for_statement(property: &str, place: Span) -> Diagnostic {
    let message = format!("`raw` sets `{property}` instead of a statement");
    Diagnostic::new(Code::W0140, message, place, "replaces what the file's statements generate")
        .help(phrase!["write it as ", statement_for(property)])
}
