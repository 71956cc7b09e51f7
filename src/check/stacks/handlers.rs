//! E0417: functions whose handler does not exist. W0417: code that nothing creates.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::deploys::deploys;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::TemplateBehind;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::document::Node;
use crate::workspace::file_system::{holds, normalize};
use crate::workspace::template::{CodeLocation, CodeSource};

pub(super) const RULE: Rule = Rule { name: "handlers", codes: &[Code::E0417, Code::W0417], run: check };

/// Prefixes of runtimes whose handlers name a file: `module.function`.
/// <https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html> (2026-11-28)
const FILES: [&str; 3] = ["python", "nodejs", "ruby"];

/// The property of nested stacks, which have a separate rule.
const NESTED: &str = "TemplateURL";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Span> = Vec::new();
    let tracked = subject.workspace.files().tracked();
    for deploy in deploys(subject) {
        let TemplateBehind::Found { packaging: Some(packaging), .. } =
            subject.behind.template(deploy.pipeline_id, deploy.action_id)
        else {
            continue;
        };
        let folder = deploy.path.parent().unwrap_or(Utf8Path::new(""));
        for code in deploy.template.code_sources() {
            let CodeLocation::Local(text) = &code.location else { continue };
            let Ok(path) = normalize(&folder.join(text)) else { continue };
            if seen.contains(&code.span) {
                continue;
            }
            if !holds(&tracked, &path) {
                // A folder with a similar name is meant, unless a command mentions this one.
                let folders = tracked.keys().filter_map(|file| file.parent()).filter(|it| it.parent() == path.parent());
                let names = folders.filter_map(Utf8Path::file_name);
                let near = path.file_name().and_then(|name| similar(name, names));
                let near = near.map(|name| path.with_file_name(name));
                let mentioned = path.file_name().is_some_and(|name| packaging.1.mentions(name));
                let made = packaging.1.may_write(&path) && (near.is_none() || mentioned);
                if !made && !code.implied && code.property != NESTED {
                    seen.push(code.span);
                    findings.push(no_code(text, code.span, code.property, near.as_deref().map(Utf8Path::as_str)));
                }
                continue;
            }
            let Some(resource) = deploy.template.resources.iter().find(|it| it.id.node == code.id) else { continue };
            let inside = || tracked.keys().filter_map(|file| file.strip_prefix(&path).ok()).collect::<Vec<_>>();
            let handler = resource.property("Handler").and_then(Node::spanned);
            let runtime = resource.property("Runtime").and_then(Node::literal).unwrap_or_default();
            let own_build = resource.node.get("Metadata").is_some();
            if let Some(handler) = handler.filter(|_| FILES.iter().any(|name| runtime.starts_with(name)) && !own_build)
                && let Some(found) = missing(&handler, &inside(), &code, &packaging.1)
            {
                seen.push(code.span);
                findings.push(found);
            }
        }
    }
}

/// Reports the handler if none of the files contains it.
fn missing(handler: &Spanned<String>, files: &[&Utf8Path], code: &CodeSource, build: &Build) -> Option<Diagnostic> {
    let (module, _) = handler.node.rsplit_once('.')?;
    if module.contains(['$', '{']) {
        return None;
    }
    let stem = |file: &Utf8Path| file.with_extension("").to_string();
    let path = Utf8PathBuf::from(module.trim_start_matches("./"));
    let path = if module.contains('/') { path.to_string() } else { module.replace('.', "/") };
    if files.iter().any(|file| stem(file) == path || stem(file) == module) {
        return None;
    }
    // If its folder has no other files, a program may create it.
    let parent = Utf8Path::new(&path).parent().unwrap_or(Utf8Path::new(""));
    let beside = files.iter().any(|file| file.parent() == Some(parent));
    let stems: Vec<String> = files.iter().filter(|file| file.parent() == Some(parent)).map(|file| stem(file)).collect();
    let near = similar(&path, stems.iter().map(String::as_str));
    let made = build.mentions(Utf8Path::new(&path).file_name().unwrap_or_default())
        || near.is_none() && build.commands.writes_unseen;
    (beside && !made).then(|| no_handler(handler, code, near))
}

/// A handler whose file does not exist.
fn no_handler(handler: &Spanned<String>, code: &CodeSource, near: Option<&str>) -> Diagnostic {
    let (module, function) = handler.node.rsplit_once('.').unwrap_or((&handler.node, ""));
    let message = format!("function `{}` has no file `{module}`", code.id);
    let diagnostic = Diagnostic::new(Code::E0417, message, handler.span, "no such module in its code")
        .label(code.span, "the code of the function");
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}.{function}`?")),
        None => diagnostic.help("write the name of a file without its extension, and the function: `file.function`"),
    }
}

/// Code that is never created.
fn no_code(path: &str, place: Span, property: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("nothing creates `{path}`");
    let label = "neither in the repository nor written by a command of the build";
    let found = Diagnostic::new(Code::W0417, message, place, label);
    match near {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("build it before packaging, or correct `{property}`")),
    }
}
