//! E0101 to E0302: names, attributes, and the types of their values.

use crate::catalog::names::{Name, NameFault};
use crate::catalog::{Existing, Kind, template_language};
use crate::diagnostic::{Code, Diagnostic, DocumentHelp, suggest, wording};
use crate::source::{Span, Spanned};

/// A construct that copies a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copier<'a> {
    /// A loop.
    Loop,
    /// A component, by its name.
    Component(&'a str),
}

/// Two declarations of one kind with the same name, or a copied one. `copier` is the loop or component around it.
pub fn duplicate_of(kind: &str, name: &Spanned<String>, first: Span, copier: Option<Copier<'_>>) -> Diagnostic {
    let Some(copier) = copier.filter(|_| name.span == first) else { return duplicate(kind, name, first) };
    let (again, out) = match copier {
        Copier::Loop => ("declared again in each iteration of the loop".to_owned(), "the loop".to_owned()),
        Copier::Component(component) => {
            (format!("declared again each time component `{component}` is used"), format!("component `{component}`"))
        }
    };
    let message = format!("{kind} `{}` is declared twice", name.node);
    Diagnostic::new(Code::E0101, message, name.span, again)
        .help(if matches!(kind, "value" | "variable") {
            format!("move it out of {out}")
        } else {
            "make the name unique, for example `\"Name-${element}\"`".to_owned()
        })
        .help_in_document(RENAME)
}

/// The help for two names in a document, which has no loops.
const RENAME: &str = "rename one of them";

/// Two declarations of one kind with the same name.
pub fn duplicate(kind: &str, name: &Spanned<String>, first: Span) -> Diagnostic {
    if name.span == first {
        let message = format!("{kind} `{}` is declared twice", name.node);
        return Diagnostic::new(Code::E0101, message, name.span, "declared again in each copy of a loop or component")
            .help(if matches!(kind, "value" | "variable") {
                "move it out of the loop or component"
            } else {
                "make the name unique, for example `\"Name-${element}\"`"
            })
            .help_in_document(RENAME);
    }
    let is_key = matches!(kind, "block" | "key");
    let verb = if is_key { "specified" } else { "declared" };
    let message = format!("{kind} `{}` is {verb} twice", name.node);
    Diagnostic::new(Code::E0101, message, name.span, format!("{verb} again here"))
        .label(first, format!("first {verb} here"))
        .help(if is_key { "remove one of them" } else { RENAME })
}

/// A loop has an element twice.
pub fn repeated_element(text: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, format!("the loop has element `{text}` twice"), place, "repeats every statement")
        .label(first, "first listed here")
        .help("remove one of them")
}

/// An element that is listed twice in a list of unique elements.
pub fn element_twice(attribute: &str, shown: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, format!("`{shown}` is listed twice in `{attribute}`"), place, "listed again here")
        .label(first, "first listed here")
        .help("remove one of them")
}

/// A name that violates the rules of its kind. `edit` is the text to write, if that changes nothing else.
pub fn invalid_name(
    rules: &Name,
    name: &Spanned<String>,
    fault: &NameFault,
    suggestion: Option<&str>,
    edit: Option<String>,
) -> Diagnostic {
    let what = &rules.of;
    let bad = |label: String| {
        let message = format!("`{}` is not valid as {what}", shorten(&name.node));
        let mut diagnostic = Diagnostic::new(Code::E0102, message, name.span, label);
        if let Some(text) = edit.as_deref().or(suggestion) {
            diagnostic = diagnostic.help(format!("write `{text}`"));
        }
        match edit {
            Some(text) => diagnostic.edit(name.span, text),
            None => diagnostic,
        }
    };
    match fault {
        NameFault::TooLong { len, max } => Diagnostic::new(
            Code::E0103,
            format!("{what} can have at most {max} characters; `{}` has {len}", shorten(&name.node)),
            name.span,
            "exceeds the limit",
        ),
        NameFault::TooShort { min, .. } => bad(format!("must have at least {}", wording::count(*min, "character"))),
        NameFault::BadCharacter { character, .. } => {
            bad(format!("contains {}; allowed: {}", show_character(*character), rules.words))
        }
        NameFault::BadStart { character } => bad(match &rules.start_words {
            Some(words) => format!("must start with {words}"),
            None => format!("cannot start with {}", show_character(*character)),
        }),
        NameFault::BadEnd { character, .. } => bad(match &rules.end_words {
            Some(words) => format!("must end with {words}"),
            None => format!("cannot end with {}", show_character(*character)),
        }),
        NameFault::Excluded { text } => bad(format!("cannot contain `{text}`")),
        NameFault::Address => bad("cannot be an IP address".to_owned()),
        NameFault::ReservedEnd { text } => bad(format!("names that end with `{text}` are reserved by AWS")),
        NameFault::Reserved { text } => bad(format!("names that start with `{text}` are reserved by AWS")),
    }
}

