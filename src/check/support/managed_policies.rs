//! Managed policies of AWS.

use crate::catalog::forms::{managed_policies, managed_policy_path};
use crate::diagnostic::suggest::{is_misspelling, similar};

/// Returns the ARN that is probably meant, if AWS has no managed policy with an ARN.
pub(in crate::check) fn managed_policy_meant(arn: &str) -> Option<String> {
    let (start, name) = arn.split_once(":iam::aws:policy/")?;
    let (path, name) = name.rsplit_once('/').map_or(("", name), |(path, name)| (path, name));
    let given = if path.is_empty() { String::new() } else { format!("{path}/") };
    let meant = |name: &str, path: &str| format!("{start}:iam::aws:policy/{path}{name}");
    match managed_policy_path(name) {
        Some(path) if path == given => None,
        Some(path) => Some(meant(name, path)),
        None => {
            let near = similar(name, managed_policies()).filter(|near| is_misspelling(name, near))?;
            Some(meant(near, managed_policy_path(near)?))
        }
    }
}
