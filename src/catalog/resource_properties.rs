//! The top-level properties of resources (`data/resource-properties.txt`, which `data/rebuild.py` generates and
//! describes).

use std::sync::Arc;

use super::kept::Kept;
use super::numbers::number;
use super::table::{TypeTable, pieces, type_table};

static PROPERTIES: TypeTable = type_table!("resource-properties");

/// The kind of a property's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyShape {
    /// A list.
    List,
    /// An object.
    Object,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A string.
    Text,
}

impl PropertyShape {
    /// Returns the kind in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::List => "a list",
            Self::Object => "an object",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::Text => "a string",
        }
    }
}

/// A property of a resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceProperty {
    /// Its name.
    pub name: &'static str,
    /// Whether a resource must set it.
    pub required: bool,
    /// The kind of its value; `None` if there are several.
    pub shape: Option<PropertyShape>,
    values: &'static str,
}

impl ResourceProperty {
    /// Returns the allowed values; empty if any string is allowed.
    pub fn values(&self) -> impl Iterator<Item = &'static str> {
        self.values.split('|').filter(|value| !value.is_empty())
    }
}

/// The numbers that a property takes.
#[derive(Debug, Clone, PartialEq)]
pub enum NumberLimits {
    /// Only these, sorted.
    Only(Vec<f64>),
    /// From the first to the last, either of which may be unlimited.
    Range(Option<f64>, Option<f64>),
}

impl NumberLimits {
    /// Returns whether the property takes a number.
    pub fn allow(&self, number: f64) -> bool {
        match self {
            Self::Only(numbers) => numbers.contains(&number),
            Self::Range(least, most) => {
                least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
            }
        }
    }
}

impl NumberLimits {
    /// Returns the numbers that are meant by another one, in words.
    pub fn near(&self, number: f64) -> String {
        match self {
            Self::Only(numbers) => {
                let below = numbers.iter().rev().find(|known| **known < number);
                let above = numbers.iter().find(|known| **known > number);
                let near: Vec<String> = below.into_iter().chain(above).map(|number| format!("`{number}`")).collect();
                near.join(" or ")
            }
            Self::Range(Some(least), Some(most)) => format!("a number from {least} to {most}"),
            Self::Range(Some(least), None) => format!("at least {least}"),
            Self::Range(None, Some(most)) => format!("at most {most}"),
            Self::Range(None, None) => "a number".to_owned(),
        }
    }
}

impl ResourceProperty {
    /// Returns the limits of a number; `None` if it has none, or the property takes something else.
    pub fn limits(&self) -> Option<NumberLimits> {
        if self.shape != Some(PropertyShape::Number) || self.values.is_empty() {
            return None;
        }
        if let Some((least, most)) = self.values.split_once("..") {
            return Some(NumberLimits::Range(number(least), number(most)));
        }
        let mut numbers: Vec<f64> = self.values().map(number).collect::<Option<_>>()?;
        numbers.sort_by(f64::total_cmp);
        Some(NumberLimits::Only(numbers))
    }
}

/// Returns the properties of an AWS resource type; `None` if they are unknown.
pub fn resource_properties(kind: &str) -> Option<Arc<[ResourceProperty]>> {
    static KNOWN: Kept<[ResourceProperty]> = Kept::new();
    KNOWN.get(kind, || {
        let words = pieces(PROPERTIES.line(kind)?, b' ').filter(|word| !word.is_empty());
        let known: Arc<[ResourceProperty]> = words.map(property).collect();
        (!known.is_empty()).then_some(known)
    })
}

/// Returns the property that a word of a table describes.
pub(super) fn property(word: &'static str) -> ResourceProperty {
    let (word, values) = word.split_once('=').unwrap_or((word, ""));
    let (word, required) = word.strip_prefix('!').map_or((word, false), |word| (word, true));
    let signs = [
        ('[', PropertyShape::List),
        ('{', PropertyShape::Object),
        ('#', PropertyShape::Number),
        ('?', PropertyShape::Boolean),
        ('\'', PropertyShape::Text),
    ];
    let shaped = signs.into_iter().find_map(|(sign, shape)| Some((word.strip_suffix(sign)?, Some(shape))));
    let (name, shape) = shaped.unwrap_or((word, None));
    ResourceProperty { name, required, shape, values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_from_their_line() {
        let of = |kind: &str, name: &str| {
            resource_properties(kind).and_then(|known| known.iter().find(|property| property.name == name).copied())
        };
        assert!(of("AWS::IAM::Role", "AssumeRolePolicyDocument").is_some_and(|it| it.required && it.shape.is_none()));
        assert_eq!(of("AWS::SSM::Parameter", "Value").and_then(|it| it.shape), Some(PropertyShape::Text));
        assert_eq!(of("AWS::SQS::Queue", "VisibilityTimeout").and_then(|it| it.shape), Some(PropertyShape::Number));
        assert_eq!(of("AWS::S3::Bucket", "Tags").and_then(|it| it.shape), Some(PropertyShape::List));
        let runtime = of("AWS::Lambda::Function", "Runtime");
        assert!(runtime.is_some_and(|it| it.values().any(|value| value == "nodejs22.x")));
        assert!(resource_properties("Custom::Thing").is_none());
        let limits = |kind: &str, name: &str| of(kind, name).and_then(|it| it.limits());
        assert_eq!(limits("AWS::SQS::Queue", "DelaySeconds"), Some(NumberLimits::Range(Some(0.0), Some(900.0))));
        let days = limits("AWS::Logs::LogGroup", "RetentionInDays");
        assert!(days.is_some_and(|days| days.allow(7.0) && !days.allow(8.0)));
        assert_eq!(limits("AWS::S3::Bucket", "Tags"), None);
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(PROPERTIES.heads().is_sorted());
    }
}
