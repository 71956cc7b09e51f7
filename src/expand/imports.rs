//! Imports: the names of another file.

use std::collections::BTreeSet;

use crate::catalog::Kind;
use crate::evaluate::{Binding, ScopeId};
use crate::resolve::DefinitionKind;
use crate::source::Spanned;
use crate::syntax::ast;

use super::expander::Expander;

impl<'a> Expander<'_, 'a> {
    /// Binds the imports of the file of a scope.
    pub(crate) fn import_all(&mut self, module: usize, scope: ScopeId, roots: &[ScopeId]) {
        let Some(module) = self.values.modules.get(module) else { return };
        let imports = module.ast.statements.iter().filter_map(|statement| match &statement.kind {
            ast::StmtKind::Import(import) => Some(import),
            _ => None,
        });
        for (import, target) in imports.zip(module.imports) {
            match target.and_then(|target| roots.get(target).copied()) {
                Some(home) => self.import(import, home, scope),
                None => self.values.incomplete = true,
            }
        }
    }

    fn import(&mut self, import: &'a ast::Import, home: ScopeId, scope: ScopeId) {
        if let Some(alias) = &import.alias {
            self.values.bind(scope, alias, DefinitionKind::Module, Binding::Module(home));
        }
        let values = self.values_of(home);
        // A name that does not exist has been reported.
        for name in &import.names {
            self.values.incomplete |= self.values.definition_of(name).is_none();
            self.import_name(name, &values, home, scope);
        }
        if import.names.is_empty() && import.alias.is_none() {
            let entities = self.values.entities.names_in(home).filter(|(kind, _)| *kind != Kind::Pipeline);
            let all: BTreeSet<String> = values.iter().cloned().chain(entities.map(|(_, name)| name)).collect();
            for name in all {
                self.import_name(&Spanned::new(name, import.path.span), &values, home, scope);
            }
        }
    }

    /// Records an imported name, of a value (one of `values`) or of declarations, so that nothing else gets the name
    /// here.
    fn import_name(&mut self, name: &Spanned<String>, values: &BTreeSet<String>, home: ScopeId, scope: ScopeId) {
        self.values.entities.share(&name.node, home, scope);
        if values.contains(&name.node) {
            let (scopes, names) = (&mut self.values.scopes, self.values.names);
            let alias = scopes.own(scope).filter_map(|id| names.definition(id)).find(|it| it.name == name.node);
            let alias = alias.map(|it| it.span);
            let earlier = scopes.import(scope, name).or(alias);
            self.values.report_duplicate("value", name, earlier);
        }
    }

    /// Returns the names of the values, types, and components at the top level of a file.
    fn values_of(&self, home: ScopeId) -> BTreeSet<String> {
        let scopes = &self.values.scopes;
        let own = scopes.own(home).filter_map(|id| self.values.names.definition(id));
        let own = own.filter(|it| !matches!(it.kind, DefinitionKind::Declaration(_))).map(|it| it.name.clone());
        own.chain(scopes.imported(home).map(str::to_owned)).collect()
    }
}
