//! W0217, W0218, E0219, W0220: variables that the commands of a build use but nothing sets.

use std::sync::Arc;

use crate::catalog::build_variables::{BuildVariables, build_variables};
use crate::catalog::images::{Image, image};
use crate::check::support::build_environment::Environment;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::{Project, ValueKind};
use crate::plan::repository::{self, StatedBy};
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::file_system::{holds, normalize};
use crate::workspace::packaging::{Assignment, INPUT_FOLDER, POWERSHELL};
use crate::workspace::pipeline_document::is_computed_artifact;
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule =
    Rule { name: "build-variables", codes: &[Code::W0217, Code::W0218, Code::E0219, Code::W0220], run: check };

/// The types of environments that run CodeBuild's images for Linux.
const LINUX: [&str; 2] = ["LINUX_CONTAINER", "ARM_CONTAINER"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<(Arc<Build>, String)> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(project) = repository::project(subject.hir, place.action) else { continue };
        let started = subject.action_files.build(place.pipeline_id, place.id);
        let batch = started.and_then(|build| build.spec.batch.as_ref());
        if started.is_none() {
            findings.extend(in_other_input(subject, place));
        }
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            let Some(known) = build_variables().filter(|_| repository::is_sound(build)) else { continue };
            let environment = Environment::of(place.action, Some(project), build).in_batch(batch);
            let run = Run { subject, place, project, build, environment, known };
            for found in run.findings() {
                let new = !seen.iter().any(|(other, name)| Arc::ptr_eq(other, build) && *name == found.name);
                if new {
                    seen.push((Arc::clone(build), found.name));
                    findings.about(place, found.diagnostic);
                }
            }
        }
    }
    for place in subject.actions() {
        if let Some(build) = subject.action_files.own_commands(place.pipeline_id, place.id) {
            outputs(place, build, findings);
            unset_in_commands(place, build, findings);
        }
    }
}

/// Checks for a primary input with unknown files whose folder the buildspec uses as that of another input, and the
/// repository has that buildspec.
fn in_other_input(subject: &Subject<'_>, place: Place<'_>) -> Option<Diagnostic> {
    let (primary, path) = repository::buildspec_in_artifact(subject.hir, place.action)?;
    if subject.action_files.contents(place.pipeline_id, primary).stated_by != StatedBy::Nobody {
        return None;
    }
    let variable = format!("{INPUT_FOLDER}{}", place.pipeline.artifact(primary).name.node);
    let mut others = place.action.inputs.iter().filter(|input| input.artifact != primary);
    others.find_map(|input| {
        let folder = repository::checkout(place.pipeline, input.artifact)?;
        let build = subject.workspace.build(&folder.join(path)).ok()?;
        let read = build.commands.reads.iter().find(|read| read.node.name == variable)?;
        let primary = &place.pipeline.artifact(primary).name.node;
        let other = &place.pipeline.artifact(input.artifact).name.node;
        let named = place.action.value("PrimarySource").map_or(place.action.name.span, |value| value.span);
        Some(other_primary((primary, other), read.span, named))
    })
}

/// Variables that the commands of an action use and nothing sets.
fn unset_in_commands(place: Place<'_>, build: &Build, findings: &mut Findings) {
    let environment = Environment::of(place.action, None, build);
    let closed = build.commands.opaque.is_none()
        && environment.own.is_none_or(|value| matches!(value.kind, ValueKind::Map(_)))
        && !place.action.incomplete;
    let Some(known) = build_variables().filter(|_| closed) else { return };
    let mut said: Vec<&str> = Vec::new();
    for read in &build.commands.reads {
        let name = read.node.name.as_str();
        let tested = build.commands.tested.iter().any(|tested| tested == name);
        // A reference that the shell does not know is reported as such.
        let is_action = place.pipeline.actions.iter().any(|action| action.symbol == name);
        let may_be_set = is_action || read.node.guarded || tested || environment.sets(name) || known.may_have(name);
        if may_be_set || said.contains(&name) || name.starts_with(INPUT_FOLDER) || name.starts_with("AWS_") {
            continue;
        }
        said.push(name);
        let own = environment.entries().map(|(name, _)| name.node.as_str());
        let near = similar(name, own.chain(build.commands.assigned_names()));
        let given = near.and_then(|near| given_at(&environment, near));
        findings.about(place, never_set_in_commands(name, read.span, near).labels(given));
    }
}

