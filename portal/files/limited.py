"""Runs a task of portal/files/child.py in a process with limits, so that no file can take a worker down."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_CHILD = Path(__file__).with_name("child.py")
MAX_SECONDS = 120
# Each child may take a gigabyte: two at a time per process, the others wait their turn.
_places = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the child found; `refused` says in a word why it would not ("" when it did)."""

    facts: dict[str, Any]
    body: bytes

    @property
    def refused(self) -> str:
        return str(self.facts.get("refused", ""))


def run_limited(task: str, data: bytes, **arguments: Any) -> Answer:
    """The child's answer; a child that was ended by a limit has refused the file as too large."""
    command = [sys.executable, "-I", "-B", str(_CHILD), task]
    given = json.dumps(arguments).encode() + b"\n" + data
    with _places:
        try:
            done = subprocess.run(command, input=given, capture_output=True, timeout=MAX_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            log.warning("a file took too long to read", task=task, size_bytes=len(data))
            return Answer({"refused": "too_large"}, b"")
    if done.returncode != 0:
        return _without_answer(task, done)
    head, _, body = done.stdout.partition(b"\n")
    return Answer(json.loads(head), body)


def _without_answer(task: str, done: subprocess.CompletedProcess[bytes]) -> Answer:
    """Ended by a signal: a limit was reached. Ended by itself: the reader has a fault of its own."""
    last_words = done.stderr[-1000:].decode(errors="replace")
    if done.returncode < 0:
        log.warning("a file was too much for its reader", task=task, signal=-done.returncode, stderr=last_words)
        return Answer({"refused": "too_large"}, b"")
    log.error("a reader failed", task=task, stderr=last_words)
    return Answer({"refused": "broken"}, b"")
