//! `dotpipe providers`: the catalog for people and for programs.

use std::fmt::Write;
use std::sync::Arc;

use clap::Args;
use indexmap::IndexSet;
use serde::Serialize;

use super::{Outcome, output, terminal};
use crate::catalog::{
    self, ActionType, Count, Grant, GrantRole, Header, Kind, Owner, Phase, PipelineType, RuleType, Slot, SlotType, When,
};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::{number, tick};
use crate::render::page::filled;

/// List the action providers, or describe one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe providers            list all providers with their statements
  dotpipe providers codebuild  describe its attributes, artifacts, and variables
  dotpipe providers s3 --json  describe it as JSON
  dotpipe providers --rules    list the rules of stage conditions")]
pub(super) struct Arguments {
    /// Provider, or with `--rules`, a rule
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Show the rules of stage conditions instead of providers
    #[arg(long)]
    rules: bool,
}

/// Prints the reference.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let all: Vec<Provider> = if arguments.rules {
        catalog::rule_words().filter_map(Provider::of_rule).collect()
    } else {
        catalog::words().filter_map(Provider::of).collect()
    };
    let Some(name) = &arguments.name else {
        let all: Vec<&Provider> = all.iter().collect();
        return output::deliver(&if arguments.json { json(&all) } else { list(&all) }, None);
    };
    match named(&all, name).as_slice() {
        [] => {}
        [provider] => return output::deliver(&if arguments.json { json(provider) } else { provider.shown() }, None),
        several => return output::deliver(&if arguments.json { json(several) } else { list(several) }, None),
    }
    if let Some(kind) = declared_kind(name).filter(|_| !arguments.rules) {
        return output::deliver(&declared(&kind), None);
    }
    let (kind, list) =
        if arguments.rules { ("rule", "dotpipe providers --rules") } else { ("provider", "dotpipe providers") };
    let hint = match similar(name, all.iter().map(|provider| provider.name)) {
        Some(near) => format!("did you mean {}?", tick(near)),
        None => format!("{} lists them", tick(list)),
    };
    terminal::error(&format!("no {kind} is named {}; {hint}", tick(name)));
    Outcome::Failed
}

/// Returns the providers with a name: the one with this keyword, or all with this name in AWS.
fn named<'a>(all: &'a [Provider], name: &str) -> Vec<&'a Provider> {
    if let Some(provider) = all.iter().find(|provider| provider.name == name) {
        return vec![provider];
    }
    let is_aws = |provider: &&Provider| {
        provider.title.eq_ignore_ascii_case(name)
            || provider.actions.iter().any(|action| action.provider.eq_ignore_ascii_case(name))
    };
    all.iter().filter(is_aws).collect()
}

/// Returns the kind of a declared provider with this name, for example `jenkins`.
fn declared_kind(name: &str) -> Option<String> {
    let slots = catalog::declaration("provider").map(|entry| entry.slot.as_slice()).unwrap_or_default();
    let kinds = &slots.iter().find(|slot| slot.attribute == "kind")?.values;
    kinds.keys().find(|kind| kind.eq_ignore_ascii_case(name)).cloned()
}

/// Returns how to declare a provider of a kind.
fn declared(kind: &str) -> String {
    format!(
        "Action types of kind {} are not in the catalog. Declare a provider:\n\n    \
         provider MyProvider {{\n      kind       = {kind}\n      categories = [build, test]\n    }}\n\n\
         Then use it in statements: {}.\n",
        tick(kind),
        tick("build MyProvider Compile from Code { ... }")
    )
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    // Strings, numbers, and lists only: serialization cannot fail.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn list(providers: &[&Provider]) -> String {
    let row = |provider: &&Provider| {
        let words: IndexSet<&str> =
            provider.actions.iter().flat_map(|action| action.statements.iter().copied()).collect();
        let statements: Vec<&str> = words.into_iter().collect();
        [provider.name.to_owned(), statements.join(", "), provider.title.to_owned()]
    };
    let head = ["NAME", "STATEMENTS", "TITLE"].map(str::to_owned);
    let rows: Vec<[String; 3]> = std::iter::once(head).chain(providers.iter().map(row)).collect();
    let widest = |texts: &mut dyn Iterator<Item = &String>| texts.map(String::len).max().unwrap_or(0);
    let name_width = widest(&mut rows.iter().map(|[name, ..]| name));
    let statement_width = widest(&mut rows.iter().map(|[_, statements, _]| statements));
    let line = |[name, statements, title]: &[String; 3]| {
        format!("{name:name_width$}  {statements:statement_width$}  {title}\n")
    };
    rows.iter().map(line).collect()
}

