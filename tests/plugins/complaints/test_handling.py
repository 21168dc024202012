from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from plugins.complaints import jobs, queries, services
from plugins.complaints.methods import stages
from portal import clock
from portal.audit.models import AuditEntry
from portal.clocks import clock_of
from portal.db import db
from portal.errors import RuleBroken
from portal.notifications.models import Notification
from portal.signals import signal


def state_of(act_as, number):
    with act_as("manager"):
        return queries.by_number(number).state


def told(act_as, kind):
    with act_as("administrator"):
        return {
            note.membership_id for note in db.session.scalars(select(Notification).where(Notification.kind == kind))
        }


def test_from_filing_to_closing(filed, client_as, act_as, world):
    number = filed()
    url = f"/complaints/{number}"
    rep, store = client_as("rep"), client_as("store_manager")
    assert rep.post(f"{url}/acknowledge").status_code == 302
    assert rep.post(f"{url}/messages", data={"text": "明天补 12 瓶", "kind": "answer"}).status_code == 302
    assert "明天补 12 瓶" in store.get(url).text
    assert rep.post(f"{url}/remedy").status_code == 302
    assert store.post(f"{url}/confirm").status_code == 302
    assert rep.post(f"{url}/close").status_code == 302
    with act_as("manager"):
        complaint = queries.by_number(number)
        assert (complaint.state, complaint.is_open) == ("closed", False)
        assert complaint.owner_membership_id == world["first"].members["rep"]
        actions = db.session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_kind == "complaints_complaint").order_by(AuditEntry.id)
        ).all()
    assert actions == [
        f"complaints.{word}" for word in ["filed", "acknowledged", "answered", "remedied", "confirmed", "closed"]
    ]


def test_each_side_hears_of_the_other(filed, step, act_as, world):
    members = world["first"].members
    number = filed()
    assert told(act_as, "complaints.filed") == {members["rep"]}
    step(number, "answer", "rep")
    assert told(act_as, "complaints.answered") == {members["store_manager"], members["store_staff"]}
    step(number, "confirm", "store_staff")
    assert told(act_as, "complaints.store_wrote") == {members["rep"]}


def test_the_store_reopens_with_a_word_and_gets_a_new_promise(filed, step, act_as):
    number = filed()
    step(number, "remedy", "rep")
    later = clock.now() + timedelta(days=10)
    with clock.frozen(later):
        with pytest.raises(RuleBroken) as caught:
            step(number, "reopen", "store_manager")
        assert caught.value.field == "word"
        step(number, "reopen", "store_manager", "又漏了")
    with act_as("manager"):
        complaint = queries.by_number(number)
        assert (complaint.state, complaint.times_reopened, complaint.remedied_at) == ("acknowledged", 1, None)
        assert complaint.next_due_at == complaint.resolve_due_at == later + timedelta(hours=72)


def test_a_refusal_needs_its_reason_and_the_page_keeps_asking(filed, client_as, act_as):
    number = filed()
    answer = client_as("manager").post(f"/complaints/{number}/refuse", data={"word": " "})
    assert answer.status_code == 422
    assert "Please say why in a few words." in answer.text
    assert client_as("manager").post(f"/complaints/{number}/refuse", data={"word": "不是我们的货"}).status_code == 302
    assert state_of(act_as, number) == "refused"
    assert "不是我们的货" in client_as("store_manager").get(f"/complaints/{number}").text


@pytest.mark.parametrize(
    ("role", "name"),
    [("manager", "confirm"), ("manager", "reopen"), ("store_manager", "remedy"), ("store_manager", "close")],
)
def test_nobody_takes_the_other_sides_step(filed, step, role, name):
    with pytest.raises(RuleBroken):
        step(filed(), name, role, "x")


def test_signals_carry_the_id(filed, step, act_as):
    heard = []

    def note(_sender, complaint_id, **_ids):
        heard.append(complaint_id)

    for name in ("filed", "answered", "closed"):
        signal(f"complaints.{name}").connect(note)
    number = filed()
    step(number, "answer", "rep")
    step(number, "refuse", "rep", "不是我们的货")
    with act_as("manager"):
        assert heard == [queries.by_number(number).id] * 3


MOVES = [(name, "store_manager" if rule.by_store else "manager") for name, rule in stages.STEPS.items()]
AFTER = {
    "acknowledge": {"received"},
    "answer": {"received", "acknowledged", "answered"},
    "remedy": {"received", "acknowledged", "answered"},
    "refuse": {"received", "acknowledged", "answered", "remedied"},
    "confirm": {"answered", "remedied"},
    "close": {"confirmed"},
    "reopen": {"remedied", "confirmed", "closed", "refused"},
}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(MOVES), max_size=8))
def test_any_sequence_of_steps_keeps_the_stages_in_order(filed, act_as, moves):
    number = filed()
    before, said = "received", 0
    for name, role in moves:
        with act_as(role) as viewer:
            complaint = queries.by_number(number, for_change=True)
            try:
                if name == "answer":
                    services.say(complaint, "好的", by=viewer)
                    said += 1
                    allowed = complaint.state == ("answered" if before in AFTER["answer"] else before)
                else:
                    services.take_step(complaint, name, "因为", by=viewer)
                    said += 1
                    allowed = before in AFTER[name]
                assert allowed, (before, name)
            except RuleBroken:
                assert before not in AFTER[name], (before, name)
            before = complaint.state
            assert complaint.is_open == (before in {"received", "acknowledged", "answered", "remedied"})
            assert (complaint.closed_at is not None) == (before in {"closed", "refused"})
            assert (complaint.remedied_at is not None) <= (before not in {"received", "acknowledged", "answered"})
    with act_as("manager"):
        assert len(queries.messages(queries.by_number(number).id)) == said


