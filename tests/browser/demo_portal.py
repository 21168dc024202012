"""The portal as `make run` starts it: its own processes, its demo, its worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.testing import keeper_of, settings_for

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DemoPortal:
    """A running portal with the demo's people, and where it answers."""

    address: str
    greeting: str


@contextmanager
def demo_portal(folder: Path) -> Iterator[DemoPortal]:
    """`flask start` on a free port with an empty database; ends with all its processes."""
    database = settings_for(folder)["DATABASE_URL"]
    keeper = keeper_of(database)
    keeper.create()
    port = _free_port()
    surroundings = {"DATA_DIR": str(folder), "DATABASE_URL": database, "HOST": "127.0.0.1", "PORT": str(port)}
    with (folder / "portal.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "start"],
            cwd=ROOT,
            env=os.environ | surroundings | {"REDIS_URL": "", "SMTP_URL": "", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        yield DemoPortal(f"http://127.0.0.1:{port}", _greeting(process, folder))
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        keeper.drop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _greeting(process: subprocess.Popen[str], folder: Path) -> str:
    """What the start says, read to the end of the list of demo people: then the portal answers."""
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if "store@other.example" in line:
            return "".join(lines)
    raise AssertionError(f"the portal did not start:\n{(folder / 'portal.log').read_text()[-3000:]}")
