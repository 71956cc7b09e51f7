"""The calls of AWS according to the tables of `requests/`, for a pipeline's actions, builds, event rules, and stacks."""

import json
import re
import string
from typing import NamedTuple

from judges.deployments import RANDOM, TABLES, UNKNOWN, World, table
from judges.outputs import load

STRANGER = "999999999999"
# The fields that remain the same in a neighboring request.
FIXED = {"region", "account", "home", "object", "family"}


class Request(NamedTuple):
    """One call by one role."""

    role: str
    action: str
    resource: str
    context: dict
    region: str
    expect: bool
    source: str
    imported: bool = False
    whole: str = ""  # the ARNs of the kind, where the call may be on any of it

    def __str__(self):
        context = f" with {self.context}" if self.context else ""
        return f"{self.action} on {self.resource}{context}"


class Trust(NamedTuple):
    """A principal that assumes a role."""

    role: str
    principal: str
    context: dict
    expect: bool
    source: str

    def __str__(self):
        return f"sts:AssumeRole by {self.principal}" + (f" with {self.context}" if self.context else "")


def all_requests(world: World, used: set):
    for index, line in enumerate(table("pipelines.toml")["request"]):
        for fields in subjects(world, line):
            made = list(of_line(line, fields))
            if made:
                used.add(("request", index))
            yield from made


def unused(used: set):
    """Returns lines of the tables that no folder uses, which therefore prove nothing."""
    for kind in ("request", "trust"):
        for index, line in enumerate(table("pipelines.toml")[kind]):
            if (kind, index) not in used:
                what = line.get("actions", [line.get("principal")])
                yield f"requests/pipelines.toml: no folder asks for {what[0]} of {line.get('provider', line['for'])}"


def of_line(line, fields):
    resource = filled(line["resource"], fields)
    if resource is None:
        return
    context = {key: filled(value, fields) for key, value in line.get("context", {}).items()}
    role, region, source = fields["role"], fields["region"], line["source"]
    imported = fields.get("imported", False)
    # Permissions that a role can have but does not require: the line counts as used, but nothing is expected.
    expect = None if line.get("optional") else True
    for action in line["actions"]:
        yield Request(role, action, resource, context, region, expect, source, imported)
        for other in neighbors(line, fields, resource):
            yield Request(role, action, other, context, region, False, source, imported)
        for other in line.get("not", []):
            changed = context | {key: filled(value, fields) for key, value in other.get("context", {}).items()}
            where = filled(other["resource"], fields) if "resource" in other else resource
            yield Request(role, action, where, changed, region, False, source, imported)


def neighbors(line, fields, resource):
    """Yields the same resource in another account, and with each name replaced by another."""
    template = line["resource"]
    if template == "*":
        return
    yield from elsewhere(resource)
    if "wide" in line:
        return
    for name in names_in(template):
        if name not in FIXED and "#{" not in fields[name]:
            yield filled(template, {**fields, name: renamed(fields[name])})
            if not fields[name].startswith("arn:"):
                yield filled(template, {**fields, name: "other-" + fields[name]})


def renamed(name):
    """Returns another name; if CloudFormation generated it, with a different beginning, because its end is not known."""
    if not name.endswith(RANDOM) or not name.startswith("arn:"):
        return name + "-other"
    start = max(name.rindex(":"), name.rfind("/")) + 1
    return f"{name[:start]}other-{name[start:]}"


def elsewhere(arn):
    """Returns the same resource in another account, or in another Region or partition if the ARN contains no account."""
    parts = arn.split(":")
    if len(parts) > 4 and parts[4].isdigit():
        yield ":".join([*parts[:4], STRANGER, *parts[5:]])
    elif len(parts) > 4 and parts[3]:
        yield ":".join([*parts[:3], "ap-southeast-2", *parts[4:]])
    elif len(parts) > 4:
        yield ":".join([parts[0], "aws-cn", *parts[2:]])


def names_in(template):
    return [name for _, name, _, _ in string.Formatter().parse(template) if name]


def filled(template, fields):
    """Returns the text with its placeholders replaced, or None if a placeholder has no value."""
    if any(fields.get(name) in (None, "") for name in names_in(template)):
        return None
    text = template.format_map(fields) if names_in(template) else template
    # A value that is only known at run time can be anything.
    return re.sub(r"#\{[^}]*\}", "0a1b2c3", text)


# --- the subjects of a line


def subjects(world: World, line):
    kind = line["for"]
    finders = {
        "action": actions,
        "condition": conditions,
        "foreign": foreign,
        "store": stores,
        "store-read": reads,
        "store-write": writes,
        "key": keys,
        "key-by-alias": keys_by_alias,
        "rule": rules,
        "transform": transforms,
        "package": packages,
        "lookup": lookups,
        "parameter-type": parameter_types,
        "token": tokens,
    }
    finder = finders.get(kind) or (lambda world: builds(world, kind))
    for fields in finder(world):
        if fits(line, fields):
            yield fields


