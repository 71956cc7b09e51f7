//! References in the files of resources.

use crate::check::Subject;

/// Returns whether a file of resources refers to a name of the template.
pub(in crate::check) fn is_in_extra(subject: &Subject<'_>, name: &str) -> bool {
    subject.plan.extra.references.iter().any(|reference| reference.node == name)
}
