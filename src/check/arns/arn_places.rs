//! E0820: ARNs in a different account or Region from where they are used.

use crate::catalog::{ArnPlace, Kind, Slot};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{
    Action, Attribute, BOUNDARY, Declaration, Entity, Environment, Hir, Ownership, RoleId, Value, ValueKind,
};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "arn-places", codes: &[Code::E0820], run: check };

/// An account or a Region, and the span that sets it.
type StatedBy<'a> = (&'a str, Option<Span>);

/// The known part of the location of a resource or an action.
#[derive(Debug, Clone, Copy, Default)]
struct Location<'a> {
    account: Option<StatedBy<'a>>,
    region: Option<StatedBy<'a>>,
    /// The environment that it is.
    environment: Option<&'a str>,
}

/// A resource that cannot be in another account or Region, and its name in messages.
#[derive(Debug, Clone, Copy)]
struct Wanted<'a> {
    noun: &'a str,
    place: ArnPlace,
}

const ROLE: Wanted<'static> = Wanted { noun: "role", place: ArnPlace::Account };
const KEY: Wanted<'static> = Wanted { noun: "key", place: ArnPlace::Region };
const POLICY: Wanted<'static> = Wanted { noun: "permissions boundary", place: ArnPlace::Account };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut search = Search { subject, reported: Vec::new(), findings };
    search.environments();
    search.actions();
    search.declared();
    for pipeline in &subject.hir.pipelines {
        let home = search.home();
        search.role(home, pipeline.role.as_ref());
        search.values(home, KEY, pipeline.store.key.iter());
        search.values(home, POLICY, pipeline.boundary.iter());
    }
}

struct Search<'a, 'd> {
    subject: &'a Subject<'a>,
    /// The spans that have been reported.
    reported: Vec<Span>,
    findings: &'d mut Findings,
}

impl<'a> Search<'a, '_> {
    /// Returns the location of the pipelines.
    fn home(&self) -> Location<'a> {
        let pipelines = &self.subject.hir.pipelines;
        let home = &self.subject.plan.home;
        let span = |found: Option<&'a Spanned<String>>| found.map(|it| it.span);
        Location {
            account: home.account.as_deref().map(|account| {
                let said = pipelines.iter().filter_map(|it| it.account.as_ref()).find(|it| it.node == account);
                (account, span(said))
            }),
            region: home.region.as_deref().map(|region| {
                let said = pipelines.iter().filter_map(|it| it.region.as_ref()).find(|it| it.node == region);
                (region, span(said))
            }),
            environment: None,
        }
    }

    /// Returns the account and Region of an environment; values that could not be read are unknown.
    fn location_of(&self, environment: &'a Environment) -> Location<'a> {
        let home = self.home();
        let said = |word: &str, own: Option<Spanned<&'a str>>, home: Option<StatedBy<'a>>| match own {
            Some(own) => Some((own.node, Some(own.span))),
            None => home.filter(|_| !environment.declaration.attributes.contains_key(word)),
        };
        Location {
            account: said("account", environment.account(), home.account),
            region: said("region", environment.region(), home.region),
            environment: Some(&environment.declaration.symbol.node),
        }
    }

    /// Returns where an action works: a role of another account moves it there.
    fn location(&self, action: &'a Action) -> Location<'a> {
        let mut location = match self.subject.hir.environment(action) {
            Some(environment) => self.location_of(environment),
            None => self.home(),
        };
        if let (None, Some(role)) = (&action.environment, &action.role) {
            location.account = role_arn(self.subject.hir, role.node).and_then(arn).map(|arn| (arn.account, None));
        }
        if let Some(region) = &action.region {
            location.region = Some((&region.node, Some(region.span)));
        }
        location
    }

    fn environments(&mut self) {
        for environment in &self.subject.hir.environments {
            let location = self.location_of(environment);
            self.role(location, environment.role().as_ref());
            self.role(location, environment.action_role().as_ref());
            let boundary = environment.declaration.attributes.get(BOUNDARY);
            self.values(location, POLICY, boundary.map(|attribute| &attribute.value).into_iter());
        }
    }

    fn actions(&mut self) {
        for place in self.subject.actions().filter(|place| !place.action.incomplete) {
            let action = place.action;
            let location = self.location(action);
            if action.environment.is_some() {
                self.role(location, action.role.as_ref());
            }
            self.boundary(location, &place);
            for (key, setting) in &action.configuration {
                self.slot(location, action.action_type.slot_of_key(key), &setting.value);
            }
        }
    }

    /// Checks the boundary that the roles of a stack must have. That of the pipeline applies if the action does not
    /// name an environment.
    fn boundary(&mut self, location: Location<'_>, place: &Place<'a>) {
        if !self.subject.plan.has_derived_stack_role(place.pipeline_id, place.id) {
            return;
        }
        let Some(value) = self.subject.hir.boundary(place.pipeline, place.action) else { return };
        let inherited = place.pipeline.boundary.as_ref().is_some_and(|own| std::ptr::eq(own, value));
        let used = place.action.environment.as_ref().filter(|_| inherited).map_or(value.span, |it| it.span);
        self.one(location, POLICY, value, used);
    }

    /// Checks the resources that are created in the pipeline's account and Region.
    fn declared(&mut self) {
        let home = self.home();
        let is_made = |kind: Kind, it: &Declaration| {
            matches!(kind, Kind::Project | Kind::Bucket | Kind::Topic | Kind::Repository)
                && it.ownership == Ownership::Owned
        };
        let owned = self.subject.hir.declarations().filter(|(entity, it)| is_made(entity.kind(), it));
        for (entity, declaration) in owned {
            let Some(entry) = crate::catalog::declaration(entity.word()) else { continue };
            for (word, Attribute { value, .. }) in &declaration.attributes {
                self.slot(home, entry.slot_of_attribute(word), value);
            }
        }
    }

    fn slot(&mut self, location: Location<'_>, slot: Option<&Slot>, value: &'a Value) {
        let Some(slot) = slot else { return };
        let wanted = match (slot.to, slot.arn_place) {
            (_, Some(place)) => Wanted { noun: &format!("`{}`", slot.attribute), place },
            (Some(Kind::Role), None) => ROLE,
            (Some(Kind::Key), None) => KEY,
            _ => return,
        };
        self.values(location, wanted, std::iter::once(value));
    }

    fn role(&mut self, location: Location<'_>, role: Option<&Spanned<RoleId>>) {
        let Some(role) = role else { return };
        if let Some(value) = role_arn(self.subject.hir, role.node) {
            self.one(location, ROLE, value, role.span);
        }
    }

    fn values(&mut self, location: Location<'_>, wanted: Wanted<'_>, values: impl Iterator<Item = &'a Value>) {
        for value in values {
            let named = match value.kind {
                ValueKind::Entity(Entity::Role(id)) => role_arn(self.subject.hir, id),
                ValueKind::Entity(Entity::Key(id)) => {
                    self.subject.hir.keys.get(id).and_then(|key| imported(&key.ownership))
                }
                _ => Some(value),
            };
            if let Some(named) = named {
                self.one(location, wanted, named, value.span);
            }
        }
    }

    /// Compares an ARN with the location where it is used. `used` is the span of that use.
    fn one(&mut self, location: Location<'_>, wanted: Wanted<'_>, value: &Value, used: Span) {
        let Some(found) = arn(value).filter(|_| !self.reported.contains(&used)) else { return };
        let account =
            location.account.filter(|_| wanted.place != ArnPlace::Region).map(|said| (false, found.account, said));
        let region =
            location.region.filter(|_| wanted.place != ArnPlace::Account).map(|said| (true, found.region, said));
        let differs = [account, region].into_iter().flatten().find(|(_, found, (needed, _))| found != needed);
        let Some((is_region, found, (needed, said))) = differs else { return };
        self.reported.push(used);
        let written = (value.span != used).then_some(value.span);
        let environment = location.environment;
        let it = Misplaced { noun: wanted.noun, is_region, found, needed, used, written, said, environment };
        self.findings.push(misplaced(&it));
    }
}

/// Returns the ARN of an imported role.
fn role_arn(hir: &Hir, role: RoleId) -> Option<&Value> {
    hir.roles.get(role).and_then(|role| imported(&role.declaration.ownership))
}

fn imported(ownership: &Ownership) -> Option<&Value> {
    match ownership {
        Ownership::Imported(value) => Some(value),
        Ownership::Owned => None,
    }
}

/// The account and the Region of a well-formed literal ARN.
struct Arn<'a> {
    account: &'a str,
    region: &'a str,
}

