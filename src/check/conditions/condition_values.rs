//! W0645: comparisons of a condition that never or always succeed, because the variable has other values.

use crate::check::{Findings, Rule, RulePlace, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Action, FilterEvent, Part, PartKind, Value, ValueKind};
use crate::source::Span;
use crate::workspace::glob::PathGlob;

pub(super) const RULE: Rule = Rule { name: "condition-values", codes: &[Code::W0645], run: check };

/// The operators, as AWS spells them.
const EQUALS: &str = "EQ";
const DIFFERS: &str = "NE";

/// The variable of a source with the branch, and the key that sets it.
const BRANCH: (&str, &str) = ("BranchName", "BranchName");

/// The variables of a source that have the value of a key.
const SAME_AS_KEY: [(&str, &str); 3] =
    [BRANCH, ("FullRepositoryName", "FullRepositoryId"), ("RepositoryName", "RepositoryName")];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut earlier: Vec<(RulePlace<'_>, Comparison<'_>)> = Vec::new();
    for place in subject.rules().filter(|place| !place.rule.incomplete) {
        let Some(comparison) = Comparison::of(place) else { continue };
        let contrary = earlier
            .iter()
            .find(|(other, first)| std::ptr::eq(other.condition, place.condition) && first.contradicts(&comparison));
        if let Some((_, first)) = contrary {
            findings.push(contradiction(&comparison, first.place));
        } else if let Some(prefix) = hash(place, &comparison).filter(|prefix| !is_hash(comparison.text, prefix)) {
            findings.push(never_a_hash(&comparison, prefix));
        } else if let Some(values) = possible(place, &comparison) {
            one(&comparison, &values, findings);
        }
        earlier.push((place, comparison));
    }
}

/// Returns what precedes the digits of the hash that a comparison is about.
fn hash<'a>(place: RulePlace<'a>, comparison: &Comparison<'a>) -> Option<&'a str> {
    let PartKind::Output(id, name) = comparison.variable else { return None };
    if ![EQUALS, DIFFERS].contains(&comparison.operator) {
        return None;
    }
    let of_type = &place.pipeline.actions.get(*id)?.action_type.variable;
    of_type.iter().find(|variable| variable.name == *name)?.hash.as_deref()
}

/// The length of the shortest hash, in digits.
const DIGITS: usize = 40;

fn is_hash(text: &str, prefix: &str) -> bool {
    let is_it = |digits: &str| digits.len() >= DIGITS && digits.chars().all(|c| c.is_ascii_hexdigit());
    text.strip_prefix(prefix).is_some_and(is_it)
}

fn one(comparison: &Comparison<'_>, values: &Values<'_>, findings: &mut Findings) {
    let never = match comparison.operator {
        EQUALS => !values.admit(comparison.text),
        DIFFERS => matches!(values.texts.as_slice(), [only] if *only == comparison.text && values.patterns.is_empty()),
        _ => false,
    };
    // A component may compare the branch of each of its pipelines.
    let is_listed = values.said.is_none() || matches!(comparison.variable, PartKind::Variable(_));
    if never {
        findings.push(never_holds(comparison, values));
    } else if comparison.operator == DIFFERS && is_listed && !values.admit(comparison.text) {
        findings.push(always_holds(comparison, values));
    }
}

/// A variable, and the string that it is compared with.
struct Comparison<'a> {
    variable: &'a PartKind,
    operator: &'a str,
    text: &'a str,
    /// The span of the string.
    place: Span,
    /// The span of the variable.
    written: Span,
}

impl<'a> Comparison<'a> {
    fn of(place: RulePlace<'a>) -> Option<Self> {
        let ValueKind::Text(variable) = &place.rule.value("Variable")?.kind else { return None };
        let [Part { kind, span }] = variable.parts.as_slice() else { return None };
        let value = place.rule.value("Value")?;
        let operator = place.rule.value("Operator").and_then(Value::as_str)?;
        let text = value.as_str().filter(|text| !text.is_empty())?;
        Some(Self { variable: kind, operator, text, place: value.span, written: *span })
    }

    /// Returns whether both cannot hold.
    fn contradicts(&self, other: &Self) -> bool {
        let same = self.text == other.text;
        self.variable == other.variable
            && match (self.operator, other.operator) {
                (EQUALS, EQUALS) => !same,
                (EQUALS, DIFFERS) | (DIFFERS, EQUALS) => same,
                _ => false,
            }
    }

    fn name(&self) -> &str {
        match self.variable {
            PartKind::Output(_, name) => name,
            _ => "",
        }
    }
}

/// The values that a variable can have.
struct Values<'a> {
    texts: Vec<&'a str>,
    /// Patterns for values.
    patterns: Vec<&'a str>,
    /// The span that sets them.
    said: Option<Span>,
}

impl Values<'_> {
    fn admit(&self, text: &str) -> bool {
        let fits = |pattern: &&str| PathGlob::new(pattern).is_none_or(|glob| glob.is_match(text));
        self.texts.contains(&text) || self.patterns.iter().any(fits)
    }
}

