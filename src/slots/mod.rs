//! Slots: which attributes a block has, and how a value fits into one. Depends on the catalog and on values, but
//! neither on source text nor on files.
//!
//! Source text is available through a [`Sink`]: a front end without it reports the same problems with fewer details.

mod attributes;
mod aws_text;
mod choices;
mod condition;
mod conversions;
mod fit;
mod read;
mod set;
mod words;

#[cfg(test)]
mod tests;

pub use attributes::{
    Attributes, Owner, add_primary_input, add_raw, existence, flag, header_key, is_configured, literal, require,
    settings, unknown_attribute,
};
pub use aws_text::{AwsPiece, AwsText};
pub use condition::{KnownValue, Lookup, Truth, all_hold, holds};
pub use fit::{fit, identifying, is_left_out};
pub use read::{NameLookup, read_aws};
pub use set::{Shape, SlotSet, StackStatement, is_reason, slots_of};
pub use words::describe;

use crate::catalog::names::{NameFault, check, rules, suggestion_for};
use crate::catalog::{self, Kind, Slot};
use crate::diagnostic::families::names;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hir::{ActionId, ConditionId, Part, PartKind, Text, Value, ValueOrigin};
use crate::source::{Span, Spanned};

/// Receives diagnostics, and provides what is known about the source text.
pub trait Sink {
    /// Reports a diagnostic.
    fn report(&mut self, diagnostic: Diagnostic);

    /// Returns whether the name at `place` is unresolved and has been reported.
    fn is_reported(&self, _place: Span) -> bool {
        false
    }

    /// Returns the source text of a span.
    fn shown(&self, _place: Span) -> String {
        String::new()
    }

    /// Returns where a name, or a part of one, is written that it gets from another name. `_fits` returns whether it would be
    /// right with another text for that part.
    fn origin(&self, _name: &Spanned<String>, _fits: &dyn Fn(&str) -> bool) -> Option<ValueOrigin> {
        None
    }

    /// Returns the span of an action's name.
    fn named_at(&self, _action: ActionId) -> Option<Span> {
        None
    }

    /// Returns the name of the only declaration of a kind.
    fn only(&self, _kind: Kind) -> Option<String> {
        None
    }

    /// Returns the name of the only artifact of the action, or of the pipeline.
    fn only_artifact(&self) -> Option<String> {
        None
    }

    /// Returns the text that replaces a name with another one, if nothing else can refer to the name.
    fn renaming(&self, _kind: &str, _name: &Spanned<String>, _mended: &str) -> Option<String> {
        None
    }

    /// Returns the condition that a value states, such as a parameter of the type `bool`.
    fn condition_of(&mut self, _value: &Value) -> Option<ConditionId> {
        None
    }

    /// Checks a string where a declaration is expected. If it is the name of one and AWS accepts no name, returns the
    /// value to use instead.
    fn quoted(&mut self, _slot: &Slot, _value: &Value) -> Option<Value> {
        None
    }
}

impl Sink for Diagnostics {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.push(diagnostic);
    }
}

/// Returns whether a name has the form that its kind requires; otherwise reports it.
pub fn check_name(kind: &str, name: &Spanned<String>, sink: &mut dyn Sink) -> bool {
    let Some(fault) = check(kind, &name.node) else { return true };
    if let Some(rules) = rules(kind) {
        let named = name_in_arn(&name.node);
        let suggestion = suggestion_for(kind, if kind == "function" { without_qualifier(named) } else { named });
        let edit = check(kind, &suggestion).is_none().then(|| sink.renaming(kind, name, &suggestion)).flatten();
        // A name in quotes needs them in the suggestion too.
        let quote = Some("\"").filter(|quote| sink.shown(name.span).starts_with(quote)).unwrap_or_default();
        let suggestion = check(kind, &suggestion).is_none().then(|| format!("{quote}{suggestion}{quote}"));
        // A URL is no name, and several names are no single one.
        let several = several(kind, &name.node).map(|parts| {
            let parts: Vec<String> = parts.iter().map(|part| format!("{quote}{part}{quote}")).collect();
            parts.join(", ")
        });
        let is_url = name.node.contains("://");
        let edit = edit.filter(|_| several.is_none() && !is_url);
        let suggestion = several.or(suggestion).filter(|_| !is_url);
        let found = names::invalid_name(rules, name, &fault, suggestion.as_deref(), edit);
        let origin = sink.origin(name, &|text| check(kind, text).is_none());
        sink.report(match (origin, provider(kind, &name.node)) {
            (Some(origin), _) => from_origin(kind, name, found, &origin),
            (None, Some(known)) => found.help_in_document(format!("write `{known}`")),
            (None, None) => found,
        });
    }
    false
}

