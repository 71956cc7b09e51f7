//! Conditions of the catalog on other keys, where it may not be known yet whether they hold.

use crate::catalog::When;

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It depends on what is known later, or on what could not be read.
    Unknown,
}

impl Truth {
    /// Whether it certainly is so.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Whether it certainly is not so.
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

/// What is known of the values of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownValue<'a> {
    /// The key is not given.
    Absent,
    /// It is given, but could not be read.
    Unreadable,
    /// Its values; one that is `None` is known later.
    Values(Vec<Option<&'a str>>),
}

/// What conditions are asked of.
pub trait Lookup {
    /// What is known of a key.
    fn known(&self, key: &str) -> KnownValue<'_>;

    /// What AWS assumes where the key is absent, as AWS writes it.
    fn assumed(&self, key: &str) -> Option<&str>;
}

/// Whether a condition holds: one of the values of its key is one of those listed, or the key is given if it lists none.
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

/// Whether all conditions hold; they do where there are none.
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
