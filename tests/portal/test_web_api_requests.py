"""What holds for every operation of the web API, whatever it is about."""

import base64
import gzip
import json

from portal.accounts.models import Role
from portal.db import db

REPORT = {"category": "quality", "text": "酸奶胀包", "batch": "Y260302"}


def test_a_head_asks_for_the_same_permission_as_its_get(api_as):
    assert api_as("administrator").head("/api/v1/people").status_code == 200
    assert api_as("rep").head("/api/v1/people").status_code == 403
    assert api_as(None).head("/api/v1/complaints").status_code == 401
    assert api_as("rep").head("/api/v1/complaints").data == b""


def test_a_switched_off_plug_in_is_not_there_for_programs(api_as, act_as):
    assert api_as("administrator").patch("/api/v1/plugins/events", json={"active": False}).json["active"] is False
    program = api_as("store_manager")
    assert program.get("/api/v1/events").status_code == program.head("/api/v1/events").status_code == 404
    assert program.get("/api/v1/complaints").status_code == 200


def test_a_resent_post_has_one_effect_also_where_answers_are_packed(api_as):
    program = api_as("store_manager")
    headers = {"Idempotency-Key": "till-7", "Accept-Encoding": "gzip"}
    report = REPORT | {"text": "酸奶胀包" * 100}
    first, second = (program.post("/api/v1/complaints", json=report, headers=headers) for _turn in (1, 2))
    assert [answer.status_code for answer in (first, second)] == [201, 201]
    assert first.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(first.data)) == json.loads(gzip.decompress(second.data))
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(program.get("/api/v1/complaints").json["items"]) == 1


def test_a_key_belongs_to_one_request_and_to_one_member(api_as):
    program, colleague = api_as("store_manager"), api_as("store_staff")
    headers = {"Idempotency-Key": "till-7"}
    assert program.post("/api/v1/complaints", json=REPORT, headers=headers).status_code == 201
    other = program.post("/api/v1/complaints", json=REPORT | {"text": "漏气"}, headers=headers)
    assert (other.status_code, other.mimetype) == (422, "application/problem+json")
    first, again = (colleague.post("/api/v1/complaints", json=REPORT, headers=headers) for _turn in (1, 2))
    assert (first.status_code, again.json["number"]) == (201, first.json["number"])
    assert len(program.get("/api/v1/complaints").json["items"]) == 2


def test_a_failed_post_can_be_sent_again_with_its_key(api_as):
    program, headers = api_as("store_manager"), {"Idempotency-Key": "till-7"}
    assert program.post("/api/v1/complaints", json={"category": "quality"}, headers=headers).status_code == 422
    assert program.post("/api/v1/complaints", json=REPORT, headers=headers).status_code == 201


def test_an_answer_without_content_has_none_and_is_replayed_so(api_as):
    program, headers = api_as("store_manager"), {"Idempotency-Key": "till-7"}
    for _turn in (1, 2):
        answer = program.post("/api/v1/notifications/read", headers=headers)
        assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (204, b"", None)


def test_a_key_that_is_no_plain_word_is_refused(api_as):
    program = api_as("store_manager")
    for key in ("", "two words", "x" * 71, "键".encode().decode("latin-1")):
        answer = program.post("/api/v1/complaints", json=REPORT, headers={"Idempotency-Key": key})
        assert answer.status_code == 422, key


BAD_BODIES = [
    ("{", 400),
    ("", 422),
    ('"text"', 422),
    ("[]", 422),
    ("null", 422),
    ("NaN", 422),
    ("[" * 100_000 + "]" * 100_000, 400),
    ("1" * 5000, 400),
    (b'{"category": "\xff"}', 400),
    ('{"category": "quality", "text": "a\\u0000b"}', 422),
    ('{"category": "quality", "text": "half \\ud800 sign"}', 422),
    ('{"category": "quality", "text": "x", "a\\u0000b": 1}', 422),
    ('{"category": "quality", "text": 12}', 422),
    ('{"category": "quality", "text": ["x"]}', 422),
    ('{"category": "quality", "text": "x", "about_rep": "yes"}', 422),
    ('{"category": "quality", "text": "x", "about_rep": 1}', 422),
    ('{"category": "quality", "text": "x", "quantity": "NaN"}', 422),
    ('{"category": "quality", "text": "x", "quantity": "1e999999999"}', 422),
    ('{"category": "quality", "text": "x", "quantity": "-1"}', 422),
    ('{"category": "quality", "text": "x", "expires_on": "0001-01-01"}', 422),
    ('{"category": "quality", "text": "x", "expires_on": "tomorrow"}', 422),
    ('{"category": "quality", "text": "x", "nothing": 1}', 422),
    ('{"category": "unknown", "text": "x"}', 422),
]


def test_a_body_that_cannot_be_kept_is_refused_and_nothing_is_filed(api_as):
    program = api_as("store_manager")
    for body, status in BAD_BODIES:
        answer = program.post("/api/v1/complaints", data=body, content_type="application/json")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), (body[:80], answer.text)
        assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert program.get("/api/v1/complaints").json["items"] == []


def test_each_wrong_field_is_named(api_as):
    body = {"attendees": [{"name": "林"}, {"name": 7}], "store": "x" * 41}
    answer = api_as("store_manager").post("/api/v1/events/1/registrations", json=body)
    assert {error["field"] for error in answer.json["errors"]} == {"attendees.1.name", "store"}


