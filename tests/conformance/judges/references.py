"""The target of every reference in a template exists, and there are no circular dependencies."""

import graphlib
import re

from judges.outputs import load, own_templates

SUBSTITUTION = re.compile(r"\$\{([^!}][^}]*)\}")


def judge(folders):
    for folder in folders:
        yield [f"{file.name}: {problem}" for file in own_templates(folder) for problem in _problems(load(file))]


def _problems(template):
    resources = template["Resources"]
    known = set(resources) | set(template.get("Parameters", {}))
    needs = {logical_id: set(references(resource)) for logical_id, resource in resources.items()}
    needs["(Outputs)"] = set(references(template.get("Outputs", {})))
    for logical_id, targets in needs.items():
        for target in sorted(targets - known):
            yield f"{logical_id} refers to {target}, which does not exist"
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as cycle:
        yield "circular dependency: " + " -> ".join(cycle.args[1])


def references(value):
    """Returns the logical IDs that a value refers to, without pseudo parameters."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key == "Ref":
            yield from _own(inner)
        elif key == "Fn::GetAtt":
            yield from _own(inner if isinstance(inner, str) else inner[0])
        elif key == "Fn::Sub":
            text, given = (inner, {}) if isinstance(inner, str) else inner
            yield from (name for found in SUBSTITUTION.findall(text) if found not in given for name in _own(found))
            yield from references(given)
        elif key == "DependsOn":
            yield from [inner] if isinstance(inner, str) else inner
        else:
            yield from references(inner)


def _own(name: str):
    if not name.startswith("AWS::"):
        yield name.split(".")[0]
