//! The source spans of the nodes of a graph.

use super::Snapshot;
use super::places::statement_at;
use crate::emit::{self, Shows};
use crate::source::Span;

/// A node of the SVG image of a compilation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphPlace {
    /// The `id` of its element.
    pub id: String,
    /// The statement that it represents. Iterations of a loop, and uses of a component, share one.
    pub statement: Span,
}

/// Returns the nodes of the SVG image of a compilation, in drawing order.
pub fn graph_places(snapshot: &Snapshot) -> Vec<GraphPlace> {
    let compilation = snapshot.compilation();
    let mut places = Vec::new();
    for node in emit::graph_nodes(compilation.plan()) {
        let header = match node.shows {
            Shows::Action(header) => Some(header),
            Shows::Stage(number) => {
                let stages = compilation.hir().pipelines.get(node.pipeline).map(|pipeline| &pipeline.stages);
                stages.and_then(|stages| stages.get(number)).map(|stage| stage.span)
            }
        };
        let Some(header) = header else { continue };
        let statement = snapshot.tree(header.file).and_then(|tree| statement_at(&tree.ast, header.start));
        places.push(GraphPlace { id: node.id, statement: statement.unwrap_or(header) });
    }
    places
}
