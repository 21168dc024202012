"""The addresses of channels as people type them in: taken apart, and shown without their secrets."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

from flask import current_app
from flask_babel import gettext as _

from portal.errors import RuleBroken
from portal.outbound import AddressRefused, check_host

LONGEST = 1000
FIELD = "address"
SCHEME = re.compile(r"^([a-z][a-z0-9]{1,30})://.", re.IGNORECASE)

# Services of apprise that reach the screen or the log of the portal's own machine, and nobody else.
LOCAL = frozenset({"dbus", "qt", "kde", "glib", "gio", "gnome", "macosx", "windows", "syslog", "blink1"})
# Services at a host of one's own, so that what stands after :// is a host and no secret.
HOSTED = frozenset({
    "json", "jsons", "xml", "xmls", "form", "forms", "apprise", "apprises", "bark", "barks", "gotify", "gotifys",
    "matrix", "matrixs", "mmost", "mmosts", "mqtt", "mqtts", "nctalk", "nctalks", "ntfy", "ntfys", "rocket", "rockets",
    "synology", "synologys", "xmpp", "xmpps", "irc", "ircs", "rsyslog", "smpp", "smpps", "amqp", "amqps",
})  # fmt: skip
TITLES = {"wecombot": "WeCom", "dingtalk": "DingTalk", "feishu": "Feishu", "lark": "Lark", "tgram": "Telegram"}


def normal_address(typed: str) -> str:
    """The address as apprise takes it, also from what WeCom, DingTalk and Feishu give out; raises RuleBroken."""
    address = _from_chat(typed.strip()) or typed.strip()
    found = SCHEME.match(address)
    if not found or len(address) > LONGEST or not address.isprintable() or " " in address:
        raise RuleBroken(FIELD, _("This is no address of a channel. It looks like wecombot://key."))
    scheme = found[1].lower()
    if scheme in {"http", "https"}:
        raise RuleBroken(FIELD, _("For a program of your own write jsons:// instead of https://, or make a web hook."))
    if scheme in LOCAL:
        raise RuleBroken(FIELD, _("This kind of address reaches only the portal's own machine."))
    if scheme in HOSTED:
        _check_host(address)
    return address


def _from_chat(url: str) -> str:
    """The address of a group's robot as its chat shows it, in apprise's form; empty for anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    last = parts.path.rstrip("/").rpartition("/")[2]
    match (parts.scheme, parts.hostname):
        case ("https", "qyapi.weixin.qq.com") if "key" in query:
            return f"wecombot://{quote(query['key'])}"
        case ("https", "oapi.dingtalk.com") if "access_token" in query:
            secret = f"{quote(query['secret'])}@" if "secret" in query else ""
            return f"dingtalk://{secret}{quote(query['access_token'])}"
        case ("https", "open.feishu.cn") if last:
            return f"feishu://{quote(last)}"
        case ("https", "open.larksuite.com") if last:
            return f"lark://{quote(last)}"
    return ""


def _check_host(address: str) -> None:
    """What a look at the address alone tells; the process that sends looks at every connection."""
    try:
        host = urlsplit(address).hostname or ""
        check_host(host, allow_private=current_app.config["ALLOW_PRIVATE_ADDRESSES"])
    except ValueError as error:
        raise RuleBroken(FIELD, _("This is no address of a channel. It looks like wecombot://key.")) from error
    except AddressRefused as error:
        raise RuleBroken(FIELD, error.in_words()) from error


def without_secrets(address: str) -> str:
    """The service, the host where it is one, and the last four characters of a long secret."""
    scheme, _colon, rest = address.partition("://")
    scheme, path = scheme.lower(), rest.partition("?")[0].rstrip("/")
    host = (urlsplit(address).hostname or "") if scheme in HOSTED else ""
    secret = path if not host else path.partition("/")[2]
    ending = secret[-4:] if len(secret) >= 16 else ""
    return f"{TITLES.get(scheme, scheme)} · {host + '/' if host else ''}••••{ending}"[:200]
