//! The statement of a role that allows an action, but on other resources than the one that is needed.

use crate::check::support::coverage;
use crate::check::support::globs::meet;
use crate::diagnostic::families::roles::{Elsewhere, MeantPart};
use crate::diagnostic::suggest::is_misspelling;
use crate::hir::{PartKind, Statement, Value, ValueKind};
use crate::plan::{Plan, RolePlan};
use crate::source::Span;

/// Returns the resource of a statement that is nearest to the one that an action is needed on. `statements` are those of
/// the role in the file.
pub(in crate::check) fn elsewhere<'s>(
    plan: &Plan,
    role: &RolePlan,
    statements: impl IntoIterator<Item = &'s Statement>,
    action: &str,
    target: &str,
) -> Option<Elsewhere> {
    let statements: Vec<&Statement> = statements.into_iter().filter(|statement| !statement.deny).collect();
    let mut found: Vec<Elsewhere> = Vec::new();
    let grants: Vec<_> = coverage::allowing(role, action).collect();
    for (index, grant) in grants.iter().enumerate() {
        let Some(statement) = statements.iter().find(|statement| statement.span.covers(grant.cause)) else { continue };
        // Each resource of a statement becomes a grant.
        let is_same = |other: &&&_| std::ptr::eq(**other, *grant);
        let siblings = grants.iter().filter(|other| other.cause == grant.cause);
        let position = siblings.clone().position(|other| is_same(&other)).unwrap_or(index);
        let written = match statement.resources.as_slice() {
            [only] => Some(only),
            several if siblings.count() == several.len() => several.get(position),
            _ => None,
        };
        for resource in &grant.resources {
            let (label, part) = difference(&coverage::pattern(plan, resource), target);
            let meant = written.zip(part).and_then(|(written, (wrong, right))| meant(written, &wrong, right));
            let place = written.map_or(statement.span, |written| written.span);
            found.push(Elsewhere { place, label, meant });
        }
    }
    let near = found.iter().position(|found| found.meant.is_some());
    let near = near.or_else(|| found.iter().position(|found| found.label != OTHER)).unwrap_or(0);
    (near < found.len()).then(|| found.swap_remove(near))
}

/// How a resource differs if not only in its Region or account.
const OTHER: &str = "allowed only on this resource";

/// The placeholder for the Region in a statement.
const REGION: &str = "${AWS::Region}";

/// Returns how the resource of a statement differs from the one that is needed, and the part that may be a typo, with the
/// right one.
fn difference(granted: &str, target: &str) -> (&'static str, Option<(String, String)>) {
    let fields: Vec<(&str, &str)> = granted.splitn(6, ':').zip(target.splitn(6, ':')).collect();
    let differing: Vec<usize> = (0..)
        .zip(&fields)
        .filter(|(_, (one, other))| !meet(one.as_bytes(), other.as_bytes()))
        .map(|(at, _)| at)
        .collect();
    let Some([region, account, last]) = fields.get(3..) else { return (OTHER, None) };
    let pair = |(wrong, right): &(&str, &str)| (!wrong.is_empty()).then(|| ((*wrong).to_owned(), (*right).to_owned()));
    match differing.as_slice() {
        [3] if region.1.contains('*') => ("allowed only in this Region", pair(&(region.0, REGION))),
        [3] => ("allowed only in this Region", pair(region)),
        [4] => ("allowed only in this account", pair(account).filter(|_| is_transposed(account.0, account.1))),
        [5] => (OTHER, misspelled(last.0, last.1)),
        _ => (OTHER, None),
    }
}

/// Returns whether two accounts have the same digits.
fn is_transposed(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut digits: Vec<char> = text.chars().collect();
        digits.sort_unstable();
        digits
    };
    one.bytes().all(|byte| byte.is_ascii_digit()) && sorted(one) == sorted(other)
}

/// The minimum length of a name with a typo. Shorter ones often differ by a letter on purpose.
const SHORTEST: usize = 4;

