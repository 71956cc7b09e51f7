//! W0617: an event rule that matches no change of a source. W0608: nothing in the template starts the pipeline. W0631:
//! a source that is also polled. E0105: a pipeline as a target without a role. E0106: an invalid pattern. E0840: a role
//! that cannot start the pipeline.

use serde_json::Value as Json;

use crate::catalog::ref_values::ref_without_arn;
use crate::catalog::{self, Category};
use crate::check::support::coverage;
use crate::check::support::documents::{Document, inner, refers_to};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::hir::{Action, Pipeline};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, NodeKind, SubPart, sub_parts};
use crate::workspace::pipeline_document::DocumentKind;

pub(super) const RULE: Rule = Rule {
    name: "document-event-rules",
    codes: &[Code::W0617, Code::W0608, Code::W0631, Code::E0105, Code::E0106, Code::E0840],
    run: check,
};

/// The IAM action that the role of a target must allow.
const START: &str = "codepipeline:StartPipelineExecution";

/// The detail type of calls that `CloudTrail` records, with which older rules watch buckets.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/create-cloudtrail-S3-source-cfn.html> (2026-11-29)
const CALLS: &str = "AWS API Call via CloudTrail";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject).filter(|it| it.kind == DocumentKind::Template) else { return };
    let rules: Vec<EventRule<'_>> = document.resources("AWS::Events::Rule").map(EventRule::of).collect();
    for rule in &rules {
        if let Some(pattern) = rule.pattern() {
            form(pattern, findings);
        }
    }
    for pipeline in &subject.hir.pipelines {
        let own: Vec<(&EventRule<'_>, &Node)> =
            rules.iter().filter_map(|it| Some((it, it.target(pipeline)?))).collect();
        for (rule, target) in &own {
            if let Some(arn) = target.get("Arn").and_then(|arn| not_the_arn(arn, pipeline)) {
                let is_name = target.get("Arn").and_then(Node::intrinsic).is_some_and(|call| call.name == "Ref");
                findings.push(other_arn(&rule.id.node, &pipeline.symbol.node, arn, is_name));
            }
            target_role(subject, rule, target, pipeline, findings);
        }
        let watching: Vec<&EventRule<'_>> = own.iter().map(|(rule, _)| *rule).collect();
        for rule in &watching {
            names_for_arns(document, rule, findings);
            mismatch(rule, pipeline, findings);
        }
        polled_too(&watching, pipeline, findings);
        if own.iter().all(|(rule, _)| rule.is_disabled()) {
            let disabled = own.first().and_then(|(rule, _)| rule.state()).map(inner);
            unstarted(document, pipeline, disabled, findings);
        }
    }
}

/// An event rule of the template.
struct EventRule<'a> {
    id: &'a Spanned<String>,
    properties: Option<&'a Node>,
}

impl<'a> EventRule<'a> {
    fn of(entry: &'a Entry) -> Self {
        Self { id: &entry.key, properties: entry.value.get("Properties") }
    }

    /// Returns its target that is a pipeline.
    fn target(&self, pipeline: &Pipeline) -> Option<&'a Node> {
        let targets = self.properties?.get("Targets")?.items();
        targets.iter().find(|target| target.get("Arn").is_some_and(|arn| names(arn, pipeline)))
    }

    fn state(&self) -> Option<&'a Node> {
        self.properties?.get("State")
    }

    fn is_disabled(&self) -> bool {
        self.state().and_then(Node::literal) == Some("DISABLED")
    }

    fn pattern(&self) -> Option<&'a Node> {
        self.properties?.get("EventPattern")
    }

    /// Returns the strings of a field of its pattern, or `None` unless all of them are known.
    fn texts(&self, path: &[&str]) -> Option<Vec<Spanned<String>>> {
        let field = self.pattern()?.at(path)?;
        field.items().iter().map(|item| Some(Spanned::new(composed(item)?, inner(item)))).collect()
    }
}

