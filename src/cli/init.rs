//! `dotpipe init`

mod checkout;
mod project_kind;
mod templates;

use std::fmt::Write;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::{Outcome, deployment, input, output, project, terminal};
use crate::catalog::images::image_for;
use crate::compilation::Request;
use crate::diagnostic::Code;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::{or_list, tick};
use crate::format;
use crate::render::printable;
use crate::settings::is_region_code;
use crate::source::paths::{real_path, slashed};
use crate::workspace::template::Template as CloudFormation;

use checkout::{Checkout, Remote};
use project_kind::{Folder, Steps};
use templates::{TEMPLATES, Template, Values};

/// Write a pipeline and a buildspec that fit the project in a folder.
///
/// Detects the kind of project from its files, and the source and branch from its Git remote (GitHub, GitLab, Bitbucket, or
/// CodeCommit). Existing files are not changed; an existing buildspec.yml is used.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe init                   a pipeline for the project in this folder
  dotpipe init services/a        for a project in another folder, which is created if necessary
  dotpipe init --list            the templates
  dotpipe init --template ecs    with a template of your choice")]
pub(super) struct Arguments {
    /// Project folder
    #[arg(value_name = "DIR", default_value = ".")]
    folder: Utf8PathBuf,
    /// Template to use [default: the one that fits the project]
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// List the templates
    #[arg(long, conflicts_with = "template")]
    list: bool,
}

/// The name of the pipeline file.
const PIPELINE: &str = "pipeline.pipe";
/// The name of the buildspec that CodeBuild uses by default.
const BUILDSPEC: &str = "buildspec.yml";
/// The output file in the next steps, since `template.yaml` may belong to the application.
const OUTPUT: &str = "pipeline.yaml";

/// Writes the files.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    if arguments.list {
        return list();
    }
    let folder = arguments.folder.strip_prefix(".").unwrap_or(&arguments.folder);
    let pipeline = slashed(&folder.join(PIPELINE));
    if pipeline.symlink_metadata().is_ok() {
        return fail(&format!("`{pipeline}` already exists; it was not changed"));
    }
    let files = Folder::new(&arguments.folder);
    let name = arguments.template.as_deref().unwrap_or_else(|| project_kind::template_for(&files));
    let Some(template) = templates::find(name) else { return unknown(name) };
    let is_new = !arguments.folder.exists();
    if let Err(error) = fs::create_dir_all(&arguments.folder) {
        return fail(&format!("cannot create `{}`: {}", arguments.folder, input::reason(&error)));
    }
    let start = Start { template, folder: &arguments.folder, files, checkout: Checkout::of(&arguments.folder) };
    let values = start.values();
    let text = templates::fill(template.pipeline, &values);
    let text = format::format(&text).map_or(text, |formatted| formatted.text);
    let mut written = vec![(pipeline.clone(), text)];
    let buildspec = slashed(&folder.join(BUILDSPEC));
    let keeps = buildspec.symlink_metadata().is_ok();
    if let Some(text) = template.buildspec.filter(|_| !keeps) {
        written.push((buildspec.clone(), templates::fill(text, &values)));
    }
    if let Err(outcome) = write_all(&written) {
        if is_new {
            // Removes the folder only if it is empty.
            let _ = fs::remove_dir(&arguments.folder);
        }
        return outcome;
    }
    let mut said = start.summary();
    for (path, _) in &written {
        let _ = writeln!(said, "wrote {}", printable(path.as_str()));
    }
    if keeps && template.buildspec.is_some() {
        let _ = writeln!(said, "kept {}", printable(buildspec.as_str()));
    }
    terminal::say(&(said + &next(&pipeline)));
    Outcome::Clean
}

/// Writes all files or none.
fn write_all(files: &[(Utf8PathBuf, String)]) -> Result<(), Outcome> {
    for (index, (path, text)) in files.iter().enumerate() {
        let outcome = output::deliver(text, Some(path));
        if outcome != Outcome::Clean {
            for (path, _) in files.iter().take(index) {
                let _ = fs::remove_file(path);
            }
            return Err(outcome);
        }
    }
    Ok(())
}

