//! Which resources of AWS a template's resources are: the ARNs that CloudFormation's calls can be limited to.

use crate::workspace::document::Node as Yaml;
use crate::workspace::template::{LogicalId, MadeResource, Template};

use super::super::{Expr, Piece};

/// Types whose physical name CloudFormation makes as `<stack>-<logical id>-<random>`: type, the placeholder of the name in ARN patterns, the
/// greatest length, and whether the name is in lower case.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html> (2026-11-23)
const NAMED: &[(&str, &str, usize, bool)] = &[
    ("AWS::DynamoDB::Table", "TableName", 255, false),
    ("AWS::Events::Rule", "RuleName", 64, false),
    ("AWS::IAM::InstanceProfile", "InstanceProfileNameWithPath", 128, false),
    ("AWS::IAM::ManagedPolicy", "PolicyNameWithPath", 128, false),
    ("AWS::IAM::Role", "RoleNameWithPath", 64, false),
    ("AWS::Kinesis::Stream", "StreamName", 128, false),
    ("AWS::Lambda::Function", "FunctionName", 64, false),
    ("AWS::Logs::LogGroup", "LogGroupName", 512, false),
    ("AWS::S3::Bucket", "BucketName", 63, true),
    ("AWS::SNS::Topic", "TopicName", 256, false),
    ("AWS::SQS::Queue", "QueueName", 80, false),
];

/// What API Gateway's calls name: service, last word of the type, path. Its own reference lists only a part of these.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html> (2026-11-23)
const API_PATHS: &[(&str, &str, &str)] = &[
    ("ApiGateway", "Account", "account"),
    ("ApiGateway", "ApiKey", "apikeys"),
    ("ApiGateway", "BasePathMapping", "domainnames"),
    ("ApiGateway", "ClientCertificate", "clientcertificates"),
    ("ApiGateway", "DomainName", "domainnames"),
    ("ApiGateway", "UsagePlan", "usageplans"),
    ("ApiGateway", "UsagePlanKey", "usageplans"),
    ("ApiGateway", "VpcLink", "vpclinks"),
    ("ApiGateway", "", "restapis"),
    ("ApiGatewayV2", "ApiMapping", "domainnames"),
    ("ApiGatewayV2", "DomainName", "domainnames"),
    ("ApiGatewayV2", "VpcLink", "vpclinks"),
    ("ApiGatewayV2", "", "apis"),
];

/// Actions on the roles that AWS services make for themselves, and where in IAM those are.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html> (2026-11-23)
const SERVICE_LINKED: [&str; 3] =
    ["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus"];
const SERVICE_LINKED_ARN: &str = "arn:${Partition}:iam::${Account}:role/aws-service-role/*";

/// Random characters that CloudFormation puts behind a name, with the hyphens.
const RANDOM: usize = 15;

/// A template deployed as a stack of a certain name.
pub struct StackScope<'a> {
    /// The template.
    pub template: &'a Template,
    /// The stack's name.
    pub stack: &'a Expr,
    /// What the template makes.
    pub made: &'a [MadeResource],
}

