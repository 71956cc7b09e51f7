//! Pipelines shown in the documentation, completely or in part.
//!
//! - A `pipe` block is a file without diagnostics; `pipe,fails(CODE, ...)` has exactly these diagnostics.
//! - `pipe,in(PLACE)` is part of a file, for one of [`PLACES`]: it has no error, and no warning except about unused
//!   names.
//! - `<LANGUAGE>,file(PATH)` is an additional file for the next of these blocks; `<LANGUAGE>,project(PATH)` is one for
//!   all later blocks.
//! - `<!-- check prints -->` above a block: the output of `dotpipe check` for the last pipeline.
//! - `<!-- expands to -->` above a block: the output of `dotpipe expand` for the last pipeline, or for the last part.
//! - ``<!-- action `NAME` -->`` and similar markers above a block: a part of what is built from the last pipeline; see
//!   [`WANTED`].
//! - ``<!-- attributes of `WORD` -->``, `<!-- diagnostics -->`, `<!-- names -->`, `<!-- verbs -->` above a table: data
//!   of the catalog.

use std::fmt::Write;

use dotpipe::catalog::{self, Phase, Slot, SlotType};
use dotpipe::compilation::{Notation, Request, Target};
use dotpipe::diagnostic::{Code, Severity};
use dotpipe::render::human::{self, Look};
use serde_json::Value;

use crate::support::compile;

/// The possible contexts of a part of a file, each with the file around it, in which `PART` marks its position.
const PLACES: [(&str, &str); 6] = [
    ("file", "PART\npipeline Around {\n  stage Source {\n    SOURCE\n  }\n  stage Build {\n    BUILD\n  }\n}\nBESIDE"),
    ("pipeline", "pipeline App {\n  stage Source {\n    SOURCE\n  }\nPART\n  stage Build {\n    BUILD\n  }\n}\nBESIDE"),
    ("stage", "pipeline App {\n  stage Source {\n    SOURCE\n  }\n  stage Here {\nPART\n  }\n}\nBESIDE"),
    (
        "source",
        "pipeline App {\n  stage Source {\n    source github Fetch -> App {\n      connection = GitHub\n      \
         repository = \"acme/app\"\n      branch = \"main\"\nPART\n    }\n  }\n  stage Build {\n    BUILD\n  }\n}\nBESIDE",
    ),
    (
        "project",
        "pipeline App {\n  stage Source {\n    SOURCE\n  }\n  stage Build {\n    \
         build codebuild Package from App { project = Here }\n  }\n}\n\
         project Here {\n  image = \"aws/codebuild/standard:7.0\"\nPART\n}\nBESIDE",
    ),
    (
        "role",
        "pipeline App {\n  stage Source {\n    SOURCE\n  }\n  stage Build {\n    BUILD\n  }\n}\n\
         role Here for cloudformation {\nPART\n}\nBESIDE",
    ),
];

const SOURCE: &str = "source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }";
const BUILD: &str = "build codebuild Package from App -> Bundle { project = Builder }";
const BESIDE: &str = "project Builder { image = \"aws/codebuild/standard:7.0\" }\nbucket Packages\n\
                      topic OnCall { email = [\"ops@example.com\"] }\nconnection GitHub = \
                      \"arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\"\n";

/// Diagnostics that are allowed for a part: that its declarations are unused.
const UNUSED: [&str; 2] = ["W0204", "W0304"];

/// The pipelines of one page up to the current block.
#[derive(Default)]
pub struct Snippets {
    files: Vec<(String, String)>,
    project: Vec<(String, String)>,
    last: Option<Shown>,
}

/// A pipeline that was shown.
struct Shown {
    text: String,
    /// The context of the part that was shown, or `None` if the whole file was shown.
    place: Option<String>,
    files: Vec<(String, String)>,
}

