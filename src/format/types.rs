//! Types.

use std::fmt::Write;

use crate::syntax::ast::{Field, Type, TypeKind};

use super::strings::plain;
use super::{INDENT, WIDTH};

/// A type that starts behind `used` columns of a line at `column`.
pub(super) fn ty(ty: &Type, column: usize, used: usize) -> String {
    let flat = inline(ty);
    match &ty.kind {
        TypeKind::Record(fields) if has_docs(ty) || used + flat.len() > WIDTH => record(fields, column),
        TypeKind::Optional(inner) if has_docs(inner) || used + flat.len() > WIDTH => {
            format!("{}?", self::ty(inner, column, used))
        }
        _ => flat,
    }
}

fn record(fields: &[Field], column: usize) -> String {
    let inner = column + INDENT;
    let indent = " ".repeat(inner);
    let mut written = String::from("{\n");
    for field in fields {
        for line in field.doc.iter().flat_map(|doc| doc.split('\n')) {
            let _ = writeln!(written, "{indent}{}", super::statements::doc_line(line));
        }
        let name = &field.name.node;
        let _ = writeln!(written, "{indent}{name}: {}", ty(&field.ty, inner, inner + name.len() + 2));
    }
    written + &" ".repeat(column) + "}"
}

fn has_docs(ty: &Type) -> bool {
    match &ty.kind {
        TypeKind::Record(fields) => fields.iter().any(|field| field.doc.is_some() || has_docs(&field.ty)),
        TypeKind::Optional(inner) | TypeKind::List(inner) => has_docs(inner),
        TypeKind::Named { arguments, .. } => arguments.iter().any(has_docs),
        TypeKind::Union(terms) => terms.iter().any(has_docs),
        TypeKind::Literal(_) => false,
    }
}

fn inline(ty: &Type) -> String {
    let all = |types: &[Type], between: &str| types.iter().map(inline).collect::<Vec<_>>().join(between);
    match &ty.kind {
        TypeKind::Named { name, arguments } if arguments.is_empty() => name.node.clone(),
        TypeKind::Named { name, arguments } => format!("{}<{}>", name.node, all(arguments, ", ")),
        TypeKind::Literal(text) => plain(text),
        TypeKind::List(inner) => format!("[{}]", inline(inner)),
        TypeKind::Record(fields) if fields.is_empty() => "{}".to_owned(),
        TypeKind::Record(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{}: {}", field.name.node, inline(&field.ty))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        TypeKind::Union(terms) => all(terms, " | "),
        TypeKind::Optional(inner) => format!("{}?", inline(inner)),
    }
}
