//! Statements and their blocks.

use std::borrow::Cow;

use crate::source::Spanned;
use crate::syntax::ast::{
    Action, ActionHead, Allow, Attribute, Block, Clauses, Component, Else, Expr, File, Formal, If, Import, Let, On,
    OnClause, Outcome, Output, Param, ParamKind, Property, Resource, ResourceBody, StackAction, StackKind, StackVerb,
    Stmt, StmtKind, Update, Use,
};

use super::doc::{BlankLine, Doc, Fit, Row};
use super::expressions::{Level, UNREADABLE};
use super::printer::{BRACES, Body, Printer, ROUND};
use super::types::doc_lines;
use super::written::After;

/// Where blank lines are in the blocks of a generated tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    /// Between all statements except lines of one kind: the top level of a file.
    Top,
    /// Around statements of several lines: a pipeline, a component.
    Wide,
    /// Before documented statements only.
    Close,
    /// The same, and a single attribute may be on the line of the braces.
    Attached,
}

/// A line, or several, of a file or a block.
enum Line<'t> {
    /// `pipe N`
    Edition(&'t Spanned<u32>),
    /// A statement, or several that cannot be separated.
    Statements(&'t [Stmt]),
}

impl<'t> Printer<'t> {
    /// Prints a whole file.
    pub(super) fn file(&mut self, file: &'t File) -> Doc<'t> {
        let end = file.span.range().end;
        let start = self.written.as_ref().map_or(0, |written| written.next_token(written.at));
        let edition = file.edition.as_ref().map(|edition| (start, Line::Edition(edition)));
        let lines: Vec<_> = edition.into_iter().chain(self.lines(&file.statements)).collect();
        let between = self.between(After::Start, lines.first().map_or(end, |(start, _)| *start));
        let mut items = self.rows(between, lines.into_iter(), end, Self::line);
        let with_edition = usize::from(file.edition.is_some());
        let statements = items.rows.get_mut(with_edition..).unwrap_or_default();
        self.space(statements, &file.statements, Spacing::Top);
        if let Some(first) = statements.first_mut().filter(|_| with_edition > 0) {
            *first.top() = BlankLine::Yes;
        }
        Doc::items(items)
    }

    /// Returns statements as lines, each with its start. Those that are separated only by unreadable text are one.
    fn lines(&self, statements: &'t [Stmt]) -> impl Iterator<Item = (usize, Line<'t>)> + use<'t> {
        let chunks = self.chunks(statements).into_iter();
        chunks.map(|chunk| (chunk.first().map_or(0, |first| first.span.range().start), Line::Statements(chunk)))
    }

    #[expect(clippy::needless_pass_by_value, reason = "a row is written once, so it is handed over")]
    fn line(&mut self, line: Line<'t>) -> Body<'t> {
        match line {
            Line::Edition(edition) => {
                let number = || Cow::Owned(edition.node.to_string());
                Body::from(Doc::words(vec![self.token("pipe"), self.leaf(edition.span, number)]))
            }
            Line::Statements(chunk) if self.is_written() => self.chunk(chunk),
            Line::Statements(chunk) => {
                let Some(only) = chunk.first() else { return Body::from(Doc::nothing()) };
                let docs = only.doc.as_ref().map(|doc| doc_lines(&doc.node)).unwrap_or_default();
                Body { above: docs, ..self.statement(only) }
            }
        }
    }

    /// Adds blank lines between the statements of a generated tree.
    fn space(&self, rows: &mut [Row<'t>], statements: &'t [Stmt], spacing: Spacing) {
        if self.is_written() {
            return;
        }
        let pairs = statements.iter().zip(statements.iter().skip(1));
        for ((before, statement), row) in pairs.zip(rows.iter_mut().skip(1)) {
            match gap(spacing, before, statement) {
                BlankLine::Yes => *row.top() = BlankLine::Yes,
                other => row.gap = other,
            }
        }
    }

    /// Prints a block with a group of its own.
    fn block(&mut self, block: &'t Block, spacing: Spacing) -> Doc<'t> {
        Doc::group(self.block_items(block, spacing))
    }

    /// Prints a block that takes several lines if its group does.
    fn block_items(&mut self, block: &'t Block, spacing: Spacing) -> Doc<'t> {
        let close = block.span.range().end.saturating_sub(1);
        let comments = self.opening("{");
        let is_short = matches!(block.statements.as_slice(), [Stmt { doc: None, kind: StmtKind::Attribute(_), .. }]);
        let open = if self.is_written() { self.is_open(close) } else { !(is_short && spacing == Spacing::Attached) };
        let first = block.statements.first().map_or(close, |first| first.span.range().start);
        let between = self.between(After::Bracket, first);
        let lines = self.lines(&block.statements);
        let mut items = self.rows(between, lines, close, Self::line);
        self.space(&mut items.rows, &block.statements, spacing);
        self.closing("}");
        items.open = open && !items.is_empty();
        items.brackets = Some(BRACES);
        Self::commented(comments, Doc::items(items))
    }

    /// Prints a header and its block, if it has one.
    fn headed(&mut self, header: Doc<'t>, block: Option<&'t Block>, spacing: Spacing) -> Doc<'t> {
        match block {
            Some(block) => Doc::words(vec![header, self.block(block, spacing)]),
            None => header,
        }
    }

    pub(super) fn statement(&mut self, statement: &'t Stmt) -> Body<'t> {
        use Spacing::{Attached, Close, Wide};
        Body::from(match &statement.kind {
            StmtKind::Attribute(Attribute { key, value }) => return self.keyed(key, value),
            StmtKind::Import(import) => self.import(import),
            StmtKind::TypeDecl(it) => {
                let head = vec![self.token("type"), self.ident(&it.name), self.token("=")];
                Doc::words(vec![Doc::words(head), self.ty(&it.ty)])
            }
            StmtKind::Param(param) => self.param(param),
            StmtKind::Let(binding) => self.binding(binding),
            StmtKind::Component(component) => self.component(component),
            StmtKind::Property(property) => self.property(property),
            StmtKind::Policy(it) => {
                let header = vec![self.token("policy"), self.name(&it.name)];
                self.headed(Doc::words(header), Some(&it.block), Attached)
            }
            StmtKind::Pipeline(it) => {
                let header = vec![self.token("pipeline"), self.name(&it.name)];
                self.headed(Doc::words(header), Some(&it.block), Wide)
            }
            StmtKind::Stage(it) => {
                let header = vec![self.token("stage"), self.name(&it.name)];
                self.headed(Doc::words(header), Some(&it.block), Close)
            }
            StmtKind::Update(update) => self.update(update),
            StmtKind::Parallel(it) => {
                let header = self.token("parallel");
                self.headed(header, Some(&it.block), Close)
            }
            StmtKind::Sequence(it) => {
                let header = self.token("sequence");
                self.headed(header, Some(&it.block), Close)
            }
            StmtKind::For(it) => {
                let head = vec![self.token("for"), self.ident(&it.name), self.token("in"), self.value(&it.list)];
                self.headed(Doc::words(head), Some(&it.block), Close)
            }
            StmtKind::If(it) => self.condition(it),
            StmtKind::Use(it) => self.use_component(it),
            StmtKind::Allow(allow) => self.allow(allow),
            StmtKind::On(on) => self.on(on),
            StmtKind::Notify(notify) => {
                let head = vec![self.token("notify"), self.reference(&notify.target), self.token("on")];
                let head = Doc::words(vec![Doc::words(head), self.value(&notify.events)]);
                self.headed(head, notify.block.as_ref(), Attached)
            }
            StmtKind::StackAction(action) => self.stack_action(action),
            StmtKind::Action(action) => self.action(action),
            StmtKind::Resource(resource) => self.resource(resource),
            StmtKind::Settings(settings) => {
                let keyword = self.ident(&settings.keyword);
                self.headed(keyword, Some(&settings.block), Attached)
            }
            StmtKind::Error(_) => Doc::text(UNREADABLE),
        })
    }

    /// Prints ` = value` after a head.
    fn assigned(&mut self, head: Doc<'t>, value: &'t Expr) -> Doc<'t> {
        Doc::words(vec![head, self.token("="), self.value(value)])
    }

    fn param(&mut self, param: &'t Param) -> Doc<'t> {
        let keyword = self.token(match param.kind {
            ParamKind::Option => "option",
            ParamKind::Param => "param",
            ParamKind::Variable => "variable",
        });
        let name = Doc::concat(vec![self.ident(&param.name), self.token(":")]);
        let head = Doc::words(vec![keyword, name, self.ty(&param.ty)]);
        match &param.default {
            Some(default) => self.assigned(head, default),
            None => head,
        }
    }

    fn binding(&mut self, binding: &'t Let) -> Doc<'t> {
        let keyword = self.token("let");
        let name = self.ident(&binding.name);
        let head = match &binding.ty {
            Some(ty) => Doc::words(vec![keyword, Doc::concat(vec![name, self.token(":")]), self.ty(ty)]),
            None => Doc::words(vec![keyword, name]),
        };
        self.assigned(head, &binding.value)
    }

    fn component(&mut self, component: &'t Component) -> Doc<'t> {
        let head = Doc::words(vec![self.token("component"), self.ident(&component.name)]);
        let place = |formal: &Formal| {
            formal.name.span.to(formal.default.as_ref().map_or(formal.ty.span, |default| default.span))
        };
        let formals = Doc::group(self.list(ROUND, &component.formals, Self::formal, place));
        self.headed(Doc::concat(vec![head, formals]), Some(&component.block), Spacing::Wide)
    }

    fn formal(&mut self, formal: &'t Formal) -> Body<'t> {
        let name = Doc::concat(vec![self.ident(&formal.name), self.token(":")]);
        let head = Doc::words(vec![name, self.ty(&formal.ty)]);
        Body::from(match &formal.default {
            Some(default) => self.assigned(head, default),
            None => head,
        })
    }

    fn property(&mut self, property: &'t Property) -> Doc<'t> {
        let keyword = self.token("property");
        let name = Doc::concat(vec![self.name(&property.name), self.token(":")]);
        let mut head = Doc::words(vec![keyword, name, self.ty(&property.ty)]);
        if let Some(default) = &property.default {
            head = self.assigned(head, default);
        }
        self.headed(head, property.block.as_ref(), Spacing::Attached)
    }

    /// Prints `if` and the `else` branches, each after the brace of the one before. If one takes several lines, all do.
    fn condition(&mut self, first: &'t If) -> Doc<'t> {
        let mut parts = Vec::new();
        let mut branch = first;
        loop {
            parts.extend([self.token("if"), Doc::text(" "), self.value(&branch.condition), Doc::text(" ")]);
            parts.push(self.block_items(&branch.block, Spacing::Close));
            if branch.otherwise.is_some() {
                parts.extend([Doc::text(" "), self.token("else"), Doc::text(" ")]);
            }
            match &branch.otherwise {
                Some(Else::If(next)) => branch = next,
                Some(Else::Block(block)) => {
                    parts.push(self.block_items(block, Spacing::Close));
                    return Doc::group(Doc::concat(parts));
                }
                None => return Doc::group(Doc::concat(parts)),
            }
        }
    }

    fn use_component(&mut self, it: &'t Use) -> Doc<'t> {
        let keyword = self.token("use");
        let component = self.reference(&it.component);
        let arguments = self.arguments(&it.arguments);
        let call = Doc::words(vec![keyword, Doc::concat(vec![component, arguments])]);
        match &it.alias {
            Some(alias) => Doc::words(vec![call, self.token("as"), self.name(alias)]),
            None => call,
        }
    }

    fn allow(&mut self, allow: &'t Allow) -> Doc<'t> {
        let keyword = self.token(if allow.deny { "deny" } else { "allow" });
        // A long resource is no reason to split the list of actions.
        let actions = Doc::fitting(self.value(&allow.actions), Fit::Alone);
        let mut parts = vec![keyword, actions, self.token("on"), self.value(&allow.resources)];
        if let Some(condition) = &allow.condition {
            parts.extend([self.token("when"), self.value(condition)]);
        }
        Doc::words(parts)
    }

    fn on(&mut self, on: &'t On) -> Doc<'t> {
        let mut head = vec![self.token("on"), self.ident(&on.event)];
        match &on.clause {
            None => {}
            Some(OnClause::Text(text)) => head.push(self.value(text)),
            Some(OnClause::Outcome(outcome)) => head.push(self.outcome(outcome)),
            Some(OnClause::Require { rules, outcome }) => {
                head.push(self.token("require"));
                let row = |printer: &mut Self, rule| Body::from(printer.value(rule));
                head.push(Doc::group(self.list(BRACES, rules, row, |rule: &Expr| rule.span)));
                head.extend([self.token("else"), self.outcome(outcome)]);
            }
        }
        self.headed(Doc::words(head), on.block.as_ref(), Spacing::Attached)
    }

    fn outcome(&mut self, outcome: &'t Outcome) -> Doc<'t> {
        let mut words = vec![self.ident(&outcome.word)];
        words.extend(outcome.detail.as_ref().map(|detail| self.ident(detail)));
        Doc::words(words)
    }

    fn update(&mut self, update: &'t Update) -> Doc<'t> {
        let head = vec![self.token("update"), self.step_name(&update.name)];
        let from = self.inputs(&update.from);
        let header = header(head, from.into_iter().collect());
        self.headed(header, update.block.as_ref(), Spacing::Attached)
    }

    fn stack_action(&mut self, action: &'t StackAction) -> Doc<'t> {
        let verb = self.token(match action.verb.node {
            StackVerb::Deploy => "deploy",
            StackVerb::Prepare => "prepare",
            StackVerb::Execute => "execute",
            StackVerb::Delete => "delete",
        });
        let kind = self.token(match action.kind.node {
            StackKind::Stack => "stack",
            StackKind::StackSet => "stackset",
            StackKind::StackInstances => "stack-instances",
        });
        let head = vec![verb, kind, self.step_name(&action.name)];
        let header = header(head, self.clauses(&action.clauses));
        self.headed(header, action.block.as_ref(), Spacing::Attached)
    }

    fn action(&mut self, action: &'t Action) -> Doc<'t> {
        let mut head = match &action.head {
            ActionHead::Approve => vec![self.token("approve")],
            ActionHead::Run => vec![self.token("run")],
            ActionHead::Generic => vec![self.token("action")],
            ActionHead::Typed { category, provider } => vec![self.ident(category), self.ident(provider)],
        };
        head.push(self.step_name(&action.name));
        let header = header(head, self.clauses(&action.clauses));
        self.headed(header, action.block.as_ref(), Spacing::Attached)
    }

    fn clauses(&mut self, clauses: &'t Clauses) -> Vec<Doc<'t>> {
        let mut parts = Vec::new();
        if let Some(environment) = &clauses.environment {
            parts.push(Doc::words(vec![self.token("in"), self.reference(environment)]));
        }
        parts.extend(self.inputs(&clauses.from));
        for (index, output) in clauses.to.iter().enumerate() {
            let before = self.token(if index == 0 { "->" } else { "," });
            let output = self.output(output);
            if index == 0 {
                parts.push(Doc::words(vec![before, output]));
            } else if let Some(last) = parts.pop() {
                parts.push(Doc::concat(vec![last, before, Doc::text(" "), output]));
            }
        }
        parts
    }

    fn inputs(&mut self, inputs: &'t [Expr]) -> Option<Doc<'t>> {
        let mut parts = Vec::new();
        for (index, input) in inputs.iter().enumerate() {
            parts.push(self.token(if index == 0 { "from" } else { "," }));
            parts.extend([Doc::text(" "), self.expr(input, Level::Primary)]);
        }
        (!parts.is_empty()).then(|| Doc::concat(parts))
    }

    fn output(&mut self, output: &'t Output) -> Doc<'t> {
        let name = self.ident(&output.name);
        if output.contents.is_empty() {
            return name;
        }
        let row = |printer: &mut Self, file| Body::from(printer.expr(file, Level::Primary));
        let files = self.list(ROUND, &output.contents, row, |file| file.span);
        Doc::concat(vec![name, Doc::group(files)])
    }

    fn import(&mut self, import: &'t Import) -> Doc<'t> {
        let mut parts = vec![self.token("import")];
        if !import.names.is_empty() {
            let row = |printer: &mut Self, name| Body::from(printer.ident(name));
            parts.push(Doc::group(self.list(BRACES, &import.names, row, |name| name.span)));
            parts.push(self.token("from"));
        }
        parts.push(self.value(&import.path));
        if let Some(alias) = &import.alias {
            parts.extend([self.token("as"), self.ident(alias)]);
        }
        Doc::words(parts)
    }

    fn resource(&mut self, resource: &'t Resource) -> Doc<'t> {
        let mut head = vec![self.token(resource.kind.word()), self.name(&resource.name)];
        if let Some(service) = &resource.service {
            head.extend([self.token("for"), self.ident(service)]);
        }
        match &resource.body {
            ResourceBody::Imported(expr) => self.assigned(Doc::words(head), expr),
            ResourceBody::Block(block) => self.headed(Doc::words(head), Some(block), Spacing::Attached),
            ResourceBody::None => Doc::words(head),
        }
    }
}

/// Prints a header with its clauses, each on its own line if they do not fit on one.
fn header<'t>(head: Vec<Doc<'t>>, clauses: Vec<Doc<'t>>) -> Doc<'t> {
    let clauses = clauses.into_iter().flat_map(|clause| [Doc::line(), clause]);
    let clauses = Doc::indent(2, Doc::concat(clauses.collect()));
    Doc::group(Doc::concat(vec![Doc::words(head), clauses]))
}

/// Returns whether there is a blank line between two generated statements.
fn gap(spacing: Spacing, before: &Stmt, next: &Stmt) -> BlankLine {
    let documented = next.doc.is_some();
    let same = std::mem::discriminant(&before.kind) == std::mem::discriminant(&next.kind);
    match spacing {
        Spacing::Top if documented || !same => BlankLine::Yes,
        _ if documented => BlankLine::Yes,
        Spacing::Top | Spacing::Wide => BlankLine::AroundLong,
        Spacing::Close | Spacing::Attached => BlankLine::No,
    }
}
