#!/usr/bin/env python3
"""Measures the response time of the language server from outside: `cargo build --release && benches/lsp.py`.

Prints a Markdown table: the time from a keystroke to the diagnostics of the text, and from a request to its response,
with one message at a time; the time for 100 keystrokes without waiting; and the memory before and after 10,000 changes.
With `--limits`, it fails if a median is over twice its target.
"""

import argparse
import json
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import process  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
TYPED = '  stage Extra { approve Look { message = "Hello ${Fetch.CommitId}" } }'
# Target medians from keystroke to diagnostics in milliseconds, by input.
AIMS = {"200 lines": 4, "999 actions": 30, "10 entries, 10,000 lines": 100}


class Client:
    """A client that sends one message at a time."""

    def __init__(self, server, folder):
        self.process = subprocess.Popen(
            [server, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.messages = queue.Queue()
        self.folder = Path(folder).resolve()
        self.number = 0
        self.versions = {}
        threading.Thread(target=self.read, daemon=True).start()
        folders = [{"uri": self.folder.as_uri(), "name": "bench"}]
        # The capabilities of an editor that watches files, so that the server does not watch them.
        capabilities = {
            "general": {"positionEncodings": ["utf-8"]},
            "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}},
        }
        params = {"processId": None, "rootUri": self.folder.as_uri(), "workspaceFolders": folders, "capabilities": capabilities}
        self.ask("initialize", params)
        self.tell("initialized", {})

    def read(self):
        out = self.process.stdout
        while True:
            length = 0
            while line := out.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                return
            text = out.read(length)
            self.messages.put((time.perf_counter(), json.loads(text)))

    def send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def wait(self, fits):
        while True:
            at, message = self.messages.get(timeout=120)
            if "id" in message and "method" in message:
                self.send({"id": message["id"], "result": None})
            if fits(message):
                return at, message

    def ask(self, method, params):
        """Returns the seconds until the response."""
        self.number += 1
        number, start = self.number, time.perf_counter()
        self.send({"id": number, "method": method, "params": params})
        at, message = self.wait(lambda it: it.get("id") == number and "method" not in it)
        assert "error" not in message, message
        return at - start

    def open(self, path, text):
        uri = (self.folder / path).as_uri()
        self.versions[uri] = 1
        document = {"uri": uri, "languageId": "pipe", "version": 1, "text": text}
        start = time.perf_counter()
        self.tell("textDocument/didOpen", {"textDocument": document})
        return self.published(uri) - start, uri

    def published(self, uri):
        def fits(message):
            params = message.get("params") or {}
            is_it = message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == uri
            return is_it and params.get("version") == self.versions[uri]

        return self.wait(fits)[0]

    def change(self, uri, start, end, text):
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        change = {"range": {"start": start, "end": end}, "text": text}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def memory(self):
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def close(self):
        self.ask("shutdown", None)
        self.tell("exit", {})
        assert self.process.wait(10) == 0


def place(line, column):
    return {"line": line, "character": column}


def measure(server, name, folder, entry, edits):
    """Returns one row of the table."""
    client = Client(server, folder)
    text = (Path(folder) / entry).read_text()
    opened, uri = client.open(entry, text)
    row = next(number for number, line in enumerate(text.split("\n")) if line.startswith("pipeline ")) + 1
    client.change(uri, place(row, 0), place(row, 0), "\n")
    client.published(uri)
    keys = []
    for column, letter in enumerate(TYPED):
        start = time.perf_counter()
        client.change(uri, place(row, column), place(row, column), letter)
        keys.append(client.published(uri) - start)
    here = {"textDocument": {"uri": uri}, "position": place(row, 12)}
    asked = {
        method: statistics.median(client.ask(f"textDocument/{method}", here) for _ in range(30))
        for method in ("completion", "hover", "definition", "documentSymbol")
    }
    start = time.perf_counter()
    for _ in range(100):
        client.change(uri, place(row, 0), place(row, 0), " ")
    burst = client.published(uri) - start
    before = client.memory()
    for number in range(edits):
        client.change(uri, place(row, 0), place(row, 0), " ")
        client.change(uri, place(row, 0), place(row, 1), "")
        if number % 50 == 49:
            client.published(uri)
    after = client.memory()
    client.close()
    times = [opened, statistics.median(keys), statistics.quantiles(keys, n=20)[-1], *asked.values(), burst]
    cells = [f"{seconds * 1000:.1f} ms" for seconds in times] + [f"{before:.0f} MB", f"{after:.0f} MB"]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)
    return statistics.median(keys) * 1000


def inputs(folder):
    """Returns the name, the folder, and the entry file of each input."""
    example = ROOT / "examples" / "serverless-app"
    yield "the example `serverless-app`", example, "pipeline.pipe"
    builder = 'project Builder { image = "aws/codebuild/standard:7.0" }\n'
    buildspec = "version: 0.2\nphases:\n  build:\n    commands: [make]\n"

    def project(name, files):
        path = Path(folder) / name
        path.mkdir()
        for file, text in {"buildspec.yml": buildspec, "dotpipe.toml": "", **files}.items():
            (path / file).write_text(text)
        return path

    yield "200 lines", project("lines", {"a.pipe": process.wide("A", 45, 4) + builder}), "a.pipe"
    yield "999 actions", project("actions", {"a.pipe": process.wide("A", 999) + builder}), "a.pipe"
    entries = {f"e{number}.pipe": process.wide("A", 245, 4) + builder for number in range(10)}
    yield "10 entries, 10,000 lines", project("entries", entries), "e0.pipe"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", default=str(ROOT / "target" / "release" / "dotpipe"))
    parser.add_argument("--edits", type=int, default=5000, help="pairs of changes between the two measurements of memory")
    parser.add_argument("--limits", action="store_true", help="fail where a median is over twice its aim")
    options = parser.parse_args()
    print("| Input | Open | Key, median | Key, p95 | Completion | Hover | Definition | Symbols | 100 keys | Memory | Memory after |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    slow = []
    with tempfile.TemporaryDirectory() as folder:
        for name, path, entry in inputs(folder):
            median = measure(options.server, name, path, entry, options.edits)
            if median > 2 * AIMS.get(name, float("inf")):
                slow.append(f"{name}: {median:.1f} ms, aim {AIMS[name]} ms")
    if options.limits and slow:
        sys.exit("\n".join(slow))


if __name__ == "__main__":
    main()
