//! Resources that a condition may leave out of the template: policies of other resources allow their use only if they
//! exist, because a template cannot refer to what it does not create.

use super::super::{Data, Expr, Grant, Piece, Plan, RolePlan};

/// A role whose policies are written.
pub struct PolicyHost<'p> {
    plan: &'p Plan,
    /// The condition of the role.
    condition: Option<&'p str>,
    /// The conditions of the policy.
    of_policy: Vec<String>,
    /// Whether its statements can get conditions; otherwise, they are exactly as in the file.
    generate: bool,
}

impl<'p> PolicyHost<'p> {
    /// Returns the host for a role's policies.
    pub fn of(plan: &'p Plan, role: &'p RolePlan) -> Self {
        Self { plan, condition: role.identity.condition.as_deref(), of_policy: Vec::new(), generate: role.generate }
    }

    /// Divides a permission by the conditions under which its resources exist, without those that the role implies.
    pub fn parts(&self, grant: &Grant) -> Vec<(Vec<String>, Grant)> {
        let mut parts: Vec<(Vec<String>, Grant)> = Vec::new();
        let of_keys = grant.conditions.iter().flat_map(|condition| &condition.values);
        let always = self.conditions(of_keys);
        for resource in &grant.resources {
            let mut conditions = always.clone();
            conditions.extend(self.conditions([resource]).into_iter().filter(|name| !always.contains(name)));
            match parts.iter_mut().find(|(known, _)| *known == conditions) {
                Some((_, part)) => part.resources.push(resource.clone()),
                None => parts.push((conditions, Grant { resources: vec![resource.clone()], ..grant.clone() })),
            }
        }
        if parts.is_empty() { vec![(always, grant.clone())] } else { parts }
    }

    /// Returns a policy of a role, which exists only if one of its statements does. `policy` writes it.
    pub fn policy(&self, grants: &[Grant], policy: &dyn Fn(&Self) -> Data) -> Data {
        let mut needed: Vec<Vec<String>> = Vec::new();
        for (conditions, _) in grants.iter().flat_map(|grant| self.parts(grant)) {
            if conditions.is_empty() {
                return policy(self);
            }
            if !needed.contains(&conditions) {
                needed.push(conditions);
            }
        }
        match needed.as_slice() {
            [] => policy(self),
            [conditions] => under(conditions, policy(&Self { of_policy: conditions.clone(), ..*self })),
            several => {
                let whole = policy(self);
                several.iter().rev().fold(Data::none(), |otherwise, conditions| choice(conditions, &whole, &otherwise))
            }
        }
    }

    /// Returns the conditions of the resources that expressions refer to.
    fn conditions<'e>(&self, expressions: impl IntoIterator<Item = &'e Expr>) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if !self.generate {
            return found;
        }
        let mut look = |piece: &Piece| {
            let (Piece::Name(node) | Piece::Arn(node)) = piece else { return };
            let Some(identity) = self.plan.identity(*node).filter(|identity| identity.is_owned()) else { return };
            let Some(condition) = &identity.condition else { return };
            let implied = self.condition.is_some_and(|own| {
                own == condition || self.plan.implications.contains(&(own.to_owned(), condition.clone()))
            });
            if !implied && !self.of_policy.contains(condition) && !found.contains(condition) {
                found.push(condition.clone());
            }
        };
        expressions.into_iter().for_each(|expression| expression.each_piece(&mut look));
        found
    }
}

/// Returns data that exists only if all conditions are true.
pub fn under(conditions: &[String], data: Data) -> Data {
    if conditions.is_empty() { data } else { choice(conditions, &data, &Data::none()) }
}

/// Returns one value if all conditions are true, else another.
fn choice(conditions: &[String], then: &Data, otherwise: &Data) -> Data {
    conditions.iter().rev().fold(then.clone(), |then, condition| {
        let (then, otherwise) = (then.into(), otherwise.clone().into());
        let choice = Piece::If { condition: condition.clone(), then, otherwise };
        Data::Text(choice.into())
    })
}
