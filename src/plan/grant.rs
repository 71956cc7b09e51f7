//! Permissions from the catalog's patterns.

use std::borrow::Cow;

use crate::catalog::{self, When};
use crate::collections::IndexMap;
use crate::slots::{self, KnownValue, Lookup, Truth};
use crate::source::Span;

use super::{Condition, ConfigurationValue, Effect, Expr, Grant, Piece};

/// The suffix of a key in a pattern that uses only the name in its ARN.
const NAME_IN_ARN: &str = ".name";

/// The values of the placeholders and conditions of permissions.
#[derive(Debug, Clone)]
pub struct GrantValues {
    /// A list, because there are few of them, and each permission asks for several.
    entries: Vec<Entry>,
    /// The values that AWS assumes for absent keys.
    defaults: Vec<(String, String)>,
    cause: Span,
}

/// The values of a placeholder.
#[derive(Debug, Clone)]
struct Entry {
    key: String,
    values: Vec<Expr>,
    /// What permissions that depend on the key are attributed to.
    cause: Span,
}

impl GrantValues {
    /// Creates an empty table. Permissions that depend on no key are attributed to `cause`.
    pub fn new(cause: Span) -> Self {
        Self { entries: Vec::new(), defaults: Vec::new(), cause }
    }

    /// Creates the table for the configuration of an action in a pipeline with this name.
    pub fn of_configuration(
        configuration: &IndexMap<String, ConfigurationValue>,
        pipeline: impl Into<Expr>,
        cause: Span,
    ) -> Self {
        let mut values = Self::new(cause);
        for (key, value) in configuration {
            value.granted.iter().for_each(|granted| values.set(key, granted.clone(), cause));
        }
        values.set("Pipeline", pipeline.into(), cause);
        values
    }

    /// Adds a value, if it is new. Permissions that depend on the key are attributed to `cause`.
    pub fn set(&mut self, key: &str, value: Expr, cause: Span) {
        match self.entries.iter_mut().find(|entry| entry.key == key) {
            Some(known) if known.values.contains(&value) => {}
            Some(known) => known.values.push(value),
            None => self.entries.push(Entry { key: key.to_owned(), values: vec![value], cause }),
        }
    }

    /// Adds the values that AWS assumes for absent keys of an action type.
    #[must_use]
    pub fn of_type(mut self, action_type: &catalog::ActionType) -> Self {
        let keys =
            action_type.slot.iter().filter_map(|slot| Some((slot.key.clone()?, slot.default_in_aws()?.to_owned())));
        self.defaults = keys.collect();
        self
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    fn get(&self, key: &str) -> &[Expr] {
        self.entry(key).map_or(&[], |entry| entry.values.as_slice())
    }

    /// Returns whether all conditions hold.
    pub fn hold(&self, conditions: &[When]) -> Truth {
        slots::all_hold(conditions, self)
    }

    /// Returns the permissions that may be needed, with their placeholders filled: all except those whose conditions
    /// certainly do not hold. A value that is known only at deployment can be any, and the role has to work with each.
    pub fn grants(&self, grants: impl IntoIterator<Item = &'static catalog::Grant>) -> Vec<Grant> {
        self.held(grants, Cow::Borrowed)
    }

    /// Returns the permissions of an action type or a rule type that may be needed: a provider of the file can declare the type.
    pub fn grants_of_type<'a>(&self, grants: impl IntoIterator<Item = &'a catalog::Grant>) -> Vec<Grant> {
        self.held(grants, |text| Cow::Owned(text.to_owned()))
    }

    fn held<'a>(
        &self,
        grants: impl IntoIterator<Item = &'a catalog::Grant>,
        word: impl Fn(&'a str) -> Cow<'static, str>,
    ) -> Vec<Grant> {
        let may_hold = |grant: &&'a catalog::Grant| !self.hold(&grant.when).is_no();
        grants.into_iter().filter(may_hold).map(|grant| self.filled(grant, &word)).collect()
    }

    fn filled<'a>(&self, grant: &'a catalog::Grant, word: &impl Fn(&'a str) -> Cow<'static, str>) -> Grant {
        let conditions = grant.condition.iter().flat_map(|(operator, keys)| {
            keys.iter().map(|(key, value)| Condition {
                operator: operator.clone(),
                key: self.fill(key).first().and_then(Expr::as_text).unwrap_or(key).to_owned(),
                values: self.fill(value),
            })
        });
        let hangs_on = grant.when.iter().find_map(|when| self.entry(&when.key));
        Grant {
            effect: Effect::Allow,
            actions: grant.actions.iter().map(|action| word(action)).collect(),
            resources: grant.resources.iter().flat_map(|pattern| self.fill(pattern)).map(whole_arns).collect(),
            conditions: conditions.collect(),
            reason: word(&grant.reason),
            cause: hangs_on.map_or(self.cause, |entry| entry.cause),
        }
    }

    /// Fills the placeholders of a pattern, once for each combination of values if keys have several.
    fn fill(&self, pattern: &str) -> Vec<Expr> {
        if !pattern.contains('$') {
            return vec![Expr::text(pattern)];
        }
        let is_named = |key: &str| {
            pattern.contains(&format!("${{{key}}}")) || pattern.contains(&format!("${{{key}{NAME_IN_ARN}}}"))
        };
        let many = self.entries.iter().filter(|entry| entry.values.len() > 1 && is_named(&entry.key));
        let mut picks: Vec<Vec<(&str, &Expr)>> = vec![Vec::new()];
        for Entry { key, values, .. } in many {
            let with = |pick: &Vec<_>, value| pick.iter().copied().chain([(key.as_str(), value)]).collect();
            picks = picks.iter().flat_map(|pick| values.iter().map(move |value| with(pick, value))).collect();
        }
        let one = |pick: &Vec<(&str, &Expr)>| {
            let picked = |name: &str| pick.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).clone());
            let value = |name: &str| picked(name).or_else(|| self.get(name).first().cloned());
            Expr::fill(pattern, &|name| match name.strip_suffix(NAME_IN_ARN) {
                Some(key) => value(key).map(|arn| name_in_arn(&arn)),
                None => value(name),
            })
        };
        picks.iter().map(one).collect()
    }
}

impl Lookup for GrantValues {
    fn known(&self, key: &str) -> KnownValue<'_> {
        match self.get(key) {
            [] => KnownValue::Absent,
            values => KnownValue::Values(values.iter().map(Expr::as_text).collect()),
        }
    }

    fn assumed(&self, key: &str) -> Option<&str> {
        self.defaults.iter().rfind(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }
}

/// Replaces an ARN that is written around the name of a planned resource with a reference to the ARN, which is shorter.
fn whole_arns(expr: Expr) -> Expr {
    let found = expr.pieces().iter().enumerate().find_map(|(index, piece)| match piece {
        Piece::Name(node) => Some((index, *node)),
        _ => None,
    });
    let Some((index, node)) = found else { return expr };
    let (head, rest) = expr.pieces().split_at(index + 1);
    if super::arn_of(node, Piece::Name(node).into()).is_none_or(|arn| arn.pieces() != head) {
        return expr;
    }
    let mut whole = Expr::from(Piece::Arn(node));
    whole.extend(rest);
    whole
}

/// Returns the last field of an ARN, if it is known.
fn name_in_arn(arn: &Expr) -> Expr {
    match arn.pieces().last() {
        Some(Piece::Text(text)) => match text.rsplit_once(':') {
            Some((_, name)) if !name.is_empty() => Expr::text(name),
            _ => Expr::text("*"),
        },
        _ => Expr::text("*"),
    }
}
