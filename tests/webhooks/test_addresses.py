"""Where webhooks may go: never inside a network, whatever the address looks like or its name leads to."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from heitje_chain.webhooks import rules
from heitje_chain.webhooks.errors import AddressNotAllowed, UrlInvalid
from heitje_chain.webhooks.queue import Dispatch, Result
from heitje_chain.webhooks.sealing import Sealer
from heitje_chain.webhooks.sending import Resolve, Sending

from .receiver import receiving

NAME = "hooks.example.org"
PUBLIC = "93.184.215.14"

INSIDE = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - is refused
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.0.192",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "no address",
)


@pytest.mark.parametrize("address", INSIDE)
def test_address__inside__is_not_public(address: str) -> None:
    assert not rules.is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", f"::ffff:{PUBLIC}"])
def test_address__on_the_internet__is_public(address: str) -> None:
    assert rules.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org/a?b=c",
        "https://example.org:8443/",
        "https://xn--bcher-kva.example/",
        f"https://{PUBLIC}/",
    ],
)
def test_url__of_the_internet__is_taken(url: str) -> None:
    assert rules.check_url(url, private=False).geturl() == url


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "example.org",
        "https://",
        "https:///path",
        "https://:443/",
        "https://example.org:22/",
        "https://example.org:80/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://anna:geheim@example.org/",
        "https://@example.org/",
        "https://example.org/#part",
        "https://example.org\\@127.0.0.1/",
        "https://exam\tple.org/",
        "https://example.org/\n",
        "https://example.org/ path",
        "https://bücher.example/",
        "https://[::1/",
        "https://example.org/" + "a" * 500,
    ],
)
def test_url__that_will_not_do__is_refused(url: str) -> None:
    with pytest.raises(UrlInvalid):
        rules.check_url(url, private=False)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost.",
        "db.localhost",
        "printer.local",
        "metadata.google.internal",
        "intranet",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[fd00:ec2::254]",
    ],
)
def test_url__that_plainly_leads_inside__is_refused(host: str) -> None:
    with pytest.raises(AddressNotAllowed):
        rules.check_url(f"https://{host}/", private=False)


@pytest.mark.parametrize("found", [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["::ffff:10.0.0.1"], []])
def test_name__that_leads_inside__is_not_connected_to(found: list[str]) -> None:
    assert attempt(f"https://{NAME}/", lambda host, port: found).outcome == "address"


@pytest.mark.parametrize("url", ["https://2130706433/", "https://localhost/", "http://example.org/"])
def test_attempt__at_an_address_that_was_allowed_once__looks_again(url: str) -> None:
    assert attempt(url, lambda host, port: [PUBLIC]).outcome == "address"


def test_name__that_is_in_no_directory__is_a_failed_connection() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    assert attempt(f"https://{NAME}/", unknown).outcome == "connection"


def test_http__is_for_this_machine_alone() -> None:
    with receiving() as receiver:
        url = f"http://{NAME}:{receiver.port}/hook"
        to_us = attempt(url, lambda host, port: ["127.0.0.1"], private=True)
        elsewhere = attempt(url, lambda host, port: ["192.168.1.1"], private=True)

    assert (to_us.outcome, elsewhere.outcome) == ("delivered", "address")
    assert [one.headers["host"] for one in receiver.received] == [f"{NAME}:{receiver.port}"]


def test_connection__is_made_to_the_address_that_was_checked_under_the_names_certificate(
    secure: tuple[int, ssl.SSLContext, list[str]],
) -> None:
    port, trust, hosts = secure
    asked: list[str] = []

    def once(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    right = attempt(f"https://{NAME}:{port}/a?b=c", once, private=True, trust=trust)
    wrong = attempt(f"https://other.example.org:{port}/", lambda *_: ["127.0.0.1"], private=True, trust=trust)

    assert (right.outcome, right.status) == ("delivered", 204)
    assert asked == [NAME]
    assert hosts == [f"{NAME}:{port}"]
    assert (wrong.outcome, wrong.status) == ("connection", None)


def test_name__with_an_address_where_nobody_listens__is_tried_at_the_next() -> None:
    with receiving() as receiver:
        url = f"http://{NAME}:{receiver.port}/"
        assert attempt(url, lambda *_: ["127.0.0.2", "127.0.0.1"], private=True).outcome == "delivered"


def test_resolver__that_hangs__is_a_timeout_and_holds_up_nothing() -> None:
    over = threading.Event()

    def hang(host: str, port: int) -> Sequence[str]:
        over.wait(30)
        return [PUBLIC]

    result = attempt(f"https://{NAME}/", hang, timeout_seconds=0.2)
    over.set()

    assert result.outcome == "timeout"


def attempt(url: str, resolve: Resolve, *, private: bool = False, **more: Any) -> Result:
    """Try to send something to this address."""
    dispatch = Dispatch("1", 1, 0, "endpoint", url, "msg_1", b"{}", ())

    async def run() -> Result:
        sending = Sending(lambda: Sealer(bytes(32)), private=private, resolve=resolve, **more)
        try:
            return await sending.attempt(dispatch)
        finally:
            await sending.close()

    return asyncio.run(run())


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[int, ssl.SSLContext, list[str]]]:
    """A TLS server on loopback with a certificate for NAME: its port, who believes it, which Hosts came."""
    certificate, key = _certificate(tmp_path)
    hosts: list[str] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            hosts.append(self.headers["host"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # whoever does not believe the certificate hangs up

    server = Quiet(("127.0.0.1", 0), Taking)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1], ssl.create_default_context(cafile=str(certificate)), hosts
    server.shutdown()
    server.server_close()
    thread.join(5)


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
