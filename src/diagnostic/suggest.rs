//! "Did you mean": the most similar of a set of names.

use strsim::damerau_levenshtein;

/// The maximum length of a compared name. Longer names are not mistyped, and the comparison takes time proportional to
/// the product of the lengths.
const LONGEST: usize = 256;

/// Returns the candidate that is most similar to `wanted`: first one that differs only in case, otherwise one within an
/// edit distance of a third of the length (at least one). In a tie, the first candidate is returned, so that the result
/// is deterministic.
pub fn similar<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wanted.len() > LONGEST {
        return None;
    }
    let length = wanted.chars().count();
    let limit = (length / 3).max(1);
    // Texts whose lengths differ more cannot be that similar.
    let is_possible =
        |candidate: &&str| candidate.len() <= LONGEST && candidate.chars().count().abs_diff(length) <= limit;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().filter(is_possible) {
        let distance = if candidate.eq_ignore_ascii_case(wanted) { 0 } else { damerau_levenshtein(wanted, candidate) };
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Returns the word of AWS that is most similar to `wanted`: one that has one word more or less, otherwise a similar
/// one. In the names of a user, such a word is on purpose.
pub fn similar_term<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().filter(|it| it.len() <= LONGEST).collect();
    let alike = candidates.iter().find(|it| it.eq_ignore_ascii_case(wanted));
    let misspelled = || similar(wanted, candidates.iter().copied().filter(|it| is_misspelling(wanted, it)));
    let longer = || candidates.iter().find(|it| wanted.len() <= LONGEST && is_one_word_away(wanted, it));
    alike
        .copied()
        .or_else(misspelled)
        .or_else(|| longer().copied())
        .or_else(|| similar(wanted, candidates.iter().copied()))
}

/// The minimum number of words that two names must have in common.
const COMMON: usize = 2;

/// Returns whether one of two names lacks a word of the other: `LOCAL_DOCKER_CACHE` and `LOCAL_DOCKER_LAYER_CACHE`.
fn is_one_word_away(one: &str, other: &str) -> bool {
    let (mut short, mut long): (Vec<&str>, Vec<&str>) = (pieces(one).collect(), pieces(other).collect());
    if short.len() > long.len() {
        std::mem::swap(&mut short, &mut long);
    }
    let is_same = |(a, b): (&&str, &&str)| a.eq_ignore_ascii_case(b);
    let start = short.iter().zip(&long).take_while(|pair| is_same(*pair)).count();
    let end = short.iter().rev().zip(long.iter().rev()).take_while(|pair| is_same(*pair)).count();
    short.len() >= COMMON && long.len() == short.len() + 1 && start + end >= short.len()
}

/// Returns the words of a name: `OrdersProd` has two, as `orders-prod` does.
pub fn pieces(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).flat_map(|part| {
        let starts = part.char_indices().zip(part.chars().skip(1));
        let mut cuts: Vec<usize> = starts
            .filter(|((_, before), after)| before.is_ascii_lowercase() && after.is_ascii_uppercase())
            .map(|((at, before), _)| at + before.len_utf8())
            .collect();
        cuts.push(part.len());
        let mut start = 0;
        cuts.into_iter().filter_map(move |end| {
            let piece = part.get(start..end);
            start = end;
            piece.filter(|piece| !piece.is_empty())
        })
    })
}

/// Returns the candidate that a free-form name is a typo of: they differ by one typing error in a word of a minimum
/// length. `app-a` and `app-b`, `app1` and `app2`, and `east` and `west` are different names on purpose.
pub fn slip<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    similar(wanted, candidates.into_iter().filter(|candidate| is_slip(wanted, candidate)))
}

/// Returns the word of a program that another word is meant to be: they differ in case and separators only, or by a typing
/// error.
pub fn slip_of_word<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
    };
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let own = letters(wanted);
    let alike = candidates.iter().copied().find(|candidate| letters(candidate) == own);
    alike.filter(|_| !own.is_empty()).or_else(|| slip(wanted, candidates))
}

