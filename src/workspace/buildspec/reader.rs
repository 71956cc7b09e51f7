//! Reads the tree of a document as a buildspec.

use crate::source::Spanned;
use crate::workspace::document::{Entry, Node, NodeKind, Style};

use super::{Artifacts, BuildPhase, BuildVariable, Buildspec, Command, Malformed, ReportGroup, UnknownKey};

pub(super) const TOP: &[&str] =
    &["version", "run-as", "env", "proxy", "phases", "reports", "artifacts", "cache", "batch"];
pub(super) const ENV: &[&str] =
    &["shell", "variables", "parameter-store", "secrets-manager", "exported-variables", "git-credential-helper"];
pub(super) const PHASES: &[&str] = &["install", "pre_build", "build", "post_build"];
pub(super) const PHASE: &[&str] = &["run-as", "on-failure", "runtime-versions", "commands", "finally"];
pub(super) const ARTIFACTS: &[&str] = &[
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
const REPORT: &[&str] = &["files", "file-format", "base-directory", "discard-paths"];
const PROXY: &[&str] = &["upload-artifacts", "logs"];
const CACHE: &[&str] = &["paths", "key", "fallback-keys", "action"];
/// A buildspec that is being read.
#[derive(Default)]
pub(super) struct Reader {
    spec: Buildspec,
}

impl Reader {
    /// Reads the buildspec of a document.
    pub(super) fn read(root: &Node) -> Buildspec {
        let mut reader = Self::default();
        reader.top(root);
        reader.spec
    }

    fn top(&mut self, root: &Node) {
        self.keys("", root, TOP);
        self.spec.first_key = root.entries().first().map(|entry| entry.key.span);
        for Entry { key, value } in root.entries() {
            match key.as_str() {
                "version" => self.spec.version = self.text("version", value),
                "env" => self.env(value),
                "phases" => self.phases(value),
                "artifacts" => self.spec.artifacts = Some(self.artifacts("artifacts", key, value)),
                "reports" => {
                    self.mapping("reports", value);
                    self.spec.reports = value.entries().iter().map(|entry| self.report(entry)).collect();
                }
                "cache" => self.cache(value),
                "batch" => self.spec.batch = Some(self.batch(key, value)),
                "run-as" => drop(self.text("run-as", value)),
                "proxy" => {
                    self.keys("proxy", value, PROXY);
                    for Entry { key, value } in value.entries().iter().filter(|it| PROXY.contains(&it.key.as_str())) {
                        self.truth(&format!("proxy.{}", key.node), value);
                    }
                }
                _ => {}
            }
        }
        self.spec.hand_on_variables();
    }

    fn report(&mut self, Entry { key, value }: &Entry) -> ReportGroup {
        let path = format!("reports.{}", key.node);
        self.keys(&path, value, REPORT);
        let mut report =
            ReportGroup { group: key.clone(), format: None, has_files: false, files: Vec::new(), base_directory: None };
        for Entry { key, value } in value.entries() {
            let path = format!("{path}.{}", key.node);
            match key.as_str() {
                "files" => {
                    let malformed = self.spec.malformed.len();
                    report.files = self.list(&path, value);
                    // Unreadable parts are already recorded in `malformed`.
                    report.has_files = !report.files.is_empty() || self.spec.malformed.len() > malformed;
                }
                "file-format" => report.format = self.text(&path, value),
                "base-directory" => report.base_directory = self.text(&path, value),
                "discard-paths" => drop(self.truth(&path, value)),
                _ => {}
            }
        }
        report
    }

    fn cache(&mut self, cache: &Node) {
        self.keys("cache", cache, CACHE);
        for Entry { key, value } in cache.entries() {
            let path = format!("cache.{}", key.node);
            match key.as_str() {
                "paths" => self.spec.cache_paths = self.list(&path, value),
                "fallback-keys" => drop(self.list(&path, value)),
                "key" | "action" => drop(self.text(&path, value)),
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
            if PHASE.contains(&key.as_str()) || TOP.contains(&key.as_str()) {
                // At the wrong level: the commands are those of the phase above.
                if let (true, Some(above)) = (key.node == "commands", self.spec.phases.len().checked_sub(1)) {
                    let commands = self.commands(&path, value, false);
                    self.spec.phases[above].commands.extend(commands);
                }
                continue;
            }
            self.keys(&path, value, PHASE);
            let mut phase = BuildPhase {
                name: key.clone(),
                on_failure: None,
                commands: Vec::new(),
                runtimes: Vec::new(),
                runtimes_key: value.entry("runtime-versions").map(|entry| entry.key.span),
            };
            if let Some(user) = value.get("run-as") {
                self.text(&format!("{path}.run-as"), user);
            }
            if let Some(action) = value.get("on-failure") {
                phase.on_failure = self.text(&format!("{path}.on-failure"), action);
            }
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
        // An empty list, as generators write one, has no commands.
        if !matches!(node.kind, NodeKind::Scalar(_) | NodeKind::Sequence(_)) {
            self.expected(path, "a list", node);
        }
        let command = |item: &Node| {
            let scalar = item.scalar()?;
            Some(Command { text: scalar.text.clone(), span: item.span, map: scalar.map.clone(), finally })
        };
        let mut commands = Vec::new();
        for item in items.iter().filter(|item| !item.is_null()) {
            let negation = item.tag.as_ref().filter(|tag| tag.node == "!");
            self.spec.negations.extend(negation.map(|tag| tag.span));
            match command(item) {
                Some(command) => commands.push(command),
                None => self.expected(path, "a list of strings", item),
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
            discard_paths: None,
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
                "discard-paths" => {
                    let yes = self.truth(&path, value).filter(|yes| yes.node);
                    artifacts.discard_paths = yes.map(|_| key.span.to(value.span));
                }
                "exclude-paths" => artifacts.exclude_paths = self.list(&path, value),
                "enable-symlinks" => drop(self.truth(&path, value)),
                "s3-prefix" => drop(self.text(&path, value)),
                _ => {}
            }
        }
        artifacts.complete = self.spec.malformed.len() == before;
        if let Some(secondary) = node.get("secondary-artifacts") {
            let path = format!("{path}.secondary-artifacts");
            self.mapping(&path, secondary);
            let each = |entry: &Entry| self.artifacts(&format!("{path}.{}", entry.key.node), &entry.key, &entry.value);
            // Secondary artifacts do not nest, so this recurses once in valid files, and never deeper than the limit of
            // the document.
            artifacts.secondary = secondary.entries().iter().map(each).collect();
        }
        artifacts
    }

    pub(super) fn expected(&mut self, path: &str, expected: &'static str, node: &Node) {
        self.spec.malformed.push(Malformed { path: path.to_owned(), expected, span: node.span });
    }

    pub(super) fn mapping(&mut self, path: &str, node: &Node) {
        if node.entries().is_empty() && !node.is_null() {
            self.expected(path, "a mapping", node);
        }
    }

    pub(super) fn keys(&mut self, section: &str, node: &Node, known: &'static [&'static str]) {
        self.mapping(section, node);
        let mut previous = None;
        for Entry { key, value } in node.entries() {
            if known.contains(&key.as_str()) {
                previous = Some(key.node.clone());
                continue;
            }
            self.spec.unknown_keys.push(UnknownKey {
                section: section.to_owned(),
                key: key.clone(),
                known,
                previous: previous.clone(),
                holds_text: value.scalar().is_some(),
            });
        }
    }

    pub(super) fn text(&mut self, path: &str, node: &Node) -> Option<Spanned<String>> {
        let text = node.spanned();
        if text.is_none() {
            self.expected(path, "a string", node);
        }
        text.filter(|_| !node.is_null())
    }

    pub(super) fn truth(&mut self, path: &str, node: &Node) -> Option<Spanned<bool>> {
        let truth = node.as_bool();
        if truth.is_none() && !node.is_null() {
            self.expected(path, "`yes` or `no`", node);
        }
        Some(Spanned::new(truth?, node.span))
    }

    pub(super) fn list(&mut self, path: &str, node: &Node) -> Vec<Spanned<String>> {
        // A block of several lines is one string, not a list.
        let single = node.scalar().is_some_and(|scalar| matches!(scalar.style, Style::Plain | Style::Quoted));
        if single && !node.is_null() {
            return self.text(path, node).into_iter().collect();
        }
        if !matches!(node.kind, NodeKind::Sequence(_)) && !node.is_null() {
            self.expected(path, "a list", node);
        }
        node.items().iter().filter_map(|item| self.text(path, item)).collect()
    }

    pub(super) fn variables(&mut self, path: &str, node: &Node) -> Vec<BuildVariable> {
        self.mapping(path, node);
        let mut variables = Vec::new();
        for Entry { key, value } in node.entries() {
            match value.spanned() {
                Some(value) => variables.push(BuildVariable { name: key.clone(), value }),
                None => self.expected(&format!("{path}.{}", key.node), "a string", value),
            }
        }
        variables
    }
}