BAD_ADDRESSES = [
    ("/api/v1/complaints/%00", 404),
    ("/api/v1/stores/a%00b", 404),
    ("/api/v1/events/99999999999999999999999", 404),
    ("/api/v1/events/2147483648", 404),
    ("/api/v1/events/-1", 404),
    ("/api/v1/events/x", 404),
    ("/api/v1/stores?q=%00", 422),
    ("/api/v1/stores?limit=99999999999999999999999999", 422),
    ("/api/v1/stores?limit=0", 422),
    ("/api/v1/stores?limit=1.5", 422),
    ("/api/v1/stores?all=perhaps", 422),
    ("/api/v1/audit?object_id=99999999999", 422),
    ("/api/v1/calendar?from=0001-01-01", 422),
    ("/api/v1/calendar?from=2026-01-01&to=2028-01-01", 422),
    ("/api/v1/meetings/slots?with=99999999999", 422),
    ("/api/v1/complaints?cursor=x", 422),
]


def test_an_address_that_no_database_knows_is_not_found_or_refused(api_as):
    program = api_as("administrator")
    for path, status in BAD_ADDRESSES:
        answer = program.get(path)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), path


def test_pages_refuse_the_same(client_as):
    client = client_as("administrator")
    for path in ("/complaints/%00", "/events/99999999999999999999999", "/events/2147483648"):
        assert client.get(path).status_code == 404
    assert client.get("/stores?q=%00").status_code == 400
    assert client.post("/stores/new", data={"number": "1\x00", "name": "x"}).status_code == 400


def cursors_of(program):
    """A cursor of each kind of list: by a text, by a moment, by a number."""
    return [program.get(f"/api/v1/{path}?limit=1").json["next"] for path in ("stores", "audit", "people")]


def test_the_cursor_of_another_list_is_refused_in_words(api_as):
    program = api_as("administrator")
    cursors = cursors_of(program)
    for path, cursor in zip(("stores", "audit", "people"), cursors, strict=True):
        assert program.get(f"/api/v1/{path}?limit=1&cursor={cursor}").json["items"], path
    for path in ("stores", "audit", "people", "complaints", "advice", "notifications", "trade/products"):
        for cursor in cursors:
            answer = program.get(f"/api/v1/{path}?cursor={cursor}")
            assert answer.status_code in (200, 422), answer.text
    assert program.get(f"/api/v1/stores?cursor={cursors[1]}").json["errors"][0]["field"] == "cursor"


def test_a_cursor_of_ones_own_making_is_refused(api_as):
    program = api_as("administrator")
    for value in ("{}", '[">", "0001", {}]', '[">", 1, 1]', '[">", "a\\u0000", 1]', '[">", null, 1]', "[" * 9000):
        cursor = base64.urlsafe_b64encode(value.encode()).decode()[:600]
        assert program.get(f"/api/v1/stores?cursor={cursor}").status_code == 422, value


def test_a_token_narrowed_to_one_thing_opens_nothing_else(app, act_as):
    from portal.accounts.tokens import create_token

    with act_as("administrator") as viewer:
        _token, secret = create_token(viewer.membership, "test", scopes=["portal.see_stores"])
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    assert program.get("/api/v1/stores").status_code == 200
    assert program.post("/api/v1/stores", json={"number": "9", "name": "x"}).status_code == 403
    assert program.get("/api/v1/people").status_code == 403


def test_a_role_without_the_permission_is_told_which_one(api_as, act_as):
    with act_as("administrator"):
        role = db.session.scalars(db.select(Role).where(Role.key == "rep")).one()
        role.permissions = [name for name in role.permissions if name != "portal.see_stores"]
    answer = api_as("rep").get("/api/v1/stores")
    assert (answer.status_code, "portal.see_stores" in answer.json["detail"]) == (403, True)


def test_a_role_is_changed_by_a_program_as_on_its_page(api_as):
    program = api_as("administrator")
    roles = {role["key"]: role for role in program.get("/api/v1/roles").json}
    path = f"/api/v1/roles/{roles['rep']['id']}"
    fewer = [name for name in roles["rep"]["permissions"] if name != "trade.see"]
    assert "trade.see" not in program.patch(path, json={"permissions": fewer}).json["permissions"]
    assert api_as("rep").get("/api/v1/trade/products").status_code == 403
    assert program.patch(path, json={"permissions": ["portal.everything"]}).status_code == 422
    own = program.post("/api/v1/roles", json={"title": "仓管", "like": roles["rep"]["id"]})
    assert (own.status_code, own.json["permissions"]) == (201, fewer)
    assert program.delete(f"/api/v1/roles/{own.json['id']}").status_code == 204
    assert program.delete(path).status_code == 422
    keys = f"/api/v1/roles/{roles['administrator']['id']}"
    assert program.patch(keys, json={"permissions": []}).status_code == 422


def test_a_token_is_listed_and_revoked_by_a_program(api_as):
    program, second = api_as("rep"), api_as("rep")
    tokens = program.get("/api/v1/me/tokens").json
    assert [token["live"] for token in tokens] == [True, True]
    assert program.delete(f"/api/v1/me/tokens/{tokens[0]['id']}").status_code == 204
    assert second.get("/api/v1/me").status_code == 401
    assert program.get("/api/v1/me").status_code == 200
