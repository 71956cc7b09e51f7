//! Detects the kind of project in a folder, and the commands that install, build, and test it.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

use crate::catalog::images::has_runtime;
use crate::cli::{input, output};
use crate::workspace::Workspace;
use crate::workspace::file_system::Disk;
use crate::workspace::template::Template;

/// The runtimes of CodeBuild's images, each with the version for projects that do not set one: a version with long-term
/// support.
const DEFAULTS: [(&str, &str); 5] =
    [("dotnet", "10.0"), ("golang", "1.26"), ("java", "corretto21"), ("nodejs", "24"), ("python", "3.13")];

/// A runtime that the build needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Runtime {
    pub(super) name: &'static str,
    pub(super) version: String,
}

impl Runtime {
    /// Creates a runtime with the requested version if CodeBuild has it, and otherwise with the default.
    fn of(name: &'static str, wanted: Option<String>) -> Self {
        let default = DEFAULTS.iter().find(|(known, _)| *known == name).map_or("latest", |(_, version)| version);
        let version = wanted.filter(|version| has_runtime(name, version)).unwrap_or_else(|| default.to_owned());
        Self { name, version }
    }
}

/// The build steps of a project.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) runtimes: Vec<Runtime>,
    pub(super) install: Vec<String>,
    /// The build commands, and the test commands if there are tests.
    pub(super) build: Vec<String>,
    /// Whether there are tests.
    pub(super) tests: bool,
}

/// The folder of a project.
pub(super) struct Folder {
    path: Utf8PathBuf,
}

impl Folder {
    pub(super) fn new(path: &Utf8Path) -> Self {
        Self { path: path.to_owned() }
    }

    fn has(&self, name: &str) -> bool {
        self.path.join(name).exists()
    }

    fn text(&self, name: &str) -> Option<String> {
        input::read_file(&self.path.join(name)).ok()
    }

    fn json(&self, name: &str) -> Option<Json> {
        serde_json::from_str(&self.text(name)?).ok()
    }

    /// Returns the names of the files in it, and of those in its subfolders, prefixed with the subfolder.
    fn files(&self) -> Vec<String> {
        let names = |folder: &Utf8Path| -> Vec<(String, bool)> {
            let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
            let mut names: Vec<_> =
                entries.map(|entry| (entry.file_name().to_owned(), entry.path().is_dir())).collect();
            names.sort();
            names
        };
        let mut found = Vec::new();
        for (name, is_folder) in names(&self.path) {
            let skipped = name.starts_with('.') || name == "node_modules";
            if is_folder && !skipped {
                let inner = names(&self.path.join(&name)).into_iter().filter(|(_, is_folder)| !is_folder);
                found.extend(inner.map(|(inner, _)| format!("{name}/{inner}")));
            } else if !is_folder {
                found.push(name);
            }
        }
        found
    }

    /// Returns the CloudFormation or SAM template, with its name.
    pub(super) fn template(&self) -> Option<(String, Template)> {
        let workspace = Workspace::new(Disk::new(self.path.clone()), "");
        ["template.yaml", "template.yml", "template.json"].into_iter().find_map(|name| {
            // The output of an earlier `dotpipe build` is not the application.
            if self.text(name).is_some_and(|text| output::is_own(&text)) {
                return None;
            }
            let template = workspace.template(name.into()).ok()?;
            template.has_resources.then(|| (name.to_owned(), (*template).clone()))
        })
    }

    /// Returns the task definition of Amazon ECS, with its name.
    pub(super) fn task_definition(&self) -> Option<(&'static str, Json)> {
        ["taskdef.json", "task-definition.json", ".aws/task-definition.json"]
            .into_iter()
            .find_map(|name| Some((name, self.json(name)?)))
    }

