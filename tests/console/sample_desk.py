"""What stores and operators are about: polls, imports, held orders, privacy requests, counts of clicks, costs."""

from datetime import timedelta
from typing import Any

from contracts.attribution import OrderOutcome
from contracts.http.attribution import (
    BrandRecount,
    CampaignCosts,
    ClickRecountOut,
    Clicks,
    CostOut,
    EntryAmount,
    EntryKind,
    EntryOut,
    HeldOrderOut,
    HoldOut,
    ImportFault,
    ImportOut,
    PersonOut,
    PollFault,
    PollOut,
    PrivacyKind,
    PrivacyRequestDetail,
    PrivacyRequestOut,
    PrivacyStatus,
    RecountComparison,
)
from tests.console.sample_people import BRAND, CAMPAIGN, CREATOR, NOON, STORE, ago

REQUEST = "request-1"


def a_poll(**values: Any) -> PollOut:
    return PollOut(
        **{
            "store": STORE,
            "is_polled": True,
            "complete_until": ago(minutes=3),
            "last_at": ago(minutes=3),
            "next_at": NOON + timedelta(minutes=2),
            **values,
        }
    )


def a_failing_poll() -> PollOut:
    return a_poll(complete_until=ago(hours=5), failures=7, error="the store answered 401", error_code=PollFault.REFUSED)


def an_import(**values: Any) -> ImportOut:
    faults = (
        ImportFault(line=7, field="unit_price", reason="not an amount"),
        ImportFault(line=1_204, field="placed_at", reason="a time without an offset, and no zone was given"),
        ImportFault(line=1_205, field="currency", reason="not an ISO 4217 currency with minor units"),
    )
    return ImportOut(**{"rows": 1_482, "loaded": 1_177, "repeated": 301, "refused": 3, "faults": faults, **values})


def some_held() -> list[HeldOrderOut]:
    time = HoldOut(
        reason="placed-long-before-receipt",
        words="The order says that it was placed over seven days before we received it.",
        by_person=True,
    )
    rate = HoldOut(
        reason="no-fixing",
        words="There is no exchange rate for the currency of a rate yet.",
        by_person=False,
    )

    def one(number: int, days: float, *holds: HoldOut) -> HeldOrderOut:
        return HeldOrderOut(
            order=f"{STORE}:{number}",
            store=STORE,
            brand=BRAND,
            placed_at=ago(days=days),
            outcome=OrderOutcome.CREDITED,
            net_sales=12_600,
            commission=1_512,
            currency="EUR",
            posted=True,
            held=tuple(hold.reason for hold in holds),
            creators=(CREATOR,),
            summary="Credited, and held.",
            holds=holds,
        )

    return [one(5009, 9, time), one(4987, 12, rate), one(4970, 15, time, rate)]


def a_request(id_: str = REQUEST, **values: Any) -> PrivacyRequestOut:
    return PrivacyRequestOut(
        **{
            "id": id_,
            "kind": PrivacyKind.CUSTOMER_DATA,
            "store": STORE,
            "brand": BRAND,
            "status": PrivacyStatus.OPEN,
            "received_at": ago(days=31),
            "due_at": ago(days=1),
            **values,
        }
    )


def some_requests() -> list[PrivacyRequestOut]:
    done = {"status": PrivacyStatus.DONE, "due_at": NOON + timedelta(days=20), "done_at": ago(days=9)}
    by = PersonOut(kind="operator", account="operator-1")
    return [
        a_request("request-2", kind=PrivacyKind.APP_UNINSTALLED, received_at=ago(days=2), **done),
        a_request(
            "request-3",
            kind=PrivacyKind.CUSTOMER_REDACTION,
            received_at=ago(days=10),
            erased_orders=3,
            erased_deliveries=1,
            **done,
        ),
        a_request("request-4", received_at=ago(days=20), done_by=by, note="Sent to the brand by mail.", **done),
        a_request(),
    ]


