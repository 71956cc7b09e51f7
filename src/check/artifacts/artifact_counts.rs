//! E0205, E0206: too few or too many input or output artifacts for the action type.

use crate::catalog::{Count, ExampleValue};
use crate::check::support::readable::only_readable;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::artifacts::add_input;
use crate::diagnostic::{Code, Diagnostic, DocumentText, PipeCode, phrase, wording};
use crate::hir::{ArtifactId, Pipeline};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "artifact-counts", codes: &[Code::E0205, Code::E0206], run: check };

/// The key that names the file in the output artifact of the CloudFormation action.
const OUTPUT_FILE: &str = "OutputFileName";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        inputs(subject, place, findings);
        outputs(place, findings);
        output_file(place, findings);
    }
}

fn inputs(subject: &Subject<'_>, place: Place<'_>, findings: &mut Findings) {
    let action = place.action;
    let owner = place.owner();
    let Count { min, max } = action.action_type.inputs;
    let lacking = action
        .action_type
        .input_unless
        .as_deref()
        .filter(|key| action.inputs.is_empty() && action.value(key).is_none());
    if let Some(slot) = lacking.and_then(|key| action.action_type.slot_of_key(key)) {
        findings.about(place, input_or(&owner, action.name.span, &slot.attribute, only_readable(subject, place)));
    } else if action.inputs.len() < min {
        findings
            .about(place, too_few(Direction::Input, place, action.inputs.len(), min, only_readable(subject, place)));
    } else if let Some(first_too_many) = action.inputs.get(max) {
        findings.about(place, too_many(Direction::Input, &owner, first_too_many.span, action.inputs.len(), max));
    }
}

fn outputs(place: Place<'_>, findings: &mut Findings) {
    let action = place.action;
    let Count { min, max } = action.action_type.outputs;
    if action.outputs.len() < min {
        findings.about(place, too_few(Direction::Output, place, action.outputs.len(), min, None));
    } else if let Some(first_too_many) = action.outputs.get(max) {
        let span = place.pipeline.artifact(*first_too_many).name.span;
        findings.about(place, too_many(Direction::Output, &place.owner(), span, action.outputs.len(), max));
    }
}

/// Checks that the CloudFormation action has an output artifact if, and only if, it names a file.
fn output_file(place: Place<'_>, findings: &mut Findings) {
    let action = place.action;
    let Some(slot) = action.action_type.slot_of_key(OUTPUT_FILE) else { return };
    let written = action.configuration.get(OUTPUT_FILE);
    match (written, action.outputs.first()) {
        (Some(setting), None) => {
            findings.about(place, file_without_output(place, &slot.attribute, setting.attribute));
        }
        // CodePipeline accepts an artifact that would be empty; only an action that reads it fails.
        (None, Some(output)) if is_read(place.pipeline, *output) => {
            let output = &place.pipeline.artifact(*output).name;
            findings.about(place, output_without_file(&place.owner(), &slot.attribute, output));
        }
        _ => {}
    }
}

/// Returns whether an action or a rule reads an artifact.
fn is_read(pipeline: &Pipeline, artifact: ArtifactId) -> bool {
    let of_actions = pipeline.actions.iter().flat_map(|action| &action.inputs);
    of_actions.chain(pipeline.rules().flat_map(|rule| &rule.inputs)).any(|input| input.artifact == artifact)
}

/// Whether artifacts are inputs or outputs of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// `from`
    Input,
    /// `->`
    Output,
}

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

