//! The permissions of roles, regardless of how statements and policies divide them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::create_only::replacement;
use crate::catalog::wildcard::wildcard;
use crate::collections::HashMap;

use super::conditional::{Conditional, under_conditions};
use super::defined::DefinedResource;
use super::normal::{Fragment, NormalValue};
use crate::source::Span;

/// The permissions of one role, of a policy that belongs to no role of the template, or of a resource with a policy.
pub type PermissionSet = BTreeSet<DefinedPermission>;

/// The smallest part of a statement that can be gained or lost. In order, permissions that differ only in the action
/// are adjacent.
#[derive(Debug, Clone)]
pub struct DefinedPermission {
    /// Its effect.
    pub effect: PermissionEffect,
    /// The resource, the principal, or the managed policy.
    pub on: NormalValue,
    /// `on` as text, which is equal only for equal values.
    shown: String,
    /// The conditions, all of which must be true.
    pub when: Vec<NormalValue>,
    /// `when` as text.
    shown_when: String,
    /// The action. Empty for a managed policy.
    pub action: String,
}

impl DefinedPermission {
    fn new(effect: PermissionEffect, on: NormalValue, when: Vec<NormalValue>, action: String) -> Self {
        let shown_when: Vec<String> = when.iter().map(ToString::to_string).collect();
        Self { effect, shown: on.to_string(), on, shown_when: shown_when.join(" and "), when, action }
    }

    /// Returns a copy that refers to other logical IDs.
    pub(super) fn renamed(&self, ids: &HashMap<String, String>) -> Self {
        let when = self.when.iter().map(|value| value.renamed(ids)).collect();
        Self::new(self.effect, self.on.renamed(ids), when, self.action.clone())
    }

    /// Returns whether this allows everything that another permission does: its action, its resource, and its
    /// conditions.
    pub fn covers(&self, other: &Self) -> bool {
        if self.effect != other.effect {
            return false;
        }
        match self.effect {
            // A derived role trusts the same service, and additional conditions are no loss.
            PermissionEffect::Trust => self.shown == other.shown,
            PermissionEffect::Allow => {
                let fits = |pattern: &str, text: &str| wildcard(pattern.as_bytes(), text.as_bytes());
                let has_no_more_conditions = self.when.is_empty() || self.shown_when == other.shown_when;
                fits(&self.action.to_ascii_lowercase(), &other.action.to_ascii_lowercase())
                    && fits(&self.shown, &other.shown)
                    && has_no_more_conditions
            }
            PermissionEffect::Distrust | PermissionEffect::Deny | PermissionEffect::ManagedPolicy => self == other,
        }
    }

    /// Returns everything except the action.
    pub fn target(&self) -> (PermissionEffect, &str, &str) {
        (self.effect, &self.shown, &self.shown_when)
    }
}

impl Ord for DefinedPermission {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.target(), &self.action).cmp(&(other.target(), &other.action))
    }
}

