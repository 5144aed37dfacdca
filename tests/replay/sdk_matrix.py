"""The SDKs and clients that the replay server is tested with, and a folder in which they are, one beside the other.

    python tests/replay/sdk_matrix.py FOLDER        installs what is missing there
    GRADER_SDKS=FOLDER pytest tests                 tests with what is there; the rest is skipped by name

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

VARIABLE = "GRADER_SDKS"
PYTHON_SDKS = ("0.125.0", "1.17.0", "2.11.0")  # the last of each generation
TYPESCRIPT_SDK = "1.11.0"
CLIENTS = ("llm", "llm-anthropic", "langchain-anthropic")  # written by others on top of the Python SDK


def folder() -> Path | None:
    """The folder that the environment names, None where it names none."""
    named = os.environ.get(VARIABLE)
    return Path(named).resolve() if named else None


def python_of(base: Path, version: str) -> Path:
    """The interpreter beside which one version of the Python SDK is installed."""
    home = base / f"python-{version}"
    return home / "Scripts" / "python.exe" if os.name == "nt" else home / "bin" / "python"


def typescript_of(base: Path) -> Path:
    """The folder from which a script can import the TypeScript SDK."""
    return base / f"typescript-{TYPESCRIPT_SDK}"


def has_typescript(base: Path) -> bool:
    """Whether the TypeScript SDK is installed whole."""
    manifest = typescript_of(base) / "node_modules" / "@anthropic-ai" / "sdk" / "package.json"
    return manifest.is_file() and json.loads(manifest.read_text(encoding="utf-8"))["version"] == TYPESCRIPT_SDK


def has_python(base: Path, version: str) -> bool:
    """Whether one version of the Python SDK is installed whole."""
    python = python_of(base, version)
    return python.is_file() and _run([str(python), "-c", "import anthropic; print(anthropic.__version__)"]) == version


def python_of_clients(base: Path) -> Path:
    """The interpreter beside which the clients of others are installed."""
    home = base / "clients"
    return home / "Scripts" / "python.exe" if os.name == "nt" else home / "bin" / "python"


def has_clients(base: Path) -> bool:
    """Whether all clients of others are installed."""
    python = python_of_clients(base)
    found = f"from importlib import util; print(all(map(util.find_spec, {[c.replace('-', '_') for c in CLIENTS]})))"
    return python.is_file() and _run([str(python), "-c", found]) == "True"


def examples_of(base: Path) -> Path:
    """The folder of the Python SDK's own examples."""
    return base / f"anthropic-{PYTHON_SDKS[-1]}" / "examples"


def prepare(base: Path) -> list[str]:
    """Install what is missing; give a line for each SDK that could not be."""
    base.mkdir(parents=True, exist_ok=True)
    missing = []
    for version in PYTHON_SDKS:
        if not has_python(base, version):
            home = base / f"python-{version}"
            venv.create(home, clear=True, with_pip=True)
            _run([str(python_of(base, version)), "-m", "pip", "install", "--quiet", f"anthropic=={version}"])
            if not has_python(base, version):
                missing.append(f"The Python SDK {version} could not be installed.")
    if not has_clients(base):
        venv.create(base / "clients", clear=True, with_pip=True)
        _run([str(python_of_clients(base)), "-m", "pip", "install", "--quiet", *CLIENTS])
        if not has_clients(base):
            missing.append(f"{', '.join(CLIENTS)} could not be installed.")
    if not examples_of(base).is_dir():
        _unpack_examples(base)
        if not examples_of(base).is_dir():
            missing.append("The examples of the Python SDK could not be had.")
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        missing.append("There is no node here: the TypeScript SDK is not tested.")
    elif not has_typescript(base):
        typescript_of(base).mkdir(exist_ok=True)
        _run([npm, "install", "--silent", "--prefix", str(typescript_of(base)), f"@anthropic-ai/sdk@{TYPESCRIPT_SDK}"])
        if not has_typescript(base):
            missing.append(f"The TypeScript SDK {TYPESCRIPT_SDK} could not be installed.")
    return missing


def _unpack_examples(base: Path) -> None:
    """Take the examples out of the SDK's source package."""
    name = f"anthropic-{PYTHON_SDKS[-1]}"
    wanted = ["--no-deps", "--no-binary", "anthropic", "--dest", str(base), name.replace("-", "==")]
    _run([sys.executable, "-m", "pip", "download", "--quiet", *wanted])
    package = base / f"{name}.tar.gz"
    if package.is_file():
        with tarfile.open(package) as file:
            inside = [each for each in file if each.isfile() and each.name.startswith(f"{name}/examples/")]
            for each in inside:
                place = examples_of(base) / each.name.removeprefix(f"{name}/examples/")
                content = file.extractfile(each)
                if ".." not in place.parts and content is not None:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(content.read())


def _run(command: list[str]) -> str:
    """Run a command and give what it printed, '' where it failed; its errors go to the terminal."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=600)
    return done.stdout.strip() if done.returncode == 0 else ""


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where: python tests/replay/sdk_matrix.py FOLDER")
    for line in prepare(Path(sys.argv[1])):
        print(line, file=sys.stderr)
