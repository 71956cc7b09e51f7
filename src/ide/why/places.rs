//! Finds the lines of the project's files that are relevant for a message.

use crate::catalog::commands;
use crate::catalog::faults::{Form, Match, hole};
use crate::compilation::Compilation;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::suggest::is_misspelling;
use crate::diagnostic::wording::tick;
use crate::hir::{Action, Entity, Setting, ValueKind};
use crate::plan::site_of;
use crate::source::{FileId, SourceFile, SourceMap, Span};
use crate::workspace::Build;
use crate::workspace::buildspec::Buildspec;
use crate::workspace::document::DocumentOrigin;
use crate::workspace::packaging::Invocation;
use crate::workspace::template::Template;

use super::actors::{Actor, action_of};
use super::incidents::Incident;
use super::paths;
use super::remedies;

/// The number of words of a phrase that are looked up, apart from paths.
const PHRASE_WORDS: usize = 6;

/// The placeholders for what configurations of actions name.
const CONFIGURED: [&str; 4] = ["application", "branch", "environment", "repository"];

/// A line, and its description.
pub(super) type Place = (Span, String);

/// A file of the project other than a `.pipe` file.
enum Read {
    Buildspec(Box<Build>),
    Template(Box<Template>),
}

/// The files that are searched for one message.
pub(super) struct Project<'a> {
    compilation: &'a Compilation,
    read: Vec<Read>,
}

impl<'a> Project<'a> {
    /// Reads the buildspecs and templates among the sources.
    pub(super) fn new(compilation: &'a Compilation) -> Self {
        let read = compilation.sources().files().filter_map(|(id, file)| read(id, file)).collect();
        Self { compilation, read }
    }

    /// Returns the lines that are relevant for a message, the most relevant first.
    pub(super) fn places(&self, found: &Match, incident: &Incident, actor: Option<&Actor>) -> Vec<Place> {
        let mut places = self.diagnosed(found);
        places.extend(actor.map(|actor| (actor.place, actor.words.clone())));
        places.extend(self.commands_needing(found));
        places.extend(self.of_json_path(found));
        places.extend(self.numbered(found));
        places.extend(self.named(found, incident));
        if places.len() < 2 {
            places.extend(self.words(found, &places));
        }
        places.extend(self.failed_action(incident));
        places
    }

    /// Returns the action of an incident.
    pub(super) fn failed_action(&self, incident: &Incident) -> Vec<Place> {
        let hir = self.compilation.hir();
        let found = action_of(self.compilation, incident);
        let action = found.and_then(|(pipeline, action)| {
            let pipeline = hir.pipelines.get(pipeline)?;
            let action = pipeline.actions.get(action)?;
            let stage = pipeline.stages.get(action.stage)?.name.as_str();
            Some((action.name.span, format!("action {} of stage {}", tick(&action.name.node), tick(stage))))
        });
        let resource = incident.name("resource").into_iter().flat_map(|id| self.in_templates(id));
        action.into_iter().chain(resource).collect()
    }

    /// Returns the related diagnostics of `check`.
    fn diagnosed(&self, found: &Match) -> Vec<Place> {
        let codes: Vec<&str> = found.fault.code.iter().chain(&found.fault.also).map(String::as_str).collect();
        let all = self.compilation.diagnostics().iter().filter(|found| codes.contains(&found.code.as_str()));
        all.filter(|diagnostic| self.explains(diagnostic, found))
            .map(|found| (found.primary.span, format!("{}: {}", found.code, found.message)))
            .take(2)
            .collect()
    }

    /// Returns whether a diagnostic is about what a message names: another command or file may have the same fault.
    fn explains(&self, diagnostic: &Diagnostic, found: &Match) -> bool {
        let mut names = named_in(found).peekable();
        if names.peek().is_none() {
            return true;
        }
        let line = line_of(self.compilation.sources(), diagnostic.primary.span);
        let of_labels = diagnostic.secondary.iter().map(|label| line_of(self.compilation.sources(), label.span));
        let texts: Vec<&str> = [diagnostic.message.as_str(), line].into_iter().chain(of_labels).collect();
        names.any(|name| texts.iter().any(|text| text.contains(name)))
    }

