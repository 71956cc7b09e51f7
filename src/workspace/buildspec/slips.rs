//! Keys at the wrong level of a buildspec, and misspelled ones: what such a key hides is not missing.

use crate::diagnostic::suggest::similar;

use super::reader::{ARTIFACTS, ENV, PHASE, PHASES, TOP};
use super::{Buildspec, UnknownKey};

/// Where a key belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home<'a> {
    /// At the top.
    Top,
    /// Under a key: that of a section, or that of the phase before it.
    Under(&'a str),
}

/// The keys of `artifacts` without which an artifact holds something else.
const OF_ARTIFACTS: [&str; 4] = ["files", "secondary-artifacts", "base-directory", "discard-paths"];

impl UnknownKey {
    /// Where a key of the format belongs that is at another level.
    pub fn home(&self) -> Option<Home<'_>> {
        let key = self.key.node.as_str();
        let is = |keys: &[&str]| keys.contains(&key);
        match self.section.as_str() {
            "" if is(&OF_ARTIFACTS) || key == "exclude-paths" => Some(Home::Under("artifacts")),
            "" if is(ENV) => Some(Home::Under("env")),
            "" if is(PHASES) => Some(Home::Under("phases")),
            "phases" if is(PHASE) => self.previous.as_deref().filter(|it| PHASES.contains(it)).map(Home::Under),
            "phases" if is(TOP) => Some(Home::Top),
            section if section.starts_with("phases.") && is(PHASES) => Some(Home::Under("phases")),
            section if section.starts_with("phases.") && is(&["artifacts", "reports", "cache", "env"]) => {
                Some(Home::Top)
            }
            _ => None,
        }
    }

    /// The key that is meant: the key itself, at another level, or a similar one.
    fn meant(&self) -> Option<&str> {
        match self.home() {
            Some(_) => Some(&self.key.node),
            None => similar(&self.key.node, self.known.iter().copied()),
        }
    }

    /// Whether the files of the artifacts follow from it.
    pub fn hides_artifacts(&self) -> bool {
        let of_artifacts = self.section.is_empty()
            || self.section == "artifacts"
            || self.section.starts_with("artifacts.")
            || self.section.starts_with("phases");
        let known = |key: &str| key == "artifacts" || ARTIFACTS.contains(&key) && OF_ARTIFACTS.contains(&key);
        of_artifacts && self.meant().is_some_and(known)
    }

    /// Whether the exported variables follow from it.
    pub fn hides_exports(&self) -> bool {
        let of_env = self.section == "env" || self.section.is_empty() || self.section.starts_with("phases");
        of_env && self.meant().is_some_and(|key| matches!(key, "env" | "exported-variables"))
    }
}

impl Buildspec {
    /// Whether a key that is misspelled or at the wrong level says what the artifacts hold.
    pub fn hides_artifacts(&self) -> bool {
        self.unknown_keys.iter().any(UnknownKey::hides_artifacts)
    }

    /// Whether a key that is misspelled or at the wrong level says what the build exports.
    pub fn hides_exports(&self) -> bool {
        self.unknown_keys.iter().any(UnknownKey::hides_exports)
    }
}
