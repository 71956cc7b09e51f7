//! W0814: `allow` and `deny` in a block without a derived role.

use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{BOUNDARY, Entity, Origin, Ownership, Pipeline, Role, RoleId, Statement, Value, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "statement-places", codes: &[Code::W0814], run: check };

/// A role that the file names: the attribute, and its span.
type Named = (&'static str, RoleId, Span);

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for project in subject.hir.projects.iter().filter(|project| !project.declaration.incomplete) {
        let owner = format!("project `{}`", project.declaration.symbol.node);
        given(subject, &owner, &project.statements, named("role", project.role().as_ref()), findings);
    }
    for pipeline in &subject.hir.pipelines {
        let owner = format!("pipeline `{}`", pipeline.symbol.node);
        given(subject, &owner, &pipeline.statements, named("role", pipeline.role.as_ref()), findings);
    }
    for (environment, planned) in subject.hir.environments.iter().zip(&subject.plan.environments) {
        let owner = format!("environment `{}`", environment.declaration.symbol.node);
        let role = named("action-role", environment.action_role().as_ref());
        if !given(subject, &owner, &environment.statements, role, findings) && planned.account.is_none() {
            // Actions of an environment in the same account use the role of their pipeline.
            let only = if let [only] = subject.hir.pipelines.as_slice() { Some(only) } else { None };
            by_pipeline(subject, &owner, &environment.statements, only, findings);
        }
    }
    for place in subject.actions() {
        let mut found = Findings::default();
        action(subject, place, &mut found);
        findings.append_about(place, found);
    }
}

fn named(word: &'static str, role: Option<&Spanned<RoleId>>) -> Option<Named> {
    role.map(|role| (word, role.node, role.span))
}

/// Reports statements in a block that names a role. Returns whether it names one.
fn given(
    subject: &Subject<'_>,
    owner: &str,
    statements: &[Statement],
    named: Option<Named>,
    findings: &mut Findings,
) -> bool {
    given_by(subject, (owner, None), statements, named, findings)
}

/// Reports such statements. `by` is the environment that names the role for the owner.
fn given_by(
    subject: &Subject<'_>,
    (owner, by): (&str, Option<&str>),
    statements: &[Statement],
    named: Option<Named>,
    findings: &mut Findings,
) -> bool {
    let Some((word, id, place)) = named else { return false };
    let role = &subject.hir.roles[id];
    let imported = role.declaration.ownership != Ownership::Owned;
    let instead = Instead::Given { word, role: &role.declaration.symbol.node, named: place, imported, by };
    report(owner, statements, instead, findings);
    true
}

fn report(owner: &str, statements: &[Statement], instead: Instead<'_>, findings: &mut Findings) {
    if let Some(statement) = statements.first() {
        let word = if statement.deny { "deny" } else { "allow" };
        findings.push(without_effect(word, statement.span, owner, instead));
    }
}

fn action(subject: &Subject<'_>, place: Place<'_>, findings: &mut Findings) {
    let action = place.action;
    let planned = subject.plan.action(place.pipeline_id, place.id);
    let derived = planned.is_none_or(|planned| subject.plan.own_role(planned).is_some());
    if derived || action.incomplete || action.statements.is_empty() && action.boundary.is_none() {
        return;
    }
    let owner = place.owner();
    let statements = &action.statements;
    let environment = subject.hir.environment(action);
    let of_stack = match action.value("RoleArn") {
        Some(Value { kind: ValueKind::Entity(Entity::Role(id)), span }) => Some(("role", *id, *span)),
        _ => None,
    };
    // A role that is identified by its ARN is an existing one.
    if let Some(Value { kind: ValueKind::Text(_) | ValueKind::Raw(_), span }) = action.value("RoleArn") {
        let instead = Instead::Given { word: "role", role: "", named: *span, imported: true, by: None };
        if let Some(boundary) = &action.boundary {
            findings.push(without_effect(BOUNDARY, boundary.span, &owner, instead));
        }
        return report(&owner, statements, instead, findings);
    }
    let takes_stack_role = action.action_type.slot_of_key("RoleArn").is_some();
    let of_environment = environment.filter(|_| takes_stack_role).and_then(|it| named("role", it.role().as_ref()));
    let by = environment.filter(|_| of_stack.is_none() && of_environment.is_some());
    let by = by.map(|environment| environment.declaration.symbol.node.as_str());
    let role = of_stack.or(of_environment).or_else(|| named("action-role", action.role.as_ref()));
    if let (Some(boundary), Some((word, id, named))) = (&action.boundary, role)
        && let Some(role) = subject.hir.roles.get(id)
    {
        let imported = role.declaration.ownership != Ownership::Owned;
        let instead = Instead::Given { word, role: &role.declaration.symbol.node, named, imported, by };
        findings.push(without_effect(BOUNDARY, boundary.span, &owner, instead));
    }
    if given_by(subject, (&owner, by), statements, role, findings) {
        return;
    }
    if action.origin == Origin::ExecuteStack {
        return report(&owner, statements, Instead::Prepared(&action.symbol), findings);
    }
    let elsewhere = action.environment.as_ref().filter(|it| {
        let planned = subject.plan.environments.get(it.node);
        planned.is_some_and(|planned| planned.action_role.is_some())
    });
    match elsewhere {
        Some(id) => {
            let other = format!("environment {}", subject.hir.symbol(Entity::Environment(id.node)).node);
            report(&owner, statements, Instead::Other(&other), findings);
        }
        None => by_pipeline(subject, &owner, statements, Some(place.pipeline), findings),
    }
}

