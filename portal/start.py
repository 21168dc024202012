"""`flask start`: migrate, load the demo where the database is empty, then run web processes and a worker until told to stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
from flask import current_app

from portal import demo, schema
from portal.operations import metrics

WEB_PROCESSES = 2
THREADS = 8


def prepare() -> None:
    """Migrate, and fill an empty database with the demo."""
    schema.upgrade()
    if not demo.is_loaded():
        began = time.monotonic()
        demo.load()
        click.echo(f"Demo data loaded in {time.monotonic() - began:.1f} s.")


def run(host: str, port: int) -> None:
    """Start web and worker as children, print where to go, and stop both together."""
    env = {"PUBLIC_URL": f"http://{host}:{port}"} | os.environ | {"DEMO": str(int(demo.is_the_demo()))}
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"{host}:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        str(WEB_PROCESSES),
        "--threads",
        str(THREADS),
        "--access-logfile",
        os.devnull,
        "--preload",
        "--graceful-timeout",
        "10",
        "--log-level",
        "warning",
    ]
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    metrics.forget(Path(current_app.config["DATA_DIR"]))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    children = [subprocess.Popen(command, env=env) for command in (web, worker)]
    greeted = False
    try:
        while all(child.poll() is None for child in children):
            if not greeted and _answers(host, port):
                _say_hello(host, port)
                greeted = True
            time.sleep(0.3)
    except KeyboardInterrupt:
        click.echo("")
    finally:
        _stop(children)


def _stop(children: list[Any]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _say_hello(host: str, port: int) -> None:
    click.echo(f"\nStorewise is on http://{host}:{port}   (stop with Ctrl+C)\n")
    if not demo.is_the_demo():
        return
    click.echo(f"Demo people, all with the password {demo.PASSWORD}:")
    for person in (*demo.FIRST_PEOPLE, *demo.OTHER_PEOPLE):
        click.echo(f"  {person.address:<24} {person.role.replace('_', ' ')}")
    click.echo("")
    sys.stdout.flush()
