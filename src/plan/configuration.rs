//! Stages and actions, with their configuration in AWS's form.

use crate::catalog::{ActionType, Category, Slot, SlotType};
use crate::collections::IndexMap;
use crate::hir::{Action, ActionId, Arena, PipelineId, Value, ValueKind};
use crate::source::Spanned;

use super::command::Commands;
use super::condition::conditions;
use super::grant::GrantValues;
use super::value::ValueScope;
use super::{ActionFields, ActionPlan, ActionTypeId, ConfigurationValue, Expr, Piece, Position, Site, StagePlan};

/// Plans the stages of a pipeline.
pub fn stages(scope: &ValueScope, id: PipelineId, positions: &Arena<ActionId, Position>) -> Vec<StagePlan> {
    let scope = scope.within(id);
    let pipeline = &scope.hir.pipelines[id];
    let run_order = |action: ActionId| positions[action].run_order;
    let stage = |(index, stage): (usize, &crate::hir::Stage)| {
        let here = pipeline.actions().filter(|(_, action)| action.stage == index);
        let mut actions: Vec<_> = here.map(|(id, it)| action(&scope, id, it, run_order(id))).collect();
        actions.sort_by_key(|action| action.run_order);
        let on_failure = stage.on_failure.as_ref().map(|outcome| outcome.node);
        StagePlan {
            name: stage.name.node.clone(),
            actions,
            on_failure,
            conditions: conditions(&scope, stage),
            disabled: stage.disabled.as_ref().map(|reason| reason.node.clone()),
            cfn_condition: stage.cfn_condition.as_ref().map(|it| scope.hir.condition_name(&it.node).to_owned()),
            raw: stage.raw.as_ref().map(|raw| scope.data(raw)),
        }
    };
    pipeline.stages.iter().enumerate().map(stage).collect()
}

fn action(scope: &ValueScope, id: ActionId, action: &Action, run_order: u32) -> ActionPlan {
    let namespaces = scope.pipeline.map(|pipeline| &scope.namespaces[pipeline]);
    let artifact = |artifact: crate::hir::ArtifactId| scope.artifact_name(artifact);
    ActionPlan {
        id,
        name: action.name.node.clone(),
        word: action.word.clone(),
        action_type: ActionTypeId::new(action.category, &action.action_type),
        run_order,
        configuration: configuration(scope, action),
        fields: fields(scope, action),
        inputs: action.inputs.iter().map(|input| artifact(input.artifact)).collect(),
        outputs: action.outputs.iter().map(|output| artifact(*output)).collect(),
        namespace: namespaces.and_then(|all| all[id].clone()),
        role: action.role.as_ref().map(|role| Piece::Arn(super::Entity::Role(role.node)).into()),
        needs: Vec::new(),
        region: None,
        written_region: action.region.as_ref().map(|region| region.node.clone()),
        site: Site::Home,
        environment: scope.hir.environment(action).map(|environment| environment.declaration.symbol.node.clone()),
        timeout: action.timeout.as_ref().map(|timeout| timeout.node),
        lookups: Vec::new(),
        cfn_condition: action.cfn_condition.as_ref().map(|it| scope.hir.condition_name(&it.node).to_owned()),
        raw: action.raw.as_ref().map(|raw| scope.data(raw)),
        span: action.span,
    }
}

/// Returns the fields of an action that runs commands, other than its configuration.
fn fields(scope: &ValueScope, action: &Action) -> ActionFields {
    let mut fields = ActionFields::default();
    if action.category != Category::Compute {
        return fields;
    }
    if let Some(ValueKind::List(items)) = action.value("OutputVariables").map(|value| &value.kind) {
        fields.output_variables = items.iter().map(|item| scope.plain(item)).collect();
    }
    if let Some(ValueKind::Map(entries)) = action.value("EnvironmentVariables").map(|value| &value.kind) {
        let variable = |(name, value): &(Spanned<String>, Value)| {
            let (kind, value) = scope.variable(value);
            (name.node.clone(), kind, value)
        };
        fields.environment = entries.iter().map(variable).collect();
    }
    if let Some(ValueKind::List(items)) = action.value("Commands").map(|value| &value.kind) {
        let environment = configuration(scope, action).shift_remove("EnvironmentType");
        let system = environment.as_ref().and_then(|value| value.text.as_text()).unwrap_or_default();
        let given = std::mem::take(&mut fields.environment);
        let lowered = Commands::new(scope, items, given, system.starts_with("WINDOWS"));
        fields.commands = lowered.lines;
        fields.made_variables = lowered.named.len();
        fields.environment = lowered.environment;
        fields.misplaced = lowered.misplaced;
    }
    let pipeline = scope.pipeline.and_then(|id| scope.hir.pipelines.get(id));
    let contents = |id: &crate::hir::ArtifactId| {
        let artifact = pipeline.and_then(|pipeline| pipeline.artifacts.get(*id));
        artifact.map(|it| it.contents.iter().map(|file| file.node.clone()).collect()).unwrap_or_default()
    };
    fields.files = action.outputs.iter().map(contents).collect();
    fields
}

