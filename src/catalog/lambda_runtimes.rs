//! Runtimes that AWS Lambda no longer accepts for new functions (`lambda_runtimes.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LambdaRuntimes {
    /// The day the facts were compared with their source, `YYYY-MM-DD`.
    pub verified: String,
    /// The page the facts come from.
    pub source: String,
    /// The runtimes.
    pub retired: Vec<RetiredRuntime>,
}

/// A runtime with which no function is created.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetiredRuntime {
    /// Its name.
    pub name: String,
    /// The first day, `YYYY-MM-DD`.
    pub since: String,
    /// The newest runtime of the language.
    pub successor: String,
}

/// Returns a retired runtime.
pub fn retired_runtime(name: &str) -> Option<&'static RetiredRuntime> {
    static PARSED: OnceLock<Option<LambdaRuntimes>> = OnceLock::new();
    let all = PARSED.get_or_init(|| serde_json::from_str(facts!("lambda_runtimes")).ok()).as_ref()?;
    all.retired.iter().find(|runtime| runtime.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::resource_properties::resource_properties;

    #[test]
    fn successors_exist_and_are_not_retired() {
        let file = serde_json::from_str::<LambdaRuntimes>(facts!("lambda_runtimes")).unwrap();
        let known = resource_properties("AWS::Lambda::Function").unwrap();
        let property = known.iter().find(|property| property.name == "Runtime").unwrap();
        for runtime in &file.retired {
            assert!(property.values().any(|known| known == runtime.successor), "{runtime:?}");
            assert!(retired_runtime(&runtime.successor).is_none() && runtime.since < file.verified, "{runtime:?}");
        }
    }
}
