//! Values for the attributes, by type or from `samples.toml`.

use std::fs;
use std::path::Path;

use dotpipe::catalog::{Kind, Slot, SlotType, forms};
use regex_automata::meta::Regex;
use serde::Deserialize;

/// The contents of `samples.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    /// Statements other than actions.
    pub owner: Vec<OwnerText>,
    sample: Vec<Sample>,
    exception: Vec<Exception>,
    #[serde(default)]
    refused: Vec<Refused>,
}

/// A statement with attributes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerText {
    pub name: String,
    /// The catalog's word for its attributes, or `rule.` and the provider of a rule in a condition.
    pub slots: String,
    /// The text, in which `@` is replaced by the name and `%` by the attributes.
    pub text: String,
    /// The context: `file`, or `pipeline` for a statement in a pipeline that all ways share.
    pub place: String,
    /// Whether the attributes are arguments of a call.
    #[serde(default)]
    pub call: bool,
    /// If not empty, only these attributes are tested, written as the value alone.
    #[serde(default)]
    pub bare: Vec<String>,
    /// If not empty, only these attributes are tested.
    #[serde(default)]
    pub only: Vec<String>,
    /// Attributes that are not tested.
    #[serde(default)]
    pub without: Vec<String>,
    /// Whether the statement cannot be part of a pipeline's JSON.
    #[serde(default, rename = "template-only")]
    pub template_only: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    /// The only statement to which it applies.
    #[serde(default)]
    owner: Option<String>,
    attribute: String,
    /// A value in which `%` is replaced by the mark.
    value: String,
    /// A different value, for values that cannot contain a mark.
    #[serde(default)]
    other: Option<String>,
    /// Other attributes that it requires.
    #[serde(default)]
    with: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    owner: String,
    attribute: String,
    /// The only target to which it applies: `json`.
    #[serde(default)]
    target: Option<String>,
    /// The reason that the value is in no output.
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    #[serde(default)]
    owner: Option<String>,
    attribute: String,
    ways: Vec<String>,
    /// The reason that dotpipe reports the value.
    reason: String,
}

/// A value for an attribute.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub value: String,
    pub other: Option<String>,
    pub with: Vec<(String, String)>,
}

impl Samples {
    pub fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/properties/values_reach_output/samples.toml");
        toml::from_str(&fs::read_to_string(path).expect("it is there")).expect("it has its form")
    }

    /// Returns the reason that the value of an attribute is in no output.
    pub fn exception(&self, owner: &str, path: &str, target: Option<&str>) -> Option<&str> {
        let fits = |it: &&Exception| it.owner == owner && it.attribute == path && it.target.as_deref() == target;
        self.exception.iter().find(fits).map(|exception| exception.reason.as_str())
    }

    /// Returns whether a way to write an attribute is rejected on purpose.
    pub fn is_refused(&self, owner: &str, path: &str, way: &str) -> bool {
        self.refused.iter().any(|it| {
            it.owner.as_ref().is_none_or(|name| name == owner)
                && (it.attribute == "*" || it.attribute == path)
                && it.ways.iter().any(|known| known == way)
                && !it.reason.is_empty()
        })
    }

    /// Checks that every entry of the file applies to an existing attribute.
    pub fn covered(&self, cases: &[(&str, &str)]) {
        for it in &self.sample {
            let used = |(owner, path): &(&str, &str)| {
                it.owner.as_ref().is_none_or(|name| name == owner) && path.split('.').any(|word| word == it.attribute)
                    || *path == it.attribute
            };
            assert!(cases.iter().any(used), "no attribute is `{}` of {:?}", it.attribute, it.owner);
        }
    }

    /// Returns a value for an attribute; `path` is `record.field` for a field of a record.
    pub fn choose(&self, owner: &str, path: &str, slot: &Slot) -> Chosen {
        let of = |own: bool| {
            self.sample.iter().find(|it| it.attribute == path && it.owner.as_deref() == own.then_some(owner))
        };
        let sample = of(true).or_else(|| of(false));
        match sample {
            None => formed(slot).unwrap_or_else(|| by_type(slot)),
            Some(it) => Chosen { value: it.value.clone(), other: it.other.clone(), with: it.with.clone() },
        }
    }
}

