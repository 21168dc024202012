"""The web API's description: for programs as OpenAPI, for people as a page."""

import re

import pytest

PROMISED = """
GET /complaints, POST /complaints, GET /complaints/{number}, PATCH /complaints/{number},
POST /complaints/{number}/messages, POST /complaints/{number}/photos, GET /events,
POST /events/{event_id}/registrations, DELETE /events/{event_id}/registrations, GET /meetings/slots, POST /meetings,
DELETE /meetings/{meeting_id}, GET /advice, GET /advice/{note_id}, PATCH /advice/{note_id}, POST /advice, GET /briefings,
GET /briefings/{briefing_id}/pdf, POST /briefings, POST /briefings/{briefing_id}/issue, GET /stores, POST /stores,
GET /stores/{number}, GET /stores/{number}/timeline, GET /stores/{number}/contacts, POST /trade/imports, GET /calendar,
GET /today, GET /notifications, GET /search, GET /people, POST /people/invitations, GET /jobs/{job_id}, GET /audit, GET /me
"""


@pytest.fixture
def document(app):
    return app.test_client().get("/api/v1/openapi.json").json


def operations(document):
    return {
        f"{method.upper()} {path.removeprefix('/v1')}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    }


def test_what_was_promised_is_there(document):
    assert {each.strip() for each in PROMISED.replace("\n", " ").split(",")} <= operations(document).keys()


def test_every_operation_says_how_it_can_fail(document):
    for name, operation in operations(document).items():
        statuses = set(operation["responses"])
        assert {"401", "403", "404"} <= statuses, name
        assert name.startswith("GET") or {"400", "409", "413", "422"} <= statuses, name
        assert operation["summary"].endswith("."), name
        assert [code for code in statuses if code.startswith("2")], name
        for code in statuses - {"200", "201", "202", "204"}:
            assert operation["responses"][code] == {"$ref": f"#/components/responses/{code}"}


def test_operations_have_names_of_their_own_and_say_what_permission_they_need(document):
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names))
    assert "`advice.write`" in operations(document)["POST /advice"]["description"]


def test_no_object_may_have_members_that_are_not_described(document):
    schemas = document["components"]["schemas"]
    assert len(schemas) > 50
    assert not [name for name, each in schemas.items() if name != "Problem" and each["additionalProperties"] is True]


def test_every_text_that_is_sent_has_its_longest_length(document):
    """Otherwise somebody finds out how much a column holds."""
    endless = []
    for name, operation in operations(document).items():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            endless += [f"{name}: {path}" for path in without_limit(document, content["schema"], "")]
        for parameter in operation.get("parameters", ()):
            endless += [f"{name}: {path}" for path in without_limit(document, parameter["schema"], parameter["name"])]
    assert endless == []


def without_limit(document, schema, path):
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for inner in schema.get("anyOf", ()):
        yield from without_limit(document, inner, path)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    bounded = {"maxLength", "enum", "format", "pattern"} & schema.keys()
    if "string" in kinds and not bounded:
        yield path
    if "integer" in kinds and not {"maximum", "enum"} & schema.keys():
        yield path
    if "array" in kinds and "maxItems" not in schema and schema["items"].get("format") != "binary":
        yield path
    if "array" in kinds:
        yield from without_limit(document, schema["items"], f"{path}[]")
    for name, inner in schema.get("properties", {}).items():
        yield from without_limit(document, inner, f"{path}.{name}")


def test_people_read_the_same_as_a_page_without_any_script(app, document):
    for language, title in (("en", "<h1>Web API</h1>"), ("zh_Hans", "接口")):
        answer = app.test_client().get(f"/api/v1/docs?lang={language}")
        page = answer.get_data(as_text=True)
        assert (answer.status_code, answer.mimetype) == (200, "text/html")
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script|<style|\son\w+=|style=|https?://(?!127\.0\.0\.1)", page)
        assert title in page
        shown = re.findall(r'sw-chip">(\w+)</span> <code>/api/v1([^<]*)</code>', page)
        assert {f"{method} {path}" for method, path in shown} == operations(document).keys()


def test_the_page_reads_the_browsers_language_and_is_open_to_all(app):
    page = app.test_client().get("/api/v1/docs", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert '<html lang="zh-CN"' in page
