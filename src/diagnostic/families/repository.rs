//! E0210 to W0216: files of the repository that a pipeline uses.

use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

/// A file that the `.pipe` file uses.
#[derive(Debug)]
pub struct FileUse<'a> {
    /// `buildspec` or `template`.
    pub kind: &'a str,
    /// The path from the root.
    pub path: &'a str,
    /// The value that names it; where nothing does, what uses it.
    pub place: Span,
    /// Whether the file is named there.
    pub named: bool,
    /// A file of the repository that is probably meant, as it would be written there.
    pub near: Option<&'a str>,
}

/// Why a file cannot be used.
#[derive(Debug)]
pub enum Unreadable {
    /// It does not exist.
    NotFound,
    /// It is a folder.
    Folder,
    /// It is outside the project.
    Outside,
    /// Anything else, in words.
    Other(String),
}

/// A buildspec or template that cannot be read.
pub fn unreadable(file: &FileUse<'_>, why: &Unreadable) -> Diagnostic {
    let FileUse { kind, path, place, .. } = *file;
    let (message, label) = match why {
        Unreadable::NotFound if file.named => {
            (format!("{kind} `{path}` not found"), "no such file in the repository".to_owned())
        }
        Unreadable::NotFound => (format!("{kind} `{path}` not found"), format!("`{path}` is the default")),
        Unreadable::Folder => (format!("{kind} `{path}` is a folder"), "expected a file".to_owned()),
        Unreadable::Outside => (format!("{kind} `{path}` is outside the project"), "leaves the root folder".to_owned()),
        Unreadable::Other(reason) => (format!("{kind} `{path}` cannot be read"), reason.clone()),
    };
    let diagnostic = Diagnostic::new(Code::E0210, message, place, label);
    match (file.near, file.named) {
        (Some(near), true) => diagnostic.help(format!("did you mean `\"{near}\"`?")).edit(place, format!("\"{near}\"")),
        (Some(near), false) => diagnostic.help(format!("to use that file, add `{kind} = \"{near}\"`")),
        _ => diagnostic,
    }
}

/// A template that a command of a build reads and the repository does not have.
pub fn no_packaged_template(path: &str, place: Span, near: &str) -> Diagnostic {
    Diagnostic::new(Code::E0210, format!("template `{path}` not found"), place, "no such file in the repository")
        .help(format!("did you mean `{near}`?"))
}

/// A file that is neither YAML nor JSON. The reason is the parser's.
pub fn not_parsed(kind: &str, reason: &str, place: Span, unfinished_key: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0211, format!("{kind} is neither YAML nor JSON"), place, reason);
    match unfinished_key {
        Some(key) => diagnostic.label(key, "a `:` may be missing here"),
        None => diagnostic,
    }
}

/// A readable file that is not a template.
pub fn no_template(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("`{path}` is not a CloudFormation template"), place, "has no `Resources`")
}

/// A file of resources that has no section of that name.
pub fn no_resources(path: &str, place: Span) -> Diagnostic {
    no_template(path, place)
        .help("if the file has only parameters, mappings, conditions, or outputs, add `Resources: {}`")
}

/// A readable file, or inline text, that is not a buildspec. `shown`: the path in backticks, or what the text is called.
pub fn no_buildspec(shown: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("{shown} is not a buildspec"), place, "has neither `version` nor `phases`")
}

/// A section of a file of resources that cannot be merged.
pub fn not_merged(section: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0211,
        format!("section `{}` cannot be merged into the template", section.node),
        section.span,
        "would apply to the whole template",
    )
    .help("remove it, or deploy the file as a stack of its own: `deploy stack`")
}

/// A template with YAML that CloudFormation does not support.
pub fn alias_in_template(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0211,
        format!("template `{path}` uses a YAML alias"),
        place,
        "not supported by CloudFormation",
    )
    .note("AWS: \"YAML aliases are not allowed in CloudFormation templates\"")
    .help("replace the alias with its value, or package the template in a build, which does this")
}

/// A duplicate key of a mapping.
pub fn repeated_key(key: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::W0216, format!("duplicate key `{}`", key.node), key.span, "overrides the first one")
        .label(first, "this value is ignored")
        .help("merge both under one key, or remove one of them")
}

