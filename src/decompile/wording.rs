//! Messages in the words of the document: the language's words for attributes and enumerations, replaced by AWS's, and advice that
//! fits the document.

use crate::catalog::{self, ActionType, Slot};
use crate::diagnostic::families::names::MOVE_TO_PROJECT;
use crate::diagnostic::wording::{and_list, or_list};
use crate::diagnostic::{Code, Diagnostic, Edit, Severity};
use crate::source::{SourceMap, Span};
use crate::workspace::document::Node;
use crate::workspace::pipeline_document::{DocumentKind, api_key};

use super::document_edits::Rewriter;

/// A part of the document, and what the words of messages about it are called there.
#[derive(Debug, Clone)]
pub struct Region {
    span: Span,
    words: Vec<(String, String)>,
}

impl Region {
    /// An action.
    pub(super) fn of_action(span: Span, kind: DocumentKind, action_type: Option<&ActionType>) -> Self {
        let own = action_type.map(|known| known.slot.as_slice()).unwrap_or_default();
        let mut words: Vec<(String, String)> =
            own.iter().flat_map(|slot| words_of(slot, kind, slot.action_level)).collect();
        words.extend(Self::listed(span, kind, "action").words);
        words.extend(Self::listed(span, kind, "generic-action").words);
        Self { span, words }
    }

    /// What the catalog lists under a word.
    pub(super) fn listed(span: Span, kind: DocumentKind, word: &str) -> Self {
        let slots = catalog::declaration(word).map(|entry| entry.slot.as_slice()).unwrap_or_default();
        Self { span, words: slots.iter().flat_map(|slot| words_of(slot, kind, true)).collect() }
    }

    fn aws(&self, word: &str) -> Option<&str> {
        self.words.iter().find(|(known, _)| known == word).map(|(_, aws)| aws.as_str())
    }
}

/// `structure`: whether the key is one of the pipeline's structure, which definitions spell with a small first letter.
fn words_of(slot: &Slot, kind: DocumentKind, structure: bool) -> Vec<(String, String)> {
    let Some(key) = &slot.key else { return Vec::new() };
    let last = key.strip_prefix("ActionTypeId.").unwrap_or(key);
    let key = if structure && kind == DocumentKind::Definition { api_key(last) } else { last.to_owned() };
    let mut words = vec![(slot.attribute.clone(), key)];
    words.extend(slot.values.iter().map(|(word, aws)| (word.clone(), aws.clone())));
    words.extend(slot.field.iter().flat_map(|field| words_of(field, kind, structure)));
    words
}

/// What is said about the text of `.pipe` files, about what dotpipe generates, and about files that the repository of a document
/// need not contain: it does not hold for documents.
const ABOUT_PIPE: [Code; 8] =
    [Code::W0221, Code::W0304, Code::E0301, Code::E0415, Code::E0708, Code::W0706, Code::E0807, Code::E0877];

/// Advice in place of that for `.pipe` files.
const HELPS: [(Code, &str); 8] = [
    (Code::E0133, "correct the JSON"),
    (Code::E0157, "write the ARN, or refer to the role with `Fn::GetAtt`"),
    (Code::E0508, "set the type of the pipeline to V2"),
    (Code::E0602, "remove the trigger, or access the repository through a connection"),
    (Code::E0606, "set the type of the pipeline to V2"),
    (Code::E0842, "set `Status` of `VersioningConfiguration` to `Enabled`"),
    (Code::E0901, "keep it in AWS Secrets Manager and write `{{resolve:secretsmanager:NAME:SecretString:KEY}}`"),
    (Code::W0902, "use a connection: a source action with the provider `CodeStarSourceConnection`"),
];