fn fail(message: &str) -> Outcome {
    terminal::error(&message);
    Outcome::Failed
}

fn unknown(name: &str) -> Outcome {
    let names = || TEMPLATES.iter().map(|template| template.name);
    let hint = match similar(name, names()) {
        Some(near) => format!("did you mean {}?", tick(near)),
        None => format!("choose {}", or_list(names())),
    };
    fail(&format!("no template is named {}; {hint}", tick(name)))
}

fn list() -> Outcome {
    let width = TEMPLATES.iter().map(|template| template.name.len()).max().unwrap_or_default();
    let line = |template: &Template| format!("{:width$}  {}: {}\n", template.name, template.kind, template.about);
    output::deliver(&TEMPLATES.iter().map(line).collect::<String>(), None)
}

/// Returns the next steps.
fn next(pipeline: &Utf8Path) -> String {
    let Ok(compilation) = project::compile(pipeline, None, &Request::default()) else { return String::new() };
    let file = if pipeline == PIPELINE { String::new() } else { format!(" {}", deployment::quoted_path(pipeline)) };
    let output = slashed(&pipeline.with_file_name(OUTPUT));
    let has_placeholders = compilation.diagnostics().iter().any(|diagnostic| diagnostic.code == Code::W0191);
    let mut text = String::from("\nnext:\n");
    let edits =
        if has_placeholders { "replace the placeholders that it reports" } else { "after you have reviewed the files" };
    let _ = writeln!(text, "  dotpipe check{file}    # {edits}");
    let _ = writeln!(text, "  dotpipe build{file} -o {}", deployment::quoted_path(&output));
    if let Some(command) = deployment::only_command(&compilation, output.as_str()) {
        let _ = writeln!(text, "  {command}");
    }
    text + &deployment::connections(&compilation)
}

/// The inputs for a new pipeline.
struct Start<'a> {
    template: &'static Template,
    folder: &'a Utf8Path,
    files: Folder,
    checkout: Checkout,
}

