"""Prints the action's part of a job summary: a graph of each pipeline and, for a pull request, its changes.

    summary.py PATH

A pull request is checked out as its merge with the target branch, so that the first parent of the commit is the target
branch. If the checkout contains that commit, the templates of both are compared.
"""

import difflib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

# GitHub allows 1 MiB per step: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
# (2026-11-29)
LIMIT = 900_000
# Longer diffs are truncated.
LINES = 400


def dotpipe(*arguments, folder="."):
    return subprocess.run(["dotpipe", *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8")


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True, text=True, encoding="utf-8")


def block(language, text):
    # The text of a pipeline does not contain this many backticks in sequence.
    fence = "`" * 6
    return [fence + language, text.rstrip("\n"), fence, ""]


def counted(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def template(file, folder):
    """Returns the template of a pipeline file, or None if it has errors or several files are required."""
    built = dotpipe("build", file, "--yaml", folder=folder)
    return built.stdout if built.returncode == 0 else None


def changes(file, base):
    """Returns the changes of the template."""
    if not (base / file).exists():
        return ["New pipeline file.", ""]
    before, after = template(file, base), template(file, ".")
    if before is None or after is None:
        return []
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", n=2, lineterm=""))
    if not lines:
        return ["The template does not change.", ""]
    cut = [f"... {len(lines) - LINES} more lines"] if len(lines) > LINES else []
    number = sum(line.startswith(("+", "-")) for line in lines[2:])
    title = f"Changes in the template: {counted(number, 'line')}"
    return [f"<details><summary>{title}</summary>", "", *block("diff", "\n".join(lines[:LINES] + cut)), "</details>", ""]


def summary(path, base):
    checked = dotpipe("check", path, "--format", "json", "--exit-zero")
    if checked.returncode:
        return f"## dotpipe\n\n{checked.stderr}"
    report = json.loads(checked.stdout)
    found = [counted(report["summary"][f"{noun}s"], noun) for noun in ["error", "warning", "info"]]
    out = ["## dotpipe", "", f"{counted(len(report['files']), 'pipeline file')}: {', '.join(found)}.", ""]
    for file in report["files"]:
        graph = dotpipe("graph", file)
        part = [f"### {file}", ""]
        part += block("mermaid", graph.stdout) if graph.returncode == 0 else ["The file has errors.", ""]
        part += changes(file, base) if base else []
        if sum(len(line.encode()) + 1 for line in out + part) > LIMIT:
            out += ["The other files are not shown: the summary would be too long.", ""]
            break
        out += part
    return "\n".join(out)


def main():
    path = sys.argv[1]
    event = os.environ.get("GITHUB_EVENT_NAME", "")
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        is_merge = event.startswith("pull_request") and git("rev-parse", "--verify", "--quiet", "HEAD^2").returncode == 0
        has_base = is_merge and git("worktree", "add", "--quiet", "--detach", str(base), "HEAD^1").returncode == 0
        sys.stdout.reconfigure(encoding="utf-8")
        # The paths in the report are relative to the current folder, which can be a folder in the repository.
        here = base / git("rev-parse", "--show-prefix").stdout.strip()
        print(summary(path, here if has_base else None))
        if has_base:
            git("worktree", "remove", "--force", str(base))


main()
