//! E0877, W0877: access control lists of buckets of a template that do not accept any.

use crate::check::support::inside_templates::each_template;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::template::Resource;

pub(super) const RULE: Rule = Rule { name: "bucket-acls", codes: &[Code::E0877, Code::W0877], run: check };

const BUCKET: &str = "AWS::S3::Bucket";
const LIST: &str = "AccessControl";

/// The setting with which a bucket accepts no lists, which is the default, and lists that it accepts nevertheless.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html> and
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl> (2026-11-30)
const ENFORCED: &str = "BucketOwnerEnforced";
const ACCEPTED: [&str; 3] = ["BucketOwnerFullControl", "BucketOwnerRead", "Private"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        let buckets = inside.template.resources.iter().filter(|resource| resource.kind.node == BUCKET);
        findings.extend(buckets.into_iter().filter_map(list));
    });
}

fn list(bucket: &Resource) -> Option<Diagnostic> {
    let properties = bucket.node.get("Properties")?;
    let is_open = properties.entries().iter().any(|entry| entry.key.node.starts_with("Fn::"));
    let list = properties.get(LIST).filter(|_| !is_open)?;
    let text = list.literal().filter(|text| !ACCEPTED.contains(text) && !text.is_empty())?;
    let place = list.text_span();
    let Some(controls) = properties.get("OwnershipControls") else {
        return Some(default_ownership(&bucket.id.node, text, place));
    };
    let ownership = controls.get("Rules")?.items().first()?.get("ObjectOwnership")?;
    (ownership.literal() == Some(ENFORCED)).then(|| refused(&bucket.id.node, text, place, ownership.text_span()))
}

/// A list of a bucket that explicitly accepts none.
fn refused(bucket: &str, list: &str, place: Span, ownership: Span) -> Diagnostic {
    let message = format!("bucket `{bucket}` does not accept ACL `{list}`");
    Diagnostic::new(Code::E0877, message, place, "")
        .label(ownership, "disables access control lists")
        .note("the deployment would fail with \"Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting\"")
        .help(format!("remove `{LIST}`, or write another `ObjectOwnership`"))
}

/// A list of a bucket that accepts none, unless it is older.
fn default_ownership(bucket: &str, list: &str, place: Span) -> Diagnostic {
    let message = format!("a new bucket does not accept ACL `{list}`");
    Diagnostic::new(Code::W0877, message, place, format!("`{bucket}` has no `OwnershipControls`"))
        .note("creating it would fail with \"Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting\"")
        .help_in(move |notation| {
            let rule = notation.text_entry("ObjectOwnership", "ObjectWriter");
            let rules = notation.entry("Rules", &format!("[{{ {rule} }}]"));
            format!("remove `{LIST}`, or add `{}`", notation.entry("OwnershipControls", &format!("{{ {rules} }}")))
        })
}
