//! Permissions that a declared role lacks, for the rules about roles of builds and of pipelines.

use crate::catalog::wildcard::wildcard;
use crate::check::Subject;
use crate::check::support::coverage::{self, Target};
use crate::check::support::elsewhere::elsewhere;
use crate::check::support::extra::is_in_extra;
use crate::check::support::resource_policies::allowed_by_resource;
use crate::diagnostic::families::roles::Elsewhere;
use crate::diagnostic::{AllowCode, AllowedOn};
use crate::hir::{Hir, RoleId};
use crate::plan::{Entity, Expr, Grant, Piece, Plan, RolePlan};
use crate::source::Span;

/// The missing permissions.
pub(in crate::check) struct Lack<'a> {
    /// The needs that are not met, each with the missing calls.
    pub(in crate::check) needs: Vec<(&'a Grant, Vec<&'a str>)>,
    /// All these calls, in the order of names.
    pub(in crate::check) actions: Vec<&'a str>,
    /// Whether one of them is a call that is always made, and that no policy outside of this file can allow.
    pub(in crate::check) certain: bool,
    /// Where the role allows one of them on another resource.
    pub(in crate::check) elsewhere: Option<Elsewhere>,
}

/// Calls that an action, a rule, or a build starts with, and that only a policy of the role can allow: none of these
/// services has policies on its resources that allow them.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html>,
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>, and
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html> (2026-11-28)
const FIRST_CALLS: [&str; 11] = [
    "cloudformation:CreateChangeSet",
    "cloudformation:ExecuteChangeSet",
    "codebuild:StartBuild",
    "codebuild:StartBuildBatch",
    "codecommit:GetBranch",
    "codecommit:GitPull",
    "codedeploy:CreateDeployment",
    "codepipeline:StartPipelineExecution",
    "ecs:UpdateService",
    "logs:CreateLogStream",
    "states:StartExecution",
];

/// The calls that every input and every output artifact requires. The policy of a bucket can also allow them.
const ARTIFACT_CALLS: [&str; 2] = ["s3:GetObject", "s3:PutObject"];

/// One of them is sufficient, depending on the connection's ARN.
const CONNECTION_CALLS: [&str; 2] = ["codeconnections:UseConnection", "codestar-connections:UseConnection"];

/// Allows a service to use a role.
const PASS: &str = "iam:PassRole";

/// Calls that AWS makes only in some cases. A role that has worked without them is not reported.
const RARE_CALLS: [&str; 1] = ["cloudformation:DescribeStackEvents"];

/// Returns `None` if the role of this service allows everything, or if the file alone does not show it.
pub(in crate::check) fn lack<'a>(
    subject: &Subject<'a>,
    id: RoleId,
    service: &str,
    needs: &'a [Grant],
    dispensable: &[&str],
) -> Option<Lack<'a>> {
    let role = &subject.hir.roles[id];
    let planned = &subject.plan.roles[id];
    let known = planned.identity.is_owned() && planned.states_all();
    let for_service = role.service.as_ref().is_none_or(|given| given.node == service);
    // A policy in a file of resources may allow more.
    let in_extra = is_in_extra(subject, &planned.identity.logical_id);
    if !known || !for_service || in_extra || role.declaration.incomplete || subject.hir.incomplete {
        return None;
    }
    // A document without an artifact store is reported separately.
    let has_store = subject.hir.pipelines.iter().all(|pipeline| pipeline.store.bucket.is_some());
    if subject.document.is_some() && !has_store {
        return None;
    }
    let is_rare = |action: &str| subject.document.is_some() && RARE_CALLS.contains(&action);
    let lacking = |need: &'a Grant| {
        let mut actions = missing(subject.plan, planned, need, dispensable);
        if subject.document.is_some() {
            let listed = need.actions.iter().map(|action| &**action).filter(|action| !dispensable.contains(action));
            let of_others = listed.filter(|action| !actions.contains(action));
            let missed = of_others.filter(|it: &&str| {
                misses(subject.plan, planned, it, need) || *it == PASS && passes_to_others(subject.plan, planned, need)
            });
            let missed: Vec<&str> = missed.collect();
            actions.extend(missed);
        }
        actions.retain(|action| !is_rare(action) && !allowed_by_resource(subject, id, action, need));
        // One of the two is sufficient for the connections of each service.
        if subject.document.is_some() && !CONNECTION_CALLS.iter().all(|action| actions.contains(action)) {
            actions.retain(|action| !CONNECTION_CALLS.contains(action));
        }
        (need, actions)
    };
    let needs: Vec<(&Grant, Vec<&str>)> =
        needs.iter().map(lacking).filter(|(_, actions)| !actions.is_empty()).collect();
    let mut actions: Vec<&str> = needs.iter().flat_map(|(_, actions)| actions.iter().copied()).collect();
    actions.sort_unstable();
    actions.dedup();
    let certain = needs.iter().any(|(need, missing)| is_certain(subject.plan, need, missing));
    let elsewhere = needs.iter().find_map(|(need, missing)| {
        let arn = need.resources.first().map(|resource| coverage::pattern(subject.plan, resource))?;
        missing.iter().find_map(|action| elsewhere(subject.plan, planned, role.all_statements(), action, &arn))
    });
    (!needs.is_empty()).then_some(Lack { needs, actions, certain, elsewhere })
}

