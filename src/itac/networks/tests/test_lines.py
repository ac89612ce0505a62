"""The line: what left is known, and nothing outlives its time (Promise 1)."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from itac.networks import lines
from itac.networks.lines import Missing, NoReply, ask

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
Answer = Callable[[socket.socket], None]


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """A bare server on loopback that treats each connection as told; its address."""
    listeners: list[socket.socket] = []

    def start(answer: Answer, *, tls: ssl.SSLContext | None = None) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                    with tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
                        answer(connection)
                except OSError:
                    if listener.fileno() < 0:
                        return

        threading.Thread(target=run, daemon=True).start()
        return f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.close()


def missing(url: str, *, seconds: float = 5.0, **options: object) -> Missing:
    with pytest.raises(NoReply) as none:
        ask("POST", url, seconds=seconds, **options)
    return none.value.missing


def test_answer_that_drips_does_not_outlive_the_call(serve: Callable[..., str]) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 400:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)  # far below any time-out for one byte

    started = time.monotonic()

    assert missing(serve(drip), seconds=0.5) is Missing.LATE
    assert time.monotonic() - started < 1.5


def test_nothing_leaves_when_the_time_was_over_before(serve: Callable[..., str]) -> None:
    seen: list[bytes] = []
    address = serve(lambda connection: seen.append(connection.recv(10)))

    assert missing(address, seconds=0) is Missing.NOT_SENT
    assert seen == []


@pytest.mark.parametrize(
    "answer",
    [b"", b"not HTTP at all\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"],
    ids=["closed", "garbage", "truncated"],
)
def test_broken_answer_is_cut(serve: Callable[..., str], answer: bytes) -> None:
    def cut(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(answer)

    assert missing(serve(cut)) is Missing.CUT


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://no-such-host.invalid/", "http://[::1/", "ftp://a.b/"])
def test_nobody_there_is_not_sent(url: str) -> None:
    assert missing(url) is Missing.NOT_SENT


def test_redirect_is_an_answer_and_is_not_followed(serve: Callable[..., str]) -> None:
    seen: list[bytes] = []

    def away(connection: socket.socket) -> None:
        seen.append(connection.recv(65_536))
        head = b"HTTP/1.1 307 Away\r\nLocation: /there\r\nSet-Cookie: a=b\r\nConnection: close\r\n"
        connection.sendall(head + b"Content-Length: 0\r\n\r\n")

    address = serve(away)
    first, second = ask("POST", address, seconds=5), ask("POST", address, seconds=5)

    assert (first.status, second.status, len(seen)) == (307, 307, 2)
    assert b"ookie" not in seen[1]


def test_connection_left_idle_is_not_trusted(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    connections: list[int] = []

    def once(connection: socket.socket) -> None:
        connections.append(connection.fileno())
        while connection.recv(65_536):
            connection.sendall(OK)

    address = serve(once)
    ask("POST", address, seconds=5)
    ask("POST", address, seconds=5)
    monkeypatch.setattr(lines, "IDLE_SECONDS", -1.0)
    ask("POST", address, seconds=5)

    assert len(connections) == 2


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate and key for 127.0.0.1 that nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "certificate.pem"
    file.write_bytes(private + made.public_bytes(pem))
    return file


def test_unknown_certificate_gets_not_one_byte(
    serve: Callable[..., str], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    seen: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        seen.append(connection.recv(65_536))
        connection.sendall(OK)

    stranger = missing(serve(answer, tls=server))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    known = ask("POST", serve(answer, tls=server), seconds=5)

    assert (stranger, known.status, len(seen)) == (Missing.NOT_SENT, 200, 1)


def test_cut_within_tls_is_cut(serve: Callable[..., str], certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)

    assert missing(serve(lambda connection: connection.recv(65_536) and None, tls=server)) is Missing.CUT
