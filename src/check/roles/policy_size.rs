//! E0810: roles whose permissions do not fit in policies.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "policy-size", codes: &[Code::E0810], run: check };

/// Checks the policies of every role that the template creates.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for role in subject.plan.roles.iter().filter(|role| role.identity.is_owned()) {
        if role.overflow.is_none() {
            findings.push(too_many_permissions(&role.display, role.identity.span));
        }
    }
}

/// A role whose permissions are too long for its policies.
fn too_many_permissions(role: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0810, format!("the permissions of `{role}` exceed IAM's policy size limits"), place, "")
        .note(
            "IAM allows 10,240 characters of inline policies and 20 managed policies of 6,144 characters each per role",
        )
        .help("use patterns instead of long lists of resources, for example `arn:aws:s3:::bucket/folder/*`")
}
