//! What AWS accepts, as data. Knows nothing of the language.

mod declarations;
pub mod faults;
mod grants;
pub mod images;
pub mod limits;
pub mod names;
pub mod optional;
pub mod permissions;
mod providers;
pub mod regions;
mod rules;
mod schema;
pub mod verbs;

#[cfg(test)]
mod tests;

pub use declarations::*;
pub use grants::*;
pub use providers::*;
pub use rules::*;
pub use schema::*;
