//! Checks that no written value is lost: for every attribute of the catalog and every way to write its value, the value
//! is in the output of both targets, or a diagnostic points to it. The values of these files are also kept by `expand`.
//!
//! A file contains one statement for each way to write one attribute. A text is found by a mark that only its statement
//! contains. For other values, each way must produce the same output as the literal, and a different literal must
//! produce a different output.

#![allow(
    clippy::assigning_clones,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::struct_excessive_bools,
    clippy::type_complexity,
    reason = "the texts of test files are put together as they read"
)]

mod files;
mod samples;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

use dotpipe::compilation::{Compilation, Notation, Request, Target};
use dotpipe::diagnostic::Severity;
use serde_json::Value as Json;

use super::{cases, support};
use files::{File, Owner, owners};
use samples::Samples;
use ways::{Way, ways};

/// The result for one value in one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Reached,
    Said,
}

/// The results for one attribute of one statement.
#[derive(Debug, Default)]
struct Outcome {
    /// The result of each way.
    fates: BTreeMap<&'static str, Fate>,
    /// The diagnostic of each rejected way.
    said: BTreeMap<&'static str, String>,
    faults: Vec<String>,
}

fn request(target: Target, file: &File, pipeline: Option<&str>) -> Request {
    let params = if target == Target::Cloudformation { BTreeMap::new() } else { file.params.clone() };
    Request {
        target,
        account: Some("111122223333".to_owned()),
        region: Some("eu-west-1".to_owned()),
        params,
        pipeline: pipeline.map(str::to_owned),
        ..Request::default()
    }
}

fn compile(file: &File, target: Target, pipeline: Option<&str>) -> Compilation {
    support::compile(("pipeline.pipe", &file.text), &file.beside, &request(target, file, pipeline))
}

/// Returns the ways whose value has an error, or an error message if an error is at any other position.
fn said(file: &File, compilation: &Compilation) -> Result<BTreeMap<&'static str, String>, String> {
    let mut ways = BTreeMap::new();
    for found in compilation.diagnostics().iter().filter(|found| found.severity == Severity::Error) {
        let spans = found.secondary.iter().map(|label| label.span).chain([found.primary.span]);
        let lines = spans.filter_map(|span| file.way_at(span.range().start));
        let on: BTreeSet<&'static str> = lines.chain(file.way_in(&found.message)).collect();
        if on.is_empty() {
            return Err(format!("an error elsewhere: {} {}\n{}", found.code, found.message, file.text));
        }
        ways.extend(on.into_iter().map(|way| (way, format!("{} {}", found.code, found.message))));
    }
    Ok(ways)
}

/// The start of the names of the parameters whose attributes are tested; the token follows.
const PARAMETERS: &str = "OfCase";

/// Returns the texts of the parts that can contain a value, without the declarations of other parameters.
fn parts(file: &File, target: Target, compilation: &Compilation) -> Option<Json> {
    let built: Json = serde_json::from_str(&compilation.build(Notation::Json)?).ok()?;
    Some(if target == Target::Codepipeline {
        built
    } else {
        let mut resources = built.get("Resources")?.clone();
        if let Json::Object(resources) = &mut resources {
            resources.retain(|id, _| !file.beside_ids.contains(id));
        }
        let mut parts = vec![resources];
        parts.extend(built.get("Metadata").cloned());
        if let Some(Json::Object(parameters)) = built.get("Parameters") {
            let of_case = parameters.iter().filter(|(name, _)| name.starts_with(PARAMETERS));
            parts.push(of_case.map(|(name, value)| (name.clone(), value.clone())).collect());
        }
        Json::Array(parts)
    })
}

/// Returns the document without the run order of actions, which differs between statements.
fn without_order(document: &Json) -> Json {
    match document {
        Json::Object(entries) => {
            let kept = entries.iter().filter(|(key, _)| !matches!(key.as_str(), "RunOrder" | "runOrder"));
            Json::Object(kept.map(|(key, value)| (key.clone(), without_order(value))).collect())
        }
        Json::Array(items) => items.iter().map(without_order).collect(),
        other => other.clone(),
    }
}

