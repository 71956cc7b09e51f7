//! Values: their kinds, phases, and spans.

use crate::catalog::Phase;
use crate::source::{Span, Spanned};

use super::{ActionId, ArtifactId, ConditionId, Entity, MappingLookup, ParamId, ValueChoice, VariableId};

/// A value and its span.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The kind of value.
    pub kind: ValueKind,
    /// Where it was written; for a value that a name refers to, where the name was used.
    pub span: Span,
}

/// The kinds of values. Everything known at compile time has been evaluated.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// Seconds.
    Duration(u64),
    /// `10%`
    Percent(u64),
    /// `0..5`
    Range(u64, u64),
    /// Text, possibly with parts that are known later.
    Text(Text),
    /// A bare word that refers to no declaration: a value of an enumeration.
    Word(String),
    /// A list.
    List(Vec<Value>),
    /// A list that is known when the template is deployed: a parameter, or an intrinsic.
    LateList(Text),
    /// A map, in the order written.
    Map(Vec<(Spanned<String>, Value)>),
    /// A reference to a declaration.
    Entity(Entity),
    /// A reference to an artifact.
    Artifact(ArtifactId),
    /// `Artifact::file`
    ArtifactFile(ArtifactFile),
    /// `secret("id", key = "k")`
    Secret(Secret),
    /// `ssm("/name")`
    Parameter(Text),
    /// `yaml("""...""")`: text instead of a file.
    InlineYaml(Text),
    /// `cfn.raw({ ... })`: a CloudFormation intrinsic, kept as written.
    Raw(Box<Value>),
    /// A boolean that is known at deployment.
    Test(ConditionId),
    /// One of two values, which a condition chooses at deployment.
    Choice(Box<ValueChoice>),
    /// A value that could not be evaluated; already reported.
    Poisoned,
}

/// A file in an artifact.
#[derive(Debug, Clone, PartialEq)]
pub struct ArtifactFile {
    /// The artifact; `None` when it is unknown, which has been reported.
    pub artifact: Option<ArtifactId>,
    /// The span of the artifact.
    pub artifact_span: Span,
    /// The path in the artifact.
    pub path: Text,
    /// The span of the path.
    pub path_span: Span,
}

/// A secret in Secrets Manager.
#[derive(Debug, Clone, PartialEq)]
pub struct Secret {
    /// Its name or ARN.
    pub id: Text,
    /// The JSON key in it.
    pub key: Option<Text>,
    /// The staging label of the version. Default: `AWSCURRENT`.
    pub stage: Option<Text>,
    /// The version ID.
    pub version: Option<Text>,
}

impl Secret {
    /// Creates a secret without a selected key or version.
    pub fn whole(id: Text) -> Self {
        Self { id, key: None, stage: None, version: None }
    }

    /// Returns the selected key, stage, and version, if they are set.
    pub fn selectors(&self) -> [Option<&Text>; 3] {
        [self.key.as_ref(), self.stage.as_ref(), self.version.as_ref()]
    }
}

/// Text in parts. Adjacent literal parts are joined; purely literal text has at most one part.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text {
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a text and its span.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The kind of part.
    pub kind: PartKind,
    /// Its span.
    pub span: Span,
}

/// The kinds of text parts.
#[derive(Debug, Clone, PartialEq)]
pub enum PartKind {
    /// Known text.
    Literal(String),
    /// A CloudFormation parameter.
    Param(ParamId),
    /// A pseudo parameter such as `AWS::Region`; the part after `::`.
    Pseudo(String),
    /// `Packages.name`: a member of a declaration, one of those that the catalog lists.
    Member(Entity, String),
    /// `cfn.ref("X")`
    Ref(String),
    /// `cfn.att("X", "Arn")`
    Att(String, String),
    /// `cfn.import("Export")`
    Import(Text),
    /// `cfn.raw({ ... })` inside text.
    Raw(Box<Value>),
    /// One of two strings or lists, which a condition chooses at deployment. `null` is no value.
    Choice(Box<ValueChoice>),
    /// A value in a map whose keys are known at deployment.
    Lookup(Box<MappingLookup>),
    /// A secret in text: a dynamic reference, resolved when the template is deployed.
    Secret(Box<Secret>),
    /// An SSM parameter in text: a dynamic reference.
    Parameter(Text),
    /// A pipeline variable.
    Variable(VariableId),
    /// An output variable of an action of the same pipeline.
    Output(ActionId, String),
    /// `#{namespace.Name}` of CodePipeline itself, such as `codepipeline.PipelineExecutionId`.
    Namespace(String, String),
    /// A part that could not be evaluated; already reported.
    Poisoned,
}

