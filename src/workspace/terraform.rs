//! The backend of a Terraform configuration, where `terraform` keeps its state.
//!
//! Fact source: <https://developer.hashicorp.com/terraform/language/backend/s3> (2026-11-29).

use crate::source::{FileId, Span, Spanned};

/// `backend "s3"`.
#[derive(Debug, Clone)]
pub struct S3Backend {
    /// Its literal settings.
    settings: Vec<(String, Spanned<String>)>,
    /// The names of its other settings and blocks.
    open: Vec<String>,
    /// The span of `"s3"`.
    pub place: Span,
}

impl S3Backend {
    /// Returns the backend in one file of a configuration.
    pub fn parse(text: &str, file: FileId) -> Option<Self> {
        let mut lines = text.split_inclusive('\n').scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        });
        let place = lines.find_map(|(start, line)| {
            let rest = line.trim_start().strip_prefix("backend")?.trim_start();
            let at = start + line.find("\"s3\"").filter(|_| rest.starts_with("\"s3\""))?;
            Some(Span::new(file, at, at + "\"s3\"".len()))
        })?;
        let mut found = Self { settings: Vec::new(), open: Vec::new(), place };
        let mut depth = 0_usize;
        for (start, line) in lines.filter(|(_, line)| !line.trim_start().starts_with(['#', '/'])) {
            if depth == 0 {
                found.line(start, line, file);
            }
            depth += line.matches('{').count();
            match depth.checked_sub(line.matches('}').count()) {
                Some(left) => depth = left,
                None => break,
            }
        }
        Some(found)
    }

    /// Reads a line of the block: `name = value`, or the start of a nested block.
    fn line(&mut self, start: usize, line: &str, file: FileId) {
        let Some((name, value)) = line.split_once('=') else {
            let name = line.split_once('{').map(|(name, _)| name.trim().to_owned());
            return self.open.extend(name);
        };
        let at = start + name.len() + 1 + (value.len() - value.trim_start().len());
        let (name, value) = (name.trim().to_owned(), value.trim());
        let literal = value.strip_prefix('"').and_then(|rest| rest.split_once('"')).map(|(text, _)| text);
        match literal.filter(|text| !text.contains("${")) {
            Some(text) => {
                let place = Span::new(file, at, at + text.len() + 2);
                self.settings.push((name, Spanned::new(text.to_owned(), place)));
            }
            None => self.open.push(name),
        }
    }

    /// Returns a literal setting.
    pub fn get(&self, name: &str) -> Option<&Spanned<String>> {
        self.settings.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Returns whether a setting is present, whatever its value.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some() || self.open.iter().any(|open| open == name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::SourceMap;

    fn read(text: &str) -> (SourceMap, Option<S3Backend>) {
        let mut sources = SourceMap::default();
        let file = sources.add("main.tf".into(), text);
        let found = S3Backend::parse(text, file);
        (sources, found)
    }

    #[test]
    fn settings_with_their_places() {
        let text = "terraform {\n  backend \"s3\" {\n    bucket = \"state\" # here\n    key    = \"${var.a}\"\n    assume_role = {\n      role_arn = \"x\"\n    }\n    encrypt = true\n  }\n}\nregion = \"no\"\n";
        let (sources, found) = read(text);
        let Some(found) = found else { panic!("a backend") };
        assert_eq!(sources.slice(found.place), "\"s3\"");
        assert_eq!(found.get("bucket").map(|it| (it.as_str(), sources.slice(it.span))), Some(("state", "\"state\"")));
        assert!(found.get("key").is_none() && found.has("key"));
        assert!(found.has("assume_role") && !found.has("role_arn") && !found.has("region"));
        assert!(read("backend \"local\" {}\n").1.is_none());
    }

    proptest! {
        #[test]
        fn never_panics(text in "(backend|\"s3\"|\\{|\\}|=|\"|a|é|\n| ){0,30}") {
            let _ = read(&text);
        }
    }
}
