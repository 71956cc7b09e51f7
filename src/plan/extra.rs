//! Parts of the template that are read from files of the repository (`resources = file("...")`).

use std::ops::Range;

use camino::Utf8Path;
use serde_json::Value as Json;

use crate::hir::Hir;
use crate::source::{Span, Spanned};
use crate::workspace::Workspace;
use crate::workspace::document::{Entry, Node, Scalar, long_form};
use crate::workspace::file_system::FileError;

/// The sections of a template that are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `Parameters`
    Parameters,
    /// `Mappings`
    Mappings,
    /// `Conditions`
    Conditions,
    /// `Resources`
    Resources,
    /// `Outputs`
    Outputs,
    /// `Rules`
    Rules,
    /// `Metadata`
    Metadata,
}

impl Section {
    /// All sections, in the order of templates.
    pub const ALL: [Self; 7] = [
        Self::Metadata,
        Self::Parameters,
        Self::Rules,
        Self::Mappings,
        Self::Conditions,
        Self::Resources,
        Self::Outputs,
    ];

    /// Returns the key in a template.
    pub fn key(self) -> &'static str {
        match self {
            Self::Parameters => "Parameters",
            Self::Mappings => "Mappings",
            Self::Conditions => "Conditions",
            Self::Resources => "Resources",
            Self::Outputs => "Outputs",
            Self::Rules => "Rules",
            Self::Metadata => "Metadata",
        }
    }
}

/// Sections that do not affect resources.
const SILENT: [&str; 2] = ["AWSTemplateFormatVersion", "Description"];

/// Sections that change the template as a whole. Only one of the files can have each.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html> (2026-11-29)
const WHOLE: [&str; 3] = ["Transform", "Globals", "Hooks"];

/// One entry of a section, in the spelling of templates.
#[derive(Debug, Clone)]
pub struct ExtraEntry {
    /// Its section.
    pub section: Section,
    /// Its name, with the span.
    pub name: Spanned<String>,
    /// Its contents, with functions in their long form.
    pub json: Json,
}

/// The reason that a file is not usable.
#[derive(Debug, Clone)]
pub enum ExtraFault {
    /// It could not be read.
    File(Spanned<String>, FileError),
    /// It is neither YAML nor JSON. The message is the parser's.
    Syntax(String, Span),
    /// It has no `Resources`.
    NoResources(Spanned<String>),
    /// It has a section that is not part of the format.
    Section(Spanned<String>),
    /// It has a section that changes the template as a whole, and another file has the same one.
    SectionTwice(Spanned<String>, Span),
    /// It declares a name that is already declared in the same or another file.
    Twice(Section, Spanned<String>, Span),
}

/// The contents of all files.
#[derive(Debug, Clone, Default)]
pub struct Extra {
    /// The entries, in the order written.
    pub entries: Vec<ExtraEntry>,
    /// Sections that change the template as a whole.
    pub whole: Vec<(Spanned<String>, Json)>,
    /// The problems in the files.
    pub faults: Vec<ExtraFault>,
    /// The names that the entries refer to, by `Ref`, `Fn::GetAtt`, and `Fn::Sub`.
    pub references: Vec<Spanned<String>>,
}

impl Extra {
    /// Returns the names that `Ref` can refer to, with their spans.
    pub fn referable_spanned(&self) -> impl Iterator<Item = (&str, Span)> {
        let named = |entry: &&ExtraEntry| matches!(entry.section, Section::Resources | Section::Parameters);
        self.entries.iter().filter(named).map(|entry| (entry.name.node.as_str(), entry.name.span))
    }

    /// Returns the names that `Ref` can refer to.
    pub fn referable(&self) -> impl Iterator<Item = &str> {
        self.referable_spanned().map(|(name, _)| name)
    }

    /// Adds a section that changes the template as a whole, which must be unique.
    fn add_whole(&mut self, section: &Entry) {
        let first = self.whole.iter().find(|(known, _)| known.node == section.key.node).map(|(known, _)| known.span);
        match first {
            Some(first) => self.faults.push(ExtraFault::SectionTwice(section.key.clone(), first)),
            None => self.whole.push((section.key.clone(), long_form(&section.value))),
        }
    }

    /// Returns the entries of a section.
    pub fn of(&self, section: Section) -> impl Iterator<Item = &ExtraEntry> {
        self.entries.iter().filter(move |entry| entry.section == section)
    }
}

/// Reads all files that the entry file names.
pub fn extra(hir: &Hir, workspace: &Workspace) -> Extra {
    let mut extra = Extra::default();
    for path in &hir.resource_files {
        let document = match workspace.document(Utf8Path::new(&path.node)) {
            Ok(document) => document,
            Err(error) => {
                extra.faults.push(ExtraFault::File(path.clone(), error));
                continue;
            }
        };
        match (&document.error, &document.root) {
            (Some(error), _) => extra.faults.push(ExtraFault::Syntax(error.message.clone(), error.span)),
            (None, Some(root)) if root.get("Resources").is_some() => read(&mut extra, root),
            (None, _) => extra.faults.push(ExtraFault::NoResources(path.clone())),
        }
    }
    extra
}

