//! W0413: packaged code in a bucket whose objects expire.

use crate::check::support::build_environment::Environment;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::Entity;
use crate::plan::repository;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "code-expiry", codes: &[Code::W0413], run: check };

/// Checks the bucket of every packaging command.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let hir = subject.hir;
    for (pipeline_id, pipeline) in subject.pipelines() {
        for (id, action) in pipeline.actions() {
            let Some(project) = repository::project(hir, action) else { continue };
            let Some(build) = subject.action_files.build(pipeline_id, id) else { continue };
            let environment = Environment::of(action, Some(project), build);
            for argument in build.commands.packagings.iter().filter_map(|packaging| packaging.bucket.as_ref()) {
                let named = environment.named(hir, &argument.reference());
                let Some(Entity::Bucket(id)) = named.map(|named| named.entity) else { continue };
                let bucket = &hir.buckets[id];
                if let Some(expire) = bucket.attributes.get("expire") {
                    findings.push(code_expires(&bucket.symbol.node, expire.word, argument.whole));
                }
            }
        }
    }
}

/// Packaged code that expires.
fn code_expires(bucket: &str, expire: Span, command: Span) -> Diagnostic {
    let message = format!("packaged code in bucket `{bucket}` expires");
    Diagnostic::new(Code::W0413, message, expire, "the code of earlier deployments is deleted")
        .label(command, "the build uploads packaged code to it")
        .note("CloudFormation reads the code again when it rolls back or updates a function")
        .help("remove `expire`; noncurrent versions still expire")
}
