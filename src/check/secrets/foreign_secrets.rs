//! W0985: secrets of another account, which requires a key and a policy in that account.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{AllowCode, AllowedOn, Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Permission, Project, Statement, Value, ValueKind};
use crate::plan::repository;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "foreign-secrets", codes: &[Code::W0985], run: check };

/// The IAM action that decrypts data with a key.
const DECRYPT: &str = "kms:Decrypt";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(home) = subject.plan.home.account.as_deref() else { return };
    for project in &subject.hir.projects {
        let found = project.env().iter().filter_map(|(_, value)| lacking(project, value, home));
        findings.extend(found);
    }
    for place in subject.actions() {
        let Some(project) = repository::project(subject.hir, place.action) else { continue };
        let Some(ValueKind::Map(own)) = place.action.value("EnvironmentVariables").map(|value| &value.kind) else {
            continue;
        };
        for found in own.iter().filter_map(|(_, value)| lacking(project, value, home)) {
            findings.about(place, found);
        }
    }
}

/// Returns a diagnostic for a variable with a secret of another account that the project's derived role cannot decrypt.
fn lacking(project: &Project, value: &Value, home: &str) -> Option<Diagnostic> {
    let (account, name, region) = secret_of(value).filter(|(account, ..)| *account != home)?;
    let role_is_own = project.declaration.value("role").is_some();
    let is_allowed = project.statements.iter().any(|statement| decrypts(statement, account));
    let place = project.declaration.symbol.span;
    (!role_is_own && !is_allowed).then(|| of_account(name, account, region, value.span, place))
}

/// Returns the account, the name, and the Region of a secret that is identified by its ARN.
fn secret_of(value: &Value) -> Option<(&str, &str, &str)> {
    let ValueKind::Secret(secret) = &value.kind else { return None };
    let fields: Vec<&str> = secret.id.as_literal()?.splitn(7, ':').collect();
    let ["arn", _, "secretsmanager", region, account, "secret", name] = fields.as_slice() else { return None };
    crate::catalog::accounts::is_account_id(account).then_some((account, name, region))
}

/// Returns whether a statement allows decryption with a key of an account.
fn decrypts(statement: &Statement, account: &str) -> bool {
    let Permission::Actions(actions) = &statement.permission else { return false };
    let allows = actions.iter().any(|action| [DECRYPT, "kms:*", "*"].contains(&action.as_str()));
    let of_account = |value: &Value| match value.as_str() {
        Some(text) => text == "*" || text.contains(account),
        None => true,
    };
    allows && !statement.deny && statement.resources.iter().any(of_account)
}

/// A secret that the build's role cannot read without changes in the other account.
fn of_account(name: &str, account: &str, region: &str, place: Span, project: Span) -> Diagnostic {
    let key = AllowedOn::Arn(format!("arn:aws:kms:{region}:{account}:key/..."));
    let allow = AllowCode::of_actions(&[DECRYPT], vec![key]);
    let message = format!("secret `{name}` is in account `{account}`, with a key that the build cannot use");
    Diagnostic::new(Code::W0985, message, place, "the key of the secret must be a customer managed key")
        .label(project, "its role has no `kms:Decrypt` for that key")
        .note("the policies of the secret and of its key in the other account must allow the role, too")
        .help(phrase!["add ", PipeCode::Allow(allow), " to the project, with the ID of the key"])
}
