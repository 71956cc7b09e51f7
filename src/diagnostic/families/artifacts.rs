//! E0201 to E0210: artifacts and the files in them.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// Names an artifact that no action produces.
pub fn unknown(used: &str, name: Span, similar: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0201, format!("no action produces an artifact named `{used}`"), name, "");
    match similar {
        Some(near) => diagnostic.suggest(name, Some(near)),
        None => diagnostic.help(format!("add `-> {used}` to the header of the action that produces it")),
    }
}

/// Names a stage or an action where an artifact belongs. `outputs`: the artifacts that it produces.
pub fn not_an_artifact(used: &str, is_stage: bool, place: Span, outputs: &[&str]) -> Diagnostic {
    let kind = if is_stage { "a stage" } else { "an action" };
    let message = format!("no action produces an artifact named `{used}`");
    let diagnostic = Diagnostic::new(Code::E0201, message, place, format!("`{used}` is {kind}"));
    match outputs {
        [] => diagnostic.help(format!("add `-> {used}` to the header of the action that produces it")),
        [only] => diagnostic.help(format!("write `{only}`, the artifact that it produces")).edit(place, *only),
        outputs => {
            diagnostic.help(format!("write one of its artifacts: {}", wording::or_list(outputs.iter().copied())))
        }
    }
}

/// Names an artifact that is not in scope here: it is produced outside the component, or inside a loop or another component.
pub fn out_of_scope(used: &str, place: Span, made: Span, in_component: bool) -> Diagnostic {
    let message = format!("artifact `{used}` is not in scope");
    let diagnostic = Diagnostic::new(Code::E0201, message, place, "");
    if in_component {
        return diagnostic
            .label(made, "produced outside the component")
            .help(format!("pass it as a parameter: declare `{used}: Artifact`, and pass `{used} = {used}`"));
    }
    diagnostic
        .label(made, "produced in a loop or a component, and in scope only there")
        .help("move the action that reads it into that loop or component")
}

/// `name::file`, where the name refers to something else.
pub fn no_artifact(name: &str, found: &str, place: Span) -> Diagnostic {
    let message = format!("`{name}` is {found}, not an artifact");
    Diagnostic::new(Code::E0106, message, place, "`::` must follow an artifact")
}

/// An action reads an artifact that no earlier action has produced. `own`: it produces it itself.
pub fn used_before_produced(artifact: &Spanned<String>, used: Span, own: bool) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0202,
        format!("artifact `{}` is used before it is produced", artifact.node),
        used,
        "not available when this action starts",
    )
    .label(artifact.span, format!("`{}` is produced here", artifact.node));
    if own {
        return diagnostic.help("an action cannot read its own output; name another input");
    }
    diagnostic
        .help("move the action that produces it to an earlier step; actions in one `parallel` block start together")
}

/// `Artifact.file` in a header.
pub fn not_a_file(written: &str, place: Span) -> Diagnostic {
    let message = format!("`{written}` is not a file of an artifact");
    let diagnostic = Diagnostic::new(Code::E0201, message, place, "expected `Artifact::file`");
    match written.split_once('.') {
        Some((artifact, file)) => {
            let meant = format!("{artifact}::{file}");
            diagnostic.help(format!("write `{meant}`")).edit(place, meant)
        }
        None => diagnostic,
    }
}

/// An artifact has two producers.
pub fn produced_twice(name: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0203,
        format!("artifact `{}` is produced twice", name.node),
        name.span,
        "produced again here",
    )
    .label(first, "first produced here")
    .help("rename one of them; artifact names must be unique in a pipeline")
}

/// An artifact that nobody reads. `only`: the producer has no other output. `clause`: the text to remove, where that is safe.
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

/// Whether artifacts are inputs or outputs of an action.
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

/// Fewer artifacts than the action type needs. `candidate`: the only artifact that it could read.
pub fn too_few(
    direction: Direction,
    action: &Spanned<String>,
    count: usize,
    least: usize,
    candidate: Option<&str>,
) -> Diagnostic {
    let word = direction.word();
    let label = if count == 0 { String::new() } else { format!("has only {count}") };
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
            .help(format!("add an input after the name: `from {}`", candidate.unwrap_or("Artifact"))),
        Direction::Output => diagnostic.help("add an output after the name: `-> Artifact`"),
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
    let verb = if direction == Direction::Input { "takes" } else { "produces" };
    let message = if most == 0 {
        format!("`{}` {verb} no {word} artifacts", action.node)
    } else {
        format!("`{}` {verb} at most {}, not {count}", action.node, wording::count(most, &format!("{word} artifact")))
    };
    let label = match (most, direction) {
        (0, Direction::Input) => "would never be read",
        (0, Direction::Output) => "would never be written",
        _ => "exceeds the limit",
    };
    let diagnostic = Diagnostic::new(Code::E0206, message, first_too_many, label);
    if most > 0 {
        return diagnostic;
    }
    match direction {
        Direction::Input => diagnostic.help("remove `from`; actions of this type read no files"),
        Direction::Output => diagnostic.help("remove `->`; actions of this type write no files"),
    }
}