impl StackScope<'_> {
    /// The ARNs an action on a resource can be limited to; `*` where AWS has nothing finer.
    pub fn resources(&self, made: &MadeResource, action: &str, patterns: &[&str]) -> Vec<Expr> {
        if let Some(paths) = api_paths(&made.kind).filter(|_| action.starts_with("apigateway:")) {
            return paths;
        }
        if SERVICE_LINKED.contains(&action) {
            return vec![Expr::fill(SERVICE_LINKED_ARN, &|_| None)];
        }
        let own = named(&made.kind).map(|(placeholder, ..)| format!("${{{placeholder}}}"));
        let about_own: Vec<&str> = match &own {
            Some(own) => patterns.iter().copied().filter(|pattern| pattern.contains(own.as_str())).collect(),
            None => Vec::new(),
        };
        let of_kind = of_own_kind(&made.kind, action, patterns);
        let patterns = match (about_own.is_empty(), of_kind.is_empty()) {
            (false, _) => &about_own,
            (true, false) => &of_kind,
            (true, true) => patterns,
        };
        if patterns.is_empty() {
            return vec![Expr::text("*")];
        }
        let mut resources: Vec<Expr> = Vec::new();
        for pattern in patterns {
            for resource in self.filled(pattern, made) {
                if !resources.contains(&resource) {
                    resources.push(resource);
                }
            }
        }
        resources
    }

    /// A pattern with the names that this resource can have or refer to.
    fn filled(&self, pattern: &str, made: &MadeResource) -> Vec<Expr> {
        let known = NAMED.iter().find(|(_, placeholder, ..)| pattern.contains(&format!("${{{placeholder}}}")));
        let Some((_, placeholder, ..)) = known else { return vec![Expr::fill(pattern, &|_| None)] };
        let mut names = self.names(placeholder, made);
        if pattern.ends_with(":log-group:${LogGroupName}") {
            // Policies name a log group with `:*` behind it, but for the tagging actions.
            // <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html> (2026-11-23)
            let open = |name: &Expr| matches!(name.pieces().last(), Some(Piece::Text(text)) if text.ends_with('*'));
            let whole: Vec<Expr> =
                names.iter().filter(|name| !open(name)).map(|name| name.clone().then(":*")).collect();
            names.extend(whole);
        }
        let fill = |name: Expr| Expr::fill(pattern, &|key| (key == *placeholder).then(|| name.clone()));
        names.into_iter().map(fill).collect()
    }

    fn names(&self, placeholder: &str, made: &MadeResource) -> Vec<Expr> {
        if named(&made.kind).is_some_and(|(own, ..)| own == placeholder) {
            return vec![self.name_of(made)];
        }
        let property = placeholder.trim_end_matches("WithPath");
        made.property(property).map_or_else(|| vec![Expr::text("*")], |value| vec![self.referred(value)])
    }

    /// What a property that names another resource says.
    pub fn referred(&self, value: &Yaml) -> Expr {
        if let Some(text) = value.literal() {
            return Expr::text(text.rsplit([':', '/']).next().unwrap_or(text));
        }
        let other = value.referred().and_then(|id| self.made.iter().find(|made| made.id.is(&id)));
        match other {
            Some(made) if named(&made.kind).is_some() => self.name_of(made),
            // An alias is its function's.
            Some(made) => made.property("FunctionName").map_or_else(|| Expr::text("*"), |name| self.referred(name)),
            None => Expr::text("*"),
        }
    }

    /// The name of a resource: the one the template gives, else CloudFormation's.
    pub fn name_of(&self, made: &MadeResource) -> Expr {
        if let Some(name) = made.explicit_name() {
            return self.computed(&name.value);
        }
        let ending = if matches!(made.id, LogicalId::Exact(_)) { "-*" } else { "*" };
        let (longest, lower) = named(&made.kind).map_or((64, false), |(_, longest, lower)| (longest, lower));
        self.generated(made.id.known(), ending, longest, lower)
    }

    /// The name CloudFormation makes for a logical id. Too long a name is shortened, in a way AWS does not document: then only its beginning is sure.
    pub fn generated(&self, id: &str, ending: &str, longest: usize, lower: bool) -> Expr {
        let fold = |text: &str| if lower { text.to_ascii_lowercase() } else { text.to_owned() };
        let stack = self.stack.map_text(&fold);
        if stack.length() + id.len() + RANDOM <= longest {
            return stack.then("-").then(fold(id)).then(ending);
        }
        match stack.pieces().first() {
            Some(Piece::Text(text)) => Expr::text(text.chars().take(16).collect::<String>()).then("*"),
            _ => Expr::text("*"),
        }
    }

    /// A name written in the template: `${AWS::StackName}` and its like are known, other parts are open.
    fn computed(&self, value: &Yaml) -> Expr {
        if let Some(text) = value.literal() {
            return Expr::text(text);
        }
        match value.intrinsic() {
            Some(call) if call.name == "Ref" && call.argument.text() == Some("AWS::StackName") => self.stack.clone(),
            Some(call) if call.name == "Fn::Sub" => {
                let text = call.argument.text().or_else(|| call.argument.items().first().and_then(Yaml::text));
                text.map_or_else(|| Expr::text("*"), |text| self.substituted(text))
            }
            _ => Expr::text("*"),
        }
    }

    /// The text of a `Fn::Sub`.
    pub fn substituted(&self, text: &str) -> Expr {
        Expr::fill(text, &|name| match name {
            "AWS::StackName" => Some(self.stack.clone()),
            "AWS::Region" | "AWS::AccountId" | "AWS::Partition" | "AWS::URLSuffix" => {
                Some(Expr::pseudo(name.trim_start_matches("AWS::")))
            }
            _ => None,
        })
    }
}

/// Tagging goes to the resource itself, whatever else the action could tag: of `ec2:CreateTags` for a VPC, `vpc/*`.
fn of_own_kind<'p>(kind: &str, action: &str, patterns: &[&'p str]) -> Vec<&'p str> {
    if !action.ends_with("Tags") {
        return Vec::new();
    }
    let mut word = String::from(":");
    let last = kind.rsplit("::").next().unwrap_or_default();
    let upper = last.chars().all(|letter| letter.is_ascii_uppercase());
    for (index, letter) in last.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 && !upper {
            word.push('-');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word.push('/');
    patterns.iter().copied().filter(|pattern| pattern.contains(&word)).collect()
}

fn named(kind: &str) -> Option<(&'static str, usize, bool)> {
    NAMED
        .iter()
        .find(|(known, ..)| *known == kind)
        .map(|(_, placeholder, longest, lower)| (*placeholder, *longest, *lower))
}

fn api_paths(kind: &str) -> Option<Vec<Expr>> {
    let (service, last) = kind.strip_prefix("AWS::")?.split_once("::")?;
    let (_, _, path) =
        API_PATHS.iter().find(|(known, word, _)| *known == service && (word.is_empty() || *word == last))?;
    let base = Expr::fill("arn:${Partition}:apigateway:${Region}::/", &|_| None).then(*path);
    let tags = Expr::fill("arn:${Partition}:apigateway:${Region}::/tags/*", &|_| None);
    Some(vec![base.clone(), base.then("/*"), tags])
}
