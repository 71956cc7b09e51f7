//! CodeBuild projects.

use crate::catalog::{self, PropertyPath, images::Image};
use crate::hir::{Arena, Entity, Project, ProjectBuildspec, ProjectId, Secret, Value, ValueKind};

use super::declared::{Naming, texts};
use super::names::logical_id;
use super::properties::{properties, set, text_at};
use super::value::ValueScope;
use super::{CachePlan, Data, EnvironmentVariable, Expr, LogsPlan, Piece, ProjectPlan, Properties};

/// Attributes that are planned here rather than copied.
const PLANNED: [&str; 7] = ["name", "env", "buildspec", "cache", "reports", "role", "registry-credential"];

/// The image that builds run in.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html> (2026-11-28)
pub const IMAGE: PropertyPath<'_> = PropertyPath::new("Environment.Image");
const MACHINE: PropertyPath<'_> = PropertyPath::new("Environment.Type");
const PULLED_BY: PropertyPath<'_> = PropertyPath::new("Environment.ImagePullCredentialsType");
const REGISTRY_CREDENTIAL: PropertyPath<'_> = PropertyPath::new("Environment.RegistryCredential");
/// The certificate that builds trust.
pub const CERTIFICATE: PropertyPath<'_> = PropertyPath::new("Environment.Certificate");
/// The location of logs in Amazon S3.
pub const LOG_LOCATION: PropertyPath<'_> = PropertyPath::new("LogsConfig.S3Logs.Location");
const LOG_LOCATION_STATUS: PropertyPath<'_> = PropertyPath::new("LogsConfig.S3Logs.Status");
const LOG_GROUP: PropertyPath<'_> = PropertyPath::new("LogsConfig.CloudWatchLogs.GroupName");
const LOG_GROUP_STATUS: PropertyPath<'_> = PropertyPath::new("LogsConfig.CloudWatchLogs.Status");

/// Plans the declared projects. Their roles are set later.
pub fn projects(naming: &Naming) -> Arena<ProjectId, ProjectPlan> {
    naming.scope.hir.projects.entries().map(|(id, project)| plan(naming, id, project)).collect()
}

fn plan(naming: &Naming, id: ProjectId, project: &Project) -> ProjectPlan {
    let scope = naming.scope;
    let identity = naming.declared(Entity::Project(id), &project.declaration);
    let mut attributes = properties(&scope, "project", &project.declaration.attributes, &PLANNED);
    if let Some(secret) = registry_secret(project) {
        let credential = vec![
            ("Credential".to_owned(), Data::Text(scope.text(&secret.id))),
            ("CredentialProvider".to_owned(), Data::Text(Expr::text("SECRETS_MANAGER"))),
        ];
        set(&mut attributes, REGISTRY_CREDENTIAL, Data::Map(credential));
    } else if let Some(attribute) = project.declaration.attributes.get("registry-credential") {
        set(&mut attributes, REGISTRY_CREDENTIAL, scope.data(&attribute.value));
    }
    let generates = project.declaration.generates();
    if generates {
        complete_environment(&mut attributes);
    }
    // CloudFormation generates the name of a project without one.
    let name = identity.name.clone().unwrap_or_else(|| Expr::text("*"));
    let logs = logs(&mut attributes, name, Some(&project.declaration.symbol.node).filter(|_| generates));
    ProjectPlan {
        role: project.role().map(|role| Entity::Role(role.node)),
        variables: project.env().iter().map(|(name, value)| variable(&scope, &name.node, value)).collect(),
        buildspec: buildspec(&scope, project.buildspec()),
        cache: project
            .declaration
            .attributes
            .get("cache")
            .and_then(|cache| self::cache(&scope, &cache.value, &project.declaration.symbol.node)),
        logs,
        reports: texts(&scope, &project.declaration.attributes, "reports"),
        needs: Vec::new(),
        batch_needs: Vec::new(),
        raw: project.declaration.raw().map(|raw| scope.data(raw)),
        properties: attributes,
        identity,
    }
}

/// Returns the secret with the credentials for the registry of a project's image, by name or ARN.
pub fn registry_secret(project: &Project) -> Option<Secret> {
    match &project.declaration.attributes.get("registry-credential")?.value.kind {
        ValueKind::Secret(secret) => Some(secret.clone()),
        ValueKind::Text(id) => Some(Secret::whole(id.clone())),
        _ => None,
    }
}

fn variable(scope: &ValueScope, name: &str, value: &Value) -> EnvironmentVariable {
    let (kind, value) = scope.variable(value);
    EnvironmentVariable { name: name.to_owned(), value, kind }
}

