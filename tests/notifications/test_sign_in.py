"""Sign-in mails: the same answer for everybody, at once, and a code that is nowhere but in the mail."""

import asyncio
import json
import time
from datetime import timedelta

import pytest

from contracts.notifications import MailOutcome, Template
from local.stack import Addressed
from notifications.domain import delivery
from tests.notifications.kit import Notifications, a_notifications, serving
from tests.notifications.smtp_server import MailServer

ADDRESS = "krista@creators.example"
CODE = "482913"


async def ask(service: Notifications, **body: str):
    async with service.console() as client:
        return await client.post("/internal/sign-in-mails", json={"code": CODE, **body})


def text_of(mail) -> str:
    return mail.message.get_body(("plain",)).get_content()


async def test_the_code_is_mailed_to_the_address(service: Notifications, mail_server: MailServer) -> None:
    answer = await ask(service, address=ADDRESS)

    assert answer.status_code == 202
    (mail,) = mail_server.received
    assert mail.recipient == ADDRESS
    assert CODE in text_of(mail).splitlines()
    (settled,) = await service.settled()
    assert (settled.template, settled.outcome) == (Template.SIGN_IN_CODE, MailOutcome.SENT)
    assert settled.contact == answer.json()["contact"]


async def test_a_known_address_has_the_same_id_in_any_spelling(service: Notifications) -> None:
    first = (await ask(service, address=ADDRESS)).json()
    second = (await ask(service, address=" KRISTA@Creators.EXAMPLE ")).json()

    assert first == second


async def test_mails_go_to_the_address_that_was_kept_not_to_the_one_that_was_typed(
    service: Notifications, mail_server: MailServer
) -> None:
    await ask(service, address=ADDRESS)
    await ask(service, address="KRISTA@creators.example")

    assert [mail.recipient for mail in mail_server.received] == [ADDRESS, ADDRESS]


async def test_every_request_is_a_mail_of_its_own(service: Notifications, mail_server: MailServer) -> None:
    await ask(service, address=ADDRESS)
    await ask(service, address=ADDRESS)

    assert len({mail.id for mail in mail_server.received}) == 2


async def test_known_unknown_and_suppressed_addresses_are_answered_alike(
    mongo: Addressed, database: str, mail_server: MailServer
) -> None:
    async with a_notifications(
        mongo.address, database, smtp_port=mail_server.port, sign_in_answer_seconds=0.3
    ) as service:
        await service.make_account("known@creators.example")
        bounced = await service.make_account("bounced@creators.example")
        await service.db["contacts"].update_one({"_id": bounced}, {"$set": {"suppressed": True}})
        mail_server.received.clear()

        answers = {}
        for name in ("known", "unknown", "bounced"):
            began = time.monotonic()
            answer = await ask(service, address=f"{name}@creators.example")
            answers[name] = (answer.status_code, list(answer.json()), sorted(answer.headers))
            assert time.monotonic() - began >= 0.3

    assert answers["known"] == answers["unknown"] == answers["bounced"]
    assert [mail.recipient for mail in mail_server.received] == ["known@creators.example", "unknown@creators.example"]


async def test_the_answer_does_not_wait_for_the_mail_server(service: Notifications, mail_server: MailServer) -> None:
    """Over a real socket, for an in-process call ends with the background work."""
    may_answer = asyncio.Event()

    async def hold() -> str:
        await may_answer.wait()
        return "250 OK"

    mail_server.on_data.append(hold)
    async with serving(service) as client:
        answer = await asyncio.wait_for(
            client.post("/internal/sign-in-mails", json={"code": CODE, "address": ADDRESS}), 60
        )
        assert answer.status_code == 202
        assert await service.settled() == []
        may_answer.set()


async def test_an_invitations_code_goes_to_the_invited_address_under_the_invitations_id(
    service: Notifications, mail_server: MailServer
) -> None:
    await service.put_contact("invitation-1", ADDRESS)

    answer = await ask(service, contact="invitation-1")

    assert answer.json() == {"contact": "invitation-1"}
    assert [mail.recipient for mail in mail_server.received] == [ADDRESS]


async def test_an_invitation_to_an_address_that_has_an_account_answers_with_the_account(
    service: Notifications,
) -> None:
    account = await service.make_account(ADDRESS)
    await service.put_contact("invitation-1", ADDRESS)

    assert (await ask(service, contact="invitation-1")).json() == {"contact": account}


async def test_a_moved_invitation_answers_with_the_account(service: Notifications) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    async with service.console() as client:
        await client.post("/internal/contacts/invitation-1/move-to/account-1")

    assert (await ask(service, contact="invitation-1")).json() == {"contact": "account-1"}
    assert (await ask(service, address=ADDRESS)).json() == {"contact": "account-1"}


