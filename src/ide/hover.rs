//! Hover texts: Markdown that describes the name at a position, with facts from the compilation.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::catalog::{self, Phase, Slot, SlotType};
use crate::diagnostic::Code;
use crate::diagnostic::wording::count;
use crate::hir::{ActionId, PipelineId};
use crate::plan::{Effect, Plan, RolePlan};
use crate::resolve::words::FUNCTIONS;
use crate::resolve::{Definition, DefinitionId, DefinitionKind, Meaning, Word, category_of};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Access, ActionHead, Expr, ExprKind, Stmt, StmtKind};
use crate::workspace::document::{Document, DocumentOrigin};

use super::Snapshot;
use super::complete::PSEUDO;
use super::crossings::{across, shown_lines};
use super::keywords::meaning_of;
use super::navigate::{actions_in, statement_of};
use super::outline::{each_value, word_at};
use super::places::statements_around;
use super::shape::attribute_at;
use super::types::Types;

/// The most lines of a list that are shown.
const SHOWN: usize = 8;

/// A hover text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The Markdown.
    pub text: String,
    /// The span that it describes.
    pub span: Span,
}

/// Returns the hover text at an offset of a `.pipe` file, of a file that one refers to, or of a comment in a YAML file.
pub fn hover(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<Hover> {
    in_words(snapshot, file, offset).or_else(|| across_files(snapshot, file, offset))
}

/// Describes the other side of a file of an artifact, a variable, an output, or a parameter.
fn across_files(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<Hover> {
    let is_pipe = snapshot.tree(file).is_some();
    if is_pipe && value_at(snapshot, file, offset).is_none() {
        return None;
    }
    let (span, targets) = across(snapshot, file, offset)?;
    let title = if is_pipe { "From" } else { "Used in" };
    let text = format!("{title}:\n\n{}", shown_lines(snapshot, &targets, SHOWN));
    Some(Hover { text, span })
}

fn in_words(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<Hover> {
    let tree = snapshot.tree(file);
    let text = snapshot.compilation().sources().file(file).text();
    let word = word_at(text, offset as usize);
    let word_span = Span::new(file, word.start, word.end);
    let word = text.get(word)?;
    let is_here = |comment: Span| comment.start <= offset && offset <= comment.end;
    let is_comment = if let Some(tree) = tree {
        tree.trivia.comments.iter().any(|comment| is_here(comment.span))
    } else {
        let comments = Document::parse(text, DocumentOrigin::File(file)).comments;
        comments.iter().any(|comment| is_here(comment.span))
    };
    if is_comment {
        return code_page(word).map(|text| Hover { text, span: word_span });
    }
    tree?;
    let names = snapshot.compilation().names();
    if let Some(mention) = names.mention_at(file, offset) {
        let text = match mention.meaning {
            Meaning::Defines(id) | Meaning::Names(id) => definition(snapshot, id),
            Meaning::Word(kind) => meaning(snapshot, (file, offset), kind, word),
            _ => None,
        };
        if let Some(text) = text {
            return Some(Hover { text, span: mention.span });
        }
    }
    let value = value_at(snapshot, file, offset);
    let text = match value {
        Some(value) => pseudo_parameter(value, word),
        None => keyword(snapshot, file, offset, word),
    };
    text.map(|text| Hover { text, span: word_span })
}

/// Returns the innermost value at an offset.
fn value_at(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<&Expr> {
    let tree = snapshot.tree(file)?;
    let around = statements_around(&tree.ast, offset);
    let mut found = None;
    each_value(around.last()?, &mut |value| {
        if value.span.start <= offset && offset <= value.span.end {
            found = Some(value);
        }
    });
    found
}

/// Describes a pseudo parameter: `AWS::Region`.
fn pseudo_parameter(value: &Expr, word: &str) -> Option<String> {
    let ExprKind::ArtifactFile { artifact, .. } = &value.kind else { return None };
    let (name, doc) = PSEUDO.iter().find(|(name, _)| artifact.node == "AWS" && *name == word)?;
    Some(format!("```pipe\nAWS::{name}\n```\npseudo parameter of CloudFormation: {doc}"))
}

/// Returns the page of a diagnostic code, unless a web page has it.
fn code_page(word: &str) -> Option<String> {
    let code = Code::ALL.iter().find(|code| code.as_str().eq_ignore_ascii_case(word))?;
    Some(crate::render::page::markdown(code.explain())).filter(|page| !page.is_empty())
}

/// Describes a keyword.
fn keyword(snapshot: &Snapshot, file: FileId, offset: u32, word: &str) -> Option<String> {
    let tree = snapshot.tree(file)?;
    let around = statements_around(&tree.ast, offset);
    let statement = around.last()?;
    let is_first = (offset as usize) <= statement.span.start as usize + word.len();
    let entry = match &statement.kind {
        _ if !is_first => None,
        StmtKind::StackAction(_) => catalog::declaration("stack"),
        StmtKind::Action(_) => None,
        _ => catalog::declaration(word),
    };
    let title = format!("```pipe\n{word}\n```\n");
    Some(match entry {
        Some(entry) => format!("{title}{}\n\n[AWS documentation]({})", entry.doc, entry.link),
        None => title + meaning_of(word)?,
    })
}

/// Describes a word with a fixed meaning.
fn meaning(snapshot: &Snapshot, (file, offset): (FileId, u32), kind: Word, word: &str) -> Option<String> {
    let tree = snapshot.tree(file)?;
    let names = snapshot.compilation().names();
    let slot_here = || attribute_at(&tree.ast, offset, Some(names)).and_then(|(_, slot)| slot);
    match kind {
        Word::Attribute => {
            let page = page_around(&statements_around(&tree.ast, offset));
            let link = page.map(|link| format!("\n\n[AWS documentation]({link})")).unwrap_or_default();
            slot_here().map(|slot| slot_text(slot).trim_end().to_owned() + &link)
        }
        Word::Value => {
            let slot = slot_here()?;
            let aws = slot.values.get(word);
            let aws = aws.filter(|aws| *aws != word).map(|aws| format!(" (AWS: `{aws}`)")).unwrap_or_default();
            Some(format!("`{word}`{aws}\n\n{}", slot_text(slot)))
        }
        Word::Key => {
            let field = slot_here()?.field.iter().find(|field| field.attribute == word)?;
            Some(slot_text(field))
        }
        Word::Provider => {
            let provider = catalog::provider(word)?;
            Some(format!("**{}**\n\n{}\n\n[AWS documentation]({})", provider.title, provider.doc, provider.link))
        }
        Word::Function => {
            let text = snapshot.compilation().sources().file(file).text();
            let called = dotted_at(text, offset as usize);
            let (_, form) = FUNCTIONS.iter().find(|(name, _)| *name == called)?;
            Some(format!("```pipe\n{form}\n```"))
        }
        Word::Member => {
            variable(snapshot, file, offset, word).or_else(|| field(snapshot, value_at(snapshot, file, offset)?, word))
        }
        Word::Verb => verb(snapshot, statements_around(&tree.ast, offset).last()?, word),
        Word::Header => keyword(snapshot, file, offset, word),
        _ => None,
    }
}

/// Returns the page of AWS's documentation about the innermost statement that has one.
fn page_around(around: &[&Stmt]) -> Option<&'static str> {
    let page = |statement: &&Stmt| match &statement.kind {
        StmtKind::Action(action) => match &action.head {
            ActionHead::Typed { provider, .. } => Some(catalog::provider(&provider.node)?.link.as_str()),
            _ => None,
        },
        StmtKind::StackAction(_) => Some(catalog::declaration("stack")?.link.as_str()),
        StmtKind::Resource(resource) => Some(catalog::declaration(resource.kind.word())?.link.as_str()),
        StmtKind::Pipeline(_) => Some(catalog::declaration("pipeline")?.link.as_str()),
        StmtKind::Stage(_) => Some(catalog::declaration("stage")?.link.as_str()),
        StmtKind::Policy(_) => Some(catalog::declaration("policy")?.link.as_str()),
        _ => None,
    };
    around.iter().rev().find_map(page)
}

/// Returns the dotted name around an offset.
fn dotted_at(text: &str, offset: usize) -> &str {
    let mut range = word_at(text, offset);
    while text.get(..range.start).is_some_and(|before| before.ends_with('.')) {
        range.start = word_at(text, range.start - 1).start;
    }
    while text.get(range.end..).is_some_and(|tail| tail.starts_with('.')) {
        range.end = word_at(text, range.end + 1).end;
    }
    text.get(range).unwrap_or_default()
}

/// Describes an attribute: its purpose, type, phase, default, limits, and AWS key.
pub(super) fn slot_text(slot: &Slot) -> String {
    let mut text = format!("```pipe\n{} = {}\n```\n{}\n", slot.attribute, slot.example(), slot.doc);
    let mut line = |key: &str, value: String| {
        let _ = write!(text, "\n- {key}: {value}");
    };
    let mut ty = type_word(slot.ty).to_owned();
    if slot.required {
        ty.push_str(", required");
    }
    line("type", ty);
    if !slot.values.is_empty() {
        let words: Vec<String> = slot.values.keys().take(20).map(|word| format!("`{word}`")).collect();
        line("values", words.join(", "));
    }
    line("known", phase_word(slot.phase).to_owned());
    if let Some(default) = slot.default.as_ref().or(slot.emit.as_ref()) {
        line("default", format!("`{default}`"));
    }
    match (slot.min, slot.max) {
        (Some(min), Some(max)) => line("limits", format!("{min} to {max}")),
        (Some(min), None) => line("limits", format!("at least {min}")),
        (None, Some(max)) => line("limits", format!("at most {max}")),
        (None, None) => {}
    }
    if let Some(key) = &slot.key {
        line("AWS key", format!("`{key}`"));
    }
    text
}

fn type_word(ty: SlotType) -> &'static str {
    match ty {
        SlotType::String => "string",
        SlotType::Bool => "boolean",
        SlotType::Integer => "whole number",
        SlotType::Number => "number",
        SlotType::Percent => "percentage",
        SlotType::Range => "range",
        SlotType::Minutes => "duration",
        SlotType::Days => "duration in days",
        SlotType::Enum => "one of its values",
        SlotType::EnumList => "list of its values",
        SlotType::List => "list of strings",
        SlotType::Map | SlotType::Shorthand => "map of strings",
        SlotType::Env => "map of environment variables",
        SlotType::Artifact => "artifact",
        SlotType::ArtifactMap => "map of artifacts",
        SlotType::ArtifactFile => "file of an artifact",
        SlotType::Reference => "declared name, or string",
        SlotType::Json => "value, written as JSON",
        SlotType::Record => "map of its fields",
        SlotType::Buildspec => "path of a buildspec, or its text",
        SlotType::Cache => "cache modes, or a bucket",
        SlotType::Condition => "condition, or the name of one",
        SlotType::Any => "any value",
    }
}

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Compile => "at compile time",
        Phase::Deploy => "at deployment at the latest",
        Phase::Run => "at run time at the latest",
    }
}

