"""A store tells what it pays; nobody else learns it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from plugins.trade.costs.queries import costs_of
from plugins.trade.costs.services import tell_costs
from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import RuleBroken

OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def one_day():
    with clock.frozen(datetime(2026, 10, 29, 4, 0, tzinfo=UTC)):
        yield


def told(act_as, role="store_manager"):
    with act_as(role) as viewer:
        return costs_of(viewer.store.id, date(2026, 1, 1), OCTOBER)


def tell(act_as, role="store_manager", month=OCTOBER, **amounts):
    with act_as(role) as viewer:
        tell_costs(month, {kind: amount and Decimal(amount) for kind, amount in amounts.items()}, by=viewer)


def test_what_was_told_is_kept_by_month_and_kind(act_as):
    tell(act_as, rent="8500", labour="11600.50")
    tell(act_as, month=date(2026, 9, 1), rent="8400")
    assert told(act_as) == {
        date(2026, 9, 1): {"rent": Decimal("8400")},
        OCTOBER: {"rent": Decimal("8500"), "labour": Decimal("11600.50")},
    }


def test_told_again_it_is_set_and_not_added(act_as):
    tell(act_as, rent="8500", energy="900")
    tell(act_as, rent="8600", energy=None)
    assert told(act_as) == {OCTOBER: {"rent": Decimal("8600")}}


def test_the_audit_log_says_that_it_was_told_but_not_how_much(act_as):
    tell(act_as, rent="8500")
    tell(act_as, rent="8500")
    with act_as("administrator"):
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "trade.costs_told")).all()
        assert [entry.details for entry in entries] == [{"month": "2026-10"}]


@pytest.mark.parametrize(
    ("month", "amounts", "field"),
    [
        (date(2026, 11, 1), {"rent": "1"}, "month"),
        (date(2026, 10, 2), {"rent": "1"}, "month"),
        (date(2020, 12, 1), {"rent": "1"}, "month"),
        (OCTOBER, {"rent": "-1"}, "rent"),
        (OCTOBER, {"rent": "100000000"}, "rent"),
        (OCTOBER, {"presents": "1"}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(act_as, month, amounts, field):
    with pytest.raises(RuleBroken) as broken:
        tell(act_as, month=month, labour="1", **amounts)
    assert broken.value.field == field
    assert told(act_as) == {}


def test_our_people_tell_no_store_s_costs(act_as):
    with pytest.raises(RuleBroken):
        tell(act_as, "manager", rent="1")
