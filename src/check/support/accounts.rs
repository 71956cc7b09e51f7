//! Ids of AWS accounts.

/// Whether a text is an account's id.
pub(in crate::check) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
