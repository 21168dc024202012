"""Filing complaints, talking about them, and taking them from stage to stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from plugins.complaints import notices, queries
from plugins.complaints.methods import stages
from plugins.complaints.models import CATEGORIES, SERVICE, SEVERITIES, UNITS, WISHES, Complaint, Message, Photo
from plugins.complaints.numbers import next_number
from portal.api import (
    Membership,
    NotFound,
    RuleBroken,
    Store,
    Viewer,
    clock,
    index,
    members_who_may,
    record,
    session,
    signal,
    store_upload,
    the_host,
)

complaint_filed = signal("complaints.filed")
complaint_answered = signal("complaints.answered")
complaint_closed = signal("complaints.closed")

MOST_PHOTOS = 20
LONGEST_TEXT = 5000
REP = "rep"


@dataclass(frozen=True, slots=True)
class Report:
    """What a store has to say."""

    category: str
    text: str = ""
    product: str = ""
    product_id: str = ""
    batch: str = ""
    expires_on: date | None = None
    quantity: Decimal | None = None
    quantity_unit: str = "piece"
    delivery_note: str = ""
    wish: str = ""
    about_rep: bool = False


def promised_hours() -> tuple[int, int]:
    """Within how many hours the distributor promises the first answer, and the solution."""
    values = the_host().settings_of("complaints")
    return int(values["first_answer_hours"]), int(values["resolution_hours"])


def file_complaint(
    report: Report, photos: Sequence[FileStorage | bytes] = (), *, store_id: int | None = None, by: Viewer
) -> Complaint:
    """Take a complaint in: of the own store, or as our person for the store `store_id`."""
    shop = _shop(store_id, by)
    _check(report, photos, by)
    now = clock.now()
    answer_hours, resolve_hours = promised_hours()
    answer_due = now + timedelta(hours=answer_hours)
    complaint = Complaint(
        store_id=shop.id,
        number=next_number(by.distributor.timezone, now),
        **_columns(report),
        about_rep=_goes_past_the_rep(report, by),
        about_membership_id=shop.rep_membership_id if _goes_past_the_rep(report, by) else None,
        created_by_id=by.person.id,
        filed_by_store=by.is_store_side,
        created_at=now,
        answer_due_at=answer_due,
        resolve_due_at=now + timedelta(hours=resolve_hours),
        next_due_at=answer_due,
    )
    session.add(complaint)
    session.flush()
    keep_photos(complaint, photos)
    _index(complaint, shop, said=())
    record("complaints.filed", complaint, number=complaint.number)
    notices.filed(complaint, shop, by)
    complaint_filed.send(None, complaint_id=complaint.id)
    return complaint


def _shop(store_id: int | None, by: Viewer) -> Store:
    if by.store is not None:
        return by.store
    shop: Store | None = session.get(Store, store_id) if store_id else None
    if shop is None or (by.role.key == REP and shop.rep_membership_id != by.membership.id):
        raise RuleBroken("store_id", _("Please choose the store."))
    return shop


def _goes_past_the_rep(report: Report, by: Viewer) -> bool:
    return by.role.key != REP and (report.about_rep or report.category == SERVICE)


def _check(report: Report, photos: Sequence[Any], by: Viewer) -> None:
    for field, value, known in (
        ("category", report.category, CATEGORIES),
        ("wish", report.wish, ("", *WISHES)),
        ("quantity_unit", report.quantity_unit, UNITS),
    ):
        if value not in known:
            raise RuleBroken(field, _("Please choose one of the offered answers."))
    if report.about_rep and by.role.key == REP:
        raise RuleBroken("about_rep", _("A complaint about a rep is filed by the store or by a manager."))
    if report.quantity is not None and report.quantity <= 0:
        raise RuleBroken("quantity", _("Must be more than 0."))
    if not photos and not (report.text.strip() or report.product.strip()):
        raise RuleBroken("text", _("Please add a photo, or say in a few words what is wrong."))
    _check_text(report.text)


def _check_text(text: str, field: str = "text") -> None:
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(field, _("At most %(count)s characters.", count=LONGEST_TEXT))


def _columns(report: Report) -> dict[str, Any]:
    names = ("text", "product", "product_id", "batch", "delivery_note")
    texts = {name: getattr(report, name).strip() for name in names}
    others = ("category", "expires_on", "quantity", "quantity_unit", "wish")
    return texts | {name: getattr(report, name) for name in others}


def add_photos(complaint: Complaint, uploads: Sequence[FileStorage | bytes], *, by: Viewer) -> list[Photo]:
    """Add pictures to a complaint that was filed before."""
    photos = keep_photos(complaint, uploads)
    record("complaints.photos_added", complaint, count=len(photos))
    notices.wrote(complaint, by, _l("New photos: %(number)s", number=complaint.number), "")
    return photos


def keep_photos(
    complaint: Complaint, uploads: Iterable[FileStorage | bytes], message: Message | None = None
) -> list[Photo]:
    """Check, re-encode and keep pictures; RuleBroken at `photos` says which one cannot be used and why."""
    chosen = list(uploads)
    if len(chosen) > MOST_PHOTOS:
        raise RuleBroken("photos", _("At most %(count)s photos at once.", count=MOST_PHOTOS))
    kept = []
    for upload in chosen:
        stored = store_upload(
            upload, None if isinstance(upload, FileStorage) else "photo", kinds=("picture",), field="photos"
        )
        photo = Photo(
            complaint_id=complaint.id,
            store_id=complaint.store_id,
            message_id=message.id if message else None,
            file_id=stored.id,
            internal=bool(message and message.internal),
        )
        session.add(photo)
        kept.append(photo)
    session.flush()
    return kept


def say(complaint: Complaint, text: str, photos: Sequence[FileStorage] = (), *, by: Viewer) -> Message:
    """A message of the store, or the answer of our person, who owns the complaint if nobody did."""
    if by.is_store_side:
        message = _message(complaint, text, photos, by)
        record("complaints.message_added", complaint)
        notices.wrote(complaint, by, _l("The store wrote: %(number)s", number=complaint.number), message.text)
        return message
    if not stages.may("answer", complaint.state):
        message = _message(complaint, text, photos, by)
        record("complaints.message_added", complaint)
    else:
        _own(complaint, by)
        message = _message(complaint, text, photos, by)
        _step(complaint, "answer")
        complaint_answered.send(None, complaint_id=complaint.id)
    notices.to_store(complaint, by, _l("Answer to %(number)s", number=complaint.number), message.text)
    return message


def note(complaint: Complaint, text: str, photos: Sequence[FileStorage] = (), *, by: Viewer) -> Message:
    """An internal note: never shown, sent or found on the store's side."""
    by.must(queries.HANDLE)
    message = _message(complaint, text, photos, by, internal=True)
    record("complaints.note_added", complaint)
    return message


