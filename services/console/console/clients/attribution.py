"""Results, orders, decision records, earnings, links, and what stores send, ask and are asked."""

from collections.abc import AsyncIterable
from urllib.parse import quote

from pydantic import RootModel

from chassis.http import Page
from console.clients.caller import Caller, File
from contracts.http.attribution import (
    BioOut,
    CampaignCosts,
    CampaignResults,
    ClickRecountOut,
    CouponFile,
    CouponNew,
    CouponOut,
    DecisionOut,
    DeliveryOut,
    EarningsOut,
    EntryOut,
    HeldOrderOut,
    ImportOut,
    LinkChange,
    LinkNew,
    LinkOut,
    OrderOut,
    PlacementOut,
    PlacementsOut,
    PolicyChange,
    PolicyOut,
    PollOut,
    PrivacyRequestDetail,
    PrivacyRequestOut,
    PrivacyStatus,
    RecountComparison,
    ReleaseOut,
    Remark,
    ReviewOut,
    ReviewStatus,
)

IMPORT_SECONDS = 300.0
"""A file of 50 MB is half a million orders, each written once."""


class Attribution:
    """Calls of attribution's API."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def results(self, campaign: str) -> CampaignResults:
        """A campaign's figures."""
        return await self._caller.get(f"/v1/campaigns/{_part(campaign)}/results", CampaignResults)

    async def orders(
        self, *, campaign: str = "", collaboration: str = "", cursor: str = "", limit: int = 25
    ) -> Page[OrderOut]:
        """Orders, newest first."""
        params = {"campaign": campaign, "collaboration": collaboration, "cursor": cursor, "limit": limit}
        return await self._caller.get("/v1/orders", Page[OrderOut], params)

    async def decision(self, order: str) -> DecisionOut:
        """Why an order was credited as it was."""
        return await self._caller.get(f"/v1/orders/{_part(order)}/decision", DecisionOut)

    async def policy(self) -> PolicyOut:
        """How the brand's orders are credited, now and from when on otherwise."""
        return await self._caller.get("/v1/policy", PolicyOut)

    async def change_policy(self, change: PolicyChange, seen: int) -> PolicyOut:
        """A new version after the newest that was seen, for orders from now on."""
        return await self._caller.write("PUT", "/v1/policy", PolicyOut, change, seen=seen)

    async def reviews(self, status: ReviewStatus | None, cursor: str = "", limit: int = 25) -> Page[ReviewOut]:
        """Orders that froze before something became known, the newest first."""
        params = {"status": status, "cursor": cursor, "limit": limit}
        return await self._caller.get("/v1/reviews", Page[ReviewOut], params)

    async def resolve(self, review: str, *, is_accepted: bool, note: str, key: str) -> ReviewOut:
        """Let what came late count, or leave the order as it froze."""
        path = f"/v1/reviews/{_part(review)}/{'accept' if is_accepted else 'reject'}"
        return await self._caller.write("POST", path, ReviewOut, Remark(note=note), key=key)

    async def release(self, order: str, note: str, key: str) -> ReleaseOut:
        """Let a held order be paid; `held` of the answer says what still holds it."""
        path = f"/v1/orders/{_part(order)}/release"
        return await self._caller.write("POST", path, ReleaseOut, Remark(note=note), key=key)

    async def held(self, cursor: str = "", limit: int = 25) -> Page[HeldOrderOut]:
        """Orders that are credited and not payable, newest first: a brand's own, an operator's all."""
        return await self._caller.get("/v1/orders/held", Page[HeldOrderOut], {"cursor": cursor, "limit": limit})

    async def costs(self, campaign: str) -> CampaignCosts:
        """What a campaign has cost the brand, by currency."""
        return await self._caller.get(f"/v1/campaigns/{_part(campaign)}/costs", CampaignCosts)

    async def cost_entries(self, campaign: str, cursor: str = "") -> Page[EntryOut]:
        """A campaign's ledger entries, newest first: its commission and fees add up from them."""
        path = f"/v1/campaigns/{_part(campaign)}/entries"
        return await self._caller.get(path, Page[EntryOut], {"cursor": cursor, "limit": 50})

    async def earnings(self) -> EarningsOut:
        """The creator's balances."""
        return await self._caller.get("/v1/earnings", EarningsOut)

    async def entries(self, cursor: str = "") -> Page[EntryOut]:
        """The creator's ledger entries, newest first: the balances add up from them."""
        return await self._caller.get("/v1/earnings/entries", Page[EntryOut], {"cursor": cursor, "limit": 50})

    async def links(self, *, campaign: str = "", cursor: str = "", limit: int = 50) -> Page[LinkOut]:
        """The person's links, of one campaign or of all."""
        params = {"campaign": campaign, "cursor": cursor, "limit": limit}
        return await self._caller.get("/v1/links", Page[LinkOut], params)

    async def link(self, id: str) -> LinkOut:  # noqa: A002 - the link's own id
        """One link."""
        return await self._caller.get(f"/v1/links/{_part(id)}", LinkOut)

    async def create_link(self, link: LinkNew, key: str) -> LinkOut:
        """A new link of one of the person's collaborations."""
        return await self._caller.write("POST", "/v1/links", LinkOut, link, key=key)

    async def change_link(self, id: str, change: LinkChange, seen: int) -> LinkOut:  # noqa: A002
        """Change the link that was seen in this revision."""
        return await self._caller.write("PATCH", f"/v1/links/{_part(id)}", LinkOut, change, seen=seen)

    async def qr(self, id: str, kind: str) -> File:  # noqa: A002
        """A link's address as a QR code, `svg` or `png`."""
        return await self._caller.file(f"/v1/links/{_part(id)}/qr.{kind}")

    async def placements(self) -> tuple[PlacementOut, ...]:
        """Where links may stand."""
        return (await self._caller.get("/v1/placements", PlacementsOut)).items

    async def coupons(self, *, campaign: str = "", cursor: str = "", limit: int = 100) -> Page[CouponOut]:
        """The person's coupons, of one campaign or of all."""
        params = {"campaign": campaign, "cursor": cursor, "limit": limit}
        return await self._caller.get("/v1/coupons", Page[CouponOut], params)

    async def create_coupon(self, coupon: CouponNew, key: str) -> CouponOut:
        """A code that is to be entered in the store."""
        return await self._caller.write("POST", "/v1/coupons", CouponOut, coupon, key=key)

    async def confirm_coupon(self, id: str) -> None:  # noqa: A002
        """The store knows this code now."""
        await self._caller.tell("POST", f"/v1/coupons/{_part(id)}/confirm")

    async def end_coupon(self, id: str) -> None:  # noqa: A002
        """No order from now on earns by this code."""
        await self._caller.tell("POST", f"/v1/coupons/{_part(id)}/end")

    async def codes_to_enter(self, store: CouponFile) -> File:
        """The codes that wait to be entered, as a table for the store's import."""
        return await self._caller.file("/v1/coupons/to-enter.csv", {"store": store})

    async def bio(self, creator: str) -> BioOut:
        """What a creator shows to everybody; needs no token."""
        return await self._caller.get(f"/v1/bio/{_part(creator)}", BioOut)

    async def deliveries(self, store: str, limit: int = 1) -> list[DeliveryOut]:
        """A store's newest webhooks."""
        path = f"/v1/stores/{_part(store)}/deliveries"
        return list((await self._caller.get(path, Page[DeliveryOut], {"limit": limit})).items)

    async def poll(self, store: str) -> PollOut:
        """Whether a store's orders are polled, and how that goes."""
        return await self._caller.get(f"/v1/stores/{_part(store)}/poll", PollOut)

    async def poll_now(self, store: str) -> PollOut:
        """Let the store be asked within seconds."""
        return await self._caller.write("POST", f"/v1/stores/{_part(store)}/poll", PollOut)

    async def import_orders(
        self, store: str, content: AsyncIterable[bytes], *, zone: str, decimal: str, prices_include_tax: str
    ) -> ImportOut:
        """Load a CSV file of orders; `decimal` and `prices_include_tax` are empty where the file says it."""
        params = {"zone": zone, "decimal": decimal, "prices_include_tax": prices_include_tax}
        path = f"/v1/stores/{_part(store)}/orders/import"
        return await self._caller.upload(path, ImportOut, content, "text/csv", params, seconds=IMPORT_SECONDS)

    async def privacy_requests(
        self, status: PrivacyStatus | None, cursor: str = "", limit: int = 25
    ) -> Page[PrivacyRequestOut]:
        """What stores asked about personal data, newest first."""
        params = {"status": status, "cursor": cursor, "limit": limit}
        return await self._caller.get("/v1/privacy-requests", Page[PrivacyRequestOut], params)

    async def privacy_request(self, id: str) -> PrivacyRequestDetail:  # noqa: A002 - the request's own id
        """One of them, with the orders that are held of its customer."""
        return await self._caller.get(f"/v1/privacy-requests/{_part(id)}", PrivacyRequestDetail)

    async def answered(self, id: str, note: str, key: str) -> PrivacyRequestOut:  # noqa: A002
        """A person has answered a request for data."""
        path = f"/v1/privacy-requests/{_part(id)}/done"
        return await self._caller.write("POST", path, PrivacyRequestOut, Remark(note=note), key=key)

    async def recounts(self) -> list[ClickRecountOut]:
        """Every count of clicks that there is, the first one first."""
        return (await self._caller.get("/v1/click-recounts", RootModel[list[ClickRecountOut]])).root

    async def compared(self, older: int, newer: int, days: int) -> RecountComparison:
        """The same clicks by two counts."""
        params = {"older": older, "newer": newer, "days": days}
        return await self._caller.get("/v1/click-recounts/comparison", RecountComparison, params)


def _part(id: str) -> str:  # noqa: A002 - an id as one part of a path
    return quote(id, safe="")
