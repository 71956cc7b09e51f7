"""Finds the IAM documents of a template and gives every name in them a value."""

import re
from typing import NamedTuple

from judges.outputs import ACCOUNT, REGION

PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/stack/00000000-0000-0000-0000-000000000000",
}

# The value of `!GetAtt X.Arn`, by type; `{}` is replaced by the resource's name.
ARNS = {
    "AWS::CodeBuild::Project": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/{{}}",
    "AWS::Events::Rule": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{{}}",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{{}}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SNS::Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:{{}}",
}

# The property that sets the name of a resource of the type. Without it, a name similar to the logical ID is generated.
NAMES = {
    "AWS::CodeBuild::Project": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
}

NO_VALUE = {"Ref": "AWS::NoValue"}

# Types whose `!Ref` is the ARN rather than the name.
REF_IS_ARN = {"AWS::SNS::Topic"}


class Unknown(Exception):
    """A value that these rules cannot evaluate: the table above has no entry for a type, or the template uses another
    function.
    """


class Document(NamedTuple):
    """One IAM document: its location, its kind, and its value with all names replaced."""

    place: str
    kind: str  # "trust", "inline", "managed" or "resource"
    owner: str
    value: dict


def documents(template) -> list[Document]:
    """Returns every IAM document of the template."""
    found = []
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        for place, kind, value in _of_resource(resource["Type"], properties):
            found.append(Document(f"{logical_id}.{place}", kind, logical_id, resolve(value, template)))
    return found


def _of_resource(kind, properties):
    if kind == "AWS::IAM::Role":
        yield "AssumeRolePolicyDocument", "trust", properties["AssumeRolePolicyDocument"]
    if kind in ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
        for index, policy in enumerate(properties.get("Policies", [])):
            yield f"Policies[{index}]", "inline", policy["PolicyDocument"]
    elif kind in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
        yield "PolicyDocument", "managed" if kind == "AWS::IAM::ManagedPolicy" else "inline", properties["PolicyDocument"]
    elif kind == "AWS::KMS::Key":
        yield "KeyPolicy", "resource", properties["KeyPolicy"]
    elif "PolicyDocument" in properties:
        yield "PolicyDocument", "resource", properties["PolicyDocument"]


def resolve(value, template):
    """Returns the value with its intrinsic functions evaluated for one stack in one account and Region."""
    if isinstance(value, list):
        resolved = [resolve(item, template) for item in value]
        return [item for item in resolved if item is not None]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        key, inner = next(iter(value.items()))
        if value == NO_VALUE:
            return None
        if key == "Ref":
            return _ref(inner, template)
        if key.startswith("Fn::"):
            return _function(key, inner, template)
    return {key: resolve(inner, template) for key, inner in value.items()}


def _function(key, inner, template):
    if key == "Fn::GetAtt":
        logical_id, attribute = inner if isinstance(inner, list) else inner.split(".", 1)
        return _attribute(logical_id, attribute, template)
    if key == "Fn::Sub":
        text, given = (inner, {}) if isinstance(inner, str) else inner
        given = {name: resolve(item, template) for name, item in given.items()}
        return re.sub(r"\$\{([^!}][^}]*)\}", lambda found: _substituted(found[1], given, template), text)
    if key == "Fn::If":
        # Whatever a condition can leave in is judged.
        return resolve(inner[2] if inner[1] == NO_VALUE else inner[1], template)
    if key == "Fn::Join":
        return inner[0].join(resolve(inner[1], template))
    raise Unknown(f"{key} in an IAM document")


def _substituted(name, given, template):
    if name in given:
        return given[name]
    if "." in name:
        return _attribute(*name.split(".", 1), template)
    return _ref(name, template)


def _ref(name, template):
    if name in PSEUDO_PARAMETERS:
        return PSEUDO_PARAMETERS[name]
    parameter = template.get("Parameters", {}).get(name)
    if parameter is not None:
        return str(parameter.get("Default", "parameter-" + name))
    if template["Resources"][name]["Type"] in REF_IS_ARN:
        return _attribute(name, "Arn", template)
    return name_of(name, template)


def _attribute(logical_id, attribute, template):
    kind = template["Resources"][logical_id]["Type"]
    if attribute != "Arn" or kind not in ARNS:
        raise Unknown(f"{logical_id}.{attribute} of {kind}")
    return ARNS[kind].format(name_of(logical_id, template))


def name_of(logical_id, template) -> str:
    """Returns the resource's name in AWS, which is generated in the same cases as by CloudFormation."""
    resource = template["Resources"][logical_id]
    given = resource.get("Properties", {}).get(NAMES.get(resource["Type"], ""))
    return "stack-" + logical_id.lower() if given is None else resolve(given, template)
