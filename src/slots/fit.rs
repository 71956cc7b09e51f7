//! Fits a value to its slot: type, enumeration, range, and phase. A value that fits is converted to the slot's form.

use crate::catalog::limits::limit;
use crate::catalog::names::check;
use crate::catalog::{self, Phase, Slot, SlotType};
use crate::diagnostic::families::{attributes, configuration, names, phases};
use crate::diagnostic::{Phrase, wording};
use crate::hir::{Entity, Part, PartKind, Text, Value, ValueChoice, ValueKind};
use crate::source::{Span, Spanned};

use super::choices::{fitted_choice, is_between_strings};
use super::conversions::{plain_text, raw_as_text};
use super::words::{describe, expected, in_document};
use super::{Sink, check_known_parts, check_name};

/// The required values of a map to artifacts, in words.
const ARTIFACT: &str = "an artifact";

/// Returns the value in the slot's form. If it does not fit, reports that and returns a poisoned value.
pub fn fit(slot: &Slot, value: Value, sink: &mut dyn Sink) -> Value {
    Fitting { sink }.value(slot, value)
}

/// A value being fitted to a slot.
struct Fitting<'s> {
    sink: &'s mut dyn Sink,
}

impl Fitting<'_> {
    fn value(&mut self, slot: &Slot, value: Value) -> Value {
        if value.is_poisoned() && !matches!(value.kind, ValueKind::List(_) | ValueKind::Map(_)) {
            return value;
        }
        if slot.or_file && matches!(value.kind, ValueKind::ArtifactFile(_)) {
            return value;
        }
        if slot.nullable && value.kind == ValueKind::Null {
            return value;
        }
        if let ValueKind::Choice(choice) = value.kind {
            return self.choice(slot, *choice, value.span);
        }
        let span = value.span;
        self.check_size(slot, &value);
        let fitted = match slot.ty {
            SlotType::String => self.fit_string(slot, value),
            SlotType::Bool => of_kind(value, |kind| matches!(kind, ValueKind::Bool(_))),
            SlotType::Integer => self.fit_integer(slot, value),
            SlotType::Number => of_kind(value, |kind| matches!(kind, ValueKind::Number(_))),
            SlotType::Percent => self.fit_percent(slot, value),
            SlotType::Range => self.fit_range(slot, value),
            SlotType::Minutes => self.fit_duration(slot, value, 60, "minute"),
            SlotType::Days => self.fit_duration(slot, value, 86_400, "day"),
            SlotType::Enum => self.fit_enum(slot, value),
            SlotType::EnumList => self.fit_items(slot, value, Self::fit_enum),
            SlotType::List if slot.texts => self.fit_items(slot, value, Self::fit_scalar),
            SlotType::List => self.fit_items(slot, value, Self::fit_string),
            SlotType::Map => self.fit_map(slot, value),
            SlotType::Shorthand => self.fit_shorthand(slot, value),
            SlotType::ArtifactMap => self.fit_artifacts(slot, value),
            SlotType::Env => self.fit_env(slot, value),
            SlotType::Record => self.fit_record(slot, value),
            SlotType::Artifact => of_kind(value, |kind| matches!(kind, ValueKind::Artifact(_))),
            SlotType::ArtifactFile => of_kind(value, |kind| matches!(kind, ValueKind::ArtifactFile(_))),
            SlotType::Reference => match self.sink.quoted(slot, &value) {
                Some(poisoned) => Ok(poisoned),
                None => fit_reference(slot, value),
            },
            SlotType::Buildspec => {
                of_kind(raw_as_text(value), |kind| matches!(kind, ValueKind::Text(_) | ValueKind::InlineYaml(_)))
            }
            SlotType::Cache => match value.kind {
                ValueKind::List(_) => self.fit_items(slot, value, fit_cached),
                _ => of_kind(raw_as_text(value), |kind| {
                    matches!(kind, ValueKind::Word(_) | ValueKind::Entity(Entity::Bucket(_)) | ValueKind::Text(_))
                }),
            },
            SlotType::Condition => self.fit_condition(slot, value),
            SlotType::Json | SlotType::Any => Ok(value),
        };
        match fitted {
            Ok(value) => self.in_phase(slot, value),
            Err(value) => {
                if !value.is_poisoned() {
                    self.reject(slot, &value, span);
                }
                Value::poisoned(span)
            }
        }
    }

    /// Reports a value of another type.
    fn reject(&mut self, slot: &Slot, value: &Value, span: Span) {
        let found = describe(&value.kind);
        let wrong = attributes::wrong_type(&slot.attribute, &expected(slot), found, span);
        let suggestion = suggestion(slot.ty, &value.kind, &self.sink.shown(span));
        let suggestion = suggestion.or_else(|| self.in_only_artifact(slot.ty, &value.kind));
        let allowed = suggestion.clone().and_then(|text| in_limits(slot, text));
        let path = file_path(slot.ty, &value.kind).filter(|_| suggestion.is_none());
        self.sink.report(if let Some(path) = path {
            names::without_artifact(wrong, path)
        } else {
            let found = names::write_instead(wrong, allowed, span);
            in_document(found, slot, suggestion.as_deref())
        });
    }

    /// Fits both values of a choice. `null` is no value, if the slot does not require one.
    fn choice(&mut self, slot: &Slot, choice: ValueChoice, span: Span) -> Value {
        if slot.phase < Phase::Deploy {
            let shown = self.sink.shown(choice.place);
            let what = format!("`{}`", slot.attribute);
            self.sink.report(phases::too_late(&what, slot.phase, Phase::Deploy, &shown, choice.place, None));
            return Value::poisoned(span);
        }
        let mut fit = |value: Value| match value.kind {
            ValueKind::Null if !slot.required => value,
            _ => self.value(slot, value),
        };
        let (then, otherwise) = (fit(choice.then), fit(choice.otherwise));
        if then.is_poisoned() || otherwise.is_poisoned() {
            return Value::poisoned(span);
        }
        fitted_choice(slot, ValueChoice { then, otherwise, ..choice }, span, self.sink)
    }

    /// Reports a list or map with more entries than AWS accepts. Fields of the action itself are checked by a rule.
    fn check_size(&mut self, slot: &Slot, value: &Value) {
        let (count, parts) = match (&value.kind, slot.ty) {
            (ValueKind::List(items), SlotType::List) => (items.len(), "elements"),
            (ValueKind::Map(entries), SlotType::Map) => (entries.len(), "entries"),
            _ => return,
        };
        if let Some(most) = slot.max.filter(|most| count as u64 > *most && !slot.action_level) {
            self.sink.report(configuration::too_many(&slot.attribute, (count, parts), most, value.span));
        }
    }

    /// Reports a value that is known too late for its slot.
    fn in_phase(&mut self, slot: &Slot, value: Value) -> Value {
        let (phase, place) = match value.kind {
            ValueKind::Entity(_) => (Phase::Compile, value.span),
            ValueKind::Secret(_) | ValueKind::Parameter(_) if slot.phase >= Phase::Deploy => return value,
            _ => value.phase(),
        };
        if phase <= slot.phase || is_home_region(slot, &value) {
            return value;
        }
        let what = format!("`{}`", slot.attribute);
        let shown = self.sink.shown(place);
        let set_at = self.set_at(&value);
        self.sink.report(phases::too_late(&what, slot.phase, phase, &shown, place, set_at));
        Value::poisoned(value.span)
    }

    /// Returns where the action is whose variable a value uses.
    fn set_at(&self, value: &Value) -> Option<Span> {
        let mut found = None;
        value.each_part(&mut |part| {
            if let PartKind::Output(action, _) = &part.kind {
                found = self.sink.named_at(*action);
            }
        });
        found
    }

    fn fit_string(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let span = value.span;
        let text = match value.kind {
            ValueKind::Text(text) => text,
            ValueKind::Word(word) => Text::literal(word, span),
            ValueKind::Raw(raw) => Text::of(PartKind::Raw(raw), span),
            ValueKind::Secret(secret) => Text::of(PartKind::Secret(Box::new(secret)), span),
            ValueKind::Parameter(name) => Text::of(PartKind::Parameter(name), span),
            // An element of a list.
            ValueKind::Choice(choice) if is_between_strings(&choice) => Text::of(PartKind::Choice(choice), span),
            other => return Err(Value::new(other, span)),
        };
        if let Some(kind) = slot.charset.as_deref()
            && let Some(literal) = text.as_literal()
            && check(kind, literal).is_some()
        {
            check_name(kind, &Spanned::new(literal.to_owned(), span), self.sink);
            return Err(Value::poisoned(span));
        }
        if let Some(kind) = slot.charset.as_deref()
            && check_known_parts(kind, &text, span, self.sink)
        {
            return Err(Value::poisoned(span));
        }
        Ok(Value::new(ValueKind::Text(text), span))
    }

    /// Fits a condition that is known at deployment, or the name of one in a template.
    fn fit_condition(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        match &value.kind {
            ValueKind::Text(text) if text.as_literal().is_some() => self.fit_string(slot, value),
            _ => match self.sink.condition_of(&value) {
                Some(id) => Ok(Value::new(ValueKind::Test(id), value.span)),
                None => Err(value),
            },
        }
    }

    /// Accepts a string, and converts a number or a boolean to one.
    fn fit_scalar(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let text = match &value.kind {
            ValueKind::Number(text) => text.clone(),
            ValueKind::Bool(flag) => flag.to_string(),
            _ => return self.fit_string(slot, value),
        };
        Ok(Value::new(ValueKind::Text(Text::literal(text, value.span)), value.span))
    }

    fn fit_integer(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let ValueKind::Number(text) = &value.kind else { return Err(value) };
        let number = text.parse::<u64>().ok();
        self.in_range(slot, number, "", value)
    }

    fn fit_percent(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let ValueKind::Percent(number) = value.kind else { return Err(value) };
        self.in_range(slot, Some(number), "", value)
    }

    fn fit_range(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let (least, most) = match &value.kind {
            ValueKind::Range(least, most) => (*least, *most),
            ValueKind::Number(text) => match text.parse::<u64>() {
                Ok(number) => (number, number),
                Err(_) => return Err(value),
            },
            _ => return Err(value),
        };
        let range = Value::new(ValueKind::Range(least, most), value.span);
        if least > most {
            let limits = "an ascending range such as `0..5`";
            let wrong = attributes::out_of_range(&slot.attribute, limits, value.span);
            let wrong = wrong.help(format!("write `{most}..{least}`"));
            let numbers = "must have a `MinimumCount` that is not greater than `MaximumCount`";
            let wrong = wrong.message_in_document(format!("`{}` {numbers}", slot.attribute));
            self.sink.report(wrong.help_in_document("exchange the two numbers"));
            return Err(Value::poisoned(value.span));
        }
        let (min, max) = (slot.min.unwrap_or(0), slot.max.unwrap_or(u64::MAX));
        if min <= least && most <= max {
            return Ok(range);
        }
        let wrong = attributes::out_of_range(&slot.attribute, &format!("within `{min}..{max}`"), value.span);
        let suggestion = (least <= max && min <= most).then(|| format!("{}..{}", least.max(min), most.min(max)));
        self.sink.report(names::write_instead(wrong, suggestion, value.span));
        Err(Value::poisoned(value.span))
    }

    fn fit_duration(&mut self, slot: &Slot, value: Value, unit: u64, noun: &str) -> Result<Value, Value> {
        let ValueKind::Duration(seconds) = value.kind else { return Err(value) };
        if seconds == u64::MAX {
            // The number itself was too large, which has been reported.
            return Err(Value::poisoned(value.span));
        }
        let whole = seconds.is_multiple_of(unit).then_some(seconds / unit);
        let number = Value::new(ValueKind::Number((seconds / unit).to_string()), value.span);
        self.in_range(slot, whole, noun, number)
    }

    fn in_range(&mut self, slot: &Slot, number: Option<u64>, unit: &str, value: Value) -> Result<Value, Value> {
        let fits = number
            .is_some_and(|number| slot.min.is_none_or(|min| min <= number) && slot.max.is_none_or(|max| number <= max));
        if fits {
            return Ok(value);
        }
        let nearest = number.and_then(|number| nearest(slot, number));
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}s") };
        let whole = if number.is_none() && unit.is_empty() { "a whole number " } else { "" };
        let shown = |number: u64| usize::try_from(number).map_or_else(|_| number.to_string(), wording::number);
        let limits = match (slot.min, slot.max) {
            // The number may be in the range.
            _ if number.is_none() && !unit.is_empty() => format!("a whole number of{unit}"),
            (Some(min), Some(max)) => format!("{whole}from {} to {}{unit}", shown(min), shown(max)),
            (Some(1), None) => format!("at least 1{}", unit.trim_end_matches('s')),
            (Some(min), None) => format!("at least {}{unit}", shown(min)),
            (None, Some(max)) => format!("at most {}{unit}", shown(max)),
            (None, None) => format!("a whole number{}", if unit.is_empty() { "" } else { " of" }) + &unit,
        };
        let found = attributes::out_of_range(&slot.attribute, &limits, value.span);
        self.sink.report(match nearest {
            Some((written, number)) => found
                .help(format!("write `{written}` or {}", if number == slot.max { "less" } else { "more" }))
                .help_in_document(format!("write `{}`", number.unwrap_or_default())),
            None => found,
        });
        Err(Value::poisoned(value.span))
    }

    fn fit_enum(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let span = value.span;
        let bare = matches!(value.kind, ValueKind::Word(_));
        let written = match &value.kind {
            ValueKind::Number(text) => Some(text.clone()),
            _ => value.as_str().map(str::to_owned),
        };
        let Some(written) = written else { return Err(value) };
        let by_word = slot.values.get(&written);
        let by_aws = slot.values.values().find(|aws| **aws == written);
        if let Some(aws) = by_word.or(by_aws) {
            return Ok(Value::text(aws.clone(), span));
        }
        let allowed: Vec<&str> = slot.values.keys().map(String::as_str).collect();
        if !self.sink.is_reported(span) {
            self.sink.report(attributes::not_allowed(&slot.attribute, &written, span, &allowed, bare));
        }
        Err(Value::poisoned(span))
    }

    fn fit_items(
        &mut self,
        slot: &Slot,
        value: Value,
        fit_one: fn(&mut Self, &Slot, Value) -> Result<Value, Value>,
    ) -> Result<Value, Value> {
        let span = value.span;
        let ValueKind::List(items) = value.kind else { return self.fit_late_list(slot, value) };
        if items.is_empty() && slot.min.is_some_and(|min| min > 0) {
            let example = slot.values.keys().next().map(String::as_str);
            self.sink.report(attributes::empty_list(&slot.attribute, span, example, slot.required));
            return Err(Value::poisoned(span));
        }
        let mut fitted = Vec::with_capacity(items.len());
        for item in items {
            let place = item.span;
            // It still counts as an element.
            if item.is_poisoned() {
                fitted.push(Value::poisoned(place));
                continue;
            }
            match fit_one(self, slot, item) {
                Ok(item) => fitted.push(item),
                Err(item) if item.is_poisoned() => fitted.push(Value::poisoned(place)),
                Err(item) => {
                    let found = describe(&item.kind);
                    let element = format!("an element of `{}`", slot.attribute);
                    let wrong = names::wrong_element(&element, found, place);
                    let suggestion = suggestion(SlotType::String, &item.kind, &self.sink.shown(place));
                    self.sink.report(names::write_instead(wrong, suggestion, place));
                    fitted.push(Value::poisoned(place));
                }
            }
        }
        Ok(Value::new(ValueKind::List(fitted), span))
    }

    /// Fits a list that is known at deployment. If something is generated for each element, their number has to be
    /// known now.
    fn fit_late_list(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let span = value.span;
        let list = match value.kind {
            ValueKind::LateList(text) => text,
            ValueKind::Raw(raw) => Text::of(PartKind::Raw(raw), span),
            ValueKind::Text(text) if text.may_be_list() => text,
            other => return Err(Value::new(other, span)),
        };
        if slot.counted {
            let shown = self.sink.shown(span);
            self.sink.report(phases::uncounted(&slot.attribute, &shown, span));
            return Err(Value::poisoned(span));
        }
        Ok(Value::new(ValueKind::LateList(list), span))
    }

    fn fit_map(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        self.fit_entries(slot, value, "a string", |kind| {
            matches!(kind, ValueKind::Text(_) | ValueKind::Number(_) | ValueKind::Bool(_) | ValueKind::Raw(_))
        })
    }

    /// Fits a map of strings that do not contain the separators of the shorthand.
    fn fit_shorthand(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let value = self.fit_map(slot, value)?;
        let ValueKind::Map(entries) = &value.kind else { return Ok(value) };
        for (key, text) in entries {
            if text.as_str().is_some_and(|text| text.contains([' ', ','])) {
                self.sink.report(configuration::separators_in_value(&key.node, text.span));
            }
        }
        Ok(value)
    }

    /// Returns a path as a file of the only artifact, if a file of an artifact is expected.
    fn in_only_artifact(&self, ty: SlotType, kind: &ValueKind) -> Option<String> {
        let path = file_path(ty, kind)?;
        self.sink.only_artifact().map(|artifact| format!("{artifact}::{path}"))
    }

    /// Fits a map to artifacts, and checks its length.
    fn fit_artifacts(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let fits = |kind: &ValueKind| matches!(kind, ValueKind::Artifact(_));
        let value = self.fit_entries(slot, value, ARTIFACT, fits)?;
        let count = if let ValueKind::Map(entries) = &value.kind { entries.len() as u64 } else { 0 };
        match slot.max.filter(|max| count > *max) {
            Some(max) => {
                let limits = format!("at most {max} entries");
                self.sink.report(attributes::out_of_range(&slot.attribute, &limits, value.span));
                Err(Value::poisoned(value.span))
            }
            None => Ok(value),
        }
    }

    fn fit_env(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        self.fit_entries(slot, value, "a string", |kind| {
            matches!(
                kind,
                ValueKind::Text(_)
                    | ValueKind::Number(_)
                    | ValueKind::Bool(_)
                    | ValueKind::Secret(_)
                    | ValueKind::Parameter(_)
                    | ValueKind::Raw(_)
            )
        })
    }

    fn fit_entries(
        &mut self,
        slot: &Slot,
        value: Value,
        wanted: &str,
        fits: fn(&ValueKind) -> bool,
    ) -> Result<Value, Value> {
        let span = value.span;
        let ValueKind::Map(entries) = value.kind else { return Err(value) };
        let kind = slot.charset.as_deref();
        let mut fitted = Vec::with_capacity(entries.len());
        for (key, value) in entries.into_iter().filter(|(_, value)| value.kind != ValueKind::Null) {
            if let Some(kind) = kind {
                check_name(kind, &key, self.sink);
            }
            let place = value.span;
            if value.is_poisoned() {
                fitted.push((key, Value::poisoned(place)));
            } else if fits_entry(&value.kind, fits) {
                let value = plain_text(value);
                if kind == Some("tag") {
                    self.check_tag(&key.node, &value);
                }
                fitted.push((key, value));
            } else {
                let wrong = attributes::wrong_type(&key.node, wanted, describe(&value.kind), place);
                let suggestion =
                    if wanted == "a string" { identifying(&value.kind, &self.sink.shown(place)) } else { None };
                let wrong = if wanted == ARTIFACT {
                    wrong.help("write the name of an artifact, without quotes")
                } else {
                    wrong
                };
                self.sink.report(names::write_instead(wrong, suggestion, place));
                fitted.push((key, Value::poisoned(place)));
            }
        }
        Ok(Value::new(ValueKind::Map(fitted), span))
    }

    /// Checks the value of a tag, if it is known.
    fn check_tag(&mut self, key: &str, value: &Value) {
        let length = value.as_str().map_or(0, |text| text.chars().count());
        if let Some(limit) = limit("tag-value").filter(|limit| length > limit.value) {
            self.sink.report(configuration::long_tag(key, length, limit.value, value.span));
        }
    }

    fn fit_record(&mut self, slot: &Slot, value: Value) -> Result<Value, Value> {
        let span = value.span;
        let ValueKind::Map(entries) = value.kind else { return Err(value) };
        let valid: Vec<&str> = slot.field.iter().map(|field| field.attribute.as_str()).collect();
        let owner = Phrase::from(wording::tick(&slot.attribute));
        let mut meant: Vec<&str> = Vec::new();
        let mut fitted: Vec<(Spanned<String>, Value)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            if let Some(field) = slot.field.iter().find(|field| field.attribute == key.node) {
                if is_left_out(field, &value) {
                    continue;
                }
                let value = self.value(field, value);
                fitted.push((key, value));
            } else {
                meant.extend(attributes::similar_attribute(&key.node, &valid));
                self.sink.report(attributes::unknown_attribute(&key, &owner, &valid, None));
            }
        }
        for field in slot.field.iter().filter(|field| field.required) {
            let is_given = fitted.iter().any(|(key, _)| key.node == field.attribute);
            if !is_given && !meant.contains(&field.attribute.as_str()) {
                let example = field.example();
                self.sink.report(attributes::missing_attribute(&owner, &field.attribute, &example, span, None));
            }
        }
        Ok(Value::new(ValueKind::Map(fitted), span))
    }
}