def test_a_complaint_goes_to_nobody_who_may_not_know_of_it(filed, act_as, world):
    number, members = filed("store_manager:2"), world["first"].members  # a store that the rep does not look after
    with act_as("manager") as viewer:
        complaint = queries.by_number(number)
        for stranger in (members["rep"], members["store_manager"], world["other"].members["manager"]):
            with pytest.raises(RuleBroken):
                services.assign(complaint, stranger, by=viewer)
        services.assign(complaint, members["expert"], by=viewer)
        assert complaint.owner_membership_id == members["expert"]
    assert told(act_as, "complaints.assigned") == {members["expert"]}


def test_who_leads_gives_it_to_somebody_and_says_how_serious(filed, client_as, act_as, world):
    number, expert = filed(), world["first"].members["expert"]
    answer = client_as("manager").post(f"/complaints/{number}/handling", data={"owner": expert, "severity": "serious"})
    assert answer.status_code == 302
    with act_as("manager"):
        complaint = queries.by_number(number)
        assert (complaint.owner_membership_id, complaint.severity) == (expert, "serious")
    assert client_as("rep").post(f"/complaints/{number}/handling", data={"owner": expert}).status_code == 403


def test_a_missed_answer_is_told_once_to_who_leads(filed, act_as, world):
    number, members = filed(), world["first"].members
    with clock.frozen(clock.now() + timedelta(hours=13)):
        for _turn in range(2):
            with act_as("administrator"):
                jobs.remind()
    with act_as("administrator"):
        notes = db.session.scalars(select(Notification).where(Notification.kind == "complaints.overdue")).all()
    assert sorted(note.membership_id for note in notes) == sorted([members["administrator"], members["manager"]])
    assert number in notes[0].title["en"]


def test_an_answered_complaint_is_not_told_as_missed(filed, step, act_as):
    step(filed(), "answer", "rep")
    with clock.frozen(clock.now() + timedelta(hours=13)), act_as("administrator"):
        jobs.remind()
    assert told(act_as, "complaints.overdue") == set()


def test_views_of_the_inbox(filed, step, client_as):
    mine, late, ended = filed(batch="MINE"), filed(batch="LATE"), filed(batch="ENDED")
    step(mine, "answer", "manager")
    step(ended, "refuse", "manager", "不是我们的货")
    manager = client_as("manager")

    def rows(view):
        page = manager.get(f"/complaints/?view={view}").text
        return {number for number in (mine, late, ended) if f'href="/complaints/{number}"' in page}

    assert rows("open") == {mine, late}
    assert rows("mine") == {mine}
    assert rows("unassigned") == {late}
    assert rows("closed") == {ended}
    assert rows("overdue") == set()
    with clock.frozen(clock.now() + timedelta(hours=13)):
        assert rows("overdue") == {late}


def test_the_inbox_is_searched_in_words_of_the_thread(filed, step, client_as):
    number, other = filed(batch="Y260302"), filed(batch="X1")
    step(number, "answer", "rep", "明天换新货")
    for words in ("Y260302", "明天换新货", number):
        page = client_as("manager").get("/complaints/", query_string={"words": words}).text
        assert f'href="/complaints/{number}"' in page, words
        assert f'href="/complaints/{other}"' not in page, words


def test_the_inbox_is_paged_without_gap_or_twin(filed, act_as):
    numbers = {filed() for _turn in range(5)}
    with act_as("manager") as viewer:
        first = queries.page_of_complaints("open", viewer, size=3)
        second = queries.page_of_complaints("open", viewer, size=3, cursor=first.next)
    seen = [complaint.number for complaint in (*first, *second)]
    assert len(seen) == 5
    assert set(seen) == numbers


def test_pages_stay_within_their_queries(filed, step, client_as, count_queries):
    number = filed()
    for _turn in range(3):
        step(filed(), "answer", "rep")
    for role, path, most in (
        ("manager", "/complaints/", 6),
        ("manager", "/complaints/?words=Y260302", 7),
        ("store_manager", "/complaints/", 6),
        ("store_manager", "/complaints/new", 4),
        ("store_manager", f"/complaints/{number}", 6),
        ("manager", f"/complaints/{number}", 8),
    ):
        client = client_as(role)
        with count_queries() as sent:
            assert client.get(path).status_code == 200, (role, path)
        assert len(sent) <= most, (role, path, sent.sent)


def test_a_clock_is_late_only_after_its_moment():
    start = clock.now()
    due = start + timedelta(hours=8)
    assert [clock_of(start, due, None, start + timedelta(hours=h)).state for h in (0, 5, 7, 8, 9)] == [
        "run",
        "run",
        "soon",
        "soon",
        "late",
    ]
    assert clock_of(start, due, due, due + timedelta(days=1)).state == "ok"
    assert clock_of(start, due, due + timedelta(seconds=1), due + timedelta(days=1)).state == "late"


def test_a_promise_once_made_is_not_moved_by_a_new_setting(filed, act_as, app):
    before = filed()
    with act_as("administrator"):
        app.extensions["storewise_host"].save_settings("complaints", {"first_answer_hours": 1, "resolution_hours": 2})
    after = filed()
    with act_as("manager"):
        promised = [c.answer_due_at - c.created_at for c in map(queries.by_number, (before, after))]
    assert promised == [timedelta(hours=12), timedelta(hours=1)]


def test_a_step_that_is_not_possible_now_says_so_on_the_page(client_as, filed):
    answer = client_as("manager").post(f"/complaints/{filed()}/close")
    assert answer.status_code == 422
    assert "at the stage where the complaint stands now" in answer.get_data(as_text=True)