/// Phrases about the language, and what is said about documents.
const PHRASES: [(&str, &str); 14] = [
    ("needs attribute `", "needs `"),
    ("has no attribute `", "has no key `"),
    ("actions inside one `parallel` block start together", "actions with the same `RunOrder` start together"),
    (
        "write `deploy stack` instead of `deploy cloudformation`: it deploys with a change set and needs no `ActionMode`; or ",
        "",
    ),
    ("; or remove `role` to have one derived", ""),
    (", or remove `role` to have one derived", ""),
    ("; or remove `RoleArn` to have one derived", ""),
    (", or remove `RoleArn` to have one derived", ""),
    (", or remove `ServiceRole` to have one derived", ""),
    ("; or remove `ServiceRole` to have one derived", ""),
    (" after `from` in the header of the action", " to its `InputArtifacts`"),
    ("add an input after the name: `from ", "add to its `InputArtifacts`: `"),
    (" to the header of the action", " to its `InputArtifacts`"),
    ("write `on \"*\"`", "write `*`"),
];

/// The regions of a document, and how it writes a value.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The parts of the document that words have a meaning in.
    pub regions: Vec<Region>,
    /// Whether the document is JSON.
    pub json: bool,
    /// What the document is.
    pub kind: DocumentKind,
}

impl Wording {
    /// Whether a diagnostic says something about a document. `own`: its rule is about documents.
    pub fn is_about(found: &Diagnostic, own: bool) -> bool {
        own || found.severity != Severity::Info && !ABOUT_PIPE.contains(&found.code)
    }

    /// A diagnostic in the words of the document, with edits in its syntax. `own`: its rule is about documents, and has their words.
    pub fn apply(&self, found: &mut Diagnostic, own: bool, root: &Node, sources: &SourceMap) {
        let rewriter = Rewriter { root, json: self.json, sources };
        self.write_edits(found, own, &rewriter);
        if own {
            return;
        }
        if let Some((_, help)) = HELPS.iter().find(|(code, _)| *code == found.code) {
            found.help = Some((*help).to_owned());
            found.edits.clear();
        }
        let region = self.region_at(found.primary.span);
        if found.help.as_deref() == Some(MOVE_TO_PROJECT) {
            // The project may be in another document.
            "not a key of actions".clone_into(&mut found.primary.text);
            found.help = Some("remove it, and set it in the build project".to_owned());
        } else if found.code == Code::E0104 {
            found.help = found.help.take().and_then(|help| keys_in(region, help));
        }
        let said = |text: &mut String| *text = self.said(region, text);
        said(&mut found.message);
        said(&mut found.primary.text);
        found.secondary.iter_mut().for_each(|label| said(&mut label.text));
        found.notes.iter_mut().for_each(said);
        found.help.iter_mut().for_each(said);
        if matches!(found.code, Code::E0703 | Code::E0704 | Code::E0705) {
            found.help = found.help.take().map(|help| variables(&help));
        }
    }

