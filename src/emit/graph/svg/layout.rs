//! The layout: stages follow one another in lines of limited width, with a column for each run order.
//!
//! In a line, the tops of boxes and the artifact rows are aligned to a grid of [`ROW`] pixels. An input reaches its row
//! above the middle and an output leaves it below, so that the ends of two artifacts never overlap.

use super::super::picture::{ActionPicture, PipelinePicture, RunOrder, StagePicture};
use super::text::{Font, width, wrapped};

/// The height of a line of text in a box.
pub const ROW: i32 = 16;
/// The font for names of actions.
pub const NAME: Font = Font::bold(13);
/// The font for all other text of a box, and for the notes of a stage.
pub const DETAIL: Font = Font::regular(11);
/// The font for names of stages.
pub const STAGE: Font = Font::bold(15);
/// The space between a box's edge and its text.
pub const PADDING: i32 = 12;
/// The height of a line of a stage's name.
pub const STAGE_ROW: i32 = 20;
/// The space between artifacts side by side.
pub const LANE: i32 = 8;
/// The space between a stage's frame and its boxes.
pub const INSET: i32 = 16;

/// How many actions of a run order are in one column; more of them get further columns.
const MAX_ROWS: usize = 8;
/// The maximum width of text in a box.
const MAX_TEXT: i32 = 190;
const MIN_TEXT: i32 = 104;
const MIN_STAGE: i32 = 170;
/// The minimum width of a stage with notes.
const MIN_NOTES: i32 = 260;
/// The width that a line of stages should not exceed.
const MAX_LINE: i32 = 1400;
/// The minimum space between columns.
pub const GAP: i32 = 44;

/// An action's box. `x` and `y` are set when it is placed.
#[derive(Debug)]
pub struct NodeBox<'a> {
    pub action: &'a ActionPicture,
    pub run_order: u32,
    pub name: Vec<String>,
    pub details: Vec<String>,
    /// Indices of the artifacts that it reads, with the lines of their names.
    pub inputs: Vec<(usize, Vec<String>)>,
    pub outputs: Vec<(usize, Vec<String>)>,
    pub x: i32,
    pub y: i32,
    pub width: i32,
}

impl NodeBox<'_> {
    pub fn height(&self) -> i32 {
        let ports = self.inputs.iter().chain(&self.outputs).map(|(_, lines)| lines.len());
        rows(self.name.len() + self.details.len() + ports.sum::<usize>()) * ROW + ROW
    }

    /// Returns the rows of its artifacts: each with the top of its first line, and whether it is an input.
    pub fn ports(&self) -> impl Iterator<Item = (i32, bool, &(usize, Vec<String>))> {
        let mut row = rows(self.name.len() + self.details.len());
        let all = self.inputs.iter().map(|port| (true, port)).chain(self.outputs.iter().map(|port| (false, port)));
        all.map(move |(read, port)| {
            let y = self.y + ROW / 2 + row * ROW;
            row += rows(port.1.len());
            (y, read, port)
        })
    }

    /// Returns the point where an artifact leaves or reaches the box.
    pub fn end(&self, artifact: usize, read: bool) -> Option<(i32, i32)> {
        let mut ports = self.ports();
        let (y, ..) = ports.find(|(_, is_read, (index, _))| *is_read == read && *index == artifact)?;
        Some(if read { (self.x, y + ROW / 2 - 3) } else { (self.x + self.width, y + ROW / 2 + 3) })
    }
}

/// Boxes one below the other.
#[derive(Debug)]
pub struct Column<'a> {
    /// Its stage's index in the pipeline.
    pub stage: usize,
    /// The run order, in the first column of each.
    pub heading: Option<u32>,
    pub nodes: Vec<NodeBox<'a>>,
    pub x: i32,
    pub width: i32,
}

/// A stage's frame.
#[derive(Debug)]
pub struct Frame<'a> {
    pub stage: &'a StagePicture,
    pub name: Vec<String>,
    /// Its conditions and other notes.
    pub notes: Vec<String>,
    pub x: i32,
    pub width: i32,
}

/// Stages side by side.
#[derive(Debug)]
pub struct Line<'a> {
    pub frames: Vec<Frame<'a>>,
    pub columns: Vec<Column<'a>>,
    pub y: i32,
    /// The height of the frames.
    pub height: i32,
    /// The height of the names and the notes.
    pub header: i32,
}

impl Line<'_> {
    /// Returns the height of the boxes, without the frame around them.
    pub fn boxes(&self) -> i32 {
        let column = |column: &Column| column.nodes.iter().map(|node| node.height() + ROW).sum::<i32>() - ROW;
        self.columns.iter().map(column).max().unwrap_or_default()
    }
}

/// Returns the lines of a pipeline, not yet placed.
pub fn lines(pipeline: &PipelinePicture) -> Vec<Line<'_>> {
    let mut stages: Vec<(Frame, Vec<Column>)> =
        pipeline.stages.iter().enumerate().map(|(index, stage)| measured(pipeline, index, stage)).collect();
    let widths: Vec<i32> = stages.iter().map(|(frame, _)| frame.width + GAP).collect();
    let mut lines = Vec::new();
    for count in counts(&widths) {
        let mut line = Line { frames: Vec::new(), columns: Vec::new(), y: 0, height: 0, header: 0 };
        for (frame, columns) in stages.drain(..count.min(stages.len())) {
            line.frames.push(frame);
            line.columns.extend(columns);
        }
        lines.push(line);
    }
    lines
}

