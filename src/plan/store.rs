//! The artifact stores of a pipeline: a bucket in every Region that has an action or a rule with artifacts, and a key
//! for each bucket if another account reads them.

use crate::catalog::Kind;
use crate::hir::{Action, ConditionRule, Environment, Hir, Pipeline, RegionStore};
use crate::source::{Span, Spanned};

use super::changes::{Change, Changes};
use super::declared::Naming;
use super::names::{NameKind, logical_id};
use super::{BucketPlan, Data, Entity, Expr, Identity, KeyPlan, Piece, PipelinePlan, Plan, Site, StorePlan, elsewhere};

/// The artifact stores of a pipeline.
pub struct Stores {
    /// The bucket in the pipeline's Region.
    pub bucket: Entity,
    /// The key in the pipeline's Region.
    pub key: Option<Expr>,
    /// The stores in other Regions.
    pub others: Vec<StorePlan>,
}

/// Plans the stores of a pipeline. Their buckets and keys are added to the changes.
pub fn stores(naming: &Naming, plan: &Plan, changes: &mut Changes, pipeline: &Pipeline) -> Stores {
    let hir = naming.scope.hir;
    let foreign = pipeline.actions.iter().any(|action| is_foreign(plan, action));
    let span = pipeline.store.span.unwrap_or(pipeline.span);
    let given = pipeline.store.key.as_ref().map(|key| naming.scope.plain(key));
    let of_bucket = || pipeline.store.bucket.as_ref().and_then(|it| plan.buckets.get(it.node)?.key.clone());
    let key = given.or_else(|| if foreign { of_bucket() } else { None });
    let key = key.or_else(|| foreign.then(|| Piece::Arn(add_key(naming, changes, pipeline, &Site::Home, span)).into()));
    let bucket = match &pipeline.store.bucket {
        Some(bucket) => Entity::Bucket(bucket.node),
        None => add_bucket(naming, changes, pipeline, &Site::Home, (key.clone(), span)),
    };
    let given = |store: &RegionStore| StorePlan {
        region: store.region.node.clone(),
        bucket: Entity::Bucket(store.bucket.node),
        key: store.key.as_ref().map(|key| naming.scope.plain(key)),
    };
    let mut others: Vec<StorePlan> = pipeline.store.regions.iter().map(given).collect();
    let of_actions = pipeline.actions.iter().filter_map(|action| other_region(hir, plan, action));
    let of_rules = pipeline.rules().filter(|rule| !rule.inputs.is_empty()).filter_map(|rule| rule_region(plan, rule));
    for region in of_actions.chain(of_rules) {
        if others.iter().any(|store| store.region == region.node) {
            continue;
        }
        let site = Site::Region(region.node.clone());
        let key = foreign.then(|| add_key(naming, changes, pipeline, &site, region.span));
        let encrypted = key.map(|key| Piece::Arn(key).into());
        let bucket = add_bucket(naming, changes, pipeline, &site, (encrypted, region.span));
        let key = key.map(|key| Piece::Arn(key).into());
        others.push(StorePlan { region: region.node, bucket, key });
    }
    Stores { bucket, key, others }
}

/// Returns whether an action runs in another account.
pub fn is_foreign(plan: &Plan, action: &Action) -> bool {
    let environment = action.environment.as_ref().and_then(|it| plan.environments.get(it.node));
    environment.is_some_and(|environment| environment.account.is_some())
}

/// Returns the Region that an action runs in, if it is not the pipeline's, with the span that sets it.
pub fn other_region(hir: &Hir, plan: &Plan, action: &Action) -> Option<Spanned<String>> {
    if let Some(region) = &action.region {
        return elsewhere(Some(&region.node), plan.home.region.as_ref()).map(|node| Spanned::new(node, region.span));
    }
    let environment = action.environment.as_ref()?;
    let region = plan.environments.get(environment.node)?.region.clone()?;
    let stated = hir.environment(action).and_then(Environment::region).map_or(environment.span, |it| it.span);
    Some(Spanned::new(region, stated))
}

/// Returns the Region of a rule, if it is not the pipeline's, with the span that sets it.
pub fn rule_region(plan: &Plan, rule: &ConditionRule) -> Option<Spanned<String>> {
    let region = rule.region.as_ref()?;
    elsewhere(Some(&region.node), plan.home.region.as_ref()).map(|node| Spanned::new(node, region.span))
}

