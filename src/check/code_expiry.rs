//! W0413: packaged code in a bucket whose objects expire.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::templates;
use crate::hir::Entity;
use crate::plan::repository;

use super::Subject;
use super::environment::Environment;

/// Follows the bucket of every packaging command.
pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let hir = subject.hir;
    for (pipeline_id, pipeline) in subject.pipelines() {
        for (id, action) in pipeline.actions() {
            let Some(project) = repository::project(hir, action) else { continue };
            let Some(build) = subject.behind.build(pipeline_id, id) else { continue };
            let environment = Environment { own: action.value("EnvironmentVariables"), project, build };
            for argument in build.commands.packagings.iter().filter_map(|packaging| packaging.bucket.as_ref()) {
                let named = environment.named(hir, &argument.reference());
                let Some(Entity::Bucket(id)) = named.map(|named| named.entity) else { continue };
                let bucket = &hir.buckets[id];
                if let Some(expire) = bucket.attributes.get("expire") {
                    diagnostics.push(templates::code_expires(&bucket.symbol.node, expire.word, argument.whole));
                }
            }
        }
    }
}
