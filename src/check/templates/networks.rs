//! E0469: subnets that do not fit their VPC or each other, and resources of different VPCs or of one Availability Zone
//! in a resource that needs one VPC or several zones.

use crate::catalog::networks::{Cidr, Networks, networks};
use crate::check::support::deploys::{Deploy, deploys, stack_sets};
use crate::check::support::documents::inner;
use crate::check::support::given_parameters::Given;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Label};
use crate::source::Span;
use crate::workspace::document::Node;
use crate::workspace::template::{Parameter, Resource, Template};

pub(super) const RULE: Rule = Rule { name: "networks", codes: &[Code::E0469], run: check };

const VPC: &str = "AWS::EC2::VPC";
const SUBNET: &str = "AWS::EC2::Subnet";

/// A further range of a VPC.
const ADDED: &str = "AWS::EC2::VPCCidrBlock";

/// The property with a range of IPv4 addresses of these types.
const RANGE: &str = "CidrBlock";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(facts) = networks() else { return };
    each_template(subject, findings, |inside, findings| {
        let template = &inside.template;
        if template.resources.iter().any(|resource| [VPC, SUBNET].contains(&resource.kind.node.as_str())) {
            let mut found = Vec::new();
            for ranges in ranges(subject, inside) {
                found.extend(template.resources.iter().filter_map(|resource| size(&ranges, resource, facts)));
                found.extend(template.resources.iter().filter_map(|resource| outside(&ranges, resource)));
                overlaps(&ranges, &mut found);
            }
            findings.extend(once_each(found));
        }
        for resource in &template.resources {
            findings.extend(other_vpc(template, resource, facts));
            findings.extend(same_zone(template, resource, facts));
        }
    });
}

/// Merges what several deployments have in common: the same place, or the same subnets with other values.
fn once_each(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut merged: Vec<Diagnostic> = Vec::new();
    for diagnostic in found {
        let place = diagnostic.primary.span;
        if let Some(first) = merged.iter_mut().find(|it| it.message == diagnostic.message) {
            let is_new = first.primary.span != place && first.secondary.iter().all(|label| label.span != place);
            first.secondary.extend(is_new.then(|| Label { text: "and here".to_owned(), ..diagnostic.primary }));
        } else if merged.iter().all(|it| it.primary.span != place) {
            merged.push(diagnostic);
        }
    }
    merged
}

/// The ranges of a template in one deployment.
struct Ranges<'a> {
    inside: &'a InsideTemplate,
    /// The known values of parameters.
    values: Vec<(String, Node)>,
}

/// Returns the ranges of a template in each of its deployments.
fn ranges<'a>(subject: &Subject<'_>, inside: &'a InsideTemplate) -> Vec<Ranges<'a>> {
    let all = deploys(subject).into_iter().chain(stack_sets(subject)).filter(|it| *it.path == inside.path);
    let mut found: Vec<Ranges<'a>> = all.map(|deploy| Ranges { inside, values: values(subject, &deploy) }).collect();
    if found.is_empty() {
        found.push(Ranges { inside, values: Vec::new() });
    }
    found
}

/// Returns the values of parameters in a deployment: those that it sets, and defaults.
fn values(subject: &Subject<'_>, deploy: &Deploy<'_>) -> Vec<(String, Node)> {
    let given = Given::of(subject, deploy);
    let set = given.values.iter().filter_map(|(name, value)| Some((name.node.clone(), value.as_ref()?)));
    let set = set.map(|(name, value)| (name, Node::constant(value.node.clone(), value.span)));
    // The value of a parameter with the name of a stored one is stored elsewhere.
    let is_stored =
        |parameter: &&Parameter| parameter.kind.as_ref().is_some_and(|kind| kind.node.starts_with("AWS::SSM::"));
    let open = deploy.template.parameters.iter().filter(|it| given.all_known && !given.has(it) && !is_stored(it));
    let set = set.filter(|(name, _)| !deploy.template.parameter(name).as_ref().is_some_and(is_stored));
    set.chain(open.filter_map(|parameter| Some((parameter.name.node.clone(), parameter.default.clone()?)))).collect()
}