impl PartialOrd for DefinedPermission {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for DefinedPermission {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for DefinedPermission {}

/// The effect of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PermissionEffect {
    /// The principal may assume the role.
    Trust,
    /// The principal may not assume the role.
    Distrust,
    /// A managed policy.
    ManagedPolicy,
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

const ROLE: &str = "AWS::IAM::Role";
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";
/// The policy resources, each with the property that refers to its roles.
const POLICIES: [(&str, &str); 2] = [("AWS::IAM::Policy", "Roles"), ("AWS::IAM::RolePolicy", "RoleName")];
/// The policy language version that nearly all policies have; without it, policy variables are literal text.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html> (2026-11-29)
const VERSION: &str = "2012-10-17";

/// The version of a policy that does not set one.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html> (2026-11-29)
const DEFAULT_VERSION: &str = "2008-10-17";

/// Separates the permissions from the resources. Policies that cannot be read as statements stay in them.
pub(super) fn take(resources: &mut BTreeMap<String, DefinedResource>) -> BTreeMap<String, PermissionSet> {
    let mut found: BTreeMap<String, PermissionSet> = BTreeMap::new();
    for (id, resource) in resources.iter_mut() {
        match resource.resource_type.as_str() {
            ROLE => drop(found.insert(id.clone(), of_role(resource))),
            MANAGED_POLICY => drop(document(resource).map(|own| found.insert(id.clone(), own))),
            _ => {
                let own = of_resource(resource);
                if !own.is_empty() {
                    found.insert(id.clone(), own);
                }
            }
        }
    }
    for (id, resource) in resources.iter_mut() {
        let Some((_, key)) = POLICIES.iter().find(|(name, _)| *name == resource.resource_type) else { continue };
        let others = ["Users", "Groups"].iter().any(|key| resource.properties.contains_key(*key));
        let roles: Option<Vec<String>> = match resource.properties.get(*key) {
            Some(roles) if !others => roles.one_or_more().iter().map(referred).collect(),
            _ => None,
        };
        let roles = roles.filter(|roles| !roles.is_empty() && roles.iter().all(|role| found.contains_key(role)));
        let Some(own) = document(resource) else { continue };
        for holder in roles.unwrap_or_else(|| vec![id.clone()]) {
            found.entry(holder).or_default().extend(own.iter().cloned());
        }
    }
    found
}

/// Returns the logical ID in a single `Ref`.
fn referred(value: &NormalValue) -> Option<String> {
    match value.fragments()? {
        [Fragment::Ref(id)] => Some(id.clone()),
        _ => None,
    }
}

fn document(resource: &mut DefinedResource) -> Option<PermissionSet> {
    let own = statements(resource.properties.get("PolicyDocument")?, &[])?;
    resource.properties.remove("PolicyDocument");
    Some(own)
}

/// Separates the resource-based policies, which say who may use the resource.
fn of_resource(resource: &mut DefinedResource) -> PermissionSet {
    let mut all = PermissionSet::new();
    let resource_type = &resource.resource_type;
    resource.properties.retain(|key, value| {
        let has_principals = value.get("Statement").is_some_and(|statements| {
            statements.one_or_more().iter().all(|it| it.get("Principal").is_some() || it.get("NotPrincipal").is_some())
        });
        // If changing a policy replaces the resource, the policy has to stay in it.
        let own =
            if has_principals && replacement(resource_type, &[key]).is_none() { statements(value, &[]) } else { None };
        own.map(|own| all.extend(own)).is_none()
    });
    all
}

fn of_role(resource: &mut DefinedResource) -> PermissionSet {
    let mut all = PermissionSet::new();
    let mut take = |key: &str, read: fn(&NormalValue) -> Option<PermissionSet>| {
        if let Some(own) = resource.properties.get(key).and_then(read) {
            resource.properties.remove(key);
            all.extend(own);
        }
    };
    take("AssumeRolePolicyDocument", |value| statements(value, &[]));
    take("Policies", |value| {
        let mut all = PermissionSet::new();
        for item in under_conditions(value.one_or_more()) {
            all.extend(statements(item.value.get("PolicyDocument")?, &item.conditions)?);
        }
        Some(all)
    });
    take("ManagedPolicyArns", |value| {
        let policy = |item: &Conditional<'_>| {
            let when = conditions(&item.conditions, item.value.span);
            DefinedPermission::new(PermissionEffect::ManagedPolicy, item.value.clone(), when, String::new())
        };
        value.as_call().is_none().then(|| under_conditions(value.one_or_more()).iter().map(policy).collect())
    });
    all
}

/// Returns the permissions in the statements of a policy. `around`: the conditions under which it exists.
fn statements(policy: &NormalValue, around: &[String]) -> Option<PermissionSet> {
    let version = policy.as_map()?.get("Version").map_or_else(|| DEFAULT_VERSION.to_owned(), ToString::to_string);
    let version = (version != VERSION).then(|| format!("policy version \"{version}\""));
    let mut all = PermissionSet::new();
    for item in under_conditions(policy.get("Statement")?.one_or_more()) {
        let statement = item.value;
        let sides = Sides::of(statement)?;
        let texts: Vec<String> = around.iter().chain(&item.conditions).chain(&version).cloned().collect();
        let mut when = conditions(&texts, statement.span);
        when.extend(statement.get("Condition").cloned());
        for on in &sides.on {
            let permission = |action: &NormalValue| {
                DefinedPermission::new(sides.effect, on.clone(), when.clone(), action.to_string())
            };
            all.extend(sides.actions.iter().map(permission));
        }
    }
    Some(all)
}

fn conditions(texts: &[String], span: Span) -> Vec<NormalValue> {
    texts.iter().map(|text| NormalValue::literal(text, span)).collect()
}

/// The effect, actions, and resources or principals of a statement.
struct Sides {
    effect: PermissionEffect,
    actions: Vec<NormalValue>,
    on: Vec<NormalValue>,
}

impl Sides {
    fn of(statement: &NormalValue) -> Option<Self> {
        let entries = statement.as_map()?;
        let (mut actions, mut resources, mut principals) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in entries {
            match key.as_str() {
                "Action" => actions = texts(value),
                "Resource" => resources = texts(value),
                "Principal" => principals = self::principals(value),
                // The exceptions have no meaning individually.
                "NotAction" => actions = vec![except(texts(value), value.span)],
                "NotResource" => resources = vec![except(texts(value), value.span)],
                "NotPrincipal" => principals = vec![except(self::principals(value), value.span)],
                "Effect" | "Condition" | "Sid" => {}
                _ => return None,
            }
        }
        let is_trust = !principals.is_empty() && resources.is_empty();
        let effect = match (entries.get("Effect")?.as_literal()?, is_trust) {
            ("Allow", false) => PermissionEffect::Allow,
            ("Allow", true) => PermissionEffect::Trust,
            ("Deny", false) => PermissionEffect::Deny,
            ("Deny", true) => PermissionEffect::Distrust,
            _ => return None,
        };
        let on = match (principals.is_empty(), is_trust) {
            (_, true) => principals,
            (true, false) => resources,
            (false, false) => resources.iter().flat_map(|one| principals.iter().map(|by| used_by(one, by))).collect(),
        };
        (!actions.is_empty() && !on.is_empty()).then_some(Self { effect, actions, on })
    }
}

/// Returns a resource as used by a principal.
fn used_by(resource: &NormalValue, principal: &NormalValue) -> NormalValue {
    let by = vec![Fragment::Literal(" by ".to_owned())];
    NormalValue::of_fragments([fragments_of(resource), by, fragments_of(principal)].concat(), resource.span)
}

/// Returns everything except these values, as one value.
fn except(mut values: Vec<NormalValue>, span: Span) -> NormalValue {
    values.sort_by_key(ToString::to_string);
    let mut fragments = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let before = if index == 0 { "everything except " } else { ", " };
        fragments.extend([vec![Fragment::Literal(before.to_owned())], fragments_of(value)].concat());
    }
    NormalValue::of_fragments(fragments, span)
}

