"""Contacts: whose address stands under which id, who may ask, and when it is forgotten."""

from datetime import timedelta

import pytest

from chassis.http import Kind
from chassis.testing import calling, open_doors
from contracts.campaigns import CollaborationStatus
from tests.notifications.builders import a_collaboration, a_creator_account, an_agreed_collaboration, an_invitation
from tests.notifications.kit import Notifications

ADDRESS = "krista@creators.example"


async def contact_row(service: Notifications, contact: str):
    return await service.db["contacts"].find_one({"_id": contact})


async def test_every_route_asks_who_it_is(service: Notifications) -> None:
    assert await open_doors(service.app) == []


@pytest.mark.parametrize("kind", [Kind.CREATOR, Kind.BRAND, Kind.OPERATOR, Kind.STORE])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/internal/contacts/i-1", {"address": ADDRESS}),
        ("DELETE", "/internal/contacts/i-1", None),
        ("POST", "/internal/sign-in-mails", {"address": ADDRESS, "code": "482913"}),
        ("POST", "/internal/contacts/i-1/move-to/a-1", None),
    ],
)
async def test_internal_routes_are_for_services_only(service, kind: Kind, method: str, path: str, body) -> None:
    async with calling(service.app, service.token(kind, "somebody")) as client:
        answer = await client.request(method, path, json=body)

    assert answer.status_code == 403
    assert await service.db["contacts"].count_documents({}) == 0


async def test_the_same_contact_put_twice_is_one_and_changes_nothing(service: Notifications) -> None:
    await service.put_contact("invitation-1", "Krista@Creators.Example", language="it", zone="Europe/Rome")
    before = await contact_row(service, "invitation-1")
    await service.put_contact("invitation-1", "Krista@creators.example", language="it", zone="Europe/Rome")

    assert before is not None
    assert before["address"] == "Krista@creators.example"
    assert await contact_row(service, "invitation-1") == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"address": "krista@creators.example\r\nBcc: all@victims.example"}, "address"),
        ({"address": "krista"}, "address"),
        ({"address": {"$ne": None}}, "address"),
        ({"address": ADDRESS, "zone": "Europe/Atlantis"}, "zone"),
        ({"address": ADDRESS, "zone": "../../etc/passwd"}, "zone"),
        ({"address": ADDRESS, "language": "English"}, "language"),
        ({}, "address"),
    ],
)
async def test_what_is_wrong_is_named_and_never_repeated(service: Notifications, body, field: str) -> None:
    async with service.campaigns() as client:
        answer = await client.put("/internal/contacts/invitation-1", json=body)

    assert answer.status_code == 422
    assert [error["field"].split(".")[0] for error in answer.json()["errors"]] == [field]
    assert "victims" not in answer.text


async def test_an_invitation_cant_take_the_place_of_an_account(service: Notifications) -> None:
    account = await service.make_account(ADDRESS)

    async with service.campaigns() as client:
        answer = await client.put(f"/internal/contacts/{account}", json={"address": "mallory@creators.example"})

    assert answer.status_code == 409
    assert (await contact_row(service, account))["address"] == ADDRESS


async def test_a_deleted_contact_is_gone_with_every_invitation_that_led_to_it(service: Notifications) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    async with service.campaigns() as client:
        await client.post("/internal/contacts/invitation-1/move-to/account-1")
        assert (await client.delete("/internal/contacts/account-1")).status_code == 204
        assert (await client.delete("/internal/contacts/account-1")).status_code == 204

    assert await service.db["contacts"].count_documents({}) == 0


async def moved(service: Notifications, invitation: str, account: str):
    async with service.console() as client:
        return await client.post(f"/internal/contacts/{invitation}/move-to/{account}")


async def test_after_the_move_the_invitation_resolves_to_the_account(service: Notifications) -> None:
    await service.put_contact("invitation-1", ADDRESS, language="en-GB", zone="Europe/Rome")

    for _ in range(2):
        answer = await moved(service, "invitation-1", "account-1")
        assert (answer.status_code, answer.json()) == (200, {"contact": "account-1"})

    found = await service.context.transactions.run(lambda tx: tx.contact("invitation-1"))
    assert (found.id, found.address, found.language, found.zone) == ("account-1", ADDRESS, "en-GB", "Europe/Rome")


async def test_a_put_that_comes_after_the_move_does_not_undo_it(service: Notifications) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    await moved(service, "invitation-1", "account-1")
    await service.put_contact("invitation-1", "other@creators.example")

    found = await service.context.transactions.run(lambda tx: tx.contact("invitation-1"))
    assert (found.id, found.address) == ("account-1", ADDRESS)


async def test_an_account_keeps_its_own_address_when_an_invitation_moves_to_it(service: Notifications) -> None:
    account = await service.make_account("own@creators.example")
    await service.put_contact("invitation-1", ADDRESS)

    assert (await moved(service, "invitation-1", account)).json() == {"contact": account}

    found = await service.context.transactions.run(lambda tx: tx.contact("invitation-1"))
    assert found.address == "own@creators.example"


async def test_of_two_new_accounts_for_one_address_the_first_has_it(service: Notifications) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    await service.put_contact("invitation-2", ADDRESS)

    assert (await moved(service, "invitation-1", "account-1")).json() == {"contact": "account-1"}
    assert (await moved(service, "invitation-2", "account-2")).json() == {"contact": "account-1"}

    found = await service.context.transactions.run(lambda tx: tx.contact("account-2"))
    assert found.id == "account-1"


async def test_what_is_not_there_cant_be_moved_and_an_account_is_no_invitation(service: Notifications) -> None:
    first, second = await service.make_account(ADDRESS), await service.make_account("other@creators.example")

    assert (await moved(service, "nobody", "nobody-either")).status_code == 404
    assert (await moved(service, first, second)).status_code == 409