    /// Returns the `AppSpec` file with which CodeDeploy deploys a service of Amazon ECS.
    /// <https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html>
    /// (2026-11-28)
    pub(super) fn app_spec(&self) -> Option<&'static str> {
        let is_of_service = |name: &&str| self.text(name).is_some_and(|text| text.contains("AWS::ECS::Service"));
        ["appspec.yaml", "appspec.yml", "appspec.json"].into_iter().find(is_of_service)
    }

    /// Returns the name of the stack in the settings of `sam deploy`.
    pub(super) fn sam_stack(&self) -> Option<String> {
        let settings: toml::Table = toml::from_str(&self.text("samconfig.toml")?).ok()?;
        let default = settings.get("default")?;
        let in_section = |section: &str| default.get(section)?.get("parameters")?.get("stack_name")?.as_str();
        in_section("deploy").or_else(|| in_section("global")).map(str::to_owned)
    }

    /// Returns the qualifier of the resources that `cdk bootstrap` created. Default: `hnb659fds`.
    /// <https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html> (2026-11-28)
    pub(super) fn cdk_qualifier(&self) -> String {
        let settings = self.json("cdk.json");
        let own =
            settings.as_ref().and_then(|json| json.get("context")?.get("@aws-cdk/core:bootstrapQualifier")?.as_str());
        let is_plain = |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric());
        own.filter(is_plain).unwrap_or("hnb659fds").to_owned()
    }
}

/// Returns the template that fits the contents of a folder.
pub(super) fn template_for(folder: &Folder) -> &'static str {
    let files = folder.files();
    let ends = |suffix: &str| files.iter().any(|name| name.ends_with(suffix));
    let template = folder.template();
    if template.as_ref().is_some_and(|(_, template)| template.is_sam()) {
        return "sam";
    }
    let found = [
        ("cdk", folder.has("cdk.json")),
        (
            "ecs-blue-green",
            folder.has("Dockerfile") && folder.task_definition().is_some() && folder.app_spec().is_some(),
        ),
        ("ecs", folder.has("Dockerfile") && folder.task_definition().is_some()),
        ("docker", folder.has("Dockerfile")),
        ("node", folder.has("package.json")),
        ("python", PYTHON.iter().any(|name| folder.has(name))),
        ("java", JAVA.iter().any(|name| folder.has(name))),
        ("go", folder.has("go.mod")),
        ("dotnet", DOTNET.iter().any(|suffix| ends(suffix))),
        ("cloudformation", template.is_some()),
    ];
    found.into_iter().find(|(_, fits)| *fits).map_or("plain", |(name, _)| name)
}

const PYTHON: [&str; 7] =
    ["uv.lock", "poetry.lock", "Pipfile", "pyproject.toml", "requirements.txt", "setup.py", "setup.cfg"];
const JAVA: [&str; 5] = ["pom.xml", "gradlew", "build.gradle", "build.gradle.kts", "settings.gradle.kts"];
const DOTNET: [&str; 4] = [".sln", ".slnx", ".csproj", ".fsproj"];

/// Returns how to build the project in a folder, for a template.
pub(super) fn steps(folder: &Folder, template: &str) -> Steps {
    match template {
        "node" => node(folder),
        "python" => python(folder),
        "java" => java(folder),
        "go" => go(folder),
        "dotnet" => dotnet(folder),
        "sam" => sam(folder),
        "cdk" => cdk(folder),
        "plain" => Steps {
            build: vec!["echo \"Replace this line with the commands that build and test.\"".to_owned()],
            ..Steps::default()
        },
        _ => Steps::default(),
    }
}

