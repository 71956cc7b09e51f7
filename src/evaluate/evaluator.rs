//! The state of evaluation: what names are bound to, and the diagnostics.

use std::collections::BTreeSet;

use crate::catalog::Kind;
use crate::collections::{HashMap, HashSet};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::names;
use crate::hir::{
    Arena, ArtifactId, ConditionId, Entity, EnvironmentId, Mapping, MappingId, Param, ParamId, TemplateCondition,
    ValueOrigins,
};
use crate::resolve::{DefinitionKind, Index, Meaning, Module};
use crate::slots;
use crate::source::{Span, Spanned};
use crate::syntax::ast;

use super::entities::{DeclaredName, Entities, Quoted};
use super::limits::{Limits, Passed};
use super::pipeline_names::PipelineNames;
use super::scope::{Binding, LetEntry, LetId, LetState, ScopeId, Scopes};

/// The context of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    /// The scope whose names are visible.
    pub(crate) scope: ScopeId,
    /// The enclosing pipeline: an index into those whose names are known.
    pub(crate) pipeline: Option<usize>,
}

impl Context {
    /// Creates the context of a scope outside every pipeline.
    pub(crate) fn of_scope(scope: ScopeId) -> Self {
        Self { scope, pipeline: None }
    }
}

/// Evaluates expressions as far as compile time allows.
pub(crate) struct Evaluator<'a> {
    /// The files.
    pub(crate) modules: &'a [Module<'a>],
    /// What the identifiers of the files refer to.
    pub(crate) names: &'a Index,
    /// What is wrong.
    pub(crate) diagnostics: Diagnostics,
    /// The values of names.
    pub(crate) scopes: Scopes<'a>,
    /// The declarations other than pipelines.
    pub(crate) entities: Entities,
    /// The names that pipelines declare, for each pipeline that has been read.
    pub(crate) pipelines: Vec<PipelineNames>,
    /// The pipeline whose values are being evaluated, as an index into `pipelines`.
    pub(crate) current: Option<usize>,
    /// The artifact in `from` of the action whose values are being evaluated, if it is the only one there.
    pub(crate) only_input: Option<String>,
    /// The environment of the action whose values are being evaluated.
    pub(crate) environment: Option<EnvironmentId>,
    /// The template's parameters so far.
    pub(crate) params: Arena<ParamId, Param>,
    /// The conditions that are known at deployment, so far.
    pub(crate) conditions: Arena<ConditionId, TemplateCondition>,
    /// The conditions that are values of `let`.
    pub(super) of_lets: HashMap<LetId, ConditionId>,
    /// The maps in which values are looked up at deployment, so far.
    pub(crate) mappings: Arena<MappingId, Mapping>,
    /// Declarations that no value refers to.
    pub(crate) unnamed: BTreeSet<Entity>,
    /// The logical IDs that intrinsic functions refer to.
    pub(crate) named: HashSet<String>,
    /// Strings that are the names of declarations.
    pub(crate) quoted: Vec<Quoted>,
    /// Other strings where declarations of a kind can be used.
    pub(crate) strings: Vec<(Kind, Spanned<String>)>,
    /// Where values are written that names refer to.
    pub(crate) origins: ValueOrigins,
    /// Abandoned statements and blocks, which have been reported.
    pub(crate) given_up: Vec<Span>,
    /// Whether something could not be read or resolved.
    pub(crate) incomplete: bool,
    /// How much of the limits on time, memory, and stack has been used.
    pub(crate) limits: Limits,
}

/// The state that a quiet step sets aside.
pub(crate) struct Muted {
    diagnostics: Diagnostics,
    passed: Passed,
    waiting: Vec<LetId>,
}

