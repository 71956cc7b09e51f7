//! The capabilities of the server, limited to those that the client supports.

use serde_json::{Value, json};

use super::client::Client;
use super::protocol as lsp;
use super::requests::actions::kinds as code_action_kinds;
use super::requests::commands::COMMANDS;
use super::requests::tokens::{MODIFIERS, TYPES};
use crate::ide::document_pattern;

/// Returns the result of `initialize`.
pub(super) fn initialize_result(client: &Client) -> Value {
    let encoding = if client.utf8 { lsp::PositionEncodingKind::UTF8 } else { lsp::PositionEncodingKind::UTF16 };
    let capabilities = lsp::ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(lsp::TextDocumentSync::Options(lsp::TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(lsp::TextDocumentSyncKind::Incremental),
            ..lsp::TextDocumentSyncOptions::default()
        })),
        code_action_provider: client.code_actions.then(|| {
            lsp::CodeActionProvider::CodeActionOptions(lsp::CodeActionOptions {
                code_action_kinds: Some(code_action_kinds()),
                ..lsp::CodeActionOptions::default()
            })
        }),
        completion_provider: Some(lsp::CompletionOptions {
            trigger_characters: Some([".", ":", "{", "/", "\"", "("].map(str::to_owned).to_vec()),
            ..lsp::CompletionOptions::default()
        }),
        signature_help_provider: Some(lsp::SignatureHelpOptions {
            trigger_characters: Some(["(", ","].map(str::to_owned).to_vec()),
            ..lsp::SignatureHelpOptions::default()
        }),
        hover_provider: Some(lsp::HoverProvider::Bool(true)),
        definition_provider: Some(lsp::DefinitionProvider::Bool(true)),
        references_provider: Some(lsp::ReferencesProvider::Bool(true)),
        document_highlight_provider: Some(lsp::DocumentHighlightProvider::Bool(true)),
        document_symbol_provider: Some(lsp::DocumentSymbolProvider::Bool(true)),
        workspace_symbol_provider: Some(lsp::WorkspaceSymbolProvider::Bool(true)),
        folding_range_provider: Some(lsp::FoldingRangeProvider::Bool(true)),
        selection_range_provider: Some(lsp::SelectionRangeProvider::Bool(true)),
        document_link_provider: Some(lsp::DocumentLinkOptions::default()),
        document_formatting_provider: Some(lsp::DocumentFormattingProvider::Bool(true)),
        document_range_formatting_provider: Some(lsp::DocumentRangeFormattingProvider::Bool(true)),
        document_on_type_formatting_provider: Some(lsp::DocumentOnTypeFormattingOptions {
            first_trigger_character: "}".to_owned(),
            more_trigger_character: Some(vec!["\n".to_owned()]),
        }),
        rename_provider: Some(lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
            prepare_provider: Some(true),
            ..lsp::RenameOptions::default()
        })),
        semantic_tokens_provider: Some(lsp::SemanticTokensProvider::SemanticTokensOptions(semantic_tokens())),
        inlay_hint_provider: Some(lsp::InlayHintProvider::Bool(true)),
        code_lens_provider: Some(lsp::CodeLensOptions::default()),
        call_hierarchy_provider: Some(lsp::CallHierarchyProvider::Bool(true)),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: COMMANDS.map(str::to_owned).to_vec(),
            ..lsp::ExecuteCommandOptions::default()
        }),
        diagnostic_provider: client.pulls.then(|| {
            lsp::DiagnosticProvider::DiagnosticOptions(lsp::DiagnosticOptions {
                identifier: Some("dotpipe".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                ..lsp::DiagnosticOptions::default()
            })
        }),
        workspace: Some(lsp::WorkspaceOptions {
            workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp::ChangeNotifications::Bool(true)),
            }),
            ..lsp::WorkspaceOptions::default()
        }),
        ..lsp::ServerCapabilities::default()
    };
    json!({
        "capabilities": capabilities,
        "serverInfo": { "name": "dotpipe", "version": env!("CARGO_PKG_VERSION") },
    })
}

fn semantic_tokens() -> lsp::SemanticTokensOptions {
    lsp::SemanticTokensOptions {
        legend: lsp::SemanticTokensLegend {
            token_types: TYPES.iter().map(|(word, _)| (*word).to_owned()).collect(),
            token_modifiers: MODIFIERS.map(str::to_owned).to_vec(),
        },
        range: Some(lsp::SemanticTokensOptionsRange::Bool(true)),
        full: Some(lsp::Full::SemanticTokensFullDelta(lsp::SemanticTokensFullDelta { delta: Some(true) })),
        ..lsp::SemanticTokensOptions::default()
    }
}

/// Returns the changes on disk that the client should report: any text that a compilation may read, and the creation
/// and deletion of any file, because artifacts contain files.
pub(super) fn watched_files() -> Value {
    let watchers = json!([
        { "globPattern": "**/*.{pipe,toml,yml,yaml,json,template}" },
        { "globPattern": "**/*", "kind": 5 },
    ]);
    json!({ "registrations": [{
        "id": "dotpipe-files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] })
}

/// Registers for open templates and definitions: their texts, and code actions for their diagnostics. Nothing else is
/// registered, so that the extensions for their languages keep formatting and completing them.
pub(super) fn open_documents(client: &Client) -> Value {
    let selector = json!([{ "scheme": "file", "pattern": document_pattern() }]);
    let methods = ["didOpen", "didChange", "didClose"].into_iter();
    let methods =
        methods.chain(client.registers_actions.then_some("codeAction")).chain(client.asks_more.iter().copied());
    let registrations = methods.map(|method| {
        let mut options = json!({ "documentSelector": selector });
        if method == "didChange" {
            options["syncKind"] = json!(2);
        }
        json!({ "id": format!("dotpipe-documents-{method}"), "method": format!("textDocument/{method}"), "registerOptions": options })
    });
    json!({ "registrations": registrations.collect::<Vec<_>>() })
}
