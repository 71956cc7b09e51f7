//! E0803: commands of a build that its role may not run.

use std::sync::Arc;

use crate::catalog::permissions::{self, Access};
use crate::catalog::verbs;
use crate::check::support::build_environment::{Environment, Named};
use crate::check::support::coverage::{self, Target};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::roles::ResourceName;
use crate::diagnostic::{Code, Diagnostic, Intent, wording};
use crate::hir::{
    ConditionRule, Entity, Hir, Ownership, PartKind, Permission, PipelineId, Project, RepositoryId, Role, Stage,
    Statement, Value, ValueKind,
};
use crate::plan::{RolePlan, repository};
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::packaging::{Need, ResourceKind};

pub(super) const RULE: Rule = Rule { name: "build-permissions", codes: &[Code::E0803], run: check };

/// Looks at every build whose buildspec can be read.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reported: Vec<(Entity, Option<Entity>)> = Vec::new();
    for (id, pipeline) in subject.pipelines() {
        let places =
            pipeline.actions().map(|(action_id, action)| Place { pipeline_id: id, pipeline, id: action_id, action });
        let actions = places.filter_map(|place| Run::of_action(subject, place));
        let stages = pipeline.stages.iter().flat_map(|stage| stage.rules().map(move |rule| (stage, rule)));
        let rules = stages.filter_map(|(stage, rule)| Run::of_rule(subject, id, stage, rule));
        for run in actions.chain(rules) {
            for missing in run.missing() {
                let key = (run.node, missing.entity);
                if !reported.contains(&key) {
                    reported.push(key);
                    match run.by.place {
                        Some(place) => findings.about(place, run.diagnostic(&missing)),
                        None => findings.push(run.diagnostic(&missing)),
                    }
                }
            }
        }
    }
}

/// A build and the role it runs under.
struct Run<'a> {
    hir: &'a Hir,
    by: Runner<'a>,
    project: &'a Project,
    build: Arc<Build>,
    node: Entity,
    role: &'a RolePlan,
}

/// The action or the rule that starts a build.
#[derive(Clone, Copy)]
struct Runner<'a> {
    /// Where the action is; none for a rule.
    place: Option<Place<'a>>,
    /// What it is, in a word.
    word: &'static str,
    name: &'a str,
    stage: &'a str,
    /// The variables it gives the build.
    env: Option<&'a Value>,
}

/// What a command is about.
enum About {
    /// A declared resource.
    Resource(Named),
    /// Nothing in particular.
    Account,
}

/// What a role does not allow on one resource; without a resource, what cannot be limited to one.
struct Missing {
    entity: Option<Entity>,
    actions: Vec<&'static str>,
    /// The arguments that name the resource, or the commands, each with what it calls.
    places: Vec<(Span, Vec<&'static str>)>,
    /// Where the resource gets into the build.
    entry: Option<Span>,
}

impl<'a> Run<'a> {
    fn of_action(subject: &Subject<'a>, place: Place<'a>) -> Option<Self> {
        let hir = subject.hir;
        let Place { pipeline_id, pipeline, id, action } = place;
        let project = repository::project(hir, action)?;
        let build = Arc::clone(subject.behind.build(pipeline_id, id)?);
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
        Self::of(subject, by, project, build, node)
    }

    fn of_rule(subject: &Subject<'a>, pipeline: PipelineId, stage: &'a Stage, rule: &'a ConditionRule) -> Option<Self> {
        let project = rule.project()?;
        let build = subject.behind.build_of_rule(pipeline, rule)?;
        let node = subject.plan.projects.get(project)?.role?;
        let by = Runner {
            place: None,
            word: "rule",
            name: rule.word,
            stage: stage.name.as_str(),
            env: rule.value("EnvironmentVariables"),
        };
        Self::of(subject, by, subject.hir.projects.get(project)?, build, node)
    }