/// Returns a literal string, or the string that a function composes from literal strings.
fn composed(node: &Node) -> Option<String> {
    let Some(call) = node.intrinsic() else { return node.literal().map(str::to_owned) };
    match (call.name.as_ref(), call.argument.items()) {
        ("Fn::Sub", items) => {
            let text = items.first().map_or_else(|| call.argument.text(), Node::literal)?;
            let piece = |part: SubPart<'_>| match part {
                SubPart::Text(text) => Some(text.to_owned()),
                SubPart::Name(name) => composed(items.get(1)?.get(name)?),
            };
            sub_parts(text).into_iter().map(piece).collect()
        }
        ("Fn::Join", [separator, list]) => {
            let texts: Option<Vec<String>> = list.items().iter().map(composed).collect();
            Some(texts.filter(|texts| !texts.is_empty())?.join(separator.literal()?))
        }
        _ => None,
    }
}

/// Returns whether an ARN is that of a pipeline.
fn names(arn: &Node, pipeline: &Pipeline) -> bool {
    let id = pipeline.symbol.node.as_str();
    let is_name =
        |text: &str| text.contains(&format!("${{{id}}}")) || text.rsplit(':').next() == Some(&pipeline.name.node);
    if arn.referred().as_deref() == Some(id) {
        return true;
    }
    match arn.text() {
        Some(text) => is_name(text),
        None => {
            arn.items().iter().any(|item| names(item, pipeline))
                || arn.entries().iter().any(|entry| names(&entry.value, pipeline))
        }
    }
}

/// A name in the field of ARNs.
fn no_arn(rule: &str, id: &str, returned: &str, place: Span) -> Diagnostic {
    let message = format!("event rule `{rule}` never starts the pipeline");
    Diagnostic::new(
        Code::W0617,
        message,
        place,
        format!("`Ref` returns the {returned} of `{id}`; events contain its ARN"),
    )
    .help_in(|notation| format!("write `{}`", notation.attribute(id, "Arn")))
}

/// Checks the role of a target.
fn target_role(
    subject: &Subject<'_>,
    rule: &EventRule<'_>,
    target: &Node,
    pipeline: &Pipeline,
    findings: &mut Findings,
) {
    let Some(given) = target.get("RoleArn") else {
        findings.push(no_role(rule.id));
        return;
    };
    let Some(id) = given.referred() else { return };
    let declared = subject.hir.roles.entries().find(|(_, it)| it.declaration.symbol.node == id);
    let Some((role_id, declared)) = declared else { return };
    let planned = &subject.plan.roles[role_id];
    let is_whole = planned.states_all() && !declared.declaration.incomplete;
    let arn = format!("arn:*:codepipeline:*:*:{}", pipeline.name.node);
    if is_whole && !coverage::allows_arn(subject.plan, planned, START, &arn) {
        findings.push(cannot_start(&declared.declaration.symbol, &pipeline.symbol.node, rule.id));
    }
}

/// Returns the span of an ARN that contains the name of a pipeline, but not as all of its last field.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html> (2026-11-29)
fn not_the_arn(arn: &Node, pipeline: &Pipeline) -> Option<Span> {
    let text = match arn.intrinsic() {
        Some(call) if call.name == "Fn::Sub" => call.argument,
        // It returns the name.
        Some(call) if call.name == "Ref" => {
            return (call.argument.text() == Some(pipeline.symbol.node.as_str())).then_some(arn.span);
        }
        Some(_) => return None,
        None => arn,
    };
    let written = text.text().filter(|text| text.starts_with("arn:"))?;
    // The names of pseudo parameters contain two colons.
    let last = written.replace("AWS::", "").splitn(6, ':').nth(5)?.to_owned();
    let id = format!("${{{}}}", pipeline.symbol.node);
    let is_name = |last: &str| last == id || last == pipeline.name.node;
    let ends_so = last.rsplit('/').next().is_some_and(is_name);
    (!is_name(&last) && ends_so).then(|| inner(text))
}

/// Returns the source actions whose changes an event of a sender reports.
fn watched<'a>(pipeline: &'a Pipeline, sender: &str) -> Vec<(&'a Action, &'a Json)> {
    let sources = pipeline.actions.iter().filter(|action| action.category == Category::Source);
    let with_pattern = sources.filter_map(|action| {
        let pattern = action.action_type.change_detection.as_ref()?.pattern.as_ref()?;
        Some((action, pattern))
    });
    with_pattern.filter(|(_, pattern)| first(pattern, &["source"]) == Some(sender)).collect()
}

