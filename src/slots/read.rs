//! Reads the value of a slot from AWS's form: the inverse of how the plan writes one.
//!
//! Two values that AWS cannot distinguish are read as one of them: a list of one element as the element, a map as its
//! JSON text, and a name as a reference to the declaration that has it. A value that is not in the slot's form is read
//! as text, and [`super::fit()`] reports it.

use serde_json::Value as Json;

use crate::catalog::names::is_made_of;
use crate::catalog::{Phase, Slot, SlotType};
use crate::hir::{ArtifactFile, ArtifactId, Entity, Part, PartKind, Secret, Text, Value, ValueKind};
use crate::source::{Span, Spanned};

use super::aws_text::{AwsPiece, AwsText};

/// What follows `{{resolve:` for a secret, up to its name.
const SECRET: &str = "{{resolve:secretsmanager:";

/// The same for an SSM parameter.
const PARAMETER: &str = "{{resolve:ssm:";

/// Resolves names in AWS's form.
pub trait NameLookup {
    /// Returns the artifact with a name.
    fn artifact(&self, name: &str) -> Option<ArtifactId>;

    /// Returns the variable for `#{namespace.name}`, if the pipeline itself sets it.
    fn variable(&self, namespace: &str, name: &str) -> Option<PartKind>;
}

/// Reads a slot from the keys of a configuration; returns `None` if its key is absent. `at`: the span of the value.
pub fn read_aws<'k>(
    slot: &'k Slot,
    keys: &dyn Fn(&str) -> Option<&'k AwsText>,
    names: &'k dyn NameLookup,
    at: Span,
) -> Option<Value> {
    let key = slot.key.as_deref().unwrap_or(&slot.attribute);
    let read = |text: &'k AwsText| Reading { slot, names, text, at };
    if let Some(forms) = &slot.numbered {
        return numbered(forms, keys, &read, at);
    }
    let reading = read(keys(key)?);
    let path = slot.path_key.as_deref().and_then(keys);
    let file = path.and_then(|path| reading.file(reading.text.as_literal()?, read(path).written()));
    Some(file.unwrap_or_else(|| reading.value()))
}

/// Returns the entries of a map that AWS represents as numbered pairs of keys.
fn numbered<'k>(
    [of_artifact, of_name]: &[String; 2],
    keys: &dyn Fn(&str) -> Option<&'k AwsText>,
    read: &dyn Fn(&'k AwsText) -> Reading<'k>,
    at: Span,
) -> Option<Value> {
    let key = |form: &str, number: usize| keys(&form.replace('%', &number.to_string()));
    let entry = |number| Some((key(of_name, number)?.as_literal()?, read(key(of_artifact, number)?)));
    let named = |(name, reading): (&str, Reading<'_>)| (Spanned::new(name.to_owned(), at), reading.artifact());
    let entries: Vec<_> = (1..).map_while(entry).map(named).collect();
    (!entries.is_empty()).then(|| Value::new(ValueKind::Map(entries), at))
}

/// A text being read as a value.
struct Reading<'k> {
    slot: &'k Slot,
    names: &'k dyn NameLookup,
    text: &'k AwsText,
    at: Span,
}

