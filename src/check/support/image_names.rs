//! The names of images. <https://pkg.go.dev/github.com/distribution/reference> (2026-11-30)

/// Why Docker rejects the name of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum ImageFault {
    /// A second colon after the last slash.
    TwoColons,
    /// An uppercase letter in the name of the repository.
    Uppercase,
    /// A slash after the colon of a tag.
    SlashInTag,
    /// A character that no tag contains.
    Character(char),
}

impl ImageFault {
    /// Returns the reason as a fragment.
    pub fn reason(self) -> String {
        match self {
            Self::TwoColons => "two colons".to_owned(),
            Self::Uppercase => "the name must be in lowercase".to_owned(),
            Self::SlashInTag => "a tag contains no `/`".to_owned(),
            Self::Character(character) => format!("a tag contains no `{character}`"),
        }
    }

    /// Returns the help for an image with this fault.
    pub fn help(self, image: &str) -> String {
        match self {
            Self::TwoColons => "write one tag after the name".to_owned(),
            Self::Uppercase => format!("write `{}`", image.to_lowercase()),
            Self::SlashInTag | Self::Character(_) => "write `-` instead, or another tag".to_owned(),
        }
    }
}

/// Returns why Docker rejects a name. `${NAME}` stands for any text.
pub(in crate::check) fn fault(image: &str) -> Option<ImageFault> {
    let plain = without_variables(image);
    let name = plain.split('@').next().unwrap_or_default();
    let (path, last) = name.rsplit_once('/').map_or((None, name), |(path, last)| (Some(path), last));
    if last.matches(':').count() > 1 {
        return Some(ImageFault::TwoColons);
    }
    let (repository, tag) = last.split_once(':').map_or((last, None), |(repository, tag)| (repository, Some(tag)));
    // A registry, such as `HOST:5000/name`, may have a port, and letters of any case.
    let folders: Vec<&str> = path.into_iter().flat_map(|path| path.split('/')).collect();
    let (host, folders) = match folders.split_first() {
        Some((first, rest)) if is_registry(first) => (*first, rest),
        _ => ("", folders.as_slice()),
    };
    let port = host.split_once(':').map(|(_, port)| port);
    let is_port = |port: &str| port.chars().all(|c| c.is_ascii_digit() || c == UNKNOWN);
    if port.is_some_and(|port| !is_port(port)) || folders.iter().any(|folder| folder.contains(':')) {
        return Some(ImageFault::SlashInTag);
    }
    if folders.iter().any(|folder| has_uppercase(folder)) || has_uppercase(repository) {
        return Some(ImageFault::Uppercase);
    }
    let may_be_in_tag = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c) || c == UNKNOWN;
    tag?.chars().find(|c| !may_be_in_tag(*c)).map(ImageFault::Character)
}

/// What stands for the value of a variable.
const UNKNOWN: char = '\u{1}';

fn is_registry(first: &str) -> bool {
    first.contains(['.', ':', UNKNOWN]) || has_uppercase(first)
}

fn has_uppercase(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_uppercase())
}

/// Replaces `${NAME}` and the wildcards of names that are known later.
fn without_variables(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("${") {
        plain.push_str(before);
        plain.push(UNKNOWN);
        rest = tail.split_once('}').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain.replace(['*', '?'], &UNKNOWN.to_string())
}

#[cfg(test)]
mod tests {
    use super::{ImageFault, fault};

    #[test]
    fn names_of_images() {
        for image in [
            "app",
            "app:v1",
            "${REPO}:${TAG}",
            "${REGISTRY}/app:${TAG}-arm64",
            "Registry.example.com/app",
            "localhost:5000/app:V1",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:abc",
            "*.dkr.ecr.*.amazonaws.com/app:1",
            "Example/app",
            "${A}${B}",
        ] {
            assert_eq!(fault(image), None, "{image}");
        }
        assert_eq!(fault("App"), Some(ImageFault::Uppercase));
        assert_eq!(fault("example/App:v1"), Some(ImageFault::Uppercase));
        assert_eq!(fault("${REGISTRY}/App:v1"), Some(ImageFault::Uppercase));
        assert_eq!(fault("app:v1:v2"), Some(ImageFault::TwoColons));
        assert_eq!(fault("app:feature/x"), Some(ImageFault::SlashInTag));
        assert_eq!(fault("${REPO}:feature/${TAG}"), Some(ImageFault::SlashInTag));
        assert_eq!(fault("app:1.0+build"), Some(ImageFault::Character('+')));
    }
}
