//! Expands `update` before anything is resolved, to a stage that builds the pipeline's template and deploys it to the
//! pipeline's stack.

use camino::Utf8Path;

use crate::catalog::boundaries::{BOUND, KEY};
use crate::catalog::{self, Category, self_update};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::{attributes, stacks};
use crate::hir::BOUNDARY;
use crate::slots::{Shape, slots_of};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    self, Action, ActionHead, Allow, Clauses, Else, Entry, ErrorStmt, Expr, ExprKind, Ident, Name, Named, Output,
    StackAction, StackKind, StackVerb, Stmt, StmtKind, StringPart, StringPartKind, Update, tree,
};

use super::alternatives::{Alternatives, set_twice};

/// The attribute of a pipeline for starting an execution after it is updated.
const RESTART: &str = "restart-on-update";

/// The attributes of `update` itself.
const INSTALL: &str = "install";
const ARGUMENTS: &str = "arguments";

/// The attributes of the stack with a default.
const DEFAULTS: [&str; 4] = ["name", "origin", "mode", "capabilities"];

/// The suffix of the stage's name for the action that builds the template, and for its artifact.
const TEMPLATE: &str = "-Template";

/// Returns a file with its `update` statements expanded; `None` if it has none. They are allowed directly in a
/// pipeline, or in an `if` there; others are left as they are.
pub fn write_out(file: &ast::File, own: &Utf8Path, diagnostics: &mut Diagnostics) -> Option<ast::File> {
    if !holds_update(&file.statements) {
        return None;
    }
    let mut file = file.clone();
    let own = if own.extension() == Some("pipe") { own.as_str() } else { "pipeline.pipe" };
    let mut writer = Writer { own: own.to_owned(), stack: None, restarts: false, boundary: Vec::new(), diagnostics };
    writer.file(&mut file.statements, true);
    Some(file)
}

fn holds_update(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| match &statement.kind {
        StmtKind::Update(_) => true,
        StmtKind::Pipeline(named) => holds_update(&named.block.statements),
        StmtKind::For(loop_) => holds_update(&loop_.block.statements),
        StmtKind::Component(component) => holds_update(&component.block.statements),
        StmtKind::If(condition) => condition.branches().iter().any(|block| holds_update(&block.statements)),
        _ => false,
    })
}

struct Writer<'d> {
    /// The path of the file, from the root.
    own: String,
    /// The stack for the file's template, named after its first pipeline.
    stack: Option<String>,
    /// Whether the pipeline sets `restart-on-update` itself.
    restarts: bool,
    /// The pipeline's attributes about its permissions boundary, with the enclosing conditions.
    boundary: Vec<Stmt>,
    diagnostics: &'d mut Diagnostics,
}

