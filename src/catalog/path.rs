//! The way from a resource to a property inside it.

use std::fmt;

/// The names of the properties on the way. The data joins them with periods; they are separated only here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PropertyPath<'a>(&'a str);

impl<'a> PropertyPath<'a> {
    /// The way that the data writes so, for example `Environment.Image`.
    pub const fn new(joined: &'a str) -> Self {
        Self(joined)
    }

    /// The first property, and the way from there.
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
