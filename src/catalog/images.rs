//! CodeBuild's own images, and what is possible on the machines they run on (`images.toml`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::rows::{Rows, rows};

/// What is known about an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Image {
    /// One of CodeBuild's own.
    Curated {
        /// The environment type it runs in, as AWS spells it.
        environment: &'static str,
        /// The operating system.
        platform: &'static str,
        /// Whether CodeBuild no longer maintains it.
        deprecated: bool,
        /// The program behind `sh`, if it is not Bash.
        sh: Option<&'static str>,
        /// Package managers that it does not have, each with the one that it has.
        lacks: &'static BTreeMap<String, String>,
    },
    /// Its name is one of CodeBuild's, its tag is not; contains the existing tags.
    UnknownTag(&'static [String]),
    /// Its name begins with `aws/codebuild/` and is not one of CodeBuild's.
    UnknownName,
    /// From another registry.
    Foreign,
}

/// The properties of an environment type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageEnvironment {
    /// As AWS spells it.
    pub name: String,
    /// Whether it runs on AWS Lambda.
    #[serde(default)]
    pub lambda: bool,
    /// Whether a build can be privileged (run Docker).
    pub privileged: bool,
    /// The available sizes, as AWS spells them; empty if fleets determine the size.
    pub compute: Vec<String>,
}

impl ImageEnvironment {
    /// Returns the attributes that a project in it cannot have.
    pub fn without(&self) -> &'static [String] {
        images().filter(|_| self.lambda).map_or(&[], |images| &images.not_on_lambda)
    }
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Images {
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The attributes that a project on AWS Lambda cannot have.
    pub not_on_lambda: Vec<String>,
    /// The environment types.
    pub environment: Vec<ImageEnvironment>,
    /// CodeBuild's own images.
    pub family: Vec<Family>,
}

/// The runtimes that buildspecs can select on images, older images first.
static RUNTIMES: Rows<Runtimes> = rows!("images", "runtimes");

/// All runtimes that buildspecs may name on images.
static SELECTIONS: Rows<Selection> = rows!("images", "selection");

/// What `runtime-versions` can name on an image.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// The image's name.
    pub image: String,
    /// Whether other versions are downloaded.
    #[serde(default)]
    pub custom: bool,
    /// The major version of the AWS CLI.
    pub cli: Option<u8>,
    /// The versions of each runtime, oldest first.
    pub versions: BTreeMap<String, Vec<String>>,
}

/// The result of selecting a version of a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice<'a> {
    /// It is available, or may be.
    Fits,
    /// There is no runtime of this name.
    UnknownName,
    /// The version is none of these available ones.
    UnknownVersion(&'a [String]),
    /// The version is none of these available ones, and is downloaded.
    Downloaded(&'a [String]),
}

impl Selection {
    /// Returns the result of selecting a version of a runtime. The forms of versions that are downloaded:
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/runtime-versions.html> (2026-11-28)
    pub fn choice(&self, name: &str, version: &str) -> Choice<'_> {
        let Some(versions) = self.versions.get(name) else { return Choice::UnknownName };
        let of_major = |major: &str| {
            versions
                .iter()
                .any(|known| known == major || known.strip_prefix(major).is_some_and(|it| it.starts_with('.')))
        };
        let fits = version == "latest"
            || version.contains('$')
            || versions.iter().any(|known| known == version)
            || version.strip_suffix(".x").is_some_and(of_major);
        let parts = version.strip_prefix("corretto").unwrap_or(version).split('.');
        let numbers = parts.clone().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let form = match name {
            "java" => version.starts_with("corretto") && parts.count() == 1,
            "dotnet" | "php" | "ruby" => parts.count() == 3,
            "golang" => (2..=3).contains(&parts.count()),
            _ => true,
        };
        match (fits, self.custom && numbers && form) {
            (true, _) => Choice::Fits,
            (false, true) => Choice::Downloaded(versions),
            (false, false) => Choice::UnknownVersion(versions),
        }
    }
}

