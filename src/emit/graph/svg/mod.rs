//! An SVG image: it needs no script and no other file, follows the reader's light or dark color scheme, and is the same
//! for the same plan, byte for byte.

mod layout;
mod route;
mod text;

use std::fmt::Write;

use super::picture::{Picture, PipelinePicture};
use layout::{DETAIL, Frame, INSET, Line, NAME, NodeBox, PADDING, ROW, STAGE, STAGE_ROW};
use route::{Way, route};
use text::{Font, escaped, width, wrapped};

const STYLE: &str = include_str!("style.css");

/// The margin around everything.
const MARGIN: i32 = 24;
const TITLE: Font = Font::bold(18);
/// The space between pipelines.
const PIPELINE_GAP: i32 = 40;
/// The number of artifact colors in the style sheet.
const COLORS: usize = 8;
/// The radius of corners of artifacts.
const CORNER: i32 = 4;
/// The minimum width of the text above the stages.
const MIN_HEADING: i32 = 480;

/// Returns all pipelines, one below the other.
pub fn svg(picture: &Picture) -> String {
    let mut body = String::new();
    let (mut right, mut bottom) = (0, MARGIN - PIPELINE_GAP);
    for (index, pipeline) in picture.pipelines.iter().enumerate() {
        let mut lines = layout::lines(pipeline);
        let top = bottom + PIPELINE_GAP;
        let likely = lines.iter().map(|line| line.frames.iter().map(|frame| frame.width).sum()).max();
        let heading = wrapped(&started_by(pipeline), DETAIL, likely.unwrap_or(0).max(MIN_HEADING));
        let titles = wrapped(&pipeline.name, TITLE, likely.unwrap_or(0).max(MIN_HEADING));
        let start = top + layout::rows(titles.len()) * 24 + layout::rows(heading.len()) * ROW + 12;
        let (ways, end) = route(pipeline, &mut lines, (MARGIN, start));
        let _ = writeln!(body, "<g id=\"p{index}\" class=\"pipeline\">");
        texts(&mut body, "title", (MARGIN, top + TITLE.size), 24, &titles);
        texts(&mut body, "starts", (MARGIN, top + layout::rows(titles.len()) * 24 + DETAIL.size), ROW, &heading);
        draw(&mut body, index, &lines);
        artifacts(&mut body, index, pipeline, &ways);
        body.push_str("</g>\n");
        let above = titles.iter().map(|line| width(line, TITLE)).chain(heading.iter().map(|line| width(line, DETAIL)));
        right = right.max(end.0).max(MARGIN + above.max().unwrap_or_default());
        bottom = end.1;
    }
    let (width, height) = (right + MARGIN, bottom + MARGIN);
    let names: Vec<&str> = picture.pipelines.iter().map(|pipeline| pipeline.name.as_str()).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{}</title>\n<style>\n{STYLE}</style>\n\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n{body}</svg>\n",
        escaped(&names.join(", "))
    )
}

/// Returns the `id` of a stage's element.
pub(super) fn stage_id(pipeline: usize, stage: usize) -> String {
    format!("p{pipeline}s{stage}")
}

/// Returns the `id` of the element of an action, which is numbered across the stages.
pub(super) fn action_id(pipeline: usize, action: usize) -> String {
    format!("p{pipeline}a{action}")
}

fn started_by(pipeline: &PipelinePicture) -> String {
    match pipeline.starts.as_slice() {
        [] => "started manually".to_owned(),
        starts => format!("started by {}", starts.join(", or ")),
    }
}

/// Adds lines of text, the first with its baseline at `y`.
fn texts(body: &mut String, class: &str, (x, y): (i32, i32), step: i32, lines: &[String]) {
    for (line, text) in (0..).zip(lines) {
        let _ = writeln!(body, "<text class=\"{class}\" x=\"{x}\" y=\"{}\">{}</text>", y + line * step, escaped(text));
    }
}

fn draw(body: &mut String, pipeline: usize, lines: &[Line]) {
    let mut number = 0;
    for (index, line) in lines.iter().enumerate() {
        for (position, frame) in line.frames.iter().enumerate() {
            let _ = writeln!(body, "<g id=\"{}\" class=\"stage\">", stage_id(pipeline, number));
            stage(body, line, frame);
            let columns = line.columns.iter().filter(|column| column.stage == number);
            columns.clone().flat_map(|column| &column.nodes).for_each(|it| action(body, pipeline, it));
            run_orders(body, line, frame, number);
            body.push_str("</g>\n");
            let previous = position.checked_sub(1).and_then(|before| line.frames.get(before));
            transition(body, line, previous, frame, index > 0);
            number += 1;
        }
        if let Some(last) = line.frames.last().filter(|_| index + 1 < lines.len()) {
            let (x, y) = (last.x + last.width, line.y + 20);
            let _ = writeln!(body, "<path class=\"flow\" d=\"M{x},{y}h16\"/>");
            let _ = writeln!(body, "<path class=\"head\" d=\"M{},{}l8,4l-8,4z\"/>", x + 14, y - 4);
        }
    }
}

fn stage(body: &mut String, line: &Line, frame: &Frame) {
    let disabled = if frame.stage.disabled.is_some() { " disabled" } else { "" };
    let Frame { x, width, .. } = *frame;
    let _ = writeln!(
        body,
        "<rect class=\"frame{disabled}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"{}\" rx=\"8\"/>",
        line.y, line.height
    );
    let x = x + INSET;
    texts(body, "name", (x, line.y + 10 + STAGE.size), STAGE_ROW, &frame.name);
    let notes = line.y + 14 + layout::rows(frame.name.len()) * STAGE_ROW + DETAIL.size;
    texts(body, "note", (x, notes), ROW, &frame.notes);
}

