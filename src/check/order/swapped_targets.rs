//! W0964: two stages that have swapped the names of what they use.

use crate::check::support::swapped::{Swapped, swapped};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Value, ValueKind};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "swapped-targets", codes: &[Code::W0964], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reported: Vec<(String, String)> = Vec::new();
    for found in swapped(subject) {
        // Two actions may use the same cluster.
        let names = (found.first.name.to_owned(), found.second.name.to_owned());
        if !reported.contains(&names) {
            findings.about(found.first.place, exchanged(&found));
            reported.push(names);
        }
    }
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        if let Some(found) = images(place) {
            findings.about(place, exchanged_images(found));
        }
    }
}

/// An entry of a map: its name, its value, and the name of the artifact that the value is.
type Image<'a> = (&'a Spanned<String>, &'a Value, &'a str);

/// Returns two entries of a map whose values are the artifacts that the other one is named after.
fn images(place: Place<'_>) -> Option<[Image<'_>; 2]> {
    place.action.configuration.values().find_map(|setting| {
        let ValueKind::Map(entries) = &setting.value.kind else { return None };
        let known: Vec<Image<'_>> = entries
            .iter()
            .filter_map(|(name, value)| {
                let ValueKind::Artifact(id) = value.kind else { return None };
                Some((name, value, place.pipeline.artifacts.get(id)?.name.as_str()))
            })
            .collect();
        known.iter().enumerate().find_map(|(index, first)| {
            let is_pair = |second: &&Image<'_>| {
                let (one, other) = (plain(&first.0.node), plain(&second.0.node));
                one != other && one == plain(second.2) && other == plain(first.2)
            };
            Some([*first, *known.iter().skip(index + 1).find(is_pair)?])
        })
    })
}

/// Returns a name without its notation.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Two artifacts, each under the name of the other.
fn exchanged_images([(first, place, given), (second, other, meant)]: [Image<'_>; 2]) -> Diagnostic {
    let message = format!("`{}` and `{}` have swapped their artifacts", first.node, second.node);
    Diagnostic::new(Code::W0964, message, place.span, format!("`{}` is named after this", second.node))
        .label(other.span, format!("`{}` is named after this", first.node))
        .help(format!("write `{} = {meant}` and `{} = {given}`", first.node, second.node))
}

/// Two names, each in the stage of the other.
fn exchanged(found: &Swapped<'_>) -> Diagnostic {
    let Swapped { first, second } = found;
    let message = format!("stages `{}` and `{}` have swapped two names", first.stage(), second.stage());
    Diagnostic::new(Code::W0964, message, first.span, format!("stage `{}` should use this", second.stage()))
        .label(second.span, format!("stage `{}` should use this", first.stage()))
        .help(format!("write `{}` in stage `{}`, and `{}` in the other", second.name, first.stage(), first.name))
}