/// Returns what `runtime-versions` can name on an image, for example `aws/codebuild/standard:7.0`; `None` if that is
/// unknown.
pub fn selection(name: &str) -> Option<&'static Selection> {
    let (prefix, tag) = name.split_once(':')?;
    let images = images()?;
    let family =
        images.family.iter().find(|it| it.prefix == prefix || it.aliases.iter().any(|alias| alias == prefix))?;
    SELECTIONS.find(|image| {
        let own = image.strip_prefix(family.prefix.as_str()).and_then(|rest| rest.strip_prefix(':'));
        let rest = own.and_then(|own| tag.strip_prefix(own));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

/// The runtimes of an image.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtimes {
    /// The image's name.
    pub image: String,
    /// The versions of each runtime, oldest first.
    pub versions: BTreeMap<String, Vec<String>>,
}

/// Images that differ only in their tag.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// The part before the colon.
    pub prefix: String,
    /// Older prefixes that still work.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The environment type they run in, as AWS spells it.
    pub environment: String,
    /// The maintained tags.
    pub tags: Vec<String>,
    /// The tags that are no longer maintained.
    #[serde(default)]
    pub deprecated: Vec<String>,
    /// The operating system.
    pub platform: String,
    /// The program behind `sh`, if it is not Bash.
    #[serde(default)]
    pub sh: Option<String>,
    /// Package managers that it does not have, each with the one that it has.
    #[serde(default)]
    pub lacks: BTreeMap<String, String>,
}

static TEXT: &str = facts!("images");

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn images() -> Option<&'static Images> {
    static IMAGES: OnceLock<Option<Images>> = OnceLock::new();
    IMAGES.get_or_init(|| serde_json::from_str(TEXT).ok()).as_ref()
}

/// Returns what is known about an image, given its name, for example `aws/codebuild/standard:7.0`.
pub fn image(name: &str) -> Image {
    if !name.starts_with("aws/codebuild/") {
        return Image::Foreign;
    }
    let (prefix, tag) = name.split_once(':').unwrap_or((name, ""));
    let families = images().map_or(&[][..], |images| images.family.as_slice());
    let mut known = Image::UnknownName;
    for family in families.iter().filter(|family| family.prefix == prefix || family.aliases.iter().any(|a| a == prefix))
    {
        let deprecated = listed(&family.deprecated, tag);
        if deprecated || listed(&family.tags, tag) {
            return Image::Curated {
                environment: &family.environment,
                platform: &family.platform,
                deprecated,
                sh: family.sh.as_deref(),
                lacks: &family.lacks,
            };
        }
        known = Image::UnknownTag(&family.tags);
    }
    known
}

