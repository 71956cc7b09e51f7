//! What an approval can be for.

use crate::catalog::Category;
use crate::check::support::environment_words::words;
use crate::hir::{Action, ValueKind};

/// Words in the names of functions that only tell somebody about the deployment.
const TELLING: [&str; 8] = ["announce", "inform", "invalidate", "message", "notify", "report", "slack", "tell"];

/// Returns whether an action may be what an approval is for. Storing a copy, telling somebody, and testing are not.
pub(in crate::check) fn may_wait(action: &Action) -> bool {
    match action.category {
        Category::Approval | Category::Test => false,
        Category::Deploy => !stores_archive(action),
        Category::Invoke => !words(&action.name.node).iter().any(|word| TELLING.contains(&word.as_str())),
        _ => true,
    }
}

/// Returns whether an action keeps a copy of an artifact, as it is or under a key that differs in each execution.
fn stores_archive(action: &Action) -> bool {
    let as_it_is = action.value("Extract").is_some_and(|value| value.kind == ValueKind::Bool(false));
    as_it_is || action.value("ObjectKey").is_some_and(|key| !key.is_poisoned() && key.as_str().is_none())
}
