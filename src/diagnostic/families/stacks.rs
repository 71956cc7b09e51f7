//! E0401 to W0403, W0414, E0415, W0415, E0430 to W0433: stacks and their change sets.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// An action that executes a change set.
#[derive(Debug, Clone, Copy)]
pub struct Executed<'a> {
    /// The stack.
    pub stack: &'a str,
    /// Where it is named.
    pub place: Span,
    /// Whether it was written as `execute stack`.
    pub statement: bool,
}

/// Nothing prepares what is executed. `artifact`: the only one of the pipeline, where there is just one.
pub fn never_prepared(executed: &Executed<'_>, similar: Option<&str>, artifact: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0401,
        format!("no action prepares a change set for stack `{}`", executed.stack),
        executed.place,
        "no change set to execute",
    );
    match (similar, executed.statement) {
        (Some(near), true) => {
            diagnostic.help(format!("did you mean `execute stack {near}`?")).edit(executed.place, near)
        }
        (Some(near), false) => diagnostic.help(format!("did you mean `{near}`?")),
        (None, _) => diagnostic.help(format!(
            "write `prepare stack {} from {}::template.yaml` in an earlier step",
            executed.stack,
            artifact.unwrap_or("Artifact")
        )),
    }
}

/// The stack has a change set, but in another environment or Region. `wanted`: where it is executed, `places`: where it is
/// prepared; none for the pipeline's own.
pub fn prepared_elsewhere(
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
        _ => diagnostic.help("execute it in the environment that prepares it"),
    }
}

/// The stack has a change set, but of another name. Names and places: the one executed, the one prepared.
pub fn other_change_set(executed: &Executed<'_>, wanted: (&str, Span), prepared: (&str, Span)) -> Diagnostic {
    Diagnostic::new(
        Code::E0401,
        format!("no action prepares change set `{}` of stack `{}`", wanted.0, executed.stack),
        wanted.1,
        "executed here",
    )
    .label(prepared.1, format!("prepares `{}`", prepared.0))
    .note(format!("the execution would fail with \"ChangeSet [{}] does not exist\"", wanted.0))
    .help("use the same change set name in both actions")
}

/// The change set is prepared later, or in the same step.
pub fn executed_too_early(stack: &str, place: Span, prepared: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0401,
        format!("the change set for stack `{stack}` is executed before it is prepared"),
        place,
        "does not exist yet when this action runs",
    )
    .label(prepared, "prepared here")
    .help("move the action that prepares it to an earlier step; actions inside one `parallel` block start together")
}

/// A change set without effect.
pub fn never_executed(stack: &str, place: Span, written_out: bool) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0402,
        format!("the change set for stack `{stack}` is prepared but never executed"),
        place,
        "the stack is not updated",
    );
    if written_out {
        return diagnostic
            .help("add a later action with `mode = change-set-execute` and the same stack and change set");
    }
    diagnostic.help(format!("add `execute stack {stack}` in a later step, or use `deploy stack {stack}` for both"))
}

/// A mode in the `configuration` of a statement that expands to two actions.
pub fn one_mode_for_pair(stack: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0150,
        format!("`configuration` sets one `ActionMode` for both actions of stack `{stack}`"),
        place,
        "each of the two actions has its own mode",
    )
    .help("remove it, or write `mode = create-update` to deploy with one action and no change set")
}

/// One stack, two templates.
pub fn two_templates(stack: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0403,
        format!("stack `{stack}` is deployed with two different templates"),
        place,
        "would replace the resources of the other template",
    )
    .label(first, "the other template")
    .help("give one of the stacks a different name")
}