/// A statement of a declared role that denies calls of its user on every resource that they apply to.
pub(in crate::check) struct Denied<'a> {
    /// The statement.
    pub(in crate::check) statement: Span,
    /// The calls.
    pub(in crate::check) actions: Vec<&'a str>,
    /// Whether one of them is always made.
    pub(in crate::check) certain: bool,
}

/// Returns the first such statement.
pub(in crate::check) fn denied<'a>(
    subject: &Subject<'a>,
    id: RoleId,
    needs: &'a [Grant],
    dispensable: &[&str],
) -> Option<Denied<'a>> {
    let planned = &subject.plan.roles[id];
    if !planned.identity.is_owned() || subject.hir.roles[id].declaration.incomplete || subject.hir.incomplete {
        return None;
    }
    let denying = |need: &'a Grant, action: &str| -> Option<Span> {
        let arns = need.resources.iter().map(|resource| coverage::pattern(subject.plan, resource));
        let mut statements = arns.map(|arn| coverage::denying(subject.plan, planned, action, &arn));
        let first = statements.next()??;
        statements.all(|other| other.is_some()).then_some(first.cause)
    };
    let wanted = needs.iter().flat_map(|need| need.actions.iter().map(move |action| (need, &**action)));
    let found: Vec<(Span, &str)> = wanted
        .filter(|(_, action)| !dispensable.contains(action))
        .filter_map(|(need, action)| Some((denying(need, action)?, action)))
        .collect();
    // One of the two is sufficient.
    let denies = |wanted: &str| found.iter().any(|(_, action)| *action == wanted);
    let is_connected = !CONNECTION_CALLS.iter().all(|action| denies(action));
    let found: Vec<(Span, &str)> =
        found.iter().copied().filter(|(_, action)| !(is_connected && CONNECTION_CALLS.contains(action))).collect();
    let (statement, _) = *found.first()?;
    let mut actions: Vec<&str> =
        found.into_iter().filter(|(span, _)| *span == statement).map(|(_, action)| action).collect();
    actions.sort_unstable();
    actions.dedup();
    let always = |action: &&str| FIRST_CALLS.contains(action) || ARTIFACT_CALLS.contains(action);
    Some(Denied { statement, certain: actions.iter().any(always), actions })
}

/// Returns whether these calls of a need are always made, and denied.
fn is_certain(plan: &Plan, need: &Grant, missing: &[&str]) -> bool {
    let bucket = need.resources.iter().find_map(bucket_of);
    let is_here = |entity: Entity| match entity {
        Entity::Bucket(id) => plan.buckets.get(id).is_some_and(|bucket| bucket.identity.is_owned()),
        _ => false,
    };
    missing.iter().any(|action| FIRST_CALLS.contains(action))
        || bucket.is_some_and(is_here) && missing.iter().any(|action| ARTIFACT_CALLS.contains(action))
        || CONNECTION_CALLS.iter().all(|action| missing.contains(action))
}