/// Returns the account and Region in which the resources of an action are created.
pub fn site_of(plan: &Plan, action: &Action) -> Site {
    match &action.environment {
        Some(environment) if plan.is_elsewhere(environment.node) => Site::Environment(environment.node),
        Some(_) => Site::Home,
        None => {
            let region = elsewhere(action.region.as_ref().map(|it| &it.node), plan.home.region.as_ref());
            region.map_or(Site::Home, Site::Region)
        }
    }
}

impl Plan {
    /// Returns the bucket with a pipeline's artifacts in a Region, and its key.
    pub fn store_in(&self, pipeline: &PipelinePlan, region: Option<&str>) -> (Entity, Option<Expr>) {
        let other = pipeline.stores.iter().find(|store| Some(store.region.as_str()) == region);
        match other {
            Some(store) => (store.bucket, store.key.clone()),
            None => (pipeline.store, pipeline.key.clone()),
        }
    }
}

/// Returns the suffix of names for a site other than the pipeline's own.
fn suffix(site: &Site) -> String {
    match site {
        Site::Region(region) => format!("-{region}"),
        _ => String::new(),
    }
}

/// Adds the Region of the site to the name: another template creates the resource, and the pipeline's template refers
/// to it.
fn at(site: &Site, identity: Identity) -> Identity {
    let Site::Region(region) = site else { return identity };
    let fixed = identity.fixed.map(|name| name.in_region(region));
    Identity { name: fixed.clone(), fixed, site: site.clone(), ..identity }
}

/// Returns the condition of what a pipeline needs in its own template. Other templates do not decide whether it exists.
fn condition(naming: &Naming, pipeline: &Pipeline, site: &Site) -> Option<String> {
    naming.scope.hir.name_of_condition(pipeline.condition.as_ref()).filter(|_| *site == Site::Home)
}

fn add_key(naming: &Naming, changes: &mut Changes, pipeline: &Pipeline, site: &Site, span: Span) -> Entity {
    let id = logical_id("Key", &format!("{}-artifacts{}", pipeline.symbol.node, suffix(site)));
    let identity = naming.derived(NameKind::Of(Kind::Key), &pipeline.name.node, "artifacts", id, span);
    let mut identity = at(site, Identity { name: identity.fixed.clone(), ..identity });
    identity.condition = condition(naming, pipeline, site);
    identity.symbol = format!("{}.artifacts-key{}", pipeline.symbol.node, suffix(site));
    let description = format!("Artifacts of {}", pipeline.name.node);
    let key = changes.keys.push(KeyPlan {
        identity,
        properties: vec![
            ("Description".to_owned(), Data::Text(Expr::text(description))),
            ("EnableKeyRotation".to_owned(), Data::Plain(true.into())),
        ],
        retain: Some(true),
        generate: true,
        shares: Vec::new(),
        raw: None,
    });
    Entity::Key(key)
}

fn add_bucket(
    naming: &Naming,
    changes: &mut Changes,
    pipeline: &Pipeline,
    site: &Site,
    (key, span): (Option<Expr>, Span),
) -> Entity {
    let id = logical_id("Bucket", &format!("{}-artifacts{}", pipeline.symbol.node, suffix(site)));
    let identity = naming.derived(NameKind::Of(Kind::Bucket), &pipeline.name.node, "artifacts", id, span);
    let mut identity = at(site, identity);
    identity.condition = condition(naming, pipeline, site);
    identity.symbol = format!("{}.artifacts{}", pipeline.symbol.node, suffix(site));
    let bucket = changes.buckets.push(BucketPlan {
        identity,
        expire: super::pipelines::expiry(pipeline),
        events: false,
        versioned: true,
        retain: Some(true),
        generate: true,
        key,
        shares: Vec::new(),
        tags: Vec::new(),
        raw: None,
    });
    Entity::Bucket(bucket)
}

/// Encrypts the artifacts of builds with the key of the pipeline's store. Builds use the key of their project, not that
/// of the store. <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-kms.html> (2026-11-23)
pub fn build_keys(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (index, pipeline) in naming.scope.hir.pipelines.entries() {
        let Some(key) = &plan.pipelines[index].key else { continue };
        let projects = pipeline.actions.iter().filter_map(Action::project);
        let projects = projects.filter(|id| naming.scope.hir.projects[*id].declaration.generates());
        let owned = projects.filter(|id| plan.projects[*id].identity.is_owned());
        changes.extend(owned.map(|id| Change::Encrypted(id, key.clone())));
    }
    changes
}
