//! Types.

use std::borrow::Cow;

use crate::syntax::ast::{Field, Type, TypeKind};
use crate::syntax::quoted;

use super::doc::{Above, BlankLine, Doc};
use super::printer::{BRACES, Body, Printer};

impl<'t> Printer<'t> {
    pub(super) fn ty(&mut self, ty: &'t Type) -> Doc<'t> {
        match &ty.kind {
            TypeKind::Named { name, arguments } => {
                let mut parts = vec![self.ident(name)];
                for (index, argument) in arguments.iter().enumerate() {
                    parts.push(self.token(if index == 0 { "<" } else { "," }));
                    if index > 0 {
                        parts.push(Doc::text(" "));
                    }
                    parts.push(self.ty(argument));
                }
                if !arguments.is_empty() {
                    parts.push(self.token(">"));
                }
                Doc::concat(parts)
            }
            TypeKind::Literal(text) => self.leaf(ty.span, || Cow::Owned(quoted(text))),
            TypeKind::List(inner) => Doc::concat(vec![self.token("["), self.ty(inner), self.token("]")]),
            TypeKind::Record(fields) => self.record(fields),
            TypeKind::Union(terms) => self.chain(terms, "|", Self::ty),
            TypeKind::Optional(inner) => Doc::concat(vec![self.ty(inner), self.token("?")]),
        }
    }

    fn record(&mut self, fields: &'t [Field]) -> Doc<'t> {
        let row = |printer: &mut Self, field: &'t Field| {
            let name = printer.ident(&field.name);
            let doc = Doc::concat(vec![name, printer.token(":"), Doc::text(" "), printer.ty(&field.ty)]);
            let docs = if printer.is_written() { None } else { field.doc.as_deref() };
            Body { above: docs.map(doc_lines).unwrap_or_default(), ..Body::from(doc) }
        };
        let place = |field: &Field| field.name.span.to(field.ty.span);
        Doc::group(self.list(BRACES, fields, row, place))
    }
}

/// Returns `/// ...` lines.
pub(super) fn doc_lines<'t>(doc: &str) -> Vec<Above<'t>> {
    let line = |text: &str| if text.is_empty() { "///".to_owned() } else { format!("/// {text}") };
    let lines = doc.split('\n').map(|text| Cow::Owned(line(text)));
    lines.map(|text| Above { gap: BlankLine::No, text, inline: false }).collect()
}
