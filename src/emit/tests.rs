//! Tests of whole documents.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::hir::{Attribute, BucketId, Entity, Value, ValueKind};
use crate::plan::tests::sample::{self, Sample};
use crate::plan::{Condition, Known, Plan, World, plan};
use crate::source::Spanned;

use super::*;

fn planned(world: World) -> (Sample, Plan) {
    let sample = sample::tutorial();
    let plan = plan(&sample.hir, &sample::repository(), world, &Known::default());
    (sample, plan)
}

fn known() -> Known {
    Known { account: Some("111122223333".into()), region: Some("eu-west-1".into()) }
}

fn resources(document: &Json) -> &serde_json::Map<String, Json> {
    document["Resources"].as_object().expect("resources")
}

#[test]
fn the_template_holds_what_the_tutorial_needs() {
    let document = template(&planned(World::Template).1).to_json();
    let types: Vec<_> =
        resources(&document).iter().map(|(id, it)| format!("{id} {}", it["Type"].as_str().unwrap())).collect();
    assert_eq!(
        types,
        [
            "BucketPackages AWS::S3::Bucket",
            "BucketPackagesPolicy AWS::S3::BucketPolicy",
            "BucketMyAppPipelineArtifacts AWS::S3::Bucket",
            "BucketMyAppPipelineArtifactsPolicy AWS::S3::BucketPolicy",
            "RoleMyAppBuilderBuild AWS::IAM::Role",
            "RoleMyAppStackDeploy AWS::IAM::Role",
            "RoleMyAppPipelineEvents AWS::IAM::Role",
            "RoleMyAppPipeline AWS::IAM::Role",
            "LogGroupMyAppBuilder AWS::Logs::LogGroup",
            "ProjectMyAppBuilder AWS::CodeBuild::Project",
            "RuleMyAppPipelineFetch AWS::Events::Rule",
            "PipelineMyAppPipeline AWS::CodePipeline::Pipeline",
        ]
    );
    assert_eq!(document["Description"], "Made by dotpipe: MyAppPipeline (pipeline type V2)");
}

#[test]
fn owned_buckets_are_private_kept_and_expire_only_artifacts() {
    let document = template(&planned(World::Template).1).to_json();
    let rule = |id: &str| &resources(&document)[id]["Properties"]["LifecycleConfiguration"]["Rules"][0];
    assert_eq!(rule("BucketMyAppPipelineArtifacts")["ExpirationInDays"], 90);
    assert_eq!(rule("BucketPackages")["ExpirationInDays"], Json::Null);
    for id in ["BucketPackages", "BucketMyAppPipelineArtifacts"] {
        let bucket = &resources(&document)[id];
        assert_eq!(
            (&bucket["DeletionPolicy"], &bucket["UpdateReplacePolicy"]),
            (&json!("RetainExceptOnCreate"), &json!("Retain"))
        );
        assert_eq!(bucket["Properties"]["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"], true);
        let policy = &resources(&document)[&format!("{id}Policy")]["Properties"]["PolicyDocument"]["Statement"][0];
        assert_eq!(policy["Effect"], "Deny");
        assert_eq!(policy["Condition"], json!({ "Bool": { "aws:SecureTransport": "false" } }));
    }
}

#[test]
fn every_reference_leads_somewhere_and_none_in_a_circle() {
    let samples = [sample::tutorial(), sample::wide()];
    for (sample, world) in samples.iter().flat_map(|it| [(it, World::Template), (it, World::Split)]) {
        let plan = plan(&sample.hir, &sample::repository(), world, &Known::default());
        for document in [template(&plan).to_json(), support(&plan).to_json()] {
            let mut ids: BTreeSet<&str> = resources(&document).keys().map(String::as_str).collect();
            ids.extend(document["Parameters"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()));
            let mut needs: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
            for (id, resource) in resources(&document) {
                each_reference(resource, &mut |name| {
                    assert!(name.starts_with("AWS::") || ids.contains(name), "{id} refers to {name}");
                    needs.entry(id).or_default().insert(name.to_owned());
                });
            }
            let mut done: BTreeSet<&str> = BTreeSet::new();
            while done.len() < ids.len() {
                let ready = |id: &&str| {
                    let needs = needs.get(id).into_iter().flatten();
                    !done.contains(id)
                        && needs.filter(|name| !name.starts_with("AWS::")).all(|it| done.contains(it.as_str()))
                };
                let next: Vec<&str> = ids.iter().copied().filter(|id| ready(id)).collect();
                assert!(!next.is_empty(), "a circle among {:?}", ids.difference(&done).collect::<Vec<_>>());
                done.extend(next);
            }
        }
    }
}

