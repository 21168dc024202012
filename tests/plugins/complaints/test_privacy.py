from datetime import timedelta

import pytest
from sqlalchemy import select

from plugins.complaints import contributions, queries, services
from plugins.complaints.models import Message, Photo
from portal import clock
from portal.contracts import BriefingQuery, Span
from portal.db import db
from portal.notifications.models import Channel, ChannelPost, Notification
from portal.search.services import find
from portal.stores.models import Store

FOREIGN = [("store_manager:1", "first"), ("store_manager", "other"), ("manager", "other")]
SECRET = "批次召回还没公布"
STORE_STEPS, OUR_STEPS = ("confirm", "reopen"), ("acknowledge", "remedy", "refuse", "close", "take")


@pytest.fixture
def span():
    return Span(clock.now() - timedelta(days=1), clock.now() + timedelta(days=30))


@pytest.fixture
def about_rep(filed):
    return filed(about_rep=True, text="业务员三周没来", batch="REPBATCH")


@pytest.fixture
def with_photo(client_as, picture, act_as):
    """The number of a complaint with one photo, and the photo's id."""
    form = {"category": "quality", "photos": [picture()]}
    url = client_as("store_manager").post("/complaints/new", data=form, content_type="multipart/form-data").location
    with act_as("manager"):
        return url.rpartition("/")[2], db.session.scalars(select(Photo.id)).one()


def paths(number, photo_id):
    url = f"/complaints/{number}"
    return [url, f"{url}/photos/{photo_id}", f"{url}/photos/{photo_id}/small"]


def test_photos_are_served_to_those_who_see_the_complaint(with_photo, client_as):
    for role in ("store_manager", "store_staff", "rep", "manager"):
        for path in paths(*with_photo):
            answer = client_as(role).get(path)
            assert answer.status_code == 200, (role, path)
            if "photos" in path:
                assert answer.mimetype.startswith("image/")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("role", "distributor"), [("store_manager:1", "first"), ("store_manager", "other"), ("manager", "other")]
)
def test_a_foreign_complaint_is_not_there(with_photo, client_as, act_as, role, distributor):
    number, _photo_id = with_photo
    client = client_as(role, distributor)
    for path in paths(*with_photo):
        assert client.get(path).status_code == 404, path
    assert client.post(f"/complaints/{number}/messages", data={"text": "x"}).status_code == 404
    for name in STORE_STEPS if "store" in role else OUR_STEPS:
        assert client.post(f"/complaints/{number}/{name}", data={"word": "x"}).status_code == 404, name
    if role == "manager":
        assert client.post(f"/complaints/{number}/handling", data={"owner": 0, "severity": "normal"}).status_code == 404
    with act_as("manager"):
        assert queries.by_number(number).state == "received"
        assert db.session.scalars(select(Message)).all() == []


def test_a_photo_of_another_complaint_is_not_there(with_photo, filed, client_as):
    _number, photo_id = with_photo
    assert client_as("store_manager").get(f"/complaints/{filed()}/photos/{photo_id}").status_code == 404


def test_the_other_side_has_not_the_permission(filed, client_as):
    number = filed()
    for name in (*OUR_STEPS, "handling"):
        assert client_as("store_manager").post(f"/complaints/{number}/{name}").status_code == 403, name
    for name in STORE_STEPS:
        assert client_as("manager").post(f"/complaints/{number}/{name}").status_code == 403, name


def test_strangers_are_asked_to_sign_in(filed, client_as):
    for path in ("/complaints/", "/complaints/new", f"/complaints/{filed()}"):
        assert client_as(None).get(path).status_code == 302, path