    fn builds(&self) -> impl Iterator<Item = &Build> {
        self.read.iter().filter_map(|read| match read {
            Read::Buildspec(build) => Some(build.as_ref()),
            Read::Template(_) => None,
        })
    }

    fn templates(&self) -> impl Iterator<Item = &Template> {
        self.read.iter().filter_map(|read| match read {
            Read::Template(template) => Some(template.as_ref()),
            Read::Buildspec(_) => None,
        })
    }

    /// Returns the commands that need the permission in the message.
    fn commands_needing(&self, found: &Match) -> Vec<Place> {
        let Some(permission) = remedies::permission(found) else { return Vec::new() };
        let calls = self.builds().flat_map(|build| &build.commands.invocations);
        let calls = calls.filter(|call| needs(call, &permission));
        calls.map(|call| (call.span, format!("command that needs {}", tick(&permission)))).take(2).collect()
    }

    /// Returns the line of each buildspec that a message about its form numbers.
    fn numbered(&self, found: &Match) -> Vec<Place> {
        let is_of_buildspec = found.wording.starts_with("YAML_FILE_ERROR");
        let Some(number) = found.name("line").filter(|_| is_of_buildspec).and_then(|text| text.parse::<usize>().ok())
        else {
            return Vec::new();
        };
        let place = |(id, file): (FileId, &SourceFile)| {
            let range = file.lines().line_range(file.text(), number.checked_sub(1)?)?;
            let is_empty = file.text().get(range.clone())?.trim().is_empty();
            let of_build = matches!(read(id, file)?, Read::Buildspec(_));
            let span = Span::new(id, range.start, range.start + 1);
            (of_build && !is_empty).then(|| (span, format!("line {number} of a buildspec")))
        };
        self.compilation.sources().files().filter_map(place).take(3).collect()
    }

    /// Returns the stage or action that a path in the pipeline's JSON refers to.
    fn of_json_path(&self, found: &Match) -> Vec<Place> {
        let paths = found.names.iter().map(|(_, value)| value.as_str());
        let texts: Vec<&str> = paths.collect();
        let number = |name: &str| found.name(name).and_then(|text| text.parse::<usize>().ok()?.checked_sub(1));
        let written = number("stage-number").map(|stage| (stage, number("action-number")));
        let Some((stage, action)) = written.or_else(|| texts.iter().find_map(|text| indices(text))) else {
            return Vec::new();
        };
        let pipelines = self.compilation.hir().pipelines.iter().zip(&self.compilation.plan().pipelines);
        let mut places = Vec::new();
        for (pipeline, plan) in pipelines {
            let Some(planned) = plan.stages.get(stage) else { continue };
            match action {
                Some(action) => places.extend(planned.actions.get(action).map(|action| {
                    (action.span, format!("action {} of stage {}", tick(&action.name), tick(&planned.name)))
                })),
                None => places.extend(
                    pipeline.stages.get(stage).map(|it| (it.name.span, format!("stage {}", tick(&it.name.node)))),
                ),
            }
        }
        places
    }

    /// Returns the declarations, resources, files, and commands that the names in the message refer to.
    fn named(&self, found: &Match, incident: &Incident) -> Vec<Place> {
        let mut places = Vec::new();
        for (name, value) in &found.names {
            let form = hole(name).map_or(Form::Name, |hole| hole.form);
            let value = value.as_str();
            match (*name, form) {
                ("principal", _) | (_, Form::Number | Form::Listed | Form::Permission | Form::Operation) => {}
                ("command", _) => places.extend(self.command(value)),
                // The name of a container is a word like any other.
                ("container", _) => {
                    let forms = [format!("\"name\":\"{value}\""), format!("\"name\": \"{value}\"")];
                    places.extend(forms.iter().flat_map(|form| self.anywhere(form, &[])));
                }
                (_, Form::Arn) => places.extend(self.arn(value)),
                (_, Form::Path) => places.extend(self.path(value)),
                (_, Form::Phrase) => {
                    let words =
                        value.split([',', ' ']).map(|word| word.trim_matches(['[', ']', '\'', '"', '/', '.', ':']));
                    let (paths, words): (Vec<&str>, Vec<&str>) =
                        words.filter(|word| word.len() > 2).partition(|word| word.contains('/'));
                    places.extend(paths.iter().flat_map(|path| self.anywhere(path, &['/'])));
                    let before = places.len();
                    places.extend(words.iter().take(PHRASE_WORDS).flat_map(|word| self.identified(word)));
                    if let ([only], true) = (words.as_slice(), places.len() == before) {
                        places.extend(self.similar_in_templates(only));
                    }
                    // The namespace of an option, or an ARN in a policy.
                    if places.len() == before && value.contains(':') && !value.contains(' ') {
                        places.extend(self.anywhere(value, &[':']));
                    }
                }
                (_, Form::Name) => places.extend(self.name(name, value, found)),
            }
        }
        let resource = incident.name("resource").into_iter().flat_map(|id| self.in_templates(id));
        places.extend(resource);
        places
    }

