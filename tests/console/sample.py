"""A brand's campaign in full swing, as the other services' APIs would tell it: for screenshots and page tests."""

from datetime import timedelta
from typing import Any

import httpx
from pydantic import BaseModel

from contracts.attribution import CouponStatus
from contracts.campaigns import (
    Brief,
    CampaignStatus,
    CollaborationStatus,
    ContentType,
    CouponTerms,
    Decline,
    DeclineReason,
    Goal,
    GoalMetric,
    Invitation,
    InvitationKind,
    Measure,
    Period,
    Plan,
    Rate,
    TermsVersion,
)
from contracts.http.attribution import (
    BalanceOut,
    CampaignResults,
    Clicks,
    CouponResult,
    CreatorResult,
    DeliveryOut,
    DeliveryOutcome,
    EarningsOut,
    LinkResult,
    PersonOut,
    ReleaseOut,
)
from contracts.http.campaigns import CampaignOut, CampaignTerms, CollaborationOut, ProfileSummary
from tests.console import sample_creators, sample_desk, sample_drafts, sample_erasures, sample_programs, sample_work
from tests.console.sample_links import A_QR, CODES_FILE, a_bio, some_coupons, some_links, some_placements
from tests.console.sample_orders import (
    a_decision,
    a_policy,
    a_shared_decision,
    hidden_from,
    some_entries,
    some_orders,
    some_reviews,
)
from tests.console.sample_people import BRAND, CAMPAIGN, CREATOR, LETTER, NOON, ORDER, PEOPLE, STORE, ago, eur

SHARED, HIDDEN, HELD = f"{STORE}:5011", f"{STORE}:4990", f"{STORE}:5009"
"""An order that three creators share, one that is read as one of them may, and one that is held."""


def a_release(order: str, *held: str) -> ReleaseOut:
    return ReleaseOut(
        order=order, released_at=NOON, released_by=PersonOut(kind="brand", account="person-brand"), held=held
    )


def a_campaign(
    id_: str = CAMPAIGN,
    name: str = "Spring serum launch",
    status: CampaignStatus = CampaignStatus.PUBLISHED,
    **values: Any,
) -> CampaignOut:
    return CampaignOut(
        **{
            "id": id_,
            "brand": BRAND,
            "name": name,
            "status": status,
            "can": ("invite", "pause", "end") if status is CampaignStatus.PUBLISHED else (),
            "landing_url": "https://lumea.example/products/vitamin-c-serum",
            "goal": Goal(
                metric=GoalMetric.SALES_AMOUNT,
                target=2_500_000,
                measured_by=Measure.BOTH,
                deadline=NOON + timedelta(days=41),
                persona="Women of 25 to 34 with sensitive skin",
                expected_traffic=40_000,
            ),
            "brief": Brief(
                product="Vitamin C serum, 30 ml",
                strengths="Visible after two weeks. No perfume. Refillable glass bottle.",
                weaknesses="Oxidises when it stands in the sun.",
                key_messages="Three drops in the morning, then sun cream.",
                content_type=ContentType.BEFORE_AFTER,
                dos="Show your own skin, in daylight.",
                donts="No filters, no medical claims.",
                tone="Honest, calm",
                hashtags=("#lumea", "#skincare"),
                disclosure="#ad",
                sample_policy="Two bottles, yours to keep",
                usage_rights="Our own channels, 6 months",
            ),
            "terms": CampaignTerms(fee=eur(25_000), commission=1200, window_hours=720, hold_days=30, discount=1500),
            "program": sample_programs.a_program_of_rules() if id_ == CAMPAIGN else None,
            "revision": 2,
            "created_at": ago(days=13),
            "published_at": ago(days=12),
            "ends_at": NOON + timedelta(days=41),
            **values,
        }
    )


