//! E0201 to E0210: artifacts and the files in them.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// Names an artifact that no action makes.
pub fn unknown(used: &str, name: Span, place: Span, similar: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0201, format!("no action makes an artifact named `{used}`"), place, "unknown artifact");
    match similar {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(name, near),
        None => diagnostic.help(format!("make it: write `-> {used}` in the header of the action that produces it")),
    }
}

/// An action reads an artifact that no earlier action has made. `own`: it makes it itself.
pub fn used_before_made(artifact: &Spanned<String>, used: Span, own: bool) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0202,
        format!("artifact `{}` is used before it is made", artifact.node),
        used,
        "not there yet when this action runs",
    )
    .label(artifact.span, format!("`{}` is made here", artifact.node));
    if own {
        return diagnostic.help("an action cannot read what it makes itself: name another input");
    }
    diagnostic
        .help("move the action that makes it to an earlier step; actions inside one `parallel` block start together")
}

/// `Artifact.file` in a header.
pub fn not_a_file(written: &str, place: Span) -> Diagnostic {
    let message = format!("`{written}` is not a file of an artifact");
    let diagnostic = Diagnostic::new(Code::E0201, message, place, "a file of an artifact follows `::`");
    match written.split_once('.') {
        Some((artifact, file)) => {
            let meant = format!("{artifact}::{file}");
            diagnostic.help(format!("write `{meant}`")).edit(place, meant)
        }
        None => diagnostic,
    }
}

/// An artifact has two producers.
pub fn made_twice(name: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0203, format!("artifact `{}` is made twice", name.node), name.span, "made again here")
        .label(first, "first made here")
        .help("artifact names are unique in a pipeline: rename one of them")
}

/// An artifact that nobody reads. `only`: the producer makes no other. `clause`: the text to remove, where that is safe.
pub fn unused(artifact: &Spanned<String>, producer: &str, only: bool, clause: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0204,
        format!("artifact `{}` is never used", artifact.node),
        artifact.span,
        "no action reads it",
    );
    let diagnostic = match clause {
        Some(span) => diagnostic.edit(span, ""),
        None => diagnostic,
    };
    if only {
        return diagnostic
            .help(format!("use it in a later action, or remove `-> {}` from `{producer}`", artifact.node));
    }
    diagnostic.help(format!("use it in a later action, or remove it from the outputs of `{producer}`"))
}

/// Whether artifacts go into an action or come out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `from`
    Input,
    /// `->`
    Output,
}

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

/// Fewer artifacts than the action type needs.
pub fn too_few(direction: Direction, action: &Spanned<String>, count: usize, least: usize) -> Diagnostic {
    let word = direction.word();
    let label = if count == 0 { "none given".to_owned() } else { format!("only {count} given") };
    let diagnostic = Diagnostic::new(
        Code::E0205,
        format!("`{}` needs {}", action.node, wording::count(least, &format!("{word} artifact"))),
        action.span,
        label,
    );
    match direction {
        Direction::Input => diagnostic
            .note(format!(
                "AWS: \"Action {} declares {count} input artifacts which is less than the minimum count ({least})\"",
                action.node
            ))
            .help("name what it works on behind its name: `from Artifact`"),
        Direction::Output => diagnostic.help("name what it makes behind its name: `-> Artifact`"),
    }
}

/// More artifacts than the action type takes.
pub fn too_many(
    direction: Direction,
    action: &Spanned<String>,
    first_too_many: Span,
    count: usize,
    most: usize,
) -> Diagnostic {
    let word = direction.word();
    let verb = if direction == Direction::Input { "takes" } else { "makes" };
    let message = if most == 0 {
        format!("`{}` {verb} no {word} artifacts", action.node)
    } else {
        format!("`{}` {verb} at most {}, not {count}", action.node, wording::count(most, &format!("{word} artifact")))
    };
    let label = match (most, direction) {
        (0, Direction::Input) => "never read",
        (0, Direction::Output) => "never made",
        _ => "one too many",
    };
    let diagnostic = Diagnostic::new(Code::E0206, message, first_too_many, label);
    if most > 0 {
        return diagnostic;
    }
    match direction {
        Direction::Input => diagnostic.help("remove the input; actions of this type read no files"),
        Direction::Output => diagnostic.help("remove the output; actions of this type write no files"),
    }
}

/// A file for the output artifact, and no output artifact. `owner`: the action, or the stack.
pub fn file_without_output(owner: &str, attribute: &str, place: Span, header: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0205,
        format!("{owner} has `{attribute}`, but no output artifact"),
        place,
        "nothing to write it to",
    )
    .label(header, "no `->` in this header")
    .help(format!("name an artifact behind the name with `->`, or remove `{attribute}`"))
}

/// An output artifact, and no file that goes into it.
pub fn output_without_file(owner: &str, attribute: &str, output: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0206,
        format!("{owner} makes artifact `{}` only with `{attribute}`", output.node),
        output.span,
        "nothing would be in it",
    )
    .help(format!("add `{attribute} = \"outputs.json\"`, or remove `-> {}`", output.node))
}

/// A full clone read by something that cannot clone.
pub fn full_clone(artifact: &str, action: &str, place: Span, set_at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0209,
        format!("`{action}` cannot read `{artifact}`, a full clone"),
        place,
        "only CodeBuild actions can clone it",
    )
    .label(set_at, "makes the artifact a reference to the repository")
    .help("write `clone = zip` in the source, or let a build put out the files that this action needs")
}
