//! The service roles of CodeBuild projects.

use crate::catalog::{GrantRole, RoleKind};
use crate::collections::IndexMap;
use crate::hir::{
    Action, ActionId, ConditionRule, Hir, Input, PartKind, PipelineId, Project, ProjectId, RepositoryId, Secret,
    Setting, Value, ValueKind,
};
use crate::source::Span;

use super::super::changes::{Change, Changes};
use super::super::grant::GrantValues;
use super::super::names::logical_id;
use super::super::project::{CERTIFICATE, IMAGE, LOG_LOCATION, registry_secret};
use super::super::properties::text_at;
use super::super::{CachePlan, Data, Entity, Expr, Grant, Piece, Plan, ProjectPlan, Purpose};
use super::{Derived, Naming, buildspec_env, statement};

/// An action, or a rule of a condition, that runs a project.
struct Run<'a> {
    pipeline: PipelineId,
    by: Runner<'a>,
}

#[derive(Clone, Copy)]
enum Runner<'a> {
    Action(ActionId, &'a Action),
    Rule(&'a ConditionRule),
}

impl<'a> Run<'a> {
    fn configuration(&self) -> &'a IndexMap<String, Setting> {
        match self.by {
            Runner::Action(_, action) => &action.configuration,
            Runner::Rule(rule) => &rule.configuration,
        }
    }

    fn inputs(&self) -> &'a [Input] {
        match self.by {
            Runner::Action(_, action) => &action.inputs,
            Runner::Rule(rule) => &rule.inputs,
        }
    }

    /// Returns whether it has output artifacts.
    fn writes(&self) -> bool {
        match self.by {
            Runner::Action(_, action) => !action.outputs.is_empty(),
            Runner::Rule(_) => false,
        }
    }

    fn span(&self) -> Span {
        match self.by {
            Runner::Action(_, action) => action.span,
            Runner::Rule(rule) => rule.span,
        }
    }
}

/// Derives a role for every project of the file without one, and records the permissions that the roles of the others
/// need.
pub fn roles(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (index, project) in plan.projects.entries().filter(|(_, project)| project.identity.is_owned()) {
        if let Some(role) = naming.scope.hir.projects.get(index).and_then(Project::batch_role) {
            let needs = batch_needs(project);
            changes.push(Change::Needed(Entity::Role(role.node), needs.clone()));
            changes.push(Change::BatchNeeds(index, needs));
        }
        if let Some(role) = project.role {
            let needs = needs(naming, plan, index, project);
            changes.push(Change::Needed(role, needs.clone()));
            changes.push(Change::ProjectNeeds(index, needs));
            continue;
        }
        let symbol = &project.identity.symbol;
        let owner = plan.pipelines.first().map_or("dotpipe", |pipeline| pipeline.name.as_str());
        let mut role = Derived {
            display: format!("{symbol}.role"),
            owner,
            what: format!("{symbol}-build"),
            logical: logical_id("Role", &format!("{symbol}-build")),
            service: "codebuild",
            purpose: Purpose::Build(index),
            span: project.identity.span,
        }
        .plan(naming);
        role.grants = grants(naming, plan, index, project);
        let role = changes.roles.push(role);
        changes.push(Change::ProjectRole(index, role));
    }
    changes
}

/// Returns the permissions for starting the builds of a batch.
fn batch_needs(project: &ProjectPlan) -> Vec<Grant> {
    let mut values = GrantValues::new(project.identity.span);
    values.set("Project", name_of(project), project.identity.span);
    values.grants(RoleKind::Batch.grants().into_iter().flat_map(|set| &set.grant))
}

/// Returns the permissions that builds need, and those that the project's `allow` adds.
fn grants(naming: &Naming, plan: &Plan, id: ProjectId, project: &ProjectPlan) -> Vec<Grant> {
    let mut grants = needs(naming, plan, id, project);
    if let Some(project) = naming.scope.hir.projects.get(id) {
        grants.extend(statement::grants(&naming.scope, &project.statements));
    }
    grants
}

/// Returns the permissions that builds need before any command of their own.
fn needs(naming: &Naming, plan: &Plan, id: ProjectId, project: &ProjectPlan) -> Vec<Grant> {
    let hir = naming.scope.hir;
    let runs = runs(hir, id);
    let mut values = values(naming, project, id);
    for run in &runs {
        add_store(plan, run, &mut values);
        add_buildspec(naming, run, project, id, &mut values);
        let env = run.configuration().get("EnvironmentVariables").map(|setting| &setting.value);
        if let Some(Value { kind: ValueKind::Map(entries), .. }) = env {
            let scope = Naming { scope: naming.scope.within(run.pipeline), ..*naming };
            for (_, value) in entries {
                add_lookup(&scope, value, &mut values);
            }
        }
    }
    let mut grants = values.grants(RoleKind::Build.grants().into_iter().flat_map(|set| &set.grant));
    for run in &runs {
        grants.extend(clones(hir, plan, run));
    }
    grants
}

