//! Statements that differ only in names and values.

use crate::diagnostic::Edit;
use crate::resolve::DefinitionKind;
use crate::source::Span;
use crate::syntax::ast::{
    Argument, Clauses, Expr, ExprKind, Name, Reference, ResourceBody, Stmt, StmtKind, StringPart, StringPartKind,
};
use crate::syntax::quoted;

use super::super::types::Types;
use super::Site;
use super::free_names::{Parameters, lowercase};

/// A name or a value that may differ between statements.
struct Varying<'s> {
    span: Span,
    /// The name of a parameter for it.
    called: String,
    kind: VaryingKind<'s>,
}

enum VaryingKind<'s> {
    /// The name of a step.
    Name(&'s Name),
    /// An environment.
    Reference(&'s Reference),
    /// A value.
    Value(&'s Expr),
}

/// Adds a parameter for each name and value that differs between statements. Returns the spans that they replace in the
/// first one, or `None` if something else differs, too.
pub(super) fn add(parameters: &mut Parameters, site: &Site<'_>, statements: &[Stmt]) -> Option<Vec<Span>> {
    let all: Vec<Vec<Varying<'_>>> = statements.iter().map(of_statement).collect();
    let (first, others) = all.split_first()?;
    let frame = |statement: &Stmt, parts: &[Varying<'_>]| frame(site, statement.span, parts);
    let (shape, rest) = statements.split_first()?;
    let wanted = frame(shape, first)?;
    for (statement, parts) in rest.iter().zip(others) {
        if parts.len() != first.len() || frame(statement, parts)? != wanted {
            return None;
        }
    }
    let mut replaced = Vec::new();
    for (index, part) in first.iter().enumerate() {
        let column: Option<Vec<&Varying<'_>>> = all.iter().map(|parts| parts.get(index)).collect();
        let column = column?;
        let written = site.text(part.span);
        if column.iter().all(|other| site.text(other.span) == written) {
            continue;
        }
        let replacement = if let Some(texts) = texts(&column) {
            text_parameter(parameters, part, &texts)
        } else {
            let ty = common_type(site, &column)?;
            let arguments = column.iter().map(|it| site.text(it.span).to_owned()).collect();
            parameters.add(&part.called, ty, arguments)
        };
        replaced.push(part.span);
        parameters.edits.push(Edit { span: part.span, replacement });
    }
    (!replaced.is_empty()).then_some(replaced)
}

/// Returns the text around the parts of a statement, without its layout.
fn frame(site: &Site<'_>, whole: Span, parts: &[Varying<'_>]) -> Option<String> {
    let text = site.file.text();
    let ends = parts.iter().map(|part| part.span.range().start).chain([whole.range().end]);
    let starts = [whole.range().start].into_iter().chain(parts.iter().map(|part| part.span.range().end));
    let mut frame = String::new();
    for (start, end) in starts.zip(ends) {
        for word in text.get(start..end)?.split([' ', '\t', '\r', '\n', ',']).filter(|word| !word.is_empty()) {
            frame.push_str(word);
            frame.push(' ');
        }
        frame.push('|');
    }
    Some(frame)
}

/// Returns the texts of parts that are all literal strings.
fn texts<'s>(column: &[&Varying<'s>]) -> Option<Vec<&'s str>> {
    let plain = |part: &&Varying<'s>| match part.kind {
        VaryingKind::Name(name) => name.literal(),
        VaryingKind::Value(Expr { kind: ExprKind::String(parts), .. }) => match parts.as_slice() {
            [StringPart { kind: StringPartKind::Text(text), .. }] => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    };
    column.iter().map(plain).collect()
}

/// Returns a string with a parameter for the difference, and the common text around it: `"app-${env}"`.
fn text_parameter(parameters: &mut Parameters, part: &Varying<'_>, texts: &[&str]) -> String {
    let (before, after) = common_ends(texts);
    let inner = |text: &&str| quoted(text.get(before..text.len() - after).unwrap_or_default());
    let arguments = texts.iter().map(inner).collect();
    let name = parameters.add(&part.called, "string".to_owned(), arguments);
    let first = texts.first().copied().unwrap_or_default();
    let is_name = matches!(part.kind, VaryingKind::Name(_));
    if before + after == 0 && !is_name {
        return name;
    }
    let fixed = |text: Option<&str>| {
        let quoted = quoted(text.unwrap_or_default());
        quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
    };
    format!("\"{}${{{name}}}{}\"", fixed(first.get(..before)), fixed(first.get(first.len() - after..)))
}

/// Returns the length of the common prefix and suffix of texts, in whole words.
fn common_ends(texts: &[&str]) -> (usize, usize) {
    let is_end = |letter: char| matches!(letter, '-' | '_' | '/' | '.' | ':' | ' ');
    let Some((first, others)) = texts.split_first() else { return (0, 0) };
    let shared = |one: &str, other: &str| one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let before = others.iter().map(|other| shared(first, other)).min().unwrap_or(0);
    let head: String = first.chars().take(before).collect();
    let before = head.rfind(is_end).map_or(0, |at| at + 1);
    let reversed = |text: &str| text.chars().rev().collect::<String>();
    let tail = others.iter().map(|other| shared(&reversed(first), &reversed(other))).min().unwrap_or(0);
    let tail: String = first.chars().skip(first.chars().count() - tail).collect();
    let after = tail.find(is_end).map_or(0, |at| tail.len() - at);
    // Each text must keep a remainder.
    let fits = texts.iter().all(|text| text.len() > before + after);
    if fits { (before, after) } else { (0, 0) }
}

