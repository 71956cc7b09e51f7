//! E0803: commands of a build that its role does not allow.

use std::sync::Arc;

use crate::catalog::permissions::{self, Access};
use crate::catalog::verbs;
use crate::check::support::build_calls::{CallTarget, Calls, Need, last_field, without_pseudo};
use crate::check::support::build_environment::Environment;
use crate::check::support::built_stacks::BuiltStack;
use crate::check::support::coverage::{self, Target};
use crate::check::support::elsewhere::elsewhere;
use crate::check::support::extra::is_in_extra;
use crate::check::support::source_folder::SourceFolder;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::build_lacks::{BuildLack, build_lacks};
use crate::diagnostic::families::roles::{self as families, Elsewhere, ResourceName};
use crate::diagnostic::{AllowCode, AllowedCalls, AllowedOn, Code, Diagnostic, wording};
use crate::hir::{
    ConditionRule, Entity, Hir, Ownership, PartKind, Permission, PipelineId, Project, RepositoryId, Role, Stage,
    Statement, Value, ValueKind,
};
use crate::plan::{ActionFiles, Expr, Piece, Plan, RolePlan, repository};
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::packaging::Invocation;

pub(super) const RULE: Rule = Rule { name: "build-permissions", codes: &[Code::E0803], run: check };

/// Checks every build whose buildspec can be read.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reported: Vec<(Entity, About)> = Vec::new();
    for (id, pipeline) in subject.pipelines() {
        let places =
            pipeline.actions().map(|(action_id, action)| Place { pipeline_id: id, pipeline, id: action_id, action });
        let actions =
            places.flat_map(|place| Run::of_action(subject, place).into_iter().chain(Run::of_commands(subject, place)));
        let stages = pipeline.stages.iter().flat_map(|stage| stage.rules().map(move |rule| (stage, rule)));
        let rules = stages.filter_map(|(stage, rule)| Run::of_rule(subject, id, stage, rule));
        for run in actions.chain(rules) {
            let needs = run.needs();
            for denied in run.denied(&needs) {
                let key = (run.node, denied.about.clone());
                if !reported.contains(&key) {
                    reported.push(key);
                    findings.push(run.denial(&denied));
                }
            }
            for missing in run.missing(&needs) {
                let key = (run.node, missing.about.clone());
                if !reported.contains(&key) {
                    reported.push(key);
                    match (run.by.place, run.diagnostic(&missing)) {
                        (Some(place), Some(found)) => findings.about(place, found),
                        (None, Some(found)) => findings.push(found),
                        (_, None) => {}
                    }
                }
            }
        }
    }
}

/// A build and its role.
struct Run<'a> {
    hir: &'a Hir,
    plan: &'a Plan,
    action_files: &'a ActionFiles<'a>,
    by: Runner<'a>,
    /// `None` for an action with its own commands.
    project: Option<&'a Project>,
    build: Arc<Build>,
    /// The shell scripts of the repository that its commands run.
    scripts: Vec<Build>,
    node: Entity,
    role: &'a RolePlan,
    source: Option<SourceFolder<'a>>,
    /// Whether all commands use the role. Otherwise, only what the build does to get another one is checked.
    keeps_role: bool,
}

/// The action or the rule that starts a build.
#[derive(Clone, Copy)]
struct Runner<'a> {
    /// The action; `None` for a rule.
    place: Option<Place<'a>>,
    /// Its kind, in a word.
    word: &'static str,
    name: &'a str,
    stage: &'a str,
    /// The variables that it sets for the build.
    env: Option<&'a Value>,
}

/// The transform of SAM, for which a change set needs a permission of its own.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-permissions-cloudformation.html>
/// (2026-11-30)
const SAM_TRANSFORM: &str = "transform/Serverless-2016-10-31";

/// The resource of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    /// A declared resource.
    Resource(Entity),
    /// A resource by its ARN, as a file would contain it.
    Arn(String),
    /// No particular resource.
    Account,
}

