//! The IAM actions that CloudFormation needs for resources of a type, and what each can be limited to. They are found once
//! for each type.

use std::sync::Arc;

use super::arns::{api_path, service_linked};
use super::kept::Kept;
use super::optional;
use super::permissions::{Access, IamAction, handler_actions, iam_action};
use super::resource_names::{ResourceNames, Source, resource_names};

/// The scope to which an IAM action can be limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeLimit {
    /// Nothing: AWS accepts `*` only.
    Nothing,
    /// Paths of API Gateway, whatever the action.
    ApiPaths,
    /// The resources that match these ARN patterns. If there are none, the action does not apply to the resource.
    Patterns(Vec<&'static str>),
}

/// The actions of a type's handlers.
#[derive(Debug)]
pub struct TypeAction {
    /// Its name, as the handlers spell it.
    pub name: &'static str,
    /// Its entry in AWS's reference; `None` if it is not listed.
    pub known: Option<Arc<IamAction>>,
    /// Its scope; `None` if it is not listed, or if it depends on the properties of the resource.
    pub limit: Option<Arc<ScopeLimit>>,
    /// Parts of the names of the properties without which a resource does not need it; `None` if it is always needed.
    pub properties: Option<&'static [String]>,
}

/// Returns all actions of a type's handlers, sorted; `None` for a type without public handlers.
pub fn type_actions(resource_type: &str) -> Option<Arc<[TypeAction]>> {
    static KNOWN: Kept<[TypeAction]> = Kept::new();
    KNOWN.get(resource_type, || read_type_actions(resource_type))
}

fn read_type_actions(resource_type: &str) -> Option<Arc<[TypeAction]>> {
    let names = resource_names(resource_type);
    let depends = |source: &Source| matches!(source, Source::IfSaid(_));
    let depends = names.patterns.iter().any(|(_, sources)| sources.iter().any(depends));
    let needs = optional::needs_of(resource_type);
    let mut limits: Vec<Arc<ScopeLimit>> = Vec::new();
    let mut actions = Vec::new();
    for action in handler_actions(resource_type)? {
        // The actions of a type are kept as long as the process lives.
        let name: &'static str = Box::leak(action.name().into_boxed_str());
        let known = action.listed(name).map(Arc::new).or_else(|| iam_action(name));
        let limit = known.as_ref().filter(|_| !depends).map(|known| limit(resource_type, &names, known, &|_| false));
        let properties = optional::properties_that_need(resource_type, name, &needs);
        actions.push(TypeAction { name, known, limit: limit.map(|limit| shared(limit, &mut limits)), properties });
    }
    Some(actions.into())
}

fn shared(limit: ScopeLimit, limits: &mut Vec<Arc<ScopeLimit>>) -> Arc<ScopeLimit> {
    if let Some(known) = limits.iter().find(|known| ***known == limit) {
        return Arc::clone(known);
    }
    let limit = Arc::new(limit);
    limits.push(Arc::clone(&limit));
    limit
}

/// Returns the scope to which an action on a resource of a type can be limited. `absent` returns whether the resource lacks
/// the properties without which a pattern does not apply to it.
pub fn limit(
    resource_type: &str,
    names: &ResourceNames,
    action: &IamAction,
    absent: &dyn Fn(&[Source]) -> bool,
) -> ScopeLimit {
    if action.name.starts_with("apigateway:") && api_path(resource_type).is_some() {
        return ScopeLimit::ApiPaths;
    }
    if let Some(arn) = service_linked(action.name) {
        return ScopeLimit::Patterns(vec![arn]);
    }
    if action.resources.is_empty() {
        return ScopeLimit::Nothing;
    }
    let absent = |pattern: &str| {
        let sources = names.patterns.iter().find(|(known, _)| *known == pattern).map(|(_, sources)| sources);
        sources.is_some_and(|sources| absent(sources))
    };
    let known = |pattern: &&&str| names.patterns.iter().any(|(known, _)| *known == **pattern);
    let present: Vec<&'static str> = action.resources.iter().copied().filter(|pattern| !absent(pattern)).collect();
    let listed: Vec<&'static str> = present.iter().filter(known).copied().collect();
    // Tagging applies to the resource itself, whatever else it refers to, and so does listing tags.
    let of_tags = ["Tag", "Untag"].iter().any(|word| action.name.contains(word));
    // A pattern about which the type says nothing is dropped only if every call works without it.
    let exact = names.complete || of_tags || matches!(action.access, Access::Tagging | Access::Permissions);
    let of_kind = of_own_kind(resource_type, action.name, &action.resources);
    ScopeLimit::Patterns(match (listed.is_empty(), of_kind.is_empty()) {
        (false, _) if exact => {
            let own = names.own();
            let is_tagging = of_tags && own.iter().any(|it| listed.contains(it));
            let counts = |it: &&str| if is_tagging { own.contains(it) } else { listed.contains(it) };
            let required = |it: &&str| !is_tagging && action.required.contains(it);
            present.into_iter().filter(|it| counts(it) || required(it)).collect()
        }
        (true, false) => of_kind,
        _ => present,
    })
}

/// Limits tagging to the resource itself, although the action could tag others: for `ec2:CreateTags` on a VPC, to
/// `vpc/*`.
fn of_own_kind(kind: &str, action: &str, patterns: &[&'static str]) -> Vec<&'static str> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::permissions::handlers;

    #[test]
    fn the_actions_of_a_type_are_those_of_its_handlers() {
        for kind in ["AWS::Lambda::Function", "AWS::S3::Bucket", "AWS::EC2::Instance", "AWS::IAM::Role"] {
            let actions = type_actions(kind).unwrap();
            let handlers = handlers(kind).unwrap();
            let mut names = [handlers.create, handlers.read, handlers.update, handlers.delete].concat();
            names.sort();
            names.dedup();
            assert!(actions.iter().map(|action| action.name).eq(names.iter().map(String::as_str)), "{kind}");
            for action in &*actions {
                assert_eq!(action.known, iam_action(action.name), "{kind}");
            }
        }
        assert!(type_actions("AWS::Nothing::AtAll").is_none());
    }
}