impl PartKind {
    /// Returns when it is known.
    pub fn phase(&self) -> Phase {
        match self {
            Self::Literal(_) | Self::Poisoned => Phase::Compile,
            Self::Variable(_) | Self::Output(..) | Self::Namespace(..) => Phase::Run,
            _ => Phase::Deploy,
        }
    }
}

impl Text {
    /// Creates known text.
    pub fn literal(text: impl Into<String>, span: Span) -> Self {
        let text = text.into();
        if text.is_empty() {
            return Self::default();
        }
        Self { parts: vec![Part { kind: PartKind::Literal(text), span }] }
    }

    /// Creates text of one part.
    pub fn of(kind: PartKind, span: Span) -> Self {
        Self { parts: vec![Part { kind, span }] }
    }

    /// Adds a part, joining literals.
    pub fn push(&mut self, part: Part) {
        if let (Some(Part { kind: PartKind::Literal(last), span }), PartKind::Literal(next)) =
            (self.parts.last_mut(), &part.kind)
        {
            last.push_str(next);
            *span = span.to(part.span);
            return;
        }
        self.parts.push(part);
    }

    /// Appends another text.
    pub fn append(&mut self, other: Text) {
        for part in other.parts {
            self.push(part);
        }
    }

    /// Returns the text, if all of it is known.
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part { kind: PartKind::Literal(text), .. }] => Some(text),
            _ => None,
        }
    }

    /// Calls `visit` with every part, including those of the values that a choice is between.
    pub fn each_part<'a>(&'a self, visit: &mut dyn FnMut(&'a Part)) {
        for part in &self.parts {
            visit(part);
            if let PartKind::Choice(choice) = &part.kind {
                choice.values().into_iter().for_each(|value| value.each_part(visit));
            }
        }
    }

    /// Returns whether it is one reference or intrinsic, which CloudFormation may resolve to a list.
    pub fn may_be_list(&self) -> bool {
        let [part] = self.parts.as_slice() else { return false };
        match &part.kind {
            PartKind::Ref(_) | PartKind::Att(..) | PartKind::Raw(_) => true,
            PartKind::Pseudo(name) => name == "NotificationARNs",
            _ => false,
        }
    }

    /// Returns whether a part could not be evaluated.
    pub fn is_poisoned(&self) -> bool {
        self.parts.iter().any(|part| part.kind == PartKind::Poisoned)
    }

    /// Returns whether both are the same text, regardless of spans.
    pub fn same(&self, other: &Self) -> bool {
        self.parts.len() == other.parts.len() && self.parts.iter().zip(&other.parts).all(|(a, b)| a.kind.same(&b.kind))
    }
}

impl PartKind {
    /// Returns whether both are equal, regardless of spans.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Import(a), Self::Import(b)) | (Self::Parameter(a), Self::Parameter(b)) => a.same(b),
            (Self::Raw(a), Self::Raw(b)) => a.same(b),
            (Self::Secret(a), Self::Secret(b)) => a.same(b),
            (Self::Choice(a), Self::Choice(b)) => a.same(b),
            (Self::Lookup(a), Self::Lookup(b)) => a.same(b),
            _ => self == other,
        }
    }
}

impl Secret {
    fn same(&self, other: &Self) -> bool {
        let same = |(a, b): (Option<&Text>, Option<&Text>)| match (a, b) {
            (Some(a), Some(b)) => a.same(b),
            (None, None) => true,
            _ => false,
        };
        self.id.same(&other.id) && self.selectors().into_iter().zip(other.selectors()).all(same)
    }
}

