import io
from datetime import UTC, datetime
from threading import Thread

import pytest
from flask import g
from PIL import Image
from sqlalchemy import select

from plugins.complaints import queries, services
from plugins.complaints.models import Complaint, Photo
from plugins.complaints.services import Report
from portal import clock
from portal.accounts.viewer import load_person, viewer_of
from portal.db import db, write_intent
from portal.errors import RuleBroken
from portal.files.services import read_stored
from portal.tenancy import acting_for

NEW = "/complaints/new"


def send(client, **form):
    return client.post(NEW, data=form, content_type="multipart/form-data")


def complaints_of(act_as, role="manager"):
    with act_as(role):
        return db.session.scalars(select(Complaint).order_by(Complaint.id)).all()


def test_a_store_files_with_two_photos_and_a_batch_number(client_as, picture):
    client = client_as("store_manager")
    answer = send(
        client,
        category="damage_short",
        batch="L260214B",
        quantity="12",
        quantity_unit="bottle",
        photos=[picture(), picture("blue")],
    )
    assert answer.status_code == 302, answer.text
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "L260214B" in page.text
    assert "12 bottles" in page.text
    assert page.text.count('/small"') == 2


def test_three_taps_and_a_photo_suffice(client_as, picture, act_as):
    assert send(client_as("store_staff"), category="quality", photos=[picture()]).status_code == 302
    assert [c.category for c in complaints_of(act_as)] == ["quality"]


def test_photos_are_kept_without_what_the_phone_wrote_into_them(client_as, picture, act_as):
    send(client_as("store_manager"), category="quality", photos=[picture()])
    with act_as("manager"):
        photo = db.session.scalars(select(Photo)).one()
        data = read_stored(queries.photo(photo.complaint_id, photo.id).file)
    assert b"PhoneMaker" in picture()[0].getvalue()
    assert b"PhoneMaker" not in data
    assert not Image.open(io.BytesIO(data)).getexif()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"text": "箱子湿了"}, "Please tap what it is about."),
        ({"category": "quality", "quantity": "-3", "text": "箱子湿了"}, "must be"),
        ({"category": "quality", "text": "箱子湿了", "expires_on": "tomorrow"}, "Not a valid date"),
        ({"category": "party", "text": "箱子湿了"}, "Please choose one of the offered answers."),
    ],
)
def test_what_was_typed_stays_when_a_field_is_wrong(client_as, act_as, form, says):
    answer = send(client_as("store_manager"), batch="L260214B", **form)
    assert answer.status_code == 422
    assert says in answer.text
    assert "L260214B" in answer.text
    assert "箱子湿了" in answer.text
    assert complaints_of(act_as) == []


def test_nothing_at_all_is_asked_back(client_as):
    answer = send(client_as("store_manager"), category="quality")
    assert answer.status_code == 422
    assert "Please add a photo, or say in a few words what is wrong." in answer.text


def test_a_file_that_is_no_picture_is_named_and_nothing_is_lost(client_as, act_as, picture):
    photos = [picture(), (io.BytesIO(b"%PDF-1.4 no picture"), "bill.jpg")]
    answer = send(client_as("store_manager"), category="quality", text="箱子湿了", photos=photos)
    assert answer.status_code == 422
    assert "bill.jpg" in answer.text
    assert "箱子湿了" in answer.text
    assert complaints_of(act_as) == []


def test_a_photo_that_is_too_large_says_the_limit(client_as):
    photos = [(io.BytesIO(b"\xff\xd8\xff" + bytes(26 * 1024 * 1024)), "huge.jpg")]
    answer = send(client_as("store_manager"), category="quality", text="箱子湿了", photos=photos)
    assert answer.status_code == 422
    assert "huge.jpg" in answer.text
    assert "25 MB" in answer.text
    assert "箱子湿了" in answer.text


def test_more_than_twenty_photos_are_refused_before_any_is_kept(client_as, act_as):
    photos = [(io.BytesIO(b"x"), f"{index}.jpg") for index in range(21)]
    answer = send(client_as("store_manager"), category="quality", photos=photos)
    assert answer.status_code == 422
    assert "At most 20 photos at once." in answer.text


