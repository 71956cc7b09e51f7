//! The stacks to deploy, where, and in which order.

use crate::emit;
use crate::plan::{PIPELINE_ACCOUNT, Site};
use crate::workspace::document::DocumentOrigin;
use crate::workspace::template::Template;

use super::{Compilation, Target};

/// Which of the support templates to build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum DeploymentPart {
    /// The one for the pipeline's own account and Region.
    #[default]
    Home,
    /// The one for an environment.
    Environment(String),
    /// The one for another Region with an artifact bucket.
    Store(String),
}

/// Why a support template does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPart {
    /// No environment has the name; contains those that exist.
    UnknownEnvironment(Vec<String>),
    /// Nothing has to be created in the environment.
    NothingThere,
    /// The Region has no artifact bucket; contains those that have one.
    NoStore(Vec<String>),
}

/// A stack to deploy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentStep {
    /// The support template.
    pub part: DeploymentPart,
    /// The account, if it is known.
    pub account: Option<String>,
    /// The Region, if it is known.
    pub region: Option<String>,
    /// The parameters that the template requires.
    pub parameters: Vec<Asked>,
    /// The capability that a deployment has to acknowledge, as AWS spells it.
    pub capability: Option<&'static str>,
}

/// A parameter that has to be given a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub name: String,
    /// Its value, if one was given.
    pub value: Option<String>,
    /// Whether it is the ID of the pipeline's account.
    pub is_account: bool,
}

impl Compilation {
    /// Returns the site of the requested support template.
    ///
    /// # Errors
    ///
    /// Returns the reason if there is no such template.
    pub fn site(&self) -> Result<Site, NoPart> {
        let plan = &self.plan;
        match &self.part {
            DeploymentPart::Home => Ok(Site::Home),
            DeploymentPart::Environment(name) => {
                let names = || plan.environments.iter().map(|environment| environment.identity.symbol.clone());
                let found = plan.environments.entries().find(|(_, it)| it.identity.symbol == *name);
                let site = Site::Environment(
                    found.map(|(id, _)| id).ok_or_else(|| NoPart::UnknownEnvironment(names().collect()))?,
                );
                if plan.makes_at(&site) { Ok(site) } else { Err(NoPart::NothingThere) }
            }
            DeploymentPart::Store(region) => {
                let regions = plan.other_regions();
                if regions.contains(&region.as_str()) {
                    Ok(Site::Region(region.clone()))
                } else {
                    Err(NoPart::NoStore(regions.into_iter().map(str::to_owned).collect()))
                }
            }
        }
    }

    /// Returns the stacks to deploy, in order, the pipeline's own last: CodePipeline rejects the pipeline as long as it
    /// cannot assume its roles in other accounts.
    pub fn deployment(&self) -> Vec<DeploymentStep> {
        let plan = &self.plan;
        let place = |part: DeploymentPart, site: &Site| {
            let template = self.template_of(site);
            DeploymentStep {
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
            .map(|region| place(DeploymentPart::Store(region.to_owned()), &Site::Region(region.to_owned())));
        let environments = plan.environments.entries().filter_map(|(index, environment)| {
            let site = Site::Environment(index);
            plan.makes_at(&site).then(|| place(DeploymentPart::Environment(environment.identity.symbol.clone()), &site))
        });
        stores.chain(environments).chain([place(DeploymentPart::Home, &Site::Home)]).collect()
    }

    /// Returns the connections that the stacks create: each is pending until a person has completed it.
    /// <https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html> (2026-11-28)
    pub fn pending_connections(&self) -> Vec<&str> {
        let created = self.plan.connections.iter().filter(|connection| connection.identity.is_owned());
        created.map(|connection| connection.identity.symbol.as_str()).collect()
    }

    fn template_of(&self, site: &Site) -> emit::TemplateDocument {
        match (site, self.target) {
            (Site::Home, Target::Cloudformation) => emit::template(&self.plan),
            (Site::Home, _) => emit::support(&self.plan),
            _ => emit::support_of(&self.plan, site),
        }
    }

    /// Returns the strongest capability that a template needs. `aws cloudformation deploy` works with change sets,
    /// which need none for macros:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html> (2026-11-28).
    fn capability(&self, template: &emit::TemplateDocument) -> Option<&'static str> {
        let place = self.plan.pipelines.first()?.identity.span;
        let text = emit::compact_json_text(&template.clone().into_json());
        Template::parse(&text, DocumentOrigin::At(place)).iam_capability().map(|need| need.capability.name())
    }

    /// Returns the parameters of a template that have no default or were given another value.
    fn asked(&self, template: &emit::TemplateDocument) -> Vec<Asked> {
        let asks = |(name, has_default): (&str, bool)| {
            let given = self.plan.params.iter().find(|param| param.name == name).and_then(|param| param.given.clone());
            let asked = Asked { name: name.to_owned(), value: given, is_account: name == PIPELINE_ACCOUNT };
            (asked.value.is_some() || !has_default).then_some(asked)
        };
        template.parameters().filter_map(asks).collect()
    }
}
