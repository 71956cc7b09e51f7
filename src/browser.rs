//! The compiler for a web page: a few files in memory; requests and responses are JSON. Positions are offsets in UTF-16
//! code units, as in the strings of JavaScript.
//!
//! ```text
//! page ── {"ask": "check", "files": {...}, "entry": "pipeline.pipe"} ──> Page ── {"findings": [...]} ──> page
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use crate::compilation::{Compilation, Drawing, Notation, Request, RoleLookup, Target};
use crate::diagnostic::{Edit, Label};
use crate::ide::{self, Finding, Host, ItemKind, Snapshot};
use crate::render::page;
use crate::source::{FileId, Span};

/// A request of the page.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
enum Question {
    /// Checks these files, one of which is the pipeline file. The other requests use the files of the last check.
    Check { files: BTreeMap<Utf8PathBuf, String>, entry: Utf8PathBuf },
    /// Returns the CloudFormation template.
    Template { notation: WantedNotation },
    /// Returns the definition of a pipeline, for an account and a Region.
    Definition { account: String, region: String, pipeline: Option<String> },
    /// Returns the file with all shorthands expanded.
    Expansion,
    /// Returns the permissions of every role, each with the line that requires it.
    Roles,
    /// Returns the SVG image, and the spans of its nodes.
    Graph,
    /// Returns the completion items at a position.
    Complete { path: Utf8PathBuf, offset: usize },
    /// Returns the hover text at a position.
    Hover { path: Utf8PathBuf, offset: usize },
    /// Returns the definition of the name at a position.
    Declaration { path: Utf8PathBuf, offset: usize },
    /// Returns the formatted text of a file.
    Format { path: Utf8PathBuf },
    /// Returns the page of a diagnostic code for readers. The page brings it, because it has the pages in a file that it
    /// loads when it shows one.
    Explain { page: String },
}

/// The notation of a template.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WantedNotation {
    Yaml,
    Json,
}

/// A response.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer {
    Findings { findings: Vec<FindingShown>, pipelines: Vec<String> },
    Text { text: Option<String> },
    Roles { roles: Vec<RoleShown> },
    Graph { svg: Option<String>, places: Vec<NodePlace> },
    Completions { from: usize, to: usize, items: Vec<ItemShown> },
    Hover { text: Option<String>, place: Option<Place> },
    Places { places: Vec<Place> },
    Refused { error: String },
}

/// A part of a file.
#[derive(Debug, Serialize)]
struct Place {
    path: Utf8PathBuf,
    from: usize,
    to: usize,
}

/// A range and its label.
#[derive(Debug, Serialize)]
struct LabelShown {
    #[serde(flatten)]
    place: Place,
    text: String,
}

/// An edit of one file.
#[derive(Debug, Serialize)]
struct Change {
    #[serde(flatten)]
    place: Place,
    insert: String,
}

/// A diagnostic.
#[derive(Debug, Serialize)]
struct FindingShown {
    code: &'static str,
    severity: &'static str,
    message: String,
    primary: LabelShown,
    secondary: Vec<LabelShown>,
    notes: Vec<String>,
    help: Option<String>,
    /// The edits of its fix; empty if it has none.
    changes: Vec<Change>,
}

/// A role.
#[derive(Debug, Serialize)]
struct RoleShown {
    name: String,
    text: String,
}

/// The node of a graph, and the statement that it represents.
#[derive(Debug, Serialize)]
struct NodePlace {
    id: String,
    #[serde(flatten)]
    place: Place,
}

/// A completion item.
#[derive(Debug, Serialize)]
struct ItemShown {
    label: String,
    kind: &'static str,
    detail: String,
    /// Markdown.
    doc: String,
    /// With placeholders: `${1:text}`.
    snippet: String,
}

/// The files of a page, and their last compilation.
#[derive(Debug, Default)]
pub struct Page {
    host: Host,
    files: BTreeMap<Utf8PathBuf, Arc<str>>,
    entry: Utf8PathBuf,
}

impl Page {
    /// Answers a request. An invalid request is answered with `{"error": ...}`.
    pub fn answer(&mut self, question: &str) -> String {
        let read = serde_json::from_str(question).map_err(|error| error.to_string());
        let answer =
            read.and_then(|question| self.answered(question)).unwrap_or_else(|error| Answer::Refused { error });
        serde_json::to_string(&answer).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
    }

