//! `dotpipe check --fix`: applies the fixes of diagnostics that cause no other error.

use std::collections::BTreeMap;
use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};

use super::input::{self, InputError};
use super::text_diff::{Context, difference};
use super::{Outcome, output, project, terminal};
use crate::compilation::{Compilation, Request};
use crate::diagnostic::wording::count;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::format;
use crate::render::printable;
use crate::source::paths::real_path;

/// The maximum number of rounds: a fix can reveal another problem that has a fix.
const ROUNDS: usize = 10;

/// Whether fixes change the files or are only printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// Change the files.
    Files,
    /// Print the differences only.
    Differences,
}

/// Fixes an entry file and its imports, and prints the changes. Returns the compilation of the result.
pub(super) fn fix(
    entry: &Utf8Path,
    root: Option<&Utf8Path>,
    request: &Request,
    writing: Writing,
) -> Result<(Compilation, Outcome), InputError> {
    let mut session = Session::start(entry, root, request)?;
    let mut before = session.compile(&session.texts)?;
    for _ in 0..ROUNDS {
        let fixes = session.fixes(&before);
        match session.improve(&before, &fixes)? {
            Some(after) => before = after,
            None => break,
        }
    }
    let outcome = session.write(writing);
    if outcome == Outcome::Clean || writing == Writing::Differences {
        return Ok((before, outcome));
    }
    // A file could not be written, so the files are compiled as they are.
    Ok((project::compile(entry, root, request)?, outcome))
}

/// The texts by the displayed path.
type Texts = BTreeMap<Utf8PathBuf, String>;

/// The edits of one diagnostic, applied together or not at all.
struct Fix {
    code: Code,
    message: String,
    edits: Vec<(Utf8PathBuf, Range<usize>, String)>,
}

impl Fix {
    fn overlaps(&self, other: &Self) -> bool {
        let touch = |a: &Range<usize>, b: &Range<usize>| a.start <= b.end && b.start <= a.end;
        self.edits.iter().any(|(path, range, _)| {
            other.edits.iter().any(|(other_path, other_range, _)| path == other_path && touch(range, other_range))
        })
    }

    /// Returns whether it fixes a syntax error, which can reveal semantic errors that existed before.
    fn is_syntax(&self) -> bool {
        is_syntax(self.code)
    }
}

fn is_syntax(code: Code) -> bool {
    code.as_str().get(1..3) == Some("00")
}

/// The state of one entry file.
struct Session<'a> {
    entry: &'a Utf8Path,
    root: Option<&'a Utf8Path>,
    request: &'a Request,
    /// The absolute path of the project's root, with links followed.
    real_root: Utf8PathBuf,
    /// The original texts.
    originals: Texts,
    /// The changed texts.
    texts: Texts,
    /// The number of fixed diagnostics by file.
    fixed: BTreeMap<Utf8PathBuf, usize>,
    /// Fixes that would cause an error: code, message, and that error.
    refused: Vec<(Code, String, String)>,
}

impl<'a> Session<'a> {
    fn start(entry: &'a Utf8Path, root: Option<&'a Utf8Path>, request: &'a Request) -> Result<Self, InputError> {
        if entry == project::STDIN {
            return Err(InputError::new("standard input".into(), "`--fix` needs a file"));
        }
        let real_root = project::find_root(entry, root)?;
        project::stays_inside(entry, &real_root)?;
        let texts = Texts::from([(project::shown(entry), input::read_file(entry)?)]);
        Ok(Self {
            entry,
            root,
            request,
            real_root,
            originals: texts.clone(),
            texts,
            fixed: BTreeMap::new(),
            refused: Vec::new(),
        })
    }

    fn compile(&self, texts: &Texts) -> Result<Compilation, InputError> {
        let entry = texts.get(&project::shown(self.entry)).cloned().unwrap_or_default();
        let changed = texts.iter().filter_map(|(path, text)| Some((self.below_root(path)?, text.clone())));
        project::compile_over(self.entry, &entry, self.root, self.request, changed.collect())
    }

    /// Returns the path of the entry file or a `.pipe` file relative to the root, or `None` for other files and files
    /// outside the root.
    fn below_root(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let real = real_path(path).ok()?;
        let inside = real.strip_prefix(&self.real_root).ok()?;
        (real.extension() == Some("pipe") || path == project::shown(self.entry)).then(|| inside.to_owned())
    }

    /// Returns the applicable fixes that do not overlap, in source order.
    fn fixes(&self, compilation: &Compilation) -> Vec<Fix> {
        let mut chosen: Vec<Fix> = Vec::new();
        for diagnostic in compilation.diagnostics() {
            let known = |(code, message, _): &(Code, String, String)| {
                *code == diagnostic.code && *message == diagnostic.message
            };
            if self.refused.iter().any(known) {
                continue;
            }
            let Some(fix) = self.fix_of(compilation, diagnostic) else { continue };
            if !chosen.iter().any(|other| other.overlaps(&fix)) {
                chosen.push(fix);
            }
        }
        chosen
    }

    fn fix_of(&self, compilation: &Compilation, diagnostic: &Diagnostic) -> Option<Fix> {
        if !diagnostic.has_certain_fix(compilation.sources()) {
            return None;
        }
        let edits = diagnostic.edits.iter().map(|edit| {
            let path = compilation.sources().file(edit.span.file).path();
            self.below_root(path)?;
            Some((path.to_owned(), edit.span.range(), edit.replacement.clone()))
        });
        let edits: Vec<_> = edits.collect::<Option<_>>()?;
        Some(Fix { code: diagnostic.code, message: diagnostic.message.clone(), edits })
    }

