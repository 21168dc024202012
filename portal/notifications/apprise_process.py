"""Sending to a channel by apprise, in a process that lives for one message: it is loaded nowhere else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import structlog
from flask import current_app

from portal.outbound import AddressRefused, CallFailed

log = structlog.get_logger(__name__)

SECONDS = 60
PORTAL = Path(__file__).parents[1]

# The package names are put up empty, so that the child does not load the web application that `portal` is.
_BOOT = """
import sys, types
for name, folder in (("portal", sys.argv[1]), ("portal.notifications", sys.argv[1] + "/notifications")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [folder]
from portal.notifications.apprise_child import main
main()
"""


class AddressUnknown(Exception):
    """Apprise knows no service of this kind, or finds something missing in the address."""


def send(address: str, title: str, body: str) -> None:
    """Hand one message over; raises AddressUnknown, AddressRefused, or CallFailed when it may work another time."""
    given = {
        "address": address,
        "title": title,
        "body": body,
        "allow_private": bool(current_app.config["ALLOW_PRIVATE_ADDRESSES"]),
    }
    answer = _ask(json.dumps(given).encode())
    match answer.get("failed"):
        case "address":
            raise AddressUnknown
        case "private":
            raise AddressRefused("private")
        case "service":
            raise CallFailed(answer.get("detail") or "the service did not take the message")


def _ask(given: bytes) -> dict[str, str]:
    command = [sys.executable, "-I", "-B", "-W", "ignore", "-c", _BOOT, str(PORTAL)]
    nothing_of_ours = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}  # no secrets, no proxies
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=SECONDS, check=False, env=nothing_of_ours, cwd="/"
        )
    except subprocess.TimeoutExpired as error:
        raise CallFailed("no answer in time") from error
    if done.returncode != 0 or not done.stdout:
        log.error(
            "the sender of a channel failed",
            code=done.returncode,
            stderr=done.stderr[-2000:].decode("utf-8", "replace"),
        )
        raise CallFailed("the sender ended by itself")
    answer: dict[str, str] = json.loads(done.stdout)
    return answer