impl Snippets {
    /// Adds a block, if it is one of these, and returns its errors.
    pub fn read(&mut self, kind: &str, body: &str) -> Option<Result<(), String>> {
        let argument = |name: &str| Some(kind.split_once(name)?.1.split_once(')')?.0.to_owned());
        if let Some(path) = argument(",project(") {
            self.project.retain(|(known, _)| *known != path);
            self.project.push((path, body.to_owned()));
            return Some(Ok(()));
        }
        if let Some(path) = argument(",file(") {
            self.files.push((path, body.to_owned()));
            return Some(Ok(()));
        }
        if kind != "pipe" && !kind.starts_with("pipe,") {
            return None;
        }
        let place = argument("in(");
        let text = match &place {
            Some(place) => match PLACES.iter().find(|(name, _)| name == place) {
                Some((_, around)) => filled(around, body),
                None => return Some(Err(format!("no place is called `{place}`"))),
            },
            None => body.to_owned(),
        };
        let mut files = std::mem::take(&mut self.files);
        files.extend(self.project.iter().cloned());
        let compilation = compile(("pipeline.pipe", &text), &files, &Request::default());
        let mut found: Vec<&str> = compilation.diagnostics().iter().map(|it| it.code.as_str()).collect();
        found.retain(|code| place.is_none() || !UNUSED.contains(code));
        let wanted = argument("fails(");
        let result = if found == wanted.iter().flat_map(|codes| codes.split(", ")).collect::<Vec<_>>() {
            Ok(())
        } else {
            let printed = dotpipe::render::short::render(&[compilation.report()]);
            Err(format!("wanted {wanted:?}, found\n{printed}{text}"))
        };
        self.last = Some(Shown { text, place, files });
        Some(result)
    }

    /// Returns the text of a block that shows output for the last pipeline.
    pub fn made(&self, marker: &str) -> Option<Result<String, String>> {
        let expands = marker == "<!-- expands to -->";
        let wanted = WANTED.iter().find_map(|(word, find)| {
            let name = marker.strip_prefix("<!-- ")?.strip_prefix(word)?.strip_prefix(" `")?.strip_suffix("` -->")?;
            Some((name, find))
        });
        if !expands && wanted.is_none() && marker != "<!-- check prints -->" {
            return None;
        }
        let Some(Shown { text, place, files }) = &self.last else {
            return Some(Err("there is no pipeline above it".to_owned()));
        };
        if marker == "<!-- check prints -->" {
            let compilation = compile(("pipeline.pipe", text), files, &Request::default());
            return Some(Ok(human::render(&[compilation.report()], Look::default())));
        }
        let built = |target| {
            let request = Request {
                target,
                account: Some("111122223333".to_owned()),
                region: Some("eu-west-1".to_owned()),
                ..Request::default()
            };
            compile(("pipeline.pipe", text), files, &request)
        };
        let Some((name, find)) = wanted else {
            let expanded = built(Target::Cloudformation).expand();
            let part = expanded.map(|expanded| part(&expanded, place.as_deref()));
            return Some(part.ok_or_else(|| "it has errors".to_owned()));
        };
        let json = |target| serde_json::from_str(&built(target).build(Notation::Json)?).ok();
        let found = find(&json, name);
        let shown = found.and_then(|found| serde_json::to_string_pretty(&found).ok());
        Some(shown.map(|text| text + "\n").ok_or_else(|| format!("nothing of {marker} is built")))
    }
}

/// Returns what is built for a target.
type Built<'a> = &'a dyn Fn(Target) -> Option<Value>;