    /// Applies all fixes, or those that cause no error. Returns `None` if no fix is left.
    fn improve(&mut self, before: &Compilation, fixes: &[Fix]) -> Result<Option<Compilation>, InputError> {
        if fixes.is_empty() {
            return Ok(None);
        }
        let all: Vec<&Fix> = fixes.iter().collect();
        let texts = self.applied(before, &all);
        let after = self.compile(&texts)?;
        if harm(before, &after, &all).is_none() {
            self.take(texts, &all);
            return Ok(Some(after));
        }
        let mut good: Vec<&Fix> = Vec::new();
        let mut best: Option<(Texts, Compilation)> = None;
        for fix in fixes {
            good.push(fix);
            let texts = self.applied(before, &good);
            let after = self.compile(&texts)?;
            match harm(best.as_ref().map_or(before, |(_, compilation)| compilation), &after, &[fix]) {
                None => best = Some((texts, after)),
                Some(why) => {
                    good.pop();
                    self.refused.push((fix.code, fix.message.clone(), why));
                }
            }
        }
        Ok(best.map(|(texts, compilation)| {
            self.take(texts, &good);
            compilation
        }))
    }

    fn take(&mut self, texts: Texts, fixes: &[&Fix]) {
        self.texts = texts;
        for (path, ..) in fixes.iter().filter_map(|fix| fix.edits.first()) {
            *self.fixed.entry(path.clone()).or_default() += 1;
        }
    }

    /// Returns the texts that the compilation read, with these changes.
    fn applied(&mut self, compilation: &Compilation, fixes: &[&Fix]) -> Texts {
        let mut texts = self.texts.clone();
        let mut edits: Vec<_> = fixes.iter().flat_map(|fix| &fix.edits).collect();
        edits.sort_by_key(|(_, range, _)| std::cmp::Reverse((range.start, range.end)));
        for (path, range, replacement) in edits {
            if !texts.contains_key(path) {
                let read = compilation.sources().files().find(|(_, file)| file.path() == path);
                let text = read.map(|(_, file)| file.text().to_owned()).unwrap_or_default();
                self.originals.insert(path.clone(), text.clone());
                texts.insert(path.clone(), text);
            }
            let Some(text) = texts.get_mut(path) else { continue };
            if text.get(range.clone()).is_some() {
                text.replace_range(range.clone(), replacement);
            }
        }
        self.keep_formatted(&mut texts);
        texts
    }

    /// Formats the changed `.pipe` files that were formatted before.
    fn keep_formatted(&self, texts: &mut Texts) {
        for (path, text) in texts.iter_mut().filter(|(path, _)| path.extension() == Some("pipe")) {
            let Some(original) = self.originals.get(path).filter(|original| *original != text) else { continue };
            let formatted = |text: &str| format::format(text).ok().filter(|formatted| formatted.is_whole);
            let was_formatted = formatted(original).is_some_and(|formatted| formatted.text == *original);
            if was_formatted && let Some(formatted) = formatted(text) {
                *text = formatted.text;
            }
        }
    }

    /// Writes the changed files, and prints the changes. Unapplied changes make the outcome faulty.
    fn write(&self, writing: Writing) -> Outcome {
        let mut outcome = Outcome::Clean;
        for (path, text) in &self.texts {
            let Some(original) = self.originals.get(path).filter(|original| *original != text) else { continue };
            let number = count(self.fixed.get(path).copied().unwrap_or_default(), "problem");
            let shown = printable(path.as_str());
            let changes = difference(original, text, Context::Line, terminal::look().color);
            if writing == Writing::Differences {
                terminal::say(&format!("would fix {number} in {shown}\n{changes}\n"));
                outcome = outcome.max(Outcome::Faulty);
                continue;
            }
            let written = output::replace_unchanged(path, original, text);
            if written == Outcome::Clean {
                terminal::say(&format!("fixed {number} in {shown}\n{changes}\n"));
            }
            outcome = outcome.max(written);
        }
        for (code, message, why) in &self.refused {
            let (message, why) = (printable(message), printable(why));
            terminal::say(&format!(
                "not fixed, because the fix would cause another error:\n  {code}: {message}\n  {why}\n\n"
            ));
        }
        outcome
    }
}

/// Returns an error that the changes would cause.
fn harm(before: &Compilation, after: &Compilation, fixes: &[&Fix]) -> Option<String> {
    let errors = |compilation: &Compilation| -> Vec<(Code, String)> {
        let errors = compilation.diagnostics().iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        errors.map(|diagnostic| (diagnostic.code, diagnostic.message.clone())).collect()
    };
    let mut known = errors(before);
    let syntax_only = fixes.iter().all(|fix| fix.is_syntax());
    for error in errors(after) {
        if let Some(index) = known.iter().position(|other| *other == error) {
            known.swap_remove(index);
        } else if !syntax_only || is_syntax(error.0) {
            return Some(format!("{}: {}", error.0, error.1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_that_touch_overlap() {
        let fix = |range: Range<usize>| Fix {
            code: Code::E0001,
            message: String::new(),
            edits: vec![("x.pipe".into(), range, String::new())],
        };
        assert!(fix(1..3).overlaps(&fix(2..5)) && fix(3..3).overlaps(&fix(3..3)) && fix(1..3).overlaps(&fix(3..4)));
        assert!(!fix(1..3).overlaps(&fix(4..5)));
    }
}
