//! Routes artifacts: from a box into the gap after its column, up or down there in a lane of their own, and to the
//! boxes of the next column. An artifact that is read further away runs on a rail below the line of stages, and to
//! another line through the left margin. No artifact crosses a box, and no two overlap.

use super::super::picture::PipelinePicture;
use super::layout::{Column, GAP, INSET, LANE, Line, NodeBox, ROW, STAGE_ROW, rows};

/// The space between lines of stages.
const LINE_GAP: i32 = 28;
/// The space for the arrow to the next line of stages or from the previous one.
const TURN: i32 = 24;
/// The height of the row of run orders.
const HEADINGS: i32 = 20;

/// The path of an artifact from its producer to one consumer.
#[derive(Debug)]
pub struct Way {
    pub artifact: usize,
    pub producer: usize,
    pub consumer: usize,
    /// The corners.
    pub points: Vec<(i32, i32)>,
}

/// The position of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    line: usize,
    column: usize,
    node: usize,
}

/// The lanes of one artifact in one line of stages.
#[derive(Debug, Default, Clone)]
struct Course {
    /// The gaps that it runs in, by the index of the column after them, with its x coordinate there.
    lanes: Vec<(usize, i32)>,
    /// The y coordinate of its rail.
    rail: Option<i32>,
}

impl Course {
    fn lane(&self, gap: usize) -> Option<i32> {
        self.lanes.iter().find(|(at, _)| *at == gap).map(|(_, x)| *x)
    }
}

/// Places the lines of a pipeline below `top` and to the right of `left`, and routes the artifacts. Returns the paths,
/// and the right and bottom ends.
pub fn route(pipeline: &PipelinePicture, lines: &mut [Line], (left, top): (i32, i32)) -> (Vec<Way>, (i32, i32)) {
    stack(lines);
    let places = places(pipeline, lines);
    let ends: Vec<Vec<(usize, bool)>> = (0..pipeline.artifacts.len()).map(|index| ends(pipeline, index)).collect();
    let gutters = gutters(&ends, &places);
    let margin = gutters.iter().flatten().max().map_or(0, |last| (rows(*last) + 2) * LANE);
    let gutter = |artifact: usize| gutters.get(artifact).copied().flatten().map(|lane| left + rows(lane) * LANE);
    let mut courses = vec![vec![Course::default(); pipeline.artifacts.len()]; lines.len()];
    let (mut right, mut y) = (left, top);
    let gaps: Vec<Vec<Vec<usize>>> =
        lines.iter().enumerate().map(|(number, line)| gaps(line, number, &ends, &places)).collect();
    // All lines start at the same x coordinate.
    let first = gaps.iter().filter_map(|gaps| gaps.first()).map(|gap| room(gap, 0)).max().unwrap_or_default();
    let turn = if lines.len() > 1 { TURN } else { 0 };
    for ((line, gaps), courses) in lines.iter_mut().zip(&gaps).zip(&mut courses) {
        right = right.max(spread(line, left + margin, (first.max(turn), turn), gaps, courses));
        line.y = y;
        let boxes_top = y + line.header;
        line.height = line.header + line.boxes() + INSET;
        shift(line, boxes_top);
        let rails = rails(courses, gutter);
        let bottom = y + line.height;
        for (course, rail) in courses.iter_mut().zip(&rails) {
            course.rail = rail.map(|rail| bottom + 12 + rows(rail) * LANE);
        }
        let rail_count = rails.iter().flatten().max().map_or(0, |last| rows(*last) + 1);
        y = bottom + rail_count * LANE + LINE_GAP;
    }
    let ways = ways(pipeline, lines, &places, &courses, gutter);
    (ways, (right, y - LINE_GAP + 4))
}

/// Sets the y coordinate of the boxes relative to their column, and the height of the lines' headers.
fn stack(lines: &mut [Line]) {
    for line in lines {
        for column in &mut line.columns {
            let mut y = 0;
            for node in &mut column.nodes {
                node.y = y;
                y += node.height() + ROW;
            }
        }
        let texts = line.frames.iter().map(|frame| rows(frame.name.len()) * STAGE_ROW + rows(frame.notes.len()) * ROW);
        let headings = line.frames.iter().any(|frame| frame.stage.run_orders.len() > 1);
        line.header = 14 + texts.max().unwrap_or_default() + 10 + if headings { HEADINGS } else { 0 };
    }
}

