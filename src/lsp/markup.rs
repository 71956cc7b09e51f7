//! Markdown, or plain text for editors that do not show Markdown.

use super::protocol as lsp;

/// Returns Markdown in the form that a client shows.
pub(super) fn markup(markdown: &str, shows_markdown: bool) -> lsp::MarkupContent {
    if shows_markdown {
        return lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: markdown.to_owned() };
    }
    lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: plain(markdown) }
}

/// Converts Markdown to plain text: without code fences, backticks, and the brackets of links.
fn plain(markdown: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        out.push(if in_code { line.to_owned() } else { plain_line(line) });
    }
    out.join("\n").trim().to_owned()
}

fn plain_line(line: &str) -> String {
    let line = line.trim_start_matches("# ").replace("**", "").replace('`', "");
    let mut out = String::new();
    let mut rest = line.as_str();
    while let Some(start) = rest.find('[') {
        let tail = rest.get(start + 1..).unwrap_or_default();
        let found = tail.split_once("](").and_then(|(text, tail)| Some((text, tail.split_once(')')?)));
        let Some((text, (target, tail))) = found else { break };
        out.push_str(rest.get(..start).unwrap_or_default());
        out.push_str(text);
        out.push_str(": ");
        out.push_str(target);
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn plain_text_has_no_marks() {
        let markdown = "```pipe\nbucket A\n```\n**Bucket** of `x`\n\n[AWS documentation](https://a.b/c)";
        assert_eq!(plain(markdown), "bucket A\nBucket of x\n\nAWS documentation: https://a.b/c");
    }
}
