"""Sends one message by apprise, in a process of its own behind walls: started by portal.notifications.apprise_process.

Apprise speaks with more than a hundred services, each by code of its own. Whatever an address makes that code do, in
here Python connects to public addresses only (checked as they are connected to, so no name can change in between),
follows no redirect, opens no file but libraries and certificates, and starts no other program.

Protocol: one JSON object in, one JSON object out.
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import sys
import sysconfig
from importlib import import_module
from pathlib import Path
from typing import Any

from portal.outbound import AddressRefused, check_address

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 30
FORBIDDEN = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "ctypes.", "syslog.")
CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
READABLE = ("/etc/ssl/", "/usr/lib/ssl/", "/usr/share/", "/etc/mime.types", "/dev/null", "/etc/pki/")
SECRET_LENGTH = 6


def main() -> None:
    """Read the message, send it, say how it went."""
    _limit_resources()
    given = json.loads(sys.stdin.buffer.read())
    answer = send(given["address"], given["title"], given["body"], allow_private=given["allow_private"])
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()
    os._exit(0)  # threads of apprise that still wait for something are not waited for


def _limit_resources() -> None:
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 128),
    ):
        resource.setrlimit(what, (most, most))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def send(address: str, title: str, body: str, *, allow_private: bool) -> dict[str, str]:
    """{} when the service took the message, else {"failed": "address", "private" or "service", "detail": ...}."""
    import apprise
    import requests

    plugin = _plugin_of(address.partition("://")[0].lower())
    if plugin is None:
        return {"failed": "address"}
    requests.Session.get_redirect_target = lambda *_: None  # type: ignore[method-assign, assignment]
    refused: list[str] = []
    said = _listen()
    _raise_walls(allow_private=allow_private, refused=refused)
    parsed = plugin.parse_url(address)
    try:
        service = plugin(**parsed, asset=apprise.AppriseAsset(secure_logging=True)) if parsed else None
    except (TypeError, PermissionError):  # apprise's own word for what is missing, and ours for what it must not do
        service = None
    if service is None:
        return {"failed": "address"}
    sender = apprise.Apprise()
    sender.add(service)
    if sender.notify(title=title, body=body):
        return {}
    if refused:
        return {"failed": "private"}
    return {"failed": "service", "detail": _without(address, said[-1] if said else "")}


def _plugin_of(scheme: str) -> Any:
    """The class of the service; only modules that speak of the scheme are loaded, as all of them take seconds."""
    import apprise.plugins

    for path in sorted(Path(apprise.plugins.__file__).parent.iterdir()):
        source = path / "__init__.py" if path.is_dir() else path
        if path.name.startswith(("_", "base")) or not source.is_file() or f'"{scheme}"' not in source.read_text():
            continue
        for thing in vars(import_module(f"apprise.plugins.{path.stem}")).values():
            if isinstance(thing, type) and issubclass(thing, apprise.NotifyBase) and scheme in _schemes(thing):
                return thing
    return None


def _schemes(plugin: Any) -> set[str]:
    return set(plugin.schemas(plugin))  # a method that apprise itself calls on the class


def _listen() -> list[str]:
    """What apprise says went wrong."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger = logging.getLogger("apprise")
    logger.addHandler(Ear(logging.WARNING))
    return said


def _without(address: str, text: str) -> str:
    """The text with every longer piece of the address left out, as these are secrets."""
    for piece in sorted(re.split(r"[/:@?&=]+", address), key=len, reverse=True):
        if len(piece) >= SECRET_LENGTH:
            text = text.replace(piece, "…")
    return text[:300]


def _raise_walls(*, allow_private: bool, refused: list[str]) -> None:
    """An audit hook sees what Python code is about to do, and cannot be taken down again."""
    paths = sysconfig.get_paths()
    library = tuple(os.path.realpath(paths[name]) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib"))

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in CONNECTING:
            _check_connection(arguments[-1], allow_private, refused)
        elif event == "open":
            _check_file(arguments, (*library, *READABLE))
        elif event.startswith(FORBIDDEN):
            raise PermissionError(f"outside the walls: {event}")

    sys.addaudithook(watch)


def _check_connection(where: Any, allow_private: bool, refused: list[str]) -> None:
    """Only a plain IP address: a name would be looked up below us, and a path is a socket of this machine."""
    try:
        if where is not None:  # sendmsg on a socket that is connected already
            check_address(str(where[0]) if isinstance(where, tuple) else "", allow_private=allow_private)
    except AddressRefused as error:
        refused.append(str(error))
        raise PermissionError("outside the walls: this address is not called") from error


def _check_file(arguments: tuple[Any, ...], readable: tuple[str, ...]) -> None:
    path, _mode, flags = arguments
    if isinstance(path, int):
        return
    real = os.path.realpath(os.fsdecode(path))
    writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or not real.startswith(readable):
        raise PermissionError(f"outside the walls: {real}")
