//! E0466: cache behaviors of a distribution that refer to an origin that it does not have.

use crate::check::support::inside_templates::each_template;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::or_list;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::workspace::document::Node;
use crate::workspace::template::Resource;

pub(super) const RULE: Rule = Rule { name: "distribution-origins", codes: &[Code::E0466], run: check };

/// The type. <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DefaultCacheBehavior.html> (2026-11-30)
const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        let distributions = inside.template.resources.iter().filter(|resource| resource.kind.node == DISTRIBUTION);
        findings.extend(distributions.flat_map(|distribution| unknown_origins(distribution).unwrap_or_default()));
    });
}

/// Returns the faults of a distribution, or `None` if not all of its origins are known.
fn unknown_origins(distribution: &Resource) -> Option<Vec<Diagnostic>> {
    let config = distribution.property("DistributionConfig").filter(|config| config.intrinsic().is_none())?;
    let of_groups = config.get("OriginGroups").map(|groups| groups.get("Items"));
    let groups = of_groups.map_or(Some(&[][..]), |items| listed(items?))?;
    let origins = listed(config.get("Origins")?)?;
    let ids: Vec<&str> = origins.iter().chain(groups).map(|it| it.get("Id")?.literal()).collect::<Option<_>>()?;
    let others = config.get("CacheBehaviors").map_or(Some(&[][..]), listed)?;
    let behaviors = config.get("DefaultCacheBehavior").into_iter().chain(others);
    let targets = behaviors.filter_map(|behavior| behavior.get("TargetOriginId")?.spanned());
    let unknown = targets.filter(|target| !ids.contains(&target.as_str()));
    Some(unknown.map(|target| no_origin(&distribution.id.node, &target, &ids)).collect())
}

/// Returns the elements of a list that is written out.
fn listed(node: &Node) -> Option<&[Node]> {
    let plain = node.intrinsic().is_none() && node.items().iter().all(|item| item.intrinsic().is_none());
    plain.then(|| node.items())
}

/// An origin that does not exist.
fn no_origin(distribution: &str, target: &Spanned<String>, ids: &[&str]) -> Diagnostic {
    let message = format!("distribution `{distribution}` has no origin `{}`", target.node);
    let found = Diagnostic::new(Code::E0466, message, target.span, "");
    let only = if let [only] = ids { Some(*only) } else { None };
    match similar(&target.node, ids.iter().copied()).or(only) {
        near @ Some(_) => found.suggest(target.span, near),
        None => found.help(format!("write {}, the `Id` of an origin", or_list(ids.iter().copied()))),
    }
}
