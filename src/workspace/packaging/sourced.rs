//! Scripts that a build reads into its shell and that change where programs are found, but no identity.

use super::arguments::Arguments;
use crate::workspace::shell::WordPart;

/// A script by the end of its path, and the variables that it sets.
type Script = (&'static str, &'static [&'static str]);

/// <https://docs.python.org/3/library/venv.html>, <https://github.com/nvm-sh/nvm>,
/// <https://rust-lang.github.io/rustup/installation/>, <https://sdkman.io/install> (2026-11-29)
const SCRIPTS: &[Script] = &[
    ("/.cargo/env", &[]),
    ("/bin/activate", &["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"]),
    ("/nvm.sh", &["NVM_BIN", "NVM_DIR", "NVM_INC"]),
    ("/sdkman-init.sh", &["SDKMAN_DIR"]),
];

/// Programs whose output is a script, as they occur in `eval`.
const PROGRAMS: &[Script] = &[
    ("fnm env", &["FNM_DIR"]),
    ("nodenv init", &[]),
    ("pyenv init", &["PYENV_ROOT"]),
    ("rbenv init", &[]),
    ("ssh-agent", &["SSH_AGENT_PID", "SSH_AUTH_SOCK"]),
];

/// Returns the variables that `source`, `.`, or `eval` sets, or `None` if it may set any. `text`: the whole command.
pub(super) fn variables(program: &str, arguments: &Arguments<'_>, text: &str) -> Option<&'static [&'static str]> {
    let (_, variables) = match program {
        "eval" => PROGRAMS.iter().find(|(name, _)| text.contains(name) && text.matches("$(").count() == 1),
        "source" | "." => {
            let Some(WordPart::Text(end)) = arguments.words().next()?.parts.last() else { return None };
            SCRIPTS.iter().find(|(name, _)| end.ends_with(name))
        }
        _ => None,
    }?;
    Some(variables)
}
