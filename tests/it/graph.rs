//! Drawings of pipelines: the contents of an image, their positions, and the ways to display it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use dotpipe::compilation::{Compilation, Drawing, Request};
use roxmltree::{Document, Node};

use super::program::{BUILDSPEC, CLEAN, code, dotpipe, project, run, stderr, stdout};
use super::support;

/// A box: left, top, right, and bottom.
type Rectangle = [i32; 4];
type Point = (i32, i32);

/// Returns a pipeline with 100 actions: two sources, parallel builds and tests, and four environments.
fn hundred_actions() -> String {
    let mut text = String::from("pipeline Big {\n  stage Source {\n");
    for source in ["App", "Infra"] {
        let _ = writeln!(
            text,
            "    source codecommit {source} -> {source}Code {{ repository = \"{source}\", branch = \"main\" }}"
        );
    }
    text += "  }\n  stage Build {\n    parallel {\n";
    for number in 0..8 {
        let _ = writeln!(
            text,
            "      build codebuild Build{number} from AppCode -> Bundle{number} {{ project = Builder }}"
        );
    }
    text += "      build codebuild Templates from InfraCode -> Templates { project = Builder }\n    }\n  }\n";
    text += "  stage Test {\n    parallel {\n";
    for number in 0..25 {
        let bundle = number % 8;
        let _ =
            writeln!(text, "      test codebuild Suite{number} from AppCode, Bundle{bundle} {{ project = Builder }}");
    }
    text += "    }\n  }\n";
    for stage in ["Dev", "Staging", "Canary", "Production"] {
        let _ = writeln!(text, "  stage {stage} {{\n    approve Approve{stage}\n    parallel {{");
        for number in 0..8 {
            let bucket = format!("bucket-{}-{number}", stage.to_lowercase());
            let _ = writeln!(
                text,
                "      deploy s3 {stage}{number} from Bundle{number} {{ bucket = \"{bucket}\", extract = true }}"
            );
        }
        let _ = writeln!(
            text,
            "    }}\n    test codebuild Smoke{stage} from AppCode, Templates {{ project = Builder }}\n    parallel {{"
        );
        for number in 0..6 {
            let _ = writeln!(text, "      invoke lambda Check{stage}{number} {{ function = \"check-{number}\" }}");
        }
        text += "    }\n  }\n";
    }
    text + "}\n\nproject Builder { image = \"aws/codebuild/standard:7.0\" }\n"
}

/// Returns compilations of every example, the 100 actions, long names, and text that contains markup.
fn drawn() -> Vec<(String, Compilation)> {
    let long = "a-name-as-long-as-AWS-takes-it.".repeat(4)[..100].to_owned();
    let names = CLEAN.replace("Fetch", &format!("\"{long}\"")).replace("stage Build", &format!("stage \"{long}\""));
    let on_push = "on push { branches = [\"</text><script>&amp;\\\"漢字\"] }";
    let github = format!(
        "source github Fetch -> App {{\n repository = \"a/b\"\n branch = \"main\"\n connection = Git\n {on_push}\n }}"
    );
    let commits = "source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }";
    let markup = CLEAN.replace(commits, &github) + "connection Git { provider = github }\n";
    let texts =
        [("100 actions", hundred_actions()), ("long names", names), ("markup", markup), ("small", CLEAN.to_owned())];
    let buildspec = [("buildspec.yml".to_owned(), BUILDSPEC.to_owned())];
    let compile =
        |text: &str, files: &[(String, String)]| support::compile(("pipeline.pipe", text), files, &Request::default());
    let mut all: Vec<(String, Compilation)> =
        texts.iter().map(|(name, text)| ((*name).to_owned(), compile(text, &buildspec))).collect();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for folder in fs::read_dir(&examples).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let mut files = Vec::new();
        read(&folder, &folder, &mut files);
        let entry = fs::read_to_string(folder.join("pipeline.pipe")).unwrap();
        all.push((folder.file_name().unwrap().to_string_lossy().into_owned(), compile(&entry, &files)));
    }
    assert!(all.len() > 10, "the examples were not found");
    all
}

