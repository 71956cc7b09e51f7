//! Evaluates a value of a template to its possible results: strings with their known parts, and resources of the
//! template.

use crate::workspace::document::{Intrinsic, Node, SubPart, sub_parts};
use crate::workspace::template::{MadeResource, Template};

use super::super::{Expr, Piece};

/// The most nested calls that are evaluated.
const DEEPEST: usize = 8;

/// One possible result of a value.
#[derive(Debug, Clone)]
pub enum Found<'a> {
    /// A string. Unknown parts are `*`.
    Text(Expr),
    /// A resource that the template creates, by `Ref` or one of its attributes.
    Made(&'a MadeResource),
}

/// The context of the evaluation: a template that is deployed as a stack with a certain name.
pub struct Follow<'a, 'n> {
    /// The template.
    pub template: &'a Template,
    /// The stack's name.
    pub stack: &'a Expr,
    /// The resources that the template creates.
    pub made: &'a [MadeResource],
    /// Returns the value that the action sets for a parameter of the template.
    pub overridden: &'a dyn Fn(&str) -> Option<Expr>,
    /// Returns the name of a resource for use in a string.
    pub name: &'n dyn Fn(&MadeResource) -> Expr,
}

impl<'a> Follow<'a, '_> {
    /// Returns all possible results of a value: both branches of a condition, every item of a list.
    pub fn value(&self, node: &Node) -> Vec<Found<'a>> {
        self.at(node, DEEPEST)
    }

    fn at(&self, node: &Node, depth: usize) -> Vec<Found<'a>> {
        let Some(depth) = depth.checked_sub(1) else { return vec![open()] };
        if let Some(call) = node.intrinsic() {
            return self.call(&call, depth);
        }
        if let Some(text) = node.literal() {
            return vec![Found::Text(literal(text))];
        }
        node.items().iter().flat_map(|item| self.at(item, depth)).collect()
    }

    fn call(&self, call: &Intrinsic<'_>, depth: usize) -> Vec<Found<'a>> {
        let argument = call.argument;
        match call.name.as_ref() {
            "Ref" => argument.text().map_or_else(|| vec![open()], |name| self.reference(name)),
            "Fn::GetAtt" => {
                let whole = argument.text().or_else(|| argument.items().first().and_then(Node::text));
                let id = whole.and_then(|text| text.split('.').next()).unwrap_or_default();
                self.resource(id)
                    .filter(|made| has_names(made))
                    .map_or_else(|| vec![open()], |made| vec![Found::Made(made)])
            }
            "Fn::If" => argument.items().iter().skip(1).flat_map(|branch| self.at(branch, depth)).collect(),
            "Fn::Sub" => self.substituted(argument, depth),
            "Fn::Join" => vec![Found::Text(self.joined(argument, depth))],
            _ => vec![open()],
        }
    }

    fn reference(&self, name: &str) -> Vec<Found<'a>> {
        if name == "AWS::NoValue" {
            return Vec::new();
        }
        if let Some(text) = self.pseudo(name) {
            return vec![Found::Text(text)];
        }
        if let Some(made) = self.resource(name) {
            return vec![Found::Made(made)];
        }
        self.parameter(name).into_iter().map(Found::Text).collect()
    }

    /// Returns the values of a parameter. If CloudFormation looks it up, it can have any value.
    fn parameter(&self, name: &str) -> Vec<Expr> {
        let Some(parameter) = self.template.parameter(name) else { return vec![Expr::text("*")] };
        let kind = parameter.kind.as_ref().map_or("", |kind| kind.node.as_str());
        if kind.starts_with("AWS::SSM::Parameter::Value") {
            return vec![Expr::text("*")];
        }
        let default = || parameter.default.as_ref().and_then(Node::text).map(Expr::text);
        let Some(value) = (self.overridden)(name).or_else(default) else { return vec![Expr::text("*")] };
        match value.as_text() {
            Some("") => vec![Expr::text("*")],
            Some(list) if kind == "CommaDelimitedList" || kind.starts_with("List<") => {
                list.split(',').map(|item| Expr::text(item.trim())).collect()
            }
            _ => vec![value],
        }
    }

    fn pseudo(&self, name: &str) -> Option<Expr> {
        match name {
            "AWS::StackName" => Some(self.stack.clone()),
            "AWS::Region" | "AWS::AccountId" | "AWS::Partition" | "AWS::URLSuffix" => {
                Some(Expr::pseudo(name.trim_start_matches("AWS::").to_owned()))
            }
            _ => None,
        }
    }

    fn resource(&self, id: &str) -> Option<&'a MadeResource> {
        self.made.iter().find(|made| made.id.is(id))
    }

    /// Evaluates an `Fn::Sub`. If it is only a reference, the results are those of the reference.
    fn substituted(&self, argument: &Node, depth: usize) -> Vec<Found<'a>> {
        let Some(text) = argument.text().or_else(|| argument.items().first().and_then(Node::text)) else {
            return vec![open()];
        };
        let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        if let Some(name) = inner.filter(|name| !name.contains(['$', '{', '}']))
            && let Some(made) = self.resource(name.split('.').next().unwrap_or_default())
            && has_names(made)
        {
            return vec![Found::Made(made)];
        }
        let given = argument.items().get(1);
        let value = |name: &str| match given.and_then(|given| given.get(name)) {
            Some(value) => self.single(&self.at(value, depth)),
            None => self.inside(name),
        };
        vec![Found::Text(filled(text, &value))]
    }

    /// Evaluates the string of an `Fn::Sub`, in either form.
    pub fn text(&self, text: &str) -> Expr {
        filled(text, &|name| self.inside(name))
    }

    /// Returns the value of a name in a string. For an attribute, only the resource is known; its ARN is not its name.
    fn inside(&self, name: &str) -> Expr {
        if name.contains('.') { Expr::text("*") } else { self.single(&self.reference(name)) }
    }

    fn joined(&self, argument: &Node, depth: usize) -> Expr {
        let [separator, list] = argument.items() else { return Expr::text("*") };
        let Some(separator) = separator.text() else { return Expr::text("*") };
        if list.intrinsic().is_some() {
            return Expr::text("*");
        }
        let mut joined = Expr::default();
        for (index, item) in list.items().iter().enumerate() {
            if index > 0 {
                joined = joined.then(separator);
            }
            joined = joined.then(self.single(&self.at(item, depth)));
        }
        joined
    }

    /// Returns the value for use in a string if there is a single one; otherwise `*`.
    pub fn single(&self, found: &[Found<'a>]) -> Expr {
        match found {
            [] => Expr::default(),
            [Found::Text(text)] => text.clone(),
            [Found::Made(made)] => (self.name)(made),
            _ => Expr::text("*"),
        }
    }
}