/// Represents a part of a name that is known later.
const LATER: &str = "...";

/// Reports a name whose known parts have characters that its kind does not allow there, and returns whether it does.
fn check_known_parts(kind: &str, text: &Text, place: Span, sink: &mut dyn Sink) -> bool {
    // Another rule looks at documents, whose strings have no quotes here.
    let is_string = sink.shown(place).starts_with('"');
    let Some(rules) = rules(kind).filter(|_| is_string && text.parts.len() > 1) else { return false };
    let last = text.parts.len() - 1;
    let literal = |part: &Part| match &part.kind {
        PartKind::Literal(literal) => Some(literal.clone()),
        _ => None,
    };
    let faults = text.parts.iter().enumerate().filter_map(|(index, part)| {
        let literal = literal(part).filter(|literal| !literal.contains('{'))?;
        let fault = rules.check(&literal)?;
        let counts = match fault {
            NameFault::BadCharacter { .. } | NameFault::Excluded { .. } | NameFault::TooLong { .. } => true,
            NameFault::BadStart { .. } => index == 0,
            NameFault::BadEnd { .. } => index == last,
            _ => false,
        };
        counts.then_some((part, literal, fault))
    });
    let Some((part, wrong, fault)) = faults.into_iter().next() else { return false };
    let shown = text.parts.iter().map(|part| literal(part).unwrap_or_else(|| LATER.to_owned())).collect();
    let found = names::invalid_name(rules, &Spanned::new(shown, place), &fault, None, None);
    // The name in an ARN, of which other parts are unknown.
    let arn: String = text.parts.iter().map(|part| literal(part).unwrap_or_else(|| "0".to_owned())).collect();
    let named = literal(&text.parts[last]).map(|end| (name_in_arn(&arn).to_owned(), end));
    let named = named.filter(|(name, end)| *name != arn && end.contains(name.as_str()) && check(kind, name).is_none());
    let right = wrong.to_lowercase();
    let is_plain = part.span.range().len() == wrong.len() && right != wrong && rules.is_lowercase();
    let is_only_case = is_plain && !matches!(rules.check(&format!("a{right}a")), Some(NameFault::BadCharacter { .. }));
    sink.report(match named {
        Some((name, _)) => found.help(format!("write `\"{name}\"`")),
        None if is_only_case => found.help(format!("write `{right}` instead of `{wrong}`")).edit(part.span, right),
        None => found,
    });
    true
}

/// Returns the Regions that one text names, separated by commas.
fn several<'t>(kind: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let names: Vec<&str> = text.split(',').map(str::trim).collect();
    (kind == "region" && names.len() > 1 && names.iter().all(|name| check(kind, name).is_none())).then_some(names)
}

/// Returns the provider that a text with other characters names: `ElasticBeanstalk` for `Elastic Beanstalk`.
fn provider(kind: &str, text: &str) -> Option<&'static str> {
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut all = catalog::all_action_types().filter(|_| kind == "provider");
    all.find(|known| known.provider.eq_ignore_ascii_case(&letters)).map(|known| known.provider.as_str())
}

/// Adds where a part of a name is written, and what to write there.
fn from_origin(kind: &str, name: &Spanned<String>, mut found: Diagnostic, origin: &ValueOrigin) -> Diagnostic {
    found.edits.clear();
    let found = found.label(origin.place, origin.label());
    let text = suggestion_for(kind, &origin.text);
    let is_right = text != origin.text && check(kind, &name.node.replace(&origin.text, &text)).is_none();
    if is_right { found.help(format!("write `{text}` instead of `{}`", origin.text)) } else { found }
}

/// A name without the alias or version after it, or the account before it: `foo` of `foo:live` and of
/// `111122223333:function:foo`.
fn without_qualifier(text: &str) -> &str {
    let text = text.split_once(":function:").filter(|_| !text.starts_with("arn:")).map_or(text, |(_, name)| name);
    match text.split_once(':') {
        Some((name, qualifier)) if !name.is_empty() && !text.starts_with("arn:") && !qualifier.contains([':', '/']) => {
            name
        }
        _ => text,
    }
}

/// Returns the name in an ARN: `foo` in `arn:aws:lambda:eu-west-1:111122223333:function:foo:3`. Other text is returned
/// unchanged.
pub fn name_in_arn(text: &str) -> &str {
    let resource = text.starts_with("arn:").then(|| text.splitn(6, ':').nth(5)).flatten();
    let tail = resource.and_then(|resource| resource.split_once([':', '/'])).map(|(_, name)| name);
    tail.and_then(|name| name.split([':', '/']).next()).unwrap_or(text)
}
