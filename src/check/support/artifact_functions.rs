//! `Fn::GetArtifactAtt` and `Fn::GetParam` in the parameters of a stack, which CodePipeline itself evaluates.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-parameter-override-functions.html>
//! (2026-11-23)

use crate::hir::{Action, Value, ValueKind};
use crate::source::Spanned;

/// The key whose value can contain the functions.
const PARAMETERS: &str = "ParameterOverrides";

/// A function, and the artifact that it reads.
pub(in crate::check) struct Function {
    pub(in crate::check) name: &'static str,
    pub(in crate::check) artifact: Spanned<String>,
    pub(in crate::check) file: Option<Spanned<String>>,
    /// The attribute of `Fn::GetArtifactAtt`.
    pub(in crate::check) attribute: Option<Spanned<String>>,
}

/// Returns the functions in the parameters of an action.
pub(in crate::check) fn functions(action: &Action) -> Vec<Function> {
    let mut found = Vec::new();
    match action.value(PARAMETERS) {
        Some(Value { kind: ValueKind::Map(entries), .. }) => {
            found.extend(entries.iter().filter_map(|(_, value)| of_value(value)));
        }
        Some(value) => found.extend(in_json(value)),
        None => {}
    }
    found
}

fn of_value(value: &Value) -> Option<Function> {
    let value = if let ValueKind::Raw(inner) = &value.kind { inner } else { value };
    let ValueKind::Map(entries) = &value.kind else { return None };
    let [(key, Value { kind: ValueKind::List(items), .. })] = entries.as_slice() else { return None };
    let name = function_name(&key.node)?;
    let text = |index: usize| {
        let item = items.get(index)?;
        Some(Spanned::new(item.as_str()?.to_owned(), item.span))
    };
    Some(Function {
        name,
        artifact: text(0)?,
        file: text(1).filter(|_| name == "Fn::GetParam"),
        attribute: text(1).filter(|_| name != "Fn::GetParam"),
    })
}

/// Returns the functions in parameters that are JSON text.
fn in_json(value: &Value) -> Vec<Function> {
    let json: Option<serde_json::Value> = value.as_str().and_then(|text| serde_json::from_str(text).ok());
    let Some(serde_json::Value::Object(entries)) = json else { return Vec::new() };
    let functions = entries.values().filter_map(|entry| {
        let (key, items) = entry.as_object()?.iter().next()?;
        let name = function_name(key)?;
        let text = |index: usize| Some(Spanned::new(items.get(index)?.as_str()?.to_owned(), value.span));
        Some(Function {
            name,
            artifact: text(0)?,
            file: text(1).filter(|_| name == "Fn::GetParam"),
            attribute: text(1).filter(|_| name != "Fn::GetParam"),
        })
    });
    functions.collect()
}

fn function_name(key: &str) -> Option<&'static str> {
    ["Fn::GetArtifactAtt", "Fn::GetParam"].into_iter().find(|name| *name == key)
}