fn read(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            read(root, &path, files);
        } else if let (Ok(text), false) = (fs::read_to_string(&path), path.ends_with("pipeline.pipe")) {
            files.push((path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), text));
        }
    }
}

fn image(name: &str, compilation: &Compilation) -> String {
    compilation.graph(Drawing::Svg).unwrap_or_else(|| panic!("{name} has errors: {:?}", compilation.diagnostics()))
}

fn with_class<'a>(node: &Node<'a, 'a>, class: &'static str) -> Vec<Node<'a, 'a>> {
    let has = |it: &Node| it.attribute("class").is_some_and(|classes| classes.split(' ').any(|it| it == class));
    node.descendants().filter(has).collect()
}

fn number(node: &Node, name: &str) -> i32 {
    node.attribute(name).unwrap_or("0").parse().unwrap()
}

fn rectangle(group: &Node) -> Rectangle {
    let rect = group.children().find(|child| child.has_tag_name("rect")).expect("a box");
    let (x, y) = (number(&rect, "x"), number(&rect, "y"));
    [x, y, x + number(&rect, "width"), y + number(&rect, "height")]
}

fn overlap(one: Rectangle, other: Rectangle) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

fn inside(inner: Rectangle, outer: Rectangle) -> bool {
    outer[0] <= inner[0] && outer[1] <= inner[1] && inner[2] <= outer[2] && inner[3] <= outer[3]
}

/// Returns the points of a path: its start, its turns, and its end.
fn corners(path: &str) -> Vec<Point> {
    let point = |text: &str| {
        let (x, y) = text.trim().split_once(',').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    };
    let mut corners = Vec::new();
    for part in path.split_inclusive(|c: char| c.is_ascii_digit()).collect::<String>().split(['M', 'L']).skip(1) {
        match part.split_once('Q') {
            // The points before and after the turn are on the lines to and from the corner.
            Some((_, turn)) => corners.push(point(turn.split_once(' ').unwrap().0)),
            None => corners.push(point(part)),
        }
    }
    corners
}

/// All elements of an image, found by their IDs.
struct Seen {
    page: Rectangle,
    frames: Vec<Rectangle>,
    boxes: BTreeMap<String, Rectangle>,
    /// The lines of each artifact.
    ways: Vec<Vec<Vec<Point>>>,
}

fn seen(document: &Document) -> Seen {
    let root = document.root_element();
    let [page] = with_class(&root, "page")[..] else { panic!("one page") };
    let boxes = with_class(&root, "action");
    let ways = |artifact: &Node| {
        let ways = with_class(artifact, "way");
        ways.iter().map(|way| corners(way.attribute("d").unwrap())).collect()
    };
    Seen {
        page: [0, 0, number(&page, "width"), number(&page, "height")],
        frames: with_class(&root, "stage").iter().map(rectangle).collect(),
        boxes: boxes.iter().map(|it| (it.attribute("id").unwrap().to_owned(), rectangle(it))).collect(),
        ways: with_class(&root, "artifact").iter().map(ways).collect(),
    }
}

