//! Literals that look like credentials.

use crate::catalog::credentials::{CredentialForm, forms, secret_url};

/// The length of the shortest credential: a URL with a password, `://a:12345678@a.b`.
const SHORTEST: usize = 17;

/// Returns the kind of credential that a string contains.
pub(in crate::check) fn credential(text: &str) -> Option<&'static str> {
    if text.len() < SHORTEST {
        return None;
    }
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    if text.contains("://") {
        if has_url_password(text) {
            return Some("a URL with a password");
        }
        if let Some(url) = secret_url(text) {
            return Some(&url.what);
        }
    }
    let hyphenated = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')));
    let hyphenated: Vec<&str> = hyphenated.filter(|word| word.len() >= SHORTEST).collect();
    if hyphenated.iter().any(|word| is_web_token(word)) {
        return Some("a JSON Web Token");
    }
    let words = hyphenated.iter().flat_map(|word| word.split(['-', '.'])).chain(hyphenated.iter().copied());
    let of_words = words.filter(|word| !word.ends_with("EXAMPLE")).find_map(|word| {
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
    });
    of_words.or_else(|| has_authorization(text).then_some("an access token"))
}

/// The minimum length of a token in a header.
const SHORTEST_TOKEN: usize = 20;

/// Returns whether a string contains the header `Authorization` with a literal token.
/// <https://www.rfc-editor.org/rfc/rfc6750> (2026-11-29)
fn has_authorization(text: &str) -> bool {
    const HEADER: &str = "authorization";
    let is_header = |colon: usize| {
        let name = colon.checked_sub(HEADER.len()).and_then(|start| text.get(start..colon));
        name.is_some_and(|name| name.eq_ignore_ascii_case(HEADER))
    };
    text.match_indices(':').filter(|(colon, _)| is_header(*colon)).any(|(colon, _)| {
        let rest = text.get(colon + 1..).unwrap_or_default().trim_start();
        let Some((scheme, token)) = rest.split_once(' ') else { return false };
        let token: String = token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-._~+/=".contains(*c)).collect();
        let has = |wanted: fn(&char) -> bool| token.chars().any(|c| wanted(&c));
        matches!(scheme.to_ascii_lowercase().as_str(), "bearer" | "basic" | "token")
            && token.len() >= SHORTEST_TOKEN
            && has(char::is_ascii_digit)
            && has(char::is_ascii_alphabetic)
            && !token.to_ascii_uppercase().contains("EXAMPLE")
    })
}

/// The minimum length of a password that is not a placeholder, such as `pass` or `password`.
const SHORTEST_PASSWORD: usize = 8;

/// Returns whether a string contains a URL with a password for another computer, for example that of a database.
fn has_url_password(text: &str) -> bool {
    text.match_indices("://").any(|(at, separator)| {
        let rest = text.get(at + separator.len()..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_whitespace() || "/'\"`,;<>()?".contains(c)).unwrap_or(rest.len());
        let Some((user, host)) = rest.get(..end).and_then(|authority| authority.rsplit_once('@')) else { return false };
        let Some((user, password)) = user.split_once(':') else { return false };
        let has = |wanted: fn(&char) -> bool| password.chars().any(|c| wanted(&c));
        // A service of a test runs on the same computer, or has a name without a domain.
        let is_far = host.contains('.') && !host.starts_with("127.") && !host.starts_with("0.0.0.0");
        is_far
            && !user.is_empty()
            && password.len() >= SHORTEST_PASSWORD
            && has(char::is_ascii_digit)
            && has(char::is_ascii_alphabetic)
            && !password.contains(['$', '{', '*', '#'])
    })
}

/// Returns whether a word is a JSON Web Token: three parts in Base64, of which the first two are JSON objects.
/// <https://www.rfc-editor.org/rfc/rfc7519> (2026-11-29)
fn is_web_token(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { return false };
    header.starts_with("eyJ") && payload.starts_with("eyJ") && signature.len() >= SHORTEST_SIGNATURE
}

/// The length of the shortest signature of a JSON Web Token, in Base64.
const SHORTEST_SIGNATURE: usize = 43;

#[cfg(test)]
mod tests {
    use super::{SHORTEST, credential, forms};
    use crate::catalog::credentials::credentials;

    #[test]
    fn nothing_shorter_is_a_credential() {
        let with_password = "://a:1234567b@a.b";
        assert_eq!(with_password.len(), SHORTEST);
        assert_eq!(credential(with_password), Some("a URL with a password"));
        let shortest = |form: &super::CredentialForm| form.prefixes.iter().map(|it| it.len() + form.least).min();
        assert!(forms().iter().filter_map(shortest).all(|length| length >= SHORTEST));
        assert!(credentials().unwrap().secret_url.iter().all(|url| url.prefix.contains("://")));
    }

    #[test]
    fn passwords_in_urls_are_found() {
        for (text, found) in [
            ("postgres://billing:Tr0ub4dor-3x9@db.staging.acme.example/app", true),
            ("curl https://ci:s3cretPassw0rd@artifacts.acme.example", true),
            ("postgres://app:Tr0ub4dor-3x9@localhost/app", false),
            ("postgres://app:Tr0ub4dor-3x9@db/app", false),
            ("postgres://app:$PASSWORD@db.acme.example/app", false),
            ("postgres://app:${DB_PASSWORD_1}@db.acme.example/app", false),
            ("postgres://user:password@db.acme.example/app", false),
            ("https://docs.acme.example/a@2:b1234567", false),
            ("ssh://git@github.com:acme/app1234567", false),
        ] {
            assert_eq!(credential(text).is_some(), found, "{text}");
        }
    }

    #[test]
    fn tokens_in_headers_are_found() {
        assert_eq!(credential("curl -H 'Authorization: Bearer 0a1b2c3d4e5f6a7b8c9d0e1f' x"), Some("an access token"));
        assert_eq!(credential("curl -H \"authorization: token $TOKEN\" x"), None);
    }

    #[test]
    fn tokens_are_found_in_words_with_hyphens() {
        let signature = "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        let token = format!("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{signature}");
        assert_eq!(credential(&token), Some("a JSON Web Token"));
        assert_eq!(credential("TOKEN=glpat-abcdefghij0123456789"), Some("a GitLab token"));
        assert_eq!(credential("eyJhbGciOiJIUzI1NiJ9"), None);
        assert_eq!(credential("glpat-short"), None);
    }
}
