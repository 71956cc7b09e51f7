//! Both targets describe the same pipeline: the definition for the API is that of the template, with the values that
//! are known at deployment inserted.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use dotpipe::compilation::{Compilation, Notation, Request, Target};
use serde_json::{Map, Value as Json};

use super::cases::{beside, entries, one_of, share};
use super::support;

const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";

/// A piece of a text in the template.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    /// A value chosen by CloudFormation: a name or an ARN of a resource.
    Chosen(String),
}

/// Compares two definitions.
struct Comparison<'a> {
    params: &'a BTreeMap<String, String>,
    /// What the definition for the API contains instead of values chosen by CloudFormation. Each must be the same
    /// everywhere.
    chosen: HashMap<String, String>,
    faults: Vec<String>,
}

impl Comparison<'_> {
    fn same(&mut self, template: &Json, json: &Json, path: &str) {
        match (template, json) {
            (Json::Object(left), Json::Object(right)) => {
                let in_configuration = path.ends_with(".configuration");
                let left: BTreeMap<String, &Json> = left
                    .iter()
                    .map(|(key, value)| (if in_configuration { key.clone() } else { camel(key) }, value))
                    .collect();
                if left.len() != right.len() {
                    let (left, right): (Vec<_>, Vec<_>) = (left.keys().collect(), right.keys().collect());
                    self.faults.push(format!("{path}: {left:?} and {right:?}"));
                    return;
                }
                for (key, value) in left {
                    match right.get(&key) {
                        Some(other) => self.same(value, other, &format!("{path}.{key}")),
                        None => self.faults.push(format!("{path}.{key}: only in the template")),
                    }
                }
            }
            (Json::Array(left), Json::Array(right)) if left.len() == right.len() => {
                for (index, (left, right)) in left.iter().zip(right).enumerate() {
                    self.same(left, right, &format!("{path}[{index}]"));
                }
            }
            (_, Json::String(text)) => {
                let pieces = self.pieces(template);
                match fit(&pieces, text, &self.chosen) {
                    Some(chosen) => self.chosen = chosen,
                    None => self.faults.push(format!("{path}: {pieces:?} and {text:?}")),
                }
            }
            _ if template == json => {}
            _ => self.faults.push(format!("{path}: {template} and {json}")),
        }
    }

    fn pieces(&self, value: &Json) -> Vec<Piece> {
        let Json::Object(entries) = value else {
            return vec![Piece::Text(value.as_str().map_or_else(|| value.to_string(), str::to_owned))];
        };
        match entries.iter().next() {
            Some((call, Json::String(name))) if call == "Ref" => vec![self.reference(name)],
            Some((call, Json::String(text))) if call == "Fn::Sub" => self.sub(text, &Map::new()),
            Some((call, Json::Array(parts))) if call == "Fn::Sub" => match parts.as_slice() {
                [Json::String(text), Json::Object(names)] => self.sub(text, names),
                _ => vec![Piece::Chosen(value.to_string())],
            },
            Some((call, Json::Array(parts))) if call == "Fn::GetAtt" => {
                let names: Vec<&str> = parts.iter().filter_map(Json::as_str).collect();
                vec![Piece::Chosen(names.join("."))]
            }
            Some((call, Json::Array(parts))) if call == "Fn::Join" => {
                let separator = parts.first().and_then(Json::as_str).unwrap_or_default();
                let items = parts.get(1).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
                let each = items.iter().map(|item| self.pieces(item));
                each.reduce(|all, next| [all, vec![Piece::Text(separator.to_owned())], next].concat())
                    .unwrap_or_default()
            }
            _ => vec![Piece::Chosen(value.to_string())],
        }
    }

    fn reference(&self, name: &str) -> Piece {
        let known = match name {
            "AWS::AccountId" => Some(ACCOUNT),
            "AWS::Region" => Some(REGION),
            "AWS::Partition" => Some("aws"),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            _ => self.params.get(name).map(String::as_str),
        };
        known.map_or_else(|| Piece::Chosen(name.to_owned()), |text| Piece::Text(text.to_owned()))
    }

    fn sub(&self, text: &str, names: &Map<String, Json>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            pieces.push(Piece::Text(before.to_owned()));
            let (name, tail) = after.split_once('}').expect("a reference ends");
            match (name.strip_prefix('!'), names.get(name)) {
                (Some(literal), _) => pieces.push(Piece::Text(format!("${{{literal}}}"))),
                (None, Some(value)) => pieces.extend(self.pieces(value)),
                (None, None) => pieces.push(self.reference(name)),
            }
            rest = tail;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces
    }
}

