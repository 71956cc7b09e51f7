//! What a reference in a template identifies.

use crate::catalog::reference_kinds::{ReferenceKind, reference_kinds};
use crate::workspace::document::Node;
use crate::workspace::template::Template;

/// Returns the kind of resource that a `Ref` or `Fn::GetAtt` identifies, if it is a known one.
pub(in crate::check) fn kind_of(template: &Template, node: &Node) -> Option<&'static ReferenceKind> {
    let call = node.intrinsic()?;
    match call.name.as_ref() {
        "Ref" => {
            let id = call.argument.text()?;
            if let Some(parameter) = template.parameter(id) {
                return kind_of_parameter(&parameter.kind.as_ref()?.node);
            }
            let kind = &template.resource(id)?.kind.node;
            reference_kinds().iter().find(|known| known.types.contains(kind))
        }
        "Fn::GetAtt" => {
            let attribute = match call.argument.items() {
                [_, attribute] => attribute.literal()?,
                _ => call.argument.text()?.split_once('.')?.1,
            };
            // Those of other resources may be something else.
            let of = &template.resource(&node.referred()?)?.kind.node;
            let is_network = of.starts_with("AWS::EC2::");
            reference_kinds().iter().find(|known| is_network && known.attributes.iter().any(|it| it == attribute))
        }
        _ => None,
    }
}

/// Returns the kind of resource that a parameter of a type identifies, or each element of it.
pub(in crate::check) fn kind_of_parameter(parameter_type: &str) -> Option<&'static ReferenceKind> {
    let list = parameter_type.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>'));
    let of = list.unwrap_or(parameter_type);
    reference_kinds().iter().find(|kind| kind.parameter.as_deref() == Some(of))
}
