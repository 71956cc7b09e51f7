//! W0472: functions with a runtime that AWS Lambda has retired.

use crate::catalog::lambda_runtimes::{RetiredRuntime, retired_runtime};
use crate::check::support::deploys::{deploys, stack_sets};
use crate::check::support::given_parameters::Given;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::support::lambda_runtimes::{FUNCTION, RUNTIME};
use crate::check::support::object_forms::choices;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "retired-runtimes", codes: &[Code::W0472], run: check };

const SAM_FUNCTION: &str = "AWS::Serverless::Function";

/// A retired runtime of a template. Functions often share it.
struct Retired<'a> {
    runtime: &'static RetiredRuntime,
    /// The first function with it.
    function: &'a str,
    /// Where it is written or used, each with a label.
    places: Vec<(Span, &'static str)>,
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        let mut all: Vec<Retired<'_>> = Vec::new();
        for resource in &inside.template.resources {
            if [FUNCTION, SAM_FUNCTION].contains(&resource.kind.node.as_str())
                && let Some(value) = inside.template.inherited(resource, &[RUNTIME])
            {
                for node in choices(value) {
                    add(subject, inside, (&resource.id.node, node), &mut all);
                }
            }
        }
        findings.extend(all.into_iter().filter_map(diagnostic));
    });
}

/// Adds the runtime of a function if it is retired.
fn add<'a>(
    subject: &Subject<'_>,
    inside: &InsideTemplate,
    (function, node): (&'a str, &Node),
    all: &mut Vec<Retired<'a>>,
) {
    let text = node.spanned().or_else(|| passed(subject, inside, node));
    let Some((runtime, span)) = text.and_then(|text| Some((retired_runtime(&text.node)?, text.span))) else { return };
    if all.iter().all(|known| known.runtime.name != runtime.name) {
        all.push(Retired { runtime, function, places: Vec::new() });
    }
    let Some(known) = all.iter_mut().find(|known| known.runtime.name == runtime.name) else { return };
    let used = if span == node.span { "here, too" } else { "used here" };
    for place in [(span, "here, too"), (node.span, used)] {
        if known.places.iter().all(|(known, _)| *known != place.0) {
            known.places.push(place);
        }
    }
}

/// Returns the value that every deployment of a template passes to the parameter to which a node refers.
fn passed(subject: &Subject<'_>, inside: &InsideTemplate, node: &Node) -> Option<Spanned<String>> {
    let call = node.intrinsic().filter(|call| call.name == "Ref")?;
    let parameter = inside.template.parameter(call.argument.text()?)?;
    let mut values =
        deploys(subject).into_iter().chain(stack_sets(subject)).filter(|it| *it.path == inside.path).map(|deploy| {
            let given = Given::of(subject, &deploy);
            match given.values.iter().find(|(name, _)| name.node == parameter.name.node) {
                Some((_, value)) => value.clone(),
                None => parameter.default.as_ref().filter(|_| given.all_known)?.spanned(),
            }
        });
    values.next()?
}

/// A runtime that is no longer accepted.
fn diagnostic(retired: Retired<'_>) -> Option<Diagnostic> {
    let Retired { runtime, function, places } = retired;
    let ((first, _), others) = places.split_first()?;
    let message = format!("AWS Lambda creates no functions with runtime `{}`", runtime.name);
    Some(
        Diagnostic::new(Code::W0472, message, *first, format!("not since {}", runtime.since))
            .labels(others.iter().take(2).copied())
            .note(format!("creating `{function}` would fail; a function that exists runs without security updates"))
            .help(format!("write `{}`, and test the code with it", runtime.successor)),
    )
}
