//! Credentials that are recognizable by their form or by the name of their variable (`credentials.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// A kind of credential that is recognizable by its form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialForm {
    /// What it is called, with its article.
    pub what: String,
    /// Its prefixes.
    pub prefixes: Vec<String>,
    /// The minimum number of characters after the prefix.
    pub least: usize,
    /// Whether that is also the maximum.
    #[serde(default)]
    pub exact: bool,
    /// The page that describes it.
    pub source: String,
}

/// A kind of URL that is a credential itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretUrl {
    /// What it is called, with its article.
    pub what: String,
    /// Its start.
    pub prefix: String,
    /// The minimum number of characters after the prefix.
    pub least: usize,
    /// The page that describes it.
    pub source: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Credentials {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The last words of the names of variables with secrets.
    pub words: Vec<String>,
    /// The words before `_KEY` in the names of variables with secrets.
    pub keys: Vec<String>,
    /// The forms.
    pub form: Vec<CredentialForm>,
    /// The URLs.
    pub secret_url: Vec<SecretUrl>,
}

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn credentials() -> Option<&'static Credentials> {
    static CREDENTIALS: OnceLock<Option<Credentials>> = OnceLock::new();
    CREDENTIALS.get_or_init(|| serde_json::from_str(facts!("credentials")).ok()).as_ref()
}

/// Returns the forms; empty if the file does not parse, which a test rules out.
pub fn forms() -> &'static [CredentialForm] {
    credentials().map_or(&[], |file| &file.form)
}

/// Returns the kind of URL in a text that is a credential itself.
pub fn secret_url(text: &str) -> Option<&'static SecretUrl> {
    let is_in = |url: &&SecretUrl| {
        let rest = text.split_once(url.prefix.as_str()).map_or("", |(_, rest)| rest);
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "/_-@".contains(*c)).count() >= url.least
    };
    credentials()?.secret_url.iter().find(is_in)
}

/// Returns whether a variable contains a secret, judging by the words of its name, given from last to first.
pub fn names_secret<'w>(mut words: impl Iterator<Item = &'w str>) -> bool {
    let Some(file) = credentials() else { return false };
    match (words.next(), words.next()) {
        (Some("KEY"), Some(kind)) => file.keys.iter().any(|known| known == kind),
        (Some(last), _) => file.words.iter().any(|known| known == last),
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_complete() {
        let file = serde_json::from_str::<Credentials>(facts!("credentials")).unwrap();
        assert!(file.verified.len() == 10 && file.form.len() == 20 && file.secret_url.len() == 3);
        assert!(file.form.iter().all(|form| form.source.starts_with("https://") && !form.prefixes.is_empty()));
        assert!(names_secret(["TOKEN", "GITHUB"].into_iter()) && names_secret(["KEY", "API"].into_iter()));
        assert!(!names_secret(["KEY", "CACHE"].into_iter()) && !names_secret([].into_iter()));
    }
}
