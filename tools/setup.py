"""`make setup`: takes a machine with git, make and python3 to where the portal can run; a second time in a blink."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys

OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")


def main(arguments: list[str]) -> None:
    """Bring about each step that is due, one set-up at a time."""
    _use_a_recent_python(arguments)
    from tools import environment, frontend, system
    from tools.paths import BUILD

    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        system.need_pango()
        for step in [*environment.steps(dev="--dev" in arguments), *frontend.steps()]:
            step.bring_about()


def _use_a_recent_python(arguments: list[str]) -> None:
    if sys.version_info >= OLDEST:
        return
    newer = next((found for found in map(shutil.which, NEWER_NAMES) if found), None)
    if newer is None:
        sys.exit("Storewise needs Python 3.11 or newer; python3 here is {}.{}.".format(*sys.version_info))
    os.execv(newer, [newer, "-m", "tools.setup", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