/// Returns the actions and rules that run a project.
fn runs(hir: &Hir, project: ProjectId) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    for (index, pipeline) in hir.pipelines.entries() {
        let actions = pipeline.actions().filter(|(_, action)| action.project() == Some(project));
        let actions = actions.map(|(id, action)| Runner::Action(id, action));
        let rules = pipeline.rules().filter(|it| it.project() == Some(project)).map(Runner::Rule);
        runs.extend(actions.chain(rules).map(|by| Run { pipeline: index, by }));
    }
    runs
}

fn add_store(plan: &Plan, run: &Run<'_>, values: &mut GrantValues) {
    let pipeline = &plan.pipelines[run.pipeline];
    values.set("ArtifactBucket", Piece::Name(pipeline.store).into(), run.span());
    values.set("ArtifactAccount", Expr::pseudo("AccountId"), run.span());
    if let Some(key) = &pipeline.key {
        values.set("ArtifactKey", key.clone(), run.span());
    }
    if run.writes() {
        values.set("Writes", Expr::text("true"), run.span());
        values.set("Encrypts", Expr::text("true"), run.span());
    }
}

/// Adds the permissions for the buildspec: for the report groups that it fills, and the secrets and parameters that it
/// reads.
fn add_buildspec(naming: &Naming, run: &Run<'_>, project: &ProjectPlan, id: ProjectId, values: &mut GrantValues) {
    let hir = naming.scope.hir;
    let build = match run.by {
        Runner::Action(id, _) => naming.action_files.build(run.pipeline, id).cloned(),
        Runner::Rule(rule) => naming.action_files.build_of_rule(run.pipeline, rule),
    };
    let (Some(build), Some(declared)) = (build, hir.projects.get(id)) else { return };
    buildspec_env::add(&build.spec.env, values);
    for report in &build.spec.reports {
        // A group is identified by its ARN, or by a name to which CodeBuild prepends the project's.
        let name = match report.group.node.split_once(":report-group/") {
            Some((_, name)) => Expr::text(name),
            None => name_of(project).then("-").then(report.group.as_str()),
        };
        values.set("ReportGroup", name, declared.declaration.span);
    }
}

/// Returns the permissions for a full clone: those that the source defines for the readers of its artifact.
fn clones(hir: &Hir, plan: &Plan, run: &Run<'_>) -> Vec<Grant> {
    let mut grants = Vec::new();
    let pipeline = &hir.pipelines[run.pipeline];
    for input in run.inputs() {
        let Some(producer) = pipeline.artifacts.get(input.artifact).map(|artifact| artifact.producer) else {
            continue;
        };
        let (Some(source), Some(planned)) = (pipeline.actions.get(producer), plan.action(run.pipeline, producer))
        else {
            continue;
        };
        let mut values = GrantValues::of_configuration(&planned.configuration, &pipeline.name.node, run.span());
        if source.value("OnlyRepository").is_some_and(|value| value.kind == ValueKind::Bool(true)) {
            values.set("OnlyRepository", Expr::text("true"), run.span());
        }
        let read = source.action_type.grant.iter().filter(|grant| grant.role == GrantRole::Consumer);
        grants.extend(values.grants_of_type(read));
    }
    grants
}

/// Returns the values for the permissions of a project, from the project itself.
fn values(naming: &Naming, project: &ProjectPlan, id: ProjectId) -> GrantValues {
    let span = project.identity.span;
    let mut values = GrantValues::new(span);
    if let Some(logs) = &project.logs {
        values.set("LogGroup", logs.group.clone(), span);
        // Builds only write to an existing group: the AWS CDK allows no more for its own group
        // (https://github.com/aws/aws-cdk/pull/12213).
        if logs.logical_id.is_none() {
            values.set("ForeignLogGroup", Expr::text("true"), span);
        }
    }
    if let Some(location) = text_at(&project.properties, LOG_LOCATION) {
        add_bucket(&mut values, location, "LogBucket", "LogObjects", span);
    }
    if let Some(CachePlan::S3(location)) = &project.cache {
        add_bucket(&mut values, location, "CacheBucket", "CacheObjects", span);
    }
    for report in &project.reports {
        let name = name_of(project).then("-").then(report.clone());
        values.set("ReportGroup", name, span);
    }
    for (key, property) in [("Subnet", "Subnets"), ("SecurityGroup", "SecurityGroupIds")] {
        for id in vpc_list(project, property) {
            values.set(key, id, span);
        }
    }
    if let Some(certificate) = text_at(&project.properties, CERTIFICATE) {
        values.set("Certificate", certificate.clone(), span);
    }
    let hir = naming.scope.hir.projects.get(id);
    let image = hir.and_then(|hir| hir.declaration.attributes.get("image"));
    let own = image.and_then(|image| own_repository(&image.value)).map(|id| naming.scope.repository_arn(id));
    let written = || text_at(&project.properties, IMAGE).and_then(image_repository);
    if let Some(repository) = own.or_else(written) {
        values.set("ImageRepository", repository, span);
    }
    if let Some(hir) = hir {
        for (_, value) in hir.env() {
            add_lookup(naming, value, &mut values);
        }
        if let Some(secret) = registry_secret(hir) {
            let place = hir.declaration.attributes.get("registry-credential").map_or(span, |it| it.value.span);
            values.set("Secret", secret_arn(naming, &secret), place);
        }
    }
    values
}

