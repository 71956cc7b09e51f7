//! E0501, E0502, E0507: a pipeline that CodePipeline rejects if conditions leave stages or actions out.

use crate::catalog::Category;
use crate::catalog::limits::limit;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Action, ConditionId, DeploymentCase, ExistenceCondition, Hir, PartKind, Pipeline, Stage, Test, Text};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule =
    Rule { name: "conditional-parts", codes: &[Code::E0501, Code::E0502, Code::E0507], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(least) = limit("stages-min") else { return };
    for (_, pipeline) in subject.pipelines() {
        let of_stages = pipeline.stages.iter().map(|stage| &stage.cfn_condition);
        let all = of_stages.chain(pipeline.actions.iter().map(|action| &action.cfn_condition));
        let conditions: Vec<ConditionId> = all.filter_map(|condition| tested(condition.as_ref())).collect();
        if conditions.is_empty() || pipeline.incomplete {
            continue;
        }
        let within = pipeline.condition.as_ref().map(|condition| condition.node);
        let Some(cases) = subject.hir.cases(conditions.into_iter().chain(within)) else { continue };
        let mut cases: Vec<DeploymentCase<'_>> =
            cases.iter().filter(|case| within.is_none_or(|id| case.holds(Some(id)))).collect();
        // The case in which most parts exist explains best what is missing.
        cases.sort_by_key(|case| case.false_ones().count());
        let cases = CasesOfPipeline { hir: subject.hir, pipeline, cases };
        cases.empty_stages(findings);
        if !cases.too_few_stages(least.value, findings) {
            cases.first_stage(findings);
        }
    }
}

fn tested(condition: Option<&Spanned<ExistenceCondition>>) -> Option<ConditionId> {
    condition?.node.tested()
}

struct CasesOfPipeline<'c> {
    hir: &'c Hir,
    pipeline: &'c Pipeline,
    cases: Vec<DeploymentCase<'c>>,
}

