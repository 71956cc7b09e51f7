//! What CloudFormation decides when it deploys the template: conditions, choices between values, and lookups in maps.

use crate::collections::HashSet;
use crate::source::{Span, Spanned};

use super::{Arena, ConditionId, Hir, MappingId, Param, ParamId, Part, PartKind, Text, Value, ValueKind};

/// A condition that is known at deployment.
#[derive(Debug, Clone)]
pub struct TemplateCondition {
    /// The name of the `let` whose value it is.
    pub given: Option<Spanned<String>>,
    /// Its name in the template, which is unique.
    pub name: String,
    /// What it tests.
    pub test: Test,
    /// Where the part is that is known only at deployment.
    pub late: Span,
}

/// What a condition tests.
#[derive(Debug, Clone)]
pub enum Test {
    /// Whether two strings are equal.
    Equal(Text, Text),
    /// Whether a condition is false.
    Not(ConditionId),
    /// Whether all conditions are true.
    And(Vec<ConditionId>),
    /// Whether one of the conditions is true.
    Or(Vec<ConditionId>),
    /// Whether a condition in a file of `resources` is true.
    Named(String),
}

/// The condition of a stage or an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExistenceCondition {
    /// A condition in a file of `resources`.
    Named(String),
    /// A condition of the file.
    Tested(ConditionId),
}

impl ExistenceCondition {
    /// Returns the condition, if the file decides it.
    pub fn tested(&self) -> Option<ConditionId> {
        match self {
            Self::Named(_) => None,
            Self::Tested(id) => Some(*id),
        }
    }
}

impl Hir {
    /// Returns the name of the condition of a stage or an action in the template.
    pub fn condition_name<'a>(&'a self, condition: &'a ExistenceCondition) -> &'a str {
        match condition {
            ExistenceCondition::Named(name) => name,
            ExistenceCondition::Tested(id) => &self.conditions[*id].name,
        }
    }

    /// Returns the name of the condition under which a resource exists.
    pub fn name_of_condition(&self, condition: Option<&Spanned<ConditionId>>) -> Option<String> {
        condition.map(|id| self.conditions[id.node].name.clone())
    }
}

/// One of two values, which a condition chooses at deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueChoice {
    /// The condition.
    pub condition: ConditionId,
    /// Where it is written.
    pub place: Span,
    /// The value if it is true.
    pub then: Value,
    /// The value if it is false.
    pub otherwise: Value,
}

/// A value in a map whose keys are known at deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct MappingLookup {
    /// The map.
    pub mapping: MappingId,
    /// The keys, outermost first.
    pub keys: [Text; 2],
}

/// A map in which values are looked up at deployment.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The name of the `let` whose value it is; the name in the template is derived from it.
    pub given: Spanned<String>,
    /// Its name in the template, which is unique.
    pub name: String,
    /// The map itself.
    pub entries: Vec<(Spanned<String>, Value)>,
    /// Whether its values are maps; otherwise each of them is in a map with the one key [`ONLY_KEY`].
    pub is_nested: bool,
}

/// The second key in the mapping of a map whose values are not maps.
pub const ONLY_KEY: &str = "Value";

/// The longest name of a condition or mapping.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html> (2026-11-29)
const NAME_LENGTH: usize = 255;

impl Test {
    /// Returns whether both are the same test, regardless of spans.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Equal(a, b), Self::Equal(c, d)) => a.same(c) && b.same(d),
            (Self::Not(a), Self::Not(b)) => a == b,
            (Self::And(a), Self::And(b)) | (Self::Or(a), Self::Or(b)) => a == b,
            (Self::Named(a), Self::Named(b)) => a == b,
            _ => false,
        }
    }
}

impl ValueChoice {
    /// Returns both values.
    pub fn values(&self) -> [&Value; 2] {
        [&self.then, &self.otherwise]
    }

    /// Returns whether both choose the same, regardless of spans.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.condition == other.condition && self.then.same(&other.then) && self.otherwise.same(&other.otherwise)
    }
}

impl MappingLookup {
    /// Returns whether both look up the same, regardless of spans.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.mapping == other.mapping && self.keys.iter().zip(&other.keys).all(|(a, b)| a.same(b))
    }
}

