//! E0208, E0210, E0211, E0214, E0911, E0912, W0912: batches of builds that CodeBuild would reject. W0227, W0239: batches that no
//! action starts, or no buildspec defines.

use std::sync::Arc;

use camino::Utf8Path;

use crate::catalog::images::{Image, environment, image, image_names, images};
use crate::check::support::required_files::{Asked, clean};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::repository as family;
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::ValueKind;
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::{Batch, BatchForm};
use crate::workspace::pipeline_document::is_computed_artifact;

pub(super) const RULE: Rule = Rule {
    name: "batches",
    codes: &[
        Code::E0208,
        Code::E0210,
        Code::E0211,
        Code::E0214,
        Code::W0227,
        Code::W0239,
        Code::E0911,
        Code::E0912,
        Code::W0912,
    ],
    run: check,
};

/// `BATCH_SPEC_VALIDATION_ERROR: Build Identifiers ... must contain only alphanumeric characters and underscores and be less than
/// 128 characters in length`: <https://github.com/aws/copilot-cli/pull/1673> (2026-11-29)
const LONGEST_IDENTIFIER: usize = 127;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Arc<Build>> = Vec::new();
    let mut unstarted: Vec<(Place<'_>, Arc<Build>)> = Vec::new();
    let mut started: Vec<Arc<Build>> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(build) = subject.action_files.build(place.pipeline_id, place.id) else { continue };
        if !repository::is_sound(build) {
            continue;
        }
        let Some(batch) = &build.spec.batch else {
            findings.extend(without_builds(place, build));
            continue;
        };
        // CodeBuild reads a batch only to start it.
        let is_meant = repository::is_batch(place.action) || build.spec.phases.is_empty();
        if is_meant && !seen.iter().any(|other| Arc::ptr_eq(other, build)) {
            seen.push(Arc::clone(build));
            let mut found = Findings::default();
            Look { subject, place, batch }.all(&mut found);
            if build.spec.computed {
                found.leave_unchanged();
            }
            findings.append(found);
        }
        if repository::is_batch(place.action) {
            started.push(Arc::clone(build));
            outputs(place, batch, findings);
        } else {
            unstarted.push((place, Arc::clone(build)));
        }
    }
    for (place, build) in unstarted {
        let elsewhere = started.iter().any(|other| Arc::ptr_eq(other, &build));
        if let Some(batch) = build.spec.batch.as_ref().filter(|_| !elsewhere && !build.spec.phases.is_empty()) {
            started.push(Arc::clone(&build));
            findings.about(place, not_started(batch.key, &place.action.name));
        }
    }
}

/// Checks for an action that starts a batch, but whose buildspec has none.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build-buildspec.html> (2026-11-30)
fn without_builds(place: Place<'_>, build: &Build) -> Option<Diagnostic> {
    let enabled = place.action.value("BatchEnabled").filter(|value| value.kind == ValueKind::Bool(true))?;
    // A typo is reported separately.
    let is_misspelled = build.spec.unknown_keys.iter().any(|key| similar(&key.key.node, ["batch"]).is_some());
    let is_read = build.spec.malformed.iter().all(|malformed| !malformed.path.starts_with("batch"));
    (!is_misspelled && is_read).then(|| no_batch(enabled.span, build.spec.first_key))
}

/// Checks the outputs of a batch: each is named after the build that produces it.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/sample-codepipeline.html> (2026-11-29)
fn outputs(place: Place<'_>, batch: &Batch, findings: &mut Findings) {
    let combined = place.action.value("CombineArtifacts").is_some_and(|value| value.kind != ValueKind::Bool(false));
    let names: Vec<&str> =
        batch.builds.iter().filter_map(|build| build.identifier.as_ref().map(Spanned::as_str)).collect();
    let known = !names.is_empty()
        && names.len() == batch.builds.len()
        && batch.forms.iter().all(|form| matches!(form.node, BatchForm::Graph | BatchForm::List));
    if combined || !known {
        return;
    }
    for output in place.action.outputs.iter().filter_map(|id| place.pipeline.artifacts.get(*id)) {
        let of = |name: &&str| {
            output.name.node.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        if !names.iter().any(of) && !is_computed_artifact(&output.name.node) {
            let near = similar(&output.name.node, names.iter().copied());
            findings.about(place, output_of_no_build(&output.name, &names, near));
        }
    }
}

/// The identifier of a build, and the builds that it depends on.
type BatchNode<'a> = (&'a str, &'a [Spanned<String>]);

struct Look<'a> {
    subject: &'a Subject<'a>,
    place: Place<'a>,
    batch: &'a Batch,
}

