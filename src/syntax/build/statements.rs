//! Statements and blocks.

use std::iter::Peekable;
use std::ops::Range;

use pest::iterators::{Pair, Pairs};

use crate::catalog::Kind;
use crate::source::{Span, Spanned};

use super::super::ast::{
    Action, ActionHead, Allow, Attribute, Block, Clauses, Component, Else, Expr, For, Formal, If, Import, Let, Named,
    Notify, On, OnClause, Outcome, Output, Param, ParamKind, Property, Reference, Resource, ResourceBody, Settings,
    StackAction, StackKind, StackVerb, Stmt, StmtKind, TypeDecl, Unnamed, Update, Use,
};
use super::super::grammar::Rule;
use super::super::scan::DEPTH_LIMIT;
use super::{Builder, Parts, error_expr, is_punctuation, range_of};
use crate::diagnostic::families::syntax as messages;

impl<'t> Builder<'t> {
    // ------------------------------------------------------------ lists of statements

    pub(super) fn items(&mut self, pairs: Peekable<Pairs<'t, Rule>>) -> Vec<Stmt> {
        let mut statements = Vec::new();
        let mut docs: Vec<Pair<'t, Rule>> = Vec::new();
        let mut previous: Option<Range<usize>> = None;
        for pair in pairs {
            match pair.as_rule() {
                Rule::doc => docs.push(pair),
                Rule::trailing => {
                    let error = self.trailing(pair, previous.as_ref(), &mut statements);
                    statements.push(error);
                }
                Rule::unreadable => {
                    docs.clear();
                    let above = previous.take();
                    let error = self.unreadable(pair, above.as_ref());
                    // Its header continues on the next line, so what it seems to lack may be there.
                    let start = error.span.start as usize;
                    if above.is_some_and(|above| start == self.repaired.source(above.start)) {
                        statements.pop();
                    }
                    statements.push(error);
                }
                rule if is_punctuation(rule) => {}
                _ => {
                    let range = range_of(&pair);
                    let doc = self.documentation(&std::mem::take(&mut docs), range.start);
                    let span = self.span_of(range.clone());
                    previous = Some(range);
                    if let Some(kind) = self.statement(pair, span) {
                        statements.push(Stmt { doc, kind, span });
                    }
                }
            }
        }
        statements
    }