/// Checks the output variables of an action with its own commands, one of which must set them.
fn outputs(place: Place<'_>, build: &Build, findings: &mut Findings) {
    let Some(ValueKind::List(items)) = place.action.value("OutputVariables").map(|value| &value.kind) else { return };
    let environment = Environment::of(place.action, None, build);
    let readable = build.commands.opaque.is_none() && items.iter().all(|item| item.as_str().is_some());
    let missing = items.iter().filter(|_| readable).filter_map(|item| {
        let name = item.as_str()?;
        let known = build_variables().is_some_and(|known| known.may_have(name)) || name.starts_with("AWS_");
        (!known && !environment.sets(name)).then(|| Spanned::new(name.to_owned(), item.span))
    });
    let missing: Vec<Spanned<String>> = missing.collect();
    if let Some((first, others)) = missing.split_first() {
        let near = similar(&first.node, build.commands.assigned_names());
        let cause = near.map_or_else(|| quoted_at(build, &first.node), |near| set_at(build, near));
        let found = never_exported("output", first, near).labels(cause);
        findings.about(
            place,
            match others.len() {
                0 => found,
                more => found.note(format!("nothing sets {} either", wording::count(more, "other output variable"))),
            },
        );
    }
}

struct Found {
    /// The variable.
    name: String,
    diagnostic: Diagnostic,
}

/// A build of an action.
struct Run<'a> {
    subject: &'a Subject<'a>,
    place: Place<'a>,
    project: &'a Project,
    build: &'a Arc<Build>,
    environment: Environment<'a>,
    known: &'static BuildVariables,
}

