//! The inputs of rules of conditions: E0202, E0205, E0206 (artifacts), E0704, E0410 (variables that are not set yet),
//! E0609, W0136, W0642 (windows), E0106, E0411 (values).

use crate::catalog::limits::limit;
use crate::catalog::{Category, Count};
use crate::check::support::undeployed_outputs::undeployed;
use crate::check::support::{regular_expressions, window};
use crate::check::{Findings, Rule, RulePlace, Subject};
use crate::diagnostic::families::artifacts::add_input;
use crate::diagnostic::families::configuration;
use crate::diagnostic::{Code, Diagnostic, DocumentText, PipeCode, phrase, wording};
use crate::hir::{ActionId, Moment, Part, PartKind, ValueKind};
use crate::plan::Piece;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule {
    name: "condition-rules",
    codes: &[
        Code::E0106,
        Code::E0202,
        Code::E0205,
        Code::E0206,
        Code::E0410,
        Code::E0411,
        Code::E0609,
        Code::E0614,
        Code::E0704,
        Code::W0136,
        Code::W0642,
    ],
    run: check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.rules() {
        counts(place, findings);
        artifacts(place, findings);
        for setting in place.rule.configuration.values() {
            setting.value.each_part(&mut |part| variable(place, part, findings));
        }
        values(place, findings);
        commands(place, findings);
        pattern(place, findings);
        if let Some(cron) = place.rule.value("Cron") {
            findings.extend(window::check(cron));
        }
    }
}

/// Checks the value of `matches`.
fn pattern(place: RulePlace<'_>, findings: &mut Findings) {
    let operator = place.rule.value("Operator").and_then(|operator| operator.as_str());
    let Some(value) = place.rule.value("Value").filter(|_| operator == Some("MATCHES")) else { return };
    if let Some((pattern, fault)) = value.as_str().and_then(|text| Some((text, regular_expressions::fault(text)?))) {
        findings.push(not_a_pattern(pattern, fault, value.span));
    }
}

fn counts(place: RulePlace<'_>, findings: &mut Findings) {
    let rule = place.rule;
    let Count { min, max } = rule.rule_type.inputs;
    if rule.incomplete {
        return;
    }
    if rule.inputs.len() < min {
        findings.push(needs_artifact(rule.word, rule.span, only_available(place)));
    } else if let Some(surplus) = rule.inputs.get(max) {
        let name = &place.pipeline.artifact(surplus.artifact).name.node;
        let surplus = Spanned::new(name.as_str(), surplus.span);
        findings.push(surplus_artifacts(rule.word, rule.inputs.len(), max, &surplus));
    }
}

fn artifacts(place: RulePlace<'_>, findings: &mut Findings) {
    for input in &place.rule.inputs {
        let artifact = place.pipeline.artifact(input.artifact);
        if !is_done(place, artifact.producer) {
            let moment = place.condition.moment.word();
            findings.push(artifact_not_available(&artifact.name, moment, input.span));
        }
    }
}

/// Returns the artifact that a rule could read, if there is exactly one.
fn only_available(place: RulePlace<'_>) -> Option<&str> {
    let mut available = place.pipeline.artifacts.iter().filter(|artifact| is_done(place, artifact.producer));
    let only = available.next()?;
    available.next().is_none().then_some(only.name.as_str())
}

/// Returns whether an action has run when a condition is evaluated. After a failure, it may have. A source outside the
/// first stage is reported separately.
fn is_done(place: RulePlace<'_>, action: ActionId) -> bool {
    let action = place.pipeline.action(action);
    let misplaced = action.category == Category::Source && action.stage > 0;
    let own = action.stage == place.stage && place.condition.moment != Moment::Entry;
    misplaced || own || action.stage < place.stage
}

fn variable(place: RulePlace<'_>, part: &Part, findings: &mut Findings) {
    let PartKind::Output(id, name) = &part.kind else { return };
    let setter = place.pipeline.action(*id);
    let operation = setter.stack_operation();
    let moment = place.condition.moment.word();
    if let Some(found) = undeployed(setter, name, part.span, "the condition") {
        findings.push(found);
    } else if !is_done(place, *id) {
        let said = if operation.is_some() { output_not_known } else { variable_not_set };
        findings.push(said(&setter.symbol, name, moment, part.span, setter.name.span));
    }
}

