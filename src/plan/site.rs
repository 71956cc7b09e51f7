//! The account and Region of each resource, and how other templates refer to it.
//!
//! What is in another account or region cannot be in the pipeline's own template: it belongs to a support stack there.
//! There are no references across stacks: a resource of another stack is referred to by its name.

use std::borrow::Cow;

use crate::catalog::Kind;
use crate::source::Span;

use super::changes::{Change, Changes};
use super::{Entity, EnvironmentId, Expr, Extra, Grant, Identity, Imported, Known, ParamPlan, Piece, Plan};

/// The account and Region in which a planned resource is created.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Site {
    /// In the account and region of the pipeline.
    #[default]
    Home,
    /// In another region of the pipeline's account.
    Region(String),
    /// In an environment that is elsewhere; the index counts in [`Plan::environments`].
    Environment(EnvironmentId),
}

/// The parameter of a support template for the pipeline's account, if that is not known.
pub const PIPELINE_ACCOUNT: &str = "PipelineAccount";

impl Plan {
    /// The account of a site, if it is known.
    pub fn account_of(&self, site: &Site) -> Option<&str> {
        let own = match site {
            Site::Environment(index) => self.environments.get(*index).and_then(|it| it.account.as_deref()),
            _ => None,
        };
        own.or(self.home.account.as_deref())
    }

    /// The region of a site, if it is known.
    pub fn region_of<'a>(&'a self, site: &'a Site) -> Option<&'a str> {
        match site {
            Site::Home => self.home.region.as_deref(),
            Site::Region(region) => Some(region),
            Site::Environment(index) => {
                self.environments.get(*index).and_then(|it| it.region.as_deref()).or(self.home.region.as_deref())
            }
        }
    }

    /// Whether two sites lie in one account.
    pub fn same_account(&self, one: &Site, other: &Site) -> bool {
        let foreign = |site: &Site| match site {
            Site::Environment(index) => self.environments.get(*index).and_then(|it| it.account.as_deref()),
            _ => None,
        };
        foreign(one) == foreign(other)
    }

    /// Text that says at `to` what `expr` says at `from`: the account and the region of `from` by their ids.
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

    /// Grants of a site as they read at the pipeline's own.
    pub(super) fn at_home(&self, mut grants: Vec<Grant>, site: &Site) -> Vec<Grant> {
        for grant in &mut grants {
            let values = grant.conditions.iter_mut().flat_map(|condition| &mut condition.values);
            for expr in grant.resources.iter_mut().chain(values) {
                *expr = self.translated(expr, site, &Site::Home);
            }
        }
        grants
    }

    /// The plan as the template of a site sees it: everything made elsewhere is there already, and known by its name.
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

    /// Name and ARN of a thing that another template makes.
    fn as_imported(&self, node: Entity, identity: &Identity, site: &Site) -> Imported {
        let name = identity.name.clone().unwrap_or_default();
        let arn = self.arn(node).unwrap_or_else(|| name.clone());
        Imported {
            name: self.translated(&name, &identity.site, site),
            arn: self.translated(&arn, &identity.site, site),
        }
    }

    /// The things that other templates refer to, by their names.
    pub(super) fn named_elsewhere(&self) -> Changes {
        let mut changes = Changes::of(self);
        for role in self.roles.iter().filter(|role| role.identity.site != Site::Home) {
            let granted = role
                .grants
                .iter()
                .flat_map(|grant| grant.resources.iter().chain(grant.conditions.iter().flat_map(|it| &it.values)));
            let exprs = granted.chain(role.trust.iter().flat_map(|it| &it.values));
            changes.extend(exprs.flat_map(Expr::pieces).filter_map(|piece| match piece {
                Piece::Name(node) | Piece::Arn(node) => Some(Change::Named(*node)),
                _ => None,
            }));
        }
        changes
    }

    /// The things of a kind; environments and the providers' action types are no things of one template.
    pub fn entities(&self, kind: Kind) -> impl Iterator<Item = Entity> {
        let is_listed = !matches!(kind, Kind::Provider | Kind::Environment);
        let all = (0..).map(move |index| Entity::new(kind, index));
        all.take_while(move |entity| is_listed && self.identity(*entity).is_some())
    }

    /// The things of all kinds.
    pub fn nodes(&self) -> impl Iterator<Item = Entity> {
        Kind::all().flat_map(|kind| self.entities(kind))
    }

    /// Whether something is made at a site.
    pub fn makes_at(&self, site: &Site) -> bool {
        let here = |identity: &Identity| identity.is_owned() && identity.site == *site;
        let logs = self.pipelines.iter().flat_map(|pipeline| &pipeline.logs);
        self.nodes().filter_map(|node| self.identity(node)).any(here) || logs.map(|(of, _)| of).any(|of| of == site)
    }

    /// Whether an environment lies in a different account or region from the pipeline.
    pub fn is_elsewhere(&self, environment: EnvironmentId) -> bool {
        self.environments.get(environment).is_some_and(|it| it.account.is_some() || it.region.is_some())
    }

    /// The regions besides the pipeline's own that keep artifacts, in order, each once.
    pub fn other_regions(&self) -> Vec<&str> {
        let mut regions: Vec<&str> =
            self.pipelines.iter().flat_map(|pipeline| &pipeline.stores).map(|store| store.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }
}

fn pipeline_account(span: Span) -> ParamPlan {
    ParamPlan::text(PIPELINE_ACCOUNT, "The ID of the pipeline's account.", span)
}

/// What of a place given in the file differs from the pipeline's own.
pub fn elsewhere(given: Option<&String>, home: Option<&String>) -> Option<String> {
    given.filter(|given| Some(*given) != home).cloned()
}

/// What is known of a pipeline's account and Region: from the request, otherwise from the file, otherwise from the settings.
pub fn home(hir: &crate::hir::Hir, request: Known, settings: Known) -> Known {
    let stated = |of: fn(&crate::hir::Pipeline) -> &Option<crate::source::Spanned<String>>| {
        // Where pipelines disagree, which is an error, the order in the file decides nothing.
        hir.pipelines.iter().filter_map(|pipeline| of(pipeline).as_ref().map(|it| it.node.clone())).min()
    };
    Known {
        account: request.account.or_else(|| stated(|it| &it.account)).or(settings.account),
        region: request.region.or_else(|| stated(|it| &it.region)).or(settings.region),
    }
}
