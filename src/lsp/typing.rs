//! The thread for requests while a user types, which never waits for a compilation. It uses the current text, and names
//! from the last compilation.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use camino::Utf8Path;
use lsp_server::ErrorCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::convert::{Convert, narrow};
use super::documents::Document;
use super::formatting;
use super::markup::markup;
use super::outbox::{Failure, Outbox};
use super::protocol as lsp;
use super::shared::Shared;
use super::uris::path_of;
use super::worker::Question;
use crate::ide::{self, Item, ItemKind, Parsed};
use crate::source::{SourceFile, Span};

/// The state of the thread.
pub(super) struct Typing {
    pub(super) convert: Convert,
    pub(super) outbox: Arc<Outbox>,
    pub(super) shared: Arc<Shared>,
    /// The text that was parsed last: several requests about one text often follow each other.
    parsed: Option<Text>,
}

/// A text and its tree.
#[derive(Clone)]
struct Text {
    file: Arc<SourceFile>,
    parsed: Arc<Parsed>,
}

/// A request, and its document, if that is open.
pub(super) type Asked = (Question, Option<Document>);

/// Answers a request.
type Handler = fn(&mut Typing, &Document, Value) -> Result<Value, Failure>;

/// The requests of this thread.
const HANDLERS: [(&str, Handler); 8] = [
    ("textDocument/completion", |typing, document, params| handle(typing, document, params, completion)),
    ("textDocument/signatureHelp", |typing, document, params| handle(typing, document, params, signature)),
    ("textDocument/documentSymbol", |typing, document, params| handle(typing, document, params, symbols)),
    ("textDocument/foldingRange", |typing, document, params| handle(typing, document, params, folds)),
    ("textDocument/selectionRange", |typing, document, params| handle(typing, document, params, selections)),
    ("textDocument/formatting", |typing, document, params| handle(typing, document, params, formatting::file)),
    ("textDocument/rangeFormatting", |typing, document, params| handle(typing, document, params, formatting::range)),
    ("textDocument/onTypeFormatting", |typing, document, params| handle(typing, document, params, formatting::typed)),
];

/// Returns whether this thread answers a request.
pub(super) fn is_known(method: &str) -> bool {
    HANDLERS.iter().any(|(known, _)| *known == method)
}

impl Typing {
    pub(super) fn new(convert: Convert, outbox: Arc<Outbox>, shared: Arc<Shared>) -> Self {
        Self { convert, outbox, shared, parsed: None }
    }

    /// Runs until the channel is closed.
    pub(super) fn run(mut self, questions: &Receiver<Asked>) {
        for (question, document) in questions {
            if !self.outbox.is_open(&question.id) {
                continue;
            }
            let answered = catch_unwind(AssertUnwindSafe(|| self.answer(&question.method, question.params, document)));
            let result = answered.unwrap_or_else(|_| {
                self.shared.report_panic(&self.outbox);
                Err(Failure::new(ErrorCode::InternalError, "this request made the server panic"))
            });
            self.outbox.answer(question.id, result);
        }
    }

    fn answer(&mut self, method: &str, params: Value, document: Option<Document>) -> Result<Value, Failure> {
        let Some((_, handler)) = HANDLERS.iter().find(|(known, _)| *known == method) else {
            return Err(Failure::new(ErrorCode::MethodNotFound, method));
        };
        match document.filter(|document| is_pipe_file(&path_of(&document.uri.0))) {
            Some(document) => handler(self, &document, params),
            None => Ok(Value::Null),
        }
    }

    fn text(&mut self, document: &Document) -> Text {
        let path = path_of(&document.uri.0);
        if let Some(text) =
            self.parsed.as_ref().filter(|it| it.file.text() == &*document.text && it.file.path() == path)
        {
            return text.clone();
        }
        // The other thread may have parsed the same text.
        let snapshot = self.shared.snapshot_of(&path);
        let read = snapshot.as_ref().and_then(|snapshot| Some((snapshot, snapshot.file_of(&path)?)));
        let same = read.filter(|(_, file)| *file.text() == *document.text);
        let known = same.and_then(|(snapshot, file)| Some((file.id(), Arc::clone(snapshot.tree(file.id())?))));
        let id = known.as_ref().map_or_else(|| crate::source::FileId::of_path(&path), |(id, _)| *id);
        let file = SourceFile::new(id, path, Arc::clone(&document.text));
        let parsed = known.map_or_else(|| Arc::new(ide::parse(&file)), |(_, parsed)| parsed);
        let text = Text { parsed, file: Arc::new(file) };
        self.parsed = Some(text.clone());
        text
    }
}