/// Returns the member that identifies a declaration: `Packages.name`. `shown` is how the file refers to it.
pub fn identifying(kind: &ValueKind, shown: &str) -> Option<String> {
    let ValueKind::Entity(entity) = kind else { return None };
    let members = &catalog::declaration(entity.word())?.members;
    let member = ["name", "arn"].into_iter().find(|member| members.iter().any(|known| known == member))?;
    Some(format!("{shown}.{member}"))
}

/// Returns whether a value is `null` and leaves its slot as if it was not written.
pub fn is_left_out(slot: &Slot, value: &Value) -> bool {
    let has_null = slot.nullable || slot.required || matches!(slot.ty, SlotType::Any | SlotType::Json);
    value.kind == ValueKind::Null && !has_null
}

/// Returns a path if a file of an artifact is expected and the path can be written without quotes.
fn file_path(ty: SlotType, kind: &ValueKind) -> Option<&str> {
    let ValueKind::Text(path) = kind else { return None };
    let path = path.as_literal().filter(|_| ty == SlotType::ArtifactFile)?;
    let is_bare = path.chars().all(|c| c.is_ascii_alphanumeric() || "_.-/".contains(c)) && !path.contains("//");
    (is_bare && path.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some(path)
}

/// Returns the value as its slot expects it, if the intention is clear. `shown` is the source text.
fn suggestion(ty: SlotType, kind: &ValueKind, shown: &str) -> Option<String> {
    let plain = match kind {
        ValueKind::Number(text) if text == shown => text.as_str(),
        ValueKind::Bool(_) if matches!(shown, "true" | "false") => shown,
        ValueKind::Word(word) if word == shown => word,
        ValueKind::Text(text) => text.as_literal().filter(|text| shown.trim_matches(['"', '\'']) == *text)?,
        _ => return None,
    };
    let is_number = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    let is_duration = plain.strip_suffix(['s', 'm', 'h', 'd']).is_some_and(|amount| amount.parse::<u64>().is_ok());
    match ty {
        SlotType::String | SlotType::Buildspec => Some(format!("\"{plain}\"")),
        SlotType::Minutes | SlotType::Days if is_duration => Some(plain.to_owned()),
        SlotType::Minutes | SlotType::Days if plain.contains(' ') => in_words(plain),
        SlotType::Minutes if is_number => Some(format!("{plain}m")),
        SlotType::Days if is_number => Some(format!("{plain}d")),
        SlotType::Percent if is_number => Some(format!("{plain}%")),
        SlotType::Integer | SlotType::Number if is_number => Some(plain.to_owned()),
        SlotType::Bool => names::flag(plain).map(str::to_owned),
        SlotType::EnumList if plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) => {
            Some(format!("[{plain}]"))
        }
        SlotType::EnumList | SlotType::List if matches!(kind, ValueKind::Text(_)) && plain.contains(", ") => {
            let items = plain.split(',').map(str::trim).filter(|item| !item.is_empty());
            let is_word = |item: &str| !item.contains(' ');
            let quoted = |item: &str| if ty == SlotType::List { format!("\"{item}\"") } else { item.to_owned() };
            let items: Vec<&str> = items.collect();
            let quoted: Vec<String> = items.iter().map(|item| quoted(item)).collect();
            Some(if items.iter().all(|item| is_word(item)) {
                format!("[{}]", quoted.join(", "))
            } else {
                format!("[{shown}]")
            })
        }
        SlotType::EnumList | SlotType::List => Some(format!("[{shown}]")),
        _ => None,
    }
}