impl Start<'_> {
    /// Returns a summary of the detected project.
    fn summary(&self) -> String {
        let mut text = format!("template {}, for {}", self.template.name, self.template.kind);
        match &self.checkout {
            Checkout { remote: Some(remote), .. } => {
                let _ = write!(text, " in {} repository {}", remote.source.title, printable(&remote.repository));
            }
            Checkout { unknown_host: Some(host), .. } => {
                let host = printable(host);
                let _ =
                    write!(text, "; CodePipeline cannot read from {host}, so the source is a placeholder for GitHub");
            }
            _ => text.push_str("; without a Git remote, the source is a placeholder for GitHub"),
        }
        text + "\n"
    }

    /// Returns the name of the project: of its folder if that is a part of the repository, otherwise of the repository.
    fn name(&self) -> String {
        let real = real_path(self.folder).ok();
        let of_folder = || real.as_ref().and_then(|folder| folder.file_name()).map(str::to_owned);
        let of_repository = self.checkout.remote.as_ref().and_then(|it| it.repository.rsplit('/').next());
        let name = match of_repository {
            Some(name) if self.checkout.below_root == "" => Some(name.to_owned()),
            _ => of_folder(),
        };
        plain_name(&name.unwrap_or_default())
    }

    fn values(&self) -> Values {
        let steps = project_kind::steps(&self.files, self.template.name);
        let name = self.name();
        let buildspec = self.checkout.path_of(BUILDSPEC);
        let runtimes: Vec<_> = steps.runtimes.iter().map(|runtime| (runtime.name, runtime.version.as_str())).collect();
        let below = self.checkout.below_root.as_str();
        let one = |text: String| vec![text];
        let mut values: Values = [
            ("branch", one(self.branch().to_owned())),
            ("does", one(if steps.tests { "Builds and tests" } else { "Builds" }.to_owned())),
            ("pipeline", one(if self.template.deploys_stack { format!("{name}-pipeline") } else { name.clone() })),
            ("region", self.region()),
            ("source", self.source()),
            ("connection", self.connection()),
            ("image", one(image_for(&runtimes).unwrap_or_default().to_owned())),
            ("buildspec-path", one(buildspec.clone())),
            ("buildspec", if below.is_empty() { Vec::new() } else { one(format!("buildspec = \"{buildspec}\"")) }),
            ("install", install_phase(&steps, below)),
            ("commands", steps.build.iter().map(|command| templates::yaml_item(command)).collect()),
            ("base-directory", if below.is_empty() { Vec::new() } else { one(format!("base-directory: '{below}'")) }),
            ("qualifier", one(self.files.cdk_qualifier())),
        ]
        .into();
        values.extend(self.of_stack(&name));
        values.extend(self.of_task());
        values
    }

    fn branch(&self) -> &str {
        self.checkout.branch.as_deref().unwrap_or("main")
    }

    /// Returns the Region of the pipeline, if the source determines it: CodePipeline reads a CodeCommit repository of
    /// its own Region.
    fn region(&self) -> Vec<String> {
        let known = self.checkout.remote.as_ref().and_then(|remote| remote.region.as_deref());
        let known = known.filter(|region| is_region_code(region));
        known.map_or_else(Vec::new, |region| vec![format!("region = {region}"), String::new()])
    }

    /// Returns the statement that reads the repository.
    fn source(&self) -> Vec<String> {
        let remote = self.checkout.remote.as_ref();
        let word = remote.map_or("github", |remote| remote.source.word.as_str());
        let repository = remote.map_or("owner/repository", |remote| remote.repository.as_str());
        let connection = remote.map_or(Some("GitHub"), |remote| remote.source.connection.as_deref());
        let mut lines = vec![format!("source {word} Checkout -> Code {{")];
        lines.extend(connection.map(|name| format!("  connection = {name}")));
        lines.push(format!("  repository = \"{repository}\""));
        lines.push(format!("  branch = \"{}\"", self.branch()));
        let below = &self.checkout.below_root;
        if connection.is_some() && below != "" {
            // In a repository with several projects, only changes to this one should start the pipeline.
            lines.push("  on push {".to_owned());
            lines.push(format!("    branches = [\"{}\"]", self.branch()));
            lines.push(format!("    paths = [\"{below}/**\"]"));
            lines.push("  }".to_owned());
        }
        lines.push("}".to_owned());
        lines
    }

    /// Returns the declaration of the connection.
    fn connection(&self) -> Vec<String> {
        let (name, provider, server) = match &self.checkout.remote {
            Some(Remote { source, .. }) => match &source.connection {
                Some(name) => (name.as_str(), source.word.as_str(), source.server),
                None => return Vec::new(),
            },
            None => ("GitHub", "github", false),
        };
        let mut lines = vec![
            "/// After the first deployment, complete it in the console: Developer Tools, Settings, Connections."
                .to_owned(),
            format!("connection {name} {{"),
            // Names of connections are unique in an account: the host alone would suffice for one repository only.
            // https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_Connection.html (2026-11-28)
            format!("  name = \"{}\"", connection_name(&self.name(), name)),
            format!("  provider = {provider}"),
        ];
        if server {
            lines.push("  host = \"arn:aws:codeconnections:<region>:<account>:host/<name>/<id>\"".to_owned());
        }
        lines.push("}".to_owned());
        lines
    }

    /// Returns the slots of a template that deploys a stack.
    fn of_stack(&self, name: &str) -> Values {
        let found = self.files.template();
        let file = found.as_ref().map_or("template.yaml", |(name, _)| name.as_str());
        let path = self.checkout.path_of(file);
        let path = if is_bare_path(&path) { path } else { format!("\"{path}\"") };
        let stack = self.files.sam_stack().unwrap_or_else(|| name.replace('_', "-"));
        let block = stack_block(found.as_ref().map(|(_, template)| template));
        [("template", vec![path]), ("stack", vec![stack]), ("stack-block", vec![block])]
            .into_iter()
            .chain([("params", params(found.as_ref().map(|(_, template)| template)))])
            .collect()
    }

    /// Returns the slots of a template that deploys a service of Amazon ECS.
    fn of_task(&self) -> Values {
        let (file, task) = self.files.task_definition().unwrap_or(("taskdef.json", serde_json::Value::default()));
        let image = built_image(&task, &self.name());
        let container = image.map_or("<container>", |image| image.container);
        let roles: Vec<_> =
            ["executionRoleArn", "taskRoleArn"].into_iter().filter_map(|key| task.get(key)?.as_str()).collect();
        let roles = if roles.is_empty() { vec!["arn:aws:iam::<account>:role/<execution role>"] } else { roles };
        let roles: Vec<_> = roles.iter().map(|role| format!("\"{}\"", text_of(role))).collect();
        let below = |file: &str| {
            let path = self.checkout.path_of(file);
            vec![if is_bare_path(&path) { path } else { format!("\"{path}\"") }]
        };
        let placeholder = image.and_then(|image| image.placeholder).unwrap_or("IMAGE1_NAME");
        [
            ("container", vec![text_of(container)]),
            ("roles", vec![roles.join(", ")]),
            ("task-definition", below(file)),
            ("app-spec", below(self.files.app_spec().unwrap_or("appspec.yaml"))),
            ("image-placeholder", vec![placeholder.to_owned()]),
        ]
        .into()
    }
}

