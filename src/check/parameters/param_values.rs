//! E0123: a default or a given value that its parameter rejects.

use crate::check::support::parameter_values::{
    ConstraintWords, PAIRS, applies, are_crossed, misfit, no_number, rejected,
};
use crate::check::support::regular_expressions;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::Param;
use crate::plan::LIMITS;
use crate::source::Spanned;
use crate::workspace::template::Parameter;

pub(super) const RULE: Rule = Rule { name: "param-values", codes: &[Code::E0123], run: check };

/// The words of the language.
const OF_LANGUAGE: ConstraintWords =
    ConstraintWords { values: "its allowed values", pattern: "`allowed-pattern`", limit: word_of };

fn word_of(key: &'static str) -> &'static str {
    LIMITS.iter().find(|(_, known)| *known == key).map_or(key, |(word, _)| word)
}

/// Checks defaults and given values. CloudFormation rejects a template with a default that does not meet the constraints.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for param in &subject.hir.params {
        let parameter = as_parameter(param);
        if let Some(default) = &param.default
            && let Some(misfit) = misfit(&parameter, &default.node)
        {
            let shown = (!param.secret).then_some(default.node.as_str());
            findings.push(rejected(Code::E0123, &param.name.node, (shown, default.span), &misfit, OF_LANGUAGE));
        } else if let Some(given) = &param.given {
            findings.extend(given_value(param, &parameter, given));
        }
    }
}

/// A value of `--param`.
fn given_value(param: &Param, parameter: &Parameter, given: &str) -> Option<Diagnostic> {
    let misfit = misfit(parameter, given)?;
    let shown = (!param.secret).then_some(given);
    let name = &param.name.node;
    let mut found = rejected(Code::E0123, name, (shown, param.name.span), &misfit, OF_LANGUAGE);
    let value = shown.map_or_else(|| "its value".to_owned(), wording::tick);
    found.primary.text = wording::bounded(format!("{value} is given with `--param`, or in dotpipe.toml"));
    Some(found)
}

/// Returns a parameter in the form of a template.
fn as_parameter(param: &Param) -> Parameter {
    let spanned = |word: &str| {
        let place = param.attributes.get(word)?.value.span;
        Some(Spanned::new(param.literal(word)?.to_owned(), place))
    };
    // Constraints that are reported themselves do not apply to the value.
    let is_crossed =
        |word: &str| PAIRS.iter().any(|pair| [pair.0, pair.1].contains(&word) && are_crossed(param, *pair));
    let holds = |(word, _): &&(&str, &str)| applies(param, word) && !is_crossed(word);
    let pattern = spanned("allowed-pattern").filter(|it| regular_expressions::fault(&it.node).is_none());
    Parameter {
        name: param.name.clone(),
        kind: Some(Spanned::new(param.ty.node.aws(), param.ty.span)),
        default: None,
        allowed_values: if no_number(param).is_some() { Vec::new() } else { param.allowed_values() },
        allowed_pattern: pattern,
        constraint: None,
        limits: LIMITS.iter().filter(holds).filter_map(|(word, key)| Some((*key, spanned(word)?))).collect(),
        no_echo: param.secret,
    }
}
