//! E0401 to E0403, W0414, W0415, E0430 to W0433: stacks and their change sets.

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

/// Nothing prepares what is executed.
pub fn never_prepared(executed: &Executed<'_>, similar: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0401,
        format!("nothing prepares a change set for stack `{}`", executed.stack),
        executed.place,
        "no change set to execute",
    );
    match (similar, executed.statement) {
        (Some(near), true) => {
            diagnostic.help(format!("did you mean `execute stack {near}`?")).edit(executed.place, near)
        }
        (Some(near), false) => diagnostic.help(format!("did you mean `{near}`?")),
        (None, _) => diagnostic
            .help(format!("write `prepare stack {} from Artifact::template` in an earlier step", executed.stack)),
    }
}

/// The stack has a change set, but in another environment or region. `wanted`: where it is executed, `places`: where it is
/// prepared; none for the pipeline's own.
pub fn prepared_elsewhere(
    executed: &Executed<'_>,
    wanted: Option<&str>,
    prepared: Span,
    places: &[Option<String>],
) -> Diagnostic {
    let stack = executed.stack;
    let message = match wanted {
        Some(wanted) => format!("nothing prepares a change set for stack `{stack}` in `{wanted}`"),
        None => format!("nothing prepares a change set for stack `{stack}` where the pipeline is"),
    };
    let known: Vec<&str> = places.iter().flatten().map(String::as_str).collect();
    let label = match known.as_slice() {
        [] => "prepared here, where the pipeline is".to_owned(),
        several => format!("prepared in {}", wording::and_list(several.iter().copied())),
    };
    let diagnostic =
        Diagnostic::new(Code::E0401, message, executed.place, "no change set to execute").label(prepared, label);
    match (known.as_slice(), executed.statement) {
        ([], true) => diagnostic.help(format!("write `execute stack {stack}` without `in`")),
        ([place], true) => diagnostic.help(format!("write `execute stack {stack} in {place}`")),
        _ => diagnostic.help("execute it where it is prepared"),
    }
}

/// The stack has a change set, but of another name. Names and places: the one executed, the one prepared.
pub fn other_change_set(executed: &Executed<'_>, wanted: (&str, Span), prepared: (&str, Span)) -> Diagnostic {
    Diagnostic::new(
        Code::E0401,
        format!("nothing prepares change set `{}` of stack `{}`", wanted.0, executed.stack),
        wanted.1,
        "no change set of this name",
    )
    .label(prepared.1, format!("prepares `{}`", prepared.0))
    .note(format!("the run would fail with \"ChangeSet [{}] does not exist\"", wanted.0))
    .help("give both actions the same change set")
}

/// The change set is prepared later, or beside.
pub fn executed_too_early(stack: &str, place: Span, prepared: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0401,
        format!("the change set for stack `{stack}` is executed before it is prepared"),
        place,
        "not there yet when this action runs",
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
        "the stack stays as it is",
    );
    if written_out {
        return diagnostic.help("add an action with `mode = change-set-execute` and the same names behind it");
    }
    diagnostic.help(format!("add `execute stack {stack}` in a later step, or write `deploy stack {stack}` for both"))
}

/// A mode in the `configuration` of a statement that makes two actions.
pub fn one_mode_for_pair(stack: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0150,
        format!("`configuration` sets one `ActionMode` for both actions of stack `{stack}`"),
        place,
        "each of the two actions has its own mode",
    )
    .help("remove it; `mode = create-update` deploys the stack with one action and without a change set")
}

/// One stack, two templates.
pub fn two_templates(stack: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0403,
        format!("stack `{stack}` is deployed with two different templates"),
        place,
        "replaces what the other template made",
    )
    .label(first, "the other template")
    .help("give one of the stacks another name")
}

/// The template is not known, so the role made for the stack allows nothing. `source`: where it comes from, if this repository
/// has a file of its name.
pub fn role_of_unknown(stack: &str, template: Span, source: Option<&Spanned<String>>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0415,
        format!("what stack `{stack}` deploys is not known, so its role allows nothing"),
        template,
        "no file of the repository is known to become this",
    )
    .note("the deployment would fail as soon as CloudFormation creates a resource");
    match source {
        Some(source) => diagnostic.label(source.span, "may be another repository").help(format!(
            "write `checkout = \".\"` in `{}` if it holds this repository, or name a role with `role = ...`",
            source.node
        )),
        None => diagnostic
            .help("name the file it is made from with `origin = \"template.yaml\"`, or a role with `role = ...`"),
    }
}

/// The stack is only deleted, so nothing says what is in it.
pub fn role_of_deleted(stack: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0415,
        format!("what stack `{stack}` holds is not known, so its role allows nothing"),
        place,
        "nothing in this file deploys it",
    )
    .note("the deletion would fail as soon as CloudFormation deletes a resource")
    .help("name the role that deployed it with `role = ...`")
}

/// Two actions of one step that change the same stack.
pub fn changed_at_once(stack: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::W0414, format!("two actions change stack `{stack}` at the same time"), place, "and this one")
        .label(first, "this action changes it")
        .note("CloudFormation refuses the second: it takes one operation on a stack at a time")
        .help("write one below the other, or give the stacks names of their own")
}

/// An organizational unit where the user's own roles deploy. `said`: where the permission model is given.
pub fn unit_with_own_roles(unit: &str, place: Span, said: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0430,
        format!("`{unit}` is an organizational unit, which needs `service-managed`"),
        place,
        "the permission model `self-managed` takes account ids",
    );
    match said {
        Some(said) => diagnostic.label(said, "chosen here").help("write `permission-model = service-managed`"),
        None => diagnostic.help("add `permission-model = service-managed`, or list the ids of accounts"),
    }
}

/// A deletion of a stack that nothing deploys, and whose name resembles one that is deployed.
pub fn deletes_nothing(stack: &str, place: Span, near: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0431,
        format!("no action deploys stack `{stack}`, which is deleted here"),
        place,
        "deleting a stack that does not exist succeeds",
    )
    .label(near.span, "a stack of a similar name is deployed here")
    .help(format!("did you mean `{}`?", near.node))
}

/// Two actions of one step that deploy to one place.
pub fn deployed_at_once(second: &Spanned<String>, first: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` and `{}` deploy to one place at the same time", first.node, second.node);
    let diagnostic = if first.span == second.span {
        Diagnostic::new(Code::W0432, message, second.span, "deploys there each time this is written out")
    } else {
        Diagnostic::new(Code::W0432, message, second.span, "and this one")
            .label(first.span, "this action deploys there")
    };
    diagnostic
        .note("the second is refused, or overtakes the first: which one is deployed in the end is left to chance")
        .help("write one below the other, outside of `parallel`")
}

/// A stack that is replaced, data and all.
pub fn data_replaced(stack: &str, mode: Span, resource: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0433,
        format!("`replace-on-failure` deletes `{}` with stack `{stack}`", resource.node),
        mode,
        "a stack that failed is deleted and made again",
    )
    .label(resource.span, "its data are deleted with it")
    .help("leave `mode` out to deploy by a change set, or write `DeletionPolicy: Retain` at the resource")
}
