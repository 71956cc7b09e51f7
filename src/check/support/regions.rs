//! Regions that AWS does not list.

use crate::catalog::regions::{codes, is_known, is_plausible};
use crate::diagnostic::families::environments;
use crate::diagnostic::{Diagnostic, suggest};
use crate::source::Span;

/// What is wrong with the code of a region. `quote`: what stands around it in the text; `None` where it is not spelled out.
pub fn unlisted(code: &str, place: Span, quote: Option<&str>) -> Option<Diagnostic> {
    if is_known(code) {
        return None;
    }
    Some(if is_plausible(code) {
        environments::unknown_region(code, place)
    } else {
        environments::not_a_region(code, place, suggest::similar(code, codes()), quote)
    })
}