/// Adds the arrow to a stage: from the stage before it, or, on a further line, from the margin.
fn transition(body: &mut String, line: &Line, previous: Option<&Frame>, frame: &Frame, further: bool) {
    let start = match previous {
        Some(previous) => previous.x + previous.width,
        None if further => frame.x - 20,
        None => return,
    };
    let disabled = if frame.stage.disabled.is_some() { " disabled" } else { "" };
    let (y, end) = (line.y + 20, frame.x);
    let _ = writeln!(body, "<path class=\"flow{disabled}\" d=\"M{start},{y}H{}\"/>", end - 8);
    let _ = writeln!(body, "<path class=\"head{disabled}\" d=\"M{},{}l8,4l-8,4z\"/>", end - 9, y - 4);
}

/// Adds the row with the run orders of a stage's columns.
fn run_orders(body: &mut String, line: &Line, frame: &Frame, stage: usize) {
    if frame.stage.run_orders.len() < 2 {
        return;
    }
    let y = line.y + line.header - 10;
    let mut end: Option<i32> = None;
    for column in line.columns.iter().filter(|column| column.stage == stage) {
        let Some(number) = column.heading else { continue };
        if let Some(start) = end {
            let (from, to) = (start + 6, column.x - 6);
            let _ = writeln!(body, "<path class=\"flow\" d=\"M{from},{}H{}\"/>", y - 4, to - 6);
            let _ = writeln!(body, "<path class=\"head\" d=\"M{},{}l7,3.5l-7,3.5z\"/>", to - 7, y - 7);
        }
        let text = format!("run order {number}");
        end = Some(column.x + width(&text, DETAIL));
        texts(body, "order", (column.x, y), ROW, &[text]);
    }
}

fn action(body: &mut String, pipeline: usize, node: &NodeBox) {
    let NodeBox { x, y, width: wide, .. } = *node;
    let height = node.height();
    let class = node.action.category.to_lowercase();
    let _ = writeln!(body, "<g id=\"{}\" class=\"action {class}\">", action_id(pipeline, node.action.number));
    let _ = writeln!(body, "<title>{}, run order {}</title>", escaped(&node.action.name), node.run_order);
    let _ = writeln!(body, "<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{height}\" rx=\"4\"/>");
    let _ = writeln!(
        body,
        "<path class=\"stripe\" d=\"M{},{y}h-1a4,4 0 0 0 -4,4v{}a4,4 0 0 0 4,4h1z\"/>",
        x + 5,
        height - 8
    );
    let text = x + PADDING;
    texts(body, "label", (text, y + ROW / 2 + NAME.size - 1), ROW, &node.name);
    let details = y + ROW / 2 + layout::rows(node.name.len()) * ROW;
    texts(body, "detail", (text, details + DETAIL.size), ROW, &node.details);
    for (y, read, (artifact, lines)) in node.ports() {
        for (line, name) in (0..).zip(lines) {
            let (x, anchor) = if read { (text, "start") } else { (x + wide - PADDING, "end") };
            let _ = writeln!(
                body,
                "<text class=\"c{}\" x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
                artifact % COLORS,
                y + line * ROW + DETAIL.size,
                escaped(name)
            );
        }
    }
    body.push_str("</g>\n");
}

/// Adds the path of each artifact, with a dot where it is produced and an arrowhead where it is read.
fn artifacts(body: &mut String, index: usize, pipeline: &PipelinePicture, ways: &[Way]) {
    let actions: Vec<&str> = pipeline.actions().map(|action| action.name.as_str()).collect();
    let named = |number: usize| escaped(actions.get(number).copied().unwrap_or_default());
    for (number, artifact) in pipeline.artifacts.iter().enumerate() {
        let own = || ways.iter().filter(|way| way.artifact == number);
        let Some((x, y)) = own().find_map(|way| way.points.first().copied()) else { continue };
        let _ = writeln!(body, "<g id=\"p{index}r{number}\" class=\"artifact c{}\">", number % COLORS);
        for way in own() {
            let (from, to) = (named(way.producer), named(way.consumer));
            let _ = writeln!(
                body,
                "<path class=\"way\" d=\"{}\"><title>{}, from {from} to {to}</title></path>",
                curve(&way.points),
                escaped(&artifact.name)
            );
            if let Some((x, y)) = way.points.last() {
                let _ = writeln!(body, "<path class=\"tip\" d=\"M{},{}l7,4l-7,4z\"/>", x - 7, y - 4);
            }
        }
        let _ = writeln!(body, "<circle class=\"tip\" cx=\"{x}\" cy=\"{y}\" r=\"3\"/>");
        body.push_str("</g>\n");
    }
}

/// Returns a path through the points, with rounded corners.
fn curve(points: &[(i32, i32)]) -> String {
    let mut path = String::new();
    let Some(((x, y), rest)) = points.split_first() else { return path };
    let _ = write!(path, "M{x},{y}");
    let mut before = (*x, *y);
    for (index, corner) in rest.iter().enumerate() {
        let Some(next) = rest.get(index + 1) else {
            let _ = write!(path, "L{},{}", corner.0, corner.1);
            break;
        };
        let (enter, leave) = (towards(*corner, before), towards(*corner, *next));
        let _ = write!(path, "L{},{}Q{},{} {},{}", enter.0, enter.1, corner.0, corner.1, leave.0, leave.1);
        before = *corner;
    }
    path
}

/// Returns a point near `from`, in the direction of `to`.
fn towards(from: (i32, i32), to: (i32, i32)) -> (i32, i32) {
    let step = |from: i32, to: i32| from + (to - from).signum() * CORNER.min((to - from).abs() / 2);
    (step(from.0, to.0), step(from.1, to.1))
}
