//! Programs that run the program after them: `timeout 60 aws ...`.

use super::arguments::text;
use crate::workspace::shell::ShellWord;

/// A program that runs another one.
struct Launcher {
    name: &'static str,
    /// Its options whose value is the next word.
    valued: &'static [&'static str],
    /// The number of other words before the program.
    words: usize,
}

/// <https://www.gnu.org/software/coreutils/manual/html_node/Modified-command-invocation.html>,
/// <https://www.gnu.org/software/findutils/manual/html_node/find_html/xargs-options.html>,
/// <https://www.sudo.ws/docs/man/sudo.man/> (2026-11-30)
const LAUNCHERS: [Launcher; 10] = [
    Launcher { name: "chronic", valued: &[], words: 0 },
    Launcher { name: "command", valued: &[], words: 0 },
    Launcher { name: "env", valued: &["-u", "--unset", "-C", "--chdir"], words: 0 },
    Launcher { name: "ionice", valued: &["-c", "-n"], words: 0 },
    Launcher { name: "nice", valued: &["-n"], words: 0 },
    Launcher { name: "nohup", valued: &[], words: 0 },
    Launcher { name: "stdbuf", valued: &["-e", "-i", "-o"], words: 0 },
    Launcher { name: "time", valued: &["-f", "-o"], words: 0 },
    Launcher { name: "timeout", valued: &["-k", "-s"], words: 1 },
    Launcher { name: "xargs", valued: &["-I", "-L", "-P", "-a", "-d", "-n", "-s"], words: 0 },
];

/// The options of `sudo` with a value. The parser of scripts drops `sudo` itself.
const OF_SUDO: [&str; 8] = ["-C", "-D", "-R", "-T", "-g", "-h", "-p", "-u"];

/// The only program that is read after `xargs`, which adds arguments.
const WITH_MORE: &str = "aws";

/// Returns the words of a command from the program that a launcher runs, or all words.
pub(super) fn without(all: &[ShellWord]) -> &[ShellWord] {
    let mut words = after_options(all, &OF_SUDO);
    while let Some((first, rest)) = words.split_first() {
        let Some(launcher) = LAUNCHERS.iter().find(|launcher| text(first) == Some(launcher.name)) else { break };
        let asks = launcher.name == "command" && rest.first().is_some_and(|word| word.prefix().starts_with('-'));
        let mut inner = after_options(rest, launcher.valued).get(launcher.words..).unwrap_or_default();
        while launcher.name == "env" && inner.first().is_some_and(|word| word.prefix().contains('=')) {
            inner = inner.get(1..).unwrap_or_default();
        }
        let is_program = inner.first().and_then(text).is_some_and(|name| launcher.name != "xargs" || name == WITH_MORE);
        if asks || !is_program {
            break;
        }
        words = inner;
    }
    words
}

/// Returns the words after options.
fn after_options<'w>(mut words: &'w [ShellWord], valued: &[&str]) -> &'w [ShellWord] {
    while let Some((option, rest)) = words.split_first().filter(|(word, _)| word.prefix().starts_with('-')) {
        let takes = text(option).is_some_and(|name| valued.contains(&name));
        words = rest.get(usize::from(takes)..).unwrap_or_default();
    }
    words
}
