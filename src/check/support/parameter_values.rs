//! Whether a parameter of a template accepts a value.

use crate::catalog::numbers::number;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Param, ParamItem};
use crate::source::{Span, Spanned};
use crate::workspace::template::{Parameter, pattern};

/// The reason that a value does not fit a parameter.
#[derive(Debug, Clone)]
pub(in crate::check) enum Misfit<'a> {
    /// Not among these `AllowedValues`.
    NotAllowed(&'a [Spanned<String>]),
    /// The parameter's type, declared here, is `Number`.
    NotANumber(Span),
    /// Not matched by this `AllowedPattern`.
    Pattern(&'a Spanned<String>),
    /// `MinLength`, `MaxLength`, `MinValue`, or `MaxValue`.
    Limit {
        /// The name of the limit.
        name: &'static str,
        /// The limit.
        bound: Spanned<String>,
    },
}

/// The names of the constraints of a parameter in the language of its declaration.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct ConstraintWords {
    /// The allowed values.
    pub(in crate::check) values: &'static str,
    /// The pattern.
    pub(in crate::check) pattern: &'static str,
    /// A limit, by its key in templates.
    pub(in crate::check) limit: fn(&'static str) -> &'static str,
}

/// The shortest value for which a similar one is suggested.
const SHORTEST_TYPO: usize = 3;

/// Returns whether a parameter can have a constraint.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html> (2026-11-29).
/// CloudFormation also accepts patterns of what exists in the account: templates with one of
/// `AWS::EC2::KeyPair::KeyName` are deployed.
pub(in crate::check) fn applies(param: &Param, word: &str) -> bool {
    let ty = &param.ty.node;
    match word {
        "min-value" | "max-value" => ty.is_number(),
        "min-length" | "max-length" => !ty.is_number(),
        // Of a list of names under which something is stored, the documentation says nothing.
        "allowed-pattern" => ty.item != ParamItem::Number,
        _ => true,
    }
}

/// The least and the greatest of each pair of limits.
pub(in crate::check) const PAIRS: [(&str, &str); 2] = [("min-length", "max-length"), ("min-value", "max-value")];

/// Returns whether a lower limit is greater than the upper limit.
pub(in crate::check) fn are_crossed(param: &Param, (least, most): (&str, &str)) -> bool {
    let figure = |word: &str| number(param.literal(word)?);
    applies(param, least) && figure(least).zip(figure(most)).is_some_and(|(lower, upper)| lower > upper)
}

/// Returns an allowed value that is not a number, if the parameter is a number.
pub(in crate::check) fn no_number(param: &Param) -> Option<Spanned<String>> {
    let is_number = param.ty.node.item == ParamItem::Number && !param.ty.node.is_stored;
    param.allowed_values().into_iter().find(|value| is_number && number(value.node.trim()).is_none())
}

/// The words of templates.
pub(in crate::check) const OF_TEMPLATES: ConstraintWords =
    ConstraintWords { values: "its `AllowedValues`", pattern: "`AllowedPattern`", limit: |key| key };

/// Returns why a value does not fit its parameter.
pub(in crate::check) fn misfit<'a>(parameter: &'a Parameter, value: &str) -> Option<Misfit<'a>> {
    let declared = parameter.kind.as_ref()?;
    let kind = declared.node.as_str();
    let figure = number(value.trim());
    if kind == "Number" && figure.is_none() {
        return Some(Misfit::NotANumber(declared.span));
    }
    if kind == "CommaDelimitedList" {
        return value.split(',').find_map(|item| unmatched(parameter, item.trim()));
    }
    if !matches!(kind, "String" | "Number") {
        return None;
    }
    let same = |allowed: &Spanned<String>| {
        allowed.node == value || (kind == "Number" && number(allowed.node.trim()) == figure)
    };
    if !parameter.allowed_values.is_empty() && !parameter.allowed_values.iter().any(same) {
        return Some(Misfit::NotAllowed(&parameter.allowed_values));
    }
    let limit = parameter.limits.iter().find_map(|(limit, bound)| breaks(limit, bound, value, figure));
    limit.or_else(|| if kind == "String" { unmatched(parameter, value) } else { None })
}

fn unmatched<'a>(parameter: &'a Parameter, value: &str) -> Option<Misfit<'a>> {
    let pattern = parameter.allowed_pattern.as_ref()?;
    (pattern::matches(&pattern.node, value) == Some(false)).then_some(Misfit::Pattern(pattern))
}

fn breaks(limit: &'static str, bound: &Spanned<String>, value: &str, figure: Option<f64>) -> Option<Misfit<'static>> {
    let bound_figure = number(bound.node.trim())?;
    let length = u32::try_from(value.chars().count()).map_or(f64::MAX, f64::from);
    let broken = match limit {
        "MinLength" => length < bound_figure,
        "MaxLength" => length > bound_figure,
        "MinValue" => figure? < bound_figure,
        _ => figure? > bound_figure,
    };
    broken.then(|| Misfit::Limit { name: limit, bound: bound.clone() })
}

/// A value that its parameter rejects. `shown` is the value, unless it is a secret.
pub(in crate::check) fn rejected(
    code: Code,
    name: &str,
    (shown, place): (Option<&str>, Span),
    misfit: &Misfit<'_>,
    words: ConstraintWords,
) -> Diagnostic {
    match misfit {
        Misfit::NotANumber(declared) => {
            let found = shown.map(|shown| format!(", not `{shown}`")).unwrap_or_default();
            let message = format!("parameter `{name}` must be a number{found}");
            Diagnostic::new(code, message, place, "").label(*declared, "declared as a number")
        }
        Misfit::NotAllowed(values) => {
            let found = shown.map_or_else(|| "value".to_owned(), |shown| format!("`{shown}`"));
            let message = format!("{found} is not an allowed value of parameter `{name}`");
            let mut diagnostic = Diagnostic::new(code, message, place, "");
            if let (Some(first), Some(last)) = (values.first(), values.last()) {
                diagnostic = diagnostic.label(first.span.to(last.span), words.values);
            }
            let allowed = || values.iter().map(|value| value.node.as_str());
            match shown.filter(|shown| shown.len() >= SHORTEST_TYPO).and_then(|shown| similar(shown, allowed())) {
                Some(near) => diagnostic.did_you_mean(near),
                None if values.len() <= 7 => diagnostic.help(format!("write {}", wording::or_list(allowed()))),
                None => diagnostic,
            }
        }
        Misfit::Pattern(pattern) => {
            let message = format!("value does not match the pattern of parameter `{name}`");
            Diagnostic::new(code, message, place, format!("rejected by its {}", words.pattern))
                .label(pattern.span, "the whole value must match")
        }
        Misfit::Limit { name: limit, bound } => {
            let side = if limit.starts_with("Min") { "at least" } else { "at most" };
            let message = match bound.node.parse() {
                Ok(length) if limit.ends_with("Length") => {
                    format!("parameter `{name}` must have {side} {}", wording::count(length, "character"))
                }
                _ => format!("parameter `{name}` must be {side} {}", bound.node),
            };
            Diagnostic::new(code, message, place, "")
                .label(bound.span, format!("`{}` of the parameter", (words.limit)(limit)))
        }
    }
}
