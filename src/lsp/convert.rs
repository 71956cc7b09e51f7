//! Converts the project's data to the protocol.

use camino::{Utf8Path, Utf8PathBuf};

use super::client::Client;
use super::protocol as lsp;
use super::uris::uri_of;
use crate::collections::HashMap;
use crate::diagnostic::{Code, Severity};
use crate::ide::{DefinitionKind, Finding, Fix, Snapshot, SymbolKind};
use crate::render::sarif::first_link;
use crate::source::{LineIndex, SourceFile, Span};

/// The source of the diagnostics of this server.
pub(super) const SOURCE: &str = "dotpipe";

/// Codes of diagnostics about unused code.
const UNNECESSARY: [Code; 3] = [Code::W0204, Code::W0304, Code::W0408];
/// Codes of diagnostics about deprecated features.
const DEPRECATED: [Code; 1] = [Code::W0905];

/// Converts spans and diagnostics for one client.
#[derive(Debug, Clone, Default)]
pub(super) struct Convert {
    pub(super) client: Client,
    /// The client's URIs of open documents, and of documents without a path that were open.
    pub(super) uris: HashMap<Utf8PathBuf, lsp::Uri>,
    /// The versions of open documents.
    pub(super) versions: HashMap<Utf8PathBuf, i32>,
}

