//! W0211: YAML aliases in the template that defines the pipelines.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::pipeline_document::DocumentKind;

pub(super) const RULE: Rule = Rule { name: "document-aliases", codes: &[Code::W0211], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let template = subject.document.as_ref().filter(|document| document.kind == DocumentKind::Template);
    findings.extend(template.and_then(|document| document.alias).map(alias));
}

/// A template that CloudFormation does not read as it is. Whether something rewrites it before the deployment is not known.
fn alias(place: Span) -> Diagnostic {
    Diagnostic::new(Code::W0211, "the template uses a YAML alias", place, "not supported by CloudFormation")
        .note("AWS: \"YAML aliases are not allowed in CloudFormation templates\"")
        .help("replace the alias with its value, or deploy the output of `aws cloudformation package`, which replaces aliases")
}
