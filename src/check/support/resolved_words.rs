//! Words of commands with the values of their variables.

use crate::workspace::shell::WordPart;

use super::build_calls::Calls;

/// The most steps through variables that are set from other variables.
const DEPTH: usize = 4;

impl Calls<'_> {
    /// Returns a word in which each variable that is not known has its name.
    pub(in crate::check) fn resolved(&self, parts: &[WordPart]) -> Option<String> {
        self.resolved_to(parts, DEPTH)
    }

    fn resolved_to(&self, parts: &[WordPart], depth: usize) -> Option<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                WordPart::Text(own) => text.push_str(own),
                WordPart::Variable(name) => text.push_str(&self.resolved_variable(name, depth)),
                WordPart::Dynamic => return None,
            }
        }
        Some(text)
    }

    fn resolved_variable(&self, name: &str, depth: usize) -> String {
        let mut assigned = self.environment.build.commands.assignments.iter().filter(|it| it.name == name);
        let only = assigned.next().map(|first| first.value.as_ref().filter(|_| assigned.next().is_none()));
        if let Some(value) = only {
            let value = value.zip(depth.checked_sub(1)).and_then(|(value, depth)| self.resolved_to(value, depth));
            return value.unwrap_or_else(|| format!("${{{name}}}"));
        }
        let pattern = self.pattern(&[WordPart::Variable(name.to_owned())]);
        if !pattern.contains('*') || pattern.starts_with("*.dkr.ecr.") {
            return pattern;
        }
        // Two variables may have the same value.
        let same = self.environment.value(name).and_then(|value| {
            self.environment.entries().find(|(_, other)| other.same(value)).map(|(other, _)| other.node.as_str())
        });
        format!("${{{}}}", same.unwrap_or(name))
    }
}
