//! W0616: paths of a trigger that match nothing in the repository.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, Intent};
use crate::plan::repository;
use crate::source::Spanned;
use crate::workspace::file_system::normalize;
use crate::workspace::glob::PathGlob;

pub(super) const RULE: Rule = Rule { name: "trigger-paths", codes: &[Code::W0616], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.filters.is_empty()) {
        let Some(folder) = place.action.outputs.first().and_then(|id| repository::checkout(place.pipeline, *id)) else {
            continue;
        };
        let Ok(folder) = normalize(folder) else { continue };
        let files = subject.workspace.files().tracked();
        let inside: Vec<&str> =
            files.keys().filter_map(|path| path.strip_prefix(&folder).ok()).map(AsRef::as_ref).collect();
        for filter in place.action.filters.iter().filter(|filter| !filter.incomplete) {
            for pattern in filter.patterns("paths", false) {
                let Some(glob) = PathGlob::new(pattern.node) else { continue };
                if inside.iter().any(|path| glob.is_match(path)) {
                    continue;
                }
                if let Some(parts) = listed(pattern.node, &inside) {
                    findings.push(one_text(&pattern, &parts));
                    continue;
                }
                // A path may be added later; one that resembles an existing path is a typo.
                let (first, rest) = pattern.node.split_once('/').map_or((pattern.node, None), |(a, b)| (a, Some(b)));
                let heads = inside.iter().map(|path| path.split('/').next().unwrap_or_default());
                let near = similar(first, heads.clone())
                    .or_else(|| longer(first, heads))
                    .filter(|near| *near != first && !first.contains(['*', '?', '{', '[']));
                let meant = near.map(|near| rest.map_or_else(|| near.to_owned(), |rest| format!("{near}/{rest}")));
                if let Some(meant) =
                    meant.or_else(|| whole_folder(pattern.node, &inside)).or_else(|| deeper(pattern.node, &inside))
                {
                    findings.push(matches_nothing(&pattern, &meant));
                }
            }
        }
    }
}

/// Returns the patterns that one text lists, if each of them matches a file.
fn listed<'a>(pattern: &'a str, inside: &[&str]) -> Option<Vec<&'a str>> {
    let parts: Vec<&str> = pattern.split(',').map(str::trim).collect();
    let matches = |part: &&str| PathGlob::new(part).is_some_and(|glob| inside.iter().any(|path| glob.is_match(path)));
    (parts.len() > 1 && !pattern.contains('{') && parts.iter().all(matches)).then_some(parts)
}

/// Returns a pattern for the files in a folder, if a pattern is the path of one.
fn whole_folder(pattern: &str, inside: &[&str]) -> Option<String> {
    let start = format!("{}/", pattern.trim_end_matches('/'));
    let is_plain = !pattern.contains(['*', '?', '[', '{']);
    (is_plain && inside.iter().any(|path| path.starts_with(&start))).then(|| format!("{start}**"))
}

/// The shortest name that another one may begin with by chance.
const SHORTEST: usize = 4;

/// Returns a name of which another is the start: `infra` for `infrastructure`.
fn longer<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let is_start = |one: &str, other: &str| {
        let rest = other.strip_prefix(one).filter(|_| one.len() >= SHORTEST);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    let is_word = |it: &&str| !it.contains('.') && (is_start(it, name) || is_start(name, it));
    let mut found: Vec<&str> = names.filter(is_word).collect();
    found.dedup();
    match found.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// Returns a pattern for the files of the same names in the folders below that of a pattern, if there are any.
fn deeper(pattern: &str, inside: &[&str]) -> Option<String> {
    let (folder, name) = pattern.rsplit_once('/').filter(|(_, name)| name.starts_with("*."))?;
    let deeper = format!("{folder}/**/{name}");
    let glob = PathGlob::new(&deeper).filter(|_| !folder.contains('*'))?;
    inside.iter().any(|path| glob.is_match(path)).then_some(deeper)
}

/// Several patterns in one text.
fn one_text(pattern: &Spanned<&str>, parts: &[&str]) -> Diagnostic {
    let message = format!("no file in the repository matches `{}`", pattern.node);
    let texts: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
    Diagnostic::new(Code::W0616, message, pattern.span, "one pattern with a comma")
        .help(format!("write `{}`", texts.join(", ")))
}

/// A pattern that no file matches.
fn matches_nothing(pattern: &Spanned<&str>, meant: &str) -> Diagnostic {
    let message = format!("no file in the repository matches `{}`", pattern.node);
    Diagnostic::new(Code::W0616, message, pattern.span, "changes to matching files start the pipeline")
        .did_you_mean(&format!("\"{meant}\""))
        .intend(Intent::SetString { place: pattern.span, text: meant.to_owned() })
}
