"""How long the PDF of one store's briefing takes."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from bench import report
from bench.ground import Ground, flask

ROUNDS = 3


def run(ground: Ground) -> None:
    """Print wall-clock seconds of the command, start of the process included, and what came of it."""
    report.section("A briefing")
    out = Path(ground.env["DATA_DIR"]) / "briefing.pdf"
    seconds = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        flask(ground.env, "briefings", "render", "--store", "0001", "--out", str(out), "--as", "manager@demo.example")
        seconds.append(time.monotonic() - began)
    report.line("its PDF by command, with the start of the process", median(seconds), " s")
    report.line("its size", out.stat().st_size / 1024, " KB")
