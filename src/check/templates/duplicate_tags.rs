//! W0216: tags of a resource with one key twice.

use crate::check::support::inside_templates::each_template;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "duplicate-tags", codes: &[Code::W0216], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for resource in &inside.template.resources {
            let tags = ["Tags", "HostedZoneTags", "FileSystemTags"].iter().filter_map(|name| resource.property(name));
            findings.extend(tags.into_iter().filter_map(|tags| twice(&resource.id.node, tags)));
        }
    });
}

/// Reports the second of two tags with the same literal key.
fn twice(resource: &str, tags: &Node) -> Option<Diagnostic> {
    let mut known: Vec<Spanned<String>> = Vec::new();
    for tag in tags.items().iter().filter(|tag| tag.intrinsic().is_none()) {
        let Some(key) = tag.get("Key").and_then(Node::spanned) else { continue };
        if let Some(first) = known.iter().find(|first| first.node == key.node) {
            let message = format!("resource `{resource}` has tag `{}` twice", key.node);
            let found = Diagnostic::new(Code::W0216, message, key.span, "").label(first.span, "the first one");
            return Some(found.note("most services reject the second one").help("remove one of them"));
        }
        known.push(key);
    }
    None
}