fn fragments_of(value: &NormalValue) -> Vec<Fragment> {
    value.fragments().map_or_else(|| vec![Fragment::Literal(value.to_string())], <[Fragment]>::to_vec)
}

/// Returns one or more strings, with their conditions.
fn texts(value: &NormalValue) -> Vec<NormalValue> {
    let text = |item: &Conditional<'_>| match item.conditions.as_slice() {
        [] => item.value.clone(),
        conditions => {
            let condition = Fragment::Literal(format!(" (if {})", conditions.join(" and ")));
            NormalValue::of_fragments([fragments_of(item.value), vec![condition]].concat(), item.value.span)
        }
    };
    under_conditions(value.one_or_more()).iter().map(text).collect()
}

/// Returns the principals of a statement: services, accounts, and roles only by name.
fn principals(value: &NormalValue) -> Vec<NormalValue> {
    let Some(entries) = value.as_map() else { return texts(value) };
    let named = |kind: &str, text: NormalValue| {
        let kind = Fragment::Literal(format!("{kind} "));
        NormalValue::of_fragments([vec![kind], fragments_of(&text)].concat(), text.span)
    };
    let of_kind = |(kind, value): (&String, &NormalValue)| -> Vec<NormalValue> {
        let is_clear = matches!(kind.as_str(), "Service" | "AWS");
        texts(value).into_iter().map(|text| if is_clear { text } else { named(kind, text) }).collect()
    };
    entries.iter().flat_map(of_kind).collect()
}

impl PermissionEffect {
    /// Returns the word before the actions.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trust => "trust",
            Self::Distrust => "do not trust",
            Self::ManagedPolicy => "managed policy",
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}
