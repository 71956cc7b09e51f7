"""parliament, a linter for IAM policies, has no findings for the IAM documents of the templates."""

import functools
import json
import pathlib
import re
import warnings

warnings.filterwarnings("ignore", message=".*pkg_resources.*")

import parliament  # noqa: E402
import policy_sentry  # noqa: E402

from judges.iam_documents import Unknown, documents  # noqa: E402
from judges.outputs import ACCOUNT, load, own_templates  # noqa: E402

# Incorrect results of parliament: its finding, the place or text that it is about, why the document is correct, and the
# source.
WRONG = [
    (
        "INVALID_ARN",
        re.compile(r"arn:aws:cloudformation:[a-z0-9-]+:aws:transform/[A-Za-z0-9-]+"),
        "The transforms that AWS hosts belong to the account `aws`, which is no number.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html",
    ),
    (
        "UNKNOWN_ACTION",
        re.compile(r"apigateway:(TagResource|UntagResource)"),
        "API Gateway asks for it on stages with tags, which SAM's have; the Service Authorization Reference lacks it.",
        "https://github.com/aws-amplify/amplify-studio/issues/889 (AWS's own message), handlers of AWS::ApiGatewayV2::Stage",
    ),
    (
        "UNKNOWN_CONDITION_FOR_ACTION",
        re.compile(r"Unknown condition kms:ResourceAliases for action kms:[A-Za-z]+"),
        "Policies of roles can say by alias which keys they mean; parliament's list lacks the condition.",
        "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases",
    ),
    (
        "RESOURCE_MISMATCH",
        re.compile(r"codestar-connections:UseConnection on arn:\*:codestar-connections:\*:\*:connection/\*"),
        "CodePipeline asks for the permission under its old and its new name, whichever the connection's ARN has.",
        "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html",
    ),
    (
        "RESOURCE_STAR",
        re.compile(r"cloudwatch:DescribeAlarms"),
        "A composite alarm can be read only by a role that may read every alarm.",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/permissions-reference-cw.html",
    ),
]

# parliament's list of actions is older than AWS's. An action that is missing from it is accepted if it is in this newer
# copy of AWS's Service Authorization Reference (https://docs.aws.amazon.com/service-authorization/latest/reference/).
REFERENCE = pathlib.Path(policy_sentry.__file__).parent / "shared" / "data" / "iam-definition.json"


def judge(folders):
    for folder in folders:
        yield [objection for file in own_templates(folder) for objection in _of_template(file)]


def _of_template(file):
    try:
        found = documents(load(file))
    except Unknown as unknown:
        yield f"{file.name}: the judge cannot work out {unknown}"
        return
    for document in found:
        where = f"{file.name}: {document.place}"
        for finding in parliament.analyze_policy_string(json.dumps(_complete(document))).findings:
            if not _is_wrong(finding) and not (_is_of_key(document) and finding.issue == "RESOURCE_STAR"):
                yield f"{where}: {finding.issue} {finding.detail} {_found_on(finding)}".rstrip()
        yield from (f"{where}: wildcard in action {action}" for action in _wildcards(document))


def _is_of_key(document) -> bool:
    """Returns whether the document is a key's policy. In it, `*` is that key, and `kms:*` for the own account lets IAM
    policies control access.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    return document.place.endswith(".KeyPolicy")


def _complete(document):
    """Returns the document in the form that parliament requires: it does not support trust policies, whose resource is
    their role.
    """
    if document.kind != "trust":
        return document.value
    role = f"arn:aws:iam::{ACCOUNT}:role/{document.owner}"
    statements = [{**statement, "Resource": role} for statement in _listed(document.value["Statement"])]
    return {**document.value, "Statement": statements}


def _listed(value):
    return value if isinstance(value, list) else [value]


def _is_wrong(finding) -> bool:
    if finding.issue == "UNKNOWN_ACTION" and _found_on(finding).lower() in _later_actions():
        return True
    return any(finding.issue == issue and known.fullmatch(_found_on(finding)) for issue, known, _why, _source in WRONG)


@functools.cache
def _later_actions() -> set[str]:
    """Returns every action of the newer reference, in lowercase."""
    services = json.loads(REFERENCE.read_text(encoding="utf-8"))
    known = {prefix: service for prefix, service in services.items() if isinstance(service, dict)}
    return {f"{prefix}:{name}".lower() for prefix, service in known.items() for name in service.get("privileges", {})}


def _found_on(finding) -> str:
    """Returns the part of the document that the finding refers to, if parliament reports it."""
    if finding.issue == "UNKNOWN_CONDITION_FOR_ACTION":
        return str(finding.detail)
    if finding.issue == "RESOURCE_STAR":
        return ", ".join(finding.detail)
    if finding.issue == "RESOURCE_MISMATCH":
        return ", ".join(f"{missing['action']} on {missing['required_format']}" for missing in finding.detail)
    return str(finding.location.get("string", "")) if isinstance(finding.location, dict) else ""


def _wildcards(document):
    for statement in _listed(document.value["Statement"]):
        # A denial can be broad because it only removes permissions.
        if statement["Effect"] == "Allow" and not (_is_of_key(document) and statement.get("Sid") == "EnableIamPolicies"):
            yield from (action for action in _listed(statement.get("Action", [])) if "*" in action)
