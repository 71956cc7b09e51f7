//! Grants of roles that no provider's file covers: one file for each role under `roles/`, embedded.

use std::sync::OnceLock;

use super::GrantSet;

macro_rules! grant_sets {
    ($($(#[$doc:meta])* $variant:ident $file:literal)*) => {
        /// A role whose grants do not come from a provider.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum RoleKind {
            $($(#[$doc])* $variant,)*
        }

        impl RoleKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its grants; `None` if the file does not parse, which a test rules out.
            pub fn grants(self) -> Option<&'static GrantSet> {
                match self {
                    $(Self::$variant => {
                        static PARSED: OnceLock<Option<GrantSet>> = OnceLock::new();
                        PARSED.get_or_init(|| serde_json::from_str(facts!("roles/", $file)).ok()).as_ref()
                    })*
                }
            }
        }
    };
}

grant_sets! {
    /// The role a pipeline, or one of its actions, works under: what it needs beside its actions' own grants.
    Pipeline "pipeline"
    /// The role of an action that runs code of the repository: what it needs beside the action's own grants.
    Code "code"
    /// The role of a CodeBuild project.
    Build "build"
    /// The role that starts the builds of a batch.
    Batch "batch"
    /// The role CloudFormation uses for a stack: what it needs beside its resources' handlers.
    Stack "stack"
    /// The role of an event rule.
    Event "event"
}