fn buildspec(scope: &ValueScope, buildspec: ProjectBuildspec<'_>) -> Option<Expr> {
    match buildspec {
        ProjectBuildspec::Default => None,
        ProjectBuildspec::Path(text) | ProjectBuildspec::Inline(text) => Some(scope.text(text.node)),
    }
}

/// Sets the environment type, and who pulls the image, according to the image if the file does not set them.
fn complete_environment(attributes: &mut Properties) {
    let image = text_at(attributes, IMAGE).cloned().unwrap_or_default();
    let curated = match image.as_text().map(catalog::images::image) {
        Some(Image::Curated { environment, .. }) => Some(environment),
        _ => None,
    };
    if text_at(attributes, MACHINE).is_none() {
        let ty = curated.unwrap_or("LINUX_CONTAINER");
        set(attributes, MACHINE, Data::Text(Expr::text(ty)));
    }
    let own_registry = is_ecr(&image) || has(attributes, "RegistryCredential");
    if curated.is_none() && own_registry && text_at(attributes, PULLED_BY).is_none() {
        set(attributes, PULLED_BY, Data::Text(Expr::text("SERVICE_ROLE")));
    }
}

fn has(attributes: &Properties, key: &str) -> bool {
    attributes.iter().any(|(name, value)| {
        name == "Environment" && matches!(value, Data::Map(inner) if inner.iter().any(|(name, _)| name == key))
    })
}

/// Returns whether an image is in Amazon ECR: `<account>.dkr.ecr.<region>.amazonaws.com/<repository>`.
pub fn is_ecr(image: &Expr) -> bool {
    image.pieces().iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(".dkr.ecr.")))
}

/// Plans the logs. By default, the project has its own log group, whose ARN its role names. `generated` is the name in
/// the file, if the template creates the group.
fn logs(attributes: &mut Properties, project: Expr, generated: Option<&String>) -> Option<LogsPlan> {
    if attributes.iter().any(|(key, value)| {
        key == "LogsConfig" && matches!(value, Data::Map(inner) if inner.iter().any(|(key, _)| key == "S3Logs"))
    }) {
        let is_on = text_at(attributes, LOG_LOCATION).is_some();
        set(attributes, LOG_LOCATION_STATUS, Data::Text(Expr::text(if is_on { "ENABLED" } else { "DISABLED" })));
    }
    let status = text_at(attributes, LOG_GROUP_STATUS).and_then(Expr::as_text);
    if status == Some("DISABLED") {
        return None;
    }
    if generated.is_some() || attributes.iter().any(|(key, _)| key == "LogsConfig") {
        set(attributes, LOG_GROUP_STATUS, Data::Text(Expr::text("ENABLED")));
    }
    if let Some(group) = text_at(attributes, LOG_GROUP) {
        return Some(LogsPlan { logical_id: None, group: group.clone() });
    }
    Some(LogsPlan {
        logical_id: generated.map(|symbol| logical_id("LogGroup", symbol)),
        group: Expr::text("/aws/codebuild/").then(project),
    })
}

/// Plans the cache. `[source, docker, custom]` is on the build host; a bucket contains the cache in a folder for the
/// project.
fn cache(scope: &ValueScope, value: &Value, symbol: &str) -> Option<CachePlan> {
    let slot = catalog::declaration("project").and_then(|declaration| declaration.slot_of_attribute("cache"));
    match &value.kind {
        ValueKind::Entity(Entity::Bucket(id)) => {
            Some(CachePlan::S3(Expr::from(Piece::Name(Entity::Bucket(*id))).then("/").then(symbol)))
        }
        ValueKind::Word(word) => {
            let mode = slot.and_then(|slot| slot.values.get(word)).cloned();
            mode.map(|mode| CachePlan::Local(vec![mode]))
        }
        ValueKind::Text(text) => Some(CachePlan::S3(scope.text(text))),
        ValueKind::List(items) => {
            let mut modes: Vec<String> = Vec::new();
            for item in items {
                let word = match &item.kind {
                    ValueKind::Word(word) => word.as_str(),
                    // A path: CodeBuild reads paths from the buildspec.
                    ValueKind::Text(_) => "custom",
                    _ => continue,
                };
                let mode = slot.and_then(|slot| slot.values.get(word)).cloned();
                modes.extend(mode.filter(|mode| !modes.contains(mode)));
            }
            Some(CachePlan::Local(modes))
        }
        _ => None,
    }
}
