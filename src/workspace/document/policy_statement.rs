//! Statements of IAM policies, as documents contain them: one or a list, each part one or a list, any of them computed.

use super::Node;

/// A statement of a policy, which a function may compute.
#[derive(Debug, Clone, Copy)]
pub struct PolicyStatement<'a> {
    /// The statement.
    pub node: &'a Node,
}

impl<'a> PolicyStatement<'a> {
    /// Returns the statements of a policy, or `None` if it has none, or if a function computes the list.
    pub fn all(policy: &'a Node) -> Option<impl Iterator<Item = Self>> {
        let list = policy.get("Statement").filter(|list| list.intrinsic().is_none())?;
        Some(list.one_or_more().iter().map(|node| Self { node }))
    }

    /// Returns the statements of a policy that are written out.
    pub fn written(policy: &'a Node) -> impl Iterator<Item = Self> {
        Self::all(policy).into_iter().flatten().filter(|statement| !statement.is_computed())
    }

    /// Returns whether a function computes it.
    pub fn is_computed(self) -> bool {
        self.node.intrinsic().is_some()
    }

    /// Returns whether it certainly allows something.
    pub fn allows(self) -> bool {
        self.effect() == Some("Allow")
    }

    /// Returns whether it certainly denies something.
    pub fn denies(self) -> bool {
        self.effect() == Some("Deny")
    }

    fn effect(self) -> Option<&'a str> {
        self.node.get("Effect").and_then(Node::literal)
    }

    /// Returns its actions; `None` if it has no `Action`.
    pub fn actions(self) -> Option<&'a [Node]> {
        self.node.get("Action").map(Node::one_or_more)
    }

    /// Returns its resources; `None` if it has no `Resource`.
    pub fn resources(self) -> Option<&'a [Node]> {
        self.node.get("Resource").map(Node::one_or_more)
    }

    /// Returns its principals of all kinds.
    pub fn principal(self) -> Option<&'a Node> {
        self.node.get("Principal")
    }

    /// Returns its principals of a kind, such as `Service` or `AWS`.
    pub fn principals(self, kind: &str) -> &'a [Node] {
        self.principal().and_then(|principal| principal.get(kind)).map(Node::one_or_more).unwrap_or_default()
    }

    /// Returns its condition.
    pub fn condition(self) -> Option<&'a Node> {
        self.node.get("Condition")
    }
}
