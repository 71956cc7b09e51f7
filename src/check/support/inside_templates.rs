//! The templates that a file deploys, each once, for the rules about the contents of templates.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::sam::sam_facts;
use crate::catalog::template_language::{self, TemplateFunction};
use crate::check::support::deploys::{Deploy, deploys, stack_sets};
use crate::check::{Findings, Subject};
use crate::diagnostic::suggest::similar;
use crate::hir::ValueKind;
use crate::plan::DeployedTemplate;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::document::{Document, Entry, Node};
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::Packaging;
use crate::workspace::pipeline_document::DocumentKind;
use crate::workspace::template::{LogicalId, MadeResource, Template};

/// A template of the repository that is deployed unchanged or packaged.
#[derive(Debug)]
pub(in crate::check) struct InsideTemplate {
    /// Its path from the root.
    pub path: Utf8PathBuf,
    pub template: Arc<Template>,
    pub document: Arc<Document>,
    /// The span of its first deployment, or the whole file if it is the document that defines the pipelines.
    pub deployed: Span,
    /// Whether it is that document.
    pub own: bool,
    /// Whether it is merged into the template that is built.
    pub merged: bool,
}

impl InsideTemplate {
    /// Returns a label for its deployment.
    pub(in crate::check) fn deployed_here(&self) -> Option<(Span, &'static str)> {
        let label = if self.merged { "merged here" } else { "deployed here" };
        (!self.own).then_some((self.deployed, label))
    }

    /// Returns whether SAM's `Globals` set a property for all resources of a type, or a misspelled name in them, which
    /// another rule reports, may be meant to.
    pub(in crate::check) fn is_global(&self, kind: &str, property: &str) -> bool {
        let section = kind.strip_prefix("AWS::Serverless::");
        let (Some(section), Some(all)) = (section, self.root().and_then(|root| root.get("Globals"))) else {
            return false;
        };
        let Some(facts) = sam_facts() else { return true };
        let is_known = |entry: &Entry| facts.globals.contains_key(&entry.key.node);
        let Some(of_type) = all.get(section) else { return !all.entries().iter().all(is_known) };
        let known = facts.globals.get(section);
        let is_known = |entry: &Entry| known.is_none_or(|known| known.contains(&entry.key.node));
        of_type.get(property).is_some() || !of_type.entries().iter().all(is_known)
    }

    /// Its tree.
    pub(in crate::check) fn root(&self) -> Option<&Node> {
        self.document.root.as_ref()
    }

    /// Returns the entries of a section that are declarations.
    pub(in crate::check) fn section(&self, name: &str) -> impl Iterator<Item = &Entry> {
        let entries = self.root().and_then(|root| root.get(name)).map_or(&[][..], Node::entries);
        entries.iter().filter(|entry| !entry.key.node.starts_with("Fn::"))
    }
}

/// Returns every template that is deployed, and those of local nested stacks.
pub(in crate::check) fn inside_templates<'a>(subject: &Subject<'a>) -> &'a [InsideTemplate] {
    subject.shared.inside_templates.get_or_init(|| find(subject))
}

/// Returns the same templates, then the files of resources that are merged into the template that is built, for rules
/// about single resources.
pub(in crate::check) fn with_merged<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a InsideTemplate> {
    let merged = subject.shared.merged_files.get_or_init(|| merged(subject));
    inside_templates(subject).iter().chain(merged)
}

/// Visits these templates, if all names in them are known, and adds a label for the deployment to what is found in each.
pub(in crate::check) fn each_template<'a>(
    subject: &Subject<'a>,
    findings: &mut Findings,
    mut look: impl FnMut(&'a InsideTemplate, &mut Findings),
) {
    for inside in with_merged(subject).filter(|inside| inside.template.declares_all_names()) {
        let mut found = Findings::default();
        look(inside, &mut found);
        findings.append(found.labeled(inside.deployed_here()));
    }
}

