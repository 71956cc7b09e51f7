//! Tests of whole documents.

use crate::plan::tests::sample;
use crate::plan::{Known, World, plan};

use super::*;

#[test]
fn write_for_eyes() {
    let sample = sample::tutorial();
    let plan_one = plan(&sample.hir, &sample::repository(), World::Template);
    let folder = std::env::temp_dir().join("dotpipe-plan");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("template.json"), json_text(&template(&plan_one).to_json())).unwrap();
    std::fs::write(folder.join("template.yaml"), yaml(&template(&plan_one).to_json())).unwrap();
    let split = plan(&sample.hir, &sample::repository(), World::Split);
    std::fs::write(folder.join("support.yaml"), yaml(&support(&split).to_json())).unwrap();
    let known = Known { account: Some("111122223333".into()), region: Some("eu-west-1".into()) };
    std::fs::write(folder.join("pipeline.json"), json_text(&pipeline_json(&split, &split.pipelines[0], &known))).unwrap();
    std::fs::write(folder.join("graph.md"), graph(&plan_one)).unwrap();
    let roles: String = plan_one.roles.iter().map(|role| explain_role(&plan_one, role, &sample.sources)).collect();
    std::fs::write(folder.join("roles.txt"), roles).unwrap();
}