impl Writer<'_> {
    /// Expands the `update` statements in the pipelines of a file. `known`: whether the pipelines have exactly these
    /// names, to which no loop or component adds anything.
    fn file(&mut self, statements: &mut [Stmt], known: bool) {
        for statement in statements {
            match &mut statement.kind {
                StmtKind::Pipeline(pipeline) => {
                    let named = attribute(&pipeline.block.statements, "name").and_then(plain_text);
                    let name = named.or_else(|| pipeline.name.literal().filter(|_| known).map(str::to_owned));
                    self.stack = self.stack.take().or_else(|| name.map(|name| stack_name(&name)));
                    self.restarts = gives(&pipeline.block.statements, RESTART);
                    let is_boundary = |statement: &Stmt| is_attribute(statement, &[BOUNDARY]);
                    self.boundary = of_one(&pipeline.block.statements, &is_boundary);
                    self.pipeline(&mut pipeline.block.statements);
                }
                StmtKind::If(condition) => each_branch(condition, &mut |block| self.file(block, known)),
                StmtKind::For(loop_) => self.file(&mut loop_.block.statements, false),
                StmtKind::Component(component) => self.file(&mut component.block.statements, false),
                _ => {}
            }
        }
    }

    /// Expands the `update` statements in a pipeline's block.
    fn pipeline(&mut self, statements: &mut Vec<Stmt>) {
        let mut restart = None;
        for statement in statements.iter_mut() {
            match &mut statement.kind {
                StmtKind::Update(update) => {
                    restart = restart.or(Some(update.keyword));
                    statement.kind = match self.stage(update) {
                        Some(stage) => StmtKind::Stage(stage),
                        None => StmtKind::Error(ErrorStmt { words: words(update) }),
                    };
                }
                StmtKind::If(condition) => each_branch(condition, &mut |block| self.pipeline(block)),
                _ => {}
            }
        }
        if let (Some(keyword), false) = (restart, self.restarts) {
            statements.push(tree::attribute(RESTART, tree::flag(true, keyword)));
        }
    }

    /// Returns the stage that an `update` expands to.
    fn stage(&mut self, update: &Update) -> Option<Named> {
        let file = pipeline_file(update, &self.own, self.diagnostics);
        let statements = update.block.as_ref().map_or(&[][..], |block| &block.statements);
        let twice = [INSTALL, ARGUMENTS].into_iter().find_map(|word| set_twice(statements, word));
        if let Some((first, second)) = twice {
            self.diagnostics.push(attributes::attribute_twice(second, first.span));
            return None;
        }
        let install = Alternatives::of(statements, INSTALL);
        if !install.is_complete() && !statements.iter().any(|it| matches!(it.kind, StmtKind::Error(_))) {
            let (shown, partly) = (shown(&update.name), install.values().next().map(|value| value.span));
            self.diagnostics.push(stacks::update_without_install(&shown, update.name.span, partly));
        }
        let (file, true) = (file?, install.is_complete()) else { return None };
        if let Some(text) = install.values().find(|value| matches!(value.kind, ExprKind::String(_))) {
            let wrong = attributes::wrong_type(INSTALL, "a list of commands", "a string", text.span);
            let list = plain_text(text).map(|text| wrong.clone().help(format!("write `[\"{text}\"]`")));
            self.diagnostics.push(list.unwrap_or(wrong));
            return None;
        }
        let at = update.keyword.to(file.path_span);
        let (of_run, of_stack) =
            (of_one(statements, &is_of_run), of_one(statements, &|it| !is_of_run(it) && !is_own(it)));
        let install = install.joined(&Expr::clone, None)?;
        let commands = commands(&file, &install, &Alternatives::of(statements, ARGUMENTS), at);
        let build = build(update, &file, commands, of_run, at);
        let mut deployed = with_defaults(&file, self.stack.as_deref(), &of_stack, at);
        let bounded = |boundary: Option<&Expr>| match boundary {
            Some(boundary) => additions(Some(boundary), at),
            None => Alternatives::of(&self.boundary, BOUNDARY).statements(&|boundary| additions(boundary, at)),
        };
        deployed.extend(Alternatives::of(&of_stack, BOUNDARY).statements(&bounded));
        let deploy = deploy(update, &file, deployed, at);
        let block = tree::block(vec![build, deploy], at);
        Some(Named { keyword: update.keyword, name: update.name.clone(), block })
    }
}

/// Returns the text of a string without interpolation.
fn plain_text(value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::String(parts) => match parts.as_slice() {
            [StringPart { kind: StringPartKind::Text(text), .. }] => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the name of a pipeline's stack: letters, digits, and hyphens, starting with a letter.
fn stack_name(pipeline: &str) -> String {
    let first = if pipeline.starts_with(|c: char| c.is_ascii_alphabetic()) { "" } else { "pipeline-" };
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    first.chars().chain(pipeline.chars()).map(plain).collect()
}

fn each_branch(condition: &mut ast::If, run: &mut dyn FnMut(&mut Vec<Stmt>)) {
    run(&mut condition.block.statements);
    match &mut condition.otherwise {
        Some(Else::Block(block)) => run(&mut block.statements),
        Some(Else::If(next)) => each_branch(next, run),
        None => {}
    }
}

/// Returns whether statements set an attribute, possibly under a condition.
fn gives(statements: &[Stmt], word: &str) -> bool {
    statements.iter().any(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) => attribute.key.node == word,
        StmtKind::If(condition) => condition.branches().iter().any(|block| gives(&block.statements, word)),
        _ => false,
    })
}

