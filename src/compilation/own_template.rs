//! A pipeline that deploys what is built of its own file: the role for that follows from the result, which holds that role.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

use crate::emit;
use crate::hir::Hir;
use crate::plan::{self, Behind, Known, Plan, World};
use crate::source::{FileId, Span};
use crate::workspace::Workspace;
use crate::workspace::file_system::normalize;

/// The maximum number of plans until the template no longer changes. Two are enough, unless permissions need policies of their own.
const MOST_ROUNDS: usize = 5;

/// A stand-in for the template of the first plan.
const UNBUILT: &str = r#"{"Resources": {"Pipeline": {"Type": "AWS::CodePipeline::Pipeline"}}}"#;

/// The name of an entry file from standard input.
const STDIN: &str = "-";

/// A template that is built of the entry file and deployed by it.
#[derive(Debug)]
pub(super) struct OwnTemplate {
    /// The pipeline file, from the root.
    path: Utf8PathBuf,
    /// Where the deployment names it.
    place: Span,
    /// The stack it is deployed to, where its name is known.
    pub(super) stack: Option<String>,
}

/// The own template of an entry file, if an action deploys it: its `origin` is the entry file.
pub(super) fn of(hir: &Hir, workspace: &Workspace, entry: FileId) -> Option<OwnTemplate> {
    let entry = workspace.path_of(entry);
    hir.pipelines.iter().flat_map(|pipeline| &pipeline.actions).find_map(|action| {
        let origin = action.template_origin.as_ref()?;
        let path = normalize(Utf8Path::new(&origin.node)).ok()?;
        let stack = action.value("StackName").and_then(|name| name.as_str()).map(str::to_owned);
        is_entry(&path, &entry).then_some(OwnTemplate { path, place: origin.span, stack })
    })
}

/// Which file a text from standard input is, nothing says.
fn is_entry(path: &Utf8Path, entry: &Utf8Path) -> bool {
    path == entry || (entry.file_name() == Some(STDIN) && path.extension() == Some("pipe"))
}

/// Removes the statements of policies: the permission to create a policy does not depend on them.
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
    /// Plans the file with the template of the plan before, until both agree in everything that roles depend on. What was found
    /// behind the actions depends on that template, so it is not kept from one plan to the next.
    pub(super) fn plan(&self, hir: &Hir, workspace: &Workspace, world: World, known: &Known) -> Plan {
        workspace.set_template(&self.path, UNBUILT, self.place);
        let mut plan = Plan::default();
        let mut before = Json::Null;
        for _ in 0..MOST_ROUNDS {
            plan = plan::plan(&Behind::new(hir, workspace), World::Template, known);
            let mut built = emit::template(&plan).to_json();
            workspace.set_template(&self.path, &emit::json_text(&built), self.place);
            without_documents(&mut built);
            if built == before {
                break;
            }
            before = built;
        }
        if world == World::Template { plan } else { plan::plan(&Behind::new(hir, workspace), world, known) }
    }
}
