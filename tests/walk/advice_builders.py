"""What the plug-in advice has in each place: notes with comments, questions, campaigns, computed advice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from plugins.advice.campaigns.services import CampaignWish, plan_campaign
from plugins.advice.library import services as advice
from plugins.advice.library.comments import say
from plugins.advice.library.services import Draft
from plugins.advice.models import ACCEPTED, DECLINED, OPEN, Note, Proposal
from plugins.advice.questions import queries as question_queries
from plugins.advice.questions import services as questions
from plugins.trade.models import Product
from portal import clock
from portal.db import db
from portal.files.services import store_upload
from tests.walk.estate import SEES_STORE, SEES_WIDE, STORE, Estate, Place, picture
from tests.walk.estate import acting as act
from tests.walk.placing import store_id, versions, whom


def _comment(estate: Estate, place: Place, note_id: int) -> None:
    """Everybody of ours reads the note; what a store says under it only those who see the store."""
    shop, seen = store_id(estate, place), SEES_STORE[place.name]
    with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
        say(db.session.get_one(Note, note_id), shop, f"{estate.mark(place.name)} comment", by=viewer)
    estate.add("note comment", place.name, seen - set(STORE), note_id=note_id, store_id=shop)


def advice_note(estate: Estate, place: Place) -> None:
    mark, seen = estate.mark(place.name, wide=True), SEES_WIDE[place.name]
    draft = Draft(f"{mark} advice", "layout", f"{mark} text", reason=f"{mark} reason", audience=whom(estate, place))
    for label, publish, withdraw, who in versions(place, seen):
        with act(estate.app, estate.world, "expert", place.distributor) as viewer:
            note = advice.write_note(draft, by=viewer)
            db.session.flush()
            made = advice.add_picture(note, store_upload(picture(), "p.jpg", kinds=("picture",)), by=viewer)
            note_id, position = note.id, made.position
        with act(estate.app, estate.world, "manager", place.distributor) as viewer:
            note = db.session.get_one(Note, note_id)
            if publish:
                advice.publish(note, by=viewer)
            if withdraw:
                advice.withdraw(note)
        if publish and not withdraw:
            _comment(estate, place, note_id)
        estate.add("note", label, who, note_id=note_id)
        if publish:
            estate.add("note version", label, who, note_id=note_id, version=1)
        estate.add("note picture", label, who, note_id=note_id, position=position)


def question(estate: Estate, place: Place) -> None:
    """A question that was answered, with a picture; in the store of the walk with an internal note too."""
    mark, seen = estate.mark(place.name), SEES_STORE[place.name]
    with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
        question_id = questions.ask("layout", f"{mark} question", [picture()], by=viewer).id
    with act(estate.app, estate.world, "manager", place.distributor) as viewer:
        questions.say(question_queries.question(question_id), f"{mark} answer", by=viewer)
        shown = question_queries.pictures(question_id)[0].id
    estate.add("question", place.name, seen, question_id=question_id)
    estate.add("question picture", place.name, seen, question_id=question_id, picture_id=shown)
    if place.name == "mine":
        _internal_note(estate, question_id, seen - set(STORE))


def _internal_note(estate: Estate, question_id: int, who: frozenset[str]) -> None:
    estate.marks["hushnotemine"] = who
    with act(estate.app, estate.world, "manager") as viewer:
        found = question_queries.question(question_id)
        questions.note(found, "hushnotemine note", [picture("orange")], by=viewer)
        internal = question_queries.pictures(question_id)[1].id
    estate.add("question picture", "mine, internal", who, question_id=question_id, picture_id=internal)


def campaign(estate: Estate, place: Place) -> None:
    """To come, so that it can be called off."""
    first = clock.today("Asia/Shanghai") + timedelta(days=3)
    with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
        product = db.session.scalars(select(Product)).first()
        assert product
        mark = f"{estate.mark(place.name)} campaign"
        wish = CampaignWish(mark, "leaflet", f"product:{product.id}", 10, Decimal(20), Decimal(5), first, first)
        made = plan_campaign(wish, by=viewer)
        estate.add("campaign", place.name, SEES_STORE[place.name], campaign_id=made.id)


def proposals(estate: Estate, place: Place) -> None:
    """As a night leaves them: an order list, a batch that nears its date, and one that was accepted and done."""
    name, day = estate.mark(place.name), clock.today("Asia/Shanghai")
    with act(estate.app, estate.world, place.keeper, place.distributor):
        product = db.session.scalars(select(Product)).first()
        assert product
        line = {
            "product": product.id,
            "code": name,
            "name": name,
            "own": False,
            "on_hand": 1,
            "on_order": 0,
            "daily": 5.0,
        }
        line |= {"cover": 0.2, "level": 60, "units": 54, "pack": 1, "cost": "2.4", "risk": 9.0, "short": 8.0}
        said = {"name": name, "on_hand": 1, "daily": 5.0, "cover": 0.2, "count": 1, "lead_days": 2, "cover_days": 9}
        told = {"until": day.isoformat(), "days": 182, "review_days": 7, "lead_days": 2, "lines": [line]}
        batch = {"name": name, "expires_on": day.isoformat(), "units": 9, "left": 4, "ended": False}
        ends = batch | {"until": day.isoformat(), "days": 182, "batch": name, "daily": 1.0, "cost": 2.0, "price": 3.0}
        ends |= {"exchange_by": None, "markdown_by": day.isoformat(), "markdown": None}
        photo = store_upload(picture("olive"), "p.jpg", kinds=("picture",))
        db.session.flush()
        for label, kind, subject, state, summary, evidence in (
            (place.name, "order", "", OPEN, said, told | {"neutral": {"lines": 1, "risk": 9.0}}),
            (f"{place.name} ends", "near_expiry", "batch:1", OPEN, batch, ends),
            (f"{place.name} accepted", "near_expiry", "batch:2", ACCEPTED, batch, ends),
            (f"{place.name} declined", "near_expiry", "batch:3", DECLINED, batch, ends),
        ):
            made = Proposal(
                store_id=store_id(estate, place), kind=kind, subject=subject, state=state, summary=summary,
                evidence=evidence, proof_id=photo.id, before_id=photo.id,
            )  # fmt: skip
            db.session.add(made)
            db.session.flush()
            estate.add("proposal", label, SEES_STORE[place.name], proposal_id=made.id)
