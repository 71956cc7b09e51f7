//! I0881: a key in another Region that actions of another account get by its alias.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::environments;

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for pipeline in &subject.plan.pipelines {
        for store in &pipeline.stores {
            let key = store.key.and_then(|key| subject.plan.identity(key)).filter(|identity| identity.is_owned());
            if let Some(identity) = key {
                diagnostics.push(environments::key_by_alias(&store.region, identity.span));
            }
        }
    }
}
