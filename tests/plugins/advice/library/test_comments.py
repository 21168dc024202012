"""Comments under advice: each store has a thread of its own with us; both sides hear of what the other said."""

import pytest
from sqlalchemy import select

from plugins.advice.contributions import personal_data
from plugins.advice.library import comments, services
from plugins.advice.library.models import Comment
from plugins.advice.library.services import Draft
from plugins.advice.models import Note
from plugins.advice.plugin import AdvicePlugin
from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import Conflict, NotFound, RuleBroken
from portal.notifications.models import Notification
from portal.stores.audience import Audience


@pytest.fixture
def note_id(act_as):
    """Written by the expert, published to all stores by the manager."""
    with act_as("expert") as viewer:
        made = services.write_note(Draft("热饮放门口", "layout", "第一步", audience=Audience()), by=viewer).id
    with act_as("manager") as viewer:
        services.publish(db.session.get_one(Note, made), by=viewer)
    return made


def store_of(act_as, role="store_manager"):
    with act_as(role) as viewer:
        return viewer.store.id


def told(act_as, kind):
    with act_as("administrator"):
        found = select(Notification.membership_id).where(Notification.kind == kind)
        return set(db.session.scalars(found))


def test_a_store_asks_under_the_advice_and_its_author_answers_there(act_as, client_as, note_id, world):
    store = client_as("store_manager")
    sent = store.post(f"/advice/{note_id}/comments", data={"text": "插座不够怎么办？"})
    assert sent.location == f"/advice/{note_id}#comments"
    assert told(act_as, "advice.commented") == {world.first.members["expert"]}
    expert = client_as("expert")
    page = expert.get(f"/advice/{note_id}").text
    assert "插座不够怎么办？" in page
    assert "waits for an answer" in page
    answered = expert.post(f"/advice/{note_id}/comments/{store_of(act_as)}", data={"text": "先用保温壶。"})
    assert answered.status_code == 302
    assert "先用保温壶。" in store.get(f"/advice/{note_id}").text
    assert "waits for an answer" not in expert.get(f"/advice/{note_id}").text
    own = {world.first.members[role] for role in ("store_manager", "store_staff")}
    assert told(act_as, "advice.comment_answered") == own


def test_no_store_reads_what_another_said(client_as, act_as, note_id, api_as):
    client_as("store_manager").post(f"/advice/{note_id}/comments", data={"text": "我们的秘密"})
    for who in (("store_manager:1",), ("manager", "other")):
        assert "我们的秘密" not in client_as(*who).get(f"/advice/{note_id}").text
    assert api_as("store_manager:1").get(f"/api/v1/advice/{note_id}/comments").json == []
    other = store_of(act_as, "store_manager:1")
    # what another store says does not come into this one's thread either
    client_as("store_manager:1").post(f"/advice/{note_id}/comments", data={"text": "另一家"})
    assert "另一家" not in client_as("store_manager").get(f"/advice/{note_id}").text
    assert client_as("store_manager").post(f"/advice/{note_id}/comments/{other}", data={"text": "x"}).status_code == 403


def test_who_has_left_hears_nothing_and_the_others_do(act_as, client_as, note_id, world):
    with act_as("administrator"):
        db.session.get_one(Note, note_id).author_id = None
    client_as("store_manager").post(f"/advice/{note_id}/comments", data={"text": "谁来回答？"})
    assert told(act_as, "advice.commented") == {
        world.first.members[role] for role in ("administrator", "manager", "expert")
    }


@pytest.mark.parametrize("text", ["", "   ", "长" * 2001])
def test_nothing_and_too_much_are_refused_with_the_text_kept(client_as, note_id, text):
    answer = client_as("store_manager").post(f"/advice/{note_id}/comments", data={"text": text})
    assert answer.status_code == 422
    assert text.strip() in answer.text


def test_services_hold_to_the_same_rules(act_as, note_id):
    with act_as("store_manager") as viewer:
        note = db.session.get_one(Note, note_id)
        for text in ("", " ", "长" * 2001):
            with pytest.raises(RuleBroken):
                comments.say(note, viewer.store.id, text, by=viewer)
    with act_as("manager") as viewer, pytest.raises(NotFound):
        comments.say(db.session.get_one(Note, note_id), 999_999, "x", by=viewer)
    with act_as("manager"):
        services.withdraw(db.session.get_one(Note, note_id))
    with act_as("manager") as viewer, pytest.raises(Conflict):
        comments.say(db.session.get_one(Note, note_id), store_of(act_as), "x", by=viewer)


def test_two_taps_are_one_comment(act_as, client_as, note_id):
    client = client_as("store_manager")
    for _tap in range(2):
        client.post(f"/advice/{note_id}/comments", data={"text": "一次", "once_key": "c" * 32})
    with act_as("manager"):
        assert [comment.text for comment in db.session.scalars(select(Comment))] == ["一次"]
        assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "advice.commented")).all()) == 1


def test_threads_that_wait_stand_first(act_as, note_id):
    with act_as("store_manager") as viewer:
        comments.say(db.session.get_one(Note, note_id), viewer.store.id, "一", by=viewer)
    with act_as("store_manager:1") as viewer:
        comments.say(db.session.get_one(Note, note_id), viewer.store.id, "二", by=viewer)
    first, second = store_of(act_as), store_of(act_as, "store_manager:1")
    with act_as("expert") as viewer:
        comments.say(db.session.get_one(Note, note_id), second, "答", by=viewer)
        found = comments.threads(note_id)
    assert [(thread.store.id, thread.waits) for thread in found] == [(first, True), (second, False)]
    assert [comment.text for comment in found[1].comments] == ["二", "答"]


def test_what_somebody_said_is_told_to_them_and_goes_with_them(act_as, client_as, note_id):
    client_as("store_manager").post(f"/advice/{note_id}/comments", data={"text": "我的话"})
    with act_as("store_manager") as viewer:
        person = db.session.get_one(Person, viewer.person.id)
        told_to_them = {data.title: data.rows for data in personal_data(person)}
        assert told_to_them["Comments on advice"][0]["text"] == "我的话"
        AdvicePlugin().erase_person(person)
    assert "我的话" not in client_as("expert").get(f"/advice/{note_id}").text
    assert "the text was removed" in client_as("expert").get(f"/advice/{note_id}").text


def test_programs_read_and_write_them(act_as, api_as, note_id):
    url = f"/api/v1/advice/{note_id}/comments"
    made = api_as("store_manager").post(url, json={"text": "怎么做？"})
    assert (made.status_code, made.json["by_store"]) == (201, True)
    number = made.json["store"]
    assert api_as("expert").post(url, json={"text": "这样做。"}).status_code == 422
    assert api_as("expert").post(url, json={"text": "这样做。", "store": number}).json["by_store"] is False
    assert [one["text"] for one in api_as("store_manager").get(url).json] == ["怎么做？", "这样做。"]
    assert api_as("rep").post(url, json={"text": "x", "store": number}).status_code == 403


def test_a_hundred_comments_cost_as_many_questions_as_one(act_as, client_as, note_id, count_queries):
    client = client_as("expert")
    for number in (1, 20):
        with act_as("store_manager") as viewer:
            note = db.session.get_one(Note, note_id)
            for at in range(number):
                comments.say(note, viewer.store.id, f"{at}", by=viewer)
        client.get(f"/advice/{note_id}")
        with count_queries() as asked:
            client.get(f"/advice/{note_id}")
        assert len(asked) <= 12
