//! A rule as a value: its name, and the codes that it reports.

use super::{Findings, Subject};
use crate::diagnostic::Code;

/// A check for one kind of problem.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name, which is that of its file.
    pub name: &'static str,
    /// The codes that it can report.
    pub codes: &'static [Code],
    /// Checks the whole subject.
    pub(super) run: fn(&Subject<'_>, &mut Findings),
}
