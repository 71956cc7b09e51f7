//! Providers: each has cases in `tests/ui` and a page with an example in `docs/providers`.
//!
//! `UPDATE=1 cargo test --test it providers` writes the pages.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use dotpipe::catalog::{self, ActionType, Category, Grant, RoleKind, verbs};
use dotpipe::compilation::Request;
use serde_json::Value as Json;

use crate::program::dotpipe;
use crate::support::compile;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

// ---------------------------------------------------------------- cases

/// A case of `tests/ui/providers`.
struct Case {
    text: String,
    fails: bool,
}

impl Case {
    /// Returns whether one of its actions has a provider, a category, and an attribute.
    fn holds(&self, word: &str, category: Category, attribute: Option<&str>) -> bool {
        let head = match (category, word) {
            (Category::Approval, _) => "approve ".to_owned(),
            (Category::Compute, _) => "run ".to_owned(),
            (category, word) => format!("{} {word} ", category.word()),
        };
        let stands = self.text.lines().any(|line| line.trim_start().starts_with(&head));
        let given = |attribute: &str| self.text.lines().any(|line| line.trim_start().starts_with(attribute));
        stands && attribute.is_none_or(given)
    }
}

fn ui_cases() -> Vec<Case> {
    let folder = root().join("tests/ui/providers");
    let files = fs::read_dir(folder).expect("it is there").filter_map(Result::ok).map(|entry| entry.path());
    let pipes = files.filter(|path| path.extension().is_some_and(|extension| extension == "pipe"));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("it can be read");
        let fails = text.lines().any(|line| line.contains("//~") && line.contains(" E0"));
        Case { text, fails }
    };
    pipes.map(read).collect()
}

#[test]
fn every_provider_has_a_case_that_passes_and_one_that_fails() {
    let cases = ui_cases();
    let mut missing = Vec::new();
    for word in catalog::words() {
        let provider = catalog::provider(word).expect("it parses");
        for action in &provider.action {
            let attribute = action.chosen_by.as_deref();
            let shown = |category: &Category| format!("{} {word} {}", category.word(), attribute.unwrap_or_default());
            for category in &action.categories {
                if !cases.iter().any(|case| !case.fails && case.holds(word, *category, attribute)) {
                    missing.push(format!("passes: {}", shown(category)));
                }
            }
            // The failure can concern the category itself, so that the statement belongs to another one.
            let is_failing =
                |case: &Case| case.fails && Category::ALL.iter().any(|it| case.holds(word, *it, attribute));
            if !cases.iter().any(is_failing) {
                missing.push(format!("fails: {word} {}", attribute.unwrap_or_default()));
            }
        }
    }
    assert!(missing.is_empty(), "no case under tests/ui/providers that\n{}", missing.join("\n"));
}

// ---------------------------------------------------------------- pages

#[test]
fn every_provider_has_its_page() {
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    let mut index = String::from(
        "# Providers\n\nThe providers for `source`, `build`, `test`, `deploy`, and `invoke`, and the two statements with a keyword of \
         their own,\n`approve` and `run`. `dotpipe providers NAME` prints the same. What AWS does not document is marked as \
         unconfirmed:\ndotpipe accepts it without checking it. \
         [Permissions on all resources](everything.md) lists the permissions that AWS cannot\nlimit to a resource.\n\n\
         | Provider | Statements | Title |\n|---|---|---|\n",
    );
    for word in catalog::words() {
        let provider = shown(word);
        let mut statements: Vec<String> =
            list(&provider["actions"]).iter().flat_map(|action| statements(word, action)).collect();
        statements.dedup();
        let doubt = list(&provider["actions"]).iter().any(|action| action.get("unconfirmed").is_some());
        let doubt = if doubt { " *(unconfirmed)*" } else { "" };
        let title = text(&provider["title"]);
        let _ = writeln!(index, "| [`{word}`]({word}.md) | {} | {title}{doubt} |", statements.join(", "));
        pages.insert(format!("{word}.md"), page(word, &provider));
    }
    pages.insert("README.md".to_owned(), index);
    pages.insert("everything.md".to_owned(), everything());
    compare(&root().join("docs/providers"), &pages);
}

