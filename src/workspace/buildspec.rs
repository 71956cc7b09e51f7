//! CodeBuild's build specification.
//!
//! Fact source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-23).

use crate::source::{Span, Spanned};

use super::artifact::ArtifactContents;
use super::document::{Document, Entry, Finding, Node, Origin, Style, SyntaxError, TextMap};

/// A build specification: what could be read of it.
#[derive(Debug, Clone, Default)]
pub struct Buildspec {
    /// Why nothing could be read.
    pub error: Option<SyntaxError>,
    /// What readers of the format disagree about.
    pub findings: Vec<Finding>,
    /// `version`.
    pub version: Option<Spanned<String>>,
    /// `env`.
    pub env: Env,
    /// `phases`, in the order written.
    pub phases: Vec<Phase>,
    /// `artifacts`.
    pub artifacts: Option<Artifacts>,
    /// The keys of `reports`: names or ARNs of report groups.
    pub reports: Vec<Spanned<String>>,
    /// `cache.paths`.
    pub cache_paths: Vec<Spanned<String>>,
    /// `batch`.
    pub batch: Option<Batch>,
    /// Keys that the format does not have.
    pub unknown_keys: Vec<UnknownKey>,
    /// Values of another shape than the format wants.
    pub malformed: Vec<Malformed>,
}

/// `env`: the variables of a build.
#[derive(Debug, Clone, Default)]
pub struct Env {
    /// `variables`: plain text.
    pub variables: Vec<Variable>,
    /// `parameter-store`: names of parameters.
    pub parameter_store: Vec<Variable>,
    /// `secrets-manager`: `secret-id:json-key:version-stage:version-id`.
    pub secrets_manager: Vec<Variable>,
    /// `exported-variables`.
    pub exported: Vec<Spanned<String>>,
    /// `shell`.
    pub shell: Option<Spanned<String>>,
    /// `git-credential-helper`.
    pub git_credential_helper: Option<Spanned<bool>>,
}

/// A variable and what it is set from.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value, or what names the value.
    pub value: Spanned<String>,
}

/// One phase of a build.
#[derive(Debug, Clone)]
pub struct Phase {
    /// `install`, `pre_build`, `build` or `post_build`.
    pub name: Spanned<String>,
    /// `commands`, then `finally`.
    pub commands: Vec<Command>,
    /// `runtime-versions` of the install phase.
    pub runtimes: Vec<Variable>,
}

/// One command: a line, or a script of several.
#[derive(Debug, Clone)]
pub struct Command {
    /// What the shell gets.
    pub text: String,
    /// Its place.
    pub span: Span,
    /// From offsets in `text` to places in the file.
    pub map: TextMap,
    /// Whether it stands under `finally`.
    pub finally: bool,
}

/// `artifacts`, or one of its `secondary-artifacts`.
#[derive(Debug, Clone)]
pub struct Artifacts {
    /// The section's key, or the secondary artifact's identifier.
    pub key: Spanned<String>,
    /// `files`.
    pub files: Vec<Spanned<String>>,
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `base-directory`.
    pub base_directory: Option<Spanned<String>>,
    /// `discard-paths`.
    pub discard_paths: bool,
    /// `exclude-paths`.
    pub exclude_paths: Vec<Spanned<String>>,
    /// `secondary-artifacts`; their `key` is the identifier.
    pub secondary: Vec<Self>,
    /// Whether all of it could be read: otherwise nothing can be said about what is missing.
    pub complete: bool,
}

/// `batch`: present at all, and what kind.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The section's key.
    pub key: Span,
    /// The key that says how the builds relate: `build-graph`, `build-list`, `build-matrix` or `build-fanout`.
    pub kind: Option<Spanned<String>>,
}

/// A key that the format does not have.
#[derive(Debug, Clone)]
pub struct UnknownKey {
    /// The section it stands in, empty at the top.
    pub section: String,
    /// The key.
    pub key: Spanned<String>,
    /// The keys that may stand there.
    pub known: &'static [&'static str],
}

/// A value of the wrong shape.
#[derive(Debug, Clone)]
pub struct Malformed {
    /// Where in the document, keys joined by dots.
    pub path: String,
    /// What is wanted: `text`, `a list`, `a mapping`, `yes or no`.
    pub expected: &'static str,
    /// The value.
    pub span: Span,
}

const TOP: &[&str] = &["version", "run-as", "env", "proxy", "phases", "reports", "artifacts", "cache", "batch"];
const ENV: &[&str] =
    &["shell", "variables", "parameter-store", "secrets-manager", "exported-variables", "git-credential-helper"];
