//! The resources of statements as patterns, and the actions that apply to none of them.

use std::sync::Arc;

use crate::catalog::permissions::{self, IamAction};
use crate::catalog::ref_values::ref_without_arn;
use crate::catalog::resource_names::resource_names;
use crate::check::support::globs;
use crate::diagnostic::families::policies;
use crate::diagnostic::{Code, Diagnostic};
use crate::workspace::document::Node;

/// The ARN pattern of buckets, whose names contain no `/`.
const BUCKET: &str = "arn:${Partition}:s3:::${BucketName}";

/// Services with two pages in the Service Authorization Reference, of which dotpipe knows the resources of one.
const IN_PART: [&str; 2] = ["apigateway:", "elasticloadbalancing:"];

/// The number of parts of an ARN, of which the last one names the resource.
const PARTS: usize = 6;

/// Types whose attribute `Arn` is the ARN that policies use, without an addition. That of a log group ends with `:*`.
const WITH_ARN: [&str; 9] = [
    "AWS::CodeBuild::Project",
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
];

/// Actions that do not apply to the resources of their statement, for the same reason.
pub(in crate::check) struct WrongResource<'a> {
    pub(in crate::check) actions: Vec<&'a str>,
    /// The patterns of the resources to which they apply.
    pub(in crate::check) patterns: &'a [&'static str],
    /// How the first resource would match.
    pub(in crate::check) edit: Option<String>,
}

/// Returns the actions that apply to no resource that one of the patterns matches. `first`: the first resource, if all
/// of it is known.
pub(in crate::check) fn wrong_resources<'a>(
    actions: &'a [Arc<IamAction>],
    globs: &[String],
    first: Option<&str>,
) -> Vec<WrongResource<'a>> {
    let mut wrong: Vec<WrongResource<'_>> = Vec::new();
    // A connection needs the action of one of the two services, depending on its ARN. Policies allow both.
    let is_known = |action: &&Arc<IamAction>| {
        !action.name.ends_with(":UseConnection") && !IN_PART.iter().any(|service| action.name.starts_with(service))
    };
    for action in actions.iter().filter(is_known) {
        if globs.iter().any(|glob| reaches(action, glob)) {
            continue;
        }
        let edit = first.map(|arn| format!("{arn}/*")).filter(|arn| reaches(action, arn));
        let edit = edit.filter(|_| !action.resources.is_empty());
        match wrong.iter_mut().find(|other| other.patterns == action.resources && other.edit == edit) {
            Some(other) => other.actions.push(action.name),
            None => wrong.push(WrongResource { actions: vec![&action.name], patterns: &action.resources, edit }),
        }
    }
    wrong
}

/// Returns whether an action applies to some resource that a pattern matches.
fn reaches(action: &IamAction, glob: &str) -> bool {
    // A dynamic reference is known only at deployment.
    if glob.contains("{{") || action.resources.is_empty() && may_be_requested(action, glob) {
        return true;
    }
    // Creating a change set also requires permission for its macros, which the reference does not list.
    // <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html> (2026-11-29)
    if glob == "*" || glob.contains(":transform/") && action.name.eq_ignore_ascii_case("cloudformation:CreateChangeSet")
    {
        return true;
    }
    // Two pages of the reference describe services with each of these prefixes, and the resources are those of one.
    // <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html>,
    // <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancing.html> (2026-11-30)
    if glob.contains(":apigateway:") || glob.contains(":elasticloadbalancing:") && glob.contains(":loadbalancer/") {
        return true;
    }
    action.resources.iter().any(|pattern| {
        let is_object = *pattern == BUCKET && glob.contains('/');
        !is_object && globs::arns_meet(&open(pattern), glob)
    })
}

/// Returns whether an action without resource types may be requested on an ARN that a pattern matches. Services request
/// such actions on `*`, or on an ARN that names nothing, such as `arn:aws:logs:REGION:ACCOUNT:log-group::log-stream:`:
/// <https://github.com/hashicorp/terraform-provider-aws/issues/8804> (2026-11-30). Some act on resources of another
/// service, as AWS Systems Manager does on instances.
fn may_be_requested(action: &IamAction, glob: &str) -> bool {
    let Some(service) = glob.split(':').nth(2) else { return true };
    let own = action.name.split(':').next().unwrap_or_default();
    if !globs::meet(service.as_bytes(), own.as_bytes()) {
        let of_service = |pattern: &str| pattern.split(':').nth(2) == Some(service);
        let mut others =
            permissions::actions_of(own).filter_map(|verb| permissions::iam_action(&format!("{own}:{verb}")));
        return others.any(|other| other.resources.iter().any(|pattern| of_service(pattern)));
    }
    let resource = glob.splitn(PARTS, ':').nth(PARTS - 1).unwrap_or("*");
    let name = resource.split_once([':', '/']).map_or(resource, |(_, name)| name);
    !name.chars().any(char::is_alphanumeric)
}

