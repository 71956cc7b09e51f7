//! W0902: a source of an action type with a better successor.

use crate::catalog::Category;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::providers;
use crate::hir::Declaration;

use super::{Place, Subject};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let reaches_github = |connection: &&Declaration| {
        connection.attributes.get("provider").is_none_or(|provider| provider.value.as_str() == Some("GitHub"))
    };
    let connection = subject.hir.connections.iter().find(reaches_github).map(|it| it.symbol.node.as_str());
    let is_outdated =
        |place: &Place<'_>| place.action.category == Category::Source && place.action.action_type.deprecated.is_some();
    for place in subject.actions().filter(is_outdated) {
        let chosen_by = place.action.action_type.chosen_by.as_deref();
        let slot = chosen_by.and_then(|word| place.action.action_type.slot_of_attribute(word));
        let setting = slot.and_then(|slot| place.action.configuration.get(slot.key.as_deref()?));
        let at = setting.map_or(place.action.name.span, |setting| setting.attribute);
        diagnostics.push(providers::outdated(&place.action.name, at, connection));
    }
}
