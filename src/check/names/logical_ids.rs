//! E0301, W0451: `cfn.ref` and `cfn.att` with a logical ID that the template does not have, or with an attribute that
//! the type of the resource does not have.

use crate::catalog::template_language as language;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::names;
use crate::diagnostic::wording::or_list;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::hir::{Part, PartKind};
use crate::plan::Section;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "logical-ids", codes: &[Code::E0301, Code::W0451], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let extra_unread = !subject.plan.extra.faults.is_empty();
    if subject.hir.incomplete || subject.hir.pipelines.is_empty() || extra_unread {
        return;
    }
    let known = std::cell::LazyCell::new(|| subject.plan.logical_ids());
    let mut look = |part: &Part| {
        let (PartKind::Ref(id) | PartKind::Att(id, _)) = &part.kind else { return };
        if !id.starts_with("AWS::") && !known.contains(id) {
            let near = suggest::similar(id, known.iter().map(String::as_str));
            findings.push(names::unknown_logical_id(id, part.span, near, "cfn.import(...)"));
        } else if let PartKind::Att(_, attribute) = &part.kind {
            findings.extend(unknown_attribute(subject, id, attribute, part.span));
        }
    };
    subject.hir.each_value(&mut |place| place.value.each_part(&mut look));
}

/// Returns a diagnostic if the type of a resource in a file of `resources` does not have an attribute.
fn unknown_attribute(subject: &Subject<'_>, id: &str, attribute: &str, place: Span) -> Option<Diagnostic> {
    let entry = subject.plan.extra.of(Section::Resources).find(|entry| entry.name.node == id)?;
    // SAM converts its types to others.
    let kind = entry.json.get("Type")?.as_str().filter(|kind| !kind.starts_with("AWS::Serverless::"))?;
    let known = language::attributes(kind)?;
    let head = attribute.split('.').next().unwrap_or_default();
    if head.is_empty() || known.contains(&head) {
        return None;
    }
    let message = format!("`{kind}` has no attribute `{attribute}`");
    let diagnostic = Diagnostic::new(Code::W0451, message, place, "").label(entry.name.span, "of this type");
    Some(match suggest::similar(attribute, known.iter().copied()) {
        Some(near) => diagnostic.did_you_mean(near),
        None if known.is_empty() => diagnostic.help(format!("use `cfn.ref(\"{id}\")`: the type has no attributes")),
        None if known.len() <= 8 => diagnostic.help(format!("use {}", or_list(known.iter().copied()))),
        None => diagnostic,
    })
}
