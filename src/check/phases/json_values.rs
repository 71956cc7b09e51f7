//! W0775: text that others control in JSON, into which CodePipeline inserts it unescaped.
//!
//! Variables that a buildspec exports, and those set when a pipeline starts, are ignored: they mostly contain versions
//! and names.

use crate::catalog::{Content, Slot, SlotType};
use crate::check::support::variable_contents::variables;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Setting, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "json-values", codes: &[Code::W0775], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        for (key, setting) in &place.action.configuration {
            let slot = place.action.action_type.slot_of_key(key).filter(|_| !setting.raw);
            if !is_json(slot, setting) {
                continue;
            }
            let word = setting.word(key, slot);
            setting.value.each_part(&mut |part| {
                let found = variables(place.pipeline, part).into_iter().find(|it| it.content == Content::Text);
                let Some((variable, action)) = found.and_then(|it| it.action.map(|action| (it, action))) else {
                    return;
                };
                let lists = |name: &str| action.action_type.variable.iter().any(|it| it.name == name);
                if !lists(&variable.name) {
                    return;
                }
                let commit = lists("CommitId").then(|| format!("{}.CommitId", action.symbol));
                findings.push(in_json(&variable.shown, word, commit.as_deref(), part.span));
            });
        }
    }
}

/// Returns whether AWS reads a setting as JSON.
fn is_json(slot: Option<&Slot>, setting: &Setting) -> bool {
    match slot {
        Some(slot) => !slot.action_level && matches!(slot.ty, SlotType::Env | SlotType::Json),
        None => matches!(setting.value.kind, ValueKind::Map(_) | ValueKind::List(_)),
    }
}

/// Text in JSON that others control. `commit` is the commit that the text belongs to.
fn in_json(shown: &str, attribute: &str, commit: Option<&str>, span: Span) -> Diagnostic {
    let message = format!("`{shown}` can contain quotes and line breaks, which would break the JSON of `{attribute}`");
    let diagnostic = Diagnostic::new(Code::W0775, message, span, "inserted into the JSON without escaping");
    match commit {
        Some(commit) => diagnostic.help(format!("use `{commit}`")),
        None => diagnostic,
    }
}
