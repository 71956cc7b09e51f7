//! Files that programs of a build read or write although no argument names them (`program_files.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// A file or folder that a program writes to the folder that it runs in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramFile {
    /// Its name.
    pub name: String,
    /// The program.
    pub program: String,
    /// The words after the program with which it writes it; empty if any command may.
    #[serde(default)]
    pub after: Vec<String>,
    /// The page that says so.
    pub source: String,
}

/// A script that a build reads into its shell.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShellScript {
    /// The end of its path, or the command that prints it.
    pub name: String,
    /// The variables that it sets.
    pub variables: Vec<String>,
    /// The page that describes it.
    pub source: String,
}

/// The program that produces a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// `aws cloudformation package`.
    CloudFormationPackage,
    /// `sam package`.
    SamPackage,
    /// `sam build`.
    SamBuild,
    /// `cdk synth`.
    CdkSynth,
}

/// A command that produces a deployable template.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateTool {
    /// The program.
    pub program: String,
    /// The words after it: one of these.
    pub words: Vec<String>,
    /// What it is.
    pub tool: Tool,
    /// The options that name the template that it reads.
    #[serde(default)]
    pub input: Vec<String>,
    /// The templates that it reads without such an option: the first one that exists.
    #[serde(default)]
    pub inputs: Vec<String>,
    /// The options that name the file or folder that it writes.
    pub output: Vec<String>,
    /// The folder that it writes without such an option.
    #[serde(default)]
    pub folder: Option<String>,
    /// The template in that folder; `None` for a file, or if it may be any file in the folder.
    #[serde(default)]
    pub file: Option<String>,
    /// The page that describes it.
    pub source: String,
}

impl TemplateTool {
    /// Returns whether a command starts with the words of this one.
    pub fn is_called(&self, program: &str, words: &[&str]) -> bool {
        let is_start = |wanted: &String| {
            let mut given = words.iter();
            wanted.split(' ').all(|word| given.next() == Some(&word))
        };
        self.program == program && self.words.iter().any(is_start)
    }
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProgramFiles {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// What programs write.
    pub written: Vec<ProgramFile>,
    /// Scripts in files.
    pub script: Vec<ShellScript>,
    /// Scripts that programs print.
    pub printed_script: Vec<ShellScript>,
    /// Commands that produce templates.
    pub template_tool: Vec<TemplateTool>,
}

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn program_files() -> Option<&'static ProgramFiles> {
    static PARSED: OnceLock<Option<ProgramFiles>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("program_files")).ok()).as_ref()
}

/// Returns the command that a program is called with, if it produces a template.
pub fn template_tool(program: &str, words: &[&str]) -> Option<&'static TemplateTool> {
    program_files()?.template_tool.iter().find(|tool| tool.is_called(program, words))
}

/// Returns whether a command may write the file or folder of this name although it does not mention it.
pub fn writes(command: &str, name: &str) -> bool {
    let words = || command.split(|c: char| c.is_whitespace() || ";&|()\"'".contains(c));
    let mut files = program_files().into_iter().flat_map(|file| &file.written).filter(|file| file.name == name);
    files.any(|ProgramFile { program, after, .. }| {
        let mut words = words();
        words.any(|word| word.rsplit('/').next() == Some(program.as_str()))
            && (after.is_empty() || words.any(|word| after.iter().any(|known| known == word)))
    })
}

#[cfg(test)]
mod tests {
    use super::{Tool, program_files, template_tool, writes};

    #[test]
    fn the_file_parses_and_has_sources() {
        let file = program_files().expect("the file parses");
        let mut sources = file.written.iter().map(|it| &it.source).collect::<Vec<_>>();
        sources.extend(file.script.iter().chain(&file.printed_script).map(|it| &it.source));
        sources.extend(file.template_tool.iter().map(|it| &it.source));
        assert!(sources.iter().all(|source| source.starts_with("https://")) && file.verified.len() == 10);
        assert!(file.written.is_sorted_by_key(|it| (&it.name, &it.program)));
    }

    #[test]
    fn commands_are_found_by_their_words() {
        let tool = |program: &str, words: &[&str]| template_tool(program, words).map(|found| found.tool);
        assert_eq!(tool("aws", &["cloudformation", "package"]), Some(Tool::CloudFormationPackage));
        assert_eq!(tool("aws", &["cloudformation", "deploy"]), None);
        assert_eq!(tool("cdk", &["synthesize", "App"]), Some(Tool::CdkSynth));
        assert!(writes("cd app && npm ci", "node_modules") && !writes("npm ci", "package-lock.json"));
    }
}
