//! What a diagnostic says about a document that defines pipelines, where that is not what it says about a `.pipe` file.

use super::wording::tick;
use super::{Diagnostic, Phrase};
use crate::catalog::spellings::api_key;

/// The parts of a diagnostic that differ in documents, or contain code. Attributes and values in backticks are converted in any case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InDocument {
    /// The message.
    pub message: Option<DocumentText>,
    /// The text of the primary label.
    pub label: Option<DocumentText>,
    /// The texts of secondary labels, by their index.
    pub secondary: Vec<(usize, Phrase)>,
    /// The notes, by their index.
    pub notes: Vec<(usize, Phrase)>,
    /// What to do.
    pub help: Option<DocumentHelp>,
}

impl InDocument {
    /// Returns what differs because of the code in a message and in its primary label.
    pub(super) fn with_code(message: &Phrase, label: &Phrase) -> Option<Box<Self>> {
        let text = |text: &Phrase| text.has_code().then(|| DocumentText::from(text.clone()));
        let (message, label) = (text(message), text(label));
        (message.is_some() || label.is_some()).then(|| Box::new(Self { message, label, ..Self::default() }))
    }
}

/// A text about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText {
    /// In a CloudFormation template.
    pub template: Phrase,
    /// In the definition of a pipeline in the API's form.
    pub definition: Phrase,
}

impl DocumentText {
    /// Creates a text that names keys of the pipeline's structure, which start with a lowercase letter in definitions.
    /// `write` gets a function that returns a key in backticks.
    pub fn with_keys<T: Into<Phrase>>(write: impl Fn(&dyn Fn(&str) -> String) -> T) -> Self {
        Self { template: write(&tick).into(), definition: write(&|key| tick(&api_key(key))).into() }
    }
}

impl<T: Into<Phrase>> From<T> for DocumentText {
    fn from(text: T) -> Self {
        let template = text.into();
        Self { definition: template.clone(), template }
    }
}

/// What to do in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentHelp {
    /// What the text says.
    Text(DocumentText),
    /// The same as in a `.pipe` file, with the same fix.
    Same(Phrase),
    /// Use one of these attributes, if the document has keys for them.
    OneOf(Vec<String>),
    /// Refer to a resource, by its logical ID.
    Resource(String),
    /// Refer to a variable by the namespace of its action.
    Variable {
        /// The name of the action.
        action: String,
        /// The name of the variable.
        variable: String,
    },
    /// Refer to another namespace than this one, which nothing sets.
    OtherNamespace(String),
}

impl<T: Into<DocumentText>> From<T> for DocumentHelp {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

/// Returns what to do in a document about an action that starts too early, after the start of the sentence.
pub fn by_run_order(start: &str) -> DocumentText {
    DocumentText::with_keys(|key| format!("{start}; actions with the same {} start together", key("RunOrder")))
}

impl Diagnostic {
    /// Sets the message in documents.
    #[must_use]
    pub fn message_in_document(mut self, text: impl Into<DocumentText>) -> Self {
        self.in_document().message = Some(text.into());
        self
    }

    /// Sets the text of the primary label in documents.
    #[must_use]
    pub fn label_in_document(mut self, text: impl Into<DocumentText>) -> Self {
        self.in_document().label = Some(text.into());
        self
    }

    /// Sets what to do in documents. The fix is then for `.pipe` files only.
    #[must_use]
    pub fn help_in_document(mut self, help: impl Into<DocumentHelp>) -> Self {
        self.in_document().help = Some(help.into());
        self
    }

    pub(super) fn in_document(&mut self) -> &mut InDocument {
        self.in_document.get_or_insert_default()
    }
}
