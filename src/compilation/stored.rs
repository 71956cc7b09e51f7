//! The results of checking an entry file, in a form that can be stored.
//!
//! A compilation is a function of its request and of what it reads from the files of its project. Its results are valid
//! as long as that stays the same: neither the modification times of files nor anything outside the project matters.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Label, Severity};
use crate::expand::UnusedInput;
use crate::source::{SourceMap, Span};
use crate::syntax::ast::ParamKind;
use crate::workspace::{Lookups, ProjectFiles};

use super::{CheckResult, Project};

/// The results for an entry file, and what they depend on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredResult {
    /// The files that were read or looked for, and the hashes of their texts, or of why they cannot be read.
    texts: Vec<(String, u64)>,
    /// Paths, and whether each is a file.
    files: Vec<(String, bool)>,
    /// Paths, and whether each is a folder.
    folders: Vec<(String, bool)>,
    /// The hash of the list of all files.
    list: Option<u64>,
    /// The sources, as indices of `texts`.
    sources: Vec<usize>,
    diagnostics: Vec<StoredDiagnostic>,
    unknown_inputs: Vec<StoredInput>,
    pipelines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredDiagnostic {
    code: String,
    severity: u8,
    message: String,
    primary: StoredLabel,
    secondary: Vec<StoredLabel>,
    notes: Vec<String>,
    help: Option<String>,
    edits: Vec<(StoredSpan, String)>,
    is_guess: bool,
}

