//! Completion, even in text that cannot be parsed yet: the text is parsed with an identifier at the cursor, so that
//! `Fetch.` and `from ` become what they are about to be. Names and files come from the last compilation.

mod focus;
mod header;
mod items;
mod members;
mod signature;
mod snippets;
mod values;

use std::ops::Range;

use camino::Utf8Path;

use crate::diagnostic::{Code, Severity};
use crate::resolve::{Definition, DefinitionKind, Index};
use crate::source::{FileId, Span};
use crate::syntax::ast::{
    Access, Attribute, Clauses, Expr, ExprKind, Ident, Name, OnClause, Reference, ResourceBody, Stmt, StmtKind,
    StringPartKind,
};
use crate::syntax::{Parsed, parse};

use super::Snapshot;
use super::places::statements_around;
use super::shape::{Shape, shape_at};
use values::{Wanted, wanted_by_type};

pub use items::{Item, ItemKind};
pub(super) use signature::parameters_of;
pub use signature::signature;
pub use snippets::{plain, plain_text};
pub(super) use values::PSEUDO;

/// The identifier at the cursor while the text is parsed. It continues an existing word.
const MARK: &str = "zzCursorzz";

/// Completion items.
#[derive(Debug, Clone, Default)]
pub struct Completions {
    /// The range that they replace: the word at the cursor.
    pub replace: Range<usize>,
    /// The most likely first.
    pub items: Vec<Item>,
}

/// A position in a text that is being typed.
struct Cursor<'a> {
    /// The text with the mark.
    text: String,
    parsed: Parsed,
    /// The offset of the mark.
    at: u32,
    /// The word before and after the cursor, in the text without the mark.
    word: Range<usize>,
    /// Whether a `=` follows the word, so that the value already exists.
    has_value: bool,
    path: &'a Utf8Path,
    snapshot: Option<&'a Snapshot>,
    /// The file in the snapshot, and the corresponding offset.
    known: Option<(FileId, u32)>,
}

/// Returns the completion items at an offset of a `.pipe` file.
pub fn complete(text: &str, offset: usize, path: &Utf8Path, snapshot: Option<&Snapshot>) -> Completions {
    let cursor = Cursor::new(text, offset, path, snapshot);
    let mut items = cursor.items();
    // The same word can be a name and a keyword, or an attribute of two groups.
    let mut seen = crate::collections::HashSet::default();
    items.retain(|item| seen.insert((item.label.clone(), item.kind)));
    items.sort_by(|one, other| (one.rank, &one.label).cmp(&(other.rank, &other.label)));
    Completions { replace: cursor.word.clone(), items }
}

impl<'a> Cursor<'a> {
    fn new(text: &str, offset: usize, path: &'a Utf8Path, snapshot: Option<&'a Snapshot>) -> Self {
        let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let word = super::outline::word_at(text, offset);
        let has_value = text.get(word.end..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('='));
        let file = snapshot.and_then(|snapshot| snapshot.file_of(path));
        let known = file.map(|file| {
            let offset = map_offset(file.text(), text, offset);
            let tree = snapshot.and_then(|snapshot| snapshot.tree(file.id()));
            (file.id(), tree.map_or(offset, |tree| focus::in_open_block(file.text(), offset, &tree.ast)))
        });
        let text = match (file, known.zip(snapshot)) {
            (Some(file), Some(((id, _), snapshot))) => match snapshot.tree(id) {
                Some(tree) => focus::on(text, offset, file.text(), &tree.ast),
                None => text.to_owned(),
            },
            _ => text.to_owned(),
        };
        let (before, tail) = text.split_at(offset);
        let mut marked = format!("{before}{MARK}{tail}");
        let id = file.map_or_else(|| FileId::of_path(path), crate::source::SourceFile::id);
        let mut parsed = parse(id, &marked);
        let at = u32::try_from(offset).unwrap_or(u32::MAX);
        let innermost = |parsed: &Parsed, is: fn(&StmtKind) -> bool| {
            statements_around(&parsed.ast, at).last().is_some_and(|statement| is(&statement.kind))
        };
        // The key of a map, before its value is typed.
        if !has_value && innermost(&parsed, |kind| matches!(kind, StmtKind::Error(_))) {
            let with_value = format!("{before}{MARK} = 0{tail}");
            let other = parse(id, &with_value);
            let is_key = innermost(
                &other,
                |kind| matches!(kind, StmtKind::Attribute(it) if matches!(it.value.kind, ExprKind::Map(_))),
            );
            if is_key {
                (marked, parsed) = (with_value, other);
            }
        }
        Self { text: marked, parsed, at, word, has_value, path, snapshot, known }
    }