/// Returns the names that an invalid `update` would have declared.
fn words(update: &Update) -> Vec<String> {
    let name = update.name.literal().unwrap_or_default();
    vec![name.to_owned(), format!("{name}{TEMPLATE}")]
}

/// The pipeline file that an `update` refers to.
struct PipelineFile<'a> {
    artifact: &'a Ident,
    path: &'a str,
    path_span: Span,
}

impl PipelineFile<'_> {
    /// Returns the name of the template that is built from it.
    fn template(&self) -> String {
        let stem = Utf8Path::new(self.path).file_stem().filter(|stem| !stem.is_empty());
        format!("{}.yaml", stem.unwrap_or("pipeline"))
    }
}

/// Returns the pipeline file of an `update`; reports an invalid one. `own`: the path of the file that contains the
/// statement.
fn pipeline_file<'a>(update: &'a Update, own: &str, diagnostics: &mut Diagnostics) -> Option<PipelineFile<'a>> {
    let place = update.from.get(1).or(update.from.first()).map_or(update.name.span, |input| input.span);
    let wrong = |found| attributes::wrong_type("from", "one pipeline file", found, place);
    let found = match update.from.as_slice() {
        [Expr { kind: ExprKind::ArtifactFile { artifact, path, path_span }, .. }] => match path.as_slice() {
            [StringPart { kind: StringPartKind::Text(path), .. }] => {
                return Some(PipelineFile { artifact, path, path_span: *path_span });
            }
            _ => "a computed path",
        },
        [Expr { kind: ExprKind::Reference(artifact), .. }] if artifact.accesses.is_empty() => {
            let artifact = &artifact.head.node;
            diagnostics.push(wrong("an artifact").help(format!("write `{artifact}::{own}`")));
            return None;
        }
        [Expr { kind: ExprKind::Error, .. }] => return None,
        [_] => "another value",
        _ => "several inputs",
    };
    diagnostics.push(wrong(found));
    None
}

fn shown(name: &Name) -> String {
    name.literal().unwrap_or("...").to_owned()
}

fn attribute<'a>(statements: &'a [Stmt], word: &str) -> Option<&'a Expr> {
    statements.iter().find_map(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) if attribute.key.node == word => Some(&attribute.value),
        _ => None,
    })
}

/// Returns the statements of a block that apply to one of the actions, with their conditions.
fn of_one(statements: &[Stmt], wanted: &dyn Fn(&Stmt) -> bool) -> Vec<Stmt> {
    let part = |statement: &Stmt| match &statement.kind {
        StmtKind::If(condition) => {
            let mut condition = condition.clone();
            each_branch(&mut condition, &mut |block| *block = of_one(block, wanted));
            Some(Stmt { kind: StmtKind::If(condition), ..statement.clone() })
        }
        _ => wanted(statement).then(|| statement.clone()),
    };
    statements.iter().filter_map(part).collect()
}

/// Returns whether a statement is an attribute of `update` itself.
fn is_own(statement: &Stmt) -> bool {
    is_attribute(statement, &[INSTALL, ARGUMENTS])
}

fn is_attribute(statement: &Stmt, words: &[&str]) -> bool {
    matches!(&statement.kind, StmtKind::Attribute(attribute) if words.contains(&attribute.key.node.as_str()))
}

/// Returns whether a statement of the block is for the action that builds the template: permissions, and attributes
/// that only `run` has.
fn is_of_run(statement: &Stmt) -> bool {
    match &statement.kind {
        StmtKind::Allow(_) => true,
        StmtKind::Attribute(attribute) => only_run_has(&attribute.key.node),
        _ => false,
    }
}

