"""Drafts in the wizard, the channel matrix and the catalogue, as campaigns' API would tell them."""

from datetime import timedelta
from typing import Any

import httpx

from campaigns.domain.channels import SHIPPED
from contracts.campaigns import (
    BriefWords,
    Budget,
    CancelRule,
    Channel,
    ContentType,
    CustomerKind,
    DeliverableType,
    Eligibility,
    Goal,
    GoalMetric,
    Measure,
    Plan,
    Platform,
    Program,
    Question,
    Rate,
    Tier,
    Trait,
)
from contracts.http.campaigns import (
    Advice,
    AgainstChannel,
    AssetOut,
    AssetsOut,
    DraftOut,
    GoalAdvice,
    GoalWarning,
    MatrixOut,
    MissingOut,
    NewDeliverable,
    PlainTerms,
    ProductFault,
    ProductImportOut,
    ProductOut,
    ProductSource,
    RealismOut,
    RealismVerdict,
    VariantOut,
)
from tests.console.sample_people import BRAND, NOON, ago, eur

WHOLE, UNFINISHED = "campaign-2", "campaign-4"
LONG_ROUTE = "This product is bought over a long route, for which direct sales are a poor goal."
NOT_LINKEDIN = "LinkedIn is a poor place for a casual product. Better: TikTok."


def a_goal(**values: Any) -> Goal:
    return Goal(
        **{
            "metric": GoalMetric.SALES_AMOUNT,
            "target": 2_500_000,
            "measured_by": Measure.BOTH,
            "deadline": NOON + timedelta(days=41),
            "persona": "Women of 25 to 34 with sensitive skin",
            "expected_traffic": 40_000,
            "bought_directly": True,
            **values,
        }
    )


def some_terms(**values: Any) -> PlainTerms:
    return PlainTerms(
        **{
            "fee": eur(25_000),
            "commission": 1200,
            "window_hours": 720,
            "hold_days": 30,
            "discount": 1500,
            "cap": eur(80_000),
            "revision_limit": 2,
            "cancellation": CancelRule.BOTH,
            "rates": (
                Rate(plan=Plan.PERCENT, basis_points=2000, product="8123"),
                Rate(plan=Plan.FIXED, per_unit=eur(250), collection="Refills", customer=CustomerKind.NEW),
            ),
            "tiers": (Tier(volume=eur(1_000_000), basis_points=1500),),
            "deliverables": (
                NewDeliverable(
                    type=DeliverableType.SHORT_VIDEO,
                    platform=Platform.TIKTOK,
                    number=2,
                    placement="On the main profile",
                    manner="Vertical, 30 seconds, the bottle in the first three.",
                    fee=eur(12_500),
                    concept_due=NOON + timedelta(days=10),
                    submission_due=NOON + timedelta(days=20),
                    publication_due=NOON + timedelta(days=30),
                ),
            ),
            **values,
        }
    )


def a_draft(id_: str = WHOLE, **values: Any) -> DraftOut:
    """With every part."""
    return DraftOut(
        **{
            "id": id_,
            "brand": BRAND,
            "revision": 6,
            "created_at": ago(days=2),
            "is_campaign": True,
            "name": "Winter refill",
            "landing_url": "https://lumea.example/products/vitamin-c-serum",
            "products": ("8123", "8124"),
            "goal": a_goal(),
            "ends_at": NOON + timedelta(days=41),
            "category": "beauty",
            "channels": (Channel.TIKTOK, Channel.INSTAGRAM),
            "needs": (Trait.VISUAL, Trait.CASUAL),
            "brief": BriefWords(
                product="Vitamin C serum, 30 ml",
                strengths="Visible after two weeks. No perfume.",
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
                assets=("https://lumea.example/press/logo.zip",),
            ),
            "terms": some_terms(),
            "program": Program(
                eligibility=Eligibility(min_followers=5_000, min_age=18, countries=("IT", "FR")),
                questions=(Question(id="why", text="Why does this serum suit your followers?"),),
            ),
            "budget": Budget(amount=eur(500_000), product=eur(2_400), shipping=eur(600)),
            **values,
        }
    )


def an_unfinished_draft(**values: Any) -> DraftOut:
    """Named, with a goal whose day has passed, and no more."""
    goal = a_goal(deadline=ago(days=1), bought_directly=False)
    empty = dict.fromkeys(("products", "brief", "terms", "program", "budget"))
    missing = (
        MissingOut(field="brief", message="Say what the product is, and what creators need to know."),
        MissingOut(field="terms", message="Say what creators are offered: the fee and the commission."),
        MissingOut(field="goal.deadline", message="The deadline has passed already."),
    )
    return a_draft(
        UNFINISHED,
        **{
            "name": "Summer mist",
            "revision": 3,
            "is_campaign": False,
            "goal": goal,
            "ends_at": None,
            "channels": (Channel.LINKEDIN,),
            "needs": (Trait.CASUAL,),
            "missing": missing,
            "warnings": (LONG_ROUTE, NOT_LINKEDIN),
            "goal_warnings": (GoalWarning.LONG_ROUTE,),
            "against": (
                AgainstChannel(
                    channel=Channel.LINKEDIN, traits=(Trait.CASUAL,), better=(Channel.TIKTOK,), says=NOT_LINKEDIN
                ),
            ),
            **empty,
            **values,
        },
    )


