"""A real SMTP server for tests, and the way from a message to a mail."""

from __future__ import annotations

import email
import email.header
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from portal import clock
from portal.accounts.models import Membership
from portal.db import db
from portal.jobs.worker import Worker, run_pending
from portal.notifications.services import notify


@dataclass
class Inbox:
    """What arrived, and what to answer to the next mails instead of taking them."""

    mails: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    offered: list[EmailMessage] = field(default_factory=list)  # also those that were not taken

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        self.offered.append(message)  # type: ignore[arg-type]
        if self.refusals:
            return self.refusals.pop(0)
        self.mails.append(message)  # type: ignore[arg-type]
        return "250 taken"


@contextmanager
def mail_server(app: Flask, monkeypatch: Any) -> Iterator[Inbox]:
    """A server that the portal sends to for the time of the block."""
    handler = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://127.0.0.1:{port}")
    try:
        yield handler
    finally:
        server.stop()


def tell(act_as: Any, world: Any, role: str = "store_manager", kind: str = "events.invitation", **more: Any) -> int:
    """Send somebody of the first distributor a message; its id."""
    with act_as("manager"):
        member = db.session.get_one(Membership, world.first.members[role])
        return notify(kind, to=[member], **{"title": "活动改期", "url": "/events/1", **more})[0].id


def work_at(app: Flask, moment: datetime) -> None:
    """What a worker does that looks at the clock, and runs what is due, at this moment."""
    with clock.frozen(moment):
        Worker(app).schedule()
        run_pending(app, raise_errors=False)


def parts(mail: EmailMessage) -> tuple[str, str]:
    """The mail as text and as HTML."""
    found = [mail.get_body((kind,)) for kind in ("plain", "html")]
    return tuple(part.get_content() if part is not None else "" for part in found)  # type: ignore[return-value]
