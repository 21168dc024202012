"""What only the machine's own package manager can give: Pango for the PDFs, and venv where Debian splits it off."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import sys

from tools.steps import stop

PANGO_LIBRARIES = ("pango-1.0", "pangoft2-1.0")
PANGO_LINES = {
    "apt-get": "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "dnf": "sudo dnf install -y pango",
    "zypper": "sudo zypper install -y libpango-1_0-0",
    "pacman": "sudo pacman -S --noconfirm pango",
    "apk": "sudo apk add pango",
    "brew": "brew install pango",
}
VENV_LINES = {"apt-get": "sudo apt-get install -y python3-venv"}


def need_pango() -> None:
    """See to it that WeasyPrint finds Pango."""
    if not all(has_library(name) for name in PANGO_LIBRARIES):
        _install("Pango, which sets the PDFs,", PANGO_LINES)


def need_venv() -> None:
    """See to it that this Python can make an environment with pip in it."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        _install("Python's venv module", VENV_LINES)


def has_library(name: str) -> bool:
    """Whether the dynamic linker finds a library; by its file name first, as find_library is slow and needs tools."""
    return _opens(f"lib{name}.so.0") or _opens(f"lib{name}.0.dylib") or _opens(ctypes.util.find_library(name) or "")


def _opens(library: str) -> bool:
    try:
        return bool(library and ctypes.CDLL(library))
    except OSError:
        return False


def _install(what: str, lines: dict[str, str]) -> None:
    manager = next((name for name in lines if shutil.which(name)), "")
    line = lines.get(manager, "(by your system's package manager)")
    if manager == "apt-get" and os.geteuid() == 0 and _apt_installs(line.split()[4:]):
        return
    stop(f"{what} is missing. Install it, then run make again:", line)


def _apt_installs(packages: list[str]) -> bool:
    """Whether apt could install the packages; what it said is shown when it could not."""
    print(f"· {' '.join(packages)} (by apt-get) ...", flush=True)
    apt = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        ended = subprocess.run(command, env=apt, capture_output=True, text=True, check=False)
        if ended.returncode:
            print(ended.stdout + ended.stderr, file=sys.stderr)
            return False
    return True