/// A provider in the output. The JSON may gain fields, but never loses any.
#[derive(Serialize)]
struct Provider {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    link: &'static str,
    verified: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'static str>,
    actions: Vec<Action>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    /// The statements that accept it.
    statements: Vec<&'static str>,
    categories: Vec<&'static str>,
    owner: Owner,
    provider: String,
    version: String,
    pipeline_types: Vec<PipelineType>,
    inputs: Range,
    outputs: Range,
    cross_region: bool,
    attributes: Vec<Attribute>,
    variables: Vec<Variable>,
    /// IAM actions that its role may need.
    permissions: Vec<String>,
    /// The permissions with their resources, conditions, reasons, and sources.
    grants: Vec<Permission>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grants_unconfirmed: Option<String>,
    /// The attribute that selects this action type rather than the other one of its statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<String>,
}

#[derive(Serialize)]
struct Permission {
    actions: Vec<String>,
    resources: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    when: Vec<String>,
    /// `pipeline`: the role that runs the action; `consumer`: those of the builds that read its artifact.
    role: &'static str,
    reason: String,
    source: String,
}

impl Permission {
    fn of(grant: &Grant, slots: &[Slot]) -> Self {
        Self {
            actions: grant.actions.clone(),
            resources: grant.resources.clone(),
            when: grant.when.iter().map(|when| condition(when, slots)).collect(),
            role: match grant.role {
                GrantRole::Pipeline => "pipeline",
                GrantRole::Consumer => "consumer",
            },
            reason: grant.reason.clone(),
            source: grant.source.clone(),
        }
    }
}

#[derive(Serialize)]
struct Range {
    min: usize,
    max: usize,
}