/// Returns the common type of all parts.
fn common_type(site: &Site<'_>, column: &[&Varying<'_>]) -> Option<String> {
    let types = Types::new(site.snapshot);
    let of = |part: &&Varying<'_>| match part.kind {
        VaryingKind::Name(_) => None,
        VaryingKind::Reference(reference) => definition_type(site, &types, reference),
        VaryingKind::Value(Expr { kind: ExprKind::Reference(reference), .. }) => {
            definition_type(site, &types, reference)
        }
        VaryingKind::Value(value) => types.of(value),
    };
    let mut all = column.iter().map(of);
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

fn definition_type(site: &Site<'_>, types: &Types<'_>, reference: &Reference) -> Option<String> {
    let names = site.names();
    let definition = names.definition(names.definition_at(site.file.id(), reference.head.span.start)?)?;
    match (definition.kind, reference.accesses.is_empty()) {
        // A variable of an action.
        (DefinitionKind::Action { .. }, false) => Some("string".to_owned()),
        (DefinitionKind::Declaration(kind), true) => kind.type_name().map(str::to_owned),
        (_, true) => types.of_definition(definition),
        _ => None,
    }
}

/// Returns the names and values of a statement, in order.
fn of_statement(statement: &Stmt) -> Vec<Varying<'_>> {
    let mut found = Vec::new();
    collect(statement, &mut found);
    found.sort_by_key(|part| part.span);
    found
}

fn collect<'s>(statement: &'s Stmt, found: &mut Vec<Varying<'s>>) {
    let mut name = |called: &str, name: &'s Name| {
        found.push(Varying { span: name.span, called: called.to_owned(), kind: VaryingKind::Name(name) });
    };
    match &statement.kind {
        StmtKind::Stage(named) => name("stage", &named.name),
        StmtKind::StackAction(action) => {
            name("stack", &action.name);
            clauses(&action.clauses, found);
        }
        StmtKind::Action(action) => {
            name("action", &action.name);
            clauses(&action.clauses, found);
        }
        StmtKind::Attribute(attribute) => value(&attribute.key.node, &attribute.value, found),
        StmtKind::Let(it) => value(&it.name.node, &it.value, found),
        StmtKind::For(it) => value("list", &it.list, found),
        StmtKind::If(it) => value("condition", &it.condition, found),
        StmtKind::Use(it) => arguments(&it.arguments, found),
        StmtKind::Resource(resource) => {
            if let ResourceBody::Imported(it) = &resource.body {
                value("value", it, found);
            }
        }
        _ => {}
    }
    for block in statement.blocks() {
        for inner in &block.statements {
            collect(inner, found);
        }
    }
}

fn clauses<'s>(clauses: &'s Clauses, found: &mut Vec<Varying<'s>>) {
    if let Some(environment) = &clauses.environment {
        let kind = VaryingKind::Reference(environment);
        found.push(Varying { span: environment.span, called: "environment".to_owned(), kind });
    }
    for input in &clauses.from {
        let called = if matches!(input.kind, ExprKind::ArtifactFile { .. }) { "file" } else { "artifact" };
        value(called, input, found);
    }
}

fn arguments<'s>(arguments: &'s [Argument], found: &mut Vec<Varying<'s>>) {
    for argument in arguments {
        value(argument.name.as_ref().map_or("value", |name| name.node.as_str()), &argument.value, found);
    }
}

/// Collects the values in a value: those of a list, a map, or a call, or the value itself.
fn value<'s>(called: &str, it: &'s Expr, found: &mut Vec<Varying<'s>>) {
    match &it.kind {
        ExprKind::List(elements) => elements.iter().for_each(|element| value(called, element, found)),
        ExprKind::Map(entries) => entries.iter().for_each(|entry| value(&entry.key.node, &entry.value, found)),
        ExprKind::Call { arguments: given, .. } => arguments(given, found),
        _ => {
            let name = lowercase(called).chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>();
            let starts = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
            let called = if starts { name } else { "value".to_owned() };
            found.push(Varying { span: it.span, called, kind: VaryingKind::Value(it) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::common_ends;

    #[test]
    fn texts_share_whole_words() {
        assert_eq!(common_ends(&["app-dev", "app-prod"]), (4, 0));
        assert_eq!(common_ends(&["dev", "demo"]), (0, 0));
        assert_eq!(common_ends(&["x/dev.json", "x/prod.json"]), (2, 5));
        assert_eq!(common_ends(&["a-", "a-b"]), (0, 0));
        assert_eq!(common_ends(&["é-a", "é-b"]), (3, 0));
    }
}
