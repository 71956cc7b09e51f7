//! Statements and their blocks.

use crate::syntax::ast::{
    Action, ActionHead, Allow, Argument, Attribute, Block, Clauses, Component, Else, Formal, If, Import, Let, On,
    OnClause, Outcome, Output, Param, ParamKind, Property, Resource, ResourceBody, StackAction, StackKind, StackVerb,
    Stmt, StmtKind, Type, Use,
};

use super::expressions::{UNREADABLE, inline, inline_argument, lines, reference, value};
use super::layout::aligned;
use super::strings::{inline_text, key, name, plain};
use super::{INDENT, Printer, WIDTH, types};

/// Where blank lines stand between the statements of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    /// Between all but lines of one kind: the top of a file.
    Top,
    /// Around statements of several lines: a pipeline, a component.
    Wide,
    /// Before documented statements only.
    Close,
}

/// A line of documentation.
pub(super) fn doc_line(text: &str) -> String {
    if text.is_empty() { "///".to_owned() } else { format!("/// {text}") }
}

impl Printer {
    pub(super) fn statements(&mut self, statements: &[Stmt], spacing: Spacing) {
        let mut rest = statements;
        let mut before: Option<(&Stmt, bool)> = None;
        while let Some((first, others)) = rest.split_first() {
            let start = self.text.len();
            let run = attributes_of(rest);
            let (last, others) = match run.len() {
                0 => (first, others),
                count => (rest.get(count - 1).unwrap_or(first), rest.get(count..).unwrap_or_default()),
            };
            if run.is_empty() {
                self.documented(first);
            } else {
                self.attributes(&run);
            }
            let printed = self.text.get(start..).unwrap_or_default();
            let long = printed.trim_end().contains('\n') && run.is_empty();
            if let Some((previous, was_long)) = before
                && is_apart(spacing, (previous, was_long), (first, long))
            {
                self.text.insert(start, '\n');
            }
            before = Some((last, long));
            rest = others;
        }
    }

    /// A statement below its documentation.
    fn documented(&mut self, statement: &Stmt) {
        if let Some(doc) = &statement.doc {
            doc.node.split('\n').for_each(|line| self.line(&doc_line(line)));
        }
        self.statement(&statement.kind);
    }

    /// Attributes one below the other.
    fn attributes(&mut self, run: &[&Attribute]) {
        let column = self.column();
        let written: Vec<(String, String)> = run
            .iter()
            .map(|attribute| {
                let key = key(&attribute.key.node);
                let used = column + key.chars().count() + 3;
                (key, value(&attribute.value, column, used))
            })
            .collect();
        for line in aligned(&written) {
            self.line(&line);
        }
    }

    fn statement(&mut self, kind: &StmtKind) {
        match kind {
            StmtKind::Attribute(attribute) => self.attributes(&[attribute]),
            StmtKind::Import(import) => self.line(&import_line(import)),
            StmtKind::TypeDecl(declaration) => {
                self.line(&self.typed(&format!("type {} = ", declaration.name.node), &declaration.ty));
            }
            StmtKind::Param(param) => self.param(param),
            StmtKind::Let(declaration) => self.binding(declaration),
            StmtKind::Component(component) => self.component(component),
            StmtKind::Property(property) => self.property(property),
            StmtKind::Pipeline(it) => self.body(&format!("pipeline {}", name(&it.name)), &it.block, Spacing::Wide),
            StmtKind::Stage(it) => self.body(&format!("stage {}", name(&it.name)), &it.block, Spacing::Close),
            StmtKind::Update(update) => {
                let clauses = Clauses { from: update.from.clone(), ..Clauses::default() };
                let header = self.header(format!("update {}", step_name(&name(&update.name))), &clauses);
                self.attached(&header, update.block.as_ref());
            }
            StmtKind::Parallel(unnamed) => self.body("parallel", &unnamed.block, Spacing::Close),
            StmtKind::Sequence(unnamed) => self.body("sequence", &unnamed.block, Spacing::Close),
            StmtKind::For(it) => {
                let list = value(&it.list, self.column(), self.column());
                self.body(&format!("for {} in {list}", it.name.node), &it.block, Spacing::Close);
            }
            StmtKind::If(it) => self.condition(it),
            StmtKind::Use(it) => self.use_component(it),
            StmtKind::Allow(allow) => self.allow(allow),
            StmtKind::On(on) => self.on(on),
            StmtKind::Notify(notify) => {
                let head = format!("notify {} on ", reference(&notify.target));
                let column = self.column();
                let events = value(&notify.events, column, column + head.chars().count());
                self.attached(&format!("{head}{events}"), notify.block.as_ref());
            }
            StmtKind::StackAction(action) => self.stack_action(action),
            StmtKind::Action(action) => self.action(action),
            StmtKind::Resource(resource) => self.resource(resource),
            StmtKind::Settings(settings) => self.attached(&settings.keyword.node, Some(&settings.block)),
            StmtKind::Error(_) => self.line(UNREADABLE),
        }
    }

