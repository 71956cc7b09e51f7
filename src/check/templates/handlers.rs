//! E0417: functions whose handler does not exist. W0417: code that nothing creates.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::deploys::deploys;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::DeployedTemplate;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::document::Node;
use crate::workspace::file_system::{Tracked, holds, inside, normalize};
use crate::workspace::packaging::{Unnamed, is_for_results};
use crate::workspace::template::{CodeLocation, CodeSource, Template};

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
        let DeployedTemplate::Found { packaging: Some(packaging), .. } =
            subject.action_files.template(deploy.pipeline_id, deploy.action_id)
        else {
            continue;
        };
        let nested = deploy.tree(subject).map(|tree| tree.all()).unwrap_or_default();
        let nested = nested.into_iter().map(|tree| (tree.path.as_path(), &tree.template));
        let nested = nested.filter(|(path, _)| *path != deploy.path);
        for (path, template) in std::iter::once((deploy.path, deploy.template)).chain(nested) {
            let folder = path.parent().unwrap_or(Utf8Path::new(""));
            for included in included(subject, path, (folder, &tracked), &packaging.1) {
                if !seen.contains(&included.span) {
                    seen.push(included.span);
                    findings.push(no_code(&included.node, included.span, "Location", None));
                }
            }
            for code in template.code_sources() {
                if seen.contains(&code.span) {
                    continue;
                }
                let is_nested = path != deploy.path;
                if let Some(found) = one(subject, &code, template, (folder, is_nested), (&tracked, &packaging.1)) {
                    seen.push(code.span);
                    findings.push(found);
                }
            }
        }
    }
}

/// Returns the files that `AWS::Include` inserts and that nothing creates.
fn included(
    subject: &Subject<'_>,
    path: &Utf8Path,
    (folder, tracked): (&Utf8Path, &Tracked),
    build: &Build,
) -> Vec<Spanned<String>> {
    let Ok(document) = subject.workspace.document(path) else { return Vec::new() };
    let mut found = document.root.as_ref().map(Template::included_paths).unwrap_or_default();
    found.retain(|file| {
        let Ok(path) = normalize(&folder.join(&file.node)) else { return false };
        let mentioned = path.file_name().is_some_and(|name| build.mentions(name));
        !holds(tracked, &path) && !mentioned && !is_of_build(&path, build)
    });
    found
}

/// Checks the code of a resource. `folder`: that of its template, to which paths are relative. `is_nested`: whether that is
/// the template of a nested stack.
fn one(
    subject: &Subject<'_>,
    code: &CodeSource,
    template: &Template,
    (folder, is_nested): (&Utf8Path, bool),
    (tracked, build): (&Tracked, &Build),
) -> Option<Diagnostic> {
    let CodeLocation::Local(text) = &code.location else { return None };
    let path = normalize(&folder.join(text)).ok()?;
    if !holds(tracked, &path) {
        // A path with a similar name is meant, unless a command mentions this one.
        let near = meant(&path, tracked, build.commands.unnamed);
        let mentioned = path.file_name().is_some_and(|name| build.mentions(name));
        // The path may count from the root by mistake. `sam build --base-dir` lets it.
        let from_root = normalize(Utf8Path::new(text)).ok().filter(|it| is_nested && near.is_none() && *it != path);
        let from_root = from_root.filter(|it| holds(tracked, it)).map(|it| relative(folder, &it));
        let from_root = from_root.filter(|_| !build.mentions("--base-dir") && !build.mentions(" -s "));
        let near = near.map(str::to_owned).or(from_root);
        let made = build.may_write_source(&path)
            && if is_definition(&path) { mentioned || is_of_build(&path, build) } else { near.is_none() || mentioned };
        return (!made && !code.implied && code.property != NESTED)
            .then(|| no_code(text, code.span, code.property, near.as_deref()));
    }
    let resource = template.resources.iter().find(|it| it.id.node == code.id)?;
    let files = inside(tracked, &path).collect::<Vec<_>>();
    let property = |name: &str| template.inherited(resource, &[name]);
    let handler = property("Handler").and_then(Node::spanned);
    let runtime = property("Runtime").and_then(Node::literal).unwrap_or_default();
    // A handler may be in a layer of another template.
    let merged = template.properties(resource);
    let layers = merged.as_ref().and_then(|all| all.get("Layers")).map_or(&[][..], Node::items);
    let is_own = |layer: &Node| {
        let name = layer.intrinsic().filter(|call| call.name == "Ref").and_then(|call| call.argument.literal());
        name.is_some_and(|name| template.resources.iter().any(|it| it.id.node == name))
    };
    let in_layer = !layers.iter().all(is_own);
    let own_build = resource.node.get("Metadata").is_some();
    let handler = handler.filter(|_| FILES.iter().any(|name| runtime.starts_with(name)) && !own_build)?;
    if let Some(found) = missing(&handler, (&path, &files), code, (build, in_layer)) {
        return Some(found);
    }
    let (module, function) = handler.node.rsplit_once('.')?;
    let has_name = |file: &&Utf8Path| file.with_extension("") == *module;
    let ends = LANGUAGES.iter().find(|(name, _)| runtime.starts_with(name)).map_or(&[][..], |(_, ends)| *ends);
    let of_module = || files.iter().copied().filter(|file| has_name(file));
    let is_source = |file: &&Utf8Path| file.extension().is_some_and(|end| ends.contains(&end));
    if let Some(other) = of_module().next().filter(|_| !of_module().any(|file| is_source(&file))) {
        let is_known = |end: &str| LANGUAGES.iter().any(|(_, ends)| ends.contains(&end));
        return other.extension().is_some_and(is_known).then(|| other_language(&handler, other, runtime));
    }
    let mut named = files.iter().copied().filter(|file| SOURCES.iter().any(|end| file.extension() == Some(end)));
    let file = named.find(has_name)?;
    let text = subject.workspace.text(subject.workspace.load(&path.join(file)).ok()?);
    (!text.trim().is_empty() && !mentions(&text, function))
        .then(|| no_function(&handler, file, function, &defined(&text), code))
}

