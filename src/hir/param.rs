//! Parameters of the template.

use crate::catalog::template_language::STORED_VALUE;
use crate::collections::IndexMap;
use crate::source::Spanned;

use super::{Attribute, Value, ValueKind};

/// A CloudFormation parameter.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name, also its logical ID.
    pub name: Spanned<String>,
    /// Its type.
    pub ty: Spanned<ParamType>,
    /// Whether its type is `bool`.
    pub is_flag: bool,
    /// Whether AWS does not show its value (`NoEcho`).
    pub secret: bool,
    /// Its default.
    pub default: Option<Spanned<String>>,
    /// The allowed values, if its type is a union of strings.
    pub allowed: Vec<String>,
    /// The documentation above it.
    pub doc: Option<String>,
    /// A value given for targets that need one now (`--param`).
    pub given: Option<String>,
    /// The attributes in its block.
    pub attributes: IndexMap<String, Attribute>,
}

impl Param {
    /// Returns the string or number of an attribute.
    pub fn literal(&self, word: &str) -> Option<&str> {
        literal(&self.attributes.get(word)?.value)
    }

    /// Returns the allowed values: those of its type, or of `allowed-values`.
    pub fn allowed_values(&self) -> Vec<Spanned<String>> {
        let of_type = || self.allowed.iter().map(|text| Spanned::new(text.clone(), self.ty.span)).collect();
        match self.attributes.get("allowed-values").map(|attribute| &attribute.value.kind) {
            Some(ValueKind::List(items)) => {
                items.iter().filter_map(|item| Some(Spanned::new(literal(item)?.to_owned(), item.span))).collect()
            }
            _ => of_type(),
        }
    }

    /// Returns the default as the value that the pipeline gets. The default of a stored parameter is only the name under
    /// which its value is stored.
    pub fn default_value(&self) -> Option<&Spanned<String>> {
        self.default.as_ref().filter(|_| !self.ty.node.is_stored)
    }
}

fn literal(value: &Value) -> Option<&str> {
    match &value.kind {
        ValueKind::Number(text) => Some(text),
        _ => value.as_str(),
    }
}

/// The type of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamType {
    /// The type of the value, or of each element.
    pub item: ParamItem,
    /// Whether it is a list.
    pub is_list: bool,
    /// Whether its value is the name of an SSM parameter, whose value `Ref` returns.
    pub is_stored: bool,
}

/// The type of a parameter, or of each of its elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamItem {
    /// A string.
    Text,
    /// A number.
    Number,
    /// The ID or name of an existing resource, as CloudFormation spells it: `AWS::EC2::VPC::Id`.
    Existing(String),
}

impl ParamType {
    /// Returns the type of one value.
    pub const fn one(item: ParamItem) -> Self {
        Self { item, is_list: false, is_stored: false }
    }

    /// Returns the type as CloudFormation spells it.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html> (2026-11-29)
    pub fn aws(&self) -> String {
        let inner = match (&self.item, self.is_list) {
            (ParamItem::Text, false) => "String".to_owned(),
            (ParamItem::Text, true) if self.is_stored => "List<String>".to_owned(),
            (ParamItem::Text, true) => "CommaDelimitedList".to_owned(),
            (ParamItem::Number, false) => "Number".to_owned(),
            (ParamItem::Number, true) => "List<Number>".to_owned(),
            (ParamItem::Existing(name), false) => name.clone(),
            (ParamItem::Existing(name), true) => format!("List<{name}>"),
        };
        if self.is_stored { format!("{STORED_VALUE}<{inner}>") } else { inner }
    }

    /// Returns whether a parameter of this type accepts any string.
    pub fn is_text(&self) -> bool {
        *self == Self::one(ParamItem::Text)
    }

    /// Returns whether it is one number.
    pub fn is_number(&self) -> bool {
        *self == Self::one(ParamItem::Number)
    }
}