    fn answered(&mut self, question: Question) -> Result<Answer, String> {
        Ok(match question {
            Question::Check { files, entry } => self.check(files, entry)?,
            Question::Template { notation } => {
                let notation = match notation {
                    WantedNotation::Yaml => Notation::Yaml,
                    WantedNotation::Json => Notation::Json,
                };
                Answer::Text { text: self.snapshot()?.compilation().build(notation) }
            }
            Question::Definition { account, region, pipeline } => {
                let given = |text: String| Some(text).filter(|text| !text.is_empty());
                let request = Request {
                    target: Target::Codepipeline,
                    account: given(account),
                    region: given(region),
                    pipeline,
                    ..Request::default()
                };
                let compiled = self.host.compile_for(&self.entry, &request);
                Answer::Text { text: compiled.and_then(|compiled| compiled.build(Notation::Json)) }
            }
            Question::Expansion => Answer::Text { text: self.snapshot()?.compilation().expand() },
            Question::Roles => roles(self.snapshot()?.compilation()),
            Question::Graph => graph(self.snapshot()?),
            Question::Complete { path, offset } => self.complete(&path, offset)?,
            Question::Hover { path, offset } => {
                let snapshot = self.snapshot()?;
                let found = at(snapshot, &path, offset)
                    .and_then(|(file, offset)| ide::hover(snapshot, file, offset))
                    .map(|hover| (hover.text, place_of(snapshot, hover.span)));
                let (text, place) = found.unzip();
                Answer::Hover { text, place }
            }
            Question::Declaration { path, offset } => {
                let snapshot = self.snapshot()?;
                let found = at(snapshot, &path, offset)
                    .and_then(|(file, offset)| ide::definition(snapshot, file, offset))
                    .map_or_else(Vec::new, |found| found.targets);
                Answer::Places { places: found.into_iter().map(|span| place_of(snapshot, span)).collect() }
            }
            Question::Format { path } => Answer::Text { text: Some(formatted(self.text(&path)?)) },
            Question::Explain { page } => Answer::Text { text: Some(page::markdown(&page)) },
        })
    }

    /// Returns the last compilation.
    fn snapshot(&self) -> Result<&Snapshot, String> {
        self.host.snapshot(&self.entry).map(|snapshot| &**snapshot).ok_or_else(|| no_file(&self.entry))
    }

    fn text(&self, path: &Utf8Path) -> Result<&str, String> {
        self.files.get(path).map(|text| &**text).ok_or_else(|| no_file(path))
    }

    fn check(&mut self, files: BTreeMap<Utf8PathBuf, String>, entry: Utf8PathBuf) -> Result<Answer, String> {
        for path in self.files.keys().filter(|path| !files.contains_key(*path)) {
            self.host.close_document(path);
        }
        let mut now = BTreeMap::new();
        for (path, text) in files {
            let known = self.files.get(&path).filter(|known| ***known == *text);
            let text = if let Some(known) = known {
                Arc::clone(known)
            } else {
                let text: Arc<str> = text.into();
                self.host.set_document(&path, &text);
                text
            };
            now.insert(path, text);
        }
        self.files = now;
        self.entry = entry;
        let snapshot = self.host.compile(&self.entry).ok_or_else(|| no_file(&self.entry))?;
        let pipelines = snapshot.compilation().pipelines().map(str::to_owned).collect();
        let found = snapshot.paths().flat_map(|path| self.host.findings(&path));
        let findings = found.map(|finding| shown(&snapshot, &finding)).collect();
        Ok(Answer::Findings { findings, pipelines })
    }

    fn complete(&self, path: &Utf8Path, offset: usize) -> Result<Answer, String> {
        let text = self.text(path)?;
        let found = ide::complete(text, bytes(text, offset), path, self.snapshot().ok());
        let items = found.items.into_iter().map(|item| ItemShown {
            label: item.label,
            kind: kind_word(item.kind),
            detail: item.detail,
            doc: item.doc,
            snippet: item.snippet,
        });
        let (from, to) = (units(text, found.replace.start), units(text, found.replace.end));
        Ok(Answer::Completions { from, to, items: items.collect() })
    }
}

fn no_file(path: &Utf8Path) -> String {
    format!("there is no file {path}")
}

fn formatted(text: &str) -> String {
    let mut formatted = text.to_owned();
    for (range, new) in ide::format_file(text).into_iter().rev() {
        formatted.replace_range(range, &new);
    }
    formatted
}

