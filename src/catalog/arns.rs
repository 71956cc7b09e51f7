//! ARNs that AWS's reference of actions lists only in part (`arns.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Arns {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The resources of API Gateway's calls.
    pub api_gateway: ApiGateway,
    /// The service-linked roles that AWS services create.
    pub service_linked: ServiceLinked,
}

/// The paths of API Gateway.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiGateway {
    /// The page the facts come from.
    pub source: String,
    /// The paths by resource type.
    pub path: Vec<ApiPath>,
}

/// The path of a resource type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiPath {
    /// The second part of the type's name.
    pub service: String,
    /// The third part; `None` for all other types of the service.
    #[serde(default)]
    pub resource: Option<String>,
    /// What its ARN starts with after the first `/`.
    pub path: String,
}

/// The service-linked roles that AWS services create.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceLinked {
    /// The page the facts come from.
    pub source: String,
    /// Actions on them.
    pub actions: Vec<String>,
    /// Their ARNs.
    pub arn: String,
}

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn arns() -> Option<&'static Arns> {
    static ARNS: OnceLock<Option<Arns>> = OnceLock::new();
    ARNS.get_or_init(|| serde_json::from_str(facts!("arns")).ok()).as_ref()
}

/// Returns the path of a resource type in API Gateway.
pub fn api_path(kind: &str) -> Option<&'static str> {
    let (service, last) = kind.strip_prefix("AWS::")?.split_once("::")?;
    if !service.starts_with("ApiGateway") {
        return None;
    }
    let fits = |path: &&ApiPath| path.service == service && path.resource.as_ref().is_none_or(|it| it == last);
    arns()?.api_gateway.path.iter().find(fits).map(|found| found.path.as_str())
}

/// Returns the ARN of the roles that an action applies to, if they are service-linked roles.
pub fn service_linked(action: &str) -> Option<&'static str> {
    if !action.starts_with("iam:") {
        return None;
    }
    let file = &arns()?.service_linked;
    file.actions.iter().any(|known| known == action).then_some(file.arn.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_their_own_path_or_that_of_the_service() {
        let file = serde_json::from_str::<Arns>(facts!("arns")).unwrap();
        assert!(file.verified.len() == 10);
        for source in [file.api_gateway.source, file.service_linked.source] {
            assert!(source.starts_with("https://docs.aws.amazon.com/"), "{source}");
        }
        assert_eq!(api_path("AWS::ApiGateway::UsagePlanKey"), Some("usageplans"));
        assert_eq!(api_path("AWS::ApiGateway::Method"), Some("restapis"));
        assert_eq!(api_path("AWS::ApiGatewayV2::Route"), Some("apis"));
        assert_eq!(api_path("AWS::SQS::Queue"), None);
        assert!(service_linked("iam:CreateServiceLinkedRole").is_some() && service_linked("iam:CreateRole").is_none());
    }
}
