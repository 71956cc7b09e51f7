//! Converts messages to the words of the document: the language's words for attributes and enumerations are replaced by
//! AWS's, and help is adapted to the document.

use crate::catalog::{self, ActionType, Kind, Slot};
use crate::diagnostic::families::names::MOVE_TO_PROJECT;
use crate::diagnostic::wording::{and_list, or_list, tick};
use crate::diagnostic::{Code, Diagnostic, Edit, Severity, TemplateNotation};
use crate::source::{SourceMap, Span};
use crate::workspace::document::{Node, SubPart, sub_parts};
use crate::workspace::pipeline_document::{DocumentKind, api_key};

use super::computed_names::ComputedName;
use super::document_edits::Rewriter;
use super::helps::{label_lookup, switch_words};
use super::resources::kind_of;

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

/// Help instead of that for `.pipe` files.
const HELPS: [(Code, &str); 9] = [
    (Code::E0133, "correct the JSON"),
    (Code::E0157, "write the ARN, or refer to the role with `Fn::GetAtt`"),
    (Code::E0508, "set the type of the pipeline to V2"),
    (Code::E0602, "remove the trigger, or access the repository through a connection"),
    (Code::E0709, "write the value itself, or use a parameter of the template"),
    (Code::E0842, "set `Status` of `VersioningConfiguration` to `Enabled`"),
    (Code::E0901, "keep it in AWS Secrets Manager and write `{{resolve:secretsmanager:NAME:SecretString:KEY}}`"),
    (Code::W0874, "create a role for this action, and set it in the action"),
    (Code::W0902, "use a connection: a source action with the provider `CodeStarSourceConnection`"),
];

