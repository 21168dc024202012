"""`make check` but for the tests: runs every check, even after one has failed, and says which did."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from tools.paths import ROOT, VENV

IN = VENV / "bin"


@dataclass(frozen=True)
class Check:
    """One command that must end well."""

    title: str
    command: tuple[str, ...]


CHECKS = (
    Check("Lint", ("ruff", "check", "--quiet", ".")),
    Check("Format", ("ruff", "format", "--check", "--quiet", ".")),
    Check("Types", ("mypy", "--no-error-summary")),
    Check("Who may import whom", ("lint-imports",)),
    Check("Icons", ("python", "-m", "tools.icons")),
    Check("Translations", ("python", "-m", "tools.translations", "check")),
    Check("Plug-ins and migrations", ("flask", "--app", "wsgi", "plugins", "check")),
)


def main(wanted: list[str]) -> int:
    """Run the checks whose title begins with one of the words given, or all."""
    failed = []
    for check in CHECKS:
        if wanted and not any(check.title.lower().startswith(word.lower()) for word in wanted):
            continue
        program, *arguments = check.command
        ended = subprocess.run([str(IN / program), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        print(f"{'failed' if ended.returncode else 'ok':<7} {check.title}", flush=True)
        if ended.returncode:
            print((ended.stdout + ended.stderr).strip() + "\n", flush=True)
            failed.append(check.title)
    if failed:
        print(f"Checks failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