impl Look<'_> {
    fn all(&self, findings: &mut Findings) {
        if let [first, second, ..] = self.batch.forms.as_slice() {
            findings.push(two_forms(first.span, second.span));
        }
        self.identifiers(findings);
        self.dependencies(findings);
        self.buildspecs(findings);
        self.machines(findings);
    }

    fn identifiers(&self, findings: &mut Findings) {
        let mut known: Vec<&Spanned<String>> = Vec::new();
        for build in &self.batch.builds {
            let Some(identifier) = &build.identifier else {
                findings.push(no_identifier(build.place));
                continue;
            };
            let form = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if !identifier.node.chars().all(form) || identifier.node.len() > LONGEST_IDENTIFIER {
                findings.push(not_an_identifier(identifier));
            }
            match known.iter().find(|other| other.node == identifier.node) {
                Some(first) => findings.push(identifier_twice(identifier, first.span)),
                None => known.push(identifier),
            }
        }
    }

    /// Returns the identifier of each build, and the builds that it depends on, or `None` if one has no identifier.
    fn graph(&self) -> Option<Vec<BatchNode<'_>>> {
        let node = |build: &'_ crate::workspace::buildspec::BatchBuild| build.identifier.is_some();
        let all = self.batch.builds.iter().all(node);
        let nodes = self
            .batch
            .builds
            .iter()
            .filter_map(|build| Some((build.identifier.as_ref()?.as_str(), build.depends_on.as_slice())));
        all.then(|| nodes.collect())
    }

    /// Checks for builds that depend on builds which the batch does not have, or on themselves.
    fn dependencies(&self, findings: &mut Findings) {
        let Some(graph) = self.graph() else { return };
        // If two builds have the same identifier, one of them is wrong.
        if graph.iter().enumerate().any(|(at, (name, _))| graph.iter().take(at).any(|(other, _)| other == name)) {
            return;
        }
        let mut unknown = false;
        for name in graph.iter().flat_map(|(_, names)| *names) {
            if !graph.iter().any(|(known, _)| *known == name.node) {
                unknown = true;
                findings.push(unknown_build(name, similar(&name.node, graph.iter().map(|(known, _)| *known))));
            }
        }
        if unknown {
            return;
        }
        // Repeatedly removes builds that depend on no remaining one.
        let mut left = graph;
        loop {
            let next: Vec<_> = left.iter().copied().filter(|(_, names)| waited(names, &left).is_some()).collect();
            if next.len() == left.len() {
                let in_circle = next.first().and_then(|(name, names)| Some((*name, waited(names, &left)?)));
                findings.extend(in_circle.map(|(name, waited)| circle(name, waited)));
                return;
            }
            left = next;
        }
    }

    /// Checks the buildspecs that builds name.
    fn buildspecs(&self, findings: &mut Findings) {
        let Place { pipeline, action, .. } = self.place;
        let folder = repository::primary_input(action).and_then(|input| repository::checkout(pipeline, input));
        let Some(folder) = folder else { return };
        for (at, named) in self.batch.buildspecs.iter().enumerate() {
            let before = self.batch.buildspecs.get(..at).unwrap_or_default();
            if before.iter().any(|other| other.node == named.node) {
                continue;
            }
            let Some(path) = repository::buildspec_of_batch(pipeline, action, &named.node) else { continue };
            match self.subject.workspace.build(&path) {
                Ok(build) => {
                    if let Some(error) = &build.spec.error {
                        let shown = wording::tick(clean(&path).as_str());
                        let cause = (error.unfinished_key, error.in_special_item);
                        findings.push(family::buildspec_not_parsed(&shown, &error.message, error.span, cause));
                    }
                }
                Err(error) => {
                    let asked = Asked { kind: "buildspec", path, place: named.span, named: true, quoted: false };
                    findings.push(asked.unreadable(self.subject.workspace, Utf8Path::new(folder), &error));
                }
            }
        }
    }

    /// Checks the images and machines that builds use instead of the project's.
    fn machines(&self, findings: &mut Findings) {
        for named in &self.batch.images {
            match image(&named.node) {
                Image::UnknownTag(_) | Image::UnknownName => findings.push(unknown_image(named)),
                Image::Curated { .. } | Image::Foreign => {}
            }
        }
        let Some(images) = images() else { return };
        let sizes: Vec<&str> =
            images.environment.iter().flat_map(|machine| machine.compute.iter().map(String::as_str)).collect();
        let kinds: Vec<&str> = images.environment.iter().map(|machine| machine.name.as_str()).collect();
        let both = [("compute-type", &self.batch.compute_types, sizes), ("type", &self.batch.environment_types, kinds)];
        for (key, values, known) in both {
            for value in values.iter().filter(|value| !known.contains(&value.as_str())) {
                findings.push(unknown_machine(key, value, similar(&value.node, known.iter().copied())));
            }
        }
        self.processors(findings);
    }

    /// Checks for images of one processor on machines with another one.
    fn processors(&self, findings: &mut Findings) {
        let project = self.place.action.project().and_then(|id| self.subject.hir.projects.get(id));
        let attribute = |word: &str| project.and_then(|project| project.declaration.attributes.get(word));
        let curated = |name: &str| match image(name) {
            Image::Curated { environment, .. } => Some(environment),
            _ => None,
        };
        let is_arm = |environment: &str| environment.starts_with("ARM_");
        let of_project = attribute("environment-type").and_then(|it| it.value.as_str());
        let of_image = attribute("image").and_then(|it| it.value.as_str()).and_then(curated);
        for build in &self.batch.builds {
            let (Some(image), Some(own)) = (&build.image, build.image.as_ref().and_then(|it| curated(&it.node))) else {
                continue;
            };
            let machine = build.environment_type.as_ref().map(Spanned::as_str).or(of_project).or(of_image);
            let Some(machine) = machine.filter(|machine| environment(machine).is_some()) else { continue };
            if is_arm(own) != is_arm(machine) {
                findings.push(wrong_processor(image, own, machine, build.environment_type.as_ref()));
            }
        }
    }
}