/// Collects everything in a document that belongs to one statement: objects whose name contains its token, and entries
/// whose key does.
fn image(document: &Json, token: &str, found: &mut Vec<String>) {
    let has = |text: &str| text.contains(token) || text.contains(&token.to_lowercase());
    match document {
        Json::Object(entries) => {
            let named = ["Name", "name"].iter().filter_map(|key| entries.get(*key)?.as_str()).any(&has);
            if named {
                found.push(document.to_string().replace(token, "T").replace(&token.to_lowercase(), "T"));
                return;
            }
            for (key, value) in entries {
                if has(key) {
                    let text = format!("{key}{value}");
                    found.push(text.replace(token, "T").replace(&token.to_lowercase(), "T"));
                } else {
                    image(value, token, found);
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| image(item, token, found)),
        _ => {}
    }
}

/// Compiles a file for a target without the ways whose values have diagnostics, and returns the outputs of the others.
fn settled(
    owner: &Owner,
    samples: &Samples,
    attribute: &ways::Attribute<'_>,
    mut all: Vec<Way>,
    target: Target,
) -> Result<(Vec<Way>, BTreeMap<&'static str, String>, Vec<Json>, File), String> {
    let mut refused = BTreeMap::new();
    loop {
        let file = File::new(owner, samples, attribute, &all);
        let support = if target == Target::Codepipeline { Target::Support } else { target };
        let mut compiled = vec![(support, compile(&file, support, None))];
        if target == Target::Codepipeline {
            let names: Vec<String> = compiled[0].1.pipelines().map(str::to_owned).collect();
            let wanted = names.iter().filter(|name| (name.as_str() == "Main") != file.own_pipelines);
            let jsons: Vec<_> = wanted.map(|name| (target, compile(&file, target, Some(name)))).collect();
            compiled.extend(jsons);
        }
        let mut on = BTreeMap::new();
        for (_, compilation) in &compiled {
            on.extend(said(&file, compilation)?);
        }
        if !on.is_empty() {
            all.retain(|way| !on.contains_key(way.name));
            refused.extend(on);
            if all.is_empty() {
                return Ok((all, refused, Vec::new(), file));
            }
            continue;
        }
        let built = compiled.iter().map(|(target, compilation)| parts(&file, *target, compilation));
        let Some(documents) = built.collect::<Option<Vec<Json>>>() else {
            return Err(format!("nothing is built\n{}", file.text));
        };
        let left = |document: &Json| document.to_string().contains("${cfn.");
        if target == Target::Codepipeline && documents.iter().skip(1).any(left) {
            return Err(format!("what only CloudFormation knows is in the JSON\n{}", file.text));
        }
        return Ok((all, refused, documents, file));
    }
}

/// Looks for the values of one attribute in the output of both targets.
fn look(owner: &Owner, samples: &Samples, attribute: &ways::Attribute<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let targets = [Target::Cloudformation, Target::Codepipeline];
    for target in targets.into_iter().take(if owner.template_only { 1 } else { 2 }) {
        let mut all = ways(owner, samples, attribute);
        // Values known at compile time are evaluated before targets differ, so checking the literal for both is
        // sufficient.
        all.retain(|way| target == Target::Cloudformation || way.is_late() || ["literal", "other"].contains(&way.name));
        let (left, refused, documents, file) = match settled(owner, samples, attribute, all, target) {
            Ok(settled) => settled,
            Err(fault) => {
                outcome.faults.push(format!("{} {}: {fault}", owner.name, attribute.path));
                return outcome;
            }
        };
        for (way, message) in refused {
            outcome.fates.insert(way, Fate::Said);
            outcome.said.insert(way, message);
        }
        let ordered = attribute.path == "run-order";
        let documents: Vec<Json> =
            documents.into_iter().map(|it| if ordered { it } else { without_order(&it) }).collect();
        let whole: Vec<String> = documents.iter().map(Json::to_string).collect();
        let images: BTreeMap<&str, Vec<String>> = left
            .iter()
            .map(|way| {
                let mut found = Vec::new();
                for document in &documents {
                    image(document, &way.token(), &mut found);
                }
                (way.name, found)
            })
            .collect();
        for way in &left {
            let target_word = if target == Target::Codepipeline { "json" } else { "template" };
            let excepted = samples.exception(&owner.name, &attribute.path, Some(target_word)).is_some();
            let reached = if excepted {
                true
            } else if attribute.is_text {
                way.marks().iter().any(|mark| whole.iter().any(|text| text.contains(mark.as_str())))
            } else {
                let of = |name: &str| images.get(name).filter(|image| !image.is_empty());
                match way.name {
                    "literal" | "other" => of("literal").is_some() && of("literal") != of("other"),
                    "loop" | "component" => of(way.name).is_some(),
                    _ => of(way.name) == of("literal"),
                }
            };
            if reached {
                outcome.fates.entry(way.name).or_insert(Fate::Reached);
            } else {
                let fault = format!("{} {}: {} is lost in {target:?}", owner.name, attribute.path, way.name);
                outcome.faults.push(fault);
            }
        }
        if target == Target::Cloudformation {
            outcome.faults.extend(expands(&file).err());
        }
    }
    outcome
}

/// Checks that the output of `expand` builds the same.
fn expands(file: &File) -> Result<(), String> {
    let before = compile(file, Target::Cloudformation, None);
    let Some(expanded) = before.expand() else { return Ok(()) };
    let again = file.with_text(expanded.clone());
    let after = compile(&again, Target::Cloudformation, None);
    if before.build(Notation::Json) == after.build(Notation::Json) {
        return Ok(());
    }
    let said = dotpipe::render::short::render(&[after.report()]);
    Err(format!("the expansion builds something else\n{said}\n{}\n-----\n{expanded}", file.text))
}

#[test]
fn every_value_reaches_the_output_or_a_diagnostic() {
    let samples = Samples::read();
    let mut owners = owners(&samples);
    // `OWNER=project cargo test --test properties values_reach` tests only one statement.
    let only = std::env::var("OWNER").ok();
    owners.retain(|owner| only.as_ref().is_none_or(|only| *only == owner.name));
    let jobs = owners
        .iter()
        .flat_map(|owner| owner.attributes().map(move |attribute| (owner, attribute)))
        .filter(|(owner, attribute)| samples.exception(&owner.name, &attribute.path, None).is_none())
        .collect::<Vec<(&Owner, ways::Attribute<'_>)>>();
    let jobs = if only.is_some() { jobs } else { cases::share(jobs) };
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((owner, attribute)) = jobs.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            done.push((owner.name.clone(), attribute.path.clone(), look(owner, &samples, attribute)));
        }
        done
    };
    let outcomes: Vec<(String, String, Outcome)> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        runs.into_iter().flat_map(|run| run.join().expect("it ends")).collect()
    });
    let mut faults: Vec<String> = outcomes.iter().flat_map(|(_, _, outcome)| outcome.faults.clone()).collect();
    let mut cases = 0;
    for (owner, path, outcome) in &outcomes {
        cases += outcome.fates.len();
        if outcome.faults.is_empty() && !outcome.fates.values().any(|fate| *fate == Fate::Reached) {
            faults.push(format!("{owner} {path}: no way reaches the output"));
        }
        for (way, _) in outcome.fates.iter().filter(|(_, fate)| **fate == Fate::Said) {
            if !way.starts_with("cfn") && !samples.is_refused(owner, path, way) {
                let message = outcome.said.get(way).map(String::as_str).unwrap_or_default();
                faults.push(format!("{owner} {path}: {way} is refused, which samples.toml does not say: {message}"));
            }
        }
    }
    faults.sort();
    assert!(faults.is_empty(), "{} faults of {cases} cases\n{}", faults.len(), faults.join("\n"));
    if only.is_some() || cases::one_of() > 1 {
        return;
    }
    assert!(cases > 2000, "only {cases} cases");
    samples.covered(&outcomes.iter().map(|(owner, path, _)| (owner.as_str(), path.as_str())).collect::<Vec<_>>());
}