/// Permissions that a role lacks for one resource, or that cannot be limited to one.
struct Missing {
    about: About,
    actions: Vec<&'static str>,
    /// The arguments that name the resource, or the commands, each with its calls.
    places: Vec<(Span, Vec<&'static str>)>,
    /// The span through which the build gets the resource.
    entry: Option<Span>,
    /// Whether a command needs more permissions, which depend on what it deploys.
    is_partial: bool,
}

/// Calls that a statement denies.
struct Denied {
    /// The resource of the first one.
    about: About,
    statement: Span,
    /// The calls, each with the argument that names the resource, or the command.
    calls: Vec<(Span, &'static str)>,
}

impl<'a> Run<'a> {
    /// Returns the builds of an action: one, or those of a batch.
    fn of_action(subject: &Subject<'a>, place: Place<'a>) -> Vec<Self> {
        let builds = subject.action_files.builds(place.pipeline_id, place.id);
        builds.filter_map(|build| Self::of_build(subject, place, build)).collect()
    }

    fn of_build(subject: &Subject<'a>, place: Place<'a>, build: &Arc<Build>) -> Option<Self> {
        let hir = subject.hir;
        let Place { pipeline, action, .. } = place;
        let project = repository::project(hir, action)?;
        let node = match action.value("ServiceRoleArnOverride").map(|value| &value.kind) {
            Some(ValueKind::Entity(Entity::Role(id))) => Entity::Role(*id),
            Some(_) => return None,
            None => subject.plan.projects.get(action.project()?)?.role?,
        };
        let by = Runner {
            place: Some(place),
            word: action.category.word(),
            name: &action.name.node,
            stage: pipeline.stages.get(action.stage).map_or("", |stage| stage.name.as_str()),
            env: action.value("EnvironmentVariables"),
        };
        Self::of(subject, by, Some(project), Arc::clone(build), node)
    }

    /// Returns the build of an action with its own commands.
    fn of_commands(subject: &Subject<'a>, place: Place<'a>) -> Option<Self> {
        let Place { pipeline_id, pipeline, id, action } = place;
        let build = Arc::clone(subject.action_files.own_commands(pipeline_id, id)?);
        let role = subject.plan.action(pipeline_id, id)?.role.as_ref();
        let node = match (&action.role, role.map(Expr::pieces)) {
            (Some(role), _) => Entity::Role(role.node),
            (None, Some([Piece::Arn(node @ Entity::Role(_))])) => *node,
            _ => return None,
        };
        let by = Runner {
            place: Some(place),
            word: "run",
            name: &action.name.node,
            stage: pipeline.stages.get(action.stage).map_or("", |stage| stage.name.as_str()),
            env: action.value("EnvironmentVariables"),
        };
        Self::of(subject, by, None, build, node)
    }

    fn of_rule(subject: &Subject<'a>, pipeline: PipelineId, stage: &'a Stage, rule: &'a ConditionRule) -> Option<Self> {
        let project = rule.project()?;
        let build = subject.action_files.build_of_rule(pipeline, rule)?;
        let node = subject.plan.projects.get(project)?.role?;
        let by = Runner {
            place: None,
            word: "rule",
            name: rule.word,
            stage: stage.name.as_str(),
            env: rule.value("EnvironmentVariables"),
        };
        Self::of(subject, by, Some(subject.hir.projects.get(project)?), build, node)
    }

    /// Returns `None` if the role is not known.
    fn of(
        subject: &Subject<'a>,
        by: Runner<'a>,
        project: Option<&'a Project>,
        build: Arc<Build>,
        node: Entity,
    ) -> Option<Self> {
        let role = subject.plan.role(node)?;
        let source = by.place.and_then(|place| SourceFolder::of(subject, place));
        let scripts = source.as_ref().map(|source| source.shell_scripts(&build)).unwrap_or_default();
        let (hir, plan, action_files) = (subject.hir, subject.plan, subject.action_files);
        let keeps_role = true;
        let run = Self { hir, plan, action_files, by, project, build, scripts, node, role, source, keeps_role };
        let known = role.identity.is_owned()
            && !is_in_extra(subject, &role.identity.logical_id)
            && role.states_all()
            && project.is_none_or(|project| project.declaration.raw().is_none());
        let broken = run.declared_role().is_some_and(|role| role.declaration.incomplete);
        let readable = !broken && run.statements().into_iter().all(is_readable);
        let keeps_role = run.builds().all(|build| run.environment(build).keeps_role());
        (known && readable).then_some(Self { keeps_role, ..run })
    }

    /// Returns the buildspec, then the scripts.
    fn builds(&self) -> impl Iterator<Item = &Build> {
        std::iter::once(&*self.build).chain(&self.scripts)
    }