def fits(line, fields):
    if "provider" in line and fields.get("provider") not in line["provider"]:
        return False
    if "category" in line and fields.get("category") != line["category"]:
        return False
    given = lambda key, wanted: fields.get(key) if wanted == "*" else fields.get(key) in ([wanted] if isinstance(wanted, str) else wanted)  # noqa: E731
    return all(given(*item) for item in line.get("when", {}).items()) and not any(
        given(*item) for item in line.get("unless", {}).items()
    )


def of_action(action):
    pipeline = action.pipeline
    return {
        **action.config,
        "provider": action.provider if action.owner == "AWS" else f"{action.owner} {action.provider}",
        "category": action.category,
        "role": action.role,
        "region": action.region,
        "account": action.account,
        "home": pipeline.world.home.account,
        "pipeline": pipeline.name,
        **tasks(pipeline.world, action),
    }


def tasks(world, action):
    """Returns the family and the roles of the task definition that the action deploys."""
    file = world.source(action.config.get("TaskDefinitionTemplatePath", "taskdef.json"))
    if action.provider == "CodeDeployToECS" and file is not None:
        definition = json.loads(file.read_text(encoding="utf-8"))
        role = definition.get("executionRoleArn") or definition.get("taskRoleArn")
        return {"family": definition.get("family", "orders"), "task-role": role}
    return {"family": "orders", "task-role": f"arn:aws:iam::{action.account}:role/tasks"}


def actions(world):
    for pipeline in world.pipelines():
        for action in pipeline.actions:
            yield of_action(action)


def conditions(world):
    for pipeline in world.pipelines():
        for rule in pipeline.rules():
            role = rule.get("RoleArn", pipeline.role)
            yield {
                **{key: str(value) for key, value in rule.get("Configuration", {}).items()},
                "provider": rule["RuleTypeId"]["Provider"],
                "role": role,
                "region": rule.get("Region", world.home.region),
                "account": role.split(":")[4],
                "pipeline": pipeline.name,
            }


def foreign(world):
    """Yields each action's role that differs from the pipeline's role, which assumes it."""
    for pipeline in world.pipelines():
        for role in sorted({action.role for action in pipeline.performers()} - {pipeline.role}):
            # The pipeline may assume the action's role.
            yield {"role": pipeline.role, "action-role": role, "region": world.home.region}


# --- artifacts: an action's role reads and writes them, except for a build, where its project's role does


def stores(world):
    for action, role in moving(world):
        yield of_store(action, role, "any")


def reads(world):
    for action, role in moving(world):
        if role == action.role:
            yield from (of_store(action, role, artifact) for artifact in action.inputs)


def writes(world):
    for action, role in moving(world):
        # The pipeline itself copies the inputs of an action in another Region to the bucket there.
        artifacts = action.outputs if role == action.role else action.inputs
        yield from (of_store(action, role, artifact) for artifact in artifacts)


def moving(world):
    for pipeline in world.pipelines():
        for action in pipeline.performers():
            if not action.inputs and not action.outputs:
                continue
            if action.provider != "CodeBuild":
                yield action, action.role
            if action.region != world.home.region and action.role != pipeline.role:
                yield action, pipeline.role


def of_store(action, role, artifact):
    bucket = action.pipeline.stores[action.region]["Location"]
    return {**of_action(action), "role": role, "bucket": bucket, "object": f"{action.pipeline.name[:20]}/{artifact[:10]}/8a9b0c1"}


def keys(world, by_alias=False):
    """Yields the keys of artifact buckets, by ARN or by alias."""
    for action, role in moving(world):
        key = action.pipeline.key(action.region)
        home = f":{world.home.region}:{world.home.account}:"
        here = role.split(":")[4] == world.home.account and key and home in key
        if key and bool(here) != by_alias:
            yield {**of_action(action), "role": role, "key": key, "alias": (world.aliases.get(key) or ["none"])[0]}


def keys_by_alias(world):
    return keys(world, by_alias=True)


def rules(world):
    stack = world.home
    for logical_id in stack.of_type("AWS::Events::Rule"):
        for target in stack.properties(logical_id).get("Targets", []):
            if "RoleArn" in target:
                yield {"role": target["RoleArn"], "target": target["Arn"], "region": stack.region, "account": stack.account}


# --- builds


