//! The tree of a `.pipe` file as it was written: plain owned data, every node with its span.
//!
//! The tree says nothing about meaning: any statement may appear in any block, names are unresolved, and values
//! unevaluated. Parts that could not be read are [`StmtKind::Error`] and [`ExprKind::Error`]; nothing is reported about
//! what depends on them.

mod same;
pub(crate) mod tree;

pub use same::{same, same_value};

use crate::catalog::Kind;
use crate::source::{Span, Spanned};

/// An identifier as written, without quotes.
pub type Ident = Spanned<String>;

/// A whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The number of a leading `pipe N` line.
    pub edition: Option<Spanned<u32>>,
    /// The statements, in order.
    pub statements: Vec<Stmt>,
    /// The whole text.
    pub span: Span,
}

/// A statement with the documentation above it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// The text of the `///` lines directly above, joined by newlines, without the slashes and one leading space.
    pub doc: Option<Spanned<String>>,
    /// The kind of statement.
    pub kind: StmtKind,
    /// From its first word to the end of its value or block.
    pub span: Span,
}

impl Stmt {
    /// Returns its blocks, in order.
    pub fn blocks(&self) -> Vec<&Block> {
        match &self.kind {
            StmtKind::Pipeline(named) | StmtKind::Stage(named) | StmtKind::Policy(named) => vec![&named.block],
            StmtKind::Parallel(unnamed) | StmtKind::Sequence(unnamed) => vec![&unnamed.block],
            StmtKind::Component(component) => vec![&component.block],
            StmtKind::For(loop_) => vec![&loop_.block],
            StmtKind::If(condition) => condition.branches(),
            StmtKind::Settings(settings) => vec![&settings.block],
            StmtKind::Update(update) => update.block.iter().collect(),
            StmtKind::Property(property) => property.block.iter().collect(),
            StmtKind::On(on) => on.block.iter().collect(),
            StmtKind::Notify(notify) => notify.block.iter().collect(),
            StmtKind::StackAction(action) => action.block.iter().collect(),
            StmtKind::Action(action) => action.block.iter().collect(),
            StmtKind::Resource(resource) => match &resource.body {
                ResourceBody::Block(block) => vec![block],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

/// `{ ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The statements, in order.
    pub statements: Vec<Stmt>,
    /// Braces included.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// `key = value`
    Attribute(Attribute),
    /// `import { A, B } from "file"`, `import "file" as name`
    Import(Import),
    /// `type Name = type`
    TypeDecl(TypeDecl),
    /// `option|param|variable name: type = default`
    Param(Param),
    /// `let name: type = value`
    Let(Let),
    /// `component Name(formals) { ... }`
    Component(Component),
    /// `property Name: type = default { ... }`
    Property(Property),
    /// `policy Name { ... }`
    Policy(Named),
    /// `pipeline Name { ... }`
    Pipeline(Named),
    /// `stage Name { ... }`
    Stage(Named),
    /// `update Name from A::file { ... }`
    Update(Update),
    /// `parallel { ... }`
    Parallel(Unnamed),
    /// `sequence { ... }`
    Sequence(Unnamed),
    /// `for name in list { ... }`
    For(For),
    /// `if condition { ... } else ...`
    If(If),
    /// `use Component(arguments) as Name`
    Use(Use),
    /// `allow|deny actions on resources when { ... }`
    Allow(Allow),
    /// `on event ...`
    On(On),
    /// `notify Topic on [events]`
    Notify(Notify),
    /// `deploy|prepare|execute|delete stack|stackset|stack-instances Name ...`
    StackAction(StackAction),
    /// `source|build|test|deploy|invoke provider Name ...`, `approve|run|action Name ...`
    Action(Action),
    /// `project|role|bucket|... Name ...`
    Resource(Resource),
    /// `artifacts { ... }`, `dashboard { ... }`
    Settings(Settings),
    /// A statement that could not be read; already reported.
    Error(ErrorStmt),
}

impl StmtKind {
    /// Returns whether the block of such a statement can contain stages or actions.
    pub fn holds_steps(&self) -> bool {
        matches!(
            self,
            Self::Pipeline(_)
                | Self::Stage(_)
                | Self::Parallel(_)
                | Self::Sequence(_)
                | Self::For(_)
                | Self::If(_)
                | Self::Component(_)
        )
    }
}

/// What is known about a statement that could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorStmt {
    /// Every identifier on the unreadable lines: names that the statement may introduce, so that using them elsewhere
    /// is not reported again.
    pub words: Vec<String>,
}

/// `key = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The key, without quotes.
    pub key: Ident,
    /// The value.
    pub value: Expr,
}

/// A declared name: an identifier or a string, which may interpolate.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The text in parts; one literal part for an identifier or a plain string.
    pub parts: Vec<StringPart>,
    /// Whether it was quoted.
    pub quoted: bool,
    /// Quotes included.
    pub span: Span,
}