def test_a_rep_meets_a_complaint_about_a_rep_nowhere(about_rep, client_as, act_as, world, span, api):
    rep = client_as("rep")
    for path in ("", "/photos/1", "/photos/1/small"):
        assert rep.get(f"/complaints/{about_rep}{path}").status_code == 404
    for name in (*OUR_STEPS, "messages"):
        assert rep.post(f"/complaints/{about_rep}/{name}", data={"text": "x", "word": "x"}).status_code == 404, name
    for path in ("/complaints/", "/complaints/?words=REPBATCH", "/", "/calendar", "/search?q=REPBATCH"):
        page = rep.get(path, follow_redirects=True).text
        assert about_rep not in page, path
    with act_as("rep") as viewer:
        store = db.session.get_one(Store, world["first"].stores[0])
        assert queries.counts(viewer).open == db.session.scalar(queries.open_count(viewer)) == 0
        assert list(contributions.timeline(store, span)) == []
        assert list(contributions.calendar_entries(viewer, span)) == []
        assert list(contributions.search("REPBATCH", viewer)) == []
        assert list(contributions.home_cards(viewer)) == []
        assert queries.counts_by_category(span) == []
        assert [signal.value for signal in contributions.store_signals(store, span)] == [0, 0]
        assert find("REPBATCH", kinds=[queries.KIND]) == []
        notes = db.session.scalars(select(Notification).where(Notification.membership_id == viewer.membership.id)).all()
        assert notes == []
    client = api("rep")
    assert client.get("/api/v1/complaints").json["items"] == []
    for path in ("", "/photos/1"):
        assert client.get(f"/api/v1/complaints/{about_rep}{path}").status_code == 404
    assert client.patch(f"/api/v1/complaints/{about_rep}", json={"state": "closed"}).status_code == 404
    assert client.post(f"/api/v1/complaints/{about_rep}/messages", json={"text": "x"}).status_code == 404
    assert client.post(f"/api/v1/complaints/{about_rep}/photos").status_code == 404


def test_who_leads_sees_a_complaint_about_a_rep_and_hears_of_it(about_rep, client_as, act_as, world):
    members = world["first"].members
    assert client_as("manager").get(f"/complaints/{about_rep}").status_code == 200
    assert about_rep in client_as("manager").get("/complaints/?words=REPBATCH").text
    with act_as("manager"):
        told = db.session.scalars(select(Notification.membership_id)).all()
        assert set(told) == {members["administrator"], members["manager"]}
        owners = {member.id for member in services.possible_owners(queries.by_number(about_rep))}
        assert members["rep"] not in owners
        assert members["manager"] in owners


def test_a_channel_does_not_hear_of_a_complaint_about_a_rep(filed, act_as):
    """Nobody knows who else reads there: the rep may."""
    with act_as("administrator"):
        db.session.add(Channel(name="Group", sealed="-", shown="-", kinds=["complaints.filed"], language="en"))
    filed(about_rep=True)
    number = filed(text="漏液")
    with act_as("administrator"):
        assert [number in post.title for post in db.session.scalars(select(ChannelPost))] == [True]


def test_a_complaint_about_our_service_goes_past_the_rep_by_itself(filed, client_as):
    assert client_as("rep").get(f"/complaints/{filed(category='service')}").status_code == 404


def test_a_rep_that_became_a_manager_still_does_not_see_it(about_rep, act_as, world, client_as):
    from portal.accounts.models import Membership, Role

    with act_as("administrator"):
        manager = db.session.scalars(select(Role).where(Role.key == "manager")).one()
        db.session.get_one(Membership, world["first"].members["rep"]).role_id = manager.id
    assert client_as("rep").get(f"/complaints/{about_rep}").status_code == 404
    assert client_as("manager").get(f"/complaints/{about_rep}").status_code == 200