/// Returns whether a tag is listed, or is a specific build of a listed one (`7.0-24.02.16`).
fn listed(tags: &[String], tag: &str) -> bool {
    tags.iter()
        .any(|known| tag.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

/// Returns the names of CodeBuild's own maintained images, for suggestions.
pub fn image_names() -> impl Iterator<Item = String> {
    let families = images().map_or(&[][..], |images| images.family.as_slice());
    families.iter().flat_map(|family| family.tags.iter().map(move |tag| format!("{}:{tag}", family.prefix)))
}

/// Returns the newest image that has all of these runtimes, each in the given version, or else the newest image.
pub fn image_for(runtimes: &[(&str, &str)]) -> Option<&'static str> {
    let images = || RUNTIMES.all().rev();
    let has = |image: &Runtimes, (name, version): &(&str, &str)| {
        image.versions.get(*name).is_some_and(|versions| versions.iter().any(|known| known == version))
    };
    let fits = |image: &&Runtimes| runtimes.iter().all(|runtime| has(image, runtime));
    images().find(fits).or_else(|| images().next()).map(|image| image.image.as_str())
}

/// Returns whether an image has a version of a runtime.
pub fn has_runtime(name: &str, version: &str) -> bool {
    let has = |versions: &Vec<String>| versions.iter().any(|known| known == version);
    RUNTIMES.all().any(|image| image.versions.get(name).is_some_and(has))
}

/// Returns the properties of an environment type; `None` for an unknown one.
pub fn environment(name: &str) -> Option<&'static ImageEnvironment> {
    images()?.environment.iter().find(|environment| environment.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn the_newest_image_with_the_runtimes_is_chosen() {
        assert_eq!(image_for(&[("nodejs", "24")]), Some("aws/codebuild/standard:8.0"));
        assert_eq!(image_for(&[("nodejs", "20"), ("python", "3.13")]), Some("aws/codebuild/standard:7.0"));
        assert_eq!(image_for(&[("nodejs", "1")]), Some("aws/codebuild/standard:8.0"));
        assert!(has_runtime("nodejs", "20") && !has_runtime("nodejs", "16"));
        for runtimes in RUNTIMES.every() {
            assert!(matches!(image(&runtimes.image), Image::Curated { deprecated: false, .. }), "{}", runtimes.image);
        }
    }

    #[test]
    fn runtimes_are_compared_with_the_image() {
        let choice = |image: &str, name: &str, version: &str| selection(image).unwrap().choice(name, version);
        let standard = "aws/codebuild/standard:7.0-24.02.16";
        for (name, version) in
            [("nodejs", "22"), ("nodejs", "20.x"), ("python", "3.x"), ("java", "latest"), ("php", "$V")]
        {
            assert_eq!(choice(standard, name, version), Choice::Fits, "{name} {version}");
        }
        assert_eq!(choice(standard, "node", "22"), Choice::UnknownName);
        assert!(matches!(choice(standard, "nodejs", "15"), Choice::Downloaded(_)));
        assert!(matches!(choice(standard, "php", "8.1"), Choice::UnknownVersion(_)));
        assert!(matches!(
            choice("aws/codebuild/amazonlinux2-x86_64-standard:3.0", "nodejs", "15"),
            Choice::UnknownVersion(_)
        ));
        assert_eq!(selection("aws/codebuild/windows-base:2022-1.0").map(|it| it.cli), None);
        for image in SELECTIONS.every() {
            let known = matches!(super::image(&image.image), Image::Curated { .. });
            assert!(known || image.image.ends_with("aarch64-standard:4.0"), "{}", image.image);
        }
    }

    #[test]
    fn images_are_recognised() {
        let environment = |name| match image(name) {
            Image::Curated { environment, deprecated, .. } => Some((environment, deprecated)),
            _ => None,
        };
        assert_eq!(environment("aws/codebuild/standard:7.0"), Some(("LINUX_CONTAINER", false)));
        assert_eq!(environment("aws/codebuild/standard:7.0-24.02.16"), Some(("LINUX_CONTAINER", false)));
        assert_eq!(environment("aws/codebuild/standard:4.0"), Some(("LINUX_CONTAINER", true)));
        assert_eq!(environment("aws/codebuild/amazonlinux2-aarch64-standard:3.0"), Some(("ARM_CONTAINER", false)));
        assert_eq!(environment("aws/codebuild/windows-base:2022-1.0"), Some(("WINDOWS_SERVER_2022_CONTAINER", false)));
        assert_eq!(
            environment("aws/codebuild/amazonlinux-aarch64-lambda-standard:nodejs22"),
            Some(("ARM_LAMBDA_CONTAINER", false))
        );
        assert!(matches!(image("aws/codebuild/standard:70"), Image::UnknownTag(_)));
        assert_eq!(image("aws/codebuild/standart:7.0"), Image::UnknownName);
        assert_eq!(image("public.ecr.aws/docker/library/node:22"), Image::Foreign);
    }

    #[test]
    fn environments_agree_with_the_project_attributes() {
        let images = serde_json::from_str::<Images>(TEXT).unwrap();
        assert!(images.link.starts_with("https://docs.aws.amazon.com/"));
        assert_eq!(images.verified.len(), 10);
        let project = catalog::declaration("project").unwrap();
        let spellings = |word| -> Vec<&String> { project.slot_of_attribute(word).unwrap().values.values().collect() };
        let types = spellings("environment-type");
        assert_eq!(types, images.environment.iter().map(|environment| &environment.name).collect::<Vec<_>>());
        let sizes = spellings("compute");
        assert!(
            images.environment.iter().flat_map(|environment| &environment.compute).all(|size| sizes.contains(&size))
        );
        assert!(images.family.iter().all(|family| types.contains(&&family.environment)));
        assert!(image_names().all(|name| matches!(image(&name), Image::Curated { deprecated: false, .. })));
    }
}
