import pytest

from portal.accounts.tokens import create_token


@pytest.fixture
def token_of(act_as):
    def make(role, distributor="first", scopes=None):
        with act_as(role, distributor) as viewer:
            _, raw = create_token(viewer.membership, "test", scopes=scopes)
        return {"Authorization": f"Bearer {raw}"}

    return make


def test_token_acts_as_its_membership(app, world, token_of):
    answer = app.test_client().get("/api/v1/me", headers=token_of("store_manager"))
    assert answer.status_code == 200
    assert answer.json["store"] == "0001"
    assert answer.json["distributor"] == "first"


def test_scopes_narrow_what_a_token_may_do(app, world, token_of):
    answer = app.test_client().get("/api/v1/me", headers=token_of("administrator", scopes=["portal.see_stores"]))
    assert answer.json["permissions"] == ["portal.see_stores"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer sw_wrong"}, {"Authorization": "Basic eA=="}])
def test_without_a_token_there_is_a_problem_document(app, world, headers):
    answer = app.test_client().get("/api/v1/me", headers=headers)
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["status"] == 401


def test_unknown_address_is_a_problem_document_and_pages_stay_html(app, world):
    client = app.test_client()
    assert client.get("/api/v1/nothing").mimetype == "application/problem+json"
    assert client.get("/nothing").mimetype == "text/html"


def test_openapi_document_names_the_operations(app, world):
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert "get" in document["paths"]["/v1/me"]
