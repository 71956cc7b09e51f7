//! `batch`: several builds that one buildspec starts.
//!
//! Fact source: <https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build-buildspec.html> (2026-11-29).

use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};

use super::reader::Reader;

const BATCH: &[&str] = &["fast-fail", "build-graph", "build-list", "build-matrix", "build-fanout"];
const OF_GRAPH: &[&str] = &["identifier", "buildspec", "debug-session", "depend-on", "env", "ignore-failure"];
const OF_LIST: &[&str] = &["identifier", "buildspec", "debug-session", "env", "ignore-failure"];
const ENV: &[&str] = &["compute-type", "fleet", "image", "privileged-mode", "type", "variables"];
const MATRIX: &[&str] = &["static", "dynamic"];
const STATIC: &[&str] = &["ignore-failure", "env"];
const DYNAMIC: &[&str] = &["buildspec", "env"];
const FANOUT: &[&str] = &["parallelism", "ignore-failure"];

/// The relation between the builds of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchForm {
    /// Some wait for others.
    Graph,
    /// All run at the same time.
    List,
    /// One for each combination of values.
    Matrix,
    /// One for each part of a set of tests.
    Fanout,
}

/// `batch`.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The section's key.
    pub key: Span,
    /// Its forms, each with the span of its key. A valid batch has one.
    pub forms: Vec<Spanned<BatchForm>>,
    /// The builds of a graph or a list.
    pub builds: Vec<BatchBuild>,
    /// The buildspecs that builds use instead of this one.
    pub buildspecs: Vec<Spanned<String>>,
    /// The images that builds use instead of the project's.
    pub images: Vec<Spanned<String>>,
    /// The compute types that builds use instead of the project's.
    pub compute_types: Vec<Spanned<String>>,
    /// The environment types that builds use instead of the project's.
    pub environment_types: Vec<Spanned<String>>,
    /// The variables that it sets in at least one build.
    pub variables: Vec<String>,
    /// Whether every build names its own buildspec, so that none runs the phases of this one.
    pub only_others: bool,
}

/// A build of a graph or a list.
#[derive(Debug, Clone)]
pub struct BatchBuild {
    /// The start of the build.
    pub place: Span,
    /// `identifier`.
    pub identifier: Option<Spanned<String>>,
    /// `depend-on`: the builds that run before it.
    pub depends_on: Vec<Spanned<String>>,
    /// `buildspec`.
    pub buildspec: Option<Spanned<String>>,
    /// The image that it uses instead of the project's.
    pub image: Option<Spanned<String>>,
    /// The environment type that it uses instead of the project's.
    pub environment_type: Option<Spanned<String>>,
}

impl Batch {
    /// Returns whether the batch sets a variable in at least one build.
    pub fn sets(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable == name)
    }
}

impl Reader {
    pub(super) fn batch(&mut self, key: &Spanned<String>, batch: &Node) -> Batch {
        self.keys("batch", batch, BATCH);
        let mut found = Batch {
            key: key.span,
            forms: Vec::new(),
            builds: Vec::new(),
            buildspecs: Vec::new(),
            images: Vec::new(),
            compute_types: Vec::new(),
            environment_types: Vec::new(),
            variables: Vec::new(),
            only_others: false,
        };
        for Entry { key, value } in batch.entries() {
            let form = match key.as_str() {
                "fast-fail" => {
                    self.truth("batch.fast-fail", value);
                    continue;
                }
                "build-graph" => BatchForm::Graph,
                "build-list" => BatchForm::List,
                "build-matrix" => BatchForm::Matrix,
                "build-fanout" => BatchForm::Fanout,
                _ => continue,
            };
            found.forms.push(Spanned::new(form, key.span));
            match form {
                BatchForm::Graph | BatchForm::List => self.batch_builds(form, value, &mut found),
                BatchForm::Matrix => self.matrix(value, &mut found),
                BatchForm::Fanout => self.keys("batch.build-fanout", value, FANOUT),
            }
        }
        let own = |build: &BatchBuild| build.buildspec.is_some();
        let of_matrix = found.builds.is_empty() && !found.buildspecs.is_empty();
        // With two forms, it is not known which is meant.
        found.only_others =
            found.forms.len() > 1 || of_matrix || !found.builds.is_empty() && found.builds.iter().all(own);
        found
    }

    fn batch_builds(&mut self, form: BatchForm, list: &Node, found: &mut Batch) {
        let (path, known) = match form {
            BatchForm::Graph => ("batch.build-graph", OF_GRAPH),
            _ => ("batch.build-list", OF_LIST),
        };
        if list.items().is_empty() && !list.is_null() {
            self.expected(path, "a list", list);
        }
        for item in list.items() {
            self.keys(path, item, known);
            let place = item.entries().first().map_or(item.span, |entry| entry.key.span);
            let mut build = BatchBuild {
                place,
                identifier: None,
                depends_on: Vec::new(),
                buildspec: None,
                image: item.at(&["env", "image"]).and_then(Node::spanned),
                environment_type: item.at(&["env", "type"]).and_then(Node::spanned),
            };
            for Entry { key, value } in item.entries() {
                let path = format!("{path}.{}", key.node);
                match key.as_str() {
                    "identifier" => build.identifier = self.text(&path, value),
                    "buildspec" => build.buildspec = self.text(&path, value),
                    "depend-on" => build.depends_on = self.list(&path, value),
                    "debug-session" | "ignore-failure" => drop(self.truth(&path, value)),
                    "env" => self.batch_env(&path, value, found),
                    _ => {}
                }
            }
            found.buildspecs.extend(build.buildspec.clone());
            found.builds.push(build);
        }
    }

    fn matrix(&mut self, matrix: &Node, found: &mut Batch) {
        self.keys("batch.build-matrix", matrix, MATRIX);
        if let Some(fixed) = matrix.get("static") {
            self.keys("batch.build-matrix.static", fixed, STATIC);
            if let Some(env) = fixed.get("env") {
                self.batch_env("batch.build-matrix.static.env", env, found);
            }
        }
        if let Some(dynamic) = matrix.get("dynamic") {
            self.keys("batch.build-matrix.dynamic", dynamic, DYNAMIC);
            if let Some(list) = dynamic.get("buildspec") {
                found.buildspecs.extend(self.list("batch.build-matrix.dynamic.buildspec", list));
            }
            if let Some(env) = dynamic.get("env") {
                self.batch_env("batch.build-matrix.dynamic.env", env, found);
            }
        }
    }

    /// Reads the environment of one build, or, in a matrix, the lists of values for its builds.
    fn batch_env(&mut self, path: &str, env: &Node, found: &mut Batch) {
        self.keys(path, env, ENV);
        for Entry { key, value } in env.entries() {
            let path = format!("{path}.{}", key.node);
            match key.as_str() {
                "image" => found.images.extend(self.list(&path, value)),
                "compute-type" => found.compute_types.extend(self.list(&path, value)),
                "type" => found.environment_types.extend(self.list(&path, value)),
                "variables" => found.variables.extend(value.entries().iter().map(|entry| entry.key.node.clone())),
                _ => {}
            }
        }
    }
}