/// Returns the actions of a need that the role does not allow. In doubt, it does.
fn missing<'a>(plan: &Plan, role: &RolePlan, need: &'a Grant, dispensable: &[&str]) -> Vec<&'a str> {
    let needed = need.actions.iter().map(|action| &**action).filter(|action| !dispensable.contains(action));
    needed.filter(|action| !allows(plan, role, action, need)).collect()
}

/// Returns whether an existing role allows an action only on resources other than those needed.
fn misses(plan: &Plan, role: &RolePlan, action: &str, need: &Grant) -> bool {
    let arns: Vec<String> = need.resources.iter().map(|resource| coverage::pattern(plan, resource)).collect();
    let missed = |arn: &String| arn.starts_with("arn:") && !coverage::allows_arn(plan, role, action, arn);
    // A service gets every role that is named.
    if action == PASS && arns.iter().any(|arn| !arn.contains('*') && missed(arn)) {
        return true;
    }
    !is_dynamic(plan, need) && arns.iter().all(missed)
}

/// Returns whether a resource contains a dynamic reference, which is resolved at deployment.
fn is_dynamic(plan: &Plan, need: &Grant) -> bool {
    need.resources.iter().any(|resource| plan.readable(resource).contains("{{resolve:"))
}

/// Whether a role can pass only roles that services other than the one in a need can assume.
fn passes_to_others(plan: &Plan, role: &RolePlan, need: &Grant) -> bool {
    let Some(service) = need.conditions.iter().find(|it| it.key == "iam:PassedToService").and_then(|condition| {
        let [only] = condition.values.as_slice() else { return None };
        only.as_text()?.strip_suffix(".amazonaws.com")
    }) else {
        return false;
    };
    let of_another = |resource: &Expr| match resource.pieces() {
        [Piece::Arn(Entity::Role(id))] => {
            plan.roles.get(*id).and_then(|role| role.service.as_deref()).is_some_and(|trusted| trusted != service)
        }
        _ => false,
    };
    let mut passing = coverage::allowing(role, PASS).flat_map(|grant| &grant.resources).peekable();
    passing.peek().is_some() && passing.all(of_another)
}

/// Roles that a declared role may pass only to services that do not need them.
pub(in crate::check) struct PassedElsewhere<'a> {
    /// The statement.
    pub(in crate::check) statement: Span,
    /// The services to which it may pass them.
    pub(in crate::check) allowed: Vec<&'a str>,
    /// The service that needs them.
    pub(in crate::check) needed: &'a str,
    /// What causes the need.
    pub(in crate::check) cause: Span,
}

/// The key of conditions on the service that gets a role.
const PASSED_TO: &str = "iam:PassedToService";

/// Returns the first need of a role that the conditions of all of its statements exclude. In doubt, none do.
pub(in crate::check) fn passed_elsewhere<'a>(
    subject: &Subject<'a>,
    id: RoleId,
    needs: &'a [Grant],
) -> Option<PassedElsewhere<'a>> {
    let planned = &subject.plan.roles[id];
    if !planned.identity.is_owned() || !planned.states_all() || subject.hir.roles[id].declaration.incomplete {
        return None;
    }
    let passing = needs.iter().filter(|need| need.actions.iter().any(|action| action == PASS));
    passing.into_iter().find_map(|need| {
        let arns: Vec<String> = need.resources.iter().map(|it| coverage::pattern(subject.plan, it)).collect();
        let [needed] = services(need)?[..] else { return None };
        let reaches = |grant: &&Grant| {
            let given = grant.resources.iter().map(|resource| coverage::pattern(subject.plan, resource));
            given.into_iter().any(|given| arns.iter().any(|arn| coverage::arns_fit(&given, arn)))
        };
        let statements: Vec<&Grant> = coverage::allowing(planned, PASS).filter(reaches).collect();
        let first = statements.first()?;
        let excludes = |grant: &&Grant| {
            let allowed = services(grant);
            allowed.is_some_and(|all| !all.iter().any(|it| wildcard(it.as_bytes(), needed.as_bytes())))
        };
        statements.iter().all(excludes).then_some(PassedElsewhere {
            statement: first.cause,
            allowed: services(first)?,
            needed,
            cause: need.cause,
        })
    })
}

