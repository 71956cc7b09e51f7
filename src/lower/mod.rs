//! Tree to resolved pipeline: binds names, evaluates what is known at compile time, writes sugar out.
//!
//! Two passes. The first gives every declared thing its id, so that names can be used before the line that declares them;
//! the second evaluates values. Whatever cannot be resolved is reported once and becomes a poisoned value.

mod action;
mod around;
mod attributes;
mod components;
mod conditions;
mod declare;
mod early;
mod environment;
mod expand;
mod expression;
mod functions;
mod generic;
mod imports;
mod limits;
mod params;
mod pipeline;
mod placement;
mod provider;
mod quoted;
mod reference;
mod resource;
mod scope;
mod shorthand;
mod sink;
mod stack;
mod stack_set;
mod starts;
mod text;
mod types;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::diagnostic::Diagnostics;
use crate::hir::{ActionId, EnvironmentId, Hir, LoopId, RoleId, UseId, Value};
use crate::source::Span;
use crate::syntax::ast::{self, ParamKind};

use action::ActionBody;
use declare::Symbols;
use pipeline::PipelineDraft;
use scope::{ComponentId, Scopes};
pub use shorthand::write_out;
use stack::GivenNames;

/// Values that come from outside the file.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Values of `option`s, by name.
    pub options: BTreeMap<String, Given>,
    /// Values of `param`s, by name, for targets that need them.
    pub params: BTreeMap<String, String>,
}

/// A value of an `option` from outside.
#[derive(Debug, Clone)]
pub enum Given {
    /// As on a command line: read as the option's type.
    Written(String),
    /// As in a file, with its place there.
    Value(Value),
}

/// What lowering makes.
#[derive(Debug, Clone, Default)]
pub struct Lowered {
    /// The resolved pipelines.
    pub hir: Hir,
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// What of [`Inputs`] the file does not declare.
    pub unused_inputs: Vec<UnusedInput>,
}

/// A value from outside that nothing takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedInput {
    /// Whether it was given to an `option` or to a `param`.
    pub kind: ParamKind,
    /// The name.
    pub name: String,
    /// The nearest name declared of that kind.
    pub similar: Option<String>,
    /// Whether the file declares the name, of the other kind.
    pub other_kind: bool,
}

impl UnusedInput {
    /// The keyword of the statement that would take it.
    pub fn keyword(&self) -> &'static str {
        if self.kind == ParamKind::Param { "param" } else { "option" }
    }
}

/// A file and what it imports.
#[derive(Debug, Clone, Copy)]
pub struct Module<'a> {
    /// Its path, as messages show it.
    pub path: &'a str,
    /// Its tree.
    pub ast: &'a ast::File,
    /// The text it was read from.
    pub text: &'a str,
    /// For each `import` statement, in order: the imported module's index; none where it could not be read.
    pub imports: &'a [Option<usize>],
}

/// Resolves an entry file and the files that it imports. Imported files stand before those that import them, the entry last.
pub fn lower(modules: &[Module<'_>], inputs: &Inputs) -> Lowered {
    let mut lowerer = Lowerer::new(modules, inputs);
    lowerer.declare_all();
    lowerer.resources();
    lowerer.pipelines();
    lowerer.finish()
}

/// The keyword of components.
const COMPONENT: &str = "component";

/// The state of one run.
struct Lowerer<'a> {
    modules: &'a [Module<'a>],
    inputs: &'a Inputs,
    hir: Hir,
    diagnostics: Diagnostics,
    scopes: Scopes<'a>,
    symbols: Symbols<'a>,
    drafts: Vec<PipelineDraft<'a>>,
    /// The pipeline whose values are being evaluated: index into the drafts.
    current: Option<usize>,
    /// The environment of the action whose values are being evaluated.
    environment: Option<EnvironmentId>,
    /// Where the names of values stand that something used.
    used: HashSet<Span>,
    /// Parts of the files that nothing was made of: branches not taken, bodies of empty loops.
    left_out: Vec<Span>,
    /// Strings that are the names of declarations.
    quoted: Vec<quoted::Quoted>,
    /// The blocks of statements that make two actions, by the first, until the second is filled in.
    pair_bodies: HashMap<ActionId, ActionBody>,
    /// What the pipeline's statements that prepare change sets call them, by their actions.
    change_sets: HashMap<ActionId, GivenNames>,
    /// The pipeline's stack statements whose names have been reported, by their first actions.
    misnamed: HashSet<ActionId>,
    /// The roles that values name by their ARNs.
    roles_by_arn: Vec<RoleId>,
    /// Statements made so far.
    expanded: usize,
    /// Keywords of the loops and `use` statements being written out, outermost first.
    expanding: Vec<Span>,
    /// The loops written out so far, by their statements.
    loop_ids: HashMap<Span, LoopId>,
    /// The components written out so far, by the block of the component and the `use` statement.
    use_ids: HashMap<(Span, Span), UseId>,
    /// The components being written out, outermost first.
    components: Vec<ComponentId>,
    /// What has been used up of time, memory and stack.
    limits: limits::Limits,
}

impl<'a> Lowerer<'a> {
    fn new(modules: &'a [Module<'a>], inputs: &'a Inputs) -> Self {
        Self {
            modules,
            inputs,
            hir: Hir::default(),
            diagnostics: Diagnostics::new(),
            scopes: Scopes::new(),
            symbols: Symbols::new(modules),
            drafts: Vec::new(),
            current: None,
            environment: None,
            used: HashSet::new(),
            left_out: Vec::new(),
            quoted: Vec::new(),
            pair_bodies: HashMap::new(),
            change_sets: HashMap::new(),
            misnamed: HashSet::new(),
            roles_by_arn: Vec::new(),
            expanded: 0,
            expanding: Vec::new(),
            loop_ids: HashMap::new(),
            use_ids: HashMap::new(),
            components: Vec::new(),
            limits: limits::Limits::new(),
        }
    }

    fn finish(mut self) -> Lowered {
        self.quoted_names();
        self.hir.incomplete |= self.diagnostics.has_errors();
        let idle = self.scopes.components.iter().filter(|(it, _)| !self.used.contains(&it.name.span));
        self.left_out.extend(idle.map(|(component, _)| component.block.span));
        self.hir.left_out = self.left_out.iter().flat_map(|place| words(text_at(self.modules, *place))).collect();
        let (used, left_out) = (&self.used, &self.hir.left_out);
        let entry = self.modules.last().map(|module| module.ast.span.file);
        self.hir.unused.retain(|value| {
            // Other files share what a component is written for.
            let is_shared = value.keyword == COMPONENT && Some(value.name.span.file) != entry;
            !is_shared && !used.contains(&value.name.span) && !left_out.contains(&value.name.node)
        });
        let unused_inputs = self.unused_inputs();
        Lowered { hir: self.hir, diagnostics: self.diagnostics, unused_inputs }
    }
}

/// The text at a place.
fn text_at<'a>(modules: &[Module<'a>], place: Span) -> &'a str {
    let module = modules.iter().find(|module| module.ast.span.file == place.file);
    module.and_then(|module| module.text.get(place.range())).unwrap_or_default()
}

/// The words of a text, as names are written.
fn words(text: &str) -> impl Iterator<Item = String> {
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.split(move |c: char| !of_name(c)).filter(|word| !word.is_empty()).map(str::to_owned)
}