impl From<Count> for Range {
    fn from(count: Count) -> Self {
        Self { min: count.min, max: count.max }
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.min == self.max { write!(f, "{}", self.min) } else { write!(f, "{} to {}", self.min, self.max) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attribute {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    r#type: String,
    required: bool,
    /// The latest phase at which its value is known: `compile`, `deploy`, or `run`.
    phase: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required_when: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    only_when: Vec<String>,
}

#[derive(Serialize)]
struct Variable {
    name: String,
    description: String,
}

impl Provider {
    fn of(name: &'static str) -> Option<Self> {
        let provider = catalog::provider(name)?;
        Some(Self {
            name,
            title: &provider.title,
            description: &provider.doc,
            link: &provider.link,
            verified: &provider.verified,
            example: Some(&provider.example),
            actions: provider.action.iter().map(Action::of).collect(),
        })
    }

    fn of_rule(name: &'static str) -> Option<Self> {
        let rule = catalog::rule_type(name)?;
        Some(Self {
            name,
            title: &rule.title,
            description: &rule.doc,
            link: &rule.link,
            verified: &rule.verified,
            example: None,
            actions: vec![Action::of_rule(rule)],
        })
    }

    /// Returns the text, wrapped if the output is a terminal, and then its example.
    fn shown(&self) -> String {
        match terminal::output_look() {
            Some(look) => wrapped(&self.text(), look.width) + &self.example_text(),
            None => self.text() + &self.example_text(),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{}\n\n{}\n{} (verified {})\n", self.title, self.description, self.link, self.verified);
        for action in &self.actions {
            action.write(&mut text, self.name);
        }
        text
    }

    fn example_text(&self) -> String {
        let Some(example) = self.example else { return String::new() };
        let mut text = "\nExample:\n\n".to_owned();
        for line in example.lines() {
            let _ = writeln!(text, "{}{line}", if line.is_empty() { "" } else { "    " });
        }
        text
    }
}

impl Action {
    fn of(action: &Arc<ActionType>) -> Self {
        Self {
            statements: action.categories.iter().map(|category| category.word()).collect(),
            categories: action.categories.iter().map(|category| category.aws()).collect(),
            owner: action.owner,
            provider: action.provider.clone(),
            version: action.version.clone(),
            pipeline_types: action.pipeline_types.clone(),
            inputs: action.inputs.into(),
            outputs: action.outputs.into(),
            cross_region: action.cross_region,
            attributes: action.slot.iter().filter_map(|slot| Attribute::of_action(slot, action)).collect(),
            variables: action
                .variable
                .iter()
                .map(|it| Variable { name: it.name.clone(), description: it.doc.clone() })
                .collect(),
            permissions: permissions(&action.grant),
            grants: action.grant.iter().map(|grant| Permission::of(grant, &action.slot)).collect(),
            grants_unconfirmed: action.grants_unconfirmed.clone(),
            chosen_by: action.chosen_by.clone(),
            deprecated: action.deprecated.clone(),
            unconfirmed: action.unconfirmed.clone(),
        }
    }

    /// Creates the output of a rule: its own arguments, then those of every rule.
    fn of_rule(rule: &RuleType) -> Self {
        let common = catalog::declaration("rule").map(|entry| entry.slot.as_slice()).unwrap_or_default();
        let own = rule.slot.iter().filter(|slot| slot.header.is_none());
        Self {
            statements: vec!["rule"],
            categories: vec!["Rule"],
            owner: Owner::Aws,
            provider: rule.provider.clone(),
            version: rule.version.clone(),
            pipeline_types: vec![PipelineType::V2],
            inputs: rule.inputs.into(),
            outputs: Range { min: 0, max: 0 },
            cross_region: true,
            attributes: own.chain(common).map(|slot| Attribute::of(slot, &rule.slot)).collect(),
            variables: Vec::new(),
            permissions: permissions(&rule.grant),
            grants: rule.grant.iter().map(|grant| Permission::of(grant, &rule.slot)).collect(),
            grants_unconfirmed: None,
            chosen_by: None,
            deprecated: None,
            unconfirmed: None,
        }
    }

    fn write(&self, text: &mut String, name: &str) {
        let statements: Vec<String> = self.statements.iter().map(|word| statement(word, name)).collect();
        let chosen = self.chosen_by.as_ref().map_or(String::new(), |word| format!(" with {word}"));
        let _ = writeln!(text, "\n{}{chosen}", statements.join(", "));
        let types = match self.pipeline_types.as_slice() {
            [PipelineType::V1] => ", in pipelines of type V1 only",
            [PipelineType::V2] => ", in pipelines of type V2 only",
            _ => "",
        };
        let region = if self.cross_region { "" } else { ", in the pipeline's Region only" };
        let _ = writeln!(text, "  input artifacts {}, output artifacts {}{types}{region}", self.inputs, self.outputs);
        if let Some(why) = &self.deprecated {
            let _ = writeln!(text, "  deprecated: {why}");
        }
        if let Some(doubt) = &self.unconfirmed {
            let _ = writeln!(text, "  unconfirmed: {doubt}");
        }
        if let Some(doubt) = &self.grants_unconfirmed {
            let _ = writeln!(text, "  permissions unconfirmed: {doubt}");
        }
        for attribute in &self.attributes {
            attribute.write(text);
        }
        if !self.variables.is_empty() {
            text.push_str("\n  output variables:\n");
        }
        for variable in &self.variables {
            let _ = writeln!(text, "    {}: {}", variable.name, variable.description);
        }
    }
}

impl Attribute {
    /// Returns an attribute of an action, or `None` if only the header sets it.
    fn of_action(slot: &Slot, action: &ActionType) -> Option<Self> {
        let attribute = Self::of(slot, &action.slot);
        match slot.header {
            None => Some(attribute),
            // For StackSets, the header names the StackSet; only `deploy cloudformation` has its own name.
            Some(Header::StackName) if action.deploys_stack() => Some(attribute),
            Some(Header::StackName) => Some(Self { name: "name".to_owned(), required: false, ..attribute }),
            Some(_) => None,
        }
    }

    fn of(slot: &Slot, all: &[Slot]) -> Self {
        let conditions = |whens: &[When]| whens.iter().map(|when| condition(when, all)).collect();
        Self {
            name: slot.attribute.clone(),
            key: slot.key.clone(),
            r#type: type_word(slot),
            required: slot.required && !slot.derived,
            phase: match slot.phase {
                Phase::Compile => "compile",
                Phase::Deploy => "deploy",
                Phase::Run => "run",
            },
            description: slot.doc.clone(),
            values: slot.values.keys().cloned().collect(),
            default: slot.default.clone().or_else(|| slot.emit.clone()),
            required_when: conditions(&slot.required_when),
            only_when: conditions(&slot.only_when),
        }
    }

    fn write(&self, text: &mut String) {
        let required = if self.required { ", required" } else { "" };
        let key = self.key.as_ref().map_or(String::new(), |key| format!(" ({key})"));
        let _ = writeln!(text, "\n  {}{key}: {}{required}", self.name, self.r#type);
        let _ = writeln!(text, "    {}", self.description);
        if !self.values.is_empty() {
            let _ = writeln!(text, "    one of {}", self.values.join(", "));
        }
        if let Some(default) = &self.default {
            let _ = writeln!(text, "    default: {default}");
        }
        if !self.required_when.is_empty() {
            let _ = writeln!(text, "    required when {}", self.required_when.join(" and "));
        }
        if !self.only_when.is_empty() {
            let _ = writeln!(text, "    only when {}", self.only_when.join(" and "));
        }
    }
}

/// Wraps a text to a width. Continuation lines keep the indentation.
fn wrapped(text: &str, width: usize) -> String {
    let line = |line: &str| {
        let indentation = " ".repeat(line.len() - line.trim_start().len());
        filled(line, width, &indentation)
    };
    text.lines().map(line).collect()
}

/// Returns the statement for a provider in a category. Approvals and commands have their own statements.
fn statement(word: &str, name: &str) -> String {
    if matches!(word, "approve" | "run") { word.to_owned() } else { format!("{word} {name}") }
}

/// Returns the IAM actions of permissions, sorted and deduplicated.
fn permissions(grants: &[Grant]) -> Vec<String> {
    let mut permissions: Vec<String> = grants.iter().flat_map(|grant| grant.actions.clone()).collect();
    permissions.sort();
    permissions.dedup();
    permissions
}

/// Returns a condition in the language's words.
fn condition(when: &When, all: &[Slot]) -> String {
    let slot = all.iter().find(|slot| slot.key.as_ref() == Some(&when.key));
    let name = slot.map_or(when.key.as_str(), |slot| slot.attribute.as_str());
    let word = |value: &String| {
        let own = slot.and_then(|slot| slot.values.iter().find(|(_, aws)| *aws == value));
        own.map_or_else(|| value.clone(), |(word, _)| word.clone())
    };
    let values: Vec<String> = when.is.iter().map(word).collect();
    match (values.is_empty(), when.not) {
        (true, false) => format!("{name} is set"),
        (true, true) => format!("{name} is not set"),
        (false, false) => format!("{name} is {}", values.join(" or ")),
        (false, true) => format!("{name} is not {}", values.join(" or ")),
    }
}

/// Returns a limit with separators between groups of three digits.
fn amount(limit: u64) -> String {
    usize::try_from(limit).map_or_else(|_| limit.to_string(), number)
}

fn type_word(slot: &Slot) -> String {
    let unit = match slot.ty {
        SlotType::String | SlotType::Json => " characters",
        SlotType::List | SlotType::EnumList | SlotType::Map | SlotType::Shorthand | SlotType::ArtifactMap => {
            " elements"
        }
        _ => "",
    };
    let limits = match (slot.min, slot.max) {
        (Some(1), None) if !unit.is_empty() => ", not empty".to_owned(),
        (Some(min), Some(max)) => format!(", {} to {}{unit}", amount(min), amount(max)),
        (Some(min), None) => format!(", at least {}{unit}", amount(min)),
        (None, Some(max)) => format!(", at most {}{unit}", amount(max)),
        (None, None) => String::new(),
    };
    let word = match slot.ty {
        SlotType::String => "string",
        SlotType::Bool => "boolean",
        SlotType::Integer => "integer",
        SlotType::Number => "number",
        SlotType::Percent => "percentage",
        SlotType::Range => "range",
        SlotType::Minutes => "duration in minutes",
        SlotType::Days => "duration in days",
        SlotType::Enum => "keyword",
        SlotType::EnumList => "list of keywords",
        SlotType::List => "list of strings",
        SlotType::Map | SlotType::Shorthand => "map of strings",
        SlotType::Env => "environment variables",
        SlotType::ArtifactMap => "map of artifacts",
        SlotType::Artifact => "artifact",
        SlotType::ArtifactFile => "file of an artifact",
        SlotType::Reference => return reference_word(slot),
        SlotType::Json => "any value, written as JSON",
        SlotType::Record => "map",
        SlotType::Buildspec => "buildspec",
        SlotType::Cache => "cache",
        SlotType::Condition => "condition",
        SlotType::Any => "any value",
    };
    format!("{word}{limits}")
}

fn reference_word(slot: &Slot) -> String {
    let kind = slot.to.map_or("a declared resource", Kind::a_word);
    let member = match slot.member.as_deref() {
        Some("arn") => "ARN",
        Some(member) => member,
        None => "name",
    };
    format!("{kind}, or its {member}")
}
