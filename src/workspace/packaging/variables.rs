//! The variables that commands set and test.

use std::ops::Range;

use super::arguments::Arguments;
use super::{Assignment, BuildCommands};
use crate::source::Span;
use crate::workspace::shell::{ShellFault, ShellWord, SimpleCommand, WordPart};

impl BuildCommands {
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
    pub(super) fn meant(&mut self, text: &str, faults: &[(ShellFault, Range<usize>)], span: Span) {
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
    pub(super) fn sourced(&mut self, variables: Option<&'static [&'static str]>, span: Span) {
        let Some(variables) = variables else {
            self.opaque = self.opaque.or(Some(span));
            return;
        };
        self.assignments.extend(variables.iter().map(|name| Assignment {
            name: (*name).to_owned(),
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
