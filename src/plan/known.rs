//! Expressions as plain text, for the target that is not deployed by CloudFormation.

use serde_json::Value as Json;

use crate::catalog::regions;
use crate::source::Span;

use super::properties::{ROLE_PATH, text_at};
use super::{Data, Entity, Expr, Identity, Piece, PipelinePlan, Plan, Site};

/// The known parts of the account and Region of a pipeline's JSON. Values of parameters are in
/// [`super::ParamPlan::given`].
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The account ID.
    pub account: Option<String>,
    /// The Region.
    pub region: Option<String>,
}

/// Returns the partition of a Region, as it is written in ARNs.
pub fn partition(region: &str) -> &'static str {
    regions::partition(region).map_or("aws", |partition| &partition.name)
}

impl Plan {
    /// Returns the identity of a planned resource.
    pub fn identity(&self, node: Entity) -> Option<&Identity> {
        Some(match node {
            Entity::Pipeline(id) => &self.pipelines.get(id)?.identity,
            Entity::Project(id) => &self.projects.get(id)?.identity,
            Entity::Bucket(id) => &self.buckets.get(id)?.identity,
            Entity::Topic(id) => &self.topics.get(id)?.identity,
            Entity::Connection(id) => &self.connections.get(id)?.identity,
            Entity::Repository(id) => &self.repositories.get(id)?.identity,
            Entity::Provider(id) => &self.action_types.iter().find(|it| it.provider == id)?.identity,
            Entity::Role(id) => &self.roles.get(id)?.identity,
            Entity::Key(id) => &self.keys.get(id)?.identity,
            Entity::Environment(id) => &self.environments.get(id)?.identity,
        })
    }

    /// Returns the name of a resource without a reference to it, or `None` if CloudFormation generates the name.
    pub fn name(&self, node: Entity) -> Option<Expr> {
        let identity = self.identity(node)?;
        identity.imported.as_ref().map(|imported| imported.name.clone()).or_else(|| identity.name.clone())
    }

    /// Returns the ARN of a resource without a reference to it, or `None` if CloudFormation generates the name.
    pub fn arn(&self, node: Entity) -> Option<Expr> {
        if let Some(imported) = &self.identity(node)?.imported {
            return Some(imported.arn.clone());
        }
        let name = self.name(node)?;
        arn_of(node, self.path(node).then(name))
    }

    /// Returns the part before the name in the ARN of a role with a path.
    fn path(&self, node: Entity) -> Expr {
        let path = self.role(node).and_then(|role| text_at(&role.properties, ROLE_PATH)).cloned().unwrap_or_default();
        let mut rest = path.pieces().iter();
        let Some(Piece::Text(first)) = rest.next() else { return path };
        let mut path = Expr::text(first.trim_start_matches('/'));
        path.extend(rest);
        path
    }

    /// Returns an expression as text, with a list of unknown values.
    pub fn text(&self, expr: &Expr, known: &Known) -> (String, Vec<String>) {
        let mut renderer = Renderer { plan: self, known, missing: Vec::new() };
        let text = renderer.expr(expr);
        (text, renderer.missing)
    }

    /// Returns an expression for people: `${AWS::Region}` for values of CloudFormation, `${Packages.arn}` for those of
    /// its resources.
    pub fn readable(&self, expr: &Expr) -> String {
        expr.pieces().iter().map(|piece| self.readable_piece(piece)).collect()
    }

