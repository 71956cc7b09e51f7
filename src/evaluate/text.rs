//! Strings: literals, interpolations, and CodePipeline's own `#{namespace.Name}`.

use crate::catalog::names::is_made_of;
use crate::catalog::{Phase, RUN_VARIABLE, Words};
use crate::diagnostic::families::{attributes, phases};
use crate::diagnostic::suggest;
use crate::hir::{Part, PartKind, Text, Value, ValueChoice, ValueKind};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, StringPart, StringPartKind};

use super::evaluator::{Context, Evaluator};

impl<'a> Evaluator<'a> {
    /// Evaluates the parts of a string.
    pub(crate) fn text(&mut self, parts: &'a [StringPart], context: Context) -> Text {
        let mut text = Text::default();
        for part in parts {
            match &part.kind {
                StringPartKind::Text(literal) if literal.is_empty() => {}
                StringPartKind::Text(literal) => {
                    text.push(Part { kind: PartKind::Literal(literal.clone()), span: part.span });
                }
                StringPartKind::Runtime(name) => text.push(self.runtime(name, part.span, context)),
                StringPartKind::Interpolation(expression) => {
                    let value = self.interpolation(expression, part.span, context);
                    text.append(self.interpolated(value, expression.span));
                }
            }
        }
        text
    }

    /// Evaluates an interpolation. An unknown `${NAME}` in uppercase is probably meant for a shell.
    fn interpolation(&mut self, expression: &'a ast::Expr, part: Span, context: Context) -> Value {
        match &expression.kind {
            ast::ExprKind::Reference(reference) if reference.accesses.is_empty() => {
                let value = self.named(&reference.head, context, Words::Value);
                value.unwrap_or_else(|| self.unknown(&reference.head, context, Words::Value, Some(part)))
            }
            _ => self.evaluate(expression, context, Words::Value),
        }
    }

    /// Converts a value to text inside a string.
    fn interpolated(&mut self, value: Value, place: Span) -> Text {
        match value.kind {
            ValueKind::Text(mut text) => {
                for part in &mut text.parts {
                    part.span = place;
                }
                text
            }
            ValueKind::Word(word) | ValueKind::Number(word) => Text::literal(word, place),
            ValueKind::Bool(flag) => Text::literal(flag.to_string(), place),
            ValueKind::Percent(number) => Text::literal(format!("{number}%"), place),
            ValueKind::Raw(raw) => Text::of(PartKind::Raw(raw), place),
            ValueKind::Secret(secret) => Text::of(PartKind::Secret(Box::new(secret)), place),
            ValueKind::Parameter(name) => Text::of(PartKind::Parameter(name), place),
            ValueKind::Poisoned => Text::of(PartKind::Poisoned, place),
            ValueKind::Choice(choice) => self.interpolated_choice(*choice, place),
            other => {
                let found = attributes::wrong_type("${...}", "a string", crate::slots::describe(&other), place);
                let name = crate::slots::identifying(&other, &self.shown(place));
                self.diagnostics.push(match name {
                    Some(name) => found.help(format!("write `${{{name}}}`")).edit(place, name),
                    None => found,
                });
                Text::of(PartKind::Poisoned, place)
            }
        }
    }

    /// Converts a choice to text inside a string: each of its values.
    fn interpolated_choice(&mut self, choice: ValueChoice, place: Span) -> Text {
        let mut text = |value: Value| {
            let span = value.span;
            let text = self.interpolated(value, span);
            Value::new(ValueKind::Text(text), span)
        };
        let (then, otherwise) = (text(choice.then), text(choice.otherwise));
        if then.is_poisoned() || otherwise.is_poisoned() {
            return Text::of(PartKind::Poisoned, place);
        }
        Text::of(PartKind::Choice(Box::new(ValueChoice { then, otherwise, ..choice })), place)
    }

    /// Evaluates a declared name, which must be known at compile time. Otherwise reports that and returns `None`.
    pub(crate) fn name(&mut self, name: &'a ast::Name, context: Context) -> Option<Spanned<String>> {
        if let Some(literal) = name.literal() {
            return Some(Spanned::new(literal.to_owned(), name.span));
        }
        let text = self.text(&name.parts, context);
        self.compile_time("a name", &text, name.span)
    }

    /// Returns text that must be known at compile time. Otherwise reports that and returns `None`.
    pub(crate) fn compile_time(&mut self, what: &str, text: &Text, place: Span) -> Option<Spanned<String>> {
        if text.is_poisoned() {
            return None;
        }
        if let Some(literal) = text.as_literal() {
            return Some(Spanned::new(literal.to_owned(), place));
        }
        if let Some(part) = text.parts.iter().max_by_key(|part| part.kind.phase()) {
            let shown = self.shown(part.span);
            self.diagnostics.push(phases::too_late(what, Phase::Compile, part.kind.phase(), &shown, part.span, None));
        }
        None
    }

