//! The type of a value, as it would be written for a parameter, if the text determines it.

use crate::resolve::{Definition, DefinitionId, DefinitionKind, Index};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Entry, Expr, ExprKind, Field, File, Reference, Stmt, StmtKind, TypeKind};
use crate::syntax::parse;

use super::Snapshot;
use super::outline::{each_statement, each_value};

/// The most references that are followed from one name to another.
const DEPTH: usize = 8;

/// The text before a type in its declaration.
const TYPE: &str = "type T = ";

/// The types of the values of a compilation.
pub(super) struct Types<'s> {
    snapshot: &'s Snapshot,
    names: &'s Index,
}

impl<'s> Types<'s> {
    pub(super) fn new(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, names: snapshot.compilation().names() }
    }

    /// Returns the type of a value.
    pub(super) fn of(&self, value: &Expr) -> Option<String> {
        self.of_value(value, DEPTH)
    }

    /// Returns the type of what a definition refers to.
    pub(super) fn of_definition(&self, definition: &Definition) -> Option<String> {
        self.defined(definition, DEPTH)
    }

    /// Returns the fields of a type: their names and types.
    pub(super) fn fields(&self, ty: &str) -> Vec<(String, String)> {
        let ty = ty.trim().trim_end_matches('?');
        let parsed = parse(FileId::of_path("".into()), &format!("{TYPE}{ty}\n"));
        let Some(StmtKind::TypeDecl(it)) = parsed.ast.statements.first().map(|it| &it.kind) else { return Vec::new() };
        let text = |span: Span| ty.get(span.range().start - TYPE.len()..span.range().end - TYPE.len());
        match &it.ty.kind {
            TypeKind::Record(fields) => {
                let field = |it: &Field| Some((it.name.node.clone(), text(it.ty.span)?.to_owned()));
                fields.iter().filter_map(field).collect()
            }
            TypeKind::Named { name, .. } => self.fields_of_declared(&name.node),
            _ => Vec::new(),
        }
    }

    /// Returns the fields of a type that a file declares.
    fn fields_of_declared(&self, name: &str) -> Vec<(String, String)> {
        let declared = |(_, it): &(DefinitionId, &Definition)| it.kind == DefinitionKind::Type && it.name == name;
        let Some((_, definition)) = self.names.definitions().find(declared) else { return Vec::new() };
        let Some(tree) = self.snapshot.tree(definition.span.file) else { return Vec::new() };
        let record = find(&tree.ast, |statement| match &statement.kind {
            StmtKind::TypeDecl(it) if it.name.span.covers(definition.span) => match &it.ty.kind {
                TypeKind::Record(fields) => Some(fields),
                _ => None,
            },
            _ => None,
        });
        let written = |span: Span| self.snapshot.compilation().sources().slice(span).to_owned();
        record.into_iter().flatten().map(|it| (it.name.node.clone(), written(it.ty.span))).collect()
    }

    fn of_value(&self, value: &Expr, depth: usize) -> Option<String> {
        Some(match &value.kind {
            ExprKind::String(_) => "string".to_owned(),
            ExprKind::Bool(_) | ExprKind::Not(_) | ExprKind::Compare { .. } | ExprKind::And(_) | ExprKind::Or(_) => {
                "bool".to_owned()
            }
            ExprKind::Number(_) => "number".to_owned(),
            ExprKind::Duration { .. } => "duration".to_owned(),
            ExprKind::ArtifactFile { .. } => "File".to_owned(),
            ExprKind::List(elements) => format!("[{}]", self.of_elements(elements, depth)?),
            ExprKind::ListFor { element, .. } => format!("[{}]", self.of_value(element, depth)?),
            ExprKind::Map(entries) => self.record(&[entries.as_slice()], depth)?,
            ExprKind::Conditional { then, .. } => return self.of_value(then, depth),
            ExprKind::Call { callee, .. } => match callee.first()?.node.as_str() {
                "join" | "lower" | "upper" | "replace" => "string".to_owned(),
                "length" => "number".to_owned(),
                "contains" => "bool".to_owned(),
                _ => return None,
            },
            ExprKind::Reference(reference) => return self.of_reference(reference, depth),
            _ => return None,
        })
    }

    fn of_reference(&self, reference: &Reference, depth: usize) -> Option<String> {
        if !reference.accesses.is_empty() {
            return None;
        }
        self.defined(self.definition_of(reference)?, depth.checked_sub(1)?)
    }

    fn definition_of(&self, reference: &Reference) -> Option<&'s Definition> {
        let id: DefinitionId = self.names.definition_at(reference.head.span.file, reference.head.span.start)?;
        self.names.definition(id)
    }

    /// Returns the type of the elements of a list.
    fn of_elements(&self, elements: &[Expr], depth: usize) -> Option<String> {
        let maps: Option<Vec<&[Entry]>> = elements
            .iter()
            .map(|element| match &element.kind {
                ExprKind::Map(entries) => Some(entries.as_slice()),
                _ => None,
            })
            .collect();
        match (maps, elements.first()) {
            (Some(maps), Some(_)) => self.record(&maps, depth),
            (None, Some(first)) => self.of_value(first, depth),
            (_, None) => Some("string".to_owned()),
        }
    }

    /// Returns the type of maps, some of which may lack a field.
    fn record(&self, maps: &[&[Entry]], depth: usize) -> Option<String> {
        let mut fields: Vec<(&str, String)> = Vec::new();
        for entry in maps.iter().copied().flatten() {
            let key = entry.key.node.as_str();
            if fields.iter().any(|(known, _)| *known == key) {
                continue;
            }
            let lacks = maps.iter().any(|map| map.iter().all(|other| other.key.node != key));
            let optional = if lacks { "?" } else { "" };
            fields.push((key, format!("{}{optional}", self.of_value(&entry.value, depth)?)));
        }
        let fields: Vec<String> = fields.into_iter().map(|(key, ty)| format!("{key}: {ty}")).collect();
        Some(format!("{{ {} }}", fields.join(", ")))
    }

    fn defined(&self, definition: &Definition, depth: usize) -> Option<String> {
        match definition.kind {
            DefinitionKind::Artifact => return Some("Artifact".to_owned()),
            DefinitionKind::Variable => return Some("string".to_owned()),
            DefinitionKind::Declaration(kind) => return kind.type_name().map(str::to_owned),
            _ => {}
        }
        let tree = &self.snapshot.tree(definition.span.file)?.ast;
        let written = |span: Span| self.snapshot.compilation().sources().slice(span).to_owned();
        match definition.kind {
            DefinitionKind::Loop => self.of_loop(tree, definition, depth),
            DefinitionKind::Let => {
                let found = find(tree, |statement| match &statement.kind {
                    StmtKind::Let(it) if it.name.span.covers(definition.span) => Some(it),
                    _ => None,
                })?;
                match &found.ty {
                    Some(ty) => Some(written(ty.span)),
                    None => self.of_value(&found.value, depth),
                }
            }
            DefinitionKind::Option | DefinitionKind::Param => {
                let found = find(tree, |statement| match &statement.kind {
                    StmtKind::Param(it) if it.name.span.covers(definition.span) => Some(it),
                    _ => None,
                })?;
                Some(written(found.ty.span))
            }
            DefinitionKind::Parameter => {
                let found = find(tree, |statement| match &statement.kind {
                    StmtKind::Component(it) => {
                        it.formals.iter().find(|formal| formal.name.span.covers(definition.span))
                    }
                    _ => None,
                })?;
                Some(written(found.ty.span))
            }
            _ => None,
        }
    }

    fn of_loop(&self, tree: &'s File, definition: &Definition, depth: usize) -> Option<String> {
        let list = find(tree, |statement| {
            let mut list = match &statement.kind {
                StmtKind::For(it) if it.name.span.covers(definition.span) => Some(&it.list),
                _ => None,
            };
            each_value(statement, &mut |value| {
                if let ExprKind::ListFor { name, list: inner, .. } = &value.kind
                    && name.span.covers(definition.span)
                {
                    list = Some(inner);
                }
            });
            list
        })?;
        self.of_element(list, depth)
    }

    /// Returns the type of the variable of a loop over a value.
    fn of_element(&self, list: &Expr, depth: usize) -> Option<String> {
        match &list.kind {
            ExprKind::Range(..) => Some("number".to_owned()),
            ExprKind::List(elements) => self.of_elements(elements, depth),
            _ => {
                let ty = self.of_value(list, depth)?;
                ty.strip_prefix('[')?.strip_suffix(']').map(str::to_owned)
            }
        }
    }
}

/// Returns the first result for a statement of a file.
fn find<'t, T>(file: &'t File, look: impl Fn(&'t Stmt) -> Option<T>) -> Option<T> {
    let mut found = None;
    each_statement(&file.statements, &mut |statement| {
        if found.is_none() {
            found = look(statement);
        }
    });
    found
}
