//! E0101, E0710: namespaces that are not unique in a pipeline, or that have the name of an artifact.

use crate::check::{Findings, Rule, Subject};
use crate::collections::HashMap;
use crate::diagnostic::families::names;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "namespaces", codes: &[Code::E0101, Code::E0710], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        let mut seen: HashMap<&str, Span> = HashMap::default();
        for namespace in pipeline.actions.iter().filter_map(|action| action.namespace.as_ref()) {
            if let Some(first) = seen.get(namespace.node.as_str()) {
                findings.push(names::duplicate("namespace", namespace, *first));
                continue;
            }
            seen.insert(&namespace.node, namespace.span);
            if let Some(artifact) = pipeline.artifacts.iter().find(|artifact| artifact.name.node == namespace.node) {
                findings.push(namespace_of_artifact(namespace, artifact.name.span));
            }
        }
    }
}

/// A namespace with the name of an artifact.
fn namespace_of_artifact(namespace: &Spanned<String>, artifact: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0710,
        format!("namespace `{}` has the name of an artifact", namespace.node),
        namespace.span,
        "",
    )
    .label(artifact, "artifact declared here")
    .help("remove `namespace`, or choose another name")
}
