"""What reaches a mail server that wants TLS and a password, and what the answers of odd ones mean."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr, ValidationError

from notifications.rendering.message import compose
from notifications.rendering.render import Written
from notifications.settings import NotificationsSettings, SmtpTls
from notifications.smtp import TAKEN, Answer, Handed, SmtpPool
from tests.notifications.builders import NOON
from tests.notifications.kit import some_settings
from tests.notifications.smtp_server import MailServer

ADDRESS = "krista@creators.example"
PASSWORD = "correct horse"


def a_message(recipient: str = ADDRESS):
    return compose(
        Written("en", "Hello", "Hello\n.\nstill here\n", "<p>Hello</p>"),
        mail_id="abc",
        id_domain="market.example",
        sender="mail@market.example",
        sender_name="Creator Marketplace",
        recipient=recipient,
        at=NOON,
    )


async def handed(settings: NotificationsSettings, recipient: str = ADDRESS) -> Handed:
    pool = SmtpPool(settings)
    try:
        return await pool.hand_over(a_message(recipient), recipient)
    finally:
        await pool.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


@asynccontextmanager
async def a_strict_server(authority: tuple[Path, Path], tls: SmtpTls) -> AsyncIterator[MailServer]:
    """It takes mail only over TLS and from who knows the password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority)
    mails = MailServer()
    loop = asyncio.get_running_loop()

    def authenticate(_server, _session, _envelope, _mechanism, data: LoginPassword) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"market", PASSWORD.encode()), handled=False)

    def connect() -> SMTP:
        starttls = tls is SmtpTls.STARTTLS
        with warnings.catch_warnings():
            # aiosmtpd takes a connection that begins in TLS for one without it, and warns of the password.
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(
                mails,
                hostname="mail.test",
                tls_context=context if starttls else None,
                require_starttls=starttls,
                authenticator=authenticate,
                auth_required=True,
                auth_require_tls=starttls,
                loop=loop,
            )

    server = await loop.create_server(connect, "127.0.0.1", 0, ssl=context if tls is SmtpTls.TLS else None)
    mails.port = server.sockets[0].getsockname()[1]
    try:
        yield mails
    finally:
        server.close()


def strict_settings(server: MailServer, tls: SmtpTls, **changes) -> NotificationsSettings:
    return some_settings(
        **{
            "smtp_port": server.port,
            "smtp_tls": tls,
            "smtp_username": "market",
            "smtp_password": SecretStr(PASSWORD),
            **changes,
        }
    )


@pytest.mark.parametrize("tls", [SmtpTls.STARTTLS, SmtpTls.TLS])
async def test_mail_goes_over_tls_with_a_password(authority, tls: SmtpTls) -> None:
    async with a_strict_server(authority, tls) as server:
        assert await handed(strict_settings(server, tls, smtp_cafile=authority[0])) == TAKEN

        assert len(server.received) == 1


@pytest.mark.parametrize("tls", [SmtpTls.STARTTLS, SmtpTls.TLS])
async def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(authority, tls: SmtpTls) -> None:
    async with a_strict_server(authority, tls) as server:
        answer = await handed(strict_settings(server, tls))

        assert answer.answer is Answer.LATER
        assert server.received == []


async def test_a_wrong_password_is_our_fault_and_blames_no_recipient(authority) -> None:
    async with a_strict_server(authority, SmtpTls.TLS) as server:
        settings = strict_settings(
            server, SmtpTls.TLS, smtp_cafile=authority[0], smtp_password=SecretStr("battery staple")
        )

        assert await handed(settings) == Handed(Answer.LATER, "smtp 535")


async def test_a_server_without_starttls_gets_nothing_when_starttls_is_wanted(mail_server: MailServer) -> None:
    answer = await handed(some_settings(smtp_port=mail_server.port, smtp_tls=SmtpTls.STARTTLS))

    assert answer.answer is Answer.LATER
    assert mail_server.received == []


@pytest.mark.parametrize(
    ("rcpt", "data", "expected"),
    [
        ("550 no such mailbox", "250 OK", Handed(Answer.REFUSED, "smtp 550", bad_address=True)),
        ("450 busy", "250 OK", Handed(Answer.LATER, "smtp 450")),
        ("250 OK", "554 spam", Handed(Answer.REFUSED, "smtp 554")),
        ("250 OK", "550 5.1.1 no such mailbox", Handed(Answer.REFUSED, "smtp 550", bad_address=True)),
        ("250 OK", "452 disk full", Handed(Answer.LATER, "smtp 452")),
        ("250 OK", None, Handed(Answer.UNSURE, "SMTPServerDisconnected")),
    ],
)
async def test_what_each_answer_means(mail_server: MailServer, rcpt: str, data, expected: Handed) -> None:
    if not rcpt.startswith("250"):
        mail_server.on_rcpt.append(rcpt)
    mail_server.on_data.append(data)

    assert await handed(some_settings(smtp_port=mail_server.port)) == expected


async def test_a_server_that_is_not_there_means_later(free_port) -> None:
    assert await handed(some_settings(smtp_port=free_port())) == Handed(Answer.LATER, "SMTPConnectError")


async def test_a_server_that_takes_the_content_and_never_answers_leaves_it_open(mail_server: MailServer) -> None:
    async def never() -> str:
        await asyncio.Event().wait()
        return "250 OK"

    mail_server.on_data.append(never)

    answer = await handed(some_settings(smtp_port=mail_server.port, smtp_timeout_seconds=3.0))

    assert answer.answer is Answer.UNSURE


async def test_an_address_outside_ascii_waits_for_a_server_that_takes_it(mail_server: MailServer) -> None:
    answer = await handed(some_settings(smtp_port=mail_server.port), "kr\u00edsta@creators.example")

    assert answer == Handed(Answer.LATER, "SMTPNotSupported")


async def test_a_kept_connection_that_the_server_closed_is_renewed(mail_server: MailServer) -> None:
    pool = SmtpPool(some_settings(smtp_port=mail_server.port))
    assert await pool.hand_over(a_message(), ADDRESS) == TAKEN
    for idle in pool._idle:
        idle.client.close()
    assert await pool.hand_over(a_message(), ADDRESS) == TAKEN
    await pool.close()

    assert len(mail_server.received) == 2
    assert mail_server.connections == 2


async def test_a_line_with_a_single_dot_does_not_end_the_mail(mail_server: MailServer) -> None:
    assert await handed(some_settings(smtp_port=mail_server.port)) == TAKEN

    text = mail_server.received[0].message.get_body(("plain",)).get_content()
    assert text.replace("\r\n", "\n") == "Hello\n.\nstill here\n"


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_username": "market"},
        {"smtp_username": "market", "smtp_password": SecretStr(PASSWORD), "smtp_tls": SmtpTls.NONE},
        {"smtp_timeout_seconds": 40.0, "mail_lease_seconds": 60.0},
        {"mail_from": "no address"},
        {"mail_from": "mail@market.example\r\nBcc: all@victims.example"},
        {"site_name": "Market\r\nBcc: all@victims.example"},
        {"mail_id_domain": "market.example>"},
    ],
)
def test_settings_that_would_hurt_are_refused_at_the_start(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        some_settings(**wrong)