def a_collaboration(number: int, status: CollaborationStatus, days: float, **values: Any) -> CollaborationOut:
    profile, handle, name, followers, *_ = PEOPLE[number]
    creator = f"creator-{profile.removeprefix('profile-')}" if status is CollaborationStatus.AGREED else None
    return CollaborationOut(
        **{
            "id": f"invitation-{number}",
            "brand": BRAND,
            "brand_name": "Lumea Skincare",
            "campaign": CAMPAIGN,
            "campaign_name": "Spring serum launch",
            "brief": a_campaign().brief,
            "deadline": a_campaign().goal.deadline,
            "profile": profile,
            "profile_summary": ProfileSummary(
                id=profile, network="tiktok", handle=handle, display_name=name, followers=followers
            ),
            "creator": creator,
            "status": status,
            "stage": status.value,
            "kind": InvitationKind.EXTERNAL,
            "invitation": Invitation(
                kind=InvitationKind.EXTERNAL,
                contact=f"invitation-{number}",
                sent_at=ago(days=days),
                expires_at=ago(days=days - 7),
                message="Your honest before-and-after videos are what we look for.\n\nWould you try our serum for two "
                "weeks and show what happened?",
            ),
            "terms": (
                TermsVersion(
                    number=1,
                    notice_at=ago(days=days),
                    in_force_at=ago(days=days),
                    fee=eur(25_000),
                    rates=(Rate(plan=Plan.PERCENT, basis_points=1200),),
                    coupon=CouponTerms(code=f"{handle.split('.')[0].upper()}15", percent_off=1500),
                ),
            ),
            "landing_url": "https://lumea.example/products/vitamin-c-serum",
            "active": (Period(start=ago(days=days - 1)),) if creator else (),
            "agreed_at": ago(days=days - 1) if creator else None,
            "revision": 1,
            **values,
        }
    )


def some_collaborations() -> list[CollaborationOut]:
    return [
        a_collaboration(0, CollaborationStatus.AGREED, 11),
        a_collaboration(1, CollaborationStatus.AGREED, 10),
        a_collaboration(4, CollaborationStatus.AGREED, 9),
        a_collaboration(3, CollaborationStatus.INVITED, 2),
        a_collaboration(2, CollaborationStatus.DECLINED, 8, declined=Decline(reason=DeclineReason.FEE)),
    ]


def some_results() -> CampaignResults:
    def one(number: int, clicks: tuple[int, int, int], orders: int, sales: int, commission: int) -> CreatorResult:
        profile, handle, *_ = PEOPLE[number]
        return CreatorResult(
            creator=f"creator-{profile.removeprefix('profile-')}",
            collaboration=f"invitation-{number}",
            profile=profile,
            clicks=Clicks(raw=clicks[0], unique=clicks[1], human=clicks[2]),
            orders=orders,
            net_sales=(eur(sales),),
            commission=(eur(commission),),
            links=(LinkResult(code=f"k{number}Xw7Qp", url=f"https://go.example/r/k{number}Xw7Qp"),),
            coupons=(
                CouponResult(
                    code=f"{handle.split('.')[0].upper()}15",
                    status=CouponStatus.TO_ENTER if number == 4 else CouponStatus.CONFIRMED,
                ),
            ),
        )

    creators = (
        one(0, (18_422, 12_108, 14_377), 214, 1_018_840, 122_261),
        one(1, (6_190, 4_044, 4_821), 71, 330_115, 39_614),
        one(4, (2_204, 1_330, 1_611), 3, 11_700, 1_404),
    )
    return CampaignResults(
        campaign=CAMPAIGN,
        clicks=Clicks(raw=26_816, unique=17_482, human=20_809),
        orders=288,
        net_sales=(eur(1_360_655),),
        commission=(eur(163_279),),
        creators=creators,
        as_of=NOON,
    )


def some_deliveries() -> list[DeliveryOut]:
    topics = ("orders/updated", "orders/create", "refunds/create", "app/uninstalled")
    return [
        DeliveryOut(
            id=f"delivery-{number}",
            store=STORE,
            received_at=ago(minutes=4 + 37 * number),
            topic=topic,
            outcome=DeliveryOutcome.KEPT_RAW if topic.startswith("app") else DeliveryOutcome.OBSERVED,
            order=None if topic.startswith("app") else f"{STORE}:{5012 - number}",
            reason="This topic is not about an order." if topic.startswith("app") else "",
        )
        for number, topic in enumerate(topics)
    ]


