//! AWS Regions (`regions.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their source, `YYYY-MM-DD`.
    pub verified: String,
    /// The partitions.
    pub partition: Vec<Partition>,
}

/// Regions that share accounts and ARNs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Partition {
    /// As ARNs spell it.
    pub name: String,
    /// The prefix of its Region codes; `None` for the partition of all other Regions.
    #[serde(default)]
    pub begin: Option<String>,
    /// The suffix of its services' domain names.
    #[serde(default = "url_suffix")]
    pub url_suffix: String,
    /// The codes of its Regions.
    pub regions: Vec<String>,
}

fn url_suffix() -> String {
    "amazonaws.com".to_owned()
}

/// Words that occur in Region codes, besides those of known Regions.
const DIRECTIONS: [&str; 3] = ["southwest", "northwest", "northeast"];

static TEXT: &str = facts!("regions");

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn regions() -> Option<&'static Regions> {
    static REGIONS: OnceLock<Option<Regions>> = OnceLock::new();
    REGIONS.get_or_init(|| serde_json::from_str(TEXT).ok()).as_ref()
}

/// Returns the codes of all Regions.
pub fn codes() -> impl Iterator<Item = &'static str> {
    regions().into_iter().flat_map(|it| &it.partition).flat_map(|it| &it.regions).map(String::as_str)
}

/// Returns the partition of a Region; `None` if the file does not parse, which a test rules out.
pub fn partition(region: &str) -> Option<&'static Partition> {
    let all = &regions()?.partition;
    let begins = |partition: &&Partition| partition.begin.as_ref().is_some_and(|begin| region.starts_with(begin));
    all.iter().find(begins).or_else(|| all.iter().find(|partition| partition.begin.is_none()))
}

/// Returns whether a Region with this code existed when the facts were compared with their source.
pub fn is_known(code: &str) -> bool {
    codes().any(|known| known == code)
}

/// Returns whether every word of a code occurs in other Region codes, and a number comes last. A Region that has opened
/// in the meantime has this form; a typo seldom does.
pub fn is_plausible(code: &str) -> bool {
    let Some((words, number)) = code.rsplit_once('-') else { return false };
    let known = |word: &str| DIRECTIONS.contains(&word) || codes().any(|code| code.split('-').any(|it| it == word));
    !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && words.contains('-')
        && words.split('-').all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_lies_in_its_partition() {
        for known in &regions().unwrap().partition {
            for region in &known.regions {
                assert_eq!(partition(region).unwrap().name, known.name, "{region}");
            }
        }
        assert_eq!(partition("eu-west-9").unwrap().name, "aws");
    }

    #[test]
    fn regions_are_told_from_slips() {
        let file = serde_json::from_str::<Regions>(TEXT).unwrap();
        assert!(file.link.starts_with("https://docs.aws.amazon.com/") && file.verified.len() == 10);
        assert!(codes().all(is_plausible));
        assert!(is_known("eu-west-1") && !is_known("eu-west-9"));
        assert!(is_plausible("sa-west-1") && is_plausible("ap-southwest-1"));
        assert!(!["eu-wset-1", "eu-west1", "europe", "eu-west-", ""].into_iter().any(is_plausible));
    }
}
