//! Resources of a template that must be in one VPC, and the sizes of networks (`networks.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Networks {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The masks of VPCs and subnets.
    pub sizes: NetworkSizes,
    /// How the VPC of a resource is known.
    pub inside: Vec<InsideVpc>,
    /// Properties of one resource whose resources must be in one VPC.
    pub together: Vec<InOneVpc>,
    /// Types whose subnets must be in different Availability Zones.
    pub zones: Vec<ZonesOfSubnets>,
}

/// The masks of VPCs and subnets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkSizes {
    /// The mask of the largest network.
    pub least: u8,
    /// The mask of the smallest network.
    pub most: u8,
    /// The page the facts come from.
    pub source: String,
}

/// A type whose VPC a property determines.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsideVpc {
    /// The resource type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// The property that refers to the VPC, or to a resource in it.
    pub property: String,
    /// Whether the resource is in the default VPC without that property.
    #[serde(default)]
    pub default: bool,
    /// The page the facts come from.
    pub source: String,
}

/// A type with properties whose resources must be in one VPC.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InOneVpc {
    /// The resource type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// The paths of the properties, with `.` between keys.
    pub paths: Vec<String>,
    /// The page the facts come from.
    pub source: String,
}

/// A type whose subnets must be in different Availability Zones.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZonesOfSubnets {
    /// The resource type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// The property with the subnets.
    pub property: String,
    /// Whether each subnet must be in another Availability Zone; otherwise, two of them must be.
    #[serde(default)]
    pub each: bool,
    /// The page the facts come from.
    pub source: String,
}

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn networks() -> Option<&'static Networks> {
    static PARSED: OnceLock<Option<Networks>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("networks")).ok()).as_ref()
}

/// A range of IPv4 addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    first: u32,
    /// The number of bits that all addresses share.
    pub mask: u8,
}

impl Cidr {
    /// Reads `10.0.0.0/16`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, mask) = text.trim().split_once('/')?;
        let address: std::net::Ipv4Addr = address.parse().ok()?;
        let mask: u8 = mask.parse().ok().filter(|mask| *mask <= 32)?;
        let bits = u32::MAX.checked_shl(32 - u32::from(mask)).unwrap_or(0);
        Some(Self { first: u32::from(address) & bits, mask })
    }

    /// Returns whether all addresses of another range are in this one.
    pub fn contains(self, other: Self) -> bool {
        let bits = u32::MAX.checked_shl(32 - u32::from(self.mask)).unwrap_or(0);
        self.mask <= other.mask && other.first & bits == self.first
    }

    /// Returns whether two ranges have addresses in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::template_language::is_resource_type;

    #[test]
    fn every_type_exists_and_every_fact_has_a_source() {
        let file = serde_json::from_str::<Networks>(facts!("networks")).unwrap();
        assert!(file.verified.len() == 10 && file.sizes.least < file.sizes.most);
        let inside = file.inside.iter().map(|row| (&row.resource_type, &row.source));
        let together = file.together.iter().map(|row| (&row.resource_type, &row.source));
        let zones = file.zones.iter().map(|row| (&row.resource_type, &row.source));
        for (kind, source) in inside.chain(together).chain(zones) {
            assert!(is_resource_type(kind) || kind.starts_with("AWS::Serverless::"), "{kind}");
            assert!(source.starts_with("https://docs.aws.amazon.com/"), "{source}");
        }
        assert!(file.sizes.source.starts_with("https://docs.aws.amazon.com/"));
    }

    #[test]
    fn ranges_contain_and_overlap() {
        let range = |text| Cidr::parse(text).unwrap();
        assert!(range("10.0.0.0/16").contains(range("10.0.255.0/24")));
        assert!(!range("10.0.0.0/16").contains(range("10.1.0.0/24")));
        assert!(!range("10.0.0.0/24").contains(range("10.0.0.0/16")));
        assert!(range("10.0.0.128/25").overlaps(range("10.0.0.0/24")));
        assert!(!range("10.0.0.128/25").overlaps(range("10.0.0.0/25")));
        assert!(range("0.0.0.0/0").contains(range("255.255.255.255/32")));
        assert_eq!(range("10.0.0.7/24"), range("10.0.0.0/24"));
        assert!(Cidr::parse("10.0.0/24").is_none() && Cidr::parse("10.0.0.0/33").is_none());
    }
}
