//! W0462: handlers of code that is written in a template, which is in a file of a fixed name.

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
    each_template(subject, findings, |inside, findings| {
        for resource in &inside.template.resources {
            let Some((_, path)) = INLINE.iter().find(|(kind, _)| *kind == resource.kind.node) else { continue };
            let code = resource.node.get("Properties").and_then(|properties| properties.at(path));
            let handler = inside.template.inherited(resource, &["Handler"]).and_then(Node::spanned);
            let Some((code, handler)) = code.zip(handler) else { continue };
            let Some((file, function)) = handler.node.rsplit_once('.') else { continue };
            // The handler may be one of a layer, which calls the code.
            if inside.template.inherited(resource, &["Layers"]).is_some() {
                continue;
            }
            if file != FILE && !handler.node.contains("{{") {
                findings.push(other_file(&handler, file, function, code.span));
            }
        }
    });
}

/// A handler in another file.
fn other_file(handler: &Spanned<String>, file: &str, function: &str, code: Span) -> Diagnostic {
    let message = format!("code in a template is in the file `{FILE}`, not `{file}`");
    let meant = format!("{FILE}.{function}");
    Diagnostic::new(Code::W0462, message, handler.span, "the function would fail in every invocation")
        .label(code, "the code")
        .suggest(handler.span, Some(&meant))
}
