//! Baselines: for one source, everything that each line causes and every output that is written.
//!
//! Each folder of `tests/baselines/` is a case. Its source is its own `pipeline.pipe` with the files of the folder or,
//! if it has none, the example of the same name. `UPDATE=1 cargo test --test baselines` writes the following files for
//! the source:
//!
//! - `annotated.pipe`: the source, with `//@` lines below each line that list what it caused: diagnostics, resources,
//!   actions with their run order, and permissions with the role that has them. If the source has errors, this is the
//!   only file.
//! - `template.json`, `support.json`, `pipeline.json` (one for each pipeline if there are several): the outputs of the
//!   build; `there-*.json`: the support templates of other accounts and Regions.
//! - `expanded.pipe`: the source without sugar.
//! - `roles.txt`: an explanation of every role. `graph.mmd`, `graph.dot`, `graph.svg`: the graph.
//!
//! Each folder of `tests/stacks/` contains a template and the pipeline that deploys it. Its `role.txt` contains the
//! role derived for the stack of the same name and the diagnostics, none of which is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use dotpipe::compilation::{Compilation, DeploymentPart, Drawing, Notation, Request, RoleLookup, Target};
use dotpipe::diagnostic::Severity;
use dotpipe::model::{Effect, Grant, Identity, Plan};
use dotpipe::source::Span;
use libtest_mimic::{Arguments, Failed, Trial};

mod support;

const ENTRY: &str = "pipeline.pipe";

/// The names of the written files. If there are several pipelines, the names of their JSON files end with the last of
/// these.
const WRITTEN: [&str; 10] = [
    "annotated.pipe",
    "expanded.pipe",
    "graph.dot",
    "graph.mmd",
    "graph.svg",
    "role.txt",
    "roles.txt",
    "support.json",
    "template.json",
    "pipeline.json",
];

fn main() {
    let arguments = Arguments::from_args();
    let cases = folders("tests/baselines").map(|folder| Trial::test(name_of(&folder), move || run(&folder)));
    let stacks = folders("tests/stacks")
        .map(|folder| Trial::test(format!("stack {}", name_of(&folder)), move || run_stack(&folder)));
    let breadth = Trial::test("stacks have many kinds of resources", breadth);
    libtest_mimic::run(&arguments, cases.chain(stacks).chain([breadth]).collect()).exit();
}

fn folders(root: &str) -> impl Iterator<Item = PathBuf> {
    let listed = list(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root));
    let found: Vec<PathBuf> = listed.into_iter().filter(|path| path.is_dir()).collect();
    // If a folder was moved, the suite must not pass without comparing anything.
    assert!(!found.is_empty(), "{root} holds no folders");
    found.into_iter()
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_written(name: &str) -> bool {
    WRITTEN.contains(&name) || name.ends_with(".pipeline.json") || name.starts_with("there-")
}

fn run(folder: &Path) -> Result<(), Failed> {
    let own = folder.join(ENTRY).is_file();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name_of(folder));
    let project = Project::read(if own { folder } else { &example })?;
    compare(folder, &outputs(&project))
}

fn run_stack(folder: &Path) -> Result<(), Failed> {
    let project = Project::read(folder)?;
    let compilation = support::compile((ENTRY, &project.entry), &project.files, &Request::default());
    let role = explained(&compilation, &format!("{}.role", name_of(folder))).ok_or("the stack has no derived role")?;
    let mut said = String::new();
    for diagnostic in compilation.diagnostics() {
        let sources = compilation.sources();
        let span = diagnostic.primary.span;
        let (path, line) = (sources.file(span.file).path(), sources.start(span).line);
        let _ = writeln!(said, "{} {path}:{line} {}", diagnostic.code.as_str(), diagnostic.message);
    }
    compare(folder, &BTreeMap::from([("role.txt".to_owned(), role + &said)]))?;
    if compilation.diagnostics().iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(format!("a valid template has errors:\n{said}").into());
    }
    Ok(())
}

/// Checks that there are at least 30 stacks with at least 60 resource types.
fn breadth() -> Result<(), Failed> {
    let folders: Vec<PathBuf> = folders("tests/stacks").collect();
    let mut types = BTreeSet::new();
    for folder in &folders {
        let template = fs::read_to_string(folder.join("template.yaml"))?;
        let named = template.lines().filter_map(|line| line.split_once("Type: AWS::"));
        types.extend(
            named
                .filter(|(_, rest)| !rest.contains("::Id"))
                .map(|(_, rest)| rest.trim_end_matches([' ', '}']).to_owned()),
        );
    }
    let enough = folders.len() >= 30 && types.len() >= 60;
    if enough { Ok(()) } else { Err(format!("{} stacks, {} types", folders.len(), types.len()).into()) }
}