    fn name(&self, what: &str, value: &str, found: &Match) -> Vec<Place> {
        if CONFIGURED.contains(&what) {
            let places = self.configured(what, value);
            if !places.is_empty() || what == "branch" {
                return places;
            }
        }
        let stage = found.name("stage").filter(|_| what == "action");
        let mut places = self.in_pipelines(value, stage);
        places.extend(self.in_templates(value));
        if what == "parameter" {
            places.extend(self.given(value));
        }
        places.extend(remedies::named(self.compilation, what, value).map(|entity| self.declaration(entity)));
        if places.is_empty() && value.len() > 2 {
            places.extend(self.anywhere(value, &['/', '.']));
        }
        if places.is_empty() && value.contains('/') {
            places.extend(self.path(value));
        }
        if places.is_empty() {
            places.extend(self.similar_in_templates(value));
        }
        places
    }

    /// Returns the actions whose configuration has a value for this.
    fn configured(&self, what: &str, value: &str) -> Vec<Place> {
        let actions = self.compilation.hir().pipelines.iter().flat_map(|pipeline| &pipeline.actions);
        let settings = actions.flat_map(|action| action.configuration.iter());
        let is_it = |(key, setting): &(&String, &Setting)| {
            key.to_ascii_lowercase().contains(what) && setting.value.as_str() == Some(value)
        };
        let found = settings.filter(is_it).map(|(_, setting)| (setting.value.span, format!("names {}", tick(value))));
        found.take(3).collect()
    }

    /// Returns where pipelines and template configurations set a parameter of a template.
    fn given(&self, parameter: &str) -> Vec<Place> {
        let actions = self.compilation.hir().pipelines.iter().flat_map(|pipeline| &pipeline.actions);
        let maps = actions.flat_map(|action| ["ParameterOverrides", "Parameters"].map(|key| action.value(key)));
        let entries = maps.flatten().flat_map(|value| match &value.kind {
            ValueKind::Map(entries) => entries.as_slice(),
            _ => &[],
        });
        let own = entries.filter(|(name, _)| name.node == parameter).map(|(name, _)| name.span);
        let mut spans: Vec<Span> = own.collect();
        spans.extend(self.anywhere(&format!("\"{parameter}\":"), &[]).into_iter().map(|(span, _)| span));
        spans.dedup();
        spans.into_iter().take(3).map(|span| (span, format!("value of parameter {}", tick(parameter)))).collect()
    }

    /// Returns the places that a word in prose refers to, if it is a name of the project.
    fn identified(&self, word: &str) -> Vec<Place> {
        let mut places = self.in_pipelines(word, None);
        places.extend(self.in_templates(word));
        places
    }

    fn in_pipelines(&self, name: &str, stage: Option<&str>) -> Vec<Place> {
        let mut places = Vec::new();
        for pipeline in &self.compilation.hir().pipelines {
            for action in &pipeline.actions {
                let own = pipeline.stages.get(action.stage).map_or("", |stage| stage.name.as_str());
                let is_stack = action.literal("StackName") == Some(name);
                if stage.is_none_or(|stage| stage == own) && action.name.as_str() == name || is_stack {
                    let words = format!("action {} of stage {}", tick(&action.name.node), tick(own));
                    places.push((action.name.span, words));
                }
            }
            let artifacts = pipeline.artifacts.iter().map(|it| ("artifact", &it.name));
            let variables = pipeline.variables.iter().map(|it| ("variable", &it.name));
            let stages = pipeline.stages.iter().map(|it| ("stage", &it.name));
            let all = artifacts.chain(variables).chain(stages).chain([("pipeline", &pipeline.name)]);
            let called = all.filter(|(_, it)| it.as_str() == name && stage.is_none());
            places.extend(called.map(|(kind, it)| (it.span, format!("{kind} {}", tick(&it.node)))));
        }
        places
    }