/// Returns the first part of a resource's name that another name does not match, if it is a typo of the other's.
fn misspelled(granted: &str, wanted: &str) -> Option<(String, String)> {
    let parts = |text: &str| text.split(['/', ':']).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (parts(granted), parts(wanted));
    let (wrong, right) = one.iter().zip(&other).find(|(one, other)| !meet(one.as_bytes(), other.as_bytes()))?;
    if wrong.is_empty() {
        return granted.contains("//").then(|| ("//".to_owned(), "/".to_owned()));
    }
    let Some((start, rest)) = wrong.split_once('*') else {
        let is_typo = wrong.len() >= SHORTEST && !right.contains('*') && is_misspelling(wrong, right);
        return is_typo.then(|| (wrong.clone(), right.clone()));
    };
    // `depots-*` means `depot-*`, if that matches `depot-live`.
    let starts = [start.len().checked_sub(1)?, start.len() + 1];
    let starts = starts.iter().filter_map(|length| right.get(..*length));
    let mut near = starts.filter(|near| near.chars().last() == start.chars().last() && is_misspelling(start, near));
    near.next().filter(|near| near.len() >= SHORTEST).map(|near| (wrong.clone(), format!("{near}*{rest}")))
}

/// Returns the part of a string that is wrong, if it occurs in it once as it is.
fn meant(written: &Value, wrong: &str, right: String) -> Option<MeantPart> {
    let ValueKind::Text(text) = &written.kind else { return None };
    let mut found = text.parts.iter().filter_map(|part| match &part.kind {
        PartKind::Literal(literal) if literal.matches(wrong).count() == 1 => Some((part.span, literal)),
        _ => None,
    });
    let (span, literal) = found.next().filter(|_| found.next().is_none())?;
    let at = span.range().start + literal.find(wrong)?;
    // An escaped character is longer than what it stands for.
    let place = (span.range().len() == literal.len()).then(|| Span::new(span.file, at, at + wrong.len()));
    Some(MeantPart { wrong: wrong.to_owned(), right, place })
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_resource_differs_in_one_field() {
        let found = |granted: &str, target: &str| {
            let (label, part) = difference(granted, target);
            (label, part.map(|(wrong, right)| format!("{wrong} {right}")))
        };
        let queue = "arn:aws:sqs:eu-west-1:111122223333:orders-in";
        for (granted, label, part) in [
            ("arn:aws:sqs:us-east-1:111122223333:orders-*", "allowed only in this Region", Some("us-east-1 eu-west-1")),
            ("arn:*:sqs:*:111122223332:orders-*", "allowed only in this account", None),
            ("arn:*:sqs:*:111122222333:orders-*", "allowed only in this account", None),
            ("arn:*:sqs:*:111212223333:orders-*", "allowed only in this account", Some("111212223333 111122223333")),
            ("arn:*:sqs:*:*:order-*", "allowed only on this resource", Some("order-* orders-*")),
            ("arn:*:sqs:*:*:ordersin", "allowed only on this resource", Some("ordersin orders-in")),
            ("arn:*:sqs:*:*:other", "allowed only on this resource", None),
            ("arn:*:sns:us-east-1:*:orders-in", "allowed only on this resource", None),
            ("*", "allowed only on this resource", None),
        ] {
            assert_eq!(found(granted, queue), (label, part.map(str::to_owned)), "{granted}");
        }
        let parameter = "arn:*:ssm:*:*:parameter/portal/login";
        let near = |granted: &str| difference(granted, parameter).1;
        assert_eq!(near("arn:aws:ssm:*:*:parameter//portal/*"), Some(("//".to_owned(), "/".to_owned())));
        assert_eq!(near("arn:aws:ssm:*:*:parameter/portals/*"), Some(("portals".to_owned(), "portal".to_owned())));
        assert_eq!(near("arn:aws:ssm:*:*:parameter/shop/*"), None);
    }
}
