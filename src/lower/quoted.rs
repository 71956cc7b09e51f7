//! Names of declarations in quotes, where only a name without quotes refers to the declaration.

use crate::catalog::{Kind, Slot};
use crate::diagnostic::families::names;
use crate::hir::{Declaration, Entity, Ownership, Value, ValueKind};
use crate::source::{Span, Spanned};

use super::Lowerer;

/// A string that is the name of a declaration: what is asked of it when all declarations have been read.
#[derive(Debug)]
pub(super) struct Quoted {
    entity: Entity,
    kind: Kind,
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
            let by_name = matches!(quoted.entity, Entity::Project(_) | Entity::Bucket(_) | Entity::Repository(_));
            let declaration = self.hir.declaration(quoted.entity).filter(|_| by_name);
            let different = declaration.is_some_and(|declaration| differs(declaration, &quoted.name.node));
            if different {
                self.report_quoted(&quoted, false);
            }
        }
    }

    fn report_quoted(&mut self, quoted: &Quoted, arn: bool) {
        let Quoted { entity, kind, name, declared } = quoted;
        let is_literal = self.shown(name.span).trim_matches(['"', '\'']) == name.node;
        self.hir.unnamed.remove(entity);
        self.hir.incomplete = true;
        self.diagnostics.push(names::quoted_name(kind.word(), &name.node, name.span, *declared, arn, is_literal));
    }
}

/// Whether a declared resource certainly has a different name in AWS.
fn differs(declaration: &Declaration, name: &str) -> bool {
    match (&declaration.ownership, declaration.name()) {
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
