//! Actions: the header, and the attributes of the block.

use crate::catalog::{ActionType, Category, Deployed, Header, Owner, Slot};
use crate::hir::{Action, ActionId, ArtifactId, BOUNDARY, Entity, Filter, Value, ValueKind};
use crate::source::Span;
use crate::syntax::ast::tree;
use crate::syntax::ast::{
    self, ActionHead, Clauses, Entry, Expr, ExprKind, On, Output, StackKind, StackVerb, Stmt, StmtKind,
};

use super::Raiser;

/// Returns the statement about a StackSet for an action's type, and the suffix of the action's name.
fn of_stack_set(action: &Action) -> Option<(StackKind, &'static str)> {
    match action.action_type.deploys? {
        Deployed::StackSet => Some((StackKind::StackSet, "")),
        Deployed::StackInstances => Some((StackKind::StackInstances, ".Instances")),
        Deployed::Stack => None,
    }
}

/// Returns the kind of `deploy stackset` or `deploy stack-instances` that an action can be written as.
pub(super) fn stack_set(action: &Action) -> Option<StackKind> {
    let (kind, suffix) = of_stack_set(action)?;
    (action.word.is_some() && action.name.node.ends_with(suffix)).then_some(kind)
}

/// Returns whether an action can be written as `deploy stackset` or `deploy stack-instances`.
pub(super) fn is_stack_set(action: &Action) -> bool {
    stack_set(action).is_some()
}

/// Returns the name in the header of such a statement.
pub(super) fn stack_set_name(action: &Action) -> &str {
    let name = action.name.node.as_str();
    let suffix = of_stack_set(action).map_or("", |(_, suffix)| suffix);
    name.strip_suffix(suffix).unwrap_or(name)
}

