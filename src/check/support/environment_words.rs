//! The words by which names of stages and resources tell environments apart.

use crate::diagnostic::suggest::pieces;
use crate::hir::{Hir, Pipeline};

/// Words for environments, each with its abbreviations. `test` is not among them: it often says what something does.
const ENVIRONMENTS: [&[&str]; 8] = [
    &["development", "develop", "dev"],
    &["live"],
    &["preproduction", "preprod"],
    &["production", "prod", "prd"],
    &["qa"],
    &["sandbox"],
    &["staging", "stg"],
    &["uat"],
];

/// Returns the words of a name in lowercase. Words for environments are written out.
pub(in crate::check) fn words(name: &str) -> Vec<String> {
    pieces(name).map(|word| full(word).unwrap_or(word).to_ascii_lowercase()).collect()
}

/// Returns the word for an environment in full, or `None` for any other word.
fn full(word: &str) -> Option<&'static str> {
    let known = ENVIRONMENTS.iter().find(|forms| forms.iter().any(|form| form.eq_ignore_ascii_case(word)))?;
    known.first().copied()
}

/// Returns whether a word, in full, names an environment and nothing else.
pub(in crate::check) fn is_environment(word: &str) -> bool {
    full(word).is_some()
}

/// Returns whether a word, in full, names the environment that users see.
pub(in crate::check) fn is_production(word: &str) -> bool {
    matches!(word, "live" | "production")
}

/// Words for environments before production that also have other meanings.
const BEFORE: [&str; 8] = ["acceptance", "integration", "preview", "rehearsal", "test", "testing", "trial", "try"];

/// An environment that may well follow production, such as one for customers to try things out.
const SANDBOX: &str = "sandbox";

/// Returns whether a word, in full, names an environment before production.
pub(in crate::check) fn precedes_production(word: &str) -> bool {
    is_environment(word) && !is_production(word) && word != SANDBOX || BEFORE.contains(&word)
}

/// Returns the words of a stage: those of its name and of the environments in which its actions run.
pub(in crate::check) fn words_of_stage(hir: &Hir, pipeline: &Pipeline, stage: usize) -> Vec<String> {
    let mut found = pipeline.stages.get(stage).map(|stage| words(&stage.name.node)).unwrap_or_default();
    for action in pipeline.actions.iter().filter(|action| action.stage == stage) {
        let environment = action.environment.as_ref().and_then(|it| hir.environments.get(it.node));
        found.extend(environment.into_iter().flat_map(|environment| words(&environment.declaration.symbol.node)));
    }
    found
}

/// The one word in which two names differ: that of the first, and that of the second.
pub(in crate::check) fn difference(first: &str, second: &str) -> Option<(String, String)> {
    let (one, other) = (words(first), words(second));
    if one.len() != other.len() {
        return None;
    }
    let mut pairs = one.into_iter().zip(other).filter(|(first, second)| first != second);
    let found = pairs.next()?;
    pairs.next().is_none().then_some(found)
}

/// Replaces a word, given in full, by another one in the same letter case.
pub(in crate::check) fn replaced(name: &str, word: &str, by: &str) -> String {
    let Some(written) = pieces(name).find(|piece| full(piece).unwrap_or(piece).eq_ignore_ascii_case(word)) else {
        return name.to_owned();
    };
    let by = match written.chars().next() {
        Some(first) if written.len() > 1 && written.chars().all(|c| c.is_ascii_uppercase()) && first != '_' => {
            by.to_ascii_uppercase()
        }
        Some(first) if first.is_ascii_uppercase() => {
            let (head, tail) = by.split_at_checked(1).unwrap_or((by, ""));
            format!("{}{tail}", head.to_ascii_uppercase())
        }
        _ => by.to_owned(),
    };
    name.replacen(written, &by, 1)
}

#[cfg(test)]
mod tests {
    use super::{difference, replaced, words};

    #[test]
    fn words_are_split_at_letter_case() {
        assert_eq!(words("OrdersProd-eu_1"), ["orders", "production", "eu", "1"]);
        assert_eq!(words(""), Vec::<String>::new());
    }

    #[test]
    fn names_differ_in_one_word() {
        let differ = |first, second| difference(first, second).map(|(one, other)| format!("{one} {other}"));
        assert_eq!(differ("billing-stg", "billing-prod").as_deref(), Some("staging production"));
        assert_eq!(differ("billing-staging", "orders-prod"), None);
        assert_eq!(differ("billing-prod", "billing-production"), None);
    }

    #[test]
    fn the_letter_case_stays() {
        assert_eq!(replaced("migrate-staging", "staging", "prod"), "migrate-prod");
        assert_eq!(replaced("MigrateStaging", "staging", "prod"), "MigrateProd");
        assert_eq!(replaced("STG_DB", "staging", "prod"), "PROD_DB");
    }
}