impl<'c> CasesOfPipeline<'c> {
    fn stages<'s>(&self, case: &'s DeploymentCase<'c>) -> impl Iterator<Item = (usize, &'c Stage)> + use<'s, 'c> {
        let stages = self.pipeline.stages.iter().enumerate();
        stages.filter(|(_, stage)| case.holds(tested(stage.cfn_condition.as_ref())))
    }

    fn actions<'s>(
        &self,
        stage: usize,
        case: &'s DeploymentCase<'c>,
    ) -> impl Iterator<Item = &'c Action> + use<'s, 'c> {
        let actions = self.pipeline.actions.iter().filter(move |action| action.stage == stage);
        actions.filter(|action| case.holds(tested(action.cfn_condition.as_ref())))
    }

    /// Reports stages all of whose actions can be missing.
    fn empty_stages(&self, findings: &mut Findings) {
        for (index, stage) in self.pipeline.stages.iter().enumerate() {
            let has_actions = self.pipeline.actions.iter().any(|action| action.stage == index);
            let is_empty = |case: &&DeploymentCase<'c>| {
                case.holds(tested(stage.cfn_condition.as_ref())) && self.actions(index, case).next().is_none()
            };
            if let Some(case) = self.cases.iter().find(is_empty).filter(|_| has_actions && !stage.incomplete) {
                let message = format!("stage `{}` has no actions {}", stage.name.node, self.when(case));
                let help = "put the stage under the condition, or add an action that always exists";
                let label = "a stage needs at least one action";
                findings.push(
                    self.explained(Diagnostic::new(Code::E0507, message, stage.name.span, label), case).help(help),
                );
            }
        }
    }

    /// Reports a pipeline that can have too few stages. Returns whether it can.
    fn too_few_stages(&self, least: usize, findings: &mut Findings) -> bool {
        let count = self.pipeline.stages.len();
        let is_short = |case: &&DeploymentCase<'c>| self.stages(case).count() < least;
        let Some(case) = self.cases.iter().find(is_short).filter(|_| count >= least) else { return false };
        let left = match self.stages(case).count() {
            0 => "no stages".to_owned(),
            some => wording::count(some, "stage"),
        };
        let name = &self.pipeline.symbol;
        let message =
            format!("pipeline `{}` has {left} {}; CodePipeline needs at least {least}", name.node, self.when(case));
        let diagnostic = self.explained(Diagnostic::new(Code::E0502, message, name.span, ""), case);
        findings.push(diagnostic.help("add a stage that always exists, or put the pipeline under the condition"));
        true
    }

    /// Reports a first stage that is not the one with the sources, or that can be without one.
    fn first_stage(&self, findings: &mut Findings) {
        let is_source = |action: &Action| action.category == Category::Source;
        let has_source = |index: usize, case: &DeploymentCase<'c>| self.actions(index, case).any(is_source);
        let begins = |case: &&DeploymentCase<'c>| {
            self.stages(case).next().is_some_and(|(index, stage)| {
                !stage.incomplete && self.actions(index, case).next().is_some() && !has_source(index, case)
            })
        };
        let all_exist = self
            .pipeline
            .stages
            .first()
            .is_some_and(|_| self.pipeline.actions.iter().any(|action| action.stage == 0 && is_source(action)));
        let Some(case) = self.cases.iter().find(begins).filter(|_| all_exist) else { return };
        let Some((_, stage)) = self.stages(case).next() else { return };
        let message = format!("{}, the first stage is `{}`, which has no source", self.when(case), stage.name.node);
        let diagnostic = Diagnostic::new(Code::E0501, message, stage.name.span, "nothing provides the input files");
        let diagnostic =
            diagnostic.note("AWS: \"Pipeline should start with a stage that only contains source actions\"");
        findings.push(self.explained(diagnostic, case).help("keep the sources outside of the `if`"));
    }

    /// Describes a case: `if IsProd is false`.
    fn when(&self, case: &DeploymentCase<'c>) -> String {
        let ids: Vec<ConditionId> = case.false_ones().collect();
        match ids.as_slice() {
            [] => "if all conditions are true".to_owned(),
            [only] => match self.condition(*only) {
                Some(shown) => format!("if `{shown}` is false"),
                None => "if the condition of the `if` is false".to_owned(),
            },
            _ => "if several conditions are false".to_owned(),
        }
    }

    /// Returns a condition as the file names it, or a comparison as it is written.
    fn condition(&self, id: ConditionId) -> Option<String> {
        let condition = &self.hir.conditions[id];
        if condition.given.is_some() {
            return Some(condition.name.clone());
        }
        let compared = |id: ConditionId, operator: &str| match &self.hir.conditions[id].test {
            Test::Equal(left, right) => Some(format!("{} {operator} {}", self.operand(left)?, self.operand(right)?)),
            _ => None,
        };
        match &condition.test {
            Test::Not(id) => compared(*id, "!="),
            _ => compared(id, "=="),
        }
    }

    /// Returns one side of a comparison as it is written.
    fn operand(&self, text: &Text) -> Option<String> {
        let [only] = text.parts.as_slice() else { return None };
        match &only.kind {
            PartKind::Param(id) => Some(self.hir.params[*id].name.node.clone()),
            PartKind::Literal(text) => Some(format!("\"{text}\"")),
            _ => None,
        }
    }

    /// Adds where the conditions are that are false in a case.
    fn explained(&self, diagnostic: Diagnostic, case: &DeploymentCase<'c>) -> Diagnostic {
        let of_stages = self.pipeline.stages.iter().map(|stage| stage.cfn_condition.as_ref());
        let of_actions = self.pipeline.actions.iter().map(|action| action.cfn_condition.as_ref());
        let mut labeled: Vec<Span> = Vec::new();
        let mut diagnostic = diagnostic;
        for condition in of_stages.chain(of_actions).flatten() {
            let is_false = condition.node.tested().is_some_and(|id| !case.holds(Some(id)));
            if is_false && !labeled.contains(&condition.span) {
                labeled.push(condition.span);
                diagnostic = diagnostic.label(condition.span, "leaves out a part of the pipeline");
            }
        }
        diagnostic
    }
}
