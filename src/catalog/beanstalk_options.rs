//! Namespaces of the options of Elastic Beanstalk (`beanstalk_options.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeanstalkOptions {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The page with the namespaces of all environments.
    pub source: String,
    /// The page with those of platforms.
    pub link: String,
    /// Starts of namespaces whose last part is a name or a port.
    pub families: Vec<String>,
    /// The namespaces.
    pub namespaces: Vec<String>,
}

/// Returns all namespaces, unless one is of a family.
pub fn other_namespaces(namespace: &str) -> Option<&'static [String]> {
    static PARSED: OnceLock<Option<BeanstalkOptions>> = OnceLock::new();
    let file = PARSED.get_or_init(|| serde_json::from_str(facts!("beanstalk_options")).ok()).as_ref()?;
    let is_of_family = file.families.iter().any(|family| namespace.starts_with(family.as_str()));
    let is_known = is_of_family || file.namespaces.iter().any(|known| known == namespace);
    (!is_known).then_some(&file.namespaces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_are_sorted_and_known() {
        let file = serde_json::from_str::<BeanstalkOptions>(facts!("beanstalk_options")).unwrap();
        assert!(file.namespaces.is_sorted() && file.families.is_sorted() && file.verified.len() == 10);
        assert!([&file.source, &file.link].iter().all(|page| page.starts_with("https://docs.aws.amazon.com/")));
        assert!(other_namespaces("aws:elbv2:listener:443").is_none() && other_namespaces("aws:ec2:vpc").is_none());
        assert!(other_namespaces("aws:ec2:vpcs").is_some());
    }
}
