//! E0807, W0807: Regions of actions without an artifact store. E0102, E0103, E0106: names of artifact buckets. E0819,
//! W0819: artifact stores of Regions that AWS does not list.

use crate::catalog::names;
use crate::check::support::documents::{Document, arn_for_name, inner, pipelines};
use crate::check::support::regions::unlisted;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::names::invalid_name;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;
use crate::workspace::pipeline_document::{DocumentKind, region_by_arn};

pub(super) const RULE: Rule = Rule {
    name: "document-stores",
    codes: &[Code::E0102, Code::E0103, Code::E0106, Code::E0807, Code::W0807, Code::E0819, Code::W0819],
    run: check,
};

/// What names contain in the documentation of AWS that are to be replaced.
const PLACEHOLDER: &str = "EXAMPLE";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject) else { return };
    for (_, pipeline) in pipelines(&document) {
        for location in locations(document, pipeline) {
            name_of_bucket(location, findings);
        }
        let region = |action: &Node| {
            let region = document.get(action, "Region")?;
            Some(Spanned::new(region.literal()?.to_owned(), inner(region)))
        };
        let used: Vec<Spanned<String>> = document.actions(pipeline).filter_map(region).collect();
        if let Some(stores) = document.get(pipeline, "ArtifactStores") {
            listed_stores(document, stores, &used, findings);
        } else if document.get(pipeline, "ArtifactStore").is_some() {
            findings.extend(single_store(document, pipeline, &used));
        }
    }
}

/// Checks the name of the bucket of a store.
fn name_of_bucket(location: &Node, findings: &mut Findings) {
    findings.extend(arn_for_name("Location", location));
    let text = location.literal().unwrap_or_default();
    // A dynamic reference is resolved at deployment.
    if text.contains("{{resolve:") {
        return;
    }
    if text.contains('/') || text.starts_with("arn:") {
        findings.push(no_bucket_name(text, inner(location)));
        return;
    }
    let named = location.literal().filter(|text| !text.contains(PLACEHOLDER));
    let fault = named.and_then(|text| names::check("bucket", text));
    if let (Some(fault), Some(rules)) = (fault, names::rules("bucket")) {
        let name = Spanned::new(text.to_owned(), inner(location));
        findings.push(invalid_name(rules, &name, &fault, None, None));
    }
}

/// Checks the stores of a pipeline against the Regions that its actions name.
fn listed_stores(document: Document<'_>, stores: &Node, used: &[Spanned<String>], findings: &mut Findings) {
    let Some(known) = regions(document, stores) else { return };
    findings.extend(shared_bucket(document, stores));
    let unlisted = known.iter().filter_map(|region| unlisted(&region.node, region.span, Some("")));
    let unlisted: Vec<Diagnostic> = unlisted.collect();
    let misspelled = unlisted.iter().any(|found| found.code == Code::E0819);
    findings.extend(unlisted);
    // Otherwise, an action may run in the Region that was meant.
    if !misspelled {
        let without = used.iter().filter(|region| !known.iter().any(|it| it.node == region.node));
        findings.extend(without.map(|region| no_store(&region.node, region.span, &known)));
    }
}

/// Checks the only store of a pipeline against the Regions that its actions name.
fn single_store(document: Document<'_>, pipeline: &Node, used: &[Spanned<String>]) -> Option<Diagnostic> {
    let first = used.first()?;
    if let Some(second) = used.iter().find(|region| region.node != first.node) {
        return Some(one_store(first, second, document));
    }
    if let Some(own) = region_by_arn(document.root, pipeline) {
        return (own.node != first.node).then(|| not_the_pipelines(first, &own, document));
    }
    let store = pipeline.entry(&document.key("ArtifactStore"))?.key.span;
    (used.len() < with_artifacts(document, pipeline))
        .then(|| perhaps_no_store(first, store, document, action_in(document, pipeline, &first.node)))
}

/// Returns the name of the first action that runs in a Region.
fn action_in<'n>(document: Document<'_>, pipeline: &'n Node, region: &str) -> Option<&'n str> {
    let runs = |action: &&Node| document.get(action, "Region").and_then(Node::literal) == Some(region);
    document.get(document.actions(pipeline).find(runs)?, "Name")?.literal()
}

/// The number of actions that read or write artifacts.
fn with_artifacts(document: Document<'_>, pipeline: &Node) -> usize {
    let has = |action: &&Node| {
        ["InputArtifacts", "OutputArtifacts"].iter().any(|key| !document.items(action, key).is_empty())
    };
    document.actions(pipeline).filter(has).count()
}

/// Returns the buckets of all stores.
fn locations<'n>(document: Document<'_>, pipeline: &'n Node) -> Vec<&'n Node> {
    let single = document.get(pipeline, "ArtifactStore").into_iter();
    let several = document.get(pipeline, "ArtifactStores");
    let listed = several.map(Node::items).unwrap_or_default().iter().filter_map(|it| it.get("ArtifactStore"));
    let mapped = several.map(Node::entries).unwrap_or_default().iter().map(|entry| &entry.value);
    single.chain(listed).chain(mapped).filter_map(|store| document.get(store, "Location")).collect()
}