    /// Returns the resource, parameter, or condition of a template.
    fn in_templates(&self, name: &str) -> Vec<Place> {
        let mut places = Vec::new();
        for template in self.templates() {
            let resource = template.resource(name).map(|it| (it.id.span, format!("resource {}", tick(name))));
            let parameter = || template.parameter(name).map(|it| (it.name.span, format!("parameter {}", tick(name))));
            let condition = || {
                let found = template.conditions.iter().find(|it| it.as_str() == name)?;
                Some((found.span, format!("condition {}", tick(name))))
            };
            let export = || {
                let exported = |it: &&crate::workspace::template::Output| {
                    it.export.as_ref().and_then(|export| export.literal()) == Some(name)
                };
                let output = template.outputs.iter().find(exported)?;
                Some((output.export.as_ref()?.span, format!("output {}", tick(&output.name.node))))
            };
            places.extend(resource.or_else(parameter).or_else(condition).or_else(export));
        }
        places
    }

    /// Returns the resource or parameter of a template that a name misspells, or the resources of a type that it
    /// misspells: the file may have been corrected since.
    fn similar_in_templates(&self, name: &str) -> Vec<Place> {
        let found = self.templates().filter_map(|template| {
            let ids = template.resources.iter().map(|it| (it.id.node.as_str(), it.id.span));
            let parameters = template.parameters.iter().map(|it| (it.name.node.as_str(), it.name.span));
            let types = template.resources.iter().map(|it| (it.kind.node.as_str(), it.kind.span));
            let all: Vec<(&str, Span)> = ids.chain(parameters).chain(types).collect();
            let near = all.iter().find(|(known, _)| name.len() > 3 && is_misspelling(name, known))?;
            Some((near.1, format!("similar to {}", tick(name))))
        });
        found.take(2).collect()
    }

    fn declaration(&self, entity: Entity) -> Place {
        let hir = self.compilation.hir();
        (hir.declared_at(entity), format!("{} {}", entity.word(), tick(&hir.symbol(entity).node)))
    }

    fn arn(&self, arn: &str) -> Vec<Place> {
        if let Some((entity, _)) = remedies::declared(self.compilation, arn) {
            return vec![self.declaration(entity)];
        }
        let written = self.anywhere(arn, &[]);
        if !written.is_empty() {
            return written;
        }
        if let Some(stack) = arn.split_once(":stack/").and_then(|(_, rest)| rest.split('/').next()) {
            let places = self.stack_at(stack, arn);
            if !places.is_empty() {
                return places;
            }
        }
        let last = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let name = last.split_once(['/', ':']).map_or(last, |(_, name)| name);
        let parts = || std::iter::once(name).chain(name.split(['/', ':'])).filter(|part| part.len() > 3);
        let mut found =
            parts().map(|part| self.identified(part)).chain(parts().map(|part| self.anywhere(part, &['/'])));
        found.find(|places| !places.is_empty()).unwrap_or_default()
    }

    /// Returns the actions for a stack in the account and the Region of its ARN, as far as the file says these.
    fn stack_at(&self, stack: &str, arn: &str) -> Vec<Place> {
        let parts: Vec<&str> = arn.split(':').collect();
        let plan = self.compilation.plan();
        let is_here = |action: &Action| {
            let site = site_of(plan, action);
            let same = |own: Option<&str>, part: usize| own.is_none_or(|own| parts.get(part) == Some(&own));
            same(plan.region_of(&site), 3) && same(plan.account_of(&site), 4)
        };
        let actions = self.compilation.hir().pipelines.iter().flat_map(|pipeline| &pipeline.actions);
        let here = actions.filter(|action| action.literal("StackName") == Some(stack) && is_here(action));
        here.map(|action| (action.name.span, format!("action {}", tick(&action.name.node)))).collect()
    }

