//! Reads and parses an entry file and everything it imports, before any of it is resolved.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::decompile::{SourceFiles, TreePurpose, Wording, decompile};
use crate::diagnostic::families::{reuse, syntax};
use crate::diagnostic::{Diagnostics, suggest};
use crate::expand::write_out;
use crate::resolve::Module;
use crate::source::{FileId, Span};
use crate::syntax::{Parsed, ast};
use crate::workspace::Workspace;
use crate::workspace::document::Node;
use crate::workspace::file_system::FileError;
use crate::workspace::pipeline_document::{ARE_COMPILED, DocumentKind, PIPELINE_TYPE};

/// How deep files may import files.
const IMPORT_DEPTH: usize = 128;

/// A file that has been read.
pub(super) struct Loaded {
    path: String,
    text: Arc<str>,
    tree: Arc<Parsed>,
    /// The tree with shorthands expanded, if it has any.
    written_out: Option<ast::File>,
    imports: Vec<Option<usize>>,
}

/// The folder of this repository that a source checks out; `None` if it is another repository.
pub(super) struct Checkout(pub(super) Option<Utf8PathBuf>);

/// Reads files, each once; imported files come before those that import them.
pub(super) struct Loader<'w> {
    workspace: &'w Workspace,
    /// The files read, imported ones first.
    pub(super) files: Vec<Loaded>,
    /// The diagnostics of the files.
    pub(super) diagnostics: Diagnostics,
    /// The wording for messages about the entry file, if it is not a `.pipe` file.
    pub(super) wording: Option<Wording>,
    /// For such a file, the folder that contains the files of its pipelines.
    pub(super) folder: Option<Checkout>,
    /// Paths from the root: of finished files, with their indices, and of those being read.
    done: Vec<(Utf8PathBuf, usize)>,
    running: Vec<Utf8PathBuf>,
}

impl<'w> Loader<'w> {
    /// Reads an entry file and what it imports. `document`: the kind of document, unless its name ends with `.pipe`.
    pub(super) fn load(workspace: &'w Workspace, entry: FileId, document: Option<DocumentKind>) -> Self {
        let mut loader = Self {
            workspace,
            files: Vec::new(),
            diagnostics: Diagnostics::new(),
            wording: None,
            folder: None,
            done: Vec::new(),
            running: Vec::new(),
        };
        let path = workspace.path_of(entry);
        if !loader.read_document(entry, &path, document) {
            loader.read(entry, path);
        }
        loader
    }

    /// Reads an entry file that is a document with pipelines. Returns whether it is one.
    fn read_document(&mut self, file: FileId, path: &Utf8Path, given: Option<DocumentKind>) -> bool {
        if path.extension() == Some("pipe") || !ARE_COMPILED {
            return false;
        }
        let text = self.workspace.text(file);
        let document = self.workspace.document_of(file);
        let json = text.trim_start().starts_with('{');
        let kind = document.root.as_ref().and_then(|root| Some((root, given.or_else(|| DocumentKind::of(root))?)));
        let Some((root, kind)) = kind else {
            let format = match path.extension() {
                Some("yaml" | "yml") => "YAML",
                Some("json") => "JSON",
                _ if given.is_some() => {
                    if json {
                        "JSON"
                    } else {
                        "YAML"
                    }
                }
                _ => return false,
            };
            self.diagnostics.push(match &document.error {
                Some(error) => syntax::not_a_document(format, &error.message, error.span),
                None => match document.root.as_ref().and_then(nearly_a_pipeline) {
                    Some(ty) => syntax::misspelled_pipeline_type(PIPELINE_TYPE, ty),
                    None => syntax::no_pipeline(format, Span::new(file, 0, text.lines().next().map_or(0, str::len))),
                },
            });
            self.push_tree(
                file,
                text,
                ast::File { edition: None, statements: Vec::new(), span: Span::new(file, 0, 0) },
            );
            return true;
        };
        let read = decompile(root, kind, TreePurpose::Check, Span::new(file, 0, text.len()), json);
        self.push_tree(file, text, read.tree);
        self.wording = Some(read.wording);
        self.workspace.set_own_document(path);
        self.folder = Some(Checkout(folder_of_files(self.workspace, path, &read.files)));
        true
    }