    fn readable_piece(&self, piece: &Piece) -> String {
        let made = |node, member: &str| {
            let symbol = self.identity(node).map(|identity| identity.symbol.as_str()).unwrap_or_default();
            format!("${{{symbol}.{member}}}")
        };
        match piece {
            Piece::Text(text) => text.clone(),
            Piece::Param(name) | Piece::Ref(name) => format!("${{{name}}}"),
            Piece::Pseudo(name) => format!("${{AWS::{name}}}"),
            Piece::Att(id, attribute) => format!("${{{id}.{attribute}}}"),
            Piece::Name(node) => self.name(*node).map_or_else(|| made(*node, "name"), |name| self.readable(&name)),
            Piece::Arn(node @ Entity::Key(_)) if self.identity(*node).is_some_and(Identity::is_owned) => {
                made(*node, "arn")
            }
            Piece::Arn(node) => self.arn(*node).map_or_else(|| made(*node, "arn"), |arn| self.readable(&arn)),
            Piece::Import(export) => format!("${{import {}}}", self.readable(export)),
            Piece::Select { index, separator, of } => {
                format!("${{part {index} by {separator} of {}}}", self.readable(of))
            }
            Piece::Join { of, .. } => self.readable(of),
            Piece::If { condition, then, otherwise } => {
                format!("${{{condition} ? {} : {}}}", self.readable_data(then), self.readable_data(otherwise))
            }
            Piece::Find { mapping, keys } => {
                let [first, second] = &**keys;
                format!("${{{mapping}[{}][{}]}}", self.readable(first), self.readable(second))
            }
            Piece::Raw(_) => "${...}".to_owned(),
        }
    }

    fn readable_data(&self, data: &Data) -> String {
        match data {
            Data::Text(expr) => self.readable(expr),
            _ => "...".to_owned(),
        }
    }

    /// Returns whether an expression is no value, with what is known.
    pub fn is_absent(&self, expr: &Expr, known: &Known) -> bool {
        let [Piece::If { condition, then, otherwise }] = expr.pieces() else { return false };
        let mut renderer = Renderer { plan: self, known, missing: Vec::new() };
        let branch = if renderer.holds(condition) { then } else { otherwise };
        branch.is_none() || matches!(&**branch, Data::Text(inner) if self.is_absent(inner, known))
    }

    /// Returns whether a stage or an action with this condition exists, with what is known. What a file of resources
    /// decides is not known.
    pub fn exists(&self, condition: Option<&str>, known: &Known) -> bool {
        let is_own = |name: &&str| self.conditions.iter().any(|own| own.name == **name);
        let own = condition.filter(|name| is_own(name));
        own.is_none_or(|name| Renderer { plan: self, known, missing: Vec::new() }.holds(name))
    }

    /// Returns data as JSON, with a list of unknown values.
    pub fn json(&self, data: &Data, known: &Known) -> (Json, Vec<String>) {
        let mut renderer = Renderer { plan: self, known, missing: Vec::new() };
        let json = renderer.data(data);
        (json, renderer.missing)
    }
}

/// Returns the ARN of a resource of this account and Region with this name, or `None` if its kind has no such form.
pub fn arn_of(node: Entity, name: Expr) -> Option<Expr> {
    Some(Expr::fill(node.kind().arn()?, &|_| None).then(name))
}

/// Unknown values that the pipeline's JSON needs, each once, with the span that needs it.
struct Missing<'a> {
    plan: &'a Plan,
    known: &'a Known,
    found: Vec<(Span, String)>,
}

impl Missing<'_> {
    fn text(&mut self, span: Span, expr: &Expr) {
        self.note(span, self.plan.text(expr, self.known).1);
    }

    fn condition(&mut self, span: Span, name: Option<&str>) {
        let mut renderer = Renderer { plan: self.plan, known: self.known, missing: Vec::new() };
        if let Some(name) = name {
            renderer.holds(name);
        }
        let missing = renderer.missing;
        self.note(span, missing);
    }

    fn data(&mut self, span: Span, data: &Data) {
        self.note(span, self.plan.json(data, self.known).1);
    }

    fn note(&mut self, span: Span, missing: Vec<String>) {
        for what in missing {
            if !self.found.iter().any(|(_, before)| *before == what) {
                self.found.push((span, what));
            }
        }
    }
}

