//! What AWS accepts, as data. Knows nothing of the language.

mod schema;

pub use schema::*;