impl Run<'_> {
    fn findings(&self) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for read in &self.build.commands.reads {
            let name = read.node.name.as_str();
            let is_tested = self.build.commands.tested.iter().any(|tested| tested == name);
            // A test of a path, such as `[ -d "$CODEBUILD_SRC_DIR_App" ]`, does not handle that there is no such input.
            let tested = is_tested && (!name.starts_with(INPUT_FOLDER) || self.is_choice(read.span));
            let guarded = read.node.guarded && !self.is_cut(name);
            if guarded || tested || self.environment.sets(name) || found.iter().any(|it| it.name == name) {
                continue;
            }
            let input = name.strip_prefix(INPUT_FOLDER).filter(|_| read.node.sometimes);
            if input.is_some_and(|input| is_tested || self.is_for_another(input)) {
                continue;
            }
            if read.node.sometimes && !name.starts_with(INPUT_FOLDER) && self.is_optional(read.span) {
                continue;
            }
            let diagnostic = self.of_read(name, read.span);
            found.extend(diagnostic.map(|diagnostic| Found { name: name.to_owned(), diagnostic }));
        }
        found.extend(self.below_source());
        found.extend(self.exported());
        found
    }

    /// Returns whether the command that reads a variable does something else if a test fails.
    fn is_choice(&self, read: Span) -> bool {
        let command = self.build.spec.commands().find(|command| command.span.covers(read));
        command.is_some_and(|command| ["if ", "||", "&&"].iter().any(|word| command.text.contains(word)))
    }

    /// Returns whether the command that reads a variable tests another one that nothing sets, so that both may come from
    /// whoever starts the build.
    fn is_optional(&self, read: Span) -> bool {
        let is_unset = |name: &str| !self.environment.sets(name) && !self.known.may_have(name);
        let Some(command) = self.build.spec.commands().find(|command| command.span.covers(read)) else { return false };
        let reads =
            |name: &str| command.text.contains(&format!("${name}")) || command.text.contains(&format!("${{{name}"));
        self.build.commands.tested.iter().any(|name| is_unset(name) && reads(name))
    }

    /// Reports `$CODEBUILD_SRC_DIR/Name` for an input that is not the primary one and has a folder of its own.
    fn below_source(&self) -> Option<Found> {
        let primary = repository::primary_input(self.place.action)?;
        let folder = repository::checkout(self.place.pipeline, primary).and_then(|folder| normalize(folder).ok())?;
        let tracked = self.subject.workspace.files().tracked();
        let others = self.place.action.inputs.iter().filter(|input| input.artifact != primary);
        let names: Vec<&str> = others.map(|input| self.place.pipeline.artifact(input.artifact).name.as_str()).collect();
        let reads = self.build.commands.reads.iter().filter(|read| format!("{}_", read.node.name) == INPUT_FOLDER);
        reads.filter(|_| !self.build.spec.computed).find_map(|read| {
            let text = self.subject.workspace.text(read.span.file);
            let after = text.get(read.span.range().end..)?.strip_prefix('/')?;
            let name = after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
            let name = names.iter().copied().find(|own| *own == name)?;
            let reads_only = self.build.count_word(name) == 1 && !holds(&tracked, &folder.join(name));
            let place = Span::new(read.span.file, read.span.range().start, read.span.range().end + 1 + name.len());
            reads_only.then(|| Found { name: read.node.name.clone(), diagnostic: not_below_source(name, place) })
        })
    }

    fn of_read(&self, name: &str, place: Span) -> Option<Diagnostic> {
        if let Some(suffix) = name.strip_prefix(INPUT_FOLDER) {
            return self.folder(suffix, place);
        }
        if self.known.empty.iter().any(|empty| empty == name) {
            return Some(empty_in_pipeline(name, place, &self.place.action.name.node));
        }
        if !self.is_closed() || self.known.may_have(name) {
            return None;
        }
        if name == POWERSHELL {
            return Some(powershell(place, self.project.declaration.attributes.get("image").map(|it| it.value.span)));
        }
        let primary = repository::primary_input(self.place.action);
        let others = self.place.action.inputs.iter().filter(|input| Some(input.artifact) != primary);
        let folders: Vec<String> =
            others.map(|it| format!("{INPUT_FOLDER}{}", self.place.pipeline.artifact(it.artifact).name.node)).collect();
        // A command may compute the variable from the one that is misspelled.
        let is_source = |candidate: &&str| {
            let mut set = self.build.commands.assignments.iter().filter(|it| it.name == **candidate);
            set.any(|it| it.value.iter().flatten().any(|part| matches!(part, WordPart::Variable(used) if used == name)))
        };
        let candidates = self.names().chain(folders.iter().map(String::as_str)).filter(|it| !is_source(it));
        let candidates: Vec<&str> = candidates.collect();
        let near = self.shortened(name, &candidates).or_else(|| similar(name, candidates));
        let found = never_set(name, place, near, &self.project.declaration.symbol);
        Some(match near {
            Some(near) => found.labels(given_at(&self.environment, near)),
            None => found.label(self.place.action.name.span, "runs this build"),
        })
    }

    /// Returns the variable of which a name is a part, or which is a part of an exported name.
    fn shortened<'c>(&'c self, name: &str, candidates: &[&'c str]) -> Option<&'c str> {
        let only = |fits: &dyn Fn(&str) -> bool| {
            let mut found = candidates.iter().copied().filter(|it| fits(it));
            found.next().filter(|first| found.all(|other| other == *first))
        };
        // `CODEBUILD_BUILD_NO` abbreviates `CODEBUILD_BUILD_NUMBER`, and `APP_VER` abbreviates `APP_VERSION`.
        let head = if name.starts_with(RESERVED) {
            name.get(..name.len().saturating_sub(1)).filter(|head| head.len() > RESERVED.len())
        } else {
            Some(name).filter(|name| name.len() >= SHORTEST_PART)
        };
        let begun = head.and_then(|head| only(&|it| it.starts_with(head)));
        // `IMAGE_TAG`, if `TAG` is exported.
        let is_exported = self.build.spec.env.exported.iter().any(|exported| exported.node == name);
        let is_tail = |whole: &str, part: &str| whole.strip_suffix(part).is_some_and(|head| head.ends_with('_'));
        let tail = self.build.commands.assigned_names().find(|it| is_exported && is_tail(name, it));
        begun.or(tail).or_else(|| only(&|it| name.len() >= SHORTEST_PART && is_tail(it, name)))
    }

    /// Returns whether a variable is the start of the one for an input with a hyphen: the shell reads
    /// `${CODEBUILD_SRC_DIR_app-code}` as `CODEBUILD_SRC_DIR_app` with a default.
    fn is_cut(&self, name: &str) -> bool {
        let Some(suffix) = name.strip_prefix(INPUT_FOLDER) else { return false };
        let start = format!("{suffix}-");
        let inputs = &self.place.action.inputs;
        inputs.iter().any(|it| self.place.pipeline.artifact(it.artifact).name.node.starts_with(&start))
    }

    /// Returns whether another action that runs the build has an input, so that a branch of the commands is for it.
    fn is_for_another(&self, input: &str) -> bool {
        self.subject.actions().any(|place| {
            let mut names =
                place.action.inputs.iter().map(|it| place.pipeline.artifact(it.artifact).name.node.as_str());
            names.any(|name| name == input)
                && self.subject.action_files.builds(place.pipeline_id, place.id).any(|it| Arc::ptr_eq(it, self.build))
        })
    }

    /// Checks for the folder of an input that does not exist or has another name.
    fn folder(&self, suffix: &str, place: Span) -> Option<Diagnostic> {
        let action = self.place.action;
        let name = |input: &crate::hir::Input| self.place.pipeline.artifact(input.artifact).name.node.as_str();
        let is_unknown = |name: &str| name.is_empty() || is_computed_artifact(name);
        let primary = repository::primary_input(action)?;
        let mut others = action.inputs.iter().filter(|input| input.artifact != primary);
        if others.clone().any(|input| name(input) == suffix) || action.inputs.iter().any(|it| is_unknown(name(it))) {
            return None;
        }
        let action_name = &action.name;
        let hyphenated = others.clone().find(|input| name(input).starts_with(&format!("{suffix}-")));
        if let Some(input) = hyphenated {
            return Some(hyphen(suffix, &self.place.pipeline.artifact(input.artifact).name, place));
        }
        if self.place.pipeline.artifact(primary).name.node == suffix {
            return Some(of_primary(suffix, place, action_name));
        }
        // No variable can contain a hyphen.
        let near = similar(suffix, others.clone().map(name).filter(|name| !name.contains('-')));
        let only = others.next().filter(|_| others.next().is_none()).map(name);
        let exists = self.place.pipeline.artifacts.iter().any(|artifact| artifact.name.node == suffix);
        Some(no_such_input(suffix, place, action_name, near.or(only.filter(|_| !exists)), exists))
    }

    /// Returns whether everything that sets variables is known.
    fn is_closed(&self) -> bool {
        let of_action = self.environment.own.is_none_or(|value| matches!(value.kind, ValueKind::Map(_)));
        let declaration = &self.project.declaration;
        of_action
            && declaration.raw().is_none()
            && self.environment.batch.is_none_or(|batch| batch.images.iter().all(|image| is_linux(&image.node)))
            && self.build.commands.opaque.is_none()
            && self.build.spec.env.shell.as_ref().is_none_or(|shell| !shell.node.contains("powershell"))
            && declaration.attributes.get("image").and_then(|it| it.value.as_str()).is_some_and(is_linux)
            && declaration
                .attributes
                .get("environment-type")
                .is_none_or(|it| it.value.as_str().is_some_and(|ty| LINUX.contains(&ty)))
    }

    /// Returns the variables that are set.
    fn names(&self) -> impl Iterator<Item = &str> {
        let spec = &self.build.spec.env;
        let of_spec = spec.variables.iter().chain(&spec.parameter_store).chain(&spec.secrets_manager);
        let assigned = self.build.commands.assignments.iter().map(|assignment| assignment.name.as_str());
        let own = self.environment.entries().map(|(name, _)| name.node.as_str());
        let set = self.known.set.iter().map(String::as_str);
        of_spec.map(|variable| variable.name.node.as_str()).chain(assigned).chain(own).chain(set)
    }

    fn exported(&self) -> impl Iterator<Item = Found> {
        let spec = &self.build.spec;
        let missing = |name: &&Spanned<String>| {
            self.is_closed()
                && spec.commands().next().is_some()
                && !self.environment.keeps(&name.node)
                && !self.known.may_have(&name.node)
                && !name.node.starts_with("AWS_")
        };
        spec.env.exported.iter().filter(missing).map(|name| {
            let lost = self.build.commands.assignments.iter().find(|it| it.name == name.node);
            let diagnostic = if let Some(lost) = lost {
                lost_before_export(name, lost)
            } else {
                let near = similar(&name.node, self.build.commands.assigned_names());
                let place = near.map_or_else(|| quoted_at(self.build, &name.node), |near| set_at(self.build, near));
                never_exported("exported", name, near).labels(place)
            };
            Found { name: name.node.clone(), diagnostic }
        })
    }
}

