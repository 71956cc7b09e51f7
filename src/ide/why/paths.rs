//! Compares the paths in a message with the files of the repository.

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::faults::{Form, Match, hole};
use crate::compilation::Compilation;
use crate::diagnostic::suggest::similar_path;
use crate::workspace::file_system::{Tracked, holds, normalize};

/// The folder that CodeBuild copies sources to; a folder with a number and `src` follow.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html> (2026-11-30)
const SOURCES: &str = "/codebuild/output/src";

/// A path that does not exist in the repository, and a similar one that does.
pub(super) struct Misspelled {
    pub(super) path: String,
    pub(super) near: String,
}

/// Returns the first path in a message that the repository does not have although it has a similar one.
pub(super) fn misspelled(found: &Match, compilation: &Compilation) -> Option<Misspelled> {
    let is_path = |name: &str| hole(name).is_some_and(|hole| hole.form == Form::Path);
    let mut paths = found.names.iter().filter(|(name, _)| is_path(name)).map(|(_, value)| value.as_str());
    let tracked = compilation.tracked();
    paths.find_map(|path| {
        let of_build = path.starts_with(SOURCES);
        let path = in_repository(path)?;
        let near = near(&path, &tracked).or_else(|| elsewhere(&path, &tracked).filter(|_| of_build))?;
        Some(Misspelled { path: path.into_string(), near })
    })
}

/// Returns the path in the repository that is similar to one that it does not have.
pub(super) fn nearest(path: &str, compilation: &Compilation) -> Option<String> {
    near(&in_repository(path)?, &compilation.tracked())
}

/// The folder to which an agent of CodeDeploy extracts a revision.
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/codedeploy-agent.html> (2026-11-30)
const REVISION: &str = "/deployment-archive/";

/// Returns the path that counts from the root of the source, as far as a path shows that.
fn in_repository(path: &str) -> Option<Utf8PathBuf> {
    let of_build = path.strip_prefix(SOURCES).and_then(|rest| rest.split_once("/src/"));
    let below = of_build.or_else(|| path.split_once(REVISION));
    let relative = below.map_or(path, |(_, below)| below);
    let is_open = relative.starts_with('/') || relative.contains("://") || relative.contains('$');
    normalize(Utf8Path::new(relative)).ok().filter(|path| !is_open && path != "")
}

/// Returns the only file with the same name, in another folder than the one that the message names.
fn elsewhere(path: &Utf8Path, tracked: &Tracked) -> Option<String> {
    let mut named = tracked.keys().filter(|file| file.file_name() == path.file_name());
    let only = named.next().filter(|_| named.next().is_none() && !holds(tracked, path))?;
    Some(only.to_string())
}

fn near(path: &Utf8Path, tracked: &Tracked) -> Option<String> {
    // The command may have run in any folder.
    let exists = holds(tracked, path) || tracked.keys().any(|file| file.ancestors().any(|part| part.ends_with(path)));
    if exists {
        return None;
    }
    let paths = tracked.keys().flat_map(|file| file.ancestors()).filter(|part| *part != "");
    let near = similar_path(path.as_str(), paths.map(Utf8Path::as_str))?;
    let (of_near, of_path) = (Utf8Path::new(near), path);
    let is_likely = of_near.parent() == of_path.parent() || of_near.file_name() == of_path.file_name();
    let is_yaml = |path: &Utf8Path| matches!(path.extension(), Some("yml" | "yaml"));
    // A compiler makes the file with the other extension.
    let is_same_kind = of_near.extension() == of_path.extension() || is_yaml(of_near) && is_yaml(of_path);
    (is_likely && is_same_kind).then(|| near.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::file_system::EntryKind;

    #[test]
    fn paths_in_the_folder_of_the_sources_count_from_the_repository() {
        let path = |path: &str| in_repository(path).map(Utf8PathBuf::into_string);
        assert_eq!(path("/codebuild/output/src30293/src/scripts/a.mjs").as_deref(), Some("scripts/a.mjs"));
        assert_eq!(path("./scripts/a.mjs").as_deref(), Some("scripts/a.mjs"));
        assert_eq!(path("/opt/codedeploy-agent/a/deployment-archive/scripts/a.sh").as_deref(), Some("scripts/a.sh"));
        assert_eq!(path("/usr/bin/node"), None);
        assert_eq!(path("s3://bucket/key"), None);
    }

    #[test]
    fn a_path_that_exists_in_some_folder_is_not_misspelled() {
        let files = ["scripts/sitemap.mjs", "web/package.json", "cmd/inventory/main.go"];
        let tracked: Tracked = files.iter().map(|path| (Utf8PathBuf::from(*path), EntryKind::File)).collect();
        let near = |path: &str| near(Utf8Path::new(path), &tracked);
        assert_eq!(near("scripts/site-map.mjs").as_deref(), Some("scripts/sitemap.mjs"));
        assert_eq!(near("package.json"), None);
        assert_eq!(near("cmd/inventry").as_deref(), Some("cmd/inventory"));
        assert_eq!(near("dist/app.zip"), None);
        assert_eq!(near("web/pakage.json").as_deref(), Some("web/package.json"));
        assert_eq!(near("cmd/inventory/main.o"), None);
    }
}
