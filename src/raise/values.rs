//! Values, in the form in which their slots read them.

use crate::catalog::{Slot, SlotType};
use crate::hir::{
    ActionId, ArtifactFile, ArtifactId, Declaration, Entity, Ownership, ParamId, PartKind, Secret, Text, Value,
    ValueKind, VariableId,
};
use crate::source::Span;
use crate::syntax::ast::tree;
use crate::syntax::ast::{Entry, Expr, ExprKind, StringPart, StringPartKind, is_identifier};

use super::Raiser;

impl Raiser<'_> {
    /// Returns a value in the form for a slot; without a slot, in the general form.
    pub(super) fn value(&self, value: &Value, slot: Option<&Slot>) -> Expr {
        let span = value.span;
        let kind = match (&value.kind, slot.map(|slot| slot.ty)) {
            (ValueKind::Text(text), Some(SlotType::Enum | SlotType::EnumList)) if text.as_literal().is_some() => {
                return word(text, slot, span);
            }
            (ValueKind::Text(text), Some(_)) if is_region(slot) => return region(self, text, span),
            (ValueKind::Text(text), Some(SlotType::String)) | (ValueKind::LateList(text), _) => {
                return self.text(text, true, span);
            }
            (ValueKind::Text(text), _) => return self.text(text, false, span),
            (ValueKind::Number(text), Some(ty @ (SlotType::Minutes | SlotType::Days))) => {
                return tree::duration(text.parse().unwrap_or(0) * unit_of(ty), span);
            }
            (ValueKind::Number(text), _) => ExprKind::Number(text.clone()),
            (ValueKind::Null, _) => ExprKind::Null,
            (ValueKind::Bool(flag), _) => ExprKind::Bool(*flag),
            (ValueKind::Duration(seconds), _) => return tree::duration(*seconds, span),
            (ValueKind::Percent(number), _) => ExprKind::Percent(*number),
            (ValueKind::Range(from, to), _) => ExprKind::Range(*from, *to),
            (ValueKind::Word(word), _) => return tree::word(word, span),
            (ValueKind::List(items), _) => ExprKind::List(items.iter().map(|item| self.value(item, slot)).collect()),
            (ValueKind::Map(entries), _) => {
                let entry = |(key, value): &(crate::source::Spanned<String>, Value)| {
                    let field = slot.and_then(|slot| slot.field.iter().find(|field| field.attribute == key.node));
                    Entry { key: key.clone(), value: self.value(value, field) }
                };
                ExprKind::Map(entries.iter().map(entry).collect())
            }
            (ValueKind::Entity(entity), _) => return self.entity(*entity, span),
            (ValueKind::Artifact(id), _) => return tree::reference(&[self.artifact(*id)], span),
            (ValueKind::ArtifactFile(file), _) => self.artifact_file(file),
            (ValueKind::Secret(secret), _) => return self.secret(secret, span),
            (ValueKind::Parameter(name), _) => return self.parameter(name, span),
            (ValueKind::InlineYaml(text), _) => {
                let text = tree::expr(ExprKind::String(self.parts(text)), span);
                return tree::call(&["yaml"], vec![(None, text)], span);
            }
            (ValueKind::Raw(value), _) => return self.raw(value, span),
            (ValueKind::Test(id), _) => return self.tested(*id, span),
            (ValueKind::Choice(choice), _) => return self.choice(choice, span),
            (ValueKind::Poisoned, _) => ExprKind::Error,
        };
        tree::expr(kind, span)
    }

    /// Returns a reference to a declaration, or its name or ARN if nothing declares it.
    pub(super) fn entity(&self, entity: Entity, span: Span) -> Expr {
        match self.hir.declaration(entity) {
            Some(Declaration { is_declared: false, ownership: Ownership::Imported(value), .. }) => {
                self.value(value, None)
            }
            _ => tree::reference(&[&self.hir.symbol(entity).node], span),
        }
    }

    /// Returns the name of an artifact of the enclosing pipeline.
    pub(super) fn artifact(&self, id: ArtifactId) -> &str {
        let artifact = self.inside.as_ref().and_then(|inside| inside.pipeline.artifacts.get(id));
        artifact.map_or("", |artifact| &artifact.name.node)
    }

    /// Returns `Artifact::file`.
    pub(super) fn artifact_file(&self, file: &ArtifactFile) -> ExprKind {
        let artifact = file.artifact.map_or("", |id| self.artifact(id));
        ExprKind::ArtifactFile {
            artifact: tree::ident(artifact, file.artifact_span),
            path: self.parts(&file.path),
            path_span: file.path_span,
        }
    }

    /// Returns text, or the value alone if it consists only of one. `anything`: single secrets and intrinsics mean text
    /// here too.
    pub(super) fn text(&self, text: &Text, anything: bool, span: Span) -> Expr {
        let alone = match text.parts.as_slice() {
            [only] => match &only.kind {
                PartKind::Literal(_) | PartKind::Poisoned | PartKind::Namespace(..) => None,
                PartKind::Secret(_) | PartKind::Parameter(_) | PartKind::Raw(_) if !anything => None,
                kind => self.part(kind, span),
            },
            _ => None,
        };
        alone.unwrap_or_else(|| tree::expr(ExprKind::String(self.parts(text)), span))
    }

    /// Returns the parts of a string.
    pub(super) fn parts(&self, text: &Text) -> Vec<StringPart> {
        let part = |part: &crate::hir::Part| {
            let kind = match &part.kind {
                PartKind::Literal(text) => StringPartKind::Text(text.clone()),
                PartKind::Namespace(namespace, variable) => StringPartKind::Runtime(format!("{namespace}.{variable}")),
                kind => match (self.part(kind, part.span), kind) {
                    (Some(value), _) => StringPartKind::Interpolation(Box::new(value)),
                    (None, PartKind::Output(action, variable)) => {
                        StringPartKind::Runtime(format!("{}.{variable}", self.namespace(*action)))
                    }
                    (None, _) => StringPartKind::Interpolation(Box::new(tree::expr(ExprKind::Error, part.span))),
                },
            };
            StringPart { kind, span: part.span }
        };
        text.parts.iter().map(part).collect()
    }

    /// Returns the value of a text part; `None` if it is possible only in strings.
    fn part(&self, kind: &PartKind, span: Span) -> Option<Expr> {
        let text = |text: &str| (None, tree::text(text, span));
        Some(match kind {
            PartKind::Literal(_) | PartKind::Namespace(..) | PartKind::Poisoned => return None,
            PartKind::Param(id) => self.param(*id, span)?,
            PartKind::Pseudo(name) => {
                let path = tree::text_parts(name, span);
                tree::expr(ExprKind::ArtifactFile { artifact: tree::ident("AWS", span), path, path_span: span }, span)
            }
            PartKind::Member(entity, member) => tree::reference(&[&self.hir.symbol(*entity).node, member], span),
            PartKind::Ref(id) => tree::call(&["cfn", "ref"], vec![text(id)], span),
            PartKind::Att(id, attribute) => tree::call(&["cfn", "att"], vec![text(id), text(attribute)], span),
            PartKind::Import(export) => {
                tree::call(&["cfn", "import"], vec![(None, self.text(export, false, span))], span)
            }
            PartKind::Raw(value) => self.raw(value, span),
            PartKind::Choice(choice) => self.choice(choice, span),
            PartKind::Lookup(lookup) => self.lookup(lookup, span),
            PartKind::Secret(secret) => self.secret(secret, span),
            PartKind::Parameter(name) => self.parameter(name, span),
            PartKind::Variable(id) => tree::reference(&[self.variable(*id)?], span),
            PartKind::Output(action, variable) => self.output(*action, variable, span)?,
        })
    }

    /// Returns a parameter, or its logical ID if a variable of the pipeline has the same name.
    fn param(&self, id: ParamId, span: Span) -> Option<Expr> {
        let name = self.hir.params.get(id)?.name.node.as_str();
        let variables = self.inside.iter().flat_map(|inside| &inside.pipeline.variables);
        if variables.into_iter().any(|variable| variable.name.node == name) {
            return Some(tree::call(&["cfn", "ref"], vec![(None, tree::text(name, span))], span));
        }
        Some(tree::reference(&[name], span))
    }

    fn variable(&self, id: VariableId) -> Option<&str> {
        let variable = self.inside.as_ref()?.pipeline.variables.get(id)?;
        Some(&variable.name.node)
    }

    /// Returns `Action.Variable`, if the variable is valid in a reference.
    fn output(&self, action: ActionId, variable: &str, span: Span) -> Option<Expr> {
        if !is_identifier(variable) {
            return None;
        }
        let mut path: Vec<&str> = self.inside.as_ref()?.symbols.path(action);
        path.push(variable);
        Some(tree::reference(&path, span))
    }

    fn namespace(&self, action: ActionId) -> &str {
        self.inside.as_ref().map_or("", |inside| inside.symbols.namespace(action))
    }

    fn secret(&self, secret: &Secret, span: Span) -> Expr {
        let mut arguments = vec![(None, self.text(&secret.id, false, span))];
        let selectors = ["key", "stage", "version"].into_iter().zip(secret.selectors());
        arguments.extend(selectors.filter_map(|(word, text)| Some((Some(word), self.text(text?, false, span)))));
        tree::call(&["secret"], arguments, span)
    }

    fn parameter(&self, name: &Text, span: Span) -> Expr {
        tree::call(&["ssm"], vec![(None, self.text(name, false, span))], span)
    }

    fn raw(&self, value: &Value, span: Span) -> Expr {
        tree::call(&["cfn", "raw"], vec![(None, self.value(value, None))], span)
    }
}

/// Returns the word of an enumeration for AWS's name.
fn word(text: &Text, slot: Option<&Slot>, span: Span) -> Expr {
    let aws = text.as_literal().unwrap_or_default();
    let known = slot.and_then(|slot| slot.values.iter().find(|(_, value)| *value == aws));
    tree::word(known.map_or(aws, |(word, _)| word.as_str()), span)
}

fn is_region(slot: Option<&Slot>) -> bool {
    slot.and_then(|slot| slot.charset.as_deref()) == Some("region")
}

/// Returns a Region: a bare word if it is known, else a string, because a bare name would be read as a Region.
fn region(raiser: &Raiser<'_>, text: &Text, span: Span) -> Expr {
    match text.as_literal() {
        Some(literal) => tree::word(literal, span),
        None => tree::expr(ExprKind::String(raiser.parts(text)), span),
    }
}

/// Returns how many seconds the unit of a slot's numbers has.
fn unit_of(ty: SlotType) -> u64 {
    if ty == SlotType::Days { 86_400 } else { 60 }
}
