//! The templates, and how their slots are filled.
//!
//! A slot is `{{name}}`. On a separate line, it is replaced with any number of lines, which keep its indentation. A
//! value without lines removes the line.

use std::collections::BTreeMap;

/// The files of a new project.
#[derive(Debug)]
pub(super) struct Template {
    /// The value of `--template`.
    pub(super) name: &'static str,
    /// The kind of project that it is for, as in "a Node.js project".
    pub(super) kind: &'static str,
    /// A description of the pipeline.
    pub(super) about: &'static str,
    pub(super) pipeline: &'static str,
    /// `None` if nothing is built.
    pub(super) buildspec: Option<&'static str>,
    /// Whether the pipeline deploys a stack.
    pub(super) deploys_stack: bool,
}

/// The files of a folder of `templates/`.
macro_rules! files {
    ($folder:literal) => {
        (
            include_str!(concat!("templates/", $folder, "/pipeline.pipe")),
            Some(include_str!(concat!("templates/", $folder, "/buildspec.yml"))),
        )
    };
}

/// Files that several languages share. They differ in their commands.
const BUILD: (&str, Option<&str>) = files!("build");
const DOCKER: (&str, Option<&str>) = files!("docker");
const ECS: (&str, Option<&str>) = files!("ecs");
const ECS_BLUE_GREEN: (&str, Option<&str>) = files!("ecs-blue-green");
const SAM: (&str, Option<&str>) = files!("sam");
const CDK: (&str, Option<&str>) = files!("cdk");
const CLOUDFORMATION: (&str, Option<&str>) = (include_str!("templates/cloudformation/pipeline.pipe"), None);

const fn template(
    name: &'static str,
    kind: &'static str,
    about: &'static str,
    files: (&'static str, Option<&'static str>),
    deploys_stack: bool,
) -> Template {
    Template { name, kind, about, pipeline: files.0, buildspec: files.1, deploys_stack }
}

/// Every template, in the order of `--list`.
pub(super) const TEMPLATES: [Template; 12] = [
    template("node", "a Node.js project", "build and test with npm, Yarn, or pnpm", BUILD, false),
    template("python", "a Python project", "install and test with pip, uv, Poetry, or Pipenv", BUILD, false),
    template("java", "a Java project", "build and test with Maven or Gradle", BUILD, false),
    template("go", "a Go project", "build, vet, and test", BUILD, false),
    template("dotnet", "a .NET project", "build and test", BUILD, false),
    template("docker", "a container image", "build the Dockerfile, and push the image to Amazon ECR", DOCKER, false),
    template("ecs", "a service of Amazon ECS", "build and push the image, and deploy it to the service", ECS, false),
    template(
        "ecs-blue-green",
        "a service of Amazon ECS",
        "build the image, and shift the service to it with CodeDeploy",
        ECS_BLUE_GREEN,
        false,
    ),
    template("sam", "a SAM application", "build, package, and deploy the serverless application", SAM, true),
    template("cdk", "a CDK app", "deploy all stacks of the app", CDK, false),
    template("cloudformation", "a CloudFormation template", "deploy the stack", CLOUDFORMATION, true),
    template("plain", "any project", "run the commands that you add", BUILD, false),
];

/// Returns the template with a name.
pub(super) fn find(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

/// The lines for each slot.
pub(super) type Values = BTreeMap<&'static str, Vec<String>>;

/// Fills the slots of a template's text.
pub(super) fn fill(text: &str, values: &Values) -> String {
    let mut filled: Vec<String> = Vec::new();
    for line in text.lines() {
        let slot = line.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        if let Some(lines) = slot.and_then(|name| values.get(name)) {
            let indentation = line.split("{{").next().unwrap_or_default();
            filled.extend(lines.iter().map(|line| format!("{indentation}{line}").trim_end().to_owned()));
        } else {
            let mut line = line.to_owned();
            for (name, lines) in values {
                line = line.replace(&format!("{{{{{name}}}}}"), &lines.join("\n"));
            }
            filled.push(line);
        }
    }
    // A slot without lines may leave two blank lines.
    filled.dedup_by(|next, line| next.is_empty() && line.is_empty());
    filled.join("\n").trim_end().to_owned() + "\n"
}

/// Returns a command as an item of a YAML list.
pub(super) fn yaml_item(command: &str) -> String {
    let starts_plain = command.starts_with(|c: char| c.is_ascii_alphanumeric() || "./".contains(c));
    if starts_plain && !command.contains(": ") && !command.contains(" #") && !command.ends_with(':') {
        format!("- {command}")
    } else {
        format!("- '{}'", command.replace('\'', "''"))
    }
}

/// Quotes a word of a command for a shell.
pub(super) fn in_shell(word: &str) -> String {
    crate::cli::deployment::quoted(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_keep_their_indentation() {
        let values: Values = [
            ("none", Vec::new()),
            ("name", vec!["x".to_owned()]),
            ("lines", vec!["a {".to_owned(), "  b".to_owned(), String::new(), "}".to_owned()]),
        ]
        .into();
        let filled = fill("{{name}} {\n  {{lines}}\n\n  {{none}}\n\n}\n\n{{none}}\n", &values);
        assert_eq!(filled, "x {\n  a {\n    b\n\n  }\n\n}\n");
    }

    #[test]
    fn commands_that_yaml_reads_otherwise_are_quoted() {
        assert_eq!(yaml_item("npm ci"), "- npm ci");
        assert_eq!(yaml_item("echo \"a: b\""), "- 'echo \"a: b\"'");
        assert_eq!(yaml_item("cd 'it''s' # x"), "- 'cd ''it''''s'' # x'");
    }

    #[test]
    fn names_are_unique() {
        for (index, template) in TEMPLATES.iter().enumerate() {
            assert!(TEMPLATES.iter().skip(index + 1).all(|other| other.name != template.name), "{}", template.name);
        }
    }
}
