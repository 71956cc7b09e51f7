//! What several rules need. None of this is a rule, and no rule uses another.

pub(super) mod artifact_files;
pub(super) mod artifact_functions;
pub(super) mod asked_files;
pub(super) mod build_calls;
pub(super) mod build_environment;
pub(super) mod catalog_conditions;
pub(super) mod coverage;
pub(super) mod credentials;
pub(super) mod deletions;
pub(super) mod deploys;
pub(super) mod extra;
pub(super) mod globs;
pub(super) mod pipeline_needs;
pub(super) mod places;
pub(super) mod raw;
pub(super) mod readable;
pub(super) mod references;
pub(super) mod regions;
pub(super) mod regular_expressions;
pub(super) mod rivals;
pub(super) mod role_lacks;
pub(super) mod seen_builds;
pub(super) mod topics;
pub(super) mod undeployed_outputs;
pub(super) mod variable_contents;
pub(super) mod window;
