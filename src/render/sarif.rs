//! Output for code scanning: SARIF 2.1.0, which GitHub, Azure DevOps, and editors support.
//!
//! The format is that of <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. Lines and columns count
//! from 1, columns in characters; an end column is after the last character.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::{Report, page};
use crate::diagnostic::{Code, Diagnostic, Edit, Severity};
use crate::source::paths::has_drive;
use crate::source::{FileId, SourceMap, Span};

/// The published schema of the format.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Returns the log with one run, pretty-printed and terminated by a newline. Its rules are the codes of the
/// diagnostics.
pub fn render(reports: &[Report<'_>]) -> String {
    let mut codes: Vec<Code> =
        reports.iter().flat_map(|report| report.diagnostics).map(|diagnostic| diagnostic.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut prints = Fingerprints::default();
    let mut results = Vec::new();
    for report in reports {
        for diagnostic in report.diagnostics {
            results.push(Outcome::new(report.sources, diagnostic, &codes, &mut prints));
        }
    }
    let driver = Driver {
        name: "dotpipe",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: codes.iter().map(|code| Rule::new(*code)).collect(),
    };
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    // Strings, numbers, and lists only: serialization cannot fail.
    let mut out = serde_json::to_string_pretty(&log).unwrap_or_default();
    out.push('\n');
    out
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

/// A `reportingDescriptor`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message<'static>,
    full_description: Message<'static>,
    /// The first page that the explanation links to, which is AWS's documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'static str>,
    help: Help,
    default_configuration: Configuration,
}

impl Rule {
    fn new(code: Code) -> Self {
        let page = code.explain();
        Self {
            id: code.as_str(),
            short_description: Message { text: code.summary().into() },
            full_description: Message { text: first_paragraph(page).into() },
            help_uri: first_link(page),
            help: Help { text: page::markdown(page), markdown: page::markdown(page) },
            default_configuration: Configuration { level: level(code.severity()) },
        }
    }
}

/// Returns the text after the title, up to the next blank line.
fn first_paragraph(page: &str) -> String {
    let body = page.lines().skip_while(|line| line.starts_with('#') || line.trim().is_empty());
    body.take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns the first link of an explain page, which is AWS's documentation of its subject.
pub fn first_link(page: &'static str) -> Option<&'static str> {
    let start = page.find("https://")?;
    let rest = page.get(start..)?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | ')' | '`' | '"')).unwrap_or(rest.len());
    rest.get(..end).map(|link| link.trim_end_matches(['.', ',']))
}

#[derive(Serialize)]
struct Message<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

/// A `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: Fingerprint,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'a>>,
}

impl<'a> Outcome<'a> {
    fn new(
        sources: &'a SourceMap,
        diagnostic: &'a Diagnostic,
        codes: &[Code],
        fingerprints: &mut Fingerprints,
    ) -> Self {
        let related = diagnostic.secondary.iter().zip(1..);
        Self {
            rule_id: diagnostic.code.as_str(),
            rule_index: codes.binary_search(&diagnostic.code).unwrap_or_default(),
            level: level(diagnostic.severity),
            message: Message { text: whole_text(diagnostic).into() },
            locations: [Location::new(sources, None, diagnostic.primary.span, &diagnostic.primary.text)],
            related_locations: related
                .map(|(label, id)| Location::new(sources, Some(id), label.span, &label.text))
                .collect(),
            partial_fingerprints: Fingerprint { finding: fingerprints.of(sources, diagnostic) },
            fixes: Fix::of(sources, diagnostic).into_iter().collect(),
        }
    }
}

/// Returns the message with all labels, notes, and help, since readers show little else.
fn whole_text(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    if !diagnostic.primary.text.is_empty() {
        text = format!("{text}: {}", diagnostic.primary.text);
    }
    for note in &diagnostic.notes {
        text = format!("{text}\n\nnote: {note}");
    }
    match &diagnostic.help {
        Some(help) => format!("{text}\n\nhelp: {help}"),
        None => text,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    place: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

impl<'a> Location<'a> {
    fn new(sources: &SourceMap, id: Option<usize>, span: Span, text: &'a str) -> Self {
        let place = PhysicalLocation {
            artifact_location: Artifact::new(sources, span.file),
            region: Region::new(sources, span),
        };
        let message = Some(text).filter(|text| !text.is_empty()).map(|text| Message { text: text.into() });
        Self { id, place, message }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

/// An `artifactLocation`: a reference relative to the working folder, or a `file:` URI.
#[derive(Serialize, PartialEq)]
struct Artifact {
    uri: String,
}

impl Artifact {
    fn new(sources: &SourceMap, file: FileId) -> Self {
        let path = sources.file(file).path().as_str();
        let encoded = utf8_percent_encode(path, ENCODED);
        let uri = match path {
            _ if path.starts_with('/') => format!("file://{encoded}"),
            _ if has_drive(path) => format!("file:///{encoded}"),
            _ => encoded.to_string(),
        };
        Self { uri }
    }
}

/// The characters of a path that are encoded in a URI: <https://www.rfc-editor.org/rfc/rfc3986#section-3.3>, and the colon,
/// which the first segment of a relative reference cannot contain.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'@')
    .remove(b'+')
    .remove(b'=')
    .remove(b',');

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

impl Region {
    fn new(sources: &SourceMap, span: Span) -> Self {
        let (start, end) = (sources.start(span), sources.end(span));
        Self { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
    }
}

#[derive(Serialize)]
struct Fingerprint {
    #[serde(rename = "dotpipe/v1")]
    finding: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Message<'a>>,
    artifact_changes: Vec<Change<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<FixProperties>,
}

/// What SARIF has no field for.
#[derive(Serialize)]
struct FixProperties {
    /// Whether the fix may not be what the user means.
    guess: bool,
}

impl<'a> Fix<'a> {
    fn of(sources: &SourceMap, diagnostic: &'a Diagnostic) -> Option<Self> {
        let mut changes: Vec<Change<'a>> = Vec::new();
        for edit in &diagnostic.edits {
            let artifact_location = Artifact::new(sources, edit.span.file);
            let replacement = Replacement::new(sources, edit);
            match changes.iter_mut().find(|change| change.artifact_location == artifact_location) {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(Change { artifact_location, replacements: vec![replacement] }),
            }
        }
        let description = diagnostic.help.as_deref().map(|help| Message { text: help.into() });
        let properties = (!diagnostic.has_certain_fix(sources)).then_some(FixProperties { guess: true });
        (!changes.is_empty()).then_some(Self { description, artifact_changes: changes, properties })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Message<'a>,
}

impl<'a> Replacement<'a> {
    fn new(sources: &SourceMap, edit: &'a Edit) -> Self {
        let inserted_content = Message { text: edit.replacement.as_str().into() };
        Self { deleted_region: Region::new(sources, edit.span), inserted_content }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        let uri = |path: &str| {
            let mut sources = SourceMap::default();
            let file = sources.add(path.into(), "");
            Artifact::new(&sources, file).uri
        };
        assert_eq!(uri("app/pipe line.pipe"), "app/pipe%20line.pipe");
        assert_eq!(uri("/app/é.pipe"), "file:///app/%C3%A9.pipe");
        assert_eq!(uri("C:/app/a.pipe"), "file:///C%3A/app/a.pipe");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }

    #[test]
    fn rules_speak_for_themselves() {
        for code in Code::ALL {
            let rule = Rule::new(*code);
            assert!(!rule.full_description.text.is_empty(), "{code}");
            assert!(rule.help_uri.is_none_or(|link| link.len() > "https://".len()), "{code}");
        }
        assert_eq!(first_link("see <https://a.b/c#d>."), Some("https://a.b/c#d"));
        assert_eq!(first_link("see https://a.b/c.\n"), Some("https://a.b/c"));
    }
}
