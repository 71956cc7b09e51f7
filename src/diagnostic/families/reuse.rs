//! E0007, E0301, E0302, E0303, E0304, E0305, E0306: components, imports, and their expansions.

use crate::diagnostic::{Code, Diagnostic, Label, suggest, wording};
use crate::source::{Span, Spanned};

/// A component that uses itself.
pub fn recursive(path: &[String], place: Span) -> Diagnostic {
    let name = path.first().map_or("", String::as_str);
    Diagnostic::new(Code::E0303, format!("component `{name}` uses itself"), place, path.join(" -> "))
        .help("remove this `use`; a component cannot use itself, directly or indirectly")
}

/// An import that cannot be read.
pub fn unreadable_import(path: &str, why: &str, place: Span, similar: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0304, format!("cannot import `{path}`"), place, why);
    match similar {
        Some(near) => diagnostic.suggest(place, Some(&format!("\"{near}\""))),
        None => diagnostic.help("write a path relative to this file that stays inside the project root"),
    }
}

/// Files that import each other.
pub fn circular_import(path: &[String], place: Span) -> Diagnostic {
    let name = path.first().map_or("", String::as_str);
    Diagnostic::new(Code::E0302, format!("`{name}` imports itself"), place, path.join(" -> "))
        .help("move the shared declarations into a third file")
}

/// A name that an imported file does not declare.
pub fn not_exported(name: &Spanned<String>, file: &str, known: &[&str]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0301, format!("`{file}` declares nothing named `{}`", name.node), name.span, "");
    match suggest::similar(&name.node, known.iter().copied()) {
        Some(near) => diagnostic.suggest(name.span, Some(near)),
        None if known.is_empty() || known.len() > 7 => diagnostic,
        None => diagnostic.help(format!("the file declares {}", wording::and_list(known.iter().copied()))),
    }
}

/// An argument without a name. `shown` is the argument as written; `fitting` are the parameters without an argument.
pub fn unnamed_argument(component: &str, shown: &str, place: Span, fitting: &[&str]) -> Diagnostic {
    let message = format!("component `{component}` accepts only named arguments");
    super::conditions::name_argument(Diagnostic::new(Code::E0305, message, place, ""), shown, fitting)
}

/// An argument without a parameter.
pub fn unknown_argument(component: &str, name: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("component `{component}` has no parameter `{}`", name.node);
    let diagnostic = Diagnostic::new(Code::E0305, message, name.span, "");
    match suggest::similar(&name.node, known.iter().copied()) {
        Some(near) => diagnostic.suggest(name.span, Some(near)),
        None if known.is_empty() => diagnostic.help(format!("remove `{}`; the component has no parameters", name.node)),
        None => diagnostic.help(format!("the parameters are {}", wording::and_list(known.iter().copied()))),
    }
}

/// A parameter without a default and without an argument. `example` is a value of its type.
pub fn missing_argument(component: &str, name: &Spanned<String>, declared: Span, example: &str) -> Diagnostic {
    let parameter = &name.node;
    Diagnostic::new(Code::E0305, format!("{component} needs parameter `{parameter}`"), name.span, "")
        .label(declared, "declared here, without a default")
        .help(format!("add `{parameter} = {example}`"))
}

/// Loops and components that expand to more than any pipeline can hold.
pub fn too_large(limit: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0306,
        format!("this file expands to more than {} statements", wording::number(limit)),
        place,
        "limit exceeded here",
    )
    .help("shorten the loops; CodePipeline allows at most 1,000 actions in a pipeline")
}

/// Values that are larger than any template can hold.
pub fn values_too_large(mebibytes: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0306,
        format!("the values in this file exceed {mebibytes} MiB"),
        place,
        "limit exceeded here",
    )
    .help("shorten the values; a value that uses another one twice doubles its size")
}

/// Values, types, components, or imports that refer to each other in a long chain.
pub fn chain_too_long(what: &str, limit: usize, place: Span) -> Diagnostic {
    let message = format!("{what} more than {} levels deep", wording::number(limit));
    Diagnostic::new(Code::E0007, message, place, "limit exceeded here").help("shorten the chain")
}

/// Adds which `use` led to a diagnostic inside a component.
pub fn trace(diagnostic: &mut Diagnostic, used: Span) {
    let text = "used here";
    let known = diagnostic.secondary.iter().any(|label| label.span == used);
    let place = diagnostic.primary.span;
    let inside = place.file == used.file && used.start <= place.start && place.end <= used.end;
    if !inside && !known {
        diagnostic.secondary.push(Label { span: used, text: text.to_owned(), secret: false });
    }
}
