//! `dotpipe.toml`: settings that apply to all pipelines of a project, and files of option values. Pure data; the front
//! end reads the files.

mod folders;
mod values;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned as TomlSpanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::catalog::accounts::is_account_id;
use crate::diagnostic::families::settings as family;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{FileId, Span, Spanned};

pub use folders::{has_settings, marked_root_of, root_of, settings_folder, settings_folder_by};
pub use values::Values;

/// The name of the settings file. The folder that contains it is the project's root, except in a subfolder of a Git
/// repository, unless it sets `root = true`.
pub const FILE_NAME: &str = "dotpipe.toml";

/// The keys of the file.
const KEYS: [&str; 7] = ["account", "entry", "lints", "options", "params", "region", "root"];
/// The levels of a lint.
const LEVELS: [&str; 4] = ["allow", "info", "warning", "error"];

/// The possible values of an option, in words.
const VALUES: &str = "a string, a whole number, `true`, `false`, or a list or table of these";

/// How a lint is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It is not reported.
    Allow,
    /// It is reported with this severity.
    Report(Severity),
}

/// A value given to an `option` or a `param`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// `"text"`
    Text(String),
    /// `3`
    Number(i64),
    /// `true`, `false`
    Bool(bool),
    /// `["a", "b"]`
    List(Vec<Spanned<SettingValue>>),
    /// `{ a = "b" }`, in the order written.
    Map(Vec<(Spanned<String>, Spanned<SettingValue>)>),
}

impl SettingValue {
    /// Returns the value in its command-line form: the elements of a list are joined by commas.
    pub fn written(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::List(items) => items.iter().map(|item| item.node.written()).collect::<Vec<_>>().join(","),
            Self::Map(entries) => {
                let entry =
                    |(key, value): &(Spanned<String>, Spanned<Self>)| format!("{}={}", key.node, value.node.written());
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
            }
        }
    }
}

/// The settings of a project.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Entry files, relative to the root.
    pub entry: Vec<Spanned<String>>,
    /// The account to build for, 12 digits.
    pub account: Option<Spanned<String>>,
    /// The Region to build for.
    pub region: Option<Spanned<String>>,
    /// Values of `option`s, by name.
    pub options: BTreeMap<String, Spanned<SettingValue>>,
    /// Values of `param`s, by name.
    pub params: BTreeMap<String, Spanned<SettingValue>>,
    /// Levels of lints, and where each was set.
    pub lints: BTreeMap<Code, Spanned<Level>>,
    /// Diagnostics of what could not be used.
    pub diagnostics: Vec<Diagnostic>,
}

impl Settings {
    /// Parses a settings file. What cannot be used is left out and reported.
    pub fn parse(file: FileId, text: &str) -> Self {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut reader = Reader::new(file, "setting");
        // Errors after the first are mostly its consequences, and values next to it may be misread.
        match errors.first() {
            None => reader.document(document.get_ref()),
            Some(error) => {
                let range = error.span().unwrap_or(text.len()..text.len());
                reader.settings.diagnostics.push(family::not_toml(reader.span(range), error.message()));
            }
        }
        reader.settings
    }

    /// Applies the level of every lint; errors are unchanged.
    pub fn apply(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let keep = |mut diagnostic: Diagnostic| {
            let level = self.lints.get(&diagnostic.code).map(|level| level.node);
            match level.filter(|_| diagnostic.code.severity() != Severity::Error) {
                Some(Level::Allow) => return None,
                Some(Level::Report(severity)) => diagnostic.severity = severity,
                None => {}
            }
            Some(diagnostic)
        };
        diagnostics.into_iter().filter_map(keep).collect()
    }
}

/// Returns whether a settings file marks its folder as the root of a project.
pub fn marks_root(text: &str) -> bool {
    let (document, errors) = DeTable::parse_recoverable(text);
    let marks = |value: &Entry<'_>| matches!(value.get_ref(), DeValue::Boolean(true));
    errors.is_empty() && document.get_ref().get("root").is_some_and(marks)
}

