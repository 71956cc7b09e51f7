//! Converts expressions to CloudFormation values.

use serde_json::{Map, Value as Json, json};

use crate::plan::{Data, Entity, Expr, Piece, Plan};

/// Returns an expression in CloudFormation's form: a string, or the shortest intrinsic that yields it.
pub fn value(plan: &Plan, expr: &Expr) -> Json {
    match expr.pieces() {
        [] => Json::from(""),
        [Piece::Text(text)] => Json::from(text.as_str()),
        [piece] => single(plan, piece),
        pieces if pieces.iter().all(fits_sub) => sub(plan, pieces),
        pieces => {
            let parts: Vec<Json> = pieces.iter().map(|piece| value(plan, &Expr::from(piece.clone()))).collect();
            json!({ "Fn::Join": ["", parts] })
        }
    }
}

/// Returns data with its strings as CloudFormation values.
pub fn data(plan: &Plan, data: &Data) -> Json {
    match data {
        Data::Text(expr) => value(plan, expr),
        Data::Plain(json) => json.clone(),
        Data::List(items) => items.iter().map(|item| self::data(plan, item)).collect(),
        Data::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), self::data(plan, value))).collect())
        }
    }
}

/// How a piece is referred to.
enum Reference {
    Ref(String),
    Att(String, String),
    Other(Expr),
}

fn reference(plan: &Plan, node: Entity, arn: bool) -> Reference {
    let Some(identity) = plan.identity(node) else { return Reference::Other(Expr::default()) };
    if let Some(imported) = &identity.imported {
        return Reference::Other(if arn { imported.arn.clone() } else { imported.name.clone() });
    }
    let id = identity.logical_id.clone();
    match (node, arn) {
        // The name of a pipeline is known before it is created, so that no resource has to wait for it.
        (Entity::Pipeline(_), true) => Reference::Other(plan.arn(node).unwrap_or_default()),
        (Entity::Pipeline(_), false) => Reference::Other(plan.name(node).unwrap_or_default()),
        (Entity::Topic(_) | Entity::Connection(_), true) => Reference::Ref(id),
        (Entity::Topic(_), false) => Reference::Att(id, "TopicName".to_owned()),
        (_, true) => Reference::Att(id, "Arn".to_owned()),
        (_, false) => Reference::Ref(id),
    }
}

fn single(plan: &Plan, piece: &Piece) -> Json {
    match piece {
        Piece::Text(text) => Json::from(text.as_str()),
        Piece::Param(name) | Piece::Ref(name) => json!({ "Ref": name }),
        Piece::Pseudo(name) => json!({ "Ref": format!("AWS::{name}") }),
        Piece::Att(id, attribute) => json!({ "Fn::GetAtt": [id, attribute] }),
        Piece::Name(node) => referred(plan, *node, false),
        Piece::Arn(node) => referred(plan, *node, true),
        Piece::Import(export) => json!({ "Fn::ImportValue": value(plan, export) }),
        Piece::Select { index, separator, of } => json!({
            "Fn::Select": [index, { "Fn::Split": [separator.to_string(), value(plan, of)] }]
        }),
        Piece::Join { separator, of } => json!({ "Fn::Join": [separator, value(plan, of)] }),
        Piece::If { condition, then, otherwise } => {
            json!({ "Fn::If": [condition, data(plan, then), data(plan, otherwise)] })
        }
        Piece::Find { mapping, keys } => {
            let [first, second] = &**keys;
            json!({ "Fn::FindInMap": [mapping, value(plan, first), value(plan, second)] })
        }
        Piece::Raw(raw) => data(plan, raw),
    }
}

fn referred(plan: &Plan, node: Entity, arn: bool) -> Json {
    match reference(plan, node, arn) {
        Reference::Ref(id) => json!({ "Ref": id }),
        Reference::Att(id, attribute) => json!({ "Fn::GetAtt": [id, attribute] }),
        Reference::Other(expr) => value(plan, &expr),
    }
}

/// Returns whether `Fn::Sub` can contain a piece: `${` in text can be escaped only if a name and `}` follow.
fn fits_sub(piece: &Piece) -> bool {
    let Piece::Text(text) = piece else { return true };
    text.split("${").skip(1).all(|tail| tail.find('}').is_some_and(|end| end > 0))
}

fn sub(plan: &Plan, pieces: &[Piece]) -> Json {
    let mut parts = Sub { plan, text: String::new(), variables: Map::new() };
    for piece in pieces {
        parts.push(piece);
    }
    if parts.variables.is_empty() {
        // Only text may be left if every reference was to a known value.
        if !parts.text.contains("${") {
            return Json::from(parts.text);
        }
        return json!({ "Fn::Sub": parts.text });
    }
    json!({ "Fn::Sub": [parts.text, parts.variables] })
}

