//! E0106, E0201, E0203: artifacts and the files in them.

use crate::diagnostic::{Code, Diagnostic, DocumentText, PipeCode, phrase, wording};
use crate::source::{Span, Spanned};

use super::names::Hidden;

/// What to do in a document about a missing input artifact. `candidate` is the only one that fits.
pub fn add_input(candidate: Option<&str>) -> DocumentText {
    let artifact = candidate.unwrap_or("Artifact");
    DocumentText::with_keys(|key| format!("add to its {}: `{artifact}`", key("InputArtifacts")))
}

/// What to do in a document about an artifact that is not an input, after the start of the sentence.
pub fn with_input(start: &str, artifact: &str) -> DocumentText {
    DocumentText::with_keys(|key| format!("{start}add `{artifact}` to its {}", key("InputArtifacts")))
}

fn add_output(diagnostic: Diagnostic, artifact: &str) -> Diagnostic {
    let output = PipeCode::to_artifact(artifact);
    diagnostic.help(phrase!["add ", output, " after the name of the action that produces it"]).help_in_document(
        DocumentText::with_keys(|key| {
            format!("add `{artifact}` to the {} of the action that produces it", key("OutputArtifacts"))
        }),
    )
}

/// A reference to an artifact that no action produces.
pub fn unknown(used: &str, name: Span, similar: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0201, format!("no action produces an artifact named `{used}`"), name, "");
    match similar {
        Some(near) => diagnostic.suggest(name, Some(near)),
        None => add_output(diagnostic, used),
    }
}

/// A reference to a stage or an action instead of an artifact. `outputs` are the artifacts that it produces.
pub fn not_an_artifact(used: &str, is_stage: bool, place: Span, outputs: &[&str]) -> Diagnostic {
    let kind = if is_stage { "a stage" } else { "an action" };
    let message = format!("no action produces an artifact named `{used}`");
    let diagnostic = Diagnostic::new(Code::E0201, message, place, format!("`{used}` is {kind}"));
    match outputs {
        [] => add_output(diagnostic, used),
        [only] => diagnostic.help(format!("write `{only}`, the artifact that it produces")).edit(place, *only),
        outputs => {
            diagnostic.help(format!("write one of its artifacts: {}", wording::or_list(outputs.iter().copied())))
        }
    }
}

/// A reference to an artifact that is not in scope: it is produced outside the component, or inside a loop or another
/// component. `component` is the component that it is produced in.
pub fn out_of_scope(used: &str, place: Span, made: Span, hidden: Hidden, component: Option<&str>) -> Diagnostic {
    let message = format!("artifact `{used}` is not in scope");
    let diagnostic = Diagnostic::new(Code::E0201, message, place, "");
    let Some(body) = hidden.body() else {
        return diagnostic.label(made, "produced outside the component").help(phrase![
            format!("pass it as a parameter: declare `{used}: Artifact`, and pass "),
            PipeCode::set(used, used)
        ]);
    };
    diagnostic.label(made, format!("produced in a {body}, and in scope only there")).help(match component {
        Some(component) if hidden == Hidden::InComponent => {
            format!("move the action that reads it into component `{component}`")
        }
        _ => format!("move the action that reads it into that {body}"),
    })
}

/// `name::file`, where the name refers to something else.
pub fn no_artifact(name: &str, found: &str, place: Span) -> Diagnostic {
    let message = format!("`{name}` is {found}, not an artifact");
    Diagnostic::new(Code::E0106, message, place, "`::` must follow an artifact")
}

/// `Artifact.file` in a header.
pub fn not_a_file(written: &str, place: Span) -> Diagnostic {
    let message = format!("`{written}` is not a file of an artifact");
    let diagnostic = Diagnostic::new(Code::E0201, message, place, "expected `Artifact::file`");
    match written.split_once('.') {
        Some((artifact, file)) => {
            let meant = format!("{artifact}::{file}");
            diagnostic.help(format!("write `{meant}`")).edit(place, meant)
        }
        None => diagnostic,
    }
}

/// An artifact with two producers.
pub fn produced_twice(name: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0203,
        format!("artifact `{}` is produced twice", name.node),
        name.span,
        "produced again here",
    )
    .label(first, "first produced here")
    .help("rename one of them; artifact names must be unique in a pipeline")
}

/// The notation in which a file of an artifact is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'a> {
    /// After its artifact: `Artifact::file`.
    AfterColons,
    /// As a separate path.
    Path,
    /// Not at all: the provider reads it by default.
    Unnamed {
        /// The provider in AWS's spelling.
        provider: &'a str,
        /// The attribute that names another file.
        or: Option<&'a str>,
    },
}