/// Compares a case's files with the current outputs, or rewrites the files.
fn compare(folder: &Path, outputs: &BTreeMap<String, String>) -> Result<(), Failed> {
    let update = std::env::var_os("UPDATE").is_some();
    let mut problems = Vec::new();
    for (name, text) in outputs {
        let path = folder.join(name);
        if update {
            fs::write(path, text)?;
        } else if fs::read_to_string(&path).ok().as_ref() != Some(text) {
            problems.push(difference(&path, text));
        }
    }
    let made: BTreeSet<&String> = outputs.keys().collect();
    for path in list(folder).into_iter().filter(|path| is_written(&name_of(path))) {
        if !made.contains(&name_of(&path)) {
            problems.push(format!("{}: nothing writes it", path.display()));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(format!("{}\n(UPDATE=1 rewrites them)", problems.join("\n")).into()) }
}

/// Describes the first line that differs.
fn difference(path: &Path, wanted: &str) -> String {
    let held = fs::read_to_string(path).unwrap_or_default();
    let same = held.lines().zip(wanted.lines()).take_while(|(one, other)| one == other).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
    format!("{}:{}\n  holds: {}\n  made:  {}", path.display(), same + 1, line(&held), line(wanted))
}

/// An entry file and the other files of its folder.
struct Project {
    entry: String,
    files: Vec<(String, String)>,
}

impl Project {
    fn read(folder: &Path) -> Result<Self, Failed> {
        let mut project = Self { entry: String::new(), files: Vec::new() };
        let mut folders = vec![folder.to_owned()];
        while let Some(inside) = folders.pop() {
            for path in list(&inside) {
                let name = path.strip_prefix(folder)?.display().to_string();
                if path.is_dir() {
                    folders.push(path);
                } else if name == ENTRY {
                    project.entry = fs::read_to_string(path)?;
                } else if !is_written(&name) {
                    project.files.push((name, fs::read_to_string(path)?));
                }
            }
        }
        Ok(project)
    }

    fn compile(&self, target: Target, pipeline: Option<String>) -> Compilation {
        self.compile_part(target, pipeline, DeploymentPart::Home)
    }

    fn compile_part(&self, target: Target, pipeline: Option<String>, part: DeploymentPart) -> Compilation {
        let request = Request {
            target,
            pipeline,
            part,
            account: Some("111122223333".to_owned()),
            region: Some("eu-west-1".to_owned()),
            ..Request::default()
        };
        support::compile((ENTRY, &self.entry), &self.files, &request)
    }
}

/// Returns every file of the case, by name.
fn outputs(project: &Project) -> BTreeMap<String, String> {
    let template = project.compile(Target::Cloudformation, None);
    let mut outputs = BTreeMap::from([("annotated.pipe".to_owned(), annotated(&project.entry, &template))]);
    let mut add = |name: String, text: Option<String>| text.map(|text| outputs.insert(name, text));
    add("template.json".to_owned(), template.build(Notation::Json));
    add("support.json".to_owned(), project.compile(Target::Support, None).build(Notation::Json));
    add("expanded.pipe".to_owned(), template.expand());
    for step in template.deployment() {
        if let DeploymentPart::Environment(place) | DeploymentPart::Store(place) = &step.part {
            let part = project.compile_part(Target::Support, None, step.part.clone());
            add(format!("there-{place}.json"), part.build(Notation::Json));
        }
    }
    for (extension, drawing) in [("mmd", Drawing::Mermaid), ("dot", Drawing::Dot), ("svg", Drawing::Svg)] {
        add(format!("graph.{extension}"), template.graph(drawing));
    }
    let roles: String = template.plan().roles.iter().filter_map(|role| explained(&template, &role.display)).collect();
    add("roles.txt".to_owned(), Some(roles).filter(|roles| !roles.is_empty()));
    let pipelines: Vec<&str> = template.pipelines().collect();
    for pipeline in &pipelines {
        let name = if pipelines.len() == 1 { String::new() } else { format!("{pipeline}.") };
        let json = project.compile(Target::Codepipeline, Some((*pipeline).to_owned())).build(Notation::Json);
        add(format!("{name}pipeline.json"), json);
    }
    outputs
}

fn explained(compilation: &Compilation, role: &str) -> Option<String> {
    match compilation.role(role)? {
        RoleLookup::Found(text) => Some(text + "\n"),
        RoleLookup::Unknown(_) => None,
    }
}

/// Returns the source, with what each line caused below it.
fn annotated(source: &str, compilation: &Compilation) -> String {
    let mut notes = Notes { compilation, lines: BTreeMap::new() };
    notes.diagnostics();
    notes.resources(compilation.plan());
    notes.actions(compilation.plan());
    notes.grants(compilation.plan());
    let mut text = String::new();
    for (index, line) in source.lines().enumerate() {
        let _ = writeln!(text, "{line}");
        for note in notes.lines.get(&(ENTRY.to_owned(), index + 1)).into_iter().flatten() {
            let _ = writeln!(text, "//@ {note}");
        }
    }
    for ((file, line), notes) in notes.lines.iter().filter(|((file, _), _)| file != ENTRY) {
        for note in notes {
            let _ = writeln!(text, "//@ {file}:{line} {note}");
        }
    }
    text
}

/// What each line caused, by file and line.
struct Notes<'a> {
    compilation: &'a Compilation,
    lines: BTreeMap<(String, usize), Vec<String>>,
}

