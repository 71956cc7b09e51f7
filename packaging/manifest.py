"""The description of the program that all packages share, read from Cargo.toml."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
VERSION = PACKAGE["version"]
REPOSITORY = PACKAGE["repository"]

# npm's names of platforms, and the Rust target that the program is built for.
PLATFORMS = {
    "linux-x64": "x86_64-unknown-linux-gnu",
    "linux-arm64": "aarch64-unknown-linux-gnu",
    "darwin-x64": "x86_64-apple-darwin",
    "darwin-arm64": "aarch64-apple-darwin",
    "win32-x64": "x86_64-pc-windows-msvc",
}
COMMANDS = ["build", "check", "diff", "expand", "explain", "fmt", "graph", "import", "init", "lsp", "providers", "why"]
SHELLS = {"bash": "dotpipe.bash", "zsh": "_dotpipe", "fish": "dotpipe.fish", "powershell": "_dotpipe.ps1", "elvish": "dotpipe.elv"}


def program_name(target):
    return "dotpipe.exe" if "windows" in target else "dotpipe"


def archive_name(target):
    return f"dotpipe-{VERSION}-{target}" + (".zip" if "windows" in target else ".tar.gz")
