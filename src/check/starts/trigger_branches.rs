//! W0646: filters that match no push, or no push to the branch of their source. W0616: patterns that no push can match.

use crate::catalog::ExampleValue;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Intent, PipeCode, phrase, wording};
use crate::hir::{Filter, FilterEvent, Value};
use crate::source::{Span, Spanned};
use crate::workspace::glob::PathGlob;

pub(super) const RULE: Rule = Rule { name: "trigger-branches", codes: &[Code::W0616, Code::W0646], run: check };

/// The key with the branch of a source.
const BRANCH: &str = "BranchName";

/// The attributes with patterns, each with prefixes that its values never have.
const NEVER: [(&str, &[&str]); 3] =
    [("branches", &["refs/heads/", "origin/"]), ("tags", &["refs/tags/"]), ("paths", &["/", "./"])];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.filters.is_empty()) {
        let mut sound = true;
        for filter in &place.action.filters {
            sound &= !filter.incomplete && possible(filter, findings);
        }
        if sound {
            branch(place, findings);
        }
    }
}

/// Returns whether something can match each pattern of a filter, and reports patterns that nothing can match.
fn possible(filter: &Filter, findings: &mut Findings) -> bool {
    let before = findings.len();
    for (word, starts) in NEVER {
        let included: Vec<Spanned<&str>> = filter.patterns(word, false).collect();
        let excluded: Vec<Spanned<&str>> = filter.patterns(word, true).collect();
        for (pattern, sign) in included.iter().map(|it| (it, "")).chain(excluded.iter().map(|it| (it, "!"))) {
            if let Some(rest) = starts.iter().find_map(|start| pattern.node.strip_prefix(start)) {
                findings.push(never_matches(word, pattern, &format!("{sign}{rest}")));
            } else if word != "paths" && pattern.node.len() > 1 && pattern.node.ends_with('/') {
                let name = pattern.node.trim_end_matches('/');
                findings.push(ends_with_slash(pattern, &format!("{sign}{name}"), &format!("{sign}{name}/**")));
            }
        }
        let left_out = |pattern: &Spanned<&str>| excluded.iter().find(|other| covers(other.node, pattern.node));
        let pairs: Vec<_> = included.iter().filter_map(|pattern| Some((pattern, left_out(pattern)?))).collect();
        if let Some((pattern, other)) = pairs.first() {
            findings.push(excluded_too(word, pattern, other.span, pairs.len() == included.len()));
        }
    }
    findings.len() == before
}

/// Returns whether a pattern certainly matches everything that another one matches.
fn covers(pattern: &str, other: &str) -> bool {
    let is_plain = !other.contains(['*', '?', '[', '{']);
    let glob = || PathGlob::new(pattern);
    pattern == other || pattern == "**" || is_plain && glob().is_some_and(|glob| glob.is_match(other))
}

/// Checks that the literal branches of a push filter include that of the source.
fn branch(place: Place<'_>, findings: &mut Findings) {
    let branch = place.action.value(BRANCH).and_then(|value| Some((value.as_str()?, value.span)));
    let Some((branch, said)) = branch else { return };
    let excluded: Option<Vec<Spanned<&str>>> = place
        .action
        .filters
        .iter()
        .map(|filter| {
            let mut others = filter.patterns("branches", true).filter(|_| filter.event == FilterEvent::Push);
            others.find(|other| other.node == branch)
        })
        .collect();
    if let Some(first) = excluded.as_ref().and_then(|all| all.first()) {
        return findings.about(place, without_branch(branch, first.span, said));
    }
    let mut named: Vec<Spanned<&str>> = Vec::new();
    for filter in &place.action.filters {
        let branches: Vec<Spanned<&str>> = filter.patterns("branches", false).collect();
        let is_list = filter.attributes.get("branches").is_some_and(|it| all_known(&it.value));
        // A pattern is meant for many branches, and a tag or a pull request can be on any.
        let open = branches.iter().any(|it| it.node.contains(['*', '?', '[', '{']));
        if filter.event != FilterEvent::Push || branches.is_empty() || open || !is_list {
            return;
        }
        named.extend(branches);
    }
    if let Some(first) = named.first().filter(|_| named.iter().all(|it| it.node != branch)) {
        let others: Vec<&str> = named.iter().map(|it| it.node).collect();
        findings.about(place, other_branch(branch, &others, first.span, said));
    }
}

fn all_known(value: &Value) -> bool {
    matches!(&value.kind, crate::hir::ValueKind::List(items) if items.iter().all(|item| item.as_str().is_some()))
}

/// A pattern with a prefix that no value has.
fn never_matches(word: &str, pattern: &Spanned<&str>, meant: &str) -> Diagnostic {
    let (message, label) = match word {
        "paths" => (format!("no path matches `{}`", pattern.node), "paths start at the root, without `/` or `./`"),
        _ => (
            format!("no push matches `{}`", pattern.node),
            "patterns match the name after `refs/heads/` or `refs/tags/`",
        ),
    };
    Diagnostic::new(Code::W0616, message, pattern.span, label)
        .help(format!("write `\"{meant}\"`"))
        .intend(Intent::SetString { place: pattern.span, text: meant.to_owned() })
}

/// A pattern that ends with a slash, as the name of no branch or tag does.
/// <https://git-scm.com/docs/git-check-ref-format> (2026-11-30)
fn ends_with_slash(pattern: &Spanned<&str>, name: &str, all: &str) -> Diagnostic {
    let message = format!("no push matches `{}`", pattern.node);
    Diagnostic::new(Code::W0616, message, pattern.span, "the name of a branch or tag does not end with `/`")
        .help(format!("write `\"{name}\"`, or `\"{all}\"` for all that start with it"))
}

/// A pattern whose matches are all excluded. `all` is whether those of the other patterns are, too.
fn excluded_too(word: &str, pattern: &Spanned<&str>, other: Span, all: bool) -> Diagnostic {
    let message = format!("`{word}` includes and excludes `{}`", pattern.node);
    let label = if all { "no push starts the pipeline" } else { "this pattern has no effect" };
    Diagnostic::new(Code::W0646, message, pattern.span, label)
        .label(other, "exclusions take precedence")
        .help("remove one of the two patterns")
}

/// Literal branches that do not include that of the source.
fn other_branch(branch: &str, others: &[&str], place: Span, said: Span) -> Diagnostic {
    let all = wording::or_list(others.iter().copied());
    let message = format!("pushes to `{branch}` do not start the pipeline");
    Diagnostic::new(Code::W0646, message, place, format!("only pushes to {all} do"))
        .label(said, "manual executions use this branch")
        .help(phrase![
            "write the same branch in both places: ",
            PipeCode::set("branch", ExampleValue::text(others.first().unwrap_or(&branch))),
            format!(", or add `\"{branch}\"` here")
        ])
}

/// An exclusion of the branch of the source.
fn without_branch(branch: &str, place: Span, said: Span) -> Diagnostic {
    let message = format!("pushes to `{branch}` do not start the pipeline");
    Diagnostic::new(Code::W0646, message, place, "excluded here")
        .label(said, "manual executions use this branch")
        .help(format!("remove `\"!{branch}\"`, or set `branch` to one that starts the pipeline"))
}