/// A stack whose name leaves too little room for the suffixes of its actions.
pub fn no_room_for_action(action: &Spanned<String>, len: usize, max: usize) -> Diagnostic {
    let added = action.node.rsplit_once('.').map_or("", |(_, added)| added);
    Diagnostic::new(
        Code::E0103,
        format!("the name of action `...{added}` has {len} characters; CodePipeline allows at most {max}"),
        action.span,
        "the stack's name is part of it",
    )
    .help("set the action names: `actions = { prepare = \"...\", execute = \"...\" }`")
}

fn shorten(name: &str) -> String {
    if name.chars().count() <= 20 {
        return name.to_owned();
    }
    let head: String = name.chars().take(17).collect();
    format!("{}...", head.trim_end_matches('.'))
}

fn show_character(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        c if c.is_control() => format!("the character U+{:04X}", c as u32),
        c => format!("`{c}`"),
    }
}

/// `list.first`, `map[0]`. `parts` is "members" or "elements"; `instead` is what the value has.
pub fn no_access(shown: &str, found: &str, parts: &str, instead: &Parts<'_>, place: Span) -> Diagnostic {
    let message = format!("`{shown}` is {found}, which has no {parts}");
    let diagnostic = Diagnostic::new(Code::E0106, message, place, "");
    match instead {
        Parts::None => diagnostic,
        Parts::Elements => diagnostic.help(format!("select an element by index: `{shown}[0]`")),
        Parts::Entry(key) => diagnostic.help(format!("select an entry by key: `{shown}.{key}`")),
    }
}

/// The parts of a value that can be selected.
#[derive(Debug)]
pub enum Parts<'a> {
    /// None.
    None,
    /// Elements by index.
    Elements,
    /// Entries, for example with this key.
    Entry(&'a str),
}

/// An index out of range.
pub fn no_element(count: usize, place: Span) -> Diagnostic {
    let message = format!("index out of range: the list has {}", wording::count(count, "element"));
    Diagnostic::new(Code::E0106, message, place, "the first element has index 0")
}

/// An element of a list that is not a string.
pub fn wrong_element(what: &str, found: &str, place: Span) -> Diagnostic {
    let message = format!("{what} must be a string, not {found}");
    Diagnostic::new(Code::E0106, message, place, "")
}

/// Adds the replacement for a value, if it is clear.
pub fn write_instead(diagnostic: Diagnostic, suggestion: Option<String>, place: Span) -> Diagnostic {
    match suggestion {
        Some(text) => diagnostic.help(format!("write `{text}`")).edit(place, text),
        None => diagnostic,
    }
}

/// Adds how to write a file of an artifact, for a path in a pipeline with several artifacts.
pub fn without_artifact(diagnostic: Diagnostic, path: &str) -> Diagnostic {
    diagnostic.help(format!("write `Artifact::{path}`, with the artifact that contains the file"))
}

/// Returns the boolean for another spelling.
pub fn flag(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("true"),
        "false" | "no" | "off" => Some("false"),
        _ => None,
    }
}

/// An existing resource whose value after the `=` is neither a name nor an ARN.
pub fn not_imported(word: &str, found: &str, is_map: bool, place: Span) -> Diagnostic {
    let message = format!("an existing {word} is given by its name or ARN, not by {found}");
    let diagnostic = Diagnostic::new(Code::E0106, message, place, "");
    if is_map {
        diagnostic.help(format!("remove the `=` to declare {} {word}", wording::article(word)))
    } else {
        diagnostic
    }
}

/// `resources` without `file(...)`.
pub fn not_a_file(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "`resources` accepts only files of the repository", place, "expected `file(...)`")
        .help("write `resources = file(\"extra.yaml\")`, or a list of files")
}

/// A call with invalid arguments.
pub fn wrong_arguments(function: &str, usage: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("wrong arguments for `{function}`"), place, "")
        .help(format!("write `{usage}`"))
}

