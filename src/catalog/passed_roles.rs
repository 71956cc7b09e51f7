//! Which properties of a resource contain roles that it passes to a service, and to which one (`passed_roles.toml`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::resource_names::role_properties;

/// Resource types that pass roles to a service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passed {
    /// A resource type, or the prefix of several.
    pub types: String,
    /// The properties that contain the roles. Default: those that the types' schemas list.
    #[serde(default)]
    pub properties: Vec<String>,
    /// The service, without `.amazonaws.com`.
    pub service: String,
    /// The page that documents it.
    pub source: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassedRoles {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The types.
    pub passed: Vec<Passed>,
    /// Properties by type that refer to a role without passing it.
    pub named: BTreeMap<String, Vec<String>>,
}

/// Returns the file; `None` if it does not parse, which a test rules out.
pub fn passed_roles() -> Option<&'static PassedRoles> {
    static PARSED: OnceLock<Option<PassedRoles>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("passed_roles")).ok()).as_ref()
}

/// Returns the properties of a type, at any depth, that contain roles, each with the service that receives them if that
/// is known.
pub fn passed_by(resource_type: &str) -> Vec<(&'static str, Option<String>)> {
    let Some(file) = passed_roles() else { return Vec::new() };
    let of_type = || file.passed.iter().filter(|row| resource_type.starts_with(row.types.as_str()));
    let service = |property: &str| {
        let named = of_type().find(|row| row.properties.iter().any(|name| name == property));
        let row = named.or_else(|| of_type().find(|row| row.properties.is_empty()))?;
        Some(format!("{}.amazonaws.com", row.service))
    };
    let only_named = file.named.get(resource_type).map_or(&[][..], Vec::as_slice);
    let more = of_type().flat_map(|row| &row.properties).map(String::as_str);
    let mut names: Vec<&str> = role_properties(resource_type).chain(more).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| !only_named.iter().any(|only| only == name));
    names.into_iter().map(|name| (name, service(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::permissions::handlers;

    #[test]
    fn every_row_names_a_type_and_a_page() {
        let file = passed_roles().expect("passed_roles.toml parses");
        for row in &file.passed {
            assert!(row.source.starts_with("https://docs.aws.amazon.com/"), "{}", row.types);
            let known = row.types.ends_with("::") || handlers(&row.types).is_some();
            assert!(known && !row.service.contains("amazonaws"), "{}", row.types);
        }
    }

    #[test]
    fn the_service_follows_from_the_type_and_its_property() {
        let service = |name: &str| Some(format!("{name}.amazonaws.com"));
        assert_eq!(passed_by("AWS::Lambda::Function"), [("Role", service("lambda"))]);
        let both = [("MonitoringRoleArn", service("monitoring.rds")), ("RoleArn", None)];
        assert_eq!(passed_by("AWS::RDS::DBInstance"), both);
        assert!(passed_by("AWS::SQS::Queue").is_empty());
    }
}