impl Ranges<'_> {
    /// Returns the range of a VPC or a subnet with its place.
    fn of(&self, resource: &Resource) -> Option<(Cidr, Span)> {
        let node = self.value(resource.property(RANGE)?)?;
        Some((Cidr::parse(node.literal()?)?, inner(node)))
    }

    /// Returns a literal value: of the property itself, of a mapping, or the default of a parameter.
    fn value<'n>(&'n self, node: &'n Node) -> Option<&'n Node> {
        let Some(call) = node.intrinsic() else { return Some(node) };
        match (call.name.as_ref(), call.argument.items()) {
            ("Ref", _) => {
                let name = call.argument.text()?;
                self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
            }
            ("Fn::FindInMap", [mapping, first, second]) => {
                let mapping = self.inside.root()?.get("Mappings")?.get(mapping.literal()?)?;
                mapping.get(first.literal()?)?.get(second.literal()?)
            }
            _ => None,
        }
    }
}

fn size(ranges: &Ranges<'_>, resource: &Resource, facts: &Networks) -> Option<Diagnostic> {
    let what = match resource.kind.node.as_str() {
        VPC | ADDED => "VPC",
        SUBNET => "subnet",
        _ => return None,
    };
    let value = ranges.value(resource.property(RANGE)?)?;
    let text = value.literal().filter(|text| !text.is_empty() && !text.contains(['{', '<', '$']))?;
    let (range, place) = (Cidr::parse(text), inner(value));
    let Some(range) = range else { return Some(no_range(text, place)) };
    let (least, most) = (facts.sizes.least, facts.sizes.most);
    (range.mask < least || range.mask > most)
        .then(|| wrong_size(what, range.mask, (least, most), range.mask < least, place))
}

/// Returns the resource of the template that a `Ref` or `Fn::GetAtt` refers to.
fn target<'t>(template: &'t Template, node: &Node) -> Option<&'t Resource> {
    template.resource(&node.referred()?)
}

/// Reports a subnet whose range is in none of the ranges of its VPC.
fn outside(ranges: &Ranges<'_>, subnet: &Resource) -> Option<Diagnostic> {
    if subnet.kind.node != SUBNET {
        return None;
    }
    let template = &ranges.inside.template;
    let (own, place) = ranges.of(subnet)?;
    let vpc = target(template, subnet.property("VpcId")?).filter(|vpc| vpc.kind.node == VPC)?;
    let first = ranges.of(vpc)?;
    let added = template.resources.iter().filter(|resource| resource.kind.node == ADDED);
    // Unless all of its ranges are known, the subnet may be in one of the others.
    let mut known = Vec::from([first.0]);
    for block in added.filter(|block| block.property(RANGE).is_some() || block.property("Ipv4IpamPoolId").is_some()) {
        let of = block.property("VpcId").and_then(Node::referred)?;
        if of == vpc.id.node {
            known.push(ranges.of(block)?.0);
        }
    }
    (!known.iter().any(|range| range.contains(own))).then(|| not_inside(&subnet.id.node, &vpc.id.node, place, first.1))
}

/// Reports subnets of one VPC whose ranges overlap.
fn overlaps(ranges: &Ranges<'_>, found: &mut Vec<Diagnostic>) {
    let subnets: Vec<_> = ranges.inside.template.resources.iter().filter(|it| it.kind.node == SUBNET).collect();
    for (number, subnet) in subnets.iter().enumerate() {
        let others = subnets.iter().take(number);
        found.extend(others.into_iter().find_map(|other| overlap(ranges, other, subnet)));
    }
}

fn overlap(ranges: &Ranges<'_>, first: &Resource, second: &Resource) -> Option<Diagnostic> {
    let vpc = |subnet: &Resource| {
        let node = subnet.property("VpcId")?;
        node.literal().map(str::to_owned).or_else(|| node.referred())
    };
    let name = |subnet: &Resource| subnet.condition.as_ref().map(|condition| condition.node.clone());
    // Of two conditions, only one may be true.
    let together = first.condition.is_none() || second.condition.is_none() || name(first) == name(second);
    let ((range_of_first, place_of_first), (own, place)) = (ranges.of(first)?, ranges.of(second)?);
    (together && vpc(first)? == vpc(second)? && range_of_first.overlaps(own))
        .then(|| overlapping(&first.id.node, &second.id.node, place_of_first, place))
}