/// Returns whether a name can only be a misspelling of a candidate: at most two letters differ, and no digits, because
/// newer images and versions differ in those.
pub fn is_misspelling(written: &str, candidate: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(written) == digits(candidate) && damerau_levenshtein(written, candidate) <= MISSPELLED
}

/// Returns whether a candidate is certainly meant by a name: the name misspells it, or lacks one of its words.
pub fn is_meant(written: &str, candidate: &str) -> bool {
    is_misspelling(written, candidate) || is_one_word_away(written, candidate)
}

/// The maximum number of wrong letters in a misspelled name.
const MISSPELLED: usize = 2;

/// The minimum length of a word with a typo. Shorter words often differ by a letter on purpose.
const SHORTEST_WORD: usize = 4;

fn is_slip(one: &str, other: &str) -> bool {
    let (first, second): (Vec<&str>, Vec<&str>) = (one.split('-').collect(), other.split('-').collect());
    let is_word = |word: &str| word.len() >= SHORTEST_WORD && word.chars().all(|c| c.is_ascii_alphabetic());
    let alike = |a: &str, b: &str| a == b || is_word(a) && is_word(b) && damerau_levenshtein(a, b) <= 1;
    first.len() == second.len() && first.iter().zip(&second).all(|(a, b)| alike(a, b))
}

/// Returns the candidate that a name misspells or, if none is, the only one that it abbreviates: `StartPipeline` for
/// `StartPipelineExecution`, `CommitMsg` for `CommitMessage`. Otherwise, returns the most similar one.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let all = || candidates.iter().copied();
    let misspelled = similar(wanted, all().filter(|candidate| is_misspelling(wanted, candidate)));
    misspelled.or_else(|| abbreviated(wanted, all())).or_else(|| similar_term(wanted, all()))
}

/// Returns the only candidate that begins with the same letters and contains the others in the same order.
fn abbreviated<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let is_it = |candidate: &&str| {
        let mut letters = candidate.chars();
        let starts = wanted.get(..SHORTEST_WORD).is_some_and(|start| candidate.starts_with(start));
        starts && candidate.len() <= LONGEST && wanted.chars().all(|wanted| letters.any(|letter| letter == wanted))
    };
    let mut fitting = candidates.filter(is_it);
    fitting.next().filter(|_| fitting.next().is_none())
}

/// Returns the only candidate that is another form of the same verb: `fails` and `failed`, `success` and `succeeded`.
pub fn same_verb<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let stem = |word: &str| {
        let ending = ["ing", "ed", "es", "s"].into_iter().find_map(|ending| word.strip_suffix(ending));
        ending.unwrap_or(word).to_ascii_lowercase()
    };
    let only = |mut fitting: std::vec::IntoIter<&'a str>| fitting.next().filter(|_| fitting.next().is_none());
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let of_stem = |stem_of: &str| {
        candidates
            .iter()
            .copied()
            .filter(|it| stem_of.len() >= SHORTEST_WORD && stem(it) == stem_of)
            .collect::<Vec<_>>()
    };
    let noun = |start: &str| {
        let is_verb = |it: &&str| it.starts_with(start) && it.ends_with("ed");
        candidates.iter().copied().filter(is_verb).collect::<Vec<_>>()
    };
    let by_noun = || only(noun(&wanted.get(..SHORTEST_WORD)?.to_ascii_lowercase()).into_iter());
    only(of_stem(&stem(wanted)).into_iter()).or_else(by_noun)
}

/// Returns the path that is most similar to `wanted`: a similar one, otherwise the only one with the same file name.
pub fn similar_path<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(near) = similar(wanted, candidates.iter().copied()) {
        return Some(near);
    }
    let wanted = name(wanted);
    let mut alike = candidates.into_iter().filter(|candidate| name(candidate) == wanted);
    alike.next().filter(|_| alike.next().is_none())
}

