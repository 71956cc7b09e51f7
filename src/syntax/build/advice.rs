//! What to write instead of common mistakes that the grammar does not accept: habits from other languages.

use std::ops::Range;

use crate::catalog::Kind;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::syntax as messages;
use crate::source::Span;

use super::super::grammar::STATEMENT_WORDS;
use super::Builder;
use super::errors::Expectation;

/// An unexpected token in its statement.
struct Place<'t> {
    /// Its range in the repaired text.
    range: Range<usize>,
    token: &'t str,
    /// The text of its line before it, from the start of the statement.
    before: &'t str,
    /// The rest of its line.
    after: &'t str,
    /// Whether its statement consists of rules of a condition.
    in_rules: bool,
}

/// The help about the names of artifacts.
const ARTIFACT_NAMES: &str = "artifact names consist of letters, digits, `-`, and `_`, without quotes";

impl<'t> Place<'t> {
    fn words(&self) -> Vec<&'t str> {
        self.before.split_whitespace().collect()
    }

    fn is_word(&self) -> bool {
        self.token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    }

    /// Returns whether it is in an `allow` or `deny`.
    fn grants(&self) -> bool {
        matches!(self.words().first(), Some(&("allow" | "deny")))
    }

    fn touches(&self) -> bool {
        !self.before.is_empty() && !self.before.ends_with([' ', '\t'])
    }

    /// Returns whether a `[` is still open.
    fn in_list(&self) -> bool {
        self.before.matches('[').count() > self.before.matches(']').count()
    }

    /// Returns whether the token begins its own statement, after a complete one on the same line.
    fn begins_statement(&self) -> bool {
        let before = self.before.trim_end();
        let rest = self.after.trim_start();
        let closed = before.ends_with(['}', ']', ')', '"', '\'']);
        let attribute = rest.starts_with('=') && !rest.starts_with("==") && (closed || before.contains('='));
        let statement = closed && rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '"');
        self.is_word() && !self.in_list() && (attribute || statement && STATEMENT_WORDS.contains(&self.token))
    }
}