/// A file for the output artifact, and no output artifact. `owner`: the action, or the stack.
pub fn file_without_output(owner: &str, attribute: &str, place: Span, header: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0205,
        format!("{owner} has `{attribute}`, but no output artifact"),
        place,
        "no artifact to write it to",
    )
    .label(header, "this header has no `->`")
    .help(format!("add an output after the name, `-> Artifact`, or remove `{attribute}`"))
}

/// An output artifact, and no file that goes into it.
pub fn output_without_file(owner: &str, attribute: &str, output: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0206,
        format!("{owner} produces artifact `{}` only if `{attribute}` is set", output.node),
        output.span,
        "would be empty",
    )
    .help(format!("add `{attribute} = \"outputs.json\"`, or remove `-> {}`", output.node))
}

/// A full clone read by something that cannot clone.
pub fn full_clone(artifact: &str, action: &str, place: Span, set_at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0209,
        format!("`{action}` cannot read `{artifact}`, a full clone"),
        place,
        "only CodeBuild actions can read a full clone",
    )
    .label(set_at, "turns the artifact into a reference to the repository")
    .help("set `clone = zip` in the source, or let a build produce the files that this action needs")
}

/// The path of a file in an input artifact, in an action without one.
pub fn nothing_to_read(action: &Spanned<String>, attribute: &str, place: Span, candidate: Option<&str>) -> Diagnostic {
    let message = format!("`{}` has no input artifact to read `{attribute}` from", action.node);
    Diagnostic::new(Code::E0205, message, place, "a path in the input artifact")
        .label(action.span, "has no input")
        .help(format!("add an input after the name: `from {}`", candidate.unwrap_or("Artifact")))
}

/// A file that its artifact does not hold.
#[derive(Debug)]
pub struct MissingFile<'a> {
    /// The artifact, where it is produced.
    pub artifact: &'a Spanned<String>,
    /// The file.
    pub path: &'a str,
    /// Its place.
    pub span: Span,
    /// Whether it is in quotes there.
    pub quoted: bool,
    /// How it is named there.
    pub named: Named<'a>,
    /// A file of the artifact that is probably meant.
    pub near: Option<&'a str>,
    /// What says what the artifact holds.
    pub holder: Holder<'a>,
    /// Where that is said, entry by entry.
    pub listed: Vec<Span>,
}

/// How a file of an artifact is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'a> {
    /// After its artifact: `Artifact::file`.
    Behind,
    /// As a path of its own.
    Path,
    /// Not at all: this provider looks for it. `or`: the attribute that would name another.
    Unnamed {
        /// The provider as AWS spells it.
        provider: &'a str,
        /// The attribute that names another.
        or: Option<&'a str>,
    },
}

/// What says what an artifact holds.
#[derive(Debug)]
pub enum Holder<'a> {
    /// The repository.
    Repository {
        /// The file exists, but is not under version control.
        ignored: bool,
    },
    /// A buildspec.
    Build {
        /// The project, where it has a name.
        project: Option<&'a str>,
        /// The key of the section.
        section: Span,
    },
    /// The type of the action that produces it.
    Type,
    /// The header of the action that produces it.
    Declaration,
}

/// A file is not in its artifact.
pub fn missing_file(missing: &MissingFile<'_>) -> Diagnostic {
    let MissingFile { artifact, path, span, near, .. } = *missing;
    let name = &artifact.node;
    let (label, made) = match &missing.holder {
        Holder::Repository { ignored: true } => {
            ("not under version control", "a checkout of this repository".to_owned())
        }
        Holder::Repository { .. } => ("not in the repository", "a checkout of this repository".to_owned()),
        Holder::Build { project: Some(project), .. } => {
            ("not among the files of the build", format!("produced by project `{project}`"))
        }
        Holder::Build { .. } => ("not among the files of the build", "produced here".to_owned()),
        Holder::Type => ("such artifacts never contain it", "produced here".to_owned()),
        Holder::Declaration => ("not among the declared files", "produced here".to_owned()),
    };
    let message = format!("artifact `{name}` has no file `{path}`");
    let mut diagnostic = Diagnostic::new(Code::E0207, message, span, label).label(artifact.span, made);
    match (missing.listed.as_slice(), &missing.holder) {
        (_, Holder::Type) => {}
        ([only], _) => diagnostic = diagnostic.label(*only, "its only file"),
        (_, Holder::Build { section, .. }) => diagnostic = diagnostic.label(*section, "its files"),
        _ => {}
    }
    if let Named::Unnamed { provider, or } = missing.named {
        let others = or.map_or_else(String::new, |word| format!(" unless `{word}` names another file"));
        return unnamed_help(diagnostic.note(format!("{provider} looks for `{path}`{others}")), missing);
    }
    if let (Some(near), Named::Path) = (near, missing.named) {
        return diagnostic.help(format!("did you mean `\"{near}\"`?")).edit(span, format!("\"{near}\""));
    }
    if let Some(near) = near {
        let written = if missing.quoted || !is_bare_path(near) { format!("\"{near}\"") } else { near.to_owned() };
        return diagnostic.help(format!("did you mean `{name}::{written}`?")).edit(span, written);
    }
    match missing.holder {
        Holder::Repository { ignored: true } => diagnostic.note("files listed in `.gitignore` are not in the checkout"),
        Holder::Repository { .. } => diagnostic.help(format!("add `{path}`, or {ELSEWHERE}")),
        Holder::Type => diagnostic,
        Holder::Build { .. } => diagnostic.help(format!("add `{path}` to the `files` of this artifact")),
        Holder::Declaration => diagnostic.help(format!("declare it: `-> {name}(\"{path}\")`")),
    }
}

