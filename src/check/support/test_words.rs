//! Recognition of commands that test something.

/// Words of commands that test something.
const TESTS: [&str; 18] = [
    "check",
    "cypress",
    "e2e",
    "jest",
    "k6",
    "lint",
    "newman",
    "phpunit",
    "playwright",
    "pytest",
    "rspec",
    "scan",
    "test",
    "tests",
    "tox",
    "unit",
    "verify",
    "vitest",
];

/// Returns whether a command tests something. A check whether a file exists does not count.
pub(in crate::check) fn is_test(command: &str) -> bool {
    let is_word = command.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| TESTS.contains(&word));
    let runs = !command.trim_start().starts_with(['[', '#']) && !command.trim_start().starts_with("test ");
    is_word && runs
}
