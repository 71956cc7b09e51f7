//! Cached results never hide a change.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use tempfile::TempDir;

use crate::program::{BUILDSPEC, CLEAN, code, dotpipe, project, stderr};

/// The smallest number of files for which the program keeps results.
const FILES: usize = 20;

/// A repository of many pipelines, and a folder for the cache.
struct Repository {
    folder: TempDir,
    cache: TempDir,
}

impl Repository {
    fn new() -> Self {
        let folder = project(&[]);
        // Outside a repository, a folder with settings would be a separate project.
        fs::create_dir(folder.path().join(".git")).expect("a folder is made");
        for number in 0..FILES {
            let service = folder.path().join(format!("s{number}"));
            fs::create_dir(&service).expect("a folder is made");
            let pipe = CLEAN.replace("7.0\"", &format!("7.0\", buildspec = \"s{number}/buildspec.yml\""));
            fs::write(service.join("pipeline.pipe"), pipe).expect("a file is written");
            fs::write(service.join("buildspec.yml"), BUILDSPEC).expect("a file is written");
        }
        Self { folder, cache: TempDir::new().expect("a folder is made") }
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.path().join(path), text).expect("a file is written");
    }

    fn check(&self, arguments: &[&str]) -> Output {
        let mut check = dotpipe(self.folder.path());
        check.args(["check", ".", "--format", "short"]).args(arguments).env("DOTPIPE_CACHE_DIR", self.cache.path());
        check.output().expect("it runs")
    }

    /// Returns the diagnostics of a check with the cache, after comparing them with those of a check without it.
    fn found(&self, arguments: &[&str]) -> String {
        let with = self.check(arguments);
        let without = self.check(&[arguments, &["--no-cache"]].concat());
        assert_eq!((code(&with), stderr(&with)), (code(&without), stderr(&without)), "{arguments:?}");
        let again = self.check(arguments);
        assert_eq!((code(&with), stderr(&with)), (code(&again), stderr(&again)), "{arguments:?}");
        stderr(&with).to_owned()
    }

    fn stored(&self) -> Vec<PathBuf> {
        fs::read_dir(self.cache.path())
            .expect("the folder is there")
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }

    /// Changes the stored results, to detect whether they are used.
    fn mark(&self) {
        for file in self.stored() {
            let text = fs::read_to_string(&file).expect("it is text");
            assert!(text.contains(FOUND), "{text}");
            fs::write(&file, text.replace(FOUND, STORED)).expect("it is written");
        }
    }
}

/// Returns a buildspec with a warning.
fn warned() -> String {
    BUILDSPEC.replace("    commands:", "    comands: []\n    commands:")
}

/// The end of the warning's message, which also marks stored results.
const FOUND: &str = "has no key `comands`";
const STORED: &str = "is stored as `comands`";

#[test]
fn results_are_used_until_something_changes() {
    let repository = Repository::new();
    assert_eq!(repository.found(&[]), "");
    assert_eq!(repository.stored().len(), 1);
    repository.write("s3/buildspec.yml", &warned());
    let first = repository.found(&[]);
    assert!(
        first.starts_with("s3/buildspec.yml:") && first.contains("warning[W0213]: ") && first.contains(FOUND),
        "{first}"
    );
    repository.mark();
    let stored = first.replace(FOUND, STORED);
    assert_eq!(stderr(&repository.check(&[])), stored, "the stored result is used");
    assert_eq!(stderr(&repository.check(&["--no-cache"])), first);
    // Another file changes: the result for this file is kept.
    repository.write("s4/pipeline.pipe", &format!("// comment\n{CLEAN}"));
    assert_eq!(stderr(&repository.check(&[])), stored);
    // Writing the same text again is not a change; writing a different text is.
    repository.write("s3/buildspec.yml", &warned());
    assert_eq!(stderr(&repository.check(&[])), stored);
    repository.write("s3/buildspec.yml", &format!("# comment\n{}", warned()));
    assert!(repository.found(&[]).contains(FOUND));
}

#[test]
fn absolute_paths_are_shown_and_stored() {
    let repository = Repository::new();
    repository.write("s3/buildspec.yml", &warned());
    let root = repository.folder.path().canonicalize().expect("it is there");
    let elsewhere = TempDir::new().expect("a folder is made");
    let check = || {
        let mut check = dotpipe(elsewhere.path());
        check.args(["check", "--format", "short"]).arg(&root).env("DOTPIPE_CACHE_DIR", repository.cache.path());
        stderr(&check.output().expect("it runs")).to_owned()
    };
    let first = check();
    let path = root.join("s3/buildspec.yml");
    assert!(first.starts_with(&format!("{}:", path.display())), "{first}");
    repository.mark();
    assert_eq!(check(), first.replace(FOUND, STORED), "the stored result is used");
}

