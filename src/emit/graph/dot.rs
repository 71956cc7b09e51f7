//! A directed graph for Graphviz: a cluster for each stage, artifacts on the edges.
//! <https://graphviz.org/doc/info/lang.html>

use std::fmt::Write;

use super::picture::{ActionPicture, Picture, PipelinePicture, StagePicture};

/// Returns all pipelines in one graph.
pub fn dot(picture: &Picture) -> String {
    let mut graph = String::from(
        "digraph {\n  rankdir=LR;\n  compound=true;\n  fontname=\"Helvetica\";\n  node [shape=box, style=rounded, \
         fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\", fontsize=10];\n",
    );
    for (index, pipeline) in picture.pipelines.iter().enumerate() {
        draw(&mut graph, index, pipeline);
    }
    graph.push_str("}\n");
    graph
}

fn draw(graph: &mut String, index: usize, pipeline: &PipelinePicture) {
    let title = match pipeline.starts.as_slice() {
        [] => pipeline.name.clone(),
        starts => format!("{}\nstarted by {}", pipeline.name, starts.join("\nor ")),
    };
    let _ = writeln!(graph, "  subgraph cluster_p{index} {{\n    label={};", quoted(&title));
    for (number, stage) in pipeline.stages.iter().enumerate() {
        let style = if stage.disabled.is_some() { "dashed" } else { "rounded" };
        let _ = writeln!(graph, "    subgraph cluster_p{index}s{number} {{\n      style={style};");
        let _ = writeln!(graph, "      label={};", quoted(&heading(stage)));
        for run_order in &stage.run_orders {
            for action in &run_order.actions {
                let _ = writeln!(graph, "      {} [{}];", id(index, action), attributes(action, run_order.number));
            }
        }
        graph.push_str("    }\n");
    }
    let actions: Vec<&ActionPicture> = pipeline.actions().collect();
    let named = |number: usize| actions.get(number).map(|action| id(index, action)).unwrap_or_default();
    for artifact in &pipeline.artifacts {
        for consumer in &artifact.consumers {
            let (from, to) = (named(artifact.producer), named(*consumer));
            let _ = writeln!(graph, "    {from} -> {to} [label={}];", quoted(&artifact.name));
        }
    }
    order(graph, index, pipeline);
    graph.push_str("  }\n");
}

/// Adds edges for order without an artifact: dotted from each run order to the next, and invisible from each stage to
/// the next.
fn order(graph: &mut String, index: usize, pipeline: &PipelinePicture) {
    let run_orders: Vec<(usize, &[ActionPicture])> = pipeline
        .stages
        .iter()
        .enumerate()
        .flat_map(|(stage, it)| it.run_orders.iter().map(move |run_order| (stage, run_order.actions.as_slice())))
        .collect();
    for ((stage, first), (next, second)) in run_orders.iter().zip(run_orders.iter().skip(1)) {
        let style = if stage == next { "dotted" } else { "invis" };
        for one in *first {
            for other in second.iter().filter(|other| !pipeline.linked(one.number, other.number)) {
                let _ = writeln!(graph, "    {} -> {} [style={style}];", id(index, one), id(index, other));
            }
        }
    }
}

fn heading(stage: &StagePicture) -> String {
    let mut heading = stage.name.clone();
    if let Some(reason) = &stage.disabled {
        let _ = write!(heading, "\ninbound transition disabled: {reason}");
    }
    for condition in &stage.conditions {
        let _ = write!(
            heading,
            "\non {}: {}, else {}",
            condition.moment.word(),
            condition.rules.join(", "),
            condition.outcome
        );
    }
    if let Some(outcome) = stage.on_failure {
        let _ = write!(heading, "\non failure: {outcome}");
    }
    heading
}

fn attributes(action: &ActionPicture, run_order: u32) -> String {
    let mut label = format!("{}\n{}", action.name, action.provider);
    if let Some(environment) = &action.environment {
        let _ = write!(label, "\n{environment}");
    }
    let _ = write!(label, "\nrun order {run_order}");
    let shape = if action.approval { ", shape=octagon" } else { "" };
    format!("label={}{shape}", quoted(&label))
}

fn id(pipeline: usize, action: &ActionPicture) -> String {
    format!("p{pipeline}a{}", action.number)
}

/// Returns a quoted string: quotation marks and backslashes are escaped, line endings are `\n`, and other control
/// characters are spaces.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            other if other.is_control() => quoted.push(' '),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