/// Returns whether a document is a `.pipe` file: clients also open buildspecs, templates, and definitions.
fn is_pipe_file(path: &Utf8Path) -> bool {
    path.extension() == Some("pipe") || !path.is_absolute()
}

fn handle<P: DeserializeOwned, R: Serialize>(
    typing: &mut Typing,
    document: &Document,
    params: Value,
    handler: fn(&mut Typing, &Document, &P) -> R,
) -> Result<Value, Failure> {
    let params = serde_json::from_value(params)?;
    Ok(serde_json::to_value(handler(typing, document, &params))?)
}

fn completion(typing: &mut Typing, document: &Document, params: &lsp::CompletionParams) -> lsp::CompletionList {
    let path = path_of(&document.uri.0);
    let position = params.text_document_position_params.position;
    let offset = typing.convert.offset(&document.text, &document.lines, position);
    let snapshot = typing.shared.snapshot_of(&path);
    let found = ide::complete(&document.text, offset, &path, snapshot.as_deref());
    let range = typing.convert.range_in(&document.text, &document.lines, found.replace);
    let items = found.items.iter().enumerate();
    let items = items.map(|(index, item)| completion_item(&typing.convert, item, index, range)).collect();
    // Before the first compilation, there are no names and files: the client requests them again.
    lsp::CompletionList { is_incomplete: snapshot.is_none(), items, ..lsp::CompletionList::default() }
}

fn completion_item(convert: &Convert, item: &Item, index: usize, range: lsp::Range) -> lsp::CompletionItem {
    let client = &convert.client;
    let plain = ide::plain(&item.snippet);
    let is_snippet = client.snippets && plain != item.label;
    // Without placeholders, only a name is useful: what follows it differs each time.
    let text = if is_snippet { item.snippet.clone() } else { ide::plain_text(item) };
    let doc = (!item.doc.is_empty()).then(|| markup(&item.doc, client.markdown_completion));
    lsp::CompletionItem {
        label: item.label.clone(),
        kind: Some(completion_kind(item.kind)),
        detail: Some(item.detail.clone()).filter(|detail| !detail.is_empty()),
        documentation: doc.map(lsp::Documentation::MarkupContent),
        sort_text: Some(format!("{index:04}")),
        insert_text_format: Some(if is_snippet {
            lsp::InsertTextFormat::Snippet
        } else {
            lsp::InsertTextFormat::PlainText
        }),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(lsp::TextEdit { range, new_text: text })),
        ..lsp::CompletionItem::default()
    }
}

fn completion_kind(kind: ItemKind) -> lsp::CompletionItemKind {
    match kind {
        ItemKind::Keyword => lsp::CompletionItemKind::Keyword,
        ItemKind::Attribute => lsp::CompletionItemKind::Property,
        ItemKind::Value => lsp::CompletionItemKind::EnumMember,
        ItemKind::Provider => lsp::CompletionItemKind::Class,
        ItemKind::Function => lsp::CompletionItemKind::Function,
        ItemKind::File => lsp::CompletionItemKind::File,
        ItemKind::Member => lsp::CompletionItemKind::Field,
        ItemKind::Type => lsp::CompletionItemKind::TypeParameter,
        ItemKind::Definition(_) => lsp::CompletionItemKind::Variable,
    }
}

