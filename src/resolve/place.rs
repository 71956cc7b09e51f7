//! Which statements each kind of block takes.

use crate::catalog::Kind;
use crate::syntax::ast::{self, StmtKind};

/// The kinds of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The top of a file.
    File,
    /// `pipeline`
    Pipeline,
    /// `stage`
    Stage,
    /// `parallel`, `sequence`
    Steps,
    /// An action's block.
    Action,
    /// `project`
    Project,
    /// `role`
    Role,
    /// `environment`
    Environment,
    /// `provider`
    Provider,
    /// `policy`
    Policy,
    /// `bucket`, `topic`, `connection`, `key`, `artifacts`: attributes only.
    Plain,
}

impl Place {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::File,
        Self::Pipeline,
        Self::Stage,
        Self::Steps,
        Self::Action,
        Self::Project,
        Self::Role,
        Self::Environment,
        Self::Provider,
        Self::Policy,
        Self::Plain,
    ];

    /// Returns the kind of block that a declaration has.
    pub fn of_declaration(kind: Kind) -> Self {
        match kind {
            Kind::Pipeline => Self::Pipeline,
            Kind::Project => Self::Project,
            Kind::Role => Self::Role,
            Kind::Provider => Self::Provider,
            Kind::Environment => Self::Environment,
            _ => Self::Plain,
        }
    }

    /// Returns the keywords of the statements with this kind of block that take a statement of `kind`.
    pub fn words(self, kind: &StmtKind) -> &'static [&'static str] {
        match self {
            Self::File => &[""],
            Self::Pipeline => &["pipeline"],
            Self::Stage => &["stage"],
            Self::Steps => &["parallel", "sequence"],
            Self::Action if matches!(kind, StmtKind::Allow(_)) => &["deploy stack", "run"],
            Self::Action => &["source"],
            Self::Project => &["project"],
            Self::Role => &["role"],
            Self::Environment => &["environment"],
            Self::Provider => &["provider"],
            Self::Policy => &["policy"],
            Self::Plain => &[],
        }
    }

    /// Returns whether the block takes a statement of a kind.
    pub fn allows(self, kind: &StmtKind) -> bool {
        match kind {
            StmtKind::Attribute(attribute) => self != Self::File || attribute.key.node == "resources",
            StmtKind::Param(param) => match param.kind {
                ast::ParamKind::Variable => self == Self::Pipeline,
                _ => self == Self::File,
            },
            StmtKind::If(_) | StmtKind::Error(_) => true,
            StmtKind::Let(_) | StmtKind::For(_) | StmtKind::Use(_) => {
                matches!(self, Self::File | Self::Pipeline | Self::Stage | Self::Steps)
            }
            StmtKind::Pipeline(_)
            | StmtKind::Import(_)
            | StmtKind::TypeDecl(_)
            | StmtKind::Component(_)
            | StmtKind::Resource(_) => self == Self::File,
            StmtKind::Stage(_) | StmtKind::Update(_) | StmtKind::Notify(_) | StmtKind::Settings(_) => {
                self == Self::Pipeline
            }
            StmtKind::Parallel(_) | StmtKind::Sequence(_) | StmtKind::Action(_) | StmtKind::StackAction(_) => {
                matches!(self, Self::Stage | Self::Steps)
            }
            StmtKind::Allow(_) => {
                matches!(
                    self,
                    Self::Pipeline | Self::Action | Self::Project | Self::Role | Self::Policy | Self::Environment
                )
            }
            StmtKind::On(on) => match on.event.node.as_str() {
                "push" | "pull-request" => self == Self::Action,
                "schedule" | "event" => self == Self::Pipeline,
                "entry" | "success" | "failure" => self == Self::Stage,
                _ => false,
            },
            StmtKind::Property(_) => self == Self::Provider,
            StmtKind::Policy(_) => self == Self::Role,
        }
    }
}
