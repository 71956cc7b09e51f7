//! What templates export to other stacks, and import from them.

use crate::source::Spanned;
use crate::workspace::document::{Document, Node};
use crate::workspace::template::{Output, Template};

/// Returns the exports whose names are the same in every stack.
pub(in crate::check) fn exports(template: &Template) -> Vec<Spanned<String>> {
    let export = |output: &Output| output.export.as_ref()?.spanned().filter(|_| output.condition.is_none());
    template.outputs.iter().filter_map(export).collect()
}

/// Returns the names that a template imports, as far as they are literal and outside of conditions.
pub(in crate::check) fn imports(document: &Document) -> Vec<Spanned<String>> {
    let mut found = Vec::new();
    let resources = document.root.as_ref().and_then(|root| root.get("Resources"));
    let always = resources.map_or(&[][..], Node::entries).iter().filter(|it| it.value.get("Condition").is_none());
    always.for_each(|resource| collect(&resource.value, &mut found));
    found
}

fn collect(node: &Node, found: &mut Vec<Spanned<String>>) {
    if let Some(call) = node.intrinsic() {
        match (call.name.as_ref(), call.argument.text()) {
            ("Fn::If", _) => return,
            ("Fn::ImportValue", Some(name)) => {
                found.push(Spanned::new(name.to_owned(), call.argument.text_span()));
                return;
            }
            _ => {}
        }
    }
    node.items().iter().for_each(|item| collect(item, found));
    node.entries().iter().for_each(|entry| collect(&entry.value, found));
}