impl Builder<'_> {
    /// Returns the diagnostic of an unexpected token, with help if the mistake is a known one. `offset` is the start of
    /// the statement.
    pub(super) fn advised(
        &self,
        diagnostic: Diagnostic,
        expected: &Expectation,
        offset: usize,
        range: Range<usize>,
    ) -> Diagnostic {
        let text = &self.repaired.text;
        let statement = text.get(offset..range.start).unwrap_or_default();
        let in_rules = statement.starts_with("on ") && statement.contains(" require ");
        let before = statement.rsplit('\n').next().unwrap_or_default().trim_start();
        let after = text.get(range.end..).unwrap_or_default().split('\n').next().unwrap_or_default();
        let token = text.get(range.clone()).unwrap_or_default();
        let place = Place { range, token, before, after, in_rules };
        if let Some(replaced) = self.replaced(&place) {
            return replaced;
        }
        let ends_there = expected.may_end();
        if ends_there && place.begins_statement() {
            return self.separated(diagnostic, &place);
        }
        let words = place.words();
        let granted = words.contains(&"on") && place.grants();
        if ends_there && granted { diagnostic } else { self.with_help(diagnostic, expected, &place) }
    }

    /// Reports a missing separator between two statements on one line.
    fn separated(&self, diagnostic: Diagnostic, place: &Place<'_>) -> Diagnostic {
        let blanks = place.before.len() - place.before.trim_end().len();
        let end = self.span_of(place.range.start - blanks..place.range.start - blanks);
        diagnostic
            .help(format!("add a comma or a new line before `{}`", place.token))
            .edit(end, if blanks == 0 { ", " } else { "," })
    }

    /// Returns a more specific diagnostic for mistakes that deserve one.
    fn replaced(&self, place: &Place<'_>) -> Option<Diagnostic> {
        let span = self.span_of(place.range.clone());
        let words = place.words();
        let first = words.first().copied().unwrap_or_default();
        let character = place.token.chars().next()?;
        if let Some(range) = bare_text(place) {
            let written = self.repaired.text.get(range.clone()).unwrap_or_default();
            if let Some((artifact, file)) = written.split_once('.')
                && file.contains(['/', '.'])
                && self.artifact_clause(artifact).is_some()
            {
                let dot = range.start + artifact.len();
                let place = self.span_of(dot..dot + 1);
                return Some(messages::written_for(".", "::", "a file in an artifact follows `::`", place));
            }
            if let Some(whole) = whole_duration(written) {
                return Some(messages::fractional_duration(written, &whole, self.span_of(range)));
            }
            return Some(messages::unquoted(written, self.span_of(range)));
        }
        if !character.is_ascii() && character.is_alphabetic() && (place.touches() || !words.is_empty()) {
            let end = place.range.start + character.len_utf8();
            if let Some(plain) = full_width(place.token) {
                return Some(messages::full_width(place.token, &plain, span));
            }
            return Some(messages::name_character(character, self.span_of(place.range.start..end)));
        }
        if matches!(place.token, "to" | "into" | "at" | "on") && is_action(first) && self.has_environment(place.after) {
            return Some(messages::written_for(place.token, "in", "an environment follows `in`", span));
        }
        if place.token == "=" && words.contains(&"if") {
            return Some(messages::written_for("=", "==", "conditions compare with `==`", span));
        }
        if matches!(place.token, "\u{2192}" | "\u{21d2}") || is_action(first) && matches!(place.token, "to" | "into") {
            return Some(messages::written_for(place.token, "->", "outputs follow `->`", span));
        }
        if place.token == "=" && place.before.ends_with(':') && words.len() < 3 {
            let both = self.span_of(place.range.start - 1..place.range.end);
            return Some(messages::written_for(":=", "=", "values follow `=`", both));
        }
        if place.token == "==" && words.len() == 1 {
            return Some(messages::written_for("==", "=", "values follow `=`", span));
        }
        if place.token == "=" && place.in_rules && words.len() == 1 && first.contains('.') && first.chars().all(is_path)
        {
            return Some(messages::written_for("=", "==", "a rule compares with `==`", span));
        }
        if let Some((range, inner)) = self.double_braces(place) {
            return Some(messages::double_braces(inner, self.span_of(range)));
        }
        if place.grants() && matches!(place.token, "to" | "for" | "in") {
            return Some(messages::written_for(place.token, "on", "the resources follow `on`", span));
        }
        if place.token == "{"
            && let [word, "=", _] = words.as_slice()
            && is_named(word)
        {
            let equals = place.range.start - place.before.len() + place.before.find('=')?;
            let gap = self.span_of(equals..equals + 2);
            return Some(messages::needless("=", "a name", self.span_of(equals..equals + 1), gap));
        }
        None
    }

    /// Returns whether a text starts with the name of an environment that the file declares.
    fn has_environment(&self, text: &str) -> bool {
        let name = text.trim_start().split(|c: char| !is_name(c)).next().unwrap_or_default();
        let mut lines = self.repaired.text.lines().map(|line| line.split_whitespace());
        lines.any(|mut words| words.next() == Some("environment") && words.next() == Some(name))
    }

    /// `${{ ... }}` around the token, and what is inside it.
    fn double_braces(&self, place: &Place<'_>) -> Option<(Range<usize>, &str)> {
        let open =
            place.before.rfind("${{").filter(|open| !place.before.get(*open..).is_some_and(|it| it.contains("}}")))?;
        let start = place.range.start - (place.before.len() - open);
        let line = self.repaired.text.get(start..)?.lines().next()?;
        let close = line.find("}}")?;
        let inner = line.get("${{".len()..close)?.trim();
        let is_name = !inner.is_empty() && inner.chars().all(|c| is_name(c) || c == '.');
        is_name.then_some((start..start + close + "}}".len(), inner))
    }

    /// What another action of the file has a name for: an output, or else an input.
    fn artifact_clause(&self, name: &str) -> Option<&'static str> {
        let clauses = |line: &str| {
            let mut clause = None;
            for word in line.split([' ', '\t', ',', '{', '(', ':']).filter(|word| !word.is_empty()) {
                match word {
                    "->" | "from" => clause = Some(word == "->"),
                    "in" => clause = None,
                    _ if word == name && clause.is_some() => return clause,
                    _ => {}
                }
            }
            None
        };
        let mut found = self.repaired.text.lines().filter_map(clauses).peekable();
        found.peek()?;
        Some(if found.any(|is_output| is_output) { "from" } else { "->" })
    }

    /// `source github Checkout Code {`: two words where an action has one name. `name`: the first of them.
    fn second_name(&self, diagnostic: Diagnostic, category: &str, name: &str, place: &Place<'_>) -> Diagnostic {
        let header = place.after.split('{').next().unwrap_or_default();
        let (has_output, has_input) = (header.contains("->"), header.contains("from "));
        let known = self.artifact_clause(place.token);
        let clause = match (category, known) {
            ("source", Some(_)) | ("build" | "run" | "action", Some("->")) if !has_output => "->",
            ("source", _) | (_, None) => return join_words(diagnostic, name, place.token),
            _ if !has_input => "from",
            _ => return join_words(diagnostic, name, place.token),
        };
        let what = if clause == "->" { "an output" } else { "an input" };
        let start = self.span_of(place.range.start..place.range.start);
        diagnostic
            .help(format!("write `{clause}` before {what}: `{name} {clause} {}`", place.token))
            .edit(start, format!("{clause} "))
    }

    /// Returns the diagnostic of statements that end before something they need.
    fn what_is_missing(
        &self,
        diagnostic: &Diagnostic,
        expected: &Expectation,
        place: &Place<'_>,
        words: &[&str],
    ) -> Option<Diagnostic> {
        let diagnostic = || diagnostic.clone();
        match (words, place.token) {
            ([word], "{") if is_named(word) => Some(diagnostic().help(format!("write a name: `{word} Name {{`"))),
            (["use", ..], ".") if words.contains(&"as") => {
                let alias = words.last().copied().unwrap_or_default();
                let path = place.after.find(|c: char| !is_path(c)).unwrap_or(place.after.len());
                let whole = self.span_of(place.range.start - alias.len()..place.range.end + path);
                let value = format!("\"${{{alias}.{}}}\"", place.after.get(..path).unwrap_or_default());
                let help = format!("write the computed name as a string: `{value}`");
                Some(diagnostic().help(help).edit(whole, value))
            }
            ([.., "on", _, "require", "{"], "}") => {
                Some(diagnostic().help("add a rule between the braces, for example `alarm(\"name\")`"))
            }
            ([.., "->" | ",", _], ".") if words.contains(&"->") => Some(diagnostic().help(ARTIFACT_NAMES)),
            ([.., "from" | "->"], quoted) if quoted.starts_with(['"', '\'']) && quoted.contains([' ', '.']) => {
                let is_file = words.last() == Some(&"from") && !quoted.contains(' ');
                (!is_file).then(|| diagnostic().help(ARTIFACT_NAMES))
            }
            (_, "{") if place.before.trim_end().ends_with("::") => {
                Some(diagnostic().help("write the path of a file after `::`"))
            }
            (["on", _, "require", ..] | [.., "}"], "") if expected.has_word("else") => {
                Some(diagnostic().help("add the result for failed rules: `} else fail`"))
            }
            _ => None,
        }
    }

    /// Returns the diagnostic of parentheses after `for`, of `+`, and of an entry without a comma before it.
    fn in_other_languages(
        &self,
        diagnostic: &Diagnostic,
        expected: &Expectation,
        place: &Place<'_>,
        words: &[&str],
    ) -> Option<Diagnostic> {
        let diagnostic = || diagnostic.clone();
        let is_key = place.is_word() || place.token.starts_with(['"', '\'']);
        match (words, place.token) {
            ([.., "for"], "(") if place.after.contains(" in ") => {
                Some(diagnostic().help("write `for` without parentheses: `for name in list {`"))
            }
            (_, "+") if place.before.contains('=') => Some(joined(diagnostic(), place)),
            (_, token) if is_key && expected.has_word(",") && expected.has_word("}") => {
                let end = place.range.start - (place.before.len() - place.before.trim_end().len());
                let is_entry = place.after.trim_start().starts_with('=');
                let found = diagnostic().help(format!("add a comma before `{token}`"));
                is_entry.then(|| found.edit(self.span_of(end..end), ","))
            }
            _ => None,
        }
    }

    /// Adds help for mistakes whose message is clear but does not say what to do.
    fn with_help(&self, diagnostic: Diagnostic, expected: &Expectation, place: &Place<'_>) -> Diagnostic {
        let words = place.words();
        if let Some(help) = in_other_formats(place, &words) {
            return diagnostic.help(help);
        }
        if let Some(help) = self.what_is_missing(&diagnostic, expected, place, &words) {
            return help;
        }
        if let Some(help) = self.in_other_languages(&diagnostic, expected, place, &words) {
            return help;
        }
        let start = self.span_of(place.range.start..place.range.start);
        let span = self.span_of(place.range.clone());
        match (words.as_slice(), place.token) {
            (["allow" | "deny"] | ["allow" | "deny", .., "on"], "*") => {
                diagnostic.help("write `\"*\"`").edit(span, "\"*\"")
            }
            ([.., "allow" | "deny", _], _) if place.is_word() => {
                diagnostic.help("write `on` before the resource").edit(start, "on ")
            }
            ([.., keyword @ ("param" | "option" | "variable"), name], "=") => {
                self.with_type(diagnostic, keyword, name, place)
            }
            (["approve", "manual"], _) if place.is_word() => self.without_provider(diagnostic, place),
            ([first, name], _) if place.is_word() && is_named(first) => join_words(diagnostic, name, place.token),
            ([_, "stack" | "stackset" | "stack-instances", name], _) if place.is_word() => {
                join_words(diagnostic, name, place.token)
            }
            ([category, _, name], _) if place.is_word() && is_action(category) => {
                self.second_name(diagnostic, category, name, place)
            }
            ([category, _], "->" | "{" | "from") if provider_of(category).is_some() => {
                let provider = provider_of(category).unwrap_or_default();
                diagnostic.help(format!("write a provider and a name, for example `{category} {provider} Name`"))
            }
            (words, "from") if words.contains(&"->") => diagnostic.help("write `from` and its inputs before the `->`"),
            ([.., last], "=" | ":") if *last != "=" && place.after.trim_start().starts_with('{') => {
                let blanks = place.after.len() - place.after.trim_start().len();
                let gap = self.span_of(place.range.start..place.range.end + blanks);
                diagnostic.help(format!("remove the `{}`", place.token)).edit(gap, "")
            }
            (_, "::") => self.without_spaces(diagnostic, place),
            (words, "/") if words.contains(&"from") && place.touches() => {
                diagnostic.help("write `::` between an artifact and a file in it").edit(span, "::")
            }
            ([.., before @ ("from" | "->")], quoted) if quoted.starts_with(['"', '\'']) => {
                quoted_artifact(diagnostic, *before == "from", quoted, span)
            }
            (["let", _], _) if place.is_word() || place.token.starts_with(['"', '\'']) => {
                diagnostic.help("write `=` before the value").edit(start, "= ")
            }
            ([category, _, _], "(") if is_action(category) => diagnostic.help("write inputs after `from`"),
            (words, _) if place.is_word() && words.contains(&"from") && is_action(words.first().unwrap_or(&"")) => {
                diagnostic.help("write `->` before an output, or `,` before another input")
            }
            (_, token) if place.in_list() && (place.is_word() || token.starts_with(['"', '\''])) => {
                let end = place.range.start - (place.before.len() - place.before.trim_end().len());
                diagnostic.help("write a comma between the elements").edit(self.span_of(end..end), ",")
            }
            (_, "$" | "${") if place.after.trim_start_matches('{').len() < place.after.len() => diagnostic
                .help("`${{ ... }}` is GitHub Actions syntax: write a string, or declare a `param` and write its name"),
            (_, "$" | "${") => diagnostic.help("write the name without `${...}`, which is for strings only"),
            _ => diagnostic,
        }
    }

    /// Adds help for `approve manual Name`.
    fn without_provider(&self, diagnostic: Diagnostic, place: &Place<'_>) -> Diagnostic {
        let written = self.span_of(place.range.start - place.before.len()..place.range.end);
        let meant = format!("approve {}", place.token);
        diagnostic.help(format!("an approval has no provider: write `{meant}`")).edit(written, meant)
    }

    /// Adds help for `Artifact :: file`.
    fn without_spaces(&self, diagnostic: Diagnostic, place: &Place<'_>) -> Diagnostic {
        let from = place.before.len() - place.before.trim_end().len();
        let to = place.after.len() - place.after.trim_start().len();
        let gap = self.span_of(place.range.start - from..place.range.end + to);
        diagnostic.help("write `::` without spaces around it").edit(gap, "::")
    }

    /// Adds help for `param Name = "x"`.
    fn with_type(&self, diagnostic: Diagnostic, keyword: &str, name: &str, place: &Place<'_>) -> Diagnostic {
        let value = place.after.trim_start();
        let ty = type_of(value);
        // Other comments are spaces here.
        let value = value.split("///").next().unwrap_or_default().trim_end_matches([' ', '\t', '\r', ',']);
        let value = if value.is_empty() { "\"...\"" } else { value };
        let diagnostic = diagnostic.help(format!("write `{keyword} {name}: {} = {value}`", ty.unwrap_or("string")));
        let tail = self.span_of(place.range.start - 1..place.range.start - 1);
        match ty.filter(|_| place.before.ends_with(' ')) {
            Some(ty) => diagnostic.edit(tail, format!(": {ty}")),
            None => diagnostic,
        }
    }
}

