#!/usr/bin/env python3
"""Measures the time of `dotpipe check` for templates and compares it with other tools: `cargo build --release &&
benches/templates.py`.

Other tools: cfn-lint, if it is on PATH or in the environment of the conformance tests (`tests/conformance/.venv`), and the
Python module of cloudformation-validate, if it is in that environment. Prints a Markdown table with the minimum time of the runs. Of many templates, the other
tools check only `--others`, and the time is scaled, because it is proportional to the number of templates. All tools
check the same files, and dotpipe uses no results of an earlier run.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = (ROOT / "tests/faults/0-rich/template.yaml").read_text()
VENV = ROOT / "tests/conformance/.venv/bin"

ACTION = """\
        - Name: Build{number}
          ActionTypeId: {{ Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1" }}
          Configuration: {{ ProjectName: shop }}
          InputArtifacts: [{{ Name: App }}]
"""
HEAD = """\
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: wide
      PipelineType: V2
      RoleArn: arn:aws:iam::111122223333:role/pipeline
      ArtifactStore: { Type: S3, Location: acme-artifacts }
      Stages:
      - Name: Source
        Actions:
        - Name: Fetch
          ActionTypeId: { Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1" }
          Configuration: { RepositoryName: shop, BranchName: main }
          OutputArtifacts: [{ Name: App }]
"""


def wide(actions):
    """Returns a template with one pipeline of one source and this number of builds, 49 in a stage."""
    text = [HEAD]
    for first in range(0, actions, 49):
        text.append(f"      - Name: Build{first}\n        Actions:\n")
        text += [ACTION.format(number=number) for number in range(first, min(first + 49, actions))]
    return "".join(text)


def least(command, folder, runs):
    """Returns the minimum wall time of this number of runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        times.append(time.perf_counter() - start)
        if done.returncode not in (0, 1, 2, 4, 6, 8, 12, 14):
            sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[:400]}")
    return min(times)


# cloudformation-validate has no program of its own.
VALIDATE = """
import sys
from cloudformation_validate import CompositeEngine, Severity, ValidateConfig
engine, config = CompositeEngine(), ValidateConfig(severity_level=Severity.WARN)
for path in sys.argv[1:]:
    engine.validate_template(path, config)
"""


def other_tools():
    """Returns the commands of the tools that are here, by name."""
    tools = {}
    beside = VENV / "cfn-lint"
    if path := shutil.which("cfn-lint") or (str(beside) if beside.exists() else None):
        tools["cfn-lint"] = [path]
    if list(VENV.parent.glob("lib/python*/site-packages/cloudformation_validate")):
        tools["cloudformation-validate"] = [str(VENV / "python"), "-c", VALIDATE]
    return tools


def main():
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(ROOT / "target/release/dotpipe"))
    parser.add_argument("--templates", type=int, default=1000, help="how many templates the last row has")
    parser.add_argument("--others", type=int, default=20, help="how many of them the other tools are given")
    arguments = parser.parse_args()
    others = other_tools()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "one.yaml").write_text(TEMPLATE)
        (folder / "wide.yaml").write_text(wide(981))
        names = [f"t{number}.yaml" for number in range(arguments.templates)]
        for name in names:
            (folder / name).write_text(TEMPLATE)
        own = [arguments.program, "check", "--no-cache", "--root", "."]
        inputs = [("one template", ["one.yaml"], 1), ("one of 981 actions", ["wide.yaml"], 1)]
        inputs.append((f"{arguments.templates:,} templates", names, len(names)))
        for title, files, count in inputs:
            row = [title, least([*own, *files], folder, 5 if count == 1 else 2)]
            for command in others.values():
                given = files[: arguments.others]
                row.append(least([*command, *given], folder, 1 if count > 1 else 2) * count / len(given))
            rows.append(row)
    print(f"| | dotpipe | {' | '.join(others)} |")
    print(f"|---|---{'|---' * len(others)}|")
    for title, *times in rows:
        factors = [f"{seconds:.2f} s, {seconds / times[0]:.0f} times" for seconds in times[1:]]
        print(f"| {title} | {times[0] * 1000:.1f} ms | {' | '.join(factors)} |")


if __name__ == "__main__":
    main()
