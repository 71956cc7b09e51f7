//! References in strings that are not replaced: `${...}` in single quotes, `$Name.Member`, `$Name`, and `{Name.Member}`.

use crate::catalog::{Slot, SlotType};
use crate::diagnostic::families::values;
use crate::hir::{Part, PartKind, Value, ValueKind};
use crate::resolve::DefinitionKind;
use crate::source::Span;

use super::evaluator::Evaluator;

/// The function of CloudFormation that replaces references in a string.
const SUBSTITUTION: &str = "Fn::Sub";

/// The attribute with commands, in which a shell has its own variables.
const COMMANDS: &str = "commands";

/// A name in a string that looks like a reference.
struct Lookalike<'t> {
    /// The text with its brackets.
    found: &'t str,
    /// The name.
    name: &'t str,
    /// Whether it is written like a reference.
    is_reference: bool,
    /// Whether it is written like a variable of a shell, without brackets.
    is_bare: bool,
}

impl Evaluator<'_> {
    /// Looks for such references in the value of a slot.
    pub(crate) fn look_for_unreplaced(&mut self, slot: &Slot, value: &Value) {
        let is_shell = slot.attribute == COMMANDS;
        if slot.ty == SlotType::Buildspec || !may_hold(value) {
            return;
        }
        let mut texts: Vec<(String, Span, bool)> = Vec::new();
        each_literal(value, &mut |text, place, mixed| texts.push((text.to_owned(), place, mixed)));
        for (text, place, mixed) in texts {
            self.in_literal(&text, place, is_shell, mixed);
        }
    }

    /// `mixed`: whether the string also contains a reference.
    fn in_literal(&mut self, text: &str, place: Span, is_shell: bool, mixed: bool) {
        let start = place.range().start;
        let before = self.shown(Span::new(place.file, start.saturating_sub(1), start));
        let written = self.shown(place);
        let quote = before.chars().next().or_else(|| written.chars().next());
        let raw = quote == Some('\'');
        for lookalike in lookalikes(text) {
            let (head, member) = lookalike.name.split_once('.').unwrap_or((lookalike.name, ""));
            let is_dotted = !member.is_empty();
            let may_be_shell = is_shell && (!is_dotted || !lookalike.is_reference);
            if may_be_shell || lookalike.is_reference && !raw {
                continue;
            }
            let Some(declared) = self.replacement(head, is_dotted, place) else { continue };
            // `{name}` is a placeholder in many notations, such as that of paths.
            let is_placeholder = !lookalike.is_reference && !is_dotted && !lookalike.is_bare;
            let mixed = mixed || written.contains("${");
            if is_placeholder && (!mixed || is_shell || text.contains(&format!("/{}", lookalike.found))) {
                continue;
            }
            let at = written.find(lookalike.found).map(|at| {
                let start = place.range().start + at;
                Span::new(place.file, start, start + lookalike.found.len())
            });
            let at = at.unwrap_or(place);
            let found = if lookalike.is_reference {
                let block = self.shown(Span::new(place.file, start.saturating_sub(2), start)) == "''";
                let edit = (raw && !block && !before.is_empty() && !written.contains(['"', '\\', '\'']))
                    .then(|| (around(place), format!("\"{written}\"")));
                values::not_replaced(lookalike.found, at, edit)
            } else {
                values::another_syntax(lookalike.found, lookalike.name, at, raw)
            };
            self.diagnostics.push(found.label(declared, "declared here"));
            return;
        }
    }

    /// Returns where what a name refers to is declared, if a string could interpolate it at `place`.
    fn replacement(&self, head: &str, is_dotted: bool, place: Span) -> Option<Span> {
        let visible = self.names.visible_at(place.file, place.start);
        let mut definitions = visible.into_iter().filter_map(|id| self.names.definition(id));
        let found = definitions.find(|definition| {
            let of_kind = match definition.kind {
                DefinitionKind::Action { .. }
                | DefinitionKind::Instance
                | DefinitionKind::Stage
                | DefinitionKind::Declaration(_) => is_dotted,
                DefinitionKind::Let | DefinitionKind::Loop | DefinitionKind::Parameter | DefinitionKind::Module => true,
                DefinitionKind::Option | DefinitionKind::Param | DefinitionKind::Variable => !is_dotted,
                _ => false,
            };
            of_kind && definition.name == head
        });
        found.map(|definition| definition.span)
    }
}

