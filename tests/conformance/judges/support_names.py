"""Each resource that the pipeline's JSON refers to by name is created by a support template with exactly that name, or
imported by the source.
"""

import re

from judges.iam_documents import ARNS, name_of
from judges.outputs import ACCOUNT, elsewhere, load


def judge(folders):
    for folder in folders:
        made = _made(load(folder / "support.yaml"))
        for template in elsewhere(folder):
            for kind, names in _made(load(template)).items():
                made.setdefault(kind, set()).update(names)
        imported = _imported(folder / "pipeline.pipe")
        pipeline = load(folder / "pipeline.json")["pipeline"]
        yield [
            f"pipeline.json: {place} is {name!r}, and support.yaml makes no {kind} of that name"
            for place, kind, name in _referred(pipeline)
            if _here(name) not in made.get(kind, ()) and name not in imported
        ]


def _made(template) -> dict[str, set[str]]:
    made: dict[str, set[str]] = {}
    for logical_id, resource in template["Resources"].items():
        kind = resource["Type"]
        if kind in ARNS:
            name = name_of(logical_id, template)
            made.setdefault(kind, set()).update({name, ARNS[kind].format(name)})
    return made


def _here(name: str) -> str:
    """Returns the name with the account for which the templates are evaluated, because a template does not contain its
    account.
    """
    return re.sub(r"(arn:aws:iam::)\d{12}:", rf"\g<1>{ACCOUNT}:", name)


def _imported(source) -> set[str]:
    """Returns the names in the source of resources created elsewhere: `topic Team = "arn:..."`."""
    text = source.read_text(encoding="utf-8") if source.exists() else ""
    return set(re.findall(r'^[a-z]+ \S+(?: for \S+)? = "([^"]+)"$', text, re.MULTILINE))


def _referred(pipeline):
    yield "roleArn", "AWS::IAM::Role", pipeline["roleArn"]
    for store in [pipeline.get("artifactStore"), *pipeline.get("artifactStores", {}).values()]:
        if store:
            yield "the artifact store", "AWS::S3::Bucket", store["location"]
    keys = {"RoleArn": "AWS::IAM::Role", "ProjectName": "AWS::CodeBuild::Project", "NotificationArn": "AWS::SNS::Topic"}
    for stage in pipeline["stages"]:
        for action in stage["actions"]:
            if "roleArn" in action:
                yield f"roleArn of {stage['name']}.{action['name']}", "AWS::IAM::Role", action["roleArn"]
            # The meaning of other owners' keys is defined by their vendors: `ProjectName` of Jenkins is a job.
            if action["actionTypeId"]["owner"] != "AWS":
                continue
            for key, kind in keys.items():
                if key in action.get("configuration", {}):
                    place = f"{key} of {stage['name']}.{action['name']}"
                    yield place, kind, action["configuration"][key]
