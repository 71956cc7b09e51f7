//! Commands, which return the output of the program for a view of the editor. Each takes one object with the `uri` of a
//! document.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Failure, Worker, ide, lsp, path_of};
use crate::compilation::{Compilation, Drawing, Notation, Request, RoleLookup, Target};

/// Every command.
pub(in crate::lsp) const COMMANDS: [&str; 5] =
    ["dotpipe.build", "dotpipe.expand", "dotpipe.explainRole", "dotpipe.graph", "dotpipe.why"];

/// The argument of a command.
#[derive(Debug, Deserialize)]
struct Argument {
    uri: String,
    /// The target: `cloudformation`, `codepipeline`, or `support`.
    target: Option<String>,
    /// `yaml` or `json`.
    notation: Option<String>,
    /// The pipeline to build, in a file with several.
    pipeline: Option<String>,
    /// The role to explain. Without it, all roles are listed.
    role: Option<String>,
    /// `svg`, `mermaid`, or `dot`.
    drawing: Option<String>,
    /// Whether to return the spans of the nodes of an SVG image, too.
    #[serde(default)]
    places: bool,
    /// A message of AWS.
    message: Option<String>,
}

/// Runs a command. The result is text, a list of names, or a graph with its spans.
pub(super) fn execute(worker: &mut Worker, params: &lsp::ExecuteCommandParams) -> Result<Value, Failure> {
    let argument = params.arguments.iter().flatten().next().cloned().unwrap_or_default();
    let argument: Argument = serde_json::from_value(argument)?;
    let path = path_of(&argument.uri);
    let unread = || Failure::refused("no pipeline reads this file");
    if params.command == "dotpipe.why" {
        let message = argument.message.as_deref().ok_or_else(|| Failure::invalid("`message` is missing"))?;
        let snapshot = worker.host.snapshot_of(&path);
        let text = ide::why(message, snapshot.map(|snapshot| snapshot.compilation()));
        return text
            .map(Value::from)
            .ok_or_else(|| Failure::refused("unknown message; no message of AWS that dotpipe knows is in this text"));
    }
    if params.command == "dotpipe.build" {
        let target = match argument.target.as_deref() {
            None | Some("cloudformation") => Target::Cloudformation,
            Some("codepipeline") => Target::Codepipeline,
            Some("support") => Target::Support,
            Some(other) => return Err(Failure::invalid(format!("unknown target: {other}"))),
        };
        let request = Request { target, pipeline: argument.pipeline.clone(), ..Request::default() };
        let built = worker.host.compile_for(&path, &request).ok_or_else(unread)?;
        refuse_document(&built)?;
        // JSON is the notation of the API.
        let is_json = argument.notation.as_deref().map_or(target == Target::Codepipeline, |it| it == "json");
        return text(&built, built.build(if is_json { Notation::Json } else { Notation::Yaml }));
    }
    let snapshot = worker.host.snapshot_of(&path).ok_or_else(unread)?;
    let compilation = snapshot.compilation();
    match params.command.as_str() {
        "dotpipe.expand" => refuse_document(compilation).and_then(|()| text(compilation, compilation.expand())),
        "dotpipe.graph" => {
            let drawing = match argument.drawing.as_deref() {
                None | Some("svg") => Drawing::Svg,
                Some("mermaid") => Drawing::Mermaid,
                Some("dot") => Drawing::Dot,
                Some(other) => return Err(Failure::invalid(format!("unknown drawing: {other}"))),
            };
            let drawn = text(compilation, compilation.graph(drawing))?;
            if !argument.places {
                return Ok(drawn);
            }
            let place = |place: ide::GraphPlace| {
                let location = worker.convert.location(snapshot, place.statement);
                json!({ "id": place.id, "uri": location.uri, "range": location.range })
            };
            let places: Vec<Value> = ide::graph_places(snapshot).into_iter().map(place).collect();
            Ok(json!({ "drawing": drawn, "places": places }))
        }
        "dotpipe.explainRole" => {
            refuse_document(compilation)?;
            explain_role(compilation, argument.role.as_deref())
        }
        other => Err(Failure::invalid(format!("unknown command: {other}"))),
    }
}

/// Returns an error for a template or a definition, from which nothing is generated.
fn refuse_document(compilation: &Compilation) -> Result<(), Failure> {
    if compilation.is_document() { Err(Failure::refused("this is not a .pipe file")) } else { Ok(()) }
}

fn explain_role(compilation: &Compilation, role: Option<&str>) -> Result<Value, Failure> {
    let Some(role) = role else {
        return compilation.roles().map(Value::from).ok_or_else(|| has_errors(compilation));
    };
    match compilation.role(role) {
        Some(RoleLookup::Found(text)) => Ok(Value::from(text)),
        Some(RoleLookup::Unknown(_)) => Err(Failure::refused(format!("no role is called {role}"))),
        None => Err(has_errors(compilation)),
    }
}

fn text(compilation: &Compilation, text: Option<String>) -> Result<Value, Failure> {
    text.map(Value::from).ok_or_else(|| has_errors(compilation))
}

/// Returns the reason why there is no result.
fn has_errors(compilation: &Compilation) -> Failure {
    let is_error = |found: &&crate::diagnostic::Diagnostic| found.severity == crate::diagnostic::Severity::Error;
    match compilation.diagnostics().iter().find(is_error) {
        Some(found) => Failure::refused(format!("the file has errors: {}: {}", found.code, found.message)),
        None => Failure::refused("the file has no pipeline, or several"),
    }
}
