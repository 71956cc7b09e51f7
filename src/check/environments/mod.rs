//! Accounts and Regions.

mod bucket_regions;
mod bucket_versions;
mod code_region;
mod environment_places;
mod foreign_values;
mod regions;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    bucket_regions::RULE,
    bucket_versions::RULE,
    code_region::RULE,
    environment_places::RULE,
    foreign_values::RULE,
    regions::RULE,
];
