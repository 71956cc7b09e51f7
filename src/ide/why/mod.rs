//! Explains an error message of AWS: its meaning, what to do, and the relevant lines of the project.

mod actors;
mod incidents;
mod paths;
mod places;
mod remedies;

use std::fmt::Write;

use crate::catalog::answers::{self, Answer};
use crate::catalog::faults::{self, FaultTime, Match, Remedy, WordingPiece};
use crate::compilation::Compilation;
use crate::diagnostic::Code;
use crate::diagnostic::wording::tick;
use crate::render::printable;
use crate::source::Span;

use actors::{Actor, Trace};
use incidents::{Incident, Reading};
use places::{Place, Project, line_of};

/// The maximum number of locations to show for a message.
const PLACES: usize = 4;
/// The maximum number of messages to explain.
const MESSAGES: usize = 4;
/// The maximum length of a quoted message.
const QUOTED: usize = 400;

/// Explains a message and locates it in a file. Returns `None` if the text contains no known message. The text may be
/// the output of a command about a pipeline, a build, or a stack.
pub fn why(text: &str, compilation: Option<&Compilation>) -> Option<String> {
    match incidents::read(text) {
        Reading::Message => of_message(text, compilation),
        Reading::Answer(answer, failed) => Some(of_answer(answer, &failed, compilation)),
    }
}

fn of_message(text: &str, compilation: Option<&Compilation>) -> Option<String> {
    let cleaned = faults::cleaned(text);
    let found = faults::find(&cleaned);
    let incident = Incident::of_message(cleaned);
    let shown = explanations(&found, &incident, compilation);
    (!shown.is_empty()).then(|| shown.join("\n"))
}

/// Returns the failures in the output of a command, and their reasons.
fn of_answer(answer: &Answer, failed: &[Incident], compilation: Option<&Compilation>) -> String {
    if failed.is_empty() {
        return format!("Nothing has failed in the output of `{}`.\n", answer.command);
    }
    let mut blocks = Vec::new();
    for incident in failed.iter().take(MESSAGES) {
        let incident = &Incident { message: faults::cleaned(&incident.message), ..incident.clone() };
        let mut block = format!("{}\n\n", filled(&answer.headline, incident));
        let found = faults::find(&incident.message);
        let shown = explanations(&found, incident, compilation);
        if shown.is_empty() {
            block += &unknown(incident, compilation);
        } else {
            block += &shown.join("\n");
        }
        if let Some(next) = next_step(answer, incident, compilation).filter(|_| found.iter().all(|it| it.fault.follows))
        {
            let _ = writeln!(block, "\n  Next: {next}");
        }
        blocks.push(block);
    }
    blocks.join("\n")
}

/// The provider of approvals.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html> (2026-11-30)
const APPROVAL: &str = "Manual";

/// Returns the text for a failure with an unknown message.
fn unknown(incident: &Incident, compilation: Option<&Compilation>) -> String {
    let is_approval = incident.name("provider") == Some(APPROVAL);
    let mut text = match incident.message.as_str() {
        "" if is_approval => "  The approval was rejected, or nobody answered in time.\n".to_owned(),
        reason if is_approval => {
            format!("{}\n  This is what the person said who rejected the approval.\n", quoted(reason))
        }
        "" => match incident.name("status").and_then(answers::meaning) {
            Some(meaning) => format!("  {meaning}\n"),
            None => "  The output does not say why.\n".to_owned(),
        },
        message => format!("{}\n  dotpipe does not know this message.\n", quoted(message)),
    };
    if let Some(compilation) = compilation {
        let places = Project::new(compilation).failed_action(incident);
        text += &shown(&places, compilation);
    }
    text
}

/// Returns how to get more information about a failure.
fn next_step(answer: &Answer, incident: &Incident, compilation: Option<&Compilation>) -> Option<String> {
    let of_file = || {
        let compilation = compilation?;
        let (pipeline, action) = actors::action_of(compilation, incident)?;
        Some(compilation.plan().action(pipeline, action)?.action_type.provider.clone())
    };
    let provider = incident.name("provider").map(str::to_owned).or_else(of_file);
    let detail = provider.as_deref().and_then(answers::detail);
    detail
        .into_iter()
        .chain([answer.next.as_str()])
        .find(|text| is_complete(text, incident))
        .map(|text| filled(text, incident))
}

/// Returns whether an incident has all names that a text contains.
fn is_complete(text: &str, incident: &Incident) -> bool {
    faults::pieces(text).iter().all(|piece| match piece {
        WordingPiece::Placeholder(name) => incident.name(name).is_some(),
        WordingPiece::Text(_) => true,
    })
}

