//! Permissions of roles that no provider's file covers: one embedded file for each role in `roles/`.

use std::sync::OnceLock;

use super::GrantSet;

macro_rules! grant_sets {
    ($($(#[$doc:meta])* $variant:ident $file:literal)*) => {
        /// A role whose permissions do not come from a provider.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum RoleKind {
            $($(#[$doc])* $variant,)*
        }

        impl RoleKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns its permissions; `None` if the file does not parse, which a test rules out.
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
    /// The role that a pipeline or one of its actions assumes: its permissions besides those of its actions.
    Pipeline "pipeline"
    /// The role of an action that runs code of the repository: its permissions besides those of the action.
    Code "code"
    /// The role of a CodeBuild project.
    Build "build"
    /// The role that starts the builds of a batch.
    Batch "batch"
    /// The role that CloudFormation uses for a stack: its permissions besides those of its resources' handlers.
    Stack "stack"
    /// The role of an event rule.
    Event "event"
}