    /// None where the role is not known, or the commands may act under another identity.
    fn of(
        subject: &Subject<'a>,
        by: Runner<'a>,
        project: &'a Project,
        build: Arc<Build>,
        node: Entity,
    ) -> Option<Self> {
        let role = subject.plan.role(node)?;
        let run = Self { hir: subject.hir, by, project, build, node, role };
        let known = role.identity.is_owned()
            && role.managed.is_empty()
            && role.raw.is_none()
            && project.declaration.raw().is_none();
        let broken = run.declared_role().is_some_and(|role| role.declaration.incomplete);
        let readable = !broken && run.statements().iter().all(is_readable);
        (known && readable && run.environment().keeps_role()).then_some(run)
    }

    fn environment(&self) -> Environment<'_> {
        Environment { own: self.by.env, project: self.project, build: &self.build }
    }

    /// The role's declaration, if it is not derived from the project.
    fn declared_role(&self) -> Option<&'a Role> {
        match self.node {
            Entity::Role(index) => self.hir.roles.get(index),
            _ => None,
        }
    }

    fn statements(&self) -> &'a [Statement] {
        self.declared_role().map_or(&self.project.statements, |role| &role.statements)
    }

    /// What the commands need and the role does not allow, resource by resource.
    fn missing(&self) -> Vec<Missing> {
        let mut found: Vec<Missing> = Vec::new();
        for need in self.build.commands.needs.iter().filter(|need| !self.is_conditional(need)) {
            let named = match self.target(need) {
                None => continue,
                Some(About::Account) => None,
                Some(About::Resource(named)) => Some(named),
            };
            let entity = named.map(|named| named.entity);
            let target = entity.map_or(Target::Any, |entity| self.resource(entity));
            let lacking = |action: &&&str| !coverage::allows(self.role, action, target);
            let actions: Vec<&'static str> = need.actions.iter().filter(lacking).copied().collect();
            if actions.is_empty() {
                continue;
            }
            let place = need.argument.as_ref().map_or(need.command, |argument| argument.whole);
            let known = found.iter_mut().find(|missing| missing.entity == entity);
            if let Some(missing) = known {
                missing.actions.extend(
                    actions.iter().filter(|action| !missing.actions.contains(action)).copied().collect::<Vec<_>>(),
                );
                missing.places.push((place, actions));
            } else {
                let entry = named.and_then(|named| named.entry);
                found.push(Missing { entity, actions: actions.clone(), places: vec![(place, actions)], entry });
            }
        }
        found
    }

    /// What a need is about: a declared resource, or nothing in particular. None where that is not known.
    fn target(&self, need: &Need) -> Option<About> {
        let Some(reference) = &need.resource else {
            let unlimited = |action: &&str| permissions::iam_action(action).is_some_and(|it| it.resources.is_empty());
            return need.actions.iter().all(unlimited).then_some(About::Account);
        };
        let named = self.environment().named(self.hir, reference)?;
        let fits = matches!(
            (need.kind, named.entity),
            (ResourceKind::Bucket, Entity::Bucket(_))
                | (ResourceKind::Topic, Entity::Topic(_))
                | (ResourceKind::Pipeline, Entity::Pipeline(_))
        );
        fits.then_some(About::Resource(named))
    }

    /// Whether a command runs only sometimes, or may fail.
    fn is_conditional(&self, need: &Need) -> bool {
        let mut commands = self.build.spec.commands();
        let around = commands.find(|command| command.span.to(need.command) == command.span);
        around.is_none_or(|command| {
            let mut steps = command.text.split(['\n', ';', '&', '|']);
            command.text.contains("||") || steps.any(|step| CONDITIONAL.contains(&first_word(step)))
        })
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

    fn diagnostic(&self, missing: &Missing) -> Diagnostic {
        let resource =
            missing.entity.map(|entity| ResourceName { kind: entity.word(), name: &self.hir.symbol(entity).node });
        let verb = resource.as_ref().and_then(|resource| verb_for(resource.kind, &missing.actions));
        let permission = verb.map_or_else(|| listed(&missing.actions), str::to_owned);
        let line = self.registry(missing).unwrap_or_else(|| {
            format!("allow {permission} on {}", resource.as_ref().map_or("\"*\"", |resource| resource.name))
        });
        let role = self.declared_role();
        let lack = Lack {
            category: self.by.word,
            action: self.by.name,
            does: doing(&missing.actions, verb),
            resource,
            actions: &missing.actions,
            owner: role.map_or(&self.project.declaration.symbol, |role| &role.declaration.symbol),
            own_role: role.is_some(),
            nothing: missing.entity.is_none_or(|entity| match self.resource(entity) {
                Target::Resource(node, _) => !coverage::mentions(self.role, node),
                Target::Any => true,
            }),
            entry: missing.entry,
            places: &missing.places,
            stage: self.by.stage,
            line: &line,
            last: self.last_part(),
        };
        build_lacks(&lack)
    }

    /// For a login to Amazon ECR: the statement that also allows what comes after it, where one declared repository reaches
    /// the build.
    fn registry(&self, missing: &Missing) -> Option<String> {
        let logs_in = missing.entity.is_none() && missing.actions == ["ecr:GetAuthorizationToken"];
        let mut repositories: Vec<RepositoryId> = Vec::new();
        let own = match self.by.env.map(|value| &value.kind) {
            Some(ValueKind::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        for (_, value) in own.iter().chain(self.project.env()).filter(|_| logs_in) {
            value.each_part(&mut |part| match part.kind {
                PartKind::Member(Entity::Repository(id), _) if !repositories.contains(&id) => repositories.push(id),
                _ => {}
            });
        }
        let [only] = repositories.as_slice() else { return None };
        let pushes = |text: &str| text.contains("docker push") || text.contains("--push");
        let verb = if self.build.spec.commands().any(|command| pushes(&command.text)) { "push" } else { "pull" };
        Some(format!("allow {verb} on {}", self.hir.symbol(Entity::Repository(*only)).node))
    }

    /// The last part of the block that the line goes into.
    fn last_part(&self) -> Option<Span> {
        let attributes =
            self.declared_role().map_or(&self.project.declaration.attributes, |role| &role.declaration.attributes);
        let parts = attributes.values().map(|attribute| attribute.word.to(attribute.value.span));
        parts.chain(self.statements().iter().map(|statement| statement.span)).max_by_key(|span| span.end)
    }
}

/// Whether all of a statement could be read: its resources, and the verb that is to fit them.
fn is_readable(statement: &Statement) -> bool {
    let means_something = |resource: &Value| match (&statement.permission, &resource.kind) {
        (Permission::Verb(verb), ValueKind::Entity(entity)) => verbs::grants(&verb.node, entity.word()).is_some(),
        _ => !resource.is_poisoned(),
    };
    statement.resources.iter().all(means_something)
}

/// Words with which what follows runs only sometimes, or may fail.
const CONDITIONAL: [&str; 8] = ["if", "case", "while", "until", "[", "[[", "test", "set"];

/// The first word of a step of a command, after words that only open a group or the body of a loop.
fn first_word(step: &str) -> &str {
    let words = step.split_whitespace().map(|word| word.trim_start_matches(['(', '{', '!']));
    words.filter(|word| !word.is_empty()).find(|word| *word != "do").unwrap_or_default()
}

/// The name or ARN of a resource, if it is written out.
fn written<'a>(name: Option<&'a str>, ownership: &'a Ownership) -> Option<&'a str> {
    name.or(match ownership {
        Ownership::Imported(value) => value.as_str(),
        Ownership::Owned => None,
    })
}

/// The smallest verb of a kind of resource that allows all of these actions.
fn verb_for(kind: &str, actions: &[&str]) -> Option<&'static str> {
    let granted = |verb: &str| -> Vec<&str> {
        let grants = verbs::grants(verb, kind).unwrap_or_default();
        grants.iter().flat_map(|grant| grant.actions.iter().map(String::as_str)).collect()
    };
    let fits = verbs::verbs_of(kind).filter(|verb| {
        let granted = granted(verb);
        actions.iter().all(|action| granted.contains(action))
    });
    fits.min_by_key(|verb| granted(verb).len())
}

/// `["s3:DeleteObject"]`
fn listed(actions: &[&str]) -> String {
    let quoted: Vec<String> = actions.iter().map(|action| format!("\"{action}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

/// What a build does to a resource, in a word.
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

/// What a build does and its role does not allow.
#[derive(Debug)]
struct Lack<'a> {
    /// `build` or `test`.
    category: &'a str,
    /// The action.
    action: &'a str,
    /// What it does to the resource: `writes to`.
    does: &'a str,
    /// The resource; absent when the calls cannot be limited to one.
    resource: Option<ResourceName<'a>>,
    /// The IAM actions that are not allowed.
    actions: &'a [&'static str],
    /// The project, or its role if that is declared.
    owner: &'a Spanned<String>,
    /// Whether `owner` is a role.
    own_role: bool,
    /// Whether nothing at all is allowed on the resource.
    nothing: bool,
    /// Where the resource is passed to the build.
    entry: Option<Span>,
    /// The commands' arguments, each with the calls.
    places: &'a [(Span, Vec<&'static str>)],
    /// The stage.
    stage: &'a str,
    /// The statement that is missing.
    line: &'a str,
    /// The last part of the block that the statement goes into.
    last: Option<Span>,
}

