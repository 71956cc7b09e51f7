//! Code and files that the resources of a template are created from, which the deploying role must be able to read.
//!
//! Fact source: the table of `aws cloudformation package`
//! (<https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html>, 2026-11-23).

use crate::source::Span;
use crate::workspace::document::Node;

use super::Template;

/// A property that names code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeSource {
    /// The logical ID of the resource.
    pub id: String,
    /// The resource's type.
    pub kind: String,
    /// The property.
    pub property: &'static str,
    /// The location of the code.
    pub location: CodeLocation,
    /// The value of the property, or the resource's type if the property is absent.
    pub span: Span,
    /// Whether the property is absent.
    pub implied: bool,
}

/// The location of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeLocation {
    /// A path relative to the template. Packaging uploads it and replaces it with the S3 location.
    Local(String),
    /// An S3 URI, or a mapping that contains one.
    S3,
    /// Known only at deployment.
    Computed,
}

/// Type and property.
const PROPERTIES: &[(&str, &str)] = &[
    ("AWS::ApiGateway::RestApi", "BodyS3Location"),
    ("AWS::AppSync::FunctionConfiguration", "CodeS3Location"),
    ("AWS::AppSync::FunctionConfiguration", "RequestMappingTemplateS3Location"),
    ("AWS::AppSync::FunctionConfiguration", "ResponseMappingTemplateS3Location"),
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location"),
    ("AWS::AppSync::Resolver", "CodeS3Location"),
    ("AWS::AppSync::Resolver", "RequestMappingTemplateS3Location"),
    ("AWS::AppSync::Resolver", "ResponseMappingTemplateS3Location"),
    ("AWS::CloudFormation::ModuleVersion", "ModulePackage"),
    ("AWS::CloudFormation::ResourceVersion", "SchemaHandlerPackage"),
    ("AWS::CloudFormation::Stack", "TemplateURL"),
    ("AWS::ElasticBeanstalk::ApplicationVersion", "SourceBundle"),
    ("AWS::Lambda::Function", "Code"),
    ("AWS::Lambda::LayerVersion", "Content"),
    ("AWS::Serverless::Api", "DefinitionUri"),
    ("AWS::Serverless::Application", "Location"),
    ("AWS::Serverless::Function", "CodeUri"),
    ("AWS::Serverless::GraphQLApi", "SchemaUri"),
    ("AWS::Serverless::HttpApi", "DefinitionUri"),
    ("AWS::Serverless::LayerVersion", "ContentUri"),
    ("AWS::Serverless::StateMachine", "DefinitionUri"),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"),
];

impl Template {
    /// Returns the code of the template's resources, except inline code. A SAM function without it is packaged from the
    /// template's folder.
    pub fn code_sources(&self) -> Vec<CodeSource> {
        let mut found = Vec::new();
        for resource in &self.resources {
            let kind = resource.kind.node.as_str();
            for (_, property) in PROPERTIES.iter().filter(|(own, _)| *own == kind) {
                if *property == "CodeUri" && self.is_inline(resource) {
                    continue;
                }
                let value = self.inherited(resource, &[property]).filter(|value| !value.is_no_value());
                let located = match value {
                    Some(value) => location(value).map(|location| (location, value.span)),
                    None => self.implied(resource).map(|location| (location, resource.kind.span)),
                };
                found.extend(located.map(|(location, span)| CodeSource {
                    id: resource.id.node.clone(),
                    kind: kind.to_owned(),
                    property,
                    location,
                    span,
                    implied: value.is_none(),
                }));
            }
        }
        found
    }

    /// Returns whether a SAM function has inline code, which takes precedence over `CodeUri`.
    /// <https://github.com/aws/serverless-application-model/blob/develop/tests/translator/input/inline_precedence.yaml> (2026-11-30)
    fn is_inline(&self, resource: &super::Resource) -> bool {
        self.inherited(resource, &["InlineCode"]).is_some_and(|code| !code.is_no_value())
    }

    fn implied(&self, resource: &super::Resource) -> Option<CodeLocation> {
        let given = |name: &str| self.inherited(resource, &[name]).is_some();
        let image = self.inherited(resource, &["PackageType"]).and_then(Node::literal) == Some("Image");
        let packaged =
            resource.kind.node == "AWS::Serverless::Function" && !given("InlineCode") && !given("ImageUri") && !image;
        packaged.then(|| CodeLocation::Local(".".to_owned()))
    }
}

impl CodeLocation {
    /// Returns the location of code that the value of a property names.
    pub fn of(value: &Node) -> Option<Self> {
        location(value)
    }
}

/// Returns `None` for code that is in the template or in a location other than S3.
fn location(value: &Node) -> Option<CodeLocation> {
    if value.intrinsic().is_some() {
        return Some(CodeLocation::Computed);
    }
    if let Some(text) = value.literal() {
        let remote = text.starts_with("s3://") || text.starts_with("https://") || text.starts_with("http://");
        return Some(match remote {
            true => CodeLocation::S3,
            // CloudFormation replaces a dynamic reference with a value.
            false if text.contains("{{resolve:") => CodeLocation::Computed,
            false => CodeLocation::Local(text.to_owned()),
        });
    }
    let holds = |keys: &[&str]| value.entries().iter().any(|entry| keys.contains(&entry.key.as_str()));
    holds(&["S3Bucket", "Bucket", "S3Key"]).then_some(CodeLocation::S3)
}
