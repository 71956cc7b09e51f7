//! E0301: `cfn.ref` and `cfn.att` with a logical ID that the template does not have.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::names;
use crate::diagnostic::{Code, suggest};
use crate::hir::{Part, PartKind};

pub(super) const RULE: Rule = Rule { name: "logical-ids", codes: &[Code::E0301], run: check };

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
        }
    };
    subject.hir.each_value(&mut |place| place.value.each_part(&mut look));
}
