//! Fixes of diagnostics.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::diagnostic::{Code, Edit, Severity};
use crate::source::{SourceFile, Span};
use crate::syntax::parse;
use crate::workspace::document::{Document, DocumentOrigin};

use super::{Finding, Snapshot};

/// A change of one or more files.
#[derive(Debug, Clone)]
pub struct Fix {
    /// A description.
    pub title: String,
    /// The edits, which belong together. Their files are those of the snapshot.
    pub edits: Vec<Edit>,
    /// Whether it is certainly what the user means.
    pub is_certain: bool,
    /// The compilation whose files the edits change.
    pub snapshot: Arc<Snapshot>,
    /// The diagnostics that it solves.
    pub solves: Vec<Finding>,
}

impl Fix {
    /// Returns the edits by file.
    pub fn by_file(&self) -> Vec<(Utf8PathBuf, &SourceFile, Vec<&Edit>)> {
        let mut files: Vec<(Utf8PathBuf, &SourceFile, Vec<&Edit>)> = Vec::new();
        for edit in &self.edits {
            let file = self.snapshot.compilation().sources().file(edit.span.file);
            match files.iter_mut().find(|(_, known, _)| known.id() == file.id()) {
                Some((_, _, edits)) => edits.push(edit),
                None => files.push((self.snapshot.path_of(file.id()), file, vec![edit])),
            }
        }
        files
    }
}

/// Returns the fixes of the diagnostics that touch a range of a file.
pub fn fixes_at(findings: &[Finding], range: std::ops::Range<u32>) -> Vec<Fix> {
    let touches = |finding: &&Finding| {
        let span = finding.diagnostic().primary.span;
        span.start <= range.end && range.start <= span.end
    };
    findings.iter().filter(touches).filter_map(fix_of).collect()
}

fn fix_of(finding: &Finding) -> Option<Fix> {
    let diagnostic = finding.diagnostic();
    if diagnostic.edits.is_empty() {
        return None;
    }
    let title = diagnostic.help.clone().unwrap_or_else(|| format!("fix {}", diagnostic.code));
    let title = title.lines().next().unwrap_or_default().to_owned();
    Some(Fix {
        title,
        edits: diagnostic.edits.clone(),
        is_certain: diagnostic.has_certain_fix(finding.snapshot().compilation().sources()),
        snapshot: Arc::clone(finding.snapshot()),
        solves: vec![finding.clone()],
    })
}

/// Combines the fixes of all diagnostics with a code, or all certain fixes, that do not overlap. Returns `None` if there
/// is only one of a code.
pub fn fix_all(findings: &[Finding], code: Option<Code>) -> Option<Fix> {
    let mut all: Option<Fix> = None;
    for finding in findings.iter().filter(|finding| code.is_none_or(|code| finding.diagnostic().code == code)) {
        let Some(fix) = fix_of(finding).filter(|fix| code.is_some() || fix.is_certain) else { continue };
        match &mut all {
            None => all = Some(fix),
            Some(all) => {
                let same_files = Arc::ptr_eq(&all.snapshot, &fix.snapshot);
                if same_files && !fix.edits.iter().any(|edit| all.edits.iter().any(|other| touch(edit, other))) {
                    all.edits.extend(fix.edits);
                    all.solves.extend(fix.solves);
                }
            }
        }
    }
    let mut all = all.filter(|all| code.is_none() || all.solves.len() > 1)?;
    all.title = match code {
        Some(code) => format!("fix all {code} in this file"),
        None => "fix everything that has an automatic fix".to_owned(),
    };
    Some(all)
}

fn touch(one: &Edit, other: &Edit) -> bool {
    one.span.file == other.span.file && one.span.start <= other.span.end && other.span.start <= one.span.end
}

/// Returns the comment that suppresses a warning or an info where it is reported, in a `.pipe` file or a YAML file.
pub fn silence(finding: &Finding, path: &Utf8Path) -> Option<Fix> {
    let diagnostic = finding.diagnostic();
    if diagnostic.code.severity() == Severity::Error || diagnostic.code == Code::W0006 {
        return None;
    }
    let snapshot = finding.snapshot();
    let file = snapshot.file_of(path)?;
    let is_pipe = snapshot.tree(file.id()).is_some();
    let is_yaml = matches!(path.extension(), Some("yaml" | "yml"));
    let mark = if is_pipe { "//" } else { is_yaml.then_some("#")? };
    let (text, lines) = (file.text(), file.lines());
    let line = lines.line_of(diagnostic.primary.span.start as usize);
    let start = lines.line_start(line)?;
    let written = text.get(lines.line_range(text, line)?)?;
    let indent = written.get(..written.len() - written.trim_start().len())?;
    let end = if text.get(start..)?.split('\n').next()?.ends_with('\r') { "\r\n" } else { "\n" };
    let comment = format!("{indent}{mark} dotpipe: allow({}) reason{end}", diagnostic.code);
    let mut changed = text.to_owned();
    changed.insert_str(start, &comment);
    let at = u32::try_from(start + indent.len()).unwrap_or(u32::MAX);
    // In a string of several lines, it would be part of the string.
    let is_comment = if is_pipe {
        parse(file.id(), &changed).trivia.comments.iter().any(|comment| comment.span.start == at)
    } else {
        let comments = Document::parse(&changed, DocumentOrigin::File(file.id())).comments;
        comments.iter().any(|comment| comment.span.start == at && comment.block.is_none())
    };
    if !is_comment {
        return None;
    }
    let span = Span::new(file.id(), start, start);
    Some(Fix {
        title: format!("suppress {} here", diagnostic.code),
        edits: vec![Edit { span, replacement: comment }],
        is_certain: false,
        snapshot: Arc::clone(snapshot),
        solves: vec![finding.clone()],
    })
}
