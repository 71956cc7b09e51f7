//! Programs to which a variable in single quotes is a plain text.

use camino::Utf8Path;

use super::arguments::{Arguments, text};

/// Programs that neither run their arguments nor replace variables in them, with the first word after them (empty: any).
const LITERAL: &[(&str, &[&str])] = &[
    ("aws", &["cloudformation", "cloudfront", "deploy", "ecr", "ecs", "s3", "sns"]),
    ("cd", &[]),
    ("cp", &[]),
    ("curl", &[]),
    ("docker", &["build", "buildx", "image", "login", "manifest", "pull", "push", "tag"]),
    ("export", &[]),
    ("git", &["checkout", "clone", "commit", "push", "tag"]),
    ("helm", &["install", "push", "upgrade"]),
    ("kubectl", &["apply", "rollout", "set"]),
    ("mkdir", &[]),
    ("mv", &[]),
    ("playwright", &["test"]),
    ("podman", &["build", "login", "pull", "push", "tag"]),
    ("pytest", &[]),
    ("sam", &["deploy", "package"]),
    ("touch", &[]),
];

/// The files with the images of a deployment.
const IMAGES: [&str; 2] = ["imagedefinitions.json", "imageDetail.json"];

/// Options whose values are languages of their own.
const LANGUAGES: [&str; 5] = ["--container-overrides", "--filter", "--format", "--overrides", "--query"];

/// Returns whether a program takes a variable in its arguments as text.
pub(super) fn takes_literally(program: &str, arguments: &Arguments<'_>) -> bool {
    if matches!(program, "echo" | "printf") {
        let file = arguments.redirected().and_then(|output| output.word.literal());
        // The images of a deployment are checked with it.
        let file = file.filter(|path| !IMAGES.iter().any(|name| path.ends_with(name)));
        return file.is_some_and(|path| matches!(Utf8Path::new(&path).extension(), Some("json" | "txt")));
    }
    let is_language = arguments.words().any(|word| LANGUAGES.iter().any(|option| word.prefix().starts_with(option)));
    let first = arguments.operation().first();
    let has_words = |words: &[&str]| words.is_empty() || first.is_some_and(|first| words.contains(first));
    let is_script = arguments.words().filter_map(text).any(|word| matches!(word, "sh" | "bash" | "-c"));
    !is_language && !is_script && LITERAL.iter().any(|(name, words)| *name == program && has_words(words))
}
