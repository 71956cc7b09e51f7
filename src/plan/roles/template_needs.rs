//! The permissions that the deployment of a template requires: for its resources' handlers, its roles, and its lookups.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use crate::catalog::passed_roles::passed_by;
use crate::catalog::type_actions::{ScopeLimit, TypeAction, type_actions};
use crate::catalog::{RoleKind, strong};
use crate::source::Span;
use crate::workspace::document::Node;
use crate::workspace::template::{CodeLocation, MadeResource, Template};

use super::super::grant::GrantValues;
use super::super::nested::{NestedTemplate, StackTree};
use super::super::{Condition, Effect, Expr, GapKind, Grant, Piece, RoleGap};
use super::follow::{Found, is_arn};
use super::lookups;
use super::scope::{StackScope, shape};

const ROLE: &str = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}";
const USER: &str = "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}";
const GROUP: &str = "arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}";
const POLICY: &str = "arn:${Partition}:iam::${Account}:policy/${PolicyNameWithPath}";
/// The property that refers to an instance profile: by name, by ARN, or by a map with one of them.
const PROFILE: &str = "IamInstanceProfile";

/// Attachment of managed policies: the type, its property in a managed policy, its pattern, the calls.
const ATTACHED: [(&str, &str, &str, [&str; 2]); 3] = [
    ("AWS::IAM::Role", "Roles", ROLE, ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]),
    ("AWS::IAM::User", "Users", USER, ["iam:AttachUserPolicy", "iam:DetachUserPolicy"]),
    ("AWS::IAM::Group", "Groups", GROUP, ["iam:AttachGroupPolicy", "iam:DetachGroupPolicy"]),
];

/// Actions of handlers whose permissions are generated separately.
const OWN: [&str; 3] = ["iam:PassRole", "s3:GetObject", "s3:GetObjectVersion"];

/// The type of resources that run other code, whose permissions are generated separately.
const CUSTOM: &str = "AWS::CloudFormation::CustomResource";

/// Properties that do not belong to the resource itself: policies, and events from which SAM generates resources.
const FOREIGN: [&str; 9] = [
    "AssumeRolePolicyDocument",
    "Connectors",
    "DeploymentPreference",
    "Environment",
    "Events",
    "Policies",
    "PolicyDocument",
    "Policy",
    "Tags",
];

/// The permissions that the role of a stack needs.
#[derive(Debug, Default)]
pub struct Needed {
    /// The permissions.
    pub grants: Vec<Grant>,
    /// Those of the permissions that the action itself needs.
    pub lookups: Vec<Grant>,
    /// Types whose permissions AWS does not publish, and actions that AWS's reference does not list.
    pub unhandled: Vec<String>,
    /// Mismatches between the permissions and the resources.
    pub gaps: Vec<RoleGap>,
}

/// A template that an action deploys.
pub struct TemplateNeeds<'a> {
    /// The template.
    pub template: &'a Template,
    /// The stack's name.
    pub stack: &'a Expr,
    /// The span of the action.
    pub cause: Span,
    /// The bucket with packaged code.
    pub bucket: Option<&'a Expr>,
    /// Returns the value of a parameter of the template, if the action sets it.
    pub overridden: &'a dyn Fn(&str) -> Option<Expr>,
}

/// Returns the calls of handlers on each resource of a template that is deployed as a stack with this name.
pub fn handler_calls<'t>(template: &'t Template, stack: &str) -> Vec<(&'t MadeResource, Vec<Grant>)> {
    let made = template.made_resources();
    let stack = Expr::text(stack);
    let overridden = |_: &str| None;
    let Some(cause) = made.first().map(|made| made.span) else { return Vec::new() };
    let needs = TemplateNeeds { template, stack: &stack, cause, bucket: None, overridden: &overridden };
    let scope = StackScope::new(template, &stack, made, &overridden);
    let calls = |made: &'t MadeResource| {
        let actions = type_actions(&made.kind).unwrap_or_default();
        (made, needs.of_resource(&scope, made, &actions, &mut Vec::new()))
    };
    made.iter().map(calls).collect()
}

