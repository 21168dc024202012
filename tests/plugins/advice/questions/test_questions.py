import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from plugins.advice.models import Note
from plugins.advice.questions import contributions, queries, services
from plugins.advice.questions.models import Question
from portal import clock
from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.contracts import Span
from portal.db import db
from portal.errors import NotAllowed, RuleBroken
from portal.notifications.models import Notification

WEDNESDAY_TEN = datetime(2026, 11, 25, 2, tzinfo=UTC)  # 10:00 in Shanghai


@pytest.fixture
def asked(act_as):
    """asked(): the id of a new question; asked("store_manager:1", text="...") for others."""

    def make(role="store_manager", distributor="first", kind="display", text="冷柜最上层怎么摆？"):
        with act_as(role, distributor) as viewer:
            return services.ask(kind, text, by=viewer).id

    return make


@pytest.fixture
def answer(act_as):
    """answer(question_id): the expert answers."""

    def make(question_id, text="把大瓶水放上层", role="expert"):
        with act_as(role) as viewer:
            services.say(queries.question(question_id, for_change=True), text, by=viewer)

    return make


def picture(name="p.png"):
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    data.seek(0)
    return data, name


def told(act_as, kind):
    with act_as("administrator"):
        found = db.session.scalars(select(Notification).where(Notification.kind == kind))
        return {note.membership_id for note in found}


def test_from_the_question_to_its_rating(client_as, act_as, asked, world):
    with clock.frozen(WEDNESDAY_TEN):
        question_id = asked()
    url = f"/advice/questions/{question_id}"
    store, expert = client_as("store_manager"), client_as("expert")
    assert "冷柜最上层怎么摆？" in expert.get("/advice/questions/").text
    assert expert.post(f"{url}/messages", data={"text": "把大瓶水放上层", "kind": "answer"}).status_code == 302
    assert "把大瓶水放上层" in store.get(url).text
    assert store.post(f"{url}/rating", data={"rating": "4", "reason": "清楚"}).status_code == 302
    with act_as("manager"):
        question = queries.question(question_id)
        assert (question.state, question.rating, question.rating_reason) == ("closed", 4, "清楚")
        assert question.owner_membership_id == world.first.members["expert"]
        actions = db.session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_kind == "advice_question").order_by(AuditEntry.id)
        ).all()
    assert actions == [f"advice.question_{word}" for word in ("asked", "answered", "rated", "closed")]


def test_an_answer_is_promised_in_working_hours(asked, act_as):
    with clock.frozen(datetime(2026, 11, 27, 9, tzinfo=UTC)):  # Friday, 17:00 in Shanghai
        question_id = asked()
    with act_as("manager"):  # eight working hours: one on Friday, seven on Monday
        assert queries.question(question_id).answer_due_at == datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_a_question_goes_to_who_is_set_for_its_kind(asked, act_as, client_as, world):
    manager = world.first.members["manager"]
    form = dict.fromkeys(("layout", "fit_out", "inventory", "cost_control", "advertising"), "0")
    form |= {"shopper_engagement": "0", "new_profit": "0", "display": str(manager)}
    assert client_as("manager").post("/advice/questions/owners", data=form).status_code == 302
    first, second = asked(), asked(kind="layout")
    with act_as("manager"):
        assert queries.question(first).owner_membership_id == manager
        assert queries.question(second).owner_membership_id == world.first.members["expert"]
    assert told(act_as, "advice.asked") == {manager, world.first.members["expert"]}


def test_who_has_left_the_job_gets_no_questions(asked, act_as, world):
    with act_as("manager") as viewer:
        services.set_owners({"display": world.first.members["manager"]}, by=viewer)
        with pytest.raises(RuleBroken):
            services.set_owners({"display": world.first.members["rep"]}, by=viewer)
        with pytest.raises(RuleBroken):
            services.set_owners({"display": world.other.members["manager"]}, by=viewer)


def test_an_internal_note_is_never_the_stores(client_as, act_as, asked):
    url = f"/advice/questions/{asked()}"
    expert, store = client_as("expert"), client_as("store_manager")
    note = {"text": "这家店欠款", "kind": "note", "pictures": picture()}
    assert expert.post(f"{url}/messages", data=note, content_type="multipart/form-data").status_code == 302
    assert "这家店欠款" in expert.get(url).text
    page = store.get(url).text
    assert "这家店欠款" not in page
    assert "/pictures/" not in page
    with act_as("expert") as viewer:
        shown = queries.pictures(int(url.rsplit("/", 1)[1]))[0].id
        assert queries.question(int(url.rsplit("/", 1)[1])).state == "open"
        services.say(queries.question(int(url.rsplit("/", 1)[1])), "大瓶水放上层", by=viewer)
        assert not list(contributions.search("欠款", viewer))
        assert list(contributions.search("大瓶水", viewer))
    assert store.get(f"{url}/pictures/{shown}").status_code == 404
    assert expert.get(f"{url}/pictures/{shown}").status_code == 200


