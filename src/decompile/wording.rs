//! Prints messages in the words of a document: what a diagnostic says about documents is used, and code of the language in
//! backticks, such as attributes and their values, is converted to AWS's words in the notation of the document.

use crate::catalog::spellings::api_key;
use crate::catalog::{self, ActionType, ExampleValue, Kind, Slot};
use crate::diagnostic::wording::{and_list, bounded, each_quotation, line, tick};
use crate::diagnostic::{
    AllowCode, AllowedCalls, AllowedOn, Code, Diagnostic, DocumentHelp, DocumentText, Edit, InDocument, Phrase,
    PipeCode, Severity, TemplateNotation,
};
use crate::source::{SourceMap, Span};
use crate::workspace::document::{Node, SubPart, sub_parts};
use crate::workspace::pipeline_document::DocumentKind;

use super::computed_names::ComputedName;
use super::document_edits::Rewriter;
use super::helps::label_lookup;
use super::resources::kind_of;
use super::triggers::PATTERNS;

/// A part of the document, and its names for the words of messages.
#[derive(Debug, Clone)]
pub struct Region {
    span: Span,
    words: Vec<(String, String)>,
}

impl Region {
    /// Creates the region of an action.
    pub(super) fn of_action(span: Span, kind: DocumentKind, action_type: Option<&ActionType>) -> Self {
        let own = action_type.map(|known| known.slot.as_slice()).unwrap_or_default();
        let mut region = Self::of_slots(span, kind, own);
        region.words.extend(Self::listed(span, kind, "action").words);
        region.words.extend(Self::listed(span, kind, "generic-action").words);
        region
    }

    /// What has these slots.
    pub(super) fn of_slots(span: Span, kind: DocumentKind, slots: &[Slot]) -> Self {
        Self { span, words: slots.iter().flat_map(|slot| words_of(slot, kind, slot.action_level)).collect() }
    }

    /// Keys of the pipeline's structure, after the words for them.
    pub(super) fn of_words<'w>(
        span: Span,
        kind: DocumentKind,
        words: impl Iterator<Item = (&'w str, &'w str)>,
    ) -> Self {
        let key = |key: &str| if kind == DocumentKind::Definition { api_key(key) } else { key.to_owned() };
        Self { span, words: words.map(|(word, aws)| (word.to_owned(), key(aws))).collect() }
    }

    /// Creates a region with what the catalog lists under a word.
    pub(super) fn listed(span: Span, kind: DocumentKind, word: &str) -> Self {
        let slots = catalog::declaration(word).map(|entry| entry.slot.as_slice()).unwrap_or_default();
        Self { span, words: slots.iter().flat_map(|slot| words_of(slot, kind, true)).collect() }
    }

    pub(super) fn aws(&self, word: &str) -> Option<&str> {
        self.words.iter().find(|(known, _)| known == word).map(|(_, aws)| aws.as_str())
    }
}

/// Returns AWS's names for the words of a slot. `structure`: whether the key is in the pipeline's structure, which
/// starts with a lowercase letter in definitions.
fn words_of(slot: &Slot, kind: DocumentKind, structure: bool) -> Vec<(String, String)> {
    let Some(key) = &slot.key else { return Vec::new() };
    let last = key.strip_prefix("ActionTypeId.").unwrap_or(key);
    let key = if structure && kind == DocumentKind::Definition { api_key(last) } else { last.to_owned() };
    let mut words = vec![(slot.attribute.clone(), key)];
    words.extend(slot.values.iter().map(|(word, aws)| (word.clone(), aws.clone())));
    words.extend(slot.field.iter().flat_map(|field| words_of(field, kind, structure)));
    words
}

/// Diagnostics about the text of `.pipe` files, about what dotpipe generates or must know, and about files that a document's
/// repository need not contain: they do not apply to documents.
const ABOUT_PIPE: [Code; 9] = [
    Code::W0304,
    Code::E0301,
    Code::E0415,
    Code::E0702,
    Code::E0708,
    Code::W0706,
    Code::E0807,
    Code::W0876,
    Code::E0877,
];

/// Diagnostics about values of users or of CloudFormation, which are no words of the language.
const ABOUT_VALUES: [Code; 5] = [Code::E0406, Code::E0462, Code::W0462, Code::E0883, Code::E0884];