    /// A header and its block, an inner statement a line.
    fn body(&mut self, header: &str, block: &Block, spacing: Spacing) {
        if block.statements.is_empty() {
            self.line(&format!("{header} {{}}"));
            return;
        }
        self.line(&format!("{header} {{"));
        self.inner(block, spacing);
        self.line("}");
    }

    /// The statements of a block, a level deeper.
    fn inner(&mut self, block: &Block, spacing: Spacing) {
        self.depth += 1;
        self.statements(&block.statements, spacing);
        self.depth -= 1;
    }

    /// A header and the block of attributes it may have: on one line where that is a single short attribute.
    fn attached(&mut self, header: &str, block: Option<&Block>) {
        let Some(block) = block else { return self.line(header) };
        if let [Stmt { doc: None, kind: StmtKind::Attribute(attribute), .. }] = block.statements.as_slice() {
            let column = self.column();
            let start = format!("{header} {{ {} = ", key(&attribute.key.node));
            let width = start.rsplit('\n').next().unwrap_or_default().chars().count();
            let written = value(&attribute.value, column, column + width + 2);
            let indent = if start.contains('\n') { 0 } else { column };
            if !written.contains('\n') && indent + width + written.chars().count() + 2 <= WIDTH {
                return self.line(&format!("{start}{written} }}"));
            }
        }
        self.body(header, block, Spacing::Close);
    }

    /// A head and the value behind it.
    fn valued(&mut self, head: &str, expr: &crate::syntax::ast::Expr) {
        let column = self.column();
        let written = value(expr, column, column + head.chars().count());
        self.line(&format!("{head}{written}"));
    }

    /// A head and the type behind it.
    fn typed(&self, head: &str, ty: &Type) -> String {
        let column = self.column();
        format!("{head}{}", types::ty(ty, column, column + head.chars().count()))
    }

    fn param(&mut self, param: &Param) {
        let keyword = match param.kind {
            ParamKind::Option => "option",
            ParamKind::Param => "param",
            ParamKind::Variable => "variable",
        };
        let head = self.typed(&format!("{keyword} {}: ", param.name.node), &param.ty);
        match &param.default {
            Some(default) => self.valued(&format!("{head} = "), default),
            None => self.line(&head),
        }
    }

    fn binding(&mut self, declaration: &Let) {
        let head = format!("let {}", declaration.name.node);
        let head = match &declaration.ty {
            Some(ty) => self.typed(&format!("{head}: "), ty),
            None => head,
        };
        self.valued(&format!("{head} = "), &declaration.value);
    }

    fn component(&mut self, component: &Component) {
        let formals: Vec<String> = component.formals.iter().map(formal).collect();
        let head = format!("component {}", component.name.node);
        let column = self.column();
        let flat = format!("{head}({})", formals.join(", "));
        let header = if column + flat.chars().count() + 2 <= WIDTH || formals.is_empty() {
            flat
        } else {
            lines(&format!("{head}("), formals.into_iter(), ")", column)
        };
        self.body(&header, &component.block, Spacing::Wide);
    }

    fn property(&mut self, property: &Property) {
        let head = self.typed(&format!("property {}: ", name(&property.name)), &property.ty);
        let head = match &property.default {
            Some(default) => format!("{head} = {}", inline(default)),
            None => head,
        };
        self.attached(&head, property.block.as_ref());
    }