#[test]
fn each_kind_of_change_is_seen() {
    let repository = Repository::new();
    assert_eq!(repository.found(&[]), "");
    // A file that did not exist before is created: CodeBuild reads it by default.
    repository.write("s5/pipeline.pipe", &CLEAN.replace("7.0\"", "7.0\", buildspec = \"new/buildspec.yml\""));
    assert!(repository.found(&[]).contains("s5/pipeline.pipe"));
    fs::create_dir(repository.folder.path().join("new")).expect("a folder is made");
    repository.write("new/buildspec.yml", BUILDSPEC);
    assert_eq!(repository.found(&[]), "");
    // A file is removed and added again.
    fs::remove_file(repository.folder.path().join("s6/buildspec.yml")).expect("it is there");
    assert!(repository.found(&[]).contains("s6/pipeline.pipe"));
    repository.write("s6/buildspec.yml", BUILDSPEC);
    assert_eq!(repository.found(&[]), "");
    // The list of files: ignored files are not in the source's artifact.
    let deployed = CLEAN.replace("\n  }\n}\n", "\n    deploy stack app from App::s7/template.yaml\n  }\n}\n");
    repository.write("s7/pipeline.pipe", &deployed.replace("7.0\"", "7.0\", buildspec = \"s7/buildspec.yml\""));
    let topic = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n";
    repository.write("s7/template.yaml", topic);
    assert_eq!(repository.found(&[]), "");
    repository.write(".gitignore", "s7/template.yaml\n");
    assert!(repository.found(&[]).contains("s7/pipeline.pipe"));
    fs::remove_file(repository.folder.path().join(".gitignore")).expect("it is there");
    assert_eq!(repository.found(&[]), "");
    // Settings of the project and of a folder.
    repository.write("s8/buildspec.yml", &warned());
    assert!(repository.found(&[]).contains("s8/buildspec.yml"));
    repository.write("dotpipe.toml", "[lints]\nW0213 = \"allow\"\n");
    assert_eq!(repository.found(&[]), "");
    repository.write("s8/dotpipe.toml", "[lints]\nW0213 = \"error\"\n");
    assert!(repository.found(&[]).contains("error[W0213]"));
    fs::remove_file(repository.folder.path().join("s8/dotpipe.toml")).expect("it is there");
    repository.write("dotpipe.toml", "");
    // An import.
    repository
        .write("shared.pipe", "component Lint(app: artifact) {\n  build codebuild Lint from app { project = B }\n}\n");
    let import = "import { Lint } from \"../shared.pipe\"\n";
    repository.write("s9/pipeline.pipe", &format!("{import}{CLEAN}"));
    let unused = repository.found(&[]);
    repository.write("shared.pipe", "component Other() {}\n");
    assert_ne!(repository.found(&[]), unused);
}

#[test]
fn arguments_have_their_own_results() {
    let repository = Repository::new();
    for number in 0..FILES {
        let pipe = CLEAN
            .replace("\"main\"", "branch")
            .replace("7.0\"", &format!("7.0\", buildspec = \"s{number}/buildspec.yml\""));
        repository.write(&format!("s{number}/pipeline.pipe"), &format!("option branch: string\n{pipe}"));
    }
    let without = repository.found(&[]);
    assert!(without.contains("branch"), "{without}");
    assert_eq!(repository.found(&["--set", "branch=main"]), "");
    assert_eq!(repository.found(&[]), without);
    // A value that no file uses is an error in each run.
    for _ in 0..2 {
        let output = repository.check(&["--set", "branch=main", "--set", "brnch=x"]);
        assert_eq!(code(&output), Some(2), "{}", stderr(&output));
    }
    repository.write("values.toml", "branch = \"main\"\n");
    assert_eq!(repository.found(&["--values", "values.toml"]), "");
    repository.write("values.toml", "brnch = \"main\"\n");
    assert!(repository.found(&["--values", "values.toml"]).contains("brnch"));
    // The stored results contain no values from the command line.
    assert_eq!(code(&repository.check(&["--set", "branch=s3cr3t"])), Some(0));
    for file in repository.stored() {
        assert!(!fs::read_to_string(file).expect("it is text").contains("s3cr3t"));
    }
}

#[test]
fn a_broken_cache_is_no_failure() {
    let repository = Repository::new();
    repository.write("s3/buildspec.yml", &warned());
    let found = repository.found(&[]);
    let file = repository.stored().pop().expect("there is one");
    let text = fs::read_to_string(&file).expect("it is text");
    let end = text.find("\"diagnostics\":[{").expect("there is one");
    for broken in [
        String::new(),
        "{}".to_owned(),
        text.get(..end).expect("it is ASCII").to_owned(),
        text.replace("\"W0213\"", "\"W9999\""),
        text.replace("\"severity\":1", "\"severity\":9"),
        text.replace("\"primary\":{\"span\":[", "\"primary\":{\"span\":[9"),
        text.replace("\"sources\":[", "\"sources\":[99,"),
        text.replace("{\"program\":", "{\"program\":1"),
    ] {
        fs::write(&file, &broken).expect("it is written");
        assert_ne!(broken, text);
        assert_eq!(stderr(&repository.check(&[])), found, "{broken}");
    }
    // A folder that is not usable.
    let check = |folder: &str| {
        let mut check = dotpipe(repository.folder.path());
        check.args(["check", ".", "--format", "short"]).env("DOTPIPE_CACHE_DIR", folder);
        check.output().expect("it runs")
    };
    for folder in ["dotpipe.toml", "/dev/null/x", "/proc/x"] {
        assert_eq!(stderr(&check(folder)), found, "{folder}");
    }
}

/// If there are only a few files, no cache is written.
#[test]
fn few_files_leave_nothing() {
    let folder = project(&[("a.pipe", CLEAN), ("b.pipe", CLEAN)]);
    let cache = TempDir::new().expect("a folder is made");
    let done = dotpipe(folder.path()).args(["check", "."]).env("DOTPIPE_CACHE_DIR", cache.path()).output();
    assert_eq!(code(&done.expect("it runs")), Some(0));
    assert_eq!(fs::read_dir(cache.path()).expect("it is there").count(), 0);
}
