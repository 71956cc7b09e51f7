//! A value that is written for a slot is read back as the same value.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestRunner};

use super::sample::{self, Sample};
use crate::catalog::{self, Phase, Slot, SlotType};
use crate::collections::IndexMap;
use crate::hir::*;
use crate::plan::configuration::in_keys;
use crate::plan::value::Runtime;
use crate::plan::value::ValueScope;
use crate::plan::{Data, Expr, Piece};
use crate::slots::{AwsPiece, AwsText, NameLookup, read_aws};
use crate::source::sampling::share_of;
use crate::source::{FileId, SourceMap, Span, Spanned};

/// The number of values of each slot.
const VALUES: u32 = 50;

const PARAM: &str = "Stage";
const VARIABLE: &str = "Target";
const NAMESPACE: &str = "fetched";

fn here() -> Span {
    let file: FileId = SourceMap::default().add("a.pipe".into(), "");
    Span::new(file, 0, 0)
}

fn new(kind: ValueKind) -> Value {
    Value::new(kind, here())
}

/// Returns a file with a parameter, a variable of its pipeline, and an action with a namespace.
fn sample_file() -> Sample {
    let mut sample = sample::tutorial();
    let name = |name: &str| Spanned::new(name.to_owned(), here());
    sample.hir.params.push(Param {
        name: name(PARAM),
        ty: Spanned::new(ParamType::one(ParamItem::Text), here()),
        is_flag: false,
        secret: false,
        default: None,
        allowed: Vec::new(),
        doc: None,
        given: None,
        attributes: IndexMap::default(),
    });
    let pipeline = &mut sample.hir.pipelines[PipelineId(0)];
    pipeline.variables.push(Variable { name: name(VARIABLE), default: None, allowed: Vec::new(), doc: None });
    pipeline.actions[ActionId(0)].namespace = Some(name(NAMESPACE));
    sample
}

/// The names of that file.
struct OfSample<'a>(&'a Pipeline);

impl NameLookup for OfSample<'_> {
    fn artifact(&self, name: &str) -> Option<ArtifactId> {
        self.0.artifacts.entries().find(|(_, artifact)| artifact.name.node == name).map(|(id, _)| id)
    }

    fn variable(&self, namespace: &str, name: &str) -> Option<PartKind> {
        match namespace {
            "variables" if name == VARIABLE => Some(PartKind::Variable(VariableId(0))),
            NAMESPACE => Some(PartKind::Output(ActionId(0), name.to_owned())),
            _ => None,
        }
    }
}

/// Converts a planned string to the form in a template.
fn in_aws(expr: &Expr) -> AwsText {
    let piece = |piece: &Piece| match piece {
        Piece::Join { separator, of } => AwsPiece::Join { separator: separator.clone(), of: text(of) },
        other => AwsPiece::Part(part(other)),
    };
    AwsText { pieces: expr.pieces().iter().map(piece).collect() }
}

fn text(expr: &Expr) -> Text {
    let mut text = Text::default();
    expr.pieces().iter().for_each(|piece| text.push(Part { kind: part(piece), span: here() }));
    text
}

fn part(piece: &Piece) -> PartKind {
    match piece {
        Piece::Text(text) => PartKind::Literal(text.clone()),
        Piece::Param(name) => {
            assert_eq!(name, PARAM);
            PartKind::Param(ParamId(0))
        }
        Piece::Pseudo(name) => PartKind::Pseudo(name.clone().into_owned()),
        Piece::Name(entity) => PartKind::Member(*entity, "name".to_owned()),
        Piece::Arn(entity) => PartKind::Member(*entity, "arn".to_owned()),
        Piece::Ref(id) => PartKind::Ref(id.clone()),
        Piece::Att(id, attribute) => PartKind::Att(id.clone(), attribute.clone()),
        Piece::Import(export) => PartKind::Import(text(export)),
        Piece::Raw(data) => PartKind::Raw(Box::new(value(data))),
        Piece::Select { .. } | Piece::Join { .. } | Piece::If { .. } | Piece::Find { .. } => {
            panic!("no slot is written so: {piece:?}")
        }
    }
}

fn value(data: &Data) -> Value {
    new(match data {
        Data::Text(expr) => ValueKind::Text(text(expr)),
        Data::Plain(serde_json::Value::Number(number)) => ValueKind::Number(number.to_string()),
        Data::Plain(other) => panic!("not made here: {other}"),
        Data::List(items) => ValueKind::List(items.iter().map(value).collect()),
        Data::Map(entries) => {
            ValueKind::Map(entries.iter().map(|(key, data)| (Spanned::new(key.clone(), here()), value(data))).collect())
        }
    })
}

