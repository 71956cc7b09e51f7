//! E0505: pipelines that need a larger template than CloudFormation takes.

use crate::catalog::limits::limit;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::templates;
use crate::emit;
use crate::plan::Plan;
use crate::source::SourceMap;

use super::Target;

/// With fewer actions and resources than this, and less text, a template is not measured: it is far below its limits.
const ENTRIES: usize = 250;
const BYTES: usize = 1 << 18;

/// Reports a template that would be too large.
pub(super) fn check(plan: &Plan, sources: &SourceMap, target: Target) -> Option<Diagnostic> {
    let first = plan.pipelines.first()?;
    if target == Target::Codepipeline || is_small(plan, sources) {
        return None;
    }
    let template = if target == Target::Support { emit::support(plan) } else { emit::template(plan) };
    let resources = template.resource_count();
    let past = |id: &str, count: usize| limit(id).filter(|limit| count > limit.looser()).map(|limit| limit.value);
    if let Some(most) = past("template-resources", resources) {
        return Some(templates::made_too_large("resource", resources, most, first.identity.span));
    }
    let bytes = emit::compact_json_length(&template.into_json());
    let most = past("template-bytes", bytes)?;
    Some(templates::made_too_large("byte", bytes, most, first.identity.span))
}

fn is_small(plan: &Plan, sources: &SourceMap) -> bool {
    let actions = plan.pipelines.iter().flat_map(|pipeline| &pipeline.stages).map(|stage| stage.actions.len());
    let entries = actions.sum::<usize>() + plan.nodes().count() + plan.rules.len();
    entries < ENTRIES && sources.files().map(|(_, file)| file.text().len()).sum::<usize>() < BYTES
}