def some_letters() -> list[dict[str, Any]]:
    def one(number: int, reason: str, error: str, state: str = "waiting", type_: str | None = None) -> dict[str, Any]:
        return {
            "id": f"attribution.orders:stores.orders.v1:4:{18_211 + number}",
            "group": "attribution.orders",
            "topic": "stores.orders.v1",
            "partition": 4,
            "offset": 18_211 + number,
            "type": type_,
            "reason": reason,
            "error": error,
            "attempts": 1 + number,
            "at": ago(minutes=12 + 95 * number).isoformat(),
            "expires_at": (NOON + timedelta(days=90)).isoformat(),
            "state": state,
            "replayed_at": ago(minutes=3).isoformat() if state == "replayed" else None,
        }

    observed = "stores.order-observed.v1"
    return [
        one(
            0,
            "invalid",
            "order: Field required; snapshot.lines.0.unit_price: Input should be 0 or more",
            type_=observed,
        ),
        one(1, "not-json", "unexpected character at line 1, column 1"),
        one(2, "handler-error", "ZeroDivisionError: fraction with denominator 0", "replayed", observed),
    ]


def a_letter() -> dict[str, Any]:
    body = (
        '{"id":"019f2c4e-77a1-7c51-8f0e-1f6a4b2f9c11","time":"2031-05-05T11:48:00Z","store":"store-1",'
        '"kind":"snapshot","way":"topic","received_at":"2031-05-05T11:48:00Z",'
        '"snapshot":{"state":"paid","currency":"EUR","lines":[{"line":"1","quantity":1,"unit_price":-5}]}}'
    )
    return {
        **some_letters()[0],
        "key": {"text": ORDER, "size": len(ORDER)},
        "value": {"text": body, "size": len(body)},
        "headers": [
            {"name": "ce_type", "value": {"text": "stores.order-observed.v1", "size": 24}},
            {"name": "ce_source", "value": {"text": "/lumea-erp", "size": 10}},
            {"name": "x-legacy", "value": None},
        ],
    }


def a_page(items: list[Any], total: int | None = None, next_cursor: str | None = None) -> dict[str, Any]:
    return {"items": [_json(item) for item in items], "next_cursor": next_cursor, "total": total}


def _json(thing: Any) -> Any:
    return thing.model_dump(mode="json", by_alias=True) if isinstance(thing, BaseModel) else thing


def collaborations_of(request: httpx.Request) -> httpx.Response:
    """A campaign's collaborations: all of them, or a column of its board."""
    if request.url.params.get("sort") == "due":
        return sample_work.column(request)
    return httpx.Response(200, json=a_page(some_collaborations() + sample_work.for_brand()))


def coupons_for(request: httpx.Request) -> httpx.Response:
    """A campaign's codes for the brand; without a campaign a creator asks, who sees own codes that the store knows."""
    known = some_coupons() if "campaign" in request.url.params else some_coupons()[:1]
    return httpx.Response(200, json=a_page(known))


