//! Converts the policies of roles to statements.

use crate::catalog::Kind;
use crate::catalog::ref_values::ref_without_arn;
use crate::source::Span;
use crate::syntax::ast::{self, Entry as MapEntry, Expr, ExprKind, Stmt, StmtKind, tree};
use crate::workspace::document::{Entry, Node, NodeKind};

use super::resources::declaration;
use super::slots::text_of;
use super::values::Reading;
use super::{Reader, TreePurpose, wording};

/// The services whose roles the language declares, by principal.
pub(super) const SERVICES: [(&str, &str); 4] = [
    ("codepipeline.amazonaws.com", "codepipeline"),
    ("codebuild.amazonaws.com", "codebuild"),
    ("cloudformation.amazonaws.com", "cloudformation"),
    ("events.amazonaws.com", "events"),
];

/// The resource types that attach further policies to roles.
const POLICIES: [&str; 3] = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"];

impl<'d> Reader<'d> {
    /// Returns the only service that a role trusts, as the language calls it, and the span.
    pub(super) fn service(&self, properties: &'d Node) -> Option<(&'static str, Span)> {
        let statements = properties.at(&["AssumeRolePolicyDocument", "Statement"])?.one_or_more();
        let [only] = statements else { return None };
        let principals = only.get("Principal")?;
        // Other principals may assume it too.
        let [_] = principals.entries() else { return None };
        let principal = principals.get("Service")?;
        let [service] = principal.one_or_more() else { return None };
        let name = self.names.known_text(service)?;
        let known = SERVICES.into_iter().find(|(principal, _)| *principal == name);
        known.map(|(_, word)| (word, service.text_span()))
    }

    /// Returns `role Name for service { ... }`.
    pub(super) fn role(&mut self, entry: &'d Entry) -> Option<Stmt> {
        let properties = entry.value.get("Properties")?;
        let (word, place) = self.service(properties)?;
        self.words.push(wording::Region::listed(entry.key.span.to(entry.value.span), self.names.kind, "role"));
        let mut statements = self.attributes(properties, "role");
        let mut whole = true;
        for policy in properties.get("Policies").map(Node::one_or_more).unwrap_or_default() {
            match policy.get("PolicyDocument") {
                Some(document) => whole &= self.allowed(document, &mut statements),
                None => whole = false,
            }
        }
        for resource in self.root.get("Resources").map(Node::entries).unwrap_or_default() {
            let ty = resource.value.get("Type").and_then(Node::literal).unwrap_or_default();
            if !POLICIES.contains(&ty) || !is_attached(&resource.value, &entry.key.node) {
                continue;
            }
            match resource.value.at(&["Properties", "PolicyDocument"]) {
                Some(document) if resource.value.get("Condition").is_none() => {
                    whole &= self.allowed(document, &mut statements);
                }
                _ => whole = false,
            }
        }
        if !whole {
            // The role's other permissions are unknown.
            let unknown = MapEntry { key: tree::ident("Policies", entry.key.span), value: tree::list(vec![], place) };
            statements.push(tree::attribute("raw", tree::expr(ExprKind::Map(vec![unknown]), entry.key.span)));
        }
        Some(declaration(entry, Kind::Role, Some(tree::ident(word, place)), statements))
    }

    /// Adds the statements of a policy. Returns whether all of them could be read.
    fn allowed(&self, document: &'d Node, statements: &mut Vec<Stmt>) -> bool {
        let Some(list) = document.get("Statement") else { return false };
        if list.intrinsic().is_some() {
            return false;
        }
        let mut whole = true;
        for node in list.one_or_more() {
            match self.statement(node) {
                Some(statement) => statements.push(statement),
                None => whole = false,
            }
        }
        whole
    }

    pub(super) fn statement(&self, node: &'d Node) -> Option<Stmt> {
        let effect = node.get("Effect")?.literal()?;
        let action = node.entry("Action")?;
        let resource = node.entry("Resource")?;
        let actions = self.texts(&action.value)?;
        // A list of actions that CloudFormation generates is unknown.
        if actions.iter().any(|action| text_of(action).is_none()) {
            return None;
        }
        let condition = match node.get("Condition") {
            Some(condition) if condition.intrinsic().is_none() => Some(self.condition(condition)?),
            Some(_) => return None,
            None => None,
        };
        // IAM rejects the policy.
        if self.names.purpose == TreePurpose::Check && resource.value.one_or_more().iter().any(|it| self.is_no_arn(it))
        {
            return None;
        }
        let mut resources = self.texts(&resource.value)?;
        let resources = match resources.len() {
            1 => resources.pop()?,
            _ => tree::list(resources, resource.value.span),
        };
        let allow = ast::Allow {
            deny: effect == "Deny",
            keyword: action.key.span,
            actions: tree::list(actions, action.value.span),
            resources,
            condition,
        };
        Some(tree::statement(StmtKind::Allow(allow), None, node.span))
    }

    /// Returns whether a resource of a statement is a reference that does not return an ARN.
    fn is_no_arn(&self, resource: &Node) -> bool {
        let id = resource.intrinsic().and_then(|call| match call.name.as_ref() {
            "Ref" => call.argument.text().map(str::to_owned),
            "Fn::Sub" => Some(call.argument.text()?.strip_prefix("${")?.split_once('}')?.0.to_owned()),
            _ => None,
        });
        let kind = id.and_then(|id| self.root.at(&["Resources", &id, "Type"])?.literal());
        kind.is_some_and(|kind| ref_without_arn(kind).is_some())
    }

    /// Returns one or more strings.
    fn texts(&self, node: &'d Node) -> Option<Vec<Expr>> {
        let mut found = Vec::new();
        for item in node.one_or_more() {
            let Some(item) = self.names.resolved(item) else { continue };
            if item.scalar().is_none() && item.intrinsic().is_none() {
                return None;
            }
            // It depends on a condition, or it is a list that is known at deployment.
            if item.intrinsic().is_some_and(|call| matches!(call.name.as_ref(), "Fn::If" | "Fn::Split")) {
                return None;
            }
            found.push(self.names.text(item, Reading::Plain));
        }
        (!found.is_empty()).then_some(found)
    }

    /// Returns `{ Operator = { key = value } }`.
    fn condition(&self, node: &'d Node) -> Option<Expr> {
        let mut operators = Vec::new();
        for operator in node.entries() {
            let mut keys = Vec::new();
            for key in operator.value.entries() {
                let value = match &key.value.kind {
                    NodeKind::Sequence(_) if key.value.tag.is_none() => {
                        tree::list(self.texts(&key.value)?, key.value.span)
                    }
                    _ => self.names.text(&key.value, Reading::Plain),
                };
                keys.push(MapEntry { key: key.key.clone(), value });
            }
            let map = tree::expr(ExprKind::Map(keys), operator.value.span);
            operators.push(MapEntry { key: operator.key.clone(), value: map });
        }
        Some(tree::expr(ExprKind::Map(operators), node.span))
    }
}

/// Returns whether a policy refers to a role.
pub(super) fn is_attached(policy: &Node, role: &str) -> bool {
    let properties = policy.get("Properties");
    let named = properties.and_then(|node| node.get("Roles").or_else(|| node.get("RoleName")));
    named.map(Node::one_or_more).unwrap_or_default().iter().any(|item| item.referred().as_deref() == Some(role))
}