/// Returns how many stages each line has: as few lines as the limit allows, with widths as even as possible.
fn counts(widths: &[i32]) -> Vec<usize> {
    let widest = widths.iter().copied().max().unwrap_or_default();
    let limit = MAX_LINE.max(widest);
    let wanted = filled(widths, limit).len();
    let enough = (widest..=limit).step_by(20).find(|limit| filled(widths, *limit).len() <= wanted);
    filled(widths, enough.unwrap_or(limit))
}

fn filled(widths: &[i32], limit: i32) -> Vec<usize> {
    let mut counts = Vec::new();
    let mut used = limit;
    for width in widths {
        used += width;
        if let Some(count) = counts.last_mut().filter(|_| used <= limit) {
            *count += 1;
        } else {
            counts.push(1);
            used = *width;
        }
    }
    counts
}

fn measured<'a>(pipeline: &PipelinePicture, index: usize, stage: &'a StagePicture) -> (Frame<'a>, Vec<Column<'a>>) {
    let mut columns: Vec<Column> = Vec::new();
    for run_order in &stage.run_orders {
        columns.extend(chunks(pipeline, index, run_order));
    }
    let gaps = i32::try_from(columns.len()).unwrap_or_default() - 1;
    let inside = columns.iter().map(|column| column.width).sum::<i32>() + gaps.max(0) * GAP;
    let notes = notes(stage);
    let width = inside.max(if notes.is_empty() { MIN_STAGE } else { MIN_NOTES });
    if let [only] = columns.as_mut_slice() {
        only.width = width;
        for node in &mut only.nodes {
            node.width = width;
        }
    }
    let name = wrapped(&stage.name, STAGE, width);
    let notes = notes.iter().flat_map(|note| wrapped(note, DETAIL, width)).collect();
    (Frame { stage, name, notes, x: 0, width: width + 2 * INSET }, columns)
}

/// Returns the columns of a run order.
fn chunks<'a>(pipeline: &PipelinePicture, stage: usize, run_order: &'a RunOrder) -> Vec<Column<'a>> {
    let count = run_order.actions.len().div_ceil(MAX_ROWS).max(1);
    let size = run_order.actions.len().div_ceil(count).max(1);
    let column = |(number, actions): (usize, &'a [ActionPicture])| {
        let mut nodes: Vec<NodeBox> = actions.iter().map(|action| node(pipeline, run_order.number, action)).collect();
        let width = nodes.iter().map(|node| node.width).max().unwrap_or_default();
        for node in &mut nodes {
            node.width = width;
        }
        Column { stage, heading: (number == 0).then_some(run_order.number), nodes, x: 0, width }
    };
    run_order.actions.chunks(size).enumerate().map(column).collect()
}

fn node<'a>(pipeline: &PipelinePicture, run_order: u32, action: &'a ActionPicture) -> NodeBox<'a> {
    let what =
        if action.approval { action.provider.clone() } else { format!("{} · {}", action.category, action.provider) };
    let details = [Some(what), action.environment.clone()].into_iter().flatten();
    let artifacts = pipeline.artifacts.iter().enumerate();
    let port = |index: usize, name: &str| (index, wrapped(name, DETAIL, MAX_TEXT));
    let read = artifacts.clone().filter(|(_, it)| it.consumers.contains(&action.number));
    let made = artifacts.filter(|(_, it)| it.producer == action.number);
    let mut node = NodeBox {
        action,
        run_order,
        name: wrapped(&action.name, NAME, MAX_TEXT),
        details: details.flat_map(|detail| wrapped(&detail, DETAIL, MAX_TEXT)).collect(),
        inputs: read.map(|(index, it)| port(index, &it.name)).collect(),
        outputs: made.map(|(index, it)| port(index, &it.name)).collect(),
        x: 0,
        y: 0,
        width: 0,
    };
    let names = node.name.iter().map(|line| width(line, NAME));
    let ports = node.inputs.iter().chain(&node.outputs).flat_map(|(_, lines)| lines);
    let small = node.details.iter().chain(ports).map(|line| width(line, DETAIL));
    node.width = names.chain(small).max().unwrap_or_default().max(MIN_TEXT) + 2 * PADDING;
    node
}

fn notes(stage: &StagePicture) -> Vec<String> {
    let disabled = stage.disabled.iter().map(|reason| format!("inbound transition disabled: {reason}"));
    let conditions = stage.conditions.iter().map(|condition| {
        format!("on {}: {}; else {}", condition.moment.word(), condition.rules.join(", "), condition.outcome)
    });
    let on_failure = stage.on_failure.iter().map(|outcome| format!("on failure: {outcome}"));
    disabled.chain(conditions).chain(on_failure).collect()
}

pub fn rows(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / ROW)
}
