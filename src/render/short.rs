//! Output for logs and editors: one line per diagnostic, as compilers print them, by codespan-reporting.

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{Config, DisplayStyle, emit_into_string};

use super::{Report, text};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, SourceMap};

/// Returns `path:line:column: error[E0201]: message`, each on its own line.
pub fn render(reports: &[Report<'_>]) -> String {
    let config = Config { display_style: DisplayStyle::Short, ..Config::default() };
    let mut out = String::new();
    for report in reports {
        for diagnostic in report.diagnostics {
            // The index supports every file and every offset.
            let line = emit_into_string(&config, &Index(report.sources), &translate(diagnostic)).unwrap_or_default();
            // codespan-reporting has no infos.
            let code = diagnostic.code;
            match diagnostic.severity {
                Severity::Info => out += &line.replacen(&format!("note[{code}]"), &format!("info[{code}]"), 1),
                Severity::Error | Severity::Warning => out += &line,
            }
        }
    }
    out
}

fn translate(diagnostic: &Diagnostic) -> codespan::Diagnostic<FileId> {
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Info => codespan::Severity::Note,
    };
    let span = diagnostic.primary.span;
    codespan::Diagnostic::new(severity)
        .with_code(diagnostic.code.as_str())
        .with_message(text::line(&diagnostic.message))
        .with_label(codespan::Label::primary(span.file, span.range()))
}

/// The source map in the form of codespan-reporting.
#[derive(Clone, Copy)]
struct Index<'s>(&'s SourceMap);

impl<'a> Files<'a> for Index<'_> {
    type FileId = FileId;
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<String, Error> {
        Ok(text::line(self.0.file(id).path().as_str()))
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(self.0.file(id).text())
    }

    fn line_index(&'a self, id: FileId, offset: usize) -> Result<usize, Error> {
        let file = self.0.file(id);
        Ok(file.lines().line_of(offset.min(file.text().len())))
    }

    fn column_number(&'a self, id: FileId, _line: usize, offset: usize) -> Result<usize, Error> {
        let file = self.0.file(id);
        Ok(file.lines().line_column(file.text(), offset).column)
    }

    fn line_range(&'a self, id: FileId, line: usize) -> Result<std::ops::Range<usize>, Error> {
        let file = self.0.file(id);
        let max = file.lines().line_count();
        file.lines().line_range(file.text(), line).ok_or(Error::LineTooLarge { given: line, max })
    }
}
