//! What every identifier of the files refers to: definitions, references to them, and scopes by range.

use std::cmp::Ordering;

use crate::catalog::Kind;
use crate::collections::HashSet;
use crate::diagnostic::families::names::{Copier, Hidden};
use crate::source::{FileId, Span, Spanned};

/// Identifies one definition of an [`Index`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionId(pub(super) u32);

/// Identifies one scope of an [`Index`]. Scopes are numbered as they open, so the scopes inside a scope follow it.
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
    /// A pipeline, or anything that is declared beside one.
    Declaration(Kind),
    /// `stage`
    Stage,
    /// An action; `makes_stack` if its outputs can be those of a stack.
    Action {
        /// Whether it works on a stack.
        targets_stack: bool,
    },
    /// An artifact, after `->`.
    Artifact,
    /// `property` of a provider
    Property,
    /// A policy of a role.
    Policy,
}

impl DefinitionKind {
    /// Returns the kind as messages name it.
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
            Self::Declaration(kind) => kind.word(),
            Self::Stage => "stage",
            Self::Action { .. } => "action",
            Self::Artifact => "artifact",
            Self::Property => "property",
            Self::Policy => "policy",
        }
    }
}

/// Where a name is defined.
#[derive(Debug, Clone)]
pub struct Definition {
    /// What it defines.
    pub kind: DefinitionKind,
    /// The name as written; empty if it is computed.
    pub name: String,
    /// The span of the name, quotes included.
    pub span: Span,
    /// The scope that contains the definition.
    pub written: ScopeId,
    /// The scope in which the name can be used; `None` for a quoted name in a component, which is visible where the
    /// component is used.
    pub visible: Option<ScopeId>,
    /// The scope that it opens.
    pub opens: Option<ScopeId>,
    /// The action that produces an artifact.
    pub owner: Option<DefinitionId>,
    /// The number of references to it.
    pub uses: u32,
    /// The first definition of the name in the same scope and space. Only one of them takes effect, for example if they
    /// are in different branches.
    pub first: DefinitionId,
}

/// A part of a file with its own names.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The enclosing scope; `None` for a file.
    pub parent: Option<ScopeId>,
    /// The range of the file.
    pub span: Span,
    /// The number after that of the last scope inside it.
    pub(super) end: u32,
}

/// A word with a fixed meaning in its position, not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    /// The key of an attribute.
    Attribute,
    /// The key of a map.
    Key,
    /// After a dot: a member of a value or of a declaration, or a variable of an action.
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
    /// Part of a statement's header: its event, category, service, or outcome.
    Header,
}

/// What an identifier refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// It defines the name.
    Defines(DefinitionId),
    /// It refers to a definition.
    Names(DefinitionId),
    /// It is not a name.
    Word(Word),
    /// Known only after evaluation, or something around it is unreadable: it may refer to a name that is computed.
    Open,
    /// Nothing; this has been reported.
    Unknown,
}

/// An identifier and what it refers to.
#[derive(Debug, Clone, Copy)]
pub struct Mention {
    /// Its span.
    pub span: Span,
    /// What it refers to.
    pub meaning: Meaning,
}

/// All names of an entry file and of the files that it imports.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(super) definitions: Vec<Definition>,
    pub(super) scopes: Vec<Scope>,
    /// Definitions of other files, by the scope of the importing file.
    pub(super) imported: Vec<(ScopeId, DefinitionId)>,
    /// In order of file and position, once complete.
    pub(super) mentions: Vec<Mention>,
    pub(super) unknown: usize,
    /// Words in text that could not be read.
    pub(super) unreadable: HashSet<String>,
    /// Whether some statement could not be read.
    pub(super) is_incomplete: bool,
}

impl Index {
    /// Returns every definition, in the order written.
    pub fn definitions(&self) -> impl Iterator<Item = (DefinitionId, &Definition)> {
        self.definitions.iter().enumerate().map(|(index, it)| (DefinitionId(number(index)), it))
    }

    /// Returns a definition.
    pub fn definition(&self, id: DefinitionId) -> Option<&Definition> {
        self.definitions.get(id.0 as usize)
    }

    /// Returns every identifier, in order of file and position.
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// Returns what the identifier at an offset refers to; the offset may be the end of the identifier.
    pub fn mention_at(&self, file: FileId, offset: u32) -> Option<Mention> {
        let tail = self.mentions.partition_point(|it| (it.span.file, it.span.start) <= (file, offset));
        let mention = *self.mentions.get(tail.checked_sub(1)?)?;
        (mention.span.file == file && offset <= mention.span.end).then_some(mention)
    }

    /// Returns the definition that the identifier at an offset is or refers to.
    pub fn definition_at(&self, file: FileId, offset: u32) -> Option<DefinitionId> {
        match self.mention_at(file, offset)?.meaning {
            Meaning::Defines(id) | Meaning::Names(id) => Some(id),
            _ => None,
        }
    }

    /// Returns the references to a definition, in order of file and position; the definition itself is not one of them.
    pub fn references_of(&self, definition: DefinitionId) -> impl Iterator<Item = Span> {
        self.mentions.iter().filter(move |it| it.meaning == Meaning::Names(definition)).map(|it| it.span)
    }

