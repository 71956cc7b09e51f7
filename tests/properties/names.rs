//! Every identifier of every case and example has a meaning in the name index, or a diagnostic.

use std::collections::BTreeSet;
use std::fs;

use dotpipe::compilation::{Compilation, Request};
use dotpipe::model::Meaning;
use dotpipe::source::{FileId, Span};

use crate::{cases, support};

/// The keywords of statements and clauses, each of which can be a name elsewhere.
const KEYWORDS: &str = "pipe pipeline stage parallel sequence source build test deploy invoke approve run action prepare \
    execute delete stack stackset stack-instances in from on require else notify allow deny when import as type param \
    option variable let component use for if property project role bucket topic connection environment provider key \
    repository artifacts dashboard true false null";

/// Names that only evaluation can resolve, by case: the computed name of a stage, and a stage of the pipeline that uses
/// a component.
const OPEN: [(&str, &str); 2] = [("stacks-of-one-environment", "Net-a"), ("names-not-built-pass", "Source")];

/// Words of cases that are not in the index: `update` is expanded before names are resolved, without the arguments that
/// only it has.
const WRITTEN_OUT: [(&str, &str); 3] = [("updates/", "update"), ("updates/", "install"), ("updates/", "arguments")];

/// A case whose `update` statements have errors: incomplete statements are not expanded, so their names are not in the
/// index.
const NOT_WRITTEN_OUT: &str = "updates/incomplete";

/// Returns the byte ranges of all identifiers of a text, found without the parser.
fn identifiers(text: &str) -> Vec<(usize, usize)> {
    let mut reader = Reader { text: text.as_bytes(), at: 0, found: Vec::new() };
    reader.code(0);
    reader.found
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    found: Vec<(usize, usize)>,
}

