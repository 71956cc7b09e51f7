//! Runs the program in a temporary folder.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A pipeline without errors.
pub const CLEAN: &str = "\
pipeline App {
  stage Source {
    source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }
  }
  stage Build {
    build codebuild Package from App { project = Builder }
  }
}

project Builder { image = \"aws/codebuild/standard:7.0\" }
";
/// The default buildspec.
pub const BUILDSPEC: &str = include_str!("buildspec.yml");

/// Creates a project folder with these files and the default buildspec.
pub fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let default = [("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")];
    for (path, text) in default.iter().chain(files) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("folders are made");
        fs::write(path, text).expect("files are written");
    }
    folder
}

/// Returns the command that runs the program in a folder, without environment variables that affect its output.
pub fn dotpipe(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("dotpipe").expect("it was built");
    command.current_dir(folder);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
        command.env_remove(name);
    }
    command.env("DOTPIPE_CACHE_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    command
}

/// Runs the program with arguments in a folder.
pub fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    dotpipe(folder.path()).args(arguments).output().expect("it runs")
}

/// Returns the exit code.
pub fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// Returns standard output as text.
pub fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("the output is text")
}

/// Returns standard error as text.
pub fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("the output is text")
}

/// Returns the text of a file in the folder.
pub fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).expect("it is there")
}
