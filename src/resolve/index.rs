//! What every identifier of the files stands for: definitions, the places that name them, and scopes by range.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::catalog::Kind;
use crate::diagnostic::families::names::{Copier, Hidden};
use crate::source::{FileId, Span, Spanned};

/// Names one definition of an [`Index`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionId(pub(super) u32);

/// Names one scope of an [`Index`]. Scopes are numbered as they open, so those inside a scope follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub(super) u32);

/// What a definition defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DefinitionKind {
    /// `option`
    Option,
    /// `param`
    Param,
    /// `variable` of a pipeline
    Variable,
    /// `let`
    Let,
    /// The name of a `for`, as a statement or in a list.
    Loop,
    /// `component`
    Component,
    /// A parameter of a component.
    Parameter,
    /// `type`
    Type,
    /// `use ... as Name`
    Instance,
    /// `import ... as name`
    Module,
    /// A pipeline, and everything that is declared beside one.
    Thing(Kind),
    /// `stage`
    Stage,
    /// An action; `makes_stack` where its outputs can be those of a stack.
    Action {
        /// Whether it works on a stack.
        makes_stack: bool,
    },
    /// An artifact, behind `->`.
    Artifact,
    /// `property` of a provider
    Property,
    /// A policy of a role.
    Policy,
}

impl DefinitionKind {
    /// The kind as messages name it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Option => "option",
            Self::Param => "param",
            Self::Variable => "variable",
            Self::Let => "let",
            Self::Loop => "element",
            Self::Component => "component",
            Self::Parameter => "parameter",
            Self::Type => "type",
            Self::Instance => "instance",
            Self::Module => "file",
            Self::Thing(kind) => kind.word(),
            Self::Stage => "stage",
            Self::Action { .. } => "action",
            Self::Artifact => "artifact",
            Self::Property => "property",
            Self::Policy => "policy",
        }
    }
}

/// A place that gives something a name.
#[derive(Debug, Clone)]
pub struct Definition {
    /// What it defines.
    pub kind: DefinitionKind,
    /// The name as written; empty if it is computed.
    pub name: String,
    /// The name's place, quotes included.
    pub span: Span,
    /// Where it is written.
    pub written: ScopeId,
    /// The scope in which the name can be used; none of a quoted name in a component, which is visible where the component
    /// is used.
    pub visible: Option<ScopeId>,
    /// The scope that it opens.
    pub opens: Option<ScopeId>,
    /// The action of an artifact.
    pub owner: Option<DefinitionId>,
    /// How many places name it.
    pub uses: u32,
    /// The first definition of the name in the same scope, of the same kind of names: of those, one is there at a time, for
    /// example in one of two branches.
    pub first: DefinitionId,
}

/// A part of a file with names of its own.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The scope around it; none of a file.
    pub parent: Option<ScopeId>,
    /// The part.
    pub span: Span,
    /// The number behind the last scope inside it.
    pub(super) end: u32,
}

/// A word that is no name: it has a fixed meaning where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    /// The key of an attribute.
    Attribute,
    /// The key of a map.
    Key,
    /// Behind a dot: of a value, of a thing, or a variable of an action.
    Member,
    /// A value of an enumeration.
    Value,
    /// A function, or the rule of a condition.
    Function,
    /// The name of an argument of a function or rule.
    Argument,
    /// A type of the language.
    Type,
    /// A field of a type.
    Field,
    /// A provider of the catalog.
    Provider,
    /// A verb of `allow`.
    Verb,
    /// A pseudo parameter: the `AWS` before `::`.
    Pseudo,
    /// Part of a statement's header: its event, category, service or outcome.
    Header,
}

/// What an identifier stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// It defines the name.
    Defines(DefinitionId),
    /// It names a definition.
    Names(DefinitionId),
    /// It is no name.
    Word(Word),
    /// Only evaluation can tell, or something around it cannot be read: a name that is computed may be meant.
    Open,
    /// Nothing, which is reported.
    Unknown,
}

/// An identifier and what it stands for.
#[derive(Debug, Clone, Copy)]
pub struct Mention {
    /// Its place.
    pub span: Span,
    /// What it stands for.
    pub meaning: Meaning,
}

