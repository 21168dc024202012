"""How long until the portal answers, how much memory it takes, how long the demo takes to load."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from statistics import median

from bench import report
from bench.ground import ROOT, Ground
from bench.server import Server, free_port

STARTS = 5
PATIENCE = 120.0


def run(ground: Ground) -> None:
    """Print each figure; wall-clock seconds, so they hang on what else the machine does."""
    report.section(f"Processes, {ground.name}")
    seconds, cpu, memory = [], [], []
    for _ in range(STARTS):
        with Server("wsgi:app", ground.env, "/healthz") as server:
            seconds.append(server.seconds_to_answer)
            cpu.append(server.cpu_seconds())
            memory.append(server.memory_mb())
    report.line("start of a web process, until it answers", median(seconds), " s", at_most=2.5)
    report.line("  processor time of that", median(cpu), " s")
    report.line("memory of a web process that has just started", median(memory), " MB", at_most=150)
    report.line("the demo loaded into an empty database", ground.demo_seconds, " s", at_most=20)
    report.line("make run a second time, until it answers", _make_run(ground), " s")


def _make_run(ground: Ground) -> float:
    port = free_port()
    # What `make bench ARGS=...` was told is not for `make run`.
    env = {key: value for key, value in ground.env.items() if key not in ("ARGS", "MAKEFLAGS", "MAKEOVERRIDES")}
    env["PORT"] = str(port)
    began = time.monotonic()
    portal = subprocess.Popen(
        ["make", "run"], cwd=ROOT, env=env, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(port):
            if portal.poll() is not None or time.monotonic() - began > PATIENCE:
                raise RuntimeError("make run does not bring the portal up")
            time.sleep(0.02)
        return time.monotonic() - began
    finally:
        os.killpg(portal.pid, signal.SIGTERM)
        portal.wait(timeout=60)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
