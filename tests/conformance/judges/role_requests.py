"""Every role that dotpipe generates may do each call AWS makes with it, and not the neighboring one; and no more than that.

ministack's policy evaluator decides, in this process. The calls come from tables that share nothing with dotpipe's catalog:
`requests/pipelines.toml` (what AWS documents for actions, builds, and events), the handlers of CloudFormation's resource
types (what AWS publishes with their schemas, as cfn-lint carries them) on the ARNs that the stack's resources will have, and
`requests/examples/` (what the examples' own permissions are for).

Then the roles are spoilt: without any one statement some call must fail, and with any one statement on every resource some
neighboring call must succeed. Neither would show that a call of AWS's is missing from the tables.
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
    """Every request and every trust that the tables know for this world, each once."""
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
    """Decides requests against the documents of one world."""

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
        """The account that the resource belongs to."""
        parts = request.resource.split(":")
        if request.resource.startswith("arn:aws:s3:::"):
            return self.world.owners.get(parts[5].split("/")[0], self.world.home.account)
        return parts[4] if len(parts) > 4 and parts[4].isdigit() else request.role.split(":")[4]

    def policy_of(self, request):
        """The own policy of a bucket, a key, or a role that is assumed."""
        resource = request.resource
        if request.action == "sts:AssumeRole" and resource in self.world.roles:
            return self.world.roles[resource].trust
        if resource.startswith("arn:aws:s3:::"):
            return self.policies.get(resource.split("/")[0])
        return self.policies.get(resource) or self.policies_deployed.get(resource)

    def allowed(self, request, statements=None, policy=None):
        """Whether AWS would allow it: by the role's statements, and by the resource's own policy."""
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
        """A statement on `*` is right where IAM has nothing finer."""
        for action in statement.actions:
            if handlers.resource_types(action) and not requests.may_be_wide(action, role.place):
                yield f"{role.place}: {action} is allowed on every resource, and IAM has something finer"

    def mutations_of_policies(self, asked):
        """Bucket and key policies: what other accounts may do with what is here."""
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
        """Whether some call that is allowed over TLS would be allowed without TLS too, were it not for the statement."""
        for request in asked:
            if request.expect and request.role in self.world.roles and request.resource.split("/")[0] == resource:
                plain = request._replace(context={**request.context, "aws:SecureTransport": "false"})
                if not self.allowed(plain) and self.allowed(plain, policy=rest or [{}]):
                    return True
        return False

    def strangers(self, resource, statement, about):
        """Another role of the same other account is not let in."""
        for request in about:
            other = request._replace(role=re.sub(r":role/.*", ":role/anybody", request.role))
            context = self.context(other)
            if iam_evaluator.evaluate_resource_policy({"Statement": [statement]}, context).decision == "Allow":
                yield f"policy of {resource}: {other.role} may {request.action}"
                return


def foreign_principal(statement, resource, world):
    """Whether the statement is for another account."""
    principals = statement.get("Principal", {})
    principals = principals.get("AWS", []) if isinstance(principals, dict) else []
    owner = world.owners.get(resource.split(":")[5], ACCOUNT) if ":s3:" in resource else resource.split(":")[4]
    return any(owner not in principal for principal in ([principals] if isinstance(principals, str) else principals))


def made_for_pipelines(role):
    """Whether dotpipe derived the role: what a user's own `resources` add is the user's."""
    return "Role" in role.place and not role.place.startswith("Smoke")


def parse(statements):
    return tuple(iam_evaluator.parse_policy_document({"Statement": statements}))


def decide(context, statements):
    return iam_evaluator.evaluate(context, [statements]).decision


def matches(context, statement):
    return iam_evaluator._first_match(context, [statement], statement.effect) is not None  # noqa: SLF001


def covered(statement, others):
    """Whether wider statements, which are judged for themselves, allow all that this one does."""
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
    """ministack takes the account of a bucket for the caller's; here every request says whose the resource is."""
    if key.lower() in ("aws:resourceaccount", "s3:resourceaccount"):
        return context.service_context.get(key.lower())
    return _original(key, context)


_original = iam_evaluator._resolve_condition_key  # noqa: SLF001
iam_evaluator._resolve_condition_key = _account_of_resource  # noqa: SLF001