def answers() -> dict[str, Any]:
    """Every answer, by `METHOD service/path`."""
    draft = a_campaign("campaign-2", "Winter refill", CampaignStatus.DRAFT, published_at=None)
    ended = a_campaign("campaign-3", "Autumn sun care", CampaignStatus.ENDED)
    found: dict[str, Any] = {
        "GET campaigns/v1/campaigns": a_page([draft, a_campaign(), ended], 3),
        "GET campaigns/v1/campaigns/campaign-2": draft,
        "POST campaigns/v1/campaigns/campaign-2/publish": draft,
        "GET campaigns/v1/campaigns/campaign-2/collaborations": a_page([]),
        f"GET campaigns/v1/campaigns/{CAMPAIGN}": a_campaign(),
        f"GET campaigns/v1/campaigns/{CAMPAIGN}/collaborations": collaborations_of,
        f"POST campaigns/v1/campaigns/{CAMPAIGN}/invitations": some_collaborations()[3],
        "GET campaigns/v1/collaborations": sample_work.listed,
        "GET campaigns/v1/collaborations/invitation-3": some_collaborations()[3],
        "POST campaigns/v1/collaborations/invitation-3/accept": some_collaborations()[3],
        "POST campaigns/v1/collaborations/invitation-3/decline": some_collaborations()[3],
        f"GET attribution/v1/campaigns/{CAMPAIGN}/results": some_results(),
        "GET attribution/v1/orders": a_page(some_orders(), next_cursor="more"),
        **{f"GET attribution/v1/orders/{order.order}/decision": a_decision() for order in some_orders()},
        f"GET attribution/v1/orders/{SHARED}/decision": a_shared_decision(),
        f"GET attribution/v1/orders/{HIDDEN}/decision": hidden_from(a_shared_decision(), CREATOR),
        f"GET attribution/v1/orders/{HELD}/decision": a_decision().model_copy(
            update={"order": HELD, "held": ("The order was placed more than 7 days before it was first seen.",)}
        ),
        f"POST attribution/v1/orders/{HELD}/release": a_release(HELD),
        "GET attribution/v1/earnings/entries": a_page(some_entries()),
        "GET attribution/v1/reviews": a_page(some_reviews()),
        "POST attribution/v1/reviews/review-1/accept": some_reviews()[0],
        "POST attribution/v1/reviews/review-1/reject": some_reviews()[0],
        "GET attribution/v1/policy": a_policy(),
        "PUT attribution/v1/policy": a_policy(),
        "GET attribution/v1/earnings": EarningsOut(
            balances=(BalanceOut(brand=BRAND, currency="EUR", pending=98_214, payable=24_047, total=122_261),)
        ),
        "GET attribution/v1/links": a_page(some_links()),
        "GET attribution/v1/coupons": coupons_for,
        "GET attribution/v1/placements": some_placements(),
        "POST attribution/v1/links": some_links()[1],
        **{f"GET attribution/v1/links/{link.id}": link for link in some_links()},
        **{f"PATCH attribution/v1/links/{link.id}": link for link in some_links()},
        **{f"GET attribution/v1/links/{link.id}/qr.svg": A_QR for link in some_links()},
        "POST attribution/v1/coupons": some_coupons()[1],
        "POST attribution/v1/coupons/coupon-2/confirm": some_coupons()[1],
        "POST attribution/v1/coupons/coupon-1/end": some_coupons()[0],
        "GET attribution/v1/coupons/to-enter.csv": CODES_FILE,
        f"GET attribution/v1/bio/{CREATOR}": a_bio(),
        f"GET attribution/v1/stores/{STORE}/deliveries": a_page(some_deliveries()),
        "PUT attribution/internal/stores/store-1/secrets": {},
    }
    found |= {
        f"GET campaigns/v1/collaborations/invitation-{n}": a_collaboration(n, CollaborationStatus.AGREED, 11)
        for n in (0, 1, 4)
    }
    found |= sample_desk.answers()
    found |= sample_erasures.answers()
    found["GET discovery/v1/erasures"] = a_page(sample_erasures.some_erasures())
    found |= sample_work.given()
    found |= sample_drafts.answers()
    found |= {f"POST campaigns/v1/campaigns/{CAMPAIGN}/{way}": a_campaign() for way in ("pause", "resume", "end")}
    found |= sample_programs.given()
    found["GET attribution/v1/orders/held"] = a_page(sample_desk.some_held())
    found["GET attribution/v1/privacy-requests"] = a_page(sample_desk.some_requests())
    found[f"GET attribution/v1/campaigns/{CAMPAIGN}/entries"] = a_page(sample_desk.some_cost_entries())
    found |= sample_creators.answers()
    for service in ("discovery", "campaigns", "attribution", "notifications"):
        mine = service == "attribution"
        found[f"GET {service}/v1/dead-letters"] = a_page(some_letters() if mine else [], 3 if mine else 0)
        found[f"GET {service}/v1/consumers"] = {
            "items": [
                {
                    "group": "attribution.orders",
                    "stopped": True,
                    "at": ago(minutes=9).isoformat(),
                    "error": "20 in a row",
                },
                {"group": "attribution", "stopped": False, "at": ago(days=3).isoformat(), "error": ""},
            ]
            if mine
            else []
        }
    found[f"GET attribution/v1/dead-letters/{LETTER}"] = a_letter()
    found[f"POST attribution/v1/dead-letters/{LETTER}/replay"] = {"id": LETTER, "outcome": "handled"}
    return {name: _json(answer) for name, answer in found.items()}
