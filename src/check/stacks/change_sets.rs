//! E0401: a change set that is executed but not prepared. W0402: a change set that is prepared but not executed.

use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, DocumentText, PipeCode, by_run_order, phrase, suggest, wording};
use crate::hir::{Action, ActionId, EnvironmentId, Origin, Pipeline, PipelineId, StackMode, Text};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "change-sets", codes: &[Code::E0401, Code::W0402], run: check };

/// One of the two actions of a change set.
#[derive(Clone, Copy)]
struct Half<'a> {
    id: ActionId,
    action: &'a Action,
    stack: &'a Text,
    change_set: &'a Text,
    /// The span that names the stack.
    place: Span,
}

impl<'a> Half<'a> {
    fn same_stack(&self, other: &Self) -> bool {
        let region = |action: &Action| action.region.as_ref().map(|region| region.node.clone());
        let environment = |action: &Action| action.environment.as_ref().map(|environment| environment.node);
        self.stack.same(other.stack)
            && region(self.action) == region(other.action)
            && environment(self.action) == environment(other.action)
    }

    /// Returns whether both have the same stack name and change set name, wherever they are.
    fn same_name(&self, other: &Self) -> bool {
        self.stack.same(other.stack) && self.change_set.same(other.change_set)
    }

    fn same(&self, other: &Self) -> bool {
        self.same_stack(other) && self.same_name(other)
    }

    /// Returns its action, for diagnostics about it.
    fn place_in(&self, pipeline_id: PipelineId, pipeline: &'a Pipeline) -> Place<'a> {
        Place { pipeline_id, pipeline, id: self.id, action: self.action }
    }

    /// Returns the stack's name, as the file shows it.
    fn shown(&self) -> &str {
        match self.action.origin {
            Origin::Written => self.stack.as_literal().unwrap_or(&self.action.name.node),
            _ => &self.action.symbol,
        }
    }
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        one(subject, id, pipeline, findings);
    }
}

fn one(subject: &Subject<'_>, id: PipelineId, pipeline: &Pipeline, findings: &mut Findings) {
    let prepared = halves(pipeline, StackMode::ChangeSetReplace);
    let executed = halves(pipeline, StackMode::ChangeSetExecute);
    // A part that could not be read may be the other half of any of them.
    let certain = is_readable(pipeline);
    let mut forgiven: Vec<ActionId> = Vec::new();
    let is_alone = |half: &&Half<'_>| half.action.pair.is_none();
    for half in executed.iter().filter(is_alone) {
        let matching: Vec<&Half<'_>> = prepared.iter().filter(|other| half.same(other)).collect();
        if matching.iter().any(|other| subject.plan.ran_before(id, other.id, half.id)) {
            let again = matching.iter().all(|other| other.action.pair.is_some());
            let idle = prepared.iter().find(|it| is_alone(it) && it.same_name(half) && !executes(&executed, it));
            if let (true, Some(idle)) = (again, idle) {
                forgiven.push(idle.id);
                findings.about(half.place_in(id, pipeline), executed_again(subject, half, idle));
            }
            continue;
        }
        if let Some(late) = matching.first() {
            let positions = subject.plan.pipelines.get(id).map(|planned| &planned.positions);
            let at = |half: &Half<'_>| positions.and_then(|positions| positions.get(half.id)).copied();
            let moved = (half.action.origin != Origin::Written).then(|| at(half) == at(late));
            let found = executed_too_early(half.shown(), half.place, late.place, moved);
            findings.about(half.place_in(id, pipeline), found);
        } else if certain && comparable(half, &prepared) {
            let all = (prepared.as_slice(), executed.as_slice());
            findings.about(half.place_in(id, pipeline), unprepared(subject, pipeline, half, all, &mut forgiven));
        }
    }
    for half in prepared.iter().filter(is_alone).filter(|half| certain && !forgiven.contains(&half.id)) {
        let related = executed.iter().any(|other| half.same_stack(other));
        if !related && comparable(half, &executed) {
            findings.about(
                half.place_in(id, pipeline),
                never_executed(half.shown(), half.place, half.action.origin == Origin::Written),
            );
        }
    }
}

/// Whether one of the actions executes what another has prepared.
fn executes(executed: &[Half<'_>], prepared: &Half<'_>) -> bool {
    executed.iter().any(|half| half.same(prepared))
}

/// A change set that `deploy stack` has executed already, while that of another environment waits.
fn executed_again(subject: &Subject<'_>, half: &Half<'_>, idle: &Half<'_>) -> Diagnostic {
    let stack = half.shown();
    let shown = |half: &Half<'_>| match place_of(subject, half) {
        Some(place) => format!(" in `{place}`"),
        None => " in the pipeline's account and Region".to_owned(),
    };
    let message = format!("the change set for stack `{stack}`{} has already been executed", shown(half));
    let found = Diagnostic::new(Code::E0401, message, half.place, "`deploy stack` executes it")
        .label(idle.place, format!("prepared{}, and never executed", shown(idle)));
    match place_of(subject, idle) {
        Some(place) if half.action.origin == Origin::ExecuteStack => {
            found.help(format!("write `execute stack {stack} in {place}`"))
        }
        _ => found.help("execute the change set that is never executed"),
    }
}

