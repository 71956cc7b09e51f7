//! Commands whose failure does not fail the build.

use std::ops::Range;

use crate::source::{Span, Spanned};
use crate::workspace::buildspec::Command;
use crate::workspace::document::TextMap;
use crate::workspace::shell::{self, Loss};

/// A command whose failure does not fail the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostResult {
    /// The command, or a pipeline that ends with it.
    pub command: String,
    /// What takes its result away: `|| true`.
    pub by: String,
    /// How that happens.
    pub loss: Loss,
    /// The span of the command in the buildspec; in a script of one line, that of the script.
    pub span: Span,
    /// The span of the script that contains it.
    pub script: Span,
    /// Whether the script turns off `set -e`.
    pub goes_on: bool,
}

/// Returns the commands of a script that may fail without failing the build.
pub(super) fn lost(command: &Command, script: &shell::Script, options: &mut shell::ShellOptions) -> Vec<LostResult> {
    let text = |range: &Range<usize>| command.text.get(range.clone()).unwrap_or_default().trim().to_owned();
    let results = script.lost_results(&command.text, options);
    let is_line = !command.text.trim().contains('\n');
    let place = |range: &Range<usize>| if is_line { command.span } else { command.map.span(range.clone()) };
    let result = |it: shell::LostCommand| LostResult {
        command: text(&it.command),
        by: text(&it.by),
        loss: it.loss,
        span: place(&it.command),
        script: command.span,
        goes_on: command.text.contains("set +e"),
    };
    results.into_iter().filter(|_| !command.finally).map(result).collect()
}

/// Returns the commands of a script in another file that may fail without failing it.
pub fn lost_results_of(text: &Spanned<String>) -> Vec<LostResult> {
    let map = TextMap::of_parts(text.span, std::iter::once((text.node.as_str(), text.span, false)));
    let command = Command { text: text.node.clone(), span: text.span, map, finally: false };
    lost(&command, &shell::parse(&command.text), &mut shell::ShellOptions::default())
}
