"""Steps of the set-up: each runs only when what it is made from has changed or what it makes is not there."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.paths import ROOT


@dataclass(frozen=True)
class Step:
    """One thing to be there; the stamp lies inside what it speaks of, so that both go together."""

    title: str
    stamp: Path
    inputs: Sequence[Path]
    run: Callable[[], None]
    outputs: Sequence[Path] = ()

    def bring_about(self) -> None:
        """Run the step where it is due, and say so."""
        digest = self.digest()
        if self._is_done(digest):
            return
        began = time.monotonic()
        print(f"· {self.title} ...", flush=True)
        self.run()
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(digest, encoding="utf-8")
        print(f"  {time.monotonic() - began:.0f} s", flush=True)

    def digest(self) -> str:
        """A fingerprint of everything that the step's result depends on."""
        whole = hashlib.sha256()
        for path in self.inputs:
            whole.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
        return whole.hexdigest()

    def _is_done(self, digest: str) -> bool:
        return (
            self.stamp.is_file()
            and self.stamp.read_text(encoding="utf-8") == digest
            and all(path.exists() for path in self.outputs)
        )


def stop(message: str, command: str = "") -> None:
    """End the set-up with what is wrong and the one line that mends it."""
    print(message, file=sys.stderr)
    if command:
        print(f"\n    {command}\n", file=sys.stderr)
    sys.exit(1)
