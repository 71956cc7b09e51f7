//! The cases that conditions at deployment distinguish, which follow from the values that parameters can have.

use std::collections::BTreeSet;

use super::{ConditionId, Hir, PartKind, Test, Text};

/// Every combination of truths of some conditions that is possible.
#[derive(Debug, Clone)]
pub struct DeploymentCases {
    conditions: Vec<ConditionId>,
    truths: Vec<Vec<bool>>,
}

/// One case: the truth of each condition.
#[derive(Debug, Clone, Copy)]
pub struct DeploymentCase<'a> {
    conditions: &'a [ConditionId],
    truths: &'a [bool],
}

/// The most combinations of values that are tried. Beyond it, nothing is concluded.
const MOST: usize = 4096;

impl DeploymentCases {
    /// Returns the cases.
    pub fn iter(&self) -> impl Iterator<Item = DeploymentCase<'_>> {
        self.truths.iter().map(|truths| DeploymentCase { conditions: &self.conditions, truths })
    }
}

impl DeploymentCase<'_> {
    /// Returns whether a condition is true. Without a condition, and under one that is not among those of the cases,
    /// everything exists.
    pub fn holds(&self, condition: Option<ConditionId>) -> bool {
        let index = condition.and_then(|id| self.conditions.iter().position(|known| *known == id));
        index.and_then(|index| self.truths.get(index)).copied().unwrap_or(true)
    }

    /// Returns the conditions that are false.
    pub fn false_ones(&self) -> impl Iterator<Item = ConditionId> {
        self.conditions.iter().zip(self.truths).filter(|(_, truth)| !**truth).map(|(id, _)| *id)
    }
}

impl Hir {
    /// Returns the cases that conditions distinguish; `None` if there are too many to try all of them.
    pub fn cases(&self, conditions: impl IntoIterator<Item = ConditionId>) -> Option<DeploymentCases> {
        let conditions: Vec<ConditionId> = conditions.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut inputs = CaseInputs { hir: self, inputs: Vec::new() };
        for id in &conditions {
            inputs.collect(*id);
        }
        let inputs = inputs.inputs;
        let count = inputs
            .iter()
            .try_fold(1_usize, |count, input| count.checked_mul(input.values.len()).filter(|count| *count <= MOST))?;
        let mut truths: BTreeSet<Vec<bool>> = BTreeSet::new();
        for number in 0..count {
            let combination = Combination { hir: self, inputs: &inputs, number };
            truths.insert(conditions.iter().map(|id| combination.holds(*id)).collect());
        }
        // What exists in most cases comes last.
        Some(DeploymentCases { conditions, truths: truths.into_iter().collect() })
    }

    /// Returns whether a condition is true whenever each of `known` is as stated; `None` if that cannot be decided.
    pub fn implies(&self, known: &[(ConditionId, bool)], condition: ConditionId) -> Option<bool> {
        if known.contains(&(condition, true)) {
            return Some(true);
        }
        let cases = self.cases(known.iter().map(|(id, _)| *id).chain([condition]))?;
        let all = cases.iter().filter(|case| known.iter().all(|(id, truth)| case.holds(Some(*id)) == *truth));
        let mut truths = all.map(|case| case.holds(Some(condition)));
        Some(truths.all(|truth| truth))
    }
}

/// Something that conditions depend on: a value that they compare with literals, or a whole comparison.
struct CaseInput {
    of: CaseInputKind,
    /// Its possible values; `None` is a value that no condition mentions.
    values: Vec<Option<String>>,
}

#[derive(PartialEq)]
enum CaseInputKind {
    Value(Text),
    Comparison(Text, Text),
    Named(String),
}

impl CaseInputKind {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(a), Self::Value(b)) => a.same(b),
            (Self::Comparison(a, b), Self::Comparison(c, d)) => a.same(c) && b.same(d),
            (Self::Named(a), Self::Named(b)) => a == b,
            _ => false,
        }
    }
}

