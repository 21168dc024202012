"""Letters about a person's access: written in the business transaction, sealed while they wait, sent after it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import structlog
from cryptography.fernet import Fernet
from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import MailUtil
from sqlalchemy import select

from portal.accounts.models import Membership, Person
from portal.contracts import Job
from portal.db import db
from portal.i18n import language, language_tag
from portal.identity import derived_key, normal_email
from portal.jobs.services import enqueue
from portal.notifications.mail import send_mail
from portal.tenancy import all_distributors, scope_or_none

log = structlog.get_logger(__name__)
JOB = "portal.letter"


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody is told by e-mail, and the one place it leads to."""

    to: str
    subject: str
    paragraphs: tuple[str, ...]
    name: str = ""
    url: str = ""
    action: str = ""
    closing: str = ""
    distributor_name: str = ""


def public_url(endpoint: str, **values: Any) -> str:
    """The address of a page as people outside reach it; never taken from a request, whose host anybody can write."""
    pages = current_app.extensions.get("storewise_pages", current_app)  # the web API is an application beside them
    path = pages.url_map.bind("localhost").build(endpoint, values)
    return current_app.config["PUBLIC_URL"].rstrip("/") + path


def post(letter: Letter, *, distributor_id: int) -> None:
    """Send the letter after the transaction, if it commits; it holds secrets, so what waits in the table is sealed."""
    context = {
        "subject": letter.subject,
        "name": letter.name,
        "paragraphs": letter.paragraphs,
        "url": letter.url,
        "action": letter.action,
        "closing": letter.closing,
        "distributor_name": letter.distributor_name,
        "lang": language_tag(),
    }
    content = {
        "to": letter.to,
        "subject": letter.subject,
        "text": render_template("mail/message.txt", **context),
        "html": render_template("mail/message.html", **context),
    }
    enqueue(
        JOB,
        arguments={"sealed": _cipher().encrypt(json.dumps(content).encode()).decode()},
        distributor_id=distributor_id,
    )


def deliver(sealed: str) -> None:
    """Hand a waiting letter to the mail server."""
    content = json.loads(_cipher().decrypt(sealed.encode()))
    send_mail(to=content["to"], subject=content["subject"], text=content["text"], html=content["html"])


def _cipher() -> Fernet:
    key = derived_key(current_app._get_current_object(), "letters")  # type: ignore[attr-defined]
    return Fernet(base64.urlsafe_b64encode(key))


JOBS = (Job(JOB, deliver, _l("Letter about access"), tries=8),)


class SecurityLetters(MailUtil):  # type: ignore[misc]
    """Flask-Security's letters as ours."""

    def normalize(self, email: str) -> str:
        """The one form in which an address is kept."""
        return normal_email(email) or email

    validate = normalize

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **context: Any
    ) -> None:
        """Write the letter of this kind in the person's language; without an address there is none."""
        person: Person = context["user"]
        distributor_id = a_distributor_of(person)
        if not recipient or distributor_id is None:
            log.info("no letter", person=person.id, kind=template)
            return
        with force_locale(person.language or language()):
            post(_security_letter(template.rpartition("/")[2], person, context), distributor_id=distributor_id)


def _security_letter(kind: str, person: Person, context: dict[str, Any]) -> Letter:
    if kind == "reset_instructions":
        return Letter(
            to=person.email or "",
            name=person.name,
            subject=_("Set a new password for Storewise"),
            paragraphs=(_("With this link you choose a new password. It works once, for two hours."),),
            url=public_url("security.reset_password", token=context["reset_token"]),
            action=_("Choose a new password"),
            closing=_("You did not ask for it? Then do nothing; your password stays as it is."),
        )
    return Letter(
        to=person.email or "",
        name=person.name,
        subject=_("Your Storewise password was changed"),
        paragraphs=(
            _("The password of your account has just been changed, and all other devices are logged out."),
            _("It was not you? Set a new password at once, and tell your distributor."),
        ),
        url=public_url("security.forgot_password"),
        action=_("Set a new password"),
    )


def a_distributor_of(person: Person) -> int | None:
    """A distributor that the person belongs to, whose queue carries the letter; who is a member nowhere has nothing to open."""
    acting = scope_or_none()
    if acting is not None:
        return acting.distributor_id
    with all_distributors(reason="whose queue carries a letter", quiet=True):
        return db.session.scalar(
            select(Membership.distributor_id).where(Membership.person_id == person.id).order_by(Membership.id).limit(1)
        )