/// Describes a variable of an action, or a member of a declaration.
fn variable(snapshot: &Snapshot, file: FileId, offset: u32, word: &str) -> Option<String> {
    let text = snapshot.compilation().sources().file(file).text();
    let start = word_at(text, offset as usize).start;
    let owner = u32::try_from(start.checked_sub(1)?).ok()?;
    let names = snapshot.compilation().names();
    let definition = names.definition(names.definition_at(file, owner)?)?;
    let DefinitionKind::Action { .. } = definition.kind else { return None };
    let actions = actions_in(snapshot, statement_of(snapshot, definition)?);
    let hir = snapshot.compilation().hir();
    let documented = actions.iter().find_map(|(pipeline, action)| {
        let action = hir.pipelines.get(*pipeline)?.actions.get(*action)?;
        action.action_type.variable.iter().find(|variable| variable.name == word)
    });
    let what = documented.map_or("", |variable| variable.doc.as_str());
    Some(format!(
        "```pipe\n{}.{word}\n```\nvariable of action `{}`, known at run time\n\n{what}",
        definition.name, definition.name
    ))
}

/// Describes a field of a map, with its type.
fn field(snapshot: &Snapshot, value: &Expr, word: &str) -> Option<String> {
    let ExprKind::Reference(reference) = &value.kind else { return None };
    let names = snapshot.compilation().names();
    let head = names.definition(names.definition_at(reference.head.span.file, reference.head.span.start)?)?;
    let types = Types::new(snapshot);
    let mut ty = types.of_definition(head)?;
    for access in &reference.accesses {
        let Access::Member(member) = access else { return None };
        ty = types.fields(&ty).into_iter().find(|(name, _)| *name == member.node)?.1;
        if member.node == word {
            return Some(format!("```pipe\n{word}: {ty}\n```"));
        }
    }
    None
}

