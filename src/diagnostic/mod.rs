//! What dotpipe reports about an input: one type for every stage, rendered elsewhere.
//!
//! A diagnostic is data. What only one rule says is beside that rule, in `check`; what several parts say, and what the parser
//! and the resolver say, is in the file of its family under [`families`].

mod codes;
pub mod families;
mod intent;
mod repeated;
pub mod suggest;
pub mod wording;

pub use codes::Code;
pub use intent::Intent;

use std::collections::HashSet;

use crate::source::{SourceMap, Span};

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The input is wrong: nothing is emitted.
    Error,
    /// The input works, with a risk or a cost.
    Warning,
    /// Worth knowing; never fails a build.
    Info,
}

impl Severity {
    /// The word printed before a diagnostic.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A position in a file, and why it matters. The text may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The position.
    pub span: Span,
    /// What the message does not say: why here.
    pub text: String,
    /// Whether the text there must not be printed.
    pub secret: bool,
}

/// A change of the text that fixes the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What to replace; an empty span inserts.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

/// A problem in the input, or something worth knowing about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code, which decides summary and explain page.
    pub code: Code,
    /// The rule that found it; `None` for what no rule finds, such as a mistake in the syntax.
    pub rule: Option<&'static str>,
    /// How much it matters; the code's own severity unless settings raise or lower it.
    pub severity: Severity,
    /// A sentence fragment that makes sense alone: lowercase, no period.
    pub message: String,
    /// The smallest part to change.
    pub primary: Label,
    /// Other positions that matter: the definition, the producer, the first use.
    pub secondary: Vec<Label>,
    /// Facts that explain, such as the message AWS would give.
    pub notes: Vec<String>,
    /// What to do, imperative.
    pub help: Option<String>,
    /// The change that does it, all or nothing.
    pub edits: Vec<Edit>,
    /// Changes that are part of it, until [`Diagnostic::write_intents`] makes edits of them.
    pub intents: Vec<Intent>,
}

impl Diagnostic {
    /// A diagnostic with its message and its primary label.
    pub fn new(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self {
            code,
            rule: None,
            severity: code.severity(),
            message: wording::line(message.into()),
            primary: Label { span, text: wording::line(label.into()), secret: false },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
            edits: Vec::new(),
            intents: Vec::new(),
        }
    }

    /// Keeps the text at the primary label out of what is printed: output ends up in logs.
    #[must_use]
    pub fn concealed(mut self) -> Self {
        self.primary.secret = true;
        self
    }

    /// Adds a label at another position.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: wording::line(text.into()), secret: false });
        self
    }

    /// Adds labels that there may be.
    #[must_use]
    pub fn labels(self, labels: impl IntoIterator<Item = (Span, &'static str)>) -> Self {
        labels.into_iter().fold(self, |diagnostic, (span, text)| diagnostic.label(span, text))
    }

    /// Adds an explaining fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(wording::bounded(text.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(wording::bounded(text.into()));
        self
    }

    /// Adds a change of the text to the fix.
    #[must_use]
    pub fn edit(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.edits.push(Edit { span, replacement: replacement.into() });
        self
    }

    /// Adds a change that the front end writes.
    #[must_use]
    pub fn intend(mut self, intent: Intent) -> Self {
        self.intents.push(intent);
        self
    }

    /// Makes edits of the intents, all or none.
    pub fn write_intents(&mut self, write: impl Fn(&Intent) -> Option<Vec<Edit>>) {
        let intents = std::mem::take(&mut self.intents);
        match intents.iter().map(write).collect::<Option<Vec<_>>>() {
            Some(written) => self.edits.extend(written.into_iter().flatten()),
            None => self.edits.clear(),
        }
    }

    /// "did you mean": help and edit from one similar name; nothing if there is none.
    #[must_use]
    pub fn suggest(self, span: Span, similar: Option<&str>) -> Self {
        match similar {
            Some(name) => self.help(format!("did you mean `{name}`?")).edit(span, name),
            None => self,
        }
    }
}

/// A sink for diagnostics.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds several.
    pub fn extend(&mut self, more: impl IntoIterator<Item = Diagnostic>) {
        self.list.extend(more);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// What has been added so far.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Keeps those for which something holds.
    pub fn retain(&mut self, holds: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(holds);
    }

    /// Number of diagnostics.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The one of a number.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut Diagnostic> {
        self.list.get_mut(number)
    }

    /// Changes those that came after the first `length`.
    pub fn each_from(&mut self, length: usize, mut change: impl FnMut(&mut Diagnostic)) {
        self.list.iter_mut().skip(length).for_each(&mut change);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Leaves out advice on how a text is better written where the text itself is wrong.
    #[must_use]
    pub fn without_moot(mut self) -> Self {
        let wrong = || self.list.iter().filter(|it| it.severity == Severity::Error);
        let places: HashSet<Span> = wrong().map(|it| it.primary.span).collect();
        // An artifact that holds a missing file is to be used instead.
        let labelled = |code: Code| -> HashSet<Span> {
            wrong().filter(|it| it.code == code).flat_map(|it| &it.secondary).map(|label| label.span).collect()
        };
        let (of_files, of_roles) = (labelled(Code::E0207), labelled(Code::E0803));
        self.list.retain(|it| match it.code {
            Code::W0218 | Code::W0221 | Code::W0706 => !places.contains(&it.primary.span),
            Code::W0204 => !of_files.contains(&it.primary.span),
            // A resource that commands name themselves is used.
            Code::W0304 => !of_roles.contains(&it.primary.span),
            _ => true,
        });
        self
    }

    /// All of them in reading order (file, offset, code), each once.
    pub fn into_sorted(mut self, sources: &SourceMap) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| {
            let key = |d: &Diagnostic| (sources.reading_order(d.primary.span), d.code);
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        // One problem in a component is one diagnostic, however often the component is used.
        self.list.dedup_by(|a, b| {
            let same_place = (a.code, a.primary.span) == (b.code, b.primary.span);
            let same = same_place && (a.message == b.message || a.code == Code::E0101);
            if same && repeated::has_uses(b) {
                repeated::add_uses(b, a);
            }
            same
        });
        repeated::gather(self.list)
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}