/// A path or an ARN instead of the name of a bucket.
fn no_bucket_name(text: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{text}` is not the name of a bucket"), place, "")
        .help("write the name of the bucket alone, without a path and without `arn:`")
}

/// Returns the Regions of several stores, or `None` if not all of them are known.
fn regions(document: Document<'_>, stores: &Node) -> Option<Vec<Spanned<String>>> {
    if document.kind == DocumentKind::Definition {
        return Some(stores.entries().iter().map(|entry| entry.key.clone()).collect());
    }
    if stores.intrinsic().is_some() {
        return None;
    }
    let region = |store: &Node| {
        let region = store.get("Region")?;
        Some(Spanned::new(region.literal()?.to_owned(), inner(region)))
    };
    stores.items().iter().map(region).collect()
}

/// Returns a problem if two Regions have the same bucket: a store needs a bucket in its own Region.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html> (2026-11-30)
fn shared_bucket(document: Document<'_>, stores: &Node) -> Option<Diagnostic> {
    let listed = stores.items().iter().filter_map(|store| {
        let location = document.get(store.get("ArtifactStore")?, "Location")?;
        Some((store.get("Region")?.literal()?, location))
    });
    let mapped = stores.entries().iter().filter_map(|it| Some((it.key.as_str(), document.get(&it.value, "Location")?)));
    let mut seen: Vec<(&str, String, Span)> = Vec::new();
    for (region, location) in listed.chain(mapped) {
        let is_ref = location.intrinsic().is_some_and(|call| call.name == "Ref");
        let literal = location.literal().map(str::to_owned);
        let Some(bucket) = literal.or_else(|| location.referred().filter(|_| is_ref)) else { continue };
        if let Some((first, _, place)) = seen.iter().find(|(known, other, _)| *known != region && *other == bucket) {
            return Some(same_bucket(&bucket, region, location.span, (first, *place)));
        }
        seen.push((region, bucket, location.span));
    }
    None
}

/// One bucket for two Regions.
fn same_bucket(bucket: &str, region: &str, place: Span, (first, other): (&str, Span)) -> Diagnostic {
    let message = format!("bucket `{bucket}` cannot be the artifact store of `{first}` and of `{region}`");
    Diagnostic::new(Code::E0807, message, place, "a bucket is in one Region")
        .label(other, format!("the store of `{first}`"))
        .help("use a bucket in each Region")
}

/// An action in a Region for which there is no artifact store.
fn no_store(region: &str, place: Span, known: &[Spanned<String>]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0807, format!("Region `{region}` has no artifact store"), place, "the action runs here");
    let listed: Vec<&str> = known.iter().map(|region| region.node.as_str()).collect();
    if listed.is_empty() {
        return diagnostic.help(format!("add an artifact store for `{region}`"));
    }
    diagnostic.help(format!(
        "add an artifact store for `{region}`; there are stores for {}",
        wording::and_list(listed.into_iter())
    ))
}

/// An action in a Region that is perhaps not that of the pipeline, and one artifact store.
fn perhaps_no_store(region: &Spanned<String>, store: Span, document: Document<'_>, action: Option<&str>) -> Diagnostic {
    let code = &region.node;
    let action = action.map_or_else(|| "an action".to_owned(), |name| format!("action `{name}`"));
    let message = format!("{action} runs in `{code}`, but the only artifact store is for the pipeline's Region");
    Diagnostic::new(Code::W0807, message, region.span, "needs an artifact store in this Region")
        .label(store, "applies to the pipeline's Region")
        .note(format!("the deployment fails unless the pipeline is in `{code}`, too"))
        .help(format!(
            "replace `{}` with `{}`, with one store for each Region; if the pipeline is in `{code}`, remove `{}`",
            document.key("ArtifactStore"),
            document.key("ArtifactStores"),
            document.key("Region")
        ))
}

/// An action in another Region than that of the pipeline, and one artifact store.
fn not_the_pipelines(region: &Spanned<String>, own: &Spanned<&str>, document: Document<'_>) -> Diagnostic {
    let message = format!("an action runs in `{}`, but the only artifact store is in `{}`", region.node, own.node);
    Diagnostic::new(Code::E0807, message, region.span, "needs an artifact store in this Region")
        .label(own.span, "the pipeline is in this Region")
        .help(several_stores(document))
}

/// Actions in several Regions with only one artifact store.
fn one_store(first: &Spanned<String>, second: &Spanned<String>, document: Document<'_>) -> Diagnostic {
    Diagnostic::new(
        Code::E0807,
        format!("actions run in `{}` and `{}`, but there is only one artifact store", first.node, second.node),
        second.span,
        "",
    )
    .label(first.span, "another Region")
    .help(several_stores(document))
}

fn several_stores(document: Document<'_>) -> String {
    let (one, several) = (document.key("ArtifactStore"), document.key("ArtifactStores"));
    format!("replace `{one}` with `{several}`, with one store for each Region")
}