#[test]
fn every_stage_and_action_is_drawn_once_and_nothing_overlaps() {
    for (name, compilation) in drawn() {
        let image = image(&name, &compilation);
        let document = Document::parse(&image).unwrap_or_else(|error| panic!("{name}: {error}\n{image}"));
        let seen = seen(&document);
        let pipelines = &compilation.plan().pipelines;
        let stages: Vec<_> = pipelines.iter().flat_map(|pipeline| &pipeline.stages).collect();
        let actions = stages.iter().map(|stage| stage.actions.len()).sum::<usize>();
        assert_eq!((seen.frames.len(), seen.boxes.len()), (stages.len(), actions), "{name}");
        let ids: BTreeSet<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
        let with_id = document.descendants().filter(|node| node.has_attribute("id")).count();
        assert_eq!(ids.len(), with_id, "{name}: ids are unique");
        let boxes: Vec<Rectangle> = seen.boxes.values().copied().collect();
        for (index, frame) in seen.frames.iter().enumerate() {
            assert!(inside(*frame, seen.page), "{name}: {frame:?} leaves the page");
            assert!(seen.frames.iter().skip(index + 1).all(|other| !overlap(*frame, *other)), "{name}: {frame:?}");
        }
        for (index, own) in boxes.iter().enumerate() {
            assert!(seen.frames.iter().any(|frame| inside(*own, *frame)), "{name}: {own:?} is in no stage");
            assert!(boxes.iter().skip(index + 1).all(|other| !overlap(*own, *other)), "{name}: {own:?}");
        }
        for stage in with_class(&document.root_element(), "stage") {
            let frame = rectangle(&stage);
            let within = with_class(&stage, "action");
            assert!(!within.is_empty() && within.iter().all(|action| inside(rectangle(action), frame)), "{name}");
        }
    }
}

#[test]
fn every_artifact_leads_from_its_producer_to_its_consumers() {
    for (name, compilation) in drawn() {
        let image = image(&name, &compilation);
        let document = Document::parse(&image).unwrap();
        let mut expected = Vec::new();
        for pipeline in &compilation.plan().pipelines {
            let actions: Vec<_> = pipeline.stages.iter().flat_map(|stage| &stage.actions).collect();
            for producer in &actions {
                for artifact in &producer.outputs {
                    let readers = actions.iter().filter(|action| action.inputs.contains(artifact));
                    expected.extend(readers.map(|it| format!("{artifact}, from {} to {}", producer.name, it.name)));
                }
            }
        }
        let ways = with_class(&document.root_element(), "way");
        let title = |node: &Node| Some(node.first_element_child()?.text()?.to_owned());
        let mut drawn: Vec<String> = ways.iter().filter_map(title).collect();
        drawn.sort();
        expected.sort();
        assert_eq!(drawn, expected, "{name}");
        let boxes: Vec<(String, Rectangle)> = with_class(&document.root_element(), "action")
            .iter()
            .map(|it| (title(it).unwrap().split_once(", run order").unwrap().0.to_owned(), rectangle(it)))
            .collect();
        for way in &ways {
            let corners = corners(way.attribute("d").unwrap());
            let beside = |point: &Point, side: usize| {
                let touches = |it: &Rectangle| it[side] == point.0 && (it[1]..it[3]).contains(&point.1);
                boxes.iter().find(|(_, it)| touches(it)).map(|(action, _)| action.as_str()).unwrap_or_default()
            };
            let (from, to) = (beside(corners.first().unwrap(), 2), beside(corners.last().unwrap(), 0));
            let told = title(way).unwrap();
            assert!(told.ends_with(&format!(", from {from} to {to}")), "{name}: {told} leads from {from:?} to {to:?}");
        }
    }
}

/// Returns the segments of a line, each with its lower coordinates first.
fn parts(way: &[Point]) -> Vec<(Point, Point)> {
    way.windows(2).map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1]))).collect()
}