/// An unknown provider. `known` are those of the category; `meant` are those with this name in AWS.
pub fn unknown_provider(category: &str, provider: &Spanned<String>, known: &[&str], meant: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0108, format!("no provider named `{}`", provider.node), provider.span, "");
    match suggest::similar(&provider.node, known.iter().copied()) {
        Some(near) => diagnostic.suggest(provider.span, Some(near)),
        None if provider.node.eq_ignore_ascii_case("jenkins") => diagnostic.help(
            "declare the provider that your Jenkins server registers, `provider NAME { kind = jenkins, categories = [build, test] }`, and write `NAME` here",
        ),
        None if !meant.is_empty() => {
            let list = wording::or_list(meant.iter().copied());
            let help = diagnostic.help(format!("write {list} instead"));
            if let [only] = meant { help.edit(provider.span, *only) } else { help }
        }
        None => match known {
            [only] => diagnostic.help(format!("write `{only}`, the only provider of `{category}` actions")),
            few if few.len() <= 7 => {
                let list = wording::or_list(few.iter().copied());
                diagnostic.help(format!("write one of {list}"))
            }
            _ => diagnostic.help("`dotpipe providers` lists the providers"),
        },
    }
}

/// A provider without actions of the category.
pub fn wrong_category(category: &Spanned<String>, provider: &str, can: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::E0109, format!("provider `{provider}` has no `{}` actions", category.node), category.span, "")
        .help(format!("write {} instead of `{} {provider}`", wording::or_list(can.iter().copied()), category.node))
}

/// A type that does not exist.
pub fn unknown_type(name: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0110, format!("no type named `{}`", name.node), name.span, "");
    if name.node.contains("::") {
        let of_templates = template_language::parameter_types().chain([template_language::STORED_VALUE]);
        return diagnostic.suggest(name.span, suggest::similar(&name.node, of_templates));
    }
    match name.node.as_str() {
        "CommaDelimitedList" => return diagnostic.suggest(name.span, Some("[string]")),
        "List" => return diagnostic.help("write a list in brackets, such as `[string]` or `[AWS::EC2::Subnet::Id]`"),
        _ => {}
    }
    let foreign = type_of_other_languages(&name.node).filter(|ty| known.contains(ty));
    if let Some(near) = foreign.or_else(|| suggest::similar(&name.node, known.iter().copied())) {
        diagnostic.suggest(name.span, Some(near))
    } else {
        let others = "a list such as `[string]`, or a map such as `{ size: string }`";
        diagnostic.help(format!("write {}, {others}", wording::ticks(known)))
    }
}

/// A type that parameters of templates cannot have.
pub fn not_in_templates(param: &str, place: Span) -> Diagnostic {
    let message = format!("CloudFormation has no such type for parameter `{param}`");
    Diagnostic::new(Code::E0121, message, place, "").help(
        "write `string`, `number`, `[string]`, a type such as `AWS::EC2::VPC::Id`, or `option` instead of `param`",
    )
}

fn type_of_other_languages(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "int" | "integer" | "float" => Some("number"),
        "str" | "text" => Some("string"),
        "boolean" => Some("bool"),
        _ => None,
    }
}

/// A name that nothing of the expected kind has. `other` is a declaration of another kind with that name.
pub fn unknown(kind: &str, name: &Spanned<String>, similar: Option<&str>, other: Option<(&str, Span)>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0301, format!("no {kind} named `{}`", name.node), name.span, "");
    if let Some((other_kind, place)) = other {
        return diagnostic.label(place, format!("`{}` is {} {other_kind}", name.node, wording::article(other_kind)));
    }
    diagnostic.suggest(name.span, similar)
}

/// Renames a declaration that nothing uses: several references agree on a different name, so the declaration is
/// misspelled.
pub fn rename_declaration(diagnostic: &mut Diagnostic, name: &str, declared: Span) {
    diagnostic.edits.clear();
    let renamed = diagnostic.clone().help(format!("rename the declaration to `{name}`")).edit(declared, name);
    *diagnostic = renamed;
}

