//! W0867 to W0869 and I0870: resources that a deployment creates but that its derived role does not cover.

use crate::check::support::deploys::deploys;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::plan::{NestedStack, NestedTemplate};
use crate::source::{Span, Spanned};
use crate::workspace::template::Template;

pub(super) const RULE: Rule =
    Rule { name: "nested-stacks", codes: &[Code::W0867, Code::W0868, Code::W0869, Code::I0870], run: check };

/// Checks the templates of stacks with derived roles, including nested ones.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reported: Vec<Span> = Vec::new();
    for deploy in deploys(subject).iter().filter(|deploy| deploy.has_derived_role(subject)) {
        let Some(tree) = deploy.tree(subject) else { continue };
        let all = tree.all();
        let children = all.iter().flat_map(|stack| &stack.children).filter_map(unfollowed);
        let open = all.iter().flat_map(|stack| open_parts(&stack.template));
        for (place, diagnostic) in children.chain(open) {
            if !reported.contains(&place) {
                reported.push(place);
                findings.push(diagnostic);
            }
        }
    }
}

/// A nested stack whose template was not read.
fn unfollowed(child: &NestedStack) -> Option<(Span, Diagnostic)> {
    let why = match &child.template {
        NestedTemplate::Read(_) => return None,
        NestedTemplate::Remote => Unfollowed::Remote,
        NestedTemplate::Missing(path) => Unfollowed::Missing(path.as_str()),
        NestedTemplate::Unreadable(path) => Unfollowed::Unreadable(path.as_str()),
        NestedTemplate::Cyclic(path) => Unfollowed::Cyclic(path.as_str()),
        NestedTemplate::Beyond(path) => Unfollowed::Beyond(path.as_str()),
    };
    Some((child.place, unfollowed_stack(&child.id, child.place, &why)))
}

/// Returns loops, modules, and macros, whose resources are not in the template.
fn open_parts(template: &Template) -> Vec<(Span, Diagnostic)> {
    let loops = template.resource_loops.iter().map(|place| (*place, of_loop(*place)));
    let modules = template.modules().map(|kind| (kind.span, of_module(kind)));
    let macros = template.foreign_macros().map(|name| (name.span, of_macro(name)));
    loops.chain(modules).chain(macros).collect()
}

/// The reason that the template of a nested stack was not read.
#[derive(Debug, Clone)]
enum Unfollowed<'a> {
    /// It is not in the repository.
    Remote,
    /// The repository has no such file.
    Missing(&'a str),
    /// The file is not a template.
    Unreadable(&'a str),
    /// It includes itself.
    Cyclic(&'a str),
    /// It is nested deeper than the limit.
    Beyond(&'a str),
}

const DENIED: &str = "the deployment fails with AccessDenied if the role lacks permissions to create them";

/// A nested stack whose resources are not known.
fn unfollowed_stack(id: &str, place: Span, why: &Unfollowed<'_>) -> Diagnostic {
    let message = format!("no permissions are derived for the resources of nested stack `{id}`");
    let (code, label, help) = match why {
        Unfollowed::Remote => (
            Code::W0867,
            "its template is not in the repository".to_owned(),
            phrase![
                "use a template file of the repository here and package it, or set a role for the deployment with ",
                PipeCode::set("role", "...")
            ],
        ),
        Unfollowed::Missing(path) => (
            Code::W0868,
            format!("`{path}` is not in the repository"),
            phrase![format!("add `{path}`, or set a role for the deployment with "), PipeCode::set("role", "...")],
        ),
        Unfollowed::Unreadable(path) => (
            Code::W0868,
            format!("`{path}` is not a CloudFormation template"),
            phrase![format!("fix `{path}`, or set a role for the deployment with "), PipeCode::set("role", "...")],
        ),
        Unfollowed::Cyclic(path) => (
            Code::W0868,
            format!("`{path}` includes itself"),
            "remove the nested stack, or use another template".into(),
        ),
        Unfollowed::Beyond(path) => (
            Code::W0868,
            format!("`{path}` is nested too deeply for dotpipe to follow"),
            phrase!["reduce the nesting, or set a role for the deployment with ", PipeCode::set("role", "...")],
        ),
    };
    Diagnostic::new(code, message, place, label).note(DENIED).help(help)
}

/// A loop that creates resources.
fn of_loop(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0869,
        "no permissions are derived for the resources of this loop",
        place,
        "CloudFormation expands it at deployment",
    )
    .note(DENIED)
    .help(phrase!["write the resources out, or set a role for the deployment with ", PipeCode::set("role", "...")])
}

/// A module.
fn of_module(kind: &Spanned<String>) -> Diagnostic {
    let message = format!("no permissions are derived for the resources of module `{}`", kind.node);
    Diagnostic::new(Code::W0869, message, kind.span, "registered in the account, not in the repository")
        .note(DENIED)
        .help(phrase!["write the resources out, or set a role for the deployment with ", PipeCode::set("role", "...")])
}

/// A macro that can add resources.
fn of_macro(name: &Spanned<String>) -> Diagnostic {
    let message = match name.node.as_str() {
        "" => "no permissions are derived for resources that this macro adds".to_owned(),
        name => format!("no permissions are derived for resources that macro `{name}` adds"),
    };
    Diagnostic::new(Code::I0870, message, name.span, "its result is known only at deployment")
        .help(phrase!["if it adds resources, set a role for the deployment with ", PipeCode::set("role", "...")])
}
