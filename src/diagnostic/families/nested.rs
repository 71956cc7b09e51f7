//! W0867 to W0869 and I0870: resources that a template does not show.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// Why the template of a nested stack was not read.
#[derive(Debug, Clone)]
pub enum Unfollowed<'a> {
    /// It is not in the repository.
    Remote,
    /// The repository has no such file.
    Missing(&'a str),
    /// The file is not a template.
    Unreadable(&'a str),
    /// It includes itself.
    Cyclic(&'a str),
    /// It is nested deeper than templates are followed.
    Beyond(&'a str),
}

const DENIED: &str = "the deployment fails with AccessDenied if the role lacks permissions to create them";

/// A nested stack whose resources are not known.
pub fn unfollowed(id: &str, place: Span, why: &Unfollowed<'_>) -> Diagnostic {
    let message = format!("no permissions are derived for the resources of nested stack `{id}`");
    let (code, label, help) = match why {
        Unfollowed::Remote => (
            Code::W0867,
            "its template is not in the repository".to_owned(),
            "use a template file of the repository here and package it, or set a role for the deployment with `role = ...`"
                .to_owned(),
        ),
        Unfollowed::Missing(path) => (
            Code::W0868,
            format!("`{path}` is not in the repository"),
            format!("add `{path}`, or set a role for the deployment with `role = ...`"),
        ),
        Unfollowed::Unreadable(path) => (
            Code::W0868,
            format!("`{path}` is not a CloudFormation template"),
            format!("fix `{path}`, or set a role for the deployment with `role = ...`"),
        ),
        Unfollowed::Cyclic(path) => (
            Code::W0868,
            format!("`{path}` includes itself"),
            "remove the nested stack, or use another template".to_owned(),
        ),
        Unfollowed::Beyond(path) => (
            Code::W0868,
            format!("`{path}` is nested too deeply for dotpipe to follow"),
            "reduce the nesting, or set a role for the deployment with `role = ...`".to_owned(),
        ),
    };
    Diagnostic::new(code, message, place, label).note(DENIED).help(help)
}

/// A loop that creates resources.
pub fn of_loop(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0869,
        "no permissions are derived for the resources of this loop",
        place,
        "CloudFormation expands it at deployment",
    )
    .note(DENIED)
    .help("write the resources out, or set a role for the deployment with `role = ...`")
}

/// A module.
pub fn of_module(kind: &Spanned<String>) -> Diagnostic {
    let message = format!("no permissions are derived for the resources of module `{}`", kind.node);
    Diagnostic::new(Code::W0869, message, kind.span, "registered in the account, not in the repository")
        .note(DENIED)
        .help("write the resources out, or set a role for the deployment with `role = ...`")
}

/// A macro that can add resources.
pub fn of_macro(name: &Spanned<String>) -> Diagnostic {
    let message = match name.node.as_str() {
        "" => "no permissions are derived for resources that this macro adds".to_owned(),
        name => format!("no permissions are derived for resources that macro `{name}` adds"),
    };
    Diagnostic::new(Code::I0870, message, name.span, "its result is known only at deployment")
        .help("if it adds resources, set a role for the deployment with `role = ...`")
}
