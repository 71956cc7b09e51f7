//! The files that an artifact contains.
//!
//! For builds: `files` are relative to `base-directory`, whose own name is not part of the paths in the artifact;
//! `discard-paths` keeps only the last component; `*` stays within a folder, `**` does not
//! (<https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>, 2026-11-23). If the page is
//! not clear, the result is [`Presence::Unknown`]: a false positive is worse than a missed error.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::{Span, Spanned};

use super::buildspec::Artifacts;
use super::file_system::{EntryKind, Tracked, holds, inside, normalize};
use super::glob::PathGlob;

/// The knowledge about the files of an artifact.
#[derive(Debug, Clone)]
pub enum ArtifactContents {
    /// Nothing is known.
    Open,
    /// The tracked files of the repository below a folder (empty: all of them).
    Tracked {
        /// All tracked files.
        files: Arc<Tracked>,
        /// The folder whose files the artifact holds.
        folder: Utf8PathBuf,
    },
    /// The files that match these patterns.
    Patterns(Patterns),
}

/// An artifact described by patterns.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    files: Vec<Pattern>,
    excluded: Vec<Pattern>,
    /// `None` if it is a pattern or depends on a variable.
    base: Option<Utf8PathBuf>,
    discard_paths: bool,
}

#[derive(Debug, Clone)]
struct Pattern {
    text: Spanned<String>,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    File(Utf8PathBuf),
    Glob {
        whole: PathGlob,
        last: Option<PathGlob>,
    },
    /// A variable or an absolute path, which may match anything.
    Anything,
}

/// Whether an artifact contains a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It does. The span is where this is written, if anywhere.
    Present(Option<Span>),
    /// It does not.
    Absent {
        /// Its other contents, at most [`KNOWN_LIMIT`]: the files of a repository, or the entries of a build.
        known: Vec<KnownFiles>,
    },
    /// It may.
    Unknown,
}

/// A file that an artifact contains, or a pattern for such files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFiles {
    /// The path in the artifact, or the pattern as written.
    pub path: String,
    /// The span of the entry.
    pub span: Option<Span>,
}

/// The most entries that [`Presence::Absent`] lists.
pub const KNOWN_LIMIT: usize = 1000;

impl ArtifactContents {
    /// Creates an artifact without files.
    pub fn nothing() -> Self {
        Self::Patterns(Patterns::default())
    }

    /// Returns the output artifact of a build.
    pub fn of_build(artifacts: &Artifacts) -> Self {
        if !artifacts.complete {
            return Self::Open;
        }
        let base = match &artifacts.base_directory {
            None => Some(Utf8PathBuf::new()),
            Some(base) if is_computed(&base.node) || is_glob(&base.node) => None,
            Some(base) => normalize(Utf8Path::new(&base.node)).ok(),
        };
        Self::Patterns(Patterns {
            files: artifacts.files.iter().map(Pattern::new).collect(),
            excluded: artifacts.exclude_paths.iter().map(Pattern::new).collect(),
            base,
            discard_paths: artifacts.discard_paths.is_some(),
        })
    }

    /// Creates an artifact whose files a user has declared.
    pub fn declared<'a>(files: impl IntoIterator<Item = &'a Spanned<String>>) -> Self {
        let files = files.into_iter().map(Pattern::new).collect();
        Self::Patterns(Patterns { files, base: Some(Utf8PathBuf::new()), ..Patterns::default() })
    }

    /// Returns whether the artifact contains a file at this path.
    pub fn contains(&self, path: &str) -> Presence {
        let Ok(path) = normalize(Utf8Path::new(path)) else { return Presence::Absent { known: self.known() } };
        match self {
            Self::Open => Presence::Unknown,
            Self::Tracked { files, folder } => self.tracked(files, folder, &path),
            Self::Patterns(patterns) => match patterns.presence(&path) {
                Some(presence) => presence,
                None => Presence::Absent { known: self.known() },
            },
        }
    }

    /// Returns the paths, relative to the source's folder, where a build may have written the file that becomes `path`
    /// in the artifact. Empty if they are not known.
    pub fn build_paths(&self, path: &str) -> Vec<Utf8PathBuf> {
        let Ok(path) = normalize(Utf8Path::new(path)) else { return Vec::new() };
        match self {
            Self::Open => Vec::new(),
            Self::Tracked { folder, .. } => vec![folder.join(path)],
            Self::Patterns(patterns) => patterns.build_paths(&path),
        }
    }

    fn tracked(&self, files: &Tracked, folder: &Utf8Path, path: &Utf8Path) -> Presence {
        let path = folder.join(path);
        if files.contains_key(&path) {
            return Presence::Present(None);
        }
        // The contents of a linked folder are not read.
        let linked = path.ancestors().skip(1).any(|folder| files.get(folder) == Some(&EntryKind::Link));
        if linked { Presence::Unknown } else { Presence::Absent { known: self.known() } }
    }

    /// Returns whether the artifact is known to contain anything in a folder.
    pub fn holds_folder(&self, path: &str) -> bool {
        match self {
            Self::Open => true,
            Self::Tracked { files, folder } => holds(files, &folder.join(path)),
            Self::Patterns(patterns) => {
                let inside = format!("{}/", path.trim_end_matches('/'));
                patterns.files.iter().any(|file| file.text.node.trim_start_matches("./").starts_with(&inside))
            }
        }
    }

    /// Returns the files and patterns that the artifact is known to contain, at most [`KNOWN_LIMIT`].
    pub fn known(&self) -> Vec<KnownFiles> {
        match self {
            Self::Open => Vec::new(),
            Self::Tracked { files, folder } => {
                let inside = inside(files, folder).take(KNOWN_LIMIT);
                inside.map(|path| KnownFiles { path: path.to_string(), span: None }).collect()
            }
            Self::Patterns(patterns) => {
                patterns.files.iter().take(KNOWN_LIMIT).map(|file| patterns.known(file)).collect()
            }
        }
    }
}

