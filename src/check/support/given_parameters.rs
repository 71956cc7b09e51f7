//! The parameters that a deployment of a template sets.

use camino::Utf8PathBuf;

use crate::check::Subject;
use crate::check::support::deploys::Deploy;
use crate::check::support::json_errors::of_json_file;
use crate::hir::{ArtifactFile, Text, Value, ValueKind};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Document, DocumentOrigin};
use crate::workspace::template::Parameter;

/// The parameters that a deploy sets.
#[derive(Debug)]
pub(in crate::check) struct Given {
    /// Names, and literal values.
    pub values: Vec<(Spanned<String>, Option<Spanned<String>>)>,
    /// Whether these are all.
    pub all_known: bool,
    /// The template configuration with some of them: its path, and its `Parameters`.
    pub file: Option<Spanned<Utf8PathBuf>>,
}

impl Given {
    /// Returns whether a parameter has a value.
    pub(in crate::check) fn has(&self, parameter: &Parameter) -> bool {
        self.values.iter().any(|(name, _)| name.node == parameter.name.node)
    }

    /// Reads them, from the action and from its template configuration.
    pub(in crate::check) fn of(subject: &Subject<'_>, deploy: &Deploy<'_>) -> Self {
        let mut given = Self { values: Vec::new(), all_known: true, file: None };
        match deploy.action.value(key(deploy)).map(|value| &value.kind) {
            Some(ValueKind::Map(entries)) => {
                given.values.extend(entries.iter().map(|(name, value)| (name.clone(), written(value))));
            }
            Some(ValueKind::Text(text)) if deploy.operation.is_some() => match in_json(subject, deploy, text) {
                Some(entries) => given.values.extend(entries),
                None => given.all_known = false,
            },
            Some(_) => given.all_known = false,
            None => {}
        }
        match deploy.action.value("TemplateConfiguration").map(|value| &value.kind) {
            Some(ValueKind::ArtifactFile(file)) => match configuration(subject, deploy, file) {
                // Values in `parameters` take precedence.
                Some((file, entries)) => {
                    given.file = Some(file);
                    let own: Vec<String> = given.values.iter().map(|(name, _)| name.node.clone()).collect();
                    given.values.extend(entries.into_iter().filter(|(name, _)| !own.contains(&name.node)));
                }
                None => given.all_known = false,
            },
            Some(_) => given.all_known = false,
            None => {}
        }
        given
    }
}

/// The key with values that override those of a template or of a StackSet.
pub(in crate::check) const OVERRIDES: &str = "ParameterOverrides";

/// Returns the key with the values of parameters.
pub(in crate::check) fn key(deploy: &Deploy<'_>) -> &'static str {
    if deploy.operation.is_some() { OVERRIDES } else { "Parameters" }
}

/// Returns parameters in JSON text, or `None` if they cannot be read.
fn in_json(subject: &Subject<'_>, deploy: &Deploy<'_>, text: &Text) -> Option<Entries> {
    let text = text.as_literal()?;
    let whole = deploy.action.value(OVERRIDES)?.span;
    let inner = Span::new(whole.file, whole.range().start + 1, whole.range().end.saturating_sub(1));
    let word_for_word = inner.len() == text.len() && subject.written(inner).is(text);
    let origin = if word_for_word { DocumentOrigin::Inside(inner) } else { DocumentOrigin::At(whole) };
    let root = Document::parse(text, origin).root?;
    let entries = root.entries();
    (!entries.is_empty()).then(|| entries.iter().map(|entry| (entry.key.clone(), entry.value.spanned())).collect())
}

/// Returns a literal value as CloudFormation receives it.
pub(in crate::check) fn written(value: &Value) -> Option<Spanned<String>> {
    let text = match &value.kind {
        ValueKind::Number(text) => text.clone(),
        ValueKind::Bool(flag) => flag.to_string(),
        ValueKind::Text(text) => text.as_literal()?.to_owned(),
        _ => return None,
    };
    Some(Spanned::new(text, value.span))
}

type Entries = Vec<(Spanned<String>, Option<Spanned<String>>)>;

/// Returns the `Parameters` of a template configuration file of the repository, or `None` if it cannot be read.
fn configuration(
    subject: &Subject<'_>,
    deploy: &Deploy<'_>,
    file: &ArtifactFile,
) -> Option<(Spanned<Utf8PathBuf>, Entries)> {
    let (path, document) = subject.action_files.document(deploy.pipeline_id, file)?;
    // What YAML reads in a file that is not JSON is something else.
    if of_json_file(subject, &path).is_some() {
        return None;
    }
    let root = document.root.as_ref()?;
    let key = root.entries().iter().find(|entry| entry.key.node == "Parameters").or_else(|| root.entries().first());
    let file = Spanned::new(path.clone(), key.map_or(root.span, |entry| entry.key.span));
    let Some(parameters) = root.get("Parameters") else {
        // A file that is not a configuration, or has a typo, is reported separately.
        let is_empty = root.entries().iter().all(|entry| ["Tags", "StackPolicy"].contains(&entry.key.as_str()));
        return (is_empty && root.items().is_empty()).then(|| (file, Vec::new()));
    };
    // A list is reported separately.
    let entries = Some(parameters.entries()).filter(|_| parameters.items().is_empty())?;
    Some((file, entries.iter().map(|entry| (entry.key.clone(), entry.value.spanned())).collect()))
}
