//! Compares trees regardless of spans.

use crate::catalog::Kind;
use crate::source::{Span, Spanned};

use super::{
    Access, Action, ActionHead, Allow, Argument, Attribute, Block, Clauses, CompareOp, Component, Else, Entry,
    ErrorStmt, Expr, ExprKind, Field, File, For, Formal, If, Import, Let, Name, Named, Notify, On, OnClause, Outcome,
    Output, Param, ParamKind, Property, Reference, Resource, ResourceBody, Settings, StackAction, StackKind, StackVerb,
    Stmt, StmtKind, StringPart, StringPartKind, TimeUnit, Type, TypeDecl, TypeKind, Unnamed, Update, Use,
};

/// Returns whether two files are the same program.
pub fn same(one: &File, other: &File) -> bool {
    one.is_same(other)
}

/// Returns whether two values are written the same.
pub fn same_value(one: &Expr, other: &Expr) -> bool {
    one.is_same(other)
}

trait Same {
    fn is_same(&self, other: &Self) -> bool;
}

impl Same for Span {
    fn is_same(&self, _: &Self) -> bool {
        true
    }
}

impl<T: Same> Same for Spanned<T> {
    fn is_same(&self, other: &Self) -> bool {
        self.node.is_same(&other.node)
    }
}

impl<T: Same> Same for Box<T> {
    fn is_same(&self, other: &Self) -> bool {
        self.as_ref().is_same(other)
    }
}

impl<T: Same> Same for Option<T> {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(one), Some(other)) => one.is_same(other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

impl<T: Same> Same for Vec<T> {
    fn is_same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(one, other)| one.is_same(other))
    }
}

/// Types whose values are the same if they are equal.
macro_rules! values {
    ($($name:ident)*) => { $(impl Same for $name {
        fn is_same(&self, other: &Self) -> bool {
            self == other
        }
    })* };
}

/// Types whose values are the same if all their fields are. A field that is not listed here does not compile.
macro_rules! structs {
    ($($name:ident { $($field:ident)* })*) => { $(impl Same for $name {
        fn is_same(&self, other: &Self) -> bool {
            let Self { $($field),* } = self;
            $($field.is_same(&other.$field))&&*
        }
    })* };
}

/// Types whose variants hold one value each, or none.
macro_rules! variants {
    ($($name:ident { $($with:ident)*; $($without:ident)* })*) => { $(impl Same for $name {
        fn is_same(&self, other: &Self) -> bool {
            match self {
                $(Self::$with(one) => matches!(other, Self::$with(other) if one.is_same(other)),)*
                $(Self::$without => matches!(other, Self::$without),)*
            }
        }
    })* };
}

values! { String bool u32 u64 Kind ParamKind StackVerb StackKind TimeUnit CompareOp }

structs! {
    File { edition statements span }
    Stmt { doc kind span }
    Block { statements span }
    ErrorStmt { words }
    Attribute { key value }
    Name { parts quoted span }
    Named { keyword name block }
    Update { keyword name from block }
    Unnamed { keyword block }
    Import { keyword names path alias }
    TypeDecl { keyword name ty }
    Param { kind keyword name ty default }
    Let { keyword name ty value }
    Component { keyword name formals block }
    Formal { name ty default }
    Property { keyword name ty default block }
    For { keyword name list block }
    If { keyword condition block otherwise }
    Use { keyword component arguments alias }
    Allow { deny keyword actions resources condition }
    On { keyword event clause block }
    Outcome { word detail }
    Notify { keyword target events block }
    Clauses { environment from to }
    Output { name contents span }
    StackAction { verb kind name clauses block }
    Action { head keyword name clauses block }
    Resource { kind keyword name service body }
    Settings { keyword block }
    Type { kind span }
    Field { name ty doc }
    Expr { kind span }
    StringPart { kind span }
    Argument { name value }
    Reference { head accesses span }
    Entry { key value }
}

variants! {
    StmtKind {
        Attribute Import TypeDecl Param Let Component Property Policy Pipeline Stage Update Parallel Sequence For If Use Allow On
        Notify StackAction Action Resource Settings Error;
    }
    Else { If Block; }
    ResourceBody { Imported Block; None }
    StringPartKind { Text Interpolation Runtime; }
    Access { Member Index; }
}

impl Same for OnClause {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Require { rules: a, outcome: b }, Self::Require { rules, outcome }) => {
                a.is_same(rules) && b.is_same(outcome)
            }
            (Self::Text(one), Self::Text(other)) => one.is_same(other),
            (Self::Outcome(one), Self::Outcome(other)) => one.is_same(other),
            _ => false,
        }
    }
}

impl Same for ActionHead {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Typed { category: a, provider: b }, Self::Typed { category, provider }) => {
                a.is_same(category) && b.is_same(provider)
            }
            (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
        }
    }
}

impl Same for TypeKind {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Named { name: a, arguments: b }, Self::Named { name, arguments }) => {
                a.is_same(name) && b.is_same(arguments)
            }
            (Self::Literal(one), Self::Literal(other)) => one == other,
            (Self::List(one), Self::List(other)) | (Self::Optional(one), Self::Optional(other)) => one.is_same(other),
            (Self::Record(one), Self::Record(other)) => one.is_same(other),
            (Self::Union(one), Self::Union(other)) => one.is_same(other),
            _ => false,
        }
    }
}

impl Same for ExprKind {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::String(one), Self::String(other)) => one.is_same(other),
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => one == other,
            (Self::Percent(one), Self::Percent(other)) => one == other,
            (Self::Duration { amount: a, unit: b }, Self::Duration { amount, unit }) => (a, b) == (amount, unit),
            (Self::Range(a, b), Self::Range(from, to)) => (a, b) == (from, to),
            (
                Self::ArtifactFile { artifact: a, path: b, path_span: _ },
                Self::ArtifactFile { artifact, path, path_span: _ },
            ) => a.is_same(artifact) && b.is_same(path),
            (Self::Call { callee: a, arguments: b }, Self::Call { callee, arguments }) => {
                a.is_same(callee) && b.is_same(arguments)
            }
            (Self::Reference(one), Self::Reference(other)) => one.is_same(other),
            (Self::List(one), Self::List(other))
            | (Self::And(one), Self::And(other))
            | (Self::Or(one), Self::Or(other)) => one.is_same(other),
            (
                Self::ListFor { name: a, list: b, element: c, condition: d },
                Self::ListFor { name, list, element, condition },
            ) => a.is_same(name) && b.is_same(list) && c.is_same(element) && d.is_same(condition),
            (Self::Map(one), Self::Map(other)) => one.is_same(other),
            (Self::Not(one), Self::Not(other)) => one.is_same(other),
            (Self::Compare { left: a, op: b, right: c }, Self::Compare { left, op, right }) => {
                a.is_same(left) && b == op && c.is_same(right)
            }
            (
                Self::Conditional { condition: a, then: b, otherwise: c },
                Self::Conditional { condition, then, otherwise },
            ) => a.is_same(condition) && b.is_same(then) && c.is_same(otherwise),
            (Self::Null, Self::Null) | (Self::Error, Self::Error) => true,
            _ => false,
        }
    }
}
