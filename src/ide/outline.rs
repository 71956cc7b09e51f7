//! The structure of a file: symbols, folding ranges, selection ranges. Only the tree of the file is needed.

use crate::resolve::DefinitionKind;
use crate::source::{SourceFile, Span};
use crate::syntax::Parsed;
use crate::syntax::ast::{
    Action, ActionHead, Expr, ExprKind, File, Name, ParamKind, ResourceBody, StackKind, StackVerb, Stmt, StmtKind,
    StringPart, StringPartKind,
};

/// A symbol of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The name, or the text of the statement if it has none.
    pub name: String,
    /// The words before the name.
    pub detail: String,
    /// Its kind.
    pub kind: SymbolKind,
    /// The whole statement.
    pub span: Span,
    /// The span of the name.
    pub name_span: Span,
    /// The symbols in it.
    pub inner: Vec<Symbol>,
}

/// The kind of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// The definition of a name.
    Definition(DefinitionKind),
    /// `parallel`, `sequence`, `for`, `if`, `use`: a group of other symbols.
    Group,
    /// `artifacts`, `dashboard`
    Settings,
}

/// Returns the symbols of a file, in order.
pub fn symbols(file: &File) -> Vec<Symbol> {
    symbols_of(&file.statements)
}

fn symbols_of(statements: &[Stmt]) -> Vec<Symbol> {
    statements.iter().filter_map(symbol).collect()
}

fn symbol(statement: &Stmt) -> Option<Symbol> {
    let definition = |kind, detail: String, name: String, name_span| Symbol {
        name,
        detail,
        kind: SymbolKind::Definition(kind),
        span: statement.span,
        name_span,
        inner: Vec::new(),
    };
    let group = |detail: &str, name: String, name_span| Symbol {
        name,
        detail: detail.to_owned(),
        kind: SymbolKind::Group,
        span: statement.span,
        name_span,
        inner: Vec::new(),
    };
    let mut symbol = match &statement.kind {
        StmtKind::TypeDecl(it) => definition(DefinitionKind::Type, "type".into(), it.name.node.clone(), it.name.span),
        StmtKind::Param(param) => {
            let (kind, word) = match param.kind {
                ParamKind::Option => (DefinitionKind::Option, "option"),
                ParamKind::Param => (DefinitionKind::Param, "param"),
                ParamKind::Variable => (DefinitionKind::Variable, "variable"),
            };
            definition(kind, word.into(), param.name.node.clone(), param.name.span)
        }
        StmtKind::Let(it) => definition(DefinitionKind::Let, "let".into(), it.name.node.clone(), it.name.span),
        StmtKind::Component(it) => {
            definition(DefinitionKind::Component, "component".into(), it.name.node.clone(), it.name.span)
        }
        StmtKind::Property(it) => {
            definition(DefinitionKind::Property, "property".into(), shown(&it.name), it.name.span)
        }
        StmtKind::Policy(it) => definition(DefinitionKind::Policy, "policy".into(), shown(&it.name), it.name.span),
        StmtKind::Pipeline(it) => {
            let kind = DefinitionKind::Declaration(crate::catalog::Kind::Pipeline);
            definition(kind, "pipeline".into(), shown(&it.name), it.name.span)
        }
        StmtKind::Stage(it) => definition(DefinitionKind::Stage, "stage".into(), shown(&it.name), it.name.span),
        StmtKind::Update(it) => definition(DefinitionKind::Stage, "update".into(), shown(&it.name), it.name.span),
        StmtKind::StackAction(it) => {
            let detail = format!("{} {}", verb(it.verb.node), stack_kind(it.kind.node));
            let targets_stack = it.kind.node == StackKind::Stack;
            definition(DefinitionKind::Action { targets_stack }, detail, shown(&it.name), it.name.span)
        }
        StmtKind::Action(it) => {
            definition(DefinitionKind::Action { targets_stack: false }, head(it), shown(&it.name), it.name.span)
        }
        StmtKind::Resource(it) => {
            let kind = DefinitionKind::Declaration(it.kind);
            definition(kind, it.kind.word().to_owned(), shown(&it.name), it.name.span)
        }
        StmtKind::Settings(it) => {
            Symbol { kind: SymbolKind::Settings, ..group("", it.keyword.node.clone(), it.keyword.span) }
        }
        StmtKind::Parallel(it) => group("", "parallel".into(), it.keyword),
        StmtKind::Sequence(it) => group("", "sequence".into(), it.keyword),
        StmtKind::For(it) => group("", format!("for {}", it.name.node), it.name.span),
        StmtKind::If(it) => group("", "if".into(), it.keyword),
        StmtKind::Use(it) => {
            let name = it.alias.as_ref().map_or_else(|| it.component.head.node.clone(), shown);
            group("use", name, it.alias.as_ref().map_or(it.component.span, |alias| alias.span))
        }
        _ => return None,
    };
    // Clients reject an empty name, and a name outside of the symbol.
    if symbol.name.is_empty() {
        "?".clone_into(&mut symbol.name);
    }
    if !symbol.span.covers(symbol.name_span) {
        symbol.name_span = Span { end: symbol.span.start, ..symbol.span };
    }
    let holds_attributes_only = matches!(&statement.kind, StmtKind::Settings(_));
    if !holds_attributes_only {
        symbol.inner = statement.blocks().into_iter().flat_map(|block| symbols_of(&block.statements)).collect();
    }
    Some(symbol)
}

