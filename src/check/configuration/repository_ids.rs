//! E0106: a repository without its owner, if the provider requires both.

use crate::catalog;
use crate::check::support::documents;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Intent};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "repository-ids", codes: &[Code::E0106], run: check };

/// The key with the value `owner/name`.
const KEY: &str = "FullRepositoryId";

/// The hosts of the repositories of the providers. Groups of other hosts may contain dots, too.
const HOSTS: [&str; 3] = ["github.com", "bitbucket.org", "gitlab.com"];

/// The last characters of a URL that `git clone` takes.
const SUFFIX: &str = ".git";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Some(value) = place.action.value(KEY) else { continue };
        let Some(text) = value.as_str() else { continue };
        let address = of_address(text);
        let (owner, name) = text.split_once('/').unwrap_or_default();
        // In a document, the action type is the same for all Git providers, some of which have subgroups.
        let subgroups = documents::Document::of(subject).is_some()
            || place.action.word.as_deref().and_then(catalog::provider).is_none_or(|it| it.subgroups);
        let trimmed = &of_path(text).replace("//", "/");
        if address.is_none() && trimmed != text && trimmed.split('/').filter(|part| !part.is_empty()).count() > 1 {
            findings.push(with_more(text, value.span, trimmed));
        } else if !subgroups && address.is_none() && name.contains('/') {
            findings.push(too_many_parts(text, value.span));
        } else if address.is_some() || owner.is_empty() || name.is_empty() {
            findings.push(not_owner_and_name(text, value.span, address));
        }
    }
}

/// Returns `owner/name` from a URL such as `https://github.com/owner/name.git`.
fn of_address(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://").or_else(|| text.split_once('@'))?;
    let (_, path) = rest.split_once(['/', ':'])?;
    Some(of_path(path))
}

/// Returns the name in a path: without a host before it, and without what only URLs have after it.
fn of_path(path: &str) -> &str {
    let path = path.trim_matches('/');
    let path = path.strip_suffix(SUFFIX).unwrap_or(path);
    match path.split_once('/') {
        Some((first, rest)) if HOSTS.contains(&first) && rest.contains('/') => rest,
        _ => path,
    }
}

/// A repository with parts of its URL. `meant` is its name.
fn with_more(found: &str, place: Span, meant: &str) -> Diagnostic {
    let message = format!("`repository` takes `owner/name`, not `{found}`");
    Diagnostic::new(Code::E0106, message, place, "has parts of the repository's URL")
        .help(format!("write `\"{meant}\"`"))
        .intend(Intent::SetString { place, text: meant.to_owned() })
}

/// A repository followed by a branch or folder.
fn too_many_parts(found: &str, place: Span) -> Diagnostic {
    // The name of a host has a dot; owners have none.
    let is_host = found.split('/').next().is_some_and(|first| first.contains('.'));
    let meant: Vec<&str> = found.split('/').skip(usize::from(is_host)).take(2).collect();
    let meant = meant.join("/");
    let message = format!("`repository` takes `owner/name`, not `{found}`");
    Diagnostic::new(Code::E0106, message, place, "has more than two parts")
        .help(if is_host {
            format!("write `\"{meant}\"`")
        } else {
            format!("write `\"{meant}\"`; a branch goes into `branch`")
        })
        .intend(Intent::SetString { place, text: meant })
}

/// A repository of a Git provider that is not written as `owner/name`. `meant` is the name in a URL.
fn not_owner_and_name(found: &str, place: Span, meant: Option<&str>) -> Diagnostic {
    let (message, label) = match meant {
        Some(_) => ("`repository` takes `owner/name`, not a URL".to_owned(), ""),
        None => (format!("`repository` takes `owner/name`, not `{found}`"), "has no owner"),
    };
    let diagnostic = Diagnostic::new(Code::E0106, message, place, label);
    if let Some(meant) = meant {
        return diagnostic
            .help(format!("write `\"{meant}\"`"))
            .intend(Intent::SetString { place, text: meant.to_owned() });
    }
    let name = found.trim_matches('/');
    diagnostic.help(format!("write `\"owner/{name}\"`, with the owner from the URL of the repository"))
}