/// Returns the program's description of a provider.
fn shown(word: &str) -> Json {
    let output = dotpipe(&root()).args(["providers", word, "--json"]).output().expect("the program runs");
    assert!(output.status.success(), "dotpipe providers {word}");
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn texts(json: &Json) -> Vec<&str> {
    list(json).iter().map(text).collect()
}

/// Returns the texts in backticks, separated by commas.
fn ticked(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

/// Escapes text for a table cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn statements(word: &str, action: &Json) -> Vec<String> {
    let statement = |category: &str| match category {
        "approve" | "run" => format!("`{category}`"),
        _ => format!("`{category} {word}`"),
    };
    let chosen = action.get("chosenBy").map_or(String::new(), |word| format!(" with `{}`", text(word)));
    texts(&action["statements"]).into_iter().map(|category| statement(category) + &chosen).collect()
}

fn page(word: &str, provider: &Json) -> String {
    let (title, doc) = (text(&provider["title"]), text(&provider["description"]));
    let (link, verified) = (text(&provider["link"]), text(&provider["verified"]));
    let mut page = format!("# `{word}`: {title}\n\n{doc} [AWS's documentation]({link}), verified on {verified}.\n");
    let example = text(&provider["example"]);
    let _ = write!(page, "\n## Example\n\n```pipe{}\n{example}```\n", noted(word, example));
    for action in list(&provider["actions"]) {
        let _ = writeln!(page, "\n## {}\n", statements(word, action).join(", "));
        facts(&mut page, action);
        attributes(&mut page, action);
        variables(&mut page, action);
        permissions(&mut page, action);
    }
    page
}

/// Returns the mark of an example with notes or warnings. It must have no error.
fn noted(word: &str, example: &str) -> String {
    let compilation = compile(("pipeline.pipe", example), &[], &Request::default());
    assert!(!compilation.has_errors(), "{word}: {:?}", compilation.diagnostics());
    let codes: Vec<&str> = compilation.diagnostics().iter().map(|it| it.code.as_str()).collect();
    match codes.as_slice() {
        [] => String::new(),
        [code] => format!(",fails({code})"),
        several => panic!("{word}: {several:?}"),
    }
}

fn facts(page: &mut String, action: &Json) {
    let owner = text(&action["owner"]);
    let (provider, version) = (text(&action["provider"]), text(&action["version"]));
    let categories = ticked(&texts(&action["categories"]));
    let count = |key: &str| {
        let (min, max) = (&action[key]["min"], &action[key]["max"]);
        if min == max { min.to_string() } else { format!("{min} to {max}") }
    };
    let _ =
        writeln!(page, "- In AWS: category {categories}, owner `{owner}`, provider `{provider}`, version `{version}`");
    let _ = writeln!(page, "- Input artifacts: {}; output artifacts: {}", count("inputs"), count("outputs"));
    let types = texts(&action["pipelineTypes"]);
    if let [only] = types.as_slice() {
        let _ = writeln!(page, "- In pipelines of type {only} only");
    }
    if action["crossRegion"] == false {
        page.push_str("- In the pipeline's Region only\n");
    }
    for (key, words) in [("deprecated", "Deprecated"), ("unconfirmed", "**Unconfirmed**")] {
        if let Some(why) = action.get(key) {
            let _ = writeln!(page, "- {words}: {}", text(why));
        }
    }
}

fn attributes(page: &mut String, action: &Json) {
    let attributes = list(&action["attributes"]);
    if attributes.is_empty() {
        return;
    }
    page.push_str("\n| Attribute | AWS key | Type | Evaluated at | Description |\n|---|---|---|---|---|\n");
    for attribute in attributes {
        let key = attribute.get("key").map_or(String::new(), |key| format!("`{}`", text(key)));
        let mut doc = text(&attribute["description"]).to_owned();
        let values = texts(&attribute["values"]);
        if !values.is_empty() {
            let _ = write!(doc, " One of {}.", ticked(&values));
        }
        if let Some(default) = attribute.get("default") {
            let _ = write!(doc, " Default: `{}`.", text(default));
        }
        for (key, words) in [("requiredWhen", "Required when"), ("onlyWhen", "Only when")] {
            let when = texts(&attribute[key]);
            if !when.is_empty() {
                let _ = write!(doc, " {words} {}.", when.join(" and "));
            }
        }
        let required = if attribute["required"] == true { ", required" } else { "" };
        let phase = text(&attribute["phase"]);
        let name = text(&attribute["name"]);
        let takes = text(&attribute["type"]);
        let _ = writeln!(page, "| `{name}` | {key} | {}{required} | {phase} | {} |", cell(takes), cell(&doc));
    }
}

fn variables(page: &mut String, action: &Json) {
    let variables = list(&action["variables"]);
    if !variables.is_empty() {
        page.push_str("\nOutput variables:\n\n");
    }
    for variable in variables {
        let _ = writeln!(page, "- `{}`: {}", text(&variable["name"]), text(&variable["description"]));
    }
}

fn permissions(page: &mut String, action: &Json) {
    let grants = list(&action["grants"]);
    if !grants.is_empty() {
        page.push_str("\nPermissions of the role that runs the action:\n\n");
    }
    if let Some(doubt) = action.get("grantsUnconfirmed") {
        let _ = writeln!(page, "**Unconfirmed**: {}\n", text(doubt));
    }
    for grant in grants {
        let (reason, source) = (text(&grant["reason"]), text(&grant["source"]));
        let mut when = texts(&grant["when"]).join(" and ");
        if grant["role"] == "consumer" {
            when = format!("for builds that read its artifact{}{when}", if when.is_empty() { "" } else { ", when " });
        } else if !when.is_empty() {
            when = format!("when {when}");
        }
        let when = if when.is_empty() { when } else { format!(" ({when})") };
        let _ = writeln!(page, "- To {reason}{when}: {}", ticked(&texts(&grant["actions"])));
        let _ = writeln!(page, "  on {} ([source]({source}))", ticked(&texts(&grant["resources"])));
    }
}

/// Returns the page of all permissions that a derived role can have on `*`, each with its reason and its source.
fn everything() -> String {
    let mut page = String::from(
        "# Permissions on all resources\n\nA derived role names the resources that it can use. The permissions below are allowed on `*`, \
         because AWS's Service\nAuthorization Reference lists no resource type for them: with any other `Resource`, they would \
         allow nothing. \n\n\
         Roles that deploy stacks also have the permissions that CloudFormation's resource handlers need. Those that the \
         reference\nlimits to no resource type are allowed on `*`, too; `dotpipe explain role` lists them.\n\n\
         | Principal | Actions | Purpose | Source |\n|---|---|---|---|\n",
    );
    let mut line = |who: &str, grant: &Grant| {
        if grant.resources.iter().any(|resource| resource == "*") {
            let actions: Vec<&str> = grant.actions.iter().map(String::as_str).collect();
            assert!(!grant.reason.is_empty() && grant.source.starts_with("https://"), "{who}: {actions:?}");
            let _ =
                writeln!(page, "| {who} | {} | {} | [AWS]({}) |", ticked(&actions), cell(&grant.reason), grant.source);
        }
    };
    let each = |action: &ActionType| action.grant.clone();
    for word in catalog::words() {
        let provider = catalog::provider(word).expect("it parses");
        for grant in provider.action.iter().filter(|_| provider.like.is_none()).flat_map(|action| each(action)) {
            line(&format!("an action of [`{word}`]({word}.md)"), &grant);
        }
    }
    for word in catalog::rule_words() {
        let rule = catalog::rule_type(word).expect("it parses");
        rule.grant.iter().for_each(|grant| line(&format!("the rule `{word}`"), grant));
    }
    for role in RoleKind::ALL {
        let who = format!("the role of a {}", format!("{role:?}").to_lowercase());
        role.grants().expect("it parses").grant.iter().for_each(|grant| line(&who, grant));
    }
    for kind in &verbs::verbs().expect("it parses").kind {
        for verb in &kind.verb {
            let who = format!("`allow {}` on a {}", verb.word, kind.name);
            verb.grant.iter().for_each(|grant| line(&who, grant));
        }
    }
    page
}

/// Compares pages with the files of a folder, or writes them.
fn compare(folder: &Path, pages: &BTreeMap<String, String>) {
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(folder).expect("it can be made");
        for (name, page) in pages {
            fs::write(folder.join(name), page).expect("it can be written");
        }
    }
    let stands = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let stands: Vec<String> = stands.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let surplus: Vec<&String> = stands.iter().filter(|name| !pages.contains_key(*name)).collect();
    assert!(surplus.is_empty(), "docs/providers holds {surplus:?}, which nothing writes");
    for (name, page) in pages {
        let stands = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(stands == *page, "docs/providers/{name} is not what the catalog says; UPDATE=1 writes it");
    }
}
