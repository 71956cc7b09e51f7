//! Code actions. Each is written as new text and compiled. It is offered only if the result is as promised: the same
//! output, or one problem fewer.

mod change_sets;
mod component;
mod free_names;
mod imports;
mod layout;
mod required;
mod varying;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use similar::{DiffOp, TextDiff};

use crate::diagnostic::Edit;
use crate::format;
use crate::resolve::Index;
use crate::source::{SourceFile, Span};
use crate::syntax::Parsed;
use crate::syntax::ast::{Block, Stmt};

use super::places::statements_around;
use super::trial::{Trial, trials};
use super::{Finding, Fix, Host, Snapshot};

/// A code action.
#[derive(Debug, Clone)]
pub struct CodeAction {
    /// Its kind.
    pub kind: CodeActionKind,
    /// The change.
    pub fix: Fix,
}

/// The kind of a code action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeActionKind {
    /// It solves a problem.
    QuickFix,
    /// It expresses the same in another way.
    Rewrite,
    /// It extracts a part to a component.
    Extract,
}

/// A change that has not been tried yet.
struct Proposal {
    title: String,
    edits: Vec<Edit>,
}

impl Proposal {
    fn new(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), edits }
    }
}

/// The position for which code actions are requested.
struct Site<'s> {
    snapshot: &'s Snapshot,
    file: &'s SourceFile,
    tree: &'s Parsed,
    range: Range<u32>,
}

impl<'s> Site<'s> {
    fn new(snapshot: &'s Snapshot, path: &Utf8Path, range: Range<u32>) -> Option<Self> {
        let file = snapshot.file_of(path)?;
        Some(Self { snapshot, file, tree: snapshot.tree(file.id())?, range })
    }

    fn names(&self) -> &'s Index {
        self.snapshot.compilation().names()
    }

    fn text(&self, span: Span) -> &'s str {
        self.file.text().get(span.range()).unwrap_or_default()
    }

    /// Returns whether a part of the file contains comments, which would be lost with it.
    fn has_comments(&self, span: Span) -> bool {
        self.tree.trivia.comments.iter().any(|comment| span.covers(comment.span))
            || self.tree.trivia.documentation.iter().any(|doc| span.covers(*doc))
    }

    /// Returns the indentation of a line.
    fn indentation(&self, at: u32) -> &'s str {
        let text = self.file.text();
        let line = text.get(..at as usize).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let rest = text.get(line..).unwrap_or_default();
        rest.get(..rest.len() - rest.trim_start_matches([' ', '\t']).len()).unwrap_or_default()
    }

    /// Returns the statements around an offset, outermost first.
    fn around(&self, offset: u32) -> Vec<&'s Stmt> {
        statements_around(&self.tree.ast, offset)
    }
}

/// Returns the block of a statement that contains another statement.
fn block_around(outer: &Stmt, inner: Span) -> Option<&Block> {
    outer.blocks().into_iter().find(|block| block.span.covers(inner))
}

/// Returns the code actions for a part of a file. `findings` are the diagnostics of the file.
pub fn actions(host: &mut Host, path: &Utf8Path, range: Range<u32>, findings: &[Finding]) -> Vec<CodeAction> {
    let mut found = solutions(host, path, &range, findings);
    let Some(snapshot) = host.snapshot_of(path).cloned() else { return found };
    let Some(site) = Site::new(&snapshot, path, range) else { return found };
    let rewritten = change_sets::proposals(&site).into_iter().map(|it| (CodeActionKind::Rewrite, vec![it]));
    let extracted = component::proposals(&site).into_iter().map(|it| (CodeActionKind::Extract, it));
    for (kind, alternatives) in rewritten.chain(extracted) {
        let keeps_output = |trials: &[Trial]| trials.iter().all(Trial::builds_the_same);
        let mut tried = alternatives.into_iter();
        let kept = tried.find_map(|proposal| kept(host, (&snapshot, path), proposal, &[], keeps_output));
        found.extend(kept.map(|fix| CodeAction { kind, fix }));
    }
    found
}

