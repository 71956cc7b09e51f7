//! What AWS accepts, as data. Knows nothing of the language.

mod providers;
mod schema;

pub use providers::*;
pub use schema::*;
