//! The account and Region of each resource, and how other templates refer to it.
//!
//! A resource in another account or Region cannot be in the pipeline's own template: it belongs to a support stack
//! there. There are no references across stacks: a resource of another stack is referred to by its name.

use std::borrow::Cow;

use crate::catalog::Kind;
use crate::source::Span;

use super::changes::{Change, Changes};
use super::{Entity, EnvironmentId, Expr, Extra, Grant, Identity, Imported, Known, ParamPlan, Piece, Plan};

/// The account and Region in which a planned resource is created.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Site {
    /// The account and Region of the pipeline.
    #[default]
    Home,
    /// Another Region of the pipeline's account.
    Region(String),
    /// An environment in another account or Region; an index of [`Plan::environments`].
    Environment(EnvironmentId),
}

/// The parameter of a support template for the pipeline's account, if it is not known.
pub const PIPELINE_ACCOUNT: &str = "PipelineAccount";

impl Plan {
    /// Returns the account of a site, if it is known.
    pub fn account_of(&self, site: &Site) -> Option<&str> {
        let own = match site {
            Site::Environment(index) => self.environments.get(*index).and_then(|it| it.account.as_deref()),
            _ => None,
        };
        own.or(self.home.account.as_deref())
    }

    /// Returns the Region of a site, if it is known.
    pub fn region_of<'a>(&'a self, site: &'a Site) -> Option<&'a str> {
        match site {
            Site::Home => self.home.region.as_deref(),
            Site::Region(region) => Some(region),
            Site::Environment(index) => {
                self.environments.get(*index).and_then(|it| it.region.as_deref()).or(self.home.region.as_deref())
            }
        }
    }

    /// Returns whether two sites are in the same account.
    pub fn same_account(&self, one: &Site, other: &Site) -> bool {
        let foreign = |site: &Site| match site {
            Site::Environment(index) => self.environments.get(*index).and_then(|it| it.account.as_deref()),
            _ => None,
        };
        foreign(one) == foreign(other)
    }

    /// Translates an expression from one site to another: the account and the Region of `from` become literals.
    #[must_use]
    pub fn translated(&self, expr: &Expr, from: &Site, to: &Site) -> Expr {
        let mut translated = Expr::default();
        for piece in expr.pieces() {
            translated = translated.then(match piece {
                Piece::Pseudo(name) if name == "AccountId" && !self.same_account(from, to) => {
                    match self.account_of(from) {
                        Some(account) => Expr::text(account),
                        None => Piece::Param(PIPELINE_ACCOUNT.to_owned()).into(),
                    }
                }
                Piece::Pseudo(name) if name == "Region" && self.region_of(from) != self.region_of(to) => {
                    self.region_of(from).map_or_else(|| Expr::pseudo("Region"), Expr::text)
                }
                other => other.clone().into(),
            });
        }
        translated
    }

    /// Translates permissions of a site to the pipeline's own site.
    pub(super) fn at_home(&self, mut grants: Vec<Grant>, site: &Site) -> Vec<Grant> {
        for grant in &mut grants {
            let values = grant.conditions.iter_mut().flat_map(|condition| &mut condition.values);
            for expr in grant.resources.iter_mut().chain(values) {
                *expr = self.translated(expr, site, &Site::Home);
            }
        }
        grants
    }