/// Returns the only services to which a statement passes roles; `None` if they are unknown.
fn services(grant: &Grant) -> Option<Vec<&str>> {
    let condition = grant.conditions.iter().find(|it| it.key.eq_ignore_ascii_case(PASSED_TO))?;
    let is_positive = ["StringEquals", "StringLike"].iter().any(|operator| condition.operator.contains(operator));
    let values: Option<Vec<&str>> = condition.values.iter().map(Expr::as_text).collect();
    values.filter(|_| is_positive)
}

fn allows(plan: &Plan, role: &RolePlan, action: &str, need: &Grant) -> bool {
    let Some(bucket) = need.resources.iter().find_map(bucket_of) else {
        // The log group of a build or an action, a project, and a repository are known; those of other calls may have
        // another form.
        let arns: Vec<String> = need.resources.iter().map(|resource| coverage::pattern(plan, resource)).collect();
        let is_known = ["codebuild:", "codecommit:", "logs:"].iter().any(|service| action.starts_with(service));
        let known = is_known && !arns.is_empty() && arns.iter().all(|arn| arn.starts_with("arn:"));
        let here = !known || arns.iter().any(|arn| coverage::allows_arn(plan, role, action, arn));
        return coverage::names_anywhere(role, action) && here;
    };
    if is_dynamic(plan, need) {
        return coverage::names_anywhere(role, action);
    }
    let name = plan.name(bucket);
    coverage::allows(role, action, Target::Resource(bucket, name.as_ref().and_then(Expr::as_text)))
}

fn bucket_of(resource: &Expr) -> Option<Entity> {
    resource.pieces().iter().find_map(|piece| match piece {
        Piece::Arn(node @ Entity::Bucket(_)) | Piece::Name(node @ Entity::Bucket(_)) => Some(*node),
        _ => None,
    })
}

/// The most actions in one statement of a help. A longer one would be cut off.
const MOST_ACTIONS: usize = 8;

/// Returns a name for the artifact bucket that nothing in the file has.
fn free_bucket(hir: &Hir) -> &'static str {
    let is_free = |name: &&&str| hir.entities().all(|entity| hir.symbol(entity).node != **name);
    ["Artifacts", "ArtifactBucket", "PipelineArtifacts"].iter().find(is_free).copied().unwrap_or("ArtifactBucket")
}

/// Returns the statements that allow missing actions, and a name for the artifact bucket if they need one.
pub(in crate::check) fn missing_statements<'n>(
    subject: &Subject<'_>,
    needs: impl IntoIterator<Item = &'n (&'n Grant, Vec<&'n str>)>,
) -> (Vec<AllowCode>, Option<&'static str>) {
    let needs = needs.into_iter();
    let (mut lines, unnamed): (Vec<AllowCode>, Vec<bool>) =
        needs.flat_map(|(need, actions)| statements(subject.hir, subject.plan, need, actions)).unzip();
    lines.dedup();
    (lines, unnamed.contains(&true).then(|| free_bucket(subject.hir)))
}

/// Returns the missing statements, each with whether it is for a bucket that the file does not declare.
fn statements(hir: &Hir, plan: &Plan, need: &Grant, actions: &[&str]) -> Vec<(AllowCode, bool)> {
    let declared = need.resources.iter().find_map(bucket_of).map(|node| match node {
        Entity::Bucket(index) => hir.buckets.get(index).map(|bucket| bucket.symbol.node.clone()),
        _ => None,
    });
    let on: Vec<AllowedOn> = match &declared {
        Some(bucket) => vec![AllowedOn::Name(bucket.clone().unwrap_or_else(|| free_bucket(hir).to_owned()))],
        None => need.resources.iter().map(|resource| AllowedOn::Arn(plan.readable(resource))).collect(),
    };
    let statement = |actions: &[&str]| (AllowCode::of_actions(actions, on.clone()), declared == Some(None));
    actions.chunks(MOST_ACTIONS).map(statement).collect()
}
