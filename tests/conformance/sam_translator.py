"""Prints the output of `aws-sam-translator` for SAM templates: `sam_translator.py TEMPLATES`

`TEMPLATES` is a YAML file of templates by name. Prints one JSON object with the resources for each name, without
properties that no permission depends on.
"""

import json
import logging
import os
import sys

# The translator reads the partition of a Region, but does not call AWS for these templates.
os.environ["AWS_DEFAULT_REGION"] = "us-east-1"

from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

TRANSFORM = "AWS::Serverless-2016-10-31"
# Properties without names or roles that are long or differ between versions.
LEFT_OUT = ["Body", "Code", "Content", "Definition", "PolicyDocument", "Tags"]


class NoPolicies(ManagedPolicyLoader):
    """Leaves the names of managed policies to the translator's own list."""

    def __init__(self):
        pass

    def load(self):
        return {}


def translated(template: dict) -> dict:
    resources = transform({"Transform": TRANSFORM, **template}, {}, NoPolicies())["Resources"]
    kept = {}
    for name, resource in resources.items():
        properties = {key: value for key, value in resource.get("Properties", {}).items() if key not in LEFT_OUT}
        for policy in properties.get("Policies", []):
            policy.pop("PolicyDocument", None)
        kept[name] = {"Type": resource["Type"], "Properties": properties}
    return kept


def main() -> int:
    logging.disable(logging.CRITICAL)
    with open(sys.argv[1], encoding="utf-8") as file:
        templates = yaml_parse(file.read())
    results = {}
    for name, template in templates.items():
        try:
            results[name] = translated(template)
        except Exception as error:
            causes = [cause.message for cause in getattr(error, "causes", [])]
            raise SystemExit(f"{name}: {causes or repr(error)}") from error
    json.dump(results, sys.stdout, indent=1, sort_keys=True)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