fn node(folder: &Folder) -> Steps {
    let package = folder.json("package.json").unwrap_or_default();
    let asked = package.get("packageManager").and_then(Json::as_str).unwrap_or_default();
    let (yarn, pnpm) = (folder.has("yarn.lock"), folder.has("pnpm-lock.yaml"));
    let berry = folder.has(".yarnrc.yml") || folder.text("yarn.lock").is_some_and(|text| text.contains("__metadata:"));
    let (run, install) = if yarn || asked.starts_with("yarn") {
        let frozen = if berry { " --immutable" } else { " --frozen-lockfile" };
        ("yarn run", vec!["corepack enable".to_owned(), format!("yarn install{}", if yarn { frozen } else { "" })])
    } else if pnpm || asked.starts_with("pnpm") {
        let frozen = if pnpm { " --frozen-lockfile" } else { "" };
        ("pnpm run", vec!["corepack enable".to_owned(), format!("pnpm install{frozen}")])
    } else {
        let locked = folder.has("package-lock.json") || folder.has("npm-shrinkwrap.json");
        ("npm run", vec![if locked { "npm ci" } else { "npm install" }.to_owned()])
    };
    let script = |name: &str| package.get("scripts").and_then(|scripts| scripts.get(name)?.as_str());
    // The script that `npm init` writes always fails.
    let written = |name: &str| script(name).is_some_and(|text| !text.contains("no test specified"));
    let mut build: Vec<String> =
        ["build", "test"].into_iter().filter(|name| written(name)).map(|name| format!("{run} {name}")).collect();
    if build.is_empty() && run != "yarn run" {
        // https://docs.npmjs.com/cli/commands/npm-run and https://pnpm.io/cli/run (2026-11-28)
        build = vec![format!("{run} build --if-present")];
    } else if build.is_empty() {
        build = vec!["echo \"package.json has no script that builds or tests.\"".to_owned()];
    }
    Steps {
        runtimes: vec![Runtime::of("nodejs", node_version(folder, &package))],
        install,
        build,
        tests: written("test"),
    }
}

/// Returns the major version that the project requires, or `None` if a newer one is sufficient.
fn node_version(folder: &Folder, package: &Json) -> Option<String> {
    let file = [".nvmrc", ".node-version"].into_iter().find_map(|name| folder.text(name));
    let engines = package.get("engines").and_then(|engines| engines.get("node")?.as_str()).map(str::to_owned);
    let wanted = file.or(engines)?;
    if wanted.contains('>') && !wanted.contains('<') {
        return None;
    }
    let mut numbers = wanted.split(['|', ' ', '<', '-']).filter_map(|part| leading_number(part.trim()));
    numbers.rfind(|number| has_runtime("nodejs", number))
}

/// Returns `20` for `v20.1`, `^20`, `20.x`.
fn leading_number(text: &str) -> Option<String> {
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Returns `3.12` for `3.12.4`.
fn two_numbers(text: &str) -> Option<String> {
    let plain = |c: &char| c.is_ascii_digit() || *c == '.';
    let version: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(plain).collect();
    let mut parts = version.split('.');
    Some(format!("{}.{}", parts.next().filter(|part| !part.is_empty())?, parts.next()?))
}

/// Returns the text after the first of these marks.
fn after<'t>(text: &'t str, marks: &[&str]) -> Option<&'t str> {
    marks.iter().find_map(|mark| text.split_once(mark).map(|(_, rest)| rest))
}

