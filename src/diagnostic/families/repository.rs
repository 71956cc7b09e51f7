//! E0210 to W0216: files of the repository that a pipeline asks for.

use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

/// A file that something in the `.pipe` file asks for.
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
    /// A file of the repository that may be meant, as it would be written there.
    pub near: Option<&'a str>,
}

/// Why a file cannot be used.
#[derive(Debug)]
pub enum Unreadable {
    /// There is none.
    NotFound,
    /// It is a folder.
    Folder,
    /// It lies outside the project.
    Outside,
    /// Anything else, in words.
    Other(String),
}

/// A buildspec or template that cannot be had.
pub fn unreadable(file: &FileUse<'_>, why: &Unreadable) -> Diagnostic {
    let FileUse { kind, path, place, .. } = *file;
    let (message, label) = match why {
        Unreadable::NotFound if file.named => {
            (format!("{kind} `{path}` not found"), "no such file in the repository".to_owned())
        }
        Unreadable::NotFound => {
            (format!("{kind} `{path}` not found"), format!("builds by `{path}` unless told otherwise"))
        }
        Unreadable::Folder => (format!("{kind} `{path}` is a folder"), "a file is needed".to_owned()),
        Unreadable::Outside => {
            (format!("{kind} `{path}` is outside the project"), "leads out of the root folder".to_owned())
        }
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

/// A file that is neither YAML nor JSON. The reason is the parser's own.
pub fn not_parsed(kind: &str, reason: &str, place: Span, unfinished_key: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0211, format!("{kind} is neither YAML nor JSON"), place, reason);
    match unfinished_key {
        Some(key) => diagnostic.label(key, "a `:` may be missing here"),
        None => diagnostic,
    }
}

/// A readable file that is no template.
pub fn no_template(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("`{path}` is not a CloudFormation template"), place, "has no `Resources`")
}

/// A file of resources that has no section of that name.
pub fn no_resources(path: &str, place: Span) -> Diagnostic {
    no_template(path, place).help("add `Resources: {}` where it only adds parameters, mappings, conditions or outputs")
}

/// A readable file, or text, that is no buildspec. `shown`: the path in backticks, or what the text is called.
pub fn no_buildspec(shown: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("{shown} is not a buildspec"), place, "has neither `version` nor `phases`")
}

/// A section of a file of resources that the template has no place for.
pub fn not_merged(section: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0211,
        format!("section `{}` cannot be merged into the template", section.node),
        section.span,
        "would hold for the whole template",
    )
    .help("remove it, or deploy the file as a stack of its own: `deploy stack`")
}

/// A template that needs what CloudFormation's reader of YAML leaves out.
pub fn alias_in_template(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("template `{path}` uses an alias of YAML"), place, "CloudFormation takes none")
        .note("AWS: \"YAML aliases are not allowed in CloudFormation templates\"")
        .help("write it out, or package the template in a build, which does so")
}

/// A key that a mapping has twice.
pub fn repeated_key(key: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::W0216, format!("key `{}` is written twice", key.node), key.span, "written again here")
        .label(first, "what stands here is lost")
        .help("put both under one key, or remove one")
}

/// A buildspec without a part that it must have.
/// `stray`: phases that stand beside the other sections.
pub fn incomplete_buildspec(section: &str, batch: Option<Span>, stray: &[&Spanned<String>], place: Span) -> Diagnostic {
    let found =
        Diagnostic::new(Code::E0214, format!("buildspec has no `{section}`"), place, format!("needs `{section}`"));
    match batch {
        _ if section == "version" => found.help("add `version: 0.2` as the first line"),
        Some(batch) => found
            .label(batch, "every build of the batch has its own buildspec")
            .help("write `batch-enabled = true` in the action: then these builds run, and `phases` is not needed"),
        None => match stray {
            [] => found.help("add `phases` with the commands to run"),
            [first, ..] => {
                let list = wording::and_list(stray.iter().map(|key| key.as_str()));
                found
                    .label(first.span, "a phase")
                    .help(format!("write {list} under `phases:`, each further to the right"))
            }
        },
    }
}

/// A version of the format that does not exist.
pub fn unknown_version(version: &Spanned<String>) -> Diagnostic {
    let message = format!("buildspec version `{}` does not exist", version.node);
    Diagnostic::new(Code::E0214, message, version.span, "unknown version").help("write `0.2`").edit(version.span, "0.2")
}

/// A value of another shape than the format wants. `colon`: a command that YAML reads as a mapping.
pub fn malformed_buildspec(path: &str, expected: &str, place: Span, colon: bool) -> Diagnostic {
    let message = format!("`{path}` of the buildspec takes {expected}");
    let diagnostic = Diagnostic::new(Code::E0214, message, place, format!("not {expected}"));
    if colon {
        return diagnostic
            .note("YAML reads text with `: ` in it as a mapping")
            .help("put the whole command in quotes, or write it behind `|`");
    }
    diagnostic
}

/// A key that buildspecs do not have.
pub fn unknown_buildspec_key(section: &str, key: &Spanned<String>, near: Option<&str>, known: &[&str]) -> Diagnostic {
    let what = if section.is_empty() { "buildspec".to_owned() } else { format!("`{section}` of the buildspec") };
    let diagnostic = Diagnostic::new(Code::W0213, format!("{what} has no key `{}`", key.node), key.span, "unknown key");
    match near {
        Some(_) => diagnostic.suggest(key.span, near),
        None => diagnostic.help(format!("its keys are {}", wording::and_list(known.iter().copied()))),
    }
}

/// A variable that stands directly below `env`.
pub fn variable_beside_variables(key: &Spanned<String>) -> Diagnostic {
    let message = format!("`env` of the buildspec has no key `{}`", key.node);
    Diagnostic::new(Code::W0213, message, key.span, "the build does not get this variable")
        .help(format!("move `{}` under `variables:`", key.node))
}

/// A value that is not among those that a key takes.
pub fn not_a_value(key: &str, value: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not a value of `{key}`", value.node);
    let diagnostic = Diagnostic::new(Code::E0214, message, value.span, "unknown value");
    match suggest::similar(&value.node, known.iter().copied()) {
        near @ Some(_) => diagnostic.suggest(value.span, near),
        None => diagnostic.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}

/// A report group that nothing is sent to.
pub fn report_without_files(group: &Spanned<String>) -> Diagnostic {
    let message = format!("report group `{}` has no `files`", group.node);
    Diagnostic::new(Code::E0214, message, group.span, "needs `files`")
        .help("name the files with the results, for example `files: [\"reports/*.xml\"]`")
}

/// A task of a batch that waits for one which does not exist.
pub fn unknown_task(name: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("batch has no build `{}`", name.node);
    Diagnostic::new(Code::E0214, message, name.span, "no `identifier` of a build").suggest(name.span, near)
}

/// A variable that CodeBuild does not hand on. `secret`: what kind of thing it holds, and where that is set.
pub fn not_exported(name: &Spanned<String>, secret: Option<(&str, Span)>) -> Diagnostic {
    let message = format!("variable `{}` cannot be exported", name.node);
    let diagnostic = Diagnostic::new(Code::W0215, message, name.span, "CodeBuild leaves it out");
    match secret {
        Some((kind, place)) => diagnostic.label(place, format!("holds {kind}")),
        None => diagnostic
            .note("CodeBuild exports no variable whose name begins with `AWS_`")
            .help("copy it into a variable of another name, and export that one"),
    }
}