/// Fewer artifacts than the action type needs. `candidate` is the only artifact that it could read.
fn too_few(direction: Direction, place: Place<'_>, count: usize, least: usize, candidate: Option<&str>) -> Diagnostic {
    let (word, action) = (direction.word(), &place.action.name);
    let label = if count == 0 { String::new() } else { format!("has only {count}") };
    let diagnostic = Diagnostic::new(
        Code::E0205,
        format!("{} needs {}", place.owner(), wording::count(least, &format!("{word} artifact"))),
        action.span,
        label,
    );
    match direction {
        Direction::Input => diagnostic
            .note(format!(
                "AWS: \"Action {} declares {count} input artifacts which is less than the minimum count ({least})\"",
                action.node
            ))
            .help(phrase!["add an input after the name: ", PipeCode::from_artifact(candidate.unwrap_or("Artifact"))])
            .help_in_document(add_input(candidate)),
        Direction::Output => {
            let after = if place.action.inputs.is_empty() { "the name" } else { "the inputs" };
            let output = PipeCode::to_artifact("Artifact");
            diagnostic.help(phrase![format!("add an output after {after}: "), output]).help_in_document(
                DocumentText::with_keys(|key| format!("add to its {}: `Artifact`", key("OutputArtifacts"))),
            )
        }
    }
}

/// More artifacts than the action type accepts.
fn too_many(direction: Direction, owner: &str, first_too_many: Span, count: usize, most: usize) -> Diagnostic {
    let word = direction.word();
    let verb = if direction == Direction::Input { "accepts" } else { "produces" };
    let message = if most == 0 {
        format!("{owner} {verb} no {word} artifacts")
    } else {
        format!("{owner} {verb} at most {}, not {count}", wording::count(most, &format!("{word} artifact")))
    };
    let label = match (most, direction) {
        (0, Direction::Input) => "would never be read",
        (0, Direction::Output) => "would never be written",
        _ => "",
    };
    let diagnostic = Diagnostic::new(Code::E0206, message, first_too_many, label);
    if most > 0 {
        return diagnostic.help(format!("remove {}", wording::count(count - most, &format!("{word} artifact"))));
    }
    let (written, verb, list) = match direction {
        Direction::Input => ("from", "read", "InputArtifacts"),
        Direction::Output => ("->", "write", "OutputArtifacts"),
    };
    let because = format!("actions of this type {verb} no files");
    diagnostic
        .help(format!("remove `{written}` and its artifacts; {because}"))
        .help_in_document(DocumentText::with_keys(|key| format!("remove {}; {because}", key(list))))
}

/// A file for the output artifact, but no output artifact.
fn file_without_output(place: Place<'_>, attribute: &str, at: Span) -> Diagnostic {
    let message = format!("{} has `{attribute}`, but no output artifact", place.owner());
    Diagnostic::new(Code::E0205, message, at, "CloudFormation writes this file to an output artifact")
        .help(phrase![
            "add ",
            PipeCode::to_artifact("Artifact"),
            format!(" to the header, before the `{{`, or remove `{attribute}`")
        ])
        .help_in_document(format!("add an output artifact, or remove `{attribute}`"))
}

/// An output artifact, but no file for it.
fn output_without_file(owner: &str, attribute: &str, output: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0206,
        format!("{owner} produces artifact `{}` only if `{attribute}` is set", output.node),
        output.span,
        "would be empty",
    )
    .help(phrase![
        "add ",
        PipeCode::set(attribute, ExampleValue::text("outputs.json")),
        ", or remove ",
        PipeCode::to_artifact(output.node.as_str())
    ])
}

/// An action with neither the artifact nor the attribute of which it needs one.
fn input_or(owner: &str, place: Span, attribute: &str, candidate: Option<&str>) -> Diagnostic {
    Diagnostic::new(
        Code::E0205,
        format!("{owner} needs an input artifact or attribute `{attribute}`"),
        place,
        "has neither",
    )
    .message_in_document(format!("{owner} needs an input artifact or `{attribute}`"))
    .help(phrase![
        "add an input after the name, ",
        PipeCode::from_artifact(candidate.unwrap_or("Artifact")),
        ", or add ",
        PipeCode::set(attribute, ExampleValue::text("..."))
    ])
    .help_in_document(DocumentText::with_keys(|key| {
        let artifact = candidate.unwrap_or("Artifact");
        phrase![
            format!("add to its {}: `{artifact}`, or add ", key("InputArtifacts")),
            PipeCode::set(attribute, ExampleValue::text("..."))
        ]
    }))
}
