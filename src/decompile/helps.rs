//! Helps that have another form in documents than in `.pipe` files, because AWS splits or writes a value in another way.

use crate::catalog;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::or_list;
use crate::diagnostic::{Code, Diagnostic, Label};
use crate::source::{SourceMap, Span};
use crate::workspace::document::Node;
use crate::workspace::pipeline_document::{DocumentKind, api_key};

use super::wording::{Region, Wording};

/// The namespace of the variables of a pipeline.
const OF_PIPELINE: &str = "variables";

/// The help for a reference to a variable of an unknown action.
const ANY_VARIABLE: &str = "write `${Action.Variable}` instead";

impl Wording {
    /// Replaces a help that the words of the document alone do not make right.
    pub(super) fn adapt_help(&self, found: &mut Diagnostic, regions: &[&Region], root: &Node) {
        let key = |key: &str| if self.kind == DocumentKind::Definition { api_key(key) } else { key.to_owned() };
        let Some(help) = found.help.clone() else { return };
        let piece = |number: usize| help.split('`').nth(2 * number + 1).unwrap_or_default();
        let new = match found.code {
            Code::E0101 if help.starts_with("make the name unique") => "rename one of them".to_owned(),
            Code::E0102 if found.message.ends_with("as a provider name") => {
                let written: String = piece(0).chars().filter(char::is_ascii_alphanumeric).collect();
                let mut all = catalog::all_action_types();
                let Some(known) = all.find(|known| known.provider.eq_ignore_ascii_case(&written)) else { return };
                format!("write `{}`", known.provider)
            }
            Code::E0105 if help.ends_with("` after the name") => {
                let Some(file) = piece(0).strip_prefix("from ") else { return };
                let word = found.message.rsplit(' ').next().unwrap_or_default();
                let Some(key) = regions.iter().find_map(|region| region.aws(word)) else { return };
                format!("add `{}`", self.assignment(key, &format!("\"{file}\"")))
            }
            Code::E0105 if piece(0) == "branches = [\"...\"]" => {
                found.message = found.message.replace("`branches`", &format!("`{}`", key("Branches")));
                let (outer, inner) = (key("Branches"), key("Includes"));
                if self.json {
                    format!("add `\"{outer}\": {{ \"{inner}\": [\"...\"] }}`")
                } else {
                    format!("add `{outer}: {{ {inner}: [\"...\"] }}`")
                }
            }
            Code::E0106 if found.message.ends_with("must be an ascending range such as `0..5`") => {
                "exchange the two numbers".to_owned()
            }
            Code::E0206 if help.starts_with("remove `from` and its artifacts") => {
                help.replace("`from` and its artifacts", &format!("`{}`", key("InputArtifacts")))
            }
            Code::E0405 if piece(0).starts_with("parameters = {") => {
                let parameter = found.message.rsplit('`').nth(1).unwrap_or_default();
                format!("add `ParameterOverrides` with a value for `{parameter}`")
            }
            Code::E0703 => help.replace("`output-variables`", &format!("`{}`", key("OutputVariables"))),
            Code::E0705 if help == ANY_VARIABLE => self.known_namespaces(&found.message, root),
            // A buildspec in a file of its own has no words of the document.
            Code::W0217 if regions.iter().all(|region| region.aws("env").is_none()) => {
                help.replace(" to `env` of ", " to the environment variables of ")
            }
            Code::W0641 => {
                let variable = piece(0).split([' ', ':']).nth(1).unwrap_or_default();
                format!("add `{}` to variable `{variable}`", key("DefaultValue"))
            }
            _ => return,
        };
        found.help = Some(new);
    }

    /// Returns the help for a reference to a namespace that no action has.
    fn known_namespaces(&self, message: &str, root: &Node) -> String {
        let key = if self.kind == DocumentKind::Definition { "namespace" } else { "Namespace" };
        let mut known: Vec<&str> = Vec::new();
        namespaces(root, key, &mut known);
        let written = message.split('`').nth(1).unwrap_or_default();
        let all = known.iter().copied().chain([OF_PIPELINE]);
        match similar(written, all) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => {
                format!("add `{}` to the action that sets the variable", self.assignment(key, written))
            }
            None => format!("use the namespace of an action: {}", or_list(known.into_iter())),
        }
    }

    /// Returns the text of a map or list in a configuration, where AWS takes JSON in a string; `None` for other values.
    pub(super) fn json_text(&self, value: &str) -> Option<String> {
        value.starts_with("[{ ").then(|| {
            let json = value.replace("{ ", "{\"").replace(" }", "}").replace(" = ", "\":").replace(", ", ",\"");
            if self.json { format!("\"{}\"", json.replace('"', "\\\"")) } else { format!("'{json}'") }
        })
    }
}

/// Adds a label at the value in a mapping that the place of a diagnostic looks up.
pub(super) fn label_lookup(found: &mut Diagnostic, root: &Node, sources: &SourceMap) {
    if !sources.slice(found.primary.span).contains("FindInMap") {
        return;
    }
    let place = lookup_at(root, found.primary.span).and_then(|lookup| looked_up(root, lookup));
    if let Some(place) = place.filter(|place| found.secondary.iter().all(|label| label.span != *place)) {
        found.secondary.push(Label { span: place, text: "the value that is looked up".to_owned(), secret: false });
    }
}

/// Returns the lookup in a mapping that covers a span.
fn lookup_at(node: &Node, span: Span) -> Option<&Node> {
    if node.span.covers(span) && node.intrinsic().is_some_and(|call| call.name == "Fn::FindInMap") {
        return Some(node);
    }
    let inside = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    inside.into_iter().find_map(|node| lookup_at(node, span))
}

/// Returns the span of the value in a mapping; if the first key is not literal, of the first value.
fn looked_up(root: &Node, lookup: &Node) -> Option<Span> {
    let call = lookup.intrinsic().filter(|call| call.name == "Fn::FindInMap")?;
    let [map, first, second] = call.argument.items() else { return None };
    let map = root.at(&["Mappings", map.literal()?])?;
    let values = match first.literal() {
        Some(first) => map.get(first)?,
        None => &map.entries().first()?.value,
    };
    values.get(second.literal()?).map(|value| value.span)
}

/// The words of AWS for settings that are on or off, after the end of their names.
const SWITCHES: [(&str, &str); 2] =
    [("VersioningConfiguration.Status", "`Enabled` or `Suspended`"), ("Logs.Status", "`ENABLED` or `DISABLED`")];

/// Replaces `true` and `false` by AWS's words.
pub(super) fn switch_words(found: &mut Diagnostic) {
    let Some(key) = found.message.strip_suffix("` takes `true` or `false`") else { return };
    if let Some((_, words)) = SWITCHES.iter().find(|(name, _)| key.ends_with(name)) {
        found.message = format!("{key}` takes {words}");
        found.help = Some(format!("write {words}"));
        found.edits.clear();
    }
}

/// Collects the namespaces of all actions.
fn namespaces<'n>(node: &'n Node, key: &str, found: &mut Vec<&'n str>) {
    for entry in node.entries() {
        if entry.key.node == key
            && let Some(name) = entry.value.literal()
            && !found.contains(&name)
        {
            found.push(name);
        }
        namespaces(&entry.value, key, found);
    }
    node.items().iter().for_each(|item| namespaces(item, key, found));
}
