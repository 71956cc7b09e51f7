//! E0877, W0877: access control lists for objects of a bucket that rejects them.
//!
//! If the owner of a bucket owns all objects, which is the default for new buckets, a list other than
//! `bucket-owner-full-control` is rejected:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html> (2026-11-28).

use crate::check::support::build_calls::{Calls, OWNER_ONLY};
use crate::check::support::build_environment::Environment;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, ValueKind};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule = Rule { name: "canned-acl", codes: &[Code::E0877, Code::W0877], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    of_commands(subject, findings);
    for place in subject.actions() {
        let (Some(setting), Some(planned)) =
            (place.action.configuration.get("CannedACL"), subject.plan.action(place.pipeline_id, place.id))
        else {
            continue;
        };
        let list = planned.configuration.get("CannedACL").and_then(|value| value.text.as_text());
        let Some(list) = list.filter(|list| *list != OWNER_ONLY && !list.is_empty()) else { continue };
        let bucket = match place.action.value("BucketName").map(|value| &value.kind) {
            Some(ValueKind::Entity(Entity::Bucket(index))) => subject.plan.buckets.get(*index),
            _ => None,
        };
        match bucket.filter(|bucket| bucket.identity.is_owned()) {
            // `raw` may enable lists again, and an older bucket may have had them enabled from the start.
            Some(bucket) if bucket.raw.is_some() || !bucket.generate => {}
            Some(bucket) => {
                let owned = (bucket.identity.symbol.as_str(), bucket.identity.span);
                findings.push(refused_acl(list, setting.value.span, Some(owned)));
            }
            None => findings.push(refused_acl(list, setting.value.span, None)),
        }
    }
}

/// Checks the commands of builds that copy to a declared bucket.
fn of_commands(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions() {
        let build = subject.action_files.builds(place.pipeline_id, place.id).next();
        let Some(build) = build.filter(|build| seen.is_new(build)) else { continue };
        let environment = Environment::of(place.action, repository::project(subject.hir, place.action), build);
        let calls = Calls { hir: subject.hir, plan: subject.plan, environment, source: None };
        for call in build.commands.invocations.iter().filter(|call| call.certain) {
            let Some((list, id)) = calls.refused_list(call) else { continue };
            let (Some(bucket), [WordPart::Text(text)]) = (subject.hir.buckets.get(id), list.parts.as_slice()) else {
                continue;
            };
            findings.push(refused_by_command(text, list.whole, &bucket.symbol));
        }
    }
}

/// An option of a command for objects of a bucket whose ACLs are disabled.
fn refused_by_command(list: &str, span: Span, bucket: &Spanned<String>) -> Diagnostic {
    let message = format!("bucket `{}` does not accept ACL `{list}`", bucket.node);
    Diagnostic::new(Code::E0877, message, span, "this command would fail with AccessControlListNotSupported")
        .label(bucket.span, "the bucket owner owns every object, and ACLs are disabled")
        .help(format!("remove `--acl {list}`"))
}

/// A canned ACL for objects of a bucket whose ACLs are disabled. `owned` is the bucket if this file declares it; others
/// are unknown.
fn refused_acl(list: &str, span: Span, owned: Option<(&str, Span)>) -> Diagnostic {
    let help = "remove `canned-acl`; the bucket owner owns every object";
    if let Some((bucket, declared)) = owned {
        let message = format!("bucket `{bucket}` does not accept ACL `{list}`");
        Diagnostic::new(Code::E0877, message, span, "the deployment would fail with AccessControlListNotSupported")
            .label(declared, "the bucket owner owns every object, and ACLs are disabled")
            .help(help)
    } else {
        let message = format!("a bucket with ACLs disabled rejects `{list}`");
        Diagnostic::new(Code::W0877, message, span, "new buckets have ACLs disabled").help(help)
    }
}
