//! The two spellings of the keys of a pipeline.

/// Returns a key of a pipeline in the API's spelling: `roleArn`.
pub fn api_key(key: &str) -> String {
    with_first(key, |first| first.to_ascii_lowercase())
}

/// Returns a key of a pipeline in the spelling of templates: `RoleArn`.
pub fn template_key(key: &str) -> String {
    with_first(key, |first| first.to_ascii_uppercase())
}

fn with_first(key: &str, change: fn(char) -> char) -> String {
    let mut letters = key.chars();
    let first = letters.next().map(change);
    first.into_iter().chain(letters).collect()
}
