import re
from html.parser import HTMLParser
from io import BytesIO

import pytest
from PIL import Image
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from plugins.advice.library import queries, services
from plugins.advice.library.services import Draft
from plugins.advice.models import Note, Recipient
from portal import editorial
from portal.db import db
from portal.errors import RuleBroken
from portal.stores.audience import Audience


def draft(**changes):
    values = {"title": "饮料移到收银台对面", "kind": "layout", "text": "1. 量货架", "reason": "经过的人最多"}
    return Draft(**(values | changes))


@pytest.fixture
def published(act_as):
    """A note published to the stores of 城南."""
    with act_as("expert") as viewer:
        note = services.write_note(draft(audience=Audience(regions=("城南",))), by=viewer)
        db.session.flush()
        note_id = note.id
    publish(act_as, note_id)
    return note_id


def publish(act_as, note_id, role="manager", **options):
    with act_as(role) as viewer:
        services.publish(queries.visible(note_id, viewer)[0], by=viewer, **options)


def test_only_the_stores_of_the_audience_see_it(client_as, published):
    assert client_as("store_manager").get(f"/advice/{published}").status_code == 200
    assert client_as("store_manager:1").get(f"/advice/{published}").status_code == 404
    assert client_as("store_manager", "other").get(f"/advice/{published}").status_code == 404
    assert client_as("manager", "other").get(f"/advice/{published}").status_code == 404


def test_a_draft_is_not_for_stores(act_as, client_as):
    with act_as("expert") as viewer:
        note = services.write_note(draft(), by=viewer)
        db.session.flush()
        note_id = note.id
    assert client_as("store_manager").get(f"/advice/{note_id}").status_code == 404


def test_review_takes_a_second_person(act_as):
    with act_as("expert") as viewer:
        note = services.write_note(draft(), by=viewer)
        services.ask_for_review(note)
        db.session.flush()
        note_id = note.id
        with pytest.raises(RuleBroken):
            services.publish(note, by=viewer)
    with act_as("manager") as viewer:
        assert services.publish(queries.visible(note_id, viewer)[0], by=viewer).state == "published"


def test_opening_counts_as_seen_and_done_is_remembered(client_as, act_as, published, world):
    client = client_as("store_manager")
    client.get(f"/advice/{published}")
    client.post(f"/advice/{published}/done")
    client.post(f"/advice/{published}/useful/yes")
    with act_as("expert"):
        reach = queries.reach([published])[published]
        assert (reach.stores, reach.seen, reach.done, reach.useful, reach.declined) == (2, 1, 1, 1, 0)
    page = client_as("manager").get(f"/stores/{world.first.stores[0]}")
    assert "Done: 饮料移到收银台对面" in page.text


def test_declining_needs_a_reason_and_keeps_the_page(client_as, act_as, published):
    client = client_as("store_manager")
    assert client.post(f"/advice/{published}/decline", data={"reason": " "}).status_code == 422
    assert client.post(f"/advice/{published}/decline", data={"reason": "位置不够"}).status_code == 302
    with act_as("store_manager"):
        assert db.session.scalars(select(Recipient.reason)).one() == "位置不够"


def test_withdrawn_advice_is_gone_for_stores_and_stays_for_us(client_as, published):
    assert client_as("expert").post(f"/advice/{published}/withdraw").status_code == 302
    assert client_as("store_manager").get(f"/advice/{published}").status_code == 404
    assert client_as("rep").get(f"/advice/{published}").status_code == 200


def test_a_later_region_is_added_without_doubling(act_as, published):
    with act_as("expert") as viewer:
        note = queries.visible(published, viewer)[0]
        services.change_note(note, draft(audience=Audience()), by=viewer)
        assert len(db.session.scalars(select(Recipient)).all()) == 2
    publish(act_as, published)
    with act_as("expert"):
        assert len(db.session.scalars(select(Recipient)).all()) == 3


def test_pictures_are_seen_by_the_audience_only(client_as, act_as, published):
    form = {
        "title": "x",
        "kind": "layout",
        "text": "![货架](picture:1)",
        "pictures": (png("red"), "a.png"),
        "audience_regions": "城南",
    }
    answer = client_as("expert").post(f"/advice/{published}/edit", data=form, content_type="multipart/form-data")
    assert answer.status_code == 302
    address = f"/advice/{published}/pictures/1"
    assert client_as("store_manager").get(address).status_code == 404  # until it is published
    assert client_as("expert").get(address).status_code == 200
    publish(act_as, published)
    assert client_as("store_manager").get(address).mimetype.startswith("image/")
    assert address in client_as("store_manager").get(f"/advice/{published}").text
    for role, distributor in (("store_manager:1", "first"), ("manager", "other")):
        assert client_as(role, distributor).get(address).status_code == 404