    fn holds(&self, span: Span) -> bool {
        span.start <= self.at && self.at < span.end
    }

    /// Returns whether an identifier is the one at the cursor.
    fn is_here(&self, word: &Ident) -> bool {
        self.holds(word.span) && word.node.contains(MARK)
    }

    fn names(&self) -> Option<&'a Index> {
        self.snapshot.map(|snapshot| snapshot.compilation().names())
    }

    /// Returns the definitions that are visible here, inner ones first.
    fn visible(&self) -> Vec<&'a Definition> {
        let (Some(names), Some((file, offset))) = (self.names(), self.known) else { return Vec::new() };
        names.visible_at(file, offset).into_iter().filter_map(|id| names.definition(id)).collect()
    }

    /// Returns the definition with this name that is of a matching kind.
    fn named(&self, name: &str, fits: impl Fn(DefinitionKind) -> bool) -> Option<&'a Definition> {
        self.visible().into_iter().find(|definition| definition.name == name && fits(definition.kind))
    }

    fn items(&self) -> Vec<Item> {
        let in_comment =
            |comment: &&crate::syntax::Comment| comment.span.start < self.at && self.at <= comment.span.end;
        if let Some(comment) = self.parsed.trivia.comments.iter().find(in_comment) {
            let before = self.text.get(comment.span.start as usize..self.at as usize).unwrap_or_default();
            return if before.contains("dotpipe: allow(") { items::codes() } else { Vec::new() };
        }
        let around = statements_around(&self.parsed.ast, self.at);
        let in_doc = |statement: &&&Stmt| statement.doc.as_ref().is_some_and(|doc| self.holds(doc.span));
        if around.iter().any(|statement| in_doc(&statement)) {
            return Vec::new();
        }
        let shape = shape_at(&self.parsed.ast, self.at, self.names());
        match around.last() {
            None => Vec::new(),
            Some(statement) => self.in_statement(statement, &shape),
        }
    }

    fn in_statement(&self, statement: &Stmt, shape: &Shape<'_>) -> Vec<Item> {
        match &statement.kind {
            StmtKind::Attribute(attribute) => self.in_attribute(attribute, shape),
            StmtKind::Error(_) => {
                let start = statement.span.start as usize;
                let before = self.text.get(start..self.word.start.max(start)).unwrap_or_default();
                self.in_header(before, shape)
            }
            StmtKind::Import(import) => {
                let names = import.names.iter().chain(&import.alias).any(|name| self.is_here(name));
                if names { self.imported_names(import) } else { self.in_value(&import.path, Wanted::ImportPath) }
            }
            StmtKind::TypeDecl(it) => self.in_type(&it.ty),
            StmtKind::Param(param) => {
                let ty = self.in_type(&param.ty);
                if ty.is_empty() { self.in_values(&param.default, Wanted::Value) } else { ty }
            }
            StmtKind::Let(it) => self.in_value(&it.value, Wanted::Value),
            StmtKind::Component(component) => {
                let types = component.formals.iter().flat_map(|formal| self.in_type(&formal.ty));
                types.collect()
            }
            StmtKind::Property(property) => self.in_type(&property.ty),
            StmtKind::Update(update) => self.in_inputs(&update.from),
            StmtKind::For(it) => self.in_value(&it.list, Wanted::Value),
            StmtKind::If(it) => self.in_value(&it.condition, Wanted::Value),
            StmtKind::Use(use_) => self.in_use(use_),
            StmtKind::Allow(allow) => self.in_allow(allow),
            StmtKind::On(on) => self.in_on(on, shape),
            StmtKind::Notify(notify) => {
                if self.is_here(&notify.target.head) {
                    return self.of_kind(crate::catalog::Kind::Topic);
                }
                let slot = crate::catalog::declaration("notify").and_then(|it| it.slot_of_attribute("on"));
                self.in_value(&notify.events, slot.map_or(Wanted::Value, Wanted::Slot))
            }
            StmtKind::StackAction(action) => self.in_action(&action.name, &action.clauses, statement),
            StmtKind::Action(action) => match &action.head {
                crate::syntax::ast::ActionHead::Typed { category, provider } if self.is_here(provider) => {
                    self.providers(&category.node)
                }
                _ => self.in_action(&action.name, &action.clauses, statement),
            },
            StmtKind::Resource(resource) => match (&resource.service, &resource.body) {
                (Some(service), _) if self.is_here(service) => items::services(),
                (_, ResourceBody::Imported(value)) => self.in_value(value, Wanted::Value),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn in_attribute(&self, attribute: &Attribute, shape: &Shape<'_>) -> Vec<Item> {
        if self.holds(attribute.key.span) {
            return self.statements_and_attributes(shape);
        }
        let slot = shape.slots.named(&attribute.key.node);
        self.in_value(&attribute.value, slot.map_or(Wanted::Value, Wanted::Slot))
    }

    fn in_action(&self, name: &Name, clauses: &Clauses, statement: &Stmt) -> Vec<Item> {
        if self.holds(name.span) {
            return name
                .parts
                .iter()
                .flat_map(|part| match &part.kind {
                    StringPartKind::Interpolation(inner) => self.in_value(inner, Wanted::Value),
                    _ => Vec::new(),
                })
                .collect();
        }
        if let Some(environment) = clauses.environment.as_ref().filter(|it| self.is_here(&it.head)) {
            let _ = environment;
            return self.of_kind(crate::catalog::Kind::Environment);
        }
        let inputs = self.in_inputs(&clauses.from);
        if !inputs.is_empty() {
            return inputs;
        }
        let to = clauses.to.iter().any(|output| self.holds(output.span));
        let behind_name = name.span.end < self.at && !to;
        // A word after the header is the next clause.
        let before = self.text.get(statement.span.start as usize..self.word.start).unwrap_or_default();
        if behind_name && !before.contains('{') { header::clauses(before) } else { Vec::new() }
    }

    fn in_inputs(&self, inputs: &[Expr]) -> Vec<Item> {
        let here = inputs.iter().find(|input| self.holds(input.span));
        here.map(|input| self.in_value(input, Wanted::Artifact)).unwrap_or_default()
    }

    fn in_values<'t>(&self, values: impl IntoIterator<Item = &'t Expr>, wanted: Wanted) -> Vec<Item> {
        values.into_iter().filter(|value| self.holds(value.span)).flat_map(|it| self.in_value(it, wanted)).collect()
    }

    fn in_on(&self, on: &crate::syntax::ast::On, shape: &Shape<'_>) -> Vec<Item> {
        if self.is_here(&on.event) {
            return header::events(shape.place);
        }
        match &on.clause {
            Some(OnClause::Require { rules, outcome }) => {
                if self.is_here(&outcome.word) {
                    return header::outcomes();
                }
                let rule = rules.iter().find(|rule| self.holds(rule.span));
                rule.map(|rule| self.in_value(rule, Wanted::Rule)).unwrap_or_default()
            }
            Some(OnClause::Outcome(_)) => header::on_clauses(),
            Some(OnClause::Text(text)) => self.in_value(text, Wanted::Value),
            None => Vec::new(),
        }
    }

    fn in_allow(&self, allow: &crate::syntax::ast::Allow) -> Vec<Item> {
        if self.holds(allow.actions.span) {
            return items::verbs();
        }
        if self.holds(allow.resources.span) {
            return self.in_value(&allow.resources, Wanted::Declaration);
        }
        self.in_values(&allow.condition, Wanted::Value)
    }

    fn in_use(&self, use_: &crate::syntax::ast::Use) -> Vec<Item> {
        if self.is_here(&use_.component.head) {
            return self.definitions(|kind| matches!(kind, DefinitionKind::Component | DefinitionKind::Module));
        }
        if let [Access::Member(member)] = use_.component.accesses.as_slice()
            && self.is_here(member)
        {
            let module = self.named(&use_.component.head.node, |kind| kind == DefinitionKind::Module);
            let exported = module.map(|module| self.exported(module)).unwrap_or_default();
            let is_component = |it: &&&Definition| it.kind == DefinitionKind::Component;
            return exported.iter().filter(is_component).map(|it| items::definition(it)).collect();
        }
        let Some(argument) = use_.arguments.iter().find(|argument| {
            self.holds(argument.value.span) || argument.name.as_ref().is_some_and(|name| self.holds(name.span))
        }) else {
            return Vec::new();
        };
        let formals = self.formals(&use_.component);
        let given: Vec<&str> = use_.arguments.iter().filter_map(|it| Some(it.name.as_ref()?.node.as_str())).collect();
        let named = argument.name.as_ref().filter(|name| !self.is_here(name));
        let mut found = Vec::new();
        if named.is_none() {
            let open = formals.iter().filter(|formal| !given.contains(&formal.name.node.as_str()));
            found.extend(open.map(|formal| items::argument(formal, &self.snapshot_text(formal.ty.span))));
        }
        // Arguments have names.
        let Some(named) = named else { return found };
        let formal = formals.iter().find(|formal| formal.name.node == named.node);
        let wanted = formal.map_or(Wanted::Value, |formal| wanted_by_type(&formal.ty));
        found.extend(self.in_value(&argument.value, wanted));
        found
    }

    /// Returns the component that a `use` refers to: in this file, or in an imported one.
    fn component(&self, named: &Reference) -> Option<&Definition> {
        let is_component = |kind| kind == DefinitionKind::Component;
        match named.accesses.as_slice() {
            [] => self.named(&named.head.node, is_component),
            [Access::Member(member)] => {
                let module = self.named(&named.head.node, |kind| kind == DefinitionKind::Module)?;
                self.exported(module).into_iter().find(|it| is_component(it.kind) && it.name == member.node)
            }
            _ => None,
        }
    }

    /// Returns the parameters of a component.
    fn formals(&self, component: &Reference) -> Vec<crate::syntax::ast::Formal> {
        let Some(definition) = self.component(component) else { return Vec::new() };
        let Some(tree) = self.snapshot.and_then(|snapshot| snapshot.tree(definition.span.file)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        super::outline::each_statement(&tree.ast.statements, &mut |statement| {
            if let StmtKind::Component(component) = &statement.kind
                && component.name.span.covers(definition.span)
            {
                found.clone_from(&component.formals);
            }
        });
        found
    }

    /// Returns the text of a span in the last compilation.
    fn snapshot_text(&self, span: Span) -> String {
        self.snapshot.map(|snapshot| snapshot.compilation().sources().slice(span).to_owned()).unwrap_or_default()
    }

    fn imported_names(&self, import: &crate::syntax::ast::Import) -> Vec<Item> {
        let Some((snapshot, names)) = self.snapshot.zip(self.names()) else { return Vec::new() };
        let Some(path) = self.import_path(import) else { return Vec::new() };
        let Some(file) = snapshot.file_of(&path).map(crate::source::SourceFile::id) else { return Vec::new() };
        let at_top = |definition: &&Definition| {
            definition.span.file == file && names.scope(definition.written).is_some_and(|scope| scope.parent.is_none())
        };
        let found = names.definitions().map(|(_, definition)| definition).filter(at_top);
        found.filter(|it| !it.name.is_empty()).map(items::definition).collect()
    }

    fn import_path(&self, import: &crate::syntax::ast::Import) -> Option<camino::Utf8PathBuf> {
        let ExprKind::String(parts) = &import.path.kind else { return None };
        let StringPartKind::Text(written) = &parts.first()?.kind else { return None };
        let root = self.snapshot?.root();
        let folder = self.path.strip_prefix(root).ok()?.parent()?;
        Some(root.join(crate::workspace::file_system::normalize(&folder.join(written)).ok()?))
    }

    fn in_type(&self, ty: &crate::syntax::ast::Type) -> Vec<Item> {
        if !self.holds(ty.span) {
            return Vec::new();
        }
        // Of `AWS::EC2::`, only the last word is replaced.
        let before = self.text.get(..self.word.start).unwrap_or_default();
        let is_path = |letter: char| letter.is_ascii_alphanumeric() || letter == ':';
        let path = before.get(before.trim_end_matches(is_path).len()..).unwrap_or_default();
        if path.ends_with("::") {
            return items::types_below(path);
        }
        let own = self.definitions(|kind| kind == DefinitionKind::Type);
        items::types().into_iter().chain(own).collect()
    }
}

/// Returns the codes that a comment can suppress.
pub(super) fn suppressible() -> impl Iterator<Item = Code> {
    Code::ALL.iter().copied().filter(|code| code.severity() != Severity::Error)
}

/// Returns the number of bytes that two texts have in common before and after the part in which they differ.
fn common(old: &str, new: &str) -> (usize, usize) {
    let same = |(one, other): &(u8, u8)| one == other;
    let before = old.bytes().zip(new.bytes()).take_while(same).count();
    let most = old.len().min(new.len()) - before;
    (before, old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(same).count())
}

/// Maps an offset of a new text to the old one, if they differ in one part.
fn map_offset(old: &str, new: &str, offset: usize) -> u32 {
    let (before, tail) = common(old, new);
    let mapped = if offset <= before {
        offset
    } else if tail > 0 && offset >= new.len() - tail {
        offset + old.len() - new.len()
    } else {
        before
    };
    u32::try_from(mapped).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::map_offset;

    #[test]
    fn places_are_found_in_the_text_before() {
        assert_eq!(map_offset("abcdef", "abXcdef", 2), 2);
        assert_eq!(map_offset("abcdef", "abXcdef", 5), 4);
        assert_eq!(map_offset("abXXcd", "abcd", 3), 5);
        assert_eq!(map_offset("aaa", "aaaa", 4), 3);
        assert_eq!(map_offset("{ a }", "{ b", 3), 2, "what was tail is gone");
        assert_eq!(map_offset("", "abc", 2), 0);
    }
}
