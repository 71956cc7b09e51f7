//! Literals that look like credentials.

/// A kind of credential that its form gives away.
struct Form {
    what: &'static str,
    prefixes: &'static [&'static str],
    /// Characters behind the prefix: at least so many.
    least: usize,
    /// Whether there may be more.
    exact: bool,
}

/// Access key ids: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>; tokens:
/// <https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github> (2026-11-23)
const FORMS: [Form; 3] = [
    Form { what: "an AWS access key ID", prefixes: &["AKIA", "ASIA"], least: 16, exact: true },
    Form { what: "a GitHub token", prefixes: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], least: 36, exact: false },
    Form { what: "a GitHub token", prefixes: &["github_pat_"], least: 22, exact: false },
];

/// What kind of credential a text holds.
pub(in crate::check) fn credential(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| !word.ends_with("EXAMPLE")).find_map(|word| {
        let fits = |form: &&Form| {
            form.prefixes.iter().filter_map(|prefix| word.strip_prefix(prefix)).any(|rest| {
                let length = rest.len();
                if form.exact {
                    length == form.least && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
                } else {
                    length >= form.least
                }
            })
        };
        FORMS.iter().find(fits).map(|form| form.what)
    })
}
