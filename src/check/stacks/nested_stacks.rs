//! W0867 to W0869 and I0870: resources that a deployment creates and that its derived role knows nothing about.

use crate::check::support::deploys::deploys;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::nested::{self, Unfollowed};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{NestedStack, NestedTemplate};
use crate::source::Span;
use crate::workspace::template::Template;

pub(super) const RULE: Rule =
    Rule { name: "nested-stacks", codes: &[Code::W0867, Code::W0868, Code::W0869, Code::I0870], run: check };

/// Looks at the templates of stacks with derived roles, and at those nested in them.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reported: Vec<Span> = Vec::new();
    for deploy in deploys(subject).iter().filter(|deploy| deploy.has_derived_role(subject)) {
        let tree = deploy.tree(subject);
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
    Some((child.place, nested::unfollowed(&child.id, child.place, &why)))
}

/// Loops, modules and macros: what they add is not in the template.
fn open_parts(template: &Template) -> Vec<(Span, Diagnostic)> {
    let loops = template.resource_loops.iter().map(|place| (*place, nested::of_loop(*place)));
    let modules = template.modules().map(|kind| (kind.span, nested::of_module(kind)));
    let macros = template.foreign_macros().map(|name| (name.span, nested::of_macro(name)));
    loops.chain(modules).chain(macros).collect()
}