/// The extensions of source files, by the prefix of their runtimes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html> (2026-11-30)
const LANGUAGES: [(&str, &[&str]); 3] = [
    ("nodejs", &["cjs", "js", "jsx", "mjs", "node", "ts", "tsx", "cts", "mts"]),
    ("python", &["py", "pyc", "pyx", "so"]),
    ("ruby", &["rb"]),
];

/// The extensions of source files in which a function must be named.
const SOURCES: [&str; 6] = ["cjs", "js", "jsx", "mjs", "py", "ts"];

/// Returns whether a file may define a function: it names it, or takes over all names of another one.
fn mentions(text: &str, function: &str) -> bool {
    let all = ["import *", "export *", "module.exports = require", "module.exports=require"];
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let is_whole = |at: usize, name: &str| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
        !before.ends_with(is_part) && !after.starts_with(is_part)
    };
    text.match_indices(function).any(|(at, name)| is_whole(at, name)) || all.iter().any(|words| text.contains(words))
}

/// Returns the functions that a file certainly defines at its top level.
fn defined(text: &str) -> Vec<&str> {
    let starts = [
        "def ",
        "async def ",
        "exports.",
        "module.exports.",
        "export const ",
        "export function ",
        "export async function ",
    ];
    text.lines()
        .filter_map(|line| starts.iter().find_map(|start| line.strip_prefix(start)))
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
        .filter(|name| !name.is_empty() && !name.starts_with('_'))
        .collect()
}

/// Returns whether people write such a file, rather than programs.
fn is_definition(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("graphql" | "json" | "yaml" | "yml"))
}

/// Returns whether a folder of a path is one for results, or one that a command names.
fn is_of_build(path: &Utf8Path, build: &Build) -> bool {
    let mut folders = path.parent().into_iter().flat_map(Utf8Path::components);
    folders.any(|folder| is_for_results(folder.as_str()) || build.mentions(folder.as_str()))
}

/// Returns a path as seen from a folder.
fn relative(folder: &Utf8Path, path: &Utf8Path) -> String {
    let shared = folder.components().zip(path.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| "..");
    let down = path.components().skip(shared).map(|part| part.as_str());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Returns the file or folder of which one part has a similar name. An unknown program may generate a file from one with
/// another extension.
fn meant<'t>(path: &Utf8Path, tracked: &'t Tracked, unnamed: Unnamed) -> Option<&'t str> {
    let parts: Vec<&str> = path.components().map(|part| part.as_str()).collect();
    if parts.iter().any(|part| is_for_results(part)) {
        return None;
    }
    let stem = |name: &str| Utf8Path::new(name).file_stem().unwrap_or_default().to_owned();
    let differs = |part: &str, other: &str| unnamed < Unnamed::Anything || stem(part) != stem(other);
    let is_near = |other: &&Utf8Path| {
        let others: Vec<&str> = other.components().map(|part| part.as_str()).collect();
        let mut differing = parts.iter().zip(&others).filter(|(part, other)| part != other);
        let only = differing.next().filter(|_| differing.next().is_none());
        let is_near = |(part, other): (&&str, &&str)| similar(part, [*other]).is_some() && differs(part, other);
        others.len() == parts.len() && only.is_some_and(is_near)
    };
    tracked.keys().flat_map(|file| file.ancestors()).find(is_near).map(Utf8Path::as_str)
}