fn python(folder: &Folder) -> Steps {
    let text = |name: &str| folder.text(name).unwrap_or_default();
    let project = text("pyproject.toml");
    let asks_pytest = ["pyproject.toml", "requirements.txt", "requirements-dev.txt", "setup.cfg", "tox.ini", "Pipfile"]
        .into_iter()
        .any(|name| text(name).contains("pytest"));
    let files = folder.files();
    let is_test = |path: &String| {
        let name = path.rsplit('/').next().unwrap_or(path);
        Utf8Path::new(path).extension() == Some("py") && (name.starts_with("test_") || name.ends_with("_test.py"))
    };
    let tested = files.iter().any(is_test) || folder.has("tests");
    // The tool that installs the project: how it is installed, and how it runs a command in its environment.
    let (install, run): (&[&str], &str) = if folder.has("uv.lock") {
        (&["pip install uv", "uv sync --locked"], "uv run ")
    } else if folder.has("poetry.lock") || project.contains("[tool.poetry]") {
        (&["pip install poetry", "poetry install --no-interaction"], "poetry run ")
    } else if folder.has("Pipfile") {
        (&["pip install pipenv", "pipenv install --dev"], "pipenv run ")
    } else if folder.has("requirements.txt") {
        (&["pip install --requirement requirements.txt"], "")
    } else if folder.has("pyproject.toml") || folder.has("setup.py") {
        (&["pip install ."], "")
    } else {
        (&[], "")
    };
    let mut install: Vec<String> = install.iter().map(|command| (*command).to_owned()).collect();
    if folder.has("requirements-dev.txt") && run.is_empty() {
        install.push("pip install --requirement requirements-dev.txt".to_owned());
    }
    let build = match (tested, asks_pytest, run.is_empty()) {
        (true, true, _) => format!("{run}python -m pytest"),
        // A tool's own environment contains only the dependencies of the project.
        (true, false, true) => {
            install.push("pip install pytest".to_owned());
            "python -m pytest".to_owned()
        }
        (true, false, false) => format!("{run}python -m unittest"),
        (false, ..) => format!("{run}python -m compileall -q ."),
    };
    let version = folder.text(".python-version").as_deref().and_then(two_numbers);
    Steps { runtimes: vec![Runtime::of("python", version)], install, build: vec![build], tests: tested }
}

fn java(folder: &Folder) -> Steps {
    let gradle = JAVA.iter().skip(1).any(|name| folder.has(name)) && !folder.has("pom.xml");
    let command = match (gradle, folder.has("mvnw"), folder.has("gradlew")) {
        (true, _, true) => "sh ./gradlew build",
        (true, _, false) => "gradle build",
        (false, true, _) => "sh ./mvnw --batch-mode verify",
        (false, false, _) => "mvn --batch-mode verify",
    };
    let marks = [
        "<maven.compiler.release>",
        "<java.version>",
        "<maven.compiler.source>",
        "<release>",
        "JavaLanguageVersion.of(",
        "jvmToolchain(",
        "JavaVersion.VERSION_",
    ];
    let texts = ["pom.xml", "build.gradle", "build.gradle.kts"].into_iter().filter_map(|name| folder.text(name));
    let mut texts = texts;
    let wanted = texts.find_map(|text| leading_number(after(&text, &marks)?.split(['<', ')', '\n']).next()?));
    // Code for an older version compiles with a newer one.
    let wanted = wanted.and_then(|number| {
        let number: u32 = number.parse().ok()?;
        (number..100).map(|number| format!("corretto{number}")).find(|version| has_runtime("java", version))
    });
    Steps {
        runtimes: vec![Runtime::of("java", wanted)],
        build: vec![command.to_owned()],
        tests: true,
        ..Steps::default()
    }
}

fn go(folder: &Folder) -> Steps {
    let module = folder.text("go.mod").unwrap_or_default();
    let version = module.lines().find_map(|line| two_numbers(line.trim().strip_prefix("go ")?));
    let build = ["go build ./...", "go vet ./...", "go test ./..."].map(str::to_owned).to_vec();
    Steps { runtimes: vec![Runtime::of("golang", version)], install: Vec::new(), build, tests: true }
}