/// Converts a number for the protocol.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Convert {
    /// Returns the URI of a file, as the client spells it.
    pub(super) fn uri(&self, path: &Utf8Path) -> lsp::Uri {
        self.uris.get(path).cloned().unwrap_or_else(|| lsp::Uri(uri_of(path)))
    }

    /// Returns the position of an offset.
    pub(super) fn position(&self, text: &str, lines: &LineIndex, offset: usize) -> lsp::Position {
        let (line, column) =
            if self.client.utf8 { lines.line_utf8(text, offset) } else { lines.line_utf16(text, offset) };
        lsp::Position { line: narrow(line), character: narrow(column) }
    }

    /// Returns the offset of a position.
    pub(super) fn offset(&self, text: &str, lines: &LineIndex, position: lsp::Position) -> usize {
        let (line, column) = (position.line as usize, position.character as usize);
        if self.client.utf8 {
            lines.offset_of_utf8(text, line, column)
        } else {
            lines.offset_of_utf16(text, line, column)
        }
    }

    /// Returns the range of a part of a file.
    pub(super) fn range(&self, file: &SourceFile, span: Span) -> lsp::Range {
        self.range_in(file.text(), file.lines(), span.range())
    }

    /// Returns the range of a part of a text.
    pub(super) fn range_in(&self, text: &str, lines: &LineIndex, range: std::ops::Range<usize>) -> lsp::Range {
        lsp::Range { start: self.position(text, lines, range.start), end: self.position(text, lines, range.end) }
    }

    /// Returns the location of a span in the files of a compilation.
    pub(super) fn location(&self, snapshot: &Snapshot, span: Span) -> lsp::Location {
        let file = snapshot.compilation().sources().file(span.file);
        lsp::Location { uri: self.uri(&snapshot.path_of(span.file)), range: self.range(file, span) }
    }

    /// Converts the kind of a symbol.
    pub(super) fn symbol_kind(kind: SymbolKind) -> lsp::SymbolKind {
        let SymbolKind::Definition(kind) = kind else {
            let is_settings = kind == SymbolKind::Settings;
            return if is_settings { lsp::SymbolKind::Property } else { lsp::SymbolKind::Array };
        };
        match kind {
            DefinitionKind::Option
            | DefinitionKind::Param
            | DefinitionKind::Variable
            | DefinitionKind::Parameter
            | DefinitionKind::Loop => lsp::SymbolKind::Variable,
            DefinitionKind::Let => lsp::SymbolKind::Constant,
            DefinitionKind::Component => lsp::SymbolKind::Class,
            DefinitionKind::Type => lsp::SymbolKind::Struct,
            DefinitionKind::Instance => lsp::SymbolKind::Array,
            DefinitionKind::Module => lsp::SymbolKind::File,
            DefinitionKind::Declaration(kind) if kind.word() == "pipeline" => lsp::SymbolKind::Module,
            DefinitionKind::Declaration(_) => lsp::SymbolKind::Object,
            DefinitionKind::Stage => lsp::SymbolKind::Namespace,
            DefinitionKind::Action { .. } => lsp::SymbolKind::Function,
            DefinitionKind::Artifact => lsp::SymbolKind::Package,
            DefinitionKind::Property | DefinitionKind::Policy => lsp::SymbolKind::Property,
        }
    }

    /// Creates a symbol of a flat list.
    pub(super) fn flat_symbol(
        name: String,
        kind: SymbolKind,
        container_name: Option<String>,
        location: lsp::Location,
    ) -> lsp::SymbolInformation {
        let kind = Self::symbol_kind(kind);
        let base = lsp::BaseSymbolInformation { name, kind, tags: None, container_name };
        lsp::SymbolInformation::new(None, location, base)
    }

    /// Converts a diagnostic.
    pub(super) fn diagnostic(&self, finding: &Finding) -> lsp::Diagnostic {
        let (found, snapshot) = (finding.diagnostic(), finding.snapshot());
        let file = snapshot.compilation().sources().file(found.primary.span.file);
        let related = self.client.related_information.then(|| {
            let related = found.secondary.iter().map(|label| lsp::DiagnosticRelatedInformation {
                location: self.location(snapshot, label.span),
                message: if label.text.is_empty() { "related".to_owned() } else { label.text.clone() },
            });
            related.collect::<Vec<_>>()
        });
        let tags = self.client.diagnostic_tags.then(|| {
            let unnecessary = UNNECESSARY.contains(&found.code).then_some(lsp::DiagnosticTag::Unnecessary);
            let deprecated = DEPRECATED.contains(&found.code).then_some(lsp::DiagnosticTag::Deprecated);
            unnecessary.into_iter().chain(deprecated).collect::<Vec<_>>()
        });
        let link = first_link(found.code.explain()).filter(|_| self.client.code_description);
        lsp::Diagnostic {
            range: self.range(file, found.primary.span),
            severity: Some(match found.severity {
                Severity::Error => lsp::DiagnosticSeverity::Error,
                Severity::Warning => lsp::DiagnosticSeverity::Warning,
                Severity::Info => lsp::DiagnosticSeverity::Information,
            }),
            code: Some(lsp::Code::String(found.code.to_string())),
            code_description: link.map(|link| lsp::CodeDescription { href: lsp::Uri(link.to_owned()) }),
            source: Some(SOURCE.to_owned()),
            message: self.message(finding).into(),
            tags: tags.filter(|tags| !tags.is_empty()),
            related_information: related.filter(|related| !related.is_empty()),
            data: None,
        }
    }

    /// Returns the message, label, notes, and help, and the other labels if the client cannot show them.
    fn message(&self, finding: &Finding) -> String {
        let found = finding.diagnostic();
        let mut message = found.message.clone();
        if !found.primary.text.is_empty() {
            message.push_str(": ");
            message.push_str(&found.primary.text);
        }
        let mut line = |text: &str| {
            message.push('\n');
            message.push_str(text);
        };
        found.notes.iter().for_each(|note| line(note));
        if !self.client.related_information {
            let sources = finding.snapshot().compilation().sources();
            for label in &found.secondary {
                let place = format!("{}:{}", sources.file(label.span.file).path(), sources.start(label.span).line);
                line(&if label.text.is_empty() { place } else { format!("{place}: {}", label.text) });
            }
        }
        if let Some(help) = &found.help {
            line(&format!("help: {help}"));
        }
        message
    }

    /// Converts the edits of a fix.
    pub(super) fn workspace_edit(&self, fix: &Fix) -> lsp::WorkspaceEdit {
        let files = fix.by_file().into_iter().map(|(path, file, edits)| {
            let edits = edits
                .into_iter()
                .map(|edit| lsp::TextEdit { range: self.range(file, edit.span), new_text: edit.replacement.clone() });
            (path, edits.collect())
        });
        self.changes(files.collect())
    }

    /// Converts edits of several files to the form that the client supports.
    pub(super) fn changes(&self, files: Vec<(Utf8PathBuf, Vec<lsp::TextEdit>)>) -> lsp::WorkspaceEdit {
        if !self.client.document_changes {
            let changes = files.into_iter().map(|(path, edits)| (self.uri(&path), edits)).collect();
            return lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() };
        }
        let document = |(path, edits): (Utf8PathBuf, Vec<lsp::TextEdit>)| {
            lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
                text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                    version: self.versions.get(&path).copied(),
                    text_document_identifier: lsp::TextDocumentIdentifier { uri: self.uri(&path) },
                },
                edits: edits.into_iter().map(lsp::Edit::TextEdit).collect(),
            })
        };
        let changes = files.into_iter().map(document).collect();
        lsp::WorkspaceEdit { document_changes: Some(changes), ..lsp::WorkspaceEdit::default() }
    }
}
