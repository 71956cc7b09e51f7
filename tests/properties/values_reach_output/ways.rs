//! The ways to write a value.

use std::collections::BTreeMap;

use dotpipe::catalog::{Phase, Slot, SlotType};

use super::files::Owner;
use super::samples::{Chosen, Samples};

/// An attribute, or a field of one.
#[derive(Debug, Clone)]
pub struct Attribute<'a> {
    /// The path: `vpc`, `vpc.subnets`.
    pub path: String,
    pub slot: &'a Slot,
    /// The record that contains the field.
    pub record: Option<&'a Slot>,
    pub chosen: Chosen,
    /// Whether its value can contain a mark.
    pub is_text: bool,
}

impl Attribute<'_> {
    /// Returns the latest phase that is accepted.
    pub fn phase(&self) -> Phase {
        self.record.map_or(self.slot.phase, |record| record.phase.min(self.slot.phase))
    }
}

/// One way to write a value, for one statement.
#[derive(Debug, Clone)]
pub struct Way {
    pub name: &'static str,
    /// Declarations at the start of the file.
    pub before: String,
    /// Statements in the surrounding pipeline.
    pub in_pipeline: String,
    pub value: String,
    pub form: Form,
    /// Values of parameters.
    pub params: BTreeMap<String, String>,
    extra_marks: Vec<String>,
}

/// The context of the attribute or the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    Plain,
    /// `if true { ... }` around the attribute.
    If,
    /// A loop around the statement: its header.
    Loop(String),
    /// A component around the statement: the parameter, and the argument.
    Component(String, String),
}

/// Returns the name of the statement for a way.
fn token(name: &str) -> String {
    let mut token = "U".to_owned();
    token.extend(name.chars().filter(char::is_ascii_alphanumeric));
    token
}

/// Returns a text that only the value of this way contains.
fn mark(name: &str) -> String {
    format!("zq{}qz", token(name).to_lowercase())
}

impl Way {
    fn new(name: &'static str, value: String) -> Self {
        Self {
            name,
            before: String::new(),
            in_pipeline: String::new(),
            value,
            form: Form::Plain,
            params: BTreeMap::new(),
            extra_marks: Vec::new(),
        }
    }

    /// Returns whether the value is not known at compile time.
    pub fn is_late(&self) -> bool {
        !self.extra_marks.is_empty() || ["secret", "ssm"].contains(&self.name)
    }

    pub fn token(&self) -> String {
        token(self.name)
    }

    pub fn marks(&self) -> Vec<String> {
        [vec![mark(self.name)], self.extra_marks.clone()].concat()
    }
}

/// Replaces the mark of a pattern by a text.
fn with_mark(pattern: &str, text: &str) -> String {
    pattern.replace('%', text)
}

/// Replaces the mark of a pattern by a value, without quotes if the pattern consists only of the mark.
fn with_value(pattern: &str, value: &str) -> String {
    pattern.replace("\"%\"", value).replace('%', &format!("${{{value}}}"))
}

/// Returns the type of a value if the language has a name for it.
fn type_of(slot: &Slot, value: &str) -> Option<&'static str> {
    Some(match slot.ty {
        SlotType::Bool => "bool",
        SlotType::Integer => "number",
        SlotType::Artifact => "Artifact",
        SlotType::ArtifactFile => "File",
        SlotType::Any | SlotType::Map | SlotType::Env | SlotType::Json | SlotType::Shorthand | SlotType::Record
            if value.starts_with('{') =>
        {
            return None;
        }
        _ if value.starts_with('"') => "string",
        _ if value.starts_with("[\"") => "[string]",
        _ => return None,
    })
}

/// Returns the word of an enumeration as text, to which any name can refer.
fn as_text(slot: &Slot, value: &str) -> String {
    match slot.ty {
        SlotType::Enum => format!("\"{value}\""),
        SlotType::EnumList | SlotType::Cache => format!("[\"{}\"]", value.trim_matches(['[', ']'])),
        SlotType::String if !value.starts_with('"') && !value.contains('(') => format!("\"{value}\""),
        _ => value.to_owned(),
    }
}