impl Reading<'_> {
    fn value(&self) -> Value {
        let kind = self.of_type().unwrap_or_else(|| ValueKind::Text(self.written()));
        Value::new(kind, self.at)
    }

    /// Returns the value as its slot expects it; `None` if it does not have that form.
    fn of_type(&self) -> Option<ValueKind> {
        let literal = self.text.as_literal();
        if self.slot.or_file
            && let Some(file) = self.whole_file()
        {
            return Some(file.kind);
        }
        match self.slot.ty {
            SlotType::Bool => literal.and_then(truth),
            SlotType::Integer | SlotType::Number | SlotType::Minutes | SlotType::Days => literal.and_then(number),
            SlotType::Percent => literal?.parse().ok().map(ValueKind::Percent),
            SlotType::Range => {
                let (from, to) = literal?.split_once("..")?;
                Some(ValueKind::Range(from.parse().ok()?, to.parse().ok()?))
            }
            SlotType::EnumList | SlotType::List => self.list(),
            SlotType::Map => match self.json()? {
                Json::Object(entries) => Some(self.map(entries)),
                _ => None,
            },
            SlotType::Json => match self.json()? {
                json @ (Json::Object(_) | Json::Array(_)) => Some(self.of_json(json).kind),
                _ => None,
            },
            SlotType::Any => self.any(),
            SlotType::Env => self.environment(),
            SlotType::Shorthand => self.shorthand(),
            SlotType::Artifact => self.names.artifact(literal?).map(ValueKind::Artifact),
            SlotType::ArtifactFile => self.whole_file().map(|file| file.kind),
            SlotType::Reference => self.reference(),
            SlotType::Buildspec => {
                let written = self.written();
                let inline =
                    written.parts.iter().any(|it| matches!(&it.kind, PartKind::Literal(text) if text.contains('\n')));
                inline.then_some(ValueKind::InlineYaml(written))
            }
            SlotType::String
            | SlotType::Enum
            | SlotType::ArtifactMap
            | SlotType::Record
            | SlotType::Cache
            | SlotType::Condition => None,
        }
    }

    fn artifact(&self) -> Value {
        let artifact = self.text.as_literal().and_then(|name| self.names.artifact(name));
        artifact.map_or_else(|| self.value(), |id| Value::new(ValueKind::Artifact(id), self.at))
    }

    /// Reads `Artifact::file`.
    fn whole_file(&self) -> Option<Value> {
        let coded = self.text.coded()?;
        let (artifact, path) = coded.split_once("::")?;
        self.file(artifact, self.text_of(path))
    }

    fn file(&self, artifact: &str, path: Text) -> Option<Value> {
        let artifact = Some(self.names.artifact(artifact)?);
        let file = ArtifactFile { artifact, artifact_span: self.at, path, path_span: self.at };
        Some(Value::new(ValueKind::ArtifactFile(file), self.at))
    }

    /// Reads elements between commas, or a list that is known at deployment.
    fn list(&self) -> Option<ValueKind> {
        if let Some(of) = self.text.as_join(",") {
            return Some(ValueKind::LateList(of.clone()));
        }
        let coded = self.text.coded()?;
        let items = coded.split(',').filter(|_| !coded.is_empty()).map(|item| self.text_value(item));
        Some(ValueKind::List(items.collect()))
    }

    /// Reads a reference to a declaration by the member that AWS expects.
    fn reference(&self) -> Option<ValueKind> {
        let [AwsPiece::Part(PartKind::Member(entity, member))] = self.text.pieces.as_slice() else { return None };
        let wanted = self.slot.member.as_deref().unwrap_or("name");
        // A key has no other name.
        let is_wanted = member == wanted || (member == "arn" && matches!(entity, Entity::Key(_)));
        (is_wanted && self.slot.to.is_none_or(|to| to == entity.kind())).then_some(ValueKind::Entity(*entity))
    }

    /// Reads a single number, percentage, or boolean, or a map in JSON.
    fn any(&self) -> Option<ValueKind> {
        let literal =
            self.text.as_literal().and_then(|text| truth(text).or_else(|| decimal(text)).or_else(|| percent(text)));
        literal.or_else(|| match self.json()? {
            Json::Object(entries) => Some(self.object(entries)),
            _ => None,
        })
    }

    /// Reads `ParameterKey=name,ParameterValue=text`, separated by spaces.
    fn shorthand(&self) -> Option<ValueKind> {
        let coded = self.text.coded()?;
        let entry = |entry: &str| {
            let (name, value) = entry.strip_prefix("ParameterKey=")?.split_once(",ParameterValue=")?;
            Some((self.key(name), self.text_value(value)))
        };
        let entries = coded.split(' ').filter(|_| !coded.is_empty()).map(entry);
        entries.collect::<Option<Vec<_>>>().map(ValueKind::Map)
    }

    /// Reads the environment variables of CodeBuild's action: `[{"name": ..., "value": ..., "type": ...}]`.
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html> (2026-11-28)
    fn environment(&self) -> Option<ValueKind> {
        let Json::Array(items) = self.json()? else { return None };
        let entry = |item: &Json| {
            let text = |key: &str| item.get(key).and_then(Json::as_str);
            let value = text("value")?;
            let kind = match text("type").unwrap_or("PLAINTEXT") {
                "PLAINTEXT" => ValueKind::Text(self.text_of(value)),
                "PARAMETER_STORE" => ValueKind::Parameter(self.text_of(value)),
                "SECRETS_MANAGER" => ValueKind::Secret(self.selected(value)),
                _ => return None,
            };
            Some((self.key(text("name")?), Value::new(kind, self.at)))
        };
        items.iter().map(entry).collect::<Option<Vec<_>>>().map(ValueKind::Map)
    }

    /// Parses the whole text as JSON, with placeholder characters for pieces.
    fn json(&self) -> Option<Json> {
        serde_json::from_str(&self.text.coded()?).ok()
    }

    fn of_json(&self, json: Json) -> Value {
        let kind = match json {
            Json::Null => ValueKind::Null,
            Json::Bool(truth) => ValueKind::Bool(truth),
            Json::Number(number) => ValueKind::Number(number.to_string()),
            Json::String(text) => ValueKind::Text(self.text_of(&text)),
            Json::Array(items) => match self.late(&items) {
                Some(of) => ValueKind::LateList(of.clone()),
                None => ValueKind::List(items.into_iter().map(|item| self.of_json(item)).collect()),
            },
            Json::Object(entries) => self.object(entries),
        };
        Value::new(kind, self.at)
    }

    /// Reads a map; CodePipeline's own functions are kept unchanged.
    fn object(&self, entries: serde_json::Map<String, Json>) -> ValueKind {
        let is_function = entries.keys().any(|key| key == "Fn::GetArtifactAtt" || key == "Fn::GetParam");
        let map = entries.into_iter().map(|(name, value)| (self.key(&name), self.of_json(value))).collect();
        if is_function {
            ValueKind::Raw(Box::new(Value::new(ValueKind::Map(map), self.at)))
        } else {
            ValueKind::Map(map)
        }
    }

    /// Reads the entries of a map of strings.
    fn map(&self, entries: serde_json::Map<String, Json>) -> ValueKind {
        let entry = |(name, value): (String, Json)| {
            let value = match value {
                Json::String(text) => self.text_value(&text),
                other => self.of_json(other),
            };
            (self.key(&name), value)
        };
        ValueKind::Map(entries.into_iter().map(entry).collect())
    }

    /// Returns the list, known at deployment, that an array consists of.
    fn late(&self, items: &[Json]) -> Option<&Text> {
        let [Json::String(only)] = items else { return None };
        let mut chars = only.chars();
        match (self.text.piece(chars.next()?)?, chars.next()) {
            (AwsPiece::Join { separator, of }, None) if separator == "\",\"" => Some(of),
            _ => None,
        }
    }

    fn key(&self, name: &str) -> Spanned<String> {
        Spanned::new(name.to_owned(), self.at)
    }

    fn text_value(&self, coded: &str) -> Value {
        Value::new(ValueKind::Text(self.text_of(coded)), self.at)
    }

    /// Returns all of it as text.
    fn written(&self) -> Text {
        self.text.coded().map_or_else(|| self.text.plain(self.at), |coded| self.text_of(&coded))
    }

    /// Returns a coded text with its references resolved.
    fn text_of(&self, coded: &str) -> Text {
        let mut text = Text::default();
        let mut rest = coded;
        while let Some((before, kind, after)) = self.next_reference(rest) {
            text.append(self.text.decoded(before, self.at));
            text.push(Part { kind, span: self.at });
            rest = after;
        }
        text.append(self.text.decoded(rest, self.at));
        text
    }

    /// Returns the first reference in a coded text, with the text before and after it.
    fn next_reference<'t>(&self, coded: &'t str) -> Option<(&'t str, PartKind, &'t str)> {
        let at = |start: usize| {
            let (before, from) = coded.split_at_checked(start)?;
            let (kind, after) = self.variable(from).or_else(|| self.dynamic(from))?;
            Some((before, kind, after))
        };
        coded.char_indices().filter(|(_, c)| matches!(c, '#' | '{')).find_map(|(start, _)| at(start))
    }

    /// Reads `#{namespace.name}` at the start of a text, if the slot accepts run-time values.
    fn variable<'t>(&self, from: &'t str) -> Option<(PartKind, &'t str)> {
        let (inside, after) = from.strip_prefix("#{").filter(|_| self.slot.phase == Phase::Run)?.split_once('}')?;
        let (namespace, name) = inside.split_once('.')?;
        if !is_made_of("namespace", namespace)
            || name.is_empty()
            || inside.chars().any(|c| self.text.piece(c).is_some())
        {
            return None;
        }
        let own = || PartKind::Namespace(namespace.to_owned(), name.to_owned());
        Some((self.names.variable(namespace, name).unwrap_or_else(own), after))
    }

    /// Reads a dynamic reference at the start of a text.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html> and
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html>
    /// (2026-11-28)
    fn dynamic<'t>(&self, from: &'t str) -> Option<(PartKind, &'t str)> {
        if let Some(tail) = from.strip_prefix(PARAMETER) {
            let (name, after) = tail.split_once("}}")?;
            return Some((PartKind::Parameter(self.text.decoded(name, self.at)), after));
        }
        let (inside, after) = from.strip_prefix(SECRET)?.split_once("}}")?;
        // `SecretString` is the only part that a secret has, and may be left out.
        let (id, selectors) = inside.split_once(":SecretString").unwrap_or_else(|| {
            let (id, rest) = split_secret_id(inside);
            (id, rest.strip_prefix(':').unwrap_or_default())
        });
        if !selectors.is_empty() && !selectors.starts_with(':') {
            return None;
        }
        let secret = self.secret(id, selectors.strip_prefix(':').unwrap_or_default());
        Some((PartKind::Secret(Box::new(secret)), after))
    }

    /// Reads `id:key:stage:version`.
    fn selected(&self, coded: &str) -> Secret {
        let (id, selectors) = split_secret_id(coded);
        self.secret(id, selectors.strip_prefix(':').unwrap_or_default())
    }

    fn secret(&self, id: &str, selectors: &str) -> Secret {
        let mut given = selectors.splitn(3, ':').map(|text| {
            let text = self.text.decoded(text, self.at);
            (!text.parts.is_empty()).then_some(text)
        });
        let mut next = || given.next().flatten();
        Secret { id: self.text.decoded(id, self.at), key: next(), stage: next(), version: next() }
    }
}

/// Splits off the name or ARN of a secret from the rest, which starts at the colon; an ARN contains six colons.
fn split_secret_id(text: &str) -> (&str, &str) {
    let colons = if text.starts_with("arn:") { 6 } else { 0 };
    let end = text.match_indices(':').nth(colons).map_or(text.len(), |(at, _)| at);
    text.split_at(end)
}

fn truth(text: &str) -> Option<ValueKind> {
    text.parse().ok().map(ValueKind::Bool)
}

fn number(text: &str) -> Option<ValueKind> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| ValueKind::Number(text.to_owned()))
}

fn percent(text: &str) -> Option<ValueKind> {
    text.strip_suffix('%')?.parse().ok().map(ValueKind::Percent)
}

/// Returns a number in JSON's form, with each digit as written.
fn decimal(text: &str) -> Option<ValueKind> {
    let is_number = serde_json::from_str::<serde_json::Number>(text).is_ok() && text.trim() == text;
    is_number.then(|| ValueKind::Number(text.to_owned()))
}
