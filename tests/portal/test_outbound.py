"""Which outside addresses are called: none that leads into a network of our own, whatever it looks like."""

import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from portal import outbound
from portal.outbound import AddressRefused, CallFailed
from tests.portal.outside_kit import outside

PRIVATE = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    "224.0.0.0/4", "240.0.0.0/4",
]  # fmt: skip
PUBLIC = ["1.1.1.0/24", "8.8.8.0/24", "101.226.0.0/16", "203.119.0.0/16"]


def inside(networks):
    """Addresses of these networks."""
    return st.sampled_from([ipaddress.ip_network(text) for text in networks]).flatmap(
        lambda network: st.integers(int(network[0]), int(network[-1])).map(ipaddress.ip_address)
    )


def number(value, style):
    return {"decimal": str(value), "octal": f"0{value:o}", "hex": f"0x{value:x}", "HEX": f"0X{value:X}"}[style]


@st.composite
def spellings(draw, addresses):
    """An IPv4 address as the resolver of a machine would take it: 1 to 4 parts, each decimal, octal or hexadecimal."""
    packed = draw(addresses).packed
    count = draw(st.integers(1, 4))
    parts = [*packed[: count - 1], int.from_bytes(packed[count - 1 :], "big")]
    return ".".join(number(part, draw(st.sampled_from(["decimal", "octal", "hex", "HEX"]))) for part in parts)


def reason_of(url, **options):
    with pytest.raises(AddressRefused) as refused:
        outbound.take_apart(url, **options)
    return refused.value.reason


@given(spellings(inside(PRIVATE)), st.sampled_from(["", ":443", ":8443"]), st.sampled_from(["", ".", "/a?b=c"]))
def test_a_private_address_is_refused_in_every_spelling(host, port, rest):
    url = f"https://{host}{port}{rest if not rest.startswith('.') else '/'}"
    assert reason_of(url) == "private"


@given(spellings(inside(PUBLIC)))
def test_a_public_address_passes_in_every_spelling_and_stays_the_same(host):
    taken = outbound.take_apart(f"https://{host}/x")
    assert outbound.literal(taken.host) == ipaddress.ip_address(socket.inet_aton(host))


@given(inside(PRIVATE))
def test_a_private_address_does_not_hide_in_an_ipv6_one(address):
    value = int(address)
    for base in ("::ffff:0:0", "::", "64:ff9b::", "2001::"):
        hidden = ipaddress.IPv6Address(int(ipaddress.IPv6Address(base)) | value)
        assert not outbound.is_public(hidden)
    assert not outbound.is_public(ipaddress.IPv6Address((0x2002 << 112) | (value << 80)))


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public_to_us(address):
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not outbound.is_public(address)


@pytest.mark.parametrize(
    "address",
    ["::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "169.254.169.254", "100.100.100.200", "192.0.0.192",
     "168.63.129.16", "::ffff:169.254.169.254", "255.255.255.255", "198.18.0.1"],
)  # fmt: skip
def test_addresses_with_a_meaning_of_their_own_are_refused(address):
    assert reason_of(f"https://{f'[{address}]' if ':' in address else address}/") == "private"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://hooks.example.com/", "scheme"),
        ("ftp://hooks.example.com/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://hooks.example.com/", "scheme"),
        ("//hooks.example.com/", "scheme"),
        ("https://user:pass@hooks.example.com/", "credentials"),
        ("https://user@hooks.example.com/", "credentials"),
        ("https://@hooks.example.com/", "credentials"),
        ("https://8.8.8.8@127.0.0.1/", "credentials"),
        ("https://hooks.example.com:99999/", "address"),
        ("https://hooks.example.com:0/", "address"),
        ("https://hooks.example.com/#127.0.0.1", "address"),
        ("https://hooks.example.com\\@127.0.0.1/", "address"),
        ("https://hooks.example.com/a b", "address"),
        ("https://hooks.example.com/\r\nHost: 127.0.0.1", "address"),
        ("https://[::1/", "address"),
        ("https:///path", "address"),
        ("https://" + "a" * 64 + ".example.com/", "address"),
        ("https://localhost/", "private"),
        ("https://LOCALHOST./", "private"),
        ("https://db/", "private"),
        ("https://router.lan/", "private"),
        ("https://metadata.google.internal/", "private"),
        ("https://１２７.0.0.1/", "private"),
        ("https://127。0。0。1/", "private"),
        ("https://①②⑦.0.0.1/", "private"),
    ],
)
def test_what_is_no_plain_public_https_address_is_refused(url, reason):
    assert reason_of(url) == reason


