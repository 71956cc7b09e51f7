//! `JMESPath`, the language of the AWS CLI's `--query`: what makes an expression invalid. <https://jmespath.org/specification.html>
//! (2026-11-30)
//!
//! The parser follows the grammar and its binding powers; it keeps no tree, because nothing evaluates the expression.

use std::ops::Range;

/// Why an expression is invalid, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFault {
    /// The reason: a fragment.
    pub reason: &'static str,
    /// The byte at which it was found.
    pub at: usize,
}

/// A condition that compares a field with the field that a word without quotes names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAsText {
    /// The name of the field.
    pub name: String,
    /// The field that it is compared with.
    pub other: String,
    /// Whether it is in double quotes.
    pub quoted: bool,
    /// Where it is in the expression.
    pub range: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The end of the expression.
    End,
    Name,
    Quoted,
    Literal,
    Number,
    Comparator,
    /// Any other: the token itself.
    Sign(&'static str),
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    range: Range<usize>,
}

/// Expressions that are longer, or nested deeper, are not read.
const LONGEST: usize = 4000;
const DEEPEST: usize = 40;

/// The tokens that are signs; a longer one comes before its start.
const SIGNS: [&str; 18] =
    ["[?", "[]", "||", "&&", "[", "]", "{", "}", "(", ")", ".", ",", ":", "*", "@", "|", "&", "!"];

const COMPARATORS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];

/// <https://jmespath.org/specification.html#built-in-functions> (2026-11-30)
const FUNCTIONS: [&str; 26] = [
    "abs",
    "avg",
    "ceil",
    "contains",
    "ends_with",
    "floor",
    "join",
    "keys",
    "length",
    "map",
    "max",
    "max_by",
    "merge",
    "min",
    "min_by",
    "not_null",
    "reverse",
    "sort",
    "sort_by",
    "starts_with",
    "sum",
    "to_array",
    "to_number",
    "to_string",
    "type",
    "values",
];

/// Returns the fields in an expression that are probably meant as strings.
///
/// # Errors
///
/// Returns what is wrong with the expression, if it is not valid.
pub fn check(text: &str) -> Result<Vec<FieldAsText>, QueryFault> {
    if text.len() > LONGEST {
        return Ok(Vec::new());
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens, at: 0, depth: 0, fields: Vec::new() };
    let outcome = parser.expression(0);
    if parser.depth > DEEPEST {
        return Ok(Vec::new());
    }
    outcome?;
    match parser.kind() {
        Kind::End => Ok(parser.fields),
        _ => Err(parser.fault()),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, QueryFault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = token(rest).map_err(|reason| QueryFault { reason, at })?;
        if let Some(kind) = kind {
            found.push(Token { kind, range: at..at + length });
        }
        at += length;
    }
    found.push(Token { kind: Kind::End, range: text.len()..text.len() });
    Ok(found)
}

/// Returns the token at the start of a text, or `None` for spaces, and its length.
fn token(rest: &str) -> Result<(Option<Kind>, usize), &'static str> {
    let first = rest.chars().next().unwrap_or_default();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let run = |is: &dyn Fn(char) -> bool, from: usize| {
        let tail = rest.get(from..).unwrap_or_default();
        from + tail.find(|c| !is(c)).unwrap_or(tail.len())
    };
    let closed = |mark: char, reason| quoted(rest, mark).ok_or(reason);
    if let Some(sign) = COMPARATORS.iter().find(|sign| rest.starts_with(**sign)) {
        return Ok((Some(Kind::Comparator), sign.len()));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Ok((Some(Kind::Sign(sign)), sign.len()));
    }
    match first {
        ' ' | '\t' | '\n' | '\r' => Ok((None, 1)),
        c if c.is_ascii_alphabetic() || c == '_' => Ok((Some(Kind::Name), run(&is_name, 0))),
        c if c.is_ascii_digit() => Ok((Some(Kind::Number), run(&|c| c.is_ascii_digit(), 0))),
        '-' if rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => {
            Ok((Some(Kind::Number), run(&|c| c.is_ascii_digit(), 1)))
        }
        '-' => Err("a name with `-` needs double quotes"),
        '\'' => Ok((Some(Kind::Literal), closed('\'', "the quotation mark is not closed")?)),
        '`' => Ok((Some(Kind::Literal), closed('`', "the backtick is not closed")?)),
        '"' => Ok((Some(Kind::Quoted), closed('"', "the quotation mark is not closed")?)),
        '=' => Err("a condition compares with `==`"),
        _ => Err("no part of the language"),
    }
}

