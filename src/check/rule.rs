//! A rule as a value: it has a name, and says which codes it reports.

use super::{Findings, Subject};
use crate::diagnostic::Code;

/// Looks for one kind of fault.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name: that of its file.
    pub name: &'static str,
    /// The codes of what it reports, and of nothing else.
    pub codes: &'static [Code],
    /// Looks at the whole subject.
    pub(super) run: fn(&Subject<'_>, &mut Findings),
}