    /// Returns the plan as seen from the template of a site: every resource of another template is an existing one that
    /// is referred to by its name.
    pub fn seen_from(&self, site: &Site) -> Cow<'_, Self> {
        let all_home = self.environments.is_empty() && self.pipelines.iter().all(|pipeline| pipeline.stores.is_empty());
        if all_home && *site == Site::Home {
            return Cow::Borrowed(self);
        }
        let mut view = self.clone();
        for node in self.nodes() {
            let Some(identity) = self.identity(node) else { continue };
            let seen = match &identity.imported {
                Some(Imported { name, arn }) => Some(Imported {
                    name: self.translated(name, &Site::Home, site),
                    arn: self.translated(arn, &Site::Home, site),
                }),
                None if identity.site == *site => None,
                None => Some(self.as_imported(node, identity, site)),
            };
            if let Some(identity) = view.identity_mut(node) {
                identity.imported = seen;
            }
        }
        if *site != Site::Home {
            view.rules.clear();
            view.webhooks.clear();
            view.action_types.clear();
            view.extra = Extra::default();
            view.notifications.clear();
            view.dashboards.clear();
        }
        if let (Site::Environment(index), None) = (site, &self.home.account)
            && let Some(environment) = self.environments.get(*index)
        {
            view.params.push(pipeline_account(environment.identity.span));
        }
        Cow::Owned(view)
    }

    /// Returns the name and ARN of a resource that another template creates.
    fn as_imported(&self, node: Entity, identity: &Identity, site: &Site) -> Imported {
        let name = identity.name.clone().unwrap_or_default();
        let arn = self.arn(node).unwrap_or_else(|| name.clone());
        Imported {
            name: self.translated(&name, &identity.site, site),
            arn: self.translated(&arn, &identity.site, site),
        }
    }

    /// Fixes the names of the resources that other templates refer to.
    pub(super) fn named_elsewhere(&self) -> Changes {
        let mut changes = Changes::of(self);
        for role in self.roles.iter().filter(|role| role.identity.site != Site::Home) {
            let granted = role
                .all_grants()
                .flat_map(|grant| grant.resources.iter().chain(grant.conditions.iter().flat_map(|it| &it.values)));
            let exprs = granted.chain(role.trust.iter().flat_map(|it| &it.values));
            changes.extend(exprs.flat_map(Expr::pieces).filter_map(|piece| match piece {
                Piece::Name(node) | Piece::Arn(node) => Some(Change::Named(*node)),
                _ => None,
            }));
        }
        changes
    }

    /// Returns the planned entities of a kind. Environments and action types of providers are not part of a single
    /// template.
    pub fn entities(&self, kind: Kind) -> impl Iterator<Item = Entity> {
        let is_listed = !matches!(kind, Kind::Provider | Kind::Environment);
        let all = (0..).map(move |index| Entity::new(kind, index));
        all.take_while(move |entity| is_listed && self.identity(*entity).is_some())
    }

    /// Returns the planned entities of all kinds.
    pub fn nodes(&self) -> impl Iterator<Item = Entity> {
        Kind::all().flat_map(|kind| self.entities(kind))
    }

    /// Returns whether anything is created at a site.
    pub fn makes_at(&self, site: &Site) -> bool {
        let here = |identity: &Identity| identity.is_owned() && identity.site == *site;
        let logs = self.pipelines.iter().flat_map(|pipeline| &pipeline.logs);
        self.nodes().filter_map(|node| self.identity(node)).any(here) || logs.map(|(of, _)| of).any(|of| of == site)
    }

    /// Returns whether an environment is in another account or Region than the pipeline.
    pub fn is_elsewhere(&self, environment: EnvironmentId) -> bool {
        self.environments.get(environment).is_some_and(|it| it.account.is_some() || it.region.is_some())
    }

    /// Returns the Regions with artifact stores other than the pipeline's own, in order, each once.
    pub fn other_regions(&self) -> Vec<&str> {
        let mut regions: Vec<&str> =
            self.pipelines.iter().flat_map(|pipeline| &pipeline.stores).map(|store| store.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }
}

fn pipeline_account(span: Span) -> ParamPlan {
    ParamPlan {
        name: PIPELINE_ACCOUNT.to_owned(),
        ty: "String",
        secret: false,
        in_json: false,
        default: None,
        allowed: Vec::new(),
        doc: Some("The ID of the pipeline's account.".to_owned()),
        given: None,
        span,
    }
}

/// Returns an account or Region in the file if it is not the pipeline's own.
pub fn elsewhere(given: Option<&String>, home: Option<&String>) -> Option<String> {
    given.filter(|given| Some(*given) != home).cloned()
}

/// Returns the known parts of a pipeline's account and Region: from the request, otherwise from the file, otherwise
/// from the settings.
pub fn home(hir: &crate::hir::Hir, request: Known, settings: Known) -> Known {
    let stated = |of: fn(&crate::hir::Pipeline) -> &Option<crate::source::Spanned<String>>| {
        // If pipelines disagree, which is an error, the result does not depend on their order in the file.
        hir.pipelines.iter().filter_map(|pipeline| of(pipeline).as_ref().map(|it| it.node.clone())).min()
    };
    Known {
        account: request.account.or_else(|| stated(|it| &it.account)).or(settings.account),
        region: request.region.or_else(|| stated(|it| &it.region)).or(settings.region),
    }
}
