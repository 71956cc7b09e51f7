//! E0210: the folder of a source that the repository does not have.

use camino::Utf8Path;

use crate::catalog::ExampleValue;
use crate::check::support::source_folder::missing_checkout;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar_path;
use crate::diagnostic::{Code, Diagnostic, Intent, PipeCode, phrase};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "checkout-folders", codes: &[Code::E0210], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Some(folder) = missing_checkout(subject, place.action) else { continue };
        let files = subject.workspace.files().tracked();
        let folders = files.keys().filter_map(|file| file.parent()).filter(|folder| !folder.as_str().is_empty());
        let near = similar_path(&folder.node, folders.map(Utf8Path::as_str));
        findings.about(place, no_folder(folder, near));
    }
}

/// A folder with the contents of a source that does not exist.
fn no_folder(folder: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("folder `{}` not found", folder.node);
    let found = Diagnostic::new(Code::E0210, message, folder.span, "named by `checkout`");
    match near {
        Some(near) => found
            .help(phrase!["write ", PipeCode::set("checkout", ExampleValue::text(near))])
            .intend(Intent::SetString { place: folder.span, text: near.to_owned() }),
        None => found.help(phrase![
            "write the folder with the files of this source, or ",
            PipeCode::set("checkout", "false"),
            " if it is another repository"
        ]),
    }
}