/// Returns the values that the pipeline's JSON needs but that are known only at deployment: the span, and the name of
/// the value.
pub fn unresolved(plan: &Plan, pipeline: Option<&str>, known: &Known) -> Vec<(Span, String)> {
    let plan = &*plan.seen_from(&Site::Home);
    let mut missing = Missing { plan, known, found: Vec::new() };
    let wanted = plan.pipelines.iter().filter(|it| pipeline.is_none_or(|name| it.is_called(name)));
    for pipeline in wanted {
        for action in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
            action.configuration.values().for_each(|value| missing.text(value.span, &value.text));
            missing.condition(action.span, action.cfn_condition.as_deref());
            let fields = &action.fields;
            let texts = fields.commands.iter().chain(&fields.output_variables).chain(&action.role);
            texts.for_each(|text| missing.text(action.span, text));
            fields.environment.iter().for_each(|(_, _, text)| missing.text(action.span, text));
            action.raw.iter().for_each(|raw| missing.data(action.span, raw));
        }
        let of_stages = pipeline.stages.iter().map(|stage| stage.cfn_condition.as_deref());
        let conditions = of_stages.chain([pipeline.identity.condition.as_deref()]);
        conditions.for_each(|name| missing.condition(pipeline.identity.span, name));
        for raw in pipeline.stages.iter().filter_map(|stage| stage.raw.as_ref()) {
            missing.data(pipeline.identity.span, raw);
        }
        for rule in pipeline.rules() {
            rule.configuration.values().for_each(|value| missing.text(value.span, &value.text));
            rule.commands.iter().chain(&rule.role).for_each(|text| missing.text(rule.span, text));
        }
        let span = pipeline.identity.span;
        pipeline.identity.name.iter().for_each(|name| missing.text(span, name));
        pipeline.role.iter().for_each(|role| missing.text(span, &Piece::Arn(*role).into()));
        missing.text(span, &Piece::Name(pipeline.store).into());
        pipeline.key.iter().for_each(|key| missing.text(span, key));
        for store in &pipeline.stores {
            missing.text(span, &Piece::Name(store.bucket).into());
        }
        pipeline.raw.iter().for_each(|raw| missing.data(span, raw));
        pipeline.tags.iter().for_each(|(_, value)| missing.text(span, value));
    }
    missing.found
}

/// Returns the pipeline whose JSON is built and the name of its condition, if the condition is false with what is known.
pub fn left_out<'p>(plan: &'p Plan, pipeline: Option<&str>, known: &Known) -> Option<(&'p PipelinePlan, &'p str)> {
    let mut wanted = plan.pipelines.iter().filter(|it| pipeline.is_none_or(|name| it.is_called(name)));
    let only = wanted.next().filter(|_| wanted.next().is_none())?;
    let condition = only.identity.condition.as_deref()?;
    (!plan.exists(Some(condition), known)).then_some((only, condition))
}

struct Renderer<'a> {
    plan: &'a Plan,
    known: &'a Known,
    missing: Vec<String>,
}

