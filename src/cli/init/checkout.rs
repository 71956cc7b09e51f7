//! Reads the Git settings of a folder: the remote, the branch, and the root of the repository.

use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use crate::cli::input;
use crate::source::paths::{real_path, slashed};

/// A Git host that CodePipeline reads from (`sources.toml`).
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    /// The provider's keyword in the language.
    pub(super) word: String,
    /// Its name for people.
    pub(super) title: String,
    /// The name of its connection in the file; `None` if it needs none.
    pub(super) connection: Option<String>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    prefixes: Vec<String>,
    #[serde(default)]
    folders: Vec<String>,
    /// Whether the path of a repository can have more than two parts.
    #[serde(default)]
    groups: bool,
    /// Whether it is self-hosted, so that its connections need a host.
    #[serde(default)]
    pub(super) server: bool,
}

/// Returns all hosts.
pub(super) fn sources() -> &'static [Source] {
    #[derive(Deserialize)]
    struct File {
        source: Vec<Source>,
    }
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    // A test reads the file.
    SOURCES.get_or_init(|| toml::from_str::<File>(include_str!("sources.toml")).map_or(Vec::new(), |file| file.source))
}

/// Returns the host with a keyword.
pub(super) fn source(word: &str) -> Option<&'static Source> {
    sources().iter().find(|source| source.word == word)
}

/// The remote repository.
#[derive(Debug, PartialEq)]
pub(super) struct Remote {
    pub(super) source: &'static Source,
    /// Its name, after the owner or the groups if the host has them.
    pub(super) repository: String,
    /// The Region, if it is in the URL.
    pub(super) region: Option<String>,
}

/// The Git settings of a folder.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Checkout {
    pub(super) remote: Option<Remote>,
    /// The host of a remote that CodePipeline does not support, or that is not recognized.
    pub(super) unknown_host: Option<String>,
    /// The default branch, or otherwise the one that is checked out.
    pub(super) branch: Option<String>,
    /// The path of the folder relative to the repository's root, with `/` as the separator on every platform: it is written to
    /// files that are read on Linux.
    pub(super) below_root: Utf8PathBuf,
}

impl Checkout {
    /// Reads the files of Git, which need not be installed.
    pub(super) fn of(folder: &Utf8Path) -> Self {
        let Ok(whole) = real_path(folder) else { return Self::default() };
        let Some(root) = whole.ancestors().find(|folder| folder.join(".git").exists()) else { return Self::default() };
        let below_root = slashed(whole.strip_prefix(root).unwrap_or("".into()));
        let Some(own) = git_folder(root) else { return Self { below_root, ..Self::default() } };
        // A work tree has its own HEAD; the rest is shared.
        let shared = input::read_file(&own.join("commondir")).map_or_else(|_| own.clone(), |to| own.join(to.trim()));
        let read = |folder: &Utf8Path, name: &str| input::read_file(&folder.join(name)).unwrap_or_default();
        let has = |name: &str| root.join(name).exists();
        let found = remote_url(&read(&shared, "config")).and_then(|url| Address::of(&url));
        let remote = found.as_ref().and_then(|address| address.remote(&has));
        let unknown_host = found.filter(|_| remote.is_none()).map(|address| address.host);
        let branch = branch_of(&read(&shared, "refs/remotes/origin/HEAD"), "ref: refs/remotes/origin/")
            .or_else(|| branch_of(&read(&own, "HEAD"), "ref: refs/heads/"));
        Self { remote, unknown_host, branch, below_root }
    }

    /// The way from the repository's root to a file of the folder.
    pub(super) fn path_of(&self, file: &str) -> String {
        slashed(&self.below_root.join(file)).into_string()
    }
}

/// Returns the folder of Git's data: `.git`, or the folder that a file with that name refers to.
fn git_folder(root: &Utf8Path) -> Option<Utf8PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = input::read_file(&git).ok()?;
    Some(root.join(text.trim().strip_prefix("gitdir:")?.trim()))
}

/// Returns the URL of `origin`, or otherwise of the first remote.
fn remote_url(config: &str) -> Option<String> {
    let mut section = String::new();
    let mut first = None;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            line.clone_into(&mut section);
        }
        let url = line.strip_prefix("url").and_then(|rest| rest.trim_start().strip_prefix('='));
        let Some(url) = url.filter(|_| section.starts_with("[remote ")) else { continue };
        if section == "[remote \"origin\"]" {
            return Some(url.trim().to_owned());
        }
        first = first.or_else(|| Some(url.trim().to_owned()));
    }
    first
}

/// Returns the branch in a file such as `HEAD`.
fn branch_of(head: &str, prefix: &str) -> Option<String> {
    let name = head.trim().strip_prefix(prefix)?;
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./+".contains(c)))
        .then(|| name.to_owned())
}

/// The URL of a repository.
#[derive(Debug, PartialEq)]
struct Address {
    /// Empty for git-remote-codecommit, whose URLs have a Region instead.
    host: String,
    path: String,
    region: Option<String>,
}