impl Reader<'_> {
    fn sees(&self, word: &str) -> bool {
        self.text[self.at..].starts_with(word.as_bytes())
    }

    fn skip_while(&mut self, holds: impl Fn(u8) -> bool) {
        while self.at < self.text.len() && holds(self.text[self.at]) {
            self.at += 1;
        }
    }

    fn skip_past(&mut self, word: &str) {
        while self.at < self.text.len() && !self.sees(word) {
            self.at += 1;
        }
        self.at += word.len();
    }

    /// Reads up to the brace that closes a block at `depth` nested braces.
    fn code(&mut self, mut depth: usize) {
        while self.at < self.text.len() {
            let byte = self.text[self.at];
            if self.sees("//") {
                self.skip_while(|byte| byte != b'\n');
            } else if self.sees("/*") {
                self.block_comment();
            } else if self.sees("'''") {
                self.at += 3;
                self.skip_past("'''");
            } else if byte == b'\'' {
                self.at += 1;
                self.skip_past("'");
            } else if self.sees("\"\"\"") {
                self.at += 3;
                self.string("\"\"\"");
            } else if byte == b'"' {
                self.at += 1;
                self.string("\"");
            } else if self.sees("::") {
                self.at += 2;
                let is_path = |byte: u8| byte.is_ascii_alphanumeric() || b"_./@+~-".contains(&byte);
                while self.at < self.text.len() && is_path(self.text[self.at]) && !self.sees("->") && !self.sees("//") {
                    self.at += 1;
                }
            } else if byte.is_ascii_digit() {
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            } else if byte.is_ascii_alphabetic() || byte == b'_' {
                self.identifier();
            } else {
                self.at += 1;
                match byte {
                    b'{' => depth += 1,
                    b'}' if depth == 1 => return,
                    b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }

    fn identifier(&mut self) {
        let start = self.at;
        while self.at < self.text.len() {
            let byte = self.text[self.at];
            let next = self.text.get(self.at + 1).copied().unwrap_or_default();
            let goes_on = byte.is_ascii_alphanumeric() || byte == b'_';
            if !(goes_on || byte == b'-' && next.is_ascii_alphanumeric()) {
                break;
            }
            self.at += 1;
        }
        self.found.push((start, self.at));
    }

    fn block_comment(&mut self) {
        self.at += 2;
        while self.at < self.text.len() && !self.sees("*/") {
            if self.sees("/*") { self.block_comment() } else { self.at += 1 }
        }
        self.at += 2;
    }

    fn string(&mut self, end: &str) {
        while self.at < self.text.len() && !self.sees(end) {
            if self.sees("$${") {
                self.at += 3;
            } else if self.sees("#{") {
                self.skip_past("}");
            } else if self.sees("${") {
                self.at += 2;
                self.code(1);
            } else if self.text[self.at] == b'\\' && end.len() == 1 {
                self.at += 2;
            } else {
                self.at += 1;
            }
        }
        self.at += end.len();
    }
}

/// Returns whether a diagnostic concerns the text of a span.
fn is_reported(compilation: &Compilation, place: Span, name: &str) -> bool {
    compilation.diagnostics().iter().any(|diagnostic| {
        let mut labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
        let covers = |span: Span| span.file == place.file && span.start <= place.start && place.end <= span.end;
        labels.any(|label| covers(label.span)) || diagnostic.message.contains(&format!("`{name}`"))
    })
}

/// Returns whether a place is the start of a longer one.
fn starts(whole: Span, place: Span) -> bool {
    whole.start == place.start && whole.end > place.end
}

/// Returns the errors in the meanings of one file's identifiers.
fn faults(compilation: &Compilation, file: FileId, path: &str) -> Vec<String> {
    let keywords: BTreeSet<&str> = KEYWORDS.split_whitespace().collect();
    let source = compilation.sources().file(file);
    let unreadable = compilation.diagnostics().iter().any(|diagnostic| diagnostic.code.as_str().starts_with("E00"));
    let mut faults = Vec::new();
    for (start, end) in identifiers(source.text()) {
        let place = Span::new(file, start, end);
        let name = &source.text()[start..end];
        let fault = match compilation.names().meaning_of(place) {
            Some(Meaning::Defines(_) | Meaning::Names(_) | Meaning::Word(_)) => continue,
            Some(Meaning::Unknown) if is_reported(compilation, place, name) => continue,
            // An error may concern the surrounding text.
            Some(Meaning::Open) if compilation.has_errors() => continue,
            Some(Meaning::Open) if OPEN.iter().any(|(case, open)| path.contains(case) && name == *open) => continue,
            Some(Meaning::Unknown) => "stands for nothing, and nothing says so",
            Some(Meaning::Open) => "is left open",
            None if keywords.contains(name) || unreadable => continue,
            // The first word of `AWS::EC2::VPC::Id`.
            None if compilation.names().mentions().iter().any(|it| it.span.file == file && starts(it.span, place)) => {
                continue;
            }
            None if WRITTEN_OUT.iter().any(|(case, word)| path.contains(case) && name == *word) => continue,
            None if path.contains(NOT_WRITTEN_OUT) && compilation.has_errors() => continue,
            None => "is not in the index",
        };
        let line = compilation.sources().start(place).line;
        faults.push(format!("{path}:{line}: `{name}` {fault}"));
    }
    faults
}

#[test]
fn every_identifier_has_a_meaning_or_a_diagnostic() {
    let mut all = Vec::new();
    let mut files = 0;
    for folder in ["tests/ui", "examples"] {
        for entry in cases::share(cases::entries(folder)) {
            let text = fs::read_to_string(&entry).expect("it is readable");
            let beside: Vec<(String, String)> = cases::beside(&entry).into_iter().collect();
            let compilation = support::compile(("pipeline.pipe", &text), &beside, &Request::default());
            let path = entry.display().to_string();
            let ids: BTreeSet<FileId> = compilation.names().mentions().iter().map(|it| it.span.file).collect();
            files += ids.len();
            all.extend(ids.into_iter().flat_map(|file| faults(&compilation, file, &path)));
        }
    }
    assert!(files * cases::one_of() > 600, "only {files} files were looked at");
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
}
