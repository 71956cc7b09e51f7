//! Scripts that a build reads into its shell and that change where programs are found, but no identity.

use super::arguments::Arguments;
use crate::catalog::program_files::program_files;
use crate::workspace::shell::WordPart;

/// Returns the variables that `source`, `.`, or `eval` sets, or `None` if it may set any. `text`: the whole command.
pub(super) fn variables(program: &str, arguments: &Arguments<'_>, text: &str) -> Option<&'static [String]> {
    let known = program_files()?;
    let script = match program {
        "eval" => {
            let is_it = |name: &str| text.contains(name) && text.matches("$(").count() == 1;
            known.printed_script.iter().find(|script| is_it(&script.name))
        }
        "source" | "." => {
            let Some(WordPart::Text(end)) = arguments.words().next()?.parts.last() else { return None };
            known.script.iter().find(|script| end.ends_with(&script.name))
        }
        _ => None,
    }?;
    Some(&script.variables)
}