/// The template is not known, so the role derived for the stack has no permissions. `source`: where it comes from, if this repository
/// has a file of its name.
pub fn role_of_unknown(stack: &str, template: Span, source: Option<&Spanned<String>>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0415,
        format!("cannot derive the role of stack `{stack}`: its template is unknown"),
        template,
        "no file in the repository is known to produce this template",
    )
    .note("the role has no permissions, so the deployment would fail when CloudFormation creates a resource");
    match source {
        Some(source) => diagnostic.label(source.span, "this may be a different repository").help(format!(
            "write `checkout = \".\"` in `{}` if it contains this repository, or set a role with `role = ...`",
            source.node
        )),
        None => diagnostic.help(
            "name the file it is generated from with `origin = \"template.yaml\"`, or set a role with `role = ...`",
        ),
    }
}

/// The stack is only deleted, so its resources are unknown.
pub fn role_of_deleted(stack: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0415,
        format!("cannot derive the role of stack `{stack}`: its resources are unknown"),
        place,
        "no action in this file deploys it",
    )
    .note("the role has no permissions: if the stack exists, its deletion fails at the first resource")
    .help("set the role that deployed it with `role = ...`")
}

/// Two actions of one step that change the same stack.
pub fn changed_at_once(stack: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::W0414, format!("two actions change stack `{stack}` at the same time"), place, "second action")
        .label(first, "first action")
        .note("CloudFormation rejects the second: a stack accepts one operation at a time")
        .help("run them one after the other, outside `parallel`, or give the stacks different names")
}

/// An organizational unit in a StackSet that deploys with the user's own roles. `said`: where the permission model is given.
pub fn unit_with_own_roles(unit: &str, place: Span, said: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0430,
        format!("`{unit}` is an organizational unit, which needs `service-managed`"),
        place,
        "permission model `self-managed` accepts account IDs only",
    );
    match said {
        Some(said) => diagnostic.label(said, "set here").help("write `permission-model = service-managed`"),
        None => diagnostic.help("add `permission-model = service-managed`, or list account IDs"),
    }
}

/// A deletion of a stack that nothing deploys, and whose name resembles one that is deployed.
pub fn deletes_nothing(stack: &str, place: Span, near: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0431,
        format!("no action deploys stack `{stack}`, which is deleted here"),
        place,
        "deleting a nonexistent stack succeeds without notice",
    )
    .label(near.span, "a stack with a similar name is deployed here")
    .help(format!("did you mean `{}`?", near.node))
}

/// Two actions of one step that deploy to one target.
pub fn deployed_at_once(second: &Spanned<String>, first: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` and `{}` deploy to the same target at the same time", first.node, second.node);
    let diagnostic = if first.span == second.span {
        Diagnostic::new(Code::W0432, message, second.span, "repeated with the same target")
    } else {
        Diagnostic::new(Code::W0432, message, second.span, "second deployment").label(first.span, "first deployment")
    };
    diagnostic
        .note("one deployment is rejected or overwrites the other")
        .help("run them one after the other, outside `parallel`")
}

/// A stack that is replaced, data and all.
pub fn data_replaced(stack: &str, mode: Span, resource: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0433,
        format!("`replace-on-failure` can delete `{}` of stack `{stack}`", resource.node),
        mode,
        "a failed stack is deleted and created again",
    )
    .label(resource.span, "its data would be deleted too")
    .help("remove `mode` to deploy with a change set, or set `DeletionPolicy: Retain` on the resource")
}

/// `update Self from Code::pipeline.pipe`, without the commands that install dotpipe.
pub fn update_without_install(name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0105, format!("`update {name}` needs `install`"), place, "")
        .note("dotpipe is not in the container that AWS provides: the stage has to install it")
        .help("add `install = [\"...\"]` with the commands that put the program `dotpipe` on the path")
}

/// `for x in xs { update ... }`, or in a component.
pub fn update_repeated(keyword: Span, in_component: bool) -> Diagnostic {
    let inside = if in_component { "a component" } else { "a loop" };
    Diagnostic::new(Code::E0003, format!("`update` is not allowed inside {inside}"), keyword, "")
        .help("move `update` to the pipeline itself: there it can be inside `if`")
}