/// Adds the string that `"text" + name` means.
fn joined(diagnostic: Diagnostic, place: &Place<'_>) -> Diagnostic {
    let text = place.before.trim_end().strip_suffix('"').and_then(|before| before.rsplit('"').next());
    let name = place.after.trim();
    match text.filter(|_| !name.is_empty() && name.chars().all(|c| is_name(c) || c == '.')) {
        Some(text) => diagnostic.help(format!("write `\"{text}${{{name}}}\"`")),
        None => diagnostic.help("write values in a string as `${name}`"),
    }
}

/// Reports an artifact's name, or something in its place, in quotes.
fn quoted_artifact(diagnostic: Diagnostic, is_input: bool, quoted: &str, span: Span) -> Diagnostic {
    let bare = quoted.trim_matches(['"', '\'']);
    let is_plain = bare.starts_with(|c: char| c.is_ascii_alphabetic()) && bare.chars().all(is_path);
    if is_plain && (is_input || !bare.contains(|c: char| is_path(c) && !is_name(c))) {
        diagnostic.help(format!("write it without quotes: `{bare}`")).edit(span, bare)
    } else if bare.contains("${") {
        diagnostic.help(if is_input {
            "write the artifact's name without quotes or `${...}`"
        } else {
            "write a name without quotes or `${...}`, such as `Source`"
        })
    } else {
        diagnostic
    }
}