/// Finds a part of the output by name.
type Find = fn(Built<'_>, &str) -> Option<Value>;

/// Parts of the output, by the word in their marker.
const WANTED: [(&str, Find); 6] = [
    ("action", |built, name| {
        named(&all_actions(&built(Target::Codepipeline)?["pipeline"]["stages"], "actions"), "name", name)
    }),
    ("action of the template", |built, name| {
        let template = built(Target::Cloudformation)?;
        let pipelines =
            template["Resources"].as_object()?.values().filter(|it| it["Type"] == "AWS::CodePipeline::Pipeline");
        let actions: Vec<Value> =
            pipelines.flat_map(|pipeline| all_actions(&pipeline["Properties"]["Stages"], "Actions")).collect();
        named(&actions, "Name", name)
    }),
    ("stage", |built, name| named(built(Target::Codepipeline)?["pipeline"]["stages"].as_array()?, "name", name)),
    ("pipeline's", |built, key| built(Target::Codepipeline)?["pipeline"].get(key).cloned()),
    ("section", |built, name| built(Target::Cloudformation)?.get(name).cloned()),
    ("resource", |built, id| built(Target::Cloudformation)?["Resources"].get(id).cloned()),
];

fn all_actions(stages: &Value, key: &str) -> Vec<Value> {
    let stages = stages.as_array().into_iter().flatten();
    stages.flat_map(|stage| stage[key].as_array().cloned().unwrap_or_default()).collect()
}

fn named(all: &[Value], key: &str, name: &str) -> Option<Value> {
    all.iter().find(|it| it[key] == name).cloned()
}

/// Returns the file with a part inserted.
fn filled(around: &str, part: &str) -> String {
    around.replace("SOURCE", SOURCE).replace("BUILD", BUILD).replace("BESIDE", BESIDE).replace("PART", part.trim_end())
}

/// Returns the part of an expanded file at the position of the original part.
fn part(expanded: &str, place: Option<&str>) -> String {
    let inside = |head: &str, depth: usize| {
        let end = format!("{}}}", " ".repeat(depth));
        let lines = expanded.lines().skip_while(|line| *line != head).skip(1).take_while(|line| *line != end);
        lines.map(|line| line.get(depth + 2..).unwrap_or_default()).collect::<Vec<_>>()
    };
    let lines = match place {
        Some("stage") => inside("  stage Here {", 2),
        Some("pipeline") => {
            let lines = inside("pipeline App {", 0);
            let around = |start: &str| {
                let from = lines.iter().position(|line| *line == start).unwrap_or(0);
                let length = lines.iter().skip(from).position(|line| *line == "}").unwrap_or(0);
                from..=from + length
            };
            let (source, build) = (around("stage Source {"), around("stage Build {"));
            let kept = lines.iter().enumerate().filter(|(at, _)| !source.contains(at) && !build.contains(at));
            kept.map(|(_, line)| *line).collect()
        }
        Some("project") => inside("project Here {", 0),
        Some("role") => inside("role Here for cloudformation {", 0),
        _ => expanded.lines().collect(),
    };
    let text: String = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    text.trim_matches('\n').to_owned() + "\n"
}

/// Returns the table that a marker requests.
pub fn table(marker: &str) -> Option<String> {
    match marker {
        "<!-- diagnostics -->" => Some(diagnostics()),
        "<!-- names -->" => Some(names()),
        "<!-- verbs -->" => verbs(),
        _ => attributes(marker.strip_prefix("<!-- attributes of `")?.strip_suffix("` -->")?),
    }
}

/// Returns the table of a statement's attributes.
fn attributes(word: &str) -> Option<String> {
    let declaration = catalog::declaration(word)?;
    let mut table = String::from("| Attribute | Type | Default | Description |\n|---|---|---|---|\n");
    rows(&declaration.slot, "", &mut table);
    Some(table)
}

/// The topics of the first two digits of codes, with an example for each.
const TOPICS: [(&str, &str, &str); 10] = [
    ("00", "syntax and settings", "a `{` that is never closed"),
    ("01", "names, attributes, and values", "two actions in a stage have the same name"),
    ("02", "artifacts and buildspecs", "an artifact has no file `output.yaml`"),
    ("03", "references, components, and imports", "a component uses itself"),
    ("04", "stacks and templates", "a parameter without a default has no value"),
    ("05", "pipeline structure", "a source after the first stage"),
    ("06", "triggers and conditions", "a pipeline that nothing starts"),
    ("07", "values that are known too late", "a variable of an action that runs later"),
    ("08", "roles, accounts, and Regions", "a build writes to a bucket, but its role does not allow it"),
    ("09", "secrets, images, and the pipeline as a whole", "a build runs Docker in a container that is not privileged"),
];

/// Returns the table of the number of diagnostics by topic.
fn diagnostics() -> String {
    let mut table = String::from("| topic | errors | warnings and infos | for example |\n|---|---|---|---|\n");
    for (digits, topic, example) in TOPICS {
        let of = |severities: &[Severity]| {
            let codes = Code::ALL.iter().filter(|code| code.as_str()[1..].starts_with(digits));
            codes.filter(|code| severities.contains(&code.severity())).count()
        };
        let (errors, warnings) = (of(&[Severity::Error]), of(&[Severity::Warning, Severity::Info]));
        let _ = writeln!(table, "| {topic} | {errors} | {warnings} | {example} |");
    }
    table
}

/// Returns the table of what each kind of name allows.
fn names() -> String {
    let mut table = String::from("| Name | Characters | Length |\n|---|---|---|\n");
    for name in catalog::names::names() {
        let start = name.start_words.as_ref().map_or(String::new(), |words| format!("; starts with {words}"));
        let end = name.end_words.as_ref().map_or(String::new(), |words| format!("; ends with {words}"));
        let articles = ["the ", "an ", "a "];
        let of = articles.iter().find_map(|article| name.of.strip_prefix(article)).unwrap_or(&name.of);
        let _ = writeln!(table, "| {of} | {}{start}{end} | {} to {} |", name.words, name.min, name.max);
    }
    table
}

/// Returns the table of the verbs of `allow`.
fn verbs() -> Option<String> {
    let mut table = String::from("| Verb | Resource | Permissions |\n|---|---|---|\n");
    for kind in &catalog::verbs::verbs()?.kind {
        let resource = match kind.name.as_str() {
            "git-repository" => "CodeCommit repository",
            "repository" => "ECR repository",
            "function" => "Lambda function",
            "secret" => "Secrets Manager secret",
            "parameter" => "Systems Manager parameter",
            name => name,
        };
        for verb in &kind.verb {
            let grants = catalog::verbs::grants(&verb.word, &kind.name)?;
            let actions: Vec<String> =
                grants.iter().flat_map(|grant| &grant.actions).map(|action| format!("`{action}`")).collect();
            let _ = writeln!(table, "| `{}` | {} | {} |", verb.word, resource, actions.join(", "));
        }
    }
    Some(table)
}

fn rows(slots: &[Slot], before: &str, table: &mut String) {
    for slot in slots {
        let name = format!("{before}{}", slot.attribute);
        let key = slot.key.as_ref().map_or(String::new(), |key| format!(" AWS: `{key}`."));
        let (doc, described) = without_default(&slot.doc);
        let default = match (&slot.emit, &slot.default) {
            _ if slot.required => "required".to_owned(),
            (Some(value), _) | (None, Some(value)) => format!("`{value}`"),
            (None, None) => described.unwrap_or_default().to_owned(),
        };
        let _ = writeln!(table, "| `{name}` | {} | {default} | {}{key} |", taken(slot), doc.replace('|', "\\|"));
        rows(&slot.field, &format!("{name}."), table);
    }
}

/// Returns a description without its sentence `Default: ...`, and the default from that sentence.
fn without_default(doc: &str) -> (String, Option<&str>) {
    match doc.split_once(" Default: ") {
        Some((before, rest)) => {
            let (default, after) = rest.split_once(". ").unwrap_or((rest.trim_end_matches('.'), ""));
            (format!("{before} {after}").trim_end().to_owned(), Some(default))
        }
        None => (doc.to_owned(), None),
    }
}

/// Describes the values of a slot.
fn taken(slot: &Slot) -> String {
    let words: Vec<String> = slot.values.keys().map(|word| format!("`{word}`")).collect();
    let what = match slot.ty {
        SlotType::String if slot.charset.as_deref() == Some("region") => "Region".to_owned(),
        SlotType::String => "string".to_owned(),
        SlotType::Bool => "boolean".to_owned(),
        SlotType::Integer | SlotType::Number => "number".to_owned(),
        SlotType::Percent => "percentage".to_owned(),
        SlotType::Minutes => "duration, in whole minutes".to_owned(),
        SlotType::Days => "duration, in whole days".to_owned(),
        SlotType::Enum => words.join(", "),
        SlotType::EnumList => format!("list of {}", words.join(", ")),
        SlotType::List => "list of strings".to_owned(),
        SlotType::Map | SlotType::Shorthand => "map of strings".to_owned(),
        SlotType::Env => "map of strings, secrets, and SSM parameters".to_owned(),
        SlotType::Artifact => "artifact".to_owned(),
        SlotType::ArtifactMap => "map of artifacts".to_owned(),
        SlotType::ArtifactFile => "file in an artifact".to_owned(),
        SlotType::Reference => slot.to.map_or("name".to_owned(), |to| format!("{to:?}").to_lowercase()),
        SlotType::Json => "any value, written as JSON".to_owned(),
        SlotType::Record => "map".to_owned(),
        SlotType::Buildspec => "path or `yaml(...)`".to_owned(),
        SlotType::Cache => format!("list of {}; or a bucket", words.join(", ")),
        SlotType::Condition => "condition, or the name of one".to_owned(),
        SlotType::Range => "range, such as `0..5`".to_owned(),
        SlotType::Any => "any value".to_owned(),
    };
    match slot.phase {
        Phase::Compile => what,
        Phase::Deploy => format!("{what}, *deploy*"),
        Phase::Run => format!("{what}, *run*"),
    }
}