fn merged(subject: &Subject<'_>) -> Vec<InsideTemplate> {
    let read = |file: &Spanned<String>| {
        let path = normalize(Utf8Path::new(&file.node)).ok()?;
        let template = subject.workspace.template(&path).ok().filter(|template| template.error.is_none())?;
        let document = subject.workspace.document(&path).ok()?;
        let is_plain = |root: &Node| !has_foreign_tag(root) && !has_computed_type(root);
        let known = inside_templates(subject).iter().any(|known| known.path == path);
        (!known && document.root.as_ref().is_some_and(is_plain)).then_some(InsideTemplate {
            path,
            template,
            document,
            deployed: file.span,
            own: false,
            merged: true,
        })
    };
    // A macro may change every resource.
    let is_final = !subject.plan.extra.whole.iter().any(|(section, _)| section.node == "Transform");
    subject.hir.resource_files.iter().filter(|_| is_final).filter_map(read).collect()
}

fn find(subject: &Subject<'_>) -> Vec<InsideTemplate> {
    let mut found: Vec<InsideTemplate> = own_document(subject).into_iter().collect();
    for deploy in deploys(subject).iter().chain(&stack_sets(subject)) {
        if !is_same(subject, deploy) {
            continue;
        }
        let own = (deploy.path.to_owned(), Arc::clone(deploy.template));
        let nested = deploy.tree(subject).map(|tree| tree.all()).unwrap_or_default();
        let all = nested.into_iter().map(|tree| (tree.path.clone(), Arc::clone(&tree.template)));
        for (path, template) in std::iter::once(own).chain(all) {
            if template.error.is_some() || found.iter().any(|known| known.path == path) {
                continue;
            }
            // A template that is built from the pipeline file has no document, and none of the user's mistakes.
            let Ok(document) = subject.workspace.document(&path) else { continue };
            if document.root.as_ref().is_some_and(|root| has_foreign_tag(root) || has_computed_type(root)) {
                continue;
            }
            found.push(InsideTemplate {
                path,
                template,
                document,
                deployed: deploy.place(),
                own: false,
                merged: false,
            });
        }
    }
    found
}

/// Returns the template that defines the pipelines, if one does.
fn own_document(subject: &Subject<'_>) -> Option<InsideTemplate> {
    let own = subject.document.filter(|document| document.kind == DocumentKind::Template)?;
    if has_foreign_tag(own.root) || has_computed_type(own.root) {
        return None;
    }
    let path = subject.workspace.own_document()?;
    let template = subject.workspace.template(&path).ok()?;
    let document = subject.workspace.document(&path).ok()?;
    Some(InsideTemplate { path, template, document, deployed: own.root.span, own: true, merged: false })
}

/// Returns whether a tag belongs to another program that generates a template from the file, such as `!Rain::Module`.
fn has_foreign_tag(node: &Node) -> bool {
    let known = || template_language::functions().iter().map(TemplateFunction::tag);
    let is_foreign = |tag: &str| !known().any(|name| name == tag) && similar(tag, known()).is_none();
    // The same in JSON: `{ "Rain::Embed": "file" }`. AWS's own names are keys of metadata.
    let is_directive = |key: &str| {
        let prefix = key.split_once("::").map(|(prefix, _)| prefix);
        let is_own = |prefix: &str| ["AWS", "Fn"].iter().any(|own| own.eq_ignore_ascii_case(prefix));
        let names = || template_language::functions().iter().map(|function| function.name.as_str());
        prefix.is_some_and(|prefix| !is_own(prefix) && similar(key, names()).is_none())
    };
    node.tag.as_ref().is_some_and(|tag| is_foreign(&tag.node))
        || matches!(node.entries(), [only] if is_directive(&only.key.node))
        || node.items().iter().any(has_foreign_tag)
        || node.entries().iter().any(|entry| has_foreign_tag(&entry.value))
}

/// Returns whether the type of a resource is not a string. Then another program generates a template from the file.
fn has_computed_type(root: &Node) -> bool {
    let resources = root.get("Resources").map_or(&[][..], Node::entries);
    resources.iter().filter_map(|entry| entry.value.get("Type")).any(|kind| kind.literal().is_none())
}

