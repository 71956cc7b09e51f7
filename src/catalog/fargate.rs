//! The sizes of tasks on AWS Fargate.
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html> (2026-11-29), and the
//! schema for task definitions in cfn-lint 1.58

/// The sizes of memory, in MiB, for a number of CPU units.
#[derive(Debug)]
pub struct FargateSize {
    /// The CPU units.
    pub cpu: u32,
    /// The memory: every size, or the smallest and the largest with a step between.
    pub memory: FargateMemory,
}

/// Sizes of memory in MiB.
#[derive(Debug)]
pub enum FargateMemory {
    /// Each size.
    Only(&'static [u32]),
    /// The smallest, the largest, and the step.
    Range(u32, u32, u32),
}

use FargateMemory::{Only, Range};

/// All sizes, by CPU units.
pub const SIZES: [FargateSize; 8] = [
    FargateSize { cpu: 256, memory: Only(&[512, 1024, 2048]) },
    FargateSize { cpu: 512, memory: Range(1024, 4096, 1024) },
    FargateSize { cpu: 1024, memory: Range(2048, 8192, 1024) },
    FargateSize { cpu: 2048, memory: Range(4096, 16_384, 1024) },
    FargateSize { cpu: 4096, memory: Range(8192, 30_720, 1024) },
    FargateSize { cpu: 8192, memory: Range(16_384, 61_440, 4096) },
    FargateSize { cpu: 16_384, memory: Range(32_768, 122_880, 8192) },
    FargateSize { cpu: 32_768, memory: Only(&[61_440, 122_880, 249_856]) },
];

impl FargateMemory {
    /// Returns whether tasks can have this size.
    pub fn has(&self, memory: u32) -> bool {
        match self {
            Only(sizes) => sizes.contains(&memory),
            Range(least, most, step) => (*least..=*most).contains(&memory) && memory.is_multiple_of(*step),
        }
    }
}

/// The log drivers of containers on Fargate.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html> (2026-11-29)
pub const LOG_DRIVERS: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];