    /// Returns the innermost scope at an offset.
    pub fn scope_at(&self, file: FileId, offset: u32) -> Option<ScopeId> {
        let holds = |scope: &Scope| scope.span.file == file && scope.span.start <= offset && offset <= scope.span.end;
        self.scopes.iter().rposition(holds).map(|index| ScopeId(number(index)))
    }

    /// Returns a scope.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id.0 as usize)
    }

    /// Returns the definitions that can be referred to at an offset, inner ones first. Outer definitions that one with
    /// the same name and kind hides are left out.
    pub fn visible_at(&self, file: FileId, offset: u32) -> Vec<DefinitionId> {
        let Some(scope) = self.scope_at(file, offset) else { return Vec::new() };
        let mut found: Vec<(ScopeId, DefinitionId)> = Vec::new();
        let own = self.definitions().filter_map(|(id, it)| Some((it.visible?, id)));
        found.extend(own.chain(self.imported.iter().copied()).filter(|(visible, _)| self.is_inside(scope, *visible)));
        found.sort_by_key(|(visible, id)| (std::cmp::Reverse(*visible), *id));
        let mut seen = HashSet::default();
        let is_new = |id: &DefinitionId| {
            let it = self.definition(*id);
            it.is_some_and(|it| !it.name.is_empty() && seen.insert((it.kind.space(), it.name.as_str())))
        };
        found.into_iter().map(|(_, id)| id).filter(is_new).collect()
    }

    /// Returns whether a scope is `outer` or inside it.
    pub fn is_inside(&self, scope: ScopeId, outer: ScopeId) -> bool {
        outer <= scope && self.scope(outer).is_some_and(|it| scope.0 < it.end)
    }

    /// Returns why a definition with the name used at `place` is not visible there.
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

    /// Returns the innermost component that contains a scope.
    pub fn component_at(&self, scope: ScopeId) -> Option<&str> {
        let components = self.definitions.iter().filter(|it| it.kind == DefinitionKind::Component);
        let around = components.filter(|it| it.opens.is_some_and(|opens| self.is_inside(scope, opens)));
        around.max_by_key(|it| it.opens).map(|it| it.name.as_str())
    }

    /// Returns what copies the text at `place`: the innermost enclosing loop or component.
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

    /// Returns whether the identifier at `place` is unresolved and has been reported.
    pub fn is_reported(&self, place: Span) -> bool {
        self.unknown > 0 && self.meaning_of(place) == Some(Meaning::Unknown)
    }

    /// Returns whether a name may have been introduced in text that could not be read.
    pub fn is_unreadable(&self, name: &str) -> bool {
        self.unreadable.contains(name)
    }

    /// Returns whether part of the files could not be read.
    pub fn has_unreadable(&self) -> bool {
        self.is_incomplete
    }

    /// Returns the number of references to what is defined at `place`.
    pub fn uses_at(&self, place: Span) -> u32 {
        match self.meaning_of(place) {
            Some(Meaning::Defines(id)) => self.definition(id).map_or(0, |it| it.uses),
            _ => 0,
        }
    }

    /// Returns whether some identifier is unresolved.
    pub fn has_unknown(&self) -> bool {
        self.unknown > 0
    }

    /// Returns what the identifier at `place` refers to.
    pub fn meaning_of(&self, place: Span) -> Option<Meaning> {
        self.at(place).next()
    }

    /// Returns what a name refers to where it is used. Names that a shorthand expands to share a span, so the name
    /// decides between them.
    pub fn meaning_of_name(&self, name: &Spanned<String>) -> Option<Meaning> {
        let is_it = |meaning: &Meaning| match meaning {
            Meaning::Names(id) => self.definition(*id).is_some_and(|it| it.name == name.node),
            _ => false,
        };
        self.at(name.span).find(is_it).or_else(|| self.meaning_of(name.span))
    }

    /// Returns the definition of a name at its span, of one kind of definitions.
    pub fn defined(&self, name: &Spanned<String>, is_kind: impl Fn(DefinitionKind) -> bool) -> Option<DefinitionId> {
        let is_it = |it: &Definition| it.name == name.node && is_kind(it.kind);
        self.at(name.span).find_map(|meaning| match meaning {
            Meaning::Defines(id) => self.definition(id).filter(|it| is_it(it)).map(|it| it.first),
            _ => None,
        })
    }

    /// Returns the meanings of the identifiers at `place`.
    fn at(&self, place: Span) -> impl Iterator<Item = Meaning> {
        let start = self.mentions.partition_point(|it| in_order(&it.span, &place).is_lt());
        let all = self.mentions.get(start..).unwrap_or_default().iter();
        all.take_while(move |it| in_order(&it.span, &place).is_eq()).map(|it| it.meaning)
    }

    /// Sorts the mentions, which are nearly in order.
    pub(super) fn sort(&mut self) {
        self.mentions.sort_by(|one, other| in_order(&one.span, &other.span));
    }
}

fn in_order(one: &Span, other: &Span) -> Ordering {
    (one.file, one.start, one.end).cmp(&(other.file, other.start, other.end))
}

/// Converts a list index to the number in an ID. Files of more than 4 GiB are refused, so it always fits.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