#[test]
fn artifacts_cross_no_box_and_do_not_run_on_each_other() {
    for (name, compilation) in drawn() {
        let image = image(&name, &compilation);
        let document = Document::parse(&image).unwrap();
        let seen = seen(&document);
        let artifacts: Vec<BTreeSet<(Point, Point)>> =
            seen.ways.iter().map(|ways| ways.iter().flat_map(|way| parts(way)).collect()).collect();
        for (index, own) in artifacts.iter().enumerate() {
            for (from, to) in own {
                assert!(from.0 == to.0 || from.1 == to.1, "{name}: {from:?} to {to:?} is oblique");
                let line = [from.0, from.1, to.0.max(from.0 + 1), to.1.max(from.1 + 1)];
                assert!(inside(line, seen.page), "{name}: {line:?} leaves the page");
                let crossed = seen.boxes.iter().find(|(_, it)| overlap(line, **it));
                assert!(crossed.is_none(), "{name}: {line:?} crosses {crossed:?}");
                let others = artifacts.iter().skip(index + 1).flatten();
                let same_line = |(a, b): &(Point, Point)| {
                    (a.0 == b.0 && from.0 == to.0 && a.0 == from.0 && a.1 < to.1 && from.1 < b.1)
                        || (a.1 == b.1 && from.1 == to.1 && a.1 == from.1 && a.0 < to.0 && from.0 < b.0)
                };
                let on_it = others.clone().find(|other| same_line(other));
                assert!(on_it.is_none(), "{name}: {line:?} on {on_it:?}");
            }
        }
    }
}

#[test]
fn an_image_stands_alone_and_is_always_the_same() {
    for (name, compilation) in drawn() {
        let image = image(&name, &compilation);
        let document = Document::parse(&image).unwrap();
        let tags: BTreeSet<&str> =
            document.descendants().filter(Node::is_element).map(|it| it.tag_name().name()).collect();
        let known = BTreeSet::from(["svg", "title", "style", "rect", "g", "text", "path", "circle"]);
        assert!(tags.is_subset(&known), "{name}: {tags:?}");
        for forbidden in ["href", "url(", "@import", " on"] {
            let found = document
                .descendants()
                .flat_map(|it| it.attributes())
                .any(|it| it.name().contains(forbidden.trim()) || it.value().contains("url("));
            assert!(!found, "{name}: {forbidden}");
        }
        assert!(image.contains("prefers-color-scheme: dark") && !image.contains("@import"), "{name}");
        assert_eq!(compilation.graph(Drawing::Svg).as_deref(), Some(image.as_str()), "{name}");
    }
}

#[test]
fn an_image_tells_conditions_transitions_run_orders_starts_and_environments() {
    let all: BTreeMap<String, Compilation> = drawn().into_iter().collect();
    let words = |name: &str| {
        let image = image(name, &all[name]);
        let document = Document::parse(&image).unwrap();
        let texts = document.descendants().filter(|it| it.has_tag_name("text")).filter_map(|it| it.text());
        texts.collect::<Vec<_>>().join(" ")
    };
    let guarded = words("guarded-release");
    for shown in [
        "started by changes in Checkout, or an event",
        "inbound transition disabled: closed until January 7",
        "on success: IsServerless (reads Bundle); else fail",
        "on entry: DeploymentWindow; else fail",
        "on failure: retry the failed actions",
        "run order 2",
    ] {
        assert!(guarded.contains(shown), "{shown}: {guarded}");
    }
    let accounts = words("multi-account-stacksets");
    for shown in ["Manual approval", "prod-us: 333333333333, us-east-1", "staging: 222222222222"] {
        assert!(accounts.contains(shown), "{shown}: {accounts}");
    }
    assert!(words("markup").contains("</text><script>&amp;\"漢字"));
}

/// The output is read by the parser of `layout-rs`, and by Graphviz if it is installed.
#[test]
fn dot_is_read_by_others() {
    for (name, compilation) in drawn() {
        let graph = compilation.graph(Drawing::Dot).unwrap();
        let mut parser = layout::gv::DotParser::new(&graph);
        if let Err(error) = parser.process() {
            panic!("{name}: {error}\n{graph}");
        }
        let actions = compilation.plan().pipelines.iter().flat_map(|pipeline| &pipeline.stages);
        let actions = actions.map(|stage| stage.actions.len()).sum::<usize>();
        assert_eq!(graph.matches("run order ").count(), actions, "{name}");
        let mut graphviz = assert_cmd::Command::new("dot");
        match graphviz.arg("-Tcanon").write_stdin(graph.as_str()).output() {
            Ok(done) => assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr)),
            Err(error) => println!("{name}: no Graphviz: {error}"),
        }
    }
}

