//! The capabilities that a deployment must acknowledge.
//!
//! Fact source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html> and
//! `API_CreateStack.html` (2026-11-23). `CAPABILITY_AUTO_EXPAND` "has no effect" on change sets; a stack that is
//! created or updated without one must acknowledge every macro, SAM and `AWS::Include` among them.

use crate::source::Span;

use super::Template;

/// A capability, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// `CAPABILITY_IAM`; `CAPABILITY_NAMED_IAM` includes it.
    Iam,
    /// `CAPABILITY_NAMED_IAM`.
    NamedIam,
    /// `CAPABILITY_AUTO_EXPAND`.
    AutoExpand,
}

impl Capability {
    /// Returns its name in AWS.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iam => "CAPABILITY_IAM",
            Self::NamedIam => "CAPABILITY_NAMED_IAM",
            Self::AutoExpand => "CAPABILITY_AUTO_EXPAND",
        }
    }
}

/// One reason for a capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapabilityNeed {
    /// The capability.
    pub capability: Capability,
    /// The cause: a name (`RoleName`), the type of a resource, or the name of a macro.
    pub span: Span,
    /// The type of the IAM resource, the macro, or the type of the nested stack.
    pub cause: String,
    /// Whether SAM generates the resource.
    pub generated: bool,
    /// Whether only stacks deployed without a change set need it.
    pub direct_only: bool,
}

/// Types of IAM resources that require a capability, each with the property that sets a custom name.
const IAM: &[(&str, &str)] = &[
    ("AWS::IAM::AccessKey", ""),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::IAM::Policy", ""),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::IAM::UserToGroupAddition", ""),
];

impl Template {
    /// Returns every reason for a capability, in the order of the template. Nested stacks and macros of others are
    /// unknown (see [`Template::is_complete`]).
    pub fn required_capabilities(&self) -> Vec<CapabilityNeed> {
        let mut needs: Vec<_> = self.made_resources().iter().filter_map(|made| self.iam_need(made)).collect();
        let macros = self.transforms.iter().chain(&self.inline_transforms);
        needs.extend(macros.map(|name| CapabilityNeed {
            capability: Capability::AutoExpand,
            span: name.span,
            cause: name.node.clone(),
            generated: false,
            direct_only: true,
        }));
        needs.sort_by_key(|need| (need.span, need.capability));
        needs.dedup();
        needs
    }

    /// Returns the strongest IAM capability that the template requires, with its first reason.
    pub fn iam_capability(&self) -> Option<CapabilityNeed> {
        let needs = self.required_capabilities().into_iter().filter(|need| need.capability != Capability::AutoExpand);
        needs.reduce(|best, next| if next.capability > best.capability { next } else { best })
    }

    fn iam_need(&self, made: &super::MadeResource) -> Option<CapabilityNeed> {
        let (kind, name_property) = IAM.iter().find(|(kind, _)| *kind == made.kind)?;
        let resource = self.resource(&made.cause).filter(|_| !made.generated);
        let named = resource.and_then(|resource| resource.property_entry(name_property));
        let named = named.filter(|entry| !entry.value.is_no_value());
        let (capability, span) = match named {
            Some(entry) => (Capability::NamedIam, entry.key.span),
            None => (Capability::Iam, made.span),
        };
        Some(CapabilityNeed {
            capability,
            span,
            cause: (*kind).to_owned(),
            generated: made.generated,
            direct_only: false,
        })
    }
}
