//! Values from outside: from the settings, from files, and from the command line.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::settings as family;
use crate::expand::{Given, Inputs, UnusedInput};
use crate::hir::{Value, ValueKind};
use crate::settings::{self, Settings, Values};
use crate::source::Spanned;
use crate::syntax::ast::ParamKind;
use crate::workspace::Workspace;

use super::Request;

/// Combines the values files of a request; a later file wins.
pub(super) fn files(workspace: &Workspace, request: &Request) -> Values {
    let mut all = Values::default();
    for file in &request.values {
        let id = workspace.add_source(file.path.as_str(), file.text.as_str());
        let values = Values::parse(id, &file.path, &file.text);
        all.options.extend(values.options);
        all.diagnostics.extend(values.diagnostics);
    }
    all
}

/// Returns all values by name: those from the command line win over those from files, which win over the settings.
pub(super) fn inputs(settings: &Settings, values: &Values, request: &Request) -> Inputs {
    let of_settings = settings.options.iter().map(|(name, given)| (name.clone(), Given::Value(value(given))));
    let of_files = values.options.iter().map(|(name, (_, given))| (name.clone(), Given::Value(value(given))));
    let written = request.options.iter().map(|(name, text)| (name.clone(), Given::Written(text.clone())));
    let mut params: std::collections::BTreeMap<String, String> =
        settings.params.iter().map(|(name, value)| (name.clone(), value.node.written())).collect();
    params.extend(request.params.clone());
    Inputs { options: of_settings.chain(of_files).chain(written).collect(), params }
}

/// Reports values of files that no option takes.
pub(super) fn unknown(values: &Values, unused: &[UnusedInput], request: &Request) -> Vec<Diagnostic> {
    let of_file = unused.iter().filter(|it| it.kind == ParamKind::Option && !request.options.contains_key(&it.name));
    let report = |unused: &UnusedInput| {
        let (key, _) = values.options.get(&unused.name)?;
        Some(family::unknown_option(*key, &unused.name, unused.similar.as_deref(), unused.other_kind))
    };
    of_file.filter_map(report).collect()
}

/// Returns whether the command line gives a value: those of the settings are for every file of the project.
pub(super) fn is_asked(request: &Request, input: &UnusedInput) -> bool {
    let given = if input.keyword() == "param" { &request.params } else { &request.options };
    given.contains_key(&input.name)
}

/// Converts a value of a file, with its spans there.
fn value(given: &Spanned<settings::SettingValue>) -> Value {
    let span = given.span;
    match &given.node {
        settings::SettingValue::Text(text) => Value::text(text, span),
        settings::SettingValue::Number(number) => Value::new(ValueKind::Number(number.to_string()), span),
        settings::SettingValue::Bool(flag) => Value::new(ValueKind::Bool(*flag), span),
        settings::SettingValue::List(items) => Value::new(ValueKind::List(items.iter().map(value).collect()), span),
        settings::SettingValue::Map(entries) => {
            let entries = entries.iter().map(|(key, given)| (key.clone(), value(given)));
            Value::new(ValueKind::Map(entries.collect()), span)
        }
    }
}
