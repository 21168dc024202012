"""`make bench`: every figure in one table. ARGS="pages" for some: the names are those of SUBJECTS."""

from __future__ import annotations

import sys

from bench import (
    briefing,
    effect,
    forecast,
    ground,
    importing,
    layout,
    nightly,
    pages,
    planogram,
    processes,
    replenishment,
    report,
    search,
    store_advice,
)

ON_THE_DEMO = {"processes": processes.run, "pages": pages.run, "briefing": briefing.run}
BY_THEMSELVES = {
    "search": search.run,
    "nightly": nightly.run,
    "effect": effect.run,
    "layout": layout.run,
    "forecast": forecast.run,
    "replenishment": replenishment.run,
    "planogram": planogram.run,
    "store_advice": store_advice.run,
    "importing": importing.run,
}
SUBJECTS = (*ON_THE_DEMO, *BY_THEMSELVES)


def main(wanted: list[str]) -> None:
    """Run the subjects that were asked for, all of them where none was."""
    chosen = wanted or list(SUBJECTS)
    if unknown := set(chosen) - set(SUBJECTS):
        sys.exit(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    report.say_machine()
    if ON_THE_DEMO.keys() & set(chosen):
        with ground.sqlite() as place:
            for name, run in ON_THE_DEMO.items():
                if name in chosen:
                    run(place)
    if "pages" in chosen:
        with ground.postgresql() as server:
            if server is None:
                print("\nPostgreSQL does not answer; its figures are left out.")
            else:
                pages.run(server)
    for name, run_alone in BY_THEMSELVES.items():
        if name in chosen:
            run_alone()


if __name__ == "__main__":
    main(sys.argv[1:])
