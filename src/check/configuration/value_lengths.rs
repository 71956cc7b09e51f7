//! W0411, E0411: values that exceed the lengths that AWS allows. E0106: values that are empty or too short. W0134:
//! values that are empty by the default of a parameter.

use crate::catalog::forms::arn_form;
use crate::catalog::limits::{Limit, Verdict, limit};
use crate::catalog::{Slot, SlotType};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::configuration;
use crate::diagnostic::families::configuration::with_parts;
use crate::diagnostic::wording::number;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Part, PartKind, Setting, Test, Text, Value, ValueKind, ValueOwner};
use crate::plan::{Expr, Piece};
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;

pub(super) const RULE: Rule =
    Rule { name: "value-lengths", codes: &[Code::E0106, Code::W0134, Code::E0411, Code::W0411], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(limit) = limit("configuration-value") else { return };
    for place in subject.actions() {
        let Some(planned) = subject.plan.action(place.pipeline_id, place.id) else { continue };
        for (key, setting) in &place.action.configuration {
            if let Some(value) = planned.configuration.get(key)
                && !setting.value.is_poisoned()
            {
                one(place, key, setting, &value.text, limit, findings);
                by_default(subject, place, key, setting, findings);
            }
        }
    }
    let most = crate::catalog::limits::limit("variable-value").map(Limit::looser);
    for variable in subject.pipelines().flat_map(|(_, pipeline)| &pipeline.variables) {
        if let (Some(default), Some(most)) = (&variable.default, most)
            && default.node.chars().count() > most
        {
            findings.push(long_default(&variable.name.node, default, most));
        }
    }
    subject.hir.each_value(&mut |place| {
        if matches!(place.owner, ValueOwner::Declared(_) | ValueOwner::Event(..)) && !place.is_import() {
            declared(place.slot, place.value, findings);
        }
    });
}

/// Checks the strings of declarations, including those in records.
fn declared(slot: Option<&Slot>, value: &Value, findings: &mut Findings) {
    let Some(slot) = slot else { return };
    if let (SlotType::Record, ValueKind::Map(entries)) = (slot.ty, &value.kind) {
        for (key, value) in entries {
            declared(slot.field.iter().find(|field| field.attribute == key.node), value, findings);
        }
        return;
    }
    let Some(text) = value.as_str().filter(|text| slot.ty == SlotType::String && !text.contains("{{resolve:")) else {
        return;
    };
    let length = text.chars().count();
    if let Some(most) = longest(slot).filter(|most| length > *most) {
        findings.push(configuration::too_long(&slot.attribute, length, most, value.span, &[]));
    } else if let Some(least) = shortest(slot).filter(|least| length < *least) {
        findings.push(configuration::too_short(&slot.attribute, length, least, value.span));
    }
}

fn one(place: Place<'_>, key: &str, setting: &Setting, rendered: &Expr, limit: &Limit, findings: &mut Findings) {
    let slot = place.action.action_type.slot_of_key(key);
    let word = setting.word(key, slot);
    let at = setting.value.span;
    if rendered.as_text() == Some("") {
        findings.push(configuration::empty(word, at));
        return;
    }
    let length = known_length(rendered);
    if let Some(least) = slot.and_then(shortest).filter(|least| length < *least && rendered.as_text().is_some()) {
        findings.push(configuration::too_short(word, length, least, at));
        return;
    }
    let parts = parts(&setting.value);
    if let Some(most) = slot.and_then(longest).filter(|most| length > *most) {
        findings.push(configuration::too_long(word, length, most, at, &parts));
        return;
    }
    match limit.verdict(length) {
        Verdict::Within => {}
        Verdict::Disputed => {
            findings.push(perhaps_too_long(word, length, limit.value, limit.looser(), at, &parts));
        }
        Verdict::Past => findings.push(configuration::too_long(word, length, limit.looser(), at, &parts)),
    }
}

/// Checks for a value that consists only of parameters that are empty by default.
fn by_default(subject: &Subject<'_>, place: Place<'_>, key: &str, setting: &Setting, findings: &mut Findings) {
    let ValueKind::Text(text) = &setting.value.kind else { return };
    let empty = |part: &Part| match &part.kind {
        PartKind::Param(id) => {
            let param = subject.hir.params.get(*id).filter(|param| param.given.is_none())?;
            param.default_value().filter(|default| default.node.is_empty()).map(|default| (param, default.span))
        }
        _ => None,
    };
    let Some(params) = text.parts.iter().map(empty).collect::<Option<Vec<_>>>() else { return };
    if let Some((param, default)) = params.first().filter(|(param, _)| !is_required(subject, &param.name.node)) {
        let slot = place.action.action_type.slot_of_key(key);
        let word = setting.word(key, slot);
        findings.push(empty_by_default(word, setting.value.span, &param.name, *default));
    }
}

