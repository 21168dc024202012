"""Notes to stores: what each side does with them, and that nobody else does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.api import RuleBroken, Span, Store, clock, session, the_host
from portal.testing.check_plugin import check_plugin
from [[ package ]] import queries, services
from [[ package ]].models import Note

PAGE = "/[[ name ]]/"
TEXT = "请把试吃台放在入口"


@pytest.fixture
def note_id(act_as, world):
    """A note to the first store of the first distributor."""
    with act_as("manager") as viewer:
        store = session.get_one(Store, world.first.stores[0])
        note = services.write_note(services.NewNote(store.number, TEXT), by=viewer)
        session.flush()
        return note.id


def texts(act_as, role, distributor="first"):
    with act_as(role, distributor):
        return list(session.scalars(select(Note.text)))


def test_it_passes_the_quality_checklist(app, world):
    check_plugin(app, "[[ name ]]")


def test_it_answers_the_quality_checklist_with_notes_too(app, note_id):
    check_plugin(app, "[[ name ]]")


# The page


def test_distributor_writes_and_the_store_reads(client_as):
    answer = client_as("rep").post(PAGE, data={"store": "0001", "text": TEXT})
    assert answer.status_code == 302
    assert TEXT in client_as("store_staff").get(PAGE).text
    assert TEXT not in client_as("store_staff:1").get(PAGE).text


def test_people_of_the_store_are_told(client_as, note_id):
    assert "A note to your store" in client_as("store_staff").get("/notifications").text
    assert "A note to your store" not in client_as("store_staff:1").get("/notifications").text


def test_wrong_form_comes_back_with_what_was_typed(client_as, act_as):
    answer = client_as("manager").post(PAGE, data={"store": "", "text": TEXT})
    assert answer.status_code == 422
    assert TEXT in answer.text
    assert client_as("manager").post(PAGE, data={"store": "0001", "text": "  "}).status_code == 422
    assert texts(act_as, "manager") == []


def test_unknown_store_is_said_at_its_field(client_as, act_as):
    answer = client_as("manager").post(PAGE, data={"store": "9999", "text": TEXT})
    assert answer.status_code == 422
    assert "There is no such store." in answer.text
    with act_as("manager") as viewer, pytest.raises(RuleBroken) as broken:
        services.write_note(services.NewNote("9999", TEXT), by=viewer)
    assert broken.value.field == "store"


def test_stores_do_not_write(client_as, act_as):
    assert client_as("store_manager").post(PAGE, data={"store": "0001", "text": TEXT}).status_code == 403
    assert texts(act_as, "manager") == []


def test_done_stays_done(client_as, act_as, note_id):
    for _time in range(2):
        assert client_as("store_staff").post(f"{PAGE}{note_id}/done").status_code == 302
    with act_as("store_staff"):
        assert queries.note(note_id).done_at is not None
    assert f"{PAGE}{note_id}/done" not in client_as("store_staff").get(PAGE).text


def test_foreign_notes_are_not_there(client_as, act_as, note_id):
    assert texts(act_as, "manager", "other") == []
    for stranger in (client_as("store_staff:1"), client_as("manager", "other")):
        assert stranger.post(f"{PAGE}{note_id}/done").status_code == 404
    with act_as("manager"):
        assert queries.note(note_id).done_at is None


def test_page_reads_little(client_as, count_queries, note_id):
    client = client_as("manager")
    with count_queries() as statements:
        client.get(PAGE)
    assert len(statements) <= 6


def test_page_speaks_chinese(client_as):
    assert "还没有便条" in client_as("store_staff", language="zh_Hans").get(PAGE).text


# What it gives to the portal


def test_today_says_what_is_open_until_it_is_done(client_as, act_as, note_id):
    assert TEXT in client_as("store_staff").get("/today").text
    with act_as("store_staff"):
        services.finish(queries.note(note_id))
    assert TEXT not in client_as("store_staff").get("/today").text


def test_timeline_has_the_note(act_as, world, note_id):
    span = Span(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    with act_as("manager"):
        found = [list(the_host().collect("timeline", session.get(Store, one), span)) for one in world.first.stores]
    assert [[entry.title for entry in entries] for entries in found] == [[TEXT], [], []]


def test_search_finds_own_notes_only(act_as, note_id):
    for role, distributor, expected in (
        ("store_staff", "first", [TEXT]),
        ("store_staff:1", "first", []),
        ("manager", "other", []),
    ):
        with act_as(role, distributor) as viewer:
            assert [hit.title for hit in the_host().collect("search", "试吃台", viewer)] == expected


def test_what_a_person_wrote_is_exported_and_forgotten(act_as, note_id):
    with act_as("manager") as viewer:
        (data,) = the_host().collect("personal_data", viewer.person)
        assert [row["text"] for row in data.rows] == [TEXT]
        assert the_host().call_all("erase_person", viewer.person) == []
        assert list(the_host().collect("personal_data", viewer.person)) == []
    assert texts(act_as, "manager") == [TEXT]


# Programs


def test_programs_write_and_read(api_as):
    address = "/api/v1/[[ name ]]/notes"
    manager = api_as("manager")
    assert manager.post(address, json={"store": "0001", "text": TEXT}).status_code == 201
    assert manager.post(address, json={"store": "9999", "text": TEXT}).status_code == 422
    assert manager.post(address, json={"store": "0001", "text": " "}).status_code == 422
    assert [note["text"] for note in api_as("store_staff").get(address).json["items"]] == [TEXT]
    assert api_as("manager", "other").get(address).json["items"] == []
    assert api_as("store_staff").post(address, json={"store": "0001", "text": TEXT}).status_code == 403
    assert api_as(None).get(address).status_code == 401
