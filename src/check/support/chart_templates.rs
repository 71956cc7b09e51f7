//! What Helm rejects in a chart: its version, and its templates.

use crate::catalog::kubernetes::{helm_functions, helm_objects};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::workspace::document::Node;
use crate::workspace::go_template::{Problem, TemplateAction, TemplateWord, TemplateWordKind, actions};

/// A template of a chart.
pub(in crate::check) struct ChartTemplate<'t> {
    pub file: FileId,
    pub text: &'t str,
}

/// Words that are part of the language.
/// <https://pkg.go.dev/text/template#hdr-Actions> (2026-11-30)
const KEYWORDS: [&str; 14] = [
    "block", "break", "continue", "define", "else", "end", "false", "if", "nil", "range", "template", "true", "try",
    "with",
];

/// Returns the problems of the templates of a chart. `is_whole`: whether they are all the templates that it has, so that it
/// can include no other.
pub(in crate::check) fn problems(templates: &[ChartTemplate<'_>], is_whole: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut read: Vec<(&ChartTemplate<'_>, Vec<TemplateAction>)> = Vec::new();
    for template in templates {
        match actions(template.text) {
            Ok(actions) => read.push((template, actions)),
            Err((problem, range)) => found.push(unreadable(problem, Span::new(template.file, range.start, range.end))),
        }
    }
    let is_whole = is_whole && found.is_empty();
    let defined: Vec<&str> = read
        .iter()
        .flat_map(|(template, actions)| actions.iter().filter_map(|it| defined(it, template.text)))
        .collect();
    for (template, actions) in &read {
        for action in actions {
            let one = OneAction { template, actions, action };
            found.extend(one.other_function());
            found.extend(one.other_object());
            found.extend(is_whole.then(|| one.undefined(&defined)).flatten());
        }
    }
    found
}

/// Returns what is wrong with the version of a chart. <https://helm.sh/docs/topics/charts/> (2026-11-30)
pub(in crate::check) fn version(root: &Node) -> Option<Diagnostic> {
    let node = root.get("version")?;
    let version = node.spanned()?;
    let text = version.node.strip_prefix('v').unwrap_or(&version.node);
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_semantic = core.split('.').count() <= 3 && core.split('.').all(is_number);
    (!is_semantic).then(|| invalid_version(&version.node, node.span))
}

/// Returns the text of a word in quotation marks.
fn unquoted<'t>(word: &TemplateWord, text: &'t str) -> Option<&'t str> {
    let quoted = text.get(word.range.clone()).filter(|_| word.kind == TemplateWordKind::Text)?;
    quoted.get(1..quoted.len().checked_sub(1)?)
}

/// Returns the name of the template that an action defines.
fn defined<'t>(action: &TemplateAction, text: &'t str) -> Option<&'t str> {
    let defines = matches!(action.keyword(text), "define" | "block");
    action.words.get(1).filter(|_| defines).and_then(|word| unquoted(word, text))
}

/// An action of a template.
struct OneAction<'a> {
    template: &'a ChartTemplate<'a>,
    actions: &'a [TemplateAction],
    action: &'a TemplateAction,
}