/// The regions of a document, and its notation for values.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The parts of the document in which words have a meaning.
    pub regions: Vec<Region>,
    /// The names that are known only at deployment.
    pub computed: Vec<ComputedName>,
    /// Whether the document is JSON.
    pub json: bool,
    /// The kind of document.
    pub kind: DocumentKind,
}

impl Wording {
    /// Returns whether a diagnostic applies to a document. `own`: its rule is about documents.
    pub fn is_about(found: &Diagnostic, own: bool) -> bool {
        own || found.severity != Severity::Info && !ABOUT_PIPE.contains(&found.code)
    }

    /// Converts a diagnostic to the words of the document, with edits in its syntax. `own`: its rule is about documents
    /// and uses their words.
    pub fn apply(&self, found: &mut Diagnostic, own: bool, root: &Node, sources: &SourceMap) {
        let regions = self.regions_at(found.primary.span);
        let words = found.in_document.take().filter(|_| !own).map(|words| *words).unwrap_or_default();
        if !matches!(words.help, None | Some(DocumentHelp::Same(_))) {
            found.edits.clear();
            found.intents.clear();
        }
        self.write_edits(found, own, &Rewriter { root, json: self.json, sources });
        if !own {
            self.translate(found, words, regions, root, sources);
        }
        self.show_computed(found);
        label_lookup(found, root, sources);
    }

    /// Converts the texts of a diagnostic. `words`: those that differ in documents, or contain code.
    fn translate(
        &self,
        found: &mut Diagnostic,
        words: InDocument,
        regions: Vec<&Region>,
        root: &Node,
        sources: &SourceMap,
    ) {
        let help = match words.help {
            Some(help) => self.help(help, &regions, root),
            None => found.help.take().map(Phrase::from),
        };
        // A value of the user is not a word of the language.
        let own_word = sources.slice(found.primary.span).trim_matches(['"', '\'']).to_owned();
        let regions = if ABOUT_VALUES.contains(&found.code) { Vec::new() } else { regions };
        let plain = |text: &str| each_quotation(text, |piece| tick(word_at(&regions, piece, &own_word)));
        let said = |text: &Phrase| text.written(plain, |code| self.code(&regions, code));
        let text = |text: DocumentText| line(said(&self.text(text)));
        found.message = words.message.map_or_else(|| plain(&found.message), text);
        found.primary.text = words.label.map_or_else(|| plain(&found.primary.text), text);
        let at = |phrases: &[(usize, Phrase)], index: usize, text: &str| {
            phrases.iter().find(|(of, _)| *of == index).map_or_else(|| plain(text), |(_, phrase)| said(phrase))
        };
        for (index, label) in found.secondary.iter_mut().enumerate() {
            label.text = line(at(&words.secondary, index, &label.text));
        }
        for (index, note) in found.notes.iter_mut().enumerate() {
            *note = bounded(at(&words.notes, index, note));
        }
        let with_references = |help: &str| each_quotation(help, |piece| tick(&self.with_references(piece, root)));
        found.help = help.map(|help| bounded(with_references(&said(&help))));
    }

    pub(super) fn text(&self, text: DocumentText) -> Phrase {
        match self.kind {
            DocumentKind::Template => text.template,
            DocumentKind::Definition => text.definition,
        }
    }

    /// Shows the expressions of computed names instead of their placeholders.
    fn show_computed(&self, found: &mut Diagnostic) {
        for name in &self.computed {
            let show = |text: &mut String| *text = text.replace(&name.placeholder, &name.expression);
            show(&mut found.message);
            show(&mut found.primary.text);
            found.secondary.iter_mut().for_each(|label| show(&mut label.text));
            found.notes.iter_mut().for_each(show);
            found.help.iter_mut().for_each(show);
        }
    }

    /// Converts the edits to the document's syntax, all or none: those that remain in the language are removed.
    fn write_edits(&self, found: &mut Diagnostic, own: bool, rewriter: &Rewriter<'_>) {
        let in_own_words = |edit: &Edit| if own { rewriter.set(edit.span, &edit.replacement) } else { None };
        let written = found.edits.iter().map(|edit| plain_edit(edit, rewriter.sources).or_else(|| in_own_words(edit)));
        let Some(written) = written.collect::<Option<Vec<_>>>() else {
            found.edits.clear();
            found.intents.clear();
            return;
        };
        found.edits = written;
        let aws = |place: Span, word: &str| {
            let known = self.regions_at(place).first().and_then(|region| region.aws(word));
            known.unwrap_or(word).to_owned()
        };
        found.write_intents(|intent| rewriter.edits(intent, &aws));
    }

