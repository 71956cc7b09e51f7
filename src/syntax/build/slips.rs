//! Accepted mistakes: the meaning is clear, and the diagnostic has the edit.

use pest::iterators::{Pair, Pairs};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::syntax as messages;

use super::super::grammar::Rule;
use super::{Builder, range_of};

impl<'t> Builder<'t> {
    /// Reports every accepted mistake of a file.
    pub(super) fn report_slips(&mut self, pairs: Pairs<'t, Rule>) {
        for pair in pairs.flatten() {
            if let Some(diagnostic) = self.slip(&pair) {
                self.report(diagnostic);
            }
        }
    }

    fn slip(&self, pair: &Pair<'t, Rule>) -> Option<Diagnostic> {
        let rule = pair.as_rule();
        if !is_slip(rule) {
            return None;
        }
        let span = self.span(pair);
        Some(match rule {
            Rule::slip_semicolon => {
                let rest = self.repaired.text.get(pair.as_span().end()..).unwrap_or_default();
                let rest = rest.trim_start_matches([' ', '\t', '\r']);
                messages::semicolon(span, rest.is_empty() || rest.starts_with(['\n', '}']) || rest.starts_with("//"))
            }
            Rule::slip_colon => {
                let (start, end) = (pair.as_span().start(), pair.as_span().end());
                let blank =
                    |text: Option<&str>| text.is_none_or(|text| text.is_empty() || text.starts_with([' ', '\t']));
                let before = self.repaired.text.get(start.saturating_sub(1)..start);
                let after = self.repaired.text.get(end..);
                let pad = |blank: bool| if blank { "" } else { " " };
                messages::colon(span, &format!("{}={}", pad(blank(before)), pad(blank(after))))
            }
            Rule::slip_fat_arrow => messages::written_for("=>", "->", "outputs follow `->`", span),
            Rule::slip_single_colon => messages::written_for(":", "::", "a file in an artifact follows `::`", span),
            Rule::slip_duration => self.slip_duration(pair),
            Rule::slip_brace_below => self.brace_below(pair),
            Rule::slip_value_below => self.value_below(pair),
            Rule::slip_dash_list => self.dash_list(pair),
            Rule::value_missing => messages::value_missing(self.equals_before(pair.as_span().start())),
            Rule::unknown_escape => messages::unknown_escape(pair.as_str(), span),
            _ => return None,
        })
    }

    fn slip_duration(&self, pair: &Pair<'t, Rule>) -> Diagnostic {
        let written = pair.as_str();
        let digits = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
        let (amount, unit) = written.split_at(digits);
        let meant = format!("{amount}{}", short_unit(unit.trim_start()));
        messages::long_duration(written, &meant, self.span(pair))
    }

    fn brace_below(&self, pair: &Pair<'t, Rule>) -> Diagnostic {
        let brace = pair.as_span().start() + pair.as_str().len();
        let header = self.line_above(pair.as_span().start());
        messages::brace_below(self.span_of(brace..brace + 1), self.span_of(header..brace))
    }

    fn value_below(&self, pair: &Pair<'t, Rule>) -> Diagnostic {
        let start = pair.clone().into_inner().next().map_or(pair.as_span().end(), |value| range_of(&value).start);
        let equals = self.equals_before(pair.as_span().start());
        let gap = equals.after().to(self.span_of(start..start));
        messages::value_below(equals, gap)
    }

    fn dash_list(&self, pair: &Pair<'t, Rule>) -> Diagnostic {
        let elements = pair.clone().into_inner().filter(|part| part.as_rule() == Rule::expr);
        let texts: Vec<&str> =
            elements.map(|part| self.repaired.text.get(range_of(&part)).unwrap_or_default()).collect();
        let dash = pair.clone().into_inner().next().map_or(self.span(pair), |dash| self.span(&dash));
        let equals = self.equals_before(pair.as_span().start());
        let gap = equals.after().to(self.span(pair));
        messages::dash_list(dash, gap, &format!(" [{}]", texts.join(", ")))
    }

    /// Returns the end of the last text before `at`.
    fn line_above(&self, at: usize) -> usize {
        self.repaired.text.get(..at).unwrap_or_default().trim_end().len()
    }

    /// Returns the span of the `=` or `:` before `at`.
    fn equals_before(&self, at: usize) -> crate::source::Span {
        let before = self.repaired.text.get(..at).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        let code = before.get(line..).and_then(|text| text.find("///")).map_or(at, |comment| line + comment);
        let sign = before.get(..code).and_then(|text| text.rfind(['=', ':'])).unwrap_or(at);
        self.span_of(sign..(sign + 1).max(sign))
    }
}

fn is_slip(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::slip_semicolon
            | Rule::slip_colon
            | Rule::slip_fat_arrow
            | Rule::slip_single_colon
            | Rule::slip_duration
            | Rule::slip_brace_below
            | Rule::slip_value_below
            | Rule::slip_dash_list
            | Rule::value_missing
            | Rule::unknown_escape
    )
}

/// Returns the unit that a longer word means.
pub(super) fn short_unit(word: &str) -> &'static str {
    match word {
        "ms" => "ms",
        _ if word.starts_with("milli") => "ms",
        _ if word.starts_with('s') => "s",
        _ if word.starts_with('m') => "m",
        _ if word.starts_with('h') => "h",
        _ => "d",
    }
}