/// Returns a name as written, without quotes.
pub(super) fn shown(name: &Name) -> String {
    let part = |part: &StringPart| match &part.kind {
        StringPartKind::Text(text) => text.clone(),
        StringPartKind::Interpolation(_) => "${...}".to_owned(),
        StringPartKind::Runtime(text) => format!("#{{{text}}}"),
    };
    name.parts.iter().map(part).collect()
}

fn verb(verb: StackVerb) -> &'static str {
    match verb {
        StackVerb::Deploy => "deploy",
        StackVerb::Prepare => "prepare",
        StackVerb::Execute => "execute",
        StackVerb::Delete => "delete",
    }
}

fn stack_kind(kind: StackKind) -> &'static str {
    match kind {
        StackKind::Stack => "stack",
        StackKind::StackSet => "stackset",
        StackKind::StackInstances => "stack-instances",
    }
}

/// Returns the first words of an action.
pub(super) fn head(action: &Action) -> String {
    match &action.head {
        ActionHead::Approve => "approve".to_owned(),
        ActionHead::Run => "run".to_owned(),
        ActionHead::Generic => "action".to_owned(),
        ActionHead::Typed { category, provider } => format!("{} {}", category.node, provider.node),
    }
}

/// A folding range: its lines, from 0, and its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fold {
    /// The first line.
    pub start: usize,
    /// The last line.
    pub end: usize,
    /// Its kind.
    pub kind: FoldKind,
}

/// The kind of a folding range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoldKind {
    /// A block, a list, a map, or a string.
    Code,
    /// Comments of several lines.
    Comment,
    /// Several imports.
    Imports,
}