fn first<'a>(pattern: &'a Json, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(pattern, |value, key| value.get(key))?.get(0)?.as_str()
}

/// Checks for names in the field of ARNs, which match no event.
fn names_for_arns(document: Document<'_>, rule: &EventRule<'_>, findings: &mut Findings) {
    let resources = rule.pattern().and_then(|pattern| pattern.get("resources")).map(Node::items).unwrap_or_default();
    for item in resources.iter().filter(|item| item.intrinsic().is_some_and(|call| call.name == "Ref")) {
        let Some(id) = item.referred() else { continue };
        let kind = document.root.at(&["Resources", &id, "Type"]).and_then(Node::literal);
        if let Some(returned) = kind.and_then(ref_without_arn) {
            findings.push(no_arn(&rule.id.node, &id, returned, item.span));
        }
    }
}

/// Checks for fields of a pattern that match no change of a source.
fn mismatch(rule: &EventRule<'_>, pipeline: &Pipeline, findings: &mut Findings) {
    let Some(senders) = rule.texts(&["source"]) else { return };
    for sender in &senders {
        let actions = watched(pipeline, &sender.node);
        if actions.is_empty() {
            misspelled(rule, &["source"], pipeline, findings);
            continue;
        }
        let Some((_, pattern)) = actions.first() else { continue };
        let kinds = rule.texts(&["detail-type"]);
        let expected = first(pattern, &["detail-type"]).unwrap_or_default();
        for kind in kinds.iter().flatten() {
            let only_others = || is_of_others(&kind.node, &senders).then_some(expected);
            let near = suggest::similar(&kind.node, [expected, CALLS]).or_else(only_others);
            let near = near.or_else(|| is_nearly(&kind.node, expected).then_some(expected));
            if let Some(near) = near.filter(|near| *near != kind.node) {
                findings.push(no_such_event(&rule.id.node, "detail-type", kind, near));
            }
        }
        if kinds.is_some_and(|kinds| kinds.iter().all(|kind| kind.node == expected)) {
            fields(rule, &actions, findings);
        }
    }
}

/// Detail types of a sender that differ from that of changes by their last word.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html> (2026-11-30)
const ALIKE: [&str; 1] = ["ECR Image Scan"];

/// Returns whether a detail type differs from the expected one only by its last word, and no sender has it.
fn is_nearly(kind: &str, expected: &str) -> bool {
    let start = |text: &str| text.rsplit_once(' ').map(|(start, _)| start.to_owned());
    !ALIKE.contains(&kind) && start(kind).is_some_and(|start_of| start(expected) == Some(start_of))
}

/// Returns whether a detail type is that of changes in other kinds of sources than the senders.
fn is_of_others(kind: &str, senders: &[Spanned<String>]) -> bool {
    let patterns = catalog::all_action_types().filter_map(|it| it.change_detection.as_ref()?.pattern.as_ref());
    let of_kind: Vec<&Json> = patterns.filter(|pattern| first(pattern, &["detail-type"]) == Some(kind)).collect();
    let is_sender = |pattern: &&Json| senders.iter().any(|it| first(pattern, &["source"]) == Some(&it.node));
    !of_kind.is_empty() && !of_kind.iter().any(is_sender)
}

/// Checks for a sender that resembles that of a source.
fn misspelled(rule: &EventRule<'_>, path: &[&str], pipeline: &Pipeline, findings: &mut Findings) {
    let sources = pipeline.actions.iter().filter(|action| action.category == Category::Source);
    let patterns = sources.filter_map(|it| it.action_type.change_detection.as_ref()?.pattern.as_ref());
    let known: Vec<&str> = patterns.filter_map(|pattern| first(pattern, path)).collect();
    for given in rule.texts(path).iter().flatten() {
        let near = suggest::similar(&given.node, known.iter().copied());
        if let Some(near) = near.filter(|near| *near != given.node) {
            findings.push(no_such_event(&rule.id.node, "source", given, near));
        }
    }
}

