//! W0902: a source of an action type with a better successor.

use crate::catalog::{Category, ExampleValue, action_type};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Intent, Phrase, PipeCode, phrase, wording};
use crate::hir::{Declaration, PartKind, Setting};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "outdated-sources", codes: &[Code::W0902], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let reaches_github = |connection: &&Declaration| {
        connection.attributes.get("provider").is_none_or(|provider| provider.value.as_str() == Some("GitHub"))
    };
    let connection = subject.hir.connections.iter().find(reaches_github).map(|it| it.symbol.node.as_str());
    let is_outdated =
        |place: &Place<'_>| place.action.category == Category::Source && place.action.action_type.deprecated.is_some();
    for place in subject.actions().filter(is_outdated) {
        let token = setting(place, "token");
        let at = token.map_or(place.action.name.span, |setting| setting.attribute);
        let found = outdated(&place.action.name, at);
        // An `action` with a type, and keys in `configuration`, have no attributes to replace.
        let by_key = place.action.word.is_none() || place.action.configuration.values().any(|setting| setting.raw);
        let found = if by_key {
            let help = declared_first(connection, |name| {
                format!("replace the action with `{}`", successor(place, name)).into()
            });
            found.help(help)
        } else {
            move_to_connection(found, connection, &with_connection(place))
        };
        findings.about(place, found.help_in_document(IN_DOCUMENT));
    }
}

fn setting<'a>(place: Place<'a>, attribute: &str) -> Option<&'a Setting> {
    let slot = place.action.action_type.slot_of_attribute(attribute)?;
    place.action.configuration.get(slot.key.as_deref()?)
}

/// Converts a source to one with a connection.
fn with_connection(place: Place<'_>) -> WithConnection {
    let of = |attribute: &str, other: &str| {
        setting(place, attribute).and_then(|setting| setting.value.as_str()).unwrap_or(other).to_owned()
    };
    let action_type = &place.action.action_type;
    let attributes = place.action.configuration.keys().filter_map(|key| action_type.slot_of_key(key));
    let others = attributes.map(|slot| slot.attribute.clone()).filter(|it| !KEPT.contains(&it.as_str()));
    let lost = lost_variables(place);
    WithConnection {
        full_name: format!("{}/{}", of("owner", "owner"), of("repository", "name")),
        others: others.collect(),
        fix: if lost.is_empty() { fix(place) } else { None },
        lost,
    }
}

/// What to do in a document.
const IN_DOCUMENT: &str = "use a connection: a source action with the provider `CodeStarSourceConnection`";

/// The attributes that the source with a connection keeps, and those that it replaces.
const KEPT: [&str; 4] = ["owner", "repository", "branch", "token"];

/// Returns used variables of a source that it does not have with a connection.
fn lost_variables(place: Place<'_>) -> Vec<String> {
    let Some(successor) = action_type("github", Category::Source) else { return Vec::new() };
    let mut lost = Vec::new();
    for setting in place.pipeline.actions.iter().flat_map(|action| action.configuration.values()) {
        setting.value.each_part(&mut |part| {
            if let PartKind::Output(action, name) = &part.kind
                && *action == place.id
                && !successor.variable.iter().any(|variable| variable.name == *name)
                && !lost.contains(name)
            {
                lost.push(name.clone());
            }
        });
    }
    lost
}

/// Returns the attributes of the source with a connection, or `None` if they are not clear.
fn fix(place: Place<'_>) -> Option<Move> {
    let (owner, repository, token) =
        (setting(place, "owner")?, setting(place, "repository")?, setting(place, "token")?);
    if place.action.configuration.len() != KEPT.len() || place.action.configuration.values().any(|it| it.raw) {
        return None;
    }
    let whole = |setting: &Setting| setting.attribute.to(setting.value.span);
    Some(Move {
        owner: whole(owner),
        token: whole(token),
        repository: repository.value.span,
        full_name: format!("{}/{}", owner.value.as_str()?, repository.value.as_str()?),
    })
}

/// A source after the change to a connection.
#[derive(Debug)]
struct WithConnection {
    /// `owner/name`, with the parts that are known.
    full_name: String,
    /// Attributes that it does not have.
    others: Vec<String>,
    /// Used variables that it does not set.
    lost: Vec<String>,
    /// The edits, if nothing else has to change.
    fix: Option<Move>,
}

/// The attributes of a source that changes to a connection.
#[derive(Debug)]
struct Move {
    /// `owner = "..."`
    owner: Span,
    /// `token = secret(...)`
    token: Span,
    /// The repository's name.
    repository: Span,
    /// `owner/name`
    full_name: String,
}

/// Returns the source as it is written with a connection.
fn successor(place: Place<'_>, connection: &str) -> String {
    let value = |name: &str, other: &str| {
        setting(place, name).and_then(|setting| setting.value.as_str()).unwrap_or(other).to_owned()
    };
    let outputs = place.action.outputs.iter().map(|output| place.pipeline.artifact(*output).name.node.as_str());
    let outputs = outputs.collect::<Vec<_>>().join(", ");
    format!(
        "source github {}{}{outputs} {{ connection = {connection}, repository = \"{}/{}\", branch = \"{}\" }}",
        place.action.symbol,
        if outputs.is_empty() { "" } else { " -> " },
        value("owner", "owner"),
        value("repository", "name"),
        value("branch", "main"),
    )
}

/// Returns the help with the name of the connection, and how to declare one if the file has none.
fn declared_first(connection: Option<&str>, help: impl Fn(&str) -> Phrase) -> Phrase {
    if let Some(name) = connection {
        return help(name);
    }
    phrase!["declare `connection GitHub { provider = github }`, then ", help("GitHub")]
}

/// An action type with a better successor.
fn outdated(source: &Spanned<String>, token: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0902,
        format!("source `{}` uses a personal access token for GitHub", source.node),
        token,
        "gives more access than CodePipeline needs",
    )
    .note("AWS recommends a connection, which needs no personal token")
}

/// Adds which attributes to replace. `connection` is one that the file declares.
fn move_to_connection(diagnostic: Diagnostic, connection: Option<&str>, new: &WithConnection) -> Diagnostic {
    let help = |name: &str| {
        let replaced = ["token", "owner"].into_iter().chain(new.others.iter().map(String::as_str));
        let replaced = wording::and_list(replaced);
        let repository = &new.full_name;
        let help = phrase![
            "write ",
            PipeCode::set("connection", name),
            " and ",
            PipeCode::set("repository", ExampleValue::text(repository)),
            format!(" instead of {replaced}")
        ];
        if new.lost.is_empty() {
            return help;
        }
        let lost = wording::or_list(new.lost.iter().map(String::as_str));
        phrase![help, format!("; a connection does not set {lost}, which the pipeline uses")]
    };
    match (connection, &new.fix) {
        (Some(name), Some(fix)) => diagnostic
            .help(help(name))
            .intend(Intent::ReplaceAttribute { attribute: fix.owner, word: "connection", value: name.to_owned() })
            .intend(Intent::SetString { place: fix.repository, text: fix.full_name.clone() })
            .intend(Intent::Remove { attribute: fix.token }),
        _ => diagnostic.help(declared_first(connection, help)),
    }
}