/// Returns the folding ranges of a file, in order.
pub fn folds(file: &SourceFile, parsed: &Parsed) -> Vec<Fold> {
    let lines = file.lines();
    let line = |offset: u32| lines.line_of(offset as usize);
    let mut found = Vec::new();
    let mut code = |span: Span| {
        // The line of the closing delimiter stays visible.
        let (start, end) = (line(span.start), line(span.end.saturating_sub(1)));
        if end > start + 1 {
            found.push(Fold { start, end: end - 1, kind: FoldKind::Code });
        }
    };
    each_statement(&parsed.ast.statements, &mut |statement| {
        for block in statement.blocks() {
            code(block.span);
        }
        each_value(statement, &mut |value| {
            let folds = matches!(
                value.kind,
                ExprKind::List(_) | ExprKind::Map(_) | ExprKind::String(_) | ExprKind::Call { .. }
            );
            if folds {
                code(value.span);
            }
        });
    });
    let mut run: Option<(usize, usize)> = None;
    let mut comments = Vec::new();
    for comment in parsed.trivia.comments.iter().filter(|comment| comment.own_line) {
        let (start, end) = (line(comment.span.start), line(comment.span.end.saturating_sub(1)));
        run = match run {
            Some((first, last)) if start == last + 1 => Some((first, end)),
            other => {
                comments.extend(other);
                Some((start, end))
            }
        };
    }
    comments.extend(run);
    let several = comments.into_iter().filter(|(start, end)| end > start);
    found.extend(several.map(|(start, end)| Fold { start, end, kind: FoldKind::Comment }));
    let is_import = |statement: &&Stmt| matches!(statement.kind, StmtKind::Import(_));
    let mut imports = parsed.ast.statements.iter().take_while(is_import);
    if let Some(first) = imports.next() {
        let (start, end) = (line(first.span.start), line(imports.last().unwrap_or(first).span.end.saturating_sub(1)));
        if end > start {
            found.push(Fold { start, end, kind: FoldKind::Imports });
        }
    }
    found.sort();
    found.dedup_by_key(|fold| (fold.start, fold.end));
    found
}

/// Returns the selection ranges around an offset, innermost first.
pub fn selections(file: &SourceFile, parsed: &Parsed, offset: u32) -> Vec<Span> {
    let id = file.id();
    let mut around = vec![Span::new(id, 0, file.text().len())];
    let mut add = |span: Span| {
        if span.file == id && span.start <= offset && offset <= span.end {
            around.push(span);
        }
    };
    for comment in &parsed.trivia.comments {
        add(comment.span);
    }
    each_statement(&parsed.ast.statements, &mut |statement| {
        add(statement.span);
        if let Some(doc) = &statement.doc {
            add(doc.span);
        }
        for block in statement.blocks() {
            add(block.span);
            if block.span.len() > 2 {
                add(Span { start: block.span.start + 1, end: block.span.end - 1, ..block.span });
            }
        }
        if let Some(symbol) = symbol(statement) {
            add(symbol.name_span);
        }
        if let StmtKind::Attribute(attribute) = &statement.kind {
            add(attribute.key.span);
        }
        each_value(statement, &mut |value| {
            add(value.span);
            if matches!(value.kind, ExprKind::String(_) | ExprKind::List(_) | ExprKind::Map(_)) && value.span.len() > 2
            {
                add(Span { start: value.span.start + 1, end: value.span.end - 1, ..value.span });
            }
        });
    });
    let words = word_at(file.text(), offset as usize);
    add(Span::new(id, words.start, words.end));
    around.sort_by_key(|span| (span.len(), span.start));
    around.dedup();
    // Each must contain the previous one.
    let mut nested: Vec<Span> = Vec::new();
    for span in around {
        if nested.last().is_none_or(|inner| span.covers(*inner)) {
            nested.push(span);
        }
    }
    nested
}

/// Returns the word around an offset.
pub(super) fn word_at(text: &str, offset: usize) -> std::ops::Range<usize> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, tail) = text.split_at(offset);
    let start = before.char_indices().rev().take_while(|(_, c)| is_part(*c)).last().map_or(offset, |(at, _)| at);
    let end = tail.char_indices().find(|(_, c)| !is_part(*c)).map_or(text.len(), |(at, _)| offset + at);
    start..end
}

/// Calls `visit` with every statement, outer ones first.
pub(super) fn each_statement<'t>(statements: &'t [Stmt], visit: &mut dyn FnMut(&'t Stmt)) {
    for statement in statements {
        visit(statement);
        for block in statement.blocks() {
            each_statement(&block.statements, visit);
        }
    }
}

