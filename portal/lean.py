"""What keeps the start of a process short: libraries that load more than is ever used, and work that can wait."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.routing import Rule


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Inside the block these packages count as not installed: for libraries that load them on the off chance."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


class LateRule(Rule):
    """A rule that compiles the function which builds its addresses at the first use: a tenth of the start otherwise."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, *args: Any, **values: Any) -> tuple[str, str]:
            built = compile_now(append_unknown).__get__(rule, None)
            setattr(rule, name, built)
            return built(*args, **values)  # type: ignore[no-any-return]

        return build
