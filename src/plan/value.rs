//! Converts values of the HIR to AWS's form.

use serde_json::Value as Json;

use crate::catalog::{Slot, SlotType};
use crate::hir::{
    Arena, ArtifactFile, ArtifactId, Entity, Hir, MappingLookup, Ownership, PartKind, Pipeline, PipelineId,
    RepositoryId, Secret, Text, Value, ValueChoice, ValueKind,
};

use super::namespace::{Namespaces, PIPELINE_VARIABLES};
use super::{Data, Expr, Piece, VariableKind};

/// The context of a value: the file, and the position in it.
#[derive(Debug, Clone, Copy)]
pub struct ValueScope<'a> {
    /// The file.
    pub hir: &'a Hir,
    /// Namespaces by pipeline and action.
    pub namespaces: &'a Arena<PipelineId, Namespaces>,
    /// The pipeline that the value is in, if any.
    pub pipeline: Option<PipelineId>,
    /// The notation of run-time values.
    pub runtime: Runtime,
}

/// The notation of values that are known only at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    /// `#{Namespace.Name}`, which CodePipeline replaces with the value.
    Reference,
    /// `*`: a permission applies to any value.
    Any,
}

impl<'a> ValueScope<'a> {
    /// Returns the scope inside a pipeline.
    #[must_use]
    pub fn within(self, pipeline: PipelineId) -> Self {
        Self { pipeline: Some(pipeline), ..self }
    }

    /// Returns the scope for permissions.
    #[must_use]
    pub fn granted(self) -> Self {
        Self { runtime: Runtime::Any, ..self }
    }

    /// Converts a run-time value.
    fn run_time(&self, namespace: &str, name: &str) -> Expr {
        match self.runtime {
            Runtime::Reference => Expr::text(format!("#{{{namespace}.{name}}}")),
            Runtime::Any => Expr::text("*"),
        }
    }

