//! E0104: notifications and dashboards.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;

/// `lead-time = true` in a dashboard.
pub fn not_measured(key: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0104,
        format!("`dashboard` has no attribute `{}`", key.node),
        key.span,
        "CodePipeline has no metric for this",
    )
    .note("CodePipeline publishes metrics for the duration of executions and for failures only")
    .help(format!("remove `{}`; `duration` and `failures` are shown by default", key.node))
}