/// Returns the range of `feature/x`, `7.0.1`, `2xlarge`, or of `s3:Get*` after `allow`: text without quotes, up to a
/// character that no value continues with.
/// Returns a duration with a fraction in a shorter unit: `12h` for `0.5d`.
fn whole_duration(written: &str) -> Option<String> {
    let units = [('d', 24, 'h'), ('h', 60, 'm'), ('m', 60, 's')];
    let (_, parts, shorter) = units.into_iter().find(|(unit, ..)| written.ends_with(*unit))?;
    let (whole, fraction) = written.get(..written.len() - 1)?.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.len() < 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let scale = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
    let amount = (whole.parse::<u64>().ok()? * scale + fraction.parse::<u64>().ok()?) * parts;
    amount.is_multiple_of(scale).then(|| format!("{}{shorter}", amount / scale))
}

fn bare_text(place: &Place<'_>) -> Option<Range<usize>> {
    let granted = place.grants();
    let continues =
        place.token.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | ':' | '@' | '~' | '+'));
    let value = place.before.rsplit(|c: char| !is_path(c) || c == ':').next()?;
    let head = place.before.strip_suffix(value)?.trim_end();
    let assigned = head.ends_with(['=', '[', '(', ',']) || head.ends_with(':') && !head.ends_with("::");
    let assigned = assigned && (granted || head.contains(['=', ':', '(']));
    let granted = granted && (assigned || head.ends_with("allow") || head.ends_with("deny") || head.ends_with(" on"));
    if value.is_empty() || !continues || !assigned && !granted {
        return None;
    }
    let goes_on = |c: char| is_path(c) || granted && c == '*';
    let rest = place.after.find(|c: char| !goes_on(c)).unwrap_or(place.after.len());
    let may_be_unit = value.bytes().all(|byte| byte.is_ascii_digit()) && place.token.len() < 3 && rest == 0;
    if may_be_unit {
        return None;
    }
    Some(place.range.start - value.len()..place.range.end + rest)
}