/// Returns the span where a similar variable gets its value, with a label: in the action or its project, or in a command.
fn given_at(environment: &Environment<'_>, near: &str) -> Option<(Span, &'static str)> {
    let own = environment.entries().find(|(name, _)| name.node == near).map(|(name, _)| (name.span, "given here"));
    let spec = &environment.build.spec.env;
    let mut of_spec = spec.variables.iter().chain(&spec.parameter_store).chain(&spec.secrets_manager);
    let of_spec = || of_spec.find(|it| it.name.node == near).map(|it| (it.name.span, "given here"));
    own.or_else(of_spec).or_else(|| set_at(environment.build, near))
}

/// Returns the command that sets a variable, with a label.
fn set_at(build: &Build, name: &str) -> Option<(Span, &'static str)> {
    build.commands.assignments.iter().find(|it| it.name == name).map(|it| (it.span, "set here"))
}

/// Returns the command that contains an assignment as text for another program: `echo "TAG=..."`, `sh -c 'TAG=...'`.
fn quoted_at(build: &Build, name: &str) -> Option<(Span, &'static str)> {
    let assigned = format!("{name}=");
    let has = |text: &str| {
        let before = text.split(&assigned).next().filter(|before| before.len() < text.len());
        before.is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    };
    build.spec.commands().find(|command| has(&command.text)).map(|command| (command.span, "does not set it"))
}