    /// Edits of the document, all or none: those that are written in the language are left out.
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
            let known = self.region_at(place).and_then(|region| region.aws(word));
            known.unwrap_or(word).to_owned()
        };
        found.write_intents(|intent| rewriter.edits(intent, &aws));
    }

    /// The innermost region around a place.
    fn region_at(&self, place: Span) -> Option<&Region> {
        let covering = self.regions.iter().filter(|region| region.span.covers(place));
        covering.min_by_key(|region| region.span.len())
    }

    /// A text with AWS's words in backticks.
    fn said(&self, region: Option<&Region>, text: &str) -> String {
        let mut text = text.to_owned();
        for (phrase, instead) in PHRASES {
            text = text.replace(phrase, instead);
        }
        if self.kind == DocumentKind::Definition {
            text = text.replace("`InputArtifacts`", "`inputArtifacts`").replace("`RunOrder`", "`runOrder`");
        }
        let mut result = String::new();
        for (index, piece) in text.split('`').enumerate() {
            if index % 2 == 0 {
                result.push_str(piece);
                continue;
            }
            result.push_str(&self.quoted(region, piece));
        }
        result
    }

    /// What stands in backticks, with them.
    fn quoted(&self, region: Option<&Region>, piece: &str) -> String {
        if let Some(statement) = piece.strip_prefix("allow [") {
            return permission(statement);
        }
        let aws = |word: &str| region.and_then(|region| region.aws(word));
        let instead = match piece.split_once(" = ") {
            Some((word, value)) => self.assignment(region, aws(word).unwrap_or(word), value),
            None => match piece {
                "on push" | "on pull-request" | "on entry" | "on success" | "on failure" => return self.event(piece),
                _ => {
                    let bare = piece.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                    let named = piece.strip_prefix("from ").or(piece.strip_prefix("-> "));
                    let known = aws(piece).or(bare.and_then(aws)).or(named);
                    known.unwrap_or(piece).to_owned()
                }
            },
        };
        format!("`{instead}`")
    }

    /// The key that stands for an `on` statement.
    fn event(&self, statement: &str) -> String {
        let key = match statement {
            "on push" => "Push",
            "on pull-request" => "PullRequest",
            "on entry" => "BeforeEntry",
            "on success" => "OnSuccess",
            _ => "OnFailure",
        };
        format!("`{}`", if self.kind == DocumentKind::Definition { api_key(key) } else { key.to_owned() })
    }

    fn assignment(&self, region: Option<&Region>, key: &str, value: &str) -> String {
        let value = region.and_then(|region| region.aws(value)).unwrap_or(value);
        // Lists of words are strings in a configuration, with commas.
        let words = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|it| !it.contains('"'));
        let joined = words.map(|words| words.replace(", ", ","));
        let value = joined.as_deref().unwrap_or(value);
        let quoted = value.starts_with('"');
        match (self.json, quoted) {
            (true, true) => format!("\"{key}\": {value}"),
            (true, false) => format!("\"{key}\": \"{value}\""),
            (false, true) => format!("{key}: {}", value.trim_matches('"')),
            (false, false) => format!("{key}: {value}"),
        }
    }
}

/// "use `a`, `b`, or `c`" with those attributes only that are keys of the document.
fn keys_in(region: Option<&Region>, help: String) -> Option<String> {
    if !help.starts_with("use `") {
        return Some(help);
    }
    let words = help.split('`').skip(1).step_by(2);
    let keys: Vec<&str> = words.filter(|word| region.is_some_and(|region| region.aws(word).is_some())).collect();
    (!keys.is_empty()).then(|| format!("use {}", or_list(keys)))
}

/// Variables as CodePipeline refers to them: `Action.Name` is the variable `Name` of the action, and `${Name}` one of the pipeline.
fn variables(help: &str) -> String {
    let pieces = help.split('`').enumerate().map(|(index, piece)| {
        let own = piece.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        match (index % 2, own, piece.rsplit_once('.')) {
            (1, Some(own), _) if own.contains('.') => format!("#{{{own}}}"),
            (1, Some(own), _) => format!("#{{variables.{own}}}"),
            (1, None, Some((_, variable))) => variable.to_owned(),
            _ => piece.to_owned(),
        }
    });
    pieces.collect::<Vec<_>>().join("`")
}

/// `"s3:GetObject", "s3:PutObject"] on Bucket` as a permission that a policy of IAM has.
fn permission(statement: &str) -> String {
    let (actions, resource) = statement.split_once("] on ").unwrap_or((statement, "*"));
    let actions: Vec<&str> = actions.split(", ").map(|action| action.trim_matches('"')).collect();
    let is_name = !resource.starts_with(['"', '[']);
    let resource = resource.trim_matches('"');
    let objects = actions.iter().any(|action| action.contains("Object"));
    let suffix = if is_name && objects { ".Arn}/*" } else { ".Arn}" };
    // Existing buckets go by their names, which no logical ID looks like.
    let is_existing = resource.contains(['-', '.']);
    let resource = match (is_name, is_existing) {
        (true, false) => format!("${{{resource}{suffix}"),
        (true, true) => format!("arn:aws:s3:::{resource}{}", if objects { "/*" } else { "" }),
        (false, _) => resource.to_owned(),
    };
    format!("a permission for {} on `{resource}`", and_list(actions))
}

/// An edit that replaces a name by another, which every notation spells alike; quotes around it stay.
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
