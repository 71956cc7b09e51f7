//! Policies of buckets and keys in the same template, which can allow a role what its own policies do not: in one
//! account, either is enough.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html> (2026-11-29)

use crate::check::Subject;
use crate::hir::RoleId;
use crate::plan::{Entity, Expr, Grant, Piece};
use crate::workspace::document::{Node, PolicyStatement};
use crate::workspace::pipeline_document::DocumentKind;

use super::documents::Document;
use super::policy_statements::may_name;

const BUCKET_POLICY: &str = "AWS::S3::BucketPolicy";
const KEY: &str = "AWS::KMS::Key";

/// Returns whether the policy of a bucket or a key in the template allows a role an action that a need contains. In
/// doubt about the resource, it does.
pub(super) fn allowed_by_resource(subject: &Subject<'_>, id: RoleId, action: &str, need: &Grant) -> bool {
    let Some(document) = Document::of(subject).filter(|it| it.kind == DocumentKind::Template) else { return false };
    let role = &subject.plan.roles[id].identity.logical_id;
    let name = document.root.at(&["Resources", role, "Properties", "RoleName"]).and_then(Node::literal);
    let wanted = Wanted { role, name, action };
    match action.split_once(':') {
        Some(("s3", _)) => document.resources(BUCKET_POLICY).any(|entry| {
            let bucket = entry.value.at(&["Properties", "Bucket"]).and_then(Node::referred);
            let is_it = match (bucket, bucket_id(subject, need)) {
                (Some(of_policy), Some(needed)) => of_policy == needed,
                _ => true,
            };
            is_it && wanted.is_allowed(entry.value.at(&["Properties", "PolicyDocument"]))
        }),
        Some(("kms", _)) => {
            document.resources(KEY).any(|entry| wanted.is_allowed(entry.value.at(&["Properties", "KeyPolicy"])))
        }
        _ => false,
    }
}

/// Returns the logical ID of the bucket in a need.
fn bucket_id<'s>(subject: &'s Subject<'_>, need: &Grant) -> Option<&'s str> {
    let of_expr = |resource: &Expr| {
        resource.pieces().iter().find_map(|piece| match piece {
            Piece::Arn(Entity::Bucket(id)) | Piece::Name(Entity::Bucket(id)) => Some(*id),
            _ => None,
        })
    };
    let id = need.resources.iter().find_map(of_expr)?;
    subject.plan.buckets.get(id).map(|bucket| bucket.identity.logical_id.as_str())
}

/// A role, and what it is to be allowed.
struct Wanted<'a> {
    role: &'a str,
    name: Option<&'a str>,
    action: &'a str,
}

impl Wanted<'_> {
    /// Returns whether a policy allows it.
    fn is_allowed(&self, policy: Option<&Node>) -> bool {
        policy.into_iter().flat_map(PolicyStatement::written).any(|statement| {
            let names = statement.principal().is_some_and(|principal| self.is_named(principal));
            statement.allows() && names && may_name(statement, self.action)
        })
    }

    /// Returns whether a principal is the role, or everyone.
    fn is_named(&self, principal: &Node) -> bool {
        if principal.referred().as_deref() == Some(self.role) {
            return true;
        }
        if let Some(text) = principal.text() {
            let refers = text.contains(&format!("${{{}.", self.role)) || text.contains(&format!("${{{}}}", self.role));
            let has_name = || self.name.is_some_and(|name| text.ends_with(&format!("role/{name}")));
            return text == "*" || refers || has_name();
        }
        principal.items().iter().any(|item| self.is_named(item))
            || principal.entries().iter().any(|entry| entry.key.node != "Service" && self.is_named(&entry.value))
    }
}