    /// `if`, and the `else` branches, each behind the brace of the last.
    fn condition(&mut self, first: &If) {
        let mut head = "if";
        let mut branch = first;
        loop {
            self.line(&format!("{head} {} {{", inline(&branch.condition)));
            self.inner(&branch.block, Spacing::Close);
            match &branch.otherwise {
                Some(Else::If(next)) => (head, branch) = ("} else if", next),
                Some(Else::Block(block)) => {
                    self.line("} else {");
                    self.inner(block, Spacing::Close);
                    return self.line("}");
                }
                None => return self.line("}"),
            }
        }
    }

    fn use_component(&mut self, it: &Use) {
        let column = self.column();
        let head = format!("use {}(", reference(&it.component));
        let alias = it.alias.as_ref().map_or(String::new(), |alias| format!(" as {}", name(alias)));
        let flat: Vec<String> = it.arguments.iter().map(inline_argument).collect();
        let flat = format!("{head}{}){alias}", flat.join(", "));
        if column + flat.chars().count() <= WIDTH || it.arguments.is_empty() {
            return self.line(&flat);
        }
        let inner = column + INDENT;
        let arguments = it.arguments.iter().map(|argument| broken_argument(argument, inner));
        let written = lines(&head, arguments, ")", column);
        self.line(&format!("{written}{alias}"));
    }

    fn allow(&mut self, allow: &Allow) {
        let column = self.column();
        let keyword = if allow.deny { "deny" } else { "allow" };
        let actions = value(&allow.actions, column, column + keyword.len() + 1);
        let head = format!("{keyword} {actions} on ");
        let width = head.rsplit('\n').next().unwrap_or_default().chars().count();
        let resources = value(&allow.resources, column, column + width);
        let condition = allow.condition.as_ref().map(|condition| {
            let width = resources.rsplit('\n').next().unwrap_or_default().chars().count();
            format!(" when {}", value(condition, column, column + width + head.len() + 6))
        });
        self.line(&format!("{head}{resources}{}", condition.unwrap_or_default()));
    }

    fn on(&mut self, on: &On) {
        let head = format!("on {}", on.event.node);
        let head = match &on.clause {
            None => head,
            Some(OnClause::Text(text)) => format!("{head} {}", inline(text)),
            Some(OnClause::Outcome(it)) => format!("{head} {}", outcome(it)),
            Some(OnClause::Require { rules, outcome: it }) => {
                let column = self.column();
                let flat: Vec<String> = rules.iter().map(inline).collect();
                let flat = format!("{head} require {{ {} }} else {}", flat.join(", "), outcome(it));
                if column + flat.chars().count() <= WIDTH {
                    flat
                } else {
                    let inner = column + INDENT;
                    let rules = rules.iter().map(|rule| value(rule, inner, inner));
                    let open = format!("{head} require {{");
                    format!("{} else {}", lines(&open, rules, "}", column), outcome(it))
                }
            }
        };
        self.attached(&head, on.block.as_ref());
    }

    fn stack_action(&mut self, action: &StackAction) {
        let verb = match action.verb.node {
            StackVerb::Deploy => "deploy",
            StackVerb::Prepare => "prepare",
            StackVerb::Execute => "execute",
            StackVerb::Delete => "delete",
        };
        let kind = match action.kind.node {
            StackKind::Stack => "stack",
            StackKind::StackSet => "stackset",
            StackKind::StackInstances => "stack-instances",
        };
        let head = format!("{verb} {kind} {}", step_name(&name(&action.name)));
        let header = self.header(head, &action.clauses);
        self.attached(&header, action.block.as_ref());
    }

    fn action(&mut self, action: &Action) {
        let name = step_name(&name(&action.name));
        let head = match &action.head {
            ActionHead::Approve => format!("approve {name}"),
            ActionHead::Run => format!("run {name}"),
            ActionHead::Generic => format!("action {name}"),
            ActionHead::Typed { category, provider } => format!("{} {} {name}", category.node, provider.node),
        };
        let header = self.header(head, &action.clauses);
        self.attached(&header, action.block.as_ref());
    }