/// The index of a source, and the offsets of a span in it.
type StoredSpan = (usize, u32, u32);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredLabel {
    span: StoredSpan,
    text: String,
    secret: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredInput {
    is_param: bool,
    name: String,
    similar: Option<String>,
    other_kind: bool,
}

/// The state of a project's files that results depend on; each answer is computed once.
#[derive(Debug)]
pub struct Answers {
    files: Arc<ProjectFiles>,
    list: OnceLock<u64>,
}

impl Answers {
    /// Creates the answers for a project, which are valid as long as nothing changes.
    pub fn of(project: &Project) -> Self {
        Self { files: Arc::clone(project.files()), list: OnceLock::new() }
    }

    /// Returns the hash of a text, or of why it cannot be read.
    fn text(&self, path: &Utf8Path) -> u64 {
        match self.files.file(path) {
            Ok(file) => file.hash(),
            Err(error) => hash(&error.to_string()),
        }
    }

    fn list(&self) -> u64 {
        *self.list.get_or_init(|| {
            let tracked = self.files.system().tracked();
            let mut hasher = DefaultHasher::new();
            for (path, kind) in tracked.iter() {
                (path.as_str(), std::mem::discriminant(kind)).hash(&mut hasher);
            }
            hasher.finish()
        })
    }

    /// Converts results to the stored form; `None` if they depend on a text that is not a file of the project.
    pub fn store(&self, result: &CheckResult) -> Option<StoredResult> {
        let Lookups { texts, files, folders, list } = &result.lookups;
        let texts: Vec<(String, u64)> = texts.iter().map(|path| (path.to_string(), self.text(path))).collect();
        let mut sources = Vec::new();
        let mut ids = Vec::new();
        for (id, source) in result.sources.files() {
            let path = self.files.from_root(source.path());
            let index = texts.binary_search_by(|(known, _)| Utf8Path::new(known).cmp(path)).ok()?;
            let file = self.files.file(path).ok()?;
            if file.source().path() != source.path() || file.source().text() != source.text() {
                return None;
            }
            sources.push(index);
            ids.push(id);
        }
        let span = |span: Span| Some((ids.iter().position(|id| *id == span.file)?, span.start, span.end));
        let diagnostics = result.diagnostics.iter().map(|found| StoredDiagnostic::new(found, &result.sources, &span));
        let listed = |answers: &std::collections::BTreeMap<Utf8PathBuf, bool>| {
            answers.iter().map(|(path, answer)| (path.to_string(), *answer)).collect()
        };
        Some(StoredResult {
            diagnostics: diagnostics.collect::<Option<_>>()?,
            texts,
            files: listed(files),
            folders: listed(folders),
            list: list.then(|| self.list()),
            sources,
            unknown_inputs: result.unknown_inputs.iter().map(StoredInput::new).collect(),
            pipelines: result.pipelines.clone(),
        })
    }

    /// Returns the results if everything that they depend on is unchanged.
    pub fn restore(&self, stored: &StoredResult) -> Option<CheckResult> {
        let system = self.files.system();
        let is_same = stored.texts.iter().all(|(path, hash)| self.text(path.as_str().into()) == *hash)
            && stored.list.is_none_or(|hash| self.list() == hash)
            && stored.files.iter().all(|(path, answer)| system.is_file(path.as_str().into()) == *answer)
            && stored.folders.iter().all(|(path, answer)| system.is_dir(path.as_str().into()) == *answer);
        if !is_same {
            return None;
        }
        let mut sources = SourceMap::default();
        let mut ids = Vec::new();
        for index in &stored.sources {
            let (path, _) = stored.texts.get(*index)?;
            let file = self.files.file(path.as_str().into()).ok()?;
            if !sources.insert(file.source()) {
                return None;
            }
            ids.push(file.source().id());
        }
        let span = |(file, start, end): StoredSpan| {
            let file = *ids.get(file)?;
            let text = sources.file(file).text();
            text.get(start as usize..end as usize)?;
            Some(Span { file, start, end })
        };
        let diagnostics = stored.diagnostics.iter().map(|found| found.restore(&span)).collect::<Option<_>>()?;
        let unknown_inputs = stored.unknown_inputs.iter().map(StoredInput::restore).collect();
        let pipelines = stored.pipelines.clone();
        Some(CheckResult { sources, diagnostics, unknown_inputs, pipelines, lookups: Lookups::default() })
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The severities by their index in the stored form.
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

impl StoredDiagnostic {
    fn new(found: &Diagnostic, sources: &SourceMap, span: &impl Fn(Span) -> Option<StoredSpan>) -> Option<Self> {
        let label = |label: &Label| {
            Some(StoredLabel { span: span(label.span)?, text: label.text.clone(), secret: label.secret })
        };
        let severity = SEVERITIES.iter().position(|severity| *severity == found.severity)?;
        let edits = found.edits.iter().map(|edit| Some((span(edit.span)?, edit.replacement.clone())));
        Some(Self {
            code: found.code.as_str().to_owned(),
            severity: u8::try_from(severity).ok()?,
            message: found.message.clone(),
            primary: label(&found.primary)?,
            secondary: found.secondary.iter().map(label).collect::<Option<_>>()?,
            notes: found.notes.clone(),
            help: found.help.clone(),
            edits: edits.collect::<Option<_>>()?,
            is_guess: !found.has_certain_fix(sources),
        })
    }

    fn restore(&self, span: &impl Fn(StoredSpan) -> Option<Span>) -> Option<Diagnostic> {
        let label = |label: &StoredLabel| {
            Some(Label { span: span(label.span)?, text: label.text.clone(), secret: label.secret })
        };
        let edit = |(place, text): &(StoredSpan, String)| Some(Edit { span: span(*place)?, replacement: text.clone() });
        Some(Diagnostic {
            code: self.code.parse::<Code>().ok()?,
            rule: None,
            severity: *SEVERITIES.get(usize::from(self.severity))?,
            message: self.message.clone(),
            primary: label(&self.primary)?,
            secondary: self.secondary.iter().map(label).collect::<Option<_>>()?,
            notes: self.notes.clone(),
            help: self.help.clone(),
            edits: self.edits.iter().map(edit).collect::<Option<_>>()?,
            help_in_json: None,
            in_document: None,
            applicability: if self.is_guess { Applicability::Guess } else { Applicability::Certain },
            intents: Vec::new(),
        })
    }
}

impl StoredInput {
    fn new(input: &UnusedInput) -> Self {
        Self {
            is_param: input.kind == ParamKind::Param,
            name: input.name.clone(),
            similar: input.similar.clone(),
            other_kind: input.other_kind,
        }
    }

    fn restore(&self) -> UnusedInput {
        UnusedInput {
            kind: if self.is_param { ParamKind::Param } else { ParamKind::Option },
            name: self.name.clone(),
            similar: self.similar.clone(),
            other_kind: self.other_kind,
        }
    }
}
