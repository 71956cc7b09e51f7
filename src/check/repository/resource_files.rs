//! E0210, E0211, E0101, E0301, E0812: files of the repository that are merged into the template.

use crate::check::support::asked_files::Asked;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::repository as family;
use crate::diagnostic::families::repository::no_template;
use crate::diagnostic::families::{names, roles};
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::plan::{ExtraFault, Section, World};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule {
    name: "resource-files",
    codes: &[Code::E0101, Code::E0210, Code::E0211, Code::E0301, Code::E0812],
    run: check,
};

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
    for output in subject.plan.extra.of(Section::Outputs) {
        let is_own = |identity: &crate::plan::Identity| format!("{}Url", identity.logical_id) == output.name.node;
        let mut pipelines = subject.plan.pipelines.iter().filter(|pipeline| pipeline.generate);
        if let Some(pipeline) = pipelines.find(|pipeline| is_own(&pipeline.identity)) {
            findings.push(roles::same_name(&output.name.node, None, false, pipeline.identity.span, output.name.span));
        }
    }
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
