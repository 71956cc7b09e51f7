//! The arguments of CloudFormation's functions.

use crate::workspace::document::{Intrinsic, Node};

/// Returns the logical ID and the attribute of an `Fn::GetAtt`.
pub(super) fn attribute(call: &Intrinsic<'_>) -> Option<(String, String)> {
    if let [id, attribute] = call.argument.items() {
        return Some((id.literal()?.to_owned(), attribute.literal()?.to_owned()));
    }
    let (id, attribute) = call.argument.text()?.split_once('.')?;
    Some((id.to_owned(), attribute.to_owned()))
}

/// Returns the text of an `Fn::Sub`, and its variables.
pub(super) fn substituted<'n>(call: &Intrinsic<'n>) -> Option<(&'n str, Option<&'n Node>)> {
    match call.argument.items() {
        [text, given] => Some((text.text()?, Some(given))),
        [text] => Some((text.text()?, None)),
        _ => Some((call.argument.text()?, None)),
    }
}