/// Returns the length of a text in quotes.
fn quoted(rest: &str, mark: char) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, next)) = characters.next() {
        match next {
            '\\' => drop(characters.next()),
            next if next == mark => return Some(at + 1),
            _ => {}
        }
    }
    None
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    fields: Vec<FieldAsText>,
}

type Outcome = Result<(), QueryFault>;

/// How strongly a token binds what is before it.
fn power(kind: Kind) -> u8 {
    match kind {
        Kind::Sign("|") => 1,
        Kind::Sign("||") => 2,
        Kind::Sign("&&") => 3,
        Kind::Comparator => 5,
        Kind::Sign("[]") => 9,
        Kind::Sign("*") => 20,
        Kind::Sign("[?") => 21,
        Kind::Sign(".") => 40,
        Kind::Sign("!") => 45,
        Kind::Sign("{") => 50,
        Kind::Sign("[") => 55,
        Kind::Sign("(") => 60,
        _ => 0,
    }
}

/// Below this, a token ends a projection.
const ENDS_PROJECTION: u8 = 10;

impl Parser<'_> {
    fn kind_at(&self, ahead: usize) -> Kind {
        self.tokens.get(self.at + ahead).map_or(Kind::End, |token| token.kind)
    }

    fn kind(&self) -> Kind {
        self.kind_at(0)
    }

    fn range(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.text.len()..self.text.len(), |token| token.range.clone())
    }

    fn advance(&mut self) {
        self.at += 1;
    }

    fn fault(&self) -> QueryFault {
        let reason = match self.kind() {
            Kind::End => "the expression is not complete",
            Kind::Sign("]") => "`]` has no `[`, or is too early",
            Kind::Sign(")") => "`)` has no `(`, or is too early",
            Kind::Sign("}") => "`}` has no `{`, or is too early",
            _ => "nothing of this kind can be here",
        };
        QueryFault { reason, at: self.range().start }
    }

    fn close(&mut self, sign: &'static str) -> Outcome {
        if self.kind() != Kind::Sign(sign) {
            let reason = match (sign, self.kind()) {
                ("]", _) => "`]` is missing",
                (")", _) => "`)` is missing",
                ("}", _) => "`}` is missing",
                (":", _) => "`:` is missing",
                _ => return Err(self.fault()),
            };
            return Err(QueryFault { reason, at: self.range().start });
        }
        self.advance();
        Ok(())
    }

    fn expression(&mut self, least: u8) -> Outcome {
        self.depth += 1;
        if self.depth > DEEPEST {
            // Too deep to say anything: the rest is skipped.
            self.at = self.tokens.len();
            return Ok(());
        }
        self.start()?;
        while least < power(self.kind()) {
            self.continued()?;
        }
        if self.depth <= DEEPEST {
            self.depth -= 1;
        }
        Ok(())
    }

    /// Reads the start of an expression.
    fn start(&mut self) -> Outcome {
        let kind = self.kind();
        let range = self.range();
        match kind {
            Kind::Literal | Kind::Sign("@") => self.advance(),
            Kind::Name => {
                let name = self.text.get(range.clone()).unwrap_or_default();
                if self.kind_at(1) == Kind::Sign("(") && !FUNCTIONS.contains(&name) {
                    return Err(QueryFault { reason: "there is no function of this name", at: range.start });
                }
                self.advance();
            }
            Kind::Quoted if self.kind_at(1) != Kind::Sign("(") => self.advance(),
            Kind::Sign("*") => {
                self.advance();
                if self.kind() != Kind::Sign("]") {
                    self.projected(20)?;
                }
            }
            Kind::Sign("[?") => {
                self.advance();
                self.filter()?;
            }
            Kind::Sign("{") => {
                self.advance();
                self.hash()?;
            }
            Kind::Sign("(") => {
                self.advance();
                self.expression(0)?;
                self.close(")")?;
            }
            Kind::Sign("[]") => {
                self.advance();
                self.projected(9)?;
            }
            Kind::Sign("!") => {
                self.advance();
                self.expression(45)?;
            }
            Kind::Sign("&") => {
                self.advance();
                self.expression(0)?;
            }
            Kind::Sign("[") => {
                self.advance();
                self.bracket(true)?;
            }
            _ => return Err(self.fault()),
        }
        Ok(())
    }

    /// Reads what follows an expression.
    fn continued(&mut self) -> Outcome {
        let kind = self.kind();
        let of_name = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).is_some_and(|it| it.kind == Kind::Name);
        self.advance();
        match kind {
            Kind::Sign(".") if self.kind() == Kind::Sign("*") => {
                self.advance();
                self.projected(20)
            }
            Kind::Sign(".") => self.after_dot(40),
            Kind::Sign("|") => self.expression(1),
            Kind::Sign("||") => self.expression(2),
            Kind::Sign("&&") => self.expression(3),
            Kind::Comparator => self.compared(),
            Kind::Sign("[]") => self.projected(9),
            Kind::Sign("[?") => self.filter(),
            Kind::Sign("[") => self.bracket(false),
            Kind::Sign("(") if of_name => self.arguments(),
            _ => {
                self.at -= 1;
                Err(self.fault())
            }
        }
    }

    /// Reads the right side of a comparison.
    fn compared(&mut self) -> Outcome {
        let before = self.at.checked_sub(2).and_then(|at| self.tokens.get(at)).cloned();
        let (first, range) = (self.kind(), self.range());
        let start = self.at;
        self.expression(5)?;
        let is_one = self.at == start + 1;
        let is_field = |kind| matches!(kind, Kind::Name | Kind::Quoted);
        if let Some(before) = before.filter(|before| is_one && is_field(first) && is_field(before.kind)) {
            let read = |range: Range<usize>| self.text.get(range).unwrap_or_default().trim_matches('"').to_owned();
            let (name, other) = (read(range.clone()), read(before.range));
            self.fields.push(FieldAsText { name, other, quoted: first == Kind::Quoted, range });
        }
        Ok(())
    }

    /// Reads the rest of `[...]`. Only at the start of an expression, it may be a list of expressions.
    fn bracket(&mut self, is_start: bool) -> Outcome {
        match self.kind() {
            Kind::Number | Kind::Sign(":") => self.index(),
            Kind::Sign("*") if !is_start || self.kind_at(1) == Kind::Sign("]") => {
                self.advance();
                self.close("]")?;
                self.projected(20)
            }
            _ if is_start => self.list(),
            _ => Err(QueryFault { reason: "takes a number, `*`, or `?`", at: self.range().start }),
        }
    }

    /// Reads an index or a slice.
    fn index(&mut self) -> Outcome {
        let mut colons = 0;
        loop {
            match self.kind() {
                Kind::Number => {}
                Kind::Sign(":") if colons < 2 => colons += 1,
                _ => break,
            }
            self.advance();
        }
        self.close("]")?;
        if colons > 0 { self.projected(20) } else { Ok(()) }
    }

    fn filter(&mut self) -> Outcome {
        self.expression(0)?;
        self.close("]")?;
        if self.kind() == Kind::Sign("[]") { Ok(()) } else { self.projected(21) }
    }

    /// Reads what applies to each element.
    fn projected(&mut self, least: u8) -> Outcome {
        match self.kind() {
            kind if power(kind) < ENDS_PROJECTION => Ok(()),
            Kind::Sign("[" | "[?") => self.expression(least),
            Kind::Sign(".") => {
                self.advance();
                self.after_dot(least)
            }
            _ => Err(self.fault()),
        }
    }

    fn after_dot(&mut self, least: u8) -> Outcome {
        match self.kind() {
            Kind::Name | Kind::Quoted | Kind::Sign("*") => self.expression(least),
            Kind::Sign("[") => {
                self.advance();
                self.list()
            }
            Kind::Sign("{") => {
                self.advance();
                self.hash()
            }
            _ => Err(QueryFault { reason: "a name must follow `.`", at: self.range().start }),
        }
    }

    /// Reads expressions up to `]`.
    fn list(&mut self) -> Outcome {
        loop {
            self.expression(0)?;
            if self.kind() != Kind::Sign(",") {
                return self.close("]");
            }
            self.advance();
        }
    }

    /// Reads `NAME: EXPRESSION` up to `}`.
    fn hash(&mut self) -> Outcome {
        loop {
            if !matches!(self.kind(), Kind::Name | Kind::Quoted) {
                return Err(self.fault());
            }
            self.advance();
            self.close(":")?;
            self.expression(0)?;
            match self.kind() {
                Kind::Sign(",") => self.advance(),
                // As in the AWS CLI, a comma may be missing.
                Kind::Name | Kind::Quoted => {}
                _ => return self.close("}"),
            }
        }
    }

    fn arguments(&mut self) -> Outcome {
        while !matches!(self.kind(), Kind::Sign(")" | "]" | "}") | Kind::End) {
            self.expression(0)?;
            // As in the AWS CLI, a comma may be missing.
            if self.kind() == Kind::Sign(",") {
                self.advance();
            }
        }
        self.close(")")
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn valid_expressions_have_no_fault() {
        for text in VALID.lines() {
            assert!(check(text).is_ok(), "{text}: {:?}", check(text));
        }
    }

    #[test]
    fn invalid_expressions_have_a_fault() {
        for text in INVALID.lines() {
            assert!(check(text).is_err(), "{text}");
        }
        let reason = |text| check(text).unwrap_err().reason;
        assert_eq!(reason("Stacks[0].Outputs[?OutputKey=='A'.OutputValue"), "`]` is missing");
        assert_eq!(reason("Stacks[0].Outputs[?OutputKey='A']"), "a condition compares with `==`");
        assert_eq!(reason("Stacks[0"), "`]` is missing");
        assert_eq!(reason("tags.my-tag"), "a name with `-` needs double quotes");
        assert_eq!(reason("len(Stacks)"), "there is no function of this name");
    }

    #[test]
    fn fields_that_are_compared_are_found() {
        let fields = |text| check(text).unwrap().into_iter().map(|field| field.name).collect::<Vec<_>>();
        assert_eq!(fields("Outputs[?OutputKey==Url].OutputValue"), ["Url"]);
        assert_eq!(fields("Outputs[?OutputKey==\"Url\"].OutputValue"), ["Url"]);
        assert!(fields("Outputs[?OutputKey=='Url'].OutputValue").is_empty());
        assert!(fields("Outputs[?OutputKey==`Url`].OutputValue").is_empty());
        assert!(fields("a[?b==c.d]").is_empty());
        assert!(fields("a[?length(b)==c]").is_empty());
    }

    #[test]
    fn deep_expressions_are_not_read() {
        assert!(check(&"(".repeat(3000)).is_ok());
        assert!(check(&"[".repeat(3000)).is_ok());
        assert!(check(&"!".repeat(3000)).is_ok());
    }

    /// Judged by the library of the AWS CLI.
    const VALID: &str = r#"Account
Stacks[0].Outputs[?OutputKey=='A'].OutputValue
Stacks[0].[StackName,StackStatus]
Table.{Name:TableName,Status:TableStatus}
Parameters[*].Value
length(imageScanFindings.findings[?contains(severity, `HIGH`) == `true`].severity)
sort_by(imageDetails,& imagePushedAt)[-1].imageTags[0]
a[?b=='x' && c!='y' || !d].e[]|[0]
services[].deployments[?status=='PRIMARY'][].id
*.a.*.b
[*].a
a[1:2].b
a[::2]
{a:b,c:`1`}
@.a
join(',' a[*].b)
reverse(sort_by(a,&b))[:5]
"tag-name".b"#;
    const INVALID: &str = "Account[
Stacks[0].Outputs[?OutputKey='A']
Stacks[0].Outputs[?OutputKey=='A'.OutputValue
Stacks[0.Outputs
Stacks.[0].A]
Stacks..Outputs
.Account
Account.
a[b]
a[?b=='x]
a[?b==`x]
{a b}
{a:b
my-tag.x
length(a
size(a)
$.Account
a b
a[0]]";
}
