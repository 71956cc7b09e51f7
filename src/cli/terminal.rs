//! What the terminal can show, and messages on it.

use std::io::{IsTerminal, Write};

use terminal_size::{Height, Width};

use crate::render::human::Look;
use crate::render::printable;

/// The style of the output on standard error.
pub(super) fn look() -> Look {
    let stderr = std::io::stderr();
    look_of(stderr.is_terminal(), terminal_size::terminal_size_of(&stderr))
}

/// The look of what goes to standard output; none if a file or a program gets it.
pub(super) fn output_look() -> Option<Look> {
    let stdout = std::io::stdout();
    let look = look_of(stdout.is_terminal(), terminal_size::terminal_size_of(&stdout));
    (stdout.is_terminal() || look.color).then_some(look)
}

fn look_of(terminal: bool, size: Option<(Width, Height)>) -> Look {
    Look {
        color: color(terminal, |name| std::env::var(name).ok()),
        unicode: unicode(terminal, |name| std::env::var(name).ok()),
        width: size.map_or(80, |(width, _)| usize::from(width.0)),
    }
}

/// Color on a terminal, subject to <https://no-color.org> and <https://bixense.com/clicolors>.
fn color(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if let Some(force) = set("CLICOLOR_FORCE") {
        return force != "0";
    }
    let refused = set("CLICOLOR").as_deref() == Some("0") || set("TERM").as_deref() == Some("dumb");
    terminal && !refused
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

/// Prints text on standard error, ignoring failures.
pub(super) fn say(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{color, unicode};

    fn with<'v>(set: &'v [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'v {
        |name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn colors_follow_the_terminal_and_the_conventions() {
        assert!(color(true, with(&[])));
        assert!(!color(false, with(&[])));
        assert!(!color(true, with(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")])));
        assert!(color(true, with(&[("NO_COLOR", "")])));
        assert!(color(false, with(&[("CLICOLOR_FORCE", "1")])));
        assert!(!color(false, with(&[("CLICOLOR_FORCE", "0")])));
        assert!(!color(true, with(&[("TERM", "dumb")])));
        assert!(!color(true, with(&[("CLICOLOR", "0")])));
    }

    #[test]
    fn a_terminal_without_a_unicode_locale_gets_ascii() {
        assert!(unicode(false, with(&[])));
        assert!(unicode(true, with(&[("LC_ALL", ""), ("LANG", "de_DE.UTF-8")])) || cfg!(windows));
        assert!(!unicode(true, with(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")])) || cfg!(windows));
    }
}
