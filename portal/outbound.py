"""Which outside addresses may be called, and the one call that web hooks make: to a checked address, within limits.

An address that somebody typed in could point at the portal's own network: a database, a router, the metadata service
of a cloud. So a name is looked up at the moment of the call, every address it has must be a public one, and the
connection goes to the address that was checked, not to the name again (which could answer differently by then).
Imports nothing of the portal, so that the process that runs apprise can use the same rules.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Reason = Literal["scheme", "credentials", "address", "private"]

SECONDS = 15.0
ANSWER_BYTES = 64 * 1024
LONGEST_URL = 2000
PORTS = {"http": 80, "https": 443}

# Beside what the registries call private, link-local, shared, multicast or reserved: addresses that mean this machine
# or its network in other ways (also by an IPv4 address hidden in an IPv6 one: mapped, translated, 6to4, Teredo), and
# the metadata services that live on public-looking addresses.
NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "224.0.0.0/3", "::/8", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
INSIDE = ("localhost", "local", "internal", "localdomain", "home.arpa", "lan", "intranet")


class AddressRefused(Exception):
    """The address may not be called; `reason` says in a word why not."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason

    def in_words(self) -> str:
        """What a person is told, in the reader's language."""
        from flask_babel import gettext as _

        return {
            "scheme": _("The address must begin with https://."),
            "credentials": _("Please leave name and password out of the address."),
            "private": _("This address lies inside of the portal's own network, so it is not called."),
        }.get(self.reason, _("This address cannot be understood. Please copy it once more."))


class CallFailed(Exception):
    """The address may be called, but there was no answer, or none that could be understood."""


def failure_in_words(text: str) -> str:
    """What a CallFailed said, in the reader's language where it is one of the usual troubles."""
    from flask_babel import gettext as _

    usual = {
        "no answer in time": _("no answer in time"),
        "Connection refused": _("nobody answers there"),
        "was not found": _("the address was not found"),
        "no secure connection": _("no secure connection (certificate)"),
    }
    return next((words for known, words in usual.items() if known in text), text)


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart, with nothing in it that could mean two things."""

    secure: bool
    host: str  # as it goes into DNS and the certificate: ASCII, without brackets
    port: int
    path: str


def is_public(address: Address) -> bool:
    """Whether the address belongs to the open Internet."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in NEVER if network.version == address.version)


def literal(host: str) -> Address | None:
    """The address that the host is, however it is written (127.1, 0x7f.1, 2130706433, 0177.0.0.1); None for a name."""
    bare = host.strip("[]").partition("%")[0]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare)) if bare and bare.isascii() else None
    except OSError:
        return None


def take_apart(url: str, *, allow_private: bool = False) -> Target:
    """The parts of an http(s) address, checked as far as that goes without asking anybody.

    Raises AddressRefused. Plain http is for addresses inside the own network only, so it goes with `allow_private`.
    """
    parts, port = _split(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and allow_private):
        raise AddressRefused("scheme", parts.scheme)
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("credentials")
    host = _ascii(parts.hostname or "")
    check_host(host, allow_private=allow_private)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, PORTS[parts.scheme] if port is None else port, path)


def _split(url: str) -> tuple[SplitResult, int | None]:
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url or "\\" in url:
        raise AddressRefused("address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("address", str(error)) from error
    if parts.fragment or port == 0 or not (parts.path + parts.query).isascii():
        raise AddressRefused("address")
    return parts, port


def _ascii(host: str) -> str:
    """The host as DNS knows it; a name that is none is refused."""
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise AddressRefused("address", str(error)) from error
    if not name or any(character in name for character in "/?#@%<>\"'`{}|^"):
        raise AddressRefused("address")
    return name


def check_host(host: str, *, allow_private: bool = False) -> None:
    """Refuse what is inside of the own network by its very name: no look-up, so no answer that could change."""
    if allow_private:
        return
    address = literal(host)
    if address is not None and not is_public(address):
        raise AddressRefused("private", host)
    name = host.rstrip(".").lower()
    if address is None and ("." not in name or name.endswith(tuple(f".{suffix}" for suffix in INSIDE))):
        raise AddressRefused("private", host)


def look_up(host: str, port: int, *, allow_private: bool = False) -> list[str]:
    """The addresses of the host as of now; raises AddressRefused unless each of them may be called."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailed(f"{host} was not found") from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        check_address(address, allow_private=allow_private)
    return addresses


def check_address(text: str, *, allow_private: bool = False) -> None:
    """Refuse an address that may not be connected to; whatever is no plain IP address is refused too."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError as error:
        raise AddressRefused("private", text) from error
    if not allow_private and not is_public(address):
        raise AddressRefused("private", text)


def post(url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool = False) -> int:
    """Send the body to the address, and return the status it answers with.

    One connection to an address that was checked, no proxy, no redirect followed, at most SECONDS in all. Nothing of
    the answer but its status is kept, so that a refused place could not even be read through here.
    Raises AddressRefused or CallFailed.
    """
    target = take_apart(url, allow_private=allow_private)
    deadline = time.monotonic() + SECONDS
    addresses = look_up(target.host, target.port, allow_private=allow_private)
    connection = _Pinned(target, addresses, deadline)
    try:
        connection.request("POST", target.path, body, {**headers, "Connection": "close"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CallFailed(_in_words(error)) from error
    finally:
        connection.close()


def _in_words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return f"no secure connection: {getattr(error, 'verify_message', '') or error.reason or 'TLS'}"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "the answer could not be understood"


class _Pinned(http.client.HTTPConnection):
    """A connection to the addresses that were checked, whatever the name says by now."""

    def __init__(self, target: Target, addresses: list[str], deadline: float) -> None:
        super().__init__(f"[{target.host}]" if ":" in target.host else target.host, target.port)
        self.default_port = PORTS["https" if target.secure else "http"]  # the Host header names any other
        self._target, self._addresses, self._deadline = target, addresses, deadline

    def connect(self) -> None:
        plain = self._first_that_answers()
        try:
            if self._target.secure:
                plain.settimeout(_left(self._deadline))
                plain = _tls().wrap_socket(plain, server_hostname=self._target.host)
        except BaseException:
            plain.close()
            raise
        self.sock = cast(socket.socket, _Bounded(plain, self._deadline))

    def _first_that_answers(self) -> socket.socket:
        problem: OSError = OSError("no address")
        for address in self._addresses[:4]:
            try:
                return socket.create_connection((address, self._target.port), _left(self._deadline))
            except OSError as error:
                problem = error
        raise problem


def _left(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Bounded:
    """A socket that gives up at the deadline and after so many bytes, however slowly they drip in."""

    def __init__(self, inner: socket.socket, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def sendall(self, data: Any) -> None:
        self._inner.settimeout(_left(self._deadline))
        self._inner.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._inner, self._deadline))

    def close(self) -> None:
        self._inner.close()


class _Reader(io.RawIOBase):
    def __init__(self, inner: socket.socket, deadline: float) -> None:
        super().__init__()
        self._inner, self._deadline, self._room = inner, deadline, ANSWER_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._room <= 0:
            raise http.client.HTTPException("the answer is too long")
        self._inner.settimeout(_left(self._deadline))
        count = self._inner.recv_into(buffer, min(len(buffer), self._room))
        self._room -= count
        return count