fn arn(value: &Value) -> Option<Arn<'_>> {
    let fields: Vec<&str> = value.as_str()?.splitn(6, ':').collect();
    let ["arn", _, _, region, account, _] = fields.as_slice() else { return None };
    crate::catalog::accounts::is_account_id(account).then_some(Arn { account, region })
}

/// A resource in a different account or Region from where it is used.
#[derive(Debug)]
struct Misplaced<'a> {
    /// The kind: `role`, `key`, or the attribute in backticks.
    noun: &'a str,
    /// Whether the Regions differ; otherwise, the accounts do.
    is_region: bool,
    /// The account or Region of the ARN.
    found: &'a str,
    /// That of the location where it is used.
    needed: &'a str,
    /// The span where it is used.
    used: Span,
    /// The span of its ARN, if it is not there.
    written: Option<Span>,
    /// The span that sets the account or Region where it is used.
    said: Option<Span>,
    /// The environment that is the place of use.
    environment: Option<&'a str>,
}

/// An ARN in a different account or Region from where it is used.
fn misplaced(it: &Misplaced<'_>) -> Diagnostic {
    let Misplaced { noun, found, needed, .. } = it;
    let what = if it.is_region { "Region" } else { "account" };
    let message = format!("{noun} in {what} `{found}` cannot be used in {what} `{needed}`");
    let used = if it.written.is_some() { "used here" } else { "" };
    let mut diagnostic = Diagnostic::new(Code::E0820, message, it.used, used);
    if let Some(written) = it.written {
        diagnostic = diagnostic.label(written, format!("its ARN names {what} `{found}`"));
    }
    if let Some(environment) = it.environment.filter(|_| *noun == POLICY.noun && it.written.is_some()) {
        return diagnostic.help(format!(
            "set `permissions-boundary` in environment `{environment}` to a policy in account `{needed}`"
        ));
    }
    match it.said {
        Some(said) => diagnostic
            .label(said, format!("the {what} it is used in"))
            .help(format!("write an ARN that names {what} `{needed}`, or set the {what} to `{found}`")),
        None => diagnostic.help(format!("write an ARN that names {what} `{needed}`")),
    }
}