impl Patterns {
    /// Returns `None` if no pattern can match the path.
    fn presence(&self, path: &Utf8Path) -> Option<Presence> {
        let mut answer = None;
        for pattern in &self.files {
            match self.verdict(pattern, path) {
                Some(presence @ Presence::Present(_)) => return Some(presence),
                other => answer = answer.or(other),
            }
        }
        answer
    }

    fn verdict(&self, pattern: &Pattern, path: &Utf8Path) -> Option<Presence> {
        match &pattern.matcher {
            Matcher::Anything => Some(Presence::Unknown),
            Matcher::File(file) => {
                let lands = if self.discard_paths { Utf8Path::new(file.file_name()?) } else { file };
                if lands == path {
                    return self.after_exclusion(file, Presence::Present(Some(pattern.text.span)));
                }
                // The "file" may be a folder; the page does not say that its contents are excluded.
                let folder =
                    if self.discard_paths { path.parent() == Some(Utf8Path::new("")) } else { path.starts_with(file) };
                (folder && file.extension().is_none()).then_some(Presence::Unknown)
            }
            Matcher::Glob { last, .. } if self.discard_paths => {
                let bare = path.parent() == Some(Utf8Path::new(""));
                (bare && last.as_ref().is_none_or(|glob| glob.is_match(path))).then_some(Presence::Unknown)
            }
            Matcher::Glob { whole, .. } => {
                let reaches = path.ancestors().any(|part| whole.is_match(part));
                if reaches { self.after_exclusion(path, Presence::Unknown) } else { None }
            }
        }
    }

    fn after_exclusion(&self, file: &Utf8Path, presence: Presence) -> Option<Presence> {
        let mut answer = Some(presence);
        for pattern in &self.excluded {
            match &pattern.matcher {
                Matcher::Anything => answer = Some(Presence::Unknown),
                Matcher::File(excluded) if excluded == file => return None,
                Matcher::Glob { whole, .. } if whole.is_match(file) => return None,
                Matcher::File(_) | Matcher::Glob { .. } => {}
            }
        }
        answer
    }

    fn known(&self, pattern: &Pattern) -> KnownFiles {
        let path = match &pattern.matcher {
            Matcher::File(file) if self.discard_paths => file.file_name().unwrap_or_default().to_owned(),
            Matcher::File(file) => file.to_string(),
            Matcher::Glob { .. } | Matcher::Anything => pattern.text.node.clone(),
        };
        KnownFiles { path, span: Some(pattern.text.span) }
    }

    fn build_paths(&self, path: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Some(base) = &self.base else { return Vec::new() };
        let candidates = self.files.iter().filter_map(|pattern| match &pattern.matcher {
            Matcher::File(file) if self.discard_paths => {
                (file.file_name() == Some(path.as_str())).then(|| file.clone())
            }
            Matcher::File(file) => (file == path).then(|| file.clone()),
            Matcher::Glob { whole, .. } if !self.discard_paths => whole.is_match(path).then(|| path.to_owned()),
            Matcher::Glob { .. } | Matcher::Anything => None,
        });
        let mut paths: Vec<_> = candidates.map(|file| base.join(file)).collect();
        paths.dedup();
        paths
    }
}

impl Pattern {
    fn new(text: &Spanned<String>) -> Self {
        Self { matcher: Matcher::new(&text.node), text: text.clone() }
    }
}