/// Calls `visit` with every value of a statement itself, outer ones first.
pub(super) fn each_value<'t>(statement: &'t Stmt, visit: &mut dyn FnMut(&'t Expr)) {
    use crate::syntax::ast::{Clauses, OnClause};
    let mut all: Vec<&Expr> = Vec::new();
    let mut text = |parts: &'t [StringPart]| {
        for part in parts {
            if let StringPartKind::Interpolation(inner) = &part.kind {
                expr(inner, visit);
            }
        }
    };
    let clauses =
        |clauses: &'t Clauses| clauses.from.iter().chain(clauses.to.iter().flat_map(|output| &output.contents));
    match &statement.kind {
        StmtKind::Attribute(attribute) => all.push(&attribute.value),
        StmtKind::Import(import) => all.push(&import.path),
        StmtKind::Param(param) => all.extend(&param.default),
        StmtKind::Let(it) => all.push(&it.value),
        StmtKind::Component(component) => all.extend(component.formals.iter().filter_map(|it| it.default.as_ref())),
        StmtKind::Property(property) => all.extend(&property.default),
        StmtKind::Pipeline(named) | StmtKind::Stage(named) | StmtKind::Policy(named) => text(&named.name.parts),
        StmtKind::Update(update) => all.extend(&update.from),
        StmtKind::For(it) => all.push(&it.list),
        StmtKind::If(condition) => {
            let mut next = Some(condition);
            while let Some(branch) = next {
                all.push(&branch.condition);
                next = match &branch.otherwise {
                    Some(crate::syntax::ast::Else::If(other)) => Some(other),
                    _ => None,
                };
            }
        }
        StmtKind::Use(use_) => all.extend(use_.arguments.iter().map(|argument| &argument.value)),
        StmtKind::Allow(allow) => {
            all.extend([&allow.actions, &allow.resources]);
            all.extend(&allow.condition);
        }
        StmtKind::On(on) => match &on.clause {
            Some(OnClause::Require { rules, .. }) => all.extend(rules),
            Some(OnClause::Text(text)) => all.push(text),
            _ => {}
        },
        StmtKind::Notify(notify) => all.push(&notify.events),
        StmtKind::StackAction(action) => {
            text(&action.name.parts);
            all.extend(clauses(&action.clauses));
        }
        StmtKind::Action(action) => {
            text(&action.name.parts);
            all.extend(clauses(&action.clauses));
        }
        StmtKind::Resource(resource) => {
            text(&resource.name.parts);
            if let ResourceBody::Imported(value) = &resource.body {
                all.push(value);
            }
        }
        _ => {}
    }
    for value in all {
        expr(value, visit);
    }
}

fn expr<'t>(value: &'t Expr, visit: &mut dyn FnMut(&'t Expr)) {
    visit(value);
    let mut text = |parts: &'t [StringPart]| {
        for part in parts {
            if let StringPartKind::Interpolation(inner) = &part.kind {
                expr(inner, visit);
            }
        }
    };
    match &value.kind {
        ExprKind::String(parts) | ExprKind::ArtifactFile { path: parts, .. } => text(parts),
        ExprKind::Call { arguments, .. } => arguments.iter().for_each(|argument| expr(&argument.value, visit)),
        ExprKind::List(items) | ExprKind::And(items) | ExprKind::Or(items) => {
            for item in items {
                expr(item, visit);
            }
        }
        ExprKind::ListFor { list, element, condition, .. } => {
            expr(list, visit);
            expr(element, visit);
            if let Some(condition) = condition {
                expr(condition, visit);
            }
        }
        ExprKind::Map(entries) => entries.iter().for_each(|entry| expr(&entry.value, visit)),
        ExprKind::Not(inner) => expr(inner, visit),
        ExprKind::Compare { left, right, .. } => {
            expr(left, visit);
            expr(right, visit);
        }
        ExprKind::Conditional { condition, then, otherwise } => {
            for part in [condition, then, otherwise] {
                expr(part, visit);
            }
        }
        ExprKind::Reference(reference) => reference.accesses.iter().for_each(|access| {
            if let crate::syntax::ast::Access::Index(index) = access {
                expr(index, visit);
            }
        }),
        _ => {}
    }
}