/// The conditions and mappings of a template, with the values of its parameters.
struct Deployment<'t> {
    template: &'t Json,
    params: &'t BTreeMap<String, String>,
}

impl Deployment<'_> {
    /// Evaluates `Fn::If` and `Fn::FindInMap` in a value; `None` is `AWS::NoValue`.
    fn evaluated(&self, value: &Json) -> Option<Json> {
        match value {
            Json::Array(items) => Some(items.iter().filter_map(|item| self.evaluated(item)).collect()),
            Json::Object(entries) => match entries.iter().next() {
                Some((call, name)) if call == "Ref" && name == "AWS::NoValue" => None,
                Some((call, parts)) if call == "Fn::If" => {
                    let holds = self.holds(&self.template["Conditions"][parts[0].as_str().expect("a condition")]);
                    self.evaluated(&parts[if holds { 1 } else { 2 }])
                }
                Some((call, keys)) if call == "Fn::FindInMap" => {
                    let [map, first, second] = [0, 1, 2].map(|index| self.text(&keys[index]));
                    Some(self.template["Mappings"][map][first][second].clone())
                }
                _ => {
                    let each = entries.iter().filter_map(|(key, value)| Some((key.clone(), self.evaluated(value)?)));
                    Some(Json::Object(each.collect()))
                }
            },
            _ => Some(value.clone()),
        }
    }

    fn holds(&self, condition: &Json) -> bool {
        let (call, argument) = condition.as_object().and_then(|it| it.iter().next()).expect("a condition is a call");
        let mut parts = argument.as_array().into_iter().flatten();
        match call.as_str() {
            "Condition" => self.holds(&self.template["Conditions"][argument.as_str().expect("a condition")]),
            "Fn::Equals" => self.text(&argument[0]) == self.text(&argument[1]),
            "Fn::Not" => !self.holds(&argument[0]),
            "Fn::And" => parts.all(|part| self.holds(part)),
            "Fn::Or" => parts.any(|part| self.holds(part)),
            _ => panic!("unknown condition: {condition}"),
        }
    }

    fn text(&self, value: &Json) -> String {
        match value["Ref"].as_str() {
            Some("AWS::AccountId") => ACCOUNT.to_owned(),
            Some("AWS::Region") => REGION.to_owned(),
            Some(name) => self.params[name].clone(),
            None => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        }
    }
}

