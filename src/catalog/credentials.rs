//! Credentials that their form or the name of their variable gives away (`credentials.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// A kind of credential that its form gives away.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialForm {
    /// What it is, with its article.
    pub what: String,
    /// What it begins with.
    pub prefixes: Vec<String>,
    /// Characters behind the prefix: at least so many.
    pub least: usize,
    /// Whether there may not be more.
    #[serde(default)]
    pub exact: bool,
    /// The page that describes it.
    pub source: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// Last words of the names of variables with secrets.
    pub words: Vec<String>,
    /// Words before `_KEY` in the names of variables with secrets.
    pub keys: Vec<String>,
    /// The forms.
    pub form: Vec<CredentialForm>,
}

/// The whole file; `None` if it does not parse, which a test rules out.
pub fn credentials() -> Option<&'static Credentials> {
    static CREDENTIALS: OnceLock<Option<Credentials>> = OnceLock::new();
    CREDENTIALS.get_or_init(|| serde_json::from_str(facts!("credentials")).ok()).as_ref()
}

/// The forms; none if the file does not parse, which a test rules out.
pub fn forms() -> &'static [CredentialForm] {
    credentials().map_or(&[], |file| &file.form)
}

/// Whether the words of a variable's name, the last one first, say that it holds a secret.
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
        assert!(file.verified.len() == 10 && file.form.len() == 6);
        assert!(file.form.iter().all(|form| form.source.starts_with("https://docs.") && !form.prefixes.is_empty()));
        assert!(names_secret(["TOKEN", "GITHUB"].into_iter()) && names_secret(["KEY", "API"].into_iter()));
        assert!(!names_secret(["KEY", "CACHE"].into_iter()) && !names_secret([].into_iter()));
    }
}
