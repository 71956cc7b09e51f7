//! The folders that programs of a `package.json` fill.

use camino::{Utf8Path, Utf8PathBuf};

use super::source_folder::SourceFolder;
use crate::source::Span;
use crate::workspace::Build;
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::PackageScript;

/// A program that fills one folder.
struct Tool {
    /// The program and its first argument.
    command: [&'static str; 2],
    /// The option whose value is the folder.
    option: &'static str,
    /// The files that configure it, without their extensions, and the key whose value is the folder.
    configuration: Option<(&'static str, &'static str)>,
    /// The folder without both.
    default: &'static str,
}

/// <https://vite.dev/config/build-options>, <https://docs.astro.build/en/reference/configuration-reference/>,
/// <https://docusaurus.io/docs/cli>, <https://www.gatsbyjs.com/docs/reference/gatsby-cli/>,
/// <https://create-react-app.dev/docs/production-build/>, <https://cli.vuejs.org/config/> (2026-11-30)
const TOOLS: [Tool; 6] = [
    Tool {
        command: ["astro", "build"],
        option: "--outDir",
        configuration: Some(("astro.config", "outDir")),
        default: "dist",
    },
    Tool { command: ["docusaurus", "build"], option: "--out-dir", configuration: None, default: "build" },
    Tool { command: ["gatsby", "build"], option: "", configuration: None, default: "public" },
    Tool { command: ["react-scripts", "build"], option: "", configuration: None, default: "build" },
    Tool {
        command: ["vite", "build"],
        option: "--outDir",
        configuration: Some(("vite.config", "outDir")),
        default: "dist",
    },
    Tool {
        command: ["vue-cli-service", "build"],
        option: "--dest",
        configuration: Some(("vue.config", "outputDir")),
        default: "dist",
    },
];

/// The extensions of files that configure a program.
const EXTENSIONS: [&str; 6] = ["cjs", "cts", "js", "mjs", "mts", "ts"];

/// A folder that a program fills.
pub(in crate::check) struct ToolFolder {
    /// Its path, relative to the source's folder.
    pub path: Utf8PathBuf,
    /// The span of the script's name in the command that runs it.
    pub script: Span,
    /// The text of `package.json` and of what configures the program.
    text: String,
}

impl ToolFolder {
    /// Returns whether the files that decide what the program writes contain a name.
    pub fn mentions(&self, name: &str) -> bool {
        // `"build": "vite build"` names neither a folder.
        let quoted = [format!("\"{name}\""), format!("'{name}'"), format!("/{name}"), format!("{name}/")];
        let without_scripts = self.text.replace(&format!("\"{name}\":"), "");
        quoted.iter().any(|quoted| without_scripts.contains(quoted.as_str()))
    }
}

/// Returns the folders that the scripts of a build fill, of those that are known.
pub(in crate::check) fn of(build: &Build, source: &SourceFolder<'_>) -> Vec<ToolFolder> {
    build.commands.package_scripts.iter().filter_map(|script| of_script(script, source)).collect()
}

fn of_script(script: &PackageScript, source: &SourceFolder<'_>) -> Option<ToolFolder> {
    let package = normalize(&script.folder.join("package.json")).ok()?;
    let document = source.workspace.document(&source.folder.join(&package)).ok()?;
    let command = document.root.as_ref()?.get("scripts")?.get(&script.name.node)?.literal()?.to_owned();
    let last = command.rsplit("&&").next()?;
    // Variables can move the folder, too.
    let words: Vec<&str> = last.split_whitespace().collect();
    let [program, first, options @ ..] = words.as_slice() else { return None };
    let tool = TOOLS.iter().find(|tool| tool.command == [*program, *first])?;
    if options.iter().any(|word| word.contains(['|', ';', '$', '>'])) {
        return None;
    }
    let (_, package_text) = source.read(&package)?;
    let configured = match tool.configuration {
        Some((stem, key)) => configured(&script.folder, stem, key, source)?,
        None => Configured::default(),
    };
    let option = |at: usize| options.get(at + 1).copied();
    let given = options.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
        Some((name, value)) if name == tool.option => Some(value),
        None if *word == tool.option => option(at),
        _ => None,
    });
    let text = if given.is_some() { package_text.to_string() } else { format!("{package_text}\n{}", configured.text) };
    let folder = given.map(str::to_owned).or(configured.folder).unwrap_or_else(|| tool.default.to_owned());
    let path = normalize(&script.folder.join(folder.trim_start_matches("./").trim_end_matches('/'))).ok()?;
    Some(ToolFolder { path, script: script.name.span, text })
}

/// What the file that configures a program says.
#[derive(Default)]
struct Configured {
    folder: Option<String>,
    text: String,
}

/// Reads the file that configures a program. Returns `None` if the folder in it is computed.
fn configured(folder: &Utf8Path, stem: &str, key: &str, source: &SourceFolder<'_>) -> Option<Configured> {
    let mut paths = EXTENSIONS.iter().map(|extension| folder.join(format!("{stem}.{extension}")));
    let Some(path) = paths.find(|path| source.has_file(path)) else { return Some(Configured::default()) };
    let (_, text) = source.read(&path)?;
    // The folder is relative to the root of the site.
    if text.contains("root:") || text.contains("...") {
        return None;
    }
    let value = |at: usize| {
        let rest = text.get(at + key.len()..)?.trim_start().strip_prefix(':')?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest.get(1..)?.split(quote).next().map(str::to_owned)
    };
    let folder = match text.find(key) {
        Some(at) => Some(value(at)?),
        None => None,
    };
    Some(Configured { folder, text: text.to_string() })
}