def test_another_store_and_another_distributor_do_not_see_it(client_as, asked):
    url = f"/advice/questions/{asked()}"
    for role, distributor in (("store_manager:1", "first"), ("store_manager", "other"), ("manager", "other")):
        client = client_as(role, distributor)
        assert client.get(url).status_code == 404
        assert client.post(f"{url}/messages", data={"text": "x"}).status_code in (403, 404)


def test_only_stores_ask_and_only_who_may_answers(client_as, asked):
    url = f"/advice/questions/{asked()}"
    assert client_as("expert").get("/advice/questions/new").status_code == 403
    rep = client_as("rep")
    assert rep.get(url).status_code == 200
    assert rep.post(f"{url}/messages", data={"text": "x", "kind": "answer"}).status_code == 403
    assert rep.post(f"{url}/take").status_code == 403
    assert client_as("expert").post(f"{url}/owner", data={"owner": "1"}).status_code == 403
    assert client_as("store_manager").post(f"{url}/take").status_code == 403


def test_an_expert_takes_a_question_over_and_only_a_manager_gives_it_away(asked, act_as, world):
    question_id, members = asked(), world.first.members
    with act_as("manager") as viewer:
        services.assign(queries.question(question_id), members["manager"], by=viewer)
    with act_as("expert") as viewer:
        with pytest.raises(NotAllowed):
            services.assign(queries.question(question_id), members["administrator"], by=viewer)
        services.assign(queries.question(question_id), members["expert"], by=viewer)
        assert queries.question(question_id).owner_membership_id == members["expert"]