impl Notes<'_> {
    fn add(&mut self, span: Span, note: String) {
        let sources = self.compilation.sources();
        let place = (sources.file(span.file).path().to_string(), sources.start(span).line);
        self.lines.entry(place).or_default().push(note);
    }

    fn diagnostics(&mut self) {
        for diagnostic in self.compilation.diagnostics() {
            let span = diagnostic.primary.span;
            let text = self.compilation.sources().slice(span);
            self.add(span, format!("{} {text:?} {}", diagnostic.code.as_str(), diagnostic.message));
        }
    }

    fn resources(&mut self, plan: &Plan) {
        let identities = (plan.pipelines.iter().map(|it| ("pipeline", &it.identity)))
            .chain(plan.projects.iter().map(|it| ("project", &it.identity)))
            .chain(plan.buckets.iter().map(|it| ("bucket", &it.identity)))
            .chain(plan.keys.iter().map(|it| ("key", &it.identity)))
            .chain(plan.topics.iter().map(|it| ("topic", &it.identity)))
            .chain(plan.connections.iter().map(|it| ("connection", &it.identity)))
            .chain(plan.repositories.iter().map(|it| ("repository", &it.identity)))
            .chain(plan.action_types.iter().map(|it| ("action type", &it.identity)))
            .chain(plan.webhooks.iter().map(|it| ("webhook", &it.identity)))
            .chain(plan.roles.iter().map(|it| ("role", &it.identity)))
            .chain(plan.rules.iter().map(|it| ("rule", &it.identity)))
            .chain(plan.notifications.iter().map(|it| ("notification", &it.identity)))
            .chain(plan.dashboards.iter().map(|it| ("dashboard", &it.identity)));
        for (kind, identity) in identities {
            self.add(identity.span, resource(kind, identity, plan));
        }
    }

    fn actions(&mut self, plan: &Plan) {
        for stage in plan.pipelines.iter().flat_map(|pipeline| &pipeline.stages) {
            for condition in &stage.conditions {
                for rule in &condition.rules {
                    let (moment, outcome) = (condition.moment.word(), condition.outcome.aws());
                    self.add(rule.span, format!("rule {}.{} on {moment} else {outcome}", stage.name, rule.name));
                }
            }
            for action in &stage.actions {
                self.add(action.span, format!("action {}.{} at {}", stage.name, action.name, action.run_order));
            }
        }
    }

    fn grants(&mut self, plan: &Plan) {
        for role in &plan.roles {
            for grant in &role.grants {
                self.add(grant.cause, format!("{}: {}", role.display, in_words(grant, plan)));
            }
        }
    }
}

fn resource(kind: &str, identity: &Identity, plan: &Plan) -> String {
    match &identity.imported {
        Some(imported) => format!("{kind} {}", plan.readable(&imported.arn)),
        None => format!("{kind} {}", identity.logical_id),
    }
}

fn in_words(grant: &Grant, plan: &Plan) -> String {
    let effect = if grant.effect == Effect::Allow { "allow" } else { "deny" };
    let resources: Vec<String> = grant.resources.iter().map(|resource| plan.readable(resource)).collect();
    let mut words = format!("{effect} {} on {}", grant.actions.join(" "), resources.join(" "));
    for condition in &grant.conditions {
        let values: Vec<String> = condition.values.iter().map(|value| plan.readable(value)).collect();
        let _ = write!(words, " if {} {} {}", condition.key, condition.operator, values.join(" or "));
    }
    words
}