/// Returns whether an image is one of CodeBuild's own for Linux, whose variables are known.
fn is_linux(name: &str) -> bool {
    match image(name) {
        Image::Curated { environment, .. } => !environment.contains("WINDOWS") && !environment.contains("MAC"),
        _ => false,
    }
}

/// The start of the names of variables that only CodeBuild can set.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html> (2026-11-29)
const RESERVED: &str = "CODEBUILD_";

/// The shortest part of a name that can stand for it.
const SHORTEST_PART: usize = 3;

/// The variables with the commit in other services.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>,
/// <https://docs.gitlab.com/ci/variables/predefined_variables/>,
/// <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/>,
/// <https://circleci.com/docs/reference/variables/>,
/// <https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables> (2026-11-30)
const COMMITS: [&str; 5] = ["BITBUCKET_COMMIT", "BUILD_SOURCEVERSION", "CIRCLE_SHA1", "CI_COMMIT_SHA", "GITHUB_SHA"];

/// Offers a similar variable. In `$TAG_$ARCH`, the underscore is part of the name.
fn meant(found: Diagnostic, name: &str, near: &str) -> Diagnostic {
    match name.strip_prefix(near) {
        // Its name is reported separately.
        _ if near.contains('-') => found.help(format!("write `{name}` instead of `{near}` as its name")),
        Some(after) if after.starts_with('_') => {
            found.help(format!("write `${{{near}}}{after}` if `{after}` is text, or else `${near}`"))
        }
        _ => found.did_you_mean(&format!("${near}")),
    }
}

/// What to do in a document about a variable that nothing sets.
fn set_in_document(name: &str, owner: &str) -> String {
    format!("add `{name}` to the environment variables of {owner}, or write `${{{name}:-}}` if it may be empty")
}

/// A variable that nothing sets, in an action with commands of its own.
fn never_set_in_commands(name: &str, place: Span, near: Option<&str>) -> Diagnostic {
    let message = format!("nothing sets `${name}`, so it is empty");
    let diagnostic = Diagnostic::new(Code::W0217, message, place, "neither `env` nor a command sets it");
    match near {
        Some(near) => meant(diagnostic, name, near),
        None => diagnostic
            .help(format!("add `{name}` to `env` of the action, or write `${{{name}:-}}` if it may be empty"))
            .help_in_document(set_in_document(name, "the action")),
    }
}

/// A variable that nothing sets.
fn never_set(name: &str, place: Span, near: Option<&str>, project: &Spanned<String>) -> Diagnostic {
    let message = format!("nothing sets `${name}`, so it is empty");
    let diagnostic = Diagnostic::new(Code::W0217, message, place, "neither `env` nor a command sets it");
    match near {
        Some(near) => meant(diagnostic, name, near),
        None if COMMITS.contains(&name) => {
            diagnostic.help("write `$CODEBUILD_RESOLVED_SOURCE_VERSION`, the commit in a build of CodeBuild")
        }
        None if name.starts_with(RESERVED) => diagnostic.help("correct the name; CodeBuild sets no such variable"),
        None => diagnostic
            .help(format!("add `{name}` to `env` of `{}`, or write `${{{name}:-}}` if it may be empty", project.node))
            .help_in_document(set_in_document(name, &wording::tick(&project.node))),
    }
}

/// `PowerShell` in a build on Linux.
fn powershell(place: Span, image: Option<Span>) -> Diagnostic {
    let message = "`$env:` is PowerShell, but the build runs on Linux".to_owned();
    let diagnostic =
        Diagnostic::new(Code::W0217, message, place, "a Linux shell reads this as the empty variable `$env`");
    match image {
        Some(image) => diagnostic.label(image, "an image for Linux"),
        None => diagnostic,
    }
    .help("use an image for Windows, or write `$NAME`")
}