def builds(world, kind):
    stack = world.home
    for logical_id in stack.of_type("AWS::CodeBuild::Project"):
        properties = stack.properties(logical_id)
        project = stack.name(logical_id)
        fields = {
            "role": properties["ServiceRole"],
            "project": project,
            "region": stack.region,
            "account": stack.account,
            "log-group": log_group(properties, project),
        }
        running = [
            action
            for pipeline in world.pipelines()
            for action in pipeline.actions
            if action.provider == "CodeBuild" and action.config.get("ProjectName") == project
        ]
        running += [
            rule
            for pipeline in world.pipelines()
            for rule in pipeline.rule_actions()
            if rule.provider == "CodeBuild" and rule.config.get("ProjectName") == project
        ]
        more = {
            "build": lambda: [{}],
            "build-store": lambda: [bucket_of(action) for action in running if action.inputs or action.outputs],
            "build-read": lambda: [bucket_of(action) | {"object": "p/in/8a9b0c1"} for action in running if action.inputs],
            "build-write": lambda: [bucket_of(action) | {"object": "p/out/8a9b0c1"} for action in running if action.outputs],
            "build-key": lambda: [{"key": key} for action in running if (key := action.pipeline.key(action.region))],
            "build-report": lambda: [{"report": name} for name in reports(world, properties, running)],
            "build-secret": lambda: [{"secret": name} for name in variables(world, properties, running, "SECRETS_MANAGER")],
            "build-parameter": lambda: [{"parameter": name} for name in variables(world, properties, running, "PARAMETER_STORE")],
            "build-vpc": lambda: networks(properties),
            "build-clone": lambda: clones(running, "CodeStarSourceConnection"),
            "build-pull": lambda: clones(running, "CodeCommit"),
        }[kind]()
        for item in more:
            yield {**fields, **item}


def log_group(properties, project):
    given = properties.get("LogsConfig", {}).get("CloudWatchLogs", {}).get("GroupName")
    return given or f"/aws/codebuild/{project}"


def bucket_of(action):
    return {"bucket": action.pipeline.stores[action.region]["Location"]}


def networks(properties):
    vpc = properties.get("VpcConfig")
    if vpc:
        for subnet in vpc["Subnets"]:
            for group in vpc["SecurityGroupIds"]:
                yield {"subnet": subnet, "security-group": group}


def clones(running, provider):
    for action in running:
        for artifact in action.inputs:
            source = action.pipeline.producer(artifact)
            if source and source.provider == provider and source.config.get("OutputArtifactFormat") == "CODEBUILD_CLONE_REF":
                yield dict(source.config)


def buildspecs(world, properties, running):
    """Returns every buildspec that the project uses, parsed."""
    texts = [properties.get("Source", {}).get("BuildSpec", "buildspec.yml")]
    texts += [action.config["BuildspecOverride"] for action in running if "BuildspecOverride" in action.config]
    for text in texts:
        if "\n" not in text and not text.lstrip().startswith("{"):
            file = world.source(text)
            parsed = load(file) if file else None
        else:
            parsed = parse_yaml(text)
        if isinstance(parsed, dict):
            yield parsed


def parse_yaml(text):
    import yaml

    return yaml.safe_load(text)


def reports(world, properties, running):
    for buildspec in buildspecs(world, properties, running):
        yield from (name for name in buildspec.get("reports") or {} if not name.startswith(("arn:", "$")))


def variables(world, properties, running, kind):
    """Returns the names of secrets or parameters in the environment of the project, its actions, and its buildspecs."""
    found = [item for item in properties.get("Environment", {}).get("EnvironmentVariables", [])]
    for action in running:
        found += [{"Type": item.get("type"), "Value": item["value"]} for item in json.loads(action.config.get("EnvironmentVariables", "[]"))]
    names = [item["Value"] for item in found if item.get("Type") == kind]
    key = "secrets-manager" if kind == "SECRETS_MANAGER" else "parameter-store"
    for buildspec in buildspecs(world, properties, running):
        names += ((buildspec.get("env") or {}).get(key) or {}).values()
    for name in names:
        if not name.startswith("arn:"):
            yield name.split(":")[0].strip("/")


# --- stacks


def deployed(world):
    """Yields each stack that a pipeline deploys with a generated role: the action and the template's file."""
    from judges import handlers

    return handlers.deployed(world)


def transforms(world):
    for item in deployed(world):
        transforms = item.stack.template.get("Transform", item.transform)
        for transform in [transforms] if isinstance(transforms, str) else transforms or []:
            if transform == "AWS::Serverless-2016-10-31":
                yield {**item.fields, "transform": "Serverless-2016-10-31"}
            elif transform == "AWS::LanguageExtensions":
                yield {**item.fields, "transform": "LanguageExtensions"}


def packages(world):
    """Yields the buckets to which `aws cloudformation package` uploads code, if the build sets them by a variable."""
    for item in deployed(world):
        if item.package_bucket:
            yield {**item.fields, "bucket": item.package_bucket}


