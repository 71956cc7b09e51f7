//! A Mermaid flowchart: subgraphs for stages, artifacts on the arrows between actions.
//! <https://mermaid.js.org/syntax/flowchart.html>

use std::fmt::Write;

use crate::plan::Moment;

use super::picture::{ActionPicture, Picture, PipelinePicture, StagePicture};

/// Returns all pipelines in one chart.
pub fn mermaid(picture: &Picture) -> String {
    let mut chart = String::from("flowchart LR\n");
    let many = picture.pipelines.len() > 1;
    for (index, pipeline) in picture.pipelines.iter().enumerate() {
        draw(&mut chart, index, pipeline, many);
    }
    chart
}

fn draw(chart: &mut String, index: usize, pipeline: &PipelinePicture, framed: bool) {
    let indent = if framed { "    " } else { "  " };
    if framed {
        let _ = writeln!(chart, "  subgraph p{index}[\"{}\"]", escaped(&pipeline.name));
    }
    for (number, stage) in pipeline.stages.iter().enumerate() {
        let disabled = if stage.disabled.is_some() { "<br/>(transition disabled)" } else { "" };
        let _ = writeln!(chart, "{indent}subgraph p{index}s{number}[\"{}{disabled}\"]", escaped(&stage.name));
        for action in stage.run_orders.iter().flat_map(|run_order| &run_order.actions) {
            let lines = [Some(&action.name), Some(&action.provider), action.environment.as_ref()];
            let lines: Vec<String> = lines.into_iter().flatten().map(|line| escaped(line)).collect();
            let _ = writeln!(chart, "{indent}  {}[\"{}\"]", id(index, action.number), lines.join("<br/>"));
        }
        conditions(chart, indent, index, number, stage);
        let _ = writeln!(chart, "{indent}end");
    }
    for artifact in &pipeline.artifacts {
        for consumer in &artifact.consumers {
            let (from, to) = (id(index, artifact.producer), id(index, *consumer));
            let _ = writeln!(chart, "{indent}{from} -->|\"{}\"| {to}", escaped(&artifact.name));
        }
    }
    order(chart, indent, index, pipeline);
    if framed {
        chart.push_str("  end\n");
    }
}

/// Adds the conditions of a stage. If its order is shown, a dotted arrow leads from the entry condition to the stage's
/// first actions, and from its last actions to the success condition.
fn conditions(chart: &mut String, indent: &str, pipeline: usize, number: usize, stage: &StagePicture) {
    for condition in &stage.conditions {
        let moment = condition.moment.word();
        let node = format!("p{pipeline}s{number}{moment}");
        let rules: Vec<String> = condition.rules.iter().map(|rule| escaped(rule)).collect();
        let label = format!("on {moment}<br/>{}<br/>else {}", rules.join("<br/>"), condition.outcome);
        let _ = writeln!(chart, "{indent}  {node}{{{{\"{label}\"}}}}");
        let beside = match condition.moment {
            Moment::Entry => stage.run_orders.first(),
            Moment::Success => stage.run_orders.last(),
            Moment::Failure => None,
        };
        for action in beside.iter().flat_map(|run_order| &run_order.actions) {
            let action = id(pipeline, action.number);
            let (from, to) = if condition.moment == Moment::Entry { (&node, &action) } else { (&action, &node) };
            let _ = writeln!(chart, "{indent}  {from} -.-> {to}");
        }
    }
}

/// Adds dotted arrows for order that comes from run orders alone: from each run order of a stage to the next.
fn order(chart: &mut String, indent: &str, index: usize, pipeline: &PipelinePicture) {
    for stage in &pipeline.stages {
        for (first, second) in stage.run_orders.iter().zip(stage.run_orders.iter().skip(1)) {
            let unlinked = |one: &ActionPicture, other: &ActionPicture| !pipeline.linked(one.number, other.number);
            for one in &first.actions {
                for other in second.actions.iter().filter(|other| unlinked(one, other)) {
                    let _ = writeln!(chart, "{indent}{} -.-> {}", id(index, one.number), id(index, other.number));
                }
            }
        }
    }
    for number in 1..pipeline.stages.len() {
        let _ = writeln!(chart, "{indent}p{index}s{} ~~~ p{index}s{number}", number - 1);
    }
}

fn id(pipeline: usize, action: usize) -> String {
    format!("p{pipeline}a{action}")
}

/// Escapes text in a quoted label: characters with a meaning in Mermaid or HTML become entities.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '"' => escaped.push_str("#quot;"),
            '#' => escaped.push_str("#35;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            '&' => escaped.push_str("#amp;"),
            '`' => escaped.push_str("#96;"),
            other => escaped.push(other),
        }
    }
    escaped
}
