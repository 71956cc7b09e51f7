//! Draws a plan: stages in a row, the run orders in each, and the artifacts between the actions.
//!
//! [`picture`] determines what a drawing shows; each notation only writes it.

mod dot;
mod mermaid;
mod picture;
mod svg;

use crate::plan::{PipelineId, Plan};
use crate::source::Span;

/// The notation of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Drawing {
    /// <https://mermaid.js.org/syntax/flowchart.html>
    #[default]
    Mermaid,
    /// <https://graphviz.org/doc/info/lang.html>
    Dot,
    /// <https://www.w3.org/TR/SVG11/>
    Svg,
}

/// Returns all pipelines of a plan in one drawing.
pub fn graph(plan: &Plan, drawing: Drawing) -> String {
    let picture = picture::Picture::of(plan);
    match drawing {
        Drawing::Mermaid => mermaid::mermaid(&picture),
        Drawing::Dot => dot::dot(&picture),
        Drawing::Svg => svg::svg(&picture),
    }
}

/// A node of an SVG image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphNode {
    /// The `id` of its element.
    pub id: String,
    /// The pipeline.
    pub pipeline: PipelineId,
    /// What it represents.
    pub shows: Shows,
}

/// What a node represents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// The stage with this index.
    Stage(usize),
    /// The action with this header.
    Action(Span),
}

/// Returns the nodes of the SVG image of a plan.
pub fn graph_nodes(plan: &Plan) -> Vec<GraphNode> {
    let mut nodes = Vec::new();
    for (index, (pipeline, planned)) in plan.pipelines.entries().enumerate() {
        let mut actions = 0;
        for (number, stage) in planned.stages.iter().enumerate() {
            nodes.push(GraphNode { id: svg::stage_id(index, number), pipeline, shows: Shows::Stage(number) });
            for action in &stage.actions {
                nodes.push(GraphNode {
                    id: svg::action_id(index, actions),
                    pipeline,
                    shows: Shows::Action(action.span),
                });
                actions += 1;
            }
        }
    }
    nodes
}
