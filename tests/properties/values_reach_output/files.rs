//! Files in which one attribute is written in several ways, with one statement for each.

use std::collections::BTreeMap;

use dotpipe::catalog::{self, Category, Header, Slot, SlotType, When};

use super::samples::{OwnerText, Samples, formed};
use super::ways::{Attribute, Form, Way};

/// A statement that takes attributes.
#[derive(Debug)]
pub struct Owner {
    pub name: String,
    slots: Vec<&'static Slot>,
    /// The attributes that are tested.
    tried: Vec<(String, Attribute<'static>)>,
    text: String,
    pub in_file: bool,
    pub in_source_stage: bool,
    call: bool,
    bare: bool,
    pub template_only: bool,
}

/// A file.
#[derive(Debug, Clone)]
pub struct File {
    pub text: String,
    /// The other files.
    pub beside: Vec<(String, String)>,
    /// The IDs declared in the other file.
    pub beside_ids: Vec<String>,
    pub params: BTreeMap<String, String>,
    /// Whether each statement is a pipeline.
    pub own_pipelines: bool,
    /// Words that only occur on the lines of one way's value.
    words: Vec<(&'static str, Vec<String>)>,
}

/// Declarations of names that intrinsic functions reference.
const GIVEN: &str = "Parameters:
  Gref: { Type: String }
  Graw: { Type: String }
  Glistref: { Type: CommaDelimitedList }
  Glistraw: { Type: CommaDelimitedList }
Conditions:
  Given: !Equals [!Ref Gref, a]
  Other: !Equals [!Ref Gref, b]
Resources:
  Gkept: { Type: \"AWS::CloudFormation::WaitConditionHandle\" }
";

const SOURCE: &str = "source codecommit Fetch -> App { repository = \"app\", branch = \"main\", checkout = false }
    source codecommit More -> Other { repository = \"other\", branch = \"main\", checkout = false }";

impl Owner {
    pub fn is_call(&self) -> bool {
        self.call || self.bare
    }

    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'static>> + '_ {
        self.tried.iter().map(|(_, attribute)| attribute.clone())
    }

    fn new(name: &str, slots: Vec<&'static Slot>, text: String, samples: &Samples) -> Self {
        let mut tried = Vec::new();
        let of_header = |slot: &Slot| match slot.header {
            Some(Header::FromFile) => true,
            Some(Header::StackName) => name != "deploy cloudformation",
            _ => false,
        };
        for slot in slots.iter().filter(|slot| !of_header(slot)) {
            if slot.ty == SlotType::Record {
                for field in &slot.field {
                    let path = format!("{}.{}", slot.attribute, field.attribute);
                    tried.push(attribute(name, path, field, Some(*slot), samples));
                }
            } else {
                tried.push(attribute(name, slot.attribute.clone(), slot, None, samples));
            }
        }
        let tried = tried.into_iter().map(|it| (it.path.clone(), it)).collect();
        let name = name.to_owned();
        Self {
            name,
            slots,
            tried,
            text,
            in_file: false,
            in_source_stage: false,
            call: false,
            bare: false,
            template_only: false,
        }
    }

    /// Returns other attributes that a statement requires in addition to this one, with their values.
    fn beside(&self, attribute: &Attribute<'_>, samples: &Samples) -> Vec<(String, String)> {
        let own = attribute.path.split('.').next().unwrap_or_default();
        let mut given: Vec<(String, String)> = attribute.chosen.with.clone();
        let top = attribute.record.unwrap_or(attribute.slot);
        for when in top.only_when.iter().filter(|when| !when.not) {
            self.satisfy(when, &mut given, samples);
        }
        for when in top.excluded_when.iter().filter(|when| when.not) {
            self.satisfy(when, &mut given, samples);
        }
        loop {
            let has = |word: &str| word == own || given.iter().any(|(known, _)| known == word);
            let aws = |key: &str| self.aws_value(key, attribute, &given, samples);
            let missing = self.slots.iter().find(|slot| {
                let needed = slot.required
                    || (!slot.required_when.is_empty() && slot.required_when.iter().all(|when| holds(when, &aws)));
                let by_header = match slot.header {
                    Some(Header::StackName) => self.name != "deploy cloudformation",
                    header => header.is_some(),
                };
                needed && !by_header && !slot.derived && !has(&slot.attribute)
            });
            let Some(slot) = missing else { return given };
            let chosen = samples.choose(&self.name, &slot.attribute, slot);
            given.push((slot.attribute.clone(), given_value(&chosen.value)));
            for (word, value) in chosen.with {
                if !given.iter().any(|(known, _)| *known == word) && word != own {
                    given.push((word, value));
                }
            }
        }
    }

    fn satisfy(&self, when: &When, given: &mut Vec<(String, String)>, samples: &Samples) {
        let Some(slot) = self.slots.iter().find(|slot| slot.key.as_deref() == Some(&when.key)) else { return };
        if given.iter().any(|(word, _)| *word == slot.attribute) {
            return;
        }
        let value = match when.is.first() {
            Some(aws) => match slot.values.iter().find(|(_, value)| *value == aws) {
                Some((word, _)) => word.clone(),
                None if slot.ty == SlotType::Bool => aws.clone(),
                None => format!("\"{aws}\""),
            },
            None => given_value(&samples.choose(&self.name, &slot.attribute, slot).value),
        };
        given.push((slot.attribute.clone(), value));
    }

    /// Returns the value of a key in the spelling of AWS, or `None` if it is not set.
    fn aws_value(
        &self,
        key: &str,
        attribute: &Attribute<'_>,
        given: &[(String, String)],
        _: &Samples,
    ) -> Option<String> {
        let slot = self.slots.iter().find(|slot| slot.key.as_deref() == Some(key))?;
        let own = (slot.attribute == attribute.path).then(|| attribute.chosen.value.clone());
        let written = own.or_else(|| Some(given.iter().find(|(word, _)| *word == slot.attribute)?.1.clone()));
        let written = written.or_else(|| slot.emit.clone())?;
        let plain = written.trim_matches(['"', '[', ']']).to_owned();
        Some(slot.values.get(&plain).cloned().unwrap_or(plain))
    }
}

/// Returns a value for another attribute, different in each statement.
fn given_value(pattern: &str) -> String {
    if pattern.contains('"') { pattern.replace('%', "given-~") } else { pattern.to_owned() }
}

fn holds(when: &When, aws: &dyn Fn(&str) -> Option<String>) -> bool {
    let value = aws(&when.key);
    let is = value.is_some_and(|value| when.is.is_empty() || when.is.contains(&value));
    is != when.not
}

fn attribute(
    owner: &str,
    path: String,
    slot: &'static Slot,
    record: Option<&'static Slot>,
    samples: &Samples,
) -> Attribute<'static> {
    let chosen = samples.choose(owner, &path, slot);
    let is_text = chosen.value.contains('%') && chosen.other.is_none();
    Attribute { path, slot, record, chosen, is_text }
}

/// Returns every statement of the language that has attributes.
pub fn owners(samples: &Samples) -> Vec<Owner> {
    let mut all: Vec<Owner> = samples.owner.iter().map(|text| written(text, samples)).collect();
    for word in catalog::words() {
        let Some(provider) = catalog::provider(word).filter(|provider| provider.like.is_none()) else { continue };
        for action in &provider.action {
            for category in &action.categories {
                // `build` and `test` share an entry.
                if *category == Category::Test && action.categories.contains(&Category::Build) {
                    continue;
                }
                let from = match word {
                    "cloudformation" | "stackset" => " from App::\"t.yaml\"",
                    _ if action.inputs.max == 0 => "",
                    _ => " from App",
                };
                let to = if action.outputs.min > 0 { " -> Out@" } else { "" };
                let head = match category {
                    Category::Approval => "approve @".to_owned(),
                    Category::Compute => "run @".to_owned(),
                    _ => format!("{} {word} @", category.word()),
                };
                let name = match &action.chosen_by {
                    Some(by) => format!("{} {word} by {by}", category.word()),
                    None => format!("{} {word}", category.word()),
                };
                // The catalog is read once and remains in memory until the program exits.
                let slots: Vec<&'static Slot> = action.slot.iter().collect();
                // Without a template in the repository, the derived role has no permissions of its own (E0415).
                let allow = if word == "cloudformation" {
                    "allow [\"sns:Publish\"] on \"arn:aws:sns:eu-west-1:111122223333:news\"\n"
                } else {
                    ""
                };
                let text = format!("{head}{from}{to} {{\n{allow}%\n}}");
                let owner = Owner::new(&name, slots, text, samples);
                all.push(Owner { in_source_stage: *category == Category::Source, ..owner });
            }
        }
    }
    all
}

fn written(text: &OwnerText, samples: &Samples) -> Owner {
    let mut slots: Vec<&'static Slot> = Vec::new();
    for word in text.slots.split(' ') {
        slots.extend(
            match word.split_once('.') {
                Some(("deploy", provider)) => {
                    catalog::provider(provider).map(|it| it.action.iter().flat_map(|it| &it.slot).collect())
                }
                Some(("rule", rule)) => catalog::rule_type(rule).map(|it| it.slot.iter().collect::<Vec<_>>()),
                _ => catalog::declaration(word).map(|it| it.slot.iter().collect()),
            }
            .unwrap_or_else(|| panic!("no entry `{word}`")),
        );
    }
    let only = if text.bare.is_empty() { &text.only } else { &text.bare };
    slots.retain(|slot| !text.without.contains(&slot.attribute));
    let tried: Vec<&'static Slot> =
        slots.iter().copied().filter(|slot| only.is_empty() || only.contains(&slot.attribute)).collect();
    let owner = Owner { slots, ..Owner::new(&text.name, tried, text.text.clone(), samples) };
    let in_source_stage = text.place == "source";
    let (bare, template_only) = (!text.bare.is_empty(), text.template_only);
    Owner { in_file: text.place == "file", in_source_stage, call: text.call, bare, template_only, ..owner }
}

impl File {
    /// Creates a file with one statement for each way.
    pub fn new(owner: &Owner, samples: &Samples, attribute: &Attribute<'_>, ways: &[Way]) -> Self {
        let beside = owner.beside(attribute, samples);
        let mut top = String::from("resources = file(\"given.yaml\")\n");
        let mut units = String::new();
        let mut in_pipeline = String::new();
        let mut file = Self {
            text: String::new(),
            beside: vec![("given.yaml".to_owned(), GIVEN.to_owned())],
            beside_ids: vec!["Gkept".to_owned()],
            params: BTreeMap::new(),
            own_pipelines: owner.in_file && owner.text.contains("pipeline @"),
            words: Vec::new(),
        };
        for way in ways {
            top += &way.before;
            in_pipeline += &way.in_pipeline;
            file.params.extend(way.params.clone());
            let value_names = ["V", "G"].iter().map(|start| format!("{start}{}", way.token().trim_start_matches('U')));
            let raw = way.value.contains("cfn.raw").then(|| "`cfn.raw`".to_owned());
            let words = value_names.chain(way.marks()).chain([format!("/*{}*/", way.name)]).chain(raw);
            file.words.push((way.name, words.collect()));
            let unit = unit(owner, attribute, way, &beside);
            match &way.form {
                Form::Loop(header) => units += &format!("{header} {{ /*loop*/\n{unit}\n}}\n"),
                Form::Component(parameter, argument) => {
                    let arts = if owner.in_file || owner.in_source_stage {
                        ("", "")
                    } else {
                        (", App: Artifact, Other: Artifact", ", App = App, Other = Other")
                    };
                    top += &format!("component C({parameter}{}) {{ /*component*/\n{unit}\n}}\n", arts.0);
                    units += &format!("use C(Vcomponent = {argument}{}) as I /*component*/\n", arts.1);
                }
                _ => units += &format!("{unit}\n"),
            }
        }
        let in_source = if owner.in_source_stage { units.as_str() } else { "" };
        let in_stage = if owner.in_file || owner.in_source_stage { "" } else { units.as_str() };
        let in_file = if owner.in_file { units.as_str() } else { "" };
        file.text = format!(
            "{top}{in_file}\npipeline Main {{\n{in_pipeline}  stage Source {{\n    {SOURCE}\n{in_source}  }}\n  stage Work {{\n    approve Go\n    parallel {{\napprove Look\n{in_stage}    }}\n  }}\n}}\n"
        );
        file
    }

    /// Returns the same files with a different text.
    pub fn with_text(&self, text: String) -> Self {
        Self { text, ..self.clone() }
    }

    /// Returns the way whose value a text contains.
    pub fn way_in(&self, text: &str) -> Option<&'static str> {
        self.words.iter().find(|(_, words)| words.iter().any(|word| text.contains(word.as_str()))).map(|(way, _)| *way)
    }

    /// Returns the way whose value is on the line of an offset.
    pub fn way_at(&self, offset: usize) -> Option<&'static str> {
        let start = self.text.get(..offset)?.rfind('\n').map_or(0, |end| end + 1);
        self.way_in(self.text.get(start..)?.lines().next()?)
    }
}

/// Returns the statement that writes an attribute in one way.
fn unit(owner: &Owner, attribute: &Attribute<'_>, way: &Way, beside: &[(String, String)]) -> String {
    let own = match attribute.record {
        Some(record) => {
            let others =
                record.field.iter().filter(|field| field.required && field.attribute != attribute.slot.attribute);
            let others: String =
                others.map(|field| format!(", {} = {}", field.attribute, other_field(field))).collect();
            format!("{} = {{ {} = {}{others} }}", record.attribute, attribute.slot.attribute, way.value)
        }
        None if owner.bare => way.value.clone(),
        None => format!("{} = {}", attribute.path, way.value),
    };
    let own = format!("{own} /*{}*/", way.name);
    let own = if way.form == Form::If { format!("if 1 == 1 {{ {own} }}") } else { own };
    let others = beside.iter().map(|(word, value)| format!("{word} = {value}"));
    let lines: Vec<String> = others.chain([own]).collect();
    let separator = if owner.call { ", " } else { "\n" };
    let text = owner.text.replace("pipeline @ {", &format!("pipeline @ {{ {}", way.in_pipeline));
    let text = text.replace('%', &lines.join(separator));
    text.replace('@', &way.token()).replace('~', &way.token().to_lowercase())
}

fn other_field(field: &Slot) -> String {
    if let Some(chosen) = formed(field) {
        return chosen.value.replace('%', "given");
    }
    match field.ty {
        SlotType::List => "[\"given\"]".to_owned(),
        SlotType::Enum => field.values.keys().next().cloned().unwrap_or_default(),
        _ => "\"given\"".to_owned(),
    }
}