    /// Returns the files in the form for the next stage.
    pub(super) fn modules(&self) -> Vec<Module<'_>> {
        self.files
            .iter()
            .map(|file| Module {
                path: &file.path,
                ast: file.written_out.as_ref().unwrap_or(&file.tree.ast),
                text: &file.text,
                imports: &file.imports,
            })
            .collect()
    }

    /// Returns the parsed text of each file.
    pub(super) fn into_trees(self) -> Vec<Arc<Parsed>> {
        self.files.into_iter().map(|file| file.tree).collect()
    }

    fn push_tree(&mut self, file: FileId, text: Arc<str>, tree: ast::File) {
        let path = self.workspace.sources().file(file).path().to_string();
        let tree = Arc::new(Parsed::of(tree));
        self.files.push(Loaded { path, text, tree, written_out: None, imports: Vec::new() });
    }

    fn read(&mut self, file: FileId, path: Utf8PathBuf) -> usize {
        let text = self.workspace.text(file);
        let tree = self.workspace.tree(file);
        self.diagnostics.extend(tree.diagnostics.iter().cloned());
        let written_out = write_out(&tree.ast, &path, &mut self.diagnostics);
        let folder = path.parent().unwrap_or(Utf8Path::new("")).to_owned();
        self.running.push(path.clone());
        let mut imports = Vec::new();
        for statement in &written_out.as_ref().unwrap_or(&tree.ast).statements {
            if let ast::StmtKind::Import(import) = &statement.kind {
                imports.push(self.import(&import.path, &folder));
            }
        }
        self.running.pop();
        let shown = self.workspace.sources().file(file).path().to_string();
        self.files.push(Loaded { path: shown, text, tree, written_out, imports });
        self.done.push((path, self.files.len() - 1));
        self.files.len() - 1
    }

    /// Returns the index of an imported file. If it cannot be read, reports that and returns `None`.
    fn import(&mut self, path: &ast::Expr, folder: &Utf8Path) -> Option<usize> {
        let ast::ExprKind::String(parts) = &path.kind else { return None };
        let [ast::StringPart { kind: ast::StringPartKind::Text(written), .. }] = parts.as_slice() else {
            self.diagnostics.push(reuse::unreadable_import(
                "",
                "an import path must be a literal string",
                path.span,
                None,
            ));
            return None;
        };
        let target = match crate::workspace::file_system::normalize(&folder.join(written)) {
            Ok(target) => target,
            Err(error) => {
                self.unreadable(written, &error, path.span, folder);
                return None;
            }
        };
        if let Some((_, index)) = self.done.iter().find(|(done, _)| *done == target) {
            return Some(*index);
        }
        if let Some(start) = self.running.iter().position(|running| *running == target) {
            let mut cycle: Vec<String> = self.running.iter().skip(start).map(ToString::to_string).collect();
            cycle.push(target.to_string());
            self.diagnostics.push(reuse::circular_import(&cycle, path.span));
            return None;
        }
        if self.running.len() >= IMPORT_DEPTH {
            self.diagnostics.push(reuse::chain_too_long("files import each other", IMPORT_DEPTH, path.span));
            return None;
        }
        match self.workspace.load(&target) {
            Ok(file) => Some(self.read(file, target)),
            Err(error) => {
                self.unreadable(written, &error, path.span, folder);
                None
            }
        }
    }

    fn unreadable(&mut self, written: &str, error: &FileError, place: Span, folder: &Utf8Path) {
        let files = self.workspace.files().tracked();
        let pipes: Vec<String> = files
            .keys()
            .filter(|path| path.extension() == Some("pipe"))
            .map(|path| from_folder(path, folder))
            .collect();
        let others = pipes
            .iter()
            .map(String::as_str)
            .filter(|path| path.trim_start_matches("./") != written.trim_start_matches("./"));
        let with_ending = format!("{written}.pipe");
        let with_ending =
            others.clone().find(|path| path.trim_start_matches("./") == with_ending.trim_start_matches("./"));
        let near = with_ending.or_else(|| suggest::similar(written, others));
        self.diagnostics.push(reuse::unreadable_import(written, &error.to_string(), place, near));
    }
}

/// Returns the place of a resource type that is nearly that of a pipeline.
fn nearly_a_pipeline(root: &Node) -> Option<Span> {
    let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
    let mut types = resources.iter().filter_map(|resource| resource.value.get("Type"));
    let near = |ty: &&Node| ty.literal().is_some_and(|text| suggest::similar(text, [PIPELINE_TYPE]).is_some());
    types.find(near).map(|ty| ty.span)
}

/// Returns the folder of the repository that the sources of a document contain: that of the document or one above it
/// with the most of the files that the document names. Of several, the outermost, because a source contains the whole
/// repository. `None` if there is none of them.
fn folder_of_files(workspace: &Workspace, document: &Utf8Path, files: &SourceFiles) -> Option<Utf8PathBuf> {
    let fit = |folder: &Utf8Path| files.fit(&|file| workspace.files().is_file(&folder.join(file)));
    let fitting = document.ancestors().skip(1).filter_map(|folder| Some((fit(folder)?, folder)));
    // Of equal ones, the last.
    let (_, found) = fitting.max_by_key(|(fit, _)| *fit)?;
    Some(if found == "" { ".".into() } else { found.to_owned() })
}

/// Returns a path from the root in the form for an import in `folder`.
fn from_folder(path: &Utf8Path, folder: &Utf8Path) -> String {
    if let Ok(inner) = path.strip_prefix(folder) {
        return format!("./{inner}");
    }
    format!("{}{path}", "../".repeat(folder.components().count()))
}