fn filled(text: &str, incident: &Incident) -> String {
    let piece = |piece: WordingPiece<'_>| match piece {
        WordingPiece::Text(text) => text.to_owned(),
        WordingPiece::Placeholder(name) => printable(incident.name(name).unwrap_or("?")),
    };
    faults::pieces(text).into_iter().map(piece).collect()
}

/// Returns the explanation of each message, each fault once.
fn explanations(found: &[Match], incident: &Incident, compilation: Option<&Compilation>) -> Vec<String> {
    let project = compilation.map(Project::new);
    let mut explained: Vec<(&str, &[(&str, String)])> = Vec::new();
    let mut texts = Vec::new();
    for one in found {
        let key = (one.fault.means.as_str(), one.names.as_slice());
        // The same fault, of which another message says more.
        let is_named = |other: &Match| other.fault.means == one.fault.means && !other.names.is_empty();
        let is_known = explained.iter().any(|(means, _)| *means == key.0) || found.iter().any(is_named);
        let repeats = found.iter().any(|other| is_part(one, other, &incident.message));
        if is_known && key.1.is_empty() || explained.contains(&key) || texts.len() == MESSAGES || repeats {
            continue;
        }
        explained.push(key);
        texts.push(explanation(one, incident, compilation, project.as_ref()));
    }
    texts
}

/// Returns whether a match is only the rest of a sentence that another one explains: a permission without its resource,
/// or the code of the error.
fn is_part(one: &Match, other: &Match, text: &str) -> bool {
    let Some(between) = text.get(other.range.end..one.range.start) else { return false };
    let is_code = between.contains("(Service: ") || between.contains("; Error Code: ");
    let says_little = one.fault.remedy == Some(Remedy::Allow) && one.name("arn").or(one.name("principal")).is_none();
    !between.contains('\n') && (is_code || says_little)
}

fn explanation(
    found: &Match,
    incident: &Incident,
    compilation: Option<&Compilation>,
    project: Option<&Project<'_>>,
) -> String {
    let fault = found.fault;
    let trace = Trace {
        principal: found.name("principal"),
        who: fault.who.as_deref(),
        in_vpc: fault.words.iter().any(|word| word.contains("vpc")),
    };
    let actor = compilation.and_then(|compilation| actors::find(compilation, trace, incident));
    let kind = actors::kind(trace);
    let mut text = quoted(said(&incident.message, found));
    let doubt = if fault.unconfirmed { "; wording approximate" } else { "" };
    let _ = writeln!(text, "  ({}{doubt})\n", when(fault.when));
    let _ = writeln!(text, "  Meaning: {}", meaning(found, actor.as_ref(), trace));
    let remedy = remedies::sentence(found, compilation, actor.as_ref(), kind);
    let known = fault.in_document.as_ref().filter(|_| compilation.is_some_and(Compilation::is_document));
    let advice = remedy.unwrap_or_else(|| substituted(known.unwrap_or(&fault.r#do), found));
    let _ = writeln!(text, "  What to do: {advice}.");
    if let Some(it) = compilation.and_then(|compilation| paths::misspelled(found, compilation)) {
        let (path, near) = (printable(&tick(&it.path)), printable(&tick(&it.near)));
        let _ = writeln!(text, "  The repository has no {path}; did you mean {near}?");
    }
    let places = project.map(|project| project.places(found, incident, actor.as_ref())).unwrap_or_default();
    let is_reported = compilation.is_some_and(|compilation| {
        compilation.diagnostics().iter().any(|it| fault.code.as_deref() == Some(it.code.as_str()))
    });
    if let Some(code) = fault.code.as_deref().and_then(|code| code.parse::<Code>().ok()) {
        let lead = if is_reported { "`dotpipe check` reports it: see" } else { "See also:" };
        let _ = writeln!(text, "  {lead} `dotpipe explain {code}`.");
    }
    if let Some(compilation) = compilation {
        text += &shown(&places, compilation);
    }
    text
}

/// Returns the text of a match, with the quotation mark that closes it.
fn said<'t>(message: &'t str, found: &Match) -> &'t str {
    let said = message.get(found.range.clone()).unwrap_or_default();
    let end = found.wording.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '}');
    let rest = found.wording.get(end.len()..).filter(|rest| rest.contains('"')).unwrap_or_default();
    if !rest.is_empty() && message.get(found.range.end..).is_some_and(|tail| tail.starts_with(rest)) {
        return message.get(found.range.start..found.range.end + rest.len()).unwrap_or(said);
    }
    let is_open = |mark: char| said.matches(mark).count() % 2 == 1;
    let tail = message.get(found.range.end..).and_then(|rest| rest.chars().next());
    match tail.filter(|mark| matches!(mark, '"' | '\'' | '`') && is_open(*mark)) {
        Some(mark) => message.get(found.range.start..found.range.end + mark.len_utf8()).unwrap_or(said),
        None => said,
    }
}