/// Returns the first of these names that is one of the builds.
fn waited<'n>(names: &'n [Spanned<String>], builds: &[(&str, &[Spanned<String>])]) -> Option<&'n Spanned<String>> {
    names.iter().find(|name| builds.iter().any(|(other, _)| *other == name.node))
}

/// An image for another processor than that of the machine.
fn wrong_processor(image: &Spanned<String>, own: &str, machine: &str, written: Option<&Spanned<String>>) -> Diagnostic {
    let message = format!("image `{}` does not run on {machine}", image.node);
    let found = Diagnostic::new(Code::E0911, message, image.span, format!("an image for {own}"));
    match written {
        Some(written) => found.label(written.span, "the machine").help(format!("write `type: {own}`")),
        None => found.help(format!("add `type: {own}` to `env` of this build")),
    }
}

/// A batch with two build types.
fn two_forms(first: Span, second: Span) -> Diagnostic {
    Diagnostic::new(Code::E0214, "`batch` in the buildspec has two build types", second, "a batch has one build type")
        .label(first, "the other build type")
        .help("remove one of them")
}

/// A build without an identifier.
fn no_identifier(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0214, "build of the batch has no `identifier`", place, "")
        .help("add a unique name, for example `identifier: test`")
}

/// An identifier that CodeBuild rejects.
fn not_an_identifier(identifier: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` cannot be the identifier of a build", wording::bounded(identifier.node.clone()));
    let found = Diagnostic::new(Code::E0214, message, identifier.span, "takes only letters, digits, and `_`");
    let fixed: String = identifier.node.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if identifier.node.len() > LONGEST_IDENTIFIER {
        found.help(format!("shorten it to {LONGEST_IDENTIFIER} characters or fewer"))
    } else {
        found.help(format!("write `{fixed}`, here and in each `depend-on`"))
    }
}

/// One identifier for two builds.
fn identifier_twice(identifier: &Spanned<String>, first: Span) -> Diagnostic {
    let message = format!("two builds of the batch are named `{}`", identifier.node);
    Diagnostic::new(Code::E0214, message, identifier.span, "the second")
        .label(first, "the first")
        .help("rename one of them")
}

/// A build that depends on one that does not exist.
fn unknown_build(name: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("batch has no build `{}`", name.node);
    Diagnostic::new(Code::E0214, message, name.span, "not the `identifier` of a build").suggest(name.span, near)
}

/// Builds that depend on each other.
fn circle(name: &str, waited: &Spanned<String>) -> Diagnostic {
    let message = if name == waited.node {
        format!("build `{name}` of the batch waits for itself")
    } else {
        format!("builds `{name}` and `{}` of the batch wait for each other", waited.node)
    };
    Diagnostic::new(Code::E0214, message, waited.span, "closes the cycle")
        .help(format!("remove `{}` from this `depend-on`, or break the cycle elsewhere", waited.node))
}

/// An image that CodeBuild does not have.
fn unknown_image(name: &Spanned<String>) -> Diagnostic {
    let names: Vec<String> = image_names().collect();
    let near = similar(&name.node, names.iter().map(String::as_str));
    let (code, label) = if near.is_some_and(|near| is_misspelling(&name.node, near)) {
        (Code::E0912, "no build can start with this image")
    } else {
        (Code::W0912, "not in CodeBuild's list of images")
    };
    let found = Diagnostic::new(code, format!("unknown CodeBuild image `{}`", name.node), name.span, label);
    match near.filter(|_| code == Code::E0912) {
        Some(_) => found.suggest(name.span, near),
        None => found.help("use one of CodeBuild's images, such as `aws/codebuild/standard:8.0`"),
    }
}

/// An environment type or compute type that CodeBuild does not have.
fn unknown_machine(key: &str, value: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("`{}` is not a valid value for `{key}`", value.node);
    Diagnostic::new(Code::E0214, message, value.span, "").suggest(value.span, near)
}

/// An output that no build of the batch produces.
fn output_of_no_build(output: &Spanned<String>, names: &[&str], near: Option<&str>) -> Diagnostic {
    let message = format!("no build of the batch produces `{}`", output.node);
    let found = Diagnostic::new(Code::E0208, message, output.span, "not the `identifier` of a build");
    match near {
        Some(near) => found.did_you_mean(near),
        None => found.help(phrase![
            format!(
                "name it after the build that produces it ({}), or set ",
                wording::or_list(names.iter().copied().take(5))
            ),
            PipeCode::set("combine-artifacts", "true")
        ]),
    }
}

/// A batch that no action starts.
fn not_started(key: Span, action: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::W0227, "no action starts this batch", key, "only the `phases` of the buildspec run")
        .label(action.span, "runs this buildspec as a single build")
        .help(phrase![
            "set ",
            PipeCode::set("batch-enabled", "true"),
            format!(" in `{}`, or remove `batch`", action.node)
        ])
}

/// A batch without builds. `buildspec`: its first key.
fn no_batch(enabled: Span, buildspec: Option<Span>) -> Diagnostic {
    let found = Diagnostic::new(Code::W0239, "the buildspec has no `batch`", enabled, "starts a batch of builds")
        .help("add `batch` with its builds to the buildspec, or remove `batch-enabled`");
    match buildspec {
        Some(place) => found.label(place, "the buildspec"),
        None => found,
    }
}
