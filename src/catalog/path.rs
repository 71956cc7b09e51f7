//! The path from a resource to a nested property.

use std::fmt;

/// The names of the properties in the path. The data joins them with periods, and only this type separates them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PropertyPath<'a>(&'a str);

impl<'a> PropertyPath<'a> {
    /// Creates a path from its form in the data, for example `Environment.Image`.
    pub const fn new(joined: &'a str) -> Self {
        Self(joined)
    }

    /// Returns the first property, and the path from there.
    pub fn step(self) -> (&'a str, Option<Self>) {
        match self.0.split_once('.') {
            Some((first, rest)) => (first, Some(Self(rest))),
            None => (self.0, None),
        }
    }
}

impl fmt::Display for PropertyPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