fn signature(
    typing: &mut Typing,
    document: &Document,
    params: &lsp::SignatureHelpParams,
) -> Option<lsp::SignatureHelp> {
    let path = path_of(&document.uri.0);
    let position = params.text_document_position_params.position;
    let offset = typing.convert.offset(&document.text, &document.lines, position);
    let snapshot = typing.shared.snapshot_of(&path);
    let found = ide::signature(&document.text, offset, &path, snapshot.as_deref())?;
    // Offsets in a label are UTF-16 in every encoding.
    let units = |at: usize| narrow(found.label.get(..at).unwrap_or_default().encode_utf16().count());
    let parameter = |range: &std::ops::Range<usize>| lsp::ParameterInformation {
        label: if typing.convert.client.label_offsets {
            lsp::ParameterInformationLabel::Tuple((units(range.start), units(range.end)))
        } else {
            let text = found.label.get(range.clone()).unwrap_or_default();
            lsp::ParameterInformationLabel::String(text.to_owned())
        },
        documentation: None,
    };
    let active = found.active.map(|active| lsp::ActiveParameter::Int(narrow(active)));
    Some(lsp::SignatureHelp {
        signatures: vec![lsp::SignatureInformation {
            label: found.label.clone(),
            documentation: None,
            parameters: Some(found.parameters.iter().map(parameter).collect()),
            active_parameter: active,
        }],
        active_signature: Some(0),
        active_parameter: active,
    })
}

fn symbols(typing: &mut Typing, document: &Document, _: &lsp::DocumentSymbolParams) -> Value {
    let text = typing.text(document);
    let symbols = ide::symbols(&text.parsed.ast);
    let result = if typing.convert.client.nested_symbols {
        serde_json::to_value(nested(&typing.convert, &text.file, symbols))
    } else {
        let mut flat = Vec::new();
        flatten(&typing.convert, (&text.file, &document.uri), symbols, None, &mut flat);
        serde_json::to_value(flat)
    };
    result.unwrap_or_default()
}

fn nested(convert: &Convert, file: &SourceFile, symbols: Vec<ide::Symbol>) -> Vec<lsp::DocumentSymbol> {
    let symbol = |symbol: ide::Symbol| {
        let (range, selection) = (convert.range(file, symbol.span), convert.range(file, symbol.name_span));
        let detail = Some(symbol.detail).filter(|detail| !detail.is_empty());
        let inner = Some(nested(convert, file, symbol.inner));
        let kind = Convert::symbol_kind(symbol.kind);
        lsp::DocumentSymbol::new(symbol.name, detail, kind, None, None, range, selection, inner)
    };
    symbols.into_iter().map(symbol).collect()
}

fn flatten(
    convert: &Convert,
    (file, uri): (&SourceFile, &lsp::Uri),
    symbols: Vec<ide::Symbol>,
    container: Option<&str>,
    flat: &mut Vec<lsp::SymbolInformation>,
) {
    for symbol in symbols {
        let location = lsp::Location { uri: uri.clone(), range: convert.range(file, symbol.span) };
        flat.push(Convert::flat_symbol(symbol.name.clone(), symbol.kind, container.map(str::to_owned), location));
        flatten(convert, (file, uri), symbol.inner, Some(&symbol.name), flat);
    }
}

fn folds(typing: &mut Typing, document: &Document, _: &lsp::FoldingRangeParams) -> Vec<lsp::FoldingRange> {
    let text = typing.text(document);
    let fold = |fold: ide::Fold| lsp::FoldingRange {
        start_line: narrow(fold.start),
        end_line: narrow(fold.end),
        kind: match fold.kind {
            ide::FoldKind::Code => None,
            ide::FoldKind::Comment => Some(lsp::FoldingRangeKind::Comment),
            ide::FoldKind::Imports => Some(lsp::FoldingRangeKind::Imports),
        },
        ..lsp::FoldingRange::default()
    };
    ide::folds(&text.file, &text.parsed).into_iter().map(fold).collect()
}

fn selections(
    typing: &mut Typing,
    document: &Document,
    params: &lsp::SelectionRangeParams,
) -> Vec<lsp::SelectionRange> {
    let text = typing.text(document);
    let convert = &typing.convert;
    let selection = |position: &lsp::Position| {
        let position = *position;
        let offset = convert.offset(&document.text, &document.lines, position);
        let around = ide::selections(&text.file, &text.parsed, narrow(offset));
        let larger = |parent: Option<lsp::SelectionRange>, span: &Span| {
            let range = convert.range(&text.file, *span);
            Some(lsp::SelectionRange { range, parent: parent.map(Box::new) })
        };
        let here = lsp::Range { start: position, end: position };
        around.iter().rev().fold(None, larger).unwrap_or(lsp::SelectionRange { range: here, parent: None })
    };
    params.positions.iter().map(selection).collect()
}
