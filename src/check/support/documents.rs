//! Documents that define pipelines, for the rules about them.

use std::borrow::Cow;
use std::sync::Arc;

use crate::catalog::{ActionType, Category, Owner, by_aws, spellings};
use crate::check::Subject;
use crate::diagnostic::{Code, Diagnostic, TemplateNotation};
use crate::source::Span;
use crate::workspace::document::{Entry, Node, SubPart, sub_parts};
use crate::workspace::pipeline_document::{self, DocumentKind};

/// A document.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct Document<'a> {
    pub root: &'a Node,
    pub kind: DocumentKind,
}

impl<'a> Document<'a> {
    /// Returns the document that defines the pipelines, if one does.
    pub(in crate::check) fn of(subject: &Subject<'a>) -> Option<Self> {
        subject.document.map(|document| Self { root: document.root, kind: document.kind })
    }

    /// Returns a key of the pipeline's structure in the document's spelling.
    pub(in crate::check) fn key(self, key: &str) -> Cow<'_, str> {
        match self.kind {
            DocumentKind::Definition => Cow::Owned(spellings::api_key(key)),
            DocumentKind::Template => Cow::Borrowed(key),
        }
    }

    /// Returns the value of a key of the pipeline's structure.
    pub(in crate::check) fn get<'n>(self, node: &'n Node, key: &str) -> Option<&'n Node> {
        node.get(&self.key(key))
    }

    /// Returns the elements of a key.
    pub(in crate::check) fn items<'n>(self, node: &'n Node, key: &str) -> &'n [Node] {
        self.get(node, key).map(Node::items).unwrap_or_default()
    }

    /// Returns the actions of a pipeline.
    pub(in crate::check) fn actions(self, pipeline: &Node) -> impl Iterator<Item = &Node> {
        self.items(pipeline, "Stages").iter().flat_map(move |stage| self.items(stage, "Actions"))
    }

    /// Returns the action type of an action, if AWS provides it.
    pub(in crate::check) fn action_type(self, action: &Node) -> Option<Arc<ActionType>> {
        let id = self.get(action, "ActionTypeId")?;
        let text = |key: &str| self.get(id, key).and_then(Node::literal);
        let category = text("Category").and_then(Category::from_aws)?;
        by_aws(Owner::Aws, category, text("Provider")?).map(|(_, action_type)| action_type)
    }

    /// Returns the resources of a type, if the document is a template.
    pub(in crate::check) fn resources(self, ty: &'static str) -> impl Iterator<Item = &'a Entry> {
        let resources = self.root.get("Resources").map(Node::entries).unwrap_or_default();
        resources.iter().filter(move |entry| entry.value.get("Type").and_then(Node::literal) == Some(ty))
    }
}

/// Returns the structures of the pipelines, each with its logical ID in a template.
pub(in crate::check) fn pipelines<'a>(document: &Document<'a>) -> impl Iterator<Item = (Option<&'a str>, &'a Node)> {
    let (in_template, alone) = match document.kind {
        DocumentKind::Template => (Some(document.root), None),
        DocumentKind::Definition => (None, Some(pipeline_document::definition(document.root))),
    };
    let of_template = in_template.into_iter().flat_map(pipeline_document::pipelines);
    let of_template = of_template.filter_map(|it| Some((Some(it.key.node.as_str()), it.value.get("Properties")?)));
    of_template.chain(alone.map(|node| (None, node)))
}

/// Returns whether a node refers to one of these resources with a function.
pub(in crate::check) fn refers_to(node: &Node, ids: &[&str]) -> bool {
    let is_named = |name: &str| name.split('.').next().is_some_and(|id| ids.contains(&id));
    let in_text =
        |text: &str| sub_parts(text).into_iter().any(|part| matches!(part, SubPart::Name(name) if is_named(name)));
    node.referred().is_some_and(|id| ids.contains(&id.as_str()))
        || node.text().is_some_and(in_text)
        || node.entries().iter().any(|entry| refers_to(&entry.value, ids))
        || node.items().iter().any(|item| refers_to(item, ids))
}

/// Returns the span of the text of a scalar, without its quotes.
pub(in crate::check) fn inner(node: &Node) -> Span {
    node.text_span()
}

/// Returns the resource whose ARN `Fn::GetAtt` returns.
pub(in crate::check) fn get_att_of_arn(value: &Node) -> Option<String> {
    let attribute = attribute_of(value)?;
    value.referred().filter(|_| attribute == "Arn")
}

/// Returns the attribute that `Fn::GetAtt` returns.
pub(in crate::check) fn attribute_of(value: &Node) -> Option<&str> {
    value.intrinsic().filter(|call| call.name == "Fn::GetAtt")?;
    // In the short form, the argument is the node itself.
    let argument = if value.tag.is_some() { value } else { value.entries().first().map(|entry| &entry.value)? };
    match argument.items() {
        [_, attribute] => attribute.literal(),
        _ => argument.text()?.split_once('.').map(|(_, attribute)| attribute),
    }
}

/// Reports `Fn::GetAtt` of an ARN or an address where the name of a resource belongs.
pub(in crate::check) fn arn_for_name(key: &str, value: &Node) -> Option<Diagnostic> {
    let id = value.referred()?;
    let (what, returned) = match attribute_of(value)? {
        "Arn" => ("an ARN", "the ARN"),
        attribute if attribute.ends_with("DomainName") => ("a domain name", "the domain name"),
        attribute if attribute.ends_with("URL") || attribute.ends_with("Uri") => ("an address", "the address"),
        _ => return None,
    };
    let message = format!("`{key}` takes a name, not {what}");
    Some(
        Diagnostic::new(Code::E0106, message, value.span, format!("returns {returned}"))
            .help_in(|notation| format!("write `{}`", notation.reference(&id))),
    )
}

/// Reports `Fn::GetAtt` of a name where the ARN of a resource belongs. `by_ref`: whether `Ref` returns the ARN.
pub(in crate::check) fn name_for_arn(key: &str, value: &Node, by_ref: bool) -> Option<Diagnostic> {
    let attribute = attribute_of(value).filter(|attribute| attribute.ends_with("Name"))?;
    let id = value.referred()?;
    let message = format!("`{key}` takes an ARN, not a name");
    let arn =
        |notation: TemplateNotation| if by_ref { notation.reference(&id) } else { notation.attribute(&id, "Arn") };
    let diagnostic = Diagnostic::new(Code::E0106, message, value.span, format!("`{attribute}` is a name"));
    Some(diagnostic.help_in(|notation| format!("write `{}`", arn(notation))))
}
