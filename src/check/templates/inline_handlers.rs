//! W0462: handlers without a file or with its extension, and those of code that is written in a template, which is in a
//! file of a fixed name.

use crate::check::support::inside_templates::each_template;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "inline-handlers", codes: &[Code::W0462], run: check };

/// The properties with the code of a function, by its type.
const INLINE: [(&str, &[&str]); 2] =
    [("AWS::Lambda::Function", &["Code", "ZipFile"]), ("AWS::Serverless::Function", &["InlineCode"])];

/// The name of the file, without its extension.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html>
/// (2026-11-30)
const FILE: &str = "index";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reported: Vec<Span> = Vec::new();
    each_template(subject, findings, |inside, findings| {
        for resource in &inside.template.resources {
            if FUNCTIONS.contains(&resource.kind.node.as_str()) {
                let handler = inside.template.inherited(resource, &["Handler"]).and_then(Node::spanned);
                let runtime = inside.template.inherited(resource, &["Runtime"]).and_then(Node::literal);
                let found = handler.zip(runtime).and_then(|(handler, runtime)| other_form(&handler, runtime));
                // That of `Globals` is the handler of several functions.
                if let Some((span, found)) = found.filter(|(span, _)| !reported.contains(span)) {
                    reported.push(span);
                    findings.push(found);
                    continue;
                }
            }
            let Some((_, path)) = INLINE.iter().find(|(kind, _)| *kind == resource.kind.node) else { continue };
            let code = resource.node.get("Properties").and_then(|properties| properties.at(path));
            let handler = inside.template.inherited(resource, &["Handler"]).and_then(Node::spanned);
            let Some((code, handler)) = code.zip(handler) else { continue };
            let Some((file, function)) = handler.node.rsplit_once('.') else { continue };
            // The handler may be one of a layer, which calls the code.
            if inside.template.inherited(resource, &["Layers"]).is_some() {
                continue;
            }
            if handler.node.contains("{{") {
                continue;
            }
            if file != FILE {
                findings.push(other_file(&handler, file, function, code.span));
            } else if code.literal().is_some_and(|text| !text.is_empty() && !mentions(text, function)) {
                findings.push(no_function(&handler, function, code.span));
            }
        }
    });
}

/// Returns whether code may define a function: it contains the name, or takes over all names of another module.
fn mentions(code: &str, function: &str) -> bool {
    let all = ["import *", "export *", "module.exports", "{{"];
    let is_written_out = ["def ", "exports.", "export ", "function "].iter().any(|start| code.contains(start));
    !is_written_out
        || code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').any(|word| word == function)
        || all.iter().any(|words| code.contains(words))
}

/// A handler that its code does not define.
fn no_function(handler: &Spanned<String>, function: &str, code: Span) -> Diagnostic {
    let message = format!("the code of the function does not define `{function}`");
    Diagnostic::new(Code::W0462, message, handler.span, "the function would fail in every invocation")
        .label(code, "the code")
        .help("write the name of its function after `index.`")
}

/// The types of functions.
const FUNCTIONS: [&str; 2] = ["AWS::Lambda::Function", "AWS::Serverless::Function"];

/// The languages whose handlers are a file and a function, each with the extensions of its files:
/// <https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html>, and
/// <https://docs.aws.amazon.com/lambda/latest/dg/ruby-handler.html> (2026-11-30)
const LANGUAGES: [(&str, &[&str]); 3] = [("nodejs", &["js", "mjs", "cjs", "ts"]), ("python", &[]), ("ruby", &["rb"])];

/// Reports a handler that names no function, or the extension of its file.
fn other_form(handler: &Spanned<String>, runtime: &str) -> Option<(Span, Diagnostic)> {
    let (_, ends) = LANGUAGES.iter().find(|(language, _)| runtime.starts_with(language))?;
    if handler.node.is_empty() || handler.node.contains(['{', '$', '<', ':', ' ']) {
        return None;
    }
    let Some((file, function)) = handler.node.rsplit_once('.') else {
        let message = format!("handler `{}` does not name a file and a function", handler.node);
        let found = Diagnostic::new(Code::W0462, message, handler.span, "the function would fail in every invocation");
        return Some((handler.span, found.help(format!("write `file.{}`, with the name of its file", handler.node))));
    };
    let stem = ends.iter().find_map(|end| file.strip_suffix(&format!(".{end}")))?;
    let message = format!("handler `{}` names the extension of its file", handler.node);
    let found = Diagnostic::new(Code::W0462, message, handler.span, "the function would fail in every invocation");
    Some((handler.span, found.suggest(handler.span, Some(&format!("{stem}.{function}")))))
}

/// A handler in another file.
fn other_file(handler: &Spanned<String>, file: &str, function: &str, code: Span) -> Diagnostic {
    let message = format!("code in a template is in the file `{FILE}`, not `{file}`");
    let meant = format!("{FILE}.{function}");
    Diagnostic::new(Code::W0462, message, handler.span, "the function would fail in every invocation")
        .label(code, "the code")
        .suggest(handler.span, Some(&meant))
}
