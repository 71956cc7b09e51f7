//! A pipeline as a Mermaid flowchart: stages around actions, artifacts on the arrows between them.
//! <https://mermaid.js.org/syntax/flowchart.html>

use std::fmt::Write;

use crate::plan::{ActionPlan, Moment, PipelinePlan, Plan, StagePlan};

/// All pipelines of a plan, one chart.
pub fn graph(plan: &Plan) -> String {
    let mut chart = String::from("flowchart LR\n");
    let many = plan.pipelines.len() > 1;
    for (index, pipeline) in plan.pipelines.iter().enumerate() {
        draw(&mut chart, index, pipeline, many);
    }
    chart
}

fn draw(chart: &mut String, index: usize, pipeline: &PipelinePlan, framed: bool) {
    let indent = if framed { "    " } else { "  " };
    if framed {
        let _ = writeln!(chart, "  subgraph p{index}[\"{}\"]", escaped(&pipeline.name));
    }
    for (number, stage) in pipeline.stages.iter().enumerate() {
        let closed = if stage.disabled.is_some() { "<br/>(closed)" } else { "" };
        let _ = writeln!(chart, "{indent}subgraph p{index}s{number}[\"{}{closed}\"]", escaped(&stage.name));
        for action in &stage.actions {
            let provider = escaped(&action.action_type.provider);
            let place = action.environment.as_ref().map(|name| format!(" in {}", escaped(name))).unwrap_or_default();
            let label = format!("{}<br/>{provider}{place}", escaped(&action.name));
            let _ = writeln!(chart, "{indent}  {}[\"{label}\"]", id(index, action));
        }
        conditions(chart, indent, index, number, stage);
        let _ = writeln!(chart, "{indent}end");
    }
    let actions: Vec<&ActionPlan> = pipeline.stages.iter().flat_map(|stage| &stage.actions).collect();
    for consumer in &actions {
        for artifact in &consumer.inputs {
            for producer in actions.iter().filter(|producer| producer.outputs.contains(artifact)) {
                let (from, to) = (id(index, producer), id(index, consumer));
                let _ = writeln!(chart, "{indent}{from} -->|\"{}\"| {to}", escaped(artifact));
            }
        }
    }
    order(chart, indent, index, pipeline);
    if framed {
        chart.push_str("  end\n");
    }
}

/// The conditions of a stage: what is asked, and what happens unless all of it holds. Where order shows, a dotted arrow leads
/// from the condition before the stage to the actions that start it, and from those that end it to the one behind.
fn conditions(chart: &mut String, indent: &str, pipeline: usize, number: usize, stage: &StagePlan) {
    for condition in &stage.conditions {
        let moment = condition.moment.word();
        let node = format!("p{pipeline}s{number}{moment}");
        let rules: Vec<String> = condition.rules.iter().map(|rule| escaped(&rule.name)).collect();
        let label = format!("on {moment}<br/>{}<br/>else {}", rules.join("<br/>"), condition.outcome.word());
        let _ = writeln!(chart, "{indent}  {node}{{{{\"{label}\"}}}}");
        let orders = stage.actions.iter().map(|action| action.run_order);
        let beside = match condition.moment {
            Moment::Entry => orders.min(),
            Moment::Success => orders.max(),
            Moment::Failure => None,
        };
        for action in stage.actions.iter().filter(|action| Some(action.run_order) == beside) {
            let action = id(pipeline, action);
            let (from, to) = if condition.moment == Moment::Entry { (&node, &action) } else { (&action, &node) };
            let _ = writeln!(chart, "{indent}  {from} -.-> {to}");
        }
    }
}

/// Dotted arrows where order comes from layers alone: from each layer of a stage to the next.
fn order(chart: &mut String, indent: &str, index: usize, pipeline: &PipelinePlan) {
    for stage in &pipeline.stages {
        for action in &stage.actions {
            let next = stage.actions.iter().filter(|other| other.run_order > action.run_order);
            let Some(layer) = next.clone().map(|other| other.run_order).min() else { continue };
            let linked = |other: &ActionPlan| action.outputs.iter().any(|artifact| other.inputs.contains(artifact));
            for other in next.filter(|other| other.run_order == layer && !linked(other)) {
                let _ = writeln!(chart, "{indent}{} -.-> {}", id(index, action), id(index, other));
            }
        }
    }
    for (number, _) in pipeline.stages.iter().enumerate().skip(1) {
        let _ = writeln!(chart, "{indent}p{index}s{} ~~~ p{index}s{number}", number - 1);
    }
}

fn id(pipeline: usize, action: &ActionPlan) -> String {
    format!("p{pipeline}a{}", action.id.0)
}

/// Text inside a quoted label: characters that Mermaid or HTML would read are entities.
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