impl Raiser<'_> {
    /// Returns the statement of one action. `doc`: whether to include its documentation.
    pub(super) fn action(&self, id: ActionId, action: &Action, doc: bool) -> Stmt {
        let span = action.span;
        let symbol = self.inside.as_ref().map_or("", |inside| inside.symbols.symbol(id));
        let header = self.inputs(action);
        let mut statements = identity(action, symbol);
        statements.extend(self.configuration(action, symbol, &header));
        statements.extend(self.rest(id, action));
        let block = (!statements.is_empty()).then(|| tree::block(statements, span));
        let environment = action
            .environment
            .as_ref()
            .map(|it| tree::path(&[&self.hir.symbol(Entity::Environment(it.node)).node], it.span));
        let clauses = Clauses { environment, from: header.from, to: self.outputs(action) };
        let name = tree::name(symbol, action.name.span);
        let kind = if let Some(kind) = stack_set(action) {
            let verb = crate::source::Spanned::new(StackVerb::Deploy, span);
            let kind = crate::source::Spanned::new(kind, span);
            StmtKind::StackAction(ast::StackAction { verb, kind, name, clauses, block })
        } else {
            StmtKind::Action(ast::Action { head: head(action), keyword: span, name, clauses, block })
        };
        tree::statement(kind, action.doc.as_deref().filter(|_| doc), span)
    }

    /// Returns the attributes of the configuration; keys without an attribute are in `configuration`.
    fn configuration(&self, action: &Action, symbol: &str, header: &Inputs) -> Vec<Stmt> {
        let mut statements = Vec::new();
        let mut raw = Vec::new();
        for (key, setting) in &action.configuration {
            let slot = action.action_type.slot_of_key(key).filter(|_| !setting.raw);
            let Some(slot) = slot else {
                raw.push(Entry { key: tree::ident(key, setting.attribute), value: self.value(&setting.value, None) });
                continue;
            };
            let is_stated = match slot.header {
                Some(Header::FromFile) => header.file,
                Some(Header::PrimaryInput) => header.primary,
                Some(Header::StackName) => is_stack_set(action) && setting.value.as_str() == Some(symbol),
                None => false,
            };
            if !is_stated {
                let named = slot.header == Some(Header::StackName) && is_stack_set(action);
                let word = if named { "name" } else { &slot.attribute };
                statements.push(tree::attribute(word, self.value(&setting.value, Some(slot))));
            }
        }
        if !raw.is_empty() {
            statements.push(tree::attribute("configuration", tree::expr(ExprKind::Map(raw), action.span)));
        }
        statements
    }

    /// Returns the attributes outside the configuration, the filters, and the permissions from the file.
    fn rest(&self, id: ActionId, action: &Action) -> Vec<Stmt> {
        let namespace = self.inside.as_ref().and_then(|inside| inside.symbols.written_namespace(id));
        let minutes = action.timeout.as_ref();
        let values = [
            ("timeout", minutes.map(|it| tree::duration(u64::from(it.node) * 60, it.span))),
            ("run-order", action.run_order.as_ref().map(|it| tree::number(&it.node.to_string(), it.span))),
            ("action-role", action.role.as_ref().map(|role| self.role(role))),
            ("region", action.region.as_ref().map(|region| tree::word(&region.node, region.span))),
            ("namespace", namespace.map(|namespace| tree::text(namespace, action.span))),
            (BOUNDARY, action.boundary.as_ref().map(|arn| self.value(arn, None))),
            ("origin", action.template_origin.as_ref().map(|path| tree::text(&path.node, path.span))),
            ("checkout", self.checkout(action)),
            ("cfn-condition", action.cfn_condition.as_ref().and_then(|it| self.existence(it))),
            ("raw", action.raw.as_ref().map(|raw| self.value(raw, None))),
        ];
        let attributes = values.into_iter().filter_map(|(word, value)| Some(tree::attribute(word, value?)));
        let filters = action.filters.iter().map(|filter| self.filter(filter));
        attributes.chain(filters).chain(action.statements.iter().map(|it| self.allow(it))).collect()
    }

    /// Returns the folder that a source checks out, if it is not the default.
    fn checkout(&self, action: &Action) -> Option<Expr> {
        let actions = self.inside.as_ref().map(|inside| inside.pipeline.actions.as_slice()).unwrap_or_default();
        let assumed = action.is_git_source() && actions.iter().filter(|it| it.is_git_source()).count() == 1;
        match &action.checkout {
            Some(folder) if assumed && folder.node == "." => None,
            Some(folder) => Some(tree::text(&folder.node, folder.span)),
            None if assumed => Some(tree::flag(false, action.span)),
            None => None,
        }
    }

    fn filter(&self, filter: &Filter) -> Stmt {
        let word = filter.event.word();
        let block =
            Some(self.block(word, &filter.attributes, filter.span)).filter(|block| !block.statements.is_empty());
        let on = On { keyword: filter.span, event: tree::ident(word, filter.span), clause: None, block };
        tree::statement(StmtKind::On(on), None, filter.span)
    }

    fn outputs(&self, action: &Action) -> Vec<Output> {
        let inside = self.inside.iter();
        let outputs = inside.flat_map(|inside| action.outputs.iter().map(|id| inside.pipeline.artifact(*id)));
        outputs
            .map(|artifact| Output {
                name: artifact.name.clone(),
                contents: artifact.contents.iter().map(|file| tree::text(&file.node, file.span)).collect(),
                span: artifact.name.span,
            })
            .collect()
    }

    /// Returns the `from` clause: the inputs that no value refers to.
    fn inputs(&self, action: &Action) -> Inputs {
        let of_type = &action.action_type;
        let all: Vec<ArtifactId> = action.inputs.iter().map(|input| input.artifact).collect();
        let file = setting_of(action, of_type, Header::FromFile).and_then(|value| match &value.kind {
            ValueKind::ArtifactFile(file) => Some((file.artifact?, value)),
            _ => None,
        });
        let primary = setting_of(action, of_type, Header::PrimaryInput);
        let first = |value: &&Value| matches!(value.kind, ValueKind::Artifact(id) if all.first() == Some(&id));
        let is_first = primary.as_ref().is_some_and(first);
        let mut named = Vec::new();
        for (key, setting) in &action.configuration {
            let of_header = of_type.slot_of_key(key).and_then(|slot| slot.header).filter(|_| !setting.raw);
            let is_file = of_header == Some(Header::FromFile) && file.is_some();
            let is_primary = of_header == Some(Header::PrimaryInput) && is_first;
            if !is_file && !is_primary {
                artifacts_of(&setting.value, &mut named);
            }
        }
        let least = file.and_then(|(id, _)| all.iter().position(|other| *other == id)).map_or(0, |at| at + 1);
        let complete = |count: &usize| {
            let mut seen: Vec<ArtifactId> = all.iter().take(*count).copied().collect();
            for id in &named {
                if !seen.contains(id) {
                    seen.push(*id);
                }
            }
            seen == all
        };
        let count = (least..all.len()).find(complete).unwrap_or(all.len());
        let from = action.inputs.iter().take(count).map(|input| match file {
            Some((id, value)) if id == input.artifact => self.value(value, None),
            _ => tree::reference(&[self.artifact(input.artifact)], input.span),
        });
        Inputs { from: from.collect(), file: file.is_some(), primary: is_first && count > 1 }
    }
}