fn is_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '@' | '~' | '+')
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn is_action(word: &str) -> bool {
    matches!(word, "source" | "build" | "test" | "deploy" | "invoke" | "approve" | "run" | "action" | "prepare")
}

/// Returns whether a statement consists of one word and a name.
fn is_named(word: &str) -> bool {
    matches!(word, "stage" | "component") || Kind::of_word(word).is_some()
}

/// Returns an example of a provider for a category.
fn provider_of(category: &str) -> Option<&'static str> {
    match category {
        "source" => Some("codecommit"),
        "build" | "test" => Some("codebuild"),
        "deploy" => Some("s3"),
        "invoke" => Some("lambda"),
        _ => None,
    }
}

fn join_words(diagnostic: Diagnostic, first: &str, second: &str) -> Diagnostic {
    diagnostic.help(format!("join the words of a name: `{first}-{second}`"))
}

/// Converts full-width letters to ordinary ones.
fn full_width(token: &str) -> Option<String> {
    let plain = |c: char| match u32::from(c) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0),
        _ => c.is_ascii().then_some(c),
    };
    token.chars().map(plain).collect()
}

/// Returns help for `variable name { default = value }` and `environment { ... }` as Terraform has them.
fn in_other_formats(place: &Place<'_>, words: &[&str]) -> Option<String> {
    let name = match (words, place.token) {
        (["environment"], "{") => {
            let help = "for variables of a build, write `env = { NAME = \"value\" }`; an environment has a name: `environment prod {`";
            return Some(help.to_owned());
        }
        (["variable" | "param" | "option", name], "{") => *name,
        (["variable" | "param" | "option"], token) if token.starts_with('"') => token.trim_matches('"'),
        _ => return None,
    };
    let default = place.after.split_once("default").map(|(_, tail)| tail.trim_start_matches([' ', '=']));
    let default = default.map(|text| text.split(['}', ',']).next().unwrap_or_default().trim());
    let value = default.filter(|text| !text.is_empty()).unwrap_or("\"...\"");
    let ty = type_of(value).unwrap_or("string");
    Some(format!("write `option {name}: {ty} = {value}` at the top level of the file, and use it as `{name}`"))
}

/// Returns the type of the value that a text begins with.
fn type_of(value: &str) -> Option<&'static str> {
    let first = value.chars().next()?;
    match first {
        '"' | '\'' => Some("string"),
        '0'..='9' => Some("number"),
        _ if value.starts_with("true") || value.starts_with("false") => Some("bool"),
        _ => None,
    }
}
