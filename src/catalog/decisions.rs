//! What is written into a template although no attribute requests it (`decisions.toml`).

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value as Json;

/// Identifies a decision for the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionId {
    /// `BucketEncryption` of `AWS::S3::Bucket`.
    BucketEncryption,
    /// `BucketEncryption` of `AWS::S3::Bucket`.
    BucketEncryptionWithKey,
    /// `OwnershipControls` of `AWS::S3::Bucket`.
    BucketOwnership,
    /// `PublicAccessBlockConfiguration` of `AWS::S3::Bucket`.
    BucketPublicAccess,
    /// `VersioningConfiguration` of `AWS::S3::Bucket`.
    BucketVersioning,
    /// `NotificationConfiguration` of `AWS::S3::Bucket`.
    BucketEvents,
    /// `LifecycleConfiguration` of `AWS::S3::Bucket`.
    BucketLifecycle,
    /// `LifecycleConfiguration` of `AWS::S3::Bucket`.
    BucketOldVersions,
    /// `LifecycleConfiguration` of `AWS::S3::Bucket`.
    BucketIncompleteUploads,
    /// `PolicyDocument` of `AWS::S3::BucketPolicy`.
    BucketTls,
    /// `KeyPolicy` of `AWS::KMS::Key`.
    KeyAccount,
    /// `KeyPolicy` of `AWS::KMS::Key`.
    KeyNotifications,
    /// `RetentionInDays` of `AWS::Logs::LogGroup`.
    LogRetention,
    /// `Artifacts` of `AWS::CodeBuild::Project`.
    ProjectArtifacts,
    /// `Source` of `AWS::CodeBuild::Project`.
    ProjectSource,
    /// `RegisterWithThirdParty` of `AWS::CodePipeline::Webhook`.
    WebhookRegistration,
    /// `State` of `AWS::Events::Rule`.
    RuleState,
    /// `PolicyDocument` of `AWS::SNS::TopicPolicy`.
    TopicNotifications,
    /// `PolicyDocument` of `AWS::SNS::TopicPolicy`.
    TopicAccount,
}

/// A property, or a part of one, that dotpipe decides.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Its ID.
    pub id: DecisionId,
    /// The resource type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// The property of the resource.
    pub property: String,
    /// The property, or a part of it; `${...}` in its strings is a placeholder for what the plan knows.
    pub value: Json,
    /// Why it is there.
    pub reason: String,
    /// The page that describes it.
    pub source: String,
}

/// A property that follows from the rest of the file.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// The resource type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// The property of the resource.
    pub property: String,
    /// Completes "It follows from ...".
    pub from: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decisions {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The decisions.
    pub decision: Vec<Decision>,
    /// The properties that follow from the rest of the file.
    pub derived: Vec<Derived>,
}

static TEXT: &str = facts!("decisions");

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn decisions() -> Option<&'static Decisions> {
    static DECISIONS: OnceLock<Option<Decisions>> = OnceLock::new();
    DECISIONS.get_or_init(|| serde_json::from_str(TEXT).ok()).as_ref()
}

/// Returns a decision by its ID.
pub fn decision(id: DecisionId) -> Option<&'static Decision> {
    decisions()?.decision.iter().find(|decision| decision.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_has_a_reason_and_a_source() {
        let file = serde_json::from_str::<Decisions>(TEXT).unwrap();
        assert_eq!(file.verified.len(), 10);
        assert!(file.decision.len() > 15);
        for (index, decision) in file.decision.iter().enumerate() {
            assert!(decision.source.starts_with("https://docs.aws.amazon.com/"), "{decision:?}");
            assert!(decision.reason.len() > 20 && !decision.reason.ends_with('.'), "{decision:?}");
            assert!(file.decision[..index].iter().all(|other| other.id != decision.id), "{decision:?}");
        }
        for (index, derived) in file.derived.iter().enumerate() {
            assert!(!derived.from.ends_with('.'), "{derived:?}");
            let same = |other: &Derived| {
                (&other.resource_type, &other.property) == (&derived.resource_type, &derived.property)
            };
            assert!(!file.derived[..index].iter().any(same), "{derived:?}");
        }
    }
}
