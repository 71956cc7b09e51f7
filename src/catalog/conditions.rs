//! Conditions of policies: the operators and the condition keys of requests.

use super::permissions::{IamAction, iam_action, knows_condition_keys, services};

/// The type of the values that an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compares {
    /// Any string.
    Text,
    /// A number.
    Number,
    /// A date and time, in ISO 8601 or in seconds.
    Date,
    /// `true`, `false`
    Bool,
    /// Base64.
    Binary,
    /// An IP address or range.
    Address,
    /// An ARN.
    Arn,
}

/// Every operator without prefix and suffix: its name, what it compares, and whether it is negated.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html> (2026-11-28)
const OPERATORS: [(&str, Compares, bool); 27] = [
    ("StringEquals", Compares::Text, false),
    ("StringNotEquals", Compares::Text, true),
    ("StringEqualsIgnoreCase", Compares::Text, false),
    ("StringNotEqualsIgnoreCase", Compares::Text, true),
    ("StringLike", Compares::Text, false),
    ("StringNotLike", Compares::Text, true),
    ("NumericEquals", Compares::Number, false),
    ("NumericNotEquals", Compares::Number, true),
    ("NumericLessThan", Compares::Number, false),
    ("NumericLessThanEquals", Compares::Number, false),
    ("NumericGreaterThan", Compares::Number, false),
    ("NumericGreaterThanEquals", Compares::Number, false),
    ("DateEquals", Compares::Date, false),
    ("DateNotEquals", Compares::Date, true),
    ("DateLessThan", Compares::Date, false),
    ("DateLessThanEquals", Compares::Date, false),
    ("DateGreaterThan", Compares::Date, false),
    ("DateGreaterThanEquals", Compares::Date, false),
    ("Bool", Compares::Bool, false),
    ("BinaryEquals", Compares::Binary, false),
    ("IpAddress", Compares::Address, false),
    ("NotIpAddress", Compares::Address, true),
    ("ArnEquals", Compares::Arn, false),
    ("ArnLike", Compares::Arn, false),
    ("ArnNotEquals", Compares::Arn, true),
    ("ArnNotLike", Compares::Arn, true),
    (NULL, Compares::Bool, false),
];

/// The operator that tests whether a key is present.
const NULL: &str = "Null";
/// The suffix of an operator that is true if the key is absent. `Null` does not take it.
const IF_EXISTS: &str = "IfExists";
/// The prefixes for keys with several values.
const SETS: [&str; 2] = ["ForAllValues:", "ForAnyValue:"];

/// An operator as written in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// What it compares.
    pub compares: Compares,
    /// Whether it is true for a request without the key; `None` if that depends on its values.
    pub without_key: Option<bool>,
}

/// Returns an operator by its name; `None` if it does not exist.
pub fn operator(written: &str) -> Option<Operator> {
    let set = SETS.into_iter().find(|prefix| written.starts_with(prefix));
    let plain = set.and_then(|prefix| written.strip_prefix(prefix)).unwrap_or(written);
    let base = plain.strip_suffix(IF_EXISTS);
    let (name, compares, negated) = OPERATORS.into_iter().find(|(known, ..)| *known == base.unwrap_or(plain))?;
    if name == NULL {
        return (plain == written && base.is_none()).then_some(Operator { compares, without_key: None });
    }
    let without_key = match set {
        Some("ForAllValues:") => true,
        // An empty set has no equal value.
        Some(_) => base.is_some(),
        None => negated || base.is_some(),
    };
    Some(Operator { compares, without_key: Some(without_key) })
}

/// Returns the names of operators for suggestions, with the prefix and suffix of `written`.
pub fn operators_like(written: &str) -> Vec<String> {
    let folded = written.to_ascii_lowercase();
    let set = SETS.into_iter().find(|prefix| folded.starts_with(&prefix.to_ascii_lowercase())).unwrap_or_default();
    let suffix = if folded.ends_with(&IF_EXISTS.to_ascii_lowercase()) { IF_EXISTS } else { "" };
    OPERATORS.into_iter().map(|(name, ..)| format!("{set}{name}{suffix}")).collect()
}

