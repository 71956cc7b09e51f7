//! A pipeline that deploys the template built from its own file. The role for that depends on the template, which
//! contains the role.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

use crate::emit;
use crate::hir::Hir;
use crate::plan::{self, ActionFiles, Known, Plan, World};
use crate::source::{FileId, Span};
use crate::workspace::Workspace;
use crate::workspace::file_system::normalize;

/// The maximum number of plans until the template no longer changes. Two are enough, unless permissions need separate
/// policies.
const MOST_ROUNDS: usize = 5;

/// A placeholder for the template in the first plan.
const UNBUILT: &str = r#"{"Resources": {"Pipeline": {"Type": "AWS::CodePipeline::Pipeline"}}}"#;

/// The name of an entry file from standard input.
const STDIN: &str = "-";

/// A template that is built from the entry file and deployed by it.
#[derive(Debug)]
pub(super) struct OwnTemplate {
    /// The pipeline file, from the root.
    path: Utf8PathBuf,
    /// The position of its name in the deployment.
    place: Span,
    /// The stack to which it is deployed, if its name is known.
    pub(super) stack: Option<String>,
}

/// Returns the own template of an entry file, if an action deploys it: its `origin` is the entry file.
pub(super) fn of(hir: &Hir, workspace: &Workspace, entry: FileId) -> Option<OwnTemplate> {
    let entry = workspace.path_of(entry);
    hir.pipelines.iter().flat_map(|pipeline| &pipeline.actions).find_map(|action| {
        let origin = action.template_origin.as_ref()?;
        let path = normalize(Utf8Path::new(&origin.node)).ok()?;
        let stack = action.value("StackName").and_then(|name| name.as_str()).map(str::to_owned);
        is_entry(&path, &entry).then_some(OwnTemplate { path, place: origin.span, stack })
    })
}

/// Returns whether a path may be the entry file. For a text from standard input, its path is unknown.
fn is_entry(path: &Utf8Path, entry: &Utf8Path) -> bool {
    path == entry || (entry.file_name() == Some(STDIN) && path.extension() == Some("pipe"))
}

/// Removes the policy documents: the permission to create a policy does not depend on them.
fn without_documents(value: &mut Json) {
    match value {
        Json::Object(entries) => {
            entries.remove("PolicyDocument");
            entries.values_mut().for_each(without_documents);
        }
        Json::Array(items) => items.iter_mut().for_each(without_documents),
        _ => {}
    }
}

impl OwnTemplate {
    /// Plans the file with the template of the previous plan, until both agree in everything that roles depend on. What
    /// is found in the files that actions use depends on that template, so it is not kept from one plan to the next.
    pub(super) fn plan(&self, hir: &Hir, workspace: &Workspace, world: World, known: &Known) -> Plan {
        workspace.set_template(&self.path, UNBUILT, self.place);
        let mut plan = Plan::default();
        let mut before = Json::Null;
        for _ in 0..MOST_ROUNDS {
            plan = plan::plan(&ActionFiles::new(hir, workspace), World::Template, known);
            let mut built = emit::template(&plan).into_json();
            workspace.set_template(&self.path, &emit::json_text(&built), self.place);
            without_documents(&mut built);
            if built == before {
                break;
            }
            before = built;
        }
        if world == World::Template { plan } else { plan::plan(&ActionFiles::new(hir, workspace), world, known) }
    }
}