impl OneAction<'_> {
    fn text(&self, word: &TemplateWord) -> &str {
        self.template.text.get(word.range.clone()).unwrap_or_default()
    }

    fn span(&self, from: usize, length: usize) -> Span {
        Span::new(self.template.file, from, from + length)
    }

    /// A function that does not exist, if its name is similar to one that does.
    fn other_function(&self) -> Option<Diagnostic> {
        self.action.words.iter().filter(|word| word.kind == TemplateWordKind::Name).find_map(|word| {
            let name = self.text(word).split('.').next().unwrap_or_default();
            if KEYWORDS.contains(&name) || helm_functions().any(|known| known == name) {
                return None;
            }
            let lower = name.to_ascii_lowercase();
            let is_near = |known: &&str| similar(&lower, [known.to_ascii_lowercase().as_str()]).is_some();
            let same = helm_functions().find(|known| known.eq_ignore_ascii_case(name));
            let near = same.or_else(|| similar(name, helm_functions())).or_else(|| helm_functions().find(is_near))?;
            Some(unknown_function(name, near, self.span(word.range.start, name.len())))
        })
    }

    /// An object of the root that is misspelled, or that is looked for where `.` is something else.
    fn other_object(&self) -> Option<Diagnostic> {
        self.action.words.iter().filter(|word| word.kind == TemplateWordKind::Field).find_map(|word| {
            let text = self.text(word);
            let first = text.strip_prefix('$').unwrap_or(text).strip_prefix('.')?.split('.').next().unwrap_or_default();
            let at = word.range.start + text.find(first)?;
            let is_root =
                self.action.blocks(self.actions).all(|(block, around)| match block.keyword(self.template.text) {
                    "if" => true,
                    "with" | "range" => text.starts_with('$') || around.in_else,
                    _ => false,
                });
            let known = helm_objects().find(|known| known.eq_ignore_ascii_case(first))?;
            if known != first {
                return is_root.then(|| unknown_object(first, known, self.span(at, first.len())));
            }
            let block = self.block_of_value().filter(|_| text.starts_with('.'))?;
            let place = self.span(word.range.start, text.len());
            let begin = Span::new(self.template.file, block.range.start, block.range.end);
            Some(other_dot(text, block.keyword(self.template.text), place, begin))
        })
    }

    /// Returns the innermost block in which `.` is a value of the chart, or an element of one.
    fn block_of_value(&self) -> Option<&TemplateAction> {
        let text = self.template.text;
        let sets_dot = |block: &TemplateAction| matches!(block.keyword(text), "with" | "range");
        let (block, _) = self.action.blocks(self.actions).find(|(block, around)| {
            !around.in_else && (sets_dot(block) || matches!(block.keyword(text), "define" | "block"))
        })?;
        let mut rest = block.words.iter().skip(1).filter(|word| word.kind != TemplateWordKind::Other);
        let of_values = |word: &TemplateWord| {
            let text = self.text(word);
            word.kind == TemplateWordKind::Field && text.strip_prefix('$').unwrap_or(text).starts_with(".Values.")
        };
        let is_variable = |word: &TemplateWord| self.text(word).starts_with('$') && !self.text(word).contains('.');
        let is_value = rest.all(|word| of_values(word) || is_variable(word));
        (sets_dot(block) && is_value && block.words.iter().any(of_values)).then_some(block)
    }

    /// A template that nothing defines.
    fn undefined(&self, defined: &[&str]) -> Option<Diagnostic> {
        let mut pairs = self.action.words.windows(2);
        pairs.find_map(|pair| {
            let [call, name] = pair else { return None };
            let calls = call.kind == TemplateWordKind::Name && matches!(self.text(call), "include" | "template");
            let wanted = unquoted(name, self.template.text).filter(|_| calls)?;
            let place = self.span(name.range.start + 1, wanted.len());
            (!defined.contains(&wanted))
                .then(|| unknown_template(wanted, similar(wanted, defined.iter().copied()), place))
        })
    }
}

/// A version that Helm cannot compare.
fn invalid_version(version: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0449, format!("`{version}` is no semantic version"), place, "Helm rejects the chart")
        .help("write three numbers, such as `1.4.0`")
}

/// A template that cannot be read.
fn unreadable(problem: Problem, place: Span) -> Diagnostic {
    let (message, label, help) = match problem {
        Problem::Unclosed => ("`{{` is never closed", "Helm reads the rest of the file", "write `}}` after it"),
        Problem::Brace => ("single brace in a template action", "Helm cannot read it", "end the action with `}}`"),
        Problem::Text => {
            ("text in a template action does not end", "begins here", "close its quotation mark in this line")
        }
        Problem::NoEnd => ("block without `{{ end }}`", "begins here", "write `{{ end }}` after it"),
        Problem::LoneEnd => ("`{{ end }}` without a block", "no block is open here", "remove it"),
        Problem::LoneElse => (
            "`{{ else }}` outside of a block",
            "no `if`, `with`, or `range` is open here",
            "write it before `{{ end }}`",
        ),
    };
    Diagnostic::new(Code::E0449, message, place, label).help(help)
}

/// A function that does not exist.
fn unknown_function(name: &str, near: &str, place: Span) -> Diagnostic {
    let message = format!("Helm has no function `{name}`");
    Diagnostic::new(Code::E0449, message, place, "Helm rejects the chart").suggest(place, Some(near))
}

/// An object in the wrong letter case.
fn unknown_object(name: &str, known: &str, place: Span) -> Diagnostic {
    let message = format!("templates have no object `{name}`");
    Diagnostic::new(Code::E0449, message, place, "Helm finds nothing in it").suggest(place, Some(known))
}

/// An object of the root where `.` is a value.
fn other_dot(object: &str, keyword: &str, place: Span, begin: Span) -> Diagnostic {
    let message = format!("`{object}` is not in the value that `.` is here");
    Diagnostic::new(Code::W0448, message, place, "Helm finds nothing in it")
        .label(begin, format!("in this `{keyword}`, `.` is the value"))
        .help(format!("write `${object}`"))
}

/// A template that is not defined.
fn unknown_template(name: &str, near: Option<&str>, place: Span) -> Diagnostic {
    let found =
        Diagnostic::new(Code::E0449, format!("no template `{name}` is defined"), place, "Helm rejects the chart");
    match near {
        Some(near) => found.suggest(place, Some(near)),
        None => {
            found.help(format!("write `{{{{ define \"{name}\" }}}}` in a file of `templates`, or correct the name"))
        }
    }
}
