//! Writes a plan as text: the template, the pipeline's JSON, the support template, the graph, and the explanation of
//! roles.
//!
//! Nothing here can fail: [`crate::plan::unresolved`] has reported everything that a target needs but is unknown.

mod deployed;
mod explain_role;
mod graph;
mod intrinsic;
mod parameters;
mod pipeline;
mod references;
mod resources;
mod template;
#[cfg(test)]
mod tests;
mod yaml;

pub use explain_role::explain_role;
pub use graph::{Drawing, Shows, graph, graph_nodes};
pub use pipeline::pipeline_json;
pub use template::{
    TemplateDocument, compact_json_length, compact_json_text, json_text, support, support_of, template,
};
pub use yaml::yaml;
