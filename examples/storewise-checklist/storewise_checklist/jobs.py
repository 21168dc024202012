"""Work outside of requests, and what the plug-in hears."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.api import Job, Membership, Subscription, notify, session, the_host
from storewise_checklist import queries, services


def remind() -> None:
    """Remind every store that has not looked at everything yet; runs once a day for each distributor."""
    if not the_host().settings_of("checklist")["remind"]:
        return
    day = services.today()
    late = {store.id for store in queries.stores_with_open_items(day, weekly=services.is_weekly_day(day))}
    members = session.scalars(select(Membership).where(Membership.store_id.in_(late), Membership.active.is_(True)))
    notify("checklist.open", to=members, title=_l("The opening checklist is not done yet"), url="/checklist/")


def welcome(person_id: int, membership_id: int) -> None:
    """Tell a new person of a store that there is a list."""
    member = session.get_one(Membership, membership_id)
    if member.store_id is not None:
        notify("checklist.open", to=[member], title=_l("Your store has an opening checklist"), url="/checklist/")


JOBS = (Job("checklist.remind", remind, _l("Remind stores of the opening checklist"), cron="0 10 * * *"),)
SUBSCRIPTIONS = (Subscription("person_joined", welcome),)
