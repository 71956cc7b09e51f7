//! W0905: images that CodeBuild no longer maintains. E0912, W0912: images that it does not have. E0911: machines that
//! do not fit. E0940: credentials for one of CodeBuild's own images.

use crate::catalog::images::{Image, ImageEnvironment, environment, image, image_names, images};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::configuration;
use crate::diagnostic::{Code, Diagnostic, Intent, PipeCode, phrase, suggest, wording};
use crate::hir::{Attribute, Project, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    name: "build-machine",
    codes: &[Code::E0106, Code::W0905, Code::E0911, Code::E0912, Code::W0912, Code::E0940],
    run: check,
};

/// The environment type for an image that is not CodeBuild's own, unless the project sets it.
const DEFAULT_ENVIRONMENT: &str = "LINUX_CONTAINER";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for project in &subject.hir.projects {
        one(project, findings);
        if let Some(cache) = project.declaration.attributes.get("cache").filter(|it| it.value.as_str() == Some("")) {
            findings.push(configuration::empty("cache", cache.value.span));
        }
    }
}

fn one(project: &Project, findings: &mut Findings) {
    let literal = |word: &str| project.declaration.attributes.get(word).and_then(|attribute| attribute.value.as_str());
    let Some(attribute) = project.declaration.attributes.get("image") else { return };
    let Some(name) = attribute.value.as_str() else { return };
    let found = image(name);
    let at = attribute.value.span;
    // The images of these types have a list of their own.
    // <https://docs.aws.amazon.com/codebuild/latest/userguide/ec2-compute-images.html> (2026-11-30)
    let is_machine = literal("environment-type").is_some_and(|ty| ty == "MAC_ARM" || ty.ends_with("_EC2"));
    if is_machine && matches!(found, Image::UnknownTag(_) | Image::UnknownName) {
        return;
    }
    match found {
        Image::Curated { deprecated: true, .. } => {
            findings.push(deprecated_image(name, at, newest(name).as_deref()));
        }
        Image::UnknownTag(_) => {
            findings.push(unknown_image(name, at, longer(name).or_else(|| newest(name)).as_deref(), false));
            return;
        }
        Image::UnknownName => {
            let names: Vec<String> = image_names().collect();
            let near = suggest::similar(name, names.iter().map(String::as_str));
            let misspelled = near.is_some_and(|near| suggest::is_misspelling(name, near));
            findings.push(unknown_image(name, at, near, misspelled));
            return;
        }
        _ => {}
    }
    if project.declaration.attributes.contains_key("environment-type") && literal("environment-type").is_none() {
        return;
    }
    let curated = match found {
        Image::Curated { environment, .. } => Some(environment),
        _ => None,
    };
    if curated.is_some() {
        fetched_as_foreign(project, at, findings);
    }
    let machine = literal("environment-type").or(curated).unwrap_or(DEFAULT_ENVIRONMENT);
    if let Some(machine) = environment(machine) {
        if let Some(curated) = curated.filter(|own| is_arm(own) != is_arm(&machine.name)) {
            findings.push(wrong_processor(name, curated, &machine.name, at));
        }
        on_lambda(project, machine, findings);
        privileges(project, machine, findings);
        size(project, machine, attribute, findings);
    }
}

/// Checks for CodeBuild's own images with credentials, which it pulls itself.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html> (2026-11-23)
fn fetched_as_foreign(project: &Project, image: Span, findings: &mut Findings) {
    let attributes = &project.declaration.attributes;
    let by_role = attributes.get("image-pull-credentials-type").filter(|it| it.value.as_str() == Some("SERVICE_ROLE"));
    let word = if by_role.is_some() { "image-pull-credentials-type" } else { "registry-credential" };
    if let Some(attribute) = by_role.or_else(|| attributes.get("registry-credential")) {
        findings.push(own_image_fetched(word, attribute.word.to(attribute.value.span), image));
    }
}

/// Returns the newest maintained image with the same name and language, or otherwise the newest without a language.
fn newest(name: &str) -> Option<String> {
    let (prefix, tag) = name.split_once(':')?;
    let newest_for = |wanted: &str| {
        let fits = |other: &(&str, &str)| other.0 == prefix && language(other.1) == wanted;
        image_names().filter(|other| other.split_once(':').is_some_and(|other| fits(&other))).last()
    };
    newest_for(language(tag)).or_else(|| newest_for(""))
}

/// Returns `nodejs` for the tag `nodejs22`, and an empty string for `7.0`.
fn language(tag: &str) -> &str {
    tag.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'))
}

