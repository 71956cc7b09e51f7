//! The output of `expand` has the same meaning: the template and the definition are identical, and expanding it again
//! changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use dotpipe::compilation::{Compilation, Notation, Request, Target};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;

use crate::cases;
use crate::support::compile;

/// An entry file and the other files of its folder.
pub struct Input {
    pub name: String,
    pub text: String,
    pub files: Vec<(String, String)>,
}

pub fn request(target: Target) -> Request {
    Request {
        target,
        account: Some("111122223333".to_owned()),
        region: Some("eu-west-1".to_owned()),
        params: ["Approver", "Prefix", "Tag"].map(|name| (name.to_owned(), "given".to_owned())).into(),
        ..Request::default()
    }
}

pub fn compiled(input: &Input, text: &str, request: &Request) -> Compilation {
    let name = input.name.rsplit('/').next().unwrap_or_default();
    compile((name, text), &input.files, request)
}

/// Returns the outputs of a file: the template, the support template, and the definition of each pipeline for which all
/// values are known.
fn outputs(input: &Input, text: &str, template: &Compilation) -> Vec<(String, Option<String>)> {
    let support = compiled(input, text, &request(Target::Support)).build(Notation::Json);
    let mut outputs = vec![("template".to_owned(), template.build(Notation::Json)), ("support".to_owned(), support)];
    for pipeline in template.pipelines() {
        let request = Request { pipeline: Some(pipeline.to_owned()), ..request(Target::Codepipeline) };
        outputs.push((pipeline.to_owned(), compiled(input, text, &request).build(Notation::Json)));
    }
    outputs
}

