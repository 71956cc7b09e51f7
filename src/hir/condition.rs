//! Conditions of stages: rules that are evaluated at a moment of a stage, and the result if not all of them succeed.

use std::sync::Arc;

use crate::catalog::RuleType;
use crate::collections::IndexMap;
use crate::source::{Span, Spanned};

use super::{Input, ProjectId, RoleId, Setting, Value};

/// `on entry require { ... } else fail`
#[derive(Debug, Clone)]
pub struct StageCondition {
    /// When it is evaluated.
    pub moment: Moment,
    /// The result if not all rules succeed; the span is that of the word.
    pub outcome: Spanned<ConditionOutcome>,
    /// The rules, in order.
    pub rules: Vec<ConditionRule>,
    /// From `on` to the moment.
    pub span: Span,
    /// Whether one of the rules could not be read.
    pub incomplete: bool,
}

/// When a condition is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before the stage starts.
    Entry,
    /// After all of its actions have succeeded.
    Success,
    /// After one of its actions has failed.
    Failure,
}

impl Moment {
    /// Every moment.
    pub const ALL: [Self; 3] = [Self::Entry, Self::Success, Self::Failure];

    /// Returns the word after `on`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// Returns the possible results if the rules do not succeed.
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html> (2026-11-23)
    pub fn outcomes(self) -> &'static [ConditionOutcome] {
        match self {
            Self::Entry => &[ConditionOutcome::Fail, ConditionOutcome::Skip],
            Self::Success => &[ConditionOutcome::Fail, ConditionOutcome::Rollback],
            Self::Failure => &[ConditionOutcome::Rollback],
        }
    }
}

/// The result if the rules of a condition do not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionOutcome {
    /// The stage fails.
    Fail,
    /// The stage is skipped.
    Skip,
    /// The stage runs again with the inputs of its last successful execution.
    Rollback,
}

impl ConditionOutcome {
    /// Every result.
    pub const ALL: [Self; 3] = [Self::Fail, Self::Skip, Self::Rollback];

    /// Returns the word after `else`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Skip => "skip",
            Self::Rollback => "rollback",
        }
    }

    /// Returns the API's spelling.
    pub fn aws(self) -> &'static str {
        match self {
            Self::Fail => "FAIL",
            Self::Skip => "SKIP",
            Self::Rollback => "ROLLBACK",
        }
    }
}

/// A rule of a condition.
#[derive(Debug, Clone)]
pub struct ConditionRule {
    /// Its name in AWS, if the file sets one.
    pub name: Option<Spanned<String>>,
    /// Its word in the file.
    pub word: &'static str,
    /// Its type.
    pub rule_type: Arc<RuleType>,
    /// Its arguments by AWS key, in the catalog's order.
    pub configuration: IndexMap<String, Setting>,
    /// The artifacts it reads, each once.
    pub inputs: Vec<Input>,
    /// Its own role.
    pub role: Option<Spanned<RoleId>>,
    /// The Region that it works in, if not the pipeline's.
    pub region: Option<Spanned<String>>,
    /// The whole rule.
    pub span: Span,
    /// Whether an argument could not be read.
    pub incomplete: bool,
}

impl ConditionRule {
    /// Returns the value of a configuration key.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.configuration.get(key).map(|setting| &setting.value)
    }

    /// Returns the CodeBuild project it runs, if that is declared in the file.
    pub fn project(&self) -> Option<ProjectId> {
        super::project_of(&self.configuration)
    }
}
