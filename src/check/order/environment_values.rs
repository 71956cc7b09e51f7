//! W0964: a stack that gets a value, an output, or a name that belongs to another environment.

use crate::check::support::deploys::{Deploy, deploys, stack_sets};
use crate::check::support::environment_words::{is_environment, is_production, precedes_production, replaced, words};
use crate::check::support::given_parameters::{Given, OVERRIDES};
use crate::check::support::rivals::same_place;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Part, PartKind, StackMode};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "environment-values", codes: &[Code::W0964], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let all: Vec<Deploy<'_>> = deploys(subject).into_iter().chain(stack_sets(subject)).collect();
    let mut reported: Vec<Span> = Vec::new();
    for deploy in all.iter().filter(|deploy| !deploy.action.incomplete) {
        let Some(marks) = Marks::of(subject, deploy, &all) else { continue };
        if deploy.template.declares_all_names() {
            for found in marks.parameters(subject, deploy) {
                if !reported.contains(&found.primary.span) {
                    reported.push(found.primary.span);
                    findings.about(deploy.as_place(), found);
                }
            }
        }
        let outputs = deploy.action.value(OVERRIDES).map(|value| {
            let mut found = Vec::new();
            value.each_part(&mut |part| found.extend(marks.output(subject, deploy, part)));
            found
        });
        outputs.into_iter().flatten().for_each(|found| findings.about(deploy.as_place(), found));
        if let Some(found) = marks.stack(subject, deploy, &all) {
            findings.about(deploy.as_place(), found);
        }
    }
}

/// The words that tell a deployment from those of the other environments.
struct Marks<'a> {
    /// Its environment or stage, and what that is.
    kind: &'static str,
    name: &'a str,
    own: Vec<String>,
    /// Those of the other deployments of the pipeline.
    others: Vec<String>,
}

