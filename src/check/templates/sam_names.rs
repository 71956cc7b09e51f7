//! E0465: connectors to resources, and authorizers of APIs, that the template does not have. E0461: function URLs
//! without their type of authorization.

use crate::check::support::inside_templates::{InsideTemplate, inside_templates};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::Resource;

pub(super) const RULE: Rule = Rule { name: "sam-names", codes: &[Code::E0461, Code::E0465], run: check };

/// What a connector permits.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-connector.html>
/// (2026-11-30)
const PERMISSIONS: [&str; 2] = ["Read", "Write"];

/// The events through an API, the property that refers to it, and its type.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html> and
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapi.html>
/// (2026-11-30)
const APIS: [(&str, &str, &str); 2] =
    [("Api", "RestApiId", "AWS::Serverless::Api"), ("HttpApi", "ApiId", "AWS::Serverless::HttpApi")];

/// Authorizers that an API has without a declaration.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html> and
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapiauth.html>
/// (2026-11-30)
const BUILT_IN: [&str; 2] = ["AWS_IAM", "NONE"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in inside_templates(subject) {
        if !inside.template.declares_all_names() || !inside.template.is_sam() {
            continue;
        }
        let mut found: Vec<Diagnostic> = Vec::new();
        for resource in &inside.template.resources {
            connectors(inside, resource, &mut found);
            let url = resource
                .property_entry("FunctionUrlConfig")
                .filter(|_| resource.kind.node == "AWS::Serverless::Function");
            found.extend(url.filter(|url| without_type(inside, resource, url)).map(no_auth_type));
            found.extend(default_authorizer(inside, resource));
            for event in resource.property("Events").map(Node::entries).unwrap_or_default() {
                found.extend(authorizer(inside, event));
            }
        }
        findings.extend(found.into_iter().map(|diagnostic| diagnostic.labels(inside.deployed_here())));
    }
}

fn connectors(inside: &InsideTemplate, resource: &Resource, found: &mut Vec<Diagnostic>) {
    if resource.kind.node == "AWS::Serverless::Connector" {
        let properties = resource.node.get("Properties");
        let ends = ["Source", "Destination"].into_iter().filter_map(|end| properties?.get(end));
        found.extend(ends.flat_map(Node::one_or_more).filter_map(|end| other_end(inside, end)));
        found.extend(properties.and_then(permission));
    }
    for connector in resource.node.get("Connectors").map(Node::entries).unwrap_or_default() {
        let properties = connector.value.get("Properties");
        let ends = properties.and_then(|properties| properties.get("Destination"));
        found.extend(ends.into_iter().flat_map(Node::one_or_more).filter_map(|end| other_end(inside, end)));
        found.extend(properties.and_then(permission));
    }
}

/// Reports a resource of a connector that does not exist.
fn other_end(inside: &InsideTemplate, end: &Node) -> Option<Diagnostic> {
    let id = end.get("Id")?.spanned()?;
    let known = || inside.section("Resources").map(|entry| entry.key.as_str());
    let is_known =
        known().any(|known| known == id.node) || inside.template.made_resources().iter().any(|it| it.id.is(&id.node));
    (!is_known).then(|| no_resource(&id, similar(&id.node, known())))
}

/// Reports a permission that connectors do not have.
fn permission(properties: &Node) -> Option<Diagnostic> {
    let listed = properties.get("Permissions")?.items().iter().filter_map(Node::spanned);
    let other = listed.into_iter().find(|it| !PERMISSIONS.contains(&it.as_str()))?;
    let message = format!("a connector has no permission `{}`", other.node);
    let found = Diagnostic::new(Code::E0465, message, other.span, "");
    Some(match similar(&other.node, PERMISSIONS) {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("write {}", wording::or_list(PERMISSIONS))),
    })
}

