"""Photos of a form are looked through while others write."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import create_engine, text

from portal.files import pictures
from tests.portal.file_samples import photo


@pytest.fixture
def written_meanwhile(app, monkeypatch):
    """What somebody else could write while each photo was decoded."""
    looked, done = pictures.normalise, []

    def normalise(*args, **kwargs):
        engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
        with engine.connect() as other:
            other.exec_driver_sql(
                "PRAGMA busy_timeout=100" if engine.dialect.name == "sqlite" else "SET lock_timeout=100"
            )
            done.append(other.execute(text("UPDATE portal_store SET name = name")).rowcount)
            other.commit()
        engine.dispose()
        return looked(*args, **kwargs)

    monkeypatch.setattr(pictures, "normalise", normalise)
    return done


def test_others_write_while_the_photos_of_a_complaint_are_decoded(client_as, written_meanwhile):
    photos = [(BytesIO(photo()), "a.jpg"), (BytesIO(photo()), "b.jpg")]
    answer = client_as("store_manager").post("/complaints/new", data={"category": "quality", "photos": photos})
    assert answer.status_code == 302
    assert len(written_meanwhile) == 2, "each photo is decoded once"
    assert all(written_meanwhile)
    shown = client_as("store_manager").get(answer.location).text
    assert len(re.findall(r'src="[^"]+/photos/\d+/small"', shown)) == 2


def test_a_photo_that_is_none_is_refused_at_its_field_and_the_text_stays(client_as):
    broken = {"category": "quality", "text": "瓶盖松了", "photos": [(BytesIO(b"no picture"), "a.jpg")]}
    answer = client_as("store_manager").post("/complaints/new", data=broken)
    assert answer.status_code == 422
    assert "瓶盖松了" in answer.text
    assert 'id="photos-error"' in answer.text


def test_who_may_not_file_has_no_photo_decoded(client_as, written_meanwhile):
    data = {"category": "quality", "photos": [(BytesIO(photo()), "a.jpg")]}
    assert client_as(None).post("/complaints/new", data=data).status_code == 302
    assert written_meanwhile == []