/// A template's value with references resolved by the names that the template itself gives.
fn resolved(document: &Json, value: &Json) -> Json {
    let pseudo = |name: &str| match name {
        "AWS::AccountId" => "111122223333",
        "AWS::Region" => "eu-west-1",
        "AWS::Partition" => "aws",
        other => panic!("{other} is not known"),
    };
    let text = |value: Json| value.as_str().unwrap_or_default().to_owned();
    let of = |id: &str, arn: bool| {
        let resource = &resources(document)[id];
        let named = |key: &str| text(resolved(document, &resource["Properties"][key]));
        match (resource["Type"].as_str().unwrap(), arn) {
            ("AWS::IAM::Role", true) => format!("arn:aws:iam::111122223333:role/{}", named("RoleName")),
            ("AWS::S3::Bucket", false) => named("BucketName"),
            ("AWS::CodeBuild::Project", false) => named("Name"),
            ("AWS::SNS::Topic", false) => format!("arn:aws:sns:eu-west-1:111122223333:{}", named("TopicName")),
            other => panic!("{other:?} of {id}"),
        }
    };
    match value {
        Json::Array(items) => items.iter().map(|item| resolved(document, item)).collect(),
        Json::Object(entries) => match entries.iter().next() {
            Some((key, Json::String(name))) if key == "Ref" && name.starts_with("AWS::") => pseudo(name).into(),
            Some((key, Json::String(id))) if key == "Ref" => of(id, false).into(),
            Some((key, Json::Array(parts))) if key == "Fn::GetAtt" => of(parts[0].as_str().unwrap(), true).into(),
            Some((key, Json::String(text))) if key == "Fn::Sub" => {
                let mut text = text.clone();
                for name in ["AWS::AccountId", "AWS::Region", "AWS::Partition"] {
                    text = text.replace(&format!("${{{name}}}"), pseudo(name));
                }
                assert!(!text.contains("${"), "{text}");
                text.into()
            }
            _ => Json::Object(entries.iter().map(|(key, value)| (key.clone(), resolved(document, value))).collect()),
        },
        plain => plain.clone(),
    }
}

/// Keys with a small first letter, except those of providers.
fn camel(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(camel).collect(),
        Json::Object(entries) => entries
            .iter()
            .map(|(key, value)| {
                let value = if key == "Configuration" { value.clone() } else { camel(value) };
                (format!("{}{}", key[..1].to_lowercase(), &key[1..]), value)
            })
            .collect(),
        plain => plain.clone(),
    }
}