    /// The regions around a place, the innermost first.
    fn regions_at(&self, place: Span) -> Vec<&Region> {
        let mut covering: Vec<&Region> = self.regions.iter().filter(|region| region.span.covers(place)).collect();
        covering.sort_by_key(|region| region.span.len());
        covering
    }

    /// Converts code of the language, with its backticks.
    fn code(&self, regions: &[&Region], code: &PipeCode) -> String {
        match code {
            PipeCode::Allow(allow) => permission(allow),
            PipeCode::Setting { attribute, value } => self.setting(regions, attribute, value),
            PipeCode::On { event, .. } => {
                let key = EVENTS.iter().find(|(word, _)| word == event).map(|(_, key)| self.key(key));
                tick(&key.unwrap_or_else(|| code.to_string()))
            }
            PipeCode::Else(result) => tick(&result.to_ascii_uppercase()),
            PipeCode::Rule(word) => tick(catalog::rule_type(word).map_or(word, |rule| &rule.provider)),
            PipeCode::Artifact { name, .. } => tick(name),
        }
    }

    /// Converts an attribute with a value. Those of another action have the words of any region.
    fn setting(&self, regions: &[&Region], attribute: &str, value: &ExampleValue) -> String {
        let has_key = |region: &&&Region| region.aws(attribute).is_some();
        let own = regions.iter().find(has_key).copied().or_else(|| self.regions.iter().find(|it| has_key(&it)));
        let all = || own.into_iter().chain(regions.iter().copied());
        let aws = |word: &str| all().find_map(|region| region.aws(word)).unwrap_or(word).to_owned();
        tick(&self.assignment(&aws(attribute), value, &aws))
    }

    /// Writes references to resources, `${Name.arn}`, as the template does.
    fn with_references(&self, piece: &str, root: &Node) -> String {
        if !piece.contains("${") {
            return piece.to_owned();
        }
        let parts = sub_parts(piece);
        if let [SubPart::Name(name)] = parts.as_slice()
            && let Some(reference) = reference_to(root, name)
        {
            return self.function(reference);
        }
        let written = |part| match part {
            SubPart::Text(text) => text.to_owned(),
            SubPart::Name(name) => match reference_to(root, name) {
                Some((id, Some(attribute))) => format!("${{{id}.{attribute}}}"),
                Some((id, None)) => format!("${{{id}}}"),
                None => format!("${{{name}}}"),
            },
        };
        parts.into_iter().map(written).collect()
    }

    /// Returns the function for a logical ID: `Fn::GetAtt` with an attribute, and otherwise `Ref`.
    fn function(&self, (id, attribute): (&str, Option<&str>)) -> String {
        match attribute {
            Some(attribute) => self.notation().attribute(id, attribute),
            None => self.notation().reference(id),
        }
    }

    pub(super) fn notation(&self) -> TemplateNotation {
        if self.json { TemplateNotation::Json } else { TemplateNotation::Yaml }
    }

    /// Returns a key of the pipeline's structure as the document spells it.
    pub(super) fn key(&self, key: &str) -> String {
        if self.kind == DocumentKind::Definition { api_key(key) } else { key.to_owned() }
    }

    /// Returns a key with a value. `aws`: AWS's form of a word.
    pub(super) fn assignment(&self, key: &str, value: &ExampleValue, aws: &dyn Fn(&str) -> String) -> String {
        let items = match value {
            ExampleValue::Bare(word) => return self.notation().text_entry(key, &aws(word)),
            ExampleValue::Text(text) => return self.notation().text_entry(key, text),
            ExampleValue::Map(_) => return self.notation().text_entry(key, &value.to_string()),
            ExampleValue::List(items) => items,
        };
        if items.iter().any(|item| matches!(item, ExampleValue::Map(_))) {
            return self.notation().entry(key, &self.json_in_text(value));
        }
        let is_text = items.iter().all(|item| matches!(item, ExampleValue::Text(_)));
        let is_list_in = |keys: &[&str]| is_text && keys.iter().any(|it| it.eq_ignore_ascii_case(key));
        if is_list_in(&PATTERNS.map(|(key, _)| key)) {
            let patterns = self.notation().entry(&self.key("Includes"), &value.to_string());
            return self.notation().entry(key, &format!("{{ {patterns} }}"));
        }
        if is_list_in(&LISTS) {
            return self.notation().entry(key, &value.to_string());
        }
        // Lists of words are comma-separated strings in a configuration.
        let word = |item: &ExampleValue| match item {
            ExampleValue::Text(text) => text.clone(),
            item => aws(&item.to_string()),
        };
        self.notation().text_entry(key, &items.iter().map(word).collect::<Vec<_>>().join(","))
    }
}