/// Returns the diagnostic for a change set that is not prepared. A preparation that was probably meant is not reported
/// separately.
fn unprepared(
    subject: &Subject<'_>,
    pipeline: &Pipeline,
    half: &Half<'_>,
    (prepared, all_executed): (&[Half<'_>], &[Half<'_>]),
    forgiven: &mut Vec<ActionId>,
) -> Diagnostic {
    let executed =
        Executed { stack: half.shown(), place: half.place, statement: half.action.origin == Origin::ExecuteStack };
    if let Some(other) = prepared.iter().find(|other| half.same_stack(other)) {
        let name = |half: &Half<'_>| half.change_set.as_literal().unwrap_or_default().to_owned();
        let place = half.action.value("ChangeSetName").map_or(half.place, |value| value.span);
        let prepared_at = other.action.value("ChangeSetName").map_or(other.place, |value| value.span);
        return other_change_set(&executed, (&name(half), place), (&name(other), prepared_at));
    }
    // The settings of an environment can change the name of the stack.
    let is_it = |other: &&Half<'_>| {
        half.same_name(other)
            || half.action.origin == Origin::ExecuteStack
                && half.shown() == other.shown()
                && place_of(subject, half) != place_of(subject, other)
    };
    let mut elsewhere: Vec<&Half<'_>> = prepared.iter().filter(is_it).collect();
    // One that nothing executes is meant.
    if elsewhere.iter().any(|other| other.action.pair.is_none()) {
        elsewhere.retain(|other| other.action.pair.is_none());
    }
    if let Some(first) = elsewhere.first() {
        let places: Vec<Option<String>> = elsewhere.iter().map(|other| place_of(subject, other)).collect();
        forgiven.extend(elsewhere.iter().map(|other| other.id));
        return prepared_elsewhere(&executed, place_of(subject, half).as_deref(), first.place, &places);
    }
    let near = suggest::similar(half.shown(), prepared.iter().map(Half::shown));
    // The change set of another stack with this name, which nothing executes.
    let executes_it = |other: &&Half<'_>| all_executed.iter().any(|it| it.same(other));
    let mut idle = prepared.iter().filter(|other| other.change_set.same(half.change_set) && !executes_it(other));
    let near = near.or_else(|| idle.next().filter(|_| idle.next().is_none()).map(Half::shown));
    forgiven.extend(prepared.iter().filter(|other| Some(other.shown()) == near).map(|other| other.id));
    let artifact = match pipeline.artifacts.as_slice() {
        [only] => Some(only.name.as_str()),
        _ => None,
    };
    never_prepared(&executed, near, artifact)
}

/// Returns the environment that an action runs in, or its Region, or `None` for the pipeline's own.
fn place_of(subject: &Subject<'_>, half: &Half<'_>) -> Option<String> {
    let environment = |id: EnvironmentId| subject.hir.environments.get(id).map(|it| it.declaration.symbol.node.clone());
    let named = half.action.environment.as_ref().and_then(|used| environment(used.node));
    named.or_else(|| half.action.region.as_ref().map(|region| region.node.clone()))
}

/// Returns whether the names of a half and of all others are known, so that different names cannot become equal.
fn comparable(half: &Half<'_>, others: &[Half<'_>]) -> bool {
    let known = |half: &Half<'_>| half.stack.as_literal().is_some() && half.change_set.as_literal().is_some();
    others.is_empty() || (known(half) && others.iter().all(known))
}

fn halves(pipeline: &Pipeline, mode: StackMode) -> Vec<Half<'_>> {
    pipeline.actions().filter_map(|(id, action)| half(id, action, mode)).collect()
}

fn half(id: ActionId, action: &Action, mode: StackMode) -> Option<Half<'_>> {
    let operation = action.stack_operation().filter(|operation| operation.mode == mode)?;
    let change_set = operation.change_set?;
    if operation.stack.is_poisoned() || change_set.is_poisoned() {
        return None;
    }
    Some(Half { id, action, stack: operation.stack, change_set, place: action.value("StackName")?.span })
}

fn is_readable(pipeline: &Pipeline) -> bool {
    let readable = |action: &Action| {
        action.stack_operation().is_some_and(|operation| {
            let is_change_set = matches!(operation.mode, StackMode::ChangeSetReplace | StackMode::ChangeSetExecute);
            let change_set = operation.change_set.map_or(!is_change_set, |text| !text.is_poisoned());
            !operation.stack.is_poisoned() && change_set && !action.incomplete
        })
    };
    !pipeline.incomplete
        && pipeline.stages.iter().all(|stage| !stage.incomplete)
        && pipeline.actions.iter().filter(|action| action.action_type.deploys_stack()).all(readable)
}