fn literal() -> impl Strategy<Value = String> {
    "[a-zA-Z][a-zA-Z0-9/._-]{0,6}"
}

/// Generates literals with characters that JSON escapes.
fn wild() -> impl Strategy<Value = String> {
    "[a-z\"\\\\é\n{}$# :;=]{1,8}"
}

/// Generates a part of a string that is known at a phase.
fn parts(phase: Phase, literals: BoxedStrategy<String>) -> BoxedStrategy<PartKind> {
    let mut kinds = vec![literals.prop_map(PartKind::Literal).boxed()];
    if phase >= Phase::Deploy {
        let known = || literal().prop_map(|text| Text::literal(text, here()));
        let selectors = (known(), proptest::option::of(known()), proptest::option::of(known()));
        let secret = selectors.prop_map(|(id, key, stage)| Secret { key, stage, ..Secret::whole(id) });
        let sub = literal().prop_map(|text| {
            let entry = (Spanned::new("Fn::Sub".to_owned(), here()), Value::text(text, here()));
            PartKind::Raw(Box::new(new(ValueKind::Map(vec![entry]))))
        });
        kinds.extend([
            Just(PartKind::Param(ParamId(0))).boxed(),
            Just(PartKind::Pseudo("Region".to_owned())).boxed(),
            Just(PartKind::Member(Entity::Bucket(BucketId(0)), "name".to_owned())).boxed(),
            Just(PartKind::Member(Entity::Bucket(BucketId(0)), "arn".to_owned())).boxed(),
            literal().prop_map(PartKind::Ref).boxed(),
            literal().prop_map(|id| PartKind::Att(id, "Arn".to_owned())).boxed(),
            known().prop_map(PartKind::Import).boxed(),
            known().prop_map(PartKind::Parameter).boxed(),
            secret.prop_map(|secret| PartKind::Secret(Box::new(secret))).boxed(),
            sub.boxed(),
        ]);
    }
    if phase == Phase::Run {
        kinds.extend([
            Just(PartKind::Variable(VariableId(0))).boxed(),
            literal().prop_map(|name| PartKind::Output(ActionId(0), name)).boxed(),
            literal().prop_map(|name| PartKind::Namespace("codepipeline".to_owned(), name)).boxed(),
        ]);
    }
    Union::new(kinds).boxed()
}

fn texts(phase: Phase, literals: BoxedStrategy<String>) -> BoxedStrategy<Text> {
    let text = |kinds: Vec<PartKind>| {
        let mut text = Text::default();
        for kind in kinds {
            text.push(Part { kind, span: here() });
        }
        text
    };
    proptest::collection::vec(parts(phase, literals), 1..4).prop_map(text).boxed()
}

fn entries(values: BoxedStrategy<Value>) -> BoxedStrategy<ValueKind> {
    let map = |entries: std::collections::BTreeMap<String, Value>| {
        entries.into_iter().map(|(name, value)| (Spanned::new(name, here()), value)).collect()
    };
    proptest::collection::btree_map(literal(), values, 0..4).prop_map(move |it| ValueKind::Map(map(it))).boxed()
}

fn files(phase: Phase) -> BoxedStrategy<ValueKind> {
    let file = |(artifact, path)| {
        let artifact = Some(ArtifactId(artifact));
        ValueKind::ArtifactFile(ArtifactFile { artifact, artifact_span: here(), path, path_span: here() })
    };
    (0..2_usize, texts(phase.min(Phase::Deploy), literal().boxed())).prop_map(file).boxed()
}

/// Generates JSON values in the form in which they are read. Without `numbers`, AWS accepts only strings.
fn json(phase: Phase, numbers: bool) -> BoxedStrategy<Value> {
    let text = texts(phase, wild().boxed()).prop_map(ValueKind::Text).boxed();
    let late = literal().prop_map(|id| ValueKind::LateList(Text::of(PartKind::Ref(id), here()))).boxed();
    let mut leaves = vec![text];
    if phase >= Phase::Deploy {
        leaves.push(late);
    }
    if numbers {
        leaves.push(any::<u32>().prop_map(|number| ValueKind::Number(number.to_string())).boxed());
        leaves.push(any::<bool>().prop_map(ValueKind::Bool).boxed());
        leaves.push(Just(ValueKind::Null).boxed());
    }
    let leaf = Union::new(leaves).prop_map(new);
    let inner = |inner: BoxedStrategy<Value>| {
        let list = proptest::collection::vec(inner.clone(), 0..3).prop_map(ValueKind::List).boxed();
        Union::new([list, entries(inner)]).prop_map(new).boxed()
    };
    leaf.prop_recursive(2, 8, 3, inner).boxed()
}