/// Keys of actions that take a list; a configuration has comma-separated strings.
const LISTS: [&str; 2] = ["Commands", "OutputVariables"];

/// Converts a word in backticks. `own`: the text of the document to which a message applies.
fn word_at<'p>(regions: &[&'p Region], word: &'p str, own: &str) -> &'p str {
    if word == own && found_among_values(regions, word) {
        return word;
    }
    let aws = |word: &str| regions.iter().find_map(|region| region.aws(word));
    let bare = word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    aws(word).or_else(|| aws(bare?)).unwrap_or(word)
}

/// Returns whether a text is a word of the language that stands for a value of AWS.
fn found_among_values(regions: &[&Region], text: &str) -> bool {
    regions.iter().any(|region| region.aws(text).is_some_and(|aws| aws != text && aws.eq_ignore_ascii_case(text)))
}

/// What starts a pipeline, or what happens around a stage: the words of the language, and AWS's key.
const EVENTS: [(&str, &str); 5] = [
    ("push", "Push"),
    ("pull-request", "PullRequest"),
    ("entry", "BeforeEntry"),
    ("success", "OnSuccess"),
    ("failure", "OnFailure"),
];

/// Returns the logical ID and the attribute to which `Name.arn` or `Name.name` refers in a template.
fn reference_to<'n>(root: &Node, name: &'n str) -> Option<(&'n str, Option<&'static str>)> {
    let (id, member) = name.split_once('.')?;
    let kind = kind_of(root.at(&["Resources", id, "Type"])?.literal()?)?;
    match member {
        "name" => Some((id, None)),
        // `Ref` returns the ARN of these resources.
        "arn" | "Arn" if matches!(kind, Kind::Topic | Kind::Connection) => Some((id, None)),
        "arn" | "Arn" => Some((id, Some("Arn"))),
        _ => None,
    }
}

/// Describes a statement as a permission in an IAM policy.
fn permission(AllowCode { calls, on }: &AllowCode) -> String {
    let AllowedCalls::Actions(actions) = calls else {
        let on = on.iter().map(AllowedOn::as_text);
        return format!("a permission for these calls on {}", and_list(on));
    };
    let objects = if actions.iter().any(|action| action.contains("Object")) { "/*" } else { "" };
    let resource = |on: &AllowedOn| match on {
        // Existing buckets are referred to by name, and their names do not look like logical IDs.
        AllowedOn::Name(name) if name.contains(['-', '.']) => format!("arn:aws:s3:::{name}{objects}"),
        AllowedOn::Name(name) => format!("${{{name}.Arn}}{objects}"),
        AllowedOn::Arn(_) | AllowedOn::Any => on.as_text().to_owned(),
    };
    let on: Vec<String> = on.iter().map(resource).collect();
    let actions = and_list(actions.iter().map(String::as_str));
    format!("a permission for {actions} on {}", and_list(on.iter().map(String::as_str)))
}

/// Returns an edit that replaces a name by another if every notation spells both the same; quotes around it stay.
fn plain_edit(edit: &Edit, sources: &SourceMap) -> Option<Edit> {
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let written = sources.slice(edit.span);
    let quoted = |quote: char| written.strip_prefix(quote)?.strip_suffix(quote);
    let inner = quoted('"').or_else(|| quoted('\''));
    let margin = usize::from(inner.is_some());
    let range = edit.span.range();
    let span = Span::new(edit.span.file, range.start + margin, range.end - margin);
    let is_name = plain(&edit.replacement) && plain(inner.unwrap_or(written));
    is_name.then(|| Edit { span, replacement: edit.replacement.clone() })
}