fn roles(compilation: &Compilation) -> Answer {
    let role = |name: &str| match compilation.role(name) {
        Some(RoleLookup::Found(text)) => Some(RoleShown { name: name.to_owned(), text }),
        _ => None,
    };
    Answer::Roles { roles: compilation.roles().unwrap_or_default().into_iter().filter_map(role).collect() }
}

fn graph(snapshot: &Snapshot) -> Answer {
    let svg = snapshot.compilation().graph(Drawing::Svg);
    let nodes = if svg.is_some() { ide::graph_places(snapshot) } else { Vec::new() };
    let place = |node: ide::GraphPlace| NodePlace { id: node.id, place: place_of(snapshot, node.statement) };
    Answer::Graph { svg, places: nodes.into_iter().map(place).collect() }
}

/// Returns the word by which the page's editor selects an icon.
/// <https://codemirror.net/docs/ref/#autocomplete.Completion.type> (2026-11-29)
fn kind_word(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Keyword => "keyword",
        ItemKind::Attribute | ItemKind::Member => "property",
        ItemKind::Value => "enum",
        ItemKind::Provider => "class",
        ItemKind::Definition(_) => "variable",
        ItemKind::Function => "function",
        ItemKind::File => "text",
        ItemKind::Type => "type",
    }
}

fn shown(snapshot: &Snapshot, finding: &Finding) -> FindingShown {
    let found = finding.diagnostic();
    let label = |label: &Label| LabelShown { place: place_of(snapshot, label.span), text: label.text.clone() };
    let change = |edit: &Edit| Change { place: place_of(snapshot, edit.span), insert: edit.replacement.clone() };
    FindingShown {
        code: found.code.as_str(),
        severity: found.severity.word(),
        message: found.message.clone(),
        primary: label(&found.primary),
        secondary: found.secondary.iter().map(label).collect(),
        notes: found.notes.clone(),
        help: found.help.clone(),
        changes: found.edits.iter().map(change).collect(),
    }
}

/// Returns a file of a compilation, and an offset of it in bytes.
fn at(snapshot: &Snapshot, path: &Utf8Path, offset: usize) -> Option<(FileId, u32)> {
    let file = snapshot.file_of(path)?;
    Some((file.id(), u32::try_from(bytes(file.text(), offset)).ok()?))
}

fn place_of(snapshot: &Snapshot, span: Span) -> Place {
    let file = snapshot.compilation().sources().file(span.file);
    let (from, to) = (units(file.text(), span.start as usize), units(file.text(), span.end as usize));
    Place { path: snapshot.path_of(span.file), from, to }
}

