//! Names of declarations in quotes, where only a name without quotes refers to the declaration.

use crate::catalog::{Slot, Target};
use crate::diagnostic::families::names;
use crate::hir::{Declaration, Entity, Ownership, Value, ValueKind};
use crate::source::{Span, Spanned};

use super::Lowerer;
use super::declare::noun;

/// A string that is the name of a declaration: what is asked of it when all declarations have been read.
#[derive(Debug)]
pub(super) struct Quoted {
    entity: Entity,
    kind: Target,
    name: Spanned<String>,
    declared: Span,
}

impl Lowerer<'_> {
    /// Looks at a string in a slot for a reference; the value instead, where AWS accepts no name there.
    pub(super) fn quoted(&mut self, slot: &Slot, value: &Value) -> Option<Value> {
        let (kind, name) = (slot.to?, value.as_str()?);
        let (entity, declared) = self.symbols.declared(kind, name)?;
        let quoted = Quoted { entity, kind, name: Spanned::new(name.to_owned(), value.span), declared };
        if slot.member.as_deref() != Some("arn") {
            self.quoted.push(quoted);
            return None;
        }
        self.report_quoted(&quoted, true);
        Some(Value::poisoned(value.span))
    }

    /// Reports the strings that AWS takes for the name of something else.
    pub(super) fn quoted_names(&mut self) {
        for quoted in std::mem::take(&mut self.quoted) {
            let different = match quoted.entity {
                Entity::Project(id) => {
                    self.hir.projects.get(id.0).is_some_and(|it| differs(&it.declaration, &quoted.name.node))
                }
                Entity::Bucket(id) => self.hir.buckets.get(id.0).is_some_and(|it| differs(it, &quoted.name.node)),
                Entity::Repository(id) => {
                    self.hir.repositories.get(id.0).is_some_and(|it| differs(it, &quoted.name.node))
                }
                _ => false,
            };
            if different {
                self.report_quoted(&quoted, false);
            }
        }
    }

    fn report_quoted(&mut self, quoted: &Quoted, arn: bool) {
        let Quoted { entity, kind, name, declared } = quoted;
        let is_literal = self.shown(name.span).trim_matches(['"', '\'']) == name.node;
        self.hir.mentioned.insert(*entity);
        self.hir.incomplete = true;
        self.diagnostics.push(names::quoted_name(noun(*kind), &name.node, name.span, *declared, arn, is_literal));
    }
}

/// Whether a declared resource certainly has a different name in AWS.
fn differs(declaration: &Declaration, name: &str) -> bool {
    match (&declaration.ownership, &declaration.name) {
        (Ownership::Imported(value), _) => match &value.kind {
            ValueKind::Text(text) => {
                text.as_literal().is_some_and(|it| it != name && !it.ends_with(&format!(":{name}")))
            }
            _ => false,
        },
        (Ownership::Owned, Some(given)) => given.node.as_literal().is_some_and(|given| given != name),
        // CloudFormation or dotpipe puts the name of the stack before it.
        (Ownership::Owned, None) => true,
    }
}
