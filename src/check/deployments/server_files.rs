//! E0440, W0440: destinations and permissions of an AppSpec for servers that its agent rejects, or uses as folders.

use crate::check::support::appspecs::{AppSpecOrigin, each_appspec, known};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::artifact::ArtifactContents;
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "server-files", codes: &[Code::E0440, Code::W0440], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_appspec(subject, |place, appspec| {
        let root = appspec.document.root.as_ref().filter(|_| appspec.wanted.for_servers);
        let Some(root) = root.filter(|_| appspec.origin != AppSpecOrigin::Template) else { return };
        let contents = &subject.action_files.contents(place.pipeline_id, appspec.wanted.artifact).files;
        let os = root.get("os").and_then(Node::literal);
        for file in root.get("files").map(Node::items).unwrap_or_default() {
            findings.extend(destination(file, os, contents));
        }
        for permission in root.get("permissions").map(Node::items).unwrap_or_default() {
            let first = permission.entries().first().filter(|_| permission.get("object").is_none());
            findings.extend(first.map(|first| no_object(first.key.span)));
        }
    });
}

/// Checks the destination of a file or folder.
fn destination(file: &Node, os: Option<&str>, contents: &ArtifactContents) -> Option<Diagnostic> {
    let (source, destination) = (file.get("source")?, file.get("destination")?);
    let text = known(destination).filter(|text| !text.is_empty())?;
    if os == Some("linux") && !text.starts_with('/') {
        return Some(relative_destination(text, destination.span));
    }
    let name = text.rsplit(['/', '\\']).next().filter(|name| name.contains('.'))?;
    let path = known(source)?.trim_start_matches('/');
    // Folders have such names too: `conf.d`.
    let is_folder = path.rsplit_once('.').is_some_and(|(_, end)| end == "d")
        || matches!(contents, ArtifactContents::Patterns(_)) && contents.holds_folder(path);
    let is_same = path.rsplit('/').next() == Some(name) && !is_folder;
    is_same.then(|| destination_of_file(name, text, (destination.span, source.span)))
}

/// A destination that is not a whole path.
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-files.html> (2026-11-30)
fn relative_destination(text: &str, place: Span) -> Diagnostic {
    let message = format!("`{text}` is not a fully qualified path");
    let found = Diagnostic::new(Code::E0440, message, place, "must start with `/`");
    match text.as_bytes() {
        [b'~', ..] => found,
        [drive, b':', ..] if drive.is_ascii_alphabetic() => {
            found.help("write `os: windows` if the servers run Windows, or else a path that starts with `/`")
        }
        _ => found.help(format!("write `/{text}`")),
    }
}

/// A destination with the name of the file that is copied into it. The agent creates a folder:
/// <https://github.com/aws/aws-codedeploy-agent/blob/master/lib/instance_agent/plugins/codedeploy/installer.rb> (2026-11-30)
fn destination_of_file(name: &str, text: &str, (place, source): (Span, Span)) -> Diagnostic {
    let message = format!("CodeDeploy creates a folder `{name}` for file `{name}`");
    let folder = text.strip_suffix(name).map(|folder| folder.trim_end_matches(['/', '\\'])).unwrap_or_default();
    Diagnostic::new(Code::W0440, message, place, "a destination is a folder")
        .label(source, "copied into it")
        .help(format!("write `{}`", if folder.is_empty() { "/" } else { folder }))
}

/// A permission for nothing:
/// <https://github.com/aws/aws-codedeploy-agent/blob/master/lib/instance_agent/plugins/codedeploy/application_specification/application_specification.rb>
/// (2026-11-30)
fn no_object(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0440, "permission without `object`", place, "the agent rejects the AppSpec")
        .help("add `object: /opt/app`, the path of the file or folder")
}