fn dotnet(folder: &Folder) -> Steps {
    let files = folder.files();
    let projects = files.iter().filter(|name| DOTNET.iter().any(|suffix| name.ends_with(suffix)));
    let texts = projects.chain(files.iter().filter(|name| name.ends_with("Directory.Build.props")));
    let framework = |name: &String| {
        let text = folder.text(name)?;
        two_numbers(after(&text, &["<TargetFramework>net"])?.split('<').next()?)
    };
    let version = texts.filter_map(framework).max();
    // `dotnet` does not find projects in subfolders, so each has to be named.
    let at_root = files.iter().any(|name| !name.contains('/') && DOTNET.iter().any(|suffix| name.ends_with(suffix)));
    let below =
        files.iter().filter(|name| name.ends_with("proj") && DOTNET.iter().any(|suffix| name.ends_with(suffix)));
    let build = if at_root || files.is_empty() {
        vec![
            "dotnet build --configuration Release".to_owned(),
            "dotnet test --configuration Release --no-build".to_owned(),
        ]
    } else {
        below.map(|name| format!("dotnet test --configuration Release {}", super::templates::in_shell(name))).collect()
    };
    let build = if build.is_empty() { vec!["dotnet build --configuration Release".to_owned()] } else { build };
    let has_tests = build.iter().any(|command| command.starts_with("dotnet test"));
    Steps { runtimes: vec![Runtime::of("dotnet", version)], install: Vec::new(), build, tests: has_tests }
}

/// Returns the steps of `sam build`, which needs the runtimes of the functions.
fn sam(folder: &Folder) -> Steps {
    let text = folder.template().and_then(|(name, _)| folder.text(&name)).unwrap_or_default();
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == ':'));
    let mut runtimes: Vec<Runtime> = Vec::new();
    for runtime in words.filter_map(runtime_of_lambda) {
        if !runtimes.iter().any(|known| known.name == runtime.name) {
            runtimes.push(runtime);
        }
    }
    let mut steps = if folder.has("package.json") { node(folder) } else { Steps::default() };
    // The runtimes of the functions take precedence.
    steps.runtimes.retain(|runtime| !runtimes.iter().any(|known| known.name == runtime.name));
    steps.runtimes.extend(runtimes);
    steps.build.retain(|command| !command.contains("--if-present") && !command.starts_with("echo "));
    steps.install.insert(0, "pip3 install --quiet --upgrade aws-sam-cli".to_owned());
    steps
}

/// Returns the runtime of CodeBuild that builds functions of a Lambda runtime.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html> (2026-11-28)
fn runtime_of_lambda(word: &str) -> Option<Runtime> {
    let number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()).then(|| leading_number(rest)).flatten();
    if let Some(major) = word.strip_prefix("nodejs").and_then(number) {
        return Some(Runtime::of("nodejs", Some(major)));
    }
    if let Some(version) = word.strip_prefix("python3.").and_then(number) {
        return Some(Runtime::of("python", Some(format!("3.{version}"))));
    }
    if let Some(major) = word.strip_prefix("java").and_then(number) {
        return Some(Runtime::of("java", Some(format!("corretto{major}"))));
    }
    word.strip_prefix("dotnet").and_then(number).map(|major| Runtime::of("dotnet", Some(format!("{major}.0"))))
}

/// Returns the steps of a CDK app. The language is that of the command in `cdk.json`; the CDK itself needs Node.js.
fn cdk(folder: &Folder) -> Steps {
    let app = folder.json("cdk.json").and_then(|json| Some(json.get("app")?.as_str()?.to_owned())).unwrap_or_default();
    let of_app = |words: &[&str]| words.iter().any(|word| app.contains(word));
    let mut steps = if of_app(&["python"]) {
        python(folder)
    } else if of_app(&["mvn", "gradle"]) {
        Steps { build: Vec::new(), ..java(folder) }
    } else if of_app(&["dotnet"]) {
        Steps { build: Vec::new(), ..dotnet(folder) }
    } else if of_app(&["go "]) {
        go(folder)
    } else {
        node(folder)
    };
    if !steps.runtimes.iter().any(|runtime| runtime.name == "nodejs") {
        steps.runtimes.push(Runtime::of("nodejs", None));
        steps.install.push("npm install --global aws-cdk".to_owned());
    }
    steps.build.retain(|command| !command.contains("--if-present") && !command.starts_with("echo "));
    steps
}

#[cfg(test)]
mod tests;