/// Splits a comparison into a value and the literal that it is compared with.
fn with_literal<'t>(left: &'t Text, right: &'t Text) -> Option<(&'t Text, String)> {
    let literal =
        |text: &Text| if text.parts.is_empty() { Some(String::new()) } else { text.as_literal().map(str::to_owned) };
    match (literal(left), literal(right)) {
        (None, Some(text)) => Some((left, text)),
        (Some(text), None) => Some((right, text)),
        _ => None,
    }
}

/// The inputs of conditions, while they are collected.
struct CaseInputs<'h> {
    hir: &'h Hir,
    inputs: Vec<CaseInput>,
}

impl CaseInputs<'_> {
    fn collect(&mut self, id: ConditionId) {
        let Some(condition) = self.hir.conditions.get(id) else { return };
        match &condition.test {
            Test::Equal(left, right) => match with_literal(left, right) {
                Some((value, literal)) => self.compared(value, literal),
                None => self.two_valued(CaseInputKind::Comparison(left.clone(), right.clone())),
            },
            Test::Not(inner) => self.collect(*inner),
            Test::And(all) | Test::Or(all) => {
                for id in all {
                    self.collect(*id);
                }
            }
            Test::Named(name) => self.two_valued(CaseInputKind::Named(name.clone())),
        }
    }

    fn two_valued(&mut self, of: CaseInputKind) {
        if !self.inputs.iter().any(|input| input.of.same(&of)) {
            self.inputs.push(CaseInput { of, values: vec![None, Some(String::new())] });
        }
    }

    /// Adds a value and a literal that it is compared with.
    fn compared(&mut self, value: &Text, literal: String) {
        let of = CaseInputKind::Value(value.clone());
        if let Some(known) = self.inputs.iter_mut().find(|input| input.of.same(&of)) {
            if known.values.contains(&None) && !known.values.contains(&Some(literal.clone())) {
                known.values.push(Some(literal));
            }
            return;
        }
        let values = self.allowed(value).unwrap_or_else(|| vec![None, Some(literal)]);
        self.inputs.push(CaseInput { of, values });
    }

    /// Returns the values that a parameter allows, if it lists them.
    fn allowed(&self, value: &Text) -> Option<Vec<Option<String>>> {
        let [only] = value.parts.as_slice() else { return None };
        let PartKind::Param(id) = only.kind else { return None };
        let param = self.hir.params.get(id)?;
        if param.is_flag {
            return Some(["true", "false"].map(|text| Some(text.to_owned())).to_vec());
        }
        let allowed = param.allowed_values();
        (!allowed.is_empty()).then(|| allowed.into_iter().map(|value| Some(value.node)).collect())
    }
}

/// One choice of a value for each input.
struct Combination<'h> {
    hir: &'h Hir,
    inputs: &'h [CaseInput],
    number: usize,
}

impl Combination<'_> {
    fn value(&self, of: &CaseInputKind) -> Option<&str> {
        let mut number = self.number;
        for input in self.inputs {
            let count = input.values.len().max(1);
            if input.of.same(of) {
                return input.values.get(number % count)?.as_deref();
            }
            number /= count;
        }
        None
    }

    fn holds(&self, id: ConditionId) -> bool {
        let Some(condition) = self.hir.conditions.get(id) else { return true };
        match &condition.test {
            Test::Equal(left, right) => match with_literal(left, right) {
                Some((value, literal)) => self.value(&CaseInputKind::Value(value.clone())) == Some(literal.as_str()),
                None => self.value(&CaseInputKind::Comparison(left.clone(), right.clone())).is_some(),
            },
            Test::Not(inner) => !self.holds(*inner),
            Test::And(all) => all.iter().all(|id| self.holds(*id)),
            Test::Or(any) => any.iter().any(|id| self.holds(*id)),
            Test::Named(name) => self.value(&CaseInputKind::Named(name.clone())).is_some(),
        }
    }
}
