//! The secrets and parameters that the `env` section of a buildspec reads before the first command.
//!
//! Fact source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-23).

use crate::workspace::buildspec::Env;

use super::super::grant::GrantValues;
use super::super::{Expr, Piece};

/// Adds the secrets and parameters that the section names.
pub(super) fn add(env: &Env, values: &mut GrantValues) {
    for variable in &env.parameter_store {
        if let Some(name) = parameter(&variable.value.node) {
            values.set("Parameter", Expr::text(name), variable.value.span);
        }
    }
    for variable in &env.secrets_manager {
        values.set("Secret", secret(&variable.value.node), variable.value.span);
    }
}

/// Returns the name without its leading slash and its version or label, or `None` for an ARN, which may belong to
/// another account.
fn parameter(written: &str) -> Option<String> {
    let written = written.trim();
    let name = written.trim_start_matches('/');
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    (!written.starts_with("arn:") && !name.is_empty()).then(|| pattern(name))
}

/// Returns the ARN of `secret-id:json-key:version-stage:version-id`, where the ID is a name or an ARN itself.
fn secret(written: &str) -> Expr {
    let parts: Vec<&str> = written.trim().split(':').collect();
    match parts.as_slice() {
        ["arn", rest @ ..] => {
            let arn: Vec<&str> = std::iter::once("arn").chain(rest.iter().copied().take(6)).collect();
            Expr::text(pattern(&arn.join(":")))
        }
        [name, ..] => {
            // AWS appends a hyphen and six characters to the name.
            Expr::arn("secretsmanager", Expr::from(Piece::Text(format!("secret:{}-??????", pattern(name)))))
        }
        [] => Expr::default(),
    }
}

/// Replaces the variables of a text, which the build expands, with `*`.
fn pattern(text: &str) -> String {
    let mut pattern = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('$') {
        pattern.push_str(before);
        pattern.push('*');
        rest = match tail.strip_prefix('{') {
            Some(braced) => braced.split_once('}').map_or("", |(_, after)| after),
            None => tail.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'),
        };
    }
    pattern + rest
}

#[cfg(test)]
mod tests {
    use super::{parameter, pattern, secret};

    fn shown(written: &str) -> String {
        format!("{:?}", secret(written).pieces())
    }

    #[test]
    fn parameters_are_named_without_slash_and_version() {
        assert_eq!(parameter("/app/db/host").as_deref(), Some("app/db/host"));
        assert_eq!(parameter("CodeBuild/login:3").as_deref(), Some("CodeBuild/login"));
        assert_eq!(parameter("/${STAGE}/admin/$NAME").as_deref(), Some("*/admin/*"));
        assert_eq!(parameter("arn:aws:ssm:eu-west-1:111122223333:parameter/x"), None);
    }

    #[test]
    fn secrets_are_named_without_key_and_version() {
        assert!(shown("prod/db:password::AWSCURRENT").contains("secret:prod/db-??????"));
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:npm-AbCdEf";
        assert_eq!(secret(&format!("{arn}:token")), secret(arn));
    }

    #[test]
    fn variables_are_wildcards() {
        assert_eq!(pattern("a/${B}c/$D_1/e$"), "a/*c/*/e*");
    }
}
