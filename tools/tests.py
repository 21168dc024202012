"""`make test`: every test on SQLite, then again on PostgreSQL where one is named or answers on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import psycopg

from tools.paths import ROOT

LOCAL_POSTGRES = ("127.0.0.1", 5432)
LOCAL_POSTGRES_URL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
LONGEST_SECONDS = 40 * 60  # a single test is ended by pytest much sooner; this is for what hangs between them
IN_PARALLEL = ("-n", "2", "--dist", "loadfile")


def main(arguments: list[str]) -> int:
    """Run pytest once for each database; both always run, and one failure fails the whole."""
    failed = run("sqlite", arguments)
    address = postgres_address()
    if address:
        os.environ["TEST_POSTGRES_URL"] = address
        failed = run("postgresql", arguments) or failed
    return failed


def run(database: str, arguments: list[str]) -> int:
    """One run of pytest; how it ended."""
    print(f"\n== Tests on {database} ==", flush=True)
    environment = {**os.environ, "TEST_DATABASE": database}
    command = [sys.executable, "-m", "pytest", *IN_PARALLEL, *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) as running:
        try:
            return running.wait(LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            print(f"\n== Not done after {LONGEST_SECONDS // 60} minutes; given up ==", flush=True)
            return 1
        except KeyboardInterrupt:
            os.killpg(running.pid, signal.SIGINT)
            return running.wait()


def postgres_address() -> str:
    """The database server to test on: the one named in TEST_POSTGRES_URL, else this machine's; empty for none."""
    named = os.environ.get("TEST_POSTGRES_URL", "")
    if named or not _answers(LOCAL_POSTGRES):
        return named
    try:
        psycopg.connect(LOCAL_POSTGRES_URL.replace("+psycopg", ""), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        advice = "PostgreSQL answers here, but not to us; name a superuser's address in TEST_POSTGRES_URL"
        if os.environ.get("CI"):
            sys.exit(f"{advice}: {error}")
        print(f"\n== No tests on postgresql: {advice} ==", flush=True)
        return ""
    return LOCAL_POSTGRES_URL


def _answers(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=2).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