async def test_a_contact_that_does_not_exist_is_404(service: Notifications, mail_server: MailServer) -> None:
    assert (await ask(service, contact="nobody")).status_code == 404
    assert mail_server.received == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"contact": "a", "address": ADDRESS},
        {"address": "krista@creators.example\r\nBcc: all@victims.example"},
        {"address": ADDRESS, "code": "12\r\n34"},
        {"address": ADDRESS, "code": "<b>1234</b>"},
    ],
)
async def test_a_wrong_request_is_422_and_nothing_is_mailed(service, mail_server: MailServer, body) -> None:
    answer = await ask(service, **body)

    assert answer.status_code == 422
    assert mail_server.received == []
    assert CODE not in answer.text


async def test_the_code_is_in_the_mail_and_nowhere_else(
    service: Notifications, mail_server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    mail_server.on_rcpt.append("451 later")
    await ask(service, address=ADDRESS)

    stored = []
    for name in await service.db.list_collection_names():
        stored += await service.db[name].find().to_list(None)
    logged = capsys.readouterr()
    assert len(mail_server.received) == 1
    assert CODE not in json.dumps(stored, default=str)
    assert CODE not in logged.out + logged.err
    assert ADDRESS not in logged.out + logged.err


async def test_a_refusal_for_now_is_tried_again_for_a_while(service: Notifications, mail_server: MailServer) -> None:
    mail_server.on_rcpt += ["451 later", "451 later"]
    await ask(service, address=ADDRESS)

    assert len(mail_server.received) == 1
    assert [settled.outcome for settled in await service.settled()] == [MailOutcome.SENT]


async def test_a_mail_that_may_have_gone_is_dropped_and_not_repeated(
    service: Notifications, mail_server: MailServer
) -> None:
    mail_server.on_data.append(None)
    await ask(service, address=ADDRESS)
    service.later(timedelta(hours=1))
    await service.send_due()

    assert len(mail_server.received) == 1
    (settled,) = await service.settled()
    assert (settled.outcome, settled.reason) == (MailOutcome.SKIPPED, delivery.UNSURE)


async def test_a_mail_whose_process_died_is_dropped_by_the_worker(
    service: Notifications, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_arguments: object) -> None:
        """The process is killed between the answer and the mail."""

    monkeypatch.setattr("notifications.api._send", die)
    await ask(service, address=ADDRESS)
    assert await service.send_due() == 0, "its own process may still be at it"

    service.later(timedelta(minutes=1))
    await service.send_due()

    assert mail_server.received == []
    (settled,) = await service.settled()
    assert (settled.outcome, settled.reason) == (MailOutcome.SKIPPED, delivery.UNSURE)


async def test_a_bounced_sign_in_mail_suppresses_the_address(service: Notifications, mail_server: MailServer) -> None:
    mail_server.on_rcpt.append("550 no such mailbox")
    first = await ask(service, address=ADDRESS)
    second = await ask(service, address=ADDRESS)

    assert first.json() == second.json()
    assert mail_server.received == []
    assert [settled.outcome for settled in await service.settled()] == [MailOutcome.BOUNCED, MailOutcome.SKIPPED]


async def test_two_first_requests_for_one_address_at_once_make_one_contact(service: Notifications) -> None:
    answers = await asyncio.gather(*(ask(service, address=ADDRESS) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["contact"] for answer in answers}) == 1


async def test_a_mailbox_is_not_flooded_with_codes_and_is_told_when_to_ask_again(
    mongo: Addressed, database: str, mail_server: MailServer
) -> None:
    async with a_notifications(mongo.address, database, smtp_port=mail_server.port, sign_in_mails=2) as service:
        first = await ask(service, address=ADDRESS)
        contact = first.json()["contact"]
        service.later(timedelta(minutes=10))
        await ask(service, contact=contact)
        mail_server.received.clear()

        for body in ({"address": ADDRESS}, {"address": ADDRESS.upper()}, {"contact": contact}):
            refused = await ask(service, **body)
            assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-codes")
            assert 0 < int(refused.headers["retry-after"]) <= 300
        assert mail_server.received == []
        assert (await ask(service, address="somebody-else@creators.example")).status_code == 202

        service.later(timedelta(minutes=5, seconds=1))
        assert (await ask(service, address=ADDRESS)).status_code == 202


async def test_an_address_that_nobody_has_is_refused_as_one_that_somebody_has(
    mongo: Addressed, database: str, mail_server: MailServer
) -> None:
    async with a_notifications(mongo.address, database, smtp_port=mail_server.port, sign_in_mails=1) as service:
        await service.make_account("known@creators.example")
        await ask(service, address="unknown@creators.example")

        known = await ask(service, address="known@creators.example")
        unknown = await ask(service, address="unknown@creators.example")

        assert known.status_code == unknown.status_code == 429
        assert {k: v for k, v in known.json().items() if k not in {"trace", "detail"}} == {
            k: v for k, v in unknown.json().items() if k not in {"trace", "detail"}
        }