/// Returns whether the deployed template has the contents of the file, except for code that packaging uploads: no
/// command changes it.
fn is_same(subject: &Subject<'_>, deploy: &Deploy<'_>) -> bool {
    let deployed = subject.action_files.template(deploy.pipeline_id, deploy.action_id);
    match (deployed, deploy.action.value("TemplatePath").map(|value| &value.kind)) {
        (DeployedTemplate::Found { packaging: Some(packaging), path, .. }, _) => {
            only_packages(path, &packaging.0, &packaging.1)
        }
        // `origin` says that it is.
        _ if deploy.action.template_origin.is_some() => true,
        (_, Some(ValueKind::ArtifactFile(file))) => {
            let own =
                subject.action_files.repository_file(deploy.pipeline_id, file).and_then(|path| normalize(&path).ok());
            own.as_deref() == Some(deploy.path)
        }
        _ => false,
    }
}

/// The length of the hashes in the names that SAM generates.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html> (2026-11-29)
const HASH: usize = 10;

/// Programs that read templates but do not change them.
const READERS: [&str; 5] = ["aws cloudformation ", "sam ", "cfn-lint", "cfn_nag", "cfn-nag"];

fn only_packages(path: &Utf8Path, packaging: &Packaging, build: &Build) -> bool {
    let Some(name) = path.file_name() else { return false };
    let mentions = build.spec.commands().filter(|command| command.text.contains(name));
    let reads = |text: &str| READERS.iter().any(|reader| text.trim_start().starts_with(reader));
    mentions.into_iter().all(|command| command.span.covers(packaging.span) || reads(&command.text))
}

/// The APIs that SAM generates, each with the type of the events that need it, and the property with which they do not.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-httpapi.html>
/// and
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-api.html>
/// (2026-11-30)
const IMPLICIT: [(&str, &str, &str); 2] =
    [("ServerlessRestApi", "Api", "RestApiId"), ("ServerlessHttpApi", "HttpApi", "ApiId")];

/// Returns whether SAM has a type of events.
fn is_event(kind: &str) -> bool {
    sam_facts()
        .is_none_or(|facts| facts.events.function.contains_key(kind) || facts.events.state_machine.contains_key(kind))
}

/// The names that a template declares.
pub(in crate::check) struct DeclaredNames<'a> {
    pub parameters: Vec<&'a str>,
    pub resources: Vec<&'a Entry>,
    pub conditions: Vec<&'a str>,
    pub mappings: Vec<&'a Entry>,
    template: &'a Template,
}

impl<'a> DeclaredNames<'a> {
    pub(in crate::check) fn of(inside: &'a InsideTemplate) -> Self {
        let names = |section: &str| inside.section(section).map(|entry| entry.key.as_str()).collect();
        Self {
            parameters: names("Parameters"),
            resources: inside.section("Resources").collect(),
            conditions: names("Conditions"),
            mappings: inside.section("Mappings").collect(),
            template: &inside.template,
        }
    }

