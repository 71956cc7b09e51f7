"""Runs one judge for folders of dotpipe's outputs: `judge.py NAME FOLDER...`

Prints one JSON object, which contains the list of the judge's objections for each folder; if it is empty, the judge
accepts the folder. A folder contains `template.json`, `template.yaml`, `support.yaml`, `pipeline.json` and
`findings.sarif`. For an example, it also contains the `pipeline.pipe` that they were built from, the templates it
deploys (`app-*.yaml`), those for other accounts and Regions (`there-*.yaml`), the printed order of deployment
(`order.txt`), and the repository (`source/`). A judge reads the files that it judges. The objections listed in
`open.toml` are omitted.
"""

import faulthandler
import importlib
import json
import pathlib
import re
import sys
import tomllib

# If a judge exceeds this time, it is ended with a stack trace, together with all processes that it started.
TIME_LIMIT_SECONDS = 900
OPEN = pathlib.Path(__file__).parent / "open.toml"


def main() -> int:
    name, folders = sys.argv[1], sys.argv[2:]
    faulthandler.dump_traceback_later(TIME_LIMIT_SECONDS, exit=True)
    judge = importlib.import_module("judges." + name.replace("-", "_"))
    paths = [pathlib.Path(folder) for folder in folders]
    verdicts = [list(verdict) for verdict in judge.judge(paths)]
    without_open(name, paths, verdicts)
    json.dump(dict(zip(folders, verdicts, strict=True)), sys.stdout)
    return 0


def without_open(name, paths, verdicts):
    """Omits open objections, and reports entries that no longer apply."""
    for line in tomllib.loads(OPEN.read_text(encoding="utf-8")).get("open", []):
        if name not in line["judges"]:
            continue
        mended = True
        for path, verdict in zip(paths, verdicts, strict=True):
            # The fixture and the faulty outputs are in a folder named after the judge.
            if path.parent.name != name and re.fullmatch(line["folders"], path.name):
                left = [objection for objection in verdict if line["objection"] not in objection]
                mended = mended and len(left) == len(verdict)
                verdict[:] = left
        for path, verdict in zip(paths, verdicts, strict=True):
            if mended and path.name == "fixture" and len(paths) > 1:
                verdict.append(f"open.toml: nothing needs the line `{line['objection']}` of {line['folders']} any more")


if __name__ == "__main__":
    sys.exit(main())
