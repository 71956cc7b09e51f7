"""parliament, a linter of IAM policies, has nothing to say on any IAM document of the templates."""

import json
import warnings

warnings.filterwarnings("ignore", message=".*pkg_resources.*")

import parliament  # noqa: E402

from judges.iam_documents import Unknown, documents  # noqa: E402
from judges.outputs import ACCOUNT, load, own_templates  # noqa: E402

# Where parliament is wrong: (its finding, a part of its detail, why the policy is right, where that is written).
WRONG: list[tuple[str, str, str, str]] = []


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
                yield f"{where}: {finding.issue} {finding.detail} {_statement(finding)}".rstrip()
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
    return any(finding.issue == issue and part in str(finding.detail) for issue, part, _why, _source in WRONG)


def _statement(finding) -> str:
    return str(finding.location.get("string", "")) if isinstance(finding.location, dict) else ""


def _wildcards(document):
    for statement in _listed(document.value["Statement"]):
        # A denial may be broad: it takes away.
        if statement["Effect"] == "Allow":
            yield from (action for action in _listed(statement.get("Action", [])) if "*" in action)