/// The container of a task definition whose image the pipeline builds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct BuiltImage<'a> {
    container: &'a str,
    /// The name between `<` and `>` that is the placeholder for the image.
    placeholder: Option<&'a str>,
}

/// Returns the container for the image of the Dockerfile, or `None` if several are possible. Others, such as log
/// routers and proxies, use images of their own.
fn built_image<'a>(task: &'a serde_json::Value, project: &str) -> Option<BuiltImage<'a>> {
    let containers = task.get("containerDefinitions")?.as_array()?;
    let text = |container: &'a serde_json::Value, key: &str| container.get(key).and_then(|value| value.as_str());
    let all: Vec<BuiltImage<'a>> = containers
        .iter()
        .filter_map(|container| {
            let image = text(container, "image").unwrap_or_default();
            let placeholder = image.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
            Some(BuiltImage { container: text(container, "name")?, placeholder })
        })
        .collect();
    let one = |fits: &dyn Fn(&BuiltImage<'a>) -> bool| {
        let mut fitting = all.iter().filter(|image| fits(image));
        fitting.next().filter(|_| fitting.next().is_none()).copied()
    };
    one(&|_| true)
        .or_else(|| one(&|image| image.placeholder.is_some()))
        .or_else(|| one(&|image| image.container == project))
}

/// The maximum length of a connection's name.
/// <https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_CreateConnection.html> (2026-11-28)
const CONNECTION_NAME: usize = 32;

/// Returns a name for the connection of one project: the project's and the host's, shortened to the maximum length.
fn connection_name(project: &str, host: &str) -> String {
    let room = CONNECTION_NAME.saturating_sub(host.len() + 1);
    let project: String = project.chars().take(room).collect();
    format!("{}-{host}", project.trim_end_matches(['-', '_']))
}

