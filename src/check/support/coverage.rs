//! Whether the statements of a role allow an action on a declared resource. In doubt they do.

use crate::catalog::permissions;
use crate::plan::{Effect, Entity, Expr, Grant, Piece, RolePlan};

/// What an action is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Target<'a> {
    /// A declared resource, with its name where that is written out.
    Resource(Entity, Option<&'a str>),
    /// Nothing in particular: the action cannot be limited to a resource.
    Any,
}

/// Whether a role allows an IAM action on a target.
pub(in crate::check) fn allows(role: &RolePlan, action: &str, target: Target<'_>) -> bool {
    let allowing = role.grants.iter().filter(|grant| grant.effect == Effect::Allow && names(grant, action));
    allowing.flat_map(|grant| &grant.resources).any(|resource| reaches(resource, action, target))
}

/// Whether a role allows an IAM action on anything at all.
pub(in crate::check) fn names_anywhere(role: &RolePlan, action: &str) -> bool {
    role.grants.iter().any(|grant| grant.effect == Effect::Allow && names(grant, action))
}

/// Whether any statement of a role is about a resource.
pub(in crate::check) fn mentions(role: &RolePlan, resource: Entity) -> bool {
    let is = |piece: &Piece| matches!(piece, Piece::Arn(node) | Piece::Name(node) if *node == resource);
    role.grants.iter().flat_map(|grant| &grant.resources).any(|resource| resource.pieces().iter().any(is))
}

fn names(grant: &Grant, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    grant.actions.iter().any(|pattern| wildcard(pattern.to_ascii_lowercase().as_bytes(), action.as_bytes()))
}

fn reaches(resource: &Expr, action: &str, target: Target<'_>) -> bool {
    let Target::Resource(wanted, name) = target else { return resource.as_text() == Some("*") };
    let named = resource.pieces().iter().find_map(|piece| match piece {
        Piece::Arn(node) | Piece::Name(node) => Some(*node),
        _ => None,
    });
    if let Some(node) = named {
        return node == wanted;
    }
    let open = |piece: &Piece| if let Piece::Text(text) = piece { text.clone() } else { "*".to_owned() };
    let pattern: String = resource.pieces().iter().map(open).collect();
    if !pattern.starts_with("arn:") {
        return pattern.contains('*');
    }
    match (wanted, name) {
        (Entity::Bucket(_), Some(name)) if on_objects(action) => {
            let (bucket, key) = pattern.split_once('/').map_or((pattern.as_str(), None), |(b, key)| (b, Some(key)));
            wildcard(bucket.as_bytes(), format!("arn:aws:s3:::{name}").as_bytes())
                && (key.is_some() || bucket.ends_with('*'))
        }
        (Entity::Bucket(_), Some(name)) => wildcard(pattern.as_bytes(), format!("arn:aws:s3:::{name}").as_bytes()),
        // A pattern can match a name that CloudFormation generates, but a complete name cannot.
        (Entity::Bucket(_), None) => is_of(&pattern, "s3") && pattern.trim_end_matches("/*").contains('*'),
        (Entity::Topic(_), Some(arn)) => wildcard(pattern.as_bytes(), arn.as_bytes()),
        (Entity::Topic(_), None) => is_of(&pattern, "sns") && pattern.contains('*'),
        _ => true,
    }
}

fn is_of(arn: &str, service: &str) -> bool {
    arn.split(':').nth(2).is_some_and(|own| own == service || own.contains('*'))
}

/// Whether an action applies to the objects of a bucket.
fn on_objects(action: &str) -> bool {
    let known = permissions::iam_action(action);
    known.is_some_and(|action| action.resources.iter().any(|pattern| pattern.contains(":s3:::${BucketName}/")))
}

/// Whether a text fits a pattern of IAM: `*` is any text, `?` any character.
pub(in crate::check) fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut position) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                retry = Some((at, position));
            }
            Some(byte) if *byte == b'?' || text.get(position) == Some(byte) => {
                at += 1;
                position += 1;
            }
            _ => match retry {
                Some((behind, taken)) => {
                    at = behind;
                    position = taken + 1;
                    retry = Some((behind, position));
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::wildcard;

    #[test]
    fn patterns_fit_as_in_iam() {
        let fits = |pattern: &str, text: &str| wildcard(pattern.as_bytes(), text.as_bytes());
        assert!(fits("s3:*", "s3:putobject") && fits("*", "") && fits("a*c*e", "abcde") && fits("a?c", "abc"));
        assert!(fits("*ab", "aaab") && fits("a*b*b", "abab"));
        assert!(!fits("s3:Get*", "s3:putobject") && !fits("a?c", "ac") && !fits("", "a") && !fits("a*b", "abc"));
    }
}