impl Renderer<'_> {
    fn expr(&mut self, expr: &Expr) -> String {
        expr.pieces().iter().map(|piece| self.piece(piece)).collect()
    }

    fn data(&mut self, data: &Data) -> Json {
        match data {
            Data::Text(expr) => match expr.pieces() {
                [Piece::If { condition, then, otherwise }] => {
                    let branch = if self.holds(condition) { then } else { otherwise };
                    if branch.is_none() { Json::Null } else { self.data(branch) }
                }
                _ => Json::String(self.expr(expr)),
            },
            Data::Plain(json) => json.clone(),
            Data::List(items) => items.iter().map(|item| self.data(item)).collect(),
            Data::Map(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.clone(), self.data(value))).collect())
            }
        }
    }

    fn piece(&mut self, piece: &Piece) -> String {
        match piece {
            Piece::Text(text) => text.clone(),
            Piece::Param(name) => self.param(name),
            Piece::Pseudo(name) => self.pseudo(name),
            Piece::Name(node) => match self.plan.name(*node) {
                Some(name) => self.expr(&name),
                None => self.unknown(*node),
            },
            Piece::Arn(node) => match self.plan.arn(*node) {
                Some(arn) => self.expr(&arn),
                None => self.unknown(*node),
            },
            Piece::Select { index, separator, of } => {
                let text = self.expr(of);
                text.split(*separator).nth(*index).unwrap_or(&text).to_owned()
            }
            Piece::Join { separator, of } => self.expr(of).replace(',', separator),
            Piece::Ref(id) => self.missing(format!("cfn.ref(\"{id}\")")),
            Piece::Att(id, attribute) => self.missing(format!("cfn.att(\"{id}\", \"{attribute}\")")),
            Piece::Import(export) => {
                let export = self.expr(export);
                self.missing(format!("cfn.import(\"{export}\")"))
            }
            Piece::If { condition, then, otherwise } => {
                let branch = if self.holds(condition) { then } else { otherwise };
                self.branch(branch)
            }
            Piece::Find { mapping, keys } => {
                let [first, second] = &**keys;
                let unknown = self.missing.len();
                let keys = (self.expr(first), self.expr(second));
                let found = self.plan.mappings.iter().find(|it| it.name == *mapping);
                match found.and_then(|it| it.value(&keys.0, &keys.1)) {
                    Some(value) => self.branch(value),
                    // A key is missing already.
                    None if self.missing.len() > unknown => String::new(),
                    None => self.missing(format!("{mapping}[{}][{}]", keys.0, keys.1)),
                }
            }
            Piece::Raw(_) => self.missing("cfn.raw".to_owned()),
        }
    }

    /// Returns one of the values that a condition chooses between, as text.
    fn branch(&mut self, data: &Data) -> String {
        match data {
            _ if data.is_none() => String::new(),
            Data::Text(expr) => self.expr(expr),
            Data::List(items) => items.iter().map(|item| self.branch(item)).collect::<Vec<_>>().join(","),
            other => self.data(other).to_string(),
        }
    }

    /// Returns whether a condition of the template is true.
    fn holds(&mut self, condition: &str) -> bool {
        let plan = self.plan;
        let found = plan.conditions.iter().find(|known| known.name == condition);
        // What a file of resources decides is not known, so that everything under it exists.
        found.is_none_or(|condition| self.test(&condition.test))
    }

    fn test(&mut self, test: &Data) -> bool {
        let Data::Map(entries) = test else { return false };
        match entries.as_slice() {
            [(function, Data::List(arguments))] => match (function.as_str(), arguments.as_slice()) {
                ("Fn::Equals", [Data::Text(left), Data::Text(right)]) => self.expr(left) == self.expr(right),
                ("Fn::Not", [inner]) => !self.test(inner),
                ("Fn::And" | "Fn::Or", items) => {
                    // All of them are tested, so that everything that is missing is found.
                    let truths: Vec<bool> = items.iter().map(|inner| self.test(inner)).collect();
                    if function == "Fn::And" { !truths.contains(&false) } else { truths.contains(&true) }
                }
                _ => false,
            },
            [(_, Data::Text(name))] => name.as_text().is_some_and(|name| self.holds(name)),
            _ => false,
        }
    }

    fn param(&mut self, name: &str) -> String {
        let param = self.plan.params.iter().find(|param| param.name == name);
        if param.is_some_and(|param| param.ty.is_stored) {
            return self.missing(format!("stored {name}"));
        }
        let value = param.and_then(|param| param.given.clone().or_else(|| param.default.clone()));
        value.unwrap_or_else(|| self.missing(name.to_owned()))
    }

    fn pseudo(&mut self, name: &str) -> String {
        let known = match name {
            "AccountId" => self.known.account.clone(),
            "Region" => self.known.region.clone(),
            "Partition" => self.known.region.as_deref().map(|region| partition(region).to_owned()),
            "URLSuffix" => {
                let partition = self.known.region.as_deref().and_then(regions::partition);
                partition.map(|partition| partition.url_suffix.clone())
            }
            _ => None,
        };
        known.unwrap_or_else(|| {
            // The partition follows from the Region: only one value is missing, not two.
            let asked = if name == "Partition" || name == "URLSuffix" { "Region" } else { name };
            self.missing(format!("AWS::{asked}"))
        })
    }

    fn unknown(&mut self, node: Entity) -> String {
        let symbol = self.plan.identity(node).map(|identity| identity.symbol.clone()).unwrap_or_default();
        let what = if matches!(node, Entity::Connection(_)) { format!("connection {symbol}") } else { symbol };
        self.missing(what)
    }

    fn missing(&mut self, what: String) -> String {
        let text = format!("${{{what}}}");
        self.missing.push(what);
        text
    }
}
