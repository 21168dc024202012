"""What pages cost as multiples of the yardstick: processor time of the web process, under the same server.

Each round asks the yardstick before and after each page, so that a noisy machine slows both; the figure is the median
of the rounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench import report
from bench.browser import Browser, hidden_fields
from bench.ground import Ground
from bench.server import Server

ROUNDS, CALLS, WARM_UP = 5, 20, 15
TODAY, LIST, COMPLAINT, SIGN_UP, ADVICE = 4, 3, 5, 5, 4

PROPOSAL, QUESTION = r'href="(/advice/proposals/\d+)"', r'href="(/advice/questions/\d+)"'


@dataclass(frozen=True, slots=True)
class Case:
    """Something a person does. `before` and `after` put things right for it and are not counted."""

    title: str
    do: Callable[[], Any]
    at_most: float | None = None
    requests: int = 1
    after: Callable[[], Any] | None = None


def run(ground: Ground) -> None:
    """Print each case; the targets are for SQLite and PostgreSQL alike."""
    with Server("bench.yardstick:app", ground.env) as bare, Server("wsgi:app", ground.env, "/healthz") as portal:
        yardstick = Browser(bare.port)
        report.section(f"CPU time as a multiple of the yardstick's, {ground.name}")
        costs: list[float] = []
        for case in cases(portal.port):
            rounds, bare_costs = _measured(case, portal, lambda: yardstick.get("/"), bare)
            costs += bare_costs
            note = f" of {case.requests} requests together" if case.requests > 1 else ""
            report.line(case.title, median(rounds), "x", at_most=case.at_most, note=note)
        size = yardstick.get("/").size
        report.line(f"the yardstick itself, {size:,} bytes", median(costs) * 1000, " ms")
        report.line("memory of the web process after that", portal.memory_mb(), " MB", at_most=150)


def _measured(
    case: Case, portal: Server, bare_page: Callable[[], Any], bare: Server
) -> tuple[list[float], list[float]]:
    for _ in range(WARM_UP):
        _spent(case, portal, 1)
    _timed(bare_page, bare, WARM_UP)
    rounds, bare_costs = [], []
    for _ in range(ROUNDS):
        first = _timed(bare_page, bare, CALLS)
        spent = _spent(case, portal, CALLS)
        second = _timed(bare_page, bare, CALLS)
        rounds.append(spent / ((first + second) / 2))
        bare_costs += [first, second]
    return rounds, bare_costs


def _timed(work: Callable[[], Any], server: Server, calls: int) -> float:
    before = server.cpu_seconds()
    for _ in range(calls):
        work()
    return (server.cpu_seconds() - before) / calls


def _spent(case: Case, portal: Server, calls: int) -> float:
    if case.after is None:
        return _timed(case.do, portal, calls)
    spent = 0.0
    for _ in range(calls):
        spent += _timed(case.do, portal, 1)
        case.after()
    return spent / calls


def cases(port: int) -> list[Case]:
    """The cases, each with the people it needs logged in."""
    store, manager = Browser(port).log_in("store@demo.example"), Browser(port).log_in("manager@demo.example")
    event = _next_event(store)
    return [
        Case("the store's today page", _opens(store, "/today"), TODAY),
        Case("the manager's today page", _opens(manager, "/today")),
        Case("a list of 25 stores", _opens(manager, "/stores"), LIST),
        Case("a list of 25 products", _opens(manager, "/trade/"), LIST),
        Case("a list of complaints", _opens(manager, "/complaints/"), LIST),
        Case("the store's list of advice", _opens(store, "/advice/"), LIST),
        *_advice(store, manager),
        Case("a complaint filed, with its page", lambda: _file(store), COMPLAINT, requests=2),
        Case("an event's page and the sign-up", lambda: _sign_up(store, event), None, 2, lambda: _cancel(store, event)),
        _signs_up(store, event),
    ]


def _advice(store: Browser, manager: Browser) -> list[Case]:
    """The pages of computed advice and of questions: what a store opens, and what our people do."""
    orders, planograms = "/advice/proposals/?kind=order", "/advice/proposals/?kind=planogram"
    own = store.get("/advice/questions/").text
    return [
        Case("our list of computed advice, 25 pieces", _opens(manager, "/advice/proposals/"), ADVICE),
        Case("the store's list of computed advice", _opens(store, "/advice/proposals/"), ADVICE),
        Case("an order list", _opens(store, _first(store.get(orders).text, PROPOSAL)), ADVICE),
        Case("a planogram", _opens(store, _first(store.get(planograms).text, PROPOSAL)), ADVICE),
        Case("a layout with its space indices", _opens(store, store.get("/advice/layout/").location), ADVICE),
        Case("a store's assortment and profit", _opens(store, store.get("/advice/assortment/").location), ADVICE),
        Case("what advice changed", _opens(manager, "/advice/proposals/results"), ADVICE),
        Case("the store's questions", _opens(store, "/advice/questions/"), ADVICE),
        Case("one question with its answers", _opens(store, _first(own, QUESTION)), ADVICE),
        Case("questions that wait for an answer", _opens(manager, "/advice/questions/"), ADVICE),
    ]


def _first(page: str, link: str) -> str:
    found = re.search(link, page)
    if found is None:
        raise RuntimeError(f"the demo has no {link}")
    return found[1]


def _opens(browser: Browser, path: str) -> Callable[[], Any]:
    def open_page() -> None:
        answer = browser.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")

    return open_page


def _file(store: Browser) -> None:
    fields = hidden_fields(store.get("/complaints/new").text)
    told = {"category": "quality", "product": "冰红茶", "batch": "B-1", "quantity": "3", "text": "漏液，一共三瓶"}
    answer = store.post("/complaints/new", fields | told)
    if answer.status != 302:
        raise RuntimeError(f"the complaint was not filed: {answer.status}")


def _next_event(store: Browser) -> str:
    return _first(store.get("/events/").text, r'href="(/events/\d+)"')


def _sign_up(store: Browser, event: str, fields: dict[str, str] | None = None) -> None:
    fields = hidden_fields(store.get(event).text, f"{event}/registration") if fields is None else fields
    answer = store.post(f"{event}/registration", fields | {"attendees": "林店长"})
    if answer.status != 302:
        raise RuntimeError(f"the store was not signed up: {answer.status}")


def _cancel(store: Browser, event: str) -> None:
    store.post(f"{event}/registration/cancel", hidden_fields(store.get(event).text, f"{event}/registration/cancel"))


def _signs_up(store: Browser, event: str) -> Case:
    """The sign-up alone: its page is opened in between and not counted."""
    ready: dict[str, str] = {}

    def open_page() -> None:
        ready.update(hidden_fields(store.get(event).text, f"{event}/registration"))

    def cancel_and_open() -> None:
        _cancel(store, event)
        open_page()

    open_page()
    return Case("an event sign-up", lambda: _sign_up(store, event, dict(ready)), SIGN_UP, after=cancel_and_open)
