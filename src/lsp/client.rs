//! The capabilities of the client that affect answers. They are read from the JSON itself: a field with an unexpected
//! form disables one feature rather than the session.

use serde_json::Value;

use crate::ide::HintKind;

/// The capabilities of the client.
#[expect(clippy::struct_excessive_bools, reason = "each is one capability of the client, independent of the others")]
#[derive(Debug, Clone, Default)]
pub(super) struct Client {
    /// Whether positions count bytes rather than UTF-16 code units.
    pub(super) utf8: bool,
    /// Whether diagnostics can refer to other locations.
    pub(super) related_information: bool,
    /// Whether codes of diagnostics can be links.
    pub(super) code_description: bool,
    /// Whether diagnostics can be marked as unnecessary or deprecated.
    pub(super) diagnostic_tags: bool,
    /// Whether it pulls diagnostics, and does so again on request.
    pub(super) pulls: bool,
    /// Whether changes of several files can contain the versions of documents.
    pub(super) document_changes: bool,
    /// Whether changes can require confirmation.
    pub(super) change_annotations: bool,
    /// Whether code actions can be more than commands.
    pub(super) code_actions: bool,
    /// Whether it can watch files on request.
    pub(super) watches_files: bool,
    /// Whether it can send the texts of files of other languages on request.
    pub(super) syncs_more: bool,
    /// The requests about files of other languages that it can send.
    pub(super) asks_more: Vec<&'static str>,
    /// Whether it can send open templates and definitions on request, and the user wants that.
    pub(super) syncs_documents: bool,
    /// Whether it supports code actions in files of other languages on request.
    pub(super) registers_actions: bool,
    /// Whether hover texts can be Markdown.
    pub(super) markdown_hover: bool,
    /// Whether the documentation of completion items can be Markdown.
    pub(super) markdown_completion: bool,
    /// Whether completion items can be snippets.
    pub(super) snippets: bool,
    /// Whether symbols can contain other symbols.
    pub(super) nested_symbols: bool,
    /// Whether definitions can contain the range of the reference.
    pub(super) definition_links: bool,
    /// Whether parameters of signatures can be ranges of the label.
    pub(super) label_offsets: bool,
    /// Whether it requests inlay hints again on request.
    pub(super) refreshes_hints: bool,
    /// Whether it requests code lenses again on request.
    pub(super) refreshes_lenses: bool,
    /// The kinds of inlay hints that the user wants.
    pub(super) hints: Vec<HintKind>,
}

/// The requests about buildspecs and templates that are supported.
const ABOUT_OTHER_FILES: [&str; 3] = ["definition", "hover", "references"];

/// The kinds of inlay hints, by the names in `inlayHints` of `initializationOptions`, and whether they are shown by
/// default.
const HINTS: [(&str, HintKind, bool); 5] = [
    ("runOrders", HintKind::RunOrder, true),
    ("inputs", HintKind::Inputs, true),
    ("names", HintKind::Names, true),
    ("arguments", HintKind::Arguments, true),
    ("defaults", HintKind::Defaults, false),
];

impl Client {
    /// Reads the parameters of `initialize`.
    pub(super) fn new(params: &Value) -> Self {
        let capabilities = params.get("capabilities").unwrap_or(&Value::Null);
        let has = |path: &str| match capabilities.pointer(path) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::Object(_)) => true,
            _ => false,
        };
        let lists = |path: &str, word: &str| {
            let list = capabilities.pointer(path).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|item| item == word))
        };
        let is_on = |(name, _, default): &&(&str, HintKind, bool)| {
            let option = params.pointer(&format!("/initializationOptions/inlayHints/{name}"));
            option.and_then(Value::as_bool).unwrap_or(*default)
        };
        let syncs_more = has("/textDocument/synchronization/dynamicRegistration");
        let wants_documents = params.pointer("/initializationOptions/templates").and_then(Value::as_bool);
        Self {
            hints: HINTS.iter().filter(is_on).map(|(_, kind, _)| *kind).collect(),
            utf8: lists("/general/positionEncodings", "utf-8"),
            related_information: has("/textDocument/publishDiagnostics/relatedInformation"),
            code_description: has("/textDocument/publishDiagnostics/codeDescriptionSupport"),
            diagnostic_tags: has("/textDocument/publishDiagnostics/tagSupport"),
            pulls: has("/textDocument/diagnostic") && has("/workspace/diagnostics/refreshSupport"),
            document_changes: has("/workspace/workspaceEdit/documentChanges"),
            change_annotations: has("/workspace/workspaceEdit/changeAnnotationSupport"),
            code_actions: has("/textDocument/codeAction/codeActionLiteralSupport"),
            watches_files: has("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            syncs_more,
            asks_more: ABOUT_OTHER_FILES
                .into_iter()
                .filter(|request| has(&format!("/textDocument/{request}/dynamicRegistration")))
                .collect(),
            syncs_documents: syncs_more && wants_documents.unwrap_or(true),
            registers_actions: has("/textDocument/codeAction/dynamicRegistration"),
            markdown_hover: lists("/textDocument/hover/contentFormat", "markdown"),
            markdown_completion: lists("/textDocument/completion/completionItem/documentationFormat", "markdown"),
            snippets: has("/textDocument/completion/completionItem/snippetSupport"),
            nested_symbols: has("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            definition_links: has("/textDocument/definition/linkSupport"),
            label_offsets: has(
                "/textDocument/signatureHelp/signatureInformation/parameterInformation/labelOffsetSupport",
            ),
            refreshes_hints: has("/workspace/inlayHint/refreshSupport"),
            refreshes_lenses: has("/workspace/codeLens/refreshSupport"),
        }
    }
}