/// A default that is too long for a variable.
fn long_default(variable: &str, default: &Spanned<String>, most: usize) -> Diagnostic {
    let length = number(default.node.chars().count());
    let message = format!(
        "the default of variable `{variable}` has {length} characters; CodePipeline allows at most {}",
        number(most)
    );
    Diagnostic::new(Code::E0411, message, default.span, "")
}

/// Returns the maximum length of a slot with a string.
fn longest(slot: &Slot) -> Option<usize> {
    let is_text = matches!(slot.ty, SlotType::String | SlotType::Json);
    slot.max.filter(|_| is_text).and_then(|most| usize::try_from(most).ok())
}

/// Returns the minimum length of a slot with a string. A value that is too short for an ARN is not one, which is
/// reported separately.
fn shortest(slot: &Slot) -> Option<usize> {
    let is_arn = slot.form.as_deref().is_some_and(|form| arn_form(form).is_some());
    slot.min.filter(|_| slot.ty == SlotType::String && !is_arn).and_then(|least| usize::try_from(least).ok())
}

/// Returns the number of known characters. Values that are known later add to them.
fn known_length(rendered: &Expr) -> usize {
    let length = |piece: &Piece| match piece {
        Piece::Text(text) => text.chars().count(),
        _ => 0,
    };
    rendered.pieces().iter().map(length).sum()
}

/// Returns whether a condition or a rule of the template tests that a parameter is empty: the empty value has been
/// thought of.
fn is_required(subject: &Subject<'_>, param: &str) -> bool {
    let is_param = |text: &Text| {
        let [only] = text.parts.as_slice() else { return false };
        matches!(&only.kind, PartKind::Param(id) if subject.hir.params.get(*id).is_some_and(|it| it.name.node == param))
    };
    let is_empty = |text: &Text| text.as_literal().is_some_and(str::is_empty);
    let in_condition = subject.hir.conditions.iter().any(|condition| match &condition.test {
        Test::Equal(one, other) => is_param(one) && is_empty(other) || is_empty(one) && is_param(other),
        _ => false,
    });
    let sections = ["Conditions", "Rules"].map(|name| subject.document?.root.get(name));
    in_condition || sections.into_iter().flatten().any(|section| compares_with_nothing(section, param))
}

/// Returns whether a parameter is compared with an empty string somewhere in a value.
fn compares_with_nothing(node: &Node, param: &str) -> bool {
    let is_it = node.intrinsic().is_some_and(|call| {
        let items = call.argument.items();
        call.name == "Fn::Equals"
            && items.iter().any(|item| item.literal().is_some_and(str::is_empty))
            && items.iter().any(|item| item.referred().as_deref() == Some(param))
    });
    is_it
        || node.items().iter().any(|item| compares_with_nothing(item, param))
        || node.entries().iter().any(|entry| compares_with_nothing(&entry.value, param))
}

/// Returns the entries of a map with the lengths of their names and values, the longest first.
fn parts(value: &Value) -> Vec<(String, usize)> {
    let ValueKind::Map(entries) = &value.kind else { return Vec::new() };
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let mut parts: Vec<(String, usize)> =
        entries.iter().map(|(name, value)| (name.node.clone(), name.node.chars().count() + length(value))).collect();
    parts.sort_by_key(|(_, length)| std::cmp::Reverse(*length));
    parts
}

/// A value whose length is between two published limits.
fn perhaps_too_long(
    word: &str,
    length: usize,
    stricter: usize,
    looser: usize,
    place: Span,
    parts: &[(String, usize)],
) -> Diagnostic {
    let least = stricter;
    let (stricter, looser) = (number(stricter), number(looser));
    let diagnostic = Diagnostic::new(
        Code::W0411,
        format!("`{word}` has {} characters; AWS documents two limits, {stricter} and {looser}", number(length)),
        place,
        if parts.is_empty() { "" } else { configuration::ENCODED },
    )
    .note(format!("the user guide says {stricter}; the service's error message says {looser}"));
    with_parts(diagnostic, parts, least)
}

/// A value that consists only of a parameter whose default is empty.
fn empty_by_default(word: &str, place: Span, param: &Spanned<String>, default: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0134,
        format!("`{word}` is empty if parameter `{}` keeps its default", param.node),
        place,
        "AWS rejects an empty value",
    )
    .label(default, "the default is empty")
    .help(format!("give `{}` a non-empty default, or remove the default", param.node))
}
