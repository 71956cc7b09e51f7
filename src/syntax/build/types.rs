//! Types.

use pest::iterators::Pair;

use crate::source::Span;

use super::super::ast::{Field, Ident, Type, TypeKind};
use super::super::grammar::Rule;
use super::{Builder, Parts};

impl<'t> Builder<'t> {
    pub(super) fn take_type(&mut self, parts: &mut Parts<'t>, at: Span) -> Type {
        match parts.take(Rule::r#type) {
            Some(pair) => self.ty(pair),
            None => Type { kind: TypeKind::Union(Vec::new()), span: at.after() },
        }
    }

    pub(super) fn ty(&mut self, pair: Pair<'t, Rule>) -> Type {
        let span = self.span(&pair);
        let mut terms: Vec<Type> = Parts::of(pair).all(Rule::type_term).map(|term| self.type_term(term)).collect();
        match terms.len() {
            1 => terms.remove(0),
            _ => Type { kind: TypeKind::Union(terms), span },
        }
    }

    fn type_term(&mut self, pair: Pair<'t, Rule>) -> Type {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let Some(term) = parts.next() else { return Type { kind: TypeKind::Union(Vec::new()), span } };
        let inner = Type { span: self.span(&term), kind: self.type_kind(term) };
        match parts.take(Rule::optional_mark) {
            Some(_) => Type { kind: TypeKind::Optional(Box::new(inner)), span },
            None => inner,
        }
    }

    fn type_kind(&mut self, pair: Pair<'t, Rule>) -> TypeKind {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::plain_string => TypeKind::Literal(Self::plain_string(pair)),
            Rule::list_type => TypeKind::List(Box::new(self.take_type(&mut Parts::of(pair), span))),
            Rule::record_type => TypeKind::Record(self.fields(pair)),
            _ => {
                let mut parts = Parts::of(pair);
                let name = parts.take_if(|rule| matches!(rule, Rule::ident | Rule::aws_type));
                let name = name.map_or(Ident::new(String::new(), span.after()), |pair| self.ident(&pair));
                TypeKind::Named { name, arguments: parts.all(Rule::r#type).map(|ty| self.ty(ty)).collect() }
            }
        }
    }

    fn fields(&mut self, pair: Pair<'t, Rule>) -> Vec<Field> {
        let mut fields = Vec::new();
        let mut docs = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::doc => docs.push(part),
                Rule::field => {
                    let doc = self.documentation(&std::mem::take(&mut docs), part.as_span().start());
                    let span = self.span(&part);
                    let mut parts = Parts::of(part);
                    let name = self.take_ident(&mut parts, span);
                    let ty = self.take_type(&mut parts, span);
                    fields.push(Field { name, ty, doc: doc.map(|doc| doc.node) });
                }
                _ => {}
            }
        }
        fields
    }
}
