//! The ids of AWS accounts.

/// Whether a text is the id of an account.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
