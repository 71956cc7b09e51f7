//! Tree to resolved pipeline: binds names, evaluates what is known at compile time, expands shorthands.
//!
//! Two passes. The first gives every declaration its id, so that names can be used before the line that declares them;
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
use crate::hir::{ActionId, EnvironmentId, Hir, LoopId, RoleId, UnusedValue, UseId, Value};
use crate::resolve::{Definition, DefinitionKind, Index, Meaning, Module};
use crate::source::{Span, Spanned};
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

/// Resolves an entry file and the files that it imports. Imported files stand before those that import them, the entry last.
/// `names`: what their identifiers stand for.
pub fn lower(modules: &[Module<'_>], names: &Index, inputs: &Inputs) -> Lowered {
    let mut lowerer = Lowerer::new(modules, names, inputs);
    lowerer.declare_all();
    lowerer.resources();
    lowerer.pipelines();
    lowerer.finish()
}

/// The state of one run.
struct Lowerer<'a> {
    modules: &'a [Module<'a>],
    names: &'a Index,
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
    /// The logical IDs that intrinsic functions name.
    named: HashSet<String>,
    /// Statements and blocks that nothing could be made of, which is reported.
    given_up: Vec<Span>,
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
    /// How many findings were left out because they had been reported with the names.
    known: usize,
    /// What has been used up of time, memory and stack.
    limits: limits::Limits,
}

impl<'a> Lowerer<'a> {
    fn new(modules: &'a [Module<'a>], names: &'a Index, inputs: &'a Inputs) -> Self {
        Self {
            modules,
            names,
            inputs,
            hir: Hir::default(),
            diagnostics: Diagnostics::new(),
            scopes: Scopes::new(),
            symbols: Symbols::default(),
            drafts: Vec::new(),
            current: None,
            environment: None,
            named: HashSet::new(),
            given_up: Vec::new(),
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
            known: 0,
            limits: limits::Limits::new(),
        }
    }

    /// Whether the identifier of a place stands for nothing at all: that has been reported with the names.
    fn is_reported(&mut self, place: Span) -> bool {
        let known = self.names.is_reported(place);
        self.known += usize::from(known);
        known
    }

    /// Whether a name that was not found here has been reported, or is introduced where nothing could be read or made of a
    /// statement.
    fn is_explained(&mut self, name: &ast::Ident) -> bool {
        match self.names.meaning_of(name.span) {
            Some(Meaning::Names(id)) => {
                let place = self.names.definition(id).map(|it| it.span);
                place.is_some_and(|place| self.given_up.iter().any(|part| part.covers(place)))
            }
            Some(Meaning::Open) => self.names.is_unreadable(&name.node),
            _ => self.is_reported(name.span),
        }
    }

    /// The values and components that nothing names.
    fn unused(&self) -> Vec<UnusedValue> {
        let entry = self.modules.last().map(|module| module.ast.span.file);
        let is_value = |kind: DefinitionKind| {
            matches!(
                kind,
                DefinitionKind::Option
                    | DefinitionKind::Param
                    | DefinitionKind::Variable
                    | DefinitionKind::Let
                    | DefinitionKind::Component
            )
        };
        let unnamed = self.names.definitions().map(|(_, it)| it).filter(|it| it.uses == 0 && is_value(it.kind));
        // Other files share what a component is written for.
        let unnamed = unnamed.filter(|it| it.kind != DefinitionKind::Component || Some(it.span.file) == entry);
        let unnamed = unnamed.filter(|it| !self.named.contains(&it.name));
        let value =
            |it: &Definition| UnusedValue { keyword: it.kind.noun(), name: Spanned::new(it.name.clone(), it.span) };
        unnamed.map(value).collect()
    }

    /// The number of findings so far, with those that had been reported before.
    fn found(&self) -> usize {
        self.diagnostics.len() + self.known
    }

    fn finish(mut self) -> Lowered {
        self.quoted_names();
        self.hir.incomplete |= self.diagnostics.has_errors() || self.names.has_unknown();
        self.hir.unused = self.unused();
        let unused_inputs = self.unused_inputs();
        Lowered { hir: self.hir, diagnostics: self.diagnostics, unused_inputs }
    }
}

/// The text at a place.
fn text_at<'a>(modules: &[Module<'a>], place: Span) -> &'a str {
    let module = modules.iter().find(|module| module.ast.span.file == place.file);
    module.and_then(|module| module.text.get(place.range())).unwrap_or_default()
}