    fn pipeline(&self) -> Option<&'a Pipeline> {
        self.pipeline.map(|id| &self.hir.pipelines[id])
    }

    /// Converts a string.
    pub fn text(&self, text: &Text) -> Expr {
        let mut expr = Expr::default();
        for part in &text.parts {
            expr = expr.then(self.part(&part.kind));
        }
        expr
    }

    /// Returns the URI of an image repository, `<account>.dkr.ecr.<region>.<domain>/<name>`.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html> (2026-11-23)
    fn repository_uri(&self, id: RepositoryId) -> Expr {
        let (account, region) = self.registry(id);
        let registry = account.then(".dkr.ecr.").then(region).then(".").then(Expr::pseudo("URLSuffix"));
        registry.then("/").then(Piece::Name(Entity::Repository(id)))
    }

    /// Returns the ARN of an image repository, in the account and the Region of its URI.
    pub fn repository_arn(&self, id: RepositoryId) -> Expr {
        let (account, region) = self.registry(id);
        let arn = Expr::fill("arn:${Partition}:ecr:", &|_| None).then(region).then(":").then(account);
        arn.then(":repository/").then(Piece::Name(Entity::Repository(id)))
    }

    /// Returns the account and the Region of an image repository.
    fn registry(&self, id: RepositoryId) -> (Expr, Expr) {
        let given = self.hir.repositories.get(id).and_then(|repository| match &repository.ownership {
            Ownership::Imported(value) => Some(self.plain(value)),
            Ownership::Owned => None,
        });
        let starts_as_arn =
            |expr: &Expr| matches!(expr.pieces().first(), Some(Piece::Text(text)) if text.starts_with("arn:"));
        match given.filter(|given| given.as_text().is_some() && starts_as_arn(given)) {
            Some(arn) => {
                let field =
                    |index: usize| arn.as_text().and_then(|text| text.split(':').nth(index)).unwrap_or_default();
                (Expr::text(field(4)), Expr::text(field(3)))
            }
            None => (Expr::pseudo("AccountId"), Expr::pseudo("Region")),
        }
    }

    /// Converts a part of a string.
    pub fn part(&self, part: &PartKind) -> Expr {
        match part {
            PartKind::Literal(text) if self.runtime == Runtime::Any => Expr::text(without_references(text)),
            PartKind::Literal(text) => Expr::text(text.as_str()),
            PartKind::Param(id) => match self.hir.params.get(*id) {
                Some(param) => Piece::Param(param.name.node.clone()).into(),
                None => Expr::default(),
            },
            PartKind::Pseudo(name) => Expr::pseudo(name.clone()),
            PartKind::Member(Entity::Repository(id), word) if word == "uri" => self.repository_uri(*id),
            PartKind::Member(entity, word) => member(*entity, Some(word)),
            PartKind::Ref(id) => Piece::Ref(id.clone()).into(),
            PartKind::Att(id, attribute) => Piece::Att(id.clone(), attribute.clone()).into(),
            PartKind::Import(export) => Piece::Import(self.text(export)).into(),
            PartKind::Raw(value) => Piece::Raw(self.data(value).into()).into(),
            PartKind::Choice(choice) => self.choice(choice, &|value| self.branch(value)),
            PartKind::Lookup(lookup) => self.lookup(lookup),
            PartKind::Secret(secret) => self.dynamic_secret(secret),
            PartKind::Parameter(name) => Expr::text("{{resolve:ssm:").then(self.text(name)).then("}}"),
            PartKind::Variable(id) => {
                let variable = self.pipeline().and_then(|pipeline| pipeline.variables.get(*id));
                variable.map_or_else(Expr::default, |it| self.run_time(PIPELINE_VARIABLES, &it.name.node))
            }
            PartKind::Output(action, name) => {
                let namespace = self.pipeline.and_then(|id| self.namespaces[id][*action].as_deref());
                self.run_time(namespace.unwrap_or_default(), name)
            }
            PartKind::Namespace(namespace, name) => self.run_time(namespace, name),
            PartKind::Poisoned => Expr::default(),
        }
    }

    /// Converts a value to plain text, without the rules of a slot: words and numbers as written.
    pub fn plain(&self, value: &Value) -> Expr {
        match &value.kind {
            // A condition has no value of its own.
            ValueKind::Null | ValueKind::Test(_) | ValueKind::Poisoned => Expr::default(),
            ValueKind::Bool(truth) => Expr::text(truth.to_string()),
            ValueKind::Number(number) => Expr::text(number.as_str()),
            ValueKind::Duration(seconds) => Expr::text(seconds.to_string()),
            ValueKind::Percent(number) => Expr::text(number.to_string()),
            ValueKind::Range(from, to) => Expr::text(format!("{from}..{to}")),
            ValueKind::Text(text) | ValueKind::InlineYaml(text) => self.text(text),
            ValueKind::Word(word) => Expr::text(word.as_str()),
            ValueKind::List(items) => joined(items.iter().map(|item| self.plain(item))),
            ValueKind::LateList(list) => self.joined_late(list, ","),
            ValueKind::Map(_) => self.json_text(value),
            ValueKind::Entity(entity) => member(*entity, None),
            ValueKind::Artifact(id) => Expr::text(self.artifact_name(*id)),
            ValueKind::ArtifactFile(file) => self.artifact_file(file),
            ValueKind::Secret(secret) => self.dynamic_secret(secret),
            ValueKind::Parameter(name) => Expr::text("{{resolve:ssm:").then(self.text(name)).then("}}"),
            ValueKind::Raw(value) => Piece::Raw(self.data(value).into()).into(),
            ValueKind::Choice(choice) => self.choice(choice, &|value| self.branch(value)),
        }
    }

    /// Converts a choice; `branch` converts its values.
    fn choice(&self, choice: &ValueChoice, branch: &dyn Fn(&Value) -> Data) -> Expr {
        let condition = self.hir.conditions[choice.condition].name.clone();
        let (then, otherwise) = (branch(&choice.then).into(), branch(&choice.otherwise).into());
        Piece::If { condition, then, otherwise }.into()
    }

    /// Converts one of the strings or lists that a condition chooses between.
    fn branch(&self, value: &Value) -> Data {
        match &value.kind {
            ValueKind::Null => Data::none(),
            ValueKind::List(items) => Data::List(items.iter().map(|item| Data::Text(self.plain(item))).collect()),
            ValueKind::LateList(list) => Data::Text(self.text(list)),
            ValueKind::Map(_) => self.data(value),
            _ => Data::Text(self.plain(value)),
        }
    }

    fn lookup(&self, lookup: &MappingLookup) -> Expr {
        let mapping = self.hir.mappings[lookup.mapping].name.clone();
        let [first, second] = &lookup.keys;
        Piece::Find { mapping, keys: [self.text(first), self.text(second)].into() }.into()
    }

    /// Converts a value in a slot to AWS's form; empty for `null`.
    pub fn in_slot(&self, value: &Value, slot: &Slot) -> Expr {
        match (&value.kind, slot.ty) {
            (ValueKind::Word(word), _) => Expr::text(aws_word(slot, word)),
            (ValueKind::Text(_), SlotType::Enum) => match value.as_str() {
                Some(word) => Expr::text(aws_word(slot, word)),
                None => self.plain(value),
            },
            (ValueKind::List(items), SlotType::EnumList | SlotType::List) => {
                joined(items.iter().map(|item| self.in_list(item, slot)))
            }
            (ValueKind::Entity(entity), _) => member(*entity, slot.member.as_deref()),
            // If AWS also accepts a number, the percent sign matters.
            (ValueKind::Percent(number), SlotType::Any) => Expr::text(format!("{number}%")),
            (ValueKind::Map(entries), SlotType::Env) => self.environment(entries),
            (ValueKind::Map(entries), SlotType::Shorthand) => self.shorthand(entries),
            (_, SlotType::Json) => self.json_slot(value, slot.texts),
            _ => self.plain(value),
        }
    }

    /// Joins the elements of a list that is known at deployment to one string.
    fn joined_late(&self, list: &Text, separator: &str) -> Expr {
        Piece::Join { separator: separator.to_owned(), of: self.text(list).into() }.into()
    }

    /// Returns the entries of a map of strings.
    pub fn pairs(&self, value: &Value) -> Vec<(String, Expr)> {
        match &value.kind {
            ValueKind::Map(entries) => {
                entries.iter().map(|(name, value)| (name.node.clone(), self.plain(value))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Converts the value of a raw AWS key: maps and lists become JSON text, as every configuration value is a string.
    /// `slot` is that of the key, if the catalog has one.
    pub fn raw_text(&self, value: &Value, slot: Option<&Slot>) -> Expr {
        self.json_slot(value, slot.is_some_and(|slot| slot.texts))
    }

    /// Converts a value in a slot to AWS's form for permissions: each element of a list.
    pub fn granted_in_slot(&self, value: &Value, slot: &Slot) -> Vec<Expr> {
        let scope = self.granted();
        if slot.ty != SlotType::List {
            return vec![scope.in_slot(value, slot)];
        }
        match &value.kind {
            ValueKind::List(items) => items.iter().map(|item| scope.in_list(item, slot)).collect(),
            ValueKind::LateList(_) => vec![Expr::text("*")],
            // A list that is written in AWS's form.
            _ => scope.plain(value).split(','),
        }
    }

    fn in_list(&self, item: &Value, slot: &Slot) -> Expr {
        match item.as_str() {
            Some(word) => Expr::text(aws_word(slot, word)),
            None => self.plain(item),
        }
    }

    /// Converts a value in a JSON slot. A string is passed on: it is JSON already, or what the provider accepts
    /// instead. If `texts` is set, AWS expects numbers and booleans in it as strings.
    fn json_slot(&self, value: &Value, texts: bool) -> Expr {
        match &value.kind {
            ValueKind::Map(_) | ValueKind::List(_) if texts => self.json_text(&in_texts(value)),
            ValueKind::Map(_) | ValueKind::List(_) | ValueKind::LateList(_) => self.json_text(value),
            _ => self.plain(value),
        }
    }

    /// Returns the name of an artifact of the pipeline.
    pub fn artifact_name(&self, id: ArtifactId) -> String {
        self.pipeline().map_or_else(String::new, |pipeline| pipeline.artifact(id).name.node.clone())
    }

    fn artifact_file(&self, file: &ArtifactFile) -> Expr {
        let artifact = file.artifact.map_or_else(String::new, |id| self.artifact_name(id));
        Expr::text(format!("{artifact}::")).then(self.text(&file.path))
    }

    /// Returns a dynamic reference: CloudFormation inserts the secret and does not show it.
    fn dynamic_secret(&self, secret: &Secret) -> Expr {
        let id = Expr::text("{{resolve:secretsmanager:").then(self.text(&secret.id)).then(":SecretString");
        self.selected(id, secret).then("}}")
    }

    /// Appends the selectors of a secret to its name, up to the last one that is set: `:key:stage:version`.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html> and
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-28)
    fn selected(&self, id: Expr, secret: &Secret) -> Expr {
        let selectors = secret.selectors();
        let count = selectors.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        let selectors = selectors.into_iter().take(count).map(|it| it.map(|text| self.text(text)).unwrap_or_default());
        selectors.fold(id, |all, selector| all.then(":").then(selector))
    }

    /// Returns the kind of an environment variable, and its value or the secret or parameter to look up.
    pub fn variable(&self, value: &Value) -> (VariableKind, Expr) {
        match &value.kind {
            ValueKind::Secret(secret) => (VariableKind::SecretsManager, self.selected(self.text(&secret.id), secret)),
            ValueKind::Parameter(name) => (VariableKind::ParameterStore, self.text(name)),
            _ => (VariableKind::Plaintext, self.plain(value)),
        }
    }

    /// Converts parameters to the format of the StackSet actions.
    fn shorthand(&self, entries: &[(crate::source::Spanned<String>, Value)]) -> Expr {
        let mut text = Expr::default();
        for (index, (name, value)) in entries.iter().enumerate() {
            let start = format!("{}ParameterKey={},ParameterValue=", if index == 0 { "" } else { " " }, name.node);
            text = text.then(start).then(self.plain(value));
        }
        text
    }

    /// Converts environment variables to `EnvironmentVariables` of the CodeBuild action.
    fn environment(&self, entries: &[(crate::source::Spanned<String>, Value)]) -> Expr {
        let mut text = Expr::text("[");
        for (index, (name, value)) in entries.iter().enumerate() {
            let (kind, value) = self.variable(value);
            text = text
                .then(if index == 0 { "" } else { "," })
                .then(format!("{{\"name\":{},\"value\":", quoted(&name.node)))
                .then(in_quotes(&value))
                .then(format!(",\"type\":\"{}\"}}", kind.aws()));
        }
        text.then("]")
    }

    /// Converts a value to JSON text with parts that are known only at deployment. Such parts are names, ARNs, and
    /// similar: they contain no characters that JSON escapes.
    pub fn json_text(&self, value: &Value) -> Expr {
        match &value.kind {
            ValueKind::Null | ValueKind::Poisoned => Expr::text("null"),
            ValueKind::Bool(truth) => Expr::text(truth.to_string()),
            ValueKind::Number(number) => Expr::text(number.as_str()),
            ValueKind::List(items) => {
                Expr::text("[").then(joined(items.iter().map(|item| self.json_text(item)))).then("]")
            }
            ValueKind::LateList(list) => Expr::text("[\"").then(self.joined_late(list, "\",\"")).then("\"]"),
            ValueKind::Map(entries) => {
                let entry = |(name, value): &(crate::source::Spanned<String>, Value)| {
                    Expr::text(quoted(&name.node)).then(":").then(self.json_text(value))
                };
                Expr::text("{").then(joined(entries.iter().map(entry))).then("}")
            }
            ValueKind::Raw(inner) if is_artifact_intrinsic(inner) => self.json_text(inner),
            // Of strings, the quotes are around the choice.
            ValueKind::Choice(choice) if !choice.values().into_iter().all(is_text) => {
                self.choice(choice, &|value| Data::Text(self.json_text(value)))
            }
            _ => in_quotes(&self.plain(value)),
        }
    }

    /// Converts a value to data, for `raw` and for intrinsics.
    pub fn data(&self, value: &Value) -> Data {
        match &value.kind {
            ValueKind::Null | ValueKind::Poisoned => Data::Plain(Json::Null),
            ValueKind::Bool(truth) => Data::Plain(Json::Bool(*truth)),
            ValueKind::Number(number) => {
                Data::Plain(serde_json::from_str(number).unwrap_or_else(|_| Json::from(number.as_str())))
            }
            ValueKind::List(items) => Data::List(items.iter().map(|item| self.data(item)).collect()),
            ValueKind::LateList(list) => Data::Text(self.text(list)),
            ValueKind::Choice(choice) => Data::Text(self.choice(choice, &|value| match value.kind {
                ValueKind::Null => Data::none(),
                _ => self.data(value),
            })),
            ValueKind::Map(entries) => {
                Data::Map(entries.iter().map(|(name, value)| (name.node.clone(), self.data(value))).collect())
            }
            _ => Data::Text(self.plain(value)),
        }
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Text(_) | ValueKind::Word(_))
}

/// Converts numbers and booleans to strings, each digit as written.
fn in_texts(value: &Value) -> Value {
    let span = value.span;
    match &value.kind {
        ValueKind::Number(number) => Value::text(number.as_str(), span),
        ValueKind::Bool(truth) => Value::text(truth.to_string(), span),
        ValueKind::List(items) => Value::new(ValueKind::List(items.iter().map(in_texts).collect()), span),
        ValueKind::Map(entries) => {
            let entries = entries.iter().map(|(name, value)| (name.clone(), in_texts(value)));
            Value::new(ValueKind::Map(entries.collect()), span)
        }
        _ => value.clone(),
    }
}

/// Returns whether a value is `Fn::GetArtifactAtt` or `Fn::GetParam`, which are functions of CodePipeline and are kept
/// in the text of the parameter overrides.
fn is_artifact_intrinsic(value: &Value) -> bool {
    matches!(&value.kind, ValueKind::Map(entries)
        if entries.iter().any(|(name, _)| name.node == "Fn::GetArtifactAtt" || name.node == "Fn::GetParam"))
}

/// Replaces references to run-time values in a text of the user, `#{Namespace.Name}`, with `*`.
fn without_references(text: &str) -> String {
    let mut open = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("#{") {
        let Some((_, after)) = tail.split_once('}') else { break };
        open.push_str(before);
        open.push('*');
        rest = after;
    }
    open.push_str(rest);
    open
}

/// Returns AWS's spelling of a word of an enumeration.
fn aws_word<'a>(slot: &'a Slot, word: &'a str) -> &'a str {
    slot.values.get(word).map_or(word, String::as_str)
}

/// Returns a JSON string.
fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}

/// Returns a JSON string whose literal pieces are escaped.
fn in_quotes(expr: &Expr) -> Expr {
    let escape = |text: &str| {
        let quoted = quoted(text);
        quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
    };
    Expr::text("\"").then(expr.map_text(&escape)).then("\"")
}

/// Returns a member of a declaration: its ARN if that is the member, otherwise its name. A key has no other name.
pub fn member(entity: Entity, member: Option<&str>) -> Expr {
    match (member, entity) {
        (Some("arn"), _) | (_, Entity::Key(_)) => Piece::Arn(entity).into(),
        _ => Piece::Name(entity).into(),
    }
}

/// Joins strings with commas.
fn joined(items: impl Iterator<Item = Expr>) -> Expr {
    let mut joined = Expr::default();
    for (index, item) in items.enumerate() {
        joined = joined.then(if index == 0 { "" } else { "," }).then(item);
    }
    joined
}
