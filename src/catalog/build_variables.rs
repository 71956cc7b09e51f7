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
    /// Variables that the images set.
    pub images: Vec<String>,
    /// The tools for which the images set further variables.
    pub tools: Vec<String>,
    /// The endings of these variables.
    pub endings: Vec<String>,
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
        listed(&self.set) || listed(&self.empty) || listed(&self.shell) || listed(&self.images) || self.is_of_tool(name)
    }

    /// Returns whether a name is that of a tool and of one of its settings, such as `JAVA_21_HOME`.
    fn is_of_tool(&self, name: &str) -> bool {
        let rests = self.tools.iter().filter_map(|tool| name.strip_prefix(tool.as_str()));
        let is_setting = |rest: &str| self.endings.iter().any(|ending| rest.ends_with(ending.as_str()));
        rests.into_iter().any(|rest| rest.starts_with('_') && is_setting(rest))
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
        for own in ["JAVA_21_HOME", "NODE_VERSION", "GOPATH", "DOTNET_8_SDK_VERSION", "BASH_VERSION"] {
            assert!(variables.may_have(own), "{own}");
        }
        for unset in ["AWS_ACCOUNT_ID", "TAG", "NPM_TOKEN", "DOCKER_PASSWORD", "GOAL", "PIP_INDEX_URL", "NODEVERSION"] {
            assert!(!variables.may_have(unset), "{unset}");
        }
        assert!(variables.empty.iter().all(|name| !variables.set.contains(name)));
    }
}
