//! The resources that the deployment of a template creates, both written and generated.

use crate::source::Span;
use crate::workspace::document::{Entry, Node};

/// A CloudFormation resource that the deployment of the template creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeResource {
    /// Its type.
    pub kind: String,
    /// Its own logical ID.
    pub id: LogicalId,
    /// The logical ID of the written resource that causes it. For a written resource, this is its own.
    pub cause: String,
    /// The cause: the resource's `Type`, the event's `Type`, or the property.
    pub span: Span,
    /// Whether SAM generates it. Then it has no declaration of its own.
    pub generated: bool,
    /// Its properties: as written, with SAM's `Globals` merged, or those of SAM's that are known.
    pub properties: Option<Node>,
}

/// The logical ID of a resource in the expanded template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogicalId {
    /// The complete ID.
    Exact(String),
    /// Its prefix, which SAM completes with a hash.
    Prefix(String),
}

impl MadeResource {
    /// Returns the value of a property.
    pub fn property(&self, name: &str) -> Option<&Node> {
        self.properties.as_ref()?.get(name).filter(|value| !value.is_no_value())
    }

    /// Returns the physical name that the template sets, or `None` if CloudFormation generates one.
    pub fn explicit_name(&self) -> Option<&Entry> {
        super::explicit_name(&self.kind, self.properties.as_ref()?)
    }
}

impl LogicalId {
    /// Returns the known part of the ID: all of it, or its prefix.
    pub fn known(&self) -> &str {
        match self {
            Self::Exact(text) | Self::Prefix(text) => text,
        }
    }

    /// Returns whether it is exactly this ID.
    pub fn is(&self, id: &str) -> bool {
        matches!(self, Self::Exact(own) if own == id)
    }
}