/// Returns the last part of a path.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{is_misspelling, nearest, same_verb, similar, similar_path, similar_term, slip};

    #[test]
    fn an_abbreviation_is_nearer_than_a_similar_name() {
        let actions = ["GetPipeline", "StartPipelineExecution", "StopPipelineExecution"];
        assert_eq!(nearest("StartPipeline", actions), Some("StartPipelineExecution"));
        assert_eq!(nearest("CommitMsg", ["CommitId", "CommitMessage"]), Some("CommitMessage"));
        assert_eq!(nearest("GetObjekt", ["GetObject", "GetObjectAcl"]), Some("GetObject"));
        assert_eq!(nearest("Put", ["PutObject"]), None);
    }

    #[test]
    fn names_that_differ_on_purpose_are_no_slips() {
        for (wanted, other) in [
            ("orders-east", "orders-west"),
            ("app-temp", "app-test"),
            ("app-a", "app-b"),
            ("app1", "app2"),
            ("DeployEU", "DeployUS"),
            ("TeamCity-v2", "TeamCity"),
        ] {
            assert_eq!(slip(wanted, [other]), None, "{wanted} {other}");
        }
        assert_eq!(slip("preveiw", ["preview"]), Some("preview"));
        assert_eq!(slip("previews", ["preview"]), Some("preview"));
    }

    #[test]
    fn other_digits_are_other_names() {
        assert!(is_misspelling("aws/codebuild/standart:7.0", "aws/codebuild/standard:7.0"));
        assert!(!is_misspelling("aws/codebuild/standard:8.0", "aws/codebuild/standard:7.0"));
        assert!(!is_misspelling("aws/codebuild/windows-large:1.0", "aws/codebuild/windows-base:1.0"));
    }

    #[test]
    fn another_form_of_a_verb_is_meant() {
        assert_eq!(same_verb("fails", ["started", "failed", "stage-failed"]), Some("failed"));
        assert_eq!(same_verb("starting", ["started", "failed"]), Some("started"));
        assert_eq!(same_verb("failure", ["started", "failed", "stage-failed"]), Some("failed"));
        assert_eq!(same_verb("success", ["superseded", "succeeded"]), Some("succeeded"));
        assert_eq!(same_verb("as", ["aed"]), None);
    }

    #[test]
    fn a_path_may_be_meant_by_its_file_name() {
        assert_eq!(similar_path("template.yml", ["README.md", "template.yaml"]), Some("template.yaml"));
        assert_eq!(similar_path("build/out/output.yaml", ["output.yaml"]), Some("output.yaml"));
        assert_eq!(similar_path("template.yaml", ["services/a/template.yaml", "services/b/template.yaml"]), None);
    }

    #[test]
    fn a_term_may_lack_a_word() {
        let modes = ["LOCAL_SOURCE_CACHE", "LOCAL_DOCKER_LAYER_CACHE"];
        assert_eq!(similar_term("LOCAL_DOCKER_CACHE", modes), Some("LOCAL_DOCKER_LAYER_CACHE"));
        let actions = ["codepipeline:GetPipeline", "codepipeline:StartPipelineExecution"];
        assert_eq!(similar_term("codepipeline:StartPipeline", actions), Some("codepipeline:StartPipelineExecution"));
        let capabilities = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"];
        assert_eq!(similar_term("CAPABILITY_NAME_IAM", capabilities), Some("CAPABILITY_NAMED_IAM"));
        assert_eq!(similar_term("codepipeline:GetPipelin", actions), Some("codepipeline:GetPipeline"));
    }

    #[test]
    fn takes_case_first_then_a_third_of_the_length() {
        assert_eq!(similar("MyAppBiuld", ["Other", "MyAppBuild"]), Some("MyAppBuild"));
        assert_eq!(similar("source", ["sources", "Source"]), Some("Source"));
        assert_eq!(similar("Source", ["Src"]), None);
        let long = "x".repeat(15_000_000);
        assert_eq!((similar(&long, ["x"]), similar("x", [long.as_str()])), (None, None));
    }
}
