//! The state of evaluation: what names are bound to, and what has been said.

use std::collections::{BTreeSet, HashSet};

use crate::catalog::Kind;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::names;
use crate::hir::{Arena, ArtifactId, Entity, EnvironmentId, Param, ParamId};
use crate::resolve::{DefinitionKind, Index, Meaning, Module};
use crate::slots;
use crate::source::{Span, Spanned};
use crate::syntax::ast;

use super::limits::{Limits, Passed};
use super::pipeline_names::PipelineNames;
use super::scope::{Binding, LetEntry, LetId, LetState, ScopeId, Scopes};
use super::things::{DeclaredName, Quoted, Things};

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    /// The names it sees.
    pub(crate) scope: ScopeId,
    /// The pipeline around it: index into those whose names are known.
    pub(crate) pipeline: Option<usize>,
}

impl Context {
    /// In a scope, outside every pipeline.
    pub(crate) fn of_scope(scope: ScopeId) -> Self {
        Self { scope, pipeline: None }
    }
}

/// Evaluates expressions as far as compile time allows.
pub(crate) struct Evaluator<'a> {
    /// The files.
    pub(crate) modules: &'a [Module<'a>],
    /// What their identifiers stand for.
    pub(crate) names: &'a Index,
    /// What is wrong.
    pub(crate) diagnostics: Diagnostics,
    /// The values of names.
    pub(crate) scopes: Scopes<'a>,
    /// What is declared beside the pipelines.
    pub(crate) things: Things,
    /// What the pipelines declare, once a pipeline has been read.
    pub(crate) pipelines: Vec<PipelineNames>,
    /// The pipeline whose values are being evaluated: index into the pipelines.
    pub(crate) current: Option<usize>,
    /// The artifact that the action whose values are being evaluated names in `from`, if it is the only one there.
    pub(crate) only_input: Option<String>,
    /// The environment of the action whose values are being evaluated.
    pub(crate) environment: Option<EnvironmentId>,
    /// The parameters of the template so far.
    pub(crate) params: Arena<ParamId, Param>,
    /// Declarations that no value names.
    pub(crate) unnamed: BTreeSet<Entity>,
    /// The logical IDs that intrinsic functions name.
    pub(crate) named: HashSet<String>,
    /// Strings that are the names of declarations.
    pub(crate) quoted: Vec<Quoted>,
    /// Statements and blocks that nothing could be made of, which is reported.
    pub(crate) given_up: Vec<Span>,
    /// Whether something could not be read or resolved.
    pub(crate) incomplete: bool,
    /// What has been used up of time, memory and stack.
    pub(crate) limits: Limits,
}

/// What a quiet step puts aside.
pub(crate) struct Quiet {
    said: Diagnostics,
    passed: Passed,
    waiting: Vec<LetId>,
}

