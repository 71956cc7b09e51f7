//! Builds that a rule has already checked: several actions can run the same one.

use std::sync::Arc;

use crate::workspace::Build;

/// The builds so far.
#[derive(Default)]
pub(in crate::check) struct SeenBuilds<'a>(Vec<&'a Arc<Build>>);

impl<'a> SeenBuilds<'a> {
    /// Returns whether a build is new, and remembers it.
    pub fn is_new(&mut self, build: &'a Arc<Build>) -> bool {
        let is_new = !self.0.iter().any(|other| Arc::ptr_eq(other, build));
        if is_new {
            self.0.push(build);
        }
        is_new
    }
}