/// Returns the limit that a number exceeds, as a file contains it, and the number.
fn nearest(slot: &Slot, number: u64) -> Option<(String, Option<u64>)> {
    let limit = if slot.max.is_some_and(|max| number > max) { slot.max? } else { slot.min? };
    let written = match slot.ty {
        SlotType::Minutes => in_minutes(limit),
        SlotType::Days => format!("{limit}d"),
        SlotType::Percent => format!("{limit}%"),
        _ => return None,
    };
    Some((written, Some(limit)))
}

/// The units of a duration, with their lengths in minutes.
const UNITS: [(&str, u64); 3] = [("d", 1440), ("h", 60), ("m", 1)];

/// Returns a number of minutes in the longest unit.
fn in_minutes(minutes: u64) -> String {
    let unit = UNITS.iter().find(|(_, length)| minutes.is_multiple_of(*length));
    unit.map_or_else(|| format!("{minutes}m"), |(unit, length)| format!("{}{unit}", minutes / length))
}

/// Returns a value as it is suggested, with a unit in which it is allowed; `None` if there is none.
fn in_limits(slot: &Slot, text: String) -> Option<String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let Some(amount) = text.get(..digits).and_then(|amount| amount.parse::<u64>().ok()) else { return Some(text) };
    let is_allowed = |number: u64| slot.min.is_none_or(|min| min <= number) && slot.max.is_none_or(|max| number <= max);
    let is_amount = |length: u64| amount.checked_mul(length).is_some_and(is_allowed);
    match slot.ty {
        SlotType::Minutes if text.ends_with('m') => {
            let unit = UNITS.iter().rev().find(|(_, length)| is_amount(*length));
            unit.map(|(unit, _)| format!("{amount}{unit}"))
        }
        SlotType::Days if text.ends_with('d') => is_allowed(amount).then_some(text),
        SlotType::Percent => is_allowed(amount).then_some(text),
        _ => Some(text),
    }
}