impl<'a> Evaluator<'a> {
    /// Before anything has been read.
    pub(crate) fn new(modules: &'a [Module<'a>], names: &'a Index) -> Self {
        Self {
            modules,
            names,
            diagnostics: Diagnostics::new(),
            scopes: Scopes::new(),
            things: Things::default(),
            pipelines: Vec::new(),
            current: None,
            only_input: None,
            environment: None,
            params: Arena::default(),
            unnamed: BTreeSet::new(),
            named: HashSet::new(),
            quoted: Vec::new(),
            given_up: Vec::new(),
            incomplete: false,
            limits: Limits::new(),
        }
    }

    /// Whether the identifier of a place stands for nothing at all: that has been reported with the names.
    pub(crate) fn is_reported(&self, place: Span) -> bool {
        self.names.is_reported(place)
    }

    /// Whether a name that was not found here has been reported, or is introduced where nothing could be read or made of a
    /// statement.
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

    /// Begins a step whose findings go into a sink of its own: what is wrong there is reported where the same is read again,
    /// or is moot.
    pub(crate) fn begin_quiet(&mut self) -> Quiet {
        let is_waiting = |(_, entry): &(usize, &LetEntry<'_>)| matches!(entry.state, LetState::Waiting);
        let waiting = self.scopes.lets.iter().enumerate().filter(is_waiting).map(|(id, _)| LetId(id)).collect();
        Quiet { said: std::mem::take(&mut self.diagnostics), passed: self.limits.passed, waiting }
    }

    /// Ends a quiet step. Values of names for which something was said are made again, so that it is said aloud.
    pub(crate) fn end_quiet(&mut self, quiet: Quiet) {
        let unsaid = std::mem::replace(&mut self.diagnostics, quiet.said);
        self.limits.passed = quiet.passed;
        if !unsaid.is_empty() {
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

    /// Gives a part of the files up. What it declares is then not reported where it is used.
    pub(crate) fn give_up(&mut self, part: Span) {
        self.incomplete = true;
        self.given_up.push(part);
    }

    /// The context of a value in a scope: in the pipeline that is being read, if any.
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

    /// Binds the name of an instance of a component, which may be computed; whether the name was free.
    pub(crate) fn bind_instance(&mut self, scope: ScopeId, name: &Spanned<String>, instance: ScopeId) -> bool {
        let earlier = match self.names.defined(name, |kind| kind == DefinitionKind::Instance) {
            Some(definition) => self.scopes.bind(scope, definition, name, Binding::Instance(instance)),
            None => self.scopes.bind_instance(scope, name, instance),
        };
        self.report_duplicate("value", name, earlier);
        earlier.is_none()
    }

    /// Binds the name of a declaration. A name that is computed is known by its text alone.
    pub(crate) fn bind_thing(&mut self, name: &DeclaredName, entity: Entity) {
        let defined = DefinitionKind::Thing(entity.kind());
        if let Some(definition) = self.names.defined(&name.symbol, |kind| kind == defined) {
            self.scopes.bind(name.local, definition, &name.symbol, Binding::Thing(entity));
        }
        let earlier = self.things.declare(entity.kind(), name, entity);
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

    /// Reports a name that its kind does not allow; whether it is one.
    pub(crate) fn check_name(&mut self, kind: &str, name: &Spanned<String>) -> bool {
        slots::check_name(kind, name, self)
    }

    /// The text to write for another name, where nothing else can refer to the name: no other place of the files has it,
    /// and it is none that the commands of a build know.
    pub(crate) fn renaming(&self, kind: &str, name: &Spanned<String>, mended: &str) -> Option<String> {
        let written = self.shown(name.span);
        let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
        let bare = quote.map_or(Some(written.as_str()), |quote| written.strip_prefix(quote)?.strip_suffix(quote));
        let lines = self.modules.iter().flat_map(|module| module.text.lines());
        let statements = lines.filter(|line| !line.trim_start().starts_with("//"));
        let times: usize = statements.map(|line| line.matches(name.as_str()).count()).sum();
        let alone = bare == Some(name.as_str()) && times == 1 && slots::name_in_arn(&name.node) == name.node;
        let quote = quote.map(String::from).unwrap_or_default();
        (alone && kind != "environment-variable").then(|| format!("{quote}{mended}{quote}"))
    }

    /// The name of the only declaration of a kind. Of a pipeline that names another one, the other is not in the file.
    pub(crate) fn only(&self, kind: Kind) -> Option<String> {
        let mut of_kind = self.things.names_of(kind).filter(|_| kind != Kind::Pipeline);
        let only = of_kind.next()?;
        of_kind.next().is_none().then(|| only.to_owned())
    }

    /// What the user wrote at a place.
    pub(crate) fn shown(&self, place: Span) -> String {
        let module = self.modules.iter().find(|module| module.ast.span.file == place.file);
        module.and_then(|module| module.text.get(place.range())).unwrap_or_default().to_owned()
    }

    /// The line of a place with its end, where nothing else stands on it.
    pub(crate) fn whole_line(&self, place: Span) -> Option<Span> {
        let module = self.modules.iter().find(|module| module.ast.span.file == place.file)?;
        let (before, behind) = (module.text.get(..place.range().start)?, module.text.get(place.range().end..)?);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = behind.find('\n').map_or(module.text.len(), |end| place.range().end + end + 1);
        let rest = [before.get(start..)?, module.text.get(place.range().end..end)?];
        rest.iter().all(|rest| rest.trim().is_empty()).then(|| Span::new(place.file, start, end))
    }
}
