//! Literals that look like credentials.

use std::ops::Range;

use crate::catalog::credentials::{CredentialForm, forms};

/// Returns the kind of credential that a string contains.
pub(in crate::check) fn credential(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let of_words = words.filter(|word| !word.ends_with("EXAMPLE")).find_map(|word| {
        forms().iter().find(|form| form.prefixes.iter().any(|prefix| fits(form, word.strip_prefix(prefix.as_str()))))
    });
    // Hyphens are part of some tokens.
    let longer = || text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')));
    let of_longer = || {
        let hyphenated = |prefix: &&String| prefix.contains('-');
        longer().find_map(|word| {
            forms().iter().find(|form| {
                form.prefixes.iter().filter(hyphenated).any(|prefix| fits(form, word.strip_prefix(prefix.as_str())))
            })
        })
    };
    let form = of_words.or_else(of_longer).map(|form| form.what.as_str());
    form.or_else(|| bearer(text).then_some("an access token"))
}

/// Returns whether the rest of a word after a prefix has the length of a form.
fn fits(form: &CredentialForm, rest: Option<&str>) -> bool {
    let Some(rest) = rest else { return false };
    if form.exact {
        return rest.len() == form.least && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    }
    rest.len() >= form.least
}

/// The minimum length of a token in a header.
const SHORTEST_TOKEN: usize = 20;

/// Returns whether a string contains the header `Authorization` with a literal token.
/// <https://datatracker.ietf.org/doc/html/rfc6750> (2026-11-29)
fn bearer(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.match_indices("authorization:").any(|(at, header)| {
        let rest = text.get(at + header.len()..).unwrap_or_default().trim_start();
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

/// Hosts whose passwords protect nothing: they run in the build itself.
const LOCAL: [&str; 4] = ["127.", "0.0.0.0", "host.docker.internal", "localhost"];

/// Returns the password in a URL such as `postgres://user:password@db.example.com/name`, and its range. The services
/// that a build starts itself have names without a dot.
pub(in crate::check) fn password_in_url(text: &str) -> Option<(&str, Range<usize>)> {
    text.match_indices("://").find_map(|(at, mark)| {
        let start = at + mark.len();
        let rest = text.get(start..)?;
        let end = rest.find(|c: char| c.is_whitespace() || "/?#'\"`,;)<>".contains(c)).unwrap_or(rest.len());
        let (login, host) = rest.get(..end)?.rsplit_once('@')?;
        let (_, password) = login.split_once(':')?;
        let is_remote = host.contains('.') && !LOCAL.iter().any(|local| host.starts_with(local));
        let from = start + login.len() - password.len();
        let is_literal = !password.is_empty() && !password.contains(['$', '{', '}', '%', '*', '[', ']']);
        (is_remote && is_literal).then_some((password, from..from + password.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::{credential, password_in_url};

    #[test]
    fn passwords_in_urls_of_other_hosts_are_found() {
        let found = |text: &'static str| password_in_url(text).map(|(password, _)| password);
        assert_eq!(found("postgres://app:Tr0ub4dor@db.acme.io:5432/x"), Some("Tr0ub4dor"));
        assert_eq!(found("curl 'https://ci:a@b1@host.acme.io/x'"), Some("a@b1"));
        for text in [
            "postgres://app:Tr0ub4dor@localhost:5432/x",
            "postgres://app:Tr0ub4dor@db/x",
            "https://ci:$TOKEN@git.acme.io/x",
            "https://ci:${TOKEN}@git.acme.io/x",
            "https://user@git.acme.io/x:1",
            "https://acme.io/a:b@c.d",
            "ssh://git@acme.io",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn tokens_in_headers_are_found() {
        assert_eq!(credential("curl -H 'Authorization: Bearer 0a1b2c3d4e5f6a7b8c9d0e1f' x"), Some("an access token"));
        assert_eq!(credential("curl -H \"authorization: token $TOKEN\" x"), None);
        assert_eq!(credential("TOKEN=glpat-0a1b2c3d4e5f6a7b8c9d"), Some("a GitLab token"));
        assert_eq!(credential("xoxb-short"), None);
    }
}
