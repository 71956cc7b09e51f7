//! Names of declarations in quotes, once all declarations have been read.

use crate::catalog::Kind;
use crate::diagnostic::families::names;
use crate::diagnostic::suggest::slip;
use crate::hir::{Declaration, Entity, Ownership, Setting, ValueKind};

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
        for (kind, written) in std::mem::take(&mut self.values.strings) {
            if let Some((entity, declared)) = self.misspelled(kind, &written.node) {
                let Declaration { symbol, .. } = declared;
                let found = names::misspelled_name(kind.word(), &written, symbol, declared.name_text());
                self.values.unnamed.remove(&entity);
                self.values.incomplete = true;
                self.values.diagnostics.push(found);
            }
        }
    }

    /// Returns the declaration whose name in AWS a string misspells, if no action uses it.
    fn misspelled(&self, kind: Kind, written: &str) -> Option<(Entity, &Declaration)> {
        let by_name = matches!(kind, Kind::Project | Kind::Bucket | Kind::Repository);
        let declared = || self.hir.declarations().filter(|(entity, _)| by_name && entity.kind() == kind);
        let names = || declared().filter_map(|(_, declaration)| declaration.name_text());
        if names().any(|name| name == written) {
            return None;
        }
        let near = slip(written, names())?;
        let (entity, declaration) = declared().find(|(_, declaration)| declaration.name_text() == Some(near))?;
        let is_it = |setting: &Setting| setting.value.kind == ValueKind::Entity(entity);
        let mut actions = self.hir.pipelines.iter().flat_map(|pipeline| pipeline.actions.iter());
        let is_used = actions.any(|action| action.configuration.values().any(is_it));
        (!is_used).then_some((entity, declaration))
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