/// Returns whether a function URL has no `AuthType`, which `Globals` may set.
fn without_type(inside: &InsideTemplate, function: &Resource, url: &Entry) -> bool {
    let config = &url.value;
    config.intrinsic().is_none()
        && !config.entries().is_empty()
        && config.entries().iter().all(|it| !it.key.node.starts_with("Fn::"))
        && inside.template.inherited(function, &["FunctionUrlConfig", "AuthType"]).is_none()
}

/// Returns the names of the authorizers of an API, and their place; `None` if they are not known.
fn authorizers<'a>(inside: &'a InsideTemplate, api: &'a Resource) -> Option<(Vec<&'a str>, Option<Span>)> {
    // Those of `Globals` are merged with its own.
    let section = api.kind.node.strip_prefix("AWS::Serverless::")?;
    let global = inside.template.globals.as_ref().and_then(|globals| globals.get(section)?.get("Auth"));
    let own = api.property("Auth");
    let mut names = Vec::new();
    let mut place = None;
    for auth in [own, global].into_iter().flatten() {
        let declared = auth.entry("Authorizers");
        let is_open =
            |node: &Node| node.intrinsic().is_some() || node.entries().iter().any(|it| it.key.node.starts_with("Fn::"));
        if is_open(auth) || declared.is_some_and(|declared| is_open(&declared.value)) {
            return None;
        }
        place = place.or(declared.map(|declared| declared.key.span));
        names.extend(declared.map(|it| it.value.entries()).unwrap_or_default().iter().map(|it| it.key.as_str()));
    }
    Some((names, place))
}

fn default_authorizer(inside: &InsideTemplate, api: &Resource) -> Option<Diagnostic> {
    APIS.iter().find(|(.., kind)| *kind == api.kind.node)?;
    let name = api.property("Auth")?.get("DefaultAuthorizer")?.spanned()?;
    unknown(inside, api, &name)
}

/// Checks the authorizer of an event.
fn authorizer(inside: &InsideTemplate, Entry { value, .. }: &Entry) -> Option<Diagnostic> {
    let kind = value.get("Type")?.literal()?;
    let (_, property, api) = APIS.iter().find(|(known, ..)| *known == kind)?;
    let properties = value.get("Properties")?;
    let name = properties.get("Auth")?.get("Authorizer")?.spanned()?;
    let id = properties.get(property)?.referred()?;
    let api = inside.template.resource(&id).filter(|resource| resource.kind.node == *api)?;
    unknown(inside, api, &name)
}

fn unknown(inside: &InsideTemplate, api: &Resource, name: &Spanned<String>) -> Option<Diagnostic> {
    let (names, place) = authorizers(inside, api)?;
    (!names.contains(&name.as_str()) && !BUILT_IN.contains(&name.as_str()))
        .then(|| no_authorizer(&api.id.node, name, &names, place.unwrap_or(api.id.span)))
}

/// A resource of a connector that the template does not have.
fn no_resource(id: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("a connector names `{}`, which is not a resource", id.node);
    let found = Diagnostic::new(Code::E0465, message, id.span, "");
    match near {
        Some(near) => found.did_you_mean(near),
        None => found.help("write the logical ID of a resource of this template"),
    }
}

/// A function URL without the type of its authorization.
fn no_auth_type(url: &Entry) -> Diagnostic {
    Diagnostic::new(Code::E0461, "`FunctionUrlConfig` needs `AuthType`", url.key.span, "")
        .help("add `AuthType: AWS_IAM`, or `AuthType: NONE` for a public URL")
}

/// An authorizer that an API does not have.
fn no_authorizer(api: &str, name: &Spanned<String>, known: &[&str], place: Span) -> Diagnostic {
    let message = format!("API `{api}` has no authorizer `{}`", name.node);
    let found = Diagnostic::new(Code::E0465, message, name.span, "").label(place, "the authorizers");
    match similar(&name.node, known.iter().copied()) {
        Some(near) => found.did_you_mean(near),
        None if known.is_empty() => {
            found.help(format!("declare `{}` under `Auth`, `Authorizers` of `{api}`", name.node))
        }
        None => found.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}