def _message(
    complaint: Complaint,
    text: str,
    photos: Sequence[FileStorage],
    by: Viewer,
    *,
    internal: bool = False,
    state_after: str = "",
) -> Message:
    if not text.strip() and not photos and not state_after:
        raise RuleBroken("text", _("Please write a few words or add a photo."))
    _check_text(text)
    message = Message(
        complaint_id=complaint.id,
        store_id=complaint.store_id,
        author_id=by.person.id,
        by_store=by.is_store_side,
        internal=internal,
        text=text.strip(),
        state_after=state_after,
    )
    session.add(message)
    session.flush()
    keep_photos(complaint, photos, message)
    if message.text and not internal:
        reindex(complaint)
    return message


def take_over(complaint: Complaint, *, by: Viewer) -> None:
    """Our person answers for this complaint from now on."""
    by.must(queries.HANDLE)
    assign(complaint, by.membership.id, by=by)


def assign(complaint: Complaint, membership_id: int | None, *, by: Viewer) -> None:
    """Give the complaint to one of our people, or to nobody."""
    if complaint.owner_membership_id == membership_id:
        return
    member = next((m for m in possible_owners(complaint) if m.id == membership_id), None)
    if membership_id is not None and member is None:
        raise RuleBroken("owner", _("This person cannot handle this complaint."))
    complaint.owner_membership_id = membership_id
    record("complaints.assigned", complaint, owner=membership_id)
    if member is not None:
        notices.assigned(complaint, member, by)


