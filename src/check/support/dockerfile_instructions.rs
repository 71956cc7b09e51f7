//! Instructions of Dockerfiles that Docker rejects, or that do something else than they seem to.
//!
//! Fact source: <https://docs.docker.com/reference/dockerfile/> (2026-11-30).

use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::workspace::dockerfile::{BuildStage, Dockerfile, Instruction};

/// The starts of variables that Docker sets for `FROM`.
/// <https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope> (2026-11-30)
const OF_PLATFORM: [&str; 2] = ["BUILD", "TARGET"];

/// A family of operating systems: words in the names of images, and the package managers that it has.
type Family = (&'static str, &'static [&'static str], &'static [&'static str]);

/// The first family with a word in the name or the tag counts: `node:22-alpine`.
/// <https://hub.docker.com/_/node>, <https://hub.docker.com/_/eclipse-temurin> (2026-11-30)
const FAMILIES: [Family; 3] = [
    ("Alpine Linux", &["alpine"], &["apk"]),
    (
        "Red Hat",
        &["al", "almalinux", "amazonlinux", "centos", "fedora", "oraclelinux", "rockylinux", "ubi"],
        &["dnf", "microdnf", "yum"],
    ),
    ("Debian", &["bookworm", "bullseye", "debian", "jammy", "noble", "slim", "trixie", "ubuntu"], &["apt", "apt-get"]),
];

/// Official images that are based on Debian or Ubuntu unless their tags say otherwise.
/// <https://github.com/docker-library/official-images/tree/master/library> (2026-11-30)
const OF_DEBIAN: [&str; 12] = [
    "eclipse-temurin",
    "golang",
    "gradle",
    "httpd",
    "maven",
    "nginx",
    "node",
    "php",
    "postgres",
    "python",
    "ruby",
    "rust",
];

/// The package managers.
const MANAGERS: [&str; 6] = ["apk", "apt", "apt-get", "dnf", "microdnf", "yum"];

/// Returns what is wrong with the instructions of a Dockerfile.
pub(in crate::check) fn faults(dockerfile: &Dockerfile) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(dockerfile.stages.iter().enumerate().filter_map(|(index, stage)| base(index, stage, dockerfile)));
    for instruction in &dockerfile.instructions {
        found.extend(match instruction.name.as_str() {
            "HEALTHCHECK" => health_check(instruction),
            "ENV" => variable(instruction),
            "ADD" | "COPY" => comment(instruction).or_else(|| empty_argument(instruction, dockerfile)),
            "RUN" => other_manager(instruction, dockerfile),
            _ => None,
        });
    }
    found
}

/// Reports the image of a stage that is nearly the name of another stage, or that has a variable that nothing sets.
fn base(index: usize, stage: &BuildStage, dockerfile: &Dockerfile) -> Option<Diagnostic> {
    let earlier = dockerfile.stages.get(..index)?;
    let name = stage.image.as_str();
    if stage.resolved.is_none() {
        let unset = names_in(name).into_iter().find(|name| !is_global(name, dockerfile))?;
        return Some(unset_in_image(unset, &stage.image));
    }
    let names = || earlier.iter().filter_map(|stage| stage.name.as_ref()).map(Spanned::as_str);
    let is_known =
        names().any(|known| known.eq_ignore_ascii_case(name)) || earlier.iter().any(|it| it.image.node == name);
    if is_known || name.contains(['/', ':', '.', '@']) {
        return None;
    }
    similar(name, names()).map(|near| unknown_base(&stage.image, near))
}

/// Returns the variables in a text.
fn names_in(text: &str) -> Vec<&str> {
    let name =
        |rest: &'_ str| -> usize { rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len()) };
    let parts = text.split('$').skip(1);
    let parts = parts.map(|rest| rest.strip_prefix('{').unwrap_or(rest));
    // `${NAME:-default}` has a value without the variable.
    let parts = parts.filter(|rest| !rest.get(name(rest)..).is_some_and(|rest| rest.starts_with(':')));
    parts.filter_map(|rest| rest.get(..name(rest))).filter(|name| !name.is_empty()).collect()
}

/// Returns whether a variable is declared before the first stage, or set by Docker.
fn is_global(name: &str, dockerfile: &Dockerfile) -> bool {
    OF_PLATFORM.iter().any(|start| name.starts_with(start)) || declares(name, 0, dockerfile)
}

/// Returns whether instructions with a number of stages up to them declare a variable.
fn declares(name: &str, stage: usize, dockerfile: &Dockerfile) -> bool {
    let of_stage = dockerfile.instructions.iter().filter(|it| it.stage == stage);
    let declaring = of_stage.filter(|it| matches!(it.name.as_str(), "ARG" | "ENV"));
    declaring.flat_map(|it| &it.arguments).any(|word| word.node.split('=').next() == Some(name))
}

/// Reports a variable of the part before the first stage, which stages do not have.
fn empty_argument(instruction: &Instruction, dockerfile: &Dockerfile) -> Option<Diagnostic> {
    // A stage has the variables of the stage that it starts from.
    let is_own = dockerfile.stages.get(instruction.stage.checked_sub(1)?).is_some_and(|stage| {
        !dockerfile.stages.iter().any(|it| it.name.as_ref().is_some_and(|name| name.node == stage.image.node))
    });
    let words = instruction.arguments.iter().filter(|word| is_own && !word.node.starts_with("--"));
    words.into_iter().find_map(|word| {
        let is_lost = |name: &&str| declares(name, 0, dockerfile) && !declares(name, instruction.stage, dockerfile);
        let name = names_in(&word.node).into_iter().find(is_lost)?;
        Some(out_of_scope(name, word))
    })
}

/// Reports a health check without `CMD`.
fn health_check(instruction: &Instruction) -> Option<Diagnostic> {
    let first = instruction.arguments.iter().find(|word| !word.node.starts_with("--"))?;
    let is_type = ["CMD", "NONE"].iter().any(|known| first.node.eq_ignore_ascii_case(known));
    (!is_type).then(|| no_check(first))
}

/// Reports `ENV NAME` and `ENV NAME = value`.
fn variable(instruction: &Instruction) -> Option<Diagnostic> {
    match instruction.arguments.as_slice() {
        [only] if !only.node.contains('=') => Some(no_value(only)),
        [name, sign, value, ..] if sign.node == "=" => Some(spaced_value(name, sign, value)),
        _ => None,
    }
}

/// Reports a comment after the files that are copied.
fn comment(instruction: &Instruction) -> Option<Diagnostic> {
    instruction.arguments.iter().find(|word| word.node == "#").map(no_comment)
}

/// Reports a package manager of another operating system than that of the image.
fn other_manager(instruction: &Instruction, dockerfile: &Dockerfile) -> Option<Diagnostic> {
    let mut stage = dockerfile.stages.get(instruction.stage.checked_sub(1)?)?;
    // Each stage starts from an earlier one, or from an image.
    for _ in 0..dockerfile.stages.len() {
        let is_it =
            |it: &&BuildStage| it.name.as_ref().is_some_and(|name| name.node.eq_ignore_ascii_case(&stage.image.node));
        match dockerfile.stages.iter().find(is_it) {
            Some(other) => stage = other,
            None => break,
        }
    }
    let image = stage.resolved.as_deref()?.to_ascii_lowercase();
    let words: Vec<&str> = image.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |family: &&Family| {
        family.1.iter().any(|mark| words.iter().any(|word| word.strip_prefix(mark).is_some_and(is_number)))
    };
    let name =
        image.strip_prefix("public.ecr.aws/docker/library/").unwrap_or(&image).split(':').next().unwrap_or_default();
    let is_of_debian = OF_DEBIAN.contains(&name) && !image.contains("windows") && !image.contains("nanoserver");
    let (system, _, own) = FAMILIES.iter().find(has).or_else(|| FAMILIES.last().filter(|_| is_of_debian))?;
    let handled = ["command", "which", "if", "||"];
    if instruction.arguments.iter().any(|word| handled.contains(&word.as_str())) {
        return None;
    }
    let mut before = "&&";
    for word in instruction.arguments.iter().filter(|word| !word.node.starts_with("--")) {
        let starts = matches!(before, "&&" | ";" | "sudo") || before.ends_with(';');
        if starts && MANAGERS.contains(&word.as_str()) && !own.contains(&word.as_str()) {
            return Some(no_manager(word, system, own, stage));
        }
        before = word.as_str();
    }
    None
}

/// Returns whether the rest of a word is a version: `alpine3`.
fn is_number(rest: &str) -> bool {
    rest.bytes().all(|byte| byte.is_ascii_digit())
}

/// An image whose name is nearly that of a stage.
fn unknown_base(image: &Spanned<String>, near: &str) -> Diagnostic {
    let message = format!("the Dockerfile has no stage `{}` before this line", image.node);
    Diagnostic::new(Code::E0229, message, image.span, "Docker tries to pull an image with this name")
        .suggest(image.span, Some(near))
}

/// A variable in the name of an image that nothing declares.
fn unset_in_image(name: &str, image: &Spanned<String>) -> Diagnostic {
    let message = format!("no `ARG` before the first `FROM` declares `{name}`");
    Diagnostic::new(Code::E0229, message, image.span, "empty here: \"invalid reference format\"")
        .help(format!("write `ARG {name}=...` before the first `FROM`"))
}

/// A variable that only the part before the first stage has.
fn out_of_scope(name: &str, word: &Spanned<String>) -> Diagnostic {
    let message = format!("`{name}` is empty in this stage");
    Diagnostic::new(Code::E0229, message, word.span, "declared only before the first `FROM`")
        .help(format!("write `ARG {name}` after `FROM`"))
}

/// A health check that starts with the command itself.
fn no_check(first: &Spanned<String>) -> Diagnostic {
    let message = format!("`HEALTHCHECK` has no type `{}`", first.node);
    Diagnostic::new(Code::E0229, message, first.span, "\"unknown type\"")
        .help(format!("write `HEALTHCHECK CMD {} ...`", first.node))
}

/// A variable without a value.
fn no_value(name: &Spanned<String>) -> Diagnostic {
    let message = format!("`ENV {}` has no value", name.node);
    Diagnostic::new(Code::E0229, message, name.span, "\"ENV must have two arguments\"")
        .help(format!("write `ENV {}=...`, or `ARG {}` for a value from the command", name.node, name.node))
}

/// A value that begins with the equals sign.
fn spaced_value(name: &Spanned<String>, sign: &Spanned<String>, value: &Spanned<String>) -> Diagnostic {
    let message = format!("the value of `{}` is `= {}`", name.node, value.node);
    Diagnostic::new(Code::E0229, message, sign.span, "part of the value")
        .help(format!("write `ENV {}={}`", name.node, value.node))
}

/// A comment after an instruction.
fn no_comment(sign: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0229,
        "comment in the line of an instruction",
        sign.span,
        "`COPY` and `ADD` take it for a file",
    )
    .help("write the comment on a line of its own")
}

/// A package manager that the image does not have.
fn no_manager(word: &Spanned<String>, system: &str, own: &[&str], stage: &BuildStage) -> Diagnostic {
    let message = format!("the image has no `{}`: it is based on {system}", word.node);
    let names: Vec<String> = own.iter().map(|name| format!("`{name}`")).collect();
    Diagnostic::new(Code::W0229, message, word.span, "fails with \"command not found\"")
        .label(stage.image.span, system.to_owned())
        .help(format!("use {}, and the names that the packages have in {system}", names.join(" or ")))
}
