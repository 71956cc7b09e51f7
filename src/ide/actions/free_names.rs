//! The names that statements use but that a component would not see. They become its parameters.

use crate::diagnostic::Edit;
use crate::resolve::{Definition, DefinitionKind, Index, Meaning};
use crate::source::Span;
use crate::syntax::ast::{Access, ExprKind, Reference, Stmt};
use crate::syntax::quoted;

use super::super::outline::{each_statement, each_value};
use super::super::types::Types;
use super::Site;

/// A new parameter of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) ty: String,
    /// The argument of each `use`.
    pub(super) arguments: Vec<String>,
}

/// The parameters of a component, and the edits of its text that use them.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub(super) all: Vec<Parameter>,
    pub(super) edits: Vec<Edit>,
}

impl Parameters {
    /// Adds a parameter with these arguments, or reuses one that already has them. Returns its name.
    pub(super) fn add(&mut self, name: &str, ty: String, arguments: Vec<String>) -> String {
        if let Some(known) = self.all.iter().find(|it| it.ty == ty && it.arguments == arguments) {
            return known.name.clone();
        }
        let is_taken = |name: &str, all: &[Parameter]| all.iter().any(|it| it.name == name);
        let mut unique = name.to_owned();
        let mut number = 2;
        while is_taken(&unique, &self.all) {
            unique = format!("{name}-{number}");
            number += 1;
        }
        self.all.push(Parameter { name: unique.clone(), ty, arguments });
        unique
    }
}

/// The notation for the names of artifact parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// Like the language's own examples: `my-app`.
    Lowercase,
    /// Like the artifact, for names that are keywords in lowercase.
    AsWritten,
}

/// Adds a parameter for each name that statements use but that is neither declared in them nor visible in the whole
/// file. `skipped` are parts that are replaced anyway. Returns `None` if some name cannot be passed.
pub(super) fn add(
    parameters: &mut Parameters,
    site: &Site<'_>,
    (statements, skipped): (&[Stmt], &[Span]),
    (uses, naming): (usize, Naming),
) -> Option<()> {
    let (first, last) = (statements.first()?, statements.last()?);
    let body = first.span.to(last.span);
    let names = site.names();
    let types = Types::new(site.snapshot);
    let references = references(statements);
    for mention in names.mentions().iter().filter(|it| body.covers(it.span)) {
        let Meaning::Names(id) = mention.meaning else { continue };
        let definition = names.definition(id)?;
        if body.covers(definition.span) || is_top(names, site, definition) {
            continue;
        }
        if skipped.iter().any(|span| span.covers(mention.span)) {
            continue;
        }
        let reference = references.iter().find(|it| it.head.span.covers(mention.span));
        let (place, name, ty) = match (definition.kind, reference) {
            (DefinitionKind::Action { .. } | DefinitionKind::Instance, Some(reference)) => {
                let Some(Access::Member(member)) = reference.accesses.last() else { return None };
                (reference.span, lowercase(&member.node), "string".to_owned())
            }
            (DefinitionKind::Artifact, _) if naming == Naming::Lowercase => {
                (mention.span, lowercase(&definition.name), "Artifact".to_owned())
            }
            _ => (mention.span, definition.name.clone(), types.of_definition(definition)?),
        };
        let written = site.text(place);
        let called = parameters.add(&name, ty, vec![written.to_owned(); uses]);
        if called != written {
            parameters.edits.push(Edit { span: place, replacement: called });
        }
    }
    Some(())
}

/// Quotes the names of statements that are used elsewhere: a component exports only quoted names.
pub(super) fn export(parameters: &mut Parameters, site: &Site<'_>, body: Span) -> Option<()> {
    let names = site.names();
    for (id, definition) in names.definitions().filter(|(_, it)| body.covers(it.span)) {
        if names.references_of(id).all(|span| body.covers(span)) {
            continue;
        }
        if !matches!(definition.kind, DefinitionKind::Action { .. } | DefinitionKind::Stage) {
            return None;
        }
        let written = site.text(definition.span);
        if !written.starts_with(['"', '\'']) {
            parameters.edits.push(Edit { span: definition.span, replacement: quoted(written) });
        }
    }
    Some(())
}

/// Returns whether a definition is visible in the whole file.
fn is_top(names: &Index, site: &Site<'_>, definition: &Definition) -> bool {
    let is_root = |scope| names.scope(scope).is_some_and(|scope| scope.parent.is_none());
    definition.span.file != site.file.id() || definition.visible.is_some_and(is_root)
}

/// Returns the references in statements.
fn references(statements: &[Stmt]) -> Vec<&Reference> {
    let mut found = Vec::new();
    each_statement(statements, &mut |statement| {
        each_value(statement, &mut |value| {
            if let ExprKind::Reference(reference) = &value.kind {
                found.push(reference);
            }
        });
    });
    found
}

/// Converts a name to the style of parameters in the language's own examples: `MyApp` to `my-app`, `CommitId` to
/// `commit-id`.
pub(super) fn lowercase(name: &str) -> String {
    let mut written = String::new();
    let mut before: Option<char> = None;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let starts_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || before.is_ascii_uppercase() && letters.peek().is_some_and(char::is_ascii_lowercase)
            });
        if starts_word {
            written.push('-');
        }
        written.push(if letter == '_' { '-' } else { letter.to_ascii_lowercase() });
        before = Some(letter);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::lowercase;

    #[test]
    fn names_of_parameters_are_words_with_hyphens() {
        let names = ["MyAppBuild", "CommitId", "APIKey", "app", "app_name", "V2Build"].map(lowercase);
        assert_eq!(names, ["my-app-build", "commit-id", "api-key", "app", "app-name", "v2-build"]);
    }
}
