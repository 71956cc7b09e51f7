//! Parts of task definitions that not every task can have, and the ARNs in task definitions.

use self::UnsupportedValue::{Above, Any, Other, Value};

/// A part that some tasks cannot have.
#[derive(Debug)]
pub struct LimitedPart {
    /// The keys that lead to it, joined by dots.
    pub path: &'static str,
    /// What of it is refused.
    pub refused: UnsupportedValue,
}

/// Values of a part that are refused.
#[derive(Debug, Clone, Copy)]
pub enum UnsupportedValue {
    /// Every value.
    Any,
    /// This value.
    Value(&'static str),
    /// Every value but this one.
    Other(&'static str),
    /// Higher numbers.
    Above(u32),
}

const fn part(path: &'static str, refused: UnsupportedValue) -> LimitedPart {
    LimitedPart { path, refused }
}

/// What tasks on AWS Fargate cannot have.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-task-parameters>, and
/// `stopTimeout`, `pidMode`, and `sourcePath` in
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html> (2026-11-30)
pub const NOT_ON_FARGATE: [LimitedPart; 19] = [
    part("ipcMode", Any),
    part("pidMode", Value("host")),
    part("placementConstraints", Any),
    part("containerDefinitions.disableNetworking", Value("true")),
    part("containerDefinitions.dnsSearchDomains", Any),
    part("containerDefinitions.dnsServers", Any),
    part("containerDefinitions.dockerSecurityOptions", Any),
    part("containerDefinitions.extraHosts", Any),
    part("containerDefinitions.links", Any),
    part("containerDefinitions.privileged", Value("true")),
    part("containerDefinitions.resourceRequirements.type", Value("GPU")),
    part("containerDefinitions.stopTimeout", Above(120)),
    part("containerDefinitions.linuxParameters.capabilities.add", Other("SYS_PTRACE")),
    part("containerDefinitions.linuxParameters.devices", Any),
    part("containerDefinitions.linuxParameters.maxSwap", Any),
    part("containerDefinitions.linuxParameters.sharedMemorySize", Any),
    part("containerDefinitions.linuxParameters.swappiness", Any),
    part("volumes.dockerVolumeConfiguration", Any),
    part("volumes.host.sourcePath", Any),
];

/// What tasks with a network interface of their own cannot have.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html> (2026-11-30)
pub const NOT_IN_VPC: [LimitedPart; 3] = [
    part("containerDefinitions.extraHosts", Any),
    part("containerDefinitions.hostname", Any),
    part("containerDefinitions.links", Any),
];

/// A part that can be an ARN.
#[derive(Debug)]
pub struct ArnPart {
    /// The keys that lead to it, joined by dots.
    pub path: &'static str,
    /// The services in its ARN, each with how the last part of the ARN starts.
    pub of: &'static [(&'static str, &'static str)],
    /// What the ARN identifies, with its article.
    pub what: &'static str,
}

const ROLE: &[(&str, &str)] = &[("iam", "role/")];
const SECRET: &[(&str, &str)] = &[("secretsmanager", "secret:"), ("ssm", "parameter/")];
const OF_SECRET: &str = "a secret or an SSM parameter";

/// The parts that can be ARNs.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>, and the pages about
/// `Secret`, `EnvironmentFile`, and `RepositoryCredentials` there (2026-11-30)
pub const ARNS: [ArnPart; 6] = [
    ArnPart { path: "executionRoleArn", of: ROLE, what: "a role" },
    ArnPart { path: "taskRoleArn", of: ROLE, what: "a role" },
    ArnPart { path: "containerDefinitions.environmentFiles.value", of: &[("s3", "")], what: "an object" },
    ArnPart { path: "containerDefinitions.logConfiguration.secretOptions.valueFrom", of: SECRET, what: OF_SECRET },
    ArnPart {
        path: "containerDefinitions.repositoryCredentials.credentialsParameter",
        of: &[("secretsmanager", "secret:")],
        what: "a secret",
    },
    ArnPart { path: "containerDefinitions.secrets.valueFrom", of: SECRET, what: OF_SECRET },
];