    /// Returns the resource with this logical ID.
    pub(in crate::check) fn resource(&self, id: &str) -> Option<&'a Entry> {
        self.resources.iter().find(|entry| entry.key.node == id).copied()
    }

    /// Returns the type of a resource.
    pub(in crate::check) fn kind_of(&self, id: &str) -> Option<Spanned<String>> {
        self.resource(id)?.value.get("Type")?.spanned()
    }

    /// Returns the type of a resource that SAM generates, with the span of its cause.
    pub(in crate::check) fn generated_kind(&self, id: &str) -> Option<Spanned<String>> {
        let made = self.template.made_resources().iter();
        let is_own = |made: &&MadeResource| matches!(&made.id, LogicalId::Exact(own) if own == id);
        let mut made = made.filter(|made| made.generated && !made.kind.starts_with("AWS::Serverless::")).filter(is_own);
        made.next().map(|made| Spanned::new(made.kind.clone(), made.span))
    }

    /// Returns whether a resource has this logical ID: a written one, or one that SAM generates.
    pub(in crate::check) fn has_resource(&self, id: &str) -> bool {
        if self.resource(id).is_some() {
            return true;
        }
        // A word such as `Role`, or the start of a hash.
        let is_of_sam = |rest: &str| {
            let is_hash = rest.len() >= HASH && rest.chars().all(|c| c.is_ascii_hexdigit());
            is_hash || rest.chars().any(|c| c.is_ascii_uppercase())
        };
        let of_sam = |made: &LogicalId| match made {
            LogicalId::Exact(own) => own == id,
            LogicalId::Prefix(own) => id.strip_prefix(own.as_str()).is_some_and(is_of_sam),
        };
        // SAM generates more resources than are known here. The names of all of them start with that of their resource.
        // A missing transform is reported once.
        let is_sam_type = |entry: &&Entry| {
            entry.value.get("Type").and_then(Node::literal).is_some_and(|kind| kind.starts_with("AWS::Serverless::"))
        };
        let is_sam = self.template.is_sam() || self.resources.iter().any(is_sam_type);
        let after = |entry: &&Entry| {
            let kind = entry.value.get("Type").and_then(Node::literal).unwrap_or_default();
            let rest = id.strip_prefix(entry.key.as_str()).filter(|_| kind.starts_with("AWS::Serverless::"));
            rest.is_some_and(is_of_sam)
        };
        // A connector has the name of its resource and its own.
        let connects = |entry: &&Entry| {
            let rest = id.strip_prefix(entry.key.as_str()).filter(|rest| !rest.is_empty());
            rest.zip(entry.value.get("Connectors")).is_some_and(|(rest, all)| all.get(rest).is_some())
        };
        let made = || self.template.made_resources().iter().any(|made| of_sam(&made.id));
        let of_api = IMPLICIT.iter().find(|(api, ..)| id.starts_with(api));
        let is_general =
            id.starts_with("Serverless") && of_api.is_none_or(|(_, event, property)| self.has_event(event, property));
        is_sam && (is_general || self.resources.iter().any(|it| after(it) || connects(it)) || made())
    }

    /// Returns whether a name is that of the alias or the version of a function that has none, since it sets no alias.
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>
    /// (2026-11-30)
    pub(in crate::check) fn lacks_alias(&self, name: &str) -> bool {
        let Some((id, "Alias" | "Version")) = name.split_once('.') else { return false };
        let function = self.template.resource(id).filter(|it| it.kind.node == "AWS::Serverless::Function");
        function.is_some_and(|function| {
            let properties = function.node.get("Properties").map(Node::entries).unwrap_or_default();
            let is_open = properties.iter().any(|entry| entry.key.node.starts_with("Fn::"));
            let sets = |name: &str| self.template.inherited(function, &[name]).is_some();
            !is_open && !sets("AutoPublishAlias") && !sets("CapacityProviderConfig")
        })
    }

    /// Returns whether some resource may have an event of this type without this property.
    fn has_event(&self, kind: &str, property: &str) -> bool {
        let is_open =
            |node: &Node| node.intrinsic().is_some() || node.entries().iter().any(|it| it.key.node.starts_with("Fn::"));
        let events = self.resources.iter().filter_map(|entry| entry.value.get("Properties"));
        events.into_iter().any(|properties| {
            let events = properties.get("Events");
            is_open(properties)
                || events.is_some_and(is_open)
                || events.map(Node::entries).unwrap_or_default().iter().any(|event| {
                    let given = event.value.get("Properties");
                    // Another rule reports a type that SAM does not have.
                    let is_kind =
                        event.value.get("Type").and_then(Node::literal).is_none_or(|it| it == kind || !is_event(it));
                    is_kind && given.is_none_or(|given| is_open(given) || given.get(property).is_none())
                })
        })
    }
}
