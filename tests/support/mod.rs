//! Compiles test inputs in memory.
//!
//! Every input is compiled in a separate project. Unless the input has files of the same names, the project contains a
//! `buildspec.yml` and a `template.yaml` that are suitable for most inputs, and empty files that actions deploy. The
//! values of a `values.toml` (`.json`, `.yaml`) are set as by `--values`.

use dotpipe::compilation::{Compilation, CompilationInput, Request, ValuesFile};
use dotpipe::settings::{FILE_NAME, Settings};
use dotpipe::workspace::Workspace;
use dotpipe::workspace::file_system::Memory;

/// The default files: path and text.
const DEFAULT_FILES: [(&str, &str); 10] = [
    ("appspec.yml", "version: 0.0\nos: linux\n"),
    ("buildspec.yml", include_str!("buildspec.yml")),
    ("deploy.yaml", ""),
    ("flags.json", ""),
    ("imagedefinitions.json", ""),
    ("images.json", ""),
    ("product.json", ""),
    ("product.yaml", ""),
    ("restart.sh", ""),
    ("template.yaml", include_str!("template.yaml")),
];

/// Settings for the default template.
const NESTED_ELSEWHERE: &str = "[lints]\nW0867 = \"allow\"\n";

/// Compiles `entry` in a project that also contains `files` (path and text).
pub fn compile(entry: (&str, &str), files: &[(String, String)], request: &Request) -> Compilation {
    let given = |path: &str| files.iter().any(|(name, _)| name == path);
    let defaults = DEFAULT_FILES.iter().filter(|(path, _)| !given(path)).map(|(path, text)| (*path, *text));
    let brought = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let workspace = Workspace::new(Memory::new(defaults.chain(brought).chain([entry])), "");
    let id = workspace.add_source(entry.0, entry.1);
    let settings = match files.iter().find(|(path, _)| path == FILE_NAME) {
        Some((path, text)) => Settings::parse(workspace.add_source(path.as_str(), text.as_str()), text),
        // The default template has a nested stack from another location, and the permissions that a stack's role is
        // missing for it are irrelevant to the inputs.
        None if !given("template.yaml") => {
            Settings::parse(workspace.add_source(FILE_NAME, NESTED_ELSEWHERE), NESTED_ELSEWHERE)
        }
        None => Settings::default(),
    };
    let mut request = request.clone();
    let values = files.iter().filter(|(path, _)| path.starts_with("values."));
    request.values.extend(values.map(|(path, text)| ValuesFile { path: path.clone(), text: text.clone() }));
    Compilation::new(CompilationInput { workspace, entry: id, settings: &settings, request: &request })
}
