//! E0210, E0211, E0101, E0301, E0812: files of the repository that are merged into the template.

use crate::check::support::required_files::Asked;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::repository as family;
use crate::diagnostic::families::repository::no_template;
use crate::diagnostic::families::{names, roles};
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::hir::Test;
use crate::plan::{ExtraFault, Section, World};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule {
    name: "resource-files",
    codes: &[Code::E0101, Code::E0210, Code::E0211, Code::E0301, Code::E0812],
    run: check,
};

/// The metadata that says how the console shows parameters.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-interface.html> (2026-11-29)
const INTERFACE: &str = "AWS::CloudFormation::Interface";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let extra = &subject.plan.extra;
    for fault in &extra.faults {
        findings.push(match fault {
            ExtraFault::File(path, error) => {
                let asked = Asked::of_name("resource file", path);
                asked.unreadable(subject.workspace, camino::Utf8Path::new(""), error)
            }
            ExtraFault::Syntax(reason, place) => {
                let shown = tick(subject.workspace.path_of(place.file).as_str());
                family::not_parsed(&format!("resource file {shown}"), reason, *place, None)
            }
            ExtraFault::NoResources(path) => no_resources(&path.node, path.span),
            ExtraFault::Section(key) => unknown_section(key),
            ExtraFault::SectionTwice(key, first) => names::duplicate("section", key, *first),
            ExtraFault::Twice(section, name, first) => names::duplicate(noun(*section), name, *first),
        });
    }
    names_of_two(subject, findings);
    shown_twice(subject, findings);
    // A macro can add anything that a name refers to.
    let is_final = !extra.whole.iter().any(|(section, _)| section.node == "Transform");
    if !subject.hir.incomplete && extra.faults.is_empty() && is_final {
        unknown(subject, findings);
    }
}

fn noun(section: Section) -> &'static str {
    match section {
        Section::Parameters => "parameter",
        Section::Mappings => "mapping",
        Section::Conditions => "condition",
        Section::Resources => "resource",
        Section::Outputs => "output",
        Section::Rules => "rule",
        Section::Metadata => "metadata",
    }
}

/// Checks for names that both the template and a file declare.
fn names_of_two(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.plan.extra.entries.is_empty() {
        return;
    }
    let own = subject.plan.named_ids();
    for (name, place) in subject.plan.extra.referable_spanned() {
        if let Some((_, first)) = own.iter().find(|(known, _)| known == name) {
            findings.push(roles::same_name(name, None, false, *first, place));
        }
    }
    let conditions = subject.hir.conditions.iter().filter(|condition| !matches!(condition.test, Test::Named(_)));
    let conditions = conditions.map(|it| (it.name.as_str(), it.given.as_ref().map_or(it.late, |given| given.span)));
    let mappings = subject.hir.mappings.iter().map(|it| (it.name.as_str(), it.given.span));
    let (conditions, mappings): (Vec<_>, Vec<_>) = (conditions.collect(), mappings.collect());
    for (section, own) in [(Section::Conditions, conditions), (Section::Mappings, mappings)] {
        for entry in subject.plan.extra.of(section) {
            if let Some((name, first)) = own.iter().find(|(known, _)| *known == entry.name.node) {
                findings.push(names::duplicate(
                    noun(section),
                    &Spanned::new((*name).to_owned(), entry.name.span),
                    *first,
                ));
            }
        }
    }
    for output in subject.plan.extra.of(Section::Outputs) {
        let is_own = |identity: &crate::plan::Identity| format!("{}Url", identity.logical_id) == output.name.node;
        let mut pipelines = subject.plan.pipelines.iter().filter(|pipeline| pipeline.generate);
        if let Some(pipeline) = pipelines.find(|pipeline| is_own(&pipeline.identity)) {
            findings.push(roles::same_name(&output.name.node, None, false, pipeline.identity.span, output.name.span));
        }
    }
}

/// Groups and labels of parameters that a file sets as well.
fn shown_twice(subject: &Subject<'_>, findings: &mut Findings) {
    let interface = subject.plan.extra.of(Section::Metadata).find(|entry| entry.name.node == INTERFACE);
    let Some(interface) = interface else { return };
    let groups = interface.json["ParameterGroups"].as_array().into_iter().flatten();
    let grouped: Vec<&str> =
        groups.filter_map(|group| group["Parameters"].as_array()).flatten().filter_map(|it| it.as_str()).collect();
    for param in &subject.hir.params {
        let name = param.name.as_str();
        let of_file =
            [("label", interface.json["ParameterLabels"].get(name).is_some()), ("group", grouped.contains(&name))];
        for (word, _) in of_file.into_iter().filter(|(_, is_set)| *is_set) {
            if let Some(attribute) = param.attributes.get(word) {
                findings.push(set_twice(word, name, attribute.word, interface.name.span));
            }
        }
    }
}

/// How the console shows a parameter, in the file and in one of resources.
fn set_twice(word: &str, param: &str, place: Span, other: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, format!("`{word}` of parameter `{param}` is set twice"), place, "")
        .label(other, "also set here")
        .help(format!("remove `{word}` here, or `{param}` there"))
}

/// Checks for names that nothing in the template declares.
fn unknown(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.plan.extra.references.is_empty() {
        return;
    }
    let mut known = subject.plan.logical_ids();
    if subject.plan.world == World::Split {
        // The support template does not contain the pipelines.
        known.retain(|id| !subject.plan.pipelines.iter().any(|pipeline| pipeline.identity.logical_id == *id));
    }
    for name in &subject.plan.extra.references {
        if !name.node.starts_with("AWS::") && !known.contains(&name.node) {
            let near = suggest::similar(&name.node, known.iter().map(String::as_str));
            findings.push(names::unknown_logical_id(&name.node, name.span, near, "Fn::ImportValue"));
        }
    }
}

/// A file of resources without a section `Resources`.
fn no_resources(path: &str, place: Span) -> Diagnostic {
    no_template(path, place)
        .help("if the file has only parameters, mappings, conditions, or outputs, add `Resources: {}`")
}

/// A section that templates do not have.
fn unknown_section(section: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("templates have no section `{}`", section.node), section.span, "")
        .help(format!("remove `{}`", section.node))
}
