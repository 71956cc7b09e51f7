//! Output for AWS CodeBuild, and other tools that show test reports: JUnit XML.
//!
//! No standard defines it. The output conforms to the schema of Jenkins:
//! <https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd>
//! (2026-11-29). Each file is a test suite, and each diagnostic a test case, which fails only for an error. A file
//! without errors has a test case that passes, so that a report is never empty.

use std::fmt::Write;

use super::xml::escaped;
use super::{Report, text};
use crate::collections::IndexMap;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceMap;

/// A file with its test cases.
#[derive(Default)]
struct Suite {
    cases: String,
    tests: usize,
    failures: usize,
}

/// Returns an XML document with one test suite per file that was checked or has diagnostics.
pub fn render(reports: &[Report<'_>]) -> String {
    let mut suites: IndexMap<String, Suite> = IndexMap::default();
    for report in reports {
        if let Some(entry) = report.entry() {
            suites.entry(entry.path().to_string()).or_default();
        }
        for diagnostic in report.diagnostics {
            let path = report.sources.file(diagnostic.primary.span.file).path().to_string();
            let suite = suites.entry(path.clone()).or_default();
            suite.add(&path, report.sources, diagnostic);
        }
    }
    for (path, suite) in suites.iter_mut().filter(|(_, suite)| suite.failures == 0) {
        suite.tests += 1;
        let _ = writeln!(suite.cases, r#"    <testcase name="no errors" classname="{}"/>"#, escaped(path));
    }
    let tests: usize = suites.values().map(|suite| suite.tests).sum();
    let failures: usize = suites.values().map(|suite| suite.failures).sum();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"dotpipe\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n"
    );
    for (path, Suite { cases, tests, failures }) in &suites {
        let path = escaped(path);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n{cases}  </testsuite>"
        );
    }
    out += "</testsuites>\n";
    out
}

impl Suite {
    fn add(&mut self, path: &str, sources: &SourceMap, diagnostic: &Diagnostic) {
        let start = sources.start(diagnostic.primary.span);
        let message = text::line(&diagnostic.message);
        let name = format!("{}:{}: {}: {message}", start.line, start.column, diagnostic.code);
        let (name, class) = (escaped(&name), escaped(path));
        let body = escaped(&format!("{path}:{}:{}: {}", start.line, start.column, text::whole(diagnostic)));
        let result = if diagnostic.severity == Severity::Error {
            self.failures += 1;
            format!(r#"<failure type="{}" message="{}">{body}</failure>"#, diagnostic.code, escaped(&message))
        } else {
            format!("<system-out>{}: {body}</system-out>", diagnostic.severity.word())
        };
        self.tests += 1;
        let _ = writeln!(self.cases, r#"    <testcase name="{name}" classname="{class}">{result}</testcase>"#);
    }
}
