//! Reads the examples on the explain pages, and the results that the pages state for them.
//!
//! A page is Markdown. A block fenced as `pipe,fails(CODE)` produces exactly that one diagnostic; a block fenced as
//! `pipe` produces none. Every page has both. With `yaml,pipeline` instead of `pipe`, the block is a template. A block
//! fenced as `<language>,file(<path>)` is a file for the next `pipe` block, in addition to the default files of
//! `tests/support`. Blocks with any other fence are not checked.

/// An example and its expected result.
pub struct Example {
    /// The code that it fails with, or `None` if it passes.
    pub fails: Option<String>,
    /// The name of the entry file.
    pub entry: &'static str,
    /// The text of the entry file.
    pub text: String,
    /// The path and the text of each other file.
    pub files: Vec<(String, String)>,
}

/// Returns the examples of a page, in order.
pub fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut files = Vec::new();
    let mut fence: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut fence, line.strip_prefix("```")) {
            (None, Some(info)) => fence = Some((info.to_owned(), String::new())),
            (None, None) => {}
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (Some(_), Some(_)) => {
                let (info, text) = fence.take().expect("the arm says so");
                let argument = |name: &str| Some(info.split_once(name)?.1.split_once(')')?.0.to_owned());
                if let Some(path) = argument(",file(") {
                    files.push((path, text));
                } else if let Some(entry) = entry_of(&info) {
                    let files = std::mem::take(&mut files);
                    examples.push(Example { fails: argument("fails("), entry, text, files });
                }
            }
        }
    }
    examples
}

/// Returns the name of the entry file that a block contains, as determined by its fence.
fn entry_of(info: &str) -> Option<&'static str> {
    match info {
        "pipe" => Some("pipeline.pipe"),
        "yaml,pipeline" => Some("pipeline.yaml"),
        _ if info.starts_with("pipe,") => Some("pipeline.pipe"),
        _ if info.starts_with("yaml,pipeline,") => Some("pipeline.yaml"),
        _ => None,
    }
}