/// Returns the ARN of a resource of a template, with a name in the place of its own; `None` if it is unknown.
pub(in crate::check) fn arn_of_type(kind: &str) -> Option<String> {
    let kind = match kind {
        "AWS::Serverless::Function" => "AWS::Lambda::Function",
        "AWS::Serverless::SimpleTable" => "AWS::DynamoDB::Table",
        "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
        kind => kind,
    };
    let names = WITH_ARN.contains(&kind).then(|| resource_names(kind))?;
    let [pattern] = names.own()[..] else { return None };
    let (start, last) = pattern.rsplit_once(':')?;
    Some(format!("{}:{}", open(start), open(last).replace('*', "x")))
}

/// A resource of a statement that is not an ARN.
pub(in crate::check) enum NoArn {
    /// What `Ref` returns, and the resource to which it refers.
    Reference(&'static str, String),
    /// A string.
    Text(String),
}

/// Returns why a resource of a statement is not an ARN; `None` if it is one, or may be. `type_of`: the type of a resource
/// of the template.
pub(in crate::check) fn no_arn_of<'n>(resource: &Node, type_of: impl Fn(&str) -> Option<&'n str>) -> Option<NoArn> {
    let returned = |id: &str| ref_without_arn(type_of(id)?);
    let Some(call) = resource.intrinsic() else {
        let is_arn = |text: &str| text.starts_with("arn:") || text.starts_with('*') || text.contains("{{");
        return resource.literal().filter(|text| !is_arn(text)).map(|text| NoArn::Text(text.to_owned()));
    };
    let id = match call.name.as_ref() {
        "Ref" => resource.referred()?,
        "Fn::Sub" => call.argument.text()?.strip_prefix("${")?.split_once('}')?.0.to_owned(),
        _ => return None,
    };
    Some(NoArn::Reference(returned(&id)?, id))
}

/// A resource of a statement that is not an ARN.
pub(in crate::check) fn not_an_arn_of(fault: &NoArn, resource: &Node, actions: &[Node]) -> Diagnostic {
    let (returned, id) = match fault {
        NoArn::Text(text) => return policies::not_an_arn(text, resource.span),
        NoArn::Reference(returned, id) => (returned, id),
    };
    let message = format!("the resource of a statement must be an ARN, not the {returned} of `{id}`");
    let on_objects = |action: &Node| {
        let known = action.literal().and_then(permissions::iam_action);
        known.is_some_and(|action| action.resources.iter().any(|pattern| pattern.starts_with(&format!("{BUCKET}/"))))
    };
    let rest = resource.text().and_then(|text| text.split_once('}')).map(|(_, rest)| rest).unwrap_or_default();
    let rest = if rest.is_empty() && !actions.is_empty() && actions.iter().all(on_objects) { "/*" } else { rest };
    Diagnostic::new(Code::E0884, message, resource.span, format!("returns the {returned}")).help_in(|notation| {
        let arn = match rest {
            "" => notation.attribute(id, "Arn"),
            rest => notation.substituted(&format!("${{{id}.Arn}}{rest}")),
        };
        format!("write `{arn}`")
    })
}

/// Returns a string with `*` for each `${...}`.
pub(in crate::check) fn open(text: &str) -> String {
    let mut opened = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("${") {
        opened.push_str(before);
        opened.push('*');
        rest = tail.split_once('}').map_or("", |(_, after)| after);
    }
    opened + rest
}

#[cfg(test)]
mod tests {
    use super::arn_of_type;

    #[test]
    fn resources_have_arns_with_a_name() {
        assert_eq!(arn_of_type("AWS::IAM::Role").as_deref(), Some("arn:*:iam::*:role/x"));
        assert_eq!(arn_of_type("AWS::S3::Bucket").as_deref(), Some("arn:*:s3:::x"));
        assert_eq!(arn_of_type("AWS::Serverless::Function").as_deref(), Some("arn:*:lambda:*:*:function:x"));
        assert_eq!(arn_of_type("AWS::Logs::LogGroup"), None);
    }
}