/// Returns the meaning of a message, and whose role is concerned.
fn meaning(found: &Match, actor: Option<&Actor>, trace: Trace<'_>) -> String {
    let means = substituted(&found.fault.means, found);
    let who = match actor {
        Some(actor) => Some(format!("role of {}", actor.words.trim_start_matches("role of "))),
        None => actors::unknown(trace),
    };
    let who = who.map(|who| who.replacen("role of role ", "role ", 1));
    match (who, means.strip_prefix("The role does not allow")) {
        (Some(who), Some(rest)) => {
            let article = if who.starts_with("role `") { "" } else { "the " };
            let text = format!("{article}{who} does not allow{rest}");
            let mut letters = text.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
        (Some(who), None) if means.contains("role") && actor.is_some_and(|actor| !means.contains(&actor.words)) => {
            format!("{means} It is the {who}.")
        }
        _ => means,
    }
}

/// A character around words that replace a name, which messages do not contain.
const ABSENT: char = '\u{1}';

/// Fills a text of the catalog with the values in the message.
fn substituted(text: &str, found: &Match) -> String {
    let mut filled = String::new();
    let pieces = faults::pieces(text);
    for (index, piece) in pieces.iter().enumerate() {
        let name = match piece {
            WordingPiece::Text(text) => {
                filled.push_str(text);
                continue;
            }
            WordingPiece::Placeholder(name) => name,
        };
        // The ARN of a stack contains its name.
        let of_arn = || found.name("arn")?.split_once(":stack/")?.1.split('/').next();
        let said = found.name(name).or_else(|| of_arn().filter(|_| *name == "stack"));
        let said = said.map(|value| if value.starts_with("arn:") { tick(value) } else { value.to_owned() });
        let absent = || faults::hole(name).and_then(|hole| hole.absent.clone()).unwrap_or_else(|| (*name).to_owned());
        // A part of a command is not a sentence.
        let in_code = filled.matches('`').count() % 2 == 1;
        let ends = matches!(pieces.get(index + 1), Some(WordingPiece::Text(next)) if next.starts_with('`'));
        match said {
            Some(said) => filled.push_str(&printable(&said)),
            None if in_code && !(filled.ends_with('`') && ends) => filled.push_str(&name.to_uppercase()),
            None => {
                let absent = absent();
                // `stack {stack}` becomes `the stack`.
                let noun = absent.strip_prefix("the ").map(|noun| format!("{noun} "));
                if let Some(before) = noun.and_then(|noun| filled.strip_suffix(noun.as_str())) {
                    filled.truncate(before.len());
                }
                let _ = write!(filled, "{ABSENT}{absent}{ABSENT}");
            }
        }
    }
    // A name that is a whole ARN has its own backticks; words that replace a name have none.
    let text = filled.replace(&format!("`{ABSENT}"), "").replace(&format!("{ABSENT}`"), "").replace(ABSENT, "");
    text.replace("``", "`")
}

fn when(time: FaultTime) -> &'static str {
    match time {
        FaultTime::Request => "from the AWS CLI or an SDK, before it calls AWS",
        FaultTime::Lint => "from cfn-lint or the AWS CDK, before deployment",
        FaultTime::Create => "from CodePipeline, when the pipeline is created or updated",
        FaultTime::Deploy => "from CloudFormation, when a template is deployed",
        FaultTime::Run => "during an execution of the pipeline",
        FaultTime::Build => "in the log of a build",
    }
}

/// Returns a message in one line.
fn quoted(message: &str) -> String {
    let flat = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = flat.char_indices().nth(QUOTED).map(|(at, _)| at);
    let text = cut.and_then(|at| flat.get(..at)).map_or_else(|| flat.clone(), |head| format!("{head} ..."));
    format!("{}\n", printable(&text))
}

/// Returns the lines, each once.
fn shown(places: &[Place], compilation: &Compilation) -> String {
    let mut text = String::new();
    let mut seen: Vec<Span> = Vec::new();
    for (span, what) in places {
        if seen.contains(span) || seen.len() == PLACES {
            continue;
        }
        seen.push(*span);
        let sources = compilation.sources();
        let start = sources.start(*span);
        let path = printable(sources.file(span.file).path().as_str());
        let line = printable(line_of(sources, *span).trim());
        let _ = writeln!(text, "\n{path}:{}:{}: {}\n    {line}", start.line, start.column, printable(what));
    }
    text
}