/// Commands pointed at in one diagnostic.
const MAX_PLACES: usize = 3;

/// A build uses something that its role does not allow.
fn build_lacks(lack: &Lack<'_>) -> Diagnostic {
    let first = lack.actions.first().copied().unwrap_or_default();
    let role = if lack.own_role { "this role" } else { "the role of this project" };
    let (message, label) = match lack.resource {
        Some(resource) => (
            format!(
                "{} `{}` {} {} `{}`, but its role does not allow it",
                lack.category, lack.action, lack.does, resource.kind, resource.name
            ),
            if lack.nothing {
                format!("{role} has no permissions on `{}`", resource.name)
            } else {
                format!(
                    "{role} does not allow {} on `{}`",
                    wording::or_list(lack.actions.iter().copied()),
                    resource.name
                )
            },
        ),
        None => (
            format!("{} `{}` calls `{first}`, but its role does not allow it", lack.category, lack.action),
            format!("the build runs with {role}"),
        ),
    };
    let mut diagnostic = Diagnostic::new(Code::E0803, message, lack.owner.span, label);
    if let (Some(entry), Some(resource)) = (lack.entry, lack.resource) {
        diagnostic = diagnostic.label(entry, format!("{} passed to the build here", resource.kind));
    }
    for (place, actions) in lack.places.iter().take(MAX_PLACES) {
        diagnostic = diagnostic.label(*place, wording::ticks(actions));
    }
    let call = first.split(':').nth(1).unwrap_or(first);
    let refusal = match first.split(':').next() {
        Some("s3" | "cloudformation") => "AccessDenied",
        Some("sns") => "AuthorizationError",
        _ => "AccessDeniedException",
    };
    let note = format!("the build would fail in stage {} with \"{refusal} ... {call}\"", lack.stage);
    let diagnostic = diagnostic.note(note);
    let owner = if lack.own_role { format!("role `{}`", lack.owner.node) } else { wording::tick(&lack.owner.node) };
    let diagnostic = diagnostic.help(format!("add `{}` to {owner}", lack.line));
    match lack.last {
        Some(behind) => diagnostic.intend(Intent::AddStatement { behind, statement: lack.line.to_owned() }),
        None => diagnostic,
    }
}