/// Checks that the values in a pattern are lists and not empty.
fn form(pattern: &Node, findings: &mut Findings) {
    for entry in pattern.entries() {
        let value = &entry.value;
        match &value.kind {
            _ if value.intrinsic().is_some() => {}
            NodeKind::Mapping(_) => form(value, findings),
            NodeKind::Sequence(items) if items.is_empty() => findings.push(empty_list(&entry.key)),
            NodeKind::Sequence(_) => {}
            NodeKind::Scalar(_) => findings.push(no_list(&entry.key, value)),
        }
    }
}

/// Checks the fields of a pattern that contain what a source is configured to watch.
fn fields(rule: &EventRule<'_>, actions: &[(&Action, &Json)], findings: &mut Findings) {
    let Some((_, pattern)) = actions.first() else { return };
    let mut paths: Vec<(Vec<&str>, &str)> = Vec::new();
    collect(pattern, &mut Vec::new(), &mut paths);
    for (path, templates) in known_lists(pattern) {
        for given in rule.texts(&path).iter().flatten() {
            let near = suggest::similar(&given.node, templates.iter().copied());
            if let Some(near) = near.filter(|_| !templates.contains(&given.node.as_str())) {
                findings.push(no_such_event(&rule.id.node, &path.join("."), given, near));
            }
        }
    }
    for (path, template) in paths {
        let Some((before, key)) = template.split_once("${").and_then(|_| template.rsplit_once("${")) else { continue };
        let Some(key) = key.strip_suffix('}') else { continue };
        let Some(values) = actions.iter().map(|(action, _)| action.literal(key)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let Some(given) = rule.pattern().and_then(|pattern| pattern.at(&path)) else { continue };
        let ends: Option<Vec<(String, Span)>> = given.items().iter().map(|item| end_of(item, before)).collect();
        let Some(ends) = ends.filter(|ends| !ends.is_empty()) else { continue };
        if ends.iter().any(|(end, _)| values.contains(&end.as_str())) {
            continue;
        }
        let (Some((found, place)), Some((action, _))) = (ends.first(), actions.first()) else { continue };
        let watched = Watched { key, value: values.first().copied().unwrap_or_default(), action };
        findings.push(another(&rule.id.node, found, *place, &watched));
    }
}

/// Returns the lists of a pattern in `detail` whose strings are all known, with their paths.
fn known_lists(pattern: &Json) -> Vec<(Vec<&str>, Vec<&str>)> {
    let Some(Json::Object(fields)) = pattern.get("detail") else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in fields {
        let texts: Option<Vec<&str>> = value.as_array().and_then(|items| items.iter().map(Json::as_str).collect());
        if let Some(texts) = texts.filter(|texts| texts.iter().all(|text| !text.contains("${"))) {
            found.push((vec!["detail", key.as_str()], texts));
        }
    }
    found
}

/// Collects every list with one string in a pattern, with its path.
fn collect<'p>(value: &'p Json, path: &mut Vec<&'p str>, found: &mut Vec<(Vec<&'p str>, &'p str)>) {
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                path.push(key);
                collect(value, path, found);
                path.pop();
            }
        }
        Json::Array(items) => {
            if let [Json::String(text)] = items.as_slice() {
                found.push((path.clone(), text));
            }
        }
        _ => {}
    }
}

/// Returns the string of an element, or the end of its ARN, or `None` if it is not literal.
fn end_of(item: &Node, before: &str) -> Option<(String, Span)> {
    let text = match item.intrinsic() {
        None => item.literal()?,
        Some(call) if call.name == "Fn::Sub" => call.argument.text()?,
        Some(call) if call.name == "Fn::Join" => {
            let last = call.argument.items().get(1)?.items().last()?;
            let text = last.literal()?;
            let end = text.rsplit(':').next()?;
            return Some((end.to_owned(), inner(last)));
        }
        Some(_) => return None,
    };
    let end = if before.contains(':') { text.rsplit(':').next()? } else { text };
    let place = if item.scalar().is_some() { inner(item) } else { item.span };
    (!end.contains("${")).then(|| (end.to_owned(), place))
}

/// Returns the key that makes CodePipeline poll for changes, if a source has it and does not turn it off.
fn polls(action: &Action) -> Option<&str> {
    let detection = action.action_type.change_detection.as_ref()?;
    detection.pattern.as_ref()?;
    let (key, _) = detection.set.first()?;
    Some(key)
}