/// Returns the name of a project, or a pattern if CloudFormation generates it: the role is created before the project.
fn name_of(project: &ProjectPlan) -> Expr {
    project.identity.name.clone().unwrap_or_else(|| Expr::text("*"))
}

/// Adds a bucket and its objects: `bucket` or `bucket/prefix`.
fn add_bucket(values: &mut GrantValues, location: &Expr, bucket: &str, objects: &str, span: Span) {
    let location = &without_arn(location);
    let mut name = Expr::default();
    for piece in location.pieces() {
        if let Piece::Text(text) = piece
            && let Some((before, _)) = text.split_once('/')
        {
            name = name.then(before);
            break;
        }
        name.push(piece.clone());
    }
    values.set("Encrypts", Expr::text("true"), span);
    values.set(bucket, name, span);
    values.set(objects, location.clone(), span);
}

/// Returns a location by name, even if it is an ARN in the file.
fn without_arn(location: &Expr) -> Expr {
    let mut named = Expr::default();
    for piece in location.pieces() {
        named.push(match piece {
            Piece::Arn(node) => Piece::Name(*node),
            other => other.clone(),
        });
    }
    match split(&named, ":s3:::") {
        Some((_, name)) => name,
        None => named,
    }
}

fn vpc_list(project: &ProjectPlan, property: &str) -> Vec<Expr> {
    let Some((_, Data::Map(vpc))) = project.properties.iter().find(|(key, _)| key == "VpcConfig") else {
        return Vec::new();
    };
    match vpc.iter().find(|(key, _)| key == property) {
        Some((_, Data::List(items))) => items
            .iter()
            .filter_map(|item| if let Data::Text(text) = item { Some(text.clone()) } else { None })
            .collect(),
        _ => Vec::new(),
    }
}

/// Adds the secret or parameter of an environment variable.
fn add_lookup(naming: &Naming, value: &Value, values: &mut GrantValues) {
    match &value.kind {
        ValueKind::Secret(secret) => values.set("Secret", secret_arn(naming, secret), value.span),
        ValueKind::Parameter(name) => {
            let name = naming.scope.granted().text(name);
            let bare = match name.pieces() {
                [Piece::Text(first), rest @ ..] => {
                    let mut bare = Expr::text(first.trim_start_matches('/'));
                    bare.extend(rest);
                    bare
                }
                _ => name,
            };
            values.set("Parameter", bare, value.span);
        }
        _ => {}
    }
}

/// Returns the ARN of a secret that is identified by name. AWS appends a hyphen and six characters to the name. A
/// run-time value in it can be any string.
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html> (2026-11-23)
pub fn secret_arn(naming: &Naming, secret: &Secret) -> Expr {
    let id = naming.scope.granted().text(&secret.id);
    let is_arn = matches!(id.pieces().first(), Some(Piece::Text(text)) if text.starts_with("arn:"));
    if is_arn { id } else { Expr::arn("secretsmanager", Expr::text("secret:").then(id).then("-??????")) }
}

/// Returns the repository of this file that contains an image: its URI is the start of the string.
fn own_repository(image: &Value) -> Option<RepositoryId> {
    let ValueKind::Text(text) = &image.kind else { return None };
    match &text.parts.first()?.kind {
        PartKind::Member(Entity::Repository(id), _) => Some(*id),
        _ => None,
    }
}

/// Returns the ARN of the repository of an image whose URI is a literal,
/// `<account>.dkr.ecr.<region>.<domain>/<repository>:<tag>`.
fn image_repository(image: &Expr) -> Option<Expr> {
    let (account, rest) = split(image, ".dkr.ecr.")?;
    let (domain, repository) = split(&rest, "/")?;
    let (region, _) = split(&domain, ".")?;
    let repository =
        split(&repository, ":").or_else(|| split(&repository, "@")).map_or(repository.clone(), |(name, _)| name);
    let arn = Expr::fill("arn:${Partition}:ecr:", &|_| None).then(region).then(":").then(account);
    Some(arn.then(":repository/").then(repository))
}

/// Splits an expression at the first occurrence of a known text.
fn split(expr: &Expr, at: &str) -> Option<(Expr, Expr)> {
    let mut head = Expr::default();
    let mut pieces = expr.pieces().iter();
    while let Some(piece) = pieces.next() {
        if let Piece::Text(text) = piece
            && let Some((before, tail)) = text.split_once(at)
        {
            let mut tail = Expr::text(tail);
            tail.extend(pieces);
            return Some((head.then(before), tail));
        }
        head.push(piece.clone());
    }
    None
}