def lookups(world):
    for item in deployed(world):
        for name, parameter in item.stack.template.get("Parameters", {}).items():
            if str(parameter.get("Type", "")).startswith("AWS::SSM::Parameter::Value"):
                yield {**item.fields, **looked_up(item.stack.given.get(name, parameter.get("Default", UNKNOWN)))}
        for name in re.findall(r"\{\{resolve:ssm:([^:}]+)", json.dumps(item.stack.template)):
            yield {**item.fields, **looked_up(name)}


def looked_up(name):
    """Returns a parameter of the account, or one that AWS publishes for everyone."""
    name = str(name).strip("/")
    return {"public-parameter" if name.startswith("aws/service/") else "parameter": name}


def tokens(world):
    """Yields the service tokens of custom resources."""
    for item in deployed(world):
        for logical_id, resource in item.stack.resources.items():
            token = item.stack.properties(logical_id).get("ServiceToken")
            if isinstance(token, str) and resource["Type"].startswith(("AWS::CloudFormation::CustomResource", "Custom::")):
                yield {**item.fields, "token": token, "token-service": token.split(":")[2] if ":" in token else ""}


def parameter_types(world):
    """Returns what CloudFormation checks in the account with the caller's permissions: parameters of types such as a VPC's ID."""
    from judges import handlers

    for pipeline in world.pipelines():
        for action in pipeline.actions:
            if action.provider != "CloudFormation" or "TemplatePath" not in action.config:
                continue
            file, _bucket = handlers.template_file(world, pipeline, action, action.config["TemplatePath"].split("::", 1)[1])
            given = handlers.parameters(world, action)
            for name, parameter in load(file).get("Parameters", {}).items() if file else ():
                kind = str(parameter.get("Type", ""))
                fields = {"role": action.role, "region": action.region, "account": action.role.split(":")[4], "type": kind}
                of_store = kind.startswith("AWS::SSM::Parameter::Value")
                yield fields | (looked_up(given.get(name, parameter.get("Default", UNKNOWN))) if of_store else {})


# --- trust


def all_trusts(world, used):
    for index, line in enumerate(table("pipelines.toml")["trust"]):
        for fields in trusting(world, line["for"]):
            used.add(("trust", index))
            context = {key: filled(value, fields) for key, value in line.get("context", {}).items()}
            principal = filled(line["principal"], fields)
            yield Trust(fields["role"], principal, context, True, line["source"])
            for other in line["not"]:
                changed = context | other.get("context", {})
                who = filled(other.get("principal", line["principal"]), fields)
                yield Trust(fields["role"], who, changed, False, line["source"])


def trusting(world, kind):
    home = {"home": world.home.account}
    if kind == "pipeline-role":
        for pipeline in world.pipelines():
            yield {**home, "role": pipeline.role, "account": world.home.account}
    elif kind == "action-role":
        for pipeline in world.pipelines():
            for role in sorted({action.role for action in pipeline.performers()} - {pipeline.role}):
                yield {**home, "role": role, "pipeline-role": pipeline.role, "account": role.split(":")[4]}
    elif kind == "build-role":
        for fields in builds(world, "build"):
            yield {**home, **fields}
    elif kind == "event-role":
        for fields in rules(world):
            yield {**home, **fields}
    elif kind == "stack-role":
        for pipeline in world.pipelines():
            roles = {action.config["RoleArn"] for action in pipeline.actions if action.provider == "CloudFormation" and "RoleArn" in action.config}
            for role in sorted(roles):
                yield {**home, "role": role, "account": role.split(":")[4]}


# --- the examples' own permissions


def of_example(world, used):
    """Yields requests for the permissions that an example itself declares (`allow`, declared roles)."""
    # A file with several pipelines is built once for each of them: `github-service.Orders`.
    name = world.folder.name.split(".")[0]
    file = TABLES / "examples" / f"{name}.toml"
    if not file.exists():
        return
    places = {role.place for role in world.roles.values()}
    for line in table(f"examples/{name}.toml")["request"]:
        # All folders of stacks share one file, whose lines about a role apply to the folders that have the role.
        if name == "stacks" and line["role"] not in places:
            continue
        fields = {"account": world.home.account, "region": world.home.region, "home": world.home.account}
        fields |= {f"{key}": value for key, value in names_of(world).items()}
        role = next((role.arn for role in world.roles.values() if role.place == line["role"]), f"role {line['role']}")
        for action in line["actions"]:
            for resource in line.get("resources", [line.get("resource")]):
                context = line.get("context", {})
                where = resource.format_map(fields)
                yield Request(role, action, where, context, world.home.region, line["expect"] == "allow", line["source"])


def names_of(world):
    return {logical_id: world.home.name(logical_id) for logical_id in world.home.resources}


def may_be_wide(action, _place):
    """Returns whether, according to a table, the call is made on every resource."""
    return any(action in line["actions"] and line["resource"] == "*" for line in table("pipelines.toml")["request"]) or any(
        action in line["actions"] for line in table("handlers.toml").get("wide", [])
    )