/// The `from` clause of an action.
struct Inputs {
    from: Vec<Expr>,
    /// Whether a file in it fills a slot.
    file: bool,
    /// Whether it determines the primary artifact.
    primary: bool,
}

/// Returns the value that the header sets.
fn setting_of<'a>(action: &'a Action, of_type: &ActionType, header: Header) -> Option<&'a Value> {
    let key = of_type.slot.iter().find(|slot: &&Slot| slot.header == Some(header))?.key.as_deref()?;
    action.configuration.get(key).filter(|setting| !setting.raw).map(|setting| &setting.value)
}

/// Collects the artifacts that a value refers to, in order.
fn artifacts_of(value: &Value, found: &mut Vec<ArtifactId>) {
    match &value.kind {
        ValueKind::Artifact(id) => found.push(*id),
        ValueKind::ArtifactFile(file) => found.extend(file.artifact),
        ValueKind::List(items) => items.iter().for_each(|item| artifacts_of(item, found)),
        ValueKind::Map(entries) => entries.iter().for_each(|(_, value)| artifacts_of(value, found)),
        _ => {}
    }
}

/// Returns the attributes that identify the action, besides the header.
fn identity(action: &Action, symbol: &str) -> Vec<Stmt> {
    let mut statements = Vec::new();
    if is_stack_set(action) {
        return statements;
    }
    if symbol != action.name.node {
        statements.push(tree::attribute("name", tree::text(&action.name.node, action.name.span)));
    }
    if matches!(head(action), ActionHead::Generic) {
        let of_type = &action.action_type;
        let span = action.span;
        let owner = match of_type.owner {
            Owner::Aws => "aws",
            Owner::ThirdParty => "third-party",
            Owner::Custom => "custom",
        };
        let category = match action.category {
            Category::Approval => "approval",
            Category::Compute => "compute",
            other => other.word(),
        };
        statements.push(tree::attribute("category", tree::word(category, span)));
        statements.push(tree::attribute("owner", tree::word(owner, span)));
        statements.push(tree::attribute("provider", tree::text(&of_type.provider, span)));
        if of_type.version != "1" {
            statements.push(tree::attribute("version", tree::text(&of_type.version, span)));
        }
    }
    statements
}

/// Returns the first words; `action` if the statement of the provider cannot express all of it.
fn head(action: &Action) -> ActionHead {
    let span: Span = action.span;
    let takes_timeout = action.timeout.is_some() && action.category != Category::Approval;
    let is_split = of_stack_set(action).is_some();
    match action.word.as_deref().filter(|_| !takes_timeout && !is_split) {
        Some("manual") => ActionHead::Approve,
        Some("commands") => ActionHead::Run,
        Some(word) => {
            ActionHead::Typed { category: tree::ident(action.category.word(), span), provider: tree::ident(word, span) }
        }
        None => ActionHead::Generic,
    }
}