/// A `Fn::Sub` being built.
struct Sub<'a> {
    plan: &'a Plan,
    text: String,
    variables: Map<String, Json>,
}

impl Sub<'_> {
    fn push(&mut self, piece: &Piece) {
        match piece {
            Piece::Text(text) => self.text.push_str(&text.replace("${", "${!")),
            Piece::Param(name) | Piece::Ref(name) => self.placeholder(name),
            Piece::Pseudo(name) => self.placeholder(&format!("AWS::{name}")),
            Piece::Att(id, attribute) => self.placeholder(&format!("{id}.{attribute}")),
            Piece::Name(node) => self.node(*node, false),
            Piece::Arn(node) => self.node(*node, true),
            Piece::Import(_) => self.variable("Import", piece),
            Piece::Select { .. } => self.variable("Part", piece),
            Piece::Join { .. } => self.variable("List", piece),
            Piece::If { .. } | Piece::Find { .. } | Piece::Raw(_) => self.variable("Value", piece),
        }
    }

    fn placeholder(&mut self, name: &str) {
        self.text.push_str("${");
        self.text.push_str(name);
        self.text.push('}');
    }

    fn node(&mut self, node: Entity, arn: bool) {
        match reference(self.plan, node, arn) {
            Reference::Ref(id) => self.placeholder(&id),
            Reference::Att(id, attribute) => self.placeholder(&format!("{id}.{attribute}")),
            Reference::Other(expr) => {
                for piece in expr.pieces() {
                    self.push(piece);
                }
            }
        }
    }

    fn variable(&mut self, word: &str, piece: &Piece) {
        let name = format!("{word}{}", self.variables.len() + 1);
        self.variables.insert(name.clone(), single(self.plan, piece));
        self.placeholder(&name);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rendered(expr: &Expr) -> Json {
        value(&Plan::default(), expr)
    }

    #[test]
    fn one_piece_needs_no_sub() {
        assert_eq!(rendered(&Expr::text("${x}")), json!("${x}"));
        assert_eq!(rendered(&Expr::pseudo("Region")), json!({ "Ref": "AWS::Region" }));
        let att = Expr::from(Piece::Att("Table".into(), "Arn".into()));
        assert_eq!(rendered(&att), json!({ "Fn::GetAtt": ["Table", "Arn"] }));
    }

    #[test]
    fn text_and_references_are_one_sub() {
        let expr = Expr::text("a ${b} #{Checkout.CommitId} ").then(Expr::from(Piece::Param("Size".into())));
        assert_eq!(rendered(&expr), json!({ "Fn::Sub": "a ${!b} #{Checkout.CommitId} ${Size}" }));
    }

    #[test]
    fn intrinsics_become_variables_of_the_sub() {
        let export = Expr::text("net-").then(Expr::pseudo("Region"));
        let expr = Expr::text("x/").then(Expr::from(Piece::Import(export)));
        let import = json!({ "Fn::ImportValue": { "Fn::Sub": "net-${AWS::Region}" } });
        assert_eq!(rendered(&expr), json!({ "Fn::Sub": ["x/${Import1}", { "Import1": import }] }));
    }

    /// Returns the value that CloudFormation evaluates an intrinsic to.
    fn evaluated(value: &Json) -> String {
        if let Some(parts) = value.pointer("/Fn::Join/1").and_then(Json::as_array) {
            return parts.iter().map(evaluated).collect();
        }
        if value.get("Ref").is_some() {
            return "R".to_owned();
        }
        let Some(mut rest) = value.get("Fn::Sub").and_then(Json::as_str) else {
            return value.as_str().unwrap_or_default().to_owned();
        };
        let mut text = String::new();
        while let Some((before, tail)) = rest.split_once("${") {
            let (name, after) = tail.split_once('}').expect("every placeholder ends");
            let literal = name.strip_prefix('!').map(|name| format!("${{{name}}}"));
            text += before;
            text += &literal.unwrap_or_else(|| "R".to_owned());
            rest = after;
        }
        text + rest
    }

    proptest! {
        #[test]
        fn text_with_references_keeps_every_character(texts in prop::collection::vec("[${}!a]{0,8}", 1..4)) {
            let mut expr = Expr::default();
            let mut plain = String::new();
            for text in &texts {
                expr = expr.then(text.as_str()).then(Expr::pseudo("Region"));
                plain = plain + text + "R";
            }
            prop_assert_eq!(evaluated(&rendered(&expr)), plain);
        }
    }

    #[test]
    fn an_opening_brace_alone_is_joined() {
        let expr = Expr::text("${").then(Expr::pseudo("Region")).then("}");
        assert_eq!(rendered(&expr), json!({ "Fn::Join": ["", ["${", { "Ref": "AWS::Region" }, "}"]] }));
    }
}
