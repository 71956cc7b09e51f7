//! E0877: access control lists for objects of a bucket of the template that disables them.

use crate::check::support::documents::{Document, inner, pipelines};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;
use crate::workspace::pipeline_document::DocumentKind;

pub(super) const RULE: Rule = Rule { name: "document-acls", codes: &[Code::E0877], run: check };

/// The list that every bucket accepts, and the setting with which a bucket accepts no other one.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html> (2026-11-30)
const ACCEPTED: &str = "bucket-owner-full-control";
const ENFORCED: &str = "BucketOwnerEnforced";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject).filter(|it| it.kind == DocumentKind::Template) else { return };
    for (_, pipeline) in pipelines(&document) {
        for action in document.actions(pipeline) {
            let Some(configuration) = document.get(action, "Configuration") else { continue };
            let Some(acl) = configuration.get("CannedACL") else { continue };
            let Some(text) = acl.literal().filter(|text| *text != ACCEPTED && !text.is_empty()) else { continue };
            let id = configuration.get("BucketName").and_then(Node::referred);
            let bucket = id.and_then(|id| document.resources("AWS::S3::Bucket").find(|entry| entry.key.node == id));
            let Some(bucket) = bucket else { continue };
            let rules = bucket.value.at(&["Properties", "OwnershipControls", "Rules"]).map(Node::items);
            let ownership = rules.and_then(|rules| rules.first()?.get("ObjectOwnership"));
            if let Some(ownership) = ownership.filter(|it| it.literal() == Some(ENFORCED)) {
                findings.push(refused(text, inner(acl), &bucket.key, inner(ownership)));
            }
        }
    }
}

/// A list that the bucket rejects.
fn refused(acl: &str, place: Span, bucket: &Spanned<String>, ownership: Span) -> Diagnostic {
    let message = format!("bucket `{}` does not accept ACL `{acl}`", bucket.node);
    Diagnostic::new(Code::E0877, message, place, "the action would fail with AccessControlListNotSupported")
        .label(ownership, "disables access control lists")
        .help("remove `CannedACL`; the bucket owner owns every object")
}
