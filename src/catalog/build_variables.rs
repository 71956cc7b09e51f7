//! Environment variables that are set in every build (`build_variables.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuildVariables {
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The variables that CodeBuild sets.
    pub set: Vec<String>,
    /// The variables that are empty in builds of a pipeline.
    pub empty: Vec<String>,
    /// The variables that the shell sets.
    pub shell: Vec<String>,
    /// How variables that the images set begin, if they end as one of `suffixes`.
    pub prefixes: Vec<String>,
    /// How they end.
    pub suffixes: Vec<String>,
    /// Other variables that the images set.
    pub images: Vec<String>,
}

static TEXT: &str = facts!("build_variables");

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn build_variables() -> Option<&'static BuildVariables> {
    static VARIABLES: OnceLock<Option<BuildVariables>> = OnceLock::new();
    VARIABLES.get_or_init(|| serde_json::from_str(TEXT).ok()).as_ref()
}

impl BuildVariables {
    /// Returns whether a build in one of CodeBuild's images has a variable or may have it.
    pub fn may_have(&self, name: &str) -> bool {
        let listed = |names: &[String]| names.iter().any(|known| known == name);
        listed(&self.set)
            || listed(&self.empty)
            || listed(&self.shell)
            || listed(&self.images)
            || self.prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
                && self.suffixes.iter().any(|suffix| name.ends_with(suffix.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read() {
        let variables = serde_json::from_str::<BuildVariables>(TEXT).unwrap();
        assert!(variables.link.starts_with("https://docs.aws.amazon.com/") && variables.verified.len() == 10);
        assert!(
            variables.may_have("CODEBUILD_SRC_DIR") && variables.may_have("JAVA_HOME") && variables.may_have("PWD")
        );
        assert!(!variables.may_have("AWS_ACCOUNT_ID") && !variables.may_have("TAG"));
        assert!(variables.may_have("NODE_20_VERSION") && !variables.may_have("NPM_TOKEN"));
        assert!(variables.empty.iter().all(|name| !variables.set.contains(name)));
    }
}
