//! What has to be deployed, where, and in which order.

use crate::emit;
use crate::plan::{PIPELINE_ACCOUNT, Site};
use crate::workspace::document::Origin;
use crate::workspace::template::Template;

use super::{Compilation, Target};

/// Which of the support templates is built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Part {
    /// That of the pipeline's own account and region.
    #[default]
    Home,
    /// That of an environment.
    Environment(String),
    /// That of another region that keeps artifacts.
    Store(String),
}

/// Why there is no such support template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPart {
    /// No environment has the name; those there are.
    UnknownEnvironment(Vec<String>),
    /// Nothing has to be made in the environment.
    NothingThere,
    /// The region keeps no artifacts; those that do.
    NoStore(Vec<String>),
}

/// A stack to deploy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which one.
    pub part: Part,
    /// The account, if it is known.
    pub account: Option<String>,
    /// The region, if it is known.
    pub region: Option<String>,
    /// Parameters that the template asks for.
    pub parameters: Vec<Asked>,
    /// The capability that a deployment has to acknowledge, as AWS spells it.
    pub capability: Option<&'static str>,
}

/// A parameter that has to be given a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub name: String,
    /// Its value, where one was given.
    pub value: Option<String>,
    /// Whether it takes the id of the pipeline's account.
    pub is_account: bool,
}

impl Compilation {
    /// The place of the support template that was asked for.
    ///
    /// # Errors
    ///
    /// Where there is no such template: why not.
    pub fn site(&self) -> Result<Site, NoPart> {
        let plan = &self.plan;
        match &self.part {
            Part::Home => Ok(Site::Home),
            Part::Environment(name) => {
                let names = || plan.environments.iter().map(|environment| environment.identity.symbol.clone());
                let found = plan.environments.entries().find(|(_, it)| it.identity.symbol == *name);
                let site = Site::Environment(
                    found.map(|(id, _)| id).ok_or_else(|| NoPart::UnknownEnvironment(names().collect()))?,
                );
                if plan.makes_at(&site) { Ok(site) } else { Err(NoPart::NothingThere) }
            }
            Part::Store(region) => {
                let regions = plan.other_regions();
                if regions.contains(&region.as_str()) {
                    Ok(Site::Region(region.clone()))
                } else {
                    Err(NoPart::NoStore(regions.into_iter().map(str::to_owned).collect()))
                }
            }
        }
    }

    /// The stacks to deploy, in order, the pipeline's own last: the pipeline is refused as long as it may not take its
    /// roles in other accounts.
    pub fn deployment(&self) -> Vec<Step> {
        let plan = &self.plan;
        let place = |part: Part, site: &Site| {
            let template = self.template_of(site);
            Step {
                part,
                account: plan.account_of(site).map(str::to_owned),
                region: plan.region_of(site).map(str::to_owned),
                parameters: self.asked(&template),
                capability: self.capability(&template),
            }
        };
        let stores = plan
            .other_regions()
            .into_iter()
            .map(|region| place(Part::Store(region.to_owned()), &Site::Region(region.to_owned())));
        let environments = plan.environments.entries().filter_map(|(index, environment)| {
            let site = Site::Environment(index);
            plan.makes_at(&site).then(|| place(Part::Environment(environment.identity.symbol.clone()), &site))
        });
        stores.chain(environments).chain([place(Part::Home, &Site::Home)]).collect()
    }

    /// The connections that the stacks create: each is pending until a person has completed it.
    /// <https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html> (2026-11-28)
    pub fn pending_connections(&self) -> Vec<&str> {
        let created = self.plan.connections.iter().filter(|connection| connection.identity.is_owned());
        created.map(|connection| connection.identity.symbol.as_str()).collect()
    }

    fn template_of(&self, site: &Site) -> emit::Template {
        match (site, self.target) {
            (Site::Home, Target::Cloudformation) => emit::template(&self.plan),
            (Site::Home, _) => emit::support(&self.plan),
            _ => emit::support_of(&self.plan, site),
        }
    }

    /// The strongest capability that a template needs. `aws cloudformation deploy` works with change sets, which need none for
    /// macros: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html> (2026-11-28).
    fn capability(&self, template: &emit::Template) -> Option<&'static str> {
        let place = self.plan.pipelines.first()?.identity.span;
        let text = emit::compact_json_text(&template.to_json());
        Template::parse(&text, Origin::At(place)).iam_capability().map(|need| need.capability.name())
    }

    /// The parameters of a template that have no default, or were given another value.
    fn asked(&self, template: &emit::Template) -> Vec<Asked> {
        let asks = |(name, has_default): (&str, bool)| {
            let given = self.plan.params.iter().find(|param| param.name == name).and_then(|param| param.given.clone());
            let asked = Asked { name: name.to_owned(), value: given, is_account: name == PIPELINE_ACCOUNT };
            (asked.value.is_some() || !has_default).then_some(asked)
        };
        template.parameters().filter_map(asks).collect()
    }
}
