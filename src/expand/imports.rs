//! Imports: the names of another file.

use crate::catalog::Kind;
use crate::evaluate::{Binding, ScopeId};
use crate::source::Spanned;
use crate::syntax::ast;

use super::expander::Expander;

impl<'a> Expander<'_, 'a> {
    /// Binds what the file of a scope imports.
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
            let earlier = self.values.scopes.bind(scope, alias, Binding::Module(home));
            self.values.report_duplicate("value", alias, earlier);
        }
        // A name that is not there has been reported.
        for name in &import.names {
            if !self.import_name(name, home, scope) {
                self.values.incomplete = true;
            }
        }
        if import.names.is_empty() && import.alias.is_none() {
            for name in self.exported(home) {
                self.import_name(&Spanned::new(name, import.path.span), home, scope);
            }
        }
    }

    /// Makes one name of another file visible here; whether there is such a name.
    fn import_name(&mut self, name: &Spanned<String>, home: ScopeId, scope: ScopeId) -> bool {
        let mut found = self.values.things.share(&name.node, home, scope);
        if let Some(binding) = self.values.scopes.own(home, &name.node).cloned() {
            let declared = self.values.scopes.place(home, &name.node).unwrap_or(name.span);
            let earlier = self.values.scopes.bind_imported(scope, name, binding, declared);
            self.values.report_duplicate("value", name, earlier);
            found = true;
        }
        found
    }

    /// What a file declares at its top.
    fn exported(&self, home: ScopeId) -> Vec<String> {
        let mut names = self.values.scopes.own_names(home);
        names.extend(
            self.values.things.names_in(home).filter(|(kind, _)| *kind != Kind::Pipeline).map(|(_, name)| name),
        );
        names.sort_unstable();
        names.dedup();
        names
    }
}
