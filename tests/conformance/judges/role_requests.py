"""Every role that dotpipe generates allows each call that AWS makes with it, but not similar calls, and has no
unnecessary permissions.

Requests are evaluated in this process by ministack's policy evaluator. The calls are from tables that are independent
of dotpipe's catalog: `requests/pipelines.toml` (AWS documentation for actions, builds, and events), the handlers of
CloudFormation's resource types (the schemas that AWS publishes, as contained in cfn-lint) for the ARNs that the stack's
resources will have, and `requests/examples/` (the examples' own permissions).

Then the roles are modified: without any one statement, some call must fail, and with any one statement applied to every
resource, some similar call must succeed. Neither would detect a call of AWS that is missing from the tables.
"""

import fnmatch
import re

import yaml
from ministack.core import iam_evaluator

from judges import handlers, requests
from judges.deployments import World
from judges.outputs import ACCOUNT

# If fewer resource types than this are judged, a table is no longer used.
LEAST_TYPES = 120


def judge(folders):
    verdicts, used = [], set()
    for folder in folders:
        # The fixture's roles are hand-written and not intended for this judge.
        of_fixture = folder.name == "fixture" or not (folder / "template.json").exists()
        verdicts.append([] if of_fixture else list(of_folder(folder, used)))
    fixtures = [index for index, folder in enumerate(folders) if folder.name == "fixture"]
    if fixtures and len(folders) > 1:
        verdicts[fixtures[0]] += requests.unused(used)
        types = {what[1] for what in used if what[0] == "type"}
        if len(types) < LEAST_TYPES:
            verdicts[fixtures[0]].append(f"only {len(types)} types of resources are judged")
    return verdicts


def of_folder(folder, used):
    try:
        yield from of_world(World(folder), used)
    except yaml.YAMLError as problem:
        yield f"a deployed template cannot be read: {problem}"


def collected(world, used):
    """Returns every request and every trust of the tables for this world, without duplicates."""
    found = [*requests.all_requests(world, used), *handlers.all_requests(world, used), *requests.of_example(world, used)]
    once = {(request.role, request.action, request.resource, str(sorted(request.context.items())), request.expect): request for request in found}
    return list(once.values()), list(requests.all_trusts(world, used))


def of_world(world, used):
    asked, trusts = collected(world, used)
    evaluation = Evaluation(world)
    yield from handlers.unknown_types(world)
    for request in asked:
        yield from evaluation.objection(request)
    for trust in trusts:
        yield from evaluation.trust_objection(trust)
    yield from evaluation.mutations(asked, trusts)


