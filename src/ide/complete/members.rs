//! Completion after a dot: variables of actions, outputs of stacks, settings of environments, fields of maps, names of
//! files.

use crate::catalog::{self, Kind};
use crate::hir::{ActionId, PipelineId};
use crate::plan::DeployedTemplate;
use crate::resolve::{Definition, DefinitionKind, Index, ScopeId};
use crate::syntax::ast::{ExprKind, ResourceBody, StmtKind};

use super::super::navigate::{actions_in, imported_file, statement_of};
use super::super::outline::each_statement;
use super::super::types::Types;
use super::Cursor;
use super::items::{self, Item, ItemKind};

/// A key in brackets. The entries of a map by such keys have the same fields.
pub(super) const ANY_KEY: &str = "[]";

impl Cursor<'_> {
    /// Returns the items that can follow a dot after these words.
    pub(super) fn members(&self, before: &[&str]) -> Vec<Item> {
        let [head, rest @ ..] = before else { return Vec::new() };
        if *head == "cfn" && rest.is_empty() {
            let of_cfn = items::functions().into_iter().filter_map(|item| {
                let name = item.label.strip_prefix("cfn.")?.to_owned();
                Some(Item { snippet: format!("{name}($0)"), label: name, ..item })
            });
            return of_cfn.collect();
        }
        // An action takes precedence over a stage of the same name: the name of a stage is needed only if actions share
        // a name.
        let all = self.visible();
        let mut named: Vec<&Definition> = all.into_iter().filter(|it| it.name == *head).collect();
        named.sort_by_key(|it| !matches!(it.kind, DefinitionKind::Action { .. }));
        named.into_iter().map(|it| self.members_of(it, rest)).find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn members_of(&self, definition: &Definition, rest: &[&str]) -> Vec<Item> {
        match (definition.kind, rest) {
            (DefinitionKind::Action { .. }, []) => {
                let mut found = self.variables(definition);
                let has_outputs = !self.outputs(definition).is_empty();
                found.extend(
                    has_outputs.then(|| Item::new("outputs", ItemKind::Member, "outputs of the stack").rank(5)),
                );
                found
            }
            (DefinitionKind::Action { .. }, ["outputs"]) => self.outputs(definition),
            (DefinitionKind::Declaration(kind), []) => {
                let members = catalog::declaration(kind.word()).map_or(&[][..], |it| &it.members);
                members.iter().map(|word| Item::new(word.as_str(), ItemKind::Member, kind.word())).collect()
            }
            (DefinitionKind::Declaration(Kind::Environment), ["settings"]) => self.environment_settings(definition),
            (DefinitionKind::Stage, _) => {
                let Some(names) = self.names() else { return Vec::new() };
                self.inside(names, definition.opens, rest)
            }
            (DefinitionKind::Instance, _) => {
                let component = self.component_of(definition);
                let Some((names, opens)) = self.names().zip(component) else { return Vec::new() };
                self.inside(names, Some(opens), rest)
            }
            (DefinitionKind::Module, []) => self.exported(definition).into_iter().map(items::definition).collect(),
            (DefinitionKind::Loop | DefinitionKind::Let | DefinitionKind::Parameter | DefinitionKind::Option, _) => {
                self.fields(definition, rest)
            }
            _ => Vec::new(),
        }
    }

    /// Returns the actions in a scope, or the members of one of them.
    fn inside(&self, names: &Index, scope: Option<ScopeId>, rest: &[&str]) -> Vec<Item> {
        let Some(scope) = scope else { return Vec::new() };
        let is_action = |it: &&Definition| {
            matches!(it.kind, DefinitionKind::Action { .. })
                && names.is_inside(it.written, scope)
                && !it.name.is_empty()
        };
        let mut actions = names.definitions().map(|(_, it)| it).filter(is_action);
        match rest {
            [] => actions.map(items::definition).collect(),
            [name, rest @ ..] => actions.find(|it| it.name == *name).map_or(Vec::new(), |it| self.members_of(it, rest)),
        }
    }

    /// Returns the scope of the component of an instance.
    fn component_of(&self, instance: &Definition) -> Option<ScopeId> {
        let (snapshot, names) = (self.snapshot?, self.names()?);
        let tree = snapshot.tree(instance.span.file)?;
        let mut found = None;
        each_statement(&tree.ast.statements, &mut |statement| {
            if let StmtKind::Use(it) = &statement.kind
                && it.alias.as_ref().is_some_and(|alias| alias.span.covers(instance.span))
            {
                found = Some(it.component.span);
            }
        });
        let used = found?;
        let is_component = |id| names.definition(id).filter(|it| it.kind == DefinitionKind::Component);
        let ends = [used.start, used.end];
        ends.into_iter().filter_map(|at| is_component(names.definition_at(used.file, at)?)).next_back()?.opens
    }

    /// Returns the top-level names of an imported file.
    pub(super) fn exported(&self, module: &Definition) -> Vec<&Definition> {
        let (Some(snapshot), Some(names)) = (self.snapshot, self.names()) else { return Vec::new() };
        let Some(file) = imported_file(snapshot, module.span) else { return Vec::new() };
        let is_top = |scope: ScopeId| names.scope(scope).is_some_and(|scope| scope.parent.is_none());
        let is_exported = |it: &&Definition| {
            let is_pipeline = it.kind == DefinitionKind::Declaration(Kind::Pipeline);
            it.span.file == file && is_top(it.written) && !is_pipeline && !it.name.is_empty()
        };
        names.definitions().map(|(_, it)| it).filter(is_exported).collect()
    }

    /// Returns the fields of a map, or of a nested one.
    fn fields(&self, definition: &Definition, rest: &[&str]) -> Vec<Item> {
        let Some(snapshot) = self.snapshot else { return Vec::new() };
        let types = Types::new(snapshot);
        let mut ty = types.of_definition(definition);
        for field in rest {
            let fields = ty.map(|ty| types.fields(&ty)).unwrap_or_default();
            ty = fields.into_iter().find(|(name, _)| name == field || *field == ANY_KEY).map(|(_, ty)| ty);
        }
        let fields = ty.map(|ty| types.fields(&ty)).unwrap_or_default();
        fields.into_iter().map(|(name, ty)| Item::new(name, ItemKind::Member, ty).rank(5)).collect()
    }

    /// Returns the settings of an environment.
    fn environment_settings(&self, definition: &Definition) -> Vec<Item> {
        let Some(snapshot) = self.snapshot else { return Vec::new() };
        let Some(tree) = snapshot.tree(definition.span.file) else { return Vec::new() };
        let mut found = Vec::new();
        each_statement(&tree.ast.statements, &mut |statement| {
            let StmtKind::Resource(resource) = &statement.kind else { return };
            let ResourceBody::Block(block) = &resource.body else { return };
            if !resource.name.span.covers(definition.span) {
                return;
            }
            for statement in &block.statements {
                if let StmtKind::Attribute(attribute) = &statement.kind
                    && let ("settings", ExprKind::Map(entries)) = (attribute.key.node.as_str(), &attribute.value.kind)
                {
                    let keys = entries.iter().map(|entry| entry.key.node.as_str());
                    found.extend(keys.map(|key| Item::new(key, ItemKind::Member, "setting")));
                }
            }
        });
        found
    }

    /// Returns the actions that the statement of a definition creates.
    fn actions_of(&self, definition: &Definition) -> Vec<(PipelineId, ActionId)> {
        let Some(snapshot) = self.snapshot else { return Vec::new() };
        statement_of(snapshot, definition).map(|statement| actions_in(snapshot, statement)).unwrap_or_default()
    }

    /// Returns the output variables of an action: those of its type, its buildspec, its stack.
    fn variables(&self, definition: &Definition) -> Vec<Item> {
        let Some(snapshot) = self.snapshot else { return Vec::new() };
        let hir = snapshot.compilation().hir();
        let mut found = Vec::new();
        snapshot.with_action_files(|action_files| {
            for (pipeline, id) in self.actions_of(definition) {
                let Some(action) = hir.pipelines.get(pipeline).and_then(|it| it.actions.get(id)) else { continue };
                let of_type = action.action_type.variable.iter();
                found.extend(
                    of_type.map(|it| {
                        Item::new(it.name.as_str(), ItemKind::Member, "known at run time").doc(it.doc.as_str())
                    }),
                );
                if let Some(build) = action_files.build(pipeline, id) {
                    let exported = build.spec.env.exported.iter();
                    found.extend(
                        exported.map(|it| {
                            Item::new(it.node.as_str(), ItemKind::Member, "exported by the buildspec").rank(10)
                        }),
                    );
                }
            }
        });
        found.extend(self.outputs(definition));
        found
    }

    /// Returns the outputs of the stack of an action.
    fn outputs(&self, definition: &Definition) -> Vec<Item> {
        let Some(snapshot) = self.snapshot else { return Vec::new() };
        let mut found = Vec::new();
        snapshot.with_action_files(|action_files| {
            for (pipeline, id) in self.actions_of(definition) {
                let DeployedTemplate::Found { template, .. } = action_files.template(pipeline, id) else { continue };
                found.extend(
                    template
                        .outputs
                        .iter()
                        .map(|it| Item::new(it.name.node.as_str(), ItemKind::Member, "output of the stack").rank(10)),
                );
            }
        });
        found
    }
}
