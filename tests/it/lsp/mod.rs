//! The language server, with a client in the same process.

mod actions;
mod annotations;
mod client;
mod clients_of_record;
mod completion;
mod deployed;
mod diagnostics;
mod documents;
mod endurance;
mod formatting;
mod outline;
mod places;
mod refactoring;
mod renaming;
mod robustness;
