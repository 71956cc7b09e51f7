//! Names of declarations in quotes, once all declarations have been read.

use crate::hir::{Declaration, Entity, Ownership, ValueKind};

use super::builder::Builder;

impl Builder<'_> {
    /// Reports the strings that AWS would take as the name of another resource.
    pub(super) fn quoted_names(&mut self) {
        for quoted in std::mem::take(&mut self.values.quoted) {
            let by_name = matches!(quoted.entity, Entity::Project(_) | Entity::Bucket(_) | Entity::Repository(_));
            let declaration = self.hir.declaration(quoted.entity).filter(|_| by_name);
            let different = declaration.is_some_and(|declaration| differs(declaration, &quoted.name.node));
            if different {
                self.values.report_quoted(&quoted, false);
            }
        }
    }
}

/// Returns whether a declared resource certainly has a different name in AWS.
fn differs(declaration: &Declaration, name: &str) -> bool {
    match (&declaration.ownership, declaration.name()) {
        (Ownership::Imported(value), _) => match &value.kind {
            ValueKind::Text(text) => {
                text.as_literal().is_some_and(|it| it != name && !it.ends_with(&format!(":{name}")))
            }
            _ => false,
        },
        (Ownership::Owned, Some(given)) => given.node.as_literal().is_some_and(|given| given != name),
        // CloudFormation or dotpipe prepends the name of the stack.
        (Ownership::Owned, None) => true,
    }
}