/// Describes the permissions of a verb of `allow` for the resource of the statement.
fn verb(snapshot: &Snapshot, statement: &Stmt, word: &str) -> Option<String> {
    let StmtKind::Allow(allow) = &statement.kind else { return None };
    let names = snapshot.compilation().names();
    let mut kinds = BTreeSet::new();
    let of_list = match &allow.resources.kind {
        ExprKind::List(elements) => elements.as_slice(),
        _ => std::slice::from_ref(&allow.resources),
    };
    for resource in of_list {
        let definition = names.definition_at(resource.span.file, resource.span.start);
        if let Some(DefinitionKind::Declaration(kind)) =
            definition.and_then(|id| names.definition(id)).map(|it| it.kind)
        {
            kinds.insert(kind.word());
        }
    }
    let mut text = format!("```pipe\n{word}\n```\n");
    for kind in kinds {
        let grants = catalog::verbs::grants(word, kind)?;
        let actions: Vec<String> =
            grants.iter().flat_map(|grant| &grant.actions).map(|action| format!("`{action}`")).collect();
        let _ = write!(text, "\n- on a {kind}: {}", actions.join(", "));
    }
    Some(text)
}

/// Describes the definition of a name.
fn definition(snapshot: &Snapshot, id: DefinitionId) -> Option<String> {
    let names = snapshot.compilation().names();
    let definition = names.definition(id)?;
    let sources = snapshot.compilation().sources();
    let statement = match definition.kind {
        // The action that produces it describes it.
        DefinitionKind::Artifact => return Some(artifact(snapshot, definition)),
        DefinitionKind::Parameter | DefinitionKind::Loop | DefinitionKind::Module => {
            let ty = Types::new(snapshot).of_definition(definition).map(|ty| format!(": {ty}"));
            return Some(format!(
                "```pipe\n{} {}{}\n```",
                definition.kind.noun(),
                definition.name,
                ty.unwrap_or_default()
            ));
        }
        _ => statement_of(snapshot, definition)?,
    };
    let tree = snapshot.tree(definition.span.file)?;
    let around = statements_around(&tree.ast, definition.span.start);
    let header = sources.slice(statement).lines().next().unwrap_or_default();
    let header = header.trim_end().trim_end_matches('{').trim_end();
    let mut text = format!("```pipe\n{header}\n```\n");
    let is_it = |it: &&&Stmt| it.span.covers(statement) && statement.covers(it.span);
    let found = around.iter().find(is_it);
    if let Some(doc) = found.and_then(|statement| statement.doc.as_ref()) {
        let _ = writeln!(text, "{}\n", doc.node);
    }
    match definition.kind {
        DefinitionKind::Action { .. } => {
            for (pipeline, action) in actions_in(snapshot, statement).into_iter().take(SHOWN) {
                action_lines(&mut text, snapshot, pipeline, action);
            }
            if let Some(StmtKind::Action(action)) = found.map(|statement| &statement.kind)
                && let ActionHead::Typed { category, provider } = &action.head
                && let Some(ty) = catalog::action_type(&provider.node, category_of(&category.node))
            {
                let link = catalog::provider(&provider.node).map(|it| it.link.as_str()).unwrap_or_default();
                let _ = write!(text, "\n[{} in AWS's documentation]({link})\n", ty.provider);
            }
        }
        DefinitionKind::Stage => {
            let actions = actions_in(snapshot, statement).len();
            let _ = writeln!(text, "{}", count(actions, "action"));
        }
        DefinitionKind::Component => {
            let _ = writeln!(text, "used {}", times(definition));
        }
        _ => {}
    }
    roles(&mut text, snapshot, statement, definition);
    Some(text.trim_end().to_owned())
}

