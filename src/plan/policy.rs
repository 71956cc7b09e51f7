//! The distribution of a role's permissions over its policies.

use std::borrow::Cow;

use crate::catalog::limits;

use super::{Effect, Expr, Grant, Piece, Plan, PolicyPlan, RolePlan};

/// Returns the maximum length of all inline policies of a role, in characters without whitespace.
pub fn inline_limit() -> usize {
    limits::most("role-inline-policies")
}

/// Returns the maximum length of a managed policy, in characters without whitespace.
pub fn managed_limit() -> usize {
    limits::most("managed-policy")
}

/// Returns the maximum number of managed policies of a role.
pub fn managed_count() -> usize {
    limits::most("managed-policies-per-role")
}

/// The permissions of a role, divided over its policies.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// In the role itself.
    pub inline: Vec<Grant>,
    /// In managed policies.
    pub managed: Vec<Vec<Grant>>,
    /// Whether they fit: no single statement is too long, and there are not too many policies.
    pub fits: bool,
}

impl Plan {
    /// Returns the number of managed policies that each role needs.
    pub(super) fn overflows(&self) -> Vec<Option<usize>> {
        let measured = |role: &RolePlan| {
            // Merging never makes the policies longer, and most roles fit without it.
            let lengths = || role.grants.iter().map(|grant| self.statement_length(grant));
            let fits = || lengths().sum::<usize>() + EMPTY <= managed_limit() && role.managed.len() <= managed_count();
            if role.policies.is_empty() && role.generate && fits() {
                return Some(0);
            }
            let policies = self.policies(role);
            policies.fits.then_some(policies.managed.len())
        };
        self.roles.iter().map(measured).collect()
    }

    /// Divides the permissions of a role: inline while they fit beside its named policies, the rest in managed policies. Without
    /// `generate`, they stay inline.
    pub fn policies(&self, role: &RolePlan) -> Policies {
        let managed_room = managed_limit().saturating_sub(EMPTY);
        let named: usize = role.policies.iter().map(|policy| self.policy_length(policy)).sum();
        let left = inline_limit().checked_sub(named);
        let mut room = left.unwrap_or_default().saturating_sub(EMPTY);
        if !role.generate {
            let length: usize = role.grants.iter().map(|grant| self.statement_length(grant)).sum();
            let fits = left.is_some() && length <= room && role.managed.len() <= managed_count();
            return Policies { inline: role.grants.clone(), managed: Vec::new(), fits };
        }
        let mut parts = Policies { fits: left.is_some(), ..Policies::default() };
        for grant in merged(&role.grants) {
            for piece in self.split(grant, managed_room) {
                let length = self.statement_length(&piece);
                parts.fits &= length <= managed_room;
                if length > room {
                    room = managed_room;
                    parts.managed.push(Vec::new());
                }
                room = room.saturating_sub(length);
                match parts.managed.last_mut() {
                    Some(policy) => policy.push(piece),
                    None => parts.inline.push(piece),
                }
            }
        }
        parts.fits &= parts.managed.len() + role.managed.len() <= managed_count();
        parts
    }

    /// Halves a statement until each part fits in a managed policy.
    fn split(&self, grant: Grant, room: usize) -> Vec<Grant> {
        if self.statement_length(&grant) <= room {
            return vec![grant];
        }
        let halves = |grant: &Grant, actions: &[Cow<'static, str>], resources: &[Expr]| Grant {
            actions: actions.to_vec(),
            resources: resources.to_vec(),
            ..grant.clone()
        };
        let (first, second) = if grant.actions.len() > 1 {
            let (a, b) = grant.actions.split_at(grant.actions.len() / 2);
            (halves(&grant, a, &grant.resources), halves(&grant, b, &grant.resources))
        } else if grant.resources.len() > 1 {
            let (a, b) = grant.resources.split_at(grant.resources.len() / 2);
            (halves(&grant, &grant.actions, a), halves(&grant, &grant.actions, b))
        } else {
            return vec![grant];
        };
        self.split(first, room).into_iter().chain(self.split(second, room)).collect()
    }

    /// Returns the length of the JSON of a named policy, without its further statements.
    fn policy_length(&self, policy: &PolicyPlan) -> usize {
        EMPTY + policy.grants.iter().map(|grant| self.statement_length(grant)).sum::<usize>()
    }