class Evaluation:
    """Evaluates requests against the documents of one world."""

    def __init__(self, world):
        self.world = world
        self.parsed = {arn: parse(role.statements) for arn, role in world.roles.items()}
        self.policies = dict(world.policies)
        self.policies_deployed = handlers.key_policies(world)

    # --- one request

    def context(self, request):
        owner = self.owner(request)
        given = {"aws:resourceaccount": owner, "s3:resourceaccount": owner}
        given |= {key.lower(): value for key, value in request.context.items()}
        if (names := self.world.aliases.get(request.resource)) and "kms:resourcealiases" not in given:
            given["kms:resourcealiases"] = names
        secure = str(given.pop("aws:securetransport", "true")) == "true"
        return iam_evaluator.EvalContext(
            principal_arn=request.role,
            principal_type="AssumedRole",
            principal_account=request.role.split(":")[4],
            action=request.action,
            resource_arn=request.resource,
            region=request.region,
            secure_transport=secure,
            service_context=given,
        )

    def owner(self, request):
        """Returns the account that the resource belongs to."""
        parts = request.resource.split(":")
        if request.resource.startswith("arn:aws:s3:::"):
            return self.world.owners.get(parts[5].split("/")[0], self.world.home.account)
        return parts[4] if len(parts) > 4 and parts[4].isdigit() else request.role.split(":")[4]

    def policy_of(self, request):
        """Returns the resource policy of a bucket, a key, or a role that is assumed."""
        resource = request.resource
        if request.action == "sts:AssumeRole" and resource in self.world.roles:
            return self.world.roles[resource].trust
        if resource.startswith("arn:aws:s3:::"):
            return self.policies.get(resource.split("/")[0])
        return self.policies.get(resource) or self.policies_deployed.get(resource)

    def allowed(self, request, statements=None, policy=None):
        """Returns whether AWS would allow the request, according to the role's statements and the resource's policy."""
        context = self.context(request)
        statements = self.parsed[request.role] if statements is None else statements
        identity = decide(context, statements)
        policy = self.policy_of(request) if policy is None else policy
        if identity != "Allow" or policy is None:
            return identity == "Allow"
        by_resource = iam_evaluator.evaluate_resource_policy({"Statement": policy}, context).decision
        if by_resource == "Deny":
            return False
        same_account = self.owner(request) == context.principal_account
        return by_resource == "Allow" or (same_account and request.resource.startswith("arn:aws:s3:"))

    def objection(self, request):
        if request.role not in self.world.roles:
            if request.expect and not request.imported:
                yield f"{request}: no template creates {request.role}"
            return
        if request.expect is not None and self.allowed(request) != request.expect:
            yield f"{self.place(request)}: {request}: expected {'allow' if request.expect else 'deny'} ({request.source})"

    def place(self, request):
        return self.world.roles[request.role].place

    # --- trust

    def trusted(self, trust, document):
        service = trust.principal if not trust.principal.startswith("arn:") else None
        context = iam_evaluator.EvalContext(
            principal_arn="" if service else trust.principal,
            principal_type="AssumedRole",
            principal_account="" if service else trust.principal.split(":")[4],
            action="sts:AssumeRole",
            resource_arn=trust.role,
            region="",
            service_context={key.lower(): value for key, value in trust.context.items()},
        )
        decision = iam_evaluator.evaluate_resource_policy({"Statement": document}, context, service=service)
        return decision.decision == "Allow"

    def trust_objection(self, trust):
        role = self.world.roles.get(trust.role)
        if role is not None and self.trusted(trust, role.trust) != trust.expect:
            yield f"{role.place}: {trust}: expected {'allow' if trust.expect else 'deny'} ({trust.source})"

    # --- faulty roles

    def mutations(self, asked, trusts):
        by_role: dict[str, list] = {}
        for request in asked:
            by_role.setdefault(request.role, []).append(request)
        for arn, role in self.world.roles.items():
            if not made_for_pipelines(role):
                continue
            yield from self.mutations_of(role, by_role.get(arn, []))
            if not any(trust.role == arn and trust.expect for trust in trusts):
                yield f"{role.place}: no table says who assumes it"
        yield from self.mutations_of_policies(asked)

    def mutations_of(self, role, asked):
        parsed = self.parsed[role.arn]
        contexts = [(request, self.context(request)) for request in asked]
        matching = [
            [index for index, statement in enumerate(parsed) if matches(context, statement)] for _, context in contexts
        ]
        unjudged = handlers.unjudged_actions(self.world, role.arn)
        for index, statement in enumerate(parsed):
            words = described(statement)
            if statement.effect == "Deny":
                continue
            # Statements that are only required by resources of unjudged types are not removed.
            of_unjudged = any(action.lower() in unjudged for action in statement.actions)
            needed = any(found == [index] and request.expect is not False for (request, _), found in zip(contexts, matching, strict=True))
            if not needed and not of_unjudged and not covered(statement, [*parsed[:index], *parsed[index + 1 :]]):
                yield f"{role.place}: without the statement {words} every request is still allowed"
            if statement.resources == ["*"]:
                yield from self.any_resource(role, statement)
                continue
            wide = iam_evaluator.replace(statement, resources=["*"])
            noticed = any(
                request.expect is False and not found and matches(context, wide)
                for (request, context), found in zip(contexts, matching, strict=True)
            )
            if not noticed and not of_unjudged:
                yield f"{role.place}: with the statement {words} on every resource no neighboring request is allowed"

    def any_resource(self, role, statement):
        """Yields objections to statements on `*` for which IAM has something more specific."""
        for action in statement.actions:
            if handlers.resource_types(action) and not requests.may_be_wide(action, role.place):
                yield f"{role.place}: {action} is allowed on every resource, and IAM has something finer"

    def mutations_of_policies(self, asked):
        """Checks bucket and key policies, which determine the access of other accounts to resources here."""
        foreign = [
            request for request in asked if self.owner(request) != request.role.split(":")[4] and request.role in self.world.roles
        ]
        for resource, statements in self.policies.items():
            about = [request for request in foreign if request.resource.split("/")[0] == resource or request.resource == resource]
            for index, statement in enumerate(statements):
                rest = statements[:index] + statements[index + 1 :]
                if statement["Effect"] == "Allow" and foreign_principal(statement, resource, self.world):
                    if not any(request.expect and not self.allowed(request, policy=rest) for request in about):
                        yield f"policy of {resource}: without statement {index} every request is still allowed"
                    yield from self.strangers(resource, statement, about)
                elif statement["Effect"] == "Deny" and not self.needs_deny(resource, rest, asked):
                    yield f"policy of {resource}: without statement {index} every request is still denied"

    def needs_deny(self, resource, rest, asked):
        """Returns whether some call that is allowed with TLS would also be allowed without TLS if the statement did not exist."""
        for request in asked:
            if request.expect and request.role in self.world.roles and request.resource.split("/")[0] == resource:
                plain = request._replace(context={**request.context, "aws:SecureTransport": "false"})
                if not self.allowed(plain) and self.allowed(plain, policy=rest or [{}]):
                    return True
        return False

    def strangers(self, resource, statement, about):
        """Checks that another role of the same other account has no access."""
        for request in about:
            other = request._replace(role=re.sub(r":role/.*", ":role/anybody", request.role))
            context = self.context(other)
            if iam_evaluator.evaluate_resource_policy({"Statement": [statement]}, context).decision == "Allow":
                yield f"policy of {resource}: {other.role} may {request.action}"
                return


