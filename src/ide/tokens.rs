//! Semantic tokens: the meaning of each word of a file, for highlighting beyond the grammar.

use crate::resolve::{DefinitionKind, Meaning, Word};
use crate::source::{FileId, Span};

use super::Snapshot;

/// A word and its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its span, on one line.
    pub span: Span,
    /// Its kind.
    pub kind: TokenKind,
    /// Whether it defines the name.
    pub defines: bool,
    /// When its value is known, if this is the same for all of it.
    pub known: Option<KnownAt>,
}

/// The kind of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword, or another word of a header.
    Keyword,
    /// A pipeline or a stage.
    Namespace,
    /// A component, a provider.
    Class,
    /// A type.
    Type,
    /// A word of an enumeration.
    EnumMember,
    /// A value, an artifact, a declared resource.
    Variable,
    /// A parameter of a component, an argument.
    Parameter,
    /// An attribute, a key, a member.
    Property,
    /// A function, an action.
    Function,
}

/// When a value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// At compile time.
    Compile,
    /// At deployment.
    Deploy,
    /// At run time.
    Run,
}

/// Returns the words of a file, in order.
pub fn tokens(snapshot: &Snapshot, file: FileId) -> Vec<Token> {
    let names = snapshot.compilation().names();
    let sources = snapshot.compilation().sources();
    let mut found: Vec<Token> = Vec::new();
    for mention in names.mentions().iter().filter(|mention| mention.span.file == file) {
        let written = sources.slice(mention.span);
        // Quoted names are strings to every editor, and may contain other words.
        let is_text = written.is_empty() || written.starts_with(['"', '\'']) || written.contains('\n');
        let (kind, known) = match mention.meaning {
            _ if is_text => continue,
            Meaning::Defines(id) | Meaning::Names(id) => match names.definition(id) {
                Some(definition) => of_definition(definition.kind),
                None => continue,
            },
            Meaning::Word(word) => (of_word(word), None),
            Meaning::Open | Meaning::Unknown => continue,
        };
        let defines = matches!(mention.meaning, Meaning::Defines(_));
        if found.last().is_none_or(|last| last.span.end <= mention.span.start) {
            found.push(Token { span: mention.span, kind, defines, known });
        }
    }
    found
}

fn of_definition(kind: DefinitionKind) -> (TokenKind, Option<KnownAt>) {
    match kind {
        DefinitionKind::Option | DefinitionKind::Loop => (TokenKind::Variable, Some(KnownAt::Compile)),
        DefinitionKind::Param => (TokenKind::Variable, Some(KnownAt::Deploy)),
        DefinitionKind::Variable => (TokenKind::Variable, Some(KnownAt::Run)),
        DefinitionKind::Let | DefinitionKind::Artifact | DefinitionKind::Declaration(_) | DefinitionKind::Instance => {
            match kind {
                DefinitionKind::Declaration(kind) if kind.word() == "pipeline" => (TokenKind::Namespace, None),
                DefinitionKind::Declaration(kind) if kind.word() == "provider" => (TokenKind::Class, None),
                _ => (TokenKind::Variable, None),
            }
        }
        DefinitionKind::Component => (TokenKind::Class, None),
        DefinitionKind::Parameter => (TokenKind::Parameter, None),
        DefinitionKind::Type => (TokenKind::Type, None),
        DefinitionKind::Module | DefinitionKind::Stage => (TokenKind::Namespace, None),
        DefinitionKind::Action { .. } => (TokenKind::Function, None),
        DefinitionKind::Property | DefinitionKind::Policy => (TokenKind::Property, None),
    }
}

fn of_word(word: Word) -> TokenKind {
    match word {
        Word::Attribute | Word::Key | Word::Member | Word::Field => TokenKind::Property,
        Word::Value => TokenKind::EnumMember,
        Word::Function => TokenKind::Function,
        Word::Argument => TokenKind::Parameter,
        Word::Type => TokenKind::Type,
        Word::Provider => TokenKind::Class,
        Word::Pseudo => TokenKind::Namespace,
        Word::Verb | Word::Header => TokenKind::Keyword,
    }
}
