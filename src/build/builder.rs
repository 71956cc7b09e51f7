//! The state while an entry file is built.

use std::rc::Rc;

use crate::catalog::Kind;
use crate::collections::{HashMap, HashSet};
use crate::diagnostic::Diagnostics;
use crate::evaluate::{DeclaredName, Evaluator};
use crate::expand::{Body, Expander, Expansion, Inputs, Surroundings, UnusedInput, unused_inputs};
use crate::hir::{self, ActionId, Hir, ImportAlias, RoleId, UnusedValue, UseId};
use crate::resolve::place::Place;
use crate::resolve::{Definition, DefinitionKind, Index, Module};
use crate::source::Spanned;
use crate::syntax::ast::{self, Stmt, StmtKind};

use super::drafts::{ActionBody, Declared, PipelineDraft, SetNames};

/// The result of building an entry file.
#[derive(Debug, Clone, Default)]
pub struct Built {
    /// The resolved pipelines.
    pub hir: Hir,
    /// The diagnostics.
    pub diagnostics: Diagnostics,
    /// The parts of [`Inputs`] that the file does not declare.
    pub unused_inputs: Vec<UnusedInput>,
}

/// Builds the resolved pipelines.
pub(super) struct Builder<'a> {
    /// The evaluator.
    pub(super) values: Evaluator<'a>,
    /// What has been expanded.
    pub(super) expansion: Expansion<'a>,
    /// What has been built.
    pub(super) hir: Hir,
    /// The declarations other than pipelines, in order.
    pub(super) resources: Vec<Declared<'a, ast::Resource>>,
    /// The declared pipelines.
    pub(super) pipelines: Vec<Declared<'a, ast::Named>>,
    /// The number of declarations of each kind.
    counts: HashMap<Kind, usize>,
    /// The pipelines with names but no values.
    pub(super) drafts: Vec<PipelineDraft<'a>>,
    /// The blocks of statements with two actions, by the first action, until the second is filled in.
    pub(super) pair_bodies: HashMap<ActionId, ActionBody>,
    /// The names in the pipeline's statements that prepare change sets, by their actions.
    pub(super) change_sets: HashMap<ActionId, SetNames>,
    /// The pipeline's stack statements whose names have been reported, by their first actions.
    pub(super) misnamed: HashSet<ActionId>,
    /// The roles that values refer to by ARN.
    pub(super) roles_by_arn: Vec<RoleId>,
}

impl<'a> Builder<'a> {
    /// Creates the state before anything has been read.
    pub(super) fn new(modules: &'a [Module<'a>], names: &'a Index, inputs: &'a Inputs) -> Self {
        Self {
            values: Evaluator::new(modules, names),
            expansion: Expansion::new(inputs),
            hir: Hir::default(),
            resources: Vec::new(),
            pipelines: Vec::new(),
            counts: HashMap::default(),
            drafts: Vec::new(),
            pair_bodies: HashMap::default(),
            change_sets: HashMap::default(),
            misnamed: HashSet::default(),
            roles_by_arn: Vec::new(),
        }
    }

    /// Returns the expander of blocks.
    pub(super) fn expander(&mut self) -> Expander<'_, 'a> {
        Expander { values: &mut self.values, state: &mut self.expansion }
    }

    /// Returns the statements of a block, with loops, conditions, and components expanded.
    pub(super) fn expand(&mut self, statements: &'a [Stmt], place: Place, inside: &str, at: &Surroundings) -> Body<'a> {
        self.expander().expand(statements, place, inside, at)
    }

    /// Returns the name of a declaration.
    pub(super) fn declared_name(&mut self, name: &'a ast::Name, at: &Surroundings) -> Option<DeclaredName> {
        at.declared_name(name, &mut self.values)
    }

    /// Runs a step, and traces its diagnostics back to the `use` statements of `trail`.
    pub(super) fn traced<T>(&mut self, trail: &Rc<[UseId]>, step: impl FnOnce(&mut Self) -> T) -> T {
        let from = self.values.diagnostics.len();
        let made = step(self);
        self.expansion.trace(trail, &mut self.values.diagnostics, from);
        made
    }

    /// Runs a step whose diagnostics are discarded.
    pub(super) fn quietly<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        let quiet = self.values.begin_quiet();
        let made = step(self);
        self.values.end_quiet(quiet);
        made
    }

    /// Counts a declaration of a kind. Returns its index.
    pub(super) fn next(&mut self, kind: Kind) -> usize {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        *count - 1
    }

    /// Returns the values and components that nothing refers to.
    fn unused(&self) -> Vec<UnusedValue> {
        let entry = self.values.modules.last().map(|module| module.ast.span.file);
        let is_value = |kind: DefinitionKind| {
            matches!(
                kind,
                DefinitionKind::Option
                    | DefinitionKind::Param
                    | DefinitionKind::Variable
                    | DefinitionKind::Let
                    | DefinitionKind::Component
            )
        };
        let unnamed = self.values.names.definitions().map(|(_, it)| it).filter(|it| it.uses == 0 && is_value(it.kind));
        // Components in other files may be used by other entry files.
        let unnamed = unnamed.filter(|it| it.kind != DefinitionKind::Component || Some(it.span.file) == entry);
        let unnamed = unnamed.filter(|it| !self.values.named.contains(&it.name));
        let value =
            |it: &Definition| UnusedValue { keyword: it.kind.noun(), name: Spanned::new(it.name.clone(), it.span) };
        unnamed.map(value).collect()
    }

    /// The names of imported files.
    fn aliases(&self) -> Vec<ImportAlias> {
        let modules = self.values.modules;
        let of_module = |module: &'a Module<'a>| {
            let imports = module.ast.statements.iter().filter_map(|statement| match &statement.kind {
                StmtKind::Import(import) => Some(import),
                _ => None,
            });
            imports.zip(module.imports).filter_map(|(import, target)| {
                let imported = modules.get((*target)?)?.ast.span.file;
                Some(ImportAlias { name: import.alias.clone()?, imported })
            })
        };
        modules.iter().flat_map(of_module).collect()
    }

    pub(super) fn finish(mut self) -> Built {
        self.quoted_names();
        self.values.incomplete |= self.values.diagnostics.has_errors() || self.values.names.has_unknown();
        self.hir.unused = self.unused();
        self.hir.aliases = self.aliases();
        let unused_inputs = unused_inputs(&self.values, self.expansion.inputs);
        let Self { values, expansion, mut hir, .. } = self;
        hir.params = values.params;
        hir.conditions = values.conditions;
        hir.mappings = values.mappings;
        hir::name_all(&mut hir.conditions, &mut hir.mappings, &hir.params);
        hir.loops = expansion.loops;
        hir.uses = expansion.uses;
        hir.unnamed = values.unnamed;
        hir.origins = values.origins;
        hir.incomplete = values.incomplete;
        Built { hir, diagnostics: values.diagnostics, unused_inputs }
    }
}
