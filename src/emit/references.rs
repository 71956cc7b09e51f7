//! The references in a part of a template.

use serde_json::Value as Json;

/// Calls `visit` with every logical ID, parameter, and pseudo parameter that `Ref`, `Fn::GetAtt`, and `Fn::Sub` refer
/// to.
pub fn each(json: &Json, visit: &mut dyn FnMut(&str)) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| each(item, visit)),
        Json::Object(entries) => {
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("Ref", Json::String(name)) => visit(name),
                    ("Fn::GetAtt", Json::Array(parts)) => {
                        parts.first().and_then(Json::as_str).into_iter().for_each(&mut *visit);
                    }
                    ("Fn::GetAtt", Json::String(text)) => visit(text.split('.').next().unwrap_or_default()),
                    ("Fn::Sub", Json::String(text)) => placeholders(text, visit),
                    ("Fn::Sub", Json::Array(parts)) => {
                        parts.first().and_then(Json::as_str).into_iter().for_each(|text| placeholders(text, visit));
                        parts.iter().skip(1).for_each(|part| each(part, visit));
                    }
                    _ => each(value, visit),
                }
            }
        }
        _ => {}
    }
}

fn placeholders(text: &str, visit: &mut dyn FnMut(&str)) {
    for tail in text.split("${").skip(1) {
        if let Some((name, _)) = tail.split_once('}')
            && !name.starts_with('!')
        {
            visit(name.split('.').next().unwrap_or_default().trim());
        }
    }
}
