//! Declarations by their kinds: what a value can refer to.

use super::{
    BucketId, ConnectionId, EnvironmentId, KeyId, PipelineId, ProjectId, ProviderId, RepositoryId, RoleId, TopicId,
};

pub use crate::catalog::Kind;

/// Defines [`Entity`]: for each kind, the ID of a declaration.
macro_rules! entities {
    ($($kind:ident($id:ident))*) => {
        /// A declaration: a pipeline or any other.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Entity {
            $(
                #[doc = concat!("Of [`Kind::", stringify!($kind), "`].")]
                $kind($id),
            )*
        }

        impl Entity {
            /// Creates the entity at an index in the list of its kind.
            pub fn new(kind: Kind, index: usize) -> Self {
                match kind {
                    $(Kind::$kind => Self::$kind($id(index)),)*
                }
            }

            /// Returns its kind.
            pub fn kind(self) -> Kind {
                match self {
                    $(Self::$kind(_) => Kind::$kind,)*
                }
            }
        }
    };
}

entities! {
    Project(ProjectId)
    Bucket(BucketId)
    Topic(TopicId)
    Role(RoleId)
    Connection(ConnectionId)
    Repository(RepositoryId)
    Provider(ProviderId)
    Key(KeyId)
    Environment(EnvironmentId)
    Pipeline(PipelineId)
}

impl Entity {
    /// Returns the keyword that declares it, which is also what the catalog's verbs call it.
    pub fn word(self) -> &'static str {
        self.kind().word()
    }
}
