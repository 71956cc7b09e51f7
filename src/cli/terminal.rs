//! The capabilities of the terminal, and messages on it.

use std::io::{IsTerminal, Write};

use anstream::ColorChoice;
use anstream::stream::RawStream;
use terminal_size::{Height, Width};

use crate::render::human::Look;
use crate::render::printable;

/// Returns the style of the output on standard error.
pub(super) fn look() -> Look {
    let stderr = std::io::stderr();
    look_of(&stderr, terminal_size::terminal_size_of(&stderr))
}

/// Returns the style of the output on standard output, or `None` if it is a file or a pipe.
pub(super) fn output_look() -> Option<Look> {
    let stdout = std::io::stdout();
    let look = look_of(&stdout, terminal_size::terminal_size_of(&stdout));
    (stdout.is_terminal() || look.color).then_some(look)
}

fn look_of(stream: &impl RawStream, size: Option<(Width, Height)>) -> Look {
    // anstream follows <https://bixense.com/clicolors>. According to <https://no-color.org>, `NO_COLOR` also takes
    // precedence over `CLICOLOR_FORCE`.
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Look {
        color: !refused && anstream::AutoStream::choice(stream) != ColorChoice::Never,
        unicode: unicode(stream.is_terminal(), |name| std::env::var(name).ok()),
        width: size.map_or(80, |(width, _)| usize::from(width.0)),
    }
}

/// Files and pipes accept any text; a terminal accepts what its locale supports.
fn unicode(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    if !terminal || cfg!(windows) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    locale.ends_with("utf-8") || locale.ends_with("utf8")
}

/// Prints `error: message` on standard error.
pub(super) fn error(message: &dyn std::fmt::Display) {
    say(&format!("error: {}\n", printable(&message.to_string())));
}

/// Prints text on standard error, ignoring failures. Consoles without escape sequences get colors in their own way.
pub(super) fn say(text: &str) {
    let _ = anstream::AutoStream::always(std::io::stderr().lock()).write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::unicode;

    fn with<'v>(set: &'v [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'v {
        |name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn a_terminal_without_a_unicode_locale_gets_ascii() {
        assert!(unicode(false, with(&[])));
        assert!(unicode(true, with(&[("LC_ALL", ""), ("LANG", "de_DE.UTF-8")])) || cfg!(windows));
        assert!(!unicode(true, with(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")])) || cfg!(windows));
    }
}