    fn environment<'s>(&'s self, build: &'s Build) -> Environment<'s> {
        let started_by = self.by.place.and_then(|place| self.action_files.build(place.pipeline_id, place.id));
        let batch = started_by.and_then(|build| build.spec.batch.as_ref());
        Environment { own: self.by.env, project: self.project, build, batch }
    }

    /// Returns the role's declaration, if it is not derived from the project.
    fn declared_role(&self) -> Option<&'a Role> {
        match self.node {
            Entity::Role(index) => self.hir.roles.get(index),
            _ => None,
        }
    }

    fn statements(&self) -> Vec<&'a Statement> {
        if let Some(role) = self.declared_role() {
            return role.all_statements().collect();
        }
        let of_action = || self.by.place.map_or(&[][..], |place| &place.action.statements);
        self.project.map_or_else(of_action, |project| &project.statements).iter().collect()
    }

    /// Returns the permissions that the commands need.
    fn needs(&self) -> Vec<Need> {
        let of_build = |build| {
            let environment = self.environment(build);
            let calls = Calls { hir: self.hir, plan: self.plan, environment, source: self.source.clone() };
            let changing = (!self.keeps_role).then(|| environment.first_change());
            let is_own = |call: &&Invocation| changing.is_none_or(|first| first == Some(call.span));
            let certain = build.commands.invocations.iter().filter(|call| call.certain).filter(is_own);
            certain.flat_map(|call| calls.of(call).into_iter().chain(self.transform(build, call))).collect::<Vec<_>>()
        };
        self.builds().flat_map(of_build).collect()
    }

    /// Returns the permission for the transform of SAM that a deployed template contains.
    fn transform(&self, build: &Build, call: &Invocation) -> Option<Need> {
        let stack = BuiltStack::of(self.action_files, self.by.place?, self.source.as_ref(), (build, call))?;
        stack.template.is_sam().then(|| Need {
            actions: vec!["cloudformation:CreateChangeSet"],
            target: CallTarget::Arn {
                glob: format!("arn:*:cloudformation:*:aws:{SAM_TRANSFORM}"),
                shown: format!("arn:${{AWS::Partition}}:cloudformation:${{AWS::Region}}:aws:{SAM_TRANSFORM}"),
            },
            named: None,
            place: call.span,
            instead: None,
            part: None,
            is_partial: false,
        })
    }

    /// Returns those of the permissions that the role lacks, by resource.
    fn missing(&self, needs: &[Need]) -> Vec<Missing> {
        let mut found: Vec<Missing> = Vec::new();
        for need in needs {
            for (about, actions) in self.lacking(need) {
                if let Some(missing) = found.iter_mut().find(|missing| missing.about == about) {
                    let new: Vec<_> = actions.iter().filter(|it| !missing.actions.contains(it)).copied().collect();
                    missing.actions.extend(new);
                    match missing.places.iter_mut().find(|(place, _)| *place == need.place) {
                        Some((_, here)) => {
                            here.extend(actions.iter().filter(|it| !here.contains(it)).copied().collect::<Vec<_>>());
                        }
                        None => missing.places.push((need.place, actions)),
                    }
                    missing.is_partial |= need.is_partial;
                } else {
                    let entry = need.named.and_then(|named| named.entry);
                    let (is_partial, places) = (need.is_partial, vec![(need.place, actions.clone())]);
                    found.push(Missing { about, actions, places, entry, is_partial });
                }
            }
        }
        without_implied(self, found)
    }

    /// Returns the actions that the role does not allow on anything that a command may use, and those that it allows on
    /// other parts of the resource only.
    fn lacking(&self, need: &Need) -> Vec<(About, Vec<&'static str>)> {
        if need.instead.is_some_and(|instead| coverage::names_anywhere(self.role, instead)) {
            return Vec::new();
        }
        let (allowed, lacking): (Vec<_>, Vec<_>) = need.actions.iter().partition(|action| self.allows(need, action));
        let mut found = vec![(about(need), lacking)];
        if let Some(CallTarget::Arn { glob, shown }) = &need.part {
            let elsewhere = |action: &&str| !coverage::allows_call(self.plan, self.role, action, glob);
            found.push((About::Arn(shown.clone()), allowed.into_iter().filter(elsewhere).collect()));
        }
        found.retain(|(_, actions)| !actions.is_empty());
        found
    }

