//! `dotpipe graph`

use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};

use super::build::TextPaths;
use super::input::DocumentForm;
use super::{Outcome, build, project, terminal};
use crate::compilation::{Compilation, Drawing, Request};

/// Draw the pipelines of a file as a Mermaid flowchart, an SVG image, or a DOT graph.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe graph pipeline.pipe                   a Mermaid flowchart, which GitHub and GitLab draw in Markdown
  dotpipe graph pipeline.pipe -o pipeline.svg   an image
  dotpipe graph pipeline.pipe --open            show the image in the browser
  dotpipe graph pipeline.pipe --format dot      for Graphviz")]
pub(super) struct Arguments {
    /// Pipeline file, template, or pipeline JSON, or `-` for standard input
    #[arg(value_name = "FILE", default_value = project::DEFAULT_ENTRY)]
    file: Utf8PathBuf,
    /// Form of the file, unless its name ends with .pipe [default: determined by its content]
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<DocumentForm>,
    /// Format [default: by the extension of the output file, or else mermaid]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    #[command(flatten)]
    options: build::Options,
    /// Output file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// Open the graph in the browser, from a temporary file
    #[arg(long, conflicts_with_all = ["format", "output"])]
    open: bool,
    /// Project root [default: the Git repository, or the folder of dotpipe.toml]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A Mermaid flowchart
    Mermaid,
    /// A graph for Graphviz
    Dot,
    /// An SVG image
    Svg,
}

impl Format {
    /// Returns the format for a file's extension.
    fn of_file(path: &Utf8Path) -> Option<Self> {
        match path.extension()? {
            "mmd" | "mermaid" => Some(Self::Mermaid),
            "dot" | "gv" => Some(Self::Dot),
            "svg" => Some(Self::Svg),
            _ => None,
        }
    }
}

impl From<Format> for Drawing {
    fn from(format: Format) -> Self {
        match format {
            Format::Mermaid => Self::Mermaid,
            Format::Dot => Self::Dot,
            Format::Svg => Self::Svg,
        }
    }
}

/// Draws one file.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let output = arguments.output.as_deref();
    let paths = TextPaths { file: &arguments.file, output, root: arguments.root.as_deref() };
    let document = arguments.form.map(Into::into);
    let request = arguments.options.request().map(|request| Request { document, ..request });
    if arguments.open {
        return match build::generated(&paths, request, |compilation| compilation.graph(Drawing::Svg)) {
            Ok(image) => show(&image),
            Err(outcome) => outcome,
        };
    }
    let format = arguments.format.or_else(|| output.and_then(Format::of_file)).unwrap_or(Format::Mermaid);
    build::write_text(&paths, request, |compilation: &Compilation| compilation.graph(format.into()))
}

/// Opens an image in the browser. The file is kept, since the browser reads it later.
fn show(image: &str) -> Outcome {
    let page =
        format!("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<body>\n{image}</body>\n</html>\n");
    let temporary = tempfile::Builder::new().prefix("dotpipe-").suffix(".html").tempfile();
    let kept = temporary.and_then(|mut file| {
        file.write_all(page.as_bytes())?;
        Ok(file.keep()?.1)
    });
    let path = match kept {
        Ok(path) => path,
        Err(error) => {
            terminal::error(&format!("cannot write a temporary file: {error}"));
            return Outcome::Failed;
        }
    };
    if open(&path).is_err() {
        let hint = "this machine has no program that opens a browser; write the image with `-o pipeline.svg` instead";
        terminal::error(&hint);
        // No one will read it.
        let _ = std::fs::remove_file(&path);
        return Outcome::Failed;
    }
    terminal::say(&format!("opened {}\n", path.display()));
    Outcome::Clean
}

#[cfg(any(unix, windows))]
fn open(path: &std::path::Path) -> std::io::Result<()> {
    open::that_detached(path)
}

#[cfg(not(any(unix, windows)))]
fn open(_: &std::path::Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
