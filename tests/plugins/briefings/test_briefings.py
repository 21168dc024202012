from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select

from plugins.briefings import edition as editions
from plugins.briefings import queries, services
from plugins.briefings.models import Edition
from plugins.briefings.services import EditorialText, Plan
from portal import clock
from portal.accounts.models import Person
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.jobs.worker import run_pending
from portal.stores.audience import Audience

TODAY = clock.today("Asia/Shanghai")
TEXT = EditorialText("瓶装茶打价格战", "两周里三家连锁降价。\n\n- 不跟单瓶价", "以量换客流", "市场观察 11月")


def plan(**changes):
    values = {"title": "11月市场简报", "period_start": TODAY - timedelta(days=29), "period_end": TODAY}
    return Plan(**(values | changes))


@pytest.fixture
def draft_id(act_as):
    with act_as("manager") as viewer:
        briefing = services.compose(plan(audience=Audience(regions=("城南",))), by=viewer)
        db.session.flush()
        services.change(briefing, plan(audience=Audience(regions=("城南",))), [TEXT], version=1)
        return briefing.id


@pytest.fixture
def issued_id(app, act_as, draft_id):
    with act_as("manager") as viewer:
        services.issue(queries.briefing(draft_id), by=viewer)
    run_pending(app)
    return draft_id


def test_each_store_of_the_audience_finds_its_own_edition(client_as, act_as, issued_id):
    answer = client_as("store_manager", language="zh_Hans").get(f"/briefings/{issued_id}/pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    with pikepdf.open(BytesIO(answer.data)) as pdf:
        assert len(pdf.pages) >= 3  # cover, contents, text
        assert "禾川城南路店" in str(pdf.docinfo["/Title"])
    assert client_as("store_manager:1").get(f"/briefings/{issued_id}/pdf").status_code == 404
    assert client_as("store_manager", "other").get(f"/briefings/{issued_id}").status_code == 404
    with act_as("manager"):
        assert queries.progress([issued_id])[issued_id].downloaded == 1


def test_paper_outlives_its_day_and_never_says_today(act_as, issued_id):
    with act_as("manager"):
        briefing = queries.briefing(issued_id)
        assert briefing.period_end == TODAY
        words = editions.period_text(briefing)
        assert str(TODAY.year) in words
        assert "today" not in words.lower()
        assert "今天" not in words


def test_who_reads_a_language_of_which_there_is_no_edition_finds_the_other(client_as, issued_id):
    reader = client_as("store_manager", language="en")
    assert "11月市场简报" in reader.get("/briefings/").text
    assert "11月市场简报" in reader.get("/today").text
    assert reader.get(f"/briefings/{issued_id}/pdf").mimetype == "application/pdf"


def test_who_reads_a_language_of_which_there_is_an_edition_finds_it_alone(app, act_as, client_as, draft_id, world):
    with act_as("manager") as viewer:
        db.session.get_one(Person, world.first.people["store_manager"]).language = "en"
        services.issue(queries.briefing(draft_id), by=viewer)
    run_pending(app)
    assert client_as("store_manager", language="en").get("/briefings/").text.count("11月市场简报") == 1
    assert client_as("store_staff", language="zh_Hans").get("/briefings/").text.count("11月市场简报") == 1


def test_an_edition_of_another_store_is_not_found(client_as, act_as, issued_id, world):
    with act_as("manager"):
        editions = db.session.scalars(select(Edition)).all()
        foreign = next(e.id for e in editions if e.store_id != world.first.stores[0])
    assert client_as("store_manager").get(f"/briefings/editions/{foreign}/pdf").status_code == 404
    assert client_as("manager", "other").get(f"/briefings/editions/{foreign}/pdf").status_code == 404
    assert client_as("manager").get(f"/briefings/editions/{foreign}/pdf").status_code == 200


def test_an_issued_briefing_is_frozen(act_as, issued_id):
    with act_as("manager") as viewer:
        briefing = queries.briefing(issued_id)
        with pytest.raises(RuleBroken):
            services.change(briefing, plan(), [], version=briefing.lock_version)
        with pytest.raises(RuleBroken):
            services.issue(briefing, by=viewer)


def test_two_people_editing_lose_nothing(client_as, act_as, draft_id):
    with act_as("expert"):
        briefing = queries.briefing(draft_id)
        old = briefing.lock_version
        services.change(briefing, plan(title="别人改的标题"), [TEXT], version=old)
    with act_as("manager"), pytest.raises(Conflict):
        services.change(queries.briefing(draft_id), plan(title="我的标题"), [TEXT], version=old)
    form = {
        "title": "我的标题",
        "kind": "monthly",
        "period_start": TODAY.isoformat(),
        "period_end": TODAY.isoformat(),
        "version": str(old),
        "sections-0-title": "我的一段",
        "sections-0-text": "没有丢",
    }
    answer = client_as("manager").post(f"/briefings/{draft_id}/edit", data=form)
    assert answer.status_code == 422
    assert "我的标题" in answer.text and "没有丢" in answer.text


def test_withdrawn_briefings_are_gone_for_stores(client_as, issued_id):
    assert client_as("manager").post(f"/briefings/{issued_id}/withdraw", data={"reason": "价格有误"}).status_code == 302
    store = client_as("store_manager", language="zh_Hans")
    assert store.get(f"/briefings/{issued_id}").status_code == 404
    assert store.get(f"/briefings/{issued_id}/pdf").status_code == 404


def test_rendering_twice_makes_one_edition(app, act_as, issued_id):
    with act_as("manager"):
        edition = db.session.scalars(select(Edition)).first()
        before = edition.file_id
        from plugins.briefings.jobs import render

        render(edition.id)
        assert edition.file_id == before


def test_pages_stay_within_their_queries(client_as, issued_id, count_queries):
    for role, path, most in (
        ("manager", "/briefings/", 6),
        ("store_manager", "/briefings/", 6),
        ("store_manager", f"/briefings/{issued_id}", 12),
        ("manager", f"/briefings/{issued_id}", 12),
    ):
        client = client_as(role)
        with count_queries() as sent:
            assert client.get(path).status_code == 200, (role, path)
        assert len(sent) <= most, (role, path, sent.sent)


def test_issuing_takes_the_permission(client_as, draft_id):
    for role in ("expert", "rep", "store_manager"):
        assert client_as(role).post(f"/briefings/{draft_id}/issue").status_code == 403
    assert client_as("store_manager").get(f"/briefings/{draft_id}/edit").status_code == 403
    assert client_as("manager", "other").post(f"/briefings/{draft_id}/issue").status_code == 404


def test_preview_is_a_pdf_of_the_chosen_store(client_as, draft_id, world):
    address = f"/briefings/{draft_id}/preview.pdf?store={world.first.stores[0]}"
    assert client_as("manager").get(address).data.startswith(b"%PDF-")
    assert (
        client_as("manager").get(f"/briefings/{draft_id}/preview.pdf?store={world.other.stores[0]}").status_code == 404
    )
