//! Strings that are complete when the template is deployed.
//!
//! Run-time values (`#{Checkout.CommitId}`) are plain text here: CodePipeline inserts them, and CloudFormation ignores
//! them.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::Entity;

/// A string in pieces. Adjacent literal pieces are joined; no piece is an empty literal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expr {
    pieces: Vec<Piece>,
}

/// A piece of an [`Expr`]. What is rare and large is boxed: most pieces are literal text.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Literal text.
    Text(String),
    /// A CloudFormation parameter of the emitted template.
    Param(String),
    /// A pseudo parameter such as `AWS::AccountId`; the part after `::`.
    Pseudo(Cow<'static, str>),
    /// The name of a planned resource.
    Name(Entity),
    /// The ARN of a planned resource.
    Arn(Entity),
    /// `Ref` to a logical ID that the user wrote.
    Ref(String),
    /// `Fn::GetAtt`
    Att(String, String),
    /// `Fn::ImportValue`
    Import(Expr),
    /// A field of a string: for example, the name in an ARN that is not known yet.
    Select {
        /// The index of the field, from 0.
        index: usize,
        /// The separator between the fields.
        separator: char,
        /// The string.
        of: Expr,
    },
    /// The elements of a list that is known at deployment, joined to one string.
    Join {
        /// The separator between the elements.
        separator: String,
        /// The list.
        of: Box<Expr>,
    },
    /// One of two values, which a condition of the template chooses.
    If {
        /// The name of the condition.
        condition: String,
        /// The value if it is true.
        then: Box<Data>,
        /// The value if it is false.
        otherwise: Box<Data>,
    },
    /// A value in a mapping of the template.
    Find {
        /// The name of the mapping.
        mapping: String,
        /// The two keys.
        keys: Box<[Expr; 2]>,
    },
    /// An intrinsic, kept as written.
    Raw(Box<Data>),
}

/// JSON whose strings can contain values that are known only at deployment.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// A string.
    Text(Expr),
    /// A number, boolean, or null.
    Plain(Json),
    /// A list.
    List(Vec<Data>),
    /// A map, in order.
    Map(Vec<(String, Data)>),
}

impl Data {
    /// Returns no value: CloudFormation leaves out what has it.
    pub fn none() -> Self {
        Self::Text(Expr::pseudo("NoValue"))
    }

    /// Returns whether it is no value.
    pub fn is_none(&self) -> bool {
        *self == Self::none()
    }

    /// Returns a copy in which `change` is applied to every literal piece of a string.
    fn map_text(&self, change: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Text(expr) => Self::Text(expr.map_text(change)),
            other => other.clone(),
        }
    }

    /// Converts JSON; `text` converts its strings.
    pub fn from_json(json: &Json, text: &dyn Fn(&str) -> Expr) -> Self {
        match json {
            Json::String(string) => Self::Text(text(string)),
            Json::Array(items) => Self::List(items.iter().map(|item| Self::from_json(item, text)).collect()),
            Json::Object(entries) => {
                Self::Map(entries.iter().map(|(key, value)| (key.clone(), Self::from_json(value, text))).collect())
            }
            plain => Self::Plain(plain.clone()),
        }
    }
}

impl Expr {
    /// Creates a string that is known.
    pub fn text(text: impl Into<String>) -> Self {
        Self::from(Piece::Text(text.into()))
    }

    /// Creates a pseudo parameter. The name is without `AWS::`.
    pub fn pseudo(name: impl Into<Cow<'static, str>>) -> Self {
        Self::from(Piece::Pseudo(name.into()))
    }

    /// Creates an ARN in this account and Region: `arn:<partition>:<service>:<region>:<account>:` and `resource`.
    pub fn arn(service: &str, resource: impl Into<Self>) -> Self {
        let head = Self::fill(&format!("arn:${{Partition}}:{service}:${{Region}}:${{Account}}:"), &|_| None);
        head.then(resource)
    }

    /// Fills the placeholders of a catalog pattern: `${Partition}`, `${Region}`, and `${Account}` are those of the
    /// template, and `lookup` returns all others. A placeholder without a value becomes `*`.
    pub fn fill(pattern: &str, lookup: &dyn Fn(&str) -> Option<Self>) -> Self {
        let holes = pattern.bytes().filter(|byte| *byte == b'$').count();
        let mut expr = Self { pieces: Vec::with_capacity(2 * holes + 1) };
        let mut rest = pattern;
        while let Some((before, tail)) = at_placeholder(rest) {
            let Some((name, after)) = tail.split_once('}') else { break };
            expr.push_text(before);
            match name {
                "Partition" => expr.push(Piece::Pseudo("Partition".into())),
                "Region" => expr.push(Piece::Pseudo("Region".into())),
                "Account" => expr.push(Piece::Pseudo("AccountId".into())),
                _ => match lookup(name) {
                    Some(value) => value.pieces.into_iter().for_each(|piece| expr.push(piece)),
                    None => expr.push_text("*"),
                },
            }
            rest = after;
        }
        expr.push_text(rest);
        expr
    }

