"""EMAIL_URL says how a mail server is reached, and a log-in never crosses another machine's line in the open."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from itac.core import mailing
from itac.core.carrying import Smtp
from itac.core.mail_servers import MailServer as Place
from itac.core.mail_servers import read_sender, read_server
from itac.core.models import Mail, MailState
from itac.core.options import UnusableSetting
from itac.core.postman import Postman
from tests.servers.mail import MailServer

NOON = datetime.datetime(2026, 12, 18, 12, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 that signs itself, as a file to trust and as a server shows it."""

    file: Path
    context: ssl.SSLContext


def make_certificate(folder: Path) -> Certificate:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return Certificate(file, context)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def careful(certificate: Certificate) -> Iterator[MailServer]:
    """A server that takes mail only from who has logged in, on a line it has encrypted."""
    with MailServer(tls_context=certificate.context, auth_required=True, require_starttls=True) as running:
        yield running


def deliver(url: str) -> Mail:
    """One mail to that server, and what became of it."""
    place = read_server(url)
    assert place is not None
    words: dict[str, Any] = {
        "to": "ana@example.org",
        "language": "en",
        "zone": "UTC",
        "subject": "News",
        "text": "News",
    }
    mail = mailing.post(kind="news", key=url, now=NOON, **words)
    Postman(Smtp(place, seconds=5.0), now=lambda: NOON).work_off()
    mail.refresh_from_db()
    return mail


@pytest.mark.django_db(transaction=True)
def test_a_log_in_is_shown_on_an_encrypted_line(careful: MailServer, certificate: Certificate) -> None:
    address = careful.url.replace("://", "://ana%40example.org:right@") + f"?tls=required&ca={certificate.file}"

    mail = deliver(address)

    assert mail.state == MailState.SENT
    assert careful.handler.log_ins == [("ana@example.org", "right", True)]
    assert careful.mails[0]["X-Encrypted"] == "yes"


@pytest.mark.django_db(transaction=True)
def test_a_wrong_password_loses_no_mail(careful: MailServer) -> None:
    mail = deliver(careful.url.replace("://", "://ana:wrong@") + "?tls=required")

    assert (mail.state, mail.code, careful.mails) == (MailState.QUEUED, "log_in_refused", [])


@pytest.mark.django_db(transaction=True)
def test_a_server_without_encryption_gets_nothing_where_it_is_required() -> None:
    with MailServer() as plain:
        mail = deliver(plain.url + "?tls=required")

        assert (mail.state, mail.code, plain.mails) == (MailState.QUEUED, "no_safe_line", [])


def test_certificates_are_checked_except_on_this_machine() -> None:
    elsewhere, here = read_server("smtps://mail.example.org"), read_server("smtps://127.0.0.1")

    assert elsewhere is not None
    assert here is not None
    assert (elsewhere.context().verify_mode, elsewhere.context().check_hostname) == (ssl.CERT_REQUIRED, True)
    assert here.context().verify_mode == ssl.CERT_NONE


@pytest.mark.django_db(transaction=True)
def test_a_certificate_nobody_vouches_for_gets_nothing(careful: MailServer, tmp_path: Path) -> None:
    other = make_certificate(tmp_path)

    mail = deliver(careful.url.replace("://", "://ana:right@") + f"?tls=required&ca={other.file}")

    assert (mail.state, mail.code, careful.handler.log_ins) == (MailState.QUEUED, "no_safe_line", [])


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_not_there_loses_no_mail() -> None:
    with MailServer() as running:
        gone = running.url

    mail = deliver(gone)

    assert (mail.state, mail.code) == (MailState.QUEUED, "unreachable")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("", None),
        ("smtp://mail.example.org", Place("mail.example.org", 25, tls="offered")),
        ("smtp://mail.example.org?tls=no", Place("mail.example.org", 25, tls="none")),
        ("smtp://u:p%3Aw@mail.example.org:587", Place("mail.example.org", 587, "u", "p:w", tls="starttls")),
        ("smtp://u:p@localhost", Place("localhost", 25, "u", "p", tls="offered")),
        ("smtps://u:p@mail.example.org", Place("mail.example.org", 465, "u", "p", tls="whole")),
        ("smtp://[::1]:2525", Place("::1", 2525, tls="offered")),
    ],
)
def test_an_address_names_server_log_in_and_encryption(url: str, place: Place | None) -> None:
    assert read_server(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:port",
        "smtp://mail.example.org?tls=maybe",
        "smtp://mail.example.org?starttls=1",
        "smtp://mail.example.org?ca=/nowhere/at/all.pem",
    ],
)
def test_an_address_that_means_nothing_stops_the_start(url: str) -> None:
    with pytest.raises(UnusableSetting, match="EMAIL_URL"):
        read_server(url)


def test_a_password_stays_out_of_what_is_printed() -> None:
    assert "sesame" not in repr(read_server("smtp://ana:sesame@mail.example.org"))


@pytest.mark.parametrize(
    ("text", "host", "sender"),
    [
        ("", "itac.example.org", "ITAC <noreply@itac.example.org>"),
        ("", "127.0.0.1", "ITAC <noreply@localhost>"),
        ("ITAC <hello@example.org>", "example.org", "ITAC <hello@example.org>"),
    ],
)
def test_mails_come_from_an_address_at_the_site(text: str, host: str, sender: str) -> None:
    assert read_sender(text, host=host) == sender


@pytest.mark.parametrize("text", ["hello", "ITAC <hello>", "a b@c d", "<>"])
def test_a_sender_that_is_no_address_stops_the_start(text: str) -> None:
    with pytest.raises(UnusableSetting, match="ITAC_MAIL_FROM"):
        read_sender(text, host="example.org")
