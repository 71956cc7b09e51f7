"""The reports match the published schema of SARIF 2.1.0 (OASIS, errata 01), as contained in the crate serde-sarif 0.8.0."""

import json
import pathlib

import jsonschema

SCHEMA = pathlib.Path(__file__).parent / "sarif-schema-2.1.0.json"
# Enough to identify the error; a single error in the writer is repeated in every result.
MOST = 20


def judge(folders):
    schema = json.loads(SCHEMA.read_text())
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    return [objections(validator, folder / "findings.sarif") for folder in folders]


def objections(validator, file):
    log = json.loads(file.read_text())
    found = [f"{file.name}: {error.json_path}: {error.message}" for error in validator.iter_errors(log)]
    return found[:MOST] + disagreements(log)


def disagreements(log):
    """Returns errors that the schema cannot detect: every result contains its rule twice, and both must agree."""
    for run in log.get("runs", []):
        rules = run["tool"]["driver"]["rules"]
        for result in run["results"]:
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                return [f"result of {result['ruleId']} has the index of another rule"]
    return []