fn times(definition: &Definition) -> String {
    match definition.uses {
        1 => "once".to_owned(),
        uses => format!("{uses} times"),
    }
}

/// Adds the name, run order, namespace, and artifacts of an action.
fn action_lines(text: &mut String, snapshot: &Snapshot, pipeline: PipelineId, action: ActionId) {
    let plan = snapshot.compilation().plan();
    let Some(planned) = plan.action(pipeline, action) else { return };
    let _ = write!(text, "\n- `{}`: run order {}", planned.name, planned.run_order);
    if let Some(namespace) = &planned.namespace {
        let _ = write!(text, ", namespace `{namespace}`");
    }
    let artifacts = |names: &[String]| names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    if !planned.inputs.is_empty() {
        let _ = write!(text, ", reads {}", artifacts(&planned.inputs));
    }
    if !planned.outputs.is_empty() {
        let _ = write!(text, ", produces {}", artifacts(&planned.outputs));
    }
    text.push('\n');
}

/// Adds the roles of a statement, and the permissions that roles have because of it.
fn roles(text: &mut String, snapshot: &Snapshot, statement: Span, definition: &Definition) {
    let compilation = snapshot.compilation();
    if compilation.has_errors() {
        return;
    }
    let plan = compilation.plan();
    let own = |role: &&RolePlan| statement.covers(role.identity.span);
    let is_pipeline = definition.kind == DefinitionKind::Declaration(catalog::Kind::Pipeline);
    let roles: Vec<&RolePlan> = plan.roles.iter().filter(own).collect();
    for role in roles.iter().take(if is_pipeline { 1 } else { SHOWN }) {
        let _ = write!(text, "\nRole `{}`: {}\n", role.display, count(role.all_grants().count(), "permission"));
        grants(text, plan, role.all_grants());
    }
    if let DefinitionKind::Action { .. } = definition.kind
        && roles.is_empty()
    {
        let caused: Vec<_> =
            plan.roles.iter().flat_map(RolePlan::all_grants).filter(|grant| statement.covers(grant.cause)).collect();
        if !caused.is_empty() {
            let _ = write!(text, "\nPermissions for it:\n");
            grants(text, plan, caused.into_iter());
        }
    }
}

