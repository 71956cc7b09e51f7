//! "Did you mean": the nearest of a set of names.

use strsim::damerau_levenshtein;

/// The candidate nearest to `wanted`: equal but for case first, else within a third of the length
/// (at least one edit). Ties go to the first candidate, so the answer does not depend on chance.
pub fn similar<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wanted.chars().count() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = if candidate.eq_ignore_ascii_case(wanted) { 0 } else { damerau_levenshtein(wanted, candidate) };
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn takes_case_first_then_a_third_of_the_length() {
        assert_eq!(similar("MyAppBiuld", ["Other", "MyAppBuild"]), Some("MyAppBuild"));
        assert_eq!(similar("source", ["sources", "Source"]), Some("Source"));
        assert_eq!(similar("Source", ["Src"]), None);
    }
}
