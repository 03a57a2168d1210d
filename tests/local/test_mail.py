import signal
import smtplib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.errors import PortInUseError
from local.mail import MailCatcher
from local.mail.mailbox import KEPT, Mailbox
from tests.local.test_processes import an_http_server
from tests.local.test_stack import stack_command

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def an_address() -> str:
    return f"mia-{uuid.uuid4().hex[:8]}@creators.test"


def a_mail(to: str, subject: str = "An invitation") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Acme Coffee <hello@market.test>"
    mail["To"] = f"Mia Ö <{to}>"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{uuid.uuid4().hex}@market.test>"
    mail["Date"] = "Mon, 23 Nov 2026 13:00:00 +0100"
    mail["X-Kind"] = "invitation"
    mail.set_content("Grüße,\nAcme invites you: https://market.test/i/1\n")
    mail.add_alternative("<p>Grüße, <a href='https://market.test/i/1'>Acme invites you</a></p>", subtype="html")
    return mail


def send(mail: EmailMessage, catcher: MailCatcher, *recipients: str) -> dict[str, Any]:
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port) as smtp:
        return smtp.send_message(mail, to_addrs=list(recipients) or None)


@pytest.fixture
def api(mail: MailCatcher) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=mail.url, trust_env=False) as client:
        yield client


def test_a_mail_is_read_in_mailpits_shape_with_both_its_parts(mail: MailCatcher, api: httpx.Client) -> None:
    to = an_address()
    sent = a_mail(to)
    send(sent, mail)

    newest = api.get("/api/v1/messages").json()["messages"][0]
    found = api.get(f"/api/v1/message/{newest['ID']}").json()

    assert newest["From"] == {"Name": "Acme Coffee", "Address": "hello@market.test"}
    assert newest["To"] == [{"Name": "Mia Ö", "Address": to}]
    assert newest["Subject"] == "An invitation"
    assert newest["MessageID"] == sent["Message-ID"].strip("<>")
    assert newest["Snippet"] == "Grüße, Acme invites you: https://market.test/i/1"
    assert newest["Read"] is False
    assert datetime.fromisoformat(newest["Created"]).tzinfo == UTC
    assert found["Text"] == "Grüße,\nAcme invites you: https://market.test/i/1\n"
    assert found["HTML"] == "<p>Grüße, <a href='https://market.test/i/1'>Acme invites you</a></p>\n"
    assert found["Date"] == "2026-11-23T12:00:00.000Z"
    assert found["ID"] == newest["ID"]
    assert api.get(f"/api/v1/message/{newest['ID']}/headers").json()["X-Kind"] == ["invitation"]
    assert b"X-Kind: invitation" in api.get(f"/api/v1/message/{newest['ID']}/raw").content
    assert api.get("/api/v1/message/latest").json()["ID"] == newest["ID"]


def test_pages_of_the_list_go_from_the_newest_to_the_oldest(mail: MailCatcher, api: httpx.Client) -> None:
    api.delete("/api/v1/messages")
    for n in range(5):
        send(a_mail(an_address(), f"Mail {n}"), mail)

    page = api.get("/api/v1/messages", params={"start": 1, "limit": 2}).json()

    assert [found["Subject"] for found in page["messages"]] == ["Mail 3", "Mail 2"]
    assert (page["total"], page["messages_count"], page["count"], page["start"]) == (5, 5, 2, 1)
    assert page["unread"] == page["messages_unread"] == 5
    assert api.get("/api/v1/messages", params={"start": "x"}).status_code == 400


def test_reading_a_mail_marks_it_read(mail: MailCatcher, api: httpx.Client) -> None:
    api.delete("/api/v1/messages")
    send(a_mail(an_address()), mail)
    api.get("/api/v1/message/latest")
    page = api.get("/api/v1/messages").json()
    assert page["unread"] == 0
    assert page["messages"][0]["Read"] is True


def test_some_or_all_mails_are_deleted(mail: MailCatcher, api: httpx.Client) -> None:
    api.delete("/api/v1/messages")
    for n in range(3):
        send(a_mail(an_address(), f"Mail {n}"), mail)
    newest = api.get("/api/v1/messages").json()["messages"][0]["ID"]

    assert api.request("DELETE", "/api/v1/messages", json={"IDs": [newest]}).text == "ok"
    assert [left["Subject"] for left in api.get("/api/v1/messages").json()["messages"]] == ["Mail 1", "Mail 0"]
    assert api.get(f"/api/v1/message/{newest}").status_code == 404

    assert api.delete("/api/v1/messages").text == "ok"
    assert api.get("/api/v1/messages").json()["total"] == 0
    assert api.get("/api/v1/message/latest").status_code == 404