fn grants<'p>(text: &mut String, plan: &Plan, grants: impl Iterator<Item = &'p crate::plan::Grant>) {
    let mut lines: Vec<String> = Vec::new();
    for grant in grants {
        let verb = if grant.effect == Effect::Deny { "deny " } else { "" };
        let more = if grant.actions.len() > 3 { format!(", {} more", grant.actions.len() - 3) } else { String::new() };
        let actions = grant.actions.iter().take(3).map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        let resource = grant.resources.first().map(|it| format!(" on `{}`", plan.readable(it))).unwrap_or_default();
        lines.push(format!("- {verb}{actions}{more}{resource}"));
    }
    let left = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    if left > 0 {
        lines.push(format!("- and {left} more"));
    }
    let _ = write!(text, "\n{}\n", lines.join("\n"));
}

/// Describes an artifact: its producer, its contents, its readers.
fn artifact(snapshot: &Snapshot, definition: &Definition) -> String {
    let names = snapshot.compilation().names();
    let owner = definition.owner.and_then(|owner| names.definition(owner));
    let mut text = format!("```pipe\nartifact {}\n```\n", definition.name);
    if let Some(owner) = owner {
        let _ = write!(text, "\nProduced by action `{}`.\n", owner.name);
    }
    let hir = snapshot.compilation().hir();
    let is_it = |span: Span| definition.span.covers(span);
    let mut files = BTreeSet::new();
    let mut readers = BTreeSet::new();
    snapshot.with_action_files(|action_files| {
        for (id, pipeline) in hir.pipelines.entries() {
            for (artifact_id, _) in pipeline.artifacts().filter(|(_, artifact)| is_it(artifact.name.span)) {
                files.extend(action_files.contents(id, artifact_id).files.known().into_iter().map(|known| known.path));
                let reads = pipeline.actions().filter(|(_, it)| it.inputs.iter().any(|it| it.artifact == artifact_id));
                readers.extend(reads.map(|(_, action)| action.symbol.clone()));
            }
        }
    });
    let list = |of: &BTreeSet<String>| {
        let shown: Vec<String> = of.iter().take(SHOWN).map(|it| format!("`{it}`")).collect();
        let left = of.len().saturating_sub(SHOWN);
        if left > 0 { format!("{}, and {left} more", shown.join(", ")) } else { shown.join(", ") }
    };
    if !readers.is_empty() {
        let _ = write!(text, "\nRead by {}.\n", list(&readers));
    }
    if !files.is_empty() {
        let _ = write!(text, "\nFiles: {}.\n", list(&files));
    }
    text.trim_end().to_owned()
}