impl TemplateNeeds<'_> {
    /// Returns the permissions that a template and its nested stacks require: CloudFormation creates them all with the
    /// role of the outermost stack.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html> (2026-11-28)
    pub fn of_tree(&self, tree: &StackTree) -> Needed {
        let mut needed = self.all();
        for child in &tree.children {
            let NestedTemplate::Read(below) = &child.template else { continue };
            let stack = nested_name(self.stack, &child.id);
            let overridden = |name: &str| Some(self.passed_on(child.parameters.as_ref()?.get(name)?));
            let needs = TemplateNeeds { template: &below.template, stack: &stack, overridden: &overridden, ..*self };
            let inner = needs.of_tree(below);
            needed.grants.extend(inner.grants);
            needed.lookups.extend(inner.lookups);
            needed.unhandled.extend(inner.unhandled);
            needed.gaps.extend(inner.gaps);
        }
        let mut grants: Vec<Grant> = Vec::new();
        for grant in needed.grants {
            if !grants.contains(&grant) {
                grants.push(grant);
            }
        }
        Needed { grants, ..needed }
    }

    /// Returns the value that a template passes to a parameter of a nested stack.
    fn passed_on(&self, value: &Node) -> Expr {
        let made = self.template.made_resources();
        let scope = StackScope::new(self.template, self.stack, made, self.overridden);
        scope.follow(|follow| follow.single(&follow.value(value)))
    }

    /// Returns the permissions that the template itself requires.
    fn all(&self) -> Needed {
        let made = self.template.made_resources();
        let scope = StackScope::new(self.template, self.stack, made, self.overridden);
        let mut needed = Needed { grants: self.fixed(&scope), ..Needed::default() };
        needed.lookups = self.lookups(&scope);
        for resource in made {
            let custom = resource.kind == CUSTOM || resource.kind.starts_with("Custom::");
            let mut grants = Vec::new();
            match type_actions(&resource.kind) {
                Some(actions) => grants = self.of_resource(&scope, resource, &actions, &mut needed.unhandled),
                // A private type or a module creates its resources with its own role, or as other types.
                None if custom || !resource.kind.starts_with("AWS::") => {}
                None => {
                    needed.unhandled.push(resource.kind.clone());
                    needed.gaps.push(gap(resource, GapKind::Unpublished));
                }
            }
            grants.extend(self.attached(&scope, resource));
            needed.gaps.extend(wide(&grants).map(|what| gap(resource, what)));
            grants.extend(self.passed(&scope, resource, &mut needed.gaps));
            needed.grants.extend(grants);
        }
        needed.unhandled.sort();
        needed.unhandled.dedup();
        needed
    }

    /// Returns the permissions that are not for single resources.
    fn fixed(&self, scope: &StackScope) -> Vec<Grant> {
        let mut values = GrantValues::new(self.cause);
        let packaged = self.template.code_sources().iter().any(|code| matches!(code.location, CodeLocation::Local(_)));
        if let Some(bucket) = self.bucket.filter(|_| packaged) {
            values.set("CodeBucket", bucket.clone(), self.cause);
        }
        for transform in self.template.transforms.iter().filter_map(|name| name.node.strip_prefix("AWS::")) {
            values.set("Transform", Expr::text(transform), self.cause);
        }
        lookups::add(scope, self.cause, &mut values);
        let mut grants = from_file(&values);
        for (made, services) in self.roles(scope) {
            for service in &services {
                grants.extend(scope.arns(ROLE, made).into_iter().flat_map(|arn| self.pass(arn, Some(service))));
            }
        }
        grants
    }

    /// Returns the roles that the template creates, and the services that can assume each.
    fn roles<'m>(&self, scope: &StackScope<'m>) -> Vec<(&'m MadeResource, Vec<String>)> {
        let made = scope.made.iter().filter(|made| made.kind == "AWS::IAM::Role");
        made.zip(self.template.roles()).map(|(made, role)| (made, role.services)).collect()
    }

    fn lookups(&self, scope: &StackScope) -> Vec<Grant> {
        let mut values = GrantValues::new(self.cause);
        lookups::parameters(scope, self.cause, &mut values);
        from_file(&values)
    }

    fn pass(&self, role: Expr, service: Option<&str>) -> Vec<Grant> {
        let mut values = GrantValues::new(self.cause);
        match service {
            Some(service) => {
                values.set("PassedRole", role, self.cause);
                values.set("PassedService", Expr::text(service), self.cause);
            }
            None => values.set("AnyService", role, self.cause),
        }
        from_file(&values)
    }

    /// Returns the handler permissions of a resource, grouped by what they can be limited to. Those that AWS's
    /// reference does not list are added to `unhandled`.
    fn of_resource(
        &self,
        scope: &StackScope,
        made: &MadeResource,
        actions: &[TypeAction],
        unhandled: &mut Vec<String>,
    ) -> Vec<Grant> {
        let mut groups: Vec<(Vec<Expr>, Vec<Cow<'static, str>>)> = Vec::new();
        // Most actions have the same limits, so the resources for each limit are computed once.
        let mut limits: Vec<(Arc<ScopeLimit>, usize)> = Vec::new();
        let keys = Keys::new(self.keys(made));
        for action in actions.iter().filter(|action| wanted(action, &keys)) {
            let Some(known) = &action.known else {
                unhandled.push(action.name.to_owned());
                continue;
            };
            let limit = action.limit.clone().unwrap_or_else(|| Arc::new(scope.limit(made, known)));
            let group = if let Some((_, group)) = limits.iter().find(|(other, _)| *other == limit) {
                *group
            } else {
                let resources = scope.resources(made, &limit);
                let group = groups.iter().position(|(other, _)| *other == resources).unwrap_or_else(|| {
                    groups.push((resources, Vec::new()));
                    groups.len() - 1
                });
                limits.push((limit, group));
                group
            };
            groups.get_mut(group).into_iter().for_each(|(_, names)| names.push(known.name.into()));
        }
        groups.retain(|(resources, _)| !resources.is_empty());
        let reason = format!("create, read, update, and delete {} `{}`", made.kind, made.cause);
        let grant = |(resources, actions): (Vec<Expr>, Vec<Cow<'static, str>>)| Grant {
            effect: Effect::Allow,
            actions,
            resources,
            conditions: Vec::new(),
            reason: reason.clone().into(),
            cause: self.cause,
        };
        groups.into_iter().map(grant).collect()
    }

    /// Returns the keys in the declaration of a resource, each on a separate line, to be searched for substrings. A type of
    /// destination is followed by `=` and its value, or `?` if that is computed.
    fn keys(&self, made: &MadeResource) -> String {
        let declared = self.template.resource(&made.cause).map(|resource| &resource.node);
        let mut keys = String::new();
        let nodes = declared.into_iter().chain(&made.properties).chain(&self.template.globals);
        nodes.for_each(|node| collect_keys(node, &mut keys));
        keys
    }

    /// Returns the permissions for attaching managed policies to a resource or by it, limited to those that the
    /// template names.
    fn attached(&self, scope: &StackScope, made: &MadeResource) -> Vec<Grant> {
        let mut grants = Vec::new();
        for (kind, property, pattern, calls) in ATTACHED {
            if made.kind == kind
                && let Some(policies) = made.property("ManagedPolicyArns")
            {
                let found = scope.follow(|follow| follow.value(policies));
                let policies = found.into_iter().flat_map(|found| match found {
                    Found::Text(text) => vec![existing_policy(text)],
                    Found::Made(policy) => scope.arns(POLICY, policy),
                });
                grants.extend(self.attach(calls, scope.arns(pattern, made), policies.collect()));
            }
            if made.kind == "AWS::IAM::ManagedPolicy"
                && let Some(to) = made.property(property)
            {
                grants.extend(self.attach(calls, scope.referred(pattern, to), scope.arns(POLICY, made)));
            }
        }
        grants
    }

    fn attach(&self, calls: [&'static str; 2], to: Vec<Expr>, policies: Vec<Expr>) -> Option<Grant> {
        if policies.is_empty() || to.is_empty() {
            return None;
        }
        let mut grant =
            Grant::allow(&calls, to, "attach the managed policies that the template references", self.cause);
        if policies.iter().all(is_arn) {
            grant.conditions =
                vec![Condition { operator: "ArnLike".to_owned(), key: "iam:PolicyARN".to_owned(), values: policies }];
        }
        Some(grant)
    }

    /// Returns the permissions for passing the roles that a resource uses.
    fn passed(&self, scope: &StackScope, made: &MadeResource, gaps: &mut Vec<RoleGap>) -> Vec<Grant> {
        let known = passed_by(&made.kind);
        let mut given: Vec<(&Node, &(&str, Option<String>))> = Vec::new();
        if let Some(properties) = &made.properties {
            let mut found = Vec::new();
            values_of(properties, &|name| known.iter().position(|(known, _)| *known == name), &mut found);
            given.extend(found.into_iter().filter_map(|(value, index)| Some((value, known.get(index)?))));
        }
        let mut grants: Vec<Grant> = Vec::new();
        let roles = self.roles(scope);
        for (value, (property, service)) in given {
            let (is_profile, service) = (*property == PROFILE, service.as_deref());
            let value = value.get("Arn").or_else(|| value.get("Name")).filter(|_| is_profile).unwrap_or(value);
            for found in scope.follow(|follow| follow.value(value)) {
                let trusted = match found {
                    Found::Made(role) if role.kind != "AWS::IAM::Role" => continue,
                    Found::Made(role) => {
                        roles.iter().any(|(made, services)| made.id == role.id && !services.is_empty())
                    }
                    Found::Text(_) => false,
                };
                // For a role of the template, its own trust policy decides which service receives it.
                if trusted && service.is_none() {
                    continue;
                }
                let arns = match found {
                    Found::Made(role) => scope.arns(ROLE, role),
                    // The roles of an existing instance profile are unknown.
                    Found::Text(_) if is_profile => vec![Expr::fill(ROLE, &|_| None)],
                    Found::Text(text) => existing_role(text),
                };
                let any = gap(made, GapKind::AnyRole { service: service.map(str::to_owned) });
                if arns.iter().any(is_whole_kind) && !gaps.contains(&any) {
                    gaps.push(any);
                }
                grants.extend(arns.into_iter().flat_map(|arn| self.pass(arn, service)));
            }
        }
        grants
    }
}

/// Returns the name of a nested stack, to which CloudFormation appends random characters.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html> (2026-11-28)
fn nested_name(stack: &Expr, id: &str) -> Expr {
    stack.clone().then("-").then(id).then("-*")
}

/// Returns the permissions in the roles' file that apply to these values.
fn from_file(values: &GrantValues) -> Vec<Grant> {
    values.grants(RoleKind::Stack.grants().into_iter().flat_map(|set| &set.grant))
}

fn gap(made: &MadeResource, what: GapKind) -> RoleGap {
    RoleGap { resource: made.id.known().to_owned(), kind: made.kind.clone(), span: made.span, what }
}

/// Returns powerful permissions that apply to all resources of a type, without a condition.
fn wide(grants: &[Grant]) -> Option<GapKind> {
    let mut actions: Vec<Cow<'static, str>> = Vec::new();
    let mut first: Option<(Expr, &'static str)> = None;
    for grant in grants.iter().filter(|grant| grant.conditions.is_empty()) {
        let Some(on) = grant.resources.iter().find(|resource| is_whole_kind(resource)) else { continue };
        for action in &grant.actions {
            if let Some(could) = strong::could(action) {
                first.get_or_insert((on.clone(), could));
                actions.push(action.clone());
            }
        }
    }
    actions.sort();
    actions.dedup();
    first.map(|(on, could)| GapKind::Wide { actions, on, could })
}

/// Returns whether an ARN pattern covers all resources of a kind.
fn is_whole_kind(resource: &Expr) -> bool {
    let shape = shape(resource);
    let of = if shape == "*" { "*" } else { shape.splitn(6, ':').nth(5).unwrap_or_default() };
    // Names of buckets follow no word, and the rest is the key of an object.
    if shape.split(':').nth(2) == Some("s3") {
        return of.split('/').next() == Some("*");
    }
    // A literal word of the pattern ends at a separator. Without one, it is the start of a name.
    let name = of.trim_start_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '-');
    let open = name.contains('*') && name.chars().all(|letter| matches!(letter, '*' | '/' | ':'));
    open && (name.len() == of.len() || name.starts_with(['/', ':']))
}

/// Returns the ARN of a managed policy that is identified by ARN, or by name if SAM looks it up.
fn existing_policy(text: Expr) -> Expr {
    if is_arn(&text) || text.as_text().is_none_or(|text| text.contains('*')) {
        return text;
    }
    Expr::fill("arn:${Partition}:iam::aws:policy/", &|_| None).then(text)
}

/// Returns the ARNs of an existing role that is identified by ARN or by name.
fn existing_role(text: Expr) -> Vec<Expr> {
    if is_arn(&text) {
        return vec![text];
    }
    let role = |path: &str| Expr::fill(ROLE, &|_| Some(Expr::text(path).then(text.clone())));
    match text.as_text() {
        Some("*") => vec![role("")],
        // A computed string can be an ARN or a name.
        _ if matches!(text.pieces().first(), Some(Piece::Text(first)) if first.starts_with('*')) => {
            vec![Expr::fill(ROLE, &|_| None)]
        }
        _ => vec![role(""), role("*/")],
    }
}

/// Adds the values of properties by their names, at any depth.
fn values_of<'n>(node: &'n Node, wanted: &dyn Fn(&str) -> Option<usize>, found: &mut Vec<(&'n Node, usize)>) {
    for entry in node.entries() {
        match wanted(&entry.key.node) {
            Some(index) => {
                found.push((&entry.value, index));
                if entry.value.intrinsic().is_none() {
                    values_of(&entry.value, wanted, found);
                }
            }
            None if FOREIGN.contains(&entry.key.node.as_str()) => {}
            None => values_of(&entry.value, wanted, found),
        }
    }
    node.items().iter().for_each(|item| values_of(item, wanted, found));
}

/// Returns whether a call is needed. Calls with separate permissions are not, nor are calls for properties that the
/// resource does not have, judging by the keys of its declaration.
fn wanted(action: &TypeAction, keys: &Keys) -> bool {
    let name = action.name;
    if OWN.contains(&name) || ATTACHED.iter().any(|(.., calls)| calls.contains(&name)) {
        return false;
    }
    action.properties.is_none_or(|parts| keys.have(parts))
}

/// The keys of a declaration.
struct Keys {
    text: String,
    /// Results for lists of parts, cached because many actions need the same properties.
    known: RefCell<Vec<(&'static [String], bool)>>,
}

impl Keys {
    fn new(text: String) -> Self {
        Self { text, known: RefCell::default() }
    }

    /// Returns whether one of the keys contains one of the parts, or has the value in a part such as `Key=value`.
    fn have(&self, parts: &'static [String]) -> bool {
        let mut known = self.known.borrow_mut();
        if let Some((_, found)) = known.iter().find(|(other, _)| std::ptr::eq(*other, parts)) {
            return *found;
        }
        let found = parts.iter().any(|part| self.text.contains(part.as_str()));
        known.push((parts, found));
        found
    }
}

/// A property whose value decides which permissions a resource needs.
const DESTINATION: &str = "LogDestinationType";

/// Properties below which any name can be a key.
const ARBITRARY: [&str; 5] = ["AssumeRolePolicyDocument", "Environment", "Policies", "PolicyDocument", "Tags"];

fn collect_keys(node: &Node, keys: &mut String) {
    for entry in node.entries() {
        keys.push_str(&entry.key.node);
        if entry.key.node == DESTINATION {
            keys.push('=');
            keys.push_str(entry.value.literal().unwrap_or("?"));
        }
        keys.push('\n');
        if !ARBITRARY.contains(&entry.key.as_str()) {
            collect_keys(&entry.value, keys);
        }
    }
    node.items().iter().for_each(|item| collect_keys(item, keys));
}
