"""gunicorn as the portal runs under it, with one web process, and what that process has cost so far."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType

from bench.ground import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 60.0


class Server:
    """Runs `app` (module:name) in one process with threads; `path` is what it answers once it stands."""

    def __init__(self, app: str, env: dict[str, str], path: str = "/") -> None:
        self.port = free_port()
        self.began = time.monotonic()
        options = [
            "--worker-class",
            "gthread",
            "--workers",
            "1",
            "--threads",
            "8",
            "--keep-alive",
            "60",
            "--log-level",
            "warning",
        ]
        command = [sys.executable, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{self.port}", *options]
        self.master = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        self._wait(path)
        self.seconds_to_answer = time.monotonic() - self.began
        self.worker = _children(self.master.pid)[0]

    def _wait(self, path: str) -> None:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE).close()
            except OSError:
                if self.master.poll() is not None or time.monotonic() - self.began > PATIENCE:
                    raise RuntimeError("the server does not answer") from None
                time.sleep(0.01)
            else:
                return

    def cpu_seconds(self) -> float:
        """Processor time of the web process, all of its threads; to the nanosecond where Linux keeps it."""
        tasks = Path(f"/proc/{self.worker}/task")
        try:
            return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9
        except OSError:
            fields = Path(f"/proc/{self.worker}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mb(self) -> float:
        """Memory of the web process that lies in RAM."""
        for line in Path(f"/proc/{self.worker}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.master.terminate()
        self.master.wait(timeout=20)


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
