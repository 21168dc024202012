"""The doctor looks at the settings: what is unsafe, and what does not fit together."""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

from portal.operations.findings import Finding, ok, problem, warning

SHORTEST_KEY = 32
FEWEST_SIGNS = 10  # different ones; fewer are typed or repeated, not drawn
KNOWN_KEYS = ("changeme", "change-me", "secret", "dev", "example", "password", "default", "test")


def is_local(url: str) -> bool:
    """Whether an address leads to this machine only."""
    host = (urlsplit(url).hostname or "").lower()
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def secret_key() -> Iterator[Finding]:
    """Whether sign-ins and second factors rest on a key that nobody guesses or reads."""
    key = str(current_app.config["SECRET_KEY"])
    kept = Path(current_app.config["DATA_DIR"]) / "secret_key.txt"
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_SIGNS or any(word in key.lower() for word in KNOWN_KEYS):
        yield problem(
            "SECRET_KEY", "can be guessed: draw one by  python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    elif kept.is_file() and kept.read_text(encoding="ascii") == key:
        if kept.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield problem("SECRET_KEY", f"others on this machine may read it: chmod 600 {kept}")
        else:
            yield ok("SECRET_KEY", f"kept in {kept}; with several machines, set the same one on each")
    else:
        yield ok("SECRET_KEY", "set, and long enough")


def public_url() -> Iterator[Finding]:
    """Whether people reach the portal by a protected address, and cookies know it."""
    config, url = current_app.config, str(current_app.config["PUBLIC_URL"])
    if is_local(url):
        yield warning("PUBLIC_URL", f"{url} leads to this machine only: links in mails work nowhere else")
        return
    if not url.startswith("https://"):
        yield problem("PUBLIC_URL", f"{url} is not https: passwords would cross the network in the open")
        return
    yield ok("PUBLIC_URL", url)
    if not config["SECURE_COOKIES"]:
        yield problem("SECURE_COOKIES", "is off although the portal is reached by https")
    if not config["SERVER_NAME_ALLOWED"]:
        yield warning("ALLOWED_HOSTS", f"is empty, so any host name is answered: set {urlsplit(url).hostname}")
    if not config["TRUSTED_PROXIES"]:
        yield warning(
            "TRUSTED_PROXIES", "is 0: behind a reverse proxy everybody counts as one address, and log-in limits hit all"
        )


def rate_limits() -> Iterator[Finding]:
    """Whether limits of tries are counted where all processes see them."""
    url = str(current_app.config["REDIS_URL"])
    if not url:
        yield warning("REDIS_URL", "is empty: each web process counts tries to log in for itself")
        return
    import redis

    with redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as server:
        version = server.info("server")["redis_version"]
    yield ok("REDIS_URL", f"Redis {version} answers")


def modes() -> Iterator[Finding]:
    """Whether something meant for trying out is on."""
    config = current_app.config
    if (config["DEMO"] or config["DEVELOPMENT"]) and not config["SMTP_URL"] and not is_local(config["PUBLIC_URL"]):
        yield problem("DEMO", "or DEVELOPMENT is on in a public portal: /dev/mail shows every mail to everybody")
    for name in ("DEVELOPMENT", "ALLOW_PRIVATE_ADDRESSES"):
        if config[name] and not is_local(config["PUBLIC_URL"]):
            yield warning(name, "is on in a portal that is public")


CHECKS = (secret_key, public_url, rate_limits, modes)