impl Value {
    /// Joins a value and its span.
    pub fn new(kind: ValueKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// Creates known text.
    pub fn text(text: impl Into<String>, span: Span) -> Self {
        Self::new(ValueKind::Text(Text::literal(text, span)), span)
    }

    /// Creates a value that could not be evaluated.
    pub fn poisoned(span: Span) -> Self {
        Self::new(ValueKind::Poisoned, span)
    }

    /// Returns the text, if it is text and all of it is known. Words count as text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::Text(text) => text.as_literal(),
            ValueKind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Returns whether it or anything in it could not be evaluated.
    pub fn is_poisoned(&self) -> bool {
        match &self.kind {
            ValueKind::Poisoned => true,
            ValueKind::Text(text)
            | ValueKind::Parameter(text)
            | ValueKind::InlineYaml(text)
            | ValueKind::LateList(text) => text.is_poisoned(),
            ValueKind::List(items) => items.iter().any(Self::is_poisoned),
            ValueKind::Map(entries) => entries.iter().any(|(_, value)| value.is_poisoned()),
            ValueKind::ArtifactFile(file) => file.artifact.is_none() || file.path.is_poisoned(),
            ValueKind::Raw(value) => value.is_poisoned(),
            ValueKind::Choice(choice) => choice.values().into_iter().any(Self::is_poisoned),
            _ => false,
        }
    }

    /// Calls `visit` with every text part in it, including nested ones.
    pub fn each_part<'a>(&'a self, visit: &mut dyn FnMut(&'a Part)) {
        match &self.kind {
            ValueKind::Text(text)
            | ValueKind::Parameter(text)
            | ValueKind::InlineYaml(text)
            | ValueKind::LateList(text) => text.each_part(visit),
            ValueKind::List(items) => items.iter().for_each(|item| item.each_part(visit)),
            ValueKind::Map(entries) => entries.iter().for_each(|(_, value)| value.each_part(visit)),
            ValueKind::ArtifactFile(file) => file.path.each_part(visit),
            ValueKind::Secret(secret) => {
                secret.id.each_part(visit);
                secret.selectors().into_iter().flatten().for_each(|text| text.each_part(visit));
            }
            ValueKind::Raw(value) => value.each_part(visit),
            ValueKind::Choice(choice) => choice.values().into_iter().for_each(|value| value.each_part(visit)),
            _ => {}
        }
    }

    /// Returns the latest phase of anything in it, and the span of that part.
    pub fn phase(&self) -> (Phase, Span) {
        let mut latest = match &self.kind {
            ValueKind::Entity(Entity::Environment(_)) => (Phase::Compile, self.span),
            ValueKind::Entity(_)
            | ValueKind::Secret(_)
            | ValueKind::Parameter(_)
            | ValueKind::Raw(_)
            | ValueKind::Test(_)
            | ValueKind::Choice(_) => (Phase::Deploy, self.span),
            _ => (Phase::Compile, self.span),
        };
        self.each_part(&mut |part| {
            if part.kind.phase() > latest.0 {
                latest = (part.kind.phase(), part.span);
            }
        });
        latest
    }

    /// Returns whether both are the same value, regardless of spans.
    pub fn same(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (ValueKind::Text(a), ValueKind::Text(b))
            | (ValueKind::Parameter(a), ValueKind::Parameter(b))
            | (ValueKind::InlineYaml(a), ValueKind::InlineYaml(b))
            | (ValueKind::LateList(a), ValueKind::LateList(b)) => a.same(b),
            (ValueKind::List(a), ValueKind::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (ValueKind::Map(a), ValueKind::Map(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|((key_a, a), (key_b, b))| key_a.node == key_b.node && a.same(b))
            }
            (ValueKind::ArtifactFile(a), ValueKind::ArtifactFile(b)) => {
                a.artifact == b.artifact && a.path.same(&b.path)
            }
            (ValueKind::Secret(a), ValueKind::Secret(b)) => a.same(b),
            (ValueKind::Raw(a), ValueKind::Raw(b)) => a.same(b),
            (ValueKind::Choice(a), ValueKind::Choice(b)) => a.same(b),
            _ => self.kind == other.kind,
        }
    }
}
