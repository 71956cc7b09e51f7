"""The templates and their IAM documents are within the size limits of AWS.

Limits: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (IAM does not count white space).
"""

import collections
import json

from judges.iam_documents import Unknown, documents, name_of
from judges.outputs import load, own_templates

TEMPLATE_BYTES = 1_000_000
RESOURCES = 500
INLINE_POLICIES_OF_A_ROLE = 10_240
MANAGED_POLICY = 6_144
TRUST_POLICY = 2_048
BUCKET_POLICY = 20_480
ROLE_NAME = 64


def judge(folders):
    for folder in folders:
        yield [f"{file.name}: {problem}" for file in own_templates(folder) for problem in _problems(file)]


def _problems(file):
    template = load(file)
    yield from _over("the template", file.stat().st_size, TEMPLATE_BYTES, "bytes")
    yield from _over("the template", len(template["Resources"]), RESOURCES, "resources")
    try:
        yield from _policies(documents(template))
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] == "AWS::IAM::Role":
                yield from _over(f"the name of {logical_id}", len(name_of(logical_id, template)), ROLE_NAME, "characters")
    except Unknown as unknown:
        yield f"the judge cannot work out {unknown}"


def _policies(found):
    inline = collections.Counter()
    for document in found:
        size = len(json.dumps(document.value, separators=(",", ":")))
        if document.kind == "inline":
            inline[document.owner] += size
        else:
            limit = {"trust": TRUST_POLICY, "managed": MANAGED_POLICY, "resource": BUCKET_POLICY}[document.kind]
            yield from _over(document.place, size, limit, "characters")
    for owner, size in inline.items():
        yield from _over(f"{owner}: its inline policies together", size, INLINE_POLICIES_OF_A_ROLE, "characters")


def _over(what, size, limit, unit):
    if size > limit:
        yield f"{what}: {size} {unit}, of {limit} allowed"
