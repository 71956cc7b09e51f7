//! W0963: artifacts that expire before an approval does.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::{ActionId, Pipeline, Value, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "expiring-artifacts", codes: &[Code::W0963], run: check };

/// The minutes that an approval without a timeout waits.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html> (2026-11-29)
const DEFAULT_WAIT: u32 = 7 * DAY;

/// The minutes of a day.
const DAY: u32 = 24 * 60;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        let Some(expiry) = expiry(subject, pipeline) else { continue };
        let approvals = pipeline.actions().filter(|(_, action)| action.category == Category::Approval);
        let waiting = approvals.map(|(id, action)| {
            let minutes = action.timeout.as_ref().map_or(DEFAULT_WAIT, |timeout| timeout.node);
            (id, action, minutes)
        });
        let longest = waiting.max_by_key(|(.., minutes)| *minutes);
        let Some((id, approval, minutes)) = longest.filter(|(.., minutes)| *minutes >= expiry.node.saturating_mul(DAY))
        else {
            continue;
        };
        if reads_later(subject, pipeline, id) {
            let timeout = approval.timeout.as_ref().map(|timeout| timeout.span);
            findings.push(gone(&approval.name, minutes, timeout, expiry));
        }
    }
}

/// Returns the days after which the artifacts of a pipeline expire, if the file sets them.
fn expiry(subject: &Subject<'_>, pipeline: &Pipeline) -> Option<Spanned<u32>> {
    let of_bucket = || {
        let bucket = subject.hir.buckets.get(pipeline.store.bucket.as_ref()?.node)?;
        let Value { kind: ValueKind::Number(days), span } = bucket.value("expire")? else { return None };
        Some(Spanned::new(days.parse().ok()?, *span))
    };
    pipeline.store.expire.or_else(of_bucket)
}

/// Returns whether an action after an approval reads an artifact.
fn reads_later(subject: &Subject<'_>, pipeline: &Pipeline, approval: ActionId) -> bool {
    let id = subject.pipelines().find(|(_, other)| std::ptr::eq(*other, pipeline)).map(|(id, _)| id);
    let later = |action: ActionId| id.is_some_and(|id| subject.plan.ran_before(id, approval, action));
    pipeline.actions().any(|(action, it)| !it.inputs.is_empty() && later(action))
}

/// An approval that may be given after the artifacts have expired.
fn gone(approval: &Spanned<String>, minutes: u32, timeout: Option<Span>, expiry: Spanned<u32>) -> Diagnostic {
    let days = |days: u32| wording::count(usize::try_from(days).unwrap_or_default(), "day");
    let message = format!("artifacts expire before approval `{}` does", approval.node);
    let least = minutes.div_ceil(DAY) + 1;
    let diagnostic = Diagnostic::new(Code::W0963, message, expiry.span, format!("after {}", days(expiry.node)));
    match timeout {
        Some(timeout) => diagnostic.label(timeout, format!("waits up to {}", days(minutes / DAY))),
        None => diagnostic.label(approval.span, format!("waits up to {}", days(minutes / DAY))),
    }
    .help(phrase![
        "write ",
        PipeCode::set("expire", format!("{least}d")),
        " or more, or give the approval a shorter `timeout`"
    ])
}
