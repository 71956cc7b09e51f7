//! E0801 to E0810: what roles allow.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// A declared thing.
#[derive(Debug, Clone, Copy)]
pub struct Thing<'a> {
    /// `bucket`, `topic`, ...
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// What a build does and its role does not allow.
#[derive(Debug)]
pub struct Lack<'a> {
    /// `build` or `test`.
    pub category: &'a str,
    /// The action.
    pub action: &'a str,
    /// What it does to the thing: `writes to`.
    pub does: &'a str,
    /// The thing; absent when the calls cannot be limited to one.
    pub thing: Option<Thing<'a>>,
    /// The IAM actions that are not allowed.
    pub actions: &'a [&'static str],
    /// The project, or the role where that has a declaration of its own.
    pub owner: &'a Spanned<String>,
    /// Whether `owner` is a role.
    pub own_role: bool,
    /// Whether nothing at all is allowed on the thing.
    pub nothing: bool,
    /// Where the thing gets into the build.
    pub entry: Option<Span>,
    /// The commands' arguments, each with the calls.
    pub places: &'a [(Span, Vec<&'static str>)],
    /// The stage.
    pub stage: &'a str,
    /// The statement that is missing.
    pub line: &'a str,
    /// Where the statement goes, and as what.
    pub insertion: Option<(Span, String)>,
}

/// Commands pointed at in one diagnostic.
const MAX_PLACES: usize = 3;

/// A build uses something its role may not.
pub fn build_lacks(lack: &Lack<'_>) -> Diagnostic {
    let first = lack.actions.first().copied().unwrap_or_default();
    let role = if lack.own_role { "this role" } else { "the role of this project" };
    let (message, label) = match lack.thing {
        Some(thing) => (
            format!(
                "{} `{}` {} {} `{}`, and its role may not",
                lack.category, lack.action, lack.does, thing.kind, thing.name
            ),
            if lack.nothing {
                format!("{role} allows nothing on `{}`", thing.name)
            } else {
                format!("{role} does not allow {} on `{}`", lack.actions.join(", "), thing.name)
            },
        ),
        None => (
            format!("{} `{}` calls `{first}`, and its role may not", lack.category, lack.action),
            format!("{role} does not allow it"),
        ),
    };
    let mut diagnostic = Diagnostic::new(Code::E0803, message, lack.owner.span, label);
    if let (Some(entry), Some(thing)) = (lack.entry, lack.thing) {
        diagnostic = diagnostic.label(entry, format!("the {} reaches the build here", thing.kind));
    }
    for (place, actions) in lack.places.iter().take(MAX_PLACES) {
        diagnostic = diagnostic.label(*place, actions.join(", "));
    }
    let call = first.split(':').nth(1).unwrap_or(first);
    diagnostic =
        diagnostic.note(format!("the run would fail in stage {} with \"AccessDenied ... {call}\"", lack.stage));
    let owner = if lack.own_role { format!("role `{}`", lack.owner.node) } else { "the project".to_owned() };
    let diagnostic = diagnostic.help(format!("add `{}` to {owner}", lack.line));
    match &lack.insertion {
        Some((place, text)) => diagnostic.edit(*place, text.as_str()),
        None => diagnostic,
    }
}