fn shift(line: &mut Line, by: i32) {
    let nodes = line.columns.iter_mut().flat_map(|column| &mut column.nodes);
    nodes.for_each(|node| node.y += by);
}

/// Returns the positions of the actions, by their numbers.
fn places(pipeline: &PipelinePicture, lines: &[Line]) -> Vec<Option<Place>> {
    let mut places = vec![None; pipeline.actions().count()];
    for (line, it) in lines.iter().enumerate() {
        for (column, it) in it.columns.iter().enumerate() {
            for (node, it) in it.nodes.iter().enumerate() {
                if let Some(place) = places.get_mut(it.action.number) {
                    *place = Some(Place { line, column, node });
                }
            }
        }
    }
    places
}

/// Returns the actions of an artifact, and whether each reads it. An artifact that nothing reads has none.
fn ends(pipeline: &PipelinePicture, artifact: usize) -> Vec<(usize, bool)> {
    let Some(artifact) = pipeline.artifacts.get(artifact).filter(|it| !it.consumers.is_empty()) else {
        return Vec::new();
    };
    std::iter::once((artifact.producer, false)).chain(artifact.consumers.iter().map(|it| (*it, true))).collect()
}

/// Returns the lane in the left margin of each artifact that is read on another line.
fn gutters(ends: &[Vec<(usize, bool)>], places: &[Option<Place>]) -> Vec<Option<usize>> {
    let span = |ends: &Vec<(usize, bool)>| {
        let lines = ends.iter().filter_map(|(number, _)| Some(places.get(*number).copied()??.line));
        let (first, last) = (lines.clone().min()?, lines.max()?);
        (first < last).then(|| (rows(first), rows(last)))
    };
    packed(&ends.iter().map(span).collect::<Vec<_>>(), 0)
}

/// Returns the first free lane for each artifact with an interval; short intervals come first.
fn packed(intervals: &[Option<(i32, i32)>], clearance: i32) -> Vec<Option<usize>> {
    let mut order: Vec<(usize, (i32, i32))> =
        intervals.iter().enumerate().filter_map(|(index, interval)| Some((index, (*interval)?))).collect();
    order.sort_by_key(|(index, (start, end))| (end - start, *start, *index));
    let mut lanes: Vec<Vec<(i32, i32)>> = Vec::new();
    let mut packed = vec![None; intervals.len()];
    for (index, (start, end)) in order {
        let free =
            |lane: &Vec<(i32, i32)>| lane.iter().all(|(from, to)| *to + clearance < start || end + clearance < *from);
        let lane = lanes.iter().position(free).unwrap_or(lanes.len());
        if lane == lanes.len() {
            lanes.push(Vec::new());
        }
        lanes.iter_mut().skip(lane).take(1).for_each(|lane| lane.push((start, end)));
        packed.iter_mut().skip(index).take(1).for_each(|it| *it = Some(lane));
    }
    packed
}

/// Returns the artifacts in each gap of a line, from left to right: those that leave a box on the left, the lowest
/// first; then those from the rail, the highest first. This order minimizes crossings.
fn gaps(line: &Line, number: usize, ends: &[Vec<(usize, bool)>], places: &[Option<Place>]) -> Vec<Vec<usize>> {
    let mut gaps: Vec<Vec<(bool, i32, usize)>> = vec![Vec::new(); line.columns.len() + 1];
    for (artifact, ends) in ends.iter().enumerate() {
        for (action, read) in ends {
            let Some(place) = places.get(*action).copied().flatten().filter(|it| it.line == number) else { continue };
            let Some((_, y)) = node(line, place).and_then(|node| node.end(artifact, *read)) else { continue };
            let Some(gap) = gaps.get_mut(place.column + usize::from(!read)) else { continue };
            let rank = (*read, if *read { y } else { -y });
            match gap.iter_mut().find(|(.., known)| *known == artifact) {
                Some(known) => (known.0, known.1) = rank.min((known.0, known.1)),
                None => gap.push((rank.0, rank.1, artifact)),
            }
        }
    }
    for gap in &mut gaps {
        gap.sort_unstable();
    }
    gaps.iter().map(|gap| gap.iter().map(|(.., artifact)| *artifact).collect()).collect()
}

fn node<'l, 'a>(line: &'l Line<'a>, place: Place) -> Option<&'l NodeBox<'a>> {
    line.columns.get(place.column)?.nodes.get(place.node)
}