def foreign_principal(statement, resource, world):
    """Returns whether the statement applies to another account."""
    principals = statement.get("Principal", {})
    principals = principals.get("AWS", []) if isinstance(principals, dict) else []
    owner = world.owners.get(resource.split(":")[5], ACCOUNT) if ":s3:" in resource else resource.split(":")[4]
    return any(owner not in principal for principal in ([principals] if isinstance(principals, str) else principals))


def made_for_pipelines(role):
    """Returns whether dotpipe derived the role, as opposed to roles in a user's `resources`."""
    return "Role" in role.place and not role.place.startswith("Smoke")


def parse(statements):
    return tuple(iam_evaluator.parse_policy_document({"Statement": statements}))


def decide(context, statements):
    return iam_evaluator.evaluate(context, [statements]).decision


def matches(context, statement):
    return iam_evaluator._first_match(context, [statement], statement.effect) is not None  # noqa: SLF001


def covered(statement, others):
    """Returns whether broader statements, which are judged separately, allow everything that this one does."""
    wider = [other for other in others if other.effect == "Allow" and not other.conditions]
    return all(
        any(
            resource != pattern and fnmatch.fnmatchcase(resource, pattern)
            for other in wider
            if action in other.actions
            for pattern in other.resources
        )
        for action in statement.actions
        for resource in statement.resources
    )


def described(statement):
    actions = ", ".join(statement.actions[:2]) + (", ..." if len(statement.actions) > 2 else "")
    return f"[{actions} on {', '.join(statement.resources[:2])}]"


def _account_of_resource(key, context):
    """ministack assumes that a bucket's account is the caller's; here, every request contains the account of the resource."""
    if key.lower() in ("aws:resourceaccount", "s3:resourceaccount"):
        return context.service_context.get(key.lower())
    return _original(key, context)


_original = iam_evaluator._resolve_condition_key  # noqa: SLF001
iam_evaluator._resolve_condition_key = _account_of_resource  # noqa: SLF001
