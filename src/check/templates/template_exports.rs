//! E0458: two outputs that export the same name in one account and Region.

use crate::check::support::deploys::{Deploy, deploys};
use crate::check::support::inside_templates::{InsideTemplate, inside_templates};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::document::Node;
use crate::workspace::template::{Output, Template};

pub(super) const RULE: Rule = Rule { name: "template-exports", codes: &[Code::E0458], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let inside = inside_templates(subject);
    for one in inside {
        findings.extend(twice_in_one(one));
    }
    let all: Vec<Deploy<'_>> = deploys(subject).into_iter().filter(|deploy| is_inside(deploy, inside)).collect();
    let mut reported: Vec<String> = Vec::new();
    for (index, second) in all.iter().enumerate() {
        for first in all.iter().take(index).filter(|first| are_two_stacks(first, second)) {
            for (name, place) in fixed_exports(second.template) {
                let Some((_, other)) = fixed_exports(first.template).into_iter().find(|(known, _)| *known == name)
                else {
                    continue;
                };
                if !reported.contains(&name) {
                    findings.push(by_two_stacks(&name, place, other, (first, second)));
                    reported.push(name);
                }
            }
        }
    }
}

fn is_inside(deploy: &Deploy<'_>, inside: &[InsideTemplate]) -> bool {
    inside.iter().any(|inside| inside.path == deploy.path) && deploy.template.declares_all_names()
}

/// Returns whether both are deployed to the same account and Region with different names.
fn are_two_stacks(first: &Deploy<'_>, second: &Deploy<'_>) -> bool {
    let place = |deploy: &Deploy<'_>| {
        let environment = deploy.action.environment.as_ref().map(|it| it.node);
        (environment, deploy.action.region.as_ref().map(|it| it.node.clone()))
    };
    let name = |deploy: &Deploy<'_>| deploy.action.literal("StackName").map(str::to_owned);
    let (one, other) = (name(first), name(second));
    place(first) == place(second) && one.is_some() && other.is_some() && one != other
}

/// Returns the exports whose names are the same in every stack.
fn fixed_exports(template: &Template) -> Vec<(String, Span)> {
    let export = |output: &Output| {
        let name = output.export.as_ref()?.spanned()?;
        output.condition.is_none().then_some((name.node, name.span))
    };
    template.outputs.iter().filter_map(export).collect()
}

fn twice_in_one(inside: &InsideTemplate) -> Vec<Diagnostic> {
    let mut seen: Vec<(String, Span)> = Vec::new();
    let mut found = Vec::new();
    // Two outputs with conditions may be mutually exclusive.
    for output in inside.template.outputs.iter().filter(|output| output.condition.is_none()) {
        let Some(export) = &output.export else { continue };
        let Some(name) = shown(export) else { continue };
        match seen.iter().find(|(known, _)| *known == name) {
            Some((_, first)) => found.push(twice(inside, &name, export.span, *first)),
            None => seen.push((name, export.span)),
        }
    }
    found
}

/// Returns a name that is a literal, or composed by `Fn::Sub` only.
fn shown(export: &Node) -> Option<String> {
    let of_call = || {
        let call = export.intrinsic().filter(|call| call.name == "Fn::Sub")?;
        call.argument.text().map(str::to_owned)
    };
    export.literal().map(str::to_owned).or_else(of_call)
}

fn twice(inside: &InsideTemplate, name: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0458, format!("two outputs export `{name}`"), place, "")
        .label(first, "already exported here")
        .labels(inside.deployed_here())
        .note("the names of exports are unique in an account and Region")
        .help("rename one of the exports")
}

/// Two stacks with the same export. `deploys` are the first and the second one.
fn by_two_stacks(name: &str, place: Span, other: Span, deploys: (&Deploy<'_>, &Deploy<'_>)) -> Diagnostic {
    let (first, second) = deploys;
    let message = format!("stacks `{}` and `{}` both export `{name}`", first.action.symbol, second.action.symbol);
    let diagnostic = Diagnostic::new(Code::E0458, message, place, "the same in both stacks");
    let diagnostic = if first.path == second.path { diagnostic } else { diagnostic.label(other, "exported here, too") };
    diagnostic
        .label(first.place(), "deployed here")
        .label(second.place(), "and here, to the same account and Region")
        .note(format!(
            "the deployment would fail with \"Export with name {name} is already exported by stack {}\"",
            first.action.symbol
        ))
        .help_in(|notation| {
            let unique = notation.substituted(&format!("${{AWS::StackName}}-{name}"));
            format!("write `{}`", notation.entry("Name", &unique))
        })
}