impl Matcher {
    fn new(text: &str) -> Self {
        if is_computed(text) {
            return Self::Anything;
        }
        let Ok(path) = normalize(Utf8Path::new(text)) else { return Self::Anything };
        if !is_glob(text) {
            return if path.as_str().is_empty() { Self::Anything } else { Self::File(path) };
        }
        match PathGlob::new(path.as_str()) {
            Some(whole) => Self::Glob { whole, last: path.file_name().and_then(PathGlob::new) },
            None => Self::Anything,
        }
    }
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Returns whether the shell expands the text.
fn is_computed(text: &str) -> bool {
    text.contains(['$', '`', '~'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::workspace::buildspec::Buildspec;
    use crate::workspace::document::DocumentOrigin;
    use crate::workspace::file_system::{FileSystem, Memory};

    fn build(artifacts: &str) -> (SourceMap, ArtifactContents) {
        let mut sources = SourceMap::default();
        let text = format!("artifacts:\n{artifacts}");
        let file = sources.add("b.yml".into(), text.as_str());
        let spec = Buildspec::parse(&text, DocumentOrigin::File(file));
        (sources, spec.contents(None))
    }

    fn answers(artifacts: &str, present: &[&str], unknown: &[&str], absent: &[&str]) {
        let (_, contents) = build(artifacts);
        for path in present {
            assert!(matches!(contents.contains(path), Presence::Present(_)), "{path} is present");
        }
        for path in unknown {
            assert_eq!(contents.contains(path), Presence::Unknown, "{path}");
        }
        for path in absent {
            assert!(matches!(contents.contains(path), Presence::Absent { .. }), "{path} is absent");
        }
    }

    #[test]
    fn literal_files() {
        let spec = "  files:\n    - ./output.yaml\n    - params/prod.json\n    - dist\n";
        answers(
            spec,
            &["output.yaml", "params/prod.json", "dist"],
            &["dist/a.js"],
            &["ouput.yaml", "prod.json", "../x"],
        );
        let (sources, contents) = build(spec);
        let Presence::Absent { known } = contents.contains("ouput.yaml") else { panic!("absent") };
        assert_eq!(known[0].path, "output.yaml");
        assert_eq!(known[0].span.map(|span| sources.slice(span)), Some("./output.yaml"));
    }

    #[test]
    fn globs() {
        answers("  files: ['**/*']\n", &[], &["a", "b/c.json"], &[]);
        answers(
            "  files: ['params/*.json']\n",
            &[],
            &["params/a.json"],
            &["params/a.yaml", "a.json", "x/params/a.json"],
        );
        answers("  files: ['dist/*']\n", &[], &["dist/a", "dist/css/a.css"], &["a"]);
        answers("  files: ['$OUT/x', a]\n", &["a"], &["b"], &[]);
        answers("  files: ['/tmp/x']\n", &[], &["x"], &[]);
    }

    #[test]
    fn base_directory_discard_and_exclude() {
        let base = "  base-directory: build\n  files: [out.yaml]\n";
        answers(base, &["out.yaml"], &[], &["build/out.yaml"]);
        assert_eq!(build(base).1.build_paths("out.yaml"), ["build/out.yaml"]);
        let discard = "  files: [target/out.yaml, 'params/*.json']\n  discard-paths: yes\n";
        answers(discard, &["out.yaml"], &["a.json"], &["target/out.yaml", "params/a.json", "b.yaml"]);
        assert_eq!(build(discard).1.build_paths("out.yaml"), ["target/out.yaml"]);
        let exclude = "  files: ['**/*', b]\n  exclude-paths: ['secret/**/*', b, '*.log']\n";
        answers(exclude, &[], &["a"], &["secret/x/y", "b", "x.log"]);
        assert_eq!(build("  files: ['**/*']\n").1.build_paths("a/b"), ["a/b"]);
    }

    #[test]
    fn what_cannot_be_read_is_open() {
        assert_eq!(build("  files: {a: b}\n").1.contains("x"), Presence::Unknown);
        assert_eq!(
            Buildspec::parse("a: b: c", DocumentOrigin::File(SourceMap::default().add("x".into(), "")))
                .contents(None)
                .contains("x"),
            Presence::Unknown
        );
        assert_eq!(ArtifactContents::nothing().contains("x"), Presence::Absent { known: Vec::new() });
    }

    #[test]
    fn repositories() {
        let files = Memory::new([("app/template.yaml", ""), ("README.md", "")]).tracked();
        let all = ArtifactContents::Tracked { files: Arc::clone(&files), folder: Utf8PathBuf::new() };
        assert_eq!(all.contains("app/template.yaml"), Presence::Present(None));
        assert!(matches!(all.contains("template.yaml"), Presence::Absent { known } if known.len() == 2));
        let app = ArtifactContents::Tracked { files, folder: "app".into() };
        assert_eq!(app.contains("template.yaml"), Presence::Present(None));
        let linked: Tracked = [("link".into(), EntryKind::Link)].into();
        let linked = ArtifactContents::Tracked { files: Arc::new(linked), folder: Utf8PathBuf::new() };
        assert_eq!(linked.contains("link/x"), Presence::Unknown);
    }
}