/// Escapes a string for quotes.
fn text_of(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${")
}

/// Returns the first phase of a buildspec: the runtimes, the folder, and the installation.
fn install_phase(steps: &Steps, below: &str) -> Vec<String> {
    let folder = (!below.is_empty()).then(|| format!("cd {}", templates::in_shell(below)));
    let commands: Vec<&String> = folder.iter().chain(&steps.install).collect();
    let mut lines = Vec::new();
    if !steps.runtimes.is_empty() {
        lines.push("  runtime-versions:".to_owned());
        lines.extend(
            steps.runtimes.iter().map(|runtime| format!("    {}: {}", runtime.name, yaml_version(&runtime.version))),
        );
    }
    if !commands.is_empty() {
        lines.push("  commands:".to_owned());
        lines.extend(commands.iter().map(|command| format!("    {}", templates::yaml_item(command))));
    }
    if !lines.is_empty() {
        lines.insert(0, "install:".to_owned());
    }
    lines
}

/// Returns a version as a YAML string: without quotes, `3.10` would be a number equal to `3.1`.
fn yaml_version(version: &str) -> String {
    if version.contains('.') { format!("\"{version}\"") } else { version.to_owned() }
}

/// Returns the attributes of the stack's statement, as a block after its header.
fn stack_block(template: Option<&CloudFormation>) -> String {
    let Some(template) = template else { return String::new() };
    let capability = template.iam_capability().map(|need| format!("capabilities = [{}]", need.capability.name()));
    let names: Vec<_> = asked(template).map(|name| format!("{name} = {name}")).collect();
    let parameters = (!names.is_empty()).then(|| format!("parameters = {{ {} }}", names.join(", ")));
    let lines: Vec<_> = capability.into_iter().chain(parameters).collect();
    if lines.is_empty() { String::new() } else { format!(" {{\n      {}\n    }}", lines.join("\n      ")) }
}

/// Returns parameters of the pipeline's own template for those of the application's template without a default.
fn params(template: Option<&CloudFormation>) -> Vec<String> {
    let lines = template.into_iter().flat_map(asked).map(|name| format!("param {name}: string"));
    let mut lines: Vec<_> = lines.collect();
    if !lines.is_empty() {
        lines.insert(
            0,
            "// Parameters of the application without a default: given when the pipeline is deployed.".to_owned(),
        );
        lines.push(String::new());
    }
    lines
}

fn asked(template: &CloudFormation) -> impl Iterator<Item = &str> {
    template.parameters.iter().filter(|it| it.default.is_none()).map(|it| it.name.node.as_str())
}

/// Returns whether a path in an artifact needs no quotes.
fn is_bare_path(path: &str) -> bool {
    path.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}

/// Converts a name to one that pipelines, stacks, and resources can have.
fn plain_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let name: String = name.chars().map(plain).take(80).collect();
    let name = name.trim_matches(['-', '_']);
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => name.to_owned(),
        Some(_) => format!("app-{name}"),
        None => "app".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use serde_json::json;

    use super::{BuiltImage, Outcome, built_image, plain_name, write_all};

    #[test]
    fn the_container_is_the_one_whose_image_is_built() {
        let of = |containers: serde_json::Value| {
            let task = json!({ "containerDefinitions": containers });
            built_image(&task, "shop")
                .map(|BuiltImage { container, placeholder }| (container.to_owned(), placeholder.map(str::to_owned)))
        };
        let named = |name: &str, image: &str| json!({ "name": name, "image": image });
        let (proxy, shop, web) = (named("proxy", "envoy"), named("shop", "x"), named("web", "<IMAGE>"));
        assert_eq!(of(json!([proxy])), Some(("proxy".to_owned(), None)));
        assert_eq!(of(json!([proxy, shop, web])), Some(("web".to_owned(), Some("IMAGE".to_owned()))));
        assert_eq!(of(json!([proxy, shop])), Some(("shop".to_owned(), None)));
        assert_eq!(of(json!([proxy, named("api", "y")])), None, "both may be it");
        assert_eq!(of(json!([])), None);
    }

    #[test]
    fn all_files_are_written_or_none() {
        let guard = tempfile::tempdir().expect("a temporary folder");
        let folder = Utf8PathBuf::from_path_buf(guard.path().to_owned()).expect("a UTF-8 path");
        let files = ["one", "missing/two"].map(|name| (folder.join(name), String::new()));
        assert_eq!(write_all(&files), Err(Outcome::Failed));
        assert_eq!(folder.read_dir_utf8().expect("it is there").count(), 0);
    }

    #[test]
    fn names_fit_pipelines_and_stacks() {
        for (name, plain) in [
            ("shop-api", "shop-api"),
            ("Shop_API", "Shop_API"),
            (".dotfiles", "dotfiles"),
            ("my app.js", "my-app-js"),
            ("2048", "app-2048"),
            ("é", "app"),
            ("", "app"),
        ] {
            assert_eq!(plain_name(name), plain, "{name}");
        }
    }
}
