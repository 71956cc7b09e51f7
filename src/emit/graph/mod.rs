//! A plan as a drawing: stages in a row, in each its run orders, and the artifacts between the actions.
//!
//! [`picture`] says once what a drawing shows; each notation writes that down.

mod dot;
mod mermaid;
mod picture;
mod svg;

use crate::plan::Plan;

/// How a drawing is written down.
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

/// All pipelines of a plan in one drawing.
pub fn graph(plan: &Plan, drawing: Drawing) -> String {
    let picture = picture::Picture::of(plan);
    match drawing {
        Drawing::Mermaid => mermaid::mermaid(&picture),
        Drawing::Dot => dot::dot(&picture),
        Drawing::Svg => svg::svg(&picture),
    }
}
