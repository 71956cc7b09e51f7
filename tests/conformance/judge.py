"""Runs one judge over folders of dotpipe's outputs: `judge.py NAME FOLDER...`

Prints one JSON object: each folder with the list of what the judge objects to, empty when it accepts.
A folder holds `template.json`, `template.yaml`, `support.yaml`, `pipeline.json` and `findings.sarif`; for an example
also the `pipeline.pipe` they were made from, the templates it deploys, `app-*.yaml`, and those for other accounts and
regions, `there-*.yaml`. A judge reads those it is about.
"""

import faulthandler
import importlib
import json
import pathlib
import sys

# A judge that hangs ends with a stack trace, and so does everything it started in its own process.
TIME_LIMIT_SECONDS = 900


def main() -> int:
    name, folders = sys.argv[1], sys.argv[2:]
    faulthandler.dump_traceback_later(TIME_LIMIT_SECONDS, exit=True)
    judge = importlib.import_module("judges." + name.replace("-", "_"))
    paths = [pathlib.Path(folder) for folder in folders]
    json.dump(dict(zip(folders, judge.judge(paths), strict=True)), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
