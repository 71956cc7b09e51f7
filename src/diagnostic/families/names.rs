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

/// An attribute that is set twice in one block.
pub fn attribute_twice(key: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0101,
        format!("attribute `{}` is specified twice", key.node),
        key.span,
        "specified again here",
    )
    .label(first, "first specified here")
    .help("remove one of them")
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
    format!("{head}...")
}

fn show_character(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        c if c.is_control() => format!("the character U+{:04X}", c as u32),
        c => format!("`{c}`"),
    }
}

/// An attribute that its owner does not have.
pub fn unknown_attribute(key: &Spanned<String>, owner: &str, valid: &[&str], aws_key_of: Option<&str>) -> Diagnostic {
    let diagnostic = no_attribute(key, owner, "");
    if let Some(word) = aws_key_of {
        return diagnostic.help(format!("write `{word}` instead")).edit(key.span, word);
    }
    if let Some(name) = similar_attribute(&key.node, valid) {
        return diagnostic.suggest(key.span, Some(name));
    }
    if let Some(help) = super::syntax::in_other_formats(&key.node).filter(|_| owner.starts_with("pipeline ")) {
        return diagnostic.help(help);
    }
    match valid {
        [] => diagnostic.help(format!("remove `{}`; {owner} has no attributes", key.node)),
        valid => {
            let diagnostic = diagnostic.help(format!("use {}", some_of(valid, MOST_ATTRIBUTES)));
            if valid.len() > MOST_ATTRIBUTES {
                return diagnostic;
            }
            diagnostic.help_in_document(DocumentHelp::OneOf(valid.iter().map(|word| (*word).to_owned()).collect()))
        }
    }
}

fn no_attribute(key: &Spanned<String>, owner: &str, label: &str) -> Diagnostic {
    Diagnostic::new(Code::E0104, format!("{owner} has no attribute `{}`", key.node), key.span, label)
        .message_in_document(format!("{owner} has no key `{}`", key.node))
}

/// An attribute of projects in an action.
pub fn set_in_project(key: &Spanned<String>, owner: &str) -> Diagnostic {
    no_attribute(key, owner, "an attribute of projects")
        .label_in_document("not a key of actions")
        .help("move this line to the block of the project")
        // The project may be in another document.
        .help_in_document("remove it, and set it in the build project")
}

/// A timeout of an action that is no manual approval.
pub fn no_timeout(key: &Spanned<String>, owner: &str) -> Diagnostic {
    no_attribute(key, owner, "only manual approvals have a timeout").help(format!("remove `{}`", key.node))
}

/// The most attributes that a help lists. The reference contains all of them.
const MOST_ATTRIBUTES: usize = 16;

/// The most values that a help lists. Nothing else in the terminal lists them.
const MOST_VALUES: usize = 30;

/// Returns the words joined by "or", or the first `most` of them.
fn some_of(words: &[&str], most: usize) -> String {
    match words {
        few if few.len() <= most => wording::or_list(few.iter().copied()),
        many => {
            let some: Vec<String> = many.iter().take(12).map(|word| wording::tick(word)).collect();
            format!("one of {}, and {} more", some.join(", "), many.len() - 12)
        }
    }
}

/// The minimum length of an abbreviated word. With fewer letters, it is not clear which word is meant.
const SHORTEST_CUT: usize = 3;

/// Names for the variables of a build in other formats.
const ENVIRONMENTS: [&str; 4] = ["environment", "environment-variables", "environment_variables", "variables"];