def possible_owners(complaint: Complaint) -> list[Membership]:
    """Our people who may handle this complaint."""
    return [member for member in members_who_may(queries.HANDLE) if notices.may_know(complaint, member)]


def rate_severity(complaint: Complaint, severity: str) -> None:
    """Say how serious it is."""
    if severity not in SEVERITIES:
        raise RuleBroken("severity", _("Please choose one of the offered answers."))
    if severity != complaint.severity:
        complaint.severity = severity
        record("complaints.severity_changed", complaint, severity=severity)


def take_step(complaint: Complaint, step: str, word: str = "", *, by: Viewer) -> None:
    """Take the complaint to its next stage; RuleBroken where the stage, the side or a missing word forbids it."""
    rule = stages.STEPS.get(step)
    if rule is None or step == "answer" or rule.by_store != by.is_store_side:
        raise RuleBroken("state", _("This is not possible."))
    if not stages.may(step, complaint.state):
        raise RuleBroken("state", _("This is not possible at the stage where the complaint stands now."))
    if rule.needs_word and not word.strip():
        raise RuleBroken("word", _("Please say why in a few words."))
    _check_text(word, "word")
    if not by.is_store_side and step != "close":
        _own(complaint, by)
    _message(complaint, word, (), by, state_after=rule.target)
    _step(complaint, step)
    notices.stepped(complaint, step, word.strip(), by)
    if complaint.state in (stages.CLOSED, stages.REFUSED):
        complaint_closed.send(None, complaint_id=complaint.id)


def _own(complaint: Complaint, by: Viewer) -> None:
    if complaint.owner_membership_id is None:
        complaint.owner_membership_id = by.membership.id


def _step(complaint: Complaint, step: str) -> None:
    if not stages.may(step, complaint.state):
        raise RuleBroken("state", _("This is not possible at the stage where the complaint stands now."))
    now = clock.now()
    complaint.state = stages.STEPS[step].target
    complaint.is_open = complaint.state in stages.OPEN
    complaint.sequence += 1
    _set_moments(complaint, step, now)
    complaint.next_due_at = complaint.resolve_due_at if complaint.first_answered_at else complaint.answer_due_at
    record(f"complaints.{PAST[step]}", complaint, state=complaint.state)


PAST = {
    "acknowledge": "acknowledged",
    "answer": "answered",
    "remedy": "remedied",
    "refuse": "refused",
    "close": "closed",
    "confirm": "confirmed",
    "reopen": "reopened",
}


def _set_moments(complaint: Complaint, step: str, now: datetime) -> None:
    if step == "reopen":
        complaint.reopened_at = now
        complaint.times_reopened += 1
        complaint.remedied_at = complaint.confirmed_at = complaint.closed_at = None
        complaint.resolve_due_at = now + timedelta(hours=promised_hours()[1])
        return
    complaint.acknowledged_at = complaint.acknowledged_at or now
    if step in ("answer", "remedy", "refuse"):
        complaint.first_answered_at = complaint.first_answered_at or now
    if step == "remedy":
        complaint.remedied_at = now
    elif step == "confirm":
        complaint.confirmed_at = now
    elif step in ("close", "refuse"):
        complaint.closed_at = now


def reindex(complaint: Complaint) -> None:
    """Make it findable by what it and its messages say now; internal notes are never part of it."""
    shop: Store | None = session.get(Store, complaint.store_id)
    if shop is None:
        raise NotFound
    _index(complaint, shop, said=[message.text for message in queries.messages(complaint.id) if not message.internal])


def _index(complaint: Complaint, shop: Store, *, said: Sequence[str]) -> None:
    own = (complaint.number, complaint.product, complaint.batch, complaint.delivery_note, complaint.text)
    kind = queries.PRIVATE_KIND if complaint.about_rep else queries.KIND
    index(kind, complaint.id, "\n".join((*own, shop.number, shop.name, *said)), store_id=complaint.store_id)
