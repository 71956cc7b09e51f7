//! Diagnostics of an input: one type for every stage, rendered elsewhere.
//!
//! A diagnostic is data. Diagnostics of a single rule are defined next to that rule, in `check`. Those of several
//! parts, of the parser, and of the resolver are in the file of their family in [`families`].

mod codes;
mod document;
pub mod families;
mod intent;
mod notation;
mod phrase;
mod repeated;
pub mod suggest;
pub mod wording;

pub use codes::Code;
pub use document::{DocumentHelp, DocumentText, InDocument, by_run_order};
pub use intent::Intent;
pub use notation::TemplateNotation;
pub(crate) use phrase::phrase;
pub use phrase::{AllowCode, AllowedCalls, AllowedOn, Phrase, PipeCode};

use crate::collections::HashSet;
use crate::source::{FileId, SourceMap, Span};

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The input is wrong: nothing is generated.
    Error,
    /// The input is valid, but has a risk or a cost.
    Warning,
    /// Worth knowing; never fails a build.
    Info,
}

impl Severity {
    /// Returns the word before a displayed diagnostic.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A span of a file, and why it is relevant. The text may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The position.
    pub span: Span,
    /// The relevance of this span, in addition to the message.
    pub text: String,
    /// Whether the source text must not be printed.
    pub secret: bool,
}

/// A change of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The span to replace; an empty span inserts.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

/// How certain it is that the fix of a diagnostic is what the user means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Applicability {
    /// It is.
    #[default]
    Certain,
    /// The fix writes a similar name, which is certain if the written one can only be a misspelling.
    SimilarName,
    /// The fix is only one of several likely ones.
    Guess,
}

/// A problem or noteworthy fact in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code, which determines the summary and the explain page.
    pub code: Code,
    /// The rule that reports it; `None` if no rule does, such as for a syntax error.
    pub rule: Option<&'static str>,
    /// Its severity: that of the code, unless settings change it.
    pub severity: Severity,
    /// A sentence fragment that is meaningful alone: lowercase, no period.
    pub message: String,
    /// The smallest span to change.
    pub primary: Label,
    /// Other relevant spans: the definition, the producer, the first use.
    pub secondary: Vec<Label>,
    /// Explanations, such as the message that AWS would return.
    pub notes: Vec<String>,
    /// The recommended action, in the imperative.
    pub help: Option<String>,
    /// The same in the notation of JSON, until [`Diagnostic::choose_notation`] chooses one.
    pub help_in_json: Option<String>,
    /// What it says about a document, where that differs.
    pub in_document: Option<Box<InDocument>>,
    /// The edits that do it, which belong together.
    pub edits: Vec<Edit>,
    /// How certain the fix is.
    pub applicability: Applicability,
    /// Further changes of the same fix, until [`Diagnostic::write_intents`] converts them to edits.
    pub intents: Vec<Intent>,
}

impl Diagnostic {
    /// Creates a diagnostic with its message and its primary label.
    pub fn new(code: Code, message: impl Into<Phrase>, span: Span, label: impl Into<Phrase>) -> Self {
        let (message, label) = (message.into(), label.into());
        let in_document = InDocument::with_code(&message, &label);
        Self {
            code,
            rule: None,
            severity: code.severity(),
            message: wording::line(message.into_text()),
            primary: Label { span, text: wording::line(label.into_text()), secret: false },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
            help_in_json: None,
            in_document,
            edits: Vec::new(),
            applicability: Applicability::Certain,
            intents: Vec::new(),
        }
    }

    /// Hides the source text at the primary label, because output ends up in logs.
    #[must_use]
    pub fn concealed(mut self) -> Self {
        self.primary.secret = true;
        self
    }