fn read(extra: &mut Extra, root: &Node) {
    for section in root.entries() {
        let known = Section::ALL.into_iter().find(|known| known.key() == section.key.node);
        match known {
            Some(known) => section.value.entries().iter().for_each(|entry| add(extra, known, entry)),
            None if WHOLE.contains(&section.key.node.as_str()) => extra.add_whole(section),
            None if SILENT.contains(&section.key.node.as_str()) => {}
            None => extra.faults.push(ExtraFault::Section(section.key.clone())),
        }
    }
}

fn add(extra: &mut Extra, section: Section, entry: &Entry) {
    let first = extra.of(section).find(|known| known.name.node == entry.key.node).map(|it| it.name.span);
    if let Some(first) = first {
        extra.faults.push(ExtraFault::Twice(section, entry.key.clone(), first));
        return;
    }
    if !matches!(section, Section::Parameters | Section::Mappings | Section::Metadata) {
        references(&entry.value, &mut extra.references);
    }
    extra.entries.push(ExtraEntry { section, name: entry.key.clone(), json: long_form(&entry.value) });
}

/// Adds the names that a node refers to.
fn references(node: &Node, found: &mut Vec<Spanned<String>>) {
    if let Some(call) = node.intrinsic() {
        let argument = call.argument;
        let text = argument.scalar().or_else(|| argument.items().first().and_then(Node::scalar));
        match (call.name.as_ref(), text) {
            ("Ref", Some(text)) => found.push(name_in(text, 0..text.text.len())),
            ("Fn::GetAtt", Some(text)) => {
                found.push(name_in(text, 0..text.text.find('.').unwrap_or(text.text.len())));
            }
            ("Fn::Sub", Some(text)) => substituted(text, argument, found),
            _ => {}
        }
    }
    node.items().iter().for_each(|item| references(item, found));
    node.entries().iter().for_each(|entry| references(&entry.value, found));
}

/// Returns part of a scalar with its span.
fn name_in(scalar: &Scalar, range: Range<usize>) -> Spanned<String> {
    Spanned::new(scalar.text.get(range.clone()).unwrap_or_default().to_owned(), scalar.map.span(range))
}

/// Adds the names in `${...}`, except those that the call itself defines.
fn substituted(scalar: &Scalar, argument: &Node, found: &mut Vec<Spanned<String>>) {
    let own = argument.items().get(1).map(Node::entries).unwrap_or_default();
    let mut offset = 0;
    while let Some(start) = scalar.text.get(offset..).and_then(|rest| rest.find("${")).map(|at| offset + at + 2) {
        let Some(length) = scalar.text.get(start..).and_then(|rest| rest.find('}')) else { break };
        offset = start + length;
        let inside = scalar.text.get(start..offset).unwrap_or_default();
        let head = inside.split('.').next().unwrap_or_default();
        if !inside.starts_with('!') && !own.iter().any(|entry| entry.key.node == inside) {
            found.push(name_in(scalar, start..start + head.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::source::SourceMap;
    use crate::workspace::document::{Document, DocumentOrigin};

    use super::*;

    fn read_text(text: &str) -> Extra {
        let file = SourceMap::default().add("extra.yaml".into(), text);
        let document = Document::parse(text, DocumentOrigin::File(file));
        let mut extra = Extra::default();
        read(&mut extra, &document.root.unwrap());
        extra
    }

    #[test]
    fn every_short_form_has_its_long_one() {
        let extra = read_text(
            "Resources:\n  A:\n    Condition: C\n    Properties:\n      Ref: !Ref B\n      Att: !GetAtt B.C.D\n      List: !GetAtt [B, C]\n      \
             Sub: !Sub 'x${B}'\n      Map: !Sub ['${V}', { V: !ImportValue e }]\n      If: !If [C, !Ref B, !Ref AWS::NoValue]\n      \
             Join: !Join [',', [a, !Select [0, !GetAZs '']]]\n      Cidr: { Fn::Cidr: [a, 1] }\n",
        );
        let wanted = json!({
            "Ref": { "Ref": "B" },
            "Att": { "Fn::GetAtt": ["B", "C.D"] },
            "List": { "Fn::GetAtt": ["B", "C"] },
            "Sub": { "Fn::Sub": "x${B}" },
            "Map": { "Fn::Sub": ["${V}", { "V": { "Fn::ImportValue": "e" } }] },
            "If": { "Fn::If": ["C", { "Ref": "B" }, { "Ref": "AWS::NoValue" }] },
            "Join": { "Fn::Join": [",", ["a", { "Fn::Select": [0, { "Fn::GetAZs": "" }] }]] },
            "Cidr": { "Fn::Cidr": ["a", 1] },
        });
        assert_eq!(extra.entries[0].json["Properties"], wanted);
        let names: Vec<&str> = extra.references.iter().map(|name| name.node.as_str()).collect();
        assert_eq!(names, ["B", "B", "B", "B", "B", "AWS::NoValue"]);
    }

    #[test]
    fn plain_scalars_mean_what_cloudformation_reads() {
        let extra = read_text(
            "Mappings: { M: { a: yes, b: Off, c: 012, d: 12, e: 1.5, f: '12', g: ~, h: 2010-09-09, i: 1.50, j: -3 } }\nResources: {}\n",
        );
        let wanted = json!({
            "a": true, "b": false, "c": "012", "d": 12, "e": 1.5, "f": "12", "g": null, "h": "2010-09-09", "i": "1.50",
            "j": -3,
        });
        assert_eq!(extra.entries[0].json, wanted);
    }
}