    /// Returns the calls that a statement of the role denies, by statement.
    fn denied(&self, needs: &[Need]) -> Vec<Denied> {
        let mut found: Vec<Denied> = Vec::new();
        for need in needs {
            let target = if let CallTarget::Arn { glob, .. } = &need.target { glob.as_str() } else { "*" };
            let denying = |action: &&'static str| {
                let statement = coverage::denying(self.plan, self.role, action, target)?;
                Some((statement.cause, *action))
            };
            for (statement, action) in need.actions.iter().filter_map(denying) {
                match found.iter_mut().find(|other| other.statement == statement) {
                    Some(other) => other.calls.push((need.place, action)),
                    None => found.push(Denied { about: about(need), statement, calls: vec![(need.place, action)] }),
                }
            }
        }
        found
    }

    fn denial(&self, denied: &Denied) -> Diagnostic {
        let mut actions: Vec<&str> = denied.calls.iter().map(|(_, action)| *action).collect();
        actions.sort_unstable();
        actions.dedup();
        let list = wording::and_list(actions.iter().copied());
        let message = format!("{} `{}` calls {list}, which its role denies", self.by.word, self.by.name);
        let needed: Vec<(Span, String)> =
            denied.calls.iter().map(|(place, action)| (*place, format!("calls {}", wording::tick(action)))).collect();
        families::denied(Code::E0803, message, denied.statement, &needed, &actions)
    }

    fn allows(&self, need: &Need, action: &str) -> bool {
        match (&need.target, need.named.map(|named| named.entity)) {
            (_, Some(entity @ (Entity::Bucket(_) | Entity::Topic(_)))) => {
                coverage::allows(self.role, action, self.resource(entity))
            }
            (CallTarget::Account, _) => coverage::allows(self.role, action, Target::Any),
            (CallTarget::Arn { glob, .. }, _) => coverage::allows_call(self.plan, self.role, action, glob),
        }
    }

    fn resource(&self, entity: Entity) -> Target<'a> {
        match entity {
            Entity::Bucket(id) => {
                let bucket = self.hir.buckets.get(id);
                let name = bucket.and_then(|it| written(it.name().and_then(|it| it.node.as_literal()), &it.ownership));
                Target::Resource(Entity::Bucket(id), name.map(|name| name.trim_start_matches("arn:aws:s3:::")))
            }
            Entity::Topic(id) => {
                let topic = self.hir.topics.get(id);
                Target::Resource(Entity::Topic(id), topic.and_then(|topic| written(None, &topic.ownership)))
            }
            other => Target::Resource(other, None),
        }
    }

    fn diagnostic(&self, missing: &Missing) -> Option<Diagnostic> {
        let entity = missing.entity();
        let resource = entity.map(|entity| ResourceName { kind: entity.word(), name: &self.hir.symbol(entity).node });
        let line = self.registry(missing).unwrap_or_else(|| self.statement(missing));
        let verb = resource.as_ref().and_then(|resource| verbs::smallest(resource.kind, &missing.actions));
        let role = self.declared_role();
        let first = missing.actions.first().copied().unwrap_or_default();
        let lack = BuildLack {
            category: self.by.word,
            action: self.by.name,
            does: doing(&missing.actions, verb),
            resource,
            actions: &missing.actions,
            owner: self.owner()?,
            own_role: role.is_some(),
            no_owner: role.is_none() && self.project.is_none(),
            nothing: match (&missing.about, entity) {
                (_, Some(entity)) => match self.resource(entity) {
                    Target::Resource(node, _) => !coverage::mentions(self.role, node),
                    Target::Any => true,
                },
                (About::Arn(_), None) => !coverage::names_anywhere(self.role, first),
                _ => true,
            },
            on: match &missing.about {
                About::Arn(shown) => last_field(shown),
                About::Resource(_) | About::Account => None,
            },
            entry: missing.entry,
            declared: entity.filter(|_| missing.entry.is_none()).map(|entity| self.hir.symbol(entity).span),
            places: &missing.places,
            stage: self.by.stage,
            line: (!missing.is_partial).then_some(&line),
            last: self.last_part(),
        };
        let elsewhere = self.elsewhere(missing, first);
        Some(elsewhere.iter().fold(build_lacks(&lack), |found, elsewhere| elsewhere.show(found)))
    }

    /// Returns where the role allows the call on another resource, or something else on the same one.
    fn elsewhere(&self, missing: &Missing, action: &str) -> Option<Elsewhere> {
        let statements = self.statements();
        if let Some(entity) = missing.entity() {
            let is_it = |value: &&Value| matches!(value.kind, ValueKind::Entity(other) if other == entity);
            let of_statements = statements.iter().filter(|it| !it.deny).flat_map(|statement| &statement.resources);
            let place = of_statements.into_iter().find(is_it)?.span;
            return Some(Elsewhere { place, label: "this statement does not include it", meant: None });
        }
        let About::Arn(shown) = &missing.about else { return None };
        let home = &self.plan.home;
        let of_home = [("${AWS::Region}", &home.region), ("${AWS::AccountId}", &home.account)];
        let arn = of_home.iter().fold(shown.clone(), |arn, (pseudo, known)| match known {
            Some(known) => arn.replace(pseudo, known),
            None => arn,
        });
        elsewhere(self.plan, self.role, statements, action, &without_pseudo(&arn))
    }

    /// Returns the block for the statement: that of the action, if it has no other role.
    fn owner(&self) -> Option<&'a Spanned<String>> {
        let declared = self.declared_role().map(|role| &role.declaration.symbol);
        let project = || self.project.map(|project| &project.declaration.symbol);
        declared.or_else(project).or_else(|| Some(&self.by.place?.action.name))
    }

    /// Returns the statement that adds the missing permissions.
    fn statement(&self, missing: &Missing) -> AllowCode {
        let (kind, on) = match &missing.about {
            About::Resource(entity) => {
                let file = self.owner().map_or_else(|| self.hir.symbol(*entity).span.file, |owner| owner.span.file);
                (Some(entity.word()), AllowedOn::Name(self.hir.name_in(*entity, file)))
            }
            About::Arn(shown) => {
                let named = shown.strip_suffix("/*").unwrap_or(shown);
                match verbs::kind_of_arn(&without_pseudo(named))
                    .filter(|kind| verbs::smallest(kind, &missing.actions).is_some())
                {
                    Some(kind) => {
                        let declared = self.declared(kind, named).map(AllowedOn::Name);
                        (Some(kind), declared.unwrap_or_else(|| AllowedOn::Arn(named.to_owned())))
                    }
                    None => (None, AllowedOn::Arn(shown.clone())),
                }
            }
            About::Account => (None, AllowedOn::Arn("*".to_owned())),
        };
        let verb = kind.and_then(|kind| verbs::smallest(kind, &missing.actions));
        match verb {
            Some(verb) => AllowCode { calls: AllowedCalls::Verb(verb.to_owned()), on: vec![on] },
            None => AllowCode::of_actions(&missing.actions, vec![on]),
        }
    }

    /// Returns the declared resource whose ARN a command uses, as the statement names it.
    fn declared(&self, kind: &str, arn: &str) -> Option<String> {
        let fields: Vec<&str> = arn.splitn(6, ':').collect();
        let [.., region, account, last] = *fields.as_slice() else { return None };
        let (home, name) = (&self.plan.home, last.strip_prefix("repository/").unwrap_or(last));
        let is_own = |field: &str, own: Option<&String>| field.contains("${") || own.is_some_and(|own| own == field);
        let is_here = is_own(region, home.region.as_ref()) && is_own(account, home.account.as_ref());
        let is_it = |entity: Entity| match self.plan.arn(entity) {
            Some(known) if known.as_text().is_some() => known.as_text() == Some(arn),
            _ => is_here && self.plan.name(entity).is_some_and(|known| known.as_text() == Some(name)),
        };
        let entity = self.hir.entities().find(|entity| entity.word() == kind && is_it(*entity))?;
        let file = self.owner().map_or_else(|| self.hir.symbol(entity).span.file, |owner| owner.span.file);
        Some(self.hir.name_in(entity, file))
    }

    /// For a login to Amazon ECR, returns the statement that also allows what comes after it, if one declared
    /// repository reaches the build.
    fn registry(&self, missing: &Missing) -> Option<AllowCode> {
        let logs_in = missing.about == About::Account && missing.actions == ["ecr:GetAuthorizationToken"];
        let mut repositories: Vec<RepositoryId> = Vec::new();
        let own = match self.by.env.map(|value| &value.kind) {
            Some(ValueKind::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        for (_, value) in own.iter().chain(self.project.into_iter().flat_map(Project::env)).filter(|_| logs_in) {
            value.each_part(&mut |part| match part.kind {
                PartKind::Member(Entity::Repository(id), _) if !repositories.contains(&id) => repositories.push(id),
                _ => {}
            });
        }
        let [only] = repositories.as_slice() else { return None };
        let pushes = |text: &str| text.contains("docker push") || text.contains("--push");
        let verb = if self.build.spec.commands().any(|command| pushes(&command.text)) { "push" } else { "pull" };
        let on = AllowedOn::Name(self.hir.symbol(Entity::Repository(*only)).node.clone());
        Some(AllowCode { calls: AllowedCalls::Verb(verb.to_owned()), on: vec![on] })
    }

    /// Returns the last part of the block to which the statement is added.
    fn last_part(&self) -> Option<Span> {
        let declaration = self.declared_role().map(|role| &role.declaration);
        let attributes = &declaration.or_else(|| self.project.map(|project| &project.declaration))?.attributes;
        let parts = attributes.values().map(|attribute| attribute.word.to(attribute.value.span));
        parts.chain(self.statements().into_iter().map(|statement| statement.span)).max_by_key(|span| span.end)
    }
}

/// Returns whether all of a statement could be read: its resources, and a verb that fits them.
fn is_readable(statement: &Statement) -> bool {
    let means_something = |resource: &Value| match (&statement.permission, &resource.kind) {
        (Permission::Verb(verb), ValueKind::Entity(entity)) => verbs::grants(&verb.node, entity.word()).is_some(),
        _ => !resource.is_poisoned(),
    };
    statement.resources.iter().all(means_something)
}

impl Missing {
    fn entity(&self) -> Option<Entity> {
        match self.about {
            About::Resource(entity) => Some(entity),
            About::Arn(_) | About::Account => None,
        }
    }
}

/// Returns the resource of a need.
fn about(need: &Need) -> About {
    match (need.named, &need.target) {
        (Some(named), _) => About::Resource(named.entity),
        (None, CallTarget::Arn { shown, .. }) => About::Arn(shown.clone()),
        (None, CallTarget::Account) => About::Account,
    }
}

/// Removes permissions that the statements for other resources include: one that allows to push to a repository also
/// allows to log in.
fn without_implied(run: &Run<'_>, mut found: Vec<Missing>) -> Vec<Missing> {
    let mut implied: Vec<&str> = Vec::new();
    for missing in found.iter().filter(|missing| missing.about != About::Account) {
        let AllowedCalls::Verb(verb) = run.statement(missing).calls else { continue };
        let kinds = ["repository", "bucket", "topic", "pipeline", "secret", "parameter", "function"];
        let grants = kinds.iter().filter(|kind| verbs::smallest(kind, &missing.actions) == Some(verb.as_str()));
        let grants = grants.filter_map(|kind| verbs::grants(&verb, kind)).flatten();
        implied.extend(grants.flat_map(|grant| grant.actions.iter().map(String::as_str)));
    }
    for missing in found.iter_mut().filter(|missing| missing.about == About::Account) {
        missing.actions.retain(|action| !implied.contains(action));
    }
    found.retain(|missing| !missing.actions.is_empty());
    found
}

/// Returns the name or ARN of a resource, if it is literal.
fn written<'a>(name: Option<&'a str>, ownership: &'a Ownership) -> Option<&'a str> {
    name.or(match ownership {
        Ownership::Imported(value) => value.as_str(),
        Ownership::Owned => None,
    })
}

/// Returns a list such as `["s3:DeleteObject"]`.
/// Describes how a build uses a resource.
fn doing(actions: &[&str], verb: Option<&str>) -> &'static str {
    match verb {
        Some("publish") => "publishes to",
        Some("start") => "starts",
        _ if actions.iter().all(|action| action.contains(":Delete")) => "deletes from",
        _ => {
            let writes = |action: &&str| permissions::iam_action(action).is_some_and(|it| it.access == Access::Write);
            if actions.iter().any(writes) { "writes to" } else { "reads" }
        }
    }
}