    /// A header with its clauses, each on a line of its own where one does not hold them.
    fn header(&self, head: String, clauses: &Clauses) -> String {
        let mut parts = vec![head];
        parts.extend(clauses.environment.as_ref().map(|environment| format!("in {}", reference(environment))));
        if !clauses.from.is_empty() {
            parts.push(format!("from {}", clauses.from.iter().map(inline).collect::<Vec<_>>().join(", ")));
        }
        if !clauses.to.is_empty() {
            parts.push(format!("-> {}", clauses.to.iter().map(output).collect::<Vec<_>>().join(", ")));
        }
        let flat = parts.join(" ");
        let column = self.column();
        if column + flat.chars().count() + 2 <= WIDTH {
            return flat;
        }
        parts.join(&format!("\n{}", " ".repeat(column + 2 * INDENT)))
    }

    fn resource(&mut self, resource: &Resource) {
        let service = resource.service.as_ref().map_or(String::new(), |service| format!(" for {}", service.node));
        let head = format!("{} {}{service}", resource.kind.word(), name(&resource.name));
        match &resource.body {
            ResourceBody::Imported(expr) => self.valued(&format!("{head} = "), expr),
            ResourceBody::Block(block) => self.attached(&head, Some(block)),
            ResourceBody::None => self.line(&head),
        }
    }
}

/// The attributes that start a block's rest, without documentation between them.
fn attributes_of(statements: &[Stmt]) -> Vec<&Attribute> {
    let attribute = |statement: &Stmt| statement.doc.is_none() && matches!(statement.kind, StmtKind::Attribute(_));
    let run = statements.iter().take_while(|statement| attribute(statement));
    run.filter_map(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) => Some(attribute),
        _ => None,
    })
    .collect()
}

/// Whether a blank line stands between two statements; each with whether it takes several lines.
fn is_apart(spacing: Spacing, before: (&Stmt, bool), next: (&Stmt, bool)) -> bool {
    let (long, documented) = (before.1 || next.1, next.0.doc.is_some());
    let same = std::mem::discriminant(&before.0.kind) == std::mem::discriminant(&next.0.kind);
    match spacing {
        Spacing::Top => long || documented || !same,
        Spacing::Wide => long || documented,
        Spacing::Close => documented,
    }
}

/// The name of a step; `from` and `in` would be read as the start of a clause.
fn step_name(name: &str) -> String {
    if matches!(name, "from" | "in") { plain(name) } else { name.to_owned() }
}

fn import_line(import: &Import) -> String {
    let names: Vec<&str> = import.names.iter().map(|name| name.node.as_str()).collect();
    let names = if names.is_empty() { String::new() } else { format!("{{ {} }} from ", names.join(", ")) };
    let alias = import.alias.as_ref().map_or(String::new(), |alias| format!(" as {}", alias.node));
    format!("import {names}{}{alias}", inline(&import.path))
}

fn formal(formal: &Formal) -> String {
    let default = formal.default.as_ref().map_or(String::new(), |default| format!(" = {}", inline(default)));
    format!("{}: {}{default}", formal.name.node, types::ty(&formal.ty, 0, 0))
}

fn broken_argument(argument: &Argument, column: usize) -> String {
    let name = argument.name.as_ref().map_or(String::new(), |name| format!("{} = ", name.node));
    let used = column + name.chars().count();
    name + &value(&argument.value, column, used)
}

fn outcome(outcome: &Outcome) -> String {
    let detail = outcome.detail.as_ref().map_or(String::new(), |detail| format!(" {}", detail.node));
    format!("{}{detail}", outcome.word.node)
}

fn output(output: &Output) -> String {
    let contents: Vec<String> = output
        .contents
        .iter()
        .map(|file| match &file.kind {
            crate::syntax::ast::ExprKind::String(parts) => inline_text(parts),
            _ => inline(file),
        })
        .collect();
    let name = &output.name.node;
    if contents.is_empty() { name.clone() } else { format!("{name}({})", contents.join(", ")) }
}