/// Reports the handler if none of the files contains it. `in_layer`: whether a layer may contain it.
fn missing(
    handler: &Spanned<String>,
    (folder, files): (&Utf8Path, &[&Utf8Path]),
    code: &CodeSource,
    (build, in_layer): (&Build, bool),
) -> Option<Diagnostic> {
    let (module, _) = handler.node.rsplit_once('.')?;
    if module.contains(['$', '{']) {
        return None;
    }
    let stem = |file: &Utf8Path| file.with_extension("").to_string();
    let path = Utf8PathBuf::from(module.trim_start_matches("./"));
    let path = if module.contains('/') { path.to_string() } else { module.replace('.', "/") };
    // A package of Python is a module, too.
    let package = format!("{path}/__init__");
    if files.iter().any(|file| [&path, module, &package].contains(&stem(file).as_str())) {
        return None;
    }
    // The path counts from the folder of the code, not from the template.
    let from_root = Utf8Path::new(&path).strip_prefix(folder).ok().filter(|_| !folder.as_str().is_empty());
    if let Some(rest) = from_root.filter(|rest| files.iter().any(|file| stem(file) == rest.as_str())) {
        let separator = if module.contains('/') { "/" } else { "." };
        return Some(no_handler(handler, code, Some(&rest.as_str().replace('/', separator))));
    }
    // If its folder has no other files, a program may create it.
    let parent = Utf8Path::new(&path).parent().unwrap_or(Utf8Path::new(""));
    let beside = files.iter().any(|file| file.parent() == Some(parent));
    let stems: Vec<String> = files.iter().filter(|file| file.parent() == Some(parent)).map(|file| stem(file)).collect();
    let near = similar(&path, stems.iter().map(String::as_str));
    let made = build.count_word(Utf8Path::new(&path).file_name().unwrap_or_default()) > 0
        || near.is_none() && (in_layer || build.commands.unnamed == Unnamed::Anything);
    (beside && !made).then(|| no_handler(handler, code, near))
}

/// A handler whose file does not exist.
fn no_handler(handler: &Spanned<String>, code: &CodeSource, near: Option<&str>) -> Diagnostic {
    let (module, function) = handler.node.rsplit_once('.').unwrap_or((&handler.node, ""));
    let message = format!("function `{}` has no file `{module}`", code.id);
    let diagnostic = Diagnostic::new(Code::E0417, message, handler.span, "no such module in its code")
        .label(code.span, "the code of the function");
    match near {
        Some(near) => diagnostic.did_you_mean(&format!("{near}.{function}")),
        None => diagnostic.help("write the name of a file without its extension, and the function: `file.function`"),
    }
}

/// A handler in a file of another language.
fn other_language(handler: &Spanned<String>, file: &Utf8Path, runtime: &str) -> Diagnostic {
    let message = format!("runtime `{runtime}` does not run `{file}`");
    Diagnostic::new(Code::E0417, message, handler.span, "the file of this handler")
        .help("correct `Runtime`, or the handler")
}

/// A handler that its file does not define.
fn no_function(
    handler: &Spanned<String>,
    file: &Utf8Path,
    function: &str,
    defined: &[&str],
    code: &CodeSource,
) -> Diagnostic {
    let message = format!("`{file}` does not define `{function}`");
    let found = Diagnostic::new(Code::E0417, message, handler.span, format!("the handler of function `{}`", code.id));
    let near = similar(function, defined.iter().copied()).or(match defined {
        [only] => Some(*only),
        _ => None,
    });
    let module = file.with_extension("");
    match near {
        Some(near) => found.did_you_mean(&format!("{module}.{near}")),
        None => found.help("write the name of the file without its extension, and the function: `file.function`"),
    }
}

/// Code that is never created.
fn no_code(path: &str, place: Span, property: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("nothing creates `{path}`");
    let label = "neither in the repository nor written by a command of the build";
    let found = Diagnostic::new(Code::W0417, message, place, label);
    match near {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("build it before packaging, or correct `{property}`")),
    }
}