/// A buildspec without a part that it must have.
/// `stray`: phases at the same level as the other sections.
pub fn incomplete_buildspec(section: &str, batch: Option<Span>, stray: &[&Spanned<String>], place: Span) -> Diagnostic {
    let found = Diagnostic::new(Code::E0214, format!("buildspec has no `{section}`"), place, "");
    match batch {
        _ if section == "version" => found.help("add `version: 0.2` as the first line"),
        Some(batch) => found
            .label(batch, "each build of the batch has its own buildspec")
            .help("set `batch-enabled = true` in the action to run these builds; `phases` is not needed then"),
        None => match stray {
            [] => found.help("add `phases` with the commands to run"),
            [first, ..] => {
                let list = wording::and_list(stray.iter().map(|key| key.as_str()));
                found.label(first.span, "belongs under `phases`").help(format!("move {list} under `phases:`, indented"))
            }
        },
    }
}

/// A buildspec version that does not exist.
pub fn unknown_version(version: &Spanned<String>) -> Diagnostic {
    let message = format!("buildspec version `{}` does not exist", version.node);
    Diagnostic::new(Code::E0214, message, version.span, "").help("write `0.2`").edit(version.span, "0.2")
}

/// A value of a type that the format does not allow. `colon`: a command that YAML reads as a mapping.
pub fn malformed_buildspec(path: &str, expected: &str, place: Span, colon: bool) -> Diagnostic {
    let message = format!("`{path}` in the buildspec takes {expected}");
    if colon {
        return Diagnostic::new(Code::E0214, message, place, "YAML reads this as a mapping, because it contains `: `")
            .help("put the whole command in quotes, or write it as a block after `|`");
    }
    Diagnostic::new(Code::E0214, message, place, "")
}

/// A key that buildspecs do not have.
pub fn unknown_buildspec_key(section: &str, key: &Spanned<String>, near: Option<&str>, known: &[&str]) -> Diagnostic {
    let what = if section.is_empty() { "buildspec".to_owned() } else { format!("`{section}` in the buildspec") };
    let diagnostic = Diagnostic::new(Code::W0213, format!("{what} has no key `{}`", key.node), key.span, "");
    match near {
        Some(_) => diagnostic.suggest(key.span, near),
        None => diagnostic.help(format!("use {}", wording::or_list(known.iter().copied()))),
    }
}

/// A variable directly under `env`.
pub fn variable_beside_variables(key: &Spanned<String>) -> Diagnostic {
    let message = format!("`env` in the buildspec has no key `{}`", key.node);
    Diagnostic::new(Code::W0213, message, key.span, "not set as a variable")
        .help(format!("move `{}` under `variables:`", key.node))
}

/// A value that a key does not accept.
pub fn not_a_value(key: &str, value: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not a valid value for `{key}`", value.node);
    let diagnostic = Diagnostic::new(Code::E0214, message, value.span, "");
    match suggest::similar(&value.node, known.iter().copied()) {
        near @ Some(_) => diagnostic.suggest(value.span, near),
        None => diagnostic.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}

/// A report group without files.
pub fn report_without_files(group: &Spanned<String>) -> Diagnostic {
    let message = format!("report group `{}` has no `files`", group.node);
    Diagnostic::new(Code::E0214, message, group.span, "")
        .help("add the files with the results, for example `files: [\"reports/*.xml\"]`")
}

/// A task of a batch that depends on one that does not exist.
pub fn unknown_task(name: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("batch has no build `{}`", name.node);
    Diagnostic::new(Code::E0214, message, name.span, "not the `identifier` of a build").suggest(name.span, near)
}

/// A variable that CodeBuild does not export. `secret`: what kind of value it has, and where that is set.
pub fn not_exported(name: &Spanned<String>, secret: Option<(&str, Span)>) -> Diagnostic {
    let message = format!("variable `{}` cannot be exported", name.node);
    let diagnostic = Diagnostic::new(Code::W0215, message, name.span, "CodeBuild does not export it");
    match secret {
        Some((kind, place)) => diagnostic.label(place, format!("its value is {kind}")),
        None => diagnostic
            .note("CodeBuild does not export variables whose names start with `AWS_`")
            .help("copy it into a variable with another name, and export that variable"),
    }
}