/// Phrases about the language, and their replacements for documents.
const PHRASES: [(&str, &str); 28] = [
    ("a duration such as `30m`, not a number", "a number of minutes"),
    ("a duration such as `90d`, not a number", "a number of days"),
    ("add an input after the name, `from ", "add to its `InputArtifacts`: `"),
    (
        "execute it in the environment in which it is prepared",
        "give both actions the same `Region`, and roles of the same account",
    ),
    ("a duration such as `30m`, not a string", "a number of minutes"),
    ("a duration such as `30m`", "a number of minutes"),
    ("a duration such as `90d`, not a string", "a number of days"),
    ("a duration such as `90d`", "a number of days"),
    ("needs attribute `", "needs `"),
    ("has no attribute `", "has no key `"),
    ("actions inside one `parallel` block start together", "actions with the same `RunOrder` start together"),
    (", outside `parallel`", ", by their `RunOrder`"),
    (
        "write `deploy stack` instead of `deploy cloudformation`: it deploys with a change set and needs no `mode`; or ",
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
    ("add an output after the name: `-> ", "add to its `OutputArtifacts`: `"),
    ("add an output after the inputs: `-> ", "add to its `OutputArtifacts`: `"),
    (" to the header of the action", " to its `InputArtifacts`"),
    ("write `on \"*\"`", "write `*`"),
    ("not among the `images` of the action", "not among the image placeholders of the action"),
    ("must be an ascending range such as `0..5`", "must have a `MinimumCount` that is not greater than `MaximumCount`"),
    ("takes `true` or `false`, not a string", "takes `true` or `false`"),
];

/// What AWS takes instead of a duration, and the seconds in its unit.
const UNITS: [(&str, u64); 2] = [("a number of minutes", 60), ("a number of days", 86_400)];

/// Converts the help for a duration to the number that AWS takes: "write `5m`" to "write `5`".
fn numbers(said: &str, help: &str) -> Option<String> {
    let (_, in_unit) = UNITS.iter().find(|(unit, _)| said.ends_with(unit))?;
    let written = help.strip_prefix("write `")?.strip_suffix('`')?;
    let (number, unit) = written.split_at_checked(written.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(seconds)?;
    seconds.is_multiple_of(*in_unit).then(|| format!("write `{}`", seconds / in_unit))
}

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
        let rewriter = Rewriter { root, json: self.json, sources };
        self.write_edits(found, own, &rewriter);
        self.show_computed(found);
        label_lookup(found, root, sources);
        if own {
            return;
        }
        let written = found.help.clone();
        if let Some((_, help)) = HELPS.iter().find(|(code, _)| *code == found.code) {
            found.help = Some((*help).to_owned());
            found.edits.clear();
        }
        if found.code == Code::E0157 && !found.primary.text.starts_with("AWS requires an ARN") {
            let id = written.as_deref().and_then(|help| help.split('`').nth(1)).unwrap_or_default();
            found.help = Some(format!("write `{}`", self.notation().reference(id)));
        }
        // Only CloudFormation resolves references to secrets.
        if found.code == Code::E0901 && self.kind == DocumentKind::Definition {
            found.help = Some("use a connection, or let the build read the secret from AWS Secrets Manager".to_owned());
        }
        if found.help.as_ref().is_some_and(|help| help.starts_with(DERIVE)) {
            found.help = Some("allow these calls in a policy of the role".to_owned());
        }
        let regions = self.regions_at(found.primary.span);
        if found.help.as_deref() == Some(MOVE_TO_PROJECT) {
            // The project may be in another document.
            "not a key of actions".clone_into(&mut found.primary.text);
            found.help = Some("remove it, and set it in the build project".to_owned());
        } else if found.code == Code::E0104 {
            found.help = found.help.take().and_then(|help| keys_in(regions.first().copied(), help));
        }
        if found.code == Code::E0704 {
            found.message = as_written(&found.message, sources.slice(found.primary.span));
        }
        if found.help.as_ref().is_some_and(|help| help.starts_with(DECLARE)) {
            found.help = Some("add it to the `Variables` of the pipeline".to_owned());
        }
        self.adapt_help(found, &regions, root);
        // A value of the user is not a word of the language.
        let own_word = sources.slice(found.primary.span).trim_matches(['"', '\'']).to_owned();
        let regions = if ABOUT_VALUES.contains(&found.code) { Vec::new() } else { regions };
        let said = |text: &mut String| *text = self.said(&regions, text, &own_word);
        said(&mut found.message);
        said(&mut found.primary.text);
        found.secondary.iter_mut().for_each(|label| said(&mut label.text));
        found.notes.iter_mut().for_each(said);
        found.help.iter_mut().for_each(said);
        found.help = found.help.take().map(|help| self.with_references(&help, root));
        if found.code == Code::E0106 {
            let of_minutes = UNITS.iter().any(|(unit, _)| found.message.ends_with(unit));
            let number = |help: String| match numbers(&found.message, &help).unwrap_or(help) {
                help if of_minutes && (help == "write `0`" || help == "write `0m`") => "write at least `1`".to_owned(),
                help => help,
            };
            found.help = found.help.take().map(number);
        }
        switch_words(found);
        if matches!(found.code, Code::E0703 | Code::E0704 | Code::E0705) {
            found.help = found.help.take().map(|help| variables(&help));
        }
        // In documents, an action has no namespace unless it is set.
        if found.code == Code::E0705
            && let Some(action) = found.primary.text.strip_suffix(" is an action, not a namespace")
        {
            found.help = Some(format!("add `Namespace: {name}` to action {action}", name = action.trim_matches('`')));
            found.primary.text = format!("action {action} has no `Namespace`");
            found.edits.clear();
        } else if found.code == Code::E0705 {
            found.help = found.help.take().map(|help| self.with_namespace(&help, root).unwrap_or(help));
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

    /// Converts a text with AWS's words in backticks.
    /// `own`: the text of the document to which it applies.
    fn said(&self, regions: &[&Region], text: &str, own: &str) -> String {
        let mut text = text.to_owned();
        for (phrase, instead) in PHRASES {
            text = text.replace(phrase, instead);
        }
        if self.kind == DocumentKind::Definition {
            text = text
                .replace("`InputArtifacts`", "`inputArtifacts`")
                .replace("`OutputArtifacts`", "`outputArtifacts`")
                .replace("`RunOrder`", "`runOrder`");
        }
        let mut result = String::new();
        for (index, piece) in text.split('`').enumerate() {
            if index % 2 == 0 {
                result.push_str(piece);
                continue;
            }
            let rule = catalog::rule_type(piece).filter(|_| result.ends_with("rule "));
            match rule {
                Some(rule) => result.push_str(&tick(&rule.provider)),
                None if piece == own && found_among_values(regions, piece) => result.push_str(&tick(piece)),
                None => result.push_str(&self.quoted(regions, piece)),
            }
        }
        result
    }

    /// Converts a piece in backticks, including them. Settings of another action have the words of any region.
    fn quoted(&self, regions: &[&Region], piece: &str) -> String {
        if let Some(statement) = piece.strip_prefix("allow [") {
            return permission(statement);
        }
        if let Some((_, resource)) = piece.strip_prefix("allow ").and_then(|it| it.split_once(" on ")) {
            return format!("a permission for these calls on {}", tick(resource.trim_matches('"')));
        }
        if let Some(result) = piece.strip_prefix("else ") {
            return tick(&result.to_ascii_uppercase());
        }
        let aws = |word: &str| regions.iter().find_map(|region| region.aws(word));
        if let Some((word, value)) = piece.split_once(" = ") {
            let elsewhere = || self.regions.iter().find(|region| region.aws(word).is_some());
            let region = regions.iter().copied().find(|region| region.aws(word).is_some()).or_else(elsewhere);
            let aws = |word: &str| region.and_then(|region| region.aws(word)).or_else(|| aws(word)).map(str::to_owned);
            let (key, value) =
                (aws(word).unwrap_or_else(|| word.to_owned()), aws(value).unwrap_or_else(|| value.to_owned()));
            return tick(&self.assignment(&key, &value));
        }
        let is_event =
            |words: &str| piece.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        if let Some((_, key)) = EVENTS.iter().find(|(words, _)| is_event(words)) {
            return self.event(key);
        }
        let bare = piece.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let named = piece.strip_prefix("from ").or(piece.strip_prefix("-> "));
        tick(aws(piece).or(bare.and_then(aws)).or(named).unwrap_or(piece))
    }

    /// Returns the help for a reference to a variable of an action, by the namespace of the action: an action of a
    /// document has one only if the document says so.
    fn with_namespace(&self, help: &str, root: &Node) -> Option<String> {
        let reference = help.split('`').nth(1)?.strip_prefix("#{")?.strip_suffix('}')?;
        let (name, variable) = reference.split_once('.')?;
        let key = |key: &str| if self.kind == DocumentKind::Definition { api_key(key) } else { key.to_owned() };
        let action = action_named(root, name, &key)?;
        match action.get(&key("Namespace")) {
            Some(namespace) => Some(format!("write `#{{{}.{variable}}}`", namespace.literal()?)),
            None => Some(format!("add `{}` to action `{name}`", self.assignment(&key("Namespace"), name))),
        }
    }

    /// Writes references to resources, `${Name.arn}`, as the template does.
    fn with_references(&self, help: &str, root: &Node) -> String {
        let pieces = help.split('`').enumerate().map(|(index, piece)| {
            if index % 2 == 0 || !piece.contains("${") {
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
        });
        pieces.collect::<Vec<_>>().join("`")
    }

    /// Returns the function for a logical ID: `Fn::GetAtt` with an attribute, and otherwise `Ref`.
    fn function(&self, (id, attribute): (&str, Option<&str>)) -> String {
        match attribute {
            Some(attribute) => self.notation().attribute(id, attribute),
            None => self.notation().reference(id),
        }
    }

    fn notation(&self) -> TemplateNotation {
        if self.json { TemplateNotation::Json } else { TemplateNotation::Yaml }
    }

    /// The key for an `on` statement.
    fn event(&self, key: &str) -> String {
        tick(&if self.kind == DocumentKind::Definition { api_key(key) } else { key.to_owned() })
    }

    pub(super) fn assignment(&self, key: &str, value: &str) -> String {
        if let Some(text) = self.json_text(value) {
            return self.notation().entry(key, &text);
        }
        if value.starts_with("[\"") && LISTS.iter().any(|list| list.eq_ignore_ascii_case(key)) {
            return self.notation().entry(key, value);
        }
        // Lists of words are comma-separated strings in a configuration.
        let words = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let joined = words.map(|words| words.replace(", ", ",").replace('"', ""));
        let value = joined.as_deref().unwrap_or(value);
        let quoted = value.starts_with('"');
        self.notation().text_entry(key, if quoted { value.trim_matches('"') } else { value })
    }
}

/// Keys of actions that take a list; a configuration has comma-separated strings.
const LISTS: [&str; 2] = ["Commands", "OutputVariables"];

/// Returns whether a text is a word of the language that stands for a value of AWS.
fn found_among_values(regions: &[&Region], text: &str) -> bool {
    regions.iter().any(|region| region.aws(text).is_some_and(|aws| aws != text && aws.eq_ignore_ascii_case(text)))
}

/// How a help begins that leaves the role to dotpipe.
const DERIVE: &str = "remove `role` to have one derived";

/// How a help begins that declares a variable of the pipeline.
const DECLARE: &str = "declare it in the pipeline: `variable ";

/// What starts a pipeline, or what happens around a stage: the words of the language, and AWS's key.
const EVENTS: [(&str, &str); 5] = [
    ("on push", "Push"),
    ("on pull-request", "PullRequest"),
    ("on entry", "BeforeEntry"),
    ("on success", "OnSuccess"),
    ("on failure", "OnFailure"),
];

/// A message with a variable as the document refers to it.
fn as_written(message: &str, written: &str) -> String {
    let reference = message.split('`').nth(1).filter(|piece| piece.contains('.') && written.starts_with("#{"));
    reference.map_or_else(|| message.to_owned(), |piece| message.replacen(piece, written, 1))
}

/// Reduces "use `a`, `b`, or `c`" to the attributes that are keys of the document.
fn keys_in(region: Option<&Region>, help: String) -> Option<String> {
    if !help.starts_with("use `") {
        return Some(help);
    }
    let words = help.split('`').skip(1).step_by(2);
    let keys: Vec<&str> = words.filter(|word| region.is_some_and(|region| region.aws(word).is_some())).collect();
    (!keys.is_empty()).then(|| format!("use {}", or_list(keys)))
}

/// Converts variables to CodePipeline's notation: `Action.Name` is the variable `Name` of the action, and `${Name}` one
/// of the pipeline.
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

/// Returns the action with a name.
fn action_named<'n>(node: &'n Node, name: &str, key: &dyn Fn(&str) -> String) -> Option<&'n Node> {
    let is_it =
        node.get(&key("ActionTypeId")).is_some() && node.get(&key("Name")).and_then(Node::literal) == Some(name);
    if is_it {
        return Some(node);
    }
    let inside = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    inside.into_iter().find_map(|node| action_named(node, name, key))
}

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

/// Converts `"s3:GetObject", "s3:PutObject"] on Bucket` to a permission in an IAM policy.
fn permission(statement: &str) -> String {
    let (actions, resource) = statement.split_once("] on ").unwrap_or((statement, "*"));
    let actions: Vec<&str> = actions.split(", ").map(|action| action.trim_matches('"')).collect();
    let is_name = !resource.starts_with(['"', '[', '*']);
    let resource = resource.trim_matches('"');
    let objects = actions.iter().any(|action| action.contains("Object"));
    let suffix = if is_name && objects { ".Arn}/*" } else { ".Arn}" };
    // Existing buckets are referred to by name, and their names do not look like logical IDs.
    let is_existing = resource.contains(['-', '.']);
    let resource = match (is_name, is_existing) {
        (true, false) => format!("${{{resource}{suffix}"),
        (true, true) => format!("arn:aws:s3:::{resource}{}", if objects { "/*" } else { "" }),
        (false, _) => resource.to_owned(),
    };
    format!("a permission for {} on `{resource}`", and_list(actions))
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