/// Checks for empty values and those that exceed the length that AWS allows.
fn values(place: RulePlace<'_>, findings: &mut Findings) {
    let Some(most) = limit("rule-configuration-value").map(|limit| limit.value) else { return };
    let Some(planned) = place.planned else { return };
    for slot in &place.rule.rule_type.slot {
        let Some(key) = slot.key.as_deref() else { continue };
        let (Some(setting), Some(value)) = (place.rule.configuration.get(key), planned.configuration.get(key)) else {
            continue;
        };
        if setting.value.is_poisoned() {
            continue;
        }
        let known = |piece: &Piece| if let Piece::Text(text) = piece { text.chars().count() } else { 0 };
        let length: usize = value.text.pieces().iter().map(known).sum();
        let most = slot.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(most);
        if value.text.as_text() == Some("") {
            findings.push(configuration::empty(&slot.attribute, setting.value.span));
        } else if length > most {
            findings.push(configuration::too_long(&slot.attribute, length, most, setting.value.span, &[]));
        }
    }
}

/// The maximum length of a command.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RuleDeclaration.html> (2026-11-23)
const COMMAND: usize = 1000;

fn commands(place: RulePlace<'_>, findings: &mut Findings) {
    let Some(value) = place.rule.value("Commands") else { return };
    let ValueKind::List(items) = &value.kind else { return };
    if let Some(most) = limit("commands").map(|limit| limit.value).filter(|most| items.len() > *most) {
        findings.push(configuration::too_many("commands", (items.len(), "elements"), most as u64, value.span));
    }
    for item in items {
        let Some(command) = item.as_str() else { continue };
        findings.extend(configuration::bad_command(command, COMMAND, item.span));
    }
}

/// Fewer artifacts than a rule needs. `candidate` is the only artifact that it could read.
fn needs_artifact(rule: &str, place: Span, candidate: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::E0205, phrase!["rule ", PipeCode::Rule(rule.to_owned()), " needs an artifact"], place, "")
        .help(phrase!["add ", PipeCode::set("from", candidate.unwrap_or("Artifact"))])
        .help_in_document(add_input(candidate))
}

/// More artifacts than a rule accepts.
fn surplus_artifacts(rule: &str, count: usize, most: usize, surplus: &Spanned<&str>) -> Diagnostic {
    let (accepted, label) = match most {
        0 => ("no artifacts".to_owned(), "would never be read"),
        _ => (format!("at most {}, not {count}", wording::count(most, "artifact")), ""),
    };
    let written = if count == 1 { format!("from = {}", surplus.node) } else { surplus.node.to_owned() };
    let help = if most == 0 && count > 1 { "remove `from`".to_owned() } else { format!("remove `{written}`") };
    Diagnostic::new(
        Code::E0206,
        phrase!["rule ", PipeCode::Rule(rule.to_owned()), format!(" accepts {accepted}")],
        surplus.span,
        label,
    )
    .help(help)
    .help_in_document(DocumentText::with_keys(|key| {
        format!("remove `{}` from its {}", surplus.node, key("InputArtifacts"))
    }))
}

/// An artifact that is not available yet when a condition is evaluated.
fn artifact_not_available(artifact: &Spanned<String>, moment: &'static str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0202,
        format!("artifact `{}` is used before it is produced", artifact.node),
        place,
        phrase!["not produced yet when ", PipeCode::on(moment), " is evaluated"],
    )
    .label(artifact.span, format!("`{}` is produced here", artifact.node))
    .help("use an artifact of an earlier stage")
}

/// A variable that is not set yet when a condition is evaluated.
fn variable_not_set(action: &str, variable: &str, moment: &'static str, place: Span, set_at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0704,
        format!("`{action}.{variable}` is used before `{action}` has run"),
        place,
        phrase!["not set yet when ", PipeCode::on(moment), " is evaluated"],
    )
    .label(set_at, "set by this action")
    .help("use a variable of an earlier stage")
}

/// An output of a stack that is not deployed yet when a condition is evaluated.
fn output_not_known(stack: &str, output: &str, moment: &'static str, place: Span, set_at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0410,
        format!("output `{output}` is used before stack `{stack}` is deployed"),
        place,
        phrase!["not known yet when ", PipeCode::on(moment), " is evaluated"],
    )
    .label(set_at, "deployed here")
    .help("use an output of a stack that an earlier stage deploys")
}

/// `matches` with an invalid regular expression.
fn not_a_pattern(text: &str, fault: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0614, format!("`{text}` is not a valid regular expression"), place, fault.to_owned())
        .help("escape special characters with `\\\\` (`\\` in single quotes), or use `contains`")
}
