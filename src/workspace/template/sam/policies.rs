//! `Policies` of SAM: managed policies by name or ARN, statements, and policy templates.

use crate::source::Spanned;
use crate::workspace::document::{Node, NodeKind, Scalar, Style, TextMap};

/// Returns whether it is a statement or a policy template, which becomes an inline policy.
pub(super) fn is_inline(policy: &Node) -> bool {
    if policy.is_no_value() {
        return false;
    }
    match policy.intrinsic() {
        Some(call) if call.name == "Fn::If" => call.argument.items().iter().skip(1).any(is_inline),
        Some(_) => false,
        None => !policy.entries().is_empty(),
    }
}

/// Returns the managed policies that it refers to, including both branches of an `Fn::If`. Names are converted to ARNs.
pub(super) fn managed(policy: &Node) -> Vec<Node> {
    if policy.is_no_value() {
        return Vec::new();
    }
    if let Some(call) = policy.intrinsic() {
        return match (call.name.as_ref(), call.argument.items()) {
            ("Fn::If", [_, yes, no]) => [managed(yes), managed(no)].concat(),
            _ => vec![policy.clone()],
        };
    }
    match policy.literal() {
        Some(arn) if arn.starts_with("arn:") => vec![policy.clone()],
        Some(name) => vec![named(name, policy)],
        None => Vec::new(),
    }
}

fn named(name: &str, policy: &Node) -> Node {
    let text = format!("arn:${{AWS::Partition}}:iam::aws:policy/{}{name}", path_of(name));
    let map = TextMap::constant(policy.span);
    let tag = Some(Spanned::new("Sub".to_owned(), policy.span));
    Node { kind: NodeKind::Scalar(Scalar { text, style: Style::Quoted, map }), span: policy.span, tag }
}

/// Returns the path in the ARN of an AWS managed policy.
fn path_of(name: &str) -> &'static str {
    let mut path = "";
    for line in include_str!("managed-policies.txt").lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix("  ") {
            Some(known) if known == name => return path,
            Some(_) => {}
            None => path = line,
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_have_paths() {
        assert_eq!(super::path_of("AWSLambdaBasicExecutionRole"), "service-role/");
        assert_eq!(super::path_of("ViewOnlyAccess"), "job-function/");
        assert_eq!(super::path_of("AmazonS3ReadOnlyAccess"), "");
    }
}
