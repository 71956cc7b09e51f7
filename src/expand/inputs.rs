//! Values from outside the files.

use std::collections::BTreeMap;

use crate::hir::Value;
use crate::syntax::ast::ParamKind;

/// Values that come from outside the file.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Values of `option`s, by name.
    pub options: BTreeMap<String, Given>,
    /// Values of `param`s, by name, for targets that need them.
    pub params: BTreeMap<String, String>,
}

/// A value of an `option` from outside.
#[derive(Debug, Clone)]
pub enum Given {
    /// As on a command line: parsed as the option's type.
    Written(String),
    /// As in a file, with its span there.
    Value(Value),
}

/// A value from outside that no statement takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedInput {
    /// Whether it was given to an `option` or to a `param`.
    pub kind: ParamKind,
    /// The name.
    pub name: String,
    /// The most similar name declared of that kind.
    pub similar: Option<String>,
    /// Whether the file declares the name as the other kind.
    pub other_kind: bool,
}

impl UnusedInput {
    /// Returns the keyword of the statement that would take it.
    pub fn keyword(&self) -> &'static str {
        if self.kind == ParamKind::Param { "param" } else { "option" }
    }
}
