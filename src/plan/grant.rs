//! Grants from the catalogue's patterns.

use indexmap::IndexMap;

use crate::catalog::{self, When};
use crate::slots::{self, Known, Lookup, Truth};
use crate::source::Span;

use super::{Condition, ConfigurationValue, Effect, Expr, Grant, Piece};

/// What the placeholders and conditions of grants stand for.
#[derive(Debug, Clone)]
pub struct Values {
    entries: IndexMap<String, (Vec<Expr>, Span)>,
    /// What AWS assumes where a key is absent.
    defaults: IndexMap<String, String>,
    cause: Span,
}

impl Values {
    /// No values yet; grants that hang on none are caused by `cause`.
    pub fn new(cause: Span) -> Self {
        Self { entries: IndexMap::new(), defaults: IndexMap::new(), cause }
    }

    /// The configuration of an action in a pipeline of this name.
    pub fn of_configuration(
        configuration: &IndexMap<String, ConfigurationValue>,
        pipeline: impl Into<Expr>,
        cause: Span,
    ) -> Self {
        let mut values = Self::new(cause);
        for (key, value) in configuration {
            let text = open_runtime(&value.text);
            if key.ends_with("Arn") {
                values.set(&format!("{key}.name"), name_in_arn(&text), cause);
            }
            values.set(key, text, cause);
        }
        values.set("Pipeline", pipeline.into(), cause);
        values
    }

    /// Adds a value, once; `cause` is what the grants that hang on the key are put down to.
    pub fn set(&mut self, key: &str, value: Expr, cause: Span) {
        let (values, _) = self.entries.entry(key.to_owned()).or_insert_with(|| (Vec::new(), cause));
        if !values.contains(&value) {
            values.push(value);
        }
    }

    /// Knows the keys of an action type: takes the items of those that hold lists as several values, and what AWS assumes
    /// of absent ones.
    #[must_use]
    pub fn of_type(mut self, action_type: &catalog::ActionType) -> Self {
        let keys =
            action_type.slot.iter().filter_map(|slot| Some((slot.key.clone()?, slot.default_in_aws()?.to_owned())));
        self.defaults = keys.collect();
        let lists = action_type.slot.iter().filter(|slot| slot.ty == catalog::SlotType::List);
        for key in lists.filter_map(|slot| slot.key.as_deref()) {
            let Some((values, _)) = self.entries.get_mut(key) else { continue };
            let items: Vec<Expr> = values.iter().flat_map(|value| value.split(',')).map(late_as_any).collect();
            if !items.is_empty() {
                *values = items;
            }
        }
        self
    }

    fn get(&self, key: &str) -> &[Expr] {
        self.entries.get(key).map_or(&[], |(values, _)| values.as_slice())
    }

    /// Whether all conditions hold.
    pub fn hold(&self, conditions: &[When]) -> Truth {
        slots::all_hold(conditions, self)
    }

    /// The grants that may be needed, their placeholders filled: all but those whose conditions certainly do not hold. A value
    /// that is known when the stack is deployed may be any, and the role must do for each.
    pub fn grants<'a>(&self, grants: impl IntoIterator<Item = &'a catalog::Grant>) -> Vec<Grant> {
        let may_hold = |grant: &&catalog::Grant| !self.hold(&grant.when).is_no();
        grants.into_iter().filter(may_hold).map(|grant| self.filled(grant)).collect()
    }

    fn filled(&self, grant: &catalog::Grant) -> Grant {
        let conditions = grant.condition.iter().flat_map(|(operator, keys)| {
            keys.iter().map(|(key, value)| Condition {
                operator: operator.clone(),
                key: self.fill(key).first().and_then(Expr::as_text).unwrap_or(key).to_owned(),
                values: self.fill(value),
            })
        });
        let hangs_on = grant.when.iter().find_map(|when| self.entries.get(&when.key));
        Grant {
            effect: Effect::Allow,
            actions: grant.actions.clone(),
            resources: grant.resources.iter().flat_map(|pattern| self.fill(pattern)).map(whole_arns).collect(),
            conditions: conditions.collect(),
            reason: grant.reason.clone(),
            cause: hangs_on.map_or(self.cause, |(_, cause)| *cause),
        }
    }

    /// A pattern with its placeholders filled; once for each combination of values where keys have several.
    fn fill(&self, pattern: &str) -> Vec<Expr> {
        let is_named = |key: &str| pattern.contains(&format!("${{{key}}}"));
        let many = self.entries.iter().filter(|(key, (values, _))| values.len() > 1 && is_named(key));
        let mut picks: Vec<Vec<(&str, &Expr)>> = vec![Vec::new()];
        for (key, (values, _)) in many {
            let with = |pick: &Vec<_>, value| pick.iter().copied().chain([(key.as_str(), value)]).collect();
            picks = picks.iter().flat_map(|pick| values.iter().map(move |value| with(pick, value))).collect();
        }
        let one = |pick: &Vec<(&str, &Expr)>| {
            let picked = |name: &str| pick.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).clone());
            Expr::fill(pattern, &|name| picked(name).or_else(|| self.get(name).first().cloned()))
        };
        picks.iter().map(one).collect()
    }
}

impl Lookup for Values {
    fn known(&self, key: &str) -> Known<'_> {
        match self.get(key) {
            [] => Known::Absent,
            values => Known::Values(values.iter().map(Expr::as_text).collect()),
        }
    }

    fn assumed(&self, key: &str) -> Option<&str> {
        self.defaults.get(key).map(String::as_str)
    }
}

/// The ARN of a planned thing spelt out around its name becomes the ARN itself: the shorter reference.
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

/// An element of a list; `*` for all of a list that is known at deployment.
fn late_as_any(item: Expr) -> Expr {
    let is_late = item.pieces().iter().any(|piece| matches!(piece, Piece::Join { .. }));
    if is_late { Expr::text("*") } else { item }
}

/// The last field of an ARN, where that is known.
fn name_in_arn(arn: &Expr) -> Expr {
    match arn.pieces().last() {
        Some(Piece::Text(text)) => match text.rsplit_once(':') {
            Some((_, name)) if !name.is_empty() => Expr::text(name),
            _ => Expr::text("*"),
        },
        _ => Expr::text("*"),
    }
}

/// A pipeline's run-time value is open in a policy: `#{...}` becomes `*`.
pub fn open_runtime(expr: &Expr) -> Expr {
    expr.map_text(&|text| {
        let mut open = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("#{") {
            let Some((_, after)) = behind.split_once('}') else { break };
            open.push_str(before);
            open.push('*');
            rest = after;
        }
        open.push_str(rest);
        open
    })
}