/// Converts an offset from bytes to UTF-16 code units.
fn units(text: &str, offset: usize) -> usize {
    let end = (0..=offset.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or_default().encode_utf16().count()
}

/// Converts an offset from UTF-16 code units to bytes.
fn bytes(text: &str, offset: usize) -> usize {
    let mut left = offset;
    for (at, c) in text.char_indices() {
        if left < c.len_utf16() {
            return at;
        }
        left -= c.len_utf16();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const PIPELINE: &str = "// é𝄞\npipeline App {\n  stage Source {\n    source codecommit Fetch -> App {\n      repository = \"app\"\n      branch = \"main\"\n    }\n  }\n  stage Ship {\n    deploy s3 Site from App {\n      bucket = \"site\"\n      extract = true\n    }\n  }\n}\n";

    fn ask(page: &mut Page, question: &Value) -> Value {
        serde_json::from_str(&page.answer(&question.to_string())).expect("an answer is JSON")
    }

    fn check(page: &mut Page, text: &str) -> Value {
        ask(page, &json!({ "ask": "check", "files": { "ci/pipeline.pipe": text }, "entry": "ci/pipeline.pipe" }))
    }

    /// Returns the part of a text between two offsets in UTF-16 code units.
    fn part(text: &str, place: &Value) -> String {
        let offset = |key: &str| usize::try_from(place[key].as_u64().expect("an offset")).expect("it fits");
        text[bytes(text, offset("from"))..bytes(text, offset("to"))].to_owned()
    }

    #[test]
    fn findings_have_places_and_changes_in_utf16() {
        let mut page = Page::default();
        let text = PIPELINE.replace("deploy s3 Site from App", "deploy s3 Site from Ap");
        let answer = check(&mut page, &text);
        let finding = &answer["findings"][0];
        assert_eq!((finding["code"].as_str(), finding["severity"].as_str()), (Some("E0201"), Some("error")));
        assert_eq!(part(&text, &finding["primary"]), "Ap");
        assert_eq!(finding["changes"][0]["insert"], "App");
        assert_eq!(ask(&mut page, &json!({ "ask": "template", "notation": "yaml" })), json!({ "text": null }));
    }

    #[test]
    fn everything_that_can_be_built_is_answered() {
        let mut page = Page::default();
        let answer = check(&mut page, PIPELINE);
        assert_eq!(answer["pipelines"], json!(["App"]));
        let text = |page: &mut Page, question: Value| ask(page, &question)["text"].as_str().expect("a text").to_owned();
        let yaml = text(&mut page, json!({ "ask": "template", "notation": "yaml" }));
        assert!(yaml.contains("Type: AWS::CodePipeline::Pipeline"), "{yaml}");
        let definition = json!({ "ask": "definition", "account": "111122223333", "region": "eu-west-1" });
        assert!(text(&mut page, definition).contains("\"roleArn\": \"arn:aws:iam::111122223333:role/"));
        assert!(text(&mut page, json!({ "ask": "expansion" })).contains("deploy s3 Site from App"));
        let roles = ask(&mut page, &json!({ "ask": "roles" }));
        assert!(roles["roles"][1]["text"].as_str().is_some_and(|text| text.contains("s3:PutObject")), "{roles}");
        let graph = ask(&mut page, &json!({ "ask": "graph" }));
        assert!(graph["svg"].as_str().is_some_and(|svg| svg.starts_with("<svg")), "{graph}");
        let site = &graph["places"].as_array().expect("places")[3];
        assert!(part(PIPELINE, site).starts_with("deploy s3 Site"), "{graph}");
    }

    #[test]
    fn what_an_editor_asks_is_answered() {
        let mut page = Page::default();
        check(&mut page, PIPELINE);
        let units_of = |needle: &str| units(PIPELINE, PIPELINE.find(needle).expect("it is there"));
        let ask_at = |page: &mut Page, what: &str, needle: &str| {
            ask(page, &json!({ "ask": what, "path": "ci/pipeline.pipe", "offset": units_of(needle) }))
        };
        let hover = ask_at(&mut page, "hover", "extract");
        assert_eq!(part(PIPELINE, &hover["place"]), "extract");
        assert!(hover["text"].as_str().is_some_and(|text| text.contains("Extract")), "{hover}");
        let places = ask_at(&mut page, "declaration", "App {\n      bucket");
        assert_eq!(part(PIPELINE, &places["places"][0]), "App");
        let completions = ask_at(&mut page, "complete", "extract = true");
        let labels: Vec<_> = completions["items"].as_array().expect("items").iter().map(|it| &it["label"]).collect();
        assert!(labels.contains(&&json!("canned-acl")), "{labels:?}");
        let formatted = ask(&mut page, &json!({ "ask": "format", "path": "ci/pipeline.pipe" }));
        assert!(formatted["text"].as_str().is_some_and(|text| text.contains("branch     = \"main\"")), "{formatted}");
        let page = ask(&mut page, &json!({ "ask": "explain", "page": crate::diagnostic::Code::E0201.explain() }));
        assert!(page["text"].as_str().is_some_and(|text| text.contains("E0201")), "{page}");
    }

    #[test]
    fn other_files_are_read_and_forgotten() {
        let mut page = Page::default();
        let settings = "[lints]\nW0304 = \"allow\"\n";
        let text = format!("bucket Unused {{\n}}\n{PIPELINE}");
        let codes = |page: &mut Page, files: Value| {
            let answer = ask(page, &json!({ "ask": "check", "files": files, "entry": "pipeline.pipe" }));
            let findings = answer["findings"].as_array().cloned().unwrap_or_default();
            findings.iter().map(|finding| finding["code"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(codes(&mut page, json!({ "pipeline.pipe": text })), ["W0304"]);
        assert!(codes(&mut page, json!({ "pipeline.pipe": text, "dotpipe.toml": settings })).is_empty());
        assert_eq!(codes(&mut page, json!({ "pipeline.pipe": text })), ["W0304"]);
    }

    #[test]
    fn what_is_no_question_is_refused() {
        let mut page = Page::default();
        for question in ["", "{}", "{\"ask\":\"dance\"}", "{\"ask\":\"roles\"}"] {
            assert!(page.answer(question).starts_with("{\"error\":"), "{question}");
        }
    }
}