def test_pictures_come_with_the_question_and_are_at_most_five(client_as):
    store = client_as("store_manager")
    form = {"kind": "display", "text": "怎么摆？", "pictures": [picture(f"{n}.png") for n in range(6)]}
    answer = store.post("/advice/questions/new", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    form["pictures"] = [picture(f"{n}.png") for n in range(5)]
    answer = store.post("/advice/questions/new", data=form, content_type="multipart/form-data")
    assert answer.status_code == 302
    shown = set(re.findall(r"/pictures/(\d+)/small", store.get(answer.location).text))
    assert len(shown) == 5


def test_who_writes_after_the_answer_asks_again_and_gets_a_new_promise(asked, answer, act_as):
    with clock.frozen(WEDNESDAY_TEN):
        question_id = asked()
        answer(question_id)
    with clock.frozen(WEDNESDAY_TEN + timedelta(days=1)), act_as("store_manager") as viewer:
        services.say(queries.question(question_id), "第二层呢？", by=viewer)
    with act_as("manager"):
        question = queries.question(question_id)
        assert question.state == "open"  # Thursday 10:00 and eight hours of a day that ends at 18:00
        assert question.answer_due_at == WEDNESDAY_TEN + timedelta(days=1, hours=8)


def test_what_is_not_answered_in_time_is_told_once_to_owner_and_managers(asked, answer, run_jobs, act_as, world):
    with clock.frozen(WEDNESDAY_TEN):
        late, in_time = asked(), asked(text="第二问")
        answer(in_time)
    members = world.first.members
    with clock.frozen(WEDNESDAY_TEN + timedelta(hours=7, minutes=50)), act_as("manager"):
        assert services.tell_of_overdue() == 0
    with clock.frozen(WEDNESDAY_TEN + timedelta(hours=9)), act_as("manager"):
        assert services.tell_of_overdue() == 1
        assert services.tell_of_overdue() == 0
    assert told(act_as, "advice.question_overdue") == {members["expert"], members["manager"], members["administrator"]}
    with act_as("manager"):
        assert queries.question(late).late_told_at
        assert queries.question(in_time).late_told_at is None


def test_an_unanswered_question_can_be_neither_rated_nor_closed_by_us(asked, act_as):
    question_id = asked()
    with act_as("store_manager") as viewer, pytest.raises(RuleBroken):
        services.rate(queries.question(question_id), 5, by=viewer)
    with act_as("expert") as viewer, pytest.raises(RuleBroken):
        services.close(queries.question(question_id), by=viewer)
    with act_as("store_manager") as viewer:
        services.close(queries.question(question_id), by=viewer)
        assert queries.question(question_id).state == "closed"


def test_an_article_of_an_answer_does_not_say_whose_question_it_was(asked, answer, client_as, act_as, world):
    with act_as("store_manager") as viewer:
        name, number, person = viewer.store.name, viewer.store.number, viewer.person.name
    question_id = asked(text=f"{name}的冷柜怎么摆？\n{person} 13800001234，编号 {number}")
    answer(question_id, f"{person}你好：大瓶水放上层。")
    client = client_as("expert")
    assert client.post(f"/advice/questions/{question_id}/article").status_code == 302
    assert client.post(f"/advice/questions/{question_id}/article").status_code == 422
    with act_as("expert"):
        article = db.session.scalars(select(Note).where(Note.id == queries.question(question_id).article_id)).one()
        said = article.title + article.text
        assert article.state == "draft"
    assert "大瓶水放上层" in said
    assert "的冷柜怎么摆？" in said
    for told_by in (name, number, person, "13800001234"):
        assert told_by not in said


def test_it_stands_on_the_pages_of_those_whom_it_concerns(asked, answer, client_as, act_as, world):
    with clock.frozen(WEDNESDAY_TEN):
        question_id = asked()
        span = Span(WEDNESDAY_TEN - timedelta(days=1), WEDNESDAY_TEN + timedelta(days=5))
        with act_as("expert") as viewer:
            due = [entry.starts_at for entry in contributions.calendar_entries(viewer, span)]
            assert due == [WEDNESDAY_TEN + timedelta(hours=8)]
            assert [hit.url for hit in contributions.search("冷柜", viewer)] == [f"/advice/questions/{question_id}"]
        with act_as("manager") as viewer:  # it is the expert's to answer
            assert not list(contributions.calendar_entries(viewer, span))
        assert "冷柜最上层怎么摆？" in client_as("store_manager").get("/today").text
        answer(question_id)
        assert "Did it help?" in client_as("store_manager").get("/today").text
        page = client_as("manager").get(f"/stores/{world.first.stores[0]}").text
        assert "Question: 冷柜最上层怎么摆？" in page


def test_the_text_goes_with_the_person(asked, act_as, world):
    question_id = asked()
    with act_as("administrator"):
        contributions.erase_person(db.session.get_one(Person, world.first.people["store_manager"]))
    with act_as("manager") as viewer:
        question = db.session.get_one(Question, question_id)
        assert (question.text, question.asked_by_id, question.kind) == ("", None, "display")
        assert not list(contributions.search("冷柜", viewer))


def test_pages_stay_within_their_queries(asked, answer, client_as, count_queries):
    question_id = asked()
    answer(question_id)
    for role, path, most in (
        ("store_manager", "/advice/questions/", 5),
        ("store_manager", f"/advice/questions/{question_id}", 6),
        ("expert", "/advice/questions/", 6),
        ("manager", f"/advice/questions/{question_id}", 8),
        ("manager", "/advice/questions/owners", 6),
    ):
        client = client_as(role)
        client.get(path)
        with count_queries() as sent:
            assert client.get(path).status_code == 200, path
        assert len(sent) <= most, (role, path, len(sent), sent.sent)


def test_a_program_does_what_people_do(api_as):
    store, expert = api_as("store_manager"), api_as("expert")
    made = store.post("/api/v1/advice/questions", json={"kind": "layout", "text": "收银台怎么移？"})
    assert made.status_code == 201
    url = f"/api/v1/advice/questions/{made.json['id']}"
    note = expert.post(f"{url}/messages", json={"text": "先问老板", "internal": True})
    assert note.status_code == 201
    assert store.post(f"{url}/messages", json={"text": "x", "internal": True}).status_code == 403
    assert expert.post(f"{url}/messages", json={"text": "往右移"}).status_code == 201
    assert [message["text"] for message in store.get(url).json["messages"]] == ["往右移"]
    closed = store.patch(url, json={"rating": 5}).json
    assert (closed["state"], closed["rating"]) == ("closed", 5)
    assert [item["id"] for item in expert.get("/api/v1/advice/questions?view=closed").json["items"]] == [
        made.json["id"]
    ]
    assert store.post("/api/v1/advice/questions", json={"kind": "other", "text": "x"}).status_code == 422