/// Returns the width of a gap: at least `least`, and enough for the artifacts in it.
fn room(gap: &[usize], least: i32) -> i32 {
    if gap.is_empty() { least } else { least.max((rows(gap.len()) + 2) * LANE) }
}

/// Sets the x coordinates of a line's columns, frames, and lanes, and returns where the line ends. `outer` is the
/// minimum space before the first column and after the last.
fn spread(line: &mut Line, left: i32, outer: (i32, i32), gaps: &[Vec<usize>], courses: &mut [Course]) -> i32 {
    let mut x = left;
    let mut previous: Option<usize> = None;
    for (index, gap) in gaps.iter().enumerate() {
        let stage = line.columns.get(index).map(|column| column.stage);
        let inner = previous.is_some() && previous == stage;
        let least = match (previous, stage) {
            (Some(_), Some(_)) => GAP,
            (None, _) => outer.0,
            (_, None) => outer.1,
        };
        let (room, lanes) = (room(gap, least), rows(gap.len()) * LANE);
        let start = x + if inner || previous.is_none() { 0 } else { INSET };
        for (lane, artifact) in gap.iter().enumerate() {
            let at = start + i32::midpoint(room - lanes, LANE) + rows(lane) * LANE;
            courses.iter_mut().skip(*artifact).take(1).for_each(|course| course.lanes.push((index, at)));
        }
        x = start + room + if inner || stage.is_none() { 0 } else { INSET };
        if let Some(column) = line.columns.get_mut(index) {
            put(column, x);
            x += column.width;
        }
        previous = stage;
    }
    let first = line.columns.first().map_or(0, |column| column.stage);
    for (number, frame) in line.frames.iter_mut().enumerate() {
        let own = |column: &&Column| column.stage == first + number;
        let (start, end) = (line.columns.iter().find(own), line.columns.iter().rfind(own));
        frame.x = start.map_or(left, |column| column.x) - INSET;
        frame.width = end.map_or(left, |column| column.x + column.width) + INSET - frame.x;
    }
    x
}

fn put(column: &mut Column, x: i32) {
    column.x = x;
    for node in &mut column.nodes {
        node.x = x;
    }
}

/// Returns the rail of each artifact that has to leave a gap.
fn rails(courses: &[Course], gutter: impl Fn(usize) -> Option<i32>) -> Vec<Option<usize>> {
    let span = |(artifact, course): (usize, &Course)| {
        let lanes = course.lanes.iter().map(|(_, x)| *x);
        let all = lanes.chain(gutter(artifact).filter(|_| !course.lanes.is_empty()));
        let (start, end) = (all.clone().min()?, all.max()?);
        (start < end).then_some((start, end))
    };
    packed(&courses.iter().enumerate().map(span).collect::<Vec<_>>(), LANE)
}

fn ways(
    pipeline: &PipelinePicture,
    lines: &[Line],
    places: &[Option<Place>],
    courses: &[Vec<Course>],
    gutter: impl Fn(usize) -> Option<i32>,
) -> Vec<Way> {
    let mut ways = Vec::new();
    let place = |number: usize| places.get(number).copied().flatten();
    let course = |line: usize, artifact: usize| courses.get(line)?.get(artifact);
    let end = |at: Place, artifact: usize, read: bool| node(lines.get(at.line)?, at)?.end(artifact, read);
    for (artifact, it) in pipeline.artifacts.iter().enumerate() {
        for consumer in &it.consumers {
            let points = || {
                let (from, to) = (place(it.producer)?, place(*consumer)?);
                let (start, goal) = (end(from, artifact, false)?, end(to, artifact, true)?);
                let (first, last) = (course(from.line, artifact)?, course(to.line, artifact)?);
                let (out, into) = (first.lane(from.column + 1)?, last.lane(to.column)?);
                let mut points = vec![start, (out, start.1)];
                if from.line != to.line {
                    let margin = gutter(artifact)?;
                    points.extend([
                        (out, first.rail?),
                        (margin, first.rail?),
                        (margin, last.rail?),
                        (into, last.rail?),
                    ]);
                } else if out != into {
                    points.extend([(out, first.rail?), (into, first.rail?)]);
                }
                points.extend([(into, goal.1), goal]);
                Some(points)
            };
            let points = points();
            ways.extend(points.map(|points| Way { artifact, producer: it.producer, consumer: *consumer, points }));
        }
    }
    ways
}