/// All names of an entry file and of the files that it imports.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(super) definitions: Vec<Definition>,
    pub(super) scopes: Vec<Scope>,
    /// Definitions of other files, by the scope of the file that imports them.
    pub(super) imported: Vec<(ScopeId, DefinitionId)>,
    /// In order of file and place, once all are there.
    pub(super) mentions: Vec<Mention>,
    pub(super) unknown: usize,
    /// Words of what could not be read.
    pub(super) unreadable: HashSet<String>,
    /// Whether some statement could not be read.
    pub(super) is_incomplete: bool,
}

impl Index {
    /// Every definition, in the order written.
    pub fn definitions(&self) -> impl Iterator<Item = (DefinitionId, &Definition)> {
        self.definitions.iter().enumerate().map(|(index, it)| (DefinitionId(number(index)), it))
    }

    /// A definition.
    pub fn definition(&self, id: DefinitionId) -> Option<&Definition> {
        self.definitions.get(id.0 as usize)
    }

    /// Every identifier, in order of file and place.
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// What the identifier at an offset stands for; the end of an identifier belongs to it.
    pub fn mention_at(&self, file: FileId, offset: u32) -> Option<Mention> {
        let behind = self.mentions.partition_point(|it| (it.span.file, it.span.start) <= (file, offset));
        let mention = *self.mentions.get(behind.checked_sub(1)?)?;
        (mention.span.file == file && offset <= mention.span.end).then_some(mention)
    }

    /// The definition that the identifier at an offset is, or names.
    pub fn definition_at(&self, file: FileId, offset: u32) -> Option<DefinitionId> {
        match self.mention_at(file, offset)?.meaning {
            Meaning::Defines(id) | Meaning::Names(id) => Some(id),
            _ => None,
        }
    }

    /// The places that name a definition, in order of file and place; its own is not one of them.
    pub fn references_of(&self, definition: DefinitionId) -> impl Iterator<Item = Span> {
        self.mentions.iter().filter(move |it| it.meaning == Meaning::Names(definition)).map(|it| it.span)
    }

    /// The innermost scope at an offset.
    pub fn scope_at(&self, file: FileId, offset: u32) -> Option<ScopeId> {
        let holds = |scope: &Scope| scope.span.file == file && scope.span.start <= offset && offset <= scope.span.end;
        self.scopes.iter().rposition(holds).map(|index| ScopeId(number(index)))
    }

