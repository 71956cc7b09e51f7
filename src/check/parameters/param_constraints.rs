//! E0122: constraints that do not fit the type of their parameter, or each other. E0614: a pattern that cannot be read.

use crate::check::support::parameter_values::{PAIRS, applies, are_crossed, no_number};
use crate::check::support::regular_expressions;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Attribute, Param, ParamItem, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "param-constraints", codes: &[Code::E0122, Code::E0614], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for param in &subject.hir.params {
        findings.extend(param.attributes.iter().filter_map(|(word, attribute)| of_other_type(param, word, attribute)));
        findings.extend(PAIRS.iter().filter_map(|pair| crossed(param, *pair)));
        findings.extend(doubled(param));
        findings.extend(long_description(param));
        findings.extend(other_than_numbers(param));
        if let (Some(pattern), Some(attribute)) =
            (param.literal("allowed-pattern"), param.attributes.get("allowed-pattern"))
            && let Some(fault) = regular_expressions::fault(pattern)
        {
            findings.push(unreadable(&param.name.node, fault, attribute.value.span));
        }
    }
}

fn of_other_type(param: &Param, word: &str, attribute: &Attribute) -> Option<Diagnostic> {
    if applies(param, word) || attribute.value.is_poisoned() || attribute.value.kind == ValueKind::Null {
        return None;
    }
    let ty = &param.ty.node;
    let what = match &ty.item {
        ParamItem::Number if ty.is_number() => "a number".to_owned(),
        ParamItem::Text if ty.is_text() => "a string".to_owned(),
        _ => format!("of the type `{}`", ty.aws()),
    };
    let others = match word {
        "min-length" | "max-length" if ty.is_number() => "; numbers have `min-value` and `max-value`",
        "min-value" | "max-value" if ty.is_text() => "; strings have `min-length` and `max-length`",
        _ => "",
    };
    let message = format!("`{word}` does not apply to parameter `{}`, which is {what}", param.name.node);
    Some(Diagnostic::new(Code::E0122, message, attribute.word, "").help(format!("remove `{word}`{others}")))
}

/// A lower limit above the upper one.
fn crossed(param: &Param, (least, most): (&str, &str)) -> Option<Diagnostic> {
    are_crossed(param, (least, most)).then_some(())?;
    let (lower, upper) = (param.literal(least)?, param.literal(most)?);
    let (first, second) = (param.attributes.get(least)?, param.attributes.get(most)?);
    let message = format!("parameter `{}` accepts no value: `{least}` is greater than `{most}`", param.name.node);
    let found = Diagnostic::new(Code::E0122, message, first.value.span, "")
        .label(second.value.span, "less than the lower limit")
        .help(phrase!["write ", PipeCode::set(least, upper), " and ", PipeCode::set(most, lower)]);
    Some(found)
}

/// What both the type and an attribute say.
fn doubled(param: &Param) -> Option<Diagnostic> {
    let name = &param.name.node;
    if let Some(values) = param.attributes.get("allowed-values").filter(|_| !param.allowed.is_empty()) {
        let message = format!("parameter `{name}` has two lists of allowed values");
        let found = Diagnostic::new(Code::E0122, message, values.word, "").label(param.ty.span, "the other one");
        return Some(found.help("write `string` as the type, or remove `allowed-values`"));
    }
    let echo = param.attributes.get("no-echo")?;
    let is_shown = echo.value.kind == ValueKind::Bool(false);
    (param.secret && is_shown).then(|| {
        let message = format!("parameter `{name}` is a `secret`, but `no-echo` is `false`");
        Diagnostic::new(Code::E0122, message, echo.value.span, "")
            .label(param.ty.span, "CloudFormation masks the value")
            .help("remove `no-echo`, or write `string` as the type")
    })
}

/// An allowed value of a number that is none.
fn other_than_numbers(param: &Param) -> Option<Diagnostic> {
    let wrong = no_number(param)?;
    let message = format!("parameter `{}` is a number, but allows `{}`", param.name.node, wrong.node);
    let found = Diagnostic::new(Code::E0122, message, wrong.span, "").label(param.ty.span, "a number");
    Some(found.help("write numbers in `allowed-values`, or `string` as the type"))
}

/// The most characters of a description.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html> (2026-11-29)
const DESCRIPTION: usize = 4000;

/// A description that CloudFormation does not accept.
fn long_description(param: &Param) -> Option<Diagnostic> {
    let attribute = param.attributes.get("description");
    let text = param.literal("description").or(param.doc.as_deref())?;
    let length = text.chars().count();
    (length > DESCRIPTION).then(|| {
        let name = &param.name;
        let message = format!("description of parameter `{}` has more than {DESCRIPTION} characters", name.node);
        Diagnostic::new(Code::E0122, message, attribute.map_or(name.span, |it| it.word), format!("{length} characters"))
    })
}

/// A pattern that Java cannot read.
fn unreadable(name: &str, fault: &str, place: Span) -> Diagnostic {
    let message = format!("pattern of parameter `{name}` is not a regular expression");
    Diagnostic::new(Code::E0614, message, place, fault)
}