def test_internal_notes_reach_the_store_by_no_channel(filed, client_as, act_as, api, picture, world, span):
    number = filed()
    manager = client_as("manager")
    form = {"text": SECRET, "kind": "note", "photos": [picture()]}
    url = f"/complaints/{number}"
    assert manager.post(f"{url}/messages", data=form, content_type="multipart/form-data").status_code == 302
    assert SECRET in manager.get(url).text
    with act_as("manager"):
        photo_id = db.session.scalars(select(Photo.id)).one()
    assert manager.get(f"{url}/photos/{photo_id}").status_code == 200
    for role in ("store_manager", "store_staff"):
        store = client_as(role)
        for path in (f"{url}/photos/{photo_id}", f"{url}/photos/{photo_id}/small"):
            assert store.get(path).status_code == 404
        for path in (url, "/complaints/", "/", "/calendar", f"/search?q={number}", "/notifications"):
            page = store.get(path, follow_redirects=True).text
            assert SECRET not in page, path
            assert f"photos/{photo_id}" not in page, path
        assert number not in store.get(f"/search?q={SECRET}").text
        token = api(role)
        thread = token.get(f"/api/v1/complaints/{number}").json
        assert (thread["messages"], thread["photos"]) == ([], [])
        assert token.get(f"/api/v1/complaints/{number}/photos/{photo_id}").status_code == 404
    with act_as("store_manager") as viewer:
        own = db.session.get_one(Store, viewer.store.id)
        assert find(SECRET, kinds=[queries.KIND, queries.PRIVATE_KIND]) == []
        sections = list(contributions.briefing_sections(BriefingQuery(own, span, "en")))
        assert SECRET not in str([*contributions.timeline(own, span), *sections])
        assert SECRET not in str(list(contributions.personal_data(viewer.person)))
    with act_as("manager"):
        notes = db.session.scalars(
            select(Notification).where(Notification.membership_id == world["first"].members["store_manager"])
        )
        assert SECRET not in str([(note.title, note.body) for note in notes])


def test_a_note_stays_out_of_the_index_after_later_messages(filed, act_as, step):
    number = filed()
    with act_as("manager") as viewer:
        services.note(queries.by_number(number), SECRET, by=viewer)
    step(number, "answer", "manager", "明天换新货")
    with act_as("store_manager"):
        assert len(find("明天换新货", kinds=[queries.KIND])) == 1
        assert find(SECRET, kinds=[queries.KIND]) == []


def test_the_store_cannot_write_internal_notes(filed, client_as, api, act_as):
    number = filed()
    assert (
        client_as("store_manager")
        .post(f"/complaints/{number}/messages", data={"text": "x", "kind": "note"})
        .status_code
        == 403
    )
    answer = api("store_manager").post(f"/api/v1/complaints/{number}/messages", json={"text": "x", "internal": True})
    assert answer.status_code == 403


def test_the_common_briefing_names_no_store_and_no_rare_subject(filed, act_as, span, world):
    for role in ("store_manager", "store_manager:1", "store_manager:2"):
        filed(role)
    filed(category="invoice", text="税票错了")
    with act_as("manager") as viewer:
        (section,) = contributions.briefing_sections(BriefingQuery(None, span, "en"))
        names = [store.name for store in db.session.scalars(select(Store))]
        assert viewer.store is None
    assert section.tables[0].rows == (("Quality", "3"), ("All others", "1"))
    assert not any(name in str(section) for name in names)


def test_an_erased_person_leaves_the_case_without_words(filed, step, act_as, world):
    number = filed(text="我叫林店长", batch="Y260302")
    with act_as("store_manager") as viewer:
        services.say(queries.by_number(number), "我的电话变了", by=viewer)
        person = viewer.person
    with act_as("administrator"):
        assert len(list(contributions.personal_data(person))) == 2
        contributions.erase_person(person)
    with act_as("manager"):
        complaint = queries.by_number(number)
        assert (complaint.text, complaint.created_by_id, complaint.batch) == ("", None, "Y260302")
        assert [message.text for message in queries.messages(complaint.id)] == [""]
        assert find("林店长", kinds=[queries.KIND]) == []
        assert len(find("Y260302", kinds=[queries.KIND])) == 1