impl<'a> Marks<'a> {
    /// Returns `None` for the only one.
    fn of(subject: &Subject<'a>, deploy: &Deploy<'a>, all: &[Deploy<'a>]) -> Option<Self> {
        let (kind, name) = place_of(subject, deploy);
        let own = words_of(subject, deploy);
        let beside = all.iter().filter(|other| other.pipeline_id == deploy.pipeline_id);
        let mut others: Vec<String> = beside.flat_map(|other| words_of(subject, other)).collect();
        others.retain(|word| !own.contains(word));
        let marks = Self { kind, name, own, others };
        (!marks.own.is_empty() && (marks.is_live() || !marks.others.is_empty())).then_some(marks)
    }

    /// Returns whether it is production, and nothing before it.
    fn is_live(&self) -> bool {
        self.own.iter().any(|word| is_production(word)) && !self.own.iter().any(|word| precedes_production(word))
    }

    /// Reports values of parameters that name another environment, while the own one is allowed, too.
    fn parameters(&self, subject: &Subject<'a>, deploy: &Deploy<'a>) -> Vec<Diagnostic> {
        let given = Given::of(subject, deploy);
        // A whole file of another environment is reported separately.
        let is_other = given.file.as_ref().is_some_and(|file| self.is_of_other(subject, file.node.as_str()));
        let is_elsewhere = |span: Span| span.file != deploy.action.name.span.file;
        let found = given.values.iter().filter_map(|(name, value)| {
            let value = value.as_ref().filter(|value| !is_other || !is_elsewhere(value.span))?;
            let parameter = deploy.template.parameter(&name.node)?;
            let word = words(&value.node).concat();
            let allowed = || parameter.allowed_values.iter().filter(|allowed| allowed.node != value.node);
            let own = allowed().find(|allowed| self.own.contains(&words(&allowed.node).concat()))?;
            let is_lower = self.is_live() && precedes_production(&word);
            let is_other = self.others.contains(&word) || is_lower;
            (is_other && !self.own.contains(&word)).then(|| self.other_value(name, value, &own.node))
        });
        found.collect()
    }

    /// Returns whether a file is named after another environment, while the repository has the file of the own one.
    fn is_of_other(&self, subject: &Subject<'_>, path: &str) -> bool {
        let of_path = words(path);
        let other = of_path.iter().find(|word| self.others.contains(word));
        let is_own = of_path.iter().any(|word| self.own.contains(word));
        let files = subject.workspace.files().tracked();
        let has = |path: String| files.keys().any(|file| file.as_str() == path);
        !is_own && other.is_some_and(|other| self.own.iter().any(|own| has(replaced(path, other, own))))
    }

    /// Reports an output of the same stack in another environment.
    fn output(&self, subject: &Subject<'a>, deploy: &Deploy<'a>, part: &Part) -> Option<Diagnostic> {
        let PartKind::Output(id, output) = &part.kind else { return None };
        let setter: &Action = deploy.pipeline.actions.get(*id)?;
        let environment = |action: &Action| action.environment.as_ref().map(|environment| environment.node);
        let (other, own) = (environment(setter)?, environment(deploy.action)?);
        let other = subject.hir.environments.get(other).filter(|_| other != own)?.declaration.symbol.as_str();
        // Stacks in several Regions may well depend on the first one.
        let tells = words(other).into_iter().chain(words(self.name)).any(|word| is_environment(&word));
        let is_twin = setter.stack_operation().is_some() && setter.symbol == deploy.action.symbol;
        (tells && is_twin).then(|| self.other_output(&setter.symbol, output, other, part.span))
    }

    /// Reports the name of a stack of another environment.
    fn stack(&self, subject: &Subject<'a>, deploy: &Deploy<'a>, all: &[Deploy<'a>]) -> Option<Diagnostic> {
        let name = deploy.action.literal("StackName")?;
        let of_name = words(name);
        if of_name.iter().any(|word| self.own.contains(word)) {
            return None;
        }
        let other = of_name.iter().find(|word| self.others.contains(word))?;
        let is_other = |it: &&Deploy<'_>| it.pipeline_id == deploy.pipeline_id && it.action_id != deploy.action_id;
        let same = all.iter().filter(is_other).find(|it| it.action.literal("StackName") == Some(name))?;
        let word = words(self.name).pop().filter(|word| !of_name.contains(word))?;
        let place = deploy.action.value("StackName").map(|value| value.span)?;
        // The same template in the same place is reported as deployed twice.
        let is_again = same.path == deploy.path
            && same_place(subject.plan, same.action, deploy.action)
            && (same_configuration(same.action, deploy.action) || !is_deleted(deploy, name));
        (same.action.stage != deploy.action.stage && !is_again)
            .then(|| self.other_stack(name, same.action.name.span, &replaced(name, other, &word), place))
    }

    fn other_value(&self, name: &Spanned<String>, value: &Spanned<String>, own: &str) -> Diagnostic {
        let message = format!("parameter `{}` is `{}` in {} `{}`", name.node, value.node, self.kind, self.name);
        Diagnostic::new(Code::W0964, message, value.span, "the value of another environment").did_you_mean(own)
    }

    fn other_output(&self, stack: &str, output: &str, other: &str, place: Span) -> Diagnostic {
        let message = format!("stack `{stack}` in `{}` uses output `{output}` of `{other}`", self.name);
        Diagnostic::new(Code::W0964, message, place, format!("of stack `{stack}` in environment `{other}`"))
            .help(format!("use a value of environment `{}`, or set it in `settings`", self.name))
    }

    fn other_stack(&self, name: &str, first: Span, meant: &str, place: Span) -> Diagnostic {
        let Self { kind, name: own, .. } = self;
        let message = format!("{kind} `{own}` deploys stack `{name}`, which is named after another {kind}");
        Diagnostic::new(Code::W0964, message, place, "the same name in both")
            .label(first, "deployed here, too")
            .did_you_mean(meant)
    }
}

/// Returns whether the pipeline deletes a stack, so that it can be deployed again.
fn is_deleted(deploy: &Deploy<'_>, name: &str) -> bool {
    let mut operations = deploy.pipeline.actions.iter().filter_map(Action::stack_operation);
    operations.any(|operation| operation.mode == StackMode::DeleteOnly && operation.stack.as_literal() == Some(name))
}

/// Returns whether two deployments have the same file of parameters, or none.
fn same_configuration(one: &Action, other: &Action) -> bool {
    match (one.value("TemplateConfiguration"), other.value("TemplateConfiguration")) {
        (Some(one), Some(other)) => one.same(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// Returns the environment of a deployment, or its stage, and what it is.
fn place_of<'a>(subject: &Subject<'a>, deploy: &Deploy<'a>) -> (&'static str, &'a str) {
    let environment = deploy.action.environment.as_ref().and_then(|it| subject.hir.environments.get(it.node));
    match environment {
        Some(environment) => ("environment", environment.declaration.symbol.as_str()),
        None => ("stage", deploy.pipeline.stages.get(deploy.action.stage).map_or("", |stage| stage.name.as_str())),
    }
}

/// Returns the words of the environment and of the stage of a deployment.
fn words_of(subject: &Subject<'_>, deploy: &Deploy<'_>) -> Vec<String> {
    let stage = deploy.pipeline.stages.get(deploy.action.stage).map_or("", |stage| stage.name.as_str());
    let (_, place) = place_of(subject, deploy);
    let mut found = words(stage);
    found.extend(words(place));
    found
}