    /// Returns a file by the longest suffix of its path that the project's files contain. One word of a path is not
    /// enough: `version` and `build` occur everywhere.
    fn path(&self, path: &str) -> Vec<Place> {
        let path = path.trim_start_matches("./");
        let is_file = |end: &&str| *end == path || end.contains(['/', '.']);
        let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
        let ends = starts.filter_map(|start| path.get(start..)).filter(|end| end.len() > 2).filter(is_file);
        let mut found = ends.map(|end| self.anywhere(end, &[]));
        let exact = found.find(|places| !places.is_empty());
        let near = || Some(self.anywhere(&paths::nearest(path, self.compilation)?, &[]));
        let places = exact.or_else(near).unwrap_or_default();
        match path.rsplit_once('/') {
            // A buildspec may list all files of the folder.
            Some((folder, _)) if places.is_empty() => self.anywhere(&format!("{folder}/*"), &[]),
            _ => places,
        }
    }

    /// Returns a command of a buildspec, whose start may be all that the message shows.
    fn command(&self, command: &str) -> Vec<Place> {
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let wanted = flat(command);
        let all = self.builds().flat_map(|build| build.spec.commands());
        let is_it = |text: &str| {
            let own = flat(text);
            !own.is_empty() && (wanted.starts_with(&own) || own.starts_with(&wanted))
        };
        let found: Vec<Place> =
            all.filter(|it| is_it(&it.text)).map(|it| (it.span, "command".to_owned())).take(1).collect();
        if found.is_empty() { self.anywhere(&wanted, &[]) } else { found }
    }

    /// Returns the lines with words that are related to the message although it does not contain them, unless the line
    /// of a known place has such a word: other lines with it are about something else.
    fn words(&self, found: &Match, known: &[Place]) -> Vec<Place> {
        let words = &found.fault.words;
        if known.iter().any(|(span, _)| {
            words.iter().any(|word| find_word(line_of(self.compilation.sources(), *span), word, &[]).is_some())
        }) {
            return Vec::new();
        }
        let mut places = words.iter().map(|word| self.anywhere(word, &[]));
        places.find(|places| !places.is_empty()).unwrap_or_default()
    }

    /// Returns the first occurrence of a text in each file, `.pipe` files last. `joined` are characters that make it
    /// part of another name.
    fn anywhere(&self, text: &str, joined: &[char]) -> Vec<Place> {
        let files = self.compilation.sources().files();
        let mut found: Vec<(bool, Place)> = files
            .filter_map(|(id, file)| {
                let (start, end) = find_word(file.text(), text, joined)?;
                let is_pipe = file.path().extension() == Some("pipe");
                Some((is_pipe, (Span::new(id, start, end), format!("names {}", tick(text.trim())))))
            })
            .collect();
        found.sort_by_key(|(is_pipe, _)| *is_pipe);
        found.into_iter().map(|(_, place)| place).take(2).collect()
    }
}

/// Returns the line in which a span starts.
pub(super) fn line_of(sources: &SourceMap, span: Span) -> &str {
    let file = sources.file(span.file);
    let range = file.lines().line_range(file.text(), sources.start(span).line - 1);
    range.and_then(|range| file.text().get(range)).unwrap_or_default()
}

fn read(id: FileId, file: &SourceFile) -> Option<Read> {
    if !matches!(file.path().extension(), Some("yml" | "yaml" | "json" | "template")) {
        return None;
    }
    let origin = DocumentOrigin::File(id);
    let template = Template::parse(file.text(), origin);
    if template.has_resources {
        return Some(Read::Template(Box::new(template)));
    }
    let build = Build::parse(file.text(), origin);
    let Buildspec { phases, .. } = &build.spec;
    (!phases.is_empty()).then(|| Read::Buildspec(Box::new(build)))
}

/// The names in a message and their last parts, and the file in its wording, which always has the same name.
fn named_in(found: &Match) -> impl Iterator<Item = &str> {
    let is_name = |name: &str| {
        let form = hole(name).map_or(Form::Name, |hole| hole.form);
        name != "principal" && !matches!(form, Form::Number | Form::Listed)
    };
    let given = found.names.iter().filter(move |(name, _)| is_name(name)).map(|(_, value)| value.as_str());
    let is_file = |word: &&str| [".yml", ".yaml", ".json"].iter().any(|end| word.ends_with(end));
    let fixed = found.wording.split([' ', '"', '\'']).filter(is_file);
    let words = given.chain(fixed).flat_map(|value| value.split([' ', ',', '/', ':', '[', ']', '"', '\'']));
    words.map(|word| word.trim_matches(['.', ';', '(', ')'])).filter(|word| word.len() > 2)
}

