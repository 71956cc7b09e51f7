//! Messages about commands of a build that its role does not allow.

use super::roles::ResourceName;
use crate::diagnostic::{AllowCode, Code, Diagnostic, Intent, PipeCode, phrase, wording};
use crate::source::{Span, Spanned};

/// A permission that a build needs but its role lacks.
#[derive(Debug)]
pub struct BuildLack<'a> {
    /// `build` or `test`.
    pub category: &'a str,
    /// The action.
    pub action: &'a str,
    /// The verb for the use of the resource: `writes to`.
    pub does: &'a str,
    /// The resource; `None` if the calls cannot be limited to one.
    pub resource: Option<ResourceName<'a>>,
    /// The IAM actions that are not allowed.
    pub actions: &'a [&'static str],
    /// The project, or its role if that is declared.
    pub owner: &'a Spanned<String>,
    /// Whether `owner` is a role.
    pub own_role: bool,
    /// Whether there is no block for the statement: the role of a `run` is derived.
    pub no_owner: bool,
    /// Whether nothing at all is allowed on the resource.
    pub nothing: bool,
    /// The last field of the ARN of a resource that the file does not declare.
    pub on: Option<String>,
    /// The span through which the build gets the resource.
    pub entry: Option<Span>,
    /// Where a resource is declared that the commands name themselves.
    pub declared: Option<Span>,
    /// The arguments of the commands, each with its calls.
    pub places: &'a [(Span, Vec<&'static str>)],
    /// The stage.
    pub stage: &'a str,
    /// The missing statement; `None` if the command needs more permissions, which depend on what it deploys.
    pub line: Option<&'a AllowCode>,
    /// The last part of the block to which the statement is added.
    pub last: Option<Span>,
}

/// The most commands with a label in one diagnostic.
const MAX_PLACES: usize = 3;

/// A build that uses a resource without permission.
pub fn build_lacks(lack: &BuildLack<'_>) -> Diagnostic {
    let first = lack.actions.first().copied().unwrap_or_default();
    let role = match (lack.own_role, lack.no_owner) {
        (true, _) => "this role",
        (false, true) => "the role of this action",
        (false, false) => "the role of this project",
    };
    let (message, label) = message_and_label(lack, role);
    let mut diagnostic = Diagnostic::new(Code::E0803, message, lack.owner.span, label);
    if let (Some(entry), Some(resource)) = (lack.entry, lack.resource) {
        diagnostic = diagnostic.label(entry, format!("{} passed to the build here", resource.kind));
    }
    for (place, actions) in lack.places.iter().take(MAX_PLACES) {
        diagnostic = diagnostic.label(*place, wording::ticks(actions));
    }
    if let Some(declared) = lack.declared {
        diagnostic = diagnostic.label(declared, "declared here");
    }
    let call = first.split(':').nth(1).unwrap_or(first);
    let refusal = match first.split(':').next() {
        Some("s3" | "cloudformation") => "AccessDenied",
        Some("sns") => "AuthorizationError",
        _ => "AccessDeniedException",
    };
    let what = if lack.no_owner { "the action" } else { "the build" };
    let note = format!("{what} would fail in stage {} with \"{refusal} ... {call}\"", lack.stage);
    let diagnostic = diagnostic.note(note);
    let owner = if lack.own_role { format!("role `{}`", lack.owner.node) } else { wording::tick(&lack.owner.node) };
    let Some(line) = lack.line else {
        let call = wording::tick(first);
        return diagnostic.help(format!("allow all that this command needs in {owner}; {call} alone is not enough"));
    };
    let statement = line.to_string();
    let diagnostic = diagnostic.help(phrase!["add ", PipeCode::Allow(line.clone()), format!(" to {owner}")]);
    match lack.last {
        // A statement that allows the same on another resource may be meant for this one.
        Some(after) => {
            let intent = Intent::AddStatement { after, statement };
            let diagnostic = diagnostic.intend(intent);
            if lack.resource.is_none() && !lack.nothing { diagnostic.guess() } else { diagnostic }
        }
        None => diagnostic,
    }
}

/// Returns the message, and the label of the block in which the statement is missing. `role`: how the label names the role.
fn message_and_label(lack: &BuildLack<'_>, role: &str) -> (String, String) {
    let first = lack.actions.first().copied().unwrap_or_default();
    match lack.resource {
        Some(resource) => (
            format!(
                "{} `{}` {} {} `{}`, but its role does not allow it",
                lack.category, lack.action, lack.does, resource.kind, resource.name
            ),
            if lack.nothing {
                format!("{role} has no permissions on `{}`", resource.name)
            } else {
                format!(
                    "{role} does not allow {} on `{}`",
                    wording::or_list(lack.actions.iter().copied()),
                    resource.name
                )
            },
        ),
        None => (
            match &lack.on {
                Some(on) => {
                    format!(
                        "{} `{}` calls `{first}` on `{on}`, but its role does not allow it",
                        lack.category, lack.action
                    )
                }
                None => format!("{} `{}` calls `{first}`, but its role does not allow it", lack.category, lack.action),
            },
            if lack.nothing {
                format!("{} with {role}", if lack.no_owner { "runs" } else { "the build runs" })
            } else {
                format!("{role} allows it on other resources only")
            },
        ),
    }
}