/// The VPC of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// One of the template.
    Vpc(String),
    /// The one that exists in each Region of an account.
    Default,
}

/// Returns the VPC of a resource, if the template says so.
fn place_of(template: &Template, resource: &Resource, facts: &Networks, depth: usize) -> Option<Place> {
    if resource.kind.node == VPC {
        return Some(Place::Vpc(resource.id.node.clone()));
    }
    let row = facts.inside.iter().find(|row| row.resource_type == resource.kind.node).filter(|_| depth > 0)?;
    match resource.property(&row.property) {
        Some(node) => place_of(template, target(template, node)?, facts, depth - 1),
        // A transform or a function may add the property.
        None if row.default && !has_function(resource) => Some(Place::Default),
        None => None,
    }
}

/// Returns whether a function determines which properties a resource has.
fn has_function(resource: &Resource) -> bool {
    let properties = resource.node.get("Properties");
    properties.is_some_and(|properties| {
        properties.intrinsic().is_some() || properties.entries().iter().any(|it| it.key.node.starts_with("Fn::"))
    })
}

/// The depth of `AWS::EC2::NatGateway`, its subnet, and their VPC.
const DEPTH: usize = 3;

/// Reports the first resource that is in another VPC than those before it.
fn other_vpc(template: &Template, resource: &Resource, facts: &Networks) -> Option<Diagnostic> {
    let row = facts.together.iter().find(|row| row.resource_type == resource.kind.node)?;
    let properties = resource.node.get("Properties")?;
    let nodes = row.paths.iter().filter_map(|path| path.split('.').try_fold(properties, |node, key| node.get(key)));
    let mut first: Option<(&Resource, Place, Span)> = None;
    for node in nodes.flat_map(Node::one_or_more) {
        let Some(used) = target(template, node) else { continue };
        let Some(place) = place_of(template, used, facts, DEPTH) else { continue };
        match &first {
            Some((other, known, span)) if *known != place => {
                return Some(in_other_vpc(&resource.id.node, (used, &place, node.span), (other, known, *span)));
            }
            Some(_) => {}
            None => first = Some((used, place, node.span)),
        }
    }
    None
}

/// Returns the Availability Zone of a subnet in a form that can be compared.
fn zone(subnet: &Resource) -> Option<String> {
    let node = subnet.property("AvailabilityZone")?;
    if let Some(text) = node.literal() {
        // Local Zones have other rules: `us-west-2-lax-1a`.
        return (text.matches('-').count() == 2).then(|| text.to_owned());
    }
    let call = node.intrinsic().filter(|call| call.name == "Fn::Select")?;
    let [index, zones] = call.argument.items() else { return None };
    let zones = zones.intrinsic().filter(|zones| zones.name == "Fn::GetAZs")?;
    let of = zones.argument.text().unwrap_or_default();
    let is_own = of.is_empty() || zones.argument.referred().as_deref() == Some("AWS::Region");
    is_own.then(|| index.text().map(|index| format!("[{}]", index.trim())))?
}

/// Reports subnets of one Availability Zone in a resource that needs several.
fn same_zone(template: &Template, resource: &Resource, facts: &Networks) -> Option<Diagnostic> {
    let row = facts.zones.iter().find(|row| row.resource_type == resource.kind.node)?;
    let node = resource.property(&row.property).filter(|node| node.intrinsic().is_none())?;
    let mut known: Vec<(String, &Resource, Span)> = Vec::new();
    for item in node.items() {
        let subnet = target(template, item).filter(|subnet| subnet.kind.node == SUBNET);
        let Some((subnet, zone)) = subnet.and_then(|subnet| Some((subnet, zone(subnet)?))) else {
            // Another subnet may be in another zone.
            if row.each {
                continue;
            }
            return None;
        };
        let same = known.iter().find(|(other, first, _)| *other == zone && first.id.node != subnet.id.node);
        if let Some((_, first, _)) = same.filter(|_| row.each) {
            return Some(in_one_zone(&resource.id.node, first, subnet, item.span));
        }
        known.push((zone, subnet, item.span));
    }
    let [(zone, first, _), others @ ..] = known.as_slice() else { return None };
    let (_, last, place) = others.last()?;
    let all_same = others.iter().all(|(other, ..)| other == zone);
    (!row.each && all_same).then(|| in_one_zone(&resource.id.node, first, last, *place))
}

