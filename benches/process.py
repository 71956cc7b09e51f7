#!/usr/bin/env python3
"""Measures the time and memory of the program as a process: `cargo build --release && benches/process.py`.

Prints a Markdown table: the wall time (minimum and median) and the maximum resident size of the runs. Inputs are
generated in a temporary folder, and each is checked to have no diagnostics before it is measured.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ACTIONS_A_STAGE = 50
# The pipelines of the large inputs have 3 stages of 50 actions, each action on 4 lines.
LINES_A_PIPELINE = 620
PIPELINES_A_FILE = 5


def wide(name, actions, lines_an_action=1):
    """Returns a pipeline with one source and this number of builds."""
    # Sources of AWS disagree about 501 and more actions, for which dotpipe emits a warning unless it is allowed.
    text = ["// dotpipe: allow(W0503) this is the size to measure"] if actions >= 500 else []
    text += [f"pipeline {name} {{", "  stage Source {", "    source codecommit Fetch -> MyApp {"]
    text += ['      repository = "my-app"', '      branch     = "main"', "    }", "  }"]
    for first in range(0, actions, ACTIONS_A_STAGE):
        text += [f"  stage Build{first} {{", "    parallel {"]
        for number in range(first, min(first + ACTIONS_A_STAGE, actions)):
            head = f"      build codebuild Build{number} from MyApp {{"
            if lines_an_action == 1:
                text.append(f"{head} project = Builder }}")
            else:
                text += [head, "        project = Builder", f'        env = {{ NUMBER = "{number}" }}', "      }"]
        text += ["    }", "  }"]
    return "\n".join([*text, "}", ""])


BUILDER = 'project Builder { image = "aws/codebuild/standard:7.0" }\n'
BUILDSPEC = "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n"


def repository(folder, files):
    """Creates a repository with these pipeline files, and returns what to check."""
    for path, text in {"dotpipe.toml": "", "buildspec.yml": BUILDSPEC, **files}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return [folder] if len(files) > 1 else [folder / path for path in files]


def of_actions(actions):
    return lambda folder: repository(folder, {"pipeline.pipe": wide("Wide", actions) + BUILDER})


def of_lines(lines):
    """A file is built as one template, for which AWS allows 1 MB, so more lines are in more files."""
    text = "".join(wide(f"Wide{number}", 150, 4) for number in range(PIPELINES_A_FILE)) + BUILDER
    files = lines // (LINES_A_PIPELINE * PIPELINES_A_FILE)
    return lambda folder: repository(folder, {f"team{number}.pipe": text for number in range(files)})


def of_files(files):
    def make(folder):
        service = lambda number: wide(f"Service{number}", 5) + BUILDER
        return repository(folder, {f"team{number // 100}/service{number}.pipe": service(number) for number in range(files)})

    return make


def of_whole_pipelines(pipelines):
    """Returns files that each contain a complete pipeline, like the example: its own stack, template, buildspec,
    project, and roles.
    """
    example = ROOT / "examples/serverless-app"

    def make(folder):
        texts = {name: (example / name).read_text() for name in ["pipeline.pipe", "buildspec.yml", "template.yaml"]}
        files = {}
        for number in range(pipelines):
            at = f"service{number}"
            pipeline = texts["pipeline.pipe"].replace("MyAppPipeline", f"Service{number}Pipeline")
            pipeline = pipeline.replace("my-app-stack", f"{at}-stack")
            image = '  image = "aws/codebuild/standard:7.0"\n'
            assert image in pipeline
            files[f"{at}/pipeline.pipe"] = pipeline.replace(image, f'{image}  buildspec = "{at}/buildspec.yml"\n')
            files[f"{at}/buildspec.yml"] = texts["buildspec.yml"].replace("template.yaml", f"{at}/template.yaml")
            files[f"{at}/template.yaml"] = texts["template.yaml"]
            for source in (example / "src").iterdir():
                files[f"{at}/src/{source.name}"] = source.read_text()
        files["dotpipe.toml"] = (example / "dotpipe.toml").read_text()
        files["package.json"] = (example / "package.json").read_text()
        return repository(folder, files)

    return make


# Only these inputs use results of earlier runs: nothing changes between the runs.
UNCHANGED = ", unchanged"
INPUTS = [
    ("the example `serverless-app`", lambda _: [ROOT / "examples/serverless-app/pipeline.pipe"]),
    ("100 whole pipelines", of_whole_pipelines(100)),
    ("100 whole pipelines" + UNCHANGED, of_whole_pipelines(100)),
    ("1,000 whole pipelines", of_whole_pipelines(1_000)),
    ("1,000 whole pipelines" + UNCHANGED, of_whole_pipelines(1_000)),
    ("10 actions", of_actions(10)),
    ("100 actions", of_actions(100)),
    ("999 actions", of_actions(999)),
    ("3,100 lines", of_lines(3_100)),
    ("31,000 lines", of_lines(31_000)),
    ("310,000 lines", of_lines(310_000)),
    ("100 files", of_files(100)),
    ("1,000 files", of_files(1_000)),
    ("10,000 files", of_files(10_000)),
]


def once(command):
    """Returns the wall time in seconds and the maximum resident size in MB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command} failed")
    return seconds, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/dotpipe")
    parser.add_argument("--seconds", type=float, default=5, help="how long each input is measured, at least 5 runs")
    arguments = parser.parse_args()
    print("| `dotpipe check` of | lines | runs | least | median | memory |")
    print("|---|---|---|---|---|---|")
    _, floor = once(["true"])
    with tempfile.TemporaryDirectory() as home:
        os.environ["DOTPIPE_CACHE_DIR"] = f"{home}/cache"
        for number, (name, make) in enumerate(INPUTS):
            paths = make(Path(home) / str(number))
            files = [file for path in paths for file in (path.rglob("*.pipe") if path.is_dir() else [path])]
            lines = sum(file.read_bytes().count(b"\n") for file in files)
            command = [arguments.program, "check", "--ignore", "I", *paths]
            command += [] if name.endswith(UNCHANGED) else ["--no-cache"]
            found = subprocess.run([*command, "--deny", "warnings"], capture_output=True, text=True)
            if found.returncode != 0 or found.stdout or found.stderr:
                sys.exit(f"{name}: {(found.stdout + found.stderr)[:2000]}")
            runs = []
            end = time.perf_counter() + arguments.seconds
            while len(runs) < 5 or time.perf_counter() < end:
                runs.append(once(command))
            least, median = min(runs)[0], statistics.median(seconds for seconds, _ in runs)
            memory = max(size for _, size in runs)
            # The size of a new process includes that of this script at the time it was started.
            size = f"{memory:.0f} MB" if memory > floor * 1.1 else f"under {memory:.0f} MB"
            times = f"{least * 1e3:.1f} ms | {median * 1e3:.1f} ms"
            print(f"| {name} | {lines:,} | {len(runs)} | {times} | {size} |", flush=True)


if __name__ == "__main__":
    main()