/// Keys of requests to every service, besides those of the service. A trailing `/` matches any text after it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html> (2026-11-28)
const GLOBAL: [&str; 61] = [
    "aws:AssumedRoot",
    "aws:CalledVia",
    "aws:CalledViaAWSMCP",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:ChatbotSourceArn",
    "aws:CurrentTime",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:Ec2InstanceSourceVpc",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:IsMcpServiceAction",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalTag/",
    "aws:PrincipalType",
    "aws:RequestTag/",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:ResourceTag/",
    "aws:SecureTransport",
    "aws:SignInSessionArn",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:ViaAWSMCPService",
    "aws:ViaAWSService",
    "aws:ViaCustomerDomain",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:VpcSourceIp",
    "aws:referer",
    "aws:userid",
    "aws:username",
    "codebuild:BuildArn",
    "codebuild:ProjectArn",
    "ec2:RoleDelivery",
    "ec2:SourceInstanceArn",
    "glue:CredentialIssuingService",
    "glue:RoleAssumedBy",
    "identitystore:UserId",
    "lambda:SourceFunctionArn",
];

/// Returns whether a request for an action can have a condition key, or `true` if in doubt.
pub fn can_have(action: &IamAction, key: &str) -> bool {
    let Some((service, _)) = key.split_once(':') else { return false };
    let is = |known: &&str| matches(known, key);
    let is_of_a_service = service == "aws" || services().any(|known| known.eq_ignore_ascii_case(service));
    GLOBAL.iter().any(&is)
        || action.condition_keys().iter().any(is)
        // Keys of identity providers, such as `saml:aud`, belong to the session.
        || !is_of_a_service
        || has_prefix(key, "sts")
        || !knows_condition_keys()
}

/// Returns the keys that a request for an action can have, for suggestions.
pub fn keys_of(action: &str) -> Vec<&'static str> {
    iam_action(action).map(|action| action.condition_keys()).unwrap_or_default().into_iter().chain(GLOBAL).collect()
}

fn has_prefix(key: &str, service: &str) -> bool {
    key.split_once(':').is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case(service))
}

/// Returns whether a key matches one of AWS's patterns. Case does not matter.
fn matches(pattern: &str, key: &str) -> bool {
    let open = pattern.find("${").or_else(|| pattern.find('<')).or(pattern.ends_with('/').then_some(pattern.len()));
    match open.and_then(|end| pattern.get(..end)) {
        Some(start) => key.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => pattern.eq_ignore_ascii_case(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_say_what_they_compare_and_what_an_absent_key_means() {
        let absent = |written: &str| operator(written).map(|operator| operator.without_key);
        assert_eq!(absent("StringEquals"), Some(Some(false)));
        assert_eq!(absent("StringEqualsIfExists"), Some(Some(true)));
        assert_eq!(absent("ArnNotLike"), Some(Some(true)));
        assert_eq!(absent("ForAllValues:StringLike"), Some(Some(true)));
        assert_eq!(absent("ForAnyValue:StringLike"), Some(Some(false)));
        assert_eq!(absent("Null"), Some(None));
        for wrong in ["NullIfExists", "ForAnyValue:Null", "StringEqual", "stringequals", "IfExists", ""] {
            assert_eq!(operator(wrong), None, "{wrong}");
        }
        assert_eq!(operator("NotIpAddress").map(|it| it.compares), Some(Compares::Address));
        assert!(operators_like("foranyvalue:x").contains(&"ForAnyValue:ArnLike".to_owned()));
    }

    #[test]
    fn a_request_has_the_keys_of_its_action_and_the_global_ones() {
        let has = |action: &str, key: &str| can_have(&iam_action(action).unwrap(), key);
        assert!(has("s3:ListBucket", "s3:prefix") && !has("s3:GetObject", "s3:prefix"));
        assert!(has("s3:GetObject", "S3:existingobjecttag/team") && !has("s3:GetObject", "s3:nosuchkey"));
        assert!(has("iam:PassRole", "iam:PassedToService") && !has("iam:CreateUser", "iam:PolicyARN"));
        assert!(has("sqs:SendMessage", "aws:sourcevpc") && has("sqs:SendMessage", "aws:PrincipalTag/team"));
        assert!(has("kms:Decrypt", "kms:EncryptionContext:aws:s3:arn") && !has("sqs:SendMessage", "kms:ViaService"));
        assert!(has("sqs:SendMessage", "saml:aud") && !has("sqs:SendMessage", "aws:SourceVpcs"));
        assert!(!has("sqs:SendMessage", "prefix"));
    }
}