/// Generates the values of a slot, in the form in which they are read.
fn values(slot: &Slot) -> BoxedStrategy<ValueKind> {
    let phase = slot.phase;
    let text = || texts(phase, wild().boxed()).prop_map(ValueKind::Text).boxed();
    let items = |items: BoxedStrategy<Value>| proptest::collection::vec(items, 1..4).prop_map(ValueKind::List).boxed();
    let late = || literal().prop_map(|id| ValueKind::LateList(Text::of(PartKind::Ref(id), here()))).boxed();
    let of_type = match slot.ty {
        SlotType::Bool => any::<bool>().prop_map(ValueKind::Bool).boxed(),
        SlotType::Integer | SlotType::Number | SlotType::Minutes | SlotType::Days => {
            any::<u32>().prop_map(|number| ValueKind::Number(number.to_string())).boxed()
        }
        SlotType::Percent => (0..=100_u64).prop_map(ValueKind::Percent).boxed(),
        SlotType::Range => (0..9_u64, 9..20_u64).prop_map(|(from, to)| ValueKind::Range(from, to)).boxed(),
        SlotType::Enum => enumerated(slot).prop_map(|value| value.kind).boxed(),
        SlotType::EnumList => items(enumerated(slot)),
        SlotType::List => {
            let known = items(texts(phase, literal().boxed()).prop_map(|text| new(ValueKind::Text(text))).boxed());
            if phase >= Phase::Deploy { Union::new([known, late()]).boxed() } else { known }
        }
        SlotType::Map => entries(texts(phase, wild().boxed()).prop_map(|text| new(ValueKind::Text(text))).boxed()),
        SlotType::Shorthand => {
            entries(texts(phase, literal().boxed()).prop_map(|text| new(ValueKind::Text(text))).boxed())
        }
        SlotType::Env => {
            let known = || texts(phase.min(Phase::Deploy), literal().boxed());
            let secret = (literal(), proptest::option::of(literal()), proptest::option::of(literal()));
            let secret = secret.prop_map(|(id, key, version)| {
                let text = |text: String| Text::literal(text, here());
                let id = text(format!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:{id}"));
                ValueKind::Secret(Secret { id, key: key.map(text), stage: None, version: version.map(text) })
            });
            let plain = texts(phase, wild().boxed()).prop_map(ValueKind::Text).boxed();
            let kinds = [plain, known().prop_map(ValueKind::Parameter).boxed(), secret.boxed()];
            entries(Union::new(kinds).prop_map(new).boxed())
        }
        SlotType::Artifact => (0..2_usize).prop_map(|id| ValueKind::Artifact(ArtifactId(id))).boxed(),
        SlotType::ArtifactMap => {
            let artifacts = (0..2_usize).prop_map(|id| new(ValueKind::Artifact(ArtifactId(id))));
            entries(artifacts.boxed()).prop_filter("AWS has no keys for an empty map", |map| !is_empty(map)).boxed()
        }
        SlotType::ArtifactFile => files(phase),
        SlotType::Reference => match slot.to {
            Some(kind) => {
                let other = text().prop_filter("by itself it is the thing", |kind| !is_member(kind));
                Union::new([Just(ValueKind::Entity(Entity::new(kind, 0))).boxed(), other.boxed()]).boxed()
            }
            None => text(),
        },
        SlotType::Json => {
            let whole = json(phase, !slot.texts).prop_map(|value| value.kind);
            whole
                .prop_filter("by itself it is text", |kind| matches!(kind, ValueKind::List(_) | ValueKind::Map(_)))
                .boxed()
        }
        SlotType::Any => {
            let numbers =
                (any::<u32>(), 0..100_u32).prop_map(|(whole, part)| ValueKind::Number(format!("{whole}.{part}")));
            let text = texts(phase, literal().boxed()).prop_map(ValueKind::Text);
            let percent = (0..=100_u64).prop_map(ValueKind::Percent);
            Union::new([
                numbers.boxed(),
                percent.boxed(),
                any::<bool>().prop_map(ValueKind::Bool).boxed(),
                text.boxed(),
            ])
            .boxed()
        }
        SlotType::Buildspec => {
            let inline = wild().prop_map(|text| ValueKind::InlineYaml(Text::literal(format!("a\n{text}"), here())));
            let path = texts(phase, literal().boxed()).prop_map(ValueKind::Text);
            Union::new([inline.boxed(), path.boxed()]).boxed()
        }
        SlotType::String | SlotType::Record | SlotType::Cache | SlotType::Condition => text(),
    };
    if slot.or_file { Union::new([of_type, files(phase)]).boxed() } else { of_type }
}

fn is_empty(map: &ValueKind) -> bool {
    matches!(map, ValueKind::Map(entries) if entries.is_empty())
}

fn is_member(kind: &ValueKind) -> bool {
    let ValueKind::Text(text) = kind else { return false };
    matches!(text.parts.as_slice(), [Part { kind: PartKind::Member(..), .. }])
}

fn enumerated(slot: &Slot) -> BoxedStrategy<Value> {
    let words: Vec<String> = slot.values.values().cloned().collect();
    proptest::sample::select(words).prop_map(|word| Value::text(word, here())).boxed()
}

/// Returns every slot of every action type and of every rule, with the name of its owner.
fn all_slots() -> Vec<(String, &'static Slot)> {
    let of_actions = catalog::all_action_types().flat_map(|ty| ty.slot.iter().map(|slot| (ty.provider.clone(), slot)));
    let rules = catalog::rule_words().filter_map(|word| Some((word, catalog::rule_type(word)?)));
    let of_rules = rules.flat_map(|(word, rule)| rule.slot.iter().map(move |slot| (word.to_owned(), slot)));
    of_actions.chain(of_rules).collect()
}

#[test]
fn what_is_written_is_read_as_the_same_value() {
    let sample = sample_file();
    let pipeline = &sample.hir.pipelines[PipelineId(0)];
    let namespaces: Arena<PipelineId, _> =
        sample.hir.pipelines.entries().map(|(id, it)| crate::plan::namespace::namespaces(id, it)).collect();
    let scope = ValueScope {
        hir: &sample.hir,
        namespaces: &namespaces,
        pipeline: Some(PipelineId(0)),
        runtime: Runtime::Reference,
    };
    let names = OfSample(pipeline);
    let slots = all_slots();
    assert!(slots.len() > 150, "{}", slots.len());
    let compared = RefCell::new(0);
    for (owner, slot) in slots {
        let config = Config { cases: share_of(VALUES), failure_persistence: None, ..Config::default() };
        let result = TestRunner::new(config).run(&values(slot), |kind| {
            let value = new(kind);
            let key = slot.key.as_deref().unwrap_or(&slot.attribute);
            let written = in_keys(&scope, key, &value, slot);
            let written: Vec<(String, AwsText)> =
                written.iter().map(|(key, expr, _)| (key.clone(), in_aws(expr))).collect();
            let given = |key: &str| written.iter().find(|(known, _)| known == key).map(|(_, text)| text);
            let read = read_aws(slot, &given, &names, here());
            prop_assert!(read.as_ref().is_some_and(|read| read.same(&value)), "{written:#?}\nread as {read:#?}");
            *compared.borrow_mut() += 1;
            Ok(())
        });
        assert!(result.is_ok(), "{owner}, `{}`: {}", slot.attribute, result.unwrap_err());
    }
    assert!(*compared.borrow() > 150 * share_of(VALUES));
}

#[test]
fn what_is_not_of_the_slots_form_is_text() {
    let sample = sample_file();
    let names = OfSample(&sample.hir.pipelines[PipelineId(0)]);
    let build = catalog::action_type("codebuild", catalog::Category::Build).expect("a type of the catalog");
    for (key, written) in [("BatchEnabled", "perhaps"), ("PrimarySource", "Nowhere"), ("EnvironmentVariables", "{}")] {
        let slot = build.slot_of_key(key).expect("a slot of the catalog");
        let text = AwsText::literal(written);
        let read = read_aws(slot, &|given| (given == key).then_some(&text), &names, here());
        assert_eq!(read, Some(Value::text(written, here())), "{key}");
        assert_eq!(read_aws(slot, &|_| None, &names, here()), None);
    }
}
