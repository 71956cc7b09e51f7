//! Pages of `dotpipe explain`: for a terminal, and as Markdown for other output.
//!
//! The fences of a page specify what its tests do with an example. Readers see words instead.

use std::fmt::Write;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::human::Look;

/// The maximum width of prose.
const MAX_WIDTH: usize = 100;

/// The names under which the entry files of examples are displayed.
const PIPELINE: &str = "pipeline.pipe";
const TEMPLATE: &str = "pipeline.yaml";

/// The role of a block, according to its fence.
#[derive(Debug, PartialEq, Eq)]
enum Role<'p> {
    /// A file with a pipeline that fails with this code.
    Fails(&'static str, &'p str),
    /// A file with a pipeline that has no errors.
    Passes(&'static str),
    /// A file next to the following pipeline.
    File(&'p str),
    /// Anything else.
    Other,
}

impl<'p> Role<'p> {
    fn of(info: &'p str) -> Self {
        let argument = |name: &str| Some(info.split_once(name)?.1.split_once(')')?.0);
        match (argument(",fails("), argument(",file("), info) {
            (Some(code), ..) if info.starts_with("yaml,") => Self::Fails(TEMPLATE, code),
            (Some(code), ..) => Self::Fails(PIPELINE, code),
            (_, Some(path), _) => Self::File(path),
            (_, _, "pipe") => Self::Passes(PIPELINE),
            (_, _, "yaml,pipeline") => Self::Passes(TEMPLATE),
            _ => Self::Other,
        }
    }
}

/// Returns a page as Markdown for readers: a line before each block describes it.
pub fn markdown(page: &str) -> String {
    let mut text = String::new();
    let mut open = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(info) if !open => {
                let _ = match Role::of(info) {
                    Role::Fails(file, code) => write!(text, "`{file}`, reports {code}:\n\n"),
                    Role::Passes(file) => write!(text, "`{file}`, passes:\n\n"),
                    Role::File(path) => write!(text, "`{path}`:\n\n"),
                    Role::Other => Ok(()),
                };
                let _ = writeln!(text, "```{}", info.split(',').next().unwrap_or_default());
                open = true;
            }
            fence => {
                open &= fence.is_none();
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text
}

/// Returns a page for a terminal: prose wrapped, examples indented, links at the end.
pub fn terminal(page: &str, look: Look) -> String {
    let mut writer = Writer { look, width: look.width.clamp(40, MAX_WIDTH), ..Writer::new(look) };
    for event in Parser::new(page) {
        writer.event(&event);
    }
    writer.links();
    writer.out
}

/// ANSI styles.
const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const CYAN: &str = "36";

struct Writer {
    look: Look,
    width: usize,
    out: String,
    /// The unfinished paragraph or heading.
    line: String,
    /// Whether a code block is open.
    code: bool,
    /// The targets of the links so far.
    links: Vec<String>,
}

impl Writer {
    fn new(look: Look) -> Self {
        Self { look, width: MAX_WIDTH, out: String::new(), line: String::new(), code: false, links: Vec::new() }
    }

    fn styled(&self, style: &str, text: &str) -> String {
        if self.look.color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) if self.code => self.example(text),
            Event::Text(text) => self.line.push_str(text),
            Event::Code(code) if self.look.color => self.line += &self.styled(CYAN, code),
            Event::Code(code) => {
                let _ = write!(self.line, "`{code}`");
            }
            Event::SoftBreak | Event::HardBreak => self.line.push(' '),
            Event::Start(Tag::Link { dest_url, .. }) => self.links.push(dest_url.to_string()),
            Event::End(TagEnd::Link) => {
                let mark = format!(" [{}]", self.links.len());
                self.line += &self.styled(DIM, &mark);
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                self.heading_of_example(&Role::of(info));
                self.code = true;
            }
            Event::End(TagEnd::CodeBlock) => {
                self.out.push('\n');
                self.code = false;
            }
            Event::End(TagEnd::Heading(_)) => {
                let heading = std::mem::take(&mut self.line);
                self.line = self.styled(BOLD, &heading);
                self.paragraph();
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => self.paragraph(),
            Event::Start(Tag::Item) => self.line.push_str("- "),
            _ => {}
        }
    }

    fn paragraph(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.out += &filled(&line, self.width, "");
            self.out.push('\n');
        }
    }

    fn heading_of_example(&mut self, role: &Role<'_>) {
        let (failed, passed) = if self.look.unicode { ("✗", "✓") } else { ("x", "+") };
        let heading = match role {
            Role::Fails(file, code) => format!("{file}  {}", self.styled(RED, &format!("{failed} reports {code}"))),
            Role::Passes(file) => format!("{file}  {}", self.styled(GREEN, &format!("{passed} passes"))),
            Role::File(path) => (*path).to_owned(),
            Role::Other => return,
        };
        let _ = writeln!(self.out, "  {heading}\n");
    }

    fn example(&mut self, text: &str) {
        for line in text.lines() {
            let _ = if line.is_empty() { writeln!(self.out) } else { writeln!(self.out, "    {line}") };
        }
    }

    fn links(&mut self) {
        for (number, link) in (1..).zip(std::mem::take(&mut self.links)) {
            let mark = self.styled(DIM, &format!("[{number}]"));
            let _ = writeln!(self.out, "{mark} {link}");
        }
    }
}

/// Wraps a text to a width, with continuation lines indented. Words that are too long are not broken, so that they can
/// be copied.
pub fn filled(text: &str, width: usize, indent: &str) -> String {
    let options = textwrap::Options::new(width)
        .subsequent_indent(indent)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    textwrap::fill(text, options) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# E1: title\n\nText with `code` and a\n[link](https://example.com).\n\n```yaml,file(a.yaml)\n# not a \
                        heading\n```\n\n```pipe,fails(E1)\na = 1\n\nb\n```\n\n```pipe\nb\n```\n";

    #[test]
    fn a_terminal_shows_names_and_results_of_examples() {
        let look = Look { color: false, unicode: true, width: 40 };
        let wanted = "E1: title\n\nText with `code` and a link [1].\n\n  a.yaml\n\n    # not a heading\n\n  pipeline.pipe  \
                      ✗ reports E1\n\n    a = 1\n\n    b\n\n  pipeline.pipe  ✓ passes\n\n    b\n\n[1] https://example.com\n";
        assert_eq!(terminal(PAGE, look), wanted);
        let colored = terminal(PAGE, Look { color: true, ..look });
        assert!(colored.starts_with("\u{1b}[1mE1: title\u{1b}[0m\n"), "{colored:?}");
        assert!(colored.contains("\u{1b}[31m✗ reports E1\u{1b}[0m"), "{colored:?}");
    }

    #[test]
    fn markdown_has_words_for_what_tests_read() {
        let wanted = "# E1: title\n\nText with `code` and a\n[link](https://example.com).\n\n`a.yaml`:\n\n```yaml\n# not a \
                      heading\n```\n\n`pipeline.pipe`, reports E1:\n\n```pipe\na = 1\n\nb\n```\n\n`pipeline.pipe`, \
                      passes:\n\n```pipe\nb\n```\n";
        assert_eq!(markdown(PAGE), wanted);
    }

    #[test]
    fn long_words_stay_whole() {
        assert_eq!(filled("on arn:aws:s3:::a-long-name b", 10, "    "), "on\n    arn:aws:s3:::a-long-name\n    b\n");
    }
}