async def forgotten(service: Notifications, contact: str) -> bool:
    await service.fire_timers()
    return await contact_row(service, contact) is None


async def test_a_contact_that_no_event_names_goes_after_8_days(service: Notifications) -> None:
    await service.put_contact("invitation-1", ADDRESS)

    service.later(timedelta(days=8, seconds=-5))
    assert not await forgotten(service, "invitation-1")
    service.later(timedelta(seconds=10))
    assert await forgotten(service, "invitation-1")


async def test_a_contact_that_an_event_names_stays(service: Notifications) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    await service.hear(a_collaboration(service.now()))

    service.later(timedelta(days=9))
    assert not await forgotten(service, "invitation-1")


async def test_an_address_of_an_invitation_that_was_declined_goes_8_days_later(service: Notifications) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    await service.hear(a_collaboration(service.now()))
    await service.hear(a_collaboration(service.now(), status=CollaborationStatus.DECLINED))

    service.later(timedelta(days=7))
    assert not await forgotten(service, "invitation-1")
    service.later(timedelta(days=2))
    assert await forgotten(service, "invitation-1")


async def test_an_account_that_declines_keeps_its_address(service: Notifications) -> None:
    account = await service.make_account(ADDRESS)
    invited = an_invitation(service.now(), contact=account)
    await service.hear(a_collaboration(service.now(), invitation=invited, status=CollaborationStatus.DECLINED))

    service.later(timedelta(days=9))
    assert not await forgotten(service, account)


async def test_a_later_put_begins_the_8_days_anew(service: Notifications) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    service.later(timedelta(days=6))
    await service.put_contact("invitation-1", "other@creators.example")

    service.later(timedelta(days=6))
    assert not await forgotten(service, "invitation-1")
    service.later(timedelta(days=3))
    assert await forgotten(service, "invitation-1")


async def test_a_typed_address_stays_once_its_account_was_announced(service: Notifications) -> None:
    async with service.console() as client:
        body = {"address": ADDRESS, "code": "482913"}
        contact = (await client.post("/internal/sign-in-mails", json=body)).json()["contact"]
    await service.hear(a_creator_account(contact))

    service.later(timedelta(days=9))
    assert not await forgotten(service, contact)


async def test_a_creator_who_agreed_keeps_the_contact(service: Notifications) -> None:
    async with service.console() as client:
        body = {"address": ADDRESS, "code": "482913"}
        contact = (await client.post("/internal/sign-in-mails", json=body)).json()["contact"]
    await service.hear(an_agreed_collaboration(service.now(), creator=contact))

    service.later(timedelta(days=9))
    assert not await forgotten(service, contact)


async def test_creators_read_and_change_how_they_are_written_to(service: Notifications) -> None:
    account = await service.make_account(ADDRESS)
    wanted = {"language": "en-GB", "zone": "Europe/Helsinki", "preferences": {"first_sale": "never"}}

    async with service.creator(account) as client:
        assert (await client.put("/v1/contact", json=wanted)).json() == wanted
        assert (await client.get("/v1/contact")).json() == wanted
        assert (await client.put("/v1/contact", json={"zone": "Nowhere"})).status_code == 422
    async with service.creator("somebody-else") as client:
        assert (await client.get("/v1/contact")).status_code == 404
        assert (await client.put("/v1/contact", json=wanted)).status_code == 404

    row = await contact_row(service, account)
    assert (row["address"], row["kept"]) == (ADDRESS, True)


async def test_a_brands_member_changes_how_the_member_is_written_to_and_nobody_else(service: Notifications) -> None:
    mine = await service.make_account(ADDRESS)
    other = await service.make_account("other@example.com")
    wanted = {"language": "it", "zone": "Europe/Rome", "preferences": {"first_sale": "at-once"}}

    async with service.member("brand-1", mine) as client:
        assert (await client.put("/v1/contact", json=wanted)).json() == wanted

    assert (await contact_row(service, mine))["language"] == "it"
    assert (await contact_row(service, other))["language"] == "en"


async def put_account(service: Notifications, account: str, address: str):
    async with service.console() as client:
        return await client.put(f"/internal/contacts/{account}", json={"address": address, "account": True})


async def test_the_first_operators_address_leads_to_the_operators_id_and_stays(service: Notifications) -> None:
    for _ in range(2):
        assert (await put_account(service, "operator-1", ADDRESS)).status_code == 204

    async with service.console() as client:
        body = {"address": ADDRESS, "code": "482913"}
        assert (await client.post("/internal/sign-in-mails", json=body)).json() == {"contact": "operator-1"}
    service.later(timedelta(days=9))
    assert not await forgotten(service, "operator-1")


async def test_an_address_that_was_typed_before_and_never_used_goes_to_the_account_that_is_put(
    service: Notifications,
) -> None:
    async with service.console() as client:
        body = {"address": ADDRESS, "code": "482913"}
        before = (await client.post("/internal/sign-in-mails", json=body)).json()["contact"]
        assert (await put_account(service, "operator-1", ADDRESS)).status_code == 204
        after = (await client.post("/internal/sign-in-mails", json=body)).json()["contact"]

    assert (before != after, after) == (True, "operator-1")


async def test_an_account_cant_be_put_onto_another_accounts_address(service: Notifications) -> None:
    await service.make_account(ADDRESS)

    assert (await put_account(service, "operator-1", ADDRESS)).status_code == 409
    assert await contact_row(service, "operator-1") is None


async def test_a_typed_address_stays_once_its_code_was_right(service: Notifications) -> None:
    """A brand's member is in no event: without this the account would be lost after 8 days."""
    account = await service.make_account(ADDRESS)

    service.later(timedelta(days=30))
    assert not await forgotten(service, account)