#[test]
fn the_output_file_chooses_the_format() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    for (file, start) in [
        ("a.svg", "<svg "),
        ("a.dot", "digraph {"),
        ("a.gv", "digraph {"),
        ("a.mmd", "flowchart LR"),
        ("a.txt", "flowchart LR"),
    ] {
        let output = run(&folder, &["graph", "-o", file]);
        assert_eq!((code(&output), stdout(&output), stderr(&output)), (Some(0), "", ""), "{file}");
        assert!(fs::read_to_string(folder.path().join(file)).unwrap().starts_with(start), "{file}");
    }
    let output = run(&folder, &["graph", "--format", "svg", "-o", "b.txt"]);
    assert_eq!(code(&output), Some(0));
    assert!(fs::read_to_string(folder.path().join("b.txt")).unwrap().starts_with("<svg "));
    assert!(stdout(&run(&folder, &["graph"])).starts_with("flowchart LR"));
}

/// A replacement for the desktop's opener records its arguments.
#[cfg(target_os = "linux")]
#[test]
fn open_hands_a_page_to_the_browser_and_says_so_where_there_is_none() {
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, Instant};
    let folder = project(&[("pipeline.pipe", CLEAN), ("bin/keep", ""), ("none/keep", "")]);
    let (bin, temporary) = (folder.path().join("bin"), folder.path().join("tmp"));
    fs::create_dir(&temporary).unwrap();
    let (opener, told) = (bin.join("xdg-open"), folder.path().join("told"));
    fs::write(&opener, format!("#!/bin/sh\nprintf %s \"$1\" > '{0}.new' && /bin/mv '{0}.new' '{0}'\n", told.display()))
        .unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let open = |path: &Path| {
        let mut command = dotpipe(folder.path());
        command.args(["graph", "--open"]).env("PATH", path).env("TMPDIR", &temporary);
        command.output().unwrap()
    };
    let refused = open(&folder.path().join("none"));
    let wanted =
        "error: this machine has no program that opens a browser; write the image with `-o pipeline.svg` instead\n";
    assert_eq!((code(&refused), stderr(&refused)), (Some(2), wanted));
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);

    let done = open(&bin);
    let path = stderr(&done).trim_end().strip_prefix("opened ").unwrap_or_default().to_owned();
    assert_eq!((code(&done), stdout(&done)), (Some(0), ""), "{}", stderr(&done));
    let page = fs::read_to_string(&path).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("<svg "));
    assert_eq!(Path::new(&path).extension().unwrap(), "html");
    // The program does not wait for the opener.
    let start = Instant::now();
    while !told.exists() && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(fs::read_to_string(&told).unwrap(), path);
    let both = run(&folder, &["graph", "--open", "-o", "x.svg"]);
    assert_eq!(code(&both), Some(2));
}

#[test]
fn conditions_at_deployment_are_part_of_names() {
    let text = "param Fast: bool = false\npipeline App {\n  if Fast {\n    on schedule \"rate(1 day)\"\n  }\n  \
                stage Source {\n    source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }\n  }\n  \
                stage Review {\n    approve Look\n    if Fast {\n      approve Again\n    }\n  }\n  \
                if Fast {\n    stage Last {\n      approve Ship\n    }\n  }\n}\n";
    let compilation = support::compile(("pipeline.pipe", text), &[], &Request::default());
    let chart = compilation.graph(Drawing::Mermaid).expect("a chart");
    for shown in ["Again (if FastIsTrue)", "Last (if FastIsTrue)"] {
        assert!(chart.contains(shown), "{shown}: {chart}");
    }
    let graph = compilation.graph(Drawing::Dot).expect("a graph");
    assert!(graph.contains("rate(1 day) (if FastIsTrue)"), "{graph}");
    assert!(!chart.contains("Ship (if"), "{chart}");
}