/// `var.x` or `local.x`. `known` is whether the file has a value with that name.
pub fn value_of_terraform(head: &Spanned<String>, name: &Spanned<String>, known: bool) -> Diagnostic {
    let message = format!("no value named `{}`", head.node);
    let diagnostic = Diagnostic::new(Code::E0301, message, head.span, "values have no prefix");
    let written = &name.node;
    if known {
        return diagnostic.help(format!("write `{written}`")).edit(head.span.to(name.span), written.as_str());
    }
    let declare = if head.node == "var" { "option" } else { "let" };
    let ty = if head.node == "var" { ": string" } else { "" };
    diagnostic.help(format!(
        "write `{written}`, and declare it at the top level of the file: `{declare} {written}{ty} = \"...\"`"
    ))
}

/// A string instead of a declaration: AWS has nothing with that name, or something else. `arn` is whether AWS requires
/// an ARN there.
pub fn quoted_name(kind: &str, name: &str, place: Span, declared: Span, arn: bool, edit: bool) -> Diagnostic {
    let label =
        if arn { "AWS requires an ARN here".to_owned() } else { format!("taken as the name of an existing {kind}") };
    let message = format!("string `{name}` does not refer to {kind} `{name}`");
    let diagnostic = Diagnostic::new(Code::E0157, message, place, label)
        .label(declared, if arn { "declared here" } else { "declared here, with a different name in AWS" })
        .help(format!("write it without quotes: `{name}`"))
        .help_in_document(if arn {
            "write the ARN, or refer to the role with `Fn::GetAtt`".into()
        } else {
            DocumentHelp::Resource(name.to_owned())
        });
    if edit { diagnostic.edit(place, name) } else { diagnostic }
}

/// A string that misspells the name in AWS of a declaration that no action uses.
pub fn misspelled_name(
    kind: &str,
    written: &Spanned<String>,
    symbol: &Spanned<String>,
    name: Option<&str>,
) -> Diagnostic {
    let message = format!("string `{}` does not refer to {kind} `{}`", written.node, symbol.node);
    let named =
        name.map_or_else(|| "declared here".to_owned(), |name| format!("declared here, with the name `{name}`"));
    Diagnostic::new(Code::E0157, message, written.span, format!("taken as the name of an existing {kind}"))
        .label(symbol.span, named)
        .help(format!("write it without quotes: `{}`", symbol.node))
        .help_in_document(DocumentHelp::Resource(symbol.node.clone()))
}

/// Adds how to declare a missing resource, or how to refer to an existing one.
pub fn declare_it(diagnostic: Diagnostic, kind: Kind, name: &str) -> Diagnostic {
    let word = kind.word();
    let body = match kind {
        Kind::Project => "{ image = \"aws/codebuild/standard:8.0\" }",
        Kind::Connection => "{ provider = github }",
        Kind::Bucket | Kind::Topic | Kind::Key | Kind::Repository => "{}",
        Kind::Role | Kind::Environment | Kind::Provider | Kind::Pipeline => "{ ... }",
    };
    let declared = format!("declare it with `{word} {name} {body}`");
    let existing = match kind.existing() {
        Existing::Never => return diagnostic.help(declared),
        Existing::Arn => "by its ARN in quotes".to_owned(),
        Existing::Name => format!("in quotes: `\"{name}\"`"),
    };
    diagnostic.help(format!("{declared}, or name an existing {word} {existing}"))
}

/// Adds how to write a literal `${NAME}` to a diagnostic about an unknown name that has no better help.
pub fn or_shell_variable(unknown: &mut Diagnostic, name: &str, part: Span) {
    if unknown.code == Code::E0301 && unknown.help.is_none() {
        let written = format!("$${{{name}}}");
        let advised = unknown.clone().help(format!("for a shell variable, write `{written}`"));
        *unknown = advised.edit(part, written);
    }
}

/// `Artifact.Variable`: artifacts have no variables, but the action that produces one does.
pub fn variable_of_artifact(name: &Spanned<String>, maker: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0301,
        format!("artifact `{}` has no variables", name.node),
        name.span,
        format!("produced by action `{maker}`"),
    )
    .suggest(name.span, Some(maker))
}

/// The reason that an existing name is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// It is used in a component, which sees only its own declarations.
    Outside,
    /// It is declared in a loop.
    InLoop,
    /// It is declared in a component.
    InComponent,
}

impl Hidden {
    /// Returns the construct that contains the declaration and is its scope.
    pub fn body(self) -> Option<&'static str> {
        match self {
            Self::Outside => None,
            Self::InLoop => Some("loop"),
            Self::InComponent => Some("component"),
        }
    }
}

