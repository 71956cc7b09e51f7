//! Parameters of templates, and how the console shows them.

use serde_json::{Map, Value as Json, json};

use crate::plan::ParamPlan;

/// The metadata that says how the console shows parameters.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-interface.html> (2026-11-29)
const INTERFACE: &str = "AWS::CloudFormation::Interface";

/// Returns the JSON of a parameter.
pub(super) fn parameter(param: &ParamPlan) -> Json {
    let constraints = &param.constraints;
    let (pattern, said) = param.pattern();
    let allowed = (!constraints.allowed.is_empty()).then(|| json!(constraints.allowed));
    let limits = constraints.limits.iter().map(|(key, text)| (*key, Some(number(text))));
    let entries = [
        ("Type", Some(Json::from(param.ty.aws()))),
        ("Description", param.description.as_deref().map(Json::from)),
        ("Default", param.default.as_deref().map(Json::from)),
        ("AllowedValues", allowed),
        ("AllowedPattern", pattern.map(Json::from)),
    ];
    let last = [("ConstraintDescription", said.map(Json::from)), ("NoEcho", param.secret.then_some(Json::Bool(true)))];
    let entries = entries.into_iter().chain(limits).chain(last);
    entries.filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// Returns a number as it is written.
fn number(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|_| Json::from(text))
}

/// Adds the groups and labels of parameters to the metadata.
pub(super) fn add_interface(params: &[&ParamPlan], metadata: &mut Map<String, Json>) {
    let labels: Map<String, Json> = params
        .iter()
        .filter_map(|param| Some((param.name.clone(), json!({ "default": param.label.as_ref()? }))))
        .collect();
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (param, group) in params.iter().filter_map(|param| Some((param, param.group.as_deref()?))) {
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, members)) => members.push(&param.name),
            None => groups.push((group, vec![&param.name])),
        }
    }
    if labels.is_empty() && groups.is_empty() {
        return;
    }
    let interface = metadata.entry(INTERFACE).or_insert_with(|| json!({}));
    let Some(interface) = interface.as_object_mut() else { return };
    if !groups.is_empty()
        && let Some(all) = interface.entry("ParameterGroups").or_insert_with(|| json!([])).as_array_mut()
    {
        for (label, members) in groups {
            add_group(label, &members, all);
        }
    }
    if !labels.is_empty()
        && let Some(all) = interface.entry("ParameterLabels").or_insert_with(|| json!({})).as_object_mut()
    {
        all.extend(labels);
    }
}

/// Adds the members of a group to the one of that name, or a new one.
fn add_group(label: &str, members: &[&str], all: &mut Vec<Json>) {
    let of_name = all.iter_mut().find(|group| group["Label"]["default"] == label);
    match of_name.and_then(|group| group.get_mut("Parameters")?.as_array_mut()) {
        Some(known) => known.extend(members.iter().map(|member| Json::from(*member))),
        None => all.push(json!({ "Label": { "default": label }, "Parameters": members })),
    }
}