/// Returns the configuration in the catalog's order, then raw keys as written.
fn configuration(scope: &ValueScope, action: &Action) -> IndexMap<String, ConfigurationValue> {
    let mut rendered = IndexMap::default();
    for (key, setting) in &action.configuration {
        let slot = action.action_type.slot_of_key(key);
        if matches!(setting.value.kind, ValueKind::Null) || slot.is_some_and(|slot| slot.action_level) {
            continue;
        }
        let texts = match slot {
            Some(slot) if !setting.raw => in_keys(scope, key, &setting.value, slot),
            _ => vec![raw(scope, key, &setting.value, slot)],
        };
        let span = setting.value.span;
        for (key, text, granted) in texts {
            rendered.insert(key, ConfigurationValue { text, granted, span });
        }
    }
    add_defaults(&mut rendered, action);
    in_catalog_order(rendered, &action.action_type)
}

/// A key, its value, and the values that permissions depend on.
pub type InKey = (String, Expr, Vec<Expr>);

/// Converts the value of a key in AWS's spelling. A list is written in AWS's form, too.
fn raw(scope: &ValueScope, key: &str, value: &Value, slot: Option<&Slot>) -> InKey {
    let granted = scope.granted().raw_text(value, slot);
    let is_list = slot.is_some_and(|slot| slot.ty == SlotType::List);
    (key.to_owned(), scope.raw_text(value, slot), if is_list { granted.split(',') } else { vec![granted] })
}

/// Converts the value of a slot to its key, or to each of the keys that AWS divides it into.
pub fn in_keys(scope: &ValueScope, key: &str, value: &Value, slot: &Slot) -> Vec<InKey> {
    let plain = |key: String, text: &dyn Fn(&ValueScope) -> Expr| (key, text(scope), vec![text(&scope.granted())]);
    match (&value.kind, &slot.path_key, &slot.numbered) {
        (ValueKind::ArtifactFile(file), Some(path_key), _) => {
            let artifact = file.artifact.map_or_else(String::new, |id| scope.artifact_name(id));
            vec![
                plain(key.to_owned(), &|_| Expr::text(artifact.as_str())),
                plain(path_key.clone(), &|scope| scope.text(&file.path)),
            ]
        }
        (ValueKind::Map(entries), _, Some([of_artifact, of_name])) => {
            let numbered = |form: &str, index: usize| form.replace('%', &(index + 1).to_string());
            let both = |(index, (name, value)): (usize, &(Spanned<String>, Value))| {
                [
                    plain(numbered(of_artifact, index), &|scope| scope.plain(value)),
                    plain(numbered(of_name, index), &|_| Expr::text(name.node.as_str())),
                ]
            };
            entries.iter().enumerate().flat_map(both).collect()
        }
        _ => vec![(key.to_owned(), scope.in_slot(value, slot), scope.granted_in_slot(value, slot))],
    }
}

/// Adds the keys that the file does not set but dotpipe writes: the catalog's `emit`, those that turn off polling, and
/// those that filters require.
fn add_defaults(rendered: &mut IndexMap<String, ConfigurationValue>, action: &Action) {
    let written = |text: &str| ConfigurationValue::fixed(Expr::text(text), action.span);
    // `null` in `configuration` omits a key.
    let is_null = |setting: &crate::hir::Setting| setting.raw && matches!(setting.value.kind, ValueKind::Null);
    let is_given = |key: &String, rendered: &IndexMap<String, ConfigurationValue>| {
        rendered.contains_key(key) || action.configuration.get(key).is_some_and(is_null)
    };
    for slot in &action.action_type.slot {
        if let (Some(key), Some(text)) = (&slot.key, &slot.emit)
            && !is_given(key, rendered)
            && fits(slot, &GrantValues::of_configuration(rendered, "", action.span))
        {
            rendered.insert(key.clone(), written(text));
        }
    }
    let detection = action.action_type.change_detection.iter();
    let filtered = !action.filters.is_empty();
    for (key, text) in detection.flat_map(|it| it.set.iter().chain(it.off.iter().filter(|_| filtered))) {
        if !is_given(key, rendered) {
            rendered.insert(key.clone(), written(text));
        }
    }
}

/// Returns whether a slot is meaningful together with the other keys: what it requires certainly holds, and what makes
/// AWS ignore it does not certainly hold.
pub fn fits(slot: &Slot, values: &GrantValues) -> bool {
    let ignored = !slot.ignored_when.is_empty() && values.hold(&slot.ignored_when).is_yes();
    values.hold(&slot.only_when).is_yes() && !ignored
}

/// Moves the keys in the catalog to the front, in its order.
pub fn in_catalog_order(
    mut rendered: IndexMap<String, ConfigurationValue>,
    action_type: &ActionType,
) -> IndexMap<String, ConfigurationValue> {
    let place = |key: &str| action_type.slot.iter().position(|slot| slot.key.as_deref() == Some(key));
    let order = |key: &str| place(key).map_or((true, 0), |place| (false, place));
    rendered.sort_by(|a, _, b, _| order(a).cmp(&order(b)));
    rendered
}