def some_products() -> list[ProductOut]:
    return [
        ProductOut(
            id="8123",
            title="Vitamin C serum, 30 ml",
            kind="Serum",
            collections=("Face", "Bestsellers"),
            variants=(
                VariantOut(id="1", sku="VCS-30", title="30 ml", price=eur(3_490)),
                VariantOut(id="2", sku="VCS-R", title="Refill, 30 ml", price=eur(2_790)),
            ),
            price=eur(3_490),
            cost=eur(840),
            url="https://lumea.example/products/vitamin-c-serum",
            source=ProductSource.FILE,
            updated_at=ago(days=3),
            revision=3,
        ),
        ProductOut(
            id="8124",
            title="Sun cream for people who forget it, with a title that goes on for a while",
            kind="Sun care",
            collections=("Face", "Sun", "Travel", "Bestsellers"),
            price=eur(1_990),
            source=ProductSource.FILE,
            updated_at=ago(days=3),
        ),
        ProductOut(
            id="gid://shopify/Product/8130",
            variants=(VariantOut(id="9", sku="MIST"),),
            source=ProductSource.ORDERS,
            updated_at=ago(hours=5),
        ),
    ]


def some_realism(**values: Any) -> RealismOut:
    return RealismOut(
        **{
            "metric": GoalMetric.SALES_AMOUNT,
            "target": 2_500_000,
            "verdict": RealismVerdict.AMBITIOUS,
            "campaigns": 12,
            "alike_by": "category",
            "lower": 410_000,
            "median": 900_000,
            "upper": 1_800_000,
            "most": 3_100_000,
            "reached_by": 2,
            "says": "2 of 12 similar campaigns reached that much; half of them reached 900000 or less.",
            **values,
        }
    )


def an_import(**values: Any) -> ProductImportOut:
    return ProductImportOut(
        **{
            "rows": 412,
            "new": 96,
            "changed": 7,
            "same": 30,
            "refused": 2,
            "columns": {"product_id": "Handle", "title": "Title", "price": "Variant Price"},
            "faults": (
                ProductFault(line=17, field="price", reason="this is no price: 'on request'"),
                ProductFault(line=203, field="url", reason="this is no address of a page"),
            ),
            **values,
        }
    )


def _products(request: httpx.Request) -> httpx.Response:
    ids = request.url.params.get_list("id")
    text = request.url.params.get("text", "").casefold()
    found = [one for one in some_products() if (one.id in ids if ids else text in one.title.casefold())]
    items = [one.model_dump(mode="json") for one in found]
    return httpx.Response(200, json={"items": items, "next_cursor": None, "total": len(items)})


def answers() -> dict[str, Any]:
    whole, unfinished = a_draft(), an_unfinished_draft()
    files = tuple(
        AssetOut(
            id=f"asset-{number}",
            campaign=WHOLE,
            name=name,
            type=kind,
            size=size,
            sha256="0" * 64,
            uploaded_at=ago(hours=number),
        )
        for number, (name, kind, size) in enumerate(
            (("logo.png", "image/png", 48_211), ("how-to-apply-it-in-daylight.mp4", "video/mp4", 38_400_211)), 1
        )
    )
    matrix = MatrixOut(
        channels={channel: dict(row) for channel, row in SHIPPED.items()},
        changed={Channel.FACEBOOK: (Trait.VISUAL,)},
        revision=2,
    )
    product = some_products()[0]
    return {
        "GET campaigns/v1/drafts": {"items": [unfinished.model_dump(mode="json")], "next_cursor": None, "total": None},
        "POST campaigns/v1/drafts": unfinished,
        **{f"GET campaigns/v1/drafts/{one.id}": one for one in (whole, unfinished)},
        **{f"PATCH campaigns/v1/drafts/{one.id}": one for one in (whole, unfinished)},
        f"DELETE campaigns/v1/drafts/{WHOLE}": httpx.Response(204),
        f"GET campaigns/v1/campaigns/{WHOLE}/assets": AssetsOut(items=files),
        f"GET campaigns/v1/campaigns/{UNFINISHED}/assets": AssetsOut(items=()),
        f"POST campaigns/v1/campaigns/{WHOLE}/assets": files[0],
        "DELETE campaigns/v1/assets/asset-0": httpx.Response(204),
        "POST campaigns/v1/goals/advice": GoalAdvice(
            warnings=(LONG_ROUTE,), goal_warnings=(GoalWarning.LONG_ROUTE,), realism=some_realism()
        ),
        "POST campaigns/v1/channels/advice": Advice(warnings=(NOT_LINKEDIN,), suited=(Channel.TIKTOK,)),
        "GET campaigns/v1/channels": matrix,
        "PUT campaigns/v1/channels": matrix,
        "GET campaigns/v1/products": _products,
        **{f"GET campaigns/v1/products/{one.id}": one for one in some_products()},
        f"PATCH campaigns/v1/products/{product.id}": product,
        "POST campaigns/v1/products/import": an_import(),
    }