/// Returns the values that the variable of a comparison can have, if they are known.
fn possible<'a>(place: RulePlace<'a>, comparison: &Comparison<'a>) -> Option<Values<'a>> {
    match comparison.variable {
        PartKind::Variable(id) => {
            let variable = place.pipeline.variables.get(*id)?;
            let texts: Vec<&str> = variable.allowed.iter().map(String::as_str).collect();
            (!texts.is_empty()).then(|| Values { texts, patterns: Vec::new(), said: Some(variable.name.span) })
        }
        PartKind::Output(id, _) => {
            let action = place.pipeline.actions.get(*id)?;
            of_source(action, comparison).or_else(|| of_type(action, comparison))
        }
        _ => None,
    }
}

/// Returns the values that the type of an action lists.
fn of_type<'a>(action: &'a Action, comparison: &Comparison<'a>) -> Option<Values<'a>> {
    let variable = action.action_type.variable.iter().find(|variable| variable.name == comparison.name())?;
    let texts: Vec<&str> = variable.values.iter().map(String::as_str).collect();
    (!texts.is_empty()).then(|| Values { texts, patterns: Vec::new(), said: None })
}

/// Returns the values that the keys and the filters of a source allow.
fn of_source<'a>(action: &'a Action, comparison: &Comparison<'a>) -> Option<Values<'a>> {
    let (_, key) = SAME_AS_KEY.iter().find(|(variable, _)| *variable == comparison.name())?;
    // A person or an event may start the pipeline with another value for a key that can be overridden.
    let value = action.value(key).filter(|_| !action.incomplete && action.action_type.git)?;
    let mut values = Values { texts: vec![value.as_str()?], patterns: Vec::new(), said: Some(value.span) };
    if *key == BRANCH.1 {
        for filter in &action.filters {
            if filter.incomplete || filter.event != FilterEvent::Push {
                return None;
            }
            if filter.attributes.contains_key("tags") {
                continue;
            }
            let branches: Vec<_> = filter.patterns("branches", false).collect();
            let is_pattern = |text: &str| text.contains(['*', '?', '{', '[']);
            values.texts.extend(branches.iter().map(|it| it.node).filter(|it| !is_pattern(it)));
            values.patterns.extend(branches.iter().map(|it| it.node).filter(|it| is_pattern(it)));
            if branches.is_empty() {
                return None;
            }
        }
        values.texts.dedup();
    }
    Some(values)
}

/// A comparison with a value that the variable never has, or always has.
fn never_holds(comparison: &Comparison<'_>, values: &Values<'_>) -> Diagnostic {
    let text = comparison.text;
    let (message, near) = match comparison.operator {
        EQUALS => {
            let near = similar(text, values.texts.iter().copied());
            (format!("this comparison is never true: the variable is never `{text}`"), near)
        }
        _ => (format!("this comparison is never true: the variable is always `{text}`"), None),
    };
    let known = wording::or_list(values.texts.iter().chain(&values.patterns).copied());
    let diagnostic = Diagnostic::new(Code::W0645, message, comparison.place, format!("its value is {known}"));
    let diagnostic = match values.said {
        Some(said) => diagnostic.label(said, "its values are set here"),
        None => diagnostic,
    };
    match near {
        Some(near) => diagnostic.did_you_mean(&format!("\"{near}\"")),
        None => diagnostic.help("compare it with a value that it can have, or remove the comparison"),
    }
}

/// A comparison of a hash with another text.
fn never_a_hash(comparison: &Comparison<'_>, prefix: &str) -> Diagnostic {
    let (text, operator) = (comparison.text, comparison.operator);
    let result = if operator == DIFFERS { "always" } else { "never" };
    let message = format!("this comparison is {result} true: the variable is never `{text}`");
    let help = "compare it with a whole hash, or compare another variable";
    let digits =
        if prefix.is_empty() { "its value is a hash".to_owned() } else { format!("its value is `{prefix}...`") };
    Diagnostic::new(Code::W0645, message, comparison.place, digits).help(help)
}

/// A comparison with a value that the variable never has, which therefore checks nothing.
fn always_holds(comparison: &Comparison<'_>, values: &Values<'_>) -> Diagnostic {
    let text = comparison.text;
    let message = format!("this comparison is always true: the variable is never `{text}`");
    let known = wording::or_list(values.texts.iter().chain(&values.patterns).copied());
    let found = Diagnostic::new(Code::W0645, message, comparison.place, format!("its value is {known}"));
    let found = found.labels(values.said.map(|said| (said, "its values are set here")));
    match similar(text, values.texts.iter().copied()) {
        Some(near) => found.did_you_mean(&format!("\"{near}\"")),
        None => found.help(format!("compare it with {known}")),
    }
}

/// Two contradicting comparisons of one condition, which evaluates all of its rules.
fn contradiction(comparison: &Comparison<'_>, first: Span) -> Diagnostic {
    let message = "the rules of this condition contradict each other";
    Diagnostic::new(
        Code::W0645,
        message,
        comparison.written.to(comparison.place),
        "cannot be true together with the other rule",
    )
    .label(first, "the other rule")
    .note("a condition succeeds only if all of its rules do")
    .help(
        "remove one of the rules; `matches(...)` takes several values: `matches(Source.BranchName, \"main|release\")`",
    )
}