def a_request_detail() -> PrivacyRequestDetail:
    return PrivacyRequestDetail(**a_request().model_dump(), orders=(f"{STORE}:5012", f"{STORE}:4990"))


def some_recounts() -> list[dict[str, Any]]:
    counts = (
        ClickRecountOut(number=0),
        ClickRecountOut(number=1, rule="bots/2", began_at=ago(days=4), finished_at=ago(days=4), current=True),
        ClickRecountOut(number=2, rule="bots/3", began_at=ago(minutes=2)),
    )
    return [one.model_dump(mode="json") for one in counts]


def a_comparison() -> RecountComparison:
    def by(raw: int, human: int, unique: int) -> tuple[Clicks, Clicks]:
        newer = Clicks(raw=raw, human=human - human // 9, unique=unique - unique // 11, recount=1, rule="bots/2")
        return Clicks(raw=raw, human=human, unique=unique), newer

    (older, newer), (brand_older, brand_newer) = by(1_204_118, 988_420, 702_113), by(26_816, 20_809, 17_482)
    return RecountComparison(
        older=older,
        newer=newer,
        since=ago(days=34).date(),
        until=ago(days=5).date(),
        brands=(
            BrandRecount(brand=BRAND, brand_name="Lumea Skincare", older=brand_older, newer=brand_newer),
            BrandRecount(brand="brand-2", older=Clicks(raw=40, human=7, unique=7), newer=Clicks(raw=40, human=9)),
        ),
    )


def some_costs() -> CampaignCosts:
    return CampaignCosts(
        campaign=CAMPAIGN,
        costs=(
            CostOut(currency="EUR", commission=163_279, fees=75_000, total=238_279, operator_share=8_164),
            CostOut(currency="SEK", commission=-1_250, total=-1_250),
        ),
        as_of=NOON,
    )


def some_cost_entries() -> list[EntryOut]:
    def one(number: int, kind: EntryKind, amount: int, words: str, **values: Any) -> EntryOut:
        own = EntryAmount(
            kind=kind,
            amount=amount,
            currency="EUR",
            payable_at=NOON + timedelta(days=20),
            brand=BRAND,
            campaign=CAMPAIGN,
            creator=CREATOR,
        )
        return EntryOut(
            id=f"entry-{number}", at=ago(hours=number), cause="decision", words=words, amounts=(own,), **values
        )

    return [
        one(1, EntryKind.EARNED, 1_512, "An order was decided.", order=f"{STORE}:5009"),
        one(9, EntryKind.TAKEN_BACK, -300, "Something of an order was refunded.", order=f"{STORE}:4990"),
        one(30, EntryKind.FEE, 25_000, "The work was approved, and its fee earned.", deliverable="video-1"),
    ]


def answers() -> dict[str, Any]:
    """By `METHOD service/path`, as models or as JSON."""
    return {
        f"GET attribution/v1/stores/{STORE}/poll": a_poll(),
        "GET attribution/v1/stores/store-2/poll": PollOut(store="store-2", is_polled=False),
        f"POST attribution/v1/stores/{STORE}/poll": a_poll(next_at=NOON),
        f"PUT attribution/internal/stores/{STORE}/credentials": {},
        "PUT attribution/internal/stores/store-2/credentials": {},
        f"DELETE attribution/internal/stores/{STORE}/credentials": {},
        f"POST attribution/v1/stores/{STORE}/orders/import": an_import(),
        f"GET attribution/v1/privacy-requests/{REQUEST}": a_request_detail(),
        "GET attribution/v1/privacy-requests/request-3": some_requests()[1],
        f"POST attribution/v1/privacy-requests/{REQUEST}/done": a_request(),
        "GET attribution/v1/click-recounts": some_recounts(),
        "GET attribution/v1/click-recounts/comparison": a_comparison(),
        f"GET attribution/v1/campaigns/{CAMPAIGN}/costs": some_costs(),
    }
