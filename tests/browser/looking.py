"""Looks at each page that the story visits: for what axe finds, for what is too wide, and for pictures of the docs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}


@dataclass
class Lookout:
    """Collects what is wrong with pages; `check()` at the end tells all of it at once."""

    language: str
    dark: bool = False
    scripts: bool = True  # without them axe cannot run in the page either
    pictures: Path | None = None
    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note what the page's policy forbids, and errors of scripts."""
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._console(page, message.type, message.text))

    def _console(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.faults.append(f"{page.url}: {text}")

    def look(self, page: Page, name: str, hide: str = "") -> None:
        """One page, once: what axe says of it in this run's brightness, and its width; its picture where wanted."""
        if name in self.seen:
            return
        self.seen.append(name)
        if not self.scripts:
            return
        page.wait_for_load_state()
        self.faults += [f"{name}: {fault}" for fault in self._too_wide(page)]
        page.emulate_media(color_scheme="dark" if self.dark else "light")
        self.faults += [f"{name}: {fault}" for fault in self._violations(page)]
        page.emulate_media(color_scheme="light")
        if self.pictures is not None:
            masks: Sequence[Any] = [page.locator(hide)] if hide else []
            shot = Image.open(io.BytesIO(page.screenshot(mask=masks, mask_color="#e8eeee")))
            # A page has few colours; a quarter of the size is left.
            shot.convert("RGB").quantize(64).save(self.pictures / f"{name}.{self.language}.png", optimize=True)

    def _too_wide(self, page: Page) -> list[str]:
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return [f"{width} px wider than the screen"] if width > 0 else []

    def _violations(self, page: Page) -> list[str]:
        page.evaluate(AXE.read_text())
        asked = "axe.run(document, {resultTypes: ['violations']}).then((answer) => ({ found: answer.violations }))"
        found = page.wait_for_function(asked, timeout=60_000).json_value()["found"]  # evaluate() would wait for ever
        return [
            f"{rule['id']}: {rule['help']} at {[node['target'] for node in rule['nodes']][:3]}"
            for rule in found
            if rule["impact"] in GRAVE
        ]

    def check(self) -> None:
        """Fails with everything that was found."""
        assert not self.faults, "\n".join(self.faults)