    /// Returns the length of a statement's JSON.
    fn statement_length(&self, grant: &Grant) -> usize {
        let quoted = |length: usize| length + 3;
        let texts = |exprs: &[Expr]| exprs.iter().map(|expr| quoted(self.resolved_length(expr))).sum::<usize>();
        let actions: usize = grant.actions.iter().map(|action| quoted(action.len())).sum();
        let conditions: usize = grant
            .conditions
            .iter()
            .map(|condition| 12 + condition.operator.len() + condition.key.len() + texts(&condition.values))
            .sum();
        r#"{"Effect":"Allow","Action":[],"Resource":[],"Condition":{}},"#.len()
            + actions
            + texts(&grant.resources)
            + conditions
    }

    /// Returns the length of an expression after deployment, with the known names inserted.
    pub fn resolved_length(&self, expr: &Expr) -> usize {
        let piece = |piece: &Piece| match piece {
            Piece::Name(node) => self.name(*node).map_or(64, |name| name.length()),
            Piece::Arn(node) => self.arn(*node).map_or(120, |arn| arn.length()),
            other => other.length(),
        };
        expr.pieces().iter().map(piece).sum()
    }
}

/// The length of a document without statements.
const EMPTY: usize = r#"{"Version":"2012-10-17","Statement":[]}"#.len();

/// Merges permissions with the same actions and conditions, then those with the same resources and conditions. The
/// reasons of merged permissions are lost: this is for policy documents, not for readers.
pub fn merged(grants: &[Grant]) -> Vec<Grant> {
    let mut by_actions: Vec<Grant> = Vec::new();
    for grant in grants {
        let mut grant = grant.clone();
        grant.actions.sort();
        grant.actions.dedup();
        let alike = |other: &&mut Grant| same_terms(other, &grant) && other.actions == grant.actions;
        match by_actions.iter_mut().find(alike) {
            Some(other) => add_resources(other, &grant.resources),
            None => by_actions.push(grant),
        }
    }
    let mut joined: Vec<Grant> = Vec::new();
    for grant in by_actions {
        let alike = |other: &&mut Grant| same_terms(other, &grant) && other.resources == grant.resources;
        match joined.iter_mut().find(alike) {
            Some(other) => {
                other.actions.extend(grant.actions);
                other.actions.sort();
                other.actions.dedup();
            }
            None => joined.push(grant),
        }
    }
    without_repeats(joined)
}

/// Returns the permissions with those of one statement joined: a statement has one for each of its resources.
pub fn of_statements(grants: &[Grant]) -> Vec<Grant> {
    let mut joined: Vec<Grant> = Vec::new();
    for grant in grants {
        match joined.last_mut() {
            Some(last) if last.cause == grant.cause && same_terms(last, grant) && last.actions == grant.actions => {
                add_resources(last, &grant.resources);
            }
            _ => joined.push(grant.clone()),
        }
    }
    joined
}

/// Removes from each permission the actions that another one allows on a superset of its resources.
fn without_repeats(mut grants: Vec<Grant>) -> Vec<Grant> {
    let all = grants.clone();
    for grant in &mut grants {
        let more = |other: &&Grant| {
            same_terms(other, grant)
                && other.resources.len() > grant.resources.len()
                && grant.resources.iter().all(|resource| other.resources.contains(resource))
        };
        let others: Vec<&Grant> = all.iter().filter(more).collect();
        grant.actions.retain(|action| !others.iter().any(|other| other.actions.contains(action)));
    }
    grants.retain(|grant| !grant.actions.is_empty());
    grants
}

fn same_terms(a: &Grant, b: &Grant) -> bool {
    (a.effect, &a.conditions) == (b.effect, &b.conditions)
}

fn add_resources(grant: &mut Grant, resources: &[Expr]) {
    for resource in resources {
        if !grant.resources.contains(resource) {
            grant.resources.push(resource.clone());
        }
    }
}

impl Grant {
    /// Creates an `Allow` permission.
    pub fn allow(
        actions: &[&'static str],
        resources: Vec<Expr>,
        reason: &'static str,
        cause: crate::source::Span,
    ) -> Self {
        Self {
            effect: Effect::Allow,
            actions: actions.iter().map(|action| Cow::from(*action)).collect(),
            resources,
            conditions: Vec::new(),
            reason: reason.into(),
            cause,
        }
    }
}