    /// Joins the documentation lines directly above `start`, one per line.
    pub(super) fn documentation(&mut self, docs: &[Pair<'t, Rule>], start: usize) -> Option<Spanned<String>> {
        let mut below = start;
        let mut first = docs.len();
        for (index, doc) in docs.iter().enumerate().rev() {
            let between = self.repaired.text.get(doc.as_span().end()..below).unwrap_or_default();
            if between.bytes().filter(|byte| *byte == b'\n').count() != 1 || !between.trim().is_empty() {
                break;
            }
            below = doc.as_span().start();
            first = index;
        }
        let lines = docs.get(first..).unwrap_or_default();
        let span = self.span(lines.first()?).to(self.span(lines.last()?));
        self.besides.attached.extend(lines.iter().map(|doc| self.repaired.source(doc.as_span().start())));
        let texts: Vec<&str> = lines.iter().map(|doc| documentation_text(doc.as_str())).collect();
        Some(Spanned::new(texts.join("\n"), span))
    }

    pub(super) fn block(&mut self, pair: Pair<'t, Rule>) -> Block {
        let range = range_of(&pair);
        let open = pair.as_str().find('{').map_or(range.start, |offset| range.start + offset);
        let mut statements = self.items(pair.into_inner().peekable());
        if self.unclosed.contains(&self.repaired.source(open)) {
            statements.push(self.error_statement(range.end..range.end));
        }
        Block { statements, span: self.span_of(open..range.end) }
    }

    fn take_block(&mut self, parts: &mut Parts<'t>, at: Span) -> Block {
        match parts.take(Rule::block) {
            Some(pair) => self.block(pair),
            None => Block { statements: Vec::new(), span: at.after() },
        }
    }

    fn statement(&mut self, pair: Pair<'t, Rule>, span: Span) -> Option<StmtKind> {
        Some(match pair.as_rule() {
            Rule::attribute => StmtKind::Attribute(self.attribute(pair, span)),
            Rule::import => StmtKind::Import(self.import(pair, span)),
            Rule::type_decl => StmtKind::TypeDecl(self.type_decl(pair, span)),
            Rule::param => StmtKind::Param(self.param(pair, span)),
            Rule::let_decl => StmtKind::Let(self.let_decl(pair, span)),
            Rule::component => StmtKind::Component(self.component(pair, span)),
            Rule::property => StmtKind::Property(self.property(pair, span)),
            Rule::policy => StmtKind::Policy(self.named(pair, span)),
            Rule::pipeline => StmtKind::Pipeline(self.named(pair, span)),
            Rule::stage => StmtKind::Stage(self.named(pair, span)),
            Rule::update => StmtKind::Update(self.update(pair, span)),
            Rule::parallel => StmtKind::Parallel(self.unnamed(pair, span)),
            Rule::sequence => StmtKind::Sequence(self.unnamed(pair, span)),
            Rule::for_stmt => StmtKind::For(self.for_stmt(pair, span)),
            Rule::if_stmt => StmtKind::If(self.if_stmt(pair, span)?),
            Rule::use_stmt => StmtKind::Use(self.use_stmt(pair, span)),
            Rule::allow => StmtKind::Allow(self.allow(pair, span)),
            Rule::on_stmt => StmtKind::On(self.on_stmt(pair, span)),
            Rule::notify => StmtKind::Notify(self.notify(pair, span)),
            Rule::stack_action => StmtKind::StackAction(self.stack_action(pair, span)),
            Rule::action => StmtKind::Action(self.action(pair, span)),
            Rule::resource => StmtKind::Resource(self.resource(pair, span)),
            Rule::settings => StmtKind::Settings(self.settings(pair, span)),
            _ => return None,
        })
    }

    /// Returns the span of the first word.
    fn keyword(&self, pair: &Pair<'t, Rule>) -> Span {
        match pair.clone().into_inner().next() {
            Some(word) => self.span(&word),
            None => self.span(pair),
        }
    }

    fn attribute(&mut self, pair: Pair<'t, Rule>, at: Span) -> Attribute {
        let mut parts = Parts::of(pair);
        let key = self.take_key(&mut parts, at);
        Attribute { key, value: self.take_value(&mut parts, at) }
    }

    // ------------------------------------------------------------ the pipeline

    fn named(&mut self, pair: Pair<'t, Rule>, at: Span) -> Named {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let name = self.take_name(&mut parts, at);
        Named { keyword, name, block: self.take_block(&mut parts, at) }
    }

    fn update(&mut self, pair: Pair<'t, Rule>, at: Span) -> Update {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let name = self.take_name(&mut parts, at);
        let from = parts
            .take(Rule::from_clause)
            .map_or(Vec::new(), |clause| Parts::of(clause).all(Rule::input).map(|input| self.input(input)).collect());
        let block = parts.take(Rule::block).map(|block| self.block(block));
        Update { keyword, name, from, block }
    }

    fn unnamed(&mut self, pair: Pair<'t, Rule>, at: Span) -> Unnamed {
        let keyword = self.keyword(&pair);
        Unnamed { keyword, block: self.take_block(&mut skip_first(pair), at) }
    }

    fn action(&mut self, pair: Pair<'t, Rule>, at: Span) -> Action {
        let keyword = self.keyword(&pair);
        let mut parts = Parts::of(pair);
        let head = match parts.next() {
            Some(word) if word.as_rule() == Rule::category => {
                let category = self.ident(&word);
                let provider = parts.take(Rule::provider_name).map(|provider| self.ident(&provider));
                let provider = provider.unwrap_or_else(|| Spanned::new(String::new(), keyword.after()));
                ActionHead::Typed { category, provider }
            }
            Some(word) if word.as_rule() == Rule::kw_approve => ActionHead::Approve,
            Some(word) if word.as_rule() == Rule::kw_run => ActionHead::Run,
            _ => ActionHead::Generic,
        };
        let name = self.take_name(&mut parts, at);
        let clauses = self.take_clauses(&mut parts);
        let block = parts.take(Rule::block).map(|block| self.block(block));
        Action { head, keyword, name, clauses, block }
    }

    fn stack_action(&mut self, pair: Pair<'t, Rule>, at: Span) -> StackAction {
        let mut parts = Parts::of(pair);
        let verb = parts.take(Rule::stack_verb);
        let kind = parts.take(Rule::stack_kind);
        let verb = verb.map_or(Spanned::new(StackVerb::Deploy, at), |word| {
            let verb = match word.as_str() {
                "prepare" => StackVerb::Prepare,
                "execute" => StackVerb::Execute,
                "delete" => StackVerb::Delete,
                _ => StackVerb::Deploy,
            };
            Spanned::new(verb, self.span(&word))
        });
        let kind = kind.map_or(Spanned::new(StackKind::Stack, at), |word| {
            let kind = match word.as_str() {
                "stackset" => StackKind::StackSet,
                "stack-instances" => StackKind::StackInstances,
                _ => StackKind::Stack,
            };
            Spanned::new(kind, self.span(&word))
        });
        let name = self.take_name(&mut parts, at);
        let clauses = self.take_clauses(&mut parts);
        let block = parts.take(Rule::block).map(|block| self.block(block));
        StackAction { verb, kind, name, clauses, block }
    }

    fn take_clauses(&mut self, parts: &mut Parts<'t>) -> Clauses {
        let mut clauses = Clauses::default();
        let Some(pair) = parts.take(Rule::clauses) else { return clauses };
        let mut parts = Parts::of(pair);
        while let Some(clause) = parts.next() {
            match clause.as_rule() {
                Rule::in_clause => {
                    clauses.environment = Parts::of(clause).take(Rule::reference).map(|pair| self.reference(pair));
                }
                Rule::from_clause => {
                    clauses.from = Parts::of(clause).all(Rule::input).map(|input| self.input(input)).collect();
                }
                Rule::to_clause => {
                    clauses.to = Parts::of(clause).all(Rule::output).map(|output| self.output(output)).collect();
                }
                _ => {}
            }
        }
        clauses
    }

    fn input(&mut self, pair: Pair<'t, Rule>) -> Expr {
        let at = self.span(&pair);
        Parts::of(pair).next().map_or(error_expr(at), |inner| self.expr(inner))
    }

    fn output(&mut self, pair: Pair<'t, Rule>) -> Output {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = self.take_ident(&mut parts, span);
        let contents = parts.take(Rule::contents).map_or(Vec::new(), |contents| {
            Parts::of(contents).all(Rule::string).map(|string| self.expr(string)).collect()
        });
        Output { name, contents, span }
    }

    fn on_stmt(&mut self, pair: Pair<'t, Rule>, at: Span) -> On {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let event = parts.take(Rule::event).map_or(Spanned::new(String::new(), at), |event| self.ident(&event));
        let mut on = On { keyword, event, clause: None, block: None };
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::require => on.clause = Some(self.require(part)),
                Rule::string => on.clause = Some(OnClause::Text(self.expr(part))),
                Rule::outcome => on.clause = Some(OnClause::Outcome(self.outcome(part))),
                Rule::block => on.block = Some(self.block(part)),
                _ => {}
            }
        }
        on
    }

    fn require(&mut self, pair: Pair<'t, Rule>) -> OnClause {
        let at = self.span(&pair);
        let mut parts = Parts::of(pair);
        let mut rules = Vec::new();
        while let Some(rule) = parts.take(Rule::expr) {
            rules.push(self.expr(rule));
        }
        let outcome = parts.take(Rule::outcome).map(|outcome| self.outcome(outcome));
        let nothing = || Outcome { word: Spanned::new(String::new(), at.after()), detail: None };
        OnClause::Require { rules, outcome: outcome.unwrap_or_else(nothing) }
    }

    fn outcome(&self, pair: Pair<'t, Rule>) -> Outcome {
        let at = self.span(&pair);
        let mut parts = Parts::of(pair);
        let word = self.take_ident(&mut parts, at);
        Outcome { word, detail: parts.take(Rule::ident).map(|detail| self.ident(&detail)) }
    }

    fn notify(&mut self, pair: Pair<'t, Rule>, at: Span) -> Notify {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let target = self.take_reference(&mut parts, at);
        let events = parts.take(Rule::list).map_or(error_expr(at.after()), |list| self.expr(list));
        let block = parts.take(Rule::block).map(|block| self.block(block));
        Notify { keyword, target, events, block }
    }

    // ------------------------------------------------------------ what a pipeline uses

    fn resource(&mut self, pair: Pair<'t, Rule>, at: Span) -> Resource {
        let keyword = self.keyword(&pair);
        let mut parts = Parts::of(pair);
        let kind =
            parts.take(Rule::resource_kind).and_then(|word| Kind::of_word(word.as_str())).unwrap_or(Kind::Project);
        let name = self.take_name(&mut parts, at);
        let service = parts.take(Rule::for_clause).map(|clause| self.take_ident(&mut Parts::of(clause), at));
        let body = match parts.next() {
            Some(part) if part.as_rule() == Rule::block => ResourceBody::Block(self.block(part)),
            Some(part) => ResourceBody::Imported(self.value(part)),
            None => ResourceBody::None,
        };
        Resource { kind, keyword, name, service, body }
    }

    fn settings(&mut self, pair: Pair<'t, Rule>, at: Span) -> Settings {
        let mut parts = Parts::of(pair);
        let keyword = parts.take(Rule::settings_kind).map_or(Spanned::new(String::new(), at), |word| self.ident(&word));
        Settings { keyword, block: self.take_block(&mut parts, at) }
    }

    fn property(&mut self, pair: Pair<'t, Rule>, at: Span) -> Property {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let name = self.take_name(&mut parts, at);
        let ty = self.take_type(&mut parts, at);
        let default = self.take_default(&mut parts);
        let block = parts.take(Rule::block).map(|block| self.block(block));
        Property { keyword, name, ty, default, block }
    }

    fn allow(&mut self, pair: Pair<'t, Rule>, at: Span) -> Allow {
        let keyword = self.keyword(&pair);
        let deny = pair.as_str().starts_with("deny");
        let mut parts = skip_first(pair);
        let actions = self.take_expr(&mut parts, at);
        let resources = self.take_expr(&mut parts, at);
        let condition = parts.take(Rule::map).map(|map| self.expr(map));
        Allow { deny, keyword, actions, resources, condition }
    }

    // ------------------------------------------------------------ parameters and reuse

    fn import(&mut self, pair: Pair<'t, Rule>, at: Span) -> Import {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let names = parts
            .take(Rule::import_names)
            .map_or(Vec::new(), |names| Parts::of(names).all(Rule::ident).map(|name| self.ident(&name)).collect());
        let path = parts.take(Rule::string).map_or(error_expr(at.after()), |path| self.expr(path));
        Import { keyword, names, path, alias: parts.take(Rule::ident).map(|alias| self.ident(&alias)) }
    }

    fn type_decl(&mut self, pair: Pair<'t, Rule>, at: Span) -> TypeDecl {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let name = self.take_ident(&mut parts, at);
        TypeDecl { keyword, name, ty: self.take_type(&mut parts, at) }
    }

    fn param(&mut self, pair: Pair<'t, Rule>, at: Span) -> Param {
        let keyword = self.keyword(&pair);
        let mut parts = Parts::of(pair);
        let kind = match parts.take(Rule::param_kind).map(|word| word.as_str()) {
            Some("param") => ParamKind::Param,
            Some("variable") => ParamKind::Variable,
            _ => ParamKind::Option,
        };
        let name = self.take_ident(&mut parts, at);
        let ty = self.take_type(&mut parts, at);
        Param { kind, keyword, name, ty, default: self.take_default(&mut parts) }
    }

    fn let_decl(&mut self, pair: Pair<'t, Rule>, at: Span) -> Let {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let name = self.take_ident(&mut parts, at);
        let ty = parts.take(Rule::r#type).map(|ty| self.ty(ty));
        Let { keyword, name, ty, value: self.take_value(&mut parts, at) }
    }

    fn component(&mut self, pair: Pair<'t, Rule>, at: Span) -> Component {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let name = self.take_ident(&mut parts, at);
        let formals = parts.take(Rule::formals).map_or(Vec::new(), |formals| {
            Parts::of(formals).all(Rule::formal).map(|formal| self.formal(formal)).collect()
        });
        Component { keyword, name, formals, block: self.take_block(&mut parts, at) }
    }

    fn formal(&mut self, pair: Pair<'t, Rule>) -> Formal {
        let at = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = self.take_ident(&mut parts, at);
        let ty = self.take_type(&mut parts, at);
        Formal { name, ty, default: self.take_default(&mut parts) }
    }

    fn use_stmt(&mut self, pair: Pair<'t, Rule>, at: Span) -> Use {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let component = self.take_reference(&mut parts, at);
        let arguments = parts.take(Rule::arguments).map_or(Vec::new(), |arguments| self.arguments(arguments));
        Use { keyword, component, arguments, alias: parts.take(Rule::name).map(|name| self.name(&name)) }
    }

    fn for_stmt(&mut self, pair: Pair<'t, Rule>, at: Span) -> For {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let name = self.take_ident(&mut parts, at);
        let list = self.take_expr(&mut parts, at);
        For { keyword, name, list, block: self.take_block(&mut parts, at) }
    }

    /// Builds an `if` with its branches. Consecutive branches nest in the tree, so a chain counts toward the depth.
    fn if_stmt(&mut self, pair: Pair<'t, Rule>, at: Span) -> Option<If> {
        let mut branches = Vec::new();
        let mut last = None;
        let mut parts = Parts::of(pair);
        while let Some(part) = parts.next() {
            if branches.len() == DEPTH_LIMIT {
                self.report(messages::too_deep(DEPTH_LIMIT, self.span(&part)));
                break;
            }
            match part.as_rule() {
                Rule::if_branch => branches.push(self.if_branch(part, at)),
                _ => last = Some(Else::Block(self.block(part))),
            }
        }
        let mut branches = branches.into_iter().rev();
        let mut chain = If { otherwise: last, ..branches.next()? };
        for branch in branches {
            chain = If { otherwise: Some(Else::If(Box::new(chain))), ..branch };
        }
        Some(chain)
    }

    fn if_branch(&mut self, pair: Pair<'t, Rule>, at: Span) -> If {
        let keyword = self.keyword(&pair);
        let mut parts = skip_first(pair);
        let condition = self.take_expr(&mut parts, at);
        If { keyword, condition, block: self.take_block(&mut parts, at), otherwise: None }
    }

    fn take_reference(&mut self, parts: &mut Parts<'t>, at: Span) -> Reference {
        match parts.take(Rule::reference) {
            Some(pair) => self.reference(pair),
            None => Reference { head: Spanned::new(String::new(), at), accesses: Vec::new(), span: at.after() },
        }
    }
}

/// Returns the parts after the first word.
fn skip_first(pair: Pair<'_, Rule>) -> Parts<'_> {
    let mut parts = Parts::of(pair);
    parts.inner.next();
    parts
}

pub(super) fn documentation_text(line: &str) -> &str {
    let text = line.strip_prefix("///").unwrap_or(line).trim_end();
    text.strip_prefix(' ').unwrap_or(text)
}