def test_a_chinese_name_is_called_by_its_name_in_dns():
    assert outbound.take_apart("https://例子.中国:8443/a?b=1") == outbound.Target(
        True, "xn--fsqu00a.xn--fiqs8s", 8443, "/a?b=1"
    )


@given(st.text(max_size=40))
def test_whatever_is_typed_is_taken_or_refused_and_nothing_else(text):
    for url in (text, f"https://{text}", f"https://{text}/"):
        try:
            taken = outbound.take_apart(url)
        except AddressRefused:
            continue
        assert taken.host.isascii()
        assert taken.port in range(1, 65536)


@pytest.fixture
def names(monkeypatch):
    """A name service of our own: what it answers for a name, one list after the other; and what it was asked."""
    answers, asked, real = {}, [], socket.getaddrinfo

    def look_up(host, port, *rest, **options):
        if host not in answers:
            return real(host, port, *rest, **options)
        asked.append(host)
        found = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answers["asked"] = asked
    return answers


def test_a_name_with_one_private_address_is_not_called_at_all(names):
    names["hooks.example.com"] = [["8.8.8.8", "127.0.0.1"]]
    with pytest.raises(AddressRefused) as refused:
        outbound.post("https://hooks.example.com/", b"{}", {})
    assert refused.value.reason == "private"


def test_the_connection_goes_to_the_address_that_was_checked(names):
    with outside() as place:
        names["hooks.example.com"] = [["127.0.0.1"], ["203.0.113.9"]]  # a second look-up would lead elsewhere
        url = f"http://hooks.example.com:{place.port}/hook?a=1"
        assert outbound.post(url, b'{"a":1}', {"X-Test": "yes"}, allow_private=True) == 204
        (heard,) = place.heard
    assert names["asked"] == ["hooks.example.com"]
    assert (heard.path, heard.body, heard.headers["X-Test"]) == ("/hook?a=1", b'{"a":1}', "yes")
    assert heard.headers["Host"] == f"hooks.example.com:{place.port}"


def test_a_server_of_our_own_network_is_called_only_when_the_operator_allows_it():
    with outside() as place:
        with pytest.raises(AddressRefused):
            outbound.post(place.url.replace("http:", "https:"), b"{}", {})
        assert place.heard == []
        assert outbound.post(place.url, b"{}", {}, allow_private=True) == 204


def test_a_redirect_is_an_answer_and_not_followed():
    with outside() as place:
        place.statuses, place.headers = [302], {"Location": f"{place.url}/secret"}
        assert outbound.post(f"{place.url}/hook", b"{}", {}, allow_private=True) == 302
        assert [heard.path for heard in place.heard] == ["/hook"]


def test_an_answer_that_drips_in_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr(outbound, "SECONDS", 0.4)
    with outside() as place:
        place.drip = True
        with pytest.raises(CallFailed, match="no answer in time"):
            outbound.post(place.url, b"{}", {}, allow_private=True)


def test_an_answer_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(outbound, "ANSWER_BYTES", 50)
    with outside() as place:
        place.headers = {"X-Long": "a" * 200}
        with pytest.raises(CallFailed):
            outbound.post(place.url, b"{}", {}, allow_private=True)


def test_who_does_not_answer_or_cannot_be_found_is_said_so():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(CallFailed, match="refused"):
        outbound.post(f"http://127.0.0.1:{port}/", b"", {}, allow_private=True)
    with pytest.raises(CallFailed, match="not found"):
        outbound.post("https://nowhere.invalid/", b"", {})


def test_the_proxy_of_the_environment_is_not_asked(monkeypatch):
    with outside() as place, outside() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert outbound.post(place.url, b"", {}, allow_private=True) == 204
        assert proxy.heard == []


@pytest.fixture
def secure(tmp_path, monkeypatch):
    """A context for a server that is hooks.example.com, by a certificate that this machine trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hooks.example.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    outbound._tls.cache_clear()
    yield context
    outbound._tls.cache_clear()


def test_the_certificate_must_be_that_of_the_name_although_the_address_is_pinned(secure, names):
    names["hooks.example.com"] = names["evil.example.com"] = [["127.0.0.1"]]
    with outside(secure) as place:
        assert outbound.post(f"https://hooks.example.com:{place.port}/", b"{}", {}, allow_private=True) == 204
        with pytest.raises(CallFailed, match="no secure connection"):
            outbound.post(f"https://evil.example.com:{place.port}/", b"{}", {}, allow_private=True)
        assert len(place.heard) == 1