/// Returns the attribute that a wrong word means: a similar one, or the only one with the same start.
pub fn similar_attribute<'v>(word: &str, valid: &[&'v str]) -> Option<&'v str> {
    if let Some(meant) = ENVIRONMENTS.contains(&word).then(|| valid.iter().find(|known| **known == "env")).flatten() {
        return Some(meant);
    }
    let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'));
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('-'));
    suggest::similar(word, valid.iter().copied()).or_else(|| {
        let mut longer = valid.iter().filter(|known| begins(word, known) || ends(word, known));
        let mut shorter = valid.iter().filter(|known| begins(known, word));
        let mut cut = valid.iter().filter(|known| word.len() >= SHORTEST_CUT && known.starts_with(word));
        let only = longer.next().filter(|_| longer.next().is_none());
        let only = only.or_else(|| shorter.next().filter(|_| shorter.next().is_none()));
        only.or_else(|| cut.next().filter(|_| cut.next().is_none())).copied()
    })
}

/// An attribute of other languages that belongs in the header of an action here. `given` are the artifacts and files of
/// artifacts in its value, as a header contains them.
pub fn in_header(key: &Spanned<String>, given: &[String], owner: &str) -> Option<Diagnostic> {
    let clause = |word: &str, example: &str| {
        let named = if given.is_empty() { example.to_owned() } else { given.join(", ") };
        format!("write `{word} {named}` in the header, before the `{{`")
    };
    let help = match key.node.replace(['-', '_'], "").to_ascii_lowercase().as_str() {
        "from" | "input" | "inputs" | "inputartifact" | "inputartifacts" => clause("from", "Artifact"),
        "to" | "output" | "outputs" | "outputartifact" | "outputartifacts" => clause("->", "Artifact"),
        "artifact" | "artifacts" => {
            "remove this line, and write input artifacts after `from` in the header, and output artifacts after `->`"
                .to_owned()
        }
        "template" | "templatepath" | "templatefile" => clause("from", "Artifact::template.yaml"),
        "order" | "runorder" | "dependson" | "needs" => {
            "put the actions in the order in which they run; actions inside one `parallel { ... }` start together"
                .to_owned()
        }
        "provider" | "category" | "actiontypeid" => {
            "write the category and the provider in the header, for example `build codebuild Name`".to_owned()
        }
        _ => return None,
    };
    Some(no_attribute(key, owner, "").help(help))
}

/// A missing required attribute. `instead` is a statement that does not need it.
pub fn missing_attribute(
    owner: &str,
    attribute: &str,
    example: &str,
    place: Span,
    instead: Option<&str>,
) -> Diagnostic {
    let add = format!("add `{attribute} = {example}`");
    let help = instead.map_or_else(|| add.clone(), |instead| format!("{instead}; or {add}"));
    Diagnostic::new(Code::E0105, format!("{owner} needs attribute `{attribute}`"), place, "")
        .help(help)
        .message_in_document(format!("{owner} needs `{attribute}`"))
        .help_in_document(add)
}

/// A value of a type that the attribute does not accept.
pub fn wrong_type(attribute: &str, expected: &str, found: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("{} takes {expected}, not {found}", named(attribute)), place, "")
}

/// Returns a key in backticks, or a description unchanged.
fn named(what: &str) -> String {
    if what.contains(' ') { what.to_owned() } else { wording::tick(what) }
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

/// A number outside its range.
pub fn out_of_range(attribute: &str, limits: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("{} must be {limits}", named(attribute)), place, "")
}

/// An empty list where AWS requires an element. `example` is an element; `required` is whether the list cannot be
/// omitted.
pub fn empty_list(attribute: &str, place: Span, example: Option<&str>, required: bool) -> Diagnostic {
    let such = example.map_or_else(String::new, |example| format!(", such as {}", wording::tick(example)));
    let or = if required { String::new() } else { format!(", or remove `{attribute}`") };
    Diagnostic::new(Code::E0106, format!("`{attribute}` needs at least one element"), place, "")
        .help(format!("add an element{such}{or}"))
}

/// A call with invalid arguments.
pub fn wrong_arguments(function: &str, usage: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("wrong arguments for `{function}`"), place, "")
        .help(format!("write `{usage}`"))
}

/// Words that switch something on, and words that switch it off.
const SENSES: [&[&str]; 2] = [&["enabled", "on", "true", "yes"], &["disabled", "false", "no", "off"]];

