//! What the client can do, as far as answers depend on it. Read from the JSON itself: a field of another form than the protocol
//! says then costs one feature, not the session.

use serde_json::Value;

use crate::ide::HintKind;

/// What the client can do.
#[expect(clippy::struct_excessive_bools, reason = "each is one capability of the client, independent of the others")]
#[derive(Debug, Clone, Default)]
pub(super) struct Client {
    /// Positions count bytes, not UTF-16 code units.
    pub(super) utf8: bool,
    /// Diagnostics can point to other places.
    pub(super) related_information: bool,
    /// Codes of diagnostics can be links.
    pub(super) code_description: bool,
    /// Diagnostics can be marked as unnecessary or deprecated.
    pub(super) diagnostic_tags: bool,
    /// It asks for diagnostics, and asks again when told to.
    pub(super) pulls: bool,
    /// Changes of several files can name the versions of documents.
    pub(super) document_changes: bool,
    /// Changes can say that they need to be confirmed.
    pub(super) change_annotations: bool,
    /// Code actions can be more than commands.
    pub(super) code_actions: bool,
    /// It can be asked to watch files.
    pub(super) watches_files: bool,
    /// It can be asked to send the texts of files of other languages.
    pub(super) syncs_more: bool,
    /// The questions that it can be asked to send about files of other languages, too.
    pub(super) asks_more: Vec<&'static str>,
    /// It can be asked to send the templates and definitions that are open, and the user wants that.
    pub(super) syncs_documents: bool,
    /// It can be asked for code actions in files of other languages.
    pub(super) registers_actions: bool,
    /// Hover text can be Markdown.
    pub(super) markdown_hover: bool,
    /// The documentation of completions can be Markdown.
    pub(super) markdown_completion: bool,
    /// Completions can be snippets.
    pub(super) snippets: bool,
    /// Symbols can hold others.
    pub(super) nested_symbols: bool,
    /// Definitions can say what part of the text leads there.
    pub(super) definition_links: bool,
    /// Parameters of signatures can be parts of the label.
    pub(super) label_offsets: bool,
    /// Inlay hints can be asked for again.
    pub(super) refreshes_hints: bool,
    /// Code lenses can be asked for again.
    pub(super) refreshes_lenses: bool,
    /// The kinds of inlay hints that the user wants.
    pub(super) hints: Vec<HintKind>,
}

/// Questions about buildspecs and templates that have an answer.
const ABOUT_OTHER_FILES: [&str; 3] = ["definition", "hover", "references"];

/// The kinds of inlay hints, by the names under `inlayHints` in `initializationOptions`, and whether they are shown by default.
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