/// Replaces the references of an `Fn::Sub`; `${!name}` becomes `${name}`.
fn filled(text: &str, value: &dyn Fn(&str) -> Expr) -> Expr {
    sub_parts(text).into_iter().fold(Expr::default(), |expr, part| match part {
        SubPart::Text(text) => expr.then(text),
        SubPart::Name(name) => expr.then(value(name)),
    })
}

/// Returns an unknown value.
fn open<'a>() -> Found<'a> {
    Found::Text(Expr::text("*"))
}

/// Converts text of a template. A dynamic reference is replaced when the stack is deployed.
fn literal(text: &str) -> Expr {
    match text.split_once("{{resolve:") {
        Some((before, rest)) => {
            let after = rest.split_once("}}").map_or("", |(_, after)| after);
            Expr::text(before).then("*").then(after)
        }
        None => Expr::text(text),
    }
}

/// Returns whether the attributes of a resource refer to the resource itself. Those of a nested stack or custom
/// resource can be any value.
fn has_names(made: &MadeResource) -> bool {
    let other = ["AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource"];
    !other.contains(&made.kind.as_str()) && !made.kind.starts_with("Custom::")
}

/// Returns whether a string is an ARN.
pub fn is_arn(text: &Expr) -> bool {
    matches!(text.pieces().first(), Some(Piece::Text(first)) if first.starts_with("arn:"))
}