/// An exported or output variable that nothing sets.
fn never_exported(kind: &str, name: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("nothing sets the {kind} variable `{}`", name.node);
    let diagnostic = Diagnostic::new(Code::W0218, message, name.span, "no command and no `env` sets it");
    match near {
        Some(near) => diagnostic.did_you_mean(near),
        None if name.node.contains('-') => {
            let fitting = name.node.replace('-', "_");
            diagnostic.help(format!("the name of a variable cannot contain `-`; set and export `{fitting}`"))
        }
        None => diagnostic.help(format!("set it in a command: `{}=...`", name.node)),
    }
}

/// An exported variable that is set only in a subshell, or for one program.
fn lost_before_export(name: &Spanned<String>, set: &Assignment) -> Diagnostic {
    let message = format!("the exported variable `{}` is not set when the build ends", name.node);
    let found = Diagnostic::new(Code::W0218, message, name.span, "")
        .label(set.span, "set in a subshell or for one program only");
    let is_empty = set.value.as_ref().is_some_and(Vec::is_empty);
    found.help(if is_empty {
        format!("remove the space after `{}=`", name.node)
    } else {
        "set it in a command of its own, outside parentheses".to_owned()
    })
}

/// The folder of an artifact that is not an input of the build.
fn no_such_input(suffix: &str, place: Span, action: &Spanned<String>, near: Option<&str>, exists: bool) -> Diagnostic {
    let message = format!("`{}` has no input artifact `{suffix}`", action.node);
    let diagnostic = Diagnostic::new(Code::E0219, message, place, "CodeBuild does not set this variable")
        .label(action.span, "runs this buildspec");
    match near {
        Some(near) => diagnostic.did_you_mean(&format!("${INPUT_FOLDER}{near}")),
        None if exists => {
            diagnostic.help(format!("add `{suffix}` to the inputs after `from`, but not as the first one"))
        }
        None => diagnostic,
    }
}

/// The folder of an input, looked for in the folder of the primary one.
fn not_below_source(name: &str, place: Span) -> Diagnostic {
    let message = format!("`{name}` is not a folder of the primary source");
    Diagnostic::new(Code::E0219, message, place, format!("CodeBuild puts `{name}` in a folder beside the source"))
        .did_you_mean(&format!("${INPUT_FOLDER}{name}"))
}

/// The folder of the primary input, whose variable differs from that of the others.
fn of_primary(suffix: &str, place: Span, action: &Spanned<String>) -> Diagnostic {
    let message = format!("`{suffix}` is the primary source of `{}`", action.node);
    Diagnostic::new(Code::E0219, message, place, "CodeBuild sets this variable for the other inputs only")
        .label(action.span, "runs this buildspec")
        .help("use `$CODEBUILD_SRC_DIR`, the folder of the primary source")
}

/// The folder of the primary input in a buildspec that another input contains.
fn other_primary((primary, other): (&str, &str), place: Span, named: Span) -> Diagnostic {
    let message = format!("`{primary}` is the primary source, but `{other}` contains this buildspec");
    Diagnostic::new(Code::E0219, message, place, "CodeBuild sets this variable for the other inputs only")
        .label(named, "the primary source must contain the buildspec")
        .help(phrase!["write ", PipeCode::set("primary-source", other)])
}

/// An artifact whose name cannot be part of a variable.
fn hyphen(suffix: &str, artifact: &Spanned<String>, place: Span) -> Diagnostic {
    let name = &artifact.node;
    let found = Diagnostic::new(
        Code::E0219,
        format!("the name of a variable cannot contain the artifact name `{name}`"),
        place,
        format!("the shell reads `${INPUT_FOLDER}{suffix}` and the rest as text"),
    );
    // A loop or a component adds to the name that the file contains.
    if artifact.span.range().len() < name.len() {
        return found.help("list the artifact first after `from`, and use `$CODEBUILD_SRC_DIR`");
    }
    found.help(format!("rename the artifact `{name}` to `{}`", name.replace('-', "_")))
}

/// A variable that only other builds have.
fn empty_in_pipeline(name: &str, place: Span, action: &str) -> Diagnostic {
    let message = format!("`${name}` is empty in a build that a pipeline starts");
    let what = if name.contains("WEBHOOK") {
        "CodeBuild sets it for webhooks only"
    } else {
        "CodePipeline hands over an archive"
    };
    Diagnostic::new(Code::W0220, message, place, what).help(phrase![
        format!("pass what you need with `env` of `{action}`, for example "),
        PipeCode::set("env", "{ BRANCH = Source.BranchName }")
    ])
}
