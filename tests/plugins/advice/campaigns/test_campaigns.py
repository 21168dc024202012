"""A store plans a campaign, sees what it has to bring, and afterwards what went with it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from plugins.advice.campaigns import services
from plugins.advice.campaigns.models import Campaign
from plugins.advice.campaigns.occasions import days_between, rises
from plugins.advice.campaigns.pages import figures
from plugins.advice.campaigns.reckoning import Plan, gain_of
from plugins.advice.methods.promotion import PromotionEffect
from plugins.trade.api import History, Product
from plugins.trade.importing import services as trade
from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import RuleBroken
from portal.files.exports import write_csv
from tests.plugins.advice.figures import take_in_figures

TODAY = date(2026, 10, 29)
PAGE = "/advice/campaigns/"


@pytest.fixture(autouse=True)
def one_day():
    with clock.frozen(datetime(2026, 10, 29, 4, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def sold(act_as):
    """Tea and yogurt, five of each a day, up to yesterday."""
    take_in_figures(act_as, days=84)
    with act_as("manager"):
        return {product.code: product.id for product in db.session.scalars(select(Product))}


def wish(target, first=1, days=7, **values):
    usual = {"title": "茶饮周", "channel": "leaflet", "price_cut": 10, "cost": Decimal("24.50"), "support": Decimal(0)}
    starts_on = TODAY + timedelta(days=first)
    return services.CampaignWish(
        target=target, starts_on=starts_on, ends_on=starts_on + timedelta(days=days - 1), **(usual | values)
    )


def plan(act_as, *args, role="store_manager", **values):
    with act_as(role) as viewer:
        return services.plan_campaign(wish(*args, **values), by=viewer).id


def figures_of(act_as, campaign_id):
    with act_as("store_manager"):
        return figures(db.session.get_one(Campaign, campaign_id), TODAY)


def test_what_a_campaign_has_to_bring(act_as, sold):
    told, found = figures_of(act_as, plan(act_as, f"product:{sold['T']}"))
    # Tea at 3.50, bought for 2.40: margin 1.10 / 3.50. Five a day are 17.50, 122.50 in its seven days, of which the
    # cost of 24.50 is a fifth: (0.20 + 0.10) / (0.31429 - 0.10) = 1.40
    assert (told.units, told.sales) == (5, pytest.approx(17.5))
    assert told.margin == pytest.approx(1.1 / 3.5)
    assert told.needed == pytest.approx(1.40)
    assert told.units_needed == pytest.approx(12)
    assert found is None


def test_a_cut_as_large_as_the_margin_never_pays(act_as, sold, client_as):
    campaign = plan(act_as, f"product:{sold['T']}", price_cut=32)
    assert figures_of(act_as, campaign)[0].needed is None
    assert "nothing is earned" in client_as("store_manager").get(f"{PAGE}{campaign}").text


def test_goods_without_a_cost_say_so(act_as, client_as):
    take_in_figures(act_as, prices=False)
    with act_as("manager"):
        tea = db.session.scalars(select(Product.id).where(Product.code == "T")).one()
    campaign = plan(act_as, f"product:{tea}")
    assert "Without a price and a cost" in client_as("store_manager").get(f"{PAGE}{campaign}").text


def sell_more_tea(act_as, first, days, units):
    rows = [["T", (TODAY + timedelta(days=first + day)).isoformat(), str(units)] for day in range(days)]
    with act_as("store_manager") as viewer:
        assert trade.take_in("sales", write_csv([["商品编码", "日期", "数量"], *rows]), by=viewer).written


def test_what_went_with_it_is_told_when_its_sales_are_known(act_as, sold, client_as):
    sell_more_tea(act_as, -21, 7, 25)
    campaign = plan(act_as, f"product:{sold['T']}", first=-21)
    told, found = figures_of(act_as, campaign)
    assert (found.effect.sold, found.effect.expected) == (175, pytest.approx(35))
    assert found.effect.lift == pytest.approx(4)
    assert found.effect.low > told.needed
    assert found.paid is True
    # 175 at 3.15, bought for 2.40, less 24.50: 106.75; without it 35 x 1.10 = 38.50; the range of what it was without it
    low, high = found.gain
    assert low < 106.75 - 38.50 < high
    assert found.effect.dip == pytest.approx(0, abs=1)
    text = client_as("store_manager").get(f"{PAGE}{campaign}").text
    assert "It paid" in text
    assert "An association, no proof" in text


def test_a_campaign_without_more_sales_did_not_pay(act_as, sold):
    told, found = figures_of(act_as, plan(act_as, f"product:{sold['T']}", first=-21))
    assert found.effect.high < told.needed
    assert found.paid is False


def test_a_small_rise_cannot_be_told_from_what_was_needed(act_as, sold):
    sell_more_tea(act_as, -21, 7, 13)  # 2.6 times as many, where 2.4 was needed: the range holds both
    assert figures_of(act_as, plan(act_as, f"product:{sold['T']}", first=-21))[1].paid is None


def test_what_it_brought_the_store_is_the_margin_less_that_of_the_usual_sales():
    # Tea at 3.50, bought for 2.40; a tenth off, 24.50 of cost; 100 sold: 100 x 0.75 - 24.50 = 50.50.
    # Without it between 10 and 50 would have been sold, at 1.10 each: 11 to 55.
    campaign = Campaign(price_cut=10, cost=Decimal("24.50"))
    told = Plan(units=5, sales=17.5, margin=1.1 / 3.5, needed=1.4)
    effect = PromotionEffect(lift=4, low=1, high=9, expected=20, sold=100, dip=None)
    assert gain_of(campaign, effect, told) == (pytest.approx(50.5 - 55), pytest.approx(50.5 - 11))


def test_before_all_of_its_days_are_told_nothing_is_said_of_it(act_as, sold):
    campaign = plan(act_as, f"product:{sold['T']}", first=-3)
    with clock.frozen(datetime(2026, 11, 20, 4, 0, tzinfo=UTC)), act_as("store_manager"):
        found = db.session.get_one(Campaign, campaign)
        assert found.state(date(2026, 11, 20)) == "ended"
        assert figures(found, date(2026, 11, 20))[1] is None


def test_a_campaign_that_runs_says_nothing_yet(act_as, sold):
    assert figures_of(act_as, plan(act_as, f"product:{sold['T']}", first=-3))[1] is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"target": "product:999999"}, "target"),
        ({"target": "category:There is none"}, "target"),
        ({"target": "everything"}, "target"),
        ({"days": 0}, "ends_on"),
        ({"days": 63}, "ends_on"),
        ({"first": -93}, "starts_on"),
        ({"first": 401}, "starts_on"),
        ({"price_cut": 91}, "price_cut"),
        ({"cost": Decimal(-1)}, "cost"),
        ({"title": "  "}, "title"),
        ({"channel": "presents"}, "channel"),
    ],
)
def test_what_cannot_be_is_refused(act_as, sold, values, field):
    with pytest.raises(RuleBroken) as broken:
        plan(act_as, **({"target": f"product:{sold['T']}"} | values))
    assert broken.value.field == field


def test_our_people_see_it_and_plan_none(act_as, sold, client_as):
    campaign = plan(act_as, f"product:{sold['T']}")
    assert "茶饮周" in client_as("manager").get(PAGE).text
    assert "茶饮周" in client_as("manager").get(f"{PAGE}{campaign}").text
    assert client_as("manager").get(f"{PAGE}new").status_code == 403
    assert client_as("manager").post(f"{PAGE}{campaign}/cancel").status_code == 403


def test_another_store_and_another_distributor_do_not(act_as, sold, client_as):
    campaign = plan(act_as, f"product:{sold['T']}")
    for stranger in (client_as("store_manager:1"), client_as("store_manager", "other"), client_as("manager", "other")):
        assert stranger.get(f"{PAGE}{campaign}").status_code == 404
        assert "茶饮周" not in stranger.get(PAGE).text


def test_the_form_offers_what_sells_and_keeps_what_was_typed(act_as, sold, client_as):
    client = client_as("store_manager")
    page = client.get(f"{PAGE}new?occasion=spring_festival&until=2027-02-06").text
    assert f'value="product:{sold["T"]}"' in page
    assert 'value="Spring Festival"' in page
    assert 'value="2027-02-06"' in page
    form = {"title": "茶饮周", "target": f"product:{sold['T']}", "channel": "tasting", "starts_on": "2026-11-02"}
    wrong = client.post(f"{PAGE}new", data=form | {"ends_on": "2026-11-01", "cost": "12.50"})
    assert wrong.status_code == 422
    assert "It ends before it begins." in wrong.text
    assert 'value="12.50"' in wrong.text
    sent = client.post(f"{PAGE}new", data=form | {"ends_on": "2026-11-08"})
    assert sent.status_code == 302
    assert "茶饮周" in client.get(sent.location).text


def test_it_stands_in_the_calendar_until_it_is_called_off(act_as, sold, client_as):
    campaign = plan(act_as, f"product:{sold['T']}")
    client = client_as("store_manager")
    assert "茶饮周" in client.get("/calendar").text
    assert client.post(f"{PAGE}{campaign}/cancel").status_code == 302
    assert client.post(f"{PAGE}{campaign}/cancel").status_code == 302
    assert "茶饮周" not in client.get("/calendar").text
    with act_as("administrator"):
        entries = select(AuditEntry.action).where(AuditEntry.action.like("advice.campaign%")).order_by(AuditEntry.id)
        assert db.session.scalars(entries).all() == ["advice.campaign_planned", "advice.campaign_cancelled"]


def test_one_that_did_not_take_place_says_nothing_of_what_went_with_it(act_as, sold, client_as):
    campaign = plan(act_as, f"product:{sold['T']}", first=-21)
    client = client_as("store_manager")
    assert "It did not take place" in client.get(f"{PAGE}{campaign}").text
    client.post(f"{PAGE}{campaign}/cancel")
    page = client.get(f"{PAGE}{campaign}").text
    assert "was called off" in page
    assert "h-needed" not in page
    assert "h-found" not in page


def test_what_was_called_off_does_not_stand_in_the_way(act_as, sold, client_as):
    campaign = plan(act_as, f"product:{sold['T']}", title="茶饮周")
    client = client_as("store_manager")
    client.post(f"{PAGE}{campaign}/cancel")
    assert "茶饮周" not in client.get(PAGE).text
    assert "茶饮周" in client.get(f"{PAGE}?state=called_off").text


def test_of_two_for_the_same_goods_on_the_same_days_the_second_is_refused(act_as, sold):
    first = plan(act_as, f"product:{sold['T']}", title="甲")
    with pytest.raises(RuleBroken, match="甲") as broken:
        plan(act_as, f"product:{sold['T']}", first=7, days=1)  # its first day is the other's last
    assert broken.value.field == "target"
    plan(act_as, f"product:{sold['T']}", first=8)
    plan(act_as, f"product:{sold['Y']}")
    with act_as("store_manager"):
        services.call_off(db.session.get_one(Campaign, first))
    plan(act_as, f"product:{sold['T']}", first=1)


def test_all_that_is_wrong_in_the_form_is_said_at_once(sold, client_as):
    form = {"title": "", "target": f"product:{sold['T']}", "channel": "tasting", "starts_on": "2026-11-02"}
    answer = client_as("store_manager").post(f"{PAGE}new", data=form | {"ends_on": "2026-11-01", "cost": "-4"})
    assert "3 things to change" in answer.text


def test_days_that_move_with_the_moon():
    # Chinese calendar: new year on 6 February 2027 and 26 January 2028; mid-autumn on 15 September 2027
    days = days_between(date(2027, 1, 1), date(2028, 2, 15))
    assert ("spring_festival", date(2027, 2, 6)) in days
    assert ("lantern", date(2027, 2, 20)) in days
    assert ("mid_autumn", date(2027, 9, 15)) in days
    assert ("spring_festival", date(2028, 1, 26)) in days


def test_what_rose_before_a_day_is_measured_against_the_weeks_around():
    import numpy as np

    day = date(2026, 2, 17)
    units = np.full((1, 70), 10)
    units[0, 28:42] = 15  # the two weeks up to the day
    sold = History(day - timedelta(days=41), np.asarray([1], np.int32), units)
    assert [(rise.category, rise.index) for rise in rises(day, sold, {"糖果": units[0]})] == [("糖果", 150)]
    assert rises(day, sold, {"糖果": np.full(70, 10)}) == []
    assert rises(day + timedelta(days=1), sold, {"糖果": units[0]}) is None  # the weeks after it are not known


def test_the_year_ahead_says_what_is_not_known(sold, client_as, count_queries):
    client = client_as("store_manager")
    with count_queries() as statements:
        page = client.get(PAGE).text
    assert "no sales of a year before are known" in page
    assert len(statements) <= 6


def test_the_page_of_one_asks_few_questions(act_as, sold, client_as, count_queries):
    campaign = plan(act_as, f"product:{sold['T']}", first=-21)
    client = client_as("store_manager")
    with count_queries() as statements:
        client.get(f"{PAGE}{campaign}")
    assert len(statements) <= 9


def test_programs_plan_one_and_call_it_off(act_as, sold, api_as):
    api = api_as("store_manager")
    told = {
        "title": "茶饮周", "channel": "leaflet", "target": f"product:{sold['T']}", "price_cut": 10, "cost": "24.50",
        "support": "0", "starts_on": "2026-10-30", "ends_on": "2026-11-05",
    }  # fmt: skip
    made = api.post("/api/v1/advice/campaigns", json=told)
    assert made.status_code == 201
    assert made.json["needed_lift"] == pytest.approx(1.40)
    url = f"/api/v1/advice/campaigns/{made.json['id']}"
    assert api.get("/api/v1/advice/campaigns").json["items"][0]["target"] == "冰红茶"
    assert api_as("manager").get(url).json["state"] == "planned"
    assert api.patch(url, json={"state": "cancelled"}).json["state"] == "cancelled"
    assert api.post("/api/v1/advice/campaigns", json=told | {"ends_on": "2026-10-01"}).status_code == 422
