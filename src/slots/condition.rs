//! The catalog's conditions on other keys, which may not be decidable yet.

use crate::catalog::When;

/// The truth of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It depends on what is known later or could not be read.
    Unknown,
}

impl Truth {
    /// Returns whether it is certainly true.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Returns whether it is certainly false.
    pub fn is_no(self) -> bool {
        self == Self::No
    }

    fn turned(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Self::Yes } else { Self::No }
    }
}

/// What is known about the values of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownValue<'a> {
    /// The key is not set.
    Absent,
    /// It is set, but could not be read.
    Unreadable,
    /// Its values; one that is `None` is known later.
    Values(Vec<Option<&'a str>>),
}

/// The values that conditions are evaluated against.
pub trait Lookup {
    /// Returns what is known about a key.
    fn known(&self, key: &str) -> KnownValue<'_>;

    /// Returns the value that AWS assumes if the key is absent, in AWS's spelling.
    fn assumed(&self, key: &str) -> Option<&str>;
}

/// Returns whether a condition is true: one of the values of its key is one of those listed, or the key is set if none
/// are listed.
pub fn holds(when: &When, of: &dyn Lookup) -> Truth {
    let is = |text: &str| when.is.iter().any(|is| is == text);
    let truth = match of.known(&when.key) {
        KnownValue::Unreadable => Truth::Unknown,
        KnownValue::Absent => (!when.is.is_empty() && of.assumed(&when.key).is_some_and(is)).into(),
        KnownValue::Values(_) if when.is.is_empty() => Truth::Yes,
        KnownValue::Values(values) if values.iter().flatten().copied().any(is) => Truth::Yes,
        KnownValue::Values(values) if values.contains(&None) => Truth::Unknown,
        KnownValue::Values(_) => Truth::No,
    };
    if when.not { truth.turned() } else { truth }
}

/// Returns whether all conditions are true.
pub fn all_hold(conditions: &[When], of: &dyn Lookup) -> Truth {
    let mut all = Truth::Yes;
    for when in conditions {
        match holds(when, of) {
            Truth::No => return Truth::No,
            Truth::Unknown => all = Truth::Unknown,
            Truth::Yes => {}
        }
    }
    all
}