/// A word that is not in an enumeration.
pub fn not_allowed(attribute: &str, found: &str, place: Span, allowed: &[&str], edit: bool) -> Diagnostic {
    let shown = if found.is_empty() { "an empty string".to_owned() } else { wording::tick(found) };
    let message = format!("{shown} is not a valid value for `{attribute}`");
    let diagnostic = Diagnostic::new(Code::E0107, message, place, "");
    let written = |word: &str| if edit && is_word(word) { word.to_owned() } else { format!("\"{word}\"") };
    // `no` is similar to `on`.
    let same_sense = SENSES.iter().find(|words| words.contains(&found.to_ascii_lowercase().as_str()));
    let same_sense = same_sense.and_then(|words| allowed.iter().copied().find(|it| words.contains(it)));
    let near = same_sense.or_else(|| suggest::similar_term(found, allowed.iter().copied()));
    if let Some(near) = near.or_else(|| suggest::same_verb(found, allowed.iter().copied())) {
        let near = written(near);
        let diagnostic = diagnostic.did_you_mean(&near);
        return if edit { diagnostic.edit(place, near) } else { diagnostic };
    }
    let shown: Vec<String> = allowed.iter().map(|word| written(word)).collect();
    diagnostic.help(format!("write {}", some_of(&shown.iter().map(String::as_str).collect::<Vec<_>>(), MOST_VALUES)))
}

/// Returns whether a value can be written without quotes.
fn is_word(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
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

/// A raw configuration key that overrides an attribute. `word` is the attribute; `None` if the value is in the header.
pub fn configuration_override(key: &Spanned<String>, word: Option<&str>, attribute: Span) -> Diagnostic {
    let remove = format!("remove `{}` from `configuration`", key.node);
    let is_derived = key.node == "ChangeSetName";
    let name = if is_derived { "the name that dotpipe derives from the header" } else { "the name in the header" };
    Diagnostic::new(
        Code::W0111,
        format!("`{}` in `configuration` overrides {}", key.node, word.map_or_else(|| name.to_owned(), wording::tick)),
        key.span,
        "this value is used",
    )
    .label(attribute, if is_derived { "used for the stack only" } else { "not used" })
    .help(match word {
        Some(word) => format!("remove `{word}`, or {remove}"),
        None => remove,
    })
}

/// A field of a map that does not match its record type.
#[derive(Debug, Clone)]
pub struct WrongField {
    /// The field, with its parents: `size`, `limits.size`.
    pub field: String,
    /// The span of its key, its value, or the map that lacks it.
    pub place: Span,
    /// The error.
    pub fault: FieldFault,
}

/// An error in a field.
#[derive(Debug, Clone)]
pub enum FieldFault {
    /// It is missing.
    Missing,
    /// The type has no such field.
    Unknown {
        /// The field that is probably meant.
        near: Option<String>,
    },
    /// Its value is of another type.
    Type {
        /// The expected type, in words.
        expected: String,
        /// The actual type.
        found: String,
        /// The value that is probably meant.
        near: Option<String>,
    },
}

/// A map that does not match its record type.
pub fn wrong_field(name: &str, wrong: &WrongField) -> Diagnostic {
    let WrongField { field, place, .. } = wrong;
    let say = |problem: String, label: String| {
        Diagnostic::new(Code::E0106, format!("field `{field}` of `{name}` {problem}"), *place, label)
    };
    match &wrong.fault {
        FieldFault::Missing => say("is missing".to_owned(), String::new()),
        FieldFault::Unknown { near } => {
            let message = format!("the type of `{name}` has no field `{field}`");
            Diagnostic::new(Code::E0106, message, *place, "").suggest(*place, near.as_deref())
        }
        FieldFault::Type { expected, found, near } => {
            let diagnostic = say(format!("takes {expected}, not {found}"), String::new());
            match near {
                Some(near) => diagnostic.suggest(*place, Some(&format!("\"{near}\""))),
                None => diagnostic,
            }
        }
    }
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
