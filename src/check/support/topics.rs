//! The Regions of topics and event buses.

use crate::hir::{Declaration, Ownership, Value};

/// Returns the Region of an existing topic, if it is not the pipeline's.
pub(in crate::check) fn foreign_region<'a>(topic: &'a Declaration, home: &str) -> Option<&'a str> {
    let Ownership::Imported(arn) = &topic.ownership else { return None };
    region_of(arn).filter(|region| *region != home)
}

/// Returns the Region in an ARN.
pub(in crate::check) fn region_of(arn: &Value) -> Option<&str> {
    let text = arn.as_str().filter(|text| text.starts_with("arn:"))?;
    text.split(':').nth(3).filter(|region| !region.is_empty())
}
