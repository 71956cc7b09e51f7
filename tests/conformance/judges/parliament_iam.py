"""parliament, a linter of IAM policies, has nothing to say on any IAM document of the templates."""

import json
import re
import warnings

warnings.filterwarnings("ignore", message=".*pkg_resources.*")

import parliament  # noqa: E402

from judges.iam_documents import Unknown, documents  # noqa: E402
from judges.outputs import ACCOUNT, load, own_templates  # noqa: E402

# Where parliament is wrong: its finding, what it is found on, why that is right all the same, where this is written.
WRONG = [
    (
        "INVALID_ARN",
        re.compile(r"arn:aws:cloudformation:[a-z0-9-]+:aws:transform/[A-Za-z0-9-]+"),
        "The transforms that AWS hosts belong to the account `aws`, which is no number.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html",
    ),
]


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
            if not _is_wrong(finding):
                yield f"{where}: {finding.issue} {finding.detail} {_found_on(finding)}".rstrip()
        yield from (f"{where}: wildcard in action {action}" for action in _wildcards(document))


def _complete(document):
    """The document as parliament wants it: it knows no trust policies, whose resource is the role that they are of."""
    if document.kind != "trust":
        return document.value
    role = f"arn:aws:iam::{ACCOUNT}:role/{document.owner}"
    statements = [{**statement, "Resource": role} for statement in _listed(document.value["Statement"])]
    return {**document.value, "Statement": statements}


def _listed(value):
    return value if isinstance(value, list) else [value]


def _is_wrong(finding) -> bool:
    found_on = _found_on(finding)
    return any(finding.issue == issue and known.fullmatch(found_on) for issue, known, _why, _source in WRONG)


def _found_on(finding) -> str:
    """The piece of the document that the finding is about, where parliament tells it."""
    return str(finding.location.get("string", "")) if isinstance(finding.location, dict) else ""


def _wildcards(document):
    for statement in _listed(document.value["Statement"]):
        # A denial may be broad: it takes away.
        if statement["Effect"] == "Allow":
            yield from (action for action in _listed(statement.get("Action", [])) if "*" in action)
