//! What a message of AWS means, and which lines of a file it is about.

use std::fmt::Write;

use crate::catalog::faults::{self, FaultTime, Match};
use crate::compilation::Compilation;
use crate::diagnostic::Code;
use crate::diagnostic::wording::tick;
use crate::render::printable;
use crate::source::Span;

/// The maximum number of similar faults to show.
const NEAREST: usize = 3;
/// The delimiters of names in a message.
const UNNAMED: [char; 8] = ['\'', '"', '`', '[', ']', '<', '>', ' '];
/// The maximum number of locations to show.
const PLACES: usize = 3;

/// What a message means, and where it comes from in a file; nothing if no known message is similar.
pub fn why(message: &str, compilation: Option<&Compilation>) -> Option<String> {
    let found = faults::find(message, NEAREST);
    let mut text = match found.as_slice() {
        [] => return None,
        [only] if only.same => explained(only),
        several => {
            let mut text = "No message matches exactly. The most similar ones are:\n\n".to_owned();
            text += &several.iter().map(explained).collect::<Vec<_>>().join("\n");
            text
        }
    };
    if let Some(compilation) = compilation {
        text += &in_file(message, &found, compilation);
    }
    Some(text)
}

fn explained(found: &Match) -> String {
    let fault = found.fault;
    let mut text = format!("{}\n", found.message);
    let doubt = if fault.unconfirmed { "; wording approximate" } else { "" };
    let when = match fault.when {
        FaultTime::Request => "from the AWS CLI or an SDK, before it calls CodePipeline",
        FaultTime::Lint => "from cfn-lint or the AWS CDK, before deployment",
        FaultTime::Create => "from CodePipeline, when the pipeline is created or updated",
        FaultTime::Deploy => "from CloudFormation, when the template is deployed",
        FaultTime::Run => "shown during an execution",
    };
    let _ = writeln!(text, "  ({when}{doubt})\n");
    let _ = writeln!(text, "  Meaning: {}", fault.means);
    let _ = writeln!(text, "  What to do: {}.", fault.r#do);
    if let Some(code) = fault.code.as_deref().and_then(|code| code.parse::<Code>().ok()) {
        let _ = writeln!(text, "  dotpipe reports this before AWS does: see `dotpipe explain {code}`.");
    }
    text
}

/// The lines of the file that the message is about.
fn in_file(message: &str, found: &[Match], compilation: &Compilation) -> String {
    let mut places = Vec::new();
    let of_fault = |it: &'_ Match| it.fault.code.iter().chain(&it.fault.also).map(String::as_str).collect::<Vec<_>>();
    let codes: Vec<&str> = found.iter().flat_map(of_fault).collect();
    for diagnostic in compilation.diagnostics() {
        if codes.contains(&diagnostic.code.as_str()) {
            places.push((diagnostic.primary.span, format!("{}: {}", diagnostic.code, diagnostic.message)));
        }
    }
    places.extend(named(message, found, compilation));
    let mut text = String::new();
    let mut shown: Vec<Span> = Vec::new();
    for (span, what) in places {
        if shown.contains(&span) || shown.len() == PLACES {
            continue;
        }
        shown.push(span);
        let sources = compilation.sources();
        let file = sources.file(span.file);
        let start = sources.start(span);
        let line = file.lines().line_range(file.text(), start.line - 1).and_then(|range| file.text().get(range));
        let (path, line) = (printable(file.path().as_str()), printable(line.unwrap_or_default().trim()));
        let _ = writeln!(text, "\n{path}:{}:{}: {}\n    {line}", start.line, start.column, printable(&what));
    }
    text
}

/// The declarations that the message refers to, by name or by JSON path.
fn named(message: &str, found: &[Match], compilation: &Compilation) -> Vec<(Span, String)> {
    let holes = found.first().map(|it| it.names.as_slice()).unwrap_or_default();
    let hole = |wanted: &str| holes.iter().find(|(name, _)| *name == wanted).map(|(_, text)| text.as_str());
    // A word of the wording itself is not a name, even if a declaration has that name.
    let wording: Vec<&str> = found.iter().filter(|it| it.same).flat_map(|it| quoted(it.message)).collect();
    let quoted = quoted(message).filter(|word| !wording.contains(word));
    let names: Vec<&str> = holes.iter().map(|(_, text)| text.as_str()).chain(quoted).collect();
    let mut places = Vec::new();
    for (pipeline, plan) in compilation.hir().pipelines.iter().zip(&compilation.plan().pipelines) {
        if let Some((index, action)) = indices(message)
            && let Some(stage) = plan.stages.get(index)
        {
            match action {
                Some(action) => places.extend(stage.actions.get(action).map(|action| {
                    (action.span, format!("action {} of stage {}", tick(&action.name), tick(&stage.name)))
                })),
                None => places.extend(
                    pipeline.stages.get(index).map(|it| (it.name.span, format!("stage {}", tick(&it.name.node)))),
                ),
            }
        }
        for action in &pipeline.actions {
            let stage = pipeline.stages.get(action.stage).map_or("", |stage| stage.name.as_str());
            let fits = hole("stage").is_none_or(|wanted| wanted == stage);
            let stack = action.literal("StackName").filter(|name| hole("stack") == Some(name));
            if (names.contains(&action.name.as_str()) && fits) || stack.is_some() {
                places.push((action.name.span, format!("action {} of stage {}", tick(&action.name.node), tick(stage))));
            }
        }
        let artifacts = pipeline.artifacts.iter().map(|it| ("artifact", &it.name));
        let variables = pipeline.variables.iter().map(|it| ("variable", &it.name));
        let stages = pipeline.stages.iter().map(|it| ("stage", &it.name));
        for (kind, name) in artifacts.chain(variables).chain(stages).chain([("pipeline", &pipeline.name)]) {
            if names.contains(&name.as_str()) {
                places.push((name.span, format!("{kind} {}", tick(&name.node))));
            }
        }
    }
    places
}

/// The words of a message without quotes and brackets.
fn quoted(message: &str) -> impl Iterator<Item = &str> {
    message.split(UNNAMED).map(|part| part.trim_end_matches(['.', ',', ':'])).filter(|part| !part.is_empty())
}

/// Stage and action, from 0, of `stages[1].actions[0]` (counted from 0) or `stages.2.member.actions.1.member` (from 1);
/// the stage alone where no action is named.
fn indices(message: &str) -> Option<(usize, Option<usize>)> {
    let number = |word: &str| -> Option<usize> {
        let rest = message.split_once(word)?.1;
        let one = rest.starts_with('.');
        let digits: String = rest.chars().skip(1).take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()?.checked_sub(usize::from(one))
    };
    let action = number("actions");
    let names_action = message.contains(".actions");
    Some((number("stages")?, action)).filter(|_| action.is_some() || !names_action)
}

#[cfg(test)]
mod tests {
    use super::indices;

    #[test]
    fn places_in_the_json_are_understood() {
        assert_eq!(indices("pipeline.stages[1].actions[0].configuration.X, value"), Some((1, Some(0))));
        assert_eq!(indices("Value at 'pipeline.stages.2.member.actions.1.member.configuration'"), Some((1, Some(0))));
        assert_eq!(indices("Value at 'pipeline.stages.2.member.name' failed"), Some((1, None)));
        assert_eq!(indices("pipeline.stages[1].beforeEntry.conditions"), Some((1, None)));
        assert_eq!(indices("pipeline.stages.2.member.actions.0.member"), None);
        assert_eq!(indices("pipeline.stages.0.member.actions.1"), None);
        assert_eq!(indices("the stages and the actions"), None);
    }
}
