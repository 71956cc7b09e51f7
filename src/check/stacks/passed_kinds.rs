//! E0406: outputs of a stack whose kind the parameter of another stack does not take.

use crate::catalog::reference_kinds::ReferenceKind;
use crate::check::support::deploys::{Deploy, deploy_of, deploys, stack_sets};
use crate::check::support::given_parameters::key;
use crate::check::support::inside_templates::inside_templates;
use crate::check::support::reference_kinds::{kind_of, kind_of_parameter};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{PartKind, Value, ValueKind};
use crate::plan::{NestedStack, NestedTemplate, StackTree};
use crate::source::Span;
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::{Parameter, Template};

pub(super) const RULE: Rule = Rule { name: "passed-kinds", codes: &[Code::E0406], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let stacks = deploys(subject);
    for deploy in deploys(subject).iter().chain(&stack_sets(subject)) {
        let Some(ValueKind::Map(entries)) = deploy.action.value(key(deploy)).map(|value| &value.kind) else { continue };
        for (name, value) in entries {
            let parameter = deploy.template.parameter(&name.node);
            findings.extend(parameter.and_then(|parameter| output(deploy, &stacks, parameter, value)));
        }
    }
    let mut reported: Vec<Span> = Vec::new();
    for place in subject.actions() {
        let Some(tree) = subject.action_files.tree(place.pipeline_id, place.id) else { continue };
        for tree in tree.all() {
            let is_known = inside_templates(subject).iter().any(|inside| inside.path == tree.path);
            for diagnostic in tree.children.iter().filter(|_| is_known).flat_map(|child| nested(tree, child)) {
                if !reported.contains(&diagnostic.primary.span) {
                    reported.push(diagnostic.primary.span);
                    findings.push(diagnostic);
                }
            }
        }
    }
}

/// Checks an output of another stack that a pipeline passes to a parameter.
fn output(deploy: &Deploy<'_>, stacks: &[Deploy<'_>], parameter: &Parameter, value: &Value) -> Option<Diagnostic> {
    let ValueKind::Text(text) = &value.kind else { return None };
    let [part] = text.parts.as_slice() else { return None };
    let PartKind::Output(id, name) = &part.kind else { return None };
    let from = deploy_of(deploy.pipeline, stacks, *id)?;
    let passed = from.template.output(name)?.value.as_ref()?;
    if let Some(found) = other_start(from.template, parameter, passed, value.span) {
        return Some(found);
    }
    let wanted = kind_of_parameter(&parameter.kind.as_ref()?.node)?;
    let kind = kind_of(from.template, passed).filter(|kind| kind.word != wanted.word)?;
    Some(other_kind(parameter, wanted, kind, value.span, Some(passed.span)))
}

/// How a value of a template starts: the URL of a queue, and the ARN of a topic.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html> and
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html> (2026-11-30)
const STARTS: [(&str, &str, &str); 2] =
    [("AWS::SQS::Queue", "https://", "the URL of a queue"), ("AWS::SNS::Topic", "arn:", "the ARN of a topic")];

/// Reports a value that starts otherwise than the `AllowedPattern` of the parameter.
fn other_start(template: &Template, parameter: &Parameter, passed: &Node, place: Span) -> Option<Diagnostic> {
    let pattern = parameter.allowed_pattern.as_ref()?;
    let call = passed.intrinsic().filter(|call| call.name == "Ref")?;
    let kind = &template.resource(call.argument.text()?)?.kind.node;
    let (_, start, what) = STARTS.iter().find(|(of, ..)| of == kind)?;
    let text = pattern.node.trim_start_matches('^');
    let literal = text.split(|c: char| !c.is_ascii_alphanumeric() && !":/_-".contains(c)).next()?;
    // A quantifier may make the last letter optional.
    let literal = if text.len() == literal.len() { literal } else { literal.get(..literal.len().checked_sub(1)?)? };
    let fits = literal.len() < SHORTEST || start.starts_with(literal) || literal.starts_with(start);
    if fits || pattern.node.contains('|') {
        return None;
    }
    let message = format!("parameter `{}` does not accept {what}", parameter.name.node);
    Some(
        Diagnostic::new(Code::E0406, message, place, "")
            .label(pattern.span, "the whole value must match")
            .label(passed.span, "the output"),
    )
}

/// The shortest start of a pattern that is compared: that of an ARN.
const SHORTEST: usize = 3;

/// Checks the values that a template passes to a nested stack.
fn nested(tree: &StackTree, child: &NestedStack) -> Vec<Diagnostic> {
    let (NestedTemplate::Read(below), Some(given)) = (&child.template, &child.parameters) else { return Vec::new() };
    let one = |Entry { key, value }: &Entry| {
        let parameter = below.template.parameter(&key.node)?;
        let wanted = kind_of_parameter(&parameter.kind.as_ref()?.node)?;
        let (kind, from) = passed(&tree.template, &tree.children, value)?;
        (kind.word != wanted.word).then(|| other_kind(parameter, wanted, kind, value.span, from))
    };
    given.entries().iter().filter_map(one).collect()
}

/// Returns what a value of a template identifies. For the output of a nested stack, the span of its value.
fn passed(
    template: &Template,
    children: &[NestedStack],
    value: &Node,
) -> Option<(&'static ReferenceKind, Option<Span>)> {
    if let Some(kind) = kind_of(template, value) {
        return Some((kind, None));
    }
    let call = value.intrinsic().filter(|call| call.name == "Fn::GetAtt")?;
    let id = value.referred()?;
    let child = children.iter().find(|child| child.id == id)?;
    let NestedTemplate::Read(below) = &child.template else { return None };
    let attribute = match call.argument.items() {
        [_, attribute] => attribute.literal()?,
        _ => call.argument.text()?.split_once('.')?.1,
    };
    let output = below.template.output(attribute.strip_prefix("Outputs.")?)?.value.as_ref()?;
    Some((kind_of(&below.template, output)?, Some(output.span)))
}

/// A value that identifies something else than the parameter takes.
fn other_kind(
    parameter: &Parameter,
    wanted: &ReferenceKind,
    kind: &ReferenceKind,
    place: Span,
    from: Option<Span>,
) -> Diagnostic {
    let message = format!("parameter `{}` takes {}, not {}", parameter.name.node, wanted.word, kind.word);
    let mut found = Diagnostic::new(Code::E0406, message, place, format!("identifies {}", kind.word));
    if let Some(declared) = &parameter.kind {
        found = found.label(declared.span, "its type");
    }
    found.labels(from.map(|place| (place, "the output"))).help(format!("pass the ID of {}", wanted.word))
}
