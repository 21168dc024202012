"""Where a complaint may stand, and how it gets from one stage to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RECEIVED, ACKNOWLEDGED, ANSWERED, REMEDIED = "received", "acknowledged", "answered", "remedied"
CONFIRMED, CLOSED, REFUSED = "confirmed", "closed", "refused"
STATES: Final = (RECEIVED, ACKNOWLEDGED, ANSWERED, REMEDIED, CONFIRMED, CLOSED, REFUSED)
OPEN: Final = frozenset({RECEIVED, ACKNOWLEDGED, ANSWERED, REMEDIED})
WAITING_FOR_US: Final = frozenset({RECEIVED, ACKNOWLEDGED, ANSWERED})


@dataclass(frozen=True, slots=True)
class Step:
    """A named way from some stages to one; `by_store` says whose step it is."""

    name: str
    sources: frozenset[str]
    target: str
    by_store: bool = False
    needs_word: bool = False


STEPS: Final = {
    step.name: step
    for step in (
        Step("acknowledge", frozenset({RECEIVED}), ACKNOWLEDGED),
        Step("answer", frozenset({RECEIVED, ACKNOWLEDGED, ANSWERED}), ANSWERED),
        Step("remedy", frozenset({RECEIVED, ACKNOWLEDGED, ANSWERED}), REMEDIED),
        Step("refuse", WAITING_FOR_US | {REMEDIED}, REFUSED, needs_word=True),
        Step("close", frozenset({CONFIRMED}), CLOSED),
        Step("confirm", frozenset({ANSWERED, REMEDIED}), CONFIRMED, by_store=True),
        Step(
            "reopen",
            frozenset({REMEDIED, CONFIRMED, CLOSED, REFUSED}),
            ACKNOWLEDGED,
            by_store=True,
            needs_word=True,
        ),
    )
}


def may(step: str, state: str) -> bool:
    """Whether the step leads on from this stage."""
    return state in STEPS[step].sources


def possible(state: str, *, by_store: bool) -> list[str]:
    """The steps that one side can take from this stage."""
    return [step.name for step in STEPS.values() if step.by_store == by_store and state in step.sources]
