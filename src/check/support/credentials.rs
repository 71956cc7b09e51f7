//! Literals that look like credentials.

use crate::catalog::credentials::{CredentialForm, forms};

/// Returns the kind of credential that a string contains.
pub(in crate::check) fn credential(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| !word.ends_with("EXAMPLE")).find_map(|word| {
        let fits = |form: &&CredentialForm| {
            form.prefixes.iter().filter_map(|prefix| word.strip_prefix(prefix)).any(|rest| {
                let length = rest.len();
                if form.exact {
                    length == form.least && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
                } else {
                    length >= form.least
                }
            })
        };
        forms().iter().find(fits).map(|form| form.what.as_str())
    })
}
