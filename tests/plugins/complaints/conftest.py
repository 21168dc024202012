import io

import pytest
from PIL import Image

from plugins.complaints import queries, services
from plugins.complaints.services import Report
from portal.accounts.tokens import create_token


@pytest.fixture
def picture():
    """picture(): an upload of a JPEG that says which phone took it, as the test client sends it."""

    def make(colour="red", name="photo.jpg"):
        data = io.BytesIO()
        image = Image.new("RGB", (640, 480), colour)
        exif = image.getexif()
        exif[0x010F] = "PhoneMaker"
        image.save(data, "JPEG", exif=exif)
        data.seek(0)
        return data, name

    return make


@pytest.fixture
def filed(act_as):
    """filed(): the number of a new complaint; filed("store_manager:1", about_rep=True) and the like for others."""

    def make(role="store_manager", distributor="first", **values):
        report = Report(**({"category": "quality", "text": "酸奶胀包", "batch": "Y260302"} | values))
        with act_as(role, distributor) as viewer:
            return services.file_complaint(report, by=viewer).number

    return make


@pytest.fixture
def step(act_as):
    """step(number, "remedy", "manager"): the person takes the step."""

    def make(number, name, role, word=""):
        with act_as(role) as viewer:
            complaint = queries.by_number(number, for_change=True)
            if name == "answer":
                services.say(complaint, word or "好的", by=viewer)
            else:
                services.take_step(complaint, name, word, by=viewer)

    return make


@pytest.fixture
def api(app, world, act_as):
    """api("rep"): a client of the web API with that person's token."""

    def make(role, distributor="first"):
        with act_as(role, distributor) as viewer:
            _, raw = create_token(viewer.membership, "test")
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {raw}"
        return client

    return make