#[test]
fn the_json_is_the_template_under_the_names_of_the_support_template() {
    for sample in [sample::tutorial(), sample::wide()] {
        let plan = plan(&sample.hir, &sample::repository(), World::Split, &Known::default());
        let whole = template(&plan).to_json();
        let mut properties = resolved(&whole, &resources(&whole)["PipelineMyAppPipeline"]["Properties"]);
        let properties = properties.as_object_mut().expect("properties");
        properties.remove("RestartExecutionOnUpdate");
        let tags = properties.remove("Tags").unwrap_or_default();
        let json = pipeline_json(&plan, &plan.pipelines[0], &known());
        assert_eq!(json["pipeline"], camel(&Json::Object(properties.clone())));
        assert_eq!(json.get("tags").cloned().unwrap_or_default(), camel(&tags));
        let supported = support(&plan).to_json();
        let mut without = resources(&whole).clone();
        without.remove("PipelineMyAppPipeline");
        assert_eq!(&without, resources(&supported));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let text = |_| {
        let (_, plan) = planned(World::Template);
        json_text(&template(&plan).to_json()) + &yaml(&template(&plan).to_json())
    };
    assert_eq!(text(1), text(2));
}

#[test]
fn yaml_keeps_texts_texts() {
    let document = json!({ "a": "yes", "b": "0123", "c": "2012-10-17", "d": "1.0", "e": "", "f": "null", "g": true, "h": "x: #{a.b}" });
    let text = yaml(&document);
    let back: Json = serde_saphyr::from_str(&text).expect("YAML reads back");
    assert_eq!(back, document);
    for line in ["\"yes\"", "\"0123\"", "\"2012-10-17\"", "\"1.0\"", "\"null\""] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn the_graph_has_stages_actions_and_artifacts() {
    let (_, plan) = planned(World::Template);
    let chart = graph(&plan, Drawing::Mermaid);
    assert!(
        chart.starts_with("flowchart LR\n  subgraph p0s0[\"Source\"]\n    p0a0[\"Fetch<br/>AWS CodeCommit\"]\n  end\n")
    );
    assert!(chart.contains("  p0a0 -->|\"MyApp\"| p0a1\n"));
    assert!(chart.contains("  p0a2 -.-> p0a3\n"));
}

#[test]
fn a_role_is_explained_by_the_lines_that_caused_it() {
    let (sample, plan) = planned(World::Template);
    let role = plan.role_named("MyAppBuilder.role").expect("the build's role");
    let text = explain_role(&plan, role, &sample.sources);
    let write = "allow s3:AbortMultipartUpload, s3:ListMultipartUploadParts, s3:PutObject
  on ${Packages.arn}/*
  to store objects in the bucket
  because of pipeline.pipe:25
";
    assert!(text.contains(write), "{text}");
    assert!(text.starts_with("role MyAppBuilder.role (derived)\n"));
}

#[test]
fn conditions_on_one_key_are_one_condition_with_all_values() {
    let plan = planned(World::Template).1;
    let terms = ["a", "b", "a"].map(|value| Condition::equals("aws:PrincipalTag/team", value));
    let block = policy::conditions(&plan, &terms);
    assert_eq!(block, json!({ "StringEquals": { "aws:PrincipalTag/team": ["a", "b"] } }));
    let block = policy::conditions(&plan, &terms[..1]);
    assert_eq!(block, json!({ "StringEquals": { "aws:PrincipalTag/team": "a" } }));
}

#[test]
fn logs_and_caches_go_to_declared_buckets() {
    let mut sample = sample::tutorial();
    let span = sample.hir.buckets[0].span;
    let bucket = || Value::new(ValueKind::Entity(Entity::Bucket(BucketId(0))), span);
    let logs = vec![(Spanned::new("s3".to_owned(), span), bucket())];
    let logs = Value::new(ValueKind::Map(logs), span);
    let attributes = &mut sample.hir.projects[0].declaration.attributes;
    attributes.insert("cache".into(), Attribute { value: bucket(), word: span });
    attributes.insert("logs".into(), Attribute { value: logs, word: span });
    let plan = plan(&sample.hir, &sample::repository(), World::Template, &Known::default());
    let document = template(&plan).to_json();
    let project = &resources(&document)["ProjectMyAppBuilder"]["Properties"];
    assert_eq!(
        project["LogsConfig"]["S3Logs"],
        json!({ "Location": { "Ref": "BucketPackages" }, "Status": "ENABLED" })
    );
    let location = json!({ "Fn::Sub": "${BucketPackages}/MyAppBuilder" });
    assert_eq!(project["Cache"], json!({ "Type": "S3", "Location": location }));
    let role = resources(&document)["RoleMyAppBuilderBuild"].to_string();
    for resource in ["${BucketPackages.Arn}/MyAppBuilder/*", "${BucketPackages.Arn}/*", "s3:GetBucketAcl"] {
        assert!(role.contains(resource), "{resource} in {role}");
    }
}
