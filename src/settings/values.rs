//! Files of option values: a table of names and values in TOML, JSON, or YAML.

use std::collections::BTreeMap;

use toml::de::DeTable;

use crate::catalog::numbers::number;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::settings as family;
use crate::source::{FileId, Span, Spanned};
use crate::workspace::document::{Document, DocumentOrigin, Node, NodeKind, Style};

use super::{Reader, SettingValue, VALUES};

/// The contents of a file of values.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// By the name of the option: the span of the name, and the value.
    pub options: BTreeMap<String, (Span, Spanned<SettingValue>)>,
    /// Diagnostics of what could not be used.
    pub diagnostics: Vec<Diagnostic>,
}

impl Values {
    /// Parses a file as JSON or YAML according to its extension, else as TOML. What cannot be used is left out and
    /// reported.
    pub fn parse(file: FileId, path: &str, text: &str) -> Self {
        match path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => Self::of_document("JSON", file, text),
            Some("yaml" | "yml") => Self::of_document("YAML", file, text),
            _ => Self::of_toml(file, text),
        }
    }

    fn of_toml(file: FileId, text: &str) -> Self {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut reader = Reader::new(file, "option");
        if let Some(error) = errors.first() {
            let range = error.span().unwrap_or(text.len()..text.len());
            let broken = family::values_syntax("TOML", reader.span(range), error.message());
            return Self { diagnostics: vec![broken], ..Self::default() };
        }
        let mut options = BTreeMap::new();
        for (key, value) in document.get_ref() {
            if let Some(parsed) = reader.value(key.get_ref(), value, true) {
                options.insert(key.get_ref().to_string(), (reader.span(key.span()), parsed));
            }
        }
        Self { options, diagnostics: reader.settings.diagnostics }
    }

    fn of_document(format: &str, file: FileId, text: &str) -> Self {
        let document = Document::parse(text, DocumentOrigin::File(file));
        let mut values = Self::default();
        if let Some(error) = &document.error {
            values.diagnostics.push(family::values_syntax(format, error.span, &error.message));
        }
        let Some(root) = &document.root else { return values };
        let NodeKind::Mapping(entries) = &root.kind else {
            values.diagnostics.push(family::no_values(root.span));
            return values;
        };
        for entry in entries {
            match value(&entry.value) {
                Ok(parsed) => {
                    values.options.insert(entry.key.node.clone(), (entry.key.span, parsed));
                }
                Err((span, found)) => {
                    values.diagnostics.push(family::wrong_type(span, "option", &entry.key.node, VALUES, found));
                }
            }
        }
        values
    }
}

/// Converts a node to a value. If it is not a value, returns its span and what it is, in words.
fn value(node: &Node) -> Result<Spanned<SettingValue>, (Span, &'static str)> {
    let wrong = |found| Err((node.span, found));
    if node.tag.is_some() {
        return wrong("a value with a tag");
    }
    let value = match &node.kind {
        NodeKind::Scalar(scalar) if scalar.style != Style::Plain => SettingValue::Text(scalar.text.clone()),
        NodeKind::Scalar(scalar) => match scalar.text.as_str() {
            "true" => SettingValue::Bool(true),
            "false" => SettingValue::Bool(false),
            "" | "~" | "null" => return wrong("nothing"),
            text => match (text.parse::<i64>(), number(text)) {
                (Ok(number), _) => SettingValue::Number(number),
                (Err(_), Some(_)) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                    return wrong("a decimal number");
                }
                _ => SettingValue::Text(text.to_owned()),
            },
        },
        NodeKind::Sequence(items) => SettingValue::List(items.iter().map(value).collect::<Result<_, _>>()?),
        NodeKind::Mapping(entries) => {
            let entries = entries.iter().map(|entry| Ok((entry.key.clone(), value(&entry.value)?)));
            SettingValue::Map(entries.collect::<Result<_, _>>()?)
        }
    };
    Ok(Spanned::new(value, node.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    /// Returns what was read, and messages with the text that they point to.
    fn read(path: &str, text: &str) -> String {
        let mut sources = SourceMap::default();
        let file = sources.add(path.into(), text);
        let values = Values::parse(file, path, text);
        let options = values.options.iter().map(|(name, (key, value))| {
            format!("{name} <{}> <{}> {}\n", sources.slice(*key), sources.slice(value.span), value.node.written())
        });
        let faults = values
            .diagnostics
            .iter()
            .map(|it| format!("! <{}> {} | {}\n", sources.slice(it.primary.span), it.message, it.primary.text));
        options.chain(faults).collect()
    }

    #[test]
    fn three_formats_say_the_same() {
        let toml = "stage = \"prod\"\ncount = 3\nfast = true\nzones = [\"a\", \"b\"]\n[env]\nname = \"x\"\n";
        let json = r#"{ "stage": "prod", "count": 3, "fast": true, "zones": ["a", "b"], "env": { "name": "x" } }"#;
        let yaml = "stage: prod\ncount: 3\nfast: true\nzones: [a, b]\nenv: { name: x }\n";
        let mut file = SourceMap::default();
        let plain = |path: &str, text: &str, file: &mut SourceMap| {
            let id = file.add(path.into(), text);
            let values = Values::parse(id, path, text);
            assert!(values.diagnostics.is_empty(), "{:?}", values.diagnostics);
            values
                .options
                .iter()
                .map(|(name, (_, value))| format!("{name}={}", value.node.written()))
                .collect::<Vec<_>>()
        };
        let wanted = ["count=3", "env={name=x}", "fast=true", "stage=prod", "zones=a,b"];
        for (path, text) in [("v.toml", toml), ("v.json", json), ("v.yaml", yaml)] {
            assert_eq!(plain(path, text, &mut file), wanted, "{path}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_reported_in_the_file() {
        insta::assert_snapshot!(read("v.yaml", "a: ~\nb: 1.5\nc: [!Ref x]\nd: fine\n"), @"
        d <d> <fine> fine
        ! <~> option `a` has a value of the wrong type | expected a string, a whole number, `true`, `false`, or a list or table of these, found nothing
        ! <1.5> option `b` has a value of the wrong type | expected a string, a whole number, `true`, `false`, or a list or table of these, found a decimal number
        ! <!Ref x> option `c` has a value of the wrong type | expected a string, a whole number, `true`, `false`, or a list or table of these, found a value with a tag
        ");
        insta::assert_snapshot!(read("v.json", "[1]"), @"! <[1]> values file has no named values | expected a table of names and values");
        insta::assert_snapshot!(read("v.json", "{ \"a\": [1,, 2] }"), @"! <,> values file is not valid JSON | expected a value");
        insta::assert_snapshot!(
            read("v.toml", "a = 1\nb = \n"),
            @"! <> values file is not valid TOML | string values must be quoted, expected literal string"
        );
        insta::assert_snapshot!(
            read("v.toml", "a = 1979-05-27\n"),
            @"! <1979-05-27> option `a` has a value of the wrong type | expected a string, a whole number, `true`, `false`, or a list or table of these, found a date"
        );
    }
}
