//! The variables that commands set.

use crate::source::Span;
use crate::workspace::shell::{ShellFault, ShellWord, SimpleCommand, WordPart};

use super::BuildCommands;
use super::arguments::Arguments;

/// A variable that a command sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// Its value, if it is written.
    pub value: Option<Vec<WordPart>>,
    /// Whether it is always set, and stays set for the following commands.
    pub certain: bool,
    /// Whether it may stay set for the following commands: it is neither in a subshell nor for one program only.
    pub lasts: bool,
    /// Its span.
    pub span: Span,
}

impl BuildCommands {
    /// Returns the variables that the commands set.
    pub fn assigned_names(&self) -> impl Iterator<Item = &str> {
        self.assignments.iter().map(|assignment| assignment.name.as_str())
    }

    /// Returns whether the commands set a variable.
    pub fn assigns(&self, name: &str) -> bool {
        self.assignments.iter().any(|assignment| assignment.name == name)
    }

    /// Returns whether a variable may still be set when all commands have run.
    pub fn keeps(&self, name: &str) -> bool {
        self.assignments.iter().any(|assignment| assignment.name == name && assignment.lasts)
    }

    /// Adds the variables that a command tests or sets.
    pub(super) fn variables(&mut self, simple: &SimpleCommand, program: &str, arguments: &Arguments<'_>) {
        match program {
            "[" | "[[" | "test" | "case" => {
                let names = simple.words.iter().flat_map(ShellWord::variables);
                self.tested.extend(names.map(str::to_owned));
            }
            "export" | "read" | "declare" | "local" | "readonly" | "typeset" | "mapfile" | "readarray" | "getopts"
            | "let" => {
                self.assign(simple.words.iter().skip(1), simple, arguments.span());
            }
            "for" | "select" => self.assign(simple.words.iter().skip(1).take(1), simple, arguments.span()),
            "printf" if arguments.has_flag("-v") => {
                self.assign(simple.words.iter().skip(2).take(1), simple, arguments.span());
            }
            _ => {}
        }
    }

    /// Adds the variables that faulty assignments were meant to set.
    pub(super) fn meant(&mut self, text: &str, faults: &[(ShellFault, std::ops::Range<usize>)], span: Span) {
        let assigns = |fault: &ShellFault| {
            matches!(
                fault,
                ShellFault::SpacedAssignment
                    | ShellFault::SpacedValue
                    | ShellFault::BareCommand
                    | ShellFault::DollarAssignment
            )
        };
        for (_, range) in faults.iter().filter(|(fault, _)| assigns(fault)) {
            let written = text.get(range.clone()).unwrap_or_default();
            let written = written.strip_prefix("export").unwrap_or(written).trim_start().trim_start_matches('$');
            let name: String = written.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            self.assignments.push(Assignment { name, value: None, certain: false, lasts: true, span });
        }
    }

    /// Adds the variables of a script that is read into the shell; `None` if it may set any.
    pub(super) fn sourced(&mut self, variables: Option<&'static [String]>, span: Span) {
        let Some(variables) = variables else {
            self.opaque = self.opaque.or(Some(span));
            return;
        };
        self.assignments.extend(variables.iter().map(|name| Assignment {
            name: name.clone(),
            value: None,
            certain: false,
            lasts: true,
            span,
        }));
    }

    /// Adds the variables in the words after `export`, `read`, and similar commands.
    fn assign<'w>(&mut self, words: impl Iterator<Item = &'w ShellWord>, command: &SimpleCommand, place: Span) {
        let lasts = command.depth == 0 && !command.piped;
        for word in words.filter(|word| !word.prefix().starts_with('-')) {
            let (name, value) = match word.prefix().split_once('=') {
                Some((name, value)) => {
                    let first = (!value.is_empty()).then(|| WordPart::Text(value.to_owned()));
                    (name, Some(first.into_iter().chain(word.parts.iter().skip(1).cloned()).collect()))
                }
                None => (word.prefix(), None),
            };
            if name.is_empty() && !word.parts.is_empty() {
                // `export $(cat .env)`
                self.opaque = self.opaque.or(Some(place));
            }
            // `export NAME` passes on a variable that is already set.
            let exported = value.is_none() && self.assigns(name);
            if !name.is_empty() && !exported {
                let certain = lasts && !command.sometimes && value.is_some();
                self.assignments.push(Assignment { name: name.to_owned(), certain, lasts, value, span: place });
            }
        }
    }
}