const PHASES: &[&str] = &["install", "pre_build", "build", "post_build"];
const PHASE: &[&str] = &["run-as", "on-failure", "runtime-versions", "commands", "finally"];
const ARTIFACTS: &[&str] = &[
    "files",
    "name",
    "discard-paths",
    "base-directory",
    "exclude-paths",
    "enable-symlinks",
    "s3-prefix",
    "type",
    "secondary-artifacts",
];
const CACHE: &[&str] = &["paths", "key", "fallback-keys", "action"];
const BATCH: &[&str] = &["fast-fail", "build-graph", "build-list", "build-matrix", "build-fanout"];

impl Buildspec {
    /// Reads a buildspec. Total: what cannot be read is listed.
    pub fn parse(text: &str, origin: Origin) -> Self {
        let document = Document::parse(text, origin);
        let mut reader = Reader::default();
        if let Some(root) = &document.root {
            reader.top(root);
        }
        reader.spec.error = document.error;
        reader.spec.findings = document.findings;
        reader.spec
    }

    /// Reads a buildspec whose text was computed from what stands at `span`: all its places are that span.
    pub fn parse_inline(text: &str, span: Span) -> Self {
        Self::parse(text, Origin::At(span))
    }

    /// All commands in the order in which a successful build runs them, as far as phases are written in order.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.phases.iter().flat_map(|phase| &phase.commands)
    }

    /// What the build's output artifact holds: the one named, or the primary one.
    pub fn contents(&self, secondary: Option<&str>) -> ArtifactContents {
        let Some(primary) = &self.artifacts else {
            let readable = self.error.is_none() && self.malformed.is_empty();
            return if readable { ArtifactContents::nothing() } else { ArtifactContents::Open };
        };
        let found = match secondary {
            None => Some(primary),
            Some(name) => primary.secondary.iter().find(|artifact| artifact.key.node == name),
        };
        found.map_or(ArtifactContents::Open, ArtifactContents::of_build)
    }
}

#[derive(Default)]
struct Reader {
    spec: Buildspec,
}

impl Reader {
    fn top(&mut self, root: &Node) {
        self.keys("", root, TOP);
        for Entry { key, value } in root.entries() {
            match key.as_str() {
                "version" => self.spec.version = self.text("version", value),
                "env" => self.env(value),
                "phases" => self.phases(value),
                "artifacts" => self.spec.artifacts = Some(self.artifacts("artifacts", key, value)),
                "reports" => {
                    self.mapping("reports", value);
                    self.spec.reports = value.entries().iter().map(|entry| entry.key.clone()).collect();
                }
                "cache" => {
                    self.keys("cache", value, CACHE);
                    self.spec.cache_paths =
                        value.get("paths").map_or_else(Vec::new, |paths| self.list("cache.paths", paths));
                }
                "batch" => {
                    self.keys("batch", value, BATCH);
                    let kind = value.entries().iter().find(|entry| entry.key.node.starts_with("build-"));
                    self.spec.batch = Some(Batch { key: key.span, kind: kind.map(|entry| entry.key.clone()) });
                }
                _ => {}
            }
        }
    }

    fn env(&mut self, env: &Node) {
        self.keys("env", env, ENV);
        for Entry { key, value } in env.entries() {
            let path = format!("env.{}", key.node);
            match key.as_str() {
                "variables" => self.spec.env.variables = self.variables(&path, value),
                "parameter-store" => self.spec.env.parameter_store = self.variables(&path, value),
                "secrets-manager" => self.spec.env.secrets_manager = self.variables(&path, value),
                "exported-variables" => self.spec.env.exported = self.list(&path, value),
                "shell" => self.spec.env.shell = self.text(&path, value),
                "git-credential-helper" => self.spec.env.git_credential_helper = self.truth(&path, value),
                _ => {}
            }
        }
    }

    fn phases(&mut self, phases: &Node) {
        self.keys("phases", phases, PHASES);
        for Entry { key, value } in phases.entries() {
            let path = format!("phases.{}", key.node);
            self.keys(&path, value, PHASE);
            let mut phase = Phase { name: key.clone(), commands: Vec::new(), runtimes: Vec::new() };
            for (name, finally) in [("commands", false), ("finally", true)] {
                if let Some(commands) = value.get(name) {
                    phase.commands.extend(self.commands(&format!("{path}.{name}"), commands, finally));
                }
            }
            if let Some(runtimes) = value.get("runtime-versions") {
                phase.runtimes = self.variables(&format!("{path}.runtime-versions"), runtimes);
            }
            self.spec.phases.push(phase);
        }
    }