    /// Evaluates `#{namespace.Name}`.
    fn runtime(&mut self, name: &str, place: Span, context: Context) -> Part {
        if let Some(length) = phases::unclosed_length(name) {
            let open = Span::new(place.file, place.range().start, place.range().start + "#{".len() + length);
            let inner = name.get(..length).unwrap_or_default();
            let draft = context.pipeline.and_then(|index| self.pipelines.get(index));
            let namespace = inner.split('.').next().unwrap_or_default();
            let is_action = draft.is_some_and(|draft| draft.symbols().any(|symbol| symbol == namespace));
            self.diagnostics.push(phases::unclosed_variable(inner, open, is_action));
            return Part { kind: PartKind::Poisoned, span: place };
        }
        let (namespace, variable) = match name.split_once('.') {
            Some((namespace, variable)) if is_made_of("namespace", namespace) && !variable.is_empty() => {
                (namespace, variable)
            }
            _ => {
                let variable = name.rsplit('.').next().unwrap_or_default().trim();
                let setters = self.setters(variable, context);
                let setters: Vec<&str> = setters.iter().map(String::as_str).collect();
                self.diagnostics.push(phases::malformed_variable(name, variable, place, &setters));
                return Part { kind: PartKind::Poisoned, span: place };
            }
        };
        let kind = self.runtime_kind(namespace, variable, place, context);
        Part { kind, span: place }
    }

    fn runtime_kind(&mut self, namespace: &str, variable: &str, place: Span, context: Context) -> PartKind {
        if namespace == RUN_VARIABLE.0 {
            return self.built_in(variable, place);
        }
        let Some((index, draft)) = context.pipeline.and_then(|index| Some((index, self.pipelines.get(index)?))) else {
            return PartKind::Namespace(namespace.to_owned(), variable.to_owned());
        };
        if namespace == "variables" {
            return self.pipeline_variable(index, variable, place);
        }
        match draft.action_of_namespace(namespace) {
            Some((action, symbol)) => {
                let symbol = symbol.to_owned();
                self.diagnostics.push(phases::typed_form(namespace, &symbol, variable, place));
                PartKind::Output(action, variable.to_owned())
            }
            None if self.may_be_unreadable(namespace) => PartKind::Poisoned,
            None if draft.has_raw_actions => PartKind::Namespace(namespace.to_owned(), variable.to_owned()),
            None => {
                let known: Vec<String> = draft.namespaces().map(str::to_owned).collect();
                let is_action = draft.symbols().any(|symbol| symbol == namespace);
                let near = suggest::similar(namespace, known.iter().map(String::as_str));
                let setters = self.setters(variable, context);
                let setters: Vec<&str> = setters.iter().map(String::as_str).collect();
                self.diagnostics.push(if is_action {
                    phases::action_for_namespace(namespace, variable, place)
                } else {
                    phases::unset_namespace((namespace, variable), place, near, &setters)
                });
                PartKind::Poisoned
            }
        }
    }

    /// Returns the actions of the pipeline that set a variable.
    fn setters(&self, variable: &str, context: Context) -> Vec<String> {
        let draft = context.pipeline.and_then(|index| self.pipelines.get(index));
        draft.map(|draft| draft.setters(variable)).unwrap_or_default()
    }

    /// Returns whether the definition of a name may be in text that could not be read.
    fn may_be_unreadable(&self, name: &str) -> bool {
        !self.given_up.is_empty() || self.names.is_unreadable(name)
    }

    /// Evaluates `#{codepipeline.Name}`.
    fn built_in(&mut self, variable: &str, place: Span) -> PartKind {
        let (namespace, only) = RUN_VARIABLE;
        if variable != only {
            self.diagnostics.push(phases::not_built_in(variable, only, place));
            return PartKind::Poisoned;
        }
        PartKind::Namespace(namespace.to_owned(), variable.to_owned())
    }

    /// Evaluates `#{variables.Name}`.
    fn pipeline_variable(&mut self, draft: usize, variable: &str, place: Span) -> PartKind {
        let declared = self.pipelines.get(draft).map(|draft| draft.variables.as_slice()).unwrap_or_default();
        if let Some(index) = declared.iter().position(|known| known.name.node == variable) {
            return PartKind::Variable(crate::hir::VariableId(index));
        }
        if !self.may_be_unreadable(variable) {
            let near = suggest::similar(variable, declared.iter().map(|known| known.name.node.as_str()));
            self.diagnostics.push(phases::undeclared_variable(variable, place, near));
        }
        PartKind::Poisoned
    }
}