/// An action that is not in scope for a reference. `stage` is one of its stages.
pub fn action_out_of_scope(name: &Spanned<String>, stage: &str, hidden: Hidden) -> Diagnostic {
    let action = &name.node;
    let message = match hidden.body() {
        Some(body) => format!("action `{action}` is declared in a {body}, so a reference to it needs its stage"),
        None => format!("action `{action}` is declared outside the component, so a reference to it needs its stage"),
    };
    Diagnostic::new(Code::E0301, message, name.span, "").help(format!("write `{stage}.{action}`"))
}

/// A call of a function that does not exist.
pub fn unknown_function(name: &Spanned<String>, similar: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic = unknown("function", name, similar, None);
    match similar {
        Some(_) => diagnostic,
        None => diagnostic.help(format!("use one of {}", wording::or_list(known.iter().copied()))),
    }
}

/// An unknown name where a string is expected.
pub fn unknown_or_text(name: &Spanned<String>, similar: Option<&str>) -> Diagnostic {
    let diagnostic = unknown("value", name, None, None);
    let quoted = format!("\"{}\"", name.node);
    match similar {
        Some(near) => diagnostic.help(format!("did you mean `{near}`, or the string `{quoted}`?")),
        None => diagnostic.help(format!("did you mean the string `{quoted}`?")).edit(name.span, quoted),
    }
}

/// An unknown name where `true` or `false` is expected.
pub fn unknown_or_flag(name: &Spanned<String>, similar: Option<&str>) -> Diagnostic {
    if let Some(flag) = flag(&name.node) {
        return unknown("value", name, Some(flag), None);
    }
    let diagnostic = unknown("value", name, similar, None);
    if similar.is_none() { diagnostic.help("write `true` or `false`") } else { diagnostic }
}

/// A member that a declaration does not have.
pub fn unknown_member(kind: &str, name: &str, member: &Spanned<String>, valid: &[&str]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0301, format!("{kind} `{name}` has no member `{}`", member.node), member.span, "");
    match suggest::similar(&member.node, valid.iter().copied()) {
        Some(near) => diagnostic.suggest(member.span, Some(near)),
        None if valid.is_empty() => diagnostic,
        None => diagnostic.help(format!("write {}", wording::or_list(valid.iter().copied()))),
    }
}

/// Adds that a value is set on the command line, which is not visible in the file.
pub fn set_outside(diagnostic: &mut Diagnostic, name: &str, text: &str) {
    diagnostic.primary.text = wording::bounded(format!("`--set {name}={text}` gives it this value"));
}

/// A name that could refer to several actions.
pub fn ambiguous_action(name: &Spanned<String>, stages: &[&str]) -> Diagnostic {
    let mut full: Vec<String> = stages.iter().map(|stage| format!("{stage}.{}", name.node)).collect();
    full.dedup();
    let message = format!("{} actions are named `{}`", stages.len(), name.node);
    Diagnostic::new(Code::E0301, message, name.span, "ambiguous").help(if full.len() < stages.len() {
        "rename one of them".to_owned()
    } else {
        format!("write {}", wording::or_list(full.iter().map(String::as_str)))
    })
}

/// A `let` that depends on itself.
pub fn circular(path: &[&str], place: Span) -> Diagnostic {
    let first = path.first().copied().unwrap_or_default();
    Diagnostic::new(Code::E0302, format!("the value of `{first}` depends on itself"), place, path.join(" -> ")).help(
        if path.len() > 2 {
            "break the cycle: give one of them a value that does not depend on the others".to_owned()
        } else {
            format!("give `{first}` a value that does not depend on `{first}`")
        },
    )
}

/// An `option` without a default and without a value.
pub fn option_without_value(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0105,
        format!("option `{}` has no value", name.node),
        name.span,
        "has no default, and no `--set`",
    )
    .help(format!("pass `--set {}=...`, or add a default", name.node))
}

/// A component, a type, an instance, or a file instead of a value.
pub fn no_value(name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("`{name}` is not a value"),
        place,
        "refers to a component, a type, an instance, or a file",
    )
}

/// A reference to a logical ID that the template does not have. `import` is how to refer to an export of another stack.
pub fn unknown_logical_id(id: &str, place: Span, near: Option<&str>, import: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0301,
        format!("no resource or parameter with the logical ID `{id}`"),
        place,
        "not in the generated template",
    );
    match near {
        Some(near) => diagnostic.did_you_mean(near),
        None => diagnostic
            .help(format!("declare the resource or parameter, or use `{import}` for an export of another stack")),
    }
}
