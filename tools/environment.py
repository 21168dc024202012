"""The Python environment in .venv, from the lock files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.paths import ROOT, VENV
from tools.steps import Step, stop
from tools.system import need_venv

SETUP_LOCK = ROOT / "requirements-setup.lock"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
PYTHON = VENV / "bin" / "python"


def steps(*, dev: bool) -> list[Step]:
    """The environment with what the portal runs on, and with what tests need where asked."""
    runtime = Step("Python packages", VENV / ".runtime", [RUNTIME_LOCK], lambda: install(RUNTIME_LOCK), [PYTHON])
    tests = Step("Python packages for tests", VENV / ".dev", [DEV_LOCK], lambda: install(DEV_LOCK), [PYTHON])
    made = Step("Python environment", VENV / ".made", [], make_venv, [PYTHON])
    return [made, runtime, tests] if dev else [made, runtime]


def make_venv() -> None:
    """An empty environment; one that works already is kept."""
    if PYTHON.exists() and _pip("--version", capture=True).returncode == 0:
        return
    need_venv()
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install(lock: Path) -> None:
    """Install what a lock file says and nothing else, by uv where it can be had, else by pip; both check every hash."""
    if _with_uv(lock):
        return
    if _pip("install", "--quiet", "--no-deps", "--require-hashes", "-r", str(lock)).returncode:
        stop(f"The packages of {lock.name} could not be installed; what pip says stands above.")


def _with_uv(lock: Path) -> bool:
    uv = VENV / "bin" / "uv"
    if _pip("install", "--quiet", "--require-hashes", "-r", str(SETUP_LOCK)).returncode or not uv.exists():
        return False
    command = [str(uv), "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--python", str(PYTHON), "-r", str(lock)]
    return subprocess.run(command, env=_uv_environment(), cwd=ROOT, check=False).returncode == 0


def _uv_environment() -> dict[str, str]:
    """uv's environment, with the package index that the person has set for pip: a mirror near them, often."""
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    listed = _pip("config", "list", capture=True)
    for line in listed.stdout.splitlines() if listed.returncode == 0 else ():
        name, _, value = line.partition("=")
        if name.rpartition(".")[2] == "index-url":
            environment.setdefault("UV_DEFAULT_INDEX", value.strip("'\""))
    return environment


def _pip(*arguments: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [str(PYTHON), "-m", "pip", *arguments]
    return subprocess.run(command, env=environment, capture_output=capture, text=True, cwd=ROOT, check=False)