impl Address {
    /// Parses `https://host/path`, `ssh://user@host:port/path`, `user@host:path`, and
    /// `codecommit::region://profile@name`. User names and passwords are dropped.
    fn of(url: &str) -> Option<Self> {
        if let Some(rest) = url.strip_prefix("codecommit:") {
            let (region, name) = rest.split_once("//")?;
            let region = region.trim_matches(':');
            let region = (!region.is_empty()).then(|| region.to_owned());
            let name = name.rsplit('@').next().unwrap_or(name);
            return Some(Self { host: String::new(), path: name.to_owned(), region });
        }
        let (authority, path) = match url.split_once("://") {
            Some(("file", _)) => return None,
            Some((_, rest)) => rest.split_once('/')?,
            None => url.split_once(':').filter(|(authority, _)| !authority.contains(['/', '\\']))?,
        };
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path).to_owned();
        (!host.is_empty()).then_some(Self { host, path, region: None })
    }

    /// Returns the repository, if CodePipeline supports the host. `has` returns whether the repository contains a file.
    fn remote(&self, has: &dyn Fn(&str) -> bool) -> Option<Remote> {
        let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_.~ ".contains(c));
        if let Some((name, region)) = self.codecommit() {
            let remote = Remote { source: source("codecommit")?, repository: name.to_owned(), region };
            return is_name(name).then_some(remote);
        }
        // `github.com-work` is a common name for a second key in SSH's settings.
        let is_host = |known: &String| {
            self.host.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let by_host = sources().iter().find(|source| source.hosts.iter().any(is_host));
        let by_prefix = || {
            let named = |source: &&Source| source.prefixes.iter().any(|prefix| self.host.starts_with(prefix.as_str()));
            sources().iter().find(named)
        };
        let by_folder = || sources().iter().find(|source| source.folders.iter().any(|folder| has(folder)));
        let source = by_host.or_else(by_prefix).or_else(by_folder)?;
        let parts: Vec<&str> = self.path.split('/').collect();
        let fits = if source.groups { parts.len() >= 2 } else { parts.len() == 2 };
        (fits && parts.iter().all(|part| is_name(part))).then(|| Remote {
            source,
            repository: self.path.clone(),
            region: None,
        })
    }

    /// Returns the name and Region of a CodeCommit repository.
    fn codecommit(&self) -> Option<(&str, Option<String>)> {
        if self.host.is_empty() {
            return Some((&self.path, self.region.clone()));
        }
        let mut labels = self.host.split('.').skip_while(|label| !label.starts_with("git-codecommit"));
        labels.next()?;
        let region = labels.next()?;
        Some((self.path.strip_prefix("v1/repos/")?, Some(region.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(url: &str) -> Option<(&'static str, String, Option<String>)> {
        let remote = Address::of(url)?.remote(&|name| name == ".gitlab-ci.yml" && url.contains("code.example"))?;
        Some((&remote.source.word, remote.repository, remote.region))
    }

    fn plain(word: &'static str, repository: &str) -> (&'static str, String, Option<String>) {
        (word, repository.to_owned(), None)
    }

    #[test]
    fn addresses_of_every_host_are_understood() {
        for (url, word) in [
            ("git@github.com:me/app.git", "github"),
            ("https://github.com/me/app", "github"),
            ("https://token:x-oauth@github.com/me/app.git", "github"),
            ("ssh://git@ssh.github.com:443/me/app.git", "github"),
            ("git@github.com-work:me/app.git", "github"),
            ("git@gitlab.com:me/app.git", "gitlab"),
            ("https://me@bitbucket.org/me/app.git", "bitbucket"),
            ("git@gitlab.example.com:me/app.git", "gitlab-self-managed"),
            ("ssh://git@gitlab.example.com:2222/me/app.git", "gitlab-self-managed"),
            ("https://code.example.com/me/app.git", "gitlab-self-managed"),
            ("https://github.example.com/me/app", "github-enterprise"),
        ] {
            assert_eq!(remote(url), Some(plain(word, "me/app")), "{url}");
        }
        assert_eq!(remote("git@gitlab.com:group/sub/app.git"), Some(plain("gitlab", "group/sub/app")));
    }

    #[test]
    fn codecommit_says_the_region() {
        let of = |name: &str, region: &str| Some(("codecommit", name.to_owned(), Some(region.to_owned())));
        for url in [
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app",
            "ssh://APKAEXAMPLE@git-codecommit.eu-west-1.amazonaws.com/v1/repos/app",
            "codecommit::eu-west-1://app",
            "codecommit::eu-west-1://profile@app",
        ] {
            assert_eq!(remote(url), of("app", "eu-west-1"), "{url}");
        }
        assert_eq!(remote("codecommit://app"), Some(plain("codecommit", "app")));
        assert_eq!(
            remote("https://vpce-1-2.git-codecommit.eu-north-1.vpce.amazonaws.com/v1/repos/app"),
            of("app", "eu-north-1")
        );
    }

    #[test]
    fn other_addresses_are_not() {
        for url in [
            "https://example.com/me/app",
            "https://github.com/me",
            "https://github.com/me/a\"b",
            "https://github.com/me/app/tree",
            "/srv/git/app.git",
            "../app",
            "file:///srv/git/app.git",
            "C:\\git\\app",
            "",
        ] {
            assert_eq!(remote(url), None, "{url}");
        }
    }

    #[test]
    fn origin_comes_before_other_remotes() {
        let other = "[core]\n\turl = x\n[remote \"fork\"]\n\turl = a\n\tpushurl = b\n";
        assert_eq!(remote_url(other).as_deref(), Some("a"));
        assert_eq!(remote_url(&format!("{other}[remote \"origin\"]\n\turl=c\n")).as_deref(), Some("c"));
        assert_eq!(remote_url("[core]\n"), None);
    }

    #[test]
    fn a_branch_is_checked_out_or_none() {
        assert_eq!(branch_of("ref: refs/heads/feature/x\n", "ref: refs/heads/").as_deref(), Some("feature/x"));
        assert_eq!(branch_of("1f2e3d\n", "ref: refs/heads/"), None);
    }

    #[test]
    fn every_source_is_a_provider_of_the_language() {
        assert_eq!(sources().len(), 6);
        for source in sources() {
            assert!(crate::catalog::provider(&source.word).is_some(), "{}", source.word);
        }
    }
}