/// Text that is not a range of addresses.
fn no_range(text: &str, place: Span) -> Diagnostic {
    let message = format!("`{text}` is not a range of IPv4 addresses");
    let found = Diagnostic::new(Code::E0469, message, place, "");
    match text.parse::<std::net::Ipv4Addr>() {
        Ok(_) => found.help(format!("add a mask, for example `{text}/24`")),
        Err(_) => found.help("write a range such as `10.0.0.0/16`"),
    }
}

/// A network that is too large or too small.
fn wrong_size(what: &str, mask: u8, (least, most): (u8, u8), is_large: bool, place: Span) -> Diagnostic {
    let word = if is_large { "large" } else { "small" };
    let message = format!("`/{mask}` is too {word} for a {what}");
    Diagnostic::new(Code::E0469, message, place, format!("masks are `/{least}` to `/{most}`"))
        .help(format!("write a mask of `/{}`", if is_large { least } else { most }))
}

/// A subnet outside of its VPC.
fn not_inside(subnet: &str, vpc: &str, place: Span, range: Span) -> Diagnostic {
    let message = format!("the addresses of subnet `{subnet}` are not in VPC `{vpc}`");
    Diagnostic::new(Code::E0469, message, place, "")
        .label(range, "the addresses of the VPC")
        .note("the deployment would fail with \"The CIDR is invalid\"")
        .help(format!("write a part of the range of `{vpc}`"))
}

/// Subnets with common addresses.
fn overlapping(first: &str, second: &str, place_of_first: Span, place: Span) -> Diagnostic {
    let message = format!("the addresses of subnets `{first}` and `{second}` overlap");
    Diagnostic::new(Code::E0469, message, place, "")
        .label(place_of_first, format!("the addresses of `{first}`"))
        .note("the deployment would fail with \"The CIDR conflicts with another subnet\"")
        .help(format!("give `{second}` a range that no other subnet has"))
}

/// A resource in another VPC than the other resources of the same one.
fn in_other_vpc(owner: &str, used: (&Resource, &Place, Span), first: (&Resource, &Place, Span)) -> Diagnostic {
    let shown = |place: &Place| match place {
        Place::Vpc(id) => format!("VPC `{id}`"),
        Place::Default => "the default VPC".to_owned(),
    };
    let message = format!("`{}` and `{}` of `{owner}` are in different VPCs", first.0.id.node, used.0.id.node);
    let found = Diagnostic::new(Code::E0469, message, used.2, format!("in {}", shown(used.1)))
        .label(first.2, format!("in {}", shown(first.1)));
    match (used.1, first.1) {
        (Place::Default, Place::Vpc(vpc)) => found.help_in(|notation| {
            format!("add `{}` to `{}`", notation.entry("VpcId", &notation.reference(vpc)), used.0.id.node)
        }),
        (Place::Vpc(vpc), Place::Default) => found.help_in(|notation| {
            format!("add `{}` to `{}`", notation.entry("VpcId", &notation.reference(vpc)), first.0.id.node)
        }),
        _ => found.help(format!("use resources of one VPC in `{owner}`")),
    }
}

/// Subnets in one Availability Zone.
fn in_one_zone(owner: &str, first: &Resource, second: &Resource, place: Span) -> Diagnostic {
    let message = format!("subnets `{}` and `{}` are in the same Availability Zone", first.id.node, second.id.node);
    let zone = second.property("AvailabilityZone").map(|zone| (zone.span, "the Availability Zone"));
    Diagnostic::new(Code::E0469, message, place, format!("`{owner}` needs subnets in different ones"))
        .labels(zone)
        .help(format!("put `{}` into another Availability Zone", second.id.node))
}
