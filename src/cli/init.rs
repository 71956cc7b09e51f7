//! `dotpipe init`

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::{Outcome, input, output, terminal};
use crate::render::printable;

/// Write a pipeline to start from: it builds what is pushed to a GitHub repository.
///
/// The repository and the branch are those of the folder's git checkout, where it has one. Nothing is overwritten: a
/// buildspec.yml that is there is used.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe init             pipeline.pipe in this folder
  dotpipe init services/a  in another folder, which is made if need be")]
pub(super) struct Arguments {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".")]
    folder: Utf8PathBuf,
}

const PIPELINE: &str = include_str!("init/pipeline.pipe");
const BUILDSPEC: &str = include_str!("init/buildspec.yml");

/// Writes the starter.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let folder = arguments.folder.strip_prefix(".").unwrap_or(&arguments.folder);
    let pipeline = folder.join("pipeline.pipe");
    if pipeline.symlink_metadata().is_ok() {
        return fail(&format!("`{pipeline}` exists already; it is left as it is"));
    }
    if let Err(error) = fs::create_dir_all(&arguments.folder) {
        return fail(&format!("cannot make `{}`: {}", arguments.folder, input::reason(&error)));
    }
    let checkout = Checkout::of(&arguments.folder);
    let repository = checkout.repository.unwrap_or_else(|| "owner/repository".to_owned());
    let branch = checkout.branch.unwrap_or_else(|| "main".to_owned());
    let text = PIPELINE.replace("owner/repository", &repository).replace("\"main\"", &format!("\"{branch}\""));
    let mut written = vec![(pipeline, text)];
    let buildspec = folder.join("buildspec.yml");
    if buildspec.symlink_metadata().is_err() {
        written.push((buildspec, BUILDSPEC.to_owned()));
    }
    for (path, text) in written {
        let outcome = output::deliver(&text, Some(&path));
        if outcome != Outcome::Clean {
            return outcome;
        }
        terminal::say(&format!("wrote {}\n", printable(path.as_str())));
    }
    Outcome::Clean
}

fn fail(message: &str) -> Outcome {
    terminal::error(&message);
    Outcome::Failed
}

/// What git knows of a folder.
#[derive(Debug, Default, PartialEq)]
struct Checkout {
    /// Owner and name on GitHub.
    repository: Option<String>,
    branch: Option<String>,
}

impl Checkout {
    fn of(folder: &Utf8Path) -> Self {
        let Some(git) = folder
            .canonicalize_utf8()
            .ok()
            .and_then(|folder| folder.ancestors().map(|folder| folder.join(".git")).find(|git| git.is_dir()))
        else {
            return Self::default();
        };
        let read = |name: &str| input::read_file(&git.join(name)).unwrap_or_default();
        Self { repository: repository(&read("config")), branch: branch(&read("HEAD")) }
    }
}

/// `owner/name` of the first remote on GitHub.
fn repository(config: &str) -> Option<String> {
    let mut urls = config.lines().filter_map(|line| line.trim().strip_prefix("url")?.trim_start().strip_prefix('='));
    urls.find_map(|url| {
        let path = url.split_once("github.com")?.1.trim_start_matches([':', '/']).trim();
        let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
        let (owner, name) = path.split_once('/')?;
        let is_name = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        (is_name(owner) && is_name(name)).then(|| path.to_owned())
    })
}

/// The branch that is checked out.
fn branch(head: &str) -> Option<String> {
    let name = head.trim().strip_prefix("ref: refs/heads/")?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    (plain && !name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{branch, repository};

    #[test]
    fn remotes_on_github_are_understood() {
        let of = |url: &str| repository(&format!("[remote \"origin\"]\n\turl = {url}\n"));
        for url in ["git@github.com:me/app.git", "https://github.com/me/app", "ssh://git@github.com/me/app.git"] {
            assert_eq!(of(url).as_deref(), Some("me/app"), "{url}");
        }
        assert_eq!(of("https://example.com/me/app"), None);
        assert_eq!(of("https://github.com/me"), None);
        assert_eq!(of("https://github.com/me/a\"b"), None);
    }

    #[test]
    fn a_branch_is_checked_out_or_none() {
        assert_eq!(branch("ref: refs/heads/feature/x\n").as_deref(), Some("feature/x"));
        assert_eq!(branch("1f2e3d\n"), None);
    }
}
