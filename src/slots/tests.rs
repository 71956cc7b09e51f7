//! Tests of conditions, of the attributes that blocks have, and of fitting without source text.

use std::collections::BTreeMap;

use super::*;
use crate::catalog::{self, Category, When};
use crate::diagnostic::Code;
use crate::hir::{Part, PartKind, ValueKind};
use crate::source::SourceMap;

fn here() -> Span {
    Span::new(SourceMap::default().add("a.pipe".into(), ""), 0, 0)
}

/// Keys with their values; for one, AWS assumes `zip`.
struct Keys(BTreeMap<&'static str, KnownValue<'static>>);

impl Lookup for Keys {
    fn known(&self, key: &str) -> KnownValue<'_> {
        self.0.get(key).cloned().unwrap_or(KnownValue::Absent)
    }

    fn assumed(&self, key: &str) -> Option<&str> {
        (key == "Format").then_some("zip")
    }
}

fn when(key: &str, is: &[&str], not: bool) -> When {
    When { key: key.to_owned(), is: is.iter().map(|it| (*it).to_owned()).collect(), not }
}

#[test]
fn conditions_hold_or_not_or_cannot_be_told() {
    let keys = Keys(BTreeMap::from([
        ("Given", KnownValue::Values(vec![Some("a"), Some("b")])),
        ("Later", KnownValue::Values(vec![None])),
        ("Both", KnownValue::Values(vec![Some("a"), None])),
        ("Broken", KnownValue::Unreadable),
    ]));
    let cases: [(&str, &[&str], Truth); 14] = [
        ("Given", &[], Truth::Yes),
        ("Given", &["b", "x"], Truth::Yes),
        ("Given", &["x"], Truth::No),
        ("Later", &[], Truth::Yes),
        ("Later", &["a"], Truth::Unknown),
        ("Both", &["a"], Truth::Yes),
        ("Both", &["x"], Truth::Unknown),
        ("Broken", &[], Truth::Unknown),
        ("Broken", &["a"], Truth::Unknown),
        ("Absent", &[], Truth::No),
        ("Absent", &["a"], Truth::No),
        ("Format", &["zip"], Truth::Yes),
        ("Format", &["tar"], Truth::No),
        ("Format", &[], Truth::No),
    ];
    for (key, is, truth) in cases {
        assert_eq!(holds(&when(key, is, false), &keys), truth, "{key} {is:?}");
        let turned = match truth {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
        };
        assert_eq!(holds(&when(key, is, true), &keys), turned, "not {key} {is:?}");
    }
    let (yes, no, unknown) = (when("Given", &[], false), when("Absent", &[], false), when("Later", &["a"], false));
    assert_eq!(all_hold(&[], &keys), Truth::Yes);
    assert_eq!(all_hold(&[yes.clone(), unknown.clone()], &keys), Truth::Unknown);
    assert_eq!(all_hold(&[unknown, yes, no], &keys), Truth::No);
}

#[test]
fn statements_about_stacks_have_what_means_something_there() {
    let action_type = catalog::action_type("cloudformation", Category::Deploy).expect("a type of the catalog");
    let words = |statement| {
        let slots = slots_of(Shape::Stack { action_type: &action_type, statement });
        slots.configured().map(|slot| slot.attribute.clone()).collect::<Vec<_>>()
    };
    assert_eq!(words(StackStatement::Delete), ["name", "role"]);
    assert_eq!(words(StackStatement::Execute), ["name", "change-set", "output-file-name"]);
    assert!(!words(StackStatement::Direct).contains(&"change-set".to_owned()));
    assert!(!words(StackStatement::Prepare).contains(&"mode".to_owned()));
    let pair = slots_of(Shape::Stack { action_type: &action_type, statement: StackStatement::Pair });
    let modes = pair.named("mode").map(|slot| slot.values.keys().cloned().collect::<Vec<_>>());
    assert_eq!(modes, Some(vec!["create-update".to_owned(), "replace-on-failure".to_owned()]));
}

#[test]
fn what_names_a_type_hides_attributes_of_the_same_word() {
    for action_type in catalog::all_action_types() {
        let category = action_type.categories[0];
        let of = |generic| slots_of(Shape::Action { action_type, category, generic });
        assert_eq!(of(false).hidden().count(), 0);
        assert_eq!(of(false).configured().count(), action_type.slot.len());
        assert_eq!(of(true).configured().count() + of(true).hidden().count(), action_type.slot.len());
        let generic = of(true);
        let naming = generic.named("provider").map(|slot| slot.key.clone());
        assert_eq!(
            naming,
            catalog::declaration("generic-action")
                .and_then(|it| it.slot_of_attribute("provider"))
                .map(|it| it.key.clone())
        );
        assert!(generic.words().contains(&"action-role"), "{}", action_type.provider);
    }
}

#[test]
fn a_value_is_fitted_without_any_text_around_it() {
    let action_type = catalog::action_type("codebuild", Category::Build).expect("a type of the catalog");
    let slot = action_type.slot_of_key("BatchEnabled").expect("a slot of the catalog");
    let mut problems = Diagnostics::new();
    let truth = Value::new(ValueKind::Bool(true), here());
    assert_eq!(fit(slot, truth.clone(), &mut problems), truth);
    assert!(problems.is_empty());
    assert!(fit(slot, Value::text("perhaps", here()), &mut problems).is_poisoned());
    let found: Vec<_> = problems.iter().map(|it| (it.code, it.message.as_str())).collect();
    assert_eq!(found, [(Code::E0106, "`batch-enabled` takes `true` or `false`, not a string")]);
}

#[test]
fn a_dynamic_reference_is_read_in_each_documented_form() {
    struct Nothing;
    impl NameLookup for Nothing {
        fn artifact(&self, _: &str) -> Option<crate::hir::ArtifactId> {
            None
        }
        fn variable(&self, _: &str, _: &str) -> Option<PartKind> {
            None
        }
    }
    let action_type = catalog::action_type("codebuild", Category::Build).expect("a type of the catalog");
    let slot = action_type.slot_of_key("ProjectName").expect("a slot of the catalog");
    let read = |inside: &str| {
        let given = AwsText::literal(format!("{{{{resolve:secretsmanager:{inside}}}}}"));
        let value = read_aws(slot, &|key| (key == "ProjectName").then_some(&given), &Nothing, here());
        let ValueKind::Text(text) = value?.kind else { return None };
        let [Part { kind: PartKind::Secret(secret), .. }] = text.parts.as_slice() else { return None };
        let written = |text: &Option<Text>| text.as_ref().and_then(|it| it.as_literal().map(str::to_owned));
        Some((secret.id.as_literal()?.to_owned(), written(&secret.key), written(&secret.stage)))
    };
    let some = |text: &str| Some(text.to_owned());
    let name = "MySecret".to_owned();
    for form in ["MySecret", "MySecret::::", "MySecret:SecretString", "MySecret:SecretString:::"] {
        assert_eq!(read(form), Some((name.clone(), None, None)), "{form}");
    }
    for form in ["MySecret:SecretString:password:AWSCURRENT", "MySecret::password:AWSCURRENT"] {
        assert_eq!(read(form), Some((name.clone(), some("password"), some("AWSCURRENT"))), "{form}");
    }
    let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:my-secret-a1b2c3";
    assert_eq!(read(arn), Some((arn.to_owned(), None, None)));
    assert_eq!(read("MySecret:SecretBinary"), None);
}