/// For files of a checkout that is assumed to be of this repository.
const ELSEWHERE: &str = "set `checkout = false` in the source if it is another repository";

/// What to do where a provider looks for a file that is not named.
fn unnamed_help(diagnostic: Diagnostic, missing: &MissingFile<'_>) -> Diagnostic {
    let path = missing.path;
    match missing.holder {
        Holder::Repository { .. } => diagnostic.help(format!("add `{path}` at the root, or {ELSEWHERE}")),
        Holder::Build { .. } => {
            diagnostic.help(format!("let the build write `{path}`, and add it to the `files` of this artifact"))
        }
        Holder::Type => diagnostic.help(format!("let a build write `{path}`, and use its artifact as the input")),
        Holder::Declaration => diagnostic
            .help(format!("if the artifact contains it, declare it: `-> {}(\"{path}\")`", missing.artifact.node)),
    }
}

/// Whether a path can follow `::` without quotes.
fn is_bare_path(path: &str) -> bool {
    path.chars().all(|c| c.is_ascii_alphanumeric() || "_.@+~-/".contains(c)) && !path.contains("//")
}

/// An action with outputs whose buildspec has no artifacts.
pub fn build_without_artifacts(action: &str, output: &Spanned<String>) -> Diagnostic {
    let message = format!("the buildspec of `{action}` has no `artifacts`");
    Diagnostic::new(Code::E0208, message, output.span, "would be empty")
        .help(format!("add `artifacts` with `files` to the buildspec, or remove `-> {}`", output.node))
}

/// An action with one output whose buildspec has secondary artifacts only.
pub fn only_secondary(action: &str, output: &Spanned<String>, section: Span) -> Diagnostic {
    let message = format!("the buildspec of `{action}` has no top-level `files`");
    Diagnostic::new(Code::E0208, message, output.span, "a single output takes the top-level `files`")
        .label(section, "has only secondary artifacts")
        .note("the build would fail with \"no definition for primary artifacts in buildspec\"")
        .help("add `files` to `artifacts` in the buildspec")
}

/// An output, one of several, that the buildspec does not have.
pub fn no_secondary(output: &Spanned<String>, near: Option<&Spanned<String>>, section: Span) -> Diagnostic {
    let name = &output.node;
    let message = format!("the buildspec has no secondary artifact `{name}`");
    let diagnostic =
        Diagnostic::new(Code::E0208, message, output.span, "with several outputs, each is a secondary artifact");
    match near {
        Some(near) => diagnostic
            .label(near.span, format!("is this meant to be `{name}`?"))
            .help(format!("use the same name: write `{name}` in the buildspec"))
            .edit(near.span, name.as_str()),
        None => diagnostic
            .label(section, "has other artifacts")
            .help(format!("add `{name}` with its `files` to `secondary-artifacts` in the buildspec")),
    }
}

/// An output, one of several, whose name no secondary artifact can have.
pub fn not_an_identifier(output: &Spanned<String>, mended: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0208,
        format!("`{}` cannot be the name of a secondary artifact", output.node),
        output.span,
        "with several outputs, each is a secondary artifact",
    )
    .note("the build would fail with \"identifier must contain only alphanumeric characters and underscores\"")
    .help(format!("rename it to `{mended}`"))
}

/// An action that needs an artifact or an attribute, and has neither.
pub fn input_or(action: &Spanned<String>, attribute: &str, candidate: Option<&str>) -> Diagnostic {
    Diagnostic::new(
        Code::E0205,
        format!("`{}` needs an input artifact or `{attribute}`", action.node),
        action.span,
        "has neither",
    )
    .help(format!(
        "add an input after the name, `from {}`, or add `{attribute} = \"...\"`",
        candidate.unwrap_or("Artifact")
    ))
}