/// Returns the quick fixes that need more than the text of the file.
fn solutions(host: &mut Host, path: &Utf8Path, range: &Range<u32>, findings: &[Finding]) -> Vec<CodeAction> {
    let touches = |finding: &&Finding| {
        let span = finding.diagnostic().primary.span;
        span.start <= range.end && range.start <= span.end
    };
    let mut found: Vec<CodeAction> = Vec::new();
    for finding in findings.iter().filter(touches) {
        let snapshot = Arc::clone(finding.snapshot());
        let Some(site) = Site::new(&snapshot, path, range.clone()) else { continue };
        let problem = finding.diagnostic();
        let mut proposals: Vec<Proposal> = required::proposal(&site, problem).into_iter().collect();
        if let Some(name) = imports::wanted(&site, problem) {
            proposals.extend(imports::proposals(&site, name, &host.pipe_files(path)));
        }
        let solves = |trials: &[Trial]| {
            !trials.is_empty()
                && trials.iter().all(|trial| trial.new_error(str::to_owned).is_none())
                && trials.iter().any(|trial| trial.change_of(problem) < 0)
        };
        for proposal in proposals {
            if found.iter().any(|other| other.fix.title == proposal.title) {
                continue;
            }
            let fix = kept(host, (&snapshot, path), proposal, std::slice::from_ref(finding), solves);
            found.extend(fix.map(|fix| CodeAction { kind: CodeActionKind::QuickFix, fix }));
        }
    }
    found
}

/// Converts a proposal to a fix, if the result is as promised.
fn kept(
    host: &mut Host,
    (snapshot, path): (&Arc<Snapshot>, &Utf8Path),
    proposal: Proposal,
    solves: &[Finding],
    keeps: impl Fn(&[Trial]) -> bool,
) -> Option<Fix> {
    let file = snapshot.file_of(path)?;
    let old = file.text();
    let mut new = applied(old, proposal.edits)?;
    let is_in_style = |text: &str| format::format(text).is_ok_and(|it| it.is_whole && it.text == text);
    if is_in_style(old) {
        new = format::format(&new).ok()?.text;
    } else if old.contains("\r\n") {
        new = new.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    let texts: BTreeMap<Utf8PathBuf, String> = BTreeMap::from([(path.to_owned(), new.clone())]);
    if new == old || !keeps(&trials(host, &texts)) {
        return None;
    }
    let edits = line_edits(file, &new);
    let snapshot = Arc::clone(snapshot);
    Some(Fix { title: proposal.title, edits, is_certain: false, snapshot, solves: solves.to_vec() })
}

/// Applies edits to a text. Returns `None` if they overlap.
fn applied(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut written = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let range = edit.span.range();
        written.push_str(text.get(done..range.start)?);
        written.push_str(&edit.replacement);
        done = range.end;
    }
    written.push_str(text.get(done..)?);
    Some(written)
}

/// Returns the line edits that turn a file's text into another one.
fn line_edits(file: &SourceFile, new: &str) -> Vec<Edit> {
    let old = file.text();
    let starts = |text: &str| {
        let ends = text.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        });
        std::iter::once(0).chain(ends).collect::<Vec<usize>>()
    };
    let (old_starts, new_starts) = (starts(old), starts(new));
    let diff = TextDiff::from_lines(old, new);
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let place = |starts: &[usize], lines: Range<usize>| {
        let at = |line: usize| starts.get(line).or(starts.last()).copied().unwrap_or_default();
        at(lines.start)..at(lines.end)
    };
    changed
        .map(|op| {
            let range = place(&old_starts, op.old_range());
            let replacement = new.get(place(&new_starts, op.new_range())).unwrap_or_default().to_owned();
            Edit { span: Span::new(file.id(), range.start, range.end), replacement }
        })
        .collect()
}