    fn commands(&mut self, path: &str, node: &Node, finally: bool) -> Vec<Command> {
        let items = if node.scalar().is_some() { std::slice::from_ref(node) } else { node.items() };
        if items.is_empty() && !node.is_null() {
            self.expected(path, "a list", node);
        }
        let command = |item: &Node| {
            let scalar = item.scalar()?;
            Some(Command { text: scalar.text.clone(), span: item.span, map: scalar.map.clone(), finally })
        };
        let mut commands = Vec::new();
        for item in items.iter().filter(|item| !item.is_null()) {
            match command(item) {
                Some(command) => commands.push(command),
                None => self.expected(path, "text", item),
            }
        }
        commands
    }

    fn artifacts(&mut self, path: &str, key: &Spanned<String>, node: &Node) -> Artifacts {
        let before = self.spec.malformed.len();
        self.keys(path, node, ARTIFACTS);
        let mut artifacts = Artifacts {
            key: key.clone(),
            files: Vec::new(),
            name: None,
            base_directory: None,
            discard_paths: false,
            exclude_paths: Vec::new(),
            secondary: Vec::new(),
            complete: true,
        };
        for Entry { key, value } in node.entries() {
            let path = format!("{path}.{}", key.node);
            match key.as_str() {
                "files" => artifacts.files = self.list(&path, value),
                "name" => artifacts.name = self.text(&path, value),
                "base-directory" => artifacts.base_directory = self.text(&path, value),
                "discard-paths" => artifacts.discard_paths = self.truth(&path, value).is_some_and(|yes| yes.node),
                "exclude-paths" => artifacts.exclude_paths = self.list(&path, value),
                _ => {}
            }
        }
        artifacts.complete = self.spec.malformed.len() == before;
        if let Some(secondary) = node.get("secondary-artifacts") {
            let path = format!("{path}.secondary-artifacts");
            self.mapping(&path, secondary);
            let each = |entry: &Entry| self.artifacts(&format!("{path}.{}", entry.key.node), &entry.key, &entry.value);
            // A secondary artifact holds no secondary artifacts of its own, so this goes one level deep in sane files
            // and never deeper than the document's own limit.
            artifacts.secondary = secondary.entries().iter().map(each).collect();
        }
        artifacts
    }

    fn expected(&mut self, path: &str, expected: &'static str, node: &Node) {
        self.spec.malformed.push(Malformed { path: path.to_owned(), expected, span: node.span });
    }

    fn mapping(&mut self, path: &str, node: &Node) {
        if node.entries().is_empty() && !node.is_null() {
            self.expected(path, "a mapping", node);
        }
    }