/// Returns the span of a string with its quotes.
fn around(place: Span) -> Span {
    Span::new(place.file, place.range().start.saturating_sub(1), place.range().end + 1)
}

fn may_hold(value: &Value) -> bool {
    let mut found = false;
    each_literal(value, &mut |text, _, _| found |= text.contains(['$', '{']));
    found
}

/// Calls `visit` with each known part of the strings in a value, except those of intrinsics, and whether the string has
/// other parts.
fn each_literal(value: &Value, visit: &mut dyn FnMut(&str, Span, bool)) {
    match &value.kind {
        ValueKind::Text(text) => {
            for part in &text.parts {
                if let Part { kind: PartKind::Literal(literal), span } = part {
                    visit(literal, *span, text.parts.len() > 1);
                }
            }
        }
        ValueKind::List(items) => items.iter().for_each(|item| each_literal(item, visit)),
        // CloudFormation replaces the references in the argument of `Fn::Sub`.
        ValueKind::Map(entries) => {
            let others = entries.iter().filter(|(key, _)| key.node != SUBSTITUTION);
            others.for_each(|(_, item)| each_literal(item, visit));
        }
        _ => {}
    }
}

/// The brackets that a name may be in, the longest first.
const BRACKETS: [(&str, &str); 5] = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("{", "}"), ("$", "")];

/// Returns the names in a string that look like references: `${Name.Member}`, `$(Name.Member)`, `{{Name.Member}}`,
/// `$Name.Member`.
fn lookalikes(text: &str) -> Vec<Lookalike<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(['$', '{'])).map(|at| from + at) {
        let rest = text.get(at..).unwrap_or_default();
        // `#{...}` is CodePipeline's own notation.
        let is_own = text.get(..at).is_some_and(|before| before.ends_with('#'));
        let mut brackets = BRACKETS.iter().filter(|_| !is_own);
        let lookalike = brackets.find_map(|(open, close)| in_brackets(rest, open, close));
        from = at + lookalike.as_ref().map_or(1, |lookalike| lookalike.found.len());
        found.extend(lookalike);
    }
    found
}

/// Returns the name in brackets that a text starts with.
fn in_brackets<'t>(text: &'t str, open: &str, close: &str) -> Option<Lookalike<'t>> {
    let tail = text.strip_prefix(open)?;
    let tail = if close.is_empty() { tail } else { tail.trim_start_matches(' ') };
    let length = tail.find(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c))).unwrap_or(tail.len());
    let name = tail.get(..length)?;
    let name = if close.is_empty() { name.trim_end_matches(['.', '-']) } else { name };
    let after = tail.get(name.len()..)?;
    let after = if close.is_empty() { after } else { after.trim_start_matches(' ').strip_prefix(close)? };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.ends_with('.') && !name.contains("..");
    let found = text.get(..text.len() - after.len())?;
    is_name.then_some(Lookalike { found, name, is_reference: open == "${", is_bare: open == "$" })
}

#[cfg(test)]
mod tests {
    use super::lookalikes;

    #[test]
    fn names_behind_dollars_are_found() {
        let names = |text: &str| -> Vec<(String, bool)> {
            lookalikes(text).iter().map(|it| (it.name.to_owned(), it.is_reference)).collect()
        };
        assert_eq!(
            names("Ship ${Image.TAG}: $Image.TAG."),
            [("Image.TAG".to_owned(), true), ("Image.TAG".to_owned(), false)]
        );
        assert_eq!(names("$(Image.TAG) $5 $$ ${} ${a b} $"), [("Image.TAG".to_owned(), false)]);
        assert_eq!(names("{{ Image.TAG }} {a.b} {x"), [("Image.TAG".to_owned(), false), ("a.b".to_owned(), false)]);
        assert_eq!(names("^[0-9]+$"), []);
    }
}