impl Name {
    /// Returns the text if it has no interpolation.
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [StringPart { kind: StringPartKind::Text(text), .. }] => Some(text),
            _ => None,
        }
    }
}

/// Returns whether a string can be written as a name without quotes.
pub fn is_identifier(text: &str) -> bool {
    let mut rest = text.chars().peekable();
    let starts = rest.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let mut fits = true;
    while let Some(letter) = rest.next() {
        let hyphen = letter == '-' && rest.peek().is_some_and(char::is_ascii_alphanumeric);
        fits &= letter.is_ascii_alphanumeric() || letter == '_' || hyphen;
    }
    starts && fits
}

/// A keyword, a name and a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The keyword.
    pub keyword: Span,
    /// The name.
    pub name: Name,
    /// The block.
    pub block: Block,
}

/// `update Name from A::file { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The keyword.
    pub keyword: Span,
    /// The name of the stage.
    pub name: Name,
    /// What follows `from`: the pipeline file.
    pub from: Vec<Expr>,
    /// The attributes.
    pub block: Option<Block>,
}

/// A keyword and a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Unnamed {
    /// The keyword.
    pub keyword: Span,
    /// The block.
    pub block: Block,
}

/// `import { A, B } from "file" as name`
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The keyword.
    pub keyword: Span,
    /// The names in braces; empty if the whole file is imported.
    pub names: Vec<Ident>,
    /// The path, a string expression.
    pub path: Expr,
    /// The name after `as`.
    pub alias: Option<Ident>,
}

/// `type Name = type`
#[derive(Debug, Clone, PartialEq)]
pub struct TypeDecl {
    /// The keyword.
    pub keyword: Span,
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: Type,
}

/// When a parameter gets its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// `option`: when dotpipe runs.
    Option,
    /// `param`: when the template is deployed.
    Param,
    /// `variable`: when the pipeline runs.
    Variable,
}

/// `option|param|variable name: type = default`
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Which of the three.
    pub kind: ParamKind,
    /// The keyword.
    pub keyword: Span,
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: Type,
    /// The default.
    pub default: Option<Expr>,
}

/// `let name: type = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Let {
    /// The keyword.
    pub keyword: Span,
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: Option<Type>,
    /// The value.
    pub value: Expr,
}

/// `component Name(formals) { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// The keyword.
    pub keyword: Span,
    /// The name.
    pub name: Ident,
    /// The parameters.
    pub formals: Vec<Formal>,
    /// The body.
    pub block: Block,
}

/// One parameter of a component.
#[derive(Debug, Clone, PartialEq)]
pub struct Formal {
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: Type,
    /// The default.
    pub default: Option<Expr>,
}

/// `property Name: type = default { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The keyword.
    pub keyword: Span,
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Type,
    /// The default.
    pub default: Option<Expr>,
    /// Its settings.
    pub block: Option<Block>,
}

/// `for name in list { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    /// The keyword.
    pub keyword: Span,
    /// The loop's name.
    pub name: Ident,
    /// The list to iterate over.
    pub list: Expr,
    /// The body.
    pub block: Block,
}

/// `if condition { ... } else ...`
#[derive(Debug, Clone, PartialEq)]
pub struct If {
    /// The keyword.
    pub keyword: Span,
    /// The condition.
    pub condition: Expr,
    /// The body.
    pub block: Block,
    /// The `else` branch.
    pub otherwise: Option<Else>,
}

impl If {
    /// Returns the blocks of all branches.
    pub fn branches(&self) -> Vec<&Block> {
        let mut found = Vec::new();
        let mut next = Some(self);
        while let Some(branch) = next {
            found.push(&branch.block);
            next = match &branch.otherwise {
                Some(Else::If(other)) => Some(other),
                Some(Else::Block(block)) => {
                    found.push(block);
                    None
                }
                None => None,
            };
        }
        found
    }
}

/// What follows `else`.
#[derive(Debug, Clone, PartialEq)]
pub enum Else {
    /// `else if ...`
    If(Box<If>),
    /// `else { ... }`
    Block(Block),
}

/// `use Component(arguments) as Name`
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    /// The keyword.
    pub keyword: Span,
    /// The component.
    pub component: Reference,
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// The instance's name.
    pub alias: Option<Name>,
}

