//! E0840, W0840: declared roles with which a pipeline does not run, or may fail.

use crate::check::support::pipeline_needs::{DISPENSABLE, is_on_derived_role};
use crate::check::support::role_lacks::{PassedElsewhere, denied, lack, missing_statements, passed_elsewhere};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::roles::{self as families, MAX_SHOWN, RoleLack, some, some_or, some_statements};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::plan::Grant;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "pipeline-roles", codes: &[Code::E0840, Code::W0840], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (pipeline, planned) in subject.hir.pipelines.iter().zip(&subject.plan.pipelines) {
        let Some(named) = &pipeline.role else { continue };
        let Some(role) = subject.hir.roles.get(named.node).filter(|_| pipeline.raw.is_none()) else { continue };
        let denied = denied(subject, named.node, &planned.needs, &DISPENSABLE);
        if let Some(denied) = &denied {
            let code = if denied.certain { Code::E0840 } else { Code::W0840 };
            let list = some(&denied.actions, "other call");
            let (name, user) = (&role.declaration.symbol.node, &pipeline.symbol.node);
            let message = format!("role `{name}` denies {list}, which pipeline `{user}` needs");
            let places = [(named.span, "used here".to_owned())];
            findings.push(families::denied(code, message, denied.statement, &places, &denied.actions));
        }
        if let Some(passed) = passed_elsewhere(subject, named.node, &planned.needs) {
            findings.push(passes_to_others(&role.declaration.symbol.node, &passed));
        }
        let lack = lack(subject, named.node, "codepipeline", &planned.needs, &DISPENSABLE);
        let Some(lack) = lack else { continue };
        // A statement that denies what it should allow.
        let is_denied = |action: &&str| denied.as_ref().is_some_and(|denied| denied.actions.contains(action));
        if lack.actions.iter().all(is_denied) {
            continue;
        }
        let (derived, nameable): (Vec<_>, Vec<_>) =
            lack.needs.iter().partition(|(need, _)| is_on_derived_role(subject, need));
        let (lines, unnamed_bucket) = missing_statements(subject, nameable);
        findings.push(cannot_run(&PipelineRole {
            lack: RoleLack {
                role: &role.declaration.symbol,
                user: &pipeline.symbol.node,
                used: named.span,
                actions: &lack.actions,
                lines: &lines,
                unnamed_bucket,
                certain: lack.certain,
                elsewhere: lack.elsewhere.as_ref(),
            },
            unnamed_role: !derived.is_empty(),
            causes: &causes(&lack.needs, planned.identity.span),
        }));
    }
}

/// Returns the actions that need the missing permissions, each with its calls.
fn causes(found: &[(&Grant, Vec<&str>)], pipeline: Span) -> Vec<(Span, String)> {
    let mut causes: Vec<(Span, Vec<&str>)> = Vec::new();
    for (need, actions) in found.iter().filter(|(need, _)| need.cause != pipeline) {
        match causes.iter_mut().find(|(span, _)| *span == need.cause) {
            Some((_, known)) => {
                let fresh: Vec<&str> = actions.iter().copied().filter(|action| !known.contains(action)).collect();
                known.extend(fresh);
            }
            None => causes.push((need.cause, actions.clone())),
        }
    }
    causes.into_iter().map(|(span, actions)| (span, some(&actions, "other call"))).collect()
}

/// A role that may pass roles only to services that do not need them.
fn passes_to_others(role: &str, passed: &PassedElsewhere<'_>) -> Diagnostic {
    let needed = passed.needed;
    let allowed = wording::or_list(passed.allowed.iter().copied());
    let message = format!("role `{role}` cannot pass roles to `{needed}`");
    Diagnostic::new(Code::W0840, message, passed.statement, format!("allows passing them to {allowed} only"))
        .label(passed.cause, "needs to pass a role")
        .help(format!("write `{needed}` as the value of `iam:PassedToService`"))
}

/// A declared role that lacks permissions of a pipeline.
#[derive(Debug)]
struct PipelineRole<'a> {
    /// The role, and its missing permissions.
    lack: RoleLack<'a>,
    /// Whether a role that dotpipe derives has to be passed, which a statement cannot name.
    unnamed_role: bool,
    /// The actions of the pipeline that need them, each with the calls.
    causes: &'a [(Span, String)],
}

/// What to do in a document, which has no derived roles.
const ALLOW: &str = "allow these calls in a policy of the role";

/// A declared role that lacks permissions of a pipeline.
fn cannot_run(PipelineRole { lack, unnamed_role, causes }: &PipelineRole<'_>) -> Diagnostic {
    let message = format!("role `{}` lacks permissions that pipeline `{}` needs", lack.role.node, lack.user);
    let label = format!("does not allow {}", some_or(lack.actions, "other call"));
    let mut diagnostic = lack.diagnostic(if lack.certain { Code::E0840 } else { Code::W0840 }, message, label, causes);
    if *unnamed_role {
        diagnostic = diagnostic.note(phrase![
            "`iam:PassRole` can be allowed only on declared roles: set ",
            PipeCode::set("role", "..."),
            " for each stack"
        ]);
    }
    if lack.lines.is_empty() {
        return diagnostic.help("remove `role` to have one derived").help_in_document(ALLOW);
    }
    if lack.lines.len() > MAX_SHOWN + 1 {
        let listing = format!("`dotpipe explain role {}.role` then lists the statements", lack.user);
        let found = diagnostic.help(format!("remove `role` to have one derived; {listing}"));
        return lack.with_typo(found.help_in_document(ALLOW));
    }
    let help = phrase!["add ", some_statements(lack.lines)];
    let found = diagnostic.help(phrase![&help, "; or remove `role` to have one derived"]);
    lack.with_typo(found.help_in_document(help))
}