/// Reports statements of a block for which a pipeline's role is used; `None` if it is not known of which pipeline.
fn by_pipeline(
    subject: &Subject<'_>,
    owner: &str,
    statements: &[Statement],
    pipeline: Option<&Pipeline>,
    findings: &mut Findings,
) {
    let role = pipeline.and_then(|pipeline| pipeline.role.as_ref()).and_then(|role| subject.hir.roles.get(role.node));
    if let Some(role) = role {
        return report(owner, statements, Instead::Role(role), findings);
    }
    let other = pipeline.map_or_else(|| "pipeline".to_owned(), |pipeline| format!("pipeline {}", pipeline.symbol.node));
    report(owner, statements, Instead::Other(&other), findings);
}

/// The role that is used for a block with statements but no derived role.
#[derive(Debug, Clone, Copy)]
enum Instead<'a> {
    /// A role that the file names.
    Given {
        /// The attribute.
        word: &'a str,
        /// The role.
        role: &'a str,
        /// The span that names it.
        named: Span,
        /// Whether it is an existing role.
        imported: bool,
        /// The environment that names it, if the owner does not.
        by: Option<&'a str>,
    },
    /// The role of another declaration, as a statement refers to it: `pipeline App`.
    Other(&'a str),
    /// A role that the file declares and the pipeline names.
    Role(&'a Role),
    /// The role with which the change set of this stack was prepared.
    Prepared(&'a str),
}

/// `allow`, `deny`, or `permissions-boundary` in a block without a derived role. `owner` is, for example, ``project
/// `Builder` ``.
fn without_effect(statement_word: &str, statement: Span, owner: &str, instead: Instead<'_>) -> Diagnostic {
    let no_effect = |why: String, label: String| {
        Diagnostic::new(Code::W0814, format!("`{statement_word}` has no effect: {why}"), statement, label)
    };
    match instead {
        Instead::Given { word, role, named, imported, by } => {
            let (why, from) = match by {
                Some(by) => {
                    (format!("environment `{by}` sets the `{word}` of {owner}"), format!(" from environment `{by}`"))
                }
                None => (format!("{owner} sets `{word}`"), String::new()),
            };
            let diagnostic =
                no_effect(why, "applies to derived roles only".to_owned()).label(named, "this role is used instead");
            let derived = format!("or remove `{word}`{from} to have one derived");
            if imported {
                diagnostic.help(format!("change the existing role instead, {derived}"))
            } else {
                diagnostic.help(format!("move it into `role {role}`, {derived}"))
            }
        }
        Instead::Other(other) => {
            no_effect(format!("no role is derived for {owner}"), format!("the role of `{other}` is used here"))
                .help(format!("move it into `{other}`"))
        }
        Instead::Role(role) => {
            let name = &role.declaration.symbol.node;
            let diagnostic =
                no_effect(format!("no role is derived for {owner}"), format!("role `{name}` is used here"));
            if role.declaration.ownership == Ownership::Owned {
                diagnostic.help(format!("move it into `role {name}`"))
            } else {
                diagnostic.help(format!("remove it, and add the permission to the existing role `{name}`"))
            }
        }
        Instead::Prepared(stack) => no_effect(
            format!("{owner} only executes a change set"),
            "the stack's role is set when the change set is prepared".to_owned(),
        )
        .help(format!("move it into `prepare stack {stack}`")),
    }
}
