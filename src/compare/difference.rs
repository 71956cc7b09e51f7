//! The differences between documents.

use std::fmt;

use crate::catalog::create_only::Replacement;

use super::defined::ComparedKind;
use super::normal::NormalValue;

/// One difference between two documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The part that differs, from the outside in: the pipeline, the stage, and the action, or one resource.
    pub parts: Vec<ComparedPart>,
    /// The path in the part. Empty: the part as a whole.
    pub key: KeyPath,
    /// How it differs.
    pub change: DifferenceKind,
    /// The value before. For something that is moved, the name of the stage it was in, or of what it came after.
    pub before: Option<NormalValue>,
    /// The value after.
    pub after: Option<NormalValue>,
    /// What CloudFormation does to a resource if the new template is deployed onto the stack of the old one.
    pub consequence: Option<Consequence>,
}

/// A part of a document, identified by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComparedPart {
    /// Its kind.
    pub kind: ComparedKind,
    /// Its name, or its logical ID.
    pub name: String,
    /// Its resource type, or the provider of an action.
    pub detail: String,
}

/// The path of a value in a part.
pub type KeyPath = Vec<KeyStep>;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyStep {
    /// Into a map, by the key.
    Key(String),
    /// Into a list, by the name of the item or its position.
    Item(String),
}

/// How something differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It is new.
    Added,
    /// It no longer exists.
    Removed,
    /// It has another value.
    Changed,
    /// It is in another position.
    Moved,
    /// A role's statements now allow it.
    Gained,
    /// A role's statements no longer allow it.
    Lost,
}

/// What CloudFormation does to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// Creates a new one and deletes the old one.
    Replaced(Replacement),
    /// Deletes it.
    Deleted,
    /// Keeps it, but no longer manages it.
    Retained,
}

impl Difference {
    /// Returns the path as text: `configuration.EnvironmentVariables[COMMIT].value`.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.key {
            match step {
                KeyStep::Key(key) if path.is_empty() => path.push_str(key),
                KeyStep::Key(key) => path.extend([".", key]),
                KeyStep::Item(item) => path.extend(["[", item, "]"]),
            }
        }
        path
    }
}

impl ComparedKind {
    /// Returns the noun.
    pub fn word(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Pipeline => "pipeline",
            Self::Stage => "stage",
            Self::Action => "action",
            Self::Role => "permissions",
            Self::Resource => "resource",
            Self::Parameter => "parameter",
            Self::Mapping => "mapping",
            Self::Condition => "condition",
            Self::Rule => "rule",
            Self::Output => "output",
        }
    }
}

impl DifferenceKind {
    /// Returns the word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Gained => "gained",
            Self::Lost => "lost",
        }
    }

    /// Returns the sign before the line.
    pub fn sign(self) -> char {
        match self {
            Self::Added | Self::Gained => '+',
            Self::Removed | Self::Lost => '-',
            Self::Changed | Self::Moved => '~',
        }
    }
}

impl Consequence {
    /// Returns the word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Replaced(Replacement::Certain) => "replaced",
            Self::Replaced(Replacement::Possible) => "possibly-replaced",
            Self::Deleted => "deleted",
            Self::Retained => "retained",
        }
    }
}

impl fmt::Display for Consequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replaced(Replacement::Certain) => "would be replaced",
            Self::Replaced(Replacement::Possible) => "could be replaced",
            Self::Deleted => "would be deleted",
            Self::Retained => "would be retained, but no longer be in the stack",
        })
    }
}