def test_mails_to_one_address_come_the_oldest_first(mail: MailCatcher) -> None:
    to = an_address()
    for subject in ("first", "second"):
        send(a_mail(to, subject), mail)
    send(a_mail(an_address(), "to somebody else"), mail)
    assert [found["Subject"] for found in mail.mails_to(to)] == ["first", "second"]


def test_a_recipient_whom_no_header_names_was_a_blind_copy(mail: MailCatcher) -> None:
    to, blind = an_address(), an_address()
    send(a_mail(to), mail, to, blind)
    assert mail.mails_to(to)[0]["Bcc"] == [{"Name": "", "Address": blind}]


def test_attachments_are_listed(mail: MailCatcher) -> None:
    to = an_address()
    with_file = a_mail(to)
    with_file.add_attachment(b"a,b\n", maintype="text", subtype="csv", filename="figures.csv")
    send(with_file, mail)
    (found,) = mail.mails_to(to)
    (attachment,) = found["Attachments"]
    assert attachment["FileName"] == "figures.csv"
    assert attachment["ContentType"] == "text/csv"
    assert attachment["Size"] == 4
    assert "Acme invites you" in found["Text"]


@pytest.mark.parametrize("code", [451, 550])
def test_a_recipient_is_refused_with_the_code_that_a_test_asks_for(mail: MailCatcher, code: int) -> None:
    refused, taken = an_address(), an_address()
    mail.refuse({refused.upper(): code})
    assert send(a_mail(taken), mail, refused, taken)[refused][0] == code
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(a_mail(refused), mail)
    assert mail.mails_to(refused) == []

    mail.refuse({})
    send(a_mail(refused), mail)
    assert len(mail.mails_to(refused)) == 1


def test_refusals_can_be_given_in_the_environment(tmp_path: Path) -> None:
    catcher = MailCatcher(log_path=tmp_path / "mail.log")
    catcher.env["MAIL_FAILURES"] = "gone@x.test=550, busy@x.test=451"
    catcher.start()
    try:
        for address, code in (("gone@x.test", 550), ("busy@x.test", 451)):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
                send(a_mail(address), catcher)
            assert refusal.value.recipients[address][0] == code
    finally:
        catcher.stop()
    assert catcher.exit_status == -signal.SIGTERM


def test_refusals_that_make_no_sense_are_told() -> None:
    with stack_command("mail", MAIL_FAILURES="somebody") as process:
        _, complaint = process.communicate(timeout=120)
    assert process.returncode == 1
    assert complaint.startswith("MAIL_FAILURES=somebody is not understood")


def test_the_pages_show_a_mail_in_a_frame_that_runs_nothing(mail: MailCatcher, api: httpx.Client) -> None:
    to = an_address()
    hostile = a_mail(to, "<b>bold</b>")
    html = hostile.get_body(("html",))
    assert html is not None
    html.set_content('"><script>alert(1)</script>', subtype="html")
    send(hostile, mail)
    (found,) = mail.mails_to(to)

    listing, view = api.get("/"), api.get(f"/view/{found['ID']}")

    assert f'<a href="/view/{found["ID"]}">&lt;b&gt;bold&lt;/b&gt;</a>' in listing.text
    assert "<script>" not in view.text
    assert "&quot;&gt;&lt;script&gt;alert(1)" in view.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in view.text
    assert "Acme invites you: https://market.test/i/1" in view.text
    assert api.get("/view/unknown").status_code == 404


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no headers at all", id="no headers"),
        pytest.param(b"Content-Type: text/plain; charset=no-such\r\n\r\nhello\r\n", id="unknown charset"),
        pytest.param(b"Subject: \xff\xfe\r\nDate: yesterday\r\nFrom: <<>\r\n\r\n\xff\r\n", id="broken bytes"),
    ],
)
def test_a_broken_mail_is_kept_and_listed(raw: bytes) -> None:
    mailbox = Mailbox(now=lambda: NOON)
    kept = mailbox.take(raw, "", ["someone@x.test"])
    assert mailbox.page(0, 10)["messages"][0]["ID"] == kept.id
    assert kept.details()["Date"] == "2026-11-23T12:00:00.000Z"
    assert kept.details()["Bcc"] == [{"Name": "", "Address": "someone@x.test"}]


def test_the_oldest_mail_gives_way_when_there_are_too_many() -> None:
    mailbox = Mailbox(now=lambda: NOON)
    first = mailbox.take(b"Subject: 0\r\n\r\n", "", [])
    for n in range(KEPT):
        mailbox.take(b"Subject: %d\r\n\r\n" % (n + 1), "", [])
    assert mailbox.find(first.id) is None
    assert mailbox.page(0, 1)["total"] == KEPT


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    other = an_http_server(tmp_path).start()
    port = int(other.argv[-1])
    with pytest.raises(PortInUseError, match=f"port {port} on 127.0.0.1 is in use, so the mail catcher cannot start"):
        MailCatcher(http_port=port).start()
    other.stop()
