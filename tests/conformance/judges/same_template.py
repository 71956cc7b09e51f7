"""The YAML template has the same content as the JSON template for a reader of YAML 1.1, such as CloudFormation."""

from judges.outputs import load


def judge(folders):
    for folder in folders:
        yield list(_differences(load(folder / "template.json"), load(folder / "template.yaml"), "template"))


def _differences(in_json, in_yaml, path):
    if isinstance(in_json, dict) and isinstance(in_yaml, dict):
        if list(in_json) != list(in_yaml):
            yield f"{path}: the JSON has {list(in_json)}, the YAML {list(in_yaml)}"
            return
        for key in in_json:
            yield from _differences(in_json[key], in_yaml[key], f"{path}.{key}")
    elif isinstance(in_json, list) and isinstance(in_yaml, list) and len(in_json) == len(in_yaml):
        for index, pair in enumerate(zip(in_json, in_yaml, strict=True)):
            yield from _differences(*pair, f"{path}[{index}]")
    elif type(in_json) is not type(in_yaml) or in_json != in_yaml:
        yield f"{path}: {in_json!r} in the JSON, {in_yaml!r} in the YAML"