/// Returns a value of the slot's form, with a second one if the form does not allow a mark.
pub fn formed(slot: &Slot) -> Option<Chosen> {
    let id = slot.form.as_deref()?;
    let is_list = matches!(slot.ty, SlotType::List | SlotType::Any);
    let written = |text: &str| if is_list { format!("[\"{text}\"]") } else { format!("\"{text}\"") };
    if let Some(arn) = forms::arn_form(id) {
        let known = [("<partition>", "aws"), ("<region>", "eu-west-1"), ("<account>", "111122223333")];
        let text = known.iter().fold(arn.example.clone(), |text, (name, value)| text.replace(name, value));
        let mut parts = text.split('<');
        let start = parts.next().unwrap_or_default().to_owned();
        let rest = parts.map(|part| part.split_once('>').map_or(part, |(_, rest)| rest));
        let text = rest.enumerate().fold(start, |text, (index, rest)| text + if index == 0 { "%" } else { "x" } + rest);
        return Some(Chosen { value: written(&text), other: None, with: Vec::new() });
    }
    let form = forms::form(id)?;
    let pattern = Regex::new(&format!("^(?:{})$", form.pattern)).expect("a pattern");
    // A name can contain a mark.
    if ["given-uliteral", "zquliteralqz"].iter().all(|name| pattern.is_match(name)) {
        return None;
    }
    let stem = form.example.get(..form.example.len() - 1).unwrap_or_default();
    let ends = ('0'..='9').chain('a'..='z').chain('A'..='Z').map(|end| format!("{stem}{end}"));
    let words = form.pattern.split('|').chain(["abcd123"]).map(str::to_owned);
    let mut others = ends.chain(words).filter(|other| *other != form.example && pattern.is_match(other));
    let other = others.next().or_else(|| form.listed().next().map(str::to_owned));
    let other = other.unwrap_or_else(|| panic!("form `{id}` has one value"));
    Some(Chosen { value: written(&form.example), other: Some(written(&other)), with: Vec::new() })
}

fn by_type(slot: &Slot) -> Chosen {
    let text = |value: &str| Chosen { value: value.to_owned(), other: None, with: Vec::new() };
    let typed = |value: String, other: String| Chosen { value, other: Some(other), with: Vec::new() };
    match slot.ty {
        SlotType::String => text("\"%\""),
        SlotType::List => text("[\"%\"]"),
        SlotType::Map | SlotType::Env | SlotType::Json | SlotType::Shorthand | SlotType::Any => text("{ K = \"%\" }"),
        SlotType::Buildspec => text("\"ci/%.yml\""),
        SlotType::ArtifactFile => text("App::\"%.json\""),
        SlotType::Reference => text(match slot.to {
            Some(Kind::Role) => "\"arn:aws:iam::111122223333:role/%\"",
            Some(Kind::Key) => "\"arn:aws:kms:eu-west-1:111122223333:key/%\"",
            Some(Kind::Topic) => "\"arn:aws:sns:eu-west-1:111122223333:%\"",
            Some(Kind::Connection) => "\"arn:aws:codeconnections:eu-west-1:111122223333:connection/%\"",
            _ => "\"%\"",
        }),
        SlotType::Bool => {
            let standard = slot.default.as_deref().or(slot.emit.as_deref()) == Some("true");
            typed((!standard).to_string(), standard.to_string())
        }
        SlotType::Integer | SlotType::Number => {
            let least = slot.min.unwrap_or(1);
            typed((least + 1).to_string(), (least + 2).to_string())
        }
        SlotType::Percent => typed("20%".to_owned(), "30%".to_owned()),
        SlotType::Range => typed("0..3".to_owned(), "0..4".to_owned()),
        SlotType::Minutes => {
            let least = slot.min.unwrap_or(1);
            typed(format!("{}m", least + 1), format!("{}m", least + 2))
        }
        SlotType::Days => typed("11d".to_owned(), "12d".to_owned()),
        SlotType::Enum | SlotType::EnumList => {
            let emitted = slot.emit.as_deref().or(slot.default.as_deref());
            let mut words: Vec<&str> = slot.values.keys().map(String::as_str).collect();
            words.sort_by_key(|word| Some(*word) == emitted);
            let word = |index: usize| words.get(index).or(words.first()).copied().unwrap_or_default();
            let shown = |word: &str| if slot.ty == SlotType::Enum { word.to_owned() } else { format!("[{word}]") };
            typed(shown(word(0)), shown(word(1)))
        }
        SlotType::Artifact => typed("App".to_owned(), "Other".to_owned()),
        SlotType::ArtifactMap => typed("{ IMAGE = App }".to_owned(), "{ IMAGE = Other }".to_owned()),
        SlotType::Cache => typed("[source]".to_owned(), "[docker]".to_owned()),
        SlotType::Record => text("{ }"),
        SlotType::Condition => typed("\"IsProd\"".to_owned(), "\"IsTest\"".to_owned()),
    }
}
