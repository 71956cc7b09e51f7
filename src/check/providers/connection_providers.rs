//! W0907: a source of one Git provider with a declared connection to another one.

use crate::catalog::{Category, declaration};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Declaration, Entity, Part, PartKind, Value, ValueKind};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "connection-providers", codes: &[Code::W0907], run: check };

/// The key of a source's configuration that names its connection.
const CONNECTION: &str = "ConnectionArn";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // A document does not name the provider of a source.
    if subject.document.is_some() {
        return;
    }
    for place in subject.actions().filter(|place| place.action.category == Category::Source) {
        let Some(word) = place.action.word.as_deref() else { continue };
        let Some(value) = place.action.value(CONNECTION) else { continue };
        let Some(connection) = declared(subject, value) else { continue };
        let Some(provider) = provider(connection).filter(|provider| provider.node != word) else { continue };
        let message = format!("connection `{}` is to `{}`, not to `{word}`", connection.symbol.node, provider.node);
        let found =
            Diagnostic::new(Code::W0907, message, value.span, format!("the source is a repository of `{word}`"))
                .label(provider.span, "the provider of the connection decides where the repository is")
                .help(format!("use a connection to `{word}`, or write `source {}`", provider.node));
        findings.about(place, found);
    }
}

/// Returns the declared connection in `Name.arn`.
fn declared<'a>(subject: &Subject<'a>, value: &Value) -> Option<&'a Declaration> {
    let id = match &value.kind {
        ValueKind::Entity(Entity::Connection(id)) => *id,
        ValueKind::Text(text) => match text.parts.as_slice() {
            [Part { kind: PartKind::Member(Entity::Connection(id), _), .. }] => *id,
            _ => return None,
        },
        _ => return None,
    };
    subject.hir.connections.get(id)
}

/// Returns the provider of a connection, by its word in a `.pipe` file.
fn provider(connection: &Declaration) -> Option<Spanned<&'static str>> {
    let value = &connection.attributes.get("provider")?.value;
    let of_aws = value.as_str()?;
    let words = &declaration("connection")?.slot_of_attribute("provider")?.values;
    let (word, _) = words.iter().find(|(_, named)| named.as_str() == of_aws)?;
    Some(Spanned::new(word.as_str(), value.span))
}
