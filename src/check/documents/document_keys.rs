//! W0216: keys that a document contains twice.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::repository::repeated_key;
use crate::workspace::document::Finding;

pub(super) const RULE: Rule = Rule { name: "document-keys", codes: &[Code::W0216], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for finding in subject.document.iter().flat_map(|document| document.findings) {
        if let Finding::DuplicateKey { key, first } = finding {
            findings.push(repeated_key(key, *first));
        }
    }
}
