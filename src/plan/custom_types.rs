//! Action types that the template creates: one for each category of a declared provider.

use crate::catalog::{Category, PropertyPath};
use crate::hir::{Attribute, Entity, Provider, ProviderId, ProviderKind};

use super::declared::Naming;
use super::properties::{properties, set, text_at};
use super::value::ValueScope;
use super::{ActionTypeId, CustomTypePlan, Data, Expr, Properties};

/// The paths of a job and of one of its builds on the Jenkins server.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/tutorials-four-stage-pipeline.html> (2026-11-23)
const JENKINS_PAGES: [(PropertyPath<'_>, &str); 2] = [
    (PropertyPath::new("Settings.EntityUrlTemplate"), "/job/{Config:ProjectName}/"),
    (PropertyPath::new("Settings.ExecutionUrlTemplate"), "/job/{Config:ProjectName}/{ExternalExecutionId}/"),
];

/// Plans the action types of all declared providers with `create = true`.
pub fn custom_types(naming: &Naming) -> Vec<CustomTypePlan> {
    let providers = naming.scope.hir.providers.entries();
    let made = providers.filter(|(_, provider)| provider.create && provider.kind != ProviderKind::ThirdParty);
    made.flat_map(|(id, provider)| of_provider(naming, id, provider)).collect()
}

fn of_provider(naming: &Naming, id: ProviderId, provider: &Provider) -> Vec<CustomTypePlan> {
    let action_type = &provider.action_type;
    let several = action_type.categories.len() > 1;
    let of_category = |category: Category| {
        let mut identity = naming.declared(Entity::Provider(id), &provider.declaration);
        if several {
            identity.logical_id.push_str(category.aws());
        }
        identity.name = Some(Expr::text(action_type.provider.as_str()));
        CustomTypePlan {
            identity,
            provider: id,
            id: ActionTypeId::new(category, action_type),
            inputs: action_type.inputs,
            outputs: action_type.outputs,
            configuration: provider.properties.clone(),
            properties: settings(&naming.scope, provider),
            raw: provider.declaration.raw().map(|raw| naming.scope.data(raw)),
        }
    };
    action_type.categories.iter().map(|category| of_category(*category)).collect()
}

/// Returns the URLs and the tags.
fn settings(scope: &ValueScope, provider: &Provider) -> Properties {
    let attributes = &provider.declaration.attributes;
    let mut all = properties(scope, "provider", attributes, &[]);
    let server = attributes.get("server").filter(|_| provider.kind == ProviderKind::Jenkins);
    for (path, page) in JENKINS_PAGES {
        let Some(server) = server.filter(|_| text_at(&all, path).is_none()) else { continue };
        set(&mut all, path, Data::Text(address(scope, server).then(page)));
    }
    all
}

/// Returns the URL of a server without a trailing slash.
fn address(scope: &ValueScope, server: &Attribute) -> Expr {
    let given = scope.plain(&server.value);
    given.as_text().map_or(given.clone(), |text| Expr::text(text.trim_end_matches('/')))
}