/// Returns whether a command makes the call that a permission is for.
fn needs(call: &Invocation, permission: &str) -> bool {
    let words = call.operation(3);
    let known = (1..=words.len()).rev().any(|length| {
        let operation = words.get(..length).unwrap_or_default().join(" ");
        commands::calls(&format!("{} {operation}", call.program)).any(|known| known.action == permission)
    });
    let (service, action) = permission.split_once(':').unwrap_or((permission, ""));
    let first = words.first().copied();
    let of_cli =
        call.program == "aws" && first.is_some_and(|word| word == service || word.strip_suffix("api") == Some(service));
    let pushes = service == "ecr" && call.program != "aws" && matches!(first, Some("push" | "pull" | "buildx"));
    known || of_cli && is_operation(&words, action) || pushes
}

/// Returns whether the words of a command of the AWS CLI are an operation, or one of the high-level commands of `aws
/// s3`.
fn is_operation(words: &[&str], action: &str) -> bool {
    let [service, operation, ..] = words else { return false };
    let plain: String = operation.chars().filter(|c| *c != '-').collect();
    *service == "s3" || plain.eq_ignore_ascii_case(action)
}

/// Returns the range of a text outside of comments that is not part of a longer word. A space in it matches any number
/// of spaces.
fn find_word(text: &str, word: &str, joined: &[char]) -> Option<(usize, usize)> {
    let is_part =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-' || joined.contains(&c));
    let head = word.split(' ').next().filter(|head| !head.is_empty()).unwrap_or(word);
    let is_name = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
    text.match_indices(head).find_map(|(at, _)| {
        let end = end_of(text, at, word)?;
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let tail = text.get(end..).and_then(|tail| tail.chars().next());
        let (first, last) = (word.chars().next(), word.chars().next_back());
        let is_longer = is_name(first) && is_part(before) || is_name(last) && is_part(tail);
        (!is_longer && !is_in_comment(text, at)).then_some((at, end))
    })
}

/// Returns the end of a text that starts at an offset, with any number of spaces between its words.
fn end_of(text: &str, at: usize, word: &str) -> Option<usize> {
    let mut end = at;
    for (index, part) in word.split(' ').enumerate() {
        let rest = text.get(end..)?;
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        if index > 0 {
            end += Some(blanks).filter(|blanks| *blanks > 0)?;
        }
        end = text.get(end..)?.starts_with(part).then_some(end + part.len())?;
    }
    Some(end)
}

fn is_in_comment(text: &str, at: usize) -> bool {
    let line = text.get(..at).and_then(|head| head.rsplit('\n').next()).unwrap_or_default().trim_start();
    line.starts_with("//") || line.starts_with('#')
}

/// Returns the stage and action, from 0, of `stages[1].actions[0]` (from 0) or `stages.2.member.actions.1.member` (from
/// 1), or the stage alone if there is no action.
fn indices(path: &str) -> Option<(usize, Option<usize>)> {
    let number = |word: &str| -> Option<usize> {
        let rest = path.split_once(word)?.1;
        let one = rest.starts_with('.');
        let digits: String = rest.chars().skip(1).take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()?.checked_sub(usize::from(one))
    };
    let action = number("actions");
    let names_action = path.contains(".actions");
    Some((number("stages")?, action)).filter(|_| action.is_some() || !names_action)
}

#[cfg(test)]
mod tests {
    use super::{find_word, indices};

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

    #[test]
    fn words_are_whole() {
        assert_eq!(find_word("app-web web", "web", &[]), Some((8, 11)));
        assert_eq!(find_word("websites", "web", &[]), None);
        assert_eq!(find_word("a <<: *b", "<<:", &[]), Some((2, 5)));
        assert_eq!(find_word("x/web web", "web", &['/']), Some((6, 9)));
        assert_eq!(find_word("// image =\nimage   = 1", "image =", &[]), Some((11, 20)));
    }
}
