//! Nested stacks: the templates that a template includes, if they are in the repository.
//!
//! `aws cloudformation package` uploads a local `TemplateURL` or `Location`, whose path is relative to the folder of
//! the template that contains it, and does the same for the templates in it.
//! <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html> (2026-11-28)

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::Span;
use crate::workspace::Workspace;
use crate::workspace::document::Node;
use crate::workspace::file_system::normalize;
use crate::workspace::template::{CodeLocation, MadeResource, Template};

/// The type of nested stacks, after SAM's expansion.
pub const STACK: &str = "AWS::CloudFormation::Stack";

/// The most levels of nesting that are followed.
const DEEPEST: usize = 8;
/// The most nested stacks that are followed in total.
const MOST: usize = 500;

/// A template with the nested stacks in it.
#[derive(Debug, Clone)]
pub struct StackTree {
    /// The path of the template from the root.
    pub path: Utf8PathBuf,
    /// Its content.
    pub template: Arc<Template>,
    /// Its nested stacks.
    pub children: Vec<NestedStack>,
}

/// A nested stack.
#[derive(Debug, Clone)]
pub struct NestedStack {
    /// Its logical ID.
    pub id: String,
    /// The span that names its template, or the resource's type if there is none.
    pub place: Span,
    /// The values of its parameters.
    pub parameters: Option<Node>,
    /// Its template.
    pub template: NestedTemplate,
}

/// The template of a nested stack.
#[derive(Debug, Clone)]
pub enum NestedTemplate {
    /// It was read.
    Read(StackTree),
    /// The repository has no such file.
    Missing(Utf8PathBuf),
    /// The file is not a template.
    Unreadable(Utf8PathBuf),
    /// It is not in the repository: an S3 URL, a parameter, an application of the Serverless Application Repository.
    Remote,
    /// It includes itself.
    Cyclic(Utf8PathBuf),
    /// It exceeds the limits of levels or nested stacks.
    Beyond(Utf8PathBuf),
}

impl StackTree {
    /// Follows the nested stacks of a template.
    pub fn new(workspace: &Workspace, path: &Utf8Path, template: Arc<Template>) -> Self {
        let mut walk = Walk { workspace, above: Vec::new(), count: 0 };
        walk.tree(path.to_owned(), template)
    }

    /// Returns this template and those of all nested stacks that were read.
    pub fn all(&self) -> Vec<&Self> {
        let read = self.children.iter().filter_map(|child| match &child.template {
            NestedTemplate::Read(tree) => Some(tree),
            _ => None,
        });
        std::iter::once(self).chain(read.flat_map(Self::all)).collect()
    }
}

struct Walk<'a> {
    workspace: &'a Workspace,
    /// The templates that contain this one.
    above: Vec<Utf8PathBuf>,
    count: usize,
}

impl Walk<'_> {
    fn tree(&mut self, path: Utf8PathBuf, template: Arc<Template>) -> StackTree {
        self.above.push(path.clone());
        let made = template.made_resources();
        let stacks: Vec<&MadeResource> = made.iter().filter(|made| made.kind == STACK).collect();
        let children = stacks.into_iter().map(|stack| self.child(&path, stack)).collect();
        self.above.pop();
        StackTree { path, template, children }
    }

    fn child(&mut self, parent: &Utf8Path, stack: &MadeResource) -> NestedStack {
        let url = stack.property("TemplateURL");
        NestedStack {
            id: stack.id.known().to_owned(),
            place: url.map_or(stack.span, |url| url.span),
            parameters: stack.property("Parameters").cloned(),
            template: url.map_or(NestedTemplate::Remote, |url| self.template(parent, url)),
        }
    }

    fn template(&mut self, parent: &Utf8Path, url: &Node) -> NestedTemplate {
        let Some(CodeLocation::Local(local)) = CodeLocation::of(url) else { return NestedTemplate::Remote };
        let folder = parent.parent().unwrap_or(Utf8Path::new(""));
        let Ok(path) = normalize(&folder.join(local)) else { return NestedTemplate::Remote };
        self.count += 1;
        if self.above.contains(&path) {
            return NestedTemplate::Cyclic(path);
        }
        if self.above.len() > DEEPEST || self.count > MOST {
            return NestedTemplate::Beyond(path);
        }
        match self.workspace.template(&path) {
            Ok(template) if template.error.is_none() && template.has_resources => {
                NestedTemplate::Read(self.tree(path, template))
            }
            Ok(_) => NestedTemplate::Unreadable(path),
            Err(_) => NestedTemplate::Missing(path),
        }
    }
}
