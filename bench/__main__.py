"""`make bench`: every figure in one table. ARGS="pages" for some: pages, processes, briefing, search, nightly,
effect, layout, importing."""

from __future__ import annotations

import sys

from bench import briefing, effect, ground, importing, layout, nightly, pages, processes, report, search

SUBJECTS = ("processes", "pages", "briefing", "search", "nightly", "effect", "layout", "importing")


def main(wanted: list[str]) -> None:
    """Run the subjects that were asked for, all of them where none was."""
    chosen = wanted or list(SUBJECTS)
    report.say_machine()
    if {"processes", "pages", "briefing"} & set(chosen):
        with ground.sqlite() as place:
            if "processes" in chosen:
                processes.run(place)
            if "pages" in chosen:
                pages.run(place)
            if "briefing" in chosen:
                briefing.run(place)
    if "pages" in chosen:
        with ground.postgresql() as server:
            if server is None:
                print("\nPostgreSQL does not answer; its figures are left out.")
            else:
                pages.run(server)
    if "search" in chosen:
        search.run()
    if "nightly" in chosen:
        nightly.run()
    if "effect" in chosen:
        effect.run()
    if "layout" in chosen:
        layout.run()
    if "importing" in chosen:
        importing.run()


if __name__ == "__main__":
    main(sys.argv[1:])
