//! The stages of a plan. Each is built from the previous one, which it takes by value, and can only be read afterwards: what needs a
//! later stage does not compile in an earlier one.

use std::collections::BTreeSet;

use crate::hir::Hir;

use super::behind::Behind;
use super::declared::Naming;
use super::value::{Runtime, Scope};
use super::{
    Expr, Known, Piece, PipelinePlan, Plan, World, around, custom_types, declared, extra, namespace, pipelines,
    project, roles, start, store, webhook,
};

/// Plans a resolved file whose pipelines live at `home`.
pub fn plan(behind: &Behind<'_>, world: World, home: &Known) -> Plan {
    let namespaces = namespace::of_file(behind.hir);
    let scope = Scope { hir: behind.hir, namespaces: &namespaces, pipeline: None, runtime: Runtime::Reference };
    let naming = Naming { scope, world, behind };
    Sited::new(&naming, home).started(&naming).roled(&naming).named().measured()
}

/// What the file declares, and its pipelines with their actions and artifact stores, each with the account and Region where it is.
///
/// It comes first because all other stages need the locations: a store is created for each Region in which an action runs, and a
/// key if one of them is in another account, so environments are known before pipelines, and pipelines before the builds whose
/// artifacts those keys encrypt.
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

/// The plan with fixed names for what other templates refer to, and with trust that is limited to the roles that use a role.
///
/// Which names have to be fixed follows from the permissions of roles that are created elsewhere. The trust of a role names the
/// roles of pipelines, so it follows that all of those have their names.
struct Named(Plan);

impl Sited {
    fn new(naming: &Naming, home: &Known) -> Self {
        let hir: &Hir = naming.scope.hir;
        let mut plan = Plan {
            world: naming.world,
            home: home.clone(),
            params: declared::params(hir),
            projects: project::projects(naming),
            buckets: declared::buckets(naming),
            topics: declared::topics(naming),
            connections: declared::connections(naming),
            repositories: declared::repositories(naming),
            action_types: custom_types::custom_types(naming),
            extra: extra::extra(hir, naming.behind.workspace),
            keys: declared::keys(naming),
            environments: declared::environments(naming, home),
            roles: roles::declared(naming),
            ..Plan::default()
        };
        for index in hir.pipelines.ids() {
            pipelines::add(naming, &mut plan, index);
        }
        store::encrypt_builds(naming, &mut plan);
        Self(plan)
    }

    fn started(self, naming: &Naming) -> Started {
        let plan = self.0;
        let pipelines = || naming.scope.hir.pipelines.ids();
        Started(Plan {
            rules: start::rules(naming, &plan),
            webhooks: webhook::webhooks(naming, &plan),
            notifications: pipelines().flat_map(|index| around::notifications(naming, index)).collect(),
            dashboards: pipelines().filter_map(|index| around::dashboard(naming, index)).collect(),
            ..plan
        })
    }
}

impl Started {
    fn roled(self, naming: &Naming) -> Roled {
        let mut plan = self.0;
        roles::derive(naming, &mut plan);
        Roled(plan)
    }
}

impl Roled {
    fn named(self) -> Named {
        let mut plan = self.0;
        plan.fix_names();
        roles::limit_trust(&mut plan);
        Named(plan)
    }
}

impl Named {
    /// The whole plan: which parameters become part of JSON, how the permissions fit in policies, and which names collide.
    ///
    /// How long a policy is follows from the names in it, and only complete names collide.
    fn measured(self) -> Plan {
        let mut plan = self.0;
        let used = in_json(&plan);
        plan.params.iter_mut().for_each(|param| param.in_json = used.contains(&param.name));
        plan.measure_policies();
        plan.collisions = plan.find_collisions();
        plan
    }
}

/// The parameters that become part of JSON text in an action or a rule.
fn in_json(plan: &Plan) -> BTreeSet<String> {
    let actions = plan.pipelines.iter().flat_map(|pipeline| &pipeline.stages).flat_map(|stage| &stage.actions);
    let of_actions = actions.flat_map(|action| action.configuration.values());
    let of_rules = plan.pipelines.iter().flat_map(PipelinePlan::rules).flat_map(|rule| rule.configuration.values());
    let is_json = |text: &&Expr| matches!(text.pieces().first(), Some(Piece::Text(start)) if start.starts_with("[{\"") || start.starts_with("{\""));
    let texts = of_actions.chain(of_rules).map(|value| &value.text).filter(is_json);
    let param = |piece: &Piece| if let Piece::Param(name) = piece { Some(name.clone()) } else { None };
    texts.flat_map(Expr::pieces).filter_map(param).collect()
}
