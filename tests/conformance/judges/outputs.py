"""Reads dotpipe's outputs."""

import json
import pathlib

import yaml

ACCOUNT = "111122223333"
REGION = "eu-west-1"


class CloudFormationLoader(yaml.SafeLoader):
    """YAML 1.1, as read by CloudFormation: an unquoted `on` is a boolean, and an unquoted `2012-10-17` is a date."""


def _long_form(loader: CloudFormationLoader, tag: str, node: yaml.Node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else "Fn::" + tag: value}


CloudFormationLoader.add_multi_constructor("!", _long_form)


def load(path: pathlib.Path):
    """Returns the parsed file, with every short form of an intrinsic function expanded."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(text)
    return yaml.load(text, Loader=CloudFormationLoader)  # noqa: S506 (a SafeLoader)


def templates(folder: pathlib.Path) -> list[pathlib.Path]:
    """Returns every CloudFormation template of the folder."""
    files = [folder / name for name in ("template.json", "template.yaml", "support.yaml")]
    return [file for file in files if file.exists()] + elsewhere(folder) + sorted(folder.glob("app-*.yaml"))


def own_templates(folder: pathlib.Path) -> list[pathlib.Path]:
    """Returns each template that dotpipe wrote, in one notation."""
    return [folder / "template.json", folder / "support.yaml", *elsewhere(folder)]


def elsewhere(folder: pathlib.Path) -> list[pathlib.Path]:
    """Returns the templates for other accounts and Regions."""
    return sorted(folder.glob("there-*.yaml"))