type Key<'t> = TomlSpanned<std::borrow::Cow<'t, str>>;
type Entry<'t> = TomlSpanned<DeValue<'t>>;

struct Reader {
    file: FileId,
    /// What a key of the file sets, in words.
    noun: &'static str,
    settings: Settings,
}

impl Reader {
    fn new(file: FileId, noun: &'static str) -> Self {
        Self { file, noun, settings: Settings::default() }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.settings.diagnostics.push(diagnostic);
    }

    fn document(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "account" => self.settings.account = self.account(value),
                "region" => self.settings.region = self.region(value),
                "entry" => self.settings.entry = self.entry(value),
                "lints" => self.lints(value),
                "options" => self.settings.options = self.values("options", value, true),
                "root" => self.root(value),
                "params" => self.settings.params = self.values("params", value, false),
                _ => self.unknown(key),
            }
        }
    }

    /// Checks `root`. Its value is read before anything else, see [`marks_root`].
    fn root(&mut self, value: &Entry<'_>) {
        if !matches!(value.get_ref(), DeValue::Boolean(_)) {
            self.wrong_type("root", "`true` or `false`", value);
        }
    }

    fn unknown(&mut self, key: &Key<'_>) {
        let name = key.get_ref();
        let span = self.span(key.span());
        self.report(family::unknown_key(span, name, similar(name, KEYS), &KEYS));
    }

    fn wrong_type(&mut self, name: &str, wanted: &str, value: &Entry<'_>) {
        let span = self.span(value.span());
        self.report(family::wrong_type(span, self.noun, name, wanted, type_word(value.get_ref())));
    }

    fn text(&mut self, name: &str, wanted: &str, value: &Entry<'_>) -> Option<Spanned<String>> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(name, wanted, value);
            return None;
        };
        Some(Spanned::new(text.to_string(), self.span(value.span())))
    }

    fn account(&mut self, value: &Entry<'_>) -> Option<Spanned<String>> {
        if let DeValue::Integer(number) = value.get_ref() {
            self.report(family::account_is_number(self.span(value.span()), number.as_str()));
            return None;
        }
        let account = self.text("account", "the 12 digits of an account ID in quotes", value)?;
        if is_account_id(&account.node) {
            return Some(account);
        }
        self.report(family::bad_account(account.span, &account.node));
        None
    }

    fn region(&mut self, value: &Entry<'_>) -> Option<Spanned<String>> {
        let region = self.text("region", "a Region code such as `\"eu-west-1\"`", value)?;
        if is_region_code(&region.node) {
            return Some(region);
        }
        self.report(family::bad_region(region.span, &region.node));
        None
    }

    fn entry(&mut self, value: &Entry<'_>) -> Vec<Spanned<String>> {
        let wanted = "a list of paths";
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type("entry", wanted, value);
            return Vec::new();
        };
        let mut paths = Vec::new();
        for item in items {
            let Some(path) = self.text("entry", wanted, item) else { continue };
            let inside = !path.node.starts_with('/') && !path.node.split(['/', '\\']).any(|part| part == "..");
            if inside && !path.node.is_empty() {
                paths.push(path);
            } else {
                self.report(family::entry_outside(path.span, &path.node));
            }
        }
        paths
    }

    fn lints(&mut self, value: &Entry<'_>) {
        let DeValue::Table(table) = value.get_ref() else {
            return self.wrong_type("lints", "a table of codes and levels", value);
        };
        for (key, level) in table {
            if let Some((code, level)) = self.lint(key, level) {
                self.settings.lints.insert(code, Spanned::new(level, self.span(key.span())));
            }
        }
    }

    fn lint(&mut self, key: &Key<'_>, value: &Entry<'_>) -> Option<(Code, Level)> {
        let name = key.get_ref();
        let span = self.span(key.span());
        let Ok(code) = name.parse::<Code>() else {
            self.report(family::unknown_lint(span, name));
            return None;
        };
        if code.severity() == Severity::Error {
            self.report(family::not_a_lint(span, code));
            return None;
        }
        let level = self.text(name, "a level", value)?;
        let parsed = match level.node.as_str() {
            "allow" => Level::Allow,
            "info" => Level::Report(Severity::Info),
            "warning" => Level::Report(Severity::Warning),
            "error" => Level::Report(Severity::Error),
            other => {
                self.report(family::unknown_level(level.span, other, similar(other, LEVELS), &LEVELS));
                return None;
            }
        };
        Some((code, parsed))
    }

    /// Reads names and values. `tables`: whether a value may be a table too.
    fn values(&mut self, name: &str, value: &Entry<'_>, tables: bool) -> BTreeMap<String, Spanned<SettingValue>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(name, "a table of names and values", value);
            return BTreeMap::new();
        };
        let pairs = table.iter().filter_map(|(key, value)| {
            let parsed = self.value(key.get_ref(), value, tables)?;
            Some((key.get_ref().to_string(), parsed))
        });
        pairs.collect()
    }

    fn value(&mut self, name: &str, value: &Entry<'_>, tables: bool) -> Option<Spanned<SettingValue>> {
        let wanted = if tables { VALUES } else { "a string, a whole number, `true`, `false`, or a list of these" };
        let parsed = match value.get_ref() {
            DeValue::String(text) => SettingValue::Text(text.to_string()),
            DeValue::Boolean(yes) => SettingValue::Bool(*yes),
            DeValue::Integer(digits) => {
                let Ok(number) = i64::from_str_radix(digits.as_str(), digits.radix()) else {
                    self.report(family::number_too_large(self.span(value.span()), digits.as_str()));
                    return None;
                };
                SettingValue::Number(number)
            }
            DeValue::Array(items) => SettingValue::List(self.items(name, items, tables)),
            DeValue::Table(table) if tables => SettingValue::Map(self.entries(name, table)),
            DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => {
                self.wrong_type(name, wanted, value);
                return None;
            }
        };
        Some(Spanned::new(parsed, self.span(value.span())))
    }

    fn items(&mut self, name: &str, items: &DeArray<'_>, tables: bool) -> Vec<Spanned<SettingValue>> {
        items.iter().filter_map(|item| self.value(name, item, tables)).collect()
    }

    fn entries(&mut self, name: &str, table: &DeTable<'_>) -> Vec<(Spanned<String>, Spanned<SettingValue>)> {
        let entry = |(key, value): (&Key<'_>, &Entry<'_>)| {
            let key = Spanned::new(key.get_ref().to_string(), self.span(key.span()));
            Some((key, self.value(name, value, true)?))
        };
        table.iter().filter_map(entry).collect()
    }
}

