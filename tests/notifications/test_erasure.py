"""A creator is to be forgotten: no address of theirs is left under any id, and nothing is mailed to them (D12)."""

from typing import Any

from chassis.testing import waiting
from contracts.campaigns import Decline
from contracts.notifications import ForgottenByNotifications
from notifications import handlers as heard
from tests.notifications.builders import (
    NOON,
    a_brand_account,
    a_collaboration,
    a_coupon,
    a_creator_account,
    a_link,
    a_profile,
    an_agreed_collaboration,
    an_invitation,
)
from tests.notifications.kit import Notifications
from tests.notifications.sample_others import an_application
from tests.support.erasures import an_erasure

ADDRESS = "krista@creators.example"


async def everything(service: Notifications) -> str:
    """All that the database holds, as text; `outbox` still waits for a relay, which no test here has."""
    names = [name for name in await service.db.list_collection_names() if name != "outbox"]
    return "\n".join([f"{name}: {row}" for name in names for row in await service.db[name].find().to_list(None)])


async def a_creator(service: Notifications) -> str:
    """Somebody who was invited by mail, signed in, agreed, and whom another brand has invited as well; the account."""
    account = await service.make_account(ADDRESS)
    await service.put_contact("invitation-1", ADDRESS)
    await service.put_contact("invitation-2", ADDRESS.upper())
    async with service.console() as client:
        assert (await client.post(f"/internal/contacts/invitation-1/move-to/{account}")).status_code == 200
    agreed = an_agreed_collaboration(
        NOON, creator=account, invitation=an_invitation(contact="invitation-1", message="We like your light")
    )
    await service.hear(a_brand_account(), a_creator_account(account), a_profile(), agreed)
    await service.put_contact("friend", "friend@creators.example")
    return account


async def forget(service: Notifications, account: str | None, *profiles: str, asked: int = 1) -> Any:
    event = an_erasure(account, *profiles, asked=asked)
    assert event.state is not None
    state = event.state
    await service.context.transactions.run(lambda tx: heard.forget_creator(state, tx))
    rows = [row for row in await waiting(service.db) if row["topic"] == ForgottenByNotifications.TOPIC.name]
    return ForgottenByNotifications.from_body(bytes(rows[-1]["value"]))


async def test_no_address_name_word_or_mail_is_left_of_them_and_others_keep_theirs(service: Notifications):
    account = await a_creator(service)
    before = await everything(service)
    assert [word for word in (ADDRESS, "Krista", "We like your light") if word not in before] == []
    assert await service.db["mails"].count_documents({"claim.contact": account}) > 0

    answer = await forget(service, account, "profile-1")

    after = await everything(service)
    assert [word for word in (ADDRESS, ADDRESS.upper(), "Krista", "We like your light") if word in after] == []
    assert "friend@creators.example" in after
    went = {one.what.value: one.count for one in answer.went}
    assert went["address"] == 3
    assert went["mails"] >= 1
    assert answer.kept == ()


async def test_the_codes_that_attribution_calls_something_else_are_not_kept(service: Notifications):
    link, coupon = a_link().model_copy(update={"code": "krista-makes"}), a_coupon()
    await service.hear(link, coupon)
    assert "krista" in (await everything(service)).lower()
    await service.hear(link.model_copy(update={"code": "x7"}), coupon.model_copy(update={"code": "y8"}))
    assert "krista" not in (await everything(service)).lower()


async def test_an_application_under_an_erased_profile_goes_though_no_account_is_named(service: Notifications):
    await service.hear(an_application(profile="profile-1"), an_application(id="application-2", profile="profile-2"))
    answer = await forget(service, None, "profile-1")
    assert [row["state"]["profile"] for row in await service.db["applications"].find().to_list(None)] == ["profile-2"]
    assert [(one.what.value, one.count) for one in answer.went] == [("applications", 1)]


async def test_whoever_was_only_invited_by_mail_is_forgotten_by_the_invitation(service: Notifications):
    await service.put_contact("invitation-1", ADDRESS)
    await service.put_contact("friend", "friend@creators.example")
    invitation = an_invitation(contact="invitation-1", message="We like your light")
    await service.hear(a_brand_account(), a_collaboration(id="invitation-1", profile=None, invitation=invitation))
    state = an_erasure(invitations=("invitation-1",)).state
    assert state is not None
    await service.context.transactions.run(lambda tx: heard.forget_creator(state, tx))
    after = await everything(service)
    assert [word for word in (ADDRESS, "We like your light") if word in after] == []
    assert "friend@creators.example" in after


async def test_nothing_that_comes_later_is_mailed_to_them_or_keeps_their_words(service: Notifications):
    account = await a_creator(service)
    await forget(service, account, "profile-1")
    late = an_agreed_collaboration(service.now(), creator=account, declined=Decline(note="late words"))
    await service.hear(late, a_creator_account(account))
    assert await service.db["mails"].count_documents({"claim.contact": account}) == 0
    assert "late words" not in await everything(service)


async def test_a_brands_member_keeps_the_address_by_which_the_brand_is_reached(service: Notifications):
    account = await a_creator(service)
    await service.hear(a_brand_account("Northern Kitchen", "somebody-else", account))
    answer = await forget(service, account)
    assert [(one.what, one.because) for one in answer.kept] == [("address", "another-role")]
    row = await service.db["contacts"].find_one({"_id": account})
    assert row is not None
    assert row["address"] == ADDRESS
    assert await service.db["contacts"].find_one({"_id": "invitation-2"}) is None


async def test_an_unclaimed_profiles_invitation_loses_its_address_and_its_words(service: Notifications):
    await service.put_contact("invitation-1", ADDRESS)
    invited = a_collaboration(invitation=an_invitation(contact="invitation-1", message="We like your light"))
    await service.hear(a_profile(), invited)
    await forget(service, None, "profile-1")
    after = await everything(service)
    assert [word for word in (ADDRESS, "We like your light", "Krista") if word in after] == []


async def test_asked_again_it_answers_again_with_nothing(service: Notifications):
    account = await a_creator(service)
    await forget(service, account, "profile-1")
    again = await forget(service, account, "profile-1", asked=2)
    assert again.asked == 2
    assert {one.what.value for one in again.went} <= {"collaborations"}
