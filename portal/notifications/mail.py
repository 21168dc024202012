"""Mail: to a real SMTP server where one is configured, else into a folder that /dev/mail shows."""

from __future__ import annotations

import smtplib
import ssl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

TIMEOUT_SECONDS = 20
KEPT = 200


def send_mail(
    *, to: str, subject: str, text: str, html: str = "", key: str = "", headers: dict[str, str] | None = None
) -> None:
    """Hand one mail over; raises OSError or smtplib.SMTPException when the server does not take it.

    key: what makes it the same mail when it is sent again, as its Message-ID.
    """
    message = build(to=to, subject=subject, text=text, html=html, key=key, headers=headers or {})
    if current_app.config["SMTP_URL"]:
        with smtp_server(current_app.config["SMTP_URL"]) as server:
            server.send_message(message)
    else:
        _into_folder(message)


def build(*, to: str, subject: str, text: str, html: str, headers: dict[str, str], key: str = "") -> EmailMessage:
    """The message; a line break in an address or subject is refused by the email package itself."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{key}@{_domain()}>" if key else make_msgid(domain=_domain())
    message["Auto-Submitted"] = "auto-generated"
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def _domain() -> str:
    """The domain that the mails come from."""
    return parseaddr(current_app.config["MAIL_FROM"])[1].rpartition("@")[2] or "localhost"


@contextmanager
def smtp_server(url: str) -> Iterator[smtplib.SMTP]:
    """The server at smtp://user:password@host:port (STARTTLS where offered) or smtps://..., once it has let us in."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
    context = ssl.create_default_context()
    if secure:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    with server:
        if not secure:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def outbox() -> Path:
    """The folder of mails that no server took, because none is configured."""
    folder = Path(current_app.config["DATA_DIR"]) / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _into_folder(message: EmailMessage) -> None:
    folder = outbox()
    name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.eml"
    (folder / f".{name}").write_bytes(bytes(message))
    (folder / f".{name}").rename(folder / name)
    for old in sorted(folder.glob("[0-9]*.eml"))[:-KEPT]:
        old.unlink(missing_ok=True)


def kept_mails() -> list[tuple[str, EmailMessage]]:
    """The mails of the folder with their names, the latest first."""
    parser = BytesParser(policy=policy.default)
    files = sorted(outbox().glob("[0-9]*.eml"), reverse=True)
    return [(file.stem, parser.parsebytes(file.read_bytes())) for file in files[:KEPT]]  # type: ignore[misc]
