//! The parameters of the templates.

use crate::hir::{Hir, Param, ParamType, ValueKind};
use crate::source::Span;

/// A CloudFormation parameter.
#[derive(Debug, Clone)]
pub struct ParamPlan {
    /// Its name, also its logical ID.
    pub name: String,
    /// Its type.
    pub ty: ParamType,
    /// Whether AWS does not show its value.
    pub secret: bool,
    /// Whether its value becomes part of a JSON string, in which a quotation mark would end the string.
    pub in_json: bool,
    /// Its default.
    pub default: Option<String>,
    /// The constraints of its value.
    pub constraints: Constraints,
    /// Its description.
    pub description: Option<String>,
    /// The name that the console shows instead.
    pub label: Option<String>,
    /// The heading under which the console shows it.
    pub group: Option<String>,
    /// The value to use for targets that need one at compile time.
    pub given: Option<String>,
    /// The span of its name.
    pub span: Span,
}

/// The constraints of the value of a parameter.
#[derive(Debug, Clone, Default)]
pub struct Constraints {
    /// The allowed values.
    pub allowed: Vec<String>,
    /// The pattern that the file gives.
    pub pattern: GivenPattern,
    /// The message of CloudFormation for other values.
    pub description: Option<String>,
    /// `MinLength`, `MaxLength`, `MinValue`, `MaxValue`, with their numbers.
    pub limits: Vec<(&'static str, String)>,
}

/// The attribute for the pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum GivenPattern {
    /// It is not set.
    #[default]
    Unset,
    /// It is `null`: there is no pattern.
    None,
    /// It is this pattern.
    Pattern(String),
}

/// Characters that do not end or break a JSON string, as a Java regular expression.
const JSON_SAFE: &str = r#"[^"\\\p{Cntrl}]*"#;
/// The message of CloudFormation for other values.
const JSON_UNSAFE: &str = "becomes part of JSON text: no quotation marks, backslashes, or control characters";

/// The attributes with limits, and their keys.
pub const LIMITS: [(&str, &str); 4] =
    [("min-length", "MinLength"), ("max-length", "MaxLength"), ("min-value", "MinValue"), ("max-value", "MaxValue")];

impl ParamPlan {
    /// Returns a parameter of the type `String` without constraints.
    pub fn text(name: &str, description: &str, span: Span) -> Self {
        Self {
            name: name.to_owned(),
            ty: ParamType::one(crate::hir::ParamItem::Text),
            secret: false,
            in_json: false,
            default: None,
            constraints: Constraints::default(),
            description: Some(description.to_owned()),
            label: None,
            group: None,
            given: None,
            span,
        }
    }

    /// Returns the pattern that its values must match, and the message of CloudFormation for others.
    pub fn pattern(&self) -> (Option<&str>, Option<&str>) {
        let said = self.constraints.description.as_deref();
        let is_open = self.ty.is_text() && self.constraints.allowed.is_empty();
        match &self.constraints.pattern {
            GivenPattern::Pattern(pattern) => (Some(pattern), said),
            GivenPattern::Unset if self.in_json && is_open => (Some(JSON_SAFE), said.or(Some(JSON_UNSAFE))),
            _ => (None, said),
        }
    }
}

/// Plans the parameters of a file.
pub fn params(hir: &Hir) -> Vec<ParamPlan> {
    hir.params.iter().map(param).collect()
}

fn param(param: &Param) -> ParamPlan {
    let text = |word: &str| param.literal(word).map(str::to_owned);
    ParamPlan {
        name: param.name.node.clone(),
        ty: param.ty.node.clone(),
        secret: param.secret,
        in_json: false,
        default: param.default.as_ref().map(|default| default.node.clone()),
        constraints: constraints(param),
        description: text("description").or_else(|| param.doc.clone()),
        label: text("label"),
        group: text("group"),
        given: param.given.clone(),
        span: param.name.span,
    }
}

fn constraints(param: &Param) -> Constraints {
    let text = |word: &str| param.literal(word).map(str::to_owned);
    let has_none = param.attributes.get("allowed-pattern").is_some_and(|it| it.value.kind == ValueKind::Null);
    let pattern = if has_none { Some(GivenPattern::None) } else { text("allowed-pattern").map(GivenPattern::Pattern) };
    Constraints {
        allowed: param.allowed_values().into_iter().map(|value| value.node).collect(),
        pattern: pattern.unwrap_or_default(),
        description: text("constraint-description"),
        limits: LIMITS.iter().filter_map(|(word, key)| Some((*key, text(word)?))).collect(),
    }
}