/// Checks for a source that a rule watches and CodePipeline also polls.
fn polled_too(rules: &[&EventRule<'_>], pipeline: &Pipeline, findings: &mut Findings) {
    for action in pipeline.actions.iter().filter(|action| action.category == Category::Source && !action.incomplete) {
        let Some(key) = polls(action) else { continue };
        if action.value(key).is_some_and(|value| !matches!(value.kind, crate::hir::ValueKind::Bool(true))) {
            continue;
        }
        let pattern = action.action_type.change_detection.as_ref().and_then(|it| it.pattern.as_ref());
        let sender = pattern.and_then(|pattern| first(pattern, &["source"])).unwrap_or_default();
        let watching = |rule: &&&EventRule<'_>| {
            rule.texts(&["source"]).is_some_and(|senders| senders.iter().any(|it| it.node == sender))
        };
        if let Some(rule) = rules.iter().find(watching) {
            findings.push(started_twice(&pipeline.symbol.node, action, key, rule.id));
        }
    }
}

/// Checks for a pipeline whose sources all wait for events that nothing in the template sends.
fn unstarted(document: Document<'_>, pipeline: &Pipeline, disabled: Option<Span>, findings: &mut Findings) {
    let sources: Vec<&Action> = pipeline.actions.iter().filter(|action| action.category == Category::Source).collect();
    let is_off = |action: &&Action| {
        let off =
            |key: &str| action.value(key).is_some_and(|value| matches!(value.kind, crate::hir::ValueKind::Bool(false)));
        action.filters.is_empty() && polls(action).is_some_and(off)
    };
    let is_started = document.resources("AWS::CodePipeline::Webhook").next().is_some()
        || document.resources("AWS::Scheduler::Schedule").next().is_some()
        || pipeline.restart_on_update
        || pipeline.incomplete
        || is_handed_on(document, &pipeline.symbol.node)
        || disabled.is_none() && may_be_called(document);
    if let Some(first) = sources.first().filter(|_| !is_started && sources.iter().all(is_off)) {
        findings.push(never(&pipeline.symbol.node, first, disabled));
    }
}

/// Returns whether a module, a nested stack, or a custom resource gets the pipeline, and may create a rule that starts it.
fn is_handed_on(document: Document<'_>, pipeline: &str) -> bool {
    let resources = document.root.get("Resources").map(Node::entries).unwrap_or_default();
    resources.iter().any(|resource| {
        let ty = resource.value.get("Type").and_then(Node::literal).unwrap_or_default();
        let is_open = ty.ends_with("::MODULE")
            || ty.starts_with("Custom::")
            || matches!(ty, "AWS::CloudFormation::CustomResource" | "AWS::CloudFormation::Stack")
            || matches!(ty, "AWS::Serverless::Application" | "AWS::Lambda::Function" | "AWS::Serverless::Function");
        is_open && refers_to(&resource.value, &[pipeline])
    })
}

/// Returns whether the template has functions, and a policy with which one may start pipelines.
fn may_be_called(document: Document<'_>) -> bool {
    let mut policies = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"].into_iter();
    let has_functions = ["AWS::Lambda::Function", "AWS::Serverless::Function"];
    has_functions.into_iter().any(|ty| document.resources(ty).next().is_some())
        && policies.any(|ty| document.resources(ty).any(|policy| holds(&policy.value, START)))
}

/// Returns whether a text is somewhere in a value.
fn holds(node: &Node, text: &str) -> bool {
    node.literal() == Some(text)
        || node.items().iter().any(|item| holds(item, text))
        || node.entries().iter().any(|entry| holds(&entry.value, text))
}

/// A field of a pattern that is not a list.
fn no_list(key: &Spanned<String>, value: &Node) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{}` of an event pattern takes a list", key.node), inner(value), "")
        .note("the deployment would fail with \"Event pattern is not valid\"")
        .help(match value.literal() {
            Some(text) => format!("write `[\"{text}\"]`"),
            None => "write the value in `[ ]`".to_owned(),
        })
}