/// `allow|deny actions on resources when { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Allow {
    /// Whether it is `deny`.
    pub deny: bool,
    /// The keyword.
    pub keyword: Span,
    /// A verb (a bare word) or a list of IAM actions.
    pub actions: Expr,
    /// What the actions apply to.
    pub resources: Expr,
    /// The condition, a map.
    pub condition: Option<Expr>,
}

/// `on event ...`
#[derive(Debug, Clone, PartialEq)]
pub struct On {
    /// The keyword.
    pub keyword: Span,
    /// `push`, `pull-request`, `schedule`, `event`, `entry`, `success`, `failure`.
    pub event: Ident,
    /// What follows the event.
    pub clause: Option<OnClause>,
    /// The block.
    pub block: Option<Block>,
}

/// What may follow the event of an `on` statement.
#[derive(Debug, Clone, PartialEq)]
pub enum OnClause {
    /// `require { rules } else outcome`
    Require {
        /// The rules.
        rules: Vec<Expr>,
        /// The result if a rule fails.
        outcome: Outcome,
    },
    /// A string, for `on schedule`.
    Text(Expr),
    /// `retry failed`, `rollback`
    Outcome(Outcome),
}

/// `fail`, `skip`, `rollback`, `retry [failed|all]`
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The first word.
    pub word: Ident,
    /// The second.
    pub detail: Option<Ident>,
}

/// `notify Topic on [events] { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Notify {
    /// The keyword.
    pub keyword: Span,
    /// The topic.
    pub target: Reference,
    /// The events, a list.
    pub events: Expr,
    /// The attributes.
    pub block: Option<Block>,
}

/// The clauses of an action's header.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clauses {
    /// `in environment`
    pub environment: Option<Reference>,
    /// `from A, B::file`: references and artifact files.
    pub from: Vec<Expr>,
    /// `-> A, B("file")`
    pub to: Vec<Output>,
}

/// An artifact that an action produces.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// The artifact.
    pub name: Ident,
    /// The declared contents, string expressions.
    pub contents: Vec<Expr>,
    /// Name and contents.
    pub span: Span,
}

/// The verb of a stack action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackVerb {
    /// Both steps of a change set, or one action with `mode`.
    Deploy,
    /// Creates the change set.
    Prepare,
    /// Executes the change set.
    Execute,
    /// Deletes the stack.
    Delete,
}

/// The kind of a stack action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackKind {
    /// `stack`
    Stack,
    /// `stackset`
    StackSet,
    /// `stack-instances`
    StackInstances,
}

/// `deploy stack Name in env from A::file -> B { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct StackAction {
    /// The verb.
    pub verb: Spanned<StackVerb>,
    /// The kind.
    pub kind: Spanned<StackKind>,
    /// The stack.
    pub name: Name,
    /// `in`, `from`, `->`
    pub clauses: Clauses,
    /// The attributes.
    pub block: Option<Block>,
}

/// The first words of an action.
#[derive(Debug, Clone, PartialEq)]
pub enum ActionHead {
    /// `approve`
    Approve,
    /// `run`
    Run,
    /// `action`
    Generic,
    /// `source|build|test|deploy|invoke provider`
    Typed {
        /// The category, as written: `source`, `build`, `test`, `deploy` or `invoke`.
        category: Ident,
        /// The provider, as written.
        provider: Ident,
    },
}

/// An action of any provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The first words.
    pub head: ActionHead,
    /// The span of the first word.
    pub keyword: Span,
    /// The name.
    pub name: Name,
    /// `in`, `from`, `->`
    pub clauses: Clauses,
    /// The attributes.
    pub block: Option<Block>,
}

/// `role Name for service { ... }`, `bucket Name = "arn"`, `bucket Name`
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The kind of resource.
    pub kind: Kind,
    /// The keyword.
    pub keyword: Span,
    /// The name.
    pub name: Name,
    /// `for service`
    pub service: Option<Ident>,
    /// Whether it is existing, created with attributes, or created without attributes.
    pub body: ResourceBody,
}

/// Where a declaration comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum ResourceBody {
    /// `= value`: existing.
    Imported(Expr),
    /// `{ ... }`
    Block(Block),
    /// No value and no block.
    None,
}

/// `artifacts { ... }`, `dashboard { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The keyword as written.
    pub keyword: Ident,
    /// The block.
    pub block: Block,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// The kind of type.
    pub kind: TypeKind,
    /// Its span.
    pub span: Span,
}