/// Returns whether a text has the form of a Region code: words and a number, as in `us-gov-east-1`. Which Regions exist
/// changes too often to check here.
pub fn is_region_code(text: &str) -> bool {
    let mut parts: Vec<&str> = text.split('-').collect();
    let number = parts.pop().is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let words = parts.iter().all(|part| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    number && words && parts.len() >= 2
}

fn type_word(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Label;
    use crate::source::SourceMap;

    fn parse(text: &str) -> (Settings, Vec<String>) {
        let mut sources = SourceMap::default();
        let file = sources.add(FILE_NAME.into(), text);
        let settings = Settings::parse(file, text);
        let lines = settings.diagnostics.iter().map(|diagnostic| {
            let help = diagnostic.help.as_deref().unwrap_or("-");
            let Label { span, text, .. } = &diagnostic.primary;
            format!("<{}> {} | {text} | {help}", sources.slice(*span), diagnostic.message)
        });
        let lines = lines.collect();
        (settings, lines)
    }

    #[test]
    fn reads_everything() {
        let (settings, faults) = parse(
            "account = \"111122223333\"\nregion = \"us-gov-east-1\"\nentry = [\"a.pipe\"]\n\
             [options]\nstage = \"prod\"\ncount = 0x10\nfast = true\nzones = [\"a\", \"b\"]\n[params]\nTag = \"v1\"\n",
        );
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(settings.account.map(|account| account.node).as_deref(), Some("111122223333"));
        assert_eq!(settings.region.map(|region| region.node).as_deref(), Some("us-gov-east-1"));
        assert_eq!(settings.entry.iter().map(Spanned::as_str).collect::<Vec<_>>(), ["a.pipe"]);
        assert_eq!(settings.options.get("count").map(|value| &value.node), Some(&SettingValue::Number(16)));
        assert_eq!(settings.options.get("fast").map(|value| &value.node), Some(&SettingValue::Bool(true)));
        assert!(
            matches!(settings.options.get("zones").map(|value| &value.node), Some(SettingValue::List(items)) if items.len() == 2)
        );
        assert_eq!(settings.params.get("Tag").map(|value| &value.node), Some(&SettingValue::Text("v1".into())));
    }

    #[test]
    fn reports_every_value_it_cannot_use() {
        let (_, faults) = parse(
            "accont = \"1\"\nregion = \"eu-west1\"\nentry = [\"../x.pipe\", 3]\naccount = 111122223333\n\
             [lints]\nE0001 = \"allow\"\nW9999 = \"allow\"\n[options]\nwhen = 2026-01-01\nsize = 99999999999999999999\n",
        );
        insta::assert_snapshot!(faults.join("\n"), @r#"
        <accont> unknown setting `accont` |  | did you mean `account`?
        <"eu-west1"> `eu-west1` is not a Region code | Region codes look like `eu-west-1` | -
        <"../x.pipe"> entry file `../x.pipe` is outside the root folder | files must be in the folder of `dotpipe.toml` or below it | -
        <3> setting `entry` has a value of the wrong type | expected a list of paths, found a whole number | -
        <111122223333> an account ID is a string, not a number | leading zeros would be lost | write `account = "111122223333"`
        <E0001> `E0001` is an error, so its level cannot be changed | only warnings and infos have a lint level | remove this line, and fix the error
        <W9999> unknown diagnostic code `W9999` |  | correct the code, or remove the line
        <2026-01-01> setting `when` has a value of the wrong type | expected a string, a whole number, `true`, `false`, or a list or table of these, found a date | -
        <99999999999999999999> number `99999999999999999999` is too large | does not fit in 64 bits | -
        "#);
    }

    #[test]
    fn reports_what_is_not_toml_and_nothing_else() {
        let (settings, faults) = parse("entry = [\"a.pipe\"\nunknown = 1\n");
        assert!(settings.entry.is_empty());
        insta::assert_snapshot!(faults.join("\n"), @"
        <> settings file is not valid TOML | missing comma between array elements, expected `,` | -
        ");
    }

    #[test]
    fn levels_change_lints_and_never_errors() {
        let mut sources = SourceMap::default();
        let span = Span::new(sources.add("x.pipe".into(), ""), 0, 0);
        let apply = |code: Code, level: Level| {
            let lints = BTreeMap::from([(code, Spanned::new(level, span))]);
            let settings = Settings { lints, ..Settings::default() };
            let applied = settings.apply(vec![Diagnostic::new(code, "message", span, "")]);
            applied.first().map(|diagnostic| diagnostic.severity)
        };
        for code in Code::ALL {
            let lint = code.severity() != Severity::Error;
            assert_eq!(apply(*code, Level::Allow), (!lint).then_some(Severity::Error));
            let info = if lint { Severity::Info } else { Severity::Error };
            assert_eq!(apply(*code, Level::Report(Severity::Info)), Some(info));
        }
    }
}