fn only_run_has(word: &str) -> bool {
    let slot_of = |provider, category| {
        catalog::action_type(provider, category)
            .is_some_and(|action_type| action_type.slot.iter().any(|slot| slot.attribute == word))
    };
    let common = |kind| slots_of(Shape::Listed(kind)).iter().any(|slot| slot.attribute == word);
    let of_stack = slot_of("cloudformation", Category::Deploy) || common("stack") || common("action");
    slot_of("commands", Category::Compute) && !of_stack
}

/// Returns the commands that install dotpipe and the one that builds the template. The root has to be set explicitly,
/// since artifacts lack `.git`.
fn commands(file: &PipelineFile<'_>, install: &Expr, arguments: &Alternatives<'_>, at: Span) -> Expr {
    let command = format!("dotpipe build {} --root . -o {}", quoted(file.path), quoted(&file.template()));
    let mut parts = tree::text_parts(&command, at);
    if let Some(arguments) = arguments.only() {
        parts.extend(after_space(arguments));
    } else if !arguments.is_empty() {
        let spaced = |value: &Expr| tree::expr(ExprKind::String(after_space(value)), value.span);
        parts.extend(arguments.joined(&spaced, Some(tree::text("", at))).map(interpolation));
    }
    let build = tree::expr(ExprKind::String(parts), arguments.only().map_or(at, |arguments| arguments.span));
    if let ExprKind::List(commands) = &install.kind {
        return tree::expr(ExprKind::List(commands.iter().cloned().chain([build]).collect()), install.span);
    }
    let build = tree::list(vec![build], at);
    tree::call(&["concat"], vec![(None, install.clone()), (None, build)], install.span)
}

/// Returns the parts of a string, after a space.
fn after_space(value: &Expr) -> Vec<StringPart> {
    let mut parts = tree::text_parts(" ", value.span);
    match &value.kind {
        ExprKind::String(more) => parts.extend(more.iter().cloned()),
        _ => parts.push(interpolation(value.clone())),
    }
    parts
}

/// Returns a path as one word of a command.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+' | '@');
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

fn interpolation(value: Expr) -> StringPart {
    let span = value.span;
    StringPart { kind: StringPartKind::Interpolation(Box::new(value)), span }
}

