"""No GET route tells an address, or anything else that is private (D1, N)."""

from chassis.http import Kind
from contracts.discovery import Profile
from tests.notifications.builders import a_collaboration, a_creator_account, a_profile
from tests.notifications.kit import Notifications
from tests.support.private_parts import ADDRESS, PRIVATE, everybody, leaks_of


async def test_no_get_route_tells_anything_private_to_anybody(service: Notifications) -> None:
    account = await service.make_account(ADDRESS)
    said_too_much = a_profile(claimed_by=(account,)).model_dump() | PRIVATE
    await service.hear(a_creator_account(account), Profile.model_validate(said_too_much))
    await service.put_contact("invitation-1", ADDRESS)
    await service.hear(a_collaboration())
    tokens = everybody(service.token, "brand-1") | {"the owner": service.token(Kind.CREATOR, account)}
    answered, leaks = await leaks_of(service.app, tokens, {"contact_id": account})
    assert leaks == [], "an address goes out in mails' envelopes alone"
    assert {("the owner", "/v1/contact"), ("operator", "/v1/dead-letters")} <= answered
    kept = await service.db["contacts"].find({"address": ADDRESS}).to_list(None)
    assert {row["_id"] for row in kept} >= {account}, "there was something to tell"
