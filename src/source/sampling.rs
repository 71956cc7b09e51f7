//! How many cases the unit tests try.

/// Returns 1 if `CI=true`; otherwise, `n` if tests try one of every `n` cases, so that they run quickly after a small
/// change.
pub fn one_of() -> usize {
    if std::env::var("CI").is_ok_and(|value| value == "true") { 1 } else { 10 }
}

/// Returns how many of so many random cases are tried.
pub fn share_of(count: u32) -> u32 {
    count / u32::try_from(one_of()).unwrap_or(1)
}
