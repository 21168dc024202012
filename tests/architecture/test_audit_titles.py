"""Whatever is recorded can be read in words: no code stands in the audit log of a portal with bundled plug-ins."""

import ast
from pathlib import Path

import pytest

from plugins.advice.models import DECLINED, DONE, OPEN
from plugins.complaints.services import PAST
from portal.audit.texts import ACTIONS
from portal.audit.words import Words

ROOT = Path(__file__).resolve().parents[2]
# What is put together from a state while it is recorded.
PUT_TOGETHER = {f"advice.{state}" for state in (DONE, DECLINED, OPEN)} | {
    f"complaints.{past}" for past in PAST.values()
}


def recorded():
    """Each action that stands in a call of record(), with where it stands."""
    for path in sorted([*ROOT.glob("plugins/**/*.py"), *ROOT.glob("portal/**/*.py")]):
        if {"migrations", "scaffold", "testing"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_record = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"
            if is_record and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, f"{path.relative_to(ROOT)}:{node.lineno}"


# Details that are handed on by name from elsewhere.
HANDED_ON = {"advice.lines", "stores.added", "stores.changed", "stores.unchanged", "account.had_one"}


def details_recorded():
    """Each field of the details, with the feature that records it."""
    for path in sorted([*ROOT.glob("plugins/**/*.py"), *ROOT.glob("portal/**/*.py")]):
        if {"migrations", "scaffold", "testing"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"):
                continue
            action = ast.unparse(node.args[0]).lstrip("f").strip("'")
            feature = action.partition(".")[0] if "." in action else path.parent.name
            yield from (
                f"{feature}.{each.arg}" for each in node.keywords if each.arg and each.arg not in ("store_id", "by_id")
            )


def test_every_recorded_detail_has_a_name(app):
    found = set(details_recorded()) | HANDED_ON
    assert len(found) > 45
    with app.test_request_context():
        nameless = {
            each
            for each in found
            if Words(each.partition(".")[0]).field(each.partition(".")[2]) == each.partition(".")[2]
        }
    assert nameless == set()


def titles(app):
    """Every code that has words, the core's and those of the bundled plug-ins."""
    plugins = app.extensions["storewise_host"].plugins.values()
    return set(ACTIONS) | {each.name for plugin in plugins for each in plugin.audit_titles()}


def test_every_recorded_action_has_words(app):
    found = dict(recorded())
    assert len(found) > 60
    known = titles(app)
    assert {action: place for action, place in found.items() if action not in known} == {}
    assert PUT_TOGETHER - known == set()


@pytest.mark.parametrize(("language", "words"), [("en", "published an advice"), ("zh_Hans", "发布了一条建议")])
def test_the_log_says_it_in_the_readers_language(client_as, act_as, language, words):
    from plugins.advice.library.services import Draft, publish, write_note
    from plugins.advice.models import Note
    from portal.db import db

    with act_as("expert") as viewer:
        note = write_note(Draft("把饮料移到收银台对面", "layout", "1. 量货架"), by=viewer)
        db.session.flush()
        note_id = note.id
    with act_as("manager") as viewer:
        publish(db.session.get_one(Note, note_id), by=viewer)
    page = client_as("administrator", language=language).get("/audit").text
    assert words in page
    assert "advice.published" not in page