/// Returns a duration for its words: `2d` for `2 days`.
fn in_words(text: &str) -> Option<String> {
    let (amount, word) = text.split_once(' ')?;
    let amount: u64 = amount.parse().ok()?;
    let word = word.strip_suffix('s').unwrap_or(word);
    let unit = ["second", "minute", "hour", "day"].iter().find(|unit| **unit == word)?;
    unit.get(..1).map(|unit| format!("{amount}{unit}"))
}

/// Returns whether a value is the pipeline's own Region where a Region is expected, which means the same as leaving the
/// attribute out.
fn is_home_region(slot: &Slot, value: &Value) -> bool {
    let ValueKind::Text(text) = &value.kind else { return false };
    let is_region = |part: &Part| matches!(&part.kind, PartKind::Pseudo(name) if name == "Region");
    slot.charset.as_deref() == Some("region") && matches!(text.parts.as_slice(), [part] if is_region(part))
}

/// Returns whether a value in a map fits; of a choice, both values.
fn fits_entry(kind: &ValueKind, fits: fn(&ValueKind) -> bool) -> bool {
    match kind {
        ValueKind::Choice(choice) => choice.values().into_iter().all(|value| fits_entry(&value.kind, fits)),
        kind => fits(kind),
    }
}

fn of_kind(value: Value, fits: impl Fn(&ValueKind) -> bool) -> Result<Value, Value> {
    if fits(&value.kind) { Ok(value) } else { Err(value) }
}

/// Fits a local cache mode, or a path, which means `custom`: a rule compares it with the buildspec.
fn fit_cached(_: &mut Fitting<'_>, slot: &Slot, value: Value) -> Result<Value, Value> {
    match value.as_str().filter(|text| slot.values.contains_key(*text)) {
        Some(mode) => Ok(Value::new(ValueKind::Word(mode.to_owned()), value.span)),
        None => of_kind(value, |kind| matches!(kind, ValueKind::Word(_) | ValueKind::Text(_))),
    }
}

/// Fits a declaration of the right kind, or a string if AWS takes a name or ARN.
fn fit_reference(slot: &Slot, value: Value) -> Result<Value, Value> {
    match value.kind {
        ValueKind::Entity(entity) if slot.to.is_none_or(|to| to == entity.kind()) => Ok(value),
        ValueKind::Text(_) => Ok(value),
        ValueKind::Raw(_) => Ok(raw_as_text(value)),
        _ => Err(value),
    }
}