def test_two_taps_make_one_complaint(client_as, act_as):
    client = client_as("store_manager")
    form = {"category": "quality", "text": "酸奶胀包", "once_key": "the-same-tap"}
    first, second = client.post(NEW, data=form), client.post(NEW, data=form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    assert len(complaints_of(act_as)) == 1


def test_what_was_changed_after_the_first_tap_is_neither_dropped_nor_a_second_complaint_unasked(client_as, act_as):
    client = client_as("store_manager")
    form = {"category": "quality", "text": "酸奶胀包", "once_key": "the-same-tap"}
    client.post(NEW, data=form)
    changed = client.post(
        NEW, data=form | {"text": "酸奶胀包，一共六杯"}, headers={"Referer": f"http://localhost{NEW}"}
    )
    assert changed.status_code == 409
    assert f'href="{NEW}"' in changed.text
    assert len(complaints_of(act_as)) == 1
    page = client.get(NEW).text
    assert "酸奶胀包，一共六杯" in page
    assert "the-same-tap" not in page
    assert client.post(NEW, data=form).status_code == 302  # the first text again: still its first answer
    assert client.post(NEW, data=form | {"text": "酸奶胀包，一共六杯", "once_key": "another"}).status_code == 302
    assert len(complaints_of(act_as)) == 2


def test_another_number_of_photos_is_another_content(client_as, picture):
    client = client_as("store_manager")
    form = {"category": "quality", "text": "酸奶胀包", "once_key": "the-same-tap"}
    assert client.post(NEW, data=form).status_code == 302
    assert client.post(NEW, data=form | {"photos": [picture()]}).status_code == 409


def test_our_person_files_for_a_store(client_as, act_as, world):
    store_id = world["first"].stores[0]
    answer = client_as("rep").post(NEW, data={"category": "quality", "text": "酸奶胀包", "store_id": store_id})
    assert answer.status_code == 302
    (complaint,) = complaints_of(act_as)
    assert (complaint.store_id, complaint.filed_by_store) == (store_id, False)


@pytest.mark.parametrize("distributor", ["first", "other"])
def test_a_rep_files_for_no_foreign_store(client_as, act_as, world, distributor):
    store_id = world[distributor].stores[-1] if distributor == "other" else world["first"].stores[2]
    answer = client_as("rep").post(NEW, data={"category": "quality", "text": "酸奶胀包", "store_id": store_id})
    assert answer.status_code == 422
    assert complaints_of(act_as) == []


def test_numbers_count_up_per_distributor_and_year(filed):
    with clock.frozen(datetime(2026, 12, 31, 15, 0, tzinfo=UTC)):  # 23:00 in Shanghai
        assert [filed(), filed("store_staff")] == ["C-2026-000001", "C-2026-000002"]
        assert filed(distributor="other") == "C-2026-000001"
    with clock.frozen(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):  # 01:00 of the new year there
        assert filed() == "C-2027-000001"


def test_a_complaint_that_fails_leaves_no_gap_in_the_numbers(client_as, filed):
    first = filed()
    answer = send(client_as("store_manager"), category="quality", photos=[(io.BytesIO(b"no picture"), "a.jpg")])
    assert answer.status_code == 422
    assert int(filed()[-6:]) == int(first[-6:]) + 1


def test_numbers_have_no_gap_and_no_twin_when_many_file_at_once(app, world, act_as):
    failures = []

    def file_some(role):
        for _turn in range(5):
            with app.test_request_context("/"):
                token = write_intent.set(True)
                try:
                    person = load_person(world["first"].keys[role])
                    viewer = g.viewer = viewer_of(person, world["first"].members[role])
                    with acting_for(viewer.scope):
                        services.file_complaint(Report("quality", "胀包"), by=viewer)
                        db.session.commit()
                except Exception as error:
                    failures.append(error)
                finally:
                    db.session.remove()
                    write_intent.reset(token)

    threads = [Thread(target=file_some, args=(role,)) for role in ("store_manager", "store_staff", "store_manager:1")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(int(c.number[-6:]) for c in complaints_of(act_as)) == list(range(1, 16))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"category": "party"}, "category"),
        ({"category": "quality", "wish": "a gift"}, "wish"),
        ({"category": "quality", "quantity_unit": "truck"}, "quantity_unit"),
        ({"category": "quality", "quantity": 0}, "quantity"),
        ({"category": "quality", "text": " "}, "text"),
        ({"category": "quality", "text": "x" * 5001}, "text"),
    ],
)
def test_a_report_that_makes_no_sense_is_refused_at_its_field(act_as, values, field):
    with act_as("store_manager") as viewer, pytest.raises(RuleBroken) as caught:
        services.file_complaint(Report(**({"text": "胀包"} | values)), by=viewer)
    assert caught.value.field == field