    /// Returns the pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Adds a piece.
    pub fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
            (_, piece) => self.pieces.push(piece),
        }
    }

    fn push_text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// Adds pieces.
    pub fn extend<'a>(&mut self, pieces: impl IntoIterator<Item = &'a Piece>) {
        for piece in pieces {
            self.push(piece.clone());
        }
    }

    /// Appends another string.
    #[must_use]
    pub fn then(mut self, other: impl Into<Self>) -> Self {
        if self.pieces.is_empty() {
            return other.into();
        }
        for piece in other.into().pieces {
            self.push(piece);
        }
        self
    }

    /// Returns the text, if all of it is known.
    pub fn as_text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns a copy in which `change` is applied to every literal piece.
    #[must_use]
    pub fn map_text(&self, change: &dyn Fn(&str) -> String) -> Self {
        let mut expr = Self::default();
        for piece in &self.pieces {
            expr.push(match piece {
                Piece::Text(text) => Piece::Text(change(text)),
                Piece::If { condition, then, otherwise } => Piece::If {
                    condition: condition.clone(),
                    then: Box::new(then.map_text(change)),
                    otherwise: Box::new(otherwise.map_text(change)),
                },
                other => other.clone(),
            });
        }
        expr
    }

    /// Returns a copy in which the Region is a known one.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        let mut expr = Self::default();
        for piece in &self.pieces {
            expr.push(match piece {
                Piece::Pseudo(name) if name == "Region" => Piece::Text(region.to_owned()),
                other => other.clone(),
            });
        }
        expr
    }

    /// Returns the resource identifier of an ARN (`index` counts its `:`-separated fields from 0): as text if the ARN
    /// is known, otherwise as `Fn::Select`.
    #[must_use]
    pub fn field(&self, index: usize, separator: char) -> Self {
        if let Some(text) = self.as_text() {
            return Self::text(text.splitn(index + 1, separator).nth(index).unwrap_or(text));
        }
        Self::from(Piece::Select { index, separator, of: self.clone() })
    }

    /// Splits the string at the separators in its literal pieces.
    pub fn split(&self, separator: char) -> Vec<Self> {
        let mut items = vec![Self::default()];
        for piece in &self.pieces {
            let Piece::Text(text) = piece else {
                if let Some(last) = items.last_mut() {
                    last.push(piece.clone());
                }
                continue;
            };
            for (index, part) in text.split(separator).enumerate() {
                let before = if index == 0 { items.pop().unwrap_or_default() } else { Self::default() };
                items.push(before.then(part));
            }
        }
        items
    }

    /// Calls `visit` with every piece, including those of the strings that a condition chooses between.
    pub fn each_piece<'e>(&'e self, visit: &mut dyn FnMut(&'e Piece)) {
        for piece in &self.pieces {
            visit(piece);
            if let Piece::If { then, otherwise, .. } = piece {
                for branch in [then, otherwise] {
                    if let Data::Text(expr) = &**branch {
                        expr.each_piece(visit);
                    }
                }
            }
        }
    }

    /// Returns the number of characters after deployment: exact for text, a usual maximum for unknown pieces.
    pub fn length(&self) -> usize {
        self.pieces.iter().map(Piece::length).sum()
    }
}

/// Returns the text before and after the first `${`.
fn at_placeholder(text: &str) -> Option<(&str, &str)> {
    let mut starts = text.match_indices('$').map(|(at, _)| at);
    starts.find_map(|at| Some((text.get(..at)?, text.get(at + 1..)?.strip_prefix('{')?)))
}

impl Piece {
    /// See [`Expr::length`].
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.chars().count(),
            Self::Pseudo(name) => match &**name {
                "AccountId" => 12,
                "Region" => 14,
                "Partition" => 10,
                "StackName" => 64,
                _ => 100,
            },
            Self::If { then, otherwise, .. } => match (&**then, &**otherwise) {
                (Data::Text(then), Data::Text(otherwise)) => then.length().max(otherwise.length()),
                _ => 64,
            },
            _ => 64,
        }
    }
}

impl From<Piece> for Expr {
    fn from(piece: Piece) -> Self {
        match piece {
            Piece::Text(text) if text.is_empty() => Self::default(),
            piece => Self { pieces: vec![piece] },
        }
    }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<&String> for Expr {
    fn from(text: &String) -> Self {
        Self::text(text)
    }
}

impl From<String> for Expr {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A plan has thousands of them.
    #[test]
    fn pieces_are_small() {
        assert!(size_of::<Piece>() <= 2 * size_of::<String>());
    }

    #[test]
    fn joins_adjacent_text() {
        let expr = Expr::text("a").then("").then("b").then(Expr::pseudo("Region")).then("c");
        let region = Piece::Pseudo("Region".into());
        assert_eq!(expr.pieces(), [Piece::Text("ab".to_owned()), region, Piece::Text("c".to_owned())]);
    }

    #[test]
    fn fills_patterns_and_leaves_a_star_for_the_unknown() {
        let expr = Expr::fill("arn:x:${Key}/${Other}", &|name| (name == "Key").then(|| Expr::text("k")));
        assert_eq!(expr.as_text(), Some("arn:x:k/*"));
    }

    #[test]
    fn what_is_not_known_counts_as_long_as_it_can_be() {
        let longest = [
            ("AccountId", "111122223333".len()),
            ("Region", "ap-southeast-1".len()),
            ("Partition", "aws-us-gov".len()),
            ("StackName", 64),
        ];
        for (name, length) in longest {
            assert_eq!(Expr::text("é-").then(Expr::pseudo(name)).length(), 2 + length, "{name}");
        }
    }

    #[test]
    fn takes_the_name_out_of_an_arn() {
        assert_eq!(Expr::text("arn:aws:sns:r:1:topic").field(5, ':').as_text(), Some("topic"));
        let import = Expr::from(Piece::Import(Expr::text("Topic")));
        assert!(matches!(import.field(5, ':').pieces(), [Piece::Select { index: 5, separator: ':', .. }]));
    }
}
