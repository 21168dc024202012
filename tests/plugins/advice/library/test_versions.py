"""What stores see is what a second person published, word for word, until a second person publishes something else."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from plugins.advice.library import queries, services
from plugins.advice.library.models import Version
from plugins.advice.library.services import Draft
from plugins.advice.models import PUBLISHED, Note, Recipient
from portal.accounts.models import Membership, PluginActivation
from portal.db import db
from portal.errors import RuleBroken
from portal.notifications.models import Notification
from portal.stores.audience import Audience

FORM = {"title": "饮料移到收银台对面", "kind": "layout", "text": "新的步骤", "audience_regions": "城南"}


def write(act_as, role="expert", text="1. 量货架"):
    with act_as(role) as viewer:
        draft = Draft("饮料移到收银台对面", "layout", text, audience=Audience(regions=("城南",)))
        note = services.write_note(draft, by=viewer)
        db.session.flush()
        return note.id


def change(act_as, note_id, text, role="expert", **options):
    with act_as(role) as viewer:
        note = queries.visible(note_id, viewer)[0]
        draft = Draft(note.title, "layout", text, audience=Audience.from_json(note.audience))
        services.change_note(note, draft, by=viewer, **options)


def publish(act_as, note_id, role="manager", **options):
    with act_as(role) as viewer:
        services.publish(queries.visible(note_id, viewer)[0], by=viewer, **options)


@pytest.fixture
def published(act_as):
    note_id = write(act_as)
    publish(act_as, note_id)
    return note_id


def read(client_as, note_id, role="store_manager"):
    return client_as(role).get(f"/advice/{note_id}").text


@pytest.mark.parametrize("role", ["expert", "manager"])
def test_who_wrote_it_does_not_publish_it(act_as, role):
    note_id = write(act_as, role)
    with pytest.raises(RuleBroken, match="second person"):
        publish(act_as, note_id, role)


def test_nor_does_who_changed_a_word_of_it(act_as):
    note_id = write(act_as)
    change(act_as, note_id, "2. 量货架", "manager")
    for role in ("expert", "manager"):
        with pytest.raises(RuleBroken, match="second person"):
            publish(act_as, note_id, role)
    publish(act_as, note_id, "administrator")


def test_what_is_published_is_not_changed_by_who_may_only_write(act_as, client_as, published):
    assert client_as("expert").post(f"/advice/{published}/edit", data=FORM).status_code == 302
    assert "1. 量货架" not in read(client_as, published)  # it is a list in HTML
    assert "量货架" in read(client_as, published)
    assert "新的步骤" not in read(client_as, published)
    assert client_as("expert").post(f"/advice/{published}/publish").status_code == 422
    assert client_as("manager").post(f"/advice/{published}/publish").status_code == 302
    assert "新的步骤" in read(client_as, published)


def test_nor_by_programs(act_as, api_as, client_as, published):
    api = api_as("expert")
    url = f"/api/v1/advice/{published}"
    told = {"title": "另一个", "kind": "layout", "text": "新的步骤"}
    assert api.put(url, json=told).status_code == 200
    assert api_as("store_manager").get(url).json["title"] == "饮料移到收银台对面"
    assert api.put(f"{url}/state", json={"state": "published"}).status_code == 422
    assert api_as("manager").put(f"{url}/state", json={"state": "published"}).status_code == 200
    assert api_as("store_manager").get(url).json["title"] == "另一个"


def test_a_distributor_may_switch_the_rule_off(act_as, world):
    with act_as("administrator"):
        row = db.session.scalars(select(PluginActivation).where(PluginActivation.plugin == "advice")).one()
        row.settings = row.settings | {"second_person": False}
    note_id = write(act_as)
    publish(act_as, note_id, "expert")
    with act_as("expert"):
        assert db.session.get_one(Note, note_id).state == PUBLISHED


def test_where_nobody_else_may_publish_it_is_said_what_to_do(act_as, world):
    note_id = write(act_as)
    with act_as("administrator"):
        others = select(Membership).where(Membership.store_id.is_(None))
        for member in db.session.scalars(others):
            member.active = (
                member.id == world.first.members["expert"] or member.id == world.first.members["administrator"]
            )
        administrator = db.session.get_one(Membership, world.first.members["administrator"])
        administrator.role.permissions = [one for one in administrator.role.permissions if one != "advice.publish"]
    with pytest.raises(RuleBroken, match="nobody else may"):
        publish(act_as, note_id, "expert")


def test_of_two_who_write_at_once_one_is_told_and_keeps_his_text(act_as, client_as, published):
    first, second = client_as("expert"), client_as("manager")
    for client in (first, second):
        assert 'name="seen" type="hidden" value="1.0"' in client.get(f"/advice/{published}/edit").text
    assert first.post(f"/advice/{published}/edit", data=FORM | {"seen": "1.0"}).status_code == 302
    late = second.post(f"/advice/{published}/edit", data=FORM | {"seen": "1.0", "text": "别的步骤"})
    assert late.status_code == 422
    assert "Somebody else has changed this meanwhile" in late.text
    assert "别的步骤" in late.text
    assert 'name="seen" type="hidden" value="1.1"' in late.text  # now it is known: saved again it counts
    assert second.post(f"/advice/{published}/edit", data=FORM | {"seen": "1.1", "text": "别的步骤"}).status_code == 302


def test_published_versions_stay_as_they_were(act_as, published):
    change(act_as, published, "二")
    publish(act_as, published)
    change(act_as, published, "三")
    publish(act_as, published)
    with act_as("manager"):
        said = [(version.number, version.text, version.state) for version in queries.versions(published)]
        assert said == [(3, "三", PUBLISHED), (2, "二", PUBLISHED), (1, "1. 量货架", PUBLISHED)]
        assert db.session.get_one(Note, published).version == 3


def test_what_is_new_is_marked(act_as, client_as, published):
    change(act_as, published, "1. 量货架两次", change="量两次更准")
    page = client_as("manager").get(f"/advice/{published}/versions").text
    assert "1. 量货架<ins>两次</ins>" in page
    assert "量两次更准" in page


def test_an_old_version_comes_back_as_a_draft(act_as, client_as, published):
    change(act_as, published, "二")
    publish(act_as, published)
    assert client_as("expert").post(f"/advice/{published}/versions/1/restore").status_code == 302
    assert "<p>二</p>" in read(client_as, published)
    publish(act_as, published)
    assert "量货架" in read(client_as, published)
    assert client_as("expert").post(f"/advice/{published}/versions/9/restore").status_code == 404


def test_changes_that_nobody_wants_are_discarded(act_as, client_as, published):
    change(act_as, published, "二")
    assert client_as("expert").post(f"/advice/{published}/discard").status_code == 302
    assert client_as("manager").post(f"/advice/{published}/publish").status_code == 422
    with act_as("manager"):
        assert db.session.scalars(select(Version.number).where(Version.note_id == published)).all() == [1]


def test_who_writes_on_an_old_version_is_told_that_another_was_published(act_as, client_as, published):
    late = client_as("expert")
    late.get(f"/advice/{published}/edit")
    change(act_as, published, "二", "manager")
    publish(act_as, published, "administrator")
    answer = late.post(f"/advice/{published}/edit", data=FORM | {"seen": "1.0"})
    assert answer.status_code == 422
    assert "Somebody else has changed this meanwhile" in answer.text


def test_what_is_new_is_said_before_somebody_reviews_it(act_as, client_as, published):
    change(act_as, published, "二")
    assert client_as("expert").post(f"/advice/{published}/review").status_code == 422
    change(act_as, published, "二", change="更短")
    assert client_as("expert").post(f"/advice/{published}/review").status_code == 302


def test_programs_read_versions_go_back_and_discard(act_as, api_as, published):
    api, url = api_as("expert"), f"/api/v1/advice/{published}/versions"
    told = {"title": "另一个", "kind": "layout", "text": "新的步骤", "change": "更短"}
    assert api.put(f"/api/v1/advice/{published}", json=told).status_code == 200
    working, first = api.get(url).json["items"]
    assert (working["number"], working["state"], working["text"], working["change"]) == (2, "draft", "新的步骤", "更短")
    assert (first["number"], first["state"], first["text"]) == (1, PUBLISHED, "1. 量货架")
    assert first["approved_by"]
    assert api.delete(url).status_code == 204
    assert [one["number"] for one in api.get(url).json["items"]] == [1]
    restored = api.post(f"{url}/1/restore").json["items"]
    assert [(one["number"], one["text"]) for one in restored] == [(2, "1. 量货架"), (1, "1. 量货架")]
    assert api.post(f"{url}/7/restore").status_code == 404
    assert api_as("store_manager").get(url).status_code == 403


def test_the_reviewer_may_send_it_back_and_the_list_shows_what_waits(act_as, client_as, published):
    change(act_as, published, "二", change="更短")
    assert client_as("expert").post(f"/advice/{published}/review").status_code == 302
    assert "饮料移到收银台对面" in client_as("manager").get("/advice/?state=in_review").text
    assert client_as("manager").post(f"/advice/{published}/back", data={"reason": "太短"}).status_code == 302
    assert "饮料移到收银台对面" not in client_as("manager").get("/advice/?state=in_review").text
    assert "太短" in client_as("expert").get(f"/advice/{published}").text


def test_a_store_that_answered_reads_what_has_changed_since(act_as, client_as, published):
    client_as("store_manager").post(f"/advice/{published}/done")
    change(act_as, published, "二", change="步骤更短")
    publish(act_as, published)
    assert "步骤更短" in read(client_as, published)
    with act_as("store_manager"):
        mine = db.session.scalars(select(Recipient)).one()
        assert (mine.state, mine.answered_version, mine.seen_version) == ("done", 1, 2)


@pytest.mark.parametrize(("tell_again", "heard"), [(False, 0), (True, 2)])
def test_stores_hear_of_a_new_version_only_when_they_shall(act_as, published, world, tell_again, heard):
    change(act_as, published, "二")
    with act_as("administrator"):
        before = len(db.session.scalars(select(Notification.id)).all())
    publish(act_as, published, tell_again=tell_again)
    with act_as("administrator"):
        told = db.session.scalars(select(Notification).order_by(Notification.id)).all()[before:]
        stores = {db.session.get_one(Membership, note.membership_id).store_id for note in told}
        assert len(stores) == heard


def test_a_picture_of_an_old_version_stays_with_it(act_as, client_as, published):
    def png():
        picture = BytesIO()
        Image.new("RGB", (40, 30), "red").save(picture, "PNG")
        picture.seek(0)
        return picture

    expert = client_as("expert")
    expert.post(
        f"/advice/{published}/edit", data=FORM | {"pictures": (png(), "a.png")}, content_type="multipart/form-data"
    )
    publish(act_as, published)
    expert.post(f"/advice/{published}/edit", data=FORM | {"removed": "1"})
    assert client_as("store_manager").get(f"/advice/{published}/pictures/1").status_code == 200  # not published yet
    publish(act_as, published)
    assert client_as("store_manager").get(f"/advice/{published}/pictures/1").status_code == 404
    with act_as("manager"):
        assert [version.shown_pictures for version in queries.versions(published)] == [[], [1], []]


def test_others_see_no_versions(client_as, published):
    assert client_as("manager", "other").get(f"/advice/{published}/versions").status_code == 404
    for role in ("store_manager", "rep"):
        assert client_as(role).get(f"/advice/{published}/versions").status_code == 403


def test_the_pages_ask_few_questions(act_as, client_as, published, count_queries):
    change(act_as, published, "二")
    client = client_as("manager")
    for path, most in ((f"/advice/{published}", 10), (f"/advice/{published}/versions", 8)):
        with count_queries() as statements:
            client.get(path)
        assert len(statements) <= most, (path, statements.sent)
