//! What each diagnostic says, one file a family of codes. Rules decide when; these functions decide the words.

pub mod settings;
pub mod syntax;