/// Converts a key of `ActionTypeId` to the spelling of the API.
fn camel(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// If a text consists of these pieces, returns the values instead of those chosen by CloudFormation.
fn fit(pieces: &[Piece], text: &str, chosen: &HashMap<String, String>) -> Option<HashMap<String, String>> {
    let Some((first, rest)) = pieces.split_first() else { return text.is_empty().then(|| chosen.clone()) };
    let name = match first {
        Piece::Text(known) => return fit(rest, text.strip_prefix(known.as_str())?, chosen),
        Piece::Chosen(name) => name,
    };
    if let Some(known) = chosen.get(name) {
        return fit(rest, text.strip_prefix(known.as_str())?, chosen);
    }
    // A name is not empty; the longest match is used.
    let mut ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    ends.find_map(|end| {
        let mut chosen = chosen.clone();
        chosen.insert(name.clone(), text[..end].to_owned());
        fit(rest, &text[end..], &chosen)
    })
}

#[test]
fn texts_are_compared_with_what_they_are_made_of() {
    let text = |text: &str| Piece::Text(text.to_owned());
    let chosen = |name: &str| Piece::Chosen(name.to_owned());
    let fits = |pieces: &[Piece], text: &str| fit(pieces, text, &HashMap::new()).is_some();
    assert!(fits(&[text("a-"), chosen("x"), text("-b-"), chosen("x")], "a-1-b-1"));
    assert!(!fits(&[text("a-"), chosen("x"), text("-b-"), chosen("x")], "a-1-b-2"));
    assert!(!fits(&[text("a"), chosen("x")], "a"));
    let mut comparison = Comparison { params: &BTreeMap::new(), chosen: HashMap::new(), faults: Vec::new() };
    comparison.same(&serde_json::json!({"Name": "a"}), &serde_json::json!({"name": "b"}), "it");
    comparison.same(&serde_json::json!({"Name": "a"}), &serde_json::json!({"nam": "a"}), "it");
    comparison.same(&serde_json::json!([1]), &serde_json::json!([2]), "it");
    assert_eq!(comparison.faults.len(), 3, "{:?}", comparison.faults);
}

/// Returns values for the parameters that have no default.
fn params(compilation: &Compilation) -> BTreeMap<String, String> {
    let value = |param: &dotpipe::model::ParamPlan| {
        let number = if param.ty.aws() == "Number" { "4" } else { "given" };
        param
            .default
            .clone()
            .or_else(|| param.constraints.allowed.first().cloned())
            .unwrap_or_else(|| number.to_owned())
    };
    compilation.plan().params.iter().map(|param| (param.name.clone(), value(param))).collect()
}

/// Converts the artifact stores from a list, as in a resource, to a map by Region, as in a definition.
fn by_region(properties: &mut Json) {
    let Some(Json::Array(stores)) = properties.get("ArtifactStores") else { return };
    let of = |store: &Json| {
        let region = store["Region"].as_str().expect("a store has a region").to_owned();
        (region, store["ArtifactStore"].clone())
    };
    let stores: Map<String, Json> = stores.iter().map(of).collect();
    properties["ArtifactStores"] = stores.into();
}

#[test]
fn the_targets_agree() {
    let mut compared = 0;
    let mut faults = Vec::new();
    let all = entries("tests/ui").into_iter().chain(entries("tests/syntax")).chain(entries("examples"));
    for entry in share(all.chain(entries("tests/baselines")).collect()) {
        let text = fs::read_to_string(&entry).expect("cases are text");
        let files: Vec<(String, String)> = beside(&entry).into_iter().collect();
        let compile = |request: &Request| support::compile(("pipeline.pipe", &text), &files, request);
        let whole = compile(&Request::default());
        let Some(template) = whole.build(Notation::Json) else { continue };
        let template: Json = serde_json::from_str(&template).expect("a template is JSON");
        let params = params(&whole);
        for (name, plan) in whole.pipelines().zip(&whole.plan().pipelines) {
            let request = Request {
                target: Target::Codepipeline,
                account: Some(ACCOUNT.to_owned()),
                region: Some(REGION.to_owned()),
                params: params.clone(),
                pipeline: Some(name.to_owned()),
                ..Request::default()
            };
            // Exports of other stacks are only known to CloudFormation.
            let Some(json) = compile(&request).build(Notation::Json) else { continue };
            let json: Json = serde_json::from_str(&json).expect("a definition is JSON");
            let deployment = Deployment { template: &template, params: &params };
            let properties = deployment.evaluated(&template["Resources"][&plan.identity.logical_id]["Properties"]);
            let mut properties = properties.expect("a pipeline has properties");
            // Not part of the definition: tags and transitions have separate API operations.
            for beside in ["Tags", "DisableInboundStageTransitions", "RestartExecutionOnUpdate"] {
                properties.as_object_mut().expect("a pipeline has properties").remove(beside);
            }
            // The `raw` value of the case removes properties that only a template can omit, or calls a function of templates.
            if entry.ends_with("conditions-fit/pipeline.pipe") || entry.ends_with("raw-names-fit.pipe") {
                continue;
            }
            by_region(&mut properties);
            let mut comparison = Comparison { params: &params, chosen: HashMap::new(), faults: Vec::new() };
            comparison.same(&properties, &json["pipeline"], "pipeline");
            faults.extend(comparison.faults.iter().map(|fault| format!("{}: {fault}", entry.display())));
            compared += 1;
        }
    }
    assert!(compared * one_of() > 100, "only {compared} pipelines were found");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