/// Gives each condition and mapping a name in the template.
pub fn name_all(
    conditions: &mut Arena<ConditionId, TemplateCondition>,
    mappings: &mut Arena<MappingId, Mapping>,
    params: &Arena<ParamId, Param>,
) {
    let mut taken = HashSet::default();
    for mapping in mappings.iter_mut() {
        mapping.name = unique(&fitting(&mapping.given.node), &mut taken);
    }
    let mut taken = HashSet::default();
    for condition in conditions.iter_mut() {
        if let Some(given) = &condition.given {
            condition.name = unique(&fitting(&given.node), &mut taken);
        } else if let Test::Named(name) = &condition.test {
            condition.name.clone_from(name);
        }
    }
    for id in conditions.ids() {
        if conditions[id].given.is_none() && !matches!(conditions[id].test, Test::Named(_)) {
            let described = Describing { conditions, mappings, params }.condition(id);
            let name = unique(&fitting(&described), &mut taken);
            conditions[id].name = name;
        }
    }
}

/// Returns a name with letters and digits only, which starts with a letter.
fn fitting(name: &str) -> String {
    let mut fitting: String = name.chars().filter(char::is_ascii_alphanumeric).take(NAME_LENGTH).collect();
    if !fitting.starts_with(|first: char| first.is_ascii_alphabetic()) {
        fitting.insert(0, 'X');
        fitting.truncate(NAME_LENGTH);
    }
    fitting
}

/// Returns the name, or the name with the lowest number that makes it unique.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let free = |name: &String| !taken.contains(name);
    let numbered = (2..).map(|number: u32| {
        let ending = number.to_string();
        let head: String = name.chars().take(NAME_LENGTH - ending.len()).collect();
        head + &ending
    });
    let found = std::iter::once(name.to_owned()).chain(numbered).find(free).unwrap_or_default();
    taken.insert(found.clone());
    found
}

/// Describes conditions without a name.
struct Describing<'c> {
    conditions: &'c Arena<ConditionId, TemplateCondition>,
    mappings: &'c Arena<MappingId, Mapping>,
    params: &'c Arena<ParamId, Param>,
}

impl Describing<'_> {
    fn condition(&self, id: ConditionId) -> String {
        let Some(condition) = self.conditions.get(id) else { return String::new() };
        let joined = |ids: &[ConditionId], word: &str| {
            let all: Vec<String> = ids.iter().map(|id| self.part(*id)).collect();
            all.join(word)
        };
        match &condition.test {
            Test::Equal(left, right) => format!("{}Is{}", self.text(left), self.text(right)),
            Test::Not(inner) => match self.conditions.get(*inner) {
                Some(TemplateCondition { given: None, test: Test::Equal(left, right), .. }) => {
                    format!("{}IsNot{}", self.text(left), self.text(right))
                }
                _ => format!("Not{}", self.part(*inner)),
            },
            Test::And(all) => joined(all, "And"),
            Test::Or(any) => joined(any, "Or"),
            Test::Named(name) => capitalized(name),
        }
    }

    /// Describes a condition inside another.
    fn part(&self, id: ConditionId) -> String {
        match self.conditions.get(id).and_then(|condition| condition.given.as_ref()) {
            Some(given) => capitalized(&given.node),
            None => self.condition(id),
        }
    }

    fn text(&self, text: &Text) -> String {
        if text.parts.is_empty() {
            return "Empty".to_owned();
        }
        text.parts.iter().map(|part| self.text_part(part)).collect()
    }

    fn text_part(&self, part: &Part) -> String {
        match &part.kind {
            PartKind::Literal(text) => {
                text.split(|character: char| !character.is_ascii_alphanumeric()).map(capitalized).collect()
            }
            PartKind::Param(id) => self.params.get(*id).map(|it| capitalized(&it.name.node)).unwrap_or_default(),
            PartKind::Pseudo(name) => name.clone(),
            PartKind::Lookup(lookup) => {
                let mapping = self.mappings.get(lookup.mapping).map(|it| capitalized(&it.given.node));
                lookup.keys.iter().fold(mapping.unwrap_or_default(), |name, key| name + &self.text(key))
            }
            _ => String::new(),
        }
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// Returns a value as the text of a comparison; `None` if it is not a string, a number, or a boolean.
pub fn comparable_text(value: &Value) -> Option<Text> {
    Some(match &value.kind {
        ValueKind::Text(text) => text.clone(),
        ValueKind::Word(word) | ValueKind::Number(word) => Text::literal(word.as_str(), value.span),
        ValueKind::Bool(flag) => Text::literal(flag.to_string(), value.span),
        _ => return None,
    })
}

/// Returns the part of a text that a condition of CloudFormation cannot depend on.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html>
/// (2026-11-29)
pub fn not_in_conditions(text: &Text) -> Option<&Part> {
    let is_possible = |part: &&Part| {
        matches!(part.kind, PartKind::Literal(_) | PartKind::Param(_) | PartKind::Pseudo(_) | PartKind::Lookup(_))
    };
    text.parts.iter().find(|part| !is_possible(part))
}