/// Returns whether a file can be expanded, or an error if expanding it changes its meaning.
fn expands(input: &Input) -> Result<bool, String> {
    let before = compiled(input, &input.text, &request(Target::Cloudformation));
    let Some(expanded) = before.expand() else { return Ok(false) };
    if before.has_errors() {
        return Err(format!("{}: faulty files are not expanded", input.name));
    }
    if dotpipe::format::format(&expanded).map(|formatted| formatted.text).as_ref() != Ok(&expanded) {
        return Err(format!("{}: the expansion is not formatted\n{expanded}", input.name));
    }
    // Options are replaced by their values, so that no values can be set any more.
    let files = input.files.iter().filter(|(path, _)| !path.starts_with("values.")).cloned().collect();
    let output = &Input { name: input.name.clone(), text: expanded.clone(), files };
    let after = compiled(output, &expanded, &request(Target::Cloudformation));
    let Some(twice) = after.expand() else {
        let printed = dotpipe::render::short::render(&[after.report()]);
        return Err(format!("{}: the expansion has errors\n{printed}\n{expanded}", input.name));
    };
    if twice != expanded {
        return Err(format!("{}: expands further\n{expanded}\n-----\n{twice}", input.name));
    }
    let pairs = outputs(input, &input.text, &before).into_iter().zip(outputs(output, &expanded, &after));
    for ((target, before), (_, after)) in pairs {
        if before != after {
            let lines = |text: Option<String>| text.unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
            let first = lines(before).into_iter().zip(lines(after)).find(|(before, after)| before != after);
            return Err(format!("{}: {target} differs, first {first:?}\n{expanded}", input.name));
        }
    }
    Ok(true)
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(below(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Returns the entry file of a folder and all other files in it.
fn project(folder: &Path) -> Input {
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let entry = folder.join("pipeline.pipe");
    let name = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let files = below(folder).into_iter().filter(|path| *path != entry);
    Input {
        name: format!("{}/pipeline.pipe", folder.display()),
        text: read(&entry),
        files: files.map(|path| (name(&path), read(&path))).collect(),
    }
}

/// Returns every example, every UI case, and the valid example of every explain page.
pub fn inputs() -> Vec<Input> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs = Vec::new();
    let mut folders: Vec<PathBuf> = Vec::new();
    for path in ["examples", "tests/ui"].iter().flat_map(|folder| below(&root.join(folder))) {
        if path.ends_with("pipeline.pipe") {
            folders.extend(path.parent().map(Path::to_owned));
        } else if path.extension().is_some_and(|it| it == "pipe") {
            let inside = folders.iter().any(|folder| path.starts_with(folder));
            let text = fs::read_to_string(&path).unwrap_or_default();
            inputs.extend((!inside).then(|| Input { name: path.display().to_string(), text, files: Vec::new() }));
        }
    }
    inputs.extend(folders.iter().map(|folder| project(folder)));
    for code in dotpipe::diagnostic::Code::ALL {
        let examples = crate::explain_pages::examples(code.explain())
            .into_iter()
            .filter(|it| it.fails.is_none() && it.entry == "pipeline.pipe");
        inputs.extend(examples.map(|it| Input { name: format!("{code}.pipe"), text: it.text, files: it.files }));
    }
    inputs
}

/// Returns all cases if `CI=true`; otherwise, every thirtieth: for tests that compile each case many times.
pub fn small_share<T>(all: Vec<T>) -> Vec<T> {
    all.into_iter().step_by(one_of_small()).collect()
}

/// Returns `n` if `small_share` keeps one of every `n` cases.
pub fn one_of_small() -> usize {
    if cases::one_of() == 1 { 1 } else { 30 }
}

#[test]
fn expansion_builds_the_same() {
    let inputs = small_share(inputs());
    let chunks = inputs.chunks(inputs.len().div_ceil(4));
    let results: Vec<Result<bool, String>> = std::thread::scope(|scope| {
        let runs: Vec<_> = chunks.map(|chunk| scope.spawn(|| chunk.iter().map(expands).collect::<Vec<_>>())).collect();
        runs.into_iter().flat_map(|run| run.join().expect("it ends")).collect()
    });
    let faults: Vec<&str> = results.iter().filter_map(|result| result.as_ref().err().map(String::as_str)).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    let valid = results.iter().filter(|result| **result == Ok(true)).count();
    assert!(valid * one_of_small() > 100, "only {valid} valid files were found");
}

/// Names of steps, some of which conflict once loops add suffixes.
const NAMES: [&str; 6] = ["Go", "Go-a", "Look", "\"Go.${x}\"", "app", "App"];
/// Texts of steps.
const TEXTS: [&str; 6] = [
    "\"at ${Fetch.CommitId}\"",
    "'raw \"${x}\" \\'",
    "\"#{codepipeline.PipelineExecutionId} $${x} ${x}\"",
    "\"one\\ntwo ${Tag}\"",
    "upper(x)",
    "Tag",
];

/// Generates an action.
fn action() -> impl Strategy<Value = String> {
    (select(&NAMES[..]), select(&TEXTS[..]), 0..5).prop_map(|(name, text, kind)| match kind {
        0 => format!("approve {name} {{ message = {text} }}"),
        1 => format!("build codebuild {name} from App {{ project = Builder, env = {{ TEXT = {text} }} }}"),
        2 => format!("invoke lambda {name} {{ function = \"f\", input = {{ text = {text}, list = [x, 1, true] }} }}"),
        3 => format!("deploy stack {name} from App::template.yaml {{ parameters = {{ Env = {text} }} }}"),
        _ => format!("/// Documented.\ndeploy stack {name} from App::template.yaml {{ mode = create-update }}\n"),
    })
}

/// Generates steps inside every kind of block.
fn steps() -> impl Strategy<Value = String> {
    action().prop_recursive(3, 12, 3, |inner| {
        (prop::collection::vec(inner, 1..3), 0..7, select(&NAMES[..3])).prop_map(|(steps, kind, name)| {
            let steps = steps.join("\n");
            match kind {
                0 => format!("parallel {{\n{steps}\n}}"),
                1 => format!("sequence {{\n{steps}\n}}"),
                2 => format!("for x in [\"a\", \"b.c\"] {{\n{steps}\n}}"),
                3 => format!("for n in 1..2 {{\nlet x = \"n${{n}}\"\n{steps}\n}}"),
                4 => format!("if x == \"a\" {{\n{steps}\n}} else {{\napprove {name}\n}}"),
                5 => format!("use Steps(app = App) as {name}\n{steps}"),
                _ => format!("{steps}\napprove {name}"),
            }
        })
    })
}

fn generated(steps: &str) -> Input {
    let text = format!(
        "param Tag: string = \"t\"
         let x = \"a\"
         component Steps(app: Artifact, x: string = \"inner\") {{
           deploy stack Inner from app::template.yaml
           approve Seen {{ message = \"${{Inner.outputs.X}} ${{x}}\" }}
         }}
         pipeline App {{
           stage Source {{ source codecommit Fetch -> App {{ repository = \"app\", branch = \"main\" }} }}
           stage Work {{
             {steps}
           }}
           stage More {{
             {steps}
           }}
         }}
         project Builder {{ image = \"aws/codebuild/standard:7.0\" }}
         "
    );
    Input { name: "generated.pipe".to_owned(), text, files: Vec::new() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases::share_of(100), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_files_keep_their_meaning(steps in steps()) {
        let result = expands(&generated(&steps));
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}

#[test]
fn many_generated_files_are_valid() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut text = || steps().new_tree(&mut runner).expect("it generates").current();
    let valid = (0..40).filter(|_| expands(&generated(&text())) == Ok(true)).count();
    assert!(valid > 10, "{valid} of 40");
}

/// The declarations that the generated files share.
const LIBRARY: &str = "component Release(env: Environment, app: Artifact, note: string = \"shared\") {
  /// Of the library.
  deploy stack Inner in env from app::template.yaml { parameters = { Env = \"${note} ${env.name}\" } }
  deploy s3 Files in env from app { bucket = \"files-${env.name}\", extract = true }
}
";

/// One step in the environment of a loop. The environment's name is appended to identifiers; quoted names are the same
/// in each iteration.
fn placed_step() -> impl Strategy<Value = (bool, usize)> {
    (any::<bool>(), 0_usize..5)
}

fn written((number, (quoted, kind)): (usize, &(bool, usize))) -> String {
    let name = if *quoted { format!("\"Go{number}\"") } else { format!("Go{number}") };
    match kind {
        0 => format!("deploy s3 {name} in env from App {{ bucket = \"site-${{env.name}}\", extract = true }}"),
        1 => format!("/// Documented.\ndeploy stack {name} in env from App::template.yaml\n"),
        2 => format!(
            "deploy stack {name} in env from App::template.yaml {{\nmode = create-update\ncapabilities = [CAPABILITY_AUTO_EXPAND]\n}}"
        ),
        3 => format!(
            "if env.name == \"dev\" {{ approve {name} }} else {{ invoke lambda {name} in env {{ function = \"f\" }} }}"
        ),
        _ => format!("use Release(env = env, app = App) as Go{number}"),
    }
}

fn across_environments(steps: &[(bool, usize)], stages: bool, there: bool) -> Input {
    let steps: Vec<String> = steps.iter().enumerate().map(written).collect();
    let steps = steps.join("\n");
    let work = if stages {
        format!("for env in [dev, prod] {{\nstage \"to-${{env.name}}\" {{\n{steps}\n}}\n}}")
    } else {
        format!("stage Work {{\nfor env in [dev, prod] {{\n{steps}\n}}\n}}")
    };
    let region = if there { "region = us-east-1" } else { "" };
    let text = format!(
        "import {{ Release }} from \"./lib/shared.pipe\"
         pipeline App {{
           account = \"111122223333\"
           region  = eu-west-1
           stage Source {{ source codecommit Fetch -> App {{ repository = \"app\", branch = \"main\" }} }}
           {work}
         }}
         environment dev {{ account = \"222222222222\" }}
         environment prod {{
           account = \"333333333333\"
           {region}
         }}
         "
    );
    let files = vec![("lib/shared.pipe".to_owned(), LIBRARY.to_owned())];
    Input { name: "generated.pipe".to_owned(), text, files }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases::share_of(60), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_with_environments_keep_their_meaning(
        steps in prop::collection::vec(placed_step(), 1..5), stages: bool, there: bool
    ) {
        let result = expands(&across_environments(&steps, stages, there));
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}

#[test]
fn many_files_with_environments_are_valid() {
    let mut valid = 0;
    for number in cases::share((0..40_usize).collect()) {
        let steps: Vec<(bool, usize)> =
            (0..=(number % 4)).map(|step| ((number + step) % 2 == 0, (number / 2 + step) % 5)).collect();
        let input = across_environments(&steps, number % 2 == 0, number % 3 == 0);
        valid += usize::from(expands(&input) == Ok(true));
    }
    assert!(valid * cases::one_of() > 20, "{valid} are valid");
}