def test_a_removed_picture_is_gone_and_the_others_keep_their_numbers(act_as, client_as, published):
    expert, store = client_as("expert"), client_as("store_manager")
    form = {"title": "x", "kind": "layout", "text": "y", "audience_regions": "城南"}
    address = f"/advice/{published}/edit"
    both = {"pictures": [(png("red"), "a.png"), (png("blue"), "b.png")]}
    assert expert.post(address, data=form | both, content_type="multipart/form-data").status_code == 302
    assert expert.post(address, data=form | {"removed": "1"}).status_code == 302
    publish(act_as, published)
    assert [store.get(f"/advice/{published}/pictures/{n}").status_code for n in (1, 2)] == [404, 200]
    assert expert.post(address, data=form | {"removed": "7"}).status_code == 422


def png(colour):
    picture = BytesIO()
    Image.new("RGB", (40, 30), colour).save(picture, "PNG")
    picture.seek(0)
    return picture


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "![x](http://evil.example/t.png)",
        "[x](data:text/html,<script>)",
    ],
)
def test_hostile_markdown_makes_no_live_markup(text):
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, dict(attrs)))

    Reader().feed(str(editorial.to_html(text)))
    for tag, attributes in found:
        assert tag not in {"script", "iframe", "svg"}
        assert not any(name.startswith("on") for name in attributes)
        assert not str(attributes.get("href", "")).startswith(("javascript:", "data:"))
        assert str(attributes.get("src", "/")).startswith("/")


def test_a_picture_is_one_of_the_note_and_no_other_address_of_ours():
    """Every reader's browser would open it, and opening some pages is noted."""
    text = "![a](picture:1) ![b](picture:2) ![c](/advice/proposals/5) ![d](/advice/1/pictures/1?x)"
    html = str(editorial.to_html(text, {1: "/advice/1/pictures/1"}))
    assert re.findall(r'src="([^"]*)"', html) == ["/advice/1/pictures/1"]
    assert "src=" not in str(editorial.to_html(text))


def test_pages_stay_within_their_queries(client_as, published, count_queries):
    for role, path, most in (
        ("store_manager", "/advice/", 8),
        ("store_manager", f"/advice/{published}", 8),
        ("expert", "/advice/", 8),
        ("expert", f"/advice/{published}", 10),
        ("store_manager", "/today", 12),
    ):
        client = client_as(role)
        with count_queries() as sent:
            assert client.get(path).status_code == 200, path
        assert len(sent) <= most, (role, path, sent.sent)


def test_writing_takes_the_permission(client_as, act_as, published):
    for role in ("store_manager", "rep"):
        assert client_as(role).get("/advice/new").status_code == 403
        assert client_as(role).post(f"/advice/{published}/withdraw").status_code == 403
    with act_as("expert"):
        assert db.session.get(Note, published).state == "published"


def test_a_store_sees_first_what_is_still_to_be_done(client_as, published):
    client = client_as("store_manager")
    assert "饮料移到收银台对面" in client.get("/advice/").text
    client.post(f"/advice/{published}/done")
    assert "饮料移到收银台对面" not in client.get("/advice/").text
    assert "饮料移到收银台对面" in client.get("/advice/?state=all").text


def test_stores_under_an_advice_are_filtered_and_go_out_as_a_table(act_as, client_as, published):
    with act_as("store_manager") as viewer:
        number = viewer.store.number
    client_as("store_manager").post(f"/advice/{published}/done")
    desk = client_as("manager")
    done = desk.get(f"/advice/{published}?answers=done").text
    assert number in done[done.index('id="answers"') :]
    unseen = desk.get(f"/advice/{published}?answers=unseen").text
    assert number not in unseen[unseen.index('id="answers"') :]
    assert desk.get(f"/advice/{published}?answers=nonsense").status_code == 200
    sheet = CalamineWorkbook.from_filelike(BytesIO(desk.get(f"/advice/{published}/stores.xlsx").data))
    rows = sheet.get_sheet_by_index(0).to_python()
    assert {str(row[0]): row[2] for row in rows[1:]}[number] == "Done"
    one = CalamineWorkbook.from_filelike(BytesIO(desk.get(f"/advice/{published}/stores.xlsx?answers=done").data))
    assert len(one.get_sheet_by_index(0).to_python()) == 2
    own = CalamineWorkbook.from_filelike(
        BytesIO(client_as("store_manager").get(f"/advice/{published}/stores.xlsx").data)
    )
    assert [str(row[0]) for row in own.get_sheet_by_index(0).to_python()[1:]] == [number]
    assert client_as("store_manager:1").get(f"/advice/{published}/stores.xlsx").status_code == 404
    assert client_as("manager", "other").get(f"/advice/{published}/stores.xlsx").status_code == 404
