//! E0466: tables whose keys and attributes do not agree, or whose capacity does not fit the billing mode.

use crate::check::support::inside_templates::each_template;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::Resource;

pub(super) const RULE: Rule = Rule { name: "table-keys", codes: &[Code::E0466], run: check };

/// The types of tables. <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html> (2026-11-30)
const TABLE: &str = "AWS::DynamoDB::Table";
const GLOBAL_TABLE: &str = "AWS::DynamoDB::GlobalTable";

/// The lists of indexes, each with keys of its own.
const INDEXES: [&str; 2] = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];

/// The property with the capacity.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html> (2026-11-30)
const CAPACITY: &str = "ProvisionedThroughput";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for table in &inside.template.resources {
            let of_keys = matches!(table.kind.node.as_str(), TABLE | GLOBAL_TABLE).then(|| keys(table)).flatten();
            let of_capacity = (table.kind.node == TABLE).then(|| capacity(table)).flatten();
            findings.extend(of_keys.into_iter().chain(of_capacity));
        }
    });
}

/// Returns the literal names in a list of attributes, or `None` if one is not known.
fn names(list: &Node) -> Option<Vec<Spanned<String>>> {
    if list.intrinsic().is_some() || list.items().is_empty() {
        return None;
    }
    list.items().iter().map(|item| item.get("AttributeName")?.spanned()).collect()
}

/// Checks that the keys of a table and of its indexes are exactly the attributes that it defines.
fn keys(table: &Resource) -> Option<Diagnostic> {
    let Entry { key, value } = table.property_entry("AttributeDefinitions")?;
    let defined = names(value)?;
    let mut used = names(table.property("KeySchema")?)?;
    for list in INDEXES.iter().filter_map(|name| table.property(name)) {
        if list.intrinsic().is_some() {
            return None;
        }
        for index in list.items() {
            used.extend(names(index.get("KeySchema")?)?);
        }
    }
    let is_in = |name: &Spanned<String>, list: &[Spanned<String>]| list.iter().any(|other| other.node == name.node);
    let unused = || defined.iter().filter(|name| !is_in(name, &used));
    if let Some(missing) = used.iter().find(|name| !is_in(name, &defined)) {
        let near = similar(&missing.node, unused().map(Spanned::as_str));
        let only = unused().next().filter(|_| unused().count() == 1).map(Spanned::as_str);
        return Some(not_defined(&table.id.node, missing, key.span, near.or(only)));
    }
    unused().next().map(|name| not_used(&table.id.node, name))
}

/// Checks that the capacity is set if and only if it is provisioned.
fn capacity(table: &Resource) -> Option<Diagnostic> {
    let mode = table.property("BillingMode");
    // The properties may come from a function.
    let properties = table.node.get("Properties").filter(|properties| properties.intrinsic().is_none())?;
    let merged = properties.entries().iter().any(|entry| entry.key.node.starts_with("Fn::"));
    let provisioned = match mode.map(Node::literal) {
        None | Some(Some("PROVISIONED")) => true,
        Some(Some("PAY_PER_REQUEST")) => false,
        Some(_) => return None,
    };
    match properties.entry(CAPACITY) {
        _ if merged => None,
        None if provisioned => Some(no_capacity(&table.id, mode.map(|mode| mode.span))),
        Some(Entry { key, value }) if !provisioned && value.intrinsic().is_none() => {
            Some(useless_capacity(&table.id.node, key.span, mode.map(|mode| mode.span)))
        }
        _ => None,
    }
}

/// A key that no attribute defines.
fn not_defined(table: &str, name: &Spanned<String>, list: Span, near: Option<&str>) -> Diagnostic {
    let message = format!("table `{table}` does not define the attribute `{}` of its key", name.node);
    let found = Diagnostic::new(Code::E0466, message, name.span, "").label(list, "the attributes that it defines");
    match near {
        Some(near) => found.suggest(name.span, Some(near)),
        None => found.help(format!("add `{}` to `AttributeDefinitions`", name.node)),
    }
}

/// An attribute that is in no key.
fn not_used(table: &str, name: &Spanned<String>) -> Diagnostic {
    let message = format!("attribute `{}` of table `{table}` is in no key", name.node);
    Diagnostic::new(Code::E0466, message, name.span, "only attributes of keys can be defined")
        .help(format!("remove `{}` from `AttributeDefinitions`; items can have this attribute anyway", name.node))
}

/// A provisioned table without a capacity.
fn no_capacity(table: &Spanned<String>, mode: Option<Span>) -> Diagnostic {
    let message = format!("table `{}` needs `{CAPACITY}`", table.node);
    let label = if mode.is_some() { "" } else { "`BillingMode` is `PROVISIONED` by default" };
    Diagnostic::new(Code::E0466, message, mode.unwrap_or(table.span), label).help_in(|notation| {
        format!("write `{}`, or add `{CAPACITY}`", notation.text_entry("BillingMode", "PAY_PER_REQUEST"))
    })
}

/// A capacity that on-demand tables do not have.
fn useless_capacity(table: &str, place: Span, mode: Option<Span>) -> Diagnostic {
    let message = format!("table `{table}` is billed by request, so it cannot have `{CAPACITY}`");
    Diagnostic::new(Code::E0466, message, place, "")
        .labels(mode.map(|mode| (mode, "billed by request")))
        .help(format!("remove `{CAPACITY}`"))
}
