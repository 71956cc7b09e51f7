//! E0812: roles and their permissions.

use crate::diagnostic::{AllowCode, Code, Diagnostic, Phrase, PipeCode, wording};
use crate::source::{Span, Spanned};

/// A declared resource.
#[derive(Debug, Clone, Copy)]
pub struct ResourceName<'a> {
    /// `bucket`, `topic`, ...
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// Two resources that would have the same name in AWS. `named` is their kind, in the plural; `None` for a logical ID.
/// `derived` is whether the second one is for an action, which supports neither `logical-id` nor a name for it.
pub fn same_name(name: &str, named: Option<&str>, derived: bool, first: Span, second: Span) -> Diagnostic {
    let message = match named {
        Some(kind) => format!("two {kind} have the name `{name}`"),
        None => format!("logical ID `{name}` is used twice"),
    };
    let diagnostic = Diagnostic::new(Code::E0812, message, second, "used again here").label(first, "first used here");
    diagnostic.help(if derived {
        "rename one of them"
    } else if named.is_none() {
        "rename one of them, or give it a `logical-id`"
    } else {
        "give one of them a different `name`"
    })
}

/// Where a role allows an action, but not on the resource that it is needed on.
#[derive(Debug)]
pub struct Elsewhere {
    /// The resource of the statement.
    pub place: Span,
    /// How it differs.
    pub label: &'static str,
    /// The part of it that is likely a typo.
    pub meant: Option<MeantPart>,
}

/// A part of a resource's ARN that is likely a typo.
#[derive(Debug)]
pub struct MeantPart {
    /// The part as it is written.
    pub wrong: String,
    /// What is likely meant.
    pub right: String,
    /// The span of the part, if it can be replaced.
    pub place: Option<Span>,
}

impl Elsewhere {
    /// Adds the resource, and replaces the help if it is likely a typo.
    pub fn show(&self, diagnostic: Diagnostic) -> Diagnostic {
        self.with_typo(diagnostic.label(self.shown(), self.label))
    }

    /// Returns the part that is likely a typo, or else the whole resource.
    fn shown(&self) -> Span {
        self.meant.as_ref().and_then(|meant| meant.place).unwrap_or(self.place)
    }

    /// Replaces the help if the resource is likely a typo.
    fn with_typo(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let Some(MeantPart { wrong, right, place }) = &self.meant else { return diagnostic };
        diagnostic.edits.clear();
        diagnostic.intents.clear();
        let help = format!("did you mean `{right}` instead of `{wrong}`?");
        let diagnostic = diagnostic.help(help.clone()).help_in_document(help);
        match place {
            Some(place) => diagnostic.edit(*place, right.clone()).guess(),
            None => diagnostic,
        }
    }
}

/// Permissions that a declared role lacks for its user.
#[derive(Debug)]
pub struct RoleLack<'a> {
    /// The role.
    pub role: &'a Spanned<String>,
    /// The project or pipeline.
    pub user: &'a str,
    /// The span where the user names the role.
    pub used: Span,
    /// The missing IAM actions.
    pub actions: &'a [&'a str],
    /// The missing statements.
    pub lines: &'a [AllowCode],
    /// A name for the artifact bucket, if that is missing: dotpipe generates it, so a statement cannot name it.
    pub unnamed_bucket: Option<&'static str>,
    /// Whether the user certainly fails: no policy outside of this file can allow the actions.
    pub certain: bool,
    /// Where the role allows one of the actions on another resource.
    pub elsewhere: Option<&'a Elsewhere>,
}

impl RoleLack<'_> {
    /// Replaces the help if the resource of a statement is likely a typo.
    pub fn with_typo(&self, diagnostic: Diagnostic) -> Diagnostic {
        match self.elsewhere {
            Some(elsewhere) => elsewhere.with_typo(diagnostic),
            None => diagnostic,
        }
    }

    /// Creates the common parts of such a diagnostic: the role, where it is used, a few calls, a statement for another
    /// resource, and a bucket that no statement can name.
    pub fn diagnostic(
        &self,
        code: Code,
        message: impl Into<Phrase>,
        label: String,
        causes: &[(Span, String)],
    ) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(code, message, self.role.span, label).label(self.used, "used here");
        for (place, calls) in causes.iter().take(MAX_SHOWN) {
            diagnostic = diagnostic.label(*place, format!("calls {calls}"));
        }
        let diagnostic =
            self.elsewhere.iter().fold(diagnostic, |it, elsewhere| it.label(elsewhere.shown(), elsewhere.label));
        let Some(name) = self.unnamed_bucket else { return diagnostic };
        let how = format!("declare `bucket {name}`, and add `artifacts {{ bucket = {name} }}` to the pipeline");
        diagnostic.note(format!("to name the artifact bucket in a role, {how}"))
    }
}

/// A statement that denies what its role is for. `needed` is the spans that need the actions, each with a label.
pub fn denied(
    code: Code,
    message: impl Into<Phrase>,
    statement: Span,
    needed: &[(Span, String)],
    actions: &[&str],
) -> Diagnostic {
    let label = "a denied action cannot be allowed by another statement";
    let found = Diagnostic::new(code, message, statement, label);
    let found = needed.iter().take(MAX_SHOWN).fold(found, |found, (place, text)| found.label(*place, text.clone()));
    let (listed, pronoun) =
        (wording::and_list(actions.iter().copied()), if actions.len() == 1 { "it" } else { "them" });
    found.help(format!("leave {listed} out of this statement, or deny {pronoun} on other resources only"))
}

/// Returns the missing statements, or the first ones.
pub fn some_statements(lines: &[AllowCode]) -> Phrase {
    let shown = if lines.len() > MAX_SHOWN + 1 { MAX_SHOWN } else { lines.len() };
    let mut all: Vec<Phrase> = lines.iter().take(shown).map(|line| PipeCode::Allow(line.clone()).into()).collect();
    if shown < lines.len() {
        all.push(wording::count(lines.len() - shown, "other statement").into());
    }
    Phrase::joined(all, "and")
}

/// The most calls in a label, labels, and statements in one diagnostic.
pub const MAX_SHOWN: usize = 3;

/// Returns the first few items of a list, and the number of others.
pub fn some(all: &[&str], other: &str) -> String {
    first_of(all, other, "and")
}

/// Returns the same for a negated sentence.
pub fn some_or(all: &[&str], other: &str) -> String {
    first_of(all, other, "or")
}

fn first_of(all: &[&str], other: &str, word: &str) -> String {
    match all.get(..MAX_SHOWN).filter(|_| all.len() > MAX_SHOWN + 1) {
        Some(first) => {
            let first: Vec<String> = first.iter().map(|one| wording::tick(one)).collect();
            format!("{}, {word} {}", first.join(", "), wording::count(all.len() - MAX_SHOWN, other))
        }
        None if word == "or" => wording::or_list(all.iter().copied()),
        None => wording::and_list(all.iter().copied()),
    }
}