/// The kinds of types.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `string`, `Environment<Settings>`
    Named {
        /// The name.
        name: Ident,
        /// Its arguments.
        arguments: Vec<Type>,
    },
    /// `"debug"`
    Literal(String),
    /// `[string]`
    List(Box<Type>),
    /// `{ size: string }`
    Record(Vec<Field>),
    /// `a | b`
    Union(Vec<Type>),
    /// `string?`
    Optional(Box<Type>),
}

/// A field of a record type.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: Type,
    /// The `///` lines above.
    pub doc: Option<String>,
}

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// The kind of value.
    pub kind: ExprKind,
    /// Its span.
    pub span: Span,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// `ms`
    Milliseconds,
    /// `s`
    Seconds,
    /// `m`
    Minutes,
    /// `h`
    Hours,
    /// `d`
    Days,
}

/// `==` and `!=`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// Text in parts. Escapes are decoded, and the common indentation of multi-line text is removed.
    String(Vec<StringPart>),
    /// `true`, `false`
    Bool(bool),
    /// `null`
    Null,
    /// A number as written.
    Number(String),
    /// `10%`
    Percent(u64),
    /// `30m`
    Duration {
        /// The number of units.
        amount: u64,
        /// The unit.
        unit: TimeUnit,
    },
    /// `0..5`
    Range(u64, u64),
    /// `MyAppBuild::output.yaml`, `Templates::"params/${env.name}.json"`, `AWS::Region`
    ArtifactFile {
        /// Before `::`.
        artifact: Ident,
        /// After it, in parts.
        path: Vec<StringPart>,
        /// The span of the path, quotes included.
        path_span: Span,
    },
    /// `secret("id", key = "k")`, `cfn.import("x")`
    Call {
        /// The dotted name.
        callee: Vec<Ident>,
        /// The arguments.
        arguments: Vec<Argument>,
    },
    /// `Packages.name`, `xs[0]`
    Reference(Reference),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `[for x in xs : y if c]`
    ListFor {
        /// The loop's name.
        name: Ident,
        /// The list to iterate over.
        list: Box<Expr>,
        /// Each element.
        element: Box<Expr>,
        /// Keeps only the elements for which it is true.
        condition: Option<Box<Expr>>,
    },
    /// `{ a = b }`
    Map(Vec<Entry>),
    /// `!a`
    Not(Box<Expr>),
    /// `a == b`
    Compare {
        /// Left of the operator.
        left: Box<Expr>,
        /// The operator.
        op: CompareOp,
        /// Right of it.
        right: Box<Expr>,
    },
    /// `a && b && c`
    And(Vec<Expr>),
    /// `a || b || c`
    Or(Vec<Expr>),
    /// `c ? a : b`
    Conditional {
        /// The condition.
        condition: Box<Expr>,
        /// The value if it is true.
        then: Box<Expr>,
        /// The value if it is false.
        otherwise: Box<Expr>,
    },
    /// A value that could not be read; already reported.
    Error,
}

/// A part of a string.
#[derive(Debug, Clone, PartialEq)]
pub struct StringPart {
    /// The kind of part.
    pub kind: StringPartKind,
    /// Its span, delimiters included.
    pub span: Span,
}

/// The kinds of string parts.
#[derive(Debug, Clone, PartialEq)]
pub enum StringPartKind {
    /// Literal text.
    Text(String),
    /// `${expr}`
    Interpolation(Box<Expr>),
    /// `#{namespace.Variable}`, the part between the braces.
    Runtime(String),
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// `name =`
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}

/// `head.member[index]`
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The first name.
    pub head: Ident,
    /// What follows it.
    pub accesses: Vec<Access>,
    /// The span of the whole reference.
    pub span: Span,
}

/// A step of a reference.
#[derive(Debug, Clone, PartialEq)]
pub enum Access {
    /// `.member`
    Member(Ident),
    /// `[index]`
    Index(Expr),
}

/// `key = value` in a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key, without quotes.
    pub key: Ident,
    /// The value.
    pub value: Expr,
}

impl Action {
    /// Returns the span from the first word to the last clause, or that of the name alone in a document without
    /// headers, which is not a `.pipe` file.
    pub fn header(&self) -> Span {
        if self.keyword == self.name.span {
            return self.keyword;
        }
        self.keyword.to(self.clauses.end().unwrap_or(self.name.span))
    }
}

impl Clauses {
    /// Returns the span of the last clause.
    pub fn end(&self) -> Option<Span> {
        let output = self.to.last().map(|output| output.span);
        let input = self.from.last().map(|input| input.span);
        output.or(input).or(self.environment.as_ref().map(|environment| environment.span))
    }
}
