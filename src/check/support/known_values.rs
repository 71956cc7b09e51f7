//! Values of arguments whose parts may be unknown, and their forms in ARNs.

use crate::workspace::shell::WordPart;

/// A string whose parts may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// The string as a pattern.
    pub glob: String,
    /// The string as a file would contain it.
    pub shown: String,
}

impl Known {
    pub(super) fn text(text: &str) -> Self {
        Self { glob: text.to_owned(), shown: text.to_owned() }
    }

    pub(super) fn open() -> Self {
        Self::text("*")
    }

    pub(super) fn push(&mut self, other: &Self) {
        self.glob.push_str(&other.glob);
        self.shown.push_str(&other.shown);
    }

    pub(super) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self { glob: change(&self.glob), shown: change(&self.shown) }
    }
}

/// Returns the key that a value names: permissions are for keys, not for aliases.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html> (2026-11-30)
pub(super) fn key_of(value: &Known) -> Known {
    value.map(|text| match text.split_once("alias/") {
        Some(("", _)) => "*".to_owned(),
        Some((before, _)) => format!("{before}key/*"),
        None => text.to_owned(),
    })
}

/// Converts the value of an option to its form in an ARN.
pub(super) fn formed(value: &Known, form: &str) -> Known {
    match form {
        "path" => value.map(|text| text.strip_prefix('/').unwrap_or(text).to_owned()),
        "named" => Known { glob: format!("*{}", value.glob), shown: value.shown.clone() },
        "bucket" => value.map(|text| text.strip_prefix("s3://").unwrap_or(text).trim_end_matches('/').to_owned()),
        "group" => Known { glob: format!("{}*", value.glob), shown: format!("{}:*", value.shown) },
        // AWS checks the path itself.
        // https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html (2026-11-30)
        "tree" => value.map(|text| match text.strip_prefix('/').unwrap_or(text) {
            path if path.is_empty() || path.ends_with('/') => format!("{}*", path.trim_end_matches('/')),
            path => path.to_owned(),
        }),
        "last" => value.map(|text| text.rsplit('/').next().unwrap_or(text).to_owned()),
        "function" => value.map(|text| match text.split_once(':') {
            Some((name, _)) => format!("{name}*"),
            None => text.to_owned(),
        }),
        // Secrets Manager adds a hyphen and six characters to the name.
        "secret" => Known { glob: format!("{}*", value.glob), shown: format!("{}-??????", value.shown) },
        _ => value.clone(),
    }
}

/// Returns the parts of the bucket's name in `s3://bucket/key`, and those of the key.
pub(super) fn bucket_of(parts: &[WordPart]) -> Option<(Vec<WordPart>, Vec<WordPart>)> {
    let Some((WordPart::Text(first), rest)) = parts.split_first() else { return None };
    let first = WordPart::Text(first.strip_prefix("s3://")?.to_owned());
    let (mut name, mut key) = (Vec::new(), Vec::new());
    let mut in_key = false;
    for part in [&first].into_iter().chain(rest) {
        match part {
            WordPart::Text(text) if !in_key => {
                let (own, tail) = text.split_once('/').map_or((text.as_str(), None), |(own, tail)| (own, Some(tail)));
                in_key = tail.is_some();
                let texts = [(&mut name, own), (&mut key, tail.unwrap_or_default())];
                for (parts, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
                    parts.push(WordPart::Text(text.to_owned()));
                }
            }
            _ if in_key => key.push(part.clone()),
            _ => name.push(part.clone()),
        }
    }
    Some((name, key))
}
