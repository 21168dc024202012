"""Installing a plug-in as an operator does: by pip, out of a folder, with nothing from the network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check")


def pip_install(source: Path, target: Path) -> None:
    """Build the distribution in `source` and put it into `target`."""
    done = run(sys.executable, "-m", "pip", "install", *OFFLINE, "--target", str(target), str(source))
    assert done.returncode == 0, said(done)


def run(
    *command: str, cwd: Path | None = None, path: tuple[Path, ...] = (), more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, in which Storewise and the folders of `path` can be imported."""
    folders = os.pathsep.join(str(folder) for folder in (*path, ROOT))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": folders, "MYPYPATH": folders, "PYTHONDONTWRITEBYTECODE": "1", **(more or {})}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def flask(*arguments: str, path: tuple[Path, ...], more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`flask ...` of Storewise with what is installed in `path`."""
    return run(sys.executable, "-m", "flask", "--app", "wsgi", *arguments, path=path, more=more)


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Everything that a command printed."""
    return done.stdout + done.stderr
