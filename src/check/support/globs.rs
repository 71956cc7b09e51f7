//! IAM patterns: `*` matches any string, `?` any character.

/// Returns whether some string matches both patterns.
pub(in crate::check) fn meet(one: &[u8], other: &[u8]) -> bool {
    // Row by row, from the ends: whether the remainders of both patterns can match the same string.
    let mut below = vec![false; other.len() + 1];
    for start in (0..=one.len()).rev() {
        let mut row = vec![false; other.len() + 1];
        for tail in (0..=other.len()).rev() {
            let right = row.get(tail + 1).copied().unwrap_or_default();
            let down = below.get(tail).copied().unwrap_or_default() && start < one.len();
            let both = below.get(tail + 1).copied().unwrap_or_default() && start < one.len();
            let met = match (one.get(start), other.get(tail)) {
                (None, None) => true,
                (Some(b'*'), _) | (_, Some(b'*')) => down || right,
                (Some(a), Some(b)) => (a == b || *a == b'?' || *b == b'?') && both,
                _ => false,
            };
            if let Some(cell) = row.get_mut(tail) {
                *cell = met;
            }
        }
        below = row;
    }
    below.first().copied().unwrap_or_default()
}

/// The number of parts of an ARN. The last one can contain more colons.
const PARTS: usize = 6;

/// Returns whether some ARN matches both patterns, which are compared part by part.
pub(in crate::check) fn arns_meet(one: &str, other: &str) -> bool {
    let parts = |arn: &str| arn.splitn(PARTS, ':').map(str::to_owned).collect::<Vec<_>>();
    let (first, second) = (parts(one), parts(other));
    if first.len() < PARTS || second.len() < PARTS {
        return meet(one.as_bytes(), other.as_bytes());
    }
    first.iter().zip(&second).all(|(one, other)| meet(one.as_bytes(), other.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{arns_meet, meet};

    #[test]
    fn a_wildcard_stays_in_its_part_of_an_arn() {
        assert!(arns_meet("arn:*:s3:::*/*", "arn:aws:s3:::b/c:d"));
        assert!(!arns_meet("arn:*:s3:::*/*", "arn:*:sns:*:*:*") && arns_meet("arn:*:sns:*:*:*", "*"));
    }

    #[test]
    fn two_patterns_meet_where_some_text_fits_both() {
        let both = |one: &str, other: &str| {
            let met = meet(one.as_bytes(), other.as_bytes());
            assert_eq!(met, meet(other.as_bytes(), one.as_bytes()), "{one} {other}");
            met
        };
        assert!(both("abc", "abc") && both("a*", "*c") && both("*", "") && both("a?c", "*b*") && both("*a*", "*b*"));
        assert!(both("arn:*:s3:::*/*", "arn:aws:s3:::b/x") && both("a*b*c", "a?c*"));
        assert!(
            !both("abc", "abd") && !both("a*", "b*") && !both("?", "") && !both("arn:*:s3:::*/*", "arn:aws:s3:::b")
        );
        assert!(!both("a*c", "ab") && !both("", "a"));
    }
}