/// Returns the name of the artifact with the template.
fn artifact(update: &Update) -> Ident {
    let name = shown(&update.name).replace(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-', "-");
    tree::ident(&format!("{name}{TEMPLATE}"), update.name.span)
}

/// Creates `run Name-Template from A -> Name-Template("pipeline.yaml") { ... }`.
fn build(update: &Update, file: &PipelineFile<'_>, commands: Expr, given: Vec<Stmt>, at: Span) -> Stmt {
    let mut name = update.name.clone();
    name.parts.extend(tree::text_parts(TEMPLATE, name.span));
    name.parts = joined(name.parts);
    let input = ast::Reference { head: file.artifact.clone(), accesses: Vec::new(), span: file.artifact.span };
    let output =
        Output { name: artifact(update), contents: vec![tree::text(&file.template(), at)], span: update.name.span };
    let clauses = Clauses {
        environment: None,
        from: vec![tree::expr(ExprKind::Reference(input), file.artifact.span)],
        to: vec![output],
    };
    let statements = std::iter::once(tree::attribute("commands", commands)).chain(given);
    let block = Some(tree::block(statements.collect(), at));
    let run = Action { head: ActionHead::Run, keyword: update.keyword, name, clauses, block };
    tree::statement(StmtKind::Action(run), None, at)
}

/// Joins adjacent parts of plain text, as a name in a file has them.
fn joined(parts: Vec<StringPart>) -> Vec<StringPart> {
    let mut joined: Vec<StringPart> = Vec::new();
    for part in parts {
        match (&part.kind, joined.last_mut()) {
            (StringPartKind::Text(more), Some(StringPart { kind: StringPartKind::Text(text), .. })) => {
                text.push_str(more);
            }
            _ => joined.push(part),
        }
    }
    joined
}

/// Returns the attributes and permissions of the stack, with defaults for attributes that are not set.
fn with_defaults(file: &PipelineFile<'_>, stack: Option<&str>, given: &[Stmt], at: Span) -> Vec<Stmt> {
    let values = [
        with_pseudo_parameters(stack.unwrap_or("${AWS::StackName}"), at),
        tree::text(file.path, file.path_span),
        tree::word("create-update", at),
        tree::list(vec![tree::word("CAPABILITY_IAM", at)], at),
    ];
    let mut statements = Vec::new();
    for (word, value) in DEFAULTS.into_iter().zip(values) {
        let of_word = Alternatives::of(given, word);
        if !of_word.is_complete() {
            let default = || vec![tree::attribute(word, value.clone())];
            // Those that are set are among the statements already.
            statements.extend(of_word.statements(&|given| if given.is_some() { Vec::new() } else { default() }));
        }
    }
    statements.extend(given.iter().cloned());
    statements
}

/// Creates `deploy stack Name from Name-Template::pipeline.yaml { ... }` for the stack that contains the pipeline.
fn deploy(update: &Update, file: &PipelineFile<'_>, statements: Vec<Stmt>, at: Span) -> Stmt {
    let template = ExprKind::ArtifactFile {
        artifact: artifact(update),
        path: tree::text_parts(&file.template(), at),
        path_span: at,
    };
    let clauses = Clauses { from: vec![tree::expr(template, at)], ..Clauses::default() };
    let stack = StackAction {
        verb: Spanned::new(StackVerb::Deploy, update.keyword),
        kind: Spanned::new(StackKind::Stack, update.keyword),
        name: update.name.clone(),
        clauses,
        block: Some(tree::block(statements, at)),
    };
    tree::statement(StmtKind::StackAction(stack), None, at)
}

/// Returns the permissions for what the next version of the pipeline may add to its stack: roles only with the
/// boundary, if there is one.
fn additions(boundary: Option<&Expr>, at: Span) -> Vec<Stmt> {
    let mut allows = Vec::new();
    for addition in self_update::additions() {
        let is_bound = |action: &String| boundary.is_some() && BOUND.contains(&action.as_str());
        let (bound, free): (Vec<String>, Vec<String>) = addition.actions.iter().cloned().partition(is_bound);
        if !free.is_empty() {
            allows.push(allow(addition, &free, None, at));
        }
        if !bound.is_empty() {
            allows.push(allow(addition, &bound, boundary, at));
        }
    }
    allows
}

fn allow(addition: &self_update::Addition, actions: &[String], boundary: Option<&Expr>, at: Span) -> Stmt {
    let texts = |texts: &[String]| tree::list(texts.iter().map(|text| tree::text(text, at)).collect(), at);
    let entry = |key: &str, value| Entry { key: tree::ident(key, at), value };
    let passed = (!addition.passed_to.is_empty()).then(|| entry("iam:PassedToService", texts(&addition.passed_to)));
    let equal: Vec<Entry> = passed.into_iter().chain(boundary.map(|arn| entry(KEY, arn.clone()))).collect();
    let condition = (!equal.is_empty()).then(|| {
        let equal = tree::expr(ExprKind::Map(equal), at);
        tree::expr(ExprKind::Map(vec![entry("StringEquals", equal)]), at)
    });
    let resources = with_pseudo_parameters(&addition.resource, at);
    let allow = Allow { deny: false, keyword: at, actions: texts(actions), resources, condition };
    tree::statement(StmtKind::Allow(allow), None, at)
}

/// Returns a string in which `${AWS::Name}` is a pseudo parameter.
fn with_pseudo_parameters(text: &str, at: Span) -> Expr {
    let mut pieces = text.split("${AWS::");
    let mut parts = tree::text_parts(pieces.next().unwrap_or_default(), at);
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        let parameter = ExprKind::ArtifactFile {
            artifact: tree::ident("AWS", at),
            path: tree::text_parts(name, at),
            path_span: at,
        };
        parts.push(interpolation(tree::expr(parameter, at)));
        parts.extend(tree::text_parts(rest, at));
    }
    tree::expr(ExprKind::String(parts), at)
}