/// An action that executes a change set.
#[derive(Debug, Clone, Copy)]
struct Executed<'a> {
    /// The stack.
    stack: &'a str,
    /// The span that names it.
    place: Span,
    /// Whether it was written as `execute stack`.
    statement: bool,
}

/// A change set that is executed but not prepared. `artifact` is the only one of the pipeline, if there is exactly one.
fn never_prepared(executed: &Executed<'_>, similar: Option<&str>, artifact: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0401,
        format!("no action prepares a change set for stack `{}`", executed.stack),
        executed.place,
        "",
    );
    match (similar, executed.statement) {
        (Some(near), true) => diagnostic.did_you_mean(&format!("execute stack {near}")).edit(executed.place, near),
        (Some(near), false) => diagnostic.did_you_mean(near),
        (None, false) => diagnostic.help(phrase![
            "before it, add an action with ",
            PipeCode::set("mode", "change-set-replace"),
            " and the same stack and change set"
        ]),
        (None, true) => diagnostic.help(format!(
            "add `prepare stack {} from {}::template.yaml` before it",
            executed.stack,
            artifact.unwrap_or("Artifact")
        )),
    }
}

/// A change set that is prepared in another environment or Region. `wanted` is where it is executed, and `places` where
/// it is prepared; `None` for the pipeline's own.
fn prepared_elsewhere(
    executed: &Executed<'_>,
    wanted: Option<&str>,
    prepared: Span,
    places: &[Option<String>],
) -> Diagnostic {
    let stack = executed.stack;
    let message = match wanted {
        Some(wanted) => format!("no action prepares a change set for stack `{stack}` in `{wanted}`"),
        None => format!("no action prepares a change set for stack `{stack}` in the pipeline's account and Region"),
    };
    let known: Vec<&str> = places.iter().flatten().map(String::as_str).collect();
    let label = match known.as_slice() {
        [] => "prepared in the pipeline's account and Region".to_owned(),
        several => format!("prepared in {}", wording::and_list(several.iter().copied())),
    };
    let diagnostic =
        Diagnostic::new(Code::E0401, message, executed.place, "no change set to execute").label(prepared, label);
    match (known.as_slice(), executed.statement) {
        ([], true) => diagnostic.help(format!("write `execute stack {stack}` without `in`")),
        ([place], true) => diagnostic.help(format!("write `execute stack {stack} in {place}`")),
        _ => diagnostic.help("execute it in the environment in which it is prepared").help_in_document(
            DocumentText::with_keys(|key| {
                format!("give both actions the same {}, and roles of the same account", key("Region"))
            }),
        ),
    }
}

/// A change set that is prepared with another name. Names and spans: the executed one, the prepared one.
fn other_change_set(executed: &Executed<'_>, wanted: (&str, Span), prepared: (&str, Span)) -> Diagnostic {
    Diagnostic::new(
        Code::E0401,
        format!("no action prepares change set `{}` of stack `{}`", wanted.0, executed.stack),
        wanted.1,
        "executed here",
    )
    .label(prepared.1, format!("prepares `{}`", prepared.0))
    .note(format!("the execution would fail with \"ChangeSet [{}] does not exist\"", wanted.0))
    .help(format!("write `\"{}\"` here, or rename the change set in the action that prepares it", prepared.0))
}

/// A change set that is prepared later, or at the same time. `together`: whether both are in one `parallel` block, if
/// `execute stack` executes it.
fn executed_too_early(stack: &str, place: Span, prepared: Span, together: Option<bool>) -> Diagnostic {
    Diagnostic::new(
        Code::E0401,
        format!("the change set for stack `{stack}` is executed before it is prepared"),
        place,
        "does not exist yet when this action runs",
    )
    .label(prepared, "prepared here")
    .help(match together {
        Some(true) => format!("move `execute stack {stack}` after the `parallel` block, whose actions start together"),
        Some(false) => format!("move `execute stack {stack}` after the step that prepares it"),
        None => format!("{EARLIER}; actions inside one `parallel` block start together"),
    })
    .help_in_document(by_run_order(EARLIER))
}

/// The help for a change set that is prepared too late.
const EARLIER: &str = "prepare it in an earlier step";

/// A change set that is never executed.
fn never_executed(stack: &str, place: Span, written_out: bool) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0402,
        format!("the change set for stack `{stack}` is prepared but never executed"),
        place,
        "the stack is not updated",
    );
    if written_out {
        return diagnostic.help(phrase![
            "after it, add an action with ",
            PipeCode::set("mode", "change-set-execute"),
            " and the same stack and change set"
        ]);
    }
    diagnostic.help(format!("add `execute stack {stack}` after it, or use `deploy stack {stack}` for both"))
}