    /// Adds a secondary label.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<Phrase>) -> Self {
        let text = text.into();
        if text.has_code() {
            let index = self.secondary.len();
            self.in_document().secondary.push((index, text.clone()));
        }
        self.secondary.push(Label { span, text: wording::line(text.into_text()), secret: false });
        self
    }

    /// Adds secondary labels.
    #[must_use]
    pub fn labels(self, labels: impl IntoIterator<Item = (Span, &'static str)>) -> Self {
        labels.into_iter().fold(self, |diagnostic, (span, text)| diagnostic.label(span, text))
    }

    /// Adds an explanation.
    #[must_use]
    pub fn note(mut self, text: impl Into<Phrase>) -> Self {
        let text = text.into();
        if text.has_code() {
            let index = self.notes.len();
            self.in_document().notes.push((index, text.clone()));
        }
        self.notes.push(wording::bounded(text.into_text()));
        self
    }

    /// Sets what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<Phrase>) -> Self {
        let text = text.into();
        if text.has_code() {
            self.in_document().help = Some(DocumentHelp::Same(text.clone()));
        } else if let Some(words) = &mut self.in_document {
            words.help = None;
        }
        self.help = Some(wording::bounded(text.into_text()));
        if self.applicability == Applicability::SimilarName {
            self.applicability = Applicability::Certain;
        }
        self
    }

    /// Sets what to do, in the notation of the template that it is about.
    #[must_use]
    pub fn help_in(self, write: impl Fn(TemplateNotation) -> String) -> Self {
        let in_json = wording::bounded(write(TemplateNotation::Json));
        let mut diagnostic = self.help(write(TemplateNotation::Yaml));
        diagnostic.help_in_json = Some(in_json);
        diagnostic
    }

    /// Keeps the help in the notation of the file at the primary label.
    pub fn choose_notation(&mut self, is_json: impl Fn(FileId) -> bool) {
        if let Some(help) = self.help_in_json.take().filter(|_| is_json(self.primary.span.file)) {
            self.help = Some(help);
        }
    }

    /// Adds an edit to the fix.
    #[must_use]
    pub fn edit(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.edits.push(Edit { span, replacement: replacement.into() });
        self
    }

    /// Adds a change that the front end converts to edits.
    #[must_use]
    pub fn intend(mut self, intent: Intent) -> Self {
        self.intents.push(intent);
        self
    }

    /// Says that the fix may not be what the user means.
    #[must_use]
    pub fn guess(mut self) -> Self {
        self.applicability = Applicability::Guess;
        self
    }

    /// Returns whether the edits are certainly what the user means, so that they can be applied without a question.
    pub fn has_certain_fix(&self, sources: &SourceMap) -> bool {
        let bare = |text: &str| text.trim_matches(['"', '\'']).to_ascii_lowercase();
        let is_misspelled = |edit: &Edit| {
            let (written, meant) = (bare(sources.slice(edit.span)), bare(&edit.replacement));
            written.is_empty() || written == meant || suggest::is_meant(&written, &meant)
        };
        let is_certain = match self.applicability {
            Applicability::Certain => true,
            Applicability::SimilarName => self.edits.iter().all(is_misspelled),
            Applicability::Guess => false,
        };
        is_certain && !self.edits.is_empty()
    }

    /// Converts the intents to edits, all or none.
    pub fn write_intents(&mut self, write: impl Fn(&Intent) -> Option<Vec<Edit>>) {
        let intents = std::mem::take(&mut self.intents);
        match intents.iter().map(write).collect::<Option<Vec<_>>>() {
            Some(written) => self.edits.extend(written.into_iter().flatten()),
            None => self.edits.clear(),
        }
    }

    /// Offers a similar name, if there is one, with help and edit.
    #[must_use]
    pub fn suggest(self, span: Span, similar: Option<&str>) -> Self {
        match similar {
            Some(name) => self.did_you_mean(name).edit(span, name),
            None => self,
        }
    }

    /// Sets the question for a similar name as the help.
    #[must_use]
    pub fn did_you_mean(self, name: &str) -> Self {
        let mut diagnostic = self.help(format!("did you mean `{name}`?"));
        if diagnostic.applicability == Applicability::Certain {
            diagnostic.applicability = Applicability::SimilarName;
        }
        diagnostic
    }
}

/// A collection of diagnostics.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Creates an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds several diagnostics.
    pub fn extend(&mut self, more: impl IntoIterator<Item = Diagnostic>) {
        self.list.extend(more);
    }

    /// Returns whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns the diagnostics so far.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Keeps the diagnostics for which `holds` returns `true`.
    pub fn retain(&mut self, holds: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(holds);
    }

    /// Returns the number of diagnostics.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns the diagnostic with an index.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut Diagnostic> {
        self.list.get_mut(number)
    }

    /// Changes those after the first `length`.
    pub fn each_from(&mut self, length: usize, mut change: impl FnMut(&mut Diagnostic)) {
        self.list.iter_mut().skip(length).for_each(&mut change);
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Removes suggestions about the style of a text that has an error.
    #[must_use]
    pub fn without_moot(mut self) -> Self {
        let wrong = || self.list.iter().filter(|it| it.severity == Severity::Error);
        let places: HashSet<Span> = wrong().map(|it| it.primary.span).collect();
        // An artifact that holds a missing file is to be used instead.
        let labelled = |code: Code| -> HashSet<Span> {
            wrong().filter(|it| it.code == code).flat_map(|it| &it.secondary).map(|label| label.span).collect()
        };
        let (of_files, of_roles) = (labelled(Code::E0207), labelled(Code::E0803));
        let of_form: HashSet<Span> = wrong().filter(|it| it.code == Code::E0136).map(|it| it.primary.span).collect();
        // What a variable is exported from is what reads it, too.
        let lost = self.list.iter().filter(|it| it.code == Code::W0218).flat_map(|it| &it.secondary);
        let lost: HashSet<Span> = lost.map(|label| label.span).collect();
        let texts = self.list.iter().filter(|it| [Code::W0707, Code::W0136].contains(&it.code));
        let of_texts: HashSet<Span> = texts.flat_map(|it| &it.secondary).map(|label| label.span).collect();
        let is_about =
            |it: &Diagnostic, places: &HashSet<Span>| it.secondary.iter().any(|at| places.contains(&at.span));
        self.list.retain(|it| match it.code {
            Code::W0218 | Code::W0221 | Code::W0706 => !places.contains(&it.primary.span),
            Code::W0204 => !of_files.contains(&it.primary.span),
            // What is meant by a text, or what commands name themselves, is used.
            Code::W0304 => !of_roles.contains(&it.primary.span) && !of_texts.contains(&it.primary.span),
            // A value in another format is too long, or differs from others, for that reason.
            Code::E0411 => !of_form.contains(&it.primary.span),
            Code::W0646 => !is_about(it, &of_form),
            Code::W0234 => !is_about(it, &lost),
            _ => true,
        });
        self
    }

    /// Returns all of them in source order (file, offset, code), without duplicates.
    pub fn into_sorted(mut self, sources: &SourceMap) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| {
            let key = |d: &Diagnostic| (sources.reading_order(d.primary.span), d.code);
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        // A problem in a component is reported once, regardless of how often the component is used.
        self.list.dedup_by(|a, b| {
            let same_place = (a.code, a.primary.span) == (b.code, b.primary.span);
            let same = same_place && (a.message == b.message || a.code == Code::E0101 || repeated::is_of_value(a));
            // One edit cannot be right for each element of a loop.
            if same && a.message != b.message && (a.edits != b.edits || a.intents != b.intents) {
                b.edits.clear();
                b.intents.clear();
            }
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