/// A field of a pattern with an empty list.
fn empty_list(key: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{}` of an event pattern is an empty list", key.node), key.span, "")
        .note("the deployment would fail with \"Event pattern is not valid\"")
        .help(format!("add a value, or remove `{}`", key.node))
}

/// A target that is a pipeline, without a role.
fn no_role(rule: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::E0105, format!("the target of event rule `{}` needs `RoleArn`", rule.node), rule.span, "")
        .note("the deployment would fail with \"RoleArn is required for target\"")
        .help("add `RoleArn` with the ARN of a role that EventBridge can assume and that allows `codepipeline:StartPipelineExecution`")
}

/// A role with which EventBridge cannot start the pipeline.
fn cannot_start(assumed: &Spanned<String>, pipeline: &str, rule: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0840,
        format!("role `{}` does not allow starting pipeline `{pipeline}`", assumed.node),
        assumed.span,
        format!("does not allow `{START}`"),
    )
    .label(rule.span, "this event rule starts the pipeline with it")
    .help(format!("allow `{START}` on the ARN of the pipeline"))
}

/// A target with an ARN that no pipeline has. `is_name`: it is the name of the pipeline instead.
fn other_arn(rule: &str, pipeline: &str, place: Span, is_name: bool) -> Diagnostic {
    let message = format!("event rule `{rule}` never starts the pipeline");
    if is_name {
        let arn = format!("arn:${{AWS::Partition}}:codepipeline:${{AWS::Region}}:${{AWS::AccountId}}:${{{pipeline}}}");
        return Diagnostic::new(Code::W0617, message, place, "the name of the pipeline, not its ARN")
            .help_in(|notation| format!("write `{}`", notation.substituted(&arn)));
    }
    Diagnostic::new(Code::W0617, message, place, "not the ARN of a pipeline")
        .help(format!("end the ARN with `:${{{pipeline}}}`, without a resource type"))
}

/// A field of a pattern with a value that no event has.
fn no_such_event(rule: &str, field: &str, given: &Spanned<String>, near: &str) -> Diagnostic {
    let message = format!("event rule `{rule}` never starts the pipeline");
    Diagnostic::new(Code::W0617, message, given.span, format!("no event has this `{field}`"))
        .suggest(given.span, Some(near))
}

/// The changes that a source watches.
struct Watched<'a> {
    key: &'a str,
    value: &'a str,
    action: &'a Action,
}

/// A rule that watches something other than the source does.
fn another(rule: &str, found: &str, place: Span, watched: &Watched<'_>) -> Diagnostic {
    let message = format!("event rule `{rule}` watches `{found}`, but the source uses `{}`", watched.value);
    let setting = watched.action.configuration.get(watched.key);
    let used = setting.map_or(watched.action.name.span, |setting| setting.value.span);
    Diagnostic::new(Code::W0617, message, place, "no change to the source matches")
        .label(used, wording::tick(watched.key) + " of the source")
        .help(format!("write `{}`", watched.value))
}

/// A change that starts the pipeline twice.
fn started_twice(pipeline: &str, action: &Action, key: &str, rule: &Spanned<String>) -> Diagnostic {
    let setting = action.configuration.get(key);
    let place = setting.map_or(action.name.span, |setting| setting.value.span);
    Diagnostic::new(
        Code::W0631,
        format!("a change to source `{}` starts pipeline `{pipeline}` twice", action.name.node),
        place,
        "CodePipeline also polls the source",
    )
    .label(rule.span, "this event rule starts the pipeline")
    .help(format!("set `{key}` to `false`"))
}

/// A pipeline that nothing starts. `disabled`: the state of an event rule that would start it.
fn never(pipeline: &str, source: &Action, disabled: Option<Span>) -> Diagnostic {
    let message = format!("nothing in this template starts pipeline `{pipeline}`");
    if let Some(state) = disabled {
        return Diagnostic::new(Code::W0608, message, state, "this event rule does not start it")
            .label(source.name.span, "this source is not polled")
            .help("set `State` to `ENABLED`, or remove it");
    }
    let label = "this source is not polled, and no event rule watches it";
    Diagnostic::new(Code::W0608, message, source.name.span, label)
        .help("add an event rule, unless another template contains it or the pipeline is started manually")
}