    fn keys(&mut self, section: &str, node: &Node, known: &'static [&'static str]) {
        self.mapping(section, node);
        for Entry { key, .. } in node.entries() {
            if !known.contains(&key.as_str()) {
                self.spec.unknown_keys.push(UnknownKey { section: section.to_owned(), key: key.clone(), known });
            }
        }
    }

    fn text(&mut self, path: &str, node: &Node) -> Option<Spanned<String>> {
        let text = node.spanned();
        if text.is_none() {
            self.expected(path, "text", node);
        }
        text.filter(|_| !node.is_null())
    }

    fn truth(&mut self, path: &str, node: &Node) -> Option<Spanned<bool>> {
        let truth = node.as_bool();
        if truth.is_none() && !node.is_null() {
            self.expected(path, "yes or no", node);
        }
        Some(Spanned::new(truth?, node.span))
    }

    fn list(&mut self, path: &str, node: &Node) -> Vec<Spanned<String>> {
        // A block of several lines is one text, not a list.
        let single = node.scalar().is_some_and(|scalar| matches!(scalar.style, Style::Plain | Style::Quoted));
        if single && !node.is_null() {
            return self.text(path, node).into_iter().collect();
        }
        if node.items().is_empty() && !node.is_null() {
            self.expected(path, "a list", node);
        }
        node.items().iter().filter_map(|item| self.text(path, item)).collect()
    }

    fn variables(&mut self, path: &str, node: &Node) -> Vec<Variable> {
        self.mapping(path, node);
        let mut variables = Vec::new();
        for Entry { key, value } in node.entries() {
            match value.spanned() {
                Some(value) => variables.push(Variable { name: key.clone(), value }),
                None => self.expected(&format!("{path}.{}", key.node), "text", value),
            }
        }
        variables
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    const TEXT: &str = "\
version: 0.2
env:
  shell: bash
  variables: { STAGE: \"prod\" }
  parameter-store:
    TOKEN: /app/token
  exported-variables: [IMAGE_TAG]
  git-credential-helper: yes
phases:
  install:
    runtime-versions: { nodejs: 20 }
    commands: npm ci
  build:
    commands:
      - npm test
      - |
        echo é
        aws s3 cp a s3://b
      - echo a: b
    finally:
      - rm -rf tmp
reports:
  unit: { files: ['**/*'] }
artifacts:
  files:
    - output.yaml
  discard-paths: no
  secondary-artifacts:
    docs:
      files: ['**/*']
      base-directory: site
cache:
  paths: ['node_modules/**/*']
fases: {}
";

    fn parse(text: &str) -> (SourceMap, Buildspec) {
        let mut sources = SourceMap::default();
        let file = sources.add("buildspec.yml".into(), text);
        (sources, Buildspec::parse(text, Origin::File(file)))
    }

    #[test]
    fn reads_every_section() {
        let (sources, spec) = parse(TEXT);
        let slice = |spanned: &Spanned<String>| sources.slice(spanned.span).to_owned();
        assert_eq!(spec.version.as_ref().map(slice).as_deref(), Some("0.2"));
        assert_eq!(slice(&spec.env.variables[0].value), "\"prod\"");
        assert_eq!(spec.env.variables[0].value.node, "prod");
        assert_eq!(slice(&spec.env.parameter_store[0].name), "TOKEN");
        assert_eq!(slice(&spec.env.exported[0]), "IMAGE_TAG");
        assert_eq!(spec.env.git_credential_helper.map(|yes| yes.node), Some(true));
        assert_eq!(spec.env.shell.as_ref().map(slice).as_deref(), Some("bash"));
        let commands: Vec<_> = spec.commands().map(|command| (command.text.as_str(), command.finally)).collect();
        assert_eq!(
            commands,
            [("npm ci", false), ("npm test", false), ("echo é\naws s3 cp a s3://b\n", false), ("rm -rf tmp", true)]
        );
        let script = spec.commands().nth(2).expect("the script");
        let at = script.text.find("s3://b").expect("the address");
        assert_eq!(sources.slice(script.map.span(at..at + 6)), "s3://b");
        assert_eq!(slice(&spec.reports[0]), "unit");
        assert_eq!(slice(&spec.cache_paths[0]), "'node_modules/**/*'");
        let artifacts = spec.artifacts.as_ref().expect("artifacts");
        assert_eq!(slice(&artifacts.files[0]), "output.yaml");
        assert_eq!(artifacts.secondary[0].key.node, "docs");
        assert_eq!(artifacts.secondary[0].base_directory.as_ref().map(slice).as_deref(), Some("site"));
    }

    #[test]
    fn lists_what_does_not_belong() {
        let (sources, spec) = parse(TEXT);
        let unknown: Vec<_> = spec.unknown_keys.iter().map(|key| sources.slice(key.key.span)).collect();
        assert_eq!(unknown, ["fases"]);
        let malformed: Vec<_> = spec.malformed.iter().map(|m| (m.path.as_str(), sources.slice(m.span))).collect();
        assert_eq!(malformed, [("phases.build.commands", "echo a: b")]);
        let (sources, spec) = parse("phases: [\n");
        let error = spec.error.expect("an error");
        assert!(sources.slice(error.span).len() <= 1 && !error.message.is_empty());
    }

    #[test]
    fn inline_text_has_one_span() {
        let mut sources = SourceMap::default();
        let file = sources.add("p.pipe".into(), "buildspec = yaml(x)");
        let span = Span::new(file, 12, 19);
        let spec = Buildspec::parse_inline("phases:\n  build:\n    commands:\n      - ls\n", span);
        assert_eq!(spec.commands().map(|command| command.span).collect::<Vec<_>>(), [span]);
        assert_eq!(spec.commands().next().map(|command| command.map.span(0..1)), Some(span));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "(version|env|phases|artifacts|files|build|commands|: |\\n| |- |\\||a|\\*|&|\\[|\\]|\\{|\\}|,){0,40}") {
            let (_, spec) = parse(&text);
            spec.contents(None);
        }
    }
}
