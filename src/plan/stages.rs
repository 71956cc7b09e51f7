//! The stages of a plan. Each follows from the one before it, which it takes by value: code of an earlier stage that
//! needs a later one does not compile. Within a stage, each step reads the plan and returns its changes
//! ([`Plan::then`]); none changes it in place.

use std::collections::BTreeSet;

use crate::hir::Hir;

use super::action_files::ActionFiles;
use super::declared::Naming;
use super::value::{Runtime, ValueScope};
use super::{
    Expr, Known, ParamPlan, Piece, PipelinePlan, Plan, World, custom_types, declared, deployed, extra, monitoring,
    namespace, param, pipelines, project, roles, start, store, webhook,
};

/// Plans a resolved file whose pipelines are in `home`.
pub fn plan(action_files: &ActionFiles<'_>, world: World, home: &Known) -> Plan {
    let namespaces = namespace::of_file(action_files.hir);
    let scope =
        ValueScope { hir: action_files.hir, namespaces: &namespaces, pipeline: None, runtime: Runtime::Reference };
    let naming = Naming { scope, world, action_files };
    Sited::new(&naming, home).started(&naming).roled(&naming).named().measured()
}

/// The declarations of the file, and its pipelines with their actions and artifact stores, each with its account and
/// Region.
///
/// It comes first because all other stages need the locations: a store is created for each Region in which an action
/// runs, and a key if one of them is in another account. So environments are planned before pipelines, and pipelines
/// before the builds whose artifacts those keys encrypt.
struct Sited(Plan);

/// The plan with triggers and notifications.
///
/// An event rule waits for what an action is configured to watch, and names the pipeline that it starts, so it follows the
/// pipelines. It comes before the roles because the rules of a pipeline need one.
struct Started(Plan);

/// The plan with every role and its permissions.
///
/// Permissions follow from all that is planned: the configuration of actions, the buckets and keys that they use, the rules that
/// start pipelines. Within the stage, the roles of builds and stacks come before those of actions and pipelines, which pass
/// them, and the permissions on keys come last, since they follow from permissions on buckets and topics.
struct Roled(Plan);

/// The plan with fixed names for resources that other templates refer to, and with trust policies that are limited to
/// the roles that use a role.
///
/// Which names have to be fixed follows from the permissions of roles that are created elsewhere. The trust policy of a
/// role names the roles of pipelines, so all of those must have their names.
struct Named(Plan);

impl Sited {
    fn new(naming: &Naming, home: &Known) -> Self {
        let hir: &Hir = naming.scope.hir;
        let declared = Plan {
            world: naming.world,
            home: home.clone(),
            params: param::params(hir),
            conditions: deployed::conditions(&naming.scope),
            implications: deployed::implications(hir),
            exclusions: deployed::exclusions(hir),
            mappings: deployed::mappings(&naming.scope),
            projects: project::projects(naming),
            buckets: declared::buckets(naming),
            topics: declared::topics(naming),
            connections: declared::connections(naming),
            repositories: declared::repositories(naming),
            action_types: custom_types::custom_types(naming),
            extra: extra::extra(hir, naming.action_files.workspace),
            keys: declared::keys(naming),
            environments: declared::environments(naming, home),
            roles: roles::declared(naming),
            ..Plan::default()
        };
        let with_pipeline = |plan: Plan, id| plan.then(|plan| pipelines::pipeline(naming, plan, id));
        let plan = hir.pipelines.ids().fold(declared, with_pipeline);
        Self(plan.then(|plan| store::build_keys(naming, plan)))
    }

    fn started(self, naming: &Naming) -> Started {
        let plan = self.0;
        let pipelines = || naming.scope.hir.pipelines.ids();
        Started(Plan {
            rules: start::rules(naming, &plan),
            webhooks: webhook::webhooks(naming, &plan),
            notifications: pipelines().flat_map(|index| monitoring::notifications(naming, index)).collect(),
            dashboards: pipelines().filter_map(|index| monitoring::dashboard(naming, index)).collect(),
            ..plan
        })
    }
}

impl Started {
    fn roled(self, naming: &Naming) -> Roled {
        Roled(roles::derive(naming, self.0))
    }
}

impl Roled {
    fn named(self) -> Named {
        Named(self.0.then(Plan::named_elsewhere).then(roles::trusted_names).then(roles::trust_limits))
    }
}

impl Named {
    /// Completes the plan: which parameters become part of JSON, how the permissions fit in policies, and which names
    /// collide.
    ///
    /// The length of a policy follows from the names in it, and only complete names collide.
    fn measured(self) -> Plan {
        let plan = self.0;
        let (used, overflows) = (in_json(&plan), plan.overflows());
        let param = |param: ParamPlan| ParamPlan { in_json: used.contains(&param.name), ..param };
        let mut roles = plan.roles;
        roles.iter_mut().zip(overflows).for_each(|(role, overflow)| role.overflow = overflow);
        let plan = Plan { roles, params: plan.params.into_iter().map(param).collect(), ..plan };
        Plan { collisions: plan.collisions(), ..plan }
    }
}

/// Returns the parameters that become part of JSON text in an action or a rule.
fn in_json(plan: &Plan) -> BTreeSet<String> {
    let actions = plan.pipelines.iter().flat_map(|pipeline| &pipeline.stages).flat_map(|stage| &stage.actions);
    let of_actions = actions.flat_map(|action| action.configuration.values());
    let of_rules = plan.pipelines.iter().flat_map(PipelinePlan::rules).flat_map(|rule| rule.configuration.values());
    let is_json = |text: &&Expr| matches!(text.pieces().first(), Some(Piece::Text(start)) if start.starts_with("[{\"") || start.starts_with("{\""));
    let texts = of_actions.chain(of_rules).map(|value| &value.text).filter(is_json);
    let mut found = BTreeSet::new();
    for text in texts {
        text.each_piece(&mut |piece| {
            if let Piece::Param(name) = piece {
                found.insert(name.clone());
            }
        });
    }
    found
}
