//! Regions that AWS does not list.

use crate::catalog::regions::{codes, is_known, is_plausible};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::Span;

/// Returns the error in a Region code. `quote` is the quotes around it in the text; `None` if it is not a
/// literal.
pub fn unlisted(code: &str, place: Span, quote: Option<&str>) -> Option<Diagnostic> {
    if is_known(code) {
        return None;
    }
    Some(if is_plausible(code) {
        unknown_region(code, place)
    } else {
        not_a_region(code, place, suggest::similar(code, codes()), quote)
    })
}

/// A Region that AWS does not list, but that has the form of one: it may be newer than the list.
fn unknown_region(code: &str, place: Span) -> Diagnostic {
    let stem = code.trim_end_matches(|c: char| c.is_ascii_digit());
    let beside: Vec<&str> =
        codes().filter(|known| known.strip_prefix(stem).is_some_and(|rest| rest.len() == 1)).collect();
    let found = Diagnostic::new(Code::W0819, format!("unknown Region `{code}`"), place, "not a Region that AWS lists");
    if beside.is_empty() {
        return found.help("check the spelling, unless the Region is newer than this version of dotpipe");
    }
    let beside = wording::or_list(beside);
    found.help(format!("write {beside}, unless the Region is newer than this version of dotpipe"))
}

/// A string that does not have the form of a Region code, and the Region that is probably meant. `quote` is the quotes
/// around it; `None` if it is not a literal.
fn not_a_region(code: &str, place: Span, near: Option<&str>, quote: Option<&str>) -> Diagnostic {
    let message = format!("`{code}` is not a Region");
    let diagnostic = Diagnostic::new(Code::E0819, message, place, "");
    match (near, quote) {
        (Some(near), Some(quote)) => diagnostic.did_you_mean(near).edit(place, format!("{quote}{near}{quote}")),
        (Some(near), None) => diagnostic.did_you_mean(near),
        (None, _) => diagnostic.help("write the code of a Region, such as `eu-west-1`"),
    }
}
