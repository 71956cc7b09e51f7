//! The resources that deploying a template makes, written and generated ones alike.

use crate::source::Span;
use crate::workspace::document::{Entry, Node};

/// A CloudFormation resource that deploying the template makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeResource {
    /// Its type.
    pub kind: String,
    /// Its own logical ID.
    pub id: LogicalId,
    /// The logical ID of the written resource that causes it; its own for a resource that is written out.
    pub cause: String,
    /// What causes it: the resource's `Type`, the event's `Type`, the property.
    pub span: Span,
    /// Whether SAM makes it: then it has no declaration of its own.
    pub generated: bool,
    /// Its properties: as written, with SAM's `Globals` put in, or as far as SAM's are known.
    pub properties: Option<Node>,
}

/// The logical ID of a resource as CloudFormation sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogicalId {
    /// The whole id.
    Exact(String),
    /// How it begins: what follows is a hash of SAM's.
    Prefix(String),
}

impl MadeResource {
    /// A property's value.
    pub fn property(&self, name: &str) -> Option<&Node> {
        self.properties.as_ref()?.get(name).filter(|value| !super::is_no_value(value))
    }

    /// The name that the template gives the physical resource; none when CloudFormation makes one up.
    pub fn explicit_name(&self) -> Option<&Entry> {
        super::explicit_name(&self.kind, self.properties.as_ref()?)
    }
}

impl LogicalId {
    /// What is known of the id: all of it, or how it begins.
    pub fn known(&self) -> &str {
        match self {
            Self::Exact(text) | Self::Prefix(text) => text,
        }
    }

    /// Whether it is this one, and nothing behind it is open.
    pub fn is(&self, id: &str) -> bool {
        matches!(self, Self::Exact(own) if own == id)
    }
}