/// Returns the image whose tag is incomplete, such as `standard:7`.
fn longer(name: &str) -> Option<String> {
    image_names().find(|other| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

fn is_arm(environment: &str) -> bool {
    environment.starts_with("ARM_") || environment == "MAC_ARM"
}

fn on_lambda(project: &Project, machine: &ImageEnvironment, findings: &mut Findings) {
    for word in machine.without() {
        if let Some(attribute) = project.declaration.attributes.get(word) {
            findings.push(not_on_lambda(word, &machine.name, attribute.word));
        }
    }
}

fn privileges(project: &Project, machine: &ImageEnvironment, findings: &mut Findings) {
    if let Some(privileged) = project.declaration.attributes.get("privileged")
        && privileged.value.kind == ValueKind::Bool(true)
        && !machine.privileged
    {
        findings.push(privileged_machine(&machine.name, privileged.word.to(privileged.value.span)));
    }
}

fn size(project: &Project, machine: &ImageEnvironment, image: &Attribute, findings: &mut Findings) {
    let by_fleet = project.declaration.attributes.contains_key("fleet") || machine.compute.is_empty();
    let slot = crate::catalog::declaration("project").and_then(|entry| entry.slot_of_attribute("compute"));
    let (false, Some(slot)) = (by_fleet, slot) else { return };
    let word_of = |aws: &str| slot.values.iter().find(|(_, value)| *value == aws).map(|(word, _)| word.as_str());
    let sizes: Vec<&str> = machine.compute.iter().filter_map(|aws| word_of(aws)).collect();
    let Some(compute) = project.declaration.attributes.get("compute") else {
        let default = slot.emit.as_deref().unwrap_or_default();
        if !sizes.contains(&default) {
            findings.push(default_size(default, &machine.name, image.value.span, &sizes));
        }
        return;
    };
    let Some(aws) = compute.value.as_str() else { return };
    let comes_in = |machine: &ImageEnvironment| machine.compute.iter().any(|size| size == aws);
    // Sizes that no machine lists belong to fleets.
    let listed = images().is_some_and(|images| images.environment.iter().any(comes_in));
    if listed && !comes_in(machine) {
        let word = word_of(aws).unwrap_or(aws);
        findings.push(wrong_size(word, &machine.name, compute.value.span, &sizes));
    }
}

/// An image that is no longer maintained.
fn deprecated_image(image: &str, place: Span, newest: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0905,
        format!("CodeBuild no longer maintains image `{image}`"),
        place,
        "gets no updates, and starts slowly because it is not cached on the host",
    );
    match newest {
        // No edit: only the user can know whether the build works with the tools of another image.
        Some(newest) => diagnostic.help(format!("write `\"{newest}\"`")),
        None => diagnostic,
    }
}

/// An image that CodeBuild does not list. `misspelled` is whether it cannot be the name of a newer image either.
fn unknown_image(image: &str, place: Span, near: Option<&str>, misspelled: bool) -> Diagnostic {
    let (code, label) = if misspelled {
        (Code::E0912, "no build can start with this image")
    } else {
        (Code::W0912, "not in CodeBuild's list of images")
    };
    let diagnostic = Diagnostic::new(code, format!("unknown CodeBuild image `{image}`"), place, label);
    match near {
        Some(near) => diagnostic.did_you_mean(near).intend(Intent::SetString { place, text: near.to_owned() }),
        None => diagnostic.help("use one of CodeBuild's images, such as `aws/codebuild/standard:8.0`"),
    }
}

/// Privileged mode on a machine that does not support it.
fn privileged_machine(machine: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0911, format!("builds on {machine} cannot be privileged"), place, "").help(
        if machine.to_ascii_lowercase().contains("lambda") {
            "remove `privileged`, or use an image and a `compute` size that are not for AWS Lambda"
        } else {
            "remove `privileged`, or use a Linux environment type"
        },
    )
}

/// CodeBuild's own image with an attribute for images of other registries.
fn own_image_fetched(attribute: &str, place: Span, image: Span) -> Diagnostic {
    let by_role = attribute != "registry-credential";
    let message = if by_role {
        "CodeBuild pulls its own images with its own credentials, not with the project's role"
    } else {
        "CodeBuild pulls its own images without `registry-credential`"
    };
    let diagnostic = Diagnostic::new(Code::E0940, message, place, "only for images from other registries")
        .label(image, "a CodeBuild image")
        .help(format!("remove `{attribute}`"));
    if by_role {
        return diagnostic
            .note("AWS: \"cannot use a CodeBuild curated image with imagePullCredentialsType SERVICE_ROLE\"");
    }
    diagnostic
}

/// An attribute that builds on AWS Lambda do not support.
fn not_on_lambda(attribute: &str, machine: &str, place: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0911, format!("builds on {machine} do not support `{attribute}`"), place, "");
    let diagnostic = match attribute {
        "timeout" => diagnostic.note("builds on AWS Lambda time out after 15 minutes"),
        _ => diagnostic,
    };
    diagnostic.help(format!("remove `{attribute}`, or use an image and a `compute` size that are not for AWS Lambda"))
}

/// An image for a different processor from that of the machine.
fn wrong_processor(image: &str, own: &str, machine: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0911,
        format!("image `{image}` does not run on {machine}"),
        place,
        format!("an image for {own}"),
    )
    .help(format!("remove `environment-type`, or use an image for {machine}"))
}

/// A compute size that the machine does not have.
fn wrong_size(size: &str, machine: &str, place: Span, sizes: &[&str]) -> Diagnostic {
    Diagnostic::new(
        Code::E0911,
        format!("environment type {machine} does not support compute size `{size}`"),
        place,
        "",
    )
    .help(format!("write {}", wording::or_list(sizes.iter().copied())))
}

/// The default compute size is not available.
fn default_size(size: &str, machine: &str, place: Span, sizes: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0911,
        format!("environment type {machine} does not support the default compute size `{size}`"),
        place,
        "needs `compute`",
    );
    match sizes.first() {
        Some(first) => diagnostic.help(phrase!["add ", PipeCode::set("compute", first)]),
        None => diagnostic,
    }
}