/// Returns every way to write an attribute that its slot allows.
pub fn ways(owner: &Owner, _: &Samples, attribute: &Attribute<'_>) -> Vec<Way> {
    let slot = attribute.slot;
    let pattern = attribute.chosen.value.as_str();
    let marked = |name: &str| if attribute.is_text { with_mark(pattern, &mark(name)) } else { pattern.to_owned() };
    let mut all = vec![Way::new("literal", marked("literal"))];
    all.extend(attribute.chosen.other.as_ref().map(|other| Way::new("other", other.clone())));
    let text_of = |name: &str| as_text(slot, &marked(name));
    let of_artifacts = matches!(slot.ty, SlotType::Artifact | SlotType::ArtifactMap | SlotType::ArtifactFile);
    let in_stage = of_artifacts || pattern == "App";
    if !in_stage {
        let mut by_let = Way::new("let", "Vlet".to_owned());
        by_let.before = format!("let Vlet = {}\n", text_of("let"));
        all.push(by_let);
    }
    let ty = type_of(slot, &text_of("option")).filter(|_| !in_stage || !owner.in_file);
    if let Some(ty) = ty.filter(|_| !in_stage) {
        let mut option = Way::new("option", "Voption".to_owned());
        option.before = format!("option Voption: {ty} = {}\n", text_of("option"));
        all.push(option);
    }
    if attribute.is_text {
        let mut inside = Way::new("inside-option", with_value(pattern, "Vinsideoption"));
        inside.before = format!("option Vinsideoption: string = \"{}\"\n", mark("inside-option"));
        all.push(inside);
    }
    let chosen = text_of("conditional");
    all.push(Way::new("conditional", format!("1 == 1 ? {chosen} : {chosen}")));
    if !owner.is_call() && attribute.record.is_none() {
        all.push(Way { form: Form::If, ..Way::new("if", marked("if")) });
    }
    if !in_stage {
        let header = format!("for Vloop in [{}]", text_of("loop"));
        all.push(Way { form: Form::Loop(header), ..Way::new("loop", "Vloop".to_owned()) });
    }
    if let Some(ty) = ty {
        let form = Form::Component(format!("Vcomponent: {ty}"), text_of("component"));
        all.push(Way { form, ..Way::new("component", "Vcomponent".to_owned()) });
    }
    if attribute.is_text && attribute.phase() >= Phase::Deploy {
        all.extend(at_deployment(slot, pattern));
    }
    if attribute.is_text && attribute.phase() == Phase::Run {
        all.extend(at_run(owner, pattern));
    }
    all
}

fn at_deployment(slot: &Slot, pattern: &str) -> Vec<Way> {
    let mut all = Vec::new();
    let mut param = Way::new("param", with_value(pattern, "Vparam"));
    param.before = "param Vparam: string\n".to_owned();
    param.params.insert("Vparam".to_owned(), mark("param"));
    param.extra_marks.push("Vparam".to_owned());
    all.push(param);
    let intrinsics = [
        ("cfn-ref", "cfn.ref('Gref')", "Gref"),
        ("cfn-raw", "cfn.raw({ Ref = 'Graw' })", "Graw"),
        ("cfn-import", "cfn.import('Gimport')", "Gimport"),
    ];
    for (name, call, id) in intrinsics {
        let way = Way::new(name, with_value(pattern, call));
        all.push(Way { extra_marks: vec![id.to_owned()], ..way });
    }
    if slot.ty == SlotType::List {
        let mut param = Way::new("list-param", "Vlistparam".to_owned());
        param.before = "param Vlistparam: [string]\n".to_owned();
        let given = with_mark(pattern.trim_matches(['[', ']', '"']), &mark("list-param"));
        param.params.insert("Vlistparam".to_owned(), format!("{given},{given}2"));
        param.extra_marks.push("Vlistparam".to_owned());
        all.push(param);
        for (name, call, id) in [
            ("cfn-list-ref", "cfn.ref('Glistref')", "Glistref"),
            ("cfn-list-raw", "cfn.raw({ Ref = 'Glistraw' })", "Glistraw"),
        ] {
            all.push(Way { extra_marks: vec![id.to_owned()], ..Way::new(name, call.to_owned()) });
        }
    }
    if slot.ty == SlotType::Env {
        all.push(Way::new("secret", format!("{{ K = secret(\"{}\", key = \"k\") }}", mark("secret"))));
        all.push(Way::new("ssm", format!("{{ K = ssm(\"/{}\") }}", mark("ssm"))));
    }
    all
}

fn at_run(owner: &Owner, pattern: &str) -> Vec<Way> {
    let mut all = Vec::new();
    if owner.in_source_stage {
        return all;
    }
    let mut variable = Way::new("variable", with_value(pattern, "Vvariable"));
    variable.in_pipeline = "variable Vvariable: string = \"x\"\n".to_owned();
    variable.extra_marks.push("#{variables.Vvariable}".to_owned());
    all.push(variable);
    let output = Way::new("output", with_value(pattern, "Fetch.CommitId"));
    all.push(Way { extra_marks: vec![".CommitId}".to_owned()], ..output });
    all
}