    /// A scope.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id.0 as usize)
    }

    /// The definitions that can be named at an offset, inner ones first; an outer one of the same name and kind is hidden and
    /// left out.
    pub fn visible_at(&self, file: FileId, offset: u32) -> Vec<DefinitionId> {
        let Some(scope) = self.scope_at(file, offset) else { return Vec::new() };
        let mut found: Vec<(ScopeId, DefinitionId)> = Vec::new();
        let own = self.definitions().filter_map(|(id, it)| Some((it.visible?, id)));
        found.extend(own.chain(self.imported.iter().copied()).filter(|(visible, _)| self.is_inside(scope, *visible)));
        found.sort_by_key(|(visible, id)| (std::cmp::Reverse(*visible), *id));
        let mut seen = HashSet::new();
        let is_new = |id: &DefinitionId| {
            let it = self.definition(*id);
            it.is_some_and(|it| !it.name.is_empty() && seen.insert((it.kind.space(), it.name.as_str())))
        };
        found.into_iter().map(|(_, id)| id).filter(is_new).collect()
    }

    /// Whether a scope is another one or stands inside it.
    pub fn is_inside(&self, scope: ScopeId, outer: ScopeId) -> bool {
        outer <= scope && self.scope(outer).is_some_and(|it| scope.0 < it.end)
    }

    /// Why a place does not see a definition that has the name it uses.
    pub fn hidden(&self, definition: DefinitionId, place: Span) -> Hidden {
        let component_of = |scope: ScopeId| {
            let components = self.definitions.iter().filter(|it| it.kind == DefinitionKind::Component);
            components.filter_map(|it| it.opens).filter(|opens| self.is_inside(scope, *opens)).max()
        };
        let here = self.scope_at(place.file, place.start).and_then(component_of);
        let there = self.definition(definition).and_then(|it| component_of(it.written));
        match (here, there) {
            _ if here == there => Hidden::InLoop,
            (Some(_), _) => Hidden::Outside,
            _ => Hidden::InComponent,
        }
    }

    /// The innermost component around a scope.
    pub fn component_at(&self, scope: ScopeId) -> Option<&str> {
        let components = self.definitions.iter().filter(|it| it.kind == DefinitionKind::Component);
        let around = components.filter(|it| it.opens.is_some_and(|opens| self.is_inside(scope, opens)));
        around.max_by_key(|it| it.opens).map(|it| it.name.as_str())
    }

    /// What copies what is written at a place: the innermost loop or component around it.
    pub fn copier_at(&self, place: Span) -> Option<Copier<'_>> {
        let scope = self.scope_at(place.file, place.start)?;
        let copied = |it: &&Definition| match it.kind {
            DefinitionKind::Loop => it.visible.filter(|body| self.is_inside(scope, *body)),
            DefinitionKind::Component => it.opens.filter(|body| self.is_inside(scope, *body)),
            _ => None,
        };
        let innermost = self.definitions.iter().filter(|it| copied(it).is_some()).max_by_key(copied)?;
        Some(match innermost.kind {
            DefinitionKind::Component => Copier::Component(&innermost.name),
            _ => Copier::Loop,
        })
    }

    /// Whether the identifier of a place stands for nothing, which has been reported.
    pub fn is_reported(&self, place: Span) -> bool {
        self.unknown > 0 && self.meaning_of(place) == Some(Meaning::Unknown)
    }

    /// Whether a name may have been introduced where nothing could be read.
    pub fn is_unreadable(&self, name: &str) -> bool {
        self.unreadable.contains(name)
    }

    /// Whether part of the files could not be read.
    pub fn has_unreadable(&self) -> bool {
        self.is_incomplete
    }

    /// How many places name what is defined at a place.
    pub fn uses_at(&self, place: Span) -> u32 {
        match self.meaning_of(place) {
            Some(Meaning::Defines(id)) => self.definition(id).map_or(0, |it| it.uses),
            _ => 0,
        }
    }

    /// Whether some identifier stands for nothing.
    pub fn has_unknown(&self) -> bool {
        self.unknown > 0
    }

    /// What the identifier of a place stands for.
    pub fn meaning_of(&self, place: Span) -> Option<Meaning> {
        self.at(place).next()
    }

    /// What a name stands for where it is used. What is written out of a shorthand shares a place: the name decides then.
    pub fn meaning_of_name(&self, name: &Spanned<String>) -> Option<Meaning> {
        let is_it = |meaning: &Meaning| match meaning {
            Meaning::Names(id) => self.definition(*id).is_some_and(|it| it.name == name.node),
            _ => false,
        };
        self.at(name.span).find(is_it).or_else(|| self.meaning_of(name.span))
    }

    /// What a name defines at its place, of one kind of names.
    pub fn defined(&self, name: &Spanned<String>, is_kind: impl Fn(DefinitionKind) -> bool) -> Option<DefinitionId> {
        let is_it = |it: &Definition| it.name == name.node && is_kind(it.kind);
        self.at(name.span).find_map(|meaning| match meaning {
            Meaning::Defines(id) => self.definition(id).filter(|it| is_it(it)).map(|it| it.first),
            _ => None,
        })
    }

    /// The meanings of the identifiers of a place.
    fn at(&self, place: Span) -> impl Iterator<Item = Meaning> {
        let start = self.mentions.partition_point(|it| in_order(&it.span, &place).is_lt());
        let all = self.mentions.get(start..).unwrap_or_default().iter();
        all.take_while(move |it| in_order(&it.span, &place).is_eq()).map(|it| it.meaning)
    }

    /// Brings the mentions in order. They are nearly so.
    pub(super) fn sort(&mut self) {
        self.mentions.sort_by(|one, other| in_order(&one.span, &other.span));
    }
}

fn in_order(one: &Span, other: &Span) -> Ordering {
    (one.file, one.start, one.end).cmp(&(other.file, other.start, other.end))
}

/// A position in a list as an id holds it. Files of more than 4 GiB are refused, so it always fits.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