impl<'a> Evaluator<'a> {
    /// Creates the state before anything has been read.
    pub(crate) fn new(modules: &'a [Module<'a>], names: &'a Index) -> Self {
        Self {
            modules,
            names,
            diagnostics: Diagnostics::new(),
            scopes: Scopes::new(),
            entities: Entities::default(),
            pipelines: Vec::new(),
            current: None,
            only_input: None,
            environment: None,
            params: Arena::default(),
            conditions: Arena::default(),
            of_lets: HashMap::default(),
            mappings: Arena::default(),
            unnamed: BTreeSet::new(),
            named: HashSet::default(),
            quoted: Vec::new(),
            strings: Vec::new(),
            origins: ValueOrigins::default(),
            given_up: Vec::new(),
            incomplete: false,
            limits: Limits::new(),
        }
    }

    /// Returns whether the identifier at `place` resolves to nothing at all, which name resolution has reported.
    pub(crate) fn is_reported(&self, place: Span) -> bool {
        self.names.is_reported(place)
    }

    /// Returns whether there is an explanation for a name that was not found: it has been reported, or the text that
    /// introduces it was unreadable or abandoned.
    pub(crate) fn is_explained(&self, name: &ast::Ident) -> bool {
        match self.names.meaning_of_name(name) {
            Some(Meaning::Names(id)) => {
                let place = self.names.definition(id).map(|it| it.span);
                place.is_some_and(|place| self.given_up.iter().any(|part| part.covers(place)))
            }
            Some(Meaning::Open) => self.names.is_unreadable(&name.node),
            meaning => meaning == Some(Meaning::Unknown),
        }
    }

    /// Begins a step whose diagnostics are discarded: they are reported when the same text is evaluated again, or are
    /// moot.
    pub(crate) fn begin_quiet(&mut self) -> Muted {
        let is_waiting = |(_, entry): &(usize, &LetEntry<'_>)| matches!(entry.state, LetState::Waiting);
        let waiting = self.scopes.lets.iter().enumerate().filter(is_waiting).map(|(id, _)| LetId(id)).collect();
        Muted { diagnostics: std::mem::take(&mut self.diagnostics), passed: self.limits.passed, waiting }
    }

    /// Ends a quiet step. If there were diagnostics, values evaluated during the step are evaluated again later, so
    /// that they are reported.
    pub(crate) fn end_quiet(&mut self, quiet: Muted) {
        let discarded = std::mem::replace(&mut self.diagnostics, quiet.diagnostics);
        self.limits.passed = quiet.passed;
        if !discarded.is_empty() {
            quiet.waiting.into_iter().for_each(|id| self.set_let(id, LetState::Waiting));
        }
    }

    /// Runs a quiet step.
    pub(crate) fn quietly<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        let quiet = self.begin_quiet();
        let made = step(self);
        self.end_quiet(quiet);
        made
    }

    /// Abandons a part of the files. Uses of what it declares are not reported.
    pub(crate) fn give_up(&mut self, part: Span) {
        self.incomplete = true;
        self.given_up.push(part);
    }

    /// Returns the context of a value in a scope: in the pipeline that is being read, if any.
    pub(crate) fn context_in(&self, scope: ScopeId) -> Context {
        Context { scope, pipeline: self.current }
    }

    /// Binds the name of a value, a type or a component, once in its scope.
    pub(crate) fn bind(&mut self, scope: ScopeId, name: &Spanned<String>, defined: DefinitionKind, binding: Binding) {
        let kind = match defined {
            DefinitionKind::Variable | DefinitionKind::Parameter => defined.noun(),
            _ => "value",
        };
        if let Some(definition) = self.names.defined(name, |kind| kind == defined) {
            let earlier = self.scopes.bind(scope, definition, name, binding);
            self.report_duplicate(kind, name, earlier);
        }
    }

    /// Binds the name of an instance of a component, which may be computed; whether the name was free. Its name is also
    /// bound in the scope `around` its stage, for other stages.
    pub(crate) fn bind_instance(
        &mut self,
        (scope, around): (ScopeId, ScopeId),
        name: &Spanned<String>,
        instance: ScopeId,
    ) -> bool {
        let earlier = match self.names.defined(name, |kind| kind == DefinitionKind::Instance) {
            Some(definition) => {
                let earlier = self.scopes.bind(scope, definition, name, Binding::Instance(instance));
                if around != scope {
                    self.scopes.bind(around, definition, name, Binding::Instance(instance));
                }
                earlier
            }
            None => self.scopes.bind_instance(scope, name, instance),
        };
        self.report_duplicate("value", name, earlier);
        earlier.is_none()
    }

    /// Binds the name of a declaration. A computed name is known only by its text.
    pub(crate) fn bind_entity(&mut self, name: &DeclaredName, entity: Entity) {
        let defined = DefinitionKind::Declaration(entity.kind());
        if let Some(definition) = self.names.defined(&name.symbol, |kind| kind == defined) {
            self.scopes.bind(name.local, definition, &name.symbol, Binding::Declaration(entity));
        }
        let earlier = self.entities.declare(entity.kind(), name, entity);
        self.report_duplicate(entity.word(), &name.symbol, earlier);
    }

    /// Binds the name of an artifact.
    pub(crate) fn bind_artifact(&mut self, scope: ScopeId, name: &Spanned<String>, artifact: ArtifactId) {
        if let Some(definition) = self.names.defined(name, |kind| kind == DefinitionKind::Artifact) {
            self.scopes.bind(scope, definition, name, Binding::Artifact(artifact));
        }
    }

    pub(crate) fn report_duplicate(&mut self, kind: &str, name: &Spanned<String>, earlier: Option<Span>) {
        if let Some(first) = earlier {
            self.incomplete = true;
            let copier = self.names.copier_at(name.span);
            self.diagnostics.push(names::duplicate_of(kind, name, first, copier));
        }
    }

    /// Reports a name that its kind does not allow. Returns whether the name is valid.
    pub(crate) fn check_name(&mut self, kind: &str, name: &Spanned<String>) -> bool {
        slots::check_name(kind, name, self)
    }

    /// Returns the text that replaces a name with another one, if nothing else can refer to the name: it occurs once in
    /// the files and is not an environment variable that a build's commands can use.
    pub(crate) fn renaming(&self, kind: &str, name: &Spanned<String>, suggestion: &str) -> Option<String> {
        let written = self.shown(name.span);
        let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
        let bare = quote.map_or(Some(written.as_str()), |quote| written.strip_prefix(quote)?.strip_suffix(quote));
        let lines = self.modules.iter().flat_map(|module| module.text.lines());
        let statements = lines.filter(|line| !line.trim_start().starts_with("//"));
        let times: usize = statements.map(|line| line.matches(name.as_str()).count()).sum();
        let alone = bare == Some(name.as_str()) && times == 1 && slots::name_in_arn(&name.node) == name.node;
        let quote = quote.map(String::from).unwrap_or_default();
        (alone && kind != "environment-variable").then(|| format!("{quote}{suggestion}{quote}"))
    }

    /// Returns the name of the only declaration of a kind. For pipelines it is `None`: the pipeline that another refers
    /// to is not in the file.
    pub(crate) fn only(&self, kind: Kind) -> Option<String> {
        let mut of_kind = self.entities.names_of(kind).filter(|_| kind != Kind::Pipeline);
        let only = of_kind.next()?;
        of_kind.next().is_none().then(|| only.to_owned())
    }

    /// Returns the source text of a span.
    pub(crate) fn shown(&self, place: Span) -> String {
        let module = self.modules.iter().find(|module| module.ast.span.file == place.file);
        module.and_then(|module| module.text.get(place.range())).unwrap_or_default().to_owned()
    }

    /// Returns the line of a span with its line ending, if nothing else is on it.
    pub(crate) fn whole_line(&self, place: Span) -> Option<Span> {
        let module = self.modules.iter().find(|module| module.ast.span.file == place.file)?;
        let (before, tail) = (module.text.get(..place.range().start)?, module.text.get(place.range().end..)?);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = tail.find('\n').map_or(module.text.len(), |end| place.range().end + end + 1);
        let rest = [before.get(start..)?, module.text.get(place.range().end..end)?];
        rest.iter().all(|rest| rest.trim().is_empty()).then(|| Span::new(place.file, start, end))
    }
}
